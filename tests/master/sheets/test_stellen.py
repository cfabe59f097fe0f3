"""The sheet Stellen: every post that counts, with its decision."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from vorgaenge import antrag, decision, vorgang

from pik_xl.master.sheets.stellen import stellen_table
from pik_xl.model import (
    Ergebnis,
    Stand,
    Stelle,
)
from pik_xl.register import load_register

KREISE = load_register().kreise


def test_the_shares_of_the_posts_sum_up_to_that_of_the_application() -> None:
    posts = (
        Stelle("1", verlaengern=True, vzae=Decimal("0.50")),
        Stelle("2", verlaengern=True, vzae_bewilligt=Decimal("1.00")),
    )
    rows = stellen_table([vorgang(Stand.RUECKFRAGE, antrag(stellen=posts), bewilligungen={})], KREISE).rows
    assert [row["vzae"] for row in rows] == [Decimal("0.50"), Decimal("1.00")]


def test_posts_of_replaced_applications_are_not_listed() -> None:
    table = stellen_table([vorgang(), vorgang(Stand.ERSETZT, antrag(schluessel="alt.xlsx"))], KREISE)
    assert [row["stelle"] for row in table.rows] == ["08115003-01"]
    assert table.rows[0]["rechenweg"] == "Beginn. Ende."


def test_a_post_listed_twice_keeps_its_two_decisions_apart() -> None:
    post = antrag().stellen[0]
    first, second = decision(j2020="100"), decision(j2020="7")
    table = stellen_table([vorgang(a=antrag(stellen=(post, post)), decisions=(first, second))], KREISE)
    assert [row["summe"] for row in table.rows] == [Decimal(100), Decimal(7)]


def test_a_decision_on_a_post_the_form_does_not_list_is_still_shown() -> None:
    table = stellen_table([vorgang(decisions=(decision(), decision("fremd", j2020="5")))], KREISE)
    assert [(row["stelle"], row["summe"]) for row in table.rows] == [
        ("08115003-01", Decimal(64000)),
        ("fremd", Decimal(5)),
    ]


def test_a_post_not_applied_for_has_no_outcome() -> None:
    kein_antrag = replace(decision(), ergebnis=Ergebnis.ABGELEHNT, beantragt=False)
    assert stellen_table([vorgang(decisions=(kein_antrag,))], KREISE).rows[0]["ergebnis"] is None
