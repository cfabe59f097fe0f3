"""What the filter of a table asks of its rows, as far as that can be told without the program that set it.

A verdict is yes, no, or None where it cannot be told: colours, top ten and moving dates, how a number looks, the order
of words. Texts are compared without case, as Excel does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import lru_cache, partial
from operator import eq, ge, gt, le, lt
from typing import Any

from lxml import etree

from pik_xl.ooxml.address import parse_address
from pik_xl.ooxml.cell import Inhalt, day_number
from pik_xl.ooxml.xml import MAIN, PARSER

Verdict = bool | None
Test = Callable[[Inhalt], Verdict]

_NUMBER = re.compile(r"[-+]?\d+(\.\d*)?([eE][-+]?\d+)?\Z")
_ORDER = {"equal": eq, "greaterThan": gt, "greaterThanOrEqual": ge, "lessThan": lt, "lessThanOrEqual": le}
_WILD = re.compile(r"~[~*?]|[*?]")
_LONGEST = 255  # characters of a text that a filter keeps


def filters_of(table: bytes, date1904: bool = False) -> dict[int, Test]:
    """The tests of the filter that is set, by number of the column; empty where all rows are to be seen."""
    root: Any = etree.fromstring(table, PARSER)
    _, left = parse_address(root.get("ref").partition(":")[0])
    columns = root.iterfind(f"{MAIN}autoFilter/{MAIN}filterColumn")
    return {_number_of(column, left): _test(column[0], date1904) for column in columns if len(column)}


def _number_of(column: Any, left: int) -> int:
    """The column of the sheet a filter stands in; 0, in which nothing is known, where a damaged file does not say."""
    offset = column.get("colId", "")
    return left + int(offset) if offset.isascii() and offset.isdigit() else 0


def passes(tests: Mapping[int, Test], cells: Mapping[int, Inhalt]) -> Verdict:
    """Whether a row with these cells is to be seen; a column whose content is not known is left out of them."""
    return _all(test(cells[column]) if column in cells else None for column, test in tests.items())


def _test(criterion: Any, date1904: bool) -> Test:
    if criterion.tag == MAIN + "filters":
        texts = frozenset(f.get("val", "").lower() for f in criterion.iterfind(MAIN + "filter"))
        days = tuple(_day(item) for item in criterion.iterfind(MAIN + "dateGroupItem"))
        return partial(_listed, texts, days, criterion.get("blank") in ("1", "true"))
    if criterion.tag == MAIN + "customFilters":
        wanted = [(c.get("operator", "equal"), c.get("val", "")) for c in criterion.iterfind(MAIN + "customFilter")]
        together = _all if criterion.get("and") in ("1", "true") else _any
        return lambda value: together(_compared(*pair, value, date1904) for pair in wanted)
    return lambda value: None


def _all(verdicts: Iterable[Verdict]) -> Verdict:
    found = set(verdicts)
    return False if False in found else None if None in found else True


def _any(verdicts: Iterable[Verdict]) -> Verdict:
    return _not(_all(map(_not, verdicts)))


def _not(verdict: Verdict) -> Verdict:
    return None if verdict is None else not verdict


# --- a list of values ------------------------------------------------------------------------------


def _day(item: Any) -> tuple[int, ...] | None:
    """Year, year and month, or the day; None for times of the day."""
    parts = {"year": 1, "month": 2, "day": 3}.get(item.get("dateTimeGrouping", ""), 0)
    texts = [item.get(part, "") for part in ("year", "month", "day")[:parts]]
    return tuple(map(int, texts)) or None if all(t.isascii() and t.isdigit() for t in texts) else None


def _listed(texts: frozenset[str], days: tuple[tuple[int, ...] | None, ...], blank: bool, value: Inhalt) -> Verdict:
    if value is None or value == "":
        return blank or "" in texts
    if isinstance(value, str):
        return value.lower() in texts or (False if _plain(value, texts) else None)
    if isinstance(value, date) and any(d and (value.year, value.month, value.day)[: len(d)] == d for d in days):
        return True
    told = not texts and (None not in days if isinstance(value, date) else not days)
    return False if told else None


def _plain(value: str, texts: frozenset[str]) -> bool:
    """Whether a text that is not in the list is surely another: lists may lose space, breaks and what is too long."""
    bare = value.strip().lower()
    return 0 < len(bare) == len(value) <= _LONGEST and value.isprintable() and bare not in map(str.strip, texts)


# --- conditions ------------------------------------------------------------------------------------


def _compared(operator: str, wanted: str, value: Inhalt, date1904: bool) -> Verdict:
    if operator == "notEqual":
        return _not(_compared("equal", wanted, value, date1904))
    empty, number = value is None or value == "", _number(wanted)
    if not wanted.strip():  # how a filter asks for cells with nothing in them
        return None if operator != "equal" or (isinstance(value, str) and value.isspace()) else empty
    if isinstance(value, str) and not empty:
        return _text_compared(operator, wanted, value)
    if operator == "equal" and empty:
        return False
    if number is None or operator not in _ORDER:
        return None
    if value is None or isinstance(value, str):
        return False
    there = day_number(value, date1904) if isinstance(value, date) else value
    return bool(_ORDER[operator](float(there), number))


def _text_compared(operator: str, wanted: str, value: str) -> Verdict:
    """Texts are like a pattern or not; none is more or less than a number, and their order is a matter of language."""
    if operator == "equal" and _pattern(wanted).fullmatch(value):
        return True
    number = _number(wanted)
    if number is not None and _number(value) is not None:
        return None
    return False if operator == "equal" or number is not None else None


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.match(text) else None


@lru_cache(maxsize=100)
def _pattern(wanted: str) -> re.Pattern[str]:
    """The text with its jokers: * for any characters, ? for one, both as they are after ~."""
    parts, end = [], 0
    for joker in _WILD.finditer(wanted):
        parts += [re.escape(wanted[end : joker.start()]), {"*": ".*", "?": "."}.get(joker[0]) or re.escape(joker[0][1])]
        end = joker.end()
    return re.compile("".join((*parts, re.escape(wanted[end:]))), re.I | re.S)
