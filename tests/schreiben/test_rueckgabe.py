"""The applicant's own workbook comes back with its faults marked and everything else as it was."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.workbook import Workbook

from pik_xl.demo.folder import invented_folder
from pik_xl.eingang.read import read
from pik_xl.eingang.receive import Eingang
from pik_xl.formular import felder
from pik_xl.formular.fill import FormTemplate
from pik_xl.jobs import bescheide
from pik_xl.jobs.pruefen import pruefen_ordner
from pik_xl.jobs.pruefung import lage_am
from pik_xl.jobs.run import read_master
from pik_xl.model import Finding, Place, Schwere
from pik_xl.schreiben.einzelform import form_templates
from pik_xl.schreiben.rueckgabe import BLATT, mark
from pik_xl.vorlagen.felder import NACHFORDERUNGEN
from pik_xl.workfolder import Workfolder

TAG = date(2020, 5, 4)
KOPF: dict[str, object] = {"traeger": "Stadt Leonberg", "ags": "08115028", "plz": "7122", "ort": "=1+1"}
POST: dict[str, object] = {"stelle": "08115028-01", "vzae": "halbe Stelle", "bemerkung": "Ä & <b>"}


@pytest.fixture(scope="module")
def template() -> FormTemplate:
    return form_templates(lage_am(TAG))[0]


@pytest.fixture(scope="module")
def data(template: FormTemplate) -> bytes:
    return template.fill(KOPF, [POST, POST])


def befund(zelle: str, blatt: str = felder.BLATT_ANTRAG, meldung: str = "„7122“ ist keine Postleitzahl.") -> Finding:
    place = Place("a.xlsx", blatt, zelle)
    return Finding("W22", Schwere.FEHLER, place, "Postleitzahl", "=7122", meldung, "Bitte fünf Ziffern.", "Formular")


def opened(data: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def cells(book: Workbook) -> dict[tuple[str, str], tuple[object, ...]]:
    """Everything a cell is but its comment: value, kind, style, lock."""
    return {
        (sheet.title, cell.coordinate): (cell.value, cell.data_type, cell.number_format, cell.fill.fgColor.rgb,
                                         cell.font.b, cell.protection.locked)
        for sheet in book.worksheets
        if sheet.title != BLATT
        for row in sheet.iter_rows()
        for cell in row
    }  # fmt: skip


def marked_cells(book: Workbook, sheet: str) -> set[str]:
    """The cells whose colour says: look here."""
    ranges = [
        str(f.sqref) for f in book[sheet].conditional_formatting for r in f.rules if r.formula == ['N("Befund")=0']
    ]
    return {cell for span in ranges for cell in span.split()}


def test_a_cell_is_coloured_and_says_what_is_wrong_and_what_to_do(data: bytes) -> None:
    book = opened(mark(data, [befund("D14"), befund("H7", felder.BLATT_STELLEN)], TAG))
    assert marked_cells(book, felder.BLATT_ANTRAG) == {"D14"}
    assert marked_cells(book, felder.BLATT_STELLEN) == {"H7"}
    comment = book[felder.BLATT_ANTRAG]["D14"].comment
    assert comment is not None and comment.text == "„7122“ ist keine Postleitzahl.\nBitte fünf Ziffern."


def test_two_faults_of_a_cell_stand_in_one_comment(data: bytes) -> None:
    book = opened(mark(data, [befund("D14"), befund("D14", meldung="Zweitens.")], TAG))
    comment = book[felder.BLATT_ANTRAG]["D14"].comment
    assert comment is not None and "keine Postleitzahl" in comment.text and "Zweitens." in comment.text


def test_everything_else_stays_as_it_was(data: bytes) -> None:
    before, after = opened(data), opened(mark(data, [befund("D14")], TAG))
    assert cells(after) == cells(before)
    assert set(after.defined_names) == set(before.defined_names)
    for sheet in before.worksheets:
        other = after[sheet.title]
        assert other.sheet_state == sheet.sheet_state and other.protection.sheet == sheet.protection.sheet
        assert len(other.data_validations.dataValidation) == len(sheet.data_validations.dataValidation)
        assert other.tables.items() == sheet.tables.items()


def test_the_result_sheet_leads_to_the_cells_and_is_shown_first(data: bytes) -> None:
    book = opened(mark(data, [befund("D14"), befund("", "")], TAG))
    sheet = book[BLATT]
    assert book.active is sheet
    assert sheet["B5"].value == "Antrag D14" and sheet["B5"].hyperlink.location == "'Antrag'!D14"
    assert sheet["B6"].value == "ganze Datei" and sheet["B6"].hyperlink is None
    assert [sheet.cell(5, column).value for column in range(3, 7)] == [
        "Postleitzahl", "=7122", "„7122“ ist keine Postleitzahl.", "Bitte fünf Ziffern.",
    ]  # fmt: skip
    assert sheet["D5"].data_type == "s"


def test_it_reads_back_as_the_same_application(data: bytes) -> None:
    ours, back = (read(Eingang("a.xlsx", TAG, d)) for d in (data, mark(data, [befund("D14")], TAG)))
    assert back.antraege[0].inhalt == ours.antraege[0].inhalt
    assert [m.art for m in back.maengel] == [m.art for m in ours.maengel]


def test_marking_again_replaces_the_old_marks(data: bytes) -> None:
    once = mark(data, [befund("D14"), befund("D15")], TAG)
    book = opened(mark(once, [befund("D15", meldung="Neu.")], TAG))
    assert marked_cells(book, felder.BLATT_ANTRAG) == {"D15"}
    assert book[felder.BLATT_ANTRAG]["D14"].comment is None
    comment = book[felder.BLATT_ANTRAG]["D15"].comment
    assert comment is not None and comment.text == "Neu.\nBitte fünf Ziffern."
    assert book.sheetnames.count(BLATT) == 1 and book[BLATT].max_row == 5
    assert cells(book) == cells(opened(data))


def test_a_comment_of_the_applicant_is_kept(data: bytes) -> None:
    book = opened(data)
    book[felder.BLATT_ANTRAG]["D14"].comment = Comment("bitte anrufen", "Rathaus")
    saved = io.BytesIO()
    book.save(saved)
    comment = opened(mark(saved.getvalue(), [befund("D14")], TAG))[felder.BLATT_ANTRAG]["D14"].comment
    assert comment is not None and comment.text.endswith("Bisheriger Kommentar: bitte anrufen")


def test_equal_input_gives_equal_bytes(data: bytes) -> None:
    assert mark(data, [befund("D14")], TAG) == mark(data, [befund("D14")], TAG)


def test_the_validator_accepts_a_marked_workbook(
    data: bytes, tmp_path: Path, ooxml_errors: Callable[[Path], Sequence[object]]
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(mark(data, [befund("D14"), befund("H7", felder.BLATT_STELLEN), befund("", "")], TAG))
    assert ooxml_errors(path) == []


def results(data: bytes) -> dict[tuple[str, str], object]:
    """What every formula shows to whoever does not calculate."""
    formulas, shown = opened(data), openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    return {
        (sheet.title, cell.coordinate): shown[sheet.title][cell.coordinate].value
        for sheet in formulas.worksheets
        if sheet.title != BLATT
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def test_formulas_show_what_they_showed_when_the_workbook_came(data: bytes) -> None:
    before, after = results(data), results(mark(data, [befund("D14"), befund("H7", felder.BLATT_STELLEN)], TAG))
    assert after == before and len(before) > 30
    assert before[felder.BLATT_ANTRAG, "B4"] and before[felder.BLATT_STELLEN, "R7"] == "Verlängern: bitte ja oder nein"


# Each kind of result a program stores, as it stands in the file, and what openpyxl takes it for (escapes as they are).
ERGEBNISSE = {
    "A1": ('<f>1/4</f><v>0.25</v>', "", 0.25),
    "A2": ('<f>1/0</f><v>#DIV/0!</v>', ' t="e"', "#DIV/0!"),
    "A3": ('<f>1=1</f><v>1</v>', ' t="b"', True),
    "A4": ('<f>"a"&amp;"&lt;b&gt;"</f><v>a&lt;b&gt; &amp; _x005F_x0041_ ä</v>', ' t="str"', "a<b> & _x005F_x0041_ ä"),
    "A5": ('<f>""</f><v></v>', ' t="str"', None),
    "A6": ('<f>NOW()</f>', "", None),
    "A7": ('<f t="array" ref="A7">SUM(A1*2)</f><v>0.5</v>', "", 0.5),
    "A8": ('<f t="shared" ref="A8:A9" si="0">A1+1</f><v>1.25</v>', "", 1.25),
    "A9": ('<f t="shared" si="0"/><v>1.5</v>', "", 1.5),
    "A10": ('<f>B1</f><v>0</v>', ' t="s"', "gemeinsamer Text"),
    "A11": ('<f>5</f><v>gemerkt, nicht gerechnet</v>', ' t="str"', "gemerkt, nicht gerechnet"),
}  # fmt: skip


@pytest.fixture(scope="module")
def gerechnet() -> bytes:
    """A workbook with a stored result of every kind."""
    made, changed = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet(felder.BLATT_ANTRAG)
        sheet.write_string("B1", "gemeinsamer Text")  # the first of the shared strings
        for zelle in ERGEBNISSE:
            sheet.write_formula(zelle, "=PLATZ")
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            for zelle, (inner, kind, _) in ERGEBNISSE.items():
                text = text.replace(f'<c r="{zelle}"><f>PLATZ</f><v>0</v></c>', f'<c r="{zelle}"{kind}>{inner}</c>')
            assert "PLATZ" not in text
            new.writestr(name, text)
    return changed.getvalue()


def test_results_of_every_kind_are_kept(
    gerechnet: bytes, tmp_path: Path, ooxml_errors: Callable[[Path], Sequence[object]]
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(mark(gerechnet, [befund("A1")], TAG))
    sheet = openpyxl.load_workbook(path, data_only=True)[felder.BLATT_ANTRAG]
    assert {zelle: sheet[zelle].value for zelle in ERGEBNISSE} == {z: value for z, (_, _, value) in ERGEBNISSE.items()}
    formulas = opened(path.read_bytes())[felder.BLATT_ANTRAG]
    assert formulas["A9"].value == "=A2+1" and formulas["A1"].value == "=1/4"
    assert ooxml_errors(path) == []


def test_a_program_that_does_not_calculate_shows_them(
    gerechnet: bytes, tmp_path: Path, soffice_convert: Callable[[Path, str], Path]
) -> None:
    path = tmp_path / "a.xlsx"
    # the file asks Excel to calculate when it is opened for editing; a viewer takes no notice of that
    path.write_bytes(_without_calculation(mark(gerechnet, [], TAG)))
    assert "gemerkt, nicht gerechnet" in soffice_convert(path, "fods").read_text("utf-8")


def _without_calculation(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b' fullCalcOnLoad="1"', b""))
    return buffer.getvalue()


def test_a_form_of_ours_opens_the_cells_that_are_to_be_mended(data: bytes) -> None:
    for oeffnen in (False, True):
        book = opened(mark(data, [befund("D7")], TAG, oeffnen=oeffnen))
        assert [book[felder.BLATT_ANTRAG][cell].protection.locked for cell in ("D7", "D9")] == [not oeffnen, True]


def test_every_request_has_its_marked_workbook(tmp_path: Path) -> None:
    folder = invented_folder(tmp_path / "demo", 200, 11)
    pruefung = pruefen_ordner(folder, read_master(folder), TAG)
    letters = bescheide.bescheide(folder, pruefung)
    asked = [s for s in letters.neu if s.art in NACHFORDERUNGEN]
    copies = list((Workfolder(folder.path).rueckfragen).rglob("*_markiert*.xlsx"))
    assert len(copies) == len(asked) == letters.rueckgaben > 5
    for path in copies:
        book = opened(path.read_bytes())
        assert BLATT in book.sheetnames and book[BLATT].max_row >= 5


def test_a_workbook_openpyxl_cannot_read_is_a_finding_and_the_letters_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pik_xl.schreiben import rueckgabe

    def fails(*_: object) -> bytes:
        raise KeyError("styles")

    folder = invented_folder(tmp_path / "demo", 120, 11)
    pruefung = pruefen_ordner(folder, read_master(folder), TAG)
    monkeypatch.setattr(rueckgabe, "mark", fails)
    letters = bescheide.bescheide(folder, pruefung)
    assert any(s.art == "nachforderung" for s in letters.neu) and letters.rueckgaben == 0
    assert {b.code for b in letters.befunde} == {"L14"}
