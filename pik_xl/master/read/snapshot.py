"""The master as it stood when a run began: read once and handed on, so that nobody goes back to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from pik_xl.master.read.antraege import read_bekanntes
from pik_xl.master.read.bestand import Problem, read_bestand
from pik_xl.master.read.bezuege import read_bezuege
from pik_xl.master.read.einstellungen import read_abweichungen, read_ansprechpartner, read_einstellungen
from pik_xl.master.read.eintragungen import Staff, read_eintragungen, read_summen
from pik_xl.master.read.faelle import read_faelle, stand_of
from pik_xl.master.read.freigabe import read_eingetragen
from pik_xl.master.read.protokoll import read_protokoll
from pik_xl.master.read.table import Rows, open_master, with_years
from pik_xl.master.sheets.protokoll import Lauf
from pik_xl.master.sheets.specs import ANTRAEGE, BEFUNDE, BESCHEIDE, MIT_SUMMEN, STELLEN, VERWAIST
from pik_xl.model import Ansprechpartner, Bekanntes, Bewilligung, Bezug, Eintragung, Finding
from pik_xl.ooxml.workbook import Workbook
from pik_xl.recht.einstellungen import Einstellungen
from pik_xl.recht.entscheidung import Vorgang
from pik_xl.recht.rules import Abweichung, Rulebook, shipped_rulebook

_LEER = Workbook({}, (), {}, {}, date1904=False, merkmale=frozenset())


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Everything a run needs of the master; each part is worked out when it is first asked for, and only once.

    `found` is the workbook as it was read and `data` its file, empty where it is open in Excel. `umbenannt` is the
    workbook with renamed applications under the names they have now (`update.renamed`). Without a workbook it says
    what holds where there is no master: nothing is set, nothing is approved. PikError, from whatever is asked first,
    for cells that cannot be used.
    """

    found: Workbook = _LEER
    data: bytes = b""
    umbenannt: Workbook | None = None

    @classmethod
    def of(cls, data: bytes) -> Snapshot:
        """The master in these bytes; PikError if it cannot be read."""
        return cls(open_master(data), data)

    @property
    def book(self) -> Workbook:
        """The workbook, renamed applications under the names they have now."""
        return self.umbenannt or self.found

    # --- what the office has set -----------------------------------------------------------------

    @cached_property
    def einstellungen(self) -> Einstellungen:
        """What is set on the sheet Einstellungen."""
        return read_einstellungen(self.book)

    @cached_property
    def abweichungen(self) -> tuple[Abweichung, ...]:
        """The office's deviations from the rulebook."""
        return read_abweichungen(self.book, shipped_rulebook())

    @cached_property
    def rules(self) -> Rulebook:
        """The rulebook with these deviations."""
        return shipped_rulebook().abweichend(self.abweichungen)

    @cached_property
    def ansprechpartner(self) -> Mapping[str, Ansprechpartner]:
        """Who is responsible for which Kreis, by its key."""
        return read_ansprechpartner(self.book)

    @property
    def bestand(self) -> tuple[Bewilligung, ...]:
        """The approved posts."""
        return self._bestand[0]

    @property
    def bestand_gedeutet(self) -> list[Problem]:
        """What was read there with good will."""
        return self._bestand[1]

    @cached_property
    def _bestand(self) -> tuple[tuple[Bewilligung, ...], list[Problem]]:
        return read_bestand(self.book)

    def tag(self, heute: date) -> date:
        """The day of decision: as set, else today."""
        return self.einstellungen.entscheidungstag or heute

    # --- what former runs left -------------------------------------------------------------------

    @cached_property
    def antraege(self) -> Rows:
        """The sheet Anträge."""
        return Rows.of(self.book, ANTRAEGE)

    @cached_property
    def stellen(self) -> Rows:
        """The sheet Stellen, with the budget years it has."""
        return Rows.of(self.book, with_years(self.book, STELLEN))

    @cached_property
    def bescheide(self) -> Rows:
        """The sheet Bescheide."""
        return Rows.of(self.book, BESCHEIDE)

    @cached_property
    def befunde(self) -> Rows:
        """The sheet Befunde."""
        return Rows.of(self.book, BEFUNDE)

    @cached_property
    def protokoll(self) -> tuple[Lauf, ...]:
        """The record of runs, the newest first."""
        return read_protokoll(self.book)

    @cached_property
    def bekanntes(self) -> Bekanntes:
        """What is known of applications that come in again."""
        return read_bekanntes(self.antraege)

    @property
    def stand(self) -> datetime | None:
        """When the cases were written; None if they never were."""
        return stand_of(self.protokoll)

    @cached_property
    def faelle(self) -> tuple[tuple[Vorgang, ...], tuple[Finding, ...]]:
        """The cases as the last run wrote them, and all findings; columns of staff are not looked at."""
        return read_faelle(self.book)

    # --- what staff typed ------------------------------------------------------------------------

    @cached_property
    def antraege_eintragungen(self) -> tuple[Eintragung, ...]:
        """What staff typed on the sheet Anträge, row by row."""
        return tuple(read_eintragungen(self.antraege))

    @cached_property
    def stellen_eintragungen(self) -> tuple[Eintragung, ...]:
        """What staff typed on the sheet Stellen, row by row."""
        return tuple(read_eintragungen(self.stellen))

    @cached_property
    def summen(self) -> tuple[Eintragung, ...]:
        """The sums that somebody typed over."""
        return tuple(read_summen(self.book, (with_years(self.book, spec) for spec in MIT_SUMMEN)))

    @cached_property
    def bezuege(self) -> tuple[Bezug, ...]:
        """Formulas that name rows which move; they hang on parts that only the closed file shows."""
        return tuple(read_bezuege(self.book, self.data)) if self.data else ()

    def eingetragen(self, heute: date) -> Staff:
        """What staff typed on the sheet Anträge by key of the application, and what their releases are for.

        `heute` is the day of the run.
        """
        return read_eingetragen(self.antraege, self.stellen, Rows.of(self.book, VERWAIST), heute)
