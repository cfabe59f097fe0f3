"""Every trap that received workbooks hold, from the bytes as they lie in the in-tray to the finding with its code."""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path

import nasty
import openpyxl
import pytest
from formulare import FULL, GOOD

from pik_xl.checks.datei import CODES
from pik_xl.formular import felder
from pik_xl.jobs.pruefung import Pruefung, lage_am, pruefen
from pik_xl.model import Schwere, Stelle
from pik_xl.schreiben.einzelform import form_templates

TAG = date(2020, 3, 16)
ROW = felder.ERSTE_ZEILE
SECOND = GOOD | {"stelle": "08115028-02"}
# Columns of the table of posts.
VERLAENGERN, VZAE, PERSON, HEUTE, UNTERBRECHUNG, WUNSCHENDE, BEMERKUNG = "G", "H", "I", "L", "N", "O", "Q"

Edit = Callable[[bytes], bytes]


@pytest.fixture(scope="module")
def good() -> bytes:
    """A form filled in well, with two posts."""
    einzeln, _ = form_templates(lage_am(TAG))
    return einzeln.fill(FULL, [GOOD, SECOND])


def put(path: Path, data: bytes) -> Path:
    """The file as it lies in the in-tray, received on that day."""
    path.write_bytes(data)
    noon = datetime(TAG.year, TAG.month, TAG.day, 12).timestamp()
    os.utime(path, (noon, noon))
    return path


def findings(data: bytes, tmp_path: Path, name: str = "Antrag.xlsx") -> tuple[Pruefung, dict[str, str]]:
    """What is found in the file where it lies: the cell of every code, as sheet and cell."""
    pruefung = pruefen([put(tmp_path / name, data)], lage_am(TAG))
    return pruefung, {b.code: f"{b.place.blatt} {b.place.zelle}".strip() for b in pruefung.befunde}


def stellen(pruefung: Pruefung) -> tuple[Stelle, ...]:
    ((antrag,),) = (s.antraege for s in pruefung.sendungen)
    return antrag.stellen


# --- ways to change a good form --------------------------------------------------------------------


def typed(cell: str, value: object, sheet: str = felder.BLATT_STELLEN) -> Edit:
    """The form after somebody typed something into a cell, in another program."""

    def edit(book: openpyxl.Workbook) -> None:
        book[sheet][cell].value = value
        if isinstance(value, str) and not value.startswith("#"):
            book[sheet][cell].data_type = "f" if value.startswith("=") else "s"

    return by_openpyxl(edit)


def by_openpyxl(edit: Callable[[openpyxl.Workbook], object]) -> Edit:
    def change(data: bytes) -> bytes:
        book = openpyxl.load_workbook(io.BytesIO(data))
        edit(book)
        buffer = io.BytesIO()
        book.save(buffer)
        return buffer.getvalue()

    return change


def repacked(data: bytes, change: Callable[[str, bytes], bytes], extra: Mapping[str, bytes] | None = None) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, part in (extra or {}).items():
            new.writestr(name, part)
    return buffer.getvalue()


def in_part(part: str, pattern: str, replacement: str) -> Edit:
    """One part changed at the first match of a pattern."""

    def change(name: str, data: bytes) -> bytes:
        if name != part:
            return data
        text, count = re.subn(pattern, replacement, data.decode(), count=1, flags=re.DOTALL)
        assert count == 1, pattern
        return text.encode()

    return lambda data: repacked(data, change)


POSTS = "xl/worksheets/sheet2.xml"
WORKBOOK = "xl/workbook.xml"


def cell_xml(cell: str, inner: str) -> Edit:
    """A cell of the table of posts with this XML after its style."""
    return in_part(POSTS, rf'<c r="{cell}"( s="\d+")?(?: t="\w+")?(?:/>|>.*?</c>)', rf'<c r="{cell}"\1{inner}')


def _entry(name: str) -> str:
    """The cell of a single entry on the sheet Antrag."""
    return f"{felder.EINGABE}{felder.eingabe_zeilen(felder.BLATT_ANTRAG)[name]}"


def _macros(data: bytes) -> bytes:
    return repacked(data, lambda name, part: part, {"xl/vbaProject.bin": nasty.OLE + bytes(504)})


def _external(data: bytes) -> bytes:
    link = (
        '<Relationship Id="rIdX" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink"'
        ' Target="file:///C:/Liste.xlsx" TargetMode="External"/></Relationships>'
    )
    return in_part("xl/_rels/workbook.xml.rels", "</Relationships>", link)(data)


def _strict(data: bytes) -> bytes:
    purl = b"http://purl.oclc.org/ooxml"

    def change(name: str, part: bytes) -> bytes:
        part = part.replace(nasty.MAIN.encode(), purl + b"/spreadsheetml/main")
        return part.replace(nasty.RELS.encode(), purl + b"/officeDocument/relationships")

    return repacked(data, change)


def _without_addresses(data: bytes) -> bytes:
    """Cells that say no address, as some programs write them; every row complete."""

    def change(name: str, part: bytes) -> bytes:
        return re.sub(rb'<c r="[A-Z]+\d+"', b"<c", part) if name == POSTS else part

    return repacked(data, change)


def _hidden_sheet(book: openpyxl.Workbook) -> None:
    book[felder.BLATT_STELLEN].sheet_state = "hidden"


def _filtered(book: openpyxl.Workbook) -> None:
    book[felder.BLATT_STELLEN].row_dimensions[ROW + 1].hidden = True


def _renamed(book: openpyxl.Workbook) -> None:
    book[felder.BLATT_STELLEN].title = "Unsere Stellen"


def _merged(book: openpyxl.Workbook) -> None:
    book[felder.BLATT_STELLEN].merge_cells(f"{BEMERKUNG}{ROW}:{BEMERKUNG}{ROW + 1}")


def _header_moved(book: openpyxl.Workbook) -> None:
    sheet = book[felder.BLATT_STELLEN]
    sheet.tables.clear()
    sheet.insert_rows(felder.KOPFZEILE, 3)


# --- whole files -----------------------------------------------------------------------------------

FILES = {
    "verschlüsselt": ("mit Kennwort", "D01"),
    "xls": ("xls", "D02"),
    "xlsb": ("xlsb", "D02"),
    "ods": ("ods", "D02"),
    "csv": ("csv", "D02"),
    "html": ("html", "D02"),
    "pdf": ("pdf", "D02"),
    "leer": ("leer", "D04"),
    "abgeschnitten": ("abgeschnitten", "D03"),
    "vier Gigabyte Leerraum, ehrlich": ("Leerzeichenbombe", "D05"),
    "vier Gigabyte Leerraum, gelogen": ("gelogene Größe", "D05"),
    "Milliardenlacher": ("Milliardenlacher", "D06"),
    "fremde Datei": ("fremde Datei", "D06"),
    "Entität im Wert": ("Entität im Wert", "D06"),
    "ferne Spalte": ("ferne Spalte", "D07"),
    "ferne Zeile": ("ferne Zeile", "D07"),
    "eine Million leere Zeilen": ("leere formatierte Zeilen", "D07"),
    "doppelter Teil": ("doppelter Teil", "D06"),
    "UTF-16": ("UTF-16", "D06"),
    "Pfad nach oben": ("Pfad nach oben", "D06"),
}

# What the file really is, as the finding says it.
SAYS = {
    "xls": "Excel 97-2003 (.xls)",
    "xlsb": "Excel-Binärarbeitsmappe (.xlsb)",
    "ods": "OpenDocument-Tabelle (.ods)",
    "csv": "Text mit Trennzeichen (CSV)",
    "html": "HTML-Seite",
    "pdf": "PDF-Dokument",
}


@pytest.mark.parametrize("trap", FILES)
def test_a_file_that_is_a_trap_is_one_finding_and_nothing_else(trap: str, tmp_path: Path) -> None:
    name, code = FILES[trap]
    pruefung, found = findings(nasty.NASTY[name][0](), tmp_path)
    assert list(found) == [code] and pruefung.antraege == 0
    (befund,) = pruefung.befunde
    assert befund.place.datei.endswith("Antrag.xlsx") and befund.schwere == Schwere.FEHLER
    assert SAYS.get(trap, "") in befund.meldung


# Files whose names say something else, and what they are.
OTHERS: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "eine andere Arbeitsmappe": ("Umsatz.xlsx", nasty.workbook, "F01"),
    "ein zerrissenes ZIP": ("Kreis.zip", lambda: nasty.zipped({"a.xlsx": bytes(500)})[:60], "D08"),
    "eine E-Mail ohne Anlage": ("Antrag.eml", lambda: b"From: a@b.example\nSubject: Antrag\n\nanbei", "D14"),
}


@pytest.mark.parametrize("trap", OTHERS)
def test_what_holds_no_application_is_told_as_what_it_is(trap: str, tmp_path: Path) -> None:
    name, make, code = OTHERS[trap]
    assert list(findings(make(), tmp_path, name)[1]) == [code]


def test_posts_of_nobody_and_wrong_sums_in_a_sammelmappe_are_told(tmp_path: Path) -> None:
    _, sammel = form_templates(lage_am(TAG))
    data = sammel.fill({}, [GOOD | {"vzae": "0,5"}, SECOND | {"ags": "08115003"}], [FULL])
    assert findings(data, tmp_path)[1] == {
        "W08": f"Stellen I{ROW}",
        "F04": f"Stellen A{ROW + 1}",
        "F07": "Antragsteller G4",
    }


def test_an_applicant_twice_in_a_sammelmappe_is_told(tmp_path: Path) -> None:
    _, sammel = form_templates(lage_am(TAG))
    data = sammel.fill({}, [GOOD], [FULL, FULL])
    assert findings(data, tmp_path)[1] == {"F09": f"Antragsteller C{ROW + 1}", "F07": "Antragsteller B4"}


# What no single form brings: a file held elsewhere, the program, a Sammelmappe.
NOT_RECEIVED = {
    "D09": "test_receive.py",
    "D13": "test_cli.py",
    "F10": "test_sammelmappe.py",
    "F11": "test_sammelmappe.py",
    "F12": "test_sammelmappe.py",
}


def test_every_fault_of_reading_is_raised_by_real_bytes_here_or_where_it_is_said() -> None:
    raised = {code for _, code in FILES.values()} | {code for _, _, code in OTHERS.values()} | {"F04", "F07", "F09"}
    raised |= {code for _, wanted in CELLS.values() for code in wanted}
    assert set(CODES.values()) == raised | set(NOT_RECEIVED)
    for code, file in NOT_RECEIVED.items():
        words = [f'"{code}"', *(f'"{art}"' for art, of in CODES.items() if of == code)]
        (path,) = Path(nasty.__file__).parent.rglob(file)
        text = path.read_text(encoding="utf-8")
        assert any(word in text for word in words), f"{file} raises no {code}"


def test_blank_rows_are_to_be_deleted(tmp_path: Path) -> None:
    pruefung, _ = findings(nasty.NASTY["leere formatierte Zeilen"][0](), tmp_path)
    assert "leeren Zeilen" in pruefung.befunde[0].bitte


# --- cells and sheets ------------------------------------------------------------------------------

# What was done to the form, the findings it gives, each with sheet and cell.
CELLS: dict[str, tuple[Edit, dict[str, str]]] = {
    "unverändert": (lambda data: data, {}),
    "Fehlerwert #REF!": (
        cell_xml(f"{WUNSCHENDE}{ROW}", ' t="e"><v>#REF!</v></c>'),
        {"F02": f"Stellen {WUNSCHENDE}{ROW}"},
    ),
    "Fehlerwert #NV": (cell_xml(f"{VZAE}{ROW}", ' t="e"><v>#N/A</v></c>'), {"F02": f"Stellen {VZAE}{ROW}"}),
    "Formel ohne Wert": (cell_xml(f"{VZAE}{ROW}", "><f>1/4</f></c>"), {"F03": f"Stellen {VZAE}{ROW}"}),
    "DDE": (cell_xml(f"{BEMERKUNG}{ROW}", " t=\"str\"><f>cmd|'/c calc'!A0</f><v>x</v></c>"), {"D11": ""}),
    "WEBSERVICE": (
        cell_xml(f"{BEMERKUNG}{ROW}", ' t="str"><f>_xlfn.WEBSERVICE("http://a.example")</f><v>x</v></c>'),
        {"D11": ""},
    ),
    "Verknüpfung": (_external, {"D11": ""}),
    "Makros": (_macros, {"D10": ""}),
    "negatives Datum": (typed(f"{WUNSCHENDE}{ROW}", -5), {"W01": f"Stellen {WUNSCHENDE}{ROW}"}),
    "Datum läuft über": (typed(f"{WUNSCHENDE}{ROW}", 99_999_999), {"W01": f"Stellen {WUNSCHENDE}{ROW}"}),
    "Datum als Text": (typed(f"{WUNSCHENDE}{ROW}", "31.12.2021"), {"W07": f"Stellen {WUNSCHENDE}{ROW}"}),
    "Zahl als Text": (typed(f"{VZAE}{ROW}", "0,5"), {"W08": f"Stellen {VZAE}{ROW}"}),
    "geschütztes Leerzeichen": (typed(f"{PERSON}{ROW}", "Rana\u00a0Öz"), {"W10": f"Stellen {PERSON}{ROW}"}),
    "Zeichen ohne Breite": (typed(f"{PERSON}{ROW}", "Rana\u200bÖz"), {"W10": f"Stellen {PERSON}{ROW}"}),
    "zerlegter Umlaut": (typed(f"{PERSON}{ROW}", "Rana O\u0308z"), {"W10": f"Stellen {PERSON}{ROW}"}),
    "mehrdeutige Zahl": (typed(f"{VZAE}{ROW}", "1.234"), {"W11": f"Stellen {VZAE}{ROW}"}),
    "halbe Stelle": (typed(f"{VZAE}{ROW}", "halb"), {"W02": f"Stellen {VZAE}{ROW}"}),
    "halbe Monate": (typed(f"{UNTERBRECHUNG}{ROW}", 2.5), {"W03": f"Stellen {UNTERBRECHUNG}{ROW}"}),
    "vielleicht": (typed(f"{VERLAENGERN}{ROW}", "vielleicht"), {"W04": f"Stellen {VERLAENGERN}{ROW}"}),
    "nicht in der Auswahl": (typed(f"{HEUTE}{ROW}", "offen"), {"W05": f"Stellen {HEUTE}{ROW}"}),
    "Postleitzahl mit Komma": (typed(_entry("plz"), 70173.5, felder.BLATT_ANTRAG), {"W06": f"Antrag {_entry('plz')}"}),
    "Schlüssel als Zahl": (typed(_entry("kreis"), 8115, felder.BLATT_ANTRAG), {"W09": f"Antrag {_entry('kreis')}"}),
    "verbundene Zellen": (by_openpyxl(_merged), {"F05": f"Stellen {BEMERKUNG}{ROW}"}),
    "ausgeblendete Zeile": (by_openpyxl(_filtered), {"F06": f"Stellen A{ROW + 1}"}),
    "ausgeblendetes Blatt": (by_openpyxl(_hidden_sheet), {"F06": "Stellen"}),
    "umbenanntes Blatt": (by_openpyxl(_renamed), {"F08": ""}),
    "verschobene Kopfzeile": (by_openpyxl(_header_moved), {"F08": ""}),
    "Strict Open XML": (_strict, {}),
    "Zellen ohne Adresse": (_without_addresses, {}),
    "Zelle steht zweimal": (
        in_part(POSTS, rf'(<c r="{VZAE}{ROW}".*?</c>)', r"\1\1"),
        {"D03": f"Stellen {VZAE}{ROW}"},
    ),
    "Name für eine Zelle, die es nicht gibt": (
        in_part(WORKBOOK, "</definedNames>", "<definedName name='x'>Stellen!$ZZZ$9</definedName></definedNames>"),
        {},
    ),
}


@pytest.mark.parametrize("trap", CELLS)
def test_a_trap_in_a_form_is_found_where_it_is(trap: str, good: bytes, tmp_path: Path) -> None:
    edit, wanted = CELLS[trap]
    pruefung, found = findings(edit(good), tmp_path)
    assert found == wanted, [b.meldung for b in pruefung.befunde]


@pytest.mark.parametrize("trap", ["ausgeblendete Zeile", "ausgeblendetes Blatt", "umbenanntes Blatt",
                                  "verschobene Kopfzeile", "verbundene Zellen", "Strict Open XML",
                                  "Zellen ohne Adresse"])  # fmt: skip
def test_what_was_rearranged_is_read_all_the_same(trap: str, good: bytes, tmp_path: Path) -> None:
    pruefung, _ = findings(CELLS[trap][0](good), tmp_path)
    assert [s.stelle for s in stellen(pruefung)] == ["08115028-01", "08115028-02"]


def test_the_calendar_of_1904_moves_no_day(good: bytes, tmp_path: Path) -> None:
    wanted = stellen(findings(good, tmp_path)[0])[0]

    def shifted(name: str, part: bytes) -> bytes:
        if name == WORKBOOK:
            return part.replace(b"<workbookPr", b'<workbookPr date1904="1"')
        days = rb'(<c r="[DE]\d+"[^>]*><v>)(\d{5})(</v>)'
        return re.sub(days, lambda m: m[1] + str(int(m[2]) - 1462).encode() + m[3], part) if name == POSTS else part

    read = stellen(findings(repacked(good, shifted), tmp_path)[0])[0]
    assert (read.beginn, read.bewilligt_bis) == (wanted.beginn, wanted.bewilligt_bis)


def test_what_excel_escapes_comes_back_as_it_was_typed(good: bytes, tmp_path: Path) -> None:
    escaped = cell_xml(f"{PERSON}{ROW}", ' t="inlineStr"><is><t>Rana_x000D_Öz _x005F_x000D_</t></is></c>')(good)
    assert stellen(findings(escaped, tmp_path)[0])[0].person == "Rana Öz _x000D_"


def test_the_same_application_saved_again_counts_once(good: bytes, tmp_path: Path) -> None:
    put(tmp_path / "a.xlsx", good)
    put(tmp_path / "b.xlsx", by_openpyxl(lambda book: None)(good))
    pruefung = pruefen([tmp_path], lage_am(TAG))
    assert [b.code for b in pruefung.befunde] == ["S02"]


def test_one_bad_file_holds_up_none_of_the_good_ones(good: bytes, tmp_path: Path) -> None:
    for number, (make, _) in enumerate(nasty.NASTY.values()):
        put(tmp_path / f"{number:02}_schlecht.xlsx", make())
    put(tmp_path / "gut.xlsx", good)
    pruefung = pruefen([tmp_path], lage_am(TAG))
    assert pruefung.antraege == 1
    assert len(pruefung.befunde) == len(nasty.NASTY)


def test_the_columns_changed_above_are_those_they_are_called() -> None:
    names = [feld.name for feld in felder.stellen_felder(sammelmappe=False)]
    letters = {VERLAENGERN: "verlaengern", VZAE: "vzae", PERSON: "person", HEUTE: "besetzung_heute",
               UNTERBRECHUNG: "unterbrechung", WUNSCHENDE: "wunschende", BEMERKUNG: "bemerkung"}  # fmt: skip
    assert {letter: names[ord(letter) - 65] for letter in letters} == letters
