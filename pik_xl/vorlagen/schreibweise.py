"""How a field is written in a template: its tag, its filter, the loop it belongs into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pik_xl.kinds import Kind
from pik_xl.vorlagen.schreibart import WORT, Feld

T, G, D, L = Kind.TEXT, Kind.EURO, Kind.DATUM, Kind.LISTE
Z = (Kind.ZAHL, Kind.VZAE)

# The filters a template may use, with the kinds of value each takes; first those of our own, then Jinja's.
FILTER: Mapping[str, tuple[Kind, ...]] = {
    "datum": (D,), "euro": (G,), "in_worten": (G,), "monate": Z, "pflicht": (T,), "vzae": Z, "zahl": (*Z, G),
    "default": tuple(WORT), "first": (L,), "join": (L,), "last": (L,), "length": (L, T), "list": (L,),
    "lower": (T,), "map": (L,), "rejectattr": (L,), "selectattr": (L,), "sort": (L,), "trim": (T,), "upper": (T,),
}  # fmt: skip
# What Word makes of typed quotes and dashes.
_QUOTES = str.maketrans({**dict.fromkeys("„“”«»", '"'), **dict.fromkeys("‚‘’‹›", "'"),
                         "–": "-", "—": "-", "\u00a0": " "})  # fmt: skip


def typed(tag: str) -> str:
    """A tag as Jinja reads it, whatever quotes and dashes Word made of it."""
    return tag.translate(_QUOTES)


def filter_of(feld: Feld) -> str:
    """The filter that prints the field best; empty where it needs none."""
    if feld.kind is Kind.VZAE:
        return "monate" if feld.name == "monate" else "vzae"
    return {D: "datum", G: "euro"}.get(feld.kind, "")


def schleife(liste: Feld, pfad: str, level: str = "tr") -> str:
    """The tag that begins the loop over a list: `{%tr for s in bewilligte %}`."""
    return f"{{%{level} for {variable(liste)} in {pfad} %}}"


def variable(liste: Feld) -> str:
    """The short name of an entry of a list."""
    if not liste.felder:
        return "zeile"
    return "s" if liste.felder[0].name == "stelle" else liste.name[0]


def gedruckt(feld: Feld, pfad: str) -> str:
    """The tag that uses a field: prints it, tests it, or runs through it."""
    if feld.kind is L:
        return schleife(feld, pfad, "tr" if feld.felder else "p")
    if feld.kind is Kind.JA_NEIN:
        return f"{{% if {pfad} %}}"
    return f"{{{{ {' | '.join(filter(None, (pfad, filter_of(feld))))} }}}}"


def geschrieben(kette: Sequence[Feld]) -> str:
    """The tag of the last of these fields, with the loop it belongs into; each field belongs to the one before."""
    listen = [feld for feld in kette[:-1] if feld.kind is L]
    if not listen:
        return gedruckt(kette[-1], ".".join(feld.name for feld in kette))
    liste = listen[-1]
    return f"{gedruckt(kette[-1], f'{variable(liste)}.{kette[-1].name}')} zwischen {schleife(liste, liste.name)} und " \
           "{%tr endfor %}"  # fmt: skip


def kette_of(felder: Sequence[Feld], name: str) -> list[Feld]:
    """The fields a dotted name leads through."""
    kette = []
    for part in name.split("."):
        kette.append(next(feld for feld in felder if feld.name == part))
        felder = kette[-1].felder
    return kette
