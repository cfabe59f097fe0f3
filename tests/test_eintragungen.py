"""What staff typed in the master's columns: four eyes, reasons, days."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from factories import antrag, bewilligung
from masters import bewilligungen, build, typed

from pik_xl import jobs
from pik_xl.checks import check_eintragungen
from pik_xl.checks.registry import Lage
from pik_xl.columns import antraege_spec, stellen_spec
from pik_xl.master_read import read_eintragungen
from pik_xl.model import Schwere, Sendung, Stand
from pik_xl.vorgang import vorgaenge

LAGE: Lage = jobs.lage_am(date(2020, 5, 4), [bewilligung()])


def codes(*entries: tuple[str, object], sheet: str = "Anträge") -> list[str]:
    data = typed(build(bewilligungen(1)), *((sheet, header, 1, value) for header, value in entries))
    spec = antraege_spec(()) if sheet == "Anträge" else stellen_spec(())
    return [f.code for f in check_eintragungen(read_eintragungen(data, spec), "PiK-Master.xlsm", LAGE)]


BEARBEITET, VON, AM = "Bearbeitet von", "Freigegeben von", "Freigegeben am"


@pytest.mark.parametrize(("entries", "found"), [
    ([(BEARBEITET, "Kurz"), (VON, "Lang"), (AM, date(2020, 5, 4))], []),
    ([(BEARBEITET, "Kurz"), (VON, " kurz "), (AM, date(2020, 5, 4))], ["M01"]),
    ([(BEARBEITET, "Kurz")], []),
    ([(VON, "Lang"), (AM, "04.05.2020")], ["M02"]),
    ([(BEARBEITET, "Kurz"), (VON, "Lang")], ["M03"]),
    ([(BEARBEITET, "Kurz"), (AM, date(2020, 5, 4))], ["M03"]),
    ([(BEARBEITET, "Kurz"), (VON, "Lang"), (AM, "nächste Woche")], ["M04"]),
    ([("Wiedervorlage", "bald")], ["M04"]),
    ([("Wiedervorlage", date(2020, 6, 1)), ("Bemerkung", "anrufen")], []),
])  # fmt: skip
def test_a_release_needs_two_people_and_a_day(entries: list[tuple[str, object]], found: list[str]) -> None:
    assert codes(*entries) == found


@pytest.mark.parametrize(("wort", "grund", "found"), [
    ("abgelehnt", "Träger verzichtet", []),
    ("abgelehnt", "", ["M06"]),
    ("Teilweise", "gekürzt", []),
    ("vielleicht", "offen", ["M05"]),
    ("", "auf Vorrat", []),
])  # fmt: skip
def test_another_decision_needs_a_known_word_and_a_reason(wort: str, grund: str, found: list[str]) -> None:
    entries = [("Entscheidung abweichend", wort), ("Begründung der Abweichung", grund)]
    assert codes(*((h, v) for h, v in entries if v), sheet="Stellen") == found


def test_the_finding_names_sheet_cell_and_both_what_was_found_and_what_to_do() -> None:
    data = typed(build(bewilligungen(1)), ("Anträge", BEARBEITET, 1, "Kurz"), ("Anträge", VON, 1, "Kurz"),
                 ("Anträge", AM, 1, date(2020, 5, 4)))  # fmt: skip
    (f,) = check_eintragungen(read_eintragungen(data, antraege_spec(())), "PiK-Master.xlsm", LAGE)
    assert (f.schwere, f.place.datei, f.place.blatt, f.gefunden) == (
        Schwere.FEHLER, "PiK-Master.xlsm", "Anträge", "Kurz")  # fmt: skip
    assert f.place.zelle and "gilt nicht" in f.meldung and "andere Person" in f.bitte


def test_it_blocks_no_decision_and_shows_in_the_run(tmp_path: Path) -> None:
    folder = jobs.init(tmp_path / "PiK", jobs.datetime(2020, 5, 4), [bewilligung()])
    pruefung = jobs.pruefen_ordner(folder, date(2020, 5, 4))
    sendungen = [Sendung("a.xlsx", date(2020, 3, 1), (antrag(),))]
    pruefung = jobs.Pruefung(pruefung.lage, sendungen, ())
    jobs.konsolidieren(folder, pruefung, jobs.datetime(2020, 5, 4))
    folder.master.write_bytes(typed(folder.master.read_bytes(), ("Anträge", VON, 1, "Kurz")))
    again = jobs.pruefen_ordner(folder, date(2020, 5, 4))
    assert [f.code for f in again.befunde if f.code.startswith("M")] == ["M02", "M03"]
    assert any("Eintragungen im Master berichtigen" in line for line in again.kopf)
    (case,) = vorgaenge(sendungen, again.befunde, again.lage)
    assert case.stand is Stand.ENTSCHIEDEN
