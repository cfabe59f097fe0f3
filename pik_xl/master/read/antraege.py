"""Reads from the sheet Anträge what is known of applications that come in again."""

from __future__ import annotations

from datetime import date

from pik_xl.master.read.table import Rows
from pik_xl.model import Bekanntes, Stand
from pik_xl.values import ist_tag


def read_bekanntes(antraege: Rows) -> Bekanntes:
    """The days applications came in, and those that counted in the last run.

    What staff entered under „Eingang berichtigt“ goes before what stands under „Eingang“.
    """
    days: dict[tuple[str, str], list[date]] = {}
    geltende = set()
    for row in antraege.values:
        schluessel, ags, inhalt = (str(row.get(name) or "") for name in ("schluessel", "ags", "inhalt"))
        entered = (row.get("eingang_berichtigt"), row.get("eingang"))
        day = next((day for day in entered if isinstance(day, date) and ist_tag(day)), None)
        if day and inhalt:
            for name in (schluessel, ags):
                days.setdefault((name, inhalt), []).append(day)
        if row.get("stand") != Stand.ERSETZT:
            geltende.add((schluessel, inhalt))
    return Bekanntes({key: those[0] for key, those in days.items() if len(those) == 1}, frozenset(geltende))
