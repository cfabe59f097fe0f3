"""K: what only shows when the applications of a whole Kreis lie side by side."""

from __future__ import annotations

from collections.abc import Iterator

from pik_xl.checks.check import DIGITAL, PRAXIS, Hit, check
from pik_xl.checks.subjects import OfAntrag, OfKreis
from pik_xl.model import Schwere
from pik_xl.recht.digital import taetige

_GENANNT = 8  # so many names are told, the rest counted


@check("K01", "Noch kein Antrag", Schwere.HINWEIS, OfKreis, PRAXIS)
def noch_kein_antrag(of: OfKreis) -> Iterator[Hit]:
    if not of.lage.vollstaendig:
        return
    da = {antrag.ags for antrag in of.antraege}
    bekannt = {bewilligung.ags: bewilligung.traeger for bewilligung in of.lage.by_kreis.get(of.kreis, ())}
    fehlend = [name for ags, name in bekannt.items() if ags not in da]
    if fehlend:
        mehr = f" und {len(fehlend) - _GENANNT} weitere" if len(fehlend) > _GENANNT else ""
        yield Hit(
            f"Noch kein lesbarer Antrag von: {', '.join(fehlend[:_GENANNT])}{mehr}.",
            "Bitte nachfragen, ob noch ein Antrag gestellt wird.",
            gefunden=f"{len(fehlend)} von {len(bekannt)} Antragstellern {'fehlt' if len(fehlend) == 1 else 'fehlen'}",
        )


@check("K02", "Digital: Zugriff nicht für alle", Schwere.WARNUNG, OfKreis, DIGITAL)
def digital_nicht_fuer_alle(of: OfKreis) -> Iterator[Hit]:
    stellen = taetige(of.lage.by_kreis.get(of.kreis, ()), of.antraege)
    for antrag in of.antraege:
        if antrag.digital_antrag and 0 < (antrag.digital_zahl or 0) < stellen:
            yield Hit(
                f"Digital: Zugriff ist für {antrag.digital_zahl} vorgesehen, im Kreisgebiet sind aber "
                f"{stellen} Stellen bewilligt und nicht als unbesetzt gemeldet.",
                "Bitte klären, wer keinen Zugriff erhält.",
                "digital_zahl",
                of=OfAntrag(of.lage, antrag),
            )


@check("K03", "Digital: mehrere Anträge im Kreis", Schwere.WARNUNG, OfKreis, DIGITAL)
def digital_mehrfach(of: OfKreis) -> Iterator[Hit]:
    digital = [antrag for antrag in of.antraege if antrag.digital_antrag]
    for antrag in digital if len(digital) > 1 else ():
        andere = ", ".join(f"{a.traeger or a.ags} („{a.datei}“)" for a in digital if a is not antrag)
        yield Hit(
            f"Digital: Im selben Kreisgebiet beantragt auch {andere} eine Lösung für alle.",
            "Bitte klären, welche Lösung gefördert werden soll.",
            "digital_antrag",
            of=OfAntrag(of.lage, antrag),
        )


CHECKS = (noch_kein_antrag, digital_nicht_fuer_alle, digital_mehrfach)
