"""One ordinary case, ready to be varied: the town of Leonberg applies for its half post."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from pik_xl.formular.felder import FORM_VERSION
from pik_xl.model import Antrag, Art, Beratungsform, Besetzung, Bewilligung, Qualifikation, Stelle
from pik_xl.recht.rules import Abweichung, Value

AGS, KREIS, STELLE = "08115028", "08115", "08115028-01"
BEGINN, BEWILLIGT_BIS, VZAE = date(2017, 10, 1), date(2020, 9, 30), Decimal("0.50")


def bewilligung(**changes: Any) -> Bewilligung:
    """An approved post of Leonberg: half a post from 01.10.2017 to 30.09.2020, 64,000 EUR a year."""
    return replace(
        Bewilligung(
            stelle=STELLE,
            aktenzeichen="15.2-PIK-08115028",
            ags=AGS,
            traeger="Stadt Leonberg",
            art=Art.STADT,
            kreis=KREIS,
            einsatzort="Leonberg",
            person="Aylin Maier",
            qualifikation=Qualifikation.HOCHSCHULE,
            vzae=VZAE,
            jahresbetrag=Decimal("64000.00"),
            beginn=BEGINN,
            bewilligt_bis=BEWILLIGT_BIS,
        ),
        **changes,
    )


def stelle(**changes: Any) -> Stelle:
    """The same post as a row of the form, filled in completely: filled then and now, to be extended."""
    return replace(
        Stelle(
            stelle=STELLE,
            ags=AGS,
            einsatzort="Leonberg",
            vzae_bewilligt=VZAE,
            beginn=BEGINN,
            bewilligt_bis=BEWILLIGT_BIS,
            verlaengern=True,
            vzae=VZAE,
            person="Aylin Maier",
            qualifikation=Qualifikation.HOCHSCHULE,
            besetzung_stichtag=Besetzung.BESETZT,
            besetzung_heute=Besetzung.BESETZT,
        ),
        **changes,
    )


def antrag(**changes: Any) -> Antrag:
    """Leonberg's application for that post, complete and signed, received on 16.03.2020."""
    return replace(
        Antrag(
            schluessel="a.xlsx",
            datei="a.xlsx",
            eingang=date(2020, 3, 16),
            ags=AGS,
            traeger="Stadt Leonberg",
            art=Art.STADT,
            kreis=KREIS,
            strasse="Belforter Platz 1",
            plz="71229",
            ort="Leonberg",
            ansprechperson="Jana Vogt",
            telefon="07152 990-0",
            email="integration@leonberg.example",
            kontoinhaber="Stadtkasse Leonberg",
            iban="DE02120300000000202051",
            beratungsform=Beratungsform.PERSOENLICH,
            erklaerung_richtig=True,
            erklaerung_mitteilung=True,
            unterzeichnet_von="Martin Keller",
            unterzeichnet_am=date(2020, 3, 12),
            form_version=FORM_VERSION,
            inhalt="eins",
            stellen=(stelle(),),
        ),
        **changes,
    )


def abweichung(regel: str, wert: Value, **changes: Any) -> Abweichung:
    """A deviation of the office: decided on 1 May 2020, applied from the beginning of that year."""
    block = Abweichung(regel, date(2020, 1, 1), wert, "Verfügung", "E. Muster", date(2020, 5, 1), "Zeile 6")
    return replace(block, **changes)
