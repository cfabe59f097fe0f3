"""The dated folder of one run: built under another name, and given its own when everything is in it.

A run that was cut off leaves no half-filled folder under a name people look for; the next one goes on in what it left
and writes only what is not there yet.
"""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path

from pik_xl.model import Schreiben
from pik_xl.nachweis import MANIFEST, manifest
from pik_xl.umbenennen import umbenennen
from pik_xl.workfolder import write

_UNFERTIG = ".neu"


def freier_ordner(parent: Path, tag: date, belegt: Collection[str] = ()) -> Path:
    """A folder of the day that is not there yet: 2020-05-04, 2020-05-04_2 ...

    `belegt` are places that were used (`Bescheide/2020-05-04`), even where their folder was moved away since.
    """
    path, number = parent / tag.isoformat(), 1
    while path.exists() or f"{parent.name}/{path.name}" in belegt:
        number += 1
        path = parent / f"{tag.isoformat()}_{number}"
    return path


class Laufordner:
    """The folder of a run below `parent`; `path` is where it will be. Nothing is written for a preview."""

    def __init__(self, parent: Path, tag: date, belegt: Collection[str] = (), *, nur_vorschau: bool = False) -> None:
        self._parent, self._nur_vorschau = parent, nur_vorschau
        self.path = freier_ordner(parent, tag, belegt)
        self._work = parent / f".{self.path.name}{_UNFERTIG}"
        self._names: Counter[str] = Counter()
        self._hashes: dict[str, str] = {}

    def write(self, name: str, data: bytes) -> str:
        """Write a file (`08125/Name.docx`) and return its name, with a number where the name is taken."""
        key = name.casefold()  # Windows knows no difference
        self._names[key] += 1
        if self._names[key] > 1:
            stem, dot, suffix = name.rpartition(".")
            return self.write(f"{stem}_{self._names[key]}{dot}{suffix}", data)
        if not self._nur_vorschau:
            self._hashes[name] = hashlib.sha256(data).hexdigest()
            target = self._work / name
            if not target.is_file() or target.read_bytes() != data:
                write(target, data)
        return name

    def finish(self, schreiben: Sequence[Schreiben], about: Mapping[str, object]) -> Path | None:
        """Add the manifest and give the folder its name; None where nothing was written."""
        if not self._hashes:
            return None
        for left in self._parent.glob(f".*{_UNFERTIG}"):  # of runs that were cut off on other days
            if left != self._work:
                shutil.rmtree(left)
        for path in [p for p in self._work.rglob("*") if p.is_file()]:  # and what this one does not write any more
            if path.relative_to(self._work).as_posix() not in self._hashes:
                path.unlink()
        with (self._work / MANIFEST).open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(manifest(about, schreiben, self._hashes))
        umbenennen(self._work, self.path)
        return self.path
