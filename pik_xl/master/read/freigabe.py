"""Reads from the master what staff typed on the sheet Anträge, and which decision their release is for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from pik_xl.kinds import Value
from pik_xl.master.read.table import Staff, read_rows, read_staff, rows_of, values_of, with_years
from pik_xl.master.sheets.columns import FREIGEGEBENES
from pik_xl.master.sheets.freigabe import STELLE, entscheidung, freigegebenes
from pik_xl.master.sheets.rows import row_keys
from pik_xl.master.sheets.specs import ANTRAEGE, STELLEN
from pik_xl.master.sheets.years import BETRAG
from pik_xl.ooxml.workbook import Workbook


def read_eingetragen(book: Workbook, heute: date) -> Staff:
    """What staff typed on the sheet Anträge, by key of the application, and what they released (`freigegebenes`).

    A release no run has seen yet is for the decision in its row as it stands now, which is what the person saw. That
    is read from the cells, so that it can be said of a master without checksums, too. A day of release typed as text
    stays text. `heute` is the day of the run.
    """
    spec = ANTRAEGE
    eingetragen, stellen = read_staff(book, spec), _stellen(book)
    found = [cells for _, _, cells in rows_of(book, spec)]
    rows = [values_of(spec, cells, book.date1904) for cells in found]
    alt = dict(zip(row_keys(spec, rows), zip(rows, found, strict=True), strict=True))
    for key, own in eingetragen.items():
        row, cells = alt.get(key, ({}, {}))
        if (tag := cells.get("freigegeben_am")) and tag.kind != "zahl":
            own["freigegeben_am"] = tag.text
        entschieden = entscheidung(row, stellen.get(row.get("schluessel"), ())) if row else ""
        own[FREIGEGEBENES] = freigegebenes(own, str(row.get(FREIGEGEBENES) or ""), entschieden, heute)
    return eingetragen


def _stellen(book: Workbook) -> dict[Value, list[dict[str, Value]]]:
    """The decided posts of each application, by its key as the sheet Stellen has it."""
    spec = with_years(book, STELLEN)
    names = {"schluessel", *STELLE, *(c.name for c in spec.columns if c.name.startswith(BETRAG))}
    found: dict[Value, list[dict[str, Value]]] = {}
    for row in read_rows(book, replace(spec, columns=tuple(c for c in spec.columns if c.name in names))):
        found.setdefault(row.get("schluessel"), []).append(row)
    return found
