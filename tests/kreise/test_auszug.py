"""What a Kreis is told: everyone once, the figures of the master, and nothing that is none of its business."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from factories import AGS, KREIS, STELLE, antrag, bewilligung, stelle

from pik_xl.kinds import Row
from pik_xl.kreise import auszug as k
from pik_xl.master.sheets.columns import A4_ZEICHEN, FEHLT, TableSpec
from pik_xl.model import Antrag, Art, Bewilligung, Ergebnis, Finding, Place, Schwere, Stand
from pik_xl.recht.entscheidung import Vorgang
from pik_xl.recht.regelstand import regelstand
from pik_xl.recht.rules import shipped_rulebook
from pik_xl.recht.verlaengerung import decide, overall
from pik_xl.register import load_register

REGISTER = load_register()
REGELN = regelstand(shipped_rulebook(), date(2020, 5, 4))
NACHBAR = bewilligung(stelle="08115003-01", ags="08115003", traeger="Stadt Böblingen", vzae=Decimal(1))
IBAN = "DE02120300000000202051"


def fehler(a: Antrag | None = None, **changes: object) -> Finding:
    a = a or antrag()
    usual = Finding("P01", Schwere.FEHLER, Place(a.datei, "Antrag", "C4"), "Telefon", "leer", "Es fehlt.", "Bitte.",
                    "Formular", a.schluessel, ags=a.ags, traeger=a.traeger or "", kreis=KREIS)  # fmt: skip
    return replace(usual, **changes)  # type: ignore[arg-type]


def vorgang(a: Antrag | None = None, *befunde: Finding, stand: Stand | None = None,
            bestand: Sequence[Bewilligung] = (bewilligung(), NACHBAR)) -> Vorgang:  # fmt: skip
    """The case of an application as the office makes it: decided unless a Fehler stands in the way."""
    a = a or antrag()
    known = {b.stelle: b for b in bestand}
    stand = stand or (Stand.RUECKFRAGE if any(f.schwere is Schwere.FEHLER for f in befunde) else Stand.ENTSCHIEDEN)
    if stand is not Stand.ENTSCHIEDEN:
        return Vorgang(a, stand, befunde, known)
    decisions = tuple(decide(s, known.get(s.stelle), REGELN) for s in a.stellen)
    return Vorgang(a, stand, befunde, known, decisions, overall(decisions))


def auszug(
    *vorgaenge: Vorgang, bestand: Sequence[Bewilligung] = (bewilligung(), NACHBAR), befunde: Sequence[Finding] = ()
) -> k.Auszug:
    alle = (*befunde, *(f for v in vorgaenge for f in v.befunde))
    return k.auszug(REGISTER.kreise[KREIS], vorgaenge, alle, bestand, REGISTER)


def rows(of: k.Auszug, table: int = 0) -> list[Row]:
    return list(k.tabellen(of)[table].rows)


# --- applicants ----------------------------------------------------------------------------------


def test_everyone_with_posts_has_a_row_whether_they_applied_or_not() -> None:
    found = {r["ags"]: r for r in rows(auszug(vorgang()))}
    assert [found[ags]["stand"] for ags in ("08115003", AGS)] == [FEHLT, Stand.ENTSCHIEDEN]
    assert found["08115003"]["stellen_bewilligt"] == 1 and "stellen" not in found["08115003"]
    assert [found[AGS][n] for n in ("traeger", "art", "ansprechperson", "email", "vzae_bewilligt", "vzae")] == [
        "Stadt Leonberg", Art.STADT, "Jana Vogt", "integration@leonberg.example", Decimal("0.50"), Decimal("0.50"),
    ]  # fmt: skip
    assert found[AGS]["summe"] == Decimal(64000) == sum(found[AGS][f"betrag_{j}"] for j in (2020, 2021, 2022))  # type: ignore[misc]


def test_who_applied_without_posts_has_a_row_that_says_so() -> None:
    stranger = antrag(schluessel="b", ags="08115029", traeger="Stadt Magstadt")
    row = rows(auszug(vorgang(stranger, fehler(stranger)), bestand=()))[0]
    assert (row["ags"], row["traeger"], row["stellen_bewilligt"]) == ("08115029", "Stadt Magstadt", 0)
    assert row["bemerkung"] == "Keine bewilligte Stelle im Bestand."


def test_applications_without_a_key_each_have_a_row_at_the_end() -> None:
    ohne = [antrag(schluessel=key, ags="", traeger=name) for key, name in (("a", None), ("b", "Stadt X"))]
    found = rows(auszug(*(vorgang(a, fehler(a)) for a in ohne), vorgang()))
    assert [(r["ags"], r["traeger"]) for r in found[2:]] == [("", "ohne Namen"), ("", "Stadt X")]


def test_a_replaced_application_is_a_remark_on_the_one_that_counts() -> None:
    old = vorgang(antrag(schluessel="alt", eingang=date(2020, 3, 1)), stand=Stand.ERSETZT)
    older = vorgang(antrag(schluessel="älter", eingang=date(2020, 2, 1)), stand=Stand.ERSETZT)
    found = [r for r in rows(auszug(vorgang(), old, older)) if r["ags"] == AGS]
    assert [r["bemerkung"] for r in found] == ["Ersetzt die Einsendung vom 01.02.2020 und 01.03.2020."]
    assert found[0]["eingang"] == date(2020, 3, 16)


def test_no_money_is_shown_before_an_application_is_ready() -> None:
    offen = vorgang(None, fehler())
    decided = replace(offen, decisions=vorgang().decisions)
    table = k.tabellen(auszug(decided))[0]
    assert not [c.name for c in table.spec.columns if c.name.startswith("betrag_")]
    row = next(r for r in table.rows if r["ags"] == AGS)
    assert "summe" not in row and (row["stellen"], row["fehler"]) == (1, 1)


def test_only_what_belongs_to_the_kreis_is_there() -> None:
    ulm = bewilligung(stelle="u", ags="08421", kreis="08421")
    fremd = antrag(schluessel="u", ags="08421", kreis=KREIS)
    of = auszug(vorgang(), vorgang(fremd, fehler(fremd)), bestand=(bewilligung(), ulm))
    assert [r["ags"] for r in rows(of)] == [AGS]
    assert {r["traeger"] for r in rows(of, 1)} == {"Stadt Leonberg"}
    assert rows(of, 2) == []


def test_a_kreis_without_posts_and_applications_is_empty() -> None:
    assert auszug(bestand=()).leer
    assert not auszug().leer
    assert not auszug(vorgang(), bestand=()).leer


@pytest.mark.parametrize(("years", "printed"), [(0, "bemerkung"), (5, "bemerkung"), (6, "fehler")])
def test_as_many_columns_are_printed_as_can_be_read_on_a4(years: int, printed: str) -> None:
    spec = k.antragsteller_spec(range(2019, 2019 + years))
    shown = spec.columns[: spec.druck]
    assert spec.druck and sum(c.width for c in shown) <= A4_ZEICHEN
    assert printed in {c.name for c in shown}
    assert "bemerkung" in {c.name for c in shown} or years > 5


@pytest.mark.parametrize("spec", [k.STELLEN, k.BEFUNDE], ids=lambda s: s.sheet)
def test_posts_and_findings_fit_on_a4(spec: TableSpec) -> None:
    assert sum(c.width for c in spec.columns) <= A4_ZEICHEN


# --- posts ---------------------------------------------------------------------------------------


def test_every_post_stands_there_with_what_became_of_it() -> None:
    found = {r["stelle"]: r for r in rows(auszug(vorgang()), 1)}
    mine, other = found[STELLE], found["08115003-01"]
    assert [mine[n] for n in ("beantragt", "ergebnis", "neues_ende", "summe")] == [
        "ja", Ergebnis.BEWILLIGT, date(2022, 9, 30), Decimal(64000),
    ]  # fmt: skip
    assert (other["beantragt"], other["stand"], other["vzae_bewilligt"]) == ("kein Antrag", FEHLT, Decimal(1))


@pytest.mark.parametrize(("ja", "word", "vzae"), [(True, "ja", Decimal("0.50")), (False, "nein", None),
                                                  (None, "offen", None)])  # fmt: skip
def test_a_post_says_whether_it_was_applied_for(ja: bool | None, word: str, vzae: Decimal | None) -> None:
    a = antrag(stellen=(stelle(verlaengern=ja),))
    row = rows(auszug(vorgang(a, fehler(a))), 1)[-1]
    assert (row["beantragt"], row["vzae"]) == (word, vzae)


def test_a_post_left_out_of_the_application_is_named() -> None:
    second = bewilligung(stelle=f"{AGS}-02")
    row = rows(auszug(vorgang(), bestand=(bewilligung(), second)), 1)[1]
    assert (row["stelle"], row["beantragt"], row["stand"]) == (f"{AGS}-02", "nicht im Antrag", Stand.ENTSCHIEDEN)


def test_a_post_listed_twice_is_approved_once() -> None:
    a = antrag(stellen=(stelle(), stelle()))
    found = rows(auszug(vorgang(a, fehler(a)), bestand=(bewilligung(),)), 1)
    assert [r["vzae_bewilligt"] for r in found] == [Decimal("0.50"), None]
    assert [r["vzae"] for r in found] == [Decimal("0.50")] * 2


def test_a_post_of_somebody_else_is_told_apart() -> None:
    a = antrag(stellen=(stelle(stelle="99"),))
    row = rows(auszug(vorgang(a, fehler(a)), bestand=(bewilligung(),)), 1)[-1]
    assert (row["stelle"], row.get("vzae_bewilligt")) == ("99", None)
    assert row["begruendung"] == "Diese Stelle ist dem Antragsteller nicht bewilligt."


def test_the_posts_add_up_to_the_applicants() -> None:
    a = antrag(stellen=(stelle(), stelle(), stelle(stelle="99", vzae=None, vzae_bewilligt=Decimal(2))))
    antragsteller, stellen, _ = k.tabellen(auszug(vorgang(a, fehler(a))))
    for name in ("vzae_bewilligt", "vzae"):
        assert sum(r.get(name) or 0 for r in antragsteller.rows) == sum(r.get(name) or 0 for r in stellen.rows)  # type: ignore[misc]


# --- findings ------------------------------------------------------------------------------------


def test_only_what_the_applicant_has_to_mend_leaves_the_office() -> None:
    warnung = fehler(code="F20", schwere=Schwere.WARNUNG)
    found = rows(auszug(vorgang(None, fehler(), warnung)), 2)
    assert [r["code"] for r in found] == ["P01"]
    assert not {"quelle", "schwere"} & {c.name for c in k.BEFUNDE.columns}


def test_faults_of_a_replaced_application_are_nobodys_work_any_more() -> None:
    old = antrag(schluessel="alt", eingang=date(2020, 3, 1))
    of = auszug(vorgang(), vorgang(old, fehler(old), stand=Stand.ERSETZT))
    assert rows(of, 2) == []
    assert k.tabellen(of)[2].kopf


def test_a_file_nobody_could_read_is_found_by_its_name() -> None:
    datei = Finding("D03", Schwere.FEHLER, Place("Mai/Antrag_08115003_Stadt_Böblingen.xlsx"), "", "", "Beschädigt.",
                    "Bitte neu senden.", "")  # fmt: skip
    of = auszug(vorgang(), befunde=(datei,))
    assert [(r["ags"], r["traeger"], r["datei"]) for r in rows(of, 2)] == [
        ("08115003", "Stadt Böblingen", "Antrag_08115003_Stadt_Böblingen.xlsx")
    ]
    assert "lässt sich aber nicht verwenden" in str(rows(of)[0]["bemerkung"])
    assert k.aufgaben(of)[0].endswith("Stadt Böblingen (eine Datei ist da, aber nicht verwendbar).")


@pytest.mark.parametrize(
    ("datei", "ours"),
    [("08115/Brief.xlsx", True), ("08115.zip/08116/Brief.xlsx", False), ("08225/Antrag_08115003.xlsx", True),
     ("Antrag_081150031234.xlsx", False), ("Antrag_08115999.xlsx", False), ("Brief.xlsx", False)],
)  # fmt: skip
def test_the_nearest_key_in_a_name_decides_if_it_exists(datei: str, ours: bool) -> None:
    befund = Finding("D03", Schwere.FEHLER, Place(datei), "", "", "Beschädigt.", "Bitte.", "")
    assert bool(rows(auszug(befunde=(befund,)), 2)) is ours


# --- bank accounts -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [IBAN, IBAN.lower(), "DE02 1203 0000 0000 2020 51", "IBAN:DE02-1203-0000-0000-2020-51.", "DE0212030000000020205",
     "DE02\u00a01203\u00a00000 0000 2020 51 bei der Sparkasse", "GB33BUKB20201555555555",
     "FR14 2004 1010 0505 0001 3M02 606", "DE021203000000"],
)  # fmt: skip
def test_a_bank_account_is_hidden_wherever_it_stands(text: str) -> None:
    shown = k.verdeckt(f"Konto {text}")
    assert k.VERDECKT in shown and not any(c.isdigit() for c in shown)


@pytest.mark.parametrize(
    "text", ["08115028-01", "IM201812345678", "Telefon 07152 990-0", "Landkreis Göppingen", "30.09.2020", "DE 2020",
             "DE02120300000"],
)  # fmt: skip
def test_what_is_no_bank_account_stays(text: str) -> None:
    assert k.verdeckt(text) == text


def test_a_finding_about_the_bank_account_says_only_what_is_wrong() -> None:
    befund = fehler(code="W20", feld="IBAN", gefunden="123 „x“ 4", meldung="Die IBAN „123 „x“ 4“ ist falsch: zu kurz.")
    row = rows(auszug(vorgang(None, befund)), 2)[0]
    assert (row["gefunden"], row["meldung"]) == (k.VERDECKT, "Die IBAN „…“ ist falsch: zu kurz.")
    leer = fehler(feld="IBAN", gefunden="leer", meldung="IBAN: Die Angabe fehlt.")
    row = rows(auszug(vorgang(None, leer)), 2)[0]
    assert (row["gefunden"], row["meldung"]) == ("leer", "IBAN: Die Angabe fehlt.")


def test_findings_stand_in_the_order_of_the_master_however_they_come() -> None:
    a = antrag()
    befunde = [fehler(a, code=code) for code in ("P01", "W20", "B05")]
    datei = [fehler(code="D01", place=Place(f"{AGS}_{n}.xlsx"), antrag="", ags="", kreis="") for n in "ab"]
    for backwards in (False, True):
        mine, files = (sorted(those, key=str, reverse=backwards) for those in (befunde, datei))
        found = rows(auszug(vorgang(a, *mine), befunde=files), 2)
        assert [r["code"] for r in found] == ["B05", "P01", "W20", "D01", "D01"]
        assert [r["datei"] for r in found[3:]] == [f"{AGS}_a.xlsx", f"{AGS}_b.xlsx"]


def test_where_a_post_is_comes_from_the_bestand_only_for_its_own_applicant() -> None:
    leer = antrag(stellen=(stelle(stelle=NACHBAR.stelle, einsatzort=None), stelle(einsatzort=None)))
    assert [r["einsatzort"] for r in rows(auszug(vorgang(leer)), 1)] == ["Leonberg", "Leonberg", None]


def test_a_bank_account_typed_elsewhere_is_in_no_table_and_no_sentence() -> None:
    a = antrag(traeger=f"Stadt {IBAN}", ansprechperson=IBAN, email=IBAN, datei=f"{IBAN}.xlsx", ags="08115029",
               stellen=(stelle(stelle=IBAN, einsatzort=IBAN),))  # fmt: skip
    of = auszug(vorgang(a, fehler(a, gefunden=IBAN, meldung=IBAN, bitte=IBAN)))
    tables = k.tabellen(of)
    assert k.VERDECKT in str(tables)
    assert IBAN not in str([t.rows for t in tables]) + " ".join(k.aufgaben(of))


# --- in words ------------------------------------------------------------------------------------


def traeger(count: int) -> list[Bewilligung]:
    return [bewilligung(stelle=f"s{n}", ags=f"08115{n:03}", traeger=f"Stadt {n}") for n in range(count)]


@pytest.mark.parametrize(
    ("count", "start", "end"),
    [(1, "1 Antragsteller hat noch keinen Antrag gestellt: Stadt 0.", "Stadt 0."),
     (2, "2 Antragsteller haben noch keinen Antrag gestellt: ", "Stadt 0 und Stadt 1."),
     (12, "12 Antragsteller haben", "Stadt 10 und Stadt 11."),
     (13, "13 Antragsteller haben", "Stadt 11 und 1 weitere (Blatt „Antragsteller“).")],
)  # fmt: skip
def test_a_sentence_names_who_has_not_applied(count: int, start: str, end: str) -> None:
    (satz,) = k.aufgaben(auszug(bestand=traeger(count)))
    assert satz.startswith(start) and satz.endswith(end)


def test_each_task_is_a_sentence_and_nothing_to_do_is_one_too() -> None:
    assert k.aufgaben(auszug(vorgang(None, fehler(), fehler(feld="Ort")), bestand=(bewilligung(),))) == [
        "1 Antrag lässt sich noch nicht entscheiden: Stadt Leonberg (2 Fehler)."
    ]
    assert k.aufgaben(auszug(vorgang(), bestand=(bewilligung(),))) == [
        "Alle Anträge sind da und in Ordnung; es ist nichts zu tun."
    ]
