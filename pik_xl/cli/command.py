"""What all commands share: the words of their arguments, exit codes, the work folder and the day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pik_xl.cli import console
from pik_xl.jobs import arguments

if TYPE_CHECKING:  # importing the commands must stay fast
    from pik_xl.jobs.pruefung import Pruefung
    from pik_xl.master.read.snapshot import Snapshot
    from pik_xl.workfolder import Workfolder

CLEAN, FINDINGS, MENDABLE, BUG = 0, 1, 2, 3
STOPPED = 130

Ordner = Annotated[Path, typer.Argument(metavar="ORDNER", help="Arbeitsordner")]
Json = Annotated[bool, typer.Option("--json", help="Ergebnis als JSON ausgeben")]
Am = Annotated[
    str | None, typer.Option("--am", metavar="DATUM", help="Tag der Entscheidung (31.12.2020 oder 2020-12-31)")
]

Rechtsstand = Annotated[
    str | None,
    typer.Option("--rechtsstand", metavar="DATUM", help="Tag, bis zu dem Rechtsänderungen bekannt sind (sonst --am)"),
]


def opened(path: Path) -> Workfolder:
    """The work folder of the user; PikError if it is none."""
    from pik_xl.workfolder import Workfolder

    return Workfolder.open(path)


@contextmanager
def held_folder(ordner: Path, was: str) -> Iterator[Workfolder]:
    """The work folder of the user, held for a run called `was`; PikError if it is none or another run holds it."""
    folder = opened(ordner)
    with held(folder.path, was):
        yield folder


@contextmanager
def held(ordner: Path | None, was: str) -> Iterator[None]:
    """The folder held for a run called `was`, if there is one; PikError if another run holds it."""
    from pik_xl.files.lock import locked

    if ordner is None:
        yield
        return
    with locked(ordner, was, arguments.user(), datetime.now()) as told:
        if told:
            console.say(told, error=True)
        yield


def master_of(folder: Workfolder | None) -> Snapshot:
    """The master of the folder, read once for all the command does; an empty one where there is no folder."""
    from pik_xl.jobs.run import read_master
    from pik_xl.master.read.snapshot import Snapshot

    return read_master(folder) if folder else Snapshot()


def tag_of(master: Snapshot, am: str | None) -> date:
    """The day of decision: as asked for, else as the master has it set, else today."""
    return arguments.day(am) if am else master.tag(date.today())


def rechtsstand_of(text: str | None) -> date | None:
    """The day up to which changes of the law are known, if one was given."""
    return arguments.day(text) if text else None


def pruefung_of(folder: Workfolder, am: str | None, rechtsstand: str | None, quiet: bool = False) -> Pruefung:
    """What came into a work folder, read and checked on the day and the law asked for."""
    from pik_xl.jobs.pruefen import pruefen_ordner

    with console.progress_bars(quiet) as progress:
        master = master_of(folder)
        return pruefen_ordner(folder, master, tag_of(master, am), progress, rechtsstand_of(rechtsstand), date.today())
