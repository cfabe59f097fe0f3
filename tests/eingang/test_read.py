"""Forms come back as they were filled in, whatever people and programs did to the workbook."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from pik_xl.build import ship
from pik_xl.checks.runner import check_all
from pik_xl.eingang.read import read
from pik_xl.eingang.receive import Eingang
from pik_xl.eingang.sendung import Sendung
from pik_xl.formular import felder
from pik_xl.formular.fill import FormTemplate
from pik_xl.jobs.pruefung import lage_am
from pik_xl.model import Antrag, Art, Bekanntes, Besetzung, Qualifikation, Stand
from pik_xl.recht.vorgang import vorgaenge
from pik_xl.schreiben.einzelform import form_templates
from pik_xl.values import normalise

TAG = date(2020, 3, 16)
KOPF: dict[str, object] = {
    "traeger": "Stadt Leonberg",
    "art": Art.STADT,
    "ags": "08115028",
    "kreis": "08115",
    "strasse": "Marktplatz 9",
    "plz": "71229",
    "ort": "Leonberg",
    "ansprechperson": "Emine Häberle",
    "telefon": "07152 990-0",
    "email": "integration@leonberg.example",
    "kontoinhaber": "Stadtkasse & Söhne <Leonberg>",
    "iban": "DE02120300000000202051",
    "beratungsform": None,
    "erklaerung_richtig": True,
    "erklaerung_mitteilung": True,
    "unterzeichnet_von": "Emine Häberle",
    "unterzeichnet_am": date(2020, 3, 12),
}
STELLE: dict[str, object] = {
    "stelle": "08115028-01",
    "ags": "08115028",
    "einsatzort": "Leonberg",
    "vzae_bewilligt": Decimal("0.50"),
    "beginn": date(2017, 10, 1),
    "bewilligt_bis": date(2020, 9, 30),
    "verlaengern": True,
    "vzae": Decimal("0.50"),
    "person": "Yusuf Öztürk",
    "qualifikation": Qualifikation.HOCHSCHULE,
    "besetzung_stichtag": Besetzung.BESETZT,
    "besetzung_heute": Besetzung.NACHBESETZBAR,
    "unterbrechung": 2,
    "wunschende": date(2022, 9, 30),
    "bemerkung": "=1+1 ist Text",
}
SECOND = STELLE | {"stelle": "08115028-02", "verlaengern": False, "wunschende": None, "unterbrechung": None}


@pytest.fixture(scope="module")
def templates() -> tuple[FormTemplate, FormTemplate]:
    return form_templates(lage_am(TAG))


def filled(templates: tuple[FormTemplate, FormTemplate], **changes: object) -> bytes:
    return templates[0].fill(KOPF, [STELLE | changes, SECOND])


def received(data: bytes, name: str = "a.xlsx") -> Sendung:
    return read(Eingang(name, TAG, data))


def edited(data: bytes, edit: Callable[[openpyxl.Workbook], None]) -> bytes:
    """The workbook after somebody changed it in another program."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    edit(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def column(sheet: Worksheet, name: str) -> int:
    """The column of a field, by its header text."""
    label = normalise(felder.STELLEN_NACH_NAME[name].label)
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and normalise(cell.value) == label:
                return cell.column
    raise AssertionError(name)


def first_row(sheet: Worksheet) -> int:
    (table,) = sheet.tables.values()
    return openpyxl.utils.range_boundaries(table.ref)[1] + 1


def the_antrag(sendung: Sendung) -> Antrag:
    (antrag,) = sendung.antraege
    return antrag


def test_a_form_comes_back_as_it_was_filled_in(templates: tuple[FormTemplate, FormTemplate]) -> None:
    sendung = received(filled(templates))
    antrag = the_antrag(sendung)
    assert sendung.maengel == ()
    for name, value in KOPF.items():
        assert getattr(antrag, name) == value, name
    for row, stelle in zip((STELLE, SECOND), antrag.stellen, strict=True):
        for name, value in row.items():
            if name != "ags":
                assert getattr(stelle, name) == value, name
    assert antrag.form_version == felder.FORM_VERSION
    assert antrag.eingang == TAG


def test_every_entry_keeps_its_sheet_and_cell(templates: tuple[FormTemplate, FormTemplate]) -> None:
    data = filled(templates)
    antrag = the_antrag(received(data))
    book = openpyxl.load_workbook(io.BytesIO(data))
    angabe = antrag.stellen[0].angaben["person"]
    assert book[angabe.blatt][angabe.zelle].value == "Yusuf Öztürk"
    angabe = antrag.angaben["iban"]
    assert book[angabe.blatt][angabe.zelle].value == KOPF["iban"]


def test_a_renamed_sheet_is_still_found(templates: tuple[FormTemplate, FormTemplate]) -> None:
    def rename(book: openpyxl.Workbook) -> None:
        book["Stellen"].title = "Unsere Stellen"

    assert len(the_antrag(received(edited(filled(templates), rename))).stellen) == 2


def test_lost_names_and_tables_are_replaced_by_the_labels_people_see(
    templates: tuple[FormTemplate, FormTemplate],
) -> None:
    def strip(book: openpyxl.Workbook) -> None:
        for name in list(book.defined_names):
            del book.defined_names[name]
        sheet = book["Stellen"]
        for name in list(sheet.tables):
            del sheet.tables[name]
        del book["_form"]

    antrag = the_antrag(received(edited(filled(templates), strip)))
    assert (antrag.ags, antrag.iban, antrag.email) == (KOPF["ags"], KOPF["iban"], KOPF["email"])
    assert [stelle.stelle for stelle in antrag.stellen] == ["08115028-01", "08115028-02"]


def test_a_form_of_an_older_version_lacks_fields_but_is_not_called_rearranged(
    templates: tuple[FormTemplate, FormTemplate],
) -> None:
    def older(book: openpyxl.Workbook) -> None:
        del book.defined_names["pik_verbund"]
        book["Antrag"].delete_rows(felder.eingabe_zeilen(felder.BLATT_ANTRAG)["verbund"])

    data = edited(filled(templates), older)
    assert [mangel.art for mangel in received(data).maengel if mangel.art == "umgebaut"] == []
    assert the_antrag(received(data)).verbund is None


def test_a_row_added_below_the_table_is_read(templates: tuple[FormTemplate, FormTemplate]) -> None:
    def add(book: openpyxl.Workbook) -> None:
        sheet = book["Stellen"]
        sheet.cell(first_row(sheet) + 2, column(sheet, "stelle"), "08115028-03")

    stellen = the_antrag(received(edited(filled(templates), add))).stellen
    assert [stelle.stelle for stelle in stellen] == ["08115028-01", "08115028-02", "08115028-03"]


@pytest.mark.parametrize(
    ("field", "typed", "value", "art"),
    [
        ("wunschende", "30.09.2022", date(2022, 9, 30), "datum_als_text"),
        ("wunschende", "30. 9. 2022", date(2022, 9, 30), "datum_als_text"),
        ("wunschende", "30.09.22", None, "datum_unlesbar"),
        ("wunschende", "31.02.2022", None, "datum_unlesbar"),
        ("wunschende", 12.5, None, "datum_unlesbar"),
        ("vzae", "0,5", Decimal("0.5"), "zahl_als_text"),
        ("vzae", "1.234", None, "zahl_mehrdeutig"),
        ("vzae", "1.23", Decimal("1.23"), "zahl_als_text"),
        ("vzae", "halb", None, "zahl_unlesbar"),
        ("vzae", 0.1 + 0.2, Decimal("0.3"), ""),
        ("unterbrechung", 2.5, None, "ganzzahl_unlesbar"),
        ("verlaengern", "x", True, ""),
        ("verlaengern", " JA ", True, ""),
        ("verlaengern", "vielleicht", None, "ja_nein_unlesbar"),
        ("besetzung_heute", "Besetzt", Besetzung.BESETZT, ""),
        ("besetzung_heute", "offen", None, "auswahl_unbekannt"),
        ("person", "Rana\u200b\u00a0 O\u0308z", "Rana Öz", "unsichtbare_zeichen"),
        ("person", "Rana  Öz ", "Rana Öz", ""),
        ("unterbrechung", "1.000", None, "zahl_mehrdeutig"),
    ],
)
def test_what_people_type_is_understood_or_named(
    templates: tuple[FormTemplate, FormTemplate], field: str, typed: object, value: object, art: str
) -> None:
    def typing(book: openpyxl.Workbook) -> None:
        sheet = book["Stellen"]
        cell = sheet.cell(first_row(sheet), column(sheet, field))
        cell.value = typed  # type: ignore[assignment]
        if isinstance(typed, str):
            cell.data_type = "s"

    sendung = received(edited(filled(templates), typing))
    assert getattr(the_antrag(sendung).stellen[0], field) == value
    assert [mangel.art for mangel in sendung.maengel] == ([art] if art else [])
    if art:
        assert sendung.maengel[0].place.blatt == "Stellen"
        assert sendung.maengel[0].antrag == "a.xlsx"


def test_an_official_key_typed_as_a_number_gets_its_zero_back(templates: tuple[FormTemplate, FormTemplate]) -> None:
    angabe = the_antrag(received(filled(templates))).angaben["ags"]

    def typing(book: openpyxl.Workbook) -> None:
        book[angabe.blatt][angabe.zelle].value = 8115028

    sendung = received(edited(filled(templates), typing))
    assert the_antrag(sendung).ags == "08115028"
    assert [mangel.art for mangel in sendung.maengel] == ["schluessel_als_zahl"]


def test_error_values_and_formulas_without_a_value_are_named_with_their_cell(
    templates: tuple[FormTemplate, FormTemplate],
) -> None:
    def typing(book: openpyxl.Workbook) -> None:
        sheet = book["Stellen"]
        sheet.cell(first_row(sheet), column(sheet, "wunschende")).value = "#REF!"
        sheet.cell(first_row(sheet) + 1, column(sheet, "vzae")).value = "=1/4"

    sendung = received(edited(filled(templates), typing))
    assert [mangel.art for mangel in sendung.maengel] == ["fehlerwert", "formel_ohne_wert"]
    assert all(mangel.place.zelle for mangel in sendung.maengel)


def test_equal_content_has_an_equal_hash_though_the_bytes_differ(templates: tuple[FormTemplate, FormTemplate]) -> None:
    data = filled(templates)
    again = edited(data, lambda book: None)
    assert data != again
    assert the_antrag(received(data)).inhalt == the_antrag(received(again)).inhalt
    assert the_antrag(received(data)).inhalt != the_antrag(received(filled(templates, person="Neu"))).inhalt


def test_a_sammelmappe_holds_an_application_per_municipality(templates: tuple[FormTemplate, FormTemplate]) -> None:
    other = KOPF | {"ags": "08115003", "traeger": "Stadt Böblingen", "iban": None}
    rows = [STELLE, STELLE | {"stelle": "08115003-01", "ags": "08115003", "vzae": "viel"}]
    sendung = received(templates[1].fill({}, rows, [KOPF, other]), "08115.xlsx")
    assert [(a.schluessel, a.traeger, [s.stelle for s in a.stellen]) for a in sendung.antraege] == [
        ("08115.xlsx#08115028", "Stadt Leonberg", ["08115028-01"]),
        ("08115.xlsx#08115003", "Stadt Böblingen", ["08115003-01"]),
    ]
    assert [(m.art, m.antrag) for m in sendung.maengel] == [("zahl_unlesbar", "08115.xlsx#08115003")]


@pytest.mark.parametrize(("number", "good"), [(1_200, True), (1_201, False)])
def test_a_sammelmappe_of_more_applicants_than_the_state_has_is_none(
    templates: tuple[FormTemplate, FormTemplate], number: int, good: bool
) -> None:
    sendung = received(
        templates[1].fill({}, [], [{"ags": f"08{n:06}", "traeger": "X", "ort": "X"} for n in range(number)])
    )
    assert len(sendung.antraege) == (number if good else 0)
    assert ["zu_viele_zellen"] * (not good) == [mangel.art for mangel in sendung.maengel]


def test_sums_of_a_sammelmappe_that_differ_from_its_rows_are_named(
    templates: tuple[FormTemplate, FormTemplate],
) -> None:
    def arten(**changes: object) -> list[tuple[str, str]]:
        sendung = received(templates[1].fill({}, [STELLE | changes, SECOND], [KOPF]))
        return [(m.feld, m.gefunden) for m in sendung.maengel if m.art == "summe_falsch"]

    assert arten() == []
    assert arten(vzae="0,5") == [("summe_vzae", "0 statt 0,5")]
    assert arten(verlaengern="x") == [("summe_stellen", "0 statt 1"), ("summe_vzae", "0 statt 0,5")]


def test_posts_of_nobody_in_a_sammelmappe_are_named(templates: tuple[FormTemplate, FormTemplate]) -> None:
    sendung = received(templates[1].fill({}, [STELLE, STELLE | {"ags": "08115003"}], [KOPF]))
    assert [m.art for m in sendung.maengel] == ["stelle_ohne_antragsteller"]


def test_an_applicant_twice_in_a_sammelmappe_is_one_application_that_is_asked_back(
    templates: tuple[FormTemplate, FormTemplate],
) -> None:
    sendung = received(templates[1].fill({}, [STELLE], [KOPF, KOPF | {"traeger": "Noch einmal"}]))
    (only,) = sendung.antraege
    assert [post.stelle for post in only.stellen] == [STELLE["stelle"]]
    (mangel,) = [m for m in sendung.maengel if m.art == "antragsteller_doppelt"]
    assert (mangel.antrag, mangel.gefunden) == (only.schluessel, KOPF["ags"]) and mangel.place.zelle
    (fall,) = vorgaenge(sendung.antraege, check_all([sendung], lage_am(sendung.eingang)), lage_am(sendung.eingang))
    assert fall.stand is Stand.RUECKFRAGE


def test_the_master_itself_is_no_application() -> None:
    sendung = received(ship.leerer_master())
    assert sendung.antraege == ()
    assert [(m.art, m.gefunden) for m in sendung.maengel if m.art == "kein_formular"] == [
        ("kein_formular", "die Master-Arbeitsmappe")
    ]


def test_a_workbook_that_is_not_the_form_says_what_it_holds() -> None:
    buffer = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.title = "Umsatz"  # type: ignore[union-attr]
    book.save(buffer)
    (mangel,) = received(buffer.getvalue()).maengel
    assert mangel.art == "kein_formular"
    assert "„Umsatz“" in mangel.gefunden


def test_a_form_saved_by_libreoffice_reads_the_same(
    templates: tuple[FormTemplate, FormTemplate], tmp_path: Path, soffice_convert: Callable[[Path, str], Path]
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(filled(templates))
    ours, theirs = received(path.read_bytes()), received(soffice_convert(path, "xlsx").read_bytes())
    assert theirs.maengel == ()
    assert the_antrag(theirs).inhalt == the_antrag(ours).inhalt
    assert the_antrag(theirs).stellen[0].wunschende == date(2022, 9, 30)


def test_a_truncated_form_is_one_mangel(templates: tuple[FormTemplate, FormTemplate]) -> None:
    data = filled(templates)
    for cut in (0, 1, 30, len(data) // 2, len(data) - 1):
        sendung = received(data[:cut])
        assert sendung.antraege == ()
        assert len(sendung.maengel) == 1


def test_a_form_with_any_byte_flipped_never_raises(templates: tuple[FormTemplate, FormTemplate]) -> None:
    data = bytearray(filled(templates))
    for position in range(0, len(data), 97):
        data[position] ^= 0xFF
        sendung = received(bytes(data))
        assert sendung.antraege or sendung.maengel
        data[position] ^= 0xFF


def test_a_zip_renamed_to_xlsx_is_recognised() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("brief.txt", "hallo")
    (mangel,) = received(buffer.getvalue()).maengel
    assert mangel.art == "kein_xlsx"


def test_an_application_that_is_known_has_the_day_it_came_in_first(
    templates: tuple[FormTemplate, FormTemplate],
) -> None:
    data, first, other = filled(templates), date(2020, 2, 1), date(2020, 2, 2)
    new = the_antrag(read(Eingang("a.xlsx", TAG, data)))
    assert (new.eingang, new.bekannt) == (TAG, False)
    by_key, by_applicant = ("a.xlsx", new.inhalt), ("08115028", new.inhalt)
    same = the_antrag(read(Eingang("a.xlsx", TAG, data), Bekanntes({by_key: first, by_applicant: other}, {by_key})))
    assert (same.eingang, same.bekannt, same.inhalt) == (first, True, new.inhalt)
    renamed = the_antrag(read(Eingang("b.xlsx", TAG, data), Bekanntes({by_key: first, by_applicant: other}, {by_key})))
    assert (renamed.eingang, renamed.bekannt) == (other, False)
    changed = the_antrag(read(Eingang("a.xlsx", TAG, data), Bekanntes({("a.xlsx", "anders"): first})))
    assert changed.eingang == TAG
