"""The master's macros: every button leads to Python, the project reads back as written, LibreOffice runs it."""

from __future__ import annotations

import ast
import itertools
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from instruments import quoted
from masters import bewilligungen, build, opened, updated, vorgang
from olefile import OleFileIO
from oletools.olevba import VBA_Parser, decompress_stream

from pik_xl.build import ship
from pik_xl.master.draw import knoepfe, macros
from pik_xl.master.draw.knoepfe import CALLBACK, KNOEPFE
from pik_xl.workfolder import shipped

PROJECT, BAND = "xl/vbaProject.bin", "customUI/customUI14.xml"
SUB = re.compile(r"^Public Sub (\w+)\(", re.MULTILINE)


def master() -> bytes:
    return build(bewilligungen(3))


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def modules(data: bytes) -> dict[str, str]:
    """The modules of a workbook as olevba reads them."""
    parser = VBA_Parser("PiK-Master.xlsm", data=data)
    try:
        return {name.rpartition(".")[0]: code for _, _, name, code in parser.extract_macros()}
    finally:
        parser.close()


def ribbon() -> list[ET.Element]:
    return [element for element in ET.fromstring(parts(master())[BAND]).iter() if element.tag.endswith("}button")]


def buttons_on_start(data: bytes) -> dict[str, str]:
    """Captions of the buttons by the macro each calls."""
    vml = parts(data)["xl/drawings/vmlDrawing1.vml"].decode()
    shapes = re.findall(r"<v:shape .*?</v:shape>", vml, re.DOTALL)
    return {re.search(r"Macro>\[0\]!(\w+)<", s)[1]: re.search(r"<font[^>]*>([^<]*)<", s)[1] for s in shapes}  # type: ignore[index]


# --- the table and what is made of it --------------------------------------------------------------


def test_every_macro_a_button_names_is_a_procedure_and_every_procedure_is_reached() -> None:
    procedures = SUB.findall(modules(master())["PikButtons"])
    named = {
        *buttons_on_start(master()),
        *(e.get("onAction", "") for e in ribbon()),
        *(e.get("id", "") for e in ribbon()),
    }
    assert len(procedures) == len(set(procedures))
    assert set(procedures) == named


def test_the_ribbon_has_every_button_once_and_says_what_it_does() -> None:
    shown = [(e.get("id"), e.get("label"), e.get("imageMso"), e.get("onAction")) for e in ribbon()]
    assert shown == [(k.sub, k.name, k.bild, CALLBACK) for k in KNOEPFE]
    assert all(e.get("screentip") and e.get("supertip") for e in ribbon())


def test_a_group_of_the_ribbon_stands_in_one_place() -> None:
    groups = [e.get("id") for e in ET.fromstring(knoepfe.ribbon()).iter() if e.tag.endswith("}group")]
    assert len(groups) == len(set(groups)) > 1


def test_start_has_the_main_buttons_with_their_names() -> None:
    assert buttons_on_start(master()) == {k.sub: k.name for k in KNOEPFE if k.start}


def test_the_buttons_on_start_stand_in_one_row_side_by_side_and_leave_the_status_free() -> None:
    vml = parts(master())["xl/drawings/vmlDrawing1.vml"].decode()
    anchors = [[int(n) for n in a.split(",")] for a in re.findall(r"<x:Anchor>([^<]+)<", vml)]
    status = opened(master())["Start"][opened(master()).defined_names["pik_status"].attr_text.split("!")[1]]
    places = [((a[0], a[1]), (a[4], a[5])) for a in anchors]
    assert {row for a in anchors for row in (a[2], a[6])} == {status.row - 1}
    assert all(right <= left for (_, right), (left, _) in itertools.pairwise(sorted(places)))
    assert max(right for _, right in places) <= (status.column - 1, 0)


@pytest.mark.parametrize("knopf", KNOEPFE, ids=lambda knopf: knopf.funktion)
def test_a_button_runs_valid_python_that_fits_between_quotation_marks(knopf: knoepfe.Knopf) -> None:
    assert called(knopf.befehl) == knopf.funktion
    assert '"' not in knopf.befehl


def called(befehl: str) -> str:
    """The function of pik_xl.buttons that a command calls, and nothing else."""
    load, call = ast.parse(befehl).body
    assert ast.unparse(load) == "import pik_xl.buttons"
    assert isinstance(call, ast.Expr) and isinstance(call.value, ast.Call)
    assert not call.value.args and not call.value.keywords
    module, _, name = ast.unparse(call.value.func).rpartition(".")
    assert module == "pik_xl.buttons"
    return name


def test_the_sources_of_the_macros_are_those_of_the_table() -> None:
    folder = Path(macros.__file__).parent / "vba"
    assert (folder / "PikButtons.bas").read_text(encoding="utf-8") == knoepfe.modul(), "make build"
    assert (folder / "ribbon.xml").read_text(encoding="utf-8") == knoepfe.ribbon(), "make build"


def test_a_button_is_one_line_and_esc_never_opens_the_debugger() -> None:
    """LibreOffice knows no cancel key, so the text has to tell."""
    subs = dict(re.findall(r"^P\w+ Sub (\w+)\(.*\)\n((?:    .*\n)+)End Sub", knoepfe.modul(), re.MULTILINE))
    assert {name: subs[name] for name in (k.sub for k in KNOEPFE)} == {
        k.sub: f'    Rufen "{k.befehl}"\n' for k in KNOEPFE
    }
    assert subs["Rufen"] == "    Application.EnableCancelKey = xlDisabled\n    RunPython befehl\n"
    assert knoepfe.modul().count("RunPython") == 1
    assert subs.keys() == {"Rufen", CALLBACK, *(k.sub for k in KNOEPFE)}


# --- the project in the workbook ---------------------------------------------------------------------


def test_olevba_reads_every_module_back_unchanged() -> None:
    read = modules(master())
    for name, text in macros.module().items():
        assert read[name].removeprefix(f'Attribute VB_Name = "{name}"\r\n') == text.removeprefix(
            f'Attribute VB_Name = "{name}"\r\n'
        )


def test_umlauts_in_a_module_survive_and_what_vba_cannot_hold_is_refused() -> None:
    data = replaced(master(), {PROJECT: macros.projekt(1, {"Probe": "' prüfen, größer, 5 €\r\n"})})
    assert modules(data)["Probe"].endswith("' prüfen, größer, 5 €\r\n")
    with pytest.raises(UnicodeEncodeError):
        macros.projekt(1, {"Probe": "' ≥\r\n"})


def test_xlwings_comes_with_its_licence_and_the_line_ends_of_vba() -> None:
    text = macros.module()["xlwings"]
    assert "Copyright (C) 2014-present, Zoomer Analytics LLC." in text and "BSD 3-clause" in text
    assert text.count("\n") == text.count("\r\n") > 1_000
    assert "Public Function RunPython(PythonCommand As String)" in text


def test_every_sheet_has_the_code_name_of_its_document_module() -> None:
    package, read = parts(master()), modules(master())
    names = re.findall(rb'<workbookPr [^>]*codeName="(\w+)"', package["xl/workbook.xml"])
    sheets = sorted(name for name in package if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name))
    for sheet in sheets:
        names += re.findall(rb'<sheetPr [^>]*?codeName="(\w+)"', package[sheet])
    assert len(names) == len(sheets) + 1
    assert {name.decode() for name in names} == read.keys() - macros.module().keys()
    project = OleFileIO(BytesIO(package[PROJECT])).openstream("PROJECT").read().decode("cp1252")
    assert {name.encode() for name in re.findall(r"^Document=(\w+)/", project, re.MULTILINE)} == set(names)


def test_the_project_knows_the_library_of_the_ribbon() -> None:
    stream = OleFileIO(BytesIO(parts(master())[PROJECT])).openstream("VBA/dir").read()
    assert b"{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}" in decompress_stream(bytearray(stream))  # Microsoft Office


def test_the_package_says_that_it_holds_macros_and_a_ribbon() -> None:
    package = parts(master())
    assert b"application/vnd.ms-excel.sheet.macroEnabled.main+xml" in package["[Content_Types].xml"]
    relations = {e.get("Target"): e.get("Type", "") for e in ET.fromstring(package["_rels/.rels"])}
    assert relations[BAND].endswith("/office/2007/relationships/ui/extensibility")


def test_microsofts_validator_reads_the_ribbon(tmp_path: Path, ooxml_errors: Callable[[Path], list[object]]) -> None:
    path = tmp_path / "PiK-Master.xlsm"
    path.write_bytes(replaced(master(), {BAND: parts(master())[BAND].replace(b'size="large"', b'size="riesig"', 1)}))
    assert len(ooxml_errors(path)) == 1
    path.write_bytes(master())
    assert ooxml_errors(path) == []


# --- the settings of xlwings ---------------------------------------------------------------------------


def test_the_settings_of_xlwings_are_very_hidden_texts_and_leave_python_to_the_user() -> None:
    sheet = opened(master())["xlwings.conf"]
    assert sheet.sheet_state == "veryHidden"
    assert list(sheet.iter_rows(values_only=True)) == [("ADD_WORKBOOK_TO_PYTHONPATH", "false")]


def test_a_master_is_marked_and_has_a_cell_that_says_how_far_a_run_is() -> None:
    book = opened(master())
    assert book.defined_names["pik_master"].attr_text == "Start!$B$1"
    sheet, _, cell = book.defined_names["pik_status"].attr_text.replace("$", "").partition("!")
    assert book[sheet][cell].value == "bereit"


def test_the_empty_master_ships_as_the_program_builds_it() -> None:
    built, ours = ship.leerer_master(), (shipped("workbooks") / "PiK-Master.xlsm").read_bytes()
    assert built == ship.leerer_master()
    assert grid(built) == grid(ours), "make build"
    assert modules(ours)["PikButtons"] == modules(built)["PikButtons"], "make build"
    assert parts(ours)[BAND] == parts(built)[BAND], "make build"


def grid(data: bytes) -> dict[tuple[str, str], object]:
    return {(s.title, c.coordinate): c.value for s in opened(data) for row in s.iter_rows() for c in row}


# --- updates and use -------------------------------------------------------------------------------------


def test_an_update_leaves_macros_ribbon_settings_and_buttons_byte_for_byte() -> None:
    bestand = bewilligungen(6)
    cases = [vorgang(b, n) for n, b in enumerate(bestand)]
    old = build(bestand, cases[1:])
    changed = replace(cases[2], antrag=replace(cases[2].antrag, email="neu@example.de"))
    before, after = parts(old), parts(updated(old, bestand, [cases[0], changed, *cases[3:]]))
    conf = f"xl/worksheets/sheet{len(opened(old).sheetnames)}.xml"
    kept = [PROJECT, BAND, "_rels/.rels", "[Content_Types].xml", conf, "xl/worksheets/_rels/sheet1.xml.rels",
            "xl/drawings/vmlDrawing1.vml", "xl/drawings/drawing1.xml"]  # fmt: skip
    assert b"false" in before["xl/sharedStrings.xml"] and before.keys() == after.keys()
    assert [name for name in kept if before[name] != after[name]] == []
    assert before["xl/worksheets/sheet2.xml"] != after["xl/worksheets/sheet2.xml"]


def replaced(data: bytes, changes: dict[str, bytes]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in (parts(data) | changes).items():
            package.writestr(name, part)
    return target.getvalue()


# In the place of xlwings, which LibreOffice cannot run: writes down what it is told to run.
_STUB = """Public Function RunPython(PythonCommand As String)
    Open {log} For Append As #1
    Print #1, PythonCommand
    Close #1
End Function

Private Type Control
    ID As String
End Type

Public Sub Klick(name As String)
    Dim button As Control
    button.ID = name
    PikRibbon button
End Sub
"""
_CALL = """  script = form.getScriptProvider().getScript({uri})
  script.invoke({args}, Array(), Array())"""


def _call(procedure: str, *args: str) -> str:
    uri = f"vnd.sun.star.script:VBAProject.{procedure}?language=Basic&location=document"
    return _CALL.format(uri=quoted(uri), args=f"Array({', '.join(map(quoted, args))})")


def test_libreoffice_runs_the_procedure_of_every_button_from_start_and_from_the_ribbon(
    tmp_path: Path, soffice_basic: Callable[[Path, str], Path]
) -> None:
    log, path = tmp_path / "log.txt", tmp_path / "PiK-Master.xlsm"
    stub = _STUB.format(log=quoted(log)).replace("\n", "\r\n")
    project = macros.projekt(len(opened(master()).sheetnames), macros.module() | {"xlwings": stub})
    path.write_bytes(replaced(master(), {PROJECT: project}))
    direct = [_call(f"PikButtons.{knopf.sub}") for knopf in KNOEPFE]
    soffice_basic(path, "\n".join([*direct, *(_call("xlwings.Klick", knopf.sub) for knopf in KNOEPFE)]))
    commands = log.read_text(encoding="utf-8").splitlines()
    assert [called(command) for command in commands] == [knopf.funktion for knopf in KNOEPFE] * 2
