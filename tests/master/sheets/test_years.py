from __future__ import annotations

import pytest

from pik_xl.master.sheets import specs
from pik_xl.master.sheets.columns import Owner
from pik_xl.master.sheets.years import betrag, betrag_columns, jahre_in, mit_jahren
from pik_xl.recht.haushalt import PROGRAMMJAHRE, VERLAENGERUNGSJAHRE

WITH_YEARS = pytest.mark.parametrize("spec", [specs.ANTRAEGE, specs.STELLEN, specs.KREISE], ids=lambda spec: spec.name)


@WITH_YEARS
def test_a_table_has_the_years_an_extension_can_reach(spec: specs.TableSpec) -> None:
    assert list(jahre_in(c.header for c in spec.columns)) == list(VERLAENGERUNGSJAHRE) == list(range(2019, 2027))
    assert range(2017, 2027) == PROGRAMMJAHRE


@WITH_YEARS
def test_years_it_has_change_nothing(spec: specs.TableSpec) -> None:
    assert mit_jahren(spec, (2019, 2026)) is mit_jahren(spec, ()) is spec


@WITH_YEARS
def test_other_years_stand_among_them_in_their_order_and_are_printed_like_them(spec: specs.TableSpec) -> None:
    more = mit_jahren(spec, (2031, 2018, 2020))
    first = spec.at(betrag(2019))
    assert more.columns[:first] == spec.columns[:first]
    assert [c.name for c in more.columns[first : first + 10]] == [betrag(j) for j in (2018, *VERLAENGERUNGSJAHRE, 2031)]
    assert more.columns[first + 10 :] == spec.columns[first + 8 :]
    assert more.druck == (spec.druck + 2 if spec.druck else 0)


@pytest.mark.parametrize("spec", [specs.ANTRAEGE, specs.STELLEN], ids=lambda spec: spec.name)
def test_printed_is_what_stands_before_the_columns_of_staff(spec: specs.TableSpec) -> None:
    for table in (spec, mit_jahren(spec, (2031,))):
        assert {c.owner for c in table.columns[: table.druck]} == {Owner.PIK}
        assert table.columns[table.druck].owner is Owner.STAFF


def test_a_table_without_years_gets_none() -> None:
    assert mit_jahren(specs.BEFUNDE, (2020,)) is specs.BEFUNDE


@pytest.mark.parametrize("header", ["Betrag 20", "Betrag 20200", "betrag 2020", "Betrag 2020 neu", "Betrag"])
def test_headers_that_name_no_year_are_no_years(header: str) -> None:
    assert list(jahre_in([header])) == []


def test_a_header_names_the_year_of_its_column() -> None:
    assert [*jahre_in(c.header for c in betrag_columns((2020, 2031)))] == [2020, 2031]
