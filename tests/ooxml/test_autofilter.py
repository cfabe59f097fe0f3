"""Filters after an update: what is new or changed is seen as the filter says; nothing else is hidden."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from masters import (
    all_tables,
    bewilligungen,
    build,
    cell,
    column_of,
    finding,
    formula_values,
    opened,
    rewritten,
    typed,
    updated,
    vorgang,
)

from pik_xl.master.update import file
from pik_xl.master.update.closed import MasterUpdate
from pik_xl.model import Stand, Vorgang
from pik_xl.ooxml.autofilter import filters_of, passes
from pik_xl.ooxml.cell import Inhalt
from pik_xl.ooxml.edited import MasterPackage

NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def table(*columns: tuple[int, str]) -> bytes:
    """A table at B4 with a filter, as Excel writes it."""
    inner = "".join(f'<filterColumn colId="{number}">{criterion}</filterColumn>' for number, criterion in columns)
    return f'<table xmlns="{NS}" ref="B4:D9"><autoFilter ref="B4:D9">{inner}</autoFilter></table>'.encode()


def verdict(criterion: str, value: Inhalt) -> bool | None:
    return passes(filters_of(table((0, criterion))), {2: value})


def custom(*conditions: tuple[str, str], both: bool = False) -> str:
    inner = "".join(f'<customFilter operator="{operator}" val="{value}"/>' for operator, value in conditions)
    return f'<customFilters and="{int(both)}">{inner}</customFilters>'


LIST = '<filters><filter val="Rückfrage"/><filter val="08125"/></filters>'
BLANK = '<filters blank="1"/>'
JUNE = ('<filters><dateGroupItem year="2020" month="6" dateTimeGrouping="month"/>'
        '<dateGroupItem year="2019" dateTimeGrouping="year"/></filters>')  # fmt: skip


@pytest.mark.parametrize(("criterion", "value", "seen"), [
    (LIST, "Rückfrage", True),
    (LIST, "RÜCKFRAGE", True),
    (LIST, "entscheidungsreif", False),
    (LIST, "08125", True),
    (LIST, None, False),
    (LIST, "Rückfrage ", None),  # lists are said to lose space at the ends
    (LIST, "zwei\nZeilen", None),
    (LIST, "x" * 300, None),
    (LIST, Decimal(8125), None),  # depends on how the number looks
    (BLANK, None, True),
    (BLANK, "", True),
    (BLANK, "x", False),
    (BLANK, Decimal(1), False),
    (BLANK, " ", None),
    ('<filters blank="1"><filter val="x"/></filters>', None, True),
    (JUNE, date(2020, 6, 30), True),
    (JUNE, date(2020, 7, 1), False),
    (JUNE, date(2019, 1, 1), True),
    (JUNE, "nächste Woche", False),
    (JUNE, Decimal("43983.5"), None),
    ('<filters><dateGroupItem year="2020" month="6" day="1" hour="9" dateTimeGrouping="hour"/></filters>',
     date(2020, 6, 1), None),
    ('<filters><filter val="01.06.2020"/></filters>', date(2020, 6, 1), None),
])  # fmt: skip
def test_a_list_of_values_is_read_as_excel_means_it(criterion: str, value: Inhalt, seen: bool | None) -> None:
    assert verdict(criterion, value) is seen


@pytest.mark.parametrize(("criterion", "value", "seen"), [
    (custom(("equal", "Stadt *")), "stadt Ulm", True),
    (custom(("equal", "Stadt *")), "Landkreis", False),
    (custom(("equal", "*berg*")), "Heidelberg\nNeckar", True),
    (custom(("equal", "U?m")), "Ulm", True),
    (custom(("equal", "wer~?")), "wer?", True),
    (custom(("equal", "wer~?")), "wert", False),
    (custom(("notEqual", "*berg*")), "Heidelberg", False),
    (custom(("notEqual", "*berg*")), None, True),
    (custom(("notEqual", " ")), None, False),  # how Excel asks for cells that are not empty
    (custom(("notEqual", " ")), "x", True),
    (custom(("notEqual", " ")), Decimal(0), True),
    (custom(("equal", "08125")), "08125", True),
    (custom(("equal", "8125")), "08125", None),
    (custom(("equal", "0.5")), Decimal("0.50"), True),
    (custom(("equal", "0.5")), Decimal(1), False),
    (custom(("equal", "1*")), Decimal(12), None),
    (custom(("notEqual", "3")), 3, False),
    (custom(("greaterThan", "0")), 2, True),
    (custom(("greaterThan", "0")), 0, False),
    (custom(("greaterThan", "0")), None, False),
    (custom(("greaterThan", "0")), "viele", False),
    (custom(("greaterThan", "0")), "3", None),
    (custom(("greaterThan", "Mitte")), "Nord", None),
    (custom(("**none**", "1")), 1, None),  # LibreOffice writes that
    (custom(("greaterThanOrEqual", "43983")), date(2020, 6, 1), True),
    (custom(("lessThan", "43983")), date(2020, 6, 1), False),
    (custom(("greaterThan", "1"), ("lessThanOrEqual", "3"), both=True), 3, True),
    (custom(("greaterThan", "1"), ("lessThanOrEqual", "3"), both=True), 4, False),
    (custom(("equal", "A*"), ("equal", "B*")), "Baden", True),
    (custom(("equal", "A*"), ("equal", "B*")), "Calw", False),
])  # fmt: skip
def test_a_condition_is_read_as_excel_means_it(criterion: str, value: Inhalt, seen: bool | None) -> None:
    assert verdict(criterion, value) is seen


def test_days_are_numbered_by_the_calendar_of_the_workbook() -> None:
    tests = filters_of(table((0, custom(("equal", "42521")))), date1904=True)
    assert passes(tests, {2: date(2020, 6, 1)}) is True


@pytest.mark.parametrize("criterion", [
    '<colorFilter dxfId="1"/>', '<top10 val="10"/>', '<dynamicFilter type="thisMonth"/>', '<iconFilter iconId="1"/>',
])  # fmt: skip
def test_what_only_excel_can_tell_is_not_told(criterion: str) -> None:
    assert verdict(criterion, "x") is None


def test_a_row_is_hidden_for_sure_by_any_column_and_shown_for_sure_by_all() -> None:
    tests = filters_of(table((0, LIST), (2, '<colorFilter dxfId="1"/>')))
    assert passes(tests, {2: "ersetzt", 4: "x"}) is False
    assert passes(tests, {2: "Rückfrage", 4: "x"}) is None
    assert passes(filters_of(table((0, LIST), (1, BLANK))), {2: "Rückfrage"}) is None  # the other cell is not known
    assert filters_of(table()) == {} and filters_of(f'<table xmlns="{NS}" ref="A1:B2"/>'.encode()) == {}


# --- in the master ---------------------------------------------------------------------------------

BESTAND = bewilligungen(9)
CASES = [vorgang(b, n) for n, b in enumerate(BESTAND)]  # the eighth is in Rückfrage


def in_rueckfrage(case: Vorgang) -> Vorgang:
    return replace(case, stand=Stand.RUECKFRAGE, befunde=(finding(case.antrag),), decisions=(), ergebnis=None)


def filtered(data: bytes, hidden: set[int], *criteria: tuple[str, str], sheet: str = "Anträge") -> bytes:
    """The master with a filter by header and these rows of the table hidden, as Excel would save it."""
    (name,) = opened(data)[sheet].tables
    parts = MasterPackage(data).parts(sheet, name)
    assert parts
    columns = "".join(
        f'<filterColumn colId="{column_of(data, sheet, header) - 1}">{criterion}</filterColumn>'
        for header, criterion in criteria
    )
    first = cell(opened(data), sheet, criteria[0][0]).row if criteria else 6

    def with_filter(xml: str) -> str:
        before, mark, after = xml.partition("<autoFilter ref=")
        ref = after.partition("/>")[0]
        return f"{before}{mark}{ref}>{columns}</autoFilter>{after.partition('/>')[2]}"

    def with_hidden(xml: str) -> str:
        for number in hidden:
            assert f'<row r="{first + number - 1}"' in xml
            xml = xml.replace(f'<row r="{first + number - 1}"', f'<row r="{first + number - 1}" hidden="1"')
        return xml

    return rewritten(data, {parts.table: with_filter, parts.sheet: with_hidden})


def shown(data: bytes, sheet: str = "Anträge", header: str = "Stand") -> list[bool]:
    book = opened(data)
    first, dimensions = cell(book, sheet, header).row, book[sheet].row_dimensions
    last = int(next(iter(book[sheet].tables.values())).ref.partition(":")[2].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    return [not dimensions[row].hidden for row in range(first, last + 1)]


NUR_RUECKFRAGE = ("Stand", '<filters><filter val="Rückfrage"/></filters>')


def test_a_filter_holds_for_new_and_changed_rows_and_the_sums_count_what_is_seen() -> None:
    old = filtered(build(BESTAND[1:8], CASES[1:8]), {1, 2, 3, 4, 5, 6}, NUR_RUECKFRAGE)
    assert shown(old) == [False] * 6 + [True]
    # The first and the last are new, the third is now in Rückfrage, the eighth no longer.
    decided = replace(CASES[7], stand=Stand.ENTSCHIEDEN, befunde=())
    later = [in_rueckfrage(CASES[0]), CASES[1], in_rueckfrage(CASES[2]), *CASES[3:7], decided, CASES[8]]
    new = updated(old, BESTAND, later)
    assert shown(new) == [True, False, True] + [False] * 6
    assert formula_values(new, "Anträge", "SUBTOTAL(109,tbl_antraege[Stellen beantragt])") == [2]
    assert updated(new, BESTAND, later) == new


def test_an_entry_of_staff_is_looked_at_where_the_filter_asks_for_it() -> None:
    offen = ("Bearbeitet von", '<filters blank="1"><filter val="Kurz"/></filters>')
    data = typed(build(BESTAND[:4], CASES[:4]), ("Anträge", "Bearbeitet von", 2, "Lang"),
                 ("Anträge", "Bearbeitet von", 3, "Kurz"))  # fmt: skip
    old = filtered(data, {2, 3, 4}, offen)
    email = [replace(c, antrag=replace(c.antrag, email="neu@example.de")) for c in CASES[:3]]
    # Three came with another address; the fourth is as it was, so it stays as it was left.
    assert shown(updated(old, BESTAND, [*email, *CASES[3:5]])) == [True, False, True, False, True]


def test_days_of_staff_and_figures_of_ours_are_compared_as_such() -> None:
    data = typed(build(BESTAND[:3], CASES[:3]), ("Anträge", "Wiedervorlage", 1, date(2020, 6, 1)),
                 ("Anträge", "Wiedervorlage", 2, date(2020, 7, 1)))  # fmt: skip
    old = filtered(data, {3}, ("Wiedervorlage", JUNE), ("Fehler", custom(("greaterThan", "0"))))
    assert shown(updated(old, BESTAND, [*map(in_rueckfrage, CASES[:4])])) == [True, False, False, False]


def test_a_filter_that_cannot_be_told_shows_what_is_new_and_leaves_the_rest() -> None:
    old = filtered(build(BESTAND[:3], CASES[:3]), {2}, ("Stand", '<colorFilter dxfId="0"/>'))
    assert shown(updated(old, BESTAND, [in_rueckfrage(c) for c in CASES[:4]])) == [True, False, True, True]


def test_rows_hidden_by_hand_stay_hidden_where_nothing_is_filtered() -> None:
    old = filtered(build(BESTAND[:3], CASES[:3]), {2})
    assert shown(updated(old, BESTAND, [in_rueckfrage(c) for c in CASES[:4]])) == [True, False, True, True]


def test_a_filter_for_what_is_new_shows_what_is_new_this_time() -> None:
    old = filtered(build(BESTAND[:2], CASES[:2]), set())
    old = updated_and_marked(old, CASES[:3])
    old = filtered(old, {1, 2}, ("Seit dem letzten Lauf", '<filters><filter val="neu"/></filters>'))
    assert shown(updated_and_marked(old, CASES[:4])) == [False, False, False, True]


def updated_and_marked(data: bytes, cases: list[Vorgang]) -> bytes:
    """The master after a run that says what changed, as the job does it."""
    update = MasterUpdate(data)
    antraege, *others = all_tables(BESTAND, cases)
    return file.aktualisiert(update, (update.vergleich(antraege)[0], *others))


# --- LibreOffice sets the filter, and says the same after the update -------------------------------

_FILTER = """
  Dim fields({last}) As New com.sun.star.sheet.TableFilterField
  rows = form.DatabaseRanges.getByName("tbl_antraege")
  wanted = rows.getFilterDescriptor()
{fields}
  wanted.FilterFields = fields()
  wanted.ContainsHeader = True
  rows.refresh()
"""
_AGAIN = '  form.DatabaseRanges.getByName("tbl_antraege").refresh()'


def lines(data: bytes, number: int, header: str, operator: str, value: str | int) -> str:
    field = f"  fields({number})"
    line = [f"{field}.Field = {column_of(data, 'Anträge', header) - 1}",
            f"{field}.Operator = com.sun.star.sheet.FilterOperator.{operator}"]  # fmt: skip
    if isinstance(value, str):
        line += [f"{field}.IsNumeric = False", f'{field}.StringValue = "{value}"']
    else:
        line += [f"{field}.IsNumeric = True", f"{field}.NumericValue = {value}"]
    return "\n".join(line)


@pytest.mark.parametrize("conditions", [
    [("Stand", "EQUAL", "Rückfrage")],
    [("Stand", "NOT_EQUAL", "Rückfrage")],
    [("Fehler", "GREATER", 0)],
    [("Eingang", "LESS", 43862)],
    [("Bearbeitet von", "EQUAL", "Kurz")],
    [("Bearbeitet von", "NOT_EQUAL", "Kurz"), ("Stand", "EQUAL", "entscheidungsreif")],
], ids=str)  # fmt: skip
def test_libreoffice_filters_the_updated_master_to_the_same_rows(
    conditions: list[tuple[str, str, str | int]],
    tmp_path: Path,
    soffice_basic: Callable[[Path, str], Path],
) -> None:
    path = tmp_path / "PiK-Master.xlsx"
    data = typed(build(BESTAND[1:8], CASES[1:8]), ("Anträge", "Bearbeitet von", 2, "Kurz"),
                 ("Anträge", "Bearbeitet von", 3, "Lang"))  # fmt: skip
    path.write_bytes(data)
    fields = "\n".join(lines(data, n, *condition) for n, condition in enumerate(conditions))
    old = soffice_basic(path, _FILTER.format(last=len(conditions) - 1, fields=fields)).read_bytes()
    assert False in shown(old)
    decided = replace(CASES[7], stand=Stand.ENTSCHIEDEN, befunde=())
    early = replace(CASES[4], antrag=replace(CASES[4].antrag, eingang=date(2020, 1, 2)))
    later = [
        in_rueckfrage(CASES[0]),
        CASES[1],
        in_rueckfrage(CASES[2]),
        CASES[3],
        early,
        *CASES[5:7],
        decided,
        CASES[8],
    ]
    new = updated(old, BESTAND, later)
    path.write_bytes(new)
    assert shown(new) == shown(soffice_basic(path, _AGAIN).read_bytes())
    assert set(shown(new)) == {True, False}
