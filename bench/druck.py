"""What a PDF costs: ours in checked batches, beside a start of LibreOffice for every file; wall time, same files."""

from __future__ import annotations

import statistics
import subprocess
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from pik_xl.versand.libreoffice import LibreOffice
from pik_xl.versand.print_room import pdfs
from pik_xl.workfolder import write

SINGLES, ROUNDS = 6, 3


def bench_pdfs(letters: Sequence[bytes], folder: Path) -> dict[str, float]:
    """Milliseconds a file of both ways, medians of rounds in turn; the single starts find their profile made."""
    program = LibreOffice.find()
    if program is None:
        raise SystemExit("LibreOffice is not installed")
    files = [write(folder / "briefe" / f"{number}.docx", data) for number, data in enumerate(letters)]
    rounds: list[tuple[float, float]] = []
    _single(program.command, files[:1], folder)  # makes the profile
    for number in range(ROUNDS):
        ziele = {path: folder / f"pdf{number}" / f"{path.stem}.pdf" for path in files}
        begin = perf_counter()
        failed = pdfs(ziele, lambda *progress: None, printer=program)
        ours = (perf_counter() - begin) * 1000 / len(files)
        if failed:
            raise SystemExit(f"no PDF of {len(failed)} letters")
        few = files[len(files) // SINGLES - 1 :: len(files) // SINGLES]  # not the first, which is large
        begin = perf_counter()
        _single(program.command, few, folder)
        rounds.append((ours, (perf_counter() - begin) * 1000 / len(few)))
    ours, single = (statistics.median(each) for each in zip(*rounds, strict=True))
    return {"pik-xl": ours, "LibreOffice, ein Start je Datei": single}


def _single(command: Path, files: Sequence[Path], folder: Path) -> None:
    for path in files:
        subprocess.run(
            [command, f"-env:UserInstallation={(folder / 'profil').as_uri()}", "--headless", "--convert-to", "pdf",
             "--outdir", folder / "einzeln", path],
            check=True, capture_output=True,
        )  # fmt: skip
