"""What lies in the in-tray -> one byte string per received workbook, from folders, files and ZIPs.

Nothing here opens a workbook. A ZIP is unpacked in memory within limits and may hold one more level of
ZIPs; whatever cannot be taken out is reported as a `Mangel`, and the rest goes on.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from pik_xl.errors import PikError
from pik_xl.model import Mangel, Place

FILE_BYTES = 10_000_000
ZIP_FILE_BYTES = 100_000_000
ZIP_MEMBERS = 2_000
ZIP_TOTAL_BYTES = 500_000_000
ZIP_DEPTH = 2

# Lock files of Office and what file managers leave behind: nobody sent these.
_LITTER = ("~$", ".", "__MACOSX", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class Eingang:
    """One received file: its name below the in-tray, the day it came, and its bytes or why there are none."""

    datei: str
    tag: date
    data: bytes = b""
    mangel: Mangel | None = None


def receive(path: Path) -> Iterator[Eingang]:
    """Every file at the path (a file, a ZIP, or a folder with all that is below it), in order of names."""
    if not path.exists():
        raise PikError(f"{path} gibt es nicht. Bitte den Ordner oder die Datei prüfen.")
    if path.is_file():
        yield from _file(path, path.name)
        return
    for file in sorted(p for p in path.rglob("*") if p.is_file()):
        name = file.relative_to(path)
        if not any(part.startswith(_LITTER) for part in name.parts):
            yield from _file(file, name.as_posix())


def _file(path: Path, name: str) -> Iterator[Eingang]:
    try:
        info = path.stat()
        tag = date.fromtimestamp(info.st_mtime)
        limit = ZIP_FILE_BYTES if path.suffix.lower() == ".zip" else FILE_BYTES
        if info.st_size > limit:
            yield _refused(name, tag, "zu_gross", f"{info.st_size:,} Bytes".replace(",", "."))
            return
        data = path.read_bytes()
    except OSError as error:
        yield _refused(name, date.min, "nicht_lesbar", error.strerror or str(error))
        return
    if path.suffix.lower() == ".zip":
        yield from _zip(data, name, tag, ZIP_DEPTH, [ZIP_TOTAL_BYTES])
    else:
        yield Eingang(name, tag, data)


def _zip(data: bytes, name: str, tag: date, depth: int, budget: list[int]) -> Iterator[Eingang]:
    """The members of a ZIP; `budget` holds the bytes that may still be unpacked from the file as received."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = [m for m in archive.infolist() if not m.is_dir()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        yield _refused(name, tag, "zip_beschaedigt", "kein lesbares ZIP-Archiv")
        return
    if len(members) > ZIP_MEMBERS:
        yield _refused(name, tag, "zip_zu_gross", f"{len(members)} Dateien")
        return
    for member in sorted(members, key=lambda m: m.filename):
        parts = PurePosixPath(member.filename.replace("\\", "/")).parts
        if not any(part.startswith(_LITTER) and part != ".." for part in parts):
            yield from _member(archive, member, f"{name}/{member.filename}", tag, depth, budget)


def _member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, tag: date, depth: int, budget: list[int]
) -> Iterator[Eingang]:
    if member.flag_bits & 1:
        yield _refused(name, tag, "kennwort", "verschlüsselte Datei im ZIP-Archiv")
        return
    nested = name.lower().endswith(".zip")
    limit = min(ZIP_FILE_BYTES if nested else FILE_BYTES, budget[0])
    try:
        with archive.open(member) as stream:
            data = stream.read(limit + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError):
        yield _refused(name, tag, "zip_beschaedigt", "beschädigte Datei im ZIP-Archiv")
        return
    budget[0] -= len(data)
    if len(data) > limit:
        yield _refused(
            name, tag, "zip_zu_gross" if nested else "zu_gross", f"mehr als {limit:,} Bytes".replace(",", ".")
        )
    elif not nested:
        yield Eingang(name, tag, data)
    elif depth > 1:
        yield from _zip(data, name, tag, depth - 1, budget)
    else:
        yield _refused(name, tag, "zip_zu_tief", "ZIP im ZIP im ZIP")


def _refused(name: str, tag: date, art: str, gefunden: str) -> Eingang:
    return Eingang(name, tag, mangel=Mangel(art, Place(name), gefunden))
