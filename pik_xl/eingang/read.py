"""A received workbook -> applications plus what could not be read; never an exception for bad input.

Single entries are found by their defined name, rows by the header text of their table; both fall back to
the labels people see, so that a renamed sheet, a moved row or a dropped table does not break a form.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import chain

from pik_xl.eingang.cells import parse
from pik_xl.eingang.receive import Eingang
from pik_xl.fingerprint import entries_fingerprint
from pik_xl.formular import felder as form
from pik_xl.formular import pruefsumme
from pik_xl.formular.felder import Feld
from pik_xl.formular.unberuehrt import unberuehrt
from pik_xl.kinds import Kind
from pik_xl.model import Angabe, Antrag, Bekanntes, Mangel, Place, Sendung, Stelle
from pik_xl.ooxml.address import address, parse_address
from pik_xl.ooxml.container import Unreadable
from pik_xl.ooxml.read_workbook import read_workbook
from pik_xl.ooxml.shown import german, shown
from pik_xl.ooxml.workbook import Cell, Sheet, Workbook
from pik_xl.values import clean, excel_dezimal, is_plain, normalise

# So many header texts in one row make it the header of a table of ours.
HEADERS_NEEDED = 5

# A Sammelmappe of more applicants than the whole state has is none.
_MASTER = "pik_master"  # the name by which the master knows itself
ANTRAGSTELLER_MAX = 1_200
# So many applicants are named, the rest counted; no Landkreis has more.
_GENANNT = 60

# Known beforehand, and yet without them an entry says nothing.
_SCHLUESSEL = ("stelle", "ags")

# What a workbook may carry that a form never does (see `Workbook.merkmale`).
_MERKMALE = ("makros", "externe_verknuepfung", "dde", "webservice")

Row = Mapping[str, tuple[int, int]]
Fields = dict[str, object]


def read(eingang: Eingang, bekanntes: Bekanntes = Bekanntes()) -> Sendung:  # noqa: B008  # frozen
    """One received file, read as an application form or a Sammelmappe.

    Applications that are known have the day they came in first: a file that is copied or saved gets a new one.
    """
    if eingang.mangel:
        return Sendung(eingang.datei, eingang.tag, maengel=(eingang.mangel,))
    try:
        workbook = read_workbook(eingang.data, wanted=_wanted)
    except Unreadable as fault:
        mangel = Mangel(fault.art, Place(eingang.datei, fault.blatt, fault.zelle), fault.gefunden)
        return Sendung(eingang.datei, eingang.tag, maengel=(mangel,))
    return _Reader(eingang.datei, eingang.tag, workbook, hashlib.sha256(eingang.data).hexdigest(), bekanntes).sendung()


def _wanted(sheet: str) -> bool:
    return sheet != form.BLATT_HINWEISE


@dataclass
class _Reader:
    """Reads one workbook; collects what is wrong in `maengel` as it goes."""

    datei: str
    tag: date
    workbook: Workbook
    dateisumme: str
    bekanntes: Bekanntes
    maengel: list[Mangel] = field(default_factory=list)
    places: dict[str, set[tuple[int, int]]] = field(default_factory=dict)  # where entries were looked for, by sheet
    umgebaut: list[str] = field(default_factory=list)
    unsichtbar: list[tuple[str, str]] = field(default_factory=list)
    verbundene: dict[str, list[tuple[int, int]]] = field(default_factory=dict)  # rows with merged cells, by sheet
    zugeordnet: bool = True  # whether it can be told whose a post is

    def sendung(self) -> Sendung:
        if _MASTER in self.workbook.names:  # somebody put the office's own workbook into the in-tray
            self._mangel("kein_formular", gefunden="die Master-Arbeitsmappe")
            return self._result(())
        stellen = self._table(form.TABELLE_STELLEN, form.STELLEN_FELDER)
        single = form.NAME_PREFIX + form.ANTRAG_FELDER[0].name in self.workbook.names
        antragsteller = None if single else self._table(form.TABELLE_ANTRAGSTELLER, form.ANTRAG_FELDER)
        if stellen is None:
            blaetter = ", ".join(f"„{name}“" for name in self.workbook.sheet_names)
            self._mangel("kein_formular", gefunden=f"Blätter {blaetter}")
            return self._result(())
        self._merkmale()
        if antragsteller is not None:
            if len(antragsteller.rows) > ANTRAGSTELLER_MAX:
                gefunden = f"{len(antragsteller.rows)} Zeilen im Blatt der Antragsteller"
                self._mangel("zu_viele_zellen", antragsteller.sheet.name, gefunden=gefunden)
                return self._result(())
            self._spalten(antragsteller, form.antragsteller_felder())
            self._spalten(stellen, form.stellen_felder(sammelmappe=True))
            posts = list(self._stellen(stellen))
            alle = list(self._sammelmappe(antragsteller, posts))
            self._summen(len(alle), posts, stellen)
            return self._result(self._gestellt(alle, antragsteller))
        self._spalten(stellen, form.stellen_felder(sammelmappe=False))
        return self._result((self._einzelantrag(stellen),))

    def _result(self, antraege: Sequence[Antrag]) -> Sendung:
        self._remarks()
        if len(antraege) == 1 and not antraege[0].sammelmappe:
            self._belongs(0, antraege[0].schluessel)
        return Sendung(self.datei, self.tag, tuple(antraege), tuple(self.maengel))

    def _mangel(self, art: str, blatt: str = "", zelle: str = "", gefunden: str = "", feld: str = "") -> None:
        self.maengel.append(Mangel(art, Place(self.datei, blatt, zelle), gefunden, feld))

    def _merkmale(self) -> None:
        for merkmal in _MERKMALE:
            if merkmal in self.workbook.merkmale:
                self._mangel(merkmal)

    def _remarks(self) -> None:
        """What was read although it does not stand as it was sent; nobody is asked, but everybody can see it."""
        if self.umgebaut:
            self._mangel("umgebaut", gefunden="; ".join(dict.fromkeys(self.umgebaut)))
        for name, places in self.places.items():
            sheet = self.workbook.sheets[name]
            rows = sorted({row for row, col in places & sheet.cells.keys() if row in sheet.hidden_rows})
            if sheet.state != "visible":
                self._mangel("ausgeblendet", name, gefunden=f"das Blatt „{name}“")
            elif rows:
                numbers = ", ".join(map(str, rows[:10])) + (" …" if len(rows) > 10 else "")
                self._mangel("ausgeblendet", name, f"A{rows[0]}", f"Zeile {numbers}")
            for ref in _merged(sheet, places):
                self._mangel("verbunden", name, ref.partition(":")[0], ref)
        if self.unsichtbar:
            blatt, zelle = self.unsichtbar[0]
            more = f" und {len(self.unsichtbar) - 1} weiteren Zellen" if len(self.unsichtbar) > 1 else ""
            self._mangel("unsichtbare_zeichen", blatt, zelle, f"Zelle {zelle}{more}")

    # --- one application -------------------------------------------------------------------------

    def _einzelantrag(self, table: _Found) -> Antrag:
        places: dict[str, tuple[Sheet, int, int]] = {}
        labels: Mapping[str, tuple[Sheet, int, int]] | None = None
        for feld in form.ANTRAG_FELDER:
            if named := self._named(feld.name):
                places[feld.name] = named
                continue
            if labels is None:
                labels = self._labels()
            if found := labels.get(normalise(feld.label)):
                places[feld.name] = found
                self.umgebaut.append("Eingaben an ihrer Beschriftung erkannt")
        for sheet, row, col in places.values():
            self.places.setdefault(sheet.name, set()).add((row, col))
        values, angaben = self._entries(
            (feld, *places[feld.name]) for feld in form.ANTRAG_FELDER if feld.name in places
        )
        stellen = list(self._stellen(table))
        return self._antrag(self.datei, values, angaben, stellen, sammelmappe=False)

    def _labels(self) -> dict[str, tuple[Sheet, int, int]]:
        """Where the entry for each label stands: the first cell with a value to its right, else the next one."""
        wanted = {normalise(feld.label) for feld in form.ANTRAG_FELDER}
        found: dict[str, tuple[Sheet, int, int]] = {}
        for sheet in self.workbook.sheets.values():
            for (row, col), cell in sheet.cells.items():
                label = _label(cell)
                if label in wanted and label not in found:
                    right = [c for c in range(col + 1, col + 6) if (row, c) in sheet.cells]
                    found[label] = (sheet, row, right[0] if right else col + 1)
        return found

    def _sammelmappe(self, table: _Found, stellen: Iterable[Stelle]) -> Iterator[Antrag]:
        """An application for each applicant, also for one whose row is as it was sent."""
        by_ags: dict[str, list[Stelle]] = {}
        keys: set[str] = set()
        for stelle in stellen:
            by_ags.setdefault(stelle.ags, []).append(stelle)
        for row in self._rows(table):
            seen = len(self.maengel)
            values, angaben = self._entries((feld, table.sheet, row, col) for feld, col in table.columns)
            if not any(angabe.text for angabe in angaben.values()):
                continue
            schluessel = self._key(str(values.get("ags") or f"Zeile {row}"))
            if twice := schluessel in keys:  # which of the rows holds, only the sender can say
                angabe = angaben["ags"]
                self._mangel("antragsteller_doppelt", angabe.blatt, angabe.zelle, angabe.text, "ags")
            self._belongs(seen, schluessel)
            keys.add(schluessel)
            if twice:
                continue
            rows = by_ags.pop(str(values.get("ags", "")), [])
            yield self._antrag(schluessel, values, angaben, rows, sammelmappe=True)
        for ags, orphans in by_ags.items() if self.zugeordnet else ():
            angabe = orphans[0].angaben.get("stelle") or orphans[0].angaben["ags"]
            self._mangel("stelle_ohne_antragsteller", angabe.blatt, angabe.zelle, ags or "leer", "ags")

    def _gestellt(self, antraege: Sequence[Antrag], table: _Found) -> list[Antrag]:
        """The applications among them; who left the row as it was sent has not applied, and is named once."""
        doppelt = {mangel.antrag for mangel in self.maengel if mangel.art == "antragsteller_doppelt"}
        leer = {a.schluessel: a for a in antraege
                if unberuehrt(a) and a.schluessel not in doppelt and not self._verbunden(a)}  # fmt: skip
        if leer:
            self.maengel = [mangel for mangel in self.maengel if mangel.antrag not in leer]
            names = [a.traeger or a.ags for a in leer.values()]
            mehr = f" und {len(names) - _GENANNT} weitere" if len(names) > _GENANNT else ""
            gefunden = f"{len(names)} von {len(antraege)} Antragstellern ({', '.join(names[:_GENANNT])}{mehr})"
            zelle = next(iter(leer.values())).angaben["ags"].zelle
            self._mangel("unberuehrt", table.sheet.name, zelle, gefunden)
        return [a for a in antraege if a.schluessel not in leer]

    def _verbunden(self, antrag: Antrag) -> bool:
        """Whether somebody merged cells over its rows: an entry of the first row may be meant for all."""
        angaben = [*antrag.angaben.values(), *chain.from_iterable(s.angaben.values() for s in antrag.stellen)]
        zeilen = {(angabe.blatt, parse_address(angabe.zelle)[0]) for angabe in angaben}
        return any(top <= row <= bottom for blatt, row in zeilen for top, bottom in self._verbundene(blatt))

    def _verbundene(self, blatt: str) -> list[tuple[int, int]]:
        """First and last row of the merged ranges on a sheet, below the header of its table."""
        if blatt not in self.verbundene:
            spans = [span for ref in self.workbook.sheets[blatt].merged[:_MERGED_MAX] if (span := _rows_of(ref))]
            self.verbundene[blatt] = [span for span in spans if span[1] >= form.ERSTE_ZEILE]
        return self.verbundene[blatt]

    def _summen(self, antragsteller: int, stellen: Sequence[Stelle], table: _Found) -> None:
        """Compare the sums the Sammelmappe shows with what its rows gave; it counts rows nobody filled in, too."""
        if not {"verlaengern", "vzae"} <= {feld.name for feld, _ in table.columns}:
            return
        wanted = [stelle for stelle in stellen if stelle.verlaengern]
        found = {
            "summe_antragsteller": Decimal(antragsteller),
            "summe_stellen": Decimal(len(wanted)),
            "summe_vzae": sum((stelle.vzae or Decimal(0) for stelle in wanted), Decimal(0)),
        }
        for name, gelesen in found.items():
            sheet, row, col = self._named(name) or (None, 0, 0)
            cell = sheet.cells.get((row, col)) if sheet else None
            if sheet and cell and cell.kind == "zahl" and (summe := _summe(cell)) != gelesen:
                gezeigt = f"„{cell.text}“" if summe is None else german(summe)
                self._mangel("summe_falsch", sheet.name, address(row, col), f"{gezeigt} statt {german(gelesen)}", name)

    def _key(self, ags: str) -> str:
        """What identifies one application of a Sammelmappe."""
        return f"{self.datei}#{ags}"

    def _belongs(self, seen: int, schluessel: str) -> None:
        """Say of everything found wrong since then which application it concerns."""
        self.maengel[seen:] = [replace(mangel, antrag=schluessel) for mangel in self.maengel[seen:]]

    def _antrag(
        self,
        schluessel: str,
        values: Fields,
        angaben: Mapping[str, Angabe],
        stellen: Sequence[Stelle],
        sammelmappe: bool,
    ) -> Antrag:
        inhalt = _inhalt(angaben, stellen)
        return Antrag(
            schluessel=schluessel,
            datei=self.datei,
            eingang=self.bekanntes.eingang(schluessel, str(values.get("ags", "")), inhalt) or self.tag,
            sammelmappe=sammelmappe,
            form_version=self._version,
            pruefsummen=self._pruefsummen,
            inhalt=inhalt,
            dateisumme=self.dateisumme,
            bekannt=(schluessel, inhalt) in self.bekanntes.geltende,
            stellen=tuple(stellen),
            stellen_unklar=not self.zugeordnet,
            angaben=angaben,
            **values,  # type: ignore[arg-type]  # the field table names Antrag's attributes and their kinds
        )

    @cached_property
    def _version(self) -> str:
        return self._form_value("form_version")

    @cached_property
    def _pruefsummen(self) -> Mapping[str, str]:
        return pruefsumme.parse(self._form_value("pruefsumme"))

    def _form_value(self, name: str) -> str:
        sheet, row, col = self._named(name) or (None, 0, 0)
        cell = sheet.cells.get((row, col)) if sheet else None
        return clean(cell.text) if cell else ""

    def _named(self, name: str) -> tuple[Sheet, int, int] | None:
        """Where one of our names points to: sheet, row and column; None if the name or the sheet is lost."""
        named = self.workbook.names.get(form.NAME_PREFIX + name)
        sheet = self.workbook.sheets.get(named[0]) if named else None
        return (sheet, named[1], named[2]) if sheet and named else None

    # --- tables ----------------------------------------------------------------------------------

    def _table(self, name: str, felder: Sequence[Feld]) -> _Found | None:
        """The table by name, else the first row anywhere that carries enough of its headers."""
        by_label = {normalise(feld.label): feld for feld in felder if not feld.formel}
        if found := self._by_name(name, by_label) or self._by_headers(by_label):
            if found.header_row != form.KOPFZEILE:
                self.umgebaut.append(f"Kopfzeile in Zeile {found.header_row} statt {form.KOPFZEILE}")
            if found.sheet.name not in (*form.BLAETTER, *form.SAMMEL_BLAETTER):
                self.umgebaut.append(f"Blatt heißt „{found.sheet.name}“")
        return found

    def _by_name(self, name: str, by_label: Mapping[str, Feld]) -> _Found | None:
        table = self.workbook.tables.get(name)
        if not (table and table.sheet in self.workbook.sheets):
            return None
        sheet = self.workbook.sheets[table.sheet]
        span = range(table.first_col, table.first_col + len(table.columns))
        cells = [(col, cell) for col in span if (cell := sheet.cells.get((table.header_row, col)))]
        columns = _header(cells, by_label)
        return _Found(sheet, table.header_row, columns) if columns else None

    def _by_headers(self, by_label: Mapping[str, Feld]) -> _Found | None:
        for sheet in self.workbook.sheets.values():
            by_row: dict[int, list[tuple[int, Cell]]] = {}
            for (row, col), cell in sheet.cells.items():
                by_row.setdefault(row, []).append((col, cell))
            for row, cells in sorted(by_row.items()):
                columns = _header(cells, by_label)
                if len(columns) >= HEADERS_NEEDED:
                    self.umgebaut.append("Tabelle an ihren Überschriften erkannt")
                    return _Found(sheet, row, columns)
        return None

    def _spalten(self, table: _Found, felder: Sequence[Feld]) -> None:
        """Name the columns the table lacks, each once for all applications of the file.

        A form of an older version may lack what nobody has to enter.
        """
        found = {feld.name: col for feld, col in table.columns}
        ours = {normalise(feld.label) for feld in felder}
        col = next(found[feld.name] - number for number, feld in enumerate(felder, 1) if feld.name in found)
        for feld in felder:
            col = found.get(feld.name, col + 1)  # else where it stood
            needed = feld.pflicht or feld.name in _SCHLUESSEL or self._version in ("", form.FORM_VERSION)
            if feld.name in found or feld.formel or not needed:
                continue
            cell = table.sheet.cells.get((table.header_row, col))
            umbenannt = cell is not None and _label(cell) not in ours
            gefunden = f"„{clean(cell.text)[:_LABEL_MAX]}“" if cell and umbenannt else "nichts"
            art = "bekanntes_fehlt" if feld.vorbelegt and feld.name not in _SCHLUESSEL else "spalte_fehlt"
            zelle = address(table.header_row, max(col, 1)) if umbenannt or cell is None else ""
            place = Place(self.datei, table.sheet.name, zelle)
            self.maengel.append(Mangel(art, place, gefunden, feld.label, antrag=self.datei))  # both tables have an AGS
            self.zugeordnet &= feld.name != "ags"

    def _rows(self, table: _Found) -> list[int]:
        rows, columns = table.rows, [col for _, col in table.columns]
        self.places.setdefault(table.sheet.name, set()).update((row, col) for row in rows for col in columns)
        return rows

    def _stellen(self, table: _Found) -> Iterator[Stelle]:
        for row in self._rows(table):
            seen = len(self.maengel)
            values, angaben = self._entries((feld, table.sheet, row, col) for feld, col in table.columns)
            if any(angabe.text for angabe in angaben.values()):
                values.setdefault("stelle", "")
                stelle = Stelle(angaben=angaben, **values)  # type: ignore[arg-type]  # as in _antrag
                self._belongs(seen, self._key(stelle.ags))
                yield stelle

    # --- cells -----------------------------------------------------------------------------------

    def _entries(self, cells: Iterable[tuple[Feld, Sheet, int, int]]) -> tuple[Fields, dict[str, Angabe]]:
        """The readable values, and every entry as typed (empty ones too, for their place); the rest is a Mangel."""
        values: Fields = {}
        angaben: dict[str, Angabe] = {}
        date1904 = self.workbook.date1904
        for feld, sheet, row, col in cells:
            cell = sheet.cells.get((row, col))
            text = clean(cell.text) if cell else ""
            zelle = address(row, col)
            if cell is None or not (text or cell.kind == "leer_formel"):
                angaben[feld.name] = Angabe("", sheet.name, zelle)
                continue
            if cell.kind == "text" and not is_plain(cell.text):
                self.unsichtbar.append((sheet.name, zelle))
            angaben[feld.name] = Angabe(shown(cell, text, date1904, feld.kind is Kind.DATUM), sheet.name, zelle)
            value, art = parse(feld, cell, text, date1904)
            if value is not None:
                values[feld.name] = value
            if art:
                self._mangel(art, sheet.name, zelle, angaben[feld.name].text, feld.name)
        return values, angaben


@dataclass(frozen=True, slots=True)
class _Found:
    """A table found in a sheet: its header row and the columns of our fields."""

    sheet: Sheet
    header_row: int
    columns: tuple[tuple[Feld, int], ...]

    @property
    def rows(self) -> list[int]:
        """The rows below the header that hold something in our columns, also below the table's own end."""
        ours = {col for _, col in self.columns}
        return sorted({row for row, col in self.sheet.cells if row > self.header_row and col in ours})


# No label of ours is longer, even with a mark or two more.
_LABEL_MAX = 10 + max(len(feld.label) for feld in (*form.ANTRAG_FELDER, *form.STELLEN_FELDER))


def _label(cell: Cell) -> str:
    """The text of a cell as a label, if it can be one."""
    return normalise(cell.text) if cell.kind == "text" and len(cell.text) <= _LABEL_MAX else ""


def _header(cells: Iterable[tuple[int, Cell]], by_label: Mapping[str, Feld]) -> tuple[tuple[Feld, int], ...]:
    """Which column holds which field, from the texts of one row; of two equal headers the first counts."""
    found: dict[str, tuple[Feld, int]] = {}
    for col, cell in cells:
        if feld := by_label.get(_label(cell)):
            found.setdefault(feld.name, (feld, col))
    return tuple(found.values())


def _summe(cell: Cell) -> Decimal | None:
    """The number of a numeric cell; None if it holds none, which no program of a spreadsheet writes."""
    try:
        return excel_dezimal(cell.text)
    except ValueError:
        return None


# A form has one merged range; whoever merged more than this has not filled in a form.
_MERGED_MAX = 100


def _rows_of(ref: str) -> tuple[int, int] | None:
    """First and last row of a range; None for what is none."""
    first, _, last = ref.partition(":")
    try:
        return parse_address(first)[0], parse_address(last or first)[0]
    except ValueError:
        return None


def _merged(sheet: Sheet, places: set[tuple[int, int]]) -> Iterator[str]:
    """The merged ranges that hide a place where an entry was looked for behind their first cell."""
    by_row: dict[int, list[int]] = {}
    for row, col in places:
        by_row.setdefault(row, []).append(col)
    for ref in sheet.merged[:_MERGED_MAX]:
        first, _, last = ref.partition(":")
        try:
            (top, left), (bottom, right) = parse_address(first), parse_address(last)
        except ValueError:
            continue
        rows = by_row.keys() & range(top, bottom + 1)
        if any(left <= col <= right and (row, col) != (top, left) for row in rows for col in by_row[row]):
            yield ref


def _inhalt(angaben: Mapping[str, Angabe], stellen: Sequence[Stelle]) -> str:
    """A hash of everything entered, equal for equal content whatever program saved the file."""
    entries = [angaben, *(stelle.angaben for stelle in stellen)]
    return entries_fingerprint({name: angabe.text for name, angabe in entry.items()} for entry in entries)
