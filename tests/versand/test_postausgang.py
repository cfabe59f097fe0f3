"""What leaves the house: every letter as PDF, one file for the printer, drafts of e-mails; and what stays inside."""

from __future__ import annotations

import os
import shutil
from copy import copy
from dataclasses import replace
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from factories import AGS, antrag, bewilligung, stelle
from pypdf import PdfReader

from pik_xl.errors import Abgebrochen, PikError
from pik_xl.jobs.pruefung import lage_am
from pik_xl.model import Fassung, Finding, Place, Schreiben, Schwere, Stand
from pik_xl.recht.einstellungen import Einstellungen
from pik_xl.recht.entscheidung import Vorgang
from pik_xl.recht.lage import Lage
from pik_xl.recht.vorgang import vorgaenge
from pik_xl.schreiben.anlass import felder_of
from pik_xl.schreiben.ausgang import Wunsch, schreiben_alle
from pik_xl.schreiben.nachweis import Nachweis
from pik_xl.versand import postausgang
from pik_xl.versand.postausgang import Postergebnis, Postwunsch, fertig_machen
from pik_xl.workfolder import Workfolder

pytestmark = pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice")
TAG = date(2020, 5, 4)
ORTE = {"leonberg": AGS, "boeblingen": "08115003", "aalen": "08136088", "bonn": "08136009"}
BESTAND = [bewilligung(stelle=f"{ags}-01", ags=ags, aktenzeichen=f"15.2-{ags}", kreis=ags[:5]) for ags in ORTE.values()]


def _antrag(name: str) -> Vorgang:
    ags = ORTE[name]
    email, posts = "" if name == "bonn" else f"rathaus@{name}.example", (stelle(stelle=f"{ags}-01", ags=ags),)
    a = antrag(schluessel=f"{name}.xlsx", datei=f"{name}.xlsx", ags=ags, traeger=name.capitalize(), kreis=ags[:5],
               email=email, stellen=posts)  # fmt: skip
    (fall,) = vorgaenge([a], [], lage_am(TAG, BESTAND))
    return fall


class Office:
    """An office with two released notices, one of them without an address, a draft and a request."""

    def __init__(self, path: Path) -> None:
        self.folder = Workfolder(path)
        self.lage = replace(lage_am(TAG, BESTAND), einstellungen=Einstellungen({"zeichnet": "Max Muster"}))
        self.folder.create()
        faelle = [_antrag(name) for name in ORTE]
        befund = Finding(
            "P01", Schwere.FEHLER, Place("a", "Antrag", "C5"), "IBAN", "", "Es fehlt etwas.", "Bitte tun.", ""
        )
        faelle[1] = replace(faelle[1], stand=Stand.RUECKFRAGE, befunde=(befund,), decisions=(), ergebnis=None)
        self.faelle = {fall.antrag.schluessel: fall for fall in faelle}
        wunsch = Wunsch(freigegebene={"leonberg.xlsx": TAG, "bonn.xlsx": TAG})
        letters = schreiben_alle(self.folder, faelle, self.lage, wunsch, Nachweis.of(()), lambda *_: None)
        self.letters = letters.neu

    def machen(self, *letters: Schreiben, **wunsch: object) -> Postergebnis:
        post = Postwunsch(**wunsch)  # type: ignore[arg-type]
        return fertig_machen(self.folder, letters or self.letters, self.faelle, self.lage, post, lambda *_: None)


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, Postergebnis]:
    """The office after everything was made once."""
    office = Office(tmp_path_factory.mktemp("office") / "PiK")
    return office, office.machen(druck=True, mail=True)


@pytest.fixture
def office(ready: tuple[Office, Postergebnis], tmp_path: Path) -> Office:
    """The same office in a folder of its own, its PDF files made."""
    own = copy(ready[0])
    own.folder = Workfolder(Path(shutil.copytree(own.folder.path, tmp_path / "PiK")))
    return own


def test_every_letter_and_what_is_enclosed_has_its_pdf_beside_it(ready: tuple[Office, Postergebnis]) -> None:
    office, post = ready
    words = [p for s in office.letters for p in (office.folder.path / s.datei).parent.glob("*.docx")]
    assert post.pdfs == len(set(words)) == 7  # three grants with their waivers, a request
    assert all(path.with_suffix(".pdf").is_file() for path in words)


def test_the_file_for_the_printer_is_in_posting_order_and_has_no_drafts(ready: tuple[Office, Postergebnis]) -> None:
    _, post = ready
    final, drafts = (next(p for p in post.druckdateien if p.name == n) for n in ("Druck.pdf", "Druck_ENTWURF.pdf"))
    titles = [str(item.title) for item in PdfReader(final).outline]  # type: ignore[union-attr]
    kinds = ["Nachforderung", *["Verlaengerungsbescheid", "Rechtsbehelfsverzicht"] * 2]
    assert [t.rpartition("_")[2] for t in titles] == kinds
    assert [t.split("_")[0] for t in titles][:3] == ["Böblingen", "Leonberg", "Leonberg"]
    assert not any("ENTWURF" in t for t in titles)
    assert post.druckdateien[final] == len(PdfReader(final).pages) and post.druckdateien[final] % 2 == 0
    assert all("ENTWURF" in str(item.title) for item in PdfReader(drafts).outline)  # type: ignore[union-attr]


def test_final_letters_become_mails_with_letter_and_enclosures_and_the_right_words(
    ready: tuple[Office, Postergebnis],
) -> None:
    _, post = ready
    assert post.mails == 2
    mails = {m["to"]: m for path in post.ordner.rglob("*.eml")  # type: ignore[union-attr]
             for m in [message_from_bytes(path.read_bytes(), policy=policy.default)]}  # fmt: skip
    assert set(mails) == {"rathaus@leonberg.example", "rathaus@boeblingen.example"}
    grant, request = mails["rathaus@leonberg.example"], mails["rathaus@boeblingen.example"]
    names = [a.get_filename() for a in grant.iter_attachments()]
    assert [n.rpartition("_")[2] for n in names] == ["Verlaengerungsbescheid.pdf", "Rechtsbehelfsverzicht.pdf"]
    assert "Zuwendungsbescheid" in grant["subject"] and "15.2-08115028" in grant["subject"]
    assert "25.05.2020" in request.get_body().get_content()  # type: ignore[union-attr]


def test_a_letter_without_an_address_is_told_and_stops_nothing(ready: tuple[Office, Postergebnis]) -> None:
    _, post = ready
    (befund,) = post.befunde
    assert befund.code == "L03" and "E-Mail-Adresse" in befund.meldung and "Post" in befund.bitte


def test_whatever_goes_wrong_with_the_mail_of_one_letter_the_others_get_theirs(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hostile address, a bug, a file that cannot be read, a value the template cannot print."""
    request = next(s for s in office.letters if s.art == "nachforderung")
    grant = next(s for s in office.letters if s.email == "rathaus@leonberg.example")

    def with_address(address: str) -> None:
        fall = office.faelle[request.schluessel]
        office.faelle = {**office.faelle, request.schluessel: replace(fall, antrag=replace(fall.antrag, email=address))}

    def one_told(*letters: Schreiben) -> str:
        post = office.machen(*letters, mail=True)
        assert post.mails == 1 and len(list(post.ordner.rglob("*.eml"))) == 1  # type: ignore[union-attr]
        (befund,) = post.befunde
        assert befund.code == "L03" and "Post" in befund.bitte
        return befund.meldung

    for address in ("=?utf-8?q?a=0d=0aBcc=3A_evil=40evil.example?=@b.de", "a@b.de;c@d.de", "a\x00@b.de"):
        with_address(address)
        assert "keine E-Mail-Adresse: " in one_told(request, grant)
        assert "keine E-Mail-Adresse: " in one_told(grant, request)
    with_address("rathaus@boeblingen.example")

    kept, made = postausgang.write, postausgang.mail.entwurf

    def full(path: Path, data: bytes) -> None:
        if "Nachforderung" in path.name:
            raise OSError(28, "No space left on device")
        kept(path, data)

    def broken(von: str, an: str, *rest: object) -> bytes:
        if "boeblingen" in an:
            raise ValueError("Header values may not contain linefeed")
        return made(von, an, *rest)  # type: ignore[arg-type]

    def unprintable(art: str, fall: Vorgang, lage: Lage) -> dict[str, object]:
        return felder_of(art, fall, lage) | ({"aktenzeichen": None} if art == "nachforderung" else {})

    for name, stub, said in (("write", full, "No space left"), ("mail.entwurf", broken, "ValueError"),
                             ("felder_of", unprintable, "mail.txt")):  # fmt: skip
        with monkeypatch.context() as patch:
            patch.setattr(f"pik_xl.versand.postausgang.{name}", stub)
            assert said in one_told(request, grant)


def test_somebody_who_stops_the_drafts_stops_them_all(office: Office) -> None:
    def stop(what: str, *_: object) -> None:
        if what == "E-Mails":
            raise Abgebrochen

    before = set(office.folder.versand.iterdir())
    with pytest.raises(Abgebrochen):
        fertig_machen(office.folder, office.letters, office.faelle, office.lage, Postwunsch(mail=True), stop)
    assert all(path.name.startswith(".") for path in set(office.folder.versand.iterdir()) - before)


def test_what_is_there_is_not_made_again_and_a_letter_changed_by_hand_is(tmp_path: Path) -> None:
    office = Office(tmp_path / "PiK")
    assert office.machen(pdf=True).pdfs == 7
    again = office.machen(pdf=True)
    assert (again.pdfs, again.ordner) == (0, None)
    first = office.folder.path / office.letters[0].datei
    later = first.with_suffix(".pdf").stat().st_mtime + 5
    os.utime(first, (later, later))
    assert office.machen(pdf=True).pdfs == 1


def test_a_pdf_that_is_there_is_made_again_where_it_is_to_be_archived(tmp_path: Path) -> None:
    office = Office(tmp_path / "PiK")
    request = next(s for s in office.letters if s.art == "nachforderung")
    assert office.machen(request, pdf=True).pdfs == 1
    assert office.machen(request, pdfa=True).pdfs == 1
    assert office.machen(request, pdfa=True).pdfs == office.machen(request, pdf=True).pdfs == 0


def test_a_letter_without_its_pdf_is_told_and_the_others_have_theirs(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(needed: dict[Path, Path], *_: object, **__: object) -> dict[Path, str]:
        return dict.fromkeys(list(needed)[:1], "LibreOffice ist daran gescheitert.")

    first = office.folder.path / office.letters[0].datei
    first.with_suffix(".pdf").unlink()
    monkeypatch.setattr(postausgang.druck, "pdfs", broken)
    post = office.machen(pdf=True)
    (befund,) = post.befunde
    assert (befund.code, befund.place.datei, post.pdfs) == ("L13", office.letters[0].datei, 0)
    assert befund.meldung.endswith(": LibreOffice ist daran gescheitert.")


def test_what_went_out_before_is_neither_printed_nor_mailed_again(ready: tuple[Office, Postergebnis]) -> None:
    office, _ = ready
    final = [s for s in office.letters if s.fassung is Fassung.ENDGUELTIG]
    post = office.machen(*final, druck=True, mail=True, versandt={s.datei for s in final})
    assert (post.versandt, post.druckdateien, post.mails, post.ordner) == (3, {}, 0, None)
    again = office.machen(final[0], druck=True)
    assert again.ordner is not None and again.ordner.name == "2020-05-04_2"


def test_a_letter_that_is_gone_or_was_changed_is_told_unless_it_went_out(ready: tuple[Office, Postergebnis]) -> None:
    office, _ = ready
    final = next(s for s in office.letters if s.anlagen and s.fassung is Fassung.ENDGUELTIG)
    gone = replace(final, datei="Bescheide/2019-01-01/x.docx")
    for letter, said in (
        (gone, "x.docx, "),
        (replace(final, anlagen=("fehlt.docx",)), "fehlt.docx fehlt"),
        (replace(final, sha256="0"), "von Hand geändert"),
    ):
        (befund,) = office.machen(letter, pdf=True).befunde
        assert befund.code == "L05" and said in befund.meldung
    assert office.machen(gone, druck=True).druckdateien == {}
    assert office.machen(gone, pdf=True, versandt={gone.datei}).befunde == []


def test_faults_in_the_text_of_the_mails_are_told_before_anything_is_made(tmp_path: Path) -> None:
    office = Office(tmp_path / "PiK")
    (office.folder.vorlagen / "mail.txt").write_text("Betreff: {{ schreben }}\n\nText\n", "utf-8")
    with pytest.raises(PikError, match=r"[mM]einten Sie"):
        office.machen(mail=True)
    assert list(office.folder.bescheide.rglob("*.pdf")) == []


def test_the_lage_gives_the_address_mails_come_from(ready: tuple[Office, Postergebnis]) -> None:
    office, post = ready
    mail = next(iter(post.ordner.rglob("*.eml")))  # type: ignore[union-attr]
    lage: Lage = office.lage
    assert message_from_bytes(mail.read_bytes(), policy=policy.default)["from"] == lage.einstellungen.behoerde["email"]
