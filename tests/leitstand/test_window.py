"""The Leitstand as a window on a virtual screen: jobs in a thread, progress, stopping, questions, the calculator."""

from __future__ import annotations

import gc
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from excel_double import open_in_excel
from masters import typed

from pik_xl.cli import leitstand as cli_leitstand
from pik_xl.demo.folder import invented_folder
from pik_xl.errors import PikError
from pik_xl.excel.book import LiveBook
from pik_xl.jobs.press import Meldung
from pik_xl.leitstand import look
from pik_xl.leitstand import window as leitstand
from pik_xl.master.draw.knoepfe import KNOEPFE, Knopf
from pik_xl.master.read.table import open_master, read_rows
from pik_xl.master.sheets.specs import ANTRAEGE, PROTOKOLL
from pik_xl.recht.einstellungen import EINSTELLBAR
from pik_xl.workfolder import Workfolder

tk = pytest.importorskip("tkinter")
JETZT = datetime(2020, 5, 4, 9, 30)


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A screen nobody looks at."""
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb ist nicht installiert (apt-get install xvfb)")
    with subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-screen", "0", "1600x1200x24"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as server:
        assert server.stdout
        yield f":{int(server.stdout.readline())}"
        server.terminate()


@pytest.fixture(scope="module")
def land(tmp_path_factory: pytest.TempPathFactory) -> Workfolder:
    return invented_folder(tmp_path_factory.mktemp("land") / "PiK", 60, 7)


Stand = leitstand.Leitstand


@pytest.fixture
def window(screen: str, land: Workfolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stand]:
    monkeypatch.setenv("DISPLAY", screen)
    shutil.copytree(land.path, tmp_path / "PiK")
    monkeypatch.setattr(leitstand, "show_file", lambda path: opened.append(path))
    opened.clear()
    root = leitstand.open_window(tmp_path / "PiK", lambda: JETZT)
    root.update()
    yield root.leitstand  # type: ignore[attr-defined]
    with suppress(tk.TclError):  # closed by the test
        root.destroy()


opened: list[Path] = []


def knopf(funktion: str) -> Knopf:
    return next(k for k in KNOEPFE if k.funktion == funktion)


def finish(window: Stand, watch: Callable[[], object] = lambda: None) -> str:
    """Waits for the running job as the main loop would; returns what was said last."""
    end = time.monotonic() + 60
    while window.work and time.monotonic() < end:
        window.root.update()
        watch()
        time.sleep(0.005)
    assert window.work is None
    return window.protokoll.get("1.0", "end").split("\n\n")[0]


def rows(window: Stand, spec: Any) -> list[dict[str, Any]]:
    return read_rows(open_master((Path(window.ordner.get()) / "PiK-Master.xlsm").read_bytes()), spec)


def test_a_job_shows_how_far_it_is_and_ends_with_its_sentence(window: Stand) -> None:
    seen: set[tuple[str, str]] = set()
    window.buttons["konsolidieren"].invoke()
    assert window.buttons["pruefen"].instate(["disabled"]) and window.abbrechen.instate(["!disabled"])
    said = finish(window, lambda: seen.add((window.weit.get().split(":")[0], window.wo.get())))
    assert said.startswith("09:30  Konsolidieren\n") and "neu" in said
    assert ("Lesen", "geschlossene Datei") in seen and window.weit.get() == "fertig"
    assert len(rows(window, ANTRAEGE)) > 50
    assert window.buttons["pruefen"].instate(["!disabled"]) and window.abbrechen.instate(["disabled"])


def test_a_stopped_job_leaves_everything_as_it_was(window: Stand) -> None:
    before = (Path(window.ordner.get()) / "PiK-Master.xlsm").read_bytes()
    window.press(knopf("alles"))

    def stop_soon() -> None:
        if window.weit.get().startswith("Lesen:"):
            window.root.event_generate("<Escape>")

    assert "Abgebrochen." in finish(window, stop_soon) and window.weit.get() == "abgebrochen"
    assert (Path(window.ordner.get()) / "PiK-Master.xlsm").read_bytes() == before
    assert not list((Path(window.ordner.get()) / "Bescheide").glob("2*"))


def test_what_stands_in_the_way_is_a_sentence(window: Stand) -> None:
    folder = Path(window.ordner.get())
    (folder / "~$PiK-Master.xlsm").touch()
    window.press(knopf("konsolidieren"))
    assert "gerade geöffnet oder schreibgeschützt" in finish(window)
    window.ordner.set(str(folder / "gibt es nicht"))
    window.press(knopf("konsolidieren"))
    assert "ist kein Arbeitsordner" in finish(window)


def test_a_bug_is_a_short_message_and_a_log_file(window: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leitstand, "ausfuehren", lambda funktion, auftrag: 1 / 0)
    window.press(knopf("pruefen"))
    said = finish(window)
    assert "Fehler im Programm, nicht bei Ihnen" in said and "ZeroDivision" not in said
    assert len(list((Path(window.ordner.get()) / "Protokoll").glob("*.log"))) == 1


def test_a_question_is_asked_in_the_window_and_the_answer_goes_back(
    window: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    window.press(knopf("konsolidieren"))
    finish(window)
    for answer, said in (("08116", "1 Übersicht geschrieben."), (None, "Abgebrochen.")):
        monkeypatch.setattr(
            leitstand.simpledialog, "askstring", lambda title, text, parent, answer=answer: asked.append(text) or answer
        )
        window.press(knopf("kreisuebersicht"))
        assert said in finish(window)
    assert len(asked) == 2 and "Für welchen Kreis?" in asked[0] and opened[-1].name == "Kreise"


def test_it_works_on_the_master_that_is_open_in_excel(window: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    master = Path(window.ordner.get()) / "PiK-Master.xlsm"
    closed, mappe = master.read_bytes(), open_in_excel(master.read_bytes())
    mappe.api.FullName = str(master)
    monkeypatch.setattr(leitstand, "open_workbooks", lambda: iter([mappe]))
    window.press(knopf("konsolidieren"))
    assert "neu" in finish(window) and window.wo.get() == "offen in Excel"
    assert next(iter(read_rows(LiveBook(mappe).read().book, PROTOKOLL)))["was"] == "Konsolidieren"
    assert master.read_bytes() == closed


@pytest.mark.parametrize("excel_nennt", ["das Laufwerk", "das Netz"])
def test_a_drive_and_the_network_place_behind_it_are_one_folder(
    excel_nennt: str, window: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link to the folder stands for drive Z:, which leads to a share."""
    netz = Path(window.ordner.get())
    laufwerk = netz.with_name("Z")
    laufwerk.symlink_to(netz, target_is_directory=True)
    in_excel, im_fenster = (laufwerk, netz) if excel_nennt == "das Laufwerk" else (netz, laufwerk)
    mappe = open_in_excel((netz / "PiK-Master.xlsm").read_bytes())
    mappe.api.FullName = str(in_excel / "PiK-Master.xlsm")
    monkeypatch.setattr(leitstand, "open_workbooks", lambda: iter([mappe]))
    window.ordner.set(str(im_fenster))
    window.press(knopf("konsolidieren"))
    assert "neu" in finish(window) and window.wo.get() == "offen in Excel"


@pytest.mark.parametrize("place", ["ein anderer Ordner", "nie gespeichert"])
def test_a_workbook_of_the_same_name_elsewhere_is_another(
    place: str, window: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    master = Path(window.ordner.get()) / "PiK-Master.xlsm"
    other = master.parents[1] / "Kopie" / master.name
    other.parent.mkdir()
    shutil.copyfile(master, other)
    mappe = open_in_excel(master.read_bytes())
    mappe.api.FullName = str(other) if place == "ein anderer Ordner" else master.name
    monkeypatch.setattr(leitstand, "open_workbooks", lambda: iter([mappe]))
    window.press(knopf("konsolidieren"))
    assert "neu" in finish(window) and window.wo.get() == "geschlossene Datei"


def test_the_window_names_the_folder_as_it_was_given(land: Workfolder, tmp_path: Path) -> None:
    (tmp_path / "Z").symlink_to(land.path, target_is_directory=True)
    given = list[Path | None]()

    class Window:
        def mainloop(self) -> None:
            pass

    def open_window(path: Path | None, jetzt: object, nur_rechner: bool) -> Window:
        given.append(path)
        return Window()

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        patch.setattr(leitstand, "open_window", open_window)
        cli_leitstand.leitstand(Path("Z"))
    assert given == [tmp_path / "Z"]


@pytest.mark.parametrize(("name", "ordner", "wo"), [
    ("PiK-Master.xlsm", "dieser", "offen in Excel"),
    ("PiK-Master.xlsm", "ein anderer", "geschlossene Datei"),
    ("PiK-Master_2020-05-04.xlsm", "dieser", "geschlossene Datei"),
    ("PiK-Master.xlsm", None, ""),
])  # fmt: skip
def test_a_master_on_the_web_is_known_by_its_name_and_the_folder_it_names(
    name: str, ordner: str | None, wo: str, window: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(window.ordner.get())
    row = next(n for n, e in enumerate(EINSTELLBAR, 1) if e.name == "arbeitsordner")
    wert = None if ordner is None else str(path if ordner == "dieser" else path.parent)
    mappe = open_in_excel(typed((path / "PiK-Master.xlsm").read_bytes(), ("Einstellungen", "Wert", row, wert)), name)
    mappe.api.Path = "https://land.sharepoint.com/sites/pik"
    mappe.api.FullName = f"{mappe.api.Path}/{name}"
    monkeypatch.setattr(leitstand, "open_workbooks", lambda: iter([mappe]))
    window.press(knopf("verlaengern"))
    said = finish(window)
    assert window.wo.get() == wo
    assert ("Bitte auf Blatt Einstellungen unter „Arbeitsordner“ eintragen" in said) is (ordner is None)


def test_what_belongs_to_the_window_never_dies_in_the_thread_of_a_job(
    window: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    died: list[str] = []

    class Thing:
        """Like a variable of Tk: in a circle, so that only the collector frees it."""

        def __init__(self) -> None:
            self.me = self

        def __del__(self) -> None:
            died.append(threading.current_thread().name)

    Thing()
    held = [Thing()]

    def job(funktion: str, auftrag: object) -> Meldung:
        held.clear()
        gc.collect()
        return Meldung("fertig")

    monkeypatch.setattr(leitstand, "ausfuehren", job)
    window.press(knopf("pruefen"))
    finish(window)
    gc.collect()
    assert died == ["MainThread", "MainThread"] and gc.get_freeze_count() == 0


def test_the_links_carry_the_names_of_what_they_open_with_umlauts(window: Stand) -> None:
    window._open("Rueckfragen")
    assert leitstand._LINKS["Rückfragen"] == "Rueckfragen" and opened[-1].name == "Rueckfragen"


def test_closing_while_a_job_runs_asks_and_stops_it(window: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([False, True])
    monkeypatch.setattr(leitstand.messagebox, "askyesno", lambda *text, parent: next(answers))
    window.press(knopf("alles"))
    window.close()
    assert window.work and not window.work.halt.is_set()
    window.close()
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            window.root.update()
            window.root.winfo_exists()  # raises once the window is gone
        except tk.TclError:
            break
        time.sleep(0.005)
    else:
        pytest.fail("the window stays")
    assert window.work is None


def test_every_button_has_a_key_of_its_own_and_enter_presses_it(window: Stand) -> None:
    buttons = [*window.buttons.values(), window.abbrechen]
    keys = [str(b["text"])[int(b["underline"])].lower() for b in buttons]
    assert len(set(keys)) == len(keys) and not {"a", "r"} & set(keys)
    assert {k.funktion for k in KNOEPFE} - set(window.buttons) == {"rechner", "hilfe"}
    button = window.buttons["verlaengern"]
    window.root.update()
    button.focus_force()
    window.root.update()
    button.event_generate("<Return>")
    assert "erst „Konsolidieren“" in finish(window)


@pytest.mark.parametrize("scaling", [1.25, 2.0])
def test_nothing_is_cut_off_at_any_scaling(scaling: float, window: Stand) -> None:
    window.root.tk.call("tk", "scaling", scaling * 96 / 72)
    look.font_of(window.root)
    window.root.update()
    for button in window.buttons.values():
        assert button.winfo_width() >= button.winfo_reqwidth() and button.winfo_height() >= button.winfo_reqheight()


def test_the_calculator_reckons_while_somebody_types(screen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", screen)
    root = leitstand.open_window(None, lambda: JETZT, nur_rechner=True)
    form = next(w for w in root.winfo_children() if isinstance(w, leitstand.Calculator))

    def shown() -> str:
        root.update()
        return str(form.ergebnis.get("1.0", "end"))

    assert (
        shown().startswith("Ergebnis: bewilligt") and "Neues Ende ist der früheste dieser Tage: 30.09.2022" in shown()
    )
    form.werte["wunschende"].set("31.12.2021")
    assert "31.12.2021. Das sind 15 Monate mehr." in shown()
    form.werte["vzae"].set("halb")
    assert shown().startswith("Noch nicht zu berechnen") and "„halb“ ist keine Zahl" in shown()
    form.werte["vzae"].set("0,2")
    assert shown().startswith("Ergebnis: abgelehnt")
    root.destroy()


def test_without_a_screen_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    if sys.platform.startswith("linux"):
        with pytest.raises(PikError, match="braucht einen Bildschirm"):
            leitstand.open_window(None, lambda: JETZT)
