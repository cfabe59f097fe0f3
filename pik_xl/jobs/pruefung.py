"""Received files -> what is in them, every finding about them, the cases and the budget: the middle of every job."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pik_xl.checks.eintragungen import NACH_FREIGABE_GEAENDERT, WARTET_AUF_ANTWORT
from pik_xl.checks.headline import headline
from pik_xl.checks.runner import check_all, findings, tell
from pik_xl.checks.subjects import OfEintragung, OfHaushalt
from pik_xl.eingang.receive import receive
from pik_xl.eingang.sendung import Mangel, Mangelart, Sendung
from pik_xl.kinds import Row
from pik_xl.master.sheets.columns import FREIGEGEBENES
from pik_xl.master.sheets.freigabe import freigabe_of
from pik_xl.model import Bekanntes, Bewilligung, Eintragung, Finding, Freigabe, Place, Schwere, Stand
from pik_xl.progress import Progress, silent
from pik_xl.recht.entscheidung import Vorgang
from pik_xl.recht.haushalt import Haushalt, haushalt
from pik_xl.recht.lage import Lage
from pik_xl.recht.regelstand import regelstand
from pik_xl.recht.rules import Rulebook, shipped_rulebook
from pik_xl.recht.vorgang import vorgaenge
from pik_xl.register import load_register

if TYPE_CHECKING:  # the heavy modules are loaded by the job that needs them
    from pik_xl.master.read.snapshot import Snapshot


def lage_am(
    tag: date,
    bestand: Iterable[Bewilligung] = (),
    rechtsstand: date | None = None,
    rules: Rulebook | None = None,
) -> Lage:
    """Register, approved posts and the rules of the day, as the checks and decisions want them.

    `rechtsstand` is the day up to which changes of the law are known (none: the day itself), `rules` the rulebook
    with the deviations of the office (none: as shipped).
    """
    rules = rules or shipped_rulebook()
    return Lage(load_register(), {b.stelle: b for b in bestand}, rules, regelstand(rules, tag, rechtsstand))


def _no_master() -> Snapshot:
    from pik_xl.master.read.snapshot import Snapshot

    return Snapshot()


@dataclass(frozen=True)
class Pruefung:
    """What checking received files gave: the files read, and every finding about them.

    `snapshot` is the master they were checked against, renamed applications under their new names, and `master` the
    name of its file; files checked by themselves have none.
    """

    lage: Lage
    sendungen: Sequence[Sendung]
    pruefbefunde: Sequence[Finding]
    snapshot: Snapshot = field(default_factory=_no_master)
    master: str = ""

    @cached_property
    def eingetragen(self) -> Mapping[str, Row]:
        """What staff typed on the sheet Anträge, by key of the application, and what their releases are for."""
        return self.snapshot.eingetragen(self.lage.lauftag)

    @cached_property
    def freigaben(self) -> Sequence[tuple[Eintragung, Row]]:
        """The rows of the sheet Anträge in which staff released something, and what they typed there."""
        rows = ((e, self.eingetragen.get(e.antrag, {})) for e in self.snapshot.antraege_eintragungen)
        return [(e, own) for e, own in rows if own.get(FREIGEGEBENES)]

    @cached_property
    def abweichungen(self) -> Sequence[Eintragung]:
        """The rows of the sheet Stellen in which staff decide otherwise."""
        return [e for e in self.snapshot.stellen_eintragungen if "entscheidung_abweichend" in e.werte]

    @cached_property
    def befunde(self) -> Sequence[Finding]:
        """What the checks found, and what shows of releases and the budget once all that came in is decided."""
        if not self.lage.vollstaendig:
            return self.pruefbefunde
        verfallen = (tell(NACH_FREIGABE_GEAENDERT, self._of(e), "freigegeben_am") for e in self._verfallen())
        wartend = (tell(WARTET_AUF_ANTWORT, self._of(e), "entscheidung_abweichend") for e in self._wartend())
        return (*verfallen, *wartend, *self.pruefbefunde, *findings(OfHaushalt(self.lage, self.haushalt)))

    def _of(self, eintragung: Eintragung) -> OfEintragung:
        return OfEintragung(self.lage, self.master, eintragung)

    def _verfallen(self) -> Iterator[Eintragung]:
        """The rows in which another decision was released than there is now."""
        faelle = {vorgang.antrag.schluessel: vorgang for vorgang in self.vorgaenge}
        for eintragung, eingetragen in self.freigaben:
            fall = faelle.get(eintragung.antrag)
            if fall and freigabe_of(fall, eingetragen) is Freigabe.GEAENDERT:
                yield eintragung

    def _wartend(self) -> Iterator[Eintragung]:
        """The rows in which staff decided on a post whose application waits for an answer."""
        offen = [v.antrag for v in self.vorgaenge if v.stand is Stand.RUECKFRAGE]
        posts = {(s.stelle, antrag.ags) for antrag in offen for s in antrag.stellen if s.verlaengern is not False}
        return (e for e in self.abweichungen if (e.stelle, e.ags) in posts)

    @cached_property
    def haushalt(self) -> Haushalt:
        """The budget control."""
        return haushalt(self.vorgaenge, self.lage.bewilligungen.values(), self.lage.stand)

    @cached_property
    def vorgaenge(self) -> Sequence[Vorgang]:
        """The cases, decided where nothing stands in the way."""
        antraege = [antrag for sendung in self.sendungen for antrag in sendung.antraege]
        return vorgaenge(antraege, self.pruefbefunde, self.lage)

    @property
    def antraege(self) -> int:
        return sum(len(sendung.antraege) for sendung in self.sendungen)

    @property
    def fehler(self) -> int:
        return sum(befund.schwere == Schwere.FEHLER for befund in self.befunde)

    @property
    def kopf(self) -> list[str]:
        """The to-do list the report begins with."""
        return headline(self.befunde, len(self.sendungen), self.antraege)


def lesen(paths: Sequence[Path], progress: Progress = silent, bekanntes: Bekanntes = Bekanntes()) -> list[Sendung]:  # noqa: B008  # frozen
    """Every received file at the paths, read; a bug in reading one file becomes a finding of that file.

    `bekanntes` is what the office knows of applications that come in again.
    """
    from pik_xl.eingang.read import read

    eingaenge = [eingang for path in paths for eingang in receive(path)]
    sendungen = []
    for done, eingang in enumerate(eingaenge, 1):
        try:
            sendungen.append(read(eingang, bekanntes))
        except Exception as error:  # one file must never stop the others
            spot = traceback.extract_tb(error.__traceback__)[-1]
            gefunden = f"{type(error).__name__} in {Path(spot.filename).name}, Zeile {spot.lineno}"
            mangel = Mangel(Mangelart.PROGRAMMFEHLER, Place(eingang.datei), gefunden)
            sendungen.append(Sendung(eingang.datei, eingang.tag, maengel=(mangel,)))
        progress("Lesen", done, len(eingaenge))
    return sendungen


def pruefen(
    paths: Sequence[Path],
    lage: Lage,
    progress: Progress = silent,
    bekanntes: Bekanntes = Bekanntes(),  # noqa: B008  # frozen
) -> Pruefung:
    """Read and check received files, folders and ZIPs against the approved posts and rules of the `lage`."""
    sendungen = lesen(paths, progress, bekanntes)
    return Pruefung(lage, sendungen, check_all(sendungen, lage))
