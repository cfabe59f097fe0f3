"""What many tests begin with is made once in a process: the same arguments give the same bytes again."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

P = ParamSpec("P")


def once(make: Callable[P, bytes]) -> Callable[P, bytes]:
    """A maker that works once for the same arguments; where a test patches what it makes of, `__wrapped__` is it."""
    made: dict[bytes, bytes] = {}

    @wraps(make)
    def again(*args: P.args, **kwargs: P.kwargs) -> bytes:
        key = pickle.dumps((args, kwargs))
        if key not in made:
            made[key] = make(*args, **kwargs)
        return made[key]

    return again
