"""What is left in a template that would be printed, or travel with every letter, though nobody means it to.

Comments and tracked changes of Word, brackets that look like a tag and are none, fields of a mail merge, and the marks
of what the office has still to settle.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from pik_xl.ooxml.xml import WORD
from pik_xl.vorlagen.schreibart import Feld
from pik_xl.vorlagen.schreibweise import FILTER, gedruckt, typed
from pik_xl.vorlagen.tags import TAG, Absatz, Vorlagenfehler, nearest

if TYPE_CHECKING:
    from lxml import etree

_TRACKED = re.compile(
    r"(ins|del|moveFrom|moveTo|cellIns|cellDel|cellMerge|numberingChange|\w+PrChange|\w+PrExChange|tblGridChange"
    r"|comment(RangeStart|RangeEnd|Reference))\Z"
)
_OPEN = re.compile(r"\[\s*zu\s+klären[^\]]*\]?", re.IGNORECASE)
_MERGED = re.compile(r'MERGEFIELD\s+"?([\w.]+)')
# What people write for a tag: brackets torn apart, single, square, pointed, or those of a mail merge.
_APART = re.compile(r"\{\s+([{%])(.*?)([%}])\s+\}")
_BRACKETS = re.compile(r"(?<!\{)\{([^{}%#]+)\}(?!\})|\[\[([^\[\]]+)\]\]|«([^«»]+)»|<<([^<>]+)>>")
_NAME = re.compile(r"\s*(\w+)((?:\.\w+)*)\s*(\|.*)?\Z")


def offene(absaetze: Iterable[Absatz]) -> Iterator[str]:
    """What the office must still settle, bracket to bracket: "[zu klären: Bewilligungszeitraum]"."""
    return (found.strip() for absatz in absaetze for found in _OPEN.findall(absatz.text))


def spuren(absaetze: Iterable[Absatz], root: etree._Element, title: str, vorlage: str) -> Iterator[Vorlagenfehler]:
    """A fault for every paragraph with comments or tracked changes, and one for those outside of paragraphs."""
    orte = {absatz.element: absatz.ort for absatz in absaetze if absatz.element is not None}
    found = dict.fromkeys(
        next((orte[around] for around in (element, *element.iterancestors()) if around in orte), title)
        for element in root.iter(f"{WORD}*")
        if _TRACKED.match(str(element.tag).removeprefix(WORD))
    )
    for ort in found:
        yield Vorlagenfehler(vorlage, ort, "", "Hier sind Kommentare oder nachverfolgte Änderungen; sie gingen mit "
                             "jedem Schreiben hinaus.",
                             "Bitte alle Änderungen annehmen und Kommentare löschen (Überprüfen).")  # fmt: skip


def klammern(absaetze: Iterable[Absatz], felder: Sequence[Feld], vorlage: str) -> Iterator[Vorlagenfehler]:
    """What was meant as a tag and would be printed as it stands, fields of a mail merge too."""
    for absatz in absaetze:
        for name in (merged := _mail_merge(absatz)):
            yield Vorlagenfehler(vorlage, absatz.ort, f"MERGEFIELD {name}", "Ein Seriendruckfeld wird nicht gefüllt.",
                                 _better(name, felder))  # fmt: skip
        rest = TAG.sub(" ", absatz.text)
        for match in _APART.finditer(rest):
            tag = f"{{{match[1]} {match[2].strip()} {match[3]}}}"
            yield _printed(absatz, vorlage, match[0], f"Bitte „{tag}“ schreiben, ohne Leerzeichen dazwischen.")
        for match in _BRACKETS.finditer(_APART.sub(" ", rest)):
            inner = next(filter(None, match.groups()), "")
            shown_by_merge = merged and match[0].startswith("«")
            if not shown_by_merge and _is_meant(inner, felder, exactly=not match[0].startswith("{")):
                yield _printed(absatz, vorlage, match[0], _better(inner, felder))


def _mail_merge(absatz: Absatz) -> list[str]:
    """The names of the merge fields of a paragraph, not of text boxes inside it."""
    if absatz.element is None:
        return []
    own = [e for e in absatz.element.iter(WORD + "fldSimple", WORD + "instrText")
           if next(e.iterancestors(WORD + "p")) is absatz.element]  # fmt: skip
    return _MERGED.findall("".join(f"{e.get(WORD + 'instr') or e.text or ''}" for e in own))


def _printed(absatz: Absatz, vorlage: str, tag: str, vorschlag: str) -> Vorlagenfehler:
    return Vorlagenfehler(vorlage, absatz.ort, tag, "Das ist kein Platzhalter und würde so gedruckt.", vorschlag)


def _is_meant(inner: str, felder: Sequence[Feld], exactly: bool) -> bool:
    """Whether what stands between such brackets names a field; in curly ones also a mistyped or filtered one."""
    match = _NAME.match(inner)
    if not match:
        return False
    name, known = match[1].casefold(), {feld.name for feld in felder}
    inside = {f".{feld.name}" for group in felder for feld in group.felder}
    if name in known or match[2].casefold() in inside:
        return True
    filtered = match[3] and match[3].strip("| ").partition("(")[0].strip() in FILTER
    return not exactly and bool(filtered or nearest(name, known))


def _better(inner: str, felder: Sequence[Feld]) -> str:
    """The tag that was meant; the field's own filter where none was typed."""
    match = _NAME.match(inner)
    name, rest, piped = match.groups() if match else (inner, "", None)
    known = {feld.name: feld for feld in felder}
    meant = name.casefold() if name.casefold() in known else nearest(name.casefold(), known)
    if not rest and not piped and meant:
        return f"Bitte „{gedruckt(known[meant], meant)}“ schreiben."
    if not meant and not rest and not piped:
        return "Bitte durch einen Platzhalter ersetzen: {{ ... }}."
    whole = " ".join(filter(None, (f"{meant or name}{rest}", typed(piped or "").strip())))
    return f"Bitte „{{{{ {whole} }}}}“ schreiben."
