"""What the catalogue is made of: checks, which look for something, and messages, which tell what others have seen.

A check is a small function of one subject (`pik_xl.checks.subjects`). It yields `Hit`s: what is wrong and what to do,
in German, with the field it is about. Code, place and what was found come from the runner.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from pik_xl.checks.subjects import Subject
from pik_xl.model import Antrag, Schwere, Stelle

PRAXIS = "Verfahren der Bewilligungsstelle"
# The condition of the second programme, where a check applies it.
DIGITAL = "Seite „Pakt für Integration“ des RP Stuttgart: Zugriff für alle Integrationsmanager im Kreisgebiet"

S = TypeVar("S", bound=Subject)


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing a check found. `feld` names the field; `gefunden` replaces what stands there, if given.

    `of` is what it belongs to, where that is not what was checked: one post, one of all applications. `aussen` says
    the same to the applicant where `meldung` names others.
    """

    meldung: str
    bitte: str
    feld: str = ""
    gefunden: str | None = None
    of: Subject | None = None
    quelle: str = ""
    aussen: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the catalogue."""

    code: str
    titel: str
    schwere: Schwere
    quelle: str


@dataclass(frozen=True, slots=True)
class Check(Entry, Generic[S]):
    """Something that is looked for: `run` takes a `subject` and yields hits."""

    subject: type[S]
    run: Callable[[S], Iterable[Hit]]


@dataclass(frozen=True, slots=True)
class Message(Entry):
    """Something that is told where it is seen; words in braces are filled in (`Subject.words`)."""

    meldung: str
    bitte: str


def check(
    code: str, titel: str, schwere: Schwere, subject: type[S], quelle: str
) -> Callable[[Callable[[S], Iterator[Hit]]], Check[S]]:
    """Make a check of a function that takes such a subject and yields hits."""
    return lambda run: Check(code, titel, schwere, quelle, subject, run)


def ohne_spalte(record: Antrag | Stelle, name: str) -> bool:
    """Whether the table this was read from lacks the column of the entry; F11 or F12 tells that, once for the file."""
    tabelle = isinstance(record, Stelle) or record.sammelmappe
    return tabelle and bool(record.angaben) and name not in record.angaben
