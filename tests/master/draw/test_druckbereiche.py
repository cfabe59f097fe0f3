"""What is printed: lists by whole columns, however long they get, and forms and front pages from edge to edge."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from masters import bewilligungen, build, rewritten, updated, vorgang
from pypdf import PdfReader

from pik_xl.build import ship
from pik_xl.demo import invent
from pik_xl.demo.folder import invented_folder
from pik_xl.formular import felder
from pik_xl.jobs import anlegen, bescheide
from pik_xl.jobs.konsolidieren import konsolidieren
from pik_xl.jobs.kreise import kreisuebersichten
from pik_xl.jobs.pruefen import bericht, pruefen_ordner
from pik_xl.jobs.run import read_master
from pik_xl.model import Schreiben
from pik_xl.schreiben.einzelform import form_templates
from pik_xl.workfolder import Workfolder

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")

STAND = datetime(2020, 5, 4, 12)
NAME = re.compile(r'<definedName name="_xlnm\.(Print_\w+)" localSheetId="(\d+)"[^>]*>([^<]*)</definedName>')
LISTE = re.compile(r"\$A:\$[A-Z]{1,2}")
SEITE = re.compile(r"\$A\$1:\$([A-Z]{1,2})\$(\d{1,3})")


def druck(data: bytes, which: str) -> dict[str, str]:
    """The print areas or titles of a workbook by sheet, as the file has them."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        book = package.read("xl/workbook.xml").decode()
    sheets = re.findall(r'<sheet [^>]*?name="([^"]*)"', book)
    return {sheets[int(n)]: text.rpartition("!")[2] for kind, n, text in NAME.findall(book) if kind == which}


@pytest.fixture(scope="module")
def mappen(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """Every workbook we make, in a folder in which everything has been done."""
    folder = invented_folder(tmp_path_factory.mktemp("land") / "demo", 60, 5)
    frisch = folder.master.read_bytes()
    formulare = anlegen.formulare(folder, read_master(folder), invent.TAG)
    pruefung = pruefen_ordner(folder, read_master(folder), invent.TAG)
    konsolidieren(folder, pruefung, STAND)
    pruefung = pruefen_ordner(folder, read_master(folder), invent.TAG)
    written = bescheide.bescheide(folder, pruefung)
    konsolidieren(folder, pruefung, STAND, letters=written)
    befunde = bericht(pruefung, folder.path / "Bericht.xlsx", STAND)
    (kreis, *_) = kreisuebersichten(folder, read_master(folder), ["08115"], invent.TAG)
    return {
        "Leeres Formular": form_templates(pruefung.lage)[0].fill({}, [{}] * ship.BLANK_ROWS),
        "Formular": next(p for p in formulare if p.name.startswith("Antrag")).read_bytes(),
        "Sammelmappe": next(p for p in formulare if p.name.startswith("Sammelmappe")).read_bytes(),
        "Master, angelegt": frisch,
        "Master, nach einem Lauf": folder.master.read_bytes(),
        "Versandliste": next(folder.bescheide.rglob("Versandliste.xlsx")).read_bytes(),
        "Prüfbericht": befunde.read_bytes(),
        "Kreisübersicht": kreis.read_bytes(),
        "Rückgabe": rueckgabe(folder, written.neu),
    }


def rueckgabe(folder: Workfolder, letters: list[Schreiben]) -> bytes:
    """The marked workbook of one applicant."""
    (name, letter), *_ = ((s.anlagen[0], s) for s in letters if s.anlagen and s.anlagen[0].endswith(".xlsx"))
    return (folder.path / letter.datei).with_name(name).read_bytes()


FORMULARE = ("Leeres Formular", "Formular", "Rückgabe")
LISTEN = ("Master, angelegt", "Master, nach einem Lauf", "Versandliste", "Prüfbericht", "Kreisübersicht")
# Front pages and the one sheet of the forms that is read, not filled in.
SEITEN = {"Start", "Übersicht", felder.BLATT_ANTRAG, felder.BLATT_DIGITAL, felder.BLATT_HINWEISE}


@pytest.mark.parametrize("name", LISTEN)
def test_lists_print_whole_columns_with_their_header_on_every_page(mappen: Mapping[str, bytes], name: str) -> None:
    areas, titles = druck(mappen[name], "Print_Area"), druck(mappen[name], "Print_Titles")
    opened = openpyxl.load_workbook(BytesIO(mappen[name]))
    listen = [sheet for sheet in opened.worksheets if sheet.tables and sheet.title not in SEITEN]
    assert listen
    for sheet in listen:
        assert LISTE.fullmatch(areas[sheet.title]), f"{sheet.title}: {areas[sheet.title]}"
        header = next(iter(sheet.tables.values())).ref.partition(":")[0].strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        assert titles[sheet.title] == f"${header}:${header}"
    assert areas.keys() - {sheet.title for sheet in listen} <= SEITEN


@pytest.mark.parametrize("name", [*FORMULARE, "Sammelmappe", *LISTEN])
def test_pages_print_what_is_drawn_on_them_and_hardly_more(mappen: Mapping[str, bytes], name: str) -> None:
    opened = openpyxl.load_workbook(BytesIO(mappen[name]))
    areas = {sheet: area for sheet, area in druck(mappen[name], "Print_Area").items() if sheet in SEITEN}
    assert areas.keys() == SEITEN & set(opened.sheetnames)
    for title, area in areas.items():
        match = SEITE.fullmatch(area)
        assert match, f"{title}: {area}"
        sheet = opened[title]
        drawn = [cell.row for row in sheet.iter_rows() for cell in row if cell.value is not None]
        drawn += [chart.anchor.to.row + 1 for chart in sheet._charts]
        assert int(match[2]) - 3 <= max(drawn) <= int(match[2]), f"{title}: {area}, {max(drawn)}"


@pytest.mark.parametrize("name", [*FORMULARE, "Sammelmappe"])
def test_tables_of_a_form_print_what_is_there_with_header_and_first_column(
    mappen: Mapping[str, bytes], name: str
) -> None:
    for title in {felder.BLATT_STELLEN, felder.BLATT_ANTRAGSTELLER} & set(openpyxl_names(mappen[name])):
        assert title not in druck(mappen[name], "Print_Area")
        assert set(druck(mappen[name], "Print_Titles")[title].split(",")) & {"$6:$6", "$A:$A"}


def openpyxl_names(data: bytes) -> list[str]:
    return openpyxl.load_workbook(BytesIO(data)).sheetnames


# --- masters made before ---------------------------------------------------------------------------


def older(data: bytes) -> bytes:
    """The master as it was made before: every list one row short."""
    one_short = partial(re.sub, r"!\$A:\$([A-Z]{1,2})<", r"!$A$1:$\1$1048575<")
    return rewritten(data, {"xl/workbook.xml": one_short})


BESTAND = bewilligungen(8)
CASES = [vorgang(b, n) for n, b in enumerate(BESTAND)]
LATER = [*CASES[:3], replace(CASES[3], decisions=())]


def test_a_run_mends_the_lists_of_an_older_master_and_nothing_else_changes() -> None:
    new = build(BESTAND, CASES)
    old = older(new)
    assert len([area for area in druck(old, "Print_Area").values() if area.endswith("$1048575")]) == 14
    assert old != new and updated(old, BESTAND, LATER) == updated(new, BESTAND, LATER)


def test_what_staff_have_set_for_printing_stays() -> None:
    def own(xml: str) -> str:
        for theirs in ("Bestand!$A$1:$D$1048574", "Kreise!$B$1:$D$1048575", "Befunde!$A$1:$D$40"):
            sheet = theirs.partition("!")[0]
            xml, hits = re.subn(rf"(Print_Area[^>]*>){sheet}![^<]*", lambda m, new=theirs: m[1] + new, xml)
            assert hits == 1
        named = '<definedName name="Mein_Bereich">Bestand!$A$1:$D$1048575</definedName>'
        return xml.replace("<definedNames>", f"<definedNames>{named}")

    data = updated(rewritten(build(BESTAND, CASES), {"xl/workbook.xml": own}), BESTAND, LATER)
    areas = druck(data, "Print_Area")
    assert (areas["Bestand"], areas["Kreise"], areas["Befunde"]) == ("$A$1:$D$1048574", "$B$1:$D$1048575", "$A$1:$D$40")
    with zipfile.ZipFile(BytesIO(data)) as package:
        assert b">Bestand!$A$1:$D$1048575<" in package.read("xl/workbook.xml")


# --- on paper --------------------------------------------------------------------------------------


def test_a_list_printed_by_another_program_has_as_many_pages_as_it_needs(
    mappen: Mapping[str, bytes], tmp_path: Path, soffice_convert: Callable[[Path, str], Path]
) -> None:
    path = tmp_path / "Versandliste.xlsx"
    path.write_bytes(mappen["Versandliste"])
    pages = PdfReader(soffice_convert(path, "pdf")).pages
    assert 1 <= len(pages) <= 4
    assert all("Empfänger" in page.extract_text() for page in pages)
