"""Everything in the in-tray checked against the master, and what staff typed there, too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pik_xl.checks import Per, check_bezuege, check_eintragungen, check_festlegungen, finding_of
from pik_xl.jobs.konsolidieren import kopf_of
from pik_xl.jobs.lage import lage_in
from pik_xl.jobs.pruefung import Pruefung, pruefen
from pik_xl.jobs.run import begin, bemerkung, lauf_of, master_of, protokoll, stamp
from pik_xl.master.sheets.befunde import befunde_table
from pik_xl.master.sheets.office_specs import BESTAND
from pik_xl.master.sheets.protokoll import NUR_PRUEFEN, STEMPEL, zeit_of
from pik_xl.master.sheets.specs import ANTRAEGE, MIT_SUMMEN, PROTOKOLL, STELLEN
from pik_xl.model import Eintragung, Finding, Mangel, Place
from pik_xl.progress import Progress, silent
from pik_xl.recht.lage import Lage
from pik_xl.recht.rules import shipped_rulebook
from pik_xl.recht.vorgang import nicht_beantragt
from pik_xl.workfolder import MASTER, Workfolder, write

if TYPE_CHECKING:  # the heavy modules are loaded by the job that needs them
    from pik_xl.kinds import Row
    from pik_xl.ooxml.workbook import Workbook


def pruefen_ordner(
    folder: Workfolder,
    tag: date,
    progress: Progress = silent,
    rechtsstand: date | None = None,
    heute: date | None = None,
) -> Pruefung:
    """Check everything in the in-tray against the Bestand, by the rules of the day; `heute` is the day of the run.

    Without `heute` it is the day of decision.
    """
    from pik_xl.master.update.renamed import renamed

    book = master_of(folder)
    lage = replace(lage_in(book, tag, rechtsstand), vollstaendig=True, heute=heute)
    pruefung = pruefen([folder.eingang], lage, progress)
    own = (
        *_aelter_befunde(book, folder, lage),
        *_bestand_befunde(book, folder.master.name, lage),
        *_festlegungen_befunde(book, folder.master.name, lage),
        *_eintragungen_befunde(book, folder, pruefung),
    )
    pruefbefunde = (*own, *pruefung.pruefbefunde)
    freigaben = tuple(_freigaben(renamed(book, (v.antrag for v in pruefung.vorgaenge)), lage.lauftag))
    eigene = tuple(_abweichungen(book))
    return replace(
        pruefung, pruefbefunde=pruefbefunde, freigaben=freigaben, abweichungen=eigene, master=folder.master.name
    )


def _festlegungen_befunde(book: Workbook, datei: str, lage: Lage) -> Iterator[Finding]:
    """What the office has set for itself and does not do what one would expect."""
    from pik_xl.master.read.einstellungen import read_abweichungen

    yield from check_festlegungen(read_abweichungen(book, shipped_rulebook()), datei, lage)


def _eintragungen_befunde(book: Workbook, folder: Workfolder, pruefung: Pruefung) -> Iterator[Finding]:
    """What staff typed in their columns and cannot stand, and their formulas that will not follow."""
    from pik_xl.master.read import bezuege
    from pik_xl.master.read import table as master_read

    lage, nein = pruefung.lage, nicht_beantragt([a for sendung in pruefung.sendungen for a in sendung.antraege])
    for spec in (ANTRAEGE, STELLEN):
        rows = master_read.read_eintragungen(book, spec)
        rows = (replace(row, beantragt=(row.stelle, row.ags) not in nein) for row in rows)
        yield from check_eintragungen(rows, folder.master.name, lage)
    summen = master_read.read_summen(book, (master_read.with_years(book, spec) for spec in MIT_SUMMEN))
    yield from check_eintragungen(summen, folder.master.name, lage, Per.SUMME)
    if folder.book is None:  # they hang on parts of the file that only the closed one shows
        yield from check_bezuege(bezuege.read_bezuege(folder.master.read_bytes()), folder.master.name, lage)


def _freigaben(book: Workbook, heute: date) -> Iterator[tuple[Eintragung, Row]]:
    """The rows of the sheet Anträge in which staff released something."""
    from pik_xl.master.read import freigabe
    from pik_xl.master.read import table as master_read
    from pik_xl.master.sheets.columns import FREIGEGEBENES

    eingetragen = freigabe.read_eingetragen(book, heute)
    for e in master_read.read_eintragungen(book, ANTRAEGE):
        if (own := eingetragen.get(e.antrag, {})).get(FREIGEGEBENES):
            yield e, own


def _abweichungen(book: Workbook) -> Iterator[Eintragung]:
    """The rows of the sheet Stellen in which staff decide otherwise."""
    from pik_xl.master.read import table as master_read

    return (e for e in master_read.read_eintragungen(book, STELLEN) if "entscheidung_abweichend" in e.werte)


def _aelter_befunde(book: Workbook, folder: Workfolder, lage: Lage) -> Iterator[Finding]:
    """That the master lacks the newest run: somebody put an older one back, or did not save it then.

    A run leaves a copy of what was before it, with its time in the name, and its line in the record of runs.
    """
    from pik_xl.master.read import table as master_read
    from pik_xl.master.update import backup

    laeufe = [zeit_of(str(lauf.stempel)) for lauf in master_read.read_protokoll(book)]
    zuletzt, kopie = max(filter(None, laeufe), default=None), backup.juengste(folder.sicherungen, MASTER)
    if zuletzt and kopie and kopie > zuletzt:
        fehlt, da = (f"{zeit:{STEMPEL}} Uhr" for zeit in (kopie, zuletzt))
        gefunden = f"der vom {fehlt}. Der letzte, der darin steht, ist vom {da}."
        yield finding_of(Mangel("master_aelter", Place(folder.master.name, PROTOKOLL.sheet), gefunden), lage)


def _bestand_befunde(book: Workbook, datei: str, lage: Lage) -> Iterator[Finding]:
    """What was read with good will in the office's own register."""
    from pik_xl.master.read import table as master_read

    for zelle, gefunden, remark in master_read.read_bestand(book)[1]:
        yield finding_of(
            Mangel("bestand_gedeutet", Place(datei, BESTAND.sheet, zelle), f"„{gefunden}“, {remark}"), lage
        )


def bericht(pruefung: Pruefung, path: Path, stand: datetime) -> Path:
    """Write what was found into a workbook of its own."""
    from pik_xl.master.update import file

    table = befunde_table(pruefung.befunde, pruefung.lage.register.kreise, kopf_of(pruefung))
    return write(path, file.build_liste(table, "Prüfbericht", stand))


def befunde_eintragen(
    folder: Workfolder, pruefung: Pruefung, stand: datetime, wer: str = "", sekunden: float | None = None
) -> None:
    """Show what the checks found on the sheet Befunde of the master, without touching its other tables."""

    update, lauf = begin(folder, pruefung), lauf_of(pruefung, stand, NUR_PRUEFEN, wer, sekunden)
    befunde = befunde_table(pruefung.befunde, pruefung.lage.register.kreise, kopf_of(pruefung))
    lauf = replace(lauf, bemerkung=bemerkung("", update.verwaist(befunde)))
    update.commit((befunde, protokoll(update.book, lauf)), stamp(stand))
