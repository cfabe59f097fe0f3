"""Setting up Excel on a machine: the file of xlwings, and what is checked, on a Windows made of a dictionary."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from masters import STAND, all_tables, opened
from registry_double import EXCEL, FakeRegistry

from pik_xl import __version__
from pik_xl.errors import PikError
from pik_xl.excel import setup
from pik_xl.excel.setup import ORTE, Machine, Pruefpunkt, Zustand, conf_content, pruefpunkte, vertrauen, write_conf
from pik_xl.master.draw import macros
from pik_xl.master.update import file as master
from pik_xl.windows import Wert, WindowsRegistry
from pik_xl.workfolder import Workfolder, shipped

SICHERHEIT = r"HKCU\Software\Microsoft\Office\16.0\Excel\Security"
RICHTLINIE = r"HKCU\Software\Policies\Microsoft\Office\16.0\Excel\Security"


def windows(tmp_path: Path, keys: dict[str, dict[str, Wert]], **umgebung: str) -> Machine:
    """A Windows with Excel and these keys; its Python is the one that runs the tests."""
    registry = FakeRegistry(**{EXCEL: {"": r"C:\Office\EXCEL.EXE"}} | keys)
    return replace(setup.this_machine(), zuhause=tmp_path, registry=registry, umgebung=umgebung)


def by_name(points: tuple[Pruefpunkt, ...]) -> dict[str, Pruefpunkt]:
    return {point.was: point for point in points}


@pytest.fixture
def mappe(tmp_path: Path) -> Path:
    path = tmp_path / "PiK" / "PiK-Master.xlsm"
    path.parent.mkdir()
    path.write_bytes((shipped("workbooks") / "PiK-Master.xlsm").read_bytes())
    return path


# --- the file of xlwings -----------------------------------------------------------------------------


def test_the_file_names_interpreter_and_package_in_the_words_of_xlwings() -> None:
    conf = conf_content(b"", macros.xlwings_conf(r"C:\Python\python.exe", r"C:\Jürgens Pakete"))
    assert conf.decode("cp1252").split("\r\n") == [
        '"ADD_WORKBOOK_TO_PYTHONPATH","false"',
        r'"INTERPRETER_WIN","C:\Python\python.exe"',
        r'"PYTHONPATH","C:\Jürgens Pakete"',
        '"UDF MODULES","pik_xl.udfs"',
        "",
    ]


def test_lines_that_are_not_ours_stay_byte_for_byte() -> None:
    strange = b'"interpreter_win","alt"\r\n"LICENSE_KEY","\x81\xe4"\r\n"SHOW CONSOLE","False"\n'
    conf = conf_content(strange, macros.xlwings_conf("neu.exe", "P"))
    assert conf.endswith(b'"LICENSE_KEY","\x81\xe4"\r\n"SHOW CONSOLE","False"\r\n')
    assert b"alt" not in conf and conf.count(b"INTERPRETER_WIN") == 1


def test_functions_of_others_are_not_replaced_by_ours() -> None:
    conf = conf_content(b'"UDF MODULES","meine"\r\n', macros.xlwings_conf("p", "q"))
    assert b'"UDF MODULES","meine"' in conf and b"pik_xl.udfs" not in conf


def test_writing_twice_changes_nothing(tmp_path: Path) -> None:
    machine = windows(tmp_path, {})
    assert write_conf(machine) is True
    first = machine.conf.read_bytes()
    assert machine.conf == tmp_path / ".xlwings" / "xlwings.conf"
    assert write_conf(machine) is False and machine.conf.read_bytes() == first


def test_a_path_that_vba_cannot_read_is_refused() -> None:
    with pytest.raises(PikError, match="Zeichen, die Excel-Makros nicht lesen"):
        conf_content(b"", macros.xlwings_conf("C:\\日本\\python.exe", "P"))


# --- the checks ---------------------------------------------------------------------------------------


def test_a_machine_that_has_everything_is_ok_in_every_point(tmp_path: Path, mappe: Path) -> None:
    machine = windows(tmp_path, {rf"{ORTE}\Location0": {"Path": f"{mappe.parent}\\"}})
    write_conf(machine)
    points = by_name(pruefpunkte(machine, mappe))
    assert {name for name, point in points.items() if point.zustand != Zustand.OK} == set()
    assert list(points) == "Python,Paket pik_xl,Excel,Makros,Vertrauter Ort,Ablage,Herkunft,xlwings,Aufruf".split(",")


def test_without_windows_excel_is_missing_and_what_needs_it_is_unknown(tmp_path: Path, mappe: Path) -> None:
    points = by_name(pruefpunkte(replace(windows(tmp_path, {}), registry=None), mappe))
    assert points["Excel"].zustand == Zustand.FEHLT and "kein Windows" in points["Excel"].gefunden
    assert points["Makros"].zustand == points["Vertrauter Ort"].zustand == Zustand.UNBEKANNT
    assert points["Python"].zustand == points["xlwings"].zustand == Zustand.OK


def test_every_point_that_is_missing_says_what_to_do(tmp_path: Path) -> None:
    machine = replace(
        windows(tmp_path, {EXCEL: {}, RICHTLINIE: {"VBAWarnings": 4}}), python="/gibt/es/nicht", version=(3, 9, 1)
    )
    points = pruefpunkte(machine, tmp_path / "OneDrive - RP" / "PiK-Master.xlsm")
    assert [p.was for p in points if p.zustand == Zustand.FEHLT] == [p.was for p in points] and len(points) == 7
    assert all(point.bitte for point in points)


def test_the_package_is_looked_for_by_the_interpreter_that_excel_will_start(tmp_path: Path) -> None:
    machine = windows(tmp_path, {})
    assert __version__ in by_name(pruefpunkte(machine))["Paket pik_xl"].gefunden
    elsewhere = replace(machine, pfad=tmp_path, python=str(tmp_path / "python.exe"))
    assert by_name(pruefpunkte(elsewhere))["Paket pik_xl"].zustand == Zustand.FEHLT


@pytest.mark.parametrize(
    ("keys", "zustand", "words"),
    [
        ({}, Zustand.OK, "Excel fragt"),
        ({SICHERHEIT: {"VBAWarnings": 1}}, Zustand.OK, "alle erlaubt"),
        ({SICHERHEIT: {"VBAWarnings": 4}}, Zustand.FEHLT, "alle gesperrt"),
        ({SICHERHEIT: {"VBAWarnings": 1}, RICHTLINIE: {"VBAWarnings": 3}}, Zustand.FEHLT, "Vorgabe der IT"),
        ({SICHERHEIT: {"VBAWarnings": 9}}, Zustand.UNBEKANNT, "9"),
    ],
)
def test_the_setting_for_macros_is_read_policy_first(
    tmp_path: Path, keys: dict[str, dict[str, Wert]], zustand: Zustand, words: str
) -> None:
    point = by_name(pruefpunkte(windows(tmp_path, keys)))["Makros"]
    assert point.zustand == zustand and words in point.gefunden


ORDNER = Path(r"D:\PiK\Wertheim")


@pytest.mark.parametrize(
    ("location", "zustand"),
    [
        ({"Path": "d:\\pik\\wertheim\\"}, Zustand.OK),
        ({"Path": "D:\\PiK\\", "AllowSubFolders": 1}, Zustand.OK),
        ({"Path": "D:\\PiK\\"}, Zustand.FEHLT),
        ({"Path": "D:\\PiK\\Wert", "AllowSubFolders": 1}, Zustand.FEHLT),
        ({}, Zustand.FEHLT),
    ],
)
def test_a_folder_is_trusted_itself_or_below_a_location_that_says_so(
    tmp_path: Path, location: dict[str, Wert], zustand: Zustand
) -> None:
    machine = windows(tmp_path, {rf"{ORTE}\Location3": location})
    assert setup.vertrauter_ort(machine, ORDNER).zustand == zustand


def test_a_trusted_location_does_not_count_where_locations_are_switched_off_or_lie_in_the_network(
    tmp_path: Path,
) -> None:
    location: dict[str, dict[str, Wert]] = {rf"{ORTE}\Location0": {"Path": str(ORDNER)}}
    off = windows(tmp_path, location | {ORTE: {"AllLocationsDisabled": 1}})
    assert setup.vertrauter_ort(off, ORDNER).zustand == Zustand.FEHLT
    share = Path(r"\\server\pik\Wertheim")
    network: dict[str, dict[str, Wert]] = {rf"{ORTE}\Location0": {"Path": str(share)}}
    assert setup.vertrauter_ort(windows(tmp_path, network), share).zustand == Zustand.FEHLT
    allowed = windows(tmp_path, network | {ORTE: {"AllowNetworkLocations": 1}})
    assert setup.vertrauter_ort(allowed, share).zustand == Zustand.OK


def test_trusting_adds_the_folder_once_and_without_what_lies_below(tmp_path: Path) -> None:
    machine = windows(tmp_path, {rf"{ORTE}\Location0": {"Path": "C:\\Vorlagen\\"}})
    vertrauen(machine, ORDNER)
    vertrauen(machine, ORDNER)
    assert isinstance(machine.registry, FakeRegistry)
    added = {key: values for key, values in machine.registry.content.items() if key.startswith(rf"{ORTE}\Location1")}
    assert added == {
        rf"{ORTE}\Location1": {"Path": "D:\\PiK\\Wertheim\\", "AllowSubFolders": 0, "Description": "pik-xl"}
    }
    assert len(machine.registry.keys(ORTE)) == 2
    assert setup.vertrauter_ort(machine, ORDNER).zustand == Zustand.OK


def test_trusting_without_windows_is_a_clear_word(tmp_path: Path) -> None:
    with pytest.raises(PikError, match="nur in Excel unter Windows"):
        vertrauen(replace(windows(tmp_path, {}), registry=None), ORDNER)


@pytest.mark.parametrize(("zone", "zustand"), [("3", Zustand.FEHLT), ("4", Zustand.FEHLT), ("1", Zustand.OK)])
def test_the_mark_of_the_web_is_seen_beside_the_master(
    tmp_path: Path, mappe: Path, zone: str, zustand: Zustand
) -> None:
    Path(f"{mappe}:Zone.Identifier").write_text(f"[ZoneTransfer]\nZoneId={zone}\n", encoding="utf-8")
    assert by_name(pruefpunkte(windows(tmp_path, {}), mappe))["Herkunft"].zustand == zustand


@pytest.mark.parametrize(
    ("folder", "umgebung", "zustand"),
    [
        (r"C:\Users\a\OneDrive - Land BW\PiK", {}, Zustand.FEHLT),
        (r"C:\Users\a\Land BW\PiK", {"OneDriveCommercial": r"C:\Users\a\Land BW"}, Zustand.FEHLT),
        (r"C:\Users\a\Land BW2\PiK", {"OneDriveCommercial": r"C:\Users\a\Land BW"}, Zustand.OK),
        (r"\\land.sharepoint.com@SSL\DavWWWRoot\PiK", {}, Zustand.FEHLT),
        (r"H:\PiK", {"OneDrive": ""}, Zustand.OK),
    ],
)
def test_a_folder_in_onedrive_or_sharepoint_is_told(
    tmp_path: Path, folder: str, umgebung: dict[str, str], zustand: Zustand
) -> None:
    machine = windows(tmp_path, {}, **umgebung)
    assert by_name(pruefpunkte(machine, Path(folder) / "PiK-Master.xlsm"))["Ablage"].zustand == zustand


def test_a_master_with_another_module_of_xlwings_or_none_is_told(
    tmp_path: Path, mappe: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modules = macros.module()
    monkeypatch.setattr(macros, "module", lambda: modules | {"xlwings": "'Version: 9.9.9\r\n"})
    told = by_name(pruefpunkte(windows(tmp_path, {}), mappe))["xlwings"]
    assert told.zustand == Zustand.FEHLT and macros.fassung(modules["xlwings"]) in told.gefunden
    mappe.write_bytes(b"kaputt")
    assert "fehlt das Modul" in by_name(pruefpunkte(windows(tmp_path, {}), mappe))["xlwings"].gefunden


# --- which Python answers ------------------------------------------------------------------------------

ANNA = (r"C:\Users\anna\AppData\Local\pik-xl\Scripts\python.exe", r"C:\Users\anna\AppData\Local\pik-xl\Lib")


def laid_out_before(
    folder: Workfolder, monkeypatch: pytest.MonkeyPatch, *more: tuple[str, str], conf: tuple[str, str] = ANNA
) -> bytes:
    """A master as it was made before: it names the Python of the one who laid it out, and what was typed below."""
    with monkeypatch.context() as formerly:
        formerly.setattr(master, "xlwings_conf", lambda: (*macros.xlwings_conf(*conf), *more))
        data = master.build(all_tables(()), STAND)
    folder.master.parent.mkdir(exist_ok=True)
    folder.master.write_bytes(data)
    return data


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def settings(master: Path) -> list[tuple[object, ...]]:
    return list(opened(master.read_bytes())["xlwings.conf"].iter_rows(values_only=True))


def test_a_master_that_names_the_python_of_one_user_is_told_and_repaired(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ooxml_errors: Callable[[Path], list[object]]
) -> None:
    folder, machine = Workfolder(tmp_path / "PiK"), windows(tmp_path, {})
    old = laid_out_before(folder, monkeypatch, ("license_key", "X"), ("SHOW CONSOLE", "False"))
    write_conf(machine)
    point = by_name(pruefpunkte(machine, folder.master))["Aufruf"]
    assert point.zustand == Zustand.FEHLT and ANNA[0] in point.gefunden and "excel einrichten" in point.bitte

    assert setup.free_master(folder, "2020-03-15_143000") is True
    assert settings(folder.master) == [
        ("ADD_WORKBOOK_TO_PYTHONPATH", "false"), ("license_key", "X"), ("SHOW CONSOLE", "False"),
    ]  # fmt: skip
    point = by_name(pruefpunkte(machine, folder.master))["Aufruf"]
    assert point.zustand == Zustand.OK and machine.python in point.gefunden
    backup = folder.sicherungen / "PiK-Master_2020-03-15_143000.xlsm"
    assert backup.read_bytes() == old
    before, after = parts(old), parts(folder.master.read_bytes())
    assert list(before) == list(after)
    assert [name for name in before if before[name] != after[name]] == ["xl/worksheets/sheet16.xml"]
    assert ooxml_errors(folder.master) == []


def test_a_master_that_names_nobodys_python_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Workfolder(tmp_path / "PiK")
    laid_out_before(folder, monkeypatch)
    assert setup.free_master(folder, "2020-03-15_143000") is True
    data = folder.master.read_bytes()
    assert setup.free_master(folder, "2020-03-15_143001") is False
    assert folder.master.read_bytes() == data and len(list(folder.sicherungen.iterdir())) == 1


def test_a_place_that_each_user_has_may_stand_in_the_master(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The module of xlwings expands it."""
    folder = Workfolder(tmp_path / "PiK")
    data = laid_out_before(folder, monkeypatch, conf=(r"%LocalAppData%\pik-xl\Scripts\python.exe", ""))
    assert setup.free_master(folder, "2020-03-15_143000") is False
    assert folder.master.read_bytes() == data
    machine = replace(windows(tmp_path, {}, LOCALAPPDATA=r"C:\Users\bert\AppData\Local"), python=ANNA[0])
    write_conf(machine)
    point = by_name(pruefpunkte(machine, folder.master))["Aufruf"]
    assert point.zustand == Zustand.FEHLT and r"C:\Users\bert\AppData\Local\pik-xl\Scripts" in point.gefunden
    anna = replace(machine, umgebung={"LOCALAPPDATA": r"C:\Users\anna\AppData\Local"})
    assert by_name(pruefpunkte(anna, folder.master))["Aufruf"].zustand == Zustand.OK


@pytest.mark.parametrize("lock", ["~$PiK-Master.xlsm", ".~lock.PiK-Master.xlsm#"])
def test_an_open_master_is_not_repaired_and_says_so(lock: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Workfolder(tmp_path / "PiK")
    old = laid_out_before(folder, monkeypatch)
    (folder.path / lock).write_text("Bert")
    with pytest.raises(PikError, match=r"PiK-Master\.xlsm ist gerade geöffnet .* Bitte in Excel schließen"):
        setup.free_master(folder, "2020-03-15_143000")
    assert folder.master.read_bytes() == old and not folder.sicherungen.exists()


def test_a_master_that_is_missing_or_broken_is_left_alone(tmp_path: Path) -> None:
    folder = Workfolder(tmp_path)
    assert setup.free_master(folder, "2020-03-15_143000") is False
    folder.master.write_bytes(b"kaputt")
    assert setup.free_master(folder, "2020-03-15_143000") is False
    assert folder.master.read_bytes() == b"kaputt"


def test_the_first_of_master_folder_and_user_that_names_a_python_is_called(tmp_path: Path, mappe: Path) -> None:
    machine = windows(tmp_path, {})
    point = by_name(pruefpunkte(machine, mappe))["Aufruf"]
    assert point.zustand == Zustand.FEHLT and "excel einrichten" in point.bitte, "no file of the user's yet"
    write_conf(machine)
    assert by_name(pruefpunkte(machine, mappe))["Aufruf"].zustand == Zustand.OK
    beside = mappe.with_name("xlwings.conf")
    beside.write_bytes(b'"interpreter_win","C:\\fremd\\python.exe"\r\n')
    point = by_name(pruefpunkte(machine, mappe))["Aufruf"]
    assert point.zustand == Zustand.FEHLT and r"C:\fremd\python.exe" in point.gefunden
    assert str(beside) in point.bitte
    mappe.write_bytes(b"kaputt")
    assert "nicht lesbar" in by_name(pruefpunkte(machine, mappe))["Aufruf"].gefunden


def test_without_windows_nobody_knows_who_is_called(tmp_path: Path, mappe: Path) -> None:
    point = by_name(pruefpunkte(replace(windows(tmp_path, {}), registry=None), mappe))["Aufruf"]
    assert point.zustand == Zustand.UNBEKANNT


# --- the real registry, over a stand-in for Python's module --------------------------------------------


class _Handle(SimpleNamespace):
    def __enter__(self) -> _Handle:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def test_the_real_registry_reads_lists_and_writes_through_winreg(monkeypatch: pytest.MonkeyPatch) -> None:
    content: dict[tuple[str, str], dict[str, tuple[Any, int]]] = {("cu", r"A\B"): {"x": (2, 4)}, ("cu", "A"): {}}

    def opened(root: str, path: str, _: int = 0, access: int = 0) -> _Handle:
        if (root, path) not in content:
            raise FileNotFoundError(path)
        assert access & 256, "the 64-bit view"
        return _Handle(root=root, path=path)

    def create(root: str, path: str) -> _Handle:
        content.setdefault((root, path), {})
        return _Handle(root=root, path=path)

    def query(handle: _Handle, name: str) -> tuple[Any, int]:
        try:
            return content[handle.root, handle.path][name]
        except KeyError:
            raise FileNotFoundError(name) from None

    def below(handle: _Handle) -> list[str]:
        return [p.removeprefix(handle.path + "\\") for r, p in content if p.startswith(handle.path + "\\")]

    def store(handle: _Handle, name: str, _: int, kind: int, value: object) -> None:
        content[handle.root, handle.path][name] = (value, kind)

    fake: dict[str, object | Callable[..., object]] = {
        "HKEY_CURRENT_USER": "cu", "HKEY_LOCAL_MACHINE": "lm", "KEY_READ": 1, "KEY_WOW64_64KEY": 256,
        "REG_SZ": 1, "REG_DWORD": 4, "OpenKey": opened, "CreateKey": create, "QueryValueEx": query,
        "QueryInfoKey": lambda handle: (len(below(handle)), 0, 0),
        "EnumKey": lambda handle, number: below(handle)[number], "SetValueEx": store,
    }  # fmt: skip
    monkeypatch.setitem(sys.modules, "winreg", SimpleNamespace(**fake))  # type: ignore[arg-type]  # in place of a module
    registry = WindowsRegistry()
    assert registry.value(r"HKCU\A\B", "x") == 2
    assert registry.value(r"HKCU\A\B", "y") is None and registry.value(r"HKLM\A", "x") is None
    assert registry.keys(r"HKCU\A") == ("B",) and registry.keys(r"HKLM\A") == ()
    registry.write(r"HKCU\A\C", {"Path": "D:\\", "AllowSubFolders": 0})
    assert content["cu", r"A\C"] == {"Path": ("D:\\", 1), "AllowSubFolders": (0, 4)}
