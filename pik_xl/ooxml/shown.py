"""An entry of a workbook as people see it: numbers, days and truth the German way."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from pik_xl.ooxml.workbook import Cell
from pik_xl.values import EPOCH, as_datum, excel_datum, excel_dezimal

WAHRHEIT = {"1": "WAHR", "0": "FALSCH"}
_MINUTEN = 24 * 60
_MAERZ_1900 = 60  # before it Excel's calendar is a day behind, which it shows all the same


def shown(cell: Cell, text: str, date1904: bool, tag: bool) -> str:
    """The entry as people see it: serial numbers as days where a `tag` belongs, numbers and truth the German way."""
    match cell.kind:
        case "wahr":
            return WAHRHEIT[text]
        case "zahl" if tag:
            return _tag(text, date1904)
        case "zahl":
            return _german(text)
    return text or "(Formel ohne Wert)"


def _tag(text: str, date1904: bool) -> str:
    """01.09.2021, with the time of day where there is one; the number where it is no day."""
    try:
        days, minutes = divmod(round(float(text) * _MINUTEN), _MINUTEN)
        if 0 < days < _MAERZ_1900 and not date1904:
            return as_datum(EPOCH + timedelta(days + 1))
        uhrzeit = f" {timedelta(minutes=minutes)}".removesuffix(":00") if minutes else ""
        return as_datum(excel_datum(days, date1904)) + uhrzeit
    except (ValueError, OverflowError):
        return _german(text)


def _german(text: str) -> str:
    try:
        return german(excel_dezimal(text))
    except ValueError:
        return text


def german(number: Decimal) -> str:
    """The number the German way, without zeros nobody typed."""
    return f"{number.normalize():f}".replace(".", ",")
