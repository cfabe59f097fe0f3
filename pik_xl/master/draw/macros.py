"""Macros: the VBA project, the ribbon and the settings of xlwings, put into the master while it is built.

Everything comes from text: `vba/PikButtons.bas` and `vba/ribbon.xml` are ours (written from `knoepfe.py`), the module
`xlwings` is the stand-alone one of the installed package of that name. An update of a master never touches them.
"""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from importlib.metadata import distribution
from importlib.resources import files
from pathlib import Path

from xlsxwriter.workbook import Workbook

Einstellung = tuple[str, str]

_FASSUNG = re.compile(r"^'Version: (\S+)", re.MULTILINE)
_BAND, _RELS = "customUI/customUI14.xml", "_rels/.rels"
_RELATION = (
    '<Relationship Id="rIdBand" Type="http://schemas.microsoft.com/office/2007/relationships/ui/extensibility" '
    f'Target="{_BAND}"/></Relationships>'
).encode()


def xlwings_conf(python: str = "", pfad: str = "") -> tuple[Einstellung, ...]:
    """What xlwings is told, by name: in the workbook what holds for all, in the user's own file also which Python.

    `python` is the interpreter's full path on Windows, `pfad` the folder with this package; what is empty is left
    out, and xlwings looks for it in the user's file then. What stands in the workbook would win over that, so a master
    that many share never names a Python. The folder of the workbook is never searched for modules: whoever can write
    there could have the office run anything.
    """
    given = (("INTERPRETER_WIN", python), ("PYTHONPATH", pfad))
    return (("ADD_WORKBOOK_TO_PYTHONPATH", "false"), *(pair for pair in given if pair[1]))


def module() -> dict[str, str]:
    """The text of each VBA module by name, with the line ends VBA wants."""
    ours = (files("pik_xl.master.draw") / "vba" / "PikButtons.bas").read_text(encoding="utf-8")
    theirs = Path(str(distribution("xlwings").locate_file("xlwings/xlwings.bas"))).read_bytes().decode("cp1252")
    return {name: "\r\n".join(text.splitlines()) + "\r\n" for name, text in (("PikButtons", ours), ("xlwings", theirs))}


def fassung(text: str) -> str:
    """The version of the module `xlwings` as its text gives it; empty if it gives none."""
    found = _FASSUNG.search(text)
    return found[1] if found else ""


def fassung_im(master: Path) -> str:
    """The version of the module `xlwings` in a workbook; empty if there is none or it cannot be read."""
    from pyopenvba import ExcelFile
    from pyopenvba.exceptions import PyOpenVBAError

    try:
        with ExcelFile(master) as excel:
            return fassung(excel.get_module("xlwings")) if "xlwings" in excel.module_names() else ""
    except (PyOpenVBAError, zipfile.BadZipFile):
        return ""


def projekt(blaetter: int, modules: Mapping[str, str]) -> bytes:
    """A VBA project with these modules for a workbook of so many sheets; their code names are Sheet1, Sheet2, ..."""
    from pyopenvba import ExcelFile  # every run imports this module, only the first one builds

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "leer.xlsm"
        with Workbook(str(path)) as workbook:
            for _ in range(blaetter):
                workbook.add_worksheet()
        with ExcelFile(path) as excel:
            project = excel.add_vba_project()
            for name, text in modules.items():
                text.encode("cp1252")  # what VBA cannot hold must not become a question mark
                project.add_module(name, text)
            excel.save()
            return bytes(excel.vba_project_bytes())


def einbauen(workbook: Workbook, conf: Iterable[Einstellung]) -> None:
    """Adds settings and macros to a workbook that has all its sheets; the ribbon follows once it is closed."""
    sheet = workbook.add_worksheet("xlwings.conf")
    sheet.very_hidden()
    for row, pair in enumerate(conf):
        for column, text in enumerate(pair):
            sheet.write_string(row, column, text)
    sheets = workbook.worksheets()
    workbook.add_vba_project(io.BytesIO(projekt(len(sheets), module())), is_stream=True)
    workbook.set_vba_name("ThisWorkbook")
    for number, named in enumerate(sheets, 1):
        named.set_vba_name(f"Sheet{number}")


def mit_band(data: bytes) -> bytes:
    """The finished workbook with our tab in the ribbon; every other part stays as it is."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            part = old.read(info)
            new.writestr(info, part.replace(b"</Relationships>", _RELATION) if info.filename == _RELS else part)
        band = zipfile.ZipInfo(_BAND, old.getinfo(_RELS).date_time)
        new.writestr(band, (files("pik_xl.master.draw") / "vba" / "ribbon.xml").read_bytes(), zipfile.ZIP_DEFLATED)
    return target.getvalue()
