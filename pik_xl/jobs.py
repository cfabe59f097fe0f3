"""The jobs of the office, each from a work folder to its result: the only place that wires things together.

A button and a command are two ways to call the same job. Jobs say how far they are through `Progress`
and return plain results; they print nothing and never ask what day it is.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import TYPE_CHECKING

from pik_xl import knoepfe, schreiben, seiten
from pik_xl.checks import Lage, abweichende, check_bezuege, check_eintragungen, finding_of
from pik_xl.einstellungen import Einstellungen
from pik_xl.errors import PikError
from pik_xl.extension import Regelstand
from pik_xl.form import Massgaben
from pik_xl.model import Bewilligung, Finding, Mangel, Place, Stand
from pik_xl.pruefung import Progress, silent
from pik_xl.pruefung import Pruefung as Pruefung
from pik_xl.pruefung import lage_am as lage_am
from pik_xl.pruefung import pruefen as pruefen  # checking files without a folder is a job like the others
from pik_xl.regions import load_register
from pik_xl.rules import Rulebook, shipped_rulebook
from pik_xl.sheets import BESTAND, antraege_spec, stellen_spec
from pik_xl.values import as_datum
from pik_xl.workfolder import MASTER, Workfolder, shipped, write

if TYPE_CHECKING:  # the heavy modules are loaded by the job that needs them
    from pik_xl.ausgang import Schreibergebnis
    from pik_xl.book import Book, Update
    from pik_xl.columns import Aenderung, Row, Table
    from pik_xl.form_fill import FormTemplate
    from pik_xl.ooxml import Workbook
    from pik_xl.tables import Lauf

# Rows for posts in the blank form, for applicants who got no pre-filled one.
BLANK_ROWS = 12
# The day whose rules the blank form and the empty master that ship are made by.
MITGELIEFERT = date(2020, 12, 31)


def book_of(folder: Workfolder) -> Book:
    """The master of the folder: open in Excel, or the closed file."""
    from pik_xl.master import FileBook

    return folder.book or FileBook(folder.master, folder.sicherungen)


def master_of(folder: Workfolder) -> Workbook:
    """The master as it stands; PikError if there is none."""
    return book_of(folder).read()


def has_master(folder: Workfolder | None) -> bool:
    """Whether there is a master to read."""
    return folder is not None and (folder.book is not None or folder.master.is_file())


def einstellungen_of(folder: Workfolder | None) -> Einstellungen:
    """What the office has set in its master; what is given beforehand where there is none."""
    from pik_xl.master_einstellungen import read_einstellungen

    return read_einstellungen(master_of(folder)) if folder and has_master(folder) else Einstellungen()


def regelwerk(folder: Workfolder | None) -> Rulebook:
    """The rulebook with the deviations the office has set in its master."""
    return _regelwerk(master_of(folder)) if folder and has_master(folder) else shipped_rulebook()


def _regelwerk(book: Workbook) -> Rulebook:
    from pik_xl.master_einstellungen import read_abweichungen

    rules = shipped_rulebook()
    return rules.abweichend(read_abweichungen(book, rules))


def lage_of(folder: Workfolder, tag: date, rechtsstand: date | None = None) -> Lage:
    """What the work folder knows on that day: its approved posts, its rules, and what the office has entered."""
    return _lage(master_of(folder), tag, rechtsstand)


def _lage(book: Workbook, tag: date, rechtsstand: date | None) -> Lage:
    from pik_xl import master_read
    from pik_xl.master_einstellungen import read_einstellungen

    einstellungen, (bestand, _) = read_einstellungen(book), master_read.read_bestand(book)
    lage = lage_am(tag, bestand, rechtsstand or einstellungen.rechtsstand, _regelwerk(book))
    lage = replace(lage, einstellungen=einstellungen, ansprechpartner=master_read.read_ansprechpartner(book))
    return replace(lage, abweichend=abweichende(master_read.read_eintragungen(book, stellen_spec(())), lage))


def bestand_of(folder: Workfolder) -> tuple[Bewilligung, ...]:
    """The approved posts the office keeps in the master's sheet Bestand."""
    from pik_xl import master_read

    return master_read.read_bestand(master_of(folder))[0]


def pruefen_ordner(
    folder: Workfolder, tag: date, progress: Progress = silent, rechtsstand: date | None = None
) -> Pruefung:
    """Check everything in the in-tray against the Bestand, by the rules of the day."""
    book = master_of(folder)
    lage = replace(_lage(book, tag, rechtsstand), vollstaendig=True)
    pruefung = pruefen([folder.eingang], lage, progress)
    own = (*_bestand_befunde(book, folder.master.name, lage), *_eintragungen_befunde(book, folder, lage))
    return replace(pruefung, pruefbefunde=(*own, *pruefung.pruefbefunde))


def _eintragungen_befunde(book: Workbook, folder: Workfolder, lage: Lage) -> Iterator[Finding]:
    """What staff typed in their columns and cannot stand, and their formulas that will not follow."""
    from pik_xl import master_bezuege, master_read

    for spec in (antraege_spec(()), stellen_spec(())):
        yield from check_eintragungen(master_read.read_eintragungen(book, spec), folder.master.name, lage)
    if folder.book is None:  # they hang on parts of the file that only the closed one shows
        yield from check_bezuege(master_bezuege.read_bezuege(folder.master.read_bytes()), folder.master.name, lage)


def _bestand_befunde(book: Workbook, datei: str, lage: Lage) -> Iterator[Finding]:
    """What was read with good will in the office's own register."""
    from pik_xl import master_read

    for zelle, gefunden, remark in master_read.read_bestand(book)[1]:
        yield finding_of(
            Mangel("bestand_gedeutet", Place(datei, BESTAND.sheet, zelle), f"„{gefunden}“, {remark}"), lage
        )


def init(
    path: Path,
    stand: datetime,
    bestand: Sequence[Bewilligung] = (),
    einstellungen: Einstellungen = Einstellungen(),  # noqa: B008  # frozen
) -> Workfolder:
    """Lay out a work folder with an empty master; what is there already stays as it is."""
    from pik_xl.tables import ANGELEGT

    folder = Workfolder(path)
    folder.create()
    if not folder.master.exists():
        lage = replace(lage_am(stand.date(), bestand), einstellungen=einstellungen)
        konsolidieren(folder, Pruefung(lage, (), ()), stand, ANGELEGT)
    return folder


def formulare(folder: Workfolder, tag: date, progress: Progress = silent) -> list[Path]:
    """A pre-filled form for every applicant in the Bestand, and a Sammelmappe for every Landkreis."""
    from pik_xl.prefill import kopf_of, stelle_of

    lage = lage_of(folder, tag)
    if not lage.bewilligungen:
        raise PikError(f"Der Bestand in {folder.master} ist leer. Bitte zuerst die bewilligten Stellen eintragen.")
    einzeln, sammel = form_templates(lage)
    by_kreis: dict[str, list[tuple[Bewilligung, ...]]] = {}
    for posts in lage.by_ags.values():
        by_kreis.setdefault(posts[0].kreis, []).append(posts)
    written = []
    for done, (kreis, groups) in enumerate(sorted(by_kreis.items()), 1):
        for posts in groups:
            data = einzeln.fill(kopf_of(posts), [stelle_of(post) for post in posts])
            name = schreiben.safe(f"Antrag_{posts[0].ags}_{posts[0].traeger}")
            written.append(write(folder.formulare / kreis / f"{name}.xlsx", data))
        if len(groups) > 1:
            rows = [stelle_of(post) for posts in groups for post in posts]
            data = sammel.fill({}, rows, [kopf_of(posts) for posts in groups])
            written.append(write(folder.formulare / kreis / f"Sammelmappe_{kreis}.xlsx", data))
        progress("Formulare", done, len(by_kreis))
    return written


def form_templates(lage: Lage) -> tuple[FormTemplate, FormTemplate]:
    """The application form and the Sammelmappe, ready to be filled; they reckon with the rules of the day."""
    from pik_xl.form_base import build_form, build_sammelmappe
    from pik_xl.form_fill import FormTemplate

    massgaben = _massgaben(lage.stand)
    bases = build_form(massgaben), build_sammelmappe(massgaben)
    return FormTemplate.compile(bases[0], massgaben), FormTemplate.compile(bases[1], massgaben)


def _massgaben(stand: Regelstand) -> Massgaben:
    """The rules of the day the form itself reckons with."""
    names = ("schritt", "hoechstdauer", "unterbrechung", "mindestanteil")
    return Massgaben(**{name: getattr(stand, name).value for name in names})


def konsolidieren(
    folder: Workfolder,
    pruefung: Pruefung,
    stand: datetime,
    was: str = "Konsolidieren",
    wer: str = "",
    sekunden: float | None = None,
    letters: Schreibergebnis | None = None,
) -> Mapping[Aenderung, int]:
    """Write everything into the master; what staff typed stays. Returns how many applications changed, and how.

    `wer` ran it, and it took so many seconds until now; both go into the record of runs. `letters` were written in
    the same run.
    """
    from pik_xl import master, master_read, tables
    from pik_xl.columns import Aenderung

    _check_bestand(folder, pruefung)
    lauf = _lauf(pruefung, stand, was, wer, sekunden)
    if not has_master(folder):
        data = _neuer_master(pruefung, stand, lauf, *_python())
        master.write(folder.master, data, folder.sicherungen, "")
        return {}
    update = _begin(folder, pruefung)
    if master_read.read_bestand(update.book)[0] != tuple(pruefung.lage.bewilligungen.values()):
        raise PikError("Der Bestand wurde während des Laufs geändert. Bitte den Lauf noch einmal starten.")
    antraege, stellen, *others = tables_of(pruefung, master_read.read_staff(update.book, antraege_spec(())))
    antraege, changes = update.vergleich(antraege)
    stellen, _ = update.vergleich(stellen)
    alle = (antraege, stellen, *others, *_letter_rows(letters, update.book))
    changes[Aenderung.UEBERSCHRIEBEN] = sum(map(update.overwritten, alle))
    laeufe = _laeufe(update.book, replace(lauf, bemerkung=tables.in_words(changes)))
    update.commit((*alle, laeufe), _stamp(stand))
    return changes


def _begin(folder: Workfolder, pruefung: Pruefung) -> Update:
    """An update of the master with the applications that were checked."""
    return book_of(folder).begin(v.antrag for v in pruefung.vorgaenge)


def _neuer_master(pruefung: Pruefung, stand: datetime, lauf: Lauf, python: str = "", pfad: str = "") -> bytes:
    from pik_xl import makro, master, tables

    laeufe, nichts = tables.protokoll_table([lauf]), tables.verwaist_table(())
    alle = (*tables_of(pruefung), *office_sheets(pruefung.lage), laeufe, nichts)
    return master.build(alle, stand, makro.xlwings_conf(python, pfad))


def _python() -> tuple[str, str]:
    """The Python that answers the buttons, and the folder it finds this package in; on Windows those that run now."""
    return (sys.executable, str(Path(__file__).parents[1])) if sys.platform == "win32" else ("", "")


def _check_bestand(folder: Workfolder, pruefung: Pruefung) -> None:
    """PikError where there are applications and no approved posts at all: every one of them would be refused."""
    if pruefung.antraege and not pruefung.lage.bewilligungen:
        raise PikError(
            f"Der Bestand in {folder.master} ist leer oder fehlt; jeder Antrag würde abgelehnt. Bitte die bewilligten "
            "Stellen auf Blatt Bestand eintragen oder die letzte Sicherung verwenden."
        )


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

    update, lauf = _begin(folder, pruefung), _lauf(pruefung, stand, tables.NUR_SCHREIBEN, wer, sekunden)
    rows = tuple(_letter_rows(letters, update.book))
    geschrieben = f"{letters.anzahl.total()} Dateien geschrieben"
    lauf = replace(lauf, bemerkung=", ".join([geschrieben, *_overwritten(update, rows)]))
    update.commit((*rows, _laeufe(update.book, lauf)), _stamp(stand))


def _overwritten(update: Update, alle: Sequence[Table]) -> list[str]:
    """In words in how many rows people typed over what a run wrote; none if nowhere."""
    from pik_xl import tables
    from pik_xl.columns import Aenderung

    anzahl = sum(map(update.overwritten, alle))
    return [tables.in_words({Aenderung.UEBERSCHRIEBEN: anzahl})] if anzahl else []


def check_free(folder: Workfolder) -> None:
    """PikError if the master cannot be written now, before anything else is."""
    book_of(folder).check_free()


def _letter_rows(letters: Schreibergebnis | None, book: Workbook) -> Iterator[Table]:
    """The sheet Bescheide with the letters just written; nothing if none were."""
    from pik_xl import office_tables
    from pik_xl.master_read import read_rows
    from pik_xl.sheets import BESCHEIDE

    if letters is not None:
        before = read_rows(book, BESCHEIDE)
        yield office_tables.bescheide_table(letters.schreiben, before, load_register().kreise)


def _laeufe(book: Workbook, lauf: Lauf) -> Table:
    """The record of runs with one more."""
    from pik_xl import master_read, tables

    return tables.protokoll_table([lauf, *master_read.read_protokoll(book)])


def _stamp(stand: datetime) -> str:
    return f"{stand:%Y-%m-%d_%H%M}"


def bericht(pruefung: Pruefung, path: Path, stand: datetime) -> Path:
    """Write what was found into a workbook of its own."""
    from pik_xl import master, tables

    table = tables.befunde_table(pruefung.befunde, pruefung.lage.register.kreise, _kopf(pruefung))
    return write(path, master.build_bericht(table, stand))


def kreisuebersichten(folder: Workfolder, kreise: Sequence[str], progress: Progress = silent) -> list[Path]:
    """An overview of what the master says of each of these Kreise (5-digit keys), to hand on.

    None where nobody has posts or applied. The in-tray is not looked at; PikError before the first consolidation.
    """
    from pik_xl import kreis_sheets, kreis_tables, master_faelle, master_read

    book, register = master_of(folder), load_register()
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
            name = schreiben.safe(f"{kreis.ags}_{kreis.bezeichnung}")
            written.append(write(folder.kreise / f"{name}.xlsx", kreis_sheets.build(auszug, stand)))
        progress("Kreise", done, len(kreise))
    return written


def tables_of(pruefung: Pruefung, eingetragen: Mapping[str, Row] = MappingProxyType({})) -> tuple[Table, ...]:
    """The tables of the master a run fills; without letters, the record of runs and Verwaist.

    `eingetragen` is what staff typed on the sheet Anträge, by key of the application.
    """
    from pik_xl import kreise as kreisblatt
    from pik_xl import office_tables, tables

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
        office_tables.ausstehend_table(faelle, bestand, kreise),
        tables.haushalt_table(pruefung.haushalt, gesamt),
        office_tables.einstellungen_table(lage.einstellungen),
        office_tables.regelwerk_table(lage),
    )


def office_sheets(lage: Lage) -> tuple[Table, ...]:
    """The sheets that belong to the office or begin empty: drawn once, and no run rewrites what stands there."""
    from pik_xl import office_tables, tables

    return (
        office_tables.bescheide_table((), (), {}),
        tables.bestand_table(lage.bewilligungen.values()),
        office_tables.ansprechpartner_table(lage.register.kreise, lage.ansprechpartner),
        office_tables.abweichungen_table(),
    )


def _kopf(pruefung: Pruefung) -> list[str]:
    """The to-do list, and by which rules it was made."""
    lage = pruefung.lage
    return [*pruefung.kopf, f"Regelwerk {lage.rules.pruefsumme}, Tag {as_datum(lage.tag)}, Rechtsstand "
            f"{as_datum(lage.stand.rechtsstand)}"]  # fmt: skip


def _lauf(pruefung: Pruefung, stand: datetime, was: str, wer: str, sekunden: float | None) -> Lauf:
    from pik_xl.tables import STEMPEL, Lauf

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
        wer=wer,
        sekunden=None if sekunden is None else Decimal(str(round(sekunden, 2))),
    )


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

    _check_bestand(folder, pruefung)
    faelle = [v for v in pruefung.vorgaenge if antraege is None or v.antrag.schluessel in antraege]
    return ausgang.schreiben_alle(folder, faelle, pruefung.lage, progress, ausgang.ARTEN if arten is None else arten)


def freigegebene(folder: Workfolder, pruefung: Pruefung) -> tuple[str, ...]:
    """The keys of the applications that are ready for decision and released by two people, on a day that is one."""
    from pik_xl import master_read, tables
    from pik_xl.kreise import released
    from pik_xl.renamed import renamed

    book = renamed(master_of(folder), (v.antrag for v in pruefung.vorgaenge))
    eingetragen = master_read.read_staff(book, antraege_spec(()))
    keys = released(tables.antraege_table(pruefung.vorgaenge, pruefung.lage.register.kreise, eingetragen))
    return tuple(key for key in keys if isinstance(eingetragen[key].get("freigegeben_am"), date))


def vorlagen_pruefen(folder: Workfolder) -> list[str]:
    """What is wrong with the letter templates of the folder, a text for each that has faults; none is good."""
    from pik_xl.notices import Template

    faults = []
    for name, known in schreiben.KNOWN.items():
        try:
            Template.compile(folder.vorlage(name), name, known)
        except PikError as fault:
            faults.append(str(fault))
    return faults


def befunde_eintragen(
    folder: Workfolder, pruefung: Pruefung, stand: datetime, wer: str = "", sekunden: float | None = None
) -> None:
    """Show what the checks found on the sheet Befunde of the master, without touching its other tables."""
    from pik_xl import tables

    update, lauf = _begin(folder, pruefung), _lauf(pruefung, stand, tables.NUR_PRUEFEN, wer, sekunden)
    befunde = tables.befunde_table(pruefung.befunde, pruefung.lage.register.kreise, _kopf(pruefung))
    lauf = replace(lauf, bemerkung=", ".join(_overwritten(update, [befunde])))
    update.commit((befunde, _laeufe(update.book, lauf)), _stamp(stand))


def demo(path: Path, antraege: int, seed: int, progress: Progress = silent) -> Workfolder:
    """A work folder for the whole state with a Bestand, and the applications in its in-tray. Repeatable."""
    from pik_xl import demo as land
    from pik_xl.demo_faults import grown, late, peculiarities, spoil, twice

    land.check_number(antraege)
    if path.exists() and any(path.iterdir()):
        raise PikError(f"{path} ist nicht leer. Bitte einen neuen Ordner nennen oder den alten löschen.")
    register, rng = load_register(), Random(seed)
    doppelte = antraege // 100
    traeger = land.applicants(register, antraege - doppelte, rng)
    bestand = grown(land.bestand(register, traeger, rng), rng)
    gesetzt = Einstellungen({"entscheidungstag": land.TAG, **land.BEARBEITUNG})
    folder = init(path, datetime.combine(land.TAG, datetime.min.time()), bestand, gesetzt)
    lage = lage_am(land.TAG, bestand)
    formulare = [land.formular(posts, register, rng) for posts in lage.by_ags.values()]
    strangers = [t for t in register.traeger.values() if t.ags not in lage.by_ags]
    peculiarities(formulare, rng)
    spoil(formulare, strangers, rng)
    formulare += twice(formulare, doppelte, rng)
    late(formulare, antraege // 60, rng)
    einzeln, sammel = form_templates(lage)
    for done, _ in enumerate(land.send(formulare, folder.eingang, einzeln, sammel), 1):
        progress("Anträge", done, antraege)
    return folder


def build() -> list[Path]:
    """Make anew what ships and is made by code: blank form, macros, empty master, the pages on checks and rules."""
    einzeln, _ = form_templates(lage_am(MITGELIEFERT))
    workbooks, vba = shipped("workbooks"), Path(str(files("pik_xl"))) / "vba"
    return [
        write(workbooks / "Antrag.xlsx", einzeln.fill({}, [{}] * BLANK_ROWS)),
        write(vba / "PikButtons.bas", knoepfe.modul().encode()),
        write(vba / "ribbon.xml", knoepfe.ribbon().encode()),
        write(workbooks / MASTER, leerer_master()),
        write(workbooks.parent / "docs" / "pruefkatalog.md", seiten.pruefkatalog().encode()),
        write(workbooks.parent / "docs" / "regeln.md", seiten.regelwerk().encode()),
    ]


def leerer_master() -> bytes:
    """The master that ships: no posts, no cases, the settings as they come."""
    leer, stand = Pruefung(lage_am(MITGELIEFERT), (), ()), datetime.combine(MITGELIEFERT, datetime.min.time())
    return _neuer_master(leer, stand, _lauf(leer, stand, "Mitgeliefert", "", None))
