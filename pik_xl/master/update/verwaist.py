"""How what stood in a cell is told on Verwaist, and what it is again once it goes back to a cell.

Verwaist holds text alone, so that nothing calculates there. Where the column does not say that a formula or a number
is meant, it is said behind the heading of the column.
"""

from __future__ import annotations

import re

from pik_xl.kinds import Formel, Value
from pik_xl.master.read.table import typed
from pik_xl.master.sheets.columns import Column, Owner
from pik_xl.master.sheets.rows import as_text
from pik_xl.master.sheets.verwaist import Eintrag
from pik_xl.ooxml.address import address
from pik_xl.ooxml.relative import translated
from pik_xl.ooxml.shown import shown
from pik_xl.ooxml.workbook import UNBEKANNT, Cell
from pik_xl.values import parse_dezimal

_ZAHL = " (Zahl)"
_KIND = re.compile(r" \((?:Zahl|Formel aus ([A-Z]{1,3}[1-9]\d*))\)\Z")

Place = tuple[int, int]  # row and column


def told(column: Column | None, cell: Cell, at: Place, date1904: bool) -> tuple[str, str]:
    """What comes behind the heading of the column, and the text: formulas with =, numbers the German way.

    Only what may go back has its kind behind the heading; a column of the office's own is None.
    """
    theirs = column is None or column.owner is Owner.STAFF
    if cell.formel and cell.formel != UNBEKANNT:
        return f" (Formel aus {address(*at)})" if theirs else "", f"={cell.formel}"
    value: Value = typed(column, cell, date1904) if column else shown(cell, cell.text, date1904, tag=False)
    if theirs and cell.kind == "zahl" and isinstance(value, str):
        return _ZAHL, shown(cell, cell.text, date1904, tag=False)
    return "", as_text(value)


def heading(spalte: str) -> str:
    """What is told of the column without what comes behind it."""
    return _KIND.sub("", spalte)


def value_of(entry: Eintrag, column: Column | None, at: Place) -> Value | Formel:
    """What the entry is in a cell there; what a formula said of its own row it says of this one."""
    kind, text = _KIND.search(entry.spalte), entry.inhalt
    if kind and kind[1] and text.startswith("="):
        return Formel(translated(text[1:], kind[1], address(*at)), "")
    if kind and not kind[1]:
        try:
            return parse_dezimal(text)
        except ValueError:
            return text
    return typed(column, Cell("text", text), date1904=False) if column else text
