"""What support needs to know of a machine and a work folder. No names and no entries of applicants are in it."""

from __future__ import annotations

import platform
import re
import shutil
from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pik_xl
from pik_xl.errors import PikError
from pik_xl.excel.setup import Machine, pruefpunkte
from pik_xl.files.lock import DATEI
from pik_xl.jobs.crash import protokolle
from pik_xl.master.update.file import FileBook
from pik_xl.values import as_zahl
from pik_xl.workfolder import FOLDERS, Workfolder

Abschnitte = Mapping[str, Mapping[str, str]]

PAKETE = ("xlwings", "openpyxl", "XlsxWriter", "lxml", "docxtpl")
_FEHLER = re.compile(r"^([A-Za-z_][\w.]*)(?::|$)")


def diagnose(machine: Machine, folder: Workfolder | None, hier: Path) -> Abschnitte:
    """Facts by section and name; `hier` is the folder the program was called in."""
    found: dict[str, Mapping[str, str]] = {
        "Programm": {
            "pik-xl": pik_xl.__version__,
            "Python": f"{'.'.join(map(str, machine.version))}, {machine.bit} Bit",
            "Pfad": machine.python,
            "System": platform.platform(),
            "LibreOffice": shutil.which("soffice") or shutil.which("libreoffice") or "nicht gefunden",
        },
        "Pakete": {name: _version(name) for name in PAKETE},
        "Excel": {
            p.was: f"{p.zustand} ({p.gefunden})" for p in pruefpunkte(machine, folder.master if folder else None)
        },
    }
    if folder:
        found["Arbeitsordner"] = _ordner(folder)
    found["Fehlerprotokoll"] = _protokoll(protokolle(folder.path if folder else None, hier))
    return found


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "fehlt"


def _ordner(folder: Workfolder) -> dict[str, str]:
    """How many files there are, never which: their names are those of applicants."""
    counts = {
        name: f"{sum(path.is_file() for path in (folder.path / name).rglob('*'))} Dateien"
        if (folder.path / name).is_dir()
        else "fehlt"
        for name in FOLDERS
    }
    patterns = ("~$*", ".~lock.*#", DATEI.as_posix())
    sperren = [p.name for pattern in patterns for p in sorted(folder.path.glob(pattern))]
    return {
        "Ordner": str(folder.path),
        **counts,
        "Sperrdateien": ", ".join(sperren) or "keine",
        "Master": _master(folder.master),
        "Letzter Lauf": _letzter_lauf(folder),
    }


def _master(path: Path) -> str:
    if not path.is_file():
        return "fehlt"
    return f"{as_zahl(Decimal(path.stat().st_size), 0)} Bytes, {_time(path)}"


def _letzter_lauf(folder: Workfolder) -> str:
    """The newest line of the record of runs, without who it was; or why it cannot be read."""
    try:
        runs = FileBook(folder.master, folder.sicherungen).read().protokoll
    except PikError as problem:
        return str(problem)
    return f"{runs[0].stempel}, {runs[0].was}, Regelwerk {runs[0].regelwerk}" if runs else "keiner"


def _protokoll(logs: Collection[Path]) -> dict[str, str]:
    """The newest log of a bug: where, when and of what kind. Its text may quote what an applicant wrote."""
    if not logs:
        return {"Datei": "keines"}
    newest = max(logs, key=lambda path: (path.stat().st_mtime_ns, path.name))
    lines = newest.read_text(encoding="utf-8", errors="replace").splitlines()
    kinds = [match[1] for line in lines if (match := _FEHLER.match(line))]
    return {"Datei": str(newest), "Zeit": _time(newest), "Art": kinds[-1] if kinds else "unbekannt"}


def _time(path: Path) -> str:
    return f"{datetime.fromtimestamp(path.stat().st_mtime):%d.%m.%Y %H:%M}"
