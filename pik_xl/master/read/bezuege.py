"""Finds the formulas of staff that name rows of sheets whose rows move: no run makes them follow.

What they point at moves with every run, while formulas, names and charts of the office's own stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from pik_xl.master.read.table import lesbar
from pik_xl.master.sheets.specs import ANTRAEGE, AUSSTEHEND, BEFUNDE, BESCHEIDE, PROTOKOLL, STELLEN, VERWAIST
from pik_xl.model import Bezug
from pik_xl.ooxml.address import MAX_ROW, address
from pik_xl.ooxml.container import MASTER, Container
from pik_xl.ooxml.workbook import Workbook
from pik_xl.ooxml.xml import MAIN, R_ID

# The tables whose rows move; Kreise and Haushalt always have the same, Bestand is the office's, and so on.
_BEWEGT = (ANTRAEGE, STELLEN, BEFUNDE, AUSSTEHEND, BESCHEIDE, PROTOKOLL, VERWAIST)

_SERIES = "{http://schemas.openxmlformats.org/drawingml/2006/chart}f"
_ROWS = re.compile(r"(?:[A-Z]{1,3})?(\d+)(?::(?:[A-Z]{1,3})?(\d+))?\Z")

Koepfe = Mapping[str, tuple[str, int]]  # sheet in lower case: its name, and the row of the headers


def read_bezuege(book: Workbook, data: bytes) -> Iterator[Bezug]:
    """One for each sheet with such formulas or charts, and one for the defined names; `data` is the file of `book`."""
    with lesbar():
        yield from _bezuege(book, Container(data, MASTER))


def _bezuege(book: Workbook, container: Container) -> Iterator[Bezug]:
    tables = [book.tables[spec.name] for spec in _BEWEGT if spec.name in book.tables]
    koepfe = {table.sheet.lower(): (table.sheet, table.header_row) for table in tables}
    part = container.workbook_part()
    root, rels = container.tree(part), container.relations(part)
    for sheet in root.iterfind(f"{MAIN}sheets/{MAIN}sheet"):
        name, rel = sheet.get("name", ""), rels[sheet.get(R_ID, "")]
        others = {key: kopf for key, kopf in koepfe.items() if kopf[0] != name}
        formeln = (*_formeln(book, name), *(("", text) for text in _diagramme(container, rel.part)))
        yield from _bezug(name, formeln, others)
    names = root.iterfind(f"{MAIN}definedNames/{MAIN}definedName")
    own = [n for n in names if not n.get("name", "").startswith("_xlnm.") and n.get("hidden") not in ("1", "true")]
    yield from _bezug("", [(n.get("name", ""), n.text or "") for n in own], koepfe)


def _bezug(blatt: str, formeln: Iterable[tuple[str, str]], koepfe: Koepfe) -> Iterator[Bezug]:
    found = [(wo, text, ziel) for wo, text in formeln if (ziel := _ziel(text, koepfe))]
    if found:
        yield Bezug(blatt, *found[0], weitere=len(found) - 1)


def _formeln(book: Workbook, blatt: str) -> Iterator[tuple[str, str]]:
    """The formulas of a worksheet that may name another sheet, by address of their cell; a chart has none."""
    cells = book.sheets[blatt].cells.items() if blatt in book.sheets else ()
    for at, formel in sorted((at, cell.formel) for at, cell in cells if "!" in cell.formel):
        yield address(*at), formel


def _diagramme(container: Container, part: str) -> Iterator[str]:
    """What the charts on a sheet show."""
    for drawing in container.relations(part).values():
        if drawing.type == "drawing":
            for chart in container.relations(drawing.part).values():
                if chart.type == "chart" and chart.part in container:
                    yield from (f.text or "" for f in container.tree(chart.part).iter(_SERIES))


def _ziel(formula: str, koepfe: Koepfe) -> str:
    """The sheet of which the formula names moving rows by number; none: nothing."""
    if "!" not in formula:
        return ""
    from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError

    try:
        tokens = Tokenizer(f"={formula}").items
    except TokenizerError:  # what openpyxl cannot take apart
        return ""
    for token in tokens:
        sheets, _, cells = token.value.replace("$", "").rpartition("!")
        if token.subtype == Token.RANGE and (rows := _ROWS.match(cells)):
            first, last = sorted((int(rows[1]), int(rows[2] or rows[1])))
            for sheet in sheets.strip("'").replace("''", "'").lower().split(":"):
                name, head = koepfe.get(sheet, ("", MAX_ROW))
                if last > head and not (first <= head + 1 and last == MAX_ROW):
                    return name
    return ""
