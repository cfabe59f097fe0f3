"""What typer says in English, in German: `--help`, and what is wrong with a command line."""

from __future__ import annotations

import re
from typing import Any

from typer.core import TyperCommand, TyperGroup

_WORDS = {
    r"^Usage:": "Aufruf:",
    r"^Options:": "Optionen:",
    r"^Arguments:": "Angaben:",
    r"^Commands:": "Befehle:",
    r"\[OPTIONS\]": "[OPTIONEN]",
    r"COMMAND \[ARGS\]\.\.\.": "BEFEHL ...",
    r"Show this message and exit\.": "diese Hilfe",
    r"\[default:\s+": "[sonst: ",
    r"\s*\[required\]": " (nötig)",
    r" <(path|str|list\[Path\])>": "",
}


def in_german(text: str) -> str:
    """The help text with typer's own words in German."""
    for english, german in _WORDS.items():
        text = re.sub(english, german, text, flags=re.MULTILINE)
    return text


class Group(TyperGroup):
    """The program, which lists its commands."""

    def get_help(self, ctx: Any) -> str:
        """See `in_german`."""
        return in_german(super().get_help(ctx))


class Command(TyperCommand):
    """One command."""

    def get_help(self, ctx: Any) -> str:
        """See `in_german`."""
        return in_german(super().get_help(ctx))


def complaint(error: Any) -> str:
    """Why a command line cannot be understood, and where help is."""
    param = getattr(error, "param", None)
    option = " / ".join(getattr(param, "opts", ())) or getattr(error, "option_name", "")
    wanted = option if option.startswith("-") else getattr(param, "metavar", option)
    what = {
        "MissingParameter": f"Es fehlt die Angabe {wanted}.",
        "NoSuchOption": f"Die Option {option} gibt es nicht.",
        "BadParameter": f"Der Wert für {option} ist nicht möglich. {_wanted(getattr(error, 'message', ''))}",
    }.get(type(error).__name__)
    command = getattr(getattr(error, "ctx", None), "command_path", "pik-xl")
    return f"{what or 'Den Befehl gibt es so nicht: ' + error.format_message()}\nHilfe: {command} --help"


def _wanted(english: str) -> str:
    return "Bitte eine ganze Zahl angeben." if "integer" in english else "Bitte die Angabe prüfen."
