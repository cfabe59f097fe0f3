"""Checksums of the facts a form was sent with: cells that are locked can still be changed in the file.

One for the head of each applicant and one for each post, so that a change is found where it was made. In a Sammelmappe
a second one for each post says what was proposed in its open cells, so that a row nobody touched is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from pik_xl.fingerprint import canonical, fingerprint
from pik_xl.formular.felder import ANTRAG_FELDER, stellen_felder
from pik_xl.formular.vorbelegt import VORGESCHLAGEN, Fields
from pik_xl.values import clean

Eintrag = Callable[[str], object]  # gives the entry of a field by its name

KOPF = "Kopf"  # the key of the head in the form of one applicant; in a Sammelmappe it is the applicant's AGS
_VORSCHLAG = "offen "  # before the number of a post: the key of what was proposed there
_CELL = 32_000  # characters; a cell holds little more


def versandt(koepfe: Iterable[Fields], stellen: Iterable[Fields], sammelmappe: bool) -> str:
    """The checksums of all facts entered before the form is sent, as one text for its hidden sheet."""
    text = ""
    for entry in _entries(koepfe, list(stellen), sammelmappe):
        if len(text) + len(entry) < _CELL:  # some thousand posts; those beyond are not watched
            text += entry
    return text.rstrip("|")


def _entries(koepfe: Iterable[Fields], stellen: Sequence[Fields], sammelmappe: bool) -> Iterator[str]:
    for kopf in koepfe:
        key = clean(str(kopf.get("ags") or "")) if sammelmappe else KOPF
        if summe := kopf_summe(kopf.get):
            yield f"{key}:{summe}|"
    for row in stellen:
        if summe := stelle_summe(row.get, sammelmappe):
            yield f"{clean(str(row.get('stelle') or ''))}:{summe}|"
    for row in stellen if sammelmappe else ():
        if summe := vorschlag_summe(row.get):
            yield f"{vorschlag_key(clean(str(row.get('stelle') or '')))}:{summe}|"


def parse(text: str) -> dict[str, str]:
    """The checksums of such a text, by key."""
    pairs = (entry.rpartition(":") for entry in text.split("|") if ":" in entry)
    return {key: summe for key, _, summe in pairs}


def kopf_summe(eintrag: Eintrag) -> str:
    """The checksum of an applicant's facts; empty where nothing is known."""
    return _summe((feld.name for feld in ANTRAG_FELDER if feld.vorbelegt), eintrag)


def stelle_summe(eintrag: Eintrag, sammelmappe: bool) -> str:
    """The checksum of a post's facts; empty where nothing is known."""
    return _summe((feld.name for feld in stellen_felder(sammelmappe) if feld.vorbelegt), eintrag)


def vorschlag_summe(eintrag: Eintrag) -> str:
    """The checksum of what a post arrives with in its open cells; empty where nothing is proposed."""
    return _summe(VORGESCHLAGEN, eintrag)


def vorschlag_key(stelle: str) -> str:
    """The key of that checksum."""
    return f"{_VORSCHLAG}{stelle}"


def _summe(names: Iterable[str], eintrag: Eintrag) -> str:
    facts = [eintrag(name) for name in names]
    return fingerprint(facts, 8) if any(map(canonical, facts)) else ""


def geaendert(summen: Mapping[str, str], key: str, summe: str) -> bool:
    """Whether facts differ from those sent; nothing is said of what was not sent."""
    return key in summen and summen[key] != summe
