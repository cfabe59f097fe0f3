"""The guarded outside of a file we do not trust: what it really is, and its parts within hard limits.

Nothing the file says about itself is believed: parts are inflated up to a limit whatever their headers
claim, and no part is handed on that could make an XML parser expand or fetch anything.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from lxml import etree

MB = 1_000_000

# What can be wrong with a file; `pik_xl.checks.datei` has the words for each.
LEER = "leer"
KENNWORT = "kennwort"
KEIN_XLSX = "kein_xlsx"
ABGESCHNITTEN = "abgeschnitten"
BESCHAEDIGT = "beschaedigt"
ZU_GROSS = "zu_gross"
ZU_VIELE_ZELLEN = "zu_viele_zellen"
ENTITAETEN = "entitaeten"
KODIERUNG = "kodierung"
PFAD = "pfad"
DOPPELTE_TEILE = "doppelte_teile"
ARTEN = (
    LEER, KENNWORT, KEIN_XLSX, ABGESCHNITTEN, BESCHAEDIGT, ZU_GROSS,
    ZU_VIELE_ZELLEN, ENTITAETEN, KODIERUNG, PFAD, DOPPELTE_TEILE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is read at most.

    `file_bytes` of the file as received, `members` of its archive, `part_bytes` and `total_bytes` after
    inflating, `ratio` of inflated to packed bytes (parts over 1 MB), and the last row, the last column and
    the number of cells that may hold something.
    """

    file_bytes: int
    members: int
    part_bytes: int
    total_bytes: int
    ratio: int
    rows: int
    columns: int
    cells: int


SUBMISSION = Limits(10 * MB, 200, 40 * MB, 60 * MB, 150, 5_000, 100, 100_000)
MASTER = Limits(200 * MB, 2_000, 400 * MB, 800 * MB, 1_000, 1_048_576, 1_000, 10_000_000)


class Unreadable(Exception):
    """A file we do not read; never shown, `pik_xl.eingang.read` makes a finding of it.

    `art` is one of `ARTEN`, `gefunden` says in German what was found, `blatt` and `zelle` where.
    """

    def __init__(self, art: str, gefunden: str, blatt: str = "", zelle: str = "") -> None:
        if len(gefunden) > 200:  # names and addresses come from the file and may be of any length
            gefunden = gefunden[:199] + "…"
        super().__init__(art, gefunden, blatt, zelle)
        self.art, self.gefunden, self.blatt, self.zelle = art, gefunden, blatt, zelle


class Relation(NamedTuple):
    """A relationship: the last word of its type, the name of the part it leads to, whether that is outside."""

    type: str
    part: str
    external: bool


class Container:
    """The parts of one ZIP package; Unreadable, here and later, for anything a spreadsheet program never writes."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        if len(data) > limits.file_bytes:
            raise Unreadable(ZU_GROSS, f"{_tausender(len(data))} Bytes")
        if not data.startswith(b"PK\x03\x04"):
            raise Unreadable(*_identify(data))
        if b"PK\x05\x06" not in data:
            raise Unreadable(ABGESCHNITTEN, "das Ende der Datei fehlt")
        self.limits = limits
        self._data = data
        self._left = limits.total_bytes
        self._members = _members(data, limits)

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._members

    @property
    def names(self) -> list[str]:
        """The names of all parts, in lower case: the standard tells no A from a."""
        return list(self._members)

    def part(self, name: str) -> bytes:
        """The inflated bytes of a part, checked against size and CRC."""
        info = self._members.get(name.lower())
        if info is None:
            raise Unreadable(BESCHAEDIGT, f"der Teil „{name}“ fehlt")
        limits = self.limits
        limit = min(limits.part_bytes, self._left, max(MB, limits.ratio * info.compress_size))
        data = self._inflate(info, limit)
        if len(data) > limit:
            raise _too_large(data, max(info.file_size, len(data)), limits)
        if len(data) != info.file_size or zlib.crc32(data) != info.CRC:
            raise Unreadable(BESCHAEDIGT, f"die Prüfsumme von „{name}“ stimmt nicht")
        self._left -= len(data)
        return data

    def tree(self, name: str) -> etree._Element:
        """The root of an XML part."""
        try:
            return etree.fromstring(self._xml(name), _PARSER)
        except etree.XMLSyntaxError:
            raise _no_xml(name) from None

    def elements(
        self, name: str, root: str, tags: tuple[str, ...], pieces: tuple[str, ...] = ()
    ) -> Iterator[etree._Element]:
        """The elements with these tags, in document order, of a part whose root is `root`.

        A large part is never in memory as a whole: its `pieces` come too, before the element they stand in,
        and whatever has been used is emptied.
        """
        data = self._xml(name)
        if len(data) > MB:
            return _piecewise(data, name, root, (*tags, *pieces))
        try:
            tree = etree.fromstring(data, _PARSER)
        except etree.XMLSyntaxError:
            raise _no_xml(name) from None
        _check_root(tree, root, name)
        return tree.iter(*tags)

    def relations(self, source: str = "") -> dict[str, Relation]:
        """The relationships of a part (without a name: of the package) by their ids."""
        folder, base = posixpath.split(source)
        name = posixpath.join(folder, "_rels", f"{base}.rels")
        if name not in self:
            return {}
        relations = {}
        for element in self.tree(name):
            target = _resolved(folder, element.get("Target", ""))
            kind = element.get("Type", "").rpartition("/")[2]
            relations[element.get("Id", "")] = Relation(kind, target, element.get("TargetMode") == "External")
        return relations

    def workbook_part(self) -> str:
        """The name of the part that holds the workbook; Unreadable for other Office documents."""
        part = next((rel.part for rel in self.relations().values() if rel.type == "officeDocument"), "")
        for pattern, name in _PROGRAMS:
            if re.match(pattern, part.lower()):
                raise Unreadable(KEIN_XLSX, name)
        if not part:
            raise Unreadable(BESCHAEDIGT, "kein Teil ist als Arbeitsmappe ausgewiesen")
        return part

    def _xml(self, name: str) -> bytes:
        """A part that is safe to parse: UTF-8, no DOCTYPE, a bounded number of nodes, transitional namespaces."""
        data = self.part(name)
        if b"\0" in data[:64] or ((match := _DECLARED.match(data)) and match[1].lower() not in _ENCODINGS):
            raise Unreadable(KODIERUNG, f"„{name}“ ist nicht in UTF-8 geschrieben")
        if b"<!DOCTYPE" in data:
            raise Unreadable(ENTITAETEN, f"„{name}“ enthält eine Dokumenttyp-Definition")
        if len(data) > MB and data.count(b"<") + data.count(b"=") > _NODES_PER_CELL * self.limits.cells:
            raise _too_many(data, self.limits) or Unreadable(ZU_VIELE_ZELLEN, "sehr viele formatierte leere Zellen")
        if b"purl.oclc.org" in data:
            for strict, transitional in _STRICT:
                data = data.replace(strict, transitional)
        return data

    def _inflate(self, info: zipfile.ZipInfo, limit: int) -> bytes:
        """Up to limit + 1 bytes of a part; ZipFile.open() would do the same in twice the time."""
        start = info.header_offset
        header = self._data[start : start + 30]
        if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
            raise Unreadable(BESCHAEDIGT, "das ZIP-Verzeichnis stimmt nicht")
        start += 30 + sum(struct.unpack_from("<HH", header, 26))
        packed = self._data[start : start + info.compress_size]
        if info.compress_type == zipfile.ZIP_STORED:
            return packed[: limit + 1]
        if info.compress_type != zipfile.ZIP_DEFLATED:
            raise Unreadable(BESCHAEDIGT, "ein Packverfahren, das Excel nicht kennt")
        try:
            return zlib.decompressobj(-15).decompress(packed, limit + 1)
        except zlib.error:
            raise Unreadable(BESCHAEDIGT, f"„{info.filename}“ lässt sich nicht entpacken") from None


@lru_cache(maxsize=10_000)  # all forms have the same parts
def _resolved(folder: str, target: str) -> str:
    """The name of the part that a target means, seen from that folder."""
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


# `_xml` has refused DOCTYPEs and other encodings; this is the second lock on the same door.
_SAFE: dict[str, Any] = {
    "encoding": "utf-8", "resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False,
    "remove_comments": True, "remove_pis": True, "collect_ids": False,
}  # fmt: skip
_PARSER = etree.XMLParser(**_SAFE)
_PROGRAMS = (
    (r"word/", "Word-Dokument (.docx)"),
    (r"ppt/", "PowerPoint-Präsentation (.pptx)"),
    (r".*\.bin\Z", "Excel-Binärarbeitsmappe (.xlsb)"),
)
# A filled cell with formula, type and style is seven of `<` and `=`; the rest is room for rows and the like.
_NODES_PER_CELL = 8
_DECLARED = re.compile(rb"""(?:\xef\xbb\xbf)?\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]+)""")
_ENCODINGS = (b"utf-8", b"utf8", b"us-ascii", b"ascii")
_STRICT = (
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main", b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
)


def _no_xml(name: str) -> Unreadable:
    return Unreadable(BESCHAEDIGT, f"„{name}“ ist kein gültiges XML")


def _piecewise(data: bytes, name: str, root: str, tags: tuple[str, ...]) -> Iterator[etree._Element]:
    """The elements of a large part, each emptied as soon as it has been used."""
    events = etree.iterparse(io.BytesIO(data), tag=tags, **_SAFE)
    try:
        for _, element in events:
            yield element
            _forget(element)
    except etree.XMLSyntaxError:
        raise _no_xml(name) from None
    _check_root(events.root, root, name)


def _check_root(tree: etree._Element, root: str, name: str) -> None:
    if tree.tag != root:
        raise Unreadable(BESCHAEDIGT, f"„{name}“ ist etwas anderes, als sein Name sagt")


def _forget(element: etree._Element) -> None:
    """Free an element of a part read piece by piece, and all that came before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _tausender(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _too_many(data: bytes, limits: Limits) -> Unreadable | None:
    """Formatted empty rows are the usual reason for a sheet that is too large, and easy to mend."""
    rows = data.count(b"<row")
    if rows <= limits.rows:
        return None
    return Unreadable(ZU_VIELE_ZELLEN, f"mindestens {_tausender(rows)} Zeilen, die meisten davon leer")


def _too_large(data: bytes, size: int, limits: Limits) -> Unreadable:
    return _too_many(data, limits) or Unreadable(ZU_GROSS, f"mindestens {_tausender(size)} Bytes entpackt")


def _members(data: bytes, limits: Limits) -> dict[str, zipfile.ZipInfo]:
    """The parts by name in lower case; counted before zipfile makes an object of every one of them."""
    count = data.count(b"PK\x01\x02")
    if count > limits.members:
        raise Unreadable(ZU_GROSS, f"{_tausender(count)} Dateien im Archiv")
    try:
        infos = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError, OSError, struct.error):
        raise Unreadable(BESCHAEDIGT, "das ZIP-Verzeichnis ist nicht lesbar") from None
    members: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        # zipfile mends names; what was really written is in orig_filename.
        name = info.orig_filename
        if "\\" in name or "\0" in name or name.startswith("/") or ".." in name.split("/"):
            raise Unreadable(PFAD, f"der Teil „{_printable(name)}“")
        if info.flag_bits & 1:
            raise Unreadable(KENNWORT, "verschlüsselte Teile im ZIP-Archiv")
        if members.setdefault(name.lower(), info) is not info:
            raise Unreadable(DOPPELTE_TEILE, f"der Teil „{_printable(name)}“ ist doppelt")
    _is_ooxml(members, data)
    return members


def _printable(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name)[:100]


def _is_ooxml(members: dict[str, zipfile.ZipInfo], data: bytes) -> None:
    """Unreadable if the archive is something else than an Office document."""
    if "mimetype" in members and b"opendocument" in data[:200]:
        art = "OpenDocument-Tabelle (.ods)" if b"spreadsheet" in data[:200] else "OpenDocument"
        raise Unreadable(KEIN_XLSX, art)
    if any(name.endswith(".iwa") or name == "index.zip" for name in members):
        raise Unreadable(KEIN_XLSX, "Apple-Dokument (Numbers oder Pages)")
    if "[content_types].xml" not in members:
        raise Unreadable(KEIN_XLSX, "ZIP-Archiv")


# --- what a file is that is no ZIP -----------------------------------------------------------------

# How other files begin.
_MAGIC = (
    (b"PK", "leeres ZIP-Archiv"),
    (b"%PDF", "PDF-Dokument"),
    (b"{\\rtf", "RTF-Text"),
    (b"\x89PNG", "Bild (PNG)"),
    (b"\xff\xd8\xff", "Bild (JPEG)"),
    (b"GIF8", "Bild (GIF)"),
    (b"II*\0", "Bild (TIFF)"),
    (b"MM\0*", "Bild (TIFF)"),
    (b"Rar!", "RAR-Archiv"),
    (b"7z\xbc\xaf", "7-Zip-Archiv"),
    (b"\x1f\x8b", "gzip-Archiv"),
)
# The streams that tell the documents apart which older Office programs write (Compound File Binary).
_CFB = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = (
    ("EncryptedPackage", KENNWORT, "verschlüsselte Arbeitsmappe"),
    ("Workbook", KEIN_XLSX, "Excel 97-2003 (.xls)"),
    ("Book", KEIN_XLSX, "Excel 5.0/95 (.xls)"),
    ("WordDocument", KEIN_XLSX, "Word 97-2003 (.doc)"),
    ("PowerPoint Document", KEIN_XLSX, "PowerPoint 97-2003 (.ppt)"),
    ("__substg1.0_", KEIN_XLSX, "Outlook-Nachricht (.msg)"),
)
# What text begins with, in lower case, after any byte-order mark and space.
_TEXTS = (
    (r"(<\?xml[^>]*>\s*)?<!doctype html|<(html|head|body|table|meta)\b", "HTML-Seite"),
    (r"<\?xml.*?urn:schemas-microsoft-com:office:spreadsheet", "XML-Kalkulationstabelle 2003"),
    (r"<\?xml", "XML-Datei"),
    (r"(mime-version|received|return-path|from|date|subject|delivered-to):", "E-Mail oder Webarchiv"),
    (r"[^\n]*[;\t,][^\n]*(\n|$)", "Text mit Trennzeichen (CSV)"),
)


def _identify(data: bytes) -> tuple[str, str]:
    """What a file that is no ZIP is: the kind of fault and the German name of the format."""
    if not data:
        return LEER, "0 Bytes"
    if not data.strip(b"\0"):
        return BESCHAEDIGT, "nur Nullbytes"
    if data.startswith(_CFB):
        for stream, art, name in _STREAMS:
            if stream.encode("utf-16-le") in data:
                return art, name
        return KEIN_XLSX, "Dokument eines älteren Office-Programms"
    for magic, name in _MAGIC:
        if data.startswith(magic):
            return KEIN_XLSX, name
    return KEIN_XLSX, "PDF-Dokument" if b"%PDF-" in data[:1024] else _text_format(data)


def _text_format(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data[:4096].decode("utf-16", "replace")
    elif re.search(rb"[\x00-\x08\x0e-\x1a]", data[:4096]):
        return "unbekanntes Dateiformat"
    else:
        text = data[:4096].decode("latin-1").removeprefix("ï»¿")
    for pattern, name in _TEXTS:
        if re.match(pattern, text.lstrip().lower(), re.DOTALL):
            return name
    return "Textdatei"
