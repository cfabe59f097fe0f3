"""What a run does to a table that is open in Excel, worked out before the first cell is touched. Pure.

Rows of people stay where they are: new rows come in between as blocks, rows that are gone are taken out, nothing is
ever sorted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from pik_xl.kinds import Formel, Kind, Row, Value, entry_of
from pik_xl.master.draw.sheet import NUMBER_FORMATS
from pik_xl.master.sheets.columns import Column, Owner, Table, TableSpec
from pik_xl.master.sheets.rows import row_keys
from pik_xl.master.sheets.specs import VERWAIST
from pik_xl.master.sheets.verwaist import Eintrag, verwaist_table
from pik_xl.master.update.compare import OldTable

Notes = Mapping[tuple[int, int], str]
Wert = str | float

TEXT = "@"
GENERAL = "General"  # in a cell of text a formula would be text


@dataclass(frozen=True, slots=True)
class Step:
    """So many rows put in before a row of the sheet, or taken out from it on."""

    row: int
    put_in: int = 0
    take_out: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """Cells to write at once: columns from `left`, one tuple a row; `formula` if they are given as formulas."""

    left: int
    rows: tuple[tuple[Wert, ...], ...]
    formula: bool

    @property
    def right(self) -> int:
        """The last column."""
        return self.left + len(self.rows[0]) - 1


@dataclass(frozen=True, slots=True)
class Plan:
    """A table's update: first the `steps` from the bottom up, then `formats` by columns, `blocks` and single cells.

    `moved` tells where an old row is then, `singles` are cells that come back from Verwaist (by row and column, with
    their number format where it must be set), `notes` likewise; `last` is the last row then, as a table needs one.
    """

    old: OldTable
    steps: tuple[Step, ...]
    moved: Mapping[int, int]
    last: int
    formats: tuple[tuple[int, int, str], ...]
    blocks: tuple[Block, ...]
    singles: Mapping[tuple[int, int], tuple[Wert, str | None]]
    notes: Notes
    titles: Mapping[tuple[int, int], str]


def plans(tables: Sequence[Table], old: Mapping[str, OldTable], notes: Mapping[str, Notes]) -> list[Plan]:
    """The updates of these tables and, last, of Verwaist; `old` and the sheets' `notes` by name of the table."""
    verwaist = old[VERWAIST.name]
    waiting, found = list(verwaist.entries()), []
    for table in tables:
        plan, waiting = _plan(table, old[table.spec.name], notes[table.spec.name], waiting)
        found.append(plan)
    used = verwaist.used(row_keys(VERWAIST, verwaist_table(waiting).rows))
    waiting += verwaist.gone(used, _of_gone(verwaist, used, notes[VERWAIST.name]))
    plan, _ = _plan(verwaist_table(waiting), verwaist, {}, [])
    return [*found, plan]


def _plan(table: Table, old: OldTable, notes: Notes, waiting: Sequence[Eintrag]) -> tuple[Plan, list[Eintrag]]:
    """The update of one table, and the entries that wait in Verwaist then."""
    table = replace(table, spec=old.spec)
    keys = row_keys(table.spec, table.rows)
    order, steps, moved = _layout(old, keys, {row for row, _ in notes})
    places = {keys[index]: row for row, index in enumerate(order, old.header + 1)}
    returned, waiting = old.returned(places, waiting)
    taken = {(moved[row], column) for row, column in notes if row in moved}
    back, waiting = old.returned_notes(places, waiting, taken)
    singles = {
        (places[key], _after(old, column)): _single(value, old)
        for key, cells in returned.items()
        for column, value in cells.items()
    }
    plan = Plan(
        old=old,
        steps=steps,
        moved=moved,
        last=old.header + max(len(order), 1),
        formats=tuple(_formats(table, old)),
        blocks=tuple(_blocks([table.rows[i] for i in order], table.spec, old)),
        singles=singles,
        notes={(row, _after(old, column)): text for (row, column), text in back.items()},
        titles=dict(_new_titles(table, old)),
    )
    return plan, [*waiting, *leaving(table, old, notes)]


def leaving(table: Table, old: OldTable, notes: Notes) -> list[Eintrag]:
    """What goes to Verwaist when the table is written."""
    sources = old.used(row_keys(old.spec, table.rows))
    displaced = old.displaced(set(range(old.header + 1, old.old_last + 1)) - sources)
    return [*displaced, *old.overwritten(table), *old.gone(sources, _of_gone(old, sources, notes))]


def _after(old: OldTable, column: int) -> int:
    """Where a column is after the update: what stands beside the table gives way to columns it gets."""
    return column if column <= max(old.headers) else column + len(old.added)


def _of_gone(old: OldTable, used: set[int], notes: Notes) -> Notes:
    """The notes on rows of the table that are no more."""
    return {at: text for at, text in notes.items() if old.header < at[0] <= old.old_last and at[0] not in used}


# --- rows ----------------------------------------------------------------------------------------


def _layout(old: OldTable, keys: Sequence[str], noted: set[int]) -> tuple[list[int], tuple[Step, ...], dict[int, int]]:
    """The new order (as indices of `keys`), the steps that lead there, and where each old row is then.

    A table without rows has an empty one: one there is, with no note on it either, or a new one.
    """
    index_of = {n: index for index, key in enumerate(keys) if (n := old.numbers.get(key)) is not None}
    before, at_end = _blocks_of_new(old, keys)
    present = range(old.header + 1, old.old_last + 1)
    order: list[int] = []
    moved: dict[int, int] = {}
    for row in present:
        order += before.get(row, ())
        if row in index_of:
            moved[row] = old.header + 1 + len(order)
            order.append(index_of[row])
    order += at_end
    empty = None if order else next((row for row in present if row not in old.rows and row not in noted), None)
    gone = [row for row in present if row not in index_of and row != empty]
    out = [(run[0], len(run)) for run in _runs(gone)]
    steps = [Step(row, take_out=count) for row, count in out]
    steps += [Step(row, put_in=len(rows)) for row, rows in before.items()]
    if at_end or not (order or empty):
        steps.append(Step(old.old_last + 1, put_in=len(at_end) or 1))
    return order, tuple(sorted(steps, key=lambda step: (-step.row, step.put_in))), moved


def _blocks_of_new(old: OldTable, keys: Sequence[str]) -> tuple[dict[int, list[int]], list[int]]:
    """New rows by the old row they come before, and those for the end: all of them where people have sorted."""
    sources = [old.numbers.get(key) for key in keys]
    present = [n for n in sources if n is not None]
    new = [index for index, n in enumerate(sources) if n is None]
    if present != sorted(present):
        return {}, new
    before: dict[int, list[int]] = {}
    waiting: list[int] = []
    for index, number in enumerate(sources):
        if number is None:
            waiting.append(index)
        elif waiting:
            before[number], waiting = waiting, []
    return before, waiting


def _runs(numbers: Sequence[int]) -> Iterator[list[int]]:
    """Ascending numbers in stretches without gaps."""
    for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        yield [number for _, number in run]


def hidden_runs(plan: Plan) -> list[list[int]]:
    """The rows people have hidden, where they are after the update, in stretches."""
    return list(_runs(sorted(plan.moved[row] for row in plan.old.sheet.hidden_rows if row in plan.moved)))


# --- columns -------------------------------------------------------------------------------------


def _managed(old: OldTable, spec: TableSpec) -> list[tuple[int, Column]]:
    return sorted(((old.columns[c.name], c) for c in spec.columns if c.owner is Owner.PIK), key=lambda pair: pair[0])


def _has_formula(rows: Sequence[Row], column: Column) -> bool:
    return any(isinstance(row.get(column.name), Formel) for row in rows)


def _formats(table: Table, old: OldTable) -> Iterator[tuple[int, int, str]]:
    """First column, last column and number format, for text and days, and for whatever column is new."""
    wanted = {}
    for number, column in _managed(old, table.spec):
        form = NUMBER_FORMATS.get(column.kind, TEXT)
        if form == TEXT and _has_formula(table.rows, column):
            form = GENERAL
        if form in (TEXT, GENERAL) or column.kind is Kind.DATUM or number in old.added:
            wanted[number] = form
    for run in _runs(sorted(wanted)):
        for form, columns in groupby(run, wanted.__getitem__):
            numbers = list(columns)
            yield numbers[0], numbers[-1], form


def _blocks(rows: Sequence[Row], spec: TableSpec, old: OldTable) -> Iterator[Block]:
    """The managed columns in stretches, formulas apart from values."""
    managed = dict(_managed(old, spec))
    for run in _runs(sorted(managed)) if rows else ():
        for formula, columns in groupby(run, lambda number: _has_formula(rows, managed[number])):
            numbers = list(columns)
            names = [managed[number].name for number in numbers]
            cells = tuple(tuple(wert(row.get(name), old.date1904) for name in names) for row in rows)
            yield Block(numbers[0], cells, formula)


def wert(value: Value | Formel, date1904: bool) -> Wert:
    """A value as Excel takes it: text, a float (days are serial numbers), nothing as empty text; a formula with =."""
    if isinstance(value, Formel):
        return f"={value.formel}"
    entry = entry_of(value, date1904)
    return "" if entry is None else entry if isinstance(entry, str) else float(entry)


def _single(value: Value | Formel, old: OldTable) -> tuple[Wert, str | None]:
    """What comes back from Verwaist; text is text in any cell, and nothing else is."""
    return wert(value, old.date1904), TEXT if isinstance(value, str) else None


def _new_titles(table: Table, old: OldTable) -> Iterator[tuple[tuple[int, int], str]]:
    for at, text in old.head(table).items():
        cell = old.sheet.cells.get(at)
        if (cell.text if cell else "") != (text or ""):
            yield at, text or ""
