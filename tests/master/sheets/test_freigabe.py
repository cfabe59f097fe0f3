"""Release of a case: what the sheet Anträge says while staff type, and what Kreise and the map make of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from masters import bewilligungen, build, opened, typed, updated, vorgang

from pik_xl.kinds import Formel, Row
from pik_xl.master.sheets.freigabe import freigabe, freigegebenes
from pik_xl.master.sheets.kreise import KUERZEL, freigaben, karte, kreise_table
from pik_xl.master.sheets.tables import antraege_table
from pik_xl.model import Freigabe, Kreisstand, Stand
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


@pytest.mark.parametrize(("eingetragen", "stand"), EINGETRAGEN)
def test_a_case_is_released_by_two_people_and_a_day(eingetragen: Row, stand: Freigabe) -> None:
    assert freigabe(Stand.ENTSCHIEDEN, "00000001", eingetragen).wert == stand


@pytest.mark.parametrize(("eingetragen", "stand"), ERST_DER_LAUF)
def test_what_a_formula_cannot_see_a_run_notes(eingetragen: Row, stand: Freigabe) -> None:
    assert freigabe(Stand.ENTSCHIEDEN, "00000001", eingetragen).wert == Freigabe.FREIGEGEBEN
    gesehen = {**eingetragen, "freigegebenes": freigegebenes(eingetragen, "", "00000001", LAUFTAG)}
    assert freigabe(Stand.ENTSCHIEDEN, "00000001", gesehen).wert == stand


@pytest.mark.parametrize("change", [{"bearbeitet_von": "Anna Maier"}, {"freigegeben_von": "Anna Maier"}])
def test_two_people_after_all_release_the_decision_of_that_day(change: Row) -> None:
    selbst: Row = {**GANZ, "bearbeitet_von": "Meyer, Anna", "freigegeben_von": "Anna Meyer"}
    notiert = freigegebenes(selbst, "", "00000001", LAUFTAG)
    neu: Row = {**selbst, **change}
    noch = {**neu, "freigegebenes": freigegebenes(neu, notiert, "00000002", LAUFTAG)}
    altes = "bearbeitet_von" in change  # the same release, so still for what was there then
    stand = freigabe(Stand.ENTSCHIEDEN, "00000002", noch).wert
    assert stand == (Freigabe.GEAENDERT if altes else Freigabe.FREIGEGEBEN)


@pytest.mark.parametrize("stand", [Stand.RUECKFRAGE, Stand.ERSETZT])
def test_a_case_that_is_not_ready_has_no_state_of_release(stand: Stand) -> None:
    assert freigabe(stand, "00000001", GANZ).wert == ""


HEADERS = {"bearbeitet_von": "Bearbeitet von", "freigegeben_von": "Freigegeben von", "freigegeben_am": "Freigegeben am",
           "bemerkung": "Bemerkung"}  # fmt: skip


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


def test_the_map_has_each_kreis_once_and_every_tile_a_name_of_its_own() -> None:
    tiles = list(karte())
    assert sorted(ags for *_, ags in tiles) == sorted(KREISE) and len(set(KUERZEL.values())) == 44
    assert len({(row, column) for row, column, _ in tiles}) == 44


def test_a_kreis_is_as_far_as_its_slowest_applicant() -> None:
    b = bewilligungen(1)[0]
    waiting, ready = vorgang(b, 7), vorgang(b)
    eins = {ready.antrag.schluessel: GANZ}

    def stand(*args: object) -> tuple[object, object]:
        row = next(r for r in kreise_table(*args).rows if r["ags"] == b.kreis)  # type: ignore[arg-type]
        return tuple(value.wert for name in ("stand", "offen") if isinstance(value := row[name], Formel))  # type: ignore[return-value]

    released = freigaben(antraege_table([ready], KREISE, eins))
    assert stand([], [], KREISE, {}, {}) == (Kreisstand.OHNE, 0)
    assert stand([], [b], KREISE, {}, {}) == (Kreisstand.AUSSTEHEND, 1)
    assert stand([waiting], [b], KREISE, {}, {}) == (Kreisstand.RUECKFRAGE, 1)
    assert stand([ready], [b], KREISE, {}, {}) == (Kreisstand.ENTSCHIEDEN, 1)
    assert released == {b.kreis: 1} and stand([ready], [b], KREISE, {}, released) == (Kreisstand.FREIGEGEBEN, 0)
