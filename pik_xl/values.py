"""German text <-> Decimal, date, keys, yes/no.

Parsing is strict and says no with a `ValueError`; the text a person typed is kept by the caller, so
these errors carry no message for users. Numbers and IBANs are left to Babel and schwifty.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from fractions import Fraction
from functools import cache, lru_cache
from string import ascii_letters, digits
from typing import TypeGuard

from dateutil.relativedelta import relativedelta

JA_NEIN = {"ja": True, "j": True, "x": True, "1": True, "nein": False, "n": False, "0": False}

# What people paste without seeing it: soft hyphen, zero-width characters, byte-order mark, marks of direction.
_INVISIBLE = dict.fromkeys(
    map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
)
_WORD = re.compile(r"[^\W_]+")
_SPACES = re.compile(r"\s+")
_DATUM = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\Z")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T00:00:00(?:\.0+)?)?\Z")
_POINT = re.compile(r"-?\d+\.\d{1,2}\Z")
_NUMERIC = re.compile(r"-?[\d.,]+\Z")
_THOUSANDS = re.compile(r"-?\d{1,3}(\.\d{3})+\Z")
_GERMAN = str.maketrans(",.", ".,")

# Before the @ what RFC 5322 calls a dot-atom; behind it names of hosts, also with the letters of Windows-1252 that
# IDNA 2003 and 2008 write alike. Not ß: straße.de is strasse.de to one and another domain to the other.
KONTO_ZEICHEN = f"{ascii_letters}{digits}.!#$%&'*+-/=?^_`{{|}}~"
DOMAIN_ZEICHEN = f"{ascii_letters}{digits}.-{''.join(c for c in map(chr, range(0xC0, 0x100)) if c not in '×÷ß')}"
_HOST = r"(?!-)[^.]+(?<!-)"
_DOMAIN = re.compile(rf"(?:{_HOST}\.)+(?!\d){_HOST}(?<=[^.]{{2}})\Z")
KONTO_MAX, EMAIL_MAX = 64, 254  # characters

# Days Excel can hold, as serial numbers: 1900-03-01 (before it its calendar is wrong) to 9999-12-31.
_SERIAL_MIN, _SERIAL_MAX = 61, 2_958_465
EPOCH = date(1899, 12, 30)  # day 0 of Excel's calendar
_YEARS_1904 = 1462  # days by which the other calendar of workbooks begins later

# Excel keeps 15 significant digits and writes up to 17; what follows the 15th is noise.
_DIGITS = 15
_EXACT = Context(prec=_DIGITS)
# A number of a workbook lies between 1E-308 and 1E308; beyond that Decimal writes out a million zeros.
_EXPONENT = 308
_HUNDREDTH = Decimal("0.01")


JAHRE = range(2000, 2101)  # years a date of the procedure can have; beyond them it is a typing error


def ist_tag(value: object) -> TypeGuard[date]:
    """Whether the value is a day, and one the procedure can have."""
    return isinstance(value, date) and value.year in JAHRE


def person(name: str) -> str:
    """A person's name as a formula can compare it: without spaces and line breaks (see `freigabe`).

    >>> person(" Eva Muster") == person("Eva Muster\\n")
    True
    """
    return name.replace(" ", "").replace("\N{NO-BREAK SPACE}", "").replace("\n", "")


def namenswoerter(name: str) -> tuple[str, ...]:
    """The words of a person's name as they count for comparing; none where it has no letter or is an error of Excel.

    Case, punctuation, invisible characters and umlauts in two pieces do not count.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    words = _WORD.findall("".join(c for c in folded if unicodedata.category(c) != "Cf"))
    ist_name = any(c.isalpha() for word in words for c in word) and not name.lstrip().startswith("#")
    return tuple(words) if ist_name else ()


def selbe_person(one: str, other: str) -> bool:
    """Whether two names are those of one person, as far as names tell: the same words in any order, or put apart.

    >>> selbe_person("Meyer, Anna", "ANNA MEYER."), selbe_person("Anna Meyer", "Anna Maier")
    (True, False)
    """
    a, b = namenswoerter(one), namenswoerter(other)
    return bool(a) and (set(a) == set(b) or "".join(a) == "".join(b))


def clean(text: str) -> str:
    """The text without invisible characters, composed (NFC), with single plain spaces."""
    if text.isascii() and "  " not in text and text.isprintable():
        return text.strip()
    composed = unicodedata.normalize("NFC", text.translate(_INVISIBLE))
    return _SPACES.sub(" ", composed).strip()


def is_plain(text: str) -> bool:
    """Whether the text is what it seems: no invisible characters, no odd spaces, no umlauts in two pieces."""
    return text.isascii() or " ".join(re.split(r"[ \t\r\n]+", text)).strip() == clean(text)


def parse_datum(text: str) -> date:
    """A day written the German way (31.12.2021) or in ISO form.

    Two-digit years are refused: nobody should have to guess the century of a period.
    """
    if match := _DATUM.match(text):
        tag, monat, jahr = map(int, match.groups())
    elif match := _ISO.match(text):
        jahr, monat, tag = map(int, match.groups())
    else:
        raise ValueError(text)
    return date(jahr, monat, tag)


def excel_datum(serial: float, date1904: bool = False) -> date:
    """The day of an Excel serial number; ValueError for a time of day, a negative number or an overflow."""
    later = _YEARS_1904 if date1904 else 0
    if not (0 if date1904 else _SERIAL_MIN) <= serial <= _SERIAL_MAX - later or serial != int(serial):
        raise ValueError(serial)
    return EPOCH + timedelta(days=int(serial) + later)


def day_number(day: date, date1904: bool = False) -> int:
    """The serial number a workbook keeps for a day; TypeError for a day with a time."""
    return (day - EPOCH).days - (_YEARS_1904 if date1904 else 0)


def parse_dezimal(text: str) -> Decimal:
    """A number written the German way: 0,5 or 1.234,56; also 0.5, which can mean nothing else.

    1.234 may be a thousand or one and a bit: it is refused, as is everything Babel does not accept.

    >>> parse_dezimal("1.234,5"), parse_dezimal("0.5")
    (Decimal('1234.5'), Decimal('0.5'))
    """
    from babel.numbers import NumberFormatError, parse_decimal

    if _POINT.match(text):
        return Decimal(text)
    if ("," not in text and "." in text) or not _NUMERIC.match(text):
        raise ValueError(text)
    try:
        value = parse_decimal(text, locale="de_DE", strict=True)
    except NumberFormatError as error:
        raise ValueError(text) from error
    if not value.is_finite():
        raise ValueError(text)
    return value


def ist_mehrdeutig(text: str) -> bool:
    """Whether the number is a thousand to a German and one and a bit to others: 1.234."""
    return _THOUSANDS.match(text) is not None


def excel_dezimal(text: str) -> Decimal:
    """The number of a numeric cell, without the binary noise Excel stores (0.30000000000000004 is 0,3)."""
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not value.is_finite() or abs(value.adjusted()) > _EXPONENT:
        raise ValueError(text)
    return value if len(value.as_tuple().digits) <= _DIGITS else _EXACT.plus(value).normalize()


def excel_schluessel(text: str) -> str:
    """The official key of a numeric cell, which has lost its leading zero (8125 for 08125)."""
    digits = str(parse_ganzzahl(excel_dezimal(text)))
    return f"0{digits}" if digits.startswith("8") else digits


def parse_ganzzahl(value: Decimal) -> int:
    """A whole number; ValueError for anything with a fraction."""
    if value != value.to_integral_value():
        raise ValueError(value)
    return int(value)


def parse_ja_nein(text: str) -> bool:
    """ja or nein, also j, n and x, however written."""
    try:
        return JA_NEIN[text.casefold()]
    except KeyError:
        raise ValueError(text) from None


def email_fault(text: str) -> str:
    """Why the text is not one e-mail address, in German; empty if it is one. Nobody is asked whether it exists.

    >>> email_fault("a@b.de, c@d.de")
    'es muss genau eine Adresse sein'
    """
    konto, at, domain = text.partition("@")
    if not at:
        return "es fehlt das @"
    if "@" in domain:
        return "es muss genau eine Adresse sein"
    if any(c in text for c in "<>()"):
        return "ein Name und Klammern gehören nicht dazu"
    if fremd := next((c for c in konto if c not in KONTO_ZEICHEN), ""):
        return f"vor dem @ gehen nur Buchstaben von a bis z, Ziffern und Zeichen wie . - _, nicht {_genannt(fremd)}"
    if fremd := next((c for c in domain if c not in DOMAIN_ZEICHEN), ""):
        return f"hinter dem @ gehen nur Buchstaben, Ziffern, Punkt und Bindestrich, nicht {_genannt(fremd)}"
    if "=?" in konto:  # mail programs read more into it than is written there (RFC 2047)
        return "„=?“ darf darin nicht vorkommen"
    if not konto:
        return "vor dem @ fehlt der Name des Postfachs"
    if "" in konto.split("."):
        return "vor dem @ ist ein Punkt zu viel"
    if len(konto) > KONTO_MAX:
        return f"vor dem @ stehen mehr als {KONTO_MAX} Zeichen"
    if not _ist_domain(domain):
        return "hinter dem @ steht keine Domain wie stadt.de"
    return f"sie ist länger als {EMAIL_MAX} Zeichen" if len(email_ascii(text)) > EMAIL_MAX else ""


def email_ascii(text: str) -> str:
    """An address as it stands in the header of a mail: a domain with umlauts in its ASCII form."""
    konto, _, domain = text.rpartition("@")
    return f"{konto}@{domain.encode('idna').decode()}"


def _ist_domain(domain: str) -> bool:
    try:
        domain.encode("idna")
    except UnicodeError:  # also a piece of it that is too long
        return False
    return bool(_DOMAIN.match(domain))


def _genannt(zeichen: str) -> str:
    """A character in a sentence, also one that nobody sees."""
    if zeichen == " ":
        return "ein Leerzeichen"
    sichtbar = zeichen.isprintable() and not unicodedata.combining(zeichen)
    return f"„{zeichen}“" if sichtbar else f"U+{ord(zeichen):04X}"


@cache
def iban_fault(text: str) -> str:
    """Why the text is no valid IBAN, in German; empty if it is one."""
    from schwifty import IBAN
    from schwifty.exceptions import (
        InvalidAccountCode,
        InvalidChecksumDigits,
        InvalidCountryCode,
        InvalidLength,
        SchwiftyException,
    )

    try:
        IBAN(text, validate_bban=False)
    except InvalidLength:
        return "die Länge stimmt nicht (eine deutsche IBAN hat 22 Stellen)"
    except InvalidCountryCode:
        return "sie beginnt nicht mit einem gültigen Länderkürzel wie DE"
    except (InvalidChecksumDigits, InvalidAccountCode):
        return "die Prüfziffer passt nicht zur Kontonummer; meist ist eine Ziffer vertauscht"
    except SchwiftyException:
        return "sie enthält unzulässige Zeichen"
    return ""


def iban_of(bankleitzahl: str, konto: int) -> str:
    """The German IBAN of an account."""
    from schwifty import IBAN

    return str(IBAN.generate("DE", bankleitzahl, f"{konto:010}"))


def month_end(day: date) -> bool:
    """Whether the day is the last of its month."""
    return (day + timedelta(days=1)).day == 1


@lru_cache(maxsize=1 << 16)  # the days of a programme are few, and reckoning with them is slow
def add_months(day: date, months: int) -> date:
    """The same day some months later; the last day of a month stays the last day (28.02.2019 -> 29.02.2020)."""
    return day + (relativedelta(months=months, day=31) if month_end(day) else relativedelta(months=months))


@lru_cache(maxsize=1 << 16)
def period_end(beginn: date, months: int) -> date:
    """The last day of a period that begins with `beginn` and lasts some months.

    Source: §§ 187 Abs. 2, 188 Abs. 2 and 3 BGB: the day before the corresponding day; where the last
    month has no such day, the month's last day.
    """
    same_day = beginn + relativedelta(months=months)
    return same_day if same_day.day < beginn.day else same_day - timedelta(days=1)


@lru_cache(maxsize=1 << 16)
def months_between(first: date, last: date) -> Decimal:
    """Months from the first to the last day, both included: whole ones, then the days of the month begun.

    Whole months end as `period_end` says, so that 31.08. to 28.02. is six months.
    """
    whole = (last.year - first.year) * 12 + last.month - first.month + 1
    while period_end(first, whole) > last:
        whole -= 1
    complete = period_end(first, whole)
    days_begun, days = (last - complete).days, (period_end(first, whole + 1) - complete).days
    return Decimal(whole) + rounded(Fraction(days_begun, days))


def rounded(number: Fraction) -> Decimal:
    """The number to two decimals; a whole one as it is."""
    exact = Decimal(number.numerator) / Decimal(number.denominator)
    return exact if number.denominator == 1 else exact.quantize(_HUNDREDTH, ROUND_HALF_UP)


@lru_cache(maxsize=1 << 16)
def as_datum(day: date) -> str:
    """31.12.2021"""
    return f"{day.day:02}.{day.month:02}.{day.year}"


def as_zahl(value: Decimal, places: int = 2) -> str:
    """1.234,56, the German way."""
    return f"{value:,.{places}f}".translate(_GERMAN)


def as_euro(value: Decimal) -> str:
    """1.234,56 €, with a space that does not break."""
    return f"{as_zahl(value)}\u00a0€"


def as_monate(months: Decimal | int) -> str:
    """24 Monate, 1 Monat, 9,50 Monate."""
    if months == 1:
        return "1 Monat"
    return f"{as_zahl(Decimal(months), 0 if months == int(months) else 2)} Monate"


@lru_cache(maxsize=10_000)  # a thousand forms bring the same labels
def normalise(label: str) -> str:
    """A label or header reduced to what counts: case, spaces, marks and umlaut spelling do not.

    >>> normalise("  VZÄ\\nbeantragt *") == normalise("VZÄ beantragt")
    True
    """
    folded = unicodedata.normalize("NFC", label).casefold()
    return re.sub(r"[\W_]+", "", folded)
