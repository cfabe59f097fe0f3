"""One cell of a worksheet as XML: values go in as what they are, and text only ever as a string."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

from pik_xl.kinds import Formel, Value, entry_of
from pik_xl.ooxml.address import column_number
from pik_xl.ooxml.xml import MAIN, safe_text


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


def new_cell(at: str, style: str, value: Value | Formel, date1904: bool = False) -> str:
    """A cell at that address with that style and value.

    >>> new_cell("B7", "3", "a < b")
    '<c r="B7" s="3" t="inlineStr"><is><t>a &lt; b</t></is></c>'
    """
    return f'<c r="{at}"{style_attribute(style)}{cell_content(value, date1904)}'


def cell_content(value: object, date1904: bool = False, text: Callable[[str], str] = safe_text) -> str:
    """The rest of a cell after its style; `text` says what becomes of characters that XML cannot hold."""
    if isinstance(value, Formel):
        return result_content(f"<f>{escape(value.formel)}</f>", value.wert, text)
    entry = entry_of(value, date1904)
    if entry is None:
        return "/>"
    if isinstance(entry, str):
        return f' t="inlineStr"><is><t{_space(entry)}>{escape(text(entry))}</t></is></c>'
    return f"><v>{_number(entry)}</v></c>"


def result_content(formula: str, value: object, text: Callable[[str], str] = safe_text) -> str:
    """The rest of a cell with a formula, as XML, and the value it has now."""
    kind = ' t="str"' if value is None or isinstance(value, str) else ""
    return f"{kind}>{formula}<v>{escape(result_text(value, text))}</v></c>"


def result_text(value: object, text: Callable[[str], str] = safe_text) -> str:
    """The result of a formula as it stands in the XML."""
    return text(value or "") if value is None or isinstance(value, str) else _number(entry_of(value))


def _number(number: object) -> str:
    return f"{number:f}" if isinstance(number, Decimal) else str(number)


def _space(text: str) -> str:
    """What keeps the spaces around a text, where it has any."""
    return ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""


def set_result(cell: Any, value: Value) -> None:
    """Puts another result to the formula of a cell."""
    v = cell.find(MAIN + "v")
    if v is None:
        v = etree.SubElement(cell, MAIN + "v")
    cell.attrib.pop("t", None)
    if isinstance(value, str):
        cell.set("t", "str")
    v.text = result_text(value)
