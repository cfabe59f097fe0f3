"""Which decision a release is for: the one that stood in its row when it was typed, and no other."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from factories import antrag, bewilligung, stelle
from masters import bewilligungen, build, older_master, opened, typed, updated, vorgang

from pik_xl.eingang.sendung import Sendung
from pik_xl.jobs import anlegen, bescheide
from pik_xl.jobs.konsolidieren import konsolidieren
from pik_xl.jobs.pruefen import pruefen_ordner
from pik_xl.jobs.pruefung import Pruefung
from pik_xl.jobs.run import read_master
from pik_xl.master.read.snapshot import Snapshot
from pik_xl.master.read.table import open_master, read_rows
from pik_xl.master.sheets.antraege import entscheidung_of
from pik_xl.master.sheets.freigabe import entscheidung
from pik_xl.master.sheets.specs import ANTRAEGE, KREISE
from pik_xl.model import Ergebnis, Finding, Freigabe
from pik_xl.recht.entscheidung import Digitalentscheidung, Vorgang
from pik_xl.workfolder import Workfolder

TAG = date(2020, 5, 4)
MORGEN = TAG + timedelta(days=1)
RELEASE = {"Bearbeitet von": "Kurz", "Freigegeben von": "Lang", "Freigegeben am": TAG}
GANZ, TEIL = [Sendung("a.xlsx", date(2020, 3, 1), (antrag(stellen=(stelle(wunschende=ende),)),))
              for ende in (None, date(2021, 12, 31))]  # fmt: skip


class Referat:
    """An office with one application, whose applicant may send another wish."""

    def __init__(self, folder: Workfolder) -> None:
        self.folder, self.eingang = folder, GANZ

    def pruefen(self, tag: date = TAG, heute: date | None = None) -> Pruefung:
        return replace(
            pruefen_ordner(self.folder, read_master(self.folder), tag, heute=heute), sendungen=[self.eingang]
        )

    def konsolidieren(self, tag: date = TAG) -> None:
        konsolidieren(self.folder, self.pruefen(tag), datetime(2020, 5, 4, 12))

    def freigeben(self, wer: str | None = "Lang", am: object = TAG) -> None:
        entries = {"Bearbeitet von": "Kurz", "Freigegeben von": wer, "Freigegeben am": am}
        self.tippen("Anträge", **entries)

    def tippen(self, sheet: str, **entries: object) -> None:
        data = self.folder.master.read_bytes()
        cells = [(sheet, header, 1, value) for header, value in entries.items()]
        self.folder.master.write_bytes(typed(data, *cells))

    @property
    def stand(self) -> object:
        """What the sheet shows."""
        (row,) = read_rows(open_master(self.folder.master.read_bytes()), ANTRAEGE)
        return row["freigabe"]

    @property
    def freigegebene(self) -> Sequence[str]:
        return tuple(bescheide.freigegebene(self.pruefen()))

    @property
    def befunde(self) -> list[Finding]:
        return [f for f in self.pruefen().befunde if f.code.startswith("M")]


@pytest.fixture(scope="module")
def angelegt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its work folder after the first run; nothing may change it."""
    path = tmp_path_factory.mktemp("referat") / "PiK"
    Referat(anlegen.init(path, datetime(2020, 5, 4), [bewilligung()])).konsolidieren()
    return path


@pytest.fixture
def referat(angelegt: Path, tmp_path: Path) -> Referat:
    return Referat(Workfolder(Path(shutil.copytree(angelegt, tmp_path / "PiK"))))


def calculated(referat: Referat, soffice_convert: Callable[[Path, str], Path]) -> object:
    """What LibreOffice makes of the formula."""
    book = opened(soffice_convert(referat.folder.master, "xlsx").read_bytes(), data_only=True)
    return book["Anträge"].cell(6, 6).value


@pytest.mark.exhaustive
def test_another_decision_ends_a_release_until_somebody_releases_anew(
    referat: Referat, soffice_convert: Callable[[Path, str], Path]
) -> None:
    referat.freigeben()
    referat.konsolidieren()
    assert referat.stand == Freigabe.FREIGEGEBEN == calculated(referat, soffice_convert)
    assert referat.freigegebene == ("a.xlsx",) and referat.befunde == []
    referat.eingang = TEIL
    assert referat.freigegebene == () and [f.code for f in referat.befunde] == ["M10"]
    for _ in range(2):  # and stays so
        referat.konsolidieren()
        assert referat.stand == Freigabe.GEAENDERT == calculated(referat, soffice_convert)
        assert referat.freigegebene == () and [f.code for f in referat.befunde] == ["M10"]
    referat.freigeben(am=MORGEN)
    assert calculated(referat, soffice_convert) == Freigabe.FREIGEGEBEN
    assert list(bescheide.freigegebene(referat.pruefen(heute=MORGEN))) == ["a.xlsx"]
    referat.konsolidieren(MORGEN)
    assert referat.stand == Freigabe.FREIGEGEBEN == calculated(referat, soffice_convert)
    assert [f.code for f in referat.pruefen(MORGEN).befunde if f.code == "M10"] == []


def test_a_decision_that_changed_before_any_run_saw_the_release_is_not_released(referat: Referat) -> None:
    referat.freigeben()
    referat.eingang = TEIL
    assert referat.freigegebene == () and [f.code for f in referat.befunde] == ["M10"]
    referat.konsolidieren()
    assert referat.stand == Freigabe.GEAENDERT


def test_the_decision_released_is_the_one_the_sheet_showed_though_somebody_typed_it_there(referat: Referat) -> None:
    referat.tippen("Stellen", Summe=1)
    referat.freigeben()
    referat.konsolidieren()
    assert referat.stand == Freigabe.GEAENDERT


def test_the_decision_that_was_released_counts_again_once_it_is_back(referat: Referat) -> None:
    referat.freigeben()
    for eingang, stand in [(GANZ, Freigabe.FREIGEGEBEN), (TEIL, Freigabe.GEAENDERT), (GANZ, Freigabe.FREIGEGEBEN)]:
        referat.eingang = eingang
        referat.konsolidieren()
        assert referat.stand == stand


def test_the_will_of_staff_is_another_decision(referat: Referat) -> None:
    referat.freigeben()
    referat.konsolidieren()
    referat.tippen("Stellen", **{"Entscheidung abweichend": "abgelehnt", "Begründung der Abweichung": "Verzicht"})
    referat.konsolidieren()
    assert referat.stand == Freigabe.GEAENDERT


def test_another_person_can_release_what_was_changed_on_the_same_day(referat: Referat) -> None:
    referat.freigeben()
    referat.konsolidieren()
    referat.eingang = TEIL
    referat.konsolidieren()
    referat.freigeben("Breit")
    assert referat.freigegebene == ("a.xlsx",)


def test_the_same_person_releases_anew_on_the_same_day_after_a_run_without(
    referat: Referat, soffice_convert: Callable[[Path, str], Path]
) -> None:
    referat.freigeben()
    referat.konsolidieren()
    referat.eingang = TEIL
    referat.konsolidieren()
    referat.freigeben("LANG ")  # is the same
    assert referat.freigegebene == () and calculated(referat, soffice_convert) == Freigabe.GEAENDERT
    referat.freigeben(None, None)
    referat.konsolidieren()
    assert referat.stand == Freigabe.BEARBEITET
    referat.freigeben()
    assert referat.freigegebene == ("a.xlsx",) and calculated(referat, soffice_convert) == Freigabe.FREIGEGEBEN
    referat.konsolidieren()
    assert referat.stand == Freigabe.FREIGEGEBEN


def test_another_day_of_the_run_is_no_other_decision_and_a_release_no_change_of_the_case(referat: Referat) -> None:
    referat.freigeben()
    referat.konsolidieren(MORGEN)
    (row,) = read_rows(open_master(referat.folder.master.read_bytes()), ANTRAEGE)
    assert row["freigabe"] == Freigabe.FREIGEGEBEN and "aenderung" not in row


def test_an_ended_release_is_told_with_its_cell_and_counts_nowhere(referat: Referat) -> None:
    referat.freigeben()
    referat.konsolidieren()
    referat.eingang = TEIL
    (f,) = referat.befunde
    assert (f.place.datei, f.place.blatt, f.gefunden) == ("PiK-Master.xlsm", "Anträge", "04.05.2020")
    assert f.place.zelle and "04.05.2020 (Lang) gilt nicht mehr" in f.meldung and "neu freigeben" in f.bitte
    referat.konsolidieren()
    book = open_master(referat.folder.master.read_bytes())
    (leonberg,) = [row for row in read_rows(book, KREISE) if row.get("ags") == "08115"]
    assert (leonberg["entscheidungsreif"], leonberg["freigegeben"]) == (1, 0)


def test_a_day_to_come_is_no_release_yet(referat: Referat) -> None:
    referat.freigeben(am=MORGEN)
    assert referat.freigegebene == () and [f.code for f in referat.befunde] == ["M15"]
    later = referat.pruefen(heute=MORGEN)
    assert tuple(bescheide.freigegebene(later)) == ("a.xlsx",)
    assert "M15" not in {f.code for f in later.befunde}


@pytest.mark.exhaustive
def test_a_run_shows_and_counts_no_release_of_a_day_to_come_nor_one_by_two_spellings_of_a_name(
    referat: Referat, soffice_convert: Callable[[Path, str], Path]
) -> None:
    referat.freigeben(am=MORGEN)
    referat.konsolidieren()
    assert referat.stand == Freigabe.UNVOLLSTAENDIG == calculated(referat, soffice_convert)
    konsolidieren(referat.folder, referat.pruefen(heute=MORGEN), datetime(2020, 5, 5, 12))
    assert referat.stand == Freigabe.FREIGEGEBEN == calculated(referat, soffice_convert)
    referat.freigeben("Kurz.")
    referat.konsolidieren()
    assert referat.stand == Freigabe.ZWEITE_PERSON == calculated(referat, soffice_convert)
    assert referat.freigegebene == () and [f.code for f in referat.befunde] == ["M01"]


def test_a_release_in_an_older_master_is_for_the_decision_that_stands_there(
    tmp_path: Path, soffice_convert: Callable[[Path, str], Path]
) -> None:
    bestand, path = bewilligungen(2), tmp_path / "PiK-Master.xlsm"
    before = [vorgang(b) for b in bestand]
    release = [("Anträge", header, n, value) for n in (1, 2) for header, value in RELEASE.items()]
    after = [before[0], vorgang(bestand[1], 8)]  # the second is refused now
    path.write_bytes(updated(typed(older_master(bestand, before), *release), bestand, after))
    shown, calculated = (
        [row[5].value for row in opened(data, data_only=True)["Anträge"].iter_rows(min_row=6, max_row=7)]
        for data in (path.read_bytes(), soffice_convert(path, "xlsx").read_bytes())
    )
    assert shown == calculated == [Freigabe.FREIGEGEBEN, Freigabe.GEAENDERT]


def test_a_release_that_comes_back_from_verwaist_is_for_no_decision_known(referat: Referat) -> None:
    referat.freigeben()
    referat.konsolidieren()
    ganz, referat.eingang = referat.eingang, Sendung("b.xlsx", date(2020, 3, 1), ())
    referat.konsolidieren()
    referat.eingang = ganz
    referat.konsolidieren()
    assert referat.stand == Freigabe.GEAENDERT and [f.code for f in referat.befunde] == ["M10"]


def test_a_decision_read_back_from_the_master_is_the_one_that_was_written() -> None:
    bestand = bewilligungen(60)
    digital = Digitalentscheidung(Ergebnis.TEILWEISE, Decimal("1234.56"), trace=("So.",))
    cases = [replace(vorgang(b, n), digital=digital if n % 5 == 0 else None) for n, b in enumerate(bestand)]
    release = [("Anträge", header, n, value) for n in range(1, 61) for header, value in RELEASE.items()]
    found = Snapshot.of(typed(build(bestand, cases), *release)).eingetragen(TAG)
    assert {key: str(own["freigegebenes"]) for key, own in found.items()} == {
        v.antrag.schluessel: f"{entscheidung_of(v)} 20200504 Lang" for v in cases
    }


BASIS = vorgang(bewilligungen(1)[0])
(DECISION,) = BASIS.decisions
JAHR = min(DECISION.betraege)


@pytest.mark.parametrize("other", [
    replace(BASIS, ergebnis=Ergebnis.ABGELEHNT),
    replace(BASIS, digital=Digitalentscheidung(Ergebnis.BEWILLIGT, Decimal(1))),
    *(replace(BASIS, decisions=(replace(DECISION, **change),)) for change in (
        {"stelle": "x"}, {"ergebnis": Ergebnis.ABGELEHNT}, {"neues_ende": TAG}, {"monate": Decimal("0.5")},
        {"summe": DECISION.summe + Decimal("0.01")},
        {"betraege": {**DECISION.betraege, JAHR: DECISION.betraege[JAHR] + Decimal("0.01")}},
        {"betraege": {JAHR + 1: DECISION.betraege[JAHR]}},
    )),
    replace(BASIS, decisions=(DECISION, replace(DECISION, stelle="y"))),
    replace(BASIS, decisions=()),
])  # fmt: skip
def test_whatever_decides_the_notice_is_part_of_the_checksum(other: Vorgang) -> None:
    assert entscheidung_of(other) != entscheidung_of(BASIS)


def test_words_order_and_amounts_of_nothing_are_not_part_of_the_checksum() -> None:
    words = replace(DECISION, trace=("Anders gesagt.",), gruende=("Weil.",), hinweise=(), quellen=())
    nothing = replace(DECISION, betraege={**DECISION.betraege, 2099: Decimal(0)})
    for same in (words, nothing):
        assert entscheidung_of(replace(BASIS, decisions=(same,))) == entscheidung_of(BASIS)
    one, two = ({"stelle": name, "summe": Decimal(1)} for name in "ab")
    assert entscheidung({}, [one, two]) == entscheidung({}, [two, one])
