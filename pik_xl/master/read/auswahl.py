"""What is meant by the rows somebody has marked in the master: applications, a post, a Kreis."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from pik_xl.master.read.snapshot import Snapshot
from pik_xl.master.read.table import Rows
from pik_xl.master.sheets.specs import ANTRAEGE, AUSSTEHEND, BEFUNDE, BESCHEIDE, KREISE, STELLEN


@dataclass(frozen=True, slots=True)
class Auswahl:
    """What the marked rows name, in their order, each once: keys of applications, posts, applicants, and Kreise."""

    antraege: tuple[str, ...] = ()
    stellen: tuple[str, ...] = ()
    traeger: tuple[str, ...] = ()
    kreise: tuple[str, ...] = ()


# In which columns the sheets name an application, a post, an applicant and a Kreis.
_ANTRAG, _STELLE, _TRAEGER, _KREIS = ("schluessel",), ("stelle",), ("ags",), ("kreis_ags", "ags")


def auswahl_of(master: Snapshot, blatt: str, zeilen: Collection[int]) -> Auswahl:
    """What these rows of a sheet name (numbers from 1); hidden ones are left out, as nobody sees them marked."""
    rows = _rows(master, blatt) if blatt in master.book.sheets else None
    return _marked(rows, set(zeilen) - master.book.sheets[blatt].hidden_rows) if rows else Auswahl()


def _rows(master: Snapshot, blatt: str) -> Rows | None:
    """The rows of the sheet's table; None for a sheet that names nothing."""
    if blatt == ANTRAEGE.sheet:
        return master.antraege
    if blatt == STELLEN.sheet:
        return master.stellen
    if blatt == BESCHEIDE.sheet:
        return master.bescheide
    others = (spec for spec in (BEFUNDE, AUSSTEHEND, KREISE) if spec.sheet == blatt)
    return next((Rows.of(master.book, spec) for spec in others), None)


def _marked(rows: Rows, zeilen: Collection[int]) -> Auswahl:
    texts = [{name: cell.text for name, cell in rows.cells[row].items()} for row in rows.cells if row in zeilen]

    def named(columns: Collection[str]) -> tuple[str, ...]:
        found = (next((row[column] for column in columns if row.get(column)), "") for row in texts)
        return tuple(dict.fromkeys(filter(None, found)))

    traeger = () if rows.spec.name == KREISE.name else named(_TRAEGER)
    return Auswahl(named(_ANTRAG), named(_STELLE), traeger, tuple(dict.fromkeys(ags[:5] for ags in named(_KREIS))))
