"""What the whole chain costs for the state: a first run that writes all letters, and one after it with nothing new.

Every round works on a fresh copy of the same folder, which is copied before the clock starts. Beside both stands what
openpyxl needs only to load the same forms: a process of its own as well, on as many cores. `python -m bench.chain`
runs this part alone.
"""

from __future__ import annotations

import io
import json
import shutil
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from bench.process import Cost, cost
from pik_xl.demo.folder import invented_folder
from pik_xl.eingang.receive import receive
from pik_xl.workfolder import Workfolder

FORMS, ROUNDS, CORES = 1_145, 3, 2


class _Round(NamedTuple):
    """What one run cost, how many Word files it wrote (letters and waivers with them), and how many files in all."""

    cost: Cost
    words: int
    files: int


def bench_chain(folder: Path, forms: int = FORMS, rounds: int = ROUNDS) -> dict[str, dict[str, float]]:
    """What both runs cost (medians) and wrote, and what loading costs; `land` is left as it was laid out."""
    land = invented_folder(folder / "land", forms, 2020)
    first, again, loaded = [], [], []
    for _ in range(rounds):
        work = Workfolder(Path(shutil.copytree(land.path, folder / "kette")))
        first.append(_run(work))
        again.append(_run(work))
        shutil.rmtree(work.path)
        loaded.append(cost("-m", "bench.chain", str(land.eingang), cores=CORES))
    written = {each.words for each in first}
    if len(written) != 1 or 0 in written:
        raise SystemExit(f"the first runs did not write the same letters: {sorted(written)}")
    if any(each.words for each in again):
        raise SystemExit(f"runs with nothing new wrote letters: {[each.words for each in again]}")
    return {
        "erster Lauf": _medians(first),
        "zweiter Lauf ohne Neues": _medians(again),
        "openpyxl, nur laden": {
            "Sekunden": statistics.median(each.wall for each in loaded),
            "CPU": statistics.median(each.cpu for each in loaded),
            "MB": max(each.mb for each in loaded),
            "Arbeitsmappen": int(loaded[0].out),
        },
    }


def _run(work: Workfolder) -> _Round:
    before = _files(work)
    spent = cost("-m", "pik_xl", "alles", str(work.path), cores=CORES)
    written = {path for path, stamp in _files(work).items() if before.get(path) != stamp}
    return _Round(spent, sum(path.suffix == ".docx" for path in written), len(written))


def _files(work: Workfolder) -> dict[Path, tuple[int, int]]:
    """Every file of the work folder, with what changes when it is written."""
    return {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in work.path.rglob("*") if path.is_file()}


def _medians(rounds: Sequence[_Round]) -> dict[str, float]:
    return {
        "Sekunden": statistics.median(each.cost.wall for each in rounds),
        "CPU": statistics.median(each.cost.cpu for each in rounds),
        "MB": max(each.cost.mb for each in rounds),
        "Word-Dateien": rounds[0].words,
        "Dateien": rounds[0].files,
    }


def _load(eingang: Path) -> int:
    """Load every workbook of an in-tray with openpyxl, in archives and e-mails too; how many it could."""
    import openpyxl

    loaded = 0
    for each in receive(eingang):
        try:
            openpyxl.load_workbook(io.BytesIO(each.data))
        except Exception:  # it fails in many ways at the broken files of the demo
            continue
        loaded += 1
    return loaded


if __name__ == "__main__":
    if sys.argv[1:]:
        print(_load(Path(sys.argv[1])))
    else:
        with tempfile.TemporaryDirectory() as name:
            print(json.dumps(bench_chain(Path(name)), ensure_ascii=False, indent=2))
