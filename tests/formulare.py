"""The entries of a form that is filled in well: as it is sent, and as it comes back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pik_xl.model import Art, Besetzung, Qualifikation

KOPF: dict[str, object] = {"traeger": "Stadt Leonberg", "art": Art.STADT, "ags": "08115028", "kreis": "08115"}


FULL: dict[str, object] = KOPF | {
    "strasse": "Marktplatz 9",
    "plz": "71229",
    "ort": "Leonberg",
    "ansprechperson": "Emine Häberle",
    "email": "integration@leonberg.example",
    "kontoinhaber": "Stadtkasse",
    "iban": "DE02 1203 0000 0000 2020 51",
    "erklaerung_richtig": True,
    "erklaerung_mitteilung": True,
    "unterzeichnet_von": "Emine Häberle",
    "unterzeichnet_am": date(2020, 3, 12),
}


POST: dict[str, object] = {
    "stelle": "08115028-01",
    "ags": "08115028",
    "einsatzort": "Leonberg",
    "vzae_bewilligt": Decimal("0.50"),
    "beginn": date(2017, 10, 1),
    "bewilligt_bis": date(2020, 9, 30),
    "vzae": Decimal("0.50"),
    "qualifikation": Qualifikation.HOCHSCHULE,
}


GOOD: dict[str, object] = POST | {
    "verlaengern": True,
    "besetzung_stichtag": Besetzung.BESETZT,
    "besetzung_heute": Besetzung.NACHBESETZBAR,
}
