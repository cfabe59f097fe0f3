"""A received workbook -> applications plus what could not be read; never an exception for bad input.

Where things stand is `locate`'s to find. What cannot be read is told with its cell and with the application it belongs
to; of a form of one applicant everything belongs to that one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import chain

from pik_xl.eingang.cells import parse
from pik_xl.eingang.locate import FormTable, Located, Spot, locate, merged_over, merged_rows, missing, named
from pik_xl.eingang.receive import Eingang
from pik_xl.eingang.sendung import Mangel, Mangelart, Sendung
from pik_xl.fingerprint import entries_fingerprint
from pik_xl.formular import felder as form
from pik_xl.formular import pruefsumme
from pik_xl.formular.felder import Feld
from pik_xl.formular.unberuehrt import unberuehrt
from pik_xl.kinds import Kind
from pik_xl.model import Angabe, Antrag, Bekanntes, Place, Stelle
from pik_xl.ooxml.address import parse_address
from pik_xl.ooxml.container import Unreadable
from pik_xl.ooxml.read_workbook import read_workbook
from pik_xl.ooxml.shown import german, shown
from pik_xl.ooxml.workbook import Cell, Workbook
from pik_xl.values import clean, excel_dezimal, is_plain

_MASTER = "pik_master"  # the name by which the master knows itself
# A Sammelmappe of more applicants than the whole state has is none.
ANTRAGSTELLER_MAX = 1_200
# So many applicants are named, the rest counted; no Landkreis has more.
_GENANNT = 60

# Known beforehand, and yet without them an entry says nothing.
_SCHLUESSEL = ("stelle", "ags")

# What a workbook may carry that a form never does (see `Workbook.merkmale`).
_MERKMALE = (Mangelart.MAKROS, Mangelart.EXTERNE_VERKNUEPFUNG, Mangelart.DDE, Mangelart.WEBSERVICE)

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
        mangel = Mangel(Mangelart(fault.art), Place(eingang.datei, fault.blatt, fault.zelle), fault.gefunden)
        return Sendung(eingang.datei, eingang.tag, maengel=(mangel,))
    if _MASTER in workbook.names:  # somebody put the office's own workbook into the in-tray
        mangel = Mangel(Mangelart.KEIN_FORMULAR, Place(eingang.datei), "die Master-Arbeitsmappe")
        return Sendung(eingang.datei, eingang.tag, maengel=(mangel,))
    summe = hashlib.sha256(eingang.data).hexdigest()
    return _Reader(eingang.datei, eingang.tag, workbook, locate(workbook), summe, bekanntes).sendung()


def _wanted(sheet: str) -> bool:
    return sheet != form.BLATT_HINWEISE


@dataclass
class _Reader:
    """Reads one workbook; collects what is wrong in `maengel` as it goes.

    `places` are the cells that were read by sheet (row and column), `unsichtbar` those with invisible characters,
    `doppelt` the applicants with a second row; `zugeordnet` says whether it can be told whose a post is.
    """

    datei: str
    tag: date
    workbook: Workbook
    where: Located
    dateisumme: str
    bekanntes: Bekanntes
    maengel: list[Mangel] = field(default_factory=list)
    places: dict[str, set[tuple[int, int]]] = field(default_factory=dict)
    unsichtbar: list[tuple[str, str]] = field(default_factory=list)
    doppelt: set[str] = field(default_factory=set)
    zugeordnet: bool = True

    def sendung(self) -> Sendung:
        stellen, antragsteller = self.where.stellen, self.where.antragsteller
        if stellen is None:
            blaetter = ", ".join(f"„{name}“" for name in self.workbook.sheet_names)
            self._mangel(Mangelart.KEIN_FORMULAR, gefunden=f"Blätter {blaetter}")
            return self._result(())
        for merkmal in _MERKMALE:
            if merkmal in self.workbook.merkmale:
                self._mangel(merkmal)
        if antragsteller is None:
            self._spalten(stellen, form.stellen_felder(sammelmappe=False))
            return self._result((self._einzelantrag(stellen),))
        if len(antragsteller.rows) > ANTRAGSTELLER_MAX:
            gefunden = f"{len(antragsteller.rows)} Zeilen im Blatt der Antragsteller"
            self._mangel(Mangelart.ZU_VIELE_ZELLEN, antragsteller.sheet.name, gefunden=gefunden)
            return self._result(())
        self._spalten(antragsteller, form.antragsteller_felder())
        self._spalten(stellen, form.stellen_felder(sammelmappe=True))
        posts = list(self._stellen(stellen))
        alle = list(self._sammelmappe(antragsteller, posts))
        self._summen(len(alle), posts, stellen)
        return self._result(self._gestellt(alle, antragsteller))

    def _result(self, antraege: Sequence[Antrag]) -> Sendung:
        self._remarks()
        return Sendung(self.datei, self.tag, tuple(antraege), tuple(self.maengel))

    def _mangel(
        self,
        art: Mangelart,
        blatt: str = "",
        zelle: str = "",
        gefunden: str = "",
        feld: str = "",
        antrag: str | None = None,
    ) -> None:
        """Note what is wrong at a cell, and with which application; else with that of the whole file."""
        owner = self._ganze if antrag is None else antrag
        self.maengel.append(Mangel(art, Place(self.datei, blatt, zelle), gefunden, feld, owner))

    @cached_property
    def _ganze(self) -> str:
        """The application the whole file is; none where it is a Sammelmappe, or no form."""
        return self.datei if self.where.stellen and not self.where.antragsteller else ""

    def _remarks(self) -> None:
        """What was read although it does not stand as it was sent; nobody is asked, but everybody can see it."""
        if self.where.umgebaut:
            self._mangel(Mangelart.UMGEBAUT, gefunden="; ".join(self.where.umgebaut))
        for name, places in self.places.items():
            sheet = self.workbook.sheets[name]
            rows = sorted({row for row, col in places & sheet.cells.keys() if row in sheet.hidden_rows})
            if sheet.state != "visible":
                self._mangel(Mangelart.AUSGEBLENDET, name, gefunden=f"das Blatt „{name}“")
            elif rows:
                numbers = ", ".join(map(str, rows[:10])) + (" …" if len(rows) > 10 else "")
                self._mangel(Mangelart.AUSGEBLENDET, name, f"A{rows[0]}", f"Zeile {numbers}")
            for ref in merged_over(sheet, places):
                self._mangel(Mangelart.VERBUNDEN, name, ref.partition(":")[0], ref)
        if self.unsichtbar:
            blatt, zelle = self.unsichtbar[0]
            more = f" und {len(self.unsichtbar) - 1} weiteren Zellen" if len(self.unsichtbar) > 1 else ""
            self._mangel(Mangelart.UNSICHTBARE_ZEICHEN, blatt, zelle, f"Zelle {zelle}{more}")

    def _spalten(self, table: FormTable, felder: Sequence[Feld]) -> None:
        """Name the columns the table lacks, each once for all applications of the file.

        A form of an older version may lack what nobody has to enter.
        """
        for feld, gefunden, zelle in missing(table, felder):
            key = feld.name in _SCHLUESSEL
            if not (feld.pflicht or key or self._version in ("", form.FORM_VERSION)):
                continue
            art = Mangelart.BEKANNTES_FEHLT if feld.vorbelegt and not key else Mangelart.SPALTE_FEHLT
            # by its label, as both tables have an AGS; the file stands for all of its applications
            self._mangel(art, table.sheet.name, zelle, gefunden, feld.label, antrag=self.datei)
            self.zugeordnet &= feld.name != "ags"

    # --- applications ----------------------------------------------------------------------------

    def _einzelantrag(self, table: FormTable) -> Antrag:
        self._look_at(spot for _, spot in self.where.entries)
        values, angaben = self._entries(self.where.entries, self.datei)
        return self._antrag(self.datei, values, angaben, list(self._stellen(table)), sammelmappe=False)

    def _sammelmappe(self, table: FormTable, stellen: Iterable[Stelle]) -> Iterator[Antrag]:
        """An application for each applicant, also for one whose row is as it was sent."""
        by_ags: dict[str, list[Stelle]] = {}
        keys: set[str] = set()
        for stelle in stellen:
            by_ags.setdefault(stelle.ags, []).append(stelle)
        for row in self._rows(table):
            ags = self._ags(table, row)
            schluessel = self._key(ags or f"Zeile {row}")
            values, angaben = self._entries(table.spots(row), schluessel)
            if not any(angabe.text for angabe in angaben.values()):
                continue
            if schluessel in keys:  # which of the rows holds, only the sender can say
                angabe = angaben["ags"]
                self._mangel(Mangelart.ANTRAGSTELLER_DOPPELT, angabe.blatt, angabe.zelle, angabe.text, "ags",
                             schluessel)  # fmt: skip
                self.doppelt.add(schluessel)
                continue
            keys.add(schluessel)
            yield self._antrag(schluessel, values, angaben, by_ags.pop(ags, []), sammelmappe=True)
        for ags, orphans in by_ags.items() if self.zugeordnet else ():
            angabe = orphans[0].angaben.get("stelle") or orphans[0].angaben["ags"]
            self._mangel(Mangelart.STELLE_OHNE_ANTRAGSTELLER, angabe.blatt, angabe.zelle, ags or "leer", "ags")

    def _gestellt(self, antraege: Sequence[Antrag], table: FormTable) -> list[Antrag]:
        """The applications among them; who left the row as it was sent has not applied, and is named once."""
        leer = {a.schluessel: a for a in antraege
                if unberuehrt(a) and a.schluessel not in self.doppelt and not self._verbunden(a)}  # fmt: skip
        if leer:
            self.maengel = [mangel for mangel in self.maengel if mangel.antrag not in leer]
            names = [a.traeger or a.ags for a in leer.values()]
            mehr = f" und {len(names) - _GENANNT} weitere" if len(names) > _GENANNT else ""
            gefunden = f"{len(names)} von {len(antraege)} Antragstellern ({', '.join(names[:_GENANNT])}{mehr})"
            zelle = next(iter(leer.values())).angaben["ags"].zelle
            self._mangel(Mangelart.UNBERUEHRT, table.sheet.name, zelle, gefunden)
        return [a for a in antraege if a.schluessel not in leer]

    def _verbunden(self, antrag: Antrag) -> bool:
        """Whether somebody merged cells over its rows: an entry of the first row may be meant for all."""
        angaben = [*antrag.angaben.values(), *chain.from_iterable(s.angaben.values() for s in antrag.stellen)]
        zeilen = {(angabe.blatt, parse_address(angabe.zelle)[0]) for angabe in angaben}
        return any(top <= row <= bottom for blatt, row in zeilen for top, bottom in self._merged[blatt])

    @cached_property
    def _merged(self) -> Mapping[str, list[tuple[int, int]]]:
        return {name: merged_rows(sheet) for name, sheet in self.workbook.sheets.items()}

    def _summen(self, antragsteller: int, stellen: Sequence[Stelle], table: FormTable) -> None:
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
            spot = named(self.workbook, name)
            cell = spot.cell if spot else None
            if spot and cell and cell.kind == "zahl" and (summe := _summe(cell)) != gelesen:
                gezeigt = f"„{cell.text}“" if summe is None else german(summe)
                gefunden = f"{gezeigt} statt {german(gelesen)}"
                self._mangel(Mangelart.SUMME_FALSCH, spot.sheet.name, spot.address, gefunden, name)

    def _key(self, ags: str) -> str:
        """What identifies one application of a Sammelmappe."""
        return f"{self.datei}#{ags}"

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
        spot = named(self.workbook, name)
        return clean(spot.cell.text) if spot and spot.cell else ""

    # --- rows and cells --------------------------------------------------------------------------

    def _stellen(self, table: FormTable) -> Iterator[Stelle]:
        for row in self._rows(table):
            owner = self._ganze or self._key(self._ags(table, row))
            values, angaben = self._entries(table.spots(row), owner)
            if any(angabe.text for angabe in angaben.values()):
                values.setdefault("stelle", "")
                yield Stelle(angaben=angaben, **values)  # type: ignore[arg-type]  # as in _antrag

    def _rows(self, table: FormTable) -> list[int]:
        rows = table.rows
        self._look_at(Spot(table.sheet, row, col) for row in rows for _, col in table.columns)
        return rows

    def _look_at(self, spots: Iterable[Spot]) -> None:
        """Note that an entry is looked for there."""
        for sheet, row, col in spots:
            self.places.setdefault(sheet.name, set()).add((row, col))

    def _ags(self, table: FormTable, row: int) -> str:
        """The key in a row, which says whose it is; empty where there is none to read."""
        for feld, spot in table.spots(row):
            if feld.name == "ags" and (cell := spot.cell) and (text := clean(cell.text)):
                return str(parse(feld, cell, text, self.workbook.date1904)[0] or "")
        return ""

    def _entries(self, spots: Iterable[tuple[Feld, Spot]], owner: str) -> tuple[Fields, dict[str, Angabe]]:
        """The readable values, and every entry as typed (empty ones too, for their place); the rest is a Mangel."""
        values: Fields = {}
        angaben: dict[str, Angabe] = {}
        date1904 = self.workbook.date1904
        for feld, spot in spots:
            cell, blatt, zelle = spot.cell, spot.sheet.name, spot.address
            text = clean(cell.text) if cell else ""
            if cell is None or not (text or cell.kind == "leer_formel"):
                angaben[feld.name] = Angabe("", blatt, zelle)
                continue
            if cell.kind == "text" and not is_plain(cell.text):
                self.unsichtbar.append((blatt, zelle))
            angaben[feld.name] = Angabe(shown(cell, text, date1904, feld.kind is Kind.DATUM), blatt, zelle)
            value, art = parse(feld, cell, text, date1904)
            if value is not None:
                values[feld.name] = value
            if art:
                self._mangel(art, blatt, zelle, angaben[feld.name].text, feld.name, owner)
        return values, angaben


def _summe(cell: Cell) -> Decimal | None:
    """The number of a numeric cell; None if it holds none, which no program of a spreadsheet writes."""
    try:
        return excel_dezimal(cell.text)
    except ValueError:
        return None


def _inhalt(angaben: Mapping[str, Angabe], stellen: Sequence[Stelle]) -> str:
    """A hash of everything entered, equal for equal content whatever program saved the file."""
    entries = [angaben, *(stelle.angaben for stelle in stellen)]
    return entries_fingerprint({name: angabe.text for name, angabe in entry.items()} for entry in entries)
