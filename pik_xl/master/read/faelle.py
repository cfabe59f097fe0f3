"""Reads the cases of the last run back from the master, as they stand there: what staff have seen is what is told on.

Only columns of pik are read. Columns and nouns bear the same names, so that a noun is filled with the cells of its row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from pik_xl.errors import PikError
from pik_xl.kinds import Kind
from pik_xl.master.read.table import ZURUECK, rows_of, typed, with_years
from pik_xl.master.sheets.columns import VERMERKE, Column, Owner, TableSpec
from pik_xl.master.sheets.protokoll import ANGELEGT, NUR_PRUEFEN, NUR_SCHREIBEN, NUR_VERSENDEN, STEMPEL, Lauf
from pik_xl.master.sheets.specs import ANTRAEGE, BEFUNDE, STELLEN
from pik_xl.master.sheets.years import BETRAG, betrag
from pik_xl.model import Antrag, Art, Besetzung, Ergebnis, Finding, Place, Qualifikation, Schwere, Stand, Stelle
from pik_xl.ooxml.address import address
from pik_xl.ooxml.workbook import Cell, Workbook
from pik_xl.recht.entscheidung import Decision, Digitalentscheidung, Vorgang
from pik_xl.register import load_register

_K = Kind
_OHNE_FAELLE = (ANGELEGT, NUR_PRUEFEN, NUR_SCHREIBEN, NUR_VERSENDEN)  # runs that wrote no cases
_ZAHLEN = (_K.DATUM, _K.EURO, _K.VZAE, _K.ZAHL, _K.JAHR, _K.PROZENT)
_NUR_DER_LAUF = "Diese Spalte füllt jeder Lauf. Bitte einmal neu konsolidieren."


def _words(*kinds: type[StrEnum]) -> Mapping[str, object]:
    return {str(word): word for kind in kinds for word in kind}


# What the cells of these columns may say, and what it stands for.
_WORTE: Mapping[str, Mapping[str, object]] = MappingProxyType({
    "stand": _words(Stand), "ergebnis": _words(Ergebnis), "digital_ergebnis": _words(Ergebnis), "art": _words(Art),
    "qualifikation": _words(Qualifikation), "besetzung_stichtag": _words(Besetzung),
    "besetzung_heute": _words(Besetzung), "schwere": _words(Schwere),
    "verlaengern": {"ja": True, "nein": False}, "digital_antrag": {"ja": True, "nein": False},
})  # fmt: skip


def stand_of(laeufe: Iterable[Lauf]) -> datetime | None:
    """When the cases were written, as the record of the last run that did says; None if there was none."""
    stempel = next((lauf.stempel for lauf in laeufe if lauf.was not in _OHNE_FAELLE), None)
    try:
        return datetime.strptime(stempel, STEMPEL) if stempel is not None else None
    except ValueError:
        raise PikError(f"Blatt „Protokoll“: „{stempel}“ ist kein Zeitpunkt. {_NUR_DER_LAUF}") from None


def read_faelle(book: Workbook) -> tuple[tuple[Vorgang, ...], tuple[Finding, ...]]:
    """The cases, replaced ones too, and all findings, each in the order of its sheet.

    What the master does not hold stays empty: an application's address, telephone, account holder, declarations,
    signature, checksums and entries as typed, and the posts of a replaced one; a finding's post; the `bewilligungen`
    of a case. An approved post has the days and the share of the Bestand as it was. Reasons and reckonings come as one
    text each. PikError if a table or a column is missing, or a cell holds what no run writes there.
    """
    stellen, befunde = defaultdict(list), defaultdict(list)
    for zeile in _zeilen(book, with_years(book, STELLEN), "schluessel"):
        stellen[zeile.text("schluessel")].append(zeile)
    kreise = {kreis.bezeichnung: kreis.ags for kreis in load_register().kreise.values()}
    alle = tuple(_befund(zeile, kreise) for zeile in _zeilen(book, BEFUNDE, "code"))
    for befund in alle:
        befunde[befund.antrag].append(befund)
    faelle = []
    for zeile in _zeilen(book, ANTRAEGE, "schluessel"):
        key = zeile.text("schluessel")
        eigene = [befund for each in dict.fromkeys((zeile.text("datei"), key)) for befund in befunde.get(each, ())]
        faelle.append(_vorgang(zeile, stellen.get(key, ()), eigene))
    return tuple(faelle), alle


def _vorgang(zeile: _Zeile, stellen: Sequence[_Zeile], befunde: Sequence[Finding]) -> Vorgang:
    posts = tuple(Stelle(**{"stelle": "", **s.felder(Stelle), "bemerkung": s.wert("angabe")}) for s in stellen)
    kreis = zeile.wert("kreis_ags") or zeile.wert("kreis")  # what was entered, where that is no key
    antrag = Antrag(**{
        "datei": "", **zeile.felder(Antrag), "eingang": zeile.muss("eingang"), "kreis": kreis, "stellen": posts,
    })  # fmt: skip
    decisions = tuple(_decision(s) for s in stellen if "summe" in s.cells)
    return Vorgang(antrag, zeile.muss("stand"), tuple(befunde), {}, decisions, zeile.wert("ergebnis"), _digital(zeile))


def _decision(zeile: _Zeile) -> Decision:
    """The decision on a post; one that was not applied for has no outcome on the sheet.

    Share and qualification stand there as entered; what was reckoned with is not among the columns.
    """
    ergebnis = zeile.wert("ergebnis")
    return Decision(**{
        "stelle": "", **zeile.felder(Decision), "ergebnis": ergebnis or Ergebnis.ABGELEHNT,
        "beantragt": ergebnis is not None, "betraege": _betraege(zeile), "gruende": zeile.saetze("begruendung"),
        "trace": zeile.saetze("rechenweg"), "quellen": tuple(filter(None, zeile.text("quellen").split("; "))),
        "hinweise": zeile.saetze("hinweise"), "vzae": Decimal(0), "qualifikation": None,
    })  # fmt: skip


def _betraege(zeile: _Zeile) -> dict[int, Decimal]:
    """EUR per budget year, of the years that are prolonged: what is called like another may be somebody's own."""
    bisher, neu = zeile.wert("bewilligt_bis"), zeile.wert("neues_ende")
    jahre = range((bisher + timedelta(days=1)).year, neu.year + 1) if bisher and neu else ()
    betraege = {jahr: zeile.wert(betrag(jahr)) for jahr in jahre if betrag(jahr) in zeile.cells}
    return betraege if sum(betraege.values()) == zeile.wert("summe") else zeile.fault("summe")


def _digital(zeile: _Zeile) -> Digitalentscheidung | None:
    ergebnis = zeile.wert("digital_ergebnis")
    if ergebnis is None:
        return None
    summe = zeile.wert("digital_betrag") or Decimal(0)
    return Digitalentscheidung(ergebnis, summe, trace=zeile.saetze("digital_rechenweg"))


def _befund(zeile: _Zeile, kreise: Mapping[str, str]) -> Finding:
    kreis, place = zeile.text("kreis"), Place(*(zeile.text(name) for name in ("datei", "blatt", "zelle")))
    leer = dict.fromkeys(("feld", "gefunden", "meldung", "bitte", "quelle"), "")
    return Finding(**leer | zeile.felder(Finding) | {
        "schwere": zeile.muss("schwere"), "place": place, "antrag": zeile.text("schluessel"),
        "kreis": kreise.get(kreis, kreis),
    })  # fmt: skip


# --- rows ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Zeile:
    """One row of a sheet: its number; the columns, their numbers and the filled cells by name of the column."""

    blatt: str
    number: int
    columns: Mapping[str, Column]
    numbers: Mapping[str, int]
    cells: Mapping[str, Cell]
    date1904: bool

    def wert(self, name: str) -> Any:
        """What the cell says; None for an empty one, PikError for what no run writes there."""
        cell = self.cells.get(name)
        if cell is None:
            return None
        if words := _WORTE.get(name):
            return words[cell.text] if cell.text in words else self.fault(name)
        value = typed(self.columns[name], cell, self.date1904)
        return self.fault(name) if isinstance(value, str) and self.columns[name].kind in _ZAHLEN else value

    def muss(self, name: str) -> Any:
        """The same, PikError for an empty cell."""
        return self.wert(name) if name in self.cells else self.fault(name)

    def text(self, name: str) -> str:
        """The same as text, empty for an empty cell."""
        return str(self.wert(name) or "")

    def saetze(self, name: str) -> tuple[str, ...]:
        """All sentences of a cell as one."""
        return (self.text(name),) if name in self.cells else ()

    def felder(self, noun: type) -> dict[str, Any]:
        """What the row holds of a noun."""
        return {f.name: self.wert(f.name) for f in fields(noun) if f.name in self.cells}

    def fault(self, name: str) -> Any:
        """Raises: the cell holds what no run writes there."""
        found = self.cells[name].text if name in self.cells else ""
        raise PikError(
            f"Blatt „{self.blatt}“, Zelle {address(self.number, self.numbers[name])}: gefunden „{found}“. "
            f"{_NUR_DER_LAUF}"
        )


def _zeilen(book: Workbook, spec: TableSpec, key: str) -> Iterator[_Zeile]:
    """The rows that have a `key` (others were written below the table by hand), without what staff type."""
    if spec.name not in book.tables:
        raise PikError(f"Im Master fehlt die Tabelle „{spec.name}“ (Blatt „{spec.sheet}“). {ZURUECK}")
    own = {c.name: c for c in spec.columns if c.owner is Owner.PIK and c.name not in VERMERKE}
    for number, numbers, cells in rows_of(book, replace(spec, columns=tuple(own.values()))):
        if missing := [c.header for c in own.values() if c.name not in numbers and not c.name.startswith(BETRAG)]:
            raise PikError(f"Auf Blatt „{spec.sheet}“ fehlt die Spalte „{missing[0]}“. {_NUR_DER_LAUF}")
        if key in cells:
            yield _Zeile(spec.sheet, number, own, numbers, cells, book.date1904)
