"""What is asked of Windows itself, behind small interfaces, so that all of it can be tested anywhere."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Collection
from importlib import import_module
from typing import Any, Protocol

Wert = str | int


class Registry(Protocol):
    """Keys as people write them: HKCU\\Software\\Microsoft\\Office."""

    def value(self, key: str, name: str = "") -> Wert | None:
        """A value of a key (without a name: its default value); None if there is none or it may not be read."""

    def keys(self, key: str) -> tuple[str, ...]:
        """The names of the keys below a key; none if there is no such key."""

    def write(self, key: str, values: dict[str, Wert]) -> None:
        """Creates a key with these values; OSError if that is not allowed."""


class WindowsRegistry:
    """The real one; only on Windows."""

    def __init__(self) -> None:
        self._winreg: Any = import_module("winreg")  # typed for Windows only
        self._roots = {"HKCU": self._winreg.HKEY_CURRENT_USER, "HKLM": self._winreg.HKEY_LOCAL_MACHINE}

    def value(self, key: str, name: str = "") -> Wert | None:
        """See `Registry`."""
        try:
            with self._open(key) as handle:
                found = self._winreg.QueryValueEx(handle, name)[0]
        except OSError:
            return None
        return found if isinstance(found, str | int) else None

    def keys(self, key: str) -> tuple[str, ...]:
        """See `Registry`."""
        try:
            with self._open(key) as handle:
                count = self._winreg.QueryInfoKey(handle)[0]
                return tuple(self._winreg.EnumKey(handle, number) for number in range(count))
        except OSError:
            return ()

    def write(self, key: str, values: dict[str, Wert]) -> None:
        """See `Registry`."""
        root, _, path = key.partition("\\")
        with self._winreg.CreateKey(self._roots[root], path) as handle:
            for name, value in values.items():
                kind = self._winreg.REG_SZ if isinstance(value, str) else self._winreg.REG_DWORD
                self._winreg.SetValueEx(handle, name, 0, kind, value)

    def _open(self, key: str) -> Any:
        root, _, path = key.partition("\\")
        # Office of 64 bits writes where a Python of 32 bits would not look without being told.
        access = self._winreg.KEY_READ | self._winreg.KEY_WOW64_64KEY
        return self._winreg.OpenKey(self._roots[root], path, 0, access)


def this_registry() -> Registry | None:
    """The registry of this machine; None if it has none."""
    return WindowsRegistry() if sys.platform == "win32" else None


_ESC, _DOWN = 0x1B, 0x8000


class Esc:
    """Whether somebody presses Esc in a window of these processes, since this was made.

    `user32` is the side of Windows that knows keys and windows; None where there is none. Windows also remembers that
    a key was pressed since somebody asked last, in whatever program: that says nothing of this run.
    """

    def __init__(self, processes: Collection[int], user32: Any) -> None:
        self._processes, self._user32 = processes, user32
        self._up = False  # a key held down since before, or since it was pressed elsewhere, does not count
        self()

    def __call__(self) -> bool:
        if self._user32 is None or not self._user32.GetAsyncKeyState(_ESC) & _DOWN:
            self._up = True
            return False
        self._up = self._up and self._in_front() in self._processes
        return self._up

    def _in_front(self) -> int:
        """The process whose window people type in."""
        process = ctypes.c_ulong()
        self._user32.GetWindowThreadProcessId(self._user32.GetForegroundWindow(), ctypes.byref(process))
        return process.value


def this_user32() -> Any:
    """The keys and windows of this machine; None if it has no Windows."""
    if sys.platform != "win32":
        return None
    return ctypes.WinDLL("user32")
