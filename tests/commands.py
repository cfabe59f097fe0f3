"""What a command gave: exit code, and what it wrote to both streams."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Run(NamedTuple):
    code: int
    out: str
    err: str


Pik = Callable[..., Run]
