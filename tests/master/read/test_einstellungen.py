"""What the office sets in its master: read from the sheets, and every cell that cannot be used told."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from masters import build, opened, saved, typed

from pik_xl.errors import PikError
from pik_xl.jobs import anlegen
from pik_xl.jobs.konsolidieren import konsolidieren
from pik_xl.jobs.pruefen import pruefen_ordner
from pik_xl.jobs.run import read_master
from pik_xl.master.read.einstellungen import read_abweichungen, read_ansprechpartner, read_einstellungen
from pik_xl.master.read.table import open_master
from pik_xl.recht.einstellungen import EINSTELLBAR, Einstellungen
from pik_xl.recht.rules import shipped_rulebook
from pik_xl.workfolder import Workfolder

RULES = shipped_rulebook()
ROW = {e.name: number for number, e in enumerate(EINSTELLBAR, 1)}
GANZ = {"Regel": "Höchstdauer der Förderung", "Wert": "48", "Gilt ab": date(2020, 1, 1), "Quelle": "Erlass",
        "Gesetzt von": "Erika Muster", "Gesetzt am": "04.05.2020"}  # fmt: skip


def with_settings(**values: object) -> bytes:
    return typed(build(), *(("Einstellungen", "Wert", ROW[name], value) for name, value in values.items()))


def with_deviations(*rows: dict[str, object]) -> bytes:
    entries = [("Abweichungen", header, n, value) for n, row in enumerate(rows, 1) for header, value in row.items()]
    return typed(build(), *entries)


def test_where_nothing_is_set_what_is_given_beforehand_holds() -> None:
    settings = read_einstellungen(open_master(build()))
    assert settings == Einstellungen()
    assert (settings.entscheidungstag, settings.rechtsstand, settings.antwortfrist_tage) == (None, None, 21)
    assert settings.behoerde["name"] == "Regierungspräsidium Stuttgart" and settings.behoerde["zeichnet"] == ""


@pytest.mark.parametrize("tag", ["04.05.2020", "2020-05-04", date(2020, 5, 4)])
def test_days_and_numbers_are_read_however_they_were_typed(tag: object) -> None:
    data = with_settings(entscheidungstag=tag, rechtsstand="11.11.2020", antwortfrist_tage="14", zeichnet="Max Muster")
    settings = read_einstellungen(open_master(data))
    assert (settings.entscheidungstag, settings.rechtsstand) == (date(2020, 5, 4), date(2020, 11, 11))
    assert settings.antwortfrist_tage == 14 and settings.behoerde["zeichnet"] == "Max Muster"


@pytest.mark.parametrize(("frist", "fine"), [("0", False), ("1", True), ("365", True), ("366", False), ("14,5", False)])
def test_a_time_limit_is_a_whole_number_of_days_up_to_a_year(frist: str, fine: bool) -> None:
    book = open_master(with_settings(antwortfrist_tage=frist))
    if fine:
        assert read_einstellungen(book).antwortfrist_tage == int(frist)
        return
    with pytest.raises(PikError, match="von 1 bis 365"):
        read_einstellungen(book)


@pytest.mark.parametrize("typed_in", ["pik@rps.bwl.de", " pik@rps.bwl.de ", "pik@ämter.bwl.de"])
def test_the_address_mails_come_from_is_one_address(typed_in: str) -> None:
    assert read_einstellungen(open_master(with_settings(email=typed_in))).behoerde["email"] == typed_in.strip()


@pytest.mark.parametrize(
    ("typed_in", "said"),
    [("Poststelle", "es fehlt das @"), ("a@b.de; c@d.de", "genau eine Adresse"), ("PiK <a@b.de>", "ein Name und"),
     ("=?utf-8?q?x=40y.de=2Cz?=@rps.bwl.de", "„=?“")],
)  # fmt: skip
def test_an_address_of_the_office_that_is_none_is_told_with_its_cell(typed_in: str, said: str) -> None:
    with pytest.raises(PikError) as error:
        read_einstellungen(open_master(with_settings(email=typed_in, entscheidungstag="Mai")))
    day, address = str(error.value).splitlines()[1:]
    assert "„Mai“" in day
    assert f"Blatt „Einstellungen“, Zelle C{4 + ROW['email']}, Spalte „Wert“: gefunden „{typed_in}“." in address
    assert said in address and "Bitte genau eine wie" in address
    data = typed(build(), ("Ansprechpartner", "E-Mail", 1, "kurz@rps.bwl.de"),
                 ("Ansprechpartner", "E-Mail", 2, typed_in), ("Ansprechpartner", "E-Mail", 44, "Zimmer 5"))  # fmt: skip
    with pytest.raises(PikError) as error:
        read_ansprechpartner(open_master(data))
    first, second, last = str(error.value).splitlines()
    assert "Ansprechpartner" in first and "lassen sich so nicht verwenden" in first
    assert "Blatt „Ansprechpartner“, Zelle E" in second and said in second and typed_in in second
    assert "„Zimmer 5“" in last


def test_every_cell_that_cannot_be_used_is_named_at_once() -> None:
    with pytest.raises(PikError) as error:
        read_einstellungen(open_master(with_settings(entscheidungstag="Mai", antwortfrist_tage="bald")))
    first, *lines = str(error.value).splitlines()
    assert "lassen sich so nicht verwenden" in first and len(lines) == 2
    assert "Blatt „Einstellungen“, Zelle C" in lines[0] and "Spalte „Wert“" in lines[0]
    assert "„Mai“" in lines[0] and "Datum wie" in lines[0]


@pytest.mark.parametrize(("wert", "shown"), [
    (datetime(2021, 9, 1, 13, 30), "01.09.2021 13:30"), (True, "WAHR"), (False, "FALSCH"), (-0.5, "-0,5"),
])  # fmt: skip
def test_what_was_found_is_told_as_people_see_it(wert: object, shown: str) -> None:
    with pytest.raises(PikError, match=f"gefunden „{shown}“"):
        read_einstellungen(open_master(with_settings(entscheidungstag=wert)))
    with pytest.raises(PikError, match=f"Spalte „Gilt ab“: gefunden „{shown}“"):
        read_abweichungen(open_master(with_deviations(GANZ | {"Gilt ab": wert})), RULES)


@pytest.mark.parametrize(("regel", "wert", "value"), [
    ("Höchstdauer der Förderung", "48", 48),
    ("hoechstdauer", "48", 48),
    ("Digital: Höchstbetrag", "55.000,00 €", Decimal(55_000)),
    ("Kleinster Stellenanteil", "0,5", Decimal("0.5")),
    ("Antragsfrist", "30.06.2020", date(2020, 6, 30)),
    ("Stichtag der Besetzung", "Heute", "heute"),
    ("Stichtag der Besetzung", "31.12.2019", date(2019, 12, 31)),
    ("Nachbesetzung mit anderer Qualifikation", "nach qualifikation", "nach Qualifikation"),
])  # fmt: skip
def test_a_value_is_read_as_its_rule_wants_it(regel: str, wert: str, value: object) -> None:
    (found,) = read_abweichungen(open_master(with_deviations(GANZ | {"Regel": regel, "Wert": wert})), RULES)
    assert found.wert == value and (found.ab, found.wann) == (date(2020, 1, 1), date(2020, 5, 4))
    step = RULES.abweichend([found])[found.regel].on(date(2020, 5, 4))
    assert step.value == value and step.zitat == "Erlass [Abweichung, Erika Muster, 04.05.2020]"


@pytest.mark.parametrize(("change", "cell", "bitte"), [
    ({"Regel": "Höchstdauer"}, "A", "Bitte eine dieser Regeln nennen: "),
    ({"Regel": None}, "A", "Bitte „Regel“ ausfüllen"),
    ({"Wert": "viel"}, "B", "Bitte eine ganze Zahl eintragen"),
    ({"Wert": None}, "B", "Bitte „Wert“ ausfüllen"),
    ({"Gilt ab": "2020"}, "C", "Bitte ein Datum wie"),
    ({"Gilt ab": "01.01.0020"}, "C", "Bitte ein Datum wie"),
    ({"Quelle": None}, "D", "Bitte „Quelle“ ausfüllen"),
    ({"Gesetzt von": None}, "E", "Bitte „Gesetzt von“ ausfüllen"),
    ({"Gesetzt am": "gestern"}, "F", "Bitte ein Datum wie"),
])  # fmt: skip
def test_a_deviation_is_whole_or_told_with_its_cell(change: dict[str, object], cell: str, bitte: str) -> None:
    with pytest.raises(PikError) as error:
        read_abweichungen(open_master(with_deviations(GANZ, GANZ | change)), RULES)
    (line,) = str(error.value).splitlines()[1:]
    assert f"Blatt „Abweichungen“, Zelle {cell}" in line and bitte in line


@pytest.mark.parametrize(("regel", "wert", "fine", "moeglich"), [
    ("hoechstdauer", 0, False, "1 bis 120 Monate"),
    ("hoechstdauer", 120, True, ""),
    ("hoechstdauer", 121, False, "1 bis 120 Monate"),
    ("hoechstdauer", 1e15, False, "1 bis 120 Monate"),
    ("schritt", 0, True, ""),
    ("schritt", -12, False, "0 bis 120 Monate"),
    ("jahresbetrag_hochschule", 0, False, "1,00 bis 999.999,99 EUR je VZÄ und Jahr"),
    ("jahresbetrag_hochschule", 999_999.99, True, ""),
    ("jahresbetrag_hochschule", 1e6, False, "1,00 bis 999.999,99 EUR je VZÄ und Jahr"),
    ("jahresbetrag_hochschule", -64_000, False, "1,00 bis 999.999,99 EUR je VZÄ und Jahr"),
    ("ansatz", 0, True, ""),
    ("ansatz", 1e15, False, "0,00 bis 10.000.000.000,00 EUR je Haushaltsjahr"),
    ("digital_satz", 0, False, "1 bis 100 Prozent"),
    ("mindestanteil", 0, False, "0,01 bis 10,00 VZÄ"),
    ("antragsfrist", "30.06.0020", False, "01.01.2000 bis 31.12.2100"),
])  # fmt: skip
def test_a_value_no_office_can_mean_is_told_with_what_its_rule_can_be(
    regel: str, wert: object, fine: bool, moeglich: str
) -> None:
    book = open_master(with_deviations(GANZ | {"Regel": regel, "Wert": wert}))
    if fine:
        assert len(read_abweichungen(book, RULES)) == 1
        return
    with pytest.raises(PikError) as error:
        read_abweichungen(book, RULES)
    (line,) = str(error.value).splitlines()[1:]
    assert "Blatt „Abweichungen“, Zelle B5, Spalte „Wert“" in line
    assert line.endswith(f"Für „{RULES[regel].name}“ möglich: {moeglich}.")
    assert ("Betrag" in line) == (RULES[regel].unit.startswith("EUR"))


def test_a_note_below_the_deviations_is_left_alone_and_one_that_touches_them_is_told_in_a_sentence() -> None:
    def with_note(row: int) -> bytes:
        book = opened(with_deviations(GANZ))
        book["Abweichungen"].cell(row, 1).value = "siehe Akte"
        return saved(book)

    assert len(read_abweichungen(open_master(with_note(45)), RULES)) == 1
    with pytest.raises(PikError) as error:
        read_abweichungen(open_master(with_note(6)), RULES)
    (line,) = str(error.value).splitlines()[1:]
    assert "Hier steht nur „siehe Akte“" in line and "neben die Tabelle" in line


def told(folder: Workfolder, tag: date, rechtsstand: date | None = None) -> list[tuple[str, str, str, str]]:
    """Code, sheet, cell and what was found of the findings on what the office has set."""
    befunde = pruefen_ordner(folder, read_master(folder), tag, rechtsstand=rechtsstand).befunde
    return [(f.code, f.place.blatt, f.place.zelle, f.gefunden) for f in befunde if f.code[0] == "M"]


@pytest.mark.parametrize(("change", "found"), [
    ({}, []),
    ({"Gilt ab": "05.05.2020"}, [("M12", "Abweichungen", "C5", "05.05.2020")]),
    ({"Gesetzt am": date(2020, 5, 5)}, [("M12", "Abweichungen", "F5", "05.05.2020")]),
    ({"Regel": "ansatz", "Wert": "70000000", "Gilt ab": "01.01.2022"}, []),
])  # fmt: skip
def test_a_deviation_that_does_not_hold_yet_is_told(
    change: dict[str, object], found: list[tuple[str, str, str, str]], tmp_path: Path
) -> None:
    folder = anlegen.init(tmp_path / "PiK", datetime(2020, 5, 4))
    cells = [("Abweichungen", header, 1, value) for header, value in (GANZ | change).items()]
    folder.master.write_bytes(typed(folder.master.read_bytes(), *cells))
    assert told(folder, date(2020, 5, 4)) == found
    assert told(folder, date(2020, 5, 5)) == []


def test_a_rechtsstand_that_is_not_the_day_of_decision_is_told(tmp_path: Path) -> None:
    folder = anlegen.init(tmp_path / "PiK", datetime(2020, 5, 4))
    leer = folder.master.read_bytes()
    folder.master.write_bytes(typed(leer, ("Einstellungen", "Wert", ROW["rechtsstand"], "11.11.2020")))
    cell = f"C{4 + ROW['rechtsstand']}"
    assert told(folder, date(2020, 5, 4)) == [("M14", "Einstellungen", cell, "11.11.2020")]
    assert told(folder, date(2020, 11, 11)) == []
    assert told(folder, date(2020, 11, 12)) == [("M13", "Einstellungen", cell, "11.11.2020")]
    assert told(folder, date(2020, 11, 12), date(2020, 11, 30)) == []  # asked for with the command
    folder.master.write_bytes(typed(leer, ("Einstellungen", "Wert", ROW["rechtsstand"], "31.12.2016")))
    with pytest.raises(PikError, match=r"nach dem Rechtsstand 31\.12\.2016 .* Rechtsstand ab dem 01\.01\.2017"):
        pruefen_ordner(folder, read_master(folder), date(2020, 5, 4))


def test_settings_decide_and_stay_through_runs(tmp_path: Path) -> None:
    folder = anlegen.init(tmp_path / "PiK", datetime(2020, 5, 4))
    cells = [("Einstellungen", "Wert", ROW["antwortfrist_tage"], "14"),
             *(("Abweichungen", header, 1, value) for header, value in GANZ.items())]  # fmt: skip
    folder.master.write_bytes(typed(folder.master.read_bytes(), *cells))
    for _ in range(2):
        pruefung = pruefen_ordner(folder, read_master(folder), date(2020, 5, 4))
        assert pruefung.lage.einstellungen.antwortfrist_tage == 14 and pruefung.lage.stand.hoechstdauer.value == 48
        konsolidieren(folder, pruefung, datetime(2020, 5, 4))
    book = opened(folder.master.read_bytes(), data_only=True)
    shown = {row[1]: row[2:4] for row in book["Einstellungen"].iter_rows(min_row=5, values_only=True)}
    assert shown["Antwortfrist in Tagen"] == ("14", "14")
    rules = {row[0]: row for row in book["Regelwerk"].iter_rows(min_row=5, values_only=True)}
    assert rules["Höchstdauer der Förderung"][1] == "48 Monate" and "Erika Muster" in str(
        rules["Höchstdauer der Förderung"]
    )
    assert [row[0] for row in book["Abweichungen"].iter_rows(min_row=5, max_row=5, values_only=True)] == [GANZ["Regel"]]
