"""The cases read back from the master: what it says of a Kreis is what the run said that wrote it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import masters
import pytest
from factories import AGS, STELLE, antrag, bewilligung, stelle
from once import once
from samples import sampled

from pik_xl.demo.folder import invented_folder
from pik_xl.errors import PikError
from pik_xl.jobs import anlegen
from pik_xl.jobs.konsolidieren import konsolidieren
from pik_xl.jobs.pruefen import pruefen_ordner
from pik_xl.jobs.pruefung import Pruefung, lage_am
from pik_xl.jobs.run import read_master
from pik_xl.kreise import auszug as k
from pik_xl.master.read.bestand import read_bestand
from pik_xl.master.read.faelle import read_faelle
from pik_xl.master.read.snapshot import Snapshot
from pik_xl.master.read.table import open_master
from pik_xl.master.sheets import befunde
from pik_xl.master.sheets.antraege import antraege_table
from pik_xl.master.sheets.befunde import befunde_table
from pik_xl.master.sheets.columns import Owner, Table
from pik_xl.master.sheets.specs import ANTRAEGE, BEFUNDE, STELLEN
from pik_xl.master.sheets.stellen import stellen_table
from pik_xl.master.update import file
from pik_xl.model import Bewilligung, Finding, Place, Schwere, Stand
from pik_xl.recht.digital import decide_digital
from pik_xl.recht.entscheidung import Vorgang
from pik_xl.recht.regelstand import regelstand
from pik_xl.recht.rules import shipped_rulebook
from pik_xl.recht.verlaengerung import decide, overall
from pik_xl.register import load_register

REGISTER = load_register()
REGELN = regelstand(shipped_rulebook(), date(2020, 3, 15))
STAND = datetime(2020, 5, 4, 12)
NACHBAR = bewilligung(stelle="08115003-01", ags="08115003", traeger="Stadt Böblingen", einsatzort="Böblingen")


def befund(vorgang: Vorgang, **changes: object) -> Finding:
    a = vorgang.antrag
    usual = Finding("P01", Schwere.FEHLER, Place(a.datei, "Antrag", "C4"), "Telefon", "leer", "Es fehlt.", "Bitte.",
                    "Formular", a.schluessel, ags=a.ags, traeger=a.traeger or "", kreis=a.kreis or "")  # fmt: skip
    return replace(usual, **changes)  # type: ignore[arg-type]


def case(stand: Stand = Stand.ENTSCHIEDEN, bestand: Sequence[Bewilligung] = (bewilligung(), NACHBAR),
         **changes: object) -> Vorgang:  # fmt: skip
    """The case of Leonberg, varied, as the office makes it."""
    a, known = antrag(**changes), {b.stelle: b for b in bestand}
    if stand is not Stand.ENTSCHIEDEN:
        fall = Vorgang(a, stand, (), known)
        return replace(fall, befunde=(befund(fall),) if stand is Stand.RUECKFRAGE else ())
    decisions = tuple(decide(s, known.get(s.stelle), REGELN) for s in a.stellen)
    return Vorgang(a, stand, (), known, decisions, overall(decisions))


@once
def written(
    vorgaenge: Sequence[Vorgang], befunde: Iterable[Finding] = (), bestand: Sequence[Bewilligung] = (bewilligung(),)
) -> bytes:
    """The master of these cases, with findings that belong to none."""
    alle = [*befunde, *(f for v in vorgaenge for f in v.befunde)]
    tables = list(masters.all_tables(bestand, vorgaenge))
    tables[2] = befunde_table(alle, REGISTER.kreise)
    return file.build(tables, STAND)


def told(vorgaenge: Sequence[Vorgang], befunde: Iterable[Finding], bestand: Sequence[Bewilligung]) -> dict[str, object]:
    """Every table and every sentence of the overviews of all Kreise."""
    auszuege = [k.auszug(kreis, vorgaenge, tuple(befunde), bestand, REGISTER) for kreis in REGISTER.kreise.values()]
    return {a.kreis.ags: (k.tabellen(a), k.aufgaben(a)) for a in auszuege}


def told_by(data: bytes) -> dict[str, object]:
    book = open_master(data)
    return told(*read_faelle(book), read_bestand(book)[0])


def same(
    *vorgaenge: Vorgang, befunde: Sequence[Finding] = (), bestand: Sequence[Bewilligung] = (bewilligung(), NACHBAR)
) -> tuple[Vorgang, ...]:
    """The cases read back, after it was found that the overviews say the same of them."""
    data = written(vorgaenge, befunde, bestand)
    assert told_by(data) == told(vorgaenge, [*befunde, *(f for v in vorgaenge for f in v.befunde)], bestand)
    return read_faelle(open_master(data))[0]


# --- the whole Land ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def land(tmp_path_factory: pytest.TempPathFactory) -> tuple[Pruefung, bytes]:
    """A small land with every fault of the demo, and its master after a run with half the in-tray and one with all."""
    folder = invented_folder(tmp_path_factory.mktemp("land") / "demo", 150, 5)
    pruefung = pruefen_ordner(folder, read_master(folder), STAND.date())
    half = pruefung.sendungen[: len(pruefung.sendungen) // 2]
    konsolidieren(folder, replace(pruefung, sendungen=half, pruefbefunde=pruefung.pruefbefunde[:50]), STAND)
    pruefung = replace(pruefung, snapshot=read_master(folder))
    konsolidieren(folder, pruefung, STAND)
    return pruefung, folder.master.read_bytes()


def test_the_overview_of_every_kreis_says_what_the_run_said(land: tuple[Pruefung, bytes]) -> None:
    pruefung, data = land
    bestand = tuple(pruefung.lage.bewilligungen.values())
    assert told_by(data) == told(pruefung.vorgaenge, pruefung.befunde, bestand)
    assert {v.stand for v in pruefung.vorgaenge} == set(Stand)
    assert any(v.digital for v in pruefung.vorgaenge)
    assert any(f.schwere is Schwere.FEHLER and not f.antrag for f in pruefung.befunde)


def test_the_tables_made_of_what_was_read_are_those_that_were_written(land: tuple[Pruefung, bytes]) -> None:
    pruefung, data = land
    (vorgaenge, befunde), kreise = read_faelle(open_master(data)), REGISTER.kreise
    for made, before in (
        (antraege_table(vorgaenge, kreise), antraege_table(pruefung.vorgaenge, kreise)),
        (stellen_table(vorgaenge, kreise), stellen_table(pruefung.vorgaenge, kreise)),
        (befunde_table(befunde, kreise), befunde_table(pruefung.befunde, kreise)),
    ):
        assert made.spec == before.spec and _filled(made) == _filled(before)


def _filled(table: Table) -> list[dict[str, object]]:
    return [{name: value for name, value in row.items() if value not in (None, "")} for row in table.rows]


# --- peculiar cases ------------------------------------------------------------------------------


def test_applications_without_a_key_keep_their_posts_and_findings_apart() -> None:
    first, second = (
        case(Stand.RUECKFRAGE, schluessel=f"mappe.xlsx#Zeile {n}", datei="mappe.xlsx", ags="", traeger=f"Stadt {n}",
             stellen=tuple(stelle(stelle=f"neu-{n}-{m}", ags="") for m in range(n)))
        for n in (1, 2)
    )  # fmt: skip
    second = replace(second, befunde=(*second.befunde, befund(second, code="W20")))
    read = same(first, second)
    assert [(v.antrag.traeger, len(v.antrag.stellen), len(v.befunde)) for v in read] == [
        ("Stadt 1", 1, 1), ("Stadt 2", 2, 2),
    ]  # fmt: skip


def test_a_replaced_application_keeps_its_findings_and_its_day() -> None:
    alt = case(Stand.ERSETZT, schluessel="alt.xlsx", datei="alt.xlsx", eingang=date(2020, 2, 1))
    alt = replace(alt, befunde=(befund(alt),))
    read = same(alt, case())
    assert [(v.stand, v.antrag.eingang, len(v.antrag.stellen), len(v.befunde)) for v in read] == [
        (Stand.ERSETZT, date(2020, 2, 1), 0, 1), (Stand.ENTSCHIEDEN, date(2020, 3, 16), 1, 0),
    ]  # fmt: skip


def test_a_case_for_a_digital_solution_only_comes_back_with_its_decision() -> None:
    fall = case(stellen=(stelle(verlaengern=False),), digital_antrag=True, digital_loesung="Videodolmetschen",
                digital_kosten=Decimal(60000), digital_zahl=12, digital_zugang=True)  # fmt: skip
    digital = decide_digital(fall.antrag, 12, REGELN)
    fall = replace(fall, digital=digital, ergebnis=digital.ergebnis)
    (read,) = same(fall)
    assert read.digital is not None and (read.digital.ergebnis, read.digital.summe) == (digital.ergebnis, digital.summe)
    assert (read.ergebnis, read.antrag.digital_antrag, read.antrag.digital_kosten) == (digital.ergebnis, True, 60000)
    assert [d.beantragt for d in read.decisions] == [False]


def test_a_post_comes_back_with_its_reckoning() -> None:
    (read,) = read_faelle(open_master(written([case()])))[0]
    (decision,), fresh = read.decisions, case().decisions[0]
    assert (read.antrag.ags, read.antrag.stellen[0].stelle) == (AGS, STELLE)
    assert decision.betraege == fresh.betraege and decision.summe == fresh.summe
    assert decision.trace == (" ".join(fresh.trace),) and decision.quellen == fresh.quellen


def test_a_post_listed_twice_keeps_its_two_decisions_apart() -> None:
    (read,) = same(case(stellen=(stelle(), stelle(vzae=Decimal("0.25")))))
    assert [d.summe for d in read.decisions] == [Decimal(64000), Decimal(32000)]


@pytest.mark.parametrize(
    "stellen",
    [(stelle(vzae=None, vzae_bewilligt=Decimal("0.75")),), (stelle(vzae=None, vzae_bewilligt=None),),
     (stelle(stelle=NACHBAR.stelle, einsatzort=None),), (stelle(einsatzort=None, verlaengern=None),),
     (stelle(stelle="", einsatzort=None, vzae=None, vzae_bewilligt=None),), ()],
    ids=["share of the form", "no share", "post of another", "no place", "no number", "no posts"],
)  # fmt: skip
@pytest.mark.parametrize("stand", sampled([Stand.ENTSCHIEDEN, Stand.RUECKFRAGE], quick=[1]))
def test_posts_with_gaps_and_contradictions_are_told_alike(stand: Stand, stellen: tuple[object, ...]) -> None:
    same(case(stand, stellen=stellen))


def test_a_post_the_bestand_puts_into_another_kreis_is_told_alike() -> None:
    bestand = (bewilligung(kreis="08116"),)
    same(case(bestand=bestand, stellen=(stelle(einsatzort=None),)), bestand=bestand)


@pytest.mark.parametrize("changes", [{"ags": "08115029"}, {"ags": "", "kreis": "08115"}, {"ags": "", "kreis": "99999"},
                                     {"ags": "", "kreis": None}, {"traeger": None, "art": None}])  # fmt: skip
def test_applicants_the_bestand_does_not_know_are_told_alike(changes: dict[str, object]) -> None:
    same(case(Stand.RUECKFRAGE, **changes))


def test_findings_about_files_in_which_nothing_could_be_read_are_told_alike() -> None:
    usual = befund(case(), antrag="", ags="", traeger="", kreis="", feld="", meldung="=Boese()\nzweite Zeile")
    dateien = [replace(usual, code=code, place=Place(name)) for code, name in (
        ("D02", "08115/defekt.xlsx"), ("D01", "08115003 Antrag.xlsx"), ("D01", "irgendwas.pdf"))]  # fmt: skip
    same(case(), befunde=dateien)


# --- what people do to the master ----------------------------------------------------------------


def test_what_staff_type_changes_nothing() -> None:
    fall = case(Stand.RUECKFRAGE)
    data = written([fall])
    book = masters.opened(data)
    for spec in (ANTRAEGE, STELLEN):
        for column in spec.staff:
            masters.cell(book, spec.sheet, column.header).value = "=1+1"  # saved without a value
    masters.cell(book, "Befunde", "Meldung", 3).value = "Anruf am Montag"
    masters.cell(book, "Anträge", "AGS", 3).value = "Rest folgt"
    assert all(column.owner is Owner.PIK for column in BEFUNDE.columns)
    assert told_by(masters.saved(book)) == told_by(data)


def test_amounts_of_years_that_are_not_prolonged_do_not_count() -> None:
    frueher = (bewilligung(beginn=date(2016, 7, 1), bewilligt_bis=date(2018, 6, 30)),)
    first = written([case(bestand=frueher)], bestand=frueher)
    assert list(read_faelle(open_master(first))[0][0].betraege) == [2018, 2019, 2020]
    later = masters.updated(first, (bewilligung(),), [case(schluessel="b.xlsx")])
    assert masters.cell(masters.opened(later), "Stellen", "Betrag 2018").value is None
    own = masters.typed(later, ("Stellen", "Betrag 2018", 1, 5))
    assert told_by(later) == told_by(own) == told([case(schluessel="b.xlsx")], (), frueher)


@pytest.mark.parametrize("sheet", ["Anträge", "Stellen"])
def test_a_year_without_amounts_may_have_lost_its_column(sheet: str) -> None:
    """Somebody renamed it: the cases do not need it."""
    data = written([case()])
    book = masters.opened(data)
    table = next(iter(book[sheet].tables.values()))
    column = next(c for c in table.tableColumns if c.name == "Betrag 2026")
    column.name = "Reserve"
    header = book[sheet][table.ref][0][[c.name for c in table.tableColumns].index("Reserve")]
    header.value = "Reserve"
    assert told_by(masters.saved(book)) == told_by(data)


def test_a_master_saved_by_another_program_says_the_same(
    land: tuple[Pruefung, bytes], tmp_path: Path, soffice_convert: Callable[[Path, str], Path]
) -> None:
    path = tmp_path / "PiK-Master.xlsx"
    path.write_bytes(land[1])
    assert told_by(soffice_convert(path, "xlsx").read_bytes()) == told_by(land[1])


@pytest.mark.parametrize(
    ("sheet", "header", "value", "found"),
    [("Anträge", "Stand", "erledigt", "„erledigt“"), ("Anträge", "Stand", None, "„“"),
     ("Anträge", "Eingang", "im März", "„im März“"), ("Stellen", "Ergebnis", "ja", "„ja“"),
     ("Stellen", "Betrag 2021", 1, "„64000“"), ("Stellen", "Verlängern?", "vielleicht", "„vielleicht“"),
     ("Befunde", "Schwere", "schlimm", "„schlimm“")],
)  # fmt: skip
def test_what_no_run_writes_is_named_with_its_cell(sheet: str, header: str, value: object, found: str) -> None:
    fall = case()
    data = masters.typed(written([fall], [befund(fall)]), (sheet, header, 1, value))
    with pytest.raises(PikError, match=rf"Blatt „{sheet}“, Zelle [A-Z]+\d+: gefunden {found}\. Diese Spalte füllt"):
        read_faelle(open_master(data))


@pytest.mark.parametrize("name", ["tbl_antraege", "tbl_stellen", "tbl_befunde"])
def test_a_table_that_is_gone_is_named(name: str) -> None:
    book = open_master(written([case()]))
    with pytest.raises(PikError, match=f"fehlt die Tabelle „{name}“"):
        read_faelle(replace(book, tables={n: table for n, table in book.tables.items() if n != name}))


def test_a_master_from_before_findings_had_a_key_asks_for_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    fall = case(Stand.RUECKFRAGE)
    with monkeypatch.context() as before:
        before.setattr(befunde, "BEFUNDE", replace(BEFUNDE, columns=BEFUNDE.columns[:-3]))
        old = written.__wrapped__([fall])
    with pytest.raises(PikError, match=r"Auf Blatt „Befunde“ fehlt die Spalte „Schlüssel“\. .* neu konsolidieren"):
        read_faelle(open_master(old))
    assert told_by(masters.updated(old, (bewilligung(),), [fall])) == told([fall], fall.befunde, (bewilligung(),))


# --- how old it is -------------------------------------------------------------------------------


def test_the_last_run_says_how_old_the_master_is(tmp_path: Path) -> None:
    folder = anlegen.init(tmp_path, datetime(2020, 1, 2, 9, 30))
    assert Snapshot.of(folder.master.read_bytes()).stand is None
    for stand in (datetime(2020, 5, 4, 16, 45), datetime(2020, 3, 1, 12)):  # the later run reckons for an earlier day
        konsolidieren(folder, Pruefung(lage_am(STAND.date()), (), (), read_master(folder)), stand)
        assert Snapshot.of(folder.master.read_bytes()).stand == stand


def test_a_time_that_is_none_is_said() -> None:
    data = masters.typed(written([case()]), ("Protokoll", "Wann", 1, "gestern"))
    with pytest.raises(PikError, match="Blatt „Protokoll“: „gestern“ ist kein Zeitpunkt"):
        Snapshot.of(data).stand  # noqa: B018  # asked
