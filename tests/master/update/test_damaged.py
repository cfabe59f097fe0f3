"""A damaged master ends in a sentence, never in a traceback, and then every byte of the file is what it was."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import date
from functools import cache, cached_property
from io import BytesIO
from pathlib import Path

import pytest
from books import closed_file, in_excel
from masters import STAND, all_tables, bewilligungen, build, opened, rewritten, saved, typed, vorgang
from mutants import mutant
from openpyxl.comments import Comment
from samples import sampled

from pik_xl.errors import PikError
from pik_xl.master.read.snapshot import Snapshot
from pik_xl.master.update.file import FileBook
from pik_xl.master.update.renamed import renamed
from pik_xl.ooxml.edited import MasterPackage, SheetParts

BESTAND = bewilligungen(6)
CASES = [vorgang(b, n) for n, b in enumerate(BESTAND)]


@cache
def worked() -> bytes:
    """A small master in which people have typed, noted, and filtered nothing."""
    book = opened(typed(build(BESTAND, CASES[1:]), ("Anträge", "Bemerkung", 1, "anrufen"),
                        ("Anträge", "E-Mail", 2, "neu@example.de"), ("Stellen", "Bemerkung", 1, 7)))  # fmt: skip
    book["Anträge"].cell(8, 3).comment = Comment("ruft nicht zurück", "Kurz")
    book["Anträge"].cell(8, 60).value = "neben der Tabelle"
    return saved(book)


def a_run(file: FileBook) -> None:
    """What checking, letters and consolidating ask of the master, and then what they write."""
    master = file.read()
    _read(master)
    cases = CASES[:4]
    master = renamed(master, [case.antrag for case in cases])
    update = file.begin(master)
    antraege, *others = all_tables(BESTAND, cases, master.eingetragen(date(2100, 12, 31)))
    antraege, _ = update.vergleich(antraege)
    tables = (antraege, *others)
    for table in tables:
        if not table.spec.office:
            update.verwaist(table)
    update.commit(tables, f"{STAND:%Y}")


def _read(master: Snapshot) -> None:
    """All there is to ask."""
    for name, value in vars(Snapshot).items():
        if isinstance(value, property | cached_property):
            getattr(master, name)


def survives(folder: Path, data: bytes) -> str:
    """The sentence the run ended with ("": it went through); anything else fails the test."""
    file = closed_file(folder, data)
    try:
        a_run(file)
    except PikError as error:
        assert file.path.read_bytes() == data
        assert str(error)[:1].isupper() and str(error).endswith((".", ")")), str(error)
        return str(error)
    file.read()
    return ""


def mutants_survive(folder: Path, seeds: range) -> None:
    for seed in seeds:
        data, what = mutant(worked(), seed)
        try:
            survives(folder, data)
        except Exception as error:
            pytest.fail(f"{seed}, {what}: {type(error).__name__} {error}")


@pytest.mark.parametrize("block", sampled(range(4)))
def test_every_damaged_master_ends_in_success_or_in_a_sentence(block: int, tmp_path: Path) -> None:
    mutants_survive(tmp_path, range(block * 12, block * 12 + 12))


@pytest.mark.exhaustive
@pytest.mark.parametrize("block", range(20))
def test_every_damaged_master_of_many_ends_in_success_or_in_a_sentence(block: int, tmp_path: Path) -> None:
    mutants_survive(tmp_path, range(1_000 + block * 40, 1_000 + block * 40 + 40))


# --- what was found so -----------------------------------------------------------------------------


def with_part(name: Callable[[MasterPackage], str], change: Callable[[str], str]) -> bytes:
    """The master with one of its parts changed."""
    package = MasterPackage(worked())
    part = name(package)
    names = {n.lower(): n for n in zipfile.ZipFile(BytesIO(worked())).namelist()}
    return rewritten(worked(), {names[part.lower()]: change})


def antraege(package: MasterPackage) -> SheetParts:
    parts = package.parts("Anträge", "tbl_antraege")
    assert parts
    return parts


def sheet(package: MasterPackage) -> str:
    return antraege(package).sheet


def table(package: MasterPackage) -> str:
    return antraege(package).table


def notes(package: MasterPackage) -> str:
    return antraege(package).notes[0]


def boxes(package: MasterPackage) -> str:
    return antraege(package).vml[0]


@pytest.mark.parametrize(("part", "old", "new", "said"), [
    (sheet, r' t="n"><v>[\d.]+</v>', ' t="n"><v>x</v>', "Blatt „Anträge“, Zelle [A-Z]+[0-9]+: „x“ ist keine Zahl"),
    (notes, r'ref="C8"', 'ref="C0"', "eine Notiz steht in der Zelle „C0“"),
    (notes, r'ref="C8"', "", "eine Notiz steht in der Zelle „“"),
    (notes, "</comments>", "", "ist kein gültiges XML"),
    (sheet, '<row r="9"', '<row r="8"', "zweimal"),
    (sheet, "<sheetData>", "<sheetData/><sheetData>", "keine Zeilen oder sie zweimal"),
    (table, 'ref="A5:', 'ref="A900:', "gibt es nicht"),
    (table, 'headerRowCount="1"', 'headerRowCount="0"', "„Überschrift“ wieder einschalten"),
])  # fmt: skip
def test_a_damaged_part_is_named(
    part: Callable[[MasterPackage], str], old: str, new: str, said: str, tmp_path: Path
) -> None:
    data = with_part(part, lambda xml: re.sub(old, new, xml, count=1))
    assert data != worked()
    assert re.search(said, found := survives(tmp_path, data)), found
    if "Überschrift" not in said:
        assert "PiK-Master.xlsm lässt sich nicht lesen" in found and "Protokoll/Sicherungen" in found


@pytest.mark.parametrize("part", [notes, boxes])
def test_a_part_that_is_gone_is_named(part: Callable[[MasterPackage], str], tmp_path: Path) -> None:
    missing, target = part(MasterPackage(worked())), BytesIO()
    with zipfile.ZipFile(BytesIO(worked())) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            if info.filename.lower() != missing.lower():
                new.writestr(info, old.read(info))
    assert f"der Teil „{missing}“ fehlt" in survives(tmp_path, target.getvalue())


@pytest.mark.parametrize("id", ["", ' id="x"', ' id="2"'])
def test_columns_of_a_table_without_a_number_get_one(id: str, tmp_path: Path) -> None:
    data = with_part(table, lambda xml: re.sub(r'(<tableColumn) id="1"', rf"\1{id}", xml, count=1))
    assert data != worked() and survives(tmp_path, data) == ""
    written = MasterPackage((tmp_path / "PiK-Master.xlsm").read_bytes())
    ids = re.findall(rb'<tableColumn\b[^>]*\bid="(\d+)"', written.part(table(written)))
    assert len(ids) == len(set(ids)) == written.part(table(written)).count(b"<tableColumn ")


@pytest.mark.parametrize("number", [1e30, 1e300])
def test_a_number_larger_than_any_amount_stops_nothing(number: float, tmp_path: Path) -> None:
    assert survives(tmp_path, typed(worked(), ("Anträge", "Summe", 2, number))) == ""


@pytest.mark.parametrize("open_", [closed_file, in_excel], ids=["closed", "open"])
def test_a_table_without_its_headers_stops_the_run(open_: Callable[[Path, bytes], FileBook], tmp_path: Path) -> None:
    data = with_part(table, lambda xml: xml.replace('headerRowCount="1"', 'headerRowCount="0"'))
    book = open_(tmp_path, data)
    if open_ is in_excel:
        book.mappe.api.Worksheets("Anträge").ListObjects(1).ShowHeaders = False  # type: ignore[attr-defined]
    with pytest.raises(PikError, match="Auf Blatt „Anträge“ fehlt die Überschriftenzeile"):
        book.read().eingetragen(date(2100, 12, 31))
    with pytest.raises(PikError, match="Auf Blatt „Anträge“ fehlt die Überschriftenzeile"):
        book.begin(book.read()).vergleich(all_tables(BESTAND, CASES)[0])
