"""A case -> the fields of its letter; one German word per field, listed in templates/LIESMICH.md."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import PurePosixPath

from pik_xl.checks import Lage
from pik_xl.extension import ohne_ansatz
from pik_xl.model import (
    Ansprechpartner,
    Art,
    Beratungsform,
    Bewilligung,
    Decision,
    Ergebnis,
    Finding,
    Qualifikation,
    Schwere,
    Vorgang,
)

Fields = dict[str, object]

QUALIFIKATION = {
    Qualifikation.HOCHSCHULE: "Hochschulabschluss",
    Qualifikation.MITTLERER_ABSCHLUSS: "mittlerer Bildungsabschluss",
}

_KOPF = [
    "behoerde",
    "datum",
    "aktenzeichen",
    "entwurf",
    "anschrift",
    "anrede",
    "traeger",
    "art",
    "kreis",
    "ags",
    "ansprechperson",
    "eingang",
    "gericht",
]
KNOWN: Mapping[str, tuple[str, ...]] = {
    "verlaengerung": (
        *_KOPF,
        *[
            "ergebnis",
            "rechtsgrundlage",
            "summe",
            "betraege",
            "stellen",
            "bewilligte",
            "abgelehnte",
            "nicht_beantragte",
            "gekuerzte",
            "quellen",
            "hinweise",
            "beratung_hinweis",
        ],
    ),
    "nachforderung": (*_KOPF, *["befunde", "frist", "datei"]),
}


def verlaengerung(vorgang: Vorgang, lage: Lage) -> Fields:
    """The notice on an application that was decided."""
    rows = [_stelle(d, vorgang.bewilligungen.get(d.stelle), vorgang) for d in vorgang.decisions]
    applied = [(row, d) for row, d in zip(rows, vorgang.decisions, strict=True) if d.beantragt]
    quellen = dict.fromkeys(quelle for d in vorgang.decisions for quelle in d.quellen)
    return _kopf(vorgang, lage, entwurf=True) | {
        "ergebnis": str(vorgang.ergebnis),
        "rechtsgrundlage": lage.stand.rechtsgrundlage.text,
        "summe": vorgang.summe,
        "betraege": _betraege(vorgang.betraege),
        "stellen": rows,
        "bewilligte": [row for row, d in applied if d.ergebnis != Ergebnis.ABGELEHNT],
        "abgelehnte": [row for row, d in applied if d.ergebnis == Ergebnis.ABGELEHNT],
        "gekuerzte": [row for row, d in applied if d.ergebnis == Ergebnis.TEILWEISE],
        "nicht_beantragte": [row for row, d in zip(rows, vorgang.decisions, strict=True) if not d.beantragt],
        "quellen": list(quellen),
        "hinweise": list(ohne_ansatz(vorgang.betraege, lage.stand)),
        "beratung_hinweis": vorgang.antrag.beratungsform in (Beratungsform.EINGESCHRAENKT, Beratungsform.FERNMUENDLICH),
    }


def nachforderung(vorgang: Vorgang, lage: Lage) -> Fields:
    """The request for what stands in the way of a decision, everything of one applicant in one letter.

    Warnings and remarks are for the office, which can settle them without the applicant.
    """
    fehler = [befund for befund in vorgang.befunde if befund.schwere == Schwere.FEHLER]
    return _kopf(vorgang, lage, entwurf=False) | {
        "befunde": [_befund(number, befund) for number, befund in enumerate(fehler, 1)],
        "frist": lage.tag + timedelta(days=lage.einstellungen.antwortfrist_tage),
        "datei": PurePosixPath(rueckgabe_name(vorgang, lage)).name,
    }


def aktenzeichen(vorgang: Vorgang) -> str:
    """The office's reference: that of the approved posts, else one made of the official key."""
    for bewilligung in vorgang.bewilligungen.values():
        return bewilligung.aktenzeichen
    return f"15.2-PiK-{vorgang.antrag.ags or 'ohne Schlüssel'}"


def _kopf(vorgang: Vorgang, lage: Lage, *, entwurf: bool) -> Fields:
    antrag = vorgang.antrag
    traeger = lage.register.traeger.get(antrag.ags)
    kreis = lage.register.kreise.get(traeger.kreis) if traeger else None
    gericht = kreis.gericht if kreis else None
    name = antrag.traeger or (traeger.name if traeger else "Antragsteller")
    zeilen = [name, antrag.strasse, " ".join(filter(None, (antrag.plz, antrag.ort)))]
    return {
        "behoerde": _behoerde(lage, lage.ansprechpartner.get(kreis.ags) if kreis else None),
        "datum": lage.tag,
        "aktenzeichen": aktenzeichen(vorgang),
        "entwurf": entwurf,
        "anschrift": [zeile for zeile in zeilen if zeile],
        "anrede": "Sehr geehrte Damen und Herren,",
        "traeger": name,
        "art": str(antrag.art or (traeger.art if traeger else Art.GEMEINDE)),
        "kreis": kreis.bezeichnung if kreis else "",
        "ags": antrag.ags,
        "ansprechperson": antrag.ansprechperson or "",
        "eingang": antrag.eingang,
        "gericht": {"name": gericht.name if gericht else "", "anschrift": gericht.anschrift if gericht else ""},
    }


def _behoerde(lage: Lage, wer: Ansprechpartner | None) -> Mapping[str, str]:
    """The authority, with the person responsible for the Kreis where the office has named one."""
    own = {"bearbeitung": wer.name, "durchwahl": wer.durchwahl, "email": wer.email} if wer else {}
    return {**lage.einstellungen.behoerde, **{key: text for key, text in own.items() if text}}


def _stelle(decision: Decision, bewilligung: Bewilligung | None, vorgang: Vorgang) -> Fields:
    stelle = next(s for s in vorgang.antrag.stellen if s.stelle == decision.stelle)
    qualifikation = bewilligung.qualifikation if bewilligung else stelle.qualifikation
    approved = bewilligung.vzae if bewilligung else Decimal(0)
    return {
        "stelle": decision.stelle,
        "einsatzort": (bewilligung.einsatzort if bewilligung else stelle.einsatzort) or "",
        "person": stelle.person or "",
        "vzae": min(stelle.vzae if stelle.vzae is not None else approved, approved),
        "qualifikation": QUALIFIKATION[qualifikation] if qualifikation else "",
        "beginn": bewilligung.beginn if bewilligung else stelle.beginn,
        "bewilligt_bis": decision.bewilligt_bis,
        "neues_ende": decision.neues_ende,
        "monate": decision.monate,
        "jahresbetrag": bewilligung.jahresbetrag if bewilligung else None,
        "summe": decision.summe,
        "ergebnis": str(decision.ergebnis),
        "betraege": _betraege(decision.betraege),
        "gruende": list(decision.gruende),
        "trace": list(decision.trace),
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


def file_name(vorgang: Vorgang, lage: Lage, kind: str, suffix: str = ".docx") -> str:
    """A name that is safe on Windows: 08125/08125005_Stadt_Bad_Friedrichshall_Verlaengerung.docx."""
    antrag = vorgang.antrag
    traeger = lage.register.traeger.get(antrag.ags)
    name = safe("_".join(filter(None, (antrag.ags, antrag.traeger, kind))))
    return f"{traeger.kreis if traeger else 'ohne_Kreis'}/{name}{suffix}"


def rueckgabe_name(vorgang: Vorgang, lage: Lage) -> str:
    """The name of the applicant's own workbook when it goes back marked; a Sammelmappe keeps its own."""
    if not vorgang.antrag.sammelmappe:
        return file_name(vorgang, lage, "Antrag_markiert", ".xlsx")
    kreis = file_name(vorgang, lage, "").partition("/")[0]
    return f"{kreis}/{safe(PurePosixPath(vorgang.antrag.datei).stem)}_markiert.xlsx"


def safe(name: str) -> str:
    """A file name without what Windows or a mail program stumbles over, at most 120 characters."""
    return "".join(c if c.isalnum() or c == "-" else "_" for c in name)[:120]
