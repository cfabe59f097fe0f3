"""setup.ps1 as far as it can be judged without Windows: syntax, steps, and that it names only what exists."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import pik_xl
from pik_xl.cli import main

SCRIPT = Path(pik_xl.__file__).parent / "excel" / "setup.ps1"
RAW = SCRIPT.read_bytes()
TEXT = RAW.decode("utf-8-sig")
CODE = re.sub(r"<#.*?#>|^\s*#.*?$", "", TEXT, flags=re.DOTALL | re.MULTILINE)
PWSH = shutil.which("pwsh") or shutil.which("powershell")


def test_windows_powershell_reads_the_umlauts() -> None:
    assert RAW.startswith(b"\xef\xbb\xbf")  # without the mark it takes them for cp1252


def test_the_grammar_of_powershell_accepts_the_script() -> None:
    grammar = pytest.importorskip("tree_sitter_powershell", reason="pip install tree-sitter-powershell")
    tree_sitter = pytest.importorskip("tree_sitter")
    parser = tree_sitter.Parser(tree_sitter.Language(grammar.language()))
    assert parser.parse(TEXT.replace("if (", "if if (", 1).encode()).root_node.has_error
    assert not parser.parse(TEXT.encode()).root_node.has_error


@pytest.mark.skipif(PWSH is None, reason="PowerShell ist nicht installiert")
def test_powershell_itself_parses_the_script() -> None:
    parse = "$e = $null; [void][Management.Automation.Language.Parser]::ParseFile($args[0], [ref]$null, [ref]$e); $e"
    run = subprocess.run(
        [str(PWSH), "-NoProfile", "-Command", f"& {{ {parse} }} '{SCRIPT}'"], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == ""


def test_every_function_it_calls_is_defined_or_comes_with_powershell() -> None:
    defined = set(re.findall(r"^function ([\w-]+)", CODE, re.MULTILINE))
    called = set(re.findall(r"(?<![\w$'-])([A-Z][a-z]+-[A-Z][A-Za-z]+)\b", CODE))
    shipped = {"Set-StrictMode", "Join-Path", "Split-Path", "Test-Path", "Write-Host", "Read-Host", "Out-Host",
               "Get-Command", "Get-ChildItem", "Sort-Object", "Select-Object"}  # fmt: skip
    assert defined == {"Stop-Setup", "Invoke-Schritt", "Get-Python", "Find-Python", "Find-Paket"}
    assert called - shipped == defined


def test_every_variable_it_reads_was_given_a_value() -> None:
    own = {"env", "_", "null", "ErrorActionPreference", "LASTEXITCODE", "PSScriptRoot"}
    given = set(re.findall(r"\$(\w+) *(?:\+?=|in\b)", CODE)) | set(re.findall(r"\[\w+(?:\[\])?\] \$(\w+)", CODE))
    assert set(re.findall(r"[$@](\w+)", CODE)) - own <= given


def test_every_program_runs_where_its_failure_is_seen() -> None:
    calls = re.findall(r"^.*& \$.*$", CODE, re.MULTILINE)
    assert len(calls) == 2, "in Invoke-Schritt, which stops, and in Get-Python, which tries"
    assert CODE.count("$LASTEXITCODE -gt $Erlaubt") == 1 and CODE.count("$LASTEXITCODE -ne 0") == 1


def test_it_needs_no_administrator_and_stays_in_the_folders_of_the_user() -> None:
    for word in ("RunAs", "HKLM", "ProgramFiles", "ProgramData", "Set-ExecutionPolicy", "Machine"):
        assert word not in CODE
    assert "$env:LOCALAPPDATA 'pik-xl'" in CODE


def test_its_last_step_sets_up_excel_with_commands_that_exist() -> None:
    steps = re.findall(r"^ *Invoke-Schritt ['\"]([^'\"]+)['\"]", CODE, re.MULTILINE)
    assert [step.split()[0] for step in steps] == ["Umgebung", "Bibliotheken", "pik-xl", "Arbeitsordner", "Excel"]
    commands = {c.name or c.callback.__name__ for c in main.app.registered_commands if c.callback}
    groups = {str(g.name): g.typer_instance for g in main.app.registered_groups}
    assert "'pik_xl', 'init'" in CODE and "init" in commands
    assert "'pik_xl', 'excel', 'einrichten'" in CODE
    assert groups["excel"] and "einrichten" in {
        c.callback.__name__ for c in groups["excel"].registered_commands if c.callback
    }


def test_it_asks_for_the_python_that_the_package_needs() -> None:
    project = (SCRIPT.parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    wanted = re.search(r'requires-python = ">=(\d+)\.(\d+)"', project)
    assert wanted and f">= ({wanted[1]}, {wanted[2]})" in CODE
    assert f"Python {wanted[1]}.{wanted[2]} oder neuer" in CODE


def test_it_says_that_it_was_not_tried_on_windows() -> None:
    assert "not tried on Windows" in TEXT
