"""A work folder as version 0.2.0 left it works on: what is stored in it is recognised, and nothing in it is lost.

`stand_0_2_0/stand.tar.xz` holds the folder, `stand_0_2_0/erwartet.json` what 0.2.0 itself made of it next; how both
came about and which function made which checksum says `stand_0_2_0/README.md`. Everything goes through the command
line, so that this file names no module but the entrance. Where it fails, the code has to change, not the expectation.
"""

from __future__ import annotations

import hashlib
import importlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import docx
import openpyxl
import pytest
from oletools.olevba import VBA_Parser

from pik_xl.__main__ import main

HIER = Path(__file__).with_name("stand_0_2_0")
ERWARTET: dict[str, Any] = json.loads((HIER / "erwartet.json").read_text("utf-8"))
MASTER, NOCH_EIN_TAG = "PiK-Master.xlsm", "29.06.2020"
ABWEICHUNG = "Festbetrag bei mittlerem Bildungsabschluss"

# What a row of each sheet with seals is known by, in this file.
SCHLUESSEL: dict[str, tuple[str, ...]] = {
    "Anträge": ("Schlüssel",),
    "Stellen": ("Stelle", "AGS"),
    "Befunde": ("Datei", "Code", "Blatt", "Zelle", "Feld"),
    "Kreise": ("AGS", "Kreis"),
    "Ausstehend": ("AGS",),
    "Bescheide": ("Schlüssel", "Reihe", "Nr."),
    "Haushalt": ("Haushaltsjahr",),
    "Einstellungen": ("Bereich", "Einstellung"),
    "Regelwerk": ("Regel",),
}
# What the office types in, and its own columns.
GETIPPT: dict[str, tuple[str, ...]] = {
    "Anträge": ("Bearbeitet von", "Bemerkung", "Freigegeben von", "Freigegeben am", "Eingang berichtigt",
                "Wiedervorlage", "Unser Zeichen"),
    "Stellen": ("Entscheidung abweichend", "Neues Ende abweichend", "Begründung der Abweichung", "Bemerkung",
                "Gespräch am"),
    "Ausstehend": ("Erinnert am", "Bemerkung"),
    "Bescheide": ("Versandt am", "Bemerkung"),
    "Einstellungen": ("Wert",),
}  # fmt: skip
DES_REFERATS = ("Bestand", "Ansprechpartner", "Abweichungen")
VERMERKT = ("Entscheidung", "Freigegebene Entscheidung", "Inhalt", "Siegel")  # hidden, for the next run

# The applications by what is special about them.
STUTTGART, STUTTGART_NEU = "08111/Antrag_08111_Stadt_Stuttgart.xlsx", "08111/Stuttgart_neu.xlsx"
LAUFFEN, LAUFFEN_JETZT = "08125/Antrag_08125056_Stadt_Lauffen_am_Neckar.xlsx", "08125/Lauffen_geprüft.xlsx"
NECKARSULM = "08125/Antrag_08125065_Stadt_Neckarsulm.xlsx"
WIMPFEN = "08125/Antrag_08125007_Stadt_Bad_Wimpfen.xlsx"
BRACKENHEIM = "08125/Antrag Brackenheim.eml/Antrag_08125013_Stadt_Brackenheim.xlsx"
EPPINGEN = "08125/Antrag_08125026_Stadt_Eppingen.xlsx"
GUNDELSHEIM = "08125/Antrag_08125039_Stadt_Gundelsheim.xlsx"
WUESTENROT = "08125/Anträge Unterland.zip/Antrag_08125107_Gemeinde_Wüstenrot.xlsx"
LAUDA = "08128/Antrag_08128139_Stadt_Lauda-Königshofen.xlsx"
TAUBERBISCHOFSHEIM = "08128/Antrag_081285004_Verwaltungsgemeinschaft_Tauberbischofsheim.xlsx"
ASSAMSTADT_NEU = "08128/Neu_Antrag_08128006_Gemeinde_Assamstadt.xlsx"
NECKAR_ODENWALD = "08225/Antrag_08225_Neckar-Odenwald-Kreis.xlsx"
SAMMELMAPPE = "08225/Sammelmappe_08225.xlsx"
BUCHEN = f"{SAMMELMAPPE}#08225014"

Row = dict[str, Any]
Blatt = dict[tuple[str, ...], Row]


# --- the folder, the command line, and what is read of what they made -------------------------------


class Lauf(NamedTuple):
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str


def pik(*args: object) -> Lauf:
    """The command line, in this process."""
    out, err = io.StringIO(), io.StringIO()
    with mock.patch("sys.argv", ["pik-xl", *map(str, args)]), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as end:
            return Lauf(int(str(end.code)), out.getvalue(), err.getvalue())
    raise AssertionError("the command line ends with a code")


def mappe(path: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl says that it drops data bars
        return openpyxl.load_workbook(path, data_only=True)


def zeilen(book: Any, blatt: str) -> list[Row]:
    """The rows of the table of a sheet by header, without empty cells; days as 2020-05-04."""
    (table,) = book[blatt].tables.values()
    (*header,), *rows = ([cell.value for cell in row] for row in book[blatt][table.ref])
    filled = ({h: _wert(v) for h, v in zip(header, row, strict=True) if v not in (None, "")} for row in rows)
    return [row for row in filled if row]


def _wert(value: Any) -> Any:
    return value.date().isoformat() if isinstance(value, datetime) else value


def blatt(book: Any, name: str) -> Blatt:
    """The rows of a sheet by what they are known by."""
    return {tuple(str(row.get(h, "")) for h in SCHLUESSEL[name]): row for row in zeilen(book, name)}


def siegel(book: Any) -> dict[str, dict[str, str]]:
    """The seals of all rows by sheet and key."""
    return {name: {" | ".join(key): row.get("Siegel", "") for key, row in blatt(book, name).items()}
            for name in SCHLUESSEL}  # fmt: skip


def antraege(book: Any) -> dict[str, Row]:
    """What the sheet Anträge says of each application and of its release, with the sentence on that."""
    saetze: dict[str, list[str]] = {}
    for row in zeilen(book, "Befunde"):
        if row["Code"] in ("M01", "M02", "M03", "M10", "M15"):
            saetze.setdefault(row["AGS"], []).append(f"{row['Code']} {row['Meldung']}")
    return {
        key: {
            "stand": row["Stand"],
            "ergebnis": row.get("Ergebnis", ""),
            "summe": row.get("Summe"),
            "digital": row.get("Digital: bewilligt"),
            "eingang": row["Eingang"],
            "freigabe": row.get("Freigabe", ""),
            "freigegeben": row.get("Freigabe") == "freigegeben",
            "saetze": saetze.get(row["AGS"], []) if row["Stand"] != "ersetzt" else [],
            **{name: row.get(name, "") for name in VERMERKT},
        }
        for (key,), row in blatt(book, "Anträge").items()
    }


def stellen(lauf: Lauf) -> dict[str, Row]:
    """What `verlaengern --json` says of each post."""
    wanted = ("ergebnis", "neues_ende", "monate", "betraege", "summe")
    return {each["stelle"]: {name: each[name] for name in wanted} for each in json.loads(lauf.out)["stellen"]}


def befunde(lauf: Lauf) -> list[list[str]]:
    """What `pruefen --json` found, without its words."""
    names = ("code", "schwere", "kreis", "ags", "stelle", "datei", "blatt", "zelle", "feld", "gefunden")
    return sorted([each[name] for name in names] for each in json.loads(lauf.out)["befunde"])


def manifest(lauf: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((lauf / "manifest.json").read_text("utf-8"))
    return found


def schreiben(lauf: Path) -> list[Row]:
    """What the manifest of a run says of its letters, but for the SHA-256 of the files."""
    return sorted(({n: v for n, v in each.items() if n != "sha256"} for each in manifest(lauf)["schreiben"]),
                  key=lambda each: each["datei"])  # fmt: skip


def laeufe(folder: Path) -> set[str]:
    """The folders of runs in a work folder."""
    return {p.parent.relative_to(folder).as_posix() for p in folder.glob("*/*/manifest.json")}


def pruefsummen(data: bytes | Path) -> str:
    """What the hidden sheet of a form says of the facts it was sent with."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data) if isinstance(data, bytes) else data, data_only=True)
    rows = {row[0].value: row[1].value for row in book["_form"].iter_rows(max_col=2)}
    return str(next(value for name, value in rows.items() if "prüfsumme" in str(name).lower() or name == "pruefsumme"))


def text(path: Path) -> str:
    """The words of a letter."""
    document = docx.Document(str(path))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


@pytest.fixture(scope="session")
def entpackt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stored folder and what lies beside it; nothing may change them."""
    path = tmp_path_factory.mktemp("stand_0_2_0")
    with tarfile.open(HIER / "stand.tar.xz") as archive:
        archive.extractall(path, filter="data")
    return path


@pytest.fixture(scope="session")
def vorher(entpackt: Path) -> Path:
    """The work folder as it was stored; nothing may change it."""
    return entpackt / "PiK"


@pytest.fixture
def folder(vorher: Path, tmp_path: Path) -> Path:
    """The work folder, to work in."""
    return Path(shutil.copytree(vorher, tmp_path / "PiK"))


class Konsolidiert(NamedTuple):
    """The work folder after two runs of `konsolidieren`, what the first said, and the master before and after each."""

    folder: Path
    lauf: Lauf
    vorher: Any
    nachher: Any
    noch_einmal: Any


@pytest.fixture(scope="session")
def konsolidiert(vorher: Path, tmp_path_factory: pytest.TempPathFactory) -> Konsolidiert:
    folder = Path(shutil.copytree(vorher, tmp_path_factory.mktemp("konsolidiert") / "PiK"))
    books = [mappe(folder / MASTER)]
    laeufe = []
    for _ in range(2):
        laeufe.append(pik("konsolidieren", folder))
        books.append(mappe(folder / MASTER))
    return Konsolidiert(folder, laeufe[0], *books)


@pytest.fixture(scope="session")
def geprueft(vorher: Path) -> Lauf:
    return pik("pruefen", vorher, "--json")


@pytest.fixture(scope="session")
def geschrieben(vorher: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Lauf]:
    """The work folder after the letters of another day, without a consolidation before."""
    folder = Path(shutil.copytree(vorher, tmp_path_factory.mktemp("geschrieben") / "PiK"))
    return folder, pik("bescheide", folder, "--am", NOCH_EIN_TAG)


# --- the stored folder itself ---------------------------------------------------------------------


def test_the_stored_folder_is_the_one_the_expectations_were_taken_from() -> None:
    data = (HIER / "stand.tar.xz").read_bytes()
    assert hashlib.sha256(data).hexdigest() == ERWARTET["stand"]["sha256"]
    assert len(data) < 1_000_000


def test_it_holds_what_an_office_leaves(vorher: Path) -> None:
    book = mappe(vorher / MASTER)
    rows = {key: row for (key,), row in blatt(book, "Anträge").items()}
    assert {row["Stand"] for row in rows.values()} == {"entscheidungsreif", "Rückfrage", "ersetzt"}
    assert {row.get("Freigabe") for row in rows.values()} - {None} == {
        "offen", "bearbeitet", "unvollständig", "zweite Person fehlt", "nach Freigabe geändert", "freigegeben",
    }  # fmt: skip
    assert {row.get("Ergebnis") for row in rows.values()} - {None} == {"bewilligt", "teilweise", "abgelehnt"}
    letters = blatt(book, "Bescheide").values()
    assert {(row["Schreiben"], row["Fassung"]) for row in letters} == {
        ("Zuwendungsbescheid", "Entwurf"), ("Zuwendungsbescheid", "endgültig"), ("Ablehnungsbescheid", "endgültig"),
        ("Änderungsbescheid", "Entwurf"), ("Änderungsbescheid", "endgültig"), ("Nachforderung", "endgültig"),
        ("Bescheid Digitales Integrationsmanagement", "endgültig"), ("Nachforderung zur Sammelmappe", "endgültig"),
    }  # fmt: skip
    assert NECKARSULM not in rows and len(zeilen(book, "Verwaist")) == 7


# --- what came in: forms, their checksums, the day of receipt --------------------------------------


def test_pruefen_finds_what_it_found_in_the_same_cells(geprueft: Lauf) -> None:
    assert geprueft.code == 1 and befunde(geprueft) == ERWARTET["befunde"]


def test_a_fact_that_was_changed_in_a_form_that_was_sent_is_found_and_nothing_else(geprueft: Lauf) -> None:
    found = [(b["code"], b["datei"], b["zelle"]) for b in json.loads(geprueft.out)["befunde"]]
    assert [each for each in found if each[0] in ("F21", "B05")] == [
        ("F21", WUESTENROT, "D7"), ("F21", WUESTENROT, "A7"), ("B05", LAUDA, "C7"),
    ]  # fmt: skip


def test_a_row_of_a_sammelmappe_nobody_touched_is_no_application(geprueft: Lauf, konsolidiert: Konsolidiert) -> None:
    (f10,) = (b for b in json.loads(geprueft.out)["befunde"] if b["code"] == "F10")
    assert f10["datei"] == SAMMELMAPPE
    assert f10["gefunden"] == "2 von 5 Antragstellern (Neckar-Odenwald-Kreis, Stadt Osterburken)"
    rows = [key for (key,) in blatt(konsolidiert.nachher, "Anträge") if key.startswith(SAMMELMAPPE)]
    assert rows == [f"{SAMMELMAPPE}#{ags}" for ags in ("08225001", "08225014", "08225058")]


def test_forms_are_sent_with_the_checksums_they_were_sent_with(folder: Path) -> None:
    sent = {name: summen for name, summen in ERWARTET["formulare"].items() if name.startswith("Formulare/")}
    for name in sent:
        (folder / name).unlink()
    assert pik("formulare", folder).code == 0
    assert {name: pruefsummen(folder / name) for name in sent} == sent
    for path in folder.glob("Formulare/*/Antrag_*.xlsx"):  # and so is every other one, as far as it came back
        came = ERWARTET["formulare"].get(f"Eingang/{path.relative_to(folder / 'Formulare').as_posix()}")
        assert came in (None, pruefsummen(path)), path.name


def test_what_came_back_says_what_it_was_sent_with(vorher: Path) -> None:
    for name, summen in ERWARTET["formulare"].items():
        if (vorher / name).suffix == ".xlsx" and (vorher / name).is_file():
            assert pruefsummen(vorher / name) == summen, name
    with zipfile.ZipFile(vorher / "Eingang/08125/Anträge Unterland.zip") as archive:
        for name in archive.namelist():
            summen = ERWARTET["formulare"][f"Eingang/08125/Anträge Unterland.zip/{name}"]
            assert pruefsummen(archive.read(name)) == summen


def test_workbooks_that_are_marked_once_more_have_the_checksums_they_had(folder: Path) -> None:
    shutil.rmtree(folder / "Rueckfragen" / "2020-05-04")
    assert pik("bescheide", folder, "--art", "nachforderung", "--art", "sammelmappe").code == 1
    made = {path.name: pruefsummen(path) for path in folder.glob("Rueckfragen/*/*/*_markiert.xlsx")}
    known = {Path(name).name: summen for name, summen in ERWARTET["formulare"].items() if "markiert" in name}
    assert made == {name: summen for name, summen in known.items() if "Neudenau" not in name}  # that one went out


def test_an_application_keeps_its_day_of_receipt_in_a_folder_that_was_copied(folder: Path) -> None:
    neu = folder / "Eingang" / STUTTGART_NEU
    days = {key: row["eingang"] for key, row in ERWARTET["antraege"].items() if key != STUTTGART_NEU}
    neu.unlink()  # no run has seen it: it has no other day than that of its file
    for path in (folder / "Eingang").rglob("*.*"):
        os.utime(path)
    assert pik("konsolidieren", folder).code == 1
    assert {key: row["eingang"] for key, row in antraege(mappe(folder / MASTER)).items()} == days


# --- decisions -------------------------------------------------------------------------------------


def test_every_post_is_decided_as_it_was_to_the_cent(vorher: Path) -> None:
    assert stellen(pik("verlaengern", vorher, "--json")) == ERWARTET["stellen"]


def test_the_value_the_office_set_instead_of_the_rulebooks_is_in_force(vorher: Path) -> None:
    regeln = json.loads(pik("regeln", vorher, "--json").out)
    (step,) = (each for each in regeln if each["name"] == ABWEICHUNG)
    assert (step["wert"], step["urheber"], step["bekannt_seit"]) == ("52345.67", "Lang", "2020-04-28")


def test_a_file_note_tells_what_staff_decided_and_every_amount(vorher: Path) -> None:
    traeger, stelle = pik("erklaeren", "081285004", vorher), pik("erklaeren", "08125058-01", vorher)
    assert (traeger.code, stelle.code) == (0, 0)
    assert "Summe über alle Stellen und Jahre: 70.980,95\N{NO-BREAK SPACE}€" in traeger.out
    assert "Grund: Die Diakonie beschäftigt die Fachkraft nur bis Ende 2021." in stelle.out
    assert "abweichend: teilweise bis 31.12.2021." in stelle.out


# --- the master: releases, checksums, what people typed --------------------------------------------


def test_every_release_that_held_still_holds_and_the_others_do_not(konsolidiert: Konsolidiert) -> None:
    found = antraege(konsolidiert.nachher)
    assert {key: row["freigegeben"] for key, row in found.items()} == {
        key: row["freigegeben"] for key, row in ERWARTET["antraege"].items()
    }
    held = {umbenannt(key) for (key,), row in blatt(konsolidiert.vorher, "Anträge").items()
            if row.get("Freigabe") == "freigegeben"}  # fmt: skip
    assert len(held) == 7
    assert {key for key in held if not found[key]["freigegeben"]} == {BUCHEN}  # its Bestand was changed since


def test_the_sheet_says_of_every_release_what_it_said(konsolidiert: Konsolidiert) -> None:
    found = antraege(konsolidiert.nachher)
    for key, wanted in ERWARTET["antraege"].items():
        assert found[key] == wanted, key
    assert found.keys() == ERWARTET["antraege"].keys()


def test_a_release_is_good_for_the_decision_that_stood_there_and_noted_with_its_checksum(
    konsolidiert: Konsolidiert,
) -> None:
    before, after = ({key: row for (key,), row in blatt(book, "Anträge").items()}
                     for book in (konsolidiert.vorher, konsolidiert.nachher))  # fmt: skip
    noted = {key: str(row["Freigegebene Entscheidung"]) for key, row in after.items()
             if "Freigegebene Entscheidung" in row}  # fmt: skip
    fresh = {
        key for key, text in noted.items() if text != before.get(unbenannt(key), {}).get("Freigegebene Entscheidung")
    }
    assert fresh == {BRACKENHEIM, TAUBERBISCHOFSHEIM, EPPINGEN}  # two no run had seen; of one the day has come
    for key in fresh:
        assert noted[key][:8] == before[key]["Entscheidung"] == after[key]["Entscheidung"]
    assert before[EPPINGEN]["Freigegebene Entscheidung"] == noted[EPPINGEN].replace(" ", ">", 1)


def test_hidden_checksums_of_what_did_not_change_are_what_they_were(konsolidiert: Konsolidiert) -> None:
    anders = {STUTTGART, BUCHEN}  # replaced by a newer one; its Bestand was changed
    after = {key: row for (key,), row in blatt(konsolidiert.nachher, "Anträge").items()}
    for (key,), row in blatt(konsolidiert.vorher, "Anträge").items():
        now = after[umbenannt(key)]
        assert now["Inhalt"] == row["Inhalt"], key
        assert (now["Entscheidung"] == row["Entscheidung"]) == (key not in anders), key


def said(name: str, row: Row) -> Row:
    """What a run wrote in a row of a sheet, without what moves by itself or is noted for the next."""
    formeln = {
        "Anträge": ("Freigabe",),
        "Kreise": ("Stand", "noch offen", "freigegeben", "Ansprechpartner"),
        "Haushalt": ("Jetzt bewilligt", "Rest", "Auslastung", "Bemerkung"),
    }.get(name, ())
    noted = (*VERMERKT[:2], "Siegel", "Seit dem letzten Lauf")
    return {h: value for h, value in row.items() if h not in (*formeln, *noted, *GETIPPT.get(name, ()))}


@pytest.mark.parametrize("name", SCHLUESSEL)
def test_a_row_that_says_the_same_has_the_same_seal_and_one_that_does_not_another(
    name: str, konsolidiert: Konsolidiert
) -> None:
    before, after = (
        {key: row for key, row in blatt(book, name).items() if "Siegel" in row}  # the row of sums has none
        for book in (konsolidiert.vorher, konsolidiert.nachher)
    )
    same = {key for key in before.keys() & after.keys() if said(name, before[key]) == said(name, after[key])}
    assert len(same) * 2 >= len(before)
    for key in same:
        assert after[key]["Siegel"] == before[key]["Siegel"], key
    for key in (before.keys() & after.keys()) - same:
        over = name == "Anträge" and key == (NECKAR_ODENWALD,)  # somebody typed over what the run wrote, and it is back
        assert (after[key]["Siegel"] == before[key]["Siegel"]) == over, key


def test_seals_are_those_version_0_2_0_would_have_written_but_for_a_place_of_work(konsolidiert: Konsolidiert) -> None:
    found = siegel(konsolidiert.nachher)
    # Its row says the approved place now, as the notice always did; version 0.2.0 showed the one typed into the form.
    key = ("08125107-01", "08125107")
    assert blatt(konsolidiert.nachher, "Stellen")[key]["Einsatzort"] == "Wüstenrot"
    assert found["Stellen"][" | ".join(key)] != ERWARTET["siegel"]["Stellen"][" | ".join(key)]
    found["Stellen"][" | ".join(key)] = ERWARTET["siegel"]["Stellen"][" | ".join(key)]
    for name in ("Anträge", "Stellen", "Kreise", "Ausstehend", "Bescheide", "Haushalt"):  # the others quote our words
        assert found[name] == ERWARTET["siegel"][name], name


def test_nothing_people_typed_is_lost(konsolidiert: Konsolidiert) -> None:
    for name, headers in GETIPPT.items():
        before, after = blatt(konsolidiert.vorher, name), blatt(konsolidiert.nachher, name)
        typed = [(key, header, row[header]) for key, row in before.items() for header in headers if header in row]
        assert typed, name
        for key, header, value in typed:
            moved = (umbenannt(key[0]), *key[1:]) if name == "Anträge" else key
            assert after[moved].get(header) == value, (name, *key, header)
    for name in DES_REFERATS:
        assert zeilen(konsolidiert.nachher, name) == zeilen(konsolidiert.vorher, name), name
    headers = {"Anträge": "Unser Zeichen", "Stellen": "Gespräch am"}
    for name, own in headers.items():
        assert any(own in row for row in zeilen(konsolidiert.nachher, name))


def test_what_was_typed_over_a_cell_of_a_run_goes_to_verwaist_and_nothing_else(konsolidiert: Konsolidiert) -> None:
    before, after = zeilen(konsolidiert.vorher, "Verwaist"), zeilen(konsolidiert.nachher, "Verwaist")
    assert after == ERWARTET["verwaist"]
    assert [row for row in after if row not in before] == [
        {"Blatt": "Anträge", "Schlüssel": NECKAR_ODENWALD, "Spalte": "Ansprechperson (überschrieben)",
         "Inhalt": "Herr Fischer, Zimmer 12"}
    ]  # fmt: skip
    assert [row for row in before if row not in after] == []
    assert "1 Eintrag steht neu auf Blatt Verwaist." in konsolidiert.lauf.out


def test_a_second_run_changes_nothing(konsolidiert: Konsolidiert) -> None:
    assert konsolidiert.nachher.sheetnames == konsolidiert.noch_einmal.sheetnames
    books = konsolidiert.nachher, konsolidiert.noch_einmal
    for name in set(konsolidiert.nachher.sheetnames) - {"Protokoll", "Befunde"}:
        one, other = (dict(_cells(book[name])) for book in books)
        assert one == other, name
    one, other = (list(map(_ohne_ort, zeilen(book, "Befunde"))) for book in books)
    assert one == other


def _ohne_ort(befund: Row) -> Row:
    """A finding; one on the master itself names the cell as it was before the run, which may have moved its row."""
    moved = ("Zelle", "Siegel") if befund.get("Datei") == MASTER else ()
    return {header: value for header, value in befund.items() if header not in moved}


def _cells(sheet: Any) -> Iterator[tuple[str, Any]]:
    """What stands in a sheet by cell, but for the time of the run and what has changed since the last one."""
    change = {c.column for row in sheet.iter_rows(max_row=6) for c in row
              if str(c.value).lower() == "seit dem letzten lauf"}  # fmt: skip
    for row in sheet.iter_rows():
        for c in row:
            if c.value is not None and c.column not in change and not re.match(r"Stand \d\d\.", str(c.value)):
                yield c.coordinate, c.value


def test_what_stood_in_a_row_that_is_back_returns_from_verwaist(folder: Path) -> None:
    shutil.copy2(folder / "Abgelegt" / Path(NECKARSULM).name, folder / "Eingang" / NECKARSULM)
    assert pik("konsolidieren", folder).code == 1
    book = mappe(folder / MASTER)
    row = blatt(book, "Anträge")[NECKARSULM,]
    assert (row["Bearbeitet von"], row["Bemerkung"], row["Wiedervorlage"], row["Unser Zeichen"]) == (
        "Kurz", "Antrag kommt noch einmal (Telefonat 24.04.)", "2020-06-30", 4711,
    )  # fmt: skip
    post = blatt(book, "Stellen")["08125065-01", "08125065"]
    assert (post["Bemerkung"], post["Gespräch am"]) == ("Vertretung bis Jahresende", 43945)
    assert [row["Spalte"] for row in zeilen(book, "Verwaist")] == [
        "E-Mail (überschrieben)", "Ansprechperson (überschrieben)",
    ]  # fmt: skip


def test_an_application_whose_file_was_renamed_keeps_its_release_its_notice_and_its_remarks(
    konsolidiert: Konsolidiert,
) -> None:
    before = blatt(konsolidiert.vorher, "Anträge")[LAUFFEN,]
    rows = blatt(konsolidiert.nachher, "Anträge")
    assert (LAUFFEN,) not in rows
    now = rows[LAUFFEN_JETZT,]
    for header in (*VERMERKT[:3], "Freigabe", "Bearbeitet von", "Bemerkung", "Unser Zeichen", "Eingang"):
        assert now[header] == before[header], header
    letter = blatt(konsolidiert.vorher, "Bescheide")[LAUFFEN, "stellen", "1"]
    assert blatt(konsolidiert.nachher, "Bescheide")[LAUFFEN, "stellen", "1"] == letter  # the run of letters renames it


def test_a_copy_of_the_master_from_before_a_run_can_be_put_back(folder: Path) -> None:
    (kopie,) = (folder / "Protokoll" / "Sicherungen").iterdir()
    shutil.copyfile(kopie, folder / MASTER)
    found = [b["code"] for b in json.loads(pik("pruefen", folder, "--json").out)["befunde"]]
    assert "M19" in found  # the newest run is missing in it
    assert pik("konsolidieren", folder).code == 1
    states = {key: row["freigabe"] for key, row in antraege(mappe(folder / MASTER)).items()}
    later = {BRACKENHEIM, TAUBERBISCHOFSHEIM, BUCHEN}  # released, or decided otherwise, after that run
    assert {k: v for k, v in states.items() if k not in later} == {
        k: row["freigabe"] for k, row in ERWARTET["antraege"].items() if k not in later
    }


# --- letters ---------------------------------------------------------------------------------------


def test_a_preview_says_what_would_be_new_and_writes_nothing(folder: Path) -> None:
    def files() -> dict[str, bytes]:
        return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}

    before, lauf = files(), pik("bescheide", folder, "--am", NOCH_EIN_TAG, "--vorschau")
    assert "Entstünde neu: 5" in lauf.out and "Liegt unverändert vor: 16" in lauf.out
    assert files() == before


def test_the_letters_of_another_day_are_those_version_0_2_0_would_have_written_but_for_an_amount(
    vorher: Path, geschrieben: tuple[Path, Lauf]
) -> None:
    folder, _ = geschrieben
    new = {name: schreiben(folder / name) for name in laeufe(folder) - laeufe(vorher)}
    # The Bestand names no amount for this post, so `jahresbetrag` was empty; now it is the rate that was reckoned with.
    (anders,) = (s for s in new["Bescheide/2020-06-29"] if s["schluessel"] == TAUBERBISCHOFSHEIM)
    (vorher_so,) = (s for s in ERWARTET["schreiben"]["Bescheide/2020-06-29"] if s["schluessel"] == TAUBERBISCHOFSHEIM)
    assert anders["inhalt"] != vorher_so["inhalt"] and anders["entscheidung"] == vorher_so["entscheidung"]
    anders["inhalt"] = vorher_so["inhalt"]
    assert new == ERWARTET["schreiben"]


def test_no_final_notice_is_written_again_and_every_draft_is_known_as_the_same_letter(
    vorher: Path, geschrieben: tuple[Path, Lauf]
) -> None:
    folder, lauf = geschrieben
    assert "Unverändert seit einem früheren Lauf, darum nicht neu geschrieben: 16" in lauf.out
    (ordner,) = laeufe(folder) - laeufe(vorher)
    written = {(each["reihe"], each["ags"]) for each in schreiben(folder / ordner)}
    known = [row for row in zeilen(mappe(vorher / MASTER), "Bescheide") if row["Reihe"] in ("stellen", "digital")]
    final = {(row["Reihe"], row["AGS"]) for row in known if row["Fassung"] == "endgültig"}
    assert written & final == {("stellen", "08225014")}  # amended, as its Bestand was changed
    drafts = {(row["Reihe"], row["AGS"]) for row in known if row["Fassung"] == "Entwurf"}
    now_final = {("stellen", ags) for ags in ("08125013", "08125026", "081285004")}
    newer = {("stellen", "08111")}
    assert written & drafts == now_final | newer
    for path in vorher.rglob("*.docx"):
        assert (folder / path.relative_to(vorher)).read_bytes() == path.read_bytes()


def test_only_what_is_released_is_written_when_that_is_asked(folder: Path, vorher: Path) -> None:
    assert pik("bescheide", folder, "--am", NOCH_EIN_TAG, "--nur-freigegebene").code == 1
    (ordner,) = laeufe(folder) - laeufe(vorher)
    assert {(each["schluessel"], each["fassung"]) for each in schreiben(folder / ordner)} == {
        (BRACKENHEIM, "endgültig"), (EPPINGEN, "endgültig"), (TAUBERBISCHOFSHEIM, "endgültig"),
    }  # fmt: skip
    rows = blatt(mappe(folder / MASTER), "Bescheide")
    assert rows[LAUFFEN_JETZT, "stellen", "1"]["Versandt am"] == "2020-05-12"


def test_an_amended_case_gives_an_aenderungsbescheid_that_names_the_notice_before(
    folder: Path, vorher: Path, geschrieben: tuple[Path, Lauf]
) -> None:
    written, lauf = geschrieben
    (buchen,) = (s for s in ERWARTET["schreiben"]["Bescheide/2020-06-29"] if s["schluessel"] == BUCHEN)
    assert (buchen["titel"], buchen["nummer"]) == ("Änderungsbescheid", 2)
    assert "15.06.2020" in text(written / buchen["datei"]) and "64.000,00" in text(written / buchen["datei"])
    assert f"L02 {SAMMELMAPPE}" in lauf.out and f"L06 {SAMMELMAPPE}" in lauf.out

    (known,) = (s for s in schreiben(vorher / "Bescheide/2020-06-15") if s["schluessel"] == ASSAMSTADT_NEU)
    (folder / known["datei"]).unlink()  # the draft of a grant after a refusal; a run writes it once more
    assert pik("bescheide", folder, "--art", "verlaengerung", "--kreis", "08128").code == 1
    (ordner,) = laeufe(folder) - laeufe(vorher)
    (again,) = (s for s in schreiben(folder / ordner) if s["schluessel"] == ASSAMSTADT_NEU)
    moved = ("datei", "anlagen")
    assert {n: v for n, v in again.items() if n not in moved} == {n: v for n, v in known.items() if n not in moved}
    assert "11.05.2020" in text(folder / again["datei"])


def test_notices_are_known_from_the_sheet_where_their_folders_were_moved_away(folder: Path) -> None:
    for name in ("2020-05-11", "2020-06-02"):
        shutil.move(folder / "Bescheide" / name, folder.parent / name)
    lauf = pik("bescheide", folder, "--am", NOCH_EIN_TAG, "--vorschau")
    assert "L09 Bescheide/2020-05-11" in lauf.out and "L09 Bescheide/2020-06-02" in lauf.out
    assert "Entstünde neu: 5" in lauf.out  # as many as with them


def test_a_manifest_knows_every_file_of_its_run(vorher: Path) -> None:
    for ordner in laeufe(vorher):
        dateien = manifest(vorher / ordner)["dateien"]
        there = {p.relative_to(vorher / ordner).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
                 for p in (vorher / ordner).rglob("*.*") if p.is_file() and p.name != "manifest.json"}  # fmt: skip
        assert there == dateien, ordner


def test_everything_in_one_go_works_and_once_more_writes_nothing(folder: Path) -> None:
    first = pik("alles", folder)
    assert (first.code, first.err) == (1, "") and "Geschrieben in:" in first.out
    before = laeufe(folder)
    second = pik("alles", folder)
    assert second.code == 1 and "Keine neuen Schreiben." in second.out and laeufe(folder) == before


# --- the rest of the office ------------------------------------------------------------------------


def test_overviews_tell_what_the_master_says(folder: Path) -> None:
    lauf = pik("kreis", "alle", folder)
    assert lauf.code == 0 and "4 Übersichten" in lauf.out
    assert {p.name for p in (folder / "Kreise").iterdir()} == {
        "08111_Stadt_Stuttgart.xlsx",
        *(f"{name}{suffix}" for suffix in (".xlsx", ".docx")
          for name in ("08125_Landkreis_Heilbronn", "08128_Main-Tauber-Kreis", "08225_Neckar-Odenwald-Kreis")),
    }  # fmt: skip
    book = mappe(folder / "Kreise" / "08128_Main-Tauber-Kreis.xlsx")
    cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert "Stand 15.06.2020, 10:00 Uhr" in cells
    assert {"Stadt Wertheim", "081285004-02"} <= cells


def test_support_is_told_of_the_last_run(vorher: Path) -> None:
    lauf = pik("diagnose", vorher)
    assert lauf.code == 0 and "Letzter Lauf: 15.06.2020 10:00, Alles, Regelwerk" in lauf.out
    assert "Rueckfragen: 10 Dateien" in lauf.out


def test_a_folder_whose_run_crashed_is_told_and_given_free(folder: Path, entpackt: Path) -> None:
    sperre, halb = folder / "Protokoll" / "lauf.sperre", entpackt / "Sperre"
    shutil.copyfile(halb / "lauf.sperre", sperre)
    (left,) = (p.name for p in halb.iterdir() if p.is_dir())
    shutil.copytree(halb / left, folder / "Bescheide" / left)
    lauf = pik("konsolidieren", folder)
    assert lauf.code == 2
    assert "läuft schon „Bescheide“: lang am Rechner PC-REFERAT-17, seit 16.06.2020, 16:45 Uhr" in lauf.err
    assert pik("entsperren", folder, "--ja").code == 0
    assert not sperre.exists() and not (folder / "Bescheide" / left).exists()
    assert pik("konsolidieren", folder).code == 1
    assert pik("entsperren", folder).out.endswith("ist nicht gesperrt.\n")


def test_macros_of_existing_masters_find_what_they_call(vorher: Path) -> None:
    parser = VBA_Parser(str(vorher / MASTER))
    try:
        code = "\n".join(text for _, _, _, text in parser.extract_macros())
    finally:
        parser.close()
    called = re.findall(r'Rufen "import ([\w.]+); \1\.(\w+)\(\)"', code)
    assert len(called) == 15
    for module, function in called:
        assert callable(getattr(importlib.import_module(module), function)), (module, function)


@pytest.mark.parametrize("module", ["pik_xl.buttons", "pik_xl.udfs", "pik_xl.__main__"])
def test_modules_that_are_named_outside_are_where_they_were(module: str) -> None:
    """In the macros, in every user's xlwings.conf (UDF MODULES), in what starts the Leitstand."""
    assert importlib.util.find_spec(module) is not None


def test_the_folder_works_from_a_process_of_its_own_too(folder: Path) -> None:
    command = [sys.executable, "-m", "pik_xl", "bescheide", folder, "--am", NOCH_EIN_TAG, "--nur-freigegebene"]
    run = subprocess.run([*command, "--vorschau"], capture_output=True, text=True, encoding="utf-8", timeout=120)
    assert (run.returncode, run.stderr) == (0, "")
    assert "Entstünde neu: 3" in run.stdout


def test_a_button_in_excel_says_of_the_open_master_what_the_command_says(
    folder: Path, konsolidiert: Konsolidiert
) -> None:
    code = "import as_in_excel; as_in_excel.start(); import pik_xl.buttons; pik_xl.buttons.konsolidieren()"
    env = os.environ | {"PIK_ORDNER": str(folder), "PYTHONPATH": str(HIER.parent), "PYTHONIOENCODING": "utf-8"}
    env.pop("DISPLAY", None)
    command = [sys.executable, "-B", "-c", code]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=env, check=False, timeout=120)
    assert (run.returncode, run.stderr) == (0, "")
    said = "Anträge seit dem letzten Lauf: 1 neu, 1 geändert, 1 ersetzt. 1 Eintrag steht neu auf Blatt Verwaist."
    assert said in run.stdout and said in konsolidiert.lauf.out


def umbenannt(key: str) -> str:
    """The key an application of before has now."""
    return LAUFFEN_JETZT if key == LAUFFEN else key


def unbenannt(key: str) -> str:
    """The key an application of now had before."""
    return LAUFFEN if key == LAUFFEN_JETZT else key
