"""Reads a table of the master: its rows, its columns by name, its cells as values; and words for what it cannot use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from pik_xl.errors import PikError
from pik_xl.kinds import Kind, Value, value_of
from pik_xl.master.sheets.columns import Column, Owner, TableSpec
from pik_xl.master.sheets.rows import as_text
from pik_xl.master.sheets.specs import STELLEN
from pik_xl.master.sheets.years import jahre_in, mit_jahren
from pik_xl.ooxml.address import address
from pik_xl.ooxml.container import MASTER, Unreadable
from pik_xl.ooxml.read_workbook import read_workbook
from pik_xl.ooxml.shown import shown
from pik_xl.ooxml.workbook import Cell, Table, Workbook
from pik_xl.values import (
    clean,
    email_fault,
    excel_dezimal,
    normalise,
)
from pik_xl.workfolder import MASTER as NAME

NOTIZ = 2  # so many filled cells may be a note
ZURUECK = (
    "Bitte in Excel gleich „Rückgängig“ (Strg+Z) wählen oder die Mappe ohne Speichern schließen. Ist schon "
    "gespeichert, das Blatt aus der letzten Sicherung in Protokoll/Sicherungen hierher kopieren."
)


def fault(blatt: str, zelle: str, spalte: str, gefunden: str, bitte: str) -> str:
    """One line of a message on cells that cannot be used; `spalte` is the header of the column."""
    return f"– Blatt „{blatt}“, Zelle {zelle}, Spalte „{spalte}“: gefunden „{gefunden}“. {bitte}"


def gefunden(column: Column, cell: Cell, date1904: bool) -> str:
    """What stands in a cell of the column, as people see it."""
    return shown(cell, cell.text, date1904, column.kind is Kind.DATUM)


def bitte_um(column: Column) -> str:
    """What to type in the column instead."""
    return _BITTE.get(column.kind, "Bitte den Eintrag prüfen.").format(", ".join(column.auswahl))


_BITTE = {
    Kind.DATUM: "Bitte ein Datum wie 31.12.2021 eintragen.",
    Kind.EURO: "Bitte einen Betrag wie 64.000,00 eintragen.",
    Kind.VZAE: "Bitte eine Zahl wie 0,50 eintragen.",
    Kind.ZAHL: "Bitte eine ganze Zahl eintragen.",
    Kind.AUSWAHL: "Bitte einen dieser Einträge wählen: {}.",
}


def bitte_um_email(text: str) -> str:
    """What is wrong with what is no e-mail address, and what to type instead."""
    wrong = email_fault(clean(text))
    return f"Das ist keine E-Mail-Adresse: {wrong}. Bitte genau eine wie poststelle@rps.bwl.de eintragen."


@dataclass(frozen=True)
class Rows:
    """The filled rows of a table, gone through once for all who read them.

    `cells` are the filled cells of each row by name of the column, by the row's number; `columns` says where the
    columns stand.
    """

    spec: TableSpec
    columns: Mapping[str, int]
    cells: Mapping[int, Mapping[str, Cell]]
    date1904: bool

    @classmethod
    def of(cls, book: Workbook, spec: TableSpec) -> Rows:
        """The rows as they stand; none where the sheet is gone, PikError where the table on it is."""
        found = list(rows_of(book, spec))
        columns = found[0][1] if found else {}
        return cls(spec, columns, {number: cells for number, _, cells in found}, book.date1904)

    @cached_property
    def values(self) -> list[dict[str, Value]]:
        """What stands in the rows, by name of the column."""
        return [values_of(self.spec, cells, self.date1904) for cells in self.cells.values()]


def read_rows(book: Workbook, spec: TableSpec) -> list[dict[str, Value]]:
    """The filled rows of a table, each with its filled cells by name of the column."""
    return Rows.of(book, spec).values


def open_master(data: bytes) -> Workbook:
    """The workbook in these bytes; PikError if it cannot be read."""
    with lesbar():
        return read_workbook(data, limits=MASTER)


@contextmanager
def lesbar() -> Iterator[None]:
    """PikError for what is damaged in the file of the master, wherever that is met; also as a decorator."""
    try:
        yield
    except Unreadable as fault:
        blatt = f"Blatt „{fault.blatt}“" if fault.blatt else ""
        ort = ", ".join(filter(None, [blatt, f"Zelle {fault.zelle}" if fault.zelle else ""]))
        raise PikError(
            f"Die Master-Arbeitsmappe {NAME} lässt sich nicht lesen ({ort}{': ' * bool(ort)}{fault.gefunden}). Bitte "
            f"die letzte Sicherung aus Protokoll/Sicherungen verwenden: sie als {NAME} an ihre Stelle legen."
        ) from fault


def rows_of(book: Workbook, spec: TableSpec) -> Iterator[tuple[int, Mapping[str, int], dict[str, Cell]]]:
    """Row number, columns by name and filled cells by name, for each filled row; also below the table's end."""
    table = book.tables.get(spec.name)
    if table is None:
        if spec.sheet in book.sheets:
            raise PikError(f"Auf Blatt „{spec.sheet}“ fehlt die Tabelle „{spec.name}“. {ZURUECK}")
        return
    check_kopf(table)
    sheet, columns = book.sheets[table.sheet], columns_of(spec, table.sheet, table.first_col, table.columns)
    names = {col: name for name, col in columns.items()}
    ours = {columns[c.name] for c in spec.columns if c.name in columns and c.owner is Owner.PIK}
    rows: dict[int, dict[str, Cell]] = {}
    for (row, col), cell in sheet.cells.items():
        if row <= table.header_row or col not in names:
            continue
        if cell.kind == "leer_formel" and col in ours:
            continue  # our own formula, saved by a program that does not calculate; every run writes it anew
        if cell.kind == "leer_formel":
            raise PikError(
                f"Blatt „{table.sheet}“, Zelle {address(row, col)}: Die Formel hat noch keinen Wert. "
                "Bitte die Datei in Excel öffnen, speichern und den Lauf wiederholen."
            )
        if cell.text.strip():
            rows.setdefault(row, {})[names[col]] = cell
    for row in sorted(rows):
        yield row, columns, rows[row]


def check_kopf(table: Table) -> None:
    """PikError if somebody has switched off the row of headers, which tells the columns apart."""
    if not table.header_row:
        raise PikError(
            f"Auf Blatt „{table.sheet}“ fehlt die Überschriftenzeile der Tabelle. Bitte in die Tabelle klicken, unter "
            "Tabellenentwurf „Überschrift“ wieder einschalten, speichern und den Lauf wiederholen."
        )


def entries_of(book: Workbook, spec: TableSpec) -> Iterator[tuple[int, Mapping[str, int], dict[str, Cell]]]:
    """The rows of a table the office fills, as `rows_of`, without its totals and notes some rows below it."""
    last = 0
    for row, columns, cells in rows_of(book, spec):
        table = book.tables[spec.name]
        last = max(last, table.last_row)
        if (table.total and row == table.last_row + 1) or (row > last + 1 and len(cells) <= NOTIZ):
            continue
        last = max(last, row)
        yield row, columns, cells


def nur_notiz(spec: TableSpec, row: int, cells: Mapping[str, Cell]) -> str:
    """One line on a row that says next to nothing."""
    texts = ", ".join(f"„{cell.text}“" for cell in cells.values())
    return (
        f"– Blatt „{spec.sheet}“, Zeile {row}: Hier steht nur {texts}. Bitte die Zeile ausfüllen oder leeren; eigene "
        "Notizen gehören neben die Tabelle oder mit einer leeren Zeile Abstand darunter."
    )


def with_years(book: Workbook, spec: TableSpec) -> TableSpec:
    """The table with columns for all budget years the master's table of posts has."""
    posts = book.tables.get(STELLEN.name)
    return mit_jahren(spec, jahre_in(posts.columns if posts else ()))


def columns_of(spec: TableSpec, sheet: str, first: int, headers: Sequence[str]) -> dict[str, int]:
    """Which column stands where; PikError if one that staff type in was renamed, so that nothing is lost."""
    found = {normalise(header): first + offset for offset, header in enumerate(headers)}
    columns = {c.name: found[normalise(c.header)] for c in spec.columns if normalise(c.header) in found}
    needed = [c.header for c in spec.columns if c.name not in columns and (c.owner == "staff" or c.name in spec.key)]
    if needed:
        raise PikError(
            f"Auf Blatt „{sheet}“ fehlt die Spalte „{needed[0]}“. Gefunden wurden: "
            f"{', '.join(f'„{h}“' for h in headers)}. Bitte die Überschrift wieder so nennen; "
            f"wurde die Spalte gelöscht: {ZURUECK}"
        )
    return columns


def values_of(spec: TableSpec, cells: Mapping[str, Cell], date1904: bool) -> dict[str, Value]:
    """What stands in the filled cells of a row, by name of the column."""
    return {c.name: typed(c, cells[c.name], date1904) for c in spec.columns if c.name in cells}


def typed(column: Column, cell: Cell, date1904: bool) -> Value:
    """What the column makes of the entry; what people see where it makes nothing of it."""
    try:
        return parse(column, cell, date1904)
    except (ValueError, OverflowError):
        return gefunden(column, cell, date1904)


def parse(column: Column, cell: Cell, date1904: bool) -> Value:
    """The entry as the column's kind means it; ValueError if it cannot be that.

    An amount or a share may have its currency wherever it likes; text stays as it was typed, a number as people see it.
    """
    kind, numeric, text = column.kind, cell.kind == "zahl", clean(cell.text)
    if kind in _WORTE and cell.kind == "wahr":
        return gefunden(column, cell, date1904)
    if kind in _WORTE and not (numeric and kind is Kind.SCHLUESSEL):
        return as_text(excel_dezimal(text)) if numeric else cell.text
    if kind in _MIT_WAEHRUNG:
        text = text.replace("€", "").strip()
    official = column.name in ("ags", "kreis")
    return value_of(kind, text, numeric=numeric, date1904=date1904, auswahl=column.auswahl, lost_zero=official)


_WORTE = (Kind.TEXT, Kind.LANGTEXT, Kind.SCHLUESSEL, Kind.ZUSTAND)
_MIT_WAEHRUNG = (Kind.EURO, Kind.VZAE, Kind.PROZENT)
