"""Dated copies of the master as it was before a run: how they are called, and how many are kept."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime
from pathlib import Path

ANZAHL = 20  # so many are kept


def freier_platz(folder: Path, name: str, stamp: str) -> Path:
    """Where the copy of a file of that name goes: PiK-Master_2020-03-15_143005.xlsm, numbered if there is one."""
    folder.mkdir(parents=True, exist_ok=True)
    stem, suffix = Path(name).stem, Path(name).suffix
    number, target = 1, folder / f"{stem}_{stamp}{suffix}"
    while target.exists():
        number += 1
        target = folder / f"{stem}_{stamp}_{number}{suffix}"
    return target


def juengste(folder: Path, name: str) -> datetime | None:
    """When the run began, to the minute, that left the newest copy of a file of that name; None if there is none."""
    stem, suffix = Path(name).stem, Path(name).suffix
    named = re.compile(rf"{re.escape(stem)}_(\d{{4}}-\d\d-\d\d_\d{{4}})\d\d(_\d+)?{re.escape(suffix)}")
    found = filter(None, (named.fullmatch(path.name) for path in folder.glob(f"{stem}_*{suffix}")))
    return max((datetime.strptime(match[1], "%Y-%m-%d_%H%M") for match in found), default=None)


def aufraeumen(folder: Path, name: str) -> None:
    """Keeps the newest copies."""
    stem, suffix = Path(name).stem, Path(name).suffix
    for old in sorted(folder.glob(f"{stem}_*{suffix}"), key=lambda p: p.stat().st_mtime_ns)[:-ANZAHL]:
        with suppress(OSError):  # somebody looks at it; the next run takes it
            old.unlink()
