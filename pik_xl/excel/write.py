"""Writes worked-out plans into tables that are open in Excel: rows first, then formats, then values, in whole blocks.

`Any` is what Excel hands over through COM.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pik_xl.errors import PikError
from pik_xl.excel.plan import GENERAL, TEXT, Block, Plan, Step, Wert, hidden_runs
from pik_xl.ooxml.address import MAX_COL, address

# Excel's own numbers for these words.
_DOWN, _UP, _LIKE_BELOW = -4121, -4162, 1
_ONE, _AND, _OR, _VALUES, _DYNAMIC = 0, 1, 2, 7, 11
_LOOKS_LIKE_FORMULA = ("=", "+", "-", "@")

_ALLOWED = ("AllowFormattingCells", "AllowFormattingColumns", "AllowFormattingRows", "AllowInsertingColumns",
            "AllowInsertingRows", "AllowInsertingHyperlinks", "AllowDeletingColumns", "AllowDeletingRows",
            "AllowSorting", "AllowFiltering", "AllowUsingPivotTables")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filter:
    """What the filter of a table asks of one of its columns, counted from 1."""

    field: int
    operator: int
    first: Any
    second: Any = None


def execute(plan: Plan, sheet: Any, filters: Sequence[Filter]) -> None:
    """Brings one table up to date; the sheet is unprotected, `filters` are those its table has now."""
    table = sheet.ListObjects(plan.old.spec.name)
    if filters:
        table.AutoFilter.ShowAllData()
    _widen(plan, sheet, table)
    for step in plan.steps:
        _step(plan, step, sheet, table)
    _hide_again(plan, sheet, bool(filters))
    for left, right, form in plan.formats:
        sheet.Range(_area(plan, left, right)).NumberFormat = form
    with _no_filling(sheet.Application):
        for block in plan.blocks:
            _write(plan, block, sheet)
    for at, single in plan.singles.items():
        _back(sheet.Range(address(*at)), *single)
    for at, text in plan.notes.items():
        sheet.Range(address(*at)).AddComment(text)
    for at, title in plan.titles.items():
        _single(sheet.Range(address(*at)), title, TEXT if title.startswith(_LOOKS_LIKE_FORMULA) else None)
    for f in filters:
        _filter(table, f)


# --- rows and columns ----------------------------------------------------------------------------


def _widen(plan: Plan, sheet: Any, table: Any) -> None:
    """The table over the rows people typed below it, and with the columns it lacks."""
    old = plan.old
    if old.old_last > old.table_last:
        table.Resize(sheet.Range(f"{address(old.header, min(old.headers))}:{address(old.old_last, max(old.headers))}"))
    for header in old.added.values():
        table.ListColumns.Add().Name = header
    if not table.ListRows.Count:  # somebody has deleted even the empty row
        table.ListRows.Add()


def _step(plan: Plan, step: Step, sheet: Any, table: Any) -> None:
    """Whole rows of the sheet come in, with all that stands beside; only cells go out, none of them with anything."""
    first, last = step.row, step.row + step.put_in - 1
    if step.take_out:
        for columns in _spans(plan):
            sheet.Range(_cells(columns, first, first + step.take_out - 1)).Delete(_UP)
    elif first <= plan.old.old_last:
        sheet.Range(f"{first}:{last}").Insert(_DOWN, _LIKE_BELOW)
    else:
        table.ListRows.Add(AlwaysInsert=True)  # so that formats, rules and sums follow; the others come in above it
        if last > first:
            sheet.Range(f"{first}:{last - 1}").Insert(_DOWN, _LIKE_BELOW)


def _spans(plan: Plan) -> Iterator[tuple[int, int]]:
    """First and last column of the table, and of all beside it: notes and colours also stand on empty cells."""
    left, right = min(plan.old.headers), max(plan.old.headers) + len(plan.old.added)
    yield left, right
    yield right + 1, MAX_COL
    if left > 1:
        yield 1, left - 1


def _hide_again(plan: Plan, sheet: Any, filtered: bool) -> None:
    """Cells that moved up left the hiding behind, as it belongs to rows of the sheet; a filter hides anew."""
    if filtered or not plan.old.sheet.hidden_rows or not any(step.take_out for step in plan.steps):
        return
    sheet.Range(f"{plan.old.header + 1}:{plan.last}").Hidden = False
    for run in hidden_runs(plan):
        sheet.Range(f"{run[0]}:{run[-1]}").Hidden = True


def _area(plan: Plan, left: int, right: int) -> str:
    return _cells((left, right), plan.old.header + 1, plan.last)


def _cells(columns: tuple[int, int], first: int, last: int) -> str:
    return f"{address(first, columns[0])}:{address(last, columns[1])}"


# --- values --------------------------------------------------------------------------------------


def _write(plan: Plan, block: Block, sheet: Any) -> None:
    target = sheet.Range(_area(plan, block.left, block.right))
    if block.formula:
        target.Formula = block.rows
    else:
        target.Value2 = block.rows


def _single(cell: Any, value: Wert, form: str | None) -> None:
    if form:
        cell.NumberFormat = form
    cell.Value2 = value


def _back(cell: Any, value: Wert, form: str | None) -> None:
    """What is no text (it has no format of its own) would be text in a cell of text."""
    _single(cell, value, form or (GENERAL if cell.NumberFormat == TEXT else None))


@contextmanager
def _no_filling(app: Any) -> Iterator[None]:
    """Excel would fill a formula down a whole column."""
    before = app.AutoCorrect.AutoFillFormulasInLists
    app.AutoCorrect.AutoFillFormulasInLists = False
    try:
        yield
    finally:
        app.AutoCorrect.AutoFillFormulasInLists = before


# --- filters -------------------------------------------------------------------------------------


def filters_of(sheet: Any, name: str) -> list[Filter]:
    """The filters of a table; PikError for those that Excel does not tell well enough to set them again."""
    auto = sheet.ListObjects(name).AutoFilter
    if auto is None or not auto.FilterMode:
        return []
    return [_filter_of(sheet, field, f) for field, f in enumerate(auto.Filters, 1) if f.On]


def _filter_of(sheet: Any, field: int, live: Any) -> Filter:
    try:
        operator = int(live.Operator)
        if operator in (_ONE, _AND, _OR, _VALUES, _DYNAMIC):
            second = live.Criteria2 if operator in (_AND, _OR) else None
            return Filter(field, operator, live.Criteria1, second)
    except Exception:  # dates chosen from the list: Excel says nothing of them
        operator = 0
    raise PikError(
        f"Blatt „{sheet.Name}“ ist nach Farbe, Rang oder Datum gefiltert. Bitte diesen Filter aufheben und den Lauf "
        "wiederholen."
    )


def _filter(table: Any, f: Filter) -> None:
    if f.second is not None:
        table.Range.AutoFilter(f.field, f.first, f.operator, f.second)
    elif f.operator in (_ONE, _AND):
        table.Range.AutoFilter(f.field, f.first)
    else:
        table.Range.AutoFilter(f.field, f.first, f.operator)


# --- notes and protection ------------------------------------------------------------------------


def notes_of(sheet: Any) -> dict[tuple[int, int], str]:
    """The notes and threads of a sheet by their cell."""
    found = {(int(n.Parent.Row), int(n.Parent.Column)): str(n.Text()) for n in sheet.Comments}
    try:
        threads = list(sheet.CommentsThreaded)
    except Exception:  # an Excel that does not know them
        threads = []
    for thread in threads:
        texts = (str(thread.Text()), *(str(reply.Text()) for reply in thread.Replies))
        found[int(thread.Parent.Row), int(thread.Parent.Column)] = "\n".join(texts)
    return found


@contextmanager
def unprotected(sheet: Any) -> Iterator[None]:
    """The sheet open for the while, and protected again as it was; PikError if that takes a password."""
    if not sheet.ProtectContents:
        yield
        return
    p = sheet.Protection
    options = {name: bool(getattr(p, name)) for name in _ALLOWED}
    options |= {"DrawingObjects": bool(sheet.ProtectDrawingObjects), "Scenarios": bool(sheet.ProtectScenarios)}
    try:
        sheet.Unprotect("")
    except Exception as error:
        raise PikError(
            f"Blatt „{sheet.Name}“ ist mit einem Kennwort geschützt. Bitte den Schutz aufheben "
            "(Überprüfen > Blattschutz aufheben) und den Lauf wiederholen."
        ) from error
    try:
        yield
    finally:
        sheet.Protect(Contents=True, **options)
