"""Any sequence of typing, adding, withdrawing, replacing and consolidating loses nothing people typed."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from io import BytesIO
from xml.sax.saxutils import escape

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from masters import STAND, all_tables, bewilligungen, vorgang

from pik_xl import master
from pik_xl.master_read import open_master, rows_of
from pik_xl.master_update import MasterUpdate
from pik_xl.model import Stand
from pik_xl.ooxml import address
from pik_xl.sheets import VERWAIST, antraege_spec

BESTAND = bewilligungen(7)
CASES = [vorgang(b, n) for n, b in enumerate(BESTAND)]
EMPTY = master.build(all_tables(BESTAND, ()), STAND)
SPEC = antraege_spec(())
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
    at = address(row, columns["bemerkung"])
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
        self.data = EMPTY
        self.here: dict[int, bool] = {0: False, 1: False}  # cases in the in-tray, and whether replaced
        self.typed: dict[str, str] = {}
        self.number = 0
        self.consolidate()

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
    def type_remark(self, case: int) -> None:
        key = CASES[case].antrag.schluessel
        if key in self.shown:
            self.number += 1
            self.typed[key] = f"Notiz {self.number} & <mehr>"
            self.data = typed_fast(self.data, key, self.typed[key])

    @rule()
    def consolidate(self) -> None:
        cases = [replace(CASES[n], stand=Stand.ERSETZT, decisions=()) if old else CASES[n]
                 for n, old in sorted(self.here.items())]  # fmt: skip
        self.data = master.aktualisiert(MasterUpdate(self.data), all_tables(BESTAND, cases))
        self.shown = {CASES[n].antrag.schluessel for n in self.here}
        assert {c["schluessel"].text for _, _, c in rows_of(open_master(self.data), SPEC)} == self.shown

    @invariant()
    def nothing_is_lost(self) -> None:
        there, aside = remarks(self.data), waiting(self.data)
        assert not there.keys() & aside.keys()
        assert there | aside == self.typed
        assert there.keys() <= self.shown


Office.TestCase.settings = settings(max_examples=100, stateful_step_count=12)
TestOffice = Office.TestCase
