"""A second reading of all letters of a whole state: what docxtpl alone would have written, and sums of what is printed.

Nothing of ours fills in here: the filters are written once more, with Babel and num2words.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from docxtpl import DocxTemplate
from jinja2 import Environment, StrictUndefined
from lxml import etree
from num2words import num2words
from word_text import W, lines

from pik_xl.demo.folder import invented_folder
from pik_xl.jobs.konsolidieren import konsolidieren
from pik_xl.jobs.kreise import kreisuebersichten
from pik_xl.jobs.pruefen import pruefen_ordner
from pik_xl.jobs.pruefung import Pruefung
from pik_xl.jobs.run import read_master
from pik_xl.kreise import auszug as kreis_tables
from pik_xl.kreise.brief import kreisuebersicht
from pik_xl.model import Ergebnis, Fassung, Schreiben
from pik_xl.recht.entscheidung import Vorgang
from pik_xl.schreiben import anlass, ausgang, inhalt
from pik_xl.schreiben.nachweis import Nachweis
from pik_xl.schreiben.sammelmappe import mappen_of
from pik_xl.vorlagen import felder
from pik_xl.workfolder import Workfolder

pytestmark = pytest.mark.exhaustive

TAG, STAND = date(2020, 5, 4), datetime(2020, 5, 4, 12)
DAMALS = date(2020, 4, 1)
Fields = dict[str, Any]


# --- everything that is written --------------------------------------------------------------------


@dataclass
class Land:
    """The demo's whole state with all its letters."""

    folder: Workfolder
    pruefung: Pruefung
    neu: list[Schreiben]
    frueher: dict[str, Schreiben]
    freigegeben: set[str]
    uebersichten: list[Path]

    @property
    def vorgaenge(self) -> dict[str, Vorgang]:
        mappen, _ = mappen_of(self.pruefung.vorgaenge, self.pruefung.befunde, self.pruefung.lage)
        return {v.antrag.schluessel: v for v in (*self.pruefung.vorgaenge, *mappen)}


@pytest.fixture(scope="module")
def land(tmp_path_factory: pytest.TempPathFactory) -> Land:
    """1,145 applications and every kind of letter; every third notice amends one, every second is released."""
    folder = invented_folder(tmp_path_factory.mktemp("land") / "demo", 1_145, 2020)
    pruefung = pruefen_ordner(folder, read_master(folder), TAG)
    konsolidieren(folder, pruefung, STAND)

    def run(wunsch: ausgang.Wunsch, before: list[Schreiben]) -> list[Schreiben]:
        nachweis = Nachweis.of(before)
        done = ausgang.schreiben_alle(
            folder, pruefung.vorgaenge, pruefung.lage, wunsch, nachweis, lambda *progress: None, pruefung.befunde
        )
        # takes something away; the former, which is invented, did not go out and lies nowhere; the digital notice is
        # still to be settled
        assert {b.code for b in done.befunde} <= {"L02", "L04", "L06", "L08"}
        return done.neu

    notices = run(ausgang.Wunsch(felder.BESCHEIDE, vorschau=True), [])
    frueher = [
        replace(s, fassung=Fassung.ENDGUELTIG, datum=DAMALS, entscheidung="damals", summe=Decimal("1234567.89"))
        for s in notices[::3]
    ]
    freigegeben = {s.schluessel for s in notices[::2]}
    neu = run(ausgang.Wunsch(felder.ALLE, freigegebene=dict.fromkeys(freigegeben, TAG)), frueher)
    uebersichten = kreisuebersichten(folder, read_master(folder), list(pruefung.lage.register.kreise), TAG)
    return Land(folder, pruefung, neu, {f"{s.reihe} {s.schluessel}": s for s in frueher}, freigegeben, uebersichten)


def letters(land: Land, art: str) -> Iterator[tuple[Path, Fields]]:
    """Every letter of a kind, with the fields it has to be filled with."""
    if art == felder.KREISUEBERSICHT.name:
        yield from _uebersichten(land)
        return
    vorgaenge = land.vorgaenge
    for s in land.neu:
        vorgang, path = vorgaenge[s.schluessel], land.folder.path / s.datei
        entwurf = s.art == felder.DIGITAL.name or (s.art in felder.BESCHEIDE and s.schluessel not in land.freigegeben)
        if s.art == art:
            context = anlass.felder_of(art, vorgang, land.pruefung.lage)
            if "frueherer_bescheid" in context:
                context["frueherer_bescheid"] = _frueher(land, s)
            yield path, {**context, "entwurf": entwurf}
        elif art == felder.RECHTSBEHELFSVERZICHT.name and s.art in felder.BESCHEIDE and s.anlagen:
            context = inhalt.rechtsbehelfsverzicht(vorgang, land.pruefung.lage)
            decided = {"bescheid": s.titel, "ergebnis": s.ergebnis, "summe": s.summe, "entwurf": entwurf}
            yield path.with_name(*s.anlagen), {**context, **decided}


def _frueher(land: Land, s: Schreiben) -> Fields:
    if (f := land.frueher.get(f"{s.reihe} {s.schluessel}")) is None:
        return {}
    return {"datum": DAMALS, "aktenzeichen": f.aktenzeichen, "ergebnis": f.ergebnis, "summe": Decimal("1234567.89")}


def _uebersichten(land: Land) -> Iterator[tuple[Path, Fields]]:
    lage = land.pruefung.lage
    master = read_master(land.folder)
    (vorgaenge, befunde), bestand = master.faelle, master.bestand
    for path in (path for path in land.uebersichten if path.with_suffix(".docx").is_file()):
        kreis = lage.register.kreise[path.name[:5]]
        auszug = kreis_tables.auszug(kreis, vorgaenge, befunde, bestand, lage.register)
        fields = kreisuebersicht(auszug, lage.einstellungen, lage.ansprechpartner, TAG, STAND, path.name)
        yield path.with_suffix(".docx"), fields


# --- the same once more ----------------------------------------------------------------------------


def _zahl(value: Decimal) -> str:
    return format_decimal(value, "#,##0.00", locale="de_DE")


def _monate(value: Decimal) -> str:
    number = format_decimal(value, "#,##0" if value == int(value) else "#,##0.00", locale="de_DE")
    return f"{number} {'Monat' if value == 1 else 'Monate'}"


def _in_worten(value: Decimal) -> str:
    euro, cent = divmod(int(value * 100), 100)
    said = {unit: re.sub("eins$", "ein", num2words(n, lang="de")) for unit, n in (("Euro", euro), ("Cent", cent))}
    words = [f"{number} {unit}" for unit, number in said.items()]
    return " und ".join(words if cent else words[:1])


FILTERS: dict[str, Callable[[Any], str]] = {
    "datum": lambda value: format_date(value, "dd.MM.yyyy", locale="de_DE"),
    "euro": lambda value: format_currency(value, "EUR", locale="de_DE"),
    "in_worten": _in_worten,
    "monate": _monate,
    "pflicht": str,
    "vzae": lambda value: f"{_zahl(value)}\u00a0VZÄ",
    "zahl": _zahl,
}


def with_docxtpl(template: Path, fields: Fields) -> bytes:
    env = Environment(undefined=StrictUndefined, autoescape=True)
    env.filters.update(FILTERS)
    document, saved = DocxTemplate(template), io.BytesIO()
    document.render(fields, env, autoescape=True)
    document.save(saved)
    return saved.getvalue()


def whole(data: bytes) -> dict[str, list[str]]:
    """What each part says: paragraph by paragraph, the document properties entry by entry."""
    said = {}
    for name in zipfile.ZipFile(io.BytesIO(data)).namelist():
        if re.fullmatch(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml", name):
            said[name] = lines(data, name)
    core = etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("docProps/core.xml"))
    return said | {"docProps/core.xml": sorted(f"{e.tag} {e.text}" for e in core if e.text)}


@pytest.mark.parametrize("art", felder.SCHREIBARTEN)
def test_every_letter_of_a_whole_state_says_what_docxtpl_says(land: Land, art: str) -> None:
    template, read = land.folder.vorlage(art), 0
    for path, fields in letters(land, art):
        assert whole(path.read_bytes()) == whole(with_docxtpl(template, fields)), path.name
        read += 1
    at_least = {"verlaengerung": 1_000, "rechtsbehelfsverzicht": 1_000, "eingangsbestaetigung": 1_100, "sammelmappe": 2}
    assert read >= at_least.get(art, 9)


def test_no_letter_is_left_out_of_the_second_reading(land: Land) -> None:
    read = [path for art in felder.SCHREIBARTEN for path, _ in letters(land, art)]
    parents = (land.folder.bescheide, land.folder.rueckfragen, land.folder.kreise)
    assert sorted(read) == sorted(path for parent in parents for path in parent.rglob("*.docx"))
    assert len(read) > 3_000 and len(set(read)) == len(read)
    kinds = Counter((s.titel, s.fassung) for s in land.neu if s.art in felder.BESCHEIDE)
    for titel in ("Zuwendungsbescheid", "Änderungsbescheid"):
        assert kinds[titel, Fassung.ENTWURF] > 100 and kinds[titel, Fassung.ENDGUELTIG] > 100


# --- sums ------------------------------------------------------------------------------------------

_EURO = re.compile(r"(\d[\d.]*),(\d\d)\u00a0€")
_JAHR = re.compile(rf"Haushaltsjahr (\d{{4}}): [^:]*, ({_EURO.pattern})\.")


def euro(text: str) -> Decimal:
    match = _EURO.fullmatch(text)
    assert match, text
    return Decimal(f"{match[1].replace('.', '')}.{match[2]}")


def rows(data: bytes) -> Iterator[tuple[str, str]]:
    """First and last cell of every row of a table."""
    root = etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml"))
    for row in root.iter(W + "tr"):
        cells = ["".join(cell.itertext(W + "t")) for cell in row.iter(W + "tc")]
        yield cells[0], cells[-1]


def test_what_a_notice_prints_adds_up_to_the_sum_of_its_case(land: Land) -> None:
    mehrere = 0
    for s in (s for s in land.neu if s.art == "verlaengerung"):
        vorgang, data = land.vorgaenge[s.schluessel], (land.folder.path / s.datei).read_bytes()
        printed, told = list(rows(data)), "\n".join(lines(data))
        stellen = {first: euro(last) for first, last in printed if first in {d.stelle for d in vorgang.decisions}
                   and "€" in last}  # fmt: skip
        jahre = Counter({first: euro(last) for first, last in printed if re.fullmatch(r"\d{4}", first)})
        granted = {d.stelle for d in vorgang.decisions if d.beantragt and d.ergebnis is not Ergebnis.ABGELEHNT}
        assert stellen.keys() == granted
        assert sum(stellen.values()) == sum(jahre.values()) == vorgang.summe == s.summe, s.datei
        reasons: Counter[str] = Counter()
        for jahr, amount, *_ in _JAHR.findall(told):
            reasons[jahr] += euro(amount)  # type: ignore[assignment]  # Counter adds up any number
        assert reasons == jahre, s.datei
        assert format_currency(vorgang.summe, "EUR", locale="de_DE") in told and _in_worten(vorgang.summe) in told
        mehrere += len(granted) > 1
    assert mehrere > 100
