"""What masters in the field have stored of cases of every kind: a release holds, and a row is known for ours.

The values stand here literally, as the state before this test made them. Golden values of the functions that make them
stand in `tests/test_stored_checksums.py`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from factories import AGS, abweichung, antrag, bewilligung, stelle

from pik_xl.master.sheets.antraege import antraege_table, entscheidung_of
from pik_xl.master.sheets.stellen import stellen_table
from pik_xl.model import Antrag, Besetzung, Bewilligung, Ergebnis, Finding, Place, Qualifikation, Schwere, Stand
from pik_xl.recht.entscheidung import AbweichendeEntscheidung, Vorgang
from pik_xl.recht.lage import Lage
from pik_xl.recht.regelstand import regelstand
from pik_xl.recht.rules import Rulebook, shipped_rulebook
from pik_xl.recht.vorgang import vorgaenge
from pik_xl.register import load_register

TAG = date(2020, 5, 4)
REGELN = shipped_rulebook()
NACH_QUALIFIKATION = REGELN.abweichend([abweichung("nachbesetzung", "nach Qualifikation")])
ZWEITE = f"{AGS}-02"
KRUMM = bewilligung(vzae=Decimal("0.37"), jahresbetrag=Decimal("62345.67"), beginn=date(2018, 2, 11),
                    bewilligt_bis=date(2020, 9, 17))  # fmt: skip
ZWEI = (bewilligung(), replace(KRUMM, stelle=ZWEITE))
BEIDE = (stelle(), stelle(stelle=ZWEITE, vzae_bewilligt=KRUMM.vzae, vzae=KRUMM.vzae))
MITTLERER = Qualifikation.MITTLERER_ABSCHLUSS
MIT_LOESUNG = {"digital_antrag": True, "digital_loesung": "Übersetzer", "digital_zugang": True, "digital_zahl": 9}
NUR_DIGITAL = antrag(stellen=(stelle(verlaengern=False),), digital_kosten=Decimal("9999.99"), **MIT_LOESUNG)


def fall(
    a: Antrag = antrag(),  # noqa: B008  # frozen
    bestand: tuple[Bewilligung, ...] = (bewilligung(),),
    *,
    rules: Rulebook = REGELN,
    wille: AbweichendeEntscheidung | None = None,
    befunde: tuple[Finding, ...] = (),
) -> Vorgang:
    """The case of the application, decided on the day."""
    abweichend = {(a.stellen[0].stelle, AGS): wille} if wille else {}
    lage = Lage(load_register(), {b.stelle: b for b in bestand}, rules, regelstand(rules, TAG), abweichend=abweichend)
    (found,) = vorgaenge([a], befunde, lage)
    return found


def mit(**row: object) -> Antrag:
    return antrag(stellen=(stelle(**row),))


def digital(kosten: str, **changes: object) -> Antrag:
    return antrag(digital_kosten=Decimal(kosten), **{**MIT_LOESUNG, **changes})


FEHLT = Finding("P03", Schwere.FEHLER, Place("a.xlsx", "Antrag", "C14"), "IBAN", "leer", "Fehlt.", "Bitte.", "Formular",
                "a.xlsx")  # fmt: skip
LEER = bewilligung(jahresbetrag=None)
FAELLE: dict[str, Vorgang] = {
    "bewilligt": fall(),
    "kürzer gewünscht": fall(mit(wunschende=date(2021, 12, 31))),
    "mehr gewünscht": fall(mit(wunschende=date(2023, 9, 30), vzae=Decimal("1.00"))),
    "kleinerer Anteil": fall(mit(vzae=Decimal("0.25"))),
    "angefangene Monate und Cent": fall(antrag(stellen=BEIDE[1:]), ZWEI[1:]),
    "zwei Stellen": fall(antrag(stellen=BEIDE), ZWEI),
    "dieselben umgekehrt": fall(antrag(stellen=BEIDE[::-1]), ZWEI),
    "eine nicht beantragt": fall(antrag(stellen=(BEIDE[0], replace(BEIDE[1], verlaengern=False))), ZWEI),
    "abgelehnt": fall(mit(besetzung_heute=Besetzung.UNBESETZT)),
    "ohne Betrag im Bestand": fall(bestand=(LEER,)),
    "kein Geld": fall(bestand=(bewilligung(jahresbetrag=Decimal(0)),)),
    "Nachfolge wie bewilligt": fall(mit(qualifikation=MITTLERER), (LEER,)),
    "Nachfolge nach Qualifikation": fall(mit(qualifikation=MITTLERER), rules=NACH_QUALIFIKATION),
    "ohne Bestand": fall(bestand=()),
    "digital": fall(digital("12345.67")),
    "digital gekappt": fall(digital("1234567.89")),
    "digital abgelehnt": fall(digital("12345.67", digital_zugang=False)),
    "nur digital": fall(NUR_DIGITAL),
    "abweichend gekürzt": fall(wille=AbweichendeEntscheidung(Ergebnis.TEILWEISE, "Haushalt", date(2021, 3, 15))),
    "abweichend bewilligt": fall(mit(besetzung_heute=Besetzung.UNBESETZT),
                                 wille=AbweichendeEntscheidung(Ergebnis.BEWILLIGT, "Härtefall", date(2022, 9, 30))),
    "abweichend abgelehnt": fall(wille=AbweichendeEntscheidung(Ergebnis.ABGELEHNT, "Verzicht")),
    "Rückfrage": fall(befunde=(FEHLT,)),
    "ersetzt": replace(fall(befunde=(FEHLT,)), stand=Stand.ERSETZT),
}  # fmt: skip

# Of each case: the checksum of its decision, the seal of its row on Anträge, those of its rows on Stellen.
GESPEICHERT: dict[str, tuple[str, str, list[str]]] = {
    "bewilligt": ("c7683f9b", "8009961a", ["4d17f22a"]),
    "kürzer gewünscht": ("17cb7796", "7b54b16d", ["04bd375e"]),
    "mehr gewünscht": ("9a3ad1a0", "754780a1", ["741b6ca5"]),
    "kleinerer Anteil": ("04b032ab", "8ec1aa78", ["913e702c"]),
    "angefangene Monate und Cent": ("807e14ee", "49eefb69", ["bb44a5b9"]),
    "zwei Stellen": ("1aeb83fb", "66f6f75d", ["4d17f22a", "bb44a5b9"]),
    "dieselben umgekehrt": ("1aeb83fb", "66f6f75d", ["bb44a5b9", "4d17f22a"]),
    "eine nicht beantragt": ("8ced22c1", "8009961a", ["4d17f22a", "86cafb18"]),
    "abgelehnt": ("93403679", "18fc7fa7", ["67af4a73"]),
    "ohne Betrag im Bestand": ("c7683f9b", "8009961a", ["a786a2b3"]),
    "kein Geld": ("53f3f662", "185ed760", ["4e64a1fb"]),
    "Nachfolge wie bewilligt": ("c7683f9b", "8009961a", ["d8cff635"]),
    "Nachfolge nach Qualifikation": ("89d5e80f", "bfee15b3", ["c948fb77"]),
    "ohne Bestand": ("93403679", "18fc7fa7", ["0dc009ea"]),
    "digital": ("9df91a6d", "f57b3a43", ["4d17f22a"]),
    "digital gekappt": ("2f97fbfc", "b48fd433", ["4d17f22a"]),
    "digital abgelehnt": ("650e6c49", "6a2f5b59", ["4d17f22a"]),
    "nur digital": ("bc489cdb", "b8d0e618", ["90411784"]),
    "abweichend gekürzt": ("9e2b3939", "181ba3e9", ["9f8720ff"]),
    "abweichend bewilligt": ("c7683f9b", "8009961a", ["3923dfe2"]),
    "abweichend abgelehnt": ("93403679", "18fc7fa7", ["5a35a952"]),
    "Rückfrage": ("00000000", "644b2c40", ["b001c12e"]),
    "ersetzt": ("00000000", "44b00212", []),
}


@pytest.mark.parametrize("name", FAELLE)
def test_the_checksum_of_a_decision_and_the_seals_of_its_rows_are_those_masters_have(name: str) -> None:
    case, kreise = FAELLE[name], load_register().kreise
    (row,), posts = antraege_table([case], kreise).rows, stellen_table([case], kreise).rows
    assert (row["entscheidung"], row["siegel"], [post["siegel"] for post in posts]) == GESPEICHERT[name]
    assert entscheidung_of(case) == row["entscheidung"]
