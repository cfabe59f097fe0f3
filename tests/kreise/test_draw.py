"""The workbook a Kreis gets: the master's figures, safe to open, good to print."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import docx
import pytest
from factories import AGS, KREIS, antrag, bewilligung, stelle
from formulas import formulas, without_values
from masters import begun
from openpyxl import Workbook, load_workbook
from samples import sampled

from pik_xl.demo.folder import invented_folder
from pik_xl.jobs.kreise import kreisuebersichten
from pik_xl.jobs.pruefen import pruefen_ordner
from pik_xl.jobs.pruefung import Pruefung, lage_am
from pik_xl.jobs.run import read_master
from pik_xl.kreise import auszug as k
from pik_xl.kreise import draw
from pik_xl.kreise.brief import kreisuebersicht
from pik_xl.master.sheets.columns import FEHLT
from pik_xl.master.sheets.kreise import kreise_table
from pik_xl.model import Finding, Place, Schwere, Stand
from pik_xl.recht.einstellungen import Einstellungen
from pik_xl.recht.entscheidung import Vorgang
from pik_xl.recht.regelstand import regelstand
from pik_xl.recht.rules import shipped_rulebook
from pik_xl.recht.verlaengerung import decide, overall
from pik_xl.register import load_register
from pik_xl.values import as_datum, as_euro
from pik_xl.vorlagen import felder
from pik_xl.workfolder import Workfolder

STAND = datetime(2020, 5, 4, 12)
TAG = STAND.date()
REGISTER = load_register()
REGELN = regelstand(shipped_rulebook(), STAND.date())
BOESE = '=HYPERLINK("http://x.example","Klick")'


@pytest.fixture(scope="module")
def pruefung(tmp_path_factory: pytest.TempPathFactory) -> Pruefung:
    """A small land with every fault of the demo."""
    folder = invented_folder(tmp_path_factory.mktemp("land") / "demo", 150, 5)
    return pruefen_ordner(folder, read_master(folder), STAND.date())


def auszug(pruefung: Pruefung, kreis: str) -> k.Auszug:
    bestand = pruefung.lage.bewilligungen.values()
    return k.auszug(REGISTER.kreise[kreis], pruefung.vorgaenge, pruefung.befunde, bestand, REGISTER)


def boese() -> k.Auszug:
    """An application in which every text is a formula, with a fault, beside a post nobody applied for."""
    a = antrag(traeger=BOESE, ansprechperson=BOESE, email="http://x.example", datei=BOESE, ags="08115029",
               stellen=(stelle(stelle=BOESE, einsatzort=BOESE, person=BOESE),))  # fmt: skip
    befund = Finding("P01", Schwere.FEHLER, Place(BOESE, BOESE, "C4"), BOESE, BOESE, BOESE, BOESE, "", a.schluessel)
    return k.auszug(REGISTER.kreise[KREIS], [Vorgang(a, Stand.RUECKFRAGE, (befund,))], [befund], [bewilligung()],
                    REGISTER)  # fmt: skip


def reif() -> k.Auszug:
    a, b = antrag(), bewilligung()
    decisions = (decide(a.stellen[0], b, REGELN),)
    case = Vorgang(a, Stand.ENTSCHIEDEN, (), {b.stelle: b}, decisions, overall(decisions))
    return k.auszug(REGISTER.kreise[KREIS], [case], [], [b], REGISTER)


def opened(data: bytes, data_only: bool = False) -> Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return load_workbook(BytesIO(data), data_only=data_only)


def tile(book: Workbook, label: str) -> object:
    """The figure below a label of the overview."""
    for row in book["Übersicht"].iter_rows(max_row=10):
        for cell in row:
            if cell.value == label:
                return book["Übersicht"].cell(cell.row + 1, cell.column).value
    raise AssertionError(label)


def years(book: Workbook) -> dict[object, object]:
    """Year and amount of the overview's list of budget years, and the sum."""
    sheet = book["Übersicht"]
    return {row[1].value: row[3].value for row in sheet.iter_rows(min_row=12) if isinstance(row[3].value, int | float)}


# --- the figures ---------------------------------------------------------------------------------


def test_the_figures_of_every_kreis_are_those_of_the_masters_sheet_kreise(pruefung: Pruefung) -> None:
    master = kreise_table(pruefung.vorgaenge, pruefung.lage.bewilligungen.values(), REGISTER.kreise, {}, {})
    labels = {
        "Antragsteller im Bestand": "im_bestand", "Anträge eingegangen": "eingegangen", "fehlend": "fehlend",
        "entscheidungsreif": "entscheidungsreif", "in Rückfrage": "rueckfrage", "Stellen beantragt": "stellen",
        "VZÄ beantragt": "vzae", "Summe der Bewilligungen": "summe",
    }  # fmt: skip
    rows = {str(row["ags"]): row for row in master.rows if row["ags"]}
    compared = 0
    for ags, row in rows.items():
        of = auszug(pruefung, ags)
        if of.leer:
            assert not row["im_bestand"] and not row["eingegangen"]
            continue
        book = opened(draw.build(of, STAND), data_only=True)
        for label, name in labels.items():
            assert tile(book, label) == pytest.approx(float(row[name])), f"{ags} {label}"  # type: ignore[arg-type]
        amounts = {n.removeprefix("betrag_"): float(v) for n, v in row.items() if n.startswith("betrag_")}  # type: ignore[arg-type]
        if amounts:
            expected = amounts | {"Summe": float(row["summe"])}  # type: ignore[arg-type]
            assert years(book) == pytest.approx(expected)
        compared += 1
    assert compared > 40
    assert any(row["fehlend"] for row in rows.values()) and any(row["rueckfrage"] for row in rows.values())


def test_every_fehler_counted_stands_on_the_sheet_befunde(pruefung: Pruefung) -> None:
    for ags in REGISTER.kreise:
        of = auszug(pruefung, ags)
        antragsteller, _, befunde = k.tabellen(of)
        assert sum(r.get("fehler") or 0 for r in antragsteller.rows) + len(of.dateien) == len(befunde.rows)  # type: ignore[misc]


@pytest.mark.parametrize("of", sampled([boese(), reif()], quick=[1]), ids=["boese", "reif"])
def test_libreoffice_calculates_every_formula_to_the_value_already_shown(
    of: k.Auszug, tmp_path: Path, soffice_convert: Callable[[Path, str], Path]
) -> None:
    data = draw.build(of, STAND)
    path = tmp_path / "Kreis.xlsx"
    path.write_bytes(without_values(data))
    ours, theirs = opened(data, data_only=True), opened(soffice_convert(path, "xlsx").read_bytes(), data_only=True)
    checked = 0
    for sheet, address in formulas(opened(data)):
        assert theirs[sheet][address].value == pytest.approx(ours[sheet][address].value), f"{sheet}!{address}"
        checked += 1
    assert checked > 15


def test_before_anything_is_ready_there_is_a_sentence_instead_of_sums() -> None:
    sheet = opened(draw.build(boese(), STAND))["Übersicht"]
    assert "Noch ist kein Antrag entscheidungsreif." in [cell.value for cell in sheet["B"]]
    assert years(opened(draw.build(boese(), STAND), data_only=True)) == {}


# --- the file ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kreis", sampled(["08111", "08125", "08226", "boese", "reif"], quick=[1, 3]))
def test_microsofts_validator_accepts_the_overview(
    kreis: str, pruefung: Pruefung, tmp_path: Path, ooxml_errors: Callable[[Path], list[object]]
) -> None:
    of = {"boese": boese, "reif": reif}.get(kreis, lambda: auszug(pruefung, kreis))()
    path = tmp_path / "Kreis.xlsx"
    path.write_bytes(draw.build(of, STAND))
    assert ooxml_errors(path) == []


def test_same_cases_give_the_same_bytes(pruefung: Pruefung) -> None:
    once, again = (draw.build(auszug(pruefung, "08125"), STAND) for _ in range(2))
    assert once == again
    assert once != draw.build(auszug(pruefung, "08125"), datetime(2020, 5, 5, 12))


def test_what_applicants_typed_is_never_a_formula_and_never_a_link() -> None:
    book = opened(draw.build(boese(), STAND))
    texts = [c.value for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "s"]
    assert texts.count(BOESE) >= 10 and any(
        f"•  1 Antrag lässt sich noch nicht entscheiden: {BOESE}" in t for t in texts
    )
    assert not [1 for sheet, address in formulas(book) if "HYPERLINK" in str(book[sheet][address].value)]
    targets = [
        c.hyperlink.location or c.hyperlink.target for row in book["Übersicht"].iter_rows() for c in row if c.hyperlink
    ]
    assert targets == ["'Antragsteller'!A1", "'Stellen'!A1", "'Befunde'!A1"]
    assert not [c for name in ("Antragsteller", "Stellen", "Befunde") for row in book[name].iter_rows() for c in row
                if c.hyperlink]  # fmt: skip


def test_no_bank_account_and_no_fachkraft_leaves_the_office(pruefung: Pruefung) -> None:
    ibans = {a.iban for v in pruefung.vorgaenge if (a := v.antrag).iban}
    assert len(ibans) > 50
    for ags in REGISTER.kreise:
        of = auszug(pruefung, ags)
        if not of.leer:
            parts = _parts(draw.build(of, STAND))
            assert not re.search(r"DE\d{2}[ \d]{10}", parts) and not [iban for iban in ibans if iban in parts]
    assert "Aylin Maier" not in _parts(draw.build(reif(), STAND))
    assert "Jana Vogt" in _parts(draw.build(reif(), STAND))


def _parts(data: bytes) -> str:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())


def test_every_sheet_prints_on_a4_across_with_kreis_and_day_at_its_foot(pruefung: Pruefung) -> None:
    for sheet in opened(draw.build(auszug(pruefung, "08125"), STAND)):
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert sheet.page_setup.fitToWidth in (None, 1) and sheet.sheet_properties.pageSetUpPr.fitToPage
        assert "Landkreis Heilbronn, Stand 04.05.2020" in str(sheet.oddFooter.left.text)


def test_the_overview_says_where_and_when_it_stands() -> None:
    book = opened(draw.build(reif(), STAND))
    assert book.sheetnames == ["Übersicht", "Antragsteller", "Stellen", "Befunde"]
    assert book["Übersicht"]["B1"].value == "Landkreis Böblingen · Stand der Anträge"
    assert "Stand 04.05.2020, 12:00 Uhr" in [cell.value for cell in book["Übersicht"][2]]


def test_who_has_not_applied_stands_out() -> None:
    sheet = opened(draw.build(boese(), STAND))["Antragsteller"]
    words = {rule.formula[0] for those in sheet.conditional_formatting for rule in those.rules}
    assert {f'"{FEHLT}"', f'"{Stand.RUECKFRAGE}"', f'"{Stand.ENTSCHIEDEN}"'} <= words
    assert AGS in [cell.value for cell in sheet["A"]]


# --- the job -------------------------------------------------------------------------------------


def test_the_job_writes_one_file_per_kreis_and_says_how_far_it_is(pruefung: Pruefung, tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    folder = Workfolder(tmp_path)
    begun(folder, pruefung, STAND)
    written = kreisuebersichten(
        folder, read_master(folder), ["08125", "08111"], TAG, lambda *how_far: seen.append(how_far)
    )
    assert [path.relative_to(tmp_path).as_posix() for path in written] == [
        "Kreise/08125_Landkreis_Heilbronn.xlsx", "Kreise/08111_Stadt_Stuttgart.xlsx",
    ]  # fmt: skip
    assert seen == [("Kreise", 1, 2), ("Kreise", 2, 2)]
    assert written[0].read_bytes() == draw.build(auszug(pruefung, "08125"), STAND)
    assert [path.name for path in folder.kreise.glob("*.docx")] == ["08125_Landkreis_Heilbronn.docx"]


def test_the_job_leaves_out_a_kreis_in_which_nobody_has_posts_or_applied(tmp_path: Path) -> None:
    folder = Workfolder(tmp_path)
    begun(folder, Pruefung(lage_am(date(2020, 5, 4)), (), ()), STAND)
    assert kreisuebersichten(folder, read_master(folder), list(REGISTER.kreise), TAG) == []
    assert list(tmp_path.iterdir()) == [folder.master]


def test_the_letter_to_a_landratsamt_says_who_applied_who_did_not_and_what_it_costs(
    pruefung: Pruefung, tmp_path: Path
) -> None:
    folder = Workfolder(tmp_path)
    begun(folder, pruefung, STAND)
    (workbook,) = kreisuebersichten(folder, read_master(folder), ["08125"], TAG)
    document = docx.Document(str(workbook.with_suffix(".docx")))
    cells = [c.text for t in document.tables for r in t.rows for c in r.cells]
    said = "\n".join([*(p.text for p in document.paragraphs), *cells])
    shown = auszug(pruefung, "08125")
    assert "Landratsamt Heilbronn" in said and workbook.name in said and as_datum(STAND.date()) in said
    for traeger in k.traeger_im_kreis(shown):
        assert traeger.name in said
    granted = sum((v.summe for v in shown.vorgaenge if v.stand is Stand.ENTSCHIEDEN), Decimal(0))
    assert granted > 0 and as_euro(granted) in said


def test_a_letter_to_a_landratsamt_has_just_the_fields_of_the_catalogue(pruefung: Pruefung) -> None:
    context = kreisuebersicht(auszug(pruefung, "08125"), Einstellungen(), {}, TAG, STAND, "x.xlsx")
    assert sorted(context) == sorted(f.name for f in felder.KREISUEBERSICHT.felder)
    assert context["antraege"]
