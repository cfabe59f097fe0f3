"""The demo: the whole state, repeatable, with every fault the checks know."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from samples import sampled

from pik_xl.checks.catalogue import CATALOGUE
from pik_xl.checks.runner import check_all
from pik_xl.demo import invent as demo
from pik_xl.demo.faults import CONTENT, FILES
from pik_xl.demo.folder import invented_folder
from pik_xl.eingang.read import read
from pik_xl.eingang.receive import Eingang
from pik_xl.errors import PikError
from pik_xl.jobs.pruefen import pruefen_ordner
from pik_xl.jobs.pruefung import Pruefung, lage_am
from pik_xl.jobs.run import read_master
from pik_xl.model import Schwere, Stand
from pik_xl.register import load_register
from pik_xl.schreiben.einzelform import form_templates
from pik_xl.workfolder import Workfolder


def hashes(path: Path) -> dict[str, str]:
    files = sorted(p for p in path.rglob("*") if p.is_file())
    return {str(p.relative_to(path)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_every_kreis_applies_and_about_1200_posts_are_approved(land: tuple[Workfolder, Pruefung]) -> None:
    folder, pruefung = land
    bestand = read_master(folder).bestand
    assert len({b.kreis for b in bestand}) == 44
    assert 1_050 <= len(bestand) <= 1_350
    assert min(b.vzae for b in bestand) == demo._ANTEILE[0]
    assert {b.beginn.year for b in bestand} == {2017, 2018}
    most = Counter(b.traeger for b in bestand).most_common(1)
    assert most[0][0] == "Stadt Stuttgart"
    assert len(pruefung.lage.register.kreise) == 44


def test_every_fault_put_into_the_demo_is_found(land: tuple[Workfolder, Pruefung]) -> None:
    _, pruefung = land
    found = {b.code for b in pruefung.befunde}
    assert set(CONTENT) | set(FILES) <= found
    # nobody has typed in its master yet
    possible = [entry for entry in CATALOGUE if entry.code[0] not in "ML"]  # nor has any letter been written
    assert len(possible) - len(found) <= 10  # the demo shows nearly all there is


def test_about_five_percent_of_the_applications_are_faulty(land: tuple[Workfolder, Pruefung]) -> None:
    _, pruefung = land
    faulty = {b.antrag or b.place.datei for b in pruefung.befunde if b.schwere == Schwere.FEHLER}
    assert 0.03 < len(faulty) / len(pruefung.sendungen) < 0.08


def test_three_kreise_send_a_zip_and_two_a_sammelmappe(land: tuple[Workfolder, Pruefung]) -> None:
    folder, pruefung = land
    assert [p.stem for p in sorted(folder.eingang.glob("*.zip"))] == list(demo.ALS_ZIP)
    collected = {a.datei for s in pruefung.sendungen for a in s.antraege if a.sammelmappe}
    assert len(collected) == 2


def test_who_applies_alone_left_the_row_in_the_sammelmappe_as_it_was_sent(
    land: tuple[Workfolder, Pruefung],
) -> None:
    _, pruefung = land
    untouched = [b for b in pruefung.befunde if b.code == "F10"]
    assert [b.place.datei.partition("/")[0] for b in untouched] == list(demo.ALS_SAMMELMAPPE)
    assert not [b for b in pruefung.befunde if b.code == "S01" and "Sammelmappe" in b.place.datei]


def test_one_kreis_sends_e_mails(land: tuple[Workfolder, Pruefung]) -> None:
    folder, pruefung = land
    mails = list((folder.eingang / demo.ALS_MAIL[0]).glob("*.eml"))
    read_from_mails = [s for s in pruefung.sendungen if s.datei.startswith(demo.ALS_MAIL) and s.antraege]
    assert len(mails) >= 5 and len(read_from_mails) >= 5
    assert all(demo.ERSTER_EINGANG <= s.eingang <= demo.TAG for s in read_from_mails)


def test_some_come_twice_and_the_newer_one_counts(land: tuple[Workfolder, Pruefung]) -> None:
    _, pruefung = land
    assert any(v.stand == Stand.ERSETZT for v in pruefung.vorgaenge)


def test_some_come_late_which_the_office_decides_about(land: tuple[Workfolder, Pruefung]) -> None:
    _, pruefung = land
    late = [b for b in pruefung.befunde if b.code == "V06"]
    assert 5 <= len(late) <= 15 and {b.schwere for b in late} == {Schwere.WARNUNG}


@pytest.mark.exhaustive
def test_no_check_has_anything_to_say_about_the_good_applications_of_the_whole_state() -> None:
    register, rng = load_register(), Random(7)
    traeger = demo.applicants(register, 1_145, rng)
    lage = replace(lage_am(demo.TAG, demo.bestand(register, traeger, rng)), vollstaendig=True)
    einzeln, _ = form_templates(lage)
    forms = [demo.formular(posts, register, rng) for posts in lage.by_ags.values()]
    assert len(forms) == 44 + 1_101 - 9  # a Stadtkreis is both
    sendungen = [read(Eingang(f.name, f.eingang, f.workbook(einzeln))) for f in forms]
    assert Counter(f"{b.code} {b.meldung}" for b in check_all(sendungen, lage)) == {}


def test_no_good_application_is_held_up_by_a_bad_one(land: tuple[Workfolder, Pruefung]) -> None:
    _, pruefung = land
    staende = Counter(v.stand for v in pruefung.vorgaenge)
    assert staende[Stand.ENTSCHIEDEN] > 0.9 * len(pruefung.vorgaenge)


def test_the_same_seed_gives_the_same_files_and_another_one_others(tmp_path: Path) -> None:
    one, same, other = (invented_folder(tmp_path / str(n), 60, seed) for n, seed in enumerate((1, 1, 2)))
    assert hashes(one.path) == hashes(same.path)
    assert hashes(one.path) != hashes(other.path)


@pytest.mark.parametrize("antraege", sampled([1, 44, 45, 100], quick=[0, 2]))
def test_any_number_of_applications_can_be_had(tmp_path: Path, antraege: int) -> None:
    folder = invented_folder(tmp_path / "demo", antraege, 3)
    assert len({b.ags for b in read_master(folder).bestand}) == antraege - antraege // 100
    assert pruefen_ordner(folder, read_master(folder), demo.TAG).sendungen


@pytest.mark.parametrize("antraege", [0, -1, 1_146])
def test_more_applicants_than_there_are_is_refused(tmp_path: Path, antraege: int) -> None:
    with pytest.raises(PikError, match="zwischen 1 und 1145"):
        invented_folder(tmp_path / "demo", antraege, 3)
    assert not (tmp_path / "demo").exists()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "Urlaub.jpg").write_bytes(b"x")
    with pytest.raises(PikError, match="nicht leer"):
        invented_folder(tmp_path, 10, 3)
    assert [p.name for p in tmp_path.iterdir()] == ["Urlaub.jpg"]
