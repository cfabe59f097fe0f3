"""The sheet Kreise: who applied, who did not, sums that stay whole, and the map."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from vorgaenge import antrag, bewilligung, vorgang

from pik_xl.kinds import Formel, Row
from pik_xl.master.sheets.kreise import KUERZEL, NICHT_ZUGEORDNET, freigaben, karte, kreise_table
from pik_xl.model import (
    Kreisstand,
    Stand,
)
from pik_xl.register import load_register

KREISE = load_register().kreise


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


def test_the_map_has_each_kreis_once_and_every_tile_a_name_of_its_own() -> None:
    tiles = list(karte())
    assert sorted(ags for *_, ags in tiles) == sorted(KREISE) and len(set(KUERZEL.values())) == 44
    assert len({(row, column) for row, column, _ in tiles}) == 44


def test_a_kreis_is_as_far_as_its_slowest_applicant() -> None:
    b, waiting, ready = bewilligung(), vorgang(Stand.RUECKFRAGE), vorgang()
    ganz: Row = {"bearbeitet_von": "Muster", "freigegeben_von": "Beispiel", "freigegeben_am": date(2020, 3, 15)}
    eins = {ready.antrag.schluessel: ganz}

    def stand(*args: object) -> tuple[object, object]:
        row = next(r for r in kreise_table(*args).rows if r["ags"] == b.kreis)  # type: ignore[arg-type]
        return tuple(value.wert for name in ("stand", "offen") if isinstance(value := row[name], Formel))  # type: ignore[return-value]

    released = freigaben([ready, waiting], KREISE, eins)
    assert stand([], [], KREISE, {}, {}) == (Kreisstand.OHNE, 0)
    assert stand([], [b], KREISE, {}, {}) == (Kreisstand.AUSSTEHEND, 1)
    assert stand([waiting], [b], KREISE, {}, {}) == (Kreisstand.RUECKFRAGE, 1)
    assert stand([ready], [b], KREISE, {}, {}) == (Kreisstand.ENTSCHIEDEN, 1)
    assert released == {b.kreis: 1} and stand([ready], [b], KREISE, {}, released) == (Kreisstand.FREIGEGEBEN, 0)
