"""M: what the office has set for itself, deviations and Rechtsstand, where it does not do what one would expect."""

from __future__ import annotations

from collections.abc import Iterator

from pik_xl.checks.check import Hit, check
from pik_xl.checks.subjects import OfAbweichung, OfEinstellungen
from pik_xl.model import Schwere
from pik_xl.recht.lage import Lage
from pik_xl.recht.rules import BY_YEAR
from pik_xl.values import as_datum

_REGELWERK = "Blätter Abweichungen und Einstellungen [Festlegung der Bewilligungsstelle]"


@check("M12", "Abweichung vom Regelwerk wirkt noch nicht", Schwere.HINWEIS, OfAbweichung, _REGELWERK)
def noch_ohne_wirkung(of: OfAbweichung) -> Iterator[Hit]:
    a = of.abweichung
    if a.regel in BY_YEAR:
        return
    name, stand = of.lage.rules[a.regel].name, of.lage.stand
    if a.ab > stand.tag:
        yield Hit(f"Die Abweichung von „{name}“ gilt erst ab dem {as_datum(a.ab)} und wirkt am Tag der Entscheidung, "
                  f"dem {as_datum(stand.tag)}, noch nicht.", "Bitte „Gilt ab“ prüfen; soll sie schon wirken, einen "
                  "früheren Tag eintragen.", "ab", as_datum(a.ab))  # fmt: skip
    if a.wann > stand.rechtsstand:
        yield Hit(f"Die Abweichung von „{name}“ wurde erst am {as_datum(a.wann)} gesetzt und wirkt bei einer "
                  f"Entscheidung nach dem Rechtsstand {as_datum(stand.rechtsstand)} nicht.", "Bitte „Gesetzt am“ "
                  "prüfen; soll sie wirken, auf Blatt Einstellungen einen späteren Rechtsstand eintragen.",
                  "wann", as_datum(a.wann))  # fmt: skip


@check("M13", "Rechtsstand vor dem Entscheidungstag", Schwere.WARNUNG, OfEinstellungen, _REGELWERK)
def rechtsstand_frueher(of: OfEinstellungen) -> Iterator[Hit]:
    lage = of.lage
    if _gesetzt(lage) and lage.stand.rechtsstand < lage.tag:
        yield Hit(f"Der Rechtsstand {as_datum(lage.stand.rechtsstand)} liegt vor dem Entscheidungstag "
                  f"{as_datum(lage.tag)}. Was danach bekannt wurde, wirkt nicht.",
                  "Bitte prüfen, ob das gewollt ist; sonst die Zelle leeren.", "rechtsstand",
                  as_datum(lage.stand.rechtsstand))  # fmt: skip


@check("M14", "Rechtsstand nach dem Entscheidungstag", Schwere.HINWEIS, OfEinstellungen, _REGELWERK)
def rechtsstand_spaeter(of: OfEinstellungen) -> Iterator[Hit]:
    lage = of.lage
    if _gesetzt(lage) and lage.stand.rechtsstand > lage.tag:
        yield Hit(f"Der Rechtsstand {as_datum(lage.stand.rechtsstand)} liegt nach dem Entscheidungstag "
                  f"{as_datum(lage.tag)}. Auch was erst danach bekannt wurde und zurückwirkt, wird angewendet.",
                  "Bitte prüfen, ob das gewollt ist; sonst die Zelle leeren.", "rechtsstand",
                  as_datum(lage.stand.rechtsstand))  # fmt: skip


def _gesetzt(lage: Lage) -> bool:
    """Whether the Rechtsstand is the one set in the master; one asked for with the command is known to who asked."""
    return lage.einstellungen.rechtsstand == lage.stand.rechtsstand


CHECKS = (noch_ohne_wirkung, rechtsstand_frueher, rechtsstand_spaeter)
