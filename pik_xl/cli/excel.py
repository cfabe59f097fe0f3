"""The commands for a machine: setting up the buttons in Excel, and what support needs to know."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pik_xl.cli import console
from pik_xl.cli.command import CLEAN, FINDINGS, Json, held, opened
from pik_xl.errors import PikError

Vielleicht = Annotated[Path | None, typer.Argument(metavar="ORDNER", help="Arbeitsordner mit dem Master")]


def einrichten(
    ordner: Vielleicht = None,
    vertrauen: Annotated[
        bool, typer.Option("--vertrauen", help="den Arbeitsordner zum vertrauten Ort von Excel machen")
    ] = False,
    als_json: Json = False,
) -> int:
    """Sagt Excel, welches Python die Knöpfe beantwortet. Prüft, ob alles Nötige da ist."""
    from pik_xl.excel import setup
    from pik_xl.jobs.run import stamp

    folder, machine = opened(ordner) if ordner else None, setup.this_machine()
    if vertrauen:
        if folder is None:
            raise PikError("Zu --vertrauen gehört der Arbeitsordner: pik-xl excel einrichten ORDNER --vertrauen")
        setup.vertrauen(machine, folder.path.absolute())
    geschrieben = machine.registry is not None and setup.write_conf(machine)
    befreit, hindernis = False, ""
    try:
        if folder and setup.of_one_user(folder):
            with held(folder.path, "Excel einrichten"):
                befreit = setup.free_master(folder, f"{stamp(datetime.now())}_einrichten")
    except PikError as problem:
        hindernis = str(problem)
    points = setup.pruefpunkte(machine, folder.master.absolute() if folder else None)
    if als_json:
        found = {"geschrieben": geschrieben, "master_geaendert": befreit}
        console.say_json(found | {"pruefpunkte": [asdict(point) for point in points]})
    else:
        console.machine(points, machine.conf if machine.registry else None, geschrieben)
        if befreit and folder:
            console.master_freed(folder)
    if hindernis:
        console.say(hindernis, error=True)
    return FINDINGS if any(point.zustand == setup.Zustand.FEHLT for point in points) else CLEAN


def diagnose(ordner: Vielleicht = None, als_json: Json = False) -> int:
    """Zeigt, was der Support wissen muss. Ohne Angaben über Antragsteller."""
    from pik_xl.excel.diagnose import diagnose as facts
    from pik_xl.excel.setup import this_machine

    found = facts(this_machine(), opened(ordner) if ordner else None, Path.cwd())
    if als_json:
        console.say_json(found)
    else:
        console.sections(found)
    return CLEAN
