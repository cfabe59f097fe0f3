"""The XML of a Word part, before and after it is filled in: what docxtpl prepares, what Word insists on.

docxtpl's own functions prepare every tag and mend the tables of cells that were filled in; the rest is faster here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from pik_xl.ooxml.xml import WORD

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_VML = "{urn:schemas-microsoft-com:vml}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"

# Repeated by a loop these would stand twice in the file, or they make Word overwrite what we filled in.
_DROPPED = tuple(
    WORD + name
    for name in (
        "bookmarkStart",
        "bookmarkEnd",
        "proofErr",
        "lastRenderedPageBreak",
        "dataBinding",
        "showingPlcHdr",
    )
)

# Word calls a cell, header, footer or text box damaged that does not end with a paragraph.
_EMPTIED_CELLS = tuple(
    (f"{start}</w:tc>", f"{start}<w:p/></w:tc>") for start in ("</w:tcPr>", "<w:tcPr/>", "<w:tc>", "</w:tbl>")
)
_EMPTIED = re.compile(r"(<w:(?:hdr|ftr|txbxContent)(?: [^<>]*)?>|</w:tbl>)(</w:(?:hdr|ftr|txbxContent)>)")
_CONTROL = re.compile(r"<w:sdt>(?:(?!</?w:sdt>).)*</w:sdt>", re.DOTALL)
_CHECKED = re.compile(r'(<w14:checked w14:val=")[^"]*("/>)')
_GLYPH = re.compile(r'<w14:checkedState [^>]*w14:val="([0-9A-Fa-f]{4,5})"')
# How a cell's properties follow each other (ECMA-376, CT_TcPr).
_ORDER = {name: place for place, name in enumerate(("cnfStyle", "tcW", "gridSpan", "hMerge", "vMerge", "tcBorders",
          "shd", "noWrap", "tcMar", "textDirection", "tcFitText", "vAlign", "hideMark"))}  # fmt: skip
_PICTURE = re.compile(r'(<wp:docPr [^>]*?\bid=")\d+(")')


def strip(root: etree._Element) -> None:
    """Take out what must not be repeated, and what binds content controls to other data."""
    for element in [*root.iter(*_DROPPED), *root.iterfind(f".//{WORD}sdtPr/{WORD}id")]:
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
    for element in root.iter(WORD + "p", WORD + "r", WORD + "tr", WORD + "sectPr"):
        for key in [k for k in element.attrib if str(k).startswith((_W14, f"{WORD}rsid"))]:
            del element.attrib[key]


def headers(document: bytes, rels: bytes, settings: bytes) -> Iterator[tuple[str, str]]:
    """For each kind of page (`default`, `first`, `even`) of each section its header's part; empty where it has none.

    A section without a header of its own shows that of the section before.
    """
    targets = {rel.get("Id"): f"word/{rel.get('Target')}" for rel in etree.fromstring(rels)}
    both_sides = _is_on(etree.fromstring(settings).find(WORD + "evenAndOddHeaders"))
    shown: dict[str | None, str] = {}
    for section in etree.fromstring(document).iter(WORD + "sectPr"):
        for reference in section.iter(WORD + "headerReference"):
            shown[reference.get(WORD + "type")] = targets.get(reference.get(_R + "id"), "")
        there = {"first": _is_on(section.find(WORD + "titlePg")), "default": True, "even": both_sides}
        yield from ((kind, shown.get(kind, "")) for kind, has in there.items() if has)


def _is_on(switch: etree._Element | None) -> bool:
    return switch is not None and switch.get(WORD + "val") not in ("0", "false", "off")


def text_shown(xml: bytes) -> str:
    """The text a part shows, with that of shapes such as a watermark."""
    root = etree.fromstring(xml)
    return "".join(piece.text or "" for piece in root.iter(WORD + "t")) + " ".join(
        str(shape.get("string", "")) for shape in root.iter(_VML + "textpath")
    )


def prepared(xml: str) -> str:
    """The part with every tag in one piece and `{%p`, `{%tr`, `{%tc` in place of their paragraph, row or cell."""
    patched: str = _docxtpl().patch_xml(xml)
    return patched


def mend(xml: str) -> str:
    """Give back what Word insists on where conditions removed everything: rows in tables, paragraphs in cells.

    Pictures get numbers of their own, check boxes the state their sign shows.
    """
    while (end := xml.find("</w:tblGrid></w:tbl>")) >= 0:
        xml = xml[: xml.rfind("<w:tbl>", 0, end)] + xml[end + len("</w:tblGrid></w:tbl>") :]
    for emptied, mended in _EMPTIED_CELLS:
        xml = xml.replace(emptied, mended)
    if xml.endswith(("</w:hdr>", "</w:ftr>")) or "</w:txbxContent>" in xml:  # the search is slow, and seldom needed
        xml = _EMPTIED.sub(r"\1<w:p/>\2", xml)
    if "<w14:checkbox>" in xml:
        xml = _CONTROL.sub(lambda m: _ticked(m[0]), xml)
    if xml.count("<wp:docPr ") > 1:
        numbers = iter(range(1, xml.count("<wp:docPr ") + 1))
        xml = _PICTURE.sub(lambda m: f"{m[1]}{next(numbers)}{m[2]}", xml)
    return xml


def _ticked(control: str) -> str:
    """A content control; a check box is ticked if and only if it shows the sign for it."""
    if not (glyph := _GLYPH.search(control)):
        return control
    ticked = chr(int(glyph[1], 16)) in control.partition("<w:sdtContent>")[2]
    return _CHECKED.sub(rf"\g<1>{int(ticked)}\g<2>", control)


def mend_tables(xml: bytes) -> bytes:
    """A whole part with the columns of its tables counted anew, after cells were filled in or joined.

    docxtpl puts what it adds to a cell first; Word has an order for it.
    AttributeError or ValueError where a table is none.
    """
    tree: etree._Element = _docxtpl().fix_tables(xml)
    for properties in tree.iter(WORD + "tcPr"):
        properties[:] = sorted(properties, key=lambda e: _ORDER.get(str(e.tag).rpartition("}")[2], len(_ORDER)))
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def _docxtpl() -> Any:
    """A template of docxtpl that opens no file: it is asked only for what it makes of the XML we hand it."""
    from docxtpl import DocxTemplate  # heavy, and needed only when a template is compiled or has cells to mend

    return DocxTemplate("")
