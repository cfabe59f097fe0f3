"""The picture of the house is that of the imports, and its arrows go down."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from test_layers import ORDER

import pik_xl
from pik_xl.build.imports import between_rooms
from pik_xl.build.rooms import PLAN, arrows, rooms_svg

PICTURE = Path(pik_xl.__file__).parents[1] / "docs" / "bilder" / "rooms.svg"


def test_the_picture_is_that_of_the_imports_of_today() -> None:
    assert PICTURE.read_text(encoding="utf-8") == rooms_svg(), "make build"


def test_it_has_a_box_for_every_room_in_their_order() -> None:
    assert tuple(PLAN) == ORDER


def test_an_arrow_leads_from_a_room_to_one_on_a_lower_floor() -> None:
    assert [(a, b) for a, b in arrows(between_rooms()) if PLAN[a].floor <= PLAN[b].floor] == []


def test_no_two_rooms_stand_in_one_place() -> None:
    taken = [(place.floor, place.column + n) for place in PLAN.values() for n in range(place.wide)]
    assert len(taken) == len(set(taken))


def test_an_arrow_that_two_others_imply_is_not_drawn() -> None:
    imports = {"a": {"b", "c"}, "b": {"c"}, "c": set[str]()}
    assert arrows(imports) == [("a", "b"), ("b", "c")]
    assert arrows({"a": {"b", "c"}, "b": set(), "c": set()}) == [("a", "b"), ("a", "c")]


def test_every_arrow_is_in_the_picture() -> None:
    paths = ElementTree.fromstring(rooms_svg()).findall("{http://www.w3.org/2000/svg}path")
    assert len(paths) == len(arrows(between_rooms()))
