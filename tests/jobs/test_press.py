"""What the message box of a button says of letters: first where all of it stands, as Excel cuts a long text."""

from __future__ import annotations

import pytest

from pik_xl.excel.app import _LONGEST
from pik_xl.jobs.press import _gemeldet
from pik_xl.model import Finding, Place, Schwere

WO = "siehe Blatt Bescheide, Spalte „Zu beachten“ (was kein Schreiben hat, auf Blatt Befunde)."


def befund(number: int) -> Finding:
    meldung = "Der freigegebene Bescheid bleibt Entwurf: Es fehlt, wer zeichnet. " * 4
    return Finding("L04", Schwere.FEHLER, Place(f"{number}.xlsx"), "", "", meldung, "Bitte berichtigen.", "")


@pytest.mark.parametrize(("number", "lines"), [(0, 0), (1, 2), (5, 6), (6, 7), (30, 7)])
def test_a_box_that_is_cut_still_says_where_all_of_it_stands(number: int, lines: int) -> None:
    texts = _gemeldet([befund(n) for n in range(number)])
    assert len(texts) == lines
    if number:
        punkte = "1 Punkt" if number == 1 else f"{number} Punkte"
        assert "\n".join(texts)[:_LONGEST].startswith(f"Zu beachten: {punkte}, {WO}")
    if number > 5:
        assert texts[-1] == f"… und {number - 5} weitere."
