"""Reads what staff typed in the tables of a run: their columns, what waits on Verwaist, and sums typed over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from pik_xl.kinds import Value
from pik_xl.master.read.table import Rows, typed, values_of
from pik_xl.master.sheets.columns import TableSpec
from pik_xl.master.sheets.rows import as_text, row_keys
from pik_xl.model import Eintragung
from pik_xl.ooxml.address import address
from pik_xl.ooxml.workbook import Cell, Workbook
from pik_xl.values import ist_tag

Staff = dict[str, dict[str, Value]]


def read_eintragungen(rows: Rows) -> Iterator[Eintragung]:
    """What staff typed in a table of applications or posts, row by row, with the cells it stands in."""
    spec, date1904 = rows.spec, rows.date1904
    for row, cells in rows.cells.items():
        werte = {c.name: as_text(typed(c, cells[c.name], date1904)) for c in spec.staff if c.name in cells}
        if werte:
            names = {"stelle": "stelle", "ags": "ags", "traeger": "traeger", "antrag": "schluessel"}
            known: dict[str, Any] = {to: cells[name].text if name in cells else "" for to, name in names.items()}
            tage = {c.name: tag for c in spec.staff if c.name in cells and cells[c.name].kind == "zahl"
                    and ist_tag(tag := typed(c, cells[c.name], date1904))}  # fmt: skip
            zellen = {name: address(row, rows.columns[name]) for name in werte}
            eingang = values_of(spec, {n: cell for n, cell in cells.items() if n == "eingang"}, date1904)
            known["eingang"] = tag if isinstance(tag := eingang.get("eingang"), date) else None
            yield Eintragung(spec.sheet, werte, zellen, tage=tage, **known)


def read_summen(book: Workbook, specs: Iterable[TableSpec]) -> Iterator[Eintragung]:
    """The sums over or under a table that somebody typed over; the entry bears the formula as Excel shows it."""
    for spec in specs:
        if (table := book.tables.get(spec.name)) is None:
            continue
        row = table.last_row + 1 if spec.summenzeile else table.header_row - 1
        for number, header in enumerate(table.columns, table.first_col):
            cell = book.sheets[table.sheet].cells.get((row, number))
            summed = any(c.summe and c.header == header for c in spec.columns)
            if summed and cell and not cell.formel and cell.text.strip():
                werte = {"summe": cell.text, "formel": f"=TEILERGEBNIS(109;{spec.name}[{header}])"}
                yield Eintragung(table.sheet, werte, {"summe": address(row, number)})


def read_staff(rows: Rows, verwaist: Rows) -> Staff:
    """What staff typed in a table, by key of the row and name of the column; rows without entries are left out.

    What waits in Verwaist is among it: it goes back to its row as soon as there is one.
    """
    spec = rows.spec
    by_header = {c.header: c for c in spec.staff}
    entries: Staff = {}
    for cells in verwaist.cells.values():
        row = {name: cell.text for name, cell in cells.items()}
        if row.get("blatt") == spec.sheet and (column := by_header.get(row.get("spalte", ""))):
            value = typed(column, Cell("text", row.get("inhalt", "")), date1904=False)
            entries.setdefault(row.get("schluessel", ""), {}).setdefault(column.name, value)
    for key, here in _staff(rows).items():
        entries[key] = entries.get(key, {}) | here
    return entries


def _staff(rows: Rows) -> Staff:
    names = {c.name for c in rows.spec.staff}
    typed = ({n: v for n, v in row.items() if n in names} for row in rows.values)
    return {key: entries for key, entries in zip(row_keys(rows.spec, rows.values), typed, strict=True) if entries}
