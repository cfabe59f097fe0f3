"""Everything of the master, read once: each part is worked out when it is asked for, and what there is without one."""

from __future__ import annotations

from datetime import date
from functools import cached_property

import pytest
from masters import bewilligungen, build, typed

from pik_xl.errors import PikError
from pik_xl.master.read.snapshot import Snapshot
from pik_xl.model import Bekanntes
from pik_xl.recht.einstellungen import Einstellungen
from pik_xl.recht.rules import shipped_rulebook

TAG = date(2020, 5, 4)
PARTS = [name for name, value in vars(Snapshot).items() if isinstance(value, cached_property)]


@pytest.fixture(scope="module")
def master() -> Snapshot:
    data = build(bewilligungen(6))
    return Snapshot.of(typed(data, ("Anträge", "Bemerkung", 1, "anrufen"), ("Stellen", "Bemerkung", 2, "prüfen")))


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_is_asked_for_again_is_the_same(part: str, master: Snapshot) -> None:
    assert getattr(master, part) is getattr(master, part)


def test_it_says_what_stands_in_the_master(master: Snapshot) -> None:
    assert list(master.bestand) == bewilligungen(6)
    assert [e.werte for e in master.antraege_eintragungen] == [{"bemerkung": "anrufen"}]
    assert [e.werte for e in master.stellen_eintragungen] == [{"bemerkung": "prüfen"}]
    assert [own["bemerkung"] for own in master.eingetragen(TAG).values()] == ["anrufen"]
    assert len(master.faelle[0]) == 6 and master.protokoll[0].was == "prüfen"


@pytest.mark.parametrize(("gesetzt", "tag"), [(date(2020, 3, 1), date(2020, 3, 1)), (None, TAG)])
def test_the_day_of_decision_is_the_one_set_else_today(gesetzt: date | None, tag: date) -> None:
    master = Snapshot()
    vars(master)["einstellungen"] = Einstellungen({"entscheidungstag": gesetzt} if gesetzt else {})
    assert master.tag(TAG) == tag


def test_without_a_master_nothing_is_set_approved_or_known() -> None:
    none = Snapshot()
    assert (none.einstellungen.entscheidungstag, none.bestand, none.rules) == (None, (), shipped_rulebook())
    assert (none.bekanntes, none.stand, none.eingetragen(TAG)) == (Bekanntes(), None, {})
    assert (none.antraege_eintragungen, none.summen, none.bezuege, none.bescheide.values) == ((), (), (), [])


def test_a_cell_that_cannot_be_used_is_said_when_its_part_is_asked_for_and_no_sooner() -> None:
    master = Snapshot.of(typed(build(bewilligungen(2)), ("Bestand", "VZÄ", 1, "halb")))
    assert master.einstellungen.entscheidungstag is None
    for _ in range(2):
        with pytest.raises(PikError, match="Der Bestand lässt sich so nicht verwenden"):
            master.bestand  # noqa: B018  # asked
