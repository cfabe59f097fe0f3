"""Draws the sheet `Start`: key figures by formula, the way to the sheets, the budget, progress and the legend."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from pik_xl.columns import Formel, Table
from pik_xl.front import FONT, Tile, band, dress, heading, how_many, legend, links, one_page, share, tiles
from pik_xl.master_sheets import ZUSTAENDE, header_row, last_row, number, put, total
from pik_xl.model import Ergebnis, Schwere, Stand
from pik_xl.palette import GOLD, GREEN, GREY, INK, LINE, PETROL, STAFF_HEAD, Formats

TITEL = "Pakt für Integration"
UNTERTITEL = "Verlängerung der Stellen im Integrationsmanagement · Regierungspräsidium Stuttgart"

# The grid: two blocks of six columns with gaps between, then the chart of the Kreise.
LEFT, RIGHT, CHART = 1, 8, 15
_WIDTHS = {0: 2, 7: 2, 14: 2} | dict.fromkeys((*range(1, 7), *range(8, 14)), 10.5) | {1: 16, 2: 5}
_CHART_COLUMNS = 6
_TILES, _BLOCKS, _BELOW, _END = 3, 7, 20, 37
_TILE_COLUMNS = (1, 3, 5, 8, 10, 12)

BLAETTER = {
    "Anträge": "wer beantragt hat und wie weit der Vorgang ist",
    "Stellen": "jede Stelle mit neuem Ende, Betrag und Rechenweg",
    "Befunde": "was fehlt oder nicht stimmt, und was zu tun ist",
    "Kreise": "Fortschritt und Beträge je Stadt- und Landkreis",
    "Ausstehend": "wer noch nichts beantragt hat",
    "Haushalt": "Ansatz, Bewilligungen und Rest je Jahr",
    "Ansprechpartner": "wer für welchen Kreis zuständig ist",
    "Bestand": "das Verzeichnis der bewilligten Stellen",
    "Protokoll": "jeder Lauf mit seinen Zahlen",
    "Einstellungen": "was gilt, und woher",
    "Verwaist": "Eingetragenes, dessen Zeile es nicht mehr gibt",
}

LEGENDE = {
    Stand.ENTSCHIEDEN: "geprüft; der Bescheid kann erstellt werden",
    Stand.RUECKFRAGE: "es fehlt etwas; der Antragsteller ist am Zug",
    Stand.ERSETZT: "spätere Einsendung gilt; zählt nicht mit",
    Ergebnis.BEWILLIGT: "wie beantragt verlängert",
    Ergebnis.TEILWEISE: "kürzer oder nur zum Teil verlängert",
    Ergebnis.ABGELEHNT: "nicht verlängert; Gründe auf Blatt Stellen",
    Schwere.FEHLER: "verhindert die Entscheidung",
    Schwere.WARNUNG: "bitte ansehen; verhindert nichts",
    Schwere.HINWEIS: "zur Kenntnis",
}

_BUDGET = ("jahr", "ansatz", "bereits", "jetzt", "rest", "auslastung")

Tables = Mapping[str, Table]


def draw_start(workbook: Workbook, formats: Formats, tables: Tables) -> None:
    """Fills the sheet; `tables` by name, all of them."""
    sheet = workbook.get_worksheet_by_name("Start")
    sheet.hide_gridlines(2)
    sheet.set_default_row(20)
    for index in range(CHART + _CHART_COLUMNS):
        sheet.set_column(index, index, _WIDTHS.get(index, 10), formats())
    band(sheet, formats, TITEL, UNTERTITEL, _stand(tables), CHART + _CHART_COLUMNS)
    tiles(sheet, formats, _TILES, zip(_TILE_COLUMNS, _figures(tables), strict=True), span=2)
    _links(sheet, formats, tables)
    _budget(sheet, formats, tables["tbl_haushalt"])
    _legend(sheet, formats)
    sheet.insert_chart(_BELOW, LEFT, _budget_chart(workbook, tables["tbl_haushalt"]))
    sheet.insert_chart(_TILES, CHART, _kreise_chart(workbook, tables["tbl_kreise"]))
    one_page(sheet, _END, CHART + _CHART_COLUMNS)


def _stand(tables: Tables) -> Formel:
    """When the last run made the figures."""
    laeufe = tables["tbl_protokoll"].rows
    stempel = laeufe[0]["stempel"] if laeufe else ""
    return Formel('"Stand "&INDEX(tbl_protokoll[Wann],1)&" Uhr"', f"Stand {stempel} Uhr")


def _figures(tables: Tables) -> list[Tile]:
    """The six figures a glance should catch."""
    antraege, befunde, kreise = tables["tbl_antraege"], tables["tbl_befunde"], tables["tbl_kreise"]
    reif, offen = (how_many(antraege, "stand", stand) for stand in (Stand.ENTSCHIEDEN, Stand.RUECKFRAGE))
    alle = how_many(antraege, "stand", Stand.ENTSCHIEDEN, Stand.RUECKFRAGE)
    anteil = share(reif, alle)
    fehlend = Formel("SUM(tbl_kreise[fehlend])", total(kreise, "fehlend"))
    fehler = how_many(befunde, "schwere", Schwere.FEHLER)
    stellen = tables["tbl_stellen"]
    verlaengert = how_many(stellen, "ergebnis", Ergebnis.BEWILLIGT, Ergebnis.TEILWEISE)
    count, none = "#,##0", "@"
    return [
        ("Anträge", alle, count, fehlend, '#,##0" stehen noch aus"', PETROL),
        ("entscheidungsreif", reif, count, anteil, '0%" der Anträge"', GREEN[1]),
        ("in Rückfrage", offen, count, fehler, '"mit "#,##0" Fehlern"', GOLD),
        ("Stellen beantragt", _sum(antraege, "stellen", "Stellen beantragt"), count,
         verlaengert, '"davon "#,##0" verlängerbar"', PETROL),
        ("VZÄ beantragt", _sum(antraege, "vzae", "VZÄ"), "#,##0.00", "Vollzeitäquivalente", none, PETROL),
        ("Summe der Bewilligungen", _sum_reif(antraege), '#,##0 "€"', "alle Haushaltsjahre", none, GREEN[1]),
    ]  # fmt: skip


def _sum(antraege: Table, name: str, header: str) -> Formel:
    """The sum over the applications that count."""
    wert = sum((number(r.get(name)) for r in antraege.rows if r.get("stand") != Stand.ERSETZT), Decimal(0))
    return Formel(f'SUMIFS(tbl_antraege[{header}],tbl_antraege[Stand],"<>{Stand.ERSETZT}")', wert)


def _sum_reif(antraege: Table) -> Formel:
    wert = sum((number(r.get("summe")) for r in antraege.rows if r.get("stand") == Stand.ENTSCHIEDEN), Decimal(0))
    return Formel(f'SUMIFS(tbl_antraege[Summe],tbl_antraege[Stand],"{Stand.ENTSCHIEDEN}")', wert)


def _links(sheet: Worksheet, formats: Formats, tables: Tables) -> None:
    heading(sheet, formats, _BLOCKS, LEFT, "Blätter")
    present = {table.spec.sheet for table in tables.values()}
    links(sheet, formats, _BLOCKS + 1, LEFT, {name: text for name, text in BLAETTER.items() if name in present})


def _budget(sheet: Worksheet, formats: Formats, haushalt: Table) -> None:
    """The budget years by reference to the sheet Haushalt, in whole EUR."""
    heading(sheet, formats, _BLOCKS, RIGHT, "Haushalt")
    euro = '#,##0 "€";[Red]-#,##0 "€";"–"'
    columns = (
        ("jahr", "Jahr", "0", "left"), ("ansatz", "Ansatz", euro, "right"), ("bereits", "bereits", euro, "right"),
        ("jetzt", "jetzt", euro, "right"), ("rest", "Rest", euro, "right"), ("auslastung", "genutzt", "0%", "right"),
    )  # fmt: skip
    for index, (name, label, form, align) in enumerate(columns):
        put(sheet, _BLOCKS + 1, RIGHT + index, label, formats(font_color=GREY, align=align))
        look = formats(num_format=form, align=align, bottom=1, bottom_color=LINE, bold=name == "jahr")
        for offset, formel in enumerate(_there(haushalt, name)):
            put(sheet, _BLOCKS + 2 + offset, RIGHT + index, formel, look)


def _there(haushalt: Table, name: str) -> list[Formel]:
    """References to a column of the sheet Haushalt, with the values found there."""
    letter = chr(ord("A") + [c.name for c in haushalt.spec.columns].index(name))
    found = []
    for line, row in enumerate(haushalt.rows[: _BELOW - _BLOCKS - 3], header_row(haushalt) + 2):
        wert = row.get(name)
        shown = wert.wert if isinstance(wert, Formel) else wert
        found.append(Formel(f"Haushalt!{letter}{line}", shown if isinstance(shown, int | Decimal | str) else 0))
    return found


def results(tables: Tables) -> dict[str, str | int | Decimal]:
    """The formulas of the sheet and the values they have with these tables."""
    shown = [part for tile in _figures(tables) for part in tile if isinstance(part, Formel)]
    shown.append(_stand(tables))
    shown += [formel for name in _BUDGET for formel in _there(tables["tbl_haushalt"], name)]
    return {formel.formel: formel.wert for formel in shown}


def _legend(sheet: Worksheet, formats: Formats) -> None:
    heading(sheet, formats, _BELOW, RIGHT, "Farben und Wörter")
    entries = [(str(word), *ZUSTAENDE[word], text) for word, text in LEGENDE.items()]
    entries.append(("gelbe Spalten", STAFF_HEAD, INK, "gehören Ihnen; kein Lauf ändert sie"))
    legend(sheet, formats, _BELOW + 1, RIGHT, entries)


def _series(table: Table, name: str, label: str, colour: str, category: str) -> dict[str, Any]:
    names = [c.name for c in table.spec.columns]
    first, last = header_row(table) + 1, last_row(table)
    cells = {n: [table.spec.sheet, first, names.index(n), last, names.index(n)] for n in (category, name)}
    return {
        "name": label, "categories": cells[category], "values": cells[name], "fill": {"color": colour},
        "border": {"none": True}, "gap": 45, "overlap": 100,
    }  # fmt: skip


def _budget_chart(workbook: Workbook, haushalt: Table) -> Any:
    columns = workbook.add_chart({"type": "column", "subtype": "stacked"})
    columns.add_series(_series(haushalt, "bereits", "bereits bewilligt", "#7FA3BB", "jahr"))
    columns.add_series(_series(haushalt, "jetzt", "jetzt bewilligt", GOLD, "jahr"))
    line = workbook.add_chart({"type": "line"})
    marker = {"type": "long_dash", "size": 18, "fill": {"color": PETROL}, "border": {"color": PETROL}}
    line.add_series(_series(haushalt, "ansatz", "Ansatz", PETROL, "jahr") | {
        "line": {"none": True}, "marker": marker, "border": None,
    })  # fmt: skip
    columns.combine(line)
    dress(columns, "Ansatz und Bewilligungen, Mio. €")
    columns.set_x_axis({"num_font": FONT, "text_axis": True, "line": {"color": LINE}, "major_tick_mark": "none"})
    columns.set_y_axis({"num_font": FONT, "num_format": "#,##0,,", "line": {"none": True}, "min": 0,
                        "major_gridlines": {"visible": True, "line": {"color": LINE, "width": 0.75}}})  # fmt: skip
    columns.set_size({"width": 470, "height": 440})
    return columns


def _kreise_chart(workbook: Workbook, kreise: Table) -> Any:
    bars = workbook.add_chart({"type": "bar", "subtype": "stacked"})
    for name, label, colour in (
        ("entscheidungsreif", "entscheidungsreif", "#4FA873"),
        ("rueckfrage", "Rückfrage", GOLD),
        ("fehlend", "steht aus", "#D5DAE0"),
    ):
        bars.add_series(_series(kreise, name, label, colour, "kreis"))
    dress(bars, "Anträge je Kreis")
    bars.set_y_axis({"reverse": True, "num_font": FONT | {"size": 8}, "interval_unit": 1, "line": {"color": LINE},
                     "major_tick_mark": "none", "major_gridlines": {"visible": False}})  # fmt: skip
    bars.set_x_axis({"num_font": FONT, "line": {"none": True}, "label_position": "high", "min": 0, "num_format": "0",
                     "major_gridlines": {"visible": True, "line": {"color": LINE, "width": 0.75}}})  # fmt: skip
    bars.set_size({"width": 446, "height": 884})
    return bars
