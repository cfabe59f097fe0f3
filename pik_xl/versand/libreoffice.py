"""LibreOffice as the program that makes PDF files: many files a start, several starts at once.

Starting it takes longer than converting a letter. Each start has a profile of its own: two on one profile would wait
for each other or refuse. What it says of its work is not to be trusted (it leaves files out and ends with 0), so it is
judged by the files alone, by who calls this.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pik_xl.errors import PikError

ZUGLEICH = min(os.cpu_count() or 1, 4)
_TAKT = 0.1  # seconds between two looks at what is running
_WORD = "MS Word 2007 XML"  # without it, it prints whatever else a file holds
_PDFA_2B = {"SelectPdfVersion": {"type": "long", "value": "2"}}
_BEFEHLE = ("soffice.com", "soffice", "libreoffice")  # the first is Windows' own that can be waited for
_ORTE: Mapping[str, tuple[str, ...]] = {
    "win32": tuple(
        rf"{folder}\LibreOffice\program\soffice.com"
        for folder in ("%ProgramFiles%", "%ProgramFiles(x86)%", r"%LOCALAPPDATA%\Programs")
    ),
    "darwin": ("/Applications/LibreOffice.app/Contents/MacOS/soffice",
               "~/Applications/LibreOffice.app/Contents/MacOS/soffice"),
    "linux": ("/usr/lib/libreoffice/program/soffice", "/usr/lib64/libreoffice/program/soffice",
              "/opt/libreoffice/program/soffice"),
}  # fmt: skip


@dataclass(frozen=True)
class LibreOffice:
    """LibreOffice by its command; an instance that makes no new file for `geduld` seconds is taken for stuck."""

    befehl: Path
    geduld: float = 90.0
    zugleich: int = ZUGLEICH

    @classmethod
    def finden(cls) -> LibreOffice | None:
        """The one on this machine: on the path, else where it is usually installed."""
        orte = (Path(os.path.expandvars(ort)).expanduser() for ort in _ORTE.get(sys.platform, ()))
        found = next(filter(None, map(shutil.which, _BEFEHLE)), None) or next((o for o in orte if o.is_file()), None)
        return cls(Path(found)) if found else None

    def umwandeln(self, stapel: Sequence[Sequence[Path]], *, pdfa: bool) -> Generator[Sequence[Path], None, None]:
        """A PDF beside every file, as far as it goes; yields each batch that is done, and now and then nothing.

        The files of a batch lie in one folder. Closing the generator ends all that is running.
        """
        wartend, laufend = deque(stapel), list[_Start]()
        with tempfile.TemporaryDirectory(prefix="pik-xl-", ignore_cleanup_errors=True) as name:
            profile = [Path(name) / str(number) for number in range(self.zugleich)]
            try:
                while wartend or laufend:
                    while wartend and profile:
                        laufend.append(self._start(wartend.popleft(), profile.pop(), pdfa))
                    yield ()
                    time.sleep(_TAKT)
                    for start in [each for each in laufend if each.zu_ende(self.geduld)]:
                        laufend.remove(start)
                        profile.append(start.profil)
                        yield start.stapel
            finally:
                for start in laufend:
                    start.beenden()

    def _start(self, stapel: Sequence[Path], profil: Path, pdfa: bool) -> _Start:
        to = f"pdf:writer_pdf_Export:{json.dumps(_PDFA_2B)}" if pdfa else "pdf"
        command: list[str | Path] = [
            self.befehl,
            f"-env:UserInstallation={profil.as_uri()}",
            "--headless",
            "--norestore",
        ]
        command += [f"--infilter={_WORD}", "--convert-to", to, "--outdir", stapel[0].parent, *stapel]
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # its own children go with it when it is ended
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise PikError(
                f"LibreOffice ließ sich nicht starten ({self.befehl}: {error.strerror}). Bitte prüfen, ob es sich von "
                "Hand öffnen lässt."
            ) from error
        return _Start(process, stapel, profil)


@dataclass
class _Start:
    """One running instance: its batch, how many files it has made, and when the newest was there."""

    process: subprocess.Popen[bytes]
    stapel: Sequence[Path]
    profil: Path
    fertig: int = 0
    zuletzt: float = field(default_factory=time.monotonic)

    def zu_ende(self, geduld: float) -> bool:
        """Whether it has ended, or was ended because nothing came for so many seconds."""
        if self.process.poll() is not None:
            return True
        fertig = sum(path.with_suffix(".pdf").exists() for path in self.stapel)
        if fertig > self.fertig:
            self.fertig, self.zuletzt = fertig, time.monotonic()
        if time.monotonic() - self.zuletzt < geduld:
            return False
        self.beenden()
        return True

    def beenden(self) -> None:
        """Ends it with all its children; its profile, which it had no time to leave in order, goes too."""
        if sys.platform == "win32":
            subprocess.run(["taskkill", "/F", "/T", "/PID", str(self.process.pid)], capture_output=True, check=False)
        else:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        shutil.rmtree(self.profil, ignore_errors=True)
