"""The part of a table: its name, its filter, and how it grows with its rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lxml import etree

from pik_xl.ooxml.address import parse_address
from pik_xl.ooxml.area import Area, span
from pik_xl.ooxml.xml import MAIN, PARSER


def patch_table(xml: bytes, area: Area, added: Sequence[str]) -> bytes:
    """The table over the new rows, with these columns added at its right; unchanged bytes if nothing changed."""
    root: Any = etree.fromstring(xml, PARSER)
    (top, left), (_, right) = map(parse_address, root.get("ref").split(":"))
    ref = span(top, left, area.new_last + area.total, right + len(added))
    body = span(top, left, area.new_last, right + len(added))
    filters = root.find(MAIN + "autoFilter")
    if root.get("ref") == ref and not added:
        return xml
    root.set("ref", ref)
    if filters is not None:
        filters.set("ref", body)
    for state in list(root.iter(MAIN + "sortState")):
        state.getparent().remove(state)
    columns = root.find(MAIN + "tableColumns")
    for header in added:
        etree.SubElement(columns, MAIN + "tableColumn", {"id": "", "name": header})
    _number(columns)
    columns.set("count", str(len(columns)))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _number(columns: Any) -> None:
    """Gives the columns that have no number of their own one: those added, and those a damaged file has none for."""
    seen: set[str] = set()
    without = []
    for column in columns:
        number = column.get("id", "")
        if number in seen or not (number.isascii() and number.isdigit() and int(number)):
            without.append(column)
        else:
            seen.add(number)
    for number, column in enumerate(without, max(map(int, seen), default=0) + 1):
        column.set("id", str(number))


def table_name(xml: bytes) -> str:
    """The name formulas know the table by."""
    root: Any = etree.fromstring(xml, PARSER)
    return str(root.get("displayName") or root.get("name", ""))


def is_filtered(xml: bytes) -> bool:
    """Whether a filter is set in the table, so that it hides rows."""
    root: Any = etree.fromstring(xml, PARSER)
    return root.find(f"{MAIN}autoFilter/{MAIN}filterColumn/*") is not None


def column_formulas(xml: bytes) -> dict[str, str]:
    """Formulas that people gave whole columns of a table, by header."""
    root: Any = etree.fromstring(xml, PARSER)
    found = ((c.get("name"), c.find(MAIN + "calculatedColumnFormula")) for c in root.iter(MAIN + "tableColumn"))
    return {name: f.text for name, f in found if f is not None and f.text and f.get("array") is None}
