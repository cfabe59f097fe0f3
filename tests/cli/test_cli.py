"""The commands as people and programs use them: words, exit codes, JSON."""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from email import message_from_bytes, policy
from pathlib import Path
from random import Random

import nasty
import openpyxl
import pytest
from commands import Pik
from masters import typed
from registry_double import EXCEL, FakeRegistry
from samples import sampled

import pik_xl
from pik_xl.checks.catalogue import CATALOGUE
from pik_xl.cli import console, main, verfahren
from pik_xl.demo import invent as demo
from pik_xl.demo.folder import invented_folder
from pik_xl.errors import PikError
from pik_xl.excel import setup
from pik_xl.jobs import anlegen
from pik_xl.jobs import arguments as eingabe
from pik_xl.jobs.konsolidieren import konsolidieren
from pik_xl.jobs.pruefen import pruefen_ordner
from pik_xl.jobs.pruefung import lage_am
from pik_xl.jobs.run import read_master
from pik_xl.master.draw import macros
from pik_xl.master.update import file as master
from pik_xl.recht.einstellungen import Einstellungen
from pik_xl.recht.rules import shipped_rulebook
from pik_xl.register import load_register
from pik_xl.schreiben.einzelform import form_templates
from pik_xl.workfolder import Workfolder

TAG = date(2020, 5, 4)
RECHNEN = ("rechnen", "--beginn", "2017-10-01", "--bewilligt-bis", "2020-09-30", "--vzae", "0.5",
           "--qualifikation", "hochschule", "--am", "2020-05-04")  # fmt: skip


@pytest.fixture(scope="module")
def land(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demo folder; tests that change it take a copy."""
    return invented_folder(tmp_path_factory.mktemp("land") / "demo", 150, 5).path


@pytest.fixture
def folder(land: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(land, tmp_path / "demo"))


def clean(folder: Path) -> Path:
    """A folder of the demo whose in-tray holds good applications only."""
    bad = {
        b.place.datei
        for b in pruefen_ordner(Workfolder(folder), read_master(Workfolder(folder)), TAG).befunde
        if b.schwere == "Fehler"
    }
    for path in list((folder / "Eingang").rglob("*")):
        if path.suffix == ".zip" or str(path.relative_to(folder / "Eingang")).replace("\\", "/") in bad:
            path.unlink()
    return folder


def test_the_demo_ends_with_a_summary_of_everything(pik: Pik, tmp_path: Path) -> None:
    run = pik("demo", tmp_path / "d", "--antraege", 60, "--seed", 4)
    assert run.code == 0 and run.err == ""
    for wanted in ("Anträge in", "Vorgänge:", "Stellen:", "Bewilligt je Haushaltsjahr", "Summe", "Sekunden:",
                   "Lesen und Prüfen", "Konsolidieren", "Schreiben", "Formulare:", "PiK-Master.xlsm"):  # fmt: skip
        assert wanted in run.out, wanted


@pytest.mark.exhaustive
def test_a_folder_step_by_step(pik: Pik, folder: Path) -> None:
    assert pik("formulare", folder).code == 0
    assert list((folder / "Formulare").rglob("*.xlsx"))
    assert "Bitte:" in pik("pruefen", folder).out
    assert "Bewilligt je Haushaltsjahr" in pik("verlaengern", folder).out
    assert "auf dem neuen Stand" in pik("konsolidieren", folder).out
    planned = pik("bescheide", folder, "--vorschau").out
    assert "Entstünde neu" in planned and "Nichts wurde geschrieben" in planned
    assert not list((folder / "Bescheide").iterdir())
    assert "Zuwendungsbescheid (Entwurf):" in pik("bescheide", folder).out
    assert (folder / "Bescheide" / "2020-05-04" / "manifest.json").is_file()
    assert pik("alles", folder).code == 1


def test_init_makes_a_folder_that_every_command_understands(pik: Pik, tmp_path: Path) -> None:
    assert pik("init", tmp_path / "neu").code == 0
    for name in (
        "Eingang",
        "Formulare",
        "Rueckfragen",
        "Bescheide",
        "Kreise",
        "Vorlagen",
        "Protokoll",
        "PiK-Master.xlsm",
    ):
        assert (tmp_path / "neu" / name).exists(), name
    assert pik("alles", tmp_path / "neu").code == 0


def test_exit_code_0_without_fehler_and_1_with(pik: Pik, folder: Path) -> None:
    assert pik("pruefen", folder).code == 1
    assert pik("pruefen", clean(folder)).code == 0
    (folder / "Eingang" / "Brief.xlsx").write_bytes(b"%PDF-1.7")
    assert pik("pruefen", folder).code == 1


def test_pruefen_takes_single_files_too(pik: Pik, folder: Path) -> None:
    clean(folder)
    files = sorted((folder / "Eingang").rglob("Antrag_*.xlsx"))[:2]
    run = pik("pruefen", *files, "--json")
    assert json.loads(run.out)["dateien"] == 2


def test_the_json_of_pruefen_names_every_finding(pik: Pik, folder: Path) -> None:
    run = pik("pruefen", folder, "--json")
    result = json.loads(run.out)
    assert run.code == 1 and run.err == ""
    assert result["dateien"] > 100 and result["antraege"] > 100
    keys = {"code", "schwere", "datei", "blatt", "zelle", "feld", "gefunden", "meldung", "bitte", "quelle"}
    assert all(keys <= set(befund) for befund in result["befunde"])
    for befund in result["befunde"]:
        assert befund["meldung"] and befund["bitte"] and befund["quelle"]
        assert befund["datei"] or (befund["code"].startswith("K") and befund["kreis"])


def test_the_report_is_a_workbook_of_all_findings(
    pik: Pik, folder: Path, ooxml_errors: Callable[[Path], Sequence[object]]
) -> None:
    path = folder / "Bericht.xlsx"
    run = pik("pruefen", folder, "--bericht", path)
    assert run.code == 1 and "Der Bericht steht in" in run.out
    sheet = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))["Befunde"]
    (table,) = sheet.tables.values()
    header, *rows = sheet[table.ref]
    found = json.loads(pik("pruefen", folder, "--json").out)["befunde"]
    column = [cell.value for cell in header].index("Meldung")
    assert sorted(str(row[column].value) for row in rows) == sorted(b["meldung"] for b in found)
    assert "Bitte:" in str(sheet["A3"].value)
    assert ooxml_errors(path) == []


def test_a_report_never_overwrites_a_file(pik: Pik, folder: Path) -> None:
    (folder / "Bericht.xlsx").write_bytes(b"wichtig")
    run = pik("pruefen", folder, "--bericht", folder / "Bericht.xlsx")
    assert run.code == 2 and "gibt es schon" in run.err
    assert (folder / "Bericht.xlsx").read_bytes() == b"wichtig"
    assert "auf .xlsx enden" in pik("pruefen", folder, "--bericht", folder / "Bericht.pdf").err


@pytest.fixture(scope="module")
def nach_dem_lauf(land: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo folder after a run at half past two on the day of decision; tests that change it take a copy."""
    folder = Workfolder(Path(shutil.copytree(land, tmp_path_factory.mktemp("konsolidiert") / "demo")))
    konsolidieren(folder, pruefen_ordner(folder, read_master(folder), TAG), datetime(2020, 5, 4, 14, 30))
    return folder.path


@pytest.fixture
def konsolidiert(nach_dem_lauf: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(nach_dem_lauf, tmp_path / "demo"))


def test_an_overview_is_written_for_a_kreis_by_key_or_name(pik: Pik, konsolidiert: Path) -> None:
    run = pik("kreis", "08125", konsolidiert)
    path = konsolidiert / "Kreise" / "08125_Landkreis_Heilbronn.xlsx"
    assert (run.code, run.err) == (0, "") and str(path) in run.out
    data = path.read_bytes()
    for name in ("Landkreis Heilbronn", " landkreis  HEILBRONN"):
        path.unlink()
        pik("kreis", name, konsolidiert)
        assert path.read_bytes() == data
    assert {p.name for p in (konsolidiert / "Kreise").iterdir()} == {path.name, path.with_suffix(".docx").name}


def test_the_overviews_are_the_same_when_the_in_tray_is_empty_or_gone(pik: Pik, konsolidiert: Path) -> None:
    def written() -> dict[str, bytes]:
        assert pik("kreis", "alle", konsolidiert).code == 0
        return {path.name: path.read_bytes() for path in (konsolidiert / "Kreise").iterdir()}

    before = written()
    shutil.rmtree(konsolidiert / "Eingang")
    assert written() == before
    (konsolidiert / "Eingang").mkdir()
    assert written() == before and len(before) > 40


def test_before_the_first_consolidation_there_is_nothing_to_show(pik: Pik, folder: Path) -> None:
    run = pik("kreis", "alle", folder)
    assert (run.code, run.out) == (2, "")
    assert "stehen noch keine Anträge" in run.err
    assert run.err.endswith(f"Bitte zuerst: pik-xl konsolidieren {folder}\n")
    assert not list((folder / "Kreise").iterdir())


def test_other_commands_say_that_the_in_tray_is_gone(pik: Pik, konsolidiert: Path) -> None:
    shutil.rmtree(konsolidiert / "Eingang")
    master = (konsolidiert / "PiK-Master.xlsm").read_bytes()
    run = pik("konsolidieren", konsolidiert)
    assert run.code == 2 and "Eingang gibt es nicht" in run.err
    assert (konsolidiert / "PiK-Master.xlsm").read_bytes() == master


def test_alle_writes_every_kreis_that_has_posts_or_applications(pik: Pik, konsolidiert: Path) -> None:
    folder = konsolidiert
    run = pik("kreis", "alle", folder)
    pruefung = pruefen_ordner(Workfolder(folder), read_master(Workfolder(folder)), TAG)
    kreise = {b.kreis for b in pruefung.lage.bewilligungen.values()} | {v.antrag.kreis for v in pruefung.vorgaenge}
    written = {p.name[:5] for p in (folder / "Kreise").glob("*.xlsx")}
    assert written == kreise and f"{len(written)} Übersichten stehen in" in run.out
    assert all(re.fullmatch(r"08\d{3}_[\w-]+\.(xlsx|docx)", p.name) for p in (folder / "Kreise").iterdir())


class Uhr(datetime):
    """A clock that stands still."""

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]  # as the commands call it
        return datetime(2026, 11, 25, 9, 15, 7)


def stand_auf_uebersicht(folder: Path) -> object:
    book = openpyxl.load_workbook(folder / "Kreise" / "08111_Stadt_Stuttgart.xlsx")
    return next(cell.value for cell in book["Übersicht"][2] if str(cell.value).startswith("Stand "))


@pytest.mark.parametrize(("am", "tag"), sampled([((), TAG), (("--am", "30.11.2019"), date(2019, 11, 30))], quick=[1]))
def test_record_backup_and_overview_tell_the_time_of_the_run_whatever_day_is_decided_for(
    pik: Pik, konsolidiert: Path, monkeypatch: pytest.MonkeyPatch, am: tuple[str, ...], tag: date
) -> None:
    pik("kreis", "Stuttgart", konsolidiert)
    assert stand_auf_uebersicht(konsolidiert) == "Stand 04.05.2020, 14:30 Uhr"
    monkeypatch.setattr(verfahren, "datetime", Uhr)
    pik("konsolidieren", konsolidiert, *am)
    pik("kreis", "Stuttgart", konsolidiert)
    assert stand_auf_uebersicht(konsolidiert) == "Stand 25.11.2026, 09:15 Uhr"
    folder = Workfolder(konsolidiert)
    newest = read_master(folder).protokoll[0]
    assert (newest.stempel, newest.entscheidungstag) == ("25.11.2026 09:15", tag)
    assert (folder.sicherungen / "PiK-Master_2026-11-25_091507.xlsm").is_file()


def test_a_kreis_without_posts_and_applications_is_left_out_or_said(pik: Pik, folder: Path) -> None:
    shutil.rmtree(folder / "Eingang")
    (folder / "Eingang").mkdir()
    (folder / "PiK-Master.xlsm").unlink()
    pik("init", folder)
    pik("konsolidieren", folder)
    run = pik("kreis", "08125", folder)
    assert (run.code, run.out) == (2, "")
    assert run.err == "Kreis „08125“: weder bewilligte Stellen im Bestand noch Anträge. Nichts geschrieben.\n"
    assert pik("kreis", "alle", folder).code == 2
    assert list((folder / "Kreise").iterdir()) == []


@pytest.mark.parametrize(
    ("kreis", "sentence"),
    [("Heilbronn", "heißen mehrere: 08121 Stadt Heilbronn, 08125 Landkreis Heilbronn. Bitte den Schlüssel nennen."),
     ("Heilbron", "Meinten Sie 08121 Stadt Heilbronn, 08125 Landkreis Heilbronn?"),
     ("8125", "Meinten Sie 08125 Landkreis Heilbronn?"),
     ("Freiburg", "Meinten Sie 08311 Stadt Freiburg im Breisgau?"),
     ("09162", "nicht. Bitte 5 Ziffern wie 08125 oder den Namen nennen."),
     ("", "nicht. Bitte 5 Ziffern wie 08125 oder den Namen nennen.")],
)  # fmt: skip
def test_an_unknown_kreis_is_a_german_sentence_with_a_suggestion(
    pik: Pik, folder: Path, kreis: str, sentence: str
) -> None:
    run = pik("kreis", kreis, folder)
    assert run.code == 2 and run.err.rstrip().endswith(sentence)
    assert not (folder / "Kreise").exists() or not list((folder / "Kreise").iterdir())


@pytest.mark.parametrize("name", ["Goeppingen", "göppingen", "Landkreis Göppingen", "08117"])
def test_a_kreis_is_known_by_each_of_its_names(name: str) -> None:
    assert eingabe.kreise(name) == ("08117",)
    assert len(eingabe.kreise("Alle")) == 44


def test_the_json_of_rechnen_adds_up(pik: Pik) -> None:
    run = pik(*RECHNEN, "--json")
    result = json.loads(run.out)
    assert run.code == 0
    assert result["ergebnis"] == "bewilligt"
    assert result["neues_ende"] == "2022-09-30"
    assert result["monate"] == 24
    assert result["betraege"] == {"2020": "8000.00", "2021": "32000.00", "2022": "24000.00"}
    assert Decimal(result["summe"]) == sum(map(Decimal, result["betraege"].values()))
    assert result["begruendung"] and result["quellen"]


def test_rechnen_refuses_with_a_reason(pik: Pik) -> None:
    result = json.loads(pik(*RECHNEN, "--stichtag-status", "unbesetzt", "--json").out)
    assert result["ergebnis"] == "abgelehnt" and result["neues_ende"] is None and result["betraege"] == {}
    assert any("weder besetzt noch nachbesetzbar" in satz for satz in result["begruendung"])


def test_rechnen_grants_a_part_when_more_is_wished(pik: Pik) -> None:
    result = json.loads(pik(*RECHNEN, "--wunschende", "31.12.2023", "--json").out)
    assert result["ergebnis"] == "teilweise" and result["neues_ende"] == "2022-09-30"


def test_rechnen_reads_german_and_plain_numbers(pik: Pik) -> None:
    german = pik(*RECHNEN[:6], "0,5", *RECHNEN[7:], "--jahresbetrag", "64.000,00", "--json")
    plain = pik(*RECHNEN, "--jahresbetrag", "64000.00", "--json")
    assert json.loads(german.out)["summe"] == json.loads(plain.out)["summe"] == "64000.00"


def test_rechnen_speaks_in_sentences(pik: Pik) -> None:
    out = pik(*RECHNEN).out
    assert "Ergebnis: bewilligt" in out and "höchstens 60 Monate" in out and "30.09.2022" in out


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("pruefen", "gibtsnicht"), "gibtsnicht"),
        (("alles", "gibtsnicht"), "kein Arbeitsordner"),
        (("formulare", "gibtsnicht"), "pik-xl init"),
        ((*RECHNEN[:2], "gestern", *RECHNEN[3:]), "„gestern“ ist kein Tag"),
        ((*RECHNEN[:6], "halb", *RECHNEN[7:]), "„halb“ ist keine Zahl"),
        ((*RECHNEN[:6], "0", *RECHNEN[7:]), "größer als 0"),
        ((*RECHNEN[:8], "Abitur", *RECHNEN[9:]), "hochschule, mittlerer-abschluss"),
        ((*RECHNEN[:6], "nan", *RECHNEN[7:]), "„nan“ ist keine Zahl"),
        ((*RECHNEN[:6], "1001", *RECHNEN[7:]), "höchstens 1.000 VZÄ"),
        ((*RECHNEN[:4], "9999-12-31", *RECHNEN[5:]), "zwischen 2000 und 2100"),
        ((*RECHNEN[:2], "0001-01-01", *RECHNEN[3:]), "zwischen 2000 und 2100"),
        ((*RECHNEN, "--jahresbetrag", "1e400"), "höchstens 1.000.000 €"),
        ((*RECHNEN, "--unterbrechung", "viele"), "Bitte eine ganze Zahl angeben"),
        ((*RECHNEN, "--unterbrechung", "-1"), "negativ"),
        ((*RECHNEN, "--stichtag-status", "krank"), "besetzt, nachbesetzbar, unbesetzt"),
        (RECHNEN[:-2], "Es fehlt die Angabe --am"),
        ((*RECHNEN, "--tempo", "1"), "Die Option --tempo gibt es nicht"),
        (("regeln", "--am", "morgen"), "„morgen“ ist kein Tag"),
        (("regeln", "--am", "01.01.1990"), "1990"),
        (("demo", ".", "--antraege", "0"), "zwischen 1 und 1145"),
        (("kuendigen",), "kuendigen"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_the_user_can_mend_is_one_german_sentence_and_exit_code_2(
    pik: Pik, args: Sequence[str], words: str
) -> None:
    run = pik(*args)
    assert run.code == 2
    assert words in run.err
    assert "Traceback" not in run.err + run.out


def test_a_bug_is_a_log_file_and_exit_code_3(pik: Pik, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def bug(*_: object) -> None:
        raise ZeroDivisionError("kaputt")

    monkeypatch.setattr("pik_xl.jobs.pruefen.pruefen_ordner", bug)
    run = pik("alles", folder)
    assert run.code == 3
    assert "Fehler im Programm" in run.err and "Traceback" not in run.err
    (log,) = Path.cwd().glob("*.log")
    assert log.name in run.err and "ZeroDivisionError: kaputt" in log.read_text(encoding="utf-8")


def test_one_file_the_program_fails_at_does_not_stop_the_others(
    pik: Pik, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pik_xl.eingang import read as reading

    whole, calls = reading.read, []

    def sometimes(eingang: object, *known: object) -> object:
        calls.append(eingang)
        if len(calls) == 3:
            raise ZeroDivisionError("kaputt")
        return whole(eingang, *known)  # type: ignore[arg-type]

    monkeypatch.setattr(reading, "read", sometimes)
    result = json.loads(pik("pruefen", folder, "--json").out)
    assert [b["code"] for b in result["befunde"]].count("D13") == 1
    assert result["dateien"] == len(calls) > 100


def test_the_catalogue_lists_every_check(pik: Pik) -> None:
    listed = json.loads(pik("katalog", "--json").out)
    assert [c["code"] for c in listed] == sorted(check.code for check in CATALOGUE)
    assert all(c["titel"] and c["schwere"] and c["quelle"] for c in listed)
    shown = pik("katalog").out
    assert all(check.code in shown for check in CATALOGUE)


def test_the_rules_of_a_day_come_with_their_source(pik: Pik) -> None:
    before = {r["name"]: r for r in json.loads(pik("regeln", "--am", "2020-01-26", "--json").out)}
    later = pik("regeln", "--am", "01.01.2020", "--rechtsstand", "11.11.2020", "--json")
    after = {r["name"]: r for r in json.loads(later.out)}
    name = "Höchstdauer der Förderung"
    assert (before[name]["wert"], after[name]["wert"]) == ("36", "60")
    assert all(rule["quelle"] and rule["grundlage"] for rule in after.values())
    assert after[name]["gilt_seit"] == "2020-01-01" and after[name]["bekannt_seit"] == "2020-11-11"
    shown = pik("regeln", "--am", "27.01.2020").out
    assert "Höchstdauer" in shown and f"Prüfsumme des Regelwerks: {shipped_rulebook().pruefsumme}" in shown


def deviate(folder: Path, regel: str, wert: str, quelle: str) -> None:
    """Somebody types a deviation into the master."""
    master = Workfolder(folder).master
    entries = [("Regel", regel), ("Wert", wert), ("Gilt ab", "01.01.2020"), ("Quelle", quelle),
               ("Gesetzt von", "Erika Muster"), ("Gesetzt am", "04.05.2020")]  # fmt: skip
    typed_in = typed(master.read_bytes(), *(("Abweichungen", header, 1, text) for header, text in entries if text))
    master.write_bytes(typed_in)


def test_what_the_office_deviates_in_is_shown_with_its_author_and_decides(pik: Pik, tmp_path: Path) -> None:
    assert pik("init", tmp_path / "PiK").code == 0
    deviate(tmp_path / "PiK", "Antragsfrist", "30.06.2020", quelle="Verfügung")
    (frist,) = [r for r in json.loads(pik("regeln", tmp_path / "PiK", "--am", "2020-05-04", "--json").out)
                if r["regel"] == "antragsfrist"]  # fmt: skip
    assert (frist["wert"], frist["grundlage"], frist["urheber"]) == ("2020-06-30", "override", "Erika Muster")
    other = pik("regeln", tmp_path / "PiK", "--am", "2020-05-04").out
    assert "[Abweichung, Erika" in other and shipped_rulebook().pruefsumme not in other


def test_a_faulty_deviation_is_for_the_user_to_mend(pik: Pik, tmp_path: Path) -> None:
    pik("init", tmp_path / "PiK")
    deviate(tmp_path / "PiK", "Frist", "", quelle="Verfügung")
    run = pik("pruefen", tmp_path / "PiK")
    assert run.code == 2 and "Blatt „Abweichungen“, Zelle A" in run.err and "Antragsfrist" in run.err


def test_every_command_explains_itself_in_german(pik: Pik) -> None:
    listed = pik("--help").out
    commands = [c.name or c.callback.__name__.rstrip("_") for c in main.app.registered_commands if c.callback]
    assert set(commands) >= {"demo", "init", "formulare", "pruefen", "verlaengern", "konsolidieren", "bescheide",
                             "alles", "regeln", "katalog", "rechnen"}  # fmt: skip
    for command in commands:
        run = pik(command, "--help")
        assert run.code == 0 and re.search(r"[A-ZÄÖÜ][a-zäöüß]+", run.out), command
        assert command in listed
        assert not re.search(r"Usage|Options|Arguments|Commands|Show this|required|default", run.out), run.out
    assert "Befehle:" in listed and "Aufruf:" in listed


def test_a_file_in_the_way_of_a_folder_is_a_german_sentence(pik: Pik, tmp_path: Path) -> None:
    (tmp_path / "PiK").write_text("belegt")
    for command in ("init", "demo"):
        run = pik(command, tmp_path / "PiK")
        assert run.code == 2 and "PiK" in run.err and "Ordner" in run.err


def test_no_form_is_made_without_approved_posts(pik: Pik, tmp_path: Path) -> None:
    pik("init", tmp_path / "neu")
    run = pik("formulare", tmp_path / "neu")
    assert run.code == 2 and "Der Bestand" in run.err and "ist leer" in run.err


def test_a_work_folder_without_its_master_is_not_read_as_a_heap_of_files(pik: Pik, folder: Path) -> None:
    (folder / "PiK-Master.xlsm").rename(folder / "PiK-Master alt.xlsm")
    (folder / "Fremd.xlsm").write_bytes(b"keine Mappe")
    run = pik("pruefen", folder)
    assert run.code == 2 and "PiK-Master.xlsm fehlt; daneben liegt PiK-Master alt.xlsm" in run.err
    assert "wieder PiK-Master.xlsm nennen" in run.err
    (folder / "PiK-Master alt.xlsm").unlink()
    (folder / "Kreise").rmdir()
    run = pik("pruefen", folder)
    assert run.code == 2 and "PiK-Master.xlsm fehlt." in run.err and not run.out


def test_a_run_that_ends_with_1_says_why(pik: Pik, folder: Path) -> None:
    for command in ("konsolidieren", "bescheide"):
        run = pik(command, folder)
        assert run.code == 1 and re.search(r"^[1-9]\d* Fehler, siehe Blatt Befunde\.$", run.out, re.MULTILINE)


def test_a_path_in_a_message_is_one_the_user_knows(pik: Pik, folder: Path) -> None:
    shutil.rmtree(folder / "Bescheide", ignore_errors=True)
    (folder / "Bescheide").write_text("eine Datei")
    run = pik("bescheide", folder)
    assert run.code == 2 and ".neu" not in run.err
    assert run.err.startswith(f"{folder / 'Bescheide'}: ") and "kein Ordner" in run.err


def test_init_on_a_folder_that_is_there_says_so_and_what_it_added(pik: Pik, tmp_path: Path) -> None:
    path = tmp_path / "PiK"
    assert "den Bestand in PiK-Master.xlsm eintragen" in pik("init", path).out
    before = (path / "PiK-Master.xlsm").read_bytes()
    assert pik("init", path).out == f"Arbeitsordner {path} gibt es schon. Nichts wurde geändert.\n"
    (path / "Kreise").rmdir()
    assert pik("init", path).out == f"Arbeitsordner {path} gibt es schon. Ergänzt wurde: Kreise.\n"
    assert (path / "PiK-Master.xlsm").read_bytes() == before and (path / "Kreise").is_dir()


def test_an_open_master_is_a_message_and_nothing_is_touched(pik: Pik, folder: Path) -> None:
    (folder / "~$PiK-Master.xlsm").write_bytes(b"Clerk")
    before = (folder / "PiK-Master.xlsm").read_bytes()
    run = pik("konsolidieren", folder)
    assert run.code == 2 and "geöffnet" in run.err
    assert (folder / "PiK-Master.xlsm").read_bytes() == before


def test_errors_the_user_can_mend_are_german_sentences() -> None:
    with pytest.raises(PikError, match="Bitte zuerst anlegen"):
        read_master(Workfolder(Path("gibtsnicht")))


def test_a_folder_of_hostile_files_gives_one_finding_each_and_nothing_worse(pik: Pik, tmp_path: Path) -> None:
    for number, (make, _) in enumerate(nasty.NASTY.values()):
        (tmp_path / f"{number:02}.xlsx").write_bytes(make())
    run = pik("pruefen", tmp_path, "--json")
    befunde = json.loads(run.out)["befunde"]
    assert run.code == 1 and "Traceback" not in run.out + run.err
    assert [b["datei"] for b in befunde] == [f"{n:02}.xlsx" for n in range(len(nasty.NASTY))]
    assert {b["code"] for b in befunde} <= {"D01", "D02", "D03", "D04", "D05", "D06", "D07"}
    assert all(b["schwere"] == "Fehler" and b["meldung"].endswith(".") for b in befunde)
    shown = pik("pruefen", tmp_path)
    assert shown.code == 1 and f"{len(befunde)} Fälle" in shown.out


@pytest.mark.exhaustive
def test_hostile_files_in_the_in_tray_do_not_stop_the_chain(pik: Pik, folder: Path) -> None:
    before = len(list(_bescheide(pik, folder).rglob("*.docx")))
    for number, (make, _) in enumerate(nasty.NASTY.values()):
        (folder / "Eingang" / f"boese_{number:02}.xlsx").write_bytes(make())
    shutil.rmtree(folder / "Bescheide" / "2020-05-04")
    assert len(list(_bescheide(pik, folder).rglob("*.docx"))) == before > 100


@pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice")
def test_hostile_addresses_in_forms_add_no_recipient_and_stop_no_draft(pik: Pik, tmp_path: Path) -> None:
    hostile = {
        "zwei": "=?utf-8?q?evil=40evil.example=2Cx?=@gemeinde.de",
        "name": "=?utf-8?q?=22Rathaus=22_=3Cevil=40evil.example=3E=2C_x?=@rathaus.de",
        "kopf": "=?utf-8?q?a=0d=0aBcc=3A_evil=40evil.example?=@b.de",
        "beide": "a@b.de; c@d.de",
    }
    emails = {"erste": "rathaus@erste.example", **hostile, "letzte": "stadt@müllheim.de"}
    register, rng = load_register(), Random(3)
    posts = demo.bestand(register, demo.applicants(register, len(emails), rng), rng)
    settings = Einstellungen({"entscheidungstag": TAG, **demo.BEARBEITUNG})
    folder = anlegen.init(tmp_path / "W", datetime(2020, 5, 4), posts, settings)
    lage = lage_am(TAG, posts)
    for (name, email), those in zip(emails.items(), lage.by_ags.values(), strict=True):
        form = demo.formular(those, register, rng)
        form.kopf |= {"email": email, "iban": "DE02120300000000202052"}  # type: ignore[operator]  # a fault of everyone
        path = folder.eingang / f"{name}.xlsx"
        path.write_bytes(form.workbook(form_templates(lage)[0]))
    run = pik("bescheide", folder.path, "--mail", "--art", "nachforderung")
    assert run.code == 1 and "Traceback" not in run.out + run.err
    drafts = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in folder.versand.rglob("*.eml")]
    sent = sorted(str(draft["To"]) for draft in drafts)
    assert sent == ["rathaus@erste.example", "stadt@xn--mllheim-n2a.de"]
    assert not any(draft[name] for draft in drafts for name in ("Cc", "Bcc"))
    letters = list(folder.rueckfragen.rglob("*_Nachforderung.docx"))
    assert len(letters) == len(emails) == len(list(folder.rueckfragen.rglob("*_Nachforderung.pdf")))
    told = " ".join((run.out + run.err).split())
    assert told.count("L03") == len(hostile)
    checked = json.loads(pik("pruefen", folder.path, "--json").out)["befunde"]
    assert {b["datei"] for b in checked if b["code"] == "W21"} == {f"{name}.xlsx" for name in hostile}


def _bescheide(pik: Pik, folder: Path) -> Path:
    assert pik("alles", folder).code == 1
    return folder / "Bescheide" / "2020-05-04"


def test_erklaeren_prints_the_file_note_of_a_post(pik: Pik, folder: Path) -> None:
    stellen = json.loads(pik("verlaengern", folder, "--json").out)["stellen"]
    decided = next(s for s in stellen if s["ergebnis"] == "bewilligt")
    told = pik("erklaeren", decided["stelle"], folder)
    assert told.code == 0
    assert f"Vermerk zur Stelle {decided['stelle']}" in told.out
    assert all(satz in told.out for satz in decided["begruendung"])
    assert all(f"– {quelle}" in told.out for quelle in decided["quellen"])
    unknown = pik("erklaeren", "gibt-es-nicht", folder)
    assert unknown.code == 2 and "steht weder im Bestand" in unknown.err


def test_rechnen_digital_reckons_with_the_settings_or_with_what_the_office_has_set(pik: Pik, tmp_path: Path) -> None:
    asked = ("rechnen-digital", "--kosten", "60000", "--zugriff", "12", "--im-kreis", "12", "--am", "2020-05-04")
    told = pik(*asked)
    assert told.code == 0 and "Ergebnis: teilweise" in told.out and "Summe: 50.000,00" in told.out
    assert "Festlegung der Bewilligungsstelle" in told.out
    pik("init", tmp_path / "a")
    deviate(tmp_path / "a", "Digital: Höchstbetrag", "55.000,00", quelle="VwV Digital")
    told = pik(*asked, "--ordner", tmp_path / "a")
    assert "Summe: 55.000,00" in told.out and "VwV Digital [Abweichung, Erika Muster, 04.05.2020]" in told.out
    assert pik(*asked[:2], "0", *asked[3:]).code == 2
    assert "Ergebnis: abgelehnt" in pik(*asked[:4], "11", *asked[5:]).out


@pytest.mark.parametrize(("system", "length", "told"), [
    ("win32", 248, "hat 248 Zeichen, zu viele für Windows"),
    ("win32", 247, "Das gibt es nicht (mehr)."),
    ("linux", 300, "Das gibt es nicht (mehr)."),
])  # fmt: skip
def test_a_path_that_is_too_long_for_windows_is_not_called_missing(
    system: str, length: int, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console.sys, "platform", system)
    assert told in console.no_access(FileNotFoundError(2, "No such file", "/" + "a" * (length - 1)))


@pytest.mark.parametrize(("system", "filename", "code"), [
    ("win32", None, 0), ("win32", "PiK", 2), ("linux", None, 2),
])  # fmt: skip
def test_a_reader_that_goes_away_is_known_as_windows_says_it(
    system: str, filename: str | None, code: int, pik: Pik, monkeypatch: pytest.MonkeyPatch
) -> None:
    def app(standalone_mode: bool) -> None:
        raise OSError(22, "Invalid argument", filename)

    monkeypatch.setattr(main, "app", app)
    monkeypatch.setattr(main.sys, "platform", system)
    run = pik("katalog")
    assert run.code == code and bool(run.err) is bool(code)


# --- Excel on this machine -------------------------------------------------------------------------------


def test_setting_up_excel_says_line_by_line_what_is_there_and_what_is_missing(pik: Pik, land: Path) -> None:
    run = pik("excel", "einrichten", land)
    assert run.code == 1
    assert re.search(r"^ok +Python: ", run.out, re.MULTILINE)
    assert re.search(r"^fehlt +Excel: Hier läuft kein Windows", run.out, re.MULTILINE)
    assert re.search(r"^unbekannt +Makros: ", run.out, re.MULTILINE)
    assert "Nichts geschrieben" in run.out
    as_json = json.loads(pik("excel", "einrichten", land, "--json").out)
    assert as_json["geschrieben"] is False
    assert {point["zustand"] for point in as_json["pruefpunkte"]} == {"ok", "fehlt", "unbekannt"}


def test_trusting_needs_a_work_folder_and_windows(pik: Pik, land: Path) -> None:
    assert pik("excel", "einrichten", "--vertrauen").code == 2
    run = pik("excel", "einrichten", land, "--vertrauen")
    assert run.code == 2 and "nur in Excel unter Windows" in run.err


def test_setting_up_excel_on_windows_writes_the_file_and_ends_clean(
    pik: Pik, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = FakeRegistry(**{EXCEL: {"": r"C:\Office\EXCEL.EXE"}})
    machine = replace(setup.this_machine(), zuhause=tmp_path / "zuhause", registry=registry, umgebung={})
    machine.zuhause.mkdir()
    monkeypatch.setattr(setup, "this_machine", lambda: machine)
    folder = anlegen.init(tmp_path / "PiK", datetime(2020, 5, 4))
    assert pik("excel", "einrichten", folder.path).code == 1, "the folder is not trusted yet"
    run = pik("excel", "einrichten", folder.path, "--vertrauen")
    assert run.code == 0 and f"{machine.conf} ist schon auf dem Stand" in run.out
    assert str(machine.python) in machine.conf.read_text(encoding="cp1252")


def test_setting_up_excel_takes_the_python_of_one_user_out_of_the_master(
    pik: Pik, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as formerly:
        formerly.setattr(master, "xlwings_conf", lambda: macros.xlwings_conf(r"C:\Users\anna\python.exe", r"C:\anna"))
        folder = anlegen.init(tmp_path / "PiK", datetime(2020, 5, 4))
    lock = folder.path / "~$PiK-Master.xlsm"
    lock.write_text("Bert")
    run = pik("excel", "einrichten", folder.path)
    assert run.code == 1 and "ist gerade geöffnet" in run.err
    assert re.search(r"^fehlt +Aufruf: PiK-Master\.xlsm nennt .*anna.*überall schließen", run.out, re.MULTILINE)
    lock.unlink()
    run = pik("excel", "einrichten", folder.path)
    assert "steht nicht mehr darin" in run.out and str(folder.sicherungen) in run.out and not run.err
    assert "anna" not in run.out
    run = pik("excel", "einrichten", folder.path, "--json")
    assert json.loads(run.out)["master_geaendert"] is False


def test_diagnose_tells_support_versions_with_and_without_a_folder(pik: Pik, land: Path) -> None:
    assert f"pik-xl: {pik_xl.__version__}" in pik("diagnose").out
    facts = json.loads(pik("diagnose", land, "--json").out)
    assert facts["Pakete"].keys() == {"xlwings", "openpyxl", "XlsxWriter", "lxml", "docxtpl"}
    assert facts["Arbeitsordner"]["Letzter Lauf"]


@pytest.mark.parametrize(("args", "command"), [((), "pruefen"), (("excel",), "einrichten")])
def test_without_a_command_the_help_lists_them(pik: Pik, args: tuple[str, ...], command: str) -> None:
    run = pik(*args)
    assert run.code == 0 and run.out.startswith("Aufruf: ") and f"\n  {command} " in run.out
