"""One post or one digital solution reckoned by itself, as if it were approved and applied for: no workbook needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pik_xl.digital import decide_digital
from pik_xl.errors import PikError
from pik_xl.extension import decide, regelstand
from pik_xl.model import Antrag, Art, Besetzung, Bewilligung, Decision, Digitalentscheidung, Qualifikation, Stelle
from pik_xl.rules import Rulebook
from pik_xl.values import JAHRE


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
    if rechnung.bewilligt_bis < rechnung.beginn:
        raise PikError("Das bewilligte Ende liegt vor dem Beginn. Bitte --beginn und --bewilligt-bis prüfen.")
    if not all(day.year in JAHRE for day in (rechnung.beginn, rechnung.bewilligt_bis)):
        raise PikError(f"Die Jahre müssen zwischen {JAHRE[0]} und {JAHRE[-1]} liegen. Bitte die Tage prüfen.")
    if not 0 < rechnung.vzae <= 1_000 or not 0 <= (rechnung.jahresbetrag or 0) <= 1_000_000:
        raise PikError(
            "Der Stellenanteil muss größer als 0 und höchstens 1.000 VZÄ sein, der Jahresbetrag höchstens "
            "1.000.000 €. Bitte --vzae und --jahresbetrag prüfen."
        )
    if rechnung.unterbrechung < 0:
        raise PikError("Die Unterbrechung kann nicht negativ sein. Bitte --unterbrechung prüfen.")
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
            "Bitte --kosten, --zugriff und --im-kreis prüfen."
        )
    antrag = Antrag("", "", tag, digital_antrag=True, digital_kosten=kosten, digital_zahl=zugriff, digital_zugang=True)
    return decide_digital(antrag, im_kreis, regelstand(rules, tag, rechtsstand))
