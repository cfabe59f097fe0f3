"""What gives a run occasion to write: for which cases, which letter, into which folder, and what a notice decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from pik_xl.model import Ergebnis, Stand
from pik_xl.recht.entscheidung import Vorgang
from pik_xl.recht.lage import Lage
from pik_xl.schreiben import einzelform, inhalt
from pik_xl.vorlagen import felder
from pik_xl.vorlagen.schreibart import Schreibart


@dataclass(frozen=True, slots=True)
class Gegenstand:
    """What notices are about, posts or a digital solution: how what is decided on it is read from a case.

    `entscheidung` is all that makes two notices the same one; `zusatz` tells their files apart.
    """

    zusatz: str
    entscheidung: Callable[[Vorgang], object]
    ergebnis: Callable[[Vorgang], Ergebnis | None]
    summe: Callable[[Vorgang], Decimal]
    stellen: Callable[[Vorgang], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Anlass:
    """An occasion to write: for which cases, and which kind of letter answers it. Only a notice has a `gegenstand`."""

    art: Schreibart
    reihe: str
    ordner: str
    gilt: Callable[[Vorgang], bool]
    felder: Callable[[Vorgang, Lage], dict[str, object]]
    gegenstand: Gegenstand | None = None


STELLEN = Gegenstand(
    "",
    lambda v: [(d.stelle, d.ergebnis, d.neues_ende, d.betraege) for d in v.decisions if d.beantragt],
    lambda v: v.ergebnis,
    lambda v: v.summe,
    lambda v: tuple(d.stelle for d in v.decisions if d.beantragt),
)
DIGITAL = Gegenstand(
    "_Digital",
    lambda v: v.digital and (v.digital.ergebnis, v.digital.summe),
    lambda v: v.digital.ergebnis if v.digital else None,
    lambda v: v.digital.summe if v.digital else Decimal(0),
    lambda v: (),
)


def _ueber_stellen(vorgang: Vorgang) -> bool:
    return vorgang.stand is Stand.ENTSCHIEDEN and any(d.beantragt for d in vorgang.decisions)


def _nachzufordern(vorgang: Vorgang) -> bool:
    """Whether the applicant has something to mend; what only the Landkreis can is asked of it alone."""
    antrag = vorgang.antrag
    if vorgang.stand is not Stand.RUECKFRAGE or antrag.ganze_mappe:
        return False
    return not einzelform.aus_sammelmappe(antrag) or bool(einzelform.fehler_fuer(vorgang))


ANLAESSE = (
    Anlass(felder.VERLAENGERUNG, "stellen", "bescheide",
        lambda v: _ueber_stellen(v) and v.ergebnis is not Ergebnis.ABGELEHNT, inhalt.verlaengerung, STELLEN),
    Anlass(felder.ABLEHNUNG, "stellen", "bescheide",
        lambda v: _ueber_stellen(v) and v.ergebnis is Ergebnis.ABGELEHNT, inhalt.ablehnung, STELLEN),
    Anlass(felder.DIGITAL, "digital", "bescheide", lambda v: v.digital is not None, inhalt.digital, DIGITAL),
    Anlass(felder.NACHFORDERUNG, "nachforderung", "rueckfragen", _nachzufordern, inhalt.nachforderung),
    Anlass(felder.SAMMELMAPPE, "sammelmappe", "rueckfragen", lambda v: v.antrag.ganze_mappe, inhalt.sammelmappe),
    Anlass(felder.EINGANGSBESTAETIGUNG, "eingangsbestaetigung", "rueckfragen",
        lambda v: v.stand is not Stand.ERSETZT and not v.antrag.ganze_mappe, inhalt.eingangsbestaetigung),
)  # fmt: skip


def felder_of(art: str, vorgang: Vorgang, lage: Lage) -> dict[str, object]:
    """What fills a letter of this kind (the name of its template)."""
    return next(each for each in ANLAESSE if each.art.name == art).felder(vorgang, lage)
