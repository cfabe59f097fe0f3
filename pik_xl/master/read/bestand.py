"""Reads the sheet Bestand: the approved posts, with a sentence for every cell that cannot be used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from pik_xl.errors import PikError
from pik_xl.kinds import Kind, Value
from pik_xl.master.read.table import NOTIZ, bitte_um, entries_of, fault, gefunden, nur_notiz, parse
from pik_xl.master.sheets.columns import Column
from pik_xl.master.sheets.office_specs import BESTAND
from pik_xl.master.sheets.rows import as_text
from pik_xl.model import Art, Bewilligung, Qualifikation
from pik_xl.ooxml.address import address
from pik_xl.ooxml.workbook import Cell, Workbook
from pik_xl.values import JAHRE, clean

Problem = tuple[str, str, str]  # cell, what was found, what was made of it

_SHOWN = 30
_REQUIRED = ("stelle", "ags", "traeger", "art", "qualifikation", "vzae", "beginn", "bewilligt_bis")
_AGS = re.compile(r"08\d{3}(\d{3,4})?\Z")


def read_bestand(book: Workbook) -> tuple[tuple[Bewilligung, ...], list[Problem]]:
    """The approved posts of the sheet Bestand, and what was read with good will (days typed as text ...).

    PikError lists every cell that cannot be used: where, what was found, what to do.
    """
    bestand, problems, faults = [], [], []
    first_seen: dict[str, int] = {}
    for row, columns, cells in entries_of(book, BESTAND):
        where = {name: address(row, col) for name, col in columns.items()}
        values, remarks, wrong = _bestand_values(cells, where, book.date1904)
        if (stelle := str(values.get("stelle", ""))) in first_seen and not wrong:
            wrong = [_fault(where, "stelle", stelle, f"Die Stelle steht schon in Zeile {first_seen[stelle]}; "
                            "bitte eine der beiden ändern oder löschen.")]  # fmt: skip
        if wrong and len(cells) <= NOTIZ:
            wrong = [nur_notiz(BESTAND, row, cells)]
        first_seen.setdefault(stelle, _row_number(where["stelle"]))
        problems += remarks
        faults += wrong
        if not wrong:
            bestand.append(Bewilligung(**values))  # type: ignore[arg-type]  # checked column by column
    if faults:
        more = [f"… und {len(faults) - _SHOWN} weitere."] if len(faults) > _SHOWN else []
        raise PikError("\n".join(["Der Bestand lässt sich so nicht verwenden:", *faults[:_SHOWN], *more]))
    return tuple(bestand), problems


def _row_number(zelle: str) -> int:
    return int(zelle.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def _fault(where: Mapping[str, str], name: str, gefunden: str, bitte: str) -> str:
    """One line on a cell of the column of that name."""
    header = BESTAND.header(name)
    return fault(BESTAND.sheet, where[name], header, gefunden, bitte)


def _bestand_values(
    cells: Mapping[str, Cell], where: Mapping[str, str], date1904: bool
) -> tuple[dict[str, object], list[Problem], list[str]]:
    """The values of one row by name, remarks on what was typed oddly, and the faults as sentences."""
    values: dict[str, object] = {"jahresbetrag": None}
    remarks: list[Problem] = []
    faults: list[str] = []
    for column in BESTAND.columns:
        cell = cells.get(column.name)
        if cell is None or not clean(cell.text):
            if column.name in _REQUIRED:
                faults.append(_fault(where, column.name, "", f"Bitte „{column.header}“ ausfüllen."))
            values.setdefault(column.name, "")
            continue
        try:
            value = parse(column, cell, date1904)
        except (ValueError, OverflowError):
            faults.append(_fault(where, column.name, gefunden(column, cell, date1904), bitte_um(column)))
            continue
        values[column.name] = clean(value) if isinstance(value, str) else value
        if remark := _remark(column, cell, value):
            remarks.append((where[column.name], cell.text, remark))
    if not faults:
        values |= {"art": Art(str(values["art"])), "qualifikation": Qualifikation(str(values["qualifikation"]))}
        values["kreis"] = values["kreis"] or str(values["ags"])[:5]
        faults = _contradictions(values, where)
    return values, remarks, faults


def _remark(column: Column, cell: Cell, value: Value) -> str:
    if cell.kind == "text" and not isinstance(value, str):
        return f"als Text eingetragen, gelesen als {as_text(value)}"
    if column.kind is Kind.SCHLUESSEL and cell.kind == "zahl":
        return f"als Zahl eingetragen, gelesen als {value}"
    return ""


def _contradictions(values: Mapping[str, object], where: Mapping[str, str]) -> list[str]:
    faults = []
    for name, form in (("ags", "5, 8 oder 9"), ("kreis", "5")):
        text = str(values[name])
        if not _AGS.match(text) or (name == "kreis" and len(text) != 5):
            faults.append(_fault(where, name, text, f"Bitte den amtlichen Schlüssel mit {form} Ziffern "
                                 "eintragen; er beginnt mit 08."))  # fmt: skip
    for name in ("beginn", "bewilligt_bis"):
        day = values[name]
        if isinstance(day, date) and day.year not in JAHRE:
            faults.append(_fault(where, name, as_text(day), "Bitte das Jahr prüfen."))
    beginn, ende, vzae, jahresbetrag = (values[n] for n in ("beginn", "bewilligt_bis", "vzae", "jahresbetrag"))
    if isinstance(beginn, date) and isinstance(ende, date) and ende < beginn:
        faults.append(_fault(where, "bewilligt_bis", as_text(ende), f"Das Ende liegt vor dem Beginn {as_text(beginn)}; "
                             "bitte eines der beiden berichtigen."))  # fmt: skip
    if isinstance(vzae, Decimal) and vzae <= 0:
        faults.append(_fault(where, "vzae", as_text(vzae), "Bitte einen Anteil über 0 eintragen."))
    if isinstance(jahresbetrag, Decimal) and jahresbetrag < 0:
        faults.append(_fault(where, "jahresbetrag", as_text(jahresbetrag), "Bitte einen Betrag ab 0 eintragen."))
    return faults
