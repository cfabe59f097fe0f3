"""Sheets for the office's own work: whom to remind, who is responsible for which Kreis, which settings hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from pik_xl.checks import Lage
from pik_xl.columns import ANSPRECHPARTNER, AUSSTEHEND, EINSTELLUNGEN, Row, Table
from pik_xl.model import Ansprechpartner, Bewilligung, Vorgang
from pik_xl.regions import Kreis
from pik_xl.rules import BASIS
from pik_xl.values import as_datum
from pik_xl.workfolder import EINSTELLUNGEN as DATEI
from pik_xl.workfolder import Einstellungen

_BEHOERDE = {
    "name": "Name", "referat": "Referat", "dienststelle": "Dienststelle", "strasse": "Straße", "plz_ort": "PLZ und Ort",
    "email": "E-Mail", "bearbeitung": "Bearbeitung", "durchwahl": "Durchwahl", "zeichnet": "Zeichnet",
}  # fmt: skip


def ausstehend_table(
    vorgaenge: Iterable[Vorgang], bestand: Iterable[Bewilligung], kreise: Mapping[str, Kreis]
) -> Table:
    """One row per applicant with approved posts who has not applied, by Kreis and key; shares in VZÄ."""
    da = {v.antrag.ags for v in vorgaenge}
    posts: dict[tuple[str, int, str], list[Bewilligung]] = defaultdict(list)
    for b in bestand:
        if b.ags not in da:
            posts[b.kreis, len(b.ags), b.ags].append(b)
    rows: list[Row] = [
        {
            "ags": ags,
            "traeger": those[0].traeger,
            "kreis": kreise[kreis].bezeichnung if kreis in kreise else kreis,
            "stellen": len(those),
            "vzae": sum((b.vzae for b in those), Decimal(0)),
            "endet": min(b.bewilligt_bis for b in those),
        }
        for (kreis, _, ags), those in sorted(posts.items())
    ]
    return Table(AUSSTEHEND, tuple(rows))


def ansprechpartner_table(kreise: Mapping[str, Kreis], bekannt: Mapping[str, Ansprechpartner]) -> Table:
    """One row per Kreis, to be filled in by the office."""
    rows: list[Row] = []
    for kreis in kreise.values():
        wer = bekannt.get(kreis.ags, Ansprechpartner(kreis.ags))
        rows.append({"kreis": kreis.ags, "bezeichnung": kreis.bezeichnung, "name": wer.name,
                     "durchwahl": wer.durchwahl, "email": wer.email})  # fmt: skip
    return Table(ANSPRECHPARTNER, tuple(rows))


def einstellungen_table(einstellungen: Einstellungen, lage: Lage) -> Table:
    """What holds in this work folder: days, what letters say of the authority, and every value no source gives."""
    return Table(EINSTELLUNGEN, tuple(_rows(einstellungen, lage)))


def _rows(e: Einstellungen, lage: Lage) -> Iterator[Row]:
    yield _row("Arbeitsordner", "Ordner", "der Ordner, in dem diese Mappe liegt", "")
    gesetzt = e.entscheidungstag
    yield _row("Verfahren", "Entscheidungstag", as_datum(gesetzt) if gesetzt else "der Tag des Laufs", DATEI)
    stand = e.rechtsstand
    yield _row("Verfahren", "Rechtsstand", as_datum(stand) if stand else "wie der Entscheidungstag", DATEI)
    yield _row("Verfahren", "Antwortfrist", f"{e.antwortfrist_tage} Tage", DATEI)
    for key, text in e.behoerde.items():
        yield _row("Behörde", _BEHOERDE[key], text, DATEI)
    yield _row("Regelwerk", "Prüfsumme", lage.rules.pruefsumme, "die Regeln mit allen Abweichungen")
    for step in lage.rules.on(lage.tag, lage.stand.rechtsstand):
        if step.basis in ("override", "setting"):
            yield _row(BASIS[step.basis], step.name, step.text, step.zitat)


def _row(bereich: str, einstellung: str, wert: str, quelle: str) -> Row:
    return {"bereich": bereich, "einstellung": einstellung, "wert": wert, "quelle": quelle}
