"""What Office files have in common as XML: namespaces, our parser, and text as it may stand there."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

from lxml import etree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

# Our own parts: no entities, and as long as they need to be.
PARSER = etree.XMLParser(resolve_entities=False, huge_tree=True, remove_blank_text=False)

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # no XML can hold these
_INSTEAD = "\ufffd"
_ESCAPES = re.compile(r"(?:_x[0-9A-Fa-f]{4}_)+")
_LIKE_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def decoded(text: str) -> str:
    """The text without Excel's escapes: _x000D_ is a carriage return, _x005F_ an underscore.

    What no XML can hold is replaced, so that nothing read here breaks a file written later.
    """
    return _ESCAPES.sub(_unescape, text) if "_x" in text else text


def _unescape(match: re.Match[str]) -> str:
    units = bytes.fromhex(match[0].replace("_x", "").replace("_", ""))
    return FORBIDDEN.sub(_INSTEAD, units.decode("utf-16-be", "replace"))


def safe_text(text: str) -> str:
    r"""Text without what XML forbids, and without what Excel would take for an escape of its own.

    >>> decoded(safe_text("_x0041_ \x00")) == "_x0041_ \ufffd"
    True
    """
    return _escaped(FORBIDDEN.sub(_INSTEAD, text))


def checked_text(text: str) -> str:
    """The same of what we send out ourselves: ValueError for what XML forbids."""
    if match := FORBIDDEN.search(text):
        raise ValueError(f"„{text!r}“ enthält ein Zeichen, das in keiner Arbeitsmappe stehen kann: {match[0]!r}")
    return _escaped(text)


def _escaped(text: str) -> str:
    return _LIKE_ESCAPE.sub("_x005F_", text) if "_x" in text else text


def xml_text(text: str) -> str:
    """Text as it may stand in the XML of a cell."""
    return escape(safe_text(text))
