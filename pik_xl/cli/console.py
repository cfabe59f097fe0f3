"""What the commands show: sentences, tables, progress bars and JSON. German, and nothing is decided here."""

from __future__ import annotations

import errno
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING

import typer

from pik_xl.model import Ergebnis, Schwere, Stand

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from rich.progress import TaskID

    from pik_xl.excel.setup import Pruefpunkt
    from pik_xl.jobs.pruefung import Pruefung
    from pik_xl.master.sheets.columns import Aenderung
    from pik_xl.model import Finding
    from pik_xl.recht.entscheidung import Decision
    from pik_xl.recht.rules import Step
    from pik_xl.schreiben.ausgang import Schreibergebnis
    from pik_xl.versand.postausgang import Postergebnis
    from pik_xl.workfolder import Workfolder

SHOWN = 20
_ZU_LANG = 248  # characters from which on Windows does not find a folder; a file has twelve more


@contextmanager
def progress_bars(quiet: bool = False) -> Iterator[Callable[[str, int, int], None]]:
    """Progress bars on a terminal, one per step; nothing where nobody looks."""
    if quiet or not sys.stderr.isatty():
        yield lambda step, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description:<12}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def show(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done)

        yield show


def say(text: str, error: bool = False) -> None:
    typer.echo(text, err=error)


def say_json(value: object) -> None:
    say(json.dumps(value, ensure_ascii=False, indent=2))


def say_table(title: str, headers: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    say(title)
    table = Table(*headers)
    for row in rows:
        table.add_row(*map(Text, row))
    Console(width=None if sys.stdout.isatty() else 160).print(table)


_MEHRERE = {Schwere.FEHLER: "Fehler", Schwere.WARNUNG: "Warnungen", Schwere.HINWEIS: "Hinweise"}


def tasks(pruefung: Pruefung) -> None:
    """The to-do list, and how many findings there are of each severity."""
    headline, *lines = pruefung.kopf
    say(headline)
    for line in lines:
        say(f"– {line}")
    number = Counter(b.schwere for b in pruefung.befunde)
    say("Befunde: " + ", ".join(f"{number[s]} {s if number[s] == 1 else _MEHRERE[s]}" for s in Schwere))


def faults(pruefung: Pruefung) -> None:
    """How many findings block something, and where they stand; nothing where there are none."""
    if number := pruefung.fehler:
        say(f"{number} Fehler, siehe Blatt Befunde.")


def report(pruefung: Pruefung) -> None:
    """The to-do list, then the findings that block, one row each."""
    tasks(pruefung)
    blocking = [b for b in pruefung.befunde if b.schwere == Schwere.FEHLER]
    shown = blocking[:SHOWN]
    if shown:
        rows = [
            (b.code, f"{b.place.datei}\n{b.place.blatt} {b.place.zelle}".strip(), b.meldung, b.bitte) for b in shown
        ]
        say_table("Fehler", ("Code", "Datei, Blatt und Zelle", "Meldung", "Bitte tun"), rows)
    if len(blocking) > len(shown):
        say(f"… und {len(blocking) - len(shown)} weitere Fehler; alle zeigt das Blatt „Befunde“ oder --json.")


def totals(pruefung: Pruefung) -> None:
    from pik_xl.values import as_euro

    faelle = [v for v in pruefung.vorgaenge if v.stand == Stand.ENTSCHIEDEN]
    outcomes = Counter(d.ergebnis for v in faelle for d in v.decisions if d.beantragt)
    years: Counter[int] = Counter()
    for vorgang in faelle:
        years.update(vorgang.betraege)
    staende = Counter(v.stand for v in pruefung.vorgaenge)
    say("Vorgänge: " + ", ".join(f"{staende[stand]} {stand}" for stand in Stand))
    say("Stellen: " + ", ".join(f"{outcomes[outcome]} {outcome}" for outcome in Ergebnis))
    rows = [(str(year), as_euro(Decimal(years[year]))) for year in sorted(years)]
    rows.append(("Summe", as_euro(sum(map(Decimal, years.values()), Decimal(0)))))
    say_table("Bewilligt je Haushaltsjahr", ("Jahr", "Betrag"), rows)


def letters_written(letters: Schreibergebnis) -> None:
    _findings(letters.befunde)
    for anmerkung in letters.anmerkungen:
        say(anmerkung)
    for (titel, fassung), number in letters.anzahl.items():
        say(f"{titel} ({fassung}): {number}")
    if letters.rueckgaben:
        say(f"Dazu Arbeitsmappen mit markierten Zellen: {letters.rueckgaben}")
    if letters.unveraendert:
        say(f"Unverändert seit einem früheren Lauf, darum nicht neu geschrieben: {len(letters.unveraendert)}")
    say("Geschrieben in: " + ", ".join(map(str, letters.ordner)) if letters.ordner else "Keine neuen Schreiben.")


def post_made(post: Postergebnis) -> None:
    _findings(post.befunde)
    say(f"PDF-Dateien neu erstellt: {post.pdfs}")
    for path, seiten in post.druckdateien.items():
        say(f"Zum Drucken: {path} ({seiten} Seiten)")
    if post.mails:
        say(f"Entwürfe von E-Mails: {post.mails} in {post.ordner}")
    if post.versandt:
        say(f"Nicht noch einmal gedruckt oder gemailt, weil „Versandt am“ eingetragen ist: {post.versandt}")


def letters_planned(letters: Schreibergebnis) -> None:
    """What a run would write, and how much stands already."""
    from pik_xl.values import as_euro

    _findings(letters.befunde)
    rows = [(s.titel, s.fassung, s.traeger, s.aktenzeichen, "" if s.summe is None else as_euro(s.summe), s.datei)
            for s in letters.neu]  # fmt: skip
    if rows:
        headers = ("Schreiben", "Fassung", "Empfänger", "Aktenzeichen", "Betrag", "Datei")
        say_table(f"Entstünde neu: {len(rows)}", headers, rows)
    say(f"Liegt unverändert vor: {len(letters.unveraendert)}")
    say("Vorschau: Nichts wurde geschrieben.")


def _findings(befunde: Sequence[Finding]) -> None:
    for befund in befunde:
        say(f"{befund.code} {befund.place.datei}: {befund.meldung} {befund.bitte}")


def needs_a_look(befunde: Sequence[Finding]) -> bool:
    """Whether one of the findings on letters asks for something to be done."""
    return any(befund.schwere is not Schwere.HINWEIS for befund in befunde)


def overviews_written(written: Sequence[Path], folder: Path) -> None:
    if len(written) == 1:
        say(f"Die Übersicht steht in {written[0]}.")
    else:
        say(f"{len(written)} Übersichten stehen in {folder}.")
    if number := sum(path.with_suffix(".docx").is_file() for path in written):
        say("Das Schreiben an das Landratsamt liegt daneben." if number == 1 else
            f"Daneben liegen {number} Schreiben an die Landratsämter.")  # fmt: skip


def changes(counts: Mapping[Aenderung, int]) -> None:
    """What the run changed in the table of applications, and how much it put by on Verwaist."""
    from pik_xl.master.sheets.protokoll import seit_dem_letzten_lauf

    say(seit_dem_letzten_lauf(counts))


def machine(points: Sequence[Pruefpunkt], conf: Path | None, geschrieben: bool) -> None:
    """What was checked on this machine, a line each, and what became of the file of xlwings (none: no Windows)."""
    for point in points:
        say(f"{point.zustand:<9}  {point.was}: {point.gefunden}{f'. {point.bitte}' if point.bitte else ''}")
    if conf is None:
        say("Nichts geschrieben: Excel und xlwings.conf gibt es nur unter Windows. Geprüft wurde, was oben ok ist.")
    else:
        say(f"{conf} ist {'geschrieben' if geschrieben else 'schon auf dem Stand'}.")


def master_freed(folder: Workfolder) -> None:
    """What was changed in the master so that it no longer calls the Python of one user, and what others may miss."""
    say(
        f"{folder.master.name} nannte das Python eines einzelnen Benutzers; das steht nicht mehr darin. Die Fassung "
        f"davor liegt in {folder.sicherungen}. Gehen die Knöpfe bei jemandem danach nicht mehr, hilft dort einmal: "
        f"pik-xl excel einrichten {folder.path}"
    )


def sections(facts: Mapping[str, Mapping[str, str]]) -> None:
    """Facts by section and name, a line each."""
    for title, section in facts.items():
        say(title)
        for name, value in section.items():
            say(f"  {name}: {value}")


def no_access(error: OSError) -> str:
    """What keeps us from a file or folder, in German."""
    from pathlib import Path

    length = len(str(Path(error.filename).absolute())) if isinstance(error.filename, str) else 0
    if sys.platform == "win32" and error.errno == errno.ENOENT and length >= _ZU_LANG:
        return (
            f"{_known(error)}: Dieser Pfad hat {length} Zeichen, zu viele für Windows. Bitte den Arbeitsordner an eine "
            "Stelle mit kürzerem Pfad legen, zum Beispiel C:\\PiK."
        )
    why = {
        errno.EACCES: "Sie dürfen darauf nicht zugreifen, oder ein anderes Programm hat es geöffnet. "
        "Bitte dort schließen oder sich das Recht geben lassen.",
        errno.EPERM: "Sie dürfen das nicht ändern.",
        errno.EROFS: "Der Datenträger ist schreibgeschützt. Bitte einen anderen Ordner wählen.",
        errno.ENOSPC: "Der Datenträger ist voll. Bitte Platz schaffen und den Lauf wiederholen.",
        errno.ENOENT: "Das gibt es nicht (mehr).",
        errno.EEXIST: "Das gibt es schon, und es ist kein Ordner.",
        errno.ENOTDIR: "Das ist eine Datei und kein Ordner.",
        errno.EISDIR: "Das ist ein Ordner und keine Datei.",
        errno.ENAMETOOLONG: "Der Name ist zu lang. Bitte einen kürzeren Ordner wählen.",
    }.get(error.errno or 0, f"Das Betriebssystem meldet: {error.strerror}.")
    return f"{_known(error)}: {why}"


def _known(error: OSError) -> str:
    """The path of the error as the user knows it; of a file that should be a folder, that file."""
    from pathlib import Path

    from pik_xl.files.swap import named

    if not isinstance(error.filename, str):
        return str(error.filename or "Ein- oder Ausgabe")
    path = Path(*map(named, Path(error.filename).parts))
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        path = next((above for above in (path, *path.parents) if above.is_file()), path)
    return str(path)


def befund_json(befund: Finding) -> dict[str, str]:
    return {
        "code": befund.code,
        "schwere": str(befund.schwere),
        "kreis": befund.kreis,
        "ags": befund.ags,
        "traeger": befund.traeger,
        "stelle": befund.stelle,
        "datei": befund.place.datei,
        "blatt": befund.place.blatt,
        "zelle": befund.place.zelle,
        "feld": befund.feld,
        "gefunden": befund.gefunden,
        "meldung": befund.meldung,
        "bitte": befund.bitte,
        "quelle": befund.quelle,
    }


def decision_json(decision: Decision) -> dict[str, object]:
    monate = decision.monate
    return {
        "ergebnis": str(decision.ergebnis),
        "neues_ende": decision.neues_ende.isoformat() if decision.neues_ende else None,
        "monate": int(monate) if monate == int(monate) else float(monate),
        "betraege": {str(year): str(value) for year, value in decision.betraege.items()},
        "summe": f"{decision.summe:.2f}",
        "begruendung": [*decision.trace, *decision.hinweise],
        "quellen": list(decision.quellen),
    }


def reckoning(ergebnis: Ergebnis, saetze: Sequence[str]) -> None:
    say(f"Ergebnis: {ergebnis}")
    for satz in saetze:
        say(f"  {satz}")


def rules(steps: Sequence[Step], tag: date, rechtsstand: date, pruefsumme: str) -> None:
    """The rules in force, each with its key, value, days and source, and the checksum of the whole rulebook."""
    from pik_xl.recht.rules import BASIS
    from pik_xl.values import as_datum

    def seit(step: Step) -> str:
        rueckwirkend = f"\n(bekannt seit {as_datum(step.bekannt)})" if step.bekannt != step.since else ""
        return as_datum(step.since) + rueckwirkend

    rows = [(f"{s.name}\n{s.rule}", s.text, seit(s), s.fundstelle, BASIS[s.basis]) for s in steps]
    titel = f"Regeln am {as_datum(tag)}" + (f", Rechtsstand {as_datum(rechtsstand)}" if rechtsstand != tag else "")
    say_table(titel, ("Regel", "Wert", "gilt seit", "Quelle", "Grundlage"), rows)
    say(f"Prüfsumme des Regelwerks: {pruefsumme}")


def step_json(step: Step) -> dict[str, object]:
    return {
        "regel": step.rule,
        "name": step.name,
        "wert": str(step.value),
        "einheit": step.unit,
        "gilt_seit": step.since.isoformat(),
        "bekannt_seit": step.bekannt.isoformat(),
        "quelle": step.source,
        "url": step.url,
        "grundlage": step.basis,
        "anmerkung": step.note,
        "urheber": step.urheber,
    }
