"""Who imports whom in this package, read from the source: nothing is imported to find out."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pik_xl

ROOT = Path(pik_xl.__file__).parent
GROUND = "ground"  # the modules at the root that bear no room's name
DOORS = ("buttons", "udfs", "__main__")  # their names stand inside workbooks in the field: they never move


def _name(path: Path) -> str:
    """The module of a file without `pik_xl`: `master.read.table`; a package is called by its folder."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {_name(path): path for path in sorted(ROOT.rglob("*.py")) if path != ROOT / "__init__.py"}


def room_of(module: str) -> str:
    """The room a module stands in.

    >>> room_of("master.read.table"), room_of("values"), room_of("buttons")
    ('master', 'ground', 'buttons')
    """
    first = module.split(".")[0]
    return first if (ROOT / first).is_dir() or first in DOORS else GROUND


@cache
def imports_of(module: str) -> frozenset[str]:
    """Every module imported at run time, ours without `pik_xl`; imports inside functions count, those for types not."""
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


def ours(module: str) -> set[str]:
    """The modules of ours it imports: `pik_xl.recht.lage.Lage` is `recht.lage`."""
    names = {name.removeprefix("pik_xl.") for name in imports_of(module) if name.startswith("pik_xl.")}
    known = {name if name in MODULES else name.rpartition(".")[0] for name in names}
    return (known & MODULES.keys()) - {module}


def between_rooms() -> dict[str, set[str]]:
    """For each room the other rooms it imports from."""
    rooms: dict[str, set[str]] = {}
    for module in MODULES:
        rooms.setdefault(room_of(module), set()).update(map(room_of, ours(module)))
    return {room: others - {room} for room, others in rooms.items()}
