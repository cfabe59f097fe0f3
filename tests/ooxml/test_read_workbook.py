"""The reader of strangers' workbooks: refuses what is dangerous, reads what is merely odd, agrees with openpyxl."""

from __future__ import annotations

import io
import re
import time
import tracemalloc
import zipfile
from dataclasses import replace
from datetime import datetime
from random import Random

import nasty
import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import to_excel

from pik_xl.ooxml.address import address, parse_address
from pik_xl.ooxml.container import ARTEN, MASTER, SUBMISSION, Limits, Unreadable
from pik_xl.ooxml.read_workbook import read_workbook
from pik_xl.ooxml.workbook import Cell, Sheet, Table, Workbook

SMALL = Limits(50_000, 20, 5_000, 20_000, 150, 50, 20, 200)


def the_sheet(data: bytes, limits: Limits = SUBMISSION) -> Sheet:
    (sheet,) = read_workbook(data, limits).sheets.values()
    return sheet


def cells(data: bytes) -> dict[str, tuple[str, str]]:
    return {address(*at): (cell.kind, cell.text) for at, cell in the_sheet(data).cells.items()}


def refusal(data: bytes, limits: Limits = SUBMISSION) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read_workbook(data, limits)
    return caught.value


@pytest.mark.parametrize("name", nasty.NASTY)
def test_a_dangerous_or_broken_file_is_refused_with_its_reason(name: str) -> None:
    make, art = nasty.NASTY[name]
    fault = refusal(make())
    assert fault.art == art in ARTEN
    assert fault.gefunden and "Traceback" not in fault.gefunden


@pytest.mark.parametrize("name", ["Leerzeichenbombe", "gelogene Größe", "ferne Zelle", "leere formatierte Zeilen"])
def test_a_bomb_takes_no_more_memory_than_the_limit_allows(name: str) -> None:
    data = nasty.NASTY[name][0]()
    tracemalloc.start()
    refusal(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * SUBMISSION.part_bytes


@pytest.mark.parametrize(
    "sheet",
    [
        f'<row r="{"9" * 100_000}"/>',
        f'<row r="1"><c r="{"A" * 100_000}"><v>1</v></c></row>',
        f'<row r="1"><c t="{"x" * 100_000}"><v>1</v></c></row>',
    ],
)
def test_what_is_said_of_a_fault_stays_short_whatever_the_file_holds(sheet: str) -> None:
    assert len(refusal(nasty.workbook(sheet=nasty.sheet(sheet))).gefunden) == 200


def test_a_far_cell_is_named() -> None:
    fault = refusal(nasty.NASTY["ferne Zelle"][0]())
    assert (fault.blatt, fault.zelle) == ("Blatt", "XFD1048576")


def test_the_good_workbook_is_read() -> None:
    book = read_workbook(nasty.workbook())
    assert book.sheet_names == ("Blatt",) and book.merkmale == frozenset() and not book.date1904
    assert cells(nasty.workbook()) == {"A1": ("text", "Stelle"), "B1": ("zahl", "1")}


def test_strict_open_xml_is_read_like_any_other() -> None:
    assert cells(nasty.strict()) == cells(nasty.workbook())


@pytest.mark.parametrize(
    ("xml", "cell"),
    [
        ('<c r="A1"><v>0.30000000000000004</v></c>', Cell("zahl", "0.30000000000000004")),
        ('<c r="A1"><v>1<!-- nicht 1, sondern -->2</v></c>', Cell("zahl", "12")),
        ('<c r="A1"><v><![CDATA[12]]></v></c>', Cell("zahl", "12")),
        ('<c r="A1" t="b"><v>1</v></c>', Cell("wahr", "1")),
        ('<c r="A1" t="e"><v>#REF!</v></c>', Cell("fehler", "#REF!")),
        ('<c r="A1" t="e"><f>A2/0</f><v>#DIV/0!</v></c>', Cell("fehler", "#DIV/0!", "A2/0")),
        ('<c r="A1"><f>TODAY()</f></c>', Cell("leer_formel", "", "TODAY()")),
        ('<c r="A1"><f>TODAY()</f><v/></c>', Cell("leer_formel", "", "TODAY()")),
        ('<c r="A1"><f>1+1</f><v>2</v></c>', Cell("zahl", "2", "1+1")),
        ('<c r="A1" t="str"><f>"a"</f><v>a</v></c>', Cell("text", "a", '"a"')),
        ('<c r="A1" t="str"><f>""</f><v></v></c>', Cell("text", "", '""')),
        ('<c r="A1" t="d"><v>2020-05-04</v></c>', Cell("text", "2020-05-04")),
        ('<c r="A1" t="inlineStr"><is><t xml:space="preserve"> a </t></is></c>', Cell("text", " a ")),
        ('<c r="A1" t="inlineStr"><is><r><t>ha</t></r><r><t>lb</t></r></is></c>', Cell("text", "halb")),
        ('<c r="A1" t="inlineStr"><is><t>a_x000D_b_x005F_c</t></is></c>', Cell("text", "a\rb_c")),
        ('<c r="A1" t="inlineStr"><is><t>=cmd|&apos;/c calc&apos;!A0</t></is></c>', Cell("text", "=cmd|'/c calc'!A0")),
    ],
)
def test_every_kind_of_cell_is_what_it_is(xml: str, cell: Cell) -> None:
    sheet = the_sheet(nasty.workbook(sheet=nasty.sheet(f'<row r="1">{xml}</row>')))
    assert sheet.cells == {(1, 1): cell}


@pytest.mark.parametrize("xml", ['<c r="A1" s="3"/>', '<c r="A1" t="s"/>', '<c r="A1" t="inlineStr"><is><t/></is></c>'])
def test_an_empty_cell_is_none(xml: str) -> None:
    assert cells(nasty.workbook(sheet=nasty.sheet(f'<row r="1">{xml}</row>'))) == {}


def test_shared_strings_lose_their_reading_aids_only() -> None:
    items = (
        "<t>eins</t>",
        "<r><t>zw</t></r><r><t>ei</t></r>",
        "<t>東京</t><rPh sb='0' eb='1'><t>とう</t></rPh>",
        "<t/>",
    )
    row = "".join(f'<c r="{c}1" t="s"><v>{n}</v></c>' for n, c in enumerate("ABCD"))
    read = cells(nasty.with_strings(*items, rows=f'<row r="1">{row}</row>'))
    assert read == {"A1": ("text", "eins"), "B1": ("text", "zwei"), "C1": ("text", "東京")}


def test_cells_and_rows_without_an_address_are_counted() -> None:
    rows = (
        "<row><c><v>1</v></c><c><v>2</v></c></row>"
        '<row r="5"><c r="C5"><v>3</v></c><c><v>4</v></c></row>'
        "<row><c><v>5</v></c></row>"
    )
    read = cells(nasty.workbook(sheet=nasty.sheet(rows)))
    assert {ref: text for ref, (_, text) in read.items()} == {"A1": "1", "B1": "2", "C5": "3", "D5": "4", "A6": "5"}


def test_hidden_rows_and_merged_cells_are_told() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2" hidden="1"><c r="A2"><v>2</v></c></row>'
    sheet = the_sheet(
        nasty.workbook(sheet=nasty.sheet(rows, '<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>'))
    )
    assert sheet.hidden_rows == {2} and sheet.merged == ("A1:B1",)


@pytest.mark.parametrize("state", ["visible", "hidden", "veryHidden"])
def test_the_state_of_a_sheet_is_told(state: str) -> None:
    sheets = f'<sheet name="Blatt" sheetId="1" r:id="rId1" state="{state}"/>'
    assert the_sheet(nasty.workbook(workbook=nasty.book_xml(sheets))).state == state


@pytest.mark.parametrize(("value", "is_1904"), [("1", True), ("true", True), ("0", False)])
def test_the_calendar_of_1904_is_told(value: str, is_1904: bool) -> None:
    book = nasty.workbook(workbook=nasty.book_xml(before=f'<workbookPr date1904="{value}"/>'))
    assert read_workbook(book).date1904 is is_1904


def test_names_lead_to_cells_of_sheets_that_exist() -> None:
    names = "".join(
        f'<definedName name="{name}"{scope}>{target}</definedName>'
        for name, scope, target in (
            ("pik_ort", ' localSheetId="0"', "Blatt!$A$9"),
            ("pik_ort", "", "Blatt!$B$1"),
            ("bereich", "", "Blatt!$C$2:$D$9"),
            ("fremd", "", "[1]Blatt!$A$1"),
            ("weg", "", "Blatt!#REF!"),
            ("anderswo", "", "Nirgends!$A$1"),
        )
    )
    book = read_workbook(nasty.workbook(workbook=nasty.book_xml(after=f"<definedNames>{names}</definedNames>")))
    assert book.names == {"pik_ort": ("Blatt", 1, 2), "bereich": ("Blatt", 2, 3)}


def test_a_sheet_name_with_quotes_is_understood() -> None:
    sheets = '<sheet name="Anna&apos;s Blatt" sheetId="1" r:id="rId1"/>'
    names = "<definedNames><definedName name='x'>'Anna''s Blatt'!$A$1</definedName></definedNames>"
    assert read_workbook(nasty.workbook(workbook=nasty.book_xml(sheets, after=names))).names == {
        "x": ("Anna's Blatt", 1, 1)
    }


@pytest.mark.parametrize(
    ("data", "merkmal"),
    [
        (nasty.workbook({"xl/vbaProject.bin": nasty.OLE}), "makros"),
        (nasty.workbook({"xl/macrosheets/sheet1.xml": "<x/>"}), "makros"),
        (nasty.with_external_link(), "externe_verknuepfung"),
        (nasty.with_formula("RTD(&quot;a.b&quot;,,1)"), "dde"),
        (nasty.with_formula("CALL(&quot;urlmon&quot;,1)"), "dde"),
        (nasty.with_formula("Tabelle1[a]+cmd|'/c calc'!A0"), "dde"),
        (nasty.with_formulas("&quot;", "cmd|'/c calc'!A0", "&quot;"), "dde"),
        (nasty.with_formulas("'", "cmd|'/c calc'!A0", "[", "1]"), "dde"),
        (nasty.with_formula("cmd|'/c calc'!A0"), "dde"),
        (nasty.with_formula("_xlfn.WEBSERVICE(&quot;http://a.example&quot;)"), "webservice"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_a_form_never_carries_is_told_and_never_started(data: bytes, merkmal: str) -> None:
    assert read_workbook(data).merkmale == {merkmal}


@pytest.mark.parametrize(
    "formula", ["SUM(A2:A3)", "&quot;a|b&quot;&amp;1", "'Blatt'!A2", "IF(A2=1,&quot;CALL(&quot;,2)"]
)
def test_an_innocent_formula_is_not_suspected(formula: str) -> None:
    assert read_workbook(nasty.with_formula(formula)).merkmale == frozenset()


def test_a_formula_saved_as_a_dde_link_is_both_a_link_and_dde() -> None:
    assert read_workbook(nasty.with_dde_link()).merkmale == {"dde", "externe_verknuepfung"}


def test_a_formula_made_of_brackets_takes_no_more_time_than_any_other() -> None:
    data = nasty.with_formula("|" + "[" * 1_000_000)
    start = time.process_time()
    assert read_workbook(data, replace(SUBMISSION, ratio=10_000)).merkmale == {"dde"}
    assert time.process_time() - start < 5  # hours, where every bracket looks for its other half


@pytest.mark.parametrize(
    ("attributes", "header_row", "last_row"),
    [({}, 1, 4), ({"totalsRowCount": "1"}, 1, 3), ({"headerRowCount": "0"}, 0, 4)],
)
def test_a_table_is_told_with_its_columns(attributes: dict[str, str], header_row: int, last_row: int) -> None:
    total = "totalsRowCount" in attributes
    table = Table("T", "Blatt", header_row, 1, last_row, ("Stelle", "V_ZÄ"), total)
    assert read_workbook(nasty.with_table(**attributes)).tables == {"T": table}


def test_a_formula_that_stands_in_one_cell_for_many_reads_in_a_master_as_it_does_in_each() -> None:
    found = read_workbook(nasty.zipped(nasty.rich_parts()), MASTER).sheets["Blatt"].cells
    assert (found[1, 2].formel, found[2, 2].formel) == ("A1+1", "A2+1")


def test_a_workbook_with_something_of_everything_is_read() -> None:
    book = read_workbook(nasty.zipped(nasty.rich_parts()))
    assert book.date1904 and book.names == {"x": ("Blatt", 1, 1)} and list(book.tables) == ["T"]
    assert book.sheets["Blatt"] == Sheet(
        "Blatt",
        "visible",
        {
            (1, 1): Cell("text", "a"),
            (1, 2): Cell("zahl", "2", "A1+1"),
            (1, 3): Cell("fehler", "#REF!"),
            (2, 1): Cell("text", "x\r"),
            (2, 2): Cell("zahl", "3", "A1+1"),
            (2, 3): Cell("wahr", "1"),
            (2, 4): Cell("leer_formel", "", "TODAY()"),
        },
        ("A1:B1",),
        frozenset({2}),
    )


def test_a_large_sheet_read_piece_by_piece_is_the_same_as_a_small_one() -> None:
    parts = nasty.rich_parts()
    small = parts["xl/worksheets/sheet1.xml"]
    padded = small.replace("</row>", "</row>" + " " * 600_000)
    large = nasty.zipped({**parts, "xl/worksheets/sheet1.xml": padded}, zipfile.ZIP_STORED)
    assert read_workbook(large) == read_workbook(nasty.zipped(parts))


def test_only_the_sheets_wanted_are_read() -> None:
    sheets = '<sheet name="A" sheetId="1" r:id="rId1"/><sheet name="B" sheetId="2" r:id="rId2"/>'
    data = nasty.workbook(
        {"xl/worksheets/sheet2.xml": "<kein xml"},
        workbook=nasty.book_xml(sheets),
        workbook_rels=nasty.rels(("worksheet", "worksheets/sheet1.xml"), ("worksheet", "worksheets/sheet2.xml")),
    )
    book = read_workbook(data, wanted=lambda name: name == "A")
    assert list(book.sheets) == ["A"] and book.sheet_names == ("A", "B")


# --- limits, on both sides -------------------------------------------------------------------------


@pytest.mark.parametrize(("ref", "good"), [("A5000", True), ("A5001", False), ("CV1", True), ("CW1", False)])
@pytest.mark.parametrize("xml", ["<v>1</v>", "<f>1+1</f>"])
def test_a_form_ends_at_row_5000_and_column_100(ref: str, good: bool, xml: str) -> None:
    row = "".join(c for c in ref if c.isdigit())
    data = nasty.workbook(sheet=nasty.sheet(f'<row r="{row}"><c r="{ref}">{xml}</c></row>'))
    if good:
        assert list(the_sheet(data).cells) == [parse_address(ref)]
    else:
        fault = refusal(data)
        assert (fault.art, fault.zelle) == ("zu_viele_zellen", ref)


@pytest.mark.parametrize(("members", "good"), [(200, True), (201, False)])
def test_a_form_has_up_to_200_parts(members: int, good: bool) -> None:
    data = nasty.workbook({f"xl/media/{n}.png": "x" for n in range(members - len(nasty.parts()))})
    if good:
        assert the_sheet(data).cells
    else:
        assert refusal(data).art == "zu_gross"


@pytest.mark.parametrize(("less", "good"), [(0, True), (1, False)])
def test_all_parts_together_may_be_as_large_as_the_limit(less: int, good: bool) -> None:
    read = [part for name, part in nasty.parts().items() if name != "[Content_Types].xml"]
    limits = replace(SMALL, total_bytes=sum(len(part) for part in read) - less)
    if good:
        assert the_sheet(nasty.workbook(), limits).cells
    else:
        assert refusal(nasty.workbook(), limits).art == "zu_gross"


def test_cells_are_counted_over_all_sheets() -> None:
    sheets = '<sheet name="A" sheetId="1" r:id="rId1"/><sheet name="B" sheetId="2" r:id="rId1"/>'
    data = nasty.workbook(workbook=nasty.book_xml(sheets))
    assert len(read_workbook(data, replace(SMALL, cells=4)).sheets) == 2
    assert refusal(data, replace(SMALL, cells=3)).art == "zu_viele_zellen"


def test_a_part_over_a_megabyte_may_not_be_packed_tighter_than_the_limit() -> None:
    data = nasty.workbook(sheet=nasty.sheet(after=" " * 1_100_000))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    ratio = info.file_size // info.compress_size
    assert the_sheet(data, replace(SUBMISSION, ratio=ratio + 1)).cells
    assert refusal(data, replace(SUBMISSION, ratio=ratio - 1)).art == "zu_gross"


@pytest.mark.parametrize(("ref", "good"), [("A50", True), ("A51", False), ("T1", True), ("U1", False)])
def test_the_last_row_and_column_are_read_and_the_next_are_not(ref: str, good: bool) -> None:
    row = "".join(c for c in ref if c.isdigit())
    data = nasty.workbook(sheet=nasty.sheet(f'<row r="{row}"><c r="{ref}"><v>1</v></c></row>'))
    if good:
        assert the_sheet(data, SMALL).cells
    else:
        assert refusal(data, SMALL).art == "zu_viele_zellen"


@pytest.mark.parametrize(("number", "good"), [(200, True), (201, False)])
def test_so_many_cells_are_read_and_not_one_more(number: int, good: bool) -> None:
    rows = "".join(
        f'<row r="{1 + n // 20}"><c r="{address(1 + n // 20, 1 + n % 20)}"><v>1</v></c></row>' for n in range(number)
    )
    data, limits = nasty.workbook(sheet=nasty.sheet(rows)), replace(SMALL, part_bytes=100_000, total_bytes=200_000)
    if good:
        assert len(the_sheet(data, limits).cells) == number
    else:
        assert refusal(data, limits).art == "zu_viele_zellen"


@pytest.mark.parametrize(("members", "good"), [(20, True), (21, False)])
def test_so_many_parts_are_read_and_not_one_more(members: int, good: bool) -> None:
    data = nasty.workbook({f"xl/media/{n}.png": "x" for n in range(members - len(nasty.parts()))})
    if good:
        assert the_sheet(data, SMALL).cells
    else:
        assert refusal(data, SMALL).art == "zu_gross"


@pytest.mark.parametrize(("more", "good"), [(0, True), (1, False)])
def test_a_part_may_be_as_large_as_the_limit(more: int, good: bool) -> None:
    xml = nasty.sheet()
    data = nasty.workbook(sheet=xml.replace("<sheetData>", " " * (SMALL.part_bytes - len(xml) + more) + "<sheetData>"))
    if good:
        assert the_sheet(data, SMALL).cells
    else:
        assert refusal(data, SMALL).art == "zu_gross"


@pytest.mark.parametrize(("more", "good"), [(0, True), (1, False)])
def test_a_file_may_be_as_large_as_the_limit(more: int, good: bool) -> None:
    data = nasty.workbook()
    limits = replace(SMALL, file_bytes=len(data) - more)
    if good:
        assert the_sheet(data, limits).cells
    else:
        assert refusal(data, limits).art == "zu_gross"


# --- independent reader and random damage ----------------------------------------------------------


def test_openpyxl_reads_the_same_cells() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    rng = Random(3)
    for row in range(1, 60):
        for column in range(1, 15):
            sheet.cell(
                row,
                column,
                rng.choice(
                    [
                        None, row * 1.5, -row, 1e-9 * row, f"Text {row} & <{column}>", True, False, "Ä\nö",
                        datetime(2020, 5, row % 28 + 1), datetime(2020, 5, 4, row % 24, 30), "#DIV/0!", "=1+1",
                    ]
                ),
            )  # fmt: skip
    buffer = io.BytesIO()
    book.save(buffer)
    theirs = openpyxl.load_workbook(io.BytesIO(buffer.getvalue()))["Sheet"]
    ours = the_sheet(buffer.getvalue()).cells
    compared = 0
    for line in theirs.iter_rows():
        for cell in line:
            mine = ours.pop((cell.row, cell.column), None)
            assert (mine is None) == (cell.value is None)
            if mine is None:
                continue
            compared += 1
            kinds = {"n": "zahl", "s": "text", "b": "wahr", "d": "zahl", "e": "fehler", "f": "leer_formel"}
            assert mine.kind == kinds[cell.data_type]
            if cell.data_type == "d":
                assert float(mine.text) == pytest.approx(to_excel(cell.value), abs=1e-9)
            elif cell.data_type == "f":
                assert mine.kind == "leer_formel" and mine.formel
            elif cell.data_type == "b":
                assert mine.text == str(int(cell.value))
            elif cell.data_type == "n":
                assert float(mine.text) == cell.value
            else:
                assert mine.text == cell.value
    assert ours == {} and compared > 500


@pytest.mark.parametrize("seed", range(40))
def test_random_damage_never_raises_anything_but_unreadable(seed: int) -> None:
    rng = Random(seed)
    good = nasty.zipped(nasty.parts(), 0) if seed % 2 else nasty.workbook()
    for _ in range(60):
        data = bytearray(good)
        for _ in range(rng.randint(1, 4)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        if rng.random() < 0.2:
            del data[rng.randrange(len(data)) :]
        try:
            book = read_workbook(bytes(data))
        except Unreadable as fault:
            assert fault.art in ARTEN
        else:
            assert isinstance(book, Workbook)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_cut_and_flipped_bytes_never_raise_anything_but_unreadable(data: st.DataObject) -> None:
    damaged = bytearray(nasty.zipped(nasty.rich_parts()))
    for _ in range(data.draw(st.integers(1, 3))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= data.draw(st.integers(1, 255))
    start = data.draw(st.integers(0, len(damaged)))
    del damaged[start : start + data.draw(st.sampled_from([0, 0, 1, 30, 10_000]))]
    try:
        assert read_workbook(bytes(damaged)).sheet_names
    except Unreadable as fault:
        assert fault.art in ARTEN


def mutated(xml: bytes, rng: Random) -> bytes:
    """The XML with one byte, attribute, value or tag that does not belong there."""
    strange = [
        b"",
        b" ",
        b"-1",
        b"0",
        b"1e999",
        b"\xc3\xa4",
        b"A1:B2",
        b"XFD1048576",
        b"9" * 5_000,
        b"&#9;",
        b"_xD83D_",
    ]
    pattern, new = rng.choice(
        [
            (rb'(?<=")[^"<>]*(?=")', rng.choice(strange)),
            (rb"(?<=>)[^<]*(?=<)", rng.choice(strange)),
            (rb' [\w:]+="[^"]*"', b""),
            (rb"<[^>]*>", rng.choice(re.findall(rb"<[^>]*>", xml))),
            (rb"(?s).", bytes([rng.randrange(256)])),
        ]
    )
    place = rng.choice(list(re.finditer(pattern, xml)))
    return xml[: place.start()] + new + xml[place.end() :]


@pytest.mark.parametrize("seed", range(20))
def test_parts_with_sound_checksums_and_strange_content_never_raise_anything_but_unreadable(seed: int) -> None:
    rng = Random(seed)
    parts: dict[str, str | bytes] = {name: part.encode() for name, part in nasty.rich_parts().items()}
    for _ in range(100):
        name = rng.choice(list(parts))
        part = parts[name]
        assert isinstance(part, bytes)
        try:
            assert read_workbook(nasty.zipped({**parts, name: mutated(part, rng)})).sheet_names
        except Unreadable as fault:
            assert fault.art in ARTEN and len(fault.gefunden) <= 200


# What Excel can hold: no lone surrogates and none of the two characters XML forbids.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), min_size=1, max_size=40)


@given(st.lists(TEXTS | st.sampled_from(["_x000D_", "a_x005F_b", "__x0041_", " ", "\r\n", "=1+1"]), min_size=1))
@settings(max_examples=60, deadline=None)
def test_any_text_written_is_the_text_read(texts: list[str]) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row, text in enumerate(texts):
            assert sheet.write_string(row, 0, text) == 0
    read = the_sheet(buffer.getvalue()).cells
    forbidden = dict.fromkeys((*range(9), 11, 12, *range(14, 32)), "\ufffd")
    assert [read[row, 1].text for row in range(1, len(texts) + 1)] == [text.translate(forbidden) for text in texts]


@given(st.integers(1, 1_048_576), st.integers(1, 16_384))
def test_an_address_and_back(row: int, col: int) -> None:
    assert parse_address(address(row, col)) == (row, col)


@pytest.mark.parametrize("text", ["", "A", "1", "A0", "a1", "AAAA1", "XFE1", "A1048577", "A1:B2", "Ä1", "A01"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_address(text)
