"""`--help` in German: typer says the words around ours in English."""

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
    r" <path>": "",
}


def deutsch(text: str) -> str:
    """The help text with typer's own words in German."""
    for english, german in _WORDS.items():
        text = re.sub(english, german, text, flags=re.MULTILINE)
    return text


class Gruppe(TyperGroup):
    """The program, which lists its commands."""

    def get_help(self, ctx: Any) -> str:
        """See `deutsch`."""
        return deutsch(super().get_help(ctx))


class Befehl(TyperCommand):
    """One command."""

    def get_help(self, ctx: Any) -> str:
        """See `deutsch`."""
        return deutsch(super().get_help(ctx))
