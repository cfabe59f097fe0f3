"""The sheet Kreise: how far each Stadt- and Landkreis is, its amounts, and where it lies on the map of the Start.

Counts of releases and what follows from them are formulas: they move while staff type on the sheet Anträge.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from pik_xl.kinds import Formel, Row, Value
from pik_xl.master.sheets.columns import Table
from pik_xl.master.sheets.freigabe import freigegebene
from pik_xl.master.sheets.office_specs import ANSPRECHPARTNER
from pik_xl.master.sheets.siegel import sealed
from pik_xl.master.sheets.specs import ANTRAEGE, KREISE
from pik_xl.master.sheets.years import betrag, mit_jahren
from pik_xl.model import Ansprechpartner, Bewilligung, Freigabe, Kreisstand, Stand
from pik_xl.recht.entscheidung import Vorgang, haushaltsjahre
from pik_xl.recht.vorgang import antragsteller, zugeordneter_kreis
from pik_xl.register import Kreis

NICHT_ZUGEORDNET = "nicht zugeordnet"
NULL = Decimal(0)

T = TypeVar("T")

# The car plates; a Landkreis that shares its plate with a Stadtkreis says so.
KUERZEL = {
    "08111": "S", "08115": "BB", "08116": "ES", "08117": "GP", "08118": "LB", "08119": "WN",
    "08121": "HN", "08125": "HN Lkr", "08126": "KÜN", "08127": "SHA", "08128": "TBB", "08135": "HDH", "08136": "AA",
    "08211": "BAD", "08212": "KA", "08215": "KA Lkr", "08216": "RA",
    "08221": "HD", "08222": "MA", "08225": "MOS", "08226": "HD Lkr",
    "08231": "PF", "08235": "CW", "08236": "PF Lkr", "08237": "FDS",
    "08311": "FR", "08315": "FR Lkr", "08316": "EM", "08317": "OG", "08325": "RW", "08326": "VS", "08327": "TUT",
    "08335": "KN", "08336": "LÖ", "08337": "WT",
    "08415": "RT", "08416": "TÜ", "08417": "BL", "08421": "UL", "08425": "UL Lkr", "08426": "BC",
    "08435": "FN", "08436": "RV", "08437": "SIG",
}  # fmt: skip

_KARTE = """
.    MA    HDL   MOS   .     TBB   .
.    HD    .     HNL   KÜN   SHA   .
KA   KAL   PFL   HN    .     .     .
BAD  RA    PF    LB    WN    AA    HDH
.    CW    BB    S     ES    GP    .
OG   FDS   TÜ    RT    ULL   UL    .
EM   RW    BL    SIG   BC    .     .
FR   FRL   VS    TUT   RV    .     .
LÖ   WT    .     KN    FN    .     .
"""
KARTE_ZEILEN, KARTE_SPALTEN = 9, 7


def karte() -> Iterator[tuple[int, int, str]]:
    """Row and column on the map of the Land, from 0 in the north-west, and the key of the Kreis there."""
    keys = {kuerzel.replace(" Lkr", "L"): ags for ags, kuerzel in KUERZEL.items()}
    for row, line in enumerate(_KARTE.split("\n")[1:-1]):
        for column, word in enumerate(line.split()):
            if word != ".":
                yield row, column, keys[word]


def freigaben(
    vorgaenge: Iterable[Vorgang], kreise: Container[str], eingetragen: Mapping[str, Row]
) -> Mapping[str, int]:
    """How many applications of each Kreis (5-digit key, "" for none) are released, given what staff typed."""
    keys = (zugeordneter_kreis(v.antrag, kreise) for v in freigegebene(vorgaenge, eingetragen))
    return Counter(key if key in kreise else "" for key in keys)


def kreise_table(
    vorgaenge: Sequence[Vorgang],
    bestand: Iterable[Bewilligung],
    kreise: Mapping[str, Kreis],
    ansprechpartner: Mapping[str, Ansprechpartner],
    freigegeben: Mapping[str, int],
) -> Table:
    """One row per Kreis and always a last one for what names no known Kreis: sums stay whole, the size stays.

    `freigegeben` are the counts of `freigaben`.
    """
    zaehlen = (v for v in vorgaenge if v.stand is not Stand.ERSETZT)
    geltend = _by(lambda v: zugeordneter_kreis(v.antrag, kreise), zaehlen)
    im_bestand = _by(lambda b: b.kreis, bestand)
    rows = [_kreis_row(k, geltend.pop(k.ags, []), im_bestand.pop(k.ags, [])) for k in kreise.values()]
    rest = [v for those in geltend.values() for v in those], [b for those in im_bestand.values() for b in those]
    rows.append(_kreis_row(None, *rest))
    live = (_live(row, freigegeben, ansprechpartner) for row in rows)
    spec = mit_jahren(KREISE, haushaltsjahre(vorgaenge))
    return Table(spec, sealed(spec, ({**row, **more} for row, more in zip(rows, live, strict=True))))


def _kreis_row(
    kreis: Kreis | None, vorgaenge: Sequence[Vorgang], bestand: Sequence[Bewilligung]
) -> dict[str, Value | Formel]:
    erwartet, da = {b.ags for b in bestand}, {antragsteller(v.antrag) for v in vorgaenge}
    reif = [v for v in vorgaenge if v.stand is Stand.ENTSCHIEDEN]
    fertig = {antragsteller(v.antrag) for v in reif}
    return {
        "ags": kreis.ags if kreis else None,
        "kreis": kreis.bezeichnung if kreis else NICHT_ZUGEORDNET,
        "kuerzel": KUERZEL[kreis.ags] if kreis else None,
        "art": kreis.art if kreis else None,
        "regierungsbezirk": kreis.regierungsbezirk if kreis else None,
        "im_bestand": len(erwartet),
        "eingegangen": len(da),
        "fehlend": len(erwartet - da),
        "rueckfrage": len(vorgaenge) - len(reif),
        "entscheidungsreif": len(reif),
        "fortschritt": Decimal(len(fertig)) / len(erwartet | da) if erwartet | da else None,
        "stellen": sum(len(v.beantragt) for v in vorgaenge),
        "vzae": sum((v.vzae for v in vorgaenge), NULL),
        **{betrag(jahr): sum((v.betraege.get(jahr, NULL) for v in reif), NULL) for jahr in haushaltsjahre(reif)},
        "summe": sum((v.summe for v in reif), NULL),
    }


def _live(row: Row, freigegeben: Mapping[str, int], ansprechpartner: Mapping[str, Ansprechpartner]) -> Row:
    """The cells that follow what staff type on other sheets."""
    ags = str(row["ags"] or "")
    fertig = freigegeben.get(ags, 0)
    stand, offen = _stand(row, fertig)
    hier = f"{ANTRAEGE.ref('kreis_ags')}={KREISE.here('ags')}"
    frei = f'{ANTRAEGE.ref("freigabe")}="{Freigabe.FREIGEGEBEN}"'
    name = f"INDEX({ANSPRECHPARTNER.ref('name')},MATCH({KREISE.here('ags')},{ANSPRECHPARTNER.ref('kreis')},0))"
    wer = ansprechpartner[ags].name if ags in ansprechpartner else ""
    return {
        "freigegeben": Formel(f"SUMPRODUCT(({hier})*({frei}))", fertig),
        "stand": Formel(_STAND, stand),
        "offen": Formel(_OFFEN, offen),
        "ansprechpartner": Formel(f'IFERROR({name}&"","")', wer),
    }


_DA, _FEHLEND, _RUECKFRAGE, _REIF, _FREI = (
    KREISE.here(name) for name in ("eingegangen", "fehlend", "rueckfrage", "entscheidungsreif", "freigegeben")
)
_STAND = (
    f'IF({_DA}+{_FEHLEND}=0,"{Kreisstand.OHNE}",IF({_DA}=0,"{Kreisstand.AUSSTEHEND}",'
    f'IF({_FEHLEND}>0,"{Kreisstand.TEILWEISE}",IF({_RUECKFRAGE}>0,"{Kreisstand.RUECKFRAGE}",'
    f'IF({_FREI}<{_REIF},"{Kreisstand.ENTSCHIEDEN}","{Kreisstand.FREIGEGEBEN}")))))'
)
_OFFEN = f"IF({_FEHLEND}>0,{_FEHLEND},IF({_RUECKFRAGE}>0,{_RUECKFRAGE},{_REIF}-{_FREI}))"


def _stand(row: Row, freigegeben: int) -> tuple[Kreisstand, int]:
    """The values of the two formulas above."""
    da, fehlend, rueckfrage, reif = (
        int(str(row[name])) for name in ("eingegangen", "fehlend", "rueckfrage", "entscheidungsreif")
    )
    offen = fehlend or rueckfrage or reif - freigegeben
    if not da:
        return Kreisstand.AUSSTEHEND if fehlend else Kreisstand.OHNE, offen
    if fehlend:
        return Kreisstand.TEILWEISE, offen
    if rueckfrage:
        return Kreisstand.RUECKFRAGE, offen
    return Kreisstand.ENTSCHIEDEN if offen else Kreisstand.FREIGEGEBEN, offen


def _by(key: Callable[[T], str], items: Iterable[T]) -> dict[str, list[T]]:
    groups: dict[str, list[T]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups
