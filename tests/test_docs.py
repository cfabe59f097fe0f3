"""The papers say what is: README shows real output, lists every command and names only files that exist."""

from __future__ import annotations

import importlib
import re
import shlex
from pathlib import Path

import pytest
from test_layers import DOORS, GROUND, ORDER

import pik_xl
from pik_xl.build import page_vorlagen, pages
from pik_xl.checks.catalogue import CATALOGUE
from pik_xl.cli import main
from pik_xl.master.draw.knoepfe import KNOEPFE
from pik_xl.recht.rules import shipped_rulebook
from pik_xl.vorlagen.felder import SCHREIBARTEN
from pik_xl.vorlagen.schreibart import namen
from pik_xl.vorlagen.schreibweise import FILTER

ROOT = Path(pik_xl.__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
HANDBUCH = (ROOT / "docs" / "handbuch.md").read_text(encoding="utf-8")


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *args: str) -> list[str]:
    monkeypatch.setattr("sys.argv", ["pik-xl", *args])
    with pytest.raises(SystemExit):
        main.main()
    return [line.rstrip() for line in capsys.readouterr().out.rstrip().split("\n")]


def test_the_readme_shows_what_rechnen_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    match = re.search(r"\$ pik-xl (rechnen .*)\n((?:.+\n)+?)```", README)
    assert match
    assert match[2].rstrip().split("\n") == run(monkeypatch, capsys, *shlex.split(match[1]))


@pytest.mark.exhaustive
def test_the_readme_shows_what_the_demo_says_but_for_the_seconds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = re.search(r"```text\n(\d+ Anträge in (?:.*\n)+?)```", README)
    assert shown

    def timeless(lines: list[str]) -> list[str]:
        return [line for line in lines if not line.startswith("Sekunden:")]

    said = run(monkeypatch, capsys, "demo", "demo")
    assert timeless(shown[1].rstrip().split("\n")) == timeless([line.replace("\\", "/") for line in said])


def test_the_readme_lists_every_command_for_the_office() -> None:
    block = re.search(r"```text\n(pik-xl init(?:.*\n)+?)```", README)
    assert block
    listed = {line.split()[1] for line in block[1].splitlines() if line.startswith("pik-xl ")}
    commands = {c.name or c.callback.__name__ for c in main.app.registered_commands if c.callback}
    commands |= {str(group.name) for group in main.app.registered_groups}
    assert listed == commands - {"build", "demo"}


def test_the_catalogue_in_the_docs_is_that_of_the_program() -> None:
    assert (ROOT / "docs" / "pruefkatalog.md").read_text(encoding="utf-8") == pages.pruefkatalog(), "make build"
    assert all(f"| {check.code} | {check.titel} |" in pages.pruefkatalog() for check in CATALOGUE)


def test_the_rules_in_the_docs_are_those_of_the_program_with_every_step_and_source() -> None:
    page = (ROOT / "docs" / "regeln.md").read_text(encoding="utf-8")
    assert page == pages.regelwerk(), "make build"
    for rule in shipped_rulebook().rules.values():
        assert all(step.text in page and step.source in page for step in rule.steps), rule.key


def test_the_page_on_templates_is_that_of_the_program_with_every_field_and_filter() -> None:
    page = (ROOT / "docs" / "vorlagen.md").read_text(encoding="utf-8")
    assert page == page_vorlagen.vorlagen(), "make build"
    for art in SCHREIBARTEN.values():
        assert all(f"{name.split('.')[-1]}` |" in page for name in namen(art.felder)), art.name
    assert [name for name in FILTER if f"| `{name}` |" not in page] == ["list"]  # needed only between others


PAPERS = ("README.md", "CONTRIBUTING.md", "GLOSSARY.md", "DECISIONS.md", "docs/architecture.md")
USERS = ("PiK", "demo", "Protokoll", "%")  # begin paths on the disk of the office


def named_in(text: str) -> set[str]:
    """The files, folders and modules that are named in code marks or linked to."""
    text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    files = set(re.findall(r"(?<!\[)`([\w./<>*-]*[\w>*](?:/|\.(?:py|md|toml|docx|png|svg|yml|ps1|txt|csv)))`", text))
    files |= set(re.findall(r"`([\w.<>*-]+(?:/[\w.<>*-]+)+)`", text)) | set(re.findall(r"\]\(([\w./]+)\)", text))
    files |= {name.replace(".", "/") for name in re.findall(r"`(pik_xl(?:\.\w+)+)`", text)}
    return {name for name in files if not name.startswith(USERS)}


def is_there(name: str, beside: Path) -> bool:
    pattern = re.sub(r"<\w+>", "*", name).rstrip("/")
    folders = [beside, *(ROOT / inside for inside in ("", "pik_xl", "templates", "bench"))]
    return any(list(folder.glob(end)) for folder in folders for end in (pattern, f"{pattern}.py"))


@pytest.mark.parametrize("paper", PAPERS)
def test_a_paper_names_only_files_that_exist(paper: str) -> None:
    named = named_in((ROOT / paper).read_text(encoding="utf-8"))
    assert named
    assert [name for name in named if not is_there(name, (ROOT / paper).parent)] == []


def test_a_name_that_is_gone_would_be_seen() -> None:
    gone = ["kiste.py", "a/b.py", "pik_xl/nicht/<theme>.py", "pik_xl/gone/", "docs/gone.md"]
    text = (
        "".join(f"`{name}` " for name in gone) + "`pik_xl.jobs.gone` [here](docs/away.md) `PiK/Eingang` `=PIK_MONATE`"
    )
    assert named_in(text) == {*gone, "pik_xl/jobs/gone", "docs/away.md"}
    assert not any(is_there(name, ROOT) for name in named_in(text))
    assert is_there("pik_xl/jobs/press", ROOT) and is_there("pik_xl/checks/<theme>.py", ROOT)


def test_the_readme_says_of_every_room_what_the_room_says_of_itself() -> None:
    table = README.split("| what you find there |")[1].split("\n\n")[0]
    rows = dict(re.findall(r"^\| `(\w+)/` \| (.+) \|$", table, re.MULTILINE))
    assert list(rows) == [room for room in ORDER if room != GROUND and room not in DOORS]
    for room, says in rows.items():
        text = importlib.import_module(f"pik_xl.{room}").__doc__ or ""
        assert " ".join(text.split("\n\n")[0].split()) == says, room


def test_the_handbook_explains_every_button_by_its_name() -> None:
    section = HANDBUCH.split("## Die Knöpfe")[1].split("\n## ")[0]
    assert all(knopf.name in section for knopf in KNOEPFE)


def test_every_message_the_handbook_explains_is_one_the_program_has() -> None:
    section = HANDBUCH.split("## Was Meldungen bedeuten")[1].split("\n## ")[0]
    quoted = re.findall(r"^\| „([^“]*)“", section, re.MULTILINE)
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "pik_xl").rglob("*.py"))
    joined = re.sub(r'"\s*\n\s*f?"', "", sources)  # sentences that go over several lines of code
    assert len(quoted) > 8
    assert [text for text in quoted if text.strip("… ") not in joined] == []


def test_every_picture_of_the_papers_is_there() -> None:
    for paper in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for picture in re.findall(r"!\[[^]]*]\(([^)]*)\)", paper.read_text(encoding="utf-8")):
            assert (paper.parent / picture).is_file(), f"{paper.name}: {picture}"
