"""Reads from the master what staff typed on the sheet Anträge, and which decision their release is for."""

from __future__ import annotations

from datetime import date

from pik_xl.kinds import Value
from pik_xl.master.read.eintragungen import Staff, read_staff
from pik_xl.master.read.table import Rows
from pik_xl.master.sheets.columns import FREIGEGEBENES
from pik_xl.master.sheets.freigabe import STELLE, entscheidung, freigegebenes
from pik_xl.master.sheets.rows import row_keys
from pik_xl.master.sheets.years import BETRAG


def read_eingetragen(antraege: Rows, stellen: Rows, verwaist: Rows, heute: date) -> Staff:
    """What staff typed on the sheet Anträge, by key of the application, and what they released (`freigegebenes`).

    A release no run has seen yet is for the decision in its row as it stands now, which is what the person saw. That
    is read from the cells, so that it can be said of a master without checksums, too. A day of release typed as text
    stays text. `heute` is the day of the run.
    """
    eingetragen, posts = read_staff(antraege, verwaist), _stellen(stellen)
    pairs = zip(antraege.values, antraege.cells.values(), strict=True)
    alt = dict(zip(row_keys(antraege.spec, antraege.values), pairs, strict=True))
    for key, own in eingetragen.items():
        row, cells = alt.get(key, ({}, {}))
        if (tag := cells.get("freigegeben_am")) and tag.kind != "zahl":
            own["freigegeben_am"] = tag.text
        entschieden = entscheidung(row, posts.get(row.get("schluessel"), ())) if row else ""
        own[FREIGEGEBENES] = freigegebenes(own, str(row.get(FREIGEGEBENES) or ""), entschieden, heute)
    return eingetragen


def _stellen(stellen: Rows) -> dict[Value, list[dict[str, Value]]]:
    """The decided posts of each application, by its key as the sheet Stellen has it."""
    found: dict[Value, list[dict[str, Value]]] = {}
    for row in stellen.values:
        post = {name: value for name, value in row.items() if name in STELLE or name.startswith(BETRAG)}
        found.setdefault(row.get("schluessel"), []).append(post)
    return found
