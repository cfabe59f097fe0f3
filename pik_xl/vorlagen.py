"""What a template may say, and everything in one that does not fit: unknown names, filters for another kind of value.

Pure: it judges the tags of a template, in the order they are filled in, against the fields of a kind of letter.
Every tag is parsed by itself, so that one mistake does not hide the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import NamedTuple

from jinja2 import Environment, TemplateSyntaxError, nodes

from pik_xl.errors import PikError
from pik_xl.felder import Feld, Feldart, Schreibart
from pik_xl.schreibweise import FILTER, filter_of, gedruckt, geschrieben, kette_of, schleife, typed
from pik_xl.tags import Tag, Vorlagenfehler, fault_of, meinten, nearest

T, G, Z, D, L = Feldart.TEXT, Feldart.GELD, Feldart.ZAHL, Feldart.DATUM, Feldart.LISTE

TIEFE = 3  # loops within loops; more would take forever
_VIELE = 25  # names that are too many to list in a message

_ANZAHL, _WORTE, _LISTE = Feld("", Z, "", 1), Feld("", T, "", ""), Feld("", L, "", ())
_SCHLEIFE = Feld("loop", Feldart.GRUPPE, "die Schleife selbst", None, felder=(
    *(Feld(name, Z, "", 1) for name in ("index", "index0", "revindex", "revindex0", "length")),
    *(Feld(name, Feldart.JA_NEIN, "", True) for name in ("first", "last")),
))  # fmt: skip


class Vorlagenmangel(PikError):
    """A template that cannot be used; `fehler` are all its faults, and the text lists them."""

    def __init__(self, vorlage: str, fehler: Sequence[Vorlagenfehler]) -> None:
        count = "einen Fehler" if len(fehler) == 1 else f"{len(fehler)} Fehler"
        super().__init__("\n".join([f"Die Vorlage „{vorlage}“ hat {count}:", *(f"- {f}" for f in fehler)]))
        self.fehler = tuple(fehler)


class Urteil(NamedTuple):
    """What is wrong with the tags of a template, and the fields they name, dotted: `bewilligte.stelle`."""

    fehler: list[Vorlagenfehler]
    genannt: frozenset[str]


def urteil(tags: Sequence[Tag], known: Collection[str] | Schreibart) -> Urteil:
    """Judge tags in the order they are filled in.

    `known` is the kind of letter, or only the names of the fields there will be; of these nothing more is known.
    """
    felder: Mapping[str, Feld | None]
    felder = {f.name: f for f in known.felder} if isinstance(known, Schreibart) else dict.fromkeys(known)
    lesung = _Lesung(tags)
    source = "\n".join(_whole(tags, lesung.fehler))
    lesung.block(_jinja().parse(source).body, {name: _Wert(feld, name) for name, feld in felder.items()}, 0)
    return Urteil(lesung.fehler, frozenset(lesung.genannt))


def fehlende(art: Schreibart, genannt: Collection[str]) -> list[Vorlagenfehler]:
    """A fault for every field that a letter of this kind must not lack and its template does not name."""
    return [
        Vorlagenfehler(art.name, "", "", f"Das Feld „{name}“ fehlt ({kette[-1].bedeutung}). Es gehört in jedes "
                       "Schreiben dieser Art.", f"Bitte ergänzen: {geschrieben(kette)}")
        for name in art.pflicht
        if name not in genannt and (kette := kette_of(art.felder, name))
    ]  # fmt: skip


# --- reading the tags ------------------------------------------------------------------------------


@cache
def _jinja() -> Environment:
    """For parsing only; nothing is ever filled in with it."""
    return Environment(autoescape=True)


def _whole(tags: Sequence[Tag], fehler: list[Vorlagenfehler]) -> Iterator[str]:
    """The tags as Jinja that can be parsed whatever is wrong with them, a line for each; adds what cannot be read."""
    blocks: list[str] = []
    for tag in tags:
        word, piece = tag.word, _piece(tag)
        end = f"{{% end{word} %}}" if word in ("if", "for") else ""
        if message := _unreadable(piece + end):
            fehler.append(fault_of(tag, message))
            piece = "{% if true %}" if end else ""
        if end:
            blocks.append("for" if piece.startswith("{% for") else "if")
        elif word in ("endif", "endfor") and blocks:
            piece = f"{{% end{blocks.pop()} %}}"
        yield piece
    yield "".join(f"{{% end{block} %}}" for block in reversed(blocks))


def _piece(tag: Tag) -> str:
    """A tag by itself; what only opens, closes or divides a block says nothing."""
    if tag.foreign or tag.text.startswith("{#"):
        return ""
    rest = typed(tag.rest)
    if tag.text.startswith("{{") or tag.word in ("colspan", "cellbg"):
        return f"{{{{{rest}}}}}"
    if tag.word == "elif":
        return f"{{% if{rest}%}}{{% endif %}}"
    return f"{{% {tag.word}{rest}%}}" if tag.word in ("if", "for", "set") else ""


def _unreadable(source: str) -> str:
    """Why Jinja cannot read it, in German; empty if it can."""
    try:
        _jinja().parse(source)
    except TemplateSyntaxError as error:
        return syntax_fault(error)
    return ""


def syntax_fault(error: TemplateSyntaxError) -> str:
    """The sentence for what Jinja says in English."""
    got = (error.message or "").rpartition("got ")[2].strip("'. ")
    at = "" if not got or got == error.message or got.startswith("end of") else f" bei „{got}“"
    return f"Der Platzhalter ist so nicht verständlich{at}."


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
    """Walks through the parsed tags and keeps what is wrong and what is named."""

    tags: Sequence[Tag]
    fehler: list[Vorlagenfehler] = field(default_factory=list)
    genannt: set[str] = field(default_factory=set)

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
                    self._value(node.test, namen)
                    self.block(node.body, namen, tiefe)
                case nodes.Assign(target=nodes.Name(name=name)):
                    namen[name] = self._value(node.node, namen)
                case _:
                    self._fault(node, "Das ist in Vorlagen nicht erlaubt.")

    def _loop(self, node: nodes.For, namen: _Namen, tiefe: int) -> None:
        liste = self._value(node.iter, namen)
        if liste.feld and liste.feld.art is not L:
            self._fault(node, f"„{_source(node.iter)}“ ist keine Liste, sondern: {liste.feld.art}.")
        if tiefe > TIEFE:
            self._fault(node, f"Mehr als {TIEFE} Schleifen ineinander sind nicht erlaubt.")
        inner = {**namen, "loop": _Wert(_SCHLEIFE, "loop")}
        inner |= {target.name: _NICHTS for target in node.target.find_all(nodes.Name)}
        if isinstance(node.target, nodes.Name):
            inner[node.target.name] = _entry(liste)
        if node.test:
            self._value(node.test, inner)
        self.block(node.body, inner, tiefe)

    def _print(self, node: nodes.Node, namen: _Namen) -> None:
        """What is printed must be a text or a whole number by then."""
        match node:
            case nodes.TemplateData():
                return
            case nodes.CondExpr():
                self._value(node.test, namen)
                for branch in filter(None, (node.expr1, node.expr2)):
                    self._print(branch, namen)
            case nodes.Or():
                self._print(node.left, namen)
                self._print(node.right, namen)
            case _:
                feld = self._value(node, namen).feld
                if feld and (text := _unprintable(feld)):
                    self._fault(node, text, _as_printed(feld, _source(node)))

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
            case nodes.Call():
                self._fault(node, f"Aufrufe wie „{_source(node.node)}()“ sind in Vorlagen nicht erlaubt.")
            case nodes.Test(name=str(name)) if name not in _jinja().tests:
                self._fault(node, f"Den Vergleich „is {name}“ gibt es nicht.", meinten(nearest(name, _jinja().tests)))
        for child in node.iter_child_nodes():
            self._value(child, namen)
        return _NICHTS

    def _named(self, node: nodes.Node, name: str, namen: _Namen) -> _Wert:
        if name in namen:
            self.genannt.add(namen[name].pfad)
            return namen[name]
        known = [key for key in namen if key != "loop"]
        meant = _elsewhere(name, namen) or meinten(nearest(name, known)) or _known(known)
        self._fault(node, f"Das Feld „{name}“ gibt es nicht.", meant)
        return _NICHTS

    def _field(self, node: nodes.Node, of: _Wert, name: str) -> _Wert:
        """A field of a group, or of an entry of a list."""
        if of.feld is None:
            return _NICHTS
        found = next((feld for feld in of.feld.felder if feld.name == name), None)
        if found and of.feld.art is Feldart.GRUPPE:
            pfad = f"{of.pfad}.{name}"
            self.genannt.add(pfad)
            return _Wert(found, pfad)
        source = _source(node).rpartition(".")[0] or of.feld.name
        if of.feld.art is L:
            hint = f"Bitte mit einer Schleife: {schleife(of.feld, source)}" if of.feld.felder else ""
            self._fault(node, f"„{source}“ ist eine Liste; „{name}“ hat nur ein Eintrag daraus.", hint)
        elif of.feld.art is Feldart.GRUPPE:
            known = [feld.name for feld in of.feld.felder]
            meant = nearest(name, known)
            hint = meinten(meant and f"{source}.{meant}") or _known(known)
            self._fault(node, f"Das Feld „{name}“ gibt es in „{source}“ nicht.", hint)
        else:
            self._fault(node, f"„{source}“ ist {of.feld.art} und hat keine Felder.")
        return _NICHTS

    def _filtered(self, node: nodes.Filter, namen: _Namen) -> _Wert:
        """What a filter makes of a value; a fault if there is no such filter, or not for this kind of value."""
        value = self._value(node.node, namen) if node.node else _NICHTS
        for argument in (*node.args, *(pair.value for pair in node.kwargs)):
            self._value(argument, namen)
        if node.name not in FILTER:
            hint = meinten(nearest(node.name, FILTER)) or _known(FILTER)
            self._fault(node, f"Den Filter „{node.name}“ gibt es nicht.", hint)
            return _NICHTS
        if value.feld and value.feld.art not in FILTER[node.name]:
            text = f"Der Filter „{node.name}“ passt nicht zu „{_source(node.node)}“ ({value.feld.art})."
            self._fault(node, text, _as_printed(value.feld, _source(node.node)))
            return _NICHTS
        return self._result(node, value)

    def _result(self, node: nodes.Filter, value: _Wert) -> _Wert:
        """The value after the filter."""
        entry, attribute = _entry(value), _attribute(node)
        chosen = self._field(node, entry, attribute) if attribute else _NICHTS
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

    def _fault(self, node: nodes.Node, text: str, vorschlag: str = "") -> None:
        self.fehler.append(fault_of(self.tags[min(node.lineno, len(self.tags)) - 1], text, vorschlag))


def _entry(liste: _Wert) -> _Wert:
    """What a loop over it puts into its variable."""
    if liste.feld is None or liste.feld.art is not L:
        return _NICHTS
    if liste.feld is _LISTE:
        return _Wert(liste.eintrag)
    if not liste.feld.felder:
        return _Wert(_WORTE)
    return _Wert(replace(liste.feld, art=Feldart.GRUPPE), liste.pfad)


def _attribute(node: nodes.Filter) -> str:
    """The field that `map(attribute="stelle")` or `selectattr("stelle")` asks for."""
    values = [pair.value for pair in node.kwargs if pair.key == "attribute"]
    values += node.args[:1] if node.name in ("selectattr", "rejectattr") else []
    return next((value.value for value in values if isinstance(value, nodes.Const)), "")


def _source(node: nodes.Node | None) -> str:
    """The expression as typed, without its filters; empty if it is no name."""
    match node:
        case nodes.Name(name=str(name)):
            return name
        case nodes.Getattr(attr=str(attr)) | nodes.Getitem(arg=nodes.Const(value=str(attr))):
            return f"{_source(node.node)}.{attr}"
        case nodes.Filter():
            return _source(node.node)
        case nodes.Const(value=value):
            return str(value)
    return ""


def _elsewhere(name: str, namen: _Namen) -> str:
    """Where a field of that name is, if it is one of a group or of the entries of a list."""
    for wert in namen.values():
        if wert.feld and any(feld.name == name for feld in wert.feld.felder):
            if wert.feld.art is L:
                return f"Es steht in jedem Eintrag von „{wert.pfad}“: {schleife(wert.feld, wert.pfad)}."
            return f"Meinten Sie „{wert.pfad}.{name}“?"
    return ""


def _known(names: Iterable[str]) -> str:
    """Everything there is, where nothing is near."""
    known = sorted(names)
    return f"Bekannt sind: {', '.join(known)}." if len(known) <= _VIELE else "Alle Felder stehen in docs/vorlagen.md."


def _unprintable(feld: Feld) -> str:
    """Why a value cannot be printed as it is; empty if it can."""
    if feld.art in (L, Feldart.GRUPPE):
        return f"Eine {feld.art} kann nicht gedruckt werden."
    if feld.art is Feldart.JA_NEIN:
        return "Ein Ja/Nein kann nicht gedruckt werden, nur geprüft."
    return {D: "Ein Datum braucht einen Filter.", G: "Ein Betrag braucht einen Filter.",
            Z: "Eine Zahl braucht einen Filter."}.get(feld.art, "") if filter_of(feld) else ""  # fmt: skip


def _as_printed(feld: Feld, source: str) -> str:
    """How to write it instead; empty where nothing can be proposed."""
    if not source or feld.art is Feldart.GRUPPE:
        return f"Gedruckt wird eines ihrer Felder: {', '.join(f.name for f in feld.felder)}." if source else ""
    return f"Bitte „{gedruckt(feld, source)}“ schreiben."
