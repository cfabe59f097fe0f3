"""What staff typed in the master's columns: four eyes, reasons, days."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from factories import antrag, bewilligung
from masters import bewilligungen, build, cell, opened, saved, typed

from pik_xl.checks.eintragungen import SUMME_UEBERSCHRIEBEN, abweichende
from pik_xl.checks.runner import findings, tell
from pik_xl.checks.subjects import OfEintragung
from pik_xl.eingang.sendung import Sendung
from pik_xl.jobs import anlegen
from pik_xl.jobs.konsolidieren import konsolidieren
from pik_xl.jobs.lage import lage_of
from pik_xl.jobs.pruefen import pruefen_ordner
from pik_xl.jobs.pruefung import Pruefung, lage_am
from pik_xl.jobs.run import read_master
from pik_xl.master.read.eintragungen import read_eintragungen, read_summen
from pik_xl.master.read.table import Rows, open_master, read_rows
from pik_xl.master.sheets.specs import ANTRAEGE, MIT_SUMMEN, STELLEN
from pik_xl.model import Eintragung, Ergebnis, Finding, Schwere, Stand
from pik_xl.recht.entscheidung import Decision
from pik_xl.recht.lage import Lage
from pik_xl.recht.vorgang import vorgaenge

LAGE: Lage = lage_am(date(2020, 5, 4), [bewilligung()])


def told(rows: Iterable[Eintragung], lage: Lage = LAGE) -> list[Finding]:
    return [finding for row in rows for finding in findings(OfEintragung(lage, "PiK-Master.xlsm", row))]


def codes(*entries: tuple[str, object], sheet: str = "Anträge") -> list[str]:
    data = typed(build(bewilligungen(1)), *((sheet, header, 1, value) for header, value in entries))
    rows = Rows.of(open_master(data), ANTRAEGE if sheet == "Anträge" else STELLEN)
    return [f.code for f in told(read_eintragungen(rows))]


BEARBEITET, VON, AM = "Bearbeitet von", "Freigegeben von", "Freigegeben am"


@pytest.mark.parametrize(("entries", "found"), [
    ([(BEARBEITET, "Kurz"), (VON, "Lang"), (AM, date(2020, 5, 4))], []),
    ([(BEARBEITET, "Kurz"), (VON, " kurz "), (AM, date(2020, 5, 4))], ["M01"]),
    ([(BEARBEITET, "Kurz")], []),
    ([(BEARBEITET, "Meyer, Anna"), (VON, "Anna Meyer."), (AM, date(2020, 5, 4))], ["M01"]),
    ([(BEARBEITET, "123"), (VON, "456"), (AM, date(2020, 5, 4))], ["M03", "M03"]),
    ([(BEARBEITET, "Kurz"), (VON, "#NV"), (AM, date(2020, 5, 4))], ["M03"]),
    ([(BEARBEITET, "123")], []),
    ([(VON, "Lang"), (AM, date(2020, 5, 4))], ["M02"]),
    ([(BEARBEITET, "Kurz"), (VON, "Lang"), (AM, "04.05.2020")], ["M04"]),
    ([(BEARBEITET, "Kurz"), (VON, "Lang"), (AM, -5)], ["M04"]),
    ([(BEARBEITET, "Kurz"), (VON, "Lang"), (AM, date(1999, 12, 31))], ["M04"]),
    ([(BEARBEITET, "Kurz"), (VON, "Lang"), (AM, date(2020, 5, 5))], ["M15"]),
    ([(BEARBEITET, "Kurz"), (VON, "Lang"), (AM, date(2020, 2, 1))], []),
    ([(BEARBEITET, "Kurz"), (VON, "Lang"), (AM, date(2020, 1, 31))], ["M16"]),
    ([("Wiedervorlage", "01.06.2020")], []),
    ([(BEARBEITET, "Kurz"), (VON, "Lang")], ["M03"]),
    ([(BEARBEITET, "Kurz"), (AM, date(2020, 5, 4))], ["M03"]),
    ([(BEARBEITET, "Kurz"), (VON, "Lang"), (AM, "nächste Woche")], ["M04"]),
    ([("Wiedervorlage", "bald")], ["M04"]),
    ([("Wiedervorlage", date(2020, 6, 1)), ("Bemerkung", "anrufen")], []),
])  # fmt: skip
def test_a_release_needs_two_people_and_a_day(entries: list[tuple[str, object]], found: list[str]) -> None:
    assert codes(*entries) == found


@pytest.mark.parametrize(("wort", "ende", "grund", "found"), [
    ("abgelehnt", None, "Träger verzichtet", []),
    ("abgelehnt", None, "", ["M06"]),
    ("abgelehnt", date(2021, 12, 31), "Träger verzichtet", ["M08"]),
    ("Teilweise", date(2021, 12, 31), "gekürzt", []),
    ("teilweise", "31.12.2021", "gekürzt", []),
    ("teilweise", None, "gekürzt", ["M08"]),
    ("teilweise", "Jahresende", "gekürzt", ["M08"]),
    ("bewilligt", date(2020, 9, 30), "Härtefall", ["M08"]),
    ("bewilligt", date(2020, 10, 1), "Härtefall", []),
    ("bewilligt", date(2022, 9, 30), "Härtefall", []),
    ("bewilligt", date(2022, 10, 1), "Härtefall", ["M09"]),
    ("bewilligt", date(2030, 9, 30), "Härtefall", ["M09"]),
    ("bewilligt", date(2030, 10, 1), "Härtefall", ["M08", "M09"]),
    ("vielleicht", date(2021, 12, 31), "offen", ["M05"]),
    ("", date(2021, 12, 31), "", ["M08"]),
    ("", None, "auf Vorrat", []),
])  # fmt: skip
def test_another_decision_needs_a_known_word_an_end_that_can_be_and_a_reason(
    wort: str, ende: object, grund: str, found: list[str]
) -> None:
    entries = [("Entscheidung abweichend", wort), ("Neues Ende abweichend", ende), ("Begründung der Abweichung", grund)]
    post = replace(bewilligungen(1)[0], beginn=date(2017, 10, 1), bewilligt_bis=date(2020, 9, 30))
    data = typed(build([post]), *(("Stellen", header, 1, value) for header, value in entries if value))
    eintragungen = list(read_eintragungen(Rows.of(open_master(data), STELLEN)))
    lage = lage_am(date(2020, 5, 4), [post])
    assert [f.code for f in told(eintragungen, lage)] == found
    applied = abweichende(eintragungen, lage)
    assert set(applied) == ({(post.stelle, post.ags)} if wort and found in ([], ["M09"]) else set())


def test_a_decision_of_staff_is_reckoned_named_and_stays_until_they_take_it_back(tmp_path: Path) -> None:
    tag, stand = date(2020, 5, 4), datetime(2020, 5, 4)
    folder = anlegen.init(tmp_path / "PiK", stand, [bewilligung()])
    sendungen = [Sendung("a.xlsx", date(2020, 3, 1), (antrag(),))]

    def run() -> tuple[Decision, dict[str, object]]:
        master = read_master(folder)
        pruefung = Pruefung(lage_of(master, tag), sendungen, (), master)
        konsolidieren(folder, pruefung, stand)
        (row,) = read_rows(open_master(folder.master.read_bytes()), STELLEN)
        return pruefung.vorgaenge[0].decisions[0], dict(row)

    def enter(**entries: object) -> None:
        cells = [("Stellen", header, 1, value) for header, value in entries.items()]
        folder.master.write_bytes(typed(folder.master.read_bytes(), *cells))

    rules, _ = run()
    assert (rules.ergebnis, rules.neues_ende) == (Ergebnis.BEWILLIGT, date(2022, 9, 30))
    grund = {"Begründung der Abweichung": "Die Stelle fällt Ende 2021 weg."}
    enter(**{"Entscheidung abweichend": "teilweise", "Neues Ende abweichend": date(2021, 12, 31), **grund})
    decision, row = run()
    assert (row["ergebnis"], row["neues_ende"], row["summe"]) == ("teilweise", date(2021, 12, 31), Decimal(40_000))
    assert (row["betrag_2020"], row["betrag_2021"]) == (Decimal(8_000), Decimal(32_000))
    assert row["begruendung"] == "Die Stelle fällt Ende 2021 weg." == row["begruendung_abweichung"]
    assert "Nach den Regeln: bewilligt bis 30.09.2022." in str(row["rechenweg"])
    assert decision.trace[-1] == "Summe: 40.000,00\N{NO-BREAK SPACE}€."
    assert "Abweichende Entscheidung der Bewilligungsstelle" in str(row["quellen"])
    enter(**{"Entscheidung abweichend": "abgelehnt", "Neues Ende abweichend": None})
    decision, row = run()
    assert (row["ergebnis"], row.get("neues_ende"), row["summe"]) == ("abgelehnt", None, 0)
    assert decision.gruende == ("Die Stelle fällt Ende 2021 weg.",)
    enter(**{"Entscheidung abweichend": None, "Begründung der Abweichung": None})
    assert run()[0] == rules


@pytest.mark.parametrize(("day", "shown", "bitte"), [
    (5, "„05.01.1900“", "wie 15.03.2020 eintragen"),
    (43955.5, "„04.05.2020 12:00“", "wie 15.03.2020 und ohne Uhrzeit eintragen"),
])  # fmt: skip
def test_a_day_that_is_none_is_told_as_people_see_it(day: float, shown: str, bitte: str) -> None:
    data = typed(build(bewilligungen(1)), ("Anträge", BEARBEITET, 1, "Kurz"), ("Anträge", VON, 1, "Lang"),
                 ("Anträge", AM, 1, day))  # fmt: skip
    rows = Rows.of(open_master(data), ANTRAEGE)
    (f,) = told(read_eintragungen(rows))
    assert f.code == "M04" and shown in f.meldung and bitte in f.bitte


def test_the_finding_names_sheet_cell_and_both_what_was_found_and_what_to_do() -> None:
    data = typed(build(bewilligungen(1)), ("Anträge", BEARBEITET, 1, "Kurz"), ("Anträge", VON, 1, "Kurz"),
                 ("Anträge", AM, 1, date(2020, 5, 4)))  # fmt: skip
    rows = Rows.of(open_master(data), ANTRAEGE)
    (f,) = told(read_eintragungen(rows))
    assert (f.schwere, f.place.datei, f.place.blatt, f.gefunden) == (
        Schwere.FEHLER, "PiK-Master.xlsm", "Anträge", "Kurz")  # fmt: skip
    assert f.place.zelle and "gilt nicht" in f.meldung and "andere Person" in f.bitte


def test_another_decision_on_a_post_nobody_applied_for_is_told_to_have_no_effect(tmp_path: Path) -> None:
    tag = date(2020, 5, 4)
    folder = anlegen.init(tmp_path / "PiK", datetime(2020, 5, 4), [bewilligung()])
    (data,) = (form.read_bytes() for form in anlegen.formulare(folder, read_master(folder), tag))

    def found(verlaengern: str) -> tuple[list[str], Pruefung]:
        form = opened(data)
        cell(form, "Stellen", "Verlängern?").value = verlaengern
        (folder.eingang / "Antrag.xlsx").write_bytes(saved(form))
        pruefung = pruefen_ordner(folder, read_master(folder), tag)
        return [f.code for f in pruefung.befunde if f.code.startswith("M")], pruefung

    _, pruefung = found("ja")
    konsolidieren(folder, pruefung, datetime(2020, 5, 4))
    entries = {"Entscheidung abweichend": "bewilligt", "Neues Ende abweichend": date(2022, 9, 30),
               "Begründung der Abweichung": "Härtefall"}  # fmt: skip
    cells = [("Stellen", header, 1, value) for header, value in entries.items()]
    folder.master.write_bytes(typed(folder.master.read_bytes(), *cells))
    codes, pruefung = found("ja")  # the form is not filled in yet, so the application waits
    assert codes == ["M17"] and [v.stand for v in pruefung.vorgaenge] == [Stand.RUECKFRAGE]
    (f,) = (f for f in pruefung.befunde if f.code == "M17")
    assert f.schwere is Schwere.HINWEIS and f.gefunden == "bewilligt" and "wirkt noch nicht" in f.meldung
    codes, pruefung = found("nein")
    assert codes == ["M11"]
    (f,) = (f for f in pruefung.befunde if f.code == "M11")
    assert (f.place.datei, f.place.blatt, f.gefunden) == ("PiK-Master.xlsm", "Stellen", "bewilligt")
    assert f.place.zelle and "wirkt nicht" in f.meldung and "keine Verlängerung beantragt" in f.meldung


def test_a_sum_somebody_typed_over_is_told_with_the_formula_that_stood_there() -> None:
    specs = MIT_SUMMEN
    book = opened(build(bewilligungen(2)))
    assert list(read_summen(open_master(saved(book)), specs)) == []
    places = [("Anträge", "Summe", -1), ("Stellen", "Betrag 2021", -1), ("Kreise", "Summe", 1),
              ("Bescheide", "Summe", -1), ("Haushalt", "Ansatz", 1)]  # fmt: skip
    zellen = []
    for sheet, header, below in places:
        first = cell(book, sheet, header)
        ref = next(iter(book[sheet].tables.values())).ref
        row = first.row - 2 if below < 0 else int(re.sub(r".*\D", "", ref))
        spot = book[sheet].cell(row, first.column)
        assert str(spot.value).startswith("=SUBTOTAL")
        spot.value = 17
        zellen.append((sheet, spot.coordinate))
    summen = read_summen(open_master(saved(book)), specs)
    found = [tell(SUMME_UEBERSCHRIEBEN, OfEintragung(LAGE, "PiK-Master.xlsm", summe), "summe") for summe in summen]
    assert [(f.place.blatt, f.place.zelle) for f in found] == zellen
    assert {(f.code, f.gefunden) for f in found} == {("M18", "17")}
    assert found[0].bitte.endswith("=TEILERGEBNIS(109;tbl_antraege[Summe])")


def test_it_blocks_no_decision_and_shows_in_the_run(tmp_path: Path) -> None:
    folder = anlegen.init(tmp_path / "PiK", datetime(2020, 5, 4), [bewilligung()])
    pruefung = pruefen_ordner(folder, read_master(folder), date(2020, 5, 4))
    sendungen = [Sendung("a.xlsx", date(2020, 3, 1), (antrag(),))]
    pruefung = Pruefung(pruefung.lage, sendungen, (), pruefung.snapshot)
    konsolidieren(folder, pruefung, datetime(2020, 5, 4))
    folder.master.write_bytes(typed(folder.master.read_bytes(), ("Anträge", VON, 1, "Kurz")))
    again = pruefen_ordner(folder, read_master(folder), date(2020, 5, 4))
    assert [f.code for f in again.befunde if f.code.startswith("M")] == ["M02", "M03"]
    assert any("Eintragungen im Master berichtigen" in line for line in again.kopf)
    (case,) = vorgaenge([a for s in sendungen for a in s.antraege], again.befunde, again.lage)
    assert case.stand is Stand.ENTSCHIEDEN
