"""PDF files: whether one is whole, and one file of many for the printer."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject

from pik_xl.errors import PikError
from pik_xl.files.rename import rename
from pik_xl.files.swap import beside


def pdf_fault(data: bytes, *, pdfa: bool = False) -> str:
    """What is wrong with the bytes of a PDF, in German; empty if it is whole, and PDF/A where that is wanted."""
    if not data.startswith(b"%PDF") or b"%%EOF" not in data[-1024:] or not _seiten(data):
        return "Das PDF ist unvollständig."
    if pdfa and b"pdfaid:part" not in data:
        return "Das PDF ist kein PDF/A. Dazu braucht es Word oder LibreOffice ab Version 7.4."
    return ""


def _seiten(data: bytes) -> int:
    """The number of pages; 0 if it cannot be read."""
    try:
        return len(PdfReader(BytesIO(data)).pages)
    except Exception:  # a broken PDF breaks pypdf in many ways
        return 0


def druckdatei(pdfs: Sequence[Path], ziel: Path, *, doppelseitig: bool = True) -> int:
    """One PDF of many in this order, with a bookmark for each by its file name; returns the number of pages.

    `doppelseitig`: each begins on a front side, after an empty page where it must, and the printer is told to use both
    sides. The file appears under its name when it is whole. All of it stands in memory meanwhile: some 400 kB a letter.
    PikError if one of the files cannot be read.
    """
    writer = PdfWriter()
    for path in pdfs:
        try:
            writer.append(path, outline_item=path.stem, import_outline=False)
        except Exception as error:  # as above
            raise PikError(
                f"{path.name} lässt sich nicht lesen. Bitte diese Datei löschen und die PDF-Dateien neu erstellen."
            ) from error
        if doppelseitig and len(writer.pages) % 2:
            writer.add_blank_page()
    writer.root_object[NameObject("/PageMode")] = NameObject("/UseOutlines")  # shows the bookmarks
    if doppelseitig:
        writer.create_viewer_preferences()[NameObject("/Duplex")] = NameObject("/DuplexFlipLongEdge")
    writer.compress_identical_objects()  # logo, fonts: once instead of once a letter
    ziel.parent.mkdir(parents=True, exist_ok=True)
    neu = beside(ziel)
    writer.write(neu)
    seiten = len(writer.pages)
    rename(neu, ziel)
    return seiten
