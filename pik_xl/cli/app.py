"""The program `pik-xl`: all its commands, in the order of the help."""

from __future__ import annotations

from collections.abc import Callable

import typer

from pik_xl.cli import bescheide, entsperren, excel, leitstand, regeln, verfahren, vorlagen
from pik_xl.cli.help import Command, Group


def program(help: str, *commands: Callable[..., int], name: str = "") -> typer.Typer:
    """A program or a group in it that knows these commands; each one has the name of its function."""
    made = typer.Typer(
        name=name or None,
        help=help,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        cls=Group,
    )
    for command in commands:
        made.command(command.__name__.replace("_", "-"), cls=Command)(command)
    return made


app = program(
    "Pakt für Integration: Anträge auf Verlängerung prüfen, entscheiden, konsolidieren, bescheiden.",
    verfahren.init,
    verfahren.formulare,
    verfahren.pruefen,
    verfahren.verlaengern,
    verfahren.konsolidieren,
    verfahren.kreis,
    verfahren.alles,
    verfahren.demo,
    bescheide.bescheide,
    entsperren.entsperren,
    excel.diagnose,
    leitstand.leitstand,
    regeln.regeln,
    regeln.erklaeren,
    regeln.katalog,
    regeln.rechnen,
    regeln.rechnen_digital,
    name="pik-xl",
)
app.add_typer(program("Richtet Excel auf diesem Rechner ein.", excel.einrichten), name="excel")
app.add_typer(program("Prüft Word-Vorlagen.", vorlagen.pruefen), name="vorlagen")
