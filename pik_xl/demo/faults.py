"""Every way to spoil an application that the checks know, by the code that must find it.

And what is no fault but worth a look: posts long approved, people employed by others, the second programme.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle
from random import Random

from pik_xl.demo.invent import ALS_SAMMELMAPPE, ALS_ZIP, TAG, Formular, mail
from pik_xl.model import Art, Beratungsform, Besetzung, Bewilligung, Qualifikation
from pik_xl.register import Traeger
from pik_xl.values import add_months, period_end

Spoil = Callable[[Formular, Random], None]

# Typed into a cell, then turned into what no one can type: an error value, a formula never calculated.
_MARK_FEHLER, _MARK_FORMEL = "MARKE-FEHLERWERT", "MARKE-FORMEL"
_CELL = r'<c r="([A-Z]+\d+)"( s="\d+")? t="inlineStr"><is><t[^>]*>{}</t></is></c>'

OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # the first bytes of an OLE container: .xls, or a workbook with a password


def _kopf(**changes: object) -> Spoil:
    return lambda formular, rng: formular.kopf.update(changes)


def _stelle(**changes: object) -> Spoil:
    """Change the first post, which is applied for so that its checks speak."""
    return lambda formular, rng: formular.stellen[0].update({"verlaengern": True} | changes)


def _damage(damage: Callable[[bytes], bytes]) -> Spoil:
    return lambda formular, rng: formular.damage.append(damage)


def _from_approved(name: str, change: Callable[[Mapping[str, object]], object]) -> Spoil:
    """Set an entry of the first post to something reckoned from its approved facts."""

    def spoil(formular: Formular, rng: Random) -> None:
        row = formular.stellen[0]
        row.update({"verlaengern": True, name: change(row)})

    return spoil


def _all_no(formular: Formular, rng: Random) -> None:
    for row in formular.stellen:
        row["verlaengern"] = False


def _wrong_kreis(formular: Formular, rng: Random) -> None:
    formular.kopf["kreis"] = "08115" if formular.kopf["kreis"] != "08115" else "08116"


def _iban_typo(formular: Formular, rng: Random) -> None:
    text = str(formular.kopf["iban"])
    formular.kopf["iban"] = text[:-1] + str((int(text[-1]) + 1) % 10)


def _forgotten_attachment(formular: Formular, rng: Random) -> None:
    formular.name = formular.name.replace(".xlsx", ".eml")
    formular.damage.append(lambda data: mail(formular, None))


def _kreis_as_number(formular: Formular, rng: Random) -> None:
    formular.kopf["kreis"] = int(str(formular.kopf["kreis"]))


def _signed_late(formular: Formular, rng: Random) -> None:
    formular.kopf["unterzeichnet_am"] = formular.eingang + timedelta(days=3)


def _signed_long_ago(formular: Formular, rng: Random) -> None:
    formular.kopf["unterzeichnet_am"] = formular.eingang - timedelta(days=366)


def _other_art(formular: Formular, rng: Random) -> None:
    formular.kopf["art"] = Art.GEMEINDE if formular.kopf["art"] == Art.STADT else Art.STADT


def _moved(formular: Formular, rng: Random) -> None:
    formular.stellen[0]["einsatzort"] = f"{formular.stellen[0]['einsatzort']}, Außenstelle"


def _digital(**changes: object) -> Spoil:
    """Apply for the second programme too, with these entries."""
    entries = {"digital_antrag": True, "digital_loesung": "Fallakte im Netz", "digital_kosten": Decimal("18500.00"),
               "digital_zahl": 250, "digital_zugang": True}  # fmt: skip
    return lambda formular, rng: formular.kopf.update(entries | changes)


def _twice_in_form(formular: Formular, rng: Random) -> None:
    formular.stellen.append(dict(formular.stellen[0]))


def _drop_post(formular: Formular, rng: Random) -> None:
    del formular.stellen[1:]


def _no_posts(formular: Formular, rng: Random) -> None:
    formular.stellen.clear()


def _other_qualification(row: Mapping[str, object]) -> Qualifikation:
    high = row["qualifikation"] == Qualifikation.HOCHSCHULE
    return Qualifikation.MITTLERER_ABSCHLUSS if high else Qualifikation.HOCHSCHULE


# Codes a single application can raise by its entries. B01, B03 and S01 to S03 need a second one.
CONTENT: Mapping[str, Spoil] = {
    "P01": _kopf(ansprechperson=None, ort=None),
    "P02": _stelle(besetzung_heute=None, vzae=None),
    "P03": _kopf(erklaerung_richtig=False),
    "P04": _no_posts,
    "P05": _all_no,
    "W01": _stelle(wunschende="Ende 2021"),
    "W02": _stelle(vzae="halbe Stelle"),
    "W03": _stelle(unterbrechung=Decimal("2.5")),
    "W04": _stelle(verlaengern="vielleicht"),
    "W05": _stelle(besetzung_heute="zurzeit offen"),
    "W06": _kopf(plz=Decimal("70173.5")),
    "W09": _kreis_as_number,
    "W07": _from_approved("wunschende", lambda row: f"{add_months(row['bewilligt_bis'], 12):%d.%m.%Y}"),
    "W08": _from_approved("vzae", lambda row: str(row["vzae_bewilligt"]).replace(".", ",")),
    "W10": _kopf(ansprechperson="Jana\u00a0Vogt"),
    "W11": _stelle(vzae="1.234"),
    "W20": _iban_typo,
    "W21": _kopf(email="rathaus(at)gemeinde.example"),
    "W22": _kopf(plz="7000"),
    "W23": _kopf(ags="08999999"),
    "W24": _wrong_kreis,
    "W25": _stelle(vzae=Decimal("0.20")),
    "W26": _stelle(unterbrechung=99),
    "W27": _stelle(vzae=Decimal("0.253")),
    "W28": _signed_late,
    "W29": _kopf(kontoinhaber="Max Mustermann"),
    "W30": _signed_long_ago,
    "W31": _from_approved("bewilligt_bis", lambda row: row["beginn"] - timedelta(days=1)),  # type: ignore[operator]
    "W32": _stelle(wunschende=date(2202, 9, 30)),
    "W34": _other_art,
    "W35": _stelle(beginn=date(2019, 1, 1)),
    "W36": _digital(digital_zahl=0),
    "P06": _stelle(person=None, besetzung_heute=Besetzung.BESETZT),
    "F21": _moved,
    "V10": _digital(digital_zugang=False),
    "K02": _digital(digital_zahl=1),
    "B02": _from_approved("stelle", lambda row: f"{row['ags']}-99"),
    "B04": _from_approved("vzae", lambda row: row["vzae_bewilligt"] + Decimal("0.25")),  # type: ignore[operator]
    "B05": _from_approved("bewilligt_bis", lambda row: add_months(row["bewilligt_bis"], 12)),
    "B06": _drop_post,
    "B07": _from_approved("qualifikation", _other_qualification),
    "V01": _stelle(besetzung_heute=Besetzung.UNBESETZT),
    "V03": _from_approved("wunschende", lambda row: add_months(row["bewilligt_bis"], 36)),
    "V04": _from_approved("wunschende", lambda row: row["bewilligt_bis"]),
    "V05": _stelle(unterbrechung=15),
    "S04": _twice_in_form,
}


def _rezip(
    data: bytes, change: Callable[[str, bytes], bytes | None], extra: Mapping[str, bytes] | None = None
) -> bytes:
    """The package with each part changed (None: left out) and some added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if (part := change(info.filename, old.read(info))) is not None:
                new.writestr(zipfile.ZipInfo(info.filename), part)
        for name, part in (extra or {}).items():
            new.writestr(zipfile.ZipInfo(name), part)
    return buffer.getvalue()


def _in_sheets(pattern: str, replacement: str) -> Callable[[bytes], bytes]:
    def change(name: str, part: bytes) -> bytes:
        if not name.startswith("xl/worksheets/"):
            return part
        return re.sub(pattern, replacement, part.decode(), count=1).encode()

    return lambda data: _rezip(data, change)


def _foreign_workbook(data: bytes) -> bytes:
    """A workbook that is not our form: ours without its tables, names and headers."""

    def change(name: str, part: bytes) -> bytes:
        if name.startswith("xl/worksheets/sheet"):
            return re.sub(rb"<sheetData>.*</sheetData>", b"<sheetData/>", part, flags=re.DOTALL)
        return part

    return _rezip(data, change)


def _old_excel(data: bytes) -> bytes:
    return OLE + bytes(504) + "Workbook".encode("utf-16-le") + bytes(2048)


def _with_password(data: bytes) -> bytes:
    return OLE + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(2048)


def _entity(data: bytes) -> bytes:
    doctype = b'<!DOCTYPE x [<!ENTITY a "b">]>'

    def change(name: str, part: bytes) -> bytes:
        return part.replace(b"?>", b"?>" + doctype, 1) if name == "xl/workbook.xml" else part

    return _rezip(data, change)


def _lone_far_cell(data: bytes) -> bytes:
    return _in_sheets("</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')(data)


def _macros(data: bytes) -> bytes:
    return _rezip(data, lambda name, part: part, {"xl/vbaProject.bin": OLE + bytes(504)})


def _external_link(data: bytes) -> bytes:
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink"
    link = b'<Relationship Id="rIdX" Type="' + kind + b'" Target="file:///C:/Liste.xlsx" TargetMode="External"/>'

    def change(name: str, part: bytes) -> bytes:
        end = b"</Relationships>"
        return part.replace(end, link + end) if name == "xl/_rels/workbook.xml.rels" else part

    return _rezip(data, change)


def _broken_zip(formular: Formular, rng: Random) -> None:
    formular.name = formular.name.replace(".xlsx", ".zip")
    formular.damage.append(lambda data: data[: len(data) // 2])


def _marked(mark: str, cell: str) -> Spoil:
    def spoil(formular: Formular, rng: Random) -> None:
        formular.stellen[0].update({"verlaengern": True, "wunschende": mark})
        formular.damage.append(_in_sheets(_CELL.format(mark), cell))

    return spoil


# Codes that concern the file itself or its cells; one of them is enough for a form.
FILES: Mapping[str, Spoil] = {
    "D01": _damage(_with_password),
    "D02": _damage(_old_excel),
    "D03": _damage(lambda data: data[: len(data) // 2]),
    "D04": _damage(lambda data: b""),
    "D05": _damage(lambda data: data + bytes(11_000_000)),
    "D06": _damage(_entity),
    "D07": _damage(_lone_far_cell),
    "D08": _broken_zip,
    "D10": _damage(_macros),
    "D11": _damage(_external_link),
    "D14": _forgotten_attachment,
    "F01": _damage(_foreign_workbook),
    "F02": _marked(_MARK_FEHLER, r'<c r="\1"\2 t="e"><v>#REF!</v></c>'),
    "F03": _marked(_MARK_FORMEL, r'<c r="\1"\2><f>TODAY()+1</f></c>'),
    "F06": _damage(_in_sheets('<row r="7"', '<row r="7" hidden="1"')),
    "F20": _damage(_in_sheets("2020\\.2(?=<)", "2019.4")),
}

# What people get wrong together: each line spoils one form.
_TOGETHER = (
    ("P01", "W20", "W27"),
    ("P02", "W21"),
    ("P03", "W22", "B07"),
    ("P04", "W28"),
    ("P05",),
    ("W01", "W08", "W24"),
    ("W02", "W03"),
    ("W26", "W04"),
    ("W05", "B05", "W25"),
    ("W23", "W07"),
    ("B02", "V05"),
    ("B04", "V04"),
    ("B06", "V03"),
    ("S04", "W06", "W09"),
    ("V01", "W29", "W10"),
    ("W11",),
    ("P06", "W30"),
    ("W31", "W34"),
    ("W32", "F21"),
    ("W35", "W36"),
    ("V10",),
    ("K02",),
)


def spoil(formulare: Sequence[Formular], strangers: Sequence[Traeger], rng: Random, share: float = 0.05) -> None:
    """Spoil about that share of the applications, in every way as evenly as their number allows.

    `strangers` are official keys without an approved post.
    """
    units: list[list[Spoil]] = [[fault] for fault in FILES.values()]
    units += [[CONTENT[code] for code in codes] for codes in _TOGETHER]
    units += [[_ask_for(formulare[-1])], [_as_stranger(strangers)]]
    rng.shuffle(units)
    _orphan(formulare, strangers, rng)
    many = [f for f in formulare if len(f.stellen) > 1]
    number = max(round(len(formulare) * share), min(len(units), len(formulare) // 10))  # every way, if there is room
    chosen = rng.sample(many, min(number, len(many)))
    for formular, unit in zip(chosen, cycle(units), strict=False):
        for fault in unit:
            fault(formular, rng)


def _orphan(formulare: Sequence[Formular], strangers: Sequence[Traeger], rng: Random) -> None:
    """Give a post in a Sammelmappe to somebody who is not in it (F04), and type a share there as text (F07)."""
    bundled = [f for f in formulare if f.traeger.kreis in ALS_SAMMELMAPPE and len(f.traeger.ags) > 5]
    many = [f for f in bundled if len(f.stellen) > 1]
    for formular in many[:1]:
        formular.stellen[-1]["ags"] = rng.choice(strangers).ags
    for formular in many[1:2]:
        CONTENT["W08"](formular, rng)


def grown(bestand: Sequence[Bewilligung], rng: Random) -> tuple[Bewilligung, ...]:
    """The approved posts with histories of their own: never extended, used up, another amount than the rate."""
    posts = []
    for post in bestand:
        monate = rng.choices((24, 36, 60), (8, 91, 1))[0]
        betrag = post.jahresbetrag if rng.random() < 0.99 else Decimal("60000.00")
        posts.append(replace(post, bewilligt_bis=period_end(post.beginn, monate), jahresbetrag=betrag))
    return tuple(posts)


_TRAEGER = ("Caritasverband", "Diakonisches Werk", "AWO Kreisverband", "DRK Kreisverband")


def peculiarities(formulare: Sequence[Formular], rng: Random) -> None:
    """What is right but not ordinary: counselling by phone, people employed by others or elsewhere, digital."""
    for formular in formulare:
        if rng.random() < 0.33:
            formular.kopf["beratungsform"] = Beratungsform.EINGESCHRAENKT
        if rng.random() < 0.08:
            formular.stellen[0]["arbeitgeber"] = rng.choice(_TRAEGER)
        if rng.random() < 0.05:
            formular.stellen[-1]["unterbrechung"] = rng.choice((2, 4, 6))
        if rng.random() < 0.05:
            formular.kopf["verbund"] = "mehrere Nachbargemeinden"
    kreise = [f for f in formulare if f.traeger.art == Art.LANDKREIS]
    for formular in rng.sample(kreise, len(kreise) // 6):
        _digital()(formular, rng)
        neighbour = next(
            (f for f in formulare if f.traeger.kreis == formular.traeger.kreis and f is not formular), None
        )
        if neighbour and rng.random() < 0.5:
            _digital()(neighbour, rng)


def late(formulare: Sequence[Formular], number: int, rng: Random) -> None:
    """Let some good applications come after the deadline; only where one late file delays no other."""
    alone = [f for f in formulare if not f.damage and f.traeger.kreis not in (*ALS_ZIP, *ALS_SAMMELMAPPE)]
    for formular in rng.sample(alone, min(number, len(alone))):
        formular.eingang = TAG - timedelta(days=rng.randint(1, 3))


def twice(formulare: Sequence[Formular], number: int, rng: Random) -> list[Formular]:
    """Good applications sent again some days later, every other one unchanged; a Sammelmappe comes only once."""
    good = [f for f in formulare if not f.damage and f.traeger.kreis not in ALS_SAMMELMAPPE]
    again = []
    for position, first in enumerate(rng.sample(good, min(number, len(good)))):
        copy = replace(first, kopf=dict(first.kopf), stellen=[dict(row) for row in first.stellen])
        copy.eingang = min(first.eingang + timedelta(days=7), TAG)
        copy.name = first.name.replace(".xlsx", "_neu.xlsx")
        if position % 2:
            copy.kopf["ansprechperson"] = "Vertretung " + str(first.kopf["unterzeichnet_von"])
        again.append(copy)
    return again


def _ask_for(neighbour: Formular) -> Spoil:
    """Apply for a post of another applicant, who applies for it too (B03 and S03)."""

    def fault(formular: Formular, rng: Random) -> None:
        formular.stellen.append(dict(neighbour.stellen[0]))

    return fault


def _as_stranger(strangers: Sequence[Traeger]) -> Spoil:
    """Apply as somebody who has no approved post (B01)."""

    def fault(formular: Formular, rng: Random) -> None:
        stranger = rng.choice(strangers)
        formular.kopf.update(ags=stranger.ags, kreis=stranger.kreis, traeger=stranger.name, art=stranger.art)

    return fault
