"""The seal of a row: a checksum of what a run wrote in it, so that the next one sees what people typed over it.

What a run writes it may replace; what a person typed over it must not be lost. Formulas are not part of it, as their
values move by themselves, nor is what a run notes for the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING
from zlib import crc32

from pik_xl.kinds import Formel, Row, Value
from pik_xl.master.sheets.columns import SIEGEL, VERMERKE, Column, Owner, TableSpec

if TYPE_CHECKING:
    from pik_xl.ooxml.workbook import Cell

_EPOCH = date(1899, 12, 30)
_PLACES = Decimal("0.000001")  # numbers in workbooks are binary
_LENGTH = 16_000  # characters of a text; what is longer may be cut by the cell
_EARLIER = 1_000  # so many an earlier version looked at; what was typed behind them was taken for ours
_SEAL = re.compile("[0-9a-f]{8}")
_INVISIBLE = re.compile("[\x00-\x1f\ufffd]")


def sealed(spec: TableSpec, rows: Iterable[Row]) -> tuple[Row, ...]:
    """The rows with their seals in the column `siegel`."""
    columns = _columns(spec)
    return tuple({**row, SIEGEL: checksum((c.name, row.get(c.name)) for c in columns)} for row in rows)


def head_seal(texts: Mapping[tuple[int, int], str | None]) -> str:
    """The seal of the texts a run wrote above a table, by row and column; it stands over those of the rows."""
    return f"k{checksum((f'{row},{column}', text) for (row, column), text in sorted(texts.items()))}"


def seal_of(spec: TableSpec, cells: Mapping[str, Cell], length: int = _LENGTH) -> str:
    """The seal that fits the cells of a row, by name of the column, as they are now."""
    return checksum(((c.name, _read(cells[c.name])) for c in _columns(spec) if c.name in cells), length)


def fits(seal: str, spec: TableSpec, cells: Mapping[str, Cell]) -> bool:
    """Whether the seal is that of these cells, also one an earlier version left."""
    return seal == seal_of(spec, cells) or seal == seal_of(spec, cells, _EARLIER)


def is_seal(text: str) -> bool:
    """Whether the text looks like the seal of a row, and like nothing a person would write."""
    return _SEAL.fullmatch(text) is not None


def _columns(spec: TableSpec) -> list[Column]:
    return [c for c in spec.columns if c.owner is Owner.PIK and c.name not in VERMERKE]


def checksum(values: Iterable[tuple[str, Value | Formel]], length: int = _LENGTH) -> str:
    """Eight characters that stand for these values by name; the same before they are written and after."""
    return f"{crc32(chr(10).join(_parts(values, length)).encode('utf-8', 'replace')):08x}"


def _parts(values: Iterable[tuple[str, Value | Formel]], length: int) -> Iterator[str]:
    for name, value in values:
        if value is None or value == "" or isinstance(value, Formel):
            continue
        if isinstance(value, str):
            yield f"{name}={_INVISIBLE.sub('', value[:length])}"
        else:
            number = (value - _EPOCH).days if isinstance(value, date) else value
            yield f"{name}={_plain(Decimal(number))}"


def _plain(number: Decimal) -> str:
    try:
        return f"{number.quantize(_PLACES).normalize():f}"
    except InvalidOperation:  # larger than any amount, as 1E+30 in a cell
        return f"{number:f}"


def _read(cell: Cell) -> Value:
    if cell.formel:
        return None
    return Decimal(cell.text) if cell.kind == "zahl" else cell.text
