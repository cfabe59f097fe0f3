"""How far staff are with a case: worked on, released by a second person, or something missing for that.

The same rule stands here as a formula, which answers while they type, and as its value for viewers that do not
calculate. What the release is good for is told by the checks M01 to M04.
"""

from __future__ import annotations

from pik_xl.columns import Formel, Row
from pik_xl.form import normalise
from pik_xl.model import Freigabe, Stand


def freigabe(row: Row, eingetragen: Row) -> Formel:
    """The state of release of a row of tbl_antraege, given what staff typed in it (names of columns to values)."""
    return Formel(_formel(), _stand(row, eingetragen) or "")


def _stand(row: Row, eingetragen: Row) -> Freigabe | None:
    if row.get("stand") != Stand.ENTSCHIEDEN:
        return None
    names = ("bearbeitet_von", "freigegeben_von", "freigegeben_am")
    wer, zweite, tag = (str(eingetragen.get(name) or "").strip() for name in names)
    if not zweite and not tag:
        return Freigabe.BEARBEITET if wer else Freigabe.OFFEN
    if not zweite or not tag:
        return Freigabe.UNVOLLSTAENDIG
    return Freigabe.FREIGEGEBEN if wer and normalise(wer) != normalise(zweite) else Freigabe.ZWEITE_PERSON


def _formel() -> str:
    headers = ("Stand", "Bearbeitet von", "Freigegeben von", "Freigegeben am")
    stand, wer, zweite, tag = (f"TRIM(tbl_antraege[[#This Row],[{header}]])" for header in headers)
    ohne = f'IF({wer}="","{Freigabe.OFFEN}","{Freigabe.BEARBEITET}")'
    selbst = f'IF(OR({wer}="",{wer}={zweite}),"{Freigabe.ZWEITE_PERSON}","{Freigabe.FREIGEGEBEN}")'
    halb = f'IF(OR({zweite}="",{tag}=""),"{Freigabe.UNVOLLSTAENDIG}",{selbst})'
    return f'IF({stand}<>"{Stand.ENTSCHIEDEN}","",IF(AND({zweite}="",{tag}=""),{ohne},{halb}))'
