"""Drafts of e-mails: read back with the standard library, and what the shipped template says."""

from __future__ import annotations

import codecs
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from adressen import ADRESSEN, KEINE_ADRESSEN
from hypothesis import given
from hypothesis import strategies as st

from pik_xl.errors import PikError
from pik_xl.versand.mail import betreff_und_text, entwurf, vorlagentext
from pik_xl.vorlagen.felder import MAILTEXT, SCHREIBARTEN
from pik_xl.vorlagen.platzhalter import Textvorlage
from pik_xl.vorlagen.schreibart import Schreibart, muster
from pik_xl.workfolder import Workfolder, shipped

VON, AN = "integrationsmanagement@rps.bwl.de", "poststelle@friedrichshall.de"
LANG = "08125005_Stadt_Müllheim_im_Markgräflerland_äöüß_" + "Verlängerungsbescheid_" * 3 + "Entwurf.pdf"


def back(data: bytes) -> EmailMessage:
    mail = message_from_bytes(data, policy=policy.default)
    assert isinstance(mail, EmailMessage) and not mail.defects
    return mail


def addresses_of(mail: EmailMessage, name: str) -> str:
    """The addresses of a header, of which there is one."""
    (header,) = mail.get_all(name, [])
    return " ".join(address.addr_spec for address in header.addresses)


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body()
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def anlagen_of(mail: EmailMessage) -> list[tuple[str | None, bytes]]:
    return [(part.get_filename(), part.get_content()) for part in mail.iter_attachments()]


# --- the draft ------------------------------------------------------------------------------------


def test_a_draft_says_what_it_was_given_and_that_it_is_not_sent() -> None:
    betreff = "Verlängerung der Förderung – " + "Integrationsmanagerinnen und Integrationsmanager, " * 4 + "Müllheim"
    text = "Sehr geehrte Frau Çelik,\n\n.\nFrom hier an: 50 % = „viel“, 1.234,56 €\n" + "lang " * 300 + "\n"
    anlagen = [(LANG, b"%PDF" * 999), ("a.docx", b""), ("Antrag_markiert.xlsx", bytes(range(256)))]
    data = entwurf(VON, AN, betreff, text, anlagen)
    mail = back(data)
    assert (mail["From"], mail["To"], mail["Subject"], mail["X-Unsent"]) == (VON, AN, betreff, "1")
    assert text_of(mail) == text
    assert anlagen_of(mail) == anlagen
    assert mail["Date"] is None and mail["Message-ID"] is None
    assert data.isascii() and b"\n" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) < 998


@pytest.mark.parametrize(
    ("name", "typ"),
    [
        ("a.pdf", "application/pdf"),
        ("A.PDF", "application/pdf"),
        ("a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("a.xlsm", "application/vnd.ms-excel.sheet.macroEnabled.12"),
        ("a.png", "application/octet-stream"),
    ],
)
def test_an_attachment_is_told_to_be_what_it_is(name: str, typ: str) -> None:
    (part,) = back(entwurf(VON, AN, "x", "x", [(name, b"x")])).iter_attachments()
    assert part.get_content_type() == typ.lower()
    assert part.get_content_disposition() == "attachment"


def test_the_name_of_an_attachment_stands_there_in_both_ways_programs_read_it() -> None:
    data = entwurf(VON, AN, "x", "x", [(LANG, b"x")])
    (part,) = back(data).iter_attachments()
    assert part["Content-Disposition"].params["filename"] == LANG
    assert part["Content-Type"].params["name"] == LANG
    assert b"filename*=utf-8''" in data and b"filename*0" not in data, "in one piece: Outlook does not join pieces"
    assert b'name="=?utf-8?' in data


def test_many_attachments_keep_their_order_and_a_mail_without_any_is_plain() -> None:
    many = [(f"{n:03}_ä.pdf", bytes([n])) for n in range(200)]
    assert anlagen_of(back(entwurf(VON, AN, "x", "x", many))) == many
    assert back(entwurf(VON, AN, "x", "x", [])).get_content_type() == "text/plain"


def test_equal_input_makes_equal_bytes_and_other_input_others() -> None:
    def draft(**other: object) -> bytes:
        given = {"von": VON, "an": AN, "betreff": "x", "text": "x\n", "anlagen": [("a.pdf", b"1")]}
        return entwurf(**(given | other))  # type: ignore[arg-type]

    assert draft() == draft()
    others = [draft(text="y\n"), draft(anlagen=[("a.pdf", b"2")]), draft(anlagen=[("b.pdf", b"1")]), draft(betreff="y")]
    assert len({draft(), *others}) == 5


@pytest.mark.parametrize("betreff", ["Bescheid\r\nBcc: wer@anders.de", "Bescheid\nX-Unsent: 0", "a\x0bb\x85c\u2028d"])
def test_a_subject_of_several_lines_becomes_one(betreff: str) -> None:
    mail = back(entwurf(VON, AN, betreff, "x", []))
    assert mail["Bcc"] is None and mail.get_all("X-Unsent") == ["1"]
    assert mail["Subject"] == " ".join(betreff.split())


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_subject_and_no_file_name_can_add_a_header(betreff: str, name: str) -> None:
    clean = [text.encode("utf-8", "ignore").decode() for text in (betreff, name)]
    mail = back(entwurf(VON, AN, clean[0], "x", [(f"{clean[1]}.pdf", b"x")]))
    assert sorted(mail.keys()) == ["Content-Type", "From", "MIME-Version", "Subject", "To", "X-Unsent"]
    (part,) = mail.iter_attachments()
    assert sorted(part.keys()) == ["Content-Disposition", "Content-Transfer-Encoding", "Content-Type"]
    assert part.get_content() == b"x"


@pytest.mark.parametrize(
    "an",
    ["", " ", "friedrichshall.de", "a@b", "a@b.de, c@d.de", "a@b.de\nBcc: c@d.de", 'a"b@c.de', "a(b)@c.de", "ü@b.de",
     "a@b..de", "Stadt <a@b.de>", "a@" + "b" * 70 + ".de", "a;b@c.de",
     *(text for text in KEINE_ADRESSEN if text.strip() == text)],
)  # fmt: skip
def test_an_address_that_is_none_makes_no_draft(an: str) -> None:
    with pytest.raises(PikError, match="E-Mail-Adresse"):
        entwurf(VON, an, "x", "x", [])
    with pytest.raises(PikError, match="E-Mail-Adresse"):
        entwurf(an, AN, "x", "x", [])


@pytest.mark.parametrize(("an", "written"), ADRESSEN.items())
def test_the_header_of_a_draft_has_the_one_address_it_was_given(an: str, written: str) -> None:
    for mail in (back(entwurf(VON, an, "x", "x", [])), back(entwurf(an, AN, "x", "x", []))):
        assert (addresses_of(mail, "From"), addresses_of(mail, "To")) in {(VON, written), (written, AN)}


# What stands around an @ in real and in hostile addresses, beside any text at all.
_PIECES = ["@", ".", ",", ";", "=?utf-8?q?", "=?utf-8?b?", "?=", "=40", "=2C", "_", "<", ">", '"', "a", "b.de", "ü",
           "ß", " ", "\\", "(", ")", "[", "]", ":", "\r\n", "\u202e", "xn--", "-", "Bcc:", "ZXZpbEBl"]  # fmt: skip


@given(st.text(max_size=40) | st.lists(st.sampled_from(_PIECES), max_size=12).map("".join) | st.emails())
def test_any_text_is_refused_or_is_the_one_address_of_the_header(an: str) -> None:
    try:
        data = entwurf(VON, an, "x", "x", [])
    except PikError as fault:
        assert "E-Mail-Adresse" in str(fault)
    else:
        mail = back(data)
        konto, _, domain = an.strip().rpartition("@")
        assert addresses_of(mail, "To") == f"{konto}@{domain.encode('idna').decode()}"
        assert addresses_of(mail, "From") == VON and mail["Cc"] is None and mail["Bcc"] is None


@pytest.mark.parametrize(
    "an",
    ["=?utf-8?q?evil=40evil.example=2Cx?=@gemeinde.de", "=?utf-8?q?=22Rathaus=22_=3Cx=40b.de=3E=2C_x?=@rathaus.de",
     "=?utf-8?b?ZXZpbEBldmlsLmV4YW1wbGUsIHg?=@b.de", "a@b.de, c@d.de", '"Rathaus" <a@b.de'],
)  # fmt: skip
def test_a_draft_whose_finished_header_has_another_address_is_none(monkeypatch: pytest.MonkeyPatch, an: str) -> None:
    monkeypatch.setattr("pik_xl.versand.mail.email_fault", lambda text: "")  # as if the rule had a hole
    for von, to in ((VON, an), (an, AN)):
        with pytest.raises(PikError, match="E-Mail-Adresse"):
            entwurf(von, to, "x", "x", [])


def test_an_address_in_a_domain_with_umlauts_is_written_as_mail_programs_do() -> None:
    assert back(entwurf(VON, " stadt@müllheim.de ", "x", "x", []))["To"] == "stadt@xn--mllheim-n2a.de"


# --- the template ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        "Betreff: Ä\n\nGrüße „x“ – 5 €".encode(),
        codecs.BOM_UTF8 + "Betreff: Ä\r\n\r\nGrüße „x“ – 5 €".encode(),
        "Betreff: Ä\r\n\r\nGrüße „x“ – 5 €".encode("cp1252"),
        "Betreff: Ä\r\n\r\nGrüße „x“ – 5 €".encode("utf-16"),
        codecs.BOM_UTF16_BE + "Betreff: Ä\r\rGrüße „x“ – 5 €".encode("utf-16-be"),
    ],
)
def test_a_template_reads_the_same_however_windows_saved_it(data: bytes) -> None:
    assert vorlagentext(data) == "Betreff: Ä\n\nGrüße „x“ – 5 €"


def test_subject_and_text_are_told_apart_and_empty_lines_do_not_pile_up() -> None:
    rendered = "\nbetreff :  Ihr  Antrag: Bescheid \n \n\n\n Guten Tag,\n\t\n\n\neins\nzwei  \n\n"
    assert betreff_und_text(rendered) == ("Ihr Antrag: Bescheid", "Guten Tag,\n\neins\nzwei\n")


@pytest.mark.parametrize("rendered", ["", "Guten Tag", "Betreff: x", "Betreff:\n\nGuten Tag", "Betreff: x\n\n \n"])
def test_a_template_without_subject_or_text_is_told(rendered: str) -> None:
    with pytest.raises(PikError, match=r"mail\.txt"):
        betreff_und_text(rendered)


@pytest.fixture(scope="module")
def vorlage() -> Textvorlage:
    return Textvorlage.compile(vorlagentext((shipped("templates") / "mail.txt").read_bytes()), "mail", MAILTEXT)


def filled(vorlage: Textvorlage, art: Schreibart, *anlagen: str, **other: object) -> tuple[str, str]:
    return betreff_und_text(vorlage.render({**muster(art), "schreiben": art.titel, "anlagen": anlagen, **other}))


@pytest.mark.parametrize("art", SCHREIBARTEN.values(), ids=lambda art: art.name)
def test_the_shipped_template_says_what_is_attached_what_to_do_and_whom_to_ask(
    vorlage: Textvorlage, art: Schreibart
) -> None:
    betreff, text = filled(vorlage, art, "a.pdf", "b.xlsx")
    assert betreff == f"Pakt für Integration: {art.titel}, Aktenzeichen 15.2-PiK-08125-0042"
    assert text.startswith("Sehr geehrte Damen und Herren,\n\n")
    assert "\n\nFragen beantwortet Ihnen Frau Muster gern: Telefon 0711 904-00000, E-Mail " in text
    assert text.endswith("\n\nAnlagen:\n– a.pdf\n– b.xlsx\n")
    assert "\n\n\n" not in text and not any(mark in text for mark in ("{", "}", "None"))


def test_the_shipped_template_has_words_of_its_own_for_every_kind_but_the_notices(vorlage: Textvorlage) -> None:
    inner = {name: filled(vorlage, art, "a.pdf")[1].split("\n\n")[1] for name, art in SCHREIBARTEN.items()}
    assert inner["verlaengerung"] == inner["ablehnung"] == inner["digital"]
    assert len(set(inner.values())) == len(inner) - 2
    nachforderung = SCHREIBARTEN["nachforderung"]
    text = filled(vorlage, nachforderung, "a.pdf")[1]
    assert "bis 25.05.2020" in text and "„Bad_Friedrichshall_Antrag_markiert.xlsx“" in text


def test_the_shipped_template_names_the_waiver_only_where_it_is_attached(vorlage: Textvorlage) -> None:
    art = SCHREIBARTEN["verlaengerung"]
    assert "Rechtsbehelfsverzicht" not in filled(vorlage, art, "a.pdf")[1]
    assert filled(vorlage, art, "a.pdf", "08125005_Rechtsbehelfsverzicht.pdf")[1].count("Rechtsbehelfsverzicht") == 2


def test_the_shipped_template_does_without_what_is_not_known(vorlage: Textvorlage) -> None:
    art = SCHREIBARTEN["eingangsbestaetigung"]
    behoerde = {**muster(art)["behoerde"], "bearbeitung": "", "durchwahl": ""}  # type: ignore[dict-item]
    text = filled(vorlage, art, "a.pdf", behoerde=behoerde)[1]
    assert "Fragen beantworten wir Ihnen gern: E-Mail integrationsmanagement@rps.bwl.de\n" in text
    assert "\nMit freundlichen Grüßen\n\nRegierungspräsidium Stuttgart\n" in text
    assert text.endswith("Anlage:\n– a.pdf\n")


def test_the_office_edits_its_own_copy_of_the_template(tmp_path: Path) -> None:
    folder = Workfolder(tmp_path)
    assert folder.vorlage("mail", "txt") == shipped("templates") / "mail.txt"
    folder.create()
    own = tmp_path / "Vorlagen" / "mail.txt"
    assert own.read_bytes() == (shipped("templates") / "mail.txt").read_bytes()
    own.write_text("Betreff: anders\n\nText", encoding="utf-8")
    folder.create()
    assert folder.vorlage("mail", "txt") == own and own.read_text(encoding="utf-8") == "Betreff: anders\n\nText"
