"""Makes this process one that a macro started: Excel's double holds the master of a work folder.

Used by the commands of the buttons in `test_buttons.py`; what Excel would show in a message box is printed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import xlwings
from excel_double import open_in_excel

from pik_xl.excel import app


def start() -> None:
    """The master of the folder in PIK_ORDNER is open, and nothing is marked in it."""
    folder = Path(os.environ["PIK_ORDNER"])
    mappe = open_in_excel((folder / "PiK-Master.xlsm").read_bytes())
    mappe.api.Path = str(folder)
    mappe.api.Application.InputBox = lambda frage, titel, Type: "alle" if "Kreis" in frage else False  # noqa: N803
    sys.modules["xlwings._xlwindows"].win32api.MessageBox = _message  # type: ignore[attr-defined]
    xlwings.Book.caller = classmethod(lambda cls: mappe)  # type: ignore[method-assign, assignment]
    app.show_file = lambda path: print(f"öffnet {path.name}")
    app._start = lambda *words: print(f"startet {' '.join(words)}")


def _message(hwnd: object, text: str, title: str, style: object) -> int:
    print(text)
    return 1
