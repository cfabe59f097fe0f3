"""The Kreisübersicht: a workbook on the state of things in one Kreis, to hand to the Landkreis or Stadtkreis.

Drawn like the master. Every figure on `Übersicht` is a formula on the tables behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from pik_xl.kinds import Formel, Kind
from pik_xl.kreise.auszug import Auszug, aufgaben, tabellen
from pik_xl.master.draw.front import FONT, Tile, band, heading, how_many, legend, links, one_page, share, tiles
from pik_xl.master.draw.sheet import EURO, ZUSTAENDE, draw_all, footer, new_workbook, put, text_lines, total
from pik_xl.master.sheets.columns import FEHLT, Table
from pik_xl.model import Ergebnis, Stand
from pik_xl.ooxml.palette import GOLD, GREEN, GREY, LINE, PETROL, RED, Formats

UEBERSICHT = "Übersicht"
UNTERTITEL = "Pakt für Integration · Verlängerung der Stellen im Integrationsmanagement"
VORBEHALT = "Zwischenstand zur Information. Verbindlich ist allein der Bescheid an den Antragsteller."

# The grid: two blocks of six columns with a gap between, as on the master's first sheet.
LEFT, RIGHT, END = 1, 8, 14
_WIDTHS = {0: 2, 7: 2, 14: 2} | dict.fromkeys((*range(1, 7), *range(8, 14)), 10.5)
_TILES, _TILE_COLUMNS, _TODO = (3, 7), (1, 4, 8, 11), 11
_CHART_ROWS = 8
_ACROSS = 118  # characters of a sentence across the sheet

BLAETTER = {
    "Antragsteller": "wer beantragt hat, wer fehlt, wer gefragt ist",
    "Stellen": "jede Stelle mit neuem Ende und Betrag",
    "Befunde": "was die Antragsteller beheben müssen",
}

LEGENDE = {
    FEHLT: "es liegt noch kein Antrag vor",
    Stand.RUECKFRAGE: "der Antragsteller muss etwas beheben",
    Stand.ENTSCHIEDEN: "geprüft; der Bescheid kann erstellt werden",
    Ergebnis.TEILWEISE: "kürzer oder nur zum Teil verlängert",
    Ergebnis.ABGELEHNT: "nicht verlängert; Gründe auf Blatt Stellen",
}


def build(auszug: Auszug, stand: datetime) -> bytes:
    """The workbook of one Kreis; `stand` is when the figures were made. Same input, same bytes."""
    target, titel = BytesIO(), f"{auszug.kreis.bezeichnung} · Stand der Anträge"
    with new_workbook(target, titel, stand) as workbook:
        workbook.set_size(28_000, 16_000)
        sheet = workbook.add_worksheet(UEBERSICHT)
        sheet.set_tab_color(PETROL)
        tables = tabellen(auszug)
        formats = draw_all(workbook, tables)
        sheet.hide_gridlines(2)
        sheet.set_default_row(20)
        for index in range(END):
            sheet.set_column(index, index, _WIDTHS[index], formats())
        band(sheet, formats, titel, UNTERTITEL, f"Stand {stand:%d.%m.%Y}, {stand:%H:%M} Uhr", END)
        _tiles(sheet, formats, tables[0], tables[1])
        below = _todo(sheet, formats, aufgaben(auszug))
        below = _years(workbook, sheet, formats, tables[0], below)
        below = _explained(sheet, formats, below)
        put(sheet, below, LEFT, VORBEHALT, formats(font_color=GREY, italic=True))
        one_page(sheet, below, END)
        sheet.center_horizontally()
        for each in workbook.worksheets():
            footer(each, f"{auszug.kreis.bezeichnung}, Stand {stand:%d.%m.%Y}")
    return target.getvalue()


def _tiles(sheet: Worksheet, formats: Formats, antragsteller: Table, stellen: Table) -> None:
    figures = _figures(antragsteller, stellen)
    for row, those in zip(_TILES, (figures[:4], figures[4:]), strict=True):
        tiles(sheet, formats, row, zip(_TILE_COLUMNS, those, strict=True), span=3)
        sheet.set_row(row + 3, 10)


def _figures(antragsteller: Table, stellen: Table) -> list[Tile]:
    """Who is awaited and who came, then how far it is and what it comes to."""
    fehlt, reif, offen = (how_many(antragsteller, "stand", s) for s in (FEHLT, Stand.ENTSCHIEDEN, Stand.RUECKFRAGE))
    da = how_many(antragsteller, "stand", Stand.ENTSCHIEDEN, Stand.RUECKFRAGE)
    mit_stellen = [bool(row["stellen_bewilligt"]) for row in antragsteller.rows]
    erwartet = Formel('COUNTIF(tbl_antragsteller[Stellen bewilligt],">0")', sum(mit_stellen))
    fremd = Formel("COUNTIF(tbl_antragsteller[Stellen bewilligt],0)", len(mit_stellen) - sum(mit_stellen))
    verlaengert = how_many(stellen, "ergebnis", Ergebnis.BEWILLIGT, Ergebnis.TEILWEISE)
    bewilligt, beantragt, vzae_bewilligt, vzae, summe, fehler = (
        _sum(antragsteller, name)
        for name in ("stellen_bewilligt", "stellen", "vzae_bewilligt", "vzae", "summe", "fehler")
    )
    zahl, kommazahl = "#,##0", "#,##0.00"
    return [
        ("Antragsteller im Bestand", erwartet, zahl, bewilligt, '"mit "#,##0" bewilligten Stellen"', PETROL),
        ("Anträge eingegangen", da, zahl, fremd,
         '"davon "#,##0" ohne bewilligte Stelle";;"keiner ohne bewilligte Stelle"', PETROL),
        ("fehlend", fehlt, zahl, share(fehlt, erwartet), '0%" der Antragsteller";;"alle sind da"', RED[1]),
        ("entscheidungsreif", reif, zahl, share(reif, da), '0%" der Anträge"', GREEN[1]),
        ("in Rückfrage", offen, zahl, fehler, '"mit "#,##0" Fehlern";;"ohne Fehler"', GOLD),
        ("Stellen beantragt", beantragt, zahl, verlaengert, '"davon "#,##0" verlängerbar"', PETROL),
        ("VZÄ beantragt", vzae, kommazahl, vzae_bewilligt, '"von "#,##0.00" bewilligten"', PETROL),
        ("Summe der Bewilligungen", summe, '#,##0 "€"', "alle Haushaltsjahre", "@", GREEN[1]),
    ]  # fmt: skip


def _sum(table: Table, name: str) -> Formel:
    return Formel(f"SUM({table.spec.ref(name)})", total(table, name))


def _todo(sheet: Worksheet, formats: Formats, saetze: Sequence[str]) -> int:
    """The tasks as sentences across the sheet; returns the row below."""
    heading(sheet, formats, _TODO, LEFT, "Was zu tun ist", span=RIGHT + 5)
    look = formats(font_size=11, text_wrap=True, align="left", indent=1)
    for row, satz in enumerate(saetze, _TODO + 1):
        sheet.merge_range(row, LEFT, row, RIGHT + 5, "", look)
        put(sheet, row, LEFT, f"•  {satz}", look)
        sheet.set_row(row, 7 + 15 * text_lines(satz, _ACROSS))
    return _TODO + len(saetze) + 2


def _years(workbook: Workbook, sheet: Worksheet, formats: Formats, antragsteller: Table, row: int) -> int:
    """The sums per budget year with a chart beside them; returns the row below."""
    heading(sheet, formats, row, LEFT, "Bewilligt je Haushaltsjahr", span=RIGHT + 5)
    money = [column for column in antragsteller.spec.columns if column.kind is Kind.EURO]
    years = [(column.header.removeprefix("Betrag "), column.name) for column in money]
    if len(years) == 1:
        put(sheet, row + 1, LEFT, "Noch ist kein Antrag entscheidungsreif.", formats(font_color=GREY))
        return row + 3
    for offset, (year, name) in enumerate(years, 1):
        last = {"bold": True, "top": 1, "top_color": PETROL} if name == "summe" else {}
        look = {"bottom": 1, "bottom_color": LINE, "font_size": 11} | last
        for column in (LEFT, LEFT + 1):
            put(sheet, row + offset, column, year if column == LEFT else None, formats(**look, align="left"))
        amount = formats(**look, num_format=EURO, align="right")
        sheet.merge_range(row + offset, LEFT + 2, row + offset, LEFT + 5, "", amount)
        put(sheet, row + offset, LEFT + 2, _sum(antragsteller, name), amount)
    sheet.insert_chart(row + 1, RIGHT, _chart(workbook, row + 1, row + len(years) - 1))
    return row + max(len(years), _CHART_ROWS) + 2


def _chart(workbook: Workbook, first: int, last: int) -> Any:
    columns = workbook.add_chart({"type": "column"})
    columns.add_series({
        "name": "Bewilligt", "categories": [UEBERSICHT, first, LEFT, last, LEFT],
        "values": [UEBERSICHT, first, LEFT + 2, last, LEFT + 2], "fill": {"color": GOLD}, "gap": 60,
        "data_labels": {"value": True, "num_format": "#,##0", "font": FONT},
    })  # fmt: skip
    columns.set_title({"none": True})
    columns.set_legend({"none": True})
    columns.set_plotarea({"layout": {"x": 0.02, "y": 0.12, "width": 0.96, "height": 0.74}})
    columns.set_chartarea({"border": {"none": True}, "fill": {"none": True}})
    columns.set_x_axis({"num_font": FONT, "line": {"color": LINE}, "major_tick_mark": "none"})
    columns.set_y_axis({"visible": False, "min": 0, "major_gridlines": {"visible": False}})
    columns.set_size({"width": 470, "height": 27 * _CHART_ROWS})
    return columns


def _explained(sheet: Worksheet, formats: Formats, row: int) -> int:
    """The way to the sheets and what the colours mean; returns the row below."""
    heading(sheet, formats, row, LEFT, "Blätter")
    links(sheet, formats, row + 1, LEFT, BLAETTER)
    heading(sheet, formats, row, RIGHT, "Farben und Wörter")
    legend(sheet, formats, row + 1, RIGHT, [(str(word), *ZUSTAENDE[word], text) for word, text in LEGENDE.items()])
    return row + len(LEGENDE) + 2
