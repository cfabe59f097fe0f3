"""A form filled in comes back equal, whatever programs and people did to the workbook on its way."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet
from samples import sampled

from pik_xl.eingang.read import read
from pik_xl.eingang.receive import Eingang
from pik_xl.eingang.sendung import Sendung
from pik_xl.formular import felder
from pik_xl.jobs.pruefung import lage_am
from pik_xl.kinds import Kind
from pik_xl.model import Art, Beratungsform, Besetzung, Qualifikation
from pik_xl.schreiben.einzelform import form_templates
from pik_xl.values import normalise

TAG = date(2020, 3, 16)
KOPF: dict[str, object] = {
    "traeger": "Stadt Leonberg",
    "art": Art.STADT,
    "ags": "08115028",
    "kreis": "08115",
    "strasse": "Belforter Platz 1 <Rückgebäude> & Hof",
    "plz": "71229",
    "ort": "Leonberg",
    "ansprechperson": "Emine Häberle",
    "telefon": "07152 990-0",
    "email": "integration@leonberg.example",
    "kontoinhaber": "Stadtkasse Leonberg",
    "iban": "DE02120300000000202051",
    "verbund": "Gemeinde Weissach, Stadt Ditzingen",
    "beratungsform": Beratungsform.EINGESCHRAENKT,
    "erklaerung_richtig": True,
    "erklaerung_mitteilung": True,
    "unterzeichnet_von": "Emine Häberle",
    "unterzeichnet_am": date(2020, 3, 12),
    "digital_antrag": True,
    "digital_loesung": "=Fallakte im Netz",
    "digital_kosten": Decimal("18500.50"),
    "digital_zahl": 42,
    "digital_zugang": True,
}
STELLE: dict[str, object] = {
    "stelle": "08115028-01",
    "ags": "08115028",
    "einsatzort": "Leonberg",
    "vzae_bewilligt": Decimal("0.75"),
    "beginn": date(2017, 10, 1),
    "bewilligt_bis": date(2020, 9, 30),
    "verlaengern": True,
    "vzae": Decimal("0.55"),
    "person": "Yusuf Öztürk",
    "qualifikation": Qualifikation.HOCHSCHULE,
    "besetzung_stichtag": Besetzung.BESETZT,
    "besetzung_heute": Besetzung.NACHBESETZBAR,
    "arbeitgeber": "Caritasverband",
    "unterbrechung": 2,
    "wunschende": date(2022, 2, 28),
    "bemerkung": "Vertretung bis 31.12.",
}
LEER = {"arbeitgeber": None, "unterbrechung": None, "wunschende": None, "bemerkung": None, "person": None}
STELLEN = [STELLE, STELLE | LEER | {"stelle": "08115028-02", "verlaengern": False}]
NACHBAR = KOPF | {"ags": "08115003", "traeger": "Stadt Böblingen", "digital_antrag": None, "digital_loesung": None,
                  "digital_kosten": None, "digital_zahl": None, "digital_zugang": None}  # fmt: skip
SAMMEL = [*STELLEN, STELLE | {"stelle": "08115003-01", "ags": "08115003"}]

HINWEISE = {"datum_als_text", "zahl_als_text"}  # remarks that change no value
UMGEBAUT = {"umgebaut"}


@pytest.fixture(scope="module")
def forms() -> tuple[bytes, bytes]:
    """The form and the Sammelmappe, filled in."""
    einzeln, sammel = form_templates(lage_am(TAG))
    return einzeln.fill(KOPF, STELLEN), sammel.fill({}, SAMMEL, [KOPF, NACHBAR])


def values(data: bytes) -> tuple[list[dict[str, object]], set[str]]:
    """Every value of every application as read, with its posts; and the kinds of remarks."""
    sendung: Sendung = read(Eingang("a.xlsx", TAG, data))
    found = []
    for antrag in sendung.antraege:
        record = {feld.name: getattr(antrag, feld.name) for feld in felder.ANTRAG_FELDER}
        record["stellen"] = [
            {name: getattr(stelle, name) for name in STELLE if antrag.sammelmappe or name != "ags"}
            for stelle in antrag.stellen
        ]
        found.append(record)
    return found, {mangel.art for mangel in sendung.maengel}


def wanted(sammelmappe: bool) -> list[dict[str, object]]:
    if sammelmappe:
        return [KOPF | {"stellen": SAMMEL[:2]}, NACHBAR | {"stellen": SAMMEL[2:]}]
    return [KOPF | {"stellen": [{n: v for n, v in row.items() if n != "ags"} for row in STELLEN]}]


def edited(data: bytes, edit: Callable[[Workbook], object]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    edit(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def repacked(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return buffer.getvalue()


# --- what people and programs do -------------------------------------------------------------------


def tables_of(book: Workbook) -> list[Worksheet]:
    return [sheet for sheet in book.worksheets if sheet.tables]


def drop_tables(book: Workbook) -> None:
    for sheet in book.worksheets:
        sheet.tables.clear()


def drop_names(book: Workbook) -> None:
    book.defined_names.clear()


def drop_hidden(book: Workbook) -> None:
    """The hidden sheet is lost, as when all sheets people see are copied into a new workbook."""
    del book[felder.BLATT_FORM]
    for name in [n for n, d in book.defined_names.items() if felder.BLATT_FORM in str(d.value)]:
        del book.defined_names[name]


def drop_everything(book: Workbook) -> None:
    drop_tables(book)
    drop_names(book)
    drop_hidden(book)


def other_styles(book: Workbook) -> None:
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                cell.font, cell.fill = Font(name="Comic Sans MS", size=14), PatternFill("solid", "00FF00")
                cell.number_format = "General"


def rename_and_reorder(book: Workbook) -> None:
    """The sheets with entries bear other names and stand the other way round; names and tables go with them."""
    for sheet in [book[name] for name in book.sheetnames if name not in (felder.BLATT_FORM, felder.BLATT_HINWEISE)]:
        old, sheet.title = sheet.title, f"{sheet.title} '2020'"
        for defined in book.defined_names.values():
            new = sheet.title.replace("'", "''")
            defined.attr_text = str(defined.value).replace(f"{old}!", f"'{new}'!")
    book._sheets.reverse()


def permuted(book: Workbook) -> None:
    """The columns of the table of posts the other way round, headers and all."""
    sheet = book[felder.BLATT_STELLEN]
    (table,) = sheet.tables.values()
    rows = [[cell.value for cell in row] for row in sheet[table.ref]]
    for row, cells in zip(rows, sheet[table.ref], strict=True):
        for value, cell in zip(reversed(row), cells, strict=True):
            cell.value = value if not str(value).startswith("=") else None
            if isinstance(value, str):
                cell.data_type = "s"
    for column, name in zip(table.tableColumns, reversed(rows[0]), strict=True):
        column.name = str(name)
        column.calculatedColumnFormula = None


def more_columns(book: Workbook) -> None:
    """An empty column and one of their own among ours; the table is gone with it."""
    sheet = book[felder.BLATT_STELLEN]
    sheet.tables.clear()
    sheet.insert_cols(3, 2)
    sheet.cell(felder.KOPFZEILE, 4, "Unser Zeichen")
    sheet.cell(felder.ERSTE_ZEILE, 4, "50.2-Le")


def rows_above(book: Workbook) -> None:
    """Two rows more above the table of posts, which moves with them."""
    sheet = book[felder.BLATT_STELLEN]
    sheet.insert_rows(1, 2)
    (table,) = sheet.tables.values()
    table.ref = re.sub(r"\d+", lambda match: str(int(match[0]) + 2), table.ref)
    table.autoFilter = None


def rows_inside(book: Workbook) -> None:
    """A row more in the middle of the sheet of entries; the names move with their cells."""
    sheet = book[felder.BLATT_ANTRAG]
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    at = 15
    sheet.insert_rows(at)
    for name, defined in list(book.defined_names.items()):
        match = re.fullmatch(r"Antrag!\$D\$(\d+)", str(defined.value))
        if match and int(match[1]) >= at:
            book.defined_names[name] = DefinedName(name, attr_text=f"Antrag!$D${int(match[1]) + 1}")


def rows_inside_without_names(book: Workbook) -> None:
    rows_inside(book)
    drop_names(book)


def merged(book: Workbook) -> None:
    """Cells merged with empty neighbours hide nothing."""
    book[felder.BLATT_ANTRAG].merge_cells("D8:F8")


def as_text(kinds: Sequence[Kind], text: Callable[[object], str]) -> Callable[[Workbook], None]:
    """Every entry of these kinds typed as text."""
    labels = {
        normalise(f.label) for f in (*felder.ANTRAG_FELDER, *felder.STELLEN_FELDER) if f.kind in kinds and not f.formel
    }

    def edit(book: Workbook) -> None:
        for sheet in tables_of(book):
            (table,) = sheet.tables.values()
            header, *rows = sheet[table.ref]
            cells = [row[i] for i, head in enumerate(header) if normalise(str(head.value)) in labels for row in rows]
            for cell in [c for c in cells if c.value is not None]:
                cell.value = text(cell.value)
                cell.data_type = "s"

    return edit


def errors_nobody_asked_for(book: Workbook) -> None:
    sheet = book[felder.BLATT_STELLEN]
    for row in (felder.ERSTE_ZEILE, felder.ERSTE_ZEILE + 1):
        for name in ("laengstens_bis", "monate", "pruefung"):
            column = [f.name for f in felder.stellen_felder(False)].index(name) + 1
            sheet.cell(row, column).value = "#REF!"
    book[felder.BLATT_ANTRAG]["B9"].value = "#NAME?"


def in_a_shared_formula(data: bytes) -> bytes:
    """The shares come from formulas, the second one shared with the first, each with its value."""
    column = get_column_letter([f.name for f in felder.stellen_felder(False)].index("vzae") + 1)

    def change(name: str, part: bytes) -> bytes:
        if name != "xl/worksheets/sheet2.xml":
            return part
        text, cell = part.decode(), r'<c r="{}{}"( s="\d+")?><v>([\d.]+)</v></c>'
        shared = f'<f t="shared" ref="{column}7:{column}8" si="0">1.1/2</f>'
        text = re.sub(cell.format(column, 7), rf'<c r="{column}7"\1>{shared}<v>0.55000000000000004</v></c>', text)
        return re.sub(cell.format(column, 8), rf'<c r="{column}8"\1><f t="shared" si="0"/><v>\2</v></c>', text).encode()

    return repacked(data, change)


def german(value: object) -> str:
    return str(value).replace(".", ",")


BOTH: dict[str, tuple[Callable[[Workbook], object], set[str]]] = {
    "in einem anderen Programm gespeichert": (lambda book: None, set()),
    "andere Formate": (other_styles, set()),
    "ohne Tabellen": (drop_tables, UMGEBAUT),
    "ohne verstecktes Blatt": (drop_hidden, set()),
    "umbenannt und umgestellt": (rename_and_reorder, UMGEBAUT),
    "Tage als Text": (as_text([Kind.DATUM], lambda day: f"{day:%d.%m.%Y}"), {"datum_als_text"}),
    "Anteile als Text mit Komma": (as_text([Kind.VZAE], german), {"zahl_als_text"}),
    "Zahlen als Text": (as_text([Kind.ZAHL], str), {"zahl_als_text"}),
}
EINZELN = BOTH | {
    "ohne Namen": (drop_names, UMGEBAUT),
    "ohne alles": (drop_everything, UMGEBAUT),
    "Spalten vertauscht": (permuted, set()),
    "mehr Spalten": (more_columns, UMGEBAUT),
    "Zeilen über der Tabelle": (rows_above, UMGEBAUT),
    "Zeile mitten im Antrag": (rows_inside, set()),
    "Zeile mitten im Antrag, ohne Namen": (rows_inside_without_names, UMGEBAUT),
    "verbundene Zellen": (merged, set()),
    "Fehlerwerte, wo niemand fragt": (errors_nobody_asked_for, set()),
}
SAMMELMAPPE = BOTH | {"ohne Namen": (drop_names, set()), "ohne alles": (drop_everything, UMGEBAUT)}


@pytest.mark.parametrize("what", EINZELN)
def test_a_form_comes_back_equal(what: str, forms: tuple[bytes, bytes]) -> None:
    edit, remarks = EINZELN[what]
    assert values(edited(forms[0], edit)) == (wanted(sammelmappe=False), remarks)


@pytest.mark.parametrize("what", SAMMELMAPPE)
def test_a_sammelmappe_comes_back_equal(what: str, forms: tuple[bytes, bytes]) -> None:
    edit, remarks = SAMMELMAPPE[what]
    found, arten = values(edited(forms[1], edit))
    assert (found, arten - {"summe_falsch"}) == (wanted(sammelmappe=True), remarks)


def test_untouched_both_come_back_equal_without_a_remark(forms: tuple[bytes, bytes]) -> None:
    assert values(forms[0]) == (wanted(sammelmappe=False), set())
    assert values(forms[1]) == (wanted(sammelmappe=True), set())


def test_a_shared_formula_is_the_value_it_shows(forms: tuple[bytes, bytes]) -> None:
    data = in_a_shared_formula(forms[0])
    assert b't="shared"' in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet2.xml")
    assert values(data) == (wanted(sammelmappe=False), set())


WAYS = [("xlsx",), ("ods", "xlsx"), ("fods", "xlsx"), ("xls", "xlsx")]


@pytest.mark.parametrize("way", sampled(zip(WAYS, strict=True), quick=[1]))
@pytest.mark.parametrize("sammelmappe", sampled([False, True], quick=[1]))
def test_libreoffice_gives_it_back_equal_by_any_way(
    way: Sequence[str],
    sammelmappe: bool,
    forms: tuple[bytes, bytes],
    tmp_path: Path,
    soffice_convert: Callable[[Path, str], Path],
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(forms[sammelmappe])
    for to in way:
        path = soffice_convert(path, to)
    found, remarks = values(path.read_bytes())
    assert found == wanted(sammelmappe)
    assert remarks <= (UMGEBAUT if len(way) > 1 else set())


Typing = Sequence[tuple[str, str, str]]


def typed(value: object) -> str:
    """What a German types to enter the value."""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    return german(value) if isinstance(value, Decimal) else str(value)


def typing(kopf: Mapping[str, object], rows: Sequence[Mapping[str, object]]) -> Typing:
    """Sheet, cell and text of everything an applicant enters in a pre-filled form."""
    entries = [
        (blatt, f"{felder.EINGABE}{row}", typed(kopf[name]))
        for blatt in felder.EINGABE_BLAETTER
        for name, row in felder.eingabe_zeilen(blatt).items()
        if not felder.ANTRAG_NACH_NAME[name].vorbelegt
    ]
    columns = [(get_column_letter(n), feld) for n, feld in enumerate(felder.stellen_felder(False), 1)]
    return entries + [
        (felder.BLATT_STELLEN, f"{letter}{number}", typed(row[feld.name]))
        for number, row in enumerate(rows, felder.ERSTE_ZEILE)
        for letter, feld in columns
        if not feld.formel and not feld.vorbelegt and row[feld.name] is not None
    ]


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The form as the applicant gets it: what the office knows is filled in."""
    einzeln, _ = form_templates(lage_am(TAG))
    known = {n: v for n, v in KOPF.items() if felder.ANTRAG_NACH_NAME[n].vorbelegt}
    rows = [{n: v for n, v in row.items() if felder.STELLEN_NACH_NAME[n].vorbelegt} for row in STELLEN]
    path = tmp_path_factory.mktemp("versandt") / "Antrag.xlsx"
    path.write_bytes(einzeln.fill(known, rows))
    return path


def shown(path: Path, blatt: str, zelle: str) -> str:
    return str(openpyxl.load_workbook(path, data_only=True)[blatt][zelle].value)


def test_a_form_filled_in_with_libreoffice_comes_back_equal_and_calls_itself_complete(
    sent: Path, soffice_type: Callable[[Path, Typing], Path]
) -> None:
    filled = soffice_type(sent, typing(KOPF, STELLEN))
    assert values(filled.read_bytes()) == (wanted(sammelmappe=False), set())
    assert shown(filled, felder.BLATT_ANTRAG, "B4").startswith("✓  Der Antrag ist vollständig.")
    assert shown(filled, felder.BLATT_STELLEN, "B4").startswith(
        "Zu verlängern:  Stellen 1  ·  VZÄ 0,55,  davon hochschule"
    )


def test_a_form_filled_in_badly_with_libreoffice_says_where_and_is_read_as_it_is(
    sent: Path, soffice_type: Callable[[Path, Typing], Path]
) -> None:
    bad = {"iban": "DE02 1203", "email": "rathaus", "digital_zahl": "alle"}
    row = STELLE | {"vzae": Decimal("0.80"), "wunschende": "bald"}
    filled = soffice_type(sent, typing(KOPF | bad, [row, *STELLEN[1:]]))
    assert shown(filled, felder.BLATT_ANTRAG, "B4") == (
        "Noch offen:  auf diesem Blatt 2  ·  auf dem Blatt Stellen 1  ·  auf dem Blatt Digital 1"
    )
    assert shown(filled, felder.BLATT_STELLEN, f"R{felder.ERSTE_ZEILE}") == "mehr VZÄ als bewilligt"
    (antrag,), arten = values(filled.read_bytes())
    assert arten == {"datum_unlesbar", "ganzzahl_unlesbar"}
    assert (antrag["iban"], antrag["email"], antrag["digital_zahl"]) == ("DE021203", "rathaus", None)


def test_a_post_typed_below_the_table_of_a_sammelmappe_is_read_and_the_sums_tell(
    forms: tuple[bytes, bytes], tmp_path: Path, soffice_type: Callable[[Path, Typing], Path]
) -> None:
    path = tmp_path / "Sammelmappe.xlsx"
    path.write_bytes(edited(forms[1], lambda book: book[felder.BLATT_STELLEN].protection.disable()))
    names = [feld.name for feld in felder.stellen_felder(True)]
    row = felder.ERSTE_ZEILE + len(SAMMEL)
    below = STELLE | {"stelle": "08115003-02", "ags": "08115003"}
    more = [(felder.BLATT_STELLEN, f"{get_column_letter(n)}{row}", typed(below[name]))
            for n, name in enumerate(names, 1) if name in below]  # fmt: skip
    sendung = read(Eingang("a.xlsx", TAG, soffice_type(path, more).read_bytes()))
    assert [stelle.stelle for stelle in sendung.antraege[1].stellen] == ["08115003-01", "08115003-02"]
    sums = [(m.feld, m.place.zelle, m.gefunden) for m in sendung.maengel if m.art == "summe_falsch"]
    assert sums == [("summe_stellen", "E4", "2 statt 3"), ("summe_vzae", "G4", "1,1 statt 1,65")]


def test_locked_cells_take_no_typing_in_libreoffice(sent: Path, soffice_type: Callable[[Path, Typing], Path]) -> None:
    known = [(felder.BLATT_ANTRAG, f"{felder.EINGABE}{row}", "Stadt X")
             for name, row in felder.eingabe_zeilen(felder.BLATT_ANTRAG).items()
             if felder.ANTRAG_NACH_NAME[name].vorbelegt]  # fmt: skip
    locked = [(felder.BLATT_STELLEN, f"{column}{felder.ERSTE_ZEILE}", "1") for column in "ABCDEFPR"]
    ((before,), _), ((after,), _) = (
        values(path.read_bytes()) for path in (sent, soffice_type(sent, [*known, *locked]))
    )
    assert after == before


def test_every_field_of_the_form_takes_part() -> None:
    assert set(KOPF) == {feld.name for feld in felder.ANTRAG_FELDER}
    assert set(STELLE) == {feld.name for feld in felder.STELLEN_FELDER if not feld.formel}
    assert all(value is not None for value in (*KOPF.values(), *STELLE.values()))
