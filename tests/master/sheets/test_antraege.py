"""The sheet Anträge: every case has a row, every amount its place."""

from __future__ import annotations

from decimal import Decimal

from vorgaenge import antrag, decision, finding, vorgang

from pik_xl.master.sheets.antraege import antraege_table
from pik_xl.model import (
    Schwere,
    Stand,
    Stelle,
)
from pik_xl.recht.haushalt import VERLAENGERUNGSJAHRE
from pik_xl.register import load_register

KREISE = load_register().kreise


def test_every_case_has_a_row_and_every_year_its_column() -> None:
    table = antraege_table([vorgang(), vorgang(Stand.ERSETZT, antrag(schluessel="alt.xlsx"))], KREISE)
    years = [f"Betrag {jahr}" for jahr in VERLAENGERUNGSJAHRE]
    assert [c.header for c in table.spec.columns if c.name.startswith("betrag")] == years
    assert [(row["schluessel"], row["stand"]) for row in table.rows] == [
        ("08115003.xlsx", "entscheidungsreif"),
        ("alt.xlsx", "ersetzt"),
    ]
    assert table.rows[0]["betrag_2020"] == Decimal(32000)
    assert table.rows[0]["summe"] == Decimal(64000)
    assert table.rows[0]["kreis"] == "Landkreis Böblingen"


def test_findings_are_counted_by_severity() -> None:
    befunde = (finding(), finding(), finding(Schwere.HINWEIS))
    row = antraege_table([vorgang(Stand.RUECKFRAGE, befunde=befunde)], KREISE).rows[0]
    assert (row["fehler"], row["warnungen"], row["hinweise"]) == (2, 0, 1)


def test_only_posts_to_be_extended_count_as_applied_for() -> None:
    posts = (
        Stelle("1", verlaengern=True, vzae=Decimal("0.50")),
        Stelle("2", verlaengern=True, vzae_bewilligt=Decimal("1.00")),
        Stelle("3", verlaengern=False, vzae=Decimal("1.00")),
        Stelle("4", vzae=Decimal("1.00")),
    )
    row = antraege_table([vorgang(Stand.RUECKFRAGE, antrag(stellen=posts), bewilligungen={})], KREISE).rows[0]
    assert (row["stellen"], row["vzae"]) == (2, Decimal("1.50"))


def test_a_replaced_application_shows_no_figures() -> None:
    row = antraege_table([vorgang(Stand.ERSETZT, decisions=(decision(),))], KREISE).rows[0]
    assert [row.get(name) for name in ("stellen", "vzae", "betrag_2020", "summe")] == [None] * 4
