"""What lies in the in-tray -> one byte string per received workbook, from folders, files, ZIPs and e-mails.

Nothing here opens a workbook. A ZIP is unpacked in memory within limits and may hold one more level of
ZIPs; of an e-mail (.eml) the attached workbooks are taken, with the day it was received. Whatever cannot be
taken out is reported as a `Mangel`, and the rest goes on.
"""

from __future__ import annotations

import io
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from email import message_from_bytes, policy
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path, PurePosixPath
from typing import NoReturn

from pik_xl.eingang.sendung import Mangel, Mangelart
from pik_xl.errors import PikError
from pik_xl.model import Place

FILE_BYTES = 10_000_000
ZIP_FILE_BYTES = 100_000_000
MAIL_BYTES = 50_000_000
ZIP_MEMBERS = 2_000
ZIP_TOTAL_BYTES = 500_000_000
ZIP_DEPTH = 2

# What may be an application among the attachments of an e-mail; logos, cards and cover letters are not.
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".xltx", ".ods", ".csv", ".zip")

_UTF8 = 0x800  # the flag of a ZIP member whose name is UTF-8 (APPNOTE.TXT 4.4.4)

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
    """Every file at the path (a file, a ZIP, or a folder with all that is below it), in order of names.

    No two have the same name: a second „Antrag.xlsx“ in one e-mail or ZIP is called „Antrag (2).xlsx“.
    """
    taken: dict[str, int] = {}
    for eingang in _all(path):
        if (datei := _free(eingang.datei, taken)) != eingang.datei:
            mangel = eingang.mangel and replace(eingang.mangel, place=Place(datei))
            eingang = replace(eingang, datei=datei, mangel=mangel)
        yield eingang


def _free(name: str, taken: dict[str, int]) -> str:
    """The name, numbered if need be; `taken` remembers the last number of each."""
    free, path = name, PurePosixPath(name)
    while free in taken:
        taken[name] += 1
        free = str(path.with_name(f"{path.stem} ({taken[name]}){path.suffix}"))
    taken[free] = 1
    return free


def _all(path: Path) -> Iterator[Eingang]:
    if not path.exists():
        raise PikError(f"{path} gibt es nicht. Bitte den Ordner oder die Datei prüfen.")
    if path.is_file():
        yield from _file(path, path.name)
        return
    for file in sorted(_below(path)):
        yield from _file(file, file.relative_to(path).as_posix())


def _below(folder: Path) -> Iterator[Path]:
    """The files in a folder and those below it, without litter; PikError if one of the folders cannot be listed.

    What lies in it would be taken for withdrawn, and releases would end.
    """

    def refuse(error: OSError) -> NoReturn:
        raise PikError(
            f"Der Ordner {error.filename} lässt sich nicht lesen ({error.strerror}); die Anträge darin würden als "
            "zurückgezogen gelten. Bitte Netzlaufwerk und Rechte prüfen und den Lauf wiederholen."
        ) from error

    for here, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(_LITTER)]
        yield from (Path(here, name) for name in names if not name.startswith(_LITTER) and _is_sent(Path(here, name)))


def _is_sent(path: Path) -> bool:
    """Whether it is a file, or says it is one and cannot be looked at; a pipe or a device is none."""
    try:
        return path.is_file() or not path.exists()
    except OSError:
        return True


def _file(path: Path, name: str) -> Iterator[Eingang]:
    try:
        info = path.stat()
        tag = date.fromtimestamp(info.st_mtime)
        limit = {".zip": ZIP_FILE_BYTES, ".eml": MAIL_BYTES}.get(path.suffix.lower(), FILE_BYTES)
        if info.st_size > limit:
            yield _refused(name, tag, Mangelart.ZU_GROSS, f"{info.st_size:,} Bytes".replace(",", "."))
            return
        data = path.read_bytes()
    except OSError as error:
        yield _refused(name, date.min, Mangelart.NICHT_LESBAR, error.strerror or str(error))
        return
    yield from _opened(data, name, tag, ZIP_DEPTH, [ZIP_TOTAL_BYTES])


def _opened(data: bytes, name: str, tag: date, depth: int, budget: list[int]) -> Iterator[Eingang]:
    """The file itself, or what is in it; `depth` counts how often something may still be taken out."""
    take_apart = {".zip": _zip, ".eml": _mail}.get(PurePosixPath(name.lower()).suffix)
    if take_apart is None:
        yield Eingang(name, tag, data)
    elif depth:
        yield from take_apart(data, name, tag, depth - 1, budget)
    else:
        yield _refused(name, tag, Mangelart.ZIP_ZU_TIEF, "zu tief verschachtelt")


def _zip(data: bytes, name: str, tag: date, depth: int, budget: list[int]) -> Iterator[Eingang]:
    """The members of a ZIP; `budget` holds the bytes that may still be unpacked from the file as received."""
    if data.count(b"PK\x01\x02") > 50 * ZIP_MEMBERS:  # before zipfile lists a million; ZIPs inside may count too
        yield _refused(name, tag, Mangelart.ZIP_ZU_GROSS, "sehr viele Dateien")
        return
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        yield _refused(name, tag, Mangelart.ZIP_BESCHAEDIGT, "kein lesbares ZIP-Archiv")
        return
    members = [(inner, m) for m in archive.infolist() if not (inner := _inner_name(m)).endswith("/")]
    if len(members) > ZIP_MEMBERS:
        yield _refused(name, tag, Mangelart.ZIP_ZU_GROSS, f"{len(members)} Dateien")
        return
    for inner, member in sorted(members, key=lambda pair: pair[0]):
        if not any(part.startswith(_LITTER) and part != ".." for part in PurePosixPath(inner).parts):
            yield from _member(archive, member, f"{name}/{inner}", tag, depth, budget)


def _inner_name(member: zipfile.ZipInfo) -> str:
    """The name as the sender saw it: macOS writes UTF-8 without saying so, some programs backslashes."""
    name = member.filename
    if not member.flag_bits & _UTF8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode()
    return name.replace("\\", "/") or "ohne Namen"


def _member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, tag: date, depth: int, budget: list[int]
) -> Iterator[Eingang]:
    if member.flag_bits & 1:
        yield _refused(name, tag, Mangelart.KENNWORT, "verschlüsselte Datei im ZIP-Archiv")
        return
    nested = name.lower().endswith((".zip", ".eml"))
    limit = min(ZIP_FILE_BYTES if nested else FILE_BYTES, budget[0])
    try:
        with archive.open(member) as stream:
            data = stream.read(limit + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError):
        yield _refused(name, tag, Mangelart.ZIP_BESCHAEDIGT, "beschädigte Datei im ZIP-Archiv")
        return
    budget[0] -= len(data)
    if len(data) > limit:
        yield _refused(
            name,
            tag,
            Mangelart.ZIP_ZU_GROSS if nested else Mangelart.ZU_GROSS,
            f"mehr als {limit:,} Bytes".replace(",", "."),
        )
    else:
        yield from _opened(data, name, tag, depth, budget)


def _mail(data: bytes, name: str, tag: date, depth: int, budget: list[int]) -> Iterator[Eingang]:
    """The workbooks attached to an e-mail, also to one it forwards, with the day it was received."""
    try:
        message = message_from_bytes(data, policy=policy.default)
        tag, subject = _received(message) or tag, str(message.get("Subject", ""))
        attached = [
            (str(part.get_filename()), part.get_payload(decode=True))
            for part in message.walk()
            if (part.get_filename() or "").lower().endswith(_WORKBOOKS)
        ]
    except Exception as error:  # the standard library fails in many ways at headers that break the rules
        yield _refused(name, tag, Mangelart.MAIL_UNLESBAR, type(error).__name__)
        return
    if not attached:
        yield _refused(name, tag, Mangelart.MAIL_OHNE_ANLAGE, f"Betreff „{subject}“")
    for filename, content in attached:
        inner = f"{name}/{PurePosixPath(filename.replace(chr(92), '/')).name}"
        if not isinstance(content, bytes):
            yield _refused(inner, tag, Mangelart.MAIL_UNLESBAR, "Anlage nicht lesbar")
        elif len(content) > FILE_BYTES:
            yield _refused(inner, tag, Mangelart.ZU_GROSS, f"{len(content):,} Bytes".replace(",", "."))
        else:
            yield from _opened(content, inner, tag, depth, budget)


def _received(message: Message) -> date | None:
    """The day the last server on the way received the message, else the day it was sent."""
    for header in (*message.get_all("Received", ()), *message.get_all("Date", ())):
        try:
            return parsedate_to_datetime(str(header).rpartition(";")[2].strip()).date()
        except (ValueError, TypeError):
            continue
    return None


def _refused(name: str, tag: date, art: Mangelart, gefunden: str) -> Eingang:
    return Eingang(name, tag, mangel=Mangel(art, Place(name), gefunden))
