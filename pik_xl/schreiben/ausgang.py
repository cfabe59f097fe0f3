"""What goes out in a run: notices, requests, and each applicant's own workbook with the cells marked.

A run writes into a dated folder of its own, with a manifest and a mailing list. What stands unchanged from an earlier
run is not written again, a final notice never. What cannot be written becomes a finding, and the rest goes on.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from pik_xl.checks import finding_of
from pik_xl.eingang.receive import receive
from pik_xl.errors import PikError
from pik_xl.fingerprint import letter_fingerprint
from pik_xl.master.sheets.office import versandliste_table
from pik_xl.master.update.file import build_liste
from pik_xl.model import Ergebnis, Fassung, Finding, Mangel, Place, Schreiben, Stand
from pik_xl.progress import Progress
from pik_xl.recht.entscheidung import Vorgang
from pik_xl.recht.lage import Lage
from pik_xl.recht.vorgang import kreis_of
from pik_xl.schreiben import formulare, sammelmappe
from pik_xl.schreiben import inhalt as schreiben
from pik_xl.schreiben.endgueltig import hindernis
from pik_xl.schreiben.nachweis import Nachweis
from pik_xl.schreiben.runfolder import Laufordner
from pik_xl.schreiben.verbleib import Verbleib, ohne_verzeichnis
from pik_xl.values import as_datum
from pik_xl.vorlagen import felder
from pik_xl.vorlagen.schreibart import Schreibart
from pik_xl.vorlagen.template import NoticeFault, Template
from pik_xl.workfolder import Workfolder

VERSANDLISTE = "Versandliste.xlsx"
# The days move with the run; a letter that says nothing else new is the same letter. What is asked of a Landkreis gets
# less with every applicant who answers, and that is no reason to write again: only a new point is (`Schreiben.punkte`).
_OHNE = ("datum", "frist", "ergaenzungen")


@dataclass(frozen=True, slots=True)
class _Art:
    """A kind of letter: for which cases, in which folder, what fills it, and for a notice what it decides."""

    art: Schreibart
    reihe: str
    ordner: str
    gilt: Callable[[Vorgang], bool]
    felder: Callable[[Vorgang, Lage], dict[str, object]]
    entscheidung: Callable[[Vorgang], object] | None = None

    @property
    def zusatz(self) -> str:
        """What tells files about a digital solution from those about posts."""
        return "_Digital" if self.art is felder.DIGITAL else ""


def _ueber_stellen(vorgang: Vorgang) -> bool:
    return vorgang.stand is Stand.ENTSCHIEDEN and any(d.beantragt for d in vorgang.decisions)


def _stellen(vorgang: Vorgang) -> object:
    return [(d.stelle, d.ergebnis, d.neues_ende, d.betraege) for d in vorgang.decisions if d.beantragt]


def _digital(vorgang: Vorgang) -> object:
    return vorgang.digital and (vorgang.digital.ergebnis, vorgang.digital.summe)


def _nachzufordern(vorgang: Vorgang) -> bool:
    """Whether the applicant has something to mend; what only the Landkreis can is asked of it alone."""
    antrag = vorgang.antrag
    if vorgang.stand is not Stand.RUECKFRAGE or antrag.ganze_mappe:
        return False
    return not formulare.aus_sammelmappe(antrag) or bool(formulare.fehler_fuer(vorgang))


_ARTEN = (
    _Art(felder.VERLAENGERUNG, "stellen", "bescheide",
         lambda v: _ueber_stellen(v) and v.ergebnis is not Ergebnis.ABGELEHNT, schreiben.verlaengerung, _stellen),
    _Art(felder.ABLEHNUNG, "stellen", "bescheide",
         lambda v: _ueber_stellen(v) and v.ergebnis is Ergebnis.ABGELEHNT, schreiben.ablehnung, _stellen),
    _Art(felder.DIGITAL, "digital", "bescheide", lambda v: v.digital is not None, schreiben.digital, _digital),
    _Art(felder.NACHFORDERUNG, "nachforderung", "rueckfragen", _nachzufordern, schreiben.nachforderung),
    _Art(felder.SAMMELMAPPE, "sammelmappe", "rueckfragen", lambda v: v.antrag.ganze_mappe, schreiben.sammelmappe),
    _Art(felder.EINGANGSBESTAETIGUNG, "eingangsbestaetigung", "rueckfragen",
         lambda v: v.stand is not Stand.ERSETZT and not v.antrag.ganze_mappe, schreiben.eingangsbestaetigung),
)  # fmt: skip


def felder_of(art: str, vorgang: Vorgang, lage: Lage) -> dict[str, object]:
    """What fills a letter of this kind (the name of its template)."""
    return next(each for each in _ARTEN if each.art.name == art).felder(vorgang, lage)


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
    """The letters of a run: written, and standing unchanged since an earlier one; what could not be written.

    `ordner` has the folders written, `felder` says what each letter was filled with, for the mails; `rueckgaben`
    counts the marked workbooks, `anmerkungen` are sentences for the office.
    """

    neu: list[Schreiben] = field(default_factory=list)
    unveraendert: list[Schreiben] = field(default_factory=list)
    befunde: list[Finding] = field(default_factory=list)
    ordner: list[Path] = field(default_factory=list)
    rueckgaben: int = 0
    anmerkungen: list[str] = field(default_factory=list)

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
    arten = [art for art in _ARTEN if art.art.name in wunsch.arten and any(map(art.gilt, faelle))]
    ergebnis = Schreibergebnis(befunde=unklar if felder.SAMMELMAPPE.name in wunsch.arten else [])
    vorlagen = _vorlagen(folder, arten, ergebnis)
    verbleib = Verbleib(folder.path, nachweis, wunsch.versandt, wunsch.vorschau)
    for ordner in dict.fromkeys(art.ordner for art in arten):
        run = _Run(folder, lage, wunsch, nachweis, verbleib, progress, ergebnis, vorlagen)
        run.write(getattr(folder, ordner), [art for art in arten if art.ordner == ordner], faelle)
    verbleib.fertig()
    reihen = {art.reihe for art in _ARTEN if art.art.name in wunsch.arten}
    maengel = (
        *verbleib.maengel(reihen, wunsch.antraege),
        *ohne_verzeichnis(folder.path, (folder.bescheide, folder.rueckfragen)),
    )
    ergebnis.befunde += [finding_of(mangel, lage) for mangel in maengel]
    return ergebnis


def _vorlagen(folder: Workfolder, arten: Sequence[_Art], ergebnis: Schreibergebnis) -> dict[str, _Vorlage]:
    """The templates of these kinds and of what is enclosed; PikError names all faults of all of them at once."""
    wanted = [art.art for art in arten]
    if any(art.entscheidung for art in arten):
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


class _Vorlage(NamedTuple):
    """A compiled template and the checksum of its file."""

    template: Template
    pruefsumme: str


@dataclass(frozen=True, slots=True)
class _Bescheid:
    """What makes a letter a notice: what it decides (its checksum), on which posts, and what it amends; else empty."""

    entscheidung: str = ""
    stellen: tuple[str, ...] = ()
    frueher: Schreiben | None = None
    nummer: int = 1


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

    def write(self, parent: Path, arten: Sequence[_Art], faelle: Sequence[Vorgang]) -> None:
        """All letters that belong below the parent; the folder gets its name last, with everything in it."""
        ziel = Laufordner(parent, self.lage.tag, self.nachweis.ordner, nur_vorschau=self.wunsch.vorschau)
        before = len(self.ergebnis.neu)
        for art in arten:
            those = [vorgang for vorgang in faelle if art.gilt(vorgang)]
            for done, vorgang in enumerate(those, 1):
                self._letter(art, vorgang, ziel)
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

    def _letter(self, art: _Art, vorgang: Vorgang, ziel: Laufordner) -> None:
        """Write one letter, or see that it stands already."""
        antrag, was = vorgang.antrag, self._bescheid(art, vorgang)
        if was.frueher and was.frueher.entscheidung == was.entscheidung:
            self._besteht(art, vorgang, was.frueher)
            return
        context = self._context(art, vorgang, was.frueher)
        said = {name: value for name, value in context.items() if name not in _OHNE}
        inhalt = letter_fingerprint([self.vorlagen[art.art.name].pruefsumme, said])
        gleich, punkte = self.nachweis.gleiches(art.reihe, antrag.schluessel, inhalt), _punkte(context)
        if gleich and set(punkte) <= set(gleich.punkte) and self.verbleib.steht(gleich):
            self.ergebnis.unveraendert.append(gleich)
            return
        data = self._rendered(art.art, context, antrag.datei)
        if data is not None:
            if was.frueher:
                self._aenderung(vorgang, was.frueher, context)
            written = self._written(art, vorgang, was, context, data, ziel)
            self.ergebnis.neu.append(replace(written, inhalt=inhalt, punkte=punkte))

    def _besteht(self, art: _Art, vorgang: Vorgang, s: Schreiben) -> None:
        """A final notice that stands; what is gone of one that did not go out yet is written again as it was."""
        s = replace(s, schluessel=vorgang.antrag.schluessel)
        if s.ordner not in self.nachweis.manifeste:  # the sheet Bescheide knows less of whom it goes to
            an: tuple[str, ...] = tuple(art.felder(vorgang, self.lage)["anschrift"])  # type: ignore[arg-type]  # a list of texts
            kreis = kreis_of(vorgang.antrag, self.lage.register)
            s = replace(s, kreis=kreis, anschrift=an, email=vorgang.antrag.email or "")
        there = not self.verbleib.fehlende(s)
        if not there and s.datei not in self.wunsch.versandt:
            there = self.verbleib.zuruecklegen(s, self._noch_einmal(art, vorgang, s) if s.auffindbar else {})
        if there:
            self.ergebnis.unveraendert.append(s)

    def _noch_einmal(self, art: _Art, vorgang: Vorgang, s: Schreiben) -> dict[Path, bytes]:
        """The files of a final notice made once more under its number and day, as application and template give it."""
        traeger = vorgang.antrag.ags or vorgang.antrag.schluessel
        frueher = self.nachweis.frueherer(art.reihe, traeger, s.stellen, vor=s)
        context = art.felder(vorgang, self.lage)
        context |= {"frueherer_bescheid": _genannt(frueher), "entwurf": False, "datum": s.datum}
        made = [self._rendered(art.art, context, vorgang.antrag.datei)]
        made += [self._verzicht(art, s.titel, vorgang, s.datum, entwurf=False) for _ in s.anlagen]
        return {path: data for path, data in zip(s.pfade(self.folder.path), made, strict=True) if data is not None}

    def _bescheid(self, art: _Art, vorgang: Vorgang) -> _Bescheid:
        if not art.entscheidung:  # one that went out keeps its row on the sheet Bescheide, and its day there
            zuletzt = self.nachweis.juengste.get((art.reihe, vorgang.antrag.schluessel))
            return _Bescheid(nummer=zuletzt.nummer + (zuletzt.datei in self.wunsch.versandt) if zuletzt else 1)
        stellen = tuple(d.stelle for d in vorgang.decisions if d.beantragt) if art.reihe == "stellen" else ()
        traeger = vorgang.antrag.ags or vorgang.antrag.schluessel
        frueher = self.nachweis.frueherer(art.reihe, traeger, stellen)
        nummer = 1 + self.nachweis.nummer(art.reihe, traeger)
        return _Bescheid(letter_fingerprint(art.entscheidung(vorgang)), stellen, frueher, nummer)

    def _context(self, art: _Art, vorgang: Vorgang, frueher: Schreiben | None) -> dict[str, object]:
        context = art.felder(vorgang, self.lage)
        if art.entscheidung:
            context["frueherer_bescheid"] = _genannt(frueher)
            context["entwurf"] = not self._endgueltig(art.art, vorgang, frueher)
        elif vorgang.antrag.ganze_mappe:
            self.ergebnis.befunde += sammelmappe.offene_anschrift(vorgang, self.lage)
        return context

    def _written(
        self, art: _Art, vorgang: Vorgang, was: _Bescheid, context: Mapping[str, object], data: bytes, ziel: Laufordner
    ) -> Schreiben:
        """Put the letter and what is enclosed in the folder; returns the record of it."""
        antrag, entwurf = vorgang.antrag, bool(context["entwurf"])
        titel = "Änderungsbescheid" if was.frueher else art.art.titel
        datei = f"Aenderungsbescheid{art.zusatz}" if was.frueher else art.art.datei
        name = ziel.write(schreiben.datei_name(vorgang, self.lage, datei, entwurf=entwurf), data)
        return Schreiben(
            art=art.art.name,
            titel=titel,
            reihe=art.reihe,
            nummer=was.nummer,
            fassung=Fassung.ENTWURF if entwurf else Fassung.ENDGUELTIG,
            schluessel=antrag.schluessel,
            ags=antrag.ags,
            kreis=kreis_of(vorgang.antrag, self.lage.register),
            anschrift=tuple(context["anschrift"]),  # type: ignore[arg-type]  # a list of texts
            email=antrag.email or "",
            aktenzeichen=schreiben.aktenzeichen(vorgang),
            datum=self.lage.tag,
            datei=(ziel.path / name).relative_to(self.folder.path).as_posix(),
            ergebnis=str(_ergebnis(art, vorgang)) if art.entscheidung else "",
            summe=_summe(art, vorgang) if art.entscheidung else None,
            stellen=was.stellen,
            entscheidung=was.entscheidung,
            sha256=hashlib.sha256(data).hexdigest(),
            anlagen=self._beilage(art, titel, vorgang, entwurf, ziel),
        )

    def _beilage(self, art: _Art, titel: str, vorgang: Vorgang, entwurf: bool, ziel: Laufordner) -> tuple[str, ...]:
        """The names of what is enclosed with the notice: for a grant the form to waive legal remedies."""
        ergebnis = _ergebnis(art, vorgang)
        if art.entscheidung is None or ergebnis in (None, Ergebnis.ABGELEHNT):
            return ()
        data = self._verzicht(art, titel, vorgang, self.lage.tag, entwurf=entwurf)
        if data is None:
            return ()
        datei = f"{felder.RECHTSBEHELFSVERZICHT.datei}{art.zusatz}"
        name = schreiben.datei_name(vorgang, self.lage, datei, entwurf=entwurf)
        return (PurePosixPath(ziel.write(name, data)).name,)

    def _verzicht(self, art: _Art, titel: str, vorgang: Vorgang, tag: date, *, entwurf: bool) -> bytes | None:
        """The form to waive legal remedies against a notice of that title and day."""
        context = schreiben.rechtsbehelfsverzicht(vorgang, self.lage)
        ergebnis, summe = str(_ergebnis(art, vorgang)), _summe(art, vorgang)
        context |= {"bescheid": titel, "ergebnis": ergebnis, "summe": summe, "entwurf": entwurf, "datum": tag}
        return self._rendered(felder.RECHTSBEHELFSVERZICHT, context, vorgang.antrag.datei)

    def _rendered(self, art: Schreibart, context: Mapping[str, object], datei: str) -> bytes | None:
        try:
            return self.vorlagen[art.name].template.render(context)
        except NoticeFault as fault:
            self._melden("schreiben", datei, str(fault))
            return None

    def _endgueltig(self, art: Schreibart, vorgang: Vorgang, frueher: Schreiben | None) -> bool:
        """Whether the notice is released and nothing speaks against sending it; what does is told."""
        freigegeben = self.wunsch.freigegebene.get(vorgang.antrag.schluessel)
        if freigegeben is None:
            return False
        zeichnet, offen = self.lage.einstellungen.behoerde["zeichnet"], self.vorlagen[art.name].template.offen
        days = self.lage.tag, vorgang.antrag.eingang, freigegeben, frueher.datum if frueher else None
        if text := hindernis(*days, zeichnet, offen):
            self._melden("bleibt_entwurf", vorgang.antrag.datei, text)
        return not text

    def _aenderung(self, vorgang: Vorgang, frueher: Schreiben, context: Mapping[str, object]) -> None:
        """What the office has to know of a notice that amends another: that it takes away, that none went out."""
        summe, was = context.get("summe", Decimal(0)), f"{frueher.titel} {frueher.aktenzeichen}"
        if isinstance(summe, Decimal) and summe < (frueher.summe or 0):
            self._melden("zum_nachteil", vorgang.antrag.datei, was)
        if frueher.datei not in self.wunsch.versandt:
            self._melden("nicht_versandt", vorgang.antrag.datei, f"{was} vom {as_datum(frueher.datum)}")

    def _with_rueckgaben(self, neu: list[Schreiben], faelle: Sequence[Vorgang], ziel: Laufordner) -> list[Schreiben]:
        """The same letters, the requests with the name of the recipient's marked workbook, which is written here."""
        keys = {s.schluessel for s in neu if s.art in felder.NACHFORDERUNGEN}
        names = dict(self._rueckgaben([v for v in faelle if v.antrag.schluessel in keys], ziel))
        return [
            replace(s, anlagen=(names[s.schluessel],))
            if s.art in felder.NACHFORDERUNGEN and s.schluessel in names
            else s
            for s in neu
        ]

    def _rueckgaben(self, wanted: Sequence[Vorgang], ziel: Laufordner) -> Iterator[tuple[str, str]]:
        """Key of the application and name of every workbook in question, written with its findings marked."""
        from pik_xl.schreiben import rueckgabe

        for done, (vorgang, workbook) in enumerate(self._arbeitsmappen(wanted), 1):
            fehler, einzeln = formulare.fehler_fuer(vorgang), formulare.aus_sammelmappe(vorgang.antrag)
            try:
                data = rueckgabe.mark(workbook(), fehler, self.lage.tag, oeffnen=einzeln)
            except Exception as error:  # what we can read and openpyxl cannot must not stop the others
                self._melden("schreiben", vorgang.antrag.datei, f"Markierte Arbeitsmappe: {type(error).__name__}.")
                continue
            name = ziel.write(schreiben.rueckgabe_name(vorgang, self.lage), data)
            self.ergebnis.rueckgaben += 1
            self.progress("Arbeitsmappen markieren", done, len(wanted))
            yield vorgang.antrag.schluessel, PurePosixPath(name).name

    def _arbeitsmappen(self, wanted: Sequence[Vorgang]) -> Iterator[tuple[Vorgang, Callable[[], bytes]]]:
        """What each gets back: the own workbook as it came, and of a Sammelmappe a form with the own entries only."""
        einzelne = [v for v in wanted if formulare.aus_sammelmappe(v.antrag)]
        gesandt = {v.antrag.datei: v for v in wanted if not formulare.aus_sammelmappe(v.antrag)}
        for eingang in receive(self.folder.eingang) if gesandt else ():
            if not (vorgang := gesandt.get(eingang.datei)):
                continue
            if vorgang.antrag.dateisumme not in ("", hashlib.sha256(eingang.data).hexdigest()):
                self._melden("schreiben", eingang.datei, "Die Datei im Eingang ist nicht mehr die, die gelesen wurde.")
                continue
            yield vorgang, partial(bytes, eingang.data)
        if einzelne:
            template, _ = formulare.form_templates(self.lage)
            for vorgang in einzelne:
                yield vorgang, partial(formulare.einzelform, vorgang, self.lage, template)

    def _melden(self, art: str, datei: str, was: str) -> None:
        self.ergebnis.befunde.append(finding_of(Mangel(art, Place(datei), was), self.lage))


def _genannt(frueher: Schreiben | None) -> dict[str, object]:
    """What a notice says of the one it amends."""
    if frueher is None:
        return {}
    return {"datum": frueher.datum, "aktenzeichen": frueher.aktenzeichen, "ergebnis": frueher.ergebnis,
            "summe": frueher.summe or Decimal(0)}  # fmt: skip


def _punkte(context: Mapping[str, object]) -> tuple[str, ...]:
    """Checksums of what is asked of a Landkreis, each point by itself."""
    rows = context.get("ergaenzungen", ())
    assert isinstance(rows, Sequence)
    return tuple(letter_fingerprint([row[name] for name in ("code", "blatt", "zelle", "meldung")])[:8] for row in rows)


def _ergebnis(art: _Art, vorgang: Vorgang) -> Ergebnis | None:
    return vorgang.digital.ergebnis if art.reihe == "digital" and vorgang.digital else vorgang.ergebnis


def _summe(art: _Art, vorgang: Vorgang) -> Decimal:
    return vorgang.digital.summe if art.reihe == "digital" and vorgang.digital else vorgang.summe
