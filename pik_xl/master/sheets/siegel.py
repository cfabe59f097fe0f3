"""The seal of a row: a checksum of what a run wrote in it, so that the next one sees what people typed over it.

What a run writes it may replace; what a person typed over it must not be lost. Formulas are not part of it, as their
values move by themselves, nor is what a run notes for the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from pik_xl.fingerprint import EARLIER_LENGTH, LENGTH, row_fingerprint
from pik_xl.kinds import Row, Value
from pik_xl.master.sheets.columns import SIEGEL, VERMERKE, Column, Owner, TableSpec

if TYPE_CHECKING:
    from pik_xl.ooxml.workbook import Cell

_SEAL = re.compile("[0-9a-f]{8}")


def sealed(spec: TableSpec, rows: Iterable[Row]) -> tuple[Row, ...]:
    """The rows with their seals in the column `siegel`."""
    columns = _columns(spec)
    return tuple({**row, SIEGEL: row_fingerprint((c.name, row.get(c.name)) for c in columns)} for row in rows)


def head_seal(texts: Mapping[tuple[int, int], str | None]) -> str:
    """The seal of the texts a run wrote above a table, by row and column; it stands over those of the rows."""
    return f"k{row_fingerprint((f'{row},{column}', text) for (row, column), text in sorted(texts.items()))}"


def seal_of(spec: TableSpec, cells: Mapping[str, Cell], length: int = LENGTH) -> str:
    """The seal that fits the cells of a row, by name of the column, as they are now."""
    return row_fingerprint(((c.name, _read(cells[c.name])) for c in _columns(spec) if c.name in cells), length)


def fits(seal: str, spec: TableSpec, cells: Mapping[str, Cell]) -> bool:
    """Whether the seal is that of these cells, also one an earlier version left."""
    return seal == seal_of(spec, cells) or seal == seal_of(spec, cells, EARLIER_LENGTH)


def is_seal(text: str) -> bool:
    """Whether the text looks like the seal of a row, and like nothing a person would write."""
    return _SEAL.fullmatch(text) is not None


def _columns(spec: TableSpec) -> list[Column]:
    return [c for c in spec.columns if c.owner is Owner.PIK and c.name not in VERMERKE]


def _read(cell: Cell) -> Value:
    if cell.formel:
        return None
    return Decimal(cell.text) if cell.kind == "zahl" else cell.text
