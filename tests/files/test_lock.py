"""Two runs at once: one lock per work folder, for every job that writes, whoever starts it and however it ends."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path

import pytest
from commands import Pik
from samples import sampled

from pik_xl.demo.folder import invented_folder
from pik_xl.errors import Abgebrochen
from pik_xl.files import lock
from pik_xl.files.lock import Holder, Locked, locked
from pik_xl.files.swap import KENNUNG
from pik_xl.jobs.konsolidieren import konsolidieren
from pik_xl.jobs.press import Auftrag, ausfuehren
from pik_xl.jobs.pruefen import pruefen_ordner
from pik_xl.jobs.run import read_master
from pik_xl.master.draw.knoepfe import KNOEPFE
from pik_xl.schreiben.runfolder import Laufordner
from pik_xl.workfolder import Workfolder

JETZT = datetime(2020, 5, 4, 14, 30)
FREMD = Holder("anna", "PC-17", "Alles", "2020-05-04T14:30:00", 4711, 1_588_595_400.0, "0123456789ab")
LESEN = {"verlaengern", "ordner_oeffnen", "hilfe", "rechner"}


@pytest.fixture(scope="module")
def land(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small work folder with applications, consolidated."""
    folder = invented_folder(tmp_path_factory.mktemp("land") / "PiK", 12, 7)
    konsolidieren(folder, pruefen_ordner(folder, read_master(folder), JETZT.date()), JETZT)
    return folder.path


@pytest.fixture
def ordner(land: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(land, tmp_path / "PiK"))


def sperre(ordner: Path) -> Path:
    return ordner / "Protokoll" / "lauf.sperre"


def put(ordner: Path, holder: Holder) -> None:
    """The lock of another run."""
    sperre(ordner).write_text(json.dumps(asdict(holder)), "utf-8")


def files(ordner: Path) -> dict[str, str]:
    """Everything in the folder, hidden or not, by its content."""
    there = (path for path in ordner.rglob("*") if path.is_file())
    return {path.relative_to(ordner).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in there}


def left_over(ordner: Path) -> list[str]:
    return [path.name for path in ordner.rglob(".*")]


# --- holding and giving back -----------------------------------------------------------------------


def test_the_lock_says_who_holds_it_and_goes_with_the_run(tmp_path: Path) -> None:
    with locked(tmp_path, "Konsolidieren", "anna", JETZT) as told:
        assert told == ""
        said = json.loads(sperre(tmp_path).read_text("utf-8"))
        assert (said["wer"], said["was"], said["seit"]) == ("anna", "Konsolidieren", "2020-05-04T14:30:00")
        assert said["prozess"] == os.getpid() and said["kennung"] == KENNUNG
        with pytest.raises(Locked) as held, locked(tmp_path, "Alles", "bert", JETZT):
            pass
        assert "„Konsolidieren“: anna am Rechner" in str(held.value) and "04.05.2020, 14:30 Uhr" in str(held.value)
        assert "entsperren" not in str(held.value)
    assert not sperre(tmp_path).exists()


@pytest.mark.parametrize("end", [ValueError, KeyboardInterrupt, Abgebrochen])
def test_whatever_ends_a_run_gives_the_folder_back_and_takes_its_half_work_away(
    end: type[BaseException], tmp_path: Path
) -> None:
    fremd = tmp_path / "Bescheide" / ".2020-05-04.0123456789ab.neu" / "08115" / "a.docx"
    fremd.parent.mkdir(parents=True)
    fremd.write_bytes(b"another run fills this")
    with pytest.raises(end), locked(tmp_path, "Alles", "anna", JETZT):
        half = tmp_path / "Bescheide" / f".2020-05-04.{KENNUNG}.neu"
        half.mkdir()
        (half / "b.docx").write_bytes(b"half")
        raise end
    assert not sperre(tmp_path).exists() and not half.exists() and fremd.is_file()


def test_a_folder_given_free_by_hand_meanwhile_stays_the_others(tmp_path: Path) -> None:
    with locked(tmp_path, "Alles", "anna", JETZT):
        sperre(tmp_path).unlink()
        put(tmp_path, FREMD)
    assert json.loads(sperre(tmp_path).read_text("utf-8"))["wer"] == "anna" and sperre(tmp_path).is_file()


# --- every job that writes, from every entrance ----------------------------------------------------

WRITING = [
    ("init", "{}"), ("formulare", "{}"), ("konsolidieren", "{}"), ("bescheide", "{}"), ("kreis", "alle", "{}"),
    ("alles", "{}"), ("pruefen", "{}", "--bericht", "{}/Bericht.xlsx"), ("vorlagen", "pruefen", "{}", "--muster",
    "{}/Vorlagen/Muster"),
]  # fmt: skip
READING = [
    ("pruefen", "{}"), ("verlaengern", "{}"), ("bescheide", "{}", "--vorschau"), ("regeln", "{}"), ("diagnose", "{}"),
]  # fmt: skip


@pytest.mark.parametrize("words", sampled(zip(WRITING, strict=True), quick=[0, 2, 3]), ids=lambda words: words[0])
def test_a_command_that_writes_waits_for_no_one_and_changes_nothing(
    words: tuple[str, ...],
    ordner: Path,
    pik: Pik,
) -> None:
    with locked(ordner, "Konsolidieren", "anna", JETZT):
        before = files(ordner)
        run = pik(*(word.format(ordner) for word in words))
        assert run.code == 2
        assert "läuft schon „Konsolidieren“: anna am Rechner" in run.err and "Bitte warten" in run.err
        assert files(ordner) == before
    assert pik(*(word.format(ordner) for word in words)).code in (0, 1)


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_a_command_that_only_reads_works_meanwhile(words: tuple[str, ...], ordner: Path, pik: Pik) -> None:
    with locked(ordner, "Konsolidieren", "anna", JETZT):
        assert pik(*(word.format(ordner) for word in words)).code in (0, 1)


def auftrag(ordner: Path, asked: Callable[[str], str | None] = lambda frage: "alle") -> Auftrag:
    return Auftrag(Workfolder(ordner), JETZT, "bert", lambda *args: None, asked)


@pytest.mark.parametrize("funktion", [k.funktion for k in KNOEPFE if k.funktion not in LESEN])
def test_a_button_that_writes_waits_for_no_one_and_changes_nothing(funktion: str, ordner: Path) -> None:
    with locked(ordner, "Konsolidieren", "anna", JETZT):
        before = files(ordner)
        with pytest.raises(Locked, match="läuft schon „Konsolidieren“"):
            ausfuehren(funktion, auftrag(ordner))
        assert files(ordner) == before


def test_a_button_asks_before_it_holds_the_folder(ordner: Path) -> None:
    """A question may stay open over lunch."""

    def asked(frage: str) -> str:
        assert not sperre(ordner).exists()
        return "08111"

    ausfuehren("erklaeren", auftrag(ordner, asked))


# --- runs that died --------------------------------------------------------------------------------


@pytest.fixture
def gestorben(ordner: Path) -> Holder:
    """A real run that was killed while it filled a folder."""
    code = (
        "import sys, time; from datetime import datetime; from pathlib import Path\n"
        "from pik_xl.schreiben.runfolder import Laufordner; from pik_xl.files.lock import locked\n"
        "folder = Path(sys.argv[1])\n"
        "with locked(folder, 'Bescheide', 'anna', datetime(2020, 5, 4, 14, 30)):\n"
        "    Laufordner(folder / 'Bescheide', datetime(2020, 5, 4).date()).write('08111/a.docx', b'a')\n"
        "    print('filling', flush=True); time.sleep(60)\n"
    )
    run = subprocess.Popen([sys.executable, "-c", code, ordner], stdout=subprocess.PIPE)
    assert run.stdout and run.stdout.readline() == b"filling\n"
    run.kill()
    run.communicate()
    assert len(left_over(ordner)) == 1
    return Holder(**json.loads(sperre(ordner).read_text("utf-8")))


def test_after_a_kill_the_next_run_says_so_takes_the_rest_away_and_goes_on(
    ordner: Path,
    gestorben: Holder,
    pik: Pik,
) -> None:
    run = pik("konsolidieren", ordner)
    assert run.code in (0, 1)
    assert "„Bescheide“ (anna am Rechner" in run.err and "nicht zu Ende geführt" in run.err
    assert not sperre(ordner).exists() and left_over(ordner) == []


def test_after_a_kill_a_button_says_so_too(ordner: Path, gestorben: Holder) -> None:
    assert ausfuehren("konsolidieren", auftrag(ordner)).text.startswith("„Bescheide“ (anna am Rechner")


def test_a_process_of_that_number_that_began_at_another_time_is_another_one(ordner: Path) -> None:
    with locked(ordner, "Alles", "anna", JETZT):
        mine = Holder(**json.loads(sperre(ordner).read_text("utf-8")))
    for later, taken in ((59, False), (61, True), (-61, True)):
        put(ordner, replace(mine, gestartet=mine.gestartet - later))
        if taken:
            with locked(ordner, "Alles", "bert", JETZT) as told:
                assert "nicht zu Ende geführt" in told
        else:
            with pytest.raises(Locked), locked(ordner, "Alles", "bert", JETZT):
                pass


def test_of_many_that_find_the_lock_of_a_dead_run_one_at_a_time_goes_on(ordner: Path, gestorben: Holder) -> None:
    code = (
        "import sys, time; from datetime import datetime; from pathlib import Path\n"
        "from pik_xl.files.lock import Locked, locked\n"
        "folder, done = Path(sys.argv[1]), 0\n"
        "while done < 10:\n"
        "    try:\n"
        "        with locked(folder, 'Alles', 'anna', datetime.now()):\n"
        "            inside = (folder / 'inside').open('x'); time.sleep(0.002); inside.close()\n"
        "            (folder / 'inside').unlink(); done += 1\n"
        "    except Locked: time.sleep(0.001)\n"
    )
    runs = [subprocess.Popen([sys.executable, "-c", code, ordner], stderr=subprocess.PIPE) for _ in range(5)]
    assert [(run.communicate()[1], run.returncode) for run in runs] == [(b"", 0)] * 5
    assert list((ordner / "Protokoll").glob("lauf.sperre*")) == []


def test_a_lock_half_written_is_waited_for_and_then_told(ordner: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "_PAUSE", 0.001)
    sperre(ordner).write_bytes(b'{"wer": "an')
    with pytest.raises(Locked, match=r"nicht lesbar .*pik-xl entsperren"), locked(ordner, "Alles", "bert", JETZT):
        pass
    assert sperre(ordner).read_bytes() == b'{"wer": "an'


@pytest.mark.parametrize(
    "changes",
    [{"prozess": -1}, {"prozess": True}, {"prozess": "1"}, {"kennung": "*"}, {"kennung": "**"}, {"seit": "gestern"},
     {"wer": []}, {"mehr": 1}],
)  # fmt: skip
def test_a_lock_that_no_run_writes_is_unreadable_and_sweeps_nothing(
    changes: dict[str, object],
    ordner: Path,
    pik: Pik,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lock, "_PAUSE", 0.001)
    own = ordner / ".mein.abc.neu"
    own.write_bytes(b"somebody's own")
    for text in (json.dumps(asdict(FREMD) | changes), "[" * 100_000):
        sperre(ordner).write_text(text)
        assert pik("konsolidieren", ordner).code == 2
        run = pik("entsperren", ordner, "--ja")
        assert run.code == 0 and "weggeräumt" not in run.out and own.is_file()


def test_who_is_stopped_while_tidying_up_leaves_it_to_the_next_run(
    ordner: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(lock, "sweep", stopped)
        with pytest.raises(KeyboardInterrupt), locked(ordner, "Alles", "anna", JETZT):
            raise Abgebrochen
    assert sperre(ordner).exists()


def test_where_nothing_may_be_written_a_sentence_says_so(ordner: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path, *args: object, **named: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(lock.PikError, match="darf nicht geschrieben werden"), locked(ordner, "Alles", "", JETZT):
        pass


# --- locks of other machines -----------------------------------------------------------------------


def test_a_lock_of_another_machine_is_never_taken_over_by_time(ordner: Path, pik: Pik) -> None:
    put(ordner, replace(FREMD, seit="2017-01-01T08:00:00"))
    before = files(ordner)
    run = pik("konsolidieren", ordner)
    assert run.code == 2 and "PC-17, seit 01.01.2017" in run.err and "pik-xl entsperren" in run.err
    assert files(ordner) == before


@pytest.mark.parametrize(("antwort", "code"), [("ja\n", 0), ("J\n", 0), ("nein\n", 2), ("\n", 2), ("", 2)])
def test_a_person_who_is_shown_who_holds_it_gives_the_folder_free(
    antwort: str,
    code: int,
    ordner: Path,
    pik: Pik,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    put(ordner, FREMD)
    half = ordner / "Bescheide" / f".2020-05-04.{FREMD.kennung}.neu"
    half.mkdir()
    typed = tmp_path / "typed"
    typed.write_text(antwort)
    with typed.open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        run = pik("entsperren", ordner)
    assert run.code == code and "„Alles“: anna am Rechner PC-17, seit 04.05.2020, 14:30 Uhr" in run.out
    assert sperre(ordner).exists() == half.exists() == (code == 2)


def test_a_folder_is_given_free_without_a_question_where_that_is_asked_for(ordner: Path, pik: Pik) -> None:
    assert pik("entsperren", ordner).out.strip().endswith("ist nicht gesperrt.")
    put(ordner, FREMD)
    assert pik("entsperren", ordner, "--ja").code == 0 and not sperre(ordner).exists()
    sperre(ordner).write_bytes(b"")
    run = pik("entsperren", ordner, "--ja")
    assert run.code == 0 and "nicht lesbar" in run.out and not sperre(ordner).exists()


def test_a_run_that_goes_on_is_not_given_free(ordner: Path, pik: Pik) -> None:
    with locked(ordner, "Alles", "anna", JETZT):
        run = pik("entsperren", ordner, "--ja")
        assert run.code == 2 and "noch im Gange" in run.err and sperre(ordner).exists()


@pytest.mark.parametrize(("antwort", "frei"), [("ja", True), (" JA ", True), ("nein", False), (None, False)])
def test_in_excel_and_leitstand_the_person_is_asked(antwort: str | None, frei: bool, ordner: Path) -> None:
    put(ordner, FREMD)
    fragen: list[str] = []

    def asked(frage: str) -> str | None:
        fragen.append(frage)
        return antwort

    if frei:
        assert "gelesen" in ausfuehren("konsolidieren", auftrag(ordner, asked)).text
    else:
        with pytest.raises(Locked, match="PC-17"):
            ausfuehren("konsolidieren", auftrag(ordner, asked))
    assert len(fragen) == 1 and "anna am Rechner PC-17, seit 04.05.2020" in fragen[0]
    assert len(fragen[0]) < 255  # what InputBox of Excel shows
    assert sperre(ordner).exists() is not frei


def test_only_the_lock_that_was_shown_is_taken_away(ordner: Path) -> None:
    put(ordner, replace(FREMD, seit="2020-05-04T15:00:00"))
    with pytest.raises(Locked):
        lock.unlock(ordner, FREMD)
    assert sperre(ordner).exists()


# --- two real runs ---------------------------------------------------------------------------------

# A run of the command that stops where it first opens a path with such a word in it, until it is told to go on.
PAUSED = """
import signal, sys, time
from pathlib import Path
# What a shell starts in the background inherits that Ctrl-C is ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
word, go = sys.argv[1], Path(sys.argv[2])
def hook(event, args):
    global word
    if word and event == "open" and isinstance(args[0], str) and word in args[0] and args[1] and args[1][0] in "wx":
        word = ""
        print("paused", flush=True)
        for _ in range(12_000):
            if go.exists():
                break
            time.sleep(0.01)
sys.addaudithook(hook)
from pik_xl.cli import main
sys.argv = ["pik-xl", *sys.argv[3:]]
main.main()
"""


class Paused:
    """A real run that stands still in the middle of its work."""

    def __init__(self, word: str, go: Path, *words: object) -> None:
        self._go = go
        self._run = subprocess.Popen(
            [sys.executable, "-c", PAUSED, word, str(go), *map(str, words)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._run.stdout and self._run.stdout.readline() == "paused\n"

    def go_on(self) -> tuple[int, str]:
        """Lets it go on; its exit code and what it said to people."""
        self._go.touch()
        _, err = self._run.communicate(timeout=120)
        return self._run.returncode, err

    def interrupt(self) -> None:
        self._run.send_signal(signal.SIGINT)
        self._run.communicate(timeout=120)


def whole(ordner: Path) -> Iterator[Path]:
    """The folders of letters, each with just the files its manifest lists."""
    for manifest in sorted(ordner.glob("*/2020*/manifest.json")):
        listed = json.loads(manifest.read_text("utf-8"))["dateien"]
        found = files(manifest.parent)
        found.pop("manifest.json")
        assert listed == found, manifest.parent
        yield manifest.parent


def test_letters_of_two_runs_at_once_are_those_of_the_first(ordner: Path, tmp_path: Path, pik: Pik) -> None:
    first = Paused("Bescheide", tmp_path / "go", "bescheide", ordner, "--am", "2020-05-04")
    before = files(ordner)
    assert pik("bescheide", ordner, "--am", "2020-05-05").code == 2
    assert pik("konsolidieren", ordner).code == 2
    assert files(ordner) == before
    assert first.go_on()[0] in (0, 1)
    assert {path.name for path in whole(ordner)} == {"2020-05-04"} and left_over(ordner) == []


@pytest.mark.parametrize("am", ["2020-05-04", "2020-05-05"])
def test_even_where_the_lock_was_taken_away_no_run_takes_the_others_letters(
    am: str,
    ordner: Path,
    tmp_path: Path,
    pik: Pik,
) -> None:
    first = Paused("Bescheide", tmp_path / "go", "bescheide", ordner, "--am", "2020-05-04")
    sperre(ordner).unlink()
    assert pik("bescheide", ordner, "--am", am).code in (0, 1)
    second = {path: files(path) for path in whole(ordner)}
    code, err = first.go_on()
    assert code == 2
    if am == "2020-05-04":
        assert "gibt es seit eben" in err
    else:  # its letters stand on record with the others, and the next run enters them in the master
        assert "während des Laufs geändert" in err and len(list(whole(ordner))) == 2
    assert second.items() <= {path: files(path) for path in whole(ordner)}.items() and left_over(ordner) == []


def test_a_folder_whose_files_were_taken_away_while_it_was_filled_gets_no_name(
    ordner: Path,
    tmp_path: Path,
) -> None:
    run = Paused("manifest.json", tmp_path / "go", "bescheide", ordner, "--am", "2020-05-04")
    (half,) = ordner.glob("Bescheide/.*.neu")
    next(half.rglob("*.docx")).unlink()
    code, err = run.go_on()
    assert code == 2 and "ist währenddessen verschwunden" in err
    assert not (ordner / "Bescheide" / "2020-05-04").exists() and left_over(ordner) == []


def test_ctrl_c_gives_the_folder_back_and_leaves_nothing_half(ordner: Path, tmp_path: Path) -> None:
    before = files(ordner)
    Paused("Bescheide", tmp_path / "go", "bescheide", ordner).interrupt()
    assert files(ordner) == before and left_over(ordner) == []


def test_letters_are_on_the_disk_before_their_folder_has_its_name(
    ordner: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed, really = set[int](), os.fsync
    monkeypatch.setattr(os, "fsync", lambda fd: (flushed.add(os.fstat(fd).st_ino), really(fd))[1])
    run = Laufordner(ordner / "Bescheide", JETZT.date())
    for name in ("08111/a.docx", "08115/b.docx"):
        run.write(name, b"letter")
    path = run.finish((), {})
    assert path and {p.stat().st_ino for p in path.rglob("*") if p.is_file()} <= flushed
