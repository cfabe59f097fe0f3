"""The tags of a Word template: where they stand, and what is wrong with the way they stand there.

docxtpl joins, drops or misreads such tags silently, and a letter loses text. Here they are faults, each
a German sentence with the place a person finds in Word and what to do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")
_TORN = re.compile(r"\{[{%#].*|.*[%}]\}")
_STATEMENT = re.compile(r"\{%(?P<level>p|tr)? *(?P<word>\w+)")
_ALIEN = re.compile(r"\{[{%#][-+]|[-+][}%#]\}|\{[{%](r|tc) |\{\{(p|tr) |\{% *(colspan|cellbg|vm|hm)\b")
_GLUED = re.compile(r"\{% *(?P<level>p|tr) *(?P<word>if|elif|else|endif|for|endfor|set)\b")
_WORDS = {"if", "elif", "else", "endif", "for", "endfor", "set"}
_ENDS = {"endif": "if", "endfor": "for"}


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as the office typed it, and its place: part and paragraph, counted from 1 within the part."""

    text: str
    ort: str


def read_core(root: etree._Element) -> tuple[list[Tag], list[str]]:
    """All tags of the document properties, and those that are not complete."""
    tags, faults = [], []
    for element in root.iter():
        text = element.text or ""
        ort = f"Dokumenteigenschaften, {str(element.tag).rpartition('}')[2]}"
        tags += [Tag(found, ort) for found in TAG.findall(text)]
        faults += [f"{ort}: Der Platzhalter ist nicht vollständig." for _ in _TORN.findall(TAG.sub("", text))]
    return tags, faults


def read_word(root: etree._Element, title: str) -> tuple[list[Tag], list[str]]:
    """All tags in document order, and what is wrong with the way they stand in their paragraphs."""
    tags: list[Tag] = []
    faults: list[str] = []
    open_blocks: list[tuple[str, object, Tag]] = []
    for number, paragraph in enumerate(root.iter(_W + "p"), 1):
        text = _text(paragraph)
        ort = f"{title}, Absatz {number}{_cell(paragraph)}"
        if _TORN.search(TAG.sub("", text)):
            faults.append(f"{ort}: „{_short(text)}“: Der Platzhalter steht nicht ganz in diesem Absatz. "
                          "Bitte Anfang und Ende ({{ }} oder {% %}) in denselben Absatz schreiben.")  # fmt: skip
        for found in TAG.findall(text):
            tag = Tag(found, ort)
            tags.append(tag)
            if fault := _alien(found) or _company(found, paragraph, text) or _block(tag, paragraph, open_blocks):
                faults.append(fault_of(tag, fault))
    faults += [fault_of(tag, f"Der Block wird nicht geschlossen. Bitte das passende „end{word}“ ergänzen.")
               for word, _, tag in open_blocks]  # fmt: skip
    return tags, faults


def _text(element: etree._Element) -> str:
    """The text of a paragraph's own runs, without that of text boxes inside it."""
    pieces = []
    for node in element.iter(_W + "t", _W + "tab", _W + "br"):
        if next(node.iterancestors(_W + "p")) is element and next(node.iterancestors()).tag == _W + "r":
            pieces.append(node.text or "" if node.tag == _W + "t" else " ")
    return "".join(pieces)


def _cell(paragraph: etree._Element) -> str:
    """Where in a table the paragraph stands, for people: ", Tabelle Zeile 2, Spalte 3"."""
    cell = next(paragraph.iterancestors(_W + "tc"), None)
    if cell is None:
        return ""
    row = next(cell.iterancestors(_W + "tr"))
    column = 1 + sum(1 for _ in cell.itersiblings(_W + "tc", preceding=True))
    return f", Tabelle Zeile {1 + sum(1 for _ in row.itersiblings(_W + 'tr', preceding=True))}, Spalte {column}"


def _alien(tag: str) -> str:
    """What is wrong with the spelling of the tag itself; empty if nothing."""
    if _ALIEN.search(tag):
        return "Diese Schreibweise wird nicht unterstützt. Erlaubt sind {{ }}, {% %}, {%p %} und {%tr %}."
    if not tag.startswith("{%"):
        return ""
    glued = _GLUED.match(tag)
    if glued and not re.match(r"\{%(p|tr) ", tag):
        return f"Bitte „{{%{glued['level']} {glued['word']} ... %}}“ schreiben."
    statement = _STATEMENT.match(tag)
    if statement is None or statement["word"] not in _WORDS:
        return f"Diesen Befehl gibt es nicht. Erlaubt sind {', '.join(sorted(_WORDS))}."
    return ""


def _company(tag: str, paragraph: etree._Element, text: str) -> str:
    """`{%p` and `{%tr` take their whole paragraph or row with them: nothing else may stand there."""
    match = _STATEMENT.match(tag)
    level = match["level"] if match else None
    if level == "p" and text.strip() != tag:
        return "Neben {%p ... %} darf im selben Absatz nichts stehen, der Text ginge verloren. Bitte trennen."
    if level != "tr":
        return ""
    row = next(paragraph.iterancestors(_W + "tr"), None)
    if row is None:
        return "{%tr ... %} gehört in eine Tabellenzeile. Bitte {%p ... %} verwenden."
    if "".join(_text(p) for p in row.iter(_W + "p")).strip() != tag:
        return "Neben {%tr ... %} darf in derselben Tabellenzeile nichts stehen. Bitte eine eigene Zeile verwenden."
    return ""


def _block(tag: Tag, paragraph: etree._Element, open_blocks: list[tuple[str, object, Tag]]) -> str:
    """Whether if and for are closed where they were opened: same paragraph, same cell or same table."""
    match = _STATEMENT.match(tag.text)
    if match is None or match["word"] == "set":
        return ""
    word, level = match["word"], match["level"]
    homes = {None: paragraph, "p": paragraph.getparent(), "tr": next(paragraph.iterancestors(_W + "tbl"), None)}
    home = homes[level]
    if word in ("if", "for"):
        open_blocks.append((word, home, tag))
        return ""
    if not open_blocks:
        return "Dazu fehlt der Anfang des Blocks (if oder for)."
    opened, opened_home, opener = open_blocks[-1] if word not in _ENDS else open_blocks.pop()
    if word in _ENDS and _ENDS[word] != opened:
        return f"Hier wird ein anderer Block geschlossen als der zuletzt geöffnete {opener.text} ({opener.ort})."
    if opened_home is not home:
        return (f"Das steht an anderer Stelle als der Anfang {opener.text} ({opener.ort}). Bitte beide in denselben "
                "Absatz schreiben, ganze Absätze mit {%p ... %} und ganze Tabellenzeilen mit {%tr ... %} "
                "umschließen.")  # fmt: skip
    return ""


def fault_of(tag: Tag, text: str) -> str:
    """The sentence for a person: place, tag, what is wrong."""
    return f"{tag.ort}, {tag.text}: {text}"


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
