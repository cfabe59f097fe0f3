"""A decision carries what it reckoned with, and a case tells the same of its posts to whoever asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from factories import AGS, BEGINN, BEWILLIGT_BIS, STELLE, abweichung, antrag, bewilligung, stelle

from pik_xl.model import Besetzung, Ergebnis, Qualifikation, Stand, Stelle
from pik_xl.recht.entscheidung import (
    AbweichendeEntscheidung,
    Decision,
    Vorgang,
    beantragte_vzae,
    einsatzort,
    haushaltsjahre,
)
from pik_xl.recht.regelstand import regelstand
from pik_xl.recht.rules import shipped_rulebook
from pik_xl.recht.verlaengerung import decide, decide_anders

TAG = date(2020, 5, 4)
REGELN = shipped_rulebook()
WIE_BEWILLIGT = regelstand(REGELN, TAG)
NACH_QUALIFIKATION = regelstand(REGELN.abweichend([abweichung("nachbesetzung", "nach Qualifikation")]), TAG)
OHNE_BETRAG = bewilligung(jahresbetrag=None)
HOCHSCHULE, MITTLERER = Qualifikation.HOCHSCHULE, Qualifikation.MITTLERER_ABSCHLUSS


def test_the_annual_amount_is_the_approved_one_with_the_bestand_as_its_source() -> None:
    decision = decide(stelle(), bewilligung(jahresbetrag=Decimal("60000.00")), WIE_BEWILLIGT)
    assert decision.jahresbetrag == 60_000 and decision.jahresbetrag_quelle == "bewilligter Betrag laut Bestand"
    assert decision.summe == decision.jahresbetrag * decision.vzae * 2


def test_where_the_bestand_names_no_amount_it_is_the_rate_with_its_source() -> None:
    decision = decide(stelle(), OHNE_BETRAG, WIE_BEWILLIGT)
    satz = WIE_BEWILLIGT.jahresbetrag[HOCHSCHULE]
    assert (decision.jahresbetrag, decision.jahresbetrag_quelle) == (Decimal("64000.00"), satz.zitat)
    assert satz.zitat in decision.quellen


@pytest.mark.parametrize("post", [bewilligung(), OHNE_BETRAG])
def test_a_successor_is_paid_as_approved_or_by_the_own_qualification_as_the_rule_says(post: object) -> None:
    successor = stelle(qualifikation=MITTLERER)
    bewilligt = decide(successor, post, WIE_BEWILLIGT)  # type: ignore[arg-type]
    assert (bewilligt.qualifikation, bewilligt.jahresbetrag) == (HOCHSCHULE, Decimal("64000.00"))
    eigene = decide(successor, post, NACH_QUALIFIKATION)  # type: ignore[arg-type]
    assert (eigene.qualifikation, eigene.jahresbetrag) == (MITTLERER, Decimal("51000.00"))
    assert eigene.jahresbetrag_quelle == NACH_QUALIFIKATION.jahresbetrag[MITTLERER].zitat
    assert eigene.summe == 51_000


@pytest.mark.parametrize(("beantragt", "gerechnet"), [(None, "0.50"), ("0.25", "0.25"), ("0.5", "0.50"), ("1", "0.50")])
def test_the_share_is_what_is_applied_for_but_no_more_than_approved(beantragt: str | None, gerechnet: str) -> None:
    row = stelle(vzae=Decimal(beantragt) if beantragt else None)
    assert decide(row, bewilligung(), WIE_BEWILLIGT).vzae == Decimal(gerechnet)


@pytest.mark.parametrize("row", [
    stelle(), stelle(besetzung_heute=Besetzung.UNBESETZT), stelle(verlaengern=False),
])  # fmt: skip
def test_whatever_the_outcome_it_stands_there(row: Stelle) -> None:
    decision = decide(row, bewilligung(), WIE_BEWILLIGT)
    assert (decision.einsatzort, decision.beginn, decision.bewilligt_bis) == ("Leonberg", BEGINN, BEWILLIGT_BIS)
    assert (decision.vzae, decision.jahresbetrag, decision.qualifikation) == (Decimal("0.50"), 64_000, HOCHSCHULE)


def test_what_staff_decide_instead_is_reckoned_with_the_same() -> None:
    abgelehnt = decide(stelle(besetzung_heute=Besetzung.UNBESETZT), OHNE_BETRAG, WIE_BEWILLIGT)
    wille = AbweichendeEntscheidung(Ergebnis.BEWILLIGT, "Härtefall", date(2022, 9, 30))
    anders = decide_anders(abgelehnt, wille, stelle(), OHNE_BETRAG, WIE_BEWILLIGT)
    assert anders.summe == 64_000 == anders.jahresbetrag and anders.vzae == abgelehnt.vzae
    assert anders.jahresbetrag_quelle == abgelehnt.jahresbetrag_quelle


def test_of_a_post_that_is_not_approved_only_what_was_entered_stands_there() -> None:
    decision = decide(stelle(einsatzort="Höfingen"), None, WIE_BEWILLIGT)
    assert (decision.einsatzort, decision.beginn, decision.qualifikation) == ("Höfingen", BEGINN, HOCHSCHULE)
    assert (decision.vzae, decision.jahresbetrag, decision.jahresbetrag_quelle) == (0, None, "")


@pytest.mark.parametrize(("eingetragen", "bewilligt", "ort"), [
    ("Leonberg, Außenstelle", "Leonberg", "Leonberg"),  # an approved post is extended
    (None, "Leonberg", "Leonberg"),
    ("Höfingen", "", "Höfingen"),
    (None, "", ""),
])  # fmt: skip
def test_a_post_is_where_it_was_approved_and_only_else_where_it_was_entered(
    eingetragen: str | None, bewilligt: str, ort: str
) -> None:
    row, post = stelle(einsatzort=eingetragen), bewilligung(einsatzort=bewilligt)
    assert einsatzort(row, post) == ort == decide(row, post, WIE_BEWILLIGT).einsatzort


def test_a_share_nobody_entered_is_the_approved_one_by_the_bestand_before_the_form() -> None:
    leer = stelle(vzae=None, vzae_bewilligt=Decimal("0.75"))
    assert beantragte_vzae(leer, bewilligung()) == Decimal("0.50")
    assert beantragte_vzae(leer, None) == Decimal("0.75")
    assert beantragte_vzae(replace(leer, vzae_bewilligt=None), None) == 0
    assert beantragte_vzae(stelle(vzae=Decimal(0)), bewilligung()) == 0


def fall(*stellen: Stelle, **changes: object) -> Vorgang:
    case = Vorgang(antrag(stellen=stellen), Stand.RUECKFRAGE, (), {STELLE: bewilligung()})
    return replace(case, **changes)  # type: ignore[arg-type]


def test_a_case_counts_the_posts_to_be_extended_with_their_shares() -> None:
    zweite = stelle(stelle=f"{AGS}-02", vzae=Decimal("0.75"))
    case = fall(stelle(vzae=None), zweite, stelle(stelle=f"{AGS}-03", verlaengern=False))
    assert [s.stelle for s in case.beantragt] == [STELLE, f"{AGS}-02"] and case.vzae == Decimal("1.25")
    assert fall().vzae == 0


def test_of_the_approved_post_of_another_applicant_a_case_tells_nothing() -> None:
    assert fall().eigene(stelle()) == bewilligung()
    assert fall(bewilligungen={STELLE: bewilligung(ags="08115003")}).eigene(stelle()) is None
    assert fall(bewilligungen={}).eigene(stelle()) is None


def test_the_years_are_those_in_which_something_is_decided() -> None:
    decisions = (Decision("1", Ergebnis.BEWILLIGT, betraege={2021: Decimal(1), 2020: Decimal(1)}),)
    assert haushaltsjahre([fall(decisions=decisions), fall()]) == (2020, 2021)
    assert haushaltsjahre([]) == ()
