"""A small double of Excel's COM objects, so that xlwings' own Windows engine runs without Windows.

It holds one workbook, loaded from a real file. It imitates what goes wrong in the real one: what is put into a cell is
taken as if typed ("08111" becomes 8111, "=..." a formula) unless the cell is formatted as text; cells of a part of a
table cannot be shifted; hiding belongs to rows of the sheet. It knows nothing of calculation, colours, heights,
conditional formats or drop-downs, and shifts no formulas. Every access counts as a call; what changes something is
logged in order.
"""

from __future__ import annotations

import ctypes
import re
import sys
import types
import warnings
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

from openpyxl import load_workbook
from openpyxl.utils.datetime import to_excel

from pik_xl.ooxml.address import address, parse_address


class ComError(Exception):
    """What Excel answers when it will not."""

    def __init__(self, hresult: int = -2_147_352_567, text: str = "1004", scode: int = -2_146_827_284) -> None:
        super().__init__(hresult, text, (0, "Microsoft Excel", text, None, 0, scode), None)
        self.hresult, self.excepinfo = hresult, (0, "Microsoft Excel", text, None, 0, scode)


class CDispatch:
    """Anything of Excel's; counts what is asked of it, and refuses while a cell is being edited."""

    calls, busy = 0, 0
    open: Any = None
    fail: Callable[[str, str], bool] | None = None
    log: list[tuple[str, str, str]]

    def __getattribute__(self, name: str) -> Any:
        if name[0].isupper():
            _asked()
        return super().__getattribute__(name)

    def __setattr__(self, name: str, value: object) -> None:
        if name[0].isupper():
            _asked()
        super().__setattr__(name, value)


def _asked() -> None:
    CDispatch.calls += 1
    if CDispatch.busy:
        CDispatch.busy -= 1
        raise ComError(-2_147_418_111, "Aufruf wurde abgelehnt")


def note(what: str, sheet: str = "", detail: str = "") -> None:
    """Something is changed."""
    CDispatch.log.append((what, sheet, detail))
    if CDispatch.open:
        CDispatch.open.Saved = False
    if CDispatch.fail and CDispatch.fail(what, sheet):
        raise ComError()


class App(CDispatch):
    Hwnd = 1

    def __init__(self) -> None:
        self.ScreenUpdating, self.EnableEvents, self.DisplayAlerts, self.Interactive = True, True, True, True
        self.Calculation = -4105
        self.AutoCorrect = AutoCorrect()
        self.ActiveWindow: Any = None

    @property
    def Selection(self) -> Any:  # noqa: N802
        """What is marked where somebody looks, whichever workbook that is."""
        return self.ActiveWindow.Selection

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, value)
        if CDispatch.__dict__.get("log") is not None:
            CDispatch.log.append((name, "", str(value)))

    def Calculate(self) -> None:  # noqa: N802
        note("Calculate")


class AutoCorrect(CDispatch):
    AutoFillFormulasInLists = True


class Group(CDispatch):
    """A collection: by number from 1 or by name, and one after the other."""

    def __init__(self, items: list[Any]) -> None:
        self.items = items

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items)

    def __call__(self, key: str | int) -> Any:
        found = [i for n, i in enumerate(self.items, 1) if key == n or getattr(i, "Name", None) == key]
        if not found:
            raise ComError()
        return found[0]

    @property
    def Count(self) -> int:  # noqa: N802
        return len(self.items)


class Name(CDispatch):
    def __init__(self, book: Book, name: str, refers: str) -> None:
        self.Name, self.RefersTo, self.book = name, f"={refers}", book

    @property
    def RefersToRange(self) -> Range:  # noqa: N802
        sheet, _, ref = self.RefersTo[1:].rpartition("!")
        return self.book.Worksheets(sheet).Range(ref)


class Book(CDispatch):
    """The open workbook."""

    def __init__(self, data: bytes, name: str = "PiK-Master.xlsm") -> None:
        self.Name, self.ReadOnly, self.Date1904, self.data = name, False, False, data
        self.Saved = True
        self.Application = App()
        typed, shown = _parsed(data)
        self.Worksheets = Group([Sheet(self, typed[n], shown[n]) for n in typed.sheetnames])
        self.Names = Group([Name(self, n, d.attr_text) for n, d in typed.defined_names.items()])
        self.Windows = Group([Window(self.Worksheets(1))])
        self.Application.ActiveWindow = self.Windows(1)

    @property
    def ActiveSheet(self) -> Any:  # noqa: N802
        return self.Windows(1).ActiveSheet

    @property
    def Sheets(self) -> Group:  # noqa: N802
        return self.Worksheets

    def SaveCopyAs(self, path: str) -> None:  # noqa: N802
        note("SaveCopyAs", "", path)
        Path(path).write_bytes(self.data)


@lru_cache(maxsize=8)
def _parsed(data: bytes) -> tuple[Any, Any]:
    """The workbook with formulas and with the values shown; the sheets of the double copy from them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return load_workbook(BytesIO(data)), load_workbook(BytesIO(data), data_only=True)


class Window(CDispatch):
    """A window of a workbook, with a sheet and what is marked there; the one worked in last is the first of its book.

    A chart that is marked is the `Selection` while the `RangeSelection` stays; a sheet that is a chart has no cells.
    """

    def __init__(self, sheet: Any) -> None:
        self.ActiveSheet, self.areas, self.drawing = sheet, [(1, 1)], None

    def mark(self, sheet: Any, *areas: tuple[int, int]) -> None:
        """For the double alone: somebody goes to a sheet and marks rows, from one to another each."""
        self.ActiveSheet, self.areas, self.drawing = getattr(sheet, "_inner", sheet), list(areas), None

    @property
    def RangeSelection(self) -> types.SimpleNamespace:  # noqa: N802
        if not isinstance(self.ActiveSheet, Sheet):
            raise ComError()
        rows = [types.SimpleNamespace(Row=a, Rows=types.SimpleNamespace(Count=b - a + 1)) for a, b in self.areas]
        return types.SimpleNamespace(Areas=rows)

    @property
    def Selection(self) -> Any:  # noqa: N802
        return self.drawing or self.RangeSelection


class Protection(CDispatch):
    def __init__(self, options: dict[str, bool]) -> None:
        self.options = options

    def __getattr__(self, name: str) -> bool:
        return self.options.get(name, False)


class Sheet(CDispatch):
    """A worksheet: values, formulas and formats by cell, hidden rows, notes, tables."""

    def __init__(self, book: Book, typed: Any, shown: Any) -> None:
        self.Application, self.Name = book.Application, typed.title
        self.Visible = {"visible": -1, "hidden": 0, "veryHidden": 2}[typed.sheet_state]
        self.values: dict[tuple[int, int], Any] = {}
        self.formulas: dict[tuple[int, int], str] = {}
        self.formats: dict[tuple[int, int], str] = {}
        self.notes: dict[tuple[int, int], str] = {}
        for row in typed.iter_rows():
            for cell in row:
                self._load((cell.row, cell.column), cell, shown.cell(cell.row, cell.column).value)
        self.hidden = {n for n, d in typed.row_dimensions.items() if d.hidden}
        self.ListObjects = Group([ListObject(self, t) for t in typed.tables.values()])
        p = typed.protection
        self.ProtectContents, self.password = bool(p.sheet), p.password or ""
        self.ProtectDrawingObjects, self.ProtectScenarios = bool(p.objects), bool(p.scenarios)
        self.options = {f"Allow{our}": not getattr(p, their) for our, their in _ALLOWED.items()}

    def _load(self, at: tuple[int, int], cell: Any, shown: Any) -> None:
        self.formats[at] = cell.number_format
        if cell.comment:
            self.notes[at] = cell.comment.text
        if cell.data_type == "f":
            formula = getattr(cell.value, "text", cell.value)
            self.formulas[at], shown = (
                formula if formula.startswith("=") else f"={formula}",
                "" if shown is None else shown,
            )
        if shown is not None:
            self.values[at] = _com(shown, cell.data_type)

    @property
    def Protection(self) -> Protection:  # noqa: N802
        return Protection(self.options)

    @property
    def UsedRange(self) -> Range:  # noqa: N802
        ats = [*self.values, *self.formats] or [(1, 1)]
        return Range(self, min(r for r, _ in ats), min(c for _, c in ats), max(r for r, _ in ats),
                     max(c for _, c in ats))  # fmt: skip

    @property
    def Comments(self) -> Group:  # noqa: N802
        return Group([Comment(Range(self, *at, *at), text) for at, text in sorted(self.notes.items())])

    CommentsThreaded = Group([])

    def Range(self, ref: str) -> Range:  # noqa: N802
        if match := re.fullmatch(r"(\d+):(\d+)", ref):
            return Range(self, int(match[1]), 1, int(match[2]), 16_384, whole=True)
        first, _, last = ref.replace("$", "").partition(":")
        return Range(self, *parse_address(first), *parse_address(last or first))

    def Unprotect(self, password: str) -> None:  # noqa: N802
        if self.password and password != self.password:
            raise ComError()
        note("Unprotect", self.Name)
        self.ProtectContents = False

    def Protect(self, Contents: bool, DrawingObjects: bool, Scenarios: bool, **options: bool) -> None:  # noqa: N802, N803
        note("Protect", self.Name)
        self.ProtectContents, self.options = Contents, options
        self.ProtectDrawingObjects, self.ProtectScenarios = DrawingObjects, Scenarios

    # --- for the double alone -----------------------------------------------------------------------

    def type_in(self, at: tuple[int, int], value: Any) -> None:
        """As if typed, or assigned: what it becomes depends on the format of the cell."""
        self.values.pop(at, None)
        self.formulas.pop(at, None)
        if value in ("", None):
            return
        text = self.formats.get(at, "General") == "@"
        if isinstance(value, str) and not text:
            if value.startswith("=") or (value[0] in "+-@" and not _NUMBER.fullmatch(value)):
                self.formulas[at], value = "=" + value.lstrip("=+"), 0.0
            elif _NUMBER.fullmatch(value):
                value = float(value)
            elif match := _DAY.fullmatch(value):
                value = float(to_excel(date(int(match[3]), int(match[2]), int(match[1]))))
        elif text and not isinstance(value, str):
            value = f"{value:g}"
        self.values[at] = value

    def shift(self, columns: range, row: int, by: int) -> None:
        """Cells of these columns from the row on go down (or up, over those that are gone)."""
        for cells in (self.values, self.formulas, self.formats, self.notes):
            _shift(cells, columns, row, by)


_ALLOWED = {
    "FormattingCells": "formatCells", "FormattingColumns": "formatColumns", "FormattingRows": "formatRows",
    "InsertingColumns": "insertColumns", "InsertingRows": "insertRows", "InsertingHyperlinks": "insertHyperlinks",
    "DeletingColumns": "deleteColumns", "DeletingRows": "deleteRows", "Sorting": "sort", "Filtering": "autoFilter",
    "UsingPivotTables": "pivotTables",
}  # fmt: skip
_NUMBER, _DAY = re.compile(r"[+-]?\d+(\.\d+)?"), re.compile(r"(\d\d)\.(\d\d)\.(\d{4})")
_ALL = range(1, 16_385)


def _formula_in(sheet: Sheet) -> Callable[[tuple[int, int]], Any]:
    formulas, values = sheet.formulas, sheet.values
    return lambda at: formulas.get(at, values.get(at, ""))


def _shift(cells: dict[tuple[int, int], Any], columns: range, row: int, by: int) -> None:
    moving = {at: cells.pop(at) for at in list(cells) if at[0] >= row and at[1] in columns}
    cells |= {(r + by, c): v for (r, c), v in moving.items() if r + by >= row}


def _com(value: Any, kind: str) -> Any:
    if isinstance(value, date | datetime):
        return float(to_excel(value))
    if kind == "e" or (isinstance(value, str) and value in _ERRORS and kind != "s"):
        return _ERRORS[value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


_ERRORS = {"#N/A": -2_146_826_246, "#REF!": -2_146_826_265, "#DIV/0!": -2_146_826_281}


class Comment(CDispatch):
    def __init__(self, cell: Range, text: str) -> None:
        self.Parent, self.text = cell, text

    def Text(self) -> str:  # noqa: N802
        return self.text


class Range(CDispatch):
    """Cells of a sheet."""

    def __init__(self, sheet: Sheet, top: int, left: int, bottom: int, right: int, whole: bool = False) -> None:
        self.sheet, self.top, self.left, self.bottom, self.right = sheet, top, left, bottom, right
        self.whole = whole

    @property
    def ats(self) -> list[list[tuple[int, int]]]:
        return [[(r, c) for c in range(self.left, self.right + 1)] for r in range(self.top, self.bottom + 1)]

    @property
    def ref(self) -> str:
        return f"{address(self.top, self.left)}:{address(self.bottom, self.right)}"

    @property
    def Row(self) -> int:  # noqa: N802
        return self.top

    @property
    def Column(self) -> int:  # noqa: N802
        return self.left

    @property
    def Address(self) -> str:  # noqa: N802
        return re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", self.ref)

    def _get(self, one: Callable[[tuple[int, int]], Any]) -> Any:
        rows = tuple(tuple(one(at) for at in row) for row in self.ats)
        return rows if len(rows) > 1 or len(rows[0]) > 1 else rows[0][0]

    def _put(self, what: str, values: Any) -> None:
        note(what, self.sheet.Name, self.ref)
        assert not isinstance(values, tuple) or (len(values), len(values[0])) == (len(self.ats), len(self.ats[0]))
        for i, row in enumerate(self.ats):
            for j, at in enumerate(row):
                self.sheet.type_in(at, values[i][j] if isinstance(values, tuple) else values)

    Value2 = property(lambda self: self._get(self.sheet.values.get), lambda self, v: self._put("Value2", v))
    Formula = property(
        lambda self: self._get(_formula_in(self.sheet)),
        lambda self, v: self._put("Formula", v),
    )

    @property
    def NumberFormat(self) -> str:  # noqa: N802
        return self.sheet.formats.get((self.top, self.left), "General")

    @NumberFormat.setter
    def NumberFormat(self, value: str) -> None:  # noqa: N802
        note("NumberFormat", self.sheet.Name, self.ref)
        self.sheet.formats |= {at: value for row in self.ats for at in row}

    @property
    def EntireRow(self) -> Range:  # noqa: N802
        return Range(self.sheet, self.top, 1, self.bottom, 16_384, whole=True)

    @property
    def Hidden(self) -> bool | None:  # noqa: N802
        rows = set(range(self.top, self.bottom + 1))
        return True if rows <= self.sheet.hidden else None if rows & self.sheet.hidden else False

    @Hidden.setter
    def Hidden(self, value: bool) -> None:  # noqa: N802
        note("Hidden", self.sheet.Name, self.ref)
        rows = set(range(self.top, self.bottom + 1))
        self.sheet.hidden = self.sheet.hidden | rows if value else self.sheet.hidden - rows

    def SpecialCells(self, kind: int) -> types.SimpleNamespace:  # noqa: N802
        assert kind == 12
        rows = [r for r in range(self.top, self.bottom + 1) if r not in self.sheet.hidden]
        return types.SimpleNamespace(Areas=[Range(self.sheet, r, self.left, r, self.right) for r in rows])

    def AddComment(self, text: str) -> None:  # noqa: N802
        note("AddComment", self.sheet.Name, self.ref)
        self.sheet.notes[self.top, self.left] = text

    def Insert(self, shift: int, origin: int) -> None:  # noqa: N802
        assert self.whole and (shift, origin) == (-4121, 1)
        note("Insert", self.sheet.Name, self.ref)
        top, count = self.top, self.bottom - self.top + 1
        like = {c: f for (r, c), f in self.sheet.formats.items() if r == top}
        self.sheet.shift(_ALL, self.top, count)
        self.sheet.hidden = {r + count if r >= self.top else r for r in self.sheet.hidden}
        self.sheet.formats |= {(r, c): f for r in range(self.top, self.bottom + 1) for c, f in like.items()}
        for table in self.sheet.ListObjects:
            if table.top < self.top <= table.bottom:
                table.bottom += count
            elif self.top <= table.top:
                table.top, table.bottom = table.top + count, table.bottom + count

    def Delete(self, shift: int) -> None:  # noqa: N802
        assert shift == -4162 and not self.whole
        note("Delete", self.sheet.Name, self.ref)
        count = self.bottom - self.top + 1
        for table in self.sheet.ListObjects:
            if self.left > table.right or self.right < table.left:
                continue
            if (self.left, self.right) != (table.left, table.right) or not table.top < self.top <= table.body_bottom:
                raise ComError()
            table.bottom -= count
            assert table.body_bottom > table.top, "a table would have lost its last row"
        rows, columns = range(self.top, self.bottom + 1), range(self.left, self.right + 1)
        for cells in (self.sheet.values, self.sheet.formulas, self.sheet.formats, self.sheet.notes):
            for at in [at for at in cells if at[0] in rows and at[1] in columns]:
                del cells[at]
        self.sheet.shift(range(self.left, self.right + 1), self.top, -count)

    def AutoFilter(self, field: int, first: Any, operator: int | None = None, second: Any = None) -> None:  # noqa: N802
        note("AutoFilter", self.sheet.Name, f"{field} {first} {operator} {second}")


class ListObject(CDispatch):
    """A table."""

    ShowHeaders = True

    def __init__(self, sheet: Sheet, table: Any) -> None:
        self.sheet, self.Name, self.ShowTotals = sheet, table.displayName, bool(table.totalsRowCount)
        first, last = table.ref.split(":")
        (self.top, self.left), (self.bottom, self.right) = parse_address(first), parse_address(last)
        self.AutoFilter = Filters(sheet)

    @property
    def body_bottom(self) -> int:
        return self.bottom - self.ShowTotals

    @property
    def Range(self) -> Range:  # noqa: N802
        return Range(self.sheet, self.top, self.left, self.bottom, self.right)

    @property
    def ListRows(self) -> ListRows:  # noqa: N802
        return ListRows(self)

    @property
    def ListColumns(self) -> ListColumns:  # noqa: N802
        return ListColumns(self)

    def Resize(self, to: Range) -> None:  # noqa: N802
        note("Resize", self.sheet.Name, to.ref)
        assert (to.top, to.left) == (self.top, self.left)
        self.bottom, self.right = to.bottom, to.right


class ListRows(CDispatch):
    def __init__(self, table: ListObject) -> None:
        self.table = table

    @property
    def Count(self) -> int:  # noqa: N802
        return self.table.body_bottom - self.table.top

    def Add(self, AlwaysInsert: bool = False) -> None:  # noqa: N802, N803
        t = self.table
        note("ListRows.Add", t.sheet.Name)
        row = t.body_bottom + 1
        t.sheet.shift(range(t.left, t.right + 1), row, 1)
        for c in range(t.left, t.right + 1):
            t.sheet.formats[row, c] = t.sheet.formats.get((row - 1, c), "General")
        t.bottom += 1


class ListColumns(CDispatch):
    def __init__(self, table: ListObject) -> None:
        self.table = table

    def Add(self) -> types.SimpleNamespace:  # noqa: N802
        t = self.table
        note("ListColumns.Add", t.sheet.Name)
        for cells in (t.sheet.values, t.sheet.formulas, t.sheet.formats, t.sheet.notes):
            moving = {at: cells.pop(at) for at in list(cells) if t.top <= at[0] <= t.bottom and at[1] > t.right}
            cells |= {(r, c + 1): v for (r, c), v in moving.items()}
        t.right += 1
        return _Column(t)


class _Column(types.SimpleNamespace):
    def __init__(self, table: ListObject) -> None:
        super().__init__(table=table)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "Name":
            self.table.sheet.values[self.table.top, self.table.right] = value
        super().__setattr__(name, value)


class Filters(CDispatch):
    """The filter of a table; `set` are those of its columns."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.FilterMode, self.Filters = sheet, False, Group([])

    def ShowAllData(self) -> None:  # noqa: N802
        note("ShowAllData", self.sheet.Name)
        self.sheet.hidden = set()


# --- xlwings' engine for Windows -----------------------------------------------------------------


def open_in_excel(data: bytes, name: str = "PiK-Master.xlsm") -> Any:
    """An `xlwings.Book` that is open in the double; its COM object is `.impl.xl._inner`."""
    import xlwings

    CDispatch.calls, CDispatch.busy, CDispatch.fail, CDispatch.log = 0, 0, None, []
    engine = _engine()
    book = CDispatch.open = Book(data, name)
    CDispatch.calls, CDispatch.log = 0, []
    return xlwings.Book(impl=engine.Book(xl=engine.COMRetryObjectWrapper(book)))


def _engine() -> Any:
    """xlwings' Windows engine module, imported with pywin32 and the Windows side of ctypes stubbed."""
    if "xlwings._xlwindows" in sys.modules:
        return sys.modules["xlwings._xlwindows"]
    client = types.ModuleType("win32com.client")
    client.__dict__.update(CDispatch=CDispatch, Dispatch=None, DispatchEx=None)
    client.__dict__.update({name: type(name, (), {}) for name in ("CoClassBaseClass", "DispatchBaseClass")})
    com = types.ModuleType("win32com")
    com.__dict__["client"] = client
    times = types.ModuleType("pywintypes")
    times.__dict__.update(com_error=ComError, error=ComError, TimeType=type("TimeType", (datetime,), {}), IID=str)
    process = types.ModuleType("win32process")
    process.__dict__["GetWindowThreadProcessId"] = lambda hwnd: (0, 1)
    stubs: dict[str, Any] = {"pywintypes": times, "win32com": com, "win32com.client": client, "win32process": process}
    stubs |= {n: MagicMock(name=n) for n in ("win32api", "win32con", "win32gui", "win32timezone")}
    python = types.ModuleType("pythoncom")
    python.__dict__.update(CoInitialize=lambda: None, ole_error=ComError, __file__="")
    sys.modules.update(stubs | {"pythoncom": python})
    for name in ("oledll", "windll", "PyDLL"):
        setattr(ctypes, name, MagicMock(name=name))
    import atexit

    register, atexit.register = atexit.register, lambda f, *a, **k: f  # it would look for Excel's processes
    try:
        from xlwings import _xlwindows
    finally:
        atexit.register = register
    return _xlwindows
