"""What a bug leaves behind: a log file for support, and a short sentence for the user."""

from __future__ import annotations

import tempfile
import traceback
from datetime import datetime
from pathlib import Path

_NAME = "pik-xl-fehler-{}.log"


def record(jetzt: datetime, ordner: Path | None = None, hier: Path | None = None) -> str:
    """Writes the traceback of the error at hand into the first of the `orte` that takes it.

    Returns what to tell the user.
    """
    name, text = _NAME.format(f"{jetzt:%Y-%m-%d_%H%M%S}"), traceback.format_exc()
    for folder in orte(ordner, hier):
        try:
            (folder / name).write_text(text, encoding="utf-8")
        except OSError:
            continue
        where = f"Einzelheiten stehen in {folder / name}."
        return f"Das ist ein Fehler im Programm, nicht bei Ihnen. {where} Bitte an den Support geben."
    return f"Das ist ein Fehler im Programm, nicht bei Ihnen. Bitte an den Support geben:\n{text}"


def orte(ordner: Path | None = None, hier: Path | None = None) -> list[Path]:
    """Where logs are, best place first: in the work folder, where the program was called, among temporary files."""
    known = [ordner / "Protokoll", ordner] if ordner else []
    return [*known, *([hier] if hier else []), Path(tempfile.gettempdir())]


def protokolle(ordner: Path | None, hier: Path) -> set[Path]:
    """All logs that are left there."""
    return {path for folder in orte(ordner, hier) for path in folder.glob(_NAME.format("*"))}
