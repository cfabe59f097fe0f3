"""Reads the master back: the Bestand, the record of runs, and what people typed in the tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from pik_xl.errors import PikError
from pik_xl.kinds import Kind, Value, value_of
from pik_xl.master.sheets.columns import Column, Owner, TableSpec
from pik_xl.master.sheets.office_specs import ANSPRECHPARTNER, BESTAND
from pik_xl.master.sheets.protokoll import Lauf
from pik_xl.master.sheets.rows import as_text, row_keys
from pik_xl.master.sheets.specs import ANTRAEGE, PROTOKOLL, STELLEN, VERWAIST
from pik_xl.master.sheets.years import jahre_in, mit_jahren
from pik_xl.model import Ansprechpartner, Art, Bewilligung, Eintragung, Qualifikation, Stand
from pik_xl.ooxml.address import address
from pik_xl.ooxml.container import MASTER, Unreadable
from pik_xl.ooxml.read_workbook import read_workbook
from pik_xl.ooxml.shown import shown
from pik_xl.ooxml.workbook import Cell, Table, Workbook
from pik_xl.values import (
    JAHRE,
    clean,
    email_fault,
    excel_dezimal,
    ist_tag,
    normalise,
)
from pik_xl.workfolder import MASTER as NAME

Staff = dict[str, dict[str, Value]]
Problem = tuple[str, str, str]  # cell, what was found, what was made of it

_SHOWN = 30
_NOTIZ = 2  # so many filled cells may be a note
ZURUECK = (
    "Bitte in Excel gleich „Rückgängig“ (Strg+Z) wählen oder die Mappe ohne Speichern schließen. Ist schon "
    "gespeichert, das Blatt aus der letzten Sicherung in Protokoll/Sicherungen hierher kopieren."
)
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
        if wrong and len(cells) <= _NOTIZ:
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


def fault(blatt: str, zelle: str, spalte: str, gefunden: str, bitte: str) -> str:
    """One line of a message on cells that cannot be used; `spalte` is the header of the column."""
    return f"– Blatt „{blatt}“, Zelle {zelle}, Spalte „{spalte}“: gefunden „{gefunden}“. {bitte}"


def gefunden(column: Column, cell: Cell, date1904: bool) -> str:
    """What stands in a cell of the column, as people see it."""
    return shown(cell, cell.text, date1904, column.kind is Kind.DATUM)


def _fault(where: Mapping[str, str], name: str, gefunden: str, bitte: str) -> str:
    """The same for the column of that name of the Bestand."""
    header = BESTAND.header(name)
    return fault(BESTAND.sheet, where[name], header, gefunden, bitte)


def bitte_um(column: Column) -> str:
    """What to type in the column instead."""
    return _BITTE.get(column.kind, "Bitte den Eintrag prüfen.").format(", ".join(column.auswahl))


_BITTE = {
    Kind.DATUM: "Bitte ein Datum wie 31.12.2021 eintragen.",
    Kind.EURO: "Bitte einen Betrag wie 64.000,00 eintragen.",
    Kind.VZAE: "Bitte eine Zahl wie 0,50 eintragen.",
    Kind.ZAHL: "Bitte eine ganze Zahl eintragen.",
    Kind.AUSWAHL: "Bitte einen dieser Einträge wählen: {}.",
}


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


def bitte_um_email(text: str) -> str:
    """What is wrong with what is no e-mail address, and what to type instead."""
    wrong = email_fault(clean(text))
    return f"Das ist keine E-Mail-Adresse: {wrong}. Bitte genau eine wie poststelle@rps.bwl.de eintragen."


def read_eintragungen(book: Workbook, spec: TableSpec) -> Iterator[Eintragung]:
    """What staff typed in a table of applications or posts, row by row, with the cells it stands in."""
    for row, columns, cells in rows_of(book, spec):
        werte = {c.name: as_text(typed(c, cells[c.name], book.date1904)) for c in spec.staff if c.name in cells}
        if werte:
            names = {"stelle": "stelle", "ags": "ags", "traeger": "traeger", "antrag": "schluessel"}
            known: dict[str, Any] = {to: cells[name].text if name in cells else "" for to, name in names.items()}
            tage = {c.name: tag for c in spec.staff if c.name in cells and cells[c.name].kind == "zahl"
                    and ist_tag(tag := typed(c, cells[c.name], book.date1904))}  # fmt: skip
            zellen = {name: address(row, columns[name]) for name in werte}
            eingang = values_of(spec, {n: cell for n, cell in cells.items() if n == "eingang"}, book.date1904)
            known["eingang"] = tag if isinstance(tag := eingang.get("eingang"), date) else None
            yield Eintragung(spec.sheet, werte, zellen, tage=tage, **known)


def read_eingaenge(book: Workbook) -> dict[tuple[str, str], date]:
    """The days applications came in as the sheet Anträge has them, by key and hash of the content.

    Also by applicant and hash, where only one is meant: its file may have another name now. What staff entered under
    „Eingang berichtigt“ goes before what stands under „Eingang“.
    """
    found: dict[tuple[str, str], list[date]] = {}
    for row in read_rows(book, ANTRAEGE):
        days = (row.get("eingang_berichtigt"), row.get("eingang"))
        day = next((day for day in days if isinstance(day, date) and ist_tag(day)), None)
        if day and (inhalt := row.get("inhalt")):
            for name in ("schluessel", "ags"):
                found.setdefault((str(row.get(name) or ""), str(inhalt)), []).append(day)
    return {key: those[0] for key, those in found.items() if len(those) == 1}


def read_geltende(book: Workbook) -> frozenset[tuple[str, str]]:
    """The applications that counted in the last run, by key and hash of the content."""
    rows = (row for row in read_rows(book, ANTRAEGE) if row.get("stand") != Stand.ERSETZT)
    return frozenset((str(row.get("schluessel") or ""), str(row.get("inhalt") or "")) for row in rows)


def read_summen(book: Workbook, specs: Iterable[TableSpec]) -> Iterator[Eintragung]:
    """The sums over or under a table that somebody typed over; the entry bears the formula as Excel shows it."""
    for spec in specs:
        if (table := book.tables.get(spec.name)) is None:
            continue
        row = table.last_row + 1 if spec.summenzeile else table.header_row - 1
        for number, header in enumerate(table.columns, table.first_col):
            cell = book.sheets[table.sheet].cells.get((row, number))
            summed = any(c.summe and c.header == header for c in spec.columns)
            if summed and cell and not cell.formel and cell.text.strip():
                werte = {"summe": cell.text, "formel": f"=TEILERGEBNIS(109;{spec.name}[{header}])"}
                yield Eintragung(table.sheet, werte, {"summe": address(row, number)})


def read_staff(book: Workbook, spec: TableSpec) -> Staff:
    """What staff typed in a table, by key of the row and name of the column; rows without entries are left out.

    What waits in Verwaist is among it: it goes back to its row as soon as there is one.
    """
    by_header = {c.header: c for c in spec.staff}
    entries: Staff = {}
    for _, _, cells in rows_of(book, VERWAIST):
        row = {name: cell.text for name, cell in cells.items()}
        if row.get("blatt") == spec.sheet and (column := by_header.get(row.get("spalte", ""))):
            value = typed(column, Cell("text", row.get("inhalt", "")), date1904=False)
            entries.setdefault(row.get("schluessel", ""), {}).setdefault(column.name, value)
    for key, here in _staff(book, spec).items():
        entries[key] = entries.get(key, {}) | here
    return entries


def _staff(book: Workbook, spec: TableSpec) -> Staff:
    names = {c.name for c in spec.staff}
    rows = read_rows(book, spec)
    typed = ({n: v for n, v in row.items() if n in names} for row in rows)
    return {key: entries for key, entries in zip(row_keys(spec, rows), typed, strict=True) if entries}


def read_protokoll(book: Workbook) -> tuple[Lauf, ...]:
    """The runs recorded so far, in the order of the sheet."""
    rows = read_rows(book, PROTOKOLL)
    return tuple(Lauf(**{"stempel": "", "was": ""} | row) for row in rows)  # type: ignore[arg-type]  # as typed


def read_rows(book: Workbook, spec: TableSpec) -> list[dict[str, Value]]:
    """The filled rows of a table, each with its filled cells by name of the column."""
    return [values_of(spec, cells, book.date1904) for _, _, cells in rows_of(book, spec)]


@lru_cache(maxsize=1)  # one run asks the same master for Bestand, settings, Protokoll and staff's entries
def open_master(data: bytes) -> Workbook:
    """The workbook in these bytes; PikError if it cannot be read."""
    with lesbar():
        return read_workbook(data, limits=MASTER)


@contextmanager
def lesbar() -> Iterator[None]:
    """PikError for what is damaged in the file of the master, wherever that is met; also as a decorator."""
    try:
        yield
    except Unreadable as fault:
        blatt = f"Blatt „{fault.blatt}“" if fault.blatt else ""
        ort = ", ".join(filter(None, [blatt, f"Zelle {fault.zelle}" if fault.zelle else ""]))
        raise PikError(
            f"Die Master-Arbeitsmappe {NAME} lässt sich nicht lesen ({ort}{': ' * bool(ort)}{fault.gefunden}). Bitte "
            f"die letzte Sicherung aus Protokoll/Sicherungen verwenden: sie als {NAME} an ihre Stelle legen."
        ) from fault


def rows_of(book: Workbook, spec: TableSpec) -> Iterator[tuple[int, Mapping[str, int], dict[str, Cell]]]:
    """Row number, columns by name and filled cells by name, for each filled row; also below the table's end."""
    table = book.tables.get(spec.name)
    if table is None:
        if spec.sheet in book.sheets:
            raise PikError(f"Auf Blatt „{spec.sheet}“ fehlt die Tabelle „{spec.name}“. {ZURUECK}")
        return
    check_kopf(table)
    sheet, columns = book.sheets[table.sheet], columns_of(spec, table.sheet, table.first_col, table.columns)
    names = {col: name for name, col in columns.items()}
    ours = {columns[c.name] for c in spec.columns if c.name in columns and c.owner is Owner.PIK}
    rows: dict[int, dict[str, Cell]] = {}
    for (row, col), cell in sheet.cells.items():
        if row <= table.header_row or col not in names:
            continue
        if cell.kind == "leer_formel" and col in ours:
            continue  # our own formula, saved by a program that does not calculate; every run writes it anew
        if cell.kind == "leer_formel":
            raise PikError(
                f"Blatt „{table.sheet}“, Zelle {address(row, col)}: Die Formel hat noch keinen Wert. "
                "Bitte die Datei in Excel öffnen, speichern und den Lauf wiederholen."
            )
        if cell.text.strip():
            rows.setdefault(row, {})[names[col]] = cell
    for row in sorted(rows):
        yield row, columns, rows[row]


def check_kopf(table: Table) -> None:
    """PikError if somebody has switched off the row of headers, which tells the columns apart."""
    if not table.header_row:
        raise PikError(
            f"Auf Blatt „{table.sheet}“ fehlt die Überschriftenzeile der Tabelle. Bitte in die Tabelle klicken, unter "
            "Tabellenentwurf „Überschrift“ wieder einschalten, speichern und den Lauf wiederholen."
        )


def entries_of(book: Workbook, spec: TableSpec) -> Iterator[tuple[int, Mapping[str, int], dict[str, Cell]]]:
    """The rows of a table the office fills, as `rows_of`, without its totals and notes some rows below it."""
    last = 0
    for row, columns, cells in rows_of(book, spec):
        table = book.tables[spec.name]
        last = max(last, table.last_row)
        if (table.total and row == table.last_row + 1) or (row > last + 1 and len(cells) <= _NOTIZ):
            continue
        last = max(last, row)
        yield row, columns, cells


def nur_notiz(spec: TableSpec, row: int, cells: Mapping[str, Cell]) -> str:
    """One line on a row that says next to nothing."""
    texts = ", ".join(f"„{cell.text}“" for cell in cells.values())
    return (
        f"– Blatt „{spec.sheet}“, Zeile {row}: Hier steht nur {texts}. Bitte die Zeile ausfüllen oder leeren; eigene "
        "Notizen gehören neben die Tabelle oder mit einer leeren Zeile Abstand darunter."
    )


def with_years(book: Workbook, spec: TableSpec) -> TableSpec:
    """The table with columns for all budget years the master's table of posts has."""
    posts = book.tables.get(STELLEN.name)
    return mit_jahren(spec, jahre_in(posts.columns if posts else ()))


def columns_of(spec: TableSpec, sheet: str, first: int, headers: Sequence[str]) -> dict[str, int]:
    """Which column stands where; PikError if one that staff type in was renamed, so that nothing is lost."""
    found = {normalise(header): first + offset for offset, header in enumerate(headers)}
    columns = {c.name: found[normalise(c.header)] for c in spec.columns if normalise(c.header) in found}
    needed = [c.header for c in spec.columns if c.name not in columns and (c.owner == "staff" or c.name in spec.key)]
    if needed:
        raise PikError(
            f"Auf Blatt „{sheet}“ fehlt die Spalte „{needed[0]}“. Gefunden wurden: "
            f"{', '.join(f'„{h}“' for h in headers)}. Bitte die Überschrift wieder so nennen; "
            f"wurde die Spalte gelöscht: {ZURUECK}"
        )
    return columns


def values_of(spec: TableSpec, cells: Mapping[str, Cell], date1904: bool) -> dict[str, Value]:
    """What stands in the filled cells of a row, by name of the column."""
    return {c.name: typed(c, cells[c.name], date1904) for c in spec.columns if c.name in cells}


def typed(column: Column, cell: Cell, date1904: bool) -> Value:
    """What the column makes of the entry; what people see where it makes nothing of it."""
    try:
        return parse(column, cell, date1904)
    except (ValueError, OverflowError):
        return gefunden(column, cell, date1904)


def parse(column: Column, cell: Cell, date1904: bool) -> Value:
    """The entry as the column's kind means it; ValueError if it cannot be that.

    An amount or a share may have its currency wherever it likes; text stays as it was typed, a number as people see it.
    """
    kind, numeric, text = column.kind, cell.kind == "zahl", clean(cell.text)
    if kind in _WORTE and cell.kind == "wahr":
        return gefunden(column, cell, date1904)
    if kind in _WORTE and not (numeric and kind is Kind.SCHLUESSEL):
        return as_text(excel_dezimal(text)) if numeric else cell.text
    if kind in _MIT_WAEHRUNG:
        text = text.replace("€", "").strip()
    official = column.name in ("ags", "kreis")
    return value_of(kind, text, numeric=numeric, date1904=date1904, auswahl=column.auswahl, lost_zero=official)


_WORTE = (Kind.TEXT, Kind.LANGTEXT, Kind.SCHLUESSEL, Kind.ZUSTAND)
_MIT_WAEHRUNG = (Kind.EURO, Kind.VZAE, Kind.PROZENT)
