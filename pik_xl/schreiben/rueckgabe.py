"""The applicant's own workbook, given back with its faults marked: cell by cell, and on a sheet that leads there.

Everything the applicant entered, every style and every result of a formula stays as it is: the colour is a conditional
format, the text a comment. A workbook that was marked before loses the old marks first.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from math import ceil
from typing import Any
from xml.sax.saxutils import escape

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from pik_xl.model import Finding
from pik_xl.ooxml.address import parse_address
from pik_xl.ooxml.copies import Package
from pik_xl.ooxml.palette import GREY, INK, LINE, ORANGE, PETROL
from pik_xl.ooxml.read_workbook import read_workbook
from pik_xl.ooxml.workbook import Cells
from pik_xl.ooxml.xml import xml_text

BLATT = "Prüfergebnis"
VERFASSER = "Bewilligungsstelle"

_MARKE = 'N("Befund")=0'  # always true; by it our conditional formats are known again
_CORE, _STYLES = "docProps/core.xml", "xl/styles.xml"
# CT_Font; openpyxl writes them in another order.
_FONT = "b i strike condense extend outline shadow u vertAlign sz color name family charset scheme".split()
# A formula as openpyxl writes it, and what says of which kind its result is.
_FORMULA = re.compile(
    r'<c(?P<attribute> r="(?P<zelle>[A-Z]+[0-9]+)"(?: s="[0-9]+")?)>'
    r"(?P<formel><f(?: [^>]*)?(?:/>|>[^<]*</f>))<v ?(?:/>|></v>)</c>"
)
_RESULT = {"zahl": "", "text": ' t="str"', "wahr": ' t="b"', "fehler": ' t="e"'}
_COLUMNS = (("Nr.", 6), ("Zelle", 18), ("Feld", 28), ("Ihre Angabe", 26), ("Was fehlt", 50), ("Bitte", 50))
_HEAD = 4
_GESPERRT = ("F11",)  # to be mended in a cell that is locked in our form: a header
_LINE = 14  # points; nobody fits the heights of rows that a program wrote


def mark(data: bytes, befunde: Sequence[Finding], tag: date, *, oeffnen: bool = False) -> bytes:
    """The workbook with these findings marked; `tag` dates the change, so that equal input gives equal bytes.

    `oeffnen` takes the lock off the marked cells, in a form of ours. Raises whatever openpyxl raises for a workbook it
    cannot read, and Unreadable.
    """
    book = load_workbook(io.BytesIO(data))
    _unmark(book)
    placed = [b for b in befunde if b.place.blatt in book.sheetnames and b.place.zelle]
    for name in dict.fromkeys(b.place.blatt for b in placed):
        _mark_sheet(book[name], [b for b in placed if b.place.blatt == name], oeffnen)
    _result_sheet(book, befunde)
    saved = io.BytesIO()
    book.save(saved)
    return _finished(saved.getvalue(), tag, _results(book, data))


def _unmark(book: Workbook) -> None:
    if BLATT in book.sheetnames:
        del book[BLATT]
    for sheet in book.worksheets:
        for formatting in list(sheet.conditional_formatting):
            if any(_MARKE in rule.formula for rule in formatting.rules):
                del sheet.conditional_formatting[formatting.sqref]
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment and cell.comment.author == VERFASSER:
                    cell.comment = None


def _mark_sheet(sheet: Worksheet, befunde: Sequence[Finding], oeffnen: bool) -> None:
    cells = list(dict.fromkeys(b.place.zelle for b in befunde))
    look = {"fill": PatternFill(bgColor=ORANGE[1:], fill_type="solid"), "font": Font(color=INK[1:], bold=True)}
    rule = FormulaRule(formula=[_MARKE], stopIfTrue=True, **look)  # type: ignore[no-untyped-call]
    sheet.conditional_formatting.add(" ".join(cells), rule)
    for cell in cells:
        texts = [f"{b.meldung}\n{b.bitte}" for b in befunde if b.place.zelle == cell]
        if theirs := sheet[cell].comment:
            texts.append(f"Bisheriger Kommentar: {theirs.text}")
        sheet[cell].comment = Comment("\n\n".join(texts), VERFASSER, width=340, height=60 + 70 * len(texts))
        if oeffnen or any(b.code in _GESPERRT for b in befunde if b.place.zelle == cell):
            sheet[cell].protection = Protection(locked=False)


def _result_sheet(book: Workbook, befunde: Sequence[Finding]) -> None:
    """What has to be done, one row each, with a link to the cell."""
    sheet = book.create_sheet(BLATT)
    sheet.sheet_view.showGridLines = False
    _put(sheet, 1, 1, "Prüfergebnis", size=18, bold=True, color=PETROL[1:])
    _put(sheet, 2, 1, "Bitte die orange markierten Zellen berichtigen, speichern und diese Datei zurücksenden.",
         color=GREY[1:])  # fmt: skip
    for column, (title, width) in enumerate(_COLUMNS, 1):
        head = _put(sheet, _HEAD, column, title, bold=True, color=INK[1:])
        head.fill = PatternFill("solid", ORANGE[1:])
        sheet.column_dimensions[head.column_letter].width = width
    for number, befund in enumerate(befunde, 1):
        _result_row(sheet, number, befund)
    sheet.freeze_panes = f"A{_HEAD + 1}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight = True, 0
    _show(book, sheet)


def _result_row(sheet: Worksheet, number: int, befund: Finding) -> None:
    place = befund.place
    where = f"{place.blatt} {place.zelle}".strip() or "ganze Datei"
    values: tuple[str | int, ...] = (number, where, befund.feld, befund.gefunden, befund.meldung, befund.bitte)
    for column, value in enumerate(values, 1):
        cell = _put(sheet, _HEAD + number, column, value, color=INK[1:], bold=column == len(values))
        cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")
        cell.border = Border(bottom=Side("thin", color=LINE[1:]))
    lines = max(ceil(len(str(value)) / width) for value, (_, width) in zip(values, _COLUMNS, strict=True))
    sheet.row_dimensions[_HEAD + number].height = 4 + _LINE * lines
    if place.zelle:
        link = _put(sheet, _HEAD + number, 2, where, color=PETROL[1:], underline="single")
        target = f"'{place.blatt.replace(chr(39), chr(39) * 2)}'!{place.zelle}"
        link.hyperlink = Hyperlink(ref=link.coordinate, location=target)


def _put(sheet: Worksheet, row: int, column: int, value: str | int, **font: Any) -> Cell:
    """A number as number and text as text, never as a formula, whatever was typed."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)  # nothing is merged on a sheet of ours
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
    cell.font = Font(name="Calibri", **{"size": 10} | font)
    return cell


def _show(book: Workbook, sheet: Worksheet) -> None:
    """Open the workbook on this sheet, and on no other."""
    book.active = book.index(sheet)
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is sheet


def _results(book: Workbook, data: bytes) -> dict[str, Cells]:
    """The cells of the workbook as it came, by the part each sheet is saved in; a sheet of ours has none."""
    came = read_workbook(data).sheets
    return {sheet.path.lstrip("/"): came[sheet.title].cells for sheet in book.worksheets if sheet.title in came}


def _finished(data: bytes, tag: date, results: Mapping[str, Cells]) -> bytes:
    """The package without the minute it was saved in, with the parts of a font in the order of the standard.

    And with what its formulas showed when it came, which openpyxl drops: a mail program, a phone or Excel's protected
    view calculates nothing.
    """
    package = Package.compile(data, lambda name: name in (_CORE, _STYLES) or name in results)
    core, styles = package.parts[_CORE].decode(), package.parts[_STYLES].decode()
    core = re.sub(r"(<dcterms:modified[^>]*>)[^<]*", rf"\g<1>{tag}T12:00:00Z", core)
    styles = re.sub(r"(?<=<font>).*?(?=</font>)", _in_order, styles)
    changed = {_CORE: core.encode(), _STYLES: styles.encode()}
    for part, cells in results.items():
        changed[part] = _FORMULA.sub(partial(_with_result, cells), package.parts[part].decode()).encode()
    return package.build(changed)


def _with_result(cells: Cells, formula: re.Match[str]) -> str:
    """The cell of a formula with its former result; as it is where it had none."""
    cell = cells.get(parse_address(formula["zelle"]))
    if cell is None or cell.kind == "leer_formel":
        return formula[0]
    result = xml_text(cell.text) if cell.kind == "text" else escape(cell.text)
    return f"<c{formula['attribute']}{_RESULT[cell.kind]}>{formula['formel']}<v>{result}</v></c>"


def _in_order(font: re.Match[str]) -> str:
    return "".join(sorted(re.findall(r"<[^>]+>", font[0]), key=_rank))


def _rank(element: str) -> int:
    return _FONT.index(re.split(r"[ />]", element[1:])[0])
