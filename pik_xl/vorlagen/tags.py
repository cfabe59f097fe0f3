"""The tags of a template: where they stand, and what is wrong with the way they stand there.

docxtpl joins, drops or misreads such tags silently, and a letter loses text. Here they are faults, each
with the place a person finds in Word, what is wrong and what to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple

from pik_xl.ooxml.xml import WORD

if TYPE_CHECKING:
    from lxml import etree


TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")
_TORN = re.compile(r"\{[{%#].*|.*[%}]\}")
_STATEMENT = re.compile(r"\{%(?:(?P<level>tr|tc|p|r) )? *(?P<word>\w+)")
_GLUED = re.compile(r"\{% *(?P<level>tr|tc|p|r) *(?P<word>if|elif|else|endif|for|endfor|set)\b")
_ALIEN = re.compile(r"\{[{%#][-+]|[-+][}%#]\}|\{\{(?:p|tr|tc|r) ")
CELLS = ("colspan", "cellbg", "vm", "hm")
WORDS = ("if", "elif", "else", "endif", "for", "endfor", "set")
_ENDS = {"endif": "if", "endfor": "for"}
_Einwand = tuple[str, str] | None  # what is wrong, and what to do


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as the office typed it, and its place: part and paragraph, counted from 1 within the part."""

    text: str
    ort: str
    vorlage: str = ""

    @property
    def level(self) -> str:
        """What a statement takes with it: `p`, `tr`, `tc`, `r`, or nothing."""
        match = self._match()
        return (match.groupdict().get("level") or "") if match else ""

    @property
    def word(self) -> str:
        """The word of a statement, or the one that was probably meant; empty if the tag prints something."""
        match = self._match()
        if match is None or match["word"] in (*WORDS, *CELLS):
            return match["word"] if match else ""
        return nearest(match["word"], WORDS) or match["word"]

    @property
    def rest(self) -> str:
        """What follows the word of a statement; all of a tag that prints."""
        match = self._match()
        return self.text[match.end("word") if match else 2 : -2]

    @property
    def foreign(self) -> bool:
        """Whether it is of a kind that no template may use, such as `{%-` or `{{p`."""
        return bool(_ALIEN.search(self.text))

    def _match(self) -> re.Match[str] | None:
        return _GLUED.match(self.text) or _STATEMENT.match(self.text)


@dataclass(frozen=True, slots=True)
class Vorlagenfehler:
    """One fault of a template: its place in Word, the tag as typed, what is wrong, what to do about it."""

    vorlage: str
    ort: str
    tag: str
    text: str
    vorschlag: str = ""

    def __str__(self) -> str:
        """The sentence for a person; the name of the template stands above."""
        place = ", ".join(filter(None, (self.ort, self.tag)))
        return " ".join(filter(None, (f"{place}: {self.text}" if place else self.text, self.vorschlag)))


class Absatz(NamedTuple):
    """A paragraph, line or property as it stands there, its place, its element where it is one of Word."""

    text: str
    ort: str
    element: etree._Element | None = None


class Gelesen(NamedTuple):
    """The tags of a part, what is wrong with the way they stand there, and all its text."""

    tags: list[Tag]
    faults: list[Vorlagenfehler]
    absaetze: list[Absatz]


def fault_of(tag: Tag, text: str, vorschlag: str = "") -> Vorlagenfehler:
    """The fault of a tag."""
    return Vorlagenfehler(tag.vorlage, tag.ort, tag.text, text, vorschlag)


def in_order(faults: Iterable[Vorlagenfehler]) -> list[Vorlagenfehler]:
    """The faults of one part by paragraph or line."""
    return sorted(faults, key=lambda fault: int((re.findall(r"\d+", fault.ort) or ["0"])[0]))


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant; empty if none is near."""
    return next(iter(get_close_matches(word, list(known), 1, 0.6)), "")


def meinten(word: str) -> str:
    """The question behind a mistyped word; empty if nobody knows better."""
    return f"Meinten Sie „{word}“?" if word else ""


# --- reading ---------------------------------------------------------------------------------------


def read_core(root: etree._Element, vorlage: str) -> Gelesen:
    """All tags of the document properties, and those that are not complete."""
    reading = _Reading(vorlage)
    for element in root.iter():
        ort = f"Dokumenteigenschaften, {str(element.tag).rpartition('}')[2]}"
        reading.piece(Absatz(element.text or "", ort), element)
    return reading.end()


def read_text(text: str, vorlage: str) -> Gelesen:
    """All tags of a plain text, and what is wrong with them; the place is the line."""
    reading = _Reading(vorlage)
    for number, line in enumerate(text.split("\n"), 1):
        for tag in reading.piece(Absatz(line, f"Zeile {number}"), reading):
            if tag.level:
                reading.faults.append(
                    fault_of(tag, "Das gibt es nur in Word-Vorlagen.", f"Bitte „{{% {tag.word} ... %}}“ schreiben.")
                )
    return reading.end()


def read_word(root: etree._Element, title: str, vorlage: str) -> Gelesen:
    """All tags in document order, and what is wrong with the way they stand in their paragraphs."""
    reading, tables = _Reading(vorlage), {table: n for n, table in enumerate(root.iter(WORD + "tbl"), 1)}
    for number, paragraph in enumerate(root.iter(WORD + "p"), 1):
        absatz = Absatz(_text(paragraph), f"{title}, Absatz {number}{_cell(paragraph, tables)}", paragraph)
        for tag in reading.piece(absatz, paragraph):
            if einwand := _company(tag, paragraph, absatz.text):
                reading.faults.append(fault_of(tag, *einwand))
    return reading.end()


@dataclass(slots=True)
class _Reading:
    """Tags and faults so far, and the blocks still open with the element they must be closed in."""

    vorlage: str
    tags: list[Tag] = field(default_factory=list)
    faults: list[Vorlagenfehler] = field(default_factory=list)
    absaetze: list[Absatz] = field(default_factory=list)
    blocks: list[tuple[Tag, Any, Any]] = field(default_factory=list)

    def piece(self, absatz: Absatz, element: Any) -> Iterator[Tag]:
        """The tags of a paragraph or line, and what is wrong with them taken for themselves."""
        text, ort = absatz.text, absatz.ort
        self.absaetze.append(absatz)
        if _TORN.search(TAG.sub("", text)):
            self.faults.append(
                Vorlagenfehler(self.vorlage, ort, f"„{_short(text)}“",
                               "Der Platzhalter ist nicht vollständig, er steht nicht ganz in diesem Absatz.",
                               "Bitte Anfang und Ende ({{ }} oder {% %}) in denselben Absatz schreiben.")
            )  # fmt: skip
        found = [Tag(text, ort, self.vorlage) for text in TAG.findall(text)]
        self.tags += found
        for tag in found:
            for einwand in (_spelling(tag), self._block(tag, element)):
                if einwand:
                    self.faults.append(fault_of(tag, *einwand))
        return iter(found)

    def end(self) -> Gelesen:
        """Everything read; blocks still open are faults."""
        faults = [*self.faults, *(_not_closed(tag) for tag, *_ in self.blocks)]
        return Gelesen(self.tags, faults, self.absaetze)

    def _unclosed(self, tag: Tag, home: object) -> None:
        """Where the tag belongs to a block around the last, that last one is not closed; it alone is the fault."""
        around = next((n for n, (opener, opened, _) in enumerate(reversed(self.blocks))
                       if opened is home and _ENDS.get(tag.word, opener.word) == opener.word), 0)  # fmt: skip
        self.faults += [_not_closed(self.blocks.pop()[0]) for _ in range(around)]

    def _block(self, tag: Tag, element: Any) -> _Einwand:
        """Whether if and for are closed where they were opened: same paragraph, same cell, same row, same table."""
        if tag.word not in WORDS or tag.word == "set":
            return None
        home = _home(tag, element)
        if tag.word in ("if", "for"):
            self.blocks.append((tag, home, element))
            return None
        self._unclosed(tag, home)
        if not self.blocks:
            return "Dazu fehlt der Anfang des Blocks (if oder for).", ""
        opener, opened, where = self.blocks[-1] if tag.word not in _ENDS else self.blocks.pop()
        if tag.word in _ENDS and _ENDS[tag.word] != opener.word:
            return f"Hier wird ein anderer Block geschlossen als {opener.text} ({opener.ort}), der noch offen ist.", ""
        text = f"Das steht an anderer Stelle als der Anfang {opener.text} ({opener.ort})."
        return None if opened is home else (text, _apart(opener, where, element))


def _not_closed(tag: Tag) -> Vorlagenfehler:
    return fault_of(tag, "Der Block wird nicht geschlossen.", f"Bitte das passende „end{tag.word}“ ergänzen.")


def _home(tag: Tag, element: Any) -> object:
    """The element in which the block of this tag must be closed."""
    if tag.level in ("", "r") or isinstance(element, _Reading):
        return element
    if tag.level == "p":
        return element.getparent()
    return next(element.iterancestors(WORD + ("tbl" if tag.level == "tr" else "tr")), None)


def _apart(opener: Tag, first: Any, last: Any) -> str:
    """What to write where a block begins and ends in different paragraphs."""
    tables = [next(element.iterancestors(WORD + "tbl"), None) for element in (first, last)]
    inner = opener.text.strip("{}% ").removeprefix(opener.level).strip()
    if tables[0] is not None and tables[0] is tables[1]:
        return (f"Für ganze Tabellenzeilen: „{{%tr {inner} %}}“ und „{{%tr end{opener.word} %}}“, beide in einer "
                "eigenen Zeile davor und dahinter.")  # fmt: skip
    return (f"Für ganze Absätze: „{{%p {inner} %}}“ und „{{%p end{opener.word} %}}“, beide in einem eigenen Absatz "
            "derselben Stelle; sonst beide in denselben Absatz.")  # fmt: skip


def _text(element: etree._Element) -> str:
    """The text of a paragraph's own runs, without that of text boxes inside it."""
    pieces = []
    for node in element.iter(WORD + "t", WORD + "tab", WORD + "br"):
        if next(node.iterancestors(WORD + "p")) is element and next(node.iterancestors()).tag == WORD + "r":
            pieces.append(node.text or "" if node.tag == WORD + "t" else " ")
    return "".join(pieces)


def _cell(paragraph: etree._Element, tables: dict[Any, int]) -> str:
    """Where in a table the paragraph stands, for people: ", Tabelle 1, Zeile 2, Spalte 3"."""
    cell = next(paragraph.iterancestors(WORD + "tc"), None)
    if cell is None:
        return ""
    row = next(cell.iterancestors(WORD + "tr"))
    table = tables[next(row.iterancestors(WORD + "tbl"))]
    return f", Tabelle {table}, Zeile {_number(row)}, Spalte {_number(cell)}"


def _number(element: etree._Element) -> int:
    """The how-manieth of its kind the element is, from 1."""
    return 1 + sum(1 for _ in element.itersiblings(str(element.tag), preceding=True))


# --- judging one tag -------------------------------------------------------------------------------


def _spelling(tag: Tag) -> _Einwand:
    """What is wrong with the spelling of the tag itself."""
    if tag.foreign:
        return "Diese Schreibweise wird nicht unterstützt.", "Erlaubt sind {{ }}, {% %}, {%p %}, {%tr %}, {%tc %}."
    if not tag.text.startswith("{%"):
        return None
    glued = _GLUED.match(tag.text)
    if glued and not re.match(r"\{%(p|tr|tc|r) ", tag.text):
        return "Die Schreibweise stimmt nicht.", f"Bitte „{{%{glued['level']} {glued['word']} ... %}}“ schreiben."
    match = re.match(r"\{%(?:(?:p|tr|tc|r) )? *(\w*)", tag.text)
    typed = match[1] if match else ""
    if typed in WORDS or (typed in CELLS and not tag.level):
        return None
    meant = nearest(typed, WORDS)
    return f"Den Befehl „{typed}“ gibt es nicht.", meinten(meant) or f"Erlaubt sind {', '.join(WORDS)}."


def _company(tag: Tag, paragraph: etree._Element, text: str) -> _Einwand:
    """`{%p`, `{%tr` and `{%tc` take their whole paragraph, row or cell with them: nothing else may stand there."""
    level = tag.level
    if level == "p" and text.strip() != tag.text:
        return "Neben {%p ... %} darf im selben Absatz nichts stehen, der Text ginge verloren.", "Bitte trennen."
    if level not in ("tr", "tc"):
        return None
    place = next(paragraph.iterancestors(WORD + level), None)
    if place is None:
        return f"{{%{level} ... %}} gehört in eine Tabellenzeile.", "Bitte {%p ... %} verwenden."
    if "".join(_text(p) for p in place.iter(WORD + "p")).strip() == tag.text:
        return None
    where, better = ("derselben Tabellenzeile", "Zeile") if level == "tr" else ("derselben Zelle", "Zelle")
    return (f"Neben {{%{level} ... %}} darf in {where} nichts stehen, der Text ginge verloren.",
            f"Bitte eine eigene {better} verwenden.")  # fmt: skip


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
