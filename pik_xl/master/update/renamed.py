"""Applications whose file was renamed or moved in the in-tray: the master read as if it had always been called so.

An application is known by its file. Where that is gone and a new one of the same applicant has the same content, it is
the same application, and all that hangs on its rows goes on under the new name. Where two could be meant, none is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from pik_xl.master.read.snapshot import Snapshot
from pik_xl.master.read.table import Rows
from pik_xl.master.sheets.columns import AENDERUNG, SIEGEL, TableSpec
from pik_xl.master.sheets.siegel import seal_of
from pik_xl.master.sheets.specs import ANTRAEGE, BEFUNDE, BESCHEIDE, STELLEN
from pik_xl.master.update.compare import OldTable
from pik_xl.model import Antrag
from pik_xl.ooxml.workbook import Cell

Inhalt = tuple[str, str]  # the applicant's key and the hash of what was entered


def renamed(master: Snapshot, antraege: Iterable[Antrag]) -> Snapshot:
    """The master with the rows of renamed applications under the names they have among these; seals fit as before."""
    names = _names(master.antraege, antraege)
    if not names:
        return master
    book = master.book
    sheets = dict(book.sheets)
    for spec in (ANTRAEGE, STELLEN, BEFUNDE, BESCHEIDE):
        old = OldTable.of(book, spec)
        sheets[old.sheet.name] = replace(old.sheet, cells={**old.sheet.cells, **dict(_cells(old, names))})
    return replace(master, umbenannt=replace(book, sheets=sheets))


def _names(rows: Rows, antraege: Iterable[Antrag]) -> dict[str, Antrag]:
    """The applications that came under a new name, by the old one."""
    new = {antrag.schluessel: antrag for antrag in antraege}
    old = {texts["schluessel"]: (texts.get("ags", ""), texts.get("inhalt", "")) for texts in _texts(rows)}
    gone = _single((inhalt, key) for key, inhalt in old.items() if key not in new)
    came = _single(((a.ags, a.inhalt), key) for key, a in new.items() if key not in old)
    return {key: new[came[inhalt]] for inhalt, key in gone.items() if inhalt in came}


def _texts(rows: Rows) -> Iterator[dict[str, str]]:
    for cells in rows.cells.values():
        if "schluessel" in cells:
            yield {name: cell.text for name, cell in cells.items()}


def _single(found: Iterable[tuple[Inhalt, str]]) -> dict[Inhalt, str]:
    """The keys by content, where it is complete and only one has it."""
    keys: dict[Inhalt, list[str]] = {}
    for inhalt, key in found:
        keys.setdefault(inhalt, []).append(key)
    return {inhalt: those[0] for inhalt, those in keys.items() if all(inhalt) and len(those) == 1}


def _cells(old: OldTable, names: Mapping[str, Antrag]) -> Iterator[tuple[tuple[int, int], Cell]]:
    """The cells that say something else once the names are changed."""
    for number, cells in old.rows.items():
        key = cells.get(old.columns["schluessel"])
        if key is None or key.text not in names:
            continue
        texts = _new_texts(old.spec, names[key.text])
        after = {**cells, **{at: cells[at]._replace(text=texts[name])
                             for name, at in old.columns.items() if name in texts and at in cells}}  # fmt: skip
        if old.untouched(number) and (at := old.columns[SIEGEL]) in cells:
            after[at] = cells[at]._replace(text=seal_of(old.spec, old.named(after)))
        elif (at := old.columns.get(AENDERUNG, 0)) and _same_file(old, cells, names[key.text]):
            # somebody typed over the key, which is told as what they noted in the row
            after[at] = Cell("text", f"Schlüssel: {key.text}")
        yield from (((number, at), cell) for at, cell in after.items() if cell != cells.get(at))


def _same_file(old: OldTable, cells: Mapping[int, Cell], antrag: Antrag) -> bool:
    datei = cells.get(old.columns.get("datei", 0))
    return datei is not None and datei.text == antrag.datei


def _new_texts(spec: TableSpec, antrag: Antrag) -> dict[str, str]:
    """What the columns say of the file; on Bescheide the file is that of the letter."""
    texts = {"schluessel": antrag.schluessel, "datei": antrag.datei}
    return {"schluessel": antrag.schluessel} if spec is BESCHEIDE else texts
