"""A decision as a file note (Vermerk): who applied, what was decided, each step with its source.

Pure: the lines a clerk could sign, in German. What is not decided yet is told with what stands in the way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from pik_xl.errors import PikError
from pik_xl.model import Bewilligung, Finding, Schwere, Stand
from pik_xl.recht.entscheidung import Decision, Vorgang
from pik_xl.recht.lage import Lage
from pik_xl.recht.rules import BASIS, Step
from pik_xl.values import as_datum, as_euro, as_zahl


def erklaerung(was: str, vorgaenge: Sequence[Vorgang], lage: Lage) -> list[str]:
    """The note on a post, or on an applicant if its official key (AGS: 5, 8 or 9 digits) is given."""
    return (vermerk_antragsteller if was.isdecimal() and len(was) in (5, 8, 9) else vermerk)(was, vorgaenge, lage)


def vermerk(stelle: str, vorgaenge: Sequence[Vorgang], lage: Lage) -> list[str]:
    """The note on one post, as lines; PikError with near names if nobody knows the post."""
    bewilligung = lage.bewilligungen.get(stelle)
    cases = [v for v in vorgaenge if any(s.stelle == stelle for s in v.antrag.stellen)]
    if not cases and bewilligung is None:
        raise PikError(_unbekannt(stelle, vorgaenge, lage))
    lines = [f"Vermerk zur Stelle {stelle}", *_bestand(bewilligung), ""]
    lines += [f"Entschieden nach den Regeln vom {as_datum(lage.tag)}, Rechtsstand {as_datum(lage.stand.rechtsstand)}, "
              f"Regelwerk {lage.rules.pruefsumme}."]  # fmt: skip
    if not cases:
        return [*lines, "Ein Antrag auf Verlängerung dieser Stelle liegt nicht vor; entschieden ist nichts."]
    for case in cases:
        lines += ["", *_antrag(case)]
        if case.stand is Stand.ERSETZT:
            lines.append("Ein neuerer Antrag ersetzt diesen; hier ist nichts zu entscheiden.")
        elif case.stand is Stand.RUECKFRAGE:
            lines += _rueckfrage(case)
        else:
            for _, decision in (p for p in case.posts() if p[0].stelle == stelle):
                lines += _entscheidung(decision, lage) if decision else ()
        lines += [f"{f.schwere} {f.code}: {f.meldung}" for f in case.befunde if _dazu(f, stelle)]
    return lines


def vermerk_antragsteller(ags: str, vorgaenge: Sequence[Vorgang], lage: Lage) -> list[str]:
    """The note on an applicant: what its sums are made of, the digital solution, then every post."""
    cases = [v for v in vorgaenge if v.antrag.ags == ags]
    bestand = [b for b in lage.bewilligungen.values() if b.ags == ags]
    if not cases and not bestand:
        raise PikError(f"Zum Schlüssel {ags} gibt es weder bewilligte Stellen im Bestand noch einen Antrag.")
    traeger = lage.register.traeger.get(ags)
    lines = [f"Vermerk zum Antragsteller {traeger.name if traeger else cases[0].antrag.traeger or ''} ({ags})"]
    for case in cases:
        lines += ["", *_antrag(case), f"Stand: {case.stand}", *(_summen(case) if case.decisions else ())]
    geltend = [s.stelle for v in cases if v.stand is not Stand.ERSETZT for s in v.antrag.stellen]
    for stelle in dict.fromkeys([*geltend, *(b.stelle for b in bestand)]):
        lines += ["", *vermerk(stelle, cases, lage)]
    return lines


def _summen(case: Vorgang) -> Iterator[str]:
    """How the sums of a notice come about: per budget year and in total, post by post."""
    yield f"Ergebnis: {case.ergebnis}"
    for jahr, summe in case.betraege.items():
        parts = [f"{as_euro(d.betraege[jahr])} ({d.stelle})" for d in case.decisions if jahr in d.betraege]
        yield f"{jahr}: {' + '.join(parts)} = {as_euro(summe)}"
    yield f"Summe über alle Stellen und Jahre: {as_euro(case.summe)}"


def _unbekannt(stelle: str, vorgaenge: Sequence[Vorgang], lage: Lage) -> str:
    known = sorted({*lage.bewilligungen, *(s.stelle for v in vorgaenge for s in v.antrag.stellen)})
    near = get_close_matches(stelle, known, n=3, cutoff=0.5)
    meinten = f" Meinten Sie {' oder '.join(near)}?" if near else ""
    return f"Die Stelle „{stelle}“ steht weder im Bestand noch in einem Antrag.{meinten}"


def _bestand(b: Bewilligung | None) -> Iterator[str]:
    if b is None:
        yield "Die Stelle steht nicht im Bestand der bewilligten Stellen."
        return
    yield f"{b.traeger} ({b.ags}), Aktenzeichen {b.aktenzeichen}, Einsatzort {b.einsatzort}"
    satz = f", {as_euro(b.jahresbetrag)} je VZÄ und Jahr" if b.jahresbetrag is not None else ""
    yield (
        f"Bewilligt laut Bestand: {as_zahl(b.vzae)} VZÄ vom {as_datum(b.beginn)} bis {as_datum(b.bewilligt_bis)}{satz}"
    )


def _antrag(case: Vorgang) -> Iterator[str]:
    antrag = case.antrag
    yield f"Antrag von {antrag.traeger or antrag.ags or 'unbekannt'}, eingegangen am {as_datum(antrag.eingang)}"
    yield f"Datei: {antrag.datei}"
    if case.digital:
        yield f"Digitale Lösung dieses Antrags: {case.digital.ergebnis}. {' '.join(case.digital.trace)}"


def _rueckfrage(case: Vorgang) -> Iterator[str]:
    fehler = [f for f in case.befunde if f.schwere is Schwere.FEHLER]
    yield "Noch nicht entschieden. Im Weg steht:"
    for f in fehler:
        where = " ".join(filter(None, (f.place.blatt, f.place.zelle)))
        yield f"– {f.code}{f' ({where})' if where else ''}: {f.meldung} {f.bitte}"


def _dazu(befund: Finding, stelle: str) -> bool:
    """Whether a finding that does not block says something about this post."""
    return befund.stelle == stelle and befund.schwere is not Schwere.FEHLER


def _entscheidung(decision: Decision, lage: Lage) -> Iterator[str]:
    yield f"Ergebnis: {decision.ergebnis if decision.beantragt else 'nicht beantragt'}"
    for number, satz in enumerate((*decision.vorschlag, *decision.trace), 1):
        yield f"{number}. {satz}"
    yield from decision.hinweise
    if decision.quellen:
        yield "Es beruht auf:"
    for quelle in decision.quellen:
        yield f"– {quelle}"
        if step := _step(quelle, lage):
            yield "  " + ", ".join(filter(None, (
                f"gilt ab {as_datum(step.since)}", f"bekannt seit {as_datum(step.bekannt)}",
                f"Grundlage: {BASIS[step.basis]}", step.url)))  # fmt: skip
            if step.note:
                yield f"  {step.note}"


def _step(quelle: str, lage: Lage) -> Step | None:
    """The step of the rulebook a source was quoted from; none for the Bestand."""
    steps = lage.rules.on(lage.tag, lage.stand.rechtsstand)
    return next((s for s in steps if quelle in (s.zitat, f"{s.name}: {s.zitat}")), None)
