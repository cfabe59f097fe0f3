"""The names of cells and columns: C7 is row 7, column 3; all numbers from 1."""

from __future__ import annotations

import re
from functools import lru_cache

MAX_ROW, MAX_COL = 1_048_576, 16_384
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})\Z")


@lru_cache(maxsize=50_000)  # all forms fill in the same cells
def address(row: int, col: int) -> str:
    """The name of a cell, both numbers from 1.

    >>> address(7, 3), address(1, 16384)
    ('C7', 'XFD1')
    """
    letters = ""
    while col:
        col, rest = divmod(col - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


@lru_cache(maxsize=2_000)
def column_number(letters: str) -> int:
    """The number of a column from its letters, from 1."""
    col = 0
    for letter in letters:
        col = col * 26 + ord(letter) - 64
    return col


def parse_address(text: str) -> tuple[int, int]:
    """Row and column of a cell name such as C7, both from 1; ValueError if there is no such cell."""
    if not (match := _ADDRESS.match(text)):
        raise ValueError(text)
    row, col = int(match[2]), column_number(match[1])
    if row > MAX_ROW or col > MAX_COL:
        raise ValueError(text)
    return row, col
