"""The architecture as a test: in which order the rooms stand, who never knows whom, and where a heavy library belongs.

Data flows one way: read -> check -> decide -> table -> write. A room imports only what stands before it in ORDER;
`jobs` wire the rooms together, and only the doors know them.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping

import pytest

from pik_xl.build.imports import DOORS, GROUND, MODULES, ROOT, between_rooms, imports_of, ours, room_of

ORDER = (
    GROUND, "files", "ooxml", "recht", "formular", "eingang", "checks", "master", "vorlagen", "schreiben", "versand",
    "kreise", "jobs", "demo", "build", "excel", "leitstand", "cli", *DOORS,
)  # fmt: skip
MASTER = ("sheets", "draw", "read", "update")  # the order inside `master`
# Rooms that know nothing of each other although the order would let them.
NEVER = {
    "ooxml": {"files"},
    "formular": {"recht", "files"},
    "eingang": {"recht", "files"},
    "master": {"formular", "eingang", "checks"},
    "vorlagen": {"recht", "formular", "eingang", "checks", "master"},
}
MOST_AT_THE_ROOT = 12
LONGEST = 400  # lines

# The only rooms that may import a library which costs much or ties us to a file format; `room.module` is one module.
ONLY = {
    "xlsxwriter": {"formular", "master.draw", "master.update", "kreise"},
    "pyopenvba": {"master.draw"},
    "lxml": {"ooxml", "vorlagen", "build"},
    "docxtpl": {"vorlagen"},
    "docx": {"build"},
    "openpyxl": {"ooxml", "schreiben", "master.read"},
    "pandas": set(),
    "pypdf": {"versand"},
    "psutil": {"files"},
    "win32com": {"versand"},
    "xlwings": {"excel", "leitstand", "buttons", "udfs"},
    "tkinter": {"excel", "leitstand"},
    "jinja2": {"vorlagen"},
    "typer": {"cli"},
    "rich": {"cli"},
    "schwifty": {GROUND},
    "babel": {GROUND},
    "num2words": {"vorlagen"},
}


def _circles(arrows: Mapping[str, Iterable[str]]) -> Iterator[list[str]]:
    """Ways that lead back to where they began."""
    done: set[str] = set()

    def walk(here: str, way: list[str]) -> Iterator[list[str]]:
        if here in way:
            yield [*way[way.index(here) :], here]
        elif here not in done:
            for there in sorted(arrows.get(here, ())):
                yield from walk(there, [*way, here])
            done.add(here)

    for begin in sorted(arrows):
        yield from walk(begin, [])


def test_a_circle_is_found() -> None:
    assert list(_circles({"a": "b", "b": "cd", "c": "a", "d": ""})) == [["a", "b", "c", "a"]]


def test_every_folder_is_a_room_and_every_room_a_folder() -> None:
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert folders == set(ORDER) - {GROUND, *DOORS}
    assert {path.parent.name for path in ROOT.glob("master/*/__init__.py")} == set(MASTER)


def test_few_modules_stand_at_the_root() -> None:
    assert len([name for name in MODULES if "." not in name and not (ROOT / name).is_dir()]) <= MOST_AT_THE_ROOT


@pytest.mark.parametrize("module", MODULES)
def test_a_room_imports_only_what_stands_before_it(module: str) -> None:
    room = room_of(module)
    allowed = set(ORDER[: ORDER.index(room) + 1]) - NEVER.get(room, set())
    assert {name for name in ours(module) if room_of(name) not in allowed} == set()


def test_inside_the_master_sheets_stand_before_draw_read_and_update() -> None:
    for module in (name for name in MODULES if name.count(".") == 2 and room_of(name) == "master"):
        inner = module.split(".")[1]
        others = {name.split(".")[1] for name in ours(module) if name.startswith("master.")}
        assert others <= set(MASTER[: MASTER.index(inner) + 1]), module


def test_no_module_leads_back_to_itself() -> None:
    assert list(_circles({module: ours(module) for module in MODULES})) == []


def test_no_room_leads_back_to_itself() -> None:
    assert list(_circles(between_rooms())) == []


@pytest.mark.parametrize("library", sorted(ONLY))
def test_a_library_is_imported_only_where_it_belongs(library: str) -> None:
    users = {module for module in MODULES if any(name.split(".")[0] == library for name in imports_of(module))}
    assert {m for m in users if not {room_of(m), ".".join(m.split(".")[:2])} & ONLY[library]} == set()


@pytest.mark.parametrize("module", MODULES)
def test_no_module_is_too_long_to_be_read(module: str) -> None:
    assert len(MODULES[module].read_text(encoding="utf-8").splitlines()) <= LONGEST


PURE = ("recht.", "checks.", "master.sheets.", "kreise.auszug", "model", "values", "kinds", "formular.felder",
        "schreiben.inhalt")  # fmt: skip


@pytest.mark.parametrize("module", [module for module in MODULES if module.startswith(PURE)])
def test_deciding_knows_no_file_no_clock_and_no_excel(module: str) -> None:
    text = MODULES[module].read_text(encoding="utf-8")
    assert [word for word in ("date.today", "datetime.now", "open(", "xlwings") if word in text] == []


def test_importing_the_commands_loads_nothing_heavy() -> None:
    heavy = ["pandas", "openpyxl", "xlsxwriter", "docxtpl", "docx", "lxml", "jinja2", "schwifty", "rich.progress",
             "xlwings", "pyopenvba", "pypdf", "psutil"]  # fmt: skip
    code = f"import sys, pik_xl.cli.main; print([m for m in {heavy!r} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
