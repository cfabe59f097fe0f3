"""What is to be heeded about letters stands in the master: in the letter's row, or on Befunde where it has none."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from excel_double import open_in_excel
from masters import typed
from samples import sampled

from pik_xl.demo.folder import invented_folder
from pik_xl.excel.book import LiveBook
from pik_xl.jobs import bescheide
from pik_xl.jobs.konsolidieren import konsolidieren
from pik_xl.jobs.pruefen import befunde_eintragen, pruefen_ordner
from pik_xl.jobs.run import read_master
from pik_xl.kreise.auszug import auszug
from pik_xl.master.read.faelle import read_faelle
from pik_xl.master.read.table import Rows
from pik_xl.master.sheets import office
from pik_xl.master.sheets.columns import ZU_BEACHTEN, TableSpec
from pik_xl.master.sheets.specs import ANTRAEGE, BEFUNDE, BESCHEIDE, PROTOKOLL, VERWAIST
from pik_xl.model import Fassung, Schwere
from pik_xl.register import load_register
from pik_xl.schreiben.ausgang import Schreibergebnis, Wunsch
from pik_xl.schreiben.einwand import Einwand
from pik_xl.versand.postausgang import Postwunsch
from pik_xl.vorlagen import felder
from pik_xl.workfolder import Workfolder

TAG, FREIGEGEBEN, HEUTE = date(2020, 5, 4), date(2020, 6, 18), date(2020, 6, 20)
STAND = datetime(2020, 6, 20, 12)
RELEASE = {"Bearbeitet von": "Kurz", "Freigegeben von": "Lang", "Freigegeben am": FREIGEGEBEN}
OLDER = replace(BESCHEIDE, columns=tuple(c for c in BESCHEIDE.columns if c.name != ZU_BEACHTEN))

Open = Callable[[Workfolder], Workfolder]


def closed(folder: Workfolder) -> Workfolder:
    return folder


def in_excel(folder: Workfolder) -> Workfolder:
    return Workfolder(folder.path, LiveBook(open_in_excel(folder.master.read_bytes()), folder.sicherungen))


BOOKS = pytest.mark.parametrize("open_", [closed, in_excel])
SAMPLED = pytest.mark.parametrize("open_", sampled([closed, in_excel], quick=[0]))


@pytest.fixture(scope="module")
def land(tmp_path_factory: pytest.TempPathFactory) -> Workfolder:
    """Everything decided and consolidated, and every application released after the day of decision."""
    return _released(invented_folder(tmp_path_factory.mktemp("land") / "PiK", 60, 7))


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workfolder]:
    """The same with a master that has no column for it yet, after a run that wrote letters."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(office, "BESCHEIDE", OLDER)
        folder = invented_folder(tmp_path_factory.mktemp("older") / "PiK", 60, 7)
        run(folder)
    yield _released(folder)


def _released(folder: Workfolder) -> Workfolder:
    konsolidieren(folder, pruefen_ordner(folder, read_master(folder), TAG, heute=HEUTE), STAND)
    reif = [n for n, row in enumerate(rows(folder, ANTRAEGE), 1) if row["stand"] == "entscheidungsreif"]
    entries = [("Anträge", header, n, value) for n in reif for header, value in RELEASE.items()]
    folder.master.write_bytes(typed(folder.master.read_bytes(), *entries))
    return folder


@pytest.fixture
def folder(land: Workfolder, tmp_path: Path) -> Workfolder:
    return Workfolder(Path(shutil.copytree(land.path, tmp_path / "PiK")))


def rows(folder: Workfolder, spec: TableSpec) -> list[dict[str, Any]]:
    return list(Rows.of(read_master(folder).book, spec).values)


def run(folder: Workfolder, tag: date = TAG, **wunsch: Any) -> Schreibergebnis:
    """Letters are written and recorded."""
    pruefung = pruefen_ordner(folder, read_master(folder), tag, heute=HEUTE)
    letters = bescheide.bescheide(folder, pruefung, wunsch=Wunsch(**wunsch))
    bescheide.eintragen(folder, pruefung, letters, STAND)
    return letters


def alles(folder: Workfolder) -> Schreibergebnis:
    """All in one go."""
    pruefung = pruefen_ordner(folder, read_master(folder), TAG, heute=HEUTE)
    letters = bescheide.bescheide(folder, pruefung)
    konsolidieren(folder, pruefung, STAND, "Alles", letters=letters)
    return letters


def notes(folder: Workfolder, code: str = "L") -> list[str]:
    return [text for row in rows(folder, BESCHEIDE) if (text := row.get(ZU_BEACHTEN, "")).startswith(code)]


@BOOKS
@pytest.mark.parametrize("write", sampled([run, alles], quick=[1]))
def test_every_notice_that_stays_a_draft_says_why_in_its_row(
    folder: Workfolder, open_: Open, write: Callable[[Workfolder], Schreibergebnis]
) -> None:
    folder = open_(folder)
    letters = write(folder)
    drafts = [s for s in letters.neu if s.entscheidung]
    assert len(drafts) >= 30 and all(s.fassung is Fassung.ENTWURF for s in drafts)
    assert {s.datei for s in drafts} == {row["datei"] for row in rows(folder, BESCHEIDE) if ZU_BEACHTEN in row}
    assert len(notes(folder)) == len(drafts)
    assert all(note.startswith("L04 Der freigegebene Bescheid bleibt Entwurf: ") for note in notes(folder))
    assert all("freigegeben ist er erst am 18.06.2020" in note for note in notes(folder))


@SAMPLED
def test_a_letter_keeps_its_note_while_nothing_changes_and_loses_it_with_the_reason(
    folder: Workfolder, open_: Open
) -> None:
    folder = open_(folder)
    run(folder)
    before, runs = notes(folder), len(rows(folder, PROTOKOLL))
    assert run(folder).neu == [] and notes(folder) == before
    assert len(rows(folder, PROTOKOLL)) == runs  # there was nothing to record
    konsolidieren(folder, pruefen_ordner(folder, read_master(folder), TAG, heute=HEUTE), STAND)
    assert notes(folder) == before
    run(folder, arten=felder.NACHFORDERUNGEN)
    assert notes(folder) == before  # it was not asked about
    later = run(folder, tag=FREIGEGEBEN).neu
    assert len([s for s in later if s.fassung is Fassung.ENDGUELTIG and s.entscheidung]) >= 30
    # the template of the digital notice is still to be settled
    assert all("[zu klären: " in note for note in notes(folder)) and len(notes(folder)) < len(before)


def test_a_note_goes_with_the_occasion_to_write(folder: Workfolder) -> None:
    """An application that is withdrawn, or waits for an answer again, has no notice that could stay a draft."""
    run(folder)
    before = {row["datei"]: row for row in rows(folder, BESCHEIDE)}
    first = next(
        row for row in before.values() if ZU_BEACHTEN in row and (folder.eingang / row["schluessel"]).is_file()
    )
    (folder.eingang / first["schluessel"]).unlink()
    run(folder, arten=felder.NACHFORDERUNGEN)
    assert len(notes(folder)) == sum(ZU_BEACHTEN in row for row in before.values())  # nobody asked about notices
    alles(folder)
    after = {row["datei"]: row for row in rows(folder, BESCHEIDE)}
    assert ZU_BEACHTEN not in after[first["datei"]]
    assert len(notes(folder)) == sum(ZU_BEACHTEN in row for row in before.values()) - 1


def test_what_can_only_be_heeded_before_a_letter_goes_out_is_no_more_once_it_went(folder: Workfolder) -> None:
    run(folder)
    before = rows(folder, BESCHEIDE)
    number = next(n for n, row in enumerate(before) if ZU_BEACHTEN in row)
    entry = ("Bescheide", "Versandt am", number + 1, date(2020, 6, 19))
    folder.master.write_bytes(typed(folder.master.read_bytes(), entry))
    run(folder)
    after = rows(folder, BESCHEIDE)
    assert ZU_BEACHTEN not in after[number]
    others = [row.get(ZU_BEACHTEN) for n, row in enumerate(before) if n != number]
    assert [row.get(ZU_BEACHTEN) for n, row in enumerate(after) if n != number] == others


@SAMPLED
def test_an_older_master_gets_the_column_and_nothing_typed_in_it_is_lost(
    older: Workfolder, tmp_path: Path, open_: Open
) -> None:
    folder = Workfolder(Path(shutil.copytree(older.path, tmp_path / "PiK")))
    entries = [("Bescheide", "Bemerkung", 1, "angerufen"), ("Bescheide", "Antragsteller", 2, "Stadt Anders"),
               ("Bescheide", "Versandt am", 3, date(2020, 6, 1))]  # fmt: skip
    folder.master.write_bytes(typed(folder.master.read_bytes(), *entries))
    folder = open_(folder)
    before = rows(folder, BESCHEIDE)
    assert not any(ZU_BEACHTEN in row for row in before) and run(folder).neu == []
    after = rows(folder, BESCHEIDE)
    assert len(notes(folder, "L04")) >= 30
    plain = [{name: value for name, value in row.items() if name not in (ZU_BEACHTEN, "siegel")} for row in after]
    assert plain == [{name: value for name, value in row.items() if name != "siegel"} for row in before]
    assert rows(folder, VERWAIST) == []
    run(folder, tag=FREIGEGEBEN)  # the letters are new ones now
    assert "Stadt Anders" in {row["inhalt"] for row in rows(folder, VERWAIST)}
    assert len({row["schluessel"] for row in rows(folder, VERWAIST)}) == 1  # no other row was taken for people's
    assert rows(folder, BESCHEIDE)[0]["bemerkung"] == "angerufen"


@SAMPLED
def test_what_people_typed_over_a_note_is_kept_on_verwaist(folder: Workfolder, open_: Open) -> None:
    run(folder)
    number = next(n for n, row in enumerate(rows(folder, BESCHEIDE), 1) if ZU_BEACHTEN in row)
    entry = ("Bescheide", "Zu beachten", number, "L04 erledigt, sagt Lang")
    folder.master.write_bytes(typed(folder.master.read_bytes(), entry))
    folder = open_(folder)
    run(folder)
    assert [row["inhalt"] for row in rows(folder, VERWAIST)] == ["L04 erledigt, sagt Lang"]
    assert all("erledigt" not in note for note in notes(folder))


def _broken(folder: Workfolder, monkeypatch: pytest.MonkeyPatch) -> str:
    """One application whose letters cannot be filled; its name."""
    from pik_xl.schreiben import inhalt

    first = next(row for row in rows(folder, ANTRAEGE) if row["stand"] == "entscheidungsreif")
    real = inhalt.aktenzeichen

    def aktenzeichen(vorgang: Any) -> str:
        return "\x07" if vorgang.antrag.schluessel == first["schluessel"] else real(vorgang)

    monkeypatch.setattr(inhalt, "aktenzeichen", aktenzeichen)
    return str(first["datei"])


@SAMPLED
def test_a_letter_that_cannot_be_written_stands_on_befunde_until_it_can(
    folder: Workfolder, open_: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def listed() -> list[tuple[object, object]]:
        return [(row["code"], row["datei"]) for row in rows(folder, BEFUNDE) if str(row["code"]).startswith("L")]

    folder = open_(folder)
    with monkeypatch.context() as patch:
        datei = _broken(folder, patch)
        run(folder)
        assert listed() == [("L01", datei), ("L04", datei)]
        schweren = [list(Schwere).index(row["schwere"]) for row in rows(folder, BEFUNDE)]
        assert schweren == sorted(schweren)
    befunde_eintragen(folder, pruefen_ordner(folder, read_master(folder), TAG, heute=HEUTE), STAND)
    konsolidieren(folder, pruefen_ordner(folder, read_master(folder), TAG, heute=HEUTE), STAND)
    run(folder, arten=felder.NACHFORDERUNGEN)
    assert listed() == [("L01", datei), ("L04", datei)]  # nobody asked again
    faelle, alle_befunde = read_faelle(read_master(folder).book)
    assert not any(b.code.startswith("L") for v in faelle for b in v.befunde)  # it is none of the applicant's faults
    register = load_register()
    (kreis,) = [each for each in register.kreise.values() if datei.startswith(each.ags)]
    assert auszug(kreis, faelle, alle_befunde, (), register).dateien == ()  # and nothing the Kreis is told
    run(folder)
    assert listed() == []


def _post(folder: Workfolder, letters: Schreibergebnis, monkeypatch: pytest.MonkeyPatch, reason: str) -> None:
    """PDF files of all letters are asked for; with a reason the first is not made."""
    from pik_xl.versand import postausgang

    def pdfs(needed: dict[Path, Path], *_: object, **__: object) -> dict[Path, str]:
        return dict.fromkeys([min(needed)], reason) if reason else {}

    monkeypatch.setattr(postausgang.druck, "pdfs", pdfs)
    pruefung = pruefen_ordner(folder, read_master(folder), TAG, heute=HEUTE)
    those = [*letters.neu, *letters.unveraendert]
    post = bescheide.fertig_machen(folder, pruefung, those, Postwunsch(pdf=True))
    bescheide.versand_eintragen(folder, pruefung, letters, post, STAND)


@SAMPLED
def test_a_letter_without_its_pdf_says_so_until_it_has_one(
    folder: Workfolder, open_: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = open_(folder)
    letters = run(folder)
    drafts = len(notes(folder, "L04"))
    _post(folder, letters, monkeypatch, "LibreOffice ist daran gescheitert.")
    (note,) = [text for text in notes(folder) if "L13" in text]
    assert note.splitlines()[-1].startswith("L13 Zu diesem Schreiben entstand keine PDF-Datei: LibreOffice")
    assert [row["was"] for row in rows(folder, PROTOKOLL)][:2] == ["Versand", "Bescheide"]
    run(folder)
    assert any("L13" in text for text in notes(folder))  # writing makes no PDF file
    _post(folder, run(folder), monkeypatch, "")
    assert not any("L13" in text for text in notes(folder)) and len(notes(folder, "L04")) == drafts


def test_what_earlier_runs_noted_is_replaced_only_where_it_is_asked_anew(folder: Workfolder) -> None:
    from pik_xl.checks import schreiben as messages
    from pik_xl.schreiben.einwand import Einwaende

    zeile, other = ("a.xlsx", "stellen", 1), ("b.xlsx", "stellen", 1)
    lage = pruefen_ordner(folder, read_master(folder), TAG).lage
    einwaende = Einwaende(lage, alle=[Einwand(messages.KEINE_MAIL, "a.docx", "Ohne Adresse.", zeile=zeile)])
    einwaende.fragen(zeile, [messages.KEINE_MAIL])
    before = {zeile: "L03 Früher.\nL13 Kein PDF.", other: "L03 Früher."}
    after = einwaende.zu_beachten(before)
    assert [line[:3] for line in after[zeile].splitlines()] == ["L03", "L13"]
    assert "Ohne Adresse." in after[zeile] and "Früher" not in after[zeile] and after[other] == "L03 Früher."
