"""A case -> the fields of its letter, as `felder` lists them; and the names of the files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import PurePosixPath

from pik_xl.model import (
    Ansprechpartner,
    Antrag,
    Art,
    Beratungsform,
    Bewilligung,
    Ergebnis,
    Finding,
    Qualifikation,
    Stelle,
)
from pik_xl.recht.einstellungen import Einstellungen
from pik_xl.recht.entscheidung import Decision, Vorgang, einsatzort
from pik_xl.recht.lage import Lage
from pik_xl.recht.verlaengerung import ohne_ansatz
from pik_xl.recht.vorgang import kreis_of
from pik_xl.register import Kreis
from pik_xl.schreiben.einzelform import fehler_fuer
from pik_xl.vorlagen.felder import VERLAENGERUNG

Fields = dict[str, object]

QUALIFIKATION = {
    Qualifikation.HOCHSCHULE: "Hochschulabschluss",
    Qualifikation.MITTLERER_ABSCHLUSS: "mittlerer Bildungsabschluss",
}
ANREDE = "Sehr geehrte Damen und Herren,"
ENTWURF = "_ENTWURF"  # in the name of a draft's file
ANSCHRIFT = ("strasse", "plz", "ort", "email")  # without them nothing reaches the Landkreis


# --- one function for each kind ------------------------------------------------------------------


def verlaengerung(vorgang: Vorgang, lage: Lage) -> Fields:
    """The notice that grants, wholly or in part."""
    stellen = _stellen(vorgang)
    verlaengert = [row for row in _beantragte(stellen) if row["ergebnis"] != Ergebnis.ABGELEHNT]
    formen = (Beratungsform.EINGESCHRAENKT, Beratungsform.FERNMUENDLICH)
    return {
        **_bescheid(vorgang, lage),
        **_entscheidung(vorgang, lage, stellen),
        "ergebnis": str(vorgang.ergebnis),
        "summe": vorgang.summe,
        "betraege": _betraege(vorgang.betraege),
        "bewilligte": verlaengert,
        "gekuerzte": [row for row in verlaengert if row["ergebnis"] == Ergebnis.TEILWEISE],
        "beratung_hinweis": vorgang.antrag.beratungsform in formen,
    }


def ablehnung(vorgang: Vorgang, lage: Lage) -> Fields:
    """The notice that refuses everything applied for."""
    return {**_bescheid(vorgang, lage), **_entscheidung(vorgang, lage, _stellen(vorgang))}


def digital(vorgang: Vorgang, lage: Lage) -> Fields:
    """The notice on a digital solution."""
    antrag, entscheidung = vorgang.antrag, vorgang.digital
    assert entscheidung is not None
    return {
        **_bescheid(vorgang, lage),
        "ergebnis": str(entscheidung.ergebnis),
        "summe": entscheidung.summe,
        "loesung": antrag.digital_loesung or "",
        "kosten": antrag.digital_kosten,
        "zahl": antrag.digital_zahl,
        "gruende": list(entscheidung.gruende),
        "trace": list(entscheidung.trace),
        "quellen": list(entscheidung.quellen),
    }


def nachforderung(vorgang: Vorgang, lage: Lage) -> Fields:
    """The request for what stands in the way of a decision, everything of one applicant in one letter.

    Warnings and remarks are for the office, which can settle them without the applicant.
    """
    return {
        **_antrag(vorgang, lage),
        "befunde": [_befund(number, befund) for number, befund in enumerate(fehler_fuer(vorgang), 1)],
        **_antwort(vorgang, lage),
    }


def sammelmappe(vorgang: Vorgang, lage: Lage) -> Fields:
    """The request to a Landkreis for what is wrong in its Sammelmappe, whosever row it is; a draft without address."""
    fehler = fehler_fuer(vorgang)
    return {
        **_antrag(vorgang, lage),
        "entwurf": bool(fehlende_anschrift(vorgang.antrag)),
        "ergaenzungen": [_befund(n, befund) | {"traeger": befund.traeger} for n, befund in enumerate(fehler, 1)],
        **_antwort(vorgang, lage),
    }


def fehlende_anschrift(antrag: Antrag) -> list[str]:
    """What of the address of a Landkreis is not known, by name of the field."""
    return [name for name in ANSCHRIFT if not getattr(antrag, name)]


def _antwort(vorgang: Vorgang, lage: Lage) -> Fields:
    """Until when to answer, and with which workbook."""
    return {
        "frist": lage.tag + timedelta(days=lage.einstellungen.antwortfrist_tage),
        "datei": PurePosixPath(rueckgabe_name(vorgang, lage)).name,
    }


def eingangsbestaetigung(vorgang: Vorgang, lage: Lage) -> Fields:
    """The confirmation that an application was received."""
    return {
        **_antrag(vorgang, lage),
        "beantragte": [_beantragt(stelle, vorgang.eigene(stelle)) for stelle in vorgang.beantragt],
        "digital_beantragt": bool(vorgang.antrag.digital_antrag),
    }


def rechtsbehelfsverzicht(vorgang: Vorgang, lage: Lage) -> Fields:
    """The form with which a recipient waives legal remedies against the notice it comes with, on posts."""
    return {
        **_antrag(vorgang, lage),
        "bescheid": VERLAENGERUNG.titel,
        "ergebnis": str(vorgang.ergebnis),
        "summe": vorgang.summe,
    }


# --- what they share -----------------------------------------------------------------------------


def aktenzeichen(vorgang: Vorgang) -> str:
    """The office's reference: that of the applicant's own approved posts, else one made of the official key."""
    for bewilligung in vorgang.bewilligungen.values():
        if bewilligung.ags == vorgang.antrag.ags:
            return bewilligung.aktenzeichen
    return f"15.2-PiK-{vorgang.antrag.ags or 'ohne Schlüssel'}"


def behoerde(einstellungen: Einstellungen, wer: Ansprechpartner | None) -> Mapping[str, str]:
    """The authority, with the person responsible for the Kreis where the office has named one."""
    own = {"bearbeitung": wer.name, "durchwahl": wer.durchwahl, "email": wer.email} if wer else {}
    return {**einstellungen.behoerde, **{key: text for key, text in own.items() if text}}


def traeger_name(vorgang: Vorgang, lage: Lage) -> str:
    """The applicant's name as entered, else as the register has it."""
    traeger = lage.register.traeger.get(vorgang.antrag.ags)
    return vorgang.antrag.traeger or (traeger.name if traeger else "Antragsteller")


def _antrag(vorgang: Vorgang, lage: Lage) -> Fields:
    antrag = vorgang.antrag
    traeger, kreis = lage.register.traeger.get(antrag.ags), _kreis(antrag, lage)
    name = traeger_name(vorgang, lage)
    zeilen = [name, antrag.strasse, " ".join(filter(None, (antrag.plz, antrag.ort)))]
    return {
        "behoerde": behoerde(lage.einstellungen, lage.ansprechpartner.get(kreis.ags) if kreis else None),
        "datum": lage.tag,
        "aktenzeichen": aktenzeichen(vorgang),
        "entwurf": False,
        "anschrift": [zeile for zeile in zeilen if zeile],
        "anrede": ANREDE,
        "traeger": name,
        "art": str(antrag.art or (traeger.art if traeger else Art.GEMEINDE)),
        "kreis": kreis.bezeichnung if kreis else "",
        "ags": antrag.ags,
        "ansprechperson": antrag.ansprechperson or "",
        "eingang": antrag.eingang,
    }


def _kreis(antrag: Antrag, lage: Lage) -> Kreis | None:
    return lage.register.kreise.get(kreis_of(antrag, lage.register))


def _bescheid(vorgang: Vorgang, lage: Lage) -> Fields:
    kreis = _kreis(vorgang.antrag, lage)
    gericht = kreis.gericht if kreis else None
    return {
        **_antrag(vorgang, lage),
        "gericht": {"name": gericht.name if gericht else "", "anschrift": gericht.anschrift if gericht else ""},
        "frueherer_bescheid": {},
    }


def _entscheidung(vorgang: Vorgang, lage: Lage, stellen: Sequence[Fields]) -> Fields:
    """Reasons and posts, as both kinds of notices on posts have them."""
    return {
        "rechtsgrundlage": lage.stand.rechtsgrundlage.text,
        "quellen": list(dict.fromkeys(quelle for d in vorgang.decisions for quelle in d.quellen)),
        "hinweise": list(ohne_ansatz(vorgang.betraege, lage.stand)),
        "stellen": stellen,
        "abgelehnte": [row for row in _beantragte(stellen) if row["ergebnis"] == Ergebnis.ABGELEHNT],
        "nicht_beantragte": [row for row in stellen if not row["beantragt"]],
    }


def _beantragte(stellen: Sequence[Fields]) -> list[Fields]:
    return [row for row in stellen if row["beantragt"]]


def _stellen(vorgang: Vorgang) -> list[Fields]:
    by_number = {stelle.stelle: stelle for stelle in vorgang.antrag.stellen}
    return [_stelle(decision, by_number[decision.stelle]) for decision in vorgang.decisions]


def _stelle(decision: Decision, stelle: Stelle) -> Fields:
    """A post with what was reckoned with; only the person is as entered."""
    return {
        "stelle": decision.stelle,
        "einsatzort": decision.einsatzort,
        "person": stelle.person or "",
        "vzae": decision.vzae,
        "qualifikation": QUALIFIKATION[decision.qualifikation] if decision.qualifikation else "",
        "beginn": decision.beginn,
        "bewilligt_bis": decision.bewilligt_bis,
        "neues_ende": decision.neues_ende,
        "monate": decision.monate,
        "jahresbetrag": decision.jahresbetrag,
        "summe": decision.summe,
        "ergebnis": str(decision.ergebnis),
        "beantragt": decision.beantragt,
        "betraege": _betraege(decision.betraege),
        "gruende": list(decision.gruende),
        "trace": list(decision.trace),
    }


def _beantragt(stelle: Stelle, bewilligung: Bewilligung | None) -> Fields:
    return {
        "stelle": stelle.stelle,
        "einsatzort": einsatzort(stelle, bewilligung),
        "vzae": stelle.vzae,
        "bewilligt_bis": bewilligung.bewilligt_bis if bewilligung else stelle.bewilligt_bis,
        "wunschende": stelle.wunschende,
    }


def _betraege(betraege: Mapping[int, Decimal]) -> list[Fields]:
    return [{"jahr": jahr, "betrag": betrag} for jahr, betrag in betraege.items()]


def _befund(number: int, befund: Finding) -> Fields:
    return {
        "nr": number,
        "schwere": str(befund.schwere),
        "code": befund.code,
        "blatt": befund.place.blatt,
        "zelle": befund.place.zelle,
        "feld": befund.feld,
        "gefunden": befund.gefunden,
        "meldung": befund.meldung,
        "bitte": befund.bitte,
        "quelle": befund.quelle,
        "stelle": befund.stelle,
    }


# --- names of files ------------------------------------------------------------------------------


def datei_name(vorgang: Vorgang, lage: Lage, was: str, *, entwurf: bool = False) -> str:
    """A name safe on Windows: 08125/Bad_Friedrichshall_15_2-PiK-08125-0042_Verlaengerungsbescheid.docx."""
    name = safe("_".join((_ort(vorgang, lage)[:50], aktenzeichen(vorgang), was)))
    return f"{_ordner(vorgang, lage)}/{name}{ENTWURF * entwurf}.docx"


def _ort(vorgang: Vorgang, lage: Lage) -> str:
    """The applicant's name without what kind of body it is, so that a folder sorts by place."""
    ags, register = vorgang.antrag.ags, lage.register
    known = register.gemeinden.get(ags) or register.verbaende.get(ags) or register.kreise.get(ags)
    return known.name if known else traeger_name(vorgang, lage)


def _ordner(vorgang: Vorgang, lage: Lage) -> str:
    return kreis_of(vorgang.antrag, lage.register) or "ohne_Kreis"


def rueckgabe_name(vorgang: Vorgang, lage: Lage) -> str:
    """The name of the workbook when it goes back marked; a whole Sammelmappe keeps its own."""
    if vorgang.antrag.ganze_mappe:
        stem = safe(PurePosixPath(vorgang.antrag.datei).stem)
    else:
        stem = safe("_".join((_ort(vorgang, lage)[:50], aktenzeichen(vorgang), "Antrag")))
    return f"{_ordner(vorgang, lage)}/{stem}_markiert.xlsx"


def safe(name: str) -> str:
    """A file name without what Windows or a mail program stumbles over, at most 120 characters."""
    text = unicodedata.normalize("NFC", name)
    return re.sub("_+", "_", "".join(c if c.isalnum() or c == "-" else "_" for c in text))[:120]
