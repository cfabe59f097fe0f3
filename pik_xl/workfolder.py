"""The office's work folder: where everything lies, and the settings that belong to it."""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from pik_xl.errors import PikError

MASTER = "PiK-Master.xlsm"
EINSTELLUNGEN = "Einstellungen.toml"
FOLDERS = ("Eingang", "Formulare", "Rueckfragen", "Bescheide", "Kreise", "Vorlagen", "Protokoll")

BEHOERDE: Mapping[str, str] = {
    "name": "Regierungspräsidium Stuttgart",
    "referat": "Referat 15.2",
    "dienststelle": "Dienststelle Wertheim",
    "strasse": "Am Eichamt 2",
    "plz_ort": "97877 Wertheim",
    "email": "integrationsmanagement@rps.bwl.de",
    "bearbeitung": "",
    "durchwahl": "",
    "zeichnet": "",
}


_KEYS = ("entscheidungstag", "rechtsstand", "antwortfrist_tage", "behoerde", "abweichung")


@dataclass(frozen=True)
class Workfolder:
    """A work folder by its path; `path / "Eingang"` is the in-tray and so on."""

    path: Path

    @classmethod
    def open(cls, path: Path) -> Workfolder:
        """The work folder at the path; PikError if it is none."""
        folder = cls(path)
        if not path.is_dir() or not folder.eingang.is_dir():
            raise PikError(f"{path} ist kein Arbeitsordner. Bitte zuerst anlegen: pik-xl init {path}")
        return folder

    @classmethod
    def around(cls, path: Path) -> Workfolder | None:
        """The work folder that is this path or holds it; None if there is none."""
        for candidate in (path, *path.resolve().parents):
            if (candidate / MASTER).is_file() and (candidate / "Eingang").is_dir():
                return cls(candidate)
        return None

    @property
    def master(self) -> Path:
        return self.path / MASTER

    @property
    def eingang(self) -> Path:
        return self.path / "Eingang"

    @property
    def formulare(self) -> Path:
        return self.path / "Formulare"

    @property
    def rueckfragen(self) -> Path:
        return self.path / "Rueckfragen"

    @property
    def bescheide(self) -> Path:
        return self.path / "Bescheide"

    @property
    def kreise(self) -> Path:
        return self.path / "Kreise"

    @property
    def sicherungen(self) -> Path:
        return self.path / "Protokoll" / "Sicherungen"

    def vorlage(self, name: str) -> Path:
        """The office's own copy of a letter template, else the one shipped."""
        own = self.path / "Vorlagen" / f"{name}.docx"
        return own if own.is_file() else shipped("templates") / f"{name}.docx"

    @cached_property
    def einstellungen(self) -> Einstellungen:
        """What the office has set; the defaults where it set nothing."""
        return _load(self.einstellungen_datei)

    @property
    def einstellungen_datei(self) -> Path:
        return self.path / EINSTELLUNGEN

    def create(self) -> None:
        """Lay out the folder: sub-folders, settings, the letter templates to edit. Existing files are kept."""
        for name in FOLDERS:
            (self.path / name).mkdir(parents=True, exist_ok=True)
        for source in (*shipped("templates").glob("*.docx"), shipped("templates") / "LIESMICH.md"):
            _copy(source, self.path / "Vorlagen" / source.name)
        _copy(Path(str(files("pik_xl"))) / "data" / EINSTELLUNGEN, self.einstellungen_datei)

    def change_einstellungen(self, **changes: date | str) -> None:
        """Write settings into the folder's file, whose explanations stay (the demo's way to be repeatable)."""
        path = self.einstellungen_datei
        text = path.read_text(encoding="utf-8")
        for key, value in changes.items():
            line = f"{key} = {value}" if isinstance(value, date) else f'{key} = "{value}"'
            text = re.sub(rf"(?m)^(# )?{key} = .*$", line, text)
        path.write_text(text, encoding="utf-8")
        self.__dict__.pop("einstellungen", None)  # read again


@dataclass(frozen=True)
class Einstellungen:
    """The office's settings.

    The day decisions are dated (None: today), the day up to which changes of the law are known (None: that day),
    what letters say of the authority, and deviations from the rulebook as they stand in the file.
    """

    entscheidungstag: date | None
    rechtsstand: date | None
    antwortfrist_tage: int
    behoerde: Mapping[str, str]
    abweichungen: Sequence[object]


def shipped(name: str) -> Path:
    """A folder that ships with the package (`templates`, `workbooks`), in a wheel or beside the source."""
    inside = Path(str(files("pik_xl"))) / name
    return inside if inside.is_dir() else inside.parent.parent / name


def write(path: Path, data: bytes) -> Path:
    """Write a file, with the folders above it; returns its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def _copy(source: Path, target: Path) -> None:
    if not target.exists():
        shutil.copyfile(source, target)


def _load(path: Path) -> Einstellungen:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PikError(f"{path} ist kein lesbares TOML ({error}). Bitte berichtigen.") from error
    tag, tage, behoerde = raw.get("entscheidungstag"), raw.get("antwortfrist_tage", 21), raw.get("behoerde", {})
    for name in ("entscheidungstag", "rechtsstand"):
        if raw.get(name) is not None and type(raw[name]) is not date:
            raise PikError(f"{path}: „{name}“ muss ein Tag sein wie 2020-05-04, gefunden: „{raw[name]}“.")
    if type(tage) is not int or not 1 <= tage <= 365:
        raise PikError(f"{path}: „antwortfrist_tage“ muss eine ganze Zahl von 1 bis 365 sein, gefunden: „{tage}“.")
    if not isinstance(behoerde, dict):
        raise PikError(f"{path}: „behoerde“ muss ein Abschnitt [behoerde] sein.")
    for key in {**raw, **behoerde}:
        if key not in BEHOERDE and key not in _KEYS:
            raise PikError(f"{path}: Die Einstellung „{key}“ ist unbekannt. Bitte Schreibweise prüfen.")
    texte = {**BEHOERDE, **{key: str(value) for key, value in behoerde.items()}}
    return Einstellungen(tag, raw.get("rechtsstand"), tage, texte, raw.get("abweichung", []))
