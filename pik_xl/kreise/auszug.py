"""What a Kreis is shown of the procedure: who applied and who did not, its posts, and what has to be mended.

Pure like the tables of the master, whose sheet Kreise has the same figures. These tables leave the office: no bank
account, no name of a Fachkraft, nothing staff noted, and of the findings only what the applicant has to mend.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import accumulate
from pathlib import PurePosixPath

from pik_xl.formular.felder import ANTRAG_NACH_NAME
from pik_xl.kinds import Formel, Kind, Row, Value
from pik_xl.master.sheets.antraege import figures
from pik_xl.master.sheets.befunde import befund_order
from pik_xl.master.sheets.columns import A4_ZEICHEN, FEHLT, Column, Table, TableSpec
from pik_xl.master.sheets.years import betrag_columns
from pik_xl.model import Bewilligung, Finding, Schwere, Stand, Stelle
from pik_xl.recht.entscheidung import Decision, Vorgang, beantragte_vzae, einsatzort, haushaltsjahre
from pik_xl.recht.vorgang import antragsteller, zugeordneter_kreis
from pik_xl.register import Kreis, Register
from pik_xl.values import as_datum, iban_fault

_K = Kind
_NAMEN = 12  # so many applicants are named in a sentence
_BEANTRAGT = {True: "ja", False: "nein", None: "offen"}

# An official key in the name of a file or folder, as our own forms and the in-tray have them.
_SCHLUESSEL = re.compile(r"(?<!\d)08\d{3}(?:\d{3,4})?(?!\d)")
_NUR_INTERN = "L"  # what keeps the office from writing a letter is none of the Kreis's business
# A bank account: a German one right or wrong and however it is spaced, a foreign one if it is one.
_IBAN = re.compile(r"DE\s?\d\d(?:[\s.-]?\d){10,}", re.IGNORECASE)
_IBAN_ANDERSWO = re.compile(r"\b[A-Z]{2}\d\d(?:[A-Z0-9]{11,30}|(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?)\b")
_ZITAT = re.compile("„.*“", re.DOTALL)
VERDECKT = "(nicht gezeigt)"


@dataclass(frozen=True, slots=True)
class Auszug:
    """What concerns one Kreis: its cases (replaced ones too), its approved posts, the findings that block.

    `dateien` are findings about files in which no application could be read, by the official key in their names.
    """

    kreis: Kreis
    vorgaenge: tuple[Vorgang, ...] = ()
    bestand: tuple[Bewilligung, ...] = ()
    dateien: tuple[tuple[str, Finding], ...] = ()

    @property
    def leer(self) -> bool:
        """Whether nobody has a post here and nobody applied."""
        return not self.vorgaenge and not self.bestand


def auszug(
    kreis: Kreis,
    vorgaenge: Iterable[Vorgang],
    befunde: Iterable[Finding],
    bestand: Iterable[Bewilligung],
    register: Register,
) -> Auszug:
    """What concerns the Kreis, of everything there is."""
    ohne_antrag = sorted(
        (f for f in befunde if f.schwere is Schwere.FEHLER and not f.antrag and f.code[0] not in _NUR_INTERN),
        key=befund_order,
    )
    keyed = ((_key(f.place.datei, register), f) for f in ohne_antrag)
    return Auszug(
        kreis,
        tuple(v for v in vorgaenge if zugeordneter_kreis(v.antrag, register.kreise) == kreis.ags),
        tuple(b for b in bestand if b.kreis == kreis.ags),
        tuple((key, f) for key, f in keyed if key[:5] == kreis.ags),
    )


def _key(datei: str, register: Register) -> str:
    """Whose a file is by its name, or by its folder, when it says nothing itself; empty if no name tells."""
    return next((key for key in reversed(_SCHLUESSEL.findall(datei)) if key in register.traeger), "")


def tabellen(auszug: Auszug) -> tuple[Table, Table, Table]:
    """The applicants, the posts and the findings of the Kreis, without a bank account in any cell."""
    traeger = traeger_im_kreis(auszug)
    tables = _antragsteller_table(auszug, traeger), _stellen_table(traeger), _befunde_table(auszug, traeger)
    return tables[0], tables[1], tables[2]


# --- applicants ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kreistraeger:
    """An applicant of the Kreis: its approved posts, the case that counts and those it replaces."""

    ags: str
    bestand: Sequence[Bewilligung]
    vorgang: Vorgang | None
    ersetzt: Sequence[Vorgang]

    @property
    def name(self) -> str:
        """As in the Bestand; else as entered."""
        if self.bestand:
            return self.bestand[0].traeger
        return (self.vorgang.antrag.traeger if self.vorgang else None) or self.ags or "ohne Namen"

    @property
    def stand(self) -> str:
        return self.vorgang.stand if self.vorgang else FEHLT

    @property
    def fehler(self) -> tuple[Finding, ...]:
        """What the applicant has to mend, in the order of the master."""
        befunde = self.vorgang.befunde if self.vorgang else ()
        return tuple(sorted((f for f in befunde if f.schwere is Schwere.FEHLER), key=befund_order))


def traeger_im_kreis(auszug: Auszug) -> list[Kreistraeger]:
    """Everyone who has posts or applied, by official key: the Kreis, its municipalities, its associations."""
    bestand: dict[str, list[Bewilligung]] = defaultdict(list)
    for b in auszug.bestand:
        bestand[b.ags].append(b)
    geltend = {antragsteller(v.antrag): v for v in auszug.vorgaenge if v.stand is not Stand.ERSETZT}
    ersetzt: dict[str, list[Vorgang]] = defaultdict(list)
    for v in sorted(auszug.vorgaenge, key=lambda v: v.antrag.eingang):
        if v.stand is Stand.ERSETZT:
            ersetzt[v.antrag.ags].append(v)

    def order(key: str) -> tuple[bool, int, str]:
        ohne = key in geltend and not geltend[key].antrag.ags
        return (ohne, len(key), key)

    keys = sorted({*bestand, *geltend}, key=order)
    return [
        Kreistraeger("" if order(k)[0] else k, bestand.get(k, ()), geltend.get(k), ersetzt.get(k, ())) for k in keys
    ]


def antragsteller_spec(jahre: Iterable[int]) -> TableSpec:
    """One row per applicant, with what was approved and what is applied for."""
    columns = (
        Column("ags", "AGS", _K.SCHLUESSEL, 10),
        Column("traeger", "Antragsteller", _K.LANGTEXT, 32),
        Column("stand", "Stand", _K.ZUSTAND, 16),
        Column("eingang", "Eingang", _K.DATUM, 11),
        Column("stellen_bewilligt", "Stellen bewilligt", _K.ZAHL, 9, summe=True),
        Column("stellen", "Stellen beantragt", _K.ZAHL, 9, summe=True),
        Column("vzae_bewilligt", "VZÄ bewilligt", _K.VZAE, 9, summe=True),
        Column("vzae", "VZÄ beantragt", _K.VZAE, 9, summe=True),
        *betrag_columns(jahre),
        Column("summe", "Summe", _K.EURO, 14, summe=True),
        Column("fehler", "Fehler", _K.ZAHL, 8, summe=True, hilfe="Was zu beheben ist; siehe „Befunde“."),
        Column("bemerkung", "Bemerkung", _K.LANGTEXT, 23),
        Column("art", "Art", width=25),
        Column("ansprechperson", "Ansprechperson", width=26),
        Column("email", "E-Mail", width=36),
    )  # fmt: skip
    text = "Eine Zeile je Antragsteller. Beträge stehen fest, sobald der Antrag entscheidungsreif ist."
    druck = sum(width <= A4_ZEICHEN for width in accumulate(column.width for column in columns))
    return TableSpec("tbl_antragsteller", "Antragsteller", text, columns, fest=2, druck=druck, summenzeile=True)


def _antragsteller_table(auszug: Auszug, traeger: Sequence[Kreistraeger]) -> Table:
    dateien = defaultdict(list)
    for key, befund in auszug.dateien:
        dateien[key].append(befund)
    jahre = haushaltsjahre(t.vorgang for t in traeger if t.vorgang and t.vorgang.stand is Stand.ENTSCHIEDEN)
    rows = (_antragsteller_row(t, dateien.get(t.ags, ())) for t in traeger)
    return _ohne_iban(Table(antragsteller_spec(jahre), tuple(rows)))


def _antragsteller_row(t: Kreistraeger, dateien: Sequence[Finding]) -> Row:
    row: dict[str, Value | Formel] = {
        "ags": t.ags,
        "traeger": t.name,
        "art": t.bestand[0].art if t.bestand else None,
        "stand": t.stand,
        "stellen_bewilligt": len(t.bestand),
        "vzae_bewilligt": sum((b.vzae for b in t.bestand), Decimal(0)),
        "bemerkung": " ".join(_bemerkungen(t, dateien)),
    }
    if t.vorgang is None:
        return row
    antrag, reif = t.vorgang.antrag, t.vorgang.stand is Stand.ENTSCHIEDEN
    return row | {
        "art": row["art"] or antrag.art,
        "eingang": antrag.eingang,
        **{name: wert for name, wert in figures(t.vorgang).items() if reif or name in ("stellen", "vzae")},
        "fehler": len(t.fehler),
        "ansprechperson": antrag.ansprechperson,
        "email": antrag.email,
    }


def _bemerkungen(t: Kreistraeger, dateien: Sequence[Finding]) -> Iterator[str]:
    if not t.bestand:
        yield "Keine bewilligte Stelle im Bestand."
    if t.ersetzt:
        tage = dict.fromkeys(as_datum(v.antrag.eingang) for v in t.ersetzt)
        yield f"Ersetzt die Einsendung vom {_und(list(tage))}."
    if t.vorgang is None and any(map(_unlesbar, dateien)):
        yield "Eine Datei ist da, lässt sich aber nicht verwenden; siehe „Befunde“."


def _unlesbar(befund: Finding) -> bool:
    """Whether it is about a file as such: somebody sent something that is no application yet."""
    return befund.code.startswith("D")


# --- posts ---------------------------------------------------------------------------------------

STELLEN = TableSpec(
    "tbl_stellen", "Stellen", "Eine Zeile je Stelle: was bewilligt ist, was beantragt ist und was daraus wird.",
    (
        Column("stelle", "Stelle", _K.SCHLUESSEL, 15),
        Column("traeger", "Antragsteller", _K.LANGTEXT, 28),
        Column("einsatzort", "Einsatzort", _K.LANGTEXT, 20),
        Column("vzae_bewilligt", "VZÄ bewilligt", _K.VZAE, 9, summe=True),
        Column("bewilligt_bis", "Bewilligt bis", _K.DATUM, 11),
        Column("beantragt", "Beantragt?", width=14),
        Column("vzae", "VZÄ beantragt", _K.VZAE, 9, summe=True),
        Column("stand", "Stand", _K.ZUSTAND, 16),
        Column("ergebnis", "Ergebnis", _K.ZUSTAND, 12),
        Column("neues_ende", "Neues Ende", _K.DATUM, 11),
        Column("summe", "Summe", _K.EURO, 14, summe=True),
        Column("begruendung", "Begründung", _K.LANGTEXT, 56),
    ),
    summenzeile=True,
)  # fmt: skip


def _stellen_table(traeger: Sequence[Kreistraeger]) -> Table:
    return _ohne_iban(Table(STELLEN, tuple(row for t in traeger for row in _stellen_rows(t))))


def _stellen_rows(t: Kreistraeger) -> Iterator[Row]:
    """The approved posts with what was applied for, then what was applied for without being approved."""
    beantragt = list(t.vorgang.posts()) if t.vorgang else []
    for b in t.bestand:
        own = [(stelle, decision) for stelle, decision in beantragt if stelle.stelle == b.stelle]
        yield _stelle_row(t, b, *(own[0] if own else (None, None)))
        for stelle, decision in own[1:]:  # listed again by mistake; approved only once
            yield {**_stelle_row(t, b, stelle, decision), "vzae_bewilligt": None}
    known = {b.stelle for b in t.bestand}
    for stelle, decision in beantragt:
        if stelle.stelle not in known:
            yield _stelle_row(t, None, stelle, decision)


def _stelle_row(t: Kreistraeger, b: Bewilligung | None, stelle: Stelle | None, decision: Decision | None) -> Row:
    row: dict[str, Value | Formel] = {"traeger": t.name, "stand": t.stand}
    if b:
        row |= {
            "stelle": b.stelle,
            "einsatzort": b.einsatzort,
            "vzae_bewilligt": b.vzae,
            "bewilligt_bis": b.bewilligt_bis,
        }
    if stelle is None or t.vorgang is None:
        return row | {"beantragt": "nicht im Antrag" if t.vorgang else "kein Antrag"}
    eigene = b or t.vorgang.eigene(stelle)  # which the Bestand may put into another Kreis
    row |= {
        "stelle": stelle.stelle,
        "einsatzort": einsatzort(stelle, eigene) or None,
        "beantragt": _BEANTRAGT[stelle.verlaengern],
        "vzae": beantragte_vzae(stelle, eigene) if stelle.verlaengern else None,
        "begruendung": None if b else "Diese Stelle ist dem Antragsteller nicht bewilligt.",
    }
    if decision is None:
        return row
    return row | {
        "ergebnis": decision.ergebnis if decision.beantragt else None,
        "neues_ende": decision.neues_ende,
        "summe": decision.summe,
        "begruendung": " ".join(decision.gruende),
    }


# --- findings ------------------------------------------------------------------------------------

BEFUNDE = TableSpec(
    "tbl_befunde", "Befunde", "Was der Antragsteller beheben muss, damit über seinen Antrag entschieden werden kann.",
    (
        Column("ags", "AGS", _K.SCHLUESSEL, 11),
        Column("traeger", "Antragsteller", _K.LANGTEXT, 26),
        Column("code", "Code", _K.SCHLUESSEL, 7),
        Column("feld", "Feld", _K.LANGTEXT, 18),
        Column("gefunden", "Gefunden", _K.LANGTEXT, 20),
        Column("meldung", "Meldung", _K.LANGTEXT, 46),
        Column("bitte", "Bitte tun", _K.LANGTEXT, 42),
        Column("blatt", "Blatt", width=12),
        Column("zelle", "Zelle", width=8),
        Column("datei", "Datei", _K.LANGTEXT, 30),
    ),
    fest=2,
)  # fmt: skip

_KEINE = "Kein Antrag hat Fehler, hier ist nichts zu tun."


def _befunde_table(auszug: Auszug, traeger: Sequence[Kreistraeger]) -> Table:
    """By applicant; what is only known by the name of its file comes last."""
    names = {t.ags: t.name for t in traeger}
    rows = [_befund_row(f, t.ags, t.name) for t in traeger for f in t.fehler]
    rows += [_befund_row(f, key, names.get(key, "")) for key, f in auszug.dateien]
    return _ohne_iban(Table(BEFUNDE, tuple(rows), () if rows else (_KEINE,)))


def _befund_row(f: Finding, ags: str, traeger: str) -> Row:
    """A finding about the bank account says what is wrong, not what was entered."""
    iban = f.feld == ANTRAG_NACH_NAME["iban"].label
    return {
        "ags": ags,
        "traeger": traeger,
        "code": f.code,
        "feld": f.feld,
        "gefunden": VERDECKT if iban and f.gefunden != "leer" else f.gefunden,
        "meldung": _ZITAT.sub("„…“", f.aussen or f.meldung) if iban else f.aussen or f.meldung,
        "bitte": f.bitte,
        "blatt": f.place.blatt,
        "zelle": f.place.zelle,
        "datei": PurePosixPath(f.place.datei).name,
    }


def _ohne_iban(table: Table) -> Table:
    """The table without bank accounts, whatever cell somebody typed one into."""

    def shown(value: Value | Formel) -> Value | Formel:
        return verdeckt(value) if type(value) is str else value

    return replace(table, rows=tuple({name: shown(value) for name, value in row.items()} for row in table.rows))


def verdeckt(text: str) -> str:
    """The text without bank accounts."""
    foreign = _IBAN_ANDERSWO.sub(lambda found: found[0] if iban_fault(found[0]) else VERDECKT, text)
    return _IBAN.sub(VERDECKT, foreign)


# --- in words ------------------------------------------------------------------------------------


def aufgaben(auszug: Auszug) -> list[str]:
    """What is to be done in the Kreis, a sentence per task."""
    traeger = traeger_im_kreis(auszug)
    da = {key for key, f in auszug.dateien if _unlesbar(f)}
    fehlt = [
        f"{t.name} (eine Datei ist da, aber nicht verwendbar)" if t.ags in da else t.name
        for t in traeger
        if t.vorgang is None
    ]
    offen = [f"{t.name} ({len(t.fehler)} Fehler)" for t in traeger if t.stand is Stand.RUECKFRAGE]
    dateien = sorted({PurePosixPath(f.place.datei).name for _, f in auszug.dateien})
    saetze = [
        (fehlt, "Antragsteller hat noch keinen Antrag gestellt", "Antragsteller haben noch keinen Antrag gestellt"),
        (offen, "Antrag lässt sich noch nicht entscheiden", "Anträge lassen sich noch nicht entscheiden"),
        (dateien, "Datei lässt sich nicht oder nicht ganz verwenden",
         "Dateien lassen sich nicht oder nicht ganz verwenden"),
    ]  # fmt: skip
    todo = [
        verdeckt(f"{len(names)} {einer if len(names) == 1 else mehrere}: {_namen(names)}.")
        for names, einer, mehrere in saetze
        if names
    ]
    return todo or ["Alle Anträge sind da und in Ordnung; es ist nichts zu tun."]


def _namen(names: Sequence[str]) -> str:
    """The names as a list in a sentence; a long one is cut."""
    if len(names) <= _NAMEN:
        return _und(names)
    return f"{', '.join(names[:_NAMEN])} und {len(names) - _NAMEN} weitere (Blatt „Antragsteller“)"


def _und(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} und {words[-1]}"
