"""Counts how often a run reads the master, walks the rows of its tables, and decides."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pik_xl.excel import read as live_read
from pik_xl.master.read import table
from pik_xl.master.update.compare import OldTable
from pik_xl.ooxml.container import MASTER, Container
from pik_xl.recht import vorgang

WORKSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}worksheet"


@dataclass
class Reads:
    """What was counted.

    `files` is how often the file of the master was opened; `sheets` how often a sheet was read, by its name or part:
    its XML parsed, or its cells fetched from Excel. `walked` is how often the rows of a table were gone through and
    `compared` how often it was taken up to be compared and written, by its name; `decided` how often all cases were.
    """

    files: int = 0
    sheets: Counter[str] = field(default_factory=Counter)
    walked: Counter[str] = field(default_factory=Counter)
    compared: Counter[str] = field(default_factory=Counter)
    decided: int = 0

    def watch(self, monkeypatch: pytest.MonkeyPatch, master: Path) -> Reads:
        """Counts from now on; `master` is the file."""
        read_bytes, elements, sheet = Path.read_bytes, Container.elements, live_read._sheet
        rows_of, of, vorgaenge = table.rows_of, OldTable.of, vorgang.vorgaenge

        def opened(path: Path) -> bytes:
            self.files += path == master
            return read_bytes(path)

        def parsed(container: Container, name: str, root: str, *more: Any) -> Any:
            if container.limits is MASTER and root == WORKSHEET:
                self.sheets[name] += 1
            return elements(container, name, root, *more)

        def fetched(live: Any) -> Any:
            self.sheets[str(live.Name)] += 1
            return sheet(live)

        def walk(book: Any, spec: Any) -> Any:
            self.walked[spec.name] += 1
            return rows_of(book, spec)

        def taken_up(book: Any, spec: Any) -> Any:
            self.compared[spec.name] += 1
            return of(book, spec)

        def decide(*given: Any) -> Any:
            self.decided += 1
            return vorgaenge(*given)

        monkeypatch.setattr(Path, "read_bytes", opened)
        monkeypatch.setattr(Container, "elements", parsed)
        monkeypatch.setattr(live_read, "_sheet", fetched)
        monkeypatch.setattr(OldTable, "of", taken_up)
        _everywhere(monkeypatch, rows_of, walk)
        _everywhere(monkeypatch, vorgaenge, decide)
        return self


def _everywhere(monkeypatch: pytest.MonkeyPatch, function: Callable[..., Any], instead: Callable[..., Any]) -> None:
    """Puts another function in the place of one, by whatever module it was imported."""
    for module in [m for name, m in sys.modules.items() if name.startswith("pik_xl")]:
        for name in [name for name, value in vars(module).items() if value is function]:
            monkeypatch.setattr(module, name, instead)
