"""Masters damaged at random, as a repair, a sync program or another office program may leave them: one fault each."""

from __future__ import annotations

import zipfile
from collections import defaultdict
from collections.abc import Callable
from copy import deepcopy
from io import BytesIO
from random import Random
from typing import Any

from lxml import etree

JUNK = ("", "x", "-1", "0", "1.5", "99999999999", "A0", "A1:B", "é", "NaN", "#REF!", "ZZZZ9", "a b")
_NOT_XML = (".bin", ".png", ".jpg")


def mutant(data: bytes, seed: int) -> tuple[bytes, str]:
    """The workbook with one part damaged, and what was done to it."""
    rng = Random(seed)
    with zipfile.ZipFile(BytesIO(data)) as old:
        parts = {info.filename: old.read(info) for info in old.infolist()}
    name = rng.choice(sorted(n for n in parts if not n.endswith(_NOT_XML)))
    kind = rng.choice(("xml", "xml", "xml", "xml", "xml", "xml", "gone", "cut", "swapped", "bytes"))
    if kind == "gone":
        what = "taken out"
        del parts[name]
    elif kind == "cut":
        parts[name], what = parts[name][: rng.randrange(len(parts[name]))], "cut off"
    elif kind == "swapped":
        other = rng.choice(sorted(parts))
        parts[name], what = parts[other], f"overwritten with {other}"
    elif kind == "bytes":
        at = rng.randrange(len(parts[name]))
        parts[name], what = parts[name][:at] + rng.randbytes(3) + parts[name][at + 3 :], f"bytes at {at}"
    else:
        parts[name], what = _damaged(parts[name], rng)
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part, content in parts.items():
            new.writestr(part, content)
    return target.getvalue(), f"{name}: {what}"


def _damaged(xml: bytes, rng: Random) -> tuple[bytes, str]:
    """The XML with one element damaged; rare elements as often as frequent ones."""
    root: Any = etree.fromstring(xml)
    by_tag: dict[str, list[Any]] = defaultdict(list)
    for element in root.iter("*"):
        by_tag[element.tag].append(element)
    element = rng.choice(by_tag[rng.choice(sorted(by_tag))])
    what = rng.choice(_WAYS)(element, rng)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True), what


def _attribute_gone(element: Any, rng: Random) -> str:
    if not element.attrib:
        return _text(element, rng)
    name = rng.choice(sorted(element.attrib))
    return f"{_tag(element)} without {name}={element.attrib.pop(name)!r}"


def _attribute_junk(element: Any, rng: Random) -> str:
    if not element.attrib:
        return _text(element, rng)
    name, junk = rng.choice(sorted(element.attrib)), rng.choice(JUNK)
    was, element.attrib[name] = element.get(name), junk
    return f"{_tag(element)} {name}={was!r} is {junk!r}"


def _text(element: Any, rng: Random) -> str:
    was, element.text = element.text, rng.choice(JUNK)
    return f"text of {_tag(element)} {was!r} is {element.text!r}"


def _gone(element: Any, rng: Random) -> str:
    if (parent := element.getparent()) is None:
        return _attribute_junk(element, rng)
    parent.remove(element)
    return f"{_tag(element)} of {_tag(parent)} taken out"


def _twice(element: Any, rng: Random) -> str:
    if element.getparent() is None:
        return _attribute_junk(element, rng)
    element.addnext(deepcopy(element))
    return f"{_tag(element)} twice"


def _renamed(element: Any, rng: Random) -> str:
    was, element.tag = _tag(element), f"{element.tag}x"
    return f"{was} renamed"


def _empty(element: Any, rng: Random) -> str:
    del element[:]
    return f"{_tag(element)} emptied"


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


_WAYS: tuple[Callable[[Any, Random], str], ...] = (
    _attribute_gone, _attribute_junk, _attribute_junk, _text, _gone, _twice, _renamed, _empty,
)  # fmt: skip
