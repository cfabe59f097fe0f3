"""What is meant by the rows somebody has marked in the master: applications, a post, a Kreis."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from pik_xl.master.read.table import rows_of
from pik_xl.master.sheets.columns import TableSpec
from pik_xl.master.sheets.specs import ANTRAEGE, AUSSTEHEND, BEFUNDE, BESCHEIDE, KREISE, STELLEN
from pik_xl.ooxml.workbook import Workbook


@dataclass(frozen=True, slots=True)
class Auswahl:
    """What the marked rows name, in their order, each once: keys of applications, posts, applicants, and Kreise."""

    antraege: tuple[str, ...] = ()
    stellen: tuple[str, ...] = ()
    traeger: tuple[str, ...] = ()
    kreise: tuple[str, ...] = ()


# In which columns the sheets name an application, a post, an applicant and a Kreis.
_ANTRAG, _STELLE, _TRAEGER, _KREIS = ("schluessel",), ("stelle",), ("ags",), ("kreis_ags", "ags")


def auswahl_of(book: Workbook, blatt: str, zeilen: Collection[int]) -> Auswahl:
    """What these rows of a sheet name (numbers from 1); hidden ones are left out, as nobody sees them marked."""
    tables = (ANTRAEGE, STELLEN, BEFUNDE, BESCHEIDE, AUSSTEHEND, KREISE)
    spec = next((spec for spec in tables if spec.sheet == blatt), None)
    if spec is None or blatt not in book.sheets:
        return Auswahl()
    return _marked(book, spec, set(zeilen) - book.sheets[blatt].hidden_rows)


def _marked(book: Workbook, spec: TableSpec, zeilen: Collection[int]) -> Auswahl:
    rows = [{name: cell.text for name, cell in cells.items()} for row, _, cells in rows_of(book, spec) if row in zeilen]

    def named(columns: Collection[str]) -> tuple[str, ...]:
        texts = (next((row[column] for column in columns if row.get(column)), "") for row in rows)
        return tuple(dict.fromkeys(filter(None, texts)))

    traeger = () if spec.name == KREISE.name else named(_TRAEGER)
    return Auswahl(named(_ANTRAG), named(_STELLE), traeger, tuple(dict.fromkeys(ags[:5] for ags in named(_KREIS))))
