"""Sheets for the office's own work: whom to remind, who is responsible, what is set, which rules hold, letters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType

from pik_xl.kinds import Row
from pik_xl.master.sheets.columns import SIEGEL, ZU_BEACHTEN, Table, in_einer_zelle
from pik_xl.master.sheets.office_specs import ABWEICHUNGEN, ANSPRECHPARTNER, BESTAND
from pik_xl.master.sheets.rows import as_text, row_keys
from pik_xl.master.sheets.siegel import sealed
from pik_xl.master.sheets.specs import (
    AUSSTEHEND,
    BESCHEIDE,
    EINSTELLUNGEN,
    REGELWERK,
    VERSANDLISTE,
)
from pik_xl.model import Ansprechpartner, Bewilligung, Schreiben
from pik_xl.recht.einstellungen import EINSTELLBAR, Einstellungen
from pik_xl.recht.entscheidung import Vorgang
from pik_xl.recht.lage import Lage
from pik_xl.recht.rules import BASIS, Step
from pik_xl.register import Kreis
from pik_xl.values import as_datum

NICHTS_ZU_BEACHTEN: Mapping[tuple[object, ...], str] = MappingProxyType({})


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
    return Table(AUSSTEHEND, sealed(AUSSTEHEND, rows))


def ansprechpartner_table(kreise: Mapping[str, Kreis], bekannt: Mapping[str, Ansprechpartner]) -> Table:
    """One row per Kreis, to be filled in by the office."""
    rows: list[Row] = []
    for kreis in kreise.values():
        wer = bekannt.get(kreis.ags, Ansprechpartner(kreis.ags))
        rows.append({"kreis": kreis.ags, "bezeichnung": kreis.bezeichnung, "name": wer.name,
                     "durchwahl": wer.durchwahl, "email": wer.email})  # fmt: skip
    return Table(ANSPRECHPARTNER, tuple(rows))


def einstellungen_table(einstellungen: Einstellungen) -> Table:
    """Everything that can be set, what is set, and what holds."""
    rows: list[Row] = [
        {"bereich": e.bereich, "einstellung": e.titel, "wert": as_text(einstellungen.gesetzt.get(e.name)),
         "gilt": einstellungen.gilt(e), "hilfe": e.hilfe}
        for e in EINSTELLBAR
    ]  # fmt: skip
    return Table(EINSTELLUNGEN, sealed(EINSTELLUNGEN, rows))


def regelwerk_table(lage: Lage) -> Table:
    """The rules in force on the day of decision, with the office's deviations."""
    kopf = (
        f"Tag {as_datum(lage.tag)}, Rechtsstand {as_datum(lage.stand.rechtsstand)}, Prüfsumme {lage.rules.pruefsumme}"
    )
    rows = map(_regel_row, lage.rules.on(lage.tag, lage.stand.rechtsstand))
    return Table(REGELWERK, sealed(REGELWERK, rows), (kopf,))


def _regel_row(step: Step) -> Row:
    return {"regel": step.name, "gilt": step.text, "seit": step.since, "bekannt": step.bekannt,
            "grundlage": BASIS[step.basis], "quelle": step.fundstelle}  # fmt: skip


def abweichungen_table() -> Table:
    """Where the office sets values instead of the rulebook's; empty until it does."""
    return Table(ABWEICHUNGEN, ())


def bescheide_table(
    schreiben: Iterable[Schreiben],
    bisher: Iterable[Row],
    kreise: Mapping[str, Kreis],
    zu_beachten: Mapping[tuple[object, ...], str] = NICHTS_ZU_BEACHTEN,
) -> Table:
    """The newest letter of each kind on each application, and every final notice, by Kreis and applicant.

    What was recorded before stays as it is and keeps the seal it has, so that what people typed there stays theirs;
    only what is to be heeded is written anew, for the keys (`schreiben_key`) in `zu_beachten`.
    """
    before = [_beachtet(row, zu_beachten) for row in bisher]
    rows = dict(zip(row_keys(BESCHEIDE, before), before, strict=True))
    fresh = {schreiben_key(row): row for row in (_schreiben_row(s, kreise) for s in schreiben)}
    new = sealed(BESCHEIDE, ({**row, ZU_BEACHTEN: zu_beachten.get(key)} for key, row in fresh.items()))
    rows |= zip(row_keys(BESCHEIDE, new), new, strict=True)
    ordered = sorted(rows.values(), key=lambda row: tuple(str(row.get(n, "")) for n in ("ags", "reihe", "datei")))
    return Table(BESCHEIDE, tuple(ordered))


def schreiben_key(row: Row) -> tuple[object, ...]:
    """What a row of the sheet Bescheide is known by: key of the application, Reihe, number."""
    return tuple(row.get(name) for name in BESCHEIDE.key)


def _beachtet(row: Row, zu_beachten: Mapping[tuple[object, ...], str]) -> Row:
    """The row with what is to be heeded now; sealed anew only where the seal it has says that nobody typed there."""
    text = zu_beachten.get(schreiben_key(row))
    if text is None or text == (row.get(ZU_BEACHTEN) or ""):
        return row
    (as_written,) = sealed(BESCHEIDE, [row])
    new = {**row, ZU_BEACHTEN: text or None}
    return sealed(BESCHEIDE, [new])[0] if as_written[SIEGEL] == row.get(SIEGEL) else new


def _schreiben_row(s: Schreiben, kreise: Mapping[str, Kreis]) -> Row:
    return {
        "ags": s.ags,
        "traeger": s.traeger,
        "kreis": kreise[s.kreis].bezeichnung if s.kreis in kreise else None,
        "schreiben": s.titel,
        "nummer": s.nummer,
        "fassung": s.fassung,
        "ergebnis": s.ergebnis or None,
        "summe": s.summe,
        "datum": s.datum,
        "aktenzeichen": s.aktenzeichen,
        "datei": s.datei,
        "schluessel": s.schluessel,
        "art": s.art,
        "reihe": s.reihe,
        "stellen": in_einer_zelle(s.stellen),
        "entscheidung": s.entscheidung or None,
        "inhalt": s.inhalt,
        "punkte": in_einer_zelle(s.punkte),
        "sha256": s.sha256,
        "anlagen": in_einer_zelle(s.anlagen),
    }


def versandliste_table(schreiben: Iterable[Schreiben], kreise: Mapping[str, Kreis]) -> Table:
    """One row per letter in posting order: by Kreis, then by applicant, what goes to one together."""
    ordered = sorted(schreiben, key=lambda s: (s.kreis, s.ags, s.schluessel))
    return Table(VERSANDLISTE, tuple(_versand_row(nr, s, kreise) for nr, s in enumerate(ordered, 1)))


def _versand_row(nr: int, s: Schreiben, kreise: Mapping[str, Kreis]) -> Row:
    return {
        "nr": nr,
        "traeger": s.traeger,
        "anschrift": ", ".join(s.anschrift[1:]),
        "email": s.email,
        "kreis": kreise[s.kreis].bezeichnung if s.kreis in kreise else None,
        "schreiben": s.titel,
        "fassung": s.fassung,
        "summe": s.summe,
        "datum": s.datum,
        "aktenzeichen": s.aktenzeichen,
        "datei": "/".join(s.datei.split("/")[-2:]),
        "anlagen": ", ".join(s.anlagen),
        "sha256": s.sha256,
    }


def bestand_table(bestand: Iterable[Bewilligung]) -> Table:
    """The office's register of approved posts, in the order given."""
    names = [c.name for c in BESTAND.columns]
    return Table(BESTAND, tuple({name: getattr(b, name) for name in names} for b in bestand))
