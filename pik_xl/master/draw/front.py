"""The parts of a front page that master and Kreisübersicht share: band, tiles with key figures, headings, charts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from xlsxwriter.worksheet import Worksheet

from pik_xl.kinds import Formel, Value
from pik_xl.master.draw.sheet import footer, number, put
from pik_xl.master.sheets.columns import Table
from pik_xl.ooxml.palette import GOLD, GREY, LINE, PALE, PETROL, Formats

# Label, figure with its number format, remark with its own, colour of the stripe.
Tile = tuple[str, Formel, str, str | Formel, str, str]
Word = tuple[str, str, str, str]  # the word, its background and ink, what it means

FONT = {"name": "Calibri", "size": 9, "color": GREY, "bold": False}
_TITLE = {"name": "Calibri", "size": 13, "bold": True, "color": PETROL}


def band(sheet: Worksheet, formats: Formats, title: str, subtitle: str, stand: str | Formel, columns: int) -> None:
    """Title, subtitle and when the figures were made, across the first `columns` columns of the first two rows."""
    sheet.set_row(0, 38)
    sheet.set_row(1, 22)
    sheet.set_row(2, 10)
    for row in (0, 1):
        for index in range(columns):
            put(sheet, row, index, None, formats(bg_color=PETROL))
    big = formats(bg_color=PETROL, font_color="#FFFFFF", font_size=24, bold=True, valign="vcenter")
    put(sheet, 0, 1, title, big)
    put(sheet, 1, 1, subtitle, formats(bg_color=PETROL, font_color="#D5E1EA", font_size=11))
    when = formats(bg_color=PETROL, font_color=GOLD, font_size=11, align="right", indent=1)
    put(sheet, 1, columns - 1, stand, when)


def tiles(sheet: Worksheet, formats: Formats, row: int, shown: Iterable[tuple[int, Tile]], span: int) -> None:
    """Figures side by side at their columns, each with a label above, a remark below and a stripe in its colour."""
    sheet.set_row(row, 20)
    sheet.set_row(row + 1, 32)
    sheet.set_row(row + 2, 20)
    for column, (label, figure, form, remark, remark_form, colour) in shown:
        look = {"bg_color": PALE, "align": "left", "indent": 1}
        cells: tuple[tuple[Value | Formel, dict[str, Any]], ...] = (
            (label, {"top": 5, "top_color": colour, "font_color": GREY}),
            (figure, {"font_size": 18, "bold": True, "font_color": PETROL, "num_format": form}),
            (remark, {"font_size": 9, "font_color": GREY, "num_format": remark_form}),
        )
        for offset, (value, more) in enumerate(cells):
            merged = formats(**look, **more, right=5, right_color="#FFFFFF")
            sheet.merge_range(row + offset, column, row + offset, column + span - 1, "", merged)
            put(sheet, row + offset, column, value, merged)


def heading(sheet: Worksheet, formats: Formats, row: int, column: int, text: str, span: int = 6) -> None:
    """The title of a block, underlined over the width of the block."""
    look = formats(font_size=13, bold=True, font_color=PETROL, bottom=2, bottom_color=GOLD)
    sheet.set_row(row, 24)
    for index in range(column, column + span):
        put(sheet, row, index, text if index == column else None, look)


def how_many(table: Table, name: str, *words: str) -> Formel:
    """How many rows hold one of the words in the column."""
    formel = "+".join(f'COUNTIF({table.spec.ref(name)},"{word}")' for word in words)
    values = (row.get(name) for row in table.rows)
    return Formel(formel, sum((value.wert if isinstance(value, Formel) else value) in words for value in values))


def share(part: Formel, whole: Formel) -> Formel:
    """A count as a share of another; of nothing it is nothing."""
    return Formel(f"{part.formel}/MAX(1,{whole.formel})", number(part) / max(Decimal(1), number(whole)))


def links(sheet: Worksheet, formats: Formats, row: int, column: int, sheets: Mapping[str, str]) -> None:
    """The way to the sheets, one row each: name and what is there."""
    link = formats(font_color="#1D4F82", underline=1)
    for offset, (name, text) in enumerate(sheets.items()):
        sheet.write_url(row + offset, column, f"internal:'{name}'!A1", link, name)
        put(sheet, row + offset, column + 1, text, formats(font_color=GREY))


def legend(sheet: Worksheet, formats: Formats, row: int, column: int, words: Iterable[Word]) -> None:
    """What words and colours mean, one row each."""
    for offset, (word, paper, ink, text) in enumerate(words, row):
        chip = formats(bg_color=paper, font_color=ink, align="center", border=1, border_color="#FFFFFF")
        sheet.merge_range(offset, column, offset, column + 1, word, chip)
        put(sheet, offset, column + 2, text, formats(font_color=GREY, align="left", indent=1))


def dress(chart: Any, title: str) -> None:
    """Title, legend and frame of a chart."""
    chart.set_title({"name": title, "name_font": _TITLE, "overlay": False})
    chart.set_legend({"position": "bottom", "font": FONT})
    chart.set_chartarea({"border": {"color": LINE}, "fill": {"color": "#FFFFFF"}})


def one_page(sheet: Worksheet, last_row: int, columns: int) -> None:
    """Prints the sheet on one A4 page across."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.4, bottom=0.6)
    sheet.fit_to_pages(1, 1)
    sheet.print_area(0, 0, last_row, columns - 1)
    footer(sheet)
