"""The dated folder of one run: built under another name, and given its own when everything is in it.

A run that was cut off leaves no half-filled folder under a name people look for, and no run writes into what another
is filling. What a dead one left goes with its lock (`pik_xl.files.lock`).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path

from pik_xl.errors import PikError
from pik_xl.files.rename import rename
from pik_xl.files.swap import beside, flush
from pik_xl.model import Schreiben
from pik_xl.schreiben.nachweis import MANIFEST, manifest
from pik_xl.workfolder import write


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
        self._work = beside(self.path)
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
            write(self._work / name, data)
        return name

    def finish(self, schreiben: Sequence[Schreiben], about: Mapping[str, object]) -> Path | None:
        """Add the manifest and give the folder its name; None where nothing was written.

        Everything is on the disk before. PikError if somebody took files or the name away meanwhile.
        """
        if not self._hashes:
            return None
        with (self._work / MANIFEST).open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(manifest(about, schreiben, self._hashes))
        try:
            flush(self._work / name for name in (*self._hashes, MANIFEST))
        except FileNotFoundError as error:
            raise PikError(_FEHLT.format(path=self.path, name=Path(error.filename).name)) from error
        if self.path.exists():
            raise PikError(f"{self.path} gibt es seit eben; das war nicht dieser Lauf. Bitte noch einmal starten.")
        rename(self._work, self.path)
        return self.path


_FEHLT = (
    "{path} wurde nicht fertig: {name} ist währenddessen verschwunden. Bitte prüfen, ob noch jemand in diesem Ordner "
    "arbeitet, und den Lauf wiederholen."
)
