"""The command that opens the Leitstand."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pik_xl.cli.command import CLEAN
from pik_xl.errors import PikError


def leitstand(
    ordner: Annotated[Path | None, typer.Argument(metavar="[ORDNER]", help="Arbeitsordner")] = None,
    nur_rechner: Annotated[bool, typer.Option("--rechner", help="nur den Rechner öffnen")] = False,
) -> int:
    """Öffnet das Fenster mit allen Knöpfen. Für Rechner, auf denen Excel keine Programme starten darf."""
    try:
        from pik_xl.leitstand.window import open_window
    except ImportError as error:
        raise PikError("Diesem Python fehlt tkinter. Bitte Python mit „tcl/tk“ einrichten.") from error
    open_window(ordner.absolute() if ordner else None, datetime.now, nur_rechner).mainloop()
    return CLEAN
