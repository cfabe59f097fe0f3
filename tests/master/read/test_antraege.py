"""What the sheet Anträge says of applications that come in again: their first day, and whether they counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from masters import bewilligungen, build, typed, vorgang

from pik_xl.master.read.snapshot import Snapshot
from pik_xl.model import Bekanntes, Stand
from pik_xl.recht.entscheidung import Vorgang

TAG, SPAETER = date(2020, 2, 1), date(2020, 3, 3)


def case(number: int, inhalt: str, stand: Stand | None = None, key: str = "") -> Vorgang:
    found = vorgang(bewilligungen(number + 1)[number], number)
    antrag = replace(found.antrag, inhalt=inhalt, schluessel=key or found.antrag.schluessel)
    return replace(found, antrag=antrag, stand=stand or found.stand)


def known(*cases: Vorgang, entered: date | None = None) -> Bekanntes:
    data = build(bewilligungen(3), cases)
    return Snapshot.of(typed(data, ("Anträge", "Eingang berichtigt", 1, entered)) if entered else data).bekanntes


def test_an_application_is_known_by_its_key_and_by_its_applicant_with_the_same_content() -> None:
    one = case(0, "abc").antrag
    found = known(case(0, "abc"))
    assert found.eingang(one.schluessel, "", "abc") == found.eingang("anders.xlsx", one.ags, "abc") == TAG
    assert found.eingang(one.schluessel, one.ags, "abd") is None
    assert (one.schluessel, "abc") in found.geltende


def test_what_staff_corrected_goes_before_what_a_run_wrote() -> None:
    one = case(0, "abc").antrag
    assert known(case(0, "abc"), entered=SPAETER).eingang(one.schluessel, "", "abc") == SPAETER


def test_where_two_could_be_meant_the_applicant_tells_nothing() -> None:
    one = case(0, "abc").antrag
    found = known(case(0, "abc"), case(0, "abc", Stand.ERSETZT, "kopie.xlsx"))
    assert found.eingang("anders.xlsx", one.ags, "abc") is None
    assert found.eingang("kopie.xlsx", one.ags, "abc") == TAG
    assert found.geltende == {(one.schluessel, "abc")}  # the one that was replaced did not count
