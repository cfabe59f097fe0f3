"""The architecture as a test: who may import whom, and which single module may touch which library.

Data flows one way: read -> check -> decide -> table -> write. A module may import what stands in a lower
layer; jobs and its neighbours wire everything together, and only the entrances know them.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import pik_xl

ROOT = Path(pik_xl.__file__).parent

# Lowest first. Modules of one line may not import each other unless ALSO says so.
LAYERS = (
    ("errors", "package", "palette", "relative", "container", "ooxml", "tags", "felder", "docx_xml", "rename"),
    ("swap",),
    ("lock",),
    ("schreibweise",),
    ("syntax", "reste"),
    ("vorlagen",),
    ("receive", "model", "values", "area", "cell_xml", "windows"),
    ("form", "regions", "rules", "columns", "book", "workfolder", "prefill", "einstellungen", "knoepfe", "makro"),
    ("fortschritt", "stoerung", "fenster"),
    ("pdf", "druck_libreoffice", "druck_word", "mail"),
    ("druck",),
    ("sheets",),
    ("patch", "patch_table", "patch_notes", "autofilter", "siegel"),
    ("read", "cells", "extension", "form_check", "form_base", "form_fill", "pruefsumme", "unberuehrt", "platzhalter"),
    ("notices",),
    ("digital",),
    ("rechnen",),
    ("checks",),
    ("formulare",),
    ("vorgang", "haushalt", "schreiben", "endgueltig", "rueckgabe", "seiten", "seite_vorlagen"),
    ("freigabe", "sammelmappe"),
    ("tables", "nachweis"),
    ("kreise", "office_tables"),
    ("kreis_tables", "vermerk"),
    ("kreis_brief",),
    ("master_read", "master_einstellungen", "master_package", "master_sheets", "front"),
    ("verwaist",),
    ("vergleich", "sicherung"),
    ("renamed",),
    ("live_read", "live_plan", "master_karte", "master_update"),
    ("master_bezuege", "master_faelle", "kreis_sheets", "auswahl"),
    ("master_start", "master_freigabe"),
    ("live_write",),
    ("master", "live_book", "laufordner", "verbleib"),
    ("pruefung", "ausgang", "demo", "demo_faults", "einrichten", "diagnose"),
    ("lauf", "postausgang"),
    ("versand", "vorlagenpruefung"),
    ("jobs",),
    ("anlegen",),
    ("konsole", "hilfe", "eingabe"),
    ("ablauf",),
    ("excel",),
    ("leitstand_bild",),
    ("leitstand_rechner",),
    ("buttons", "leitstand"),
    ("kommando",),
    ("cli_regeln", "cli_excel", "cli_leitstand", "cli_bescheide", "cli_vorlagen", "cli_entsperren", "udfs"),
    ("cli",),
    ("__main__",),
)
ALSO = {
    "ooxml": {"container", "relative"},
    "receive": {"errors", "model"},
    "area": {"ooxml"},
    "cell_xml": {"ooxml"},
    "form_base": {"form_check"},
    "form_fill": {"form_check", "pruefsumme"},
    "read": {"cells", "pruefsumme", "unberuehrt"},
    "unberuehrt": {"pruefsumme"},
    "front": {"master_sheets"},
    "demo_faults": {"demo"},
    "diagnose": {"einrichten"},
    "einstellungen": {"columns"},
    "book": {"columns"},
    "workfolder": {"book"},
    "master_einstellungen": {"master_read"},
}

# The only modules that may import a library which costs much or ties us to a file format.
ONLY = {
    "xlsxwriter": {"form_base", "makro", "master_karte", "master_sheets", "master_start", "front", "kreis_sheets"},
    "pyopenvba": {"makro"},
    "lxml": {"container", "ooxml", "docx_xml", "notices", "cell_xml", "patch", "patch_table", "patch_notes",
             "autofilter"},
    "docxtpl": {"docx_xml"},
    "docx": set(),
    "openpyxl": {"rueckgabe", "relative", "master_bezuege"},
    "pandas": set(),
    "pypdf": {"pdf"},
    "psutil": {"lock"},
    "win32com": {"druck_word"},
    "xlwings": {"live_book", "excel", "buttons", "udfs", "leitstand"},
    "tkinter": {"fenster", "leitstand", "leitstand_bild", "leitstand_rechner"},
    "jinja2": {"notices", "platzhalter", "syntax", "vorlagen"},
    "typer": {"cli", "cli_bescheide", "cli_entsperren", "cli_excel", "cli_leitstand", "cli_regeln", "cli_vorlagen",
              "kommando", "konsole", "hilfe"},
    "rich": {"konsole"},
    "schwifty": {"values"},
    "babel": {"values"},
    "num2words": {"platzhalter"},
}  # fmt: skip


def _modules() -> dict[str, list[Path]]:
    modules = {path.stem: [path] for path in ROOT.glob("*.py") if path.stem != "__init__"}
    return modules | {"checks": sorted((ROOT / "checks").glob("*.py"))}


def _imports(path: Path) -> set[str]:
    """Every module a file imports at run time, dotted; imports for type checkers only do not count."""
    found = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "pik_xl":
            found |= {f"pik_xl.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def _ours(paths: list[Path]) -> set[str]:
    return {name.split(".")[1] for path in paths for name in _imports(path) if name.startswith("pik_xl.")}


def test_every_module_has_its_layer() -> None:
    assert set(_modules()) == {name for layer in LAYERS for name in layer}


@pytest.mark.parametrize("module", sorted(_modules()))
def test_a_module_imports_only_from_lower_layers(module: str) -> None:
    height = next(position for position, layer in enumerate(LAYERS) if module in layer)
    allowed = {name for layer in LAYERS[:height] for name in layer} | ALSO.get(module, set()) | {module}
    assert _ours(_modules()[module]) <= allowed


@pytest.mark.parametrize("library", sorted(ONLY))
def test_a_library_is_imported_only_where_it_belongs(library: str) -> None:
    users = {
        module
        for module, paths in _modules().items()
        if any(name.split(".")[0] == library for path in paths for name in _imports(path))
    }
    assert users <= ONLY[library]


def test_deciding_knows_no_file_no_clock_and_no_excel() -> None:
    pure = (
        "extension",
        "rules",
        "values",
        "vorgang",
        "freigabe",
        "kreise",
        "tables",
        "kreis_tables",
        "columns",
        "sheets",
        "schreiben",
        "model",
        "form",
        "knoepfe",
        "checks",
    )
    for module in pure:
        for path in _modules()[module]:
            text = path.read_text(encoding="utf-8")
            found = [word for word in ("date.today", "datetime.now", "open(", "xlwings") if word in text]
            assert not found, f"{path.name} uses {found}"


def test_importing_the_commands_loads_nothing_heavy() -> None:
    heavy = ["pandas", "openpyxl", "xlsxwriter", "docxtpl", "docx", "lxml", "jinja2", "schwifty", "rich.progress",
             "xlwings", "pyopenvba", "pypdf", "psutil"]  # fmt: skip
    code = f"import sys, pik_xl.cli.main; print([m for m in {heavy!r} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
