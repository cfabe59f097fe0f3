"""M: formulas of staff in the master that will not follow the rows they name."""

from __future__ import annotations

from collections.abc import Iterator

from pik_xl.checks.check import Hit, check
from pik_xl.checks.subjects import OfBezug
from pik_xl.model import Schwere

_LONGEST = 120


@check("M07", "Formel zeigt auf feste Zeilen", Schwere.WARNUNG, OfBezug, "Aufbau des Masters")
def feste_zeilen(of: OfBezug) -> Iterator[Hit]:
    b = of.bezug
    formel = b.formel if len(b.formel) <= _LONGEST else f"{b.formel[:_LONGEST]}…"
    if b.blatt:
        wo = f"Blatt „{b.blatt}“, {f'Zelle {b.ort}: Die Formel' if b.ort else 'ein Diagramm:'}"
        unter = "auf diesem Blatt"
    else:
        wo, unter = f"Der Name „{b.ort}“:", "bei anderen Namen"
    mehr = f" Das kommt {unter} noch {b.weitere}-mal vor." if b.weitere else ""
    yield Hit(
        f"{wo} „={formel}“ zeigt auf feste Zeilen von Blatt „{b.ziel}“. Ein Lauf verschiebt diese Zeilen, aber "
        f"nicht die Formel; sie kann dann einen anderen Wert zeigen.{mehr}",
        "Bitte über den Schlüssel nachschlagen (INDEX mit VERGLEICH oder XVERWEIS) oder ganze Tabellenspalten "
        "verwenden, zum Beispiel tbl_stellen[Summe].",
        gefunden=f"={formel}",
    )


CHECKS = (feste_zeilen,)
