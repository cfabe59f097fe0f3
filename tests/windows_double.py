"""A double of the user32 of Windows: one key and the window in front."""

from __future__ import annotations

from typing import Any

# What GetAsyncKeyState says: pressed since somebody asked last, held down, and both, as the signed number it gives.
EXCEL = 4711  # its process
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
