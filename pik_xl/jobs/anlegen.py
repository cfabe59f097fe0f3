"""What is laid out and built: a work folder, the forms, a whole invented state, and what ships with the package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from random import Random

from pik_xl import seite_vorlagen, seiten
from pik_xl.errors import PikError
from pik_xl.jobs import konsolidieren, lage_of, neuer_master
from pik_xl.jobs.pruefung import Progress, Pruefung, lage_am, silent
from pik_xl.jobs.run import lauf_of
from pik_xl.master.draw import knoepfe
from pik_xl.model import Bewilligung
from pik_xl.recht.einstellungen import Einstellungen
from pik_xl.register import load_register
from pik_xl.schreiben import inhalt
from pik_xl.schreiben.formulare import form_templates as form_templates
from pik_xl.workfolder import MASTER, Workfolder, shipped, write

# Rows for posts in the blank form, for applicants who got no pre-filled one.
BLANK_ROWS = 12
# The day whose rules the blank form and the empty master that ship are made by.
MITGELIEFERT = date(2020, 12, 31)


def init(
    path: Path,
    stand: datetime,
    bestand: Sequence[Bewilligung] = (),
    einstellungen: Einstellungen = Einstellungen(),  # noqa: B008  # frozen
) -> Workfolder:
    """Lay out a work folder with an empty master; what is there already stays as it is."""
    from pik_xl.master.sheets.tables import ANGELEGT

    folder = Workfolder(path)
    folder.create()
    if not folder.master.exists():
        lage = replace(lage_am(stand.date(), bestand), einstellungen=einstellungen)
        konsolidieren(folder, Pruefung(lage, (), ()), stand, ANGELEGT)
    return folder


def formulare(folder: Workfolder, tag: date, progress: Progress = silent) -> list[Path]:
    """A pre-filled form for every applicant in the Bestand, and a Sammelmappe for every Landkreis."""
    from pik_xl.formular.vorbelegt import kopf_of, stelle_of

    lage = lage_of(folder, tag)
    if not lage.bewilligungen:
        raise PikError(f"Der Bestand in {folder.master} ist leer. Bitte zuerst die bewilligten Stellen eintragen.")
    einzeln, sammel = form_templates(lage)
    by_kreis: dict[str, list[tuple[Bewilligung, ...]]] = {}
    for posts in lage.by_ags.values():
        by_kreis.setdefault(posts[0].kreis, []).append(posts)
    written = []
    for done, (kreis, groups) in enumerate(sorted(by_kreis.items()), 1):
        for posts in groups:
            data = einzeln.fill(kopf_of(posts), [stelle_of(post) for post in posts])
            name = inhalt.safe(f"Antrag_{posts[0].ags}_{posts[0].traeger}")
            written.append(write(folder.formulare / kreis / f"{name}.xlsx", data))
        if len(groups) > 1:
            rows = [stelle_of(post) for posts in groups for post in posts]
            data = sammel.fill({}, rows, [kopf_of(posts) for posts in groups])
            written.append(write(folder.formulare / kreis / f"Sammelmappe_{kreis}.xlsx", data))
        progress("Formulare", done, len(by_kreis))
    return written


def demo(path: Path, antraege: int, seed: int, progress: Progress = silent) -> Workfolder:
    """A work folder for the whole state with a Bestand, and the applications in its in-tray. Repeatable."""
    from pik_xl.demo import land
    from pik_xl.demo.faults import grown, late, peculiarities, spoil, twice

    land.check_number(antraege)
    if path.exists() and any(path.iterdir()):
        raise PikError(f"{path} ist nicht leer. Bitte einen neuen Ordner nennen oder den alten löschen.")
    register, rng = load_register(), Random(seed)
    doppelte = antraege // 100
    traeger = land.applicants(register, antraege - doppelte, rng)
    bestand = grown(land.bestand(register, traeger, rng), rng)
    gesetzt = Einstellungen({"entscheidungstag": land.TAG, **land.BEARBEITUNG})
    folder = init(path, datetime.combine(land.TAG, datetime.min.time()), bestand, gesetzt)
    lage = lage_am(land.TAG, bestand)
    formulare = [land.formular(posts, register, rng) for posts in lage.by_ags.values()]
    strangers = [t for t in register.traeger.values() if t.ags not in lage.by_ags]
    peculiarities(formulare, rng)
    spoil(formulare, strangers, rng)
    formulare += twice(formulare, doppelte, rng)
    late(formulare, antraege // 60, rng)
    einzeln, sammel = form_templates(lage)
    for done, _ in enumerate(land.send(formulare, folder.eingang, einzeln, sammel), 1):
        progress("Anträge", done, antraege)
    return folder


def build() -> list[Path]:
    """Make anew what ships and is made by code: blank form, macros, empty master, the pages on checks and rules."""
    einzeln, _ = form_templates(lage_am(MITGELIEFERT))
    workbooks, vba = shipped("workbooks"), Path(str(files("pik_xl.master.draw"))) / "vba"
    return [
        write(workbooks / "Antrag.xlsx", einzeln.fill({}, [{}] * BLANK_ROWS)),
        write(vba / "PikButtons.bas", knoepfe.modul().encode()),
        write(vba / "ribbon.xml", knoepfe.ribbon().encode()),
        write(workbooks / MASTER, leerer_master()),
        write(workbooks.parent / "docs" / "pruefkatalog.md", seiten.pruefkatalog().encode()),
        write(workbooks.parent / "docs" / "regeln.md", seiten.regelwerk().encode()),
        write(workbooks.parent / "docs" / "vorlagen.md", seite_vorlagen.vorlagen().encode()),
    ]


def leerer_master() -> bytes:
    """The master that ships: no posts, no cases, the settings as they come."""
    leer, stand = Pruefung(lage_am(MITGELIEFERT), (), ()), datetime.combine(MITGELIEFERT, datetime.min.time())
    return neuer_master(leer, stand, lauf_of(leer, stand, "Mitgeliefert", "", None))
