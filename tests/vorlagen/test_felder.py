"""The fields of the letters: their closed lists of words, and samples with everything empty that may be."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pik_xl.model import Art, Ergebnis, Schwere, Stand
from pik_xl.vorlagen.felder import MAILTEXT, NACHFORDERUNG, SCHREIBARTEN, VERLAENGERUNG
from pik_xl.vorlagen.schreibart import Feld, Schreibart, leere_muster, leeres_muster, muster

WORTE = {"ergebnis": {*Ergebnis}, "art": {*Art}, "schwere": {*Schwere}, "stand": {Stand.ENTSCHIEDEN, Stand.RUECKFRAGE}}


def every(felder: tuple[Feld, ...]) -> Iterator[Feld]:
    for feld in felder:
        yield feld
        yield from every(feld.felder)


def test_the_words_a_field_may_be_are_those_of_the_program() -> None:
    listed = [feld for art in SCHREIBARTEN.values() for feld in every(art.felder) if feld.worte]
    assert {feld.name for feld in listed} == set(WORTE)
    assert all(set(feld.worte) == WORTE[feld.name] for feld in listed)


@pytest.mark.parametrize("art", [*SCHREIBARTEN.values(), MAILTEXT], ids=[*SCHREIBARTEN, "mail"])
def test_an_example_is_one_of_the_words_it_may_be(art: Schreibart) -> None:
    assert all(feld.beispiel in feld.worte for feld in every(art.felder) if feld.worte)


def test_everything_that_may_be_empty_is_and_the_rest_is_the_example() -> None:
    leer, voll = leeres_muster(VERLAENGERUNG), muster(VERLAENGERUNG)
    assert (leer["kreis"], leer["frueherer_bescheid"], leer["bewilligte"]) == ("", {}, ())
    assert isinstance(voll["behoerde"], dict)
    assert leer["behoerde"] == {**voll["behoerde"], "bearbeitung": "", "durchwahl": "", "zeichnet": ""}
    assert {name for name in voll if leer[name] == voll[name]} >= {"datum", "summe", "traeger", "entwurf", "gericht"}
    assert leeres_muster(SCHREIBARTEN["digital"])["kosten"] is None


def test_one_field_after_another_is_emptied() -> None:
    voll = muster(NACHFORDERUNG)
    changed = {name: [key for key in voll if fields[key] != voll[key]] for name, fields in leere_muster(NACHFORDERUNG)}
    last = changed.pop("")
    assert all(keys == [name.partition(".")[0]] for name, keys in changed.items())
    assert {"behoerde.zeichnet", "kreis", "anschrift", "befunde"} <= set(changed)
    assert set(last) == {name.partition(".")[0] for name in changed}
