from __future__ import annotations

import pytest

from pik_xl.master.sheets.columns import Column, TableSpec

SPEC = TableSpec("tbl_haushalt", "Haushalt", "", (Column("jahr", "Haushaltsjahr"), Column("rest", "Noch übrig")))


def test_a_column_is_known_by_its_name() -> None:
    assert SPEC.column("rest") is SPEC.columns[1]
    assert (SPEC.header("rest"), SPEC.at("jahr"), SPEC.at("rest")) == ("Noch übrig", 0, 1)


def test_formulas_name_a_column_by_its_header() -> None:
    assert SPEC.ref("rest") == "tbl_haushalt[Noch übrig]"
    assert SPEC.here("rest") == "tbl_haushalt[[#This Row],[Noch übrig]]"


def test_a_column_the_table_does_not_have_is_an_error_that_names_it() -> None:
    with pytest.raises(KeyError, match="tbl_haushalt: ansatz"):
        SPEC.header("ansatz")
