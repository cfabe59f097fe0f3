"""The nouns of deciding: what was decided on a post or a digital solution, and the case (Vorgang) it belongs to.

A decision carries what it reckoned with. Letters, sheets and overviews show that; they reckon nothing again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from pik_xl.model import Antrag, Bewilligung, Ergebnis, Finding, Qualifikation, Stand, Stelle


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome for one post: new end, months added and EUR per budget year, with its reasons and trace.

    `betraege` sums exactly to `summe`. `gruende` are the sentences that explain a refusal or a cut,
    `trace` the whole reckoning in German sentences, `vorschlag` that of what the rules propose, where staff decided
    otherwise (for the file, not for the applicant), `quellen` what it rests on, `hinweise` what the
    office should know (years without an appropriation, values that are settings).

    What was reckoned with: the share `vzae`, `jahresbetrag` in EUR per VZÄ and year with its source, the
    `qualifikation` that is paid for, `beginn` and `einsatzort` of the post. It stands here whatever the outcome, as
    approved; of a post that is not approved only what was entered.
    """

    stelle: str
    ergebnis: Ergebnis
    bewilligt_bis: date | None = None
    neues_ende: date | None = None
    monate: Decimal = Decimal(0)
    betraege: Mapping[int, Decimal] = field(default_factory=dict)
    summe: Decimal = Decimal(0)
    gruende: tuple[str, ...] = ()
    trace: tuple[str, ...] = ()
    vorschlag: tuple[str, ...] = ()
    quellen: tuple[str, ...] = ()
    hinweise: tuple[str, ...] = ()
    beantragt: bool = True
    einsatzort: str = ""
    beginn: date | None = None
    vzae: Decimal = Decimal(0)
    qualifikation: Qualifikation | None = None
    jahresbetrag: Decimal | None = None
    jahresbetrag_quelle: str = ""


@dataclass(frozen=True, slots=True)
class AbweichendeEntscheidung:
    """What staff decide for a post instead of what the rules propose, with their reason; `ende` unless refused."""

    ergebnis: Ergebnis
    begruendung: str
    ende: date | None = None


@dataclass(frozen=True, slots=True)
class Digitalentscheidung:
    """The outcome on a digital solution (second programme): EUR in `summe`, the rest as in `Decision`."""

    ergebnis: Ergebnis
    summe: Decimal = Decimal(0)
    gruende: tuple[str, ...] = ()
    trace: tuple[str, ...] = ()
    quellen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Vorgang:
    """One case of the office: the application, its findings, what the register says and the decisions."""

    antrag: Antrag
    stand: Stand
    befunde: tuple[Finding, ...] = ()
    bewilligungen: Mapping[str, Bewilligung] = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()
    ergebnis: Ergebnis | None = None
    digital: Digitalentscheidung | None = None

    @property
    def summe(self) -> Decimal:
        """EUR granted over all posts and years."""
        return sum((d.summe for d in self.decisions), Decimal(0))

    @property
    def betraege(self) -> dict[int, Decimal]:
        """EUR granted per budget year over all posts, years ascending."""
        years = sorted({year for d in self.decisions for year in d.betraege})
        return {y: sum((d.betraege.get(y, Decimal(0)) for d in self.decisions), Decimal(0)) for y in years}

    @property
    def beantragt(self) -> tuple[Stelle, ...]:
        """The posts the applicant wants extended."""
        return tuple(stelle for stelle in self.antrag.stellen if stelle.verlaengern)

    @property
    def vzae(self) -> Decimal:
        """The shares applied for, over all posts."""
        return sum((beantragte_vzae(stelle, self.eigene(stelle)) for stelle in self.beantragt), Decimal(0))

    def posts(self) -> Iterator[tuple[Stelle, Decision | None]]:
        """Every post once with its decision; decisions on posts the form does not list come last."""
        waiting: dict[str, list[Decision]] = defaultdict(list)
        for decision in self.decisions:
            waiting[decision.stelle].append(decision)
        for stelle in self.antrag.stellen:
            yield stelle, waiting[stelle.stelle].pop(0) if waiting[stelle.stelle] else None
        for left in waiting.values():
            for decision in left:
                yield Stelle(decision.stelle), decision

    def eigene(self, stelle: Stelle) -> Bewilligung | None:
        """The approved post a row is about, if it is the applicant's: of another's nothing is told."""
        bewilligung = self.bewilligungen.get(stelle.stelle)
        return bewilligung if bewilligung and bewilligung.ags == self.antrag.ags else None


def einsatzort(stelle: Stelle, bewilligung: Bewilligung | None) -> str:
    """Where the post is: as approved, since an approved post is extended; as entered where nothing is approved.

    >>> einsatzort(Stelle("08115028-01", einsatzort="Leonberg"), None)
    'Leonberg'
    """
    return (bewilligung.einsatzort if bewilligung else "") or stelle.einsatzort or ""


def beantragte_vzae(stelle: Stelle, bewilligung: Bewilligung | None) -> Decimal:
    """The share applied for; nothing entered means as approved, by the Bestand or else by the form.

    >>> beantragte_vzae(Stelle("08115028-01", vzae_bewilligt=Decimal("0.50")), None)
    Decimal('0.50')
    """
    if stelle.vzae is not None:
        return stelle.vzae
    return bewilligung.vzae if bewilligung else stelle.vzae_bewilligt or Decimal(0)


def haushaltsjahre(vorgaenge: Iterable[Vorgang]) -> tuple[int, ...]:
    """The budget years in which something is decided, ascending."""
    return tuple(sorted({jahr for v in vorgaenge for d in v.decisions for jahr in d.betraege}))
