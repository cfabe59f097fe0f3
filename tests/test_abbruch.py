"""Letters and a process that dies: whatever the moment, nothing half done stands under a name people look for."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from pik_xl import anlegen
from pik_xl.workfolder import Workfolder

TAG, ANTRAEGE, ABBRUECHE = date(2020, 5, 4), 60, 15
Files = dict[str, bytes]


class Ganz(NamedTuple):
    """A folder before the letters, and what an undisturbed run writes into it."""

    vorher: Path
    files: Files


def start(folder: Workfolder) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pik_xl", "bescheide", str(folder.path), "--am", TAG.isoformat()]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def kill(folder: Workfolder, run: subprocess.Popen[bytes], number: int, later: float) -> None:
    """Kill the run some seconds after so many files are there, perhaps in the middle of the next one."""
    while run.poll() is None and len(paths(folder)) < number:
        time.sleep(0.0005)
    time.sleep(later)
    run.kill()
    run.wait()


def finished(folder: Workfolder) -> Iterator[Path]:
    """The folders of runs under the names people look for."""
    for parent in (folder.bescheide, folder.rueckfragen):
        yield from (path for path in parent.iterdir() if not path.name.startswith("."))


def files(folder: Workfolder) -> Files:
    """Everything below the folders of letters, hidden or not."""
    return {path.relative_to(folder.path).as_posix(): path.read_bytes() for path in paths(folder)}


def paths(folder: Workfolder) -> list[Path]:
    parents = (folder.bescheide, folder.rueckfragen)
    return [Path(at) / name for parent in parents for at, _, names in os.walk(parent) for name in names]


@pytest.fixture(scope="module")
def ganz(tmp_path_factory: pytest.TempPathFactory) -> Ganz:
    vorher = anlegen.demo(tmp_path_factory.mktemp("vorher") / "demo", ANTRAEGE, 11).path
    folder = Workfolder(Path(shutil.copytree(vorher, tmp_path_factory.mktemp("ganz") / "demo")))
    assert start(folder).wait() in (0, 1)
    return Ganz(vorher, files(folder))


@pytest.mark.parametrize("number", range(ABBRUECHE))
def test_a_run_killed_at_any_moment_leaves_only_whole_runs_and_the_next_ends_the_same(
    ganz: Ganz, number: int, tmp_path: Path
) -> None:
    folder = Workfolder(Path(shutil.copytree(ganz.vorher, tmp_path / "demo")))
    kill(folder, start(folder), len(ganz.files) * (number + 1) // ABBRUECHE, Random(number).uniform(0, 0.005))
    for path in finished(folder):
        listed = json.loads((path / "manifest.json").read_text("utf-8"))["dateien"]
        there = [p for p in path.rglob("*") if p.is_file() and p.name != "manifest.json"]
        assert listed == {p.relative_to(path).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in there}
    for name, data in files(folder).items():
        assert "/." in name or ganz.files[name] == data
    assert start(folder).wait() in (0, 1)
    assert files(folder) == ganz.files
