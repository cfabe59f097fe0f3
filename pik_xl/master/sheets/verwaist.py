"""The sheet Verwaist: what staff typed in rows that are gone, and over what a run had written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pik_xl.master.sheets.columns import Table
from pik_xl.master.sheets.specs import VERWAIST


@dataclass(frozen=True, slots=True)
class Eintrag:
    """One entry of staff whose row is gone: sheet, key of the row, header of the column, the text typed."""

    blatt: str
    schluessel: str
    spalte: str
    inhalt: str


def verwaist_table(eintraege: Iterable[Eintrag]) -> Table:
    """Entries of staff whose row is gone, exactly as typed."""
    names = [c.name for c in VERWAIST.columns]
    return Table(VERWAIST, tuple({name: getattr(e, name) for name in names} for e in eintraege))
