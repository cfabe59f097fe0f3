"""What the buttons and functions need on a machine: the file of xlwings, and a check of everything around it.

Each check gives a `Pruefpunkt`: ok, fehlt or unbekannt, what was found and what to do. The machine comes in as a
`Machine`, so that all of it can be tested without Windows. Nothing here was tried on Windows itself.
"""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PureWindowsPath

import pik_xl
from pik_xl.errors import PikError
from pik_xl.master.draw import macros
from pik_xl.master.draw.macros import Einstellung
from pik_xl.master.update.file import write
from pik_xl.ooxml.container import MASTER, Unreadable
from pik_xl.ooxml.edited import MasterPackage
from pik_xl.ooxml.patch_sheet import without_rows
from pik_xl.ooxml.read_workbook import read_workbook
from pik_xl.windows import Registry, Wert, this_registry
from pik_xl.workfolder import Workfolder

AT_LEAST = (3, 11)
FUNKTIONEN = ("UDF MODULES", "pik_xl.udfs")
ORTE = r"HKCU\Software\Microsoft\Office\16.0\Excel\Security\Trusted Locations"
_SICHERHEIT = r"Microsoft\Office\16.0\Excel\Security"
_EXCEL = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
_EXCEL_BIT = r"HKLM\SOFTWARE\Microsoft\Office\ClickToRun\Configuration"
_CONF = "xlwings.conf"  # the sheet in a master, the file beside it and that of a user have the same name
_PYTHON = "INTERPRETER_WIN"
_EIGENES = (_PYTHON, "PYTHONPATH")  # what is another's on every machine
_PAAR = re.compile(rb'\s*"([^"]*)"\s*,\s*"?([^"\r\n]*)')
_VARIABLE = re.compile("%([^%]+)%")


class Zustand(StrEnum):
    """What came of a check."""

    OK = "ok"
    FEHLT = "fehlt"
    UNBEKANNT = "unbekannt"


@dataclass(frozen=True, slots=True)
class Pruefpunkt:
    """One thing that was checked: what was found and, where something is missing, what to do."""

    was: str
    zustand: Zustand
    gefunden: str
    bitte: str = ""


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine: the Python that shall answer (full path, version, bits), where this package lies, its user's folder.

    `registry` is None where there is no Windows; `umgebung` are the environment variables.
    """

    python: str
    version: tuple[int, int, int]
    bit: int
    pfad: Path
    zuhause: Path
    registry: Registry | None
    umgebung: Mapping[str, str]

    @property
    def conf(self) -> Path:
        """The file in which xlwings looks for the settings of a user."""
        return self.zuhause / ".xlwings" / _CONF

    @property
    def einstellungen(self) -> tuple[Einstellung, ...]:
        """What xlwings must be told here."""
        return macros.xlwings_conf(self.python, str(self.pfad))


def this_machine() -> Machine:
    """The machine and the Python this runs on."""
    return Machine(
        python=sys.executable,
        version=sys.version_info[:3],
        bit=struct.calcsize("P") * 8,
        pfad=Path(pik_xl.__file__).resolve().parents[1],
        zuhause=Path.home(),
        registry=this_registry(),
        umgebung=os.environ,
    )


# --- the file of xlwings -----------------------------------------------------------------------------


def conf_content(alt: bytes, einstellungen: Iterable[Einstellung]) -> bytes:
    """The file with these settings; lines with other keys stay as they are, byte for byte.

    VBA reads the file in the machine's own code page, which is cp1252 on a German Windows.
    """
    ours = {name.upper(): f'"{name}","{value}"' for name, value in einstellungen}
    kept = [line for line in alt.splitlines() if line.strip() and _key(line) not in ours]
    theirs = set(map(_key, kept))
    lines = [*ours.values(), *([] if FUNKTIONEN[0] in theirs else ['"{}","{}"'.format(*FUNKTIONEN)])]
    try:
        return b"".join(line + b"\r\n" for line in (*(line.encode("cp1252") for line in lines), *kept))
    except UnicodeEncodeError as error:
        raise PikError(
            f"Der Pfad „{error.object}“ enthält Zeichen, die Excel-Makros nicht lesen können. "
            "Bitte Python in einen Ordner ohne solche Zeichen installieren."
        ) from error


def write_conf(machine: Machine) -> bool:
    """Writes the file of xlwings; False if it said all that already."""
    old = machine.conf.read_bytes() if machine.conf.is_file() else b""
    new = conf_content(old, machine.einstellungen)
    if new == old:
        return False
    machine.conf.parent.mkdir(parents=True, exist_ok=True)
    machine.conf.write_bytes(new)
    return True


def _key(line: bytes) -> str:
    return _pair(line)[0]


def _pair(line: bytes) -> Einstellung:
    """Name and value of a line; both empty where it is none."""
    match = _PAAR.match(line)
    name, value = (text.decode("cp1252", "replace").strip() for text in match.groups()) if match else ("", "")
    return name.upper(), value


# --- the sheet of xlwings in the master ---------------------------------------------------------------


def free_master(folder: Workfolder, stempel: str) -> bool:
    """Takes the Python of a single user out of the master, so that each user's own file tells which one answers.

    Masters were laid out with it once, and it wins over that file. False if there is nothing to take out; PikError if
    the master is open or was changed meanwhile. A copy of it as it was is put by, with `stempel` in its name.
    """
    if not (rows := of_one_user(folder)):
        return False
    old = folder.master.read_bytes()
    package = MasterPackage(old)
    parts = package.parts(_CONF)
    assert parts  # the rows stand there
    package.change(parts.sheet, without_rows(package.part(parts.sheet), rows))
    write(folder.master, package.build(), folder.sicherungen, stempel, gelesen=old)
    return True


def of_one_user(folder: Workfolder) -> list[int]:
    """The rows of the sheet xlwings.conf of the master that hold for one user only; none where it cannot be read."""
    try:
        return [row for name, (row, value) in _sheet(folder.master.read_bytes()).items() if _is_one_users(name, value)]
    except (FileNotFoundError, Unreadable):
        return []


def _sheet(data: bytes) -> dict[str, tuple[int, str]]:
    """Row and value of every setting in a master, by name; Unreadable if it cannot be read."""
    book = read_workbook(data, MASTER, lambda sheet: sheet == _CONF)
    cells = book.sheets[_CONF].cells if _CONF in book.sheets else {}
    return {
        cell.text.strip().upper(): (row, cells[row, 2].text if (row, 2) in cells else "")
        for (row, column), cell in cells.items()
        if column == 1
    }


def _is_one_users(name: str, value: str) -> bool:
    """Whether a setting of a master holds for one user only; %LOCALAPPDATA% is everybody's own."""
    return name in _EIGENES and not _VARIABLE.search(value)


# --- the checks ---------------------------------------------------------------------------------------


def pruefpunkte(machine: Machine, master: Path | None = None) -> tuple[Pruefpunkt, ...]:
    """Everything that can be checked on this machine, and for this master if one is given."""
    points = [_python(machine), _paket(machine), _excel(machine)]
    if master is None:
        return (*points, _makros(machine, vertraut=False))
    vertraut = vertrauter_ort(machine, master.parent)
    points += [_makros(machine, vertraut.zustand == Zustand.OK), vertraut, _ablage(machine, master.parent)]
    if not master.is_file():
        return (*points, Pruefpunkt("Master", Zustand.FEHLT, f"{master} gibt es nicht", "Anlegen mit: pik-xl init"))
    return (*points, _herkunft(master), _modul(master), _aufruf(machine, master))


def _python(machine: Machine) -> Pruefpunkt:
    gefunden = f"{'.'.join(map(str, machine.version))}, {machine.bit} Bit, {machine.python}"
    if machine.version[:2] >= AT_LEAST:
        return Pruefpunkt("Python", Zustand.OK, gefunden)
    wanted = ".".join(map(str, AT_LEAST))
    return Pruefpunkt("Python", Zustand.FEHLT, gefunden, f"Bitte Python {wanted} oder neuer installieren.")


def _paket(machine: Machine) -> Pruefpunkt:
    """Whether a Python started as xlwings starts it finds this package, in this version."""
    code = "import pik_xl; print(pik_xl.__version__)"
    env = {**machine.umgebung, "PYTHONPATH": str(machine.pfad)}
    try:
        run = subprocess.run(
            [machine.python, "-B", "-c", code], cwd=machine.zuhause, env=env, capture_output=True, text=True, timeout=60
        )
        gefunden = run.stdout.strip()
    except (OSError, subprocess.TimeoutExpired) as error:
        gefunden = f"{type(error).__name__} beim Start von {machine.python}"
    if gefunden == pik_xl.__version__:
        return Pruefpunkt("Paket pik_xl", Zustand.OK, f"Version {gefunden} in {machine.pfad}")
    bitte = "Bitte pik-xl mit diesem Python neu installieren."
    return Pruefpunkt("Paket pik_xl", Zustand.FEHLT, gefunden or "lässt sich nicht laden", bitte)


def _excel(machine: Machine) -> Pruefpunkt:
    if machine.registry is None:
        bitte = "Die Knöpfe brauchen Excel unter Windows; alle Befehle gehen auch hier."
        return Pruefpunkt("Excel", Zustand.FEHLT, "Hier läuft kein Windows", bitte)
    path, bit = machine.registry.value(_EXCEL), machine.registry.value(_EXCEL_BIT, "Platform")
    if not path:
        bitte = "Bitte Excel installieren; bis dahin gehen alle Befehle ohne Excel."
        return Pruefpunkt("Excel", Zustand.FEHLT, "nicht installiert", bitte)
    return Pruefpunkt("Excel", Zustand.OK, f"{path}{f' ({bit})' if bit else ''}")


_MAKROS = {
    1: (Zustand.OK, "alle erlaubt", "Sicherer ist „mit Benachrichtigung deaktivieren“."),
    2: (Zustand.OK, "Excel fragt beim Öffnen", "Beim Öffnen „Inhalt aktivieren“ wählen."),
    3: (Zustand.FEHLT, "nur signierte erlaubt", "Den Arbeitsordner zum vertrauten Ort machen: --vertrauen."),
    4: (Zustand.FEHLT, "alle gesperrt", "Im Trust Center Makros mit Benachrichtigung erlauben oder die IT fragen."),
}


def _makros(machine: Machine, vertraut: bool) -> Pruefpunkt:
    """What Excel does with macros: the office's policy, else the user's choice, else to ask."""
    if machine.registry is None:
        return Pruefpunkt("Makros", Zustand.UNBEKANNT, "nur unter Windows zu prüfen")
    if vertraut:
        return Pruefpunkt("Makros", Zustand.OK, "erlaubt, der Arbeitsordner ist ein vertrauter Ort")
    richtlinie = machine.registry.value(rf"HKCU\Software\Policies\{_SICHERHEIT}", "VBAWarnings")
    eigene = machine.registry.value(rf"HKCU\Software\{_SICHERHEIT}", "VBAWarnings")
    value = next((v for v in (richtlinie, eigene) if v is not None), 2)
    if not isinstance(value, int) or value not in _MAKROS:
        return Pruefpunkt("Makros", Zustand.UNBEKANNT, f"unbekannte Einstellung {value}")
    zustand, gefunden, bitte = _MAKROS[value]
    wer = " (Vorgabe der IT)" if richtlinie is not None else ""
    return Pruefpunkt("Makros", zustand, gefunden + wer, bitte)


def vertrauter_ort(machine: Machine, ordner: Path) -> Pruefpunkt:
    """Whether Excel trusts what lies in the folder."""
    was = "Vertrauter Ort"
    if machine.registry is None:
        return Pruefpunkt(was, Zustand.UNBEKANNT, "nur unter Windows zu prüfen")
    if machine.registry.value(ORTE, "AllLocationsDisabled") == 1:
        return Pruefpunkt(was, Zustand.FEHLT, "vertraute Orte sind abgeschaltet", "Bitte die IT fragen.")
    wanted = PureWindowsPath(ordner)
    if wanted.drive.startswith("\\\\") and machine.registry.value(ORTE, "AllowNetworkLocations") != 1:
        bitte = "Im Trust Center vertrauenswürdige Orte im Netzwerk zulassen oder die IT fragen."
        return Pruefpunkt(was, Zustand.FEHLT, f"{ordner} liegt im Netzwerk", bitte)
    for name in machine.registry.keys(ORTE):
        path = PureWindowsPath(str(machine.registry.value(rf"{ORTE}\{name}", "Path") or "."))
        below = machine.registry.value(rf"{ORTE}\{name}", "AllowSubFolders") == 1
        if path == wanted or (below and path in wanted.parents):
            return Pruefpunkt(was, Zustand.OK, str(path))
    bitte = "Soll Excel nicht jedes Mal fragen: pik-xl excel einrichten ORDNER --vertrauen"
    return Pruefpunkt(was, Zustand.FEHLT, f"{ordner} ist keiner", bitte)


def vertrauen(machine: Machine, ordner: Path) -> None:
    """Makes the folder a trusted location, without the folders below it: what is received lies there."""
    if machine.registry is None:
        raise PikError("Vertraute Orte gibt es nur in Excel unter Windows. Bitte ohne --vertrauen aufrufen.")
    if vertrauter_ort(machine, ordner).zustand == Zustand.OK:
        return
    taken = set(machine.registry.keys(ORTE))
    key = next(name for number in range(len(taken) + 1) if (name := f"Location{number}") not in taken)
    values: dict[str, Wert] = {"Path": f"{PureWindowsPath(ordner)}\\", "AllowSubFolders": 0, "Description": "pik-xl"}
    machine.registry.write(rf"{ORTE}\{key}", values)


def _ablage(machine: Machine, ordner: Path) -> Pruefpunkt:
    """Whether the folder lies where Excel knows it by its path, not by the address of a server."""
    folder = PureWindowsPath(ordner)
    clouds = [PureWindowsPath(v) for k, v in machine.umgebung.items() if k.upper().startswith("ONEDRIVE") and v]
    cloudy = any(cloud == folder or cloud in folder.parents for cloud in clouds)
    cloudy |= any(re.match(r"onedrive|sharepoint|davwwwroot", part, re.IGNORECASE) for part in folder.parts)
    if cloudy or "sharepoint" in str(ordner).casefold():
        bitte = "Bitte den Arbeitsordner außerhalb von OneDrive und SharePoint anlegen, auf einem Laufwerk."
        return Pruefpunkt("Ablage", Zustand.FEHLT, f"{ordner} liegt in OneDrive oder SharePoint", bitte)
    return Pruefpunkt("Ablage", Zustand.OK, str(ordner))


def _herkunft(master: Path) -> Pruefpunkt:
    """Whether Windows has marked the master as coming from the internet; Excel then blocks its macros."""
    try:
        mark = Path(f"{master}:Zone.Identifier").read_text(encoding="utf-8", errors="replace")
    except OSError:
        mark = ""
    if re.search(r"ZoneId\s*=\s*[34]", mark):
        bitte = "Rechtsklick auf die Datei, Eigenschaften, „Zulassen“ ankreuzen."
        return Pruefpunkt("Herkunft", Zustand.FEHLT, f"{master.name} ist als aus dem Internet markiert", bitte)
    return Pruefpunkt("Herkunft", Zustand.OK, f"{master.name} ist nicht als aus dem Internet markiert")


def _modul(master: Path) -> Pruefpunkt:
    """Whether the VBA module of xlwings in the master is that of the xlwings installed."""
    ours, theirs = macros.fassung(macros.module()["xlwings"]), macros.fassung_im(master)
    if ours == theirs:
        return Pruefpunkt("xlwings", Zustand.OK, f"{ours}, im Master dieselbe Version")
    bitte = f"Bitte diese Version installieren (pip install xlwings=={theirs}) oder den Master neu anlegen."
    if theirs:
        return Pruefpunkt("xlwings", Zustand.FEHLT, f"installiert {ours}, im Master {theirs}", bitte)
    return Pruefpunkt("xlwings", Zustand.FEHLT, "im Master fehlt das Modul", "Bitte den Master neu anlegen.")


def _aufruf(machine: Machine, master: Path) -> Pruefpunkt:
    """Which Python the buttons call: the first of master, file beside it and the user's file that names one tells."""
    try:
        blatt = {name: value for name, (_, value) in _sheet(master.read_bytes()).items()}
    except Unreadable as fault:
        bitte = "Bitte die letzte Sicherung aus Protokoll/Sicherungen verwenden."
        return Pruefpunkt("Aufruf", Zustand.FEHLT, f"{master.name} ist nicht lesbar ({fault.gefunden})", bitte)
    if eigene := [f"{name} = {value}" for name, value in blatt.items() if _is_one_users(name, value)]:
        gefunden = f"{master.name} nennt das Python eines einzelnen Benutzers ({', '.join(eigene)})"
        bitte = f"Bitte die Mappe überall schließen und aufrufen: pik-xl excel einrichten {master.parent}"
        return Pruefpunkt("Aufruf", Zustand.FEHLT, gefunden, bitte)
    if machine.registry is None:
        return Pruefpunkt("Aufruf", Zustand.UNBEKANNT, "nur unter Windows zu prüfen")
    places = {path: _datei(path) for path in (master.with_name(_CONF), machine.conf)}
    place, named = next(((p, s[_PYTHON]) for p, s in ({master: blatt} | places).items() if _PYTHON in s), (None, ""))
    if place is None:
        bitte = f"Bitte aufrufen: pik-xl excel einrichten {master.parent}"
        return Pruefpunkt("Aufruf", Zustand.FEHLT, f"{machine.conf} nennt kein Python", bitte)
    named = _VARIABLE.sub(lambda found: _variable(machine, found), named)
    if PureWindowsPath(named) == PureWindowsPath(machine.python):
        return Pruefpunkt("Aufruf", Zustand.OK, f"Die Knöpfe rufen {named}")
    bitte = f"Bitte pik-xl dort einrichten, oder die Zeile {_PYTHON} aus {place} nehmen."
    return Pruefpunkt("Aufruf", Zustand.FEHLT, f"Die Knöpfe rufen {named}", bitte)


def _datei(conf: Path) -> dict[str, str]:
    """The settings in a file of xlwings by name; none if there is no file."""
    return dict(map(_pair, conf.read_bytes().splitlines())) if conf.is_file() else {}


def _variable(machine: Machine, found: re.Match[str]) -> str:
    """The value of %NAME% as Windows knows it, whatever its letters' case; as it stands where there is none."""
    return next((v for k, v in machine.umgebung.items() if k.upper() == found[1].upper()), found[0])
