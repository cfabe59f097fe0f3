"""The jobs around letters: writing them, recording them in the master, and whose are released."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from pik_xl.lauf import book_of, check_bestand, lauf_of, master_of, protokoll, stamp
from pik_xl.pruefung import Progress, Pruefung, silent
from pik_xl.regions import load_register
from pik_xl.sheets import antraege_spec
from pik_xl.workfolder import Workfolder

if TYPE_CHECKING:  # the heavy modules are loaded by the job that needs them
    from pik_xl.ausgang import Schreibergebnis
    from pik_xl.columns import Table
    from pik_xl.ooxml import Workbook


def bescheide(
    folder: Workfolder,
    pruefung: Pruefung,
    progress: Progress = silent,
    antraege: Collection[str] | None = None,
    arten: Collection[str] | None = None,
) -> Schreibergebnis:
    """Merge a letter for every case: a notice where it is decided, a request with the marked workbook where not.

    `antraege` are the keys of the applications wanted (None: all), `arten` the kinds of letters (None: all).
    """
    from pik_xl import ausgang

    check_bestand(folder, pruefung)
    faelle = [v for v in pruefung.vorgaenge if antraege is None or v.antrag.schluessel in antraege]
    return ausgang.schreiben_alle(folder, faelle, pruefung.lage, progress, ausgang.ARTEN if arten is None else arten)


def freigegebene(folder: Workfolder, pruefung: Pruefung) -> tuple[str, ...]:
    """The keys of the applications that are ready for decision and released by two people, on a day that is one."""
    from pik_xl import master_read, tables
    from pik_xl.kreise import released

    eingetragen = master_read.read_staff(master_of(folder), antraege_spec(()))
    keys = released(tables.antraege_table(pruefung.vorgaenge, pruefung.lage.register.kreise, eingetragen))
    return tuple(key for key in keys if isinstance(eingetragen[key].get("freigegeben_am"), date))


def eintragen(
    folder: Workfolder,
    pruefung: Pruefung,
    letters: Schreibergebnis,
    stand: datetime,
    wer: str = "",
    sekunden: float | None = None,
) -> None:
    """Record letters on the sheet Bescheide of the master, without touching its other tables."""
    from pik_xl import tables

    update, lauf = book_of(folder).begin(), lauf_of(pruefung, stand, tables.NUR_SCHREIBEN, wer, sekunden)
    lauf = replace(lauf, bemerkung=f"{letters.anzahl.total()} Dateien geschrieben")
    update.commit((*letter_rows(letters, update.book), protokoll(update.book, lauf)), stamp(stand))


def letter_rows(letters: Schreibergebnis | None, book: Workbook) -> Iterator[Table]:
    """The sheet Bescheide with the letters just written; nothing if none were."""
    from pik_xl import office_tables
    from pik_xl.master_read import read_rows
    from pik_xl.sheets import BESCHEIDE

    if letters is not None:
        before = read_rows(book, BESCHEIDE)
        yield office_tables.bescheide_table(letters.schreiben, before, load_register().kreise)
