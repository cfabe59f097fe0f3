"""A closed master brought up to date: only the rows of managed tables change, every other part stays byte for byte.

What people typed moves with its row; what belonged to a row that is gone goes to Verwaist and comes back from there
once the row is there again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pik_xl.kinds import Formel, Row, Value
from pik_xl.master.draw.sheet import row_height, sum_formulas
from pik_xl.master.read.snapshot import Snapshot
from pik_xl.master.read.table import lesbar
from pik_xl.master.sheets.columns import Aenderung, Owner, Table, TableSpec
from pik_xl.master.sheets.rows import row_keys
from pik_xl.master.sheets.specs import VERWAIST
from pik_xl.master.sheets.verwaist import Eintrag, verwaist_table
from pik_xl.master.update.compare import OldTable, vergleich
from pik_xl.ooxml.area import Area
from pik_xl.ooxml.edited import MasterPackage, SheetParts
from pik_xl.ooxml.patch_notes import add_boxes, add_notes, has_boxes, noted, patch_notes, patch_vml
from pik_xl.ooxml.patch_sheet import Columns, NewRow, patch_results, patch_sheet
from pik_xl.ooxml.patch_table import column_formulas, is_filtered, patch_table
from pik_xl.ooxml.workbook import Workbook

Results = Mapping[str, str | int | Decimal]


class MasterUpdate:
    """One update of a master: what changed is asked first, then everything is written."""

    @lesbar()
    def __init__(self, master: Snapshot) -> None:
        self.book, self.package = master.book, MasterPackage(master.data)
        self._places: dict[str, _Place] = {}

    @lesbar()
    def vergleich(self, table: Table) -> tuple[Table, Counter[Aenderung]]:
        """The table with what changed since the last run in its column `aenderung`; how many rows of each kind."""
        return vergleich(self._place(table.spec).old, table)

    @lesbar()
    def verwaist(self, table: Table) -> int:
        """How many entries of people on its sheet go to Verwaist when this table is written."""
        return len(self._leaving(self._place(table.spec), table))

    @lesbar()
    def write(self, tables: Sequence[Table], results: Results) -> bytes:
        """The master with the rows of these tables; `results` are formulas of `Start` and the values they have now.

        Sheets that belong to the office as a whole (Bestand) are not among the `tables`. PikError if one is missing.
        """
        verwaist = self._place(VERWAIST)
        waiting = list(verwaist.old.entries())
        for table in tables:
            waiting = self._write(table, waiting, results)
        waiting = [*waiting, *self._beside(verwaist, waiting)]
        self._write(verwaist_table(waiting), [], {})
        if start := self.package.parts("Start"):
            self.package.change(start.sheet, patch_results(self.package.part(start.sheet), results.get))
        self.package.whole_columns()
        self.package.recalculate()
        return self.package.build()

    def _place(self, spec: TableSpec) -> _Place:
        if spec.name not in self._places:
            self._places[spec.name] = _Place.of(self.book, self.package, spec)
        return self._places[spec.name]

    def _write(self, table: Table, waiting: Sequence[Eintrag], results: Results) -> list[Eintrag]:
        """Patches one table with all that hangs on its sheet; returns the entries that wait in Verwaist now."""
        place, package = self._place(table.spec), self.package
        old = place.old
        table = replace(table, spec=old.spec)
        keys = row_keys(old.spec, table.rows)
        sources = [old.numbers.get(key) for key in keys]
        area = Area(old.header, old.table_last, old.old_last, sources, old.total)
        lines = {key: row for row, key in enumerate(keys, old.header + 1)}
        returned, waiting = old.returned(lines, waiting)
        rows = [place.row(key, row, source, returned.get(key, {}), row_height(table, row))
                for key, source, row in zip(keys, sources, table.rows, strict=True)]  # fmt: skip
        known, parts = {**results, **sum_formulas(table, [not row.hidden for row in rows])}, place.parts
        xml = patch_sheet(
            package.part(parts.sheet), area, rows, place.layout, known.get, old.head(table), self.book.date1904
        )
        package.change(parts.sheet, xml)
        package.change(parts.table, patch_table(package.part(parts.table), area, list(old.added.values())))
        leaving = self._leaving(place, table)
        self._move_notes(place.parts, area)
        return [*self._return_notes(place, lines, waiting), *leaving]

    def _leaving(self, place: _Place, table: Table) -> list[Eintrag]:
        """What goes to Verwaist when the table is written."""
        old, used = place.old, place.old.used(row_keys(place.old.spec, table.rows))
        displaced = old.displaced(range(old.header, old.old_last + 1))
        return [*displaced, *old.overwritten(table), *old.gone(used, self._notes_gone(place, used))]

    def _notes_gone(self, place: _Place, used: set[int]) -> dict[tuple[int, int], str]:
        """The texts of the notes whose row is gone once only these are left (of a thread, not of its stand-in)."""
        old = place.old
        area = Area(old.header, old.table_last, old.old_last, sorted(used), old.total)
        notes: dict[tuple[int, int], str] = {}
        for part in (*place.parts.notes, *place.parts.threads):
            notes |= patch_notes(self.package.part(part), area)[1]
        return notes

    def _beside(self, verwaist: _Place, waiting: Sequence[Eintrag]) -> list[Eintrag]:
        """What people noted on and beside rows of Verwaist whose entry has gone back to its place."""
        used = verwaist.old.used(row_keys(VERWAIST, verwaist_table(waiting).rows))
        return list(verwaist.old.gone(used, self._notes_gone(verwaist, used)))

    def _move_notes(self, parts: SheetParts, area: Area) -> None:
        """Notes and threads go with their cells."""
        for part in (*parts.notes, *parts.threads):
            self.package.change(part, patch_notes(self.package.part(part), area)[0])
        for part in parts.vml:
            self.package.change(part, patch_vml(self.package.part(part), area))

    def _return_notes(self, place: _Place, rows: Mapping[str, int], waiting: Sequence[Eintrag]) -> Sequence[Eintrag]:
        """Notes from Verwaist stand on their cell again once its row is back; returns the entries that still wait."""
        part, package = next(iter(place.parts.notes), ""), self.package
        boxes = next((vml for vml in place.parts.vml if has_boxes(package.part(vml))), "")
        if not part or not boxes:
            return waiting
        notes, waiting = place.old.returned_notes(rows, waiting, noted(package.part(part)))
        if notes:
            package.change(part, add_notes(package.part(part), notes))
            package.change(boxes, add_boxes(package.part(boxes), notes))
        return waiting


@dataclass(frozen=True, slots=True)
class _Place:
    """A managed table in the file: as it stood, the parts it is made of, and whether a filter hides rows of it."""

    old: OldTable
    parts: SheetParts
    layout: Columns
    filtered: bool

    @classmethod
    def of(cls, book: Workbook, package: MasterPackage, spec: TableSpec) -> _Place:
        """Where the table stands; PikError if it is gone."""
        old = OldTable.of(book, spec)
        parts = package.parts(old.sheet.name, spec.name)
        assert parts  # what was read of the file is in the file
        xml = package.part(parts.table)
        theirs = column_formulas(xml)
        formulas = {n: theirs[h] for n, h in old.headers.items() if h in theirs and n not in old.columns.values()}
        return cls(old, parts, Columns(old.managed, formulas, old.added), is_filtered(xml))

    def row(
        self, key: str, row: Row, source: int | None, returned: Mapping[int, Value | Formel], height: float | None
    ) -> NewRow:
        """The row as the patch wants it; heights only where there is something new to read."""
        old = self.old
        cells: dict[int, Value | Formel] = {old.columns[c.name]: value for c in old.spec.columns
                 if c.owner is Owner.PIK and (value := row.get(c.name)) is not None}  # fmt: skip
        cells.update(returned)
        # A filter is Excel's to apply: what it hid stays hidden until there is something new to see.
        news = old.change(key, row) is not None
        hidden = source in old.sheet.hidden_rows and not (self.filtered and news)
        return NewRow(source, cells, height if news else None, hidden)
