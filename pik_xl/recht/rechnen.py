"""One post, one period or one digital solution reckoned by itself: no workbook needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pik_xl.errors import PikError
from pik_xl.model import Antrag, Art, Besetzung, Bewilligung, Qualifikation, Stelle
from pik_xl.recht.digital import decide_digital
from pik_xl.recht.entscheidung import Decision, Digitalentscheidung
from pik_xl.recht.regelstand import regelstand
from pik_xl.recht.rules import Rulebook
from pik_xl.recht.verlaengerung import decide, months_per_year, split
from pik_xl.values import JAHRE, months_between


@dataclass(frozen=True, slots=True)
class Rechnung:
    """One post to reckon without a workbook; fields as in `Bewilligung` and `Stelle`."""

    beginn: date
    bewilligt_bis: date
    vzae: Decimal
    qualifikation: Qualifikation
    jahresbetrag: Decimal | None
    besetzung: Besetzung
    unterbrechung: int
    wunschende: date | None


def rechnen(rechnung: Rechnung, tag: date, rechtsstand: date | None, rules: Rulebook) -> Decision:
    """The decision for a single post, as if it were approved and applied for; PikError for impossible input."""
    _check_tage(rechnung.beginn, rechnung.bewilligt_bis, "Das bewilligte Ende")
    _check_betrag(rechnung.vzae, rechnung.jahresbetrag or Decimal(0))
    if rechnung.unterbrechung < 0:
        raise PikError("Die Unterbrechung kann nicht negativ sein. Bitte die Monate prüfen.")
    bewilligung = Bewilligung(
        stelle="Stelle",
        aktenzeichen="",
        ags="",
        traeger="",
        art=Art.GEMEINDE,
        kreis="",
        einsatzort="",
        person="",
        qualifikation=rechnung.qualifikation,
        vzae=rechnung.vzae,
        jahresbetrag=rechnung.jahresbetrag,
        beginn=rechnung.beginn,
        bewilligt_bis=rechnung.bewilligt_bis,
    )
    stelle = Stelle(
        "Stelle",
        verlaengern=True,
        besetzung_stichtag=rechnung.besetzung,
        besetzung_heute=rechnung.besetzung,
        unterbrechung=rechnung.unterbrechung,
        wunschende=rechnung.wunschende,
    )
    return decide(stelle, bewilligung, regelstand(rules, tag, rechtsstand))


def foerderende(beginn: date, bewilligt_bis: date, unterbrechung: int, tag: date, rules: Rulebook) -> date:
    """The latest new end of a post that is filled; PikError with the reason if it cannot be extended.

    `unterbrechung` is in months; qualification and share do not matter to it.
    """
    rechnung = Rechnung(
        beginn, bewilligt_bis, Decimal(1), Qualifikation.HOCHSCHULE, None, Besetzung.BESETZT, unterbrechung, None
    )
    decision = rechnen(rechnung, tag, None, rules)
    if decision.neues_ende is None:
        raise PikError(decision.gruende[0])
    return decision.neues_ende


def monate(von: date, bis: date) -> Decimal:
    """Months from the first to the last day, both included; PikError for a period that cannot be."""
    _check_tage(von, bis, "Das Ende")
    return months_between(von, bis)


def foerderbetrag(beginn: date, ende: date, vzae: Decimal, jahresbetrag: Decimal) -> Mapping[int, Decimal]:
    """EUR per budget year for a share of a post and an amount per VZÄ and year; PikError for impossible input."""
    _check_tage(beginn, ende, "Das Ende")
    _check_betrag(vzae, jahresbetrag)
    return split(jahresbetrag * vzae, months_per_year(beginn, ende))


def _check_tage(beginn: date, ende: date, name: str) -> None:
    if ende < beginn:
        raise PikError(f"{name} liegt vor dem Beginn. Bitte beide Tage prüfen.")
    if not all(day.year in JAHRE for day in (beginn, ende)):
        raise PikError(f"Die Jahre müssen zwischen {JAHRE[0]} und {JAHRE[-1]} liegen. Bitte die Tage prüfen.")


def _check_betrag(vzae: Decimal, jahresbetrag: Decimal) -> None:
    if not 0 < vzae <= 1_000 or not 0 <= jahresbetrag <= 1_000_000:
        raise PikError(
            "Der Stellenanteil muss größer als 0 und höchstens 1.000 VZÄ sein, der Jahresbetrag höchstens "
            "1.000.000 €. Bitte beides prüfen."
        )


def rechnen_digital(
    kosten: Decimal,
    zugriff: int,
    im_kreis: int,
    tag: date,
    rechtsstand: date | None,
    rules: Rulebook,
) -> Digitalentscheidung:
    """The decision on a digital solution of that cost (EUR), as if applied for; PikError for impossible input."""
    if not 0 < kosten <= 100_000_000 or min(zugriff, im_kreis) < 0:
        raise PikError(
            "Die Ausgaben müssen größer als 0 und höchstens 100.000.000 € sein, die Zahlen nicht negativ. "
            "Bitte alle drei prüfen."
        )
    antrag = Antrag("", "", tag, digital_antrag=True, digital_kosten=kosten, digital_zahl=zugriff, digital_zugang=True)
    return decide_digital(antrag, im_kreis, regelstand(rules, tag, rechtsstand))
