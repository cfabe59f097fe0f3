"""What stands between braces in a template: a Jinja that can only fill in, and the filters that print the German way.

Strict on purpose: a value that is missing or would print as nonsense is refused, never left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, Undefined, UndefinedError, meta
from jinja2 import Template as Compiled
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from pik_xl import values
from pik_xl.errors import PikError
from pik_xl.tags import TAG

QUOTES = str.maketrans({**dict.fromkeys("„“”«»", '"'), **dict.fromkeys("‚‘’‹›", "'"),
                         "–": "-", "—": "-", "\u00a0": " "})  # fmt: skip

_SPECIAL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAKS = {"\n": '</w:t><w:br/><w:t xml:space="preserve">', "\t": '</w:t><w:tab/><w:t xml:space="preserve">'}
_CORE_LIMIT = 255  # characters Word accepts in a document property


class _RefusedError(Exception):
    """A value that must not be printed; the text is German and says why."""


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja without globals, calls and arithmetic that could fill the memory.

    What looks like an attribute is a field: `stelle.summe` never finds a method of a dict.
    """

    intercepted_binops = frozenset({"*", "**", "%"})

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is dict:
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    def is_safe_callable(self, obj: object) -> bool:
        return False

    def call_binop(self, context: object, operator: str, left: object, right: object) -> object:
        raise SecurityError(f"Rechnen mit „{operator}“ ist in Vorlagen nicht erlaubt")


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
    env.filters = {**{name: env.filters[name] for name in _JINJA_FILTERS}, **FILTERS}
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
        return f"Das ist in Vorlagen nicht erlaubt ({error})."
    return f"Der Wert passt nicht zum Platzhalter ({error})."


def syntax_fault(error: TemplateSyntaxError) -> str:
    message = error.message or ""
    if message.startswith("No filter named"):
        return f"Den Filter gibt es nicht ({message}). Erlaubt sind {', '.join(sorted(filter_names()))}."
    return f"Der Platzhalter ist so nicht verständlich ({message})."


def _typed(convert: Callable[[Decimal], str]) -> Callable[[object], str]:
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


def _in_worten(amount: Decimal) -> str:
    """The amount as it stands in brackets behind the figures: dreitausend Euro und fünfzig Cent."""
    from num2words import num2words

    words: str = num2words(amount, lang="de", to="currency", currency="EUR")
    return words.removesuffix(" und null Cent")


def _vzae(share: Decimal) -> str:
    return f"{values.as_zahl(share)}\u00a0VZÄ"


_JINJA_FILTERS = ("default", "first", "join", "last", "length", "list", "lower", "map", "rejectattr",
                  "selectattr", "sort", "trim", "upper")  # fmt: skip

FILTERS: Mapping[str, Callable[[object], str]] = {
    "datum": _datum,
    "euro": _typed(values.as_euro),
    "in_worten": _typed(_in_worten),
    "monate": _typed(values.as_monate),
    "pflicht": _pflicht,
    "vzae": _typed(_vzae),
    "zahl": _typed(values.as_zahl),
}


def filter_names() -> Iterator[str]:
    """Every filter a template may use."""
    yield from _JINJA_FILTERS
    yield from FILTERS


@dataclass(frozen=True, slots=True)
class Textvorlage:
    """A compiled template of plain text, such as a mail; `fields` are the names its tags ask for."""

    name: str
    fields: frozenset[str]
    _template: Compiled

    @classmethod
    def compile(cls, text: str, name: str, known: Collection[str]) -> Textvorlage:
        """Prepare a text; `known` are the fields the caller will provide. PikError lists every fault found."""
        env = environment(Ziel.TEXT)
        try:
            ast = env.parse(TAG.sub(lambda m: m[0].translate(QUOTES), text))
            template = env.from_string(ast)
        except TemplateSyntaxError as error:
            raise PikError(f"Die Vorlage „{name}“, Zeile {error.lineno}: {syntax_fault(error)}") from error
        fields = frozenset(meta.find_undeclared_variables(ast))
        if unknown := sorted(fields - set(known)):
            raise PikError(f"Die Vorlage „{name}“ nennt Felder, die es nicht gibt: {', '.join(unknown)}.")
        return cls(name, fields, template)

    def render(self, context: Mapping[str, object]) -> str:
        """The text filled in; PikError names the line of a value that cannot be printed."""
        try:
            return self._template.render(context)
        except Exception as error:  # whatever goes wrong while filling in lies in the template or the data
            raise PikError(f"Die Vorlage „{self.name}“, Zeile {line_of(error)}: {reason(error)}") from error
