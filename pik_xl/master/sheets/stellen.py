"""The sheet Stellen: every post of the applications that count, with its decision and the reckoning in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pik_xl.kinds import Row
from pik_xl.master.sheets.columns import Table
from pik_xl.master.sheets.rows import JA_NEIN, in_order, kreis_cells
from pik_xl.master.sheets.siegel import sealed
from pik_xl.master.sheets.specs import STELLEN
from pik_xl.master.sheets.years import betrag, mit_jahren
from pik_xl.model import Stand, Stelle
from pik_xl.recht.entscheidung import Decision, Vorgang, beantragte_vzae, einsatzort, haushaltsjahre
from pik_xl.register import Kreis


def stellen_table(vorgaenge: Sequence[Vorgang], kreise: Mapping[str, Kreis]) -> Table:
    """One row per post of every application that counts, with its decision and the reckoning in words."""
    geltend = in_order((v for v in vorgaenge if v.stand is not Stand.ERSETZT), kreise)
    rows = (_stelle_row(v, s, d, kreise) for v in geltend for s, d in v.posts())
    spec = mit_jahren(STELLEN, haushaltsjahre(vorgaenge))
    return Table(spec, sealed(spec, rows))


def _stelle_row(vorgang: Vorgang, stelle: Stelle, decision: Decision | None, kreise: Mapping[str, Kreis]) -> Row:
    antrag, bewilligung, eigene = vorgang.antrag, vorgang.bewilligungen.get(stelle.stelle), vorgang.eigene(stelle)
    return {
        "stelle": stelle.stelle,
        "traeger": antrag.traeger,
        "einsatzort": einsatzort(stelle, eigene) or None,
        "stand": vorgang.stand,
        "vzae": beantragte_vzae(stelle, eigene) if stelle.verlaengern else stelle.vzae,
        "bewilligt_bis": bewilligung.bewilligt_bis if bewilligung else stelle.bewilligt_bis,
        "verlaengern": JA_NEIN[stelle.verlaengern],
        "vzae_bewilligt": bewilligung.vzae if bewilligung else stelle.vzae_bewilligt,
        "beginn": bewilligung.beginn if bewilligung else stelle.beginn,
        "wunschende": stelle.wunschende,
        "person": stelle.person,
        "qualifikation": stelle.qualifikation,
        "besetzung_stichtag": stelle.besetzung_stichtag,
        "besetzung_heute": stelle.besetzung_heute,
        "arbeitgeber": stelle.arbeitgeber,
        "unterbrechung": stelle.unterbrechung,
        "angabe": stelle.bemerkung,
        **kreis_cells(antrag, kreise),
        "ags": antrag.ags,
        "schluessel": antrag.schluessel,
        **(decision_cells(decision) if decision else {}),
    }


def decision_cells(decision: Decision) -> Row:
    """What a row says of the decision on its post."""
    return {
        "ergebnis": decision.ergebnis if decision.beantragt else None,
        "neues_ende": decision.neues_ende,
        "monate": decision.monate or None,
        **{betrag(jahr): wert for jahr, wert in decision.betraege.items()},
        "summe": decision.summe,
        "begruendung": " ".join(decision.gruende),
        "rechenweg": " ".join((*decision.vorschlag, *decision.trace)),
        "quellen": "; ".join(decision.quellen),
        "hinweise": " ".join(decision.hinweise),
    }
