"""A cell of a received form -> the value of its field, or the kind of fault; and any entry as people see it."""

from __future__ import annotations

import re
from decimal import Decimal

from pik_xl.formular.felder import Feld, Kind
from pik_xl.model import Mangelart
from pik_xl.ooxml.shown import _WAHRHEIT
from pik_xl.ooxml.workbook import Cell
from pik_xl.values import (
    excel_datum,
    excel_dezimal,
    excel_schluessel,
    normalise,
    parse_datum,
    parse_dezimal,
    parse_ganzzahl,
    parse_ja_nein,
)

# A thousand to a German, one and a bit to others.
_MEHRDEUTIG = re.compile(r"-?\d{1,3}(\.\d{3})+\Z")

# No entry of the form means such a number, and Excel itself keeps no more digits.
_ZU_GROSS = Decimal(10) ** 15


def parse(feld: Feld, cell: Cell, text: str, date1904: bool) -> tuple[object, Mangelart | None]:
    """The value of a cell for a field, and the kind of fault (or remark) if there is one."""
    if cell.kind == "fehler":
        return None, Mangelart.FEHLERWERT
    if cell.kind == "leer_formel":
        return None, Mangelart.FORMEL_OHNE_WERT
    if cell.kind == "wahr" and feld.kind is not Kind.JA_NEIN:
        text = _WAHRHEIT[text]
    try:
        return _PARSERS[feld.kind](feld, cell, text, date1904)
    except (ValueError, OverflowError):
        if feld.kind in (Kind.VZAE, Kind.GANZZAHL) and _MEHRDEUTIG.match(text):
            return None, Mangelart.ZAHL_MEHRDEUTIG
        return None, _UNREADABLE[feld.kind]


def _datum(_: Feld, cell: Cell, text: str, date1904: bool) -> tuple[object, Mangelart | None]:
    if cell.kind == "zahl":
        return excel_datum(float(text), date1904), None
    return parse_datum(text), Mangelart.DATUM_ALS_TEXT


def _zahl(_: Feld, cell: Cell, text: str, date1904: bool) -> tuple[object, Mangelart | None]:
    zahl = excel_dezimal(text) if cell.kind == "zahl" else parse_dezimal(text)
    if abs(zahl) >= _ZU_GROSS:
        raise ValueError(text)
    return zahl, None if cell.kind == "zahl" else Mangelart.ZAHL_ALS_TEXT


def _euro(feld: Feld, cell: Cell, text: str, date1904: bool) -> tuple[object, Mangelart | None]:
    """An amount; with three digits after the point that can only be thousands."""
    bare = text.removesuffix("€").removesuffix("EUR").rstrip()
    return _zahl(feld, cell, bare.replace(".", "") if _MEHRDEUTIG.match(bare) else bare, date1904)


def _ganzzahl(feld: Feld, cell: Cell, text: str, date1904: bool) -> tuple[object, Mangelart | None]:
    value, art = _zahl(feld, cell, text, date1904)
    return parse_ganzzahl(value), art  # type: ignore[arg-type]  # _zahl gives a Decimal


def _schluessel(feld: Feld, cell: Cell, text: str, date1904: bool) -> tuple[object, Mangelart | None]:
    """Keys are text; only keys lose a zero by being taken for a number."""
    return (excel_schluessel(text), Mangelart.SCHLUESSEL_ALS_ZAHL) if cell.kind == "zahl" else (text, None)


def _ja_nein(_: Feld, cell: Cell, text: str, date1904: bool) -> tuple[object, Mangelart | None]:
    return parse_ja_nein(text), None


def _auswahl(feld: Feld, cell: Cell, text: str, date1904: bool) -> tuple[object, Mangelart | None]:
    wanted = normalise(text)
    for option in feld.auswahl:
        if normalise(option) == wanted:
            return option, None
    raise ValueError(text)


def _iban(_: Feld, cell: Cell, text: str, date1904: bool) -> tuple[object, Mangelart | None]:
    return text.replace(" ", "").upper(), None


def _text(_: Feld, cell: Cell, text: str, date1904: bool) -> tuple[object, Mangelart | None]:
    return text, None


def _plz(_: Feld, cell: Cell, text: str, date1904: bool) -> tuple[object, Mangelart | None]:
    return (f"{parse_ganzzahl(excel_dezimal(text)):05}" if cell.kind == "zahl" else text), None


_PARSERS = {
    Kind.TEXT: _text,
    Kind.SCHLUESSEL: _schluessel,
    Kind.DATUM: _datum,
    Kind.VZAE: _zahl,
    Kind.EURO: _euro,
    Kind.GANZZAHL: _ganzzahl,
    Kind.JA_NEIN: _ja_nein,
    Kind.AUSWAHL: _auswahl,
    Kind.IBAN: _iban,
    Kind.EMAIL: _text,
    Kind.PLZ: _plz,
}

_UNREADABLE = {
    Kind.SCHLUESSEL: Mangelart.SCHLUESSEL_UNLESBAR,
    Kind.DATUM: Mangelart.DATUM_UNLESBAR,
    Kind.VZAE: Mangelart.ZAHL_UNLESBAR,
    Kind.EURO: Mangelart.ZAHL_UNLESBAR,
    Kind.GANZZAHL: Mangelart.GANZZAHL_UNLESBAR,
    Kind.JA_NEIN: Mangelart.JA_NEIN_UNLESBAR,
    Kind.AUSWAHL: Mangelart.AUSWAHL_UNBEKANNT,
    Kind.PLZ: Mangelart.SCHLUESSEL_UNLESBAR,
}
