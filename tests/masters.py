"""Masters of invented cases for the tests, and what people do to them."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from io import BytesIO

from once import once
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell

from pik_xl.jobs.konsolidieren import neuer_master, office_sheets
from pik_xl.jobs.pruefung import Pruefung
from pik_xl.jobs.run import lauf_of
from pik_xl.kinds import Formel, Row
from pik_xl.master.read.snapshot import Snapshot
from pik_xl.master.sheets.antraege import NICHTS, antraege_table
from pik_xl.master.sheets.befunde import befunde_table
from pik_xl.master.sheets.columns import ENTSCHEIDUNG, FREIGEGEBENES, Table
from pik_xl.master.sheets.haushalt import haushalt_table
from pik_xl.master.sheets.kreise import freigaben, kreise_table
from pik_xl.master.sheets.office import ausstehend_table, einstellungen_table, regelwerk_table
from pik_xl.master.sheets.protokoll import Lauf, protokoll_table
from pik_xl.master.sheets.stellen import stellen_table
from pik_xl.master.sheets.verwaist import verwaist_table
from pik_xl.master.update import file
from pik_xl.master.update.closed import MasterUpdate
from pik_xl.model import Antrag, Besetzung, Bewilligung, Finding, Place, Qualifikation, Schwere, Stand, Stelle
from pik_xl.recht.einstellungen import Einstellungen
from pik_xl.recht.entscheidung import Vorgang
from pik_xl.recht.haushalt import haushalt
from pik_xl.recht.lage import Lage
from pik_xl.recht.regelstand import regelstand
from pik_xl.recht.rules import shipped_rulebook
from pik_xl.recht.verlaengerung import decide, overall
from pik_xl.register import load_register
from pik_xl.workfolder import Workfolder

STAND = datetime(2020, 3, 15, 14, 30)
REGISTER = load_register()
REGELN = regelstand(shipped_rulebook(), date(2020, 3, 15))
BOESE = '=HYPERLINK("http://x.example","Klick")'


def bewilligungen(count: int) -> list[Bewilligung]:
    """Approved posts, one per applicant of the real register, of two kinds and several periods."""
    traeger = list(REGISTER.traeger.values())
    return [
        Bewilligung(
            f"{s.ags}-{1 + n // len(traeger):02}", f"15.2-{n}", s.ags, s.name, s.art, s.kreis, "Rathaus", "Aylin Demir",
            list(Qualifikation)[n % 2], Decimal("0.25") * (1 + n % 4), Decimal(64000) if n % 3 == 0 else None,
            date(2017 + n % 2, 1 + n % 12, 1), date(2019 + n % 2, 1 + n % 12, 14),
        )
        for n in range(count)
        for s in [traeger[n % len(traeger)]]
    ]  # fmt: skip


def vorgang(b: Bewilligung, number: int = 0) -> Vorgang:
    """An application for one approved post; every eighth waits for an answer."""
    post = Stelle(b.stelle, b.ags, b.einsatzort, verlaengern=True, vzae=b.vzae, person=b.person,
                  besetzung_heute=Besetzung.UNBESETZT if number % 9 == 8 else Besetzung.BESETZT)  # fmt: skip
    antrag = Antrag(f"{b.stelle}.xlsx", f"{b.stelle}.xlsx", date(2020, 2, 1), b.ags, b.traeger, b.art, b.kreis,
                    ansprechperson=BOESE, email="a@example.de", stellen=(post,))  # fmt: skip
    if number % 8 == 7:
        return Vorgang(antrag, Stand.RUECKFRAGE, (finding(antrag),), {b.stelle: b})
    decisions = (decide(post, b, REGELN),)
    return Vorgang(antrag, Stand.ENTSCHIEDEN, (), {b.stelle: b}, decisions, overall(decisions))


def finding(antrag: Antrag) -> Finding:
    place = Place(antrag.datei, "Antrag", "C14")
    return Finding("P03", Schwere.FEHLER, place, "iban", BOESE, "Die IBAN fehlt.", "Bitte ergänzen.", "Formular",
                   antrag.schluessel, "", antrag.ags, antrag.traeger or "", antrag.kreis or "")  # fmt: skip


def all_tables(
    bestand: Sequence[Bewilligung],
    vorgaenge: Sequence[Vorgang] | None = None,
    eingetragen: Mapping[str, Row] = NICHTS,
) -> tuple[Table, ...]:
    cases = [vorgang(b, n) for n, b in enumerate(bestand)] if vorgaenge is None else vorgaenge
    befunde = [f for v in cases for f in v.befunde]
    kreise = REGISTER.kreise
    regeln = regelstand(shipped_rulebook(), date(2020, 3, 15))
    small = replace(regeln.ansaetze[2021], value=Decimal(100))
    regeln = replace(regeln, ansaetze={2019: regeln.ansaetze[2019], 2020: regeln.ansaetze[2020], 2021: small})
    antraege = antraege_table(cases, kreise, eingetragen)
    lage = Lage(REGISTER, {b.stelle: b for b in bestand}, shipped_rulebook(), regeln)
    return (
        antraege,
        stellen_table(cases, kreise),
        befunde_table(befunde, kreise, [f"{len(befunde)} Anträge brauchen Arbeit. Bitte:", "IBAN ergänzen"]),
        kreise_table(cases, bestand, kreise, {}, freigaben(cases, kreise, eingetragen)),
        ausstehend_table(cases, bestand, kreise),
        haushalt_table(haushalt(cases, bestand, regeln), Decimal(2_200_000)),
        einstellungen_table(Einstellungen()),
        regelwerk_table(lage),
        *office_sheets(lage),
        protokoll_table([Lauf("15.03.2020 14:30", "prüfen", len(cases), summe=Decimal("0.01"))]),
        verwaist_table(()),
    )


@once
def build(bestand: Sequence[Bewilligung] = (), vorgaenge: Sequence[Vorgang] | None = None) -> bytes:
    return file.build(all_tables(bestand, vorgaenge), STAND)


@once
def older_master(bestand: Sequence[Bewilligung], vorgaenge: Sequence[Vorgang]) -> bytes:
    """A master of a layout that did not know yet which decision a release is for."""
    antraege, *others = all_tables(bestand, vorgaenge)
    columns = tuple(c for c in antraege.spec.columns if c.name not in (ENTSCHEIDUNG, FREIGEGEBENES))
    rows = tuple({**row, "freigabe": Formel('""', "")} for row in antraege.rows)
    return file.build([replace(antraege, spec=replace(antraege.spec, columns=columns), rows=rows), *others], STAND)


def begun(folder: Workfolder, pruefung: Pruefung, stand: datetime) -> None:
    """A master is laid out with what a run found in it from the beginning."""
    lauf = lauf_of(pruefung, stand, "Konsolidieren")
    folder.master.write_bytes(neuer_master(pruefung, stand, lauf))


def opened(data: bytes, data_only: bool = False) -> Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl says that it drops data bars
        return load_workbook(BytesIO(data), data_only=data_only)


def saved(book: Workbook) -> bytes:
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def cell(book: Workbook, sheet: str, header: str, number: int = 1) -> Cell:
    """The cell below a header, in the table's n-th row."""
    for row in book[sheet].iter_rows(max_row=20):
        for candidate in row:
            if candidate.value == header and candidate.row > 3:
                found = book[sheet].cell(candidate.row + number, candidate.column)
                assert isinstance(found, Cell)
                return found
    raise AssertionError(f"no column {header} on {sheet}")


@once
def typed(data: bytes, *entries: tuple[str, str, int, object]) -> bytes:
    """The master after somebody typed values into cells (sheet, header, row of the table, value)."""
    book = opened(data)
    for sheet, header, number, value in entries:
        found = cell(book, sheet, header, number)
        found.value = value  # type: ignore[assignment]  # whatever openpyxl takes
        if isinstance(value, str):
            found.data_type = "s"  # as in a cell formatted as text: what begins with = stays text
    return saved(book)


def updated(
    old: bytes, bestand: Sequence[Bewilligung], vorgaenge: Sequence[Vorgang], heute: date = date(2100, 12, 31)
) -> bytes:
    """The master after a run with these cases."""
    master = Snapshot.of(old)
    return file.aktualisiert(MasterUpdate(master), all_tables(bestand, vorgaenge, master.eingetragen(heute)))


def column_of(data: bytes, sheet: str, header: str) -> int:
    """The number of a column of a table, from 1."""
    return cell(_read(data)[0], sheet, header).column


def formula_values(data: bytes, sheet: str, formula: str) -> list[object]:
    """The values shown for the cells of a sheet with that formula (without =)."""
    formulas, values = (book[sheet] for book in _read(data))
    cells = (candidate for row in formulas.iter_rows() for candidate in row)
    return [values[c.coordinate].value for c in cells if c.value == f"={formula}"]


@lru_cache(maxsize=2)
def _read(data: bytes) -> tuple[Workbook, Workbook]:
    """The master with its formulas and with what they show, to look at only."""
    return opened(data), opened(data, data_only=True)


def rewritten(data: bytes, changes: Mapping[str, Callable[[str], str]]) -> bytes:
    """The master with some parts changed as text."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            part = old.read(info)
            change = changes.get(info.filename)
            new.writestr(info, change(part.decode()).encode() if change else part)
    return target.getvalue()
