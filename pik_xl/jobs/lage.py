"""What is known on a day: approved posts, rules, and what the office has entered in its master."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from pik_xl.checks.eintragungen import abweichende
from pik_xl.jobs.pruefung import lage_am
from pik_xl.recht.lage import Lage

if TYPE_CHECKING:  # the heavy modules are loaded by the job that needs them
    from pik_xl.master.read.snapshot import Snapshot


def lage_of(master: Snapshot, tag: date, rechtsstand: date | None = None) -> Lage:
    """What the master says on that day: its approved posts, its rules, and what the office has entered."""
    lage = lage_am(tag, master.bestand, rechtsstand or master.einstellungen.rechtsstand, master.rules)
    lage = replace(lage, einstellungen=master.einstellungen, ansprechpartner=master.ansprechpartner)
    return replace(lage, abweichend=abweichende(master.stellen_eintragungen, lage))
