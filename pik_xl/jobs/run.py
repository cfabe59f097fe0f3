"""What every run has: the master it works on, the Bestand it cannot do without, and its line in the record of runs."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from pik_xl.errors import PikError
from pik_xl.jobs.pruefung import Pruefung
from pik_xl.master.sheets.protokoll import protokoll_table
from pik_xl.model import Stand
from pik_xl.values import as_datum
from pik_xl.workfolder import Workfolder

if TYPE_CHECKING:  # the heavy modules are loaded by the job that needs them
    from pik_xl.master.read.snapshot import Snapshot
    from pik_xl.master.sheets.columns import Table
    from pik_xl.master.sheets.protokoll import Lauf
    from pik_xl.master.update.book import Book, Update


def book_of(folder: Workfolder) -> Book:
    """The master of the folder: open in Excel, or the closed file."""
    from pik_xl.master.update.file import FileBook

    return folder.book or FileBook(folder.master, folder.sicherungen)


def read_master(folder: Workfolder) -> Snapshot:
    """The master as it stands, read once for a whole run; PikError if there is none."""
    return book_of(folder).read()


def has_master(folder: Workfolder | None) -> bool:
    """Whether there is a master to read."""
    return folder is not None and (folder.book is not None or folder.master.is_file())


def begin(folder: Workfolder, pruefung: Pruefung) -> Update:
    """An update of the master that the applications were checked against."""
    return book_of(folder).begin(pruefung.snapshot)


def bemerkung(was: str, verwaist: int) -> str:
    """What the record of runs says of a run: what it did (if anything), and how much it put by on Verwaist."""
    from pik_xl.master.sheets.protokoll import nach_verwaist

    return "; ".join(filter(None, [was, nach_verwaist(verwaist)]))


def check_bestand(folder: Workfolder, pruefung: Pruefung) -> None:
    """PikError where there are applications and no approved posts at all: every one of them would be refused."""
    if pruefung.antraege and not pruefung.lage.bewilligungen:
        from pik_xl.master.read.table import ZURUECK

        raise PikError(
            f"Der Bestand in {folder.master} ist leer oder fehlt; jeder Antrag würde abgelehnt. Bitte die bewilligten "
            f"Stellen auf Blatt Bestand eintragen. Wurde das Blatt gelöscht: {ZURUECK}"
        )


def lauf_of(pruefung: Pruefung, stand: datetime, was: str, wer: str = "", sekunden: float | None = None) -> Lauf:
    """The record of a run: what was done, when (`stand`), by whom (short name), in how many seconds; its counts."""
    from pik_xl.master.sheets.protokoll import STEMPEL, Lauf

    staende = Counter(vorgang.stand for vorgang in pruefung.vorgaenge)
    return Lauf(
        stand.strftime(STEMPEL),
        was,
        antraege=pruefung.antraege,
        entscheidungsreif=staende[Stand.ENTSCHIEDEN],
        rueckfrage=staende[Stand.RUECKFRAGE],
        stellen=sum(len(vorgang.decisions) for vorgang in pruefung.vorgaenge),
        befunde=len(pruefung.befunde),
        summe=sum((vorgang.summe for vorgang in pruefung.vorgaenge), Decimal(0)),
        regelwerk=pruefung.lage.rules.pruefsumme,
        entscheidungstag=pruefung.lage.tag,
        wer=wer,
        sekunden=None if sekunden is None else Decimal(str(round(sekunden, 2))),
    )


def protokoll(pruefung: Pruefung, lauf: Lauf) -> Table:
    """The record of runs with one more."""
    return protokoll_table([lauf, *pruefung.snapshot.protokoll])


def stamp(stand: datetime) -> str:
    """The time of a run as it goes into the name of a copy, to the second, so that names sort: 2020-03-15_143005."""
    return f"{stand:%Y-%m-%d_%H%M%S}"


def check_free(folder: Workfolder) -> None:
    """PikError if the master cannot be written now, before anything else is."""
    book_of(folder).check_free()


def kopf_of(pruefung: Pruefung) -> list[str]:
    """The to-do list, and by which rules it was made."""
    lage = pruefung.lage
    return [*pruefung.kopf, f"Regelwerk {lage.rules.pruefsumme}, Tag {as_datum(lage.tag)}, Rechtsstand "
            f"{as_datum(lage.stand.rechtsstand)}"]  # fmt: skip
