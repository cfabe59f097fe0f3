"""Runs the checks and tells the messages: from what was seen to findings a person can act on.

Gates: a file that cannot be read has its D or F finding and nothing else; an entry that is missing or unreadable
silences the checks of its value; the checks across applications run last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pik_xl.checks.catalogue import CATALOGUE
from pik_xl.checks.check import Check, Entry, Hit, Message
from pik_xl.checks.datei import message_of
from pik_xl.checks.subjects import OfAlle, OfAntrag, OfKreis, OfMangel, Subject
from pik_xl.eingang.sendung import Sendung
from pik_xl.model import Antrag, Finding
from pik_xl.recht.lage import Lage
from pik_xl.recht.vorgang import superseded

# The checks by what they look at, in running order; `check` has made sure that each takes what it is filed under.
_CHECKS: Mapping[type[Subject], Sequence[Check[Any]]] = {
    subject: [each for each in CATALOGUE if isinstance(each, Check) and each.subject is subject]
    for subject in {each.subject for each in CATALOGUE if isinstance(each, Check)}
}


def findings(subject: Subject) -> Iterator[Finding]:
    """What all checks of such a subject find in it."""
    for check in _CHECKS.get(type(subject), ()):
        for hit in check.run(subject):
            yield _finding(check, hit, hit.of or subject)


def tell(message: Message, subject: Subject, feld: str = "") -> Finding:
    """The message about a subject, or one of its fields."""
    words = subject.words(feld)
    hit = Hit(message.meldung.format_map(words), message.bitte.format_map(words), feld)
    return _finding(message, hit, subject)


def _finding(entry: Entry, hit: Hit, of: Subject) -> Finding:
    whose = of.whose
    return Finding(
        code=entry.code,
        schwere=entry.schwere,
        place=of.place(hit.feld),
        feld=of.label(hit.feld),
        gefunden=of.found(hit.feld) if hit.gefunden is None else hit.gefunden,
        meldung=hit.meldung,
        bitte=hit.bitte,
        quelle=hit.quelle or entry.quelle,
        antrag=whose.antrag,
        stelle=whose.stelle,
        ags=whose.ags,
        traeger=whose.traeger,
        kreis=whose.kreis,
        aussen=hit.aussen,
    )


def check_all(sendungen: Sequence[Sendung], lage: Lage) -> list[Finding]:
    """Every finding on what was received, in the order of files, then of the catalogue; those of a Kreis last."""
    antraege = [antrag for sendung in sendungen for antrag in sendung.antraege]
    across: dict[str, list[Finding]] = {}
    for finding in (*findings(OfAlle(lage, antraege)), *_per_kreis(antraege, lage)):
        across.setdefault(finding.antrag, []).append(finding)
    found: list[Finding] = []
    for sendung in sendungen:
        by_key = {antrag.schluessel: antrag for antrag in sendung.antraege}
        for mangel in sendung.maengel:
            found.append(tell(message_of(mangel), OfMangel(lage, mangel, by_key.get(mangel.antrag)), mangel.feld))
        for antrag in sendung.antraege:
            found += _of_antrag(OfAntrag(lage, antrag))
            found += across.pop(antrag.schluessel, [])
    return found + across.pop("", [])


def _of_antrag(of: OfAntrag) -> Iterator[Finding]:
    """The findings on one application by itself."""
    yield from findings(of)
    for stelle in of.antrag.stellen:
        yield from findings(of.of_stelle(stelle))


def _per_kreis(antraege: Sequence[Antrag], lage: Lage) -> Iterator[Finding]:
    """The findings on each Kreis, from the applications that count; of one of them, or of the Kreis itself."""
    replaced = superseded(antraege)
    by_kreis: dict[str, list[Antrag]] = {}
    for antrag in antraege:
        traeger = lage.register.traeger.get(antrag.ags)
        if traeger and antrag.schluessel not in replaced:
            by_kreis.setdefault(traeger.kreis, []).append(antrag)
    for kreis in sorted(by_kreis.keys() | lage.by_kreis.keys()):
        yield from findings(OfKreis(lage, kreis, by_kreis.get(kreis, [])))
