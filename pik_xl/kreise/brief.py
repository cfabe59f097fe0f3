"""What a Kreis is shown of the procedure -> the fields of the letter to its Landratsamt, beside the workbook."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from pik_xl.kreise.auszug import Auszug, Kreistraeger, traeger_im_kreis
from pik_xl.model import Ansprechpartner, Art, Stand
from pik_xl.recht.einstellungen import Einstellungen
from pik_xl.schreiben.inhalt import ANREDE, Fields, behoerde


def kreisuebersicht(
    auszug: Auszug,
    einstellungen: Einstellungen,
    ansprechpartner: Mapping[str, Ansprechpartner],
    tag: date,
    stand: datetime,
    datei: str,
) -> Fields:
    """The letter of that day on figures of the time `stand`; `datei` is the workbook it goes with."""
    kreis, everyone = auszug.kreis, traeger_im_kreis(auszug)
    antraege = [_antrag(t) for t in everyone if t.vorgang]
    return {
        "behoerde": behoerde(einstellungen, ansprechpartner.get(kreis.ags)),
        "datum": tag,
        "aktenzeichen": f"15.2-PiK-{kreis.ags}",
        "entwurf": False,
        "anschrift": [f"Landratsamt {kreis.name}"],
        "anrede": ANREDE,
        "traeger": f"Landratsamt {kreis.name}",
        "art": str(Art.LANDKREIS),
        "kreis": kreis.bezeichnung,
        "ags": kreis.ags,
        "stand": stand.date(),
        "antraege": antraege,
        "ausstehende": [
            {
                "traeger": t.name,
                "ags": t.ags,
                "stellen": len(t.bestand),
                "endet": min(b.bewilligt_bis for b in t.bestand),
            }
            for t in everyone
            if not t.vorgang and t.bestand
        ],
        "rueckfragen": sum(t.stand == Stand.RUECKFRAGE for t in everyone),
        "summe": sum((a["summe"] for a in antraege if isinstance(a["summe"], Decimal)), Decimal(0)),
        "datei": datei,
    }


def _antrag(t: Kreistraeger) -> Fields:
    assert t.vorgang is not None
    vorgang = t.vorgang
    return {
        "traeger": t.name,
        "ags": t.ags,
        "eingang": vorgang.antrag.eingang,
        "stand": str(t.stand),
        "stellen": len(vorgang.beantragt),
        "vzae": vorgang.vzae,
        "summe": vorgang.summe if vorgang.stand is Stand.ENTSCHIEDEN else Decimal(0),
    }
