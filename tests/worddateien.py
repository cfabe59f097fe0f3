"""Small Word files for tests: written, compiled, filled in; `word_text` reads them again."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.oxml.parser import parse_xml

from pik_xl.notices import Template

NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def p(*texts: str) -> str:
    """A paragraph of one run per text."""
    runs = "".join(f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>' for text in texts)
    return f"<w:p>{runs}</w:p>"


def table(*rows: Sequence[str]) -> str:
    """A table of rows of cells; a cell is the XML of its paragraphs."""
    cells = ("".join(f'<w:tc><w:tcPr><w:tcW w:w="900" w:type="dxa"/></w:tcPr>{c}</w:tc>' for c in row) for row in rows)
    body = "".join(f"<w:tr>{row}</w:tr>" for row in cells)
    grid = '<w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid><w:gridCol w:w="900"/></w:tblGrid>'
    return f"<w:tbl>{grid}{body}</w:tbl>"


def docx(*content: str, title: str = "Brief", header: str = "") -> bytes:
    """A small Word file around some body XML."""
    doc = Document()
    doc.core_properties.title = title
    for position, child in enumerate(list(parse_xml(f"<w:part {NS}>{''.join(content)}</w:part>"))):
        doc.element.body.insert(position, child)
    if header:
        doc.sections[0].header.paragraphs[0].text = header
    saved = io.BytesIO()
    doc.save(saved)
    return saved.getvalue()


def brief(*content: str, title: str = "Brief", header: str = "", **fields: Any) -> bytes:
    """A small template compiled and filled in."""
    return Template.compile(docx(*content, title=title, header=header), "Brief", fields).render(fields)
