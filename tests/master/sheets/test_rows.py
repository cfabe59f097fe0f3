"""Rows are recognised by their keys."""

from __future__ import annotations

from pik_xl.kinds import Row
from pik_xl.master.sheets import specs
from pik_xl.master.sheets.rows import row_keys


def test_rows_that_share_a_key_are_told_apart() -> None:
    spec = specs.STELLEN
    rows: list[Row] = [
        {"stelle": "1", "ags": "08111"},
        {"stelle": "1", "ags": "08111"},
        {"stelle": "1", "ags": "08115"},
    ]
    assert row_keys(spec, rows) == ["1 | 08111", "1 | 08111 #2", "1 | 08115"]
