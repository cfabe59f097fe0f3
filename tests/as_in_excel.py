"""Makes this process one that a macro started: Excel's double holds the master of the folder in PIK_ORDNER.

Imported by the commands of the buttons in `test_buttons.py`; what Excel would show in a message box is printed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import xlwings
from excel_double import open_in_excel

from pik_xl import excel

_FOLDER = Path(os.environ["PIK_ORDNER"])
_MAPPE = open_in_excel((_FOLDER / "PiK-Master.xlsm").read_bytes())


def _message(hwnd: object, text: str, title: str, style: object) -> int:
    print(text)
    return 1


_MAPPE.api.Path, _MAPPE.api.ActiveSheet = str(_FOLDER), _MAPPE.api.Worksheets("Start")
_MAPPE.api.Application.Selection = SimpleNamespace(Areas=[])
_MAPPE.api.Application.InputBox = lambda frage, titel, Type: "alle" if "Kreis" in frage else False  # noqa: N803
sys.modules["xlwings._xlwindows"].win32api.MessageBox = _message  # type: ignore[attr-defined]
xlwings.Book.caller = classmethod(lambda cls: _MAPPE)  # type: ignore[method-assign, assignment]
excel._oeffnen = lambda path: print(f"öffnet {path.name}")
excel._start = lambda *words: print(f"startet {' '.join(words)}")
