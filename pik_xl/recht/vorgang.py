"""Applications + findings + decisions -> cases (Vorgänge): which application counts, and where it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from datetime import date

from pik_xl.model import Antrag, Bewilligung, Finding, Schwere, Stand, Stelle
from pik_xl.recht.digital import decide_digital, taetige
from pik_xl.recht.entscheidung import Decision, Vorgang
from pik_xl.recht.lage import Lage
from pik_xl.recht.verlaengerung import decide, decide_anders, overall
from pik_xl.register import Register


def vorgaenge(antraege: Sequence[Antrag], befunde: Iterable[Finding], lage: Lage) -> list[Vorgang]:
    """One case per application, in the order received, decided where no Fehler stands in the way."""
    replaced = superseded(antraege)
    by_antrag: dict[str, list[Finding]] = {}
    for befund in befunde:
        by_antrag.setdefault(befund.antrag, []).append(befund)
    geltend = [antrag for antrag in antraege if antrag.schluessel not in replaced]
    im_kreis = _im_kreis(geltend, lage)
    faelle = []
    for antrag in antraege:
        keys = dict.fromkeys((antrag.datei, antrag.schluessel))  # what concerns the file concerns all in it
        eigene = tuple(befund for key in keys for befund in by_antrag.get(key, ()))
        fall = _vorgang(antrag, eigene, antrag.schluessel in replaced, lage)
        if antrag.digital_antrag and fall.stand is Stand.ENTSCHIEDEN:
            digital = decide_digital(antrag, im_kreis.get(kreis_of(antrag, lage.register), 0), lage.stand)
            nur_digital = not any(d.beantragt for d in fall.decisions)
            fall = replace(fall, digital=digital, ergebnis=digital.ergebnis if nur_digital else fall.ergebnis)
        faelle.append(fall)
    return faelle


def nicht_beantragt(antraege: Sequence[Antrag]) -> set[tuple[str, str]]:
    """Number and applicant's key of the posts for which the applications that count want nothing."""
    replaced = superseded(antraege)
    geltend = (antrag for antrag in antraege if antrag.schluessel not in replaced)
    return {(s.stelle, antrag.ags) for antrag in geltend for s in antrag.stellen if s.verlaengern is False}


def kreis_of(antrag: Antrag, register: Register) -> str:
    """The 5-digit key of the Kreis the applicant sits in; empty where its official key is not known.

    Letters and decisions go by this; it guesses nothing. Where an application is counted, see `zugeordneter_kreis`.
    """
    traeger = register.traeger.get(antrag.ags)
    return traeger.kreis if traeger else ""


def zugeordneter_kreis(antrag: Antrag, kreise: Container[str]) -> str:
    """The Kreis whose figures an application counts in, so that no sum loses one: by the first digits of its key.

    Where those name no Kreis, what was entered as Kreis, which need not be one either.
    """
    return antrag.ags[:5] if antrag.ags[:5] in kreise else antrag.kreis or ""


def antragsteller(antrag: Antrag) -> str:
    """Who applied, for counting: the official key; an application without one stands for itself."""
    return antrag.ags or antrag.schluessel


def _im_kreis(geltend: Sequence[Antrag], lage: Lage) -> dict[str, int]:
    """How many work in each Kreis in which somebody applies for a digital solution."""
    im_kreis: dict[str, list[Antrag]] = defaultdict(list)
    for antrag in geltend:
        im_kreis[kreis_of(antrag, lage.register)].append(antrag)
    kreise = {kreis for kreis, those in im_kreis.items() if any(antrag.digital_antrag for antrag in those)}
    return {kreis: taetige(lage.by_kreis.get(kreis, ()), im_kreis[kreis]) for kreis in kreise}


def _vorgang(antrag: Antrag, befunde: tuple[Finding, ...], replaced: bool, lage: Lage) -> Vorgang:
    wanted = {stelle.stelle for stelle in antrag.stellen}
    bewilligungen = {key: lage.bewilligungen[key] for key in sorted(wanted & lage.bewilligungen.keys())}
    if replaced:
        return Vorgang(antrag, Stand.ERSETZT, befunde, bewilligungen)
    if any(befund.schwere == Schwere.FEHLER for befund in befunde):
        return Vorgang(antrag, Stand.RUECKFRAGE, befunde, bewilligungen)
    decisions = tuple(_decided(antrag, stelle, bewilligungen.get(stelle.stelle), lage) for stelle in antrag.stellen)
    return Vorgang(antrag, Stand.ENTSCHIEDEN, befunde, bewilligungen, decisions, overall(decisions))


def _decided(antrag: Antrag, stelle: Stelle, bewilligung: Bewilligung | None, lage: Lage) -> Decision:
    """What the rules say of the post, or what staff decided instead."""
    decision = decide(stelle, bewilligung, lage.stand)
    wille = lage.abweichend.get((stelle.stelle, antrag.ags))
    if wille is None or bewilligung is None or not decision.beantragt:
        return decision
    return decide_anders(decision, wille, stelle, bewilligung, lage.stand)


def superseded(antraege: Sequence[Antrag]) -> dict[str, Antrag]:
    """Which applications a later one of the same applicant replaces: their key -> the one that counts.

    The later day of receipt counts; on the same day the later file name, so that the result does not
    depend on the order of reading. Where the same content came more than once, the first of them stands for it, so
    that a copy takes nothing from the file staff have worked on. Applications without an official key replace nothing.
    """
    by_ags: dict[str, list[Antrag]] = {}
    for antrag in antraege:
        if antrag.ags:
            by_ags.setdefault(antrag.ags, []).append(antrag)
    replaced = {}
    for versions in by_ags.values():
        newest = max(versions, key=lambda a: (a.eingang, a.schluessel))
        newest = min((a for a in versions if a is newest or (a.inhalt and a.inhalt == newest.inhalt)), key=_first)
        replaced.update({a.schluessel: newest for a in versions if a is not newest})
    return replaced


def _first(antrag: Antrag) -> tuple[bool, date, int, str]:
    """The order in which the same content came: first what counted before, as staff have worked on it.

    Of one day the shorter name, as copies get longer ones.
    """
    return not antrag.bekannt, antrag.eingang, len(antrag.schluessel), antrag.schluessel
