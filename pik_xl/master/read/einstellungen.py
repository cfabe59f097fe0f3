"""Reads what the office has set in the master: the sheets Einstellungen, Abweichungen and Ansprechpartner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from pik_xl.errors import PikError
from pik_xl.kinds import Value
from pik_xl.master.read.table import (
    bitte_um,
    bitte_um_email,
    entries_of,
    fault,
    gefunden,
    nur_notiz,
    parse,
    rows_of,
    values_of,
)
from pik_xl.master.sheets.columns import Column
from pik_xl.master.sheets.office_specs import ABWEICHUNGEN, ANSPRECHPARTNER
from pik_xl.master.sheets.specs import EINSTELLUNGEN
from pik_xl.model import Ansprechpartner
from pik_xl.ooxml.address import address
from pik_xl.ooxml.workbook import Cell, Workbook
from pik_xl.recht.einstellungen import EINSTELLBAR, EMAIL, FRIST, FRIST_TAGE, Einstellungen
from pik_xl.recht.rules import CHOICES, UNITS, Abweichung, Rule, Rulebook, span, within
from pik_xl.values import JAHRE, clean, email_fault, normalise

_BLATT = ABWEICHUNGEN.sheet
# What a rule's value is typed as.


def read_einstellungen(book: Workbook) -> Einstellungen:
    """What is set on the sheet Einstellungen; PikError lists every cell that cannot be used."""
    gesetzt: dict[str, Value] = {}
    zellen: dict[str, str] = {}
    faults: list[str] = []
    known = {(normalise(e.bereich), normalise(e.titel)): e for e in EINSTELLBAR}
    for row, columns, cells in rows_of(book, EINSTELLUNGEN):
        bereich, titel = (normalise(cells[n].text) if n in cells else "" for n in ("bereich", "einstellung"))
        if "wert" not in cells or (setting := known.get((bereich, titel))) is None:
            continue
        column, zellen[setting.name] = Column(setting.name, setting.titel, setting.kind), address(row, columns["wert"])
        try:
            gesetzt[setting.name] = _checked(setting.name, parse(column, cells["wert"], book.date1904))
        except (ValueError, OverflowError):
            header = EINSTELLUNGEN.header("wert")
            found = gefunden(column, cells["wert"], book.date1904)
            bitte = _bitte_zu(setting.name, column, found)
            faults.append(fault(EINSTELLUNGEN.sheet, zellen[setting.name], header, found, bitte))
    _refuse(faults)
    return Einstellungen(gesetzt, zellen, EINSTELLUNGEN.sheet)


def _bitte_zu(name: str, column: Column, found: str) -> str:
    """What to type instead in the cell of a setting."""
    if name == FRIST:
        return f"Bitte eine ganze Zahl von {FRIST_TAGE[0]} bis {FRIST_TAGE[-1]} eintragen."
    return bitte_um_email(found) if name == EMAIL else bitte_um(column)


def _checked(name: str, wert: Value) -> Value:
    if name == FRIST and wert not in FRIST_TAGE:
        raise ValueError(wert)
    if name == EMAIL:
        wert = clean(str(wert))
        if wert and email_fault(wert):
            raise ValueError(wert)
    return _in_our_time(wert)


def _in_our_time(wert: Value) -> Value:
    """A day in a year that can be meant; anything else as it is."""
    if isinstance(wert, date) and wert.year not in JAHRE:
        raise ValueError(wert)
    return wert


def read_abweichungen(book: Workbook, rules: Rulebook) -> tuple[Abweichung, ...]:
    """The deviations from the rulebook; PikError lists every cell that is missing or cannot be used."""
    found, faults = [], []
    for row, columns, cells in entries_of(book, ABWEICHUNGEN):
        where = {name: address(row, column) for name, column in columns.items()}
        values, wrong = _abweichung(cells, where, rules, book.date1904)
        faults += [nur_notiz(ABWEICHUNGEN, row, cells)] if wrong and len(cells) == 1 else wrong
        if not wrong:
            found.append(
                Abweichung(wo=f"Blatt „{_BLATT}“, Zeile {row}", zellen=where, blatt=_BLATT, **values)  # type: ignore[arg-type]
            )
    _refuse(faults)
    return tuple(found)


def _abweichung(
    cells: Mapping[str, Cell], where: Mapping[str, str], rules: Rulebook, date1904: bool
) -> tuple[dict[str, object], list[str]]:
    """The values of one row by name, and its faults as sentences."""
    values: dict[str, object] = {}
    faults: list[str] = []
    rule = rules.named(cells["regel"].text) if "regel" in cells else None
    for column in _columns(rule):
        cell = cells.get(column.name)
        if cell is None:
            faults.append(fault(_BLATT, where[column.name], column.header, "", f"Bitte „{column.header}“ ausfüllen."))
            continue
        try:
            values[column.name] = _parsed(column, cell, rule, date1904)
        except (ValueError, OverflowError):
            found = gefunden(column, cell, date1904)
            faults.append(fault(_BLATT, where[column.name], column.header, found, _bitte(column, rule, rules)))
    return values, faults


def _bitte(column: Column, rule: Rule | None, rules: Rulebook) -> str:
    """What to type in the column instead, for the rule of the row."""
    if column.name == "regel":
        return f"Bitte eine dieser Regeln nennen: {', '.join(r.name for r in rules.rules.values())}."
    moeglich = span(rule.key, rule.unit) if rule and column.name == "wert" else ""
    return f"{bitte_um(column)} Für „{rule.name}“ möglich: {moeglich}." if rule and moeglich else bitte_um(column)


def _columns(rule: Rule | None) -> Iterator[Column]:
    """The columns of the sheet; what the value has to be, the rule says."""
    for column in ABWEICHUNGEN.columns:
        yield replace(column, kind=UNITS[rule.unit] if rule and column.name == "wert" else column.kind)


def _parsed(column: Column, cell: Cell, rule: Rule | None, date1904: bool) -> object:
    """The entry as its column wants it; a word the rule may hold instead of a value stays a word."""
    if column.name == "regel":
        if rule is None:
            raise ValueError(cell.text)
        return rule.key
    words = CHOICES.get(rule.key, frozenset()) if rule and column.name == "wert" else frozenset()
    word = next((w for w in words if normalise(w) == normalise(cell.text)), None)
    value = word or _in_our_time(parse(column, cell, date1904))
    if rule and column.name == "wert" and not within(rule.key, rule.unit, value):  # type: ignore[arg-type]  # never None
        raise ValueError(value)
    return value


def read_ansprechpartner(book: Workbook) -> dict[str, Ansprechpartner]:
    """Who is responsible for which Kreis, by its key; rows without a name are left out.

    PikError lists every cell with an e-mail address that is none.
    """
    found, faults = {}, []
    for number, columns, cells in rows_of(book, ANSPRECHPARTNER):
        row = {n: str(v) for n, v in values_of(ANSPRECHPARTNER, cells, book.date1904).items() if n != "bezeichnung"}
        row["email"] = clean(row.get("email", ""))
        if not row.get("kreis") or not (row.get("name") or row.get("durchwahl") or row["email"]):
            continue
        if row["email"] and email_fault(row["email"]):
            header = ANSPRECHPARTNER.header("email")
            where = address(number, columns["email"])
            faults.append(fault(ANSPRECHPARTNER.sheet, where, header, row["email"], bitte_um_email(row["email"])))
        found[row["kreis"]] = Ansprechpartner(**row)
    if faults:
        raise PikError("\n".join(["Die Ansprechpartner im Master lassen sich so nicht verwenden:", *faults]))
    return found


def _refuse(faults: Sequence[str]) -> None:
    if faults:
        raise PikError("\n".join(["Die Einstellungen im Master lassen sich so nicht verwenden:", *faults]))
