"""How far a run is, in words and as a share, and the place where it can be stopped."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from pik_xl.errors import Abgebrochen

_OFTEN = 0.2  # seconds between two reports; telling takes time too
_KNOWN = 2.0  # seconds after which the time left can be guessed

Show = Callable[[str, float], None]
# What a job tells while it runs: the step it is in, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]


def silent(step: str, done: int, total: int) -> None:
    """Progress that nobody looks at."""


class Reporter:
    """The `progress` of a job: shows words and a share from 0 to 1, and raises `Abgebrochen` once it is to stop.

    `show` shows them, `stop_wanted` says whether somebody wants to stop, `clock` gives seconds.
    """

    def __init__(self, show: Show, stop_wanted: Callable[[], bool], clock: Callable[[], float] = perf_counter) -> None:
        self._show, self._stop_wanted, self._clock = show, stop_wanted, clock
        self._step, self._begin, self._shown = "", 0.0, 0.0

    def __call__(self, step: str, done: int, total: int) -> None:
        if self._stop_wanted():
            raise Abgebrochen
        now = self._clock()
        if step != self._step:
            self._step, self._begin, self._shown = step, now, now - _OFTEN
        if now - self._shown < _OFTEN and done < total:
            return
        self._shown = now
        self._show(in_words(step, done, total, now - self._begin), done / total if total else 1.0)


def in_words(step: str, done: int, total: int, seconds: float) -> str:
    """How far a step is after so many seconds.

    >>> in_words("Lesen", 300, 1_200, 4.0)
    'Lesen: 300 von 1.200, noch etwa 12 Sekunden'
    """
    text = f"{step}: {done:,} von {total:,}".replace(",", ".")
    if seconds < _KNOWN or not 0 < done < total:
        return text
    left = seconds / done * (total - done)
    return f"{text}, noch etwa {_duration(left)}"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{max(round(seconds), 1)} Sekunden" if round(seconds) > 1 else "1 Sekunde"
    return f"{round(seconds / 60)} Minuten"
