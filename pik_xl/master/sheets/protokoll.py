"""The sheet Protokoll: the record of runs, and what a run says at its end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from pik_xl.master.sheets.columns import Aenderung, Table
from pik_xl.master.sheets.specs import PROTOKOLL

# How a time is written, and what runs are called that write no cases.
STEMPEL = "%d.%m.%Y %H:%M"
ANGELEGT, NUR_PRUEFEN = "Arbeitsordner angelegt", "Prüfen"
NUR_SCHREIBEN, NUR_VERSENDEN = "Bescheide", "Versand"


@dataclass(frozen=True, slots=True)
class Lauf:
    """One run in the Protokoll: when (as `STEMPEL`), what was done and by whom, its counts and seconds.

    `stempel` is the time of the run itself, `entscheidungstag` the day it decided for.
    """

    stempel: str
    was: str
    antraege: int = 0
    entscheidungsreif: int = 0
    rueckfrage: int = 0
    stellen: int = 0
    befunde: int = 0
    summe: Decimal = Decimal(0)
    regelwerk: str = ""
    entscheidungstag: date | None = None
    bemerkung: str = ""
    wer: str = ""
    sekunden: Decimal | None = None


def protokoll_table(laeufe: Iterable[Lauf]) -> Table:
    """The runs, in the order given (the newest first)."""
    names = [c.name for c in PROTOKOLL.columns]
    return Table(PROTOKOLL, tuple({name: getattr(lauf, name) for name in names} for lauf in laeufe))


def zeit_of(stempel: str) -> datetime | None:
    """The time a `STEMPEL` names; None for what is none."""
    try:
        return datetime.strptime(stempel, STEMPEL)
    except ValueError:
        return None


def in_words(changes: Mapping[Aenderung, int]) -> str:
    """What changed in the applications since the last run: "12 neu, 3 geändert, 1 ersetzt"."""
    kinds = (kind for kind in Aenderung if kind is not Aenderung.VERWAIST and changes.get(kind))
    return ", ".join(f"{changes[kind]} {kind}" for kind in kinds) or "nichts Neues"


def nach_verwaist(number: int) -> str:
    """How many entries of staff have come to Verwaist; nothing for none."""
    entries = "1 Eintrag steht" if number == 1 else f"{number} Einträge stehen"
    return f"{entries} neu auf Blatt Verwaist" if number else ""


def seit_dem_letzten_lauf(changes: Mapping[Aenderung, int]) -> str:
    """What a run says at its end of the applications, and of what people typed."""
    saetze = [f"Anträge seit dem letzten Lauf: {in_words(changes)}", nach_verwaist(changes.get(Aenderung.VERWAIST, 0))]
    return " ".join(f"{satz}." for satz in saetze if satz)
