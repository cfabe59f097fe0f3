"""THE kinds of values: what a cell of a table can hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class ColumnKind(StrEnum):
    """What a column holds; decides number format, alignment and how typed values are read back."""

    TEXT = "text"
    LANGTEXT = "langtext"  # wrapped over several lines
    SCHLUESSEL = "schluessel"  # official key or number of a case, always text: 08125
    DATUM = "datum"
    EURO = "euro"
    VZAE = "vzae"  # share or months, two decimals
    ZAHL = "zahl"
    JAHR = "jahr"
    PROZENT = "prozent"
    AUSWAHL = "auswahl"  # one of the words in `auswahl`, chosen from a list
    ZUSTAND = "zustand"  # a word of Stand, Ergebnis or Schwere (or FEHLT), coloured by its meaning


@dataclass(frozen=True, slots=True)
class Formel:
    """A formula with structured references, and the value it has now."""

    formel: str
    wert: str | int | Decimal


Value = str | int | Decimal | date | None


Row = Mapping[str, Value | Formel]
