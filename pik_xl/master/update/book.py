"""The master as the jobs see it: read at a moment, and brought up to date in one go.

Two kinds fit: `FileBook`, the closed file, and `LiveBook`, the workbook open in Excel. One set of tests runs on both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from pik_xl.master.read.snapshot import Snapshot
from pik_xl.master.sheets.columns import Aenderung, Table


class Book(Protocol):
    """The master, wherever it is."""

    def check_free(self) -> None:
        """PikError if it cannot be written now."""

    def read(self) -> Snapshot:
        """What stands in it; PikError if it cannot be read."""

    def begin(self, master: Snapshot) -> Update:
        """An update of what was read of it; renamed applications come under their new names."""


class Update(Protocol):
    """One update: what changed is asked first, then everything is written."""

    def vergleich(self, table: Table) -> tuple[Table, Counter[Aenderung]]:
        """The table with what changed since the last run in its column `aenderung`; how many rows of each kind."""

    def verwaist(self, table: Table) -> int:
        """How many entries of people on its sheet go to Verwaist when this table is written."""

    def commit(self, tables: Sequence[Table], stamp: str) -> None:
        """Writes the rows of these tables; what people typed moves with its row. All or nothing.

        Sheets that belong to the office are left out. `stamp` (2020-03-15_143005) names the copy of what was there
        before. PikError, and nothing touched, if the master is not free or has changed since it was read.
        """
