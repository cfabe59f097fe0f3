"""Everything that ships and is made by code, made anew: workbooks, macros, templates, the pages of `docs`."""

from __future__ import annotations

from datetime import date, datetime
from importlib.resources import files
from pathlib import Path

from pik_xl.build import page_vorlagen, pages, rooms
from pik_xl.build.mustervorlagen.assemble import letters
from pik_xl.jobs.konsolidieren import neuer_master
from pik_xl.jobs.pruefung import Pruefung, lage_am
from pik_xl.jobs.run import lauf_of
from pik_xl.master.draw import knoepfe
from pik_xl.schreiben.einzelform import form_templates
from pik_xl.workfolder import MASTER, shipped, write

# Rows for posts in the blank form, for applicants who got no pre-filled one.
BLANK_ROWS = 12
# The day whose rules the blank form and the empty master that ship are made by.
MITGELIEFERT = date(2020, 12, 31)


def build() -> list[Path]:
    """Make it all anew; returns the paths written."""
    einzeln, _ = form_templates(lage_am(MITGELIEFERT))
    workbooks, vba = shipped("workbooks"), Path(str(files("pik_xl.master.draw"))) / "vba"
    return [
        write(workbooks / "Antrag.xlsx", einzeln.fill({}, [{}] * BLANK_ROWS)),
        *(write(shipped("templates") / f"{name}.docx", data) for name, data in letters().items()),
        write(vba / "PikButtons.bas", knoepfe.modul().encode()),
        write(vba / "ribbon.xml", knoepfe.ribbon().encode()),
        write(workbooks / MASTER, leerer_master()),
        write(workbooks.parent / "docs" / "pruefkatalog.md", pages.pruefkatalog().encode()),
        write(workbooks.parent / "docs" / "regeln.md", pages.regelwerk().encode()),
        write(workbooks.parent / "docs" / "vorlagen.md", page_vorlagen.vorlagen().encode()),
        write(workbooks.parent / "docs" / "bilder" / "rooms.svg", rooms.rooms_svg().encode()),
    ]


def leerer_master() -> bytes:
    """The master that ships: no posts, no cases, the settings as they come."""
    leer, stand = Pruefung(lage_am(MITGELIEFERT), (), ()), datetime.combine(MITGELIEFERT, datetime.min.time())
    return neuer_master(leer, stand, lauf_of(leer, stand, "Mitgeliefert", "", None))
