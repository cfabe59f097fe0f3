"""In which Kreis an applicant sits, in which it is counted, and who applied."""

from __future__ import annotations

import pytest
from factories import antrag

from pik_xl.recht.vorgang import antragsteller, kreis_of, zugeordneter_kreis
from pik_xl.register import load_register

REGISTER = load_register()


@pytest.mark.parametrize(("ags", "eingetragen", "sitz", "gezaehlt"), [
    ("08115028", "08115", "08115", "08115"),
    ("08115028", "08225", "08115", "08115"),  # the official key says it, whatever was entered
    ("08115", None, "08115", "08115"),
    ("08115999", "08225", "", "08115"),  # nobody has this key: no letter goes by it, but it is counted
    ("", "08225", "", "08225"),
    ("", "Schwaben", "", "Schwaben"),
    ("99999001", None, "", ""),
])  # fmt: skip
def test_letters_go_by_a_known_key_alone_and_sums_lose_no_application(
    ags: str, eingetragen: str | None, sitz: str, gezaehlt: str
) -> None:
    a = antrag(ags=ags, kreis=eingetragen)
    assert kreis_of(a, REGISTER) == sitz
    assert zugeordneter_kreis(a, REGISTER.kreise) == gezaehlt


def test_every_applicant_of_the_register_is_counted_where_it_sits() -> None:
    for traeger in REGISTER.traeger.values():
        a = antrag(ags=traeger.ags, kreis=None)
        assert kreis_of(a, REGISTER) == traeger.kreis == zugeordneter_kreis(a, REGISTER.kreise)


def test_an_application_without_a_key_stands_for_itself() -> None:
    assert antragsteller(antrag()) == "08115028"
    assert antragsteller(antrag(ags="", schluessel="b.xlsx")) == "b.xlsx"
