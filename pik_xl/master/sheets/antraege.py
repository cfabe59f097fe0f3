"""The sheet Anträge: every application with its outcome, its figures, and how far staff are with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from pik_xl.kinds import Formel, Row, Value
from pik_xl.master.sheets.columns import ENTSCHEIDUNG, FREIGEGEBENES, Table
from pik_xl.master.sheets.freigabe import digital_cells, entscheidung_of, freigabe_cell
from pik_xl.master.sheets.rows import JA_NEIN, in_order, kreis_cells, row_keys
from pik_xl.master.sheets.siegel import sealed
from pik_xl.master.sheets.specs import ANTRAEGE
from pik_xl.master.sheets.years import betrag, mit_jahren
from pik_xl.model import Schwere, Stand
from pik_xl.recht.entscheidung import Vorgang, haushaltsjahre
from pik_xl.register import Kreis

NICHTS: Mapping[str, Row] = MappingProxyType({})


def antraege_table(
    vorgaenge: Sequence[Vorgang], kreise: Mapping[str, Kreis], eingetragen: Mapping[str, Row] = NICHTS
) -> Table:
    """One row per case, replaced ones too; by Kreis, applicant and day of receipt.

    `eingetragen` is what staff typed, by key of the application, and what their release is for (`freigegebenes`); the
    state of release follows it.
    """
    spec = mit_jahren(ANTRAEGE, haushaltsjahre(vorgaenge))
    faelle = in_order(vorgaenge, kreise)
    rows = [_antrag_row(v, kreise) for v in faelle]
    typed = (eingetragen.get(key, {}) for key in row_keys(spec, rows))
    live = ({**row, "freigabe": freigabe_cell(vorgang, own), FREIGEGEBENES: own.get(FREIGEGEBENES)}
            for vorgang, row, own in zip(faelle, rows, typed, strict=True))  # fmt: skip
    return Table(spec, sealed(spec, live))


def _antrag_row(vorgang: Vorgang, kreise: Mapping[str, Kreis]) -> dict[str, Value | Formel]:
    antrag, befunde = vorgang.antrag, Counter(f.schwere for f in vorgang.befunde)
    return {
        "ags": antrag.ags,
        "traeger": antrag.traeger,
        **kreis_cells(antrag, kreise),
        "stand": vorgang.stand,
        "ergebnis": vorgang.ergebnis,
        "eingang": antrag.eingang,
        **(figures(vorgang) if vorgang.stand is not Stand.ERSETZT else {}),
        "fehler": befunde[Schwere.FEHLER],
        "warnungen": befunde[Schwere.WARNUNG],
        "hinweise": befunde[Schwere.HINWEIS],
        "art": antrag.art,
        "ansprechperson": antrag.ansprechperson,
        "email": antrag.email,
        "iban": antrag.iban,
        "verbund": antrag.verbund,
        "digital_antrag": JA_NEIN[antrag.digital_antrag],
        "digital_loesung": antrag.digital_loesung,
        "digital_kosten": antrag.digital_kosten,
        "digital_zahl": antrag.digital_zahl,
        **(digital_cells(vorgang.digital) if vorgang.digital else {}),
        "datei": antrag.datei,
        "schluessel": antrag.schluessel,
        ENTSCHEIDUNG: entscheidung_of(vorgang),
        "inhalt": antrag.inhalt,
    }


def figures(vorgang: Vorgang) -> Row:
    """Posts, shares and EUR applied for and granted; an application replaced by a later one has none."""
    return {
        "stellen": len(vorgang.beantragt),
        "vzae": vorgang.vzae,
        **{betrag(jahr): wert for jahr, wert in vorgang.betraege.items()},
        "summe": vorgang.summe,
    }
