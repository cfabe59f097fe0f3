"""What was read of a workbook: its worksheets with the cells that hold something, its tables and its names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal["zahl", "text", "wahr", "fehler", "leer_formel"]
Cells = dict[tuple[int, int], "Cell"]
UNBEKANNT = "?"  # a formula the file does not spell out


class Cell(NamedTuple):
    """A cell that holds something; `leer_formel` is a formula without a cached value.

    `text` is raw: a number as it stands in the XML, a decoded string, an ISO date, "1" or "0", "#REF!". `formel` is the
    formula without =, as it reads in this cell (of a submission: as it reads where it stands for many), or `UNBEKANNT`.
    """

    kind: Kind
    text: str
    formel: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a worksheet that was read, rows and columns from 1.

    `header_row` is 0 for a table without headers, `last_row` the last one before any totals, of which `total` tells.
    """

    name: str
    sheet: str
    header_row: int
    first_col: int
    last_row: int
    columns: tuple[str, ...]
    total: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet; `cells` by row and column, both from 1; `state` is visible, hidden or veryHidden."""

    name: str
    state: str
    cells: Cells
    merged: tuple[str, ...] = ()
    hidden_rows: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Workbook:
    """What was read of a workbook: the worksheets wanted, the names of all sheets, and what else it carries.

    `names` are the defined names for a cell or a range, with sheet, row and column of its top left cell;
    `merkmale` any of makros, externe_verknuepfung, dde, webservice (formulas: of names and worksheets read).
    """

    sheets: dict[str, Sheet]
    sheet_names: tuple[str, ...]
    names: dict[str, tuple[str, int, int]]
    tables: dict[str, Table]
    date1904: bool
    merkmale: frozenset[str]
