"""What is typed on the command line -> values; PikError says in German what cannot be understood."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from pik_xl.errors import PikError

Option = TypeVar("Option", bound=StrEnum)


def workbook_name(path: Path) -> Path:
    """A name under which a workbook can be written without losing anything."""
    if path.suffix.lower() != ".xlsx":
        raise PikError(f"--bericht: „{path}“ muss auf .xlsx enden.")
    if path.exists():
        raise PikError(f"--bericht: {path} gibt es schon. Bitte einen anderen Namen nennen oder die Datei löschen.")
    return path


def day(text: str) -> date:
    """A day as people or programs write it: 31.12.2020 and 2020-12-31."""
    from pik_xl.values import parse_datum

    try:
        return parse_datum(text.strip())
    except ValueError:
        raise PikError(f"„{text}“ ist kein Tag. Bitte so schreiben: 31.12.2020 oder 2020-12-31.") from None


def number(text: str, option: str) -> Decimal:
    """A number as people or programs write it: 0,5 and 64.000,00 as well as 0.5 and 64000.00."""
    from pik_xl.values import parse_dezimal

    try:
        value = parse_dezimal(text) if "," in text else Decimal(text)
        if not value.is_finite():
            raise ValueError(text)
        return value
    except (ValueError, InvalidOperation):
        raise PikError(f"{option}: „{text}“ ist keine Zahl. Bitte so schreiben: 0,5.") from None


def choice(text: str, options: type[Option], option: str) -> Option:
    """One of a closed list of words."""
    try:
        return options(text)
    except ValueError:
        raise PikError(f"{option}: „{text}“ ist nicht möglich. Zur Auswahl stehen: {', '.join(options)}.") from None
