"""Letters from Word templates: a .docx is compiled once per run, then each notice only fills it in.

docxtpl parses and rewrites the whole package for every letter. Here its `patch_xml` prepares each part
once, Jinja compiles it once, and everything without a tag stays deflated as it is. What would lose text
or break the file silently is refused: in the template by `Template.compile`, in the data by `render`.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from xml.parsers.expat import ExpatError, ParserCreate

from jinja2 import Template as Compiled
from jinja2 import TemplateSyntaxError, meta
from lxml import etree

from pik_xl.ooxml.copies import Package
from pik_xl.vorlagen import reste
from pik_xl.vorlagen.docx_xml import headers, mend, mend_tables, prepared, strip, text_shown
from pik_xl.vorlagen.lint import Vorlagenmangel, fehlende, urteil
from pik_xl.vorlagen.platzhalter import Ziel, environment, line_of, reason
from pik_xl.vorlagen.schreibart import Schreibart, muster
from pik_xl.vorlagen.schreibweise import typed
from pik_xl.vorlagen.syntax import syntax_fault
from pik_xl.vorlagen.tags import CELLS, TAG, Absatz, Tag, Vorlagenfehler, fault_of, in_order, read_core, read_word

_CORE = "docProps/core.xml"
_DOCUMENT = "word/document.xml"
_TYPES, _RELS, _SETTINGS = "[Content_Types].xml", "word/_rels/document.xml.rels", "word/settings.xml"
_PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml\Z")
_TITLES = {"document": "Text", "header": "Kopfzeile", "footer": "Fußzeile",
           "footnotes": "Fußnoten", "endnotes": "Endnoten"}  # fmt: skip
_MAIN, _WORD = b"wordprocessingml.document.main+xml", b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OTHERS = (b"\xd0\xcf\x11\xe0", b"{\\rtf")  # .doc, or protected by a password; .rtf
_HEADERS = {"first": "Erste Kopfzeile", "default": "Kopfzeile", "even": "Gerade Kopfzeile"}  # as Word calls them
_DRAFT, _NO_DRAFT = "ENTWURF", "Ein Entwurf wäre auf diesen Seiten nicht als ENTWURF zu erkennen."

SPEICHERN = "Bitte in Word öffnen und unter Datei → Speichern unter → Word-Dokument (.docx) speichern."


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
    cells: bool  # whether tags fill in or join cells, so that tables need mending

    def render(self, context: Mapping[str, object]) -> bytes:
        """The part's XML, well-formed; NoticeFault names tag and field of a value that cannot be printed."""
        try:
            xml = self.template.render(context)
        except Exception as error:  # whatever goes wrong while filling in lies in the template or the data
            tag = _tag_at(self.tags, line_of(error))
            raise NoticeFault(tag.ort, tag.text, reason(error)) from error
        if self.name != _CORE:
            xml = mend(xml)
        data = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + xml.encode()
        try:
            ParserCreate().Parse(data, True)
            return mend_tables(data) if self.cells else data
        except (ExpatError, AttributeError, ValueError) as error:
            raise NoticeFault(_title(self.name), "", "Das Ergebnis wäre kein lesbares Word-Dokument.") from error


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled letter.

    `fields` are the names its tags ask for, `name` is what the office calls it, `hinweis` says in German what makes
    it slow; empty if nothing does. `offen` is what the office must still settle before a letter may be final, as it
    stands there: "[zu klären: Bewilligungszeitraum]".
    """

    name: str
    fields: frozenset[str]
    hinweis: str
    offen: tuple[str, ...]
    _package: Package
    _parts: tuple[_Part, ...]

    @classmethod
    def compile(cls, source: Path | bytes, name: str, known: Collection[str] | Schreibart) -> Template:
        """Prepare a template; `known` is its kind of letter, or only the names of the fields there will be.

        Vorlagenmangel has every fault found, with part, paragraph, tag and what to do.
        """
        package = _opened(source if isinstance(source, bytes) else source.read_bytes(), name)
        texts = [_Text.read(part, package.parts[part], name) for part in sorted(filter(_is_filled, package.parts))]
        faults = _faults(texts, known, name)
        faults += _undrafted(package, texts, known, name)
        parts = () if faults else tuple(filter(None, (text.compile(faults) for text in texts if text.tags)))
        if faults:
            raise Vorlagenmangel(name, faults)
        fields = frozenset().union(*(part.fields for part in parts))
        offen = dict.fromkeys(found for text in texts for found in reste.offene(text.absaetze))
        return cls(name, fields, _hinweis(name, texts), tuple(offen), package, parts)

    def missing(self, context: Mapping[str, object]) -> frozenset[str]:
        """The fields the letter asks for and the context lacks or leaves None."""
        return frozenset(name for name in self.fields if context.get(name) is None)

    def render(self, context: Mapping[str, object]) -> bytes:
        """One letter as .docx, same bytes for the same context; NoticeFault where a value cannot be printed."""
        return self._package.build({part.name: part.render(context) for part in self._parts})


# --- compiling -------------------------------------------------------------------------------------


def _opened(data: bytes, name: str) -> Package:
    """The template's package; Vorlagenmangel if it is no Word document, or one of another kind than .docx."""
    hint = "Bitte aus einer Sicherung zurückholen oder löschen; dann gilt das mitgelieferte Muster."
    try:
        package = Package.compile(data, lambda part: _is_filled(part) or part in (_TYPES, _RELS, _SETTINGS))
        for part in package.parts.values():
            etree.fromstring(part)
        if _MAIN in package.parts.get(_TYPES, b"") and _WORD in package.parts.get(_DOCUMENT, b""):
            return package
        hint = SPEICHERN
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, etree.XMLSyntaxError):
        if data.startswith(_OTHERS):
            hint = SPEICHERN
    raise Vorlagenmangel(name, [Vorlagenfehler(name, "", "", "Das ist kein lesbares Word-Dokument (.docx).", hint)])


def _faults(texts: Sequence[_Text], known: Collection[str] | Schreibart, name: str) -> list[Vorlagenfehler]:
    """Everything wrong with the parts by themselves, then the fields that a letter of this kind must not lack."""
    felder = known.felder if isinstance(known, Schreibart) else ()
    urteile = [urteil(text.tags, known) for text in texts]
    faults = [
        fault
        for text, found in zip(texts, urteile, strict=True)
        for fault in in_order(text.faults + found.fehler + [*reste.klammern(text.absaetze, felder, name)])
    ]
    if isinstance(known, Schreibart):
        faults += fehlende(known, [
            found if text.klar else found._replace(gedruckt=found.genannt)
            for text, found in zip(texts, urteile, strict=True)
            if text.name != _CORE
        ])  # fmt: skip
    return faults


def _undrafted(
    package: Package, texts: Sequence[_Text], known: Collection[str] | Schreibart, name: str
) -> Iterator[Vorlagenfehler]:
    """A fault for every kind of page whose header would not tell a draft from a letter that is final."""
    named = any("entwurf" in tag.text for text in texts for tag in text.tags)
    if not isinstance(known, Schreibart) or "entwurf" not in known.pflicht or not named:
        return  # where no tag asks for it, the field is lacking
    by_name = {text.name: text for text in texts}
    parts = (package.parts[_DOCUMENT], *(package.parts.get(part, b"<none/>") for part in (_RELS, _SETTINGS)))
    for kind, part in dict.fromkeys(headers(*parts)):
        if wrong := by_name[part].draft_fault(known) if part in by_name else _NO_DRAFT:
            yield Vorlagenfehler(name, _HEADERS[kind], "", wrong,
                                 "Bitte dort: {% if entwurf %}ENTWURF – nicht freigegeben{% endif %}")  # fmt: skip


def _is_filled(part_name: str) -> bool:
    return part_name == _CORE or bool(_PARTS.match(part_name))


def _title(part_name: str) -> str:
    match = re.match(r"word/([a-z]+)", part_name)
    return _TITLES[match[1]] if match else "Dokumenteigenschaften"


class _Text(NamedTuple):
    """A part before it is compiled: its XML, its tags, and what is wrong with the way they stand there.

    `klar` says that every block begins and ends where it should, so that what stands under a condition is certain.
    """

    name: str
    xml: str
    tags: list[Tag]
    faults: list[Vorlagenfehler]
    absaetze: list[Absatz]
    klar: bool

    @classmethod
    def read(cls, name: str, data: bytes, vorlage: str) -> _Text:
        root = etree.fromstring(data)
        if name != _CORE:
            strip(root)
        found = read_core(root, vorlage) if name == _CORE else read_word(root, _title(name), vorlage)
        faults = [*found.faults, *reste.spuren(found.absaetze, root, _title(name), vorlage)]
        xml = etree.tostring(root, encoding="unicode")
        return cls(name, xml, found.tags, faults, found.absaetze, not found.faults)

    @property
    def cells(self) -> list[Tag]:
        """The tags that fill in or join cells and runs."""
        return [tag for tag in self.tags if tag.level in ("tc", "r") or tag.word in CELLS]

    def compile(self, faults: list[Vorlagenfehler]) -> _Part | None:
        """The part ready to be filled in; adds what Jinja cannot compile although every tag by itself is sound."""
        xml = self.xml if self.name == _CORE else prepared(self.xml)
        xml = xml.replace("\n", " ")
        tags = _places(TAG.findall(xml), self.tags)
        env = environment(Ziel.EIGENSCHAFT if self.name == _CORE else Ziel.WORD)
        try:
            ast = env.parse(TAG.sub(lambda m: f"{m[0][:2]}\n{typed(m[0][2:]).replace('&amp;', '&')}", xml))
            template = env.from_string(ast)
        except TemplateSyntaxError as error:
            faults.append(fault_of(_tag_at(tags, error.lineno), *syntax_fault(error)))
            return None
        return _Part(self.name, tags, template, frozenset(meta.find_undeclared_variables(ast)), bool(self.cells))

    def draft_fault(self, art: Schreibart) -> str:
        """Why this header does not tell a draft from a final letter; empty if it does, or has other faults."""
        part = self.compile([])
        try:
            draft, final = (
                text_shown(part.render(muster(art) | {"entwurf": yes})) if part else "" for yes in (True, False)
            )
        except NoticeFault:
            return ""
        if part and _DRAFT not in draft:
            return _NO_DRAFT
        return "Auch ein endgültiger Bescheid hieße auf diesen Seiten ENTWURF." if _DRAFT in final else ""


def _places(prepared_tags: Sequence[str], tags: Sequence[Tag]) -> list[Tag]:
    """For each tag of the prepared XML the one it was made of; docxtpl moves and adds some where there are cells."""
    left, places = list(tags), list[Tag]()
    for text in prepared_tags:
        tag = next((tag for tag in left if _core(tag) == typed(text[2:-2]).strip()), None)
        if tag:
            left.remove(tag)
        places.append(tag or (places or tags)[-1])
    return places


def _core(tag: Tag) -> str:
    """What is left of a tag when it is prepared."""
    return typed(tag.rest if tag.word in CELLS else tag.word + tag.rest).strip()


def _tag_at(tags: Sequence[Tag], line: int) -> Tag:
    """The tag a Jinja line number points at; each tag holds the line break that begins the next line."""
    return tags[min(max(line - 2, 0), len(tags) - 1)]


def _hinweis(name: str, texts: Sequence[_Text]) -> str:
    """What makes a template slow, for people."""
    cells = [tag for text in texts for tag in text.cells]
    if not cells:
        return ""
    return (f"Die Vorlage „{name}“ nutzt {cells[0].text} ({cells[0].ort}): Ihre Tabellen werden in jedem Schreiben mit "
            "docxtpl nachgerechnet, das dauert etwa doppelt so lang.")  # fmt: skip
