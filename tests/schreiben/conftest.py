"""A work folder for letters."""

from __future__ import annotations

from pathlib import Path

import pytest

from pik_xl.workfolder import Workfolder


@pytest.fixture
def folder(tmp_path: Path) -> Workfolder:
    folder = Workfolder(tmp_path / "PiK")
    folder.create()
    return folder
