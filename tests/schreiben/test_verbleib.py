"""Final notices whose files are gone: told each by each or by folder, written again where they must still go out."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import docx
import pytest
from briefe import BEIDE, FREI, KEY, NUR_EINE, TAG, bekannt, fall, lauf, lauf_ueber, nachgefragt
from commands import Pik

from pik_xl.demo.folder import invented_folder
from pik_xl.errors import Abgebrochen, PikError
from pik_xl.jobs import bescheide
from pik_xl.jobs.konsolidieren import konsolidieren
from pik_xl.jobs.pruefen import pruefen_ordner
from pik_xl.jobs.pruefung import Pruefung
from pik_xl.jobs.run import read_master
from pik_xl.kinds import Row
from pik_xl.master.sheets.office import bescheide_table
from pik_xl.model import Antrag, Schreiben
from pik_xl.schreiben.ausgang import Schreibergebnis, Wunsch, schreiben_alle
from pik_xl.schreiben.nachweis import read_manifest
from pik_xl.workfolder import Workfolder

SPAETER = date(2020, 6, 2)


def codes(ergebnis: Schreibergebnis) -> list[str]:
    return [befund.code for befund in ergebnis.befunde]


def nach_umzug(
    folder: Workfolder,
    rows: tuple[Row, ...],
    a: Antrag = BEIDE,
    **wunsch: object,
) -> Schreibergebnis:
    """A later run that knows what the sheet Bescheide has."""
    vorgang, lage = fall(a, tag=SPAETER)
    return schreiben_alle(folder, [vorgang], lage, Wunsch(**wunsch), bekannt(folder, rows), lambda *_: None)  # type: ignore[arg-type]


def auf_blatt(letters: list[Schreiben]) -> tuple[Row, ...]:
    return bescheide_table(letters, (), fall()[1].register.kreise).rows


def test_a_notice_that_must_still_go_out_is_written_again_under_its_number_and_day(folder: Workfolder) -> None:
    (first,) = lauf(folder, freigegebene=FREI).neu
    paths = first.pfade(folder.path)
    before = [path.read_bytes() for path in paths]
    manifest = folder.path / first.ordner / "manifest.json"
    listed = manifest.read_bytes()
    for gone in (paths[:1], paths[1:], paths):
        for path in gone:
            path.unlink()
        again = lauf(folder, tag=SPAETER)
        assert again.neu == [] and again.unveraendert == [first] and codes(again) == ["L07"]
        assert first.datei == again.befunde[0].place.datei and "Nr. 1 und dem 04.05.2020" in again.befunde[0].meldung
        assert [path.read_bytes() for path in paths] == before and manifest.read_bytes() == listed
    assert codes(lauf(folder, tag=SPAETER)) == []


def test_an_amendment_is_written_again_as_the_amendment_of_what_it_amended(folder: Workfolder) -> None:
    (first,) = lauf(folder, NUR_EINE, freigegebene=FREI).neu
    (second,) = lauf(folder, tag=SPAETER, freigegebene=FREI, versandt={first.datei}).neu
    before = (folder.path / second.datei).read_bytes()
    (folder.path / second.datei).unlink()
    again = lauf(folder, tag=date(2020, 7, 1), versandt={first.datei})
    assert again.unveraendert == [second] and (folder.path / second.datei).read_bytes() == before


def test_a_notice_that_went_out_is_only_told_and_never_made_again(folder: Workfolder) -> None:
    (first,) = lauf(folder, freigegebene=FREI).neu
    (folder.path / first.datei).unlink()
    for _ in range(2):
        again = lauf(folder, tag=SPAETER, freigegebene=FREI, versandt={first.datei})
        assert again.neu == again.unveraendert == [] and codes(again) == ["L08"]
        assert again.befunde[0].place.datei == first.datei and "versandt" in again.befunde[0].meldung
    assert not (folder.path / first.datei).exists()


def test_what_would_not_come_out_the_same_is_told_and_not_written(folder: Workfolder) -> None:
    (first,) = lauf(folder, freigegebene=FREI).neu
    (folder.path / first.datei).unlink()
    document = docx.Document(str(folder.vorlage("verlaengerung")))
    document.paragraphs[-1].add_run(" (neu)")
    document.save(str(folder.path / "Vorlagen" / "verlaengerung.docx"))
    again = lauf(folder, tag=SPAETER, freigegebene=FREI)
    assert again.neu == again.unveraendert == [] and codes(again) == ["L08"]
    assert "haben sich seitdem geändert" in again.befunde[0].meldung
    assert not (folder.path / first.datei).exists()


def test_a_notice_without_an_application_that_is_decided_so_is_told(folder: Workfolder) -> None:
    (first,) = lauf(folder, NUR_EINE, freigegebene=FREI).neu
    (folder.path / first.datei).unlink()
    amended = lauf(folder, tag=SPAETER, freigegebene=FREI)
    assert [s.titel for s in amended.neu] == ["Änderungsbescheid"] and codes(amended) == ["L06", "L08"]
    assert "keinen Antrag mehr" in amended.befunde[1].meldung


def test_a_preview_says_what_is_gone_and_writes_nothing(folder: Workfolder) -> None:
    (first,) = lauf(folder, freigegebene=FREI).neu
    (folder.path / first.datei).unlink()
    shown = lauf(folder, tag=SPAETER, vorschau=True)
    assert codes(shown) == ["L07"] and "beim Schreiben" in shown.befunde[0].meldung
    assert shown.unveraendert == [] and not (folder.path / first.datei).exists()


def test_what_is_not_asked_for_is_not_told(folder: Workfolder) -> None:
    (first,) = lauf(folder, freigegebene=FREI).neu
    (folder.path / first.datei).unlink()
    assert codes(lauf(folder, tag=SPAETER, arten=("nachforderung",))) == []
    assert codes(lauf(folder, tag=SPAETER, antraege={"other.xlsx"})) == []


@pytest.mark.parametrize("datei", ["", "E-Akte 4711", "../../evil.docx", "Bescheide/../../evil.docx", "/tmp/evil.docx",
                                   "Bescheide/2020-05-04", "C:\\evil.docx", "Bescheide\\x\\y.docx"])  # fmt: skip
def test_what_somebody_typed_over_the_place_of_a_notice_is_told_and_nothing_is_written_there(
    datei: str,
    folder: Workfolder,
) -> None:
    (first,) = lauf(folder, freigegebene=FREI).neu
    rows = tuple({**row, "datei": datei} for row in auf_blatt([first]))
    shutil.rmtree(folder.path / first.ordner)
    before = set(folder.path.parent.rglob("*"))
    for vorschau in (True, False):
        again = nach_umzug(folder, rows, vorschau=vorschau)
        assert again.neu == again.unveraendert == [] and codes(again) == ["L08"]
    assert "Wo es lag" in again.befunde[0].meldung
    assert set(folder.path.parent.rglob("*")) == before


def test_a_manifest_that_leads_out_of_its_folder_is_damaged(folder: Workfolder) -> None:
    (first,) = lauf(folder, freigegebene=FREI).neu
    manifest = folder.path / first.ordner / "manifest.json"
    text = manifest.read_text("utf-8")
    for evil in (text.replace(first.datei, "../../evil.docx"), text.replace(f'["{first.anlagen[0]}"]', '["../x.docx"]'),
                 '{"a":' * 100_000):  # fmt: skip
        assert evil != text
        manifest.write_text(evil, "utf-8")
        with pytest.raises(PikError, match=r"manifest\.json ist nicht lesbar"):
            lauf(folder, tag=SPAETER)


def test_what_lies_there_and_was_edited_is_never_written_over(folder: Workfolder) -> None:
    (first,) = lauf(folder, freigegebene=FREI).neu
    letter, waiver = first.pfade(folder.path)
    letter.write_bytes(b"edited by a clerk")
    waiver.unlink()
    again = lauf(folder, tag=SPAETER)
    assert letter.read_bytes() == b"edited by a clerk" and not waiver.exists()
    assert codes(again) == ["L08"] and "von Hand geändert" in again.befunde[0].meldung


def test_a_folder_in_the_place_of_a_notice_is_told_and_stops_nothing(folder: Workfolder) -> None:
    (first,) = lauf(folder, freigegebene=FREI).neu
    (folder.path / first.datei).unlink()
    (folder.path / first.datei).mkdir()
    again = lauf(folder, tag=SPAETER)
    assert codes(again) == ["L08"] and "nicht zurücklegen" in again.befunde[0].meldung


def test_a_new_request_after_one_that_went_out_has_a_number_and_a_row_of_its_own(folder: Workfolder) -> None:
    vorgang, lage = fall()
    (first,) = lauf_ueber(folder, nachgefragt(vorgang), lage).neu
    other = nachgefragt(vorgang)
    other = replace(other, befunde=(replace(other.befunde[0], meldung="Die PLZ fehlt."),))
    for versandt, nummer in (((), 1), ({first.datei}, 2)):
        wunsch = Wunsch(versandt=versandt, vorschau=True)
        (second,) = schreiben_alle(folder, [other], lage, wunsch, bekannt(folder), lambda *_: None).neu
        assert second.nummer == nummer
    assert len(bescheide_table([first, second], (), lage.register.kreise).rows) == 2


# --- whole folders ---------------------------------------------------------------------------------


def test_a_folder_that_was_archived_is_told_once_for_all_that_went_out(folder: Workfolder) -> None:
    (first,) = lauf(folder, freigegebene=FREI).neu
    rows = auf_blatt([first])
    shutil.rmtree(folder.path / first.ordner)
    for _ in range(2):
        again = nach_umzug(folder, rows, versandt={first.datei})
        assert codes(again) == ["L09"] and again.befunde[0].place.datei == "Bescheide/2020-05-04"
        assert "1 versandtes Schreiben" in again.befunde[0].meldung and again.neu == again.unveraendert == []
    assert not (folder.path / first.ordner).exists()


def test_of_an_archived_folder_only_what_must_still_go_out_is_written_again(folder: Workfolder) -> None:
    (first,) = lauf(folder, freigegebene=FREI).neu
    andere = replace(BEIDE, schluessel="b.xlsx", datei="b.xlsx", ags="08115003")
    rows = auf_blatt([first, *_andere(folder, andere)])
    before = {path.name: path.read_bytes() for path in (folder.path / first.ordner).rglob("*.docx")}
    shutil.rmtree(folder.path / first.ordner)
    versandt = {str(row["datei"]) for row in rows if row["datei"] != first.datei}
    for codes_wanted in (["L07", "L09"], ["L09"]):
        again = nach_umzug(folder, rows, versandt=versandt)
        assert codes(again) == codes_wanted and again.unveraendert == [first]
    there = {path.name: path.read_bytes() for path in (folder.path / first.ordner).rglob("*.docx")}
    assert set(there) == {Path(first.datei).name, *first.anlagen} and there.items() <= before.items()
    manifest = json.loads((folder.path / first.ordner / "manifest.json").read_text("utf-8"))
    assert manifest["wiederhergestellt"] is True and [s["datei"] for s in manifest["schreiben"]] == [first.datei]
    listed = {Path(name).name: summe for name, summe in manifest["dateien"].items()}
    assert listed == {name: hashlib.sha256(data).hexdigest() for name, data in there.items()}


def _andere(folder: Workfolder, a: Antrag) -> list[Schreiben]:
    """A notice to somebody else in the same folder."""
    vorgang, lage = fall(a)
    wunsch = Wunsch(freigegebene={a.schluessel: TAG})
    (s,) = schreiben_alle(folder, [vorgang], lage, wunsch, bekannt(folder), lambda *_: None).neu
    ziel = folder.path / "Bescheide/2020-05-04" / Path(s.datei).relative_to(s.ordner)
    shutil.copytree(folder.path / s.ordner, folder.path / "Bescheide/2020-05-04", dirs_exist_ok=True)
    shutil.rmtree(folder.path / s.ordner)
    return [replace(s, datei=ziel.relative_to(folder.path).as_posix())]


def test_an_enclosure_that_can_no_longer_be_made_is_told_and_stops_nothing(folder: Workfolder) -> None:
    (first,) = lauf(folder, freigegebene=FREI).neu
    rows = auf_blatt([first])
    shutil.rmtree(folder.path / first.ordner)
    document = docx.Document(str(folder.vorlage("rechtsbehelfsverzicht")))
    document.paragraphs[-1].add_run("{{ (summe / 0) | euro }}")
    document.save(str(folder.path / "Vorlagen" / "rechtsbehelfsverzicht.docx"))
    again = nach_umzug(folder, rows)
    assert "L08" in codes(again) and again.unveraendert == []


def test_a_folder_that_was_emptied_is_one_that_was_moved_away(folder: Workfolder) -> None:
    (first,) = lauf(folder, freigegebene=FREI).neu
    rows = auf_blatt([first])
    shutil.rmtree(folder.path / first.ordner)
    (folder.path / first.ordner / "08115").mkdir(parents=True)
    assert codes(nach_umzug(folder, rows, versandt={first.datei})) == ["L09"]
    again = nach_umzug(folder, rows)
    assert codes(again) == ["L07"] and again.unveraendert == [first]
    assert codes(nach_umzug(folder, rows)) == []


@pytest.mark.parametrize("moment", ["beside", "flush", "rename"])
def test_a_run_cut_off_while_it_put_a_folder_back_leaves_none_and_the_next_does(
    moment: str,
    folder: Workfolder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (first,) = lauf(folder, freigegebene=FREI).neu
    rows = auf_blatt([first])
    shutil.rmtree(folder.path / first.ordner)

    def killed(*args: object) -> None:
        raise Abgebrochen

    with monkeypatch.context() as patch:
        patch.setattr(f"pik_xl.schreiben.verbleib.{moment}", killed)
        with pytest.raises(Abgebrochen):
            nach_umzug(folder, rows)
    assert not (folder.path / first.ordner).exists()
    again = nach_umzug(folder, rows)
    assert again.unveraendert == [first] and codes(again) == ["L07"]
    assert read_manifest(folder.path / first.ordner / "manifest.json").schreiben == [first]


def test_a_manifest_that_was_deleted_stays_told_whether_the_notices_went_out_or_not(folder: Workfolder) -> None:
    (first,) = lauf(folder, freigegebene=FREI).neu
    rows = auf_blatt([first])
    (folder.path / first.ordner / "manifest.json").unlink()
    for versandt in ((), {first.datei}):
        again = nach_umzug(folder, rows, versandt=versandt)
        assert again.unveraendert == [first] and codes(again) == ["L10"]
    (folder.path / first.datei).unlink()
    assert codes(nach_umzug(folder, rows, versandt={first.datei})) == ["L08", "L10"]


def test_a_request_that_went_out_and_was_archived_is_not_written_again(folder: Workfolder) -> None:
    vorgang, lage = fall()
    (first,) = lauf_ueber(folder, nachgefragt(vorgang), lage).neu
    rows = auf_blatt([first])
    shutil.rmtree(folder.path / first.ordner)
    vorgang, spaeter = fall(tag=SPAETER)
    for versandt, neu, said in (({first.datei}, 0, ["L09"]), ((), 1, [])):
        wunsch = Wunsch(versandt=versandt)
        again = schreiben_alle(folder, [nachgefragt(vorgang)], spaeter, wunsch, bekannt(folder, rows), lambda *_: None)
        assert (len(again.neu), codes(again)) == (neu, said)
        assert [s.datei for s in again.unveraendert] == [first.datei] * (1 - neu)


def test_a_notice_recorded_without_checksum_is_told(folder: Workfolder) -> None:
    (first,) = lauf(folder, freigegebene=FREI).neu
    rows = tuple({**row, "sha256": None} for row in auf_blatt([first]))
    shutil.rmtree(folder.path / first.ordner)
    again = nach_umzug(folder, rows)
    assert codes(again) == ["L08"] and "Prüfsumme ist nicht bekannt" in again.befunde[0].meldung


def test_a_folder_with_letters_and_no_record_of_them_is_told(folder: Workfolder) -> None:
    (first,) = lauf(folder).neu
    (folder.path / first.ordner / "manifest.json").unlink()
    (folder.bescheide / "Ablage").mkdir()
    (folder.bescheide / "Ablage" / "x.docx").write_bytes(b"of the office")
    again = lauf(folder, tag=SPAETER)
    assert codes(again) == ["L10"] and again.befunde[0].place.datei == "Bescheide/2020-05-04"


@pytest.mark.parametrize("text", ["{}", '{"schreiben": [], "dateien": {}}', '{"dateien": {"a": "b"}}', "", "[]"])
def test_an_emptied_record_stops_the_run_as_a_damaged_one_does(text: str, folder: Workfolder) -> None:
    (first,) = lauf(folder, freigegebene=FREI).neu
    (folder.path / first.ordner / "manifest.json").write_text(text)
    with pytest.raises(PikError, match=r"manifest\.json ist nicht lesbar"):
        lauf(folder, tag=SPAETER)


# --- the whole way ---------------------------------------------------------------------------------


def gelesen(folder: Workfolder) -> Pruefung:
    return pruefen_ordner(folder, read_master(folder), TAG)


def test_an_older_master_put_back_is_told_and_the_newest_is_not(tmp_path: Path, pik: Pik) -> None:
    land = invented_folder(tmp_path / "PiK", 12, 7)
    konsolidieren(land, gelesen(land), datetime(2020, 5, 4, 9, 12))
    older = land.master.read_bytes()
    for minute in (30, 31):
        konsolidieren(land, gelesen(land), datetime(2020, 5, 4, 14, minute))
        assert "M19" not in [befund.code for befund in gelesen(land).befunde]
    land.master.write_bytes(older)
    (befund,) = (befund for befund in gelesen(land).befunde if befund.code == "M19")
    assert "vom 04.05.2020 14:31 Uhr" in befund.meldung and "vom 04.05.2020 09:12 Uhr" in befund.meldung
    run = pik("pruefen", land.path)
    assert run.code == 1 and "M19" in run.out
    konsolidieren(land, gelesen(land), datetime(2020, 5, 5, 8, 0))
    assert "M19" not in [befund.code for befund in gelesen(land).befunde]


def test_a_copy_of_a_run_that_failed_makes_no_older_master(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    land = invented_folder(tmp_path / "PiK", 12, 7)
    pruefung = gelesen(land)

    def refused(*args: object) -> None:
        raise PermissionError(13, "in use")

    with monkeypatch.context() as patch:
        patch.setattr("pik_xl.files.swap.rename", refused)
        with pytest.raises(PikError):
            konsolidieren(land, pruefung, datetime(2020, 5, 4, 14, 30))
    assert "M19" not in [befund.code for befund in gelesen(land).befunde]


def test_the_sheet_bescheide_remembers_checksum_and_enclosures_of_a_notice(folder: Workfolder) -> None:
    (first,) = lauf(folder, freigegebene=FREI).neu
    shutil.rmtree(folder.bescheide)
    (known,) = bekannt(folder, auf_blatt([first])).endgueltige["stellen", first.ags]
    assert (known.sha256, known.anlagen) == (first.sha256, first.anlagen) and first.anlagen


def test_the_record_of_the_work_folder_has_manifests_and_sheet(tmp_path: Path) -> None:
    land = invented_folder(tmp_path / "PiK", 12, 7)
    pruefung = gelesen(land)
    letters = bescheide.bescheide(land, pruefung)
    konsolidieren(land, pruefung, datetime(2020, 5, 4, 9, 12), letters=letters)
    nachweis = bescheide.nachweis_of(land, gelesen(land))
    assert set(nachweis.manifeste) == {s.ordner for s in letters.neu} == set(nachweis.ordner)
    assert all(nachweis.pruefsumme(s.datei) == s.sha256 for s in letters.neu)
    assert KEY  # of the other tests
