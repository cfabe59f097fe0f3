"""Fingerprints: equal for what is the same, in the one canonical form and in those that are stored.

What each place has stored is held by the golden values of the tests on stored checksums; here stands what they mean.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from zlib import crc32

import pytest

from pik_xl.fingerprint import (
    EARLIER_LENGTH,
    LENGTH,
    canonical,
    entries_fingerprint,
    fingerprint,
    letter_fingerprint,
    row_fingerprint,
    rules_fingerprint,
)
from pik_xl.kinds import Formel
from pik_xl.model import Art

TAG = date(2020, 5, 4)


@pytest.mark.parametrize(
    ("value", "same"),
    [
        (Decimal("0.50"), "0.5"), (Decimal("1E+2"), 100), (0, Decimal("0.00")), (TAG, "2020-05-04"), (None, ""),
        ("  Bad   Wimpfen ", "Bad Wimpfen"), ("Mu\N{COMBINING DIAERESIS}ller", "Müller"), (Art.STADT, "Stadt"),
        ("Zeile 1\nZeile 2", "Zeile 1 Zeile 2"), (True, 1),
    ],
)  # fmt: skip
def test_what_is_the_same_has_the_same_fingerprint(value: object, same: object) -> None:
    assert canonical(value) == canonical(same)
    assert fingerprint([value, "x"]) == fingerprint([same, "x"])


@pytest.mark.parametrize(
    ("one", "other"),
    [(["a", "b"], ["b", "a"]), (["a", "b"], ["ab"]), (["a", "b"], ["a\x1fb"]), (["a", ""], ["a"]), (["0.5"], ["0,5"])],
)
def test_what_is_not_has_another(one: list[object], other: list[object]) -> None:
    assert fingerprint(one) != fingerprint(other)


def test_a_fingerprint_is_as_long_as_asked_for_and_the_shorter_begins_the_longer() -> None:
    assert fingerprint(["a"], 64) == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    assert fingerprint(["a"]) == fingerprint(["a"], 64)[:16]


def test_a_row_is_known_by_the_values_of_its_columns() -> None:
    row = [("ags", "08125"), ("leer", None), ("summe", Decimal("64000.00")), ("stand", Formel("1+1", 2)), ("tag", TAG)]
    assert row_fingerprint(row) == row_fingerprint([("ags", "08125"), ("summe", 64000), ("tag", 43955)])
    assert row_fingerprint(row) == f"{crc32(b'ags=08125' + b'%csumme=64000%ctag=43955' % (10, 10)):08x}"
    assert row_fingerprint([]) == "00000000"


def test_a_long_text_counts_as_far_as_a_cell_surely_holds_it() -> None:
    text = "x" * LENGTH
    assert row_fingerprint([("text", text)]) == row_fingerprint([("text", text + "y")])
    assert row_fingerprint([("text", text)]) != row_fingerprint([("text", text[:-1])])
    assert row_fingerprint([("text", text)], EARLIER_LENGTH) == row_fingerprint([("text", text[:EARLIER_LENGTH])])


def test_the_entries_of_an_application_are_known_whatever_their_order() -> None:
    assert entries_fingerprint([{"a": "1", "b": "2", "leer": ""}]) == entries_fingerprint([{"b": "2", "a": "1"}])
    assert entries_fingerprint([{"a": "1"}, {"b": "2"}]) != entries_fingerprint([{"a": "1", "b": "2"}])


def test_what_a_letter_says_is_known_whatever_the_order_of_its_fields() -> None:
    assert letter_fingerprint({"a": TAG, "b": [1]}) == letter_fingerprint({"b": [1], "a": "2020-05-04"})
    assert letter_fingerprint([1, 2]) != letter_fingerprint([2, 1])


def test_rules_are_known_by_their_steps_in_any_order() -> None:
    one, other = (("r", "Regel", "Monate", TAG, TAG, months, "Quelle", "seed", "", "", "") for months in (24, 36))
    assert rules_fingerprint([one, other]) == rules_fingerprint([other, one]) != rules_fingerprint([one])
