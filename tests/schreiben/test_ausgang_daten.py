"""Letters of applications nobody expects: whatever stands in them is printed, and no fault stops the others."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from factories import AGS, antrag, bewilligung, stelle
from samples import sampled
from word_text import lines, text

from pik_xl.eingang.sendung import Sendung
from pik_xl.jobs.pruefung import lage_am
from pik_xl.model import Antrag, Bewilligung, Ergebnis, Fassung
from pik_xl.recht.einstellungen import Einstellungen
from pik_xl.recht.entscheidung import Digitalentscheidung, Vorgang
from pik_xl.recht.lage import Lage
from pik_xl.recht.vorgang import vorgaenge
from pik_xl.schreiben.ausgang import Schreibergebnis, Wunsch, schreiben_alle
from pik_xl.schreiben.nachweis import Nachweis
from pik_xl.vorlagen import felder
from pik_xl.workfolder import Workfolder

TAG = date(2020, 5, 4)
NAMEN = {
    "markup": "Müller & Söhne <Nord> </w:t> ]]> &amp; {{ summe }} {% if %}",
    "quotes": "Verein „Ämter“ 'Süd' \"West\" ‚Ost‘ «Mitte»",
    "long": "Gemeindeverwaltungsverband " * 12,
    "emoji": "Stadt 🏛️ Leonberg 👩‍👩‍👧",
    "right to left": "Stadt \u200f\u202eגרבנואל\u202c Leonberg",
    "break": "Stadt Leonberg\nAmt für Soziales\tZimmer 3",
    "nothing a file may be called": 'CON: a/b\\c*?"<>|. ',
}
NAME = pytest.mark.parametrize("name", sampled(NAMEN.values(), quick=[0]), ids=list(NAMEN))


@pytest.fixture
def folder(tmp_path: Path) -> Workfolder:
    folder = Workfolder(tmp_path / "PiK")
    folder.create()
    return folder


def faelle(*antraege: Antrag, bestand: Sequence[Bewilligung]) -> tuple[list[Vorgang], Lage]:
    """The applications, each decided by itself as sent."""
    lage = replace(lage_am(TAG, bestand), einstellungen=Einstellungen({"zeichnet": "Max Muster"}))
    sendungen = [Sendung(a.datei, a.eingang, (a,)) for a in antraege]
    return [v for s in sendungen for v in vorgaenge(s.antraege, [], lage)], lage


def written(folder: Workfolder, those: tuple[Sequence[Vorgang], Lage]) -> Schreibergebnis:
    """All kinds of letters; the first application is released."""
    wunsch = Wunsch(felder.ALLE, freigegebene={those[0][0].antrag.schluessel: TAG})
    return schreiben_alle(folder, *those, wunsch, Nachweis.of(()), lambda *progress: None)


def words(folder: Workfolder) -> list[Path]:
    return sorted((*folder.bescheide.rglob("*.docx"), *folder.rueckfragen.rglob("*.docx")))


def squeezed(name: str) -> str:
    return " ".join(name.split())


def check_files(folder: Workfolder, ooxml_errors: Callable[[Path], Sequence[object]]) -> None:
    """Every file of the runs is one Word or Excel opens, under a name every system takes."""
    paths = [*words(folder), *folder.path.rglob("Versandliste.xlsx")]
    assert {path.name: errors for path in paths if (errors := ooxml_errors(path))} == {}
    for path in paths:
        inside = path.relative_to(folder.path).as_posix()
        assert len(inside) < 180 and not set('<>:"|?*\\\n\t') & set(inside), inside
        assert not any(unicodedata.category(sign) in ("Cf", "Cc", "So", "Cs") for sign in inside), inside
        assert not path.stem.endswith((" ", ".")) and path.stem.upper() not in ("CON", "PRN", "AUX", "NUL")
    assert len({str(path).casefold() for path in paths}) == len(paths)


@NAME
def test_whatever_an_applicant_is_called_stands_in_every_letter_and_in_no_file_name(
    name: str, folder: Workfolder, ooxml_errors: Callable[[Path], Sequence[object]]
) -> None:
    fremd = antrag(schluessel="x.xlsx", datei="x.xlsx", ags="", traeger=name, strasse=name, ansprechperson=name)
    mit_ort = antrag(traeger=name, strasse=name, ort=name, digital_antrag=True, digital_loesung=name)
    (entschieden, ohne_ags), lage = faelle(mit_ort, fremd, bestand=[bewilligung(einsatzort=name)])
    digital = replace(entschieden, digital=Digitalentscheidung(Ergebnis.TEILWEISE, Decimal(1), gruende=(name,)))
    ergebnis = written(folder, ([digital, ohne_ags], lage))
    check_files(folder, ooxml_errors)
    arten = {"verlaengerung", "digital", "eingangsbestaetigung"}
    assert {s.art for s in ergebnis.neu if s.schluessel == "a.xlsx"} == arten
    for s in ergebnis.neu:
        assert squeezed(name) in squeezed(text((folder.path / s.datei).read_bytes())), s.datei


def test_breaks_in_a_name_are_breaks_on_paper(folder: Workfolder) -> None:
    name = NAMEN["break"]
    (bestaetigung,) = (s for s in written(folder, faelle(antrag(ags="", traeger=name), bestand=[])).neu
                       if s.art == "eingangsbestaetigung")  # fmt: skip
    assert name in lines((folder.path / bestaetigung.datei).read_bytes())


def test_sixty_posts_and_one_of_no_money_are_one_notice(
    folder: Workfolder, ooxml_errors: Callable[[Path], Sequence[object]]
) -> None:
    nummern = [f"{AGS}-{n:02}" for n in range(1, 61)]
    bestand = [bewilligung(stelle=n, jahresbetrag=Decimal(0 if n == nummern[7] else 64_000)) for n in nummern]
    those = faelle(antrag(stellen=tuple(stelle(stelle=n) for n in nummern)), bestand=bestand)
    bescheid = next(s for s in written(folder, those).neu if s.art == "verlaengerung")
    check_files(folder, ooxml_errors)
    said = lines((folder.path / bescheid.datei).read_bytes())
    assert set(nummern) <= set(said) and bescheid.summe == 59 * 64_000 and "3.776.000,00\u00a0€" in said
    assert said.count("0,00\u00a0€") == 1


def test_all_money_being_none_the_notice_says_so(
    folder: Workfolder, ooxml_errors: Callable[[Path], Sequence[object]]
) -> None:
    those = faelle(antrag(), bestand=[bewilligung(jahresbetrag=Decimal(0))])
    bescheid = next(s for s in written(folder, those).neu if s.art == "verlaengerung")
    check_files(folder, ooxml_errors)
    said = text((folder.path / bescheid.datei).read_bytes())
    assert bescheid.summe == 0 and "0,00\u00a0€" in said and "null Euro" in said


def test_applicants_windows_takes_for_one_have_letters_of_their_own(
    folder: Workfolder, ooxml_errors: Callable[[Path], Sequence[object]]
) -> None:
    names = ("STRASSE", "Straße", "strasse", "Strasse/", "Stras\u00adse")
    antraege = [antrag(schluessel=f"{n}.xlsx", datei=f"{n}.xlsx", ags="", traeger=name, stellen=())
                for n, name in enumerate(names)]  # fmt: skip
    ergebnis = written(folder, faelle(*antraege, bestand=[]))
    check_files(folder, ooxml_errors)
    bestaetigungen = {s.schluessel: s.datei for s in ergebnis.neu if s.art == "eingangsbestaetigung"}
    assert len(bestaetigungen) == len(set(map(str.casefold, bestaetigungen.values()))) == len(names)
    for a in antraege:
        assert str(a.traeger) in text((folder.path / bestaetigungen[a.schluessel]).read_bytes())


def test_what_cannot_be_printed_is_a_finding_and_all_others_have_their_letter(folder: Workfolder) -> None:
    kaputt = {f"{n}.xlsx": f"Stadt{sign}Leonberg" for n, sign in enumerate("\x00\x07\x1b\ud800\uffff")}
    antraege = [antrag(schluessel=key, datei=key, traeger=name, ags="", stellen=()) for key, name in kaputt.items()]
    gut = [antrag(schluessel=key, datei=key) for key in ("vorher.xlsx", "nachher.xlsx")]
    ergebnis = written(folder, faelle(gut[0], *antraege, gut[1], bestand=[bewilligung()]))
    assert {b.place.datei for b in ergebnis.befunde} == set(kaputt)
    assert all("unsichtbares Steuerzeichen" in b.meldung for b in ergebnis.befunde)
    assert {s.schluessel for s in ergebnis.neu if s.art == "verlaengerung"} == {"vorher.xlsx", "nachher.xlsx"}
    assert {s.fassung for s in ergebnis.neu if s.art == "verlaengerung"} == {Fassung.ENDGUELTIG, Fassung.ENTWURF}
