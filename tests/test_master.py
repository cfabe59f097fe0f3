"""The master is rebuilt by every run, and nothing a person typed in it is ever lost."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from formulas import formulas, without_values
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell

from pik_xl import master
from pik_xl import tables as t
from pik_xl.columns import BESTAND, Table, antraege_spec
from pik_xl.errors import PikError
from pik_xl.extension import decide, overall, regelstand
from pik_xl.haushalt import haushalt
from pik_xl.master_sheets import TEXT_MAX
from pik_xl.model import (
    Antrag,
    Art,
    Besetzung,
    Bewilligung,
    Finding,
    Place,
    Qualifikation,
    Schwere,
    Stand,
    Stelle,
    Vorgang,
)
from pik_xl.regions import load_register
from pik_xl.rules import shipped_rulebook

STAND = datetime(2020, 3, 15, 14, 30)
REGISTER = load_register()
REGELN = regelstand(shipped_rulebook(), date(2020, 3, 15))
BOESE = '=HYPERLINK("http://x.example","Klick")'


def bewilligungen(count: int) -> list[Bewilligung]:
    """Approved posts, one per applicant of the real register, of two kinds and several periods."""
    traeger = list(REGISTER.traeger.values())
    return [
        Bewilligung(
            f"{s.ags}-{1 + n // len(traeger):02}", f"15.2-{n}", s.ags, s.name, s.art, s.kreis, "Rathaus", "Aylin Demir",
            list(Qualifikation)[n % 2], Decimal("0.25") * (1 + n % 4), Decimal(64000) if n % 3 == 0 else None,
            date(2017 + n % 2, 1 + n % 12, 1), date(2019 + n % 2, 1 + n % 12, 14),
        )
        for n in range(count)
        for s in [traeger[n % len(traeger)]]
    ]  # fmt: skip


def vorgang(b: Bewilligung, number: int = 0) -> Vorgang:
    """An application for one approved post; every eighth waits for an answer."""
    post = Stelle(b.stelle, b.ags, b.einsatzort, verlaengern=True, vzae=b.vzae, person=b.person,
                  besetzung_heute=Besetzung.UNBESETZT if number % 9 == 8 else Besetzung.BESETZT)  # fmt: skip
    antrag = Antrag(f"{b.stelle}.xlsx", f"{b.stelle}.xlsx", date(2020, 2, 1), b.ags, b.traeger, b.art, b.kreis,
                    ansprechperson=BOESE, email="a@example.de", stellen=(post,))  # fmt: skip
    if number % 8 == 7:
        return Vorgang(antrag, Stand.RUECKFRAGE, (finding(antrag),), {b.stelle: b})
    decisions = (decide(post, b, REGELN),)
    return Vorgang(antrag, Stand.ENTSCHIEDEN, (), {b.stelle: b}, decisions, overall(decisions))


def finding(antrag: Antrag) -> Finding:
    place = Place(antrag.datei, "Antrag", "C14")
    return Finding("P03", Schwere.FEHLER, place, "iban", BOESE, "Die IBAN fehlt.", "Bitte ergänzen.", "Formular",
                   antrag.schluessel, "", antrag.ags, antrag.traeger or "", antrag.kreis or "")  # fmt: skip


def all_tables(bestand: Sequence[Bewilligung], vorgaenge: Sequence[Vorgang] | None = None) -> tuple[Table, ...]:
    cases = [vorgang(b, n) for n, b in enumerate(bestand)] if vorgaenge is None else vorgaenge
    befunde = [f for v in cases for f in v.befunde]
    kreise = REGISTER.kreise
    regeln = regelstand(shipped_rulebook(), date(2020, 3, 15))
    small = replace(regeln.ansaetze[2021], value=Decimal(100))
    regeln = replace(regeln, ansaetze={2019: regeln.ansaetze[2019], 2020: regeln.ansaetze[2020], 2021: small})
    return (
        t.antraege_table(cases, kreise),
        t.stellen_table(cases, kreise),
        t.befunde_table(befunde, kreise, [f"{len(befunde)} Anträge brauchen Arbeit. Bitte:", "IBAN ergänzen"]),
        t.kreise_table(cases, bestand, kreise),
        t.haushalt_table(haushalt(cases, bestand, regeln), Decimal(2_200_000)),
        t.bestand_table(bestand),
        t.protokoll_table([t.Lauf("15.03.2020 14:30", "prüfen", len(cases), summe=Decimal("0.01"))]),
    )


def build(bestand: Sequence[Bewilligung] = (), vorgaenge: Sequence[Vorgang] | None = None) -> bytes:
    return master.build(all_tables(bestand, vorgaenge), STAND)


def opened(data: bytes, data_only: bool = False) -> Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl says that it drops data bars
        return load_workbook(BytesIO(data), data_only=data_only)


def saved(book: Workbook) -> bytes:
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def cell(book: Workbook, sheet: str, header: str, number: int = 1) -> Cell:
    """The cell below a header, in the table's n-th row."""
    for row in book[sheet].iter_rows(max_row=20):
        for candidate in row:
            if candidate.value == header and candidate.row > 3:
                found = book[sheet].cell(candidate.row + number, candidate.column)
                assert isinstance(found, Cell)
                return found
    raise AssertionError(f"no column {header} on {sheet}")


def typed(data: bytes, *entries: tuple[str, str, int, object]) -> bytes:
    """The master after somebody typed values into cells (sheet, header, row of the table, value)."""
    book = opened(data)
    for sheet, header, number, value in entries:
        found = cell(book, sheet, header, number)
        found.value = value  # type: ignore[assignment]  # whatever openpyxl takes
        if isinstance(value, str):
            found.data_type = "s"  # as in a cell formatted as text: what begins with = stays text
    return saved(book)


def rebuilt(old: bytes, bestand: Sequence[Bewilligung], vorgaenge: Sequence[Vorgang]) -> bytes:
    return master.build(master.carry_over(old, all_tables(bestand, vorgaenge)), STAND)


# --- building ------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 3, 1200])
def test_microsofts_validator_accepts_the_master(
    count: int, tmp_path: Path, ooxml_errors: Callable[[Path], list[object]]
) -> None:
    path = tmp_path / "PiK-Master.xlsx"
    path.write_bytes(build(bewilligungen(count)))
    assert ooxml_errors(path) == []


def test_microsofts_validator_accepts_a_master_with_verwaist(
    tmp_path: Path, ooxml_errors: Callable[[Path], list[object]]
) -> None:
    path = tmp_path / "PiK-Master.xlsx"
    path.write_bytes(rebuilt(typed(build(bewilligungen(1)), ("Anträge", "Bemerkung", 1, "x")), (), ()))
    assert ooxml_errors(path) == []


def test_same_tables_give_the_same_bytes() -> None:
    assert build(bewilligungen(5)) == build(bewilligungen(5))


@pytest.mark.parametrize("count", [0, 60])
def test_libreoffice_calculates_every_formula_to_the_value_already_shown(
    count: int, tmp_path: Path, soffice_convert: Callable[[Path, str], Path]
) -> None:
    path = tmp_path / "PiK-Master.xlsx"
    data = build(bewilligungen(count))
    path.write_bytes(without_values(data))
    ours, theirs = opened(data, data_only=True), opened(soffice_convert(path, "xlsx").read_bytes(), data_only=True)
    checked = 0
    for sheet, address in formulas(opened(data)):
        shown, calculated = ours[sheet][address].value, theirs[sheet][address].value
        if isinstance(shown, int | float):
            assert calculated == pytest.approx(shown), f"{sheet}!{address}"
        else:
            assert (calculated or "") == (shown or ""), f"{sheet}!{address}"
        checked += 1
    assert checked > 30


def test_the_figures_on_start_agree_with_the_cases() -> None:
    bestand = bewilligungen(60)
    cases = [vorgang(b, n) for n, b in enumerate(bestand)]
    sheet = opened(build(bestand, cases), data_only=True)["Start"]
    figures = {sheet.cell(4, c).value: sheet.cell(5, c).value for c in range(1, 16) if sheet.cell(4, c).value}
    reif = [v for v in cases if v.stand is Stand.ENTSCHIEDEN]
    assert figures["Anträge"] == 60
    assert (figures["entscheidungsreif"], figures["in Rückfrage"]) == (len(reif), 60 - len(reif))
    assert Decimal(str(figures["Summe der Bewilligungen"])) == sum(v.summe for v in reif)
    assert figures["VZÄ beantragt"] == float(sum(b.vzae for b in bestand))


def test_replaced_applications_do_not_count_on_start() -> None:
    case = vorgang(bewilligungen(1)[0])
    alt = replace(case, stand=Stand.ERSETZT, antrag=replace(case.antrag, schluessel="alt"), decisions=(), ergebnis=None)
    sheet = opened(build(bewilligungen(1), [case, alt]), data_only=True)["Start"]
    assert (sheet["B5"].value, sheet["I5"].value) == (1, 1)


def test_an_applicants_formula_stays_text() -> None:
    book = opened(build(bewilligungen(8)))
    for found in (cell(book, "Anträge", "Ansprechperson"), cell(book, "Befunde", "Gefunden")):
        assert (found.data_type, found.value, found.hyperlink) == ("s", BOESE, None)


def test_keys_keep_their_leading_zero_and_amounts_their_cents() -> None:
    book = opened(build(bewilligungen(2)))
    assert cell(book, "Bestand", "AGS").value == "08111"
    assert cell(book, "Bestand", "AGS").number_format == "@"
    assert cell(book, "Anträge", "Summe").number_format.startswith('#,##0.00 "€"')
    assert cell(book, "Bestand", "Beginn").number_format == "dd.mm.yyyy"


@pytest.mark.parametrize("length", [TEXT_MAX, TEXT_MAX + 1])
@pytest.mark.parametrize("letter", ["ä", "😀"])
def test_a_text_too_long_for_a_cell_says_that_it_was_cut(length: int, letter: str) -> None:
    units = len(letter.encode("utf-16-le")) // 2
    case = vorgang(bewilligungen(1)[0])
    text = letter * (length // units)
    data = build((), [replace(case, antrag=replace(case.antrag, ansprechperson=text))])
    found = str(cell(opened(data), "Anträge", "Ansprechperson").value)
    fits = len(text.encode("utf-16-le")) // 2 <= TEXT_MAX
    assert found == text if fits else found.endswith("… [gekürzt]")
    assert len(found.encode("utf-16-le")) // 2 <= TEXT_MAX


def test_staff_columns_are_marked_and_offer_their_choices() -> None:
    book = opened(build(bewilligungen(1)))
    abweichend = cell(book, "Stellen", "Entscheidung abweichend", 0)
    assert abweichend.comment is not None
    assert abweichend.fill.fgColor.rgb != cell(book, "Stellen", "Summe", 0).fill.fgColor.rgb
    lists = [rule.formula1 for rule in book["Stellen"].data_validations.dataValidation if rule.type == "list"]
    assert lists == ['"bewilligt,teilweise,abgelehnt"']


def test_headers_and_first_columns_stay_in_view_and_on_every_page() -> None:
    sheet = opened(build(bewilligungen(1)))["Anträge"]
    header = cell(opened(build()), "Anträge", "AGS", 0).row
    assert sheet.freeze_panes == f"C{header + 1}"
    assert sheet.print_title_rows == f"${header}:${header}"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)


def test_wide_tables_print_on_a3_without_the_columns_of_staff_and_narrow_ones_on_a4() -> None:
    book = opened(build(bewilligungen(1)))
    papers = {sheet.title: int(sheet.page_setup.paperSize) for sheet in book.worksheets if sheet.tables}
    assert (papers["Anträge"], papers["Stellen"], papers["Haushalt"], papers["Protokoll"]) == (8, 8, 9, 9)
    last = cell(book, "Anträge", "Hinweise", 0).column_letter
    assert f"${last}$" in str(book["Anträge"].print_area)


# --- the Bestand ---------------------------------------------------------------------------------


def test_the_bestand_comes_back_as_it_was_written() -> None:
    bestand = bewilligungen(50)
    assert master.read_bestand(build(bestand)) == (tuple(bestand), [])


def test_an_empty_bestand_holds_no_posts() -> None:
    assert master.read_bestand(build()) == ((), [])


def test_the_bestand_is_read_with_good_will() -> None:
    one = bewilligungen(1)[0]
    data = typed(
        build([one]),
        ("Bestand", "AGS", 1, 8111),
        ("Bestand", "Kreis-AGS", 1, None),
        ("Bestand", "VZÄ", 1, "0,75"),
        ("Bestand", "Jahresbetrag je VZÄ", 1, "64.000,00 €"),
        ("Bestand", "Beginn", 1, "1.10.2017"),
        ("Bestand", "Qualifikation", 1, "Mittlerer Abschluss"),
    )
    (found,), problems = master.read_bestand(data)
    expect = replace(one, vzae=Decimal("0.75"), jahresbetrag=Decimal(64000), beginn=date(2017, 10, 1),
                     qualifikation=Qualifikation.MITTLERER_ABSCHLUSS)  # fmt: skip
    assert found == expect
    assert [(gefunden, meldung) for _, gefunden, meldung in problems] == [
        ("8111", "als Zahl eingetragen, gelesen als 08111"),
        ("0,75", "als Text eingetragen, gelesen als 0,75"),
        ("64.000,00 €", "als Text eingetragen, gelesen als 64000,00"),
        ("1.10.2017", "als Text eingetragen, gelesen als 01.10.2017"),
    ]


def test_rows_added_below_the_table_are_read_too() -> None:
    book = opened(build(bewilligungen(1)))
    first = cell(book, "Bestand", "Stelle")
    for column in range(1, len(BESTAND.columns) + 1):
        book["Bestand"].cell(first.row + 3, column).value = book["Bestand"].cell(first.row, column).value
    book["Bestand"].cell(first.row + 3, first.column).value = "neu"
    assert [b.stelle for b in master.read_bestand(saved(book))[0]] == ["08111-01", "neu"]


@pytest.mark.parametrize(
    ("header", "day", "good"),
    [("Beginn", "01.01.2000", True), ("Beginn", "31.12.1999", False), ("Bewilligt bis", "31.12.9999", False)],
)
def test_a_year_that_cannot_be_is_asked_about(header: str, day: str, good: bool) -> None:
    data = typed(build(bewilligungen(1)), ("Bestand", header, 1, day))
    if good:
        assert master.read_bestand(data)[0][0].beginn == date(2000, 1, 1)
    else:
        with pytest.raises(PikError, match="Bitte das Jahr prüfen"):
            master.read_bestand(data)


def test_everything_unusable_in_the_bestand_is_named_at_once() -> None:
    data = typed(
        build(bewilligungen(4)),
        ("Bestand", "Beginn", 1, "31.02.2018"),
        ("Bestand", "VZÄ", 1, "halb"),
        ("Bestand", "Träger", 2, None),
        ("Bestand", "Art", 3, "Dorf"),
    )
    row, arten = cell(opened(data), "Bestand", "Stelle").row, ", ".join(Art)
    with pytest.raises(PikError) as error:
        master.read_bestand(data)
    assert str(error.value).splitlines() == [
        "Der Bestand lässt sich so nicht verwenden:",
        f"– Blatt „Bestand“, Zelle J{row}: gefunden „halb“. Bitte eine Zahl wie 0,50 eintragen.",
        f"– Blatt „Bestand“, Zelle L{row}: gefunden „31.02.2018“. Bitte ein Datum wie 31.12.2021 eintragen.",
        f"– Blatt „Bestand“, Zelle D{row + 1}: gefunden „“. Bitte „Träger“ ausfüllen.",
        f"– Blatt „Bestand“, Zelle E{row + 2}: gefunden „Dorf“. Bitte einen dieser Einträge wählen: {arten}.",
    ]


@pytest.mark.parametrize(
    ("header", "value", "words"),
    [
        ("Stelle", "08111-01", "steht schon in Zeile"),
        ("AGS", "8115", "beginnt mit 08"),
        ("AGS", "081150", "beginnt mit 08"),
        ("Kreis-AGS", "08115003", "5 Ziffern"),
        ("VZÄ", 0, "Anteil über 0"),
        ("Jahresbetrag je VZÄ", -1, "Betrag ab 0"),
        ("Bewilligt bis", date(2016, 12, 31), "vor dem Beginn"),
    ],
)
def test_contradictions_in_the_bestand_are_named(header: str, value: object, words: str) -> None:
    with pytest.raises(PikError, match=words):
        master.read_bestand(typed(build(bewilligungen(2)), ("Bestand", header, 2, value)))


@pytest.mark.parametrize("ags", ["08111", "08111000", "081115001"])
def test_official_keys_of_all_three_lengths_are_fine(ags: str) -> None:
    assert master.read_bestand(typed(build(bewilligungen(1)), ("Bestand", "AGS", 1, ags)))[0][0].ags == ags


def test_a_bestand_without_its_table_is_a_clear_message() -> None:
    book = opened(build(bewilligungen(1)))
    del book["Bestand"].tables["tbl_bestand"]
    with pytest.raises(PikError, match="Auf Blatt „Bestand“ fehlt die Tabelle"):
        master.read_bestand(saved(book))


def test_a_file_that_is_no_workbook_is_a_clear_message() -> None:
    with pytest.raises(PikError, match="Die Master-Arbeitsmappe lässt sich nicht lesen"):
        master.read_bestand(b"nichts")


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
    book = opened(rebuilt(old, bestand, cases))
    assert cell(book, "Anträge", "Antragsteller", 2).value == bestand[1].traeger
    assert cell(book, "Anträge", "Bemerkung", 2).value == "erste Zeile\nzweite Zeile"
    assert cell(book, "Anträge", "Wiedervorlage", 2).value == datetime(2020, 4, 1)
    assert cell(book, "Anträge", "Freigegeben am", 2).value == "nächste Woche"
    assert cell(book, "Stellen", "Entscheidung abweichend", 2).value == "abgelehnt"
    assert [cell(book, "Anträge", "Bemerkung", n).value for n in (1, 3, 4)] == [None] * 3
    assert "Verwaist" not in book.sheetnames


@pytest.mark.parametrize(
    ("entry", "kept"), [(12, "12"), (0.5, "0,5"), (True, "WAHR"), ("#NV", "#NV"), (" Rand ", " Rand ")]
)
def test_whatever_is_typed_into_a_text_column_is_kept_as_it_was_seen(entry: object, kept: str) -> None:
    old = typed(build(bewilligungen(1)), ("Anträge", "Bemerkung", 1, entry))
    assert list(master.read_staff(old, antraege_spec(())).values()) == [{"bemerkung": kept}]


def test_a_formula_without_its_value_stops_the_run_before_anything_is_lost() -> None:
    book = opened(build(bewilligungen(1)))
    cell(book, "Anträge", "Bemerkung").value = "=1+1"
    with pytest.raises(PikError, match=r"Blatt „Anträge“, Zelle .*Die Formel hat noch keinen Wert"):
        master.read_staff(saved(book), antraege_spec(()))


def test_a_second_run_changes_nothing() -> None:
    bestand = bewilligungen(9)
    cases = [vorgang(b, n) for n, b in enumerate(bestand)]
    first = rebuilt(typed(build(bestand, cases), ("Anträge", "Bemerkung", 3, "-2 Stellen")), bestand, cases)
    assert rebuilt(first, bestand, cases) == first


def test_a_vanished_row_goes_to_verwaist_and_its_entries_come_back_with_it() -> None:
    bestand = bewilligungen(2)
    cases = [vorgang(b, n) for n, b in enumerate(bestand)]
    old = typed(build(bestand, cases), ("Anträge", "Bemerkung", 2, "=1+1 anrufen"),
                ("Anträge", "Wiedervorlage", 2, date(2020, 4, 1)))  # fmt: skip
    without = rebuilt(rebuilt(old, bestand, cases[:1]), bestand, cases[:1])
    rows = list(opened(without)["Verwaist"].iter_rows(min_row=5, values_only=True))
    schluessel = cases[1].antrag.schluessel
    assert rows == [
        ("Anträge", schluessel, "Bemerkung", "=1+1 anrufen"),
        ("Anträge", schluessel, "Wiedervorlage", "01.04.2020"),
    ]
    back = opened(rebuilt(without, bestand, cases))
    assert cell(back, "Anträge", "Bemerkung", 2).value == "=1+1 anrufen"
    assert cell(back, "Anträge", "Wiedervorlage", 2).value == datetime(2020, 4, 1)
    assert "Verwaist" not in back.sheetnames


def test_a_waiting_entry_never_replaces_what_was_typed_since() -> None:
    bestand = bewilligungen(1)
    cases = [vorgang(bestand[0])]
    spec = antraege_spec(())
    key = cases[0].antrag.schluessel
    old = typed(
        master.build((*all_tables(bestand, cases), t.verwaist_table([t.Eintrag("Anträge", key, "Bemerkung", "alt")])),
                     STAND),
        ("Anträge", "Bemerkung", 1, "neu"),
    )  # fmt: skip
    new = rebuilt(old, bestand, cases)
    assert master.read_staff(new, spec) == {key: {"bemerkung": "neu"}}
    assert cell(opened(new), "Verwaist", "Inhalt").value == "alt"


def test_a_renamed_staff_column_stops_the_run_before_anything_is_lost() -> None:
    data = typed(build(bewilligungen(1)), ("Anträge", "Bemerkung", 0, "Notiz"))
    book = opened(data)
    for column in book["Anträge"].tables["tbl_antraege"].tableColumns:
        column.name = "Notiz" if column.name == "Bemerkung" else column.name
    with pytest.raises(PikError, match="Auf Blatt „Anträge“ fehlt die Spalte „Bemerkung“"):
        master.carry_over(saved(book), all_tables(bewilligungen(1)))


def test_the_record_of_runs_comes_back() -> None:
    lauf = t.Lauf("15.03.2020 14:30", "prüfen", 3, summe=Decimal("0.01"))
    assert master.read_protokoll(build(bewilligungen(3))) == (lauf,)


def test_sheets_and_columns_of_staffs_own_are_named() -> None:
    book = opened(build(bewilligungen(1)))
    assert master.foreign(saved(book)) == ()
    book.create_sheet("Urlaub")
    book["Bestand"].tables["tbl_bestand"].tableColumns[-1].name = "Notiz"
    assert master.foreign(saved(book)) == ("Urlaub", "Bestand: Notiz")


# --- swapping in ---------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "PiK-Master.xlsx"
    path.write_bytes(b"alt")
    return path


def listing(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_the_first_master_needs_no_backup(tmp_path: Path) -> None:
    assert master.write(tmp_path / "PiK-Master.xlsx", b"neu", tmp_path / "Sicherungen", "2020-03-15_1430") is None
    assert listing(tmp_path) == ["PiK-Master.xlsx"]


def test_the_old_master_is_kept_under_its_date(file: Path) -> None:
    folder = file.parent / "Protokoll" / "Sicherungen"
    first = master.write(file, b"neu", folder, "2020-03-15_1430", gelesen=b"alt")
    second = master.write(file, b"neuer", folder, "2020-03-15_1430")
    assert (first, second) == (
        folder / "PiK-Master_2020-03-15_1430.xlsx",
        folder / "PiK-Master_2020-03-15_1430_2.xlsx",
    )
    assert [p.read_bytes() for p in (first, second, file) if p] == [b"alt", b"neu", b"neuer"]


def test_an_unchanged_master_is_left_alone(file: Path) -> None:
    assert master.write(file, b"alt", file.parent / "Sicherungen", "x") is None
    assert listing(file.parent) == ["PiK-Master.xlsx"]


@pytest.mark.parametrize("lock", ["~$PiK-Master.xlsx", ".~lock.PiK-Master.xlsx#"])
def test_an_open_master_is_a_clear_message_and_stays_untouched(file: Path, lock: str) -> None:
    file.with_name(lock).write_bytes(b"")
    with pytest.raises(PikError, match=r"PiK-Master\.xlsx ist gerade geöffnet.*schließen"):
        master.write(file, b"neu", file.parent / "Sicherungen", "x")
    assert file.read_bytes() == b"alt"
    assert listing(file.parent) == sorted([lock, "PiK-Master.xlsx"])


def test_a_master_saved_during_the_run_is_not_overwritten(file: Path) -> None:
    with pytest.raises(PikError, match="während des Laufs geändert"):
        master.write(file, b"neu", file.parent / "Sicherungen", "x", gelesen=b"noch aelter")
    assert listing(file.parent) == ["PiK-Master.xlsx"]


def test_a_refused_swap_is_a_clear_message_and_leaves_no_half_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PikError, match="geöffnet oder schreibgeschützt"):
        master.write(file, b"neu", file.parent / "Sicherungen", "x")
    assert file.read_bytes() == b"alt"
    assert listing(file.parent) == ["PiK-Master.xlsx", "Sicherungen/PiK-Master_x.xlsx"]


def test_a_full_disk_leaves_the_old_master(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="no space left"):
        master.write(file, b"neu", file.parent / "Sicherungen", "x")
    assert file.read_bytes() == b"alt"
    assert ".PiK-Master.xlsx.neu" not in listing(file.parent)


def test_arts_of_the_form_and_of_the_bestand_are_the_same() -> None:
    art = next(c for c in BESTAND.columns if c.name == "art")
    assert art.auswahl == tuple(Art)
