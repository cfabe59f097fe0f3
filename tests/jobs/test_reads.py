"""Whatever a button or a command does, it reads the master once, looks once more before it writes, and decides once."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path

import pytest
from commands import Pik
from desk import Desk
from masters import typed
from reads import Reads
from samples import sampled

from pik_xl.demo.folder import invented_folder
from pik_xl.jobs.press import Auftrag, ausfuehren
from pik_xl.master.draw.knoepfe import KNOEPFE
from pik_xl.master.read.auswahl import Auswahl
from pik_xl.master.read.table import open_master, read_rows
from pik_xl.master.sheets.specs import ANTRAEGE
from pik_xl.progress import silent
from pik_xl.workfolder import Workfolder

JETZT = datetime(2020, 5, 4, 12)
BUTTONS = [knopf.funktion for knopf in KNOEPFE if knopf.funktion != "rechner"]  # that one is a program of its own
NOTHING = {"vorlagen_pruefen", "ordner_oeffnen", "hilfe"}  # buttons that ask nothing of the master
READING = {"verlaengern", "erklaeren", "formulare", "kreisuebersicht", "versand"}  # and those that write nothing there
UNDECIDED = {*NOTHING, "formulare", "kreisuebersicht"}  # and those that want no decision
DIGITAL = ("rechnen-digital", "--kosten", "100", "--zugriff", "1", "--im-kreis", "2", "--am", "2020-05-04")
COMMANDS: dict[tuple[str, ...], int] = {  # and how often each decides
    ("formulare", "ORDNER"): 0, ("pruefen", "ORDNER"): 1, ("pruefen", "EINGANG"): 0, ("verlaengern", "ORDNER"): 1,
    ("konsolidieren", "ORDNER"): 1, ("kreis", "alle", "ORDNER"): 0, ("alles", "ORDNER"): 1, ("bescheide", "ORDNER"): 1,
    ("bescheide", "ORDNER", "--gefiltert", "--nur-freigegebene", "--mail"): 1,
    ("bescheide", "ORDNER", "--vorschau"): 1, ("regeln", "ORDNER"): 0, ("erklaeren", "AGS", "ORDNER"): 1,
    (*DIGITAL, "--ordner", "ORDNER"): 0, ("diagnose", "ORDNER"): 0,
}  # fmt: skip


@pytest.fixture(scope="module")
def land(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workfolder, Auswahl]:
    """A work folder after a run, with two cases released since; and what marking the first of them would mean."""
    folder = invented_folder(tmp_path_factory.mktemp("land") / "PiK", 24, 7)
    ausfuehren("konsolidieren", auftrag(folder, Auswahl()))
    rows = read_rows(open_master(folder.master.read_bytes()), ANTRAEGE)
    reif = [n for n, row in enumerate(rows) if row["stand"] == "entscheidungsreif" and "digital_ergebnis" not in row][
        :2
    ]
    release = {"Bearbeitet von": "Kurz", "Freigegeben von": "Lang", "Freigegeben am": date(2020, 5, 4)}
    cells = [("Anträge", header, n + 1, value) for n in reif for header, value in release.items()]
    folder.master.write_bytes(typed(folder.master.read_bytes(), *cells))
    first = {name: str(rows[reif[0]][name]) for name in ("schluessel", "ags", "kreis_ags")}
    return folder, Auswahl((first["schluessel"],), (), (first["ags"],), (first["kreis_ags"],))


@pytest.fixture
def folder(land: tuple[Workfolder, Auswahl], tmp_path: Path) -> Workfolder:
    return Workfolder(Path(shutil.copytree(land[0].path, tmp_path / "PiK")))


def auftrag(folder: Workfolder, marked: Auswahl) -> Auftrag:
    return Auftrag(folder, JETZT, "kurz", silent, lambda frage: None, marked)


def press(folder: Workfolder, funktion: str) -> str:
    """A button is pressed in Excel, with the first rows of the sheet Anträge marked; what was said."""
    with pytest.MonkeyPatch.context() as patched:
        desk = Desk(folder, patched)
        head = desk.api.Worksheets("Anträge").ListObjects("tbl_antraege").Range.Row
        desk.mark("Anträge", head + 1, head + 8)
        return desk.press(funktion)


def renamed_in_the_in_tray(folder: Workfolder) -> None:
    for path in sorted(folder.eingang.rglob("Antrag_*.xlsx"))[:3]:
        path.rename(path.with_name(f"neu_{path.name}"))


@pytest.mark.parametrize("funktion", BUTTONS)
def test_a_button_reads_the_closed_master_once(
    funktion: str, folder: Workfolder, land: tuple[Workfolder, Auswahl], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is looked at before the swap are its bytes: before the copy is put by, and at the very swap."""
    reads = Reads().watch(monkeypatch, folder.master)
    if funktion == "versand":  # there is no letter to be sent yet
        with pytest.raises(Exception, match="kein endgültiges Schreiben"):
            ausfuehren(funktion, auftrag(folder, land[1]))
    else:
        ausfuehren(funktion, auftrag(folder, land[1]))
    once = int(funktion not in NOTHING)
    assert set(reads.sheets.values()) <= {1} and bool(reads.sheets) == bool(once)
    assert reads.files == (once if funktion in NOTHING | READING else 3)
    assert set(reads.walked.values()) | set(reads.compared.values()) <= {1}
    assert reads.decided == int(funktion not in UNDECIDED)


@pytest.mark.parametrize("funktion", sampled(BUTTONS, quick=[2, 3]))
def test_a_button_reads_the_open_master_once_and_once_more_before_it_writes(
    funktion: str, folder: Workfolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = Reads().watch(monkeypatch, folder.master)
    press(folder, funktion)
    assert set(reads.sheets.values()) == {1 if funktion in NOTHING | READING else 2}
    # The overview leaves out the columns of staff, which tell nothing to others; what is marked was read with them.
    twice = {"tbl_antraege"} if funktion == "kreisuebersicht" else set()
    assert {name for name, number in reads.walked.items() if number > 1} == twice
    assert set(reads.compared.values()) <= {1}
    assert reads.decided == int(funktion not in UNDECIDED)


@pytest.mark.parametrize("words", sampled(zip(COMMANDS, strict=True), quick=[1, 4, 6, 8]), ids=" ".join)
def test_a_command_reads_the_master_once(
    words: tuple[str, ...],
    folder: Workfolder,
    land: tuple[Workfolder, Auswahl],
    pik: Pik,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    places = {"ORDNER": str(folder.path), "EINGANG": str(folder.eingang), "AGS": land[1].traeger[0]}
    reads = Reads().watch(monkeypatch, folder.master)
    run = pik(*(places.get(word, word) for word in words))
    assert run.code in (0, 1) and run.err == ""
    most = 2 if words[0] == "diagnose" else 1  # it also looks for the path of a Python an older master may have
    assert reads.sheets and max(reads.sheets.values()) <= most
    assert set(reads.walked.values()) | set(reads.compared.values()) <= {1}
    assert reads.decided == COMMANDS[words]


@pytest.mark.parametrize("offen", [False, True], ids=["closed", "open"])
def test_files_renamed_in_the_in_tray_cost_a_second_walk_and_no_second_read(
    offen: bool, folder: Workfolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is known of them is looked up under their old names, and what was typed in their rows under the new ones."""
    renamed_in_the_in_tray(folder)
    reads = Reads().watch(monkeypatch, folder.master)
    text = press(folder, "alles") if offen else ausfuehren("alles", auftrag(folder, Auswahl())).text
    assert "Anträge seit dem letzten Lauf: " in text and " entfallen" not in text
    assert set(reads.sheets.values()) == {1 + offen} and reads.decided == 1
    assert {name for name, number in reads.walked.items() if number > 1} == {"tbl_antraege", "tbl_stellen"}
    assert max(reads.walked.values()) == max(reads.compared.values()) == 2
