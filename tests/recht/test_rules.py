"""The rulebook: dated steps with sources, and a loader that tells a lawyer where a file is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from factories import abweichung

from pik_xl.errors import PikError
from pik_xl.kinds import TYPES
from pik_xl.recht.rules import BASIS, UNITS, Rule, load_rulebook, shipped_rulebook

RULES = shipped_rulebook()
ALL_RULES = list(RULES.rules.values())
ALL_STEPS = [step for rule in ALL_RULES for step in rule.steps]

HEAD = '[dauer]\nname = "Dauer"\ntext = "Wie lange."\nunit = "Monate"\n'
STEP = '[[dauer.since]]\nfrom = 2020-01-01\nvalue = 24\nsource = "Gesetz"\nbasis = "official"\n'
LATER = STEP.replace("2020-01-01", "2021-07-01").replace("24", "36")


def rulebook(folder: Path, **files: str) -> Rule:
    """The rule `dauer` of a folder with these files."""
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return load_rulebook(folder)["dauer"]


# --- the rulebook we ship ------------------------------------------------------------------------


def test_every_step_has_a_source_and_a_basis() -> None:
    assert len(ALL_STEPS) >= 25
    for step in ALL_STEPS:
        assert step.source.strip() and step.basis in BASIS, (step.rule, step.since)
        assert type(step.value) is TYPES[UNITS[step.unit]] or step.value == "heute", (step.rule, step.since)


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.key)
def test_the_steps_of_a_rule_ascend_and_share_its_name_and_unit(rule: Rule) -> None:
    assert all(earlier.bekannt < later.bekannt for earlier, later in pairwise(rule.steps))
    assert all(step.since <= step.bekannt for step in rule.steps)
    assert {(step.rule, step.name, step.unit) for step in rule.steps} == {(rule.key, rule.name, rule.unit)}
    assert rule.text.endswith(".")


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.key)
def test_the_step_known_last_wins_on_both_sides_of_the_day_it_became_known(rule: Rule) -> None:
    for earlier, later in pairwise(rule.steps):
        assert rule.on(later.bekannt - timedelta(days=1)) is earlier
        assert rule.on(later.bekannt) is later
        assert rule.on(later.bekannt + timedelta(days=1)) is later


@pytest.mark.parametrize("key", ["hoechstdauer", "schritt", "stichtag", "unterbrechung"])
def test_what_changed_retroactively_applies_earlier_only_where_it_is_known(key: str) -> None:
    vwv = next(step for step in RULES[key].steps if step.bekannt == date(2020, 11, 11))
    new_year, known = date(2020, 1, 1), date(2020, 11, 11)
    assert RULES[key].on(new_year, known) is vwv
    assert RULES[key].on(new_year, known - timedelta(days=1)) is not vwv
    assert RULES[key].on(new_year) is not vwv
    assert RULES[key].on(new_year - timedelta(days=1), known) is not vwv


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.key)
def test_in_the_end_the_last_step_counts(rule: Rule) -> None:
    assert rule.on(date(9999, 12, 31)) is rule.steps[-1]


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.key)
def test_before_its_first_step_a_rule_says_from_which_day_it_knows_a_value(rule: Rule) -> None:
    first = rule.steps[0].since
    assert rule.on(first) is rule.steps[0]
    with pytest.raises(PikError, match=rule.name) as error:
        rule.on(first - timedelta(days=1))
    assert rule.file in str(error.value)
    assert f"ab dem {first:%d.%m.%Y}" in str(error.value)


@pytest.mark.parametrize(
    ("key", "day", "value"),
    [
        ("hoechstdauer", date(2018, 11, 15), 24),
        ("hoechstdauer", date(2018, 11, 16), 36),
        ("hoechstdauer", date(2019, 12, 31), 36),
        ("hoechstdauer", date(2020, 1, 26), 36),
        ("hoechstdauer", date(2020, 1, 27), 60),
        ("schritt", date(2018, 11, 15), 0),
        ("schritt", date(2018, 11, 16), 12),
        ("schritt", date(2019, 12, 31), 12),
        ("schritt", date(2020, 1, 26), 12),
        ("schritt", date(2020, 1, 27), 24),
        ("stichtag", date(2019, 12, 31), "heute"),
        ("stichtag", date(2020, 1, 26), "heute"),
        ("stichtag", date(2020, 1, 27), "heute"),
        ("stichtag", date(2020, 11, 10), "heute"),
        ("stichtag", date(2020, 11, 11), date(2018, 12, 31)),
        ("unterbrechung", date(2020, 11, 10), 0),
        ("unterbrechung", date(2020, 11, 11), 12),
        ("jahresbetrag_hochschule", date(2020, 5, 4), Decimal("64000.00")),
        ("jahresbetrag_mittlerer_abschluss", date(2020, 5, 4), Decimal("51000.00")),
        ("mindestanteil", date(2020, 5, 4), Decimal("0.25")),
    ],
)
def test_a_rule_says_what_the_sources_say(key: str, day: date, value: object) -> None:
    assert RULES[key].on(day).value == value


def test_only_the_years_with_money_have_an_appropriation() -> None:
    assert {year: step.value for year, step in RULES.ansaetze.items()} == {
        2017: Decimal("58000000.00"),
        2018: Decimal("58000000.00"),
        2019: Decimal("70000000.00"),
        2020: Decimal("70000000.00"),
        2021: Decimal("70000000.00"),
    }


def test_a_day_shows_the_rules_in_force_and_no_others() -> None:
    before, after = RULES.on(date(2020, 2, 29)), RULES.on(date(2020, 3, 1))
    assert {step.rule for step in after} - {step.rule for step in before} == {"pandemie"}
    assert RULES.on(date(2016, 12, 31)) == []


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("hoechstdauer", "60 Monate"),
        ("jahresbetrag_mittlerer_abschluss", "51.000,00\u00a0€ je VZÄ und Jahr"),
        ("ansatz", "70.000.000,00\u00a0€ je Haushaltsjahr"),
        ("mindestanteil", "0,25 VZÄ"),
        ("antragsfrist", "30.04.2020"),
        ("pandemie", "nicht förderschädlich"),
    ],
)
def test_a_value_reads_as_people_write_it(key: str, text: str) -> None:
    assert RULES[key].on(date(2020, 5, 4)).text == text


def test_what_no_source_gives_says_so_wherever_it_is_quoted() -> None:
    marks = {"derived": " [hergeleiteter Wert]", "setting": " [Festlegung der Bewilligungsstelle]"}
    assert {step.basis for step in ALL_STEPS} >= set(marks)
    for step in ALL_STEPS:
        unknown = step.source.startswith("Keine Quelle bekannt")
        assert not unknown or step.basis == "setting"
        said = "Festlegung der Bewilligungsstelle" if unknown else step.source + marks.get(step.basis, "")
        assert step.zitat == said
        assert step.fundstelle.startswith(step.source)


# --- the loader ----------------------------------------------------------------------------------


def test_steps_may_stand_in_any_order(tmp_path: Path) -> None:
    rule = rulebook(tmp_path, a=HEAD + LATER + STEP)
    assert [step.value for step in rule.steps] == [24, 36]
    assert rule.on(date(2021, 6, 30)).value == 24
    assert rule.on(date(2021, 7, 1)).value == 36


def test_url_and_note_may_be_there_or_not(tmp_path: Path) -> None:
    (with_both,) = rulebook(tmp_path, a=HEAD + STEP + 'url = "https://x.example"\nnote = "Siehe dort."\n').steps
    assert (with_both.url, with_both.note) == ("https://x.example", "Siehe dort.")
    (with_none,) = rulebook(tmp_path, a=HEAD + STEP).steps
    assert (with_none.url, with_none.note) == ("", "")


def test_only_toml_files_are_rules(tmp_path: Path) -> None:
    (tmp_path / "LIESMICH.md").write_text("Kein Regelwerk", encoding="utf-8")
    assert rulebook(tmp_path, a=HEAD + STEP).file == "a.toml"


def step_with(old: str, new: str) -> str:
    """The file with one line of its second step changed."""
    assert old in LATER
    return HEAD + STEP + LATER.replace(old, new)


IN_RULE = "a.toml, Regel „dauer“: "
IN_STEP = "a.toml, Regel „dauer“, Schritt 2: "
IN_DATED_STEP = "a.toml, Regel „dauer“, Schritt 2 (ab 01.07.2021): "
VZAE = HEAD.replace("Monate", "VZÄ") + STEP.replace("24", "{}")
TAG = HEAD.replace("Monate", "Tag") + STEP.replace("24", "{}")
FIRST = "a.toml, Regel „dauer“, Schritt 1 (ab 01.01.2020): "
STICHTAG = (HEAD.replace("Monate", "Tag") + STEP.replace("24", '"gestern"')).replace("dauer", "stichtag")

# what is wrong -> the file, and how the message about it begins and what it says
FAULTS: dict[str, tuple[str, str, str]] = {
    "kein TOML": ("[dauer", "a.toml: ", "kein lesbares TOML"),
    "zweimal dieselbe Tabelle": (HEAD + STEP + HEAD, "a.toml: ", "kein lesbares TOML"),
    "Wert außerhalb einer Tabelle": ("dauer = 24", IN_RULE, "Tabelle [dauer]"),
    "unbekannter Schlüssel der Regel": (HEAD + 'farbe = "rot"\n' + STEP, IN_RULE, "„farbe“ ist unbekannt"),
    "Regel ohne Namen": (HEAD.replace('name = "Dauer"\n', "") + STEP, IN_RULE, "„name“ fehlt"),
    "leerer Name": (HEAD.replace('"Dauer"', '" "') + STEP, IN_RULE, "„name“ muss ein Text sein"),
    "unbekannte Einheit": (HEAD.replace("Monate", "Wochen") + STEP, IN_RULE, "Einheit „Wochen“ ist unbekannt"),
    "Einheit als Liste": (HEAD.replace('"Monate"', '["Monate"]') + STEP, IN_RULE, "„unit“ muss ein Text sein"),
    "Regel ohne Schritt": (HEAD, IN_RULE, "„since“ fehlt"),
    "leere Liste von Schritten": (HEAD + "since = []\n", IN_RULE, "mindestens ein Schritt [[dauer.since]]"),
    "Schritt statt Liste": (HEAD + STEP.replace("[[", "[").replace("]]", "]"), IN_RULE, "mindestens ein Schritt"),
    "Zahl statt Schritt": (HEAD + "since = [24]\n", "a.toml, Regel „dauer“, Schritt 1: ", "[[dauer.since]]"),
    "zwei Schritte an einem Tag": (HEAD + STEP + STEP, IN_RULE, "Zwei Schritte gelten ab dem 01.01.2020"),
    "unbekannter Schlüssel des Schritts": (step_with("source", "quelle"), IN_STEP, "„quelle“ ist unbekannt"),
    "Schritt ohne Quelle": (step_with('source = "Gesetz"\n', ""), IN_STEP, "„source“ fehlt"),
    "leere Quelle": (step_with('"Gesetz"', '"  "'), IN_DATED_STEP, "„source“ muss ein Text sein"),
    "Zahl als Quelle": (step_with('"Gesetz"', "5"), IN_DATED_STEP, "„source“ muss ein Text sein"),
    "Schritt ohne Tag": (step_with("from = 2021-07-01\n", ""), IN_STEP, "„from“ fehlt"),
    "Tag als Text": (step_with("2021-07-01", '"01.07.2021"'), IN_STEP, "„from“ muss ein Tag sein"),
    "Tag mit Uhrzeit": (step_with("2021-07-01", "2021-07-01T00:00:00"), IN_STEP, "„from“ muss ein Tag sein"),
    "bekannt vor dem Beginn": (step_with("from = 2021-07-01", "from = 2021-07-01\nknown = 2021-06-30"),
                              IN_DATED_STEP, "„known“ muss ein Tag sein, nicht vor „from“"),
    "bekannt als Text": (step_with("from = 2021-07-01", 'from = 2021-07-01\nknown = "bald"'), IN_DATED_STEP, "„known“"),
    "Abweichung im Regelwerk": (step_with("official", "override"), IN_DATED_STEP, "„basis“ ist „override“"),
    "unbekannte Grundlage": (step_with("official", "hörensagen"), IN_DATED_STEP, "„basis“ ist „hörensagen“"),
    "Schritt ohne Wert": (step_with("value = 36\n", ""), IN_STEP, "„value“ fehlt"),
    "Text statt ganzer Zahl": (step_with("36", '"36"'), IN_DATED_STEP, "eine ganze Zahl erwartet"),
    "Bruch statt ganzer Zahl": (step_with("36", "36.5"), IN_DATED_STEP, "eine ganze Zahl erwartet"),
    "Wahrheitswert statt ganzer Zahl": (step_with("36", "true"), IN_DATED_STEP, "eine ganze Zahl erwartet"),
    "negative Zahl": (step_with("36", "-1"), IN_DATED_STEP, "Möglich ist 1 bis 120 Monate."),
    "Fließkommazahl für einen Anteil": (VZAE.format("0.25"), FIRST, "in Anführungszeichen"),
    "Komma im Anteil": (VZAE.format('"0,25"'), FIRST, "„0,25“ ist keine Zahl"),
    "unendlicher Anteil": (VZAE.format('"Infinity"'), FIRST, "in Anführungszeichen"),
    "keine Zahl als Anteil": (VZAE.format('"NaN"'), FIRST, "in Anführungszeichen"),
    "negativer Anteil": (VZAE.format('"-0.25"'), FIRST, "Der Wert -0,25 kann nicht sein"),
    "Text statt eines Tages": (TAG.format('"heute"'), FIRST, "ein Tag erwartet"),
    "unbekanntes Wort": (STICHTAG, FIRST.replace("dauer", "stichtag"), "„gestern“ ist nicht erlaubt. Möglich: heute"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_in_german_with_file_rule_and_step(tmp_path: Path, fault: str) -> None:
    text, where, what = FAULTS[fault]
    with pytest.raises(PikError) as error:
        rulebook(tmp_path, a=text)
    message = str(error.value)
    assert message.startswith(where), message
    assert what in message, message
    assert message.endswith("."), message


def test_the_file_the_faults_are_made_of_is_good(tmp_path: Path) -> None:
    assert len(rulebook(tmp_path, a=HEAD + STEP + LATER).steps) == 2


@pytest.mark.parametrize(("text", "value"), [(VZAE.format('"0.25"'), Decimal("0.25")), (VZAE.format('"9"'), Decimal(9)),
                                             (TAG.format("2018-12-31"), date(2018, 12, 31))])  # fmt: skip
def test_a_good_value_is_taken_as_its_unit_says(tmp_path: Path, text: str, value: object) -> None:
    assert rulebook(tmp_path, a=text).steps[0].value == value


def test_a_rule_that_stands_in_two_files_is_a_fault_that_names_both(tmp_path: Path) -> None:
    with pytest.raises(PikError, match=r"b\.toml: Die Regel „dauer“ steht auch in a\.toml\."):
        rulebook(tmp_path, a=HEAD + STEP, b=HEAD + STEP)


def test_a_file_that_is_not_utf8_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes('name = "Höchstdauer"'.encode("latin-1"))
    with pytest.raises(PikError, match=r"a\.toml: Die Datei ist kein lesbares TOML"):
        load_rulebook(tmp_path)


# --- deviations of the office --------------------------------------------------------------------

FRIST = abweichung("antragsfrist", date(2020, 6, 30), quelle="Verfügung vom 04.05.2020", wer="Erika Muster",
                   wann=date(2020, 5, 4))  # fmt: skip


def test_the_office_can_deviate_from_any_rule_and_is_named_wherever_it_decides() -> None:
    rule = RULES.abweichend([FRIST])["antragsfrist"]
    step = rule.on(date(2020, 5, 4))
    assert (step.value, step.basis) == (date(2020, 6, 30), "override")
    assert step.zitat == "Verfügung vom 04.05.2020 [Abweichung, Erika Muster, 04.05.2020]"
    assert rule.on(date(2020, 5, 3)) is RULES["antragsfrist"].on(date(2020, 5, 3))
    assert rule.on(date(2020, 1, 1), rechtsstand=date(2020, 5, 4)) is step
    assert rule.on(date(2019, 12, 31), rechtsstand=date(2020, 5, 4)) is not step


def test_a_deviation_stays_when_the_law_changes_later() -> None:
    rule = RULES.abweichend([replace(FRIST, regel="hoechstdauer", wert=48)])["hoechstdauer"]
    assert [rule.on(day).value for day in (date(2020, 5, 3), date(2020, 5, 4), date(2020, 12, 1))] == [60, 48, 48]


def test_the_checksum_is_that_of_the_rules_in_force_with_all_deviations() -> None:
    assert RULES.pruefsumme == shipped_rulebook().pruefsumme == RULES.abweichend([]).pruefsumme
    variants = (FRIST, replace(FRIST, wer="Max"), replace(FRIST, quelle="Erlass"))
    assert len({RULES.pruefsumme, *(RULES.abweichend([each]).pruefsumme for each in variants)}) == 4


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"wer": " "}, "gehören eine Quelle und wer sie gesetzt hat"),
        ({"quelle": ""}, "gehören eine Quelle und wer sie gesetzt hat"),
        ({"wert": 24}, "Als Wert in Tag wird ein Tag erwartet"),
        ({"regel": "hoechstdauer", "wert": -1}, "Der Wert -1 kann nicht sein. Möglich ist 1 bis 120 Monate."),
        ({"regel": "digital_satz", "wert": 101}, "Möglich ist 1 bis 100 Prozent."),
        ({"regel": "stichtag", "wert": "morgen"}, "nicht erlaubt"),
    ],
)
def test_a_deviation_that_cannot_be_is_told_with_its_row(change: dict[str, object], what: str) -> None:
    with pytest.raises(PikError) as error:
        RULES.abweichend([FRIST, replace(FRIST, wo="Blatt „Abweichungen“, Zeile 7", **change)])
    assert str(error.value).startswith("Blatt „Abweichungen“, Zeile 7: ") and what in str(error.value)


def test_a_rule_is_known_by_its_key_and_its_german_name() -> None:
    rule = RULES["hoechstdauer"]
    assert RULES.named("hoechstdauer") is RULES.named(" höchstdauer  der Förderung ") is rule
    assert RULES.named("Höchst") is None
    assert len({rule.name for rule in RULES.rules.values()}) == len(RULES.rules)


def test_two_deviations_that_cannot_be_told_apart_are_refused() -> None:
    with pytest.raises(PikError, match=r"Zwei Schritte gelten ab dem 01\.01\.2020"):
        RULES.abweichend([FRIST, FRIST])
