"""A closed master brought up to date: only the rows of managed tables change, every other part stays byte for byte.

What people typed moves with its row; what belonged to a row that is gone goes to Verwaist and comes back from there
once the row is there again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation

from pik_xl.area import Area
from pik_xl.autofilter import Test, filters_of, passes
from pik_xl.cell_xml import Formula, Inhalt, day_number
from pik_xl.columns import AENDERUNG, SIEGEL, Aenderung, Column, Formel, Owner, Row, Table, TableSpec, Value
from pik_xl.errors import PikError
from pik_xl.master_package import MasterPackage, SheetParts
from pik_xl.master_read import columns_of, open_master, typed
from pik_xl.master_sheets import fit, row_height, sum_formulas, titles
from pik_xl.model import Stand
from pik_xl.ooxml import Cell, Sheet, Workbook, address
from pik_xl.patch import Columns, NewRow, patch_results, patch_sheet
from pik_xl.patch_notes import add_boxes, add_notes, has_boxes, noted, patch_notes, patch_vml
from pik_xl.patch_table import column_formulas, patch_table
from pik_xl.sheets import VERWAIST
from pik_xl.siegel import seal_of
from pik_xl.tables import Eintrag, as_text, row_keys, verwaist_table

Results = Mapping[str, str | int | Decimal]
_NOTIZ = "Notiz zu "  # and the header: how the column of a note is called in Verwaist
_UEBERSCHRIEBEN = " (überschrieben)"  # and how a cell is that people typed over
_NEAR = Decimal("0.000001")  # numbers in workbooks are binary


class MasterUpdate:
    """One update of a master: what changed is asked first, then everything is written."""

    def __init__(self, old: bytes) -> None:
        self.book, self.package = open_master(old), MasterPackage(old)
        self._places: dict[str, _Place] = {}

    def vergleich(self, table: Table) -> tuple[Table, Counter[Aenderung]]:
        """The table with what changed since the last run in its column `aenderung`; how many rows of each kind."""
        place = self._place(table.spec)
        counts: Counter[Aenderung] = Counter()
        rows = []
        keys = row_keys(table.spec, table.rows)
        for key, row in zip(keys, table.rows, strict=True):
            if change := place.change(key, row):
                counts[change] += 1
            rows.append({**row, AENDERUNG: change})
        counts[Aenderung.ENTFALLEN] = sum(1 for key in place.numbers.keys() - set(keys) if key.strip(" |"))
        counts[Aenderung.UEBERSCHRIEBEN] = len({e.schluessel for e in place.overwritten(keys, table.rows)})
        return replace(table, rows=tuple(rows)), counts

    def write(self, tables: Sequence[Table], results: Results) -> bytes:
        """The master with the rows of these tables; `results` are formulas of `Start` and the values they have now.

        Sheets that belong to the office as a whole (Bestand) are not among the `tables`. PikError if one is missing.
        """
        verwaist = self._place(VERWAIST)
        waiting = list(verwaist.entries())
        for table in tables:
            waiting = self._write(table, waiting, results)
        self._write(verwaist_table(waiting), [], {})
        if start := self.package.parts("Start"):
            self.package.change(start.sheet, patch_results(self.package.part(start.sheet), results.get))
        self.package.recalculate()
        return self.package.build()

    def _place(self, spec: TableSpec) -> _Place:
        if spec.name not in self._places:
            self._places[spec.name] = _Place.of(self.book, self.package, spec)
        return self._places[spec.name]

    def _write(self, table: Table, waiting: Sequence[Eintrag], results: Results) -> list[Eintrag]:
        """Patches one table with all that hangs on its sheet; returns the entries that wait in Verwaist now."""
        spec, place, package = table.spec, self._place(table.spec), self.package
        keys = row_keys(spec, table.rows) if spec.key else [""] * len(table.rows)
        sources = [place.numbers.get(key) for key in keys]
        area = Area(place.header, place.table_last, place.old_last, sources, place.parts.total)
        returned, waiting = place.returned(keys, waiting)
        rows = [place.row(key, row, source, returned.get(key, {}), row_height(table, row))
                for key, source, row in zip(keys, sources, table.rows, strict=True)]  # fmt: skip
        known, parts = {**results, **sum_formulas(table, [not row.hidden for row in rows])}, place.parts
        xml = patch_sheet(
            package.part(parts.sheet), area, rows, place.layout, known.get, titles(table), self.book.date1904
        )
        package.change(parts.sheet, xml)
        package.change(parts.table, patch_table(package.part(parts.table), area, list(place.added.values())))
        gone = self._move_notes(place.parts, area)
        waiting = self._return_notes(place, keys, waiting)
        typed_over = place.overwritten(keys, table.rows)
        return [*waiting, *typed_over, *place.gone({s for s in sources if s is not None}, gone)]

    def _move_notes(self, parts: SheetParts, area: Area) -> dict[tuple[int, int], str]:
        """Notes and threads go with their cells; the texts of those whose row is gone (a thread, not its stand-in)."""
        texts: dict[tuple[int, int], str] = {}
        for part in (*parts.notes, *parts.threads):
            changed, gone = patch_notes(self.package.part(part), area)
            self.package.change(part, changed)
            texts |= gone
        for part in parts.vml:
            self.package.change(part, patch_vml(self.package.part(part), area))
        return texts

    def _return_notes(self, place: _Place, keys: Sequence[str], waiting: Sequence[Eintrag]) -> Sequence[Eintrag]:
        """Notes from Verwaist stand on their cell again once its row is back; returns the entries that still wait."""
        part, package = next(iter(place.parts.notes), ""), self.package
        boxes = next((vml for vml in place.parts.vml if has_boxes(package.part(vml))), "")
        if not part or not boxes:
            return waiting
        notes, waiting = place.returned_notes(keys, waiting, noted(package.part(part)))
        if notes:
            package.change(part, add_notes(package.part(part), notes))
            package.change(boxes, add_boxes(package.part(boxes), notes))
        return waiting


@dataclass(frozen=True, slots=True)
class _Place:
    """A managed table in the old master, rows and columns from 1.

    `old_last` is the last row with anything in it, `columns` gives the declared columns' numbers by name, `headers`
    all headers by number, `added` those the table lacks, `rows` the old cells, `keys` and `numbers` keys of rows,
    `filters` what the table's filter asks of which column.
    """

    spec: TableSpec
    date1904: bool
    sheet: Sheet
    parts: SheetParts
    header: int
    table_last: int
    old_last: int
    columns: Mapping[str, int]
    headers: Mapping[int, str]
    added: Mapping[int, str]
    rows: Mapping[int, Mapping[int, Cell]]
    keys: Mapping[int, str]
    numbers: Mapping[str, int]
    layout: Columns
    filters: Mapping[int, Test]

    @classmethod
    def of(cls, book: Workbook, package: MasterPackage, spec: TableSpec) -> _Place:
        """Where the table stands; PikError if it is gone."""
        table = book.tables.get(spec.name)
        parts = package.parts(table.sheet, spec.name) if table else None
        if table is None or parts is None:
            raise PikError(
                f"Im Master fehlt die Tabelle „{spec.name}“ (Blatt „{spec.sheet}“). Bitte die letzte Sicherung aus "
                "Protokoll/Sicherungen verwenden."
            )
        sheet = book.sheets[table.sheet]
        columns = columns_of(spec, table.sheet, table.first_col, table.columns)
        headers = dict(enumerate(table.columns, table.first_col))
        missing = [c for c in spec.columns if c.name not in columns]
        added = {max(headers) + n: c.header for n, c in enumerate(missing, 1)}
        columns |= {c.name: number for number, c in zip(added, missing, strict=True)}
        last = table.last_row if parts.total else max([table.last_row, *(row for row, _ in sheet.cells)])
        rows: dict[int, dict[int, Cell]] = {}
        for (row, column), cell in sheet.cells.items():
            if table.header_row < row <= last:
                rows.setdefault(row, {})[column] = cell
        keys = _keys(spec, columns, rows, book.date1904)
        managed = frozenset(columns[c.name] for c in spec.columns if c.owner is Owner.PIK)
        theirs = column_formulas(package.part(parts.table))
        formulas = {n: theirs[h] for n, h in headers.items() if h in theirs and n not in columns.values()}
        return cls(spec, book.date1904, sheet, parts, table.header_row, table.last_row, last, columns, headers, added,
                   rows, keys, {k: n for n, k in keys.items()}, Columns(managed, formulas, added),
                   filters_of(package.part(parts.table), book.date1904))  # fmt: skip

    def row(
        self, key: str, row: Row, source: int | None, returned: dict[int, Inhalt | Formula], height: float | None
    ) -> NewRow:
        """The row as the patch wants it; heights only where there is something new to read."""
        cells: dict[int, Inhalt | Formula] = {self.columns[c.name]: _inhalt(value) for c in self.spec.columns
                 if c.owner is Owner.PIK and (value := row.get(c.name)) is not None}  # fmt: skip
        cells |= returned
        hidden = self._hidden(key, row, source, cells)
        return NewRow(source, cells, height if source is None or row.get(AENDERUNG) else None, hidden)

    def _hidden(self, key: str, row: Row, source: int | None, cells: Mapping[int, Inhalt | Formula]) -> bool:
        """Whether the row is hidden: as it was, but as the table's filter says where something in it is new."""
        before = source in self.sheet.hidden_rows
        if not self.filters or not self._news(key, row):
            return before
        verdict = passes(self.filters, dict(self._filtered(source, cells)))
        return before if verdict is None else not verdict

    def _filtered(self, source: int | None, cells: Mapping[int, Inhalt | Formula]) -> Iterator[tuple[int, Inhalt]]:
        """What the row will hold in the filtered columns; formulas of theirs may have another value by then."""
        old, declared = self.rows.get(source or 0, {}), {self.columns[c.name]: c for c in self.spec.columns}
        for column in self.filters:
            if column in cells:
                value = cells[column]
                yield column, value.value if isinstance(value, Formula) else value
            elif column in self.layout.managed or (column not in old and column not in self.layout.formulas):
                yield column, None
            elif (cell := old.get(column)) and not cell.formel and cell.kind in ("zahl", "text"):
                yield column, _seen(cell, declared.get(column), self.date1904)

    def _news(self, key: str, row: Row) -> bool:
        """Whether the row is new or changed, or no longer said to be."""
        if self.change(key, row):
            return True
        said = self.rows[self.numbers[key]].get(self.columns.get(AENDERUNG, 0))
        return not _same(said, row.get(AENDERUNG), self.date1904)

    def change(self, key: str, row: Row) -> Aenderung | None:
        """What happened to the row since the last run."""
        if key not in self.numbers:
            return Aenderung.NEU
        old = self.rows[self.numbers[key]]
        before = {c.name: old.get(self.columns[c.name]) for c in self.spec.columns}
        if row.get("stand") == Stand.ERSETZT and not _same(before.get("stand"), Stand.ERSETZT, self.date1904):
            return Aenderung.ERSETZT
        skipped = {AENDERUNG, *(c.name for c in self.spec.columns if self.columns[c.name] in self.added)}
        ours = (c.name for c in self.spec.columns if c.owner is Owner.PIK and c.name not in skipped)
        if all(_same(before[name], row.get(name), self.date1904) for name in ours):
            return None
        return Aenderung.GEAENDERT

    def overwritten(self, keys: Sequence[str], rows: Sequence[Row]) -> Iterator[Eintrag]:
        """What people typed over what the last run wrote, where this one writes something else."""
        if SIEGEL not in self.columns:
            return
        ours = [c for c in self.spec.columns if c.owner is Owner.PIK and c.name not in (AENDERUNG, SIEGEL)]
        for key, row in zip(keys, rows, strict=True):
            number = self.numbers.get(key)
            if number is None or self._untouched(number):
                continue
            for column in ours:
                cell, value = self.rows[number].get(self.columns[column.name]), row.get(column.name)
                if cell is None or not cell.text.strip() or cell.formel:
                    continue
                if isinstance(value, Formel) or not _same(cell, value, self.date1904):
                    text = as_text(typed(column, cell, self.date1904))
                    yield Eintrag(self.spec.sheet, key, f"{column.header}{_UEBERSCHRIEBEN}", text)

    def _untouched(self, number: int) -> bool:
        """Whether the cells of a run in an old row are still as it wrote them."""
        cells = self.rows[number]
        named = {name: cells[column] for name, column in self.columns.items() if column in cells}
        return SIEGEL in named and named[SIEGEL].text == seal_of(self.spec, named)

    def entries(self) -> Iterator[Eintrag]:
        """The rows of Verwaist."""
        for _, cells in sorted(self.rows.items()):
            there = {c.name: cells.get(self.columns[c.name]) for c in self.spec.columns}
            yield Eintrag(**{name: cell.text if cell else "" for name, cell in there.items()})

    def returned(
        self, keys: Sequence[str], waiting: Sequence[Eintrag]
    ) -> tuple[dict[str, dict[int, Inhalt | Formula]], list[Eintrag]]:
        """Entries that go back to their row, where nothing was typed since; and those that still wait."""
        here, by_header = set(keys), {h: n for n, h in self.headers.items() if n not in self.layout.managed}
        declared = {self.columns[c.name]: c for c in self.spec.columns}
        back: dict[str, dict[int, Inhalt | Formula]] = {}
        still = []
        for entry in waiting:
            column, key = by_header.get(entry.spalte), entry.schluessel
            taken = self.rows.get(self.numbers.get(key, 0), {}).keys() | back.get(key, {}).keys()
            if entry.blatt != self.spec.sheet or key not in here or column is None or column in taken:
                still.append(entry)
            else:
                value: Value = entry.inhalt
                if column in declared:
                    value = typed(declared[column], Cell("text", entry.inhalt), date1904=False)
                back.setdefault(key, {})[column] = _inhalt(value)
        return back, still

    def returned_notes(
        self, keys: Sequence[str], waiting: Sequence[Eintrag], taken: set[tuple[int, int]]
    ) -> tuple[dict[tuple[int, int], str], list[Eintrag]]:
        """Notes that go back to their cell, by its row and column, where there is no other; and what still waits."""
        rows = {key: row for row, key in enumerate(keys, self.header + 1)}
        columns = {f"{_NOTIZ}{header}": number for number, header in self.headers.items()}
        back: dict[tuple[int, int], str] = {}
        still = []
        for entry in waiting:
            at = rows.get(entry.schluessel, 0), columns.get(entry.spalte, 0)
            if entry.blatt == self.spec.sheet and all(at) and at not in taken and at not in back:
                back[at] = entry.inhalt
            else:
                still.append(entry)
        return back, still

    def gone(self, used: set[int], notes: Mapping[tuple[int, int], str]) -> Iterator[Eintrag]:
        """What people typed in rows that are no more; all of it where the row was theirs alone."""
        if not self.spec.key:
            return
        declared = {self.columns[c.name]: c for c in self.spec.columns}
        for number, cells in sorted(self.rows.items()):
            key = self.keys[number]
            schluessel = key if key.strip(" |") else f"Zeile {number}"
            theirs = schluessel != key or (SIEGEL in self.columns and self.columns[SIEGEL] not in cells)
            for column, cell in sorted(cells.items()) if number not in used else ():
                if theirs or column not in self.layout.managed:
                    text = as_text(typed(declared[column], cell, self.date1904)) if column in declared else cell.text
                    yield Eintrag(self.spec.sheet, schluessel, self._head(column), text)
        for (number, column), text in sorted(notes.items()):
            schluessel = (self.keys.get(number, "").strip(" |") and self.keys[number]) or f"Zeile {number}"
            yield Eintrag(self.spec.sheet, schluessel, f"{_NOTIZ}{self._head(column)}", text)

    def _head(self, column: int) -> str:
        return self.headers.get(column) or f"Spalte {address(1, column)[:-1]}"


def _keys(
    spec: TableSpec, columns: Mapping[str, int], rows: Mapping[int, Mapping[int, Cell]], date1904: bool
) -> dict[int, str]:
    """The keys of the old rows by number."""
    parts = [(c, columns[c.name]) for c in spec.columns if c.name in spec.key]
    numbers = sorted(rows) if parts else []
    values: list[Row] = [{c.name: typed(c, rows[n][at], date1904) for c, at in parts if at in rows[n]} for n in numbers]
    return dict(zip(numbers, row_keys(spec, values), strict=True))


def _seen(cell: Cell, column: Column | None, date1904: bool) -> Inhalt:
    """What somebody typed, as a filter sees it."""
    if cell.kind != "zahl":
        return cell.text
    number = Decimal(cell.text)
    day = typed(column, cell, date1904) if column and number == int(number) else None
    return day if isinstance(day, date) else number


def _inhalt(value: Value | Formel) -> Inhalt | Formula:
    if isinstance(value, Formel):
        return Formula(value.formel, value.wert)
    return fit(str(value)) if isinstance(value, str) else value


def _same(cell: Cell | None, value: Value | Formel, date1904: bool) -> bool:
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
