"""Files and folders that are whole or not there: written beside under a name of their own, flushed, then renamed.

The name beside bears a mark of this process, so that no two of them ever write into one, and what a dead one left can
be told from what a living one is filling.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from pik_xl.files.rename import rename

KENNUNG = secrets.token_hex(6)  # of this process
MARKE = re.compile("[0-9a-f]{12}")  # what that looks like
_ENDE = ".neu"
_AT_ONCE = 8
_BESIDE = re.compile(rf"\.(.+)\.{MARKE.pattern}{re.escape(_ENDE)}\Z")

ORDNER = "In den Ordner {folder} darf nicht geschrieben werden. Bitte das Schreibrecht dort geben lassen."
VOLL = (
    "Der Datenträger ist voll; {path} bleibt, wie es war. Bitte Platz schaffen, zum Beispiel alte Läufe in Bescheide "
    "und Versand woandershin verschieben, und den Lauf wiederholen."
)


def beside(path: Path) -> Path:
    """Where a file or folder is filled before it gets its name; hidden, in the same folder."""
    return path.with_name(f".{path.name}.{KENNUNG}{_ENDE}")


def swap_in(path: Path, data: bytes, check: Callable[[], None] = lambda: None) -> None:
    """The whole file or none, on the disk before it has its name.

    `check` is asked once more when only the name is left to give; what it raises leaves everything as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    new = beside(path)
    try:
        with new.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, new)
        check()
        rename(new, path)
    finally:
        new.unlink(missing_ok=True)


def named(part: str) -> str:
    """The name a file or folder is to get, where it is one that is being filled; else its own."""
    return _BESIDE.sub(r"\1", part)


def flush(paths: Iterable[Path]) -> None:
    """What was written into these files is on the disk then; FileNotFoundError if one is gone."""
    with ThreadPoolExecutor(_AT_ONCE) as threads:  # a disk waits for several at a time as long as for one
        list(threads.map(_flush, paths))


def _flush(path: Path) -> None:
    with path.open("r+b") as file:  # Windows flushes only what may be written
        os.fsync(file.fileno())


def sweep(folder: Path, kennung: str) -> None:
    """Takes away what a process of that mark was filling below the folder when it died."""
    for left in [*folder.rglob(f".*.{kennung}{_ENDE}")]:
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            with suppress(OSError):  # it lay in one of the folders
                left.unlink()
