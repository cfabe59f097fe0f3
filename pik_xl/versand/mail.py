"""Drafts of e-mails that Outlook opens ready to send: the letter attached, the words from a template.

Nothing is sent from here. The same input gives the same bytes.
"""

from __future__ import annotations

import base64
import codecs
import hashlib
import re
from collections.abc import Sequence
from email import message_from_bytes, policy
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import PurePath

from pik_xl.errors import PikError
from pik_xl.values import email_ascii, email_fault

Anlage = tuple[str, bytes]

_WORD = "application/vnd.openxmlformats-officedocument."
_TYPEN = {
    ".pdf": "application/pdf",
    ".docx": f"{_WORD}wordprocessingml.document",
    ".xlsx": f"{_WORD}spreadsheetml.sheet",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
}
_UNBEKANNT = "application/octet-stream"
_UNZULAESSIG = re.compile(r'[\x00-\x1f\x7f"\\/]')  # in the name of an attachment
_POLICY = policy.SMTP.clone(refold_source="none")  # the headers of attachments stay as they are written here


def vorlagentext(data: bytes) -> str:
    """The text of a template as any editor of Windows saves it: UTF-8 or UTF-16 with their marks, or Windows-1252."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def betreff_und_text(rendered: str) -> tuple[str, str]:
    """The subject and the text of a filled template: `Betreff: ...` in the first line, then the text.

    Of the empty lines that conditions leave behind no two follow each other. PikError if subject or text is missing.
    """
    erste, _, rest = rendered.strip().partition("\n")
    wort, _, betreff = erste.partition(":")
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in rest.split("\n"))).strip()
    if wort.strip().casefold() != "betreff" or not betreff.strip() or not text:
        raise PikError(
            "Die Vorlage „mail.txt“ muss in der ersten Zeile „Betreff:“ und den Betreff haben, darunter den Text."
        )
    return " ".join(betreff.split()), f"{text}\n"


def entwurf(von: str, an: str, betreff: str, text: str, anlagen: Sequence[Anlage]) -> bytes:
    """An .eml file that Outlook opens as a draft; `anlagen` are names and bytes. PikError if an address is none."""
    mail = EmailMessage(policy=_POLICY)
    absender, empfaenger = _adresse(von), _adresse(an)
    mail["From"], mail["To"] = _kopfzeile(absender), _kopfzeile(empfaenger)
    mail["Subject"] = " ".join(betreff.split())
    mail["X-Unsent"] = "1"  # Outlook: not sent yet
    mail.set_content(text, cte="quoted-printable")
    if anlagen:
        mail.make_mixed(boundary=_grenze(text, anlagen))
    for name, data in anlagen:
        mail.attach(_anlage(name, data))
    data = mail.as_bytes()
    _pruefe_kopf(data, absender, empfaenger)
    return data


def _adresse(text: str) -> str:
    """The address as it goes into a header."""
    text = text.strip()
    if not text:
        raise PikError("Es fehlt die E-Mail-Adresse.")
    if fault := email_fault(text):
        raise PikError(f"„{text}“ ist keine E-Mail-Adresse: {fault}.")
    return email_ascii(text)


def _kopfzeile(adresse: str) -> Address:
    konto, _, domain = adresse.rpartition("@")
    return Address(username=konto, domain=domain)


def _pruefe_kopf(data: bytes, von: str, an: str) -> None:
    """PikError unless a mail program finds in the finished draft these two addresses and no other."""
    kopf = message_from_bytes(data.partition(b"\r\n\r\n")[0], policy=policy.default)
    for name, adresse in (("From", von), ("To", an)):
        gelesen = [str(each) for header in kopf.get_all(name, []) for each in header.addresses]
        if gelesen != [adresse]:
            gefunden = ", ".join(gelesen)
            raise PikError(f"Die E-Mail-Adresse „{adresse}“ würde ein Mailprogramm als „{gefunden}“ lesen.")
    if "Cc" in kopf or "Bcc" in kopf:
        raise PikError(f"Mit der E-Mail-Adresse „{an}“ hätte der Entwurf weitere Empfänger.")


def _grenze(text: str, anlagen: Sequence[Anlage]) -> str:
    """What separates the parts; "=_" occurs in none of them, neither in Base64 nor in quoted-printable."""
    content = hashlib.sha256(text.encode())
    for name, data in anlagen:
        content.update(name.encode() + data)
    return f"=_{content.hexdigest()[:32]}"


def _anlage(name: str, data: bytes) -> EmailMessage:
    """An attachment. Its name stands there twice: as RFC 2231 says, and in the way every Outlook reads (RFC 2047)."""
    name = _UNZULAESSIG.sub("_", name)
    encoded = name if name.isascii() else Header(name, "utf-8", maxlinelen=70).encode()
    part = EmailMessage(policy=policy.compat32)  # takes headers as they are written
    part["Content-Type"] = f'{_TYPEN.get(PurePath(name).suffix.lower(), _UNBEKANNT)}; name="{encoded}"'
    part.add_header("Content-Disposition", "attachment", filename=name if name.isascii() else ("utf-8", "", name))
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(base64.encodebytes(data).decode("ascii"))
    return part
