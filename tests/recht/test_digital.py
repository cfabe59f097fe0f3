"""The second programme: who is funded, with how much, and what is told of values no source gives."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from factories import abweichung, antrag, bewilligung, stelle
from hypothesis import given
from hypothesis import strategies as st

from pik_xl.jobs.pruefung import lage_am
from pik_xl.master.sheets.antraege import antraege_table
from pik_xl.model import Antrag, Besetzung, Ergebnis
from pik_xl.recht.digital import decide_digital, taetige
from pik_xl.recht.entscheidung import Vorgang
from pik_xl.recht.regelstand import regelstand
from pik_xl.recht.rules import shipped_rulebook
from pik_xl.recht.vorgang import vorgaenge

TAG = date(2020, 5, 4)
STAND = regelstand(shipped_rulebook(), TAG)
SETTING = "Festlegung der Bewilligungsstelle"


def wish(**changes: object) -> Antrag:
    return replace(antrag(), digital_antrag=True, digital_loesung="Fallakte", digital_kosten=Decimal("18500.00"),
                   digital_zahl=12, digital_zugang=True, **changes)  # fmt: skip


def test_a_solution_with_access_for_all_is_funded_and_rate_and_cap_are_told_as_settings() -> None:
    decision = decide_digital(wish(), 12, STAND)
    assert (decision.ergebnis, decision.summe) == (Ergebnis.BEWILLIGT, Decimal("18500.00"))
    assert any(SETTING in satz and "Ausgaben" in satz for satz in decision.trace)
    assert [q.split(":")[1].strip() for q in decision.quellen if SETTING in q] == ["Fördersatz", "Höchstbetrag"]
    assert decision.trace[-1] == "Summe: 18.500,00\u00a0€."


@pytest.mark.parametrize(("zahl", "im_kreis", "ergebnis"), [
    (12, 11, Ergebnis.BEWILLIGT),
    (12, 12, Ergebnis.BEWILLIGT),
    (12, 13, Ergebnis.ABGELEHNT),
])  # fmt: skip
def test_access_must_reach_everyone_who_works_in_the_kreis(zahl: int, im_kreis: int, ergebnis: Ergebnis) -> None:
    decision = decide_digital(replace(wish(), digital_zahl=zahl), im_kreis, STAND)
    assert decision.ergebnis is ergebnis
    assert f"für {zahl} vorgesehen" in decision.trace[0] and f" {im_kreis} Stellen" in decision.trace[0]
    assert bool(decision.gruende) is (ergebnis is Ergebnis.ABGELEHNT)


def test_access_refused_or_no_cost_named_is_no_grant() -> None:
    ohne = decide_digital(replace(wish(), digital_zugang=False, digital_kosten=None), 12, STAND)
    assert ohne.ergebnis is Ergebnis.ABGELEHNT and len(ohne.gruende) == 2 and ohne.summe == 0


@pytest.mark.parametrize(("kosten", "summe", "ergebnis"), [
    ("49999.99", "49999.99", Ergebnis.BEWILLIGT),
    ("50000.00", "50000.00", Ergebnis.BEWILLIGT),
    ("50000.01", "50000.00", Ergebnis.TEILWEISE),
])  # fmt: skip
def test_the_cap_cuts_with_a_reason_that_says_it_is_a_setting(kosten: str, summe: str, ergebnis: Ergebnis) -> None:
    decision = decide_digital(replace(wish(), digital_kosten=Decimal(kosten)), 12, STAND)
    assert (decision.summe, decision.ergebnis) == (Decimal(summe), ergebnis)
    assert all(SETTING in grund for grund in decision.gruende)


def test_the_office_sets_rate_and_cap_itself_and_that_is_told() -> None:
    anders = abweichung("digital_satz", 70, quelle="VwV Digitales")
    stand = regelstand(shipped_rulebook().abweichend([anders]), TAG)
    decision = decide_digital(wish(), 12, stand)
    assert decision.summe == Decimal("12950.00")
    assert any("VwV Digitales [Abweichung, E. Muster, 01.05.2020]" in quelle for quelle in decision.quellen)


@given(st.decimals("0", "999999.99", places=2), st.integers(0, 30), st.integers(0, 30))
def test_never_more_than_cost_and_cap_and_a_reason_wherever_it_is_less(kosten: Decimal, zahl: int, alle: int) -> None:
    decision = decide_digital(replace(wish(), digital_kosten=kosten, digital_zahl=zahl), alle, STAND)
    assert 0 <= decision.summe <= min(kosten, Decimal(50_000))
    assert bool(decision.gruende) is (decision.summe < kosten or kosten == 0)


# --- counted from all applications ---------------------------------------------------------------

POSTS = [bewilligung(), bewilligung(stelle="08115045-01", ags="08115045", traeger="Stadt Sindelfingen")]


def cases(*antraege: Antrag) -> list[Vorgang]:
    return vorgaenge(antraege, (), lage_am(TAG, POSTS))


def neighbour(besetzung: Besetzung) -> Antrag:
    row = stelle(stelle="08115045-01", besetzung_heute=besetzung)
    return replace(antrag(), schluessel="b.xlsx", datei="b.xlsx", ags="08115045", stellen=(row,))


def test_whom_a_neighbour_reports_as_not_there_needs_no_access() -> None:
    one = replace(wish(), digital_zahl=1)
    (digital, _) = cases(one, neighbour(Besetzung.BESETZT))
    assert digital.digital and digital.digital.ergebnis is Ergebnis.ABGELEHNT
    (digital, _) = cases(one, neighbour(Besetzung.UNBESETZT))
    assert digital.digital and digital.digital.ergebnis is Ergebnis.BEWILLIGT
    assert taetige(POSTS, ()) == 2


def test_the_posts_are_decided_apart_from_the_digital_solution() -> None:
    (case,) = cases(replace(wish(), digital_zahl=1))
    assert case.digital and case.digital.ergebnis is Ergebnis.ABGELEHNT
    assert case.ergebnis is Ergebnis.BEWILLIGT


def test_an_application_for_a_solution_only_has_its_outcome() -> None:
    (case,) = cases(replace(wish(), stellen=(stelle(verlaengern=False),)))
    assert case.ergebnis is Ergebnis.BEWILLIGT


def test_the_master_shows_outcome_amount_and_reckoning() -> None:
    (row,) = antraege_table(cases(wish()), {}).rows
    assert (row["digital_ergebnis"], row["digital_betrag"]) == (Ergebnis.BEWILLIGT, Decimal("18500.00"))
    assert SETTING in str(row["digital_rechenweg"])
    (row,) = antraege_table(cases(antrag()), {}).rows
    assert row.get("digital_ergebnis") is None
