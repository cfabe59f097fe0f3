"""Draws `docs/bilder/rooms.svg`: the house with its rooms, and an arrow from each room to those it stands on.

Where a room stands in the picture is decided here; the arrows come from the imports.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

from pik_xl.build.imports import GROUND, between_rooms


class Box(NamedTuple):
    """Where a room stands: its column from the left, its floor from the ground, how many columns wide; what it is."""

    column: float
    floor: int
    caption: str
    colour: str
    wide: int = 1


_STONE, _LAW, _IN, _BOOK, _OUT, _WIRES, _DOOR = (
    "#E7E5E0", "#DCE8E0", "#DDE6F1", "#F3E7CF", "#F1DFDA", "#E4DFEE", "#FFFFFF",
)  # fmt: skip
# In the order of `tests/test_layers.py`: a room imports only what stands before it.
PLAN = {
    GROUND: Box(0, 0, "nouns · values · kinds · register · work folder", _STONE, 4),
    "files": Box(3, 1, "whole or not there; one run", _STONE),
    "ooxml": Box(2, 1, "Office files as such", _STONE),
    "recht": Box(0, 1, "rulebook, amounts, cases", _LAW),
    "formular": Box(1, 2, "the form that goes out", _IN),
    "eingang": Box(1, 3, "what comes in, read", _IN),
    "checks": Box(0, 4, "what is wrong with it", _IN),
    "master": Box(2, 2, "sheets · draw · read · update", _BOOK),
    "vorlagen": Box(3, 2, "Word templates", _OUT),
    "schreiben": Box(1, 5, "letters of a run, on record", _OUT, 2),
    "versand": Box(1, 6, "PDF, printer, e-mail", _OUT),
    "kreise": Box(2, 6, "what a Kreis is shown", _OUT),
    "jobs": Box(0, 7, "what a button or command does: wires the rooms together", _WIRES, 4),
    "demo": Box(1, 8, "the invented state", _STONE),
    "build": Box(0, 8, "makes what ships", _STONE),
    "excel": Box(2, 8, "the open master", _DOOR),
    "leitstand": Box(2, 9, "the buttons in a window", _DOOR),
    "cli": Box(1, 10, "the command line", _DOOR),
    "buttons": Box(3, 9, "what the macros call", _DOOR),
    "udfs": Box(3, 8, "functions for a cell", _DOOR),
    "__main__": Box(1, 11, "the command pik-xl", _DOOR),
}

_WIDTH, _HEIGHT, _GAP, _RISE, _EDGE = 196, 54, 28, 50, 36
_TITLE = 74
_INSET, _APART = 24, 34  # of arrows: from the edge of a wide room, from one to the next
_FONT = "font-family=\"'Segoe UI', 'Helvetica Neue', Helvetica, Arial, sans-serif\""
_LINE, _INK, _SOFT = "#8A8F98", "#23272E", "#6A707A"


def rooms_svg() -> str:
    """The picture as it is kept in `docs/bilder`."""
    columns = max(place.column + place.wide for place in PLAN.values())
    floors = 1 + max(place.floor for place in PLAN.values())
    width = 2 * _EDGE + columns * _WIDTH + (columns - 1) * _GAP
    height = _TITLE + floors * _HEIGHT + (floors - 1) * _RISE + _EDGE
    title = "pik_xl: what each room stands on"
    note = (
        "An arrow: imports from. Where a longer way leads there too, it is left out. Numbers: the order of the rooms."
    )
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height}" width="{width:g}" height="{height}" '
        f'role="img" aria-label="{title}" {_FONT}>',
        f'<rect width="{width:g}" height="{height}" rx="14" fill="#FBFAF7"/>',
        f'<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0.8 L7.4 4 L0 7.2 Z" fill="{_LINE}"/></marker></defs>',
        f'<text x="{_EDGE}" y="38" font-size="19" font-weight="600" fill="{_INK}">{title}</text>',
        f'<text x="{_EDGE}" y="58" font-size="12" fill="{_SOFT}">{note}</text>',
        *_arrows(),
        *(_room(number, name, place) for number, (name, place) in enumerate(PLAN.items())),
        "</svg>",
        "",
    ])  # fmt: skip


def arrows(imports: Mapping[str, set[str]]) -> list[tuple[str, str]]:
    """The arrows to draw: those that no longer way implies.

    >>> arrows({"cli": {"jobs", "recht"}, "jobs": {"recht"}, "recht": set()})
    [('cli', 'jobs'), ('jobs', 'recht')]
    """

    def below(room: str) -> set[str]:
        return {there for other in imports[room] for there in (other, *below(other))}

    return [
        (room, other)
        for room, others in imports.items()
        for other in sorted(others)
        if not any(other in below(between) for between in others)
    ]


def _left(place: Box) -> float:
    return _EDGE + place.column * (_WIDTH + _GAP)


def _width(place: Box) -> float:
    return place.wide * _WIDTH + (place.wide - 1) * _GAP


def _top(place: Box) -> float:
    highest = max(other.floor for other in PLAN.values())
    return _TITLE + (highest - place.floor) * (_HEIGHT + _RISE)


def _room(number: int, name: str, place: Box) -> str:
    left, top, width = _left(place), _top(place), _width(place)
    middle = left + width / 2
    dashed = ' stroke-dasharray="4 3"' if place.colour == _DOOR else ""
    return (
        f'<g><rect x="{left:g}" y="{top:g}" width="{width:g}" height="{_HEIGHT}" rx="8" fill="{place.colour}" '
        f'stroke="{_LINE}"{dashed}/>'
        f'<text x="{left + 9:g}" y="{top + 16:g}" font-size="10" fill="{_SOFT}">{number}</text>'
        f'<text x="{middle:g}" y="{top + 24:g}" font-size="15" font-weight="600" text-anchor="middle" '
        f'fill="{_INK}">{escape(name)}</text>'
        f'<text x="{middle:g}" y="{top + 42:g}" font-size="11.5" text-anchor="middle" '
        f'fill="{_SOFT}">{escape(place.caption)}</text></g>'
    )


def _arrows() -> Iterator[str]:
    """The arrows as curves from the foot of a room to the head of the one it stands on."""
    drawn = arrows(between_rooms())
    for room, other in drawn:
        above, under = PLAN[room], PLAN[other]
        x = _port(above, under, [PLAN[there] for here, there in drawn if here == room])
        to_x = _port(under, above, [PLAN[here] for here, there in drawn if there == other])
        y, to_y = _top(above) + _HEIGHT, _top(under) - 1
        bend = min(_RISE, (to_y - y) * 0.62)
        yield (
            f'<path d="M{x:g} {y:g} C{x:g} {y + bend:g} {to_x:g} {to_y - bend:g} {to_x:g} {to_y:g}" fill="none" '
            f'stroke="{_LINE}" stroke-width="1.4" marker-end="url(#tip)"/>'
        )


def _middle(place: Box) -> float:
    return _left(place) + _width(place) / 2


def _port(here: Box, there: Box, others: Sequence[Box]) -> float:
    """Where an arrow leaves or meets a room: a wide one as near to the other as it can, else in the middle.

    Of several the one to a room straight above or below has the middle, the rest stand beside it.
    """
    left, right = _left(here), _left(here) + _width(here)
    if here.wide > there.wide:
        return min(max(_middle(there), left + _INSET), right - _INSET)
    middles = sorted(map(_middle, others))
    straight = middles.index(_middle(here)) if _middle(here) in middles else (len(middles) - 1) / 2
    return _middle(here) + (middles.index(_middle(there)) - straight) * _APART
