"""S05 and later: what only shows when everything is decided and added up."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pik_xl.checks.check import Hit, check
from pik_xl.checks.subjects import OfHaushalt
from pik_xl.model import Schwere
from pik_xl.values import as_euro

_BITTE = "Bitte entscheiden, was zuerst bewilligt wird; gekürzt ist nichts."


@check("S05", "Haushaltsansatz überschritten", Schwere.WARNUNG, OfHaushalt, "Haushaltsansätze im Regelwerk")
def ansatz_ueberschritten(of: OfHaushalt) -> Iterator[Hit]:
    for j in of.haushalt.jahre:
        if j.ansatz is not None and j.gebunden > j.ansatz:
            yield Hit(
                f"Haushaltsjahr {j.jahr}: Ansatz {as_euro(j.ansatz)}, bereits bewilligt {as_euro(j.bereits)}, jetzt "
                f"beantragt {as_euro(j.beantragt)}, jetzt bewilligt {as_euro(j.jetzt)}: "
                f"{as_euro(j.gebunden - j.ansatz)} zu viel.",
                _BITTE,
                gefunden=as_euro(j.gebunden),
                quelle=j.quelle,
            )


@check("S06", "Digital: Mittel überschritten", Schwere.WARNUNG, OfHaushalt, "Mittel des Programms im Regelwerk")
def digital_ueberschritten(of: OfHaushalt) -> Iterator[Hit]:
    haushalt, gesamt = of.haushalt, of.lage.stand.digital.gesamt
    if isinstance(gesamt.value, Decimal) and haushalt.digital_jetzt > gesamt.value:
        yield Hit(
            f"Digitales Integrationsmanagement: insgesamt {as_euro(gesamt.value)}, beantragt "
            f"{as_euro(haushalt.digital_beantragt)}, bewilligt {as_euro(haushalt.digital_jetzt)}: "
            f"{as_euro(haushalt.digital_jetzt - gesamt.value)} zu viel.",
            _BITTE,
            gefunden=as_euro(haushalt.digital_jetzt),
            quelle=gesamt.zitat,
        )


CHECKS = (ansatz_ueberschritten, digital_ueberschritten)
