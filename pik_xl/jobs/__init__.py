"""The jobs of the office, each from a work folder to its result: with `versand` and `anlegen` the only place that
wires things together.

A button and a command are two ways to call the same job. Jobs say how far they are through `Progress`
and return plain results; they print nothing and never ask what day it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from pik_xl.checks import Per, abweichende, check_bezuege, check_eintragungen, check_festlegungen, finding_of
from pik_xl.errors import PikError
from pik_xl.jobs.bescheide import letter_rows
from pik_xl.jobs.pruefung import Pruefung as Pruefung
from pik_xl.jobs.pruefung import lage_am as lage_am
from pik_xl.jobs.pruefung import pruefen as pruefen  # checking files without a folder is a job like the others
from pik_xl.jobs.run import begin, bemerkung, book_of, check_bestand, has_master, lauf_of, master_of, protokoll, stamp
from pik_xl.master.sheets.specs import BESTAND, PROTOKOLL, antraege_spec, specs_mit_summen, stellen_spec
from pik_xl.model import Art, Bewilligung, Eintragung, Finding, Mangel, Place
from pik_xl.progress import Progress, silent
from pik_xl.recht.einstellungen import Einstellungen
from pik_xl.recht.lage import Lage
from pik_xl.recht.rules import Rulebook, shipped_rulebook
from pik_xl.recht.vorgang import nicht_beantragt
from pik_xl.register import load_register
from pik_xl.schreiben import inhalt
from pik_xl.values import as_datum
from pik_xl.workfolder import MASTER, Workfolder, write

if TYPE_CHECKING:  # the heavy modules are loaded by the job that needs them
    from pik_xl.kinds import Row
    from pik_xl.kreise.auszug import Auszug
    from pik_xl.master.sheets.columns import Aenderung, Table
    from pik_xl.master.sheets.tables import Lauf
    from pik_xl.ooxml.workbook import Workbook
    from pik_xl.schreiben.ausgang import Schreibergebnis


def einstellungen_of(folder: Workfolder | None) -> Einstellungen:
    """What the office has set in its master; what is given beforehand where there is none."""
    from pik_xl.master.read.einstellungen import read_einstellungen

    return read_einstellungen(master_of(folder)) if folder and has_master(folder) else Einstellungen()


def regelwerk(folder: Workfolder | None) -> Rulebook:
    """The rulebook with the deviations the office has set in its master."""
    return _regelwerk(master_of(folder)) if folder and has_master(folder) else shipped_rulebook()


def _regelwerk(book: Workbook) -> Rulebook:
    from pik_xl.master.read.einstellungen import read_abweichungen

    rules = shipped_rulebook()
    return rules.abweichend(read_abweichungen(book, rules))


def lage_of(folder: Workfolder, tag: date, rechtsstand: date | None = None) -> Lage:
    """What the work folder knows on that day: its approved posts, its rules, and what the office has entered."""
    return _lage(master_of(folder), tag, rechtsstand)


def _lage(book: Workbook, tag: date, rechtsstand: date | None) -> Lage:
    from pik_xl.master.read import table as master_read
    from pik_xl.master.read.einstellungen import read_einstellungen

    einstellungen, (bestand, _) = read_einstellungen(book), master_read.read_bestand(book)
    lage = lage_am(tag, bestand, rechtsstand or einstellungen.rechtsstand, _regelwerk(book))
    lage = replace(lage, einstellungen=einstellungen, ansprechpartner=master_read.read_ansprechpartner(book))
    lage = replace(lage, eingaenge=master_read.read_eingaenge(book), geltende=master_read.read_geltende(book))
    return replace(lage, abweichend=abweichende(master_read.read_eintragungen(book, stellen_spec(())), lage))


def bestand_of(folder: Workfolder) -> tuple[Bewilligung, ...]:
    """The approved posts the office keeps in the master's sheet Bestand."""
    from pik_xl.master.read import table as master_read

    return master_read.read_bestand(master_of(folder))[0]


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
    lage = replace(_lage(book, tag, rechtsstand), vollstaendig=True, heute=heute)
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
    for spec in (antraege_spec(()), stellen_spec(())):
        rows = master_read.read_eintragungen(book, spec)
        rows = (replace(row, beantragt=(row.stelle, row.ags) not in nein) for row in rows)
        yield from check_eintragungen(rows, folder.master.name, lage)
    summen = master_read.read_summen(book, specs_mit_summen(master_read.jahre_of(book)))
    yield from check_eintragungen(summen, folder.master.name, lage, Per.SUMME)
    if folder.book is None:  # they hang on parts of the file that only the closed one shows
        yield from check_bezuege(bezuege.read_bezuege(folder.master.read_bytes()), folder.master.name, lage)


def _freigaben(book: Workbook, heute: date) -> Iterator[tuple[Eintragung, Row]]:
    """The rows of the sheet Anträge in which staff released something."""
    from pik_xl.master.read import freigabe
    from pik_xl.master.read import table as master_read
    from pik_xl.master.sheets.columns import FREIGEGEBENES

    eingetragen = freigabe.read_eingetragen(book, heute)
    for e in master_read.read_eintragungen(book, antraege_spec(())):
        if (own := eingetragen.get(e.antrag, {})).get(FREIGEGEBENES):
            yield e, own


def _abweichungen(book: Workbook) -> Iterator[Eintragung]:
    """The rows of the sheet Stellen in which staff decide otherwise."""
    from pik_xl.master.read import table as master_read

    return (e for e in master_read.read_eintragungen(book, stellen_spec(())) if "entscheidung_abweichend" in e.werte)


def _aelter_befunde(book: Workbook, folder: Workfolder, lage: Lage) -> Iterator[Finding]:
    """That the master lacks the newest run: somebody put an older one back, or did not save it then.

    A run leaves a copy of what was before it, with its time in the name, and its line in the record of runs.
    """
    from pik_xl.master.read import table as master_read
    from pik_xl.master.sheets import tables
    from pik_xl.master.update import backup

    laeufe = [tables.zeit_of(str(lauf.stempel)) for lauf in master_read.read_protokoll(book)]
    zuletzt, kopie = max(filter(None, laeufe), default=None), backup.juengste(folder.sicherungen, MASTER)
    if zuletzt and kopie and kopie > zuletzt:
        fehlt, da = (f"{zeit:{tables.STEMPEL}} Uhr" for zeit in (kopie, zuletzt))
        gefunden = f"der vom {fehlt}. Der letzte, der darin steht, ist vom {da}."
        yield finding_of(Mangel("master_aelter", Place(folder.master.name, PROTOKOLL.sheet), gefunden), lage)


def _bestand_befunde(book: Workbook, datei: str, lage: Lage) -> Iterator[Finding]:
    """What was read with good will in the office's own register."""
    from pik_xl.master.read import table as master_read

    for zelle, gefunden, remark in master_read.read_bestand(book)[1]:
        yield finding_of(
            Mangel("bestand_gedeutet", Place(datei, BESTAND.sheet, zelle), f"„{gefunden}“, {remark}"), lage
        )


def konsolidieren(
    folder: Workfolder,
    pruefung: Pruefung,
    stand: datetime,
    was: str = "Konsolidieren",
    wer: str = "",
    sekunden: float | None = None,
    letters: Schreibergebnis | None = None,
) -> Mapping[Aenderung, int]:
    """Write everything into the master; what staff typed stays. Returns how many applications changed, and how,
    and how many entries are new on Verwaist.

    `wer` ran it, and it took so many seconds until now; both go into the record of runs. `letters` were written in
    the same run.
    """
    from pik_xl.master.read import freigabe
    from pik_xl.master.read import table as master_read
    from pik_xl.master.sheets import tables
    from pik_xl.master.sheets.columns import Aenderung
    from pik_xl.master.update import file

    check_bestand(folder, pruefung)
    lauf = lauf_of(pruefung, stand, was, wer, sekunden)
    if not has_master(folder):
        data = neuer_master(pruefung, stand, lauf)
        file.write(folder.master, data, folder.sicherungen, "")
        return {}
    update = begin(folder, pruefung)
    if master_read.read_bestand(update.book)[0] != tuple(pruefung.lage.bewilligungen.values()):
        raise PikError("Der Bestand wurde während des Laufs geändert. Bitte den Lauf noch einmal starten.")
    eingetragen = freigabe.read_eingetragen(update.book, pruefung.lage.lauftag)
    antraege, stellen, *others = tables_of(pruefung, eingetragen)
    antraege, changes = update.vergleich(antraege)
    stellen, _ = update.vergleich(stellen)
    alle = (antraege, stellen, *others, *letter_rows(letters, update.book))
    changes[Aenderung.VERWAIST] = verwaist = sum(map(update.verwaist, alle))
    laeufe = protokoll(update.book, replace(lauf, bemerkung=bemerkung(tables.in_words(changes), verwaist)))
    update.commit((*alle, laeufe), stamp(stand))
    return changes


def neuer_master(pruefung: Pruefung, stand: datetime, lauf: Lauf) -> bytes:
    """A master with the tables of a run."""
    from pik_xl.master.sheets import tables
    from pik_xl.master.update import file

    laeufe, nichts = tables.protokoll_table([lauf]), tables.verwaist_table(())
    alle = (*tables_of(pruefung), *office_sheets(pruefung.lage), laeufe, nichts)
    return file.build(alle, stand)


def check_free(folder: Workfolder) -> None:
    """PikError if the master cannot be written now, before anything else is."""
    book_of(folder).check_free()


def bericht(pruefung: Pruefung, path: Path, stand: datetime) -> Path:
    """Write what was found into a workbook of its own."""
    from pik_xl.master.sheets import tables
    from pik_xl.master.update import file

    table = tables.befunde_table(pruefung.befunde, pruefung.lage.register.kreise, _kopf(pruefung))
    return write(path, file.build_liste(table, "Prüfbericht", stand))


def kreisuebersichten(folder: Workfolder, kreise: Sequence[str], tag: date, progress: Progress = silent) -> list[Path]:
    """An overview of what the master says of each of these Kreise (5-digit keys), to hand on, as a workbook.

    A Landkreis has a letter of the day beside it, of the same name. None where nobody has posts or applied. The
    in-tray is not looked at; PikError before the first consolidation.
    """
    from pik_xl.kreise import auszug as kreis_tables
    from pik_xl.kreise import draw
    from pik_xl.master.read import faelle as master_faelle
    from pik_xl.master.read import table as master_read

    book, register = master_of(folder), load_register()
    brief = _kreisbrief(folder, book)
    stand = master_faelle.read_stand(book)
    if stand is None:
        raise PikError(
            f"In {folder.master} stehen noch keine Anträge; eine Übersicht zeigt, was dort steht. "
            f"Bitte zuerst: pik-xl konsolidieren {folder.path}"
        )
    vorgaenge, befunde = master_faelle.read_faelle(book)
    bestand, _ = master_read.read_bestand(book)
    written = []
    for done, kreis in enumerate((register.kreise[ags] for ags in kreise), 1):
        auszug = kreis_tables.auszug(kreis, vorgaenge, befunde, bestand, register)
        if not auszug.leer:
            path = folder.kreise / f"{inhalt.safe(f'{kreis.ags}_{kreis.bezeichnung}')}.xlsx"
            written.append(write(path, draw.build(auszug, stand)))
            if kreis.art == Art.LANDKREIS:
                write(path.with_suffix(".docx"), brief(auszug, tag, stand, path.name))
        progress("Kreise", done, len(kreise))
    return written


def _kreisbrief(folder: Workfolder, book: Workbook) -> Callable[[Auszug, date, datetime, str], bytes]:
    """What writes the letter to a Landratsamt; PikError if its template has faults."""
    from pik_xl.kreise.brief import kreisuebersicht
    from pik_xl.master.read import einstellungen as master_einstellungen
    from pik_xl.master.read import table as master_read
    from pik_xl.vorlagen.felder import KREISUEBERSICHT
    from pik_xl.vorlagen.template import NoticeFault, Template

    einstellungen = master_einstellungen.read_einstellungen(book)
    ansprechpartner = master_read.read_ansprechpartner(book)
    template = Template.compile(folder.vorlage(KREISUEBERSICHT.name), KREISUEBERSICHT.name, KREISUEBERSICHT)

    def brief(auszug: Auszug, tag: date, stand: datetime, datei: str) -> bytes:
        try:
            return template.render(kreisuebersicht(auszug, einstellungen, ansprechpartner, tag, stand, datei))
        except NoticeFault as fault:
            raise PikError(f"Das Schreiben zu {datei} ließ sich nicht erstellen: {fault}") from fault

    return brief


def tables_of(pruefung: Pruefung, eingetragen: Mapping[str, Row] = MappingProxyType({})) -> tuple[Table, ...]:
    """The tables of the master a run fills; without letters, the record of runs and Verwaist.

    `eingetragen` is what staff typed on the sheet Anträge, by key of the application.
    """
    from pik_xl.master.sheets import kreise as kreisblatt
    from pik_xl.master.sheets import office, tables

    lage, faelle = pruefung.lage, pruefung.vorgaenge
    kreise, bestand = lage.register.kreise, tuple(lage.bewilligungen.values())
    gesamt = lage.stand.digital.gesamt.value
    assert isinstance(gesamt, Decimal)
    antraege = tables.antraege_table(faelle, kreise, eingetragen)
    freigegeben = kreisblatt.freigaben(antraege)
    return (
        antraege,
        tables.stellen_table(faelle, kreise),
        tables.befunde_table(pruefung.befunde, kreise, _kopf(pruefung)),
        kreisblatt.kreise_table(faelle, bestand, kreise, lage.ansprechpartner, freigegeben),
        office.ausstehend_table(faelle, bestand, kreise),
        tables.haushalt_table(pruefung.haushalt, gesamt),
        office.einstellungen_table(lage.einstellungen),
        office.regelwerk_table(lage),
    )


def office_sheets(lage: Lage) -> tuple[Table, ...]:
    """The sheets that belong to the office or begin empty: drawn once, and no run rewrites what stands there."""
    from pik_xl.master.sheets import office, tables

    return (
        office.bescheide_table((), (), {}),
        tables.bestand_table(lage.bewilligungen.values()),
        office.ansprechpartner_table(lage.register.kreise, lage.ansprechpartner),
        office.abweichungen_table(),
    )


def _kopf(pruefung: Pruefung) -> list[str]:
    """The to-do list, and by which rules it was made."""
    lage = pruefung.lage
    return [*pruefung.kopf, f"Regelwerk {lage.rules.pruefsumme}, Tag {as_datum(lage.tag)}, Rechtsstand "
            f"{as_datum(lage.stand.rechtsstand)}"]  # fmt: skip


def befunde_eintragen(
    folder: Workfolder, pruefung: Pruefung, stand: datetime, wer: str = "", sekunden: float | None = None
) -> None:
    """Show what the checks found on the sheet Befunde of the master, without touching its other tables."""
    from pik_xl.master.sheets import tables

    update, lauf = begin(folder, pruefung), lauf_of(pruefung, stand, tables.NUR_PRUEFEN, wer, sekunden)
    befunde = tables.befunde_table(pruefung.befunde, pruefung.lage.register.kreise, _kopf(pruefung))
    lauf = replace(lauf, bemerkung=bemerkung("", update.verwaist(befunde)))
    update.commit((befunde, protokoll(update.book, lauf)), stamp(stand))
