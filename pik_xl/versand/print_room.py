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

_PER_BATCH = 100  # LibreOffice silently leaves out files of batches of some hundreds
_TRIED = 3  # files tried by themselves before it is said that nothing works at all


class Printer(Protocol):
    """A program that makes PDF files; it works on so many batches at once."""

    @property
    def at_once(self) -> int: ...

    def convert(self, batches: Sequence[Sequence[Path]], *, pdfa: bool) -> Generator[Sequence[Path], None, None]:
        """A PDF beside every file, as far as it goes; yields each batch that is done, and now and then nothing."""


def this_printer() -> Printer:
    """Word if this machine has it, else LibreOffice; PikError if it has neither."""
    found = Word.find(this_registry()) or LibreOffice.find()
    if found is None:
        raise PikError(
            "Auf diesem Rechner ist weder Word noch LibreOffice zu finden; eines davon macht die PDF-Dateien. "
            "Bitte LibreOffice installieren (https://de.libreoffice.org) und es noch einmal versuchen."
        )
    return found


def pdfs(
    ziele: Mapping[Path, Path], progress: Progress, *, pdfa: bool = False, printer: Printer | None = None
) -> dict[Path, str]:
    """Make of each Word file (key) a PDF (value); returns what failed, each with its reason in German.

    `ziele` holds only what is needed: a PDF that is there is replaced. It appears under its name when it is whole, and
    what is done stays when `progress` stops the run. `pdfa` asks for PDF/A, of LibreOffice for 2b. PikError if there is
    no program for it, or if it makes nothing of anything.
    """
    if not ziele:
        return {}
    with tempfile.TemporaryDirectory(prefix="pik-xl-", ignore_cleanup_errors=True) as name:
        run = _Run(ziele, progress, printer or this_printer(), pdfa, Path(name))
        run.turn(run.offen, _PER_BATCH)
        tried = list(run.offen)[:_TRIED]
        run.turn(tried, 1)
        if len(run.offen) == len(ziele) > _TRIED:
            raise PikError(
                "Es ist kein einziges PDF entstanden. Bitte prüfen, ob sich eines der Schreiben von Hand als PDF "
                f"speichern lässt. Zuletzt gemeldet: {run.offen[tried[0]]}"
            )
        run.turn([quelle for quelle in run.offen if quelle not in tried], 1)
    return run.offen


@dataclass
class _Run:
    """One run; `offen` has what is not done yet, with the reason where it has failed."""

    ziele: Mapping[Path, Path]
    progress: Progress
    printer: Printer
    pdfa: bool
    ordner: Path
    offen: dict[Path, str] = field(init=False)

    def __post_init__(self) -> None:
        self.offen = dict.fromkeys(self.ziele, "")

    def turn(self, quellen: Iterable[Path], most: int) -> None:
        """Convert copies of these files, at most so many a batch, and put what is whole in its place."""
        copies = dict(self._copies(list(quellen), most))
        if not copies:
            return
        batches: dict[Path, list[Path]] = {}
        for copy in copies:
            batches.setdefault(copy.parent, []).append(copy)
        with closing(self.printer.convert(list(batches.values()), pdfa=self.pdfa)) as run:
            for made in run:
                for copy in made:
                    self._put(copy.with_suffix(".pdf"), copies[copy])
                entstanden = sum(1 for _ in self.ordner.glob("*/*.pdf"))
                self.progress("PDF", len(self.ziele) - len(self.offen) + entstanden, len(self.ziele))

    def _copies(self, quellen: list[Path], most: int) -> Iterable[tuple[Path, Path]]:
        """A copy of each file, which keeps its name: two of the same name never lie in one folder."""
        per_batch = min(most, math.ceil(len(quellen) / self.printer.at_once))
        taken: dict[Path, set[str]] = {}
        for quelle in quellen:
            name = quelle.stem.casefold()
            ordner = next((o for o, namen in taken.items() if len(namen) < per_batch and name not in namen), None)
            ordner = ordner or Path(tempfile.mkdtemp(dir=self.ordner))
            try:
                shutil.copyfile(quelle, ordner / quelle.name)
            except OSError as error:
                self.offen[quelle] = f"Die Datei lässt sich nicht lesen ({error.strerror})."
                continue
            if not zipfile.is_zipfile(ordner / quelle.name):  # LibreOffice makes an empty page of an empty file
                self.offen[quelle] = "Das ist keine Word-Datei, oder sie ist beschädigt."
                continue
            taken.setdefault(ordner, set()).add(name)
            yield ordner / quelle.name, quelle

    def _put(self, pdf: Path, quelle: Path) -> None:
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
