"""THE kinds of values: what a cell, a field of a letter or a rule can hold, how it is read and how it is written.

Form, sheets, letters and rules choose from `Kind`. What a kind looks like (number format, width, word for people) each
of them says for itself, in a table by kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import Enum, StrEnum, auto
from types import MappingProxyType

from pik_xl.values import (
    day_number,
    excel_datum,
    excel_dezimal,
    excel_schluessel,
    ist_mehrdeutig,
    normalise,
    parse_datum,
    parse_dezimal,
    parse_ganzzahl,
    parse_ja_nein,
)


class Kind(StrEnum):
    """What a value is; decides how it is read, compared and shown."""

    TEXT = "text"
    LANGTEXT = "langtext"  # wrapped over several lines
    SCHLUESSEL = "schluessel"  # official key or number of a case, always text: 08125
    PLZ = "plz"
    IBAN = "iban"
    EMAIL = "email"
    AUSWAHL = "auswahl"  # one of a few words, chosen from a list
    ZUSTAND = "zustand"  # a word of Stand, Ergebnis or Schwere (or FEHLT), coloured by its meaning
    JA_NEIN = "ja_nein"
    DATUM = "datum"
    EURO = "euro"
    VZAE = "vzae"  # share or months, two decimals
    ZAHL = "zahl"  # a whole number
    JAHR = "jahr"
    PROZENT = "prozent"  # a part of one, shown in per cent
    GRUPPE = "gruppe"  # several values by name, in letters only
    LISTE = "liste"  # any number of values or groups, in letters only


@dataclass(frozen=True, slots=True)
class Formel:
    """A formula without =, with structured references, and the value it has now."""

    formel: str
    wert: str | int | Decimal


Value = str | int | Decimal | date | None


Row = Mapping[str, Value | Formel]


# What a value of a kind is in Python; of all others it is a text.
TYPES: Mapping[Kind, type] = MappingProxyType(dict.fromkeys(Kind, str) | {
    Kind.JA_NEIN: bool, Kind.DATUM: date, Kind.EURO: Decimal, Kind.VZAE: Decimal, Kind.PROZENT: Decimal,
    Kind.ZAHL: int, Kind.JAHR: int, Kind.GRUPPE: Mapping, Kind.LISTE: tuple,
})  # fmt: skip


# --- what stands in a cell -> its value ------------------------------------------------------------


class Point(Enum):
    """What a point means in a number typed as text, where three digits follow it and no comma: 1.234."""

    UNCLEAR = auto()  # a thousand to a German, one and a bit to others: not read
    THOUSANDS = auto()  # of an amount of money, which has no third decimal
    DECIMAL = auto()  # of what programs write: also 0.125


def value_of(
    kind: Kind,
    text: str,
    *,
    numeric: bool = False,
    date1904: bool = False,
    auswahl: Iterable[str] = (),
    point: Point = Point.UNCLEAR,
    lost_zero: bool = True,
) -> Value:
    """What a cell holds that should be of the kind; ValueError or OverflowError where it cannot be.

    `text` is without spaces around it, or the number of a `numeric` cell as the file has it. `lost_zero` says that a
    key which became a number has lost the zero it began with, as official keys do.

    >>> value_of(Kind.DATUM, "43831", numeric=True) == value_of(Kind.DATUM, "1.1.2020") == date(2020, 1, 1)
    True
    >>> value_of(Kind.SCHLUESSEL, "8125", numeric=True), value_of(Kind.EURO, "1.234,50")
    ('08125', Decimal('1234.50'))
    """
    match kind:
        case Kind.DATUM:
            return day_of(text, numeric=numeric, date1904=date1904)
        case Kind.EURO | Kind.VZAE | Kind.PROZENT:
            return number_of(text, numeric=numeric, point=point)
        case Kind.ZAHL | Kind.JAHR:
            return parse_ganzzahl(number_of(text, numeric=numeric, point=point))
        case Kind.JA_NEIN:
            return parse_ja_nein(text)
        case Kind.AUSWAHL:
            return _chosen(text, auswahl)
        case Kind.IBAN:
            return text.replace(" ", "").upper()
        case Kind.SCHLUESSEL if numeric:
            return excel_schluessel(text) if lost_zero else str(parse_ganzzahl(excel_dezimal(text)))
        case Kind.PLZ if numeric:
            return f"{parse_ganzzahl(excel_dezimal(text)):05}"
    return text


def day_of(text: str, *, numeric: bool = False, date1904: bool = False) -> date:
    """The day in a cell: its number, or as text the German way or in ISO form; ValueError if it is none."""
    return excel_datum(float(text), date1904) if numeric else parse_datum(text)


def number_of(text: str, *, numeric: bool = False, point: Point = Point.UNCLEAR) -> Decimal:
    """The number in a cell, or typed as text; ValueError if it is none.

    >>> number_of("1.234", point=Point.THOUSANDS), number_of("1.234", point=Point.DECIMAL), number_of("1,234")
    (Decimal('1234'), Decimal('1.234'), Decimal('1.234'))
    """
    if numeric:
        return excel_dezimal(text)
    if point is Point.THOUSANDS and ist_mehrdeutig(text):
        return Decimal(text.replace(".", ""))
    if point is Point.DECIMAL and "," not in text:
        try:
            value = Decimal(text)
        except InvalidOperation:
            raise ValueError(text) from None
        if value.is_finite():
            return value
        raise ValueError(text)
    return parse_dezimal(text)


def _chosen(text: str, auswahl: Iterable[str]) -> str:
    """The word of the list that is meant, however it is written."""
    wanted = normalise(text)
    for word in auswahl:
        if normalise(word) == wanted:
            return word
    raise ValueError(text)


# --- a value -> what stands in a cell --------------------------------------------------------------

Entry = str | int | Decimal | None  # text, number or nothing: a cell holds no more

TEXT_MAX = 32_767  # what Excel holds in a cell, in UTF-16 units
_CUT = " … [gekürzt]"


def entry_of(value: object, date1904: bool = False) -> Entry:
    """What is written into a cell for a value: of a day its number, of yes and no the word, text as far as it fits.

    >>> entry_of(date(2020, 1, 1)), entry_of(True), entry_of("")
    (43831, 'ja', None)
    """
    match value:
        case None | "":
            return None
        case bool():
            return "ja" if value else "nein"
        case str():
            return fit(str(value))
        case date():
            return day_number(value, date1904)
        case int() | Decimal():
            return value
    raise TypeError(f"{value!r} is no value of a cell")


def fit(text: str) -> str:
    """The text, cut to what a cell can hold, with a note where it is cut."""
    if len(text) * 2 <= TEXT_MAX or len(raw := text.encode("utf-16-le")) <= TEXT_MAX * 2:
        return text
    return raw[: (TEXT_MAX - len(_CUT)) * 2].decode("utf-16-le", "ignore") + _CUT
