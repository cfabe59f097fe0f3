"""Draws the sheet `Start`: buttons, key figures by formula, the sheets, the budget, progress, map and legend."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from pik_xl.kinds import Formel, Value
from pik_xl.master.draw.front import FONT, Tile, band, dress, heading, how_many, legend, links, one_page, share, tiles
from pik_xl.master.draw.karte import LEGENDE as KARTE_LEGENDE
from pik_xl.master.draw.karte import draw_karte, karte_formeln
from pik_xl.master.draw.knoepfe import KNOEPFE
from pik_xl.master.draw.sheet import LAST_COLUMN, OPEN, ZUSTAENDE, header_row, last_row, number, put, total
from pik_xl.master.sheets.columns import AENDERUNG, Aenderung, Table
from pik_xl.master.sheets.kreise import KARTE_SPALTEN
from pik_xl.model import Ergebnis, Freigabe, Kreisstand, Schwere, Stand
from pik_xl.ooxml.address import address
from pik_xl.ooxml.palette import BLUE, DEEP, GOLD, GREEN, GREY, INK, LINE, PALE, PETROL, STAFF_HEAD, Formats
from pik_xl.ooxml.workbook import Table as FoundTable

TITEL = "Pakt für Integration"
UNTERTITEL = "Verlängerung der Stellen im Integrationsmanagement · Regierungspräsidium Stuttgart"

# The grid: two blocks of six columns and the map of seven, with gaps between; rows from 0.
LEFT, RIGHT, MAP, END = 1, 8, 15, 22
_WIDTHS = {0: 2, 7: 2, 14: 2, END: 2} | dict.fromkeys((*range(1, 7), *range(8, 14)), 10.5) | {1: 16, 2: 5}
_MAP_WIDTH = 9
_BUTTONS, _TILES, _BLOCKS, _BELOW, _WORDS, _MAP_WORDS, _CHART, _LAST = 3, 5, 9, 25, 32, 31, 46, 58
_TILE_COLUMNS = (1, 3, 5, 8, 10, 12, 15, 17)
_STATUS = 17  # the buttons stand above the tiles, what a run says beside them
_ROW = 18  # points

BLAETTER = {
    "Anträge": "wer beantragt hat und wie weit der Vorgang ist",
    "Stellen": "jede Stelle mit neuem Ende, Betrag und Rechenweg",
    "Befunde": "was fehlt oder nicht stimmt, und was zu tun ist",
    "Kreise": "Fortschritt und Beträge je Stadt- und Landkreis",
    "Ausstehend": "wer noch nichts beantragt hat",
    "Haushalt": "Ansatz, Bewilligungen und Rest je Jahr",
    "Bescheide": "das jüngste Schreiben zu jedem Antrag",
    "Bestand": "das Verzeichnis der bewilligten Stellen",
    "Ansprechpartner": "wer für welchen Kreis zuständig ist",
    "Einstellungen": "was für diesen Arbeitsordner gilt",
    "Regelwerk": "die Regeln am Tag der Entscheidung, mit Quelle",
    "Abweichungen": "wo das Referat anders entscheidet als das Regelwerk",
    "Protokoll": "jeder Lauf mit seinen Zahlen",
    "Verwaist": "Eingetragenes, dessen Zeile es nicht mehr gibt",
}

LEGENDE = {
    Stand.RUECKFRAGE: "es fehlt etwas; der Antragsteller ist am Zug",
    Stand.ENTSCHIEDEN: "geprüft; der Bescheid kann erstellt werden",
    Freigabe.FREIGEGEBEN: "von zwei Personen geprüft; kann hinaus",
    Stand.ERSETZT: "spätere Einsendung gilt; zählt nicht mit",
    Ergebnis.BEWILLIGT: "wie beantragt verlängert",
    Ergebnis.TEILWEISE: "kürzer oder nur zum Teil verlängert",
    Ergebnis.ABGELEHNT: "nicht verlängert; Gründe auf Blatt Stellen",
    Schwere.FEHLER: "verhindert die Entscheidung",
    Schwere.WARNUNG: "bitte ansehen; verhindert nichts",
    Schwere.HINWEIS: "zur Kenntnis",
}

# Names by which a run knows a master, and the cell where it says how far it is.
MARKE, STATUS, BEREIT = "pik_master", "pik_status", "bereit"

# What the key figures are called in formulas, in the order of the tiles.
NAMEN = ("Antraege", "Entscheidungsreif", "In_Rueckfrage", "Stellen_beantragt", "VZAE_beantragt", "Summe_bewilligt",
         "Freigegeben", "Kreise_vollstaendig")  # fmt: skip

_BUDGET = ("jahr", "ansatz", "bereits", "jetzt", "rest", "auslastung")

Tables = Mapping[str, Table]


def draw_start(workbook: Workbook, formats: Formats, tables: Tables) -> None:
    """Fills the sheet; `tables` by name, all of them."""
    sheet = workbook.get_worksheet_by_name("Start")
    sheet.hide_gridlines(2)
    sheet.set_default_row(_ROW)
    for index in range(END + 1):
        sheet.set_column(index, index, _WIDTHS.get(index, _MAP_WIDTH), formats(locked=False))
    sheet.set_column(END + 1, LAST_COLUMN, None, formats(locked=False))
    sheet.protect("", OPEN)
    band(sheet, formats, TITEL, UNTERTITEL, _stand(tables), END)
    _buttons(sheet, formats)
    *figures, changes = _figures(tables)
    tiles(sheet, formats, _TILES, zip(_TILE_COLUMNS, figures, strict=True), span=2)
    tiles(sheet, formats, _TILES, [(MAP + 4, changes)], span=3)
    _links(sheet, formats, tables)
    _budget(sheet, formats, tables["tbl_haushalt"])
    _weg(workbook, sheet, formats, tables)
    sheet.insert_chart(_BELOW, RIGHT, _budget_chart(workbook, tables["tbl_haushalt"]))
    heading(sheet, formats, _BLOCKS, MAP, "Stand der Kreise", span=KARTE_SPALTEN)
    draw_karte(workbook, sheet, formats, _BLOCKS + 2, MAP, tables["tbl_kreise"])
    _legends(sheet, formats)
    sheet.insert_chart(_CHART, LEFT, _kreise_chart(workbook, tables["tbl_kreise"]))
    _names(workbook)
    one_page(sheet, _LAST, END)


def _buttons(sheet: Worksheet, formats: Formats) -> None:
    """The buttons, each over the width of a tile, and the cell where a run says how far it is."""
    sheet.set_row(_BUTTONS, 36)
    sheet.set_row(_BUTTONS + 1, 8)
    shown = [knopf for knopf in KNOEPFE if knopf.start]
    columns = (column for column in _TILE_COLUMNS if column != _STATUS)
    for knopf, column in zip(shown, columns, strict=True):
        width = sum(_pixels(_WIDTHS.get(c, _MAP_WIDTH)) for c in (column, column + 1)) - 5
        sheet.insert_button(_BUTTONS, column, {
            "macro": knopf.sub, "caption": knopf.name, "description": knopf.hilfe, "width": width, "height": 44,
            "y_offset": 2,
        })  # fmt: skip
    look = formats(
        bg_color=PALE, font_color=GREY, align="left", indent=1, left=5, left_color=GOLD, text_wrap=True, locked=False
    )
    sheet.merge_range(_BUTTONS, _STATUS, _BUTTONS, END - 1, BEREIT, look)


def _pixels(width: float) -> int:
    """The width of a column on the screen."""
    return int(width * 7 + 5)


def _names(workbook: Workbook) -> None:
    """What marks the workbook as a master and where a run speaks; the key figures, for the office's own formulas."""
    workbook.define_name(MARKE, "=Start!$B$1")
    workbook.define_name(STATUS, f"=Start!{xl_rowcol_to_cell(_BUTTONS, _STATUS, row_abs=True, col_abs=True)}")
    cells = (xl_rowcol_to_cell(_TILES + 1, column, row_abs=True, col_abs=True) for column in _TILE_COLUMNS)
    for name, cell in zip(NAMEN, cells, strict=True):
        workbook.define_name(name, f"=Start!{cell}")


def _stand(tables: Tables) -> Formel:
    """When the last run made the figures."""
    laeufe = tables["tbl_protokoll"].rows
    stempel = laeufe[0]["stempel"] if laeufe else ""
    return Formel('"Stand "&INDEX(tbl_protokoll[Wann],1)&" Uhr"', f"Stand {stempel} Uhr")


def _figures(tables: Tables) -> list[Tile]:
    """The figures a glance should catch; the last one is wider."""
    antraege, befunde, kreise = tables["tbl_antraege"], tables["tbl_befunde"], tables["tbl_kreise"]
    reif, offen = (how_many(antraege, "stand", stand) for stand in (Stand.ENTSCHIEDEN, Stand.RUECKFRAGE))
    alle = how_many(antraege, "stand", Stand.ENTSCHIEDEN, Stand.RUECKFRAGE)
    anteil = share(reif, alle)
    fehlend = Formel(f"SUM({kreise.spec.ref('fehlend')})", total(kreise, "fehlend"))
    fehler = how_many(befunde, "schwere", Schwere.FEHLER)
    stellen = tables["tbl_stellen"]
    verlaengert = how_many(stellen, "ergebnis", Ergebnis.BEWILLIGT, Ergebnis.TEILWEISE)
    frei = how_many(antraege, "freigabe", Freigabe.FREIGEGEBEN)
    alle_da = how_many(kreise, "stand", Kreisstand.RUECKFRAGE, Kreisstand.ENTSCHIEDEN, Kreisstand.FREIGEGEBEN)
    ohne = how_many(kreise, "stand", Kreisstand.OHNE)
    mit = Formel(f"ROWS({kreise.spec.ref('stand')})-{ohne.formel}", len(kreise.rows) - number(ohne))
    neu, anders = (how_many(antraege, AENDERUNG, word) for word in (Aenderung.NEU, Aenderung.GEAENDERT))
    count, none = "#,##0", "@"
    return [
        ("Anträge", alle, count, fehlend, '#,##0" stehen noch aus"', PETROL),
        ("entscheidungsreif", reif, count, anteil, '0%" der Anträge"', GREEN[1]),
        ("in Rückfrage", offen, count, fehler, '"mit "#,##0" Fehlern"', GOLD),
        ("Stellen beantragt", _sum(antraege, "stellen"), count,
         verlaengert, '"davon "#,##0" verlängerbar"', PETROL),
        ("VZÄ beantragt", _sum(antraege, "vzae"), "#,##0.00", "Vollzeitäquivalente", none, PETROL),
        ("Summe der Bewilligungen", _sum_reif(antraege), '#,##0 "€"', "alle Haushaltsjahre", none, GREEN[1]),
        ("freigegeben", frei, count, share(frei, reif), '0%" der reifen"', DEEP[0]),
        ("Kreise vollzählig", alle_da, count, mit, '"von "#,##0" Kreisen"', PETROL),
        ("seit dem letzten Lauf", neu, '#,##0" neu"', anders, '#,##0" geändert"', BLUE[1]),
    ]  # fmt: skip


def _sum(antraege: Table, name: str) -> Formel:
    """The sum over the applications that count."""
    spec = antraege.spec
    wert = sum((number(r.get(name)) for r in antraege.rows if r.get("stand") != Stand.ERSETZT), Decimal(0))
    return Formel(f'SUMIFS({spec.ref(name)},{spec.ref("stand")},"<>{Stand.ERSETZT}")', wert)


def _sum_reif(antraege: Table) -> Formel:
    spec = antraege.spec
    wert = sum((number(r.get("summe")) for r in antraege.rows if r.get("stand") == Stand.ENTSCHIEDEN), Decimal(0))
    return Formel(f'SUMIFS({spec.ref("summe")},{spec.ref("stand")},"{Stand.ENTSCHIEDEN}")', wert)


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
    """References to a column of the sheet Haushalt, row by row, with the values found there."""
    ref, rows = haushalt.spec.ref(name), haushalt.rows[: _BELOW - _BLOCKS - 3]
    return [Formel(f"INDEX({ref},{number})", _shown(row.get(name))) for number, row in enumerate(rows, 1)]


def _shown(value: Value | Formel) -> str | int | Decimal:
    """What a reference to a cell with this value shows; to an empty one, 0."""
    wert = value.wert if isinstance(value, Formel) else value
    return wert if isinstance(wert, int | Decimal | str) else 0


def results(tables: Tables) -> dict[str, str | int | Decimal]:
    """The formulas of the sheet and the values they have with these tables; those they do not bear on are left out."""
    if "tbl_antraege" not in tables:
        stand = _stand(tables)
        return {stand.formel: stand.wert}
    shown = [part for tile in _figures(tables) for part in tile if isinstance(part, Formel)]
    shown.append(_stand(tables))
    shown += [formel for _, formel in _schritte(tables)]
    shown += karte_formeln(tables["tbl_kreise"], _BLOCKS + 2, MAP)
    shown += [formel for name in _BUDGET for formel in _there(tables["tbl_haushalt"], name)]
    return {formel.formel: formel.wert for formel in shown}


def earlier_results(haushalt: Table, found: FoundTable) -> dict[str, str | int | Decimal]:
    """The same of masters drawn before, which name the cells of the sheet Haushalt by where they stand (`found`)."""
    values = {}
    for name in _BUDGET:
        if (header := haushalt.spec.header(name)) in found.columns:
            column = found.first_col + found.columns.index(header)
            for row, formel in enumerate(_there(haushalt, name), found.header_row + 1):
                values[f"{found.sheet}!{address(row, column)}"] = formel.wert
    return values


def _schritte(tables: Tables) -> list[tuple[str, Formel]]:
    """The way of the applications, step by step; each step counts those that have come at least so far."""
    antraege, kreise = tables["tbl_antraege"], tables["tbl_kreise"]
    da = how_many(antraege, "stand", Stand.ENTSCHIEDEN, Stand.RUECKFRAGE)
    fehlend = Formel(f"SUM({kreise.spec.ref('fehlend')})", total(kreise, "fehlend"))
    reif = how_many(antraege, "stand", Stand.ENTSCHIEDEN)
    offen = how_many(antraege, "freigabe", Freigabe.OFFEN)
    return [
        ("erwartet", Formel(f"{da.formel}+{fehlend.formel}", number(da) + number(fehlend))),
        ("eingegangen", da),
        ("entscheidungsreif", reif),
        ("bearbeitet", Formel(f"{reif.formel}-{offen.formel}", number(reif) - number(offen))),
        ("freigegeben", how_many(antraege, "freigabe", Freigabe.FREIGEGEBEN)),
    ]


def _weg(workbook: Workbook, sheet: Worksheet, formats: Formats, tables: Tables) -> None:
    """How many applications have come how far: words and figures, and bars beside them, a row each."""
    heading(sheet, formats, _BELOW, LEFT, "Der Weg der Anträge")
    schritte, first = _schritte(tables), _BELOW + 1
    for row, (wort, zahl) in enumerate(schritte, first):
        put(sheet, row, LEFT, wort, formats())
        put(sheet, row, LEFT + 2, zahl, formats(bold=True, num_format="#,##0", align="right", indent=1))
    last = first + len(schritte) - 1
    bars = workbook.add_chart({"type": "bar"})
    bars.add_series({
        "name": "Anträge", "categories": ["Start", first, LEFT, last, LEFT],
        "values": ["Start", first, LEFT + 2, last, LEFT + 2], "gap": 40, "border": {"none": True},
        "points": [{"fill": {"color": colour}} for colour in ("#D5DAE0", "#7FA3BB", "#4FA873", "#34935F", DEEP[0])],
    })  # fmt: skip
    bars.set_title({"none": True})
    bars.set_legend({"none": True})
    bars.set_chartarea({"border": {"none": True}, "fill": {"none": True}})
    bars.set_y_axis({"visible": False, "reverse": True, "major_gridlines": {"visible": False}})
    bars.set_x_axis({"visible": False, "min": 0, "major_gridlines": {"visible": False}})
    bars.set_plotarea({"layout": {"x": 0.01, "y": 0.0, "width": 0.97, "height": 1.0}})
    bars.set_size({"width": 232, "height": len(schritte) * _ROW * 4 // 3})
    sheet.insert_chart(first, LEFT + 3, bars, {"description": "Balken: wie viele Anträge wie weit sind"})


def _legends(sheet: Worksheet, formats: Formats) -> None:
    heading(sheet, formats, _WORDS, LEFT, "Farben und Wörter")
    entries = [(str(word), *ZUSTAENDE[word], text) for word, text in LEGENDE.items()]
    entries.append(("gelbe Spalten", STAFF_HEAD, INK, "gehören Ihnen; kein Lauf ändert sie"))
    legend(sheet, formats, _WORDS + 1, LEFT, entries)
    karte_words = [(str(word), *ZUSTAENDE[word], text) for word, text in KARTE_LEGENDE.items()]
    legend(sheet, formats, _MAP_WORDS, MAP, karte_words)


def _series(table: Table, name: str, label: str, colour: str, category: str) -> dict[str, Any]:
    first, last = header_row(table) + 1, last_row(table)
    cells = {n: [table.spec.sheet, first, table.spec.at(n), last, table.spec.at(n)] for n in (category, name)}
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
    columns.set_size({"width": 470, "height": 480})
    return columns


def _kreise_chart(workbook: Workbook, kreise: Table) -> Any:
    columns = workbook.add_chart({"type": "column", "subtype": "stacked"})
    for name, label, colour in (
        ("entscheidungsreif", "entscheidungsreif", "#4FA873"),
        ("rueckfrage", "Rückfrage", GOLD),
        ("fehlend", "steht aus", "#D5DAE0"),
    ):
        columns.add_series(_series(kreise, name, label, colour, "kuerzel"))
    dress(columns, "Anträge je Kreis")
    columns.set_x_axis({"num_font": FONT | {"rotation": -90}, "interval_unit": 1, "line": {"color": LINE},
                        "major_tick_mark": "none"})  # fmt: skip
    columns.set_y_axis({"num_font": FONT, "line": {"none": True}, "min": 0, "num_format": "0",
                        "major_gridlines": {"visible": True, "line": {"color": LINE, "width": 0.75}}})  # fmt: skip
    columns.set_size({"width": 1_440, "height": 288})
    return columns
