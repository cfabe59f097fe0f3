"""The master workbook PiK-Master.xlsm: built once, brought up to date by every run, swapped in safely."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

from pik_xl.errors import PikError
from pik_xl.files.swap import ORDNER, VOLL, swap_in
from pik_xl.master.draw.macros import einbauen, mit_band, xlwings_conf
from pik_xl.master.draw.sheet import draw_all, new_workbook
from pik_xl.master.draw.start import BLAETTER, MARKE, TITEL, draw_start, earlier_results, results
from pik_xl.master.read.snapshot import Snapshot
from pik_xl.master.read.table import open_master
from pik_xl.master.sheets.columns import REGELN, Table
from pik_xl.master.sheets.specs import HAUSHALT, VERWAIST
from pik_xl.master.update.backup import aufraeumen, freier_platz
from pik_xl.master.update.closed import MasterUpdate
from pik_xl.ooxml.palette import PETROL

# --- building ------------------------------------------------------------------------------------


def build(tables: Sequence[Table], stand: datetime) -> bytes:
    """The whole master: `Start`, then one sheet per table in the order of `Start`; macros and ribbon.

    `tables` are all of them; `stand` is the day of making in the file's properties. Which Python answers the buttons
    is not said in it, as many users share it. Same input, same bytes.
    """
    order, target = list(BLAETTER), BytesIO()
    tables = sorted(tables, key=lambda table: order.index(table.spec.sheet))
    with new_workbook(target, TITEL, stand) as workbook:
        workbook.set_size(1_900, 1_050)
        workbook.add_worksheet("Start").set_tab_color(PETROL)
        formats = draw_all(workbook, tables)
        draw_start(workbook, formats, {table.spec.name: table for table in tables})
        workbook.define_name(REGELN, "=tbl_regelwerk[Regel]")
        einbauen(workbook, xlwings_conf())
    return mit_band(target.getvalue())


def aktualisiert(update: MasterUpdate, tables: Sequence[Table]) -> bytes:
    """The master with new rows in these tables; the office's own sheets stay as they are."""
    by_name = {table.spec.name: table for table in tables}
    shown = results(by_name)
    if (found := update.book.tables.get(HAUSHALT.name)) and HAUSHALT.name in by_name:
        shown |= earlier_results(by_name[HAUSHALT.name], found)
    return update.write([t for t in tables if not t.spec.office and t.spec is not VERWAIST], shown)


def build_liste(table: Table, titel: str, stand: datetime) -> bytes:
    """A workbook with one table alone, to hand on."""
    target = BytesIO()
    with new_workbook(target, titel, stand) as workbook:
        draw_all(workbook, (table,))
    return target.getvalue()


# --- the closed file -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FileBook:
    """The master as a closed file, and where copies of its former states are kept; a `Book`."""

    path: Path
    sicherungen: Path

    def check_free(self) -> None:
        """PikError if the file is open somewhere or read-only."""
        check_free(self.path)

    def read(self) -> Snapshot:
        """What stands in the file now; PikError if it is missing or cannot be read."""
        return Snapshot.of(self._bytes())

    def begin(self, master: Snapshot) -> FileUpdate:
        """An update of what was read of the file."""
        return FileUpdate(self, master)

    def _bytes(self) -> bytes:
        if not self.path.is_file():
            if other := self._renamed():
                raise PikError(
                    f"{self.path} fehlt; daneben liegt {other.name}, auch eine Master-Arbeitsmappe. Wurde die Mappe "
                    f"umbenannt, bitte wieder {self.path.name} nennen."
                )
            if self.sicherungen.is_dir() and any(self.sicherungen.glob(f"{self.path.stem}_*")):
                raise PikError(
                    f"{self.path} fehlt. Wurde die Mappe umbenannt, bitte wieder so nennen; sonst die letzte Sicherung "
                    f"aus {self.sicherungen} unter diesem Namen zurücklegen."
                )
            raise PikError(f"{self.path} fehlt. Bitte zuerst anlegen: pik-xl init {self.path.parent}")
        return self.path.read_bytes()

    def _renamed(self) -> Path | None:
        """Another master in the same folder; it is known by the name it has of itself, not by the file's."""
        for other in sorted(self.path.parent.glob("*.xlsm")):
            with suppress(PikError, OSError):  # one that cannot be read is none we could name
                if MARKE in open_master(other.read_bytes()).names:
                    return other
        return None


class FileUpdate(MasterUpdate):
    """An update of the closed file: patched part by part, then swapped in; an `Update`."""

    def __init__(self, file: FileBook, master: Snapshot) -> None:
        super().__init__(master)
        self._file, self._old = file, master.data

    def commit(self, tables: Sequence[Table], stamp: str) -> None:
        """Writes the rows of these tables into the file, with a copy of the old one put by."""
        write(self._file.path, aktualisiert(self, tables), self._file.sicherungen, stamp, gelesen=self._old)


# --- swapping in ---------------------------------------------------------------------------------


def write(path: Path, data: bytes, backup_dir: Path, stamp: str, gelesen: bytes | None = None) -> Path | None:
    """Puts the new master in place of the old one, all or nothing; returns the backup of the old one, if any.

    `stamp` (2020-03-15_143005) goes into the backup's name; `gelesen` are the bytes this run began with.
    PikError, and nothing touched, if the file is open somewhere or has changed since, up to the very swap.
    """
    check_free(path)
    backup = None
    try:
        old = path.read_bytes() if path.exists() else None
        if old == data:
            return None
        _check_same(path, old, old if gelesen is None else gelesen)
        if old is not None:
            backup = freier_platz(backup_dir, path.name, stamp)
            swap_in(backup, old)
        swap_in(path, data, check=lambda: _check_unchanged(path, old))
    except BaseException as error:
        if backup and not (path.exists() and path.read_bytes() == data):  # this run replaced nothing
            backup.unlink(missing_ok=True)
        if reason := _reason(error, path):
            raise PikError(reason) from error
        raise
    aufraeumen(backup_dir, path.name)
    return backup


def _reason(error: BaseException, path: Path) -> str:
    """What keeps us from the file, in German; empty where it is something else."""
    number = error.errno if isinstance(error, OSError) else None
    if isinstance(error, PermissionError) and not (path.exists() and not os.access(path.parent, os.W_OK)):
        return _LOCKED.format(name=path.name)
    if isinstance(error, PermissionError) or number == errno.EROFS:
        return ORDNER.format(folder=path.parent)
    return VOLL.format(path=path) if number == errno.ENOSPC else ""


def _check_unchanged(path: Path, expected: bytes | None) -> None:
    """PikError if somebody has saved or opened the file since it was read; None means there was none."""
    check_free(path)
    _check_same(path, path.read_bytes() if path.exists() else None, expected)


def _check_same(path: Path, found: bytes | None, expected: bytes | None) -> None:
    if found != expected:
        raise PikError(f"{path.name} wurde während des Laufs geändert. Bitte den Lauf noch einmal starten.")


_LOCKED = "{name} ist gerade geöffnet oder schreibgeschützt. Bitte in Excel schließen und den Lauf wiederholen."


def check_free(path: Path) -> None:
    """PikError if the workbook is open, which a lock file beside it tells, or read-only, which is meant so."""
    if path.exists() and not path.stat().st_mode & 0o222:
        raise PikError(_LOCKED.format(name=path.name))
    for lock in (path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#")):
        if lock.exists():
            raise PikError(
                f"{_LOCKED.format(name=path.name)} Ist die Datei nirgends geöffnet, "
                f"bitte „{lock.name}“ daneben löschen."
            )
