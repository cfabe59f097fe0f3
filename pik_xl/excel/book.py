"""The master while it is open in Excel, through xlwings: read at a moment, and brought up to date in one go; a `Book`.

Everything is worked out before the first cell is written. Excel cannot take a run back; the copy made just before can.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pik_xl.errors import PikError
from pik_xl.excel.plan import Notes, Plan, leaving, plans
from pik_xl.excel.read import read_live
from pik_xl.excel.write import Filter, execute, filters_of, notes_of, unprotected
from pik_xl.master.draw.start import MARKE
from pik_xl.master.read.snapshot import Snapshot
from pik_xl.master.sheets.columns import Aenderung, Table, TableSpec
from pik_xl.master.sheets.office_specs import ABWEICHUNGEN, ANSPRECHPARTNER, BESTAND
from pik_xl.master.sheets.specs import VERWAIST
from pik_xl.master.update.backup import aufraeumen, freier_platz
from pik_xl.master.update.compare import OldTable, vergleich
from pik_xl.ooxml.workbook import Workbook

if TYPE_CHECKING:
    import xlwings as xw

_OFFICE = {BESTAND.name, ANSPRECHPARTNER.name, ABWEICHUNGEN.name}  # no run writes there, they may have a password
_TRIES, _PAUSE = 10, 0.3  # seconds; so long somebody may still be typing
# What Excel answers while a cell is being edited or a dialog is open.
_BUSY = {-2_147_418_111, -2_147_417_846, -2_146_777_998}


@dataclass(frozen=True, slots=True)
class LiveBook:
    """The open workbook, and where copies of its former states are kept (None: nowhere).

    `gelesen` is what was read of it when a button was pressed; without it, it is read when asked.
    """

    mappe: xw.Book
    sicherungen: Path | None = None
    gelesen: Snapshot | None = None

    def check_free(self) -> None:
        """PikError if it is not our master, is closed or read-only, a cell is being edited, or a password bars us."""
        self._answers()
        api = self.mappe.api
        if MARKE not in {str(name.Name) for name in api.Names}:
            raise PikError(f"{api.Name} ist nicht die Master-Arbeitsmappe. Bitte PiK-Master.xlsm öffnen.")
        if api.ReadOnly:
            raise PikError(
                f"{api.Name} ist schreibgeschützt geöffnet. Bitte schließen und zum Bearbeiten öffnen; vielleicht hat "
                "jemand anders die Datei offen."
            )
        for sheet in api.Worksheets:
            if sheet.ProtectContents and {str(t.Name) for t in sheet.ListObjects} - _OFFICE:
                with unprotected(sheet):
                    pass

    def read(self) -> Snapshot:
        """What stood in it when the button was pressed, else what stands in it now."""
        return self.gelesen or Snapshot(self.now())

    def now(self) -> Workbook:
        """What stands in it now."""
        self._answers()
        return read_live(self.mappe.api)

    def begin(self, master: Snapshot) -> LiveUpdate:
        """An update of what was read of it."""
        return LiveUpdate(self, master)

    def _answers(self) -> None:
        """PikError if the workbook is closed, or somebody goes on typing in a cell for some seconds."""
        with _one_attempt(self.mappe):
            for _ in range(_TRIES):
                try:
                    app = self.mappe.api.Application
                    app.Interactive = app.Interactive  # Excel refuses this, and nothing else happens, during an edit
                    return
                except Exception as error:
                    if not _busy(error):
                        raise PikError(
                            "Die Master-Arbeitsmappe ist in Excel nicht mehr geöffnet. Bitte öffnen und den Lauf "
                            "wiederholen."
                        ) from error
                    time.sleep(_PAUSE)
        raise PikError("Excel wartet auf eine Eingabe. Bitte die Zelleingabe abschließen und den Lauf wiederholen.")


@contextmanager
def _one_attempt(mappe: xw.Book) -> Iterator[None]:
    """xlwings would ask Excel for ever while a cell is being edited."""
    engine: Any = sys.modules[type(mappe.impl).__module__]
    before = engine.N_COM_ATTEMPTS
    engine.N_COM_ATTEMPTS = 1
    try:
        yield
    finally:
        engine.N_COM_ATTEMPTS = before


@contextmanager
def _quiet(app: xw.App) -> Iterator[None]:
    """Excel draws, asks, calculates and calls nobody meanwhile; each of these is then as it was, whatever happens."""
    quiet = {"screen_updating": False, "enable_events": False, "calculation": "manual", "display_alerts": False}
    with ExitStack() as stack:
        for name, value in quiet.items():
            stack.enter_context(app.properties(**{name: value}))
        yield


def _busy(error: Exception) -> bool:
    details = getattr(error, "excepinfo", None)
    return {getattr(error, "hresult", None), details[5] if details else None} & _BUSY != set() or (
        type(error).__name__ == "ExcelBusyError"
    )


class LiveUpdate:
    """An update of the open workbook; an `Update`."""

    def __init__(self, live: LiveBook, master: Snapshot) -> None:
        self._live, self._master = live, master
        self._old: dict[str, OldTable] = {}

    def vergleich(self, table: Table) -> tuple[Table, Counter[Aenderung]]:
        """The table with what changed since the last run in its column `aenderung`; how many rows of each kind."""
        return vergleich(self._table(table.spec), table)

    def verwaist(self, table: Table) -> int:
        """How many entries of people on its sheet go to Verwaist when this table is written."""
        old = self._table(table.spec)
        return len(leaving(table, old, notes_of(self._live.mappe.api.Worksheets(old.sheet.name))))

    def commit(self, tables: Sequence[Table], stamp: str) -> None:
        """Writes the rows of these tables into the open workbook; a copy of it as it was is put by."""
        self._live.check_free()
        if _typed(self._live.now()) != _typed(self._master.found):
            raise PikError("Der Master wurde während des Laufs geändert. Bitte den Lauf noch einmal starten.")
        work = self._prepared([t for t in tables if not t.spec.office and t.spec is not VERWAIST])
        copy = self._copy(stamp)
        app = self._live.mappe.app
        try:
            with _quiet(app):
                for plan, sheet, filters in work:
                    with unprotected(sheet):
                        execute(plan, sheet, filters)
        except Exception as error:
            raise PikError(_HALF.format(copy or "die zuletzt gespeicherte Datei", error)) from error
        app.calculate()

    def _table(self, spec: TableSpec) -> OldTable:
        if spec.name not in self._old:
            self._old[spec.name] = OldTable.of(self._master.book, spec)
        return self._old[spec.name]

    def _prepared(self, tables: Sequence[Table]) -> list[tuple[Plan, Any, list[Filter]]]:
        """All that is to be done, with the sheets to do it on; nothing is written yet."""
        specs = [*(table.spec for table in tables), VERWAIST]
        old = {spec.name: self._table(spec) for spec in specs}
        sheets = {name: self._live.mappe.api.Worksheets(table.sheet.name) for name, table in old.items()}
        notes: dict[str, Notes] = {name: notes_of(sheet) for name, sheet in sheets.items()}
        filters = {name: filters_of(sheet, name) for name, sheet in sheets.items()}
        done = plans(tables, old, notes)
        return [(plan, sheets[plan.old.spec.name], filters[plan.old.spec.name]) for plan in done]

    def _copy(self, stamp: str) -> Path | None:
        """The workbook as it is, saved beside; it stays open under its own name."""
        if (folder := self._live.sicherungen) is None:
            return None
        api = self._live.mappe.api
        target = freier_platz(folder, api.Name, stamp)
        api.SaveCopyAs(str(target))
        aufraeumen(folder, api.Name)
        return target


_HALF = (
    "Excel hat den Lauf abgebrochen, der Master ist nur zum Teil geschrieben. Bitte ohne Speichern schließen und "
    "wieder öffnen; wie er vorher war, steht in {}. ({})"
)


def _typed(book: Workbook) -> object:
    """What a run builds on: tables and what stands on their sheets; formulas may move by themselves."""
    on = {table.sheet for table in book.tables.values()}
    cells = {name: {at: c for at, c in book.sheets[name].cells.items() if not c.formel} for name in on}
    return book.tables, cells
