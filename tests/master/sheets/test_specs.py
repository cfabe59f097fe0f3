"""The tables of the master: columns can be told apart."""

from __future__ import annotations

import pytest

from pik_xl.master.sheets import specs
from pik_xl.master.sheets.columns import TableSpec
from pik_xl.master.sheets.office_specs import BESTAND
from pik_xl.register import load_register

KREISE = load_register().kreise


@pytest.mark.parametrize("spec", [specs.ANTRAEGE, specs.STELLEN, specs.KREISE, BESTAND])
def test_columns_have_names_and_headers_of_their_own(spec: TableSpec) -> None:
    assert len({c.name for c in spec.columns}) == len({c.header.casefold() for c in spec.columns}) == len(spec.columns)
    assert set(spec.key) <= {c.name for c in spec.columns}
