# ruff: noqa: N802  # Excel shows the names of the functions in capitals
"""Worksheet functions for Excel (xlwings on Windows): a cell in, a value out, or a short German text with "#".

Each only reads its cells and calls what the commands call. Docstrings and `doc` are German, as Excel's function wizard
shows them. The cells of a range are reckoned one by one in a single call, which is much
faster than a formula in each. Nothing asks for today's date: without a day the newest state of the rules counts, as
shipped, without the office's deviations.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from difflib import get_close_matches
from functools import wraps
from typing import Any

import xlwings as xw

from pik_xl.errors import PikError
from pik_xl.jobs import arguments
from pik_xl.kinds import Kind, day_of, number_of, value_of
from pik_xl.model import Qualifikation
from pik_xl.recht import rechnen
from pik_xl.recht.regelstand import regelstand
from pik_xl.recht.rules import Rule, shipped_rulebook
from pik_xl.recht.verlaengerung import satz
from pik_xl.register import Traeger, load_register
from pik_xl.values import JAHRE, clean, excel_schluessel, iban_fault, parse_ganzzahl

GRUPPE = "PiK"  # of the function wizard
LAENGE = 255  # characters of a help text or of a complaint; Excel shows no more of the former
_TAG = "Tag der Entscheidung. Fehlt er, gilt der neueste Stand des mitgelieferten Regelwerks"
_AGS = "Amtlicher Schlüssel mit 5, 8, 9 oder 12 Stellen, als Text oder Zahl"

Funktion = Callable[..., Any]  # what a cell holds has no type before it is read


# --- the functions ---------------------------------------------------------------------------------


def je_zelle(function: Funktion) -> Funktion:
    """The function for ranges too: cell by cell, in the shape of the range; what is wrong becomes a text with "#"."""

    @wraps(function)
    def whole(*args: Any) -> Any:
        shapes = {(len(arg), len(arg[0])) for arg in args if isinstance(arg, list)} - {(1, 1)}
        if len(shapes) > 1:
            return "#Die Bereiche sind verschieden groß."
        rows, columns = next(iter(shapes), (1, 1))
        cells = [[_safe(function, [_cell(arg, r, c) for arg in args]) for c in range(columns)] for r in range(rows)]
        return cells if shapes else cells[0][0]

    return whole


@xw.func(category=GRUPPE)
@xw.arg("beginn", ndim=2, doc="Erster Tag der Förderung der Stelle")
@xw.arg("bewilligt_bis", ndim=2, doc="Letzter bisher bewilligter Tag")
@xw.arg("unterbrechung", ndim=2, doc="Monate ohne Entgelt (sonst 0)")
@xw.arg("tag", ndim=2, doc=_TAG)
@je_zelle
def PIK_FOERDERENDE(beginn: Any, bewilligt_bis: Any, unterbrechung: Any = None, tag: Any = None) -> Any:
    """Spätestes neues Ende einer besetzten Stelle nach den Regeln des Tages. Die Zelle als Datum formatieren."""
    monate = ganzzahl(unterbrechung, "unterbrechung", 0)
    ende = rechnen.foerderende(
        datum(beginn, "beginn"), datum(bewilligt_bis, "bewilligt_bis"), monate, stichtag(tag), shipped_rulebook()
    )
    return datetime.combine(ende, time())  # COM knows no days without a time


@xw.func(category=GRUPPE)
@xw.arg("von", ndim=2, doc="Erster Tag")
@xw.arg("bis", ndim=2, doc="Letzter Tag, er zählt mit")
@je_zelle
def PIK_MONATE(von: Any, bis: Any) -> Any:
    """Monate vom ersten bis zum letzten Tag, beide eingeschlossen (§ 188 BGB); angefangene auf zwei Stellen."""
    return float(rechnen.monate(datum(von, "von"), datum(bis, "bis")))


@xw.func(category=GRUPPE)
@xw.arg("beginn", ndim=2, doc="Erster Tag des Zeitraums")
@xw.arg("ende", ndim=2, doc="Letzter Tag des Zeitraums")
@xw.arg("vzae", ndim=2, doc="Stellenanteil, etwa 0,5")
@xw.arg(
    "jahresbetrag", ndim=2, doc="EUR je VZÄ und Jahr oder „hochschule“ oder „mittlerer-abschluss“ (sonst hochschule)"
)
@xw.arg("tag", ndim=2, doc=_TAG)
@xw.arg("jahr", ndim=2, doc="Haushaltsjahr, etwa 2021. Fehlt es, kommt die Summe aller Jahre")
@je_zelle
def PIK_FOERDERBETRAG(
    beginn: Any, ende: Any, vzae: Any, jahresbetrag: Any = None, tag: Any = None, jahr: Any = None
) -> Any:
    """Förderung in EUR für einen Zeitraum, insgesamt oder für ein Haushaltsjahr."""
    betrag = betrag_je_jahr(jahresbetrag, stichtag(tag))
    je_jahr = rechnen.foerderbetrag(datum(beginn, "beginn"), datum(ende, "ende"), zahl(vzae, "vzae"), betrag)
    if leer(jahr):
        return float(sum(je_jahr.values()))
    return float(je_jahr.get(haushaltsjahr(jahr), 0))


@xw.func(category=GRUPPE)
@xw.arg("ags", ndim=2, doc=_AGS)
@je_zelle
def PIK_KREIS(ags: Any) -> Any:
    """Name des Stadt- oder Landkreises, in dem der Antragsteller mit diesem Schlüssel liegt."""
    return load_register().kreise[traeger(ags).kreis].bezeichnung


@xw.func(category=GRUPPE)
@xw.arg("ags", ndim=2, doc=_AGS)
@je_zelle
def PIK_GEMEINDE(ags: Any) -> Any:
    """Name der Gemeinde oder des anderen Antragstellers mit diesem Schlüssel."""
    return traeger(ags).name


@xw.func(category=GRUPPE)
@xw.arg("iban", ndim=2, doc="IBAN, mit oder ohne Leerzeichen")
@je_zelle
def PIK_IBAN_OK(iban: Any) -> Any:
    """WAHR, wenn Länge, Land und Prüfziffern der IBAN stimmen, sonst FALSCH."""
    return not iban_fault(str(value_of(Kind.IBAN, text(iban, "iban"))))


@xw.func(category=GRUPPE)
@xw.arg("regel", ndim=2, doc="Name oder Kürzel der Regel, etwa Höchstdauer der Förderung oder hoechstdauer")
@xw.arg("tag", ndim=2, doc=_TAG)
@je_zelle
def PIK_QUELLE(regel: Any, tag: Any = None) -> Any:
    """Was eine Regel am Tag der Entscheidung sagt und worauf das beruht, in Worten."""
    step = regel_of(regel).on(stichtag(tag))
    return f"{step.text} ({step.zitat})"


# --- reading cells -----------------------------------------------------------------------------------


def leer(value: Any) -> bool:
    """Whether the cell is empty or holds nothing but spaces."""
    return value is None or (isinstance(value, str) and not clean(value))


def text(value: Any, name: str) -> str:
    """The text of a cell; a number as Excel shows it. PikError if it is empty."""
    if leer(value):
        raise PikError(f"{name} fehlt.")
    return clean(value) if isinstance(value, str) else f"{value:.15g}" if _is_number(value) else str(value)


def zahl(value: Any, name: str) -> Decimal:
    """A number, also one typed as text (0,5); PikError for anything else."""
    if _is_number(value):
        try:
            return number_of(repr(value), numeric=True)
        except ValueError:
            raise PikError(f"{name}: Das ist keine Zahl.") from None
    return arguments.number(text(value, name), name)


def ganzzahl(value: Any, name: str, sonst: int | None = None) -> int:
    """A whole number; `sonst` for an empty cell if there is one. PikError for anything else."""
    if sonst is not None and leer(value):
        return sonst
    try:
        return parse_ganzzahl(zahl(value, name))
    except ValueError:
        raise PikError(f"{name}: Bitte eine ganze Zahl angeben.") from None


def datum(value: Any, name: str) -> date:
    """A day: a date, its serial number (what formulas pass on) or a text; PikError for anything else."""
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    if type(value) is date:
        return value
    try:
        return day_of(repr(value), numeric=True) if _is_number(value) else arguments.day(text(value, name))
    except (ValueError, PikError) as error:
        raise PikError(f"{name} fehlt." if leer(value) else f"{name}: Das ist kein Tag.") from error


def stichtag(value: Any) -> date:
    """The day of decision; for an empty cell the one from which on the rules no longer change."""
    return shipped_rulebook().neuester_tag if leer(value) else datum(value, "tag")


def betrag_je_jahr(value: Any, tag: date) -> Decimal:
    """EUR per VZÄ and year: the amount itself, or the rate of a qualification on the day."""
    word = "hochschule" if leer(value) else value
    if isinstance(word, str) and not any(map(str.isdigit, word)):
        qualifikation = arguments.choice(clean(word).casefold().replace(" ", "-"), Qualifikation, "jahresbetrag")
        betrag, _ = satz(qualifikation, regelstand(shipped_rulebook(), tag))
        return betrag
    return zahl(value, "jahresbetrag")


def haushaltsjahr(value: Any) -> int:
    """A budget year; PikError if the procedure cannot have it."""
    jahr = ganzzahl(value, "jahr")
    if jahr not in JAHRE:
        raise PikError(f"jahr: Bitte ein Jahr zwischen {JAHRE[0]} und {JAHRE[-1]} angeben.")
    return jahr


def traeger(value: Any) -> Traeger:
    """Who is meant by an official key, also one that was typed as a number; PikError if nobody."""
    key = text(value, "ags")
    try:
        key = excel_schluessel(key)
    except ValueError:
        raise PikError("ags: Das ist kein Schlüssel.") from None
    if found := load_register().traeger_of(key):
        return found
    raise PikError(f"Den Schlüssel {key} gibt es in Baden-Württemberg nicht.")


def regel_of(value: Any) -> Rule:
    """A rule by its German name or its key; PikError that names similar ones."""
    rules, wanted = shipped_rulebook(), text(value, "regel")
    if rule := rules.named(wanted):
        return rule
    names = [rule.name for rule in rules.rules.values()]
    holding = [name for name in names if wanted.casefold() in name.casefold()]
    near = (holding or get_close_matches(wanted, names, cutoff=0.4))[:3]
    hint = f"Ähnlich: {', '.join(near)}." if near else "Alle Regeln nennt der Befehl pik-xl regeln."
    raise PikError(f"Die Regel „{wanted}“ gibt es nicht. {hint}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _cell(arg: Any, row: int, column: int) -> Any:
    """The cell of an argument that stands beside this one; one cell alone stands beside every other."""
    if not isinstance(arg, list):
        return arg
    return arg[0][0] if (len(arg), len(arg[0])) == (1, 1) else arg[row][column]


def _safe(function: Funktion, args: list[Any]) -> Any:
    try:
        return function(*args)
    except PikError as problem:
        return f"#{problem}"[:LAENGE]
    except Exception as error:  # a cell is no place for a traceback
        return f"#Fehler im Programm ({type(error).__name__}). Bitte an den Support geben."
