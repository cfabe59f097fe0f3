"""Letters from Word templates: a .docx is compiled once per run, then each notice only fills it in.

docxtpl parses and rewrites the whole package for every letter. Here its `patch_xml` prepares each part
once, Jinja compiles it once, and everything without a tag stays deflated as it is. What would lose text
or break the file silently is refused: in the template by `Template.compile`, in the data by `render`.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.parsers.expat import ExpatError, ParserCreate

from jinja2 import Template as Compiled
from jinja2 import TemplateSyntaxError, meta
from lxml import etree

from pik_xl.errors import PikError
from pik_xl.package import Package
from pik_xl.platzhalter import QUOTES, Ziel, environment, line_of, reason, syntax_fault
from pik_xl.tags import TAG, Tag, fault_of, read_core, read_word

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_CORE = "docProps/core.xml"
_PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml\Z")
_TITLES = {"document": "Text", "header": "Kopfzeile", "footer": "Fußzeile",
           "footnotes": "Fußnoten", "endnotes": "Endnoten"}  # fmt: skip

# Repeated by a loop these would stand twice in the file, or they make Word overwrite what we filled in.
_DROPPED = tuple(
    _W + name
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


class NoticeFault(Exception):  # a fault of the data, not of the program
    """One notice cannot be written: where in the template, which tag, and why, in German.

    Internal: the caller turns it into a finding and goes on with the next notice.
    """

    def __init__(self, ort: str, tag: str, grund: str) -> None:
        super().__init__(f"{ort}, {tag}: {grund}" if tag else f"{ort}: {grund}")
        self.ort, self.tag, self.grund = ort, tag, grund


@dataclass(frozen=True, slots=True)
class _Part:
    """One compiled part of the package; line n+1 of the Jinja source lies in tag n."""

    name: str
    tags: list[Tag]
    template: Compiled
    fields: frozenset[str]

    def render(self, context: Mapping[str, object]) -> bytes:
        """The part's XML, well-formed; NoticeFault names tag and field of a value that cannot be printed."""
        try:
            xml = self.template.render(context)
        except Exception as error:  # whatever goes wrong while filling in lies in the template or the data
            tag = _tag_at(self.tags, line_of(error))
            raise NoticeFault(tag.ort, tag.text, reason(error)) from error
        if self.name != _CORE:
            xml = _mend(xml)
        data = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + xml.encode()
        try:
            ParserCreate().Parse(data, True)
        except ExpatError as error:
            raise NoticeFault(
                _title(self.name), "", f"Das Ergebnis wäre kein lesbares Word-Dokument ({error})."
            ) from error
        return data


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled letter. `fields` are the names its tags ask for, `name` is what the office calls it."""

    name: str
    fields: frozenset[str]
    _package: Package
    _parts: tuple[_Part, ...]

    @classmethod
    def compile(cls, source: Path | bytes, name: str, known: Collection[str]) -> Template:
        """Prepare a template; `known` are the fields the caller will provide.

        PikError lists every fault found, with part, paragraph, tag and what to do.
        """
        package = _opened(source if isinstance(source, bytes) else source.read_bytes(), name)
        parts, faults = [], []
        for part_name in sorted(filter(_is_filled, package.parts)):
            part, found = _compile_part(part_name, package.parts[part_name], known)
            faults += found
            if part:
                parts.append(part)
        if faults:
            raise PikError("\n".join([f"Die Vorlage „{name}“ hat {_count(faults)}:", *(f"- {f}" for f in faults)]))
        fields = frozenset().union(*(part.fields for part in parts))
        return cls(name, fields, package, tuple(parts))

    def missing(self, context: Mapping[str, object]) -> frozenset[str]:
        """The fields the letter asks for and the context lacks or leaves None."""
        return frozenset(name for name in self.fields if context.get(name) is None)

    def render(self, context: Mapping[str, object]) -> bytes:
        """One letter as .docx, same bytes for the same context; NoticeFault where a value cannot be printed."""
        return self._package.build({part.name: part.render(context) for part in self._parts})


# --- compiling -------------------------------------------------------------------------------------


def _opened(data: bytes, name: str) -> Package:
    """The template's package; PikError if it is no Word document."""
    try:
        package = Package.compile(data, _is_filled)
        for part in package.parts.values():
            etree.fromstring(part)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, etree.XMLSyntaxError):
        package = None
    if package is None or "word/document.xml" not in package.parts:
        raise PikError(
            f"Die Vorlage „{name}“ ist kein lesbares Word-Dokument (.docx). Bitte aus einer Sicherung "
            "zurückholen oder löschen; dann gilt das mitgelieferte Muster."
        )
    return package


def _is_filled(part_name: str) -> bool:
    return part_name == _CORE or bool(_PARTS.match(part_name))


def _count(faults: list[str]) -> str:
    return "einen Fehler" if len(faults) == 1 else f"{len(faults)} Fehler"


def _title(part_name: str) -> str:
    match = re.match(r"word/([a-z]+)", part_name)
    return _TITLES[match[1]] if match else "Dokumenteigenschaften"


def _compile_part(name: str, data: bytes, known: Collection[str]) -> tuple[_Part | None, list[str]]:
    """The compiled part, or None where it has no tags or has faults."""
    root = etree.fromstring(data)
    if name == _CORE:
        tags, faults = read_core(root)
        xml = etree.tostring(root, encoding="unicode")
    else:
        _strip(root)
        tags, faults = read_word(root, _title(name))
        xml = _patched(etree.tostring(root, encoding="unicode"))
    if faults or not tags:
        return None, faults
    xml = TAG.sub(lambda m: m[0][:2] + "\n" + m[0][2:].translate(QUOTES), xml.replace("\n", " "))
    env = environment(Ziel.EIGENSCHAFT if name == _CORE else Ziel.WORD)
    try:
        ast = env.parse(xml)
        template = env.from_string(ast)
    except TemplateSyntaxError as error:
        return None, [fault_of(_tag_at(tags, error.lineno), syntax_fault(error))]
    fields = frozenset(meta.find_undeclared_variables(ast))
    return _Part(name, tags, template, fields), _unknown(tags, fields, known)


def _patched(xml: str) -> str:
    """The part with every tag in one piece and `{%p`, `{%tr` in place of their paragraph or row."""
    from docxtpl import DocxTemplate  # heavy, and needed only here

    patched: str = DocxTemplate.patch_xml(None, xml)
    return patched


def _strip(root: etree._Element) -> None:
    for element in list(root.iter(*_DROPPED)):
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
    for element in root.iter(_W + "p", _W + "r", _W + "tr", _W + "sectPr"):
        for key in [k for k in element.attrib if str(k).startswith((_W14, f"{_W}rsid"))]:
            del element.attrib[key]


def _unknown(tags: list[Tag], fields: frozenset[str], known: Collection[str]) -> list[str]:
    faults = []
    for field in sorted(fields - set(known)):
        tag = next((t for t in tags if re.search(rf"\b{field}\b", t.text)), tags[0])
        faults.append(fault_of(tag, f"Das Feld „{field}“ gibt es nicht. Bekannt sind: {', '.join(sorted(known))}."))
    return faults


def _tag_at(tags: list[Tag], line: int) -> Tag:
    """The tag a Jinja line number points at; each tag holds the line break that begins the next line."""
    return tags[min(max(line - 2, 0), len(tags) - 1)]


def _mend(xml: str) -> str:
    """Give back what Word insists on where conditions removed everything: rows in tables, paragraphs in cells."""
    while (end := xml.find("</w:tblGrid></w:tbl>")) >= 0:
        xml = xml[: xml.rfind("<w:tbl>", 0, end)] + xml[end + len("</w:tblGrid></w:tbl>") :]
    for emptied, mended in _EMPTIED_CELLS:
        xml = xml.replace(emptied, mended)
    if xml.endswith(("</w:hdr>", "</w:ftr>")) or "</w:txbxContent>" in xml:  # the search is slow, and seldom needed
        xml = _EMPTIED.sub(r"\1<w:p/>\2", xml)
    return xml
