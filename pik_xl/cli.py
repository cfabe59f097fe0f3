"""The commands: German in, German out; each one calls a job and shows its result. No logic lives here."""

from __future__ import annotations

import sys
import traceback
from datetime import date, datetime
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pik_xl import eingabe, konsole
from pik_xl.errors import PikError
from pik_xl.hilfe import Befehl, Gruppe, beschwerde

if TYPE_CHECKING:  # importing the commands must stay fast
    from pik_xl.ausgang import Schreibergebnis
    from pik_xl.jobs import Pruefung
    from pik_xl.workfolder import Workfolder

CLEAN, FINDINGS, MENDABLE, BUG = 0, 1, 2, 3

app = typer.Typer(
    name="pik-xl",
    help="Pakt für Integration: Anträge auf Verlängerung prüfen, entscheiden, konsolidieren, bescheiden.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    cls=Gruppe,
)
befehl = partial(app.command, cls=Befehl)

Ordner = Annotated[Path, typer.Argument(metavar="ORDNER", help="Arbeitsordner")]
Json = Annotated[bool, typer.Option("--json", help="Ergebnis als JSON ausgeben")]
Am = Annotated[
    str | None, typer.Option("--am", metavar="DATUM", help="Tag der Entscheidung (31.12.2020 oder 2020-12-31)")
]

Rechtsstand = Annotated[
    str | None,
    typer.Option("--rechtsstand", metavar="DATUM", help="Tag, bis zu dem Rechtsänderungen bekannt sind (sonst --am)"),
]
Abweichungen = Annotated[
    Path | None, typer.Option("--ordner", metavar="ORDNER", help="Arbeitsordner, dessen Abweichungen gelten")
]


def main() -> None:
    """The entrance of `pik-xl`: exit code 0 clean, 1 findings, 2 the user can mend it, 3 a bug with a log file."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        code = app(standalone_mode=False)
    except PikError as problem:
        konsole.say(str(problem), error=True)
        code = MENDABLE
    except KeyboardInterrupt:
        konsole.say("Abgebrochen.", error=True)
        code = MENDABLE
    except BrokenPipeError:
        code = CLEAN
    except OSError as error:
        konsole.say(konsole.no_access(error), error=True)
        code = MENDABLE
    except Exception as error:
        code = _usage(error) if hasattr(error, "format_message") else _bug()
    sys.exit(code if isinstance(code, int) else CLEAN)


def _usage(error: Any) -> int:
    """A command line that cannot be understood."""
    if type(error).__name__.startswith("NoArgsIsHelp"):
        return CLEAN
    konsole.say(beschwerde(error), error=True)
    return MENDABLE


def _bug() -> int:
    """Write the traceback where support can find it, and tell the user only that."""
    log = Path.cwd() / f"pik-xl-fehler-{datetime.now():%Y-%m-%d_%H%M%S}.log"
    try:
        log.write_text(traceback.format_exc(), encoding="utf-8")
        where = f"Einzelheiten stehen in {log}."
    except OSError:
        traceback.print_exc()
        where = "Einzelheiten stehen oben."
    konsole.say(f"Das ist ein Fehler im Programm, nicht bei Ihnen. {where} Bitte an den Support geben.", error=True)
    return BUG


@befehl("init")
def init_(ordner: Ordner) -> int:
    """Legt einen Arbeitsordner an. Darin: Master, Eingang, Vorlagen, Einstellungen."""
    from pik_xl import jobs

    folder = jobs.init(ordner, datetime.now())
    konsole.say(f"Arbeitsordner {folder.path} ist bereit. Als Nächstes den Bestand in {folder.master.name} eintragen.")
    return CLEAN


@befehl()
def formulare(ordner: Ordner) -> int:
    """Füllt für jeden Antragsteller ein Formular vor. Grundlage ist der Bestand im Master."""
    from pik_xl import jobs

    folder = _open(ordner)
    with konsole.progress_bars() as progress:
        written = jobs.formulare(folder, _tag(folder, None), progress)
    konsole.say(f"{len(written)} Formulare stehen in {folder.formulare}.")
    return CLEAN


@befehl()
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
    from pik_xl import jobs
    from pik_xl.workfolder import Workfolder

    ziel = eingabe.workbook_name(bericht) if bericht else None
    folder = Workfolder.around(pfade[0])
    tag, bekannt = _tag(folder, am), _rechtsstand(rechtsstand)
    with konsole.progress_bars(quiet=als_json) as progress:
        if folder and pfade == [folder.path]:
            pruefung = jobs.pruefen_ordner(folder, tag, progress, bekannt)
        else:
            lage = jobs.lage_of(folder, tag, bekannt) if folder else jobs.lage_am(tag, rechtsstand=bekannt)
            pruefung = jobs.pruefen(pfade, lage, progress)
    if ziel:
        jobs.bericht(pruefung, ziel, datetime.combine(tag, datetime.min.time()))
    if als_json:
        konsole.say_json(
            {
                "dateien": len(pruefung.sendungen),
                "antraege": pruefung.antraege,
                "befunde": [konsole.befund_json(befund) for befund in pruefung.befunde],
            }
        )
    else:
        if ziel:
            konsole.say(f"Der Bericht steht in {ziel}.")
        if not pruefung.lage.bewilligungen:
            konsole.say("Geprüft ohne Bestand: Ob die Stellen bewilligt sind, blieb offen.")
        konsole.report(pruefung)
    return FINDINGS if pruefung.fehler else CLEAN


@befehl()
def verlaengern(ordner: Ordner, am: Am = None, rechtsstand: Rechtsstand = None, als_json: Json = False) -> int:
    """Wendet die Regeln auf jede Stelle an. Zeigt, was bewilligt wird und was es kostet."""
    from pik_xl.model import Stand

    pruefung = _pruefung(ordner, am, rechtsstand, quiet=als_json)
    faelle = [vorgang for vorgang in pruefung.vorgaenge if vorgang.stand == Stand.ENTSCHIEDEN]
    decisions = [decision for vorgang in faelle for decision in vorgang.decisions]
    if als_json:
        konsole.say_json(
            {"antraege": len(faelle), "stellen": [konsole.decision_json(d) | {"stelle": d.stelle} for d in decisions]}
        )
    else:
        konsole.totals(pruefung)
    return FINDINGS if pruefung.fehler else CLEAN


@befehl()
def konsolidieren(ordner: Ordner, am: Am = None, rechtsstand: Rechtsstand = None) -> int:
    """Schreibt alles in den Master. Was Sie dort eingetragen haben, bleibt erhalten."""
    from pik_xl import jobs

    pruefung = _pruefung(ordner, am, rechtsstand)
    folder = _open(ordner)
    konsole.foreign_sheets(jobs.konsolidieren(folder, pruefung, _stand(folder, am)))
    konsole.say(f"{folder.master} ist auf dem neuen Stand; gelesene Anträge: {pruefung.antraege}.")
    return FINDINGS if pruefung.fehler else CLEAN


@befehl()
def bescheide(ordner: Ordner, am: Am = None, rechtsstand: Rechtsstand = None) -> int:
    """Schreibt Bescheide und Nachforderungen. Bescheide entstehen als Entwurf."""
    from pik_xl import jobs

    pruefung = _pruefung(ordner, am, rechtsstand)
    with konsole.progress_bars() as progress:
        letters = jobs.bescheide(_open(ordner), pruefung, progress)
    konsole.letters_written(letters)
    return FINDINGS if pruefung.fehler or letters.befunde else CLEAN


@befehl()
def kreis(
    kreis: Annotated[str, typer.Argument(metavar="KREIS", help="Schlüssel (08125), Name oder „alle“")],
    ordner: Ordner,
    am: Am = None,
    rechtsstand: Rechtsstand = None,
) -> int:
    """Schreibt eine Übersicht je Kreis. Zum Weitergeben: wer beantragt hat, wer fehlt, was es kostet."""
    from pik_xl import jobs

    gewaehlt = eingabe.kreise(kreis)
    folder, pruefung = _open(ordner), _pruefung(ordner, am, rechtsstand)
    with konsole.progress_bars() as progress:
        written = jobs.kreisuebersichten(folder, pruefung, gewaehlt, _stand(folder, am), progress)
    if not written:
        raise PikError(f"Kreis „{kreis}“: weder bewilligte Stellen im Bestand noch Anträge. Nichts geschrieben.")
    konsole.overviews_written(written, folder.kreise)
    return FINDINGS if pruefung.fehler else CLEAN


@befehl()
def alles(ordner: Ordner, am: Am = None, rechtsstand: Rechtsstand = None) -> int:
    """Alles in einem Zug. Prüfen, verlängern, konsolidieren, Schreiben erzeugen."""
    pruefung, letters = _chain(ordner, am, rechtsstand)
    konsole.report(pruefung)
    konsole.totals(pruefung)
    konsole.letters_written(letters)
    return FINDINGS if pruefung.fehler or letters.befunde else CLEAN


@befehl()
def demo(
    ordner: Ordner,
    antraege: Annotated[int, typer.Option("--antraege", metavar="N", help="Zahl der Anträge, höchstens 1145")] = 480,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="Startwert; gleicher Wert, gleiches Land")] = 2020,
) -> int:
    """Spielt das ganze Land einmal durch. Mit erfundenen Stellen, Menschen und Fehlern."""
    from pik_xl import jobs

    begin = perf_counter()
    with konsole.progress_bars() as progress:
        folder = jobs.demo(ordner, antraege, seed, progress)
        eingang = perf_counter() - begin
        written = jobs.formulare(folder, _tag(folder, None), progress)
    seconds = {"Eingang erfinden": eingang, "Formulare": perf_counter() - begin - eingang}
    pruefung, letters = _chain(ordner, None, None, seconds)
    konsole.tasks(pruefung)
    konsole.totals(pruefung)
    konsole.letters_written(letters)
    konsole.say(f"Formulare: {len(written)} in {folder.formulare}")
    konsole.say("Sekunden: " + ", ".join(f"{step} {value:.1f}".replace(".", ",") for step, value in seconds.items()))
    konsole.say(f"Zum Ansehen: {folder.master}")
    return CLEAN


@befehl()
def regeln(
    ordner: Annotated[Path | None, typer.Argument(metavar="[ORDNER]", help="Arbeitsordner mit Abweichungen")] = None,
    am: Am = None,
    rechtsstand: Rechtsstand = None,
    als_json: Json = False,
) -> int:
    """Zeigt die geltenden Regeln mit Quelle."""
    from pik_xl import jobs

    folder = _open(ordner) if ordner else None
    tag, bekannt, rules = _tag(folder, am), _rechtsstand(rechtsstand), jobs.regelwerk(folder)
    steps = rules.on(tag, bekannt)
    if not steps:
        raise PikError(f"Am {tag:%d.%m.%Y} galt noch keine Regel. Bitte einen Tag ab 2017 nennen.")
    if als_json:
        konsole.say_json([konsole.step_json(step) for step in steps])
    else:
        konsole.rules(steps, tag, bekannt or tag, rules.pruefsumme)
    return CLEAN


@befehl()
def erklaeren(
    stelle: Annotated[str, typer.Argument(metavar="STELLE", help="Kennung der Stelle, wie im Bestand")],
    ordner: Ordner,
    am: Am = None,
    rechtsstand: Rechtsstand = None,
) -> int:
    """Erklärt die Entscheidung über eine Stelle als Vermerk. Nennt jeden Schritt mit seiner Quelle."""
    from pik_xl.vermerk import vermerk

    pruefung = _pruefung(ordner, am, rechtsstand)
    for line in vermerk(stelle.strip(), pruefung.vorgaenge, pruefung.lage):
        konsole.say(line)
    return CLEAN


@befehl()
def katalog(als_json: Json = False) -> int:
    """Listet alle Prüfungen mit ihrer Quelle."""
    from pik_xl.checks import CHECKS

    rows = sorted((c.code, c.titel, str(c.schwere), c.quelle) for c in CHECKS)
    if als_json:
        konsole.say_json([dict(zip(("code", "titel", "schwere", "quelle"), row, strict=True)) for row in rows])
    else:
        konsole.say_table(f"{len(rows)} Prüfungen", ("Code", "Prüfung", "Schwere", "Quelle"), rows)
    return CLEAN


@befehl()
def rechnen(
    beginn: Annotated[str, typer.Option("--beginn", metavar="D", help="erster Tag der Förderung")],
    bewilligt_bis: Annotated[str, typer.Option("--bewilligt-bis", metavar="D", help="letzter bewilligter Tag")],
    vzae: Annotated[str, typer.Option("--vzae", metavar="N", help="Stellenanteil, etwa 0,5")],
    qualifikation: Annotated[
        str, typer.Option("--qualifikation", metavar="Q", help="hochschule oder mittlerer-abschluss")
    ],
    am: Annotated[str, typer.Option("--am", metavar="D", help="Tag der Entscheidung")],
    rechtsstand: Rechtsstand = None,
    jahresbetrag: Annotated[str | None, typer.Option("--jahresbetrag", metavar="EUR", help="je VZÄ und Jahr")] = None,
    stichtag_status: Annotated[
        str, typer.Option("--stichtag-status", metavar="S", help="besetzt, nachbesetzbar oder unbesetzt")
    ] = "besetzt",
    unterbrechung: Annotated[int, typer.Option("--unterbrechung", metavar="MONATE", help="ohne Entgelt")] = 0,
    wunschende: Annotated[str | None, typer.Option("--wunschende", metavar="D", help="beantragtes Ende")] = None,
    ordner: Abweichungen = None,
    als_json: Json = False,
) -> int:
    """Rechnet eine einzelne Stelle vor."""
    from pik_xl import jobs
    from pik_xl.model import Besetzung, Qualifikation

    decision = jobs.rechnen(
        jobs.Rechnung(
            beginn=eingabe.day(beginn),
            bewilligt_bis=eingabe.day(bewilligt_bis),
            vzae=eingabe.number(vzae, "--vzae"),
            qualifikation=eingabe.choice(qualifikation, Qualifikation, "--qualifikation"),
            jahresbetrag=eingabe.number(jahresbetrag, "--jahresbetrag") if jahresbetrag else None,
            besetzung=eingabe.choice(stichtag_status, Besetzung, "--stichtag-status"),
            unterbrechung=unterbrechung,
            wunschende=eingabe.day(wunschende) if wunschende else None,
        ),
        eingabe.day(am),
        _rechtsstand(rechtsstand),
        jobs.regelwerk(_open(ordner) if ordner else None),
    )
    if als_json:
        konsole.say_json(konsole.decision_json(decision))
    else:
        konsole.reckoning(decision.ergebnis, (*decision.trace, *decision.hinweise))
    return CLEAN


@befehl("rechnen-digital")
def rechnen_digital(
    kosten: Annotated[str, typer.Option("--kosten", metavar="EUR", help="Ausgaben für die digitale Lösung")],
    zugriff: Annotated[int, typer.Option("--zugriff", metavar="N", help="so viele erhalten Zugriff")],
    im_kreis: Annotated[int, typer.Option("--im-kreis", metavar="N", help="so viele sind im Kreisgebiet tätig")],
    am: Annotated[str, typer.Option("--am", metavar="D", help="Tag der Entscheidung")],
    rechtsstand: Rechtsstand = None,
    ordner: Abweichungen = None,
) -> int:
    """Rechnet eine digitale Lösung vor."""
    from pik_xl import jobs

    rules = jobs.regelwerk(_open(ordner) if ordner else None)
    betrag = eingabe.number(kosten, "--kosten")
    decision = jobs.rechnen_digital(betrag, zugriff, im_kreis, eingabe.day(am), _rechtsstand(rechtsstand), rules)
    konsole.reckoning(decision.ergebnis, decision.trace)
    return CLEAN


@befehl()
def build() -> int:
    """Erzeugt die mitgelieferten Mappen neu. Nur für die Entwicklung."""
    from pik_xl import jobs

    for path in jobs.build():
        konsole.say(str(path))
    return CLEAN


# --- folder and day ------------------------------------------------------------------------------


def _open(path: Path) -> Workfolder:
    from pik_xl.workfolder import Workfolder

    return Workfolder.open(path)


def _tag(folder: Workfolder | None, am: str | None) -> date:
    """The day of decision: as asked for, else as the folder has it set, else today."""
    if am:
        return eingabe.day(am)
    return (folder.einstellungen.entscheidungstag if folder else None) or date.today()


def _rechtsstand(text: str | None) -> date | None:
    return eingabe.day(text) if text else None


def _stand(folder: Workfolder, am: str | None) -> datetime:
    """When the figures are made: now, or noon of the day that was set."""
    tag = _tag(folder, am)
    now = datetime.now()
    return now if tag == now.date() else datetime(tag.year, tag.month, tag.day, 12)


# --- running and showing ---------------------------------------------------------------------------


def _pruefung(ordner: Path, am: str | None, rechtsstand: str | None, quiet: bool = False) -> Pruefung:
    from pik_xl import jobs

    folder = _open(ordner)
    with konsole.progress_bars(quiet) as progress:
        return jobs.pruefen_ordner(folder, _tag(folder, am), progress, _rechtsstand(rechtsstand))


def _chain(
    ordner: Path, am: str | None, rechtsstand: str | None, seconds: dict[str, float] | None = None
) -> tuple[Pruefung, Schreibergebnis]:
    """Check, decide, consolidate, merge; fills in the seconds of each step if asked."""
    from pik_xl import jobs

    folder = _open(ordner)
    clock = _Clock(seconds if seconds is not None else {})
    with konsole.progress_bars() as progress:
        pruefung = jobs.pruefen_ordner(folder, _tag(folder, am), progress, _rechtsstand(rechtsstand))
        clock.lap("Lesen und Prüfen")
        pruefung.vorgaenge  # noqa: B018  # decided here, so that its time shows
        clock.lap("Verlängern")
        konsole.foreign_sheets(jobs.konsolidieren(folder, pruefung, _stand(folder, am)))
        clock.lap("Konsolidieren")
        letters = jobs.bescheide(folder, pruefung, progress)
        clock.lap("Schreiben")
    return pruefung, letters


class _Clock:
    """Seconds per step, into a mapping."""

    def __init__(self, seconds: dict[str, float]) -> None:
        self.seconds, self.last = seconds, perf_counter()

    def lap(self, step: str) -> None:
        now = perf_counter()
        self.seconds[step], self.last = now - self.last, now
