"""Formulas of staff that name rows which move: staff are told, and nobody is told what is not so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from factories import bewilligung
from masters import all_tables, bewilligungen, build, opened, rewritten, saved, updated, vorgang
from openpyxl.chart import BarChart, Reference
from openpyxl.workbook.defined_name import DefinedName

from pik_xl.checks.runner import findings
from pik_xl.checks.subjects import OfBezug
from pik_xl.jobs import anlegen
from pik_xl.jobs.pruefen import pruefen_ordner
from pik_xl.jobs.pruefung import lage_am
from pik_xl.jobs.run import read_master
from pik_xl.master.draw.sheet import header_row
from pik_xl.master.read.snapshot import Snapshot
from pik_xl.model import Bezug, Finding, Schwere
from pik_xl.recht.lage import Lage

LAGE: Lage = lage_am(date(2020, 5, 4), [bewilligung()])
BESTAND = bewilligungen(3)
HEADER = {"Anträge": 5, "Stellen": 5}


def with_own(formulas: dict[str, str], sheet: str = "Meine Liste") -> bytes:
    book = opened(build(BESTAND))
    own = book[sheet] if sheet in book.sheetnames else book.create_sheet(sheet)
    for at, formula in formulas.items():
        own[at] = formula
    return saved(book)


def told(data: bytes) -> list[Finding]:
    return [f for bezug in Snapshot.of(data).bezuege for f in findings(OfBezug(LAGE, "PiK-Master.xlsx", bezug))]


def test_the_headers_stand_where_these_tests_think() -> None:
    tables = {table.spec.sheet: table for table in all_tables(BESTAND)}
    assert {name: header_row(tables[name]) + 1 for name in HEADER} == HEADER


@pytest.mark.parametrize(("formula", "ziel"), [
    ("=Anträge!R12", "Anträge"),
    ("=Anträge!$R$12*2", "Anträge"),
    ("=anträge!R6", "Anträge"),
    ("=SUM(Stellen!K6:K40)", "Stellen"),
    ("=SUM(Stellen!K1:K40)", "Stellen"),
    ("=SUM(Stellen!6:40)", "Stellen"),
    ("=Stellen!K6:Stellen!K40", "Stellen"),
    ("='Stellen'!K6", "Stellen"),
    ("=SUM(Anträge:Befunde!A9)", "Anträge"),
    ('=IF(A1="x",Ausstehend!B7,"")', "Ausstehend"),
])  # fmt: skip
def test_a_formula_that_names_moving_rows_is_told_with_sheet_and_cell(formula: str, ziel: str) -> None:
    (f,) = told(with_own({"B3": formula}))
    assert (f.code, f.schwere, f.place.datei, f.place.blatt, f.place.zelle) == (
        "M07", Schwere.WARNUNG, "PiK-Master.xlsx", "Meine Liste", "B3")  # fmt: skip
    assert f.gefunden == formula and formula in f.meldung and f"„{ziel}“" in f.meldung
    assert "INDEX mit VERGLEICH" in f.bitte and "tbl_stellen[Summe]" in f.bitte


@pytest.mark.parametrize("formula", [
    "=SUM(tbl_stellen[Summe])",
    "=SUM(Stellen!K:K)",
    "=SUM(Stellen!K6:K1048576)",
    "=Stellen!K5",  # the header
    "=Anträge!$A$1",
    "=Kreise!F9",
    "=Haushalt!B6",
    "=Start!B5",
    "=Bestand!A7",
    "=A6+B12",
    "=Summe_bewilligt",
    '="Anträge!R12"',
    "='[Alte Mappe.xlsx]Anträge'!R12",
    "=INDEX(tbl_antraege[Summe],MATCH(A1,tbl_antraege[Schlüssel],0))",
    "=MeineAnträge!R12",
])  # fmt: skip
def test_what_stays_right_is_not_told(formula: str) -> None:
    assert told(with_own({"B3": formula})) == []


def test_a_sheet_is_told_once_with_the_count_of_the_others() -> None:
    (f,) = told(with_own({f"C{n}": f"=Stellen!K{n}" for n in range(4, 10)}))
    assert f.place.zelle == "C6" and "auf diesem Blatt noch 3-mal" in f.meldung


def test_a_formula_filled_down_is_read_cell_by_cell() -> None:
    data = with_own({"C5": "=Stellen!K5", "C6": "=1", "C7": "=2"})
    sheet = f"xl/worksheets/sheet{len(opened(data).sheetnames)}.xml"

    def shared(xml: str) -> str:
        xml = xml.replace("<f>Stellen!K5</f>", '<f t="shared" ref="C5:C7" si="0">Stellen!K5</f>')
        return xml.replace("<f>1</f>", '<f t="shared" si="0"/>').replace("<f>2</f>", '<f t="shared" si="0"/>')

    (bezug,) = Snapshot.of(rewritten(data, {sheet: shared})).bezuege
    assert bezug == Bezug("Meine Liste", "C6", "Stellen!K6", "Stellen", 1)


def test_formulas_beside_our_tables_are_read_too_but_may_name_their_own_rows() -> None:
    assert told(with_own({"BA6": "=Anträge!H6*2"}, "Anträge")) == []
    (f,) = told(with_own({"BA6": "=Stellen!H6*2"}, "Anträge"))
    assert (f.place.blatt, f.place.zelle) == ("Anträge", "BA6")
    (f,) = told(with_own({"Q7": "=Stellen!H6"}, "Bestand"))
    assert f.place.blatt == "Bestand"


def test_names_and_charts_are_told_as_what_they_are() -> None:
    book = opened(build(BESTAND))
    book.defined_names["Mein_Wert"] = DefinedName("Mein_Wert", attr_text="Stellen!$K$7")
    book.defined_names["Alle"] = DefinedName("Alle", attr_text="tbl_stellen[Summe]")
    chart = BarChart()
    chart.add_data(Reference(book["Stellen"], min_col=11, min_row=6, max_row=8))
    book.create_sheet("Bild").add_chart(chart, "A1")
    picture, name = told(saved(book))
    assert (picture.place.blatt, picture.place.zelle) == ("Bild", "")
    assert picture.meldung.startswith("Blatt „Bild“, ein Diagramm: „='Stellen'!$K$6:$K$8“ zeigt auf feste Zeilen")
    assert (name.place.blatt, name.place.zelle) == ("", "")
    assert name.meldung.startswith("Der Name „Mein_Wert“: „=Stellen!$K$7“ zeigt auf feste Zeilen von Blatt „Stellen“")


def test_our_own_master_is_never_told(tmp_path: Path, soffice_convert: Callable[[Path, str], Path]) -> None:
    data = build(BESTAND)
    again = updated(data, bewilligungen(5), [vorgang(b, n) for n, b in enumerate(bewilligungen(5))])
    path = tmp_path / "PiK-Master.xlsx"
    path.write_bytes(again)
    for master in (data, again, soffice_convert(path, "xlsx").read_bytes()):
        assert Snapshot.of(master).bezuege == ()


def test_it_shows_in_the_run_and_blocks_nothing(tmp_path: Path) -> None:
    folder = anlegen.init(tmp_path / "PiK", datetime(2020, 5, 4), [bewilligung()])
    book = opened(folder.master.read_bytes())
    book.create_sheet("Meine Liste")["A1"] = "=Anträge!R12"
    folder.master.write_bytes(saved(book))
    pruefung = pruefen_ordner(folder, read_master(folder), date(2020, 5, 4))
    assert [f.code for f in pruefung.befunde if f.code.startswith("M")] == ["M07"] and pruefung.fehler == 0
