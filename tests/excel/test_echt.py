"""The master in a real Excel: opens without repair, a macro reaches Python, a run keeps what people typed.

Skipped wherever there is no Excel, which is where this was written: it has not run yet (see the workflow "Excel").
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import pik_xl
from pik_xl.demo.folder import invented_folder
from pik_xl.excel import app as excel
from pik_xl.excel.book import LiveBook
from pik_xl.master.read.table import open_master, read_rows
from pik_xl.master.sheets.specs import ANTRAEGE, BEFUNDE
from pik_xl.workfolder import Workfolder

pytestmark = pytest.mark.skipif(sys.platform != "win32", reason="braucht Windows und Excel")


@pytest.fixture
def folder(tmp_path: Path) -> Workfolder:
    return invented_folder(tmp_path / "PiK", 40, 7)


@pytest.fixture
def mappe(folder: Workfolder) -> Iterator[Any]:
    """The master open in an Excel of its own."""
    import xlwings as xw

    try:
        app = xw.App(visible=True, add_book=False)
    except Exception as error:
        pytest.skip(f"Excel startet nicht: {error}")
    app.display_alerts = False
    try:
        yield app.books.open(str(folder.master))
    finally:
        app.kill()


def test_excel_reads_what_we_read_and_a_run_in_it_equals_one_on_the_closed_file(
    folder: Workfolder, mappe: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(excel.Excel, "_say", lambda self, text, art="info": said.append(text))
    monkeypatch.setattr(excel, "show_file", lambda path: None)
    excel.Excel(mappe).press("konsolidieren")
    assert "neu" in said[-1]
    live = LiveBook(mappe).read().book
    sheet = mappe.sheets["Anträge"].api.ListObjects("tbl_antraege")
    sheet.ListColumns("Bemerkung").DataBodyRange.Cells(1, 1).Value2 = "=1+1 bleibt Text"
    excel.Excel(mappe).press("konsolidieren")
    assert "nichts Neues" in said[-1]
    mappe.save()
    mappe.close()
    saved = open_master(folder.master.read_bytes())
    rows = read_rows(saved, ANTRAEGE)
    assert [row["schluessel"] for row in rows] == [row["schluessel"] for row in read_rows(live, ANTRAEGE)]
    assert rows[0]["bemerkung"] == "=1+1 bleibt Text" and all(str(row["ags"])[0] == "0" for row in rows if "ags" in row)
    faults = [cell.text for each in saved.sheets.values() for cell in each.cells.values() if cell.kind == "fehler"]
    assert faults == [] and read_rows(saved, BEFUNDE)


def test_a_macro_reaches_python(mappe: Any, folder: Workfolder) -> None:
    conf = mappe.sheets["xlwings.conf"].api
    conf.Range("A2:B3").Value = (
        ("INTERPRETER_WIN", sys.executable),
        ("PYTHONPATH", str(Path(pik_xl.__file__).parents[1])),
    )
    mappe.macro("PikOrdnerOeffnen")()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and mappe.app.api.StatusBar is not False:
        time.sleep(0.5)
    assert mappe.app.api.StatusBar is False and not list(folder.path.rglob("*.log"))
