"""Results become rows: every amount in its place, and staff's entries with the row they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from pik_xl.kinds import Formel, Row
from pik_xl.master.sheets import specs
from pik_xl.master.sheets import tables as t
from pik_xl.master.sheets.columns import Owner, TableSpec
from pik_xl.master.sheets.kreise import NICHT_ZUGEORDNET, kreise_table
from pik_xl.master.sheets.office_specs import BESTAND
from pik_xl.model import (
    Antrag,
    Art,
    Besetzung,
    Bewilligung,
    Ergebnis,
    Finding,
    Place,
    Qualifikation,
    Schwere,
    Stand,
    Stelle,
)
from pik_xl.recht.entscheidung import Decision, Vorgang
from pik_xl.recht.haushalt import VERLAENGERUNGSJAHRE
from pik_xl.recht.haushalt import haushalt as control
from pik_xl.recht.regelstand import regelstand
from pik_xl.recht.rules import shipped_rulebook
from pik_xl.register import load_register

KREISE = load_register().kreise
STAND = regelstand(shipped_rulebook(), date(2020, 5, 4))


def bewilligung(stelle: str = "08115003-01", ags: str = "08115003", **changes: object) -> Bewilligung:
    usual = Bewilligung(
        stelle, "15.2-1", ags, "Stadt Böblingen", Art.STADT, ags[:5], "Rathaus", "Aylin Demir",
        Qualifikation.HOCHSCHULE, Decimal("0.50"), None, date(2018, 1, 1), date(2019, 12, 31),
    )  # fmt: skip
    return replace(usual, **changes)  # type: ignore[arg-type]


def decision(stelle: str = "08115003-01", **betraege: str) -> Decision:
    years = {int(jahr[1:]): Decimal(wert) for jahr, wert in (betraege or {"j2020": "32000", "j2021": "32000"}).items()}
    ergebnis = Ergebnis.BEWILLIGT
    return Decision(stelle, ergebnis, neues_ende=date(2021, 12, 31), monate=Decimal(24), betraege=years,
                    summe=sum(years.values(), Decimal(0)), trace=("Beginn.", "Ende."))  # fmt: skip


def antrag(ags: str = "08115003", stelle: str = "08115003-01", **changes: object) -> Antrag:
    post = Stelle(stelle, verlaengern=True, vzae=Decimal("0.50"), besetzung_heute=Besetzung.BESETZT)
    usual = Antrag(f"{ags}.xlsx", f"{ags}.xlsx", date(2020, 2, 1), ags, "Stadt Böblingen", Art.STADT, ags[:5],
                   iban="DE02120300000000202051", stellen=(post,))  # fmt: skip
    return replace(usual, **changes)  # type: ignore[arg-type]


def vorgang(stand: Stand = Stand.ENTSCHIEDEN, a: Antrag | None = None, **changes: object) -> Vorgang:
    a = a or antrag()
    decisions = (decision(a.stellen[0].stelle),) if stand is Stand.ENTSCHIEDEN and a.stellen else ()
    bestand = {s.stelle: bewilligung(s.stelle, a.ags) for s in a.stellen}
    usual = Vorgang(a, stand, (), bestand, decisions, Ergebnis.BEWILLIGT if decisions else None)
    return replace(usual, **changes)  # type: ignore[arg-type]


def finding(schwere: Schwere = Schwere.FEHLER, datei: str = "a.xlsx", kreis: str = "08115") -> Finding:
    return Finding(
        "P01", schwere, Place(datei, "Antrag", "C4"), "iban", "=1+1", "Es fehlt.", "Bitte.", "VwV", kreis=kreis
    )


def haushalt(vorgaenge: list[Vorgang], bestand: list[Bewilligung], ansaetze: Mapping[int, Decimal]) -> dict[int, Row]:
    ansatz = replace(STAND.mindestanteil, rule="ansatz", unit="EUR je Haushaltsjahr")
    stand = replace(STAND, ansaetze={jahr: replace(ansatz, value=wert) for jahr, wert in ansaetze.items()})
    table = t.haushalt_table(control(vorgaenge, bestand, stand), Decimal(0))
    return {row["jahr"]: row for row in table.rows}  # type: ignore[misc]


def wert(row: Row, name: str) -> object:
    value = row[name]
    return value.wert if isinstance(value, Formel) else value


def test_every_case_has_a_row_and_every_year_its_column() -> None:
    table = t.antraege_table([vorgang(), vorgang(Stand.ERSETZT, antrag(schluessel="alt.xlsx"))], KREISE)
    years = [f"Betrag {jahr}" for jahr in VERLAENGERUNGSJAHRE]
    assert [c.header for c in table.spec.columns if c.name.startswith("betrag")] == years
    assert [(row["schluessel"], row["stand"]) for row in table.rows] == [
        ("08115003.xlsx", "entscheidungsreif"),
        ("alt.xlsx", "ersetzt"),
    ]
    assert table.rows[0]["betrag_2020"] == Decimal(32000)
    assert table.rows[0]["summe"] == Decimal(64000)
    assert table.rows[0]["kreis"] == "Landkreis Böblingen"


def test_findings_are_counted_by_severity() -> None:
    befunde = (finding(), finding(), finding(Schwere.HINWEIS))
    row = t.antraege_table([vorgang(Stand.RUECKFRAGE, befunde=befunde)], KREISE).rows[0]
    assert (row["fehler"], row["warnungen"], row["hinweise"]) == (2, 0, 1)


def test_only_posts_to_be_extended_count_as_applied_for() -> None:
    posts = (
        Stelle("1", verlaengern=True, vzae=Decimal("0.50")),
        Stelle("2", verlaengern=True, vzae_bewilligt=Decimal("1.00")),
        Stelle("3", verlaengern=False, vzae=Decimal("1.00")),
        Stelle("4", vzae=Decimal("1.00")),
    )
    row = t.antraege_table([vorgang(Stand.RUECKFRAGE, antrag(stellen=posts))], KREISE).rows[0]
    assert (row["stellen"], row["vzae"]) == (2, Decimal("1.50"))


def test_the_shares_of_the_posts_sum_up_to_that_of_the_application() -> None:
    posts = (
        Stelle("1", verlaengern=True, vzae=Decimal("0.50")),
        Stelle("2", verlaengern=True, vzae_bewilligt=Decimal("1.00")),
    )
    rows = t.stellen_table([vorgang(Stand.RUECKFRAGE, antrag(stellen=posts))], KREISE).rows
    assert [row["vzae"] for row in rows] == [Decimal("0.50"), Decimal("1.00")]


def test_a_replaced_application_shows_no_figures() -> None:
    row = t.antraege_table([vorgang(Stand.ERSETZT, decisions=(decision(),))], KREISE).rows[0]
    assert [row.get(name) for name in ("stellen", "vzae", "betrag_2020", "summe")] == [None] * 4


def test_posts_of_replaced_applications_are_not_listed() -> None:
    table = t.stellen_table([vorgang(), vorgang(Stand.ERSETZT, antrag(schluessel="alt.xlsx"))], KREISE)
    assert [row["stelle"] for row in table.rows] == ["08115003-01"]
    assert table.rows[0]["rechenweg"] == "Beginn. Ende."


def test_a_post_listed_twice_keeps_its_two_decisions_apart() -> None:
    post = antrag().stellen[0]
    first, second = decision(j2020="100"), decision(j2020="7")
    table = t.stellen_table([vorgang(a=antrag(stellen=(post, post)), decisions=(first, second))], KREISE)
    assert [row["summe"] for row in table.rows] == [Decimal(100), Decimal(7)]


def test_a_decision_on_a_post_the_form_does_not_list_is_still_shown() -> None:
    table = t.stellen_table([vorgang(decisions=(decision(), decision("fremd", j2020="5")))], KREISE)
    assert [(row["stelle"], row["summe"]) for row in table.rows] == [
        ("08115003-01", Decimal(64000)),
        ("fremd", Decimal(5)),
    ]


def test_a_post_not_applied_for_has_no_outcome() -> None:
    kein_antrag = replace(decision(), ergebnis=Ergebnis.ABGELEHNT, beantragt=False)
    assert t.stellen_table([vorgang(decisions=(kein_antrag,))], KREISE).rows[0]["ergebnis"] is None


def test_findings_stand_in_order_of_weight() -> None:
    befunde = [finding(Schwere.HINWEIS), finding(Schwere.FEHLER, "b.xlsx"), finding(Schwere.WARNUNG), finding()]
    table = t.befunde_table(befunde, KREISE, ["Bitte:"])
    assert [(row["schwere"], row["datei"]) for row in table.rows] == [
        ("Fehler", "a.xlsx"),
        ("Fehler", "b.xlsx"),
        ("Warnung", "a.xlsx"),
        ("Hinweis", "a.xlsx"),
    ]
    assert table.kopf == ("Bitte:",)


def test_every_kreis_has_a_row_also_without_any_application() -> None:
    table = kreise_table([], [], KREISE, {}, {})
    assert len(table.rows) == 45 and table.rows[-1]["kreis"] == NICHT_ZUGEORDNET
    assert table.rows[0]["fortschritt"] is None


def test_a_kreis_counts_applicants_received_and_missing() -> None:
    bestand = [bewilligung(), bewilligung("x-1", "08115"), bewilligung("x-2", "08115"), bewilligung("y", "08115028")]
    cases = [vorgang(), vorgang(Stand.RUECKFRAGE, antrag("08115", "x-1")), vorgang(Stand.ERSETZT, antrag("08115028"))]
    row = next(r for r in kreise_table(cases, bestand, KREISE, {}, {}).rows if r["ags"] == "08115")
    counts = [row[n] for n in ("im_bestand", "eingegangen", "fehlend", "entscheidungsreif", "rueckfrage")]
    assert counts == [3, 2, 1, 1, 1]
    assert row["fortschritt"] == Decimal(1) / 3
    assert row["summe"] == row["betrag_2020"] * 2 == Decimal(64000)  # type: ignore[operator]


def test_what_names_no_known_kreis_is_shown_so_that_sums_stay_whole() -> None:
    cases = [vorgang(), vorgang(a=antrag("99999001", kreis=None)), vorgang(a=antrag("99", kreis="99999"))]
    rows = kreise_table(cases, [], KREISE, {}, {}).rows
    assert rows[-1]["kreis"] == NICHT_ZUGEORDNET
    assert rows[-1]["eingegangen"] == 2
    assert sum(row["summe"] for row in rows) == sum(v.summe for v in cases)  # type: ignore[misc]


def test_the_official_key_says_the_kreis_whatever_was_entered() -> None:
    cases = [vorgang(a=antrag(kreis="08225")), vorgang(a=antrag("08999999", kreis="08225")),
             vorgang(Stand.RUECKFRAGE, antrag("", kreis="08225"))]  # fmt: skip
    rows = {row["ags"]: row for row in kreise_table(cases, [bewilligung()], KREISE, {}, {}).rows}
    assert [rows["08115"][n] for n in ("eingegangen", "fehlend")] == [1, 0]
    assert rows["08225"]["eingegangen"] == 2


def test_applications_without_a_key_count_one_by_one() -> None:
    cases = [vorgang(Stand.RUECKFRAGE, antrag("", kreis="08225", schluessel=key)) for key in ("a", "b")]
    row = next(r for r in kreise_table(cases, [], KREISE, {}, {}).rows if r["ags"] == "08225")
    assert [row[n] for n in ("eingegangen", "entscheidungsreif", "rueckfrage")] == [2, 0, 2]


def test_the_bestand_binds_money_by_calendar_months() -> None:
    half = bewilligung(beginn=date(2018, 7, 1), bewilligt_bis=date(2020, 6, 30))
    rows = haushalt([], [half], {})
    bound = {jahr: row["bereits"] for jahr, row in rows.items() if row["bereits"]}
    assert bound == {2018: 16000, 2019: 32000, 2020: 16000}


@pytest.mark.parametrize(
    ("jahresbetrag", "qualifikation", "expect"),
    [(None, Qualifikation.HOCHSCHULE, 32000), (None, Qualifikation.MITTLERER_ABSCHLUSS, 25500),
     (Decimal(60000), Qualifikation.HOCHSCHULE, 30000), (Decimal(0), Qualifikation.HOCHSCHULE, 0)],
)  # fmt: skip
def test_the_amount_in_the_bestand_wins_over_the_rate(
    jahresbetrag: Decimal | None, qualifikation: Qualifikation, expect: int
) -> None:
    one = bewilligung(jahresbetrag=jahresbetrag, qualifikation=qualifikation)
    assert haushalt([], [one], {})[2018]["bereits"] == expect


def test_the_budget_always_shows_the_years_of_the_programme_and_has_no_gap_where_there_are_more() -> None:
    assert list(haushalt([], [], {})) == list(haushalt([vorgang()], [], {2017: Decimal(1)})) == [*range(2017, 2027)]
    assert list(haushalt([], [], {2029: Decimal(1)})) == [*range(2017, 2030)]


@pytest.mark.parametrize(
    ("ansatz", "rest", "bemerkung"),
    [("32000.01", "0.01", ""), ("32000", "0", ""), ("31999.99", "-0.01", t.UEBERSCHRITTEN)],
)
def test_the_rest_says_when_the_appropriation_is_exceeded(ansatz: str, rest: str, bemerkung: str) -> None:
    row = haushalt([vorgang()], [], {2020: Decimal(ansatz)})[2020]
    assert (wert(row, "rest"), wert(row, "bemerkung")) == (Decimal(rest), bemerkung)


def test_a_year_without_appropriation_is_named_a_commitment() -> None:
    row = haushalt([vorgang()], [], {2020: Decimal(70000)})[2021]
    assert [wert(row, n) for n in ("ansatz", "rest", "auslastung", "bemerkung")] == [None, "", "", t.OHNE_ANSATZ]


def test_money_counts_only_where_the_application_is_ready() -> None:
    offen = vorgang(Stand.RUECKFRAGE, antrag("08116"), decisions=(decision(j2020="999"),))
    assert wert(haushalt([vorgang(), offen], [], {})[2020], "jetzt") == Decimal(32000)
    kreis = next(r for r in kreise_table([offen], [], KREISE, {}, {}).rows if r["ags"] == "08116")
    assert kreis["summe"] == 0


def test_open_posts_are_counted_from_the_year_their_period_ends_before() -> None:
    offen = vorgang(Stand.RUECKFRAGE)
    counts = {jahr: row["rueckfrage"] for jahr, row in haushalt([offen], [], {}).items()}
    assert (counts[2019], counts[2020], counts[2021]) == (0, 1, 1)


def test_the_bestand_shows_every_field_of_an_approved_post() -> None:
    table = t.bestand_table([bewilligung()])
    assert {c.name for c in BESTAND.columns} == set(Bewilligung.__slots__)
    assert all(c.owner is Owner.STAFF for c in BESTAND.columns)
    assert table.rows[0]["beginn"] == date(2018, 1, 1)


@pytest.mark.parametrize("spec", [specs.ANTRAEGE, specs.STELLEN, specs.KREISE, BESTAND])
def test_columns_have_names_and_headers_of_their_own(spec: TableSpec) -> None:
    assert len({c.name for c in spec.columns}) == len({c.header.casefold() for c in spec.columns}) == len(spec.columns)
    assert set(spec.key) <= {c.name for c in spec.columns}


def test_rows_that_share_a_key_are_told_apart() -> None:
    spec = specs.STELLEN
    rows: list[Row] = [
        {"stelle": "1", "ags": "08111"},
        {"stelle": "1", "ags": "08111"},
        {"stelle": "1", "ags": "08115"},
    ]
    assert t.row_keys(spec, rows) == ["1 | 08111", "1 | 08111 #2", "1 | 08115"]
