"""What is wrong with an application: every check with its code, its words and its severity, a module a theme.

`CHECKS` is the catalogue in running order. Gates: a file that cannot be read has its D or F finding and
nothing else; an entry that is missing or unreadable silences the checks of its value; the checks across
applications run last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from pik_xl.checks import (
    bestand,
    bezuege,
    datei,
    festlegungen,
    haushalt,
    kreis,
    pflicht,
    uebergreifend,
    verlaengerung,
    werte,
)
from pik_xl.checks import eintragungen as master_columns
from pik_xl.checks.registry import Check, Hit, Per
from pik_xl.formular.felder import ANTRAG_NACH_NAME, STELLEN_NACH_NAME
from pik_xl.model import Antrag, Bezug, Eintragung, Finding, Mangel, Place, Schwere, Sendung, Stelle
from pik_xl.recht.entscheidung import AbweichendeEntscheidung
from pik_xl.recht.haushalt import Haushalt
from pik_xl.recht.lage import Lage
from pik_xl.recht.rules import Abweichung
from pik_xl.recht.vorgang import superseded

__all__ = [
    "CHECKS",
    "THEMEN",
    "Check",
    "Per",
    "abweichende",
    "check_all",
    "finding_of",
    "headline",
]

CHECKS: tuple[Check, ...] = (
    *datei.CHECKS,
    *pflicht.CHECKS,
    *werte.CHECKS,
    *bestand.CHECKS,
    *verlaengerung.CHECKS,
    *uebergreifend.CHECKS,
    *kreis.CHECKS,
    *haushalt.CHECKS,
    *master_columns.CHECKS,
    *bezuege.CHECKS,
    *festlegungen.CHECKS,
)

# The first letter of a code is its theme.
THEMEN: Mapping[str, str] = {
    "D": "Datei",
    "F": "Formular",
    "P": "Pflichtangaben",
    "W": "Werte",
    "B": "Abgleich mit dem Bestand",
    "V": "Verlängerung",
    "S": "Antragsübergreifend",
    "K": "Je Kreis",
    "M": "Eintragungen im Master",
}

_ORDER = {check.code: position for position, check in enumerate(CHECKS)}
_PER_ANTRAG = tuple(check for check in CHECKS if check.per == Per.ANTRAG)
_PER_STELLE = tuple(check for check in CHECKS if check.per == Per.STELLE)
_PER_ALLE = tuple(check for check in CHECKS if check.per == Per.ALLE)
_PER_KREIS = tuple(check for check in CHECKS if check.per == Per.KREIS)


def check_all(sendungen: Sequence[Sendung], lage: Lage) -> list[Finding]:
    """Every finding of every check, in the order of files, then of the catalogue; those of a whole Kreis last."""
    antraege = [antrag for sendung in sendungen for antrag in sendung.antraege]
    across: dict[str, list[Finding]] = {}
    for finding in (*_across(antraege, lage), *_per_kreis(antraege, lage)):
        across.setdefault(finding.antrag, []).append(finding)
    findings: list[Finding] = []
    for sendung in sendungen:
        by_key = {antrag.schluessel: antrag for antrag in sendung.antraege}
        findings += [finding_of(mangel, lage, by_key.get(mangel.antrag)) for mangel in sendung.maengel]
        for antrag in sendung.antraege:
            findings += check_antrag(antrag, lage)
            findings += across.pop(antrag.schluessel, [])
    return findings + across.pop("", [])


def _across(antraege: Sequence[Antrag], lage: Lage) -> Iterator[Finding]:
    for check in _PER_ALLE:
        for hit in check.run(antraege, lage):
            assert hit.antrag  # what only shows across applications still belongs to one of them
            yield _finding(check, hit, hit.antrag, hit.stelle, lage)


def _per_kreis(antraege: Sequence[Antrag], lage: Lage) -> Iterator[Finding]:
    """The findings on each Kreis, from the applications that count; of one of them, or of the Kreis itself."""
    replaced = superseded(antraege)
    by_kreis: dict[str, list[Antrag]] = {}
    for antrag in antraege:
        traeger = lage.register.traeger.get(antrag.ags)
        if traeger and antrag.schluessel not in replaced:
            by_kreis.setdefault(traeger.kreis, []).append(antrag)
    for key in sorted(by_kreis.keys() | lage.by_kreis.keys()):
        for check in _PER_KREIS:
            for hit in check.run(key, by_kreis.get(key, []), lage):
                yield _finding(check, hit, hit.antrag, None, lage) if hit.antrag else _of_kreis(check, hit, key)


def check_haushalt(control: Haushalt, lage: Lage) -> list[Finding]:
    """The findings on the budget, once everything is decided."""
    return [_of_kreis(check, hit, "") for check in haushalt.CHECKS for hit in check.run(control, lage)]


def check_eintragungen(
    eintragungen: Iterable[Eintragung], datei: str, lage: Lage, per: Per = Per.EINTRAGUNG
) -> Iterator[Finding]:
    """The findings on what staff typed in the master; they belong to no application and block none.

    Those `per` release are on rows where another decision was released than there is now, those `per` Rückfrage on
    decisions of staff that have to wait, those `per` sum on sums they typed over.
    """
    checks = [check for check in master_columns.CHECKS if check.per is per]
    for eintragung in eintragungen:
        for check in checks:
            for hit in check.run(eintragung, lage):
                traeger = lage.register.traeger.get(eintragung.ags)
                yield Finding(
                    code=check.code,
                    schwere=check.schwere,
                    place=Place(datei, eintragung.blatt, eintragung.zellen[hit.feld]),
                    feld=hit.feld.replace("_", " "),
                    gefunden=eintragung.werte[hit.feld],
                    meldung=hit.meldung,
                    bitte=hit.bitte,
                    quelle=check.quelle,
                    ags=eintragung.ags,
                    traeger=eintragung.traeger,
                    kreis=traeger.kreis if traeger else "",
                )


def abweichende(eintragungen: Iterable[Eintragung], lage: Lage) -> dict[tuple[str, str], AbweichendeEntscheidung]:
    """What staff decide otherwise than the rules, by number of the post and key of the applicant."""
    found = ((e, master_columns.abweichend(e, lage)) for e in eintragungen)
    return {(e.stelle, e.ags): wille for e, wille in found if wille}


def check_bezuege(found: Iterable[Bezug], datei: str, lage: Lage) -> Iterator[Finding]:
    """The findings on formulas of staff in the master; they belong to no application and block none."""
    for bezug in found:
        for check in bezuege.CHECKS:
            for hit in check.run(bezug, lage):
                zelle = bezug.ort if bezug.blatt else ""
                yield replace(_of_kreis(check, hit, ""), place=Place(datei, bezug.blatt, zelle))


def check_festlegungen(abweichungen: Iterable[Abweichung], datei: str, lage: Lage) -> Iterator[Finding]:
    """The findings on what the office has set for itself; they belong to no application and block none."""
    for check in festlegungen.CHECKS:
        if check.per is Per.LAGE:
            for hit in check.run(lage):
                place = Place(datei, lage.einstellungen.blatt, lage.einstellungen.zellen.get(hit.feld, ""))
                yield replace(_of_kreis(check, hit, ""), place=place)
            continue
        for abweichung in abweichungen:
            for hit in check.run(abweichung, lage):
                place = Place(datei, abweichung.blatt, abweichung.zellen.get(hit.feld, ""))
                yield replace(_of_kreis(check, hit, ""), place=place)


def _of_kreis(check: Check, hit: Hit, kreis: str) -> Finding:
    """A finding that belongs to no file."""
    return Finding(
        code=check.code,
        schwere=check.schwere,
        place=Place(""),
        feld="",
        gefunden=hit.gefunden or "",
        meldung=hit.meldung,
        bitte=hit.bitte,
        quelle=hit.quelle or check.quelle,
        kreis=kreis,
    )


def check_antrag(antrag: Antrag, lage: Lage) -> Iterator[Finding]:
    """The findings of one application by itself."""
    for check in _PER_ANTRAG:
        for hit in check.run(antrag, lage):
            yield _finding(check, hit, antrag, hit.stelle, lage)
    for stelle in antrag.stellen:
        for check in _PER_STELLE:
            for hit in check.run(stelle, antrag, lage):
                yield _finding(check, hit, antrag, stelle, lage)


def _finding(check: Check, hit: Hit, antrag: Antrag, stelle: Stelle | None, lage: Lage) -> Finding:
    field = STELLEN_NACH_NAME.get(hit.feld) if stelle else ANTRAG_NACH_NAME.get(hit.feld)
    angabe = (stelle or antrag).angaben.get(hit.feld)
    gefunden = hit.gefunden if hit.gefunden is not None else angabe.text if angabe else ""
    traeger = lage.register.traeger.get(antrag.ags)
    return Finding(
        code=check.code,
        schwere=check.schwere,
        place=Place(antrag.datei, angabe.blatt if angabe else "", angabe.zelle if angabe else ""),
        feld=field.label if field else "",
        gefunden=gefunden,
        meldung=hit.meldung,
        bitte=hit.bitte,
        quelle=hit.quelle or check.quelle,
        antrag=antrag.schluessel,
        stelle=stelle.stelle if stelle else "",
        ags=antrag.ags,
        traeger=antrag.traeger or (traeger.name if traeger else ""),
        kreis=traeger.kreis if traeger else "",
        aussen=hit.aussen,
    )


def finding_of(mangel: Mangel, lage: Lage, antrag: Antrag | None = None) -> Finding:
    """A fault of reading as a finding, about an application if it belongs to one."""
    check = datei.BY_CODE[datei.CODES[mangel.art]]
    (hit,) = check.run(mangel)
    traeger = lage.register.traeger.get(antrag.ags) if antrag else None
    return Finding(
        code=check.code,
        schwere=check.schwere,
        place=mangel.place,
        feld=datei.label(mangel.feld),
        gefunden=mangel.gefunden,
        meldung=hit.meldung,
        bitte=hit.bitte,
        quelle=check.quelle,
        antrag=mangel.antrag,
        ags=antrag.ags if antrag else "",
        traeger=traeger.name if traeger else "",
        kreis=traeger.kreis if traeger else "",
    )


def headline(findings: Iterable[Finding], dateien: int, antraege: int) -> list[str]:
    """The to-do list that every report begins with: one sentence with counts, then one line per task."""
    blocking = [f for f in findings if f.schwere == Schwere.FEHLER]
    cases = {f.antrag or f.place.datei for f in blocking}
    geprueft = f"{_count(antraege, 'Antrag', 'Anträge')} in {_count(dateien, 'Datei', 'Dateien')} geprüft"
    if not cases:
        return [f"{geprueft}, keiner braucht Arbeit."]
    lines = [f"{geprueft}, {_count(len(cases), 'Fall braucht', 'Fälle brauchen')} Arbeit. Bitte:"]
    for letters, task in _TASKS.items():
        affected = {f.antrag or f.place.datei for f in blocking if f.code[0] in letters}
        if affected:
            lines.append(f"{_count(len(affected), 'Fall', 'Fälle')}: {task}")
    return lines


# first letters of the codes -> what has to be done about them
_TASKS: Mapping[str, str] = {
    "D": "lesbare Datei anfordern",
    "F": "das Formular oder unlesbare Zellen klären",
    "P": "fehlende Angaben ergänzen",
    "W": "unmögliche Werte berichtigen",
    "B": "mit dem Bestand abgleichen",
    "V": "das beantragte Ende klären",
    "S": "doppelt beantragte Stellen klären",
    "M": "Eintragungen im Master berichtigen",
}


def _count(number: int, one: str, many: str) -> str:
    text = f"{number:,}".replace(",", ".")
    return f"{text} {one if number == 1 else many}"
