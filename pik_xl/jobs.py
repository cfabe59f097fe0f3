"""The jobs of the office, each from a work folder to its result: the only place that wires things together.

A button and a command are two ways to call the same job. Jobs say how far they are through `Progress`
and return plain results; they print nothing and never ask what day it is.
"""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import TYPE_CHECKING

from pik_xl import schreiben, seiten
from pik_xl.checks import Lage, check_all, check_bezuege, check_eintragungen, check_haushalt, finding_of, headline
from pik_xl.columns import BESTAND, antraege_spec
from pik_xl.digital import decide_digital
from pik_xl.errors import PikError
from pik_xl.extension import Regelstand, decide, regelstand
from pik_xl.form import Massgaben
from pik_xl.haushalt import haushalt
from pik_xl.model import (
    Antrag,
    Art,
    Besetzung,
    Bewilligung,
    Decision,
    Digitalentscheidung,
    Finding,
    Haushalt,
    Mangel,
    Place,
    Qualifikation,
    Schwere,
    Sendung,
    Stand,
    Stelle,
    Vorgang,
)
from pik_xl.receive import receive
from pik_xl.regions import load_register
from pik_xl.rules import Rulebook, shipped_rulebook
from pik_xl.values import JAHRE, as_datum
from pik_xl.vorgang import vorgaenge
from pik_xl.workfolder import Einstellungen, Workfolder, shipped, write

if TYPE_CHECKING:  # the heavy modules are loaded by the job that needs them
    from pik_xl.ausgang import Schreibergebnis
    from pik_xl.columns import Aenderung, Row, Table
    from pik_xl.form_fill import FormTemplate
    from pik_xl.tables import Lauf

Progress = Callable[[str, int, int], None]

# Rows for posts in the blank form, for applicants who got no pre-filled one.
BLANK_ROWS = 12


def silent(step: str, done: int, total: int) -> None:
    """Nobody is watching."""


def lage_am(
    tag: date,
    bestand: Iterable[Bewilligung] = (),
    rechtsstand: date | None = None,
    rules: Rulebook | None = None,
) -> Lage:
    """Register, approved posts and the rules of the day, as the checks and decisions want them.

    `rechtsstand` is the day up to which changes of the law are known (none: the day itself), `rules` the rulebook
    with the deviations of the office (none: as shipped).
    """
    rules = rules or shipped_rulebook()
    return Lage(load_register(), {b.stelle: b for b in bestand}, rules, regelstand(rules, tag, rechtsstand))


def regelwerk(folder: Workfolder | None) -> Rulebook:
    """The rulebook with the deviations the office has set in the work folder."""
    if folder is None:
        return shipped_rulebook()
    return shipped_rulebook().abweichend(folder.einstellungen.abweichungen, str(folder.einstellungen_datei))


def lage_of(folder: Workfolder, tag: date, rechtsstand: date | None = None) -> Lage:
    """What the work folder knows on that day: its approved posts and its rules."""
    from pik_xl import master_read

    lage = lage_am(tag, bestand_of(folder), rechtsstand or folder.einstellungen.rechtsstand, regelwerk(folder))
    return replace(lage, ansprechpartner=master_read.read_ansprechpartner(folder.master.read_bytes()))


@dataclass(frozen=True)
class Pruefung:
    """What checking received files gave: the files read, and every finding about them."""

    lage: Lage
    sendungen: Sequence[Sendung]
    pruefbefunde: Sequence[Finding]

    @cached_property
    def befunde(self) -> Sequence[Finding]:
        """What the checks found, and what shows of the budget once all that came in is decided."""
        if not self.lage.vollstaendig:
            return self.pruefbefunde
        return (*self.pruefbefunde, *check_haushalt(self.haushalt, self.lage))

    @cached_property
    def haushalt(self) -> Haushalt:
        """The budget control."""
        return haushalt(self.vorgaenge, self.lage.bewilligungen.values(), self.lage.stand)

    @cached_property
    def vorgaenge(self) -> Sequence[Vorgang]:
        """The cases, decided where nothing stands in the way."""
        return vorgaenge(self.sendungen, self.pruefbefunde, self.lage)

    @property
    def antraege(self) -> int:
        return sum(len(sendung.antraege) for sendung in self.sendungen)

    @property
    def fehler(self) -> int:
        return sum(befund.schwere == Schwere.FEHLER for befund in self.befunde)

    @property
    def kopf(self) -> list[str]:
        """The to-do list the report begins with."""
        return headline(self.befunde, len(self.sendungen), self.antraege)


def lesen(paths: Sequence[Path], progress: Progress = silent) -> list[Sendung]:
    """Every received file at the paths, read; a bug in reading one file becomes a finding of that file."""
    from pik_xl.read import read

    eingaenge = [eingang for path in paths for eingang in receive(path)]
    sendungen = []
    for done, eingang in enumerate(eingaenge, 1):
        try:
            sendungen.append(read(eingang))
        except Exception as error:  # one file must never stop the others
            spot = traceback.extract_tb(error.__traceback__)[-1]
            gefunden = f"{type(error).__name__} in {Path(spot.filename).name}, Zeile {spot.lineno}"
            mangel = Mangel("programmfehler", Place(eingang.datei), gefunden)
            sendungen.append(Sendung(eingang.datei, eingang.tag, maengel=(mangel,)))
        progress("Lesen", done, len(eingaenge))
    return sendungen


def pruefen(paths: Sequence[Path], lage: Lage, progress: Progress = silent) -> Pruefung:
    """Read and check received files, folders and ZIPs against the approved posts and rules of the `lage`."""
    sendungen = lesen(paths, progress)
    return Pruefung(lage, sendungen, check_all(sendungen, lage))


def bestand_of(folder: Workfolder) -> tuple[Bewilligung, ...]:
    """The approved posts the office keeps in the master's sheet Bestand."""
    from pik_xl import master_read

    if not folder.master.is_file():
        raise PikError(f"{folder.master} fehlt. Bitte zuerst anlegen: pik-xl init {folder.path}")
    return master_read.read_bestand(folder.master.read_bytes())[0]


def pruefen_ordner(
    folder: Workfolder, tag: date, progress: Progress = silent, rechtsstand: date | None = None
) -> Pruefung:
    """Check everything in the in-tray against the Bestand, by the rules of the day."""
    lage = replace(lage_of(folder, tag, rechtsstand), vollstaendig=True)
    pruefung = pruefen([folder.eingang], lage, progress)
    own = (*_bestand_befunde(folder, lage), *_eintragungen_befunde(folder, lage))
    return replace(pruefung, pruefbefunde=(*own, *pruefung.pruefbefunde))


def _eintragungen_befunde(folder: Workfolder, lage: Lage) -> Iterator[Finding]:
    """What staff typed in their columns and cannot stand, and their formulas that will not follow."""
    from pik_xl import columns, master_bezuege, master_read

    data = folder.master.read_bytes()
    for spec in (columns.antraege_spec(()), columns.stellen_spec(())):
        yield from check_eintragungen(master_read.read_eintragungen(data, spec), folder.master.name, lage)
    yield from check_bezuege(master_bezuege.read_bezuege(data), folder.master.name, lage)


def _bestand_befunde(folder: Workfolder, lage: Lage) -> Iterator[Finding]:
    """What was read with good will in the office's own register."""
    from pik_xl import master_read

    for zelle, gefunden, remark in master_read.read_bestand(folder.master.read_bytes())[1]:
        place = Place(folder.master.name, BESTAND.sheet, zelle)
        yield finding_of(Mangel("bestand_gedeutet", place, f"„{gefunden}“, {remark}"), lage)


def init(path: Path, stand: datetime, bestand: Sequence[Bewilligung] = ()) -> Workfolder:
    """Lay out a work folder with an empty master; what is there already stays as it is."""
    folder = Workfolder(path)
    folder.create()
    if not folder.master.exists():
        konsolidieren(folder, Pruefung(lage_am(stand.date(), bestand), (), ()), stand, "Arbeitsordner angelegt")
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


@dataclass(frozen=True, slots=True)
class Rechnung:
    """One post to reckon without a workbook; fields as in `Bewilligung` and `Stelle`."""

    beginn: date
    bewilligt_bis: date
    vzae: Decimal
    qualifikation: Qualifikation
    jahresbetrag: Decimal | None
    besetzung: Besetzung
    unterbrechung: int
    wunschende: date | None


def rechnen(rechnung: Rechnung, tag: date, rechtsstand: date | None = None, rules: Rulebook | None = None) -> Decision:
    """The decision for a single post, as if it were approved and applied for; PikError for impossible input."""
    if rechnung.bewilligt_bis < rechnung.beginn:
        raise PikError("Das bewilligte Ende liegt vor dem Beginn. Bitte --beginn und --bewilligt-bis prüfen.")
    if not all(day.year in JAHRE for day in (rechnung.beginn, rechnung.bewilligt_bis)):
        raise PikError(f"Die Jahre müssen zwischen {JAHRE[0]} und {JAHRE[-1]} liegen. Bitte die Tage prüfen.")
    if not 0 < rechnung.vzae <= 1_000 or not 0 <= (rechnung.jahresbetrag or 0) <= 1_000_000:
        raise PikError(
            "Der Stellenanteil muss größer als 0 und höchstens 1.000 VZÄ sein, der Jahresbetrag höchstens "
            "1.000.000 €. Bitte --vzae und --jahresbetrag prüfen."
        )
    if rechnung.unterbrechung < 0:
        raise PikError("Die Unterbrechung kann nicht negativ sein. Bitte --unterbrechung prüfen.")
    bewilligung = Bewilligung(
        stelle="Stelle",
        aktenzeichen="",
        ags="",
        traeger="",
        art=Art.GEMEINDE,
        kreis="",
        einsatzort="",
        person="",
        qualifikation=rechnung.qualifikation,
        vzae=rechnung.vzae,
        jahresbetrag=rechnung.jahresbetrag,
        beginn=rechnung.beginn,
        bewilligt_bis=rechnung.bewilligt_bis,
    )
    stelle = Stelle(
        "Stelle",
        verlaengern=True,
        besetzung_stichtag=rechnung.besetzung,
        besetzung_heute=rechnung.besetzung,
        unterbrechung=rechnung.unterbrechung,
        wunschende=rechnung.wunschende,
    )
    return decide(stelle, bewilligung, regelstand(rules or shipped_rulebook(), tag, rechtsstand))


def rechnen_digital(
    kosten: Decimal,
    zugriff: int,
    im_kreis: int,
    tag: date,
    rechtsstand: date | None = None,
    rules: Rulebook | None = None,
) -> Digitalentscheidung:
    """The decision on a digital solution of that cost (EUR), as if applied for; PikError for impossible input."""
    if not 0 < kosten <= 100_000_000 or min(zugriff, im_kreis) < 0:
        raise PikError(
            "Die Ausgaben müssen größer als 0 und höchstens 100.000.000 € sein, die Zahlen nicht negativ. "
            "Bitte --kosten, --zugriff und --im-kreis prüfen."
        )
    antrag = Antrag("", "", tag, digital_antrag=True, digital_kosten=kosten, digital_zahl=zugriff, digital_zugang=True)
    return decide_digital(antrag, im_kreis, regelstand(rules or shipped_rulebook(), tag, rechtsstand))


def konsolidieren(
    folder: Workfolder,
    pruefung: Pruefung,
    stand: datetime,
    was: str = "Konsolidieren",
    wer: str = "",
    sekunden: float | None = None,
) -> Mapping[Aenderung, int]:
    """Write everything into the master; what staff typed stays. Returns how many applications changed, and how.

    `wer` ran it, and it took so many seconds until now; both go into the record of runs.
    """
    lauf = _lauf(pruefung, stand, was)
    dauer = Decimal(str(round(sekunden, 2))) if sekunden is not None else None
    return _schreibe_master(folder, pruefung, stand, replace(lauf, wer=wer, sekunden=dauer))


def _schreibe_master(folder: Workfolder, pruefung: Pruefung, stand: datetime, lauf: Lauf) -> Mapping[Aenderung, int]:
    from pik_xl import master, master_read, tables
    from pik_xl.master_update import MasterUpdate

    if not folder.master.is_file():
        laeufe = tables.protokoll_table([lauf])
        data = master.build((*tables_of(pruefung, folder.einstellungen), laeufe, tables.verwaist_table(())), stand)
        master.write(folder.master, data, folder.sicherungen, "")
        return {}
    old = folder.master.read_bytes()
    if master_read.read_bestand(old)[0] != tuple(pruefung.lage.bewilligungen.values()):
        raise PikError("Der Bestand wurde während des Laufs geändert. Bitte den Lauf noch einmal starten.")
    update = MasterUpdate(old)
    eingetragen = master_read.read_staff(old, antraege_spec(()))
    antraege, stellen, *others = tables_of(pruefung, folder.einstellungen, eingetragen)
    antraege, changes = update.vergleich(antraege)
    stellen, _ = update.vergleich(stellen)
    lauf = replace(lauf, bemerkung=tables.in_words(changes))
    laeufe = tables.protokoll_table([lauf, *master_read.read_protokoll(old)])
    data = master.aktualisiert(update, (antraege, stellen, *others, laeufe))
    master.write(folder.master, data, folder.sicherungen, f"{stand:%Y-%m-%d_%H%M}", gelesen=old)
    return changes


def bericht(pruefung: Pruefung, path: Path, stand: datetime) -> Path:
    """Write what was found into a workbook of its own."""
    from pik_xl import master, tables

    table = tables.befunde_table(pruefung.befunde, pruefung.lage.register.kreise, _kopf(pruefung))
    return write(path, master.build_bericht(table, stand))


def kreisuebersichten(
    folder: Workfolder, pruefung: Pruefung, kreise: Sequence[str], stand: datetime, progress: Progress = silent
) -> list[Path]:
    """An overview for each of these Kreise (5-digit keys), to hand on; none where nobody has posts or applied."""
    from pik_xl import kreis_sheets, kreis_tables

    register, bestand = pruefung.lage.register, tuple(pruefung.lage.bewilligungen.values())
    written = []
    for done, kreis in enumerate((register.kreise[ags] for ags in kreise), 1):
        auszug = kreis_tables.auszug(kreis, pruefung.vorgaenge, pruefung.befunde, bestand, register)
        if not auszug.leer:
            name = schreiben.safe(f"{kreis.ags}_{kreis.bezeichnung}")
            written.append(write(folder.kreise / f"{name}.xlsx", kreis_sheets.build(auszug, stand)))
        progress("Kreise", done, len(kreise))
    return written


def tables_of(
    pruefung: Pruefung, einstellungen: Einstellungen, eingetragen: Mapping[str, Row] = MappingProxyType({})
) -> tuple[Table, ...]:
    """The tables of the master a run fills, the Bestand among them; without the record of runs and Verwaist.

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
        tables.bestand_table(bestand),
        office_tables.ansprechpartner_table(kreise, lage.ansprechpartner),
        office_tables.einstellungen_table(einstellungen, lage),
    )


def _kopf(pruefung: Pruefung) -> list[str]:
    """The to-do list, and by which rules it was made."""
    lage = pruefung.lage
    return [*pruefung.kopf, f"Regelwerk {lage.rules.pruefsumme}, Tag {as_datum(lage.tag)}, Rechtsstand "
            f"{as_datum(lage.stand.rechtsstand)}"]  # fmt: skip


def _lauf(pruefung: Pruefung, stand: datetime, was: str) -> Lauf:
    from pik_xl.tables import Lauf

    staende = Counter(vorgang.stand for vorgang in pruefung.vorgaenge)
    return Lauf(
        f"{stand:%d.%m.%Y %H:%M}",
        was,
        antraege=pruefung.antraege,
        entscheidungsreif=staende[Stand.ENTSCHIEDEN],
        rueckfrage=staende[Stand.RUECKFRAGE],
        stellen=sum(len(vorgang.decisions) for vorgang in pruefung.vorgaenge),
        befunde=len(pruefung.befunde),
        summe=sum((vorgang.summe for vorgang in pruefung.vorgaenge), Decimal(0)),
        regelwerk=pruefung.lage.rules.pruefsumme,
    )


def bescheide(folder: Workfolder, pruefung: Pruefung, progress: Progress = silent) -> Schreibergebnis:
    """Merge a letter for every case: a notice where it is decided, a request with the marked workbook where not."""
    from pik_xl import ausgang

    return ausgang.schreiben_alle(folder, pruefung.vorgaenge, pruefung.lage, progress)


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
    folder = init(path, datetime.combine(land.TAG, datetime.min.time()), bestand)
    folder.change_einstellungen(entscheidungstag=land.TAG, **land.BEARBEITUNG)
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
    """Make anew what ships and is made by code: the blank application form, the catalogue of checks, the rules."""
    einzeln, _ = form_templates(lage_am(date(2020, 12, 31)))
    workbooks = shipped("workbooks")
    return [
        write(workbooks / "Antrag.xlsx", einzeln.fill({}, [{}] * BLANK_ROWS)),
        write(workbooks.parent / "docs" / "pruefkatalog.md", seiten.pruefkatalog().encode()),
        write(workbooks.parent / "docs" / "regeln.md", seiten.regelwerk().encode()),
    ]
