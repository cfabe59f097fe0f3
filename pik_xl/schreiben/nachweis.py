"""The record of letters: what each run wrote, in a manifest beside its files, and what of it counts for the next one.

Manifests are the record; the master's sheet Bescheide shows the same to people and speaks where the folder of an
earlier run was moved away.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pik_xl.errors import PikError
from pik_xl.kinds import Row
from pik_xl.master.sheets.columns import getrennt
from pik_xl.model import Fassung, Schreiben, ordner_of
from pik_xl.schreiben.inhalt import ENTWURF

MANIFEST = "manifest.json"

# How a field is read back; all others are texts.
_LESEN: Mapping[str, Callable[[Any], Any]] = MappingProxyType({
    "nummer": int, "fassung": Fassung, "datum": date.fromisoformat, "anschrift": tuple, "stellen": tuple,
    "anlagen": tuple, "punkte": tuple, "summe": lambda text: None if text is None else Decimal(text),
})  # fmt: skip


def manifest(about: Mapping[str, object], schreiben: Iterable[Schreiben], dateien: Mapping[str, str]) -> Iterator[str]:
    """The record of a run: by which rules, the letters, and the SHA-256 of every file by its name in the folder.

    JSON, piece by piece: a run of many thousand letters must not fill the memory at its end.
    """
    yield "{\n"
    yield from (f"{_json(name)}: {_json(value)},\n" for name, value in sorted(about.items()))
    yield '"dateien": {'
    yield from _entries(f"{_json(name)}: {_json(dateien[name])}" for name in sorted(dateien))
    yield '},\n"schreiben": ['
    yield from _entries(_json(asdict(s)) for s in schreiben)
    yield "]\n}\n"


def _entries(entries: Iterable[str]) -> Iterator[str]:
    """A line each, with the commas between them."""
    for number, entry in enumerate(entries):
        yield f"{',' if number else ''}\n{entry}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def manifeste(folder: Path) -> Iterator[Path]:
    """The manifests of all finished runs below the folder, oldest first."""
    finished = (path for path in folder.glob(f"*/{MANIFEST}") if not path.parent.name.startswith("."))
    yield from sorted(finished, key=lambda path: _order(path.parent.name))


def _order(name: str) -> tuple[str, int]:
    tag, _, number = name.partition("_")
    return tag, int(number) if number.isdecimal() else 1


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a run wrote: its letters, the SHA-256 of each file by its name in the folder, and what run it was."""

    schreiben: list[Schreiben]
    dateien: dict[str, str]
    about: dict[str, object]


def read_manifest(path: Path) -> Manifest:
    """The record of a run; PikError if the file was emptied or changed beyond recognition."""
    try:
        about = json.loads(path.read_text("utf-8"))
        entries, dateien = about.pop("schreiben"), about.pop("dateien")
        if not entries or not dateien:  # a run that wrote nothing leaves no folder
            raise ValueError("leer")
        letters = [Schreiben(**{n: _LESEN.get(n, str)(value) for n, value in entry.items()}) for entry in entries]
        if not all(s.auffindbar for s in letters):
            raise ValueError("an einem anderen Ort")
        return Manifest(letters, dict(dateien), about)
    except (ValueError, TypeError, AttributeError, ArithmeticError, KeyError, RecursionError) as error:
        raise PikError(
            f"{path} ist nicht lesbar ({type(error).__name__}); darin steht, welche Bescheide schon ergangen sind. "
            "Bitte die Datei aus einer Sicherung zurückholen."
        ) from error


def from_rows(rows: Iterable[Row], bekannt: Collection[str] = ()) -> Iterator[Schreiben]:
    """The final letters as the sheet Bescheide has them, but for those known from a manifest (by their file).

    Rows that name neither a decision nor what was said, or the file of a draft, are left out: somebody may have typed
    „endgültig“ there.
    """
    for row in rows:
        if row.get("datei") in bekannt or ENTWURF in str(row.get("datei")):
            continue
        datum, summe, nummer = row.get("datum"), row.get("summe"), row.get("nummer")
        known = row.get("entscheidung") or row.get("inhalt")
        if row.get("fassung") != Fassung.ENDGUELTIG or not known or not isinstance(datum, date):
            continue
        texts: dict[str, Any] = {n: str(row.get(n) or "") for n in _TEXTE}
        yield Schreiben(
            **texts,
            titel=str(row.get("schreiben") or ""),
            nummer=int(nummer) if isinstance(nummer, int | Decimal) else 1,
            fassung=Fassung.ENDGUELTIG,
            anschrift=(str(row.get("traeger") or ""),),
            email="",
            datum=datum,
            summe=Decimal(summe) if isinstance(summe, int | Decimal) else None,
            stellen=tuple(getrennt(row.get("stellen"))),
            anlagen=tuple(getrennt(row.get("anlagen"))),
            punkte=tuple(getrennt(row.get("punkte"))),
        )


_TEXTE = ("art", "reihe", "schluessel", "ags", "kreis", "aktenzeichen", "datei", "ergebnis", "entscheidung",
          "inhalt", "sha256")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Nachweis:
    """What was written before: final notices by reihe and applicant, oldest first; the newest else by reihe and key.

    `ordner` are the folders letters were written in, from the work folder: `Bescheide/2020-05-04`. `manifeste` are the
    records of those that are there, by the same names.
    """

    endgueltige: Mapping[tuple[str, str], tuple[Schreiben, ...]]
    juengste: Mapping[tuple[str, str], Schreiben]
    ordner: frozenset[str] = frozenset()
    manifeste: Mapping[str, Manifest] = field(default_factory=dict)

    @classmethod
    def of(cls, schreiben: Iterable[Schreiben], manifeste: Mapping[str, Manifest] = MappingProxyType({})) -> Nachweis:
        """The record of these letters, those of the manifests oldest first; one that is named twice counts once."""
        endgueltige: dict[tuple[str, str], dict[tuple[date, int], Schreiben]] = {}
        juengste: dict[tuple[str, str], Schreiben] = {}
        ordner: set[str] = set()
        for s in schreiben:
            if s.auffindbar:
                ordner.add(s.ordner)
            if s.entscheidung and s.fassung is Fassung.ENDGUELTIG:
                endgueltige.setdefault((s.reihe, s.ags or s.schluessel), {}).setdefault(_order_of(s), s)
            elif s.inhalt:
                known = juengste.get((s.reihe, s.schluessel))
                juengste[s.reihe, s.schluessel] = known if known and known.datum > s.datum else s
        ordered = {key: tuple(those[order] for order in sorted(those)) for key, those in endgueltige.items()}
        return cls(ordered, juengste, frozenset(ordner), manifeste)

    def frueherer(
        self, reihe: str, traeger: str, stellen: Collection[str], vor: Schreiben | None = None
    ) -> Schreiben | None:
        """The newest final notice to the applicant on any of these posts; where it names none, on anything.

        With `vor` the newest of those before that one.
        """
        those = [s for s in self.endgueltige.get((reihe, traeger), ()) if vor is None or _order_of(s) < _order_of(vor)]
        return next((s for s in reversed(those) if not s.stellen or set(s.stellen) & set(stellen)), None)

    def mit_summe(self, summen: Collection[str]) -> Iterator[str]:
        """The files of the letters in manifests that have one of these SHA-256."""
        return (s.datei for those in self.manifeste.values() for s in those.schreiben if s.sha256 in summen)

    def pruefsumme(self, datei: str) -> str:
        """The SHA-256 a file was recorded with, by its path in the work folder; empty if it is in no manifest."""
        ordner, name = ordner_of(datei), "/".join(datei.split("/")[2:])
        return self.manifeste[ordner].dateien.get(name, "") if ordner in self.manifeste else ""

    def nummer(self, reihe: str, traeger: str) -> int:
        """How many final notices there are."""
        return len(self.endgueltige.get((reihe, traeger), ()))

    def gleiches(self, reihe: str, schluessel: str, inhalt: str) -> Schreiben | None:
        """The newest letter to this application that is no final notice, if it says just this."""
        s = self.juengste.get((reihe, schluessel))
        return s if s and s.inhalt == inhalt else None


def _order_of(s: Schreiben) -> tuple[date, int]:
    return s.datum, s.nummer
