"""The print room: batches, checks, what is left when it is stopped, and the file for the printer."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import pypdf
import pytest
from druckbriefe import brief, daneben, files
from instruments import SOFFICE

from pik_xl.errors import Abgebrochen, PikError
from pik_xl.progress import silent
from pik_xl.versand import libreoffice, print_room
from pik_xl.versand.libreoffice import LibreOffice
from pik_xl.versand.pdf import druckdatei, pdf_fault
from pik_xl.versand.print_room import pdfs, this_printer
from pik_xl.workfolder import shipped

needs_libreoffice = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice ist nicht installiert")


needs_proc = pytest.mark.skipif(
    not Path("/proc/self/cmdline").exists(), reason="Prozesse sind nur unter Linux zu sehen"
)


def seiten(path: Path) -> list[str]:
    return [page.extract_text().strip() for page in pypdf.PdfReader(path).pages]


class Double:
    """A program that makes PDF files as a test wants it: by name of the file, the bytes of its PDF."""

    at_once = 2

    def __init__(
        self, made: Callable[[Path], bytes | None], *, only_alone: Callable[[Path], bool] | None = None
    ) -> None:
        self.made, self.only_alone = made, only_alone
        self.batches: list[list[str]] = []
        self.closed = 0

    def convert(self, batches: Sequence[Sequence[Path]], *, pdfa: bool) -> Generator[Sequence[Path], None, None]:
        try:
            for batch in batches:
                self.batches.append([path.name for path in batch])
                for path in batch:
                    alone = len(batch) == 1
                    data = self.made(path) if alone or not (self.only_alone and self.only_alone(path)) else None
                    if data is not None:
                        path.with_suffix(".pdf").write_bytes(data)
                    yield ()
                yield batch
        finally:
            self.closed += 1


@pytest.fixture(scope="module")
def a_pdf(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("pdf") / "a.pdf"
    leer(path, 1)
    return path.read_bytes()


def leer(path: Path, pages: int) -> Path:
    """A PDF of so many pages, each of a width of its own to be known by."""
    writer = pypdf.PdfWriter()
    for number in range(pages):
        writer.add_blank_page(500 + number, 800)
    writer.write(path)
    return path


# --- with LibreOffice -----------------------------------------------------------------------------


@needs_libreoffice
def test_every_letter_becomes_a_pdf_in_its_place_and_a_damaged_one_is_told(tmp_path: Path) -> None:
    good = [brief(tmp_path / f"{n}.docx", f"Brief {n}", "Seite zwei") for n in range(5)]
    damaged = tmp_path / "kaputt.docx"
    whole = good[0].read_bytes()
    damaged.write_bytes(whole.replace(b"word/document.xml", b"word/dokument.xml"))
    empty, torn, missing = tmp_path / "leer.docx", tmp_path / "ab.docx", tmp_path / "weg.docx"
    empty.write_bytes(b"")
    torn.write_bytes(whole[: len(whole) // 2])

    failed = pdfs(daneben(good[0], damaged, empty, torn, missing, *good[1:]), silent)

    assert list(failed) == [damaged, empty, torn, missing]
    assert "kein PDF" in failed[damaged] and "beschädigt" in failed[empty] and "beschädigt" in failed[torn]
    assert "lässt sich nicht lesen" in failed[missing]
    assert [seiten(path.with_suffix(".pdf")) for path in good] == [[f"Brief {n}", "Seite zwei"] for n in range(5)]
    assert files(tmp_path) == {f"{n}.{end}" for n in range(5) for end in ("docx", "pdf")} | {
        "kaputt.docx", "leer.docx", "ab.docx"}  # fmt: skip


@needs_libreoffice
def test_letters_of_the_same_name_do_not_take_each_others_pdf(tmp_path: Path) -> None:
    quellen = [brief(tmp_path / kreis / name, f"{kreis} {name}") for kreis in ("08111", "08125", "08237")
               for name in ("Bescheid.docx", "bescheid zwei.docx")]  # fmt: skip
    ziele = {q: tmp_path / "Druck" / q.parent.name / f"{q.stem}.pdf" for q in quellen}
    assert pdfs(ziele, silent) == {}
    assert [seiten(ziel) for ziel in ziele.values()] == [[f"{q.parent.name} {q.name}"] for q in quellen]


@needs_libreoffice
def test_a_pdf_for_the_archive_is_pdfa_2b_with_its_fonts(tmp_path: Path) -> None:
    quelle = brief(tmp_path / "Bescheid.docx", "Bescheid")
    assert pdfs(daneben(quelle), silent, pdfa=True) == {}
    reader = pypdf.PdfReader(tmp_path / "Bescheid.pdf")
    metadata = reader.xmp_metadata
    assert metadata is not None and (data := metadata.stream.get_data())
    assert b"<pdfaid:part>2</pdfaid:part>" in data and b"<pdfaid:conformance>B</pdfaid:conformance>" in data
    fonts = reader.pages[0]["/Resources"]["/Font"]
    assert all("/FontFile2" in font.get_object()["/FontDescriptor"] for font in fonts.values())
    assert pdfs(daneben(quelle), silent) == {}
    assert pdf_fault((tmp_path / "Bescheid.pdf").read_bytes(), pdfa=True), "replaced by an ordinary one"


@needs_proc
@needs_libreoffice
def test_a_run_that_is_stopped_ends_libreoffice_and_leaves_only_whole_files(tmp_path: Path) -> None:
    quellen = [brief(tmp_path / f"{n}.docx", f"Brief {n}") for n in range(40)]
    mark, script = f"-env:PikTest={os.getpid()}", tmp_path / "lo" / "soffice"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\n{SOFFICE} "$@" {mark}\nexit $?\n')
    script.chmod(0o755)
    begun: list[int] = []

    def stop(step: str, done: int, total: int) -> None:
        if done:
            begun.extend(running(mark))
            raise Abgebrochen

    with pytest.raises(Abgebrochen):
        pdfs(daneben(*quellen), stop, printer=LibreOffice(script))
    assert begun
    assert not running(mark)
    made = list(tmp_path.glob("*.pdf"))
    assert len(made) < 40 and all(len(seiten(path)) == 1 for path in made)
    assert files(tmp_path) == {q.name for q in quellen} | {path.name for path in made} | {"lo/soffice"}


def running(argument: str) -> set[int]:
    """The living processes started with this argument."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has just ended
            if argument.encode() in path.read_bytes().split(b"\0"):
                found.add(int(path.parent.name))
    return found


@needs_libreoffice
@pytest.mark.exhaustive
def test_a_run_that_is_killed_leaves_only_whole_files_and_the_next_makes_the_rest(tmp_path: Path) -> None:
    quellen = [brief(tmp_path / f"{n}.docx", f"Brief {n}") for n in range(150)]
    code = (
        "import sys; from pathlib import Path; from pik_xl.versand import print_room\n"
        "print_room._PER_BATCH = 10\n"
        "q = sorted(Path(sys.argv[1]).glob('*.docx'))\n"
        "print_room.pdfs({p: p.with_suffix('.pdf') for p in q}, lambda *a: None)"
    )
    run = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], start_new_session=True)
    while run.poll() is None and len(list(tmp_path.glob("*.pdf"))) < 5:
        time.sleep(0.05)
    run.send_signal(signal.SIGKILL)
    run.wait()
    made = list(tmp_path.glob("*.pdf"))
    assert 5 <= len(made) < 150
    assert all(not pdf_fault(path.read_bytes()) for path in made)
    rest = [q for q in quellen if not q.with_suffix(".pdf").exists()]
    assert pdfs(daneben(*rest), silent) == {}
    assert [seiten(q.with_suffix(".pdf")) for q in quellen] == [[f"Brief {n}"] for n in range(150)]


@needs_libreoffice
def test_a_letter_of_ours_becomes_the_pages_it_has_in_libreoffice(
    tmp_path: Path, soffice_convert: Callable[[Path, str], Path]
) -> None:
    vorlage = tmp_path / "verlaengerung.docx"
    shutil.copyfile(shipped("templates") / "verlaengerung.docx", vorlage)
    assert pdfs(daneben(vorlage), silent) == {}
    assert seiten(vorlage.with_suffix(".pdf")) == seiten(soffice_convert(vorlage, "pdf"))


@needs_proc
@pytest.mark.parametrize("children", [1, 2])
def test_an_instance_that_is_stuck_is_ended_with_its_children(tmp_path: Path, children: int) -> None:
    seconds = f"60.{os.getpid()}"
    script, quelle = tmp_path / "soffice", brief(tmp_path / "a.docx", "a")
    script.write_text(f"#!/bin/sh\n{f'sleep {seconds} & ' * children} wait\n")
    script.chmod(0o755)
    seen = set[int]()
    failed = pdfs(daneben(quelle), lambda *a: seen.update(running(seconds)), printer=LibreOffice(script, patience=0.5))
    assert "kein PDF" in failed[quelle]
    assert len(seen) == 2 * children, "tried twice"
    assert not running(seconds)


def test_an_instance_that_cannot_be_started_is_told(tmp_path: Path) -> None:
    quelle = brief(tmp_path / "a.docx", "a")
    with pytest.raises(PikError, match="LibreOffice ließ sich nicht starten"):
        pdfs(daneben(quelle), silent, printer=LibreOffice(tmp_path / "soffice"))


# --- finding a program ----------------------------------------------------------------------------


def test_without_a_program_the_user_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(libreoffice, "_PLACES", {})
    monkeypatch.setattr(print_room, "this_registry", lambda: None)
    with pytest.raises(PikError, match=r"weder Word noch LibreOffice .* Bitte LibreOffice installieren"):
        pdfs(daneben(tmp_path / "a.docx"), silent)
    assert pdfs({}, silent) == {}, "nothing to do needs no program"


def test_libreoffice_is_found_on_the_path_before_the_usual_places(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    usual, path = tmp_path / "Programme" / "soffice.com", tmp_path / "bin" / "soffice"
    for each in (usual, path):
        each.parent.mkdir()
        each.write_text("")
        each.chmod(0o755)
    monkeypatch.setenv("PROGRAMME", str(usual.parent))
    monkeypatch.setattr(libreoffice, "_PLACES", {sys.platform: ("$NIRGENDS/soffice", "$PROGRAMME/soffice.com")})
    monkeypatch.setattr(print_room, "this_registry", lambda: None)
    monkeypatch.setenv("PATH", str(path.parent))
    assert this_printer() == LibreOffice(path)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert this_printer() == LibreOffice(usual)


# --- whatever the program -------------------------------------------------------------------------


def test_what_a_batch_leaves_out_is_tried_again_by_itself(tmp_path: Path, a_pdf: bytes) -> None:
    quellen = [brief(tmp_path / f"{n}.docx", "a") for n in range(6)]
    double = Double(lambda path: a_pdf, only_alone=lambda path: path.stem in "14")
    assert pdfs(daneben(*quellen), silent, printer=double) == {}
    assert double.batches == [["0.docx", "1.docx", "2.docx"], ["3.docx", "4.docx", "5.docx"], ["1.docx"], ["4.docx"]]


@pytest.mark.parametrize("data", [b"", b"%PDF-1.6\n", b"PK\x03\x04", b"%PDF-1.6\nhalf\n%%EOF\n"])
def test_a_pdf_that_is_not_whole_never_gets_its_name(tmp_path: Path, a_pdf: bytes, data: bytes) -> None:
    good, bad = brief(tmp_path / "gut.docx", "a"), brief(tmp_path / "halb.docx", "a")
    (tmp_path / "halb.pdf").write_bytes(b"the old one")
    failed = pdfs(daneben(good, bad), silent, printer=Double(lambda p: data if p.stem == "halb" else a_pdf))
    assert failed == {bad: "Das PDF ist unvollständig."}
    assert (tmp_path / "halb.pdf").read_bytes() == b"the old one"
    assert files(tmp_path) == {"gut.docx", "gut.pdf", "halb.docx", "halb.pdf"}


def test_a_pdf_without_a_page_is_not_whole(tmp_path: Path) -> None:
    assert pdf_fault(leer(tmp_path / "0.pdf", 0).read_bytes()) == "Das PDF ist unvollständig."
    assert pdf_fault(leer(tmp_path / "1.pdf", 1).read_bytes()) == ""


def test_an_ordinary_pdf_is_told_where_pdfa_is_wanted(tmp_path: Path, a_pdf: bytes) -> None:
    quelle = brief(tmp_path / "a.docx", "a")
    failed = pdfs(daneben(quelle), silent, pdfa=True, printer=Double(lambda path: a_pdf))
    assert "kein PDF/A" in failed[quelle] and not (tmp_path / "a.pdf").exists()


def test_a_pdf_that_cannot_be_put_in_its_place_is_told_and_the_others_go_on(tmp_path: Path, a_pdf: bytes) -> None:
    quellen = [brief(tmp_path / f"{n}.docx", "a") for n in range(3)]
    (tmp_path / "1.pdf" / "in the way").mkdir(parents=True)
    failed = pdfs(daneben(*quellen), silent, printer=Double(lambda path: a_pdf))
    assert list(failed) == [quellen[1]] and "1.pdf lässt sich nicht schreiben" in failed[quellen[1]]
    assert {path for path in files(tmp_path) if path.endswith(("pdf", "neu"))} == {"0.pdf", "2.pdf"}


def test_a_program_that_makes_nothing_at_all_is_not_tried_a_thousand_times(tmp_path: Path) -> None:
    quellen = [brief(tmp_path / f"{n}.docx", "a") for n in range(12)]
    double = Double(lambda path: None)
    with pytest.raises(PikError, match="kein einziges PDF entstanden"):
        pdfs(daneben(*quellen), silent, printer=double)
    assert [len(batch) for batch in double.batches] == [6, 6, 1, 1, 1]


def test_batches_are_small_enough_for_libreoffice_and_never_have_two_of_a_name(tmp_path: Path, a_pdf: bytes) -> None:
    quellen = [brief(tmp_path / str(n % 3) / f"{n // 3}.docx", "a") for n in range(3)]
    quellen += [brief(tmp_path / f"b{n}.docx", "a") for n in range(250)]
    quellen.append(brief(tmp_path / "B0.docx" if sys.platform == "linux" else tmp_path / "x" / "B0.docx", "a"))
    double = Double(lambda path: a_pdf)
    assert pdfs(daneben(*quellen), silent, printer=double) == {}
    assert max(len(batch) for batch in double.batches) == 100
    assert all(len({name.casefold() for name in batch}) == len(batch) for batch in double.batches)


def test_a_run_says_how_far_it_is(tmp_path: Path, a_pdf: bytes) -> None:
    said: list[tuple[str, int, int]] = []
    quellen = [brief(tmp_path / f"{n}.docx", "a") for n in range(4)]
    pdfs(daneben(*quellen), lambda *progress: said.append(progress), printer=Double(lambda path: a_pdf))
    assert [done for _, done, _ in said] == [1, 2, 2, 3, 4, 4]
    assert {(step, total) for step, _, total in said} == {("PDF", 4)}


def test_stopping_a_run_closes_the_program_at_once(tmp_path: Path, a_pdf: bytes) -> None:
    quellen = [brief(tmp_path / f"{n}.docx", "a") for n in range(4)]
    double = Double(lambda path: a_pdf)

    def stop(step: str, done: int, total: int) -> None:
        if done == 3:
            raise Abgebrochen

    with pytest.raises(Abgebrochen):
        pdfs(daneben(*quellen), stop, printer=double)
    assert double.closed == 1
    assert files(tmp_path) == {*(f"{n}.docx" for n in range(4)), "0.pdf", "1.pdf"}, "the first batch was done"


# --- the file for the printer ---------------------------------------------------------------------


def widths(path: Path) -> list[int]:
    """Each page by its width; an empty one is as large as the page before it."""
    return [int(page.mediabox.width) for page in pypdf.PdfReader(path).pages]


def outline(path: Path) -> dict[str, int]:
    reader = pypdf.PdfReader(path)
    return {str(item.title): reader.get_destination_page_number(item) or 0 for item in reader.outline}  # type: ignore[union-attr, arg-type]


def test_every_letter_of_a_print_file_begins_on_a_front_side(tmp_path: Path) -> None:
    letters = [leer(tmp_path / f"Brief {n}.pdf", pages) for n, pages in enumerate((3, 2, 1, 4))]
    assert druckdatei(letters, tmp_path / "neu" / "Druck.pdf") == 12
    assert widths(tmp_path / "neu" / "Druck.pdf") == [500, 501, 502, 502, 500, 501, 500, 500, 500, 501, 502, 503]
    assert outline(tmp_path / "neu" / "Druck.pdf") == {"Brief 0": 0, "Brief 1": 4, "Brief 2": 6, "Brief 3": 8}
    reader = pypdf.PdfReader(tmp_path / "neu" / "Druck.pdf")
    assert reader.page_mode == "/UseOutlines"
    assert reader.viewer_preferences is not None and reader.viewer_preferences.duplex == "/DuplexFlipLongEdge"
    assert files(tmp_path / "neu") == {"Druck.pdf"}


def test_a_print_file_for_one_side_has_no_empty_pages_and_keeps_the_order(tmp_path: Path) -> None:
    letters = [leer(tmp_path / f"{n}.pdf", pages) for n, pages in ((9, 3), (1, 2), (5, 1))]
    assert druckdatei(letters, tmp_path / "Druck.pdf", doppelseitig=False) == 6
    assert widths(tmp_path / "Druck.pdf") == [500, 501, 502, 500, 501, 500]
    assert outline(tmp_path / "Druck.pdf") == {"9": 0, "1": 3, "5": 5}
    assert pypdf.PdfReader(tmp_path / "Druck.pdf").viewer_preferences is None


def test_equal_letters_stay_apart_in_a_print_file(tmp_path: Path, a_pdf: bytes) -> None:
    letters = [tmp_path / kreis / "Brief.pdf" for kreis in ("a", "b", "c")]
    for letter in letters:
        letter.parent.mkdir()
        letter.write_bytes(a_pdf)
    assert druckdatei(letters, tmp_path / "Druck.pdf") == 6
    pages = pypdf.PdfReader(tmp_path / "Druck.pdf").pages
    assert len({page.indirect_reference.idnum for page in pages if page.indirect_reference}) == 6


def test_a_print_file_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    good, bad, ziel = leer(tmp_path / "gut.pdf", 1), tmp_path / "halb.pdf", tmp_path / "Druck.pdf"
    bad.write_bytes(b"%PDF-1.6\nhalf")
    ziel.write_bytes(b"the old one")
    with pytest.raises(PikError, match=r"halb\.pdf lässt sich nicht lesen"):
        druckdatei([good, bad], ziel)
    assert ziel.read_bytes() == b"the old one"
    assert files(tmp_path) == {"gut.pdf", "halb.pdf", "Druck.pdf"}


@needs_libreoffice
def test_letters_in_a_print_file_can_still_be_read(tmp_path: Path) -> None:
    quellen = [brief(tmp_path / f"{n}.docx", f"Brief {n} äöüß€", *("mehr" for _ in range(n))) for n in range(3)]
    ziele: Mapping[Path, Path] = daneben(*quellen)
    assert pdfs(ziele, silent) == {}
    assert druckdatei(list(ziele.values()), tmp_path / "Druck.pdf") == 8
    assert seiten(tmp_path / "Druck.pdf") == [
        "Brief 0 äöüß€", "", "Brief 1 äöüß€", "mehr", "Brief 2 äöüß€", "mehr", "mehr", ""]  # fmt: skip
