"""The notes on a sheet and their boxes: both stay beside the cell they belong to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from lxml import etree

from pik_xl.ooxml.address import address, parse_address
from pik_xl.ooxml.area import Area
from pik_xl.ooxml.container import BESCHAEDIGT, Unreadable
from pik_xl.ooxml.xml import MAIN, PARSER, decoded, safe_text

_SHAPE = re.compile(rb"<v:shape\b.*?</v:shape>", re.S)
_ANCHOR = re.compile(rb"\s*-?\d+\s*(,\s*-?\d+\s*)*")
_VML_ROW, _VML_ANCHOR = re.compile(rb"(<x:Row>)(\d+)(</x:Row>)"), re.compile(rb"(<x:Anchor>)([^<]+)(</x:Anchor>)")


def patch_notes(xml: bytes, area: Area) -> tuple[bytes, dict[tuple[int, int], str]]:
    """The notes (or threaded comments) where their cells are now, and the texts of those whose row is gone."""
    root: Any = etree.fromstring(xml, PARSER)
    gone: dict[tuple[int, int], str] = {}
    changed = False
    for note in [e for e in root.iter() if isinstance(e.tag, str) and e.tag.rpartition("}")[2] in _NOTES]:
        row, column = _place(note)
        target = area.row(row)
        if target is None:
            text = decoded("".join(note.itertext())).strip()
            gone[row, column] = f"{gone[row, column]}\n{text}" if (row, column) in gone else text
            note.getparent().remove(note)
        elif target != row:
            note.set("ref", address(target, column))
        changed = changed or target != row
    if not changed:
        return xml, {}
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True), gone


_NOTES = ("comment", "threadedComment")


def noted(xml: bytes) -> set[tuple[int, int]]:
    """The cells that have a note, by row and column."""
    root: Any = etree.fromstring(xml, PARSER)
    return {_place(note) for note in root.iter(MAIN + "comment")}


def _place(note: Any) -> tuple[int, int]:
    """Row and column of the note's cell; Unreadable if there is no such cell."""
    try:
        return parse_address(note.get("ref", ""))
    except ValueError:
        raise Unreadable(BESCHAEDIGT, f"eine Notiz steht in der Zelle „{note.get('ref', '')}“") from None


def add_notes(xml: bytes, notes: Mapping[tuple[int, int], str]) -> bytes:
    """The notes with these texts besides, by row and column of their cell; nobody is named as their author."""
    root: Any = etree.fromstring(xml, PARSER)
    authors, there = root.find(MAIN + "authors"), root.find(MAIN + "commentList")
    if authors is None or there is None:
        raise Unreadable(BESCHAEDIGT, "die Liste der Notizen fehlt")
    names = [author.text or "" for author in authors]
    if "" not in names:
        etree.SubElement(authors, MAIN + "author")
        names.append("")
    for at, text in notes.items():
        note = etree.SubElement(there, MAIN + "comment", {"ref": address(*at), "authorId": str(names.index(""))})
        words = etree.SubElement(etree.SubElement(note, MAIN + "text"), MAIN + "t", {_SPACE: "preserve"})
        words.text = safe_text(text)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def has_boxes(vml: bytes) -> bool:
    """Whether the drawing is the one with the boxes of notes, so that it takes more of them."""
    return b'ObjectType="Note"' in vml and vml.rstrip().endswith(b"</xml>")


def add_boxes(vml: bytes, cells: Iterable[tuple[int, int]]) -> bytes:
    """The drawing with an empty box for the note of each of these cells, as Excel draws them."""
    first = max([1024, *map(int, _SHAPE_ID.findall(vml))]) + 1
    fresh = [_BOX.format(id=id, row=row - 1, column=column - 1, top=max(row - 2, 0), bottom=row + 2, left=column,
                         right=column + 2) for id, (row, column) in enumerate(cells, first)]  # fmt: skip
    kind = "" if b'id="_x0000_t202"' in vml else _BOX_KIND
    body, end, _ = vml.rpartition(b"</xml>")
    return body + (kind + "".join(fresh)).encode() + end


_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_SHAPE_ID = re.compile(rb'id="_x0000_s(\d+)"')
_BOX_KIND = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_BOX = (
    '<v:shape id="_x0000_s{id}" type="#_x0000_t202" style="position:absolute;visibility:hidden" fillcolor="#ffffe1" '
    'o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
    '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div>'
    '</v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    "<x:Anchor>{left}, 15, {top}, 10, {right}, 15, {bottom}, 4</x:Anchor><x:AutoFill>False</x:AutoFill>"
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)


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
    if not _ANCHOR.fullmatch(anchor):  # nothing that says where the box stands
        return anchor
    numbers = [int(n) for n in anchor.split(b",")]
    if len(numbers) == 8:
        numbers[2], numbers[6] = max(numbers[2] + rows, 0), max(numbers[6] + rows, 1)
    return ", ".join(map(str, numbers)).encode()
