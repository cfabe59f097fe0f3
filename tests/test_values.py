"""German text and Excel's numbers become values, or are refused; and back again."""

from __future__ import annotations

import math
import unicodedata
from datetime import date, timedelta
from decimal import Decimal

import pytest
from adressen import ADRESSEN, KEINE_ADRESSEN
from hypothesis import given
from hypothesis import strategies as st

from pik_xl.values import (
    add_months,
    as_datum,
    as_euro,
    as_monate,
    as_zahl,
    clean,
    email_ascii,
    email_fault,
    excel_datum,
    excel_dezimal,
    iban_fault,
    month_end,
    parse_datum,
    parse_dezimal,
    parse_ganzzahl,
    parse_ja_nein,
    period_end,
)

DAYS = st.dates(date(1900, 3, 1), date(9999, 12, 31))
NEAR_DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
IBAN = "DE02120300000000202051"


# --- text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("Leonberg", "Leonberg"),
        ("  Leonberg ", "Leonberg"),
        ("Bad  Wurzach", "Bad Wurzach"),
        ("Bad\u00a0Wurzach", "Bad Wurzach"),
        ("Bad\u202fWurzach\t\r\n", "Bad Wurzach"),
        ("Leon\u00adberg", "Leonberg"),
        ("\ufeffLeonberg\u200b", "Leonberg"),
        ("\u200e31.12.2021\u202c", "31.12.2021"),
        ("Bo\u0308blingen", "Böblingen"),
        ("Bo\u200b\u0308blingen", "Böblingen"),
        ("\u00a0\u200b ", ""),
        ("", ""),
    ],
)
def test_what_nobody_sees_is_taken_away(typed: str, text: str) -> None:
    assert clean(typed) == text


@given(st.text() | st.text(alphabet=" \u00a0\u200b\u200e\u0308aoß\n\t.", max_size=12))
def test_clean_text_is_composed_and_cleaning_it_again_changes_nothing(typed: str) -> None:
    text = clean(typed)
    assert clean(text) == text
    assert unicodedata.is_normalized("NFC", text)
    assert "  " not in text and text == text.strip()


# --- days ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("31.12.2021", date(2021, 12, 31)),
        ("1.2.2020", date(2020, 2, 1)),
        ("01. 02. 2020", date(2020, 2, 1)),
        ("29.02.2020", date(2020, 2, 29)),
        ("2021-12-31", date(2021, 12, 31)),
        ("2021-12-31T00:00:00", date(2021, 12, 31)),
        ("2021-12-31T00:00:00.000", date(2021, 12, 31)),
    ],
)
def test_a_day_is_read_the_german_way_and_as_iso(typed: str, day: date) -> None:
    assert parse_datum(typed) == day


@pytest.mark.parametrize(
    "typed",
    [
        "", "31.12.21", "31.12.", "12/31/2021", "31-12-2021", "20211231", "Dezember 2021", "31.13.2021",
        "29.02.2021", "31.04.2020", "00.01.2020", "2021-02-29", "2021-1-1", "2021-12-31T08:00:00", "31.12.2021\n",
        "31.12.2021 oder später", "31.12.20211", "31,12,2021", "44196",
    ],
)  # fmt: skip
def test_what_is_no_day_or_leaves_the_century_open_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        parse_datum(typed)


@given(DAYS)
def test_a_day_that_is_written_is_read_again(day: date) -> None:
    assert parse_datum(as_datum(day)) == day
    assert parse_datum(day.isoformat()) == day


@pytest.mark.parametrize(
    ("serial", "date1904", "day"),
    [
        (61, False, date(1900, 3, 1)),
        (43831, False, date(2020, 1, 1)),
        (43831.0, False, date(2020, 1, 1)),
        (43890, False, date(2020, 2, 29)),
        (2_958_465, False, date(9999, 12, 31)),
        (0, True, date(1904, 1, 1)),
        (60, True, date(1904, 3, 1)),
        (42369, True, date(2020, 1, 1)),
        (2_957_003, True, date(9999, 12, 31)),
    ],
)
def test_a_serial_number_is_its_day_in_both_of_excels_calendars(serial: float, date1904: bool, day: date) -> None:
    assert excel_datum(serial, date1904) == day


@pytest.mark.parametrize("serial", [60, 59, 1, 0, -1, 2_958_466, 43831.5, math.inf, -math.inf, math.nan, 1e300])
def test_a_number_that_is_no_day_since_march_1900_is_refused(serial: float) -> None:
    with pytest.raises(ValueError):
        excel_datum(serial)


@pytest.mark.parametrize("serial", [-1, 2_957_004, 0.25, math.inf, math.nan])
def test_a_number_that_is_no_day_since_1904_is_refused(serial: float) -> None:
    with pytest.raises(ValueError):
        excel_datum(serial, date1904=True)


@given(DAYS)
def test_the_two_calendars_are_1462_days_apart(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    assert excel_datum(serial) == day
    if day >= date(1904, 1, 1):
        assert excel_datum(serial - 1462, date1904=True) == day


# --- numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("0,5", "0.5"),
        ("0,50", "0.50"),
        ("0.5", "0.5"),
        ("0.50", "0.50"),
        ("-0,5", "-0.5"),
        ("1234", "1234"),
        ("1234,56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1.234.567,8", "1234567.8"),
        ("51,1", "51.1"),
        ("0,125", "0.125"),
        ("0", "0"),
    ],
)
def test_a_number_is_read_the_german_way(typed: str, value: str) -> None:
    assert parse_dezimal(typed) == Decimal(value)


@pytest.mark.parametrize(
    "typed",
    [
        "", "-", ",", ".", "1.234", "0.125", "1.234.567", "1,234.56", "1,234,567", "1.23,4", "12.34,5", "0.234,5",
        ".5", "5.", "1 234,5", "1e3", "1E3", "0x10", "½", "NaN", "inf", "Infinity", "0,5 VZÄ", "halb", "50%", "5,0,0",
        "--1", "1,5-", "'0,5", "0;5",
    ],
)  # fmt: skip
def test_a_number_that_could_mean_two_things_or_nothing_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        parse_dezimal(typed)


@given(st.decimals(-(10**12), 10**12, places=2))
def test_a_number_that_is_written_is_read_again(value: Decimal) -> None:
    assert parse_dezimal(as_zahl(value)) == value
    assert parse_dezimal(f"{value:f}") == value
    assert parse_dezimal(f"{value:f}".replace(".", ",")) == value


@pytest.mark.parametrize(
    ("stored", "value"),
    [
        ("0.5", "0.5"),
        ("0.30000000000000004", "0.3"),
        ("0.15000000000000002", "0.15"),
        ("1.0999999999999999", "1.1"),
        ("8454.5300000000007", "8454.53"),
        ("63998.010000000002", "63998.01"),
        ("63999.999999999993", "64000"),
        ("123456789012.345", "123456789012.345"),
        ("51.1", "51.1"),
        ("64000", "64000"),
        ("1E-2", "0.01"),
        ("6.4E4", "64000"),
        ("-0.25", "-0.25"),
        ("9.99E+308", "9.99E+308"),
        ("1E-308", "1E-308"),
    ],
)
def test_the_number_of_a_cell_is_what_was_typed_into_it(stored: str, value: str) -> None:
    assert excel_dezimal(stored) == Decimal(value)


@given(st.decimals(0, 10**7, places=2))
def test_a_share_or_amount_survives_excels_binary_numbers(value: Decimal) -> None:
    assert excel_dezimal(repr(float(value))) == value
    assert excel_dezimal(f"{float(value):.17g}") == value


@pytest.mark.parametrize(
    "stored", ["", "NaN", "INF", "-Infinity", "sNaN", "0,5", "#WERT!", "1E309", "1E-309", "0E999999999"]
)
def test_a_cell_without_a_number_is_refused(stored: str) -> None:
    with pytest.raises(ValueError):
        excel_dezimal(stored)


def test_a_whole_number_may_be_written_with_zeros_behind_the_comma_and_nothing_else() -> None:
    assert parse_ganzzahl(Decimal("12")) == parse_ganzzahl(Decimal("12.00")) == 12
    assert parse_ganzzahl(Decimal("-1")) == -1
    for fraction in ("12.01", "0.5", "-0.1"):
        with pytest.raises(ValueError):
            parse_ganzzahl(Decimal(fraction))


# --- yes and no, addresses, accounts -------------------------------------------------------------


@pytest.mark.parametrize("typed", ["ja", "Ja", "JA", "j", "x", "X", "1"])
def test_yes_in_all_its_spellings(typed: str) -> None:
    assert parse_ja_nein(typed) is True


@pytest.mark.parametrize("typed", ["nein", "Nein", "NEIN", "n", "0"])
def test_no_in_all_its_spellings(typed: str) -> None:
    assert parse_ja_nein(typed) is False


@pytest.mark.parametrize("typed", ["", "vielleicht", "ja?", "ja/nein", "2", "yes", " ja"])
def test_neither_yes_nor_no_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        parse_ja_nein(typed)


@pytest.mark.parametrize(("typed", "written"), ADRESSEN.items())
def test_one_address_is_one_and_goes_into_a_header_as_what_it_is(typed: str, written: str) -> None:
    assert email_fault(typed) == ""
    assert email_ascii(typed) == written


@pytest.mark.parametrize(("typed", "said"), KEINE_ADRESSEN.items())
def test_what_is_no_address_is_refused_with_what_is_wrong(typed: str, said: str) -> None:
    assert said in email_fault(typed)
    assert email_fault(typed).isprintable()


def test_every_letter_a_domain_may_have_comes_back_from_its_ascii_form() -> None:
    taken = [c for c in map(chr, range(0x80, 0x3000)) if not email_fault(f"a@b{c}.de")]
    assert {*"äöüÄÖÜéèêàçñ"} < set(taken) and "ß" not in taken
    for letter in taken:
        domain = email_ascii(f"a@b{letter}.de").partition("@")[2]
        assert domain.encode().decode("idna") == f"b{letter.lower()}.de"


@pytest.mark.parametrize("typed", [IBAN, "DE02 1203 0000 0000 2020 51", IBAN.lower(), "AT611904300234573201"])
def test_a_valid_iban_has_no_fault(typed: str) -> None:
    assert iban_fault(typed) == ""


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        (IBAN[:-1], "Länge"),
        (IBAN + "0", "Länge"),
        ("XX" + IBAN[2:], "Länderkürzel"),
        ("DE03" + IBAN[4:], "Prüfziffer"),
        ("DE02120300000000202015", "Prüfziffer"),
        ("DE0212030000000O202051", "unzulässige Zeichen"),
        ("", "unzulässige Zeichen"),
        ("siehe Anlage", "unzulässige Zeichen"),
    ],
)
def test_a_wrong_iban_says_in_german_what_is_wrong(typed: str, fault: str) -> None:
    assert fault in iban_fault(typed)


@given(st.integers(4, 20))
def test_two_neighbouring_digits_swapped_are_noticed(place: int) -> None:
    swapped = IBAN[:place] + IBAN[place + 1] + IBAN[place] + IBAN[place + 2 :]
    assert bool(iban_fault(swapped)) is (swapped != IBAN)


# --- periods -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2020, 9, 30), 24, date(2022, 9, 30)),
        (date(2020, 2, 29), 24, date(2022, 2, 28)),
        (date(2019, 2, 28), 12, date(2020, 2, 29)),
        (date(2020, 2, 28), 24, date(2022, 2, 28)),
        (date(2020, 2, 28), 12, date(2021, 2, 28)),
        (date(2020, 4, 30), 1, date(2020, 5, 31)),
        (date(2020, 4, 29), 1, date(2020, 5, 29)),
        (date(2020, 1, 30), 1, date(2020, 2, 29)),
        (date(2020, 1, 31), 1, date(2020, 2, 29)),
        (date(2020, 1, 31), 3, date(2020, 4, 30)),
        (date(2020, 12, 31), 2, date(2021, 2, 28)),
        (date(2020, 5, 15), 0, date(2020, 5, 15)),
    ],
)
def test_months_are_added_so_that_month_ends_stay_month_ends(day: date, months: int, later: date) -> None:
    assert add_months(day, months) == later


@pytest.mark.parametrize(
    ("beginn", "months", "last"),
    [
        (date(2017, 10, 1), 60, date(2022, 9, 30)),
        (date(2017, 10, 15), 24, date(2019, 10, 14)),
        (date(2017, 3, 1), 36, date(2020, 2, 29)),
        (date(2018, 3, 1), 12, date(2019, 2, 28)),
        (date(2020, 2, 29), 12, date(2021, 2, 28)),
        (date(2020, 2, 29), 48, date(2024, 2, 28)),
        (date(2020, 1, 31), 1, date(2020, 2, 29)),
        (date(2020, 1, 30), 1, date(2020, 2, 29)),
        (date(2020, 1, 29), 1, date(2020, 2, 28)),
        (date(2021, 1, 29), 1, date(2021, 2, 28)),
        (date(2017, 8, 31), 1, date(2017, 9, 30)),
        (date(2017, 10, 31), 60, date(2022, 10, 30)),
        (date(2017, 10, 1), 0, date(2017, 9, 30)),
    ],
)
def test_a_period_ends_the_day_before_the_corresponding_day(beginn: date, months: int, last: date) -> None:
    assert period_end(beginn, months) == last


@given(NEAR_DAYS, st.integers(0, 240))
def test_added_months_land_in_the_right_month_and_keep_month_ends(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or month_end(later)
    if month_end(day):
        assert month_end(later)


@given(NEAR_DAYS, st.integers(0, 240))
def test_a_longer_period_ends_later(beginn: date, months: int) -> None:
    assert beginn - timedelta(days=1) <= period_end(beginn, months) < period_end(beginn, months + 1)


@given(NEAR_DAYS.map(lambda day: day.replace(day=1)), st.integers(1, 240))
def test_a_period_from_the_first_of_a_month_ends_with_a_month(beginn: date, months: int) -> None:
    last = period_end(beginn, months)
    assert month_end(last)
    assert last == add_months(beginn - timedelta(days=1), months)


@pytest.mark.parametrize(
    ("day", "is_last"),
    [(date(2020, 2, 28), False), (date(2020, 2, 29), True), (date(2021, 2, 28), True), (date(2020, 12, 30), False),
     (date(2020, 12, 31), True)],
)  # fmt: skip
def test_the_last_day_of_a_month_is_known(day: date, is_last: bool) -> None:
    assert month_end(day) is is_last


# --- values as people read them ------------------------------------------------------------------


def test_values_are_written_the_german_way() -> None:
    assert as_datum(date(2020, 5, 4)) == "04.05.2020"
    assert as_zahl(Decimal("1234567.8")) == "1.234.567,80"
    assert as_zahl(Decimal("-0.25")) == "-0,25"
    assert as_zahl(Decimal(24), 0) == "24"
    assert as_euro(Decimal("64000")) == "64.000,00\u00a0€"


@pytest.mark.parametrize(
    ("months", "text"),
    [(0, "0 Monate"), (1, "1 Monat"), (Decimal("1.00"), "1 Monat"), (2, "2 Monate"), (Decimal("9.5"), "9,50 Monate"),
     (Decimal("0.03"), "0,03 Monate"), (Decimal("24"), "24 Monate")],
)  # fmt: skip
def test_months_agree_with_their_number(months: Decimal | int, text: str) -> None:
    assert as_monate(months) == text
