"""What is laid out before anything comes in: a work folder, and the forms for everybody with approved posts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pik_xl.errors import PikError
from pik_xl.jobs.konsolidieren import neuer_master
from pik_xl.jobs.lage import lage_of
from pik_xl.jobs.pruefung import Pruefung, lage_am
from pik_xl.jobs.run import lauf_of
from pik_xl.model import Bewilligung
from pik_xl.progress import Progress, silent
from pik_xl.recht.einstellungen import Einstellungen
from pik_xl.schreiben import inhalt
from pik_xl.schreiben.einzelform import form_templates
from pik_xl.workfolder import Workfolder, write

if TYPE_CHECKING:  # the heavy modules are loaded by the job that needs them
    from pik_xl.master.read.snapshot import Snapshot


def init(
    path: Path,
    stand: datetime,
    bestand: Sequence[Bewilligung] = (),
    einstellungen: Einstellungen = Einstellungen(),  # noqa: B008  # frozen
) -> Workfolder:
    """Lay out a work folder with an empty master; what is there already stays as it is."""
    from pik_xl.master.sheets.protokoll import ANGELEGT
    from pik_xl.master.update import file

    folder = Workfolder(path)
    folder.create()
    if not folder.master.exists():
        lage = replace(lage_am(stand.date(), bestand), einstellungen=einstellungen)
        pruefung = Pruefung(lage, (), ())
        data = neuer_master(pruefung, stand, lauf_of(pruefung, stand, ANGELEGT))
        file.write(folder.master, data, folder.sicherungen, "")
    return folder


def formulare(folder: Workfolder, master: Snapshot, tag: date, progress: Progress = silent) -> list[Path]:
    """A pre-filled form for every applicant in the Bestand, and a Sammelmappe for every Landkreis."""
    from pik_xl.formular.vorbelegt import kopf_of, stelle_of

    lage = lage_of(master, tag)
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
