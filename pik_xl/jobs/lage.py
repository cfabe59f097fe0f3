"""What a work folder knows on a day: approved posts, rules, and what the office has entered in its master."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from pik_xl.checks.eintragungen import abweichende
from pik_xl.jobs.pruefung import lage_am
from pik_xl.jobs.run import has_master, master_of
from pik_xl.master.sheets.specs import STELLEN
from pik_xl.model import Bewilligung
from pik_xl.recht.einstellungen import Einstellungen
from pik_xl.recht.lage import Lage
from pik_xl.recht.rules import Rulebook, shipped_rulebook
from pik_xl.workfolder import Workfolder

if TYPE_CHECKING:  # the heavy modules are loaded by the job that needs them
    from pik_xl.ooxml.workbook import Workbook


def einstellungen_of(folder: Workfolder | None) -> Einstellungen:
    """What the office has set in its master; what is given beforehand where there is none."""
    from pik_xl.master.read.einstellungen import read_einstellungen

    return read_einstellungen(master_of(folder)) if folder and has_master(folder) else Einstellungen()


def regelwerk(folder: Workfolder | None) -> Rulebook:
    """The rulebook with the deviations the office has set in its master."""
    return _regelwerk(master_of(folder)) if folder and has_master(folder) else shipped_rulebook()


def _regelwerk(book: Workbook) -> Rulebook:
    from pik_xl.master.read.einstellungen import read_abweichungen

    rules = shipped_rulebook()
    return rules.abweichend(read_abweichungen(book, rules))


def lage_of(folder: Workfolder, tag: date, rechtsstand: date | None = None) -> Lage:
    """What the work folder knows on that day: its approved posts, its rules, and what the office has entered."""
    return lage_in(master_of(folder), tag, rechtsstand)


def lage_in(book: Workbook, tag: date, rechtsstand: date | None) -> Lage:
    from pik_xl.master.read import table as master_read
    from pik_xl.master.read.einstellungen import read_einstellungen

    einstellungen, (bestand, _) = read_einstellungen(book), master_read.read_bestand(book)
    lage = lage_am(tag, bestand, rechtsstand or einstellungen.rechtsstand, _regelwerk(book))
    lage = replace(lage, einstellungen=einstellungen, ansprechpartner=master_read.read_ansprechpartner(book))
    lage = replace(lage, eingaenge=master_read.read_eingaenge(book), geltende=master_read.read_geltende(book))
    return replace(lage, abweichend=abweichende(master_read.read_eintragungen(book, STELLEN), lage))


def bestand_of(folder: Workfolder) -> tuple[Bewilligung, ...]:
    """The approved posts the office keeps in the master's sheet Bestand."""
    from pik_xl.master.read import table as master_read

    return master_read.read_bestand(master_of(folder))[0]
