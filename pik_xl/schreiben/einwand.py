"""An Einwand: what is to be heeded about a letter. It stands in the letter's row on the sheet Bescheide.

A run looks at some letters and asks some questions of them. What it finds replaces what earlier runs noted as answers
to these questions; what it did not ask stays.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from pik_xl.checks.check import Message
from pik_xl.checks.runner import tell
from pik_xl.checks.schreiben import (
    ANLAGE_FEHLT,
    BLEIBT_ENTWURF,
    FEHLT,
    FRUEHERER_NICHT_VERSANDT,
    KEINE_MAIL,
    KEINE_PDF,
    MAPPE_BLEIBT_ENTWURF,
    NICHT_ERSTELLT,
    WIEDER_GESCHRIEBEN,
    ZUM_NACHTEIL,
)
from pik_xl.checks.subjects import OfSchreiben
from pik_xl.model import Finding, Place, Schreiben
from pik_xl.recht.lage import Lage

# What a row of the sheet Bescheide is known by: key of the application, Reihe, number (`office.schreiben_key`).
Zeile = tuple[object, ...]

# What writing asks of every letter, also of one that stands unchanged.
BEIM_SCHREIBEN = (NICHT_ERSTELLT, BLEIBT_ENTWURF, ZUM_NACHTEIL, FRUEHERER_NICHT_VERSANDT, MAPPE_BLEIBT_ENTWURF)
# What is asked of every letter on record.
IM_NACHWEIS = (WIEDER_GESCHRIEBEN, FEHLT)
# What can only be heeded before the letter goes out.
VOR_DEM_VERSAND = frozenset(
    was.code for was in (ZUM_NACHTEIL, KEINE_MAIL, BLEIBT_ENTWURF, FRUEHERER_NICHT_VERSANDT, KEINE_PDF, ANLAGE_FEHLT)
)

_LINE = re.compile(r"L\d\d ")


@dataclass(frozen=True, slots=True)
class Einwand:
    """What is to be heeded about one letter, or what keeps it from being written.

    `datei` is the file it is told of: the letter's, else the application's, else the folder of a run; `titel` says
    which letter. `zeile` is its row, which is not there if it was never written.
    """

    was: Message
    datei: str
    gefunden: str = ""
    ags: str = ""
    traeger: str = ""
    titel: str = ""
    zeile: Zeile | None = None

    @classmethod
    def gegen(cls, s: Schreiben, was: Message, gefunden: str) -> Einwand:
        """An Einwand against a letter that is written."""
        return cls(was, s.datei, gefunden, s.ags, s.traeger, s.titel, zeile_of(s))

    def befund(self, lage: Lage) -> Finding:
        """The same as a finding."""
        return tell(self.was, OfSchreiben(lage, Place(self.datei), self.gefunden, self.titel, self.ags, self.traeger))


def zeile_of(s: Schreiben) -> Zeile:
    """The row of a letter."""
    return s.schluessel, s.reihe, s.nummer


@dataclass
class Einwaende:
    """The Einwände of a run, and what it asked, so that what earlier runs noted is replaced where it was asked anew.

    `dateien` are the applications it dealt with and `antraege` their keys (None: all), `titel` and `reihen` the kinds
    of letters; `gefragt` has the codes of the questions asked of each letter. A run that writes has asked what writing
    asks of every letter of these: one that no case gives occasion for any more has nothing in its way. `alle` are
    told, `weiterhin` only noted: they were told when a letter was written that stands unchanged.
    """

    lage: Lage
    dateien: frozenset[str] | None = frozenset()
    titel: Collection[str] = ()
    alle: list[Einwand] = field(default_factory=list)
    weiterhin: list[Einwand] = field(default_factory=list)
    gefragt: dict[Zeile, set[str]] = field(default_factory=dict)
    antraege: Collection[str] | None = frozenset()
    reihen: Collection[str] = ()

    def fragen(self, zeile: Zeile, nach: Collection[Message]) -> None:
        """Note that these questions are asked of the letter."""
        self.gefragt.setdefault(zeile, set()).update(was.code for was in nach)

    @property
    def befunde(self) -> list[Finding]:
        """What is told, as findings."""
        return [einwand.befund(self.lage) for einwand in self.alle]

    def zu_beachten(self, bisher: Mapping[Zeile, str]) -> dict[Zeile, str]:
        """What is to be heeded about these letters now, by what was noted before; a line for each Einwand, by code."""
        neu: dict[Zeile, list[str]] = {}
        for einwand in (*self.alle, *self.weiterhin):
            if einwand.zeile:
                neu.setdefault(einwand.zeile, []).append(_line(einwand.befund(self.lage)))
        return {
            zeile: "\n".join(sorted({*neu.get(zeile, ()), *_still(text, self._gefragt(zeile))}))
            for zeile, text in bisher.items()
        }

    def _gefragt(self, zeile: Zeile) -> set[str]:
        """The codes of all that was asked of the letter."""
        asked = set(self.gefragt.get(zeile, ()))
        if zeile[1] in self.reihen and (self.antraege is None or zeile[0] in self.antraege):
            asked |= {was.code for was in BEIM_SCHREIBEN}
        return asked

    def ohne_zeile(self, zeilen: Collection[Zeile]) -> list[Finding]:
        """What is told of letters that have none of these rows, as findings."""
        return [einwand.befund(self.lage) for einwand in self.alle if einwand.zeile not in zeilen]

    def beantwortet(self, datei: str, titel: str) -> bool:
        """Whether this run asked about a letter without a row again, by the file it was told of and what it is."""
        return (self.dateien is None or datei in self.dateien) and (not titel or titel in self.titel)


def notiert(text: str) -> list[str]:
    """The lines of a note that runs have written.

    >>> notiert("L03 Keine E-Mail. Bitte mit der Post senden.\\nerledigt, Lang")
    ['L03 Keine E-Mail. Bitte mit der Post senden.']
    """
    return [line for line in text.splitlines() if _LINE.match(line)]


def ohne_erledigtes(text: str) -> str:
    """The note of a letter that went out: nothing that could only be heeded before.

    >>> ohne_erledigtes("L02 Weniger als bisher. Bitte anhören.\\nL08 Die Datei fehlt. Bitte zurücklegen.")
    'L08 Die Datei fehlt. Bitte zurücklegen.'
    """
    lines = text.splitlines()
    kept = [line for line in lines if not (_LINE.match(line) and line[:3] in VOR_DEM_VERSAND)]
    return text if kept == lines else "\n".join(kept)


def _line(befund: Finding) -> str:
    return " ".join(f"{befund.code} {befund.meldung} {befund.bitte}".split())


def _still(text: str, gefragt: Collection[str]) -> list[str]:
    """What earlier runs noted and this one did not ask."""
    return [line for line in notiert(text) if line[:3] not in gefragt]
