"""A cell of a received form -> the value of its field, or the kind of fault; and any entry as people see it."""

from __future__ import annotations

import re
from decimal import Decimal

from pik_xl.formular.felder import Feld, Kind
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


def parse(feld: Feld, cell: Cell, text: str, date1904: bool) -> tuple[object, str]:
    """The value of a cell for a field, and the kind of fault (or remark) if there is one."""
    if cell.kind == "fehler":
        return None, "fehlerwert"
    if cell.kind == "leer_formel":
        return None, "formel_ohne_wert"
    if cell.kind == "wahr" and feld.kind is not Kind.JA_NEIN:
        text = _WAHRHEIT[text]
    try:
        return _PARSERS[feld.kind](feld, cell, text, date1904)
    except (ValueError, OverflowError):
        if feld.kind in (Kind.VZAE, Kind.GANZZAHL) and _MEHRDEUTIG.match(text):
            return None, "zahl_mehrdeutig"
        return None, _UNREADABLE[feld.kind]


def _datum(_: Feld, cell: Cell, text: str, date1904: bool) -> tuple[object, str]:
    if cell.kind == "zahl":
        return excel_datum(float(text), date1904), ""
    return parse_datum(text), "datum_als_text"


def _zahl(_: Feld, cell: Cell, text: str, date1904: bool) -> tuple[object, str]:
    zahl = excel_dezimal(text) if cell.kind == "zahl" else parse_dezimal(text)
    if abs(zahl) >= _ZU_GROSS:
        raise ValueError(text)
    return zahl, "" if cell.kind == "zahl" else "zahl_als_text"


def _euro(feld: Feld, cell: Cell, text: str, date1904: bool) -> tuple[object, str]:
    """An amount; with three digits after the point that can only be thousands."""
    bare = text.removesuffix("€").removesuffix("EUR").rstrip()
    return _zahl(feld, cell, bare.replace(".", "") if _MEHRDEUTIG.match(bare) else bare, date1904)


def _ganzzahl(feld: Feld, cell: Cell, text: str, date1904: bool) -> tuple[object, str]:
    value, art = _zahl(feld, cell, text, date1904)
    return parse_ganzzahl(value), art  # type: ignore[arg-type]  # _zahl gives a Decimal


def _schluessel(feld: Feld, cell: Cell, text: str, date1904: bool) -> tuple[object, str]:
    """Keys are text; only keys lose a zero by being taken for a number."""
    return (excel_schluessel(text), "schluessel_als_zahl") if cell.kind == "zahl" else (text, "")


def _ja_nein(_: Feld, cell: Cell, text: str, date1904: bool) -> tuple[object, str]:
    return parse_ja_nein(text), ""


def _auswahl(feld: Feld, cell: Cell, text: str, date1904: bool) -> tuple[object, str]:
    wanted = normalise(text)
    for option in feld.auswahl:
        if normalise(option) == wanted:
            return option, ""
    raise ValueError(text)


def _iban(_: Feld, cell: Cell, text: str, date1904: bool) -> tuple[object, str]:
    return text.replace(" ", "").upper(), ""


def _text(_: Feld, cell: Cell, text: str, date1904: bool) -> tuple[object, str]:
    return text, ""


def _plz(_: Feld, cell: Cell, text: str, date1904: bool) -> tuple[object, str]:
    return (f"{parse_ganzzahl(excel_dezimal(text)):05}" if cell.kind == "zahl" else text), ""


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
    Kind.TEXT: "text_unlesbar",
    Kind.SCHLUESSEL: "schluessel_unlesbar",
    Kind.DATUM: "datum_unlesbar",
    Kind.VZAE: "zahl_unlesbar",
    Kind.EURO: "zahl_unlesbar",
    Kind.GANZZAHL: "ganzzahl_unlesbar",
    Kind.JA_NEIN: "ja_nein_unlesbar",
    Kind.AUSWAHL: "auswahl_unbekannt",
    Kind.IBAN: "text_unlesbar",
    Kind.EMAIL: "text_unlesbar",
    Kind.PLZ: "schluessel_unlesbar",
}
