"""Where the rows below a table's header go: what a row, a range or a note of them is called afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from pik_xl.ooxml.address import MAX_ROW, address, parse_address


@dataclass(frozen=True, slots=True)
class Area:
    """The rows below a table's header before and after, and where each one went; rows and columns from 1.

    `table_last` is the last data row the table had, `old_last` the last one with anything in it (people also type
    below), `total` says that a row of totals follows the data.
    """

    header: int
    table_last: int
    old_last: int
    sources: Sequence[int | None]
    total: bool = False
    _moved: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for target, source in enumerate(self.sources, self.header + 1):
            if source is not None:
                self._moved[source] = target

    @property
    def new_last(self) -> int:
        """The last data row; a table has one even when it is empty."""
        return self.header + max(len(self.sources), 1)

    def row(self, old: int) -> int | None:
        """Where a row is now; None if it is gone."""
        if old <= self.header:
            return old
        if old > self.old_last:  # as in Excel, where rows come in and go out; past the end of the sheet there is none
            below = old + self.new_last - self.old_last
            return below if below <= MAX_ROW else None
        return self._moved.get(old)

    def ranges(self, text: str) -> str:
        """Ranges (A6:A20 C3) after the move; empty if all their cells are gone."""
        moved = (self._range(part) for part in text.split())
        return " ".join(part for parts in moved for part in parts)

    def _range(self, text: str) -> Iterator[str]:
        first, _, last = text.replace("$", "").partition(":")
        try:
            (top, left), (bottom, right) = parse_address(first), parse_address(last or first)
        except ValueError:  # whole columns or rows
            yield text
            return
        if bottom >= MAX_ROW or bottom <= self.header:
            yield text
        elif top <= self.header + 1 and bottom >= self.table_last:
            end = self.new_last if bottom <= self.old_last else self.row(bottom) or self.new_last
            yield span(top, left, max(end, self.new_last), right)
        else:
            rows = sorted(filter(None, (self.row(r) for r in range(top, bottom + 1))))
            for _, run in groupby(enumerate(rows), lambda pair: pair[1] - pair[0]):
                numbers = [row for _, row in run]
                yield span(numbers[0], left, numbers[-1], right)


def span(top: int, left: int, bottom: int, right: int) -> str:
    """The name of a range, of a cell where it is only one; rows and columns from 1."""
    first, last = address(top, left), address(bottom, right)
    return first if first == last else f"{first}:{last}"
