"""Cases of Böblingen and its neighbours, decided by hand: a test of a sheet needs no rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from pik_xl.model import (
    Antrag,
    Art,
    Besetzung,
    Bewilligung,
    Ergebnis,
    Finding,
    Place,
    Qualifikation,
    Schwere,
    Stand,
    Stelle,
)
from pik_xl.recht.entscheidung import Decision, Vorgang


def bewilligung(stelle: str = "08115003-01", ags: str = "08115003", **changes: object) -> Bewilligung:
    usual = Bewilligung(
        stelle, "15.2-1", ags, "Stadt Böblingen", Art.STADT, ags[:5], "Rathaus", "Aylin Demir",
        Qualifikation.HOCHSCHULE, Decimal("0.50"), None, date(2018, 1, 1), date(2019, 12, 31),
    )  # fmt: skip
    return replace(usual, **changes)  # type: ignore[arg-type]


def decision(stelle: str = "08115003-01", **betraege: str) -> Decision:
    years = {int(jahr[1:]): Decimal(wert) for jahr, wert in (betraege or {"j2020": "32000", "j2021": "32000"}).items()}
    ergebnis = Ergebnis.BEWILLIGT
    return Decision(stelle, ergebnis, neues_ende=date(2021, 12, 31), monate=Decimal(24), betraege=years,
                    summe=sum(years.values(), Decimal(0)), trace=("Beginn.", "Ende."))  # fmt: skip


def antrag(ags: str = "08115003", stelle: str = "08115003-01", **changes: object) -> Antrag:
    post = Stelle(stelle, verlaengern=True, vzae=Decimal("0.50"), besetzung_heute=Besetzung.BESETZT)
    usual = Antrag(f"{ags}.xlsx", f"{ags}.xlsx", date(2020, 2, 1), ags, "Stadt Böblingen", Art.STADT, ags[:5],
                   iban="DE02120300000000202051", stellen=(post,))  # fmt: skip
    return replace(usual, **changes)  # type: ignore[arg-type]


def vorgang(stand: Stand = Stand.ENTSCHIEDEN, a: Antrag | None = None, **changes: object) -> Vorgang:
    a = a or antrag()
    decisions = (decision(a.stellen[0].stelle),) if stand is Stand.ENTSCHIEDEN and a.stellen else ()
    bestand = {s.stelle: bewilligung(s.stelle, a.ags) for s in a.stellen}
    usual = Vorgang(a, stand, (), bestand, decisions, Ergebnis.BEWILLIGT if decisions else None)
    return replace(usual, **changes)  # type: ignore[arg-type]


def finding(schwere: Schwere = Schwere.FEHLER, datei: str = "a.xlsx", kreis: str = "08115") -> Finding:
    return Finding(
        "P01", schwere, Place(datei, "Antrag", "C4"), "iban", "=1+1", "Es fehlt.", "Bitte.", "VwV", kreis=kreis
    )
