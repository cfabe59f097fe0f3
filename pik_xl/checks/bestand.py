"""B: the application against the register of approved posts; silent where no register is at hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import partial

from pik_xl.checks.check import PRAXIS, Hit, Message, check, ohne_spalte
from pik_xl.checks.subjects import OfAntrag, OfStelle
from pik_xl.formular.felder import ANTRAG_FELDER, STELLEN_NACH_NAME, Feld, stellen_felder
from pik_xl.formular.pruefsumme import KOPF, geaendert, kopf_summe, stelle_summe
from pik_xl.model import Antrag, Schwere, Stelle
from pik_xl.recht.lage import Lage
from pik_xl.values import as_datum, as_euro, as_zahl

BESTAND = "Bestand der bewilligten Stellen"
SCHREIBEN = "Schreiben vom 27.01.2020: verlängert werden können die derzeit bewilligten Stellen bzw. Stellenanteile"

PRUEFSUMME = "Antragsformular (Prüfsumme der vorausgefüllten Angaben)"


@check("B01", "Antragsteller nicht im Bestand", Schwere.FEHLER, OfAntrag, SCHREIBEN)
def antragsteller_unbekannt(of: OfAntrag) -> Iterator[Hit]:
    antrag = of.antrag
    if of.lage.by_ags and antrag.ags in of.lage.register.traeger and antrag.ags not in of.lage.by_ags:
        yield Hit(
            f"Für {antrag.traeger or antrag.ags} ist keine Stelle bewilligt.",
            "Bitte klären, wem die Stellen bewilligt wurden (etwa einem Verband oder dem Landkreis).",
            "ags",
        )


@check("B02", "Stelle nicht im Bestand", Schwere.FEHLER, OfStelle, SCHREIBEN)
def stelle_unbekannt(of: OfStelle) -> Iterator[Hit]:
    if of.lage.bewilligungen and of.stelle.stelle and of.stelle.stelle not in of.lage.bewilligungen:
        yield Hit(
            f"Die Stelle „{of.stelle.stelle}“ steht nicht im Bestand.",
            "Bitte die Nummer wie vorausgefüllt eintragen; neue Stellen können nicht verlängert werden.",
            "stelle",
        )


@check("B03", "Stelle eines anderen Antragstellers", Schwere.FEHLER, OfStelle, SCHREIBEN)
def fremde_stelle(of: OfStelle) -> Iterator[Hit]:
    bewilligung = of.lage.bewilligungen.get(of.stelle.stelle)
    if bewilligung and of.antrag.ags and bewilligung.ags != of.antrag.ags:
        yield Hit(
            f"Die Stelle „{of.stelle.stelle}“ ist {bewilligung.traeger} ({bewilligung.ags}) bewilligt.",
            "Bitte nur eigene Stellen beantragen oder die Nummer berichtigen.",
            "stelle",
            aussen=f"Die Stelle „{of.stelle.stelle}“ ist einem anderen Antragsteller bewilligt.",
        )


@check("B04", "Mehr beantragt als bewilligt", Schwere.FEHLER, OfStelle, SCHREIBEN)
def mehr_als_bewilligt(of: OfStelle) -> Iterator[Hit]:
    stelle, bewilligung = of.stelle, of.eigene
    if bewilligung and stelle.verlaengern and stelle.vzae is not None and stelle.vzae > bewilligung.vzae:
        yield Hit(
            f"Stelle {stelle.stelle}: Beantragt sind {as_zahl(stelle.vzae)} VZÄ, "
            f"bewilligt {as_zahl(bewilligung.vzae)} VZÄ.",
            f"Bitte höchstens {as_zahl(bewilligung.vzae)} VZÄ beantragen.",
            "vzae",
        )


@check("B05", "Vorausgefüllte Angabe geändert", Schwere.FEHLER, OfStelle, BESTAND)
def vorbelegung_geaendert(of: OfStelle) -> Iterator[Hit]:
    for name, ist, soll in _abweichungen(of.stelle, of.antrag, of.lage):
        label = STELLEN_NACH_NAME[name].label
        yield Hit(
            f"Stelle {of.stelle.stelle}: „{label}“ ist {_text(ist)}, im Bestand steht {_text(soll)}.",
            f"Bitte {_text(soll)} eintragen oder die Abweichung begründen.",
            name,
        )


def _abweichungen(stelle: Stelle, antrag: Antrag, lage: Lage) -> list[tuple[str, date | Decimal, date | Decimal]]:
    """Which approved facts of the row differ from the Bestand: field, what stands there, what should."""
    bewilligung = lage.eigene(stelle, antrag)
    if not bewilligung:
        return []
    soll: dict[str, date | Decimal] = {
        "vzae_bewilligt": bewilligung.vzae,
        "beginn": bewilligung.beginn,
        "bewilligt_bis": bewilligung.bewilligt_bis,
    }
    found = [(name, getattr(stelle, name), value) for name, value in soll.items()]
    return [(name, ist, value) for name, ist, value in found if ist is not None and ist != value]


@check("F21", "Gesperrte Angabe geändert", Schwere.WARNUNG, OfAntrag, PRUEFSUMME)
def gesperrtes_geaendert(of: OfAntrag) -> Iterator[Hit]:
    """What B05 tells more exactly is left to it, and facts whose column is missing to F12."""
    antrag = of.antrag
    key, kopf = antrag.ags if antrag.sammelmappe else KOPF, kopf_summe(partial(getattr, antrag))
    if geaendert(antrag.pruefsummen, key, kopf) and _vollstaendig(antrag, ANTRAG_FELDER):
        yield Hit(
            "Name, Art oder Schlüssel des Antragstellers sind nicht die, mit denen das Formular versandt wurde.",
            "Bitte prüfen, wer den Antrag stellt.",
            "traeger",
        )
    felder = stellen_felder(antrag.sammelmappe)
    for stelle in antrag.stellen:
        summe = stelle_summe(partial(getattr, stelle), antrag.sammelmappe)
        gesperrtes = geaendert(antrag.pruefsummen, stelle.stelle, summe) and _vollstaendig(stelle, felder)
        if gesperrtes and not _abweichungen(stelle, antrag, of.lage):
            yield Hit(
                f"Stelle {stelle.stelle}: Gesperrte Angaben dieser Zeile sind nicht die, mit denen das Formular "
                "versandt wurde.",
                "Bitte Einsatzort, Anteil und Zeitraum mit dem Bestand vergleichen.",
                "stelle",
                of=of.of_stelle(stelle),
            )


def _vollstaendig(record: Antrag | Stelle, felder: Iterable[Feld]) -> bool:
    """Whether there is a column for each fact of the record."""
    return not any(feld.vorbelegt and ohne_spalte(record, feld.name) for feld in felder)


@check("B09", "Betrag passt nicht zur Qualifikation", Schwere.HINWEIS, OfStelle, "Regelwerk, Jahresbetrag")
def betrag_und_qualifikation(of: OfStelle) -> Iterator[Hit]:
    bewilligung = of.eigene
    if not (bewilligung and of.stelle.verlaengern and bewilligung.jahresbetrag is not None):
        return
    satz = of.lage.stand.jahresbetrag[bewilligung.qualifikation]
    if bewilligung.jahresbetrag != satz.value:
        yield Hit(
            f"Stelle {of.stelle.stelle}: Im Bestand stehen {as_euro(bewilligung.jahresbetrag)} je VZÄ und Jahr, der "
            f"Satz für „{bewilligung.qualifikation}“ ist {satz.text}. Gerechnet wird mit dem bewilligten Betrag.",
            "Bitte prüfen, ob der Bestand stimmt.",
            "qualifikation",
            quelle=satz.zitat,
        )


@check("B06", "Bewilligte Stelle fehlt im Antrag", Schwere.WARNUNG, OfAntrag, BESTAND)
def stelle_fehlt(of: OfAntrag) -> Iterator[Hit]:
    antrag = of.antrag
    genannt = {stelle.stelle for stelle in antrag.stellen}
    fehlend = [b.stelle for b in of.lage.by_ags.get(antrag.ags, ()) if b.stelle not in genannt]
    if antrag.stellen and fehlend and not any(ohne_spalte(stelle, "stelle") for stelle in antrag.stellen):
        yield Hit(
            f"Bewilligt, aber nicht im Antrag: {', '.join(fehlend)}.",
            "Bitte nachfragen, ob diese Stellen auslaufen sollen.",
            "stelle",
            f"{len(genannt)} von {len(genannt) + len(fehlend)} Stellen",
            of=of.of_stelle(antrag.stellen[0]),
        )


@check("B07", "Andere Qualifikation als bewilligt", Schwere.WARNUNG, OfStelle,
       "Statistisches Landesamt/FaFo, 22.02.2021 (höhere Qualifikation bei Nachbesetzung)")  # fmt: skip
def andere_qualifikation(of: OfStelle) -> Iterator[Hit]:
    stelle, bewilligung = of.stelle, of.eigene
    if bewilligung and stelle.qualifikation and stelle.qualifikation != bewilligung.qualifikation:
        yield Hit(
            f"Stelle {stelle.stelle}: Angegeben ist „{stelle.qualifikation}“, bewilligt „{bewilligung.qualifikation}“. "
            f"Gerechnet wird {of.lage.stand.nachbesetzung.text}.",
            "Bitte Nachweis anfordern und über den Betrag entscheiden.",
            "qualifikation",
        )


def _text(value: date | Decimal) -> str:
    return as_datum(value) if isinstance(value, date) else f"{as_zahl(value)} VZÄ"


GEDEUTET = Message(
    "B08", "Eintrag im Bestand gedeutet", Schwere.HINWEIS, PRAXIS,
    "Ein Eintrag im Bestand wurde gedeutet: {gefunden}.",
    "Bitte prüfen, ob er richtig verstanden wurde.",
)  # fmt: skip

MESSAGES = (GEDEUTET,)
CHECKS = (
    antragsteller_unbekannt,
    stelle_unbekannt,
    fremde_stelle,
    mehr_als_bewilligt,
    vorbelegung_geaendert,
    gesperrtes_geaendert,
    stelle_fehlt,
    andere_qualifikation,
    betrag_und_qualifikation,
)
