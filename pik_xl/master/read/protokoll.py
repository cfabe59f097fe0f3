"""Reads the sheet Protokoll: the record of runs."""

from __future__ import annotations

from pik_xl.master.read.table import read_rows
from pik_xl.master.sheets.protokoll import Lauf
from pik_xl.master.sheets.specs import PROTOKOLL
from pik_xl.ooxml.workbook import Workbook


def read_protokoll(book: Workbook) -> tuple[Lauf, ...]:
    """The runs recorded so far, in the order of the sheet."""
    rows = read_rows(book, PROTOKOLL)
    return tuple(Lauf(**{"stempel": "", "was": ""} | row) for row in rows)  # type: ignore[arg-type]  # as typed
