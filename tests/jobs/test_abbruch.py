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
from samples import sampled

from pik_xl.demo.folder import invented_folder
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
    vorher = invented_folder(tmp_path_factory.mktemp("vorher") / "demo", ANTRAEGE, 11).path
    folder = Workfolder(Path(shutil.copytree(vorher, tmp_path_factory.mktemp("ganz") / "demo")))
    assert start(folder).wait() in (0, 1)
    return Ganz(vorher, files(folder))


@pytest.mark.parametrize("number", sampled(range(ABBRUECHE), quick=[8]))
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


# --- Ctrl-C, and a reader that goes away ----------------------------------------------------------------

# Sends a real SIGINT to itself when a path with these words is opened for the n-th time.
_STRG_C = """
import os, signal, sys
# What a shell starts in the background inherits that Ctrl-C is ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
words, left = sys.argv.pop(1), [int(sys.argv.pop(1))]
def hook(event, args):
    if event == "open" and words in str(args[0]):
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGINT)
sys.addaudithook(hook)
from pik_xl.cli.main import main
main()
"""


def stopped(words: str, number: int, *command: object) -> subprocess.CompletedProcess[str]:
    """A command to which somebody says Ctrl-C at that moment."""
    args = [sys.executable, "-c", _STRG_C, words, str(number), *map(str, command)]
    return subprocess.run(args, capture_output=True, text=True, encoding="utf-8", timeout=120)


@pytest.mark.parametrize(
    ("words", "number", "command"),
    sampled(
        [
            ("PiK-Master.xlsm", 1, "pruefen"),
            ("Eingang", 1, "pruefen"),
            ("Eingang", 20, "bescheide"),
            (".neu", 1, "bescheide"),
            (".neu", 25, "bescheide"),
            ("manifest.json", 1, "bescheide"),
            ("Sicherungen", 1, "konsolidieren"),
            (".PiK-Master.xlsm.", 1, "konsolidieren"),
        ],
        quick=[1, 4, 7],
    ),
)
def test_ctrl_c_says_so_ends_with_130_and_leaves_nothing_half(
    words: str, number: int, command: str, ganz: Ganz, tmp_path: Path
) -> None:
    folder = Workfolder(Path(shutil.copytree(ganz.vorher, tmp_path / "demo")))
    master = folder.master.read_bytes()
    run = stopped(words, number, command, folder.path, "--am", TAG.isoformat())
    assert (run.returncode, run.stderr, run.stdout) == (130, "Abgebrochen.\n", "")
    assert list(finished(folder)) == []
    assert folder.master.read_bytes() == master
    assert not [p for p in folder.path.rglob("*.neu") if p.is_file()]
    assert start(folder).wait() in (0, 1) and files(folder) == ganz.files


def closed_pipe(*command: object) -> tuple[int, str]:
    """Exit code of a command whose reader is gone before it says a word, and what it complained."""
    gone, ours = os.pipe()
    os.close(gone)
    try:
        run = subprocess.Popen(
            [sys.executable, "-m", "pik_xl", *map(str, command)],
            stdout=ours, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip
    finally:
        os.close(ours)
    said = run.communicate(timeout=120)[1]
    return run.returncode, said


@pytest.mark.parametrize(
    "command", sampled(zip([("katalog",), ("katalog", "--json"), ("regeln",), ("regeln", "--json"), ("--help",),
                            ("pruefen",), ("pruefen", "--json"), ("diagnose",)], strict=True), quick=[0, 6])
)  # fmt: skip
def test_a_reader_that_has_seen_enough_is_no_fault(command: tuple[str, ...], ganz: Ganz) -> None:
    folder = (ganz.vorher,) if command[0] in ("pruefen", "diagnose") else ()
    assert closed_pipe(*command[:1], *folder, *command[1:]) == (0, "")


def test_what_cannot_be_written_for_another_reason_is_told(ganz: Ganz) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("Hier gibt es kein /dev/full")
    with full.open("w") as ours:
        run = subprocess.run([sys.executable, "-m", "pik_xl", "katalog"], stdout=ours, stderr=subprocess.PIPE)
    assert run.returncode == 2 and "Der Datenträger ist voll" in run.stderr.decode()
