"""The parts of the master's package: which belong to a sheet, and the file with some of them changed.

What is not changed is written exactly as it was.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass

from pik_xl.ooxml.container import BESCHAEDIGT, MASTER, Container, Unreadable
from pik_xl.ooxml.patch_table import table_name
from pik_xl.ooxml.xml import MAIN, R_ID

_CALC = re.compile(rb"<((?:\w+:)?)calcPr\b([^>]*?)(/?)>")
_FULL = re.compile(rb'\s*fullCalcOnLoad="[^"]*"')
# The print area of lists in older masters: one row short of whole columns, so that their empty rows may be printed.
_AREA = re.compile(
    rb'(<(?:\w+:)?definedName\b[^>]*\sname="_xlnm\.Print_Area"[^>]*>[^<]*!\$A)\$1(:\$[A-Z]{1,3})\$1048575(?=</)'
)
# calcPr stands after these elements of the workbook (CT_Workbook), the first found from the right.
_BEFORE_CALC = ("definedNames", "externalReferences", "functionGroups", "sheets")


@dataclass(frozen=True, slots=True)
class SheetParts:
    """Names of parts: the worksheet, the table on it ("" if none was asked for), notes, threads and notes' boxes."""

    sheet: str
    table: str
    notes: tuple[str, ...]
    threads: tuple[str, ...]
    vml: tuple[str, ...]


class MasterPackage:
    """A workbook's package, to be written again with some parts changed."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._container = Container(data, MASTER)
        self._changed: dict[str, bytes | None] = {}
        self._workbook = self._container.workbook_part()
        rels = self._container.relations(self._workbook)
        sheets = self._container.tree(self._workbook).iterfind(f"{MAIN}sheets/{MAIN}sheet")
        self._sheets = {s.get("name", ""): rels[s.get(R_ID, "")].part for s in sheets if s.get(R_ID, "") in rels}

    def part(self, name: str) -> bytes:
        """The bytes of a part as they are now."""
        changed = self._changed.get(name.lower())
        return changed if changed is not None else self._container.part(name)

    def change(self, name: str, data: bytes | None) -> None:
        """Puts other bytes in the place of a part; None takes it out."""
        self._changed[name.lower()] = data

    def parts(self, sheet: str, table: str = "") -> SheetParts | None:
        """The parts of a sheet; None if there is no such sheet."""
        if (part := self._sheets.get(sheet)) is None:
            return None
        rels = list(self._container.relations(part).values())
        for rel in rels:
            if rel.type in ("comments", "threadedComment"):
                self._container.tree(rel.part)  # they are written again only if they can be read
        tables = [r.part for r in rels if r.type == "table" and table and table_name(self.part(r.part)) == table]
        return SheetParts(
            part,
            tables[0] if tables else "",
            tuple(r.part for r in rels if r.type == "comments"),
            tuple(r.part for r in rels if r.type == "threadedComment"),
            tuple(r.part for r in rels if r.type == "vmlDrawing"),
        )

    def recalculate(self) -> None:
        """Has every program calculate all formulas when it opens the file; the list of their order goes."""
        self.change(self._workbook, _with_full_calculation(self.part(self._workbook)))
        rels = f"{self._workbook.rpartition('/')[0]}/_rels/{self._workbook.rpartition('/')[2]}.rels"
        for rel in self._container.relations(self._workbook).values():
            if rel.type == "calcChain" and rel.part in self._container:
                self.change(rel.part, None)
                self.change(rels, _without(self.part(rels), b"Relationship", b"calcChain"))
                self.change(
                    "[Content_Types].xml", _without(self.part("[Content_Types].xml"), b"Override", b"calcChain")
                )

    def whole_columns(self) -> None:
        """Has the lists of an older master print whole columns; what staff have set for printing stays."""
        part = self.part(self._workbook)
        if (mended := _AREA.sub(rb"\1\2", part)) != part:
            self.change(self._workbook, mended)

    def build(self) -> bytes:
        """The file; members keep order and dates, so that the same changes give the same bytes."""
        target = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(self._data)) as old, zipfile.ZipFile(target, "w") as new:
            for info in old.infolist():
                name = info.filename.lower()
                data = self._changed[name] if name in self._changed else _unchanged(old, info)
                if data is not None:
                    member = zipfile.ZipInfo(info.filename, info.date_time)
                    member.external_attr = info.external_attr
                    new.writestr(member, data, zipfile.ZIP_DEFLATED)
        return target.getvalue()


def _unchanged(old: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """A part nobody has read yet; Unreadable if it cannot be."""
    try:
        return old.read(info)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError):
        raise Unreadable(BESCHAEDIGT, f"„{info.filename}“ lässt sich nicht entpacken") from None


def _with_full_calculation(workbook: bytes) -> bytes:
    if match := _CALC.search(workbook):
        prefix, attributes, end = match.groups()
        fresh = b'<%scalcPr%s fullCalcOnLoad="1"%s>' % (prefix, _FULL.sub(b"", attributes), end)
        return workbook[: match.start()] + fresh + workbook[match.end() :]
    for name in _BEFORE_CALC:
        if match := re.search(rb"</((?:\w+:)?)%s>|<((?:\w+:)?)%s\b[^>]*/>" % (name.encode(), name.encode()), workbook):
            prefix = match[1] or match[2] or b""
            return workbook[: match.end()] + b'<%scalcPr fullCalcOnLoad="1"/>' % prefix + workbook[match.end() :]
    return workbook


def _without(xml: bytes, element: bytes, word: bytes) -> bytes:
    """The XML without the empty elements of that name that mention the word."""
    return re.sub(rb"<%s\b[^>]*%s[^>]*/>" % (element, word), b"", xml)
