"""S: what only shows when all applications lie side by side. These checks run last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from pik_xl.checks.check import PRAXIS, Hit, check
from pik_xl.checks.subjects import OfAlle, OfAntrag, OfStelle
from pik_xl.model import Antrag, Schwere, Stelle
from pik_xl.recht.vorgang import superseded
from pik_xl.values import as_datum

_GENANNT = 5  # so many others are named, the rest counted


@check("S01", "Durch neueren Antrag ersetzt", Schwere.HINWEIS, OfAlle, PRAXIS)
def ersetzt(of: OfAlle) -> Iterator[Hit]:
    by_key = {a.schluessel: a for a in of.antraege}
    for key, newest in superseded(of.antraege).items():
        antrag = by_key[key]
        if antrag.inhalt != newest.inhalt:
            yield Hit(
                f"Der Antrag vom {as_datum(antrag.eingang)} ist durch „{newest.datei}“ vom "
                f"{as_datum(newest.eingang)} ersetzt.",
                "Nichts zu tun; der neuere Antrag gilt.",
                gefunden=as_datum(antrag.eingang),
                of=OfAntrag(of.lage, antrag),
            )


@check("S02", "Derselbe Antrag noch einmal", Schwere.HINWEIS, OfAlle, PRAXIS)
def doppelt(of: OfAlle) -> Iterator[Hit]:
    by_key = {a.schluessel: a for a in of.antraege}
    for key, newest in superseded(of.antraege).items():
        antrag = by_key[key]
        if antrag.inhalt == newest.inhalt:
            yield Hit(
                f"Der Antrag hat denselben Inhalt wie „{newest.datei}“.",
                "Nichts zu tun; er zählt einmal.",
                gefunden="gleicher Inhalt",
                of=OfAntrag(of.lage, antrag),
            )


@check("S03", "Stelle in zwei Anträgen", Schwere.FEHLER, OfAlle, PRAXIS)
def stelle_in_zwei_antraegen(of: OfAlle) -> Iterator[Hit]:
    replaced = superseded(of.antraege)
    for stelle, where in _rows_by_stelle([a for a in of.antraege if a.schluessel not in replaced]).items():
        keys = dict.fromkeys(antrag.schluessel for antrag, _ in where)
        if len(keys) < 2:
            continue
        nennen = [(a.schluessel, f"{a.traeger or a.ags} („{a.datei}“)") for a, _ in where[: _GENANNT + 1]]
        for antrag, row in where:
            andere = ", ".join([name for key, name in nennen if key != antrag.schluessel][:_GENANNT])
            if len(keys) > _GENANNT + 1:
                andere += f" und {len(keys) - 1 - _GENANNT} weiteren"
            yield Hit(
                f"Die Stelle „{stelle}“ ist auch beantragt von {andere}.",
                "Bitte klären, wer die Stelle beantragt, und die andere Zeile streichen lassen.",
                "stelle",
                of=OfStelle(of.lage, antrag, row),
                aussen=f"Die Stelle „{stelle}“ ist auch in einem anderen Antrag beantragt.",
            )


@check("S04", "Stelle doppelt im Antrag", Schwere.FEHLER, OfAlle, PRAXIS)
def stelle_doppelt(of: OfAlle) -> Iterator[Hit]:
    for antrag in of.antraege:
        counts = Counter(stelle.stelle for stelle in antrag.stellen if stelle.stelle)
        for row in antrag.stellen:
            if counts.get(row.stelle, 0) > 1:
                yield Hit(
                    f"Die Stelle „{row.stelle}“ steht {counts[row.stelle]}-mal im Antrag.",
                    "Bitte die überzählige Zeile löschen oder die Nummer berichtigen.",
                    "stelle",
                    of=OfStelle(of.lage, antrag, row),
                )


def _rows_by_stelle(antraege: Sequence[Antrag]) -> Mapping[str, list[tuple[Antrag, Stelle]]]:
    found: dict[str, list[tuple[Antrag, Stelle]]] = {}
    for antrag in antraege:
        for stelle in antrag.stellen:
            if stelle.stelle and stelle.verlaengern is not False:
                found.setdefault(stelle.stelle, []).append((antrag, stelle))
    return found


CHECKS = (ersetzt, doppelt, stelle_in_zwei_antraegen, stelle_doppelt)
