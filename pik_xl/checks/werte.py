"""W from 20: values that are there and readable, but cannot be right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from pik_xl.checks.check import PRAXIS, Hit, check
from pik_xl.checks.subjects import OfAntrag, OfStelle
from pik_xl.formular.felder import ANTRAG_NACH_NAME, FORM_VERSION, STELLEN_NACH_NAME
from pik_xl.model import Besetzung, Schwere
from pik_xl.values import JAHRE, as_datum, as_zahl, email_fault, iban_fault

REGISTER = "Amtliches Gemeindeverzeichnis (GeoBasis-DE / BKG 2017)"
FORMULAR = "Antragsformular"

# Longer than any post can have existed: a slip of the pen, not an interruption.
MONATE_MAX = 60

# Signed longer ago than this, the year is a slip of the pen.
TAGE_MAX = 365

# The day the form asks for in its column „Besetzung am 31.12.2018“.
STICHTAG_FORMULAR = date(2018, 12, 31)


@check("F20", "Andere Fassung des Formulars", Schwere.WARNUNG, OfAntrag, FORMULAR)
def andere_fassung(of: OfAntrag) -> Iterator[Hit]:
    if of.antrag.form_version != FORM_VERSION:
        gefunden = of.antrag.form_version or "keine Angabe"
        yield Hit(
            f"Das Formular hat nicht die gültige Fassung {FORM_VERSION}.",
            "Bitte prüfen, ob alle Angaben übernommen wurden; für Nachmeldungen das aktuelle Formular verwenden.",
            gefunden=gefunden,
        )


@check("W20", "IBAN falsch", Schwere.FEHLER, OfAntrag, "ISO 13616 (Prüfziffer der IBAN)")
def iban_falsch(of: OfAntrag) -> Iterator[Hit]:
    if of.antrag.iban and (fault := iban_fault(of.antrag.iban)):
        yield Hit(
            f"Die IBAN „{of.antrag.iban}“ ist falsch: {fault}.", "Bitte die IBAN vom Kontoauszug abschreiben.", "iban"
        )


@check("W21", "E-Mail-Adresse falsch", Schwere.FEHLER, OfAntrag, FORMULAR)
def email_falsch(of: OfAntrag) -> Iterator[Hit]:
    if of.antrag.email and (fault := email_fault(of.antrag.email)):
        yield Hit(
            f"„{of.antrag.email}“ ist keine E-Mail-Adresse: {fault}.",
            "Bitte genau eine Adresse wie rathaus@stadt.de eintragen.",
            "email",
        )


@check("W22", "Postleitzahl falsch", Schwere.FEHLER, OfAntrag, FORMULAR)
def plz_falsch(of: OfAntrag) -> Iterator[Hit]:
    antrag = of.antrag
    if antrag.plz and not (len(antrag.plz) == 5 and antrag.plz.isascii() and antrag.plz.isdigit()):
        yield Hit(f"„{antrag.plz}“ ist keine Postleitzahl.", "Bitte fünf Ziffern eintragen.", "plz")


@check("W23", "Schlüssel unbekannt", Schwere.FEHLER, OfAntrag, REGISTER)
def schluessel_unbekannt(of: OfAntrag) -> Iterator[Hit]:
    antrag = of.antrag
    if not antrag.ags or antrag.ags in of.lage.register.traeger:
        return
    if gemeinde := of.lage.register.by_ars.get(antrag.ags):
        yield Hit(
            f"„{antrag.ags}“ ist der Regionalschlüssel (ARS) von {gemeinde.name}, nicht der Gemeindeschlüssel (AGS).",
            f"Bitte {gemeinde.ags} eintragen.",
            "ags",
        )
        return
    yield Hit(
        f"Den Schlüssel „{antrag.ags}“ gibt es in Baden-Württemberg nicht.",
        "Bitte den amtlichen Schlüssel wie vorausgefüllt eintragen (Kreis 5, Gemeinde 8, Verband 9 Ziffern).",
        "ags",
    )


@check("W24", "Kreis passt nicht", Schwere.FEHLER, OfAntrag, REGISTER)
def kreis_passt_nicht(of: OfAntrag) -> Iterator[Hit]:
    antrag = of.antrag
    traeger = of.lage.register.traeger.get(antrag.ags)
    if traeger and antrag.kreis and antrag.kreis != traeger.kreis:
        kreis = of.lage.register.kreise[traeger.kreis]
        yield Hit(
            f"{traeger.name} gehört zum Kreis {traeger.kreis} ({kreis.bezeichnung}), nicht zu „{antrag.kreis}“.",
            f"Bitte den Kreisschlüssel {traeger.kreis} eintragen.",
            "kreis",
        )


@check("W25", "Stellenanteil zu klein", Schwere.FEHLER, OfStelle, "Regelwerk, kleinster Stellenanteil")
def anteil_zu_klein(of: OfStelle) -> Iterator[Hit]:
    stelle = of.stelle
    step = of.lage.stand.mindestanteil
    if stelle.verlaengern and stelle.vzae is not None and stelle.vzae < step.value:  # type: ignore[operator]
        yield Hit(
            f"Stelle {stelle.stelle}: {as_zahl(stelle.vzae)} VZÄ sind weniger als {step.text}.",
            f"Bitte mindestens {step.text} beantragen oder die Stelle nicht verlängern.",
            "vzae",
            quelle=step.zitat,
        )


@check("W26", "Monate ohne Entgelt unmöglich", Schwere.FEHLER, OfStelle, FORMULAR)
def unterbrechung_unmoeglich(of: OfStelle) -> Iterator[Hit]:
    stelle = of.stelle
    if stelle.unterbrechung is not None and not 0 <= stelle.unterbrechung <= MONATE_MAX:
        yield Hit(
            f"Stelle {stelle.stelle}: {stelle.unterbrechung} Monate ohne Entgelt sind nicht möglich.",
            f"Bitte eine Zahl von 0 bis {MONATE_MAX} eintragen.",
            "unterbrechung",
        )


@check("W27", "Mehr als zwei Nachkommastellen", Schwere.FEHLER, OfStelle, FORMULAR)
def anteil_zu_genau(of: OfStelle) -> Iterator[Hit]:
    stelle = of.stelle
    if stelle.vzae is not None and stelle.vzae != round(stelle.vzae, 2):
        yield Hit(
            f"Stelle {stelle.stelle}: Der Anteil hat mehr als zwei Nachkommastellen.",
            f"Bitte gerundet eintragen, etwa {as_zahl(stelle.vzae)}.",
            "vzae",
        )


@check("W28", "Unterzeichnet nach dem Eingang", Schwere.WARNUNG, OfAntrag, FORMULAR)
def unterzeichnet_nach_eingang(of: OfAntrag) -> Iterator[Hit]:
    antrag = of.antrag
    if antrag.unterzeichnet_am and antrag.unterzeichnet_am > antrag.eingang:
        yield Hit(
            f"Unterzeichnet am {as_datum(antrag.unterzeichnet_am)}, "
            f"eingegangen aber schon am {as_datum(antrag.eingang)}.",
            "Bitte das Datum der Unterschrift prüfen.",
            "unterzeichnet_am",
        )


@check("W29", "Kontoinhaber ist nicht der Antragsteller", Schwere.WARNUNG, OfAntrag, PRAXIS)
def fremder_kontoinhaber(of: OfAntrag) -> Iterator[Hit]:
    antrag = of.antrag
    traeger = of.lage.register.traeger.get(antrag.ags)
    if not (traeger and antrag.kontoinhaber):
        return
    namen = (traeger.name, antrag.traeger or "", *of.lage.register.mitglieder.get(antrag.ags, ()))
    inhaber = _eigennamen(antrag.kontoinhaber)
    if inhaber and not any(inhaber & _eigennamen(name) for name in namen):
        yield Hit(
            f"Das Konto gehört „{antrag.kontoinhaber}“, der Antragsteller ist {traeger.name}.",
            "Bitte klären, ob die Zuwendung auf dieses Konto gezahlt werden darf.",
            "kontoinhaber",
        )


# What cash offices are called; these words say nothing about whose they are.
_AMTLICH = frozenset(
    "stadt gemeinde landkreis kreis verband verwaltungsgemeinschaft gemeindeverwaltungsverband stadtkreis große "
    "stadtkasse gemeindekasse kreiskasse verbandskasse kasse kämmerei stadtkämmerei kreiskämmerei landratsamt "
    "bürgermeisteramt stadtverwaltung gemeindeverwaltung kreisverwaltung finanzverwaltung rathaus der die das des "
    "und für am im an in bei ob vor".split()
)


def _eigennamen(text: str) -> set[str]:
    """The words of a name that tell it from others."""
    return set(re.findall(r"\w{2,}", text.casefold())) - _AMTLICH


@check("W30", "Unterzeichnet lange vor dem Eingang", Schwere.WARNUNG, OfAntrag, FORMULAR)
def unterzeichnet_lange_vorher(of: OfAntrag) -> Iterator[Hit]:
    antrag = of.antrag
    if antrag.unterzeichnet_am and (antrag.eingang - antrag.unterzeichnet_am).days > TAGE_MAX:
        yield Hit(
            f"Unterzeichnet am {as_datum(antrag.unterzeichnet_am)}, mehr als {TAGE_MAX} Tage vor dem Eingang am "
            f"{as_datum(antrag.eingang)}.",
            "Bitte prüfen, ob das Jahr stimmt.",
            "unterzeichnet_am",
        )


@check("W31", "Ende vor dem Beginn", Schwere.FEHLER, OfStelle, FORMULAR)
def ende_vor_beginn(of: OfStelle) -> Iterator[Hit]:
    stelle = of.stelle
    if stelle.beginn and stelle.bewilligt_bis and stelle.bewilligt_bis < stelle.beginn:
        yield Hit(
            f"Stelle {stelle.stelle}: Bewilligt bis {as_datum(stelle.bewilligt_bis)} liegt vor dem Beginn "
            f"{as_datum(stelle.beginn)}.",
            "Bitte beide Tage wie vorausgefüllt eintragen.",
            "bewilligt_bis",
        )


@check("W32", "Jahr nicht möglich", Schwere.FEHLER, OfStelle, FORMULAR)
def jahr_unmoeglich(of: OfStelle) -> Iterator[Hit]:
    for name in ("beginn", "bewilligt_bis", "wunschende"):
        tag = getattr(of.stelle, name)
        if tag and tag.year not in JAHRE:
            yield Hit(
                f"Stelle {of.stelle.stelle}: „{STELLEN_NACH_NAME[name].label}“ liegt im Jahr {tag.year}.",
                f"Bitte das Jahr berichtigen (möglich: {JAHRE[0]} bis {JAHRE[-1]}).",
                name,
            )


@check("W33", "Einsatzort in einem anderen Kreis", Schwere.HINWEIS, OfStelle, REGISTER)
def einsatzort_anderswo(of: OfStelle) -> Iterator[Hit]:
    traeger = of.lage.register.traeger.get(of.antrag.ags)
    orte = of.lage.register.by_name.get((of.stelle.einsatzort or "").casefold(), ())
    if traeger and orte and not of.antrag.verbund and all(ort.kreis != traeger.kreis for ort in orte):
        kreise = ", ".join(dict.fromkeys(of.lage.register.kreise[ort.kreis].bezeichnung for ort in orte))
        yield Hit(
            f"Stelle {of.stelle.stelle}: Der Einsatzort {of.stelle.einsatzort} liegt außerhalb des Kreises ({kreise}); "
            "eine Zusammenarbeit mit anderen Kommunen ist nicht angegeben.",
            "Bitte nachfragen, wenn es keine Zusammenarbeit über die Kreisgrenze gibt.",
            "einsatzort",
        )


@check("W34", "Art passt nicht zum Schlüssel", Schwere.WARNUNG, OfAntrag, REGISTER)
def art_passt_nicht(of: OfAntrag) -> Iterator[Hit]:
    antrag = of.antrag
    traeger = of.lage.register.traeger.get(antrag.ags)
    if traeger and antrag.art and antrag.art != traeger.art:
        yield Hit(
            f"{traeger.name} ist nach dem Verzeichnis „{traeger.art}“, angegeben ist „{antrag.art}“.",
            "Bitte prüfen, wer den Antrag stellt.",
            "art",
        )


@check("W35", "Am Stichtag besetzt, aber später begonnen", Schwere.WARNUNG, OfStelle, FORMULAR)
def stichtag_vor_beginn(of: OfStelle) -> Iterator[Hit]:
    stelle = of.stelle
    if (
        stelle.verlaengern
        and stelle.beginn
        and stelle.beginn > STICHTAG_FORMULAR
        and stelle.besetzung_stichtag == Besetzung.BESETZT
    ):
        yield Hit(
            f"Stelle {stelle.stelle}: Die Förderung begann am {as_datum(stelle.beginn)}, die Stelle soll aber schon am "
            f"{as_datum(STICHTAG_FORMULAR)} besetzt gewesen sein.",
            "Bitte klären, welche Angabe stimmt.",
            "besetzung_stichtag",
        )


@check("W36", "Digital: Zahl oder Betrag nicht möglich", Schwere.FEHLER, OfAntrag, FORMULAR)
def digital_unmoeglich(of: OfAntrag) -> Iterator[Hit]:
    for name, wert in (("digital_zahl", of.antrag.digital_zahl), ("digital_kosten", of.antrag.digital_kosten)):
        if of.antrag.digital_antrag and wert is not None and wert <= 0:
            yield Hit(
                f"Digital: „{ANTRAG_NACH_NAME[name].label}“ ist nicht größer als 0.",
                "Bitte eine Zahl größer als 0 eintragen.",
                name,
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
    fremder_kontoinhaber,
    unterzeichnet_lange_vorher,
    ende_vor_beginn,
    jahr_unmoeglich,
    einsatzort_anderswo,
    art_passt_nicht,
    stichtag_vor_beginn,
    digital_unmoeglich,
)
