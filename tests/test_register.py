"""The official register: complete, consistent, and found by every key people use."""

from __future__ import annotations

from collections import Counter

import pytest

from pik_xl.model import Art
from pik_xl.register import GERICHTE, load_register

REGISTER = load_register()


def test_the_register_holds_the_whole_state() -> None:
    assert len(REGISTER.gemeinden) == 1101
    assert len(REGISTER.kreise) == 44
    assert Counter(kreis.art for kreis in REGISTER.kreise.values()) == {"Landkreis": 35, "Stadtkreis": 9}


def test_every_key_is_text_of_its_length_and_begins_with_the_land() -> None:
    for keys, length in ((REGISTER.kreise, 5), (REGISTER.gemeinden, 8), (REGISTER.verbaende, 9)):
        assert {len(key) for key in keys} == {length}
        assert all(key.startswith("08") and key.isdigit() for key in keys)
    assert {len(ars) for ars in REGISTER.by_ars} == {12}


def test_every_municipality_belongs_to_a_kreis_and_a_verband_of_the_register() -> None:
    for ags, gemeinde in REGISTER.gemeinden.items():
        assert gemeinde.ags == ags
        assert gemeinde.kreis == ags[:5] and gemeinde.kreis in REGISTER.kreise
        assert gemeinde.ars.startswith(gemeinde.verband)
        assert REGISTER.verbaende[gemeinde.verband].kreis == gemeinde.kreis
        assert (gemeinde.ars[:5], gemeinde.ars[9:]) == (ags[:5], ags[5:])


def test_every_kreis_has_a_municipality() -> None:
    assert {gemeinde.kreis for gemeinde in REGISTER.gemeinden.values()} == set(REGISTER.kreise)


@pytest.mark.parametrize(
    ("ags", "ars", "name", "bezeichnung", "kreis"),
    [
        ("08115028", "081150028028", "Leonberg", "Stadt", "Böblingen"),
        ("08335043", "083355004043", "Konstanz", "Stadt", "Konstanz"),
        ("08211000", "082110000000", "Baden-Baden", "Stadt", "Baden-Baden"),
        ("08421000", "084210000000", "Ulm", "Stadt", "Ulm"),
    ],
)
def test_a_municipality_is_found_by_ags_ars_and_name(
    ags: str, ars: str, name: str, bezeichnung: str, kreis: str
) -> None:
    gemeinde = REGISTER.gemeinden[ags]
    assert REGISTER.by_ars[ars] is gemeinde
    assert REGISTER.by_name[name.casefold()] == (gemeinde,)
    assert (gemeinde.name, gemeinde.bezeichnung) == (name, bezeichnung)
    assert REGISTER.kreise[gemeinde.kreis].name == kreis


def test_looking_up_by_ars_loses_no_municipality() -> None:
    assert len(REGISTER.by_ars) == 1101
    assert all(REGISTER.by_ars[gemeinde.ars] is gemeinde for gemeinde in REGISTER.gemeinden.values())


def test_a_name_borne_twice_gives_both_in_the_order_of_the_register() -> None:
    assert [gemeinde.ags for gemeinde in REGISTER.by_name["altdorf"]] == ["08115002", "08116005"]
    assert [gemeinde.ags for gemeinde in REGISTER.by_name["talheim"]] == ["08125094", "08327048"]
    assert sum(map(len, REGISTER.by_name.values())) == 1101


@pytest.mark.parametrize("unknown", ["08999", "8115", "08115028", "Böblingen", ""])
def test_a_kreis_that_is_none_has_no_court(unknown: str) -> None:
    with pytest.raises(KeyError):
        REGISTER.gericht(unknown)


# --- who may apply -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ags", "name", "art", "kreis"),
    [
        ("08115", "Landkreis Böblingen", Art.LANDKREIS, "08115"),
        ("08136", "Ostalbkreis", Art.LANDKREIS, "08136"),
        ("08421", "Stadt Ulm", Art.STADTKREIS, "08421"),
        ("08115028", "Stadt Leonberg", Art.STADT, "08115"),
        ("08115002", "Gemeinde Altdorf", Art.GEMEINDE, "08115"),
        ("081155001", "Gemeindeverwaltungsverband Aidlingen/Grafenau", Art.VERWALTUNGSVERBAND, "08115"),
        ("081155003", "Verwaltungsgemeinschaft Herrenberg", Art.VERWALTUNGSGEMEINSCHAFT, "08115"),
    ],
)
def test_an_applicant_is_known_by_official_key(ags: str, name: str, art: Art, kreis: str) -> None:
    traeger = REGISTER.traeger[ags]
    assert (traeger.ags, traeger.name, traeger.art, traeger.kreis) == (ags, name, art, kreis)


def test_a_municipality_that_stands_alone_applies_under_its_own_key_only() -> None:
    leonberg = REGISTER.gemeinden["08115028"]
    assert REGISTER.verbaende[leonberg.verband].art == "Einheitsgemeinde"
    assert leonberg.ags in REGISTER.traeger and leonberg.verband not in REGISTER.traeger


def test_every_kind_of_applicant_is_there_and_every_one_has_a_court() -> None:
    assert {traeger.art for traeger in REGISTER.traeger.values()} == set(Art)
    assert {REGISTER.gericht(traeger.kreis).name for traeger in REGISTER.traeger.values()} == {
        gericht.name for gericht in GERICHTE.values()
    }


# --- courts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kreis", "bezirk", "court", "town"),
    [
        ("08115", "Stuttgart", "Verwaltungsgericht Stuttgart", "Stuttgart"),
        ("08215", "Karlsruhe", "Verwaltungsgericht Karlsruhe", "Karlsruhe"),
        ("08335", "Freiburg", "Verwaltungsgericht Freiburg", "Freiburg"),
        ("08416", "Tübingen", "Verwaltungsgericht Sigmaringen", "Sigmaringen"),
        ("08421", "Tübingen", "Verwaltungsgericht Sigmaringen", "Sigmaringen"),
    ],
)
def test_the_court_follows_the_regierungsbezirk(kreis: str, bezirk: str, court: str, town: str) -> None:
    assert REGISTER.kreise[kreis].regierungsbezirk == bezirk
    assert REGISTER.gericht(kreis).name == court
    assert REGISTER.gericht(kreis).anschrift.endswith(town)


def test_the_third_digit_of_the_key_is_the_regierungsbezirk() -> None:
    bezirke = {"1": "Stuttgart", "2": "Karlsruhe", "3": "Freiburg", "4": "Tübingen"}
    assert all(kreis.regierungsbezirk == bezirke[ags[2]] for ags, kreis in REGISTER.kreise.items())
    counts = Counter(kreis.regierungsbezirk for kreis in REGISTER.kreise.values())
    assert counts == {"Stuttgart": 13, "Karlsruhe": 12, "Freiburg": 10, "Tübingen": 9}
