"""Workbooks as no spreadsheet program should write them, one per quirk, made from one tiny good one.

`NASTY` holds those that must be refused, with the kind of fault; the functions below it make odd ones that
must be read.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Mapping
from functools import partial
from random import Random

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OLE = bytes.fromhex("d0cf11e0a1b11ae1")

CELLS = '<row r="1"><c r="A1" t="inlineStr"><is><t>Stelle</t></is></c><c r="B1"><v>1</v></c></row>'


def sheet(rows: str = CELLS, after: str = "") -> str:
    """A worksheet part with these rows."""
    return f'{XML}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'


def book_xml(sheets: str = "", before: str = "", after: str = "") -> str:
    """The workbook part."""
    sheets = sheets or '<sheet name="Blatt" sheetId="1" r:id="rId1"/>'
    return f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{RELS}">{before}<sheets>{sheets}</sheets>{after}</workbook>'


def rels(*targets: tuple[str, str], external: bool = False) -> str:
    """A relationships part: (type, target) pairs, ids rId1 and up."""
    mode = ' TargetMode="External"' if external else ""
    items = "".join(
        f'<Relationship Id="rId{n}" Type="{RELS}/{kind}" Target="{target}"{mode}/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{items}</Relationships>'


def parts(**changes: str | bytes | None) -> dict[str, str | bytes]:
    """The parts of the good workbook; `sheet`, `workbook`, `workbook_rels` can be given or left out (None)."""
    names = {"sheet": "xl/worksheets/sheet1.xml", "workbook": "xl/workbook.xml",
             "workbook_rels": "xl/_rels/workbook.xml.rels", "root_rels": "_rels/.rels",
             "types": "[Content_Types].xml"}  # fmt: skip
    good: dict[str, str | bytes | None] = {
        "types": f'{XML}<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        "root_rels": rels(("officeDocument", "xl/workbook.xml")),
        "workbook": book_xml(),
        "workbook_rels": rels(("worksheet", "worksheets/sheet1.xml")),
        "sheet": sheet(),
    }
    return {names[key]: value for key, value in (good | changes).items() if value is not None}


def zipped(members: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The package with these members, in order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            archive.writestr(info, data)
    return buffer.getvalue()


def workbook(extra: Mapping[str, str | bytes] | None = None, **changes: str | bytes | None) -> bytes:
    """The good workbook with some parts changed and some added."""
    return zipped({**parts(**changes), **(extra or {})})


# --- what must be refused --------------------------------------------------------------------------


def _cfb(stream: str) -> bytes:
    return OLE + bytes(504) + stream.encode("utf-16-le") + bytes(1000)


def _lone(ref: str) -> bytes:
    row = "".join(c for c in ref if c.isdigit())
    return workbook(sheet=sheet(f'<row r="{row}"><c r="{ref}"><v>1</v></c></row>'))


def _blank_rows() -> bytes:
    """All rows of the sheet formatted, as a click on the column heads does."""
    return workbook(sheet=sheet(CELLS + '<row s="1" customFormat="1"/>' * 1_048_575))


def _many_cells() -> bytes:
    rng = Random(2)
    rows = ("".join(f"<c><v>{rng.randrange(10**6)}</v></c>" for _ in range(99)) for _ in range(2_100))
    return workbook(sheet=sheet("".join(f"<row>{row}</row>" for row in rows)))


def _whitespace_bomb() -> bytes:
    return workbook(sheet=sheet(CELLS + " " * 41_000_000))


def _lying_size() -> bytes:
    """The headers claim 10 bytes where millions come out."""
    data = bytearray(workbook(sheet=sheet(CELLS + " " * 45_000_000)))
    real = len(sheet(CELLS + " " * 45_000_000))
    packed = struct.pack("<L", real)
    position = data.find(packed)
    while position >= 0:
        data[position : position + 4] = struct.pack("<L", 10)
        position = data.find(packed)
    return bytes(data)


def _bad_crc() -> bytes:
    data = bytearray(zipped(parts(), zipfile.ZIP_STORED))
    position = data.find(b"Stelle")
    data[position] ^= 1
    return bytes(data)


def _duplicate() -> bytes:
    buffer = io.BytesIO(workbook())
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(zipfile.ZipInfo("XL/worksheets/SHEET1.xml"), sheet())
    return buffer.getvalue()


def _encrypted_members() -> bytes:
    data = bytearray(workbook())
    for magic, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        position = data.find(magic)
        while position >= 0:
            data[position + offset] |= 1
            position = data.find(magic, position + 1)
    return bytes(data)


def _entity(doctype: str, value: str) -> bytes:
    return workbook(sheet=sheet(f'<row r="1"><c r="A1"><v>{value}</v></c></row>').replace("?>", "?>" + doctype, 1))


_LOL = '<!DOCTYPE x [<!ENTITY a "lol">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)  # fmt: skip

NASTY: dict[str, tuple[Callable[[], bytes], str]] = {
    "leer": (lambda: b"", "leer"),
    "nur Nullbytes": (lambda: bytes(5000), "beschaedigt"),
    "mit Kennwort": (partial(_cfb, "EncryptedPackage"), "kennwort"),
    "verschlüsselte Teile": (_encrypted_members, "kennwort"),
    "xls": (partial(_cfb, "Workbook"), "kein_xlsx"),
    "doc": (partial(_cfb, "WordDocument"), "kein_xlsx"),
    "msg": (partial(_cfb, "__substg1.0_"), "kein_xlsx"),
    "xlsb": (lambda: workbook(root_rels=rels(("officeDocument", "xl/workbook.bin"))), "kein_xlsx"),
    "docx": (lambda: workbook(root_rels=rels(("officeDocument", "word/document.xml"))), "kein_xlsx"),
    "ods": (
        lambda: zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, zipfile.ZIP_STORED),
        "kein_xlsx",
    ),
    "numbers": (lambda: zipped({"Index/Document.iwa": "x"}), "kein_xlsx"),
    "zip": (lambda: zipped({"Brief.txt": "Hallo"}), "kein_xlsx"),
    "csv": (lambda: "Stelle;VZÄ\n1;0,5\n".encode(), "kein_xlsx"),
    "html": (lambda: b"<html><table><tr><td>1</td></tr></table></html>", "kein_xlsx"),
    "pdf": (lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "kein_xlsx"),
    "png": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), "kein_xlsx"),
    "eml": (lambda: b"From: a@b.example\nSubject: Antrag\n\nim Anhang", "kein_xlsx"),
    "Zufall": (lambda: Random(1).randbytes(5000), "kein_xlsx"),
    "abgeschnitten": (lambda: workbook()[:-200], "abgeschnitten"),
    "halb": (lambda: workbook()[: len(workbook()) // 2], "abgeschnitten"),
    "falsche Prüfsumme": (_bad_crc, "beschaedigt"),
    "Blatt fehlt": (lambda: workbook(sheet=None), "beschaedigt"),
    "Mappe fehlt": (lambda: workbook(workbook=None), "beschaedigt"),
    "ohne Blätter": (lambda: workbook(workbook=book_xml(" ")), "beschaedigt"),
    "kein XML": (lambda: workbook(sheet="<worksheet"), "beschaedigt"),
    "anderes XML": (lambda: workbook(sheet=f'{XML}<svg xmlns="http://www.w3.org/2000/svg"/>'), "beschaedigt"),
    "Zelle gibt es nicht": (partial(_lone, "XFE1"), "beschaedigt"),
    "Zeile gibt es nicht": (
        lambda: workbook(sheet=sheet(f'<row r="{"9" * 5000}"><c><v>1</v></c></row>')),
        "beschaedigt",
    ),
    "Zelltyp gibt es nicht": (
        lambda: workbook(sheet=sheet('<row r="1"><c r="A1" t="q"><v>1</v></c></row>')),
        "beschaedigt",
    ),
    "Text fehlt": (lambda: workbook(sheet=sheet('<row r="1"><c r="A1" t="s"><v>7</v></c></row>')), "beschaedigt"),
    "zu groß": (lambda: workbook() + bytes(10_000_001), "zu_gross"),
    "Leerzeichenbombe": (_whitespace_bomb, "zu_gross"),
    "gelogene Größe": (_lying_size, "zu_gross"),
    "zu viele Teile": (lambda: workbook(extra={f"xl/media/{n}.png": "x" for n in range(250)}), "zu_gross"),
    "Milliardenlacher": (lambda: _entity(_LOL + "]>", "&i;"), "entitaeten"),
    "Entität im Wert": (lambda: _entity('<!DOCTYPE x [<!ENTITY a "5">]>', "&a;"), "entitaeten"),
    "fremde Datei": (lambda: _entity('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>', "&a;"), "entitaeten"),
    "fremde Datei im Blattverzeichnis": (
        lambda: workbook(workbook=book_xml().replace("?>", '?><!DOCTYPE x SYSTEM "http://a.example/x.dtd">', 1)),
        "entitaeten",
    ),
    "UTF-16": (lambda: workbook(sheet=sheet().replace("UTF-8", "UTF-16").encode("utf-16")), "kodierung"),
    "Latin-1": (lambda: workbook(sheet=sheet().replace("UTF-8", "ISO-8859-1").encode("latin-1")), "kodierung"),
    "Pfad nach oben": (lambda: workbook(extra={"../../autostart.bat": "x"}), "pfad"),
    "doppelter Teil": (_duplicate, "doppelte_teile"),
    "ferne Zelle": (partial(_lone, "XFD1048576"), "zu_viele_zellen"),
    "ferne Zeile": (partial(_lone, "N1048576"), "zu_viele_zellen"),
    "ferne Spalte": (partial(_lone, "XFD99999"), "zu_viele_zellen"),
    "leere formatierte Zeilen": (_blank_rows, "zu_viele_zellen"),
    "viele Zellen": (_many_cells, "zu_viele_zellen"),
}


# --- what is odd and must be read ------------------------------------------------------------------


def strict() -> bytes:
    """Saved as Strict Open XML: other namespaces."""

    def other(text: str | bytes) -> str:
        assert isinstance(text, str)
        purl = "http://purl.oclc.org/ooxml"
        return text.replace(MAIN, f"{purl}/spreadsheetml/main").replace(RELS, f"{purl}/officeDocument/relationships")

    return zipped({name: other(text) for name, text in parts().items()})


def with_strings(*items: str, rows: str) -> bytes:
    """A workbook with shared strings, each item the content of an <si>."""
    table = "".join(f"<si>{item}</si>" for item in items)
    return workbook(
        {"xl/sharedStrings.xml": f'{XML}<sst xmlns="{MAIN}">{table}</sst>'},
        workbook_rels=rels(("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml")),
        sheet=sheet(rows),
    )


def with_external_link() -> bytes:
    """A link to another workbook."""
    return workbook(
        {"xl/externalLinks/externalLink1.xml": f'{XML}<externalLink xmlns="{MAIN}"/>'},
        workbook_rels=rels(("worksheet", "worksheets/sheet1.xml"), ("externalLink", "externalLinks/externalLink1.xml")),
    )


def with_formula(formula: str) -> bytes:
    """A1 holds the formula, with the value 1."""
    return workbook(sheet=sheet(f'<row r="1"><c r="A1"><f>{formula}</f><v>1</v></c></row>'))


def with_dde_link() -> bytes:
    """What Excel makes of a DDE formula: the formula names link 1, the program stands in the link."""
    link = f'{XML}<externalLink xmlns="{MAIN}"><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
    return workbook(
        {"xl/externalLinks/externalLink1.xml": link},
        workbook_rels=rels(("worksheet", "worksheets/sheet1.xml"), ("externalLink", "externalLinks/externalLink1.xml")),
    )


def with_formulas(*formulas: str) -> bytes:
    """Column A holds the formulas, each with the value 1."""
    rows = "".join(f'<row r="{n}"><c r="A{n}"><f>{f}</f><v>1</v></c></row>' for n, f in enumerate(formulas, 1))
    return workbook(sheet=sheet(rows))


def with_table(**attributes: str) -> bytes:
    """A table T at A1:B4 with the columns „Stelle“ and „V_ZÄ“; `attributes` of its element."""
    more = "".join(f' {key}="{value}"' for key, value in attributes.items())
    table = (
        f'{XML}<table xmlns="{MAIN}" id="1" name="T" displayName="T" ref="A1:B4"{more}><tableColumns count="2">'
        '<tableColumn id="1" name="Stelle"/><tableColumn id="2" name="V_x005F_ZÄ"/></tableColumns></table>'
    )
    return workbook(
        {"xl/tables/table1.xml": table, "xl/worksheets/_rels/sheet1.xml.rels": rels(("table", "../tables/table1.xml"))}
    )


def rich_parts() -> dict[str, str]:
    """The parts of a good workbook with something of everything: strings, formulas, table, names, link."""
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><f t="shared" si="0" ref="B1:B2">A1+1</f><v>2</v></c>'
        '<c t="e"><v>#REF!</v></c></row><row hidden="1"><c t="inlineStr"><is><t>x_x000D_</t></is></c>'
        '<c><f t="shared" si="0"/><v>3</v></c><c t="b"><v>1</v></c><c><f>TODAY()</f></c></row>'
    )
    names = "<definedNames><definedName name='x'>Blatt!$A$1</definedName></definedNames>"
    table = (
        f'<table xmlns="{MAIN}" id="1" name="T" displayName="T" ref="A1:B2" totalsRowCount="0">'
        '<tableColumns count="1"><tableColumn id="1" name="a"/></tableColumns></table>'
    )
    links = (("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml"),
             ("externalLink", "externalLinks/externalLink1.xml"))  # fmt: skip
    all_parts = parts(
        workbook=book_xml(before='<workbookPr date1904="1"/>', after=names),
        workbook_rels=rels(*links),
        sheet=sheet(rows, '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'),
    ) | {
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>a</t></si><si><r><t>b</t></r></si></sst>',
        "xl/externalLinks/externalLink1.xml": f'<externalLink xmlns="{MAIN}"><ddeLink/></externalLink>',
        "xl/worksheets/_rels/sheet1.xml.rels": rels(("table", "../tables/table1.xml")),
        "xl/tables/table1.xml": table,
    }
    return {name: part if isinstance(part, str) else part.decode() for name, part in all_parts.items()}
