"""The extension: the cases a jurist wrote (cases/verlaengerung.toml), then what holds for every post."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from factories import abweichung, bewilligung, stelle
from hypothesis import given
from hypothesis import strategies as st

from pik_xl.errors import PikError
from pik_xl.model import Besetzung, Bewilligung, Ergebnis, Qualifikation, Stelle
from pik_xl.recht.entscheidung import Decision
from pik_xl.recht.regelstand import regelstand
from pik_xl.recht.rules import shipped_rulebook
from pik_xl.recht.verlaengerung import decide, months_per_year, overall, split
from pik_xl.values import as_datum, as_euro, as_monate, months_between, period_end

CASES = Path(__file__).parent / "cases" / "verlaengerung.toml"
TAG = date(2020, 5, 4)

_CONTENT = tomllib.loads(CASES.read_text(encoding="utf-8"))
STANDARD: dict[str, Any] = _CONTENT["standard"]
FAELLE: list[dict[str, Any]] = _CONTENT["fall"]

ALLOWED = {
    "name",
    "tag",
    "rechtsstand",
    "quelle",
    "erwartet",
    "jahresbetrag",
    "vzae_beantragt",
    "qualifikation_beantragt",
    "wunschende",
    *STANDARD,
}
EXPECTABLE = {
    "ergebnis", "neues_ende", "monate", "betraege", "summe", "ohne_ansatz",
    "grund", "rechtsgrundlage", "rechenweg", "festlegung",
}  # fmt: skip
FESTLEGUNGEN = ("Nachbesetzung mit anderer Qualifikation", "Angefangene Monate", "Rundung")


# --- the cases -----------------------------------------------------------------------------------


def inputs(fall: dict[str, Any]) -> tuple[Stelle, Bewilligung | None]:
    """The row of the form and the approved post that a case describes."""
    f = STANDARD | fall
    vzae = Decimal(f["vzae"])
    post = bewilligung(
        vzae=vzae,
        qualifikation=Qualifikation(f["qualifikation"]),
        jahresbetrag=Decimal(f["jahresbetrag"]) if "jahresbetrag" in f else None,
        beginn=f["beginn"],
        bewilligt_bis=f["bewilligt_bis"],
    )
    row = stelle(
        vzae_bewilligt=vzae,
        vzae=Decimal(f.get("vzae_beantragt", f["vzae"])),
        beginn=f["beginn"],
        bewilligt_bis=f["bewilligt_bis"],
        qualifikation=Qualifikation(f.get("qualifikation_beantragt", f["qualifikation"])),
        verlaengern=f["verlaengern"],
        besetzung_stichtag=Besetzung(f["besetzung_stichtag"]),
        besetzung_heute=Besetzung(f["besetzung_heute"]),
        unterbrechung=f["unterbrechung"],
        wunschende=f.get("wunschende"),
    )
    return row, post if f["im_bestand"] else None


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def differences(erwartet: dict[str, Any], decision: Decision) -> list[str]:
    """What came out otherwise than expected, as German clauses."""
    betraege = {int(jahr): Decimal(betrag) for jahr, betrag in erwartet.get("betraege", {}).items()}
    gefunden = {
        "Ergebnis": (Ergebnis(erwartet["ergebnis"]), decision.ergebnis),
        "neues Ende": (erwartet.get("neues_ende"), decision.neues_ende),
        "Monate": (Decimal(erwartet.get("monate", 0)), decision.monate),
        "Beträge": (betraege, dict(decision.betraege)),
        "Summe": (Decimal(erwartet.get("summe", 0)), decision.summe),
        "Anzahl der Gründe": (len(listed(erwartet.get("grund", []))), len(decision.gruende)),
        "Festlegungen": (
            listed(erwartet.get("festlegung", [])),
            [name for name in FESTLEGUNGEN if any(q.startswith(f"{name}: ") for q in decision.quellen)],
        ),
        "Hinweise auf Jahre ohne Ansatz": (
            [f"Für {jahr} " for jahr in erwartet.get("ohne_ansatz", [])],
            [hinweis[:9] for hinweis in decision.hinweise],
        ),
    }
    found = [f"{was} ist {ist}, erwartet {soll}" for was, (soll, ist) in gefunden.items() if soll != ist]
    texts = {
        "grund": decision.gruende,
        "rechtsgrundlage": decision.quellen,
        "rechenweg": decision.trace,
    }
    for key, sentences in texts.items():
        for piece in listed(erwartet.get(key, [])):
            if not any(piece in sentence.replace("\u00a0", " ") for sentence in sentences):
                found.append(f"{key} nennt nicht „{piece}“, sondern: {' '.join(sentences)}")
    return found


@pytest.mark.parametrize("fall", FAELLE, ids=[fall["name"] for fall in FAELLE])
def test_a_case_comes_out_as_the_jurist_says(fall: dict[str, Any]) -> None:
    decision = decide(*inputs(fall), regelstand(shipped_rulebook(), fall["tag"], fall.get("rechtsstand")))
    if found := differences(fall["erwartet"], decision):
        pytest.fail(
            f"Der Fall „{fall['name']}“ (Entscheidung am {as_datum(fall['tag'])}, Quelle: {fall['quelle']}) "
            f"stimmt nicht: {'; '.join(found)}. Rechenweg: {' '.join(decision.trace)}",
            pytrace=False,
        )


def test_a_case_that_fails_is_told_as_clauses() -> None:
    erwartet = {"ergebnis": "bewilligt", "neues_ende": date(2022, 9, 30), "grund": "zu spät"}
    refused = Decision("1", Ergebnis.ABGELEHNT, gruende=("Zu früh.",))
    told = differences(erwartet, refused)
    assert told[0] == "Ergebnis ist abgelehnt, erwartet bewilligt"
    assert told[1] == "neues Ende ist None, erwartet 2022-09-30"
    assert told[2] == "grund nennt nicht „zu spät“, sondern: Zu früh."


def test_the_cases_are_well_formed() -> None:
    assert len(FAELLE) >= 45
    assert len({fall["name"] for fall in FAELLE}) == len(FAELLE)
    for fall in FAELLE:
        assert set(fall) <= ALLOWED, fall["name"]
        assert set(fall["erwartet"]) <= EXPECTABLE, fall["name"]
        assert fall["quelle"], fall["name"]
        assert ("grund" in fall["erwartet"]) == (fall["erwartet"]["ergebnis"] != "bewilligt"), fall["name"]
        assert ("summe" in fall["erwartet"]) == (fall["erwartet"]["ergebnis"] != "abgelehnt"), fall["name"]


def test_there_is_a_case_on_both_sides_of_every_step_that_decides() -> None:
    days = {fall["tag"] for fall in FAELLE}
    rules = shipped_rulebook()
    for key in ("hoechstdauer", "schritt", "stichtag", "unterbrechung"):
        for step in rules[key].steps[1:]:
            assert {step.since, step.since - timedelta(days=1)} <= days, (key, step.since)


# --- what holds for every post -------------------------------------------------------------------

DAYS = st.dates(date(2017, 1, 1), date(2021, 12, 31))
SHARES = st.decimals("0.01", "60", places=2)
AMOUNTS = st.none() | st.decimals("0", "99999.99", places=2)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Stelle, Bewilligung, date]:
    """A row of the form, its approved post and a day of decision, anywhere near what can happen."""
    beginn = draw(DAYS)
    post = bewilligung(
        beginn=beginn,
        bewilligt_bis=draw(
            st.sampled_from([period_end(beginn, months) for months in (12, 24, 36, 48, 59, 60, 61)])
            | st.dates(beginn, beginn + timedelta(days=2000))
        ),
        vzae=draw(SHARES),
        jahresbetrag=draw(AMOUNTS),
        qualifikation=draw(st.sampled_from(Qualifikation)),
    )
    row = stelle(
        beginn=beginn,
        bewilligt_bis=post.bewilligt_bis,
        verlaengern=draw(st.sampled_from([True, True, True, False, None])),
        vzae=draw(st.none() | SHARES),
        besetzung_stichtag=draw(st.sampled_from(Besetzung)),
        besetzung_heute=draw(st.sampled_from(Besetzung)),
        unterbrechung=draw(st.none() | st.integers(-3, 20)),
        wunschende=draw(st.none() | st.dates(date(2017, 1, 1), date(2027, 12, 31))),
    )
    return row, post, draw(DAYS)


def decided(situation: tuple[Stelle, Bewilligung, date]) -> Decision:
    row, post, day = situation
    return decide(row, post, regelstand(shipped_rulebook(), day))


@given(situations())
def test_the_years_sum_exactly_to_the_total(situation: tuple[Stelle, Bewilligung, date]) -> None:
    decision = decided(situation)
    assert sum(decision.betraege.values(), Decimal(0)) == decision.summe
    assert all(betrag == betrag.quantize(Decimal("0.01")) and betrag >= 0 for betrag in decision.betraege.values())
    assert list(decision.betraege) == sorted(decision.betraege)


@given(situations())
def test_no_post_is_extended_beyond_its_maximum_its_step_or_its_wish(
    situation: tuple[Stelle, Bewilligung, date],
) -> None:
    row, post, day = situation
    decision = decided(situation)
    if decision.neues_ende is None:
        return
    recognised = min(max(row.unterbrechung or 0, 0), 12 if day.year >= 2020 else 0)
    maximum = 60 if day.year >= 2020 else 36 if day >= date(2018, 11, 16) else 24
    step = 24 if day.year >= 2020 else 12
    assert decision.neues_ende <= period_end(post.beginn, maximum + recognised)
    # A month end stays one, which may be up to three days later than the same day of the month.
    assert decision.neues_ende <= period_end(post.bewilligt_bis + timedelta(days=1), step)
    assert decision.neues_ende <= (row.wunschende or date.max)


@given(situations())
def test_the_end_never_moves_back_and_months_are_gained_unless_refused(
    situation: tuple[Stelle, Bewilligung, date],
) -> None:
    decision = decided(situation)
    refused = decision.ergebnis is Ergebnis.ABGELEHNT
    assert (decision.monate > 0) is not refused
    assert (decision.neues_ende is None) is refused
    assert bool(decision.betraege) is not refused
    assert decision.bewilligt_bis == situation[1].bewilligt_bis
    if decision.neues_ende:
        assert decision.neues_ende > situation[1].bewilligt_bis


@given(situations())
def test_reasons_stand_exactly_where_less_is_granted_than_applied_for(
    situation: tuple[Stelle, Bewilligung, date],
) -> None:
    decision = decided(situation)
    assert bool(decision.gruende) is (decision.ergebnis is not Ergebnis.BEWILLIGT)
    assert set(decision.gruende) <= set(decision.trace)


@given(situations(), SHARES)
def test_more_share_never_gives_less_money(situation: tuple[Stelle, Bewilligung, date], extra: Decimal) -> None:
    row, post, day = situation
    row = replace(row, vzae=None)
    more = replace(post, vzae=post.vzae + extra)
    assert decided((row, more, day)).summe >= decided((row, post, day)).summe


@given(situations())
def test_deciding_twice_gives_the_same(situation: tuple[Stelle, Bewilligung, date]) -> None:
    assert decided(situation) == decided(situation)


@given(situations())
def test_the_outcome_does_not_depend_on_what_the_form_says_about_the_approval(
    situation: tuple[Stelle, Bewilligung, date],
) -> None:
    row, post, day = situation
    forged = replace(row, beginn=date(2021, 1, 1), bewilligt_bis=date(2017, 1, 31), vzae_bewilligt=Decimal(99))
    assert decided((forged, post, day)) == decided(situation)


# --- trace and sources ---------------------------------------------------------------------------


def decision_of(day: date = TAG, post: dict[str, Any] | None = None, **row: Any) -> Decision:
    return decide(stelle(**row), bewilligung(**(post or {})), regelstand(shipped_rulebook(), day))


@given(situations())
def test_the_trace_mentions_every_number_that_comes_out(situation: tuple[Stelle, Bewilligung, date]) -> None:
    decision = decided(situation)
    text = " ".join(decision.trace)
    if decision.neues_ende:
        assert as_datum(decision.neues_ende) in text
        assert as_monate(decision.monate) in text
        assert f"Summe: {as_euro(decision.summe)}." in text
        for jahr, betrag in decision.betraege.items():
            assert f"Haushaltsjahr {jahr}: " in text and as_euro(betrag) in text
    assert all(sentence.endswith(".") for sentence in decision.trace)
    assert "None" not in text and "Decimal" not in text


@given(situations())
def test_every_source_in_the_trace_is_among_the_sources(situation: tuple[Stelle, Bewilligung, date]) -> None:
    row, _, day = situation
    decision = decided(situation)
    text, quellen = " ".join(decision.trace), " ".join(decision.quellen)
    for step in shipped_rulebook().on(day):
        assert step.zitat not in text or step.zitat in quellen
    assert bool(decision.quellen) is (row.verlaengern is True)


def test_the_trace_reads_as_a_reckoning_from_begin_to_total() -> None:
    schreiben = "Schreiben des Ministers für Soziales und Integration vom 27.01.2020, Az. 41-0142.3/5"
    assert decision_of().trace == (
        f"Beginn 01.10.2017, höchstens 60 Monate ({schreiben}): bis 30.09.2022.",
        f"Bewilligt bis 30.09.2020, Verlängerung um 24 Monate ({schreiben}): bis 30.09.2022.",
        f"Die Stelle ist laut Antrag derzeit besetzt ({schreiben}).",
        "Neues Ende ist der früheste dieser Tage: 30.09.2022. Das sind 24 Monate mehr.",
        "64.000,00\u00a0€ je VZÄ und Jahr (bewilligter Betrag laut Bestand) mal 0,50 VZÄ, "
        "Monat für Monat ein Zwölftel.",
        "Haushaltsjahr 2020: 3 Monate, 8.000,00\u00a0€.",
        "Haushaltsjahr 2021: 12 Monate, 32.000,00\u00a0€.",
        "Haushaltsjahr 2022: 9 Monate, 24.000,00\u00a0€.",
        "Summe: 64.000,00\u00a0€.",
    )


def test_a_recognised_interruption_is_told_with_both_numbers_and_its_source() -> None:
    first = decision_of(date(2020, 11, 11), {"bewilligt_bis": date(2022, 9, 30)}, unterbrechung=13).trace[0]
    assert "zuzüglich 12 von 13 gemeldeten Monaten ohne Entgelt (VwV zur Änderung" in first
    assert first.endswith("bis 30.09.2023.")


def test_an_interruption_can_only_add_time() -> None:
    assert decision_of(unterbrechung=-3) == decision_of(unterbrechung=0) == decision_of(unterbrechung=None)


def test_part_months_are_shown_as_a_decision_of_the_office_only_where_they_decide() -> None:
    mark = "Angefangene Monate: Festlegung der Bewilligungsstelle"
    assert mark not in decision_of().quellen
    cut = decision_of(wunschende=date(2022, 9, 29))
    assert mark in cut.quellen
    assert any("(Festlegung der Bewilligungsstelle)" in sentence for sentence in cut.trace)


def test_rounding_is_shown_as_a_decision_of_the_office_only_where_it_decides() -> None:
    mark = "Rundung: Festlegung der Bewilligungsstelle"
    even, odd = decision_of(), decision_of(wunschende=date(2020, 10, 31))
    assert mark not in even.quellen and "Cent" not in " ".join(even.trace)
    assert mark in odd.quellen and "Cent" in " ".join(odd.trace)


def test_the_derived_rate_is_shown_as_derived_and_the_official_one_is_not() -> None:
    high = decision_of(post={"jahresbetrag": None})
    lower = Qualifikation.MITTLERER_ABSCHLUSS
    low = decision_of(post={"jahresbetrag": None, "qualifikation": lower}, qualifikation=lower)
    assert any(q.endswith("[hergeleiteter Wert]") for q in high.quellen)
    assert not any("[" in q for q in low.quellen)


@pytest.mark.parametrize(("jahresbetrag", "summe"), [(None, "51000.00"), (Decimal(64000), "51000.00")])
def test_the_office_may_pay_a_successor_by_the_own_qualification(jahresbetrag: Decimal | None, summe: str) -> None:
    anders = abweichung("nachbesetzung", "nach Qualifikation", quelle="Erlass")
    stand = regelstand(shipped_rulebook().abweichend([anders]), TAG)
    successor = stelle(qualifikation=Qualifikation.MITTLERER_ABSCHLUSS)
    decision = decide(successor, bewilligung(jahresbetrag=jahresbetrag), stand)
    assert decision.summe == Decimal(summe)
    assert any("nach Qualifikation (Erlass [Abweichung, E. Muster" in satz for satz in decision.trace)
    same = decide(stelle(), bewilligung(jahresbetrag=jahresbetrag), stand)
    assert same.summe == Decimal("64000.00") and "Erlass" not in " ".join(same.trace)


def test_a_refusal_names_what_each_of_its_reasons_rests_on() -> None:
    small = decision_of(vzae=Decimal("0.24"))
    assert any(q.startswith("FAQ des Regierungspräsidiums Stuttgart") for q in small.quellen)
    empty = decision_of(date(2019, 9, 2), {"bewilligt_bis": date(2019, 9, 30)}, besetzung_heute=Besetzung.UNBESETZT)
    assert any(q.endswith("Festlegung der Bewilligungsstelle") for q in empty.quellen)


def test_a_year_without_appropriation_is_told_with_its_amount() -> None:
    assert decision_of().hinweise == (
        "Für 2022 ist kein Haushaltsansatz bekannt: 24.000,00\u00a0€ sind eine Verpflichtung für spätere Jahre.",
    )


def test_before_the_first_rule_nothing_is_decided() -> None:
    rules = shipped_rulebook()
    assert regelstand(rules, date(2017, 1, 1)).tag == date(2017, 1, 1)
    with pytest.raises(PikError, match=r"31\.12\.2016"):
        regelstand(rules, date(2016, 12, 31))


def test_a_post_nobody_said_yes_for_is_not_extended() -> None:
    silent = decision_of(verlaengern=None)
    assert silent.ergebnis is Ergebnis.ABGELEHNT
    assert not silent.beantragt


@pytest.mark.parametrize("besetzung", [None, Besetzung.UNBESETZT])
def test_a_post_not_known_to_be_filled_is_refused(besetzung: Besetzung | None) -> None:
    assert decision_of(besetzung_heute=besetzung).ergebnis is Ergebnis.ABGELEHNT


# --- months and money ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2020, 10, 1), date(2022, 9, 30), "24"),
        (date(2020, 10, 1), date(2020, 10, 1), "0.03"),
        (date(2020, 10, 1), date(2020, 10, 30), "0.97"),
        (date(2020, 10, 1), date(2020, 10, 31), "1"),
        (date(2020, 10, 1), date(2020, 11, 1), "1.03"),
        (date(2020, 2, 1), date(2020, 2, 28), "0.97"),
        (date(2021, 2, 1), date(2021, 2, 28), "1"),
        (date(2020, 1, 31), date(2020, 2, 28), "0.97"),
        (date(2020, 1, 31), date(2020, 2, 29), "1"),
        (date(2022, 8, 31), date(2023, 2, 28), "6"),
        (date(2020, 2, 16), date(2022, 2, 15), "24"),
    ],
)
def test_months_count_as_the_civil_code_counts_them(first: date, last: date, months: str) -> None:
    assert months_between(first, last) == Decimal(months)


@given(DAYS, st.integers(1, 120))
def test_a_period_of_whole_months_has_that_many(first: date, months: int) -> None:
    assert months_between(first, period_end(first, months)) == months


@given(DAYS, st.integers(0, 2000))
def test_a_longer_period_never_has_fewer_months(first: date, days: int) -> None:
    last = first + timedelta(days=days)
    assert 0 < months_between(first, last) <= months_between(first, last + timedelta(days=1))


@given(DAYS, st.integers(0, 1500), st.integers(1, 1500))
def test_a_period_cut_in_two_has_the_months_of_the_whole(first: date, days: int, more: int) -> None:
    cut, last = first + timedelta(days=days), first + timedelta(days=days + more)
    parts = months_per_year(first, cut), months_per_year(cut + timedelta(days=1), last)
    whole = months_per_year(first, last)
    assert {y: sum((p.get(y, Fraction(0)) for p in parts), Fraction(0)) for y in whole} == whole


@given(DAYS, st.integers(0, 2000))
def test_a_full_year_has_twelve_months_and_none_has_more(first: date, days: int) -> None:
    last = first + timedelta(days=days)
    months = months_per_year(first, last)
    assert list(months) == list(range(first.year, last.year + 1))
    assert all(0 < value <= 12 for value in months.values())
    assert all(months[year] == 12 for year in range(first.year + 1, last.year))


@given(
    st.decimals("0", "9999999.99", places=4),
    st.dictionaries(st.integers(2017, 2026), st.fractions(0, 12, max_denominator=31), min_size=1),
)
def test_no_year_is_more_than_a_cent_off_and_the_total_is_rounded_once(
    amount: Decimal, months: dict[int, Fraction]
) -> None:
    shares = split(amount, months)
    exact = {year: Fraction(amount) / 12 * m for year, m in months.items()}
    total = sum(exact.values(), Fraction(0))
    assert all(abs(Fraction(shares[year]) - exact[year]) < Fraction(1, 100) for year in months)
    assert abs(Fraction(sum(shares.values())) - total) <= Fraction(1, 200)


def test_the_missing_cent_goes_to_the_largest_remainder_and_of_equals_to_the_earlier_year() -> None:
    third, half = Fraction(4), Fraction(6)
    assert split(Decimal("0.02"), {2020: third, 2021: half}) == {2020: Decimal("0.01"), 2021: Decimal("0.01")}
    assert split(Decimal("0.01"), {2021: half, 2020: half}) == {2021: Decimal("0.00"), 2020: Decimal("0.01")}


# --- a whole application -------------------------------------------------------------------------


def of(*outcomes: Ergebnis) -> tuple[Decision, ...]:
    return tuple(Decision(str(n), outcome) for n, outcome in enumerate(outcomes))


def test_an_application_is_granted_refused_or_granted_in_part() -> None:
    ja, teils, nein = Ergebnis.BEWILLIGT, Ergebnis.TEILWEISE, Ergebnis.ABGELEHNT
    assert overall(of(ja, ja)) is ja
    assert overall(of(ja, nein)) is overall(of(ja, teils)) is overall(of(teils, nein)) is teils
    assert overall(of(nein, nein)) is overall(()) is nein


def test_a_post_not_applied_for_does_not_spoil_a_full_grant() -> None:
    not_wanted = Decision("9", Ergebnis.ABGELEHNT, beantragt=False)
    assert overall((*of(Ergebnis.BEWILLIGT), not_wanted)) is Ergebnis.BEWILLIGT


@given(DAYS, st.integers(0, 1500), st.integers(1, 1500), st.decimals("0", "99999.99", places=2))
def test_a_period_cut_in_two_costs_the_same_within_a_cent_per_part(
    first: date, days: int, more: int, amount: Decimal
) -> None:
    cut, last = first + timedelta(days=days), first + timedelta(days=days + more)
    whole = split(amount, months_per_year(first, last))
    parts = (split(amount, months_per_year(first, cut)), split(amount, months_per_year(cut + timedelta(days=1), last)))
    assert abs(sum(whole.values()) - sum(sum(part.values()) for part in parts)) <= 2 * Decimal("0.01")
    for year, betrag in whole.items():
        assert abs(betrag - sum(part.get(year, Decimal(0)) for part in parts)) <= 3 * Decimal("0.01")
