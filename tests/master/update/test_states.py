"""Any sequence of typing, adding, withdrawing, replacing and consolidating loses nothing people typed."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from io import BytesIO
from xml.sax.saxutils import escape

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from masters import all_tables, bewilligungen, build, vorgang

from pik_xl.master.read.snapshot import Snapshot
from pik_xl.master.read.table import open_master, rows_of
from pik_xl.master.sheets.specs import ANTRAEGE, VERWAIST
from pik_xl.master.update import file
from pik_xl.master.update.closed import MasterUpdate
from pik_xl.master.update.renamed import renamed
from pik_xl.model import Stand
from pik_xl.ooxml.address import address
from pik_xl.recht.entscheidung import Vorgang

BESTAND = bewilligungen(7)
CASES = [vorgang(b, n) for n, b in enumerate(BESTAND)]
SPEC = ANTRAEGE
SHEET = "xl/worksheets/sheet2.xml"


def remarks(data: bytes) -> dict[str, str]:
    """The column Bemerkung of the table Anträge by key."""
    return {
        cells["schluessel"].text: cells["bemerkung"].text
        for _, _, cells in rows_of(open_master(data), SPEC)
        if "bemerkung" in cells
    }


def waiting(data: bytes) -> dict[str, str]:
    """What lies in Verwaist by key."""
    return {c["schluessel"].text: c["inhalt"].text for _, _, c in rows_of(open_master(data), VERWAIST)}


def typed_fast(data: bytes, key: str, text: str) -> bytes:
    """The master after somebody typed a remark; as Excel would save it, and nothing else."""
    row, columns, _ = next(r for r in rows_of(open_master(data), SPEC) if r[2]["schluessel"].text == key)
    return put(data, address(row, columns["bemerkung"]), text)


def put(data: bytes, at: str, text: str) -> bytes:
    """The master after somebody typed text into a cell of the sheet Anträge."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            part = old.read(info)
            if info.filename == SHEET:
                pattern = rf'<c r="{at}"( s="\d+")(?:/>|[^>]*>.*?</c>)'
                cell = rf'<c r="{at}"\1 t="inlineStr"><is><t>{escape(text)}</t></is></c>'
                changed, count = re.subn(pattern, cell, part.decode(), count=1)
                assert count == 1
                part = changed.encode()
            new.writestr(info, part)
    return target.getvalue()


class Office(RuleBasedStateMachine):
    """An office at work; `typed` is what was typed last for each application."""

    @initialize()
    def begin(self) -> None:
        self.data = build(BESTAND, ())
        self.here: dict[int, bool] = {0: False, 1: False}  # cases in the in-tray, and whether replaced
        self.names = {n: case.antrag.datei for n, case in enumerate(CASES)}  # of their files
        self.typed: dict[str, str] = {}
        self.seen: set[int] = set()  # cases on the sheet
        self.title = "Anträge"
        self.number = 0
        self.consolidate()

    def fresh(self) -> str:
        self.number += 1
        return f"Notiz {self.number} & <mehr>"

    @rule(case=st.integers(0, 6))
    def add(self, case: int) -> None:
        self.here[case] = False

    @rule(case=st.integers(0, 6))
    def withdraw(self, case: int) -> None:
        self.here.pop(case, None)

    @rule(case=st.integers(0, 6))
    def supersede(self, case: int) -> None:
        if case in self.here:
            self.here[case] = True

    @rule(case=st.integers(0, 6))
    def rename(self, case: int) -> None:
        """Somebody moves a file the last run has seen; what is noted for it goes along with the next one."""
        if case in self.here and case in self.seen:
            self.names[case] = f"{self.number}/{case}-{len(self.names[case])}.xlsx"

    @rule(case=st.integers(0, 6))
    def type_remark(self, case: int) -> None:
        key = self.shown.get(case)
        if key:
            self.typed[key] = self.fresh()
            self.data = typed_fast(self.data, key, self.typed[key])

    @rule()
    def type_a_title(self) -> None:
        self.title = self.fresh()
        self.data = put(self.data, "A1", self.title)

    @rule()
    def consolidate(self) -> None:
        cases = [named(replace(CASES[n], stand=Stand.ERSETZT, decisions=()) if old else CASES[n], self.names[n])
                 for n, old in sorted(self.here.items())]  # fmt: skip
        update = MasterUpdate(renamed(Snapshot.of(self.data), [case.antrag for case in cases]))
        self.data = file.aktualisiert(update, all_tables(BESTAND, cases))
        for n in self.here.keys() & self.seen:  # what was there before goes on under its name of now
            if (before := self.shown[n]) in self.typed:
                self.typed[self.names[n]] = self.typed.pop(before)
        self.seen, self.shown = set(self.here), {n: self.names[n] for n in self.here}
        there = {c["schluessel"].text for _, _, c in rows_of(open_master(self.data), SPEC)}
        assert there == set(self.shown.values())

    @invariant()
    def nothing_is_lost(self) -> None:
        there, aside = remarks(self.data), waiting(self.data)
        assert not there.keys() & aside.keys()
        assert there | aside == self.typed
        assert there.keys() <= set(self.shown.values())
        assert open_master(self.data).sheets["Anträge"].cells[1, 1].text == self.title


def named(case: Vorgang, name: str) -> Vorgang:
    """The case from a file of that name; its content is its own."""
    return replace(case, antrag=replace(case.antrag, schluessel=name, datei=name, inhalt=f"inhalt {case.antrag.ags}"))


Office.TestCase.settings = settings(max_examples=10, stateful_step_count=12)
TestOffice = Office.TestCase


@pytest.mark.exhaustive
class TestManyOffices(Office.TestCase):  # type: ignore[misc, name-defined]
    settings = settings(max_examples=100, stateful_step_count=12)
