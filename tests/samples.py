"""Which cases of a slow test run in `make test`, and which only in `make test-exhaustive`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import pytest


def sampled(cases: Iterable[Any], quick: Collection[int] = (0, 1)) -> list[Any]:
    """All cases for `parametrize`, a tuple being several arguments; those that are not `quick`, by place, marked.

    >>> [bool(case.marks) for case in sampled("abc", quick=[1])]
    [True, False, True]
    """
    params = [case if isinstance(case, tuple) else (case,) for case in cases]
    return [
        pytest.param(*values, marks=() if place in quick else pytest.mark.exhaustive)
        for place, values in enumerate(params)
    ]
