"""The official register of Baden-Württemberg: Kreise, Verbände, Gemeinden, and the court for each.

Data: `data/*.csv`, © GeoBasis-DE / BKG 2017 (Daten verändert).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

from pik_xl.model import Art


@dataclass(frozen=True, slots=True)
class Gericht:
    """An administrative court with its visiting address."""

    name: str
    anschrift: str


# § 1 AGVwGO: one Verwaltungsgericht per Regierungsbezirk; the one for Tübingen sits in Sigmaringen.
# The street addresses are general knowledge and part of the wording the office has to clear.
GERICHTE: Mapping[str, Gericht] = {
    "Stuttgart": Gericht("Verwaltungsgericht Stuttgart", "Augustenstraße 5, 70178 Stuttgart"),
    "Karlsruhe": Gericht("Verwaltungsgericht Karlsruhe", "Nördliche Hildapromenade 1, 76133 Karlsruhe"),
    "Freiburg": Gericht("Verwaltungsgericht Freiburg", "Habsburgerstraße 103, 79104 Freiburg"),
    "Tübingen": Gericht("Verwaltungsgericht Sigmaringen", "Karlstraße 13, 72488 Sigmaringen"),
}


@dataclass(frozen=True, slots=True)
class Kreis:
    """A Stadtkreis or Landkreis; `ags` has 5 digits."""

    ags: str
    name: str
    art: str
    regierungsbezirk: str

    @property
    def gericht(self) -> Gericht:
        """The court for applicants seated here (§ 52 Nr. 3 VwGO: the seat of the person affected counts)."""
        return GERICHTE[self.regierungsbezirk]

    @property
    def bezeichnung(self) -> str:
        """The name as people write it: "Stadt Ulm", "Landkreis Heilbronn", "Ostalbkreis"."""
        if self.art == "Stadtkreis":
            return f"Stadt {self.name}"
        return self.name if self.name.lower().endswith("kreis") else f"Landkreis {self.name}"


@dataclass(frozen=True, slots=True)
class Gemeinde:
    """A municipality; `ags` has 8 digits, `ars` 12, `kreis` 5 and `verband` 9."""

    ars: str
    ags: str
    name: str
    bezeichnung: str
    kreis: str
    verband: str


@dataclass(frozen=True, slots=True)
class Verband:
    """An association of municipalities (or a municipality that stands alone); `ars` has 9 digits."""

    ars: str
    name: str
    art: str
    kreis: str


@dataclass(frozen=True, slots=True)
class Traeger:
    """Whatever an official key names: who may apply. `ags` has 5, 8 or 9 digits."""

    ags: str
    name: str
    art: Art
    kreis: str


_VERBAND_ART = {
    "Verwaltungsgemeinschaft": (Art.VERWALTUNGSGEMEINSCHAFT, "Verwaltungsgemeinschaft"),
    "Verwaltungsverband": (Art.VERWALTUNGSVERBAND, "Gemeindeverwaltungsverband"),
}


@dataclass(frozen=True)
class Register:
    """The whole register, by key: `kreise` (5 digits), `gemeinden` (AGS, 8), `verbaende` (9 digits)."""

    kreise: Mapping[str, Kreis]
    gemeinden: Mapping[str, Gemeinde]
    verbaende: Mapping[str, Verband]

    @cached_property
    def by_ars(self) -> Mapping[str, Gemeinde]:
        """Municipalities by their 12-digit key."""
        return {g.ars: g for g in self.gemeinden.values()}

    @cached_property
    def by_name(self) -> Mapping[str, tuple[Gemeinde, ...]]:
        """Municipalities by lower-case name; several of a name (Altdorf, Talheim ...) are all there."""
        found: dict[str, list[Gemeinde]] = {}
        for gemeinde in self.gemeinden.values():
            found.setdefault(gemeinde.name.casefold(), []).append(gemeinde)
        return {name: tuple(those) for name, those in found.items()}

    @cached_property
    def mitglieder(self) -> Mapping[str, tuple[str, ...]]:
        """The names of the municipalities of each Verband, by its key."""
        found: dict[str, list[str]] = {}
        for gemeinde in self.gemeinden.values():
            found.setdefault(gemeinde.verband, []).append(gemeinde.name)
        return {verband: tuple(names) for verband, names in found.items()}

    @cached_property
    def traeger(self) -> Mapping[str, Traeger]:
        """Everyone who may apply, by official key."""
        return {t.ags: t for t in (*self._kreise(), *self._verbaende(), *self._gemeinden())}

    def _kreise(self) -> list[Traeger]:
        return [Traeger(k.ags, k.bezeichnung, Art(k.art), k.ags) for k in self.kreise.values()]

    def _verbaende(self) -> list[Traeger]:
        return [
            Traeger(v.ars, f"{_VERBAND_ART[v.art][1]} {v.name}", _VERBAND_ART[v.art][0], v.kreis)
            for v in self.verbaende.values()
            if v.art in _VERBAND_ART
        ]

    def _gemeinden(self) -> list[Traeger]:
        return [
            Traeger(g.ags, f"{g.bezeichnung} {g.name}", Art(g.bezeichnung), g.kreis) for g in self.gemeinden.values()
        ]

    def traeger_of(self, schluessel: str) -> Traeger | None:
        """Who is meant by an official key of 5, 8, 9 or 12 digits; None if nobody."""
        if gemeinde := self.by_ars.get(schluessel):
            return self.traeger[gemeinde.ags]
        return self.traeger.get(schluessel)

    def gericht(self, kreis: str) -> Gericht:
        """The administrative court for a seat in this Kreis (AGS, 5 digits); KeyError if there is none."""
        return self.kreise[kreis].gericht


def _rows(name: str) -> list[dict[str, str]]:
    text = files("pik_xl").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def load_register() -> Register:
    """The register as shipped with the package."""
    kreise = {r["ags"]: Kreis(r["ags"], r["name"], r["art"], r["regierungsbezirk"]) for r in _rows("kreise_bw.csv")}
    gemeinden, verbaende = {}, {}
    for r in _rows("gemeinden_bw.csv"):
        gemeinden[r["ags"]] = Gemeinde(
            r["ars"], r["ags"], r["name"], r["bezeichnung"], r["kreis_ags"], r["verband_ars"]
        )
        verbaende[r["verband_ars"]] = Verband(r["verband_ars"], r["verband_name"], r["verband_art"], r["kreis_ags"])
    return Register(kreise, gemeinden, verbaende)
