"""Forms with sound packages and anything in them: every one is read, checked and decided, and none ends the program."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from random import Random
from xml.sax.saxutils import escape

import pytest

from pik_xl.checks.runner import check_all
from pik_xl.demo import invent
from pik_xl.eingang.read import read
from pik_xl.eingang.receive import Eingang
from pik_xl.eingang.sendung import Sendung
from pik_xl.formular import felder
from pik_xl.formular.vorbelegt import kopf_of, stelle_of
from pik_xl.jobs.pruefung import lage_am
from pik_xl.master.sheets.antraege import antraege_table
from pik_xl.master.sheets.befunde import befunde_table
from pik_xl.master.sheets.stellen import stellen_table
from pik_xl.recht.lage import Lage
from pik_xl.recht.vorgang import vorgaenge
from pik_xl.register import load_register
from pik_xl.schreiben.einzelform import form_templates

Parts = dict[str, str]

VALUES = [
    "", " ", "0", "-1", "-0", "0.5", "0,5", "1.234", "1e5", "1e308", "1e309", "1e999999999", "1e-999999999",
    "0e999999999", "0e-999999999", "NaN", "INF", "-inf", "abc", "9" * 15, "9" * 400, "9" * 5_000, "0." + "9" * 5_000,
    "2958465", "2958466", "43831.5", "ja", "JA", "nein", "vielleicht", "x", "08225014", "8225014", "08225", "#REF!",
    "31.12.2021", "31.02.2021", "2021-12-31", "ä" * 300, "\u200b", "\u00a0", "=1+1", "_x000D_", "<&>\"'", "½", "²",
    "٣", "1٣", "hochschule", "besetzt", "Stelle", "VZÄ beantragt", "TRUE", "1", "Zeile 7", "#", "|", ":",
]  # fmt: skip
TYPES = ["", ' t="n"', ' t="str"', ' t="b"', ' t="e"', ' t="d"', ' t="inlineStr"', ' t="s"']
CELL = re.compile(r'<c r="([A-Z]+)([0-9]+)"[^>]*?(?:/>|>.*?</c>)')
ROW = re.compile(r'<row r="[0-9]+"[^>]*?(?:/>|>.*?</row>)')


def cell_xml(ref: str, rng: Random) -> str:
    kind, text = rng.choice(TYPES), escape(rng.choice(VALUES))
    formula = rng.choice(["", "", "", "<f>1+1</f>", "<f></f>"])
    if kind == ' t="inlineStr"':
        return f'<c r="{ref}"{kind}><is><t xml:space="preserve">{text}</t></is></c>'
    return f'<c r="{ref}"{kind}>{formula}<v>{text}</v></c>'


def entry(parts: Parts, rng: Random) -> None:
    """Something else in a cell, in one with an entry rather than anywhere."""
    name, part = sheet(parts, rng)
    cells = [m for m in CELL.finditer(part) if int(m[2]) >= felder.STATUS_ZEILE]
    if cells:
        cell = rng.choice(cells)
        parts[name] = part[: cell.start()] + cell_xml(cell[1] + cell[2], rng) + part[cell.end() :]


def header(parts: Parts, rng: Random) -> None:
    """Something else in a cell of a header row, or of the row it may be taken for."""
    name, part = sheet(parts, rng)
    if cells := [m for m in CELL.finditer(part) if int(m[2]) == felder.KOPFZEILE]:
        cell = rng.choice(cells)
        parts[name] = part[: cell.start()] + cell_xml(cell[1] + cell[2], rng) + part[cell.end() :]


def lost_cell(parts: Parts, rng: Random) -> None:
    name, part = sheet(parts, rng)
    if cells := list(CELL.finditer(part)):
        cell = rng.choice(cells)
        parts[name] = part[: cell.start()] + part[cell.end() :]


def moved_column(parts: Parts, rng: Random) -> None:
    """The cells of a column stand in another one, over what was there."""
    name, part = sheet(parts, rng)
    letters = sorted({m[1] for m in CELL.finditer(part)})
    if len(letters) > 1:
        one, other = rng.sample(letters, 2)
        without = CELL.sub(lambda m: "" if m[1] == other else m[0], part)
        parts[name] = re.sub(rf'<c r="{one}(?=\d)', f'<c r="{other}', without)


def lost_column(parts: Parts, rng: Random) -> None:
    name, part = sheet(parts, rng)
    if letters := sorted({m[1] for m in CELL.finditer(part)}):
        gone = rng.choice(letters)
        parts[name] = CELL.sub(lambda m: "" if m[1] == gone else m[0], part)


def lost_row(parts: Parts, rng: Random) -> None:
    name, part = sheet(parts, rng)
    if rows := list(ROW.finditer(part)):
        row = rng.choice(rows)
        parts[name] = part[: row.start()] + part[row.end() :]


def copied_row(parts: Parts, rng: Random) -> None:
    """A row once more, far below."""
    name, part = sheet(parts, rng)
    if rows := list(ROW.finditer(part)):
        row, number = rng.choice(rows)[0], str(rng.choice([40, 41, 500]))
        copy = re.sub(r'(<row r="|<c r="[A-Z]+)[0-9]+', rf"\g<1>{number}", row)
        parts[name] = part.replace("</sheetData>", f"{copy}</sheetData>")


def table(parts: Parts, rng: Random) -> None:
    """Another range, name or header in the part of a table."""
    name = rng.choice([name for name in parts if "tables/" in name])
    hits = list(re.finditer(r'(?<= ref=")[^"]*|(?<= name=")[^"]*|(?<= displayName=")[^"]*', parts[name]))
    hit = rng.choice(hits)
    new = rng.choice(["A1:B2", "A6:S6", "A1:A1048576", "B6:D9", "tbl_stellen", "tbl_antragsteller", "", "Stelle"])
    parts[name] = parts[name][: hit.start()] + new + parts[name][hit.end() :]


def defined_name(parts: Parts, rng: Random) -> None:
    """A name that leads elsewhere, or is gone."""
    book = parts["xl/workbook.xml"]
    hit = rng.choice(list(re.finditer(r"<definedName [^>]*>[^<]*</definedName>", book)))
    target = rng.choice(["Stellen!$A$6", "Antragsteller!$C$7", "Antrag!$A$1", "_form!$B$2", "#REF!", "Weg!$A$1", "1"])
    new = rng.choice(["", re.sub(r">[^<]*<", f">{target}<", hit[0])])
    parts["xl/workbook.xml"] = book[: hit.start()] + new + book[hit.end() :]


def sheets(parts: Parts, rng: Random) -> None:
    """Another name of a sheet, or one that is hidden."""
    book = parts["xl/workbook.xml"]
    hit = rng.choice(list(re.finditer(r'<sheet name="([^"]*)"', book)))
    new = rng.choice(['<sheet name="Tabelle1"', f'{hit[0]} state="hidden"', f'{hit[0]} state="veryHidden"'])
    parts["xl/workbook.xml"] = book[: hit.start()] + new + book[hit.end() :]


def merged(parts: Parts, rng: Random) -> None:
    name, part = sheet(parts, rng)
    span = rng.choice(["A7:C7", "A6:S6", "A1:XFD1048576", "D5:D30", "C7", "Unsinn"])
    if "<mergeCells" not in part:
        after = re.search(r"</sheetData>(<sheetProtection[^>]*/>)?", part)
        assert after
        merge = f'<mergeCells count="1"><mergeCell ref="{span}"/></mergeCells>'
        parts[name] = part[: after.end()] + merge + part[after.end() :]


CHANGES: list[Callable[[Parts, Random], None]] = [
    entry, entry, entry, entry, header, header, lost_cell, moved_column, lost_column, lost_row, copied_row, table,
    defined_name, sheets, merged,
]  # fmt: skip


def sheet(parts: Parts, rng: Random) -> tuple[str, str]:
    name = rng.choice([name for name in parts if "worksheets/sheet" in name])
    return name, parts[name]


class Vorlagen:
    """A form, a Sammelmappe some rows of which nobody filled in, and one without checksums, as parts."""

    def __init__(self) -> None:
        register, rng = load_register(), Random(5)
        traeger = [t for t in register.traeger.values() if t.kreis == "08225" and len(t.ags) == 8][:5]
        bestand = invent.bestand(register, traeger, rng)
        self.lage: Lage = replace(lage_am(invent.TAG, bestand), vollstaendig=True)
        einzeln, sammel = form_templates(self.lage)
        forms = [invent.formular(posts, register, rng) for posts in self.lage.by_ags.values()]
        forms[0].kopf |= {"digital_antrag": True, "digital_loesung": "App", "digital_kosten": 9000, "digital_zahl": 5}
        koepfe = [*(f.kopf for f in forms[:3]), *(kopf_of(f.posts) for f in forms[3:])]
        rows = [row for f in forms[:3] for row in f.stellen]
        rows += [stelle_of(post) for f in forms[3:] for post in f.posts]
        sent = invent._versandt(forms, sammelmappe=True)
        files = (forms[0].workbook(einzeln), sammel.fill({}, rows, koepfe, sent), sammel.fill({}, rows, koepfe, ""))
        self.formen = [self._parts(data) for data in files]

    @staticmethod
    def _parts(data: bytes) -> tuple[Parts, dict[str, bytes]]:
        with zipfile.ZipFile(BytesIO(data)) as package:
            alle = {name: package.read(name) for name in package.namelist()}
        ours = {n: p.decode() for n, p in alle.items() if re.search(r"sheets/sheet|tables/table", n)}
        ours["xl/workbook.xml"] = alle["xl/workbook.xml"].decode()
        return ours, {name: part for name, part in alle.items() if name not in ours}

    def changed(self, seed: int) -> bytes:
        """One of the forms after one to four changes."""
        rng = Random(seed)
        ours, others = rng.choice(self.formen)
        parts = dict(ours)
        for _ in range(rng.randint(1, 4)):
            rng.choice(CHANGES)(parts, rng)
        buffer = BytesIO()
        with zipfile.ZipFile(buffer, "w") as package:
            for name, part in {**others, **{name: part.encode() for name, part in parts.items()}}.items():
                package.writestr(name, part)
        return buffer.getvalue()


@pytest.fixture(scope="module")
def vorlagen() -> Vorlagen:
    return Vorlagen()


def through(data: bytes, lage: Lage) -> Sendung:
    """The form read, checked, decided and in the tables of the master."""
    sendung = read(Eingang("08225/Form.xlsx", invent.TAG, data))
    befunde = check_all([sendung], lage)
    faelle = vorgaenge(sendung.antraege, befunde, lage)
    antraege_table(faelle, lage.register.kreise, {})
    stellen_table(faelle, lage.register.kreise)
    befunde_table(befunde, lage.register.kreise, [])
    assert len(faelle) == len(sendung.antraege) and (sendung.antraege or befunde)
    assert all(len(b.meldung) < 40_000 for b in befunde)
    return sendung


@pytest.mark.parametrize("seed", range(60))
def test_whatever_stands_in_a_form_it_is_read_checked_and_decided(vorlagen: Vorlagen, seed: int) -> None:
    through(vorlagen.changed(seed), vorlagen.lage)


@pytest.mark.exhaustive
@pytest.mark.parametrize("hundred", range(60))
def test_whatever_stands_in_thousands_of_forms(vorlagen: Vorlagen, hundred: int) -> None:
    for seed in range(1_000 + 100 * hundred, 1_100 + 100 * hundred):
        through(vorlagen.changed(seed), vorlagen.lage)


def test_the_changes_leave_most_forms_readable(vorlagen: Vorlagen) -> None:
    """Else nothing behind the reader would be tried."""
    alle = [through(vorlagen.changed(seed), vorlagen.lage) for seed in range(100, 160)]
    assert sum(bool(sendung.antraege) for sendung in alle) > 30
    assert {mangel.art for sendung in alle for mangel in sendung.maengel} >= {"spalte_fehlt", "umgebaut", "unberuehrt"}
