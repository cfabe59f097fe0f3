"""What goes out with a request: the recipient's own workbook with the faults marked, or a form of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from pik_xl.eingang.receive import receive
from pik_xl.recht.entscheidung import Vorgang
from pik_xl.recht.lage import Lage
from pik_xl.schreiben import einzelform
from pik_xl.workfolder import Workfolder


def markierte(folder: Workfolder, faelle: Sequence[Vorgang], lage: Lage) -> Iterator[tuple[Vorgang, bytes | str]]:
    """The workbook each gets back, marked; or why there is none, as a sentence for the office."""
    from pik_xl.schreiben import rueckgabe

    for vorgang, workbook in _arbeitsmappen(folder, faelle, lage):
        if isinstance(workbook, str):
            yield vorgang, workbook
            continue
        fehler, einzeln = einzelform.fehler_fuer(vorgang), einzelform.aus_sammelmappe(vorgang.antrag)
        try:
            yield vorgang, rueckgabe.mark(workbook(), fehler, lage.tag, oeffnen=einzeln)
        except Exception as error:  # what we can read and openpyxl cannot must not stop the others
            yield vorgang, f"Die markierte Arbeitsmappe ließ sich nicht anlegen ({type(error).__name__})."


def _arbeitsmappen(
    folder: Workfolder, faelle: Sequence[Vorgang], lage: Lage
) -> Iterator[tuple[Vorgang, Callable[[], bytes] | str]]:
    """What each gets back: the own workbook as it came, and of a Sammelmappe a form with the own entries only."""
    einzelne = [v for v in faelle if einzelform.aus_sammelmappe(v.antrag)]
    gesandt = {v.antrag.datei: v for v in faelle if not einzelform.aus_sammelmappe(v.antrag)}
    for eingang in receive(folder.eingang) if gesandt else ():
        if not (vorgang := gesandt.get(eingang.datei)):
            continue
        if vorgang.antrag.dateisumme in ("", hashlib.sha256(eingang.data).hexdigest()):
            yield vorgang, partial(bytes, eingang.data)
        else:
            yield vorgang, "Die Datei im Eingang ist nicht mehr die, die gelesen wurde."
    if einzelne:
        template, _ = einzelform.form_templates(lage)
        for vorgang in einzelne:
            yield vorgang, partial(einzelform.einzelform, vorgang, lage, template)
