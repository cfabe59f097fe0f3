"""What the form itself watches while it is filled in, once for Excel and once for Python.

Each rule stands here as a formula and as a predicate. The formulas make the form show its own mistakes;
the predicates give the formulas the values they will have, for viewers that do not calculate.
The checks that decide are those of `pik_xl.checks`; these only help the applicant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from pik_xl.formular.felder import (
    ANTRAG_FELDER,
    ANTRAG_NACH_NAME,
    BLATT_DIGITAL,
    BLATT_STELLEN,
    STELLEN_NACH_NAME,
    TABELLE_ANTRAGSTELLER,
    TABELLE_STELLEN,
    Feld,
    Massgaben,
)
from pik_xl.formular.vorbelegt import Fields
from pik_xl.kinds import Kind
from pik_xl.model import Qualifikation
from pik_xl.values import (
    DOMAIN_ZEICHEN,
    EMAIL_MAX,
    KONTO_MAX,
    KONTO_ZEICHEN,
    add_months,
    as_zahl,
    months_between,
    period_end,
)

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
    regeln = []
    if feld.wenn:
        regeln.append(Regel(f'{{{feld.wenn}}}<>"ja"', lambda fields: _text(fields, feld.wenn).lower() != "ja", LEER))
    regeln.append(Regel(f'TRIM({cell})=""', lambda fields: not _text(fields, name).strip(), fehlt))
    if feld.kind == Kind.IBAN:
        regeln.append(Regel(f'LEN(SUBSTITUTE({cell}," ",""))<>22',
                            lambda fields: len(_text(fields, name).replace(" ", "")) != 22, "22 Stellen"))  # fmt: skip
    if feld.kind == Kind.PLZ:
        regeln.append(Regel(f"LEN({cell})<>5", lambda fields: len(_text(fields, name)) != 5, "5 Ziffern"))
    if feld.kind == Kind.EMAIL:
        regeln += _email_regeln(name)
    if feld.kind == Kind.DATUM:
        regeln.append(Regel(f"NOT(ISNUMBER({cell}))", lambda fields: not isinstance(fields[name], date), "kein Datum"))
    if feld.kind in (Kind.EURO, Kind.ZAHL):
        regeln.append(Regel(f"NOT(ISNUMBER({cell}))", lambda fields: not _number(fields, name), "keine Zahl"))
    if feld.zusage:
        regeln.append(Regel(f'{cell}<>"ja"', lambda fields: _text(fields, name).lower() != "ja", "bitte „ja“"))
    return tuple(regeln)


def _email_regeln(name: str) -> Iterator[Regel]:
    """What a formula can tell of `pik_xl.values.email_fault`: no more than that, so that nothing right is marked."""
    text = f"TRIM({{{name}}})"
    at = f'FIND("@",{text})'
    yield Regel(f"ISERROR({at})", lambda fields: "@" not in _text(fields, name), "ohne @")
    yield Regel(f'LEN({text})-LEN(SUBSTITUTE({text},"@",""))>1',
                lambda fields: _text(fields, name).count("@") > 1, "nur eine Adresse")  # fmt: skip
    wrong = (
        _fremd(f"LEFT({text},{at}-1)", KONTO_ZEICHEN),
        _fremd(f"MID({text},{at}+1,{EMAIL_MAX})", DOMAIN_ZEICHEN),
        f'ISNUMBER(FIND("=?",{text}))',
        f'ISNUMBER(FIND("..","."&SUBSTITUTE({text},"@",".")&"."))',
        f'ISERROR(FIND(".",{text},{at}))',
        f"{at}>{KONTO_MAX + 1}",
        f"LEN({text})>{EMAIL_MAX}",
    )
    yield Regel(f"OR({','.join(wrong)})", lambda fields: _keine_adresse(_text(fields, name)), "keine Adresse")


def _fremd(text: str, zeichen: str) -> str:
    """Whether the text has a character that is none of these, as a part of an Excel formula.

    The text is made longer with one of them: programs disagree whether they find nothing at all in something.
    """
    erlaubt = zeichen.replace("{", "{{").replace("}", "}}")
    each = f'MID({text}&REPT("a",{EMAIL_MAX}),ROW($A$1:$A${EMAIL_MAX}),1)'
    return f'SUMPRODUCT(--ISERROR(FIND({each},"{erlaubt}")))>0'


def _keine_adresse(entry: str) -> bool:
    """The same as the last formula for e-mails."""
    text = entry.strip(" ")
    konto, _, domain = text.partition("@")
    fremd = any(c not in KONTO_ZEICHEN for c in konto) or any(c not in DOMAIN_ZEICHEN for c in domain)
    punkte = "" in text.replace("@", ".").split(".") or "." not in domain
    return fremd or punkte or "=?" in text or len(konto) > KONTO_MAX or len(text) > EMAIL_MAX


def antragsteller_regeln() -> tuple[Regel, ...]:
    """The same for a row of the Sammelmappe: the first entry that needs work, with its label."""
    return (
        Regel('TRIM({ags})=""', lambda fields: not _text(fields, "ags").strip(), LEER),  # a row not used
        *(
            _wenn(feld.wenn, Regel(regel.formel, regel.gilt, f"{feld.label}: {regel.text}"))
            for feld in ANTRAG_FELDER
            if feld.pflicht
            for regel in feld_regeln(feld)
            if regel.text
        ),
    )


def _wenn(name: str, regel: Regel) -> Regel:
    """The rule for a row in which another entry says ja; always, if none is named."""
    if not name:
        return regel
    return Regel(
        f'AND({{{name}}}="ja",{regel.formel})',
        lambda fields: _text(fields, name).lower() == "ja" and regel.gilt(fields),
        regel.text,
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
        Regel('AND({besetzung_heute}="besetzt",TRIM({person})="")',
              lambda f: _text(f, "besetzung_heute").lower() == "besetzt" and not _text(f, "person").strip(),
              "Name der Fachkraft fehlt"),
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
    """The latest end possible of a post, as `pik_xl.recht.verlaengerung.frist_of` finds it, as an Excel formula."""
    beginn, bis = cells["beginn"], cells["bewilligt_bis"]
    months = f"{massgaben.hoechstdauer}+MIN({massgaben.unterbrechung},MAX(0,N({cells['unterbrechung']})))"
    longest = _ende(beginn, months)
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


def monate_formula(massgaben: Massgaben, cells: Mapping[str, str]) -> str:
    """The months by which a post grows, as `pik_xl.values.months_between` counts them, as an Excel formula."""
    bis, wunsch, laengstens = cells["bewilligt_bis"], cells["wunschende"], cells["laengstens_bis"]
    beginn, ende = f"({bis}+1)", f"IF(ISNUMBER({wunsch}),MIN({wunsch},{laengstens}),{laengstens})"
    ganze = f'DATEDIF({beginn},{ende}+1,"m")'
    voll, naechster = (_ende(beginn, f"{ganze}{more}") for more in ("", "+1"))
    monate = f"ROUND({ganze}+({ende}-({voll}))/(({naechster})-({voll})),2)"
    gilt = f'AND({cells["verlaengern"]}="ja",ISNUMBER({laengstens}))'
    return f'=IF({gilt},IF({ende}>{bis},{monate},0),"")'


def _ende(beginn: str, monate: str) -> str:
    """The last day of a period (`pik_xl.values.period_end`), as a part of an Excel formula."""
    tag = f"EDATE({beginn},{monate})"
    return f"{tag}-(DAY({tag})>=DAY({beginn}))"


def monate(fields: Fields, massgaben: Massgaben) -> Decimal | None:
    """What `monate_formula` shows for these entries."""
    laengstens, bis, wunsch = laengstens_bis(fields, massgaben), fields.get("bewilligt_bis"), fields.get("wunschende")
    if laengstens is None or not isinstance(bis, date) or _text(fields, "verlaengern").lower() != "ja":
        return None
    ende = min(wunsch, laengstens) if isinstance(wunsch, date) else laengstens
    return months_between(bis + timedelta(days=1), ende) if ende > bis else Decimal(0)


def offen(urteile: Iterable[str]) -> int:
    """How many of these still need work."""
    return sum(text not in (LEER, GUT, ENDET) for text in urteile)


_VOLLSTAENDIG = f"{GUT}  Der Antrag ist vollständig. Bitte speichern und per E-Mail zurücksenden."
_OFFEN = (
    "Noch offen:  auf diesem Blatt ",
    f"  ·  auf dem Blatt {BLATT_STELLEN} ",
    f"  ·  auf dem Blatt {BLATT_DIGITAL} ",
)


def status_formula(hier: tuple[str, str], digital: tuple[str, str]) -> str:
    """One sentence for the whole form: how many entries and posts still need work.

    Both sheets of entries by the ranges of their marks and labels; a heading stands among the marks without a label.
    """
    posts = _column("pruefung")
    counts = (_open_marks(*hier), f'SUMPRODUCT((LEN({posts})>1)*({posts}<>"{ENDET}"))', _open_marks(*digital))
    satz = "&".join(f'"{text}"&{count}' for count, text in zip(counts, _OFFEN, strict=True))
    return f'=IF({"+".join(counts)}=0,"{_VOLLSTAENDIG}",{satz})'


def _open_marks(marken: str, labels: str) -> str:
    return f'SUMPRODUCT((LEN({marken})>1)*({labels}<>""))'


def status(hier: int, stellen: int, digital: int) -> str:
    """What `status_formula` shows for so many open entries and posts."""
    counts = zip(_OFFEN, (hier, stellen, digital), strict=True)
    return "".join(f"{text}{count}" for text, count in counts) if hier + stellen + digital else _VOLLSTAENDIG


_SUMME = ("Zu verlängern:  Stellen ", "  ·  VZÄ ")


def summe_formula() -> str:
    """How many posts are to be extended, and their shares together and by qualification."""
    satz = f'="{_SUMME[0]}"&{stellen_formula()}&"{_SUMME[1]}"&{_zahl(vzae_formula())}'
    for text, qualifikation in _JE_QUALIFIKATION:
        satz += f'&"{text}"&{_zahl(vzae_formula(qualifikation))}'
    return satz


def _zahl(formula: str) -> str:
    """The number with two decimals and a comma, whatever language the program has."""
    return f'SUBSTITUTE(FIXED({formula},2,TRUE),".",",")'


_JE_QUALIFIKATION = tuple(
    (f"{',  davon ' if number == 0 else ', '}{qualifikation} ", qualifikation)
    for number, qualifikation in enumerate(Qualifikation)
)


def summe(stellen: Sequence[Fields]) -> str:
    """What `summe_formula` shows for these posts."""
    satz = f"{_SUMME[0]}{len(zu_verlaengern(stellen))}{_SUMME[1]}{as_zahl(vzae_summe(stellen))}"
    for text, qualifikation in _JE_QUALIFIKATION:
        satz += text + as_zahl(vzae_summe([f for f in stellen if _text(f, "qualifikation").lower() == qualifikation]))
    return satz


def summen(antragsteller: Sequence[Fields], stellen: Sequence[Fields]) -> Fields:
    """What the sums of a Sammelmappe show for these rows."""
    return {
        "summe_antragsteller": sum(bool(_text(row, "traeger").strip()) for row in antragsteller),
        "summe_stellen": len(zu_verlaengern(stellen)),
        "summe_vzae": vzae_summe(stellen),
    }


def antragsteller_formula() -> str:
    """The number of applicants in a Sammelmappe, as an Excel formula."""
    return f'=SUMPRODUCT(--(TRIM({TABELLE_ANTRAGSTELLER}[{ANTRAG_NACH_NAME["traeger"].label}])<>""))'


def stellen_formula() -> str:
    """The number of posts to be extended, as a part of an Excel formula."""
    return f"SUMPRODUCT({_JA})"


def vzae_formula(qualifikation: str = "") -> str:
    """The shares to be extended together, of one qualification or of all, as a part of an Excel formula."""
    wenn = f'*({_column("qualifikation")}="{qualifikation}")' if qualifikation else ""
    return f"SUMPRODUCT({_JA}{wenn},{_column('vzae')})"


def zu_verlaengern(stellen: Sequence[Fields]) -> list[Fields]:
    """The rows whose posts are to be extended."""
    return [row for row in stellen if _text(row, "verlaengern").lower() == "ja"]


def vzae_summe(stellen: Sequence[Fields]) -> Decimal:
    """VZÄ to be extended in these rows; what is no number counts nothing, as in Excel."""
    shares = (row.get("vzae") for row in zu_verlaengern(stellen))
    return sum((Decimal(share) for share in shares if isinstance(share, int | Decimal)), Decimal(0))


def _column(name: str) -> str:
    return f"{TABELLE_STELLEN}[{STELLEN_NACH_NAME[name].label}]"


_JA = f'--({_column("verlaengern")}="ja")'


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
