"""The command that checks letter templates."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from pik_xl.cli import console
from pik_xl.cli.command import CLEAN, FINDINGS, Json, held


def pruefen(
    pfade: Annotated[
        list[Path] | None,
        typer.Argument(metavar="ORDNER|DATEI...", help="Arbeitsordner oder Vorlagen; sonst die mitgelieferten"),
    ] = None,
    muster: Annotated[
        Path | None,
        typer.Option("--muster", metavar="ORDNER", help="jede Vorlage mit Beispielen gefüllt dorthin, auch als PDF"),
    ] = None,
    als_json: Json = False,
) -> int:
    """Prüft Vorlagen und nennt alle Fehler. Mit Absatz, Tabelle, Platzhalter und Vorschlag."""
    from pik_xl.jobs import vorlagenpruefung as job
    from pik_xl.workfolder import Workfolder

    with console.progress_bars(als_json) as progress:
        found = job.pruefe(job.vorlagen_in(pfade) if pfade else job.mitgelieferte(), progress)
        darin = Workfolder.around(muster.absolute()) if muster else None
        with held(darin.path if darin else None, "Vorlagen prüfen"):
            satz = job.schreibe_muster(found, muster, progress) if muster else None
    if als_json:
        console.say_json([
            {"vorlage": str(p.pfad), "fehler": [asdict(f) for f in p.fehler], "hinweise": p.hinweise} for p in found
        ])  # fmt: skip
    else:
        console.say(job.meldung(found))
        if satz and muster:
            console.say(job.muster_meldung(satz, muster))
    return FINDINGS if any(p.fehler for p in found) else CLEAN
