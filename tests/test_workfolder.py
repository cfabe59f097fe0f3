"""Whether two paths lead to the same place."""

from __future__ import annotations

import ntpath
import os
from pathlib import Path, PosixPath, WindowsPath

import pytest

from pik_xl import workfolder
from pik_xl.workfolder import same_file

_Path = PosixPath if os.name == "posix" else WindowsPath


class Unnumbered(_Path):
    """A file on a server that gives files no numbers, so that all of them look like one."""

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        real = super().stat(follow_symlinks=follow_symlinks)
        return os.stat_result((real.st_mode, 0, *real[2:10]))


def test_a_link_and_what_it_leads_to_are_one_and_two_files_of_one_name_are_not(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "PiK-Master.xlsm").write_bytes(b"gleich")
    (tmp_path / "Z").symlink_to(tmp_path / "a", target_is_directory=True)
    one, other, linked = (tmp_path / name / "PiK-Master.xlsm" for name in ("a", "b", "Z"))
    assert same_file(one, linked) and same_file(linked, one) and same_file(tmp_path / "Z", tmp_path / "a")
    assert not same_file(one, other) and not same_file(other, linked)


def test_where_the_server_numbers_no_files_their_names_tell(tmp_path: Path) -> None:
    one, other = Unnumbered(tmp_path / "a.xlsm"), Unnumbered(tmp_path / "b.xlsm")
    one.write_bytes(b"")
    other.write_bytes(b"")
    assert same_file(one, Unnumbered(tmp_path / "a.xlsm")) and not same_file(one, other)


def test_what_is_not_there_is_known_by_its_name_as_windows_takes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert same_file(tmp_path / "weg", tmp_path / "weg") and not same_file(tmp_path / "weg", tmp_path)
    monkeypatch.setattr(workfolder, "normcase", ntpath.normcase)
    assert same_file(Path("/Z/PIK/pik-master.xlsm"), Path("/z/PiK/PiK-Master.xlsm"))
