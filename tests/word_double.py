"""A small double of Word's COM objects: what is opened, exported and closed, and in which order.

It imitates what goes wrong in the real one: a file that is none, a password, a Word that is gone. What it exports is
the PDF a test gives it; it lays out nothing.
"""

from __future__ import annotations

import sys
import types
import zipfile
from pathlib import Path
from typing import Any

import pytest
from excel_double import ComError


class Word:
    """The application; `dies_after` that many documents it answers nothing any more."""

    def __init__(self, pdf: bytes, dies_after: int = 1_000) -> None:
        self.__dict__.update(pdf=pdf, left=dies_after, log=[], open=set())
        self.__dict__["Documents"] = self

    def __setattr__(self, name: str, value: object) -> None:
        if name[0].isupper():
            self.log.append((name, value))
        self.__dict__[name] = value

    def Open(  # noqa: N802
        self, FileName: str, ConfirmConversions: bool, ReadOnly: bool, AddToRecentFiles: bool, PasswordDocument: str  # noqa: N803
    ) -> Document:  # fmt: skip
        if not self.left:
            raise ComError(-2_147_023_174, "Der RPC-Server ist nicht verfügbar.")
        self.left -= 1
        assert not ConfirmConversions and ReadOnly and not AddToRecentFiles and PasswordDocument
        if not zipfile.is_zipfile(FileName) or "geheim" in FileName:
            raise ComError(text="Word hat einen Fehler festgestellt.")
        return Document(self, Path(FileName))

    def Quit(self, SaveChanges: int) -> None:  # noqa: N802, N803
        self.log.append(("Quit", SaveChanges))
        if not self.left:
            raise ComError(-2_147_023_174, "Der RPC-Server ist nicht verfügbar.")


class Document:
    def __init__(self, word: Word, path: Path) -> None:
        self.word, self.path = word, path
        word.open.add(path.name)

    def ExportAsFixedFormat(self, *arguments: Any) -> None:  # noqa: N802
        names = ("OutputFileName", "ExportFormat", "OpenAfterExport", "OptimizeFor", "Range", "From", "To", "Item",
                 "IncludeDocProps", "KeepIRM", "CreateBookmarks", "DocStructureTags", "BitmapMissingFonts",
                 "UseISO19005_1")  # fmt: skip
        given = dict(zip(names, arguments, strict=True))
        assert given["ExportFormat"] == 17 and not given["OpenAfterExport"]
        self.word.log.append(("Export", self.path.name))
        mark = b"% <pdfaid:part>1</pdfaid:part>\nstartxref" if given["UseISO19005_1"] else b"startxref"
        if "leer" not in self.path.name:
            Path(given["OutputFileName"]).write_bytes(self.word.pdf.replace(b"startxref", mark))

    def Close(self, SaveChanges: int) -> None:  # noqa: N802, N803
        assert SaveChanges == 0
        self.word.open.remove(self.path.name)


def installed(monkeypatch: pytest.MonkeyPatch, *words: Word) -> list[Word]:
    """pywin32 whose Word is the next of these with every start; a start with none left fails. Returns the started."""
    waiting, started = list(words), list[Word]()

    def dispatch_ex(program: str) -> Word:
        assert program == "Word.Application"
        if not waiting:
            raise ComError(-2_147_221_005, "Ungültige Klassenzeichenfolge")
        started.append(waiting.pop(0))
        return started[-1]

    client, com, times = (types.ModuleType(name) for name in ("win32com.client", "win32com", "pywintypes"))
    client.__dict__["DispatchEx"], com.__dict__["client"], times.__dict__["com_error"] = dispatch_ex, client, ComError
    for module in (client, com, times):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    return started
