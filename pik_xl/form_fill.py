"""Fills the application form for one applicant after another: compiled once, then only its entries are written.

`FormTemplate` takes apart what `form_base` has drawn. Entries are written as what they are: text always as
text (never a formula), dates and numbers as numbers, and formulas with the value they will have.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape

from pik_xl import form, form_check
from pik_xl.form import Feld, Massgaben
from pik_xl.package import Package
from pik_xl.prefill import Fields

_FIRST, _STELLEN, _FORM = (f"xl/worksheets/sheet{number}.xml" for number in (1, 2, 4))
_TABLES = ("xl/tables/table1.xml", "xl/tables/table2.xml")  # of the sheets in their order
_OPEN_ROW = form.ERSTE_ZEILE + 1  # the base has two rows: known facts are locked in the first, open in the second
_EPOCH = date(1899, 12, 30).toordinal()
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CELL = re.compile(r'<c r="([A-Z]+)([0-9]+)"( s="[0-9]+")?(?: t="str")?(?:/>|>(<f>[^<]*</f>)<v>-</v></c>)')


@dataclass(frozen=True, slots=True)
class FormTemplate:
    """The form or the Sammelmappe, ready to be filled; the same entries give the same bytes."""

    _package: Package
    _massgaben: Massgaben
    _antrag: _Cells | None
    _antragsteller: _Rows | None
    _stellen: _Rows
    _form: _Cells

    @classmethod
    def compile(cls, base: bytes, massgaben: Massgaben) -> FormTemplate:
        """Take apart a workbook of `form_base`, drawn for the same rules."""
        package = Package.compile(base, lambda name: name in (_FIRST, _STELLEN, _FORM, *_TABLES))
        xml = {name: part.decode() for name, part in package.parts.items()}
        sammel = _TABLES[1] in xml
        return cls(
            package,
            massgaben,
            None if sammel else _Cells.compile(xml[_FIRST], _antrag_cells(), open_like="strasse"),
            _Rows.compile(xml, _FIRST, _TABLES[0], form.antragsteller_felder()) if sammel else None,
            _Rows.compile(xml, _STELLEN, _TABLES[sammel], form.stellen_felder(sammel)),
            _Cells.compile(xml[_FORM], {f"B{row}": name for row, name in enumerate(form.FORM_FELDER, 1)}),
        )

    def fill(self, kopf: Fields, stellen: Sequence[Fields], antragsteller: Sequence[Fields] = ()) -> bytes:
        """The workbook with these entries, by field name; ValueError for characters no workbook can hold.

        `kopf` fills the form of one applicant, `antragsteller` the rows of a Sammelmappe.
        """
        regeln = form_check.stelle_regeln(self._massgaben)
        urteile = [form_check.urteil(regeln, row) for row in stellen]
        rows = [
            {**row, "laengstens_bis": form_check.laengstens_bis(row, self._massgaben), "pruefung": urteil}
            for row, urteil in zip(stellen, urteile, strict=True)
        ]
        parts = self._stellen.write(rows, form_check.summe(stellen))
        if self._antragsteller:
            regeln = form_check.antragsteller_regeln()
            parts |= self._antragsteller.write([{**a, "pruefung": form_check.urteil(regeln, a)} for a in antragsteller])
        if self._antrag:
            marken = {f.name: form_check.urteil(form_check.feld_regeln(f), kopf) for f in form.ANTRAG_FELDER}
            status = form_check.status(form_check.offen(marken.values()), form_check.offen(urteile))
            parts[_FIRST] = self._antrag.write({**kopf, **{_marke(n): m for n, m in marken.items()}, "status": status})
        parts[_FORM] = self._form.write({
            "form_id": form.FORM_ID, "form_version": form.FORM_VERSION, "programm": form.PROGRAMM,
            "form_art": form.SAMMEL if self._antragsteller else form.EINZELN,
            "pruefsumme": pruefsumme(kopf, stellen, antragsteller),
        })  # fmt: skip
        return self._package.build({name: part.encode() for name, part in parts.items()})


def pruefsumme(kopf: Fields, stellen: Sequence[Fields], antragsteller: Sequence[Fields]) -> str:
    """A checksum of what was known before the applicant began."""
    rows = [(form.ANTRAG_FELDER, row) for row in (kopf, *antragsteller)]
    rows += [(form.STELLEN_FELDER, row) for row in stellen]
    facts = [str(row.get(feld.name) or "") for felder, row in rows for feld in felder if feld.vorbelegt]
    return hashlib.sha256("\x1f".join(facts).encode()).hexdigest()[:16]


def _marke(name: str) -> str:
    return f"marke {name}"


def _antrag_cells() -> dict[str, str]:
    """What stands in which cell of the sheet Antrag: entries, their marks, and the status."""
    cells = {f"{form.MARKE}{form.STATUS_ZEILE}": "status"}
    for name, row in form.antrag_zeilen().items():
        cells |= {f"{form.EINGABE}{row}": name, f"{form.MARKE}{row}": _marke(name)}
    return cells


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
        return start + (_result(row.join(self.formula), value) if self.formula else _entry(value))


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
        locked = {feld.name for feld in form.ANTRAG_FELDER if feld.vorbelegt} if open_like else set()
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
    def compile(cls, xml: Mapping[str, str], sheet: str, table: str, felder: Sequence[Feld]) -> _Rows:
        """Take the two rows of the base as patterns: the first for known facts, the second for open entries."""
        text = xml[sheet]
        locked, opened = (_row(text, number) for number in (form.ERSTE_ZEILE, _OPEN_ROW))
        pairs = zip(_CELL.finditer(locked[0]), _CELL.finditer(opened[0]), felder, strict=True)
        start = text.index(locked[0])
        status = {f"A{form.STATUS_ZEILE}": "status"}
        return cls(
            sheet,
            table,
            _Cells.compile(text[:start], status if f'"A{form.STATUS_ZEILE}"' in text else {}),
            tuple(re.split(rf'(?<=r="){form.ERSTE_ZEILE}(?=")', locked[1])),
            tuple(_Slot.of(first, feld.name, second[3]) for first, second, feld in pairs),
            _growing(text[text.index(opened[0]) + len(opened[0]) :]),
            _growing(xml[table]),
        )

    def write(self, rows: Sequence[Fields], status: str = "") -> dict[str, str]:
        """The parts of sheet and table with these rows; an empty table keeps one open row."""
        written = [self.before.write({"status": status})]
        for number, fields in enumerate(rows or [{}], form.ERSTE_ZEILE):
            row = str(number)
            cells = "".join([slot.write(row, fields.get(slot.name)) for slot in self.slots])
            written.append(f"{row.join(self.row_tag)}{cells}</row>")
        last = str(form.ERSTE_ZEILE + max(len(rows), 1) - 1)
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


# --- cells -----------------------------------------------------------------------------------------


def _entry(value: object) -> str:
    """The rest of a cell that holds an entry, after its style."""
    if value is None or value == "":
        return "/>"
    if isinstance(value, bool):
        value = "ja" if value else "nein"
    if isinstance(value, str):
        return f' t="inlineStr"><is><t{_preserve(value)}>{_text(value)}</t></is></c>'
    return f"><v>{_number(value)}</v></c>"


def _result(formula: str, value: object) -> str:
    """The rest of a cell with a formula and the value it has now."""
    if value is None or isinstance(value, str):
        return f' t="str">{formula}<v>{_text(value or "")}</v></c>'
    return f">{formula}<v>{_number(value)}</v></c>"


def _number(value: object) -> str:
    if isinstance(value, date):
        return str(value.toordinal() - _EPOCH)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, int):
        return str(value)
    raise TypeError(f"{value!r} is no entry of a form")


def _text(value: str) -> str:
    if match := _FORBIDDEN.search(value):
        raise ValueError(f"„{value!r}“ enthält ein Zeichen, das in keiner Arbeitsmappe stehen kann: {match[0]!r}")
    return escape(value)


def _preserve(value: str) -> str:
    return ' xml:space="preserve"' if value != value.strip() or "\n" in value else ""
