"""The command that gives a work folder free after a run that did not."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from pik_xl.cli import console
from pik_xl.cli.command import CLEAN, MENDABLE, Ordner, opened
from pik_xl.errors import PikError


def entsperren(
    ordner: Ordner,
    ja: Annotated[bool, typer.Option("--ja", help="nicht fragen; ich weiß, dass dort nichts mehr läuft")] = False,
) -> int:
    """Gibt einen Arbeitsordner frei, dessen Lauf abgestürzt ist. Zeigt vorher, wer ihn gesperrt hat."""
    from pik_xl.files import lock

    folder, holder = opened(ordner).path, None
    try:
        holder = lock.holder_of(folder)
    except lock.Locked as damaged:
        console.say(f"In {folder} liegt eine Sperre, die nicht lesbar ist ({damaged.path}).")
    else:
        if holder is None:
            console.say(f"{folder} ist nicht gesperrt.")
            return CLEAN
        console.say(f"In {folder} läuft „{holder.was}“: {holder.in_words()}.")
        if holder.alive:
            raise PikError(
                f"Der Lauf ist noch im Gange (Prozess {holder.prozess} auf diesem Rechner). Bitte dort abbrechen, "
                "mit Strg+C oder „Abbrechen“, oder den Prozess beenden; danach braucht es kein Entsperren."
            )
    if not (ja or _bestaetigt()):
        console.say("Nichts geändert.")
        return MENDABLE
    lock.unlock(folder, holder)
    console.say("Die Sperre ist aufgehoben." + " Was der Lauf angefangen hatte, ist weggeräumt." * bool(holder))
    return CLEAN


def _bestaetigt() -> bool:
    """Whether the person at the console says so; nobody there says no."""
    console.say("Läuft dort sicher nichts mehr? Arbeitet doch noch jemand, gehen Schreiben verloren. [ja/nein]")
    try:
        return sys.stdin.readline().strip().casefold() in ("ja", "j")
    except OSError:
        return False
