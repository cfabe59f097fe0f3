"""The sheet Haushalt: what is bound, what is left, and what no appropriation covers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from vorgaenge import antrag, bewilligung, decision, vorgang

from pik_xl.kinds import Formel, Row
from pik_xl.master.sheets.haushalt import OHNE_ANSATZ, UEBERSCHRITTEN, haushalt_table
from pik_xl.master.sheets.kreise import kreise_table
from pik_xl.model import (
    Bewilligung,
    Qualifikation,
    Stand,
)
from pik_xl.recht.entscheidung import Vorgang
from pik_xl.recht.haushalt import haushalt as control
from pik_xl.recht.regelstand import regelstand
from pik_xl.recht.rules import shipped_rulebook
from pik_xl.register import load_register

KREISE = load_register().kreise
STAND = regelstand(shipped_rulebook(), date(2020, 5, 4))


def haushalt(vorgaenge: list[Vorgang], bestand: list[Bewilligung], ansaetze: Mapping[int, Decimal]) -> dict[int, Row]:
    ansatz = replace(STAND.mindestanteil, rule="ansatz", unit="EUR je Haushaltsjahr")
    stand = replace(STAND, ansaetze={jahr: replace(ansatz, value=wert) for jahr, wert in ansaetze.items()})
    table = haushalt_table(control(vorgaenge, bestand, stand), Decimal(0))
    return {row["jahr"]: row for row in table.rows}  # type: ignore[misc]


def wert(row: Row, name: str) -> object:
    value = row[name]
    return value.wert if isinstance(value, Formel) else value


def test_the_bestand_binds_money_by_calendar_months() -> None:
    half = bewilligung(beginn=date(2018, 7, 1), bewilligt_bis=date(2020, 6, 30))
    rows = haushalt([], [half], {})
    bound = {jahr: row["bereits"] for jahr, row in rows.items() if row["bereits"]}
    assert bound == {2018: 16000, 2019: 32000, 2020: 16000}


@pytest.mark.parametrize(
    ("jahresbetrag", "qualifikation", "expect"),
    [(None, Qualifikation.HOCHSCHULE, 32000), (None, Qualifikation.MITTLERER_ABSCHLUSS, 25500),
     (Decimal(60000), Qualifikation.HOCHSCHULE, 30000), (Decimal(0), Qualifikation.HOCHSCHULE, 0)],
)  # fmt: skip
def test_the_amount_in_the_bestand_wins_over_the_rate(
    jahresbetrag: Decimal | None, qualifikation: Qualifikation, expect: int
) -> None:
    one = bewilligung(jahresbetrag=jahresbetrag, qualifikation=qualifikation)
    assert haushalt([], [one], {})[2018]["bereits"] == expect


def test_the_budget_always_shows_the_years_of_the_programme_and_has_no_gap_where_there_are_more() -> None:
    assert list(haushalt([], [], {})) == list(haushalt([vorgang()], [], {2017: Decimal(1)})) == [*range(2017, 2027)]
    assert list(haushalt([], [], {2029: Decimal(1)})) == [*range(2017, 2030)]


@pytest.mark.parametrize(
    ("ansatz", "rest", "bemerkung"),
    [("32000.01", "0.01", ""), ("32000", "0", ""), ("31999.99", "-0.01", UEBERSCHRITTEN)],
)
def test_the_rest_says_when_the_appropriation_is_exceeded(ansatz: str, rest: str, bemerkung: str) -> None:
    row = haushalt([vorgang()], [], {2020: Decimal(ansatz)})[2020]
    assert (wert(row, "rest"), wert(row, "bemerkung")) == (Decimal(rest), bemerkung)


def test_a_year_without_appropriation_is_named_a_commitment() -> None:
    row = haushalt([vorgang()], [], {2020: Decimal(70000)})[2021]
    assert [wert(row, n) for n in ("ansatz", "rest", "auslastung", "bemerkung")] == [None, "", "", OHNE_ANSATZ]


def test_money_counts_only_where_the_application_is_ready() -> None:
    offen = vorgang(Stand.RUECKFRAGE, antrag("08116"), decisions=(decision(j2020="999"),))
    assert wert(haushalt([vorgang(), offen], [], {})[2020], "jetzt") == Decimal(32000)
    kreis = next(r for r in kreise_table([offen], [], KREISE, {}, {}).rows if r["ags"] == "08116")
    assert kreis["summe"] == 0


def test_open_posts_are_counted_from_the_year_their_period_ends_before() -> None:
    offen = vorgang(Stand.RUECKFRAGE)
    counts = {jahr: row["rueckfrage"] for jahr, row in haushalt([offen], [], {}).items()}
    assert (counts[2019], counts[2020], counts[2021]) == (0, 1, 1)
