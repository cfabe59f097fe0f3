"""A bounded, sparse reader for workbooks: only the cells that hold something, and only the parts needed.

It gives what faster readers lose (addresses, error values, formulas without a cached value, defined names,
tables, hidden rows and sheets) and never reads styles. Hard limits make every file harmless; within wider
ones it also reads our own master.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import isfinite
from typing import Any

from lxml import etree

from pik_xl.ooxml.address import MAX_ROW, address, parse_address
from pik_xl.ooxml.container import (
    BESCHAEDIGT,
    KEIN_XLSX,
    MASTER,
    SUBMISSION,
    ZU_VIELE_ZELLEN,
    Container,
    Limits,
    Relation,
    Unreadable,
)
from pik_xl.ooxml.relative import translated
from pik_xl.ooxml.workbook import UNBEKANNT, Cell, Cells, Kind, Sheet, Table, Workbook
from pik_xl.ooxml.xml import MAIN, R_ID, decoded

_DATA, _ROW, _C, _V, _F, _IS = (MAIN + tag for tag in ("sheetData", "row", "c", "v", "f", "is"))
_MERGE, _SI, _T, _R = (MAIN + tag for tag in ("mergeCell", "si", "t", "r"))

_REFERENCE = re.compile(
    r"(?:'((?:[^']|'')+)'|([^'!\[\]]+))!\$?([A-Z]{1,3})\$?([1-9][0-9]*)(?::\$?[A-Z]{1,3}\$?[1-9][0-9]*)?\Z"
)
# What formulas fetch or start; a | outside quotes and brackets is DDE: cmd|'/c calc'!A0.
_SUSPECTS = ("|", "WEBSERVICE", "IMAGE", "RTD", "CALL", "REGISTER")
_WEB = re.compile(r"(?:\b|_XLFN\.)(?:WEBSERVICE|IMAGE)\s*\(")
_START = re.compile(r"\||\b(?:RTD|CALL|REGISTER(?:\.ID)?)\s*\(")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'|\[[^\[\]]*\]")
# What hangs on the workbook by relationship.
_MACROS = ("vbaProject", "xlMacrosheet", "xlIntlMacrosheet")
_OUTSIDE = ("externalLink", "connections")
_KINDS: Mapping[str, Kind] = {
    "n": "zahl", "str": "text", "inlineStr": "text", "d": "text", "b": "wahr", "e": "fehler",
}  # fmt: skip


def read_workbook(data: bytes, limits: Limits = SUBMISSION, wanted: Callable[[str], bool] | None = None) -> Workbook:
    """Read the worksheets whose name is `wanted` (without it: all).

    Unreadable for everything that is no sound .xlsx or .xlsm within the limits.
    """
    container = Container(data, limits)
    part = container.workbook_part()
    return _Reader(container, part, container.relations(part), limits.cells).workbook(wanted)


@lru_cache(maxsize=50_000)
def _at(ref: str) -> tuple[int, int]:
    try:
        return parse_address(ref)
    except ValueError:
        raise Unreadable(BESCHAEDIGT, f"die Zelle „{ref}“ gibt es nicht") from None


def _string(element: etree._Element) -> str:
    """A shared or inline string with all its runs, without the reading aids (rPh) of East Asian text."""
    if len(element) == 1 and (only := element[0]).tag == _T:
        return decoded(only.text or "")
    texts = [child.text if child.tag == _T else child.findtext(_T) for child in element if child.tag in (_T, _R)]
    return decoded("".join(text or "" for text in texts))


@dataclass
class _Reader:
    """Reads one workbook; `room` is how many cells may still come, shared strings wait for the first use.

    `for_many` are the formulas of a worksheet that stand in one cell for many, with that cell.
    """

    container: Container
    part: str
    rels: Mapping[str, Relation]
    room: int
    shared: dict[str | None, Cell | None] = field(default_factory=dict)
    for_many: dict[str | None, tuple[str, str]] = field(default_factory=dict)
    merkmale: set[str] = field(default_factory=set)

    def workbook(self, wanted: Callable[[str], bool] | None) -> Workbook:
        """The whole workbook; see `read_workbook`."""
        root = self.container.tree(self.part)
        if root.tag != MAIN + "workbook":
            raise Unreadable(KEIN_XLSX, "Office-Dokument ohne Tabellen")
        elements = {e.get("name", ""): e for e in root.iterfind(f"{MAIN}sheets/{MAIN}sheet")}
        if not elements:
            raise Unreadable(BESCHAEDIGT, "die Arbeitsmappe hat kein Blatt")
        sheets: dict[str, Sheet] = {}
        tables: dict[str, Table] = {}
        for name, element in elements.items():
            rel = self.rels.get(element.get(R_ID, ""))
            if rel is None:
                raise Unreadable(BESCHAEDIGT, "das Blatt fehlt in der Datei", name)
            if rel.type == "worksheet" and (wanted is None or wanted(name)):
                sheets[name] = self._sheet(name, element.get("state", "visible"), rel.part)
                tables |= self._tables(name, rel.part)
        names = self._names(root, elements)
        self._note_relations()
        properties = root.find(MAIN + "workbookPr")
        date1904 = properties is not None and _true(properties.get("date1904"))
        return Workbook(sheets, tuple(elements), names, tables, date1904, frozenset(self.merkmale))

    def _note_relations(self) -> None:
        """Note what hangs on the workbook; of all that, only the kind of an external link is looked at."""
        if any("vbaproject" in name or "/macrosheets/" in name for name in self.container.names):
            self.merkmale.add("makros")
        for rel in self.rels.values():
            if rel.type in _MACROS:
                self.merkmale.add("makros")
            elif rel.external or rel.type in _OUTSIDE:
                self.merkmale.add("externe_verknuepfung")
            if rel.type == "externalLink" and rel.part in self.container:
                link = self.container.tree(rel.part)
                if any(link.find(MAIN + tag) is not None for tag in ("ddeLink", "oleLink")):
                    self.merkmale.add("dde")

    def _note_formulas(self, formulas: Iterable[str]) -> None:
        text = "\0".join(formulas).upper()
        if any(word in text for word in _SUSPECTS):
            # One by one, so that a stray quote in one formula hides nothing in the next.
            bare = "\n".join(_QUOTED.sub("", formula) for formula in text.split("\0"))
            if _WEB.search(bare):
                self.merkmale.add("webservice")
            if _START.search(bare):
                self.merkmale.add("dde")

    def _names(self, root: etree._Element, sheets: Mapping[str, object]) -> dict[str, tuple[str, int, int]]:
        """Defined names by their target; a name of the workbook goes before its copies in single sheets."""
        elements = list(root.iterfind(f"{MAIN}definedNames/{MAIN}definedName"))
        self._note_formulas(element.text or "" for element in elements)
        names: dict[str, tuple[str, int, int]] = {}
        for element in sorted(elements, key=lambda e: e.get("localSheetId") is not None):
            target = target_of(element.text or "")
            if target and target[0] in sheets:
                names.setdefault(element.get("name", ""), target)
        return names

    def _tables(self, sheet: str, part: str) -> dict[str, Table]:
        tables = {}
        for rel in self.container.relations(part).values():
            if rel.type == "table":
                table = _table(self.container.tree(rel.part), sheet)
                tables[table.name] = table
            elif rel.external and rel.type != "hyperlink":
                self.merkmale.add("externe_verknuepfung")
        return tables

    # --- cells -----------------------------------------------------------------------------------

    def _sheet(self, name: str, state: str, part: str) -> Sheet:
        cells: Cells = {}
        merged: list[str] = []
        hidden: list[int] = []
        number = 0
        self.for_many.clear()
        try:
            for element in self.container.elements(part, MAIN + "worksheet", (_DATA, _MERGE), (_ROW,)):
                if element.tag == _MERGE:
                    merged.append(element.get("ref", ""))
                    continue
                for row in element.iter(_ROW):
                    number = _row_number(row, number)
                    if _true(row.get("hidden")):
                        hidden.append(number)
                self._read(element, cells)
        except Unreadable as fault:
            fault.blatt = fault.blatt or name
            raise
        self.room -= len(cells)
        return Sheet(name, state, cells, tuple(merged), frozenset(hidden))

    def _read(self, rows: Any, cells: Cells) -> None:
        """Add the cells that hold something, going by formulas and values: most cells of a form are empty."""
        formulas = {at: self._formula(f, at) for f in rows.iter(_F) for at in (_place(f.getparent(), rows),)}
        self._note_formulas(formulas.values())
        limits, shared = self.container.limits, self.shared
        max_row, max_col = limits.rows, limits.columns
        for value in rows.iter(_V, _IS):
            parent = value.getparent()
            ref, kind = parent.get("r"), parent.get("t")
            at = _at(ref) if ref else _place(parent, rows)
            cell = shared.get(value.text) if kind == "s" else None
            if cell is None and (cell := self._cell(kind, value, at, formulas.get(at, ""))) is None:
                continue
            if at[0] > max_row or at[1] > max_col:
                raise _beyond(at)
            if at in cells:
                raise Unreadable(
                    BESCHAEDIGT, f"die Zelle {address(*at)} steht zweimal in der Datei", zelle=address(*at)
                )
            cells[at] = cell
        for at, formula in formulas.items():
            if at not in cells:
                if at[0] > max_row or at[1] > max_col:
                    raise _beyond(at)
                cells[at] = Cell("leer_formel", "", formula)
        if len(cells) > self.room:
            raise Unreadable(ZU_VIELE_ZELLEN, f"mehr als {limits.cells} Zellen")

    def _formula(self, f: Any, at: tuple[int, int]) -> str:
        """A formula as it reads in its cell; where it stands in one cell for many, only a master needs to know."""
        text: str = f.text or ""
        if f.get("t") != "shared":
            return text or UNBEKANNT
        if text:
            self.for_many[f.get("si")] = text, address(*at)
            return text
        text, origin = self.for_many.get(f.get("si"), (UNBEKANNT, address(*at)))
        return translated(text, origin, address(*at)) if self.container.limits is MASTER else text

    def _cell(self, kind: str | None, value: Any, at: tuple[int, int], formel: str) -> Cell | None:
        """The cell with this value; None where it is empty."""
        text: str = (_string(value) if kind == "inlineStr" else value.text) or ""
        if not text and not (formel and kind == "str"):
            return None
        if kind is None or kind == "n":
            if self.container.limits is MASTER and not _is_number(text):
                raise Unreadable(BESCHAEDIGT, f"„{text}“ ist keine Zahl", zelle=address(*at))
            return Cell("zahl", text, formel)
        if kind == "s":
            return self._shared(text, at)
        if kind not in _KINDS:
            raise Unreadable(BESCHAEDIGT, f"der Zelltyp „{kind}“ ist unbekannt", zelle=address(*at))
        if kind == "b":
            text = "1" if _true(text) else "0"
        return Cell(_KINDS[kind], decoded(text) if kind == "str" else text, formel)

    def _shared(self, index: str, at: tuple[int, int]) -> Cell | None:
        """The cell for a shared string; the first one asked for brings in all."""
        if not self.shared:
            self.shared.update(self._strings())
        if index not in self.shared:
            raise Unreadable(BESCHAEDIGT, "der Text der Zelle fehlt", zelle=address(*at))
        return self.shared[index]

    def _strings(self) -> Iterator[tuple[str, Cell | None]]:
        """The shared strings as cells (None: empty), with the digits that stand for them in the worksheets."""
        part = next((rel.part for rel in self.rels.values() if rel.type == "sharedStrings"), None)
        if part is not None:
            for index, element in enumerate(self.container.elements(part, MAIN + "sst", (_SI,))):
                text = _string(element)
                yield str(index), Cell("text", text) if text else None


@lru_cache(maxsize=10_000)  # all forms have the same names
def target_of(reference: str) -> tuple[str, int, int] | None:
    """Sheet, row and column that a name leads to; None if it leads to no cell."""
    if not (match := _REFERENCE.match(reference)):
        return None
    sheet = match[1].replace("''", "'") if match[1] else match[2]
    try:
        return sheet, *parse_address(match[3] + match[4])
    except ValueError:
        return None


def _is_number(text: str) -> bool:
    """Whether what a cell has as its number is one."""
    try:
        return isfinite(float(text))
    except ValueError:
        return False


def _true(value: str | None) -> bool:
    return value in ("1", "true")


def _beyond(at: tuple[int, int]) -> Unreadable:
    return Unreadable(ZU_VIELE_ZELLEN, f"Zelle {address(*at)}", zelle=address(*at))


def _row_number(row: etree._Element, previous: int) -> int:
    """The number of a row, written into it where it stands right below the last one without saying so."""
    if (ref := row.get("r")) is None:
        row.set("r", str(previous + 1))
        return previous + 1
    if not (len(ref) <= 7 and ref.isascii() and ref.isdigit() and 0 < int(ref) <= MAX_ROW):
        raise Unreadable(BESCHAEDIGT, f"die Zeile „{ref}“ gibt es nicht")
    return int(ref)


def _place(cell: Any, rows: Any) -> tuple[int, int]:
    """Where a cell is; those without an address stand right of the one before."""
    if cell.get("r") is None:
        for row in rows.iter(_ROW):
            col = 0
            for c in row.iterchildren(_C):
                col = _at(c.get("r", address(int(row.get("r")), col + 1)))[1]
                c.set("r", address(int(row.get("r")), col))
    return _at(cell.get("r", ""))


def _table(root: Any, sheet: str) -> Table:
    first, _, last = root.get("ref", "").partition(":")
    top, left = _at(first)
    bottom, _ = _at(last or first)
    if bottom < top:
        raise Unreadable(BESCHAEDIGT, f"den Bereich „{root.get('ref')}“ gibt es nicht", sheet)
    columns = root.iterfind(f"{MAIN}tableColumns/{MAIN}tableColumn")
    total = root.get("totalsRowCount", "0") != "0"
    return Table(
        name=root.get("displayName") or root.get("name", ""),
        sheet=sheet,
        header_row=top if root.get("headerRowCount", "1") != "0" else 0,
        first_col=left,
        last_row=bottom - total,
        columns=tuple(decoded(column.get("name", "")) for column in columns),
        total=total,
    )
