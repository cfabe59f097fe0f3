"""What a kind of letter and its fields are, and how its examples are told from what may be empty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Feldart(StrEnum):
    """What a field holds; lists and groups have fields of their own, each item of a list has them all."""

    TEXT = "Text"
    GELD = "Betrag"
    ZAHL = "Zahl"
    DATUM = "Datum"
    JA_NEIN = "ja/nein"
    GRUPPE = "Gruppe"
    LISTE = "Liste"


@dataclass(frozen=True, slots=True)
class Feld:
    """One field: what it holds and means, an example; `leer` says that it may be empty.

    The example of a group is a mapping, that of a list a tuple of mappings, or of texts where it has no `felder`.
    `worte` are all the words a text may be, where they are few; empty if it may be any.
    """

    name: str
    art: Feldart
    bedeutung: str
    beispiel: object
    leer: bool = False
    felder: tuple[Feld, ...] = ()
    worte: tuple[str, ...] = ()


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
    return Feld(name, Feldart.GRUPPE, bedeutung, {f.name: f.beispiel for f in felder}, leer, felder)


def liste(name: str, bedeutung: str, felder: tuple[Feld, ...], *zeilen: Mapping[str, object]) -> Feld:
    """A list of groups; each row says what differs from the example of the fields."""
    erste = {f.name: f.beispiel for f in felder}
    return Feld(name, Feldart.LISTE, bedeutung, tuple({**erste, **zeile} for zeile in zeilen or ({},)), True, felder)


def texte(name: str, bedeutung: str, *beispiele: str) -> Feld:
    return Feld(name, Feldart.LISTE, bedeutung, beispiele, True)


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
            yield feld.name, muster(art) | {feld.name: _LEER.get(feld.art)}
        elif feld.art is Feldart.GRUPPE:
            for inner in filter(lambda inner: inner.leer, feld.felder):
                group = {f.name: _LEER.get(f.art) if f is inner else f.beispiel for f in feld.felder}
                yield f"{feld.name}.{inner.name}", muster(art) | {feld.name: group}
    yield "", leeres_muster(art)


def _geleert(felder: tuple[Feld, ...]) -> dict[str, object]:
    """Fields emptied as far as they may be; those of a group that must be there too."""
    return {
        feld.name: _LEER.get(feld.art)
        if feld.leer
        else _geleert(feld.felder)
        if feld.art is Feldart.GRUPPE
        else feld.beispiel
        for feld in felder
    }


_LEER: Mapping[Feldart, object] = {Feldart.TEXT: "", Feldart.GRUPPE: {}, Feldart.LISTE: (), Feldart.JA_NEIN: False}
