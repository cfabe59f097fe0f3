"""One cell of a worksheet as XML: values go in as what they are, and text only ever as a string."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

from pik_xl.ooxml.address import column_number
from pik_xl.ooxml.xml import FORBIDDEN, MAIN, xml_text

_EPOCH = date(1899, 12, 30).toordinal()
_YEARS_1904 = 1462  # days between the two calendars of workbooks

Inhalt = str | int | Decimal | date | None


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula (without =) and the value it has now."""

    text: str
    value: str | int | Decimal


def cells_in(row: Any) -> Iterator[tuple[int, Any]]:
    """The cells of a row by column from 1, also those that do not say where they are."""
    column = 0
    for cell in row.iterchildren(MAIN + "c"):
        ref = cell.get("r")
        column = column_number(ref.rstrip("0123456789")) if ref else column + 1
        yield column, cell


def style_attribute(style: str) -> str:
    """The attribute for the number of a style; nothing for none."""
    return f' s="{style}"' if style else ""


def new_cell(at: str, style: str, value: Inhalt | Formula, date1904: bool = False) -> str:
    """A cell at that address with that style and value."""
    return f'<c r="{at}"{style_attribute(style)}{cell_content(value, date1904)}'


def cell_content(value: Inhalt | Formula, date1904: bool = False) -> str:
    """The rest of a cell after its style."""
    match value:
        case None | "":
            return "/>"
        case str():
            return f' t="inlineStr"><is><t xml:space="preserve">{xml_text(value)}</t></is></c>'
        case date():
            return f"><v>{day_number(value, date1904)}</v></c>"
        case Formula(text, str(result)):
            return f' t="str"><f>{escape(text)}</f><v>{xml_text(result)}</v></c>'
        case Formula(text, result):
            return f"><f>{escape(text)}</f><v>{result}</v></c>"
        case _:
            return f"><v>{value}</v></c>"


def day_number(day: date, date1904: bool = False) -> int:
    """The number a workbook keeps for a day."""
    return day.toordinal() - _EPOCH - (_YEARS_1904 if date1904 else 0)


def set_result(cell: Any, value: Inhalt) -> None:
    """Puts another result to the formula of a cell."""
    v = cell.find(MAIN + "v")
    if v is None:
        v = etree.SubElement(cell, MAIN + "v")
    cell.attrib.pop("t", None)
    if isinstance(value, str):
        cell.set("t", "str")
    v.text = FORBIDDEN.sub("\ufffd", str(value))
