"""One case and the letters of a run over it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from factories import AGS, antrag, bewilligung, stelle

from pik_xl.jobs.pruefung import lage_am
from pik_xl.kinds import Row
from pik_xl.model import Antrag, Besetzung, Bewilligung, Finding, Place, Schwere, Stand
from pik_xl.recht.einstellungen import Einstellungen
from pik_xl.recht.entscheidung import Vorgang
from pik_xl.recht.lage import Lage
from pik_xl.recht.vorgang import vorgaenge
from pik_xl.schreiben.ausgang import Schreibergebnis, Wunsch, schreiben_alle
from pik_xl.schreiben.nachweis import Nachweis, from_rows, manifeste, read_manifest
from pik_xl.workfolder import Workfolder

TAG, KEY = date(2020, 5, 4), "a.xlsx"


FREI = {KEY: TAG}


ZWEI = (bewilligung(), bewilligung(stelle=f"{AGS}-02", vzae=Decimal("1.00")))


BEIDE = antrag(stellen=(stelle(), stelle(stelle=f"{AGS}-02", vzae=Decimal("1.00"), vzae_bewilligt=Decimal("1.00"))))


NUR_EINE = replace(BEIDE, stellen=(BEIDE.stellen[0], replace(BEIDE.stellen[1], besetzung_heute=Besetzung.UNBESETZT)))


KEINE = replace(BEIDE, stellen=tuple(replace(s, besetzung_heute=Besetzung.UNBESETZT) for s in BEIDE.stellen))


def fall(a: Antrag = BEIDE, bestand: Sequence[Bewilligung] = ZWEI, tag: date = TAG) -> tuple[Vorgang, Lage]:
    """The application decided by the rules of the day."""
    lage = replace(lage_am(tag, bestand), einstellungen=Einstellungen({"zeichnet": "Max Muster"}))
    (vorgang,) = vorgaenge([a], [], lage)
    return vorgang, lage


def nachgefragt(vorgang: Vorgang) -> Vorgang:
    place = Place(KEY, "Antrag", "C5")
    befund = Finding("P01", Schwere.FEHLER, place, "IBAN", "", "Die IBAN fehlt.", "Bitte ergänzen.", "Formular", KEY)
    return replace(vorgang, stand=Stand.RUECKFRAGE, befunde=(befund,), decisions=(), ergebnis=None)


Lauf = Callable[..., Schreibergebnis]


def lauf(folder: Workfolder, a: Antrag = BEIDE, tag: date = TAG, **wunsch: object) -> Schreibergebnis:
    """One run over one application, with the manifests as its memory."""
    return lauf_ueber(folder, *fall(a, tag=tag), **wunsch)


def lauf_ueber(folder: Workfolder, vorgang: Vorgang, lage: Lage, **wunsch: object) -> Schreibergebnis:
    return schreiben_alle(folder, [vorgang], lage, Wunsch(**wunsch), bekannt(folder), lambda *_: None)  # type: ignore[arg-type]


def bekannt(folder: Workfolder, rows: Sequence[Row] = ()) -> Nachweis:
    """What manifests and the sheet Bescheide know."""
    paths = [path for parent in (folder.bescheide, folder.rueckfragen) for path in manifeste(parent)]
    found = {path.parent.relative_to(folder.path).as_posix(): read_manifest(path) for path in paths}
    letters = [s for those in found.values() for s in those.schreiben]
    return Nachweis.of([*letters, *from_rows(rows, {s.datei for s in letters})], found)
