"""Packages of which a few parts change: the same bytes each time, readable by everybody."""

from __future__ import annotations

import io
import zipfile

import nasty
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pik_xl.ooxml.copies import Package

SHEET = "xl/worksheets/sheet1.xml"


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def package() -> Package:
    return Package.compile(nasty.workbook(), lambda name: name == SHEET)


def test_only_parts_that_may_change_are_kept_open(package: Package) -> None:
    assert list(package.parts) == [SHEET]
    assert package.parts[SHEET] == nasty.sheet().encode()


def test_unchanged_it_holds_the_same_parts_in_the_same_order(package: Package) -> None:
    before, after = unpacked(nasty.workbook()), unpacked(package.build({}))
    assert after == before and list(after) == list(before)


def test_a_changed_part_is_new_and_every_other_stays(package: Package) -> None:
    new = nasty.sheet('<row r="1"><c r="A1"><v>42</v></c></row>').encode()
    before, after = unpacked(nasty.workbook()), unpacked(package.build({SHEET: new}))
    assert after.pop(SHEET) == new and before.pop(SHEET) != new
    assert after == before


def test_the_same_parts_give_the_same_bytes(package: Package) -> None:
    again = Package.compile(nasty.workbook(), lambda name: name == SHEET)
    assert package.build({SHEET: b"<x/>"}) == again.build({SHEET: b"<x/>"})


def test_dates_are_those_of_1980(package: Package) -> None:
    with zipfile.ZipFile(io.BytesIO(package.build({}))) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_part_that_may_not_change_is_refused(package: Package) -> None:
    with pytest.raises(KeyError, match="workbook"):
        package.build({"xl/workbook.xml": b"<x/>"})
    with pytest.raises(KeyError, match="neu"):
        package.build({"xl/neu.xml": b"<x/>"})


def test_names_with_umlauts_and_empty_parts_survive() -> None:
    members = {"Prüfung/Übersicht.xml": "<x/>", "leer.bin": "", "gro\u00df.bin": "x" * 100_000}
    built = Package.compile(nasty.zipped(members), lambda name: False).build({})
    assert unpacked(built) == {name: text.encode() for name, text in members.items()}


def test_openpyxl_opens_what_was_built(package: Package) -> None:
    data = package.build({SHEET: nasty.sheet('<row r="1"><c r="A1"><v>42</v></c></row>').encode()})
    assert openpyxl.load_workbook(io.BytesIO(data))["Blatt"]["A1"].value == 42


def test_what_was_built_before_leaves_no_trace(package: Package) -> None:
    before = package.build({})
    package.build({SHEET: b"<x/>"})
    assert package.build({}) == before


def test_parts_that_stay_are_stored_byte_for_byte_alike(package: Package) -> None:
    def stored(data: bytes) -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
        starts = {i.filename: i.header_offset + 30 + len(i.filename.encode()) for i in infos}
        return {i.filename: data[starts[i.filename] :][: i.compress_size] for i in infos}

    before, after = stored(package.build({})), stored(package.build({SHEET: b"<x/>" * 500}))
    assert before.pop(SHEET) != after.pop(SHEET)
    assert before == after and len(before) == 4


@given(st.dictionaries(st.text("aä/€.x", min_size=1), st.binary(), min_size=1))
def test_any_parts_come_out_as_they_went_in(members: dict[str, bytes]) -> None:
    package = Package.compile(nasty.zipped(dict.fromkeys(members, b"")), lambda name: True)
    assert unpacked(package.build(members)) == members
