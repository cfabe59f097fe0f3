"""Small Word files for tests: written, compiled, filled in; `word_text` reads them again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from docx import Document
from docx.oxml.parser import parse_xml

from pik_xl.vorlagen.template import Template

NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


ENTWURF = "{% if entwurf %}ENTWURF{% endif %}"  # what the headers of notices must say


def p(*texts: str) -> str:
    """A paragraph of one run per text."""
    runs = "".join(f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>' for text in texts)
    return f"<w:p>{runs}</w:p>"


# The body of a Zuwendungsbescheid, by what its paragraphs are about.
GANZ = {
    "kopf": p("{{ datum | datum }} {{ aktenzeichen }} {{ anrede }} {{ traeger }} {{ rechtsgrundlage }}"),
    "summe": p("{{ summe | euro }}{% if entwurf %} Entwurf{% endif %}") + p("{{ anschrift | join(', ') }}"),
    "gericht": p("{{ behoerde.name }} {{ gericht.name | pflicht }}, {{ gericht.anschrift }}"),
    "früher": p("{% if frueherer_bescheid %}{{ frueherer_bescheid.datum | datum }}{% endif %}"),
    "bewilligte": p("{%p for s in bewilligte %}")
    + p("{{ loop.index }}. {{ s.stelle }} bis {{ s.neues_ende | datum }}")
    + p("{{ s.trace | join(' ') }}")
    + p("{%p endfor %}"),
    "abgelehnte": p("{% for s in abgelehnte %}{{ s.gruende | join }}{% endfor %}"),
    "gekürzte": p("{% for s in gekuerzte %}{{ s.gruende | join }}{% endfor %}"),
    "beträge": p("{% for b in betraege %}{{ b.jahr }}: {{ b.betrag | euro }}; {% endfor %}"),
}


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


def repacked(data: bytes, parts: Mapping[str, str]) -> bytes:
    """The Word file with other XML in these parts."""
    saved = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(saved, "w") as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name) or old.read(name))
    return saved.getvalue()


def brief(*content: str, title: str = "Brief", header: str = "", **fields: Any) -> bytes:
    """A small template compiled and filled in."""
    return Template.compile(docx(*content, title=title, header=header), "Brief", fields).render(fields)
