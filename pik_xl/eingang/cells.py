"""A cell of a received form -> the value of its field, or the kind of fault; and any entry as people see it."""

from __future__ import annotations

from decimal import Decimal

from pik_xl.eingang.mangel import Mangelart
from pik_xl.formular.felder import Feld
from pik_xl.kinds import Kind, Point, Value, value_of
from pik_xl.ooxml.shown import WAHRHEIT
from pik_xl.ooxml.workbook import Cell
from pik_xl.values import ist_mehrdeutig

_ZAHLEN = (Kind.VZAE, Kind.EURO, Kind.ZAHL)

# No entry of the form means such a number, and Excel itself keeps no more digits.
_ZU_GROSS = Decimal(10) ** 15


def parse(feld: Feld, cell: Cell, text: str, date1904: bool) -> tuple[object, Mangelart | None]:
    """The value of a cell for a field, and the kind of fault (or remark) if there is one."""
    if cell.kind == "fehler":
        return None, Mangelart.FEHLERWERT
    if cell.kind == "leer_formel":
        return None, Mangelart.FORMEL_OHNE_WERT
    if cell.kind == "wahr" and feld.kind is not Kind.JA_NEIN:
        text = WAHRHEIT[text]
    try:
        return _value(feld, cell, text, date1904), _remark(feld.kind, cell.kind == "zahl")
    except (ValueError, OverflowError):
        if feld.kind in (Kind.VZAE, Kind.ZAHL) and ist_mehrdeutig(text):
            return None, Mangelart.ZAHL_MEHRDEUTIG
        return None, _UNREADABLE[feld.kind]


def _value(feld: Feld, cell: Cell, text: str, date1904: bool) -> Value:
    """The value; an amount may have its currency behind it, and a point in it can only be one of thousands."""
    point = Point.UNCLEAR
    if feld.kind is Kind.EURO:
        text, point = text.removesuffix("€").removesuffix("EUR").rstrip(), Point.THOUSANDS
    value = value_of(feld.kind, text, numeric=cell.kind == "zahl", date1904=date1904, auswahl=feld.auswahl, point=point)
    if isinstance(value, int | Decimal) and not -_ZU_GROSS < value < _ZU_GROSS:
        raise ValueError(text)
    return value


def _remark(kind: Kind, numeric: bool) -> Mangelart | None:
    """What is noted of a value that was not entered as what it is."""
    if numeric:
        return Mangelart.SCHLUESSEL_ALS_ZAHL if kind is Kind.SCHLUESSEL else None
    if kind is Kind.DATUM:
        return Mangelart.DATUM_ALS_TEXT
    return Mangelart.ZAHL_ALS_TEXT if kind in _ZAHLEN else None


_UNREADABLE = {
    Kind.SCHLUESSEL: Mangelart.SCHLUESSEL_UNLESBAR,
    Kind.DATUM: Mangelart.DATUM_UNLESBAR,
    Kind.VZAE: Mangelart.ZAHL_UNLESBAR,
    Kind.EURO: Mangelart.ZAHL_UNLESBAR,
    Kind.ZAHL: Mangelart.GANZZAHL_UNLESBAR,
    Kind.JA_NEIN: Mangelart.JA_NEIN_UNLESBAR,
    Kind.AUSWAHL: Mangelart.AUSWAHL_UNBEKANNT,
    Kind.PLZ: Mangelart.SCHLUESSEL_UNLESBAR,
}
