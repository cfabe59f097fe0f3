"""A whole state, seeded: a plausible Bestand on the real register, and the applications it leads to.

Everything here but the register is invented: posts, people, bank accounts. Same seed, same files.
`demo_faults` knows how to spoil an application in every way the checks know.
"""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path
from random import Random

from pik_xl.errors import PikError
from pik_xl.formular.fill import FormTemplate
from pik_xl.formular.pruefsumme import versandt
from pik_xl.formular.vorbelegt import Fields, kopf_of, stelle_of
from pik_xl.model import Art, Beratungsform, Besetzung, Bewilligung, Qualifikation
from pik_xl.register import Register, Traeger
from pik_xl.schreiben.inhalt import safe
from pik_xl.values import iban_of, period_end

TAG = date(2020, 5, 4)  # the day the demo's office decides
ERSTER_EINGANG, LETZTER_EINGANG = date(2020, 3, 2), date(2020, 4, 30)
MAX_ANTRAEGE = 1_145
BEARBEITUNG = {"bearbeitung": "Erika Muster", "durchwahl": "09342 000-00", "zeichnet": "Max Muster"}

# Kreise whose applications come as a ZIP, those that collect them in a Sammelmappe, and one that sends e-mails.
ALS_ZIP, ALS_SAMMELMAPPE, ALS_MAIL = ("08116", "08317", "08436"), ("08127", "08225"), ("08235",)

# Posts of the big cities; Stuttgart's 51.1 VZÄ are more than a hundred people.
_GROSSE = {"08111": 104, "08222": 22, "08212": 18, "08311": 16, "08121": 10, "08421": 10, "08221": 9, "08231": 9}
_ANTEILE = tuple(
    map(Decimal, "0.25 0.30 0.40 0.50 0.50 0.50 0.50 0.60 0.70 0.75 0.80 1.00 1.00 1.00 1.25 1.50".split())
)
_VORNAMEN = (
    "Anna Aylin Bernd Carla David Elif Emine Felix Gabriele Hannah Ibrahim Jana Karim Lea Markus Nadine Olga Paul "
    "Rana Sabine Selin Thomas Ute Yusuf"
).split()
_NACHNAMEN = (
    "Bauer Çelik Demir Eberle Fischer Gül Häberle Hofmann Jäger Kaya Klein König Lang Maier Müller Öztürk Pfeiffer "
    "Rößler Schäfer Schmid Weiß Yıldız Ziegler Zöllner"
).split()
_STRASSEN = ("Marktplatz", "Rathausplatz", "Hauptstraße", "Schlossstraße", "Kirchstraße", "Bahnhofstraße")
_PLZ = {
    "Stuttgart": (70, 71, 73, 74),
    "Karlsruhe": (68, 69, 75, 76),
    "Freiburg": (77, 78, 79),
    "Tübingen": (72, 88, 89),
}


@dataclass
class Formular:
    """One application on its way to the office: its entries, when it arrives, and how the file gets damaged."""

    traeger: Traeger
    posts: Sequence[Bewilligung]
    kopf: Fields
    stellen: list[Fields]
    eingang: date
    name: str
    damage: list[Callable[[bytes], bytes]] = field(default_factory=list)

    def workbook(self, template: FormTemplate) -> bytes:
        """The file as it is sent."""
        data = template.fill(self.kopf, self.stellen, pruefsummen=_versandt([self], sammelmappe=False))
        for damage in self.damage:
            data = damage(data)
        return data


def _versandt(group: Sequence[Formular], sammelmappe: bool) -> str:
    """The checksums of the facts the office had sent these forms with."""
    posts = [post for formular in group for post in formular.posts]
    return versandt([kopf_of(formular.posts) for formular in group], map(stelle_of, posts), sammelmappe)


def applicants(register: Register, number: int, rng: Random) -> list[Traeger]:
    """Who applies: the Kreise, the municipalities that stand alone, and associations for the small ones.

    Where more are wanted, associations are taken apart into their members; where fewer, others are left out.
    """
    kreise = [t for t in register.traeger.values() if len(t.ags) == 5]
    verbaende = [t for t in register.traeger.values() if len(t.ags) == 9]
    members: dict[str, list[Traeger]] = {}
    for gemeinde in register.gemeinden.values():
        if register.kreise[gemeinde.kreis].art == "Landkreis":
            members.setdefault(gemeinde.verband, []).append(register.traeger[gemeinde.ags])
    alone = [those[0] for those in members.values() if len(those) == 1]
    rng.shuffle(verbaende)
    missing = number - len(kreise) - len(alone) - len(verbaende)
    others = list(alone)
    for verband in verbaende:
        if missing > 0:
            others += members[verband.ags]
            missing -= len(members[verband.ags]) - 1
        else:
            others.append(verband)
    wanted = max(0, number - len(kreise))
    chosen = kreise[:number] + (rng.sample(others, wanted) if wanted < len(others) else others)
    return sorted(chosen, key=lambda t: (t.kreis, len(t.ags), t.ags))


def bestand(register: Register, traeger: Sequence[Traeger], rng: Random) -> tuple[Bewilligung, ...]:
    """The approved posts of each applicant, ordinary ones: many in big cities, one or two in small municipalities."""
    return tuple(_bewilligung(register, t, number, rng) for t in traeger for number in range(1, _anzahl(t, rng) + 1))


def _anzahl(traeger: Traeger, rng: Random) -> int:
    if traeger.ags in _GROSSE:
        return _GROSSE[traeger.ags]
    if traeger.art in (Art.LANDKREIS, Art.STADTKREIS):
        return rng.randint(4, 9)
    if traeger.art == Art.STADT:
        return rng.choice((1, 2, 2, 3, 4))
    return rng.choice((1, 1, 1, 2, 2, 3)) if len(traeger.ags) == 9 else rng.choice((1, 1, 1, 2))


def _bewilligung(register: Register, traeger: Traeger, number: int, rng: Random) -> Bewilligung:
    beginn = date(
        *rng.choice(((2017, 8), (2017, 9), (2017, 10), (2017, 11), (2018, 1), (2018, 2), (2018, 4), (2018, 9))), 1
    )
    if rng.random() < 0.15:
        beginn += timedelta(days=rng.choice((14, 15)))
    hochschule = rng.random() < 0.8
    orte = [g.name for g in register.gemeinden.values() if g.verband == traeger.ags or g.kreis == traeger.ags]
    return Bewilligung(
        stelle=f"{traeger.ags}-{number:02}",
        aktenzeichen=f"15.2-PiK-{traeger.ags}",
        ags=traeger.ags,
        traeger=traeger.name,
        art=traeger.art,
        kreis=traeger.kreis,
        einsatzort=rng.choice(orte) if orte else traeger.name.split(" ", 1)[1],
        person=f"{rng.choice(_VORNAMEN)} {rng.choice(_NACHNAMEN)}",
        qualifikation=Qualifikation.HOCHSCHULE if hochschule else Qualifikation.MITTLERER_ABSCHLUSS,
        vzae=rng.choice(_ANTEILE),
        jahresbetrag=Decimal("64000.00") if hochschule else Decimal("51000.00"),
        beginn=beginn,
        bewilligt_bis=period_end(beginn, 36),  # extended once
    )


def formular(posts: Sequence[Bewilligung], register: Register, rng: Random) -> Formular:
    """A good application for these posts that no check has anything to say about."""
    traeger = register.traeger[posts[0].ags]
    kreis = register.kreise[traeger.kreis]
    ort = traeger.name.split(" ", 1)[-1]
    eingang = ERSTER_EINGANG + timedelta(days=rng.randrange((LETZTER_EINGANG - ERSTER_EINGANG).days + 1))
    name = f"{rng.choice(_VORNAMEN)} {rng.choice(_NACHNAMEN)}"
    kopf = kopf_of(posts) | {
        "strasse": f"{rng.choice(_STRASSEN)} {rng.randint(1, 60)}",
        "plz": f"{rng.choice(_PLZ[kreis.regierungsbezirk])}{rng.randint(100, 999)}",
        "ort": ort,
        "ansprechperson": name,
        "telefon": f"07{rng.randint(100, 999)} {rng.randint(1000, 99999)}",
        "email": f"integration@{traeger.ags}.example",
        "kontoinhaber": traeger.name,
        "iban": iban_of("60050101", rng.randrange(10**10)),
        "beratungsform": Beratungsform.PERSOENLICH,
        "erklaerung_richtig": True,
        "erklaerung_mitteilung": True,
        "unterzeichnet_von": name,
        "unterzeichnet_am": eingang - timedelta(days=rng.randint(0, 5)),
    }
    rows = [_row(post, rng) for post in posts]
    rows[0]["verlaengern"] = True  # who wants nothing sends nothing
    return Formular(
        traeger,
        posts,
        kopf,
        rows,
        eingang,
        f"{safe(f'Antrag_{traeger.ags}_{traeger.name}')}.xlsx",
    )


def _row(post: Bewilligung, rng: Random) -> Fields:
    besetzt = Besetzung.BESETZT if rng.random() < 0.9 else Besetzung.NACHBESETZBAR
    return stelle_of(post) | {
        "verlaengern": rng.random() < 0.98,
        "person": post.person if besetzt == Besetzung.BESETZT else None,
        "besetzung_stichtag": Besetzung.BESETZT,
        "besetzung_heute": besetzt,
    }


def send(formulare: Sequence[Formular], folder: Path, einzeln: FormTemplate, sammel: FormTemplate) -> Iterator[str]:
    """Put the applications into the in-tray as they arrive: folders, ZIPs and Sammelmappen; yields file names."""
    by_kreis: dict[str, list[Formular]] = {}
    for those in formulare:
        by_kreis.setdefault(those.traeger.kreis, []).append(those)
    for kreis, group in sorted(by_kreis.items()):
        whole = [f for f in group if not f.damage and len(f.traeger.ags) > 5]
        if kreis in ALS_SAMMELMAPPE and len(whole) > 1:
            name = f"{kreis}/Sammelmappe_{kreis}.xlsx"
            others = [f for f in group if f.traeger not in [w.traeger for w in whole]]
            _write(folder / name, _sammelmappe(whole, others, sammel), max(f.eingang for f in whole))
            yield name
            group = [f for f in group if f not in whole]
        if kreis in ALS_ZIP:
            _write(folder / f"{kreis}.zip", _zip(group, einzeln), max(f.eingang for f in group))
            yield f"{kreis}.zip"
            continue
        for formular in group:
            name, data = f"{kreis}/{formular.name}", formular.workbook(einzeln)
            if kreis in ALS_MAIL and name.endswith(".xlsx"):
                name, data = name.replace(".xlsx", ".eml"), mail(formular, data)
            _write(folder / name, data, formular.eingang)
            yield name


def _sammelmappe(group: Sequence[Formular], others: Sequence[Formular], template: FormTemplate) -> bytes:
    """The Sammelmappe with the rows of the group; those of the others, who apply themselves, are as they were sent."""
    leer = list({f.traeger.ags: f for f in others}.values())
    stellen = [row for formular in group for row in formular.stellen]
    stellen += [stelle_of(post) for formular in leer for post in formular.posts]
    koepfe = [formular.kopf for formular in group] + [kopf_of(formular.posts) for formular in leer]
    if group[0].traeger.kreis == ALS_SAMMELMAPPE[-1]:
        koepfe.append(koepfe[0])  # somebody copied a row
    return template.fill({}, stellen, koepfe, _versandt([*group, *leer], sammelmappe=True))


def _zip(group: Sequence[Formular], template: FormTemplate) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for formular in group:
            archive.writestr(zipfile.ZipInfo(formular.name), formular.workbook(template))
    return buffer.getvalue()


def mail(formular: Formular, workbook: bytes | None) -> bytes:
    """An e-mail with the workbook attached, or with nothing, as a mail program saves it."""
    message = EmailMessage()
    message["Received"] = f"by post.rps.example; {formular.eingang:%d %b %Y} 11:00:00 +0100"
    message["From"] = str(formular.kopf["email"])
    message["Subject"] = f"Antrag {formular.traeger.name}"
    message.set_content("Sehr geehrte Damen und Herren,\nanbei unser Antrag.")
    if workbook:
        message.add_attachment(workbook, maintype="application", subtype="octet-stream", filename=formular.name)
        message.set_boundary("pik-xl")
    return message.as_bytes()


def _write(path: Path, data: bytes, tag: date) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    noon = datetime(tag.year, tag.month, tag.day, 12).timestamp()
    os.utime(path, (noon, noon))


def check_number(antraege: int) -> None:
    """PikError where nobody could send so many applications."""
    if not 1 <= antraege <= MAX_ANTRAEGE:
        raise PikError(f"--antraege muss zwischen 1 und {MAX_ANTRAEGE} liegen (44 Kreise und 1.101 Gemeinden).")
