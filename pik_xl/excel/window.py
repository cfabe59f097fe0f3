"""A small window that shows how far a run is, with a button to stop it. Tk, from the standard library."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Display(Protocol):
    """Where a run shows how far it is, and is asked to stop."""

    def show(self, text: str, share: float) -> None:
        """Shows words and a share from 0 to 1."""

    def stopped(self) -> bool:
        """Whether somebody wants it to stop."""


class _Unseen:
    def show(self, text: str, share: float) -> None:
        """Nobody sees it."""

    def stopped(self) -> bool:
        """Nobody can ask."""
        return False


@contextmanager
def progress_window(title: str) -> Iterator[Display]:
    """The window while a run lasts; an invisible one where there is no Tk or no screen."""
    try:
        window: _Window | None = _Window(title)
    except Exception:  # no tkinter in this Python, or no display
        window = None
    if window is None:
        yield _Unseen()
        return
    try:
        yield window
    finally:
        window.close()


class _Window:
    def __init__(self, title: str) -> None:
        import tkinter as tk
        from tkinter import ttk

        self._stopped = False
        self._root = tk.Tk()
        self._root.title(f"PiK – {title}")
        self._root.attributes("-topmost", True)
        self._root.resizable(False, False)
        self._root.protocol("WM_DELETE_WINDOW", self._stop)
        self._root.bind("<Escape>", lambda event: self._stop())
        frame = ttk.Frame(self._root, padding=16)
        frame.grid()
        self._text = tk.StringVar(value="Einen Augenblick …")
        ttk.Label(frame, textvariable=self._text, width=60).grid(sticky="w")
        self._bar = ttk.Progressbar(frame, maximum=1.0, length=420)
        self._bar.grid(pady=(8, 12), sticky="ew")
        self._button = ttk.Button(frame, text="Abbrechen", command=self._stop)
        self._button.grid(sticky="e")
        self._button.focus_set()
        self._root.update()

    def show(self, text: str, share: float) -> None:
        """Shows words and a share from 0 to 1."""
        self._text.set(text)
        self._bar["value"] = share
        self._root.update()

    def stopped(self) -> bool:
        """Whether somebody pressed the button or Esc, or closed the window."""
        self._root.update()
        return self._stopped

    def close(self) -> None:
        """Takes the window away."""
        self._root.destroy()

    def _stop(self) -> None:
        self._stopped = True
        self._button.state(["disabled"])
        self._text.set("Wird nach dieser Datei abgebrochen …")
