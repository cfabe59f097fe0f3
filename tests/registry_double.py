"""A double of the registry of Windows."""

from __future__ import annotations

from pik_xl.windows import Wert

EXCEL = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"


class FakeRegistry:
    """The registry as nested dictionaries by full key."""

    def __init__(self, **keys: dict[str, Wert]) -> None:
        self.content: dict[str, dict[str, Wert]] = keys

    def value(self, key: str, name: str = "") -> Wert | None:
        return self.content.get(key, {}).get(name)

    def keys(self, key: str) -> tuple[str, ...]:
        return tuple(name.removeprefix(f"{key}\\") for name in self.content if name.startswith(f"{key}\\"))

    def write(self, key: str, values: dict[str, Wert]) -> None:
        self.content[key] = values
