"""The nouns of the procedure as frozen dataclasses; nothing here reads, decides or writes.

Terms of law and form are German (see GLOSSARY.md). Amounts are EUR as Decimal,
shares are full-time equivalents (VZÄ), periods are months, days are dates and
identifiers are text.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # what the reader could not make sense of is the reader's
    pass


class Schwere(StrEnum):
    """How much a finding weighs: a Fehler blocks the decision, a Warnung asks for a look, a Hinweis informs."""

    FEHLER = "Fehler"
    WARNUNG = "Warnung"
    HINWEIS = "Hinweis"


class Qualifikation(StrEnum):
    """What the person's qualification is; the annual amount depends on it (RP FAQ 2017)."""

    HOCHSCHULE = "hochschule"
    MITTLERER_ABSCHLUSS = "mittlerer-abschluss"


class Besetzung(StrEnum):
    """Whether a post is filled (besetzt), can be filled again (nachbesetzbar) or neither."""

    BESETZT = "besetzt"
    NACHBESETZBAR = "nachbesetzbar"
    UNBESETZT = "unbesetzt"


class Beratungsform(StrEnum):
    """How people were counselled during the pandemic; no form of it harms the grant."""

    PERSOENLICH = "persönlich und aufsuchend"
    EINGESCHRAENKT = "eingeschränkt, auch telefonisch oder per E-Mail"
    FERNMUENDLICH = "nur telefonisch oder per E-Mail"


class Art(StrEnum):
    """The kinds of applicants."""

    LANDKREIS = "Landkreis"
    STADTKREIS = "Stadtkreis"
    STADT = "Stadt"
    GEMEINDE = "Gemeinde"
    VERWALTUNGSGEMEINSCHAFT = "Verwaltungsgemeinschaft"
    VERWALTUNGSVERBAND = "Gemeindeverwaltungsverband"


class Ergebnis(StrEnum):
    """The outcome for a post or an application."""

    BEWILLIGT = "bewilligt"
    TEILWEISE = "teilweise"
    ABGELEHNT = "abgelehnt"


class Stand(StrEnum):
    """Where a case (Vorgang) stands after a run."""

    ENTSCHIEDEN = "entscheidungsreif"
    RUECKFRAGE = "Rückfrage"
    ERSETZT = "ersetzt"


class Freigabe(StrEnum):
    """How far staff are with a case that is ready for decision.

    A release needs two different people and a day, and is good for the decision it was given for.
    """

    OFFEN = "offen"
    BEARBEITET = "bearbeitet"
    UNVOLLSTAENDIG = "unvollständig"
    ZWEITE_PERSON = "zweite Person fehlt"
    GEAENDERT = "nach Freigabe geändert"
    FREIGEGEBEN = "freigegeben"


class Fassung(StrEnum):
    """Whether a letter may go out: a notice is a draft until two people have released it."""

    ENTWURF = "Entwurf"
    ENDGUELTIG = "endgültig"


class Kreisstand(StrEnum):
    """How far a Kreis is: as far as its slowest applicant."""

    OHNE = "ohne Stellen"
    AUSSTEHEND = "steht aus"
    TEILWEISE = "teils eingegangen"
    RUECKFRAGE = "Rückfrage"
    ENTSCHIEDEN = "entscheidungsreif"
    FREIGEGEBEN = "freigegeben"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: file, sheet and cell as the sender sees them; empty where it has no cell."""

    datei: str
    blatt: str = ""
    zelle: str = ""


class Angabe(NamedTuple):  # a thousand forms bring a hundred thousand of them
    """One entry of the form exactly as it was found: the text typed and its cell."""

    text: str
    blatt: str
    zelle: str


@dataclass(frozen=True, slots=True)
class Bewilligung:
    """One approved post (or share of a post): a row of the Bestand, the office's register of grants.

    `ags` is the applicant's official key: 5 digits (Kreis), 8 (Gemeinde) or 9 (Verband);
    `vzae` is the share, `jahresbetrag` EUR per VZÄ and year (None: the rulebook's rate for the
    qualification), `beginn` the first funded day, `bewilligt_bis` the last one.
    """

    stelle: str
    aktenzeichen: str
    ags: str
    traeger: str
    art: Art
    kreis: str
    einsatzort: str
    person: str
    qualifikation: Qualifikation
    vzae: Decimal
    jahresbetrag: Decimal | None
    beginn: date
    bewilligt_bis: date


@dataclass(frozen=True, slots=True)
class Ansprechpartner:
    """Who in the office is responsible for a Kreis (5-digit key); letters to applicants there name this person."""

    kreis: str
    name: str = ""
    durchwahl: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Stelle:
    """One row of an application's table of posts; None where nothing readable was entered.

    `unterbrechung` counts months without pay; `arbeitgeber` is named where it is not the applicant. `angaben`
    holds every entry as typed, by field name.
    """

    stelle: str
    ags: str = ""
    einsatzort: str | None = None
    vzae_bewilligt: Decimal | None = None
    beginn: date | None = None
    bewilligt_bis: date | None = None
    verlaengern: bool | None = None
    vzae: Decimal | None = None
    person: str | None = None
    qualifikation: Qualifikation | None = None
    besetzung_stichtag: Besetzung | None = None
    besetzung_heute: Besetzung | None = None
    arbeitgeber: str | None = None
    unterbrechung: int | None = None
    wunschende: date | None = None
    bemerkung: str | None = None
    angaben: Mapping[str, Angabe] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Antrag:
    """One application: an applicant, its contact and declarations, and its posts.

    `schluessel` identifies the submission (file, plus the applicant in a Sammelmappe);
    `eingang` is the day it was received; `inhalt` a hash of what was entered, equal for equal
    content whatever program saved the file, `dateisumme` the SHA-256 of that file. `pruefsummen` are those of the facts
    the form was sent with (`formular.pruefsumme`). `bekannt` says that it counted, just so, in the run before,
    `stellen_unklar` that posts of a Sammelmappe could not be told apart by applicant. `digital_kosten` is EUR,
    `digital_zahl` counts integration managers with access.
    """

    schluessel: str
    datei: str
    eingang: date
    ags: str = ""
    traeger: str | None = None
    art: Art | None = None
    kreis: str | None = None
    strasse: str | None = None
    plz: str | None = None
    ort: str | None = None
    ansprechperson: str | None = None
    telefon: str | None = None
    email: str | None = None
    kontoinhaber: str | None = None
    iban: str | None = None
    verbund: str | None = None
    beratungsform: Beratungsform | None = None
    erklaerung_richtig: bool | None = None
    erklaerung_mitteilung: bool | None = None
    unterzeichnet_von: str | None = None
    unterzeichnet_am: date | None = None
    digital_antrag: bool | None = None
    digital_loesung: str | None = None
    digital_kosten: Decimal | None = None
    digital_zahl: int | None = None
    digital_zugang: bool | None = None
    form_version: str = ""
    pruefsummen: Mapping[str, str] = field(default_factory=dict)
    sammelmappe: bool = False
    inhalt: str = ""
    dateisumme: str = ""
    bekannt: bool = False
    stellen: tuple[Stelle, ...] = ()
    stellen_unklar: bool = False
    angaben: Mapping[str, Angabe] = field(default_factory=dict)

    @property
    def ganze_mappe(self) -> bool:
        """Whether it stands for a whole Sammelmappe and whoever sent it, not for one of its rows."""
        return self.sammelmappe and self.schluessel == self.datei


@dataclass(frozen=True, slots=True)
class Bekanntes:
    """What the office knows of applications of former runs, by key and hash of the content.

    `eingaenge` are the days they came in, also by applicant (AGS) and hash where only one is meant, as its file may
    have another name now; `geltende` are those that counted.
    """

    eingaenge: Mapping[tuple[str, str], date] = field(default_factory=dict)
    geltende: Set[tuple[str, str]] = frozenset()

    def eingang(self, schluessel: str, ags: str, inhalt: str) -> date | None:
        """The day on which the application came in first; None for one that is new."""
        return self.eingaenge.get((schluessel, inhalt)) or self.eingaenge.get((ags, inhalt))


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of a check, ready for a person: what, where, what was found, what to do, and why.

    `aussen` says what `meldung` says without naming others, for whoever gets a letter; empty where it names none.
    """

    code: str
    schwere: Schwere
    place: Place
    feld: str
    gefunden: str
    meldung: str
    bitte: str
    quelle: str
    antrag: str = ""
    stelle: str = ""
    ags: str = ""
    traeger: str = ""
    kreis: str = ""
    aussen: str = ""


@dataclass(frozen=True, slots=True)
class Eintragung:
    """What staff typed in one row of the master: texts by name of the column, and the cell of each.

    `tage` are those that Excel takes for days, `antrag` is the key of the application, `eingang` its day of receipt,
    where the row has one. `beantragt` says whether the applications at hand want anything for the post of the row.
    """

    blatt: str
    werte: Mapping[str, str]
    zellen: Mapping[str, str]
    tage: Mapping[str, date] = field(default_factory=dict)
    antrag: str = ""
    stelle: str = ""
    ags: str = ""
    traeger: str = ""
    eingang: date | None = None
    beantragt: bool = True


@dataclass(frozen=True, slots=True)
class Bezug:
    """A formula of staff that names rows of another sheet by number, and these rows move.

    `blatt` and `ort` say where it stands: sheet and cell, no cell for a chart; for a defined name no sheet and the
    name. `formel` is without =, `ziel` the sheet with the rows, `weitere` how many more there are on the sheet.
    """

    blatt: str
    ort: str
    formel: str
    ziel: str
    weitere: int = 0


@dataclass(frozen=True, slots=True)
class Schreiben:
    """A letter as it was written: kind, recipient, reference, what it grants in EUR, and where its file lies.

    `art` is the name of its template and `titel` what it calls itself; `reihe` groups kinds that follow one another
    (a refusal may be amended by a grant), and `nummer` counts within it: 1 for the first notice, 2 for the first that
    amends it. `datei` is its path within the work folder, `anlagen` the names of files beside it that belong to it.
    `entscheidung` is the checksum of what a notice decides and `inhalt` that of all it says but its day and time limit,
    and but what it asks of a Landkreis, which `punkte` are the checksums of.
    """

    art: str
    titel: str
    reihe: str
    nummer: int
    fassung: Fassung
    schluessel: str
    ags: str
    kreis: str
    anschrift: tuple[str, ...]
    email: str
    aktenzeichen: str
    datum: date
    datei: str
    ergebnis: str = ""
    summe: Decimal | None = None
    stellen: tuple[str, ...] = ()
    entscheidung: str = ""
    inhalt: str = ""
    sha256: str = ""
    anlagen: tuple[str, ...] = ()
    punkte: tuple[str, ...] = ()

    @property
    def traeger(self) -> str:
        """Whom it is for."""
        return self.anschrift[0] if self.anschrift else ""

    @property
    def auffindbar(self) -> bool:
        """Whether it says of itself that it lies in the folder of a run, and what belongs to it beside it."""
        parts = self.datei.split("/")
        plain = not any(part in ("", ".", "..") for part in parts) and "\\" not in self.datei and ":" not in self.datei
        beside = all(name == PurePosixPath(name).name and "\\" not in name for name in self.anlagen)
        return plain and len(parts) > 2 and parts[0] in ("Bescheide", "Rueckfragen") and beside

    @property
    def ordner(self) -> str:
        """The folder of the run it was written in, from the work folder: `Bescheide/2020-05-04`."""
        return ordner_of(self.datei)

    def pfade(self, ordner: Path) -> list[Path]:
        """Its file and those that belong to it, in this work folder."""
        path = ordner / self.datei
        return [path, *map(path.with_name, self.anlagen)]


def ordner_of(datei: str) -> str:
    """The folder of the run that wrote a file, from its path in the work folder."""
    return "/".join(datei.split("/")[:2])
