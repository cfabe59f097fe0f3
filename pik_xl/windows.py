"""The registry of Windows behind a small interface, so that what is read from it can be tested anywhere."""

from __future__ import annotations

import sys
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
