"""Fills the application form for one applicant after another: compiled once, then only its entries are written.

`FormTemplate` takes apart what `form_base` has drawn. Entries are written as what they are: text always as
text (never a formula), dates and numbers as numbers, and formulas with the value they will have.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pik_xl.formular import felder, watch
from pik_xl.formular.felder import Feld, Massgaben
from pik_xl.formular.pruefsumme import versandt
from pik_xl.formular.vorbelegt import Fields
from pik_xl.ooxml.cell import cell_content, result_content
from pik_xl.ooxml.copies import Package
from pik_xl.ooxml.xml import checked_text

_TABLES = ("xl/tables/table1.xml", "xl/tables/table2.xml")  # of the sheets in their order
_OPEN_ROW = felder.ERSTE_ZEILE + 1  # the base has two rows: known facts are locked in the first, open in the second
_OPEN = "strasse"  # an entry nobody knows before: what is locked looks like it where nothing is known
_STATUS_CELL = {f"{felder.MARKE}{felder.STATUS_ZEILE}": "status"}
_CELL = re.compile(r'<c r="([A-Z]+)([0-9]+)"( s="[0-9]+")?(?: t="str")?(?:/>|>(<f>[^<]*</f>)<v>-</v></c>)')


@dataclass(frozen=True, slots=True)
class FormTemplate:
    """The form or the Sammelmappe, ready to be filled; the same entries give the same bytes."""

    _package: Package
    _massgaben: Massgaben
    _einzeln: Mapping[str, _Cells]
    _antragsteller: _Rows | None
    _stellen: _Rows
    _form: Mapping[str, _Cells]

    @classmethod
    def compile(cls, base: bytes, massgaben: Massgaben) -> FormTemplate:
        """Take apart a workbook of `form_base`, drawn for the same rules."""
        package = Package.compile(base, lambda name: name.startswith(("xl/worksheets/sheet", "xl/tables/")))
        xml = {name: part.decode() for name, part in package.parts.items()}
        sammel = _TABLES[1] in xml
        blaetter = felder.SAMMEL_BLAETTER if sammel else felder.BLAETTER
        parts = {
            blatt: f"xl/worksheets/sheet{number}.xml" for number, blatt in enumerate((*blaetter, felder.BLATT_FORM), 1)
        }
        einzeln = () if sammel else felder.EINGABE_BLAETTER
        first, stellen, hidden = parts[blaetter[0]], parts[felder.BLATT_STELLEN], parts[felder.BLATT_FORM]
        form_cells = {f"B{row}": name for row, name in enumerate(felder.FORM_FELDER, 1)}
        return cls(
            package,
            massgaben,
            {parts[b]: _Cells.compile(xml[parts[b]], _entry_cells(b), open_like=_OPEN) for b in einzeln},
            _Rows.compile(xml, first, _TABLES[0], felder.antragsteller_felder(), _summen_cells()) if sammel else None,
            _Rows.compile(xml, stellen, _TABLES[sammel], felder.stellen_felder(sammel), _STATUS_CELL),
            {hidden: _Cells.compile(xml[hidden], form_cells)},
        )

    def fill(
        self,
        kopf: Fields,
        stellen: Sequence[Fields],
        antragsteller: Sequence[Fields] = (),
        pruefsummen: str | None = None,
    ) -> bytes:
        """The workbook with these entries, by field name; ValueError for characters no workbook can hold.

        `kopf` fills the form of one applicant, `antragsteller` the rows of a Sammelmappe; `pruefsummen` are those
        of the facts it was sent with, if these entries are not the ones to be sent.
        """
        sammel = self._antragsteller is not None
        posts = self._judged(stellen)
        parts = self._stellen.write(posts, {"status": watch.summe(stellen)})
        if self._antragsteller:
            regeln = watch.antragsteller_regeln()
            checked = [{**row, "pruefung": watch.urteil(regeln, row)} for row in antragsteller]
            parts |= self._antragsteller.write(checked, watch.summen(antragsteller, stellen))
        else:
            entries = _marked(kopf, watch.offen(str(post["pruefung"]) for post in posts))
            parts |= {part: cells.write(entries) for part, cells in self._einzeln.items()}
        if pruefsummen is None:
            pruefsummen = versandt(antragsteller if sammel else [kopf], stellen, sammel)
        about: Fields = {
            "form_id": felder.FORM_ID,
            "form_version": felder.FORM_VERSION,
            "programm": felder.PROGRAMM,
            "form_art": felder.SAMMEL if sammel else felder.EINZELN,
            "pruefsumme": pruefsummen,
        }
        parts |= {part: cells.write(about) for part, cells in self._form.items()}
        return self._package.build({name: part.encode() for name, part in parts.items()})

    def _judged(self, stellen: Sequence[Fields]) -> list[Fields]:
        """The rows of posts with what their formulas show."""
        regeln = watch.stelle_regeln(self._massgaben)
        return [
            {
                **row,
                "laengstens_bis": watch.laengstens_bis(row, self._massgaben),
                "monate": watch.monate(row, self._massgaben),
                "pruefung": watch.urteil(regeln, row),
            }
            for row in stellen
        ]


def _marked(kopf: Fields, offene_stellen: int) -> Fields:
    """The entries of one applicant with a mark for each, and the sentence on how complete the form is."""
    marken = {feld.name: watch.urteil(watch.feld_regeln(feld), kopf) for feld in felder.ANTRAG_FELDER}
    status = watch.status(_offen(felder.BLATT_ANTRAG, marken), offene_stellen, _offen(felder.BLATT_DIGITAL, marken))
    return {**kopf, **{_marke(name): urteil for name, urteil in marken.items()}, "status": status}


def _offen(blatt: str, marken: Mapping[str, str]) -> int:
    return watch.offen(marken[feld.name] for feld in felder.felder_auf(blatt))


def _marke(name: str) -> str:
    return f"marke {name}"


def _entry_cells(blatt: str) -> dict[str, str]:
    """What stands in which cell of a sheet of single entries: entries, their marks, and the status."""
    cells = {f"{felder.MARKE}{felder.STATUS_ZEILE}": "status"} if blatt == felder.BLATT_ANTRAG else {}
    for name, row in felder.eingabe_zeilen(blatt).items():
        cells |= {f"{felder.EINGABE}{row}": name, f"{felder.MARKE}{row}": _marke(name)}
    return cells


def _summen_cells() -> dict[str, str]:
    return {cell: name for name, cell in felder.summen_zellen().items()}


@dataclass(frozen=True, slots=True)
class _Slot:
    """A cell to be written: its column, its styles when known (locked) and when left open, its formula.

    The formula is cut at the row numbers; a cell that is entered has none.
    """

    name: str
    column: str
    style: str
    open_style: str
    formula: tuple[str, ...]

    @classmethod
    def of(cls, match: re.Match[str], name: str, open_style: str) -> _Slot:
        """The slot for a cell of the base."""
        pieces = re.split(rf"(?<=\b[A-Z]){match[2]}\b", match[4]) if match[4] else ()
        return cls(name, match[1], match[3] or "", open_style, tuple(pieces))

    def write(self, row: str, value: object) -> str:
        """The cell in that row with a value; a formula gets it as the value it has now."""
        style = self.open_style if value in (None, "") and not self.formula else self.style
        start = f'<c r="{self.column}{row}"{style}'
        if self.formula:
            return start + result_content(row.join(self.formula), value, checked_text)
        return start + cell_content(value, text=checked_text)


@dataclass(frozen=True, slots=True)
class _Cells:
    """A sheet of which some cells are written, each where it stands."""

    pieces: tuple[str, ...]
    slots: tuple[tuple[_Slot, str], ...]

    @classmethod
    def compile(cls, xml: str, names: Mapping[str, str], open_like: str = "") -> _Cells:
        """Cut the sheet at the cells with these names; locked ones can be opened to look like the named one."""
        matches = [match for match in _CELL.finditer(xml) if match[1] + match[2] in names]
        name_of = {match: names[match[1] + match[2]] for match in matches}
        opened = next((match[3] for match, name in name_of.items() if name == open_like), "")
        locked = {feld.name for feld in felder.ANTRAG_FELDER if feld.vorbelegt} if open_like else set()
        assert len(matches) == len(names), sorted(set(names.values()) - set(name_of.values()))
        starts, ends = [m.start() for m in matches], [0, *(m.end() for m in matches)]
        pieces = [xml[end:start] for end, start in zip(ends, [*starts, len(xml)], strict=True)]
        slots = [
            (_Slot.of(match, name, opened if name in locked else match[3] or ""), match[2])
            for match, name in name_of.items()
        ]
        return cls(tuple(pieces), tuple(slots))

    def write(self, fields: Fields) -> str:
        """The sheet with these values."""
        cells = [slot.write(row, fields.get(slot.name)) for slot, row in self.slots]
        return "".join(piece for pair in zip(self.pieces, (*cells, ""), strict=True) for piece in pair)


@dataclass(frozen=True, slots=True)
class _Rows:
    """A sheet with a table whose rows are written; all ranges over its rows grow with them."""

    sheet: str
    table: str
    before: _Cells
    row_tag: tuple[str, ...]
    slots: tuple[_Slot, ...]
    after: tuple[str, ...]
    table_xml: tuple[str, ...]

    @classmethod
    def compile(
        cls, xml: Mapping[str, str], sheet: str, table: str, spalten: Sequence[Feld], above: Mapping[str, str]
    ) -> _Rows:
        """Take the two rows of the base as patterns: the first for known facts, the second for open entries.

        `above` names the cells above the table that are written too.
        """
        text = xml[sheet]
        locked, opened = (_row(text, number) for number in (felder.ERSTE_ZEILE, _OPEN_ROW))
        pairs = zip(_CELL.finditer(locked[0]), _CELL.finditer(opened[0]), spalten, strict=True)
        start = text.index(locked[0])
        return cls(
            sheet,
            table,
            _Cells.compile(text[:start], above),
            tuple(re.split(rf'(?<=r="){felder.ERSTE_ZEILE}(?=")', locked[1])),
            tuple(_Slot.of(first, feld.name, second[3]) for first, second, feld in pairs),
            _growing(text[text.index(opened[0]) + len(opened[0]) :]),
            _growing(xml[table]),
        )

    def write(self, rows: Sequence[Fields], above: Fields) -> dict[str, str]:
        """The parts of sheet and table with these rows; an empty table keeps one open row."""
        written = [self.before.write(above)]
        for number, fields in enumerate(rows or [{}], felder.ERSTE_ZEILE):
            row = str(number)
            cells = "".join([slot.write(row, fields.get(slot.name)) for slot in self.slots])
            written.append(f"{row.join(self.row_tag)}{cells}</row>")
        last = str(felder.ERSTE_ZEILE + max(len(rows), 1) - 1)
        written.append(last.join(self.after))
        return {self.sheet: "".join(written), self.table: last.join(self.table_xml)}


def _row(xml: str, number: int) -> tuple[str, str]:
    """A row of the base: all of it, and its start tag."""
    match = re.search(rf'(<row r="{number}"[^>]*>).*?</row>', xml)
    assert match, number
    return match[0], match[1]


def _growing(xml: str) -> tuple[str, ...]:
    """The text cut where a range over the rows of the table ends."""
    return tuple(re.split(rf"(?<=[A-Z]){_OPEN_ROW}(?=[\" ])", xml))
