"""Small Word files for the print room, and where their PDFs go."""

from __future__ import annotations

from pathlib import Path

from docx import Document


def brief(path: Path, *seiten: str) -> Path:
    """A Word file with these pages."""
    path.parent.mkdir(parents=True, exist_ok=True)
    document = Document()
    for number, text in enumerate(seiten):
        if number:
            document.add_page_break()
        document.add_paragraph(text)
    document.save(str(path))
    return path


def daneben(*quellen: Path) -> dict[Path, Path]:
    return {quelle: quelle.with_suffix(".pdf") for quelle in quellen}


def files(folder: Path) -> set[str]:
    """Every file below a folder, hidden ones too."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
