"""The commands on rules and reckoning: what applies, what it makes of a post, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pik_xl.cli import console
from pik_xl.cli.command import (
    CLEAN,
    Am,
    Json,
    Ordner,
    Rechtsstand,
    master_of,
    opened,
    pruefung_of,
    rechtsstand_of,
    tag_of,
)
from pik_xl.errors import PikError
from pik_xl.jobs import arguments
from pik_xl.jobs.run import has_master

if TYPE_CHECKING:  # importing the commands must stay fast
    from pik_xl.master.read.snapshot import Snapshot

Abweichungen = Annotated[
    Path | None, typer.Option("--ordner", metavar="ORDNER", help="Arbeitsordner, dessen Abweichungen gelten")
]


def regeln(
    ordner: Annotated[Path | None, typer.Argument(metavar="[ORDNER]", help="Arbeitsordner mit Abweichungen")] = None,
    am: Am = None,
    rechtsstand: Rechtsstand = None,
    als_json: Json = False,
) -> int:
    """Zeigt die geltenden Regeln mit Quelle."""
    master = _master(ordner)
    tag, bekannt, rules = tag_of(master, am), rechtsstand_of(rechtsstand), master.rules
    steps = rules.on(tag, bekannt)
    if not steps:
        raise PikError(f"Am {tag:%d.%m.%Y} galt noch keine Regel. Bitte einen Tag ab 2017 nennen.")
    if als_json:
        console.say_json([console.step_json(step) for step in steps])
    else:
        console.rules(steps, tag, bekannt or tag, rules.pruefsumme)
    return CLEAN


def erklaeren(
    was: Annotated[
        str, typer.Argument(metavar="STELLE|AGS", help="Kennung der Stelle oder Schlüssel des Antragstellers")
    ],
    ordner: Ordner,
    am: Am = None,
    rechtsstand: Rechtsstand = None,
) -> int:
    """Erklärt eine Entscheidung als Vermerk. Nennt jeden Schritt und jede Summe mit ihrer Quelle."""
    from pik_xl.schreiben.vermerk import erklaerung

    pruefung = pruefung_of(opened(ordner), am, rechtsstand)
    for line in erklaerung(was.strip(), pruefung.vorgaenge, pruefung.lage):
        console.say(line)
    return CLEAN


def katalog(als_json: Json = False) -> int:
    """Listet alle Prüfungen mit ihrer Quelle."""
    from pik_xl.checks.catalogue import CATALOGUE

    rows = sorted((c.code, c.titel, str(c.schwere), c.quelle) for c in CATALOGUE)
    if als_json:
        console.say_json([dict(zip(("code", "titel", "schwere", "quelle"), row, strict=True)) for row in rows])
    else:
        console.say_table(f"{len(rows)} Prüfungen", ("Code", "Prüfung", "Schwere", "Quelle"), rows)
    return CLEAN


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
    from pik_xl.model import Besetzung, Qualifikation
    from pik_xl.recht import rechnen

    decision = rechnen.rechnen(
        rechnen.Rechnung(
            beginn=arguments.day(beginn),
            bewilligt_bis=arguments.day(bewilligt_bis),
            vzae=arguments.number(vzae, "--vzae"),
            qualifikation=arguments.choice(qualifikation, Qualifikation, "--qualifikation"),
            jahresbetrag=arguments.number(jahresbetrag, "--jahresbetrag") if jahresbetrag else None,
            besetzung=arguments.choice(stichtag_status, Besetzung, "--stichtag-status"),
            unterbrechung=unterbrechung,
            wunschende=arguments.day(wunschende) if wunschende else None,
        ),
        arguments.day(am),
        rechtsstand_of(rechtsstand),
        _master(ordner).rules,
    )
    if als_json:
        console.say_json(console.decision_json(decision))
    else:
        console.reckoning(decision.ergebnis, (*decision.trace, *decision.hinweise))
    return CLEAN


def rechnen_digital(
    kosten: Annotated[str, typer.Option("--kosten", metavar="EUR", help="Ausgaben für die digitale Lösung")],
    zugriff: Annotated[int, typer.Option("--zugriff", metavar="N", help="so viele erhalten Zugriff")],
    im_kreis: Annotated[int, typer.Option("--im-kreis", metavar="N", help="so viele sind im Kreisgebiet tätig")],
    am: Annotated[str, typer.Option("--am", metavar="D", help="Tag der Entscheidung")],
    rechtsstand: Rechtsstand = None,
    ordner: Abweichungen = None,
) -> int:
    """Rechnet eine digitale Lösung vor."""
    from pik_xl.recht import rechnen

    betrag = arguments.number(kosten, "--kosten")
    decision = rechnen.rechnen_digital(
        betrag, zugriff, im_kreis, arguments.day(am), rechtsstand_of(rechtsstand), _master(ordner).rules
    )
    console.reckoning(decision.ergebnis, decision.trace)
    return CLEAN


def _master(ordner: Path | None) -> Snapshot:
    """What the master of a folder says of the rules; one that says nothing where there is no folder, or no master."""
    folder = opened(ordner) if ordner else None
    return master_of(folder if has_master(folder) else None)
