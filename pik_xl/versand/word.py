"""Word as the program that makes PDF files, where it is installed: letters then look as staff know them.

Tested over a double of its objects; not tried in a real Word yet. It works file by file in an instance of its own, so
that what a person has open in Word stays untouched. PDF/A comes in the version Word writes. A Word that waits for an
answer cannot be ended from here, so nothing is opened that would ask.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pik_xl.errors import PikError
from pik_xl.windows import Registry

_SCHLUESSEL = r"HKLM\Software\Classes\Word.Application\CLSID"
_KEIN_KENNWORT = "-"  # a wrong one is an error, none would be a question
_MAKROS_AUS = 3  # msoAutomationSecurityForceDisable
_PDF = 17  # wdExportFormatPDF


@dataclass(frozen=True)
class Word:
    """The Word of this machine."""

    at_once: int = 1

    @classmethod
    def find(cls, registry: Registry | None) -> Word | None:
        """Word if the registry of this machine knows it; None where there is no registry."""
        return cls() if registry and registry.value(_SCHLUESSEL) else None

    def convert(self, batches: Sequence[Sequence[Path]], *, pdfa: bool) -> Generator[Sequence[Path], None, None]:
        """A PDF beside every file, as far as it goes; yields each batch that is done, and nothing after every file.

        Closing the generator ends this Word. PikError if it cannot be started.
        """
        from pywintypes import com_error

        app = _start(com_error)
        try:
            for batch in batches:
                for path in batch:
                    with suppress(com_error):
                        _export(app, path, pdfa)
                    yield ()
                yield batch
        finally:
            with suppress(com_error):
                app.Quit(0)


def _start(com_error: type[Exception]) -> Any:
    """A Word of our own, unseen, that asks nothing and runs no macros."""
    from win32com.client import DispatchEx

    try:
        app = DispatchEx("Word.Application")
        app.Visible, app.DisplayAlerts, app.AutomationSecurity = False, 0, _MAKROS_AUS
    except com_error as error:
        raise PikError(
            "Word ließ sich nicht starten. Bitte Word einmal von Hand öffnen, alle Fragen beantworten und schließen."
        ) from error
    return app


def _export(app: Any, path: Path, pdfa: bool) -> None:
    """One file. Arguments go by position: COM takes names only where it has read Word's type library."""
    confirm_conversions, read_only, recent_files = False, True, False
    document = app.Documents.Open(str(path), confirm_conversions, read_only, recent_files, _KEIN_KENNWORT)
    try:
        open_after, for_print, whole, first, last, content = False, 0, 0, 1, 1, 0
        properties, rights, bookmarks, structure, bitmaps = True, True, 0, True, True
        document.ExportAsFixedFormat(
            str(path.with_suffix(".pdf")), _PDF, open_after, for_print, whole, first, last, content,
            properties, rights, bookmarks, structure, bitmaps, pdfa,
        )  # fmt: skip
    finally:
        document.Close(0)
