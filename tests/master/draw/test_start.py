from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache

import masters as m

from pik_xl.kinds import Formel
from pik_xl.master.draw.start import earlier_results, results
from pik_xl.master.read.snapshot import Snapshot
from pik_xl.master.read.table import open_master
from pik_xl.master.sheets.columns import Table
from pik_xl.master.sheets.specs import HAUSHALT
from pik_xl.master.update import file
from pik_xl.ooxml.workbook import Table as FoundTable

START = "xl/worksheets/sheet1.xml"
COLUMNS = ("jahr", "ansatz", "bereits", "jetzt", "rest", "auslastung")


@cache
def tables() -> dict[str, Table]:
    return {table.spec.name: table for table in m.all_tables(m.bewilligungen(20))}


@cache
def found() -> FoundTable:
    return open_master(file.build(tuple(tables().values()), m.STAND)).tables[HAUSHALT.name]


def values(name: str) -> list[object]:
    """What the column of the sheet Haushalt shows, an empty cell as 0."""
    shown = [row.get(name) for row in tables()[HAUSHALT.name].rows]
    return [value.wert if isinstance(value, Formel) else value if value is not None else 0 for value in shown]


def test_the_budget_names_columns_by_their_header_so_that_a_column_put_in_before_them_moves_nothing() -> None:
    shown = results(tables())
    for name in COLUMNS:
        header, wanted = HAUSHALT.header(name), values(name)
        assert [shown[f"INDEX(tbl_haushalt[{header}],{n})"] for n in range(1, len(wanted) + 1)] == wanted


def test_a_master_drawn_before_gets_its_values_by_the_addresses_it_has() -> None:
    shown, first = earlier_results(tables()[HAUSHALT.name], found()), found().header_row + 1
    for letter, name in zip("ABCEG", ("jahr", "ansatz", "bereits", "jetzt", "rest"), strict=True):
        wanted = values(name)
        assert [shown[f"Haushalt!{letter}{first + n}"] for n in range(len(wanted))] == wanted


def test_also_where_somebody_put_in_a_column() -> None:
    wider = replace(found(), columns=(found().columns[0], "Eigene", *found().columns[1:]))
    shown, first = earlier_results(tables()[HAUSHALT.name], wider), found().header_row + 1
    assert [shown[f"Haushalt!C{first + n}"] for n in range(len(values("ansatz")))] == values("ansatz")
    assert f"Haushalt!B{first}" not in shown


def test_a_master_drawn_before_is_brought_up_to_date_on_start() -> None:
    """The formulas of Start as an earlier version wrote them; the values they have are no longer right."""
    first, wanted = found().header_row + 1, values("ansatz")
    as_before = {f"INDEX(tbl_haushalt[Ansatz],{n})": f"Haushalt!B{first + n - 1}" for n in range(1, len(wanted) + 1)}
    old = m.rewritten(file.build(tuple(tables().values()), m.STAND), {START: lambda xml: _with(xml, as_before)})
    new = file.aktualisiert(file.MasterUpdate(Snapshot.of(old)), tuple(tables().values()))
    shown = [Decimal(str(m.formula_values(new, "Start", formula)[0])) for formula in as_before.values()]
    assert shown == wanted


def _with(xml: str, formulas: Mapping[str, str]) -> str:
    for formula, other in formulas.items():
        xml, count = re.subn(rf"<f>{re.escape(formula)}</f><v>[^<]*</v>", f"<f>{other}</f><v>-1</v>", xml)
        assert count == 1, formula
    return xml
