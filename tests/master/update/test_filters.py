"""Filters after an update: what is new or changed is seen, whatever the filter says; nothing else moves.

A filter is Excel's to apply: who wants it applied again presses that button there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
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
from samples import sampled

from pik_xl.master.read.snapshot import Snapshot
from pik_xl.master.update import file
from pik_xl.master.update.closed import MasterUpdate
from pik_xl.model import Stand
from pik_xl.ooxml.edited import MasterPackage
from pik_xl.recht.entscheidung import Vorgang

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


def test_new_and_changed_rows_are_seen_and_the_others_stay_as_the_filter_left_them() -> None:
    old = filtered(build(BESTAND[1:8], CASES[1:8]), {1, 2, 3, 4, 5, 6}, NUR_RUECKFRAGE)
    assert shown(old) == [False] * 6 + [True]
    # The first and the last are new, the third is now in Rückfrage, the eighth no longer.
    decided = replace(CASES[7], stand=Stand.ENTSCHIEDEN, befunde=())
    later = [in_rueckfrage(CASES[0]), CASES[1], in_rueckfrage(CASES[2]), *CASES[3:7], decided, CASES[8]]
    new = updated(old, BESTAND, later)
    assert shown(new) == [True, False, True, False, False, False, False, True, True]
    assert updated(new, BESTAND, later) == new


def test_sums_count_what_is_seen() -> None:
    old = filtered(build(BESTAND[:3], CASES[:3]), {1, 3}, NUR_RUECKFRAGE)
    new = updated(old, BESTAND, [*CASES[:2], in_rueckfrage(CASES[2])])
    assert shown(new) == [False, True, True]
    assert formula_values(new, "Anträge", "SUBTOTAL(109,tbl_antraege[Stellen beantragt])") == [2]


def test_every_kind_of_filter_is_one() -> None:
    for criterion in ('<colorFilter dxfId="0"/>', '<top10 val="10"/>', '<dynamicFilter type="thisMonth"/>'):
        old = filtered(build(BESTAND[:3], CASES[:3]), {2, 3}, ("Stand", criterion))
        later = [CASES[0], in_rueckfrage(CASES[1]), CASES[2]]
        assert shown(updated(old, BESTAND, later)) == [True, True, False], criterion


def test_the_filter_itself_is_kept() -> None:
    old = filtered(build(BESTAND[:2], CASES[:2]), {1, 2}, NUR_RUECKFRAGE)
    parts = MasterPackage(new := updated(old, BESTAND, CASES[:3])).parts("Anträge", "tbl_antraege")
    assert parts and NUR_RUECKFRAGE[1].encode() in MasterPackage(new).part(parts.table)


def test_rows_hidden_by_hand_stay_hidden_where_nothing_is_filtered() -> None:
    old = filtered(build(BESTAND[:3], CASES[:3]), {2})
    assert shown(updated(old, BESTAND, [in_rueckfrage(c) for c in CASES[:4]])) == [True, False, True, True]


def test_a_filter_for_what_is_new_shows_what_is_new_this_time_and_was_last_time() -> None:
    old = filtered(build(BESTAND[:2], CASES[:2]), set())
    old = updated_and_marked(old, CASES[:3])
    old = filtered(old, {1, 2}, ("Seit dem letzten Lauf", '<filters><filter val="neu"/></filters>'))
    assert shown(updated_and_marked(old, CASES[:4])) == [False, False, True, True]


def updated_and_marked(data: bytes, cases: list[Vorgang]) -> bytes:
    """The master after a run that says what changed, as the job does it."""
    update = MasterUpdate(Snapshot.of(data))
    antraege, *others = all_tables(BESTAND, cases)
    return file.aktualisiert(update, (update.vergleich(antraege)[0], *others))


# --- LibreOffice sets the filter, and applies it again after the update ----------------------------

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


@pytest.mark.parametrize("conditions", sampled([
    [("Stand", "EQUAL", "Rückfrage")],
    [("Fehler", "GREATER", 0)],
    [("Bearbeitet von", "NOT_EQUAL", "Kurz"), ("Stand", "EQUAL", "entscheidungsreif")],
], quick=[2]), ids=str)  # fmt: skip
def test_nothing_that_libreoffice_would_show_is_hidden(
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
    again = shown(soffice_basic(path, _AGAIN).read_bytes())
    assert [seen for seen, wanted in zip(shown(new), again, strict=True) if wanted and not seen] == []
