"""Release of a case: what the sheet Anträge says while staff type, and what Kreise and the map make of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from masters import STAND, all_tables, bewilligungen, build, column_of, opened, typed, updated, vorgang

from pik_xl.kinds import Row
from pik_xl.master.sheets.freigabe import entscheidung_of, freigabe_of, freigegebene, freigegebenes
from pik_xl.master.sheets.kreise import freigaben
from pik_xl.master.update import file
from pik_xl.model import Freigabe, Stand
from pik_xl.register import load_register

KREISE = load_register().kreise
TAG = date(2020, 3, 15)

GANZ: Row = {"bearbeitet_von": "Muster", "freigegeben_von": "Beispiel", "freigegeben_am": TAG}
EINGETRAGEN: list[tuple[Row, Freigabe]] = [
    ({}, Freigabe.OFFEN),
    ({"bemerkung": "dringend"}, Freigabe.OFFEN),
    ({"bearbeitet_von": "Muster"}, Freigabe.BEARBEITET),
    ({"bearbeitet_von": "Muster", "freigegeben_von": "Beispiel"}, Freigabe.UNVOLLSTAENDIG),
    ({"bearbeitet_von": "Muster", "freigegeben_am": TAG}, Freigabe.UNVOLLSTAENDIG),
    ({"freigegeben_von": "Beispiel", "freigegeben_am": TAG}, Freigabe.ZWEITE_PERSON),
    ({"bearbeitet_von": "Muster", "freigegeben_von": " muster", "freigegeben_am": TAG}, Freigabe.ZWEITE_PERSON),
    ({"bearbeitet_von": "M uster", "freigegeben_von": "MUSTER\N{NO-BREAK SPACE}", "freigegeben_am": TAG},
     Freigabe.ZWEITE_PERSON),
    ({**GANZ, "bearbeitet_von": "Muster\n", "freigegeben_von": "Mu\nster"}, Freigabe.ZWEITE_PERSON),
    ({**GANZ, "bearbeitet_von": "\n"}, Freigabe.ZWEITE_PERSON),
    *(({**GANZ, "freigegeben_am": none}, Freigabe.UNVOLLSTAENDIG) for none in
      ("gestern", "15.03.2020", -5, 0, Decimal("43905.5"), date(1999, 12, 31), date(2101, 1, 1))),
    ({**GANZ, "freigegeben_am": date(2000, 1, 1)}, Freigabe.FREIGEGEBEN),
    ({**GANZ, "freigegeben_am": date(2100, 12, 30)}, Freigabe.FREIGEGEBEN),
    (GANZ, Freigabe.FREIGEGEBEN),
]  # fmt: skip

# What only a run can tell: it counts as released while it is typed, and no longer once a run has seen it.
SELBE = [
    ("Meyer", "Meyer."), ("Müller", "Mu\N{COMBINING DIAERESIS}ller"), ("Meyer", "Mey\N{ZERO WIDTH SPACE}er"),
    ("Strauß", "STRAUSS"), ("Meyer, Anna", "Anna Meyer"), ("A.-M. Kurz", "AM Kurz"), ("123", "456"), ("#NV", "Lang"),
    ("-", "!"), ("\N{GRINNING FACE}", "\N{WINKING FACE}"), ("Kurz", "\N{ZERO WIDTH SPACE}"),
]  # fmt: skip
ERST_DER_LAUF: list[tuple[Row, Freigabe]] = [
    *(({**GANZ, "bearbeitet_von": one, "freigegeben_von": other}, Freigabe.ZWEITE_PERSON) for one, other in SELBE),
    ({**GANZ, "freigegeben_am": date(2100, 12, 31)}, Freigabe.UNVOLLSTAENDIG),
]
LAUFTAG = date(2100, 12, 30)
FALL = vorgang(bewilligungen(1)[0])
ANDERS = replace(FALL, decisions=(replace(FALL.decisions[0], neues_ende=TAG),))


@pytest.mark.parametrize(("eingetragen", "stand"), EINGETRAGEN)
def test_a_case_is_released_by_two_people_and_a_day(eingetragen: Row, stand: Freigabe) -> None:
    assert freigabe_of(FALL, eingetragen) is stand


@pytest.mark.parametrize(("eingetragen", "stand"), ERST_DER_LAUF)
def test_what_a_formula_cannot_see_a_run_notes(eingetragen: Row, stand: Freigabe) -> None:
    assert freigabe_of(FALL, eingetragen) is Freigabe.FREIGEGEBEN
    gesehen = {**eingetragen, "freigegebenes": freigegebenes(eingetragen, "", entscheidung_of(FALL), LAUFTAG)}
    assert freigabe_of(FALL, gesehen) is stand


@pytest.mark.parametrize("change", [{"bearbeitet_von": "Anna Maier"}, {"freigegeben_von": "Anna Maier"}])
def test_two_people_after_all_release_the_decision_of_that_day(change: Row) -> None:
    selbst: Row = {**GANZ, "bearbeitet_von": "Meyer, Anna", "freigegeben_von": "Anna Meyer"}
    notiert = freigegebenes(selbst, "", entscheidung_of(FALL), LAUFTAG)
    neu: Row = {**selbst, **change}
    noch = {**neu, "freigegebenes": freigegebenes(neu, notiert, entscheidung_of(ANDERS), LAUFTAG)}
    altes = "bearbeitet_von" in change  # the same release, so still for what was there then
    assert freigabe_of(ANDERS, noch) is (Freigabe.GEAENDERT if altes else Freigabe.FREIGEGEBEN)


@pytest.mark.parametrize("stand", [Stand.RUECKFRAGE, Stand.ERSETZT])
def test_a_case_that_is_not_ready_has_no_state_of_release(stand: Stand) -> None:
    assert freigabe_of(replace(FALL, stand=stand), GANZ) is None


def test_the_cases_released_are_told_without_any_sheet() -> None:
    b, c, d = bewilligungen(3)
    cases = [vorgang(b), vorgang(c), vorgang(d, 7)]  # the last one waits for an answer
    eingetragen = {cases[0].antrag.schluessel: GANZ, cases[2].antrag.schluessel: GANZ, "fremd.xlsx": GANZ}
    assert list(freigegebene(cases, eingetragen)) == cases[:1]
    assert list(freigegebene(cases, {})) == []
    assert freigaben(cases, KREISE, eingetragen) == {b.kreis: 1}
    ohne = replace(cases[0], antrag=replace(cases[0].antrag, ags="", kreis="Schwaben"))
    assert freigaben([ohne], KREISE, eingetragen) == {"": 1}


HEADERS = {"bearbeitet_von": "Bearbeitet von", "freigegeben_von": "Freigegeben von", "freigegeben_am": "Freigegeben am",
           "bemerkung": "Bemerkung"}  # fmt: skip


def _mit_notiz(eingetragen: Row, entschieden: str) -> Row:
    """What staff typed, and what a run noted of it when the decision had that checksum."""
    return {**eingetragen, "freigegebenes": freigegebenes(eingetragen, "", entschieden, LAUFTAG)}


def test_the_formula_on_the_sheet_and_the_function_agree_on_every_state(
    tmp_path: Path, soffice_convert: Callable[[Path, str], Path]
) -> None:
    alle = [row for row, _ in EINGETRAGEN + ERST_DER_LAUF]
    bestand = bewilligungen(3 * len(alle) + 3)
    ready = [vorgang(b) for b in bestand[: 3 * len(alle)]]
    faelle = [*ready, vorgang(bestand[-3], 7), replace(vorgang(bestand[-2]), stand=Stand.ERSETZT), vorgang(bestand[-1])]
    rows: list[Row] = [
        *alle,  # not seen by any run
        *(_mit_notiz(row, entscheidung_of(fall)) for fall, row in zip(ready[len(alle) :], alle, strict=False)),
        *(_mit_notiz(row, "87654321") for row in alle),  # it was another decision then
        GANZ, GANZ, {},
    ]  # fmt: skip
    eingetragen = {fall.antrag.schluessel: row for fall, row in zip(faelle, rows, strict=True)}
    data = file.build(all_tables(bestand, faelle, eingetragen), STAND)
    column = column_of(data, "Anträge", "Schlüssel")
    keys = [str(row[0].value) for row in opened(data)["Anträge"].iter_rows(min_row=6, min_col=column)]
    entries = [("Anträge", HEADERS[name], number, eingetragen[key][name])
               for number, key in enumerate(keys, 1) for name in HEADERS if name in eingetragen[key]]  # fmt: skip
    path = tmp_path / "PiK-Master.xlsm"
    path.write_bytes(typed(data, *entries))
    calculated = opened(soffice_convert(path, "xlsx").read_bytes(), data_only=True)["Anträge"]
    shown = dict(zip(keys, (row[5].value for row in calculated.iter_rows(min_row=6)), strict=True))
    expect = {fall.antrag.schluessel: freigabe_of(fall, eingetragen[fall.antrag.schluessel]) for fall in faelle}
    assert shown == expect
    assert {*expect.values()} == {*Freigabe, None}


def test_libreoffice_agrees_with_the_state_of_release_of_every_kind_of_entry(
    tmp_path: Path, soffice_convert: Callable[[Path, str], Path]
) -> None:
    alle = EINGETRAGEN + ERST_DER_LAUF
    bestand = bewilligungen(len(alle))
    entries = [("Anträge", HEADERS[name], n, value)
               for n, (row, _) in enumerate(alle, 1) for name, value in row.items()]  # fmt: skip
    path = tmp_path / "PiK-Master.xlsm"
    cases = [vorgang(b) for b in bestand]
    path.write_bytes(updated(typed(build(bestand, cases), *entries), bestand, cases, LAUFTAG))
    shown = [row[5].value for row in opened(path.read_bytes(), data_only=True)["Anträge"].iter_rows(min_row=6)]
    calculated = opened(soffice_convert(path, "xlsx").read_bytes(), data_only=True)["Anträge"]
    assert shown == [row[5].value for row in calculated.iter_rows(min_row=6)]
    assert shown == [stand for _, stand in alle]
