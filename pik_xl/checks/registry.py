"""What a check is: a small function with a code, a title, a severity and a source.

A check yields `Hit`s: what is wrong and what to do, in German, with the field it is about. The runner
turns a hit into a `Finding` and adds code, place and what was found, so a check never builds an address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from pik_xl.model import AbweichendeEntscheidung, Ansprechpartner, Antrag, Bewilligung, Schwere, Stelle
from pik_xl.recht.einstellungen import Einstellungen
from pik_xl.recht.rules import Rulebook
from pik_xl.recht.verlaengerung import Regelstand
from pik_xl.register import Register

# The condition of the second programme, where a check applies it.
DIGITAL = "Seite „Pakt für Integration“ des RP Stuttgart: Zugriff für alle Integrationsmanager im Kreisgebiet"


class Per(StrEnum):
    """What a check looks at.

    One fault of reading, one application, one post, all applications together, those of one Kreis that count, the
    budget control once everything is decided, a row of the master in which staff typed, one in which they released
    another decision than there is now, one in which they decided on a post whose application waits for an answer, a
    sum they typed over, a formula of theirs, a deviation the office has set, or what holds for the whole run.
    """

    MANGEL = "mangel"
    ANTRAG = "antrag"
    STELLE = "stelle"
    ALLE = "alle"
    KREIS = "kreis"
    HAUSHALT = "haushalt"
    EINTRAGUNG = "eintragung"
    FREIGABE = "freigabe"
    RUECKFRAGE = "rueckfrage"
    SUMME = "summe"
    BEZUG = "bezug"
    ABWEICHUNG = "abweichung"
    LAGE = "lage"


@dataclass(frozen=True)
class Lage:
    """What every check may know: the register, the approved posts and the rules of the day.

    `vollstaendig` says that all applications received so far are looked at, so that whoever is not among them
    has not applied. What the office has entered in its master: `einstellungen`, its `ansprechpartner` by Kreis, and
    where it decides otherwise than proposed (`abweichend`, by number of the post and key of the applicant). `heute` is
    the day of the run, where it may be another than the day of decision.
    """

    register: Register
    bewilligungen: Mapping[str, Bewilligung]
    rules: Rulebook
    stand: Regelstand
    vollstaendig: bool = False
    einstellungen: Einstellungen = field(default_factory=Einstellungen)
    ansprechpartner: Mapping[str, Ansprechpartner] = field(default_factory=dict)
    abweichend: Mapping[tuple[str, str], AbweichendeEntscheidung] = field(default_factory=dict)
    eingaenge: Mapping[tuple[str, str], date] = field(default_factory=dict)
    geltende: frozenset[tuple[str, str]] = frozenset()
    heute: date | None = None

    @cached_property
    def by_ags(self) -> Mapping[str, tuple[Bewilligung, ...]]:
        """The approved posts of each applicant."""
        found: dict[str, list[Bewilligung]] = {}
        for bewilligung in self.bewilligungen.values():
            found.setdefault(bewilligung.ags, []).append(bewilligung)
        return {ags: tuple(posts) for ags, posts in found.items()}

    @cached_property
    def by_kreis(self) -> Mapping[str, tuple[Bewilligung, ...]]:
        """The approved posts in each Kreis."""
        found: dict[str, list[Bewilligung]] = {}
        for bewilligung in self.bewilligungen.values():
            found.setdefault(bewilligung.kreis, []).append(bewilligung)
        return {kreis: tuple(posts) for kreis, posts in found.items()}

    def eigene(self, stelle: Stelle, antrag: Antrag) -> Bewilligung | None:
        """The approved post a row is about, if it is the applicant's; of one that is not only B03 says anything."""
        bewilligung = self.bewilligungen.get(stelle.stelle)
        return bewilligung if bewilligung and antrag.ags in ("", bewilligung.ags) else None

    @property
    def tag(self) -> date:
        """The day of decision."""
        return self.stand.tag

    @property
    def lauftag(self) -> date:
        """The day of the run."""
        return self.heute or self.tag


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing a check found. `feld` names the field; `gefunden` replaces what stands there, if given.

    `aussen` says the same to the applicant where `meldung` names others.
    """

    meldung: str
    bitte: str
    feld: str = ""
    gefunden: str | None = None
    antrag: Antrag | None = None
    stelle: Stelle | None = None
    quelle: str = ""
    aussen: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """An entry of the catalogue; `run` takes what `per` says and yields hits."""

    code: str
    titel: str
    schwere: Schwere
    quelle: str
    per: Per
    run: Callable[..., Iterable[Hit]]


def ohne_spalte(record: Antrag | Stelle, name: str) -> bool:
    """Whether the table this was read from lacks the column of the entry; F11 or F12 tells that, once for the file."""
    tabelle = isinstance(record, Stelle) or record.sammelmappe
    return tabelle and bool(record.angaben) and name not in record.angaben


def check(
    code: str, titel: str, schwere: Schwere, per: Per, quelle: str
) -> Callable[[Callable[..., Iterator[Hit]]], Check]:
    """Make a check of a function that yields hits."""
    return lambda run: Check(code, titel, schwere, quelle, per, run)
