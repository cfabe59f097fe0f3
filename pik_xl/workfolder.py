"""The office's work folder: where everything lies."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from os.path import normcase, samestat
from pathlib import Path
from typing import TYPE_CHECKING

from pik_xl.errors import PikError

if TYPE_CHECKING:  # the master open in Excel is only handed on here
    from pik_xl.master.update.book import Book

MASTER = "PiK-Master.xlsm"
FOLDERS = ("Eingang", "Formulare", "Rueckfragen", "Bescheide", "Versand", "Kreise", "Vorlagen", "Protokoll")


@dataclass(frozen=True)
class Workfolder:
    """A work folder by its path; `path / "Eingang"` is the in-tray and so on.

    `book` is its master where that is open in Excel; None means the closed file.
    """

    path: Path
    book: Book | None = None

    @classmethod
    def open(cls, path: Path) -> Workfolder:
        """The work folder at the path, known by its in-tray or its master; PikError if it is none."""
        folder = cls(path)
        if not folder.eingang.is_dir() and not folder.master.is_file():
            raise PikError(f"{path} ist kein Arbeitsordner. Bitte zuerst anlegen: pik-xl init {path}")
        return folder

    @staticmethod
    def looks_like(path: Path) -> bool:
        """Whether the path is a work folder by what it holds, even if its master is gone or was renamed."""
        has = [(path / name).is_dir() for name in FOLDERS]
        return has[0] and (sum(has) > len(has) // 2 or (path / MASTER).is_file())

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
    def versand(self) -> Path:
        return self.path / "Versand"

    @property
    def kreise(self) -> Path:
        return self.path / "Kreise"

    @property
    def sicherungen(self) -> Path:
        return self.path / "Protokoll" / "Sicherungen"

    @property
    def vorlagen(self) -> Path:
        return self.path / "Vorlagen"

    def vorlage(self, name: str, endung: str = "docx") -> Path:
        """The office's own copy of a template, else the one shipped; those of letters are .docx, that of mails .txt."""
        own = self.vorlagen / f"{name}.{endung}"
        return own if own.is_file() else shipped("templates") / f"{name}.{endung}"

    def create(self) -> None:
        """Lay out the folder: sub-folders, the templates to edit. Existing files are kept."""
        for name in FOLDERS:
            (self.path / name).mkdir(parents=True, exist_ok=True)
        for source in _templates():
            _copy(source, self.vorlagen / source.name)

    def missing(self) -> list[str]:
        """What `create` and a new master would add, by its place in the folder."""
        names = (*FOLDERS, *(f"Vorlagen/{source.name}" for source in _templates()), MASTER)
        return [name for name in names if not (self.path / name).exists()]


def shipped(name: str) -> Path:
    """A folder that ships with the package (`templates`, `workbooks`), in a wheel or beside the source."""
    inside = Path(str(files("pik_xl"))) / name
    return inside if inside.is_dir() else inside.parent.parent / name


def same_file(one: Path, other: Path) -> bool:
    """Whether two paths lead to one file or folder, as a drive letter and the network place behind it do.

    Where one of them is not there, or the server numbers no files, their names tell.
    """
    with suppress(OSError):
        here, there = one.stat(), other.stat()
        if here.st_ino:
            return samestat(here, there)
    return normcase(one.absolute()) == normcase(other.absolute())


def write(path: Path, data: bytes) -> Path:
    """Write a file, with the folders above it; returns its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def _templates() -> list[Path]:
    """The templates that ship, of letters and of e-mails, with what is to be known of them."""
    templates = shipped("templates")
    return [*sorted(templates.glob("*.docx")), *sorted(templates.glob("*.txt")), templates / "LIESMICH.md"]


def _copy(source: Path, target: Path) -> None:
    if not target.exists():
        shutil.copyfile(source, target)
