"""Letters for the tests: the examples of the catalogue with changes, and what they say."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Any

from word_text import text

from pik_xl.vorlagen.felder import SCHREIBARTEN
from pik_xl.vorlagen.schreibart import muster
from pik_xl.vorlagen.template import Template
from pik_xl.workfolder import shipped

TEMPLATES = shipped("templates")
Fields = dict[str, Any]

BESCHEIDE = ("verlaengerung", "ablehnung", "digital")
EMPFAENGER = "Gemeindeverwaltungsverband Müller & Söhne <Oberes Tal> – Geschäftsstelle „Ämter“, Abteilung 'Süd'"
NICHT_BESETZT = "Die Stelle war am Stichtag weder besetzt noch nachbesetzbar."
GEKUERZT = "Verlängert wird nur bis zum beantragten Ende."


def felder(art: str, **changes: Any) -> Fields:
    """The catalogue's example of a kind, with changes."""
    return muster(SCHREIBARTEN[art]) | changes


def zeile(art: str, liste: str, **changes: Any) -> Fields:
    """The first item of one of its lists, with changes."""
    items: Any = felder(art)[liste]
    return {**items[0], **changes}


def stelle(nummer: int, **changes: Any) -> Fields:
    return zeile("verlaengerung", "bewilligte", stelle=f"08125005-{nummer:02}") | changes


def bewilligung(*stellen: Fields, **changes: Any) -> Fields:
    """A first notice that grants these posts and refuses none."""
    leer = {"abgelehnte": (), "gekuerzte": (), "nicht_beantragte": (), "frueherer_bescheid": {}}
    fest = {"ergebnis": "bewilligt", "bewilligte": stellen, "beratung_hinweis": False}
    return felder("verlaengerung", **leer, **fest) | changes


def ablehnung(*stellen: Fields, **changes: Any) -> Fields:
    """A first refusal of these posts and nothing else."""
    leer = {"nicht_beantragte": (), "quellen": (), "frueherer_bescheid": {}}
    return felder("ablehnung", abgelehnte=stellen, **leer) | changes


def abgelehnt(nummer: int, **changes: Any) -> Fields:
    return zeile("ablehnung", "abgelehnte", stelle=f"08125005-{nummer:02}") | changes


def digital(ergebnis: str, **changes: Any) -> Fields:
    """A first notice on a digital solution with this result."""
    gruende = () if ergebnis == "bewilligt" else ("Der Zugriff für alle im Kreisgebiet ist nicht gesichert.",)
    return felder("digital", ergebnis=ergebnis, gruende=gruende, frueherer_bescheid={}) | changes


BEHOERDE: Any = felder("verlaengerung")["behoerde"]
LANGER_NAME: Fields = {"traeger": EMPFAENGER, "anschrift": (EMPFAENGER, "Größeäcker 1", "74072 Ulm")}
LETTERS: dict[str, tuple[str, Fields]] = {
    **{f"{art}, sample": (art, felder(art)) for art in SCHREIBARTEN},
    **{f"{art}, long name, draft": (art, felder(art, entwurf=True, **LANGER_NAME)) for art in SCHREIBARTEN},
    "one post": ("verlaengerung", bewilligung(stelle(1))),
    "sixty posts": (
        "verlaengerung",
        felder(
            "verlaengerung",
            entwurf=True,
            bewilligte=tuple(map(stelle, range(60))),
            abgelehnte=tuple(map(abgelehnt, range(60))),
            nicht_beantragte=tuple(map(stelle, range(60))),
        ),
    ),
    "twenty posts, long reckoning": (
        "verlaengerung",
        bewilligung(*(stelle(n, trace=tuple(f"Satz {i} zu {n:02}." for i in range(1, 13))) for n in range(20))),
    ),
    "long address": (
        "verlaengerung",
        bewilligung(stelle(1), behoerde={**BEHOERDE, "email": "max.mustermann-langername@rps.bwl.de"}),
    ),
    "short refusal": ("ablehnung", ablehnung(abgelehnt(1))),
    "sixty refused": ("ablehnung", ablehnung(*map(abgelehnt, range(60)))),
    "digital refused": ("digital", digital("abgelehnt")),
    "digital in part": ("digital", digital("teilweise")),
    "digital, nothing filled in": ("digital", digital("bewilligt", loesung="", kosten=None, zahl=None)),
    "request for sixty": (
        "nachforderung",
        felder("nachforderung", befunde=tuple(zeile("nachforderung", "befunde", nr=n) for n in range(1, 61))),
    ),
    "a Sammelmappe with sixty": (
        "sammelmappe",
        felder("sammelmappe", ergaenzungen=tuple(zeile("sammelmappe", "ergaenzungen", nr=n) for n in range(1, 61))),
    ),
    "only a digital solution": (
        "eingangsbestaetigung",
        felder("eingangsbestaetigung", beantragte=(), digital_beantragt=True),
    ),
    "nobody has applied": ("kreisuebersicht", felder("kreisuebersicht", antraege=(), rueckfragen=0, summe=Decimal(0))),
    "everybody has applied": ("kreisuebersicht", felder("kreisuebersicht", ausstehende=())),
    "sixty of a Kreis": (
        "kreisuebersicht",
        felder(
            "kreisuebersicht",
            antraege=tuple(zeile("kreisuebersicht", "antraege", traeger=f"Gemeinde {n}") for n in range(60)),
            ausstehende=tuple(zeile("kreisuebersicht", "ausstehende", traeger=f"Stadt {n}") for n in range(60)),
        ),
    ),
}


@cache
def template(art: str) -> Template:
    return Template.compile(TEMPLATES / f"{art}.docx", art, [feld.name for feld in SCHREIBARTEN[art].felder])


def written(art: str, fields: Fields) -> bytes:
    return template(art).render(fields)


def said(art: str, fields: Fields) -> str:
    return text(written(art, fields))


def sentence(art: str, fields: Fields) -> str:
    """The whole text in one line, non-breaking spaces as spaces: what a person would quote."""
    return re.sub(r"\s+", " ", said(art, fields))
