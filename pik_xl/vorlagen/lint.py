"""What a template may say, and everything in one that does not fit: unknown names, filters for another kind of value.

Pure: it judges the tags of a template, in the order they are filled in, against the fields of a kind of letter.
Every tag is parsed by itself, so that one mistake does not hide the others.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple

from jinja2 import nodes

from pik_xl.errors import PikError
from pik_xl.kinds import Kind
from pik_xl.vorlagen.schreibart import Feld, Schreibart
from pik_xl.vorlagen.schreibweise import FILTER, filter_of, gedruckt, geschrieben, kette_of, schleife
from pik_xl.vorlagen.syntax import otherwise, parser, spelled, texts, whole
from pik_xl.vorlagen.tags import Tag, Vorlagenfehler, fault_of, meinten, nearest

T, G, Z, D, L = Kind.TEXT, Kind.EURO, Kind.ZAHL, Kind.DATUM, Kind.LISTE

TIEFE = 3  # loops within loops; more would take forever
_VIELE = 25  # names that are too many to list in a message

_ANZAHL, _WORTE, _LISTE = Feld("", Z, "", 1), Feld("", T, "", ""), Feld("", L, "", ())
_SCHLEIFE = Feld("loop", Kind.GRUPPE, "die Schleife selbst", None, felder=(
    *(Feld(name, Z, "", 1) for name in ("index", "index0", "revindex", "revindex0", "length")),
    *(Feld(name, Kind.JA_NEIN, "", True) for name in ("first", "last")),
))  # fmt: skip


class Vorlagenmangel(PikError):
    """A template that cannot be used; `fehler` are all its faults, and the text lists them."""

    def __init__(self, vorlage: str, fehler: Sequence[Vorlagenfehler]) -> None:
        count = "einen Fehler" if len(fehler) == 1 else f"{len(fehler)} Fehler"
        super().__init__("\n".join([f"Die Vorlage „{vorlage}“ hat {count}:", *(f"- {f}" for f in fehler)]))
        self.fehler = tuple(fehler)


class Urteil(NamedTuple):
    """What is wrong with the tags of a template, and the fields they name, dotted: `bewilligte.stelle`.

    `gedruckt` are those that are printed whenever they have a value, `bedingt` those that stand under a condition of
    something else, with the tag of that condition.
    """

    fehler: list[Vorlagenfehler]
    genannt: frozenset[str]
    gedruckt: frozenset[str]
    bedingt: Mapping[str, Tag]


def urteil(tags: Sequence[Tag], known: Collection[str] | Schreibart) -> Urteil:
    """Judge tags in the order they are filled in.

    `known` is the kind of letter, or only the names of the fields there will be; of these nothing more is known.
    """
    felder: Mapping[str, Feld | None]
    felder = {f.name: f for f in known.felder} if isinstance(known, Schreibart) else dict.fromkeys(known)
    lesung = _Lesung(tags)
    source = "\n".join(whole(tags, lesung.fehler))
    lesung.block(parser().parse(source).body, {name: _Wert(feld, name) for name, feld in felder.items()}, 0)
    return Urteil(lesung.fehler, frozenset(lesung.genannt), frozenset(lesung.gedruckt), lesung.bedingt)


def fehlende(art: Schreibart, urteile: Sequence[Urteil]) -> list[Vorlagenfehler]:
    """A fault for every field that a letter of this kind must not lack and that it would not always print.

    `urteile` are those of the parts that are printed.
    """
    gedruckt = frozenset().union(*(found.gedruckt for found in urteile))
    genannt = frozenset().union(*(found.genannt for found in urteile))
    bedingt = {name: tag for found in reversed(urteile) for name, tag in found.bedingt.items()}
    return [_fehlt(art, name, genannt, bedingt.get(name)) for name in art.pflicht if name not in gedruckt]


def _fehlt(art: Schreibart, name: str, genannt: Collection[str], bedingung: Tag | None) -> Vorlagenfehler:
    kette = kette_of(art.felder, name)
    what, hint = f"Das Feld „{name}“", geschrieben(kette)
    always = f"({kette[-1].bedeutung}). Es gehört in jedes Schreiben dieser Art."
    if bedingung:
        return Vorlagenfehler(art.name, bedingung.ort, bedingung.text, f"{what} steht nur unter dieser Bedingung "
                              f"{always}", f"Bitte auch ohne sie oder unter „else“ schreiben: {hint}")  # fmt: skip
    lacks = "wird nur geprüft, nicht gedruckt" if name in genannt else "fehlt"
    return Vorlagenfehler(art.name, "", "", f"{what} {lacks} {always}", f"Bitte ergänzen: {hint}")


# --- reading the tags ------------------------------------------------------------------------------


class _Wert(NamedTuple):
    """What an expression gives: of which field, None if unknown, and its dotted name where it has one.

    `eintrag` is what each entry is of a list that was made on the way.
    """

    feld: Feld | None
    pfad: str = ""
    eintrag: Feld | None = None


_NICHTS = _Wert(None)
_Namen = dict[str, _Wert]


@dataclass
class _Lesung:
    """Walks through the parsed tags and keeps what is wrong, what is named and what is printed; see `Urteil`."""

    tags: Sequence[Tag]
    fehler: list[Vorlagenfehler] = field(default_factory=list)
    genannt: dict[str, Feld | None] = field(default_factory=dict)
    gedruckt: set[str] = field(default_factory=set)
    bedingt: dict[str, Tag] = field(default_factory=dict)

    def block(self, body: Sequence[nodes.Node], namen: _Namen, tiefe: int) -> None:
        """The statements of a block; `set` adds to the names."""
        for node in body:
            match node:
                case nodes.Output():
                    for child in node.nodes:
                        self._print(child, namen)
                case nodes.For():
                    self._loop(node, namen, tiefe + 1)
                case nodes.If():
                    self._branches(node.test, self._tested(node.test, namen),
                                   partial(self.block, node.body, namen, tiefe),
                                   partial(self.block, otherwise(node), namen, tiefe))  # fmt: skip
                case nodes.Assign(target=nodes.Name(name=name)):
                    namen[name] = self._asked(node.node, namen)[0]
                case _:
                    self._fault(node, "Das ist in Vorlagen nicht erlaubt.")

    def _loop(self, node: nodes.For, namen: _Namen, tiefe: int) -> None:
        liste, named = self._asked(node.iter, namen)
        self.gedruckt |= named
        if liste.feld and liste.feld.kind is not L:
            self._fault(node, f"„{spelled(node.iter)}“ ist keine Liste, sondern: {liste.feld.art}.")
        if tiefe > TIEFE:
            self._fault(node, f"Mehr als {TIEFE} Schleifen ineinander sind nicht erlaubt.")
        inner = {**namen, "loop": _Wert(_SCHLEIFE, "loop")}
        inner |= {target.name: _NICHTS for target in node.target.find_all(nodes.Name)}
        if isinstance(node.target, nodes.Name):
            inner[node.target.name] = _entry(liste)
        if node.test:
            named |= self._tested(node.test, inner)
        self._branches(node.iter, named, partial(self.block, node.body, inner, tiefe),
                       partial(self.block, node.else_, namen, tiefe))  # fmt: skip

    def _tested(self, node: nodes.Node, namen: _Namen) -> set[str]:
        """The fields a condition names; of some to be asked is all there is to do."""
        named = self._asked(node, namen)[1]
        self.gedruckt |= {name for name in named if (feld := self.genannt[name]) and _is_asked(feld)}
        return named

    def _asked(self, node: nodes.Node, namen: _Namen) -> tuple[_Wert, set[str]]:
        """The value of what is not printed, and the fields it names."""
        outer, self.gedruckt = self.gedruckt, set()
        value = self._value(node, namen)
        named, self.gedruckt = self.gedruckt, outer
        return value, named

    def _branches(self, test: nodes.Node, named: Collection[str], *ways: Callable[[], object]) -> None:
        """Ways of which one is taken: what is not printed on each of them must depend on itself or the outcome only."""
        printed = []
        for way in ways:
            outer, self.gedruckt = self.gedruckt, set()
            way()
            printed.append(self.gedruckt)
            self.gedruckt = outer
        for name in set.union(*printed):
            if all(name in way for way in printed) or _depends(name, named, test):
                self.gedruckt.add(name)
            else:
                self.bedingt.setdefault(name, self._tag(test))

    def _either(self, node: nodes.CondExpr, namen: _Namen, walk: Callable[[nodes.Node, _Namen], object]) -> None:
        """`a if x else b`, walked in the way of its surroundings."""
        ways = [partial(walk, branch, namen) for branch in (node.expr1, node.expr2 or nodes.Const(""))]
        self._branches(node.test, self._tested(node.test, namen), *ways)

    def _print(self, node: nodes.Node, namen: _Namen) -> None:
        """What is printed must be a text or a whole number by then."""
        match node:
            case nodes.TemplateData():
                return
            case nodes.CondExpr():
                self._either(node, namen, self._print)
            case nodes.Or():
                self._print(node.left, namen)
                self._branches(node.left, {""}, partial(self._print, node.right, namen), lambda: None)
            case _:
                feld = self._value(node, namen).feld
                if feld and (text := _unprintable(feld)):
                    self._fault(node, text, _as_printed(feld, spelled(node)))

    def _value(self, node: nodes.Node, namen: _Namen) -> _Wert:
        """What an expression gives; every name in it is looked up."""
        match node:
            case nodes.Const(value=value):
                return _Wert(_WORTE if isinstance(value, str) else None)
            case nodes.Name(name=name):
                return self._named(node, name, namen)
            case nodes.Getattr(attr=str(attr)) | nodes.Getitem(arg=nodes.Const(value=str(attr))):
                return self._field(node, self._value(node.node, namen), attr)
            case nodes.Filter():
                return self._filtered(node, namen)
            case nodes.CondExpr():
                self._either(node, namen, self._value)
                return _NICHTS
            case nodes.Compare():
                self._compare(node, namen)
                return _NICHTS
            case nodes.Call():
                self._fault(node, f"Aufrufe wie „{spelled(node.node)}()“ sind in Vorlagen nicht erlaubt.")
            case nodes.Test(name=str(name)) if name not in parser().tests:
                self._fault(node, f"Den Vergleich „is {name}“ gibt es nicht.", meinten(nearest(name, parser().tests)))
        for child in node.iter_child_nodes():
            self._value(child, namen)
        return _NICHTS

    def _named(self, node: nodes.Node, name: str, namen: _Namen) -> _Wert:
        if name in namen:
            self._name(namen[name])
            return namen[name]
        known = [key for key in namen if key != "loop"]
        meant = _elsewhere(name, namen) or meinten(nearest(name, known)) or _known(known)
        self._fault(node, f"Das Feld „{name}“ gibt es nicht.", meant)
        return _NICHTS

    def _name(self, wert: _Wert) -> None:
        if wert.pfad:
            self.genannt[wert.pfad] = wert.feld
            self.gedruckt.add(wert.pfad)

    def _field(self, node: nodes.Node, of: _Wert, name: str) -> _Wert:
        """A field of a group, or of an entry of a list."""
        if of.feld is None:
            return _NICHTS
        found = next((feld for feld in of.feld.felder if feld.name == name), None)
        if found and of.feld.kind is Kind.GRUPPE:
            wert = _Wert(found, f"{of.pfad}.{name}")
            self._name(wert)
            return wert
        source = spelled(node).rpartition(".")[0] or of.feld.name
        if of.feld.kind is L:
            hint = f"Bitte mit einer Schleife: {schleife(of.feld, source)}" if of.feld.felder else ""
            self._fault(node, f"„{source}“ ist eine Liste; „{name}“ hat nur ein Eintrag daraus.", hint)
        elif of.feld.kind is Kind.GRUPPE:
            known = [feld.name for feld in of.feld.felder]
            meant = nearest(name, known)
            hint = meinten(meant and f"{source}.{meant}") or _known(known)
            self._fault(node, f"Das Feld „{name}“ gibt es in „{source}“ nicht.", hint)
        else:
            self._fault(node, f"„{source}“ ist {of.feld.art} und hat keine Felder.")
        return _NICHTS

    def _filtered(self, node: nodes.Filter, namen: _Namen) -> _Wert:
        """What a filter makes of a value; a fault if there is no such filter, or not for this kind of value."""
        walk = self._counted if node.name == "length" else self._value
        value = walk(node.node, namen) if node.node else _NICHTS
        for argument in (*node.args, *(pair.value for pair in node.kwargs)):
            self._asked(argument, namen)
        if node.name not in FILTER:
            hint = meinten(nearest(node.name, FILTER)) or _known(FILTER)
            self._fault(node, f"Den Filter „{node.name}“ gibt es nicht.", hint)
            return _NICHTS
        if value.feld and value.feld.kind not in FILTER[node.name]:
            text = f"Der Filter „{node.name}“ passt nicht zu „{spelled(node.node)}“ ({value.feld.art})."
            self._fault(node, text, _as_printed(value.feld, spelled(node.node)))
            return _NICHTS
        return self._result(node, value)

    def _counted(self, node: nodes.Node, namen: _Namen) -> _Wert:
        return self._asked(node, namen)[0]

    def _result(self, node: nodes.Filter, value: _Wert) -> _Wert:
        """The value after the filter."""
        entry, attribute = _entry(value), _attribute(node)
        chosen = self._field(node, entry, attribute) if attribute else _NICHTS
        if node.name in ("selectattr", "rejectattr"):
            self._worded(node, attribute, chosen.feld, node.args[2:])
        match node.name:
            case "length":
                return _Wert(_ANZAHL)
            case "first" | "last":
                return entry
            case "default" | "list" | "selectattr" | "rejectattr" | "sort":
                return value
            case "map":
                return _Wert(_LISTE, eintrag=chosen.feld if attribute else _WORTE)
            case "join" if entry.feld and _unprintable(entry.feld):
                named = filter_of(entry.feld)
                hint = f"Bitte vorher „| map('{named}')“." if named else ""
                self._fault(node, f"Die Einträge ({entry.feld.art}) können so nicht verbunden werden.", hint)
        return _Wert(_WORTE)

    def _compare(self, node: nodes.Compare, namen: _Namen) -> None:
        """A field that is one of a few words can be compared with these only."""
        sides = [node.expr, *(operand.expr for operand in node.ops)]
        for side, wert in [(side, self._value(side, namen)) for side in sides]:
            if all(op.op not in ("in", "notin") or isinstance(op.expr, nodes.List | nodes.Tuple) for op in node.ops):
                self._worded(node, spelled(side), wert.feld, sides)

    def _worded(self, node: nodes.Node, name: str, feld: Feld | None, operands: Sequence[nodes.Node]) -> None:
        """Whether the words a field is compared with are words it can be."""
        for text in texts(operands) if feld and feld.worte else ():
            if feld and text not in feld.worte:
                meant = next((wort for wort in feld.worte if wort.casefold() == text.casefold()), "")
                hint = meinten(meant or nearest(text, feld.worte)) or f"Möglich sind: {', '.join(feld.worte)}."
                self._fault(node, f"„{name}“ ist nie „{text}“.", hint)

    def _fault(self, node: nodes.Node, text: str, vorschlag: str = "") -> None:
        self.fehler.append(fault_of(self._tag(node), text, vorschlag))

    def _tag(self, node: nodes.Node) -> Tag:
        return self.tags[min(node.lineno, len(self.tags)) - 1]


def _depends(name: str, named: Collection[str], test: nodes.Node) -> bool:
    """Whether a condition that names these fields can leave a field out only for reasons of its own."""
    try:
        return bool(test.as_const()) if isinstance(test, nodes.Expr) else False
    except nodes.Impossible:
        return all(other == "ergebnis" or f"{name}.".startswith(f"{other}.") for other in named)


def _is_asked(feld: Feld) -> bool:
    """Whether a letter says a field by what it says at all: whether it is a draft, whether it grants."""
    return feld.kind is Kind.JA_NEIN or bool(feld.worte)


def _entry(liste: _Wert) -> _Wert:
    """What a loop over it puts into its variable."""
    if liste.feld is None or liste.feld.kind is not L:
        return _NICHTS
    if liste.feld is _LISTE:
        return _Wert(liste.eintrag)
    if not liste.feld.felder:
        return _Wert(_WORTE)
    return _Wert(replace(liste.feld, kind=Kind.GRUPPE), liste.pfad)


def _attribute(node: nodes.Filter) -> str:
    """The field that `map(attribute="stelle")` or `selectattr("stelle")` asks for."""
    values = [pair.value for pair in node.kwargs if pair.key == "attribute"]
    values += node.args[:1] if node.name in ("selectattr", "rejectattr") else []
    return next((value.value for value in values if isinstance(value, nodes.Const)), "")


def _elsewhere(name: str, namen: _Namen) -> str:
    """Where a field of that name is, if it is one of a group or of the entries of a list."""
    for wert in namen.values():
        if wert.feld and any(feld.name == name for feld in wert.feld.felder):
            if wert.feld.kind is L:
                return f"Es steht in jedem Eintrag von „{wert.pfad}“: {schleife(wert.feld, wert.pfad)}."
            return f"Meinten Sie „{wert.pfad}.{name}“?"
    return ""


def _known(names: Iterable[str]) -> str:
    """Everything there is, where nothing is near."""
    known = sorted(names)
    return f"Bekannt sind: {', '.join(known)}." if len(known) <= _VIELE else "Alle Felder stehen in docs/vorlagen.md."


def _unprintable(feld: Feld) -> str:
    """Why a value cannot be printed as it is; empty if it can."""
    if feld.kind in (L, Kind.GRUPPE):
        return f"Eine {feld.art} kann nicht gedruckt werden."
    if feld.kind is Kind.JA_NEIN:
        return "Ein Ja/Nein kann nicht gedruckt werden, nur geprüft."
    return {D: "Ein Datum braucht einen Filter.", G: "Ein Betrag braucht einen Filter.",
            Kind.VZAE: "Eine Zahl braucht einen Filter."}.get(feld.kind, "") if filter_of(feld) else ""  # fmt: skip


def _as_printed(feld: Feld, source: str) -> str:
    """How to write it instead; empty where nothing can be proposed."""
    if not source or feld.kind is Kind.GRUPPE:
        return f"Gedruckt wird eines ihrer Felder: {', '.join(f.name for f in feld.felder)}." if source else ""
    return f"Bitte „{gedruckt(feld, source)}“ schreiben."
