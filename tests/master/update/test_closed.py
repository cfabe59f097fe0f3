"""A master brought up to date, and nothing a person did in it is ever lost."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from formulas import formulas, without_values
from masters import (
    STAND,
    all_tables,
    bewilligungen,
    build,
    cell,
    opened,
    saved,
    typed,
    updated,
    vorgang,
)
from openpyxl.utils import get_column_letter
from samples import sampled

from pik_xl.errors import PikError
from pik_xl.fingerprint import row_fingerprint
from pik_xl.master.read.eintragungen import Staff, read_staff
from pik_xl.master.read.snapshot import Snapshot
from pik_xl.master.read.table import Rows
from pik_xl.master.sheets.protokoll import Lauf, in_words
from pik_xl.master.sheets.specs import VERWAIST
from pik_xl.master.sheets.verwaist import Eintrag, verwaist_table
from pik_xl.master.update import file
from pik_xl.master.update.closed import MasterUpdate
from pik_xl.model import Stand
from pik_xl.ooxml.edited import MasterPackage
from pik_xl.recht.entscheidung import Vorgang

# --- what staff typed ----------------------------------------------------------------------------


def test_staff_entries_survive_when_rows_move() -> None:
    bestand = bewilligungen(4)
    cases = [vorgang(b, n) for n, b in enumerate(bestand)]
    old = typed(
        build(bestand[1:], cases[1:]),
        ("Anträge", "Bemerkung", 1, "erste Zeile\nzweite Zeile"),
        ("Anträge", "Wiedervorlage", 1, date(2020, 4, 1)),
        ("Anträge", "Freigegeben am", 1, "nächste Woche"),
        ("Stellen", "Entscheidung abweichend", 1, "abgelehnt"),
    )
    book = opened(updated(old, bestand, cases))
    assert cell(book, "Anträge", "Antragsteller", 2).value == bestand[1].traeger
    assert cell(book, "Anträge", "Bemerkung", 2).value == "erste Zeile\nzweite Zeile"
    assert cell(book, "Anträge", "Wiedervorlage", 2).value == datetime(2020, 4, 1)
    assert cell(book, "Anträge", "Freigegeben am", 2).value == "nächste Woche"
    assert cell(book, "Stellen", "Entscheidung abweichend", 2).value == "abgelehnt"
    assert [cell(book, "Anträge", "Bemerkung", n).value for n in (1, 3, 4)] == [None] * 3
    assert cell(book, "Verwaist", "Inhalt").value is None


def staff(data: bytes) -> Staff:
    """What staff typed on the sheet Anträge."""
    master = Snapshot.of(data)
    return read_staff(master.antraege, Rows.of(master.book, VERWAIST))


@pytest.mark.parametrize(
    ("entry", "kept"), [(12, "12"), (0.5, "0,5"), (True, "WAHR"), ("#NV", "#NV"), (" Rand ", " Rand ")]
)
def test_whatever_is_typed_into_a_text_column_is_kept_as_it_was_seen(entry: object, kept: str) -> None:
    old = typed(build(bewilligungen(1)), ("Anträge", "Bemerkung", 1, entry))
    assert list(staff(old).values()) == [{"bemerkung": kept}]


def test_a_formula_without_its_value_stops_the_run_before_anything_is_lost() -> None:
    book = opened(build(bewilligungen(1)))
    cell(book, "Anträge", "Bemerkung").value = "=1+1"
    with pytest.raises(PikError, match=r"Blatt „Anträge“, Zelle .*Die Formel hat noch keinen Wert"):
        staff(saved(book))


def test_a_second_run_changes_nothing() -> None:
    bestand = bewilligungen(9)
    cases = [vorgang(b, n) for n, b in enumerate(bestand)]
    first = updated(typed(build(bestand, cases), ("Anträge", "Bemerkung", 3, "-2 Stellen")), bestand, cases)
    assert updated(first, bestand, cases) == first


def test_a_vanished_row_goes_to_verwaist_and_its_entries_come_back_with_it() -> None:
    bestand = bewilligungen(2)
    cases = [vorgang(b, n) for n, b in enumerate(bestand)]
    old = typed(build(bestand, cases), ("Anträge", "Bemerkung", 2, "=1+1 anrufen"),
                ("Anträge", "Wiedervorlage", 2, date(2020, 4, 1)))  # fmt: skip
    without = updated(updated(old, bestand, cases[:1]), bestand, cases[:1])
    rows = list(opened(without)["Verwaist"].iter_rows(min_row=5, values_only=True))
    schluessel = cases[1].antrag.schluessel
    assert rows == [
        ("Anträge", schluessel, "Bemerkung", "=1+1 anrufen"),
        ("Anträge", schluessel, "Wiedervorlage", "01.04.2020"),
    ]
    back = opened(updated(without, bestand, cases))
    assert cell(back, "Anträge", "Bemerkung", 2).value == "=1+1 anrufen"
    assert cell(back, "Anträge", "Wiedervorlage", 2).value == datetime(2020, 4, 1)
    assert cell(back, "Verwaist", "Inhalt").value is None


def test_a_waiting_entry_never_replaces_what_was_typed_since() -> None:
    bestand = bewilligungen(1)
    cases = [vorgang(bestand[0])]
    key = cases[0].antrag.schluessel
    waiting = verwaist_table([Eintrag("Anträge", key, "Bemerkung", "alt")])
    old = typed(file.build((*all_tables(bestand, cases)[:-1], waiting), STAND), ("Anträge", "Bemerkung", 1, "neu"))
    new = updated(old, bestand, cases)
    assert staff(new) == {key: {"bemerkung": "neu"}}
    assert cell(opened(new), "Verwaist", "Inhalt").value == "alt"


def test_a_renamed_staff_column_stops_the_run_before_anything_is_lost() -> None:
    data = typed(build(bewilligungen(1)), ("Anträge", "Bemerkung", 0, "Notiz"))
    book = opened(data)
    for column in book["Anträge"].tables["tbl_antraege"].tableColumns:
        column.name = "Notiz" if column.name == "Bemerkung" else column.name
    with pytest.raises(PikError, match="Auf Blatt „Anträge“ fehlt die Spalte „Bemerkung“"):
        updated(saved(book), bewilligungen(1), [vorgang(bewilligungen(1)[0])])


def test_the_record_of_runs_comes_back() -> None:
    lauf = Lauf("15.03.2020 14:30", "prüfen", 3, summe=Decimal("0.01"))
    assert Snapshot.of(build(bewilligungen(3))).protokoll == (lauf,)


# --- everything else people do -------------------------------------------------------------------

# A week of work in LibreOffice: typing, colour, a note, a hidden row, a column of their own with formulas, a width, a
# sheet with a formula and a chart. {first} and {second} are rows of the table, {right} the column beside it.
_WOCHE = """
  Dim at As New com.sun.star.table.CellAddress
  Dim box As New com.sun.star.awt.Rectangle
  Dim ranges(0) As New com.sun.star.table.CellRangeAddress
  antraege = form.Sheets.getByName("Anträge")
  antraege.getCellRangeByName("{bemerkung}{first}").String = "=1+1 ist Text"
  antraege.getCellRangeByName("{bemerkung}{second}").String = "Rückruf"
  antraege.getCellRangeByName("B{second}").CellBackColor = RGB(255, 200, 0)
  antraege.getCellRangeByName("{right}{header}").String = "Rang"
  antraege.getCellRangeByName("{right}{first}").Formula = "=$H{first}*2"
  antraege.getCellRangeByName("{right}{second}").Formula = "=$H{second}*2"
  antraege.getRows().getByIndex({first} - 1).IsVisible = False
  antraege.getColumns().getByName("{bemerkung}").Width = 18000
  at = antraege.getCellRangeByName("B{second}").CellAddress
  antraege.Annotations.insertNew(at, "Frau Kurz fragen")
  at = antraege.getCellRangeByName("B{gone}").CellAddress
  antraege.Annotations.insertNew(at, "ruft nicht zurück")
  form.Sheets.insertNewByName("Meine Liste", 3)
  liste = form.Sheets.getByName("Meine Liste")
  liste.getCellRangeByName("A1").String = "Summe"
  liste.getCellRangeByName("A2").Formula = "=SUM(tbl_antraege[Summe])"
  ranges(0) = liste.getCellRangeByName("A1:A2").RangeAddress
  box.Width = 8000
  box.Height = 6000
  liste.Charts.addNewByName("Bild", box, ranges(), True, False)
"""


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.fixture(scope="module")
def worked(soffice_basic: Callable[[Path, str], Path], tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A master of five applications (the second to the sixth) after a week of work in LibreOffice."""
    path = tmp_path_factory.mktemp("woche") / "PiK-Master.xlsm"
    path.write_bytes(build(BESTAND_6, CASES_6[1:]))
    book = opened(path.read_bytes())
    bemerkung = cell(book, "Anträge", "Bemerkung")
    right = get_column_letter(book["Anträge"].max_column + 1)
    places = {"bemerkung": bemerkung.column_letter, "first": bemerkung.row, "second": bemerkung.row + 1,
              "gone": bemerkung.row + 3, "header": bemerkung.row - 1, "right": right}  # fmt: skip
    return soffice_basic(path, _WOCHE.format(**places)).read_bytes()


BESTAND_6 = bewilligungen(6)
CASES_6 = [vorgang(b, n) for n, b in enumerate(BESTAND_6)]
# The first one is new, the fourth came again with other contents, the fifth was withdrawn.
LATER = [*CASES_6[:3], replace(CASES_6[3], antrag=replace(CASES_6[3].antrag, email="neu@example.de")), CASES_6[5]]


def test_after_a_week_of_work_in_libreoffice_every_edit_is_found_again(worked: bytes) -> None:
    book = opened(updated(worked, BESTAND_6, LATER))
    sheet = book["Anträge"]
    names = [cell(book, "Anträge", "Antragsteller", n).value for n in range(1, 6)]
    assert names == [v.antrag.traeger for v in LATER]
    assert [cell(book, "Anträge", "Bemerkung", n).value for n in (1, 2, 3)] == [None, "=1+1 ist Text", "Rückruf"]
    second, third = (cell(book, "Anträge", "Antragsteller", n) for n in (2, 3))
    assert third.fill.fgColor.rgb == "FFFFC800" != second.fill.fgColor.rgb
    assert third.comment and third.comment.text.strip() == "Frau Kurz fragen"
    assert [n for n in range(1, 6) if sheet.row_dimensions[second.row + n - 2].hidden] == [2]
    right = sheet.max_column
    assert sheet.cell(second.row - 2, right).value == "Rang"
    assert [sheet.cell(second.row + n, right).value for n in (-1, 0, 1, 2)] == [
        None, f"=$H{second.row}*2", f"=$H{third.row}*2", None]  # fmt: skip
    assert sheet.column_dimensions[cell(book, "Anträge", "Bemerkung").column_letter].width > 70
    assert book["Meine Liste"]["A2"].value == "=SUM(tbl_antraege[Summe])"
    assert len(book["Meine Liste"]._charts) == 1


def test_the_note_of_a_withdrawn_application_goes_to_verwaist(worked: bytes) -> None:
    rows = list(opened(updated(worked, BESTAND_6, LATER))["Verwaist"].iter_rows(min_row=5, values_only=True))
    assert rows == [("Anträge", CASES_6[4].antrag.schluessel, "Notiz zu Antragsteller", "ruft nicht zurück")]


def test_the_note_comes_back_with_its_application(worked: bytes, tmp_path: Path,
                                                  soffice_convert: Callable[[Path, str], Path]) -> None:  # fmt: skip
    back = updated(updated(worked, BESTAND_6, LATER), BESTAND_6, CASES_6)
    path = tmp_path / "PiK-Master.xlsx"
    path.write_bytes(back)
    for data in (back, soffice_convert(path, "xlsx").read_bytes()):
        book = opened(data)
        noted = [n for n in range(1, 7) if cell(book, "Anträge", "Antragsteller", n).comment]
        comment = cell(book, "Anträge", "Antragsteller", 5).comment
        assert noted == [3, 5] and comment and comment.text.strip() == "ruft nicht zurück"
        assert cell(book, "Verwaist", "Inhalt").value is None
    assert updated(back, BESTAND_6, CASES_6) == back


def waiting_note(*texts: str) -> bytes:
    """A master in whose Verwaist notes wait for the cell Antragsteller of the second application."""
    *tables, _ = all_tables(BESTAND_6, CASES_6[:1])
    key = CASES_6[1].antrag.schluessel
    waiting = verwaist_table([Eintrag("Anträge", key, "Notiz zu Antragsteller", text) for text in texts])
    return file.build((*tables, waiting), STAND)


def test_a_note_that_came_back_is_valid_and_has_the_text_it_had(
    tmp_path: Path, ooxml_errors: Callable[[Path], list[object]]
) -> None:
    text = "_x0041_ & <b>\nzweite Zeile"
    back = updated(waiting_note(text), BESTAND_6, CASES_6)
    comment = cell(opened(back), "Anträge", "Antragsteller", 2).comment
    written = text.replace("_x", "_x005F_x")  # as openpyxl shows it; Excel takes the escape away
    assert comment and comment.text == written
    path = tmp_path / "PiK-Master.xlsx"
    path.write_bytes(back)
    assert ooxml_errors(path) == []
    gone = opened(updated(back, BESTAND_6, CASES_6[:1]))
    assert cell(gone, "Verwaist", "Inhalt").value == written
    assert cell(gone, "Verwaist", "Spalte").value == "Notiz zu Antragsteller"


def test_a_note_whose_cell_has_another_one_waits_on() -> None:
    back = opened(updated(waiting_note("erste", "zweite"), BESTAND_6, CASES_6))
    comment = cell(back, "Anträge", "Antragsteller", 2).comment
    assert comment and comment.text == "erste"
    assert cell(back, "Verwaist", "Inhalt", 1).value == "zweite" and cell(back, "Verwaist", "Inhalt", 2).value is None


def test_a_note_waits_on_where_the_sheet_has_no_notes_at_all() -> None:
    old = waiting_note("erste")
    book = opened(old)
    for row in book["Anträge"].iter_rows():
        for candidate in row:
            candidate.comment = None
    new = opened(updated(saved(book), BESTAND_6, CASES_6))
    assert cell(new, "Anträge", "Antragsteller", 2).comment is None
    assert cell(new, "Verwaist", "Inhalt").value == "erste"


def test_only_managed_sheets_their_tables_and_notes_and_the_calculation_flag_change(worked: bytes) -> None:
    before, after = parts(worked), parts(updated(worked, BESTAND_6, LATER))
    assert before.keys() == after.keys()
    changed = {name for name in before if before[name] != after[name]}
    ours = {
        "Start",
        "Anträge",
        "Stellen",
        "Befunde",
        "Kreise",
        "Ausstehend",
        "Haushalt",
        "Bescheide",
        "Einstellungen",
        "Regelwerk",
        "Protokoll",
        "Verwaist",
    }
    package = MasterPackage(worked)
    sheets = {package.parts(name).sheet for name in ours}  # type: ignore[union-attr]  # they are there
    hanging = {part for name in ours if (p := package.parts(name)) for part in (*p.notes, *p.threads, *p.vml)}
    tables = {name for name in before if name.startswith("xl/tables/")}
    assert changed <= sheets | hanging | tables | {"xl/workbook.xml"}
    for name in ("Bestand", "Ansprechpartner", "Abweichungen", "Meine Liste"):
        assert (own := package.parts(name)) and own.sheet not in changed


def test_what_changed_is_marked_and_counted(worked: bytes) -> None:
    antraege, *_ = all_tables(BESTAND_6, LATER)
    table, counts = MasterUpdate(Snapshot.of(worked)).vergleich(antraege)
    assert [row["aenderung"] for row in table.rows] == ["neu", None, None, "geändert", None]
    assert in_words(counts) == "1 neu, 1 geändert, 1 entfallen"
    replaced = [*CASES_6[1:5], replace(CASES_6[5], stand=Stand.ERSETZT, decisions=())]
    table, counts = MasterUpdate(Snapshot.of(worked)).vergleich(all_tables(BESTAND_6, replaced)[0])
    assert in_words(counts) == "1 ersetzt" and table.rows[-1]["aenderung"] == "ersetzt"


@pytest.mark.parametrize("cases", sampled([LATER, CASES_6[1:], [], CASES_6], quick=[0]))
def test_libreoffice_calculates_an_updated_master_to_the_values_shown(
    cases: list[Vorgang], worked: bytes, tmp_path: Path, soffice_convert: Callable[[Path, str], Path]
) -> None:
    new = updated(worked, BESTAND_6, cases)
    path = tmp_path / "PiK-Master.xlsm"
    path.write_bytes(without_values(new))
    shown, calculated = opened(new, data_only=True), opened(soffice_convert(path, "xlsx").read_bytes(), data_only=True)
    book = opened(new)
    theirs_alone = get_column_letter(book["Anträge"].max_column)
    places = [
        (s, at)
        for s, at in formulas(book)
        if s != "Meine Liste" and not (s == "Anträge" and at.startswith(theirs_alone))
    ]
    assert len(places) > 100
    for sheet, at in places:
        ours, theirs = shown[sheet][at].value, calculated[sheet][at].value
        same = ours == theirs or (ours in (None, "") and theirs in (None, ""))
        assert same or abs(float(ours) - float(theirs)) < 0.005, (sheet, at, ours, theirs)


def test_microsofts_validator_accepts_the_updated_master(
    tmp_path: Path, ooxml_errors: Callable[[Path], list[object]]
) -> None:
    path = tmp_path / "PiK-Master.xlsm"
    for cases in (LATER, [], CASES_6):
        path.write_bytes(updated(build(BESTAND_6, CASES_6[1:]), BESTAND_6, cases))
        assert ooxml_errors(path) == []


def test_an_update_with_nothing_new_changes_no_managed_row(worked: bytes) -> None:
    once = updated(worked, BESTAND_6, LATER)
    assert updated(once, BESTAND_6, LATER) == once


# --- what people typed over what a run wrote ---------------------------------------------------------


def waiting(data: bytes) -> list[tuple[object, ...]]:
    """What stands on the sheet Verwaist."""
    rows = opened(data)["Verwaist"].iter_rows(min_row=5, values_only=True)
    return [row for row in rows if any(row)]


def test_what_was_typed_over_a_cell_of_ours_is_kept_in_verwaist_and_counted() -> None:
    entries = [("Anträge", "E-Mail", 2, "neu@example.de"), ("Anträge", "Freigabe", 3, "ja"),
               ("Anträge", "Summe", 1, 12.5), ("Stellen", "Neues Ende", 1, date(2030, 1, 31))]  # fmt: skip
    data = typed(build(BESTAND_6, CASES_6), *entries)
    assert [MasterUpdate(Snapshot.of(data)).verwaist(table) for table in all_tables(BESTAND_6, CASES_6)[:3]] == [
        3,
        1,
        0,
    ]
    new = updated(data, BESTAND_6, CASES_6)
    first, second, third = (v.antrag.schluessel for v in CASES_6[:3])
    assert waiting(new) == [
        ("Anträge", first, "Summe (überschrieben)", "12,5"),
        ("Anträge", second, "E-Mail (überschrieben)", "neu@example.de"),
        ("Anträge", third, "Freigabe (überschrieben)", "ja"),
        ("Stellen", f"{BESTAND_6[0].stelle} | {BESTAND_6[0].ags}", "Neues Ende (überschrieben)", "31.01.2030"),
    ]
    assert cell(opened(new), "Anträge", "E-Mail", 2).value == "a@example.de"
    again = updated(new, BESTAND_6, CASES_6)
    assert waiting(again) == waiting(new)  # kept once, and never again


@pytest.mark.parametrize("length", [998, 1_001, 15_990])
def test_what_was_typed_at_the_end_of_a_long_text_of_ours_is_kept_in_verwaist(length: int) -> None:
    long = "Satz. " * (length // 6)
    first = [replace(v, antrag=replace(v.antrag, ansprechperson=long)) for v in CASES_6]
    data = typed(build(BESTAND_6, first), ("Anträge", "Ansprechperson", 2, f"{long}Bitte erst anrufen."))
    found = waiting(updated(data, BESTAND_6, CASES_6))
    key = CASES_6[1].antrag.schluessel
    assert found == [("Anträge", key, "Ansprechperson (überschrieben)", f"{long}Bitte erst anrufen.")]


def test_a_seal_of_an_earlier_version_still_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    long = [replace(v, antrag=replace(v.antrag, ansprechperson="Satz. " * 300)) for v in CASES_6]
    monkeypatch.setattr(row_fingerprint, "__defaults__", (1_000,))
    data = file.build(all_tables(BESTAND_6, long), STAND)
    monkeypatch.undo()
    assert waiting(updated(data, BESTAND_6, CASES_6)) == []


def test_what_only_the_applicant_changed_is_not_taken_for_typed_over() -> None:
    data = build(BESTAND_6, CASES_6)
    changed = [replace(v, antrag=replace(v.antrag, email="b@example.de", iban="x" * 2_000)) for v in CASES_6]
    for cases in (changed, CASES_6):
        data = updated(data, BESTAND_6, cases)
        assert waiting(data) == []


def test_a_program_that_saves_the_master_anew_types_over_nothing(
    tmp_path: Path, soffice_convert: Callable[[Path, str], Path]
) -> None:
    path = tmp_path / "PiK-Master.xlsx"
    path.write_bytes(build(BESTAND_6, CASES_6))
    saved_anew = soffice_convert(path, "xlsx").read_bytes()
    changed = [replace(v, antrag=replace(v.antrag, email="b@example.de")) for v in CASES_6]
    assert waiting(updated(saved_anew, BESTAND_6, changed)) == []


def test_a_row_people_wrote_themselves_goes_to_verwaist_whole() -> None:
    data = typed(build(BESTAND_6, CASES_6), ("Ausstehend", "AGS", 1, "08111000"), ("Ausstehend", "Träger", 1, "Verein"),
                 ("Ausstehend", "Bemerkung", 1, "will noch"))  # fmt: skip
    assert waiting(updated(data, BESTAND_6, CASES_6)) == [
        ("Ausstehend", "08111000", "AGS", "08111000"),
        ("Ausstehend", "08111000", "Träger", "Verein"),
        ("Ausstehend", "08111000", "Bemerkung", "will noch"),
    ]


def test_what_stood_beside_the_table_waits_in_verwaist_and_returns_with_its_row() -> None:
    book = opened(build(BESTAND_6, CASES_6))
    sheet = book["Anträge"]
    first, beside = cell(book, "Anträge", "AGS").row, sheet.max_column + 2
    sheet.cell(first + 1, beside).value = "neben der Tabelle"
    gone = updated(saved(book), BESTAND_6, [CASES_6[0], *CASES_6[2:]])
    assert [row[1:] for row in waiting(gone)] == [
        (CASES_6[1].antrag.schluessel, f"Spalte {get_column_letter(beside)}", "neben der Tabelle")
    ]
    back = updated(gone, BESTAND_6, CASES_6)
    assert waiting(back) == [] and opened(back)["Anträge"].cell(first + 1, beside).value == "neben der Tabelle"
