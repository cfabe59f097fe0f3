"""Words of Basic, for what LibreOffice is told to do."""

from __future__ import annotations


def quoted(text: object) -> str:
    """A string of Basic."""
    return '"' + str(text).replace('"', '""') + '"'
