"""V: what stands against the extension, or should be known when deciding it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pik_xl.checks.check import DIGITAL, Hit, check
from pik_xl.checks.subjects import OfAntrag, OfStelle
from pik_xl.model import Beratungsform, Schwere
from pik_xl.recht.verlaengerung import EXTENDABLE, frist_of
from pik_xl.values import as_datum, as_monate

REGELWERK = "Regelwerk der Verlängerung"
SCHREIBEN = "Schreiben vom 27.01.2020: verlängert werden können die derzeit bewilligten Stellen"


@check("V01", "Stelle nicht verlängerbar besetzt", Schwere.WARNUNG, OfStelle, REGELWERK)
def nicht_verlaengerbar(of: OfStelle) -> Iterator[Hit]:
    step = of.lage.stand.stichtag
    name = "besetzung_heute" if step.value == "heute" else "besetzung_stichtag"
    besetzung = getattr(of.stelle, name)
    if of.stelle.verlaengern and besetzung and besetzung not in EXTENDABLE:
        yield Hit(
            f"Stelle {of.stelle.stelle}: Sie ist {'derzeit' if step.value == 'heute' else f'am {step.text}'} "
            "weder besetzt noch nachbesetzbar und wird deshalb abgelehnt.",
            "Bitte nachfragen, wenn die Angabe nicht stimmen kann.",
            name,
            quelle=step.zitat,
        )


@check("V02", "Zeitraum ausgeschöpft", Schwere.WARNUNG, OfStelle, REGELWERK)
def zeitraum_ausgeschoepft(of: OfStelle) -> Iterator[Hit]:
    bewilligung = of.eigene
    if not (bewilligung and of.stelle.verlaengern):
        return
    moeglich = frist_of(of.stelle, bewilligung, of.lage.stand).moegliches_ende
    if moeglich <= bewilligung.bewilligt_bis:
        yield Hit(
            f"Stelle {of.stelle.stelle}: Der Bewilligungszeitraum ist mit dem {as_datum(bewilligung.bewilligt_bis)} "
            "ausgeschöpft; die Verlängerung wird abgelehnt.",
            "Bitte prüfen, ob eine Unterbrechung der Entgeltzahlung nicht angegeben wurde.",
            "bewilligt_bis",
            quelle=of.lage.stand.hoechstdauer.zitat,
        )


@check("V03", "Beantragt über das mögliche Ende hinaus", Schwere.WARNUNG, OfStelle, REGELWERK)
def wunsch_zu_spaet(of: OfStelle) -> Iterator[Hit]:
    stelle, bewilligung = of.stelle, of.eigene
    if not (bewilligung and stelle.verlaengern and stelle.wunschende):
        return
    moeglich = frist_of(stelle, bewilligung, of.lage.stand).moegliches_ende
    if stelle.wunschende > moeglich > bewilligung.bewilligt_bis:
        yield Hit(
            f"Stelle {stelle.stelle}: Beantragt bis {as_datum(stelle.wunschende)}, möglich bis {as_datum(moeglich)}; "
            "bewilligt wird der mögliche Teil.",
            "Nichts zu tun; der Bescheid nennt den Grund.",
            "wunschende",
            quelle=of.lage.stand.hoechstdauer.zitat,
        )


@check("V04", "Beantragtes Ende nicht nach dem bewilligten", Schwere.FEHLER, OfStelle, REGELWERK)
def wunsch_zu_frueh(of: OfStelle) -> Iterator[Hit]:
    stelle, bewilligung = of.stelle, of.eigene
    if not (bewilligung and stelle.verlaengern and stelle.wunschende):
        return
    if stelle.wunschende <= bewilligung.bewilligt_bis:
        yield Hit(
            f"Stelle {stelle.stelle}: Beantragt bis {as_datum(stelle.wunschende)}, bewilligt ist sie aber schon bis "
            f"{as_datum(bewilligung.bewilligt_bis)}.",
            "Bitte ein späteres Ende eintragen oder das Feld leer lassen (längstens möglich).",
            "wunschende",
        )


@check("V05", "Unterbrechung nur teilweise anerkannt", Schwere.HINWEIS, OfStelle, REGELWERK)
def unterbrechung_gekuerzt(of: OfStelle) -> Iterator[Hit]:
    stelle, step = of.stelle, of.lage.stand.unterbrechung
    if stelle.verlaengern and isinstance(step.value, int) and step.value < (stelle.unterbrechung or 0):
        yield Hit(
            f"Stelle {stelle.stelle}: Gemeldet sind {as_monate(stelle.unterbrechung or 0)} ohne Entgelt, "
            f"anerkannt werden höchstens {as_monate(step.value)}.",
            "Nichts zu tun.",
            "unterbrechung",
            quelle=step.zitat,
        )


@check("V06", "Verspätet eingegangen", Schwere.WARNUNG, OfAntrag, REGELWERK)
def verspaetet(of: OfAntrag) -> Iterator[Hit]:
    step = of.lage.rules["antragsfrist"].on(of.lage.tag, of.lage.stand.rechtsstand)
    if isinstance(step.value, date) and of.antrag.eingang > step.value:
        yield Hit(
            f"Eingegangen am {as_datum(of.antrag.eingang)}, Frist war der {step.text}.",
            "Bitte über die Annahme entscheiden; abgelehnt wird deswegen nicht.",
            gefunden=as_datum(of.antrag.eingang),
            quelle=step.zitat,
        )


@check("V07", "Beratung per Telefon oder E-Mail", Schwere.HINWEIS, OfAntrag, REGELWERK)
def fernmuendliche_beratung(of: OfAntrag) -> Iterator[Hit]:
    lage = of.lage
    rule = lage.rules["pandemie"]
    since = min(step.since for step in rule.steps)
    if of.antrag.beratungsform in (Beratungsform.EINGESCHRAENKT, Beratungsform.FERNMUENDLICH) and since <= lage.tag:
        yield Hit(
            "Während der Pandemie wird eingeschränkt oder nur per Telefon oder E-Mail beraten. "
            "Das ist nicht förderschädlich.",
            "Nichts zu tun.",
            "beratungsform",
            quelle=rule.on(lage.tag, lage.stand.rechtsstand).zitat,
        )


@check("V08", "Bewilligung schon abgelaufen", Schwere.HINWEIS, OfStelle, SCHREIBEN)
def schon_abgelaufen(of: OfStelle) -> Iterator[Hit]:
    bewilligung = of.eigene
    if bewilligung and of.stelle.verlaengern and bewilligung.bewilligt_bis < of.lage.tag:
        yield Hit(
            f"Stelle {of.stelle.stelle}: Die Bewilligung endete am {as_datum(bewilligung.bewilligt_bis)}; die "
            "Verlängerung schließt rückwirkend an.",
            "Bitte prüfen, ob die Stelle seither besetzt oder nachbesetzbar war.",
            "bewilligt_bis",
        )


@check("V09", "Beschäftigt bei einem Dritten", Schwere.HINWEIS, OfStelle,
       "VwV Integrationsmanagement Nr. 3.2; VV Nr. 12 zu § 44 LHO (Weiterleitung)")  # fmt: skip
def bei_drittem(of: OfStelle) -> Iterator[Hit]:
    stelle = of.stelle
    if stelle.verlaengern and stelle.arbeitgeber:
        yield Hit(
            f"Stelle {stelle.stelle}: Die Fachkraft ist bei „{stelle.arbeitgeber}“ beschäftigt. Die Aufgabe darf auf "
            "Dritte übertragen werden.",
            "Bitte prüfen, ob der Bescheid die Weiterleitung zulassen muss.",
            "arbeitgeber",
        )


@check("V10", "Digital: Zugriff für alle nicht zugesagt", Schwere.FEHLER, OfAntrag, DIGITAL)
def digital_ohne_zusage(of: OfAntrag) -> Iterator[Hit]:
    if of.antrag.digital_antrag and of.antrag.digital_zugang is False:
        yield Hit(
            "Digital: Der Zugriff für alle im Kreisgebiet tätigen Integrationsmanagerinnen und -manager ist verneint; "
            "er ist Voraussetzung der Förderung.",
            "Bitte den Zugriff für alle zusagen oder bei der Förderung digitaler Lösungen „nein“ wählen.",
            "digital_zugang",
        )


CHECKS = (
    nicht_verlaengerbar,
    zeitraum_ausgeschoepft,
    wunsch_zu_spaet,
    wunsch_zu_frueh,
    unterbrechung_gekuerzt,
    verspaetet,
    fernmuendliche_beratung,
    schon_abgelaufen,
    bei_drittem,
    digital_ohne_zusage,
)
