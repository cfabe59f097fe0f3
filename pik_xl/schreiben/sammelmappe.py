"""A Sammelmappe as a whole: what is wrong in it goes back to the Landkreis that sent it, in one letter."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath

from pik_xl.checks.schreiben import MAPPE_OHNE_EMPFAENGER
from pik_xl.formular.felder import ANTRAG_NACH_NAME
from pik_xl.model import Antrag, Art, Finding, Schwere, Stand
from pik_xl.recht.entscheidung import Vorgang
from pik_xl.recht.lage import Lage
from pik_xl.recht.vorgang import kreis_of
from pik_xl.schreiben.einwand import Einwand
from pik_xl.schreiben.einzelform import aus_sammelmappe
from pik_xl.schreiben.inhalt import ANSCHRIFT, fehlende_anschrift
from pik_xl.vorlagen.felder import SAMMELMAPPE

_UNBERUEHRT = "F10"


def mappen_of(
    vorgaenge: Sequence[Vorgang],
    befunde: Sequence[Finding],
    lage: Lage,
    antraege: Collection[str] | None = None,
) -> tuple[list[Vorgang], list[Einwand]]:
    """A case for each Sammelmappe with Fehler, of the Landkreis that gets it back; and which of them nobody gets.

    `befunde` are all there are: what belongs to no application is not in the cases. Only those are looked at that are
    among the `antraege` themselves or with all their rows (None: all), so that a single row sends no letter to a
    Landkreis.
    """
    ohne_antrag = _ohne_antrag(vorgaenge, befunde)
    gesandt = _ohne_kopien(_by_datei(vorgaenge, befunde), ohne_antrag)
    mappen, unklar = [], []
    for number, (datei, rows) in enumerate(gesandt):
        frueher, spaeter = (
            [v for _, those in part for v in those] for part in (gesandt[:number], gesandt[number + 1 :])
        )
        fehler = _fehler(rows, frueher, spaeter)
        if not rows or not _erneuert(rows, spaeter):
            fehler += (b for b in ohne_antrag if b.place.datei == datei and b not in fehler)
        kreise = _kreise(datei, rows, lage)
        gemeint = [v for v in rows if len(kreise) == 1 and kreis_of(v.antrag, lage.register) in kreise] or rows
        gewollt = (
            antraege is None
            or datei in antraege
            or bool(rows and {v.antrag.schluessel for v in gemeint} <= set(antraege))
        )
        if not (fehler and gewollt):
            continue
        if len(kreise) == 1:
            mappen.append(_mappe(datei, rows, fehler, kreise[0], vorgaenge, lage))
        else:
            unklar.append(Einwand(MAPPE_OHNE_EMPFAENGER, datei, _warum(kreise, lage), titel=SAMMELMAPPE.titel))
    return mappen, unklar


def offene_anschrift(mappe: Vorgang) -> str:
    """What is missing for the letter, so that it stays a draft; empty where nothing is, or for another letter."""
    fehlend = fehlende_anschrift(mappe.antrag) if mappe.antrag.ganze_mappe else ()
    if not fehlend:
        return ""
    labels = ", ".join(ANTRAG_NACH_NAME[name].label for name in fehlend)
    return f"Für {mappe.antrag.traeger} fehlt im Eingang ein eigener Antrag mit lesbaren Angaben ({labels})."


def _ohne_antrag(vorgaenge: Sequence[Vorgang], befunde: Iterable[Finding]) -> list[Finding]:
    """The Fehler of files that belong to none of the applications read."""
    keys = {v.antrag.schluessel for v in vorgaenge}
    return [b for b in befunde if b.schwere == Schwere.FEHLER and b.antrag not in keys]


def _ohne_kopien(
    mappen: Sequence[tuple[str, list[Vorgang]]], ohne_antrag: Sequence[Finding]
) -> list[tuple[str, list[Vorgang]]]:
    """Without those that hold the same as one before: a copy takes nothing from the file staff have worked on."""
    gesehen: dict[object, tuple[str, list[Vorgang]]] = {}
    for datei, rows in mappen:
        alle = [*(b for v in rows for b in v.befunde), *(b for b in ohne_antrag if b.place.datei == datei)]
        aufbau = {(b.code, b.place.zelle, b.gefunden) for b in alle if b.code[0] == "F"}
        gesehen.setdefault((frozenset(map(_row, rows)), frozenset(aufbau)), (datei, rows))
    return list(gesehen.values())


def _by_datei(vorgaenge: Sequence[Vorgang], befunde: Iterable[Finding]) -> list[tuple[str, list[Vorgang]]]:
    """The rows of each Sammelmappe, in the order they came; of one day the shorter name first, as copies get longer.

    One in which every row is as it was sent, as far as it could be read, has none.
    """
    by_datei: dict[str, list[Vorgang]] = {}
    for vorgang in vorgaenge:
        if aus_sammelmappe(vorgang.antrag):
            by_datei.setdefault(vorgang.antrag.datei, []).append(vorgang)
    leere = dict.fromkeys(b.place.datei for b in befunde if b.code == _UNBERUEHRT and b.place.datei not in by_datei)
    return [(datei, []) for datei in leere] + sorted(
        by_datei.items(), key=lambda each: (_eingang(each[1]), len(each[0]), each[0])
    )


def _eingang(rows: Sequence[Vorgang]) -> date:
    """The day a Sammelmappe came: that of its newest row, as a row that came before unchanged keeps its day."""
    return max(v.antrag.eingang for v in rows)


def _fehler(rows: Sequence[Vorgang], frueher: Sequence[Vorgang], spaeter: Sequence[Vorgang]) -> list[Finding]:
    """The Fehler of the rows that wait for an answer; one that is replaced waits for none.

    Where the same row came again in a later Sammelmappe, the first still stands for the application, but the Landkreis
    is asked about the one it sent last.
    """
    offen = {_row(v) for v in (*frueher, *rows) if v.stand is Stand.RUECKFRAGE} - {_row(v) for v in spaeter}
    fehler = (b for v in rows if _row(v) in offen for b in v.befunde if b.schwere == Schwere.FEHLER)
    return list(dict.fromkeys(fehler))  # what concerns the file concerns each of its rows


def _row(vorgang: Vorgang) -> tuple[str, str]:
    """What tells that two rows are the same: applicant and content; without a key the row itself."""
    antrag = vorgang.antrag
    return (antrag.ags, antrag.inhalt) if antrag.ags else (antrag.schluessel, "")


def _erneuert(rows: Sequence[Vorgang], spaeter: Sequence[Vorgang]) -> bool:
    """Whether something later stands in place of every row, so that nobody has to mend the Sammelmappe itself."""
    da = {v.antrag.ags for v in spaeter} - {""}
    return all(v.stand is Stand.ERSETZT or v.antrag.ags in da for v in rows)


def _kreise(datei: str, rows: Sequence[Vorgang], lage: Lage) -> list[str]:
    """The Kreise of all who stand in it, also of those who left their row as it was sent, and of its folder.

    A single key that is typed wrong may be one of another Kreis: who sent it is then for people to say.
    """
    traeger = lage.register.traeger
    gesandt = {traeger[key].kreis for v in rows for key in v.antrag.pruefsummen if key in traeger}
    ordner = {part[:5] for part in PurePosixPath(datei).parts[:-1] if not part[5:6].isdigit()}
    found = {kreis_of(v.antrag, lage.register) for v in rows} | gesandt | (ordner & lage.register.kreise.keys())
    return sorted(found - {""})


def _warum(kreise: Sequence[str], lage: Lage) -> str:
    if not kreise:
        return "Kein Antragsteller darin hat einen bekannten Schlüssel."
    names = ", ".join(lage.register.kreise[kreis].bezeichnung for kreis in kreise)
    return f"Ordner und Schlüssel darin gehören zu mehreren Kreisen ({names})."


def _mappe(
    datei: str, rows: Sequence[Vorgang], fehler: Sequence[Finding], kreis: str, vorgaenge: Sequence[Vorgang], lage: Lage
) -> Vorgang:
    """The case of the Landkreis; its address is that of its own application, as far as that can be used."""
    eigener = next((v for v in vorgaenge if v.antrag.ags == kreis and v.stand is not Stand.ERSETZT), None)
    antrag = Antrag(
        schluessel=datei,
        datei=datei,
        eingang=_eingang(rows) if rows else lage.tag,
        ags=kreis,
        traeger=lage.register.kreise[kreis].bezeichnung,
        art=Art(lage.register.kreise[kreis].art),
        kreis=kreis,
        sammelmappe=True,
        dateisumme=rows[0].antrag.dateisumme if rows else "",
    )
    if eigener:
        known = {name: getattr(eigener.antrag, name) for name in (*ANSCHRIFT, "ansprechperson")}
        falsch = {b.feld for b in eigener.befunde if b.schwere == Schwere.FEHLER and not b.stelle}
        antrag = replace(antrag, **{n: v for n, v in known.items() if ANTRAG_NACH_NAME[n].label not in falsch})
    return Vorgang(antrag, Stand.RUECKFRAGE, tuple(fehler), eigener.bewilligungen if eigener else {})
