"""The columns for the EUR of budget years: always the same ones, and more where a decision or a master has others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pik_xl.kinds import Kind
from pik_xl.master.sheets.columns import Column, TableSpec

BETRAG = "betrag_"  # and the budget year: the name of such a column
_KOPF = "Betrag "  # and the budget year: its header
_JAHR = re.compile(rf"{_KOPF}(\d{{4}})")


def betrag(jahr: int) -> str:
    """The name of the column with the EUR of a budget year.

    >>> betrag(2021)
    'betrag_2021'
    """
    return f"{BETRAG}{jahr}"


def betrag_columns(jahre: Iterable[int]) -> tuple[Column, ...]:
    """A column for each of these budget years."""
    return tuple(Column(betrag(j), f"{_KOPF}{j}", Kind.EURO, 14, summe=True) for j in jahre)


def jahre_in(headers: Iterable[str]) -> Iterator[int]:
    """The budget years whose columns stand under these headers.

    >>> list(jahre_in(["VZÄ", "Betrag 2021", "Betrag 2022", "Summe"]))
    [2021, 2022]
    """
    return (int(found[1]) for header in headers if (found := _JAHR.fullmatch(header)))


def mit_jahren(spec: TableSpec, jahre: Iterable[int]) -> TableSpec:
    """The table with columns for these budget years too, in their order; one without such columns gets none."""
    da = {int(c.name.removeprefix(BETRAG)) for c in spec.columns if c.name.startswith(BETRAG)}
    weitere = set(jahre) - da
    if not da or not weitere:
        return spec
    first = spec.at(betrag(min(da)))
    others = [c for c in spec.columns if not c.name.startswith(BETRAG)]
    columns = (*others[:first], *betrag_columns(sorted(da | weitere)), *others[first:])
    return replace(spec, columns=columns, druck=spec.druck + len(weitere) if spec.druck > first else spec.druck)
