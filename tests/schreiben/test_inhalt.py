"""What a letter says of a post is what was reckoned with, and sheet, notice and overview name the same place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from factories import abweichung, antrag, bewilligung, stelle

from pik_xl.jobs.pruefung import lage_am
from pik_xl.kreise.auszug import auszug, tabellen
from pik_xl.master.sheets.stellen import stellen_table
from pik_xl.model import Bewilligung, Qualifikation, Stand, Stelle
from pik_xl.recht.entscheidung import Vorgang
from pik_xl.recht.lage import Lage
from pik_xl.recht.rules import Rulebook, shipped_rulebook
from pik_xl.recht.vorgang import vorgaenge
from pik_xl.register import load_register
from pik_xl.schreiben import inhalt

TAG = date(2020, 5, 4)
NACH_QUALIFIKATION = shipped_rulebook().abweichend([abweichung("nachbesetzung", "nach Qualifikation")])
OHNE_BETRAG = bewilligung(jahresbetrag=None)
MITTLERER = Qualifikation.MITTLERER_ABSCHLUSS
REGISTER = load_register()


def fall(row: Stelle, bestand: Bewilligung, rules: Rulebook | None = None) -> tuple[Vorgang, Lage]:
    lage = lage_am(TAG, [bestand], rules=rules)
    (case,) = vorgaenge([antrag(stellen=(row,))], [], lage)
    return case, lage


def post(row: Stelle, bestand: Bewilligung, rules: Rulebook | None = None) -> inhalt.Fields:
    """What the notice says of the only post."""
    (said,) = inhalt.verlaengerung(*fall(row, bestand, rules))["stellen"]  # type: ignore[misc]  # a list of posts
    return said  # type: ignore[no-any-return]


@pytest.mark.parametrize(("row", "bestand", "rules", "betrag", "qualifikation"), [
    (stelle(), bewilligung(jahresbetrag=Decimal("60000.00")), None, "60000.00", "Hochschulabschluss"),
    (stelle(), OHNE_BETRAG, None, "64000.00", "Hochschulabschluss"),
    (stelle(qualifikation=MITTLERER), bewilligung(), None, "64000.00", "Hochschulabschluss"),
    (stelle(qualifikation=MITTLERER), bewilligung(), NACH_QUALIFIKATION, "51000.00", "mittlerer Bildungsabschluss"),
    (stelle(qualifikation=MITTLERER), OHNE_BETRAG, NACH_QUALIFIKATION, "51000.00", "mittlerer Bildungsabschluss"),
])  # fmt: skip
def test_the_annual_amount_in_the_letter_is_the_one_reckoned_with(
    row: Stelle, bestand: Bewilligung, rules: Rulebook | None, betrag: str, qualifikation: str
) -> None:
    said = post(row, bestand, rules)
    assert (said["jahresbetrag"], said["qualifikation"]) == (Decimal(betrag), qualifikation)
    assert said["summe"] == said["jahresbetrag"] * said["vzae"] * 2  # type: ignore[operator]  # two years


@pytest.mark.parametrize(("eingetragen", "bewilligt", "ort"), [
    ("Leonberg, Außenstelle Warmbronn", "Leonberg", "Leonberg"),
    ("Leonberg", "Leonberg", "Leonberg"),
    (None, "Leonberg", "Leonberg"),
    ("Warmbronn", "", "Warmbronn"),
])  # fmt: skip
def test_notice_confirmation_sheet_and_overview_name_the_same_place(
    eingetragen: str | None, bewilligt: str, ort: str
) -> None:
    b = bewilligung(einsatzort=bewilligt)
    decided, lage = fall(stelle(einsatzort=eingetragen), b)
    for case in (decided, replace(decided, stand=Stand.RUECKFRAGE, decisions=(), ergebnis=None)):
        (row,) = stellen_table([case], REGISTER.kreise).rows
        (gezeigt,) = tabellen(auszug(REGISTER.kreise["08115"], [case], (), [b], REGISTER))[1].rows
        (bestaetigt,) = inhalt.eingangsbestaetigung(case, lage)["beantragte"]  # type: ignore[misc]
        assert row["einsatzort"] == gezeigt["einsatzort"] == bestaetigt["einsatzort"] == ort
    assert post(stelle(einsatzort=eingetragen), b)["einsatzort"] == ort


def test_where_nobody_names_a_place_there_is_none() -> None:
    row, b = stelle(einsatzort=None), bewilligung(einsatzort="")
    assert stellen_table([fall(row, b)[0]], REGISTER.kreise).rows[0]["einsatzort"] is None
    assert post(row, b)["einsatzort"] == ""
