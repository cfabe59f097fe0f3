"""The nouns of deciding: what was decided on a post or a digital solution, and the case (Vorgang) it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from pik_xl.model import Antrag, Bewilligung, Ergebnis, Finding, Stand


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome for one post: new end, months added and EUR per budget year, with its reasons and trace.

    `betraege` sums exactly to `summe`. `gruende` are the sentences that explain a refusal or a cut,
    `trace` the whole reckoning in German sentences, `vorschlag` that of what the rules propose, where staff decided
    otherwise (for the file, not for the applicant), `quellen` what it rests on, `hinweise` what the
    office should know (years without an appropriation, values that are settings).
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
