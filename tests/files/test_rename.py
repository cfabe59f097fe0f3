"""Fresh files get their names also where Windows still holds them for a moment."""

from __future__ import annotations

import ast
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfWriter

import pik_xl
from pik_xl.files.rename import rename
from pik_xl.master.update import file
from pik_xl.schreiben.runfolder import Laufordner
from pik_xl.versand.pdf import druckdatei
from pik_xl.versand.print_room import pdfs

TRIES = 7


def _held(monkeypatch: pytest.MonkeyPatch, times: int, winerror: int | None = 32) -> list[str]:
    """Lets the next renames fail as Windows would say it; returns the names asked for."""
    asked, really = list[str](), os.replace

    def replace(quelle: str | Path, ziel: str | Path) -> None:
        asked.append(Path(ziel).name)
        if len(asked) <= times:
            error = PermissionError(13, "Der Prozess kann nicht auf die Datei zugreifen", str(quelle))
            if winerror:
                error.winerror = winerror  # type: ignore[attr-defined, unused-ignore]
            raise error
        really(quelle, ziel)

    monkeypatch.setattr(os, "replace", replace)
    return asked


@pytest.mark.parametrize("winerror", [5, 32, 33])
def test_what_is_in_use_is_renamed_once_it_is_free(
    winerror: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "neu").write_text("neu")
    (tmp_path / "alt").write_text("alt")
    asked, waited = _held(monkeypatch, TRIES - 1, winerror), list[float]()
    rename(tmp_path / "neu", tmp_path / "alt", waited.append)
    assert (tmp_path / "alt").read_text() == "neu"
    assert not (tmp_path / "neu").exists()
    assert (len(asked), len(waited)) == (TRIES, TRIES - 1)
    assert 2 < sum(waited) < 5


def test_what_stays_in_use_is_told_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "neu").write_text("neu")
    asked = _held(monkeypatch, TRIES)
    with pytest.raises(PermissionError):
        rename(tmp_path / "neu", tmp_path / "alt", lambda seconds: None)
    assert len(asked) == TRIES
    assert (tmp_path / "neu").read_text() == "neu"


@pytest.mark.parametrize("winerror", [None, 3, 17])
def test_any_other_refusal_is_told_at_once(
    winerror: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "neu").write_text("neu")
    asked = _held(monkeypatch, 1, winerror)
    with pytest.raises(PermissionError):
        rename(tmp_path / "neu", tmp_path / "alt", _never)
    assert len(asked) == 1


def test_a_folder_is_renamed_with_all_it_holds(tmp_path: Path) -> None:
    (tmp_path / ".neu" / "08125").mkdir(parents=True)
    (tmp_path / ".neu" / "08125" / "a.docx").write_text("a")
    rename(tmp_path / ".neu", tmp_path / "2020-05-04")
    assert (tmp_path / "2020-05-04" / "08125" / "a.docx").read_text() == "a"


def _never(seconds: float) -> None:
    raise AssertionError("waited for nothing")


# --- everything that is renamed ----------------------------------------------------------------------


def _master(folder: Path) -> Path:
    file.write(folder / "PiK-Master.xlsm", b"alt", folder / "Sicherungen", "2020-05-04")
    file.write(folder / "PiK-Master.xlsm", b"neu", folder / "Sicherungen", "2020-05-04")
    return folder / "PiK-Master.xlsm"


def _lauf(folder: Path) -> Path:
    lauf = Laufordner(folder, date(2020, 5, 4))
    lauf.write("08125/a.docx", b"a")
    return lauf.finish((), {}) or Path()


def _pdf(path: Path) -> Path:
    with PdfWriter() as writer:
        writer.add_blank_page(200, 200)
        writer.write(path)
    return path


def _druckdatei(folder: Path) -> Path:
    druckdatei([_pdf(folder / "a.pdf")], folder / "Druck.pdf")
    return folder / "Druck.pdf"


class _Printer:
    at_once = 1

    def convert(self, batches, *, pdfa):  # type: ignore[no-untyped-def]
        for dateien in batches:
            for datei in dateien:
                _pdf(datei.with_suffix(".pdf"))
            yield dateien


def _brief(folder: Path) -> Path:
    from docx import Document

    Document().save(str(folder / "a.docx"))
    assert pdfs({folder / "a.docx": folder / "a.pdf"}, lambda *words: None, printer=_Printer()) == {}
    return folder / "a.pdf"


@pytest.mark.parametrize("write", [_master, _lauf, _druckdatei, _brief])
def test_a_run_outlasts_a_virus_scanner(
    write: Callable[[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = _held(monkeypatch, 2)
    path = write(tmp_path)
    assert path.exists()
    assert path.name in asked
    assert not list(tmp_path.rglob("*.neu"))


def test_nothing_is_renamed_in_any_other_way() -> None:
    where = {
        path.name
        for path in Path(pik_xl.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _renames(node.func, node)
    }
    assert where == {"rename.py"}


def _renames(func: ast.Attribute, call: ast.Call) -> bool:
    """`x.rename(y)`, `shutil.move(x, y)`, `path.replace(y)`; a text is replaced with two arguments."""
    if func.attr in ("rename", "move") or ast.unparse(func) == "os.replace":
        return True
    return func.attr == "replace" and len(call.args) == 1 and not call.keywords
