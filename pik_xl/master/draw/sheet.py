"""Draws one table of the master on its sheet: a real table with formats, colours, drop-downs and print set-up.

Applicants' text is only ever written as a string: never as a formula, a link or a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from pik_xl.kinds import Formel, Kind, Row, Value, entry_of
from pik_xl.master.sheets.columns import A4_ZEICHEN, FEHLT, SIEGEL, Aenderung, Column, Owner, Table, TableSpec
from pik_xl.master.sheets.siegel import head_seal
from pik_xl.model import Ergebnis, Freigabe, Kreisstand, Schwere, Stand
from pik_xl.ooxml.address import MAX_ROW
from pik_xl.ooxml.palette import (
    AMBER,
    BARE,
    BLUE,
    DEEP,
    DULL,
    GOLD,
    GREEN,
    GREY,
    INK,
    LINE,
    PALE,
    PETROL,
    RED,
    STAFF_CELL,
    STAFF_HEAD,
    Formats,
)

# Every word that says how things stand, with background and ink.
ZUSTAENDE: dict[str, tuple[str, str]] = {
    Stand.ENTSCHIEDEN: GREEN, Stand.RUECKFRAGE: AMBER, Stand.ERSETZT: DULL, FEHLT: RED,
    Aenderung.NEU: BLUE, Aenderung.GEAENDERT: AMBER,
    Ergebnis.BEWILLIGT: GREEN, Ergebnis.TEILWEISE: AMBER, Ergebnis.ABGELEHNT: RED,
    Schwere.FEHLER: RED, Schwere.WARNUNG: AMBER, Schwere.HINWEIS: BLUE,
    Freigabe.OFFEN: DULL, Freigabe.BEARBEITET: BLUE, Freigabe.UNVOLLSTAENDIG: AMBER, Freigabe.ZWEITE_PERSON: RED,
    Freigabe.GEAENDERT: RED, Freigabe.FREIGEGEBEN: DEEP,
    Kreisstand.OHNE: BARE, Kreisstand.AUSSTEHEND: DULL, Kreisstand.TEILWEISE: BLUE,
}  # fmt: skip

EURO = '#,##0.00 "€";-#,##0.00 "€";"–"'
NUMBER_FORMATS = {
    Kind.DATUM: "dd.mm.yyyy",
    Kind.EURO: EURO,
    Kind.VZAE: "#,##0.00",
    Kind.ZAHL: '#,##0;-#,##0;"–"',
    Kind.JAHR: "0",
    Kind.PROZENT: "0.0 %",
}
_OFFICE = ("Bestand", "Ansprechpartner", "Einstellungen", "Abweichungen")
_TAB_COLOURS = dict.fromkeys(_OFFICE, GOLD) | {"Regelwerk": GREY, "Protokoll": GREY, "Verwaist": RED[1]}
_RIGHT = {Kind.EURO, Kind.VZAE, Kind.ZAHL, Kind.PROZENT}
_CENTRE = {Kind.DATUM, Kind.JAHR, Kind.ZUSTAND}

_LINES_MAX = 12
SUMME_SICHTBAR = "Summe der sichtbaren Zeilen"


def new_workbook(target: BinaryIO, title: str, stand: datetime) -> Workbook:
    """A workbook that guesses at nothing: what is written as text stays text; `stand` is its day of making."""
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    workbook = Workbook(target, options)
    workbook.set_properties({"title": title, "subject": "Verlängerung der Stellen", "created": stand})
    return workbook


def draw_all(workbook: Workbook, tables: Sequence[Table]) -> Formats:
    """One sheet per table; all sheets exist before the first is drawn, so that formulas find them."""
    for table in tables:
        workbook.add_worksheet(table.spec.sheet).set_tab_color(_TAB_COLOURS.get(table.spec.sheet, "#7FA3BB"))
    formats = Formats(workbook)
    for table in tables:
        draw(workbook, formats, table)
    return formats


def draw(workbook: Workbook, formats: Formats, table: Table) -> None:
    """Adds the table's sheet to the workbook."""
    spec, sheet = table.spec, workbook.get_worksheet_by_name(table.spec.sheet)
    head, last = header_row(table), last_row(table)
    sheet.hide_gridlines(2)
    for index, column in enumerate(spec.columns):
        sheet.set_column(index, index, column.width, formats(**_open(spec)), {"hidden": column.verborgen})
    _protect(sheet, formats, spec)
    _title(sheet, formats, table)
    sheet.set_row(head, 32)
    sheet.add_table(head, 0, last + spec.summenzeile, len(spec.columns) - 1, _options(formats, table))
    _body(sheet, formats, table)
    _sums(sheet, formats, table)
    for index, column in enumerate(spec.columns):
        _rules(sheet, formats, column, (head + 1, index, last, index))
        if column.hilfe:
            size = {"x_scale": 1.7, "y_scale": 0.8, "font_size": 9, "font_name": "Calibri", "color": "#FFF8E1"}
            sheet.write_comment(head, index, column.hilfe, size)
    sheet.ignore_errors({"number_stored_as_text": _range(head, 0, last, len(spec.columns) - 1)})
    sheet.freeze_panes(head + 1, spec.fest)
    _print_setup(sheet, table)


def _open(spec: TableSpec) -> dict[str, bool]:
    """Cells beside and below a protected table stay open for whatever people want to note there."""
    return {"locked": False} if spec.geschuetzt else {}


def _protect(sheet: Worksheet, formats: Formats, spec: TableSpec) -> None:
    """Without a password: a guard against slips, which anybody may take away."""
    if spec.geschuetzt:
        sheet.set_column(len(spec.columns), LAST_COLUMN, None, formats(**_open(spec)))
        sheet.protect("", OPEN)


LAST_COLUMN = 16_383
# What stays possible on a protected sheet.
OPEN = dict.fromkeys(("autofilter", "format_cells", "format_columns", "format_rows", "insert_columns", "insert_rows",
                      "delete_columns", "objects"), True)  # fmt: skip


def header_row(table: Table) -> int:
    """The row of the headers, counted from 0: title, text, to-do list, and the sums of the visible rows above."""
    return 3 + _kopf_rows(table) + _sums_above(table)


def last_row(table: Table) -> int:
    """The last data row; a table needs one even when it is empty."""
    return header_row(table) + max(len(table.rows), 1)


def _sums_above(table: Table) -> bool:
    return not table.spec.summenzeile and any(c.summe for c in table.spec.columns)


def _kopf_rows(table: Table) -> int:
    """A headline of its own row, the items after it in two columns side by side."""
    room = max(table.spec.kopf, len(table.kopf))
    return 1 + room // 2 if room else 0


def head_texts(table: Table) -> dict[tuple[int, int], str | None]:
    """The to-do list above the table by row and column from 1; None where one may have been.

    Title and text stand above it since the sheet was drawn, and no run writes them again.
    """
    texts: dict[tuple[int, int], str | None] = {}
    for number in range(max(table.spec.kopf, len(table.kopf))):
        text = table.kopf[number] if number < len(table.kopf) else None
        row, column = (3, 1) if number == 0 else (4 + (number - 1) // 2, 1 if number % 2 else 7)
        texts[row, column] = f"•  {text}" if text and number else text
    return texts


def _title(sheet: Worksheet, formats: Formats, table: Table) -> None:
    sheet.set_row(0, 28)
    looks = {1: formats(font_size=18, bold=True, font_color=PETROL), 2: formats(font_color=GREY),
             3: formats(font_size=11, bold=True)}  # fmt: skip
    texts = head_texts(table)
    for (row, column), text in ({(1, 1): table.spec.sheet, (2, 1): table.spec.text} | texts).items():
        put(sheet, row - 1, column - 1, text, looks.get(row) or formats(font_size=11))
    for index, c in enumerate(table.spec.columns):
        if c.name == SIEGEL and texts:
            put(sheet, 0, index, head_seal(texts), cell_format(formats, c))


def _options(formats: Formats, table: Table) -> dict[str, Any]:
    columns = []
    for index, c in enumerate(table.spec.columns):
        column: dict[str, Any] = {"header": c.header, "header_format": _header_format(formats, c)}
        if table.spec.summenzeile and index == 0:
            column["total_string"] = "Summe"
        if table.spec.summenzeile and c.summe:
            column["total_function"] = "sum"
        columns.append(column)
    return {
        "name": table.spec.name,
        "columns": columns,
        "style": None,
        "total_row": table.spec.summenzeile,
    }


def _header_format(formats: Formats, column: Column) -> Format:
    look = {"bold": True, "text_wrap": True, "border": 1, "border_color": "#FFFFFF"}
    look |= {"align": "center"} if column.kind in _RIGHT | _CENTRE else {"align": "left", "indent": 1}
    if column.owner is Owner.STAFF:
        return formats(**look, bg_color=STAFF_HEAD, font_color=INK, bottom=2, bottom_color=GOLD)
    return formats(**look, bg_color=PETROL, font_color="#FFFFFF", bottom=2, bottom_color=PETROL)


def cell_format(formats: Formats, column: Column) -> Format:
    """The look of a column's cells; staff's text cells are text, so that what they type stays as typed."""
    kind = column.kind
    look: dict[str, Any] = {"bottom": 1, "bottom_color": LINE, "num_format": NUMBER_FORMATS.get(kind, "@")}
    align = "right" if kind in _RIGHT else "center" if kind in _CENTRE else "left"
    look |= {"align": align, "indent": 0 if align == "center" else 1}
    if kind is Kind.LANGTEXT:
        look["text_wrap"] = True
    if column.owner is Owner.STAFF:
        look["bg_color"] = STAFF_CELL
    return formats(**look)


def _body(sheet: Worksheet, formats: Formats, table: Table) -> None:
    columns = [(i, c.name, cell_format(formats, c)) for i, c in enumerate(table.spec.columns)]
    for number, row in enumerate(table.rows or ({},), header_row(table) + 1):
        if height := row_height(table, row):
            sheet.set_row(number, height)
        for index, name, look in columns:
            put(sheet, number, index, row.get(name), look)


def row_height(table: Table, row: Row) -> float | None:
    """The height in points of a row with wrapped text; None for an ordinary one."""
    lines = _lines(table, row)
    return 5 + 13 * lines if lines > 1 or table.spec.summenzeile else None


def _lines(table: Table, row: Row) -> int:
    """How many lines the row's wrapped texts need, at a guess; LibreOffice does not work it out by itself."""
    wrapped = ((c.width, row.get(c.name)) for c in table.spec.columns if c.kind is Kind.LANGTEXT)
    texts = ((width, value.wert if isinstance(value, Formel) else value) for width, value in wrapped)
    return max((text_lines(text, width) for width, text in texts if isinstance(text, str)), default=1)


def text_lines(text: str, width: int) -> int:
    """The lines a wrapped text needs in a cell of so many characters, at a guess."""
    return min(sum(1 + len(line) // max(width - 2, 1) for line in text.split("\n")), _LINES_MAX)


def put(sheet: Worksheet, row: int, column: int, value: Value | Formel, look: Format) -> None:
    """Writes one cell by the type of its value; text stays text whatever it begins with."""
    if isinstance(value, Formel):
        wert = value.wert if isinstance(value.wert, str) else float(value.wert)
        code = sheet.write_formula(row, column, f"={value.formel}", look, wert)
    elif (entry := entry_of(value)) is None:
        code = sheet.write_blank(row, column, None, look)
    elif isinstance(entry, str):
        code = sheet.write_string(row, column, entry, look)
    else:
        code = sheet.write_number(row, column, float(entry), look)
    if code:
        raise ValueError(f"cell {row},{column} of {sheet.get_name()} was not written: {code}")


def _sums(sheet: Worksheet, formats: Formats, table: Table) -> None:
    summed = [(i, c) for i, c in enumerate(table.spec.columns) if c.summe]
    if not summed:
        return
    above = _sums_above(table)
    row = header_row(table) - 1 if above else last_row(table) + 1
    border = {"bold": True} if above else {"bold": True, "top": 2, "top_color": PETROL, "bg_color": PALE}
    if above:
        label = formats(align="right", font_color=GREY, indent=1)
        put(sheet, row, summed[0][0] - 1, SUMME_SICHTBAR, label)
    else:
        sheet.set_row(row, 20)
        for index in range(len(table.spec.columns)):
            put(sheet, row, index, "Summe" if index == 0 else None, formats(**border, align="left", indent=1))
    for index, c in summed:
        formel = Formel(_sum_formula(table, c), total(table, c.name))
        put(sheet, row, index, formel, formats(**border, num_format=NUMBER_FORMATS[c.kind], align="right", indent=1))


def _sum_formula(table: Table, column: Column) -> str:
    return f"SUBTOTAL(109,{table.spec.name}[{column.header}])"


def sum_formulas(table: Table, visible: Sequence[bool]) -> dict[str, Decimal]:
    """The formulas of the sums with their values; they count the rows that are not filtered away."""
    shown = replace(table, rows=tuple(row for row, seen in zip(table.rows, visible, strict=True) if seen))
    return {_sum_formula(table, c): total(shown, c.name) for c in table.spec.columns if c.summe}


def total(table: Table, name: str) -> Decimal:
    """The sum of a column as the formulas will find it."""
    return sum((number(row.get(name)) for row in table.rows), Decimal(0))


def number(value: Value | Formel) -> Decimal:
    """The value as a number; text and nothing count 0, as in Excel's sums."""
    wert = value.wert if isinstance(value, Formel) else value
    return Decimal(wert) if isinstance(wert, int | Decimal) else Decimal(0)


def _rules(sheet: Worksheet, formats: Formats, column: Column, cells: tuple[int, int, int, int]) -> None:
    """Colours by meaning, bars for shares, and drop-downs and date checks where staff type."""
    if column.kind is Kind.ZUSTAND or column.auswahl == tuple(Ergebnis):
        for word in column.auswahl or ZUSTAENDE:
            paper, ink = ZUSTAENDE[word]
            look = formats.bare(bg_color=paper, font_color=ink)
            sheet.conditional_format(*cells, {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": look})
    if column.name == "rest":
        sheet.conditional_format(*cells, {"type": "cell", "criteria": "<", "value": 0,
                                          "format": formats.bare(font_color=RED[1], bold=True)})  # fmt: skip
    if column.kind is Kind.PROZENT:
        sheet.conditional_format(*cells, {
            "type": "data_bar", "data_bar_2010": True, "bar_solid": True, "bar_color": "#8FC7A4",
            "min_type": "num", "max_type": "num", "min_value": 0, "max_value": 1,
        })  # fmt: skip
    if (column.auswahl or column.liste) and column.owner is Owner.STAFF:
        sheet.data_validation(*cells, {
            "validate": "list", "source": list(column.auswahl) or f"={column.liste}", "error_title": column.header,
            "error_message": "Bitte einen Eintrag aus der Liste wählen.",
        })  # fmt: skip
    if column.kind is Kind.DATUM and column.owner is Owner.STAFF:
        sheet.data_validation(*cells, {
            "validate": "date", "criteria": "between", "minimum": date(2000, 1, 1), "maximum": date(2099, 12, 31),
            "error_title": column.header, "error_message": "Bitte ein Datum eingeben, zum Beispiel 15.03.2020.",
        })  # fmt: skip


def _print_setup(sheet: Worksheet, table: Table) -> None:
    columns = table.spec.druck or len(table.spec.columns)
    wide = sum(c.width for c in table.spec.columns[:columns] if not c.verborgen) > A4_ZEICHEN
    sheet.set_landscape()
    sheet.set_paper(8 if wide else 9)  # A3, A4
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(header_row(table))
    sheet.print_area(0, 0, MAX_ROW - 1, columns - 1)  # whole columns, however many rows there will be
    footer(sheet)


def footer(sheet: Worksheet, text: str = "Pakt für Integration") -> None:
    """A few words, sheet name and page number at the foot of every printed page."""
    sheet.set_footer(f"&L&8&K66727F{text} · &A&R&8&K66727FSeite &P von &N")


def _range(first_row: int, first_col: int, last_row: int, last_col: int) -> str:
    from xlsxwriter.utility import xl_range

    return str(xl_range(first_row, first_col, last_row, last_col))
