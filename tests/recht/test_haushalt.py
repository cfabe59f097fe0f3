"""The budget control: what is asked, what is granted, and a warning with the figures where it is too much."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from factories import abweichung, antrag, bewilligung, stelle

from pik_xl.checks.runner import findings
from pik_xl.checks.subjects import OfHaushalt
from pik_xl.eingang.sendung import Sendung
from pik_xl.jobs.pruefung import Pruefung, lage_am
from pik_xl.master.sheets.haushalt import haushalt_table
from pik_xl.model import Antrag, Besetzung, Schwere, Stand
from pik_xl.recht.haushalt import Haushalt, Haushaltsjahr, haushalt
from pik_xl.recht.rules import shipped_rulebook
from pik_xl.recht.vorgang import vorgaenge

TAG = date(2020, 5, 4)
POST = bewilligung()  # 0.50 VZÄ at 64,000 EUR until 30.09.2020
LAGE = replace(lage_am(TAG, [POST]), vollstaendig=True)


def control(*antraege: Antrag, stand: Stand | None = None) -> dict[int, Haushaltsjahr]:
    cases = vorgaenge(antraege, (), LAGE)
    cases = [replace(case, stand=stand, decisions=()) for case in cases] if stand else cases
    return {j.jahr: j for j in haushalt(cases, [POST], LAGE.stand).jahre}


def with_row(**row: object) -> Antrag:
    return antrag(stellen=(stelle(**row),))


def test_asked_and_granted_are_equal_where_all_is_granted() -> None:
    jahre = control(antrag())
    assert [(j.beantragt, j.jetzt) for j in jahre.values() if 2020 <= j.jahr <= 2022] == [
        (Decimal("8000.00"), Decimal("8000.00")),
        (Decimal("32000.00"), Decimal("32000.00")),
        (Decimal("24000.00"), Decimal("24000.00")),
    ]
    assert jahre[2019].bereits == 32_000 and jahre[2020].gebunden == 32_000


def test_a_refused_post_is_asked_for_but_not_granted() -> None:
    jahre = control(with_row(besetzung_heute=Besetzung.UNBESETZT))
    assert (jahre[2021].beantragt, jahre[2021].jetzt) == (Decimal("32000.00"), 0)


def test_a_cut_shows_between_asked_and_granted() -> None:
    jahre = control(with_row(vzae=Decimal("1.00"), wunschende=date(2023, 9, 30)))
    assert (jahre[2021].beantragt, jahre[2021].jetzt) == (Decimal("64000.00"), Decimal("32000.00"))
    assert (jahre[2023].beantragt, jahre[2023].jetzt) == (Decimal("48000.00"), 0)


def test_an_open_question_asks_for_no_more_than_the_rules_could_give() -> None:
    jahre = control(with_row(vzae=Decimal("50.00"), wunschende=date(2029, 9, 30)), stand=Stand.RUECKFRAGE)
    assert jahre[2021].beantragt == Decimal("32000.00") and not jahre[2023].beantragt
    assert jahre[2021].rueckfrage == 1


def test_a_replaced_application_asks_for_nothing() -> None:
    later = replace(antrag(), schluessel="b.xlsx", datei="b.xlsx", eingang=date(2020, 4, 1))
    assert control(antrag(), later)[2021].beantragt == Decimal("32000.00")


def test_a_post_not_applied_for_asks_for_nothing() -> None:
    assert control(with_row(verlaengern=False))[2021].beantragt == 0


@pytest.mark.parametrize(("jetzt", "found"), [("30.00", False), ("30.01", True)])
def test_over_the_appropriation_is_a_warning_with_all_figures_and_no_cut(jetzt: str, found: bool) -> None:
    year = Haushaltsjahr(2021, Decimal(100), Decimal(70), Decimal(55), Decimal(jetzt), quelle="Doppelhaushalt")
    befunde = list(findings(OfHaushalt(LAGE, Haushalt((year,)))))
    assert bool(befunde) is found
    for befund in befunde:
        assert (befund.code, befund.schwere, befund.quelle) == ("S05", Schwere.WARNUNG, "Doppelhaushalt")
        for figure in ("2021", "100,00", "70,00", "55,00", "30,01", "0,01"):
            assert figure in befund.meldung


def test_a_year_without_appropriation_cannot_exceed_it() -> None:
    assert list(findings(OfHaushalt(LAGE, Haushalt((Haushaltsjahr(2023, None, Decimal(1)),))))) == []


@pytest.mark.parametrize(("jetzt", "found"), [("2200000.00", False), ("2200000.01", True)])
def test_more_than_the_second_programme_holds_is_a_warning(jetzt: str, found: bool) -> None:
    stand = Haushalt(digital_beantragt=Decimal(3_000_000), digital_jetzt=Decimal(jetzt))
    befunde = list(findings(OfHaushalt(LAGE, stand)))
    assert [b.code for b in befunde] == ["S06"] * found
    assert all("2.200.000,00" in b.meldung and "3.000.000,00" in b.meldung for b in befunde)


def test_a_run_over_the_whole_in_tray_tells_it_and_blocks_nothing() -> None:
    anders = abweichung("ansatz", Decimal(100), ab=date(2021, 1, 1), quelle="Sperre")
    rules = shipped_rulebook().abweichend([anders])
    lage = replace(lage_am(TAG, [POST], rules=rules), vollstaendig=True)
    pruefung = Pruefung(lage, [Sendung("a.xlsx", TAG, (antrag(),))], ())
    (befund,) = pruefung.befunde
    assert befund.code == "S05" and "Sperre [Abweichung, E. Muster" in befund.quelle
    assert pruefung.vorgaenge[0].stand is Stand.ENTSCHIEDEN and pruefung.fehler == 0
    assert Pruefung(replace(lage, vollstaendig=False), pruefung.sendungen, ()).befunde == ()


def test_the_sheet_tells_the_second_programme_only_where_somebody_applied() -> None:
    gesamt = Decimal(2_200_000)
    assert haushalt_table(Haushalt(), gesamt).kopf == ()
    (satz,) = haushalt_table(Haushalt((), Decimal(1000), Decimal(400)), gesamt).kopf
    assert "beantragt 1.000,00" in satz and "Rest 2.199.600,00" in satz
