"""What a Kreis is handed: a workbook made from the master, and a letter beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pik_xl.errors import PikError
from pik_xl.model import Art
from pik_xl.progress import Progress, silent
from pik_xl.register import load_register
from pik_xl.schreiben import inhalt
from pik_xl.workfolder import Workfolder, write

if TYPE_CHECKING:  # the heavy modules are loaded by the job that needs them
    from pik_xl.kreise.auszug import Auszug
    from pik_xl.master.read.snapshot import Snapshot


def kreisuebersichten(
    folder: Workfolder, master: Snapshot, kreise: Sequence[str], tag: date, progress: Progress = silent
) -> list[Path]:
    """An overview of what the master says of each of these Kreise (5-digit keys), to hand on, as a workbook.

    A Landkreis has a letter of the day beside it, of the same name. None where nobody has posts or applied. The
    in-tray is not looked at; PikError before the first consolidation.
    """
    from pik_xl.kreise import draw
    from pik_xl.kreise.auszug import auszug as auszug_of

    register, brief, stand = load_register(), _kreisbrief(folder, master), master.stand
    if stand is None:
        raise PikError(
            f"In {folder.master} stehen noch keine Anträge; eine Übersicht zeigt, was dort steht. "
            f"Bitte zuerst: pik-xl konsolidieren {folder.path}"
        )
    vorgaenge, befunde = master.faelle
    written = []
    for done, kreis in enumerate((register.kreise[ags] for ags in kreise), 1):
        auszug = auszug_of(kreis, vorgaenge, befunde, master.bestand, register)
        if not auszug.leer:
            path = folder.kreise / f"{inhalt.safe(f'{kreis.ags}_{kreis.bezeichnung}')}.xlsx"
            written.append(write(path, draw.build(auszug, stand)))
            if kreis.art == Art.LANDKREIS:
                write(path.with_suffix(".docx"), brief(auszug, tag, stand, path.name))
        progress("Kreise", done, len(kreise))
    return written


def _kreisbrief(folder: Workfolder, master: Snapshot) -> Callable[[Auszug, date, datetime, str], bytes]:
    """What writes the letter to a Landratsamt; PikError if its template has faults."""
    from pik_xl.kreise.brief import kreisuebersicht
    from pik_xl.vorlagen.felder import KREISUEBERSICHT
    from pik_xl.vorlagen.template import NoticeFault, Template

    einstellungen, ansprechpartner = master.einstellungen, master.ansprechpartner
    template = Template.compile(folder.vorlage(KREISUEBERSICHT.name), KREISUEBERSICHT.name, KREISUEBERSICHT)

    def brief(auszug: Auszug, tag: date, stand: datetime, datei: str) -> bytes:
        try:
            return template.render(kreisuebersicht(auszug, einstellungen, ansprechpartner, tag, stand, datei))
        except NoticeFault as fault:
            raise PikError(f"Das Schreiben zu {datei} ließ sich nicht erstellen: {fault}") from fault

    return brief
