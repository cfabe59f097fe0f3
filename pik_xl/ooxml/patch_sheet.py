"""New rows for the table of a worksheet in which people have worked: everything else stays as they left it.

Works on the XML of one worksheet; the part of the table and the notes are patched by `patch_table` and `patch_notes`.
Rows move with their key, and with them go the cells people typed, cell styles, heights, hidden rows, links and rules
for single rows; what covered all rows of the table covers all of them again. Text is only ever written as a string.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

from pik_xl.kinds import Formel, Value
from pik_xl.ooxml.address import address, parse_address
from pik_xl.ooxml.area import Area, span
from pik_xl.ooxml.cell import cells_in, new_cell, result_text, set_result, style_attribute
from pik_xl.ooxml.container import BESCHAEDIGT, Unreadable
from pik_xl.ooxml.relative import translated
from pik_xl.ooxml.xml import MAIN, PARSER

_XM_SQREF = "{http://schemas.microsoft.com/office/excel/2006/main}sqref"
_HERE = "PIK-ROWS"
# What belongs to cells by an attribute, each element gone when its cells are.
_WITH_REF = {MAIN + "hyperlink": "ref", MAIN + "mergeCell": "ref"}
_WITH_SQREF = ("conditionalFormatting", "dataValidation", "ignoredError", "protectedRange")


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row of the table as it will be: `source` is the row it was (None: new), `cells` by column number.

    `height` is in points (None: as it was), `hidden` says whether it is hidden.
    """

    source: int | None
    cells: Mapping[int, Value | Formel]
    height: float | None = None
    hidden: bool = False


# --- the worksheet ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns by number: `managed` are rewritten, `formulas` belong to whole columns, `added` are new headers."""

    managed: frozenset[int]
    formulas: Mapping[int, str] = field(default_factory=dict)
    added: Mapping[int, str] = field(default_factory=dict)


def patch_sheet(
    xml: bytes,
    area: Area,
    rows: Sequence[NewRow],
    columns: Columns,
    results: Callable[[str], Value],
    above: Mapping[tuple[int, int], Value],
    date1904: bool = False,
) -> bytes:
    """The worksheet with these rows below the header.

    `results` gives for the text of a formula outside these rows the value it has now (None: not known), `above`
    the texts over the header by row and column.
    """
    root, looks = _parsed(xml, area, columns)
    data = _only_data(root)
    sheet = _Sheet(root, data, area, columns, looks, results, above, date1904)
    parts = sheet.rows(rows)
    for row in list(data):
        data.remove(row)
    data.text = _HERE
    _move_ranges(root, area)
    _set_dimension(root, area, columns)
    head, tail = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True).split(_HERE.encode(), 1)
    if root.prefix:  # programs that write <x:worksheet>; ours are plain <row> and <c>
        head = head.removesuffix(b">") + b' xmlns="' + MAIN[1:-1].encode() + b'">'
    return b"".join((head, "".join(parts).encode(), tail))


def _only_data(root: Any) -> Any:
    found = root.findall(MAIN + "sheetData")
    if len(found) != 1:
        raise Unreadable(BESCHAEDIGT, "ein Blatt hat keine Zeilen oder sie zweimal")
    return found[0]


Looks = Mapping[int, Counter[str]]


def _parsed(xml: bytes, area: Area, columns: Columns) -> tuple[Any, Looks]:
    """The worksheet without the cells that are about to be replaced, which are most of it: they cost memory.

    For every column in which any row of the table has a cell it is kept how often which style stands there, the first
    one first; a cell that is replaced stays where it looks otherwise than the first of its column.
    """
    number = 0
    looks: dict[int, Counter[str]] = defaultdict(Counter)
    rows = etree.iterparse(BytesIO(xml), tag=MAIN + "row", resolve_entities=False, huge_tree=True)
    for _, row in rows:
        number = int(row.get("r", number + 1))
        if area.header < number <= area.old_last:
            for column, cell in list(cells_in(row)):
                style = cell.get("s", "")
                looks[column][style] += 1
                if column in columns.managed and cell.find(MAIN + "f") is None:
                    if cell.get("r") and style == next(iter(looks[column])):
                        row.remove(cell)
                    else:
                        del cell[:]
    return rows.root, looks


def patch_results(xml: bytes, results: Callable[[str], Value]) -> bytes:
    """The worksheet with fresh results for the formulas that `results` knows; unchanged bytes if all are fresh."""
    root: Any = etree.fromstring(xml, PARSER)
    changed = False
    for f in root.iter(MAIN + "f"):
        value = results(f.text or "")
        if value is not None and result_text(value) != f.getparent().findtext(MAIN + "v"):
            set_result(f.getparent(), value)
            changed = True
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True) if changed else xml


def without_rows(xml: bytes, gone: Collection[int]) -> bytes:
    """The worksheet without these rows, with what stood below them moved up; for plain values without a table."""
    root: Any = etree.fromstring(xml, PARSER)
    data = root.find(MAIN + "sheetData")
    right = bottom = 1
    for number, row in list(_numbered(data)):
        if number in gone:
            data.remove(row)
            continue
        bottom = number - sum(n < number for n in gone)
        row.set("r", str(bottom))
        for column, cell in cells_in(row):
            cell.set("r", address(bottom, column))
            right = max(right, column)
    if (dimension := root.find(MAIN + "dimension")) is not None:
        dimension.set("ref", span(1, 1, bottom, right))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


@dataclass(slots=True)
class _Sheet:
    root: Any
    data: Any
    area: Area
    columns: Columns
    looks: Looks
    results: Callable[[str], Value]
    above: Mapping[tuple[int, int], Value]
    date1904: bool
    shared: dict[str, tuple[str, str]] = field(default_factory=dict)
    namespaces: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        # What the root declares need not be declared again by every element written on its own.
        declared = (f' xmlns{":" + p if p else ""}="{uri}"' for p, uri in self.root.nsmap.items())
        self.namespaces = re.compile("|".join(re.escape(text) for text in declared))

    def rows(self, rows: Sequence[NewRow]) -> list[str]:
        """All rows of the sheet as XML, in order."""
        old = dict(_numbered(self.data))
        self._note_shared(old.values())
        styles = {column: looks.most_common(1)[0][0] for column, looks in self.looks.items()}
        usual = {column: next(iter(looks)) for column, looks in self.looks.items() if column in self.columns.managed}
        known = styles | usual  # what an old row had where a cell was taken out
        body = sum(self.area.header < n <= self.area.old_last for n in old)
        full = {column for column, style in styles.items() if self.looks[column][style] * 2 > body}
        order = sorted(
            {*self.looks, *self.columns.managed, *self.columns.formulas, *(c for row in rows for c in row.cells)}
        )
        out = [self._kept(n, old[n]) for n in sorted(old) if n <= self.area.header]
        for number, row in enumerate(rows or (NewRow(None, {}),), self.area.header + 1):
            source = old.get(row.source or 0)
            cells = dict(cells_in(source)) if source is not None else {}
            look, filled = (styles, full) if source is None else (known, frozenset[int]())
            out.append(self._row(number, row, source, cells, look, order, filled))
        below = ((self.area.row(n), old[n]) for n in sorted(old) if n > self.area.old_last)
        return [*out, *(self._kept(number, row) for number, row in below if number)]

    def _note_shared(self, rows: Iterable[Any]) -> None:
        """Formulas that stand in one cell for many are written out, as their cells part ways."""
        for row in rows:
            for f in row.iter(MAIN + "f"):
                if f.get("t") == "shared" and f.text:
                    self.shared[f.get("si")] = (f.text, f.getparent().get("r"))

    def _row(
        self,
        number: int,
        row: NewRow,
        old: Any,
        cells: Mapping[int, Any],
        styles: Mapping[int, str],
        order: Sequence[int],
        filled: Set[int],
    ) -> str:
        """The row as XML; `styles` are for cells it has not got yet, empty ones come only into `filled` columns."""
        parts = [f"<row{_row_attributes(old, number, row)}>"]
        for column in order:
            at, cell = f"{_letters(column)}{number}", cells.get(column)
            style = styles.get(column, "") if cell is None else cell.get("s", "")
            if column in row.cells:
                parts.append(new_cell(at, style, row.cells[column], self.date1904))
            elif column in self.columns.managed:
                parts.append(new_cell(at, style, None))
            elif cell is not None:
                parts.append(self._moved(cell, cell.get("r") or f"{_letters(column)}{row.source}", at))
            elif column in self.columns.formulas:
                parts.append(f'<c r="{at}"{style_attribute(style)}><f>{escape(self.columns.formulas[column])}</f></c>')
            elif column in filled:
                parts.append(new_cell(at, style, None))
        return "".join((*parts, "</row>"))

    def _moved(self, cell: Any, was: str, at: str) -> str:
        """A cell people typed in, as it was but for its place; formulas refer to what they referred to."""
        if not len(cell):
            return new_cell(at, cell.get("s", ""), None)
        cell.set("r", at)
        f = cell.find(MAIN + "f")
        if f is not None:
            if f.get("t") == "shared":
                text, origin = self.shared.get(f.get("si"), (f.text or "", was))
                f.attrib.clear()
                f.text, was = text, origin
            elif f.get("ref"):
                f.set("ref", self.area.ranges(f.get("ref")) or at)
            f.text = translated(f.text or "", was, at)
        return self._xml(cell)

    def _kept(self, number: int, row: Any) -> str:
        """A row that is not of the table, with fresh texts and results."""
        present = dict(cells_in(row))
        for column, header in self.columns.added.items():
            if number == self.area.header and present:
                style = present[max(c for c in present if c not in self.columns.added)].get("s", "")
                self._set_text(row, present.get(column), address(number, column), header, style)
        for (r, column), value in self.above.items():
            if r == number:
                cell = present.get(column)
                self._set_text(row, cell, address(r, column), value, "" if cell is None else cell.get("s", ""))
        moved = number != int(row.get("r", number))
        for column, cell in present.items():
            f = cell.find(MAIN + "f")
            if moved:
                cell.set("r", address(number, column))
            if f is not None and (value := self.results(f.text or "")) is not None:
                set_result(cell, value)
        row.set("r", str(number))
        return self._xml(row)

    def _set_text(self, row: Any, cell: Any, at: str, value: Value, style: str) -> None:
        """Puts a new cell in the place of an old one, or where it belongs if there is none."""
        fresh = etree.fromstring(new_cell(at, style, value).replace("<c", f'<c xmlns="{MAIN[1:-1]}"', 1))
        if cell is not None:
            row.replace(cell, fresh)
        else:
            later = next((c for column, c in cells_in(row) if column > parse_address(at)[1]), None)
            row.append(fresh) if later is None else later.addprevious(fresh)

    def _xml(self, element: Any) -> str:
        return self.namespaces.sub("", etree.tostring(element, encoding="unicode", with_tail=False))


def _numbered(data: Any) -> Iterator[tuple[int, Any]]:
    number, seen = 0, set[int]()
    for row in data.iterchildren(MAIN + "row"):
        number = int(row.get("r", number + 1))
        if number in seen:
            raise Unreadable(BESCHAEDIGT, f"die Zeile {number} steht zweimal in der Datei")
        seen.add(number)
        yield number, row


@lru_cache(maxsize=1_000)
def _letters(column: int) -> str:
    return address(1, column)[:-1]


def _row_attributes(old: Any, number: int, row: NewRow) -> str:
    kept = dict(old.attrib) if old is not None else {}
    kept.pop("spans", None)
    kept["r"] = str(number)
    if row.height and _height(kept.get("ht", "")) < row.height:
        kept |= {"ht": f"{row.height:g}", "customHeight": "1"}
    if row.hidden:
        kept["hidden"] = "1"
    else:
        kept.pop("hidden", None)
    return "".join(f' {_attribute(name)}="{value}"' for name, value in kept.items() if not name.startswith("{"))


def _height(text: str) -> float:
    """The height of a row in points; 0 where there is none, or none that could be read."""
    try:
        return float(text)
    except ValueError:
        return 0


def _attribute(name: str) -> str:
    return name.rpartition("}")[2]


# --- what belongs to cells ---------------------------------------------------------------------------


def _move_ranges(root: Any, area: Area) -> None:
    for name in _WITH_SQREF:
        for element in list(root.iter(MAIN + name)):
            _set_or_remove(element, "sqref", area.ranges(element.get("sqref", "")))
    for tag, attribute in _WITH_REF.items():
        for element in list(root.iter(tag)):
            _set_or_remove(element, attribute, area.ranges(element.get(attribute, "")).split(" ")[0])
    for element in list(root.iter(_XM_SQREF)):
        element.text = area.ranges(element.text or "") or element.text


def _set_or_remove(element: Any, attribute: str, value: str) -> None:
    if value:
        element.set(attribute, value)
        return
    parent = element.getparent()
    parent.remove(element)
    if "count" in parent.attrib:
        parent.set("count", str(len(parent)))
    if not len(parent) and parent.tag in (MAIN + n for n in ("hyperlinks", "mergeCells", "dataValidations")):
        parent.getparent().remove(parent)


def _set_dimension(root: Any, area: Area, columns: Columns) -> None:
    dimension = root.find(MAIN + "dimension")
    if dimension is None:
        return
    first, _, last = dimension.get("ref", "A1").partition(":")
    try:
        (top, left), (_, end) = parse_address(first), parse_address(last or first)
    except ValueError:  # it may be left out
        root.remove(dimension)
        return
    dimension.set("ref", span(top, left, area.new_last + area.total, max(end, *columns.added, 0)))
