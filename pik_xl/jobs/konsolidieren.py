"""Everything a run found and decided goes into the master."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from pik_xl.jobs.bescheide import record_of
from pik_xl.jobs.pruefung import Pruefung
from pik_xl.jobs.run import begin, bemerkung, check_bestand, kopf_of, lauf_of, protokoll, stamp
from pik_xl.master.sheets.antraege import antraege_table
from pik_xl.master.sheets.befunde import befunde_table
from pik_xl.master.sheets.haushalt import haushalt_table
from pik_xl.master.sheets.office import bestand_table
from pik_xl.master.sheets.protokoll import in_words, protokoll_table
from pik_xl.master.sheets.stellen import stellen_table
from pik_xl.master.sheets.verwaist import verwaist_table
from pik_xl.recht.lage import Lage
from pik_xl.workfolder import Workfolder

if TYPE_CHECKING:  # the heavy modules are loaded by the job that needs them
    from pik_xl.master.sheets.columns import Aenderung, Table
    from pik_xl.master.sheets.protokoll import Lauf
    from pik_xl.schreiben.ausgang import Schreibergebnis


def konsolidieren(
    folder: Workfolder,
    pruefung: Pruefung,
    stand: datetime,
    was: str = "Konsolidieren",
    wer: str = "",
    sekunden: float | None = None,
    letters: Schreibergebnis | None = None,
) -> Mapping[Aenderung, int]:
    """Write everything into the master; what staff typed stays. Returns how many applications changed, and how,
    and how many entries are new on Verwaist.

    `wer` ran it, and it took so many seconds until now; both go into the record of runs. `letters` were written in
    the same run.
    """
    from pik_xl.master.sheets.columns import Aenderung

    check_bestand(folder, pruefung)
    update, lauf = begin(folder, pruefung), lauf_of(pruefung, stand, was, wer, sekunden)
    record = record_of(letters, pruefung)
    antraege, stellen, _, *others = tables_of(pruefung)
    antraege, changes = update.vergleich(antraege)
    stellen, _ = update.vergleich(stellen)
    alle = [antraege, stellen, record.befunde(pruefung), *others, *([record.bescheide()] if letters else [])]
    changes[Aenderung.VERWAIST] = verwaist = sum(map(update.verwaist, alle))
    laeufe = protokoll(pruefung, replace(lauf, bemerkung=bemerkung(in_words(changes), verwaist)))
    update.commit((*alle, laeufe), stamp(stand))
    return changes


def neuer_master(pruefung: Pruefung, stand: datetime, lauf: Lauf) -> bytes:
    """A master with the tables of a run."""
    from pik_xl.master.update import file

    laeufe, nichts = protokoll_table([lauf]), verwaist_table(())
    alle = (*tables_of(pruefung), *office_sheets(pruefung.lage), laeufe, nichts)
    return file.build(alle, stand)


def tables_of(pruefung: Pruefung) -> tuple[Table, ...]:
    """The tables of the master a run fills; without letters, the record of runs and Verwaist."""
    from pik_xl.master.sheets import kreise as kreisblatt
    from pik_xl.master.sheets import office

    lage, faelle = pruefung.lage, pruefung.vorgaenge
    kreise, bestand = lage.register.kreise, tuple(lage.bewilligungen.values())
    gesamt = lage.stand.digital.gesamt.value
    assert isinstance(gesamt, Decimal)
    eingetragen = pruefung.eingetragen
    freigegeben = kreisblatt.freigaben(faelle, kreise, eingetragen)
    return (
        antraege_table(faelle, kreise, eingetragen),
        stellen_table(faelle, kreise),
        befunde_table(pruefung.befunde, kreise, kopf_of(pruefung)),
        kreisblatt.kreise_table(faelle, bestand, kreise, lage.ansprechpartner, freigegeben),
        office.ausstehend_table(faelle, bestand, kreise),
        haushalt_table(pruefung.haushalt, gesamt),
        office.einstellungen_table(lage.einstellungen),
        office.regelwerk_table(lage),
    )


def office_sheets(lage: Lage) -> tuple[Table, ...]:
    """The sheets that belong to the office or begin empty: drawn once, and no run rewrites what stands there."""
    from pik_xl.master.sheets import office

    return (
        office.bescheide_table((), (), {}),
        bestand_table(lage.bewilligungen.values()),
        office.ansprechpartner_table(lage.register.kreise, lage.ansprechpartner),
        office.abweichungen_table(),
    )
