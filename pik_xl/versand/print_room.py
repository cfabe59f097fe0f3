"""The print room: Word files become PDF files, in batches, each of them checked.

Which program does it is no matter here: Word where it is installed, else LibreOffice. Neither is believed: a file
counts when its PDF is there, whole, and has pages. What is missing is tried once more by itself.
"""

from __future__ import annotations

import math
import shutil
import tempfile
import zipfile
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from pik_xl.errors import PikError
from pik_xl.files.rename import rename
from pik_xl.files.swap import beside
from pik_xl.progress import Progress
from pik_xl.versand.libreoffice import LibreOffice
from pik_xl.versand.pdf import pdf_fault
from pik_xl.versand.word import Word
from pik_xl.windows import this_registry

_JE_STAPEL = 100  # LibreOffice silently leaves out files of batches of some hundreds
_PROBE = 3  # files tried by themselves before it is said that nothing works at all


class Drucker(Protocol):
    """A program that makes PDF files; it works on so many batches at once."""

    @property
    def zugleich(self) -> int: ...

    def umwandeln(self, stapel: Sequence[Sequence[Path]], *, pdfa: bool) -> Generator[Sequence[Path], None, None]:
        """A PDF beside every file, as far as it goes; yields each batch that is done, and now and then nothing."""


def dieser_drucker() -> Drucker:
    """Word if this machine has it, else LibreOffice; PikError if it has neither."""
    found = Word.finden(this_registry()) or LibreOffice.finden()
    if found is None:
        raise PikError(
            "Auf diesem Rechner ist weder Word noch LibreOffice zu finden; eines davon macht die PDF-Dateien. "
            "Bitte LibreOffice installieren (https://de.libreoffice.org) und es noch einmal versuchen."
        )
    return found


def pdfs(
    ziele: Mapping[Path, Path], progress: Progress, *, pdfa: bool = False, drucker: Drucker | None = None
) -> dict[Path, str]:
    """Make of each Word file (key) a PDF (value); returns what failed, each with its reason in German.

    `ziele` holds only what is needed: a PDF that is there is replaced. It appears under its name when it is whole, and
    what is done stays when `progress` stops the run. `pdfa` asks for PDF/A, of LibreOffice for 2b. PikError if there is
    no program for it, or if it makes nothing of anything.
    """
    if not ziele:
        return {}
    with tempfile.TemporaryDirectory(prefix="pik-xl-", ignore_cleanup_errors=True) as name:
        lauf = _Lauf(ziele, progress, drucker or dieser_drucker(), pdfa, Path(name))
        lauf.runde(lauf.offen, _JE_STAPEL)
        probe = list(lauf.offen)[:_PROBE]
        lauf.runde(probe, 1)
        if len(lauf.offen) == len(ziele) > _PROBE:
            raise PikError(
                "Es ist kein einziges PDF entstanden. Bitte prüfen, ob sich eines der Schreiben von Hand als PDF "
                f"speichern lässt. Zuletzt gemeldet: {lauf.offen[probe[0]]}"
            )
        lauf.runde([quelle for quelle in lauf.offen if quelle not in probe], 1)
    return lauf.offen


@dataclass
class _Lauf:
    """One run; `offen` has what is not done yet, with the reason where it has failed."""

    ziele: Mapping[Path, Path]
    progress: Progress
    drucker: Drucker
    pdfa: bool
    ordner: Path
    offen: dict[Path, str] = field(init=False)

    def __post_init__(self) -> None:
        self.offen = dict.fromkeys(self.ziele, "")

    def runde(self, quellen: Iterable[Path], hoechstens: int) -> None:
        """Convert copies of these files, at most so many a batch, and put what is whole in its place."""
        kopien = dict(self._kopien(list(quellen), hoechstens))
        if not kopien:
            return
        stapel: dict[Path, list[Path]] = {}
        for kopie in kopien:
            stapel.setdefault(kopie.parent, []).append(kopie)
        with closing(self.drucker.umwandeln(list(stapel.values()), pdfa=self.pdfa)) as lauf:
            for fertig in lauf:
                for kopie in fertig:
                    self._ablegen(kopie.with_suffix(".pdf"), kopien[kopie])
                entstanden = sum(1 for _ in self.ordner.glob("*/*.pdf"))
                self.progress("PDF", len(self.ziele) - len(self.offen) + entstanden, len(self.ziele))

    def _kopien(self, quellen: list[Path], hoechstens: int) -> Iterable[tuple[Path, Path]]:
        """A copy of each file, which keeps its name: two of the same name never lie in one folder."""
        je_stapel = min(hoechstens, math.ceil(len(quellen) / self.drucker.zugleich))
        belegt: dict[Path, set[str]] = {}
        for quelle in quellen:
            name = quelle.stem.casefold()
            ordner = next((o for o, namen in belegt.items() if len(namen) < je_stapel and name not in namen), None)
            ordner = ordner or Path(tempfile.mkdtemp(dir=self.ordner))
            try:
                shutil.copyfile(quelle, ordner / quelle.name)
            except OSError as error:
                self.offen[quelle] = f"Die Datei lässt sich nicht lesen ({error.strerror})."
                continue
            if not zipfile.is_zipfile(ordner / quelle.name):  # LibreOffice makes an empty page of an empty file
                self.offen[quelle] = "Das ist keine Word-Datei, oder sie ist beschädigt."
                continue
            belegt.setdefault(ordner, set()).add(name)
            yield ordner / quelle.name, quelle

    def _ablegen(self, pdf: Path, quelle: Path) -> None:
        """Put a PDF in its place if it is whole; it may have to go to another drive, so it is copied, then renamed."""
        ziel = self.ziele[quelle]
        neu = beside(ziel)
        if not pdf.exists():
            self.offen[quelle] = "Daraus wurde kein PDF. Bitte in Word öffnen und dort als PDF speichern."
            return
        try:
            if fault := pdf_fault(pdf.read_bytes(), pdfa=self.pdfa):
                self.offen[quelle] = fault
                return
            ziel.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(pdf, neu)
            rename(neu, ziel)
            del self.offen[quelle]
        except OSError as error:
            neu.unlink(missing_ok=True)
            self.offen[quelle] = f"{ziel.name} lässt sich nicht schreiben ({error.strerror}). Ist die Datei geöffnet?"
        finally:
            pdf.unlink(missing_ok=True)
