"""The form as the applicant gets it: open where it must be, watching itself, the same for every program."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from adressen import ADRESSEN, KEINE_ADRESSEN
from formulare import FULL, GOOD, KOPF, POST
from formulas import without_values
from openpyxl.utils.escape import unescape
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from samples import sampled

from pik_xl.build import ship
from pik_xl.formular import felder, watch
from pik_xl.formular.felder import Massgaben
from pik_xl.formular.fill import FormTemplate
from pik_xl.formular.pruefsumme import parse
from pik_xl.jobs.pruefung import lage_am
from pik_xl.kinds import Kind
from pik_xl.model import Besetzung
from pik_xl.schreiben.einzelform import form_templates
from pik_xl.values import email_fault, normalise
from pik_xl.workfolder import shipped

TAG = date(2020, 11, 11)  # the first day on which an interruption is recognised

# One row of posts each, and what the form says about it.
URTEILE: tuple[tuple[dict[str, object], str], ...] = (
    ({}, ""),
    (GOOD, "✓"),
    (POST, "Verlängern: bitte ja oder nein"),
    (GOOD | {"verlaengern": False}, "endet wie bewilligt"),
    (GOOD | {"verlaengern": "NEIN"}, "endet wie bewilligt"),
    (GOOD | {"vzae": None}, "VZÄ beantragt fehlt"),
    (GOOD | {"vzae": "halbe Stelle"}, "VZÄ beantragt fehlt"),
    (GOOD | {"vzae": Decimal("0.24")}, "mindestens 0,25 VZÄ"),
    (GOOD | {"vzae": Decimal("0.25")}, "✓"),
    (GOOD | {"vzae": Decimal("0.51")}, "mehr VZÄ als bewilligt"),
    (GOOD | {"vzae": Decimal("0.51"), "vzae_bewilligt": None}, "✓"),
    (GOOD | {"qualifikation": None}, "Qualifikation fehlt"),
    (GOOD | {"besetzung_stichtag": None}, "Besetzung am 31.12.2018 fehlt"),
    (GOOD | {"besetzung_heute": None}, "Besetzung heute fehlt"),
    (GOOD | {"besetzung_heute": Besetzung.UNBESETZT}, "unbesetzt: bitte prüfen"),
    (GOOD | {"besetzung_stichtag": Besetzung.UNBESETZT}, "unbesetzt: bitte prüfen"),
    (GOOD | {"besetzung_heute": Besetzung.BESETZT}, "Name der Fachkraft fehlt"),
    (GOOD | {"besetzung_heute": Besetzung.BESETZT, "person": "Rana Öz"}, "✓"),
    (GOOD | {"unterbrechung": "ein Jahr"}, "Unterbrechung: Monate als Zahl"),
    (GOOD | {"unterbrechung": 6}, "✓"),
    (GOOD | {"wunschende": "Ende 2021"}, "Verlängern bis: kein Datum"),
    (GOOD | {"wunschende": date(2022, 9, 30)}, "✓"),
    (GOOD | {"wunschende": date(2022, 10, 1)}, "später als längstens möglich"),
    (GOOD | {"wunschende": date(2020, 9, 30)}, "liegt vor „bewilligt bis“"),
    (GOOD | {"wunschende": date(2020, 10, 1)}, "✓"),
    (GOOD | {"bewilligt_bis": date(2022, 9, 30)}, "Höchstdauer ist erreicht"),
    (GOOD | {"bewilligt_bis": date(2022, 9, 29)}, "✓"),
)

# Start, end so far, months without pay -> the latest end possible.
ENDEN = (
    (date(2017, 10, 1), date(2020, 9, 30), None, date(2022, 9, 30)),
    (date(2017, 10, 1), date(2019, 9, 30), None, date(2021, 9, 30)),
    (date(2017, 10, 1), date(2021, 9, 30), 6, date(2023, 3, 31)),
    (date(2017, 10, 1), date(2022, 9, 30), 13, date(2023, 9, 30)),
    (date(2016, 2, 29), date(2019, 2, 28), None, date(2021, 2, 28)),
    (date(2018, 3, 1), date(2020, 2, 29), None, date(2022, 2, 28)),
    (date(2017, 8, 31), date(2020, 8, 30), 6, date(2022, 8, 30)),
    (date(2017, 8, 31), date(2021, 8, 30), 6, date(2023, 2, 28)),
    (date(2017, 9, 15), date(2020, 9, 14), None, date(2022, 9, 14)),
)


# End so far, end applied for -> the months between, for a post that began on 01.10.2017.
MONATE = (
    (date(2020, 9, 30), None, Decimal(24)),
    (date(2020, 9, 30), date(2021, 12, 15), Decimal("14.48")),
    (date(2020, 9, 30), date(2020, 10, 1), Decimal("0.03")),
    (date(2020, 9, 30), date(2020, 9, 30), Decimal(0)),
    (date(2020, 9, 30), date(2030, 9, 30), Decimal(24)),
    (date(2021, 2, 14), date(2021, 8, 14), Decimal(6)),
    (date(2021, 1, 30), date(2021, 2, 28), Decimal(1)),
    (date(2020, 1, 30), date(2020, 2, 28), Decimal("0.97")),
    (date(2022, 9, 30), None, Decimal(0)),
)


@pytest.fixture(scope="module")
def massgaben() -> Massgaben:
    return Massgaben(schritt=24, hoechstdauer=60, unterbrechung=12, mindestanteil=Decimal("0.25"))


@pytest.fixture(scope="module")
def templates() -> tuple[FormTemplate, FormTemplate]:
    return form_templates(lage_am(TAG))


def book(data: bytes, values: bool = False) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=values)


def cell_of(opened: Workbook, name: str) -> tuple[Worksheet, str]:
    """Sheet and cell of a named entry, as another program finds them."""
    ((sheet, ref),) = opened.defined_names[felder.NAME_PREFIX + name].destinations
    return opened[sheet], ref.replace("$", "")


def rows_of(sheet: Worksheet) -> list[dict[str, object]]:
    """The rows of the sheet's table, by field name."""
    (table,) = sheet.tables.values()
    header, *rows = sheet[table.ref]
    names = {normalise(f.label): f.name for f in (*felder.STELLEN_FELDER, *felder.antragsteller_felder())}
    columns = [names[normalise(str(cell.value))] for cell in header]
    return [{name: cell.value for name, cell in zip(columns, row, strict=True)} for row in rows]


def recalculated(data: bytes, tmp_path: Path, soffice_convert: Callable[[Path, str], Path]) -> Workbook:
    """The workbook with all formulas calculated by LibreOffice, which believes values it finds: they are taken out."""
    path = tmp_path / "felder.xlsx"
    path.write_bytes(without_values(data))
    return book(soffice_convert(path, "xlsx").read_bytes(), values=True)


@pytest.mark.parametrize(("row", "urteil"), URTEILE, ids=lambda x: x if isinstance(x, str) else "")
def test_a_row_says_what_it_lacks(massgaben: Massgaben, row: Mapping[str, object], urteil: str) -> None:
    assert watch.urteil(watch.stelle_regeln(massgaben), row) == urteil


@pytest.mark.parametrize(("beginn", "bis", "unterbrechung", "ende"), ENDEN)
def test_the_form_knows_the_latest_end(
    massgaben: Massgaben, beginn: date, bis: date, unterbrechung: int | None, ende: date
) -> None:
    row = {"beginn": beginn, "bewilligt_bis": bis, "unterbrechung": unterbrechung}
    assert watch.laengstens_bis(row, massgaben) == ende


@pytest.mark.parametrize(("bis", "wunschende", "monate"), MONATE)
def test_the_form_knows_the_months(massgaben: Massgaben, bis: date, wunschende: date | None, monate: Decimal) -> None:
    row = GOOD | {"bewilligt_bis": bis, "wunschende": wunschende}
    assert watch.monate(row, massgaben) == monate
    assert watch.monate(row | {"verlaengern": False}, massgaben) is None


def test_libreoffice_calculates_what_the_form_already_shows(
    templates: tuple[FormTemplate, FormTemplate], tmp_path: Path, soffice_convert: Callable[[Path, str], Path]
) -> None:
    rows = [row for row, _ in URTEILE]
    rows += [GOOD | {"beginn": a, "bewilligt_bis": b, "unterbrechung": u} for a, b, u, _ in ENDEN]
    rows += [GOOD | {"bewilligt_bis": bis, "wunschende": ende} for bis, ende, _ in MONATE]
    bad = {"iban": "DE02", "plz": "7122", "email": "rathaus", "ort": None}
    digital = {"digital_antrag": True, "digital_kosten": "viel", "digital_zahl": 12, "digital_zugang": False}
    data = templates[0].fill(FULL | bad | digital, rows)
    ours, theirs = book(data, values=True), recalculated(data, tmp_path, soffice_convert)
    for field in ("laengstens_bis", "monate", "pruefung"):
        shown = [row[field] or "" for row in rows_of(ours[felder.BLATT_STELLEN])]
        assert shown == [row[field] or "" for row in rows_of(theirs[felder.BLATT_STELLEN])]
    assert ours[felder.BLATT_STELLEN]["B4"].value == theirs[felder.BLATT_STELLEN]["B4"].value
    for blatt in felder.EINGABE_BLAETTER:
        for row in range(1, 50):
            cell = f"{felder.MARKE}{row}"
            assert (ours[blatt][cell].value or "") == (theirs[blatt][cell].value or ""), cell
    assert ours[felder.BLATT_ANTRAG]["B4"].value == (
        "Noch offen:  auf diesem Blatt 4  ·  auf dem Blatt Stellen 19  ·  auf dem Blatt Digital 3"
    )


def test_a_complete_form_says_so_in_libreoffice_too(
    templates: tuple[FormTemplate, FormTemplate], tmp_path: Path, soffice_convert: Callable[[Path, str], Path]
) -> None:
    data = templates[0].fill(FULL, [GOOD, GOOD | {"verlaengern": False}])
    for opened in (book(data, values=True), recalculated(data, tmp_path, soffice_convert)):
        assert str(opened[felder.BLATT_ANTRAG]["B4"].value).startswith("✓  Der Antrag ist vollständig.")
        assert opened[felder.BLATT_STELLEN]["B4"].value == (
            "Zu verlängern:  Stellen 1  ·  VZÄ 0,50,  davon hochschule 0,50, mittlerer-abschluss 0,00"
        )


def test_the_rows_of_a_sammelmappe_say_what_they_lack_in_libreoffice_too(
    templates: tuple[FormTemplate, FormTemplate], tmp_path: Path, soffice_convert: Callable[[Path, str], Path]
) -> None:
    applicants = [FULL, FULL | {"ort": " "}, FULL | {"iban": "DE02"}, FULL | {"erklaerung_richtig": False}, KOPF, {},
                  FULL | {"digital_antrag": True},
                  FULL | {"digital_antrag": False, "digital_zahl": "viele"}]  # fmt: skip
    data = templates[1].fill({}, [GOOD, GOOD | {"vzae": "0,5"}, GOOD | {"verlaengern": False}], applicants)
    wanted = ["✓", "Ort: fehlt", "IBAN: 22 Stellen", "Die Angaben sind richtig und vollständig: bitte „ja“",
              "Straße und Hausnummer: fehlt", "", "Digitale Lösung: fehlt", "✓"]  # fmt: skip
    for opened in (book(data, values=True), recalculated(data, tmp_path, soffice_convert)):
        assert [row["pruefung"] or "" for row in rows_of(opened[felder.BLATT_ANTRAGSTELLER])] == wanted
        summen = [cell_of(opened, name) for name in felder.SUMMEN]
        assert [sheet[ref].value for sheet, ref in summen] == [7, 2, 0.5]


# An e-mail address each that a cell can hold, and what the form says of it.
EMAILS = dict.fromkeys(ADRESSEN, "✓") | {
    text: "ohne @" if "@" not in text else "nur eine Adresse" if text.count("@") > 1 else "keine Adresse"
    for text in KEINE_ADRESSEN
    if text.strip() and (text.isprintable() or "\u200b" in text)
}
# What no formula tells; the check W21 does.
EMAILS |= dict.fromkeys(
    ("a@-b.de", "a@b-.de", "a@1.2.3.4", "a@b.d", f"a@{'b' * 64}.de", f"a@{'ü' * 60}.de"), "✓"
) | {" a@b.de ": "✓", "a@b.de  c": "keine Adresse"}  # fmt: skip


def test_the_form_marks_an_address_that_is_none_and_never_one_that_is() -> None:
    regeln = watch.feld_regeln(felder.ANTRAG_NACH_NAME["email"])
    for text, said in EMAILS.items():
        assert watch.urteil(regeln, {"email": text}) == said, text
        assert said == "✓" or email_fault(text), text


def test_libreoffice_says_the_same_of_every_address(
    templates: tuple[FormTemplate, FormTemplate], tmp_path: Path, soffice_convert: Callable[[Path, str], Path]
) -> None:
    applicants = [FULL | {"email": text} for text in EMAILS]
    data = templates[1].fill({}, [], applicants)
    wanted = [said if said == "✓" else f"E-Mail: {said}" for said in EMAILS.values()]
    for opened in (book(data, values=True), recalculated(data, tmp_path, soffice_convert)):
        shown = [row["pruefung"] for row in rows_of(opened[felder.BLATT_ANTRAGSTELLER])]
        assert dict(zip(EMAILS, shown, strict=True)) == dict(zip(EMAILS, wanted, strict=True))
    (formula,) = {len(str(row["pruefung"])) for row in rows_of(book(data)[felder.BLATT_ANTRAGSTELLER])[:1]}
    assert formula < 8_192, "the longest a formula may be"


@pytest.mark.parametrize(
    ("email", "said"),
    sampled(
        [("a@b.de; c@d.de", "nur eine Adresse"), ("müller@stadt.de", "keine Adresse"), ("stadt@müllheim.de", "✓")],
        quick=[1],
    ),
)
def test_the_mark_of_a_single_form_says_it_too_in_libreoffice(
    email: str, said: str, templates: tuple[FormTemplate, FormTemplate], tmp_path: Path,
    soffice_convert: Callable[[Path, str], Path],
) -> None:  # fmt: skip
    data = templates[0].fill(FULL | {"email": email}, [GOOD])
    mark = f"{felder.MARKE}{felder.eingabe_zeilen(felder.BLATT_ANTRAG)['email']}"
    for opened in (book(data, values=True), recalculated(data, tmp_path, soffice_convert)):
        assert opened[felder.BLATT_ANTRAG][mark].value == said


@pytest.mark.parametrize("posts", [0, 1, 2, 3, 120])
def test_the_table_is_as_long_as_there_are_posts(templates: tuple[FormTemplate, FormTemplate], posts: int) -> None:
    sheet = book(templates[0].fill(KOPF, [POST] * posts))[felder.BLATT_STELLEN]
    assert len(rows_of(sheet)) == max(posts, 1)
    last = felder.ERSTE_ZEILE + max(posts, 1) - 1
    assert sheet.max_row == last
    spans = [str(v.sqref) for v in sheet.data_validations.dataValidation]
    spans += [str(c.sqref) for c in sheet.conditional_formatting]
    assert spans and all(span.split(":")[-1].lstrip("ABCDEFGHIJKLMNOPQRS") == str(last) for span in spans)


@pytest.mark.parametrize(
    ("kind", "rows"),
    sampled([("einzeln", 0), ("einzeln", 1), ("einzeln", 60), ("sammel", 0), ("sammel", 40)], quick=[1, 4]),
)
def test_every_form_passes_the_validator(
    templates: tuple[FormTemplate, FormTemplate],
    kind: str,
    rows: int,
    tmp_path: Path,
    ooxml_errors: Callable[[Path], Sequence[object]],
) -> None:
    path = tmp_path / "felder.xlsx"
    sammel = kind == "sammel"
    path.write_bytes(templates[sammel].fill({} if sammel else FULL, [GOOD] * rows, [FULL] * rows if sammel else ()))
    assert ooxml_errors(path) == []


def test_the_blank_form_ships_as_the_program_builds_it() -> None:
    einzeln, _ = form_templates(lage_am(date(2020, 12, 31)))
    built, shipped_one = (
        {
            (sheet.title, cell.coordinate): (cell.value, cell.number_format, cell.protection.locked)
            for sheet in book(data).worksheets
            for row in sheet.iter_rows()
            for cell in row
        }
        for data in (einzeln.fill({}, [{}] * ship.BLANK_ROWS), (shipped("workbooks") / "Antrag.xlsx").read_bytes())
    )
    assert built == shipped_one, "make build"


def test_known_facts_are_locked_and_everything_else_is_open(templates: tuple[FormTemplate, FormTemplate]) -> None:
    opened = book(templates[0].fill(KOPF, [POST, {}]))
    for feld in felder.ANTRAG_FELDER:
        sheet, ref = cell_of(opened, feld.name)
        assert sheet[ref].protection.locked == feld.vorbelegt, feld.name
    known, unknown = opened[felder.BLATT_STELLEN][f"A{felder.ERSTE_ZEILE}:R{felder.ERSTE_ZEILE + 1}"]
    for feld, first, second in zip(felder.stellen_felder(False), known, unknown, strict=True):
        assert first.protection.locked == (feld.vorbelegt or feld.formel), feld.name
        assert second.protection.locked == (feld.formel), feld.name
    for name in felder.BLAETTER:
        assert opened[name].protection.sheet


def test_a_blank_form_is_open_where_nothing_is_known(templates: tuple[FormTemplate, FormTemplate]) -> None:
    opened = book(templates[0].fill({}, [{}]))
    for feld in felder.ANTRAG_FELDER:
        sheet, ref = cell_of(opened, feld.name)
        assert not sheet[ref].protection.locked, feld.name


def test_no_heading_can_be_taken_for_the_label_of_an_entry() -> None:
    labels = [normalise(feld.label) for feld in felder.ANTRAG_FELDER]
    assert len(set(labels)) == len(labels)
    assert not set(labels) & {normalise(feld.gruppe) for feld in felder.ANTRAG_FELDER}


def test_every_choice_has_its_list_and_every_message_fits(templates: tuple[FormTemplate, FormTemplate]) -> None:
    opened = book(templates[0].fill(KOPF, [POST]))
    lists = {}
    for name, defined in opened.defined_names.items():
        if name.startswith("liste_"):
            ((sheet, ref),) = defined.destinations
            lists[name] = tuple(cell.value for row in opened[sheet][ref] for cell in row)
    for feld in (*felder.ANTRAG_FELDER, *felder.STELLEN_FELDER):
        if feld.auswahl:
            assert lists["liste_ja_nein" if feld.kind == Kind.JA_NEIN else f"liste_{feld.name}"] == feld.auswahl
    for name in felder.BLAETTER:
        for rule in opened[name].data_validations.dataValidation:
            assert len(rule.promptTitle or "") <= 32 and len(rule.errorTitle or "") <= 32
            assert len(rule.prompt or "") <= 255 and len(rule.error or "") <= 255


@pytest.mark.parametrize("sammelmappe", [False, True])
def test_every_message_of_a_form_has_a_whole_title(
    sammelmappe: bool, templates: tuple[FormTemplate, FormTemplate]
) -> None:
    """Excel shows 32 characters; a label that is longer needs words of its own, not its own beginning."""
    opened = book(templates[1].fill({}, [POST], [FULL]) if sammelmappe else templates[0].fill(KOPF, [POST]))
    rules = [rule for sheet in opened.worksheets for rule in sheet.data_validations.dataValidation]
    titles = {title for rule in rules for title in (rule.errorTitle, rule.promptTitle) if title}
    assert len(titles) > 15 and max(map(len, titles)) <= 32
    labels = {feld.label for feld in (*felder.ANTRAG_FELDER, *felder.STELLEN_FELDER)}
    assert [(t, label) for t in titles for label in labels if label.startswith(t) and t not in labels] == []
    assert titles <= {feld.titel for feld in (*felder.ANTRAG_FELDER, *felder.STELLEN_FELDER)}


def test_every_field_has_a_title_that_fits_and_is_its_own() -> None:
    for spalten in (felder.ANTRAG_FELDER, felder.STELLEN_FELDER):
        titles = [feld.titel for feld in spalten]
        assert max(map(len, titles)) <= 32 and len(set(titles)) == len(titles)


def test_text_of_applicants_never_becomes_a_formula(templates: tuple[FormTemplate, FormTemplate]) -> None:
    evil = '=cmd|"/c calc"!A0'
    opened = book(templates[0].fill(FULL | {"ort": evil}, [GOOD | {"bemerkung": evil}]))
    sheet, ref = cell_of(opened, "ort")
    assert (sheet[ref].data_type, sheet[ref].value) == ("s", evil)
    assert rows_of(opened[felder.BLATT_STELLEN])[0]["bemerkung"] == evil


@pytest.mark.parametrize("text", ["  vorn und hinten ", "a\nb", "<&>\"'", "Çelik Yıldız 🌲", "_x000D_"])
def test_text_comes_back_as_it_went_in(templates: tuple[FormTemplate, FormTemplate], text: str) -> None:
    opened = book(templates[0].fill(FULL | {"ort": text}, [GOOD]))
    sheet, ref = cell_of(opened, "ort")
    assert unescape(str(sheet[ref].value)) == text  # which Excel does when it reads


@pytest.mark.parametrize("bad", ["\x00", "\x0b", "\x1f", "\ud800", "\uffff"])
def test_a_character_no_workbook_can_hold_is_refused(templates: tuple[FormTemplate, FormTemplate], bad: str) -> None:
    with pytest.raises(ValueError, match="Zeichen"):
        templates[0].fill(FULL | {"ort": f"a{bad}b"}, [GOOD])


def test_the_same_entries_give_the_same_bytes(templates: tuple[FormTemplate, FormTemplate]) -> None:
    again, _ = form_templates(lage_am(TAG))
    assert again.fill(FULL, [GOOD, POST]) == templates[0].fill(FULL, [GOOD, POST])


def test_the_checksums_cover_known_facts_of_each_post_and_nothing_else(
    templates: tuple[FormTemplate, FormTemplate],
) -> None:
    def checksums(**changes: object) -> dict[str, str]:
        opened = book(templates[0].fill(FULL | changes, [GOOD | changes, GOOD | {"stelle": "08115028-02"}]))
        sheet, ref = cell_of(opened, "pruefsumme")
        return parse(str(sheet[ref].value))

    sent = checksums()
    assert sent.keys() == {"Kopf", "08115028-01", "08115028-02"}
    assert checksums(strasse="Gartenweg 1", wunschende=date(2021, 12, 31)) == sent
    assert {key for key, summe in checksums(traeger="Stadt X").items() if sent[key] != summe} == {"Kopf"}
    moved = checksums(einsatzort="Böblingen")
    assert {key for key, summe in moved.items() if sent[key] != summe} == {"08115028-01"}


def test_the_form_says_what_it_is_where_nobody_looks(templates: tuple[FormTemplate, FormTemplate]) -> None:
    for template, art in zip(templates, (felder.EINZELN, felder.SAMMEL), strict=True):
        opened = book(template.fill({}, []))
        assert opened[felder.BLATT_FORM].sheet_state == "veryHidden"
        entries = {name: cell_of(opened, name) for name in felder.FORM_FELDER}
        values = {name: sheet[ref].value for name, (sheet, ref) in entries.items()}
        assert values["form_id"] == felder.FORM_ID and values["form_version"] == felder.FORM_VERSION
        assert values["form_art"] == art


def test_dates_are_dates_and_shares_are_numbers(templates: tuple[FormTemplate, FormTemplate]) -> None:
    row = rows_of(book(templates[0].fill(KOPF, [POST]))[felder.BLATT_STELLEN])[0]
    assert row["beginn"] == datetime(2017, 10, 1)
    assert row["vzae"] == 0.5
    assert row["stelle"] == "08115028-01"


def test_the_form_prints_on_a4(templates: tuple[FormTemplate, FormTemplate]) -> None:
    opened = book(templates[0].fill(KOPF, [POST]))
    for name in felder.BLAETTER:
        sheet = opened[name]
        assert int(sheet.page_setup.paperSize) == 9
        wide = 2 if name == felder.BLATT_STELLEN else 1
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and int(sheet.page_setup.fitToWidth or 1) == wide
