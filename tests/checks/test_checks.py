"""Every check of the catalogue is raised by a case, and an ordinary application raises none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from factories import STELLE, antrag, bewilligung, stelle

from pik_xl.checks.catalogue import CATALOGUE, RETIRED, THEMEN
from pik_xl.checks.datei import CODES, message_of
from pik_xl.checks.headline import headline
from pik_xl.checks.runner import check_all, findings, tell
from pik_xl.checks.schreiben import MESSAGES as LETTERS
from pik_xl.checks.subjects import OfAntrag, OfMangel, OfStelle
from pik_xl.eingang.sendung import Mangel, Mangelart, Sendung
from pik_xl.formular.pruefsumme import parse, versandt
from pik_xl.model import Angabe, Antrag, Art, Beratungsform, Besetzung, Bewilligung, Place, Qualifikation, Schwere
from pik_xl.ooxml.container import ARTEN
from pik_xl.recht.lage import Lage
from pik_xl.recht.regelstand import regelstand
from pik_xl.recht.rules import shipped_rulebook
from pik_xl.recht.vorgang import superseded
from pik_xl.register import load_register

TAG = date(2020, 5, 4)


def lage(*bestand: Bewilligung, tag: date = TAG) -> Lage:
    rules = shipped_rulebook()
    posts = bestand or (bewilligung(),)
    return Lage(load_register(), {b.stelle: b for b in posts}, rules, regelstand(rules, tag))


def sendung(*antraege: Antrag) -> list[Sendung]:
    return [Sendung(a.datei, a.eingang, (a,)) for a in antraege]


def codes(antraege: Iterable[Antrag], where: Lage | None = None) -> set[str]:
    return {f.code for f in check_all(sendung(*antraege), where or lage())}


def with_stelle(**changes: object) -> Antrag:
    return antrag(stellen=(stelle(**changes),))


SECOND = antrag(schluessel="b.xlsx", datei="b.xlsx", eingang=date(2020, 4, 20), inhalt="zwei")
NEIGHBOUR = bewilligung(stelle="08115003-01", ags="08115003", traeger="Stadt Böblingen")
FROM_NEIGHBOUR = antrag(
    schluessel="c.xlsx", datei="c.xlsx", ags="08115003", traeger="Stadt Böblingen", stellen=(stelle(ags="08115003"),)
)

# The second programme, applied for completely.
DIGITAL: dict[str, Any] = {
    "digital_antrag": True,
    "digital_loesung": "Fallakte",
    "digital_kosten": Decimal("18500.00"),
    "digital_zahl": 250,
    "digital_zugang": True,
}


def versandt_mit(sammelmappe: bool = False, **changes: object) -> dict[str, str]:
    """The checksums of the ordinary form, sent with these facts of the post instead."""
    kopf = {"traeger": "Stadt Leonberg", "art": Art.STADT, "ags": "08115028", "kreis": "08115"}
    row = {"stelle": STELLE, "ags": "08115028", "einsatzort": "Leonberg", "vzae_bewilligt": Decimal("0.5"),
           "beginn": date(2017, 10, 1), "bewilligt_bis": date(2020, 9, 30)}  # fmt: skip
    return parse(versandt([kopf], [row | changes], sammelmappe))


# code -> the applications that raise it, and what the office knows
CASES: dict[str, tuple[list[Antrag], Lage]] = {
    "P01": ([antrag(ansprechperson=None)], lage()),
    "P02": ([with_stelle(besetzung_heute=None)], lage()),
    "P03": ([antrag(erklaerung_richtig=False)], lage()),
    "P04": ([antrag(stellen=())], lage()),
    "P05": ([with_stelle(verlaengern=False)], lage()),
    "F20": ([antrag(form_version="2019.4")], lage()),
    "W20": ([antrag(iban="DE00600501010000000001")], lage()),
    "W21": ([antrag(email="rathaus(at)stadt.de")], lage()),
    "W22": ([antrag(plz="7122")], lage()),
    "W23": ([antrag(ags="08999999")], lage()),
    "W24": ([antrag(kreis="08116")], lage()),
    "W25": ([with_stelle(vzae=Decimal("0.24"))], lage()),
    "W26": ([with_stelle(unterbrechung=61)], lage()),
    "W27": ([with_stelle(vzae=Decimal("0.255"))], lage()),
    "W28": ([antrag(unterzeichnet_am=date(2020, 6, 1))], lage()),
    "B01": ([antrag()], lage(NEIGHBOUR)),
    "B02": ([with_stelle(stelle="08115028-99")], lage()),
    "B03": ([with_stelle(stelle=NEIGHBOUR.stelle)], lage(bewilligung(), NEIGHBOUR)),
    "B04": ([with_stelle(vzae=Decimal("0.51"))], lage()),
    "B05": ([with_stelle(bewilligt_bis=date(2021, 9, 30))], lage()),
    "B06": ([antrag()], lage(bewilligung(), bewilligung(stelle="08115028-02"))),
    "B07": ([with_stelle(qualifikation=Qualifikation.MITTLERER_ABSCHLUSS)], lage()),
    "V01": ([with_stelle(besetzung_heute=Besetzung.UNBESETZT)], lage()),
    "V02": ([antrag()], lage(bewilligung(bewilligt_bis=date(2022, 9, 30)))),
    "V03": ([with_stelle(wunschende=date(2022, 10, 1))], lage()),
    "V04": ([with_stelle(wunschende=date(2020, 9, 30))], lage()),
    "V05": ([with_stelle(unterbrechung=13)], lage()),
    "V06": ([antrag(eingang=date(2020, 5, 1))], lage()),
    "V07": ([antrag(beratungsform=Beratungsform.FERNMUENDLICH)], lage()),
    "V08": (
        [with_stelle(bewilligt_bis=date(2020, 5, 3))],
        lage(bewilligung(bewilligt_bis=date(2020, 5, 3))),
    ),
    "V09": ([with_stelle(arbeitgeber="Caritasverband")], lage()),
    "V10": ([antrag(**DIGITAL | {"digital_zugang": False})], lage()),
    "P06": ([with_stelle(person=None)], lage()),
    "F21": ([antrag(pruefsummen=versandt_mit(einsatzort="Böblingen"))], lage()),
    "W29": ([antrag(kontoinhaber="Max Mustermann")], lage()),
    "W30": ([antrag(unterzeichnet_am=date(2019, 3, 16))], lage()),
    "W31": ([with_stelle(bewilligt_bis=date(2017, 9, 30))], lage()),
    "W32": ([with_stelle(wunschende=date(2202, 9, 30))], lage()),
    "W33": ([with_stelle(einsatzort="Mannheim")], lage()),
    "W34": ([antrag(art=Art.GEMEINDE)], lage()),
    "W35": ([with_stelle(beginn=date(2019, 1, 1))], lage()),
    "W36": ([antrag(**DIGITAL | {"digital_zahl": 0})], lage()),
    "B09": ([antrag()], lage(bewilligung(jahresbetrag=Decimal("51000.00")))),
    "K01": ([antrag()], replace(lage(bewilligung(), NEIGHBOUR), vollstaendig=True)),
    "K02": ([antrag(**DIGITAL | {"digital_zahl": 1})], lage(bewilligung(), NEIGHBOUR)),
    "K03": ([antrag(**DIGITAL), replace(FROM_NEIGHBOUR, **DIGITAL)], lage(bewilligung(), NEIGHBOUR)),
    "S01": ([antrag(inhalt="eins"), SECOND], lage()),
    "S02": ([antrag(inhalt="zwei"), SECOND], lage()),
    "S03": ([antrag(), FROM_NEIGHBOUR], lage(bewilligung(), NEIGHBOUR)),
    "S04": ([antrag(stellen=(stelle(), stelle()))], lage()),
}


def test_an_ordinary_application_raises_nothing() -> None:
    assert codes([antrag()]) == set()


@pytest.mark.parametrize("code", sorted(CASES))
def test_a_check_is_raised_by_its_case(code: str) -> None:
    antraege, where = CASES[code]
    assert code in codes(antraege, where)


@pytest.mark.parametrize("art", Mangelart)
def test_every_fault_of_reading_has_words(art: Mangelart) -> None:
    mangel = Mangel(art, Place("a.xlsx", "Stellen", "C7"), "etwas", "wunschende")
    finding = tell(message_of(mangel), OfMangel(lage(), mangel), mangel.feld)
    assert finding.code == CODES[art]
    assert "{" not in finding.meldung + finding.bitte
    assert finding.place == Place("a.xlsx", "Stellen", "C7")


def test_every_check_of_the_catalogue_has_a_case() -> None:
    assert {check.code for check in CATALOGUE} == set(CASES) | set(CODES.values()) | {
        *("S05", "S06"),  # test_haushalt.py
        *("M01", "M02", "M03", "M04", "M05", "M06", "M08", "M09", "M10", "M11"),  # test_eintragungen.py
        *("M15", "M16", "M17", "M18"),  # test_eintragungen.py
        *("M12", "M13", "M14"),  # test_master_einstellungen.py
        *("M07", "B08", "M19"),  # test_bezuege.py, test_jobs.py, test_verbleib.py
        *(message.code for message in LETTERS),  # test_schreiben.py
    }


def test_every_check_has_a_unique_code_a_title_and_a_source() -> None:
    all_codes = [check.code for check in CATALOGUE]
    assert len(set(all_codes)) == len(all_codes) >= 45
    assert {code[0] for code in all_codes} == set(THEMEN)
    for check in CATALOGUE:
        assert re.fullmatch(r"[A-Z]\d\d", check.code)
        assert check.titel and check.quelle


@pytest.mark.parametrize("code", sorted(CASES))
def test_a_finding_speaks_to_people(code: str) -> None:
    antraege, where = CASES[code]
    for finding in check_all(sendung(*antraege), where):
        assert finding.meldung.endswith((".", ")")) and finding.bitte.endswith((".", ")"))
        assert "!" not in finding.meldung + finding.bitte
        assert not re.search(r"\b(None|True|False|Decimal|date)\b", finding.meldung + finding.bitte)
        assert finding.quelle


def test_a_check_that_does_not_hold_stays_silent_on_the_other_side_of_its_boundary() -> None:
    assert "W25" not in codes([with_stelle(vzae=Decimal("0.25"))])
    assert "W26" not in codes([with_stelle(unterbrechung=60)])
    assert "B04" not in codes([with_stelle(vzae=Decimal("0.50"))])
    assert "V03" not in codes([with_stelle(wunschende=date(2022, 9, 30))])
    assert "V04" not in codes([with_stelle(wunschende=date(2020, 10, 1))])
    known = lage(tag=date(2020, 11, 11))
    assert "V05" not in codes([with_stelle(unterbrechung=12)], known)
    assert "V05" in codes([with_stelle(unterbrechung=13)], known)
    assert "W30" not in codes([antrag(unterzeichnet_am=date(2019, 3, 17))])
    assert "W31" not in codes([with_stelle(bewilligt_bis=date(2017, 10, 1))])
    assert "W32" not in codes([with_stelle(wunschende=date(2100, 12, 31))])
    assert "W35" not in codes([with_stelle(beginn=date(2018, 12, 31))])
    assert "W36" not in codes([antrag(**DIGITAL | {"digital_zahl": 1, "digital_kosten": Decimal("0.01")})])
    today = date(2020, 5, 4)
    assert "V08" not in codes([with_stelle(bewilligt_bis=today)], lage(bewilligung(bewilligt_bis=today)))
    assert "V06" not in codes([antrag(eingang=date(2020, 4, 30), unterzeichnet_am=date(2020, 4, 30))])


def test_the_reference_date_decides_which_status_counts() -> None:
    vacant_now = [with_stelle(besetzung_heute=Besetzung.UNBESETZT)]
    assert "V01" in codes(vacant_now, lage(tag=date(2020, 5, 4)))
    assert "V01" not in codes(vacant_now, lage(tag=date(2020, 11, 11)))


def test_counselling_by_phone_is_never_more_than_a_hinweis() -> None:
    findings = check_all(sendung(antrag(beratungsform=Beratungsform.FERNMUENDLICH)), lage())
    assert [f.schwere for f in findings] == [Schwere.HINWEIS]


def test_a_missing_entry_silences_the_checks_of_its_value() -> None:
    assert codes([antrag(iban=None, email=None, plz=None)]) == {"P01"}


def test_an_unreadable_entry_is_not_called_missing() -> None:
    unreadable = with_stelle(vzae=None, angaben={"vzae": Angabe("halb", "Stellen", "I9")})
    assert "P02" not in codes([unreadable])


def test_a_post_that_is_not_to_be_extended_needs_no_more_than_its_number() -> None:
    other = stelle(stelle="08115028-02", verlaengern=False, vzae=None, qualifikation=None, besetzung_heute=None)
    posts = (bewilligung(), bewilligung(stelle="08115028-02"))
    assert codes([antrag(stellen=(stelle(), other))], lage(*posts)) == set()


def test_without_a_bestand_its_checks_are_silent() -> None:
    rules = shipped_rulebook()
    nothing_known = Lage(load_register(), {}, rules, regelstand(rules, TAG))
    assert codes([antrag()], nothing_known) == set()


def test_a_finding_names_file_sheet_cell_and_what_was_found() -> None:
    angaben = {"iban": Angabe("DE00 6005", "Antrag", "C21")}
    (finding,) = check_all(sendung(antrag(iban="DE006005", angaben=angaben)), lage())
    assert finding.place == Place("a.xlsx", "Antrag", "C21")
    assert finding.gefunden == "DE00 6005"
    assert finding.feld == "IBAN"


def test_the_newer_application_counts_whatever_the_order_of_reading() -> None:
    first, second = antrag(inhalt="eins"), SECOND
    assert superseded([first, second]) == superseded([second, first]) == {first.schluessel: second}


def test_a_copy_takes_nothing_from_the_application_it_is_a_copy_of() -> None:
    first = antrag(schluessel="08115/Antrag.xlsx", inhalt="eins")
    copy = replace(first, schluessel="08115/Antrag - Kopie.xlsx", datei="08115/Antrag - Kopie.xlsx")
    later = replace(copy, eingang=date(2020, 4, 20))
    for second in (copy, later):
        assert superseded([first, second]) == superseded([second, first]) == {second.schluessel: first}
    assert superseded([first, SECOND, replace(SECOND, schluessel="b - Kopie.xlsx")])[first.schluessel] is SECOND


def test_a_post_refused_by_one_applicant_is_no_conflict() -> None:
    not_wanted = replace(FROM_NEIGHBOUR, stellen=(stelle(ags="08115003", verlaengern=False),))
    assert "S03" not in codes([antrag(), not_wanted], lage(bewilligung(), NEIGHBOUR))


def test_a_conflict_over_a_post_is_a_finding_on_both_sides() -> None:
    antraege, where = CASES["S03"]
    found = [f.antrag for f in check_all(sendung(*antraege), where) if f.code == "S03"]
    assert sorted(found) == sorted(a.schluessel for a in antraege)


def test_facts_as_they_were_sent_are_no_tampering() -> None:
    assert "F21" not in codes([antrag(pruefsummen=versandt_mit())])
    assert "F21" not in codes([antrag(pruefsummen=versandt_mit(sammelmappe=True), sammelmappe=True)])
    assert "F21" not in codes([antrag(pruefsummen={})])


def test_tampering_with_the_applicant_is_told_in_a_form_and_in_a_sammelmappe() -> None:
    single = antrag(traeger="Stadt Leonberg a. d. Glems", pruefsummen=versandt_mit())
    bundled = antrag(traeger="Stadt X", pruefsummen=versandt_mit(sammelmappe=True), sammelmappe=True)
    for changed in (single, bundled):
        assert "F21" in codes([changed])


def test_what_differs_from_the_bestand_is_told_there_and_not_again_as_tampering() -> None:
    changed = with_stelle(bewilligt_bis=date(2021, 9, 30))
    found = codes([replace(changed, pruefsummen=versandt_mit())])
    assert "B05" in found and "F21" not in found


def test_without_a_bestand_tampering_with_a_post_is_still_seen() -> None:
    changed = replace(with_stelle(vzae_bewilligt=Decimal("0.75")), pruefsummen=versandt_mit())
    rules = shipped_rulebook()
    assert codes([changed], Lage(load_register(), {}, rules, regelstand(rules, TAG))) == {"F21"}


def test_the_checksums_of_more_posts_than_a_cell_holds_are_cut_between_posts() -> None:
    rows = [{"stelle": f"08115028-{n:05}", "einsatzort": "Leonberg"} for n in range(3_000)]
    text = versandt([], rows, sammelmappe=False)
    assert len(text) < 32_767
    summen = parse(text)
    assert 1_000 < len(summen) < 3_000 and all(len(summe) == 8 for summe in summen.values())


def test_the_account_may_belong_to_the_cash_office_or_to_a_member() -> None:
    verband = load_register().verbaende["081155004"]
    member = next(g.name for g in load_register().gemeinden.values() if g.verband == verband.ars)
    for holder, where in (
        ("Stadtkasse", {}),
        ("Stadtkasse LEONBERG", {}),
        (f"Gemeinde {member}", {"ags": verband.ars}),
    ):
        assert "W29" not in codes([antrag(kontoinhaber=holder, **where)]), holder


def test_the_long_key_is_recognised_and_the_right_one_named() -> None:
    ars = load_register().gemeinden["08115028"].ars
    (finding,) = [f for f in check_all(sendung(antrag(ags=ars)), lage()) if f.code == "W23"]
    assert "Leonberg" in finding.meldung and finding.bitte == "Bitte 08115028 eintragen."


def test_working_beyond_the_kreis_is_no_question_where_a_cooperation_is_named() -> None:
    elsewhere = with_stelle(einsatzort="Mannheim")
    assert "W33" not in codes([replace(elsewhere, verbund="Stadt Mannheim")])
    assert "W33" not in codes([with_stelle(einsatzort="Außenstelle Nord")])


def test_the_second_programme_asks_nothing_of_those_who_do_not_apply_for_it() -> None:
    for antwort in (None, False):
        assert codes([antrag(digital_antrag=antwort, digital_zahl=0, digital_zugang=False)]) == set()
    assert codes([antrag(**DIGITAL)]) == set()
    missing = check_all(sendung(antrag(digital_antrag=True)), lage())
    assert {f.code for f in missing} == {"P01"} and len(missing) == 4


def test_all_of_a_kreis_get_access_except_to_posts_that_are_vacant() -> None:
    posts = lage(bewilligung(), NEIGHBOUR)
    vacant = replace(FROM_NEIGHBOUR, stellen=(stelle(stelle=NEIGHBOUR.stelle, besetzung_heute=Besetzung.UNBESETZT),))
    assert "K02" not in codes([antrag(**DIGITAL | {"digital_zahl": 2})], posts)
    assert "K02" not in codes([antrag(**DIGITAL | {"digital_zahl": 1}), vacant], posts)


def test_who_has_not_applied_is_named_once_per_kreis_and_only_when_the_whole_in_tray_was_read() -> None:
    posts = lage(bewilligung(), NEIGHBOUR)
    assert "K01" not in codes([antrag()], posts)
    (finding,) = [f for f in check_all(sendung(antrag()), replace(posts, vollstaendig=True)) if f.code == "K01"]
    assert "Stadt Böblingen" in finding.meldung and "Leonberg" not in finding.meldung
    assert (finding.kreis, finding.gefunden) == ("08115", "1 von 2 Antragstellern fehlt")


def test_an_application_replaced_by_a_newer_one_asks_for_no_second_solution() -> None:
    older = antrag(**DIGITAL)
    assert "K03" not in codes([older, replace(SECOND, **DIGITAL)])


def test_the_headline_counts_cases_and_says_what_to_do() -> None:
    findings = check_all(sendung(antrag(iban="DE00"), replace(SECOND, ags="08999999")), lage())
    lines = headline(findings, dateien=2, antraege=2)
    assert lines[0] == "2 Anträge in 2 Dateien geprüft, 2 Fälle brauchen Arbeit. Bitte:"
    assert "2 Fälle: unmögliche Werte berichtigen" in lines


def test_the_headline_of_a_clean_run_asks_for_nothing() -> None:
    assert headline([], dateien=1, antraege=1) == ["1 Antrag in 1 Datei geprüft, keiner braucht Arbeit."]


def test_the_other_kinds_of_file_faults_are_faults_of_reading_too() -> None:
    assert set(ARTEN) <= set(Mangelart) == set(CODES)


def test_a_code_that_meant_something_once_is_never_given_again() -> None:
    """It stands in masters and letters of that time."""
    alive = {entry.code for entry in CATALOGUE}
    assert not alive & set(RETIRED) and set(RETIRED.values()) <= alive
    assert list(RETIRED) == ["D12", *(f"D{number}" for number in range(15, 26))]


def test_a_check_is_run_on_what_it_looks_at_and_on_nothing_else() -> None:
    """A post is part of its application, and still no check of applications runs on it."""
    of = OfAntrag(lage(), antrag(iban="falsch", stellen=(stelle(vzae=Decimal("0.24")),)))
    assert [f.code for f in findings(of)] == ["W20"]
    assert [f.code for f in findings(of.of_stelle(of.antrag.stellen[0]))] == ["W25"]


def test_a_subject_says_what_is_wrong_with_its_field_where_it_stands_and_whose_it_is() -> None:
    row = stelle(vzae=Decimal("0.24"), angaben={"vzae": Angabe("0,24", "Stellen", "I9")})
    (finding,) = findings(OfStelle(lage(), antrag(), row))
    assert (finding.place, finding.feld, finding.gefunden) == (
        Place("a.xlsx", "Stellen", "I9"),
        "VZÄ beantragt",
        "0,24",
    )
    assert (finding.antrag, finding.stelle, finding.ags, finding.kreis) == ("a.xlsx", STELLE, "08115028", "08115")
