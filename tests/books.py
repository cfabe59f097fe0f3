"""A master in both kinds of `Book`, closed and open in Excel, and one consolidation of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from excel_double import open_in_excel
from masters import (
    all_tables,
    bewilligungen,
    vorgang,
)

from pik_xl.excel.book import LiveBook
from pik_xl.master.sheets.columns import Table
from pik_xl.master.sheets.protokoll import in_words, nach_verwaist
from pik_xl.master.update.book import Book
from pik_xl.master.update.file import FileBook
from pik_xl.master.update.renamed import renamed
from pik_xl.model import Bewilligung
from pik_xl.recht.entscheidung import Vorgang

BESTAND = bewilligungen(8)


CASES = [vorgang(b, n) for n, b in enumerate(BESTAND)]


STAMP = "2020-03-15_1430"


Open = Callable[[bytes], Book]


def closed_file(folder: Path, data: bytes) -> FileBook:
    path = folder / "PiK-Master.xlsm"
    path.write_bytes(data)
    return FileBook(path, folder / "Sicherungen")


def in_excel(folder: Path, data: bytes) -> LiveBook:
    return LiveBook(open_in_excel(data), folder / "Sicherungen")


def run(
    book: Book, cases: Sequence[Vorgang], bestand: Sequence[Bewilligung] = BESTAND, more: Sequence[Table] = ()
) -> str:
    """One consolidation; returns what changed, and how much came to Verwaist, in words."""
    master = renamed(book.read(), [case.antrag for case in cases])
    update = book.begin(master)
    antraege, stellen, *others = all_tables(bestand, cases, master.eingetragen(date(2100, 12, 31)))
    antraege, changes = update.vergleich(antraege)
    stellen, _ = update.vergleich(stellen)
    replaced = {table.spec.name for table in more}
    alle = [antraege, stellen, *(t for t in others if t.spec.name not in replaced), *more]
    verwaist = sum(update.verwaist(t) for t in alle if not t.spec.office)
    update.commit(alle, STAMP)
    return "; ".join(filter(None, [in_words(changes), nach_verwaist(verwaist)]))
