"""The master as a closed file and as a workbook open in Excel: one set of promises, kept by both.

Excel is a double here (see `excel_double`); what it cannot show is said there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from books import BESTAND, CASES, STAMP, Open, closed_file, in_excel, run
from excel_double import CDispatch, ComError, Group
from masters import (
    BOESE,
    STAND,
    all_tables,
    bewilligungen,
    build,
    cell,
    older_master,
    opened,
    rewritten,
    saved,
    typed,
    vorgang,
)
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import TableColumn
from samples import sampled

from pik_xl.errors import PikError
from pik_xl.excel import book as live_book
from pik_xl.excel.book import LiveBook
from pik_xl.jobs import anlegen
from pik_xl.jobs.konsolidieren import konsolidieren
from pik_xl.jobs.pruefen import pruefen_ordner
from pik_xl.jobs.run import check_free, read_master
from pik_xl.kinds import Formel, Row
from pik_xl.master.read.bestand import read_bestand
from pik_xl.master.read.table import read_rows, rows_of
from pik_xl.master.read.table import typed as as_typed
from pik_xl.master.sheets.antraege import entscheidung_of
from pik_xl.master.sheets.columns import TableSpec
from pik_xl.master.sheets.office import bescheide_table
from pik_xl.master.sheets.protokoll import Lauf, protokoll_table
from pik_xl.master.sheets.rows import row_keys
from pik_xl.master.sheets.specs import ANTRAEGE, BEFUNDE, BESCHEIDE, HAUSHALT, PROTOKOLL, STELLEN, VERWAIST
from pik_xl.master.sheets.verwaist import Eintrag, verwaist_table
from pik_xl.master.update import file as master_module
from pik_xl.master.update.book import Book
from pik_xl.master.update.renamed import renamed
from pik_xl.model import Bewilligung, Fassung, Schreiben, Stand
from pik_xl.ooxml.address import parse_address
from pik_xl.ooxml.workbook import Cell, Sheet, Workbook
from pik_xl.recht.entscheidung import Vorgang
from pik_xl.workfolder import Workfolder

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@pytest.fixture(params=[closed_file, in_excel], ids=["closed", "open"])
def master(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    """Opens a master in one of the two ways."""
    return lambda data: request.param(tmp_path, data)


def rows(book: Book, spec: TableSpec) -> dict[str, Row]:
    """The rows of a table by their key, without what formulas give (the double does not calculate)."""
    found = book.read().book
    columns = {c.name: c for c in spec.columns}
    keep = [
        {n: as_typed(columns[n], x, found.date1904) for n, x in cells.items() if not x.formel}
        for _, _, cells in rows_of(found, spec)
    ]
    return dict(zip(row_keys(spec, keep), keep, strict=True))


def names(book: Book) -> list[object]:
    """The applicants on the sheet Anträge, from top to bottom."""
    return [row["traeger"] for row in read_rows(book.read().book, ANTRAEGE)]


def waiting(book: Book) -> list[tuple[object, ...]]:
    """What stands in Verwaist."""
    return [tuple(row.get(c.name) for c in VERWAIST.columns) for row in read_rows(book.read().book, VERWAIST)]


def at(book: Book, sheet: str, header: str, key: str) -> Cell | None:
    """The cell of the row with this key, below the header."""
    found = book.read().book
    table = next(t for t in found.tables.values() if t.sheet == sheet)
    column, of_key = (table.first_col + table.columns.index(h) for h in (header, "Schlüssel"))
    cells = found.sheets[sheet].cells
    return next(cells.get((r, column)) for (r, c), x in cells.items() if c == of_key and x.text == key)


def keys(cases: Sequence[Vorgang]) -> list[str]:
    return [case.antrag.schluessel for case in cases]


# --- both ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [build, older_master])
def test_a_release_stays_with_the_decision_it_was_given_for(
    master: Open, make: Callable[[Sequence[Bewilligung], Sequence[Vorgang]], bytes]
) -> None:
    entries = {"Bearbeitet von": "Kurz", "Freigegeben von": "Lang", "Freigegeben am": date(2020, 3, 15)}
    cells = [("Anträge", header, n, value) for n in (1, 2) for header, value in entries.items()]
    book = master(typed(make(BESTAND[:2], CASES[:2]), *cells))
    same, key = keys(CASES[:2])
    refused = replace(vorgang(BESTAND[1], 8), antrag=CASES[1].antrag)
    for cases in (CASES[:2], [CASES[0], refused], [CASES[0], refused]):
        run(book, cases, BESTAND[:2])
        found = rows(book, ANTRAEGE)
        given = {k: str(row["freigegebenes"]).partition(" ")[0] for k, row in found.items()}
        assert given == {same: entscheidung_of(CASES[0]), key: entscheidung_of(CASES[1])}
        assert found[same]["entscheidung"] == given[same]
        assert (found[key]["entscheidung"] == given[key]) == (cases[1] is CASES[1])
        assert (cell_ := at(book, "Anträge", "Freigabe", key)) and cell_.formel


def plain(sheet: Sheet) -> Sheet:
    """The sheet with numbers as numbers; a formula whose value is nothing has no value in the file."""
    cells = {at: c._replace(text=repr(float(c.text))) if c.kind == "zahl" else c for at, c in sheet.cells.items()}
    empty = {at: Cell("text", "", c.formel) for at, c in cells.items() if c.kind == "leer_formel"}
    return replace(sheet, cells=cells | empty, merged=())


def test_the_open_master_reads_like_its_file(tmp_path: Path) -> None:
    book = opened(typed(build(BESTAND), ("Anträge", "Bemerkung", 2, "=1+1 ist Text"), ("Anträge", "Bemerkung", 3, True),
                        ("Anträge", "Freigegeben am", 1, date(2020, 4, 1)), ("Bestand", "AGS", 2, 8125)))  # fmt: skip
    book["Anträge"].row_dimensions[9].hidden = True
    book["Anträge"].cell(30, 1).value = "unter der Tabelle"
    cell(book, "Anträge", "Bemerkung", 5).value = "#N/A"
    data = saved(book)
    file, live = closed_file(tmp_path, data).read().book, in_excel(tmp_path, data).read().book
    assert {n: plain(s) for n, s in live.sheets.items()} == {n: plain(s) for n, s in file.sheets.items()}
    assert live.tables == file.tables and live.sheet_names == file.sheet_names and live.date1904 == file.date1904
    assert live.names == {name: place for name, place in file.names.items() if not name.startswith("_xlnm")}
    assert read_bestand(live) == read_bestand(file)


def test_a_run_writes_new_changed_replaced_and_withdrawn_cases(master: Open) -> None:
    book = master(build(BESTAND, CASES[1:]))
    changed = replace(CASES[3], antrag=replace(CASES[3].antrag, email="neu@example.de"))
    replaced = replace(CASES[5], stand=Stand.ERSETZT, decisions=())
    later = [*CASES[:3], changed, replaced, *CASES[6:]]
    assert run(book, later) == "1 neu, 1 geändert, 1 ersetzt, 1 entfallen"
    antraege = all_tables(BESTAND, later)[0]
    assert names(book) == [row["traeger"] for row in antraege.rows]
    found = rows(book, ANTRAEGE)
    assert [row.get("aenderung") for row in found.values()] == ["neu", None, None, "geändert", "ersetzt", None, None]
    for key, wanted in zip(row_keys(ANTRAEGE, antraege.rows), antraege.rows, strict=True):
        got = found[key]
        differ = {
            name for name, value in wanted.items()
            if name not in ("freigabe", "aenderung") and (value or None) != (got.get(name) or None)
        }  # fmt: skip
        assert differ == set()


def test_both_end_with_the_same_tables(tmp_path: Path) -> None:
    books = [open_(tmp_path, build(BESTAND, CASES[2:])) for open_ in (closed_file, in_excel)]
    for book in books:
        run(book, CASES[:6])
    for spec in (ANTRAEGE, STELLEN, BEFUNDE, HAUSHALT, PROTOKOLL, VERWAIST):
        closed, live = (rows(book, spec) for book in books)
        assert closed == live, spec.name
    heads = [{at: c for at, c in book.read().book.sheets["Befunde"].cells.items() if at[0] < 5} for book in books]
    assert heads[0] == heads[1]


def test_staff_columns_and_columns_of_their_own_stay_with_their_row(master: Open) -> None:
    entries = [("Anträge", "Bemerkung", 1, "=1+1 ist Text"), ("Anträge", "Wiedervorlage", 1, date(2020, 4, 1)),
               ("Stellen", "Bemerkung", 2, "-2 Stellen")]  # fmt: skip
    book = opened(typed(build(BESTAND, CASES[2:]), *entries))
    head = cell(book, "Anträge", "Antragsteller", 0)
    right = book["Anträge"].max_column + 1
    book["Anträge"].cell(head.row, right).value = "Rang"
    book["Anträge"].cell(head.row + 1, right).value = 7
    found = master(saved(book))
    run(found, CASES)
    first = keys(CASES)[2]
    assert rows(found, ANTRAEGE)[first]["bemerkung"] == "=1+1 ist Text"
    assert rows(found, ANTRAEGE)[first]["wiedervorlage"] == date(2020, 4, 1)
    assert [row["bemerkung"] for row in rows(found, STELLEN).values() if "bemerkung" in row] == ["-2 Stellen"]
    cells = found.read().book.sheets["Anträge"].cells
    row = next(r for (r, c), x in cells.items() if x.text == CASES[2].antrag.traeger and r > head.row)
    assert [at for at, c in cells.items() if at[1] == right and at[0] > head.row] == [(row, right)]


def test_entries_of_a_withdrawn_case_wait_in_verwaist_and_come_back(master: Open) -> None:
    data = typed(build(BESTAND, CASES), ("Anträge", "Bemerkung", 2, "=1+1 anrufen"),
                 ("Anträge", "Wiedervorlage", 2, date(2020, 4, 1)))  # fmt: skip
    workbook = opened(data)
    cell(workbook, "Anträge", "Antragsteller", 2).comment = Comment("ruft nicht zurück", "Kurz")
    book, key = master(saved(workbook)), keys(CASES)[1]
    run(book, [CASES[0], *CASES[2:]])
    run(book, [CASES[0], *CASES[2:]])
    assert sorted(waiting(book)) == sorted([
        ("Anträge", key, "Bemerkung", "=1+1 anrufen"), ("Anträge", key, "Wiedervorlage", "01.04.2020"),
        ("Anträge", key, "Notiz zu Antragsteller", "ruft nicht zurück"),
    ])  # fmt: skip
    run(book, CASES)
    assert waiting(book) == []
    assert rows(book, ANTRAEGE)[key]["bemerkung"] == "=1+1 anrufen"
    assert rows(book, ANTRAEGE)[key]["wiedervorlage"] == date(2020, 4, 1)


def test_text_that_looks_like_a_formula_and_keys_with_zeros_stay_text(master: Open) -> None:
    book = master(build(BESTAND, []))
    signs = [f"{sign}SUMME(1;2)" for sign in "=+-@"] + ["08111", "01.04.2020", "#N/A"]
    cases = [
        replace(c, antrag=replace(c.antrag, ansprechperson=text))
        for c, text in zip(CASES, [*signs, BOESE], strict=True)
    ]
    run(book, cases)
    for case in cases:
        for header, text in (("Ansprechperson", case.antrag.ansprechperson), ("AGS", case.antrag.ags)):
            assert at(book, "Anträge", header, case.antrag.schluessel) == Cell("text", str(text))
    assert (found := at(book, "Anträge", "Freigabe", keys(cases)[0])) and found.formel


def test_a_text_too_long_for_a_cell_is_cut_and_says_so(master: Open) -> None:
    book = master(build(BESTAND, CASES))
    run(book, CASES, more=[protokoll_table([Lauf("15.03.2020 14:30", "prüfen", bemerkung="x" * 40_000)])])
    (row,) = rows(book, PROTOKOLL).values()
    assert len(str(row["bemerkung"])) == 32_767 and str(row["bemerkung"]).endswith("[gekürzt]")


def test_a_second_run_changes_nothing(master: Open) -> None:
    book = master(typed(build(BESTAND, CASES[3:]), ("Anträge", "Bemerkung", 3, "-2 Stellen")))
    run(book, CASES)
    run(book, CASES)
    before = book.read().book
    assert run(book, CASES) == "nichts Neues"
    assert book.read().book.sheets == before.sheets


def test_all_cases_can_go_and_come(master: Open) -> None:
    workbook = opened(typed(build(BESTAND, CASES), ("Anträge", "Bemerkung", 4, "anrufen")))
    cell(workbook, "Anträge", "Antragsteller", 1).comment = Comment("ruft nicht zurück", "Kurz")
    book = master(saved(workbook))
    for _ in range(2):
        run(book, [])
        assert names(book) == [] and len(waiting(book)) == 2
    run(book, CASES)
    assert rows(book, ANTRAEGE)[keys(CASES)[3]]["bemerkung"] == "anrufen" and len(names(book)) == len(CASES)


def test_what_people_typed_over_a_run_or_below_a_table_waits_in_verwaist(master: Open) -> None:
    workbook = opened(typed(build(BESTAND, CASES), ("Anträge", "Antragsteller", 2, "Umbenannt")))
    below = cell(workbook, "Anträge", "Bemerkung", len(CASES) + 2)
    below.value = "unter der Tabelle"
    book = master(saved(workbook))
    run(book, CASES)
    assert waiting(book) == [
        ("Anträge", keys(CASES)[1], "Antragsteller (überschrieben)", "Umbenannt"),
        ("Anträge", f"Zeile {below.row}", "Bemerkung", "unter der Tabelle"),
    ]
    assert len(names(book)) == len(CASES)


def test_what_people_add_beside_an_entry_of_verwaist_is_kept(master: Open) -> None:
    back, away = (
        Eintrag("Anträge", keys(CASES)[1], "Bemerkung", "eins"),
        Eintrag("Anträge", "fort", "Bemerkung", "zwei"),
    )
    tables = (*all_tables(BESTAND, CASES)[:-1], verwaist_table([back, away]))
    workbook = opened(master_module.build(tables, STAND))
    for number, text in ((1, "kam zurück"), (2, "erledigt")):
        found = cell(workbook, "Verwaist", "Inhalt", number)
        workbook["Verwaist"].cell(found.row, found.column + 1).value = text
    book = master(saved(workbook))
    run(book, CASES)
    run(book, CASES)
    sheet = book.read().book.sheets["Verwaist"]
    (row,) = (r for (r, _), x in sheet.cells.items() if x.text == "erledigt")
    assert sheet.cells[row, 4].text == "zwei"
    key = f"Anträge | {keys(CASES)[1]} | Bemerkung | eins"
    assert waiting(book) == [
        ("Anträge", "fort", "Bemerkung", "zwei"),
        ("Verwaist", key, "Spalte E", "kam zurück"),
    ]


def test_what_people_write_on_verwaist_stays_beside_what_stood_there(master: Open) -> None:
    waits = verwaist_table([Eintrag("Anträge", "fort", "Bemerkung", "zwei")])
    workbook = opened(master_module.build((*all_tables(BESTAND, CASES)[:-1], waits), STAND))
    found = cell(workbook, "Verwaist", "Inhalt")
    for row, column, text in ((found.row, 6, "nachsehen"), (found.row + 1, 5, "neben nichts"), (found.row + 3, 4, 0.5)):
        workbook["Verwaist"].cell(row, column).value = text
    book = master(saved(workbook))
    for cases in (CASES, CASES[1:]):
        run(book, cases)
        texts = {at: x.text for at, x in book.read().book.sheets["Verwaist"].cells.items() if at[0] >= found.row}
        assert texts[found.row, 4] == "zwei" and texts[found.row, 6] == "nachsehen"
        assert texts[found.row + 1, 5] == "neben nichts" and texts[found.row + 2, 4] == "0,5"


def test_rows_people_write_themselves_are_no_applications_that_vanished(master: Open) -> None:
    workbook = opened(build(BESTAND, CASES))
    last = cell(workbook, "Anträge", "AGS", len(CASES))
    sheet = workbook["Anträge"]
    sheet.cell(last.row + 1, last.column).value = "08111000"
    sheet.cell(last.row + 2, last.column).value = "08125000"
    cell(workbook, "Anträge", "Schlüssel", len(CASES) + 3).value = "kommt noch"
    for ours in [c for c in sheet[last.row] if c.value is not None]:  # a copy of a row of ours
        copy = sheet.cell(last.row + 4, ours.column)
        copy.value, copy.data_type = ours.value, ours.data_type
    book = master(saved(workbook))
    assert run(book, CASES[1:]) == "1 entfallen; 3 Einträge stehen neu auf Blatt Verwaist"
    assert [entry[1:] for entry in waiting(book)] == [
        (f"Zeile {last.row + 1}", "AGS", "08111000"),
        (f"Zeile {last.row + 2}", "AGS", "08125000"),
        ("kommt noch", "Schlüssel", "kommt noch"),
    ]


def test_what_people_typed_over_a_run_is_kept_where_the_row_is_gone(master: Open) -> None:
    book = master(typed(build(BESTAND, CASES), ("Anträge", "E-Mail", 2, "neu@example.de")))
    assert run(book, [CASES[0], *CASES[2:]]).startswith("1 entfallen; ")
    (found,) = (entry for entry in waiting(book) if entry[2] == "E-Mail")
    assert found == ("Anträge", keys(CASES)[1], "E-Mail", "neu@example.de")
    run(book, CASES)
    assert found in waiting(book)


def test_a_formula_typed_over_a_value_is_kept_as_it_was_seen(tmp_path: Path) -> None:
    workbook = opened(build(BESTAND, CASES))
    found = cell(workbook, "Anträge", "Summe", 2)
    place = found.coordinate
    found.value = "=40+2"
    data = rewritten(saved(workbook), {"xl/worksheets/sheet2.xml": lambda xml: xml.replace(
        "<f>40+2</f><v></v>", "<f>40+2</f><v>42</v>").replace("<f>40+2</f><v/>", "<f>40+2</f><v>42</v>")})  # fmt: skip
    book = closed_file(tmp_path, data)
    assert book.read().book.sheets["Anträge"].cells[parse_address(place)].text == "42"
    run(book, CASES)
    assert waiting(book) == [("Anträge", keys(CASES)[1], "Summe (überschrieben)", "=40+2")]


def test_what_stands_beside_a_table_waits_under_its_own_heading_and_comes_back(master: Open) -> None:
    workbook = opened(build(BESTAND, CASES))
    head, sheet = cell(workbook, "Anträge", "AGS", 0), workbook["Anträge"]
    right = sheet.max_column + 1
    headings = ("Rang", "Bemerkung", "Rang 2", "Rang 2")  # only the first names a column for certain
    for offset, heading in enumerate(headings):
        sheet.cell(head.row, right + offset).value = heading
        sheet.cell(head.row + 2, right + offset).value = f"eigenes {offset}"
    book = master(saved(workbook))
    run(book, [CASES[0], *CASES[2:]])
    letters = [get_column_letter(right + n) for n in (1, 2, 3)]
    assert [entry[2] for entry in waiting(book)] == ["Rang", *(f"Spalte {x}" for x in letters)]
    run(book, CASES)
    assert waiting(book) == []
    cells = book.read().book.sheets["Anträge"].cells
    assert [cells[head.row + 2, right + n].text for n in range(4)] == [f"eigenes {n}" for n in range(4)]


def older(data: bytes) -> tuple[bytes, int]:
    """The master as if its sheet Anträge had not got its last column yet, and the number of that column."""
    workbook = opened(data)
    head, sheet = cell(workbook, "Anträge", "Siegel", 0), workbook["Anträge"]
    table = sheet.tables["tbl_antraege"]
    for row in range(1, sheet.max_row + 1):
        sheet.cell(row, head.column).value = sheet.cell(row, head.column).comment = None
    table.tableColumns.pop()
    table.ref = f"A{head.row}:{get_column_letter(head.column - 1)}{table.ref.rpartition(':')[2].lstrip(LETTERS)}"
    if table.autoFilter:
        table.autoFilter.ref = table.ref
    return saved(workbook), head.column


def test_what_stands_where_an_older_master_gets_a_column_is_not_lost(master: Open) -> None:
    data, column = older(build(BESTAND, CASES))
    workbook = opened(data)
    head, sheet = cell(workbook, "Anträge", "AGS", 0).row, workbook["Anträge"]
    for row, text in ((head, "Rang"), (head + 1, "bleibt"), (head + 2, "geht")):
        sheet.cell(row, column).value = text
    book = master(saved(workbook))
    assert run(book, [CASES[0], *CASES[2:]]).startswith("1 entfallen; ")
    found = book.read().book
    assert found.tables["tbl_antraege"].columns[-1] == "Siegel"
    beside = [x.text for (_, c), x in sorted(found.sheets["Anträge"].cells.items()) if c > column]
    texts = [str(entry[3]) for entry in waiting(book)]
    assert sorted(beside + texts) == ["Rang", "bleibt", "geht"] and "geht" in texts
    run(book, CASES)
    beside = [x.text for (_, c), x in sorted(book.read().book.sheets["Anträge"].cells.items()) if c > column]
    assert sorted(beside + [str(entry[3]) for entry in waiting(book)]) == ["Rang", "bleibt", "geht"]
    assert run(book, CASES) == "nichts Neues"


def test_own_text_in_title_and_subtitle_stays(master: Open) -> None:
    workbook = opened(build(BESTAND, CASES))
    places = [(sheet, place) for sheet in ("Anträge", "Befunde", "Kreise", "Verwaist") for place in ("A1", "A2", "C1")]
    for sheet, place in places:
        workbook[sheet][place].value = f"eigenes {sheet} {place}"
    book = master(saved(workbook))
    assert run(book, CASES[1:]) == "1 entfallen"
    sheets = book.read().book.sheets
    for sheet, place in places:
        assert sheets[sheet].cells[parse_address(place)].text == f"eigenes {sheet} {place}"
    assert waiting(book) == []


def test_own_text_in_the_list_above_a_table_goes_to_verwaist_and_is_counted(master: Open) -> None:
    workbook = opened(build(BESTAND, CASES))
    befunde = workbook["Befunde"]
    befunde["A4"].value += " – erledigt, Kurz"
    befunde["G6"].value = "Frau Kurz fragen"
    workbook["Haushalt"]["A3"].value = "vorläufig"
    workbook["Regelwerk"]["A3"].value = "mit Stuttgart besprochen"
    assert befunde["A3"].value == "1 Anträge brauchen Arbeit. Bitte:"
    book = master(saved(workbook))
    assert run(book, CASES) == "nichts Neues; 4 Einträge stehen neu auf Blatt Verwaist"
    kept = [
        ("Befunde", "über der Tabelle", "Zelle A4 (überschrieben)", "•  IBAN ergänzen – erledigt, Kurz"),
        ("Befunde", "über der Tabelle", "Zelle G6 (überschrieben)", "Frau Kurz fragen"),
        ("Haushalt", "über der Tabelle", "Zelle A3 (überschrieben)", "vorläufig"),
        ("Regelwerk", "über der Tabelle", "Zelle A3 (überschrieben)", "mit Stuttgart besprochen"),
    ]
    assert sorted(waiting(book)) == sorted(kept)
    cells = book.read().book.sheets["Befunde"].cells
    assert cells[4, 1].text == "•  IBAN ergänzen" and (6, 7) not in cells
    assert run(book, CASES) == "nichts Neues" and sorted(waiting(book)) == sorted(kept)


def test_a_list_above_a_table_that_only_the_run_changes_is_nobodys_text(master: Open) -> None:
    book = master(build(BESTAND, CASES))
    kopf = [f"{n} Anträge brauchen Arbeit" for n in range(5)]
    befunde = replace(all_tables(BESTAND, CASES)[2], kopf=tuple(kopf))
    for more in ([befunde], [replace(befunde, kopf=tuple(kopf[:1]))], [befunde]):
        assert run(book, CASES, more=more) == "nichts Neues"
    assert waiting(book) == []


@pytest.mark.parametrize(
    ("sheet", "header", "number"),
    sampled([("Befunde", "Meldung", 1), ("Ausstehend", "Träger", 1), ("Kreise", "Art", 2), ("Haushalt", "Ansatz", 1),
             ("Regelwerk", "Quelle", 1), ("Einstellungen", "Wofür", 1), ("Stellen", "Rechenweg", 1)], quick=[0, 3]),
)  # fmt: skip
def test_what_is_typed_over_a_run_is_kept_and_counted_on_every_sheet(
    master: Open, sheet: str, header: str, number: int
) -> None:
    some = [*CASES[:5], *CASES[6:]]
    book = master(typed(build(BESTAND, some), (sheet, header, number, "von Hand")))
    assert run(book, some) == "nichts Neues; 1 Eintrag steht neu auf Blatt Verwaist"
    ((where, _, column, text),) = waiting(book)
    assert (where, column, text) == (sheet, f"{header} (überschrieben)", "von Hand")


def entwurf(case: Vorgang, datei: str) -> Schreiben:
    """The record of a draft on the case."""
    a = case.antrag
    return Schreiben(
        art="verlaengerung",
        titel="Zuwendungsbescheid",
        reihe="stellen",
        nummer=1,
        fassung=Fassung.ENTWURF,
        schluessel=a.schluessel,
        ags=a.ags,
        kreis=a.kreis or "",
        anschrift=(a.traeger or "",),
        email="",
        aktenzeichen="15.2-1",
        datum=date(2020, 3, 15),
        datei=datei,
        ergebnis=str(case.ergebnis or ""),
        summe=case.summe,
    )


def test_what_is_typed_on_bescheide_stays_until_a_new_letter_and_is_kept_then(master: Open) -> None:
    letters = [entwurf(case, f"{n}.docx") for n, case in enumerate(CASES)]
    first = bescheide_table(letters, (), {})
    tables = [table for table in all_tables(BESTAND, CASES) if table.spec is not BESCHEIDE]
    workbook = opened(typed(master_module.build((*tables, first), STAND), ("Bescheide", "Ergebnis", 1, "offen"),
                            ("Bescheide", "Versandt am", 1, date(2020, 4, 1))))  # fmt: skip
    last = cell(workbook, "Bescheide", "AGS", len(CASES))
    for n in (1, 2):
        workbook["Bescheide"].cell(last.row + n, last.column + 1).value = f"Anruf {n}"
    book = master(saved(workbook))
    key = f"{keys(CASES)[0]} | stellen | 1"
    for _ in range(2):  # letters on other cases
        again = bescheide_table(letters[1:], read_rows(book.read().book, BESCHEIDE), {})
        assert run(book, CASES, more=[again]) == "nichts Neues" and waiting(book) == []
        found = rows(book, BESCHEIDE)
        assert found[key]["ergebnis"] == "offen" and found[key]["versandt_am"] == date(2020, 4, 1)
        assert [row.get("traeger") for row in found.values() if not row.get("schluessel")] == ["Anruf 1", "Anruf 2"]
    anew = bescheide_table(letters, read_rows(book.read().book, BESCHEIDE), {})
    assert run(book, CASES, more=[anew]) == "nichts Neues; 1 Eintrag steht neu auf Blatt Verwaist"
    assert waiting(book) == [("Bescheide", key, "Ergebnis (überschrieben)", "offen")]


def longer(case: Vorgang) -> Vorgang:
    """The case as if its first decision reached a year the master has no columns for."""
    first = case.decisions[0]
    decision = replace(first, betraege={**first.betraege, 2031: Decimal("12.5")}, summe=first.summe + Decimal("12.5"))
    return replace(case, decisions=(decision,))


def test_a_budget_year_no_decision_reaches_any_more_keeps_no_amounts(master: Open) -> None:
    book = master(build(BESTAND, CASES))
    run(book, [longer(CASES[0]), *CASES[1:]])
    assert at(book, "Anträge", "Betrag 2031", keys(CASES)[0]) == Cell("zahl", "12.5")
    assert run(book, CASES) == "1 geändert"
    found = book.read().book
    for name in ("tbl_antraege", "tbl_stellen", "tbl_kreise"):
        table = found.tables[name]
        column = table.first_col + table.columns.index("Betrag 2031")
        texts = [
            found.sheets[table.sheet].cells.get((row, column))
            for row in range(table.header_row + 1, table.last_row + 1)
        ]
        assert not any(texts)
    assert waiting(book) == [] and run(book, CASES) == "nichts Neues"


def test_a_column_of_ones_own_that_is_called_like_a_year_is_left_alone_or_kept(master: Open) -> None:
    workbook = opened(build(BESTAND, CASES))
    sheet = workbook["Anträge"]
    head, right = cell(workbook, "Anträge", "AGS", 0).row, sheet.max_column
    for offset, (heading, value) in enumerate((("Betrag 2030", 7), ("Betrag 2032", "=1+1")), 1):
        sheet.cell(head, right + offset).value = heading
        sheet.cell(head + 1, right + offset).value = value
        sheet.tables["tbl_antraege"].tableColumns.append(TableColumn(id=200 + offset, name=heading))
    table = sheet.tables["tbl_antraege"]
    table.ref = f"A{head}:{get_column_letter(right + 2)}{head + len(CASES)}"
    table.autoFilter.ref = table.ref
    book = master(saved(workbook))
    assert run(book, CASES) == "nichts Neues; 1 Eintrag steht neu auf Blatt Verwaist"
    assert waiting(book) == [("Anträge", keys(CASES)[0], "Betrag 2030 (überschrieben)", "7")]
    assert (found := at(book, "Anträge", "Betrag 2032", keys(CASES)[0])) and found.formel


def moved(case: Vorgang, name: str, inhalt: str = "4711") -> Vorgang:
    """The case from a file of that name."""
    return replace(case, antrag=replace(case.antrag, schluessel=name, datei=name, inhalt=inhalt))


def test_an_application_whose_file_was_renamed_is_the_same_one(master: Open) -> None:
    before, after = moved(CASES[1], "Eingang A/alt.xlsx"), moved(CASES[1], "neu.xlsx")
    letter = bescheide_table([entwurf(before, "alt.docx")], (), {})
    others = [CASES[0], *CASES[2:]]
    tables = [table for table in all_tables(BESTAND, [before, *others]) if table.spec is not BESCHEIDE]
    data = typed(master_module.build((*tables, letter), STAND), ("Bescheide", "Versandt am", 1, date(2020, 4, 1)))
    row = next(n for n in range(1, 9) if cell(opened(data), "Anträge", "Schlüssel", n).value == "Eingang A/alt.xlsx")
    workbook = opened(typed(data, ("Anträge", "Bemerkung", row, "anrufen"), ("Anträge", "Bearbeitet von", row, "Kurz"),
                            ("Anträge", "Freigegeben von", row, "Lang"), ("Anträge", "E-Mail", row, "von Hand"),
                            ("Anträge", "Freigegeben am", row, date(2020, 4, 2))))  # fmt: skip
    cell(workbook, "Anträge", "Antragsteller", row).comment = Comment("ruft nicht zurück", "Kurz")
    book = master(saved(workbook))
    now = renamed(book.read(), [after.antrag, *(case.antrag for case in others)])
    again = bescheide_table([], now.bescheide.values, {})
    assert run(book, [after, *others], more=[again]) == "1 geändert; 1 Eintrag steht neu auf Blatt Verwaist"
    found = rows(book, ANTRAEGE)["neu.xlsx"]
    assert (found["bemerkung"], found["freigegeben_von"], found["datei"]) == ("anrufen", "Lang", "neu.xlsx")
    assert waiting(book) == [("Anträge", "neu.xlsx", "E-Mail (überschrieben)", "von Hand")]
    assert rows(book, BESCHEIDE)["neu.xlsx | stellen | 1"]["versandt_am"] == date(2020, 4, 1)
    assert run(book, [after, *others]).startswith("nichts Neues")


def test_what_is_typed_over_the_key_of_a_row_is_kept_and_the_row_stays_the_same(master: Open) -> None:
    cases = [moved(CASES[0], "a.xlsx"), *CASES[1:]]
    data = build(BESTAND, cases)
    row = next(n for n in range(1, 9) if cell(opened(data), "Anträge", "Schlüssel", n).value == "a.xlsx")
    book = master(typed(data, ("Anträge", "Schlüssel", row, "siehe Akte"), ("Anträge", "Bemerkung", row, "anrufen")))
    run(book, cases)
    assert rows(book, ANTRAEGE)["a.xlsx"]["bemerkung"] == "anrufen"
    assert [(sheet, key, text) for sheet, key, _, text in waiting(book)] == [
        ("Anträge", "a.xlsx", "Schlüssel: siehe Akte")
    ]
    assert run(book, cases) == "nichts Neues"


def test_a_renamed_file_with_nothing_else_changed_is_not_even_told(master: Open) -> None:
    before, after = moved(CASES[0], "alt.xlsx"), moved(CASES[0], "Kreis/neu.xlsx")
    book = master(build(BESTAND, [before, *CASES[1:]]))
    assert run(book, [after, *CASES[1:]]) == "nichts Neues"
    assert "Kreis/neu.xlsx" in rows(book, ANTRAEGE) and "alt.xlsx" not in rows(book, ANTRAEGE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (("a.xlsx",), ("b.xlsx", "c.xlsx")),  # copied twice and deleted
        (("a.xlsx", "b.xlsx"), ("c.xlsx",)),
        (("a.xlsx", "b.xlsx"), ("c.xlsx", "d.xlsx")),
    ],
)
def test_where_two_files_could_be_meant_remarks_go_to_neither(
    master: Open, old: tuple[str, ...], new: tuple[str, ...]
) -> None:
    here, there = ([moved(CASES[0], name) for name in names_] for names_ in (old, new))
    book = master(
        typed(build(BESTAND, here), *(("Anträge", "Bemerkung", n, f"zu {n}") for n in range(1, len(old) + 1)))
    )
    assert run(book, there).startswith(f"{len(new)} neu, {len(old)} entfallen")
    assert not any("bemerkung" in row for row in rows(book, ANTRAEGE).values())
    assert sorted(entry[3] for entry in waiting(book)) == [f"zu {n}" for n in range(1, len(old) + 1)]


def test_a_copy_beside_the_file_it_was_made_of_gets_no_remarks(master: Open) -> None:
    original, copy = moved(CASES[0], "a.xlsx"), moved(CASES[0], "b.xlsx")
    book = master(typed(build(BESTAND, [original]), ("Anträge", "Bemerkung", 1, "zu a")))
    assert run(book, [original, copy]) == "1 neu"
    assert [row.get("bemerkung") for row in rows(book, ANTRAEGE).values()] == ["zu a", None]


def test_an_empty_form_of_somebody_else_is_not_the_same_application(master: Open) -> None:
    before = moved(CASES[0], "a.xlsx")
    after = moved(CASES[1], "b.xlsx")  # with the same content: nothing at all
    book = master(typed(build(BESTAND, [before]), ("Anträge", "Bemerkung", 1, "zu a")))
    assert run(book, [after]).startswith("1 neu, 1 entfallen")
    assert [entry[3] for entry in waiting(book)] == ["zu a"]
    nobody = [replace(case, antrag=replace(case.antrag, ags="")) for case in (before, moved(CASES[0], "c.xlsx"))]
    run(book, nobody[:1])
    assert run(book, nobody[1:]).startswith("1 neu, 1 entfallen")


def test_a_table_that_is_gone_stops_the_run_before_anything_is_written(master: Open) -> None:
    workbook = opened(build(BESTAND, CASES))
    del workbook["Befunde"].tables["tbl_befunde"]
    book = master(saved(workbook))
    before = book.read().book
    with pytest.raises(PikError, match=r"fehlt die Tabelle „tbl_befunde“.*Strg\+Z"):
        run(book, CASES[1:])
    assert book.read().book == before


def test_a_copy_of_what_was_there_is_put_by(master: Open, tmp_path: Path) -> None:
    book = master(build(BESTAND, CASES[1:]))
    run(book, CASES)
    run(book, CASES[2:])
    copies = sorted(path.name for path in (tmp_path / "Sicherungen").iterdir())
    assert copies == [f"PiK-Master_{STAMP}.xlsm", f"PiK-Master_{STAMP}_2.xlsm"]


def test_the_jobs_work_on_either(master: Open, tmp_path: Path) -> None:
    folder = anlegen.init(tmp_path / "PiK", STAND, BESTAND)
    folder = Workfolder(folder.path, master(folder.master.read_bytes()))
    check_free(folder)
    pruefung = pruefen_ordner(folder, read_master(folder), STAND.date())
    assert konsolidieren(folder, pruefung, STAND).total() == 0  # type: ignore[attr-defined]  # a Counter
    assert [row["was"] for row in read_rows(read_master(folder).book, PROTOKOLL)] == [
        "Konsolidieren",
        "Arbeitsordner angelegt",
    ]


# --- formulas, numbers and the run's own words ------------------------------------------------------


def with_values(data: bytes, values: dict[str, str]) -> bytes:
    """The master with results for formulas somebody typed, as Excel saves them: formula -> value."""

    def calculated(xml: str) -> str:
        for formula, value in values.items():
            xml = re.sub(rf"<f>{re.escape(formula)}</f><v ?/?>(</v>)?", f"<f>{formula}</f><v>{value}</v>", xml)
        return xml

    return rewritten(data, {f"xl/worksheets/sheet{n}.xml": calculated for n in range(1, 16)})


@pytest.mark.parametrize(
    ("sheet", "header", "number"),
    sampled(
        [
            ("Haushalt", "Ansatz", 6),
            ("Anträge", "Betrag 2026", 2),
            ("Stellen", "Angabe", 1),
            ("Kreise", "Betrag 2026", 2),
        ]
    ),
)
def test_a_formula_in_a_cell_a_run_leaves_empty_is_kept(master: Open, sheet: str, header: str, number: int) -> None:
    header = header if header != "Angabe" else "Bemerkung des Antragstellers"
    workbook = opened(build(BESTAND, CASES))
    found = cell(workbook, sheet, header, number)
    assert found.value is None
    found.value = "=70000000*1"
    book = master(with_values(saved(workbook), {"70000000*1": "70000000"}))
    run(book, CASES)
    ((where, _, column, text),) = waiting(book)
    assert (where, column, text) == (sheet, f"{header} (überschrieben)", "=70000000*1")
    run(book, CASES)
    assert len(waiting(book)) == 1


def test_formulas_and_numbers_wait_in_verwaist_as_text_and_come_back_as_what_they_were(master: Open) -> None:
    workbook = opened(typed(build(BESTAND, CASES), ("Anträge", "Bemerkung", 1, 12.5),
                            ("Anträge", "Bemerkung", 2, "=Text"), ("Anträge", "Bemerkung", 3, "007")))  # fmt: skip
    head, sheet = cell(workbook, "Anträge", "AGS", 0), workbook["Anträge"]
    right, first = sheet.max_column + 2, head.row + 1
    for row, value in ((first, 43955), (first + 1, f"=A{first + 1}&B$1"), (first + 2, "12,5")):
        sheet.cell(row, right).value = value
    book = master(with_values(saved(workbook), {}))
    run(book, CASES[3:])
    column = get_column_letter(right)
    assert {entry[1:] for entry in waiting(book)} == {
        (keys(CASES)[0], "Bemerkung (Zahl)", "12,5"),
        (keys(CASES)[1], "Bemerkung", "=Text"),
        (keys(CASES)[2], "Bemerkung", "007"),
        (keys(CASES)[0], f"Spalte {column} (Zahl)", "43955"),
        (keys(CASES)[1], f"Spalte {column} (Formel aus {column}{first + 1})", f"=A{first + 1}&B$1"),
        (keys(CASES)[2], f"Spalte {column}", "12,5"),
    }
    assert not any(x.formel for (r, _), x in book.read().book.sheets["Verwaist"].cells.items() if r > 4)
    run(book, CASES[1:])
    cells = book.read().book.sheets["Anträge"].cells
    assert cells[first, right].formel == f"A{first}&B$1"  # one row higher now
    assert at(book, "Anträge", "Bemerkung", keys(CASES)[1]) == Cell("text", "=Text")
    assert at(book, "Anträge", "Bemerkung", keys(CASES)[2]) == Cell("text", "007")
    run(book, CASES)
    assert waiting(book) == []
    assert at(book, "Anträge", "Bemerkung", keys(CASES)[0]) == Cell("zahl", "12.5")
    assert book.read().book.sheets["Anträge"].cells[first, right] == Cell("zahl", "43955")


def test_the_columns_in_which_a_run_calculates_are_declared() -> None:
    for table in all_tables(BESTAND, CASES):
        found = {name for row in table.rows for name, value in row.items() if isinstance(value, Formel)}
        assert found == {c.name for c in table.spec.columns if c.formel}, table.spec.name


@pytest.mark.parametrize("sheet", ["Anträge", "Stellen"])
def test_what_is_typed_where_a_run_says_what_changed_is_kept(master: Open, sheet: str) -> None:
    book = master(typed(build(BESTAND, CASES), (sheet, "Seit dem letzten Lauf", 2, "gesehen, Kurz"),
                        (sheet, "Seit dem letzten Lauf", 3, "neu")))  # fmt: skip
    run(book, CASES)
    assert [entry[2:] for entry in waiting(book)] == [("Seit dem letzten Lauf (überschrieben)", "gesehen, Kurz")]


@pytest.mark.parametrize(("sheet", "header"), [("Stellen", "AGS"), ("Ausstehend", "AGS"), ("Regelwerk", "Regel")])
def test_a_row_people_wrote_is_theirs_whatever_stands_in_its_hidden_column(
    master: Open, sheet: str, header: str
) -> None:
    workbook = opened(build(BESTAND, CASES[:5]))
    columns = [cell(workbook, sheet, h, 0).column for h in (header, "Siegel")]
    table = next(iter(workbook[sheet].tables.values()))
    row = int(table.ref.rpartition(":")[2].lstrip(LETTERS)) + 1
    for column in columns:
        workbook[sheet].cell(row, column).value = f"eigenes {column}"
    book = master(saved(workbook))
    run(book, CASES[:5])
    assert sorted(str(entry[3]) for entry in waiting(book)) == sorted(f"eigenes {column}" for column in columns)


def test_an_application_is_not_changed_by_what_people_typed_over_it(master: Open) -> None:
    book = master(typed(build(BESTAND, CASES), ("Anträge", "Antragsteller", 2, "Umbenannt"),
                        ("Anträge", "Antragsteller", 3, "Umbenannt")))  # fmt: skip
    changed = replace(CASES[2], antrag=replace(CASES[2].antrag, email="neu@example.de"))
    assert run(book, [*CASES[:2], changed, *CASES[3:]]).startswith("1 geändert")
    assert [row.get("aenderung") for row in rows(book, ANTRAEGE).values()][:4] == [None, None, "geändert", None]


@pytest.mark.parametrize("sheet", sampled(["Stellen", "Ausstehend", "Einstellungen", "Regelwerk"]))
@pytest.mark.parametrize("below", [1, 2])
def test_what_stands_below_a_table_in_a_hidden_column_is_kept(master: Open, sheet: str, below: int) -> None:
    workbook = opened(build(BESTAND, CASES[:5]))
    column, table = cell(workbook, sheet, "Siegel", 0).column, next(iter(workbook[sheet].tables.values()))
    row = int(table.ref.rpartition(":")[2].lstrip(LETTERS)) + below
    workbook[sheet].cell(row, column).value = "Notiz"
    book = master(saved(workbook))
    run(book, CASES[:5])
    assert waiting(book) == [(sheet, f"Zeile {row}", "Siegel", "Notiz")]


# --- open in Excel -------------------------------------------------------------------------------


def excel(book: LiveBook) -> Any:
    """The double behind the book."""
    return book.mappe.api._inner


def flags(book: LiveBook) -> list[object]:
    app = excel(book).Application
    return [app.ScreenUpdating, app.EnableEvents, app.Calculation, app.DisplayAlerts,
            app.AutoCorrect.AutoFillFormulasInLists]  # fmt: skip


def test_rows_come_and_go_before_formats_and_formats_before_values(tmp_path: Path) -> None:
    book = in_excel(tmp_path, typed(build(BESTAND, CASES[1:]), ("Anträge", "Bemerkung", 1, "anrufen")))
    run(book, [CASES[0], *CASES[2:]])
    steps = [(what, sheet) for what, sheet, _ in CDispatch.log]
    structure = {"Resize", "Insert", "Delete", "ListRows.Add", "ListColumns.Add"}
    for sheet in ("Anträge", "Stellen", "Befunde", "Protokoll", "Verwaist"):
        order = [what for what, where in steps if where == sheet]
        values = order.index("Value2")
        assert (
            max((n for n, w in enumerate(order) if w in structure), default=-1) < order.index("NumberFormat") < values
        )
        assert order[values:].count("NumberFormat") == 0
    assert steps.index(("SaveCopyAs", "")) < next(n for n, (what, _) in enumerate(steps) if what in structure)
    assert steps[-1] == ("Calculate", "") and [what for what, _ in steps].count("Calculate") == 1


def test_the_number_of_calls_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    def calls(count: int) -> int:
        bestand = bewilligungen(count)
        book = in_excel(tmp_path, build(bestand, []))
        CDispatch.calls = 0
        run(book, [vorgang(b) for b in bestand], bestand)
        return CDispatch.calls

    few, many = calls(12), calls(120)
    assert many <= few + 3 and many < 4_000


def test_rows_people_have_sorted_stay_where_they_are_and_new_ones_come_last(tmp_path: Path) -> None:
    book = in_excel(tmp_path, typed(build(BESTAND, CASES[1:5]), ("Anträge", "Bemerkung", 1, "bleibt")))
    sheet = excel(book).Worksheets("Anträge")
    table = sheet.ListObjects("tbl_antraege")
    first, last = table.top + 1, table.bottom
    for cells in (sheet.values, sheet.formulas):
        here = {at: cells.pop(at) for at in list(cells) if at[0] in (first, last)}
        cells |= {(first + last - row, column): value for (row, column), value in here.items()}
    before = names(book)
    run(book, CASES[:5])
    assert names(book) == [*before, CASES[0].antrag.traeger]
    assert rows(book, ANTRAEGE)[keys(CASES)[1]]["bemerkung"] == "bleibt"


def test_hidden_rows_stay_hidden_and_no_others(tmp_path: Path) -> None:
    workbook = opened(build(BESTAND, CASES[1:]))
    hidden = cell(workbook, "Anträge", "Antragsteller", 4)
    workbook["Anträge"].row_dimensions[hidden.row].hidden = True
    book = in_excel(tmp_path, saved(workbook))
    run(book, [*CASES[:2], *CASES[3:]])
    (row,) = book.read().book.sheets["Anträge"].hidden_rows
    assert book.read().book.sheets["Anträge"].cells[row, hidden.column].text == hidden.value


class OneFilter(CDispatch):
    def __init__(self, on: bool, operator: int = 0, criteria: str = "") -> None:
        self.On, self.Operator, self.Criteria1 = on, operator, criteria


def test_a_filter_is_lifted_for_the_run_and_set_again(tmp_path: Path) -> None:
    book = in_excel(tmp_path, build(BESTAND, CASES[1:]))
    auto = excel(book).Worksheets("Anträge").ListObjects("tbl_antraege").AutoFilter
    auto.FilterMode, auto.Filters = True, Group([OneFilter(False), OneFilter(True, 7, "=Stadt")])
    run(book, CASES)
    order = [(what, detail) for what, sheet, detail in CDispatch.log if sheet == "Anträge"]
    assert order[0][0] == "ShowAllData" and order[-1] == ("AutoFilter", "2 =Stadt 7 None")


def test_a_filter_excel_does_not_tell_stops_the_run_before_anything_is_written(tmp_path: Path) -> None:
    book = in_excel(tmp_path, build(BESTAND, CASES[1:]))
    auto = excel(book).Worksheets("Anträge").ListObjects("tbl_antraege").AutoFilter
    auto.FilterMode, auto.Filters = True, Group([OneFilter(True, 8)])
    before = book.read().book
    with pytest.raises(PikError, match="Blatt „Anträge“ ist nach Farbe, Rang oder Datum gefiltert"):
        run(book, CASES)
    assert book.read().book == before


def test_an_error_while_writing_restores_excel_and_says_where_the_copy_is(tmp_path: Path) -> None:
    book = in_excel(tmp_path, build(BESTAND, CASES[1:]))
    before = flags(book)
    CDispatch.fail = lambda what, sheet: (what, sheet) == ("Formula", "Kreise")
    with pytest.raises(PikError, match=rf"nur zum Teil geschrieben.*PiK-Master_{STAMP}\.xlsm"):
        run(book, CASES)
    CDispatch.fail = None
    assert flags(book) == before
    protected = [sheet.Name for sheet in excel(book).Worksheets if sheet.ProtectContents]
    assert protected == ["Start", "Kreise", "Haushalt", "Regelwerk"]


def test_protection_is_as_it_was_after_a_run(tmp_path: Path) -> None:
    book = in_excel(tmp_path, build(BESTAND, CASES[1:]))
    sheets = excel(book).Worksheets
    before = {s.Name: (s.ProtectContents, s.ProtectDrawingObjects, s.ProtectScenarios, s.options) for s in sheets}
    run(book, CASES)
    assert {
        s.Name: (s.ProtectContents, s.ProtectDrawingObjects, s.ProtectScenarios, s.options) for s in sheets
    } == before


def test_a_sheet_with_a_password_is_told_before_anything_is_written(tmp_path: Path) -> None:
    book = in_excel(tmp_path, build(BESTAND))
    sheet = excel(book).Worksheets("Kreise")
    sheet.password = "geheim"
    with pytest.raises(PikError, match="Blatt „Kreise“ ist mit einem Kennwort geschützt"):
        book.check_free()
    bestand = excel(book).Worksheets("Bestand")
    sheet.password, bestand.password, bestand.ProtectContents = "", "geheim", True
    book.check_free()


def test_somebody_typing_in_a_cell_is_waited_for_and_then_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(live_book.time, "sleep", pauses.append)
    book = in_excel(tmp_path, build(BESTAND))
    CDispatch.busy = 3
    book.check_free()
    assert len(pauses) == 3
    CDispatch.busy = 1_000
    with pytest.raises(PikError, match="Bitte die Zelleingabe abschließen"):
        book.check_free()


def test_a_workbook_that_is_not_ours_read_only_or_closed_is_told(tmp_path: Path) -> None:
    book = in_excel(tmp_path, build(BESTAND))
    excel(book).ReadOnly = True
    with pytest.raises(PikError, match="schreibgeschützt geöffnet"):
        book.check_free()
    excel(book).Names = Group([])
    with pytest.raises(PikError, match="ist nicht die Master-Arbeitsmappe"):
        book.check_free()

    def gone(self: object) -> None:
        raise ComError(-2_147_417_848, "Das aufgerufene Objekt wurde von den Clients getrennt")

    type(excel(book)).Application = property(gone)
    try:
        with pytest.raises(PikError, match="nicht mehr geöffnet"):
            book.check_free()
    finally:
        del type(excel(book)).Application


def test_a_change_since_the_run_began_stops_it(tmp_path: Path) -> None:
    book = in_excel(tmp_path, build(BESTAND, CASES))
    update = book.begin(book.read())
    excel(book).Worksheets("Bestand").type_in((7, 4), "Neuer Name")
    with pytest.raises(PikError, match="während des Laufs geändert"):
        update.commit(all_tables(BESTAND, CASES), STAMP)


def test_numbers_and_days_arrive_as_numbers(tmp_path: Path) -> None:
    book = in_excel(tmp_path, build(BESTAND, []))
    run(book, CASES)
    row = rows(book, STELLEN)[f"{BESTAND[0].stelle} | {BESTAND[0].ags}"]
    assert (row["vzae"], row["bewilligt_bis"]) == (Decimal("0.25"), BESTAND[0].bewilligt_bis)
    workbook: Workbook = book.read().book
    assert workbook.tables["tbl_stellen"].last_row - workbook.tables["tbl_stellen"].header_row == len(CASES)
