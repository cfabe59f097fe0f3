"""What the bench says of the chain is what it measured: a first run, and one with nothing new."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import chain
from bench.process import Cost


@pytest.mark.exhaustive
def test_the_chain_is_measured_writing_everything_and_with_nothing_new_on_fresh_copies(tmp_path: Path) -> None:
    said = chain.bench_chain(tmp_path, forms=60, rounds=2)
    first, again, loading = (said[n] for n in ("erster Lauf", "zweiter Lauf ohne Neues", "openpyxl, nur laden"))
    assert first["Dateien"] > first["Word-Dateien"] > 50
    assert again["Word-Dateien"] == 0 and 0 < again["Dateien"] < 10, "the master, its copy, the record"
    assert loading["Arbeitsmappen"] > 20  # in which all the forms are
    assert all(each["CPU"] > 0 and each["Sekunden"] > 0 and each["MB"] > 0 for each in said.values())
    assert not list((tmp_path / "land" / "Bescheide").rglob("*")), "it works on copies"
    assert [path.name for path in tmp_path.iterdir()] == ["land"]


@pytest.mark.parametrize(
    ("letters", "said"), [([1, 0, 2, 0], "same letters"), ([0, 0], "same letters"), ([2, 1], "nothing new")]
)
def test_a_chain_that_does_something_else_is_no_figure(
    letters: list[int], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = iter(letters)

    def cost(*arguments: str, cores: int = 0) -> Cost:
        if "alles" in arguments:
            for number in range(next(runs)):
                (Path(arguments[-1]) / "Bescheide" / f"{len(letters)}_{number}.docx").write_bytes(b"")
        return Cost(1, 1, 1, "1")

    monkeypatch.setattr(chain, "cost", cost)
    with pytest.raises(SystemExit, match=said):
        chain.bench_chain(tmp_path, forms=60, rounds=len(letters) // 2)
