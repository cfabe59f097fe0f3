"""What is typed on the command line -> values; PikError says in German what cannot be understood."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pik_xl.errors import PikError

if TYPE_CHECKING:
    from pik_xl.register import Kreis

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
    from pik_xl.kinds import day_of

    try:
        return day_of(text.strip())
    except ValueError:
        raise PikError(f"„{text}“ ist kein Tag. Bitte so schreiben: 31.12.2020 oder 2020-12-31.") from None


def number(text: str, option: str) -> Decimal:
    """A number as people or programs write it: 0,5 and 64.000,00 as well as 0.5 and 64000.00."""
    from pik_xl.kinds import Point, number_of

    try:
        return number_of(text, point=Point.DECIMAL)
    except ValueError:
        raise PikError(f"{option}: „{text}“ ist keine Zahl. Bitte so schreiben: 0,5.") from None


def kreise(text: str) -> tuple[str, ...]:
    """The keys of the Kreise meant by a key (08125), a name (Ostalbkreis, Landkreis Heilbronn) or „alle“."""
    from pik_xl.register import load_register

    register, wanted = load_register().kreise, _name(text)
    if wanted == "alle":
        return tuple(register)
    names = {ags: {_name(k.name), _name(k.bezeichnung), _name(f"{k.art} {k.name}")} for ags, k in register.items()}
    found = [ags for ags in register if wanted in (ags, *names[ags])]
    if len(found) == 1:
        return tuple(found)
    if found:
        raise PikError(f"„{text}“ heißen mehrere: {_listed(register, found)}. Bitte den Schlüssel nennen.")
    every = [*names, *(name for those in names.values() for name in those)]
    near = get_close_matches(wanted, every, 3, 0.7) or [name for name in every if wanted and wanted in name]
    meant = [ags for ags in register if {ags, *names[ags]} & set(near)][:4]
    hint = f"Meinten Sie {_listed(register, meant)}?" if meant else "Bitte 5 Ziffern wie 08125 oder den Namen nennen."
    raise PikError(f"Den Kreis „{text}“ gibt es in Baden-Württemberg nicht. {hint}")


def _name(text: str) -> str:
    """A name without what people write this way or that: case, umlauts, doubled spaces."""
    plain = text.strip().casefold()
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue")):
        plain = plain.replace(umlaut, letters)
    return " ".join(plain.split())


def _listed(register: Mapping[str, Kreis], keys: Iterable[str]) -> str:
    return ", ".join(f"{ags} {register[ags].bezeichnung}" for ags in keys)


def schreibarten(texte: Sequence[str]) -> tuple[str, ...]:
    """The kinds of letters meant, by the names of their templates."""
    from pik_xl.vorlagen.felder import ALLE

    for text in texte:
        if text not in ALLE:
            raise PikError(f"--art: „{text}“ ist kein Schreiben. Zur Auswahl stehen: {', '.join(ALLE)}.")
    return tuple(texte)


def choice(text: str, options: type[Option], option: str) -> Option:
    """One of a closed list of words."""
    try:
        return options(text)
    except ValueError:
        raise PikError(f"{option}: „{text}“ ist nicht möglich. Zur Auswahl stehen: {', '.join(options)}.") from None


def user() -> str:
    """Who sits at this computer, as it knows them; empty where it does not."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
