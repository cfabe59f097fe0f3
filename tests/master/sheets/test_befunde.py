"""The sheet Befunde: what weighs most stands first."""

from __future__ import annotations

from vorgaenge import finding

from pik_xl.master.sheets.befunde import befunde_table
from pik_xl.model import (
    Schwere,
)
from pik_xl.register import load_register

KREISE = load_register().kreise


def test_findings_stand_in_order_of_weight() -> None:
    befunde = [finding(Schwere.HINWEIS), finding(Schwere.FEHLER, "b.xlsx"), finding(Schwere.WARNUNG), finding()]
    table = befunde_table(befunde, KREISE, ["Bitte:"])
    assert [(row["schwere"], row["datei"]) for row in table.rows] == [
        ("Fehler", "a.xlsx"),
        ("Fehler", "b.xlsx"),
        ("Warnung", "a.xlsx"),
        ("Hinweis", "a.xlsx"),
    ]
    assert table.kopf == ("Bitte:",)
