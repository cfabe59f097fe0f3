"""The outside programs that judge our files, and words of Basic for what LibreOffice is told to do."""

from __future__ import annotations

import shutil


def quoted(text: object) -> str:
    """A string of Basic."""
    return '"' + str(text).replace('"', '""') + '"'


SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")


VALIDATOR = shutil.which("ooxml-validator")
