"""The wheel carries what the office gets: it runs far from the checkout, and nothing in it is for maintainers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

import pik_xl

ROOT = Path(pik_xl.__file__).parents[1]
SOURCES = [path for path in (ROOT / "pik_xl").rglob("*.py") if "build" not in path.relative_to(ROOT).parts]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, unpacked as pip would do it."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def pik(site: Path, *args: str) -> str:
    """What the `pik-xl` of the wheel says, run in a folder where no checkout is."""
    environment = {**os.environ, "PYTHONPATH": str(site), "PYTHONUTF8": "1"}

    def python(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *words]
        return subprocess.run(
            command, cwd=site.parent, env=environment, capture_output=True, text=True, encoding="utf-8"
        )

    assert Path(python("-c", "import pik_xl; print(pik_xl.__file__)").stdout.strip()).is_relative_to(site)
    run = python("-m", "pik_xl", *args)
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_every_module_but_the_builders_is_in_the_wheel(site: Path) -> None:
    modules = {path.relative_to(ROOT).as_posix() for path in SOURCES}
    assert {name for name in files(site) if name.endswith(".py")} == modules


def test_no_builder_no_test_and_no_page_is_in_the_wheel(site: Path) -> None:
    for name in files(site):
        first, *rest = name.split("/")
        assert first == "pik_xl" or first.endswith(".dist-info"), name
        assert not {"build", "tests", "docs", "bench"} & set(rest), name


def test_what_ships_beside_the_modules_is_for_the_office_or_read_by_a_module(site: Path) -> None:
    inside = site / "pik_xl"
    assert {Path(name).suffix for name in files(inside / "templates")} == {".docx", ".txt", ".md"}
    assert files(inside / "workbooks") == {"Antrag.xlsx", "PiK-Master.xlsm"}
    assert files(inside / "templates") == files(ROOT / "templates")
    assert files(inside / "recht" / "rulebook") == files(ROOT / "pik_xl" / "recht" / "rulebook")
    assert {"excel/setup.ps1", "master/draw/vba/PikButtons.bas", "master/draw/vba/ribbon.xml"} <= files(inside)


def test_data_ships_if_and_only_if_a_module_reads_it(site: Path) -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in SOURCES)
    read = {path.name for path in (ROOT / "pik_xl" / "data").iterdir() if path.name in text}
    assert files(site / "pik_xl" / "data") == {*read, "README.md"}  # which says whose the data are


def test_the_command_is_made_by_the_installer(site: Path) -> None:
    (entries,) = site.glob("*.dist-info/entry_points.txt")
    assert "pik-xl = pik_xl.__main__:main" in entries.read_text(encoding="utf-8")


def test_a_work_folder_laid_out_by_the_wheel_is_complete(site: Path, tmp_path: Path) -> None:
    pik(site, "init", str(tmp_path / "PiK"))
    assert files(tmp_path / "PiK" / "Vorlagen") == files(ROOT / "templates")
    assert (tmp_path / "PiK" / "PiK-Master.xlsm").is_file()


def test_the_wheel_lists_its_checks_and_rules(site: Path) -> None:
    assert "W22" in pik(site, "katalog")
    assert "Höchstdauer" in pik(site, "regeln", "--am", "2020-05-04")


def test_the_wheel_plays_the_whole_procedure(site: Path, tmp_path: Path) -> None:
    said = pik(site, "demo", str(tmp_path / "demo"), "--antraege", "20")
    assert "Zum Ansehen" in said
    assert list((tmp_path / "demo" / "Bescheide").rglob("*.docx"))
    assert list((tmp_path / "demo" / "Formulare").rglob("*.xlsx"))
