"""The jobs around letters: writing them, recording them in the master, and whose are released."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from pik_xl.jobs.pruefung import Pruefung
from pik_xl.jobs.record import Record
from pik_xl.jobs.run import bemerkung, book_of, check_bestand, lauf_of, read_master, stamp
from pik_xl.master.sheets.protokoll import NUR_SCHREIBEN, NUR_VERSENDEN, protokoll_table
from pik_xl.model import Schreiben
from pik_xl.progress import Progress, silent
from pik_xl.recht.vorgang import kreis_of
from pik_xl.schreiben.nachweis import Nachweis, from_rows, manifeste, read_manifest
from pik_xl.workfolder import Workfolder

if TYPE_CHECKING:  # the heavy modules are loaded by the job that needs them
    from pik_xl.master.read.snapshot import Snapshot
    from pik_xl.master.sheets.protokoll import Lauf
    from pik_xl.schreiben.ausgang import Schreibergebnis, Wunsch
    from pik_xl.versand.postausgang import Postergebnis, Postwunsch


def bescheide(
    folder: Workfolder, pruefung: Pruefung, progress: Progress = silent, wunsch: Wunsch | None = None
) -> Schreibergebnis:
    """Merge the letters wanted: notices where cases are decided, requests with the marked workbook where not.

    Notices are final where two people have released them, else drafts.
    """
    from pik_xl.schreiben import ausgang

    check_bestand(folder, pruefung)
    nachweis, (dateien, summen) = nachweis_of(folder, pruefung), _versandte(pruefung)
    versandt = {*dateien, *nachweis.mit_summe(summen)}
    wunsch = replace(wunsch or ausgang.Wunsch(), freigegebene=freigegebene(pruefung), versandt=versandt)
    return ausgang.schreiben_alle(
        folder, pruefung.vorgaenge, pruefung.lage, wunsch, nachweis, progress, pruefung.befunde
    )


def fertig_machen(
    folder: Workfolder,
    pruefung: Pruefung,
    letters: Iterable[Schreiben],
    wunsch: Postwunsch,
    progress: Progress = silent,
) -> Postergebnis:
    """PDF files, a file for the printer and drafts of e-mails of these letters.

    Those with a day under „Versandt am“ on the sheet Bescheide are neither printed nor mailed once more.
    """
    from pik_xl.schreiben.sammelmappe import mappen_of
    from pik_xl.versand import postausgang

    (dateien, summen), letters = _versandte(pruefung), list(letters)
    wunsch = replace(wunsch, versandt={*dateien, *(s.datei for s in letters if s.sha256 in summen)})
    mappen, _ = mappen_of(pruefung.vorgaenge, pruefung.befunde, pruefung.lage)
    faelle = {v.antrag.schluessel: v for v in (*pruefung.vorgaenge, *mappen)}
    those = [s for s in letters if s.schluessel in faelle]
    return postausgang.fertig_machen(folder, those, faelle, pruefung.lage, wunsch, progress)


def _versandte(pruefung: Pruefung) -> tuple[set[str], set[str]]:
    """Files and SHA-256 of the letters that have a day under „Versandt am“ on the sheet Bescheide.

    Somebody may have typed where it is filed over the file; the checksum is hidden.
    """
    rows = [row for row in pruefung.snapshot.bescheide.values if row.get("versandt_am")]
    return {str(row.get("datei")) for row in rows}, {str(row["sha256"]) for row in rows if row.get("sha256")}


def auswaehlen(
    pruefung: Pruefung,
    kreise: Collection[str] = (),
    *,
    gefiltert: bool = False,
    nur_freigegebene: bool = False,
) -> Collection[str] | None:
    """The keys of the applications that meet all that is asked; None where nothing is: then all of them do.

    `kreise` are 5-digit keys; `gefiltert` keeps to the rows the filters of the sheet Anträge leave in view.
    """
    from pik_xl.master.read.auswahl import auswahl_of

    wanted = []
    if kreise:
        antraege, register = (v.antrag for v in pruefung.vorgaenge), pruefung.lage.register
        wanted.append({a.schluessel for a in antraege if kreis_of(a, register) in kreise})
    if gefiltert:
        blatt = pruefung.snapshot.antraege
        wanted.append(set(auswahl_of(pruefung.snapshot, blatt.spec.sheet, blatt.cells).antraege))
    if nur_freigegebene:
        wanted.append(set(freigegebene(pruefung)))
    return set.intersection(*wanted) if wanted else None


def nachweis_of(folder: Workfolder, pruefung: Pruefung) -> Nachweis:
    """Every letter on record, from the manifests, then final notices only the master knows of."""
    paths = [path for parent in (folder.bescheide, folder.rueckfragen) for path in manifeste(parent)]
    found = {path.parent.relative_to(folder.path).as_posix(): read_manifest(path) for path in paths}
    letters = [s for those in found.values() for s in those.schreiben]
    rows = from_rows(pruefung.snapshot.bescheide.values, {s.datei for s in letters})
    return Nachweis.of([*letters, *rows], found)


def freigegebene(pruefung: Pruefung) -> dict[str, date]:
    """The applications that are ready for decision and released as they are, until the day of the run: key and day."""
    from pik_xl.master.sheets import freigabe

    eingetragen = pruefung.eingetragen
    keys = (v.antrag.schluessel for v in freigabe.freigegebene(pruefung.vorgaenge, eingetragen))
    days = {key: eingetragen[key]["freigegeben_am"] for key in keys}
    return {key: day for key, day in days.items() if isinstance(day, date)}


def eintragen(
    folder: Workfolder,
    pruefung: Pruefung,
    letters: Schreibergebnis,
    stand: datetime,
    wer: str = "",
    sekunden: float | None = None,
) -> None:
    """Record letters on the sheet Bescheide of the master, and what is to be heeded about them; if there is anything.

    The sheet Befunde is written anew where it lacks a letter that could not be written; no other table is touched.
    """
    record, lauf = record_of(letters, pruefung), lauf_of(pruefung, stand, NUR_SCHREIBEN, wer, sekunden)
    _commit(folder, record, pruefung, lauf, f"{len(letters.neu)} Schreiben", stand)


def versand_eintragen(
    folder: Workfolder,
    pruefung: Pruefung,
    letters: Schreibergebnis,
    post: Postergebnis,
    stand: datetime,
    wer: str = "",
    sekunden: float | None = None,
    *,
    eingetragen: bool = False,
) -> None:
    """Record what is to be heeded about letters that were made ready to go out; nothing where the master says it.

    `eingetragen` says that this run has recorded the letters before: then the master is read again, if need be.
    """
    master = pruefung.snapshot
    if eingetragen:
        if not record_of(letters, pruefung).adds(post.einwaende):
            return
        master = _current(folder, pruefung)
    record = Record(master, einwaende=(letters.einwaende, post.einwaende))
    lauf = lauf_of(pruefung, stand, NUR_VERSENDEN, wer, sekunden)
    _commit(folder, record, pruefung, lauf, f"{post.mails} E-Mails" if post.mails else "", stand)


def _current(folder: Workfolder, pruefung: Pruefung) -> Snapshot:
    """The master after this run has written to it."""
    from pik_xl.master.update.renamed import renamed

    return renamed(read_master(folder), (v.antrag for v in pruefung.vorgaenge))


def _commit(folder: Workfolder, record: Record, pruefung: Pruefung, lauf: Lauf, was: str, stand: datetime) -> None:
    if record.empty:
        return
    update = book_of(folder).begin(record.master)
    rows = (record.bescheide(), *((record.befunde(pruefung),) if record.on_befunde else ()))
    lauf = replace(lauf, bemerkung=bemerkung(was, sum(map(update.verwaist, rows))))
    update.commit((*rows, protokoll_table([lauf, *record.master.protokoll])), stamp(stand))


def record_of(letters: Schreibergebnis | None, pruefung: Pruefung) -> Record:
    """What is recorded of the letters of a run: those just written, and those of a run that was cut off then."""
    if letters is None:
        return Record(pruefung.snapshot)
    listed = {row.get("datei") for row in pruefung.snapshot.bescheide.values}
    open_ = [*letters.neu, *(s for s in letters.unveraendert if s.datei not in listed)]
    return Record(pruefung.snapshot, open_, (letters.einwaende,))
