"""What goes out: the letters of a run, and with a request the applicant's own workbook with the cells marked.

Everything of a run stands in a dated folder of its own with a manifest. What cannot be written becomes a
finding, and the rest goes on.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from pik_xl import schreiben
from pik_xl.checks import Lage, finding_of
from pik_xl.model import Finding, Mangel, Place, Schreiben, Schwere, Stand, Vorgang
from pik_xl.receive import receive
from pik_xl.workfolder import Workfolder, write

Progress = Callable[[str, int, int], None]


@dataclass
class Schreibergebnis:
    """The letters of a run: by kind their folder and number, each by itself, and what could not be written."""

    ordner: dict[str, Path] = field(default_factory=dict)
    anzahl: Counter[str] = field(default_factory=Counter)
    schreiben: list[Schreiben] = field(default_factory=list)
    befunde: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Art:
    """A kind of letter: its template, for which cases, where it goes and what fills it."""

    vorlage: str
    stand: Stand
    ordner: Callable[[Workfolder], Path]
    felder: Callable[[Vorgang, Lage], dict[str, object]]


_ARTEN = (
    _Art("verlaengerung", Stand.ENTSCHIEDEN, lambda folder: folder.bescheide, schreiben.verlaengerung),
    _Art("nachforderung", Stand.RUECKFRAGE, lambda folder: folder.rueckfragen, schreiben.nachforderung),
)


ARTEN = ("verlaengerung", "nachforderung")  # the kinds of letters, by their templates


def schreiben_alle(
    folder: Workfolder,
    vorgaenge: Sequence[Vorgang],
    lage: Lage,
    progress: Progress,
    arten: Collection[str] = ARTEN,
) -> Schreibergebnis:
    """A letter of these kinds for every case that is decided or waits for the applicant, and the marked workbooks."""
    run = _Run(folder, lage, progress)
    for art in (each for each in _ARTEN if each.vorlage in arten):
        faelle = [vorgang for vorgang in vorgaenge if vorgang.stand == art.stand and not _nur_digital(vorgang)]
        if faelle:
            files = run.letters(art, faelle)
            if art.stand == Stand.RUECKFRAGE:
                files = chain(files, run.rueckgaben(faelle))
            target = _run_folder(art.ordner(folder), lage, files)
            run.ergebnis.ordner[art.vorlage] = target
            run.ergebnis.schreiben += run.recorded(art, target)
    return run.ergebnis


def _nur_digital(vorgang: Vorgang) -> bool:
    """Whether a decided case is about a digital solution only; the notice on posts does not fit it."""
    return vorgang.digital is not None and not any(d.beantragt for d in vorgang.decisions)


@dataclass
class _Run:
    """One run: writes what it can, collects in `ergebnis` what it could not."""

    folder: Workfolder
    lage: Lage
    progress: Progress
    ergebnis: Schreibergebnis = field(default_factory=Schreibergebnis)
    written: list[tuple[Vorgang, str]] = field(default_factory=list)

    def recorded(self, art: _Art, target: Path) -> Iterator[Schreiben]:
        """The letters written since the last time asked, with the place they have now."""
        for vorgang, name in self.written:
            datei = (target / name).relative_to(self.folder.path).as_posix()
            yield Schreiben(vorgang, art.vorlage, art.stand is Stand.ENTSCHIEDEN, self.lage.tag, datei)
        self.written.clear()

    def letters(self, art: _Art, faelle: Sequence[Vorgang]) -> Iterator[tuple[str, bytes]]:
        """File name and bytes of each letter."""
        from pik_xl.notices import NoticeFault, Template

        template = Template.compile(self.folder.vorlage(art.vorlage), art.vorlage, schreiben.KNOWN[art.vorlage])
        names: Counter[str] = Counter()
        for done, vorgang in enumerate(faelle, 1):
            try:
                data = template.render(art.felder(vorgang, self.lage))
            except NoticeFault as fault:
                self._not_written(vorgang.antrag.datei, str(fault))
                continue
            name = schreiben.file_name(vorgang, self.lage, art.vorlage.capitalize())
            names[name] += 1
            name = name if names[name] == 1 else f"{name.removesuffix('.docx')}_{names[name]}.docx"
            yield name, data
            self.written.append((vorgang, name))
            self.ergebnis.anzahl[art.vorlage] += 1
            self.progress("Schreiben", done, len(faelle))

    def rueckgaben(self, faelle: Sequence[Vorgang]) -> Iterator[tuple[str, bytes]]:
        """File name and bytes of every workbook in question, with its findings marked."""
        from pik_xl import rueckgabe

        wanted: dict[str, list[Vorgang]] = {}
        for vorgang in faelle:
            wanted.setdefault(vorgang.antrag.datei, []).append(vorgang)
        for eingang in receive(self.folder.eingang):
            if not (those := wanted.get(eingang.datei)):
                continue
            fehler = [b for vorgang in those for b in vorgang.befunde if b.schwere == Schwere.FEHLER]
            try:
                data = rueckgabe.mark(eingang.data, fehler, self.lage.tag)
            except Exception as error:  # what we can read and openpyxl cannot must not stop the others
                self._not_written(eingang.datei, f"Markierte Arbeitsmappe: {type(error).__name__}.")
                continue
            yield schreiben.rueckgabe_name(those[0], self.lage), data
            self.ergebnis.anzahl["rueckgabe"] += 1

    def _not_written(self, datei: str, why: str) -> None:
        self.ergebnis.befunde.append(finding_of(Mangel("schreiben", Place(datei), why), self.lage))


def _run_folder(parent: Path, lage: Lage, files: Iterable[tuple[str, bytes]]) -> Path:
    """Write the files of a run into a folder of their own with a manifest; an equal run leaves the old one.

    The manifest has the hash of every file and the checksum of the rules that decided.

    The folder gets its name last, so a run that was cut off leaves no half-filled folder under it.
    """
    tag = lage.tag.isoformat()
    fresh = parent / f".{tag}.neu"
    shutil.rmtree(fresh, ignore_errors=True)
    hashes = {}
    for name, data in files:
        write(fresh / name, data)
        hashes[name] = hashlib.sha256(data).hexdigest()
    about = {"tag": tag, "rechtsstand": lage.stand.rechtsstand.isoformat(), "regelwerk": lage.rules.pruefsumme}
    manifest = json.dumps(about | {"dateien": hashes}, ensure_ascii=False, indent=1, sort_keys=True)
    write(fresh / "manifest.json", manifest.encode())
    number, target = 1, parent / tag
    while target.exists():
        if (target / "manifest.json").is_file() and (target / "manifest.json").read_text("utf-8") == manifest:
            shutil.rmtree(fresh)
            return target
        number += 1
        target = parent / f"{tag}_{number}"
    fresh.rename(target)
    return target
