"""The invented state as a work folder: a Bestand in its master, and everything that came back in its in-tray."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from random import Random

from pik_xl.demo import invent
from pik_xl.demo.faults import grown, late, peculiarities, spoil, twice
from pik_xl.errors import PikError
from pik_xl.jobs.anlegen import init
from pik_xl.jobs.pruefung import lage_am
from pik_xl.progress import Progress, silent
from pik_xl.recht.einstellungen import Einstellungen
from pik_xl.register import load_register
from pik_xl.schreiben.einzelform import form_templates
from pik_xl.workfolder import Workfolder


def invented_folder(path: Path, antraege: int, seed: int, progress: Progress = silent) -> Workfolder:
    """A work folder for the whole state with a Bestand, and the applications in its in-tray. Repeatable."""
    invent.check_number(antraege)
    if path.exists() and any(path.iterdir()):
        raise PikError(f"{path} ist nicht leer. Bitte einen neuen Ordner nennen oder den alten löschen.")
    register, rng = load_register(), Random(seed)
    doppelte = antraege // 100
    traeger = invent.applicants(register, antraege - doppelte, rng)
    bestand = grown(invent.bestand(register, traeger, rng), rng)
    gesetzt = Einstellungen({"entscheidungstag": invent.TAG, **invent.BEARBEITUNG})
    folder = init(path, datetime.combine(invent.TAG, datetime.min.time()), bestand, gesetzt)
    lage = lage_am(invent.TAG, bestand)
    formulare = [invent.formular(posts, register, rng) for posts in lage.by_ags.values()]
    strangers = [t for t in register.traeger.values() if t.ags not in lage.by_ags]
    peculiarities(formulare, rng)
    spoil(formulare, strangers, rng)
    formulare += twice(formulare, doppelte, rng)
    late(formulare, antraege // 60, rng)
    einzeln, sammel = form_templates(lage)
    for done, _ in enumerate(invent.send(formulare, folder.eingang, einzeln, sammel), 1):
        progress("Anträge", done, antraege)
    return folder
