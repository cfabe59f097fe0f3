"""The chain on real files: what comes in, what goes out, and that the two agree."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import docx
import openpyxl
import pytest
from masters import typed

import pik_xl
from pik_xl.demo.folder import invented_folder
from pik_xl.errors import PikError
from pik_xl.excel.setup import free_master
from pik_xl.jobs import anlegen, bescheide
from pik_xl.jobs.konsolidieren import konsolidieren
from pik_xl.jobs.kreise import kreisuebersichten
from pik_xl.jobs.pruefen import pruefen_ordner
from pik_xl.jobs.pruefung import Pruefung, pruefen
from pik_xl.jobs.run import read_master
from pik_xl.master.draw import macros
from pik_xl.master.sheets.columns import Aenderung
from pik_xl.master.update import file as master
from pik_xl.model import Ergebnis, Place, Schwere, Stand
from pik_xl.recht.rules import shipped_rulebook
from pik_xl.schreiben.ausgang import Schreibergebnis, Wunsch
from pik_xl.schreiben.einzelform import fehler_fuer
from pik_xl.values import period_end
from pik_xl.vorlagen import felder
from pik_xl.workfolder import Workfolder

# openpyxl, our independent reader, does not know the data bars of Excel 2010.
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")

TAG = date(2020, 5, 4)
STAND = datetime(2020, 5, 4, 12)


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workfolder, Pruefung, Schreibergebnis]:
    """A demo folder after the whole chain."""
    folder = invented_folder(tmp_path_factory.mktemp("land") / "demo", 200, 11)
    anlegen.formulare(folder, read_master(folder), TAG)
    pruefung = pruefen_ordner(folder, read_master(folder), TAG)
    konsolidieren(folder, pruefung, STAND)
    pruefung = replace(pruefung, snapshot=read_master(folder))
    return folder, pruefung, bescheide.bescheide(folder, pruefung)


Chain = tuple[Workfolder, Pruefung, Schreibergebnis]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workfolder, Pruefung]:
    """A demo folder of a few applications after a consolidation."""
    folder = invented_folder(tmp_path_factory.mktemp("small") / "demo", 40, 11)
    pruefung = pruefen_ordner(folder, read_master(folder), TAG)
    konsolidieren(folder, pruefung, STAND)
    return folder, pruefung


Small = tuple[Workfolder, Pruefung]


def rows(folder: Workfolder, sheet: str) -> list[dict[str, object]]:
    """The rows of a sheet's table in the master, as openpyxl reads them."""
    opened = _shown(folder.master.read_bytes())[sheet]
    (table,) = opened.tables.values()
    header, *body = opened[table.ref]
    names = [str(cell.value) for cell in header]
    return [{name: cell.value for name, cell in zip(names, row, strict=True)} for row in body]


@lru_cache(maxsize=2)
def _shown(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=True)


def money(value: object) -> Decimal:
    return Decimal(str(value or 0)).quantize(Decimal("0.01"))


def test_years_add_up_to_the_total_to_the_cent_and_no_end_is_beyond_the_maximum(chain: Chain) -> None:
    _, pruefung, _ = chain
    granted = 0
    for vorgang in pruefung.vorgaenge:
        for decision in vorgang.decisions:
            assert sum(decision.betraege.values(), Decimal(0)) == decision.summe
            if decision.neues_ende:
                granted += 1
                approved = vorgang.bewilligungen[decision.stelle]
                stelle = next(s for s in vorgang.antrag.stellen if s.stelle == decision.stelle)
                assert decision.neues_ende <= period_end(approved.beginn, 60 + min(stelle.unterbrechung or 0, 12))
                assert decision.neues_ende > approved.bewilligt_bis
        assert sum(vorgang.betraege.values(), Decimal(0)) == vorgang.summe
    assert granted > 200


def test_the_master_says_what_was_decided(chain: Chain) -> None:
    folder, pruefung, _ = chain
    decided = [v for v in pruefung.vorgaenge if v.stand == Stand.ENTSCHIEDEN]
    antraege, stellen = rows(folder, "Anträge"), rows(folder, "Stellen")
    assert len(antraege) == len(pruefung.vorgaenge)
    total = sum((v.summe for v in decided), Decimal(0))
    for table in (antraege, stellen):
        assert sum((money(row["Summe"]) for row in table), Decimal(0)) == total
    for row in stellen:
        years = [money(value) for name, value in row.items() if name.startswith("Betrag ")]
        assert sum(years, Decimal(0)) == money(row["Summe"])
    assert len(rows(folder, "Befunde")) == len(pruefung.befunde)
    assert len(rows(folder, "Kreise")) >= 44
    haushalt = {str(row["Haushaltsjahr"]): money(row["Jetzt bewilligt"]) for row in rows(folder, "Haushalt")}
    assert sum((haushalt.get(str(y), Decimal(0)) for y in range(2017, 2030)), Decimal(0)) == total
    assert len(rows(folder, "Bestand")) == len(read_master(folder).bestand)


def test_every_case_gets_its_letter(chain: Chain) -> None:
    folder, pruefung, letters = chain
    decided = [v for v in pruefung.vorgaenge if v.stand == Stand.ENTSCHIEDEN]
    asked = [v for v in pruefung.vorgaenge if v.stand == Stand.RUECKFRAGE]
    assert letters.befunde == []
    ueber_stellen = [v for v in decided if any(d.beantragt for d in v.decisions)]
    grants = [v for v in ueber_stellen if v.ergebnis is not Ergebnis.ABGELEHNT]
    of = Counter(s.art for s in letters.neu)
    assert of["verlaengerung"] == len(grants) and of["ablehnung"] == len(ueber_stellen) - len(grants)
    assert of["digital"] == sum(v.digital is not None for v in pruefung.vorgaenge) > 0
    mappen = {v.antrag.datei for v in asked if v.antrag.sammelmappe}
    eigene = [v for v in asked if not v.antrag.sammelmappe or fehler_fuer(v)]
    assert of["nachforderung"] == len(eigene) and of["sammelmappe"] == len(mappen) > 0
    assert letters.rueckgaben == len(eigene) + len(mappen)
    waivers = len(grants) + sum(v.digital is not None and v.digital.summe > 0 for v in pruefung.vorgaenge)
    assert len(list(folder.bescheide.rglob("*.docx"))) == len(ueber_stellen) + of["digital"] + waivers
    assert len(list(folder.rueckfragen.rglob("*.docx"))) == letters.rueckgaben


@pytest.mark.exhaustive
def test_the_sheet_bescheide_has_the_newest_letter_of_each_kind_and_what_staff_noted(
    chain: Chain, tmp_path: Path
) -> None:
    before, pruefung, _ = chain
    shutil.copytree(before.path, tmp_path / "PiK")
    folder = Workfolder(tmp_path / "PiK")
    assert rows(folder, "Bescheide")[0]["Schreiben"] is None  # the letters were written, but not recorded
    for parent in (folder.bescheide, folder.rueckfragen):
        shutil.rmtree(parent)
    letters = bescheide.bescheide(folder, pruefung)
    bescheide.eintragen(folder, pruefung, letters, STAND, "kurz")
    listed = rows(folder, "Bescheide")
    assert len(listed) == len(letters.neu) > 20
    assert {(row["Schreiben"], row["Fassung"]) for row in listed} == {
        ("Zuwendungsbescheid", "Entwurf"),
        ("Ablehnungsbescheid", "Entwurf"),
        ("Bescheid Digitales Integrationsmanagement", "Entwurf"),
        ("Nachforderung", "endgültig"),
        ("Nachforderung zur Sammelmappe", "endgültig"),
    } - ({("Ablehnungsbescheid", "Entwurf")} if not any(s.art == "ablehnung" for s in letters.neu) else set())
    assert all((folder.path / str(row["Datei"])).is_file() for row in listed)
    granted = sum(money(row["Summe"]) for row in listed if "Digital" not in str(row["Schreiben"]))
    assert granted == sum((v.summe for v in pruefung.vorgaenge if v.stand is Stand.ENTSCHIEDEN), Decimal(0))
    runs = len(rows(folder, "Protokoll"))
    pruefung = replace(pruefung, snapshot=read_master(folder))
    bescheide.eintragen(folder, pruefung, bescheide.bescheide(folder, pruefung), STAND, "kurz")
    assert len(rows(folder, "Protokoll")) == runs  # nothing new to record
    typed_in = typed(folder.master.read_bytes(), ("Bescheide", "Bemerkung", 3, "persönlich übergeben"))
    folder.master.write_bytes(typed_in)
    konsolidieren(folder, pruefen_ordner(folder, read_master(folder), TAG), STAND)
    assert rows(folder, "Bescheide")[2]["Bemerkung"] == "persönlich übergeben"  # untouched by a run without letters
    for parent in (folder.bescheide, folder.rueckfragen):
        shutil.rmtree(parent)
    later = pruefen_ordner(folder, read_master(folder), date(2020, 5, 5))
    letters = bescheide.bescheide(folder, later)
    konsolidieren(folder, later, STAND, letters=letters)
    again = rows(folder, "Bescheide")
    assert len(again) == len(listed) and again[2]["Bemerkung"] == "persönlich übergeben"
    assert {str(row["Datum"])[:10] for row in again} == {"2020-05-05"}
    assert [row["Was"] for row in rows(folder, "Protokoll")][:3] == ["Konsolidieren", "Konsolidieren", "Bescheide"]


def test_letters_of_a_run_that_was_cut_off_before_they_were_recorded_are_recorded_by_the_next(
    chain: Chain, tmp_path: Path
) -> None:
    before, pruefung, _ = chain
    folder = Workfolder(Path(shutil.copytree(before.path, tmp_path / "PiK")))  # the letters lie there, unrecorded
    letters = bescheide.bescheide(folder, pruefung)
    assert letters.neu == [] and len(letters.unveraendert) > 20
    bescheide.eintragen(folder, pruefung, letters, STAND)
    assert len(rows(folder, "Bescheide")) == len(letters.unveraendert)


def test_a_notice_tells_the_amounts_of_its_case(chain: Chain) -> None:
    from pik_xl.values import as_datum, as_euro

    folder, pruefung, _ = chain
    granted = [v for v in pruefung.vorgaenge if v.ergebnis == Ergebnis.BEWILLIGT]
    texts = {}
    for path in folder.bescheide.rglob("*.docx"):
        document = docx.Document(str(path))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        texts[path.name] = "\n".join([p.text for p in document.paragraphs] + cells)
    for vorgang in granted[:40]:
        mine = [t for t in texts.values() if all(d.stelle in t for d in vorgang.decisions)]
        assert len(mine) == 1, vorgang.antrag.ags
        assert as_euro(vorgang.summe) in mine[0]
        for decision in vorgang.decisions:
            assert decision.neues_ende is None or as_datum(decision.neues_ende) in mine[0]
        for betrag in vorgang.betraege.values():
            assert as_euro(betrag) in mine[0]


def test_a_request_names_every_fehler_of_its_case(chain: Chain) -> None:
    folder, pruefung, _ = chain
    texts = []
    for path in folder.rueckfragen.rglob("*.docx"):
        document = docx.Document(str(path))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        texts.append("\n".join([p.text for p in document.paragraphs] + cells))
    asked = [v for v in pruefung.vorgaenge if v.stand == Stand.RUECKFRAGE]
    assert asked
    for vorgang in asked:
        fehler = [b for b in vorgang.befunde if b.schwere == Schwere.FEHLER]
        told = [(b.aussen or b.meldung, b.bitte) for b in fehler]
        assert any(all(m in text and b in text for m, b in told) for text in texts), vorgang.antrag.datei


@pytest.mark.parametrize("system", ["win32", "linux"])
def test_a_master_names_nobodys_python_wherever_it_is_laid_out(
    system: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    path = anlegen.init(tmp_path / "PiK", STAND).master
    conf = openpyxl.load_workbook(path)["xlwings.conf"]
    assert list(conf.iter_rows(values_only=True)) == [("ADD_WORKBOOK_TO_PYTHONPATH", "false")]
    here = [sys.executable, str(Path(pik_xl.__file__).parents[1]), str(Path.home())]
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name).decode("utf-8", "replace") for name in package.namelist()}
    assert [(name, word) for name, text in parts.items() for word in here if word in text] == []


def test_a_run_does_not_put_a_python_back_into_a_repaired_master(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with monkeypatch.context() as formerly:
        formerly.setattr(master, "xlwings_conf", lambda: macros.xlwings_conf(r"C:\anna\python.exe", r"C:\anna"))
        folder = anlegen.init(tmp_path / "PiK", STAND)
    assert free_master(folder, "2020-03-15_143000")
    assert konsolidieren(folder, pruefen_ordner(folder, read_master(folder), TAG), STAND) is not None
    conf = openpyxl.load_workbook(folder.master)["xlwings.conf"]
    assert list(conf.iter_rows(values_only=True)) == [("ADD_WORKBOOK_TO_PYTHONPATH", "false")]


def test_a_second_run_changes_nothing_but_the_log(chain: Chain, tmp_path: Path) -> None:
    folder = Workfolder(Path(shutil.copytree(chain[0].path, tmp_path / "demo")))
    before = {p: p.read_bytes() for p in folder.bescheide.rglob("*") if p.is_file()}
    sheets = {name: rows(folder, name) for name in ("Anträge", "Stellen", "Befunde", "Bestand")}
    pruefung = pruefen_ordner(folder, read_master(folder), TAG)
    konsolidieren(folder, pruefung, datetime(2020, 5, 5, 8))
    bescheide.bescheide(folder, pruefung)
    assert {p: p.read_bytes() for p in folder.bescheide.rglob("*") if p.is_file()} == before
    assert all(row.pop("Seit dem letzten Lauf") == "neu" for name in ("Anträge", "Stellen") for row in sheets[name])
    again = {name: rows(folder, name) for name in sheets}
    assert not any(row.pop("Seit dem letzten Lauf") for name in ("Anträge", "Stellen") for row in again[name])
    assert again == sheets
    assert len(rows(folder, "Protokoll")) == len(rows(chain[0], "Protokoll")) + 1
    assert list(folder.sicherungen.glob("*.xlsm"))


def test_what_staff_typed_stays_when_the_chain_runs_again(small: Small, tmp_path: Path) -> None:
    folder = Workfolder(Path(shutil.copytree(small[0].path, tmp_path / "demo")))
    book = openpyxl.load_workbook(io.BytesIO(folder.master.read_bytes()))
    sheet = book["Anträge"]
    (table,) = sheet.tables.values()
    header, first, *_ = sheet[table.ref]
    column = next(cell.column for cell in header if cell.value == "Bemerkung")
    sheet.cell(first[0].row, column).value = "Rückruf am Montag"
    book.save(folder.master)
    konsolidieren(folder, pruefen_ordner(folder, read_master(folder), TAG), STAND)
    assert [row["Bemerkung"] for row in rows(folder, "Anträge") if row["Bemerkung"]] == ["Rückruf am Montag"]


def test_a_release_holds_although_the_file_was_moved_and_renamed(small: Small, tmp_path: Path) -> None:
    folder = Workfolder(Path(shutil.copytree(small[0].path, tmp_path / "demo")))
    once = Counter(v.antrag.inhalt for v in small[1].vorgaenge)
    antrag = next(v.antrag for v in small[1].vorgaenge if v.stand is Stand.ENTSCHIEDEN
                  and once[v.antrag.inhalt] == 1 and (folder.eingang / v.antrag.datei).is_file())  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(folder.master.read_bytes()))
    sheet = book["Anträge"]
    (table,) = sheet.tables.values()
    header, *body = sheet[table.ref]
    columns = {str(cell.value): n for n, cell in enumerate(header)}
    row = next(row for row in body if row[columns["Schlüssel"]].value == antrag.schluessel)
    for name, value in (("Bearbeitet von", "Kurz"), ("Freigegeben von", "Lang"), ("Freigegeben am", TAG)):
        row[columns[name]].value = value
    book.save(folder.master)
    target = folder.eingang / "erledigt" / "umbenannt.xlsx"
    target.parent.mkdir()
    (folder.eingang / antrag.datei).rename(target)
    pruefung = pruefen_ordner(folder, read_master(folder), TAG)
    new = next(v.antrag for v in pruefung.vorgaenge if v.antrag.inhalt == antrag.inhalt)
    assert new.schluessel != antrag.schluessel
    assert tuple(bescheide.freigegebene(pruefung)) == (new.schluessel,)
    changes = konsolidieren(folder, pruefung, STAND)
    assert not changes.get(Aenderung.NEU) and not changes.get(Aenderung.ENTFALLEN)
    assert [r["Freigegeben von"] for r in rows(folder, "Anträge") if r["Schlüssel"] == new.schluessel] == ["Lang"]
    assert tuple(bescheide.freigegebene(pruefung)) == (new.schluessel,)


def test_a_file_copied_or_saved_keeps_the_day_it_came_in_and_staff_can_correct_it(small: Small, tmp_path: Path) -> None:
    folder = Workfolder(Path(shutil.copytree(small[0].path, tmp_path / "demo")))
    path = next(p for p in folder.eingang.rglob("Antrag_*.xlsx") if p.suffix == ".xlsx")
    name = path.relative_to(folder.eingang).as_posix()

    def eingang() -> date:
        return next(
            v.antrag.eingang
            for v in pruefen_ordner(folder, read_master(folder), TAG).vorgaenge
            if v.antrag.datei == name
        )

    before = eingang()
    os.utime(path, (1e9, 1e9))
    assert eingang() == before != date(2001, 9, 9)
    listed = [row["Datei"] for row in rows(folder, "Anträge")]
    cell = ("Anträge", "Eingang berichtigt", listed.index(name) + 1, date(2020, 3, 3))
    folder.master.write_bytes(typed(folder.master.read_bytes(), cell))
    assert eingang() == date(2020, 3, 3)
    konsolidieren(folder, pruefen_ordner(folder, read_master(folder), TAG), STAND)
    (row,) = (row for row in rows(folder, "Anträge") if row["Datei"] == name)
    assert str(row["Eingang"])[:10] == "2020-03-03"


def test_the_manifest_lists_every_letter_with_its_hash(chain: Chain) -> None:
    _, _, letters = chain
    for run in letters.ordner:
        manifest = json.loads((run / "manifest.json").read_text("utf-8"))
        assert manifest["regelwerk"] == shipped_rulebook().pruefsumme and manifest["rechtsstand"] == "2020-05-04"
        listed = manifest["dateien"]
        written = [p for p in run.rglob("*") if p.is_file() and p.name != "manifest.json"]
        found = {p.relative_to(run).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in written}
        assert listed == found


def test_file_names_fit_windows(chain: Chain) -> None:
    folder, _, _ = chain
    for path in folder.path.rglob("*"):
        name = path.name
        assert not set('<>:"|?*\\') & set(name) and not name.endswith((" ", ".")), name
        assert len(str(path.relative_to(folder.path))) < 180, name


def test_every_applicant_in_the_bestand_gets_a_form_that_reads_back(chain: Chain) -> None:
    folder, pruefung, _ = chain
    forms = list(folder.formulare.rglob("Antrag_*.xlsx"))
    assert len(forms) == len(pruefung.lage.by_ags)
    again = pruefen(forms[:20], pruefung.lage)
    assert all(len(s.antraege) == 1 for s in again.sendungen)
    for sendung in again.sendungen:
        (antrag,) = sendung.antraege
        assert {s.stelle for s in antrag.stellen} == {b.stelle for b in pruefung.lage.by_ags[antrag.ags]}


def test_a_bestand_changed_during_the_run_stops_the_run(chain: Chain, tmp_path: Path) -> None:
    folder = Workfolder(Path(shutil.copytree(chain[0].path, tmp_path / "demo")))
    pruefung = pruefen_ordner(folder, read_master(folder), TAG)
    book = openpyxl.load_workbook(io.BytesIO(folder.master.read_bytes()))
    sheet = book["Bestand"]
    (table,) = sheet.tables.values()
    header, first, *_ = sheet[table.ref]
    column = next(cell.column for cell in header if cell.value == "Einsatzort")
    sheet.cell(first[0].row, column).value = "Jemand anders"
    book.save(folder.master)
    with pytest.raises(PikError, match="wurde während des Laufs geändert"):
        konsolidieren(folder, pruefung, STAND)


def test_what_was_read_with_good_will_in_the_bestand_is_said(chain: Chain, tmp_path: Path) -> None:
    folder = Workfolder(Path(shutil.copytree(chain[0].path, tmp_path / "demo")))
    book = openpyxl.load_workbook(io.BytesIO(folder.master.read_bytes()))
    sheet = book["Bestand"]
    (table,) = sheet.tables.values()
    header, first, *_ = sheet[table.ref]
    column = next(cell.column for cell in header if cell.value == "Beginn")
    cell = sheet.cell(first[0].row, column)
    cell.value, cell.number_format = f"{cell.value:%d.%m.%Y}", "@"
    book.save(folder.master)
    (befund,) = [b for b in pruefen_ordner(folder, read_master(folder), TAG).befunde if b.code == "B08"]
    assert befund.place == Place("PiK-Master.xlsm", "Bestand", cell.coordinate)
    assert f"„{cell.value}“, als Text eingetragen" in befund.meldung


@pytest.mark.exhaustive
def test_every_output_file_passes_the_open_xml_sdk_validator(
    chain: Chain, ooxml_errors: Callable[[Path], Sequence[object]]
) -> None:
    folder, _, _ = chain
    forms = sorted(folder.formulare.rglob("*.xlsx"))
    sammel = [p for p in forms if p.name.startswith("Sammelmappe")]
    notices = sorted(folder.bescheide.rglob("*.docx"))
    largest = sorted(notices, key=lambda p: p.stat().st_size)[-2:]
    requests = [*sorted(folder.rueckfragen.rglob("*.docx"))[:3], *sorted(folder.rueckfragen.rglob("*.xlsx"))[:2]]
    for path in (folder.master, *forms[:3], *sammel[:2], *notices[:4], *largest, *requests):
        assert ooxml_errors(path) == [], path.name


@pytest.mark.exhaustive
def test_really_every_output_file_passes_the_open_xml_sdk_validator(
    chain: Chain, tmp_path: Path, ooxml_errors: Callable[[Path], Sequence[object]]
) -> None:
    folder = Workfolder(Path(shutil.copytree(chain[0].path, tmp_path / "demo")))
    received = bescheide.bescheide(folder, chain[1], wunsch=Wunsch((felder.EINGANGSBESTAETIGUNG.name,)))
    overviews = kreisuebersichten(folder, read_master(folder), list(chain[1].lage.register.kreise), TAG)
    outputs = [p for p in folder.path.rglob("*.*") if p.suffix in (".docx", ".xlsx", ".xlsm")]
    outputs = [p for p in outputs if not p.is_relative_to(folder.eingang)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        verdicts = dict(zip(outputs, pool.map(ooxml_errors, outputs), strict=True))
    assert {path.name: errors for path, errors in verdicts.items() if errors} == {}
    assert len(outputs) > 700
    refusal = felder.ABLEHNUNG.name  # this land may have none; test_vorlagen_form validates one
    assert {s.art for s in (*chain[2].neu, *received.neu)} >= set(felder.ALLE) - {refusal}
    assert any("Rechtsbehelfsverzicht" in p.name for p in outputs)
    assert {p.with_suffix(".docx") for p in overviews if "Landkreis" in p.name} <= set(outputs)
    assert {folder.vorlage(name) for name in felder.SCHREIBARTEN} <= set(outputs)
    assert sum(p.name == "Versandliste.xlsx" for p in outputs) == 3 and folder.master in outputs


@pytest.mark.exhaustive
def test_the_master_and_a_letter_of_each_kind_become_pdf(
    chain: Chain, soffice_convert: Callable[[Path, str], Path]
) -> None:
    folder, _, _ = chain
    for path in (folder.master, next(folder.bescheide.rglob("*.docx")), next(folder.rueckfragen.rglob("*.docx"))):
        assert soffice_convert(path, "pdf").read_bytes().startswith(b"%PDF")


def test_no_letter_leaves_a_placeholder(chain: Chain) -> None:
    folder, _, _ = chain
    for path in (*folder.bescheide.rglob("*.docx"), *folder.rueckfragen.rglob("*.docx")):
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            for part in archive.namelist():
                if part.endswith(".xml"):
                    text = archive.read(part)
                    assert b"{{" not in text and b"{%" not in text and b"None" not in text, path.name


def test_protocol_and_findings_say_by_which_rules_they_were_made(chain: Chain) -> None:
    book = openpyxl.load_workbook(io.BytesIO(chain[0].master.read_bytes()))
    summe = shipped_rulebook().pruefsumme
    assert rows(chain[0], "Protokoll")[0]["Regelwerk"] == summe
    texts = [str(cell.value) for row in book["Befunde"].iter_rows(max_row=12) for cell in row if cell.value]
    assert any(f"Regelwerk {summe}, Tag 04.05.2020, Rechtsstand 04.05.2020" in text for text in texts)


def test_without_any_approved_post_nobody_is_refused(chain: Chain, tmp_path: Path) -> None:
    folder = Workfolder(Path(shutil.copytree(chain[0].path, tmp_path / "demo")))
    book = openpyxl.load_workbook(folder.master, keep_vba=True)
    del book["Bestand"]
    book.save(folder.master)
    before = folder.master.read_bytes()
    pruefung = pruefen_ordner(folder, read_master(folder), TAG)
    for job in (lambda: konsolidieren(folder, pruefung, STAND), lambda: bescheide.bescheide(folder, pruefung)):
        with pytest.raises(PikError, match=r"Der Bestand in .* ist leer oder fehlt"):
            job()
    assert folder.master.read_bytes() == before


def test_a_copy_under_a_shorter_name_takes_nothing_from_what_counted_before(tmp_path: Path) -> None:
    folder = invented_folder(tmp_path / "PiK", 12, 7)

    def geltend() -> set[str]:
        pruefung = pruefen_ordner(folder, read_master(folder), TAG)
        konsolidieren(folder, pruefung, STAND)
        return {v.antrag.schluessel for v in pruefung.vorgaenge if v.stand is not Stand.ERSETZT}

    before = geltend()
    (file,) = sorted(path for path in folder.eingang.rglob("Antrag_*.xlsx"))[:1]
    copy = file.with_name("a.xlsx")
    copy.write_bytes(file.read_bytes())
    for _ in range(3):  # also when the master knows the copy
        assert geltend() == before
    file.unlink()
    assert geltend() == before - {file.relative_to(folder.eingang).as_posix()} | {
        copy.relative_to(folder.eingang).as_posix()
    }
