"""M: what staff typed in the master's own columns, where it contradicts itself or the principle of four eyes."""

from __future__ import annotations

from collections.abc import Iterator

from pik_xl.checks.registry import Hit, Lage, Per, check
from pik_xl.form import normalise
from pik_xl.model import Eintragung, Ergebnis, Schwere
from pik_xl.values import parse_datum

_VIER_AUGEN = "Vier-Augen-Prinzip [Festlegung der Bewilligungsstelle]"
_BEGRUENDUNG = "§ 39 LVwVfG"


@check("M01", "Freigabe durch dieselbe Person", Schwere.FEHLER, Per.EINTRAGUNG, _VIER_AUGEN)
def vier_augen(e: Eintragung, lage: Lage) -> Iterator[Hit]:
    wer = e.werte.get("freigegeben_von", "")
    if wer and normalise(wer) == normalise(e.werte.get("bearbeitet_von", "")):
        yield Hit(
            f"{e.traeger}: „{wer}“ hat bearbeitet und freigegeben. Diese Freigabe gilt nicht.",
            "Bitte eine andere Person freigeben lassen.",
            "freigegeben_von",
        )


@check("M02", "Freigabe ohne Bearbeitung", Schwere.FEHLER, Per.EINTRAGUNG, _VIER_AUGEN)
def ohne_bearbeitung(e: Eintragung, lage: Lage) -> Iterator[Hit]:
    if e.werte.get("freigegeben_von") and not e.werte.get("bearbeitet_von"):
        yield Hit(
            f"{e.traeger}: Der Vorgang ist freigegeben, aber niemand steht unter „Bearbeitet von“.",
            "Bitte eintragen, wer ihn bearbeitet hat.",
            "freigegeben_von",
        )


@check("M03", "Freigabe unvollständig", Schwere.FEHLER, Per.EINTRAGUNG, _VIER_AUGEN)
def unvollstaendig(e: Eintragung, lage: Lage) -> Iterator[Hit]:
    wer, wann = e.werte.get("freigegeben_von", ""), e.werte.get("freigegeben_am", "")
    if wer and not wann:
        yield Hit(f"{e.traeger}: Zur Freigabe fehlt der Tag.", "Bitte „Freigegeben am“ ausfüllen.", "freigegeben_von")
    if wann and not wer:
        yield Hit(f"{e.traeger}: Zur Freigabe fehlt, wer freigegeben hat.", "Bitte „Freigegeben von“ ausfüllen.",
                  "freigegeben_am")  # fmt: skip


@check("M04", "Tag im Master unlesbar", Schwere.FEHLER, Per.EINTRAGUNG, _VIER_AUGEN)
def tag_unlesbar(e: Eintragung, lage: Lage) -> Iterator[Hit]:
    for name in ("freigegeben_am", "wiedervorlage"):
        if text := e.werte.get(name):
            try:
                parse_datum(text)
            except ValueError:
                yield Hit(f"{e.traeger}: „{text}“ ist kein Tag.", "Bitte ein Datum wie 15.03.2020 eintragen.", name)


@check("M05", "Abweichende Entscheidung unbekannt", Schwere.FEHLER, Per.EINTRAGUNG, "Auswahl der Spalte")
def unbekannt(e: Eintragung, lage: Lage) -> Iterator[Hit]:
    wort = e.werte.get("entscheidung_abweichend", "")
    if wort and normalise(wort) not in {normalise(ergebnis) for ergebnis in Ergebnis}:
        yield Hit(f"Stelle {e.stelle}: „{wort}“ ist keine Entscheidung.",
                  f"Bitte einen dieser Einträge wählen: {', '.join(Ergebnis)}.", "entscheidung_abweichend")  # fmt: skip


@check("M06", "Abweichende Entscheidung ohne Begründung", Schwere.FEHLER, Per.EINTRAGUNG, _BEGRUENDUNG)
def unbegruendet(e: Eintragung, lage: Lage) -> Iterator[Hit]:
    wort, grund = e.werte.get("entscheidung_abweichend", ""), e.werte.get("begruendung_abweichung", "")
    if wort and not grund:
        yield Hit(f"Stelle {e.stelle}: Es soll anders entschieden werden („{wort}“), aber nicht gesagt ist, warum.",
                  "Bitte „Begründung der Abweichung“ ausfüllen.", "entscheidung_abweichend")  # fmt: skip


CHECKS = (vier_augen, ohne_bearbeitung, unvollstaendig, tag_unlesbar, unbekannt, unbegruendet)
