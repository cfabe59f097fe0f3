"""The sample templates of the letters, put together from their texts, their stationery and their styles.

The office never needs this: it edits its own copies of the .docx in Word. The texts stand in `bescheide`, `briefe` and
`gemeinsam`, the look in `letterhead` and `styles`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from docx import Document
from docx.document import Document as Doc
from docx.oxml.parser import parse_xml
from lxml import etree

from pik_xl.build.mustervorlagen import bescheide, briefe
from pik_xl.build.mustervorlagen.gemeinsam import DIGITAL, VERLAENGERUNG
from pik_xl.build.mustervorlagen.letterhead import (
    address_and_info,
    footer,
    letterhead,
    next_header,
    return_address,
    sender,
)
from pik_xl.build.mustervorlagen.styles import APP, NUMBERING, SETTINGS, STYLE_SHEET, twips
from pik_xl.ooxml.copies import Package

NS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@dataclass(frozen=True)
class Bogen:
    """The stationery of a letter: above its first page, above the others, below all, and what the text begins with."""

    first: str
    following: str
    foot: str
    address: str


AMTLICH = Bogen(
    letterhead(),
    next_header("{{ behoerde.name }} · {{ behoerde.referat }} · Az. {{ aktenzeichen }} · {{ datum | datum }}"),
    footer("{{ behoerde.name }} · {{ behoerde.referat }} · {{ behoerde.dienststelle }}",
           "{{ behoerde.strasse }} · {{ behoerde.plz_ort }} · {{ behoerde.email }}"),
    address_and_info(),
)  # fmt: skip
VORDRUCK = Bogen(
    sender(),
    next_header("{{ traeger }} · Rechtsbehelfsverzicht · Az. {{ aktenzeichen }}"),
    footer("Vordruck zum {{ bescheid }} vom {{ datum | datum }} · Az. {{ aktenzeichen }}"),
    return_address(),
)


def build(body: str, title: str, programm: str = VERLAENGERUNG, bogen: Bogen = AMTLICH) -> bytes:
    """A complete .docx around the body."""
    doc = Document()
    _fill(doc.styles.element, STYLE_SHEET)
    _fill(doc.settings.element, SETTINGS)
    _fill(doc.part.numbering_part.element, NUMBERING)
    section = doc.sections[0]
    section.different_first_page_header_footer = True
    for container, content in ((section.first_page_header, bogen.first), (section.header, bogen.following),
                               (section.first_page_footer, bogen.foot), (section.footer, bogen.foot)):  # fmt: skip
        container.is_linked_to_previous = False
        _fill(container._element, content)
    page = section._sectPr
    margins = {"top": 25, "right": 20, "bottom": 20.5, "left": 25, "header": 12, "footer": 12}
    for tag, values in (("pgSz", {"w": 210, "h": 297}), ("pgMar", margins)):
        element = page.find(f"{{{NS}}}{tag}")
        for name, mm in values.items():
            element.set(f"{{{NS}}}{name}", str(twips(mm)))
    _fill(doc.element.body, bogen.address + body, before=page)
    _properties(doc, f"{title} {{{{ aktenzeichen }}}}, {{{{ traeger }}}}", programm)
    return _zipped(doc)


def _fill(parent: etree._Element, content: str, before: etree._Element | None = None) -> None:
    """Replace everything in the element by the content; `before` stays as its end."""
    for child in list(parent):
        if child is not before:
            parent.remove(child)
    for position, child in enumerate(list(parse_xml(f'<w:part xmlns:w="{NS}">{content}</w:part>'))):
        parent.insert(position, child)


UNUSED = {"customXml", "stylesWithEffects", "webSettings", "thumbnail", "fontTable"}


def _properties(doc: Doc, title: str, programm: str) -> None:
    core = doc.core_properties
    core.title, core.language, core.author = title, "de-DE", "{{ behoerde.name }}"
    core.subject, core.keywords, core.comments, core.last_modified_by = programm, "", "", ""
    core.created = core.modified = datetime(2020, 1, 27)
    core.revision = 1
    for rels in (doc.part.rels, doc.part.package.rels):
        for key, rel in list(rels.items()):
            if rel.reltype.rsplit("/", 1)[1] in UNUSED:
                del rels[key]
            elif rel.reltype.endswith("/extended-properties"):
                rel.target_part._blob = APP.encode()


def _zipped(doc: Doc) -> bytes:
    saved = BytesIO()
    doc.save(saved)
    return Package.compile(saved.getvalue(), lambda name: False).build({})


def letters() -> dict[str, bytes]:
    """All templates by name, always the same bytes."""
    return {
        "verlaengerung": build(bescheide.verlaengerung(), "Bescheid"),
        "ablehnung": build(bescheide.ablehnung(), "Ablehnungsbescheid"),
        "digital": build(bescheide.digital(), "Bescheid", DIGITAL),
        "nachforderung": build(briefe.nachforderung(), "Nachforderung"),
        "sammelmappe": build(briefe.sammelmappe(), "Nachforderung zur Sammelmappe"),
        "eingangsbestaetigung": build(briefe.eingangsbestaetigung(), "Eingangsbestätigung"),
        "kreisuebersicht": build(briefe.kreisuebersicht(), "Kreisübersicht"),
        "rechtsbehelfsverzicht": build(briefe.rechtsbehelfsverzicht(), "Rechtsbehelfsverzicht", bogen=VORDRUCK),
    }
