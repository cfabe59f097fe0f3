"""What people leave in a large table of the master, typed at random as Excel would save it, and where it is later.

Everything bears a text of its own, so that it can be found wherever it went. Colours are styles nothing else has; the
double of Excel knows no colours, so such a style has a number format of its own as well.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from excel_double import CDispatch
from lxml import etree
from masters import REGELN, bewilligungen, vorgang

from pik_xl.excel.book import LiveBook
from pik_xl.master.update.book import Book
from pik_xl.master.update.file import FileBook
from pik_xl.model import Bewilligung, Stand
from pik_xl.ooxml.address import address, parse_address
from pik_xl.ooxml.edited import MasterPackage
from pik_xl.ooxml.workbook import Workbook
from pik_xl.recht.entscheidung import Vorgang
from pik_xl.recht.verlaengerung import decide, overall

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SHEET, TABLE = "Stellen", "tbl_stellen"
FORMAT = '"bunt"0'
OWN = 6  # columns people add to the table
BESIDE = ("beside", "formula", "colour", "note")
Places = dict[str, list[tuple[str, str]]]  # by text: sheet and key of the row, wherever it stands


@dataclass(frozen=True, slots=True)
class Stroke:
    """Something a person left: the text it is known by, the key of its row ("": below the table), and what it is."""

    text: str
    key: str
    kind: str


# --- cases -----------------------------------------------------------------------------------------


def posts(count: int) -> list[Bewilligung]:
    """So many approved posts, ten of each applicant."""
    return [replace(b, stelle=f"{b.stelle[:-2]}{n + 1:02}") for b in bewilligungen(-(-count // 10)) for n in range(10)]


def cases_of(bestand: Iterable[Bewilligung]) -> list[Vorgang]:
    """An application of each applicant for all of these posts."""
    by_ags: dict[str, list[Bewilligung]] = defaultdict(list)
    for b in bestand:
        by_ags[b.ags].append(b)
    return [_case(own) for own in by_ags.values()]


def key_of(b: Bewilligung) -> str:
    """The key of the post's row."""
    return f"{b.stelle} | {b.ags}"


def _case(own: Sequence[Bewilligung]) -> Vorgang:
    stellen = tuple(vorgang(b).antrag.stellen[0] for b in own)
    name = f"{own[0].ags}.xlsx"
    antrag = replace(vorgang(own[0]).antrag, schluessel=name, datei=name, stellen=stellen)
    decisions = tuple(decide(s, b, REGELN) for s, b in zip(stellen, own, strict=True))
    return Vorgang(antrag, Stand.ENTSCHIEDEN, (), {b.stelle: b for b in own}, decisions, overall(decisions))


# --- typing ----------------------------------------------------------------------------------------


class Clerk:
    """Somebody who types into random rows of the table; `cells` and `notes` by their place."""

    def __init__(self, book: Workbook, rng: Random, style: int) -> None:
        self.table, self.rng, self.style = book.tables[TABLE], rng, style
        keys = keys_of(book)
        often = Counter(keys.values())
        self.keys = {row: key for row, key in keys.items() if key and often[key] == 1}
        self.right = self.table.first_col + len(self.table.columns)
        self.cells = {(self.table.header_row, self.right + n): _text(f"Eigen {n}") for n in range(OWN)}
        self.notes: dict[tuple[int, int], str] = {}

    def column(self, header: str) -> int:
        """The number of one of our columns."""
        return self.table.first_col + self.table.columns.index(header)

    def types(self, kind: str, number: int, of: int) -> Stroke:
        """One entry of the kind, the n-th of so many; beside the table each has a column of its own."""
        column = {"own": self.right + number % OWN, "staff": self.column("Bemerkung")}.get(kind, 0)
        column = column or self.right + OWN + 1 + number + of * BESIDE.index(kind)
        free = [row for row in self.keys if (row, column) not in self.cells]
        row, text = self.rng.choice(free), f"{kind} {number} & <mehr>"
        if kind == "formula":
            text = f"*{7_000 + number}"
            self.cells[row, column] = f"<f>${address(1, self.column('Summe'))[:-1]}{row}{text}</f><v>1</v>"
        elif kind == "note":
            self.notes[row, column] = text
        elif kind == "colour":
            text = address(1, column)[:-1]
            self.cells[row, column] = f's="{self.style}"'
        else:
            self.cells[row, column] = _text(text)
        return Stroke(text, self.keys[row], kind)

    def types_below(self, number: int, column: int) -> Stroke:
        """Some text below the table."""
        text = f"unten {number}"
        self.cells[self.table.last_row + 2 + number, column] = _text(text)
        return Stroke(text, "", "below")


def typed_in(data: bytes, book: Workbook, rng: Random, count: int) -> tuple[bytes, list[Stroke]]:
    """The master after people typed so many entries of each kind into random rows, and what they typed."""
    package = MasterPackage(data)
    clerk = Clerk(book, rng, new_style(package))
    strokes = [clerk.types(kind, number, count) for number in range(count) for kind in ("own", "staff", *BESIDE)]
    below = (clerk.column("Bemerkung"), clerk.right, clerk.right + OWN + 5)
    strokes += [clerk.types_below(number, column) for number, column in enumerate(below)]
    parts = package.parts(SHEET, TABLE)
    assert parts
    package.change(parts.table, _with_columns(package.part(parts.table)))
    put_in(package, clerk.cells, clerk.notes)
    return package.build(), strokes


def put_in(package: MasterPackage, cells: Mapping[tuple[int, int], str], notes: Mapping[tuple[int, int], str]) -> None:
    """Cells (the rest of their XML, or a style alone) and notes on the sheet, by row and column."""
    parts = package.parts(SHEET)
    assert parts
    package.change(parts.sheet, _with_cells(package.part(parts.sheet), cells))
    package.change(parts.notes[0], _with_notes(package.part(parts.notes[0]), notes))


def _text(text: str) -> str:
    """A cell of text, as `put_in` takes it."""
    return f't="inlineStr">{text}'


def new_style(package: MasterPackage) -> int:
    """The number of a style nothing in the workbook has yet: yellow, with a number format of its own."""
    root: Any = etree.fromstring(package.part("xl/styles.xml"))
    formats, fills, styles = (root.find(MAIN + tag) for tag in ("numFmts", "fills", "cellXfs"))
    etree.SubElement(formats, MAIN + "numFmt", numFmtId="999", formatCode=FORMAT)
    fill = etree.SubElement(etree.SubElement(fills, MAIN + "fill"), MAIN + "patternFill", patternType="solid")
    etree.SubElement(fill, MAIN + "fgColor", rgb="FFFFFF00")
    look = {"numFmtId": "999", "fontId": "0", "fillId": str(len(fills) - 1), "borderId": "0", "xfId": "0"}
    etree.SubElement(styles, MAIN + "xf", {**look, "applyFill": "1", "applyNumberFormat": "1"})
    for group in (formats, fills, styles):
        group.set("count", str(len(group)))
    package.change("xl/styles.xml", etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
    return len(styles) - 1


def _with_cells(xml: bytes, values: Mapping[tuple[int, int], str]) -> bytes:
    """The worksheet with these cells: the rest of a cell's XML, or its style alone."""
    root: Any = etree.fromstring(xml)
    data = root.find(MAIN + "sheetData")
    rows = {int(row.get("r")): row for row in data}
    for (number, column), content in sorted(values.items()):
        row = rows.get(number)
        if row is None:
            row = rows[number] = etree.SubElement(data, MAIN + "row", r=str(number))
        cell = next((c for c in row if parse_address(c.get("r"))[1] == column), None)
        if cell is None:
            cell = etree.Element(MAIN + "c", r=address(number, column))
            later = next((c for c in row if parse_address(c.get("r"))[1] > column), None)
            row.append(cell) if later is None else later.addprevious(cell)
        if content.startswith("s="):
            cell.set("s", content[3:-1])
        elif content.startswith("<f>"):
            etree.SubElement(cell, MAIN + "f").text, value = content[3:].split("</f>")
            etree.SubElement(cell, MAIN + "v").text = value[3:-4]
        else:
            cell.set("t", "inlineStr")
            etree.SubElement(etree.SubElement(cell, MAIN + "is"), MAIN + "t").text = content.partition(">")[2]
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _with_columns(xml: bytes) -> bytes:
    """The table with the columns of people's own at its right."""
    root: Any = etree.fromstring(xml)
    columns = root.find(MAIN + "tableColumns")
    for number in range(OWN):
        etree.SubElement(columns, MAIN + "tableColumn", id=str(900 + number), name=f"Eigen {number}")
    columns.set("count", str(len(columns)))
    first, _, last = root.get("ref").partition(":")
    row, column = parse_address(last)
    for element in (root, root.find(MAIN + "autoFilter")):
        element.set("ref", f"{first}:{address(row, column + OWN)}")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _with_notes(xml: bytes, notes: Mapping[tuple[int, int], str]) -> bytes:
    root: Any = etree.fromstring(xml)
    there = root.find(MAIN + "commentList")
    for at, text in notes.items():
        note = etree.SubElement(there, MAIN + "comment", ref=address(*at), authorId="0")
        etree.SubElement(etree.SubElement(note, MAIN + "text"), MAIN + "t").text = text
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


# --- finding ---------------------------------------------------------------------------------------


def keys_of(book: Workbook) -> dict[int, str]:
    """The rows of the table and of all below it by number, with their keys ("": none)."""
    table = book.tables[TABLE]
    stelle, ags = (table.first_col + table.columns.index(header) for header in ("Stelle", "AGS"))
    cells = book.sheets[SHEET].cells
    last = max(row for row, _ in cells)
    pairs = {n: (cells.get((n, stelle)), cells.get((n, ags))) for n in range(table.header_row + 1, last + 1)}
    return {n: f"{a.text} | {b.text}" if a and b else "" for n, (a, b) in pairs.items()}


def places(book: Book, strokes: Iterable[Stroke]) -> Places:
    """Where each of them stands now: sheet and key, also those of Verwaist; colours only on the sheet."""
    found = book.read().book
    keys = keys_of(found)
    wanted = {s.text for s in strokes}
    there: Places = defaultdict(list)
    for (row, _), cell in found.sheets[SHEET].cells.items():
        text = cell.text
        moved = r"\d+" if isinstance(book, LiveBook) else row  # the double shifts no formulas
        if cell.formel and (found_ := re.fullmatch(rf"\$[A-Z]+{moved}(\*\d+)", cell.formel)):
            text = found_[1]
        if text in wanted:
            there[text].append((SHEET, keys.get(row, "")))
    for row, text in _waiting(found):
        hit = next((w for w in wanted if text == w or re.fullmatch(rf"=\$[A-Z]+\d+{re.escape(w)}", text)), None)
        if hit:
            there[hit].append(("Verwaist", row))
    for (row, _), text in notes_on(book):
        if text in wanted:
            there[text].append((SHEET, keys.get(row, "")))
    for row, column in coloured(book):
        there[address(1, column)[:-1]].append((SHEET, keys.get(row, "")))
    return there


def _waiting(found: Workbook) -> Iterator[tuple[str, str]]:
    """The keys and contents of Verwaist."""
    table = found.tables["tbl_verwaist"]
    key, content = (table.first_col + table.columns.index(header) for header in ("Schlüssel", "Inhalt"))
    cells = found.sheets["Verwaist"].cells
    for (row, column), cell in cells.items():
        if row > table.header_row and column == content:
            yield cells[row, key].text, cell.text


def notes_on(book: Book) -> Iterator[tuple[tuple[int, int], str]]:
    if isinstance(book, LiveBook):
        yield from _double(book).notes.items()
        return
    package, parts = _closed(book)
    for part in parts.notes:
        for note in etree.fromstring(package.part(part)).iter(MAIN + "comment"):
            yield parse_address(str(note.get("ref"))), "".join(str(t) for t in note.itertext())


def coloured(book: Book) -> Iterator[tuple[int, int]]:
    if isinstance(book, LiveBook):
        yield from (at for at, form in _double(book).formats.items() if form == FORMAT)
        return
    package, parts = _closed(book)
    styles: Any = etree.fromstring(package.part("xl/styles.xml")).find(MAIN + "cellXfs")
    for cell in etree.fromstring(package.part(parts.sheet)).iter(MAIN + "c"):
        if cell.get("s") == str(len(styles) - 1):
            yield parse_address(str(cell.get("r")))


def _closed(book: Book) -> tuple[MasterPackage, Any]:
    assert isinstance(book, FileBook)
    package = MasterPackage(book.path.read_bytes())
    return package, package.parts(SHEET)


def _double(book: LiveBook) -> Any:
    opened: Any = CDispatch.open
    return opened.Worksheets(SHEET)
