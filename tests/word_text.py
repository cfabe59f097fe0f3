"""What a person reads in a Word file: the text of its paragraphs, part by part."""

from __future__ import annotations

import io
import zipfile

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def xml(data: bytes, name: str = "word/document.xml") -> str:
    """A part of the package as it stands there."""
    return zipfile.ZipFile(io.BytesIO(data)).read(name).decode()


def lines(data: bytes, part: str = "word/document.xml") -> list[str]:
    """The text of every paragraph that has any."""
    marks = {W + "tab": "\t", W + "br": "\n"}
    root = etree.fromstring(xml(data, part).encode())
    texts = []
    for paragraph in root.iter(W + "p"):
        nodes = [n for run in paragraph.iter(W + "r") for n in run if n.tag in (W + "t", *marks)]
        texts.append("".join(marks.get(str(n.tag), n.text or "") for n in nodes))
    return [text for text in texts if text.strip()]


def text(data: bytes) -> str:
    """The whole text of the body, a line per paragraph."""
    return "\n".join(lines(data))
