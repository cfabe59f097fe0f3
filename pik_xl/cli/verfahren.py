"""The commands of the procedure, from the empty work folder to everything in one go; each one calls a job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from pik_xl.cli import console
from pik_xl.cli.command import (
    CLEAN,
    FINDINGS,
    Am,
    Json,
    Ordner,
    Rechtsstand,
    held,
    held_folder,
    master_of,
    opened,
    pruefung_of,
    rechtsstand_of,
    tag_of,
)
from pik_xl.errors import PikError
from pik_xl.jobs import arguments

if TYPE_CHECKING:  # importing the commands must stay fast
    from pik_xl.jobs.pruefung import Pruefung
    from pik_xl.master.sheets.columns import Aenderung
    from pik_xl.schreiben.ausgang import Schreibergebnis
    from pik_xl.workfolder import Workfolder


def init(ordner: Ordner) -> int:
    """Legt einen Arbeitsordner an. Darin: Master, Eingang, Vorlagen."""
    from pik_xl.jobs import anlegen
    from pik_xl.workfolder import Workfolder

    missing = Workfolder(ordner).missing()
    with held(ordner, "Arbeitsordner anlegen"):
        folder = anlegen.init(ordner, datetime.now())
    if folder.master.name not in missing:
        console.say(f"Arbeitsordner {folder.path} gibt es schon. {_ergaenzt(missing)}")
        return CLEAN
    console.say(f"Arbeitsordner {folder.path} ist bereit. Als Nächstes den Bestand in {folder.master.name} eintragen.")
    return CLEAN


def formulare(ordner: Ordner) -> int:
    """Füllt für jeden Antragsteller ein Formular vor. Grundlage ist der Bestand im Master."""
    from pik_xl.jobs import anlegen

    with held_folder(ordner, "Formulare") as folder, console.progress_bars() as progress:
        master = master_of(folder)
        written = anlegen.formulare(folder, master, tag_of(master, None), progress)
    console.say(f"{len(written)} Formulare stehen in {folder.formulare}.")
    return CLEAN


def pruefen(
    pfade: Annotated[
        list[Path], typer.Argument(metavar="ORDNER|DATEI...", help="Arbeitsordner, Ordner, Dateien, ZIPs")
    ],
    am: Am = None,
    rechtsstand: Rechtsstand = None,
    bericht: Annotated[
        Path | None, typer.Option("--bericht", metavar="DATEI", help="Befunde auch als Arbeitsmappe (.xlsx) schreiben")
    ] = None,
    als_json: Json = False,
) -> int:
    """Prüft eingegangene Anträge. Nennt zu jedem Befund die Zelle und was zu tun ist."""
    from pik_xl.jobs import pruefen as job
    from pik_xl.jobs.lage import lage_of
    from pik_xl.jobs.pruefung import pruefen as pruefe
    from pik_xl.workfolder import Workfolder

    ziel = arguments.workbook_name(bericht) if bericht else None
    ganz = Workfolder.looks_like(pfade[0])
    folder = Workfolder(pfade[0]) if ganz else Workfolder.around(pfade[0])
    master = master_of(folder)
    tag, bekannt = tag_of(master, am), rechtsstand_of(rechtsstand)
    with console.progress_bars(quiet=als_json) as progress:
        if folder and ganz and len(pfade) == 1:
            pruefung = job.pruefen_ordner(folder, master, tag, progress, bekannt, date.today())
        else:
            pruefung = pruefe(pfade, lage_of(master, tag, bekannt), progress, master.bekanntes)
    if ziel:
        darin = Workfolder.around(ziel.absolute().parent)
        with held(darin.path if darin else None, "Prüfbericht"):
            job.bericht(pruefung, ziel, datetime.combine(tag, datetime.min.time()))
    if als_json:
        console.say_json(
            {
                "dateien": len(pruefung.sendungen),
                "antraege": pruefung.antraege,
                "befunde": [console.befund_json(befund) for befund in pruefung.befunde],
            }
        )
    else:
        if ziel:
            console.say(f"Der Bericht steht in {ziel}.")
        if not pruefung.lage.bewilligungen:
            console.say("Geprüft ohne Bestand: Ob die Stellen bewilligt sind, blieb offen.")
        console.report(pruefung)
    return FINDINGS if pruefung.fehler else CLEAN


def verlaengern(ordner: Ordner, am: Am = None, rechtsstand: Rechtsstand = None, als_json: Json = False) -> int:
    """Wendet die Regeln auf jede Stelle an. Zeigt, was bewilligt wird und was es kostet."""
    from pik_xl.model import Stand

    pruefung = pruefung_of(opened(ordner), am, rechtsstand, quiet=als_json)
    faelle = [vorgang for vorgang in pruefung.vorgaenge if vorgang.stand == Stand.ENTSCHIEDEN]
    decisions = [decision for vorgang in faelle for decision in vorgang.decisions]
    if als_json:
        console.say_json(
            {"antraege": len(faelle), "stellen": [console.decision_json(d) | {"stelle": d.stelle} for d in decisions]}
        )
    else:
        console.totals(pruefung)
    return FINDINGS if pruefung.fehler else CLEAN


def konsolidieren(ordner: Ordner, am: Am = None, rechtsstand: Rechtsstand = None) -> int:
    """Schreibt alles in den Master. Was Sie dort eingetragen haben, bleibt erhalten."""
    from pik_xl.jobs import konsolidieren as job

    begin = perf_counter()
    with held_folder(ordner, "Konsolidieren") as folder:
        pruefung = pruefung_of(folder, am, rechtsstand)
        dauer = perf_counter() - begin
        changes = job.konsolidieren(folder, pruefung, datetime.now(), wer=arguments.user(), sekunden=dauer)
    console.say(f"{folder.master} ist auf dem neuen Stand; gelesene Anträge: {pruefung.antraege}.")
    console.changes(changes)
    console.faults(pruefung)
    return FINDINGS if pruefung.fehler else CLEAN


def kreis(
    kreis: Annotated[str, typer.Argument(metavar="KREIS", help="Schlüssel (08125), Name oder „alle“")],
    ordner: Ordner,
) -> int:
    """Schreibt eine Übersicht je Kreis aus dem Master. Darin: wer beantragt hat, wer fehlt, was es kostet."""
    from pik_xl.jobs.kreise import kreisuebersichten

    gewaehlt = arguments.kreise(kreis)
    with held_folder(ordner, "Kreisübersicht") as folder, console.progress_bars() as progress:
        master = master_of(folder)
        written = kreisuebersichten(folder, master, gewaehlt, tag_of(master, None), progress)
    if not written:
        raise PikError(f"Kreis „{kreis}“: weder bewilligte Stellen im Bestand noch Anträge. Nichts geschrieben.")
    console.overviews_written(written, folder.kreise)
    return CLEAN


def alles(ordner: Ordner, am: Am = None, rechtsstand: Rechtsstand = None) -> int:
    """Alles in einem Zug. Prüfen, verlängern, konsolidieren, Schreiben erzeugen."""
    with held_folder(ordner, "Alles") as folder:
        pruefung, letters, changes = _chain(folder, am, rechtsstand)
    console.report(pruefung)
    console.totals(pruefung)
    console.changes(changes)
    console.letters_written(letters)
    return FINDINGS if pruefung.fehler or console.needs_a_look(letters.befunde) else CLEAN


def demo(
    ordner: Ordner,
    antraege: Annotated[int, typer.Option("--antraege", metavar="N", help="Zahl der Anträge, höchstens 1145")] = 480,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="Startwert; gleicher Wert, gleiches Land")] = 2020,
) -> int:
    """Spielt das ganze Land einmal durch. Mit erfundenen Stellen, Menschen und Fehlern."""
    from pik_xl.demo.folder import invented_folder
    from pik_xl.jobs import anlegen

    begin = perf_counter()
    with console.progress_bars() as progress:
        folder = invented_folder(ordner, antraege, seed, progress)
        eingang = perf_counter() - begin
    with held(folder.path, "Demo"):
        with console.progress_bars() as progress:
            master = master_of(folder)
            written = anlegen.formulare(folder, master, tag_of(master, None), progress)
        seconds = {"Eingang erfinden": eingang, "Formulare": perf_counter() - begin - eingang}
        pruefung, letters, _ = _chain(folder, None, None, seconds)
    console.tasks(pruefung)
    console.totals(pruefung)
    console.letters_written(letters)
    console.say(f"Formulare: {len(written)} in {folder.formulare}")
    console.say("Sekunden: " + ", ".join(f"{step} {value:.1f}".replace(".", ",") for step, value in seconds.items()))
    console.say(f"Zum Ansehen: {folder.master}")
    return CLEAN


def _ergaenzt(missing: Sequence[str]) -> str:
    return f"Ergänzt wurde: {', '.join(missing)}." if missing else "Nichts wurde geändert."


# --- running and showing ---------------------------------------------------------------------------


def _chain(
    folder: Workfolder, am: str | None, rechtsstand: str | None, seconds: dict[str, float] | None = None
) -> tuple[Pruefung, Schreibergebnis, Mapping[Aenderung, int]]:
    """Check, decide, consolidate, merge; fills in the seconds of each step if asked."""
    from pik_xl.jobs.bescheide import bescheide
    from pik_xl.jobs.konsolidieren import konsolidieren
    from pik_xl.jobs.pruefen import pruefen_ordner
    from pik_xl.jobs.run import check_free

    begin, clock = perf_counter(), _Clock(seconds if seconds is not None else {})
    check_free(folder)
    with console.progress_bars() as progress:
        master = master_of(folder)
        tag, bekannt = tag_of(master, am), rechtsstand_of(rechtsstand)
        pruefung = pruefen_ordner(folder, master, tag, progress, bekannt, date.today())
        clock.lap("Lesen und Prüfen")
        pruefung.vorgaenge  # noqa: B018  # decided here, so that its time shows
        clock.lap("Verlängern")
        letters = bescheide(folder, pruefung, progress)
        clock.lap("Schreiben")
        dauer = perf_counter() - begin
        changes = konsolidieren(folder, pruefung, datetime.now(), "Alles", arguments.user(), dauer, letters)
        clock.lap("Konsolidieren")
    return pruefung, letters, changes


class _Clock:
    """Seconds per step, into a mapping."""

    def __init__(self, seconds: dict[str, float]) -> None:
        self.seconds, self.last = seconds, perf_counter()

    def lap(self, step: str) -> None:
        now = perf_counter()
        self.seconds[step], self.last = now - self.last, now
