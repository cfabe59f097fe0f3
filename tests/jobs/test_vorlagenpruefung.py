"""Checking all templates of a folder: what is found is said by template, sound ones are written as samples."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdf
import pytest
from samples import sampled
from word_text import lines
from worddateien import ENTWURF, GANZ, docx, p, table

from pik_xl.cli import main
from pik_xl.errors import Abgebrochen, PikError
from pik_xl.jobs.vorlagenpruefung import (
    art_of,
    meldung,
    mitgelieferte,
    muster_meldung,
    pruefe,
    schreibe_muster,
    vorlagen_in,
    vorlagen_of,
)
from pik_xl.ooxml.copies import Package
from pik_xl.versand import print_room
from pik_xl.versand.print_room import Printer
from pik_xl.vorlagen.felder import NACHFORDERUNG, NACHFORDERUNGEN, SCHREIBARTEN, VERLAENGERUNG
from pik_xl.workfolder import Workfolder, shipped


@pytest.fixture
def folder(tmp_path: Path) -> Workfolder:
    """A work folder whose office has supplied what the sample of the digital notice leaves open."""
    folder = Workfolder(tmp_path / "PiK")
    folder.create()
    digital = Package.compile(folder.vorlage("digital").read_bytes(), lambda name: name == "word/document.xml")
    text = re.sub(r"\[zu klären: [^]]*\]", "36 Monate", digital.parts["word/document.xml"].decode())
    (folder.vorlagen / "digital.docx").write_bytes(digital.build({"word/document.xml": text.encode()}))
    return folder


def test_there_is_a_template_for_every_kind_of_letter() -> None:
    assert [path.stem for path in mitgelieferte()] == [*SCHREIBARTEN, "mail"]
    assert all(path.is_file() for path in mitgelieferte())


def test_a_new_folder_has_a_copy_of_every_template_to_edit(folder: Workfolder) -> None:
    assert {path.stem for path in folder.vorlagen.glob("*.docx")} == set(SCHREIBARTEN)


def test_a_template_the_office_lacks_is_the_shipped_one(folder: Workfolder) -> None:
    (folder.vorlagen / "digital.docx").unlink()
    used = {path.stem: path.parent for path in vorlagen_of(folder)}
    assert used == dict.fromkeys([*SCHREIBARTEN, "mail"], folder.vorlagen) | {"digital": shipped("templates")}


def test_other_word_files_among_the_templates_are_named_as_unused(folder: Workfolder) -> None:
    shutil.copyfile(folder.vorlage("digital"), folder.vorlagen / "digital_alt.docx")
    (folder.vorlagen / "Notiz.docx").write_bytes(docx(p("a")))
    (folder.vorlagen / "~$digital.docx").write_bytes(b"")
    said = meldung(pruefe(vorlagen_of(folder)))
    assert said.startswith("Alle Vorlagen sind in Ordnung.\n\nNotiz.docx:\n- Hinweis: Der Name sagt nicht, für welches")
    assert "(digital_alt.docx):\n- Hinweis: Verwendet wird nur digital.docx." in said
    assert "~$" not in said


def test_all_faults_are_said_by_template_and_the_sound_ones_are_counted(folder: Workfolder) -> None:
    shutil.copyfile(folder.vorlage("nachforderung"), folder.vorlagen / "verlaengerung.docx")
    (folder.vorlagen / "digital.docx").write_bytes(b"kaputt")
    found = pruefe(vorlagen_in([folder.path]))
    said = meldung(found).split("\n\n")
    assert [block.split("\n")[0] for block in said] == [
        "Zuwendungsbescheid (verlaengerung.docx):",
        "Bescheid Digitales Integrationsmanagement (digital.docx):",
        "7 von 9 Vorlagen sind in Ordnung.",
    ]
    assert any("Das Feld „befunde“ gibt es nicht." in line for line in said[0].split("\n"))
    assert "kein lesbares Word-Dokument" in said[1]


def test_a_template_that_cannot_be_filled_in_has_a_fault_though_every_tag_is_sound(tmp_path: Path) -> None:
    path = tmp_path / "nachforderung.docx"
    whole = "".join(p(text) for text in (
        "{{ behoerde.name }} {{ datum | datum }} {{ aktenzeichen }} {{ anrede }} {{ traeger }} {{ datei }}",
        "{{ anschrift | join }} {{ frist | datum }}",
        "{% for b in befunde %}{{ b.meldung }} {{ b.bitte }}{% endfor %}",
    ))  # fmt: skip
    path.write_bytes(docx(whole, p("{{ ags + traeger }}")))
    (found,) = pruefe([path])
    assert [(f.ort, f.tag) for f in found.fehler] == [("Text, Absatz 4", "{{ ags + traeger }}")]
    path.write_bytes(docx(whole, table([p("{%tc if entwurf %}"), p("a"), p("{%tc endif %}"), p("b")])))
    (found,) = pruefe([path])
    assert (found.fehler, found.art) == ((), NACHFORDERUNG)
    assert "docxtpl" in meldung([found])


@pytest.mark.parametrize("endung", sampled(["doc", "DOC", "odt", "dotx", "dotm", "docm", "rtf"], quick=[1, 2]))
def test_a_template_in_another_format_is_a_fault_where_the_docx_is_gone(folder: Workfolder, endung: str) -> None:
    (folder.vorlagen / "verlaengerung.docx").rename(other := folder.vorlagen / f"verlaengerung.{endung}")
    shutil.copyfile(other, folder.vorlagen / "Notiz.doc")
    for given in (folder.path, folder.vorlagen, other):
        said = meldung(pruefe(vorlagen_in([given]))).split("\n\n")
        assert said[0] == (
            f"Zuwendungsbescheid (verlaengerung.{endung}):\n- verlaengerung.{endung} wird nicht gelesen. "
            "Bitte in Word öffnen und unter Datei → Speichern unter → Word-Dokument (.docx) speichern."
        )
        assert len(said) == 2


def test_a_template_in_another_format_beside_the_docx_is_worth_knowing(folder: Workfolder) -> None:
    (folder.vorlagen / "verlaengerung.doc").write_bytes(b"alt")
    assert meldung(pruefe(vorlagen_of(folder))) == (
        "Alle Vorlagen sind in Ordnung.\n\nverlaengerung.doc:\n"
        "- Hinweis: verlaengerung.doc wird nicht gelesen. Verwendet wird verlaengerung.docx."
    )


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("{{ frueherer_bescheid.datum | datum }}", "frueherer_bescheid"),
        ("{{ (quellen | first) }}", "quellen"),
        ("{{ (abgelehnte | first).stelle }}", "abgelehnte"),
    ],
)
def test_what_prints_a_field_that_may_be_empty_without_asking_is_a_fault(tmp_path: Path, text: str, name: str) -> None:
    path = tmp_path / "verlaengerung.docx"
    path.write_bytes(docx(p(text), *GANZ.values(), p("{{ (hinweise | last) | upper }}"), header=ENTWURF))
    (found,) = pruefe([path])
    assert {(f.ort, f.tag, f.text, f.vorschlag) for f in found.fehler} == {
        ("Text, Absatz 1", text, f"„{name}“ kann leer sein.",
         f"Bitte mit {{%p if {name} %}} und {{%p endif %}} umschließen."),
        ("Text, Absatz 14", "{{ (hinweise | last) | upper }}", "„hinweise“ kann leer sein.",
         "Bitte mit {%p if hinweise %} und {%p endif %} umschließen."),
    }  # fmt: skip
    assert found.template is None


def test_a_field_that_must_be_there_by_its_filter_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "verlaengerung.docx"
    path.write_bytes(docx(p("{{ kreis | pflicht }}"), *GANZ.values(), header=ENTWURF))
    assert pruefe([path])[0].fehler == ()


def test_what_is_still_to_be_settled_is_a_hint(tmp_path: Path) -> None:
    path = tmp_path / "verlaengerung.docx"
    path.write_bytes(docx(p("[zu klären: Beginn] bis [zu klären: Ende]"), *GANZ.values(), header=ENTWURF))
    assert meldung(pruefe([path])).endswith(
        "- Hinweis: Noch offen: [zu klären: Beginn], [zu klären: Ende]. Solange das dasteht, bleibt jedes Schreiben "
        "Entwurf."
    )


@pytest.mark.parametrize("name", ["verlaengerung.docx", "Verlaengerung_neu.docx", "VERLAENGERUNG.DOCX"])
def test_the_name_of_a_file_says_which_letter_it_is_for(name: str) -> None:
    assert art_of(Path(name)) is VERLAENGERUNG


@pytest.mark.parametrize("name", ["brief.docx", "verlaengerung.pdf", "neue_verlaengerung.docx"])
def test_another_name_says_nothing(name: str) -> None:
    assert art_of(Path(name)) is None


def test_every_sound_template_is_written_as_a_sample_with_its_examples(tmp_path: Path) -> None:
    written = schreibe_muster(pruefe(mitgelieferte()), tmp_path / "neu" / "Muster").dateien
    assert [path.name for path in written] == [f"{name}_Muster.docx" for name in SCHREIBARTEN]
    for path in written:
        assert any("Regierungspräsidium Stuttgart" in line for line in lines(path.read_bytes())), path.name


@pytest.mark.exhaustive
def test_samples_are_files_word_accepts(tmp_path: Path, ooxml_errors: Callable[[Path], list[Any]]) -> None:
    for path in schreibe_muster(pruefe(mitgelieferte()), tmp_path).dateien:
        assert ooxml_errors(path) == [], path.name


def test_beside_every_sample_lies_its_pdf(tmp_path: Path, soffice_convert: Callable[[Path, str], Path]) -> None:
    satz = schreibe_muster(pruefe(mitgelieferte()[:2]), tmp_path)
    assert satz.ohne_pdf == ()
    for path in satz.dateien:
        assert "Regierungspräsidium" in pypdf.PdfReader(path.with_suffix(".pdf")).pages[0].extract_text()


def test_without_a_program_for_pdf_the_word_files_are_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing_there() -> Printer:
        raise PikError("Auf diesem Rechner ist weder Word noch LibreOffice zu finden.")

    monkeypatch.setattr(print_room, "this_printer", nothing_there)
    satz = schreibe_muster(pruefe(mitgelieferte()), tmp_path)
    assert muster_meldung(satz, tmp_path) == (
        f"8 Muster stehen in {tmp_path}.\nAuf diesem Rechner ist weder Word noch LibreOffice zu finden."
    )
    assert all(path.is_file() for path in satz.dateien)


def test_a_stop_between_two_pdf_files_stops_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*args: object, **options: object) -> None:
        raise Abgebrochen

    monkeypatch.setattr(print_room, "pdfs", stopped)
    with pytest.raises(Abgebrochen):
        schreibe_muster(pruefe(mitgelieferte()), tmp_path)


def test_where_there_is_nothing_to_check_it_is_said(tmp_path: Path) -> None:
    for pfad in (tmp_path, tmp_path / "fehlt.docx"):
        with pytest.raises(PikError, match=r"keine Vorlagen|gibt es nicht"):
            vorlagen_in([pfad])
    (tmp_path / "brief.docx").write_bytes(b"")
    with pytest.raises(PikError, match=r"brief\.docx: Der Name sagt nicht"):
        vorlagen_in([tmp_path / "brief.docx"])


def run(monkeypatch: pytest.MonkeyPatch, *args: object) -> int:
    monkeypatch.setattr("sys.argv", ["pik-xl", "vorlagen", "pruefen", *map(str, args)])
    with pytest.raises(SystemExit) as exit_:
        main.main()
    return int(str(exit_.value.code))


def test_the_command_ends_with_1_if_there_are_faults_and_0_if_not(
    folder: Workfolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, folder.path, "--muster", folder.path / "M") == 0
    assert capsys.readouterr().out.startswith("Alle Vorlagen sind in Ordnung.\n8 Muster stehen in ")
    path = folder.vorlagen / "ablehnung.docx"
    path.write_bytes(docx(p("{{ sume }}")))
    assert run(monkeypatch, path) == 1
    assert "Ablehnungsbescheid (ablehnung.docx):\n- Text, Absatz 1, {{ sume }}: " in capsys.readouterr().out
    assert run(monkeypatch, path, "--json") == 1
    (as_json,) = json.loads(capsys.readouterr().out)
    first = {"vorlage": "ablehnung", "ort": "Text, Absatz 1", "tag": "{{ sume }}"}
    assert first.items() <= as_json["fehler"][0].items()
    assert run(monkeypatch) == 0
    assert run(monkeypatch, "gibt es nicht") == 2


def test_the_text_of_the_mails_is_checked_with_every_kind_of_letter(folder: Workfolder) -> None:
    mail = folder.vorlagen / "mail.txt"
    for text, said in {
        "Betreff: {{ schreben }}\n\nText\n": "schreiben",
        "Guten Tag\n": "Betreff:",
        "Betreff: x\n\n{% if schreiben == 'Nachforderung' %}{{ frist }}{% else %}Text{% endif %}\n": "datum",
    }.items():
        mail.write_text(text, "utf-8")
        (found,) = pruefe([mail])
        assert found.fehler and said in meldung([found]), text


def test_a_mail_is_filled_in_with_the_fields_of_its_kind_alone(folder: Workfolder) -> None:
    mail = folder.vorlagen / "mail.txt"
    mail.write_text("Betreff: x\n\nBitte bis {{ frist | datum }}.\n", "utf-8")
    (found,) = pruefe([mail])
    others = ", ".join(art.titel for name, art in SCHREIBARTEN.items() if name not in NACHFORDERUNGEN)
    assert [(f.ort, f.text) for f in found.fehler] == [
        (others, "Die Vorlage „mail.txt“, Zeile 3: Der Wert für „frist“ fehlt.")
    ]


def test_a_mail_that_prints_what_may_be_empty_is_a_fault_told_once(folder: Workfolder) -> None:
    mail = folder.vorlagen / "mail.txt"
    mail.write_text("Betreff: x\n\n{{ anschrift | first }}\n", "utf-8")
    (found,) = pruefe([mail])
    (fault,) = found.fehler
    assert fault.ort == "" and "Zeile 3" in fault.text
    assert fault.vorschlag == "„anschrift“ kann leer sein. Bitte mit {% if anschrift %} und {% endif %} umschließen."


def test_the_shipped_sample_that_lacks_something_says_so() -> None:
    hints = {p.pfad.stem: p.hinweise for p in pruefe(mitgelieferte()) if p.hinweise}
    assert hints.keys() == {"digital"} and "[zu klären: Finanzierungsart" in hints["digital"][0]
