"""P: what must be there and is not. A missing entry silences the checks of its value."""

from __future__ import annotations

from collections.abc import Iterator

from pik_xl.checks.check import Hit, check, ohne_spalte
from pik_xl.checks.subjects import OfAntrag, OfStelle
from pik_xl.formular.felder import ANTRAG_FELDER, STELLEN_FELDER, Feld
from pik_xl.model import Antrag, Besetzung, Schwere, Stelle

FORMULAR = "Antragsformular, Pflichtangabe"

_ANTRAG_PFLICHT = tuple(feld for feld in ANTRAG_FELDER if feld.pflicht)
_STELLEN_PFLICHT = tuple(feld for feld in STELLEN_FELDER if feld.pflicht)
_ERKLAERUNGEN = tuple(feld for feld in ANTRAG_FELDER if feld.zusage and not feld.wenn)


@check("P01", "Pflichtangabe im Antrag fehlt", Schwere.FEHLER, OfAntrag, FORMULAR)
def angabe_fehlt(of: OfAntrag) -> Iterator[Hit]:
    for feld in _ANTRAG_PFLICHT:
        if _asked(of.antrag, feld) and _empty(of.antrag, feld.name):
            yield Hit(f"{feld.label}: Die Angabe fehlt.", f"Bitte „{feld.label}“ ausfüllen.", feld.name, "leer")


@check("P02", "Pflichtangabe zur Stelle fehlt", Schwere.FEHLER, OfStelle, FORMULAR)
def angabe_zur_stelle_fehlt(of: OfStelle) -> Iterator[Hit]:
    for feld in _STELLEN_PFLICHT:
        if _asked(of.stelle, feld) and _empty(of.stelle, feld.name):
            yield Hit(
                f"Stelle {of.stelle.stelle or '(ohne Nummer)'}: „{feld.label}“ fehlt.",
                f"Bitte „{feld.label}“ ausfüllen.",
                feld.name,
                "leer",
            )


@check("P03", "Erklärung nicht abgegeben", Schwere.FEHLER, OfAntrag, FORMULAR)
def erklaerung_verneint(of: OfAntrag) -> Iterator[Hit]:
    for feld in _ERKLAERUNGEN:
        if getattr(of.antrag, feld.name) is False:
            yield Hit(
                f"Die Erklärung „{feld.label}“ ist mit „nein“ beantwortet.",
                "Bitte die Erklärung mit „ja“ abgeben oder den Grund mitteilen.",
                feld.name,
            )


@check("P04", "Keine Stellen", Schwere.FEHLER, OfAntrag, FORMULAR)
def keine_stellen(of: OfAntrag) -> Iterator[Hit]:
    if not (of.antrag.stellen or of.antrag.stellen_unklar):
        yield Hit(
            "Der Antrag enthält keine Stelle.",
            "Bitte im Blatt „Stellen“ mindestens eine Stelle eintragen.",
            "stelle",
            "leere Tabelle",
        )


@check("P05", "Keine Verlängerung beantragt", Schwere.FEHLER, OfAntrag, FORMULAR)
def nichts_beantragt(of: OfAntrag) -> Iterator[Hit]:
    if of.antrag.stellen and all(stelle.verlaengern is False for stelle in of.antrag.stellen):
        yield Hit(
            "Für keine Stelle ist die Verlängerung beantragt.",
            "Bitte bei jeder Stelle, die verlängert werden soll, „ja“ wählen; soll es keine sein, genügt eine kurze "
            "Antwort.",
            "verlaengern",
            "überall „nein“",
            of=of.of_stelle(of.antrag.stellen[0]),
        )


@check("P06", "Name der Fachkraft fehlt", Schwere.FEHLER, OfStelle,
       "RP Stuttgart, FAQ 2017: Die Fachkraft ist zu benennen, weil sich der Betrag nach ihr richtet")  # fmt: skip
def fachkraft_fehlt(of: OfStelle) -> Iterator[Hit]:
    stelle = of.stelle
    if stelle.verlaengern and stelle.besetzung_heute == Besetzung.BESETZT and _empty(stelle, "person"):
        yield Hit(
            f"Stelle {stelle.stelle}: Sie ist heute besetzt, die Fachkraft aber nicht genannt.",
            "Bitte den Namen der Fachkraft eintragen.",
            "person",
            "leer",
        )


def _asked(record: Antrag | Stelle, feld: Feld) -> bool:
    """Whether the entry is asked for, given what the entry it depends on says."""
    return not feld.wenn or getattr(record, feld.wenn) is True


def _empty(record: Antrag | Stelle, name: str) -> bool:
    """Whether nothing was entered; what could not be read is not empty and has its own finding."""
    if getattr(record, name) not in (None, "") or ohne_spalte(record, name):
        return False
    angabe = record.angaben.get(name)
    return angabe is None or not angabe.text


CHECKS = (
    angabe_fehlt,
    angabe_zur_stelle_fehlt,
    erklaerung_verneint,
    keine_stellen,
    nichts_beantragt,
    fachkraft_fehlt,
)
