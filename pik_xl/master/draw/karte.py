"""Draws the map of the Kreise on `Start`: a tile for each, coloured by the state it has on the sheet Kreise.

The colours are conditional formats that look the state up by the name on the tile, through the names Kreis_Kuerzel
and Kreis_Stand: they follow while staff release applications. The sheet Kreise always has the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xlsxwriter.utility import xl_range, xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from pik_xl.kinds import Formel
from pik_xl.master.draw.sheet import ZUSTAENDE, header_row, last_row, number, put
from pik_xl.master.sheets.columns import Table
from pik_xl.master.sheets.kreise import KARTE_SPALTEN, KARTE_ZEILEN, KUERZEL, karte
from pik_xl.model import Kreisstand
from pik_xl.ooxml.palette import Formats

LEGENDE = {
    Kreisstand.AUSSTEHEND: "noch kein Antrag; Zahl: erwartete Antragsteller",
    Kreisstand.TEILWEISE: "Zahl: Antragsteller, deren Antrag fehlt",
    Kreisstand.RUECKFRAGE: "alle da; Zahl: Anträge in Rückfrage",
    Kreisstand.ENTSCHIEDEN: "alle geprüft; Zahl: Anträge ohne Freigabe",
    Kreisstand.FREIGEGEBEN: "alle Anträge sind freigegeben",
    Kreisstand.OHNE: "weder bewilligte Stellen noch Anträge",
}


def draw_karte(workbook: Workbook, sheet: Worksheet, formats: Formats, top: int, left: int, kreise: Table) -> None:
    """The tiles from this row and column (from 0) on, two rows each; sets the two names they look up."""
    _define_names(workbook, kreise)
    rows = {row["ags"]: number for number, row in enumerate(kreise.rows, header_row(kreise) + 2)}
    edge = {"align": "center", "left": 5, "right": 5, "left_color": "#FFFFFF", "right_color": "#FFFFFF"}
    upper = formats(**edge, bold=True, top=5, top_color="#FFFFFF", valign="bottom")
    lower = formats(**edge, font_size=9, num_format="0;;", bottom=5, bottom_color="#FFFFFF", valign="top")
    for (row, column, ags), formel in zip(karte(), karte_formeln(kreise, top, left), strict=True):
        cell = top + 2 * row, left + column
        sheet.write_url(*cell, f"internal:Kreise!A{rows[ags]}", upper, KUERZEL[ags], _name(kreise, ags))
        put(sheet, cell[0] + 1, cell[1], formel, lower)
    _colours(sheet, formats, top, left)


def karte_formeln(kreise: Table, top: int, left: int) -> Iterator[Formel]:
    """What is open in each Kreis of the map, in the order of its tiles."""
    spec, offen = kreise.spec, {row["ags"]: number(row["offen"]) for row in kreise.rows}
    for row, column, ags in karte():
        tile = xl_rowcol_to_cell(top + 2 * row, left + column)
        yield Formel(f'IFERROR(INDEX({spec.ref("offen")},MATCH({tile},{spec.ref("kuerzel")},0)),"")', offen[ags])


def _name(kreise: Table, ags: str) -> str:
    return next(str(row["kreis"]) for row in kreise.rows if row["ags"] == ags)


def _define_names(workbook: Workbook, kreise: Table) -> None:
    for name, column in {"Kreis_Kuerzel": "kuerzel", "Kreis_Stand": "stand"}.items():
        index = kreise.spec.at(column)
        cells = xl_range(header_row(kreise) + 1, index, last_row(kreise), index)
        first, last = (f"${cell.rstrip('0123456789')}${cell.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}"
                       for cell in cells.split(":"))  # fmt: skip
        workbook.define_name(name, f"={kreise.spec.sheet}!{first}:{last}")


def _colours(sheet: Worksheet, formats: Formats, top: int, left: int) -> None:
    """One rule per state for the names on the tiles, one for the numbers below them."""
    looks: Mapping[Kreisstand, dict[str, str]] = {
        stand: {"bg_color": ZUSTAENDE[stand][0], "font_color": ZUSTAENDE[stand][1]} for stand in Kreisstand
    }
    tile = xl_rowcol_to_cell(top, left)
    for offset in (0, 1):
        lines = [
            xl_range(row := top + 2 * n + offset, left, row, left + KARTE_SPALTEN - 1) for n in range(KARTE_ZEILEN)
        ]
        for stand, look in looks.items():
            criteria = f'=INDEX(Kreis_Stand,MATCH({tile},Kreis_Kuerzel,0))="{stand}"'
            sheet.conditional_format(top + offset, left, top + offset, left + KARTE_SPALTEN - 1, {
                "type": "formula", "criteria": criteria, "format": formats.bare(**look),
                "multi_range": " ".join(lines), "stop_if_true": True,
            })  # fmt: skip
