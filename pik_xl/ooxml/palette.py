"""The colours and the font of every workbook that is drawn: form, master and Kreisübersicht."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

PETROL, GOLD, INK, GREY, LINE, PALE = "#17405B", "#F2B632", "#1F2933", "#66727F", "#DDE3E8", "#F4F6F8"
ORANGE = "#F5A94A"
STAFF_HEAD, STAFF_CELL = "#FBE3A6", "#FFFBEF"
GREEN, AMBER, RED, BLUE, DULL, DEEP, BARE = (
    ("#DCF1E3", "#17663A"), ("#FDEBC8", "#8A5200"), ("#FADBD8", "#9B1C1C"), ("#DCEAF7", "#1D4F82"),
    ("#ECEEF1", "#5F6B76"), ("#1F7A4D", "#FFFFFF"), ("#FFFFFF", "#9AA5B1"),
)  # fmt: skip


class Formats:
    """The workbook's formats, each made once."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def __call__(self, **properties: Any) -> Format:
        """The format with these XlsxWriter properties, on top of the master's font."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            font = {"font_name": "Calibri", "font_size": 10, "font_color": INK, "valign": "vcenter"}
            self._made[key] = self._workbook.add_format(font | properties)
        return self._made[key]

    def bare(self, **properties: Any) -> Format:
        """A format that holds only these properties, for conditional colours."""
        key = ("bare", ""), *sorted(properties.items())
        return self._made.setdefault(key, self._workbook.add_format(properties))
