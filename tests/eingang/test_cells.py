"""A cell becomes the value of its field, or the kind of fault with the entry as the sender sees it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from pik_xl.eingang.cells import parse
from pik_xl.formular.felder import ANTRAG_NACH_NAME, STELLEN_NACH_NAME
from pik_xl.kinds import Kind
from pik_xl.ooxml.shown import shown
from pik_xl.ooxml.workbook import Cell


@pytest.mark.parametrize(
    ("text", "value", "art"),
    [
        ("18500", Decimal(18500), "zahl_als_text"),
        ("18.500", Decimal(18500), "zahl_als_text"),
        ("1.018.500", Decimal(1018500), "zahl_als_text"),
        ("18.500,50", Decimal("18500.50"), "zahl_als_text"),
        ("18500,50 €", Decimal("18500.50"), "zahl_als_text"),
        ("18.500 EUR", Decimal(18500), "zahl_als_text"),
        ("18500.5", Decimal("18500.5"), "zahl_als_text"),
        ("18.5000", None, "zahl_unlesbar"),
        ("viel", None, "zahl_unlesbar"),
        ("€", None, "zahl_unlesbar"),
        ("999999999999999", Decimal(10**15 - 1), "zahl_als_text"),
        ("1000000000000000", None, "zahl_unlesbar"),
        ("-1000000000000000", None, "zahl_unlesbar"),
        ("9" * 5_000, None, "zahl_unlesbar"),
    ],
)
def test_an_amount_is_read_however_it_is_written(text: str, value: Decimal | None, art: str) -> None:
    assert parse(ANTRAG_NACH_NAME["digital_kosten"], Cell("text", text), text, False) == (value, art)


def test_an_amount_that_is_a_number_has_the_decimals_it_has() -> None:
    cell = Cell("zahl", "12.345")
    assert parse(ANTRAG_NACH_NAME["digital_kosten"], cell, cell.text, False) == (Decimal("12.345"), None)


@pytest.mark.parametrize(
    ("name", "text", "art"),
    [
        ("vzae", "1.234", "zahl_mehrdeutig"),
        ("vzae", "-1.234.567", "zahl_mehrdeutig"),
        ("unterbrechung", "1.000", "zahl_mehrdeutig"),
        ("vzae", "1.2345", "zahl_unlesbar"),
        ("vzae", "1234.567", "zahl_unlesbar"),
        ("wunschende", "1.234", "datum_unlesbar"),
    ],
)
def test_a_thousand_or_one_and_a_bit_is_asked_about_only_where_both_could_be_meant(
    name: str, text: str, art: str
) -> None:
    assert parse(STELLEN_NACH_NAME[name], Cell("text", text), text, False) == (None, art)


@pytest.mark.parametrize(
    ("name", "cell", "wanted"),
    [
        ("beginn", Cell("zahl", "43009"), "01.10.2017"),
        ("beginn", Cell("zahl", "-5.5"), "-5,5"),
        ("vzae", Cell("zahl", "0.55000000000000004"), "0,55"),
        ("unterbrechung", Cell("zahl", "3"), "3"),
        ("stelle", Cell("zahl", "8115028"), "8115028"),
        ("person", Cell("leer_formel", "", "A1"), "(Formel ohne Wert)"),
        ("person", Cell("wahr", "1"), "WAHR"),
        ("person", Cell("zahl", "0.5"), "0,5"),
        ("verlaengern", Cell("wahr", "0"), "FALSCH"),
        ("beginn", Cell("zahl", "44440.5625"), "01.09.2021 13:30"),
        ("beginn", Cell("zahl", "44440.000694444"), "01.09.2021 0:01"),
        ("beginn", Cell("zahl", "1E+15"), "1000000000000000"),
    ],
)
def test_an_entry_is_shown_as_the_sender_sees_it(name: str, cell: Cell, wanted: str) -> None:
    assert shown(cell, cell.text, False, STELLEN_NACH_NAME[name].kind is Kind.DATUM) == wanted


def test_truth_is_an_answer_to_yes_or_no_and_a_word_elsewhere() -> None:
    wahr = Cell("wahr", "1")
    assert parse(STELLEN_NACH_NAME["verlaengern"], wahr, wahr.text, False) == (True, None)
    assert parse(STELLEN_NACH_NAME["person"], wahr, wahr.text, False) == ("WAHR", None)
    assert parse(STELLEN_NACH_NAME["beginn"], wahr, wahr.text, False) == (None, "datum_unlesbar")


def test_a_day_counts_from_1904_where_the_workbook_says_so() -> None:
    feld = STELLEN_NACH_NAME["beginn"]
    assert parse(feld, Cell("zahl", "43009"), "43009", False) == (date(2017, 10, 1), None)
    assert parse(feld, Cell("zahl", "41547"), "41547", True) == (date(2017, 10, 1), None)
