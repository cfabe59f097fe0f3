"""Results -> the rows of the master's tables.

Pure: no file, no clock, no Excel. What each column is stands in `columns`; amounts are EUR, and an
application counts with its amounts as soon as it is ready for decision (entscheidungsreif).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType

from pik_xl.kinds import Formel, Row, Value
from pik_xl.master.sheets.columns import ENTSCHEIDUNG, FREIGEGEBENES, Aenderung, Table, TableSpec
from pik_xl.master.sheets.freigabe import entscheidung, freigabe
from pik_xl.master.sheets.office_specs import BESTAND
from pik_xl.master.sheets.siegel import sealed
from pik_xl.master.sheets.specs import ANTRAEGE, BEFUNDE, HAUSHALT, PROTOKOLL, STELLEN, VERWAIST
from pik_xl.master.sheets.years import betrag, mit_jahren
from pik_xl.model import Antrag, Bewilligung, Finding, Schwere, Stand, Stelle
from pik_xl.recht.entscheidung import Decision, Digitalentscheidung, Vorgang
from pik_xl.recht.haushalt import Haushalt
from pik_xl.register import Kreis
from pik_xl.values import as_datum, as_euro

NULL = Decimal(0)
OHNE_ANSATZ = "ohne Ansatz: Verpflichtung für spätere Jahre"
UEBERSCHRITTEN = "Ansatz überschritten"
_SCHWEREN = tuple(Schwere)
_JA_NEIN = {True: "ja", False: "nein", None: None}

NICHTS: Mapping[str, Row] = MappingProxyType({})

# How a time is written, and what runs are called that write no cases.
STEMPEL = "%d.%m.%Y %H:%M"
ANGELEGT, NUR_SCHREIBEN, NUR_PRUEFEN = "Arbeitsordner angelegt", "Bescheide", "Prüfen"


@dataclass(frozen=True, slots=True)
class Lauf:
    """One run in the Protokoll: when (as `STEMPEL`), what was done and by whom, its counts and seconds.

    `stempel` is the time of the run itself, `entscheidungstag` the day it decided for.
    """

    stempel: str
    was: str
    antraege: int = 0
    entscheidungsreif: int = 0
    rueckfrage: int = 0
    stellen: int = 0
    befunde: int = 0
    summe: Decimal = NULL
    regelwerk: str = ""
    entscheidungstag: date | None = None
    bemerkung: str = ""
    wer: str = ""
    sekunden: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Eintrag:
    """One entry of staff whose row is gone: sheet, key of the row, header of the column, the text typed."""

    blatt: str
    schluessel: str
    spalte: str
    inhalt: str


def haushaltsjahre(vorgaenge: Iterable[Vorgang]) -> tuple[int, ...]:
    """The budget years in which something is decided, ascending."""
    return tuple(sorted({jahr for v in vorgaenge for d in v.decisions for jahr in d.betraege}))


def antraege_table(
    vorgaenge: Sequence[Vorgang], kreise: Mapping[str, Kreis], eingetragen: Mapping[str, Row] = NICHTS
) -> Table:
    """One row per case, replaced ones too; by Kreis, applicant and day of receipt.

    `eingetragen` is what staff typed, by key of the application, and what their release is for (`freigegebenes`); the
    state of release follows it.
    """
    spec = mit_jahren(ANTRAEGE, haushaltsjahre(vorgaenge))
    faelle = _sorted(vorgaenge, kreise)
    rows = [_antrag_row(v, kreise) for v in faelle]
    typed = (eingetragen.get(key, {}) for key in row_keys(spec, rows))
    live = ({**row, "freigabe": freigabe_of(vorgang, own), FREIGEGEBENES: own.get(FREIGEGEBENES)}
            for vorgang, row, own in zip(faelle, rows, typed, strict=True))  # fmt: skip
    return Table(spec, sealed(spec, live))


def freigabe_of(vorgang: Vorgang, eingetragen: Row) -> Formel:
    """The state of release of a case, given what staff typed and what their release is for."""
    return freigabe(vorgang.stand, entscheidung_of(vorgang), eingetragen)


def _sorted(vorgaenge: Iterable[Vorgang], kreise: Mapping[str, Kreis]) -> list[Vorgang]:
    def order(vorgang: Vorgang) -> tuple[str, int, str, date, str]:
        a = vorgang.antrag
        return (kreis_of(a, kreise) or "~", len(a.ags), a.ags, a.eingang, a.schluessel)

    return sorted(vorgaenge, key=order)


def _antrag_row(vorgang: Vorgang, kreise: Mapping[str, Kreis]) -> dict[str, Value | Formel]:
    antrag, befunde = vorgang.antrag, Counter(f.schwere for f in vorgang.befunde)
    return {
        "ags": antrag.ags,
        "traeger": antrag.traeger,
        "kreis": _kreis(kreis_of(antrag, kreise), kreise),
        "stand": vorgang.stand,
        "ergebnis": vorgang.ergebnis,
        "eingang": antrag.eingang,
        **(figures(vorgang) if vorgang.stand is not Stand.ERSETZT else {}),
        "fehler": befunde[Schwere.FEHLER],
        "warnungen": befunde[Schwere.WARNUNG],
        "hinweise": befunde[Schwere.HINWEIS],
        "art": antrag.art,
        "kreis_ags": _known(kreis_of(antrag, kreise), kreise),
        "ansprechperson": antrag.ansprechperson,
        "email": antrag.email,
        "iban": antrag.iban,
        "verbund": antrag.verbund,
        "digital_antrag": _JA_NEIN[antrag.digital_antrag],
        "digital_loesung": antrag.digital_loesung,
        "digital_kosten": antrag.digital_kosten,
        "digital_zahl": antrag.digital_zahl,
        **(_digital_cells(vorgang.digital) if vorgang.digital else {}),
        "datei": antrag.datei,
        "schluessel": antrag.schluessel,
        ENTSCHEIDUNG: entscheidung_of(vorgang),
        "inhalt": antrag.inhalt,
    }


def entscheidung_of(vorgang: Vorgang) -> str:
    """The checksum of what is decided in a case."""
    kopf: Row = {"ergebnis": vorgang.ergebnis, **(_digital_cells(vorgang.digital) if vorgang.digital else {})}
    return entscheidung(kopf, ({"stelle": d.stelle, **_decision_cells(d)} for d in vorgang.decisions))


def _digital_cells(digital: Digitalentscheidung) -> Row:
    return {
        "digital_ergebnis": digital.ergebnis,
        "digital_betrag": digital.summe,
        "digital_rechenweg": " ".join(digital.trace),
    }


def figures(vorgang: Vorgang) -> Row:
    """Posts, shares and EUR applied for and granted; an application replaced by a later one has none."""
    beantragt = [s for s in vorgang.antrag.stellen if s.verlaengern]
    return {
        "stellen": len(beantragt),
        "vzae": sum((beantragte_vzae(s) for s in beantragt), NULL),
        **{betrag(jahr): wert for jahr, wert in vorgang.betraege.items()},
        "summe": vorgang.summe,
    }


def beantragte_vzae(stelle: Stelle) -> Decimal:
    """The share applied for; nothing entered means as approved."""
    return stelle.vzae if stelle.vzae is not None else stelle.vzae_bewilligt or NULL


def _kreis(ags: str | None, kreise: Mapping[str, Kreis]) -> str | None:
    return kreise[ags].bezeichnung if ags and ags in kreise else ags


def _known(ags: str, kreise: Mapping[str, Kreis]) -> str | None:
    return ags if ags in kreise else None


def stellen_table(vorgaenge: Sequence[Vorgang], kreise: Mapping[str, Kreis]) -> Table:
    """One row per post of every application that counts, with its decision and the reckoning in words."""
    geltend = _sorted((v for v in vorgaenge if v.stand is not Stand.ERSETZT), kreise)
    rows = (_stelle_row(v, s, d, kreise) for v in geltend for s, d in posts(v))
    spec = mit_jahren(STELLEN, haushaltsjahre(vorgaenge))
    return Table(spec, sealed(spec, rows))


def posts(vorgang: Vorgang) -> Iterator[tuple[Stelle, Decision | None]]:
    """Every post once with its decision; decisions on posts the form does not list come last."""
    waiting: dict[str, list[Decision]] = defaultdict(list)
    for decision in vorgang.decisions:
        waiting[decision.stelle].append(decision)
    for stelle in vorgang.antrag.stellen:
        yield stelle, waiting[stelle.stelle].pop(0) if waiting[stelle.stelle] else None
    for left in waiting.values():
        for decision in left:
            yield Stelle(decision.stelle), decision


def _stelle_row(vorgang: Vorgang, stelle: Stelle, decision: Decision | None, kreise: Mapping[str, Kreis]) -> Row:
    antrag, bewilligung = vorgang.antrag, vorgang.bewilligungen.get(stelle.stelle)
    return {
        "stelle": stelle.stelle,
        "traeger": antrag.traeger,
        "einsatzort": einsatzort(vorgang, stelle),
        "stand": vorgang.stand,
        "vzae": beantragte_vzae(stelle) if stelle.verlaengern else stelle.vzae,
        "bewilligt_bis": bewilligung.bewilligt_bis if bewilligung else stelle.bewilligt_bis,
        "verlaengern": _JA_NEIN[stelle.verlaengern],
        "vzae_bewilligt": bewilligung.vzae if bewilligung else stelle.vzae_bewilligt,
        "beginn": bewilligung.beginn if bewilligung else stelle.beginn,
        "wunschende": stelle.wunschende,
        "person": stelle.person,
        "qualifikation": stelle.qualifikation,
        "besetzung_stichtag": stelle.besetzung_stichtag,
        "besetzung_heute": stelle.besetzung_heute,
        "arbeitgeber": stelle.arbeitgeber,
        "unterbrechung": stelle.unterbrechung,
        "angabe": stelle.bemerkung,
        "kreis": _kreis(kreis_of(antrag, kreise), kreise),
        "ags": antrag.ags,
        "kreis_ags": _known(kreis_of(antrag, kreise), kreise),
        "schluessel": antrag.schluessel,
        **(_decision_cells(decision) if decision else {}),
    }


def einsatzort(vorgang: Vorgang, stelle: Stelle) -> str | None:
    """Where the post is: as entered, else as approved for this applicant."""
    bewilligung = vorgang.bewilligungen.get(stelle.stelle)
    own = bewilligung is not None and bewilligung.ags == vorgang.antrag.ags
    return stelle.einsatzort or (bewilligung.einsatzort if bewilligung and own else None)


def _decision_cells(decision: Decision) -> Row:
    return {
        "ergebnis": decision.ergebnis if decision.beantragt else None,
        "neues_ende": decision.neues_ende,
        "monate": decision.monate or None,
        **{betrag(jahr): wert for jahr, wert in decision.betraege.items()},
        "summe": decision.summe,
        "begruendung": " ".join(decision.gruende),
        "rechenweg": " ".join((*decision.vorschlag, *decision.trace)),
        "quellen": "; ".join(decision.quellen),
        "hinweise": " ".join(decision.hinweise),
    }


def kreis_of(antrag: Antrag, kreise: Mapping[str, Kreis]) -> str:
    """The Kreis an application belongs to: its official key says so; what was entered counts where that does not."""
    return antrag.ags[:5] if antrag.ags[:5] in kreise else antrag.kreis or ""


def antragsteller(antrag: Antrag) -> str:
    """Who applied, for counting: the official key; an application without one stands for itself."""
    return antrag.ags or antrag.schluessel


def befunde_table(befunde: Iterable[Finding], kreise: Mapping[str, Kreis], kopf: Sequence[str] = ()) -> Table:
    """One row per finding, the gravest first; `kopf` is the to-do list shown above."""
    rows = (_befund_row(f, kreise) for f in sorted(befunde, key=befund_order))
    return Table(BEFUNDE, sealed(BEFUNDE, rows), tuple(kopf))


def befund_order(f: Finding) -> tuple[int, str, str, str, str, str, str]:
    """Where a finding stands in a list: the gravest first, then by applicant, file and cell."""
    place = f.place
    return (_SCHWEREN.index(f.schwere), f.kreis, f.ags, place.datei, f.code, place.blatt, place.zelle)


def _befund_row(f: Finding, kreise: Mapping[str, Kreis]) -> Row:
    return {
        "schwere": f.schwere,
        "code": f.code,
        "traeger": f.traeger,
        "kreis": _kreis(f.kreis, kreise),
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


def haushalt_table(haushalt: Haushalt, digital_gesamt: Decimal) -> Table:
    """One row per budget year, the rest as formulas; above it a sentence on the second programme (EUR in total)."""
    rows = []
    for j in haushalt.jahre:
        row: Row = {
            "jahr": j.jahr,
            "ansatz": j.ansatz,
            "bereits": j.bereits,
            "beantragt": j.beantragt,
            "jetzt": Formel(_sum_of_year(j.jahr), j.jetzt) if j.jetzt else NULL,
            "rueckfrage": j.rueckfrage,
            "quelle": j.quelle or None,
        }
        rows.append({**row, **_rest(j.ansatz, j.gebunden)})
    kopf = (
        f"Digitales Integrationsmanagement: {as_euro(digital_gesamt)} insgesamt, beantragt "
        f"{as_euro(haushalt.digital_beantragt)}, jetzt bewilligt {as_euro(haushalt.digital_jetzt)}, Rest "
        f"{as_euro(digital_gesamt - haushalt.digital_jetzt)}.",
    )
    return Table(HAUSHALT, sealed(HAUSHALT, rows), kopf if haushalt.digital_beantragt else ())


def _sum_of_year(jahr: int) -> str:
    spec = mit_jahren(ANTRAEGE, (jahr,))
    return f'SUMIFS({spec.ref(betrag(jahr))},{spec.ref("stand")},"{Stand.ENTSCHIEDEN}")'


def _rest(ansatz: Decimal | None, bewilligt: Decimal) -> Row:
    a, used = HAUSHALT.here("ansatz"), f"{HAUSHALT.here('bereits')}+{HAUSHALT.here('jetzt')}"
    rest: Decimal | str = ansatz - bewilligt if ansatz is not None else ""
    anteil: Decimal | str = bewilligt / ansatz if ansatz else ""
    text = OHNE_ANSATZ if rest == "" else UEBERSCHRITTEN if bewilligt > (ansatz or NULL) else ""
    wenn_ueber = f'IF({used}>{a},"{UEBERSCHRITTEN}","")'
    return {
        "rest": Formel(f'IF({a}="","",{a}-({used}))', rest),
        "auslastung": Formel(f'IF(N({a})=0,"",({used})/{a})', anteil),
        "bemerkung": Formel(f'IF({a}="","{OHNE_ANSATZ}",{wenn_ueber})', text),
    }


def bestand_table(bestand: Iterable[Bewilligung]) -> Table:
    """The office's register of approved posts, in the order given."""
    names = [c.name for c in BESTAND.columns]
    return Table(BESTAND, tuple({name: getattr(b, name) for name in names} for b in bestand))


def protokoll_table(laeufe: Iterable[Lauf]) -> Table:
    """The runs, in the order given (the newest first)."""
    names = [c.name for c in PROTOKOLL.columns]
    return Table(PROTOKOLL, tuple({name: getattr(lauf, name) for name in names} for lauf in laeufe))


def zeit_of(stempel: str) -> datetime | None:
    """The time a `STEMPEL` names; None for what is none."""
    try:
        return datetime.strptime(stempel, STEMPEL)
    except ValueError:
        return None


def in_words(changes: Mapping[Aenderung, int]) -> str:
    """What changed in the applications since the last run: "12 neu, 3 geändert, 1 ersetzt"."""
    kinds = (kind for kind in Aenderung if kind is not Aenderung.VERWAIST and changes.get(kind))
    return ", ".join(f"{changes[kind]} {kind}" for kind in kinds) or "nichts Neues"


def nach_verwaist(number: int) -> str:
    """How many entries of staff have come to Verwaist; nothing for none."""
    entries = "1 Eintrag steht" if number == 1 else f"{number} Einträge stehen"
    return f"{entries} neu auf Blatt Verwaist" if number else ""


def seit_dem_letzten_lauf(changes: Mapping[Aenderung, int]) -> str:
    """What a run says at its end of the applications, and of what people typed."""
    saetze = [f"Anträge seit dem letzten Lauf: {in_words(changes)}", nach_verwaist(changes.get(Aenderung.VERWAIST, 0))]
    return " ".join(f"{satz}." for satz in saetze if satz)


def verwaist_table(eintraege: Iterable[Eintrag]) -> Table:
    """Entries of staff whose row is gone, exactly as typed."""
    names = [c.name for c in VERWAIST.columns]
    return Table(VERWAIST, tuple({name: getattr(e, name) for name in names} for e in eintraege))


def row_keys(spec: TableSpec, rows: Iterable[Row]) -> list[str]:
    """The key of each row as text; a key that occurs again is numbered, so that no two rows share one."""
    seen: Counter[str] = Counter()
    keys = []
    for row in rows:
        key = " | ".join(as_text(row.get(name)) for name in spec.key)
        seen[key] += 1
        keys.append(key if seen[key] == 1 else f"{key} #{seen[key]}")
    return keys


def as_text(value: Value | Formel) -> str:
    """A value as a person would have typed it: 31.12.2021, 0,5; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, date):
        return as_datum(value)
    return str(value).replace(".", ",") if isinstance(value, Decimal) else str(value)
