"""Applications + findings + decisions -> cases (Vorgänge): which application counts, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pik_xl.checks import Lage, superseded
from pik_xl.extension import decide, overall
from pik_xl.model import Antrag, Finding, Schwere, Sendung, Stand, Vorgang


def vorgaenge(sendungen: Sequence[Sendung], befunde: Iterable[Finding], lage: Lage) -> list[Vorgang]:
    """One case per application, in the order received, decided where no Fehler stands in the way."""
    antraege = [antrag for sendung in sendungen for antrag in sendung.antraege]
    replaced = superseded(antraege)
    by_antrag: dict[str, list[Finding]] = {}
    for befund in befunde:
        by_antrag.setdefault(befund.antrag, []).append(befund)
    return [_vorgang(a, tuple(by_antrag.get(a.schluessel, ())), a.schluessel in replaced, lage) for a in antraege]


def _vorgang(antrag: Antrag, befunde: tuple[Finding, ...], replaced: bool, lage: Lage) -> Vorgang:
    wanted = {stelle.stelle for stelle in antrag.stellen}
    bewilligungen = {key: lage.bewilligungen[key] for key in sorted(wanted & lage.bewilligungen.keys())}
    if replaced:
        return Vorgang(antrag, Stand.ERSETZT, befunde, bewilligungen)
    if any(befund.schwere == Schwere.FEHLER for befund in befunde):
        return Vorgang(antrag, Stand.RUECKFRAGE, befunde, bewilligungen)
    decisions = tuple(decide(stelle, bewilligungen.get(stelle.stelle), lage.stand) for stelle in antrag.stellen)
    return Vorgang(antrag, Stand.ENTSCHIEDEN, befunde, bewilligungen, decisions, overall(decisions))
