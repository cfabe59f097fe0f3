"""Forms made of what is known: ready to be filled by the rules of the day, and one applicant's part of a Sammelmappe.

What a Landkreis sent for many goes back to one of them as a form of their own: today's, locked and with checksums like
any form that is sent, what was typed for them as it was typed, and nothing of anybody else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING

from pik_xl.formular import felder as form
from pik_xl.formular.felder import Feld, Massgaben
from pik_xl.formular.pruefsumme import kopf_summe, stelle_summe, versandt
from pik_xl.formular.vorbelegt import Fields, kopf_of, stelle_of
from pik_xl.kinds import Kind
from pik_xl.model import Antrag, Bewilligung, Finding, Schwere, Stelle
from pik_xl.ooxml.address import address
from pik_xl.recht.entscheidung import Vorgang
from pik_xl.recht.lage import Lage
from pik_xl.register import load_register
from pik_xl.values import normalise

if TYPE_CHECKING:  # heavy, and only needed to fill in
    from pik_xl.formular.fill import FormTemplate

Zelle = tuple[str, str]  # sheet and cell

# Entered as numbers, unless a finding of these codes says that the cell held a text.
_ZAHLEN = (Kind.DATUM, Kind.VZAE, Kind.EURO, Kind.ZAHL)
_ALS_TEXT = ("W07", "W08")
# Error values and formulas without a value: nobody typed what such a cell shows, so it goes back empty.
_OHNE_WERT = ("F02", "F03")
# Which of two rows is the applicant's, and what stands in a column without its header, only the sender of the
# Sammelmappe can say; a form of the applicant's own would go out, and come back, without it.
_NUR_DER_SENDER = ("F09", "F11")


def form_templates(lage: Lage) -> tuple[FormTemplate, FormTemplate]:
    """The application form and the Sammelmappe, ready to be filled; they reckon with the rules of the day."""
    from pik_xl.formular.draw import build_form, build_sammelmappe
    from pik_xl.formular.fill import FormTemplate

    names = ("schritt", "hoechstdauer", "unterbrechung", "mindestanteil")
    massgaben = Massgaben(**{name: getattr(lage.stand, name).value for name in names})
    bases = build_form(massgaben), build_sammelmappe(massgaben)
    return FormTemplate.compile(bases[0], massgaben), FormTemplate.compile(bases[1], massgaben)


# --- what the applicant is told --------------------------------------------------------------------


def fehler_fuer(vorgang: Vorgang) -> tuple[Finding, ...]:
    """The Fehler the sender of the application is told, in words that name nobody else.

    Whoever applied in a Sammelmappe is told those in their own rows, at the cells of the form they get for it; what is
    wrong with the Sammelmappe itself is for the Landkreis.
    """
    fehler = tuple(replace(b, meldung=b.aussen or b.meldung) for b in vorgang.befunde if b.schwere == Schwere.FEHLER)
    if not aus_sammelmappe(vorgang.antrag):
        return fehler
    if any(befund.code in _NUR_DER_SENDER for befund in fehler):
        return ()
    zellen = dict(_zellen(vorgang))
    return tuple(_verlegt(b, zellen) for b in fehler if not b.place.zelle or _zelle(b) in zellen)


def aus_sammelmappe(antrag: Antrag) -> bool:
    """Whether it is a row of a Sammelmappe."""
    return antrag.sammelmappe and not antrag.ganze_mappe


def _zelle(befund: Finding) -> Zelle:
    return befund.place.blatt, befund.place.zelle


def _verlegt(befund: Finding, zellen: Mapping[Zelle, Zelle]) -> Finding:
    """The same finding at its cell of the applicant's form; of the whole form where it has none."""
    blatt, zelle = zellen.get(_zelle(befund), ("", ""))
    return replace(befund, place=replace(befund.place, blatt=blatt, zelle=zelle))


def _zellen(vorgang: Vorgang) -> Iterator[tuple[Zelle, Zelle]]:
    """The applicant's own cells of the Sammelmappe, and where the same stands in the form of one applicant."""
    antrag = vorgang.antrag
    for blatt in form.EINGABE_BLAETTER:
        for name, row in form.eingabe_zeilen(blatt).items():
            if angabe := antrag.angaben.get(name):
                yield (angabe.blatt, angabe.zelle), (blatt, f"{form.EINGABE}{row}")
    columns = {feld.name: column for column, feld in enumerate(form.stellen_felder(sammelmappe=False), 1)}
    for row, stelle in enumerate(_eigene(vorgang), form.ERSTE_ZEILE):
        for name in ("stelle",) if _fremd(stelle, vorgang) else columns:
            if angabe := stelle.angaben.get(name):
                yield (angabe.blatt, angabe.zelle), (form.BLATT_STELLEN, address(row, columns[name]))


# --- whose is what ---------------------------------------------------------------------------------


def _eigene(vorgang: Vorgang) -> tuple[Stelle, ...]:
    """The rows of posts under the applicant's key; none where it is open whose key that is."""
    return vorgang.antrag.stellen if _eindeutig(vorgang) else ()


def _eindeutig(vorgang: Vorgang) -> bool:
    """Whether the key tells whose posts these are: a known one, that no other row and no other name lays claim to."""
    antrag = vorgang.antrag
    traeger = load_register().traeger.get(antrag.ags)
    if traeger is None:
        return False
    name = normalise(antrag.traeger or "")
    return name == normalise(traeger.name) or name not in _namen()


@cache
def _namen() -> frozenset[str]:
    """The names of everybody who may apply."""
    return frozenset(normalise(traeger.name) for traeger in load_register().traeger.values())


def _fremd(stelle: Stelle, vorgang: Vorgang) -> bool:
    """Whether the post is approved for somebody else; of such a row only the number goes back, it may hold a name."""
    bewilligung = vorgang.bewilligungen.get(stelle.stelle)
    return bewilligung is not None and bewilligung.ags != vorgang.antrag.ags


# --- the form --------------------------------------------------------------------------------------


def einzelform(vorgang: Vorgang, lage: Lage, template: FormTemplate) -> bytes:
    """The form of one applicant with what a Sammelmappe says of them; ValueError as `FormTemplate.fill`."""
    posts = lage.by_ags.get(vorgang.antrag.ags, ()) if _eindeutig(vorgang) else ()
    rows = [_zeile(stelle, vorgang) for stelle in _eigene(vorgang)] or [stelle_of(post) for post in posts]
    gesandt = versandt([kopf_of(posts)], map(stelle_of, posts), sammelmappe=False) if posts else ""
    return template.fill(_kopf(vorgang, posts), rows, pruefsummen=gesandt)


def _kopf(vorgang: Vorgang, posts: tuple[Bewilligung, ...]) -> Fields:
    antrag = vorgang.antrag
    typed = {feld.name: _eintrag(feld, antrag, vorgang) for feld in form.ANTRAG_FELDER}
    unberuehrt = antrag.pruefsummen.get(antrag.ags) == kopf_summe(partial(getattr, antrag))
    return typed | kopf_of(posts) if posts and unberuehrt else typed


def _zeile(stelle: Stelle, vorgang: Vorgang) -> Fields:
    """A row of posts as typed; facts nobody touched, or whose column is lost, are those of the Bestand."""
    if _fremd(stelle, vorgang):
        return {"stelle": stelle.stelle}
    felder = form.stellen_felder(sammelmappe=False)
    typed = {feld.name: _eintrag(feld, stelle, vorgang) for feld in felder if not feld.formel}
    bewilligung = vorgang.bewilligungen.get(stelle.stelle)
    if bewilligung is None:
        return typed
    summe = stelle_summe(partial(getattr, stelle), vorgang.antrag.sammelmappe)
    unberuehrt, known = vorgang.antrag.pruefsummen.get(stelle.stelle) == summe, stelle_of(bewilligung)
    bekannte = (feld.name for feld in felder if feld.vorbelegt)
    return typed | {name: known[name] for name in bekannte if unberuehrt or name not in stelle.angaben}


def _eintrag(feld: Feld, record: Antrag | Stelle, vorgang: Vorgang) -> object:
    """The entry as it was typed: a number as number, a day as day, everything else as the text that stood there."""
    value, angabe = getattr(record, feld.name), record.angaben.get(feld.name)
    if angabe is None:
        return value
    codes = {b.code for b in vorgang.befunde if _zelle(b) == (angabe.blatt, angabe.zelle)}
    if codes.intersection(_OHNE_WERT):
        return None
    as_number = feld.kind in _ZAHLEN and not codes.intersection(_ALS_TEXT)
    if value not in (None, "") and (as_number or feld.kind in (Kind.PLZ, Kind.SCHLUESSEL)):
        return value  # keys are texts: where one was typed as a number, it got back its zero
    return angabe.text
