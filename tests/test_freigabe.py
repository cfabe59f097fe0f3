"""Release of a case: what the sheet Anträge says while staff type, and what Kreise and the map make of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from masters import bewilligungen, build, opened, typed, updated, vorgang

from pik_xl.columns import Formel, Row
from pik_xl.freigabe import freigabe
from pik_xl.kreise import KUERZEL, freigaben, karte, kreise_table
from pik_xl.model import Freigabe, Kreisstand, Stand
from pik_xl.regions import load_register
from pik_xl.tables import antraege_table

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
    ({"bearbeitet_von": "\N{GRINNING FACE}", "freigegeben_von": "\N{WINKING FACE}", "freigegeben_am": TAG},
     Freigabe.FREIGEGEBEN),
    ({**GANZ, "bearbeitet_von": "-", "freigegeben_von": "!"}, Freigabe.FREIGEGEBEN),
    *(({**GANZ, "freigegeben_am": none}, Freigabe.UNVOLLSTAENDIG) for none in
      ("gestern", "15.03.2020", -5, 0, Decimal("43905.5"), date(1999, 12, 31), date(2101, 1, 1))),
    ({**GANZ, "freigegeben_am": date(2000, 1, 1)}, Freigabe.FREIGEGEBEN),
    ({**GANZ, "freigegeben_am": date(2100, 12, 31)}, Freigabe.FREIGEGEBEN),
    (GANZ, Freigabe.FREIGEGEBEN),
]  # fmt: skip


@pytest.mark.parametrize(("eingetragen", "stand"), EINGETRAGEN)
def test_a_case_is_released_by_two_people_and_a_day(eingetragen: Row, stand: Freigabe) -> None:
    assert freigabe(Stand.ENTSCHIEDEN, "00000001", eingetragen).wert == stand


@pytest.mark.parametrize("stand", [Stand.RUECKFRAGE, Stand.ERSETZT])
def test_a_case_that_is_not_ready_has_no_state_of_release(stand: Stand) -> None:
    assert freigabe(stand, "00000001", GANZ).wert == ""


HEADERS = {"bearbeitet_von": "Bearbeitet von", "freigegeben_von": "Freigegeben von", "freigegeben_am": "Freigegeben am",
           "bemerkung": "Bemerkung"}  # fmt: skip


def test_libreoffice_agrees_with_the_state_of_release_of_every_kind_of_entry(
    tmp_path: Path, soffice_convert: Callable[[Path, str], Path]
) -> None:
    bestand = bewilligungen(len(EINGETRAGEN))
    entries = [("Anträge", HEADERS[name], n, value)
               for n, (row, _) in enumerate(EINGETRAGEN, 1) for name, value in row.items()]  # fmt: skip
    path = tmp_path / "PiK-Master.xlsm"
    cases = [vorgang(b) for b in bestand]
    path.write_bytes(updated(typed(build(bestand, cases), *entries), bestand, cases))
    shown = [row[5].value for row in opened(path.read_bytes(), data_only=True)["Anträge"].iter_rows(min_row=6)]
    calculated = opened(soffice_convert(path, "xlsx").read_bytes(), data_only=True)["Anträge"]
    assert shown == [row[5].value for row in calculated.iter_rows(min_row=6)]
    assert shown == [stand for _, stand in EINGETRAGEN]


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
