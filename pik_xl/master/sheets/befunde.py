"""The sheet Befunde: what was found in what came in, the gravest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pik_xl.kinds import Row
from pik_xl.master.sheets.columns import Table
from pik_xl.master.sheets.rows import kreis_name
from pik_xl.master.sheets.siegel import sealed
from pik_xl.master.sheets.specs import BEFUNDE
from pik_xl.model import Finding, Schwere
from pik_xl.register import Kreis

_SCHWEREN = tuple(Schwere)


def befunde_table(
    befunde: Iterable[Finding], kreise: Mapping[str, Kreis], kopf: Sequence[str] = (), weiterhin: Iterable[Row] = ()
) -> Table:
    """One row per finding, the gravest first; `kopf` is the to-do list shown above.

    `weiterhin` are rows of an earlier run that still stand; they keep their seals.
    """
    rows = sealed(BEFUNDE, (_befund_row(f, kreise) for f in sorted(befunde, key=befund_order)))
    words = list(map(str, Schwere))
    both = sorted((*rows, *weiterhin), key=lambda r: words.index(s) if (s := str(r.get("schwere"))) in words else 0)
    return Table(BEFUNDE, tuple(both), tuple(kopf))


def befund_order(f: Finding) -> tuple[int, str, str, str, str, str, str]:
    """Where a finding stands in a list: the gravest first, then by applicant, file and cell."""
    place = f.place
    return (_SCHWEREN.index(f.schwere), f.kreis, f.ags, place.datei, f.code, place.blatt, place.zelle)


def _befund_row(f: Finding, kreise: Mapping[str, Kreis]) -> Row:
    return {
        "schwere": f.schwere,
        "code": f.code,
        "traeger": f.traeger,
        "kreis": kreis_name(f.kreis, kreise),
        "ags": f.ags,
        "feld": f.feld,
        "gefunden": f.gefunden,
        "meldung": f.meldung,
        "bitte": f.bitte,
        "blatt": f.place.blatt,
        "zelle": f.place.zelle,
        "datei": f.place.datei,
        "quelle": f.quelle,
        "schluessel": f.antrag,
        "aussen": f.aussen,
    }
