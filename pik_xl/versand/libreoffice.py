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

AT_ONCE = min(os.cpu_count() or 1, 4)
_PAUSE = 0.1  # seconds between two looks at what is running
_WORD = "MS Word 2007 XML"  # without it, it prints whatever else a file holds
_PDFA_2B = {"SelectPdfVersion": {"type": "long", "value": "2"}}
_COMMANDS = ("soffice.com", "soffice", "libreoffice")  # the first is Windows' own that can be waited for
_PLACES: Mapping[str, tuple[str, ...]] = {
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
    """LibreOffice by its command; an instance that makes no new file for `patience` seconds is taken for stuck."""

    command: Path
    patience: float = 90.0
    at_once: int = AT_ONCE

    @classmethod
    def find(cls) -> LibreOffice | None:
        """The one on this machine: on the path, else where it is usually installed."""
        places = (Path(os.path.expandvars(place)).expanduser() for place in _PLACES.get(sys.platform, ()))
        found = next(filter(None, map(shutil.which, _COMMANDS)), None) or next((p for p in places if p.is_file()), None)
        return cls(Path(found)) if found else None

    def convert(self, batches: Sequence[Sequence[Path]], *, pdfa: bool) -> Generator[Sequence[Path], None, None]:
        """A PDF beside every file, as far as it goes; yields each batch that is done, and now and then nothing.

        The files of a batch lie in one folder. Closing the generator ends all that is running.
        """
        waiting, running = deque(batches), list[_Start]()
        with tempfile.TemporaryDirectory(prefix="pik-xl-", ignore_cleanup_errors=True) as name:
            profiles = [Path(name) / str(number) for number in range(self.at_once)]
            try:
                while waiting or running:
                    while waiting and profiles:
                        running.append(self._start(waiting.popleft(), profiles.pop(), pdfa))
                    yield ()
                    time.sleep(_PAUSE)
                    for start in [each for each in running if each.ended(self.patience)]:
                        running.remove(start)
                        profiles.append(start.profile)
                        yield start.batch
            finally:
                for start in running:
                    start.end()

    def _start(self, batch: Sequence[Path], profile: Path, pdfa: bool) -> _Start:
        to = f"pdf:writer_pdf_Export:{json.dumps(_PDFA_2B)}" if pdfa else "pdf"
        command: list[str | Path] = [
            self.command,
            f"-env:UserInstallation={profile.as_uri()}",
            "--headless",
            "--norestore",
        ]
        command += [f"--infilter={_WORD}", "--convert-to", to, "--outdir", batch[0].parent, *batch]
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
                f"LibreOffice ließ sich nicht starten ({self.command}: {error.strerror}). Bitte prüfen, ob es sich von "
                "Hand öffnen lässt."
            ) from error
        return _Start(process, batch, profile)


@dataclass
class _Start:
    """One running instance: its batch, how many files it has made, and when the newest was there."""

    process: subprocess.Popen[bytes]
    batch: Sequence[Path]
    profile: Path
    made: int = 0
    newest: float = field(default_factory=time.monotonic)

    def ended(self, patience: float) -> bool:
        """Whether it has ended, or was ended because nothing came for so many seconds."""
        if self.process.poll() is not None:
            return True
        made = sum(path.with_suffix(".pdf").exists() for path in self.batch)
        if made > self.made:
            self.made, self.newest = made, time.monotonic()
        if time.monotonic() - self.newest < patience:
            return False
        self.end()
        return True

    def end(self) -> None:
        """Ends it with all its children; its profile, which it had no time to leave in order, goes too."""
        if sys.platform == "win32":
            subprocess.run(["taskkill", "/F", "/T", "/PID", str(self.process.pid)], capture_output=True, check=False)
        else:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)
