"""Keys as Windows tells them, on a double of its user32."""

from __future__ import annotations

import pytest
from windows_double import BOTH, DOWN, EXCEL, UP, WAS, User32

from pik_xl.windows import Esc, this_user32

PYTHON, OUTLOOK = 4712, 99


def asked(user32: User32) -> Esc:
    return Esc({EXCEL, PYTHON}, user32)


@pytest.mark.parametrize(("front", "stops"), [(EXCEL, True), (PYTHON, True), (OUTLOOK, False), (0, False)])
@pytest.mark.parametrize("key", [DOWN, BOTH])
def test_esc_stops_a_run_only_where_it_is_pressed_in_excel_or_our_own_window(key: int, front: int, stops: bool) -> None:
    user32 = User32()
    esc = asked(user32)
    assert not esc()
    user32.key, user32.front = key, front
    assert esc() is stops


def test_an_esc_pressed_before_the_run_stops_nothing() -> None:
    esc = asked(User32(WAS))
    assert not esc() and not esc()


def test_what_windows_remembers_of_the_time_between_two_questions_does_not_count() -> None:
    user32 = User32()
    esc = asked(user32)
    user32.key = WAS  # perhaps in another program
    assert not esc()


def test_an_esc_held_down_since_before_counts_once_it_was_let_go() -> None:
    user32 = User32(BOTH)
    esc = asked(user32)
    assert not esc() and not esc()
    user32.key = UP
    assert not esc()
    user32.key = BOTH
    assert esc() and esc()


def test_an_esc_held_down_while_going_over_to_excel_was_meant_for_the_other_program() -> None:
    user32 = User32(front=OUTLOOK)
    esc = asked(user32)
    user32.key = BOTH
    assert not esc()
    user32.front = EXCEL
    assert not esc()


def test_without_windows_there_is_no_esc_to_see() -> None:
    assert not Esc({EXCEL}, None)()
    assert this_user32() is None
