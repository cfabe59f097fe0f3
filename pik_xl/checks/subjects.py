"""What a check looks at: one object per kind, which knows where each of its fields stands and whose it is.

The name says what a check is about: a check of `OfStelle` looks at one post within its application.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pik_xl.eingang.mangel import Mangel
from pik_xl.formular.felder import ANTRAG_NACH_NAME, STELLEN_NACH_NAME, SUMMEN, Feld
from pik_xl.model import Angabe, Antrag, Bewilligung, Bezug, Eintragung, Place, Stelle
from pik_xl.recht.haushalt import Haushalt
from pik_xl.recht.lage import Lage
from pik_xl.recht.rules import Abweichung


class Whose(NamedTuple):
    """To whom a finding belongs: key of the application, number of the post, applicant and Kreis."""

    antrag: str = ""
    stelle: str = ""
    ags: str = ""
    traeger: str = ""
    kreis: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a check looks at, beside what is known (`lage`). As it stands here it has no place and belongs to nobody."""

    lage: Lage

    @property
    def whose(self) -> Whose:
        """To whom what is found belongs."""
        return Whose()

    def place(self, feld: str) -> Place:
        """Where the field stands."""
        return Place("")

    def label(self, feld: str) -> str:
        """What people call the field."""
        return ""

    def found(self, feld: str) -> str:
        """What stands there."""
        return ""

    def words(self, feld: str) -> Mapping[str, str]:
        """The words a message may name in braces; one that is missing is empty."""
        return defaultdict(str, gefunden=self.found(feld), feld=self.label(feld))

    def _kreis_of(self, ags: str) -> str:
        traeger = self.lage.register.traeger.get(ags)
        return traeger.kreis if traeger else ""


@dataclass(frozen=True, slots=True)
class OfAntrag(Subject):
    """One application."""

    antrag: Antrag

    @property
    def whose(self) -> Whose:
        antrag = self.antrag
        return Whose(antrag.schluessel, "", antrag.ags, _traeger(antrag, self.lage), self._kreis_of(antrag.ags))

    def place(self, feld: str) -> Place:
        angabe = self._angabe(feld)
        return Place(self.antrag.datei, angabe.blatt, angabe.zelle) if angabe else Place(self.antrag.datei)

    def label(self, feld: str) -> str:
        return _label(ANTRAG_NACH_NAME, feld)

    def found(self, feld: str) -> str:
        angabe = self._angabe(feld)
        return angabe.text if angabe else ""

    def of_stelle(self, stelle: Stelle) -> OfStelle:
        """One of its posts."""
        return OfStelle(self.lage, self.antrag, stelle)

    def _angabe(self, feld: str) -> Angabe | None:
        return self.antrag.angaben.get(feld)


@dataclass(frozen=True, slots=True)
class OfStelle(OfAntrag):
    """One post of an application."""

    stelle: Stelle

    @property
    def whose(self) -> Whose:
        return OfAntrag(self.lage, self.antrag).whose._replace(stelle=self.stelle.stelle)

    @property
    def eigene(self) -> Bewilligung | None:
        """The post as approved, if it is approved for this applicant."""
        return self.lage.eigene(self.stelle, self.antrag)

    def label(self, feld: str) -> str:
        return _label(STELLEN_NACH_NAME, feld)

    def _angabe(self, feld: str) -> Angabe | None:
        return self.stelle.angaben.get(feld)


@dataclass(frozen=True, slots=True)
class OfAlle(Subject):
    """All applications; a hit says by `of` which of them it belongs to."""

    antraege: Sequence[Antrag]


@dataclass(frozen=True, slots=True)
class OfKreis(Subject):
    """A Kreis by its key, with its applications that count; a hit may belong to one of them (`of`)."""

    kreis: str
    antraege: Sequence[Antrag]

    @property
    def whose(self) -> Whose:
        return Whose(kreis=self.kreis)


@dataclass(frozen=True, slots=True)
class OfHaushalt(Subject):
    """The budget control, once everything is decided."""

    haushalt: Haushalt


@dataclass(frozen=True, slots=True)
class OfEinstellungen(Subject):
    """What the office has set for a run; `datei` is the name of its master."""

    datei: str

    def place(self, feld: str) -> Place:
        einstellungen = self.lage.einstellungen
        return Place(self.datei, einstellungen.blatt, einstellungen.zellen.get(feld, ""))


@dataclass(frozen=True, slots=True)
class OfAbweichung(Subject):
    """A value the office has set instead of the rulebook's."""

    datei: str
    abweichung: Abweichung

    def place(self, feld: str) -> Place:
        return Place(self.datei, self.abweichung.blatt, self.abweichung.zellen.get(feld, ""))


@dataclass(frozen=True, slots=True)
class OfEintragung(Subject):
    """A row of the master in which staff typed something, or a cell in which they should not have."""

    datei: str
    eintragung: Eintragung

    @property
    def whose(self) -> Whose:
        e = self.eintragung
        return Whose(ags=e.ags, traeger=e.traeger, kreis=self._kreis_of(e.ags))

    def place(self, feld: str) -> Place:
        return Place(self.datei, self.eintragung.blatt, self.eintragung.zellen[feld])

    def label(self, feld: str) -> str:
        return feld.replace("_", " ")

    def found(self, feld: str) -> str:
        return self.eintragung.werte[feld]

    def words(self, feld: str) -> Mapping[str, str]:
        e = self.eintragung
        return defaultdict(str, {**e.werte, "blatt": e.blatt, "stelle": e.stelle, "traeger": e.traeger})


@dataclass(frozen=True, slots=True)
class OfBezug(Subject):
    """A formula of staff that names rows of another sheet."""

    datei: str
    bezug: Bezug

    def place(self, feld: str) -> Place:
        return Place(self.datei, self.bezug.blatt, self.bezug.ort if self.bezug.blatt else "")


@dataclass(frozen=True, slots=True)
class OfPlace(Subject):
    """A place in a file, and what was found there."""

    ort: Place
    gefunden: str

    def place(self, feld: str) -> Place:
        return self.ort

    def found(self, feld: str) -> str:
        return self.gefunden


@dataclass(frozen=True, slots=True)
class OfSchreiben(OfPlace):
    """A letter: its file, or that of the application where there is none; what it calls itself, and whose it is."""

    titel: str
    ags: str
    traeger: str

    def label(self, feld: str) -> str:
        return self.titel

    @property
    def whose(self) -> Whose:
        return Whose(ags=self.ags, traeger=self.traeger, kreis=self._kreis_of(self.ags))


@dataclass(frozen=True, slots=True)
class OfMangel(Subject):
    """Something the reader could not make sense of, and the application it belongs to, if that could be read."""

    mangel: Mangel
    antrag: Antrag | None = None

    @property
    def whose(self) -> Whose:
        traeger = self.lage.register.traeger.get(self.antrag.ags) if self.antrag else None
        return Whose(
            antrag=self.mangel.antrag,
            ags=self.antrag.ags if self.antrag else "",
            traeger=traeger.name if traeger else "",
            kreis=traeger.kreis if traeger else "",
        )

    def place(self, feld: str) -> Place:
        return self.mangel.place

    def label(self, feld: str) -> str:
        field = STELLEN_NACH_NAME.get(feld) or ANTRAG_NACH_NAME.get(feld)
        return field.label if field else SUMMEN.get(feld, feld)

    def found(self, feld: str) -> str:
        return self.mangel.gefunden

    def words(self, feld: str) -> Mapping[str, str]:
        field = STELLEN_NACH_NAME.get(feld) or ANTRAG_NACH_NAME.get(feld)
        auswahl = ", ".join(field.auswahl) if field else ""
        return {"gefunden": self.found(feld), "feld": self.label(feld), "auswahl": auswahl}


def _label(felder: Mapping[str, Feld], feld: str) -> str:
    return felder[feld].label if feld in felder else ""


def _traeger(antrag: Antrag, lage: Lage) -> str:
    """The applicant as it calls itself, else as it is known by its key."""
    traeger = lage.register.traeger.get(antrag.ags)
    return antrag.traeger or (traeger.name if traeger else "")
