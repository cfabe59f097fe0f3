"""Loads the rulebook: dated rules, each step with its source.

A step has the day it applies from and the day it became known (the same unless the law changed retroactively).
Of the steps that apply on a day, the one known last wins: a decision uses what was known when it was made.

A rulebook is a folder of TOML files (see `rulebook/verlaengerung.toml` for the shape). The loader is
strict: an unknown key, a missing source, two steps on a day or an impossible value is a `PikError` that
names file, rule and step, because a lawyer edits these files, not a programmer.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise

from pik_xl.errors import PikError
from pik_xl.fingerprint import rules_fingerprint
from pik_xl.kinds import TYPES, Kind
from pik_xl.values import JAHRE, as_datum, as_euro, as_zahl, clean

Value = int | Decimal | date | str

OHNE_QUELLE = "Keine Quelle bekannt"  # how the source of such a setting begins
FESTLEGUNG = "Festlegung der Bewilligungsstelle"

BASIS = {
    "seed": "Ausgangsdokument",
    "official": "amtliche Quelle",
    "press": "Presse oder Ratsvorlage",
    "derived": "hergeleitet",
    "setting": "Festlegung",
    "override": "Abweichung der Bewilligungsstelle",
}

# unit -> what its values are; money and shares are quoted in TOML because floats are not exact.
UNITS: Mapping[str, Kind] = {
    "Monate": Kind.ZAHL,
    "EUR je VZÄ und Jahr": Kind.EURO,
    "EUR je Haushaltsjahr": Kind.EURO,
    "EUR insgesamt": Kind.EURO,
    "EUR je Antrag": Kind.EURO,
    "VZÄ": Kind.VZAE,
    "Prozent": Kind.ZAHL,
    "Tag": Kind.DATUM,
    "Verfahren": Kind.TEXT,
    "Rechtsgrundlage": Kind.TEXT,
    "Voraussetzung": Kind.TEXT,
    "Hinweis": Kind.TEXT,
}

# unit -> the least and the greatest value that can be meant; beyond them it is a typing error.
_BOUNDS: Mapping[str, tuple[Value, Value]] = {
    "Monate": (1, 120),
    "EUR je VZÄ und Jahr": (Decimal(1), Decimal("999999.99")),
    "EUR je Haushaltsjahr": (Decimal(1), Decimal("10_000_000_000")),
    "EUR insgesamt": (Decimal(1), Decimal("10_000_000_000")),
    "EUR je Antrag": (Decimal(1), Decimal("100_000_000")),
    "VZÄ": (Decimal("0.01"), Decimal(10)),
    "Prozent": (1, 100),
    "Tag": (date(JAHRE[0], 1, 1), date(JAHRE[-1], 12, 31)),
}
# Rules that may also be nothing: no further extension, no interruption recognised, a year without money.
_OR_NOTHING = {"schritt", "unterbrechung", "ansatz"}
# Rules whose steps hold for the budget year they begin in, whatever the day of decision.
BY_YEAR = {"ansatz"}

# Words a rule may hold instead of a day, or must choose from.
CHOICES: Mapping[str, frozenset[str]] = {
    "stichtag": frozenset({"heute"}),
    "teilmonat": frozenset({"kalendertage"}),
    "rundung": frozenset({"groesster-rest"}),
    "nachbesetzung": frozenset({"wie bewilligt", "nach Qualifikation"}),
    "pandemie": frozenset({"nicht förderschädlich"}),
    "digital_zugang": frozenset({"alle im Kreisgebiet"}),
}

_RULE_KEYS, _RULE_NEEDS = {"name", "text", "unit", "since"}, ("name", "text", "unit", "since")
_STEP_KEYS, _STEP_NEEDS = (
    {"from", "known", "value", "source", "url", "note", "basis"},
    ("from", "value", "source", "basis"),
)


@dataclass(frozen=True)
class Step:
    """One dated value of a rule with its source; this, not the bare value, travels into decisions.

    `since` is the day it applies from, `bekannt` the day it became known, `urheber` who deviates from the rulebook.
    """

    rule: str
    name: str
    unit: str
    since: date
    bekannt: date
    value: Value
    source: str
    basis: str
    url: str = ""
    note: str = ""
    urheber: str = ""

    @cached_property  # a few steps, quoted in every decision
    def zitat(self) -> str:
        """The source as quoted to people; a value no source gives is the office's own."""
        if self.basis == "setting" and self.source.startswith(OHNE_QUELLE):
            return FESTLEGUNG
        mark = {
            "derived": " [hergeleiteter Wert]",
            "setting": f" [{FESTLEGUNG}]",
            "override": f" [Abweichung, {self.urheber}, {as_datum(self.bekannt)}]",
        }
        return self.source + mark.get(self.basis, "")

    @property
    def fundstelle(self) -> str:
        """Where it comes from, for the office: of a setting also that no source is known."""
        return self.source if self.basis == "setting" else self.zitat

    @property
    def text(self) -> str:
        """The value as people read it: 60 Monate, 64.000,00 € je VZÄ und Jahr, 31.12.2018."""
        if isinstance(self.value, date):
            return as_datum(self.value)
        if isinstance(self.value, Decimal):
            return self.unit.replace("EUR", as_euro(self.value)) if "EUR" in self.unit else f"{as_zahl(self.value)} VZÄ"
        return f"{self.value} {self.unit}" if isinstance(self.value, int) else self.value


@dataclass(frozen=True)
class Rule:
    """A rule and all its steps, in the order they became known, deviations of the office last."""

    key: str
    name: str
    text: str
    unit: str
    file: str
    steps: tuple[Step, ...]

    def on(self, day: date, rechtsstand: date | None = None) -> Step:
        """The step in force on the day, as known on the day `rechtsstand` (none: the same day).

        PikError before the first one.
        """
        known = rechtsstand or day
        if step := next((s for s in reversed(self.steps) if s.since <= day and s.bekannt <= known), None):
            return step
        first = min(max(s.since, s.bekannt) for s in self.steps)
        was = "einen Tag" if known == day else "Entscheidungstag und Rechtsstand"
        stand = "" if known == day else f" nach dem Rechtsstand {as_datum(known)}"
        raise PikError(
            f"Für den {as_datum(day)} kennt das Regelwerk{stand} keinen Wert der Regel „{self.name}“ ({self.file}). "
            f"Bitte {was} ab dem {as_datum(first)} wählen."
        )


@dataclass(frozen=True, slots=True)
class Abweichung:
    """A value the office sets instead of a rule's: from which day, on what it rests, who decided it and when.

    `regel` is the key of the rule; `wo` says where it was entered, for messages, `zellen` the cell of each entry on the
    sheet `blatt`, by name of its column.
    """

    regel: str
    ab: date
    wert: Value
    quelle: str
    wer: str
    wann: date
    wo: str
    zellen: Mapping[str, str] = field(default_factory=dict)
    blatt: str = ""


@dataclass(frozen=True)
class Rulebook:
    """All rules by key; `rules["hoechstdauer"].on(day)` is the step in force."""

    rules: Mapping[str, Rule]

    def __getitem__(self, key: str) -> Rule:
        return self.rules[key]

    def on(self, day: date, rechtsstand: date | None = None) -> list[Step]:
        """Every step in force on the day as known then, in the order of the files."""
        known = rechtsstand or day
        in_force = [r for r in self.rules.values() if any(s.since <= day and s.bekannt <= known for s in r.steps)]
        return [rule.on(day, rechtsstand) for rule in in_force]

    @cached_property
    def pruefsumme(self) -> str:
        """A checksum of all steps with their sources: two runs with the same one were decided by the same rules."""
        return rules_fingerprint(
            (s.rule, s.name, s.unit, s.since, s.bekannt, s.value, s.source, s.basis, s.url, s.note, s.urheber)
            for rule in self.rules.values()
            for s in rule.steps
        )

    @cached_property
    def neuester_tag(self) -> date:
        """The day from which every step applies and is known: the newest state of all rules."""
        return max(max(step.since, step.bekannt) for rule in self.rules.values() for step in rule.steps)

    def named(self, text: str) -> Rule | None:
        """The rule meant by its key or its German name, however spaced or cased."""
        wanted = clean(text).casefold()
        return next((r for r in self.rules.values() if wanted in (r.key.casefold(), r.name.casefold())), None)

    def abweichend(self, abweichungen: Iterable[Abweichung]) -> Rulebook:
        """The rulebook with the office's own deviations; PikError for one that cannot be."""
        rules = dict(self.rules)
        for abweichung in abweichungen:
            rule = rules[abweichung.regel]
            rules[rule.key] = replace(rule, steps=_ordered((*rule.steps, _schritt(rule, abweichung)), abweichung.wo))
        return Rulebook(rules)

    @cached_property
    def ansaetze(self) -> Mapping[int, Step]:
        """The appropriation per budget year that has one."""
        return {step.since.year: step for step in self.rules["ansatz"].steps if step.value}


def load_rulebook(folder: Traversable) -> Rulebook:
    """The rulebook in a folder of TOML files; PikError names file, rule and step of the first fault."""
    rules: dict[str, Rule] = {}
    for file in sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name):
        for rule in _rules_of(file):
            if rule.key in rules:
                raise PikError(f"{file.name}: Die Regel „{rule.key}“ steht auch in {rules[rule.key].file}.")
            rules[rule.key] = rule
    return Rulebook(rules)


@cache
def shipped_rulebook() -> Rulebook:
    """The rulebook that comes with the package."""
    return load_rulebook(files("pik_xl.recht").joinpath("rulebook"))


def _rules_of(file: Traversable) -> Iterator[Rule]:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PikError(f"{file.name}: Die Datei ist kein lesbares TOML ({error}).") from error
    for key, raw in content.items():
        where = f"{file.name}, Regel „{key}“"
        if not isinstance(raw, dict):
            raise PikError(f"{where}: Hier muss eine Tabelle [{key}] stehen.")
        _check_keys(raw, _RULE_KEYS, _RULE_NEEDS, where)
        for word in ("name", "text", "unit"):
            _check_text(raw, word, where)
        if raw["unit"] not in UNITS:
            raise PikError(f"{where}: Die Einheit „{raw['unit']}“ ist unbekannt. Erlaubt: {', '.join(UNITS)}.")
        yield Rule(key, raw["name"], raw["text"], raw["unit"], file.name, _steps(key, raw, where))


def _steps(key: str, raw: Mapping[str, object], where: str) -> tuple[Step, ...]:
    blocks = raw["since"]
    if not isinstance(blocks, list) or not blocks:
        raise PikError(f"{where}: Es fehlt mindestens ein Schritt [[{key}.since]].")
    return _ordered((_step(key, raw, block, f"{where}, Schritt {n}") for n, block in enumerate(blocks, 1)), where)


def _ordered(steps: Iterable[Step], where: str) -> tuple[Step, ...]:
    """The steps in the order they became known, the office's own last; PikError if two cannot be told apart."""

    def order(step: Step) -> tuple[bool, date, date]:
        return (step.basis == "override", step.bekannt, step.since)

    ordered = sorted(steps, key=order)
    for earlier, later in pairwise(ordered):
        if order(earlier) == order(later):
            raise PikError(f"{where}: Zwei Schritte gelten ab dem {as_datum(later.since)}. Bitte einen entfernen.")
    return tuple(ordered)


def _schritt(rule: Rule, abweichung: Abweichung) -> Step:
    """A deviation of the office as a step: known from the day it was decided on."""
    a = abweichung
    if not a.quelle.strip() or not a.wer.strip():
        raise PikError(f"{a.wo}: Zu einer Abweichung gehören eine Quelle und wer sie gesetzt hat.")
    value = _value(rule.key, rule.unit, a.wert, a.wo)
    return Step(rule.key, rule.name, rule.unit, a.ab, a.wann, value, a.quelle, "override", urheber=a.wer)


def _step(key: str, rule: Mapping[str, object], block: object, where: str) -> Step:
    if not isinstance(block, dict):
        raise PikError(f"{where}: Hier muss ein Schritt [[{key}.since]] stehen, gefunden: {block!r}.")
    _check_keys(block, _STEP_KEYS, _STEP_NEEDS, where)
    since, basis = block["from"], str(block["basis"])
    if type(since) is not date:
        raise PikError(f"{where}: „from“ muss ein Tag sein wie 2020-01-01, gefunden: {since!r}.")
    where += f" (ab {as_datum(since)})"
    known = block.get("known", since)
    if type(known) is not date or known < since:
        raise PikError(f"{where}: „known“ muss ein Tag sein, nicht vor „from“, gefunden: {known!r}.")
    if basis not in BASIS or basis == "override":
        raise PikError(f"{where}: „basis“ ist „{basis}“. Erlaubt: {', '.join(b for b in BASIS if b != 'override')}.")
    _check_text(block, "source", where)
    unit = str(rule["unit"])
    return Step(
        rule=key,
        name=str(rule["name"]),
        unit=unit,
        since=since,
        bekannt=known,
        value=_value(key, unit, block["value"], where),
        source=str(block["source"]),
        basis=basis,
        url=str(block.get("url", "")),
        note=str(block.get("note", "")),
    )


def _value(key: str, unit: str, raw: object, where: str) -> Value:
    """The value in its unit's type; PikError if it cannot be one or lies beyond what can be meant."""
    wanted = TYPES[UNITS[unit]]
    if isinstance(raw, str) and key in CHOICES:
        if raw in CHOICES[key]:
            return raw
        raise PikError(f"{where}: Der Wert „{raw}“ ist nicht erlaubt. Möglich: {', '.join(sorted(CHOICES[key]))}.")
    if wanted is Decimal and isinstance(raw, str):
        try:
            raw = Decimal(raw)
        except InvalidOperation:
            raise PikError(f'{where}: „{raw}“ ist keine Zahl. Bitte so schreiben: "64000.00".') from None
    if type(raw) is not wanted or (isinstance(raw, Decimal) and not raw.is_finite()):
        hint = {
            Decimal: 'eine Zahl in Anführungszeichen wie "64000.00"',
            int: "eine ganze Zahl",
            date: "ein Tag",
        }
        raise PikError(f"{where}: Als Wert in {unit} wird {hint.get(wanted, 'ein Text')} erwartet, gefunden: {raw!r}.")
    value: Value = raw  # type: ignore[assignment]  # type(raw) is wanted, one of Value
    if not within(key, unit, value):
        raise PikError(f"{where}: Der Wert {_number(value)} kann nicht sein. Möglich ist {span(key, unit)}.")
    return value


def within(key: str, unit: str, value: Value) -> bool:
    """Whether a value of its unit's type can be meant; words always can."""
    bounds = _bounds(key, unit)
    return bounds is None or isinstance(value, str) or bounds[0] <= value <= bounds[1]  # type: ignore[operator]  # of one type


def span(key: str, unit: str) -> str:
    """The values a rule can have, in words: 1 bis 120 Monate; nothing where any will do."""
    if (bounds := _bounds(key, unit)) is None:
        return ""
    return f"{_number(bounds[0])} bis {_number(bounds[1])} {unit if unit != 'Tag' else ''}".rstrip()


def _bounds(key: str, unit: str) -> tuple[Value, Value] | None:
    bounds = _BOUNDS.get(unit)
    return (0 if UNITS[unit] is Kind.ZAHL else Decimal(0), bounds[1]) if bounds and key in _OR_NOTHING else bounds


def _number(value: Value) -> str:
    if isinstance(value, date):
        return as_datum(value)
    return as_zahl(value) if isinstance(value, Decimal) else str(value)


def _check_keys(found: Mapping[str, object], known: set[str], needed: tuple[str, ...], where: str) -> None:
    for key in found:
        if key not in known:
            raise PikError(f"{where}: Der Schlüssel „{key}“ ist unbekannt. Erlaubt: {', '.join(sorted(known))}.")
    for key in needed:
        if key not in found:
            raise PikError(f"{where}: „{key}“ fehlt.")


def _check_text(found: Mapping[str, object], key: str, where: str) -> None:
    text = found[key]
    if not isinstance(text, str) or not text.strip():
        raise PikError(f"{where}: „{key}“ muss ein Text sein und darf nicht leer sein, gefunden: {text!r}.")
