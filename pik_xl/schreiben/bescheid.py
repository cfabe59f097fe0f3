"""What is known of a letter before it is written: its number, what it amends, what keeps it a draft.

Pure: nothing here writes, or looks at files.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pik_xl.checks.check import Message
from pik_xl.checks.schreiben import FRUEHERER_NICHT_VERSANDT, ZUM_NACHTEIL
from pik_xl.fingerprint import letter_fingerprint
from pik_xl.model import Schreiben
from pik_xl.recht.entscheidung import Vorgang
from pik_xl.schreiben.anlass import Anlass
from pik_xl.schreiben.einwand import Zeile
from pik_xl.schreiben.nachweis import Nachweis
from pik_xl.values import as_datum


@dataclass(frozen=True, slots=True)
class Fall:
    """A case and a kind of letter for it: row and number of the letter, and what a notice amends.

    `entscheidung` is the checksum of what a notice decides; it and `stellen` are empty for other letters.
    """

    anlass: Anlass
    vorgang: Vorgang
    nummer: int = 1
    entscheidung: str = ""
    stellen: tuple[str, ...] = ()
    frueher: Schreiben | None = None

    @classmethod
    def of(cls, anlass: Anlass, vorgang: Vorgang, nachweis: Nachweis, versandt: Collection[str]) -> Fall:
        """By what was written before; `versandt` are the files of the letters that went out."""
        antrag, gegenstand = vorgang.antrag, anlass.gegenstand
        if gegenstand is None:  # a letter that went out keeps its row on the sheet Bescheide, and its day there
            zuletzt = nachweis.juengste.get((anlass.reihe, antrag.schluessel))
            return cls(anlass, vorgang, zuletzt.nummer + (zuletzt.datei in versandt) if zuletzt else 1)
        traeger, stellen = antrag.ags or antrag.schluessel, gegenstand.stellen(vorgang)
        frueher, nummer = nachweis.frueherer(anlass.reihe, traeger, stellen), 1 + nachweis.nummer(anlass.reihe, traeger)
        return cls(anlass, vorgang, nummer, letter_fingerprint(gegenstand.entscheidung(vorgang)), stellen, frueher)

    @property
    def zeile(self) -> Zeile:
        """Its row on the sheet Bescheide."""
        return self.vorgang.antrag.schluessel, self.anlass.reihe, self.nummer

    @property
    def bestehender(self) -> Schreiben | None:
        """The final notice that decides just this and therefore stands."""
        return self.frueher if self.frueher and self.frueher.entscheidung == self.entscheidung else None

    @property
    def titel(self) -> str:
        """What the letter calls itself."""
        return "Änderungsbescheid" if self.frueher else self.anlass.art.titel

    @property
    def datei(self) -> str:
        """The beginning of the name of its file."""
        zusatz = self.anlass.gegenstand.zusatz if self.anlass.gegenstand else ""
        return f"Aenderungsbescheid{zusatz}" if self.frueher else self.anlass.art.datei


def genannt(frueher: Schreiben | None) -> dict[str, object]:
    """What a notice says of the one it amends."""
    if frueher is None:
        return {}
    return {"datum": frueher.datum, "aktenzeichen": frueher.aktenzeichen, "ergebnis": frueher.ergebnis,
            "summe": frueher.summe or Decimal(0)}  # fmt: skip


def aenderung(summe: Decimal, frueher: Schreiben | None, versandt: Collection[str]) -> Iterator[tuple[Message, str]]:
    """What is to be heeded of a notice over so many EUR that amends another: that it takes away, that none went out."""
    if frueher is None:
        return
    was = f"{frueher.titel} {frueher.aktenzeichen}"
    if summe < (frueher.summe or 0):
        yield ZUM_NACHTEIL, was
    if frueher.datei not in versandt:
        yield FRUEHERER_NICHT_VERSANDT, f"{was} vom {as_datum(frueher.datum)}"


def punkte(context: Mapping[str, object]) -> tuple[str, ...]:
    """Checksums of what is asked of a Landkreis, each point by itself."""
    rows = context.get("ergaenzungen", ())
    assert isinstance(rows, Sequence)
    return tuple(letter_fingerprint([row[name] for name in ("code", "blatt", "zelle", "meldung")])[:8] for row in rows)
