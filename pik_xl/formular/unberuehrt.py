"""Whether the row of an applicant in a Sammelmappe is as it was sent: then nobody applied for anything.

The Landkreis fills in the rows of those who answered. What the office had filled in is no entry of theirs, as long as
it is still what was sent; the checksums of the form tell that. A form without them is judged by its entries alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from pik_xl.formular.felder import ANTRAG_FELDER, STELLEN_FELDER, Feld
from pik_xl.formular.pruefsumme import geaendert, kopf_summe, stelle_summe, vorschlag_key, vorschlag_summe
from pik_xl.formular.vorbelegt import VORGESCHLAGEN
from pik_xl.model import Antrag, Stelle

_KOPF = tuple(feld.name for feld in ANTRAG_FELDER if feld.vorbelegt)
_STELLE = tuple(feld.name for feld in STELLEN_FELDER if feld.vorbelegt)


def unberuehrt(antrag: Antrag) -> bool:
    """Whether nothing in the applicant's row and in those of its posts was entered since the form was sent."""
    return bool(antrag.ags) and not any(_eingetragen(antrag))


def _eingetragen(antrag: Antrag) -> Iterator[bool]:
    yield _filled(antrag, ANTRAG_FELDER, _KOPF)
    yield _changed(antrag, antrag, antrag.ags, _KOPF, kopf_summe(partial(getattr, antrag)))
    for stelle in antrag.stellen:
        yield _filled(stelle, STELLEN_FELDER, (*_STELLE, *VORGESCHLAGEN))
        yield _changed(antrag, stelle, stelle.stelle, _STELLE, stelle_summe(partial(getattr, stelle), sammelmappe=True))
        if _there(stelle, VORGESCHLAGEN):
            summe = vorschlag_summe(partial(getattr, stelle))
            yield geaendert(antrag.pruefsummen, vorschlag_key(stelle.stelle), summe)
        if _there(stelle, ("vzae", "vzae_bewilligt")):
            yield stelle.vzae != stelle.vzae_bewilligt  # proposed is what was approved


def _filled(record: Antrag | Stelle, felder: Iterable[Feld], known: tuple[str, ...]) -> bool:
    """Whether something stands in an entry that was sent empty, or something unreadable in one that was not."""
    entered = [feld.name for feld in felder if feld.name in record.angaben and record.angaben[feld.name].text]
    return any(name not in known or getattr(record, name) in (None, "") for name in entered)


def _changed(antrag: Antrag, record: Antrag | Stelle, key: str, names: tuple[str, ...], summe: str) -> bool:
    """Whether these facts are not those sent, or nothing was sent by that key: then somebody typed the row."""
    return bool(antrag.pruefsummen) and _there(record, names) and antrag.pruefsummen.get(key) != summe


def _there(record: Antrag | Stelle, names: Iterable[str]) -> bool:
    """Whether the file has all these columns; of what it lacks, nothing is known."""
    return all(name in record.angaben for name in names)
