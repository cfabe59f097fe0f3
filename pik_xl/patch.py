"""New rows for the table of a worksheet in which people have worked: everything else stays as they left it.

Works on the XML of one worksheet and of what hangs on it. Rows move with their key, and with them go the cells people
typed, cell styles, heights, hidden rows, notes, links and rules for single rows; what covered all rows of the
table covers all of them again. Text is only ever written as a string.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

from pik_xl.ooxml import MAX_ROW, address, column_number, parse_address

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_XM_SQREF = "{http://schemas.microsoft.com/office/excel/2006/main}sqref"
_EPOCH = date(1899, 12, 30).toordinal()
_YEARS_1904 = 1462  # days between the two calendars of workbooks
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_PARSER = etree.XMLParser(resolve_entities=False, huge_tree=True, remove_blank_text=False)
_HERE = "PIK-ROWS"
_SAMPLE = 500  # rows looked at to tell the style of a column
# What belongs to cells by an attribute, each element gone when its cells are.
_WITH_REF = {MAIN + "hyperlink": "ref", MAIN + "mergeCell": "ref"}
_WITH_SQREF = ("conditionalFormatting", "dataValidation", "ignoredError", "protectedRange")

Inhalt = str | int | Decimal | date | None


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula (without =) and the value it has now."""

    text: str
    value: str | int | Decimal


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row of the table as it will be: `source` is the row it was (None: new), `cells` by column number."""

    source: int | None
    cells: Mapping[int, Inhalt | Formula]
    height: float | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """The rows below a table's header before and after, and where each one went; rows and columns from 1.

    `table_last` is the last data row the table had, `old_last` the last one with anything in it (people also type
    below), `total` says that a row of totals follows the data.
    """

    header: int
    table_last: int
    old_last: int
    sources: Sequence[int | None]
    total: bool = False
    _moved: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for target, source in enumerate(self.sources, self.header + 1):
            if source is not None:
                self._moved[source] = target

    @property
    def new_last(self) -> int:
        """The last data row; a table has one even when it is empty."""
        return self.header + max(len(self.sources), 1)

    def row(self, old: int) -> int | None:
        """Where a row is now; None if it is gone."""
        if old <= self.header:
            return old
        if old > self.old_last:
            return old + self.new_last - self.old_last if self.total else old
        return self._moved.get(old)

    def ranges(self, text: str) -> str:
        """Ranges (A6:A20 C3) after the move; empty if all their cells are gone."""
        moved = (self._range(part) for part in text.split())
        return " ".join(part for parts in moved for part in parts)

    def _range(self, text: str) -> Iterator[str]:
        first, _, last = text.replace("$", "").partition(":")
        try:
            (top, left), (bottom, right) = parse_address(first), parse_address(last or first)
        except ValueError:  # whole columns or rows
            yield text
            return
        if bottom >= MAX_ROW or bottom <= self.header:
            yield text
        elif top <= self.header + 1 and bottom >= self.table_last:
            end = self.new_last if bottom <= self.old_last else self.row(bottom) or self.new_last
            yield _span(top, left, max(end, self.new_last), right)
        else:
            rows = sorted(filter(None, (self.row(r) for r in range(top, bottom + 1))))
            for _, run in groupby(enumerate(rows), lambda pair: pair[1] - pair[0]):
                numbers = [row for _, row in run]
                yield _span(numbers[0], left, numbers[-1], right)


def _span(top: int, left: int, bottom: int, right: int) -> str:
    first, last = address(top, left), address(bottom, right)
    return first if first == last else f"{first}:{last}"


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
    results: Callable[[str], Inhalt],
    above: Mapping[tuple[int, int], Inhalt],
    date1904: bool = False,
) -> bytes:
    """The worksheet with these rows below the header.

    `results` gives for the text of a formula outside these rows the value it has now (None: not known), `above`
    the texts over the header by row and column.
    """
    root = _parsed(xml, area, columns)
    data = root.find(MAIN + "sheetData")
    sheet = _Sheet(root, data, area, columns, results, above, date1904)
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


def _parsed(xml: bytes, area: Area, columns: Columns) -> Any:
    """The worksheet without the contents that are about to be replaced, which are most of it: they cost memory."""
    number = 0
    rows = etree.iterparse(BytesIO(xml), tag=MAIN + "row", resolve_entities=False, huge_tree=True)
    for _, row in rows:
        number = int(row.get("r", number + 1))
        if area.header < number <= area.old_last:
            for column, cell in _cells(row):
                if column in columns.managed and cell.find(MAIN + "f") is None:
                    del cell[:]
    return rows.root


def patch_results(xml: bytes, results: Callable[[str], Inhalt]) -> bytes:
    """The worksheet with fresh results for the formulas that `results` knows; unchanged bytes if all are fresh."""
    root: Any = etree.fromstring(xml, _PARSER)
    changed = False
    for f in root.iter(MAIN + "f"):
        value = results(f.text or "")
        if value is not None and str(value) != f.getparent().findtext(MAIN + "v"):
            _set_result(f.getparent(), value)
            changed = True
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True) if changed else xml


@dataclass(slots=True)
class _Sheet:
    root: Any
    data: Any
    area: Area
    columns: Columns
    results: Callable[[str], Inhalt]
    above: Mapping[tuple[int, int], Inhalt]
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
        body = [n for n in sorted(old) if self.area.header < n <= self.area.old_last]
        styles = _styles(old[n] for n in body[:: len(body) // _SAMPLE + 1])
        order = sorted(
            {*styles, *self.columns.managed, *self.columns.formulas, *(c for row in rows for c in row.cells)}
        )
        out = [self._kept(n, old[n]) for n in sorted(old) if n <= self.area.header]
        for number, row in enumerate(rows or (NewRow(None, {}),), self.area.header + 1):
            source = old.get(row.source or 0)
            cells = dict(_cells(source)) if source is not None else {}
            out.append(self._row(number, row, source, cells, styles, order))
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
    ) -> str:
        parts = [f"<row{_row_attributes(old, number, row.height)}>"]
        for column in order:
            at, cell = f"{_letters(column)}{number}", cells.get(column)
            style = styles.get(column, "") if cell is None else cell.get("s", "")
            if column in row.cells:
                parts.append(_cell(at, style, row.cells[column], self.date1904))
            elif column in self.columns.managed or (cell is None and column not in self.columns.formulas):
                parts.append(_cell(at, style, None))
            elif cell is not None:
                parts.append(self._moved(cell, at))
            else:
                parts.append(f'<c r="{at}"{_style(style)}><f>{escape(self.columns.formulas[column])}</f></c>')
        return "".join((*parts, "</row>"))

    def _moved(self, cell: Any, at: str) -> str:
        """A cell people typed in, as it was but for its place; formulas refer to what they referred to."""
        if not len(cell):
            return _cell(at, cell.get("s", ""), None)
        was = cell.get("r")
        cell.set("r", at)
        f = cell.find(MAIN + "f")
        if f is not None:
            if f.get("t") == "shared":
                text, origin = self.shared.get(f.get("si"), (f.text or "", was))
                f.attrib.clear()
                f.text, was = text, origin
            elif f.get("ref"):
                f.set("ref", self.area.ranges(f.get("ref")) or at)
            f.text = _translated(f.text or "", was, at)
        return self._xml(cell)

    def _kept(self, number: int, row: Any) -> str:
        """A row that is not of the table, with fresh texts and results."""
        present = dict(_cells(row))
        for column, header in self.columns.added.items():
            if number == self.area.header and present:
                self._add(row, address(number, column), present[max(present)].get("s"), header)
        for (r, column), value in self.above.items():
            if r == number:
                self._set_text(row, present.get(column), address(r, column), value)
        moved = number != int(row.get("r", number))
        for column, cell in present.items():
            f = cell.find(MAIN + "f")
            if moved:
                cell.set("r", address(number, column))
            if f is not None and (value := self.results(f.text or "")) is not None:
                _set_result(cell, value)
        row.set("r", str(number))
        return self._xml(row)

    def _add(self, row: Any, at: str, style: str | None, text: str) -> None:
        row.append(etree.fromstring(f'<c xmlns="{MAIN[1:-1]}" r="{at}"{_style(style or "")}{_content(text)}'))

    def _set_text(self, row: Any, cell: Any, at: str, value: Inhalt) -> None:
        fresh = etree.fromstring(
            _cell(at, cell.get("s", "") if cell is not None else "", value).replace("<c", f'<c xmlns="{MAIN[1:-1]}"', 1)
        )
        if cell is not None:
            row.replace(cell, fresh)
        else:
            later = next((c for c in row if parse_address(c.get("r"))[1] > parse_address(at)[1]), None)
            row.append(fresh) if later is None else later.addprevious(fresh)

    def _xml(self, element: Any) -> str:
        return self.namespaces.sub("", etree.tostring(element, encoding="unicode", with_tail=False))


def _numbered(data: Any) -> Iterator[tuple[int, Any]]:
    number = 0
    for row in data.iterchildren(MAIN + "row"):
        number = int(row.get("r", number + 1))
        yield number, row


def _cells(row: Any) -> Iterator[tuple[int, Any]]:
    column = 0
    for cell in row.iterchildren(MAIN + "c"):
        ref = cell.get("r")
        column = column_number(ref.rstrip("0123456789")) if ref else column + 1
        yield column, cell


@lru_cache(maxsize=1_000)
def _letters(column: int) -> str:
    return address(1, column)[:-1]


def _styles(rows: Iterable[Any]) -> dict[int, str]:
    """The style most cells of a column have in these rows; new rows get it."""
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for row in rows:
        for column, cell in _cells(row):
            counts[column][cell.get("s", "")] += 1
    return {column: counter.most_common(1)[0][0] for column, counter in counts.items()}


def _row_attributes(old: Any, number: int, height: float | None) -> str:
    kept = dict(old.attrib) if old is not None else {}
    kept.pop("spans", None)
    kept["r"] = str(number)
    if height and float(kept.get("ht", 0)) < height:
        kept |= {"ht": f"{height:g}", "customHeight": "1"}
    return "".join(f' {_attribute(name)}="{value}"' for name, value in kept.items() if not name.startswith("{"))


def _attribute(name: str) -> str:
    return name.rpartition("}")[2]


def _translated(formula: str, origin: str, at: str) -> str:
    """The formula as Excel would have it after a sort: what it says of its own row, it says of the new one."""
    if origin == at or not formula:
        return formula
    from openpyxl.formula.translate import Translator

    return str(Translator(f"={formula}", origin).translate_formula(at))[1:]


# --- cells -----------------------------------------------------------------------------------------


def _style(style: str) -> str:
    return f' s="{style}"' if style else ""


def _cell(at: str, style: str, value: Inhalt | Formula, date1904: bool = False) -> str:
    return f'<c r="{at}"{_style(style)}{_content(value, date1904)}'


def _content(value: Inhalt | Formula, date1904: bool = False) -> str:
    """The rest of a cell after its style."""
    match value:
        case None | "":
            return "/>"
        case str():
            return f' t="inlineStr"><is><t xml:space="preserve">{xml_text(value)}</t></is></c>'
        case date():
            return f"><v>{day_number(value, date1904)}</v></c>"
        case Formula(text, str(result)):
            return f' t="str"><f>{escape(text)}</f><v>{xml_text(result)}</v></c>'
        case Formula(text, result):
            return f"><f>{escape(text)}</f><v>{result}</v></c>"
        case _:
            return f"><v>{value}</v></c>"


def day_number(day: date, date1904: bool = False) -> int:
    """The number a workbook keeps for a day."""
    return day.toordinal() - _EPOCH - (_YEARS_1904 if date1904 else 0)


def xml_text(text: str) -> str:
    """Text as it may stand in a cell: nothing XML forbids, and nothing Excel would take for an escape of its own."""
    return escape(_ESCAPE.sub("_x005F_", _FORBIDDEN.sub("\ufffd", text)))


def _set_result(cell: Any, value: Inhalt) -> None:
    v = cell.find(MAIN + "v")
    if v is None:
        v = etree.SubElement(cell, MAIN + "v")
    cell.attrib.pop("t", None)
    if isinstance(value, str):
        cell.set("t", "str")
    v.text = _FORBIDDEN.sub("\ufffd", str(value))


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
    right = max([parse_address(last or first)[1], *columns.added])
    dimension.set("ref", _span(*parse_address(first), area.new_last + area.total, right))


# --- the table ---------------------------------------------------------------------------------------


def patch_table(xml: bytes, area: Area, added: Sequence[str]) -> bytes:
    """The table over the new rows, with these columns added at its right; unchanged bytes if nothing changed."""
    root: Any = etree.fromstring(xml, _PARSER)
    (top, left), (_, right) = map(parse_address, root.get("ref").split(":"))
    ref = _span(top, left, area.new_last + area.total, right + len(added))
    body = _span(top, left, area.new_last, right + len(added))
    filters = root.find(MAIN + "autoFilter")
    if root.get("ref") == ref and not added:
        return xml
    root.set("ref", ref)
    if filters is not None:
        filters.set("ref", body)
    for state in list(root.iter(MAIN + "sortState")):
        state.getparent().remove(state)
    columns = root.find(MAIN + "tableColumns")
    numbers = [int(column.get("id")) for column in columns]
    for number, header in enumerate(added, max(numbers) + 1):
        etree.SubElement(columns, MAIN + "tableColumn", {"id": str(number), "name": header})
    columns.set("count", str(len(columns)))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def table_name(xml: bytes) -> str:
    """The name formulas know the table by."""
    root: Any = etree.fromstring(xml, _PARSER)
    return str(root.get("displayName") or root.get("name", ""))


def has_totals(xml: bytes) -> bool:
    """Whether a row of totals follows the data of the table."""
    return etree.fromstring(xml, _PARSER).get("totalsRowCount", "0") != "0"


def column_formulas(xml: bytes) -> dict[str, str]:
    """Formulas that people gave whole columns of a table, by header."""
    root: Any = etree.fromstring(xml, _PARSER)
    found = ((c.get("name"), c.find(MAIN + "calculatedColumnFormula")) for c in root.iter(MAIN + "tableColumn"))
    return {name: f.text for name, f in found if f is not None and f.text and f.get("array") is None}


# --- notes -------------------------------------------------------------------------------------------

_SHAPE = re.compile(rb"<v:shape\b.*?</v:shape>", re.S)
_VML_ROW, _VML_ANCHOR = re.compile(rb"(<x:Row>)(\d+)(</x:Row>)"), re.compile(rb"(<x:Anchor>)([^<]+)(</x:Anchor>)")


def patch_notes(xml: bytes, area: Area) -> tuple[bytes, dict[tuple[int, int], str]]:
    """The notes (or threaded comments) where their cells are now, and the texts of those whose row is gone."""
    root: Any = etree.fromstring(xml, _PARSER)
    gone: dict[tuple[int, int], str] = {}
    changed = False
    for note in [e for e in root.iter() if isinstance(e.tag, str) and e.tag.rpartition("}")[2] in _NOTES]:
        row, column = parse_address(note.get("ref"))
        target = area.row(row)
        if target is None:
            gone[row, column] = "".join(note.itertext()).strip()
            note.getparent().remove(note)
        elif target != row:
            note.set("ref", address(target, column))
        changed = changed or target != row
    if not changed:
        return xml, {}
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True), gone


_NOTES = ("comment", "threadedComment")


def patch_vml(vml: bytes, area: Area) -> bytes:
    """The boxes of the notes beside their cells; other shapes (buttons) stay."""

    def moved(match: re.Match[bytes]) -> bytes:
        shape = match[0]
        row = _VML_ROW.search(shape)
        if b'ObjectType="Note"' not in shape or row is None:
            return shape
        target = area.row(int(row[2]) + 1)
        if target is None:
            return b""
        shift = target - 1 - int(row[2])
        shape = _VML_ROW.sub(lambda m: m[1] + str(target - 1).encode() + m[3], shape)
        return _VML_ANCHOR.sub(lambda m: m[1] + _shifted(m[2], shift) + m[3], shape)

    return _SHAPE.sub(moved, vml)


def _shifted(anchor: bytes, rows: int) -> bytes:
    """Left column and offset, top row and offset, right column and offset, bottom row and offset."""
    numbers = [int(n) for n in anchor.split(b",")]
    if len(numbers) == 8:
        numbers[2], numbers[6] = max(numbers[2] + rows, 0), max(numbers[6] + rows, 1)
    return ", ".join(map(str, numbers)).encode()
