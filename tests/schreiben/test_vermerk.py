"""The file note: every figure of a decision with the step and the source it rests on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from factories import antrag, bewilligung, stelle

from pik_xl.eingang.sendung import Sendung
from pik_xl.errors import PikError
from pik_xl.jobs.pruefung import lage_am
from pik_xl.model import Besetzung, Finding, Place, Schwere, Stand
from pik_xl.recht.entscheidung import Vorgang
from pik_xl.recht.lage import Lage
from pik_xl.recht.vorgang import vorgaenge
from pik_xl.schreiben.vermerk import erklaerung, vermerk
from pik_xl.values import as_datum, as_euro

TAG = date(2020, 5, 4)
POST = bewilligung()


def lage(tag: date = TAG) -> Lage:
    return lage_am(tag, [POST])


def cases(**row: object) -> list[Vorgang]:
    sendung = Sendung("a.xlsx", TAG, (antrag(stellen=(stelle(**row),)),))
    return vorgaenge(sendung.antraege, (), lage())


def test_a_note_names_applicant_decision_every_amount_and_the_checksum_of_the_rules() -> None:
    (case,) = cases()
    text = "\n".join(vermerk(POST.stelle, [case], lage()))
    (decision,) = case.decisions
    assert f"Vermerk zur Stelle {POST.stelle}" in text and POST.traeger in text and POST.aktenzeichen in text
    assert f"Regelwerk {lage().rules.pruefsumme}" in text and "Rechtsstand 04.05.2020" in text
    assert "Ergebnis: bewilligt" in text
    assert decision.neues_ende and as_datum(decision.neues_ende) in text
    assert all(as_euro(betrag) in text for betrag in (*decision.betraege.values(), decision.summe))


def test_every_source_of_a_decision_is_told_with_the_ground_it_stands_on() -> None:
    lines = vermerk(POST.stelle, cases(wunschende=date(2022, 9, 15)), lage())
    (at,) = [
        n for n, line in enumerate(lines) if line.startswith("– Angefangene Monate: Festlegung der Bewilligungsstelle")
    ]
    assert lines[at + 1].endswith("Grundlage: Festlegung")
    (at,) = [n for n, line in enumerate(lines) if line.startswith("– Schreiben des Ministers")]
    assert lines[at + 1].startswith("  gilt ab 27.01.2020") and "Ausgangsdokument" in lines[at + 1]


def test_a_refused_post_is_told_with_its_reason() -> None:
    text = "\n".join(vermerk(POST.stelle, cases(besetzung_heute=Besetzung.UNBESETZT), lage()))
    assert "Ergebnis: abgelehnt" in text and "weder besetzt noch nachbesetzbar" in text


def test_a_post_not_applied_for_is_told_as_such() -> None:
    assert "Ergebnis: nicht beantragt" in vermerk(POST.stelle, cases(verlaengern=False), lage())


def test_a_post_without_an_application_is_told_from_the_bestand() -> None:
    lines = vermerk(POST.stelle, [], lage())
    assert any(line.startswith("Bewilligt laut Bestand: ") for line in lines)
    assert lines[-1].startswith("Ein Antrag auf Verlängerung dieser Stelle liegt nicht vor")


def test_what_is_not_decided_yet_names_what_stands_in_the_way_and_what_to_do() -> None:
    (case,) = cases()
    fehler = Finding("P01", Schwere.FEHLER, Place("a.xlsx", "Antrag", "C7"), "IBAN", "leer", "Sie fehlt.",
                     "Bitte eintragen.", "", case.antrag.schluessel)  # fmt: skip
    open_case = replace(case, stand=Stand.RUECKFRAGE, befunde=(fehler,), decisions=())
    assert "– P01 (Antrag C7): Sie fehlt. Bitte eintragen." in vermerk(POST.stelle, [open_case], lage())


def test_a_replaced_application_is_told_beside_the_one_that_counts() -> None:
    (case,) = cases()
    text = "\n".join(vermerk(POST.stelle, [replace(case, stand=Stand.ERSETZT, decisions=()), case], lage()))
    assert "Ein neuerer Antrag ersetzt diesen" in text and "Ergebnis: bewilligt" in text


def test_an_unknown_post_is_answered_with_near_names() -> None:
    with pytest.raises(PikError, match=f"Meinten Sie {POST.stelle}"):
        vermerk(f"{POST.stelle}9", [], lage())
    with pytest.raises(PikError, match=r"noch in einem Antrag\.$"):
        vermerk("#", [], lage())


def test_an_applicants_note_shows_how_every_sum_of_its_notice_comes_about() -> None:
    (case,) = cases()
    lines = erklaerung(POST.ags, [case], lage())
    assert lines[0].endswith(f"({POST.ags})") and f"Summe über alle Stellen und Jahre: {as_euro(case.summe)}" in lines
    for jahr, summe in case.betraege.items():
        (line,) = [line for line in lines if line.startswith(f"{jahr}: ")]
        assert line.endswith(f"= {as_euro(summe)}") and POST.stelle in line
    assert f"Vermerk zur Stelle {POST.stelle}" in lines


def test_an_applicant_who_has_not_applied_is_told_from_the_bestand() -> None:
    assert any("liegt nicht vor" in line for line in erklaerung(POST.ags, [], lage()))


def test_a_key_without_posts_or_application_is_told_as_such() -> None:
    with pytest.raises(PikError, match="Zum Schlüssel 08999999 gibt es weder"):
        erklaerung("08999999", [], lage())
