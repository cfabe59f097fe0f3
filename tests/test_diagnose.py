"""What support is told: versions, the state of the folder, the newest log; nothing of applicants."""

from __future__ import annotations

import os
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import pytest
from masters import bewilligungen

from pik_xl import anlegen
from pik_xl.diagnose import diagnose
from pik_xl.einrichten import dieser_rechner
from pik_xl.workfolder import Workfolder


@pytest.fixture
def folder(tmp_path: Path) -> Workfolder:
    folder = anlegen.init(tmp_path / "PiK", datetime(2020, 5, 4, 12), bewilligungen(3))
    anlegen.formulare(folder, datetime(2020, 5, 4).date())
    return folder


def test_versions_and_the_state_of_the_folder_are_told(folder: Workfolder, tmp_path: Path) -> None:
    (folder.path / "~$PiK-Master.xlsm").write_bytes(b"")
    facts = diagnose(dieser_rechner(), folder, tmp_path)
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
    assert "lässt sich nicht lesen" in diagnose(dieser_rechner(), folder, tmp_path)["Arbeitsordner"]["Letzter Lauf"]
    folder.master.unlink()
    assert diagnose(dieser_rechner(), folder, tmp_path)["Arbeitsordner"]["Master"] == "fehlt"


def test_the_newest_log_is_named_with_its_kind_but_not_with_its_words(folder: Workfolder, tmp_path: Path) -> None:
    for number, (place, text) in enumerate(
        [(tmp_path, "KeyError: 'x'"), (folder.path, "Traceback\n  File x\nValueError: Erika Mustermann"),
         (tmp_path, "OSError")]
    ):  # fmt: skip
        log = place / f"pik-xl-fehler-2020-05-0{number + 1}_120000.log"
        log.write_text(text, encoding="utf-8")
        os.utime(log, (number % 2 + 1_000, number % 2 + 1_000))
    facts = diagnose(dieser_rechner(), folder, tmp_path)
    assert facts["Fehlerprotokoll"]["Datei"].endswith("PiK/pik-xl-fehler-2020-05-02_120000.log".replace("/", os.sep))
    assert facts["Fehlerprotokoll"]["Art"] == "ValueError"
    assert "Mustermann" not in str(facts)


def test_nothing_of_an_applicant_is_told(folder: Workfolder, tmp_path: Path) -> None:
    said = str(diagnose(dieser_rechner(), folder, tmp_path))
    for bewilligung in bewilligungen(3):
        for secret in (bewilligung.traeger, bewilligung.person, bewilligung.aktenzeichen, bewilligung.ags):
            assert not secret or secret not in said
