"""What the form itself watches while it is filled in, once for Excel and once for Python.

Each rule stands here as a formula and as a predicate. The formulas make the form show its own mistakes;
the predicates give the formulas the values they will have, for viewers that do not calculate.
The checks that decide are those of `pik_xl.checks`; these only help the applicant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pik_xl.form import (
    ANTRAG_FELDER,
    BLATT_STELLEN,
    STELLEN_NACH_NAME,
    TABELLE_STELLEN,
    Feld,
    Kind,
    Massgaben,
)
from pik_xl.prefill import Fields
from pik_xl.values import add_months, as_zahl, period_end

GUT, ENDET = "✓", "endet wie bewilligt"
LEER = ""


@dataclass(frozen=True, slots=True)
class Regel:
    """`text` is shown where `formel` holds; `gilt` is the same condition for entries in Python.

    In `formel` the cell of a field stands as {name}.
    """

    formel: str
    gilt: Callable[[Fields], bool]
    text: str


def as_formula(regeln: Iterable[Regel], cells: Mapping[str, str]) -> str:
    """The text of the first rule that holds, GUT if none does, as an Excel formula on these cells."""
    formula = f'"{GUT}"'
    for regel in reversed(list(regeln)):
        formula = f'IF({regel.formel.format_map(cells)},"{regel.text}",{formula})'
    return "=" + formula


def urteil(regeln: Iterable[Regel], fields: Fields) -> str:
    """What `as_formula` shows for these entries."""
    return next((regel.text for regel in regeln if regel.gilt(fields)), GUT)


def feld_regeln(feld: Feld) -> tuple[Regel, ...]:
    """What is watched in a single entry of the head of the form; empty and not asked for shows nothing."""
    name, cell = feld.name, f"{{{feld.name}}}"
    fehlt = "fehlt" if feld.pflicht else LEER
    regeln = [Regel(f'TRIM({cell})=""', lambda fields: not _text(fields, name).strip(), fehlt)]
    if feld.kind == Kind.IBAN:
        regeln.append(Regel(f'LEN(SUBSTITUTE({cell}," ",""))<>22',
                            lambda fields: len(_text(fields, name).replace(" ", "")) != 22, "22 Stellen"))  # fmt: skip
    if feld.kind == Kind.PLZ:
        regeln.append(Regel(f"LEN({cell})<>5", lambda fields: len(_text(fields, name)) != 5, "5 Ziffern"))
    if feld.kind == Kind.EMAIL:
        regeln.append(Regel(f'ISERROR(FIND("@",{cell}))', lambda fields: "@" not in _text(fields, name), "ohne @"))
    if feld.kind == Kind.DATUM:
        regeln.append(Regel(f"NOT(ISNUMBER({cell}))", lambda fields: not isinstance(fields[name], date), "kein Datum"))
    if feld.kind == Kind.JA_NEIN:
        regeln.append(Regel(f'{cell}<>"ja"', lambda fields: _text(fields, name).lower() != "ja", "bitte „ja“"))
    return tuple(regeln)


def antragsteller_regeln() -> tuple[Regel, ...]:
    """The same for a row of the Sammelmappe: the first entry that needs work, with its label."""
    return (
        Regel('TRIM({ags})=""', lambda fields: not _text(fields, "ags").strip(), LEER),  # a row not used
        *(
            Regel(regel.formel, regel.gilt, f"{feld.label}: {regel.text}")
            for feld in ANTRAG_FELDER
            if feld.pflicht
            for regel in feld_regeln(feld)
        ),
    )


def stelle_regeln(massgaben: Massgaben) -> tuple[Regel, ...]:
    """What is watched in a row of the table of posts, the most important first."""
    kleinster = massgaben.mindestanteil
    return (
        Regel('TRIM({stelle})=""', lambda f: not _text(f, "stelle").strip(), LEER),
        Regel('TRIM({verlaengern})=""', lambda f: not _text(f, "verlaengern"), "Verlängern: bitte ja oder nein"),
        Regel('{verlaengern}="nein"', lambda f: _text(f, "verlaengern").lower() == "nein", ENDET),
        Regel("NOT(ISNUMBER({vzae}))", lambda f: not _number(f, "vzae"), "VZÄ beantragt fehlt"),
        Regel(
            f"{{vzae}}<{kleinster}",
            lambda f: _number(f, "vzae") and f["vzae"] < kleinster,  # type: ignore[operator]
            f"mindestens {kleinster} VZÄ".replace(".", ","),
        ),
        Regel(
            "AND(ISNUMBER({vzae_bewilligt}),{vzae}>{vzae_bewilligt})",
            lambda f: _number(f, "vzae_bewilligt") and f["vzae"] > f["vzae_bewilligt"],  # type: ignore[operator]
            "mehr VZÄ als bewilligt",
        ),
        Regel('TRIM({qualifikation})=""', lambda f: not _text(f, "qualifikation"), "Qualifikation fehlt"),
        Regel('TRIM({besetzung_stichtag})=""', lambda f: not _text(f, "besetzung_stichtag"),
              "Besetzung am 31.12.2018 fehlt"),
        Regel('TRIM({besetzung_heute})=""', lambda f: not _text(f, "besetzung_heute"), "Besetzung heute fehlt"),
        Regel(
            'OR({besetzung_heute}="unbesetzt",{besetzung_stichtag}="unbesetzt")',
            lambda f: "unbesetzt" in (_text(f, "besetzung_heute").lower(), _text(f, "besetzung_stichtag").lower()),
            "unbesetzt: bitte prüfen",
        ),
        Regel(
            'AND(TRIM({unterbrechung})<>"",NOT(ISNUMBER({unterbrechung})))',
            lambda f: bool(_text(f, "unterbrechung")) and not _number(f, "unterbrechung"),
            "Unterbrechung: Monate als Zahl",
        ),
        Regel(
            'AND(TRIM({wunschende})<>"",NOT(ISNUMBER({wunschende})))',
            lambda f: bool(_text(f, "wunschende")) and not isinstance(f["wunschende"], date),
            "Verlängern bis: kein Datum",
        ),
        Regel(
            "AND(ISNUMBER({laengstens_bis}),ISNUMBER({wunschende}),{wunschende}>{laengstens_bis})",
            lambda f: _after(f.get("wunschende"), laengstens_bis(f, massgaben)),
            "später als längstens möglich",
        ),
        Regel(
            "AND(ISNUMBER({bewilligt_bis}),ISNUMBER({wunschende}),{wunschende}<={bewilligt_bis})",
            lambda f: _not_after(f.get("wunschende"), f.get("bewilligt_bis")),
            "liegt vor „bewilligt bis“",
        ),
        Regel(
            "AND(ISNUMBER({laengstens_bis}),ISNUMBER({bewilligt_bis}),{laengstens_bis}<={bewilligt_bis})",
            lambda f: _not_after(laengstens_bis(f, massgaben), f.get("bewilligt_bis")),
            "Höchstdauer ist erreicht",
        ),
    )  # fmt: skip


def laengstens_formula(massgaben: Massgaben, cells: Mapping[str, str]) -> str:
    """The latest end possible of a post, as `pik_xl.extension.frist_of` finds it, as an Excel formula."""
    beginn, bis = cells["beginn"], cells["bewilligt_bis"]
    months = f"{massgaben.hoechstdauer}+MIN({massgaben.unterbrechung},MAX(0,N({cells['unterbrechung']})))"
    last = f"EDATE({beginn},{months})"
    longest = f"{last}-(DAY({last})>=DAY({beginn}))"
    step = massgaben.schritt
    extended = f"IF(DAY({bis}+1)=1,EOMONTH({bis},{step}),EDATE({bis},{step}))"
    return f'=IF(AND(ISNUMBER({beginn}),ISNUMBER({bis})),MIN({longest},{extended}),"")'


def laengstens_bis(fields: Fields, massgaben: Massgaben) -> date | None:
    """What `laengstens_formula` shows for these entries."""
    beginn, bis, gemeldet = fields.get("beginn"), fields.get("bewilligt_bis"), fields.get("unterbrechung")
    if not (isinstance(beginn, date) and isinstance(bis, date)):
        return None
    anerkannt = min(massgaben.unterbrechung, max(0, int(gemeldet))) if isinstance(gemeldet, int | Decimal) else 0
    return min(period_end(beginn, massgaben.hoechstdauer + anerkannt), add_months(bis, massgaben.schritt))


def offen(urteile: Iterable[str]) -> int:
    """How many of these still need work."""
    return sum(text not in (LEER, GUT, ENDET) for text in urteile)


_VOLLSTAENDIG = f"{GUT}  Der Antrag ist vollständig. Bitte speichern und per E-Mail zurücksenden."
_OFFEN = ("Noch offen: ", " Angaben auf diesem Blatt und ", f" Stellen auf dem Blatt {BLATT_STELLEN}.")


def status_formula(marken: str) -> str:
    """One sentence for the whole form: how many entries (marks in the range) and posts still need work."""
    posts = _column("pruefung")
    angaben = f"SUMPRODUCT(--(LEN({marken})>1))"
    stellen = f'SUMPRODUCT((LEN({posts})>1)*({posts}<>"{ENDET}"))'
    satz = f'"{_OFFEN[0]}"&{angaben}&"{_OFFEN[1]}"&{stellen}&"{_OFFEN[2]}"'
    return f'=IF({angaben}+{stellen}=0,"{_VOLLSTAENDIG}",{satz})'


def status(angaben: int, stellen: int) -> str:
    """What `status_formula` shows for so many open entries and posts."""
    return f"{_OFFEN[0]}{angaben}{_OFFEN[1]}{stellen}{_OFFEN[2]}" if angaben + stellen else _VOLLSTAENDIG


_SUMME = ("Zu verlängern: ", " Stellen mit ", " VZÄ")


def summe_formula() -> str:
    """How many posts are to be extended, and their shares together."""
    ja = f'--({_column("verlaengern")}="ja")'
    vzae = f"FIXED(SUMPRODUCT({ja},{_column('vzae')}),2)"
    return f'="{_SUMME[0]}"&SUMPRODUCT({ja})&"{_SUMME[1]}"&{vzae}&"{_SUMME[2]}"'


def summe(stellen: Sequence[Fields]) -> str:
    """What `summe_formula` shows for these posts."""
    ja = [row for row in stellen if _text(row, "verlaengern").lower() == "ja"]
    vzae = sum((Decimal(share) for row in ja if isinstance(share := row.get("vzae"), int | Decimal)), Decimal(0))
    return f"{_SUMME[0]}{len(ja)}{_SUMME[1]}{as_zahl(vzae)}{_SUMME[2]}"


def _column(name: str) -> str:
    return f"{TABELLE_STELLEN}[{STELLEN_NACH_NAME[name].label}]"


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    return str(value)


def _number(fields: Fields, name: str) -> bool:
    return isinstance(fields.get(name), int | Decimal)


def _after(first: object, second: object) -> bool:
    return isinstance(first, date) and isinstance(second, date) and first > second


def _not_after(first: object, second: object) -> bool:
    return isinstance(first, date) and isinstance(second, date) and first <= second
