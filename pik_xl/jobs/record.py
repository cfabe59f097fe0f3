"""What runs about letters leave in the master: letters on the sheet Bescheide, and what is to be heeded about them.

What is to be heeded stands in the row of its letter. What has no row, as a letter that could not be written at all,
stands on the sheet Befunde until a run that asks again has no more to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from pik_xl.checks.schreiben import MESSAGES
from pik_xl.jobs.pruefung import Pruefung
from pik_xl.jobs.run import kopf_of
from pik_xl.kinds import Row
from pik_xl.master.sheets.columns import ZU_BEACHTEN
from pik_xl.model import Finding, Schreiben
from pik_xl.register import load_register

if TYPE_CHECKING:  # the heavy modules are loaded by the job that needs them
    from pik_xl.master.read.snapshot import Snapshot
    from pik_xl.master.sheets.columns import Table
    from pik_xl.schreiben.einwand import Einwaende, Zeile

_CODES = {message.code for message in MESSAGES}


@dataclass(frozen=True)
class Record:
    """What is recorded in a master: letters, and the Einwände of one run or more.

    `letters` are those that are not on the sheet yet.
    """

    master: Snapshot
    letters: Sequence[Schreiben] = ()
    einwaende: Sequence[Einwaende] = ()

    @property
    def empty(self) -> bool:
        """Whether the master says all of it already."""
        return not self.letters and not self.on_bescheide and not self.on_befunde

    @property
    def on_bescheide(self) -> bool:
        """Whether something else is to be heeded than stands in the rows of letters."""
        return any(self._notes[zeile] != text for zeile, text in self._heeded.items() if zeile in self._notes)

    @property
    def on_befunde(self) -> bool:
        """Whether something else is to be heeded than stands on the sheet Befunde."""
        wanted: set[tuple[object, ...]] = {(f.code, f.place.datei, f.meldung) for f in self._without_row}
        return wanted | set(map(_told, self._standing)) != set(map(_told, self._listed))

    def adds(self, einwaende: Einwaende) -> bool:
        """Whether these say something else beside what is recorded anyway."""
        both = replace(self, einwaende=(*self.einwaende, einwaende))
        return both._heeded != self._heeded or both._without_row != self._without_row

    def bescheide(self) -> Table:
        """The sheet Bescheide."""
        from pik_xl.master.sheets import office

        return office.bescheide_table(self.letters, self.master.bescheide.values, load_register().kreise, self._heeded)

    def befunde(self, pruefung: Pruefung) -> Table:
        """The sheet Befunde, with what the checks found."""
        from pik_xl.master.sheets.befunde import befunde_table

        found = [*pruefung.befunde, *self._without_row]
        return befunde_table(found, load_register().kreise, kopf_of(pruefung), self._standing)

    @cached_property
    def _notes(self) -> dict[Zeile, str]:
        """What earlier runs noted, by row."""
        from pik_xl.master.sheets import office

        return {office.schreiben_key(row): str(row.get(ZU_BEACHTEN) or "") for row in self.master.bescheide.values}

    @cached_property
    def _heeded(self) -> dict[Zeile, str]:
        """What is to be heeded of each letter now; of one just written, nothing that was noted of the one before."""
        from pik_xl.master.sheets import office
        from pik_xl.schreiben.einwand import notiert, ohne_erledigtes, zeile_of

        notes = self._notes | {zeile_of(s): "" for s in self.letters}
        for einwaende in self.einwaende:
            notes |= {
                zeile: text
                for zeile, text in einwaende.zu_beachten(notes).items()
                if text.splitlines() != notiert(notes[zeile])  # what people wrote beside it stays while nothing changes
            }
        gone = {office.schreiben_key(row) for row in self.master.bescheide.values if row.get("versandt_am")}
        return {zeile: ohne_erledigtes(text) if zeile in gone else text for zeile, text in notes.items()}

    @cached_property
    def _without_row(self) -> list[Finding]:
        """What is to be heeded of letters that have no row."""
        from pik_xl.schreiben.einwand import zeile_of

        rows = self._notes.keys() | {zeile_of(s) for s in self.letters}
        return [finding for einwaende in self.einwaende for finding in einwaende.ohne_zeile(rows)]

    @cached_property
    def _listed(self) -> list[Row]:
        """The rows on Befunde that are about letters."""
        return [row for row in self.master.befunde.values if row.get("code") in _CODES]

    @cached_property
    def _standing(self) -> list[Row]:
        """Those of them that nobody has asked about again."""
        told = {(f.code, f.place.datei, f.feld) for f in self._without_row}
        return [
            row
            for row in self._listed
            if (row.get("code"), row.get("datei"), row.get("feld") or "") not in told
            and not any(e.beantwortet(str(row.get("datei")), str(row.get("feld") or "")) for e in self.einwaende)
        ]


def _told(row: Row) -> tuple[object, ...]:
    """What a row of Befunde says, and of which file."""
    return row.get("code"), row.get("datei"), row.get("meldung")
