"""Reads a workbook that is open in Excel: the same `Workbook` the file gives, in a few calls per sheet.

`Any` is what Excel hands over through COM. What no reader of the master asks for (merged ranges, print areas,
suspicious formulas) is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from pik_xl.errors import PikError
from pik_xl.ooxml.address import parse_address
from pik_xl.ooxml.read_workbook import target_of
from pik_xl.ooxml.workbook import Cell, Cells, Sheet, Table, Workbook

_STATES = {-1: "visible", 0: "hidden", 2: "veryHidden"}
_CELLS_MAX = 5_000_000
_SICHTBAR = 12  # xlCellTypeVisible
# Errors come as whole numbers; every other number is a float.
_ERROR_BASE = -2_146_828_288
_ERRORS = {
    2000: "#NULL!", 2007: "#DIV/0!", 2015: "#VALUE!", 2023: "#REF!", 2029: "#NAME?", 2036: "#NUM!", 2042: "#N/A",
    2043: "#GETTING_DATA", 2045: "#SPILL!", 2046: "#CONNECT!", 2047: "#BLOCKED!", 2049: "#FIELD!", 2050: "#CALC!",
}  # fmt: skip


def read_live(book: Any) -> Workbook:
    """What stands in the open workbook (a COM object) now; PikError if a sheet is larger than any master."""
    sheets: dict[str, Sheet] = {}
    tables: dict[str, Table] = {}
    for live in book.Worksheets:
        sheet = _sheet(live)
        sheets[sheet.name] = sheet
        for table in live.ListObjects:
            found = _table(table, sheet)
            tables[found.name] = found
    names = {n: target for n, ref in _names(book) if (target := target_of(ref.removeprefix("=")))}
    return Workbook(sheets, tuple(s.Name for s in book.Sheets), names, tables, bool(book.Date1904), frozenset())


def _names(book: Any) -> Iterator[tuple[str, str]]:
    """The names of the workbook; those of single sheets carry their sheet."""
    for name in book.Names:
        if "!" not in (text := str(name.Name)):
            yield text, str(name.RefersTo)


def _sheet(live: Any) -> Sheet:
    used, name = live.UsedRange, str(live.Name)
    (top, left), (bottom, right) = corners(used.Address)
    if (bottom - top + 1) * (right - left + 1) > _CELLS_MAX:
        raise PikError(
            f"Blatt „{name}“ reicht bis Zeile {bottom}. Bitte die leeren Zeilen unter der Tabelle löschen, speichern "
            "und den Lauf wiederholen."
        )
    cells: Cells = {}
    for row, (values, formulas) in enumerate(zip(_grid(used.Value2), _grid(used.Formula), strict=True), top):
        for column, (value, formula) in enumerate(zip(values, formulas, strict=True), left):
            if (cell := _cell(value, formula)) is not None:
                cells[row, column] = cell
    return Sheet(name, _STATES[int(live.Visible)], cells, (), _hidden_rows(used, top, bottom))


def corners(text: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """Row and column of the first and the last cell of $A$6:$F$20."""
    first, _, last = text.replace("$", "").partition(":")
    return parse_address(first), parse_address(last or first)


def _grid(values: Any) -> Any:
    """Rows of cells; a single cell comes bare."""
    return values if isinstance(values, tuple) else ((values,),)


def _cell(value: Any, formula: Any) -> Cell | None:
    """The cell as the file has it. What begins with = and is its own value was typed as text."""
    formel = formula[1:] if isinstance(formula, str) and formula.startswith("=") and formula != value else ""
    match value:
        case None | "":
            return Cell("text", "", formel) if formel else None
        case bool():
            return Cell("wahr", "1" if value else "0", formel)
        case int():
            return Cell("fehler", _ERRORS.get(value - _ERROR_BASE, "#UNKNOWN!"), formel)
        case float():
            return Cell("zahl", str(int(value)) if value.is_integer() else repr(value), formel)
        case _:
            return Cell("text", str(value), formel)


def _hidden_rows(used: Any, top: int, bottom: int) -> frozenset[int]:
    """Asked at once; only where some rows are hidden and some not, stretch by stretch."""
    hidden = used.EntireRow.Hidden
    if hidden is False:
        return frozenset()
    rows = range(top, bottom + 1)
    if hidden is True:
        return frozenset(rows)
    visible = (corners(area.Address) for area in used.SpecialCells(_SICHTBAR).Areas)
    return frozenset(rows) - set(chain.from_iterable(range(first, last + 1) for (first, _), (last, _) in visible))


def _table(live: Any, sheet: Sheet) -> Table:
    (top, left), (bottom, right) = corners(live.Range.Address)
    total, header = bool(live.ShowTotals), top if live.ShowHeaders else 0
    heads = (sheet.cells.get((top, column)) for column in range(left, right + 1))
    columns = tuple(head.text if head else "" for head in heads) if header else ()
    return Table(str(live.Name), sheet.name, header, left, max(bottom - total, top + 1), columns, total)
