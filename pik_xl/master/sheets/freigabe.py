"""How far staff are with a case: worked on, released by a second person, or something missing for that.

A release is good for the decision that stood in the row when it was typed: the first run that sees it notes that
decision's checksum, and another decision needs another release. How far a case is (`freigabe_of`) follows from the case
and from what staff typed in its row, and from nothing else; no sheet is needed to know it. The sheet shows the same by
a formula, which answers while they type (`freigabe_cell`). What a formula cannot see (that two spellings are one name,
that a day is still to come) each run judges and notes beside the checksum, where the formula reads it. What is wrong
with a release is told by the checks M01 to M04, M10, M15 and M16.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache

from pik_xl.fingerprint import row_fingerprint
from pik_xl.kinds import Formel, Row, Value
from pik_xl.master.sheets.columns import ENTSCHEIDUNG, FREIGEGEBENES
from pik_xl.master.sheets.specs import ANTRAEGE
from pik_xl.master.sheets.stellen import decision_cells
from pik_xl.master.sheets.years import BETRAG
from pik_xl.model import Freigabe, Stand
from pik_xl.recht.entscheidung import Digitalentscheidung, Vorgang
from pik_xl.values import JAHRE, ist_tag, namenswoerter, person, selbe_person

_KOPF = ("ergebnis", "digital_ergebnis", "digital_betrag")
STELLE = ("stelle", "ergebnis", "neues_ende", "monate", "summe")  # and every year's amount
_LAENGE = 8  # characters of a checksum
_UNBEKANNT = "-" * _LAENGE  # in place of the one of no decision
_GILT, _SELBST, _KUENFTIG = " ", "=", ">"  # what a run notes of a release: good, not two people, not yet


def entscheidung(kopf: Row, stellen: Iterable[Row]) -> str:
    """The checksum of a decision: of its row on the sheet Anträge and those of its posts on Stellen, in any order.

    Outcome, new end, months and EUR per budget year count, as they decide the notice; words, formats and the day of
    the run do not.
    """
    decided = (row for row in stellen if row.get("summe") is not None)
    posts = sorted(row_fingerprint(_said(row, (*STELLE, *_betraege(row)))) for row in decided)
    return row_fingerprint([*_said(kopf, _KOPF), *(("stelle", post) for post in posts)])


def entscheidung_of(vorgang: Vorgang) -> str:
    """The checksum of what is decided in a case, as that of its rows on the sheets is."""
    kopf: Row = {"ergebnis": vorgang.ergebnis, **(digital_cells(vorgang.digital) if vorgang.digital else {})}
    return entscheidung(kopf, ({"stelle": d.stelle, **decision_cells(d)} for d in vorgang.decisions))


def digital_cells(digital: Digitalentscheidung) -> Row:
    """What a row of the sheet Anträge says of the decision on a digital solution."""
    return {
        "digital_ergebnis": digital.ergebnis,
        "digital_betrag": digital.summe,
        "digital_rechenweg": " ".join(digital.trace),
    }


def _betraege(row: Row) -> list[str]:
    return sorted(name for name in row if name.startswith(BETRAG))


def _said(row: Row, names: Iterable[str]) -> Iterator[tuple[str, Value | Formel]]:
    """The cells that say something; an amount of nothing says no more than an empty cell."""
    return ((name, row[name]) for name in names if row.get(name))


def freigegebenes(eingetragen: Row, bisher: str, entschieden: str, heute: date) -> str:
    """What the release staff typed is for: the checksum of a decision, then day and person; empty without a release.

    `bisher` is what the last run noted, and its checksum stays as long as the release does; `entschieden` is the one
    of the decision that stood in the row until now, "" where there was no row. Between checksum and day stands whether
    the release is good on the day of the run, `heute`.
    """
    kennung = _kennung(eingetragen)
    if not kennung:
        return ""
    summe = bisher[:_LAENGE] if _gleich(bisher[_LAENGE + 1 :], kennung) else entschieden or _UNBEKANNT
    return f"{summe}{_verdict(eingetragen, heute)}{kennung}"


def _verdict(eingetragen: Row, heute: date) -> str:
    wer, zweite = (_text(eingetragen, name) for name in ("bearbeitet_von", "freigegeben_von"))
    if not namenswoerter(wer) or not namenswoerter(zweite) or selbe_person(wer, zweite):
        return _SELBST
    tag = eingetragen.get("freigegeben_am")
    return _KUENFTIG if isinstance(tag, date) and tag > heute else _GILT


def _kennung(eingetragen: Row) -> str:
    """The day and the person of a release; empty where one of them is missing."""
    zweite, tag = person(_text(eingetragen, "freigegeben_von")), eingetragen.get("freigegeben_am")
    return f"{tag:%Y%m%d} {zweite}" if zweite and ist_tag(tag) else ""


def freigabe_of(vorgang: Vorgang, eingetragen: Row) -> Freigabe | None:
    """How far staff are with a case, given what they typed in its row; None where it is not ready for decision.

    `eingetragen` gives values by names of columns; its `freigegebenes` is what the release is for, and one that no run
    has noted yet is for the decision there is.
    """
    return _freigabe(entscheidung_of(vorgang), eingetragen) if vorgang.stand is Stand.ENTSCHIEDEN else None


def freigegebene(vorgaenge: Iterable[Vorgang], eingetragen: Mapping[str, Row]) -> Iterator[Vorgang]:
    """The cases that are released, given what staff typed, by key of the application."""
    typed = ((vorgang, eingetragen.get(vorgang.antrag.schluessel, {})) for vorgang in vorgaenge)
    return (vorgang for vorgang, own in typed if freigabe_of(vorgang, own) is Freigabe.FREIGEGEBEN)


def freigabe_cell(vorgang: Vorgang, eingetragen: Row) -> Formel:
    """The same as the sheet Anträge shows it: a formula that follows what is typed, and its value now."""
    return Formel(_formel(), freigabe_of(vorgang, eingetragen) or "")


def _freigabe(entschieden: str, eingetragen: Row) -> Freigabe:
    wer, zweite = (person(_text(eingetragen, name)) for name in ("bearbeitet_von", "freigegeben_von"))
    if not zweite and not _text(eingetragen, "freigegeben_am").strip():
        return Freigabe.BEARBEITET if wer else Freigabe.OFFEN
    if not (kennung := _kennung(eingetragen)):
        return Freigabe.UNVOLLSTAENDIG
    zu = _text(eingetragen, FREIGEGEBENES)
    notiert = _gleich(zu[_LAENGE + 1 :], kennung)
    verdict = zu[_LAENGE] if notiert else _GILT
    if not wer or _gleich(wer, zweite) or verdict == _SELBST:
        return Freigabe.ZWEITE_PERSON
    if verdict == _KUENFTIG:
        return Freigabe.UNVOLLSTAENDIG
    return Freigabe.GEAENDERT if notiert and zu[:_LAENGE] != entschieden else Freigabe.FREIGEGEBEN


def _text(row: Row, name: str) -> str:
    return str(row.get(name) or "")


def _gleich(one: str, other: str) -> bool:
    """As = compares texts in Excel."""
    return one.lower() == other.lower()


@cache
def _formel() -> str:
    wer, zweite = (_ohne_leerzeichen(ANTRAEGE.here(name)) for name in ("bearbeitet_von", "freigegeben_von"))
    tag, zu, jetzt = (ANTRAEGE.here(name) for name in ("freigegeben_am", FREIGEGEBENES, ENTSCHEIDUNG))
    ist_tag = f"IF(ISNUMBER({tag}),AND({tag}=INT({tag}),{tag}>={_ERSTER},{tag}<{_NACH_LETZTEM}),FALSE)"
    kennung = f'YEAR({tag})*10000+MONTH({tag})*100+DAY({tag})&" "&{zweite}'
    notiert = f"MID({zu},{_LAENGE + 2},LEN({zu}))={kennung}"
    verdict = f"MID({zu},{_LAENGE + 1},1)"
    gilt = f'IF(AND(LEFT({zu},{_LAENGE})<>{jetzt},{notiert}),"{Freigabe.GEAENDERT}","{Freigabe.FREIGEGEBEN}")'
    spaeter = f'IF(AND({verdict}="{_KUENFTIG}",{notiert}),"{Freigabe.UNVOLLSTAENDIG}",{gilt})'
    selbst = f'OR({wer}="",{wer}={zweite},AND({verdict}="{_SELBST}",{notiert}))'
    selbst = f'IF({selbst},"{Freigabe.ZWEITE_PERSON}",{spaeter})'
    ganz = f'IF({zweite}="",FALSE,{ist_tag})'
    ohne = f'IF({wer}="","{Freigabe.OFFEN}","{Freigabe.BEARBEITET}")'
    halb = f'IF({ganz},{selbst},"{Freigabe.UNVOLLSTAENDIG}")'
    reif = f'IF(AND({zweite}="",TRIM({tag})=""),{ohne},{halb})'
    return f'IF({ANTRAEGE.here("stand")}<>"{Stand.ENTSCHIEDEN}","",{reif})'


def _ohne_leerzeichen(cell: str) -> str:
    """As `person`."""
    return f'SUBSTITUTE(SUBSTITUTE(SUBSTITUTE({cell},CHAR(10),"")," ",""),"\N{NO-BREAK SPACE}","")'


_ERSTER, _NACH_LETZTEM = f"DATE({JAHRE.start},1,1)", f"DATE({JAHRE.stop},1,1)"
