"""An Office package of ours of which a few parts change from file to file: letters, pre-filled forms.

The parts that stay are deflated once and copied into every file; `zipfile` would deflate them again each
time. Same parts, same bytes: the members keep their order and are all dated 1980-01-01.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

# Fields of a ZIP file (APPNOTE.TXT 4.3.7, 4.3.12, 4.3.16): version 2.0, method deflate, 1980-01-01 00:00.
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_VERSION, _UTF8, _DEFLATED, _TIME, _DAY = 20, 0x800, 8, 0, 33


class _Member(NamedTuple):
    """A deflated part: CRC and size are those of the inflated bytes."""

    packed: bytes
    crc: int
    size: int

    @classmethod
    def of(cls, data: bytes) -> _Member:
        deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
        return cls(deflate.compress(data) + deflate.flush(), zlib.crc32(data), len(data))


@dataclass(frozen=True, slots=True)
class Package:
    """A package to be written many times; `parts` holds, by name, the bytes of those parts that may change."""

    parts: Mapping[str, bytes]
    _members: Mapping[str, _Member]

    @classmethod
    def compile(cls, data: bytes, changes: Callable[[str], bool]) -> Package:
        """Take a package apart; `changes` says of a part's name whether it may differ from file to file."""
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        members = {name: _Member.of(part) for name, part in parts.items()}
        return cls({name: part for name, part in parts.items() if changes(name)}, members)

    def build(self, changed: Mapping[str, bytes]) -> bytes:
        """The package with these parts in place of the former ones; KeyError for a part that may not change."""
        if strange := changed.keys() - self.parts.keys():
            raise KeyError(*sorted(strange))
        local, central, offset = [], [], 0
        for name, kept in self._members.items():
            member = _Member.of(changed[name]) if name in changed else kept
            raw = name.encode()
            sizes = (member.crc, len(member.packed), member.size)
            common = (_VERSION, 0 if raw.isascii() else _UTF8, _DEFLATED, _TIME, _DAY, *sizes, len(raw), 0)
            local += [_LOCAL.pack(b"PK\3\4", *common), raw, member.packed]
            central += [_CENTRAL.pack(b"PK\1\2", _VERSION, *common, 0, 0, 0, 0, offset), raw]
            offset += _LOCAL.size + len(raw) + len(member.packed)
        count, length = len(self._members), sum(map(len, central))
        end = _END.pack(b"PK\5\6", 0, 0, count, count, length, offset, 0)
        return b"".join((*local, *central, end))
