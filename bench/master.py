"""Updating a closed master beside writing the same rows to a new file with XlsxWriter, and how both grow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from time import process_time

from pik_xl.eingang.sendung import Sendung
from pik_xl.jobs.konsolidieren import office_sheets, tables_of
from pik_xl.jobs.pruefung import Pruefung, lage_am
from pik_xl.master.read.snapshot import Snapshot
from pik_xl.master.sheets.columns import Table
from pik_xl.master.sheets.protokoll import protokoll_table
from pik_xl.master.sheets.verwaist import verwaist_table
from pik_xl.master.update import file
from pik_xl.master.update.closed import MasterUpdate
from pik_xl.model import Antrag, Besetzung, Bewilligung, Stelle

ROUNDS, POSTS = 3, 12_000
STAND = datetime(2020, 5, 4, 12)


def bench_master(bestand: Sequence[Bewilligung]) -> dict[str, float]:
    """CPU seconds for 12,000 posts, medians; the update reads, compares and writes rows of which every one changed."""
    small, large = (_seconds(bestand, posts) for posts in (POSTS // 10, POSTS))
    return {
        "XlsxWriter": large[0],
        "pik-xl": large[1],
        "pik-xl / XlsxWriter": large[1] / large[0],
        "zehnmal so viele / einmal": large[1] / small[1],
    }


def _seconds(bestand: Sequence[Bewilligung], posts: int) -> tuple[float, float]:
    before, after = (_tables(bestand, posts, email) for email in ("alt@example.de", "neu@example.de"))
    old = file.build(before, STAND)
    rounds: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        begin = process_time()
        file.build(after, STAND)
        built = process_time()
        update = MasterUpdate(Snapshot.of(old))
        antraege, _ = update.vergleich(after[0])
        file.aktualisiert(update, (antraege, *after[1:]))
        rounds.append((built - begin, process_time() - built))
    new, updated = zip(*rounds, strict=True)
    return sorted(new)[ROUNDS // 2], sorted(updated)[ROUNDS // 2]


def _tables(bestand: Sequence[Bewilligung], posts: int, email: str) -> tuple[Table, ...]:
    """One application for each of so many posts."""
    copies = [
        replace(bestand[n % len(bestand)], stelle=f"{bestand[n % len(bestand)].stelle}-{n}") for n in range(posts)
    ]
    sendungen = [Sendung(f"{b.stelle}.xlsx", date(2020, 4, 1), (_antrag(b, email),)) for b in copies]
    pruefung = Pruefung(lage_am(STAND.date(), copies), sendungen, ())
    return (
        *tables_of(pruefung),
        *office_sheets(pruefung.lage),
        protokoll_table(()),
        verwaist_table(()),
    )


def _antrag(b: Bewilligung, email: str) -> Antrag:
    stelle = Stelle(b.stelle, b.ags, b.einsatzort, verlaengern=True, vzae=b.vzae, besetzung_heute=Besetzung.BESETZT)
    name = f"{b.stelle}.xlsx"
    return Antrag(name, name, date(2020, 4, 1), b.ags, b.traeger, b.art, b.kreis, email=email, stellen=(stelle,))
