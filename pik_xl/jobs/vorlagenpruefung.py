"""The job that checks letter templates: what is wrong with each, and a filled sample of every sound one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pik_xl.errors import PikError
from pik_xl.progress import Progress, silent
from pik_xl.vorlagen.felder import MAILTEXT, SCHREIBARTEN
from pik_xl.vorlagen.schreibart import Schreibart, leere_muster, muster
from pik_xl.workfolder import Workfolder, shipped, write

if TYPE_CHECKING:  # the heavy modules are loaded when a template is checked
    from pik_xl.vorlagen.platzhalter import Textvorlage
    from pik_xl.vorlagen.tags import Vorlagenfehler
    from pik_xl.vorlagen.template import Template


@dataclass(frozen=True, slots=True)
class Vorlagenpruefung:
    """One template and what is wrong with it; `template` is there to fill in where nothing is.

    `art` is None where the name of the file is that of no letter. `hinweise` are worth knowing and no faults.
    """

    pfad: Path
    art: Schreibart | None
    template: Template | None = None
    fehler: tuple[Vorlagenfehler, ...] = ()
    hinweise: tuple[str, ...] = ()


class Mustersatz(NamedTuple):
    """The samples written, as Word files with a PDF beside each, and why there is none beside some."""

    dateien: tuple[Path, ...]
    ohne_pdf: tuple[str, ...]


_MAIL = f"{MAILTEXT.name}.txt"
_ANDERE = (".doc", ".docm", ".dot", ".dotm", ".dotx", ".odt", ".rtf")  # Word opens them, and no letter is made of them


def mitgelieferte() -> list[Path]:
    """The templates that ship: one for every kind of letter, and that of the e-mails."""
    return [*(shipped("templates") / f"{name}.docx" for name in SCHREIBARTEN), shipped("templates") / _MAIL]


def vorlagen_of(folder: Workfolder) -> list[Path]:
    """What the folder's letters are written with, its own or the shipped; then other Word files among its own.

    Those saved in another format are among them: where the .docx is gone, the shipped one is used in their place.
    """
    used = [*(folder.vorlage(name) for name in SCHREIBARTEN), folder.vorlage(MAILTEXT.name, "txt")]
    return [*used, *(path for path in _word_files(folder.vorlagen) if path not in used)]


def vorlagen_in(pfade: Iterable[Path]) -> list[Path]:
    """The templates meant by files, folders of templates and work folders; PikError where there are none."""
    found = [path for pfad in pfade for path in _meant(pfad)]
    if not found:
        raise PikError("Dort liegen keine Vorlagen (.docx). Ohne Angabe werden die mitgelieferten geprüft.")
    return found


def _meant(pfad: Path) -> Iterable[Path]:
    if pfad.is_dir():
        folder = Workfolder(pfad)
        return vorlagen_of(folder) if folder.vorlagen.is_dir() else _word_files(pfad)
    if not pfad.exists():
        raise PikError(f"{pfad} gibt es nicht.")
    if art_of(pfad) is None:
        raise PikError(f"{pfad.name}: {_UNBEKANNT}")
    return [pfad]


def _word_files(ordner: Path) -> Iterator[Path]:
    """The Word files of a folder, without those Word writes beside a file that is open; others if a letter's name."""
    for path in sorted(ordner.iterdir()):
        wanted = path.suffix == ".docx" or (path.suffix.casefold() in _ANDERE and art_of(path))
        if wanted and not path.name.startswith("~$"):
            yield path


def art_of(pfad: Path) -> Schreibart | None:
    """The kind of letter by the beginning of the name: `verlaengerung.docx`, `Verlaengerung_neu.docx`."""
    if pfad.name.casefold() == _MAIL:
        return MAILTEXT
    if pfad.suffix.casefold() not in (".docx", *_ANDERE):
        return None
    return next((art for name, art in SCHREIBARTEN.items() if pfad.stem.casefold().startswith(name)), None)


def pruefe(pfade: Sequence[Path], progress: Progress = silent) -> list[Vorlagenpruefung]:
    """Check templates, and fill each in with the examples of its fields."""
    done = []
    for path in pfade:
        done.append(_pruefe(path, art_of(path)))
        progress("Vorlagen", len(done), len(pfade))
    return done


def _pruefe(pfad: Path, art: Schreibart | None) -> Vorlagenpruefung:
    from pik_xl.vorlagen.lint import Vorlagenmangel
    from pik_xl.vorlagen.tags import Vorlagenfehler
    from pik_xl.vorlagen.template import NoticeFault, Template

    if art is None:
        return Vorlagenpruefung(pfad, None, hinweise=(_UNBEKANNT,))
    if art is MAILTEXT:
        return Vorlagenpruefung(pfad, art, fehler=_mail_fehler(pfad))
    if pfad.suffix.casefold() in _ANDERE:
        return _anderes_format(pfad, art)
    unused = f"Verwendet wird nur {art.name}.docx." if pfad.stem != art.name else ""
    try:
        template = Template.compile(pfad, art.name, art)
        template.render(muster(art))
    except Vorlagenmangel as mangel:
        return Vorlagenpruefung(pfad, art, None, mangel.fehler, tuple(filter(None, [unused])))
    except NoticeFault as fault:  # sound by itself, and yet it cannot be filled in
        return Vorlagenpruefung(pfad, art, None, (Vorlagenfehler(art.name, fault.ort, fault.tag, fault.grund),))
    hints = tuple(filter(None, [unused, template.hinweis, _offen(template)]))
    if leer := _leer_fehler(template, art):
        return Vorlagenpruefung(pfad, art, None, leer, hints)
    return Vorlagenpruefung(pfad, art, template, (), hints)


def _anderes_format(pfad: Path, art: Schreibart) -> Vorlagenpruefung:
    """A template that no letter is made of: a fault if it is the only one, else worth knowing."""
    from pik_xl.vorlagen.tags import Vorlagenfehler
    from pik_xl.vorlagen.template import SPEICHERN

    text = f"{pfad.name} wird nicht gelesen."
    if (pfad.parent / f"{art.name}.docx").is_file():
        return Vorlagenpruefung(pfad, None, hinweise=(f"{text} Verwendet wird {art.name}.docx.",))
    return Vorlagenpruefung(pfad, art, fehler=(Vorlagenfehler(art.name, "", "", text, SPEICHERN),))


def _offen(template: Template) -> str:
    """What the office must still settle, for people."""
    if not template.offen:
        return ""
    return f"Noch offen: {', '.join(template.offen)}. Solange das dasteht, bleibt jedes Schreiben Entwurf."


def _leer_fehler(template: Template, art: Schreibart) -> tuple[Vorlagenfehler, ...]:
    """The tags that cannot be printed where something is empty that may be; `pflicht` means it that way."""
    from pik_xl.vorlagen.tags import Vorlagenfehler
    from pik_xl.vorlagen.template import NoticeFault

    found: dict[tuple[str, str], Vorlagenfehler] = {}
    for name, fields in leere_muster(art):
        try:
            template.render(fields)
        except NoticeFault as fault:
            if "pflicht" not in fault.tag:
                found.setdefault((fault.ort, fault.tag), Vorlagenfehler(
                    art.name, fault.ort, fault.tag, *_umschliessen(name, "%p")))  # fmt: skip
    return tuple(found.values())


def _umschliessen(name: str, level: str) -> tuple[str, str]:
    """What is wrong where a field is printed without asking whether it has a value, and what to do."""
    what = f"„{name}“ kann leer sein." if name else "Das kann leer sein."
    return what, f"Bitte mit {{{level} if {name or '…'} %}} und {{{level} endif %}} umschließen."


def _mail_fehler(pfad: Path) -> tuple[Vorlagenfehler, ...]:
    """What is wrong with the text of the e-mails, by itself or with one of the kinds of letters."""
    from pik_xl.versand.mail import vorlagentext
    from pik_xl.vorlagen.lint import Vorlagenmangel
    from pik_xl.vorlagen.platzhalter import Textvorlage
    from pik_xl.vorlagen.tags import Vorlagenfehler

    try:
        vorlage = Textvorlage.compile(vorlagentext(pfad.read_bytes()), pfad.name, MAILTEXT)
    except Vorlagenmangel as mangel:
        return mangel.fehler
    faults: dict[tuple[str, str], dict[str, None]] = {}
    for art in SCHREIBARTEN.values():
        for text in _mail_problems(vorlage, art):
            faults.setdefault(text, {})[art.titel] = None
    return tuple(
        Vorlagenfehler(pfad.name, ", ".join(arten) if len(arten) < len(SCHREIBARTEN) else "", "", *text)
        for text, arten in faults.items()
    )


def _mail_problems(vorlage: Textvorlage, art: Schreibart) -> Iterator[tuple[str, str]]:
    """What goes wrong with the e-mail to a letter of this kind, whole or with something empty; and what to do."""
    from pik_xl.versand.mail import betreff_und_text

    mails = {"schreiben": art.titel, "anlagen": muster(MAILTEXT)["anlagen"]}
    done = set()
    for name, fields in (("", muster(art)), *leere_muster(art)):
        try:
            betreff_und_text(vorlage.render({**fields, **mails}))
        except PikError as fault:
            if str(fault) not in done:
                yield str(fault), " ".join(_umschliessen(name, "%")) if name else ""
            done.add(str(fault))


def schreibe_muster(pruefungen: Iterable[Vorlagenpruefung], ordner: Path, progress: Progress = silent) -> Mustersatz:
    """A letter of every sound template with the examples of its fields, as Word file and PDF, named after the template.

    Where no PDF can be made the Word files are there all the same.
    """
    from pik_xl.versand import print_room

    dateien = [
        write(ordner / f"{p.pfad.stem}_Muster.docx", p.template.render(muster(p.art)))
        for p in pruefungen
        if p.template and p.art
    ]
    try:
        failed = print_room.pdfs({datei: datei.with_suffix(".pdf") for datei in dateien}, progress)
    except PikError as problem:
        return Mustersatz(tuple(dateien), (str(problem),))
    return Mustersatz(tuple(dateien), tuple(f"{datei.name}: {grund}" for datei, grund in failed.items()))


def meldung(pruefungen: Sequence[Vorlagenpruefung]) -> str:
    """All faults and hints, by template, and at the end how many are sound."""
    texte = [text for p in pruefungen if (text := _meldung(p))]
    faulty, number = sum(bool(p.fehler) for p in pruefungen), sum(p.art is not None for p in pruefungen)
    if faulty:
        return "\n\n".join([*texte, f"{number - faulty} von {number} Vorlagen sind in Ordnung."])
    return "\n\n".join(["Alle Vorlagen sind in Ordnung.", *texte])


def muster_meldung(muster: Mustersatz, ordner: Path) -> str:
    """How many samples are where, and what went wrong with their PDF files."""
    number = len(muster.dateien)
    return "\n".join([f"{number} Muster {'steht' if number == 1 else 'stehen'} in {ordner}.", *muster.ohne_pdf])


def _meldung(p: Vorlagenpruefung) -> str:
    zeilen = [*(f"- {fehler}" for fehler in p.fehler), *(f"- Hinweis: {text}" for text in p.hinweise)]
    head = f"{p.art.titel} ({p.pfad.name}):" if p.art else f"{p.pfad.name}:"
    return "\n".join([head, *zeilen]) if zeilen else ""


_UNBEKANNT = (
    "Der Name sagt nicht, für welches Schreiben die Vorlage ist. Er muss so beginnen und auf .docx enden: "
    f"{', '.join(SCHREIBARTEN)}."
)
