"""The catalogue: every check and every message with its code, in running order, and what the first letters mean."""

from __future__ import annotations

from collections.abc import Mapping

from pik_xl.checks import (
    bestand,
    bezuege,
    datei,
    eintragungen,
    festlegungen,
    haushalt,
    kreis,
    pflicht,
    schreiben,
    uebergreifend,
    verlaengerung,
    werte,
)
from pik_xl.checks.check import Entry

CATALOGUE: tuple[Entry, ...] = (
    *datei.MESSAGES,
    *pflicht.CHECKS,
    *werte.CHECKS,
    *bestand.CHECKS,
    *bestand.MESSAGES,
    *verlaengerung.CHECKS,
    *uebergreifend.CHECKS,
    *kreis.CHECKS,
    *haushalt.CHECKS,
    *eintragungen.CHECKS,
    *eintragungen.MESSAGES,
    *bezuege.CHECKS,
    *festlegungen.CHECKS,
    *schreiben.MESSAGES,
)

# The first letter of a code is its theme.
THEMEN: Mapping[str, str] = {
    "D": "Datei",
    "F": "Formular",
    "P": "Pflichtangaben",
    "W": "Werte",
    "B": "Abgleich mit dem Bestand",
    "V": "Verlängerung",
    "S": "Antragsübergreifend",
    "K": "Je Kreis",
    "M": "Eintragungen im Master",
    "L": "Schreiben",
}

# Codes that meant something once. Nothing else may ever bear them: they stand in masters and letters of that time.
RETIRED: Mapping[str, str] = {
    "D12": "L01",
    "D15": "L02",
    "D16": "L03",
    "D17": "L04",
    "D18": "L05",
    "D19": "L06",
    "D20": "L07",
    "D21": "L08",
    "D22": "L09",
    "D23": "L10",
    "D24": "L11",
    "D25": "L12",
}
