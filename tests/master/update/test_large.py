"""Masters of more than a few hundred rows: whatever people left in one of them is there after a run, once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Set
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from random import Random

import pytest
from books import closed_file, in_excel, run
from keystrokes import (
    SHEET,
    TABLE,
    Stroke,
    cases_of,
    coloured,
    key_of,
    keys_of,
    new_style,
    notes_on,
    places,
    posts,
    put_in,
    typed_in,
)
from masters import STAND, build
from samples import sampled

from pik_xl.excel.book import LiveBook
from pik_xl.jobs.konsolidieren import konsolidieren, tables_of
from pik_xl.jobs.pruefung import Pruefung
from pik_xl.jobs.run import read_master
from pik_xl.master.read.table import open_master
from pik_xl.master.sheets.rows import row_keys
from pik_xl.master.update.book import Book
from pik_xl.model import Bewilligung
from pik_xl.ooxml.edited import MasterPackage
from pik_xl.workfolder import Workfolder

SPARE = 60  # posts that are not applied for at first
# Up to 500 rows a run once looked at all of them, beyond at every second, third, fourth.
SIZES = (500, 501, 1_001, 1_501)
Open = Callable[[Path, bytes], Book]


@lru_cache(maxsize=4)
def worked(size: int, seed: int) -> tuple[bytes, list[Stroke], list[Bewilligung]]:
    """A master of so many posts in which people have worked, what they typed, and the posts applied for."""
    rng, bestand = Random(seed), posts(size + SPARE)
    here = sorted(rng.sample(range(len(bestand)), size))
    applied = [bestand[n] for n in here]
    data = build(bestand, cases_of(applied))
    book = open_master(data)
    assert len(keys_of(book)) == size
    return *typed_in(data, book, rng, 8), applied


def later(rng: Random, bestand: Sequence[Bewilligung], applied: Sequence[Bewilligung]) -> list[Bewilligung]:
    """The posts applied for some time later: some are gone, some new, those of one applicant stand elsewhere."""
    gone = set(rng.sample(applied, 15))
    new = rng.sample([b for b in bestand if b not in applied], 20)
    ags = rng.choice(applied).ags
    left = [b for b in bestand if b in new or (b in applied and b not in gone)]
    return [replace(b, traeger="Aach") if b.ags == ags else b for b in left]


def misplaced(book: Book, strokes: Sequence[Stroke], keys: Set[str]) -> list[object]:
    """What is not found exactly once where it belongs: in the row of its key while there is one, else on Verwaist."""
    found = places(book, strokes)
    wrong: list[object] = []
    for s in strokes:
        there = found[s.text]
        if s.kind == "colour" and isinstance(book, LiveBook):
            right = s.key not in keys or (SHEET, s.key) in there  # rows that come in look like the one below them
        elif s.kind == "colour":
            right = there == [(SHEET, s.key)] * (s.key in keys)
        elif s.kind == "below":
            right = [sheet for sheet, _ in there] == ["Verwaist"]
        else:
            right = there == [(SHEET if s.key in keys else "Verwaist", s.key)]
        if not right:
            wrong.append((s, there[:3]))
    return wrong


def keeps_everything(tmp_path: Path, open_: Open, size: int, seed: int) -> None:
    data, strokes, applied = worked(size, seed)
    book, rng, bestand = open_(tmp_path, data), Random(seed), posts(size + SPARE)
    then = later(rng, bestand, applied)
    before, between = ({key_of(b) for b in those} for those in (applied, then))
    run(book, cases_of(then), bestand)
    assert misplaced(book, strokes, between) == []
    run(book, cases_of(applied), bestand)
    assert misplaced(book, [s for s in strokes if s.kind != "colour" or s.key in between], before) == []


@pytest.mark.parametrize("size", sampled(SIZES, quick=[1]))
def test_a_closed_master_keeps_what_people_left_in_any_row(size: int, tmp_path: Path) -> None:
    keeps_everything(tmp_path, closed_file, size, seed=size)


@pytest.mark.parametrize("size", sampled(SIZES, quick=[1]))
def test_an_open_master_keeps_what_people_left_in_any_row(size: int, tmp_path: Path) -> None:
    keeps_everything(tmp_path, in_excel, size, seed=size)


@pytest.mark.exhaustive
@pytest.mark.parametrize("open_", [closed_file, in_excel], ids=["closed", "open"])
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("size", SIZES)
def test_a_master_keeps_what_people_left_wherever_it_was(size: int, seed: int, open_: Open, tmp_path: Path) -> None:
    keeps_everything(tmp_path, open_, size, seed)


@pytest.mark.exhaustive
@pytest.mark.parametrize("open_", [closed_file, in_excel], ids=["closed", "open"])
def test_the_master_of_the_whole_state_keeps_what_people_left(
    open_: Open, land: tuple[Workfolder, Pruefung], land_master: bytes, tmp_path: Path
) -> None:
    data, strokes = typed_in(land_master, open_master(land_master), Random(1), 10)
    folder, pruefung = Workfolder(tmp_path, open_(tmp_path, data)), land[1]
    sendungen = [s for n, s in enumerate(pruefung.sendungen) if n % 50]  # a few were withdrawn
    for arrived in (sendungen, pruefung.sendungen):
        now = replace(pruefung, sendungen=arrived, snapshot=read_master(folder))
        konsolidieren(folder, now, STAND)
        stellen = next(t for t in tables_of(now) if t.spec.name == TABLE)
        keys = set(row_keys(stellen.spec, stellen.rows))
        if arrived is sendungen:
            assert {s.key for s in strokes} - keys  # rows with something in them went
            strokes = [s for s in strokes if s.kind != "colour" or s.key in keys]
        assert folder.book and misplaced(folder.book, strokes, keys) == []


@pytest.mark.parametrize("open_", [closed_file, in_excel], ids=["closed", "open"])
def test_a_table_that_grows_swallows_no_note_and_no_colour_below_it(open_: Open, tmp_path: Path) -> None:
    bestand = posts(60)
    data = build(bestand, cases_of(bestand[:20]))
    last, package = open_master(data).tables[TABLE].last_row, MasterPackage(data)
    put_in(package, {(last + 4, 3): f's="{new_style(package)}"'}, {(last + 5, 3): "gehört zu niemandem"})
    book = open_(tmp_path, package.build())
    for count in (50, 60, 30):
        run(book, cases_of(bestand[:count]), bestand)
        last = book.read().book.tables[TABLE].last_row
        assert list(coloured(book)) == [(last + 4, 3)]
        assert [at for at, text in notes_on(book) if text == "gehört zu niemandem"] == [(last + 5, 3)]
        if open_ is closed_file:
            assert rows_in_order((tmp_path / "PiK-Master.xlsm").read_bytes())


def rows_in_order(data: bytes) -> bool:
    """Whether no row of the sheet stands twice or before another; Excel calls such a file damaged."""
    package = MasterPackage(data)
    parts = package.parts(SHEET)
    assert parts
    numbers = [int(n) for n in re.findall(rb'<row\b[^>]* r="(\d+)"', package.part(parts.sheet))]
    return numbers == sorted(set(numbers))
