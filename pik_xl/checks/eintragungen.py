"""M: what staff typed in the master's own columns, where it contradicts itself or the principle of four eyes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from pik_xl.checks.check import PRAXIS, Hit, Message, check
from pik_xl.checks.subjects import OfEintragung
from pik_xl.model import Eintragung, Ergebnis, Schwere
from pik_xl.recht.entscheidung import AbweichendeEntscheidung
from pik_xl.recht.lage import Lage
from pik_xl.values import add_months, as_datum, ist_tag, namenswoerter, normalise, parse_datum, period_end, selbe_person

_VIER_AUGEN = "Vier-Augen-Prinzip [Festlegung der Bewilligungsstelle]"
_BEGRUENDUNG = "§ 39 LVwVfG"
_ENTSCHEIDUNG = "Entscheidung der Bewilligungsstelle"


@check("M01", "Freigabe durch dieselbe Person", Schwere.FEHLER, OfEintragung, _VIER_AUGEN)
def vier_augen(of: OfEintragung) -> Iterator[Hit]:
    e = of.eintragung
    wer = e.werte.get("freigegeben_von", "")
    if selbe_person(wer, e.werte.get("bearbeitet_von", "")):
        yield Hit(
            f"{e.traeger}: „{wer}“ hat bearbeitet und freigegeben. Diese Freigabe gilt nicht.",
            "Bitte eine andere Person freigeben lassen.",
            "freigegeben_von",
        )


@check("M02", "Freigabe ohne Bearbeitung", Schwere.FEHLER, OfEintragung, _VIER_AUGEN)
def ohne_bearbeitung(of: OfEintragung) -> Iterator[Hit]:
    e = of.eintragung
    if e.werte.get("freigegeben_von") and not e.werte.get("bearbeitet_von"):
        yield Hit(
            f"{e.traeger}: Der Vorgang ist freigegeben, aber niemand steht unter „Bearbeitet von“.",
            "Bitte eintragen, wer ihn bearbeitet hat.",
            "freigegeben_von",
        )


@check("M03", "Freigabe unvollständig", Schwere.FEHLER, OfEintragung, _VIER_AUGEN)
def unvollstaendig(of: OfEintragung) -> Iterator[Hit]:
    e = of.eintragung
    wer, wann = e.werte.get("freigegeben_von", ""), e.werte.get("freigegeben_am", "")
    if wer and not wann:
        yield Hit(f"{e.traeger}: Zur Freigabe fehlt der Tag.", "Bitte „Freigegeben am“ ausfüllen.", "freigegeben_von")
    if wann and not wer:
        yield Hit(f"{e.traeger}: Zur Freigabe fehlt, wer freigegeben hat.", "Bitte „Freigegeben von“ ausfüllen.",
                  "freigegeben_am")  # fmt: skip
    for name in ("bearbeitet_von", "freigegeben_von"):
        if wer and (text := e.werte.get(name, "")) and not namenswoerter(text):
            yield Hit(f"{e.traeger}: „{text}“ ist kein Name. Die Freigabe gilt nicht.", "Bitte den Namen eintragen.",
                      name)  # fmt: skip


@check("M04", "Tag im Master unlesbar", Schwere.FEHLER, OfEintragung, _VIER_AUGEN)
def tag_unlesbar(of: OfEintragung) -> Iterator[Hit]:
    e = of.eintragung
    for name in ("freigegeben_am", "wiedervorlage", "eingang_berichtigt"):
        text = e.werte.get(name, "")
        if text and not ist_tag(_datum(text)):
            ohne = " und ohne Uhrzeit" if ":" in text else ""
            yield Hit(f"{e.traeger}: „{text}“ ist kein Tag.", f"Bitte ein Datum wie 15.03.2020{ohne} eintragen.", name)
        elif text and name == "freigegeben_am" and name not in e.tage:
            yield Hit(f"{e.traeger}: „{text}“ steht als Text da, nicht als Tag; freigegeben ist damit nichts.",
                      "Bitte die Zelle leeren, als Datum formatieren und den Tag neu eintippen.", name)  # fmt: skip


@check("M15", "Freigabe in der Zukunft", Schwere.FEHLER, OfEintragung, _VIER_AUGEN)
def in_zukunft(of: OfEintragung) -> Iterator[Hit]:
    e = of.eintragung
    tag = e.tage.get("freigegeben_am")
    if tag and tag > of.lage.lauftag:
        yield Hit(f"{e.traeger}: Der Tag der Freigabe {as_datum(tag)} liegt nach dem Tag des Laufs "
                  f"({as_datum(of.lage.lauftag)}). Bis dahin gilt sie nicht.",
                  "Bitte den Tag eintragen, an dem freigegeben wurde.", "freigegeben_am")  # fmt: skip


@check("M16", "Freigabe vor dem Eingang", Schwere.WARNUNG, OfEintragung, _VIER_AUGEN)
def vor_eingang(of: OfEintragung) -> Iterator[Hit]:
    e = of.eintragung
    tag = e.tage.get("freigegeben_am")
    if tag and e.eingang and tag < e.eingang:
        yield Hit(f"{e.traeger}: Der Tag der Freigabe {as_datum(tag)} liegt vor dem Eingang des Antrags "
                  f"({as_datum(e.eingang)}).", "Bitte beide Tage prüfen.", "freigegeben_am")  # fmt: skip


@check("M05", "Abweichende Entscheidung unbekannt", Schwere.FEHLER, OfEintragung, "Auswahl der Spalte")
def unbekannt(of: OfEintragung) -> Iterator[Hit]:
    e = of.eintragung
    wort = e.werte.get("entscheidung_abweichend", "")
    if wort and _ergebnis(e) is None:
        yield Hit(f"Stelle {e.stelle}: „{wort}“ ist keine Entscheidung.",
                  f"Bitte einen dieser Einträge wählen: {', '.join(Ergebnis)}.", "entscheidung_abweichend")  # fmt: skip


def _ergebnis(e: Eintragung) -> Ergebnis | None:
    wort = normalise(e.werte.get("entscheidung_abweichend", ""))
    return next((word for word in Ergebnis if normalise(word) == wort), None)


@check("M06", "Abweichende Entscheidung ohne Begründung", Schwere.FEHLER, OfEintragung, _BEGRUENDUNG)
def unbegruendet(of: OfEintragung) -> Iterator[Hit]:
    e = of.eintragung
    wort, grund = e.werte.get("entscheidung_abweichend", ""), e.werte.get("begruendung_abweichung", "")
    if wort and not grund:
        yield Hit(f"Stelle {e.stelle}: Es soll anders entschieden werden („{wort}“), aber nicht gesagt ist, warum.",
                  "Bitte „Begründung der Abweichung“ ausfüllen.", "entscheidung_abweichend")  # fmt: skip


@check("M08", "Abweichendes Ende fehlt oder ist unmöglich", Schwere.FEHLER, OfEintragung, _ENTSCHEIDUNG)
def ende_unmoeglich(of: OfEintragung) -> Iterator[Hit]:
    e = of.eintragung
    ergebnis, text = _ergebnis(e), e.werte.get("ende_abweichend", "")
    gewaehrt = ergebnis not in (None, Ergebnis.ABGELEHNT)
    if gewaehrt and not text:
        yield Hit(f"Stelle {e.stelle}: Es soll anders entschieden werden („{ergebnis}“), aber nicht gesagt ist, "
                  "bis wann.", "Bitte „Neues Ende abweichend“ ausfüllen.", "entscheidung_abweichend")  # fmt: skip
    if not text or (ergebnis is None and "entscheidung_abweichend" in e.werte):
        return
    fault, bitte = "", ""
    ende, bewilligung = _datum(text), of.lage.bewilligungen.get(e.stelle)
    if not gewaehrt:
        fault, bitte = "Ein abweichendes Ende passt nur zu „bewilligt“ oder „teilweise“", "eines davon wählen"
    elif ende is None:
        fault, bitte = f"„{text}“ ist kein Tag", "ein Datum wie 31.12.2021 eintragen"
    elif bewilligung is None:
        fault, bitte = "Sie steht nicht im Bestand und lässt sich nicht verlängern", "den Bestand ergänzen"
    elif not bewilligung.bewilligt_bis < ende <= add_months(bewilligung.bewilligt_bis, _LAENGSTENS):
        fault = f"Das Ende {as_datum(ende)} passt nicht, bewilligt ist sie bis {as_datum(bewilligung.bewilligt_bis)}"
        bitte = "einen späteren Tag nennen, höchstens zehn Jahre später"
    if fault:
        yield Hit(f"Stelle {e.stelle}: {fault}.", f"Bitte {bitte} oder das Ende löschen.", "ende_abweichend")


_LAENGSTENS = 120  # months; beyond them a day is a typing error


@check("M09", "Abweichendes Ende nach der Höchstdauer", Schwere.WARNUNG, OfEintragung, _ENTSCHEIDUNG)
def ende_nach_hoechstdauer(of: OfEintragung) -> Iterator[Hit]:
    e = of.eintragung
    ende, bewilligung = _datum(e.werte.get("ende_abweichend", "")), of.lage.bewilligungen.get(e.stelle)
    regel = of.lage.stand.hoechstdauer
    if ende is None or bewilligung is None or not isinstance(regel.value, int):
        return
    laengstens = period_end(bewilligung.beginn, regel.value)
    if ende > laengstens:
        yield Hit(f"Stelle {e.stelle}: Das Ende {as_datum(ende)} liegt nach der Höchstdauer von {regel.value} Monaten "
                  f"({as_datum(laengstens)}; {regel.zitat}).", "Bitte prüfen, ob die Begründung das trägt.",
                  "ende_abweichend")  # fmt: skip


@check("M11", "Abweichende Entscheidung ohne Antrag", Schwere.FEHLER, OfEintragung, _ENTSCHEIDUNG)
def nicht_beantragt(of: OfEintragung) -> Iterator[Hit]:
    e = of.eintragung
    wort = e.werte.get("entscheidung_abweichend", "")
    if wort and not e.beantragt:
        yield Hit(f"Stelle {e.stelle}: Die abweichende Entscheidung „{wort}“ wirkt nicht, denn für diese Stelle ist "
                  "keine Verlängerung beantragt (im Antrag „Verlängern?“ nein).", "Bitte die Eintragung löschen oder "
                  "den Antragsteller um einen geänderten Antrag bitten.", "entscheidung_abweichend")  # fmt: skip


NACH_FREIGABE_GEAENDERT = Message(
    "M10", "Nach der Freigabe geändert", Schwere.FEHLER, _VIER_AUGEN,
    "{traeger}: Freigegeben wurde eine andere Entscheidung als die, die jetzt in der Zeile steht. Die Freigabe vom "
    "{freigegeben_am} ({freigegeben_von}) gilt nicht mehr.",
    "Bitte die Entscheidung prüfen und neu freigeben: „Freigegeben von“ und „Freigegeben am“ überschreiben. Gibt "
    "dieselbe Person am selben Tag noch einmal frei, beide Zellen leeren, konsolidieren und danach neu ausfüllen.",
)  # fmt: skip
WARTET_AUF_ANTWORT = Message(
    "M17", "Abweichende Entscheidung wartet", Schwere.HINWEIS, _ENTSCHEIDUNG,
    "Stelle {stelle}: Die abweichende Entscheidung „{entscheidung_abweichend}“ wirkt noch nicht, denn der Antrag ist "
    "in Rückfrage.",
    "Bitte zuerst die Fehler des Antrags klären lassen.",
)  # fmt: skip
SUMME_UEBERSCHRIEBEN = Message(
    "M18", "Summe überschrieben", Schwere.HINWEIS, "Aufbau des Masters",
    "Blatt „{blatt}“: Hier stand eine Summe; was jetzt da steht, rechnet nicht mit.",
    "Bitte wieder eintragen: {formel}",
)  # fmt: skip
MASTER_AELTER = Message(
    "M19", "Master älter als der letzte Lauf", Schwere.FEHLER, PRAXIS,
    "Im Master fehlt der jüngste Lauf: {gefunden}",
    "Bitte prüfen, welche Fassung gilt. Wie der Master vor jedem Lauf aussah, steht in Protokoll/Sicherungen; was "
    "seitdem eingetragen wurde, gibt es nur in der jüngeren Fassung.",
)  # fmt: skip


def _datum(text: str) -> date | None:
    try:
        return parse_datum(text)
    except ValueError:
        return None


CHECKS = (
    vier_augen,
    ohne_bearbeitung,
    unvollstaendig,
    tag_unlesbar,
    unbekannt,
    unbegruendet,
    ende_unmoeglich,
    ende_nach_hoechstdauer,
    nicht_beantragt,
    in_zukunft,
    vor_eingang,
)


MESSAGES = (NACH_FREIGABE_GEAENDERT, WARTET_AUF_ANTWORT, SUMME_UEBERSCHRIEBEN, MASTER_AELTER)


def abweichende(eintragungen: Iterable[Eintragung], lage: Lage) -> dict[tuple[str, str], AbweichendeEntscheidung]:
    """What staff decide otherwise than the rules, by number of the post and key of the applicant."""
    found = ((e, _abweichend(OfEintragung(lage, "", e))) for e in eintragungen)
    return {(e.stelle, e.ags): wille for e, wille in found if wille}


def _abweichend(of: OfEintragung) -> AbweichendeEntscheidung | None:
    """What the row decides otherwise than the rules; None if nothing, or if something about it cannot stand."""
    e, ergebnis = of.eintragung, _ergebnis(of.eintragung)
    if ergebnis is None or any(True for check in (unbegruendet, ende_unmoeglich) for _ in check.run(of)):
        return None
    ende = _datum(e.werte.get("ende_abweichend", ""))
    return AbweichendeEntscheidung(ergebnis, e.werte["begruendung_abweichung"], ende)
