"""The Leitstand: the buttons of the master in a window of their own, for offices where Excel must not start programs.

It works on the master that is open in Excel, else on the closed file. A job runs in a thread of its own; the window
only ever learns of it through a queue, and everything of Excel stays in that thread.
"""

from __future__ import annotations

import gc
import sys
import threading
import tkinter as tk
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from pathlib import Path
from queue import Empty, SimpleQueue
from tkinter import filedialog, messagebox, simpledialog, ttk
from typing import TYPE_CHECKING, Any

from pik_xl.errors import Abgebrochen, PikError
from pik_xl.excel.app import show_file
from pik_xl.jobs.arguments import user
from pik_xl.jobs.crash import record
from pik_xl.jobs.press import Auftrag, Meldung, ausfuehren
from pik_xl.leitstand.calculator import Calculator
from pik_xl.leitstand.look import band, font_of, scrolled, shortcuts, tip
from pik_xl.master.draw.knoepfe import KNOEPFE, Knopf
from pik_xl.master.read.auswahl import Auswahl
from pik_xl.progress import Reporter
from pik_xl.workfolder import FOLDERS, MASTER, Workfolder

if TYPE_CHECKING:
    import xlwings as xw

_POLL = 80  # milliseconds between two looks into the queue
_LINKS = {"Master": MASTER, **{name.replace("Rueck", "Rück"): name for name in FOLDERS}}  # label -> what it opens
_NICHT_HIER = ("rechner", "hilfe")  # the one is a page of its own, the other says itself with every button


@dataclass
class Work:
    """One job in its thread, and what it tells: (kind, content) pairs in `post`."""

    knopf: Knopf
    folder: Workfolder
    jetzt: datetime
    post: SimpleQueue[tuple[str, Any]] = field(default_factory=SimpleQueue)
    halt: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Begins; everything else comes through `post`, the last of it is `ende`."""
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        try:
            folder, auswahl = attached(self.folder)
            self.post.put(("wo", "offen in Excel" if folder.book else "geschlossene Datei"))
            progress = Reporter(lambda text, anteil: self.post.put(("weit", (text, anteil))), self.halt.is_set)
            auftrag = Auftrag(folder, self.jetzt, user(), progress, self._ask, auswahl)
            self.post.put(("ende", ausfuehren(self.knopf.funktion, auftrag)))
        except (PikError, Abgebrochen) as told:
            self.post.put(("ende", told))
        except Exception:
            self.post.put(("ende", PikError(record(datetime.now(), self.folder.path))))

    def _ask(self, frage: str) -> str | None:
        """Asks in the window, and waits here."""
        antwort: SimpleQueue[str | None] = SimpleQueue()
        self.post.put(("frage", (frage, antwort)))
        return antwort.get()


def open_workbooks() -> Iterator[xw.Book]:
    """The workbooks open in Excel; none where there is no Excel."""
    if sys.platform != "win32":
        return
    import pythoncom
    import xlwings as xw

    pythoncom.CoInitialize()  # this thread talks to Excel for the first time
    for app in xw.apps:
        yield from app.books


def attached(folder: Workfolder) -> tuple[Workfolder, Auswahl]:
    """The folder with its master as it is open in Excel and what is marked there; as it was, if it is not open."""
    from pik_xl.excel.app import Excel

    for excel in map(Excel, open_workbooks()):
        if excel.is_master_of(folder):
            return excel.attached(folder)
    return folder, Auswahl()


class Leitstand:
    """The window; `jetzt` gives the time whenever something begins."""

    def __init__(self, root: tk.Tk, path: Path | None, jetzt: Callable[[], datetime]) -> None:
        self.root, self._jetzt = root, jetzt
        self.work: Work | None = None
        root.title("PiK – Leitstand")
        band(root, "Leitstand", "Pakt für Integration · Verlängerung der Stellen im Integrationsmanagement")
        pages = ttk.Notebook(root)
        pages.pack(fill="both", expand=True, padx=12, pady=12)
        work = ttk.Frame(pages, padding=12)
        pages.add(work, text="Arbeit", underline=0)
        pages.add(Calculator(pages, jetzt), text="Rechner", underline=0)
        pages.enable_traversal()
        self.ordner = tk.StringVar(value=str(path or ""))
        self.wo, self.weit = tk.StringVar(value=""), tk.StringVar(value="bereit")
        self._folder_row(work)
        self.buttons = dict(self._buttons(work))
        self._progress(work)
        self.protokoll = scrolled(work, 12)
        self._links(work)
        shortcuts(root, [*self.buttons.values(), self.abbrechen])
        root.bind("<Escape>", lambda event: self.stop())
        root.protocol("WM_DELETE_WINDOW", self.close)

    # --- what it looks like -----------------------------------------------------------------------

    def _folder_row(self, parent: ttk.Frame) -> None:
        row = ttk.Frame(parent)
        row.pack(fill="x")
        ttk.Label(row, text="Arbeitsordner").pack(side="left")
        entry = ttk.Entry(row, textvariable=self.ordner)
        entry.pack(side="left", fill="x", expand=True, padx=8)
        ttk.Button(row, text="Wählen …", command=self._choose).pack(side="left")
        ttk.Label(row, textvariable=self.wo, width=20, anchor="e").pack(side="left")
        entry.focus_set()

    def _buttons(self, parent: ttk.Frame) -> Iterator[tuple[str, ttk.Button]]:
        """The buttons of the table, a row for each group."""
        grid = ttk.Frame(parent)
        grid.pack(fill="x", pady=12)
        shown = [knopf for knopf in KNOEPFE if knopf.funktion not in _NICHT_HIER]
        for row, (gruppe, knoepfe) in enumerate(groupby(shown, lambda knopf: knopf.gruppe)):
            ttk.Label(grid, text=gruppe, style="Gruppe.TLabel").grid(row=row, column=0, sticky="w", pady=3)
            cells = ttk.Frame(grid)
            cells.grid(row=row, column=1, sticky="w", padx=(12, 0), pady=3)
            for knopf in knoepfe:
                button = ttk.Button(cells, text=knopf.name, command=lambda knopf=knopf: self.press(knopf))  # type: ignore[misc]
                button.pack(side="left", padx=(0, 6))
                tip(button, knopf.hilfe)
                yield knopf.funktion, button

    def _progress(self, parent: ttk.Frame) -> None:
        row = ttk.Frame(parent)
        row.pack(fill="x", pady=(0, 8))
        self.balken = ttk.Progressbar(row, maximum=1.0)
        self.balken.pack(side="left", fill="x", expand=True)
        self.abbrechen = ttk.Button(row, text="Abbrechen", command=self.stop, state="disabled")
        self.abbrechen.pack(side="left", padx=(8, 0))
        ttk.Label(parent, textvariable=self.weit).pack(anchor="w", pady=(0, 8))

    def _links(self, parent: ttk.Frame) -> None:
        row = ttk.Frame(parent)
        row.pack(fill="x", pady=(8, 0))
        ttk.Label(row, text="Öffnen:").pack(side="left", padx=(0, 6))
        for label, name in _LINKS.items():
            ttk.Button(row, text=label, style="Link.TButton", command=lambda name=name: self._open(name)).pack(  # type: ignore[misc]
                side="left"
            )

    # --- what it does -----------------------------------------------------------------------------

    def press(self, knopf: Knopf) -> None:
        """Starts the job of a button, if none runs."""
        if self.work:
            return
        try:
            folder = Workfolder.open(Path(self.ordner.get().strip()))
        except PikError as problem:
            self._say(knopf.name, str(problem))
            return
        self.work = Work(knopf, folder, self._jetzt())
        # The collector runs in whatever thread allocates, and Tcl crashes where a Tk object dies in another thread than
        # its own: so what is garbage goes now, in this thread, and what lives is none of the collector's until the end.
        gc.collect()
        gc.freeze()
        self._switch(running=True)
        self.weit.set(f"{knopf.name} …")
        self.work.start()
        self.root.after(_POLL, self._look)

    def stop(self) -> None:
        """Asks the running job to stop after the file at hand."""
        if self.work:
            self.work.halt.set()
            self.abbrechen.state(["disabled"])
            self.weit.set("Wird nach dieser Datei abgebrochen …")

    def close(self) -> None:
        """Closes the window; a running job is stopped first, if that is wanted."""
        if self.work is None:
            self.root.destroy()
        elif messagebox.askyesno("PiK", "Ein Lauf ist noch nicht fertig. Abbrechen und schließen?", parent=self.root):
            self.stop()
            self.root.after(_POLL, self._close_later)

    def _close_later(self) -> None:
        if self.work is None:
            self.root.destroy()
        else:
            self.root.after(_POLL, self._close_later)

    def _look(self) -> None:
        """Takes what the job has told since the last look."""
        work = self.work
        while work:
            try:
                kind, content = work.post.get_nowait()
            except Empty:
                self.root.after(_POLL, self._look)
                return
            getattr(self, f"_{kind}")(content)
            work = self.work

    def _wo(self, where: str) -> None:
        self.wo.set(where)

    def _weit(self, told: tuple[str, float]) -> None:
        text, anteil = told
        self.balken["value"] = anteil
        if self.work and not self.work.halt.is_set():
            self.weit.set(text)

    def _frage(self, asked: tuple[str, SimpleQueue[str | None]]) -> None:
        frage, antwort = asked
        antwort.put(simpledialog.askstring("PiK", frage, parent=self.root))

    def _ende(self, outcome: Meldung | PikError | Abgebrochen) -> None:
        assert self.work
        knopf, self.work = self.work.knopf, None
        gc.unfreeze()
        self._switch(running=False)
        self.balken["value"] = 1 if isinstance(outcome, Meldung) else 0
        self.weit.set("abgebrochen" if isinstance(outcome, Abgebrochen) else "fertig")
        if not isinstance(outcome, Meldung):
            self._say(knopf.name, str(outcome))
            return
        if outcome.text:
            self._say(knopf.name, outcome.text)
        if outcome.zeigen:
            show_file(outcome.zeigen)

    def _switch(self, *, running: bool) -> None:
        for button in self.buttons.values():
            button.state(["disabled" if running else "!disabled"])
        self.abbrechen.state(["!disabled" if running else "disabled"])

    def _say(self, what: str, text: str) -> None:
        """Writes a result on top of the earlier ones."""
        self.protokoll.configure(state="normal")
        self.protokoll.insert("1.0", f"{text}\n\n")
        self.protokoll.insert("1.0", f"{self._jetzt():%H:%M}  {what}\n", "kopf")
        self.protokoll.configure(state="disabled")

    def _choose(self) -> None:
        if path := filedialog.askdirectory(title="Arbeitsordner wählen", parent=self.root):
            self.ordner.set(path)

    def _open(self, name: str) -> None:
        path = Path(self.ordner.get().strip()) / name
        if path.exists():
            show_file(path)
        else:
            self._say("Öffnen", f"{path} gibt es nicht. Bitte den Arbeitsordner prüfen.")


def open_window(path: Path | None, jetzt: Callable[[], datetime], nur_rechner: bool = False) -> tk.Tk:
    """The window, ready for its main loop; PikError where there is no screen."""
    if sys.platform == "win32":
        import ctypes

        with suppress(Exception):  # an old Windows scales by itself
            ctypes.windll.shcore.SetProcessDpiAwareness(1)
    try:
        root = tk.Tk(className="Pik")
    except tk.TclError as error:
        raise PikError(
            "Der Leitstand braucht einen Bildschirm; hier ist keiner. Bitte die Befehle verwenden."
        ) from error
    font_of(root)
    if nur_rechner:
        root.title("PiK – Rechner")
        band(root, "Rechner", "eine einzelne Stelle, ohne etwas zu ändern")
        Calculator(root, jetzt).pack(fill="both", expand=True, padx=12, pady=12)
    else:
        root.leitstand = Leitstand(root, path, jetzt)  # type: ignore[attr-defined]  # lives as long as the window
    return root
