"""W from 20: values that are there and readable, but cannot be right."""

from __future__ import annotations

from collections.abc import Iterator

from pik_xl.checks.registry import Hit, Lage, Per, check
from pik_xl.form import FORM_VERSION
from pik_xl.model import Antrag, Schwere, Stelle
from pik_xl.values import as_datum, as_zahl, iban_fault, is_email

REGISTER = "Amtliches Gemeindeverzeichnis (GeoBasis-DE / BKG 2017)"
FORMULAR = "Antragsformular"

# Longer than any post can have existed: a slip of the pen, not an interruption.
MONATE_MAX = 60


@check("F20", "Andere Fassung des Formulars", Schwere.WARNUNG, Per.ANTRAG, FORMULAR)
def andere_fassung(antrag: Antrag, lage: Lage) -> Iterator[Hit]:
    if antrag.form_version != FORM_VERSION:
        gefunden = antrag.form_version or "keine Angabe"
        yield Hit(
            f"Das Formular hat nicht die gültige Fassung {FORM_VERSION}.",
            "Bitte prüfen, ob alle Angaben übernommen wurden; für Nachmeldungen das aktuelle Formular verwenden.",
            gefunden=gefunden,
        )


@check("W20", "IBAN falsch", Schwere.FEHLER, Per.ANTRAG, "ISO 13616 (Prüfziffer der IBAN)")
def iban_falsch(antrag: Antrag, lage: Lage) -> Iterator[Hit]:
    if antrag.iban and (fault := iban_fault(antrag.iban)):
        yield Hit(
            f"Die IBAN „{antrag.iban}“ ist falsch: {fault}.", "Bitte die IBAN vom Kontoauszug abschreiben.", "iban"
        )


@check("W21", "E-Mail-Adresse falsch", Schwere.FEHLER, Per.ANTRAG, FORMULAR)
def email_falsch(antrag: Antrag, lage: Lage) -> Iterator[Hit]:
    if antrag.email and not is_email(antrag.email):
        yield Hit(
            f"„{antrag.email}“ ist keine E-Mail-Adresse.",
            "Bitte genau eine Adresse wie rathaus@stadt.de eintragen.",
            "email",
        )


@check("W22", "Postleitzahl falsch", Schwere.FEHLER, Per.ANTRAG, FORMULAR)
def plz_falsch(antrag: Antrag, lage: Lage) -> Iterator[Hit]:
    if antrag.plz and not (len(antrag.plz) == 5 and antrag.plz.isascii() and antrag.plz.isdigit()):
        yield Hit(f"„{antrag.plz}“ ist keine Postleitzahl.", "Bitte fünf Ziffern eintragen.", "plz")


@check("W23", "Schlüssel unbekannt", Schwere.FEHLER, Per.ANTRAG, REGISTER)
def schluessel_unbekannt(antrag: Antrag, lage: Lage) -> Iterator[Hit]:
    if antrag.ags and antrag.ags not in lage.register.traeger:
        yield Hit(
            f"Den Schlüssel „{antrag.ags}“ gibt es in Baden-Württemberg nicht.",
            "Bitte den amtlichen Schlüssel wie vorausgefüllt eintragen (Kreis 5, Gemeinde 8, Verband 9 Ziffern).",
            "ags",
        )


@check("W24", "Kreis passt nicht", Schwere.FEHLER, Per.ANTRAG, REGISTER)
def kreis_passt_nicht(antrag: Antrag, lage: Lage) -> Iterator[Hit]:
    traeger = lage.register.traeger.get(antrag.ags)
    if traeger and antrag.kreis and antrag.kreis != traeger.kreis:
        kreis = lage.register.kreise[traeger.kreis]
        yield Hit(
            f"{traeger.name} gehört zum Kreis {traeger.kreis} ({kreis.bezeichnung}), nicht zu „{antrag.kreis}“.",
            f"Bitte den Kreisschlüssel {traeger.kreis} eintragen.",
            "kreis",
        )


@check("W25", "Stellenanteil zu klein", Schwere.FEHLER, Per.STELLE, "Regelwerk, kleinster Stellenanteil")
def anteil_zu_klein(stelle: Stelle, antrag: Antrag, lage: Lage) -> Iterator[Hit]:
    step = lage.stand.mindestanteil
    if stelle.verlaengern and stelle.vzae is not None and stelle.vzae < step.value:  # type: ignore[operator]
        yield Hit(
            f"Stelle {stelle.stelle}: {as_zahl(stelle.vzae)} VZÄ sind weniger als {step.text}.",
            f"Bitte mindestens {step.text} beantragen oder die Stelle nicht verlängern.",
            "vzae",
            quelle=step.zitat,
        )


@check("W26", "Monate ohne Entgelt unmöglich", Schwere.FEHLER, Per.STELLE, FORMULAR)
def unterbrechung_unmoeglich(stelle: Stelle, antrag: Antrag, lage: Lage) -> Iterator[Hit]:
    if stelle.unterbrechung is not None and not 0 <= stelle.unterbrechung <= MONATE_MAX:
        yield Hit(
            f"Stelle {stelle.stelle}: {stelle.unterbrechung} Monate ohne Entgelt sind nicht möglich.",
            f"Bitte eine Zahl von 0 bis {MONATE_MAX} eintragen.",
            "unterbrechung",
        )


@check("W27", "Mehr als zwei Nachkommastellen", Schwere.FEHLER, Per.STELLE, FORMULAR)
def anteil_zu_genau(stelle: Stelle, antrag: Antrag, lage: Lage) -> Iterator[Hit]:
    if stelle.vzae is not None and stelle.vzae != round(stelle.vzae, 2):
        yield Hit(
            f"Stelle {stelle.stelle}: Der Anteil hat mehr als zwei Nachkommastellen.",
            f"Bitte gerundet eintragen, etwa {as_zahl(stelle.vzae)}.",
            "vzae",
        )


@check("W28", "Unterzeichnet nach dem Eingang", Schwere.WARNUNG, Per.ANTRAG, FORMULAR)
def unterzeichnet_nach_eingang(antrag: Antrag, lage: Lage) -> Iterator[Hit]:
    if antrag.unterzeichnet_am and antrag.unterzeichnet_am > antrag.eingang:
        yield Hit(
            f"Unterzeichnet am {as_datum(antrag.unterzeichnet_am)}, "
            f"eingegangen aber schon am {as_datum(antrag.eingang)}.",
            "Bitte das Datum der Unterschrift prüfen.",
            "unterzeichnet_am",
        )


CHECKS = (
    andere_fassung,
    iban_falsch,
    email_falsch,
    plz_falsch,
    schluessel_unbekannt,
    kreis_passt_nicht,
    anteil_zu_klein,
    unterbrechung_unmoeglich,
    anteil_zu_genau,
    unterzeichnet_nach_eingang,
)
