"""What goes out in a run: notices, requests, and each applicant's own workbook with the cells marked.

A run writes into a dated folder of its own, with a manifest and a mailing list. What stands unchanged from an earlier
run is not written again, a final notice never. What cannot be written is told (an Einwand), and the rest goes on.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from pik_xl.checks.check import Message
from pik_xl.checks.schreiben import ANLAGE_FEHLT, BLEIBT_ENTWURF, MAPPE_BLEIBT_ENTWURF, NICHT_ERSTELLT
from pik_xl.errors import PikError
from pik_xl.fingerprint import letter_fingerprint
from pik_xl.master.sheets.office import versandliste_table
from pik_xl.master.update.file import build_liste
from pik_xl.model import Ergebnis, Fassung, Finding, Schreiben
from pik_xl.progress import Progress
from pik_xl.recht.entscheidung import Vorgang
from pik_xl.recht.lage import Lage
from pik_xl.recht.vorgang import kreis_of
from pik_xl.schreiben import beilagen, inhalt, sammelmappe
from pik_xl.schreiben.anlass import ANLAESSE, Anlass
from pik_xl.schreiben.bescheid import Fall, aenderung, genannt, punkte
from pik_xl.schreiben.einwand import BEIM_SCHREIBEN, IM_NACHWEIS, Einwaende, Einwand, Zeile, zeile_of
from pik_xl.schreiben.endgueltig import hindernis
from pik_xl.schreiben.nachweis import Nachweis
from pik_xl.schreiben.runfolder import Laufordner
from pik_xl.schreiben.verbleib import Verbleib, ohne_verzeichnis
from pik_xl.vorlagen import felder
from pik_xl.vorlagen.schreibart import Schreibart
from pik_xl.vorlagen.template import NoticeFault, Template
from pik_xl.workfolder import Workfolder

VERSANDLISTE = "Versandliste.xlsx"
# The days move with the run; a letter that says nothing else new is the same letter. What is asked of a Landkreis gets
# less with every applicant who answers, and that is no reason to write again: only a new point is (`Schreiben.punkte`).
_OHNE = ("datum", "frist", "ergaenzungen")


@dataclass(frozen=True, slots=True)
class Wunsch:
    """What is asked of a run: kinds of letters by name, for which applications (None: all), by their keys.

    `freigegebene` are the applications whose notices are final, and the day they were released; `versandt` the letters,
    by their file, that went out. `vorschau` writes nothing and shows what would be.
    """

    arten: Collection[str] = felder.ARTEN
    antraege: Collection[str] | None = None
    freigegebene: Mapping[str, date] = field(default_factory=dict)
    versandt: Collection[str] = ()
    vorschau: bool = False


@dataclass
class Schreibergebnis:
    """The letters of a run: written, and standing unchanged since an earlier one; what is to be heeded about them.

    `ordner` has the folders written; `rueckgaben` counts the marked workbooks, `anmerkungen` are sentences for the
    office.
    """

    einwaende: Einwaende
    neu: list[Schreiben] = field(default_factory=list)
    unveraendert: list[Schreiben] = field(default_factory=list)
    ordner: list[Path] = field(default_factory=list)
    rueckgaben: int = 0
    anmerkungen: list[str] = field(default_factory=list)

    @property
    def befunde(self) -> list[Finding]:
        """What is told of this run."""
        return self.einwaende.befunde

    @property
    def gueltige(self) -> list[Schreiben]:
        """What stands unchanged and is final: what can go out."""
        return [s for s in self.unveraendert if s.fassung is Fassung.ENDGUELTIG]

    @property
    def anzahl(self) -> Counter[tuple[str, Fassung]]:
        """How many were written, by title and how final they are."""
        return Counter((s.titel, s.fassung) for s in self.neu)


def schreiben_alle(
    folder: Workfolder,
    vorgaenge: Sequence[Vorgang],
    lage: Lage,
    wunsch: Wunsch,
    nachweis: Nachweis,
    progress: Progress,
    befunde: Sequence[Finding] = (),
) -> Schreibergebnis:
    """The letters wanted, for every case they fit. PikError if a template has faults; then nothing is written.

    `befunde` are all that were found, as those on a whole Sammelmappe belong to no case.
    """
    faelle = [v for v in vorgaenge if wunsch.antraege is None or v.antrag.schluessel in wunsch.antraege]
    mappen, unklar = sammelmappe.mappen_of(vorgaenge, befunde, lage, wunsch.antraege)
    faelle += mappen
    faelle.sort(key=lambda v: (kreis_of(v.antrag, lage.register), v.antrag.ags, v.antrag.schluessel))
    gewollte = [anlass for anlass in ANLAESSE if anlass.art.name in wunsch.arten]
    anlaesse = [anlass for anlass in gewollte if any(map(anlass.gilt, faelle))]
    dateien = None if wunsch.antraege is None else frozenset(v.antrag.datei for v in faelle)
    reihen = {anlass.reihe for anlass in gewollte}
    titel = [anlass.art.titel for anlass in gewollte]
    ergebnis = Schreibergebnis(Einwaende(lage, dateien, titel, antraege=wunsch.antraege, reihen=reihen))
    if felder.SAMMELMAPPE.name in wunsch.arten:
        ergebnis.einwaende.alle += unklar
    vorlagen = _vorlagen(folder, anlaesse, ergebnis)
    verbleib = Verbleib(folder.path, nachweis, wunsch.versandt, wunsch.vorschau)
    for ordner in dict.fromkeys(anlass.ordner for anlass in anlaesse):
        run = _Run(folder, lage, wunsch, nachweis, verbleib, progress, ergebnis, vorlagen)
        run.write(getattr(folder, ordner), [anlass for anlass in anlaesse if anlass.ordner == ordner], faelle)
    verbleib.fertig()
    _im_nachweis(verbleib, reihen, wunsch, ergebnis)
    ergebnis.einwaende.alle += ohne_verzeichnis(folder.path, (folder.bescheide, folder.rueckfragen))
    return ergebnis


def _im_nachweis(verbleib: Verbleib, reihen: Collection[str], wunsch: Wunsch, ergebnis: Schreibergebnis) -> None:
    """What is to be heeded about the letters on record."""
    letters = list(verbleib.letters(reihen, wunsch.antraege))
    for s in letters:
        ergebnis.einwaende.fragen(zeile_of(s), IM_NACHWEIS)
    ergebnis.einwaende.alle += verbleib.einwaende(letters)


class _Vorlage(NamedTuple):
    """A compiled template and the checksum of its file."""

    template: Template
    pruefsumme: str


def _vorlagen(folder: Workfolder, anlaesse: Sequence[Anlass], ergebnis: Schreibergebnis) -> dict[str, _Vorlage]:
    """The templates of these kinds and of what is enclosed; PikError names all faults of all of them at once."""
    wanted = [anlass.art for anlass in anlaesse]
    if any(anlass.gegenstand for anlass in anlaesse):
        wanted.append(felder.RECHTSBEHELFSVERZICHT)
    vorlagen, faults = {}, []
    for art in wanted:
        data = folder.vorlage(art.name).read_bytes()
        try:
            template = Template.compile(data, art.name, art)
        except PikError as fault:
            faults.append(str(fault))
            continue
        vorlagen[art.name] = _Vorlage(template, hashlib.sha256(data).hexdigest())
        ergebnis.anmerkungen += [template.hinweis] * bool(template.hinweis)
    if faults:
        raise PikError("\n\n".join(faults))
    return vorlagen


@dataclass
class _Run:
    """One folder of a run: writes what it can and collects in `ergebnis` what became of everything."""

    folder: Workfolder
    lage: Lage
    wunsch: Wunsch
    nachweis: Nachweis
    verbleib: Verbleib
    progress: Progress
    ergebnis: Schreibergebnis
    vorlagen: Mapping[str, _Vorlage]

    def write(self, parent: Path, anlaesse: Sequence[Anlass], faelle: Sequence[Vorgang]) -> None:
        """All letters that belong below the parent; the folder gets its name last, with everything in it."""
        ziel = Laufordner(parent, self.lage.tag, self.nachweis.ordner, nur_vorschau=self.wunsch.vorschau)
        before = len(self.ergebnis.neu)
        for anlass in anlaesse:
            those = [vorgang for vorgang in faelle if anlass.gilt(vorgang)]
            for done, vorgang in enumerate(those, 1):
                self._letter(Fall.of(anlass, vorgang, self.nachweis, self.wunsch.versandt), ziel)
                self.progress("Schreiben", done, len(those))
        neu = self.ergebnis.neu[before:]
        if not self.wunsch.vorschau:
            neu = self._with_rueckgaben(neu, faelle, ziel)
        self.ergebnis.neu[before:] = neu
        if neu:
            ziel.write(VERSANDLISTE, self._versandliste(neu))
        if path := ziel.finish(neu, self._about()):
            self.ergebnis.ordner.append(path)

    def _versandliste(self, neu: Sequence[Schreiben]) -> bytes:
        table = versandliste_table(neu, self.lage.register.kreise)
        return build_liste(table, "Versandliste", datetime.combine(self.lage.tag, datetime.min.time()))

    def _about(self) -> Mapping[str, object]:
        stand = self.lage.stand
        return {"tag": stand.tag, "rechtsstand": stand.rechtsstand, "regelwerk": self.lage.rules.pruefsumme}

    # --- one letter ------------------------------------------------------------------------------

    def _letter(self, fall: Fall, ziel: Laufordner) -> None:
        """Write one letter, or see that it stands already."""
        if s := fall.bestehender:
            self._besteht(replace(fall, nummer=s.nummer), replace(s, schluessel=fall.vorgang.antrag.schluessel))
            return
        self.ergebnis.einwaende.fragen(fall.zeile, BEIM_SCHREIBEN)
        context, ausstehend = self._context(fall), list(self._aenderung(fall))
        said = {name: value for name, value in context.items() if name not in _OHNE}
        wortlaut = letter_fingerprint([self.vorlagen[fall.anlass.art.name].pruefsumme, said])
        gleich = self.nachweis.gleiches(fall.anlass.reihe, fall.vorgang.antrag.schluessel, wortlaut)
        if gleich and set(punkte(context)) <= set(gleich.punkte) and self.verbleib.steht(gleich):
            self.ergebnis.unveraendert.append(gleich)
            self.ergebnis.einwaende.weiterhin += ausstehend
            return
        data = self._rendered(fall.anlass.art, context, fall, NICHT_ERSTELLT)
        if data is not None:
            self.ergebnis.einwaende.alle += ausstehend
            written = self._written(fall, context, data, ziel)
            self.ergebnis.neu.append(replace(written, inhalt=wortlaut, punkte=punkte(context)))

    def _aenderung(self, fall: Fall) -> Iterator[Einwand]:
        """What is to be heeded of a notice that amends another."""
        if gegenstand := fall.anlass.gegenstand:
            for was, gefunden in aenderung(gegenstand.summe(fall.vorgang), fall.frueher, self.wunsch.versandt):
                yield _einwand(fall, was, gefunden)

    def _context(self, fall: Fall) -> dict[str, object]:
        """What fills the letter; what makes it stay a draft is told."""
        context = fall.anlass.felder(fall.vorgang, self.lage)
        if fall.anlass.gegenstand:
            context["frueherer_bescheid"] = genannt(fall.frueher)
            context["entwurf"] = not self._endgueltig(fall)
        elif was := sammelmappe.offene_anschrift(fall.vorgang):
            self._melden(fall, MAPPE_BLEIBT_ENTWURF, was)
        return context

    def _endgueltig(self, fall: Fall) -> bool:
        """Whether the notice is released and nothing speaks against sending it; what does is told."""
        freigegeben = self.wunsch.freigegebene.get(fall.vorgang.antrag.schluessel)
        if freigegeben is None:
            return False
        zeichnet, offen = (
            self.lage.einstellungen.behoerde["zeichnet"],
            self.vorlagen[fall.anlass.art.name].template.offen,
        )
        frueher = fall.frueher.datum if fall.frueher else None
        if text := hindernis(self.lage.tag, fall.vorgang.antrag.eingang, freigegeben, frueher, zeichnet, offen):
            self._melden(fall, BLEIBT_ENTWURF, text)
        return not text

    def _written(self, fall: Fall, context: Mapping[str, object], data: bytes, ziel: Laufordner) -> Schreiben:
        """Put the letter and what is enclosed in the folder; returns the record of it."""
        antrag, gegenstand, entwurf = fall.vorgang.antrag, fall.anlass.gegenstand, bool(context["entwurf"])
        name = ziel.write(inhalt.datei_name(fall.vorgang, self.lage, fall.datei, entwurf=entwurf), data)
        return Schreiben(
            art=fall.anlass.art.name,
            titel=fall.titel,
            reihe=fall.anlass.reihe,
            nummer=fall.nummer,
            fassung=Fassung.ENTWURF if entwurf else Fassung.ENDGUELTIG,
            schluessel=antrag.schluessel,
            ags=antrag.ags,
            kreis=kreis_of(fall.vorgang.antrag, self.lage.register),
            anschrift=tuple(context["anschrift"]),  # type: ignore[arg-type]  # a list of texts
            email=antrag.email or "",
            aktenzeichen=inhalt.aktenzeichen(fall.vorgang),
            datum=self.lage.tag,
            datei=(ziel.path / name).relative_to(self.folder.path).as_posix(),
            ergebnis=str(gegenstand.ergebnis(fall.vorgang)) if gegenstand else "",
            summe=gegenstand.summe(fall.vorgang) if gegenstand else None,
            stellen=fall.stellen,
            entscheidung=fall.entscheidung,
            sha256=hashlib.sha256(data).hexdigest(),
            anlagen=self._beilage(fall, entwurf, ziel),
        )

    def _beilage(self, fall: Fall, entwurf: bool, ziel: Laufordner) -> tuple[str, ...]:
        """The names of what is enclosed with the notice: for a grant the form to waive legal remedies."""
        gegenstand = fall.anlass.gegenstand
        if gegenstand is None or gegenstand.ergebnis(fall.vorgang) in (None, Ergebnis.ABGELEHNT):
            return ()
        data = self._verzicht(fall, fall.titel, self.lage.tag, entwurf=entwurf)
        if data is None:
            return ()
        datei = f"{felder.RECHTSBEHELFSVERZICHT.datei}{gegenstand.zusatz}"
        name = inhalt.datei_name(fall.vorgang, self.lage, datei, entwurf=entwurf)
        return (PurePosixPath(ziel.write(name, data)).name,)

    def _verzicht(self, fall: Fall, titel: str, tag: date, *, entwurf: bool) -> bytes | None:
        """The form to waive legal remedies against a notice of that title and day."""
        vorgang, gegenstand = fall.vorgang, fall.anlass.gegenstand
        assert gegenstand  # only notices have one
        context = inhalt.rechtsbehelfsverzicht(vorgang, self.lage)
        ergebnis, summe = str(gegenstand.ergebnis(vorgang)), gegenstand.summe(vorgang)
        context |= {"bescheid": titel, "ergebnis": ergebnis, "summe": summe, "entwurf": entwurf, "datum": tag}
        return self._rendered(felder.RECHTSBEHELFSVERZICHT, context, fall, ANLAGE_FEHLT)

    def _rendered(self, art: Schreibart, context: Mapping[str, object], fall: Fall, sonst: Message) -> bytes | None:
        """The filled template; None where it cannot be filled, which is told as `sonst`."""
        try:
            return self.vorlagen[art.name].template.render(context)
        except NoticeFault as fault:
            self._melden(fall, sonst, str(fault))
            return None

    def _melden(self, fall: Fall, was: Message, gefunden: str) -> None:
        self.ergebnis.einwaende.alle.append(_einwand(fall, was, gefunden))

    # --- a final notice that stands --------------------------------------------------------------

    def _besteht(self, fall: Fall, s: Schreiben) -> None:
        """A final notice that stands; what is gone of one that did not go out yet is written again as it was."""
        if s.ordner not in self.nachweis.manifeste:  # the sheet Bescheide knows less of whom it goes to
            an: tuple[str, ...] = tuple(fall.anlass.felder(fall.vorgang, self.lage)["anschrift"])  # type: ignore[arg-type]  # a list of texts
            kreis, email = kreis_of(fall.vorgang.antrag, self.lage.register), fall.vorgang.antrag.email or ""
            s = replace(s, kreis=kreis, anschrift=an, email=email)
        traeger = fall.vorgang.antrag.ags or fall.vorgang.antrag.schluessel
        frueher = self.nachweis.frueherer(fall.anlass.reihe, traeger, s.stellen, vor=s)
        self.verbleib.bekannt[s.datei] = s
        self.ergebnis.einwaende.fragen(zeile_of(s), BEIM_SCHREIBEN)
        for was, gefunden in aenderung(s.summe or Decimal(0), frueher, self.wunsch.versandt):
            self.ergebnis.einwaende.weiterhin.append(Einwand.gegen(s, was, gefunden))
        there = not self.verbleib.fehlende(s)
        if not there and s.datei not in self.wunsch.versandt:
            there = self.verbleib.zuruecklegen(s, self._noch_einmal(fall, s, frueher) if s.auffindbar else {})
        if there:
            self.ergebnis.unveraendert.append(s)

    def _noch_einmal(self, fall: Fall, s: Schreiben, frueher: Schreiben | None) -> dict[Path, bytes]:
        """The files of a final notice made once more under its number and day, as application and template give it."""
        context = fall.anlass.felder(fall.vorgang, self.lage)
        context |= {"frueherer_bescheid": genannt(frueher), "entwurf": False, "datum": s.datum}
        made = [self._rendered(fall.anlass.art, context, fall, NICHT_ERSTELLT)]
        made += [self._verzicht(fall, s.titel, s.datum, entwurf=False) for _ in s.anlagen]
        return {path: data for path, data in zip(s.pfade(self.folder.path), made, strict=True) if data is not None}

    # --- what goes with requests -----------------------------------------------------------------

    def _with_rueckgaben(self, neu: list[Schreiben], faelle: Sequence[Vorgang], ziel: Laufordner) -> list[Schreiben]:
        """The same letters, the requests with the name of the recipient's marked workbook, which is written here."""
        requests = {s.schluessel: s for s in neu if s.art in felder.NACHFORDERUNGEN}
        wanted = [v for v in faelle if v.antrag.schluessel in requests]
        names: dict[Zeile, str] = {}
        for done, (vorgang, data) in enumerate(beilagen.markierte(self.folder, wanted, self.lage), 1):
            s = requests[vorgang.antrag.schluessel]
            if isinstance(data, str):
                einwand = Einwand.gegen(s, ANLAGE_FEHLT, data)
                self.ergebnis.einwaende.alle.append(replace(einwand, datei=vorgang.antrag.datei))
                continue
            names[zeile_of(s)] = PurePosixPath(ziel.write(inhalt.rueckgabe_name(vorgang, self.lage), data)).name
            self.ergebnis.rueckgaben += 1
            self.progress("Arbeitsmappen markieren", done, len(wanted))
        return [replace(s, anlagen=(names[zeile_of(s)],)) if zeile_of(s) in names else s for s in neu]


def _einwand(fall: Fall, was: Message, gefunden: str) -> Einwand:
    antrag = fall.vorgang.antrag
    return Einwand(was, antrag.datei, gefunden, antrag.ags, antrag.traeger or "", fall.anlass.art.titel, fall.zeile)
