"""The buttons as Excel calls them: on a double of Excel, with real work folders (see `excel_double`)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace

import as_in_excel
import excel_double
import pytest
from desk import Desk
from masters import typed
from samples import sampled
from windows_double import BOTH, UP, User32

from pik_xl import buttons
from pik_xl.build import ship
from pik_xl.demo.folder import invented_folder
from pik_xl.errors import PikError
from pik_xl.excel import app
from pik_xl.jobs import anlegen, press
from pik_xl.jobs.konsolidieren import konsolidieren
from pik_xl.jobs.press import Auftrag
from pik_xl.jobs.pruefen import pruefen_ordner
from pik_xl.jobs.run import read_master
from pik_xl.master.draw import knoepfe
from pik_xl.master.read.auswahl import Auswahl, auswahl_of
from pik_xl.master.read.snapshot import Snapshot
from pik_xl.master.read.table import open_master
from pik_xl.master.sheets.specs import ANTRAEGE, BEFUNDE, BESCHEIDE, PROTOKOLL
from pik_xl.progress import silent
from pik_xl.workfolder import Workfolder

TAG = date(2020, 5, 4)


@pytest.fixture(scope="module")
def land(tmp_path_factory: pytest.TempPathFactory) -> Workfolder:
    """A work folder with applications in its in-tray and nothing done yet."""
    return invented_folder(tmp_path_factory.mktemp("land") / "PiK", 60, 7)


@pytest.fixture
def desk(land: Workfolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    shutil.copytree(land.path, tmp_path / "PiK")
    return Desk(Workfolder(tmp_path / "PiK"), monkeypatch)


def test_every_button_of_the_table_has_its_function_and_no_other_has_one() -> None:
    public = {name for name, value in vars(buttons).items() if callable(value) and not name.startswith("_")}
    assert public == {knopf.funktion for knopf in knoepfe.KNOEPFE}
    for knopf in knoepfe.KNOEPFE:
        assert getattr(buttons, knopf.funktion).__doc__ == f"{knopf.name}."


def test_the_office_works_through_a_day_by_buttons(desk: Desk) -> None:
    assert "geprüft" in desk.press("pruefen") and len(desk.rows(BEFUNDE)) > 10
    assert desk.rows(ANTRAEGE) == []  # checking fills one sheet only
    assert "erst „Konsolidieren“" in desk.press("verlaengern")
    assert "neu" in desk.press("konsolidieren")
    antraege = desk.rows(ANTRAEGE)
    assert len(antraege) > 50 and all(str(row["ags"]).startswith("08") for row in antraege if row.get("ags"))
    assert any(step.startswith("Lesen: ") for step in desk.steps)
    assert "nichts Neues" in desk.press("konsolidieren")
    assert desk.said[-1].endswith("Die Mappe ist noch nicht gespeichert.")
    assert "Nachforderung" in desk.press("rueckfragen")
    assert "Formulare geschrieben" in desk.press("formulare")
    assert desk.press("vorlagen_pruefen").startswith("Alle Vorlagen sind in Ordnung.")
    assert all(f"{knopf.name}: " in desk.press("hilfe") for knopf in knoepfe.KNOEPFE[:3])
    runs = [row["was"] for row in desk.rows(PROTOKOLL)]
    assert runs == ["Bescheide", "Konsolidieren", "Konsolidieren", "Prüfen", "Arbeitsordner angelegt"]
    assert desk.folder.master.read_bytes() != b"" and len(list(desk.folder.sicherungen.iterdir())) == 4


def test_letters_are_written_for_the_marked_rows_only(desk: Desk) -> None:
    assert "Zeilen markieren" in desk.press("bescheide_auswahl")
    desk.press("konsolidieren")
    sheet = next(i for i in desk.api.Worksheets if i.Name == "Anträge")
    first = sheet.ListObjects("tbl_antraege").Range.Row + 1
    desk.mark("Anträge", first, first + 4)
    wanted = {row["schluessel"] for row in desk.rows(ANTRAEGE)[:5] if row["stand"] == "entscheidungsreif"}
    assert "Zuwendungsbescheid (Entwurf)" in desk.press("bescheide_auswahl")
    assert {row["schluessel"] for row in desk.rows(BESCHEIDE)} == wanted
    assert desk.shown[-1].is_dir() and len(list(desk.shown[-1].rglob("*bescheid_ENTWURF.docx"))) >= len(wanted)
    assert "Unverändert" in desk.press("bescheide_auswahl")


def _fenster_daneben(desk: Desk) -> None:
    """Somebody went to another workbook and marked rows on a sheet of the same name there."""
    fremd = excel_double.Window(desk.api.Worksheets("Stellen"))
    fremd.mark(excel_double.Book(desk.folder.master.read_bytes()).Worksheets("Anträge"), (1, 9_999))
    desk.api.Application.ActiveWindow = fremd


def _bild_markiert(desk: Desk) -> None:
    desk.api.Windows(1).drawing = SimpleNamespace(Name="Bild")


def _zweites_fenster(desk: Desk) -> None:
    """A second window of the master, in which nobody works at the moment, shows other rows."""
    anderes = excel_double.Window(desk.api.Worksheets("Anträge"))
    anderes.mark(desk.api.Worksheets("Anträge"), (1, 9_999))
    desk.api.Windows.items.append(anderes)


@pytest.mark.parametrize("dazu", [_fenster_daneben, _bild_markiert, _zweites_fenster])
def test_what_is_marked_is_what_is_marked_in_the_master(dazu: Callable[[Desk], None], desk: Desk) -> None:
    desk.press("konsolidieren")
    first = desk.api.Worksheets("Anträge").ListObjects("tbl_antraege").Range.Row + 1
    desk.mark("Anträge", first, first + 1)
    dazu(desk)
    _, auswahl = app.Excel(desk.mappe).attached(desk.folder)
    assert auswahl.antraege == tuple(row["schluessel"] for row in desk.rows(ANTRAEGE)[:2])


@pytest.mark.parametrize(("front", "said"), [(1, "Abgebrochen."), (2, "neu")])
def test_esc_stops_a_run_only_while_excel_is_in_front(
    front: int, said: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process of Excel's double is number 1; the key is up when the run begins, and down from then on."""
    user32 = User32(UP, front)
    monkeypatch.setattr(app, "this_user32", lambda: user32)
    monkeypatch.setattr(desk, "steps", SimpleNamespace(append=lambda step: setattr(user32, "key", BOTH)))
    assert said in desk.press("konsolidieren")


def test_where_a_chart_fills_the_sheet_nothing_is_marked(desk: Desk) -> None:
    desk.api.Windows(1).mark(SimpleNamespace(Name="Diagramm1"), (1, 3))
    assert app.Excel(desk.mappe).attached(desk.folder)[1] == Auswahl()


def test_released_applications_get_their_notices_and_others_do_not(desk: Desk) -> None:
    desk.press("konsolidieren")
    assert "Noch kein Antrag" in desk.press("bescheide_freigegebene")
    reif = [n for n, r in enumerate(desk.rows(ANTRAEGE), 1) if r["stand"] == "entscheidungsreif"]
    desk.folder.master.write_bytes(_saved(desk, reif[:2]))
    again = Desk(desk.folder, pytest.MonkeyPatch())
    assert "Geschrieben: 2 Zuwendungsbescheid (endgültig)" in again.press("bescheide_freigegebene")
    assert len(list(again.shown[-1].rglob("*_ENTWURF*"))) == 0
    assert "Unverändert, darum nicht neu geschrieben: 2" in again.press("bescheide_freigegebene")


def _saved(desk: Desk, numbers: list[int]) -> bytes:
    """The file after a run on the closed master and a release of these rows of the table."""
    pruefung = pruefen_ordner(desk.folder, read_master(desk.folder), TAG)
    konsolidieren(desk.folder, pruefung, datetime(2020, 5, 4, 12))
    release = {"Bearbeitet von": "Kurz", "Freigegeben von": "Lang", "Freigegeben am": TAG}
    cells = [("Anträge", header, n, value) for n in numbers for header, value in release.items()]
    return typed(desk.folder.master.read_bytes(), *cells)


def test_a_kreis_is_taken_from_the_marked_row_or_asked_for(desk: Desk) -> None:
    desk.press("konsolidieren")
    desk.answer = "Landkreis Heilbron"
    assert "Meinten Sie" in desk.press("kreisuebersicht") and "08125 Landkreis Heilbronn" in desk.said[-1]
    desk.answer = False
    assert "Abgebrochen" in desk.press("kreisuebersicht")
    sheet = next(i for i in desk.api.Worksheets if i.Name == "Anträge")
    first = sheet.ListObjects("tbl_antraege").Range.Row + 1
    desk.mark("Anträge", first, first)
    assert desk.press("kreisuebersicht").startswith("1 Übersicht geschrieben.")
    assert len(list(desk.shown[-1].glob("*.xlsx"))) == 1


def test_the_post_of_the_marked_row_is_explained_in_a_file_note(desk: Desk) -> None:
    desk.press("konsolidieren")
    sheet = next(i for i in desk.api.Worksheets if i.Name == "Stellen")
    first = sheet.ListObjects("tbl_stellen").Range.Row + 1
    desk.mark("Stellen", first, first)
    assert "Der Vermerk steht in" in desk.press("erklaeren")
    assert desk.shown[-1].read_text(encoding="utf-8-sig").startswith("Vermerk zur Stelle")


def test_a_run_that_is_stopped_leaves_everything_as_it_was(desk: Desk) -> None:
    before = desk.rows(PROTOKOLL), desk.rows(ANTRAEGE)
    desk.stop_after = 1
    assert desk.press("alles").startswith("Abgebrochen.")
    assert (desk.rows(PROTOKOLL), desk.rows(ANTRAEGE)) == before
    assert not list(desk.folder.bescheide.glob("2*"))
    desk.stop_after = -1
    assert "Geschrieben:" in desk.press("alles")


def test_the_bar_and_the_cell_on_start_tell_how_far_it_is_and_are_given_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    cell, seen = desk.api.Names("pik_status").RefersToRange, []
    status = app.Excel._status

    def watched(self: app.Excel, text: str) -> None:
        status(self, text)
        seen.append((cell.Value2, desk.api.Application.StatusBar))

    monkeypatch.setattr(app.Excel, "_status", watched)
    desk.press("pruefen")
    assert any(str(a).startswith("Lesen: ") and str(b).startswith("PiK: Lesen: ") for a, b in seen)
    assert (cell.Value2, desk.api.Application.StatusBar) == ("bereit", False)


@pytest.mark.parametrize(("change", "said"), [
    (lambda desk: setattr(desk.api, "ReadOnly", True), "schreibgeschützt geöffnet"),
    (lambda desk: setattr(desk.api, "Path", "https://rps.sharepoint.example/PiK"), "Blatt Einstellungen unter"),
    (lambda desk: setattr(desk.api, "Path", str(desk.folder.path / "Eingang")), "ist kein Arbeitsordner"),
    (lambda desk: desk.api.Names.items.clear(), "ist nicht die Master-Arbeitsmappe"),
    (lambda desk: shutil.rmtree(desk.folder.eingang), "Eingang gibt es nicht"),
])  # fmt: skip
def test_what_stands_in_the_way_is_a_german_sentence_and_changes_nothing(
    change: Callable[[Desk], object], said: str, desk: Desk
) -> None:
    change(desk)
    before = desk.folder.master.read_bytes()
    assert said in desk.press("konsolidieren")
    assert desk.folder.master.read_bytes() == before and not list(desk.folder.path.rglob("*.log"))


def test_the_folder_set_in_the_workbook_wins(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = typed(desk.folder.master.read_bytes(), ("Einstellungen", "Wert", 1, str(desk.folder.path)))
    desk.folder.master.write_bytes(data)
    elsewhere = Desk(desk.folder, monkeypatch)
    elsewhere.api.Path = "https://rps.sharepoint.example/PiK"
    assert "geprüft" in elsewhere.press("pruefen")


def test_a_bug_is_a_short_message_and_a_log_file(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **named: object) -> None:
        raise ZeroDivisionError("so nicht")

    monkeypatch.setattr(press, "pruefen_ordner", broken)
    said = desk.press("pruefen")
    assert "Fehler im Programm, nicht bei Ihnen" in said and "ZeroDivisionError" not in said
    (log,) = (desk.folder.path / "Protokoll").glob("*.log")
    assert "ZeroDivisionError: so nicht" in log.read_text(encoding="utf-8") and str(log) in said
    assert desk.api.Application.ScreenUpdating and desk.api.Application.StatusBar is False


def test_rows_hidden_by_a_filter_are_not_meant(land: Workfolder, tmp_path: Path) -> None:
    folder = Workfolder(Path(shutil.copytree(land.path, tmp_path / "PiK")))
    konsolidieren(folder, pruefen_ordner(folder, read_master(folder), TAG), datetime(2020, 5, 4, 12))
    book = open_master(folder.master.read_bytes())
    table = book.tables["tbl_antraege"]
    rows = range(table.header_row + 1, table.header_row + 4)
    keys = auswahl_of(Snapshot(book), "Anträge", rows).antraege
    assert len(keys) == 3
    sheet = book.sheets["Anträge"]
    hidden = type(sheet)(**{f: getattr(sheet, f) for f in sheet.__slots__} | {"hidden_rows": frozenset({rows[1]})})
    book.sheets["Anträge"] = hidden  # type: ignore[index]
    assert auswahl_of(Snapshot(book), "Anträge", rows).antraege == (keys[0], keys[2])
    assert auswahl_of(Snapshot(book), "Protokoll", [6]) == auswahl_of(Snapshot(book), "Meine Liste", [1]) == Auswahl()


def test_the_day_of_decision_is_the_one_set_else_today(land: Workfolder, tmp_path: Path) -> None:
    auftrag = Auftrag(land, datetime(2026, 1, 2, 9, 30), "kurz", silent, lambda frage: None)
    assert auftrag.tag == TAG
    unset = Auftrag(anlegen.init(tmp_path / "PiK", auftrag.jetzt), auftrag.jetzt, "", silent, lambda frage: None)
    assert unset.tag == date(2026, 1, 2)


def test_the_calculator_starts_beside_excel(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(subprocess, "Popen", lambda command: started.append(command))
    desk.press("rechner")
    assert started == [[sys.executable, "-m", "pik_xl", "leitstand", "--rechner"]] and not desk.said


SAID = {
    "formulare": "Formulare geschrieben.", "pruefen": "geprüft", "verlaengern": "gelesen", "konsolidieren": "neu",
    "alles": "Geschrieben:", "bescheide_auswahl": "Zeilen markieren", "bescheide_freigegebene": "Noch kein Antrag",
    "rueckfragen": "Nachforderung", "versand": "kein endgültiges Schreiben",
    "kreisuebersicht": "noch keine Anträge", "vorlagen_pruefen": "in Ordnung",
    "erklaeren": "Abgebrochen", "rechner": "startet leitstand --rechner", "ordner_oeffnen": "öffnet PiK",
    "hilfe": "Formulare erzeugen: ",
}  # fmt: skip


@pytest.mark.parametrize("knopf", sampled(knoepfe.KNOEPFE, quick=[3]), ids=lambda knopf: knopf.funktion)
def test_the_command_of_a_macro_runs_in_a_python_of_its_own_and_ends_well(
    knopf: knoepfe.Knopf, land: Workfolder, tmp_path: Path
) -> None:
    shutil.copytree(land.path, tmp_path / "PiK")
    env = os.environ | {"PIK_ORDNER": str(tmp_path / "PiK"), "PYTHONPATH": str(Path(as_in_excel.__file__).parent),
                        "PYTHONIOENCODING": "utf-8"}  # fmt: skip
    env.pop("DISPLAY", None)
    command = [sys.executable, "-B", "-c", f"import as_in_excel; as_in_excel.start(); {knopf.befehl}"]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=env, check=False, timeout=120)
    assert (run.returncode, run.stderr) == (0, "")
    assert SAID[knopf.funktion] in run.stdout


def test_importing_the_buttons_loads_nothing_heavy() -> None:
    heavy = ["xlwings", "pandas", "openpyxl", "xlsxwriter", "docxtpl", "docx", "lxml", "jinja2", "schwifty", "tkinter"]
    code = f"import sys, pik_xl.buttons; print([m for m in {heavy!r} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_a_pik_error_is_all_the_user_sees() -> None:
    with pytest.raises(PikError):
        app._work_folder(Snapshot.of(ship.leerer_master()), "")
