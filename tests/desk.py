"""The office's desk: an Excel, on its double, with the master open in it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from excel_double import open_in_excel

from pik_xl.excel import app
from pik_xl.excel.book import LiveBook
from pik_xl.master.read.table import read_rows
from pik_xl.workfolder import Workfolder


class Desk:
    """An Excel with the master open, and what it showed: messages, the bar at its foot, files opened."""

    def __init__(self, folder: Workfolder, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.said, self.shown, self.stop_after = folder, list[str](), list[Path](), -1
        self.steps = list[str]()
        self.mappe = open_in_excel(folder.master.read_bytes())
        self.api = self.mappe.api
        self.api.Path = str(folder.path)
        self.answer: object = False
        self.api.Application.InputBox = lambda frage, titel, Type: self.answer  # noqa: N803
        monkeypatch.setattr(sys.modules["xlwings._xlwindows"].win32api, "MessageBox", self._message, raising=False)
        monkeypatch.setattr(app, "show_file", self.shown.append)

    def mark(self, sheet: str, first: int, last: int) -> None:
        """Somebody marks rows of a sheet."""
        self.api.Windows(1).mark(self.api.Worksheets(sheet), (first, last))

    def press(self, funktion: str) -> str:
        """A button is pressed; returns what was said last."""
        app.Excel(self.mappe, self._window).press(funktion)
        return self.said[-1] if self.said else ""

    def rows(self, spec: Any) -> list[dict[str, Any]]:
        return read_rows(LiveBook(self.mappe).now(), spec)

    def _message(self, hwnd: object, text: str, title: str, style: object) -> int:
        self.said.append(text)
        return 1

    @contextmanager
    def _window(self, funktion: str) -> Iterator[Any]:
        def show(text: str, anteil: float) -> None:
            self.steps.append(text)
            assert 0 <= anteil <= 1

        yield SimpleNamespace(show=show, stopped=lambda: 0 <= self.stop_after <= len(self.steps))
