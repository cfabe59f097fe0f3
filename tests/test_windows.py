"""Keys as Windows tells them, on a double of its user32."""

from __future__ import annotations

from typing import Any

import pytest

from pik_xl.windows import Esc, this_user32

EXCEL, PYTHON, OUTLOOK = 4711, 4712, 99
# What GetAsyncKeyState says: pressed since somebody asked last, held down, and both, as the signed number it gives.
UP, WAS, DOWN, BOTH = 0, 1, -32_768, -32_767


class User32:
    """A keyboard with Esc in some state, and the process of the window in front."""

    def __init__(self, key: int = UP, front: int = EXCEL) -> None:
        self.key, self.front = key, front

    def GetAsyncKeyState(self, key: int) -> int:  # noqa: N802
        assert key == 27
        said, self.key = self.key, DOWN if self.key in (DOWN, BOTH) else UP
        return said

    def GetForegroundWindow(self) -> int:  # noqa: N802
        return self.front * 10 if self.front else 0

    def GetWindowThreadProcessId(self, window: int, process: Any) -> int:  # noqa: N802
        process._obj.value = window // 10
        return 1


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
