"""The Excel a button was pressed in: what is marked there, how far a run is, what it says in the end.

Jobs run in Python while Excel waits; the bar at the foot of its window, a cell on Start and a small window of our own
say how far they are, and Esc or that window's button stops them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pik_xl.errors import Abgebrochen, PikError
from pik_xl.excel.book import LiveBook
from pik_xl.jobs.arguments import user
from pik_xl.jobs.crash import record
from pik_xl.master.draw.start import MARKE
from pik_xl.master.read.auswahl import Auswahl, auswahl_of
from pik_xl.master.read.snapshot import Snapshot
from pik_xl.progress import Reporter
from pik_xl.windows import Esc, this_user32
from pik_xl.workfolder import MASTER, Workfolder, same_file

if TYPE_CHECKING:
    import xlwings as xw

TITEL, STATUS, BEREIT = "PiK", "pik_status", "bereit"
_LONGEST = 1_000  # characters a message box of Excel shows
_TEXT = 2  # what InputBox is to ask for


class Excel:
    """The workbook a button was pressed in, and the Excel around it."""

    def __init__(self, mappe: xw.Book, window: Callable[[str], Any] | None = None) -> None:
        self._mappe, self._window = mappe, window or _window

    def press(self, funktion: str) -> None:
        """Does what the button is for and says what came of it; never raises."""
        from pik_xl.jobs.press import Auftrag, ausfuehren

        folder: Workfolder | None = None
        try:
            if funktion == "rechner":
                _start("leitstand", "--rechner")
                return
            folder = self._folder()
            attached, auswahl = self.attached(folder)
            with self._running(funktion) as progress:
                auftrag = Auftrag(attached, datetime.now(), user(), progress, self._ask, auswahl)
                meldung = ausfuehren(funktion, auftrag)
            self._say(f"{meldung.text}{self._unsaved()}" if meldung.text else "")
            if meldung.zeigen:
                show_file(meldung.zeigen)
        except (PikError, Abgebrochen) as told:
            self._say(str(told), "critical")
        except Exception:
            self._say(record(datetime.now(), folder.path if folder else None), "critical")

    def attached(self, folder: Workfolder) -> tuple[Workfolder, Auswahl]:
        """The folder with the open workbook as its master, and what is marked in it; PikError if it is not free."""
        return Workfolder(folder.path, LiveBook(self._mappe, folder.sicherungen, self._read)), self._auswahl()

    def is_master_of(self, folder: Workfolder) -> bool:
        """Whether this is the master of the folder.

        A synchronised folder (SharePoint, OneDrive) gives its workbooks a place on the web; there the name and the
        folder set in the workbook tell. PikError where it is a master that does not say to which folder it belongs.
        """
        api = self._mappe.api
        if "://" not in str(api.FullName):
            return same_file(Path(str(api.FullName)), folder.master)
        if str(api.Name) != MASTER or MARKE not in {str(name.Name) for name in api.Names}:
            return False
        return same_file(_work_folder(self._read, str(api.Path)), folder.path)

    def _folder(self) -> Workfolder:
        """The work folder of the workbook, with the open workbook as its master; PikError if it cannot be worked on."""
        return Workfolder.open(_work_folder(self._read, str(self._mappe.api.Path)))

    @cached_property
    def _read(self) -> Snapshot:
        """What stood in the workbook when the button was pressed."""
        live = LiveBook(self._mappe)
        live.check_free()
        return live.read()

    def _auswahl(self) -> Auswahl:
        """What the cells marked in this workbook name, whatever workbook is in front; a marked chart changes nothing.

        Its first window is the one somebody worked in last.
        """
        window, rows = self._mappe.api.Windows(1), set[int]()
        with suppress(Exception):  # the sheet is a chart and has no cells
            for area in window.RangeSelection.Areas:
                rows |= set(range(int(area.Row), int(area.Row) + int(area.Rows.Count)))
        return auswahl_of(self._read, str(window.ActiveSheet.Name), rows)

    @contextmanager
    def _running(self, funktion: str) -> Iterator[Reporter]:
        """A run that can be watched and stopped; afterwards the bar and the cell are as they were."""
        app = self._mappe.api.Application
        with ExitStack() as stack:
            stack.callback(self._status, BEREIT)
            stack.callback(setattr, app, "StatusBar", False)
            window = stack.enter_context(self._window(funktion))

            def show(text: str, share: float) -> None:
                app.StatusBar = f"{TITEL}: {text}"
                self._status(text)
                window.show(text, share)

            esc = Esc({os.getpid(), self._mappe.app.pid}, this_user32())
            yield Reporter(show, lambda: window.stopped() or esc())

    def _status(self, text: str) -> None:
        """What stands in the cell on Start; a workbook that lost it does without."""
        with suppress(Exception):
            self._mappe.api.Names(STATUS).RefersToRange.Value2 = text

    def _ask(self, frage: str) -> str | None:
        antwort = self._mappe.api.Application.InputBox(frage, TITEL, Type=_TEXT)
        return str(antwort).strip() or None if isinstance(antwort, str) else None

    def _unsaved(self) -> str:
        """A reminder where the workbook is not saved yet: a run does not do that by itself."""
        return "" if self._mappe.api.Saved else "\n\nDie Mappe ist noch nicht gespeichert."

    def _say(self, text: str, art: str = "info") -> None:
        shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"
        if text:
            with suppress(Exception):  # Excel was closed meanwhile: there is nobody to tell
                self._mappe.app.alert(shown, TITEL, "ok", art)


def _work_folder(master: Snapshot, wo: str) -> Path:
    """The folder set in the workbook, else the one it lies in; PikError for a place on the web without that setting."""
    if gesetzt := master.einstellungen.text("arbeitsordner"):
        return Path(gesetzt)
    if not wo or "://" in wo:
        raise PikError(
            "Diese Mappe liegt nicht in einem Ordner dieses Rechners. Bitte auf Blatt Einstellungen unter "
            "„Arbeitsordner“ eintragen, wo er auf diesem Rechner liegt, zum Beispiel C:\\PiK."
        )
    return Path(wo)


def _window(funktion: str) -> Any:
    """The small window that shows how far a run is, or nothing where there is no screen for it."""
    from pik_xl.excel.window import progress_window
    from pik_xl.master.draw.knoepfe import KNOEPFE

    return progress_window(next(k.name for k in KNOEPFE if k.funktion == funktion))


def show_file(path: Path) -> None:
    """Shows a file or folder in the program meant for it."""
    if sys.platform == "win32":
        os.startfile(path)
    else:
        with suppress(OSError):
            subprocess.Popen(["xdg-open", path], stderr=subprocess.DEVNULL)


def _start(*words: str) -> None:
    """Starts a command of ours beside Excel, which does not wait for it."""
    subprocess.Popen([sys.executable, "-m", "pik_xl", *words])
