"""Every Einwand is raised where letters are written, kept and sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from pik_xl.checks.check import Message
from pik_xl.checks.schreiben import MESSAGES

WHERE = {
    "L01": "test_ausgang.py",
    "L02": "test_ausgang.py",
    "L03": "test_postausgang.py",
    "L04": "test_ausgang.py",
    "L05": "test_postausgang.py",
    "L06": "test_ausgang.py",
    "L07": "test_verbleib.py",
    "L08": "test_verbleib.py",
    "L09": "test_verbleib.py",
    "L10": "test_verbleib.py",
    "L11": "test_sammelmappe_brief.py",
    "L12": "test_sammelmappe_brief.py",
    "L13": "test_postausgang.py",
    "L14": "test_rueckgabe.py",
}


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.code)
def test_everything_that_can_be_told_of_a_letter_is_told_where_it_is_said(message: Message) -> None:
    (path,) = Path(__file__).parents[1].rglob(WHERE[message.code])
    assert f'"{message.code}"' in path.read_text(encoding="utf-8")


def test_what_is_told_of_letters_has_a_theme_of_its_own() -> None:
    assert [message.code for message in MESSAGES] == sorted(WHERE)
