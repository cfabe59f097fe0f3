"""What became of the letters on record: told where their files are gone, put back where a notice must still go out.

What went out is never made again: what lies in its folder must be what the recipient has.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from pik_xl.checks.schreiben import FEHLT, ORDNER_FEHLT, VERZEICHNIS_FEHLT, WIEDER_GESCHRIEBEN
from pik_xl.files.rename import rename
from pik_xl.files.swap import beside, flush, swap_in
from pik_xl.model import Fassung, Schreiben
from pik_xl.schreiben.einwand import Einwand
from pik_xl.schreiben.nachweis import MANIFEST, Manifest, Nachweis, manifest
from pik_xl.workfolder import write

_TAG = re.compile(r"\d{4}-\d\d-\d\d(_\d+)?")
_WIEDER = "wiederhergestellt"  # in the manifest of a folder that was moved away and holds what was written again


@dataclass
class Verbleib:
    """The letters on record in a work folder; `versandt` are those that went out, by their file.

    `zurueckgelegt` are notices put back in this run with the SHA-256 of their files, `gruende` says of others why they
    were not. `bekannt` are letters under the name their application has now. A folder that was moved away as a whole
    comes back as a whole, with a record of its own.
    """

    ordner: Path
    nachweis: Nachweis
    versandt: Collection[str]
    nur_vorschau: bool = False
    zurueckgelegt: dict[str, tuple[Schreiben, dict[str, str]]] = field(default_factory=dict)
    gruende: dict[str, str] = field(default_factory=dict)
    bekannt: dict[str, Schreiben] = field(default_factory=dict)
    _archiviert: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self._archiviert = frozenset(filter(self._moved_away, self.nachweis.ordner))

    def fehlende(self, s: Schreiben) -> list[Path]:
        """The files of a letter that are gone; of one that does not say where it lies, all that it says."""
        if not s.auffindbar:
            return [Path(s.datei)]
        return [path for path in s.pfade(self.ordner) if not path.is_file()]

    def steht(self, s: Schreiben) -> bool:
        """Whether a letter need not be written: it is there, or it went out and is kept elsewhere."""
        return s.datei in self.versandt or not self.fehlende(s)

    def zuruecklegen(self, s: Schreiben, dateien: Mapping[Path, bytes]) -> bool:
        """Put the files of a notice, made once more, where they were, if they are the same; `fertig` records them.

        Whether they lie there then; a preview writes nothing.
        """
        summen = {path: hashlib.sha256(data).hexdigest() for path, data in dateien.items()}
        if grund := self._abweichung(s, summen):
            self.gruende[s.datei] = grund
            return False
        lauf, fehlende = self.ordner / s.ordner, self.fehlende(s)
        try:
            for path in [] if self.nur_vorschau else fehlende:
                if lauf.is_dir():
                    swap_in(path, dateien[path])
                else:
                    write(beside(lauf) / path.relative_to(lauf), dateien[path])
        except OSError as error:
            self.gruende[s.datei] = f"Es ließ sich nicht zurücklegen ({error.strerror})."
            return False
        self.zurueckgelegt[s.datei] = s, {path.relative_to(lauf).as_posix(): summe for path, summe in summen.items()}
        return not self.nur_vorschau

    def _abweichung(self, s: Schreiben, summen: Mapping[Path, str]) -> str:
        """Why it cannot be put back: a file would not have its SHA-256, which of enclosures only a manifest has."""
        if not s.auffindbar:
            return "Wo es lag, steht nicht mehr auf Blatt Bescheide (Spalte „Datei“)."
        if not s.sha256:
            return "Seine Prüfsumme ist nicht bekannt; darum wird es nicht noch einmal geschrieben."
        letter, *others = s.pfade(self.ordner)
        recorded = {letter: s.sha256}
        recorded |= {path: self.nachweis.pruefsumme(path.relative_to(self.ordner).as_posix()) for path in others}
        for path, summe in recorded.items():
            if path.is_file() and summe and hashlib.sha256(path.read_bytes()).hexdigest() != summe:
                return f"{path.name} liegt da, wurde aber von Hand geändert; darum wird nichts daneben gelegt."
        anders = [
            path.name for path, summe in recorded.items() if path not in summen or summe not in ("", summen[path])
        ]
        if not anders:
            return ""
        return (
            f"Antrag, Einstellungen oder Vorlage haben sich seitdem geändert; {anders[0]} entstünde nicht mehr gleich "
            "und wird darum nicht noch einmal geschrieben."
        )

    def fertig(self) -> None:
        """Record what came back into folders that were moved away; such a folder gets its name last."""
        for lauf in sorted({s.ordner for s, _ in self.zurueckgelegt.values()} & self._archiviert):
            there = self.nachweis.manifeste.get(lauf) or Manifest([], {}, {_WIEDER: True})
            those = [(s, summen) for s, summen in self.zurueckgelegt.values() if s.ordner == lauf]
            bekannt = {s.datei for s in there.schreiben}
            letters = [*there.schreiben, *(s for s, _ in those if s.datei not in bekannt)]
            dateien = there.dateien | {name: summe for _, summen in those for name, summe in summen.items()}
            if not self.nur_vorschau:
                text = "".join(manifest({"tag": letters[0].datum, **there.about}, letters, dateien))
                self._name(self.ordner / lauf, text.encode(), dateien)

    def _name(self, lauf: Path, verzeichnis: bytes, dateien: Collection[str]) -> None:
        if lauf.is_dir():
            swap_in(lauf / MANIFEST, verzeichnis)
            return
        work = beside(lauf)
        write(work / MANIFEST, verzeichnis)
        flush(work / name for name in (*dateien, MANIFEST))
        rename(work, lauf)

    def letters(self, reihen: Collection[str], antraege: Collection[str] | None) -> Iterator[Schreiben]:
        """The final notices of these kinds to these applications (None: all), and of other letters the newest that
        went out; one that did not is written anew.
        """
        others = (s for s in self.nachweis.juengste.values() if s.fassung is Fassung.ENDGUELTIG)
        notices = chain.from_iterable(self.nachweis.endgueltige.values())
        for s in chain(notices, (s for s in others if s.datei in self.versandt)):
            if s.reihe in reihen and (antraege is None or s.schluessel in antraege):
                yield self.bekannt.get(s.datei, s)

    def einwaende(self, letters: Iterable[Schreiben]) -> Iterator[Einwand]:
        """What there is to tell of these letters on record."""
        archiviert: Counter[str] = Counter()
        for s in letters:
            if s.datei in self.zurueckgelegt:
                yield Einwand.gegen(s, WIEDER_GESCHRIEBEN, self._wieder(s))
            elif gone := self.fehlende(s):
                if s.datei in self.versandt and s.ordner in self._archiviert:
                    archiviert[s.ordner] += 1
                else:
                    yield Einwand.gegen(s, FEHLT, f"{gone[0].name} fehlt. {self._warum(s)}")
        for lauf, zahl in sorted(archiviert.items()):
            was = "1 versandtes Schreiben" if zahl == 1 else f"{zahl} versandte Schreiben"
            yield Einwand(ORDNER_FEHLT, lauf, f"{was} von dort.")

    def _moved_away(self, lauf: str) -> bool:
        """Whether the folder of a run is gone as a whole, but for what was put back since."""
        there = self.nachweis.manifeste.get(lauf)
        return bool(there.about.get(_WIEDER)) if there else not _files(self.ordner / lauf)

    def _wieder(self, s: Schreiben) -> str:
        wann = "wird er beim Schreiben" if self.nur_vorschau else "wurde er"
        return f"Unter Nr. {s.nummer} und dem {s.datum:%d.%m.%Y} {wann} gleich noch einmal geschrieben."

    def _warum(self, s: Schreiben) -> str:
        if s.datei in self.versandt:
            return "Es ist versandt und wird nicht noch einmal geschrieben."
        return self.gruende.get(s.datei, "Dazu gibt es keinen Antrag mehr, der ebenso entschieden wird.")


def ohne_verzeichnis(ordner: Path, parents: Collection[Path]) -> Iterator[Einwand]:
    """The folders of runs that hold something, and no record of what."""
    for parent in parents:
        for lauf in sorted(parent.iterdir()) if parent.is_dir() else ():
            if _TAG.fullmatch(lauf.name) and not (lauf / MANIFEST).exists() and _files(lauf):
                yield Einwand(VERZEICHNIS_FEHLT, lauf.relative_to(ordner).as_posix())


def _files(lauf: Path) -> bool:
    return lauf.is_dir() and any(path.is_file() for path in lauf.rglob("*"))
