"""What a value is, how it is read from a cell and how it is written into one."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from pik_xl.kinds import TEXT_MAX, TYPES, Kind, Point, Value, day_of, entry_of, number_of, value_of
from pik_xl.model import Art

K = Kind
TAG = date(2020, 5, 4)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (K.TEXT, " wie getippt ", " wie getippt "),
        (K.DATUM, "04.05.2020", TAG),
        (K.DATUM, "2020-05-04", TAG),
        (K.EURO, "64.000,00", Decimal("64000.00")),
        (K.VZAE, "0,5", Decimal("0.5")),
        (K.VZAE, "0.5", Decimal("0.5")),
        (K.ZAHL, "3,0", 3),
        (K.JAHR, "2020", 2020),
        (K.JA_NEIN, "Ja", True),
        (K.IBAN, "de89 3704", "DE893704"),
        (K.SCHLUESSEL, "8125", "8125"),
        (K.PLZ, "1067", "1067"),
    ],
)
def test_text_is_read_as_what_it_means(kind: Kind, text: str, value: Value) -> None:
    assert value_of(kind, text) == value
    assert isinstance(value_of(kind, text), TYPES[kind])


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (K.DATUM, "43955", TAG),
        (K.EURO, "12.345", Decimal("12.345")),
        (K.VZAE, "0.30000000000000004", Decimal("0.3")),
        (K.PROZENT, "0.5", Decimal("0.5")),
        (K.ZAHL, "3", 3),
        (K.SCHLUESSEL, "8125", "08125"),
        (K.SCHLUESSEL, "125", "125"),
        (K.PLZ, "1067", "01067"),
        (K.TEXT, "43955", "43955"),
    ],
)
def test_a_number_is_read_as_what_it_means(kind: Kind, text: str, value: Value) -> None:
    assert value_of(kind, text, numeric=True, point=Point.THOUSANDS) == value


def test_a_day_of_the_other_calendar_is_the_same_day() -> None:
    assert day_of("42493", numeric=True, date1904=True) == TAG
    assert entry_of(TAG, date1904=True) == 42493


def test_only_an_official_key_has_lost_a_zero() -> None:
    assert value_of(K.SCHLUESSEL, "8125", numeric=True, lost_zero=False) == "8125"


@pytest.mark.parametrize(
    ("point", "text", "value"),
    [
        (Point.THOUSANDS, "1.234", Decimal(1234)),
        (Point.THOUSANDS, "1.234.567", Decimal(1234567)),
        (Point.THOUSANDS, "0.5", Decimal("0.5")),
        (Point.DECIMAL, "1.234", Decimal("1.234")),
        (Point.DECIMAL, "1.234,5", Decimal("1234.5")),
        (Point.DECIMAL, "1e3", Decimal(1000)),
        (Point.UNCLEAR, "1.234,5", Decimal("1234.5")),
    ],
)
def test_what_a_point_means_is_said_by_who_asks(point: Point, text: str, value: Decimal) -> None:
    assert number_of(text, point=point) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (K.DATUM, "31.02.2020"), (K.DATUM, "4.5.20"), (K.EURO, "viel"), (K.EURO, "1.234"), (K.VZAE, "1.234"),
        (K.ZAHL, "3,5"), (K.JA_NEIN, "vielleicht"), (K.AUSWAHL, "Dorf"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(kind: Kind, text: str) -> None:
    with pytest.raises(ValueError):
        value_of(kind, text, auswahl=tuple(Art))


@pytest.mark.parametrize(("kind", "text"), [(K.DATUM, "0.5"), (K.DATUM, "1e400"), (K.ZAHL, "0.5"), (K.VZAE, "1e400")])
def test_so_is_a_number_that_cannot_be(kind: Kind, text: str) -> None:
    with pytest.raises(ValueError):
        value_of(kind, text, numeric=True)


@pytest.mark.parametrize("text", ["nan", "inf", "x", ""])
def test_no_number_is_none_even_to_a_program(text: str) -> None:
    with pytest.raises(ValueError):
        number_of(text, point=Point.DECIMAL)


def test_a_word_of_a_list_is_found_however_it_is_written() -> None:
    assert value_of(K.AUSWAHL, "  LAND-KREIS ", auswahl=tuple(Art)) == Art.LANDKREIS


@pytest.mark.parametrize(
    ("value", "entry"),
    [
        (None, None), ("", None), ("=1+1", "=1+1"), (True, "ja"), (False, "nein"), (0, 0),
        (Decimal("0.50"), Decimal("0.50")),
        (TAG, 43955), (Art.STADT, "Stadt"), (date(1900, 3, 1), 61),
    ],
)  # fmt: skip
def test_a_value_is_written_as_what_a_cell_can_hold(value: object, entry: object) -> None:
    assert entry_of(value) == entry
    assert type(entry_of(value)) is type(entry)


@pytest.mark.parametrize("value", [0.5, (), {}, b"x", datetime(2020, 5, 4, 12)])
def test_what_no_cell_can_hold_is_an_error(value: object) -> None:
    with pytest.raises(TypeError):
        entry_of(value)


def test_a_text_too_long_for_a_cell_says_that_it_was_cut() -> None:
    assert entry_of("x" * TEXT_MAX) == "x" * TEXT_MAX
    cut = str(entry_of("🌲" * TEXT_MAX))
    assert cut.endswith(" … [gekürzt]") and len(cut.encode("utf-16-le")) // 2 <= TEXT_MAX
