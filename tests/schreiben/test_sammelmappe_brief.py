"""What goes back of a Sammelmappe: to each applicant what is theirs, to the Landkreis the whole, to nobody else a word.

Every file that leaves the house is opened as its recipient would: no account, address, number or name of anybody else.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from email import message_from_bytes, policy
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader
from samples import sampled

from pik_xl.demo.folder import invented_folder
from pik_xl.eingang.read import read
from pik_xl.eingang.receive import Eingang
from pik_xl.fingerprint import letter_fingerprint
from pik_xl.formular import felder as form
from pik_xl.formular.fill import FormTemplate
from pik_xl.formular.pruefsumme import versandt
from pik_xl.formular.vorbelegt import kopf_of, stelle_of
from pik_xl.jobs import anlegen, bescheide
from pik_xl.jobs.konsolidieren import konsolidieren
from pik_xl.jobs.kreise import kreisuebersichten
from pik_xl.jobs.lage import lage_of
from pik_xl.jobs.pruefen import pruefen_ordner
from pik_xl.jobs.pruefung import Pruefung, lage_am
from pik_xl.jobs.run import read_master
from pik_xl.model import Besetzung, Bewilligung, Fassung, Qualifikation, Schreiben, Schwere, Stand
from pik_xl.recht.einstellungen import Einstellungen
from pik_xl.recht.entscheidung import Vorgang
from pik_xl.register import load_register
from pik_xl.schreiben import anlass
from pik_xl.schreiben.ausgang import Schreibergebnis, Wunsch
from pik_xl.schreiben.einzelform import einzelform, form_templates
from pik_xl.schreiben.inhalt import rueckgabe_name
from pik_xl.schreiben.nachweis import MANIFEST, manifest, read_manifest
from pik_xl.schreiben.rueckgabe import BLATT
from pik_xl.values import iban_of
from pik_xl.versand.postausgang import Postwunsch
from pik_xl.vorlagen import felder
from pik_xl.workfolder import Workfolder, write

TAG, STAND = date(2020, 5, 4), datetime(2020, 5, 4, 9)
MAPPE = "08115/Sammelmappe_08115.xlsx"
KREIS, BOEBLINGEN, HERRENBERG, LEONBERG, SINDELFINGEN, MAGSTADT = (
    "08115", "08115003", "08115021", "08115028", "08115045", "08115029",
)  # fmt: skip
NUERTINGEN, ESSLINGEN = "08116049", "08116"
ALLE = (KREIS, BOEBLINGEN, HERRENBERG, LEONBERG, SINDELFINGEN, MAGSTADT, NUERTINGEN, ESSLINGEN)
ZEILEN = (BOEBLINGEN, LEONBERG, SINDELFINGEN, MAGSTADT)
PLZ, AM = (f"{form.EINGABE}{form.eingabe_zeilen(form.BLATT_ANTRAG)[n]}" for n in ("plz", "unterzeichnet_am"))
Fields = dict[str, object]


def posts_of(ags: str) -> list[Bewilligung]:
    traeger = load_register().traeger[ags]
    return [
        Bewilligung(f"{ags}-{n:02}", f"15.2-PiK-{ags}", ags, traeger.name, traeger.art, traeger.kreis,
                    f"Ort{ags}x", f"Fachkraft Nr{n} von{ags}x", Qualifikation.HOCHSCHULE, Decimal("0.50"),
                    Decimal("64000.00"), date(2018, 10, 1), date(2020, 9, 30))
        for n in (1, 2)
    ]  # fmt: skip


def kopf(ags: str) -> Fields:
    """A complete head whose values nobody else has."""
    number = ALLE.index(ags)
    return kopf_of(posts_of(ags)) | {
        "strasse": f"Gasse{ags}x 1", "plz": f"7{number}{number}07", "ort": f"Ort{ags}x",
        "ansprechperson": f"Kontakt von{ags}x", "telefon": f"07031 {number}{number}{number}4711",
        "email": f"post{ags}@rathaus.example", "kontoinhaber": f"{posts_of(ags)[0].traeger}, Konto{ags}x",
        "iban": iban_of("60050101", 1_000_007 * (number + 3)), "erklaerung_richtig": True,
        "erklaerung_mitteilung": True, "unterzeichnet_von": f"Zeichnet von{ags}x",
        "unterzeichnet_am": date(2020, 4, 1),
    }  # fmt: skip


def zeilen(ags: str) -> list[Fields]:
    """Its two posts, filled in completely."""
    besetzt = {"besetzung_stichtag": Besetzung.BESETZT, "besetzung_heute": Besetzung.BESETZT, "verlaengern": True}
    return [stelle_of(post) | besetzt | {"bemerkung": f"Bemerkung{ags}x"} for post in posts_of(ags)]


def geheim(ags: str) -> set[str]:
    """What only this applicant and the office may read."""
    head = kopf(ags)
    names = ("strasse", "ansprechperson", "telefon", "email", "iban", "unterzeichnet_von")
    return {*(str(head[n]) for n in names), f"Konto{ags}x", f"Bemerkung{ags}x", *(p.person for p in posts_of(ags))}


@cache
def formulare() -> tuple[FormTemplate, FormTemplate]:
    return form_templates(lage_am(TAG))


@dataclass
class Amt:
    """An office with a Sammelmappe of four, and what came by itself."""

    folder: Workfolder
    koepfe: dict[str, Fields]
    stellen: dict[str, list[Fields]]

    @classmethod
    def in_folder(cls, folder: Workfolder) -> Amt:
        amt = cls(folder, {ags: kopf(ags) for ags in ALLE}, {ags: zeilen(ags) for ags in ALLE})
        iban = str(amt.koepfe[BOEBLINGEN]["iban"])
        amt.koepfe[BOEBLINGEN]["iban"] = iban[:-1] + str((int(iban[-1]) + 1) % 10)
        amt.koepfe[LEONBERG]["plz"] = "7122"
        amt.stellen[LEONBERG][0] |= {"vzae": "ein halbes", "wunschende": "31.12.2021"}
        amt.stellen[LEONBERG][1] |= {"bewilligt_bis": date(2020, 10, 31), "unterbrechung": 2}
        amt.stellen[MAGSTADT][1] |= {"stelle": f"{BOEBLINGEN}-02", "person": f"Fachkraft Nr2 von{BOEBLINGEN}x"}
        amt.stellen[HERRENBERG][1] |= {"stelle": f"{LEONBERG}-02"}
        amt.koepfe[NUERTINGEN]["email"] = None
        amt.koepfe[ESSLINGEN]["ort"] = None
        return amt

    def senden(self, *einzeln: str, mappe: Sequence[str] = ZEILEN, datei: str = MAPPE) -> None:
        """Put the Sammelmappe and single forms into the in-tray."""
        einzel, sammel = formulare()
        sent = versandt(map(kopf_of, map(posts_of, mappe)), [stelle_of(p) for a in mappe for p in posts_of(a)], True)
        rows = [row for ags in mappe for row in self.stellen[ags]]
        self.ablegen(datei, sammel.fill({}, rows, [self.koepfe[ags] for ags in mappe], sent))
        for ags in einzeln:
            facts = versandt([kopf_of(posts_of(ags))], map(stelle_of, posts_of(ags)), False)
            self.ablegen(f"{ags[:5]}/{ags}.xlsx", einzel.fill(self.koepfe[ags], self.stellen[ags], (), facts))

    def ablegen(self, datei: str, data: bytes, tag: date = date(2020, 4, 20)) -> None:
        path = write(self.folder.eingang / datei, data)
        noon = datetime(tag.year, tag.month, tag.day, 12).timestamp()
        os.utime(path, (noon, noon))

    def pruefen(self) -> Pruefung:
        return pruefen_ordner(self.folder, read_master(self.folder), TAG)

    def schreiben(self, **wunsch: object) -> Schreibergebnis:
        return bescheide.bescheide(self.folder, self.pruefen(), wunsch=Wunsch(**wunsch))  # type: ignore[arg-type]

    def anlage(self, s: Schreiben) -> Path:
        (name,) = s.anlagen
        return (self.folder.path / s.datei).with_name(name)


@pytest.fixture(scope="module")
def leer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A work folder with the Bestand and nothing in its in-tray."""
    bestand, path = [post for ags in ALLE for post in posts_of(ags)], tmp_path_factory.mktemp("leer") / "PiK"
    gesetzt = Einstellungen({"entscheidungstag": TAG, "zeichnet": "Max Muster"})
    return anlegen.init(path, STAND, bestand, gesetzt).path


@pytest.fixture
def amt(tmp_path: Path, leer: Path) -> Amt:
    return Amt.in_folder(Workfolder(shutil.copytree(leer, tmp_path / "PiK")))


def nachforderung(letters: Schreibergebnis, ags: str) -> Schreiben:
    return next(s for s in letters.neu if s.art in felder.NACHFORDERUNGEN and s.ags == ags)


# --- nobody else's data, in any file -----------------------------------------------------------------


def inside(path: Path) -> str:
    """Everything a recipient can find in a file: the pages of a PDF, each part of a package, a mail with all in it."""
    return content(path.name, path.read_bytes())


def content(name: str, data: bytes) -> str:
    if name.endswith(".pdf"):
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    if name.endswith(".eml"):
        mail = message_from_bytes(data, policy=policy.default)
        body = mail.get_body()
        parts = [content(str(a.get_filename()), a.get_payload(decode=True)) for a in mail.iter_attachments()]  # type: ignore[arg-type]
        return "\n".join([str(mail), body.get_content() if body else "", *parts])
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        raw = {part: package.read(part).decode("utf-8", "replace") for part in package.namelist()}
    plain = [re.sub(r"<[^>]+>", "", text) for text in raw.values()]  # a text may be cut into runs
    return "\n".join([*raw, *raw.values(), *plain])


def verraten(text: str, geheimnisse: set[str]) -> list[str]:
    squeezed = " ".join(text.split())
    return sorted(word for word in geheimnisse if word in squeezed)


def fremdes(ags: str, alle: Mapping[str, set[str]], darf: Sequence[str] = ()) -> set[str]:
    """What this recipient must not read; `darf` are others whose data it sent itself."""
    own = set().union(alle[ags], *(alle[a] for a in darf))
    return set().union(*alle.values()) - own


def dateien(folder: Workfolder, s: Schreiben) -> Iterator[Path]:
    for path in s.pfade(folder.path):
        yield path
        if path.with_suffix(".pdf").is_file() and path.suffix == ".docx":
            yield path.with_suffix(".pdf")


def test_every_file_that_leaves_the_house_holds_only_what_its_recipient_may_read(amt: Amt) -> None:
    amt.senden(KREIS, HERRENBERG, NUERTINGEN, ESSLINGEN)
    pruefung = amt.pruefen()
    letters = bescheide.bescheide(amt.folder, pruefung, wunsch=Wunsch(felder.ALLE))
    alle = {ags: geheim(ags) | {str(amt.koepfe[ags]["iban"])} for ags in ALLE}
    post = None
    if shutil.which("soffice"):
        post = bescheide.fertig_machen(amt.folder, pruefung, letters.neu, Postwunsch(druck=True, mail=True))
    read = 0
    for s in letters.neu:
        darf = ZEILEN if s.art == felder.SAMMELMAPPE.name else ()
        for path in dateien(amt.folder, s):
            assert verraten(inside(path), fremdes(s.ags, alle, darf)) == [], path.name
            read += 1
    assert {s.art for s in letters.neu} >= {"verlaengerung", *felder.NACHFORDERUNGEN, "eingangsbestaetigung"}
    assert read > 20
    # each has its own in it: the test would see them
    for ags in (BOEBLINGEN, LEONBERG, NUERTINGEN):
        own = {str(amt.koepfe[ags]["iban"]), f"Kontakt von{ags}x", f"Fachkraft Nr1 von{ags}x"}
        assert own <= set(verraten(inside(amt.anlage(nachforderung(letters, ags))), own))
    if post:
        _mails_and_print_file(letters, post.ordner, alle)


def _mails_and_print_file(letters: Schreibergebnis, ordner: Path | None, alle: Mapping[str, set[str]]) -> None:
    assert ordner is not None
    by_name = {Path(s.datei).stem: s for s in letters.neu}
    mails = sorted(ordner.rglob("*.eml"))
    assert len(mails) >= 5
    for path in mails:
        s = by_name[path.stem.partition("_")[2]]
        darf = ZEILEN if s.art == felder.SAMMELMAPPE.name else ()
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert mail["to"] == s.email and verraten(inside(path), fremdes(s.ags, alle, darf)) == [], path.name
        attached = {str(a.get_filename()) for a in mail.iter_attachments()}
        assert attached == {f"{path.stem.partition('_')[2]}.pdf", *s.anlagen}
    druck = PdfReader(ordner / "Druck.pdf")
    outline = [(str(item.title), druck.get_destination_page_number(item)) for item in druck.outline]  # type: ignore[union-attr, arg-type]
    ends = [start for _, start in outline[1:]] + [len(druck.pages)]
    for (title, start), end in zip(outline, ends, strict=True):
        s = by_name[title]
        text = "\n".join(page.extract_text() for page in druck.pages[start:end])
        darf = ZEILEN if s.art == felder.SAMMELMAPPE.name else ()
        assert verraten(text, fremdes(s.ags, alle, darf)) == [], title


def test_an_overview_for_a_kreis_names_no_account_no_fachkraft_and_no_number(amt: Amt) -> None:
    amt.senden(KREIS, HERRENBERG, NUERTINGEN, ESSLINGEN)
    konsolidieren(amt.folder, amt.pruefen(), STAND)
    darf = {f"Kontakt von{ags}x" for ags in ALLE} | {f"post{ags}@rathaus.example" for ags in ALLE}  # whom to call
    alle = {ags: geheim(ags) - darf | {str(amt.koepfe[ags]["iban"])} for ags in ALLE}
    written = [path for book in kreisuebersichten(amt.folder, read_master(amt.folder), [KREIS, ESSLINGEN], TAG)
               for path in (book, book.with_suffix(".docx"))]  # fmt: skip
    assert len(written) == 4
    for path in written:
        assert verraten(inside(path), set().union(*alle.values())) == [], path.name


@pytest.mark.exhaustive
def test_the_sammelmappen_of_the_demo_go_whole_to_their_landkreis_and_to_nobody_else(tmp_path: Path) -> None:
    folder = invented_folder(tmp_path / "demo", 480, 2020)
    pruefung = pruefen_ordner(folder, read_master(folder), TAG)
    in_mappen = {v.antrag.schluessel: v for v in pruefung.vorgaenge if v.antrag.sammelmappe}
    assert len({v.antrag.ags for v in in_mappen.values() if v.antrag.datei.endswith("08225.xlsx")}) == 11
    letters = bescheide.bescheide(folder, pruefung, wunsch=Wunsch(felder.ALLE, antraege=in_mappen))
    alle: dict[str, set[str]] = {}
    for v in pruefung.vorgaenge:
        a = v.antrag
        alle.setdefault(a.ags, set()).update(filter(None, (a.iban, a.email, a.telefon)))
    enclosed = []
    for s in letters.neu:
        rows = [v.antrag.ags for v in in_mappen.values() if v.antrag.datei == s.schluessel]
        for path in dateien(folder, s):
            assert verraten(inside(path), fremdes(s.ags, alle, rows)) == [], path.name
            enclosed += [path] if path.suffix == ".xlsx" else []
    mappen = [s for s in letters.neu if s.art == felder.SAMMELMAPPE.name]
    assert {s.ags for s in mappen} == {"08127", "08225"} and len(enclosed) > len(mappen)
    assert all(s.fassung is Fassung.ENDGUELTIG and s.email == f"integration@{s.ags}.example" for s in mappen)


# --- the form of one applicant -----------------------------------------------------------------------


def test_the_letter_names_the_cells_of_the_form_it_encloses_and_the_form_has_them_marked(amt: Amt) -> None:
    amt.senden()
    brief = nachforderung(amt.schreiben(), LEONBERG)
    book = openpyxl.load_workbook(amt.anlage(brief))
    fall = next(v for v in amt.pruefen().vorgaenge if v.antrag.ags == LEONBERG)
    context = anlass.felder_of("nachforderung", fall, lage_of(read_master(amt.folder), TAG))
    asked = {(b["blatt"], b["zelle"]): b["meldung"] for b in context["befunde"]}  # type: ignore[attr-defined]
    places = {(form.BLATT_ANTRAG, PLZ), (form.BLATT_STELLEN, "H7"), (form.BLATT_STELLEN, "E8")}
    assert set(asked) == places and context["datei"] == amt.anlage(brief).name
    for blatt, zelle in places:
        comment = book[blatt][zelle].comment
        assert comment is not None and asked[blatt, zelle] in comment.text
        assert not book[blatt][zelle].protection.locked  # what has to be mended can be
    links = {row[1].value for row in book[BLATT].iter_rows(min_row=5) if row[1].value}
    assert links == {f"{blatt} {zelle}" for blatt, zelle in places}
    assert book.sheetnames == [*form.BLAETTER, form.BLATT_FORM, BLATT]


def test_what_was_typed_stands_there_as_it_was_typed(amt: Amt) -> None:
    amt.senden()
    path = amt.anlage(nachforderung(amt.schreiben(), LEONBERG))
    sheet, stellen = (openpyxl.load_workbook(path)[name] for name in (form.BLATT_ANTRAG, form.BLATT_STELLEN))
    assert sheet[PLZ].value == "7122" and sheet[AM].value == date_time(2020, 4, 1)
    columns = {stellen.cell(form.KOPFZEILE, n).value: n for n in range(1, 20)}
    first, second = ({head: stellen.cell(row, n).value for head, n in columns.items()} for row in (7, 8))
    assert first["VZÄ beantragt"] == "ein halbes" and first["Verlängern bis"] == "31.12.2021"
    assert second["VZÄ beantragt"] == 0.5 and second["Monate ohne Entgelt"] == 2
    assert second["Bewilligt bis"] == date_time(2020, 10, 31)  # not what was approved: it stays to be seen
    assert second["Bemerkung"] == f"Bemerkung{LEONBERG}x"
    shown = openpyxl.load_workbook(path, data_only=True)[form.BLATT_STELLEN]
    assert shown.cell(7, columns["Prüfung"]).value == "VZÄ beantragt fehlt"
    assert shown.cell(8, columns["Prüfung"]).value == "✓"


def test_entries_on_the_digital_solution_are_found_on_their_own_sheet(amt: Amt) -> None:
    amt.koepfe[SINDELFINGEN] |= {"digital_antrag": True, "digital_loesung": "Fallakte", "digital_zahl": 2,
                                 "digital_kosten": Decimal(0), "digital_zugang": True}  # fmt: skip
    amt.senden()
    book = openpyxl.load_workbook(amt.anlage(nachforderung(amt.schreiben(), SINDELFINGEN)))
    cell = f"{form.EINGABE}{form.eingabe_zeilen(form.BLATT_DIGITAL)['digital_kosten']}"
    assert book[BLATT]["B5"].value == f"{form.BLATT_DIGITAL} {cell}" and book[BLATT].max_row == 5
    assert book[form.BLATT_DIGITAL][cell].value == 0


def test_an_error_value_nobody_typed_goes_back_as_an_empty_cell(amt: Amt) -> None:
    amt.koepfe[SINDELFINGEN]["ort"] = "MARKE"
    amt.senden()
    path, changed = amt.folder.eingang / MAPPE, io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            text = re.sub(rb' t="inlineStr"><is><t>MARKE</t></is>', b' t="e"><v>#REF!</v>', old.read(name))
            new.writestr(name, text)
    amt.ablegen(MAPPE, changed.getvalue())
    book = openpyxl.load_workbook(amt.anlage(nachforderung(amt.schreiben(), SINDELFINGEN)))
    cell = f"{form.EINGABE}{form.eingabe_zeilen(form.BLATT_ANTRAG)['ort']}"
    assert book[BLATT]["B5"].value == f"{form.BLATT_ANTRAG} {cell}" and book[form.BLATT_ANTRAG][cell].value is None


def date_time(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day)


@pytest.mark.exhaustive
def test_the_validator_accepts_what_is_enclosed(amt: Amt, ooxml_errors: Callable[[Path], Sequence[object]]) -> None:
    amt.senden(KREIS)
    letters = amt.schreiben()
    for ags in (LEONBERG, MAGSTADT, KREIS):
        brief = nachforderung(letters, ags)
        assert [ooxml_errors(path) for path in brief.pfade(amt.folder.path)] == [[], []], ags


def mended(path: Path) -> bytes:
    book = openpyxl.load_workbook(path)
    book[form.BLATT_ANTRAG][PLZ] = "71229"
    stellen = book[form.BLATT_STELLEN]
    stellen["H7"], stellen["E8"] = 0.5, datetime(2020, 9, 30)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def test_mended_and_sent_back_it_is_the_application_that_counts(amt: Amt) -> None:
    amt.senden()
    path = amt.anlage(nachforderung(amt.schreiben(), LEONBERG))
    amt.ablegen("08115/Antwort.xlsx", mended(path), date(2020, 5, 3))
    pruefung = amt.pruefen()
    neu, alt = (next(v for v in pruefung.vorgaenge if v.antrag.ags == LEONBERG and v.antrag.sammelmappe is sammel)
                for sammel in (False, True))  # fmt: skip
    assert alt.stand is Stand.ERSETZT and neu.stand is Stand.ENTSCHIEDEN
    codes = {b.code for b in neu.befunde}
    assert "W07" in codes and "F21" not in codes  # the date is typed as text still; locked facts are those sent
    assert [s.stelle for s in neu.antrag.stellen] == [f"{LEONBERG}-01", f"{LEONBERG}-02"]
    assert neu.antrag.iban == amt.koepfe[LEONBERG]["iban"]
    later = bescheide.bescheide(amt.folder, pruefung)
    assert not [s for s in later.neu if s.art == "nachforderung" and s.ags == LEONBERG]


def test_an_applicant_who_answers_is_no_reason_to_write_to_the_landkreis_again_but_a_new_fault_is(amt: Amt) -> None:
    amt.senden(KREIS)
    letters = amt.schreiben()
    brief, path = nachforderung(letters, KREIS), amt.anlage(nachforderung(letters, LEONBERG))
    amt.ablegen("08115/Antwort.xlsx", mended(path), date(2020, 5, 3))
    again = amt.schreiben(arten=felder.NACHFORDERUNGEN)
    assert again.neu == [] and brief.datei in {s.datei for s in again.gueltige}
    amt.stellen[HERRENBERG][1] |= {"stelle": f"{SINDELFINGEN}-02"}
    amt.senden(KREIS, HERRENBERG)  # it wants a post of the Sammelmappe
    neu = nachforderung(amt.schreiben(), KREIS)
    said = inside(amt.folder.path / neu.datei)
    assert "auch in einem anderen Antrag" in said and "ein halbes" not in said and neu.datei != brief.datei


def test_mended_in_libreoffice_it_reads_the_same(
    amt: Amt, soffice_type: Callable[[Path, Sequence[tuple[str, str, str]]], Path]
) -> None:
    amt.senden()
    path = amt.anlage(nachforderung(amt.schreiben(), LEONBERG))
    typed = soffice_type(path, [(form.BLATT_ANTRAG, PLZ, "71229"), (form.BLATT_STELLEN, "H7", "0,5"),
                                (form.BLATT_STELLEN, "E8", "30.09.2020")])  # fmt: skip
    amt.ablegen("08115/Antwort.xlsx", typed.read_bytes(), date(2020, 5, 3))
    neu = next(v for v in amt.pruefen().vorgaenge if v.antrag.datei == "08115/Antwort.xlsx")
    assert [b.code for b in neu.befunde if b.schwere is Schwere.FEHLER] == [] and neu.stand is Stand.ENTSCHIEDEN


def test_facts_nobody_touched_are_those_of_the_bestand_today(amt: Amt) -> None:
    """The office corrected its Bestand after the Sammelmappe went out."""
    amt.senden()
    fall = next(v for v in amt.pruefen().vorgaenge if v.antrag.ags == BOEBLINGEN)
    lage = lage_of(read_master(amt.folder), TAG)
    approved = {n: replace(b, beginn=date(2018, 9, 1)) if b.ags == BOEBLINGEN else b
                for n, b in lage.bewilligungen.items()}  # fmt: skip
    lage = replace(lage, bewilligungen=approved)
    fall = replace(fall, bewilligungen={n: approved[n] for n in fall.bewilligungen})
    template, _ = form_templates(lage)
    (back,) = read(Eingang("a.xlsx", TAG, einzelform(fall, lage, template))).antraege
    assert {s.beginn for s in back.stellen} == {date(2018, 9, 1)} and back.iban == fall.antrag.iban


def test_of_a_post_of_somebody_else_only_the_number_goes_back(amt: Amt) -> None:
    amt.senden()
    letters = amt.schreiben()
    brief = nachforderung(letters, MAGSTADT)
    row = [cell.value for cell in openpyxl.load_workbook(amt.anlage(brief), data_only=True)[form.BLATT_STELLEN][8]]
    assert row[0] == f"{BOEBLINGEN}-02" and set(row[1:-1]) <= {None, ""}
    said = inside(amt.folder.path / brief.datei)
    assert "ist einem anderen Antragsteller bewilligt" in said and posts_of(BOEBLINGEN)[0].traeger not in said


def test_a_post_two_want_is_told_each_without_the_other(amt: Amt) -> None:
    amt.senden(HERRENBERG)
    letters = amt.schreiben()
    for ags, other in ((HERRENBERG, LEONBERG), (LEONBERG, HERRENBERG)):
        brief = nachforderung(letters, ags)
        said = inside(amt.folder.path / brief.datei) + inside(amt.anlage(brief))
        assert "auch in einem anderen Antrag" in said
        assert posts_of(other)[0].traeger not in said and "Sammelmappe_08115" not in said
    office = [b.meldung for b in amt.pruefen().befunde if b.code == "S03"]
    assert any("Herrenberg" in text for text in office)  # the office reads who it is


def test_rows_under_one_key_are_for_the_landkreis_alone(amt: Amt) -> None:
    """A form with neither's posts would come back as an application without any."""
    amt.koepfe[SINDELFINGEN] |= {"ags": LEONBERG}
    amt.senden()
    letters = amt.schreiben()
    assert LEONBERG not in {s.ags for s in letters.neu}
    assert "steht mehrmals im Blatt" in inside(amt.folder.path / nachforderung(letters, KREIS).datei)


def test_facts_whose_column_is_lost_stand_in_the_form_as_the_bestand_has_them(amt: Amt) -> None:
    amt.koepfe[SINDELFINGEN] |= {"plz": "7122"}
    amt.senden()
    path = amt.folder.eingang / MAPPE
    book = openpyxl.load_workbook(path)
    (header,) = (c for row in book["Stellen"].iter_rows() for c in row if c.value == "Beginn der Förderung")
    header.value = "Start"
    book.save(path)
    sheet = openpyxl.load_workbook(amt.anlage(nachforderung(amt.schreiben(), SINDELFINGEN)))["Stellen"]
    column = [cell.value for cell in sheet[form.KOPFZEILE]].index("Beginn der Förderung") + 1
    shown = sheet.cell(form.ERSTE_ZEILE, column).value
    assert isinstance(shown, datetime) and shown.date() == posts_of(SINDELFINGEN)[0].beginn


def test_while_a_column_is_lost_only_the_landkreis_is_asked(amt: Amt) -> None:
    """A form of an applicant's own would come back without what stands in that column."""
    amt.senden()
    path = amt.folder.eingang / MAPPE
    book = openpyxl.load_workbook(path)
    (header,) = (cell for row in book["Stellen"].iter_rows() for cell in row if cell.value == "Verlängern bis")
    header.value = "Verlängern bis (Datum)"
    book.save(path)
    letters = amt.schreiben()
    assert {s.ags for s in letters.neu if s.art in felder.NACHFORDERUNGEN and s.schluessel.startswith(MAPPE)} == {KREIS}
    assert "„Verlängern bis“ fehlt" in inside(amt.folder.path / nachforderung(letters, KREIS).datei)


def test_a_row_with_the_key_of_a_neighbour_gets_none_of_the_posts_of_the_neighbour(amt: Amt) -> None:
    amt.koepfe[SINDELFINGEN] |= {"ags": LEONBERG, "plz": "7122"}
    amt.senden(mappe=(SINDELFINGEN, BOEBLINGEN))
    amt.stellen[SINDELFINGEN] = amt.stellen[LEONBERG]
    amt.senden(mappe=(SINDELFINGEN, BOEBLINGEN))
    brief = nachforderung(amt.schreiben(), LEONBERG)
    assert verraten(inside(amt.anlage(brief)), geheim(LEONBERG)) == []
    assert brief.anschrift[0] == posts_of(SINDELFINGEN)[0].traeger


def test_what_only_the_landkreis_can_mend_is_asked_of_it_alone(amt: Amt) -> None:
    amt.koepfe[MAGSTADT] = dict(amt.koepfe[SINDELFINGEN])
    amt.stellen[MAGSTADT] = []
    amt.senden(KREIS, mappe=(SINDELFINGEN, MAGSTADT))
    letters = amt.schreiben()
    assert {(s.art, s.ags) for s in letters.neu if s.art in felder.NACHFORDERUNGEN} == {("sammelmappe", KREIS)}


# --- the letter to the Landkreis ---------------------------------------------------------------------


def test_the_whole_goes_to_the_landkreis_in_one_letter_that_is_on_record(amt: Amt) -> None:
    amt.senden(KREIS)
    pruefung = amt.pruefen()
    letters = bescheide.bescheide(amt.folder, pruefung)
    (brief,) = [s for s in letters.neu if s.art == felder.SAMMELMAPPE.name]
    assert (brief.ags, brief.kreis, brief.schluessel, brief.fassung) == (KREIS, KREIS, MAPPE, Fassung.ENDGUELTIG)
    assert brief.anschrift == ("Landkreis Böblingen", f"Gasse{KREIS}x 1", f"70007 Ort{KREIS}x")
    assert (brief.email, brief.aktenzeichen) == (f"post{KREIS}@rathaus.example", f"15.2-PiK-{KREIS}")
    book = openpyxl.load_workbook(amt.anlage(brief))
    assert amt.anlage(brief).name == "Sammelmappe_08115_markiert.xlsx" and book.sheetnames[0] == "Antragsteller"
    fehler = [b for v in pruefung.vorgaenge for b in v.befunde
              if b.schwere is Schwere.FEHLER and b.place.datei == MAPPE]  # fmt: skip
    assert len(fehler) > 4 and book[BLATT].max_row == 4 + len(fehler)
    assert all(book[b.place.blatt][b.place.zelle].comment for b in fehler)
    said = inside(amt.folder.path / brief.datei)
    assert all(b.meldung in said or b.aussen in said for b in fehler)
    bescheide.eintragen(amt.folder, pruefung, letters, STAND)
    row = next(r for r in read_master(amt.folder).bescheide.values if r.get("schluessel") == MAPPE)
    assert (row["ags"], row["traeger"], row["kreis"]) == (KREIS, "Landkreis Böblingen", "Landkreis Böblingen")
    assert (row["schreiben"], row["fassung"]) == ("Nachforderung zur Sammelmappe", "endgültig")
    again = bescheide.bescheide(amt.folder, amt.pruefen())
    assert again.neu == [] and brief.datei in {s.datei for s in again.gueltige}


def test_the_own_application_may_be_a_row_of_the_sammelmappe(amt: Amt) -> None:
    amt.senden(mappe=(KREIS, BOEBLINGEN))
    letters = amt.schreiben()
    brief = next(s for s in letters.neu if s.art == felder.SAMMELMAPPE.name)
    assert (brief.fassung, brief.email) == (Fassung.ENDGUELTIG, f"post{KREIS}@rathaus.example")
    assert letters.befunde == []


@pytest.mark.parametrize("fehlt", sampled(["alles", "strasse", "plz", "email"], quick=[0, 3]))
def test_without_a_readable_address_it_stays_a_draft_and_says_what_is_missing(amt: Amt, fehlt: str) -> None:
    if fehlt != "alles":
        amt.koepfe[KREIS][fehlt] = {"plz": "7103", "email": "keine Adresse"}.get(fehlt)
    amt.senden(*[KREIS] * (fehlt != "alles"))
    letters = amt.schreiben()
    (brief,) = [s for s in letters.neu if s.art == felder.SAMMELMAPPE.name]
    assert brief.fassung is Fassung.ENTWURF and "_ENTWURF" in brief.datei
    assert "ENTWURF" in inside(amt.folder.path / brief.datei)
    (befund,) = letters.befunde
    labels = {"strasse": "Straße und Hausnummer", "plz": "Postleitzahl", "email": "E-Mail"}
    named = {word for word in labels.values() if word in befund.meldung}
    assert befund.code == "L12" and named == {*labels.values()} & ({labels[fehlt]} if fehlt != "alles" else {*named})
    assert amt.anlage(brief).is_file()
    again = amt.schreiben()
    assert again.neu == [] and [b.code for b in again.befunde] == ["L12"]
    amt.koepfe[KREIS] = kopf(KREIS)
    amt.senden(KREIS)
    final = next(s for s in amt.schreiben().neu if s.art == felder.SAMMELMAPPE.name)
    assert final.fassung is Fassung.ENDGUELTIG


@pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice")
def test_a_draft_is_never_mailed_and_an_old_text_of_mails_speaks_of_a_request(amt: Amt) -> None:
    amt.senden()
    amt.schreiben(arten=(felder.SAMMELMAPPE.name,))
    text = (amt.folder.vorlagen / "mail.txt").read_text("utf-8")
    old = re.sub(r'{% elif schreiben == "Nachforderung zur Sammelmappe" %}.*?(?={% elif)', "", text, flags=re.DOTALL)
    assert old != text
    (amt.folder.vorlagen / "mail.txt").write_text(old, "utf-8")

    def mails() -> list[str]:
        pruefung = amt.pruefen()
        letters = bescheide.bescheide(amt.folder, pruefung, wunsch=Wunsch((felder.SAMMELMAPPE.name,)))
        post = bescheide.fertig_machen(
            amt.folder, pruefung, [*letters.neu, *letters.unveraendert], Postwunsch(mail=True)
        )
        read = [message_from_bytes(path.read_bytes(), policy=policy.default)
                for path in (post.ordner.rglob("*.eml") if post.ordner else ())]  # fmt: skip
        return [f"{mail['to']} {mail['subject']} {mail.get_body().get_content()}" for mail in read]  # type: ignore[union-attr]

    assert mails() == []
    amt.senden(KREIS)
    (mail,) = mails()
    assert f"post{KREIS}@rathaus.example" in mail and "sind die Zellen markiert" in mail and "Bescheid" not in mail


def test_applicants_of_several_kreise_are_told_and_the_sammelmappe_goes_to_nobody(amt: Amt) -> None:
    amt.senden(KREIS, ESSLINGEN, mappe=(BOEBLINGEN, NUERTINGEN))
    letters = amt.schreiben()
    assert not [s for s in letters.neu if s.art == felder.SAMMELMAPPE.name]
    (befund,) = [b for b in letters.befunde if b.code == "L11"]
    assert "Landkreis Böblingen, Landkreis Esslingen" in befund.meldung and befund.place.datei == MAPPE
    assert {s.ags for s in letters.neu if s.art == "nachforderung"} >= {BOEBLINGEN, NUERTINGEN}
    assert not [b for b in amt.schreiben(arten=("nachforderung",)).befunde if b.code == "L11"]


@pytest.mark.parametrize("datei", [MAPPE, "08115_BB/M.xlsx", "M.xlsx"])
def test_where_no_key_is_known_the_form_says_for_which_kreis_it_was(amt: Amt, datei: str) -> None:
    amt.koepfe[LEONBERG] |= {"ags": "08115999"}
    amt.senden(mappe=(LEONBERG,), datei=datei)
    letters = amt.schreiben()
    assert [s.ags for s in letters.neu if s.art == felder.SAMMELMAPPE.name] == [KREIS]
    assert not [b for b in letters.befunde if b.code == "L11"]


@pytest.mark.parametrize("datei", ["08115/M.xlsx", "M.xlsx", "08116/M.xlsx"])
def test_a_key_typed_wrong_sends_nobodys_data_to_another_landkreis(amt: Amt, datei: str) -> None:
    """One row is filled in, and its key is one of Esslingen; the others are as they were sent."""
    amt.koepfe[SINDELFINGEN] |= {"ags": NUERTINGEN, "plz": "7122"}
    amt.senden(mappe=(SINDELFINGEN, BOEBLINGEN), datei=datei)
    letters = amt.schreiben()
    assert not [s for s in letters.neu if s.art == felder.SAMMELMAPPE.name]
    assert [b.place.datei for b in letters.befunde if b.code == "L11"] == [datei]


def test_faults_of_posts_without_an_applicant_are_asked_of_the_landkreis(amt: Amt) -> None:
    amt.senden(KREIS, mappe=(SINDELFINGEN,))
    assert not [s for s in amt.schreiben().neu if s.art == felder.SAMMELMAPPE.name]  # nothing is wrong in it
    amt.stellen[SINDELFINGEN] = [*zeilen(SINDELFINGEN), *zeilen(MAGSTADT)]
    amt.senden(KREIS, mappe=(SINDELFINGEN,))
    letters = amt.schreiben()
    brief = nachforderung(letters, KREIS)
    assert f"Für den Schlüssel „{MAGSTADT}“ stehen Stellen" in inside(amt.folder.path / brief.datei)
    assert {s.art for s in letters.neu if s.ags == SINDELFINGEN} <= {"verlaengerung"}


def test_a_sammelmappe_that_came_again_corrected_is_asked_about_no_more(amt: Amt) -> None:
    amt.stellen[SINDELFINGEN] = [*zeilen(SINDELFINGEN), *zeilen(MAGSTADT)]
    amt.senden(KREIS, mappe=(SINDELFINGEN,))
    old = amt.folder.eingang / MAPPE
    amt.stellen[SINDELFINGEN] = zeilen(SINDELFINGEN)
    data = old.read_bytes()
    amt.senden(mappe=(SINDELFINGEN,), datei="08115/Sammelmappe_neu.xlsx")
    amt.ablegen(MAPPE, data, date(2020, 4, 10))
    assert any(b.code == "F04" for b in amt.pruefen().befunde)
    assert not [s for s in amt.schreiben().neu if s.art in felder.NACHFORDERUNGEN]


def test_of_two_sammelmappen_the_landkreis_is_asked_about_the_one_it_sent_last(amt: Amt) -> None:
    amt.senden(KREIS)
    data = (amt.folder.eingang / MAPPE).read_bytes()
    amt.koepfe[BOEBLINGEN]["iban"] = kopf(BOEBLINGEN)["iban"]  # mended; the others came as they were
    amt.senden(datei="08115/A_zweite.xlsx")
    amt.ablegen(MAPPE, data, date(2020, 4, 10))
    (brief,) = [s for s in amt.schreiben().neu if s.art == felder.SAMMELMAPPE.name]
    said = inside(amt.folder.path / brief.datei)
    assert brief.schluessel == "08115/A_zweite.xlsx" and "ein halbes" in said and "Die IBAN" not in said


def test_a_copy_of_a_sammelmappe_is_no_second_one(amt: Amt) -> None:
    amt.senden(KREIS)
    first = nachforderung(amt.schreiben(), KREIS)
    amt.ablegen("08115/Kopie von Sammelmappe_08115.xlsx", (amt.folder.eingang / MAPPE).read_bytes(), date(2020, 5, 1))
    again = amt.schreiben(arten=felder.NACHFORDERUNGEN)
    assert again.neu == [] and first.datei in {s.datei for s in again.gueltige}


def test_whoever_asks_for_one_applicant_does_not_write_to_the_landkreis(amt: Amt) -> None:
    amt.senden(KREIS, ESSLINGEN)
    pruefung = amt.pruefen()

    def arten(antraege: object, arten: Sequence[str] = felder.ARTEN) -> set[str]:
        wunsch = Wunsch(arten, antraege, vorschau=True)  # type: ignore[arg-type]
        return {s.art for s in bescheide.bescheide(amt.folder, pruefung, wunsch=wunsch).neu}

    assert "sammelmappe" not in arten([f"{MAPPE}#{LEONBERG}"])
    assert "sammelmappe" not in arten(bescheide.auswaehlen(pruefung, [ESSLINGEN]))
    assert "sammelmappe" in arten(bescheide.auswaehlen(pruefung, [KREIS]))
    assert arten([MAPPE]) == {"sammelmappe"}  # its own row on the sheet Bescheide
    assert "sammelmappe" in arten(None) and "sammelmappe" not in arten(None, (felder.NACHFORDERUNG.name,))
    assert arten(None, (felder.SAMMELMAPPE.name,)) == {"sammelmappe"}


# --- letters of before -------------------------------------------------------------------------------


def damals(amt: Amt, s: Schreiben, fall: Vorgang) -> Schreiben:
    """The record the former version made of such a letter: the cells and the name of the whole Sammelmappe."""
    context = anlass.felder_of("nachforderung", fall, lage_of(read_master(amt.folder), TAG))
    fehler = [b for b in fall.befunde if b.schwere is Schwere.FEHLER]
    rows = [row | {"blatt": b.place.blatt, "zelle": b.place.zelle, "meldung": b.meldung}
            for row, b in zip(context["befunde"], fehler, strict=True)]  # type: ignore[call-overload]  # fmt: skip
    context |= {"befunde": rows, "datei": "Sammelmappe_08115_markiert.xlsx"}
    said = {name: value for name, value in context.items() if name not in ("datum", "frist")}
    vorlage = pruefsumme_of(amt.folder.vorlage("nachforderung"))
    return replace(s, inhalt=letter_fingerprint([vorlage, said]), anlagen=("Sammelmappe_08115_markiert.xlsx",))


def pruefsumme_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_letter_of_before_that_enclosed_the_whole_is_written_anew_and_never_sent_again(amt: Amt) -> None:
    amt.senden()
    pruefung = amt.pruefen()
    first = bescheide.bescheide(amt.folder, pruefung, wunsch=Wunsch((felder.NACHFORDERUNG.name,)))
    faelle = {v.antrag.schluessel: v for v in pruefung.vorgaenge}
    (run,) = amt.folder.rueckfragen.glob(f"*/{MANIFEST}")
    old = [damals(amt, s, faelle[s.schluessel]) for s in first.neu]
    for s in old:
        amt.anlage(s).write_bytes((amt.folder.eingang / MAPPE).read_bytes())
    run.write_text("".join(manifest({}, old, {Path(s.datei).name: s.sha256 for s in old})), "utf-8")
    assert [s.anlagen for s in read_manifest(run).schreiben] == [("Sammelmappe_08115_markiert.xlsx",)] * len(old)
    again = bescheide.bescheide(amt.folder, pruefung, wunsch=Wunsch((felder.NACHFORDERUNG.name,)))
    assert len(again.neu) == len(old) > 2 and again.unveraendert == []
    assert not {s.datei for s in old} & {s.datei for s in again.neu}
    assert all("Sammelmappe" not in name for s in again.neu for name in s.anlagen)
    assert {rueckgabe_name(faelle[s.schluessel], pruefung.lage).split("/")[1] for s in again.neu} == {
        name for s in again.neu for name in s.anlagen
    }


def test_only_requests_come_with_the_marked_workbook(amt: Amt) -> None:
    amt.senden(NUERTINGEN)
    letters = amt.schreiben(arten=felder.ALLE)
    assert all(not s.anlagen for s in letters.neu if s.art == "eingangsbestaetigung")
    assert all(s.anlagen for s in letters.neu if s.art in felder.NACHFORDERUNGEN)
