"""Fingerprints: a few characters by which values are known again in a form, in the master or on record.

`fingerprint` is the one for whatever is new; forms carry it, too. The others stand in masters and manifests of every
office and are recognised by the form they were made with: not a character of what they make may change, whatever
becomes of the code around them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from zlib import crc32

from pik_xl.kinds import Formel, Value
from pik_xl.values import clean, day_number


def fingerprint(values: Iterable[object], length: int = 16) -> str:
    """What stands for these values in their order; the same before they are written and after they were read.

    >>> fingerprint([Decimal("0.50"), date(2020, 5, 4), " ja"]) == fingerprint(["0.5", "2020-05-04", "ja"])
    True
    """
    return sha256("\x1f".join(map(canonical, values)).encode("utf-8", "replace")).hexdigest()[:length]


def canonical(value: object) -> str:
    """The value as a text that is the same however it is written or stored.

    >>> canonical(Decimal("64000.00")), canonical(date(2020, 5, 4)), canonical(" Bad  Wimpfen "), canonical(None)
    ('64000', '2020-05-04', 'Bad Wimpfen', '')
    """
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | Decimal):
        return f"{Decimal(value).normalize():f}"
    return clean(str(value))


# --- rows of the master: hidden columns Siegel and Entscheidung ------------------------------------

LENGTH = 16_000  # characters of a text; what is longer may be cut by the cell
EARLIER_LENGTH = 1_000  # so many an earlier version looked at
_PLACES = Decimal("0.000001")  # numbers in workbooks are binary
_INVISIBLE = re.compile("[\x00-\x1f\ufffd]")


def row_fingerprint(values: Iterable[tuple[str, Value | Formel]], length: int = LENGTH) -> str:
    """Eight characters that stand for these values by name; the same before they are written and after.

    Empty ones and formulas do not count.
    """
    return f"{crc32(chr(10).join(_named(values, length)).encode('utf-8', 'replace')):08x}"


def _named(values: Iterable[tuple[str, Value | Formel]], length: int) -> Iterator[str]:
    for name, value in values:
        if value is None or value == "" or isinstance(value, Formel):
            continue
        if isinstance(value, str):
            yield f"{name}={_INVISIBLE.sub('', value[:length])}"
        else:
            yield f"{name}={_plain(Decimal(day_number(value) if isinstance(value, date) else value))}"


def _plain(number: Decimal) -> str:
    try:
        return f"{number.quantize(_PLACES).normalize():f}"
    except InvalidOperation:  # larger than any amount, as 1E+30 in a cell
        return f"{number:f}"


# --- applications: hidden column Inhalt of the sheet Anträge ---------------------------------------


def entries_fingerprint(entries: Iterable[Mapping[str, str]]) -> str:
    """Sixteen characters for what was entered in an application: the texts by name, of the head and of each post."""
    lines = ["|".join(f"{name}={texts[name]}" for name in sorted(texts) if texts[name]) for texts in entries]
    return sha256("\n".join(lines).encode()).hexdigest()[:16]


# --- letters: `inhalt` and `entscheidung` in manifest.json and on the sheet Bescheide --------------


def letter_fingerprint(said: object) -> str:
    """What stands for all that a letter says, or for what it decides; the order of keys does not count."""
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, default=str)
    return sha256(text.encode("utf-8", "replace")).hexdigest()


# --- the rulebook: sheets Regelwerk, Protokoll and Befunde, manifest.json --------------------------

_STEP = ("rule", "name", "unit", "since", "bekannt", "value", "source", "basis", "url", "note", "urheber")


def rules_fingerprint(steps: Iterable[Sequence[object]]) -> str:
    """Twelve characters for the steps of all rules, each given by what `_STEP` names in its order."""
    lines = sorted(f"Step({', '.join(f'{n}={v!r}' for n, v in zip(_STEP, step, strict=True))})" for step in steps)
    return sha256("\n".join(lines).encode()).hexdigest()[:12]
