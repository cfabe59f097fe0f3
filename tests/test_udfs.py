"""The worksheet functions: what Excel hands over, what it gets back, and what it is told about them."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import sampled

from pik_xl import udfs
from pik_xl.model import Besetzung, Qualifikation
from pik_xl.recht import rechnen
from pik_xl.recht.rechnen import Rechnung
from pik_xl.recht.rules import shipped_rulebook
from pik_xl.register import load_register
from pik_xl.udfs import (
    PIK_FOERDERBETRAG,
    PIK_FOERDERENDE,
    PIK_GEMEINDE,
    PIK_IBAN_OK,
    PIK_KREIS,
    PIK_MONATE,
    PIK_QUELLE,
)

FUNCTIONS: tuple[Callable[..., Any], ...] = (
    PIK_FOERDERENDE,
    PIK_MONATE,
    PIK_FOERDERBETRAG,
    PIK_KREIS,
    PIK_GEMEINDE,
    PIK_IBAN_OK,
    PIK_QUELLE,
)
BEGINN, BIS = datetime(2017, 10, 1), datetime(2020, 9, 30)
TAG = date(2020, 5, 4)


def serial(day: date) -> float:
    return float((day - date(1899, 12, 30)).days)


# --- the functions -----------------------------------------------------------------------------------


def test_the_new_end_is_that_of_the_rules_of_the_day() -> None:
    assert PIK_FOERDERENDE(BEGINN, BIS, None, datetime(2020, 5, 4)) == datetime(2022, 9, 30)
    assert PIK_FOERDERENDE(datetime(2018, 3, 1), datetime(2020, 2, 29), None, datetime(2019, 9, 1)) == datetime(
        2021, 2, 28
    )


def test_an_interruption_counts_from_the_day_the_rules_know_it() -> None:
    beginn, bis = datetime(2017, 1, 1), datetime(2020, 12, 31)
    assert PIK_FOERDERENDE(beginn, bis, 6.0, datetime(2020, 5, 4)) == datetime(2021, 12, 31)
    assert PIK_FOERDERENDE(beginn, bis, 6.0, datetime(2020, 12, 1)) == datetime(2022, 6, 30)


def test_without_a_day_the_newest_state_of_the_rules_counts() -> None:
    newest = shipped_rulebook().neuester_tag
    beginn, bis = datetime(2017, 1, 1), datetime(2020, 12, 31)
    assert PIK_FOERDERENDE(beginn, bis, 6.0) == PIK_FOERDERENDE(beginn, bis, 6.0, serial(newest))
    assert PIK_QUELLE("hoechstdauer") == PIK_QUELLE("hoechstdauer", serial(newest + timedelta(days=9_000)))


def test_a_post_that_cannot_be_extended_says_why() -> None:
    assert PIK_FOERDERENDE(BEGINN, datetime(2022, 9, 30)).startswith("#Der Bewilligungszeitraum ist ausgeschöpft")


@given(
    st.dates(date(2017, 1, 1), date(2019, 12, 31)),
    st.integers(0, 900),
    st.decimals("0.25", "3", places=2),
    st.sampled_from(Qualifikation),
)
def test_amount_and_end_are_those_of_the_decision(beginn: date, tage: int, vzae: Decimal, q: Qualifikation) -> None:
    bis = beginn + timedelta(days=tage)
    decision = rechnen.rechnen(
        Rechnung(beginn, bis, vzae, q, None, Besetzung.BESETZT, 0, None), TAG, None, shipped_rulebook()
    )
    ende = PIK_FOERDERENDE(serial(beginn), serial(bis), None, serial(TAG))
    assert decision.neues_ende and ende.date() == decision.neues_ende
    ab = serial(bis + timedelta(days=1))
    assert PIK_FOERDERBETRAG(ab, ende, float(vzae), str(q), serial(TAG)) == float(decision.summe)
    assert PIK_MONATE(ab, ende) == float(decision.monate)
    for jahr, betrag in decision.betraege.items():
        assert PIK_FOERDERBETRAG(ab, ende, float(vzae), str(q), serial(TAG), float(jahr)) == float(betrag)


def test_an_amount_goes_by_an_amount_of_its_own_or_the_rate_of_a_qualification() -> None:
    zeitraum = (datetime(2021, 1, 1), datetime(2021, 12, 31), 0.5)
    assert PIK_FOERDERBETRAG(*zeitraum) == PIK_FOERDERBETRAG(*zeitraum, "hochschule") == 32_000.0
    assert PIK_FOERDERBETRAG(*zeitraum, "Mittlerer Abschluss") == 25_500.0
    assert PIK_FOERDERBETRAG(*zeitraum, 60_000.0) == PIK_FOERDERBETRAG(*zeitraum, "60.000,00") == 30_000.0
    assert PIK_FOERDERBETRAG(*zeitraum, None, None, 2022.0) == 0.0


@pytest.mark.parametrize("key", [8115003.0, "08115003", "8115003", 81150003003.0, "081150003003", " 08115003 "])
def test_a_municipality_is_known_by_every_key_and_also_by_a_number(key: object) -> None:
    assert PIK_GEMEINDE(key) == "Stadt Böblingen"
    assert PIK_KREIS(key) == "Landkreis Böblingen"


def test_every_applicant_of_the_register_is_found_by_its_key_typed_as_a_number() -> None:
    register = load_register()
    column = [[float(ags)] for ags in register.traeger]
    assert PIK_GEMEINDE(column) == [[t.name] for t in register.traeger.values()]
    assert PIK_KREIS(column) == [[register.kreise[t.kreis].bezeichnung] for t in register.traeger.values()]


def test_an_iban_is_right_or_wrong_however_it_is_spaced() -> None:
    assert PIK_IBAN_OK("DE89 3704 0044 0532 0130 00") is True
    assert PIK_IBAN_OK("de89370400440532013000") is True
    assert PIK_IBAN_OK("DE89 3704 0044 0532 0130 01") is False
    assert PIK_IBAN_OK(370400440532.0) is False


def test_a_rule_is_quoted_with_value_and_source_by_key_or_name() -> None:
    said = PIK_QUELLE("Höchstdauer der Förderung", datetime(2020, 5, 4))
    assert said == PIK_QUELLE("hoechstdauer", "04.05.2020")
    assert said.startswith("60 Monate (Schreiben des Ministers") and "27.01.2020" in said
    assert "36 Monate" in PIK_QUELLE("hoechstdauer", "2019-12-31")
    assert "Festlegung der Bewilligungsstelle" in PIK_QUELLE("rundung")


# --- what Excel hands over -------------------------------------------------------------------------------


@pytest.mark.parametrize("tag", [datetime(2020, 5, 4), date(2020, 5, 4), 43955.0, 43955, "04.05.2020", "2020-05-04"])
def test_a_day_is_read_as_a_date_a_serial_number_or_a_text(tag: object) -> None:
    assert udfs.datum(tag, "tag") == TAG


@pytest.mark.parametrize(
    "value", ["", "  ", None, "x", 1.5, -3.0, 0.0, True, float("nan"), float("inf"), 1e300, datetime(2020, 5, 4, 8)]
)
def test_what_is_no_day_is_a_german_text_in_the_cell(value: object) -> None:
    assert PIK_MONATE(value, BIS) in ("#von fehlt.", "#von: Das ist kein Tag.")


@pytest.mark.parametrize(
    ("said", "begin"),
    [
        (PIK_MONATE(BIS, BEGINN), "#Das Ende liegt vor dem Beginn"),
        (PIK_MONATE("01.01.1950", BIS), "#Die Jahre müssen"),
        (PIK_FOERDERENDE(BEGINN, BIS, 0.5), "#unterbrechung: Bitte eine ganze Zahl"),
        (PIK_FOERDERENDE(BEGINN, BIS, -1.0), "#Die Unterbrechung kann nicht negativ sein"),
        (PIK_FOERDERENDE(BEGINN, BIS, None, "01.01.1990"), "#Für den 01.01.1990 kennt das Regelwerk"),
        (PIK_FOERDERBETRAG(BEGINN, BIS, None), "#vzae fehlt."),
        (PIK_FOERDERBETRAG(BEGINN, BIS, "viel"), "#vzae: „viel“ ist keine Zahl"),
        (PIK_FOERDERBETRAG(BEGINN, BIS, float("nan")), "#vzae: Das ist keine Zahl"),
        (PIK_FOERDERBETRAG(BEGINN, BIS, 0.0), "#Der Stellenanteil muss größer als 0"),
        (PIK_FOERDERBETRAG(BEGINN, BIS, 1.0, "promoviert"), "#jahresbetrag: „promoviert“ ist nicht möglich"),
        (PIK_FOERDERBETRAG(BEGINN, BIS, 1.0, None, None, 21.0), "#jahr: Bitte ein Jahr zwischen 2000"),
        (PIK_KREIS(None), "#ags fehlt."),
        (PIK_KREIS("Ulm"), "#ags: Das ist kein Schlüssel."),
        (PIK_KREIS(True), "#ags: Das ist kein Schlüssel."),
        (PIK_GEMEINDE(9999.0), "#Den Schlüssel 9999 gibt es in Baden-Württemberg nicht."),
        (PIK_IBAN_OK(""), "#iban fehlt."),
        (PIK_QUELLE("Dauer"), "#Die Regel „Dauer“ gibt es nicht. Ähnlich: Höchstdauer der Förderung"),
        (PIK_QUELLE("Qxyz"), "#Die Regel „Qxyz“ gibt es nicht. Alle Regeln nennt"),
    ],
)
def test_bad_input_is_named_in_the_cell(said: object, begin: str) -> None:
    assert isinstance(said, str) and said.startswith(begin)


_CELLS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=40), st.datetimes())


@pytest.mark.parametrize("function", sampled(FUNCTIONS), ids=lambda f: f.__name__)
@given(data=st.data())
def test_no_cell_whatever_it_holds_makes_a_traceback(function: Callable[..., Any], data: st.DataObject) -> None:
    said = function(*(data.draw(_CELLS) for _ in inspect.signature(function).parameters))
    assert isinstance(said, str | float | bool | datetime)
    assert not isinstance(said, str) or (len(said) <= udfs.LAENGE and "Fehler im Programm" not in said)


def test_a_fault_of_the_program_is_a_text_in_the_cell_too() -> None:
    def broken(value: object) -> object:
        raise ZeroDivisionError(value)

    assert udfs.je_zelle(broken)(1.0) == "#Fehler im Programm (ZeroDivisionError). Bitte an den Support geben."


def test_a_range_is_answered_cell_by_cell_in_its_shape() -> None:
    assert PIK_KREIS([[8111.0, 8125.0], [None, 8121.0]]) == [
        ["Stadt Stuttgart", "Landkreis Heilbronn"],
        ["#ags fehlt.", "Stadt Heilbronn"],
    ]
    beginn = [[BEGINN], [datetime(2018, 1, 1)]]
    assert PIK_MONATE(beginn, [[datetime(2018, 12, 31)]]) == [[15.0], [12.0]]


def test_a_single_cell_gives_a_single_value_as_excel_hands_it_over() -> None:
    assert PIK_MONATE([[BEGINN]], [[BIS]]) == 36.0


def test_ranges_of_different_size_are_refused() -> None:
    assert PIK_MONATE([[BEGINN], [BEGINN]], [[BIS], [BIS], [BIS]]) == "#Die Bereiche sind verschieden groß."


# --- what Excel is told ------------------------------------------------------------------------------------

# xlwings' own code for Windows, with stand-ins for the parts of pywin32 it imports and for an open workbook.
_WINDOWS = """
import json, sys, types
from unittest.mock import MagicMock
for name in ("pythoncom", "pywintypes", "win32com", "win32com.client"):
    sys.modules[name] = MagicMock()
class Missing(Exception): pass
sys.modules["pywintypes"].com_error = Missing
import xlwings
from xlwings import conversion, udfs
xlwings.func, xlwings.arg, xlwings._xlwindows = udfs.xlfunc, udfs.xlarg, MagicMock()
book = MagicMock()
book.Name, book.Application.Version = "PiK-Master.xlsm", "16.0"
vba = []
book.VBProject.VBComponents.Import = lambda path: vba.append(open(path).read())
udfs.import_udfs("pik_xl.udfs", book)
import pik_xl.udfs
engine = MagicMock()
engine.impl.clean_value_data = lambda data, *rest: [list(row) for row in data]
xlwings.engines = {"excel": engine}
convert = lambda f, n, v: conversion.read(None, v, getattr(pik_xl.udfs, f).__xlfunc__["argmap"][n]["options"])
print(json.dumps({
    "vba": vba[0],
    "told": [[call.args[0], call.kwargs] for call in book.Application.MacroOptions.call_args_list],
    "single": convert("PIK_KREIS", "ags", 8111.0),
    "column": convert("PIK_KREIS", "ags", ((8111.0,), (None,))),
}))
"""


@pytest.fixture(scope="module")
def windows() -> dict[str, Any]:
    run = subprocess.run([sys.executable, "-c", _WINDOWS], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    found: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return found


def test_excel_learns_help_in_german_for_every_function_and_argument(windows: dict[str, Any]) -> None:
    told = {macro.partition("!")[2]: options for macro, options in windows["told"]}
    assert set(told) == {function.__name__ for function in FUNCTIONS}
    for function in FUNCTIONS:
        options = told[function.__name__]
        docs = options["ArgumentDescriptions"]
        assert options["Description"] == function.__doc__ and options["Category"] == "PiK"
        assert len(docs) == len(inspect.signature(function).parameters)
        assert not any(doc.startswith("Positional argument") for doc in docs)
        assert all(len(doc) < udfs.LAENGE for doc in (options["Description"], *docs))


def test_the_day_that_counts_without_one_stands_in_the_help(windows: dict[str, Any]) -> None:
    assert sum("neueste Stand" in doc for _, o in windows["told"] for doc in o["ArgumentDescriptions"]) == 3


def test_the_functions_of_vba_have_the_optional_arguments(windows: dict[str, Any]) -> None:
    assert "Function PIK_FOERDERENDE(beginn, bewilligt_bis, Optional unterbrechung, Optional tag)" in windows["vba"]
    assert "Function PIK_KREIS(ags)" in windows["vba"]
    windows["vba"].encode("cp1252")


def test_xlwings_hands_over_cells_as_the_functions_expect_them(windows: dict[str, Any]) -> None:
    assert windows["single"] == [[8111.0]] and windows["column"] == [[8111.0], [None]]
    assert PIK_KREIS(windows["column"]) == [["Stadt Stuttgart"], ["#ags fehlt."]]
