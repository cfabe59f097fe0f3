"""The command that writes letters."""

from __future__ import annotations

from datetime import datetime
from time import perf_counter
from typing import Annotated

import typer

from pik_xl.cli import console
from pik_xl.cli.command import CLEAN, FINDINGS, Am, Ordner, Rechtsstand, held, opened, pruefung_of
from pik_xl.jobs import arguments
from pik_xl.jobs.run import check_free


def bescheide(
    ordner: Ordner,
    am: Am = None,
    rechtsstand: Rechtsstand = None,
    art: Annotated[
        list[str] | None, typer.Option("--art", metavar="ART", help="Nur diese Schreiben, zum Beispiel ablehnung")
    ] = None,
    kreis: Annotated[
        list[str] | None, typer.Option("--kreis", metavar="KREIS", help="Nur dieser Kreis: Schlüssel oder Name")
    ] = None,
    gefiltert: Annotated[
        bool, typer.Option("--gefiltert", help="Nur die Zeilen, die der Filter auf Blatt Anträge zeigt")
    ] = False,
    nur_freigegebene: Annotated[
        bool, typer.Option("--nur-freigegebene", help="Nur was zwei Personen freigegeben haben")
    ] = False,
    vorschau: Annotated[bool, typer.Option("--vorschau", help="Nur zeigen, was entstünde; nichts schreiben")] = False,
    pdf: Annotated[bool, typer.Option("--pdf", help="Dazu PDF-Dateien, neben den Schreiben")] = False,
    pdfa: Annotated[bool, typer.Option("--pdfa", help="Ebenso, zum Archivieren (PDF/A-2b)")] = False,
    druck: Annotated[bool, typer.Option("--druck", help="Dazu eine PDF-Datei für den Drucker")] = False,
    mail: Annotated[bool, typer.Option("--mail", help="Dazu Entwürfe von E-Mails für Outlook")] = False,
) -> int:
    """Schreibt Bescheide und Nachforderungen. Ohne Freigabe bleibt ein Bescheid Entwurf."""
    from pik_xl.jobs import bescheide as versand
    from pik_xl.schreiben.ausgang import Wunsch
    from pik_xl.versand.postausgang import Postwunsch
    from pik_xl.vorlagen.felder import ARTEN

    begin, folder = perf_counter(), opened(ordner)
    arten = arguments.schreibarten(art) if art else ARTEN
    kreise = [ags for text in kreis or () for ags in arguments.kreise(text)]
    with held(None if vorschau else folder.path, "Bescheide"):
        if not vorschau:
            check_free(folder)
        pruefung = pruefung_of(folder, am, rechtsstand)
        antraege = versand.auswaehlen(pruefung, kreise, gefiltert=gefiltert, nur_freigegebene=nur_freigegebene)
        with console.progress_bars() as progress:
            letters = versand.bescheide(folder, pruefung, progress, Wunsch(arten, antraege, vorschau=vorschau))
        if vorschau:
            console.letters_planned(letters)
            return FINDINGS if console.needs_a_look(letters.befunde) else CLEAN
        versand.eintragen(folder, pruefung, letters, datetime.now(), arguments.user(), perf_counter() - begin)
        post, post_wunsch = None, Postwunsch(pdf, pdfa, druck, mail)
        try:  # everything is made before a word is said: a reader that goes away must not stop it
            if post_wunsch:
                with console.progress_bars() as progress:
                    those = (*letters.neu, *letters.unveraendert)
                    post = versand.fertig_machen(folder, pruefung, those, post_wunsch, progress)
                    jetzt = datetime.now()
                    versand.versand_eintragen(
                        folder, pruefung, letters, post, jetzt, arguments.user(), eingetragen=True
                    )
        finally:
            console.letters_written(letters)
            console.faults(pruefung)
        if post:
            console.post_made(post)
        befunde = [*letters.befunde, *(post.befunde if post else ())]
    return FINDINGS if pruefung.fehler or console.needs_a_look(befunde) else CLEAN
