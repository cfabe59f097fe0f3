"""V: what stands against the extension, or should be known when deciding it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pik_xl.checks.registry import DIGITAL, Hit, Per, check
from pik_xl.model import Antrag, Beratungsform, Schwere, Stelle
from pik_xl.recht.lage import Lage
from pik_xl.recht.verlaengerung import EXTENDABLE, frist_of
from pik_xl.values import as_datum, as_monate

REGELWERK = "Regelwerk der Verlängerung"
SCHREIBEN = "Schreiben vom 27.01.2020: verlängert werden können die derzeit bewilligten Stellen"


@check("V01", "Stelle nicht verlängerbar besetzt", Schwere.WARNUNG, Per.STELLE, REGELWERK)
def nicht_verlaengerbar(stelle: Stelle, antrag: Antrag, lage: Lage) -> Iterator[Hit]:
    step = lage.stand.stichtag
    name = "besetzung_heute" if step.value == "heute" else "besetzung_stichtag"
    besetzung = getattr(stelle, name)
    if stelle.verlaengern and besetzung and besetzung not in EXTENDABLE:
        yield Hit(
            f"Stelle {stelle.stelle}: Sie ist {'derzeit' if step.value == 'heute' else f'am {step.text}'} "
            "weder besetzt noch nachbesetzbar und wird deshalb abgelehnt.",
            "Bitte nachfragen, wenn die Angabe nicht stimmen kann.",
            name,
            quelle=step.zitat,
        )


@check("V02", "Zeitraum ausgeschöpft", Schwere.WARNUNG, Per.STELLE, REGELWERK)
def zeitraum_ausgeschoepft(stelle: Stelle, antrag: Antrag, lage: Lage) -> Iterator[Hit]:
    bewilligung = lage.eigene(stelle, antrag)
    if not (bewilligung and stelle.verlaengern):
        return
    moeglich = frist_of(stelle, bewilligung, lage.stand).moegliches_ende
    if moeglich <= bewilligung.bewilligt_bis:
        yield Hit(
            f"Stelle {stelle.stelle}: Der Bewilligungszeitraum ist mit dem {as_datum(bewilligung.bewilligt_bis)} "
            "ausgeschöpft; die Verlängerung wird abgelehnt.",
            "Bitte prüfen, ob eine Unterbrechung der Entgeltzahlung nicht angegeben wurde.",
            "bewilligt_bis",
            quelle=lage.stand.hoechstdauer.zitat,
        )


@check("V03", "Beantragt über das mögliche Ende hinaus", Schwere.WARNUNG, Per.STELLE, REGELWERK)
def wunsch_zu_spaet(stelle: Stelle, antrag: Antrag, lage: Lage) -> Iterator[Hit]:
    bewilligung = lage.eigene(stelle, antrag)
    if not (bewilligung and stelle.verlaengern and stelle.wunschende):
        return
    moeglich = frist_of(stelle, bewilligung, lage.stand).moegliches_ende
    if stelle.wunschende > moeglich > bewilligung.bewilligt_bis:
        yield Hit(
            f"Stelle {stelle.stelle}: Beantragt bis {as_datum(stelle.wunschende)}, möglich bis {as_datum(moeglich)}; "
            "bewilligt wird der mögliche Teil.",
            "Nichts zu tun; der Bescheid nennt den Grund.",
            "wunschende",
            quelle=lage.stand.hoechstdauer.zitat,
        )


@check("V04", "Beantragtes Ende nicht nach dem bewilligten", Schwere.FEHLER, Per.STELLE, REGELWERK)
def wunsch_zu_frueh(stelle: Stelle, antrag: Antrag, lage: Lage) -> Iterator[Hit]:
    bewilligung = lage.eigene(stelle, antrag)
    if not (bewilligung and stelle.verlaengern and stelle.wunschende):
        return
    if stelle.wunschende <= bewilligung.bewilligt_bis:
        yield Hit(
            f"Stelle {stelle.stelle}: Beantragt bis {as_datum(stelle.wunschende)}, bewilligt ist sie aber schon bis "
            f"{as_datum(bewilligung.bewilligt_bis)}.",
            "Bitte ein späteres Ende eintragen oder das Feld leer lassen (längstens möglich).",
            "wunschende",
        )


@check("V05", "Unterbrechung nur teilweise anerkannt", Schwere.HINWEIS, Per.STELLE, REGELWERK)
def unterbrechung_gekuerzt(stelle: Stelle, antrag: Antrag, lage: Lage) -> Iterator[Hit]:
    step = lage.stand.unterbrechung
    if stelle.verlaengern and isinstance(step.value, int) and step.value < (stelle.unterbrechung or 0):
        yield Hit(
            f"Stelle {stelle.stelle}: Gemeldet sind {as_monate(stelle.unterbrechung or 0)} ohne Entgelt, "
            f"anerkannt werden höchstens {as_monate(step.value)}.",
            "Nichts zu tun.",
            "unterbrechung",
            quelle=step.zitat,
        )


@check("V06", "Verspätet eingegangen", Schwere.WARNUNG, Per.ANTRAG, REGELWERK)
def verspaetet(antrag: Antrag, lage: Lage) -> Iterator[Hit]:
    step = lage.rules["antragsfrist"].on(lage.tag, lage.stand.rechtsstand)
    if isinstance(step.value, date) and antrag.eingang > step.value:
        yield Hit(
            f"Eingegangen am {as_datum(antrag.eingang)}, Frist war der {step.text}.",
            "Bitte über die Annahme entscheiden; abgelehnt wird deswegen nicht.",
            gefunden=as_datum(antrag.eingang),
            quelle=step.zitat,
        )


@check("V07", "Beratung per Telefon oder E-Mail", Schwere.HINWEIS, Per.ANTRAG, REGELWERK)
def fernmuendliche_beratung(antrag: Antrag, lage: Lage) -> Iterator[Hit]:
    rule = lage.rules["pandemie"]
    since = min(step.since for step in rule.steps)
    if antrag.beratungsform in (Beratungsform.EINGESCHRAENKT, Beratungsform.FERNMUENDLICH) and since <= lage.tag:
        yield Hit(
            "Während der Pandemie wird eingeschränkt oder nur per Telefon oder E-Mail beraten. "
            "Das ist nicht förderschädlich.",
            "Nichts zu tun.",
            "beratungsform",
            quelle=rule.on(lage.tag, lage.stand.rechtsstand).zitat,
        )


@check("V08", "Bewilligung schon abgelaufen", Schwere.HINWEIS, Per.STELLE, SCHREIBEN)
def schon_abgelaufen(stelle: Stelle, antrag: Antrag, lage: Lage) -> Iterator[Hit]:
    bewilligung = lage.eigene(stelle, antrag)
    if bewilligung and stelle.verlaengern and bewilligung.bewilligt_bis < lage.tag:
        yield Hit(
            f"Stelle {stelle.stelle}: Die Bewilligung endete am {as_datum(bewilligung.bewilligt_bis)}; die "
            "Verlängerung schließt rückwirkend an.",
            "Bitte prüfen, ob die Stelle seither besetzt oder nachbesetzbar war.",
            "bewilligt_bis",
        )


@check("V09", "Beschäftigt bei einem Dritten", Schwere.HINWEIS, Per.STELLE,
       "VwV Integrationsmanagement Nr. 3.2; VV Nr. 12 zu § 44 LHO (Weiterleitung)")  # fmt: skip
def bei_drittem(stelle: Stelle, antrag: Antrag, lage: Lage) -> Iterator[Hit]:
    if stelle.verlaengern and stelle.arbeitgeber:
        yield Hit(
            f"Stelle {stelle.stelle}: Die Fachkraft ist bei „{stelle.arbeitgeber}“ beschäftigt. Die Aufgabe darf auf "
            "Dritte übertragen werden.",
            "Bitte prüfen, ob der Bescheid die Weiterleitung zulassen muss.",
            "arbeitgeber",
        )


@check("V10", "Digital: Zugriff für alle nicht zugesagt", Schwere.FEHLER, Per.ANTRAG, DIGITAL)
def digital_ohne_zusage(antrag: Antrag, lage: Lage) -> Iterator[Hit]:
    if antrag.digital_antrag and antrag.digital_zugang is False:
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
