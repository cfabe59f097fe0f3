"""The sheet Haushalt: the budget control; what follows from its figures is a formula."""

from __future__ import annotations

from decimal import Decimal

from pik_xl.kinds import Formel, Row
from pik_xl.master.sheets.columns import Table
from pik_xl.master.sheets.siegel import sealed
from pik_xl.master.sheets.specs import ANTRAEGE, HAUSHALT
from pik_xl.master.sheets.years import betrag, mit_jahren
from pik_xl.model import Stand
from pik_xl.recht.haushalt import Haushalt
from pik_xl.values import as_euro

OHNE_ANSATZ = "ohne Ansatz: Verpflichtung für spätere Jahre"
UEBERSCHRITTEN = "Ansatz überschritten"


def haushalt_table(haushalt: Haushalt, digital_gesamt: Decimal) -> Table:
    """One row per budget year, the rest as formulas; above it a sentence on the second programme (EUR in total)."""
    rows = []
    for j in haushalt.jahre:
        row: Row = {
            "jahr": j.jahr,
            "ansatz": j.ansatz,
            "bereits": j.bereits,
            "beantragt": j.beantragt,
            "jetzt": Formel(_sum_of_year(j.jahr), j.jetzt) if j.jetzt else Decimal(0),
            "rueckfrage": j.rueckfrage,
            "quelle": j.quelle or None,
        }
        rows.append({**row, **_rest(j.ansatz, j.gebunden)})
    kopf = (
        f"Digitales Integrationsmanagement: {as_euro(digital_gesamt)} insgesamt, beantragt "
        f"{as_euro(haushalt.digital_beantragt)}, jetzt bewilligt {as_euro(haushalt.digital_jetzt)}, Rest "
        f"{as_euro(digital_gesamt - haushalt.digital_jetzt)}.",
    )
    return Table(HAUSHALT, sealed(HAUSHALT, rows), kopf if haushalt.digital_beantragt else ())


def _sum_of_year(jahr: int) -> str:
    spec = mit_jahren(ANTRAEGE, (jahr,))
    return f'SUMIFS({spec.ref(betrag(jahr))},{spec.ref("stand")},"{Stand.ENTSCHIEDEN}")'


def _rest(ansatz: Decimal | None, bewilligt: Decimal) -> Row:
    a, used = HAUSHALT.here("ansatz"), f"{HAUSHALT.here('bereits')}+{HAUSHALT.here('jetzt')}"
    rest: Decimal | str = ansatz - bewilligt if ansatz is not None else ""
    anteil: Decimal | str = bewilligt / ansatz if ansatz else ""
    text = OHNE_ANSATZ if rest == "" else UEBERSCHRITTEN if bewilligt > (ansatz or 0) else ""
    wenn_ueber = f'IF({used}>{a},"{UEBERSCHRITTEN}","")'
    return {
        "rest": Formel(f'IF({a}="","",{a}-({used}))', rest),
        "auslastung": Formel(f'IF(N({a})=0,"",({used})/{a})', anteil),
        "bemerkung": Formel(f'IF({a}="","{OHNE_ANSATZ}",{wenn_ueber})', text),
    }
