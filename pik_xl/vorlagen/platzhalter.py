"""What stands between braces in a template: a Jinja that can only fill in, and the filters that print the German way.

Strict on purpose: a value that is missing or would print as nonsense is refused, never left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache, lru_cache
from itertools import islice
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, Undefined, UndefinedError, meta, nodes
from jinja2 import Template as Compiled
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from pik_xl import values
from pik_xl.errors import PikError
from pik_xl.vorlagen.lint import Vorlagenmangel, urteil
from pik_xl.vorlagen.reste import klammern
from pik_xl.vorlagen.schreibart import Schreibart
from pik_xl.vorlagen.schreibweise import FILTER, typed
from pik_xl.vorlagen.syntax import syntax_fault
from pik_xl.vorlagen.tags import TAG, Vorlagenfehler, in_order, read_text

_SPECIAL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAKS = {"\n": '</w:t><w:br/><w:t xml:space="preserve">', "\t": '</w:t><w:tab/><w:t xml:space="preserve">'}
_ALONE = re.compile(r"^[ \t]*\{%((?:(?!%\}).)*)%\}[ \t]*\n", re.MULTILINE)  # would leave a blank line
_LAENGSTE, _GROESSTE = 20 * 10**6, 10**15  # characters of a letter, a number to reckon with
_CORE_LIMIT = 255  # characters Word accepts in a document property


class _RefusedError(Exception):
    """A value that must not be printed; the text is German and says why."""


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja without globals and calls, and without results that fill the memory.

    What looks like an attribute is a field: `stelle.summe` never finds a method of a dict.
    """

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is dict:
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    def is_safe_callable(self, obj: object) -> bool:
        return False

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" or not (_is_small(left) and _is_small(right)):
            raise _RefusedError(f"Rechnen mit „{operator}“ ist in Vorlagen nur mit Zahlen erlaubt.")
        return super().call_binop(context, operator, left, right)

    def concat(self, pieces: Iterable[str]) -> str:
        """The letter from its pieces, as long as a letter can be; looked at some at a time, which is faster."""
        done, length, left = list[str](), 0, iter(pieces)
        while some := list(islice(left, 50)):
            length += sum(map(len, some))
            _check_length(length)
            done += some
        return "".join(done)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """`a ~ b` is `[a, b] | join`, and as strict."""
        parsed: nodes.Template = _Verbunden().visit(super()._parse(source, name, filename))
        return parsed


def _is_small(value: object) -> bool:
    return isinstance(value, int | Decimal) and -_GROESSTE < value < _GROESSTE


class _Verbunden(NodeTransformer):
    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802  # Jinja's name
        self.generic_visit(node)
        pieces = nodes.List(node.nodes, lineno=node.lineno)
        return nodes.Filter(pieces, "join", [], [], None, None, lineno=node.lineno)


def _check_length(length: int) -> None:
    if length > _LAENGSTE:
        raise _RefusedError(f"Das Schreiben würde zu lang (mehr als {_LAENGSTE // 10**6} Millionen Zeichen).")


class Ziel(Enum):
    """Where a template prints to: running text of Word, a document property, plain text such as a mail."""

    WORD = "word"
    EIGENSCHAFT = "eigenschaft"
    TEXT = "text"


@cache
def environment(ziel: Ziel) -> _Sandbox:
    """The sandbox with our filters; it escapes for XML unless it prints plain text."""
    env = _Sandbox(undefined=StrictUndefined, autoescape=ziel is not Ziel.TEXT, finalize=_PRINTED[ziel])
    env.globals.clear()
    env.filters = {name: _ALLE.get(name) or env.filters[name] for name in FILTER}
    return env


def _printed(value: object) -> object:
    """What stands in the letter for a value; refuses what would print as nonsense or break the file."""
    if isinstance(value, str):
        if _SPECIAL.search(value) is None:
            return value
        return Markup("".join(_BREAKS.get(c) or str(Markup.escape(c)) for c in _lines(value)))
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, Undefined):
        return str(value)  # raises: the value is missing
    raise _RefusedError(_unprintable(value))


def _printed_core(value: object) -> object:
    """The same for document properties, which know no line breaks and end at 255 characters."""
    if not isinstance(value, str):
        return _printed(value)
    text = _lines(value).translate({10: " ", 9: " "})
    return text if len(text) <= _CORE_LIMIT else text[: _CORE_LIMIT - 1] + "…"


def _printed_text(value: object) -> object:
    """The same for plain text, where a line break is one."""
    return _lines(value) if isinstance(value, str) else _printed(value)


_PRINTED = {Ziel.WORD: _printed, Ziel.EIGENSCHAFT: _printed_core, Ziel.TEXT: _printed_text}


def _lines(value: str) -> str:
    """The text with line breaks as \\n only; refuses every other control character."""
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    for match in _SPECIAL.finditer(text):
        if match[0] not in _BREAKS:
            raise _RefusedError(f"Der Wert enthält ein unsichtbares Steuerzeichen (U+{ord(match[0]):04X}) an Stelle "
                               f"{match.start() + 1}.")  # fmt: skip
    return text


def _unprintable(value: object) -> str:
    if value is None:
        return "Der Wert ist leer."
    if isinstance(value, date):
        return "Ein Datum braucht den Filter „| datum“."
    if isinstance(value, Decimal | float):
        return "Eine Zahl braucht einen Filter, zum Beispiel „| euro“, „| zahl“ oder „| vzae“."
    return "Der Wert ist eine Liste oder ein Ja/Nein und kann nicht gedruckt werden."


def line_of(error: BaseException) -> int:
    """The line of the Jinja source in which the error arose."""
    line, trace = 1, error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def reason(error: Exception) -> str:
    if isinstance(error, UndefinedError):
        names = re.findall(r"'([^']+)'", str(error))
        return f"Der Wert für „{names[-1] if names else '?'}“ fehlt."
    if isinstance(error, _RefusedError):
        return str(error)
    if isinstance(error, SecurityError):
        return "Das ist in Vorlagen nicht erlaubt."
    return "Der Wert passt nicht zum Platzhalter."


def _number(convert: Callable[[Decimal], str]) -> Callable[[object], str]:
    """A filter for numbers that says in German what it was given instead."""

    def apply(value: object) -> str:
        if isinstance(value, Undefined):
            return str(value)  # raises: the value is missing
        if isinstance(value, bool) or not isinstance(value, Decimal | int):
            raise _RefusedError("Der Wert ist leer." if value is None else "Der Wert ist keine Zahl.")
        return convert(Decimal(value))

    return apply


def _datum(value: object) -> str:
    """31.12.2022"""
    if isinstance(value, Undefined):
        return str(value)
    if not isinstance(value, date):
        raise _RefusedError("Der Wert ist leer." if value is None else "Der Wert ist kein Datum.")
    return values.as_datum(value)


def _pflicht(value: object) -> str:
    """The text itself; what a letter must not lack, such as the court, may not be blank."""
    if isinstance(value, Undefined):
        return str(value)
    if not isinstance(value, str) or not value.strip():
        raise _RefusedError("Der Wert ist leer.")
    return value


@lru_cache(maxsize=1 << 12)  # a notice and the form enclosed say the same, and many applicants get the same
def _in_worten(amount: Decimal) -> str:
    """The amount as it stands in brackets behind the figures: dreitausend Euro und fünfzig Cent."""
    from num2words import num2words

    words: str = num2words(amount, lang="de", to="currency", currency="EUR")
    return words.removesuffix(" und null Cent")


def _vzae(share: Decimal) -> str:
    return f"{values.as_zahl(share)}\u00a0VZÄ"


def _words(convert: Callable[[str], str]) -> Callable[[object], str]:
    """A filter of Jinja for text, which would take a list for its Python spelling."""

    def apply(value: object) -> str:
        if isinstance(value, Undefined):
            return str(value)  # raises: the value is missing
        if not isinstance(value, str):
            raise _RefusedError("Der Wert ist leer." if value is None else "Der Wert ist kein Text.")
        return convert(value)

    return apply


def _join(items: Iterable[object], between: str = "") -> str:
    """The entries of a list with something between them; every entry must be printable by itself."""
    pieces = [str(_printed_text(item)) for item in items]
    _check_length(sum(map(len, pieces)) + len(between) * len(pieces))
    return between.join(pieces)


FILTERS: Mapping[str, Callable[[object], str]] = {
    "datum": _datum,
    "euro": _number(values.as_euro),
    "in_worten": _number(_in_worten),
    "monate": _number(values.as_monate),
    "pflicht": _pflicht,
    "vzae": _number(_vzae),
    "zahl": _number(values.as_zahl),
}


_ALLE: Mapping[str, Callable[..., str]] = {
    **FILTERS,
    "join": _join,
    "lower": _words(str.lower),
    "trim": _words(str.strip),
    "upper": _words(str.upper),
}


@dataclass(frozen=True, slots=True)
class Textvorlage:
    """A compiled template of plain text, such as a mail; `fields` are the names its tags ask for."""

    name: str
    fields: frozenset[str]
    _template: Compiled

    @classmethod
    def compile(cls, text: str, name: str, known: Collection[str] | Schreibart) -> Textvorlage:
        """Prepare a text; `known` is the kind of letter it goes with, or the names of the fields there will be.

        Vorlagenmangel lists every fault found, with its line.
        """
        env = environment(Ziel.TEXT)
        found, felder = read_text(text, name), known.felder if isinstance(known, Schreibart) else ()
        brackets = klammern(found.absaetze, felder, name)
        faults = in_order([*found.faults, *urteil(found.tags, known).fehler, *brackets])
        try:
            ast = env.parse(_ALONE.sub("{%\\1\n%}", TAG.sub(lambda m: typed(m[0]), text)))
            template = env.from_string(ast)
        except TemplateSyntaxError as error:
            faults = faults or [Vorlagenfehler(name, f"Zeile {error.lineno}", "", *syntax_fault(error))]
        if faults:
            raise Vorlagenmangel(name, faults)
        return cls(name, frozenset(meta.find_undeclared_variables(ast)), template)

    def render(self, context: Mapping[str, object]) -> str:
        """The text filled in; PikError names the line of a value that cannot be printed."""
        try:
            return self._template.render(context)
        except Exception as error:  # whatever goes wrong while filling in lies in the template or the data
            raise PikError(f"Die Vorlage „{self.name}“, Zeile {line_of(error)}: {reason(error)}") from error
