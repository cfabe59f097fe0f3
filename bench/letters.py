"""What very many notices cost in one go: as many as ten states have, and a tenth of them in another process.

The notices of one state are repeated under other keys, each with the form enclosed; memory must hardly grow with them.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from time import process_time

from bench.process import cost
from pik_xl.demo import invent as demo
from pik_xl.jobs.pruefen import pruefen_ordner
from pik_xl.jobs.run import read_master
from pik_xl.recht.entscheidung import Vorgang
from pik_xl.schreiben import ausgang
from pik_xl.schreiben.nachweis import Nachweis
from pik_xl.vorlagen import felder
from pik_xl.workfolder import Workfolder

NOTICES = 12_000


def many_letters(land: Path, folder: Path) -> dict[str, float]:
    """CPU seconds of so many notices, peak MB, and how many MB more that is than for a tenth; `land` has the cases."""
    few, many = (
        cost("-m", "bench.letters", str(land), str(folder / f"{number}"), str(number))
        for number in (NOTICES // 10, NOTICES)
    )
    return {"Sekunden": float(many.out), "MB": many.mb, "MB mehr als für ein Zehntel": many.mb - few.mb}


def _write(land: Path, target: Path, number: int) -> float:
    """Write the notices into a new work folder; the CPU seconds that takes, the cases being there."""
    pruefung = pruefen_ordner(Workfolder(land), read_master(Workfolder(land)), demo.TAG)
    decided = [v for v in pruefung.vorgaenge if any(d.beantragt for d in v.decisions)]
    cases = [_under(v, n) for n, v in enumerate(islice(cycle(decided), number))]
    folder = Workfolder(target)
    folder.create()
    begin = process_time()
    done = ausgang.schreiben_alle(
        folder, cases, pruefung.lage, ausgang.Wunsch(felder.BESCHEIDE), Nachweis.of(()), lambda *progress: None
    )
    if len([s for s in done.neu if s.reihe == "stellen"]) != number:
        raise SystemExit(f"{len(done.neu)} notices instead of {number}")
    return process_time() - begin


def _under(vorgang: Vorgang, number: int) -> Vorgang:
    return replace(vorgang, antrag=replace(vorgang.antrag, schluessel=f"{number}/{vorgang.antrag.schluessel}"))


if __name__ == "__main__":
    print(_write(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
