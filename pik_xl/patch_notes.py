"""The notes on a sheet and their boxes: both stay beside the cell they belong to."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from pik_xl.area import Area
from pik_xl.cell_xml import PARSER
from pik_xl.ooxml import address, parse_address

_SHAPE = re.compile(rb"<v:shape\b.*?</v:shape>", re.S)
_VML_ROW, _VML_ANCHOR = re.compile(rb"(<x:Row>)(\d+)(</x:Row>)"), re.compile(rb"(<x:Anchor>)([^<]+)(</x:Anchor>)")


def patch_notes(xml: bytes, area: Area) -> tuple[bytes, dict[tuple[int, int], str]]:
    """The notes (or threaded comments) where their cells are now, and the texts of those whose row is gone."""
    root: Any = etree.fromstring(xml, PARSER)
    gone: dict[tuple[int, int], str] = {}
    changed = False
    for note in [e for e in root.iter() if isinstance(e.tag, str) and e.tag.rpartition("}")[2] in _NOTES]:
        row, column = parse_address(note.get("ref"))
        target = area.row(row)
        if target is None:
            gone[row, column] = "".join(note.itertext()).strip()
            note.getparent().remove(note)
        elif target != row:
            note.set("ref", address(target, column))
        changed = changed or target != row
    if not changed:
        return xml, {}
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True), gone


_NOTES = ("comment", "threadedComment")


def patch_vml(vml: bytes, area: Area) -> bytes:
    """The boxes of the notes beside their cells; other shapes (buttons) stay."""

    def moved(match: re.Match[bytes]) -> bytes:
        shape = match[0]
        row = _VML_ROW.search(shape)
        if b'ObjectType="Note"' not in shape or row is None:
            return shape
        target = area.row(int(row[2]) + 1)
        if target is None:
            return b""
        shift = target - 1 - int(row[2])
        shape = _VML_ROW.sub(lambda m: m[1] + str(target - 1).encode() + m[3], shape)
        return _VML_ANCHOR.sub(lambda m: m[1] + _shifted(m[2], shift) + m[3], shape)

    return _SHAPE.sub(moved, vml)


def _shifted(anchor: bytes, rows: int) -> bytes:
    """Left column and offset, top row and offset, right column and offset, bottom row and offset."""
    numbers = [int(n) for n in anchor.split(b",")]
    if len(numbers) == 8:
        numbers[2], numbers[6] = max(numbers[2] + rows, 0), max(numbers[6] + rows, 1)
    return ", ".join(map(str, numbers)).encode()
