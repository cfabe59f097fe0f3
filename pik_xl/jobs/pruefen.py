"""Everything in the in-tray checked against the master, and what staff typed there, too."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pik_xl.checks.bestand import GEDEUTET
from pik_xl.checks.eintragungen import MASTER_AELTER, SUMME_UEBERSCHRIEBEN
from pik_xl.checks.runner import check_all, findings, tell
from pik_xl.checks.subjects import OfAbweichung, OfBezug, OfEinstellungen, OfEintragung, OfPlace
from pik_xl.jobs.lage import lage_of
from pik_xl.jobs.pruefung import Pruefung, lesen
from pik_xl.jobs.record import Record
from pik_xl.jobs.run import begin, bemerkung, kopf_of, lauf_of, protokoll, stamp
from pik_xl.master.sheets.befunde import befunde_table
from pik_xl.master.sheets.office_specs import BESTAND
from pik_xl.master.sheets.protokoll import NUR_PRUEFEN, STEMPEL, zeit_of
from pik_xl.master.sheets.specs import PROTOKOLL
from pik_xl.model import Finding, Place
from pik_xl.progress import Progress, silent
from pik_xl.recht.lage import Lage
from pik_xl.recht.vorgang import nicht_beantragt
from pik_xl.workfolder import MASTER, Workfolder, write

if TYPE_CHECKING:  # the heavy modules are loaded by the job that needs them
    from pik_xl.master.read.snapshot import Snapshot


def pruefen_ordner(
    folder: Workfolder,
    master: Snapshot,
    tag: date,
    progress: Progress = silent,
    rechtsstand: date | None = None,
    heute: date | None = None,
) -> Pruefung:
    """Check everything in the in-tray against the master, by the rules of the day; `heute` is the day of the run.

    Without `heute` it is the day of decision.
    """
    from pik_xl.master.update.renamed import renamed

    lage = replace(lage_of(master, tag, rechtsstand), vollstaendig=True, heute=heute)
    sendungen = lesen([folder.eingang], progress, master.bekanntes)
    antraege = [antrag for sendung in sendungen for antrag in sendung.antraege]
    current, name = renamed(master, antraege), folder.master.name
    own = (
        *_aelter_befunde(current, folder, lage),
        *_bestand_befunde(master, name, lage),
        *_festlegungen_befunde(master, name, lage),
        *_eintragungen_befunde(current, name, lage, nicht_beantragt(antraege)),
    )
    return Pruefung(lage, sendungen, (*own, *check_all(sendungen, lage)), current, name)


def _festlegungen_befunde(master: Snapshot, datei: str, lage: Lage) -> Iterator[Finding]:
    """What the office has set for itself and does not do what one would expect."""
    for abweichung in master.abweichungen:
        yield from findings(OfAbweichung(lage, datei, abweichung))
    yield from findings(OfEinstellungen(lage, datei))


def _eintragungen_befunde(
    master: Snapshot, datei: str, lage: Lage, nein: Collection[tuple[str, str]]
) -> Iterator[Finding]:
    """What staff typed in their columns and cannot stand, and their formulas that will not follow.

    For the posts in `nein` nothing is applied for.
    """
    for rows in (master.antraege_eintragungen, master.stellen_eintragungen):
        for row in rows:
            wanted = replace(row, beantragt=(row.stelle, row.ags) not in nein)
            yield from findings(OfEintragung(lage, datei, wanted))
    for summe in master.summen:
        yield tell(SUMME_UEBERSCHRIEBEN, OfEintragung(lage, datei, summe), "summe")
    for bezug in master.bezuege:
        yield from findings(OfBezug(lage, datei, bezug))


def _aelter_befunde(master: Snapshot, folder: Workfolder, lage: Lage) -> Iterator[Finding]:
    """That the master lacks the newest run: somebody put an older one back, or did not save it then.

    A run leaves a copy of what was before it, with its time in the name, and its line in the record of runs.
    """
    from pik_xl.master.update import backup

    laeufe = [zeit_of(str(lauf.stempel)) for lauf in master.protokoll]
    zuletzt, kopie = max(filter(None, laeufe), default=None), backup.juengste(folder.sicherungen, MASTER)
    if zuletzt and kopie and kopie > zuletzt:
        fehlt, da = (f"{zeit:{STEMPEL}} Uhr" for zeit in (kopie, zuletzt))
        gefunden = f"der vom {fehlt}. Der letzte, der darin steht, ist vom {da}."
        yield tell(MASTER_AELTER, OfPlace(lage, Place(folder.master.name, PROTOKOLL.sheet), gefunden))


def _bestand_befunde(master: Snapshot, datei: str, lage: Lage) -> Iterator[Finding]:
    """What was read with good will in the office's own register."""
    for zelle, gefunden, remark in master.bestand_gedeutet:
        yield tell(GEDEUTET, OfPlace(lage, Place(datei, BESTAND.sheet, zelle), f"„{gefunden}“, {remark}"))


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
    befunde = Record(pruefung.snapshot).befunde(pruefung)
    lauf = replace(lauf, bemerkung=bemerkung("", update.verwaist(befunde)))
    update.commit((befunde, protokoll(pruefung, lauf)), stamp(stand))
