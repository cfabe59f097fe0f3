"""Word as the program that makes PDF files, over a double of its objects."""

from __future__ import annotations

from pathlib import Path

import pypdf
import pytest
from druckbriefe import brief, daneben, files
from registry_double import FakeRegistry

from pik_xl.errors import Abgebrochen, PikError
from pik_xl.progress import silent
from pik_xl.versand import print_room
from pik_xl.versand.libreoffice import LibreOffice
from pik_xl.versand.print_room import pdfs, this_printer
from pik_xl.versand.word import Word
from tests import word_double

WORD = {r"HKLM\Software\Classes\Word.Application\CLSID": {"": "{000209FF-0000-0000-C000-000000000046}"}}


@pytest.fixture
def pdf(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("pdf") / "a.pdf"
    writer = pypdf.PdfWriter()
    writer.add_blank_page(595, 842)
    writer.write(path)
    return path.read_bytes()


def test_word_is_taken_where_the_registry_knows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LibreOffice, "find", lambda: LibreOffice(Path("soffice")))
    monkeypatch.setattr(print_room, "this_registry", lambda: FakeRegistry(**WORD))
    assert this_printer() == Word()
    monkeypatch.setattr(print_room, "this_registry", FakeRegistry)
    assert this_printer() == LibreOffice(Path("soffice"))


@pytest.mark.parametrize("pdfa", [False, True])
def test_word_makes_every_pdf_unseen_without_questions_and_is_ended(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, pdf: bytes, pdfa: bool
) -> None:
    quellen = [brief(tmp_path / f"{n}.docx", "a") for n in range(3)]
    word_double.installed(monkeypatch, word := word_double.Word(pdf))
    assert pdfs(daneben(*quellen), silent, pdfa=pdfa, printer=Word()) == {}
    assert word.log[:3] == [("Visible", False), ("DisplayAlerts", 0), ("AutomationSecurity", 3)]
    assert word.log[3:] == [*(("Export", f"{n}.docx") for n in range(3)), ("Quit", 0)]
    assert files(tmp_path) == {f"{n}.{end}" for n in range(3) for end in ("docx", "pdf")}


def test_what_word_refuses_is_told_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, pdf: bytes
) -> None:
    quellen = [brief(tmp_path / f"{name}.docx", "a") for name in ("a", "geheim", "leer", "b")]
    started = word_double.installed(monkeypatch, *(word_double.Word(pdf) for _ in range(2)))
    failed = pdfs(daneben(*quellen), silent, printer=Word())
    assert [path.stem for path in failed] == ["geheim", "leer"]
    assert {"a.pdf", "b.pdf"} < files(tmp_path) and "leer.pdf" not in files(tmp_path)
    assert all(word.log[-1] == ("Quit", 0) and not word.open for word in started)


def test_a_word_that_dies_is_started_again_for_the_rest(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, pdf: bytes
) -> None:
    quellen = [brief(tmp_path / f"{n}.docx", "a") for n in range(4)]
    started = word_double.installed(monkeypatch, word_double.Word(pdf, dies_after=2), word_double.Word(pdf))
    assert pdfs(daneben(*quellen), silent, printer=Word()) == {}
    assert len(started) == 2


def test_stopping_ends_word_and_keeps_nothing_half(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, pdf: bytes) -> None:
    quellen = [brief(tmp_path / f"{n}.docx", "a") for n in range(4)]
    started = word_double.installed(monkeypatch, word_double.Word(pdf))

    def stop(step: str, done: int, total: int) -> None:
        if done == 2:
            raise Abgebrochen

    with pytest.raises(Abgebrochen):
        pdfs(daneben(*quellen), stop, printer=Word())
    assert started[0].log[-1] == ("Quit", 0) and not started[0].open
    assert files(tmp_path) == {f"{n}.docx" for n in range(4)}


def test_a_word_that_does_not_start_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    word_double.installed(monkeypatch)
    with pytest.raises(PikError, match="Word ließ sich nicht starten"):
        pdfs(daneben(brief(tmp_path / "a.docx", "a")), silent, printer=Word())
