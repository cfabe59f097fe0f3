"""What support is told: versions, the state of the folder, the newest log; nothing of applicants."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import pytest
from excel_double import open_in_excel
from masters import bewilligungen

from pik_xl.cli import main
from pik_xl.excel import app
from pik_xl.excel.diagnose import diagnose
from pik_xl.excel.setup import this_machine
from pik_xl.jobs import anlegen, press
from pik_xl.jobs.run import read_master
from pik_xl.master.draw import knoepfe
from pik_xl.workfolder import Workfolder


@pytest.fixture(autouse=True)
def nothing_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files is empty."""
    (tmp_path / "temp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temp"))
    return tmp_path / "temp"


@pytest.fixture
def folder(tmp_path: Path) -> Workfolder:
    folder = anlegen.init(tmp_path / "PiK", datetime(2020, 5, 4, 12), bewilligungen(3))
    anlegen.formulare(folder, read_master(folder), datetime(2020, 5, 4).date())
    return folder


def test_versions_and_the_state_of_the_folder_are_told(folder: Workfolder, tmp_path: Path) -> None:
    (folder.path / "~$PiK-Master.xlsm").write_bytes(b"")
    facts = diagnose(this_machine(), folder, tmp_path)
    assert facts["Pakete"]["openpyxl"] == version("openpyxl")
    state = facts["Arbeitsordner"]
    written = sum(path.is_file() for path in folder.formulare.rglob("*"))
    assert written and state["Formulare"] == f"{written} Dateien" and state["Eingang"] == "0 Dateien"
    assert state["Sperrdateien"] == "~$PiK-Master.xlsm"
    assert state["Letzter Lauf"].startswith("04.05.2020 12:00, Arbeitsordner angelegt")
    assert state["Master"].startswith(f"{folder.master.stat().st_size:,}".replace(",", "."))
    assert facts["Fehlerprotokoll"] == {"Datei": "keines"}


def test_a_master_that_cannot_be_read_or_is_gone_is_told_not_raised(folder: Workfolder, tmp_path: Path) -> None:
    folder.master.write_bytes(b"kaputt")
    assert "lässt sich nicht lesen" in diagnose(this_machine(), folder, tmp_path)["Arbeitsordner"]["Letzter Lauf"]
    folder.master.unlink()
    assert diagnose(this_machine(), folder, tmp_path)["Arbeitsordner"]["Master"] == "fehlt"


def test_the_newest_log_is_named_with_its_kind_but_not_with_its_words(folder: Workfolder, tmp_path: Path) -> None:
    for number, (place, text) in enumerate(
        [(tmp_path, "KeyError: 'x'"), (folder.path, "Traceback\n  File x\nValueError: Erika Mustermann"),
         (tmp_path, "OSError")]
    ):  # fmt: skip
        log = place / f"pik-xl-fehler-2020-05-0{number + 1}_120000.log"
        log.write_text(text, encoding="utf-8")
        os.utime(log, (number % 2 + 1_000, number % 2 + 1_000))
    facts = diagnose(this_machine(), folder, tmp_path)
    assert facts["Fehlerprotokoll"]["Datei"].endswith("PiK/pik-xl-fehler-2020-05-02_120000.log".replace("/", os.sep))
    assert facts["Fehlerprotokoll"]["Art"] == "ValueError"
    assert "Mustermann" not in str(facts)


def _by_button(folder: Workfolder, monkeypatch: pytest.MonkeyPatch) -> None:
    mappe = open_in_excel(folder.master.read_bytes())
    mappe.api.Path = str(folder.path)
    monkeypatch.setattr(sys.modules["xlwings._xlwindows"].win32api, "MessageBox", lambda *words: 1, raising=False)
    monkeypatch.setattr(press, "ausfuehren", _broken)
    app.Excel(mappe, lambda funktion: nullcontext()).press("pruefen")


def _by_leitstand(folder: Workfolder, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("tkinter")
    from pik_xl.leitstand import window

    monkeypatch.setattr(window, "ausfuehren", _broken)
    window.Work(next(iter(knoepfe.KNOEPFE)), folder, datetime(2020, 5, 4))._run()


def _by_leitstand_without_protokoll(folder: Workfolder, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(folder.path / "Protokoll")
    _by_leitstand(folder, monkeypatch)


def _by_command(folder: Workfolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(main, "app", _broken)
    with pytest.raises(SystemExit):
        main.main()


def _by_command_where_nothing_can_be_written(folder: Workfolder, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(Path, "cwd", lambda: folder.path / "gibt es nicht")
        _by_command(folder, monkeypatch)


def _broken(*words: object, **options: object) -> None:
    raise ZeroDivisionError


@pytest.mark.parametrize(
    ("by", "place"),
    [(_by_button, "PiK/Protokoll"), (_by_leitstand, "PiK/Protokoll"), (_by_leitstand_without_protokoll, "PiK"),
     (_by_command, "hier"), (_by_command_where_nothing_can_be_written, "temp")],
)  # fmt: skip
def test_a_log_is_found_whoever_wrote_it(
    by: Callable[[Workfolder, pytest.MonkeyPatch], None],
    place: str,
    folder: Workfolder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "hier").mkdir()
    monkeypatch.chdir(tmp_path / "hier")
    by(folder, monkeypatch)
    found = diagnose(this_machine(), folder, Path.cwd())["Fehlerprotokoll"]
    assert Path(found["Datei"]).parent == tmp_path / place and found["Art"] == "ZeroDivisionError"


def test_nothing_of_an_applicant_is_told(folder: Workfolder, tmp_path: Path) -> None:
    said = str(diagnose(this_machine(), folder, tmp_path))
    for bewilligung in bewilligungen(3):
        for secret in (bewilligung.traeger, bewilligung.person, bewilligung.aktenzeichen, bewilligung.ags):
            assert not secret or secret not in said
