"""The master read back: the Bestand, the record of runs, what staff typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from masters import (
    bewilligungen,
    build,
    cell,
    opened,
    saved,
    typed,
)

from pik_xl.errors import PikError
from pik_xl.master.read.bestand import read_bestand
from pik_xl.master.read.table import open_master
from pik_xl.master.sheets.office_specs import BESTAND
from pik_xl.model import (
    Art,
    Qualifikation,
)

# --- the Bestand ---------------------------------------------------------------------------------


def test_the_bestand_comes_back_as_it_was_written() -> None:
    bestand = bewilligungen(50)
    assert read_bestand(open_master(build(bestand))) == (tuple(bestand), [])


def test_an_empty_bestand_holds_no_posts() -> None:
    assert read_bestand(open_master(build())) == ((), [])


def test_the_bestand_is_read_with_good_will() -> None:
    one = bewilligungen(1)[0]
    data = typed(
        build([one]),
        ("Bestand", "AGS", 1, 8111),
        ("Bestand", "Kreis-AGS", 1, None),
        ("Bestand", "VZÄ", 1, "0,75"),
        ("Bestand", "Jahresbetrag je VZÄ", 1, "64.000,00 €"),
        ("Bestand", "Beginn", 1, "1.10.2017"),
        ("Bestand", "Qualifikation", 1, "Mittlerer Abschluss"),
    )
    (found,), problems = read_bestand(open_master(data))
    expect = replace(one, vzae=Decimal("0.75"), jahresbetrag=Decimal(64000), beginn=date(2017, 10, 1),
                     qualifikation=Qualifikation.MITTLERER_ABSCHLUSS)  # fmt: skip
    assert found == expect
    assert [(gefunden, meldung) for _, gefunden, meldung in problems] == [
        ("8111", "als Zahl eingetragen, gelesen als 08111"),
        ("0,75", "als Text eingetragen, gelesen als 0,75"),
        ("64.000,00 €", "als Text eingetragen, gelesen als 64000,00"),
        ("1.10.2017", "als Text eingetragen, gelesen als 01.10.2017"),
    ]


def test_rows_added_below_the_table_are_read_too() -> None:
    book = opened(build(bewilligungen(1)))
    first = cell(book, "Bestand", "Stelle")
    for column in range(1, len(BESTAND.columns) + 1):
        book["Bestand"].cell(first.row + 3, column).value = book["Bestand"].cell(first.row, column).value
    book["Bestand"].cell(first.row + 3, first.column).value = "neu"
    assert [b.stelle for b in read_bestand(open_master(saved(book)))[0]] == ["08111-01", "neu"]


def test_notes_below_the_bestand_are_left_alone_and_one_that_touches_it_is_told_in_a_sentence() -> None:
    def with_note(below: int, text: str = "noch prüfen") -> bytes:
        book = opened(build(bewilligungen(1)))
        first = cell(book, "Bestand", "Stelle")
        book["Bestand"].cell(first.row + below, first.column + 2).value = text
        return saved(book)

    for below in (2, 40):
        assert len(read_bestand(open_master(with_note(below)))[0]) == 1
    with pytest.raises(PikError) as error:
        read_bestand(open_master(with_note(1)))
    (line,) = str(error.value).splitlines()[1:]
    assert "Hier steht nur „noch prüfen“" in line and "neben die Tabelle" in line


@pytest.mark.parametrize(
    ("header", "day", "good"),
    [("Beginn", "01.01.2000", True), ("Beginn", "31.12.1999", False), ("Bewilligt bis", "31.12.9999", False)],
)
def test_a_year_that_cannot_be_is_asked_about(header: str, day: str, good: bool) -> None:
    data = typed(build(bewilligungen(1)), ("Bestand", header, 1, day))
    if good:
        assert read_bestand(open_master(data))[0][0].beginn == date(2000, 1, 1)
    else:
        with pytest.raises(PikError, match="Bitte das Jahr prüfen"):
            read_bestand(open_master(data))


def test_everything_unusable_in_the_bestand_is_named_at_once() -> None:
    data = typed(
        build(bewilligungen(4)),
        ("Bestand", "Beginn", 1, "31.02.2018"),
        ("Bestand", "VZÄ", 1, "halb"),
        ("Bestand", "Träger", 2, None),
        ("Bestand", "Art", 3, "Dorf"),
    )
    row, arten, wo = cell(opened(data), "Bestand", "Stelle").row, ", ".join(Art), "– Blatt „Bestand“, Zelle"
    with pytest.raises(PikError) as error:
        read_bestand(open_master(data))
    assert str(error.value).splitlines() == [
        "Der Bestand lässt sich so nicht verwenden:",
        f"{wo} J{row}, Spalte „VZÄ“: gefunden „halb“. Bitte eine Zahl wie 0,50 eintragen.",
        f"{wo} L{row}, Spalte „Beginn“: gefunden „31.02.2018“. Bitte ein Datum wie 31.12.2021 eintragen.",
        f"{wo} D{row + 1}, Spalte „Träger“: gefunden „“. Bitte „Träger“ ausfüllen.",
        f"{wo} E{row + 2}, Spalte „Art“: gefunden „Dorf“. Bitte einen dieser Einträge wählen: {arten}.",
    ]


@pytest.mark.parametrize(
    ("header", "value", "words"),
    [
        ("Stelle", "08111-01", "steht schon in Zeile"),
        ("AGS", "8115", "beginnt mit 08"),
        ("AGS", "081150", "beginnt mit 08"),
        ("Kreis-AGS", "08115003", "5 Ziffern"),
        ("VZÄ", 0, "Anteil über 0"),
        ("Jahresbetrag je VZÄ", -1, "Betrag ab 0"),
        ("Bewilligt bis", date(2016, 12, 31), "vor dem Beginn"),
    ],
)
def test_contradictions_in_the_bestand_are_named(header: str, value: object, words: str) -> None:
    with pytest.raises(PikError, match=words):
        read_bestand(open_master(typed(build(bewilligungen(2)), ("Bestand", header, 2, value))))


@pytest.mark.parametrize("ags", ["08111", "08111000", "081115001"])
def test_official_keys_of_all_three_lengths_are_fine(ags: str) -> None:
    assert read_bestand(open_master(typed(build(bewilligungen(1)), ("Bestand", "AGS", 1, ags))))[0][0].ags == ags


def test_a_bestand_without_its_table_is_a_clear_message() -> None:
    book = opened(build(bewilligungen(1)))
    del book["Bestand"].tables["tbl_bestand"]
    with pytest.raises(PikError, match=r"Auf Blatt „Bestand“ fehlt die Tabelle.*Strg\+Z.*Sicherung"):
        read_bestand(open_master(saved(book)))


def test_a_file_that_is_no_workbook_is_a_clear_message() -> None:
    with pytest.raises(PikError, match=r"Die Master-Arbeitsmappe PiK-Master\.xlsm lässt sich nicht lesen"):
        read_bestand(open_master(b"nichts"))
