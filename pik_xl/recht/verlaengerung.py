"""Post + approved facts + rules of a day -> Decision: new end, months, EUR per budget year, and why.

Pure: no file, no clock, no Excel. `decide` is the whole rule of the extension (DECISIONS.md explains
its shape); everything it says is a German sentence a clerk could sign.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from pik_xl.model import Besetzung, Bewilligung, Ergebnis, Qualifikation, Stelle
from pik_xl.recht.entscheidung import AbweichendeEntscheidung, Decision, beantragte_vzae, einsatzort
from pik_xl.recht.regelstand import Regelstand
from pik_xl.recht.rules import Step
from pik_xl.values import (
    add_months,
    as_datum,
    as_euro,
    as_monate,
    as_zahl,
    month_end,
    months_between,
    period_end,
    rounded,
)

CENT = Decimal("0.01")


def decide(stelle: Stelle, bewilligung: Bewilligung | None, stand: Regelstand) -> Decision:
    """Whether and until when a post is extended, and what that costs.

    neues_ende = min(bewilligt_bis + schritt, beginn + hoechstdauer + recognised interruption - 1 day,
    the end applied for). A post is refused if it is not approved, its share is below the minimum, it was
    not extendable on the reference date, or its period is used up; all reasons are given at once.
    """
    grundlage = _grundlage(stelle, bewilligung, stand)
    if not stelle.verlaengern:
        grund = "Die Verlängerung dieser Stelle wurde nicht beantragt."
        return replace(grundlage, gruende=(grund,), trace=(grund,), beantragt=False)
    if bewilligung is None:
        grund = f"Die Stelle {stelle.stelle} steht nicht im Bestand der bewilligten Stellen."
        return replace(grundlage, gruende=(grund,), trace=(grund,))
    frist = frist_of(stelle, bewilligung, stand)
    if gruende := _refusals(stelle, bewilligung, stand, frist):
        return replace(
            grundlage,
            gruende=tuple(gruende),
            trace=(*frist.saetze, *gruende),
            quellen=tuple(dict.fromkeys((*frist.quellen, *gruende.values()))),
        )
    return _grant(grundlage, stelle, bewilligung, stand, frist)


def _grundlage(stelle: Stelle, bewilligung: Bewilligung | None, stand: Regelstand) -> Decision:
    """What the post is reckoned with, as a decision that grants nothing yet and gives no reason."""
    ort = einsatzort(stelle, bewilligung)
    if bewilligung is None:
        return Decision(
            stelle.stelle,
            Ergebnis.ABGELEHNT,
            stelle.bewilligt_bis,
            einsatzort=ort,
            beginn=stelle.beginn,
            qualifikation=stelle.qualifikation,
        )
    betrag, quelle = jahresbetrag(stelle, bewilligung, stand)
    return Decision(
        stelle.stelle,
        Ergebnis.ABGELEHNT,
        bewilligung.bewilligt_bis,
        einsatzort=ort,
        beginn=bewilligung.beginn,
        vzae=anteil(stelle, bewilligung),
        qualifikation=bezahlte_qualifikation(stelle, bewilligung, stand),
        jahresbetrag=betrag,
        jahresbetrag_quelle=quelle,
    )


@dataclass(frozen=True, slots=True)
class Frist:
    """The latest end possible for a post, how it was found (sentences) and on what it rests."""

    moegliches_ende: date
    saetze: tuple[str, ...]
    quellen: tuple[str, ...]


def frist_of(stelle: Stelle, bewilligung: Bewilligung, stand: Regelstand) -> Frist:
    """min(bewilligt_bis + schritt, beginn + hoechstdauer + recognised interruption - 1 day), with its reasons."""
    hoechst, schritt = _months(stand.hoechstdauer), _months(stand.schritt)
    gemeldet = max(stelle.unterbrechung or 0, 0)
    anerkannt = min(gemeldet, _months(stand.unterbrechung))
    laengstens = period_end(bewilligung.beginn, hoechst + anerkannt)
    verlaengert = add_months(bewilligung.bewilligt_bis, schritt)
    steps = [stand.hoechstdauer, stand.schritt]
    saetze = [f"Beginn {as_datum(bewilligung.beginn)}, höchstens {hoechst} Monate ({stand.hoechstdauer.zitat})"]
    if gemeldet:
        steps.append(stand.unterbrechung)
        saetze[0] += (
            f", zuzüglich {anerkannt} von {gemeldet} gemeldeten Monaten ohne Entgelt ({stand.unterbrechung.zitat})"
        )
    saetze[0] += f": bis {as_datum(laengstens)}."
    saetze.append(
        f"Bewilligt bis {as_datum(bewilligung.bewilligt_bis)}, Verlängerung um {schritt} Monate "
        f"({stand.schritt.zitat}): bis {as_datum(verlaengert)}."
    )
    return Frist(min(laengstens, verlaengert), tuple(saetze), tuple(dict.fromkeys(s.zitat for s in steps)))


def _refusals(stelle: Stelle, bewilligung: Bewilligung, stand: Regelstand, frist: Frist) -> dict[str, str]:
    """Every reason to refuse the post, as sentences, with what each rests on; none if it can be extended."""
    gruende: dict[str, str] = {}
    minimum = stand.mindestanteil.value
    vzae = anteil(stelle, bewilligung)
    if vzae < minimum:  # type: ignore[operator]  # its unit makes it a Decimal
        grund = (
            f"Der Stellenanteil von {as_zahl(vzae)} VZÄ liegt unter dem kleinsten "
            f"Anteil von {stand.mindestanteil.text} ({stand.mindestanteil.zitat})."
        )
        gruende[grund] = stand.mindestanteil.zitat
    am, besetzung = _besetzung(stelle, stand)
    if besetzung not in EXTENDABLE:
        grund = f"Die Stelle ist {am} weder besetzt noch nachbesetzbar ({stand.stichtag.zitat})."
        gruende[grund] = stand.stichtag.zitat
    if frist.moegliches_ende <= bewilligung.bewilligt_bis:
        grund = (
            f"Der Bewilligungszeitraum ist ausgeschöpft: Die Stelle ist schon bis "
            f"{as_datum(bewilligung.bewilligt_bis)} bewilligt, möglich ist höchstens {as_datum(frist.moegliches_ende)}."
        )
        gruende[grund] = stand.hoechstdauer.zitat
    elif stelle.wunschende and stelle.wunschende <= bewilligung.bewilligt_bis:
        grund = (
            f"Beantragt ist das Ende {as_datum(stelle.wunschende)}; die Stelle ist aber schon bis "
            f"{as_datum(bewilligung.bewilligt_bis)} bewilligt."
        )
        gruende[grund] = stand.hoechstdauer.zitat
    return gruende


def _besetzung(stelle: Stelle, stand: Regelstand) -> tuple[str, Besetzung | None]:
    """When the post had to be filled or refillable, in words, and what the applicant says of that day."""
    if stand.stichtag.value == "heute":
        return "derzeit", stelle.besetzung_heute
    return f"am Stichtag {stand.stichtag.text}", stelle.besetzung_stichtag


def _besetzt(stelle: Stelle, stand: Regelstand) -> str:
    am, besetzung = _besetzung(stelle, stand)
    return f"Die Stelle ist laut Antrag {am} {besetzung} ({stand.stichtag.zitat})."


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What an extension to a day costs: months more, EUR per budget year and in all, in sentences with their rules."""

    ende: date
    monate: Decimal
    betraege: Mapping[int, Decimal]
    summe: Decimal
    saetze: tuple[str, ...]
    quellen: tuple[str, ...]


def reckon(stelle: Stelle, bewilligung: Bewilligung, stand: Regelstand, ende: date) -> Reckoning:
    """The cost of extending the post to that day, which lies after the approved end."""
    beginn = bewilligung.bewilligt_bis + timedelta(days=1)
    vzae, je_jahr = anteil(stelle, bewilligung), months_per_year(beginn, ende)
    betrag, quelle = jahresbetrag(stelle, bewilligung, stand)
    cents = _cents(betrag * vzae, je_jahr)
    betraege = _rounded(cents)
    summe = sum(betraege.values(), Decimal(0))
    saetze = [f"{as_euro(betrag)} je VZÄ und Jahr ({quelle}) mal {as_zahl(vzae)} VZÄ, Monat für Monat ein Zwölftel."]
    quellen = [quelle]
    if _anders_qualifiziert(stelle, bewilligung):
        satz = "Die Fachkraft ist laut Antrag anders qualifiziert als bewilligt; gerechnet wird"
        saetze.append(f"{satz} {stand.nachbesetzung.text} ({stand.nachbesetzung.zitat}).")
        quellen.append(f"{stand.nachbesetzung.name}: {stand.nachbesetzung.zitat}")
    for satz, festlegung in _festlegungen(beginn, ende, cents, stand):
        saetze.append(f"{satz} ({festlegung.zitat}).")
        quellen.append(f"{festlegung.name}: {festlegung.zitat}")
    for jahr, teil in betraege.items():
        saetze.append(f"Haushaltsjahr {jahr}: {as_monate(rounded(je_jahr[jahr]))}, {as_euro(teil)}.")
    saetze.append(f"Summe: {as_euro(summe)}.")
    return Reckoning(ende, months_between(beginn, ende), betraege, summe, tuple(saetze), tuple(quellen))


def _grant(grundlage: Decision, stelle: Stelle, bewilligung: Bewilligung, stand: Regelstand, frist: Frist) -> Decision:
    r = reckon(stelle, bewilligung, stand, min(frist.moegliches_ende, stelle.wunschende or frist.moegliches_ende))
    saetze = [*frist.saetze, _besetzt(stelle, stand)]
    if stelle.wunschende:
        saetze.append(f"Beantragt bis {as_datum(stelle.wunschende)}.")
    saetze.append(f"Neues Ende ist der früheste dieser Tage: {as_datum(r.ende)}. Das sind {as_monate(r.monate)} mehr.")
    gruende = _cuts(stelle, bewilligung, frist)
    return replace(
        grundlage,
        ergebnis=Ergebnis.TEILWEISE if gruende else Ergebnis.BEWILLIGT,
        neues_ende=r.ende,
        monate=r.monate,
        betraege=r.betraege,
        summe=r.summe,
        gruende=gruende,
        trace=(*saetze, *r.saetze, *gruende),
        quellen=tuple(dict.fromkeys((*frist.quellen, stand.stichtag.zitat, *r.quellen))),
        hinweise=ohne_ansatz(r.betraege, stand),
    )


def decide_anders(
    decision: Decision,
    wille: AbweichendeEntscheidung,
    stelle: Stelle,
    bewilligung: Bewilligung,
    stand: Regelstand,
) -> Decision:
    """What staff decided instead of the proposal, with the proposal and their reason in the trace."""
    vorher = f"{decision.ergebnis} bis {as_datum(decision.neues_ende)}" if decision.neues_ende else decision.ergebnis
    satz = f"Nach den Regeln: {vorher}. Die Bewilligungsstelle entscheidet abweichend: {wille.ergebnis}"
    anders = replace(
        decision,
        ergebnis=wille.ergebnis,
        neues_ende=None,
        monate=Decimal(0),
        betraege={},
        summe=Decimal(0),
        gruende=(wille.begruendung,),
        trace=(f"Grund: {wille.begruendung}",),
        vorschlag=(*decision.trace, f"{satz}."),
        quellen=(*decision.quellen, ABWEICHEND),
        hinweise=(),
    )
    if wille.ende is None:
        return anders
    r = reckon(stelle, bewilligung, stand, wille.ende)
    neu = f"Neues Ende: {as_datum(r.ende)}, das sind {as_monate(r.monate)} mehr."
    return replace(
        anders,
        neues_ende=r.ende,
        monate=r.monate,
        betraege=r.betraege,
        summe=r.summe,
        trace=(*anders.trace, neu, *r.saetze),
        vorschlag=(*decision.trace, f"{satz} bis {as_datum(r.ende)}."),
        quellen=tuple(dict.fromkeys((*anders.quellen, *r.quellen))),
        hinweise=ohne_ansatz(r.betraege, stand),
    )


ABWEICHEND = "Abweichende Entscheidung der Bewilligungsstelle"


def _festlegungen(beginn: date, ende: date, cents: Mapping[int, Fraction], stand: Regelstand) -> list[tuple[str, Step]]:
    """How part months and fractions of a cent were treated, where there were any, and by which rule."""
    found = []
    if beginn.day != 1 or not month_end(ende):
        found.append(("Angefangene Monate zählen nach ihren Kalendertagen", stand.teilmonat))
    if any(value.denominator != 1 for value in cents.values()):
        satz = "Die Summe ist auf Cent gerundet, fehlende Cent erhalten die Jahre mit dem größten Rest"
        found.append((satz, stand.rundung))
    return found


def _cuts(stelle: Stelle, bewilligung: Bewilligung, frist: Frist) -> tuple[str, ...]:
    """Where less is granted than was applied for, as sentences."""
    gruende = []
    if stelle.wunschende and stelle.wunschende > frist.moegliches_ende:
        gruende.append(
            f"Beantragt ist das Ende {as_datum(stelle.wunschende)}; "
            f"möglich ist höchstens {as_datum(frist.moegliches_ende)}."
        )
    if stelle.vzae and stelle.vzae > bewilligung.vzae:
        gruende.append(
            f"Beantragt sind {as_zahl(stelle.vzae)} VZÄ; "
            f"bewilligt und damit verlängerbar sind {as_zahl(bewilligung.vzae)} VZÄ."
        )
    return tuple(gruende)


EXTENDABLE = (Besetzung.BESETZT, Besetzung.NACHBESETZBAR)


def _months(step: Step) -> int:
    assert isinstance(step.value, int), step
    return step.value


def anteil(stelle: Stelle, bewilligung: Bewilligung) -> Decimal:
    """The share to extend: what is applied for, at most what is approved."""
    return min(beantragte_vzae(stelle, bewilligung), bewilligung.vzae)


def _anders_qualifiziert(stelle: Stelle, bewilligung: Bewilligung) -> bool:
    return stelle.qualifikation not in (None, bewilligung.qualifikation)


def bezahlte_qualifikation(stelle: Stelle, bewilligung: Bewilligung, stand: Regelstand) -> Qualifikation:
    """The qualification that is paid for: as approved, or a successor's own if the rule `nachbesetzung` says so."""
    eigene = stand.nachbesetzung.value == "nach Qualifikation"
    return stelle.qualifikation if eigene and stelle.qualifikation else bewilligung.qualifikation


def jahresbetrag(stelle: Stelle, bewilligung: Bewilligung, stand: Regelstand) -> tuple[Decimal, str]:
    """EUR per VZÄ and year with its source: as approved, unless a successor is paid by another qualification."""
    bezahlt = bezahlte_qualifikation(stelle, bewilligung, stand)
    if bezahlt == bewilligung.qualifikation:
        return bewilligter_jahresbetrag(bewilligung, stand)
    return satz(bezahlt, stand)


def bewilligter_jahresbetrag(bewilligung: Bewilligung, stand: Regelstand) -> tuple[Decimal, str]:
    """EUR per VZÄ and year as approved; the rulebook's rate where the Bestand names none."""
    if bewilligung.jahresbetrag is not None:
        return bewilligung.jahresbetrag, "bewilligter Betrag laut Bestand"
    return satz(bewilligung.qualifikation, stand)


def satz(qualifikation: Qualifikation, stand: Regelstand) -> tuple[Decimal, str]:
    """The rulebook's EUR per VZÄ and year for a qualification, with its source."""
    step = stand.jahresbetrag[qualifikation]
    assert isinstance(step.value, Decimal), step
    return step.value, step.zitat


def ohne_ansatz(betraege: Mapping[int, Decimal], stand: Regelstand) -> tuple[str, ...]:
    """A sentence for every year whose amount no appropriation covers; EUR by budget year."""
    ohne = [jahr for jahr in betraege if jahr not in stand.ansaetze]
    return tuple(
        f"Für {jahr} ist kein Haushaltsansatz bekannt: {as_euro(betraege[jahr])} sind eine Verpflichtung für "
        f"spätere Jahre."
        for jahr in ohne
    )


@lru_cache(maxsize=1 << 16)
def months_per_year(first: date, last: date) -> Mapping[int, Fraction]:
    """Months per budget year: a calendar month counts one, a part of it its days (rule `teilmonat`).

    Any period can be cut at any day and the parts add up to the whole.
    """
    result: dict[int, Fraction] = {}
    for year in range(first.year, last.year + 1):
        von, bis = max(first, date(year, 1, 1)), min(last, date(year, 12, 31))
        lost, length = von.day - 1, calendar.monthrange(year, von.month)[1]
        left, end_length = calendar.monthrange(year, bis.month)[1] - bis.day, calendar.monthrange(year, bis.month)[1]
        both = length * end_length  # one fraction a year: they are slow to add
        result[year] = Fraction((bis.month - von.month + 1) * both - lost * end_length - left * length, both)
    return result


def split(jahresbetrag: Decimal, monate: Mapping[int, Fraction]) -> dict[int, Decimal]:
    """EUR per budget year for an annual amount and months per year; to the cent, by the largest remainder.

    The years sum exactly to the whole period's amount rounded to the cent (rule `rundung`).
    """
    return _rounded(_cents(jahresbetrag, monate))


def _rounded(exact: Mapping[int, Fraction]) -> dict[int, Decimal]:
    """EUR per year from exact cents; the missing cents go to the largest remainders."""
    cents = {year: int(value) for year, value in exact.items()}
    rest = {year: value - cents[year] for year, value in exact.items() if value.denominator != 1}
    missing = int(sum(rest.values(), Fraction(1, 2)))
    for year in sorted(rest, key=lambda year: (-rest[year], year))[:missing]:
        cents[year] += 1
    return {year: Decimal(value) * CENT for year, value in cents.items()}


def _cents(jahresbetrag: Decimal, monate: Mapping[int, Fraction]) -> dict[int, Fraction]:
    """Cents per budget year, exactly: a twelfth of the annual amount per month."""
    je_monat = Fraction(jahresbetrag) * 100 / 12
    return {year: je_monat * months for year, months in monate.items()}


def overall(decisions: tuple[Decision, ...]) -> Ergebnis:
    """The outcome of an application; posts that were not applied for do not count."""
    outcomes = {d.ergebnis for d in decisions if d.beantragt}
    if outcomes == {Ergebnis.BEWILLIGT}:
        return Ergebnis.BEWILLIGT
    return Ergebnis.TEILWEISE if outcomes - {Ergebnis.ABGELEHNT} else Ergebnis.ABGELEHNT
