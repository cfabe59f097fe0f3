"""What a check is: a small function with a code, a title, a severity and a source.

A check yields `Hit`s: what is wrong and what to do, in German, with the field it is about. The runner
turns a hit into a `Finding` and adds code, place and what was found, so a check never builds an address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from pik_xl.model import Antrag, Schwere, Stelle

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
