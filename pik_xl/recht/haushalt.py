"""Cases + Bestand -> budget control: appropriation, granted before, applied for, granted now, year by year.

Pure. Nothing is cut here: what exceeds an appropriation is told (S05, S06), and people decide.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from pik_xl.model import Bewilligung, Stand, Stelle
from pik_xl.recht.entscheidung import Vorgang, beantragte_vzae
from pik_xl.recht.regelstand import Regelstand
from pik_xl.recht.verlaengerung import (
    anteil,
    bewilligter_jahresbetrag,
    frist_of,
    jahresbetrag,
    months_per_year,
    split,
)

NULL = Decimal(0)
# The budget years of the programme, and of these the ones an extension can begin in or reach: the last is that of the
# maximum period with an interruption.
PROGRAMMJAHRE = range(2017, 2027)
VERLAENGERUNGSJAHRE = range(2019, PROGRAMMJAHRE.stop)


@dataclass(frozen=True, slots=True)
class Haushaltsjahr:
    """A budget year in EUR: appropriation (None: none known), granted before, applied for, granted now.

    `rueckfrage` counts posts applied for that cannot be decided yet; `quelle` is the source of the appropriation.
    """

    jahr: int
    ansatz: Decimal | None
    bereits: Decimal = Decimal(0)
    beantragt: Decimal = Decimal(0)
    jetzt: Decimal = Decimal(0)
    rueckfrage: int = 0
    quelle: str = ""

    @property
    def gebunden(self) -> Decimal:
        """EUR granted before and now."""
        return self.bereits + self.jetzt


@dataclass(frozen=True, slots=True)
class Haushalt:
    """The budget control: years without a gap, ascending, and EUR applied for and granted in the second programme."""

    jahre: tuple[Haushaltsjahr, ...] = ()
    digital_beantragt: Decimal = Decimal(0)
    digital_jetzt: Decimal = Decimal(0)


def haushalt(vorgaenge: Sequence[Vorgang], bestand: Iterable[Bewilligung], stand: Regelstand) -> Haushalt:
    """The budget control of all cases that count."""
    geltend = [v for v in vorgaenge if v.stand is not Stand.ERSETZT]
    bereits = _sum(_granted_before(bestand, stand))
    beantragt = _sum(years for v in geltend for years in _applied_for(v, stand))
    jetzt = _sum(d.betraege for v in geltend if v.stand is Stand.ENTSCHIEDEN for d in v.decisions)
    known = {*PROGRAMMJAHRE, *bereits, *beantragt, *jetzt, *stand.ansaetze}
    jahre = []
    for jahr in range(min(known), max(known) + 1):
        step = stand.ansaetze.get(jahr)
        ansatz = step.value if step and isinstance(step.value, Decimal) else None
        offen = sum(_open_posts(v, date(jahr, 12, 31)) for v in geltend if v.stand is Stand.RUECKFRAGE)
        jahre.append(Haushaltsjahr(jahr, ansatz, bereits[jahr], beantragt[jahr], jetzt[jahr], offen,
                                   step.zitat if step else ""))  # fmt: skip
    return Haushalt(
        tuple(jahre),
        sum((v.antrag.digital_kosten or NULL for v in geltend if v.antrag.digital_antrag), NULL),
        sum((v.digital.summe for v in geltend if v.digital), NULL),
    )


Years = Mapping[int, Decimal]


def _sum(parts: Iterable[Years]) -> dict[int, Decimal]:
    summen: dict[int, Decimal] = defaultdict(Decimal)
    for part in parts:
        for jahr, wert in part.items():
            summen[jahr] += wert
    return summen


def _granted_before(bestand: Iterable[Bewilligung], stand: Regelstand) -> Iterator[Years]:
    for b in bestand:
        satz, _ = bewilligter_jahresbetrag(b, stand)
        yield split(satz * b.vzae, months_per_year(b.beginn, b.bewilligt_bis))


def _applied_for(vorgang: Vorgang, stand: Regelstand) -> Iterator[Years]:
    """What the applicant asks for; where a Rückfrage is open, at most what the rules could give."""
    offen = vorgang.stand is Stand.RUECKFRAGE
    for stelle in vorgang.beantragt:
        if bewilligung := vorgang.bewilligungen.get(stelle.stelle):
            yield _asked(stelle, bewilligung, stand, hoechstens=offen)


def _asked(stelle: Stelle, b: Bewilligung, stand: Regelstand, *, hoechstens: bool) -> Years:
    moeglich = frist_of(stelle, b, stand).moegliches_ende
    ende, vzae = stelle.wunschende or moeglich, beantragte_vzae(stelle, b)
    if hoechstens:
        ende, vzae = min(ende, moeglich), anteil(stelle, b)
    if ende <= b.bewilligt_bis:
        return {}
    satz, _ = jahresbetrag(stelle, b, stand)
    return split(satz * vzae, months_per_year(b.bewilligt_bis + timedelta(days=1), ende))


def _open_posts(vorgang: Vorgang, jahresende: date) -> int:
    """Posts applied for whose approved period ends before the end of the year."""
    ends = (vorgang.bewilligungen[s.stelle].bewilligt_bis for s in vorgang.beantragt
            if s.stelle in vorgang.bewilligungen)  # fmt: skip
    return sum(end < jahresende for end in ends)
