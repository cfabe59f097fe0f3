"""The sheets on the office itself: who is responsible for which Kreis, and which settings hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from factories import abweichung, antrag, bewilligung
from masters import cell, opened, typed

from pik_xl.jobs import anlegen
from pik_xl.jobs.konsolidieren import konsolidieren
from pik_xl.jobs.lage import lage_of
from pik_xl.jobs.pruefen import pruefen_ordner
from pik_xl.jobs.pruefung import lage_am
from pik_xl.jobs.run import read_master
from pik_xl.master.sheets.columns import Owner
from pik_xl.master.sheets.office import (
    ansprechpartner_table,
    ausstehend_table,
    bestand_table,
    einstellungen_table,
    regelwerk_table,
)
from pik_xl.master.sheets.office_specs import BESTAND
from pik_xl.model import Ansprechpartner, Bewilligung
from pik_xl.recht.einstellungen import EINSTELLBAR, Einstellungen
from pik_xl.recht.rules import shipped_rulebook
from pik_xl.recht.vorgang import vorgaenge
from pik_xl.register import load_register
from pik_xl.schreiben import inhalt

TAG, STAND = date(2020, 5, 4), datetime(2020, 5, 4, 12)


def test_every_kreis_has_a_row_to_be_filled_in() -> None:
    rows = ansprechpartner_table(load_register().kreise, {"08115": Ansprechpartner("08115", "Frau Kurz")}).rows
    assert len(rows) == 44
    assert [row["name"] for row in rows if row["kreis"] == "08115"] == ["Frau Kurz"]


def test_the_person_responsible_for_the_kreis_is_named_in_letters_and_on_the_sheet_kreise(tmp_path: Path) -> None:
    folder = anlegen.init(tmp_path / "PiK", STAND, [bewilligung()])
    number = 1 + [k.ags for k in load_register().kreise.values()].index("08115")
    data = typed(folder.master.read_bytes(), ("Ansprechpartner", "Name", number, "Frau Kurz"),
                 ("Ansprechpartner", "Durchwahl", number, "09342 000-17"))  # fmt: skip
    folder.master.write_bytes(data)
    lage = lage_of(read_master(folder), TAG)
    assert lage.ansprechpartner == {"08115": Ansprechpartner("08115", "Frau Kurz", "09342 000-17")}
    (case,) = vorgaenge([antrag()], (), lage)
    behoerde = inhalt.verlaengerung(case, lage)["behoerde"]
    assert isinstance(behoerde, dict)
    assert (behoerde["bearbeitung"], behoerde["durchwahl"]) == ("Frau Kurz", "09342 000-17")
    assert behoerde["email"] == lage.einstellungen.behoerde["email"]
    elsewhere = inhalt.verlaengerung(case, replace(lage, ansprechpartner={}))
    assert elsewhere["behoerde"] == lage.einstellungen.behoerde
    konsolidieren(folder, pruefen_ordner(folder, read_master(folder), TAG), STAND)
    book = opened(folder.master.read_bytes(), data_only=True)
    assert cell(book, "Kreise", "Ansprechpartner", number).value == "Frau Kurz"
    assert cell(book, "Ansprechpartner", "Name", number).value == "Frau Kurz"


def test_who_has_posts_and_has_not_applied_is_listed_until_the_application_is_there() -> None:
    bestand = [bewilligung(), bewilligung(stelle="x-1", ags="08111", kreis="08111", bewilligt_bis=date(2021, 1, 31)),
               bewilligung(stelle="x-2", ags="08111", kreis="08111")]  # fmt: skip
    kreise = load_register().kreise
    rows = ausstehend_table([], bestand, kreise).rows
    assert [(row["ags"], row["stellen"], row["vzae"], row["endet"]) for row in rows] == [
        ("08111", 2, Decimal("1.00"), date(2020, 9, 30)),
        ("08115028", 1, Decimal("0.50"), date(2020, 9, 30)),
    ]
    cases = vorgaenge([antrag()], (), lage_am(TAG, bestand))
    assert [row["ags"] for row in ausstehend_table(cases, bestand, kreise).rows] == ["08111"]


def test_every_setting_shows_what_is_set_and_what_holds() -> None:
    rows = einstellungen_table(Einstellungen({"entscheidungstag": TAG, "name": "Amt"})).rows
    shown = {str(row["einstellung"]): (row["wert"], row["gilt"]) for row in rows}
    assert len(shown) == len(rows) == len(EINSTELLBAR)
    assert shown["Entscheidungstag"] == ("04.05.2020", "04.05.2020") and shown["Name"] == ("Amt", "Amt")
    assert shown["Rechtsstand"] == ("", "wie der Entscheidungstag") and shown["Antwortfrist in Tagen"] == ("", "21")
    assert all(row["gilt"] and row["hilfe"] for row in rows)


def test_every_rule_shows_with_where_it_comes_from_and_deviations_in_its_place() -> None:
    anders = abweichung("digital_hoechstbetrag", Decimal(55_000), quelle="VwV Digital")
    rules = shipped_rulebook().abweichend([anders])
    table = regelwerk_table(lage_am(TAG, rules=rules))
    by_name = {row["regel"]: row for row in table.rows}
    assert len(by_name) == len(table.rows) == len(rules.rules)
    cap = by_name["Digital: Höchstbetrag"]
    assert "55.000" in str(cap["gilt"]) and cap["quelle"] == "VwV Digital [Abweichung, E. Muster, 01.05.2020]"
    assert any(row["grundlage"] == "Festlegung" for row in table.rows) and rules.pruefsumme in table.kopf[0]


def test_the_record_of_runs_says_who_and_how_long(tmp_path: Path) -> None:
    folder = anlegen.init(tmp_path / "PiK", STAND, [bewilligung()])
    konsolidieren(folder, pruefen_ordner(folder, read_master(folder), TAG), STAND, "Alles", "kurz", 1.234)
    book = opened(folder.master.read_bytes(), data_only=True)
    assert [cell(book, "Protokoll", h).value for h in ("Was", "Wer", "Sekunden")] == ["Alles", "kurz", 1.23]
    assert cell(book, "Protokoll", "Was", 2).value == "Arbeitsordner angelegt"


def test_the_bestand_shows_every_field_of_an_approved_post() -> None:
    table = bestand_table([bewilligung()])
    assert {c.name for c in BESTAND.columns} == set(Bewilligung.__slots__)
    assert all(c.owner is Owner.STAFF for c in BESTAND.columns)
    assert table.rows[0]["beginn"] == date(2017, 10, 1)
