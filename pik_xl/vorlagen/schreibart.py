"""What a kind of letter and its fields are, and how its examples are told from what may be empty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pik_xl.kinds import Kind

# What a field of a letter can be, and the word for it.
WORT: Mapping[Kind, str] = MappingProxyType({
    Kind.TEXT: "Text", Kind.EURO: "Betrag", Kind.ZAHL: "Zahl", Kind.VZAE: "Zahl", Kind.DATUM: "Datum",
    Kind.JA_NEIN: "ja/nein", Kind.GRUPPE: "Gruppe", Kind.LISTE: "Liste",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Feld:
    """One field: what it holds and means, an example; `leer` says that it may be empty.

    The example of a group is a mapping, that of a list a tuple of mappings, or of texts where it has no `felder`.
    `worte` are all the words a text may be, where they are few; empty if it may be any.
    """

    name: str
    kind: Kind
    bedeutung: str
    beispiel: object
    leer: bool = False
    felder: tuple[Feld, ...] = ()
    worte: tuple[str, ...] = ()

    @property
    def art(self) -> str:
        """The word for what it holds."""
        return WORT[self.kind]


@dataclass(frozen=True, slots=True)
class Schreibart:
    """A kind of letter: `name` is that of its template, `datei` stands in file names.

    `pflicht` are the fields a template of this kind must not lack, as dotted names: what a notice has to contain.
    """

    name: str
    titel: str
    datei: str
    wozu: str
    felder: tuple[Feld, ...]
    pflicht: tuple[str, ...]


def gruppe(name: str, bedeutung: str, *felder: Feld, leer: bool = False) -> Feld:
    return Feld(name, Kind.GRUPPE, bedeutung, {f.name: f.beispiel for f in felder}, leer, felder)


def liste(name: str, bedeutung: str, felder: tuple[Feld, ...], *zeilen: Mapping[str, object]) -> Feld:
    """A list of groups; each row says what differs from the example of the fields."""
    erste = {f.name: f.beispiel for f in felder}
    return Feld(name, Kind.LISTE, bedeutung, tuple({**erste, **zeile} for zeile in zeilen or ({},)), True, felder)


def texte(name: str, bedeutung: str, *beispiele: str) -> Feld:
    return Feld(name, Kind.LISTE, bedeutung, beispiele, True)


def namen(felder: tuple[Feld, ...], davor: str = "") -> Iterator[str]:
    """Every name, dotted: `behoerde`, `behoerde.name`, `bewilligte.trace` ..."""
    for feld in felder:
        yield davor + feld.name
        yield from namen(feld.felder, f"{davor}{feld.name}.")


def muster(art: Schreibart) -> dict[str, object]:
    """A whole letter's fields filled with the examples."""
    return {feld.name: feld.beispiel for feld in art.felder}


def leeres_muster(art: Schreibart) -> dict[str, object]:
    """The same with everything empty that may be: texts "", groups {}, lists (), dates and amounts None."""
    return _geleert(art.felder)


def leere_muster(art: Schreibart) -> Iterator[tuple[str, dict[str, object]]]:
    """The examples with one field after another empty that may be, by its dotted name; at last all of them, by ""."""
    for feld in art.felder:
        if feld.leer:
            yield feld.name, muster(art) | {feld.name: _LEER.get(feld.kind)}
        elif feld.kind is Kind.GRUPPE:
            for inner in filter(lambda inner: inner.leer, feld.felder):
                group = {f.name: _LEER.get(f.kind) if f is inner else f.beispiel for f in feld.felder}
                yield f"{feld.name}.{inner.name}", muster(art) | {feld.name: group}
    yield "", leeres_muster(art)


def _geleert(felder: tuple[Feld, ...]) -> dict[str, object]:
    """Fields emptied as far as they may be; those of a group that must be there too."""
    return {
        feld.name: _LEER.get(feld.kind)
        if feld.leer
        else _geleert(feld.felder)
        if feld.kind is Kind.GRUPPE
        else feld.beispiel
        for feld in felder
    }


_LEER: Mapping[Kind, object] = {Kind.TEXT: "", Kind.GRUPPE: {}, Kind.LISTE: (), Kind.JA_NEIN: False}
