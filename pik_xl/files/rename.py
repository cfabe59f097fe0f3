"""Giving a fresh file or folder its name, also where Windows still holds it.

What was just written is looked at by others: a virus scanner, the indexer, OneDrive, the preview of the Explorer. For
that moment Windows refuses to rename it; elsewhere nobody minds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

_IN_USE = (5, 32, 33)  # access denied, sharing violation, lock violation
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)  # seconds between two tries, about three together


def rename(source: Path, target: Path, wait: Callable[[float], None] = time.sleep) -> None:
    """Renames, in place of a file that has the name already; tries again for some seconds where it is in use."""
    for pause in _PAUSES:
        try:
            source.replace(target)
        except OSError as error:
            if getattr(error, "winerror", None) not in _IN_USE:
                raise
        else:
            return
        wait(pause)
    source.replace(target)
