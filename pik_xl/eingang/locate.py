"""Where things stand in a received workbook: tables, single entries, and what of them is hidden or missing. Pure.

Single entries are found by their defined name, rows by the header text of their table; both fall back to
the labels people see, so that a renamed sheet, a moved row or a dropped table does not break a form.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pik_xl.formular import felder as form
from pik_xl.formular.felder import Feld
from pik_xl.ooxml.address import address, parse_address
from pik_xl.ooxml.workbook import Cell, Sheet, Workbook
from pik_xl.values import clean, normalise

# So many header texts in one row make it the header of a table of ours.
HEADERS_NEEDED = 5
# No label of ours is longer, even with a mark or two more.
_LABEL_MAX = 10 + max(len(feld.label) for feld in (*form.ANTRAG_FELDER, *form.STELLEN_FELDER))
# A form has one merged range; whoever merged more than this has not filled in a form.
_MERGED_MAX = 100


class Spot(NamedTuple):
    """A cell of a sheet."""

    sheet: Sheet
    row: int
    col: int

    @property
    def cell(self) -> Cell | None:
        """What stands there."""
        return self.sheet.cells.get((self.row, self.col))

    @property
    def address(self) -> str:
        return address(self.row, self.col)


@dataclass(frozen=True, slots=True)
class FormTable:
    """A table in a sheet: its header row and the columns of our fields."""

    sheet: Sheet
    header_row: int
    columns: tuple[tuple[Feld, int], ...]

    @property
    def rows(self) -> list[int]:
        """The rows below the header that hold something in our columns, also below the table's own end."""
        ours = {col for _, col in self.columns}
        return sorted({row for row, col in self.sheet.cells if row > self.header_row and col in ours})

    def spots(self, row: int) -> list[tuple[Feld, Spot]]:
        """The cells of a row, each with its field."""
        return [(feld, Spot(self.sheet, row, col)) for feld, col in self.columns]


@dataclass(frozen=True, slots=True)
class Located:
    """Where a form keeps what is read: posts, and applicants in a table (Sammelmappe) or in single entries.

    `umgebaut` says what does not stand as it was sent.
    """

    stellen: FormTable | None
    antragsteller: FormTable | None
    entries: tuple[tuple[Feld, Spot], ...]
    umgebaut: tuple[str, ...]


def locate(workbook: Workbook) -> Located:
    """Where everything stands; without `stellen` it is none of our forms."""
    umgebaut: list[str] = []
    stellen = _table(workbook, form.TABELLE_STELLEN, form.STELLEN_FELDER, umgebaut)
    single = form.NAME_PREFIX + form.ANTRAG_FELDER[0].name in workbook.names
    antragsteller = None if single else _table(workbook, form.TABELLE_ANTRAGSTELLER, form.ANTRAG_FELDER, umgebaut)
    entries = tuple(_entries(workbook, umgebaut)) if stellen and not antragsteller else ()
    return Located(stellen, antragsteller, entries, tuple(dict.fromkeys(umgebaut)))


def named(workbook: Workbook, name: str) -> Spot | None:
    """Where one of our names points to; None if the name or the sheet is lost."""
    found = workbook.names.get(form.NAME_PREFIX + name)
    sheet = workbook.sheets.get(found[0]) if found else None
    return Spot(sheet, found[1], found[2]) if sheet and found else None


# --- single entries ------------------------------------------------------------------------------


def _entries(workbook: Workbook, umgebaut: list[str]) -> Iterator[tuple[Feld, Spot]]:
    labels: Mapping[str, Spot] | None = None
    for feld in form.ANTRAG_FELDER:
        if spot := named(workbook, feld.name):
            yield feld, spot
            continue
        if labels is None:
            labels = _labels(workbook)
        if spot := labels.get(normalise(feld.label)):
            umgebaut.append("Eingaben an ihrer Beschriftung erkannt")
            yield feld, spot


def _labels(workbook: Workbook) -> dict[str, Spot]:
    """Where the entry for each label stands: the first cell with a value to its right, else the next one."""
    wanted = {normalise(feld.label) for feld in form.ANTRAG_FELDER}
    found: dict[str, Spot] = {}
    for sheet in workbook.sheets.values():
        for (row, col), cell in sheet.cells.items():
            label = _label(cell)
            if label in wanted and label not in found:
                right = [c for c in range(col + 1, col + 6) if (row, c) in sheet.cells]
                found[label] = Spot(sheet, row, right[0] if right else col + 1)
    return found


def _label(cell: Cell) -> str:
    """The text of a cell as a label, if it can be one."""
    return normalise(cell.text) if cell.kind == "text" and len(cell.text) <= _LABEL_MAX else ""


# --- tables --------------------------------------------------------------------------------------


def _table(workbook: Workbook, name: str, felder: Sequence[Feld], umgebaut: list[str]) -> FormTable | None:
    """The table by name, else the first row anywhere that carries enough of its headers."""
    by_label = {normalise(feld.label): feld for feld in felder if not feld.formel}
    found = _by_name(workbook, name, by_label)
    if found is None and (found := _by_headers(workbook, by_label)):
        umgebaut.append("Tabelle an ihren Überschriften erkannt")
    if found and found.header_row != form.KOPFZEILE:
        umgebaut.append(f"Kopfzeile in Zeile {found.header_row} statt {form.KOPFZEILE}")
    if found and found.sheet.name not in (*form.BLAETTER, *form.SAMMEL_BLAETTER):
        umgebaut.append(f"Blatt heißt „{found.sheet.name}“")
    return found


def _by_name(workbook: Workbook, name: str, by_label: Mapping[str, Feld]) -> FormTable | None:
    table = workbook.tables.get(name)
    if not (table and table.sheet in workbook.sheets):
        return None
    sheet = workbook.sheets[table.sheet]
    span = range(table.first_col, table.first_col + len(table.columns))
    cells = [(col, cell) for col in span if (cell := sheet.cells.get((table.header_row, col)))]
    columns = _header(cells, by_label)
    return FormTable(sheet, table.header_row, columns) if columns else None


def _by_headers(workbook: Workbook, by_label: Mapping[str, Feld]) -> FormTable | None:
    for sheet in workbook.sheets.values():
        by_row: dict[int, list[tuple[int, Cell]]] = {}
        for (row, col), cell in sheet.cells.items():
            by_row.setdefault(row, []).append((col, cell))
        for row, cells in sorted(by_row.items()):
            columns = _header(cells, by_label)
            if len(columns) >= HEADERS_NEEDED:
                return FormTable(sheet, row, columns)
    return None


def _header(cells: Iterable[tuple[int, Cell]], by_label: Mapping[str, Feld]) -> tuple[tuple[Feld, int], ...]:
    """Which column holds which field, from the texts of one row; of two equal headers the first counts."""
    found: dict[str, tuple[Feld, int]] = {}
    for col, cell in cells:
        if feld := by_label.get(_label(cell)):
            found.setdefault(feld.name, (feld, col))
    return tuple(found.values())


def missing(table: FormTable, felder: Sequence[Feld]) -> Iterator[tuple[Feld, str, str]]:
    """The fields that have no column in the table: what stands where the header stood, and its cell.

    No cell where another header of ours stands there: then the columns were moved.
    """
    found = {feld.name: col for feld, col in table.columns}
    ours = {normalise(feld.label) for feld in felder}
    col = next(found[feld.name] - number for number, feld in enumerate(felder, 1) if feld.name in found)
    for feld in felder:
        col = found.get(feld.name, col + 1)  # else where it stood
        if feld.name in found or feld.formel:
            continue
        cell = table.sheet.cells.get((table.header_row, col))
        renamed = cell is not None and _label(cell) not in ours
        text = f"„{clean(cell.text)[:_LABEL_MAX]}“" if cell and renamed else "nichts"
        yield feld, text, address(table.header_row, max(col, 1)) if renamed or cell is None else ""


# --- merged cells --------------------------------------------------------------------------------


def merged_rows(sheet: Sheet) -> list[tuple[int, int]]:
    """First and last row of the merged ranges on a sheet, below the header of its table."""
    spans = [span for ref in sheet.merged[:_MERGED_MAX] if (span := _rows_of(ref))]
    return [span for span in spans if span[1] >= form.ERSTE_ZEILE]


def _rows_of(ref: str) -> tuple[int, int] | None:
    """First and last row of a range; None for what is none."""
    first, _, last = ref.partition(":")
    try:
        return parse_address(first)[0], parse_address(last or first)[0]
    except ValueError:
        return None


def merged_over(sheet: Sheet, places: Iterable[tuple[int, int]]) -> Iterator[str]:
    """The merged ranges that hide one of these places (row and column) behind their first cell."""
    by_row: dict[int, list[int]] = {}
    for row, col in places:
        by_row.setdefault(row, []).append(col)
    for ref in sheet.merged[:_MERGED_MAX]:
        first, _, last = ref.partition(":")
        try:
            (top, left), (bottom, right) = parse_address(first), parse_address(last)
        except ValueError:
            continue
        rows = by_row.keys() & range(top, bottom + 1)
        if any(left <= col <= right and (row, col) != (top, left) for row in rows for col in by_row[row]):
            yield ref
