"""A Sammelmappe as a Landkreis really sends it: rows nobody filled in, headers somebody changed, cells that broke."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random

import openpyxl
import pytest

from pik_xl.checks.runner import check_all
from pik_xl.demo import invent
from pik_xl.eingang.read import read
from pik_xl.eingang.receive import Eingang
from pik_xl.eingang.sendung import Sendung
from pik_xl.formular import felder as form
from pik_xl.formular.pruefsumme import versandt
from pik_xl.formular.vorbelegt import Fields, kopf_of, stelle_of
from pik_xl.jobs import anlegen, bescheide
from pik_xl.jobs.konsolidieren import konsolidieren
from pik_xl.jobs.pruefen import pruefen_ordner
from pik_xl.jobs.pruefung import lage_am
from pik_xl.jobs.run import read_master
from pik_xl.model import Bewilligung, Finding, Stand
from pik_xl.recht.lage import Lage
from pik_xl.recht.vorgang import vorgaenge
from pik_xl.register import load_register
from pik_xl.schreiben.ausgang import Wunsch
from pik_xl.schreiben.einzelform import form_templates
from pik_xl.values import normalise
from pik_xl.vorlagen import felder
from pik_xl.workfolder import Workfolder

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")

TAG, EINGANG = invent.TAG, invent.LETZTER_EINGANG
DATEI = "08225/Sammelmappe_08225.xlsx"
STAND = datetime(2020, 5, 4, 12)


class Landkreis:
    """The municipalities of a Kreis with their posts, what the office sends them, and what they enter."""

    def __init__(self, number: int = 17) -> None:
        register, rng = load_register(), Random(3)
        traeger = [t for t in register.traeger.values() if t.kreis == "08225" and len(t.ags) == 8][:number]
        self.bestand = invent.bestand(register, traeger, rng)
        self.lage = replace(lage_am(TAG, self.bestand), vollstaendig=True)
        self.einzeln, self.sammel = form_templates(self.lage)
        self.forms = {f.traeger.ags: f for f in (invent.formular(p, register, rng) for p in self.lage.by_ags.values())}
        self.ags = list(self.forms)

    def posts(self, ags: str) -> Sequence[Bewilligung]:
        return self.lage.by_ags[ags]

    def sammelmappe(
        self,
        filled: Sequence[str],
        kopf: Mapping[str, Fields] | None = None,
        stelle: Mapping[str, Fields] | None = None,
        pruefsummen: str | None = None,
        more: tuple[Sequence[Fields], Sequence[Fields]] = ((), ()),
    ) -> bytes:
        """The Sammelmappe as it comes back: these applicants filled in, the others as sent but for the changes.

        Changes of `kopf` by AGS, of `stelle` by number of the post; `more` are rows somebody typed below both tables.
        """
        koepfe = [self.forms[a].kopf if a in filled else kopf_of(self.posts(a)) for a in self.ags]
        rows = [r for a in self.ags for r in (self.forms[a].stellen if a in filled else map(stelle_of, self.posts(a)))]
        koepfe = [k | (kopf or {}).get(str(k["ags"]), {}) for k in koepfe]
        rows = [r | (stelle or {}).get(str(r["stelle"]), {}) for r in rows]
        if pruefsummen is None:
            heads = [kopf_of(self.posts(a)) for a in self.ags]
            pruefsummen = versandt(heads, map(stelle_of, self.bestand), sammelmappe=True)
        return self.sammel.fill({}, [*rows, *more[1]], [*koepfe, *more[0]], pruefsummen)


@pytest.fixture(scope="module")
def kreis() -> Landkreis:
    return Landkreis()


def received(data: bytes, name: str = DATEI, tag: date = EINGANG) -> Sendung:
    return read(Eingang(name, tag, data))


def applied(sendung: Sendung) -> list[str]:
    return [antrag.ags for antrag in sendung.antraege]


def codes(sendung: Sendung, lage: Lage) -> list[str]:
    return [b.code for b in check_all([sendung], lage)]


def edited(data: bytes, edit: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    edit(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


# --- rows nobody filled in -------------------------------------------------------------------------


def test_a_row_as_it_was_sent_is_no_application_and_the_file_says_so_once(kreis: Landkreis) -> None:
    filled = kreis.ags[:15]
    sendung = received(kreis.sammelmappe(filled))
    assert applied(sendung) == filled
    (befund,) = [b for b in check_all([sendung], kreis.lage) if b.code == "F10"]
    names = [kreis.posts(a)[0].traeger for a in kreis.ags[15:]]
    assert befund.gefunden == f"2 von 17 Antragstellern ({', '.join(names)})"
    assert (befund.schwere, befund.place.blatt, befund.place.zelle, befund.antrag) == (
        "Hinweis", "Antragsteller", f"C{form.ERSTE_ZEILE + 15}", "",
    )  # fmt: skip


def test_nothing_else_is_said_of_untouched_rows_and_they_stay_outstanding(kreis: Landkreis) -> None:
    sendung = received(kreis.sammelmappe(kreis.ags[:15]))
    befunde = check_all([sendung], kreis.lage)
    assert [b.code for b in befunde] == ["F10", "K01"]
    assert befunde[-1].gefunden == "2 von 17 Antragstellern fehlen"
    assert len(vorgaenge(sendung.antraege, befunde, kreis.lage)) == 15


def test_a_sammelmappe_nobody_filled_in_holds_no_application(kreis: Landkreis) -> None:
    sendung = received(kreis.sammelmappe([]))
    assert sendung.antraege == ()
    assert [(m.art, m.gefunden.partition(" (")[0]) for m in sendung.maengel] == [
        ("unberuehrt", "17 von 17 Antragstellern")
    ]


OPEN_KOPF = [feld.name for feld in form.ANTRAG_FELDER if not feld.vorbelegt]
OPEN_STELLE = ["verlaengern", "besetzung_stichtag", "besetzung_heute", "arbeitgeber", "bemerkung"]


@pytest.mark.parametrize("name", OPEN_KOPF)
def test_a_single_entry_of_the_applicant_makes_it_an_application(kreis: Landkreis, name: str) -> None:
    last = kreis.ags[-1]
    assert applied(received(kreis.sammelmappe([], kopf={last: {name: "nein"}}))) == [last]
    assert applied(received(kreis.sammelmappe([], kopf={last: {name: "  \u00a0"}}))) == []


@pytest.mark.parametrize("name", OPEN_STELLE)
def test_a_single_entry_at_one_post_makes_it_an_application(kreis: Landkreis, name: str) -> None:
    post = kreis.posts(kreis.ags[-1])[-1]
    assert applied(received(kreis.sammelmappe([], stelle={post.stelle: {name: "nein"}}))) == [post.ags]
    assert applied(received(kreis.sammelmappe([], stelle={post.stelle: {name: " "}}))) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("vzae", Decimal("0.27")), ("vzae", None), ("person", "Rana Öz"), ("person", None),
        ("qualifikation", "mittlerer-abschluss"), ("qualifikation", "Bachelor"), ("qualifikation", None),
        ("unterbrechung", 0), ("wunschende", date(2021, 12, 31)),
        ("einsatzort", "Anderswo"), ("beginn", date(2016, 1, 1)), ("beginn", "bald"), ("stelle", "neu-01"),
    ],
)  # fmt: skip
def test_another_value_than_the_one_sent_is_an_entry(kreis: Landkreis, name: str, value: object) -> None:
    ags = next(a for a in kreis.ags if kreis.posts(a)[0].qualifikation == "hochschule")
    post = kreis.posts(ags)[0]
    assert applied(received(kreis.sammelmappe([], stelle={post.stelle: {name: value}}))) == [ags]


def test_a_locked_fact_that_was_corrected_is_an_entry(kreis: Landkreis) -> None:
    last = kreis.ags[-1]
    assert applied(received(kreis.sammelmappe([], kopf={last: {"traeger": "Stadt Neuname"}}))) == [last]


def test_a_row_the_landkreis_typed_itself_is_an_application(kreis: Landkreis) -> None:
    typed = {"ags": "08225999", "traeger": "Gemeinde Neu"}
    assert applied(received(kreis.sammelmappe([], more=([typed], ())))) == ["08225999"]


def test_a_post_the_landkreis_typed_itself_is_an_entry(kreis: Landkreis) -> None:
    last = kreis.ags[-1]
    assert applied(received(kreis.sammelmappe([], more=((), [{"stelle": "neu-01", "ags": last}])))) == [last]


def test_a_form_without_checksums_is_judged_by_its_entries(kreis: Landkreis) -> None:
    filled, (other, *_) = kreis.ags[:3], kreis.ags[3:]
    post = kreis.posts(other)[0]
    assert applied(received(kreis.sammelmappe(filled, pruefsummen=""))) == filled
    less = {post.stelle: {"vzae": Decimal("0.26")}}
    assert applied(received(kreis.sammelmappe(filled, stelle=less, pruefsummen=""))) == [*filled, other]


def test_a_form_sent_before_proposals_had_checksums_is_judged_by_those_it_has(kreis: Landkreis) -> None:
    heads = [kopf_of(kreis.posts(a)) for a in kreis.ags]
    alle = versandt(heads, map(stelle_of, kreis.bestand), sammelmappe=True)
    older = "|".join(entry for entry in alle.split("|") if not entry.startswith("offen "))
    assert older != alle
    last = kreis.ags[-1]
    post = kreis.posts(last)[0]
    assert applied(received(kreis.sammelmappe([], pruefsummen=older))) == []
    assert applied(received(kreis.sammelmappe([], kopf={last: {"traeger": "X"}}, pruefsummen=older))) == [last]
    moved = {post.stelle: {"einsatzort": "Anderswo"}}
    assert applied(received(kreis.sammelmappe([], stelle=moved, pruefsummen=older))) == [last]


def test_a_row_of_spaces_below_the_table_is_nobody(kreis: Landkreis) -> None:
    sendung = received(kreis.sammelmappe(kreis.ags, more=([{"traeger": " ", "strasse": "\u00a0"}], ())))
    assert applied(sendung) == kreis.ags and sendung.maengel == ()


def test_a_copied_row_stays_one_application_that_is_asked_back(kreis: Landkreis) -> None:
    first = kreis.ags[0]
    sendung = received(kreis.sammelmappe([], more=([kreis.forms[first].kopf], ())))
    assert applied(sendung) == [first]
    assert "antragsteller_doppelt" in [m.art for m in sendung.maengel if m.antrag == f"{DATEI}#{first}"]


def test_untouched_rows_saved_by_another_program_are_untouched(
    kreis: Landkreis, tmp_path: Path, soffice_convert: Callable[[Path, str], Path]
) -> None:
    path = tmp_path / "Sammelmappe.xlsx"
    path.write_bytes(kreis.sammelmappe(kreis.ags[:2]))
    sendung = received(soffice_convert(path, "xlsx").read_bytes())
    assert applied(sendung) == kreis.ags[:2] and [m.art for m in sendung.maengel] == ["unberuehrt"]


def test_the_form_as_the_command_writes_it_comes_back_untouched(tmp_path: Path, kreis: Landkreis) -> None:
    folder = anlegen.init(tmp_path / "PiK", STAND, kreis.bestand)
    (path,) = [p for p in anlegen.formulare(folder, read_master(folder), TAG) if p.name.startswith("Sammelmappe")]
    assert [m.art for m in received(path.read_bytes()).maengel] == ["unberuehrt"]


def test_a_newer_sammelmappe_takes_nothing_from_an_application_whose_row_is_untouched(kreis: Landkreis) -> None:
    one, two, *_ = kreis.ags
    earlier = received(kreis.forms[one].workbook(kreis.einzeln), "einzeln.xlsx", date(2020, 4, 1))
    later = received(kreis.sammelmappe([two]), tag=date(2020, 4, 20))
    staende = {v.antrag.schluessel: v.stand for v in vorgaenge([*earlier.antraege, *later.antraege], (), kreis.lage)}
    assert staende == {"einzeln.xlsx": Stand.ENTSCHIEDEN, f"{DATEI}#{two}": Stand.ENTSCHIEDEN}


def test_no_letter_goes_to_who_left_the_row_untouched(tmp_path: Path, kreis: Landkreis) -> None:
    filled = kreis.ags[:3]
    folder = in_tray(tmp_path, kreis, kreis.sammelmappe(filled))
    pruefung = pruefen_ordner(folder, read_master(folder), TAG)
    konsolidieren(folder, pruefung, STAND)
    letters = bescheide.bescheide(folder, pruefung, wunsch=Wunsch(arten=felder.ALLE))
    assert {letter.ags for letter in letters.neu} <= set(filled)
    assert len(column(folder, "Ausstehend", "AGS")) == 14
    assert len(column(folder, "Anträge", "AGS")) == 3


def test_a_folder_with_nothing_but_an_untouched_sammelmappe_is_consolidated(tmp_path: Path, kreis: Landkreis) -> None:
    folder = in_tray(tmp_path, kreis, kreis.sammelmappe([]))
    pruefung = pruefen_ordner(folder, read_master(folder), TAG)
    assert pruefung.kopf == ["0 Anträge in 1 Datei geprüft, keiner braucht Arbeit."]
    konsolidieren(folder, pruefung, STAND)
    assert "F10" in column(folder, "Befunde", "Code") and len(column(folder, "Ausstehend", "AGS")) == 17
    assert bescheide.bescheide(folder, pruefung).neu == []


def in_tray(tmp_path: Path, kreis: Landkreis, data: bytes) -> Workfolder:
    folder = anlegen.init(tmp_path / "PiK", STAND, kreis.bestand)
    invent._write(folder.eingang / DATEI, data, EINGANG)
    return folder


def column(folder: Workfolder, sheet: str, header: str) -> list[object]:
    opened = openpyxl.load_workbook(io.BytesIO(folder.master.read_bytes()), data_only=True)[sheet]
    (table,) = opened.tables.values()
    names, *body = opened[table.ref]
    (at,) = [n for n, cell in enumerate(names) if cell.value == header]
    return [row[at].value for row in body if row[at].value is not None]


# --- headers somebody changed ----------------------------------------------------------------------


def with_header(data: bytes, sheet: str, label: str, typed: str | None) -> bytes:
    """The workbook after somebody wrote something else over a header, which Excel takes into the table, too."""

    def edit(book: openpyxl.Workbook) -> None:
        for cell in book[sheet][form.KOPFZEILE]:
            if isinstance(cell.value, str) and normalise(cell.value) == normalise(label):
                cell.value = typed
        (table,) = book[sheet].tables.values()
        for each in table.tableColumns:
            if normalise(each.name) == normalise(label):
                each.name = typed or "Spalte1"

    return edited(data, edit)


def columns_of(sheet: str) -> list[form.Feld]:
    felder = form.stellen_felder(True) if sheet == "Stellen" else form.ANTRAG_FELDER
    return [feld for feld in felder if not feld.formel]


COLUMNS = [
    pytest.param(sheet, feld, id=f"{sheet} {feld.name}")
    for sheet in ("Stellen", "Antragsteller")
    for feld in columns_of(sheet)
]
KEYS = ("stelle", "ags")


def own(befunde: Sequence[Finding]) -> list[Finding]:
    """What concerns an application alone."""
    return [b for b in befunde if b.antrag not in ("", DATEI)]


@pytest.mark.parametrize(("sheet", "feld"), COLUMNS)
@pytest.mark.parametrize("typed", ["Nr.", None], ids=["renamed", "lost"])
def test_a_renamed_or_lost_header_is_told_once_and_costs_no_application(
    kreis: Landkreis, sheet: str, feld: form.Feld, typed: str | None
) -> None:
    sendung = received(with_header(kreis.sammelmappe(kreis.ags), sheet, feld.label, typed))
    assert len(sendung.antraege) == 17
    befunde = check_all([sendung], kreis.lage)
    known = feld.vorbelegt and feld.name not in KEYS
    (told,) = [b for b in befunde if b.code in ("F11", "F12")]
    assert told.code == ("F12" if known else "F11")
    number = columns_at(sheet).index(feld.name) + 1
    assert told.place.zelle == f"{openpyxl.utils.get_column_letter(number)}{form.KOPFZEILE}"
    assert f"„{feld.label}“" in told.meldung and ("„Nr.“" if typed else "nichts") in told.meldung
    assert {b.code for b in own(befunde)} <= {"S01"} and "F04" not in {b.code for b in befunde}
    staende = {v.stand for v in vorgaenge(sendung.antraege, befunde, kreis.lage)}
    assert staende == {Stand.ENTSCHIEDEN if known else Stand.RUECKFRAGE}


def columns_at(sheet: str) -> list[str]:
    felder = form.stellen_felder(True) if sheet == "Stellen" else form.antragsteller_felder()
    return [feld.name for feld in felder]


@pytest.mark.parametrize("feld", [pytest.param(f, id=f.name) for f in columns_of("Stellen") if f.name != "ags"])
def test_a_renamed_header_in_the_form_of_one_applicant_is_told_too(kreis: Landkreis, feld: form.Feld) -> None:
    data = kreis.forms[kreis.ags[0]].workbook(kreis.einzeln)
    sendung = received(with_header(data, "Stellen", feld.label, "Nr."), "a.xlsx")
    befunde = check_all([sendung], replace(kreis.lage, vollstaendig=False))
    assert [b.code for b in befunde] == ["F12" if feld.vorbelegt and feld.name not in KEYS else "F11"]
    assert befunde[0].antrag == "a.xlsx" and befunde[0].place.zelle.endswith(str(form.KOPFZEILE))


def test_a_deleted_column_is_told_at_no_cell_as_its_neighbour_stands_there(kreis: Landkreis) -> None:
    def delete(book: openpyxl.Workbook) -> None:
        sheet = book["Stellen"]
        del sheet.tables[form.TABELLE_STELLEN]
        sheet.delete_cols(columns_at("Stellen").index("wunschende") + 1)

    sendung = received(edited(kreis.sammelmappe(kreis.ags), delete))
    (mangel,) = [m for m in sendung.maengel if m.art == "spalte_fehlt"]
    assert (mangel.feld, mangel.gefunden, mangel.place.zelle) == ("Verlängern bis", "nichts", "")


def test_rows_over_which_an_entry_was_merged_are_applications(kreis: Landkreis) -> None:
    """Only its first row has the entry; that it was meant for all, the office must be able to see."""

    def merge(book: openpyxl.Workbook) -> None:
        sheet, column = book["Stellen"], columns_at("Stellen").index("verlaengern") + 1
        sheet.cell(form.ERSTE_ZEILE, column).value = "ja"
        sheet.merge_cells(start_row=form.ERSTE_ZEILE, end_row=form.ERSTE_ZEILE + 3, start_column=column,
                          end_column=column)  # fmt: skip

    leer = kreis.sammelmappe(())
    assert len(received(leer).antraege) == 0
    merged = received(edited(leer, merge))
    posts = {s.stelle for a in merged.antraege for s in a.stellen}
    first = [b.stelle for b in kreis.bestand][:4]
    assert len(posts & set(first)) == 4


@pytest.mark.parametrize(("version", "told"), [(form.FORM_VERSION, True), ("", True), ("2020.1", False)])
def test_a_form_of_an_older_version_may_lack_what_nobody_has_to_enter(
    kreis: Landkreis, version: str, told: bool
) -> None:
    def older(book: openpyxl.Workbook) -> None:
        book["_form"]["B2"].value = version

    data = edited(with_header(kreis.sammelmappe(kreis.ags), "Stellen", "Arbeitgeber", "Nr."), older)
    assert ("spalte_fehlt" in [m.art for m in received(data).maengel]) is told
    data = edited(with_header(kreis.sammelmappe(kreis.ags), "Stellen", "Verlängern?", "Nr."), older)
    assert "spalte_fehlt" in [m.art for m in received(data).maengel]


def test_a_row_of_posts_of_nobody_is_named_though_the_column_stelle_is_lost(kreis: Landkreis) -> None:
    data = kreis.sammelmappe(kreis.ags, more=((), [{"stelle": "x", "ags": "08225999", "person": "A"}]))
    sendung = received(with_header(data, "Stellen", "Stelle", "Nr."))
    assert len(sendung.antraege) == 17
    (mangel,) = [m for m in sendung.maengel if m.art == "stelle_ohne_antragsteller"]
    assert mangel.gefunden == "08225999" and mangel.place.zelle.startswith("B")


def test_for_a_lost_column_the_landkreis_is_asked_in_one_letter_with_one_mark(tmp_path: Path, kreis: Landkreis) -> None:
    folder = in_tray(tmp_path, kreis, with_header(kreis.sammelmappe(kreis.ags[:3]), "Stellen", "Stelle", "Nr."))
    pruefung = pruefen_ordner(folder, read_master(folder), TAG)
    konsolidieren(folder, pruefung, STAND)
    assert column(folder, "Befunde", "Code").count("F11") == 1
    assert set(column(folder, "Anträge", "Stand")) == {"Rückfrage"} and len(column(folder, "Anträge", "AGS")) == 3
    faelle, _ = read_master(folder).faelle
    assert [[b.code for b in fall.befunde if b.schwere == "Fehler"] for fall in faelle] == [["F11"]] * 3
    letters = bescheide.bescheide(folder, pruefung)
    assert [(s.art, s.ags) for s in letters.neu] == [("sammelmappe", kreis.ags[0][:5])]
    (marked,) = folder.rueckfragen.rglob("Sammelmappe*.xlsx")
    result = openpyxl.load_workbook(marked)["Prüfergebnis"]
    assert [row[1].value for row in result.iter_rows(min_row=5)] == ["Stellen A6"]


# --- cells that broke ------------------------------------------------------------------------------


def with_sum(data: bytes, cell: str, xml: str) -> bytes:
    """The Sammelmappe with other XML for a cell with a sum on its first sheet."""
    name = "xl/worksheets/sheet1.xml"
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for info in old.infolist():
            part = old.read(info)
            if info.filename == name:
                part, hits = re.subn(rf'<c r="{cell}"[^>]*>.*?</c>'.encode(), xml.encode(), part, count=1)
                assert hits
            new.writestr(info, part)
    return buffer.getvalue()


@pytest.mark.parametrize("number", ["abc", "NaN", "INF", "1e999999999", "0x11", "--1", "1,5"])
def test_a_sum_that_is_no_number_costs_that_check_alone(kreis: Landkreis, number: str) -> None:
    data = with_sum(kreis.sammelmappe(kreis.ags), "E4", f'<c r="E4" t="n"><v>{number}</v></c>')
    sendung = received(data)
    assert len(sendung.antraege) == 17
    (mangel,) = sendung.maengel
    assert (mangel.art, mangel.place.zelle) == ("summe_falsch", "E4")
    (befund,) = [b for b in check_all([sendung], kreis.lage) if b.place.zelle == "E4"]
    assert befund.code == "F07" and number[:4] in befund.meldung and "statt" in befund.meldung


def test_sums_count_rows_nobody_filled_in_as_the_form_does(kreis: Landkreis) -> None:
    assert "F07" not in codes(received(kreis.sammelmappe(kreis.ags[:5])), kreis.lage)
    wrong = with_sum(kreis.sammelmappe(kreis.ags[:5]), "B4", '<c r="B4"><v>5</v></c>')
    (befund,) = [b for b in check_all([received(wrong)], kreis.lage) if b.code == "F07"]
    assert befund.gefunden == "5 statt 17"
