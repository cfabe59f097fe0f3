"""What lies in the in-tray: files, folders, ZIPs; whatever cannot be taken out is said, and the rest goes on."""

from __future__ import annotations

import os
import sys
import zipfile
from datetime import date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from random import Random

import nasty
import pytest

from pik_xl.eingang import receive as receiving
from pik_xl.eingang.receive import Eingang, receive
from pik_xl.errors import PikError


def zipped(**members: bytes) -> bytes:
    return nasty.zipped({name.replace("__", "/").replace("_", "."): data for name, data in members.items()})


def received(path: Path) -> dict[str, bytes | str]:
    """Name -> bytes, or the kind of fault."""
    return {e.datei: e.mangel.art if e.mangel else e.data for e in receive(path)}


def test_a_single_file_has_its_name_and_the_day_it_came(tmp_path: Path) -> None:
    path = tmp_path / "Antrag.xlsx"
    path.write_bytes(b"x")
    noon = datetime(2020, 3, 16, 12).timestamp()
    os.utime(path, (noon, noon))
    assert list(receive(path)) == [Eingang("Antrag.xlsx", date(2020, 3, 16), b"x")]


def test_a_folder_is_read_to_its_depths_in_order_of_names(tmp_path: Path) -> None:
    for name in ("08125/b.xlsx", "08125/a.xlsx", "08111/tief/c.xlsx", "z.xlsx"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    assert list(received(tmp_path)) == ["08111/tief/c.xlsx", "08125/a.xlsx", "08125/b.xlsx", "z.xlsx"]


@pytest.mark.parametrize(
    "name", ["~$Antrag.xlsx", ".DS_Store", "Thumbs.db", "desktop.ini", "__MACOSX/a.xlsx", ".git/x"]
)
def test_what_nobody_sent_is_left_out(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(b"x")
    (tmp_path / "b.zip").write_bytes(nasty.zipped({name: b"x"}))
    (tmp_path / "Antrag.xlsx").write_bytes(b"x")
    assert list(received(tmp_path)) == ["Antrag.xlsx"]


def test_an_empty_folder_gives_nothing(tmp_path: Path) -> None:
    assert received(tmp_path) == {}


def test_a_path_that_is_not_there_is_for_the_user_to_mend(tmp_path: Path) -> None:
    with pytest.raises(PikError, match="gibt es nicht"):
        list(receive(tmp_path / "weg"))


def test_a_zip_is_taken_apart_in_order(tmp_path: Path) -> None:
    (tmp_path / "08125.ZIP").write_bytes(zipped(b_xlsx=b"2", Ordner__a_xlsx=b"1"))
    assert received(tmp_path) == {"08125.ZIP/Ordner/a.xlsx": b"1", "08125.ZIP/b.xlsx": b"2"}


def test_a_zip_in_a_zip_is_taken_apart_and_no_deeper(tmp_path: Path) -> None:
    inner = zipped(a_xlsx=b"1")
    (tmp_path / "b.zip").write_bytes(zipped(innen_zip=inner, zu_zip=zipped(tief_zip=inner)))
    assert received(tmp_path) == {"b.zip/innen.zip/a.xlsx": b"1", "b.zip/zu.zip/tief.zip": "zip_zu_tief"}


def test_a_broken_zip_is_one_fault_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped(a_xlsx=b"1")[:30])
    (tmp_path / "b.zip").write_bytes(b"")
    (tmp_path / "c.xlsx").write_bytes(b"gut")
    assert received(tmp_path) == {"a.zip": "zip_beschaedigt", "b.zip": "zip_beschaedigt", "c.xlsx": b"gut"}


def test_a_broken_member_is_one_fault_and_the_others_are_read(tmp_path: Path) -> None:
    data = bytearray(nasty.zipped({"a.xlsx": b"kaputt" * 9, "b.xlsx": b"gut"}, zipfile.ZIP_STORED))
    data[data.find(b"kaputt")] ^= 1
    (tmp_path / "x.zip").write_bytes(bytes(data))
    assert received(tmp_path) == {"x.zip/a.xlsx": "zip_beschaedigt", "x.zip/b.xlsx": b"gut"}


def test_a_zip_with_a_password_is_said_member_by_member(tmp_path: Path) -> None:
    data = bytearray(zipped(a_xlsx=b"1"))
    data[6] |= 1
    data[data.find(b"PK\1\2") + 8] |= 1
    (tmp_path / "x.zip").write_bytes(bytes(data))
    assert received(tmp_path) == {"x.zip/a.xlsx": "kennwort"}


def test_a_path_that_leads_out_of_the_zip_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "ein").mkdir()
    (tmp_path / "ein" / "x.zip").write_bytes(nasty.zipped({"../../autostart.xlsx": b"1", "/etc/a.xlsx": b"2"}))
    assert set(received(tmp_path / "ein").values()) == {b"1", b"2"}
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["ein", "x.zip"]


def test_names_with_umlauts_come_out_of_old_and_new_zips(tmp_path: Path) -> None:
    new = nasty.zipped({"Göppingen.xlsx": b"1"})
    old = new.replace("ö".encode(), b"\x94\x94")  # cp437, two bytes to keep all offsets
    (tmp_path / "neu.zip").write_bytes(new)
    (tmp_path / "alt.zip").write_bytes(unmarked(old))
    assert list(received(tmp_path)) == ["alt.zip/Gööppingen.xlsx", "neu.zip/Göppingen.xlsx"]


def unmarked(data: bytes) -> bytes:
    """The ZIP of one member without the flag that its name is UTF-8."""
    buffer = bytearray(data)
    for magic, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = buffer.find(magic) + offset
        buffer[at : at + 2] = b"\0\0"
    return bytes(buffer)


def test_names_with_umlauts_come_out_of_the_zips_of_a_mac(tmp_path: Path) -> None:
    (tmp_path / "mac.zip").write_bytes(unmarked(nasty.zipped({"Göppingen.xlsx": b"1"})))
    assert received(tmp_path) == {"mac.zip/Göppingen.xlsx": b"1"}


def test_folders_in_a_zip_are_no_files_however_they_are_written(tmp_path: Path) -> None:
    members = {"A/": b"", "A/a.xlsx": b"1", "B\\": b"", "B\\b.xlsx": b"2", "C\\~$c.xlsx": b"3"}
    (tmp_path / "x.zip").write_bytes(nasty.zipped(members))
    assert received(tmp_path) == {"x.zip/A/a.xlsx": b"1", "x.zip/B/b.xlsx": b"2"}


def test_a_member_without_a_name_is_received_all_the_same(tmp_path: Path) -> None:
    data = nasty.zipped({"#": b"1"}, zipfile.ZIP_STORED)
    (tmp_path / "x.zip").write_bytes(data.replace(b"#", b"\0"))  # zipfile cuts names at a null byte
    assert received(tmp_path) == {"x.zip/ohne Namen": b"1"}


def test_files_of_the_same_name_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "w") as archive:
        for name in ("a.xlsx", "a.xlsx", "a (2).xlsx", "a.xlsx"):
            archive.writestr(name, name)
    assert list(received(path)) == ["x.zip/a (2).xlsx", "x.zip/a.xlsx", "x.zip/a (3).xlsx", "x.zip/a (4).xlsx"]


def test_a_fault_bears_the_number_too(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "w") as archive:
        for _ in range(2):
            archive.writestr("a.zip", "kein ZIP")
    places = [eingang.mangel.place.datei for eingang in receive(path) if eingang.mangel]
    assert places == ["x.zip/a.zip", "x.zip/a (2).zip"]


def test_other_files_are_passed_on_as_they_are(tmp_path: Path) -> None:
    files = {"Brief.docx": b"PK", "Scan.pdf": b"%PDF-1.7", "ohne Endung": b"", "Ä.xls": nasty.OLE}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    assert received(tmp_path) == files


@pytest.mark.parametrize("seed", range(10))
def test_a_zip_with_any_damage_raises_nothing(tmp_path: Path, seed: int) -> None:
    rng = Random(seed)
    good = nasty.zipped({"a.xlsx": b"x" * 50, "Gö.xlsx": b"y" * 50, "in.zip": zipped(i_xlsx=b"1")}, 8 * (seed % 2))
    directory = good.rfind(b"PK\1\2", 0, good.rfind(b"in.zip"))
    for number in range(60):
        data = bytearray(good)
        for _ in range(rng.randint(1, 4)):
            data[rng.randrange(rng.choice([0, directory]), len(data))] = rng.choice([0, 1, 255, rng.randrange(256)])
        (tmp_path / f"{number:02}.zip").write_bytes(bytes(data))
    once, again = list(receive(tmp_path)), list(receive(tmp_path))
    assert once == again and len({eingang.datei for eingang in once}) == len(once) >= 60


@pytest.mark.parametrize(("size", "good"), [(1_000, True), (1_001, False)])
def test_a_file_may_be_as_large_as_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, good: bool
) -> None:
    monkeypatch.setattr(receiving, "FILE_BYTES", 1_000)
    (tmp_path / "a.xlsx").write_bytes(bytes(size))
    (tmp_path / "b.zip").write_bytes(zipped(a_xlsx=bytes(size)))
    wanted = bytes(size) if good else "zu_gross"
    assert received(tmp_path) == {"a.xlsx": wanted, "b.zip/a.xlsx": wanted}


@pytest.mark.parametrize(("members", "good"), [(3, True), (4, False)])
def test_a_zip_may_have_as_many_members_as_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, members: int, good: bool
) -> None:
    monkeypatch.setattr(receiving, "ZIP_MEMBERS", 3)
    (tmp_path / "b.zip").write_bytes(nasty.zipped({f"{n}.xlsx": b"1" for n in range(members)}))
    assert len(received(tmp_path)) == (members if good else 1)
    assert ("zip_zu_gross" in received(tmp_path).values()) is not good


def test_a_zip_of_a_million_members_is_not_even_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def listed(*_: object) -> zipfile.ZipFile:
        raise AssertionError("listed")

    (tmp_path / "b.zip").write_bytes(b"PK\x01\x02" * 100_001)
    monkeypatch.setattr(receiving.zipfile, "ZipFile", listed)
    assert received(tmp_path) == {"b.zip": "zip_zu_gross"}


def test_a_zip_that_unpacks_without_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "ZIP_TOTAL_BYTES", 2_500)
    (tmp_path / "b.zip").write_bytes(nasty.zipped({f"{n}.xlsx": bytes(1_000) for n in range(5)}))
    arts = list(received(tmp_path).values())
    assert arts[:2] == [bytes(1_000)] * 2 and set(arts[2:]) == {"zu_gross"}


def test_a_file_that_another_program_holds_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def held(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "a.xlsx").write_bytes(b"x")
    monkeypatch.setattr(Path, "read_bytes", held)
    assert received(tmp_path) == {"a.xlsx": "nicht_lesbar"}


def test_any_bytes_at_all_are_received_without_an_exception(tmp_path: Path) -> None:
    for number, (make, _) in enumerate(nasty.NASTY.values()):
        (tmp_path / f"{number:02}.zip").write_bytes(make()[:200_000])
    assert len(received(tmp_path)) >= len(nasty.NASTY)


# --- e-mails ---------------------------------------------------------------------------------------


def mail(
    *attachments: tuple[str, bytes], received: str = "Mon, 16 Mar 2020 23:30:00 +0100", text: str = "Hallo"
) -> bytes:
    """An e-mail as Outlook saves it, with a logo in its signature."""
    message = EmailMessage()
    message["Received"] = f"from a.example by mail.rps.example; {received}"
    message["Received"] = "from b.example by a.example; Mon, 09 Mar 2020 08:00:00 +0100"
    message["Date"] = "Sun, 08 Mar 2020 08:00:00 +0100"
    message["Subject"] = "Antrag Göppingen"
    message.set_content(text)
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="Logo.png")
    for name, data in attachments:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def test_the_workbooks_of_an_e_mail_are_taken_with_the_day_it_was_received(tmp_path: Path) -> None:
    data = mail(("Antrag Göppingen.xlsx", b"1"), ("Anschreiben.pdf", b"%PDF"), ("Kreis.zip", zipped(a_xlsx=b"2")))
    (tmp_path / "Nachricht.eml").write_bytes(data)
    eingaenge = list(receive(tmp_path))
    assert {e.datei: e.data for e in eingaenge} == {
        "Nachricht.eml/Antrag Göppingen.xlsx": b"1",
        "Nachricht.eml/Kreis.zip/a.xlsx": b"2",
    }
    assert {e.tag for e in eingaenge} == {date(2020, 3, 16)}


def test_an_e_mail_that_forwards_another_gives_the_workbook_of_the_other(tmp_path: Path) -> None:
    outer = EmailMessage()
    outer["Received"] = "by mail.rps.example; Tue, 17 Mar 2020 09:00:00 +0100"
    outer.set_content("zur Kenntnis")
    outer.add_attachment(message_from_bytes(mail(("a.xlsx", b"1")), policy=policy.default))
    (tmp_path / "wg.eml").write_bytes(outer.as_bytes())
    assert list(receive(tmp_path)) == [Eingang("wg.eml/a.xlsx", date(2020, 3, 17), b"1")]


def test_an_e_mail_without_a_workbook_is_said_with_its_subject(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(mail())
    (eingang,) = receive(tmp_path)
    assert eingang.mangel and eingang.mangel.art == "mail_ohne_anlage"
    assert eingang.mangel.gefunden == "Betreff „Antrag Göppingen“"


def test_without_a_readable_day_the_next_header_or_the_day_of_the_file_counts(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(mail(("a.xlsx", b"1"), received="gestern"))
    assert next(receive(path)).tag == date(2020, 3, 9)
    path.write_bytes(b"Content-Disposition: attachment; filename=a.xlsx\n\n1")
    noon = datetime(2020, 4, 1, 12).timestamp()
    os.utime(path, (noon, noon))
    assert list(receive(path)) == [Eingang("a.eml/a.xlsx", date(2020, 4, 1), b"1")]


def test_two_attachments_of_the_same_name_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(mail(("Antrag.xlsx", b"1"), ("Antrag.xlsx", b"2")))
    assert received(tmp_path) == {"a.eml/Antrag.xlsx": b"1", "a.eml/Antrag (2).xlsx": b"2"}


def test_an_attachment_that_is_too_large_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "FILE_BYTES", 10)
    (tmp_path / "a.eml").write_bytes(mail(("a.xlsx", bytes(10)), ("b.xlsx", bytes(11))))
    assert received(tmp_path) == {"a.eml/a.xlsx": bytes(10), "a.eml/b.xlsx": "zu_gross"}


def test_a_path_in_the_name_of_an_attachment_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(mail(("..\\..\\b.xlsx", b"1"), ("/etc/c.xlsx", b"2")))
    assert received(tmp_path) == {"a.eml/b.xlsx": b"1", "a.eml/c.xlsx": b"2"}


@pytest.mark.parametrize("seed", range(20))
def test_an_e_mail_with_any_damage_raises_nothing(tmp_path: Path, seed: int) -> None:
    rng, good = Random(seed), mail(("Übersicht.xlsx", b"1" * 300))
    for number in range(30):
        data = bytearray(good)
        for _ in range(rng.randint(1, 8)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        (tmp_path / f"{number}.eml").write_bytes(bytes(data[: rng.randrange(len(data))]))
    assert len(list(receive(tmp_path))) >= 30


# --- folders that cannot be looked into ------------------------------------------------------------


@pytest.mark.parametrize("closed", ["Eingang", "08115"])
def test_a_folder_that_cannot_be_listed_stops_the_run_as_its_applications_would_count_as_withdrawn(
    closed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = tmp_path / "Eingang"
    for place in (inbox, inbox / "08115", inbox / "08116"):
        place.mkdir()
        (place / "Antrag.xlsx").write_bytes(b"PK")
    scandir = os.scandir

    def refused(path: str) -> object:
        if Path(path).name == closed:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refused)
    with pytest.raises(PikError, match=f"{closed} lässt sich nicht lesen .* würden als zurückgezogen gelten"):
        list(receive(inbox))


def test_litter_is_not_even_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / "a.xlsx").write_bytes(b"PK")
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: scandir(path) if "__MACOSX" not in str(path) else 1 / 0)
    assert [e.datei for e in receive(tmp_path)] == ["a.xlsx"]


@pytest.mark.skipif(sys.platform == "win32", reason="Verknüpfungen und Pipes wie unter Unix")
def test_a_link_that_leads_nowhere_is_told_and_a_pipe_is_no_application(tmp_path: Path) -> None:
    (tmp_path / "weg.xlsx").symlink_to(tmp_path / "gibt es nicht.xlsx")
    os.mkfifo(tmp_path / "rohr")
    assert [(e.datei, e.mangel and e.mangel.art) for e in receive(tmp_path)] == [("weg.xlsx", "nicht_lesbar")]
