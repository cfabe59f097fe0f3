"""A table of the master as it stood before a run, and what the run changes in it: the same for both kinds of `Book`.

What people typed belongs to the key of its row; what belonged to a row that is gone goes to Verwaist and comes back
from there once the row is there again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation

from pik_xl.errors import PikError
from pik_xl.kinds import Formel, Row, Value, fit
from pik_xl.master.draw.sheet import head_texts
from pik_xl.master.read.table import ZURUECK, check_kopf, columns_of, typed
from pik_xl.master.sheets.columns import (
    AENDERUNG,
    ENTSCHEIDUNG,
    FREIGEGEBENES,
    SIEGEL,
    VERMERKE,
    Aenderung,
    Column,
    Owner,
    Table,
    TableSpec,
)
from pik_xl.master.sheets.rows import as_text, row_keys
from pik_xl.master.sheets.siegel import fits, head_seal, is_seal
from pik_xl.master.sheets.verwaist import Eintrag
from pik_xl.master.sheets.years import jahre_in, mit_jahren
from pik_xl.master.update.verwaist import heading, told, value_of
from pik_xl.model import Stand
from pik_xl.ooxml.address import address, column_number
from pik_xl.ooxml.workbook import Cell, Sheet, Workbook
from pik_xl.ooxml.workbook import Table as FoundTable
from pik_xl.values import day_number

_NOTIZ = "Notiz zu "  # and the header: how the column of a note is called in Verwaist
_UEBERSCHRIEBEN = " (überschrieben)"  # and how a cell is that people typed over
_KOPF = "über der Tabelle"  # the key of what people typed there
_SPALTE = "Spalte "  # and the letters of a column beside the table
_NUMBERED = re.compile(r" #\d+$")  # see `row_keys`
_NEAR = Decimal("0.000001")  # numbers in workbooks are binary


def vergleich(old: OldTable, table: Table) -> tuple[Table, Counter[Aenderung]]:
    """The table with what changed since the last run in its column `aenderung`; how many rows of each kind."""
    counts: Counter[Aenderung] = Counter()
    rows = []
    keys = row_keys(table.spec, table.rows)
    for key, row in zip(keys, table.rows, strict=True):
        if change := old.change(key, row):
            counts[change] += 1
        rows.append({**row, AENDERUNG: change})
    counts[Aenderung.ENTFALLEN] = len(old.vanished(keys))
    return replace(table, rows=tuple(rows)), counts


@dataclass(frozen=True, slots=True)
class OldTable:
    """A managed table of the master before the run, rows and columns from 1.

    `spec` declares the columns for budget years an earlier run wrote too, so that they are emptied and not left.
    `old_last` is the last row with anything in it, `columns` gives the declared columns' numbers by name, `headers`
    all headers by number, `added` those the table lacks, `beside` what people wrote over columns beside the table,
    `managed` the numbers of the columns a run writes, `rows` the old cells, `keys` and `numbers` keys of rows.
    """

    spec: TableSpec
    date1904: bool
    sheet: Sheet
    header: int
    table_last: int
    old_last: int
    total: bool
    columns: Mapping[str, int]
    headers: Mapping[int, str]
    added: Mapping[int, str]
    beside: Mapping[int, str]
    managed: frozenset[int]
    rows: Mapping[int, Mapping[int, Cell]]
    keys: Mapping[int, str]
    numbers: Mapping[str, int]

    @classmethod
    def of(cls, book: Workbook, spec: TableSpec) -> OldTable:
        """The table as it stands; PikError if it is gone."""
        table = book.tables.get(spec.name)
        if table is None:
            raise PikError(f"Im Master fehlt die Tabelle „{spec.name}“ (Blatt „{spec.sheet}“). {ZURUECK}")
        check_kopf(table)
        sheet = book.sheets[table.sheet]
        spec = mit_jahren(spec, jahre_in(_without_formulas(sheet, table)))
        columns = columns_of(spec, table.sheet, table.first_col, table.columns)
        headers = dict(enumerate(table.columns, table.first_col))
        missing = [c for c in spec.columns if c.name not in columns]
        added = {max(headers) + n: c.header for n, c in enumerate(missing, 1)}
        columns |= {c.name: number for number, c in zip(added, missing, strict=True)}
        last = table.last_row if table.total else max([table.last_row, *(row for row, _ in sheet.cells)])
        rows: dict[int, dict[int, Cell]] = {}
        for (row, column), cell in sheet.cells.items():
            if table.header_row < row <= last and column not in added:
                rows.setdefault(row, {})[column] = cell
        keys = _keys(spec, columns, rows, book.date1904)
        managed = frozenset(columns[c.name] for c in spec.columns if c.owner is Owner.PIK)
        beside = _beside(sheet, table.header_row, headers)
        return cls(spec, book.date1904, sheet, table.header_row, table.last_row, last, table.total, columns, headers,
                   added, beside, managed, rows, keys, {k: n for n, k in keys.items()})  # fmt: skip

    def change(self, key: str, row: Row) -> Aenderung | None:
        """What happened to the row since the last run."""
        if key not in self.numbers:
            return Aenderung.NEU
        old = self.rows[self.numbers[key]]
        before = {c.name: old.get(self.columns[c.name]) for c in self.spec.columns}
        if row.get("stand") == Stand.ERSETZT and not same(before.get("stand"), Stand.ERSETZT, self.date1904):
            return Aenderung.ERSETZT
        seal = before.get(SIEGEL)
        if (
            seal
            and seal.text == row.get(SIEGEL)
            and same(before.get(ENTSCHEIDUNG), row.get(ENTSCHEIDUNG), self.date1904)
        ):
            return None  # the run writes what the last one wrote, whatever people typed over it
        skipped = {
            AENDERUNG,
            FREIGEGEBENES,
            SIEGEL,
            *(c.name for c in self.spec.columns if self.columns[c.name] in self.added),
        }
        ours = (c.name for c in self.spec.columns if c.owner is Owner.PIK and c.name not in skipped)
        if all(same(before[name], row.get(name), self.date1904) for name in ours):
            return None
        return Aenderung.GEAENDERT

    def used(self, keys: Iterable[str]) -> set[int]:
        """The old rows that are still there when the rows have these keys."""
        return {n for key in keys if (n := self.numbers.get(key)) is not None}

    def vanished(self, keys: Iterable[str]) -> set[str]:
        """The keys of the rows a run wrote that are no more; neither people's own rows nor their copies of ours."""
        gone = self.rows.keys() - self.used(keys)
        return {_bare(self.keys[n]) for n in gone if not self._theirs(n)} - set(map(_bare, keys))

    def head(self, table: Table) -> dict[tuple[int, int], str | None]:
        """The texts above the table as the run writes them, with their seal."""
        texts = head_texts(table)
        return texts | {(1, self.columns[SIEGEL]): head_seal(texts)} if texts and SIEGEL in self.columns else texts

    def overwritten(self, table: Table) -> Iterator[Eintrag]:
        """What people typed over what the last run wrote, where this one writes something else."""
        if self._sealed:
            yield from self._head_overwritten(head_texts(table))
            yield from self._rows_overwritten(row_keys(table.spec, table.rows), table.rows)

    def _head_overwritten(self, texts: Mapping[tuple[int, int], str | None]) -> Iterator[Eintrag]:
        there = {at: cell for at in texts if (cell := self.sheet.cells.get(at))}
        seal = self.sheet.cells.get((1, self.columns[SIEGEL]))
        if seal and seal.text == head_seal({at: cell.text for at, cell in there.items()}):
            return
        for at, cell in there.items():
            if cell.text.strip() and not same(cell, texts[at], self.date1904):
                yield Eintrag(self.spec.sheet, _KOPF, f"Zelle {address(*at)}{_UEBERSCHRIEBEN}", cell.text)

    def _rows_overwritten(self, keys: Sequence[str], rows: Sequence[Row]) -> Iterator[Eintrag]:
        for key, row in zip(keys, rows, strict=True):
            number = self.numbers.get(key)
            for column in self._typed_over(number) if number is not None else ():
                cell, value = self.rows[number or 0][self.columns[column.name]], row.get(column.name)
                if cell.formel or isinstance(value, Formel) or not same(cell, value, self.date1904):
                    _, text = told(column, cell, (number or 0, self.columns[column.name]), self.date1904)
                    yield Eintrag(self.spec.sheet, key, f"{column.header}{_UEBERSCHRIEBEN}", text)

    def _typed_over(self, number: int) -> Iterator[Column]:
        """The columns of a run in an old row in which something stands that may be people's."""
        named, untouched = self.named(self.rows[number]), self.untouched(number)
        for column in self.spec.columns:
            cell = named.get(column.name)
            if cell is None or column.owner is Owner.STAFF or not (cell.formel or cell.text.strip()):
                continue
            if column.name in VERMERKE:
                if not _noted(column.name, cell.text):
                    yield column
            elif not untouched and not (column.formel and cell.formel):
                yield column

    @property
    def _sealed(self) -> bool:
        """Whether the last run left seals on the rows."""
        return self.columns.get(SIEGEL, 0) in self.headers

    def _theirs(self, number: int) -> bool:
        """Whether people wrote an old row themselves: it has no key, or no run has sealed it."""
        if not self._sealed or not _bare(self.keys[number]):
            return not _bare(self.keys[number])
        seal = self.rows[number].get(self.columns[SIEGEL])
        return seal is None or not is_seal(seal.text)

    def untouched(self, number: int) -> bool:
        """Whether the cells of a run in an old row are still as it wrote them."""
        if not self._sealed:
            return True
        named = self.named(self.rows[number])
        if any(named[c.name].formel for c in self.spec.columns if c.name in named and _no_formula(c)):
            return False
        return SIEGEL in named and fits(named[SIEGEL].text, self.spec, named)

    def named(self, cells: Mapping[int, Cell]) -> dict[str, Cell]:
        """The cells of a row by name of their column."""
        return {name: cells[column] for name, column in self.columns.items() if column in cells}

    def entries(self) -> Iterator[Eintrag]:
        """The rows of Verwaist."""
        for _, cells in sorted(self.rows.items()):
            there = {c: cells[self.columns[c.name]] for c in self.spec.columns if self.columns[c.name] in cells}
            texts = {c.name: as_text(typed(c, cell, self.date1904)) for c, cell in there.items()}
            yield Eintrag(**dict.fromkeys((c.name for c in self.spec.columns), "") | texts)

    def returned(
        self, rows: Mapping[str, int], waiting: Sequence[Eintrag]
    ) -> tuple[dict[str, dict[int, Value | Formel]], list[Eintrag]]:
        """Entries that go back to their row, where nothing was typed since; and those that still wait.

        `rows` are the rows by key as they will be.
        """
        back: dict[str, dict[int, Value | Formel]] = {}
        still = []
        for entry in waiting:
            column, key = self._column(entry.spalte), entry.schluessel
            taken = self.rows.get(self.numbers.get(key, 0), {}).keys() | back.get(key, {}).keys() | self.managed
            if entry.blatt != self.spec.sheet or key not in rows or column is None or column in taken:
                still.append(entry)
            else:
                value = value_of(entry, self._declared(column), (rows[key], column))
                back.setdefault(key, {})[column] = value
        return back, still

    def returned_notes(
        self, rows: Mapping[str, int], waiting: Sequence[Eintrag], taken: set[tuple[int, int]]
    ) -> tuple[dict[tuple[int, int], str], list[Eintrag]]:
        """Notes that go back to their cell, by its row and column, where there is no other; and what still waits.

        `rows` are the rows by key as they will be.
        """
        back: dict[tuple[int, int], str] = {}
        still = []
        for entry in waiting:
            note = entry.blatt == self.spec.sheet and entry.spalte.startswith(_NOTIZ)
            at = rows.get(entry.schluessel, 0), self._column(entry.spalte.removeprefix(_NOTIZ)) or 0
            if note and all(at) and at not in taken and at not in back:
                back[at] = entry.inhalt
            else:
                still.append(entry)
        return back, still

    def gone(self, used: set[int], notes: Mapping[tuple[int, int], str]) -> Iterator[Eintrag]:
        """What people typed in rows that are no more; all of it where the row was theirs or they typed over ours."""
        for number, cells in sorted(self.rows.items()):
            for column, cell in sorted(cells.items()) if number not in used else ():
                if self._typed_in(number, column, cell):
                    yield self._entry((number, column), cell)
        for (number, column), text in sorted(notes.items()):
            yield Eintrag(self.spec.sheet, self._named(number), f"{_NOTIZ}{self._head(column)}", text)

    def _typed_in(self, number: int, column: int, cell: Cell) -> bool:
        """Whether a cell of a row that is no more may have been people's."""
        if column not in self.managed or self._theirs(number):
            return True
        return any(self.columns[c.name] == column for c in self._typed_over(number))

    def _entry(self, at: tuple[int, int], cell: Cell) -> Eintrag:
        """What stands in a cell, as Verwaist tells it."""
        kind, text = told(self._declared(at[1]), cell, at, self.date1904)
        return Eintrag(self.spec.sheet, self._named(at[0]), f"{self._head(at[1])}{kind}", text)

    def _declared(self, column: int) -> Column | None:
        """The column of that number, if the table declares it."""
        return next((c for c in self.spec.columns if self.columns[c.name] == column), None)

    def _named(self, number: int) -> str:
        """What an old row is called in Verwaist: by its key, or by its place where it has none."""
        key = self.keys.get(number, "")
        return key if _bare(key) else f"Zeile {number}"

    def displaced(self, numbers: Iterable[int]) -> Iterator[Eintrag]:
        """What people wrote in these rows beside the table, where a column that a run adds comes to stand."""
        for at in sorted((row, column) for row in numbers for column in self.added):
            if (cell := self.sheet.cells.get(at)) and (cell.formel or cell.text.strip()):
                kind, text = told(None, cell, at, self.date1904)
                yield Eintrag(self.spec.sheet, self._named(at[0]), f"{self._head(at[1])}{kind}", text)

    def _head(self, column: int) -> str:
        """What a column is called in Verwaist: as it is headed, or by its letters."""
        named = self.headers.get(column) or self.beside.get(column)
        return named or f"{_SPALTE}{address(1, column)[:-1]}"

    def _column(self, head: str) -> int | None:
        """The column that `_head` calls so; None if there is none, or its place is the table's now."""
        for number, named in (*self.headers.items(), *self.beside.items()):
            if named == head and number not in self.added:
                return number
        if heading(head) != head:
            return self._column(heading(head))
        letters = head.removeprefix(_SPALTE)
        if letters == head or not letters.isalpha() or len(letters) > 3:
            return None
        number = column_number(letters)
        return None if number in self.headers or number in self.added else number


def _without_formulas(sheet: Sheet, table: FoundTable) -> Iterator[str]:
    """The headers of the columns nobody calculates in; a run writes amounts as numbers."""
    calculated = {c for (r, c), cell in sheet.cells.items() if cell.formel and table.header_row < r <= table.last_row}
    return (header for n, header in enumerate(table.columns, table.first_col) if n not in calculated)


def _beside(sheet: Sheet, header: int, headers: Mapping[int, str]) -> dict[int, str]:
    """What people wrote over columns beside the table, where it names one column and no other."""
    over = {at[1]: cell.text.strip() for at, cell in sheet.cells.items() if at[0] == header and at[1] not in headers}
    named = Counter([*headers.values(), *over.values()])
    return {n: text for n, text in over.items() if text and named[text] == 1 and not text.startswith((_SPALTE, _NOTIZ))}


def _keys(
    spec: TableSpec, columns: Mapping[str, int], rows: Mapping[int, Mapping[int, Cell]], date1904: bool
) -> dict[int, str]:
    """The keys of the old rows by number."""
    parts = [(c, columns[c.name]) for c in spec.columns if c.name in spec.key]
    numbers = sorted(rows) if parts else []
    values: list[Row] = [{c.name: typed(c, rows[n][at], date1904) for c, at in parts if at in rows[n]} for n in numbers]
    return dict(zip(numbers, row_keys(spec, values), strict=True))


def _noted(name: str, text: str) -> bool:
    """Whether the text may be what a run notes in a column for the next; of hidden ones only the seal is looked at."""
    return text in tuple(Aenderung) if name == AENDERUNG else name != SIEGEL or is_seal(text)


def _no_formula(column: Column) -> bool:
    """Whether a formula in the column is none of ours."""
    return column.owner is Owner.PIK and column.name not in VERMERKE and not column.formel


def _bare(key: str) -> str:
    """A key without the number it got as one of many; nothing where all its columns are empty."""
    return _NUMBERED.sub("", key).strip(" |")


def same(cell: Cell | None, value: Value | Formel, date1904: bool) -> bool:
    """Whether the cell shows the value; formulas are not compared."""
    if isinstance(value, Formel):
        return True
    if value is None or value == "" or cell is None:
        return (cell is None or not cell.text.strip()) and (value is None or value == "")
    if isinstance(value, str):
        return cell.text == fit(str(value))
    try:
        wanted = day_number(value, date1904) if isinstance(value, date) else Decimal(value)
        return abs(Decimal(cell.text) - wanted) < _NEAR
    except InvalidOperation:
        return False
