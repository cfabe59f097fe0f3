"""What rows of several sheets share: their keys and order, their Kreis, values as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from pik_xl.kinds import Formel, Row, Value
from pik_xl.master.sheets.columns import TableSpec
from pik_xl.model import Antrag
from pik_xl.recht.entscheidung import Vorgang
from pik_xl.recht.vorgang import zugeordneter_kreis
from pik_xl.register import Kreis
from pik_xl.values import as_datum

JA_NEIN = {True: "ja", False: "nein", None: None}


def in_order(vorgaenge: Iterable[Vorgang], kreise: Mapping[str, Kreis]) -> list[Vorgang]:
    """By Kreis, applicant and day of receipt; what names no Kreis comes last."""

    def order(vorgang: Vorgang) -> tuple[str, int, str, date, str]:
        a = vorgang.antrag
        return (zugeordneter_kreis(a, kreise) or "~", len(a.ags), a.ags, a.eingang, a.schluessel)

    return sorted(vorgaenge, key=order)


def kreis_name(ags: str, kreise: Mapping[str, Kreis]) -> str:
    """What a Kreis is called; what is no key of one stays as it is."""
    return kreise[ags].bezeichnung if ags in kreise else ags


def kreis_cells(antrag: Antrag, kreise: Mapping[str, Kreis]) -> Row:
    """The Kreis an application is counted in, by its name and its key."""
    ags = zugeordneter_kreis(antrag, kreise)
    return {"kreis": kreis_name(ags, kreise), "kreis_ags": ags if ags in kreise else None}


def row_keys(spec: TableSpec, rows: Iterable[Row]) -> list[str]:
    """The key of each row as text; a key that occurs again is numbered, so that no two rows share one."""
    seen: Counter[str] = Counter()
    keys = []
    for row in rows:
        key = " | ".join(as_text(row.get(name)) for name in spec.key)
        seen[key] += 1
        keys.append(key if seen[key] == 1 else f"{key} #{seen[key]}")
    return keys


def as_text(value: Value | Formel) -> str:
    """A value as a person would have typed it: 31.12.2021, 0,5; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, date):
        return as_datum(value)
    return str(value).replace(".", ",") if isinstance(value, Decimal) else str(value)
