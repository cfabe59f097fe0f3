"""The master as it is built and swapped in."""

from __future__ import annotations

import io
import itertools
import os
import signal
import subprocess
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from formulas import formulas, without_values
from masters import (
    BOESE,
    STAND,
    all_tables,
    bewilligungen,
    build,
    cell,
    opened,
    updated,
    vorgang,
)
from openpyxl.utils import get_column_letter
from samples import sampled

from pik_xl.errors import PikError
from pik_xl.files.swap import KENNUNG, sweep
from pik_xl.kinds import TEXT_MAX
from pik_xl.master.sheets.office_specs import BESTAND
from pik_xl.master.update import file as master
from pik_xl.master.update.file import FileBook
from pik_xl.model import (
    Art,
    Stand,
)

# --- building ------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", sampled([0, 3, 1200]))
def test_microsofts_validator_accepts_the_master(
    count: int, tmp_path: Path, ooxml_errors: Callable[[Path], list[object]]
) -> None:
    path = tmp_path / "PiK-Master.xlsm"
    path.write_bytes(build(bewilligungen(count)))
    assert ooxml_errors(path) == []


def test_microsofts_validator_accepts_a_master_with_verwaist(
    tmp_path: Path, ooxml_errors: Callable[[Path], list[object]]
) -> None:
    path = tmp_path / "PiK-Master.xlsm"
    antraege, *others = all_tables(bewilligungen(1))
    antraege = replace(antraege, rows=tuple({**row, "bemerkung": "x"} for row in antraege.rows))
    path.write_bytes(updated(master.build((antraege, *others), STAND), bewilligungen(1), ()))
    assert cell(opened(path.read_bytes()), "Verwaist", "Inhalt").value == "x"
    assert ooxml_errors(path) == []


def test_same_tables_give_the_same_bytes() -> None:
    first, again = (master.build(all_tables(bewilligungen(5)), STAND) for _ in range(2))
    assert first == again


@pytest.mark.parametrize("count", sampled([0, 60], quick=[1]))
def test_libreoffice_calculates_every_formula_to_the_value_already_shown(
    count: int, tmp_path: Path, soffice_convert: Callable[[Path, str], Path]
) -> None:
    path = tmp_path / "PiK-Master.xlsm"
    data = build(bewilligungen(count))
    path.write_bytes(without_values(data))
    ours, theirs = opened(data, data_only=True), opened(soffice_convert(path, "xlsx").read_bytes(), data_only=True)
    checked = 0
    for sheet, address in formulas(opened(data)):
        shown, calculated = ours[sheet][address].value, theirs[sheet][address].value
        if isinstance(shown, int | float):
            assert calculated == pytest.approx(shown), f"{sheet}!{address}"
        else:
            assert (calculated or "") == (shown or ""), f"{sheet}!{address}"
        checked += 1
    assert checked > 30


def test_the_figures_on_start_agree_with_the_cases() -> None:
    bestand = bewilligungen(60)
    cases = [vorgang(b, n) for n, b in enumerate(bestand)]
    sheet = opened(build(bestand, cases), data_only=True)["Start"]
    figures = {sheet.cell(6, c).value: sheet.cell(7, c).value for c in range(1, 16) if sheet.cell(6, c).value}
    reif = [v for v in cases if v.stand is Stand.ENTSCHIEDEN]
    assert figures["Anträge"] == 60
    assert (figures["entscheidungsreif"], figures["in Rückfrage"]) == (len(reif), 60 - len(reif))
    assert Decimal(str(figures["Summe der Bewilligungen"])) == sum(v.summe for v in reif)
    assert figures["VZÄ beantragt"] == float(sum(b.vzae for b in bestand))


def test_replaced_applications_do_not_count_on_start() -> None:
    case = vorgang(bewilligungen(1)[0])
    alt = replace(case, stand=Stand.ERSETZT, antrag=replace(case.antrag, schluessel="alt"), decisions=(), ergebnis=None)
    sheet = opened(build(bewilligungen(1), [case, alt]), data_only=True)["Start"]
    assert (sheet["B7"].value, sheet["I7"].value) == (1, 1)


def test_an_applicants_formula_stays_text() -> None:
    book = opened(build(bewilligungen(8)))
    for found in (cell(book, "Anträge", "Ansprechperson"), cell(book, "Befunde", "Gefunden")):
        assert (found.data_type, found.value, found.hyperlink) == ("s", BOESE, None)


def test_keys_keep_their_leading_zero_and_amounts_their_cents() -> None:
    book = opened(build(bewilligungen(2)))
    assert cell(book, "Bestand", "AGS").value == "08111"
    assert cell(book, "Bestand", "AGS").number_format == "@"
    assert cell(book, "Anträge", "Summe").number_format.startswith('#,##0.00 "€"')
    assert cell(book, "Bestand", "Beginn").number_format == "dd.mm.yyyy"


@pytest.mark.parametrize("length", [TEXT_MAX, TEXT_MAX + 1])
@pytest.mark.parametrize("letter", ["ä", "😀"])
def test_a_text_too_long_for_a_cell_says_that_it_was_cut(length: int, letter: str) -> None:
    units = len(letter.encode("utf-16-le")) // 2
    case = vorgang(bewilligungen(1)[0])
    text = letter * (length // units)
    data = build((), [replace(case, antrag=replace(case.antrag, ansprechperson=text))])
    found = str(cell(opened(data), "Anträge", "Ansprechperson").value)
    fits = len(text.encode("utf-16-le")) // 2 <= TEXT_MAX
    assert found == text if fits else found.endswith("… [gekürzt]")
    assert len(found.encode("utf-16-le")) // 2 <= TEXT_MAX


def test_staff_columns_are_marked_and_offer_their_choices() -> None:
    book = opened(build(bewilligungen(1)))
    abweichend = cell(book, "Stellen", "Entscheidung abweichend", 0)
    assert abweichend.comment is not None
    assert abweichend.fill.fgColor.rgb != cell(book, "Stellen", "Summe", 0).fill.fgColor.rgb
    lists = [rule.formula1 for rule in book["Stellen"].data_validations.dataValidation if rule.type == "list"]
    assert lists == ['"bewilligt,teilweise,abgelehnt"']


def test_headers_and_first_columns_stay_in_view_and_on_every_page() -> None:
    sheet = opened(build(bewilligungen(1)))["Anträge"]
    header = cell(opened(build()), "Anträge", "AGS", 0).row
    assert sheet.freeze_panes == f"C{header + 1}"
    assert sheet.print_title_rows == f"${header}:${header}"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)


def test_wide_tables_print_on_a3_without_the_columns_of_staff_and_narrow_ones_on_a4() -> None:
    book = opened(build(bewilligungen(1)))
    papers = {sheet.title: int(sheet.page_setup.paperSize) for sheet in book.worksheets if sheet.tables}
    assert (papers["Anträge"], papers["Stellen"], papers["Haushalt"], papers["Bestand"]) == (8, 8, 9, 8)
    last = cell(book, "Anträge", "Hinweise", 0).column_letter
    with zipfile.ZipFile(io.BytesIO(build(bewilligungen(1)))) as package:
        assert f">Anträge!$A:${last}<" in package.read("xl/workbook.xml").decode()


# --- swapping in ---------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "PiK-Master.xlsm"
    path.write_bytes(b"alt")
    return path


def listing(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_the_first_master_needs_no_backup(tmp_path: Path) -> None:
    assert master.write(tmp_path / "PiK-Master.xlsm", b"neu", tmp_path / "Sicherungen", "2020-03-15_1430") is None
    assert listing(tmp_path) == ["PiK-Master.xlsm"]


def test_the_old_master_is_kept_under_its_date(file: Path) -> None:
    folder = file.parent / "Protokoll" / "Sicherungen"
    first = master.write(file, b"neu", folder, "2020-03-15_1430", gelesen=b"alt")
    second = master.write(file, b"neuer", folder, "2020-03-15_1430")
    assert (first, second) == (
        folder / "PiK-Master_2020-03-15_1430.xlsm",
        folder / "PiK-Master_2020-03-15_1430_2.xlsm",
    )
    assert [p.read_bytes() for p in (first, second, file) if p] == [b"alt", b"neu", b"neuer"]


def test_an_unchanged_master_is_left_alone(file: Path) -> None:
    assert master.write(file, b"alt", file.parent / "Sicherungen", "x") is None
    assert listing(file.parent) == ["PiK-Master.xlsm"]


@pytest.mark.parametrize("lock", ["~$PiK-Master.xlsm", ".~lock.PiK-Master.xlsm#"])
def test_an_open_master_is_a_clear_message_and_stays_untouched(file: Path, lock: str) -> None:
    file.with_name(lock).write_bytes(b"")
    with pytest.raises(PikError, match=r"PiK-Master\.xlsm ist gerade geöffnet.*schließen"):
        master.write(file, b"neu", file.parent / "Sicherungen", "x")
    assert file.read_bytes() == b"alt"
    assert listing(file.parent) == sorted([lock, "PiK-Master.xlsm"])


def test_a_master_saved_during_the_run_is_not_overwritten(file: Path) -> None:
    with pytest.raises(PikError, match="während des Laufs geändert"):
        master.write(file, b"neu", file.parent / "Sicherungen", "x", gelesen=b"noch aelter")
    assert listing(file.parent) == ["PiK-Master.xlsm"]


def test_a_refused_swap_is_a_clear_message_and_leaves_no_half_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_really = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if target == file:
            raise PermissionError(13, "in use")
        return replace_really(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PikError, match="geöffnet oder schreibgeschützt"):
        master.write(file, b"neu", file.parent / "Sicherungen", "x")
    assert file.read_bytes() == b"alt"
    assert listing(file.parent) == ["PiK-Master.xlsm"]


@pytest.mark.parametrize("moment", [1, 2], ids=["while the copy is written", "while the new master is written"])
def test_what_was_saved_after_the_check_and_before_the_swap_stays(
    moment: int, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed, really = list[int](), os.fsync

    def save_meanwhile(descriptor: int) -> None:
        really(descriptor)
        flushed.append(descriptor)
        if len(flushed) == moment:
            file.write_bytes(b"saved by a clerk")

    monkeypatch.setattr("os.fsync", save_meanwhile)
    with pytest.raises(PikError, match="während des Laufs geändert"):
        master.write(file, b"neu", file.parent / "Sicherungen", "x", gelesen=b"alt")
    assert file.read_bytes() == b"saved by a clerk"
    assert listing(file.parent) == ["PiK-Master.xlsm"]


def test_a_master_opened_before_the_swap_stays(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    really = os.fsync

    def open_meanwhile(descriptor: int) -> None:
        really(descriptor)
        file.with_name("~$PiK-Master.xlsm").write_bytes(b"")

    monkeypatch.setattr("os.fsync", open_meanwhile)
    with pytest.raises(PikError, match="gerade geöffnet"):
        master.write(file, b"neu", file.parent / "Sicherungen", "x", gelesen=b"alt")
    assert file.read_bytes() == b"alt"


def test_a_full_disk_leaves_the_old_master(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(PikError, match=r"Datenträger ist voll.*PiK-Master\.xlsm.*Platz schaffen"):
        master.write(file, b"neu", file.parent / "Sicherungen", "x")
    assert file.read_bytes() == b"alt"
    assert listing(file.parent) == ["PiK-Master.xlsm"]


def test_a_read_only_master_is_a_clear_message_and_stays_untouched(file: Path) -> None:
    file.chmod(0o444)
    with pytest.raises(PikError, match="schreibgeschützt"):
        master.write(file, b"neu", file.parent / "Sicherungen", "x")
    assert file.read_bytes() == b"alt" and listing(file.parent) == ["PiK-Master.xlsm"]


def test_the_newest_twenty_backups_are_kept(file: Path) -> None:
    folder = file.parent / "Sicherungen"
    for day in range(1, 23):
        master.write(file, f"Stand {day}".encode(), folder, f"2020-03-{day:02}_0800")
    kept = [p.name for p in sorted(folder.iterdir())]
    assert (len(kept), kept[0]) == (20, "PiK-Master_2020-03-03_0800.xlsm")


def test_of_many_backups_of_one_minute_the_newest_are_kept(file: Path) -> None:
    folder = file.parent / "Sicherungen"
    for number in range(25):
        master.write(file, f"Stand {number}".encode(), folder, "2020-03-01_0800")
    assert {p.read_bytes() for p in folder.iterdir()} == {f"Stand {n}".encode() for n in range(4, 24)}


def test_a_disk_that_fills_up_leaves_the_old_master_and_no_half_file(tmp_path: Path) -> None:
    disk = tmp_path / "voll"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", disk], capture_output=True)
    if mounted.returncode:
        pytest.skip("ein kleiner Datenträger lässt sich hier nicht einhängen")
    try:
        path = disk / "PiK-Master.xlsm"
        path.write_bytes(b"a" * 30_000)
        with pytest.raises(PikError, match="Datenträger ist voll"):
            master.write(path, b"b" * 80_000, disk / "Sicherungen", "x")
        assert path.read_bytes() == b"a" * 30_000
        assert listing(disk) == ["PiK-Master.xlsm"]
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nur wo ein Prozess sich verdoppeln kann")
def test_killed_at_any_moment_a_whole_master_is_there(tmp_path: Path) -> None:
    path, backups = tmp_path / "PiK-Master.xlsm", tmp_path / "Sicherungen"
    states = [build(bewilligungen(count)) for count in (1, 2)]
    path.write_bytes(states[0])
    rng, killed = Random(1), 0
    for _ in range(50):
        child = os.fork()
        if child == 0:  # pragma: no cover  # another process
            for number in itertools.count():
                master.write(path, states[number % 2], backups, "x")
        time.sleep(rng.uniform(0.002, 0.03))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        killed += path.read_bytes() in states
        assert all(p.read_bytes() in states for p in backups.glob("PiK-Master_*.xlsm"))
    assert killed == 50
    sweep(tmp_path, KENNUNG)  # as the next run does that takes the lock of a dead one over
    assert not [name for name in listing(tmp_path) if name.endswith(".neu")]


def test_arts_of_the_form_and_of_the_bestand_are_the_same() -> None:
    art = next(c for c in BESTAND.columns if c.name == "art")
    assert art.auswahl == tuple(Art)


@pytest.mark.parametrize("sheet", ["Start", "Kreise", "Haushalt", "Regelwerk"])
def test_sheets_of_formulas_are_locked_without_a_password_and_open_around_the_table(sheet: str) -> None:
    opened_sheet = opened(build(bewilligungen(3)))[sheet]
    protection = opened_sheet.protection
    assert protection.sheet and protection.password is None
    assert not any((protection.autoFilter, protection.formatCells, protection.formatColumns, protection.objects))
    formulas = [c for row in opened_sheet.iter_rows() for c in row if isinstance(c.value, str) and c.value[0] == "="]
    assert all(c.protection.locked for c in formulas) and (formulas or sheet == "Regelwerk")
    free = opened_sheet.column_dimensions[get_column_letter(opened_sheet.max_column + 1)]
    assert not free.protection.locked


WORKED_IN = ("Anträge", "Stellen", "Befunde", "Ausstehend", "Bescheide", "Bestand", "Ansprechpartner", "Einstellungen",
             "Abweichungen", "Protokoll", "Verwaist")  # fmt: skip


@pytest.mark.parametrize("sheet", WORKED_IN)
def test_sheets_people_work_in_are_open(sheet: str) -> None:
    assert not opened(build(bewilligungen(3)))[sheet].protection.sheet


def test_a_master_that_is_gone_is_asked_for_by_what_there_is(tmp_path: Path) -> None:
    book = FileBook(tmp_path / "PiK-Master.xlsm", tmp_path / "Sicherungen")
    with pytest.raises(PikError, match="pik-xl init"):
        book.read()
    book.sicherungen.mkdir()
    (book.sicherungen / "PiK-Master_2020-03-15_1430.xlsm").touch()
    with pytest.raises(PikError, match=r"letzte Sicherung aus .* zurücklegen"):
        book.read()
