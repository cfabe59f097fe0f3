"""What a bug leaves behind: a log file for support, and a short sentence for the user."""

from __future__ import annotations

import tempfile
import traceback
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path


def aufschreiben(jetzt: datetime, folders: Sequence[Path] = ()) -> str:
    """Writes the traceback of the error at hand into the first of these folders that takes it, else a temporary one.

    Returns what to tell the user.
    """
    name, text = f"pik-xl-fehler-{jetzt:%Y-%m-%d_%H%M%S}.log", traceback.format_exc()
    for folder in (*folders, Path(tempfile.gettempdir())):
        try:
            (folder / name).write_text(text, encoding="utf-8")
        except OSError:
            continue
        where = f"Einzelheiten stehen in {folder / name}."
        return f"Das ist ein Fehler im Programm, nicht bei Ihnen. {where} Bitte an den Support geben."
    return f"Das ist ein Fehler im Programm, nicht bei Ihnen. Bitte an den Support geben:\n{text}"
