"""Reading and checking as the command does it, for the whole state and for ten of its size: CPU seconds, peak MB.

The other nine states are the first one under keys of their own, so that no application replaces another; such
keys are unknown to the register, which costs each of them one finding more than at home.
"""

from __future__ import annotations

import statistics
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random

from bench.process import Cost, cost
from pik_xl.demo import invent
from pik_xl.jobs import anlegen
from pik_xl.jobs.pruefung import lage_am
from pik_xl.recht.einstellungen import Einstellungen
from pik_xl.register import load_register
from pik_xl.schreiben.einzelform import form_templates
from pik_xl.workfolder import write

STATES, ROUNDS = 10, 3


def scale(folder: Path, forms: int) -> dict[str, float]:
    """Peak MB for one state, and how many times the CPU seconds ten of them take."""
    one, ten = (_laid_out(folder / f"{number}", forms, number) for number in (1, STATES))
    rounds = [(_checked(one), _checked(ten)) for _ in range(ROUNDS)]
    return {
        "MB": max(small.mb for small, _ in rounds),
        "MB bei zehnmal so vielen": max(large.mb for _, large in rounds),
        "Sekunden": statistics.median(small.cpu for small, _ in rounds),
        "zehnmal so viele / einmal": statistics.median(large.cpu / small.cpu for small, large in rounds),
    }


def _laid_out(path: Path, forms: int, states: int) -> Path:
    """A work folder with the approved posts and the good applications of so many states."""
    register, rng = load_register(), Random(1)
    home = invent.bestand(register, invent.applicants(register, forms, rng), rng)
    lage = lage_am(invent.TAG, home)
    keys = [{ags: f"08{state}{n:06}" if state else ags for n, ags in enumerate(lage.by_ags)} for state in range(states)]
    bestand = [
        replace(post, ags=key[post.ags], stelle=_stelle(post.stelle, state))
        for state, key in enumerate(keys)
        for post in home
    ]
    gesetzt = Einstellungen({"entscheidungstag": invent.TAG})
    folder = anlegen.init(path, datetime.combine(invent.TAG, datetime.min.time()), bestand, gesetzt)
    einzeln, _ = form_templates(lage)
    for posts in lage.by_ags.values():
        formular = invent.formular(posts, register, rng)
        for state, key in enumerate(keys):
            kopf = formular.kopf | {"ags": key[posts[0].ags]}
            rows = [row | {"stelle": _stelle(str(row["stelle"]), state)} for row in formular.stellen]
            write(folder.eingang / str(state) / formular.name, einzeln.fill(kopf, rows))
    return path


def _stelle(stelle: str, state: int) -> str:
    return f"{state}-{stelle}" if state else stelle


def _checked(path: Path) -> Cost:
    return cost("-m", "pik_xl", "pruefen", str(path))
