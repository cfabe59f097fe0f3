"""Dated copies of the master as it was before a run: how they are called, and how many are kept."""

from __future__ import annotations

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


def aufraeumen(folder: Path, name: str) -> None:
    """Keeps the newest copies; what a killed run left half written goes."""
    for half in folder.glob(".*.neu"):
        half.unlink()
    stem, suffix = Path(name).stem, Path(name).suffix
    for old in sorted(folder.glob(f"{stem}_*{suffix}"), key=lambda p: p.stat().st_mtime_ns)[:-ANZAHL]:
        old.unlink()
