"""New rows in a worksheet: what moves with its row, what grows with the table, what stays."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest
from lxml import etree

from pik_xl.kinds import Formel, Value
from pik_xl.ooxml.area import Area
from pik_xl.ooxml.patch_notes import patch_notes, patch_vml
from pik_xl.ooxml.patch_sheet import Columns, NewRow, patch_results, patch_sheet
from pik_xl.ooxml.patch_table import patch_table
from pik_xl.ooxml.xml import MAIN

NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
# Header in row 4, data in rows 5 to 7: the second row moves to the top, the first one goes, a new one comes last.
AREA = Area(4, 7, 7, (6, 7, None))


@pytest.mark.parametrize(("before", "after"), [
    ("A5:A7", "A5:A7"),  # the whole table
    ("A4:C7", "A4:C7"),
    ("B5:B1048576", "B5:B1048576"),
    ("A:A", "A:A"),
    ("A1:C3", "A1:C3"),  # above
    ("C6", "C5"),
    ("C5", ""),  # gone
    ("C6:D7", "C5:D6"),
    ("C5:D6", "C5:D5"),  # half of it gone
    ("B6 B7", "B5 B6"),
    ("B9", "B9"),  # below
])  # fmt: skip
def test_ranges_follow_their_rows(before: str, after: str) -> None:
    assert AREA.ranges(before) == after


@pytest.mark.parametrize(("count", "after"), [(0, "A5"), (1, "A5"), (2, "A5:A6"), (9, "A5:A13")])
def test_what_covered_the_whole_table_covers_it_again(count: int, after: str) -> None:
    assert Area(4, 7, 7, (None,) * count).ranges("A5:A7") == after


def test_rows_apart_leave_ranges_apart() -> None:
    assert Area(4, 8, 8, (7, None, 6)).ranges("C6:C7") == "C5 C7"


def test_a_row_of_totals_moves_down_with_the_last_row() -> None:
    grown = Area(4, 7, 7, (5, 6, 7, None), total=True)
    assert (grown.row(8), grown.row(9), grown.ranges("A8")) == (9, 10, "A9")


def test_what_stands_below_the_table_moves_with_its_end_and_never_past_the_end_of_the_sheet() -> None:
    grown, shrunk = Area(4, 7, 7, (5, 6, 7, None, None)), Area(4, 7, 7, (5,))
    assert (grown.row(8), grown.ranges("B9"), shrunk.row(8), shrunk.ranges("B9")) == (10, "B11", 6, "B7")
    assert (grown.row(1_048_574), grown.row(1_048_575)) == (1_048_576, None)


def sheet(rows: str, tail: str = "", prefix: str = "") -> bytes:
    p = f"{prefix}:" if prefix else ""
    xml = f'<worksheet xmlns{":" + prefix if prefix else ""}="{NS}"><dimension ref="A1:C7"/><sheetData>{rows}'
    xml += f"</sheetData>{tail}</worksheet>"
    return re.sub(r"<(/?)(\w)", rf"<\1{p}\2", xml).encode() if prefix else xml.encode()


def rows(*cells: str) -> str:
    return '<row r="4"><c r="A4" t="str"><v>Kopf</v></c></row>' + "".join(
        f'<row r="{n}" ht="30" customHeight="1">{c}</row>' for n, c in enumerate(cells, 5)
    )


def patched(xml: bytes, new: list[NewRow], results: Mapping[str, Value] | None = None) -> str:
    columns = Columns(frozenset({1}), {3: "tbl[[#This Row],[X]]*2"} if b"tbl" in xml else {})
    area = Area(4, 7, 7, [row.source for row in new])
    return patch_sheet(xml, area, new, columns, (results or {}).get, {}).decode()


def test_a_cell_of_theirs_moves_as_it_is_and_keeps_style_and_height() -> None:
    rich = '<c r="B6" s="9" t="s"><v>17</v></c>'
    xml = sheet(rows('<c r="A5" s="1"/>', f'<c r="A6" s="2"><v>1</v></c>{rich}', '<c r="A7" s="1"/>'))
    text = patched(xml, [NewRow(6, {1: "neu"}), NewRow(None, {1: Decimal("1.50")})])
    assert '<row r="5" ht="30" customHeight="1"><c r="A5" s="2" t="inlineStr">' in text
    assert '<c r="B5" s="9" t="s"><v>17</v></c>' in text
    assert '<c r="A6" s="1"><v>1.50</v></c>' in text  # a new row looks like most


def test_a_colour_in_one_row_does_not_spread_over_its_column() -> None:
    xml = sheet(rows('<c r="B5" s="9"/>', "", ""))
    text = patched(xml, [NewRow(5, {}), NewRow(6, {}), NewRow(None, {})])
    assert re.findall(r'<c r="B\d+"[^>]*>', text) == ['<c r="B5" s="9"/>']


def test_a_new_row_looks_like_most_rows_also_where_people_gave_a_whole_column_a_look() -> None:
    xml = sheet(rows('<c r="B5" s="9"/>', '<c r="B6" s="9"/>', ""))
    text = patched(xml, [NewRow(5, {}), NewRow(6, {}), NewRow(7, {}), NewRow(None, {})])
    assert re.findall(r'<c r="(B\d+)" s="9"/>', text) == ["B5", "B6", "B8"]


def test_formulas_of_theirs_speak_of_the_row_they_are_in_now() -> None:
    xml = sheet(rows("", '<c r="B6"><f>A6*$C$1+Summe</f><v>1</v></c>', ""))
    assert "<f>A5*$C$1+Summe</f>" in patched(xml, [NewRow(6, {})])


def test_a_formula_shared_by_many_cells_is_written_out_where_they_part() -> None:
    first = '<c r="B5"><f t="shared" ref="B5:B7" si="0">A5*2</f><v>1</v></c>'
    others = [f'<c r="B{n}"><f t="shared" si="0"/><v>1</v></c>' for n in (6, 7)]
    text = patched(sheet(rows(first, *others)), [NewRow(7, {}), NewRow(5, {}), NewRow(6, {})])
    assert re.findall(r"<f>(.*?)</f>", text) == ["A5*2", "A6*2", "A7*2"]
    assert "shared" not in text


def test_a_column_with_a_formula_of_theirs_has_it_in_new_rows_too() -> None:
    xml = sheet(rows('<c r="C5" s="4"><f>tbl[[#This Row],[X]]*2</f><v>2</v></c>', "", ""))
    assert '<c r="C6" s="4"><f>tbl[[#This Row],[X]]*2</f></c>' in patched(xml, [NewRow(5, {}), NewRow(None, {})])


@pytest.mark.parametrize(("value", "cell"), [
    ("=1+1", '<c r="A5" t="inlineStr"><is><t>=1+1</t></is></c>'),
    ("a<b & c", '<c r="A5" t="inlineStr"><is><t>a&lt;b &amp; c</t></is></c>'),
    ("_x0041_\x07", '<c r="A5" t="inlineStr"><is><t>_x005F_x0041_\ufffd</t></is></c>'),
    (" a", '<c r="A5" t="inlineStr"><is><t xml:space="preserve"> a</t></is></c>'),
    ("a\nb", '<c r="A5" t="inlineStr"><is><t xml:space="preserve">a\nb</t></is></c>'),
    (Decimal("1E+2"), '<c r="A5"><v>100</v></c>'),
    (True, '<c r="A5" t="inlineStr"><is><t>ja</t></is></c>'),
    (date(2020, 3, 1), '<c r="A5"><v>43891</v></c>'),
    (Formel("A1&B1", "<x>"), '<c r="A5" t="str"><f>A1&amp;B1</f><v>&lt;x&gt;</v></c>'),
    (Formel("A1", 3), '<c r="A5"><f>A1</f><v>3</v></c>'),
    (None, '<c r="A5"/>'),
])  # fmt: skip
def test_values_are_written_as_what_they_are_and_text_never_as_a_formula(value: Value | Formel, cell: str) -> None:
    assert cell in patched(sheet(rows("", "", "")), [NewRow(None, {1: value})])


def test_a_sheet_written_with_prefixes_is_patched_like_any_other() -> None:
    text = patched(sheet(rows('<c r="A5"/>', '<c r="B6"><v>7</v></c>', ""), prefix="x"), [NewRow(6, {1: "neu"})])
    root = etree.fromstring(text.encode())
    assert [c.get("r") for c in root.iter(f"{MAIN}c")] == ["A4", "A5", "B5"]


def test_links_and_merged_cells_go_with_their_row_or_with_its_end() -> None:
    tail = '<mergeCells count="2"><mergeCell ref="B5:C5"/><mergeCell ref="B6:C6"/></mergeCells>'
    tail += '<hyperlinks><hyperlink ref="B5" location="x"/></hyperlinks>'
    text = patched(sheet(rows("", "", ""), tail), [NewRow(6, {})])
    assert '<mergeCells count="1"><mergeCell ref="B5:C5"/></mergeCells>' in text
    assert "hyperlink" not in text


def test_results_are_refreshed_by_the_text_of_the_formula_and_equal_ones_leave_every_byte() -> None:
    xml = sheet('<row r="1"><c r="A1" t="str"><f>X</f><v>alt</v></c><c r="B1"><f>Y</f><v>1</v></c></row>')
    assert b'<c r="A1" t="str"><f>X</f><v>neu</v></c><c r="B1"><f>Y</f><v>1</v></c>' in patch_results(
        xml, {"X": "neu"}.get
    )
    assert patch_results(xml, {"X": "alt", "Y": 1}.get) is xml


TABLE = (f'<table xmlns="{NS}" id="1" name="t" displayName="t" ref="A4:B7"><autoFilter ref="A4:B7"><filterColumn '
         'colId="0"><filters><filter val="x"/></filters></filterColumn></autoFilter><tableColumns count="2">'
         '<tableColumn id="1" name="A"/><tableColumn id="5" name="B"/></tableColumns></table>').encode()  # fmt: skip


def test_the_table_grows_with_its_filter_and_takes_new_columns_at_the_right() -> None:
    text = patch_table(TABLE, Area(4, 7, 7, (None,) * 9), ["C"]).decode()
    assert 'ref="A4:C13"' in text and '<autoFilter ref="A4:C13"><filterColumn colId="0">' in text
    assert '<tableColumns count="3">' in text and '<tableColumn id="6" name="C"/>' in text


def test_a_table_of_the_same_size_keeps_every_byte() -> None:
    assert patch_table(TABLE, AREA, []) is TABLE


@pytest.mark.parametrize(("id", "numbers"), [("", "1 5 6"), ("x", "1 5 6"), ("1", "1 5 6"), ("0", "1 5 6")])
def test_a_column_without_a_number_of_its_own_gets_one(id: str, numbers: str) -> None:
    table = TABLE.replace(b'<tableColumn id="5" name="B"/>', b'<tableColumn id="5" name="B"/><tableColumn name="D"/>')
    table = table.replace(b'<tableColumn name="D"/>', f'<tableColumn id="{id}" name="D"/>'.encode())
    text = patch_table(table, Area(4, 7, 7, (None,) * 9), []).decode()
    assert re.findall(r'<tableColumn id="(\d+)"', text) == numbers.split()


@pytest.mark.parametrize("kind", ["comment", "threadedComment"])
def test_notes_and_threads_go_with_their_cell_and_those_of_gone_rows_are_handed_out(kind: str) -> None:
    xml = f"<r><{kind} ref='B5'><text>weg</text></{kind}><{kind} ref='B6'><text>da</text></{kind}></r>".encode()
    new, gone = patch_notes(xml, AREA)
    assert gone == {(5, 2): "weg"} and b'ref="B5"' in new and b"weg" not in new
    assert patch_notes(xml, Area(4, 7, 7, (5, 6, 7))) == (xml, {})


def test_all_that_was_said_in_a_thread_is_handed_out() -> None:
    replies = "".join(f"<threadedComment ref='B5'><text>{text}</text></threadedComment>" for text in ("Wer?", "Ich"))
    _, gone = patch_notes(f"<r>{replies}</r>".encode(), AREA)
    assert gone == {(5, 2): "Wer?\nIch"}


def test_the_box_of_a_note_stands_beside_its_cell_and_a_button_stays() -> None:
    note = ('<v:shape id="n"><x:ClientData ObjectType="Note"><x:Anchor>2, 15, 4, 10, 4, 31, 8, 9</x:Anchor>'
            "<x:Row>5</x:Row><x:Column>1</x:Column></x:ClientData></v:shape>")  # fmt: skip
    button = note.replace("Note", "Button")
    new = patch_vml((note + button + note.replace("<x:Row>5", "<x:Row>4")).encode(), AREA).decode()
    assert new == note.replace("4, 10, 4, 31, 8, 9", "3, 10, 4, 31, 7, 9").replace("<x:Row>5", "<x:Row>4") + button
