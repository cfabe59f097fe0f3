"""P: what must be there and is not. A missing entry silences the checks of its value."""

from __future__ import annotations

from collections.abc import Iterator

from pik_xl.checks.registry import Hit, Lage, Per, check
from pik_xl.form import ANTRAG_FELDER, STELLEN_FELDER
from pik_xl.model import Antrag, Schwere, Stelle

FORMULAR = "Antragsformular, Pflichtangabe"

_ANTRAG_PFLICHT = tuple(feld for feld in ANTRAG_FELDER if feld.pflicht)
_STELLEN_PFLICHT = tuple(feld for feld in STELLEN_FELDER if feld.pflicht)

# Only asked of posts that are to be extended.
_WENN_BEANTRAGT = {"vzae", "qualifikation", "besetzung_stichtag", "besetzung_heute"}


@check("P01", "Pflichtangabe im Antrag fehlt", Schwere.FEHLER, Per.ANTRAG, FORMULAR)
def angabe_fehlt(antrag: Antrag, lage: Lage) -> Iterator[Hit]:
    for feld in _ANTRAG_PFLICHT:
        if _empty(antrag, feld.name):
            yield Hit(f"{feld.label}: Die Angabe fehlt.", f"Bitte „{feld.label}“ ausfüllen.", feld.name, "leer")


@check("P02", "Pflichtangabe zur Stelle fehlt", Schwere.FEHLER, Per.STELLE, FORMULAR)
def angabe_zur_stelle_fehlt(stelle: Stelle, antrag: Antrag, lage: Lage) -> Iterator[Hit]:
    for feld in _STELLEN_PFLICHT:
        if feld.name in _WENN_BEANTRAGT and stelle.verlaengern is not True:
            continue
        if _empty(stelle, feld.name):
            yield Hit(
                f"Stelle {stelle.stelle or '(ohne Nummer)'}: „{feld.label}“ fehlt.",
                f"Bitte „{feld.label}“ ausfüllen.",
                feld.name,
                "leer",
            )


@check("P03", "Erklärung nicht abgegeben", Schwere.FEHLER, Per.ANTRAG, FORMULAR)
def erklaerung_verneint(antrag: Antrag, lage: Lage) -> Iterator[Hit]:
    for name in ("erklaerung_richtig", "erklaerung_mitteilung"):
        if getattr(antrag, name) is False:
            label = next(feld.label for feld in ANTRAG_FELDER if feld.name == name)
            yield Hit(
                f"Die Erklärung „{label}“ ist mit „nein“ beantwortet.",
                "Bitte die Erklärung mit „ja“ abgeben oder den Grund mitteilen.",
                name,
            )


@check("P04", "Keine Stellen", Schwere.FEHLER, Per.ANTRAG, FORMULAR)
def keine_stellen(antrag: Antrag, lage: Lage) -> Iterator[Hit]:
    if not antrag.stellen:
        yield Hit(
            "Der Antrag enthält keine Stelle.",
            "Bitte im Blatt „Stellen“ mindestens eine Stelle eintragen.",
            "stelle",
            "leere Tabelle",
        )


@check("P05", "Keine Verlängerung beantragt", Schwere.FEHLER, Per.ANTRAG, FORMULAR)
def nichts_beantragt(antrag: Antrag, lage: Lage) -> Iterator[Hit]:
    if antrag.stellen and all(stelle.verlaengern is False for stelle in antrag.stellen):
        yield Hit(
            "Für keine Stelle ist die Verlängerung beantragt.",
            "Bitte bei jeder Stelle, die verlängert werden soll, „ja“ wählen; soll es keine sein, genügt eine kurze "
            "Antwort.",
            "verlaengern",
            "überall „nein“",
            stelle=antrag.stellen[0],
        )


def _empty(record: Antrag | Stelle, name: str) -> bool:
    """Whether nothing was entered; an unreadable entry is not empty and has its own finding."""
    if getattr(record, name) not in (None, ""):
        return False
    angabe = record.angaben.get(name)
    return angabe is None or not angabe.text


CHECKS = (angabe_fehlt, angabe_zur_stelle_fehlt, erklaerung_verneint, keine_stellen, nichts_beantragt)
