"""The sample templates: what each kind of letter says, for one, none and many."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from musterbriefe import (
    BESCHEIDE,
    GEKUERZT,
    LETTERS,
    NICHT_BESETZT,
    Fields,
    abgelehnt,
    ablehnung,
    bewilligung,
    digital,
    felder,
    said,
    sentence,
    stelle,
    written,
    zeile,
)
from word_text import lines, xml

from pik_xl.vorlagen.template import NoticeFault

# --- notices ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("art", BESCHEIDE)
@pytest.mark.parametrize("kein", [None, {}])
def test_a_first_notice_names_no_former_one(art: str, kein: object) -> None:
    first = said(art, felder(art, frueherer_bescheid=kein))
    assert "Änderungsbescheid" not in first
    assert "ersetzt" not in first
    assert "über Ihren Antrag entscheiden wir wie folgt:" in first


@pytest.mark.parametrize("art", BESCHEIDE)
@pytest.mark.parametrize(
    ("ergebnis", "damals"),
    [
        ("bewilligt", "haben wir Ihrem Antrag entsprochen und Ihnen 64.000,00 € bewilligt"),
        ("teilweise", "haben wir Ihrem Antrag teilweise entsprochen und Ihnen 64.000,00 € bewilligt"),
        ("abgelehnt", "haben wir Ihren Antrag abgelehnt"),
    ],
)
def test_a_notice_that_replaces_another_names_it_and_says_so(art: str, ergebnis: str, damals: str) -> None:
    frueher = {"datum": date(2020, 4, 1), "aktenzeichen": "15.2-X", "ergebnis": ergebnis, "summe": Decimal(64000)}
    new = sentence(art, felder(art, frueherer_bescheid=frueher))
    assert "Änderungsbescheid" in new
    assert f"mit Bescheid vom 01.04.2020 (Aktenzeichen 15.2-X) {damals}." in new
    assert "Dieser Bescheid ersetzt den Bescheid vom 01.04.2020 vollständig." in new
    assert ("schon ausgezahlt" in new or "schon Beträge ausgezahlt" in new) == (ergebnis != "abgelehnt")


@pytest.mark.parametrize(
    ("art", "fields", "titel"),
    [
        ("verlaengerung", bewilligung(stelle(1)), "Zuwendungsbescheid"),
        ("ablehnung", ablehnung(abgelehnt(1)), "Ablehnungsbescheid"),
        ("digital", digital("bewilligt"), "Zuwendungsbescheid"),
        ("digital", digital("teilweise"), "Zuwendungsbescheid"),
        ("digital", digital("abgelehnt"), "Ablehnungsbescheid"),
    ],
)
def test_a_notice_is_called_what_it_is(art: str, fields: Fields, titel: str) -> None:
    assert titel in lines(written(art, fields))


@pytest.mark.parametrize(
    ("art", "fields"),
    [
        ("verlaengerung", bewilligung(stelle(1))),
        ("digital", digital("bewilligt", summe=Decimal(128000))),
    ],
)
def test_a_grant_says_everything_a_grant_must_say(art: str, fields: Fields) -> None:
    said = sentence(art, fields)
    for part in (
        "128.000,00 € (in Worten: einhundertachtundzwanzigtausend Euro)",
        "Zuwendungsempfänger Stadt Bad Friedrichshall (AGS 08125005)",
        "Vorhaben ",
        "Die Zuwendung ist zweckgebunden.",
        "Ob der Zweck erreicht wird, beurteilen wir",
        "Projektförderung als Zuschuss",
        "Finanzierungsart",
        "Zuwendungsfähig sind",
        "(ANBest-K) sind unverändert Bestandteil dieses Bescheids",
        "Den Verwendungsnachweis richten Sie bitte an: Regierungspräsidium Stuttgart, Referat 15.2",
        "§§ 48 und 49 LVwVfG",
        "§ 49a LVwVfG",
        "Der Verzicht ist freiwillig.",
        "innerhalb eines Monats nach Bekanntgabe Klage beim Verwaltungsgericht Stuttgart, Augustenstraße 5, 70178",
        "gegen das Land Baden-Württemberg, vertreten durch das Regierungspräsidium Stuttgart.",
        "Vordruck „Rechtsbehelfsverzicht“",
    ):
        assert part in said, part


@pytest.mark.parametrize("art", BESCHEIDE)
@pytest.mark.parametrize("fehlt", ["name", "anschrift"])
def test_a_notice_without_its_court_is_not_written(art: str, fehlt: str) -> None:
    gericht: Any = felder(art)["gericht"]
    with pytest.raises(NoticeFault, match="Der Wert ist leer"):
        written(art, felder(art, gericht={**gericht, fehlt: " "}))


@pytest.mark.parametrize(("art", "fields"), [("ablehnung", ablehnung(abgelehnt(1))), ("digital", digital("abgelehnt"))])
def test_a_refusal_promises_no_money_and_keeps_the_legal_remedy(art: str, fields: Fields) -> None:
    refusal = sentence(art, fields | {"trace": (), "kosten": None})
    assert "Wir lehnen Ihren Antrag" in refusal
    assert "Klage beim Verwaltungsgericht Stuttgart" in refusal
    for word in ("€", "bewilligen", "Nebenbestimmungen", "Auszahlung", "Festbetrag", "Anlage", "Verzicht"):
        assert word not in refusal, word


# --- extension -------------------------------------------------------------------------------------


def test_one_post_is_singular_and_has_no_sum_row() -> None:
    one = sentence("verlaengerung", bewilligung(stelle(1)))
    assert "verlängern wir die Förderung einer Stelle im Integrationsmanagement" in one
    assert "Berechnung für die verlängerte Stelle" in one
    assert one.count("Summe 128.000,00 €") == 1  # budget years only


def test_many_posts_are_plural_and_have_a_sum_row() -> None:
    many = sentence("verlaengerung", bewilligung(*map(stelle, range(3))))
    assert "verlängern wir die Förderung von 3 Stellen im Integrationsmanagement" in many
    assert "Berechnung für die verlängerten Stellen" in many
    assert many.count("Summe 128.000,00 €") == 2


@pytest.mark.parametrize(
    ("anzahl", "satz"),
    [
        (0, ""),
        (1, "Nicht verlängert wird die Stelle 08125005-00."),
        (2, "Nicht verlängert werden folgende Stellen: 08125005-00, Bad Friedrichshall 08125005-01, Bad Fried"),
    ],
)
def test_refused_posts_of_a_part_grant_are_named_where_it_is_decided(anzahl: int, satz: str) -> None:
    fields = bewilligung(stelle(9), abgelehnte=tuple(map(abgelehnt, range(anzahl))))
    part = sentence("verlaengerung", fields)
    assert satz in part.split("Begründung", maxsplit=1)[0]
    assert ("Nicht verlängert" in part) == ("lehnen wir ihn ab" in part) == bool(anzahl)
    assert part.count(NICHT_BESETZT) == anzahl


@pytest.mark.parametrize(
    ("anzahl", "satz"),
    [
        (1, "Weniger als beantragt bewilligen wir bei der Stelle 08125005-00."),
        (2, "Weniger als beantragt bewilligen wir bei folgenden Stellen: 08125005-00, Bad Friedrichshall 08125005-01"),
    ],
)
def test_posts_granted_less_than_applied_for_are_named(anzahl: int, satz: str) -> None:
    gekuerzte = tuple(stelle(n, gruende=(GEKUERZT,)) for n in range(anzahl))
    part = sentence("verlaengerung", bewilligung(*gekuerzte, gekuerzte=gekuerzte))
    assert satz in part
    assert part.count(GEKUERZT) == anzahl


@pytest.mark.parametrize("art", ["verlaengerung", "ablehnung"])
@pytest.mark.parametrize(
    ("anzahl", "teile"),
    [
        (0, []),
        (1, ["Für die Stelle 08125005-00 haben Sie keine Verlängerung beantragt; sie endet wie bewilligt."]),
        (2, ["Für folgende Stellen haben Sie keine Verlängerung beantragt; sie enden wie bewilligt:",
             "08125005-00, Bad Friedrichshall", "08125005-01"]),
    ],
)  # fmt: skip
def test_posts_nothing_was_applied_for_are_named(art: str, anzahl: int, teile: list[str]) -> None:
    nicht = tuple(stelle(n, einsatzort="" if n else "Bad Friedrichshall") for n in range(anzahl))
    told = lines(written(art, felder(art, nicht_beantragte=nicht)))
    begin = told.index(teile[0]) if teile else 0
    assert [line for line in told if "keine Verlängerung beantragt" in line] == teile[:1]
    assert told[begin : begin + len(teile)] == teile


def test_part_amounts_stand_under_each_other_and_add_up() -> None:
    told = said("verlaengerung", bewilligung(stelle(1)))
    parts = "2020\n16.000,00\u00a0€\n2021\n64.000,00\u00a0€\n2022\n48.000,00\u00a0€\nSumme\n128.000,00\u00a0€"
    assert parts in told


def test_a_single_budget_year_has_no_sum_row() -> None:
    betraege = ({"jahr": 2021, "betrag": Decimal(128000)},)
    told = sentence("verlaengerung", bewilligung(stelle(1), betraege=betraege))
    assert "Der Betrag entfällt ganz auf das folgende Haushaltsjahr:" in told
    assert "Summe 128" not in told


@pytest.mark.parametrize("art", ["verlaengerung", "ablehnung"])
@pytest.mark.parametrize("kind", [tuple, list])
@pytest.mark.parametrize(
    ("quellen", "listed"), [([], []), (["G"], []), (["G", "FAQ"], ["FAQ"]), (["FAQ", "Bestand"], ["FAQ", "Bestand"])]
)
def test_sources_are_listed_without_the_legal_basis_named_before(
    art: str, kind: Callable[[list[str]], object], quellen: list[str], listed: list[str]
) -> None:
    told = lines(written(art, felder(art, rechtsgrundlage="G", quellen=kind(quellen))))
    intro = "Der Entscheidung liegen außerdem zugrunde:"
    assert (intro in told) == bool(listed)
    if listed:
        begin = told.index(intro) + 1
        assert told[begin : begin + len(listed)] == listed
        assert told[begin + len(listed)] not in quellen


SAETZE = ("Verlängerung um 24 Monate bis 31.12.2024.", "Möglich ist höchstens 31.12.2022.", GEKUERZT)


def test_of_a_granted_post_every_sentence_of_the_reckoning_is_a_paragraph_and_a_reason_is_said_once() -> None:
    gekuerzt = stelle(1, trace=SAETZE, gruende=(GEKUERZT,))
    told = lines(written("verlaengerung", bewilligung(gekuerzt, gekuerzte=(gekuerzt,))))
    assert [told.count(satz) for satz in SAETZE] == [1, 1, 1]


def test_of_a_refused_post_only_the_reasons_are_said_and_never_the_reckoning() -> None:
    gruende = (NICHT_BESETZT, "Möglich ist höchstens 31.12.2022.")
    refused = abgelehnt(1, trace=(*SAETZE, *gruende), gruende=gruende)
    for art, fields in (("ablehnung", ablehnung(refused)),
                        ("verlaengerung", bewilligung(stelle(2), abgelehnte=(refused,)))):  # fmt: skip
        told = lines(written(art, fields))
        assert [told.count(satz) for satz in gruende] == [1, 1]
        assert not {SAETZE[0], SAETZE[2]} & set(told)


@pytest.mark.parametrize("beratung", [True, False])
def test_remarks_are_about_advice_during_the_pandemic_only(beratung: bool) -> None:
    told = lines(written("verlaengerung", bewilligung(stelle(1), beratung_hinweis=beratung)))
    assert ("Hinweise" in told) == beratung
    assert ("ist nicht förderschädlich" in "".join(told)) == beratung


@pytest.mark.parametrize("art", ["verlaengerung", "ablehnung"])
def test_what_is_meant_for_the_office_stands_in_no_notice(art: str) -> None:
    assert "Nur für das Amt." not in said(art, felder(art, hinweise=("Nur für das Amt.",)))


def test_past_part_amounts_are_paid_with_the_notice_and_later_ones_in_their_year() -> None:
    told = sentence("verlaengerung", bewilligung(stelle(1)))
    assert ("Die Zuwendung wird ausgezahlt, sobald dieser Bescheid bestandskräftig ist; Teilbeträge späterer "
            "Haushaltsjahre zahlen wir in ihrem Haushaltsjahr aus. Die Termine folgen.") in told  # fmt: skip


@pytest.mark.parametrize(
    ("anzahl", "saetze"),
    [
        (1, ("betrifft die Stelle 08125005-00.", "Für die abgelehnte Stelle gilt:")),
        (3, ("betrifft die 3 Stellen, die", "Für die abgelehnten Stellen gilt")),
    ],
)
def test_a_refusal_counts_its_posts(anzahl: int, saetze: tuple[str, ...]) -> None:
    told = sentence("ablehnung", ablehnung(*map(abgelehnt, range(anzahl))))
    assert all(satz in told for satz in saetze)


# --- digital solution ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ergebnis", "satz"),
    [
        ("bewilligt", "Er gilt für den ganzen Bescheid."),
        ("teilweise", "Weniger als beantragt bewilligen wir aus folgenden Gründen:"),
        ("abgelehnt", "Der Antrag wird aus folgenden Gründen abgelehnt:"),
    ],
)
def test_reasons_on_a_digital_solution_fit_the_result(ergebnis: str, satz: str) -> None:
    told = sentence("digital", digital(ergebnis))
    assert satz in told
    assert ("aus folgenden Gründen" in told) == (ergebnis != "bewilligt")
    assert ("lehnen wir ihn ab" in told) == (ergebnis == "teilweise")


def test_what_was_not_told_of_a_digital_solution_leaves_no_gap() -> None:
    told = sentence("digital", LETTERS["digital, nothing filled in"][1])
    assert "Vorhaben Erwerb und Nutzung einer digitalen Lösung Art und Form" in told
    for label in ("Zugriff vorgesehen für", "Beantragte Ausgaben"):
        assert label not in told
    refused = sentence("digital", digital("abgelehnt", loesung=""))
    assert "eine Zuwendung für eine digitale Lösung im Integrationsmanagement ab" in refused


@pytest.mark.parametrize(("ergebnis", "offen"), [("bewilligt", 1), ("teilweise", 1), ("abgelehnt", 0)])
def test_what_a_grant_for_a_digital_solution_lacks_is_marked(ergebnis: str, offen: int) -> None:
    data = written("digital", digital(ergebnis))
    marked = re.findall(r'<w:rStyle w:val="Zuklren"/></w:rPr><w:t[^>]*>([^<]*)</w:t>', xml(data))
    assert len(marked) == said("digital", digital(ergebnis)).count("[zu klären: ") == offen
    for was in ("Finanzierungsart", "Bewilligungszeitraum", "Teilbeträge je Haushaltsjahr", "Finanzierungsplan"):
        assert all(was in text for text in marked)
    assert "finanzierung" not in sentence("digital", digital(ergebnis))  # claims no type of financing


@pytest.mark.parametrize("letter", [letter for letter in LETTERS.values() if letter[0] != "digital"])
def test_nothing_is_marked_as_lacking_in_any_other_letter(letter: tuple[str, Fields]) -> None:
    assert "[zu klären" not in said(*letter)


# --- the other letters -----------------------------------------------------------------------------


def test_a_request_lists_every_fault_and_names_the_deadline() -> None:
    befunde = tuple(
        zeile("nachforderung", "befunde", nr=n, meldung=f"Meldung {n}.", gefunden="o,5 & <mehr>") for n in (1, 2, 3)
    )
    leer = {**befunde[1], "blatt": "", "zelle": "", "feld": "", "gefunden": "", "quelle": "", "stelle": ""}
    told = said("nachforderung", felder("nachforderung", befunde=(befunde[0], leer, befunde[2])))
    assert "brauchen wir noch 3\u00a0Angaben von Ihnen" in told
    assert "bis zum 25.05.2020" in told
    assert "o,5 & <mehr>" in told
    assert "ganze Datei" in told
    order = [told.index(f"Meldung {n}.") for n in (1, 2, 3)]
    assert order == sorted(order)
    assert "Klage" not in told


def test_a_request_for_one_thing_says_so() -> None:
    one = felder("nachforderung", befunde=(zeile("nachforderung", "befunde"),))
    assert "brauchen wir noch eine Angabe von Ihnen" in said("nachforderung", one)


def test_the_letter_on_a_sammelmappe_says_whose_row_it_is_and_not_to_hand_it_on() -> None:
    told = sentence("sammelmappe", felder("sammelmappe"))
    assert "brauchen wir noch 2 Angaben" in told and "bis zum 25.05.2020" in told
    assert "1 Stadt Bad Friedrichshall Antragsteller, L7 IBAN" in told and "2 Gemeinde Abstatt Stellen, I14 VZÄ" in told
    assert "nicht an einzelne von ihnen weiter" in told and "gilt, was zuletzt bei uns eingeht" in told
    mappe = zeile("sammelmappe", "ergaenzungen", traeger="", blatt="", zelle="", feld="")
    assert "eine Angabe" in (one := sentence("sammelmappe", felder("sammelmappe", ergaenzungen=(mappe,))))
    assert "1 ganze Datei" in one


@pytest.mark.parametrize("art", ["nachforderung", "sammelmappe", "eingangsbestaetigung", "kreisuebersicht"])
@pytest.mark.parametrize("durchwahl", ["", "-271"])
@pytest.mark.parametrize("bearbeitung", ["", "Frau Çelik"])
def test_what_the_office_has_not_set_leaves_no_gap(art: str, bearbeitung: str, durchwahl: str) -> None:
    behoerde: Any = felder(art)["behoerde"]
    told = said(art, felder(art, behoerde={**behoerde, "bearbeitung": bearbeitung, "durchwahl": durchwahl}))
    contact = {("", ""): "bitte bei uns.", ("", "-271"): "bitte bei uns.", ("Frau Çelik", ""): "bitte:\nFrau Çelik\n",
               ("Frau Çelik", "-271"): "bitte:\nFrau Çelik, Telefon\u00a0-271\n"}  # fmt: skip
    assert f"melden Sie sich {contact[bearbeitung, durchwahl]}" in f"{told}\n"
    assert ("Bearbeitung\t" in told) == bool(bearbeitung) and ("Durchwahl\t" in told) == bool(durchwahl)


@pytest.mark.parametrize(
    ("anzahl", "digitale", "was"),
    [
        (0, False, "eingegangen."),
        (0, True, "eingegangen und gilt für eine digitale Lösung."),
        (1, False, "eingegangen und gilt für eine Stelle."),
        (3, False, "eingegangen und gilt für 3 Stellen."),
        (3, True, "eingegangen und gilt für 3 Stellen und eine digitale Lösung."),
    ],
)
def test_an_acknowledgement_says_what_came_and_promises_nothing(anzahl: int, digitale: bool, was: str) -> None:
    posten = tuple(zeile("eingangsbestaetigung", "beantragte", stelle=f"S-{n}") for n in range(anzahl))
    told = sentence(
        "eingangsbestaetigung", felder("eingangsbestaetigung", beantragte=posten, digital_beantragt=digitale)
    )
    assert f"Er ist am 02.03.2020 bei uns {was}" in told
    assert "noch keine Entscheidung und keine Zusage" in told
    assert all(f"S-{n}" in told for n in range(anzahl))
    assert ("Bitte prüfen Sie diese Aufstellung" in told) == bool(anzahl)


def test_a_post_without_further_facts_is_acknowledged_too() -> None:
    leer = zeile("eingangsbestaetigung", "beantragte", einsatzort="", vzae=None, bewilligt_bis=None, wunschende=None)
    told = said("eingangsbestaetigung", felder("eingangsbestaetigung", beantragte=(leer,)))
    assert "08125005-01\n–\n–\nso lange wie möglich" in told


def test_the_overview_tells_who_applied_and_who_is_missing() -> None:
    told = sentence("kreisuebersicht", felder("kreisuebersicht"))
    assert "Stand der Anträge im Landkreis Heilbronn am 04.05.2020" in told
    assert "Anträge eingegangen 2, davon 1 mit Rückfrage" in told
    assert "Gemeinde Abstatt 08125001 02.03.2020 Rückfrage 1 – –" in told
    assert "Gemeinde Beilstein 08125008 1 30.09.2020" in told
    assert "verbindlich ist allein der Bescheid" in told


def test_an_overview_without_applications_or_without_missing_ones_says_so() -> None:
    nobody = sentence(*LETTERS["nobody has applied"])
    assert "Bisher liegt uns kein Antrag vor." in nobody
    assert "€" not in nobody and "Rückfrage" not in nobody
    everybody = sentence(*LETTERS["everybody has applied"])
    assert "haben einen Antrag gestellt." in everybody
    assert "Wird nichts beantragt" not in everybody


def test_an_overview_of_no_kreis_is_not_written() -> None:
    with pytest.raises(NoticeFault, match="Der Wert ist leer"):
        written("kreisuebersicht", felder("kreisuebersicht", kreis=""))


@pytest.mark.parametrize(("ergebnis", "auch"), [("bewilligt", False), ("teilweise", True)])
def test_the_waiver_names_its_notice_and_presses_nobody(ergebnis: str, auch: bool) -> None:
    fields = felder("rechtsbehelfsverzicht", ergebnis=ergebnis, bescheid="Änderungsbescheid")
    told = sentence("rechtsbehelfsverzicht", fields)
    assert "Änderungsbescheid vom 04.05.2020, Aktenzeichen 15.2-PiK-08125-0042" in told
    assert "128.000,00 € (in Worten: einhundertachtundzwanzigtausend Euro)" in told
    assert "Wir verzichten darauf, gegen diesen Bescheid Rechtsbehelfe einzulegen." in told
    assert "danach können Sie nicht mehr gegen den Bescheid klagen" in told
    assert ("auch nicht, soweit er Ihren Antrag ablehnt" in told) == auch
    assert "Die Erklärung ist freiwillig." in told


def test_the_waiver_comes_from_the_recipient() -> None:
    data = written("rechtsbehelfsverzicht", felder("rechtsbehelfsverzicht"))
    for number in (1, 2):
        assert "Regierungspräsidium" not in "".join(lines(data, f"word/header{number}.xml"))
    heads = [line for number in (1, 2) for line in lines(data, f"word/header{number}.xml")]
    assert "Rathausplatz 1" in heads and heads.count("Stadt Bad Friedrichshall") == 1
    address = lines(data)
    assert address[:3] == ["Stadt Bad Friedrichshall", "Regierungspräsidium Stuttgart", "Referat 15.2"]
