"""From letters to what leaves the house: PDF files, one file for the printer, drafts of e-mails.

Works on letters that are written, of this run or an earlier one, as often as anybody likes. What a letter's PDF is
needs no asking: the file beside it, as long as it is not older than the letter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from pik_xl.checks.check import Message
from pik_xl.checks.schreiben import KEINE_MAIL, KEINE_PDF, NICHT_WIE_GESCHRIEBEN
from pik_xl.errors import PikError
from pik_xl.files.rename import rename
from pik_xl.files.swap import beside
from pik_xl.model import Fassung, Finding, Schreiben
from pik_xl.progress import Progress
from pik_xl.recht.entscheidung import Vorgang
from pik_xl.recht.lage import Lage
from pik_xl.schreiben.anlass import felder_of
from pik_xl.schreiben.einwand import Einwaende, Einwand, zeile_of
from pik_xl.schreiben.runfolder import freier_ordner
from pik_xl.versand import mail, pdf
from pik_xl.versand import print_room as druck
from pik_xl.vorlagen.felder import MAILTEXT, NACHFORDERUNG, SAMMELMAPPE
from pik_xl.vorlagen.platzhalter import Textvorlage
from pik_xl.workfolder import Workfolder, write


@dataclass(frozen=True, slots=True)
class Postwunsch:
    """What is asked: PDF files (`pdfa`: to be archived), a file for the printer, drafts of e-mails.

    The last two need the first. `versandt` are the letters, by their file, that went out before.
    """

    pdf: bool = False
    pdfa: bool = False
    druck: bool = False
    mail: bool = False
    versandt: Collection[str] = ()

    def __bool__(self) -> bool:
        return self.pdf or self.pdfa or self.druck or self.mail


@dataclass
class Postergebnis:
    """What was made: PDF files, pages to be printed and the files with them, e-mails; what could not be, and why.

    `versandt` counts letters left out because they went out before.
    """

    einwaende: Einwaende
    ordner: Path | None = None
    pdfs: int = 0
    druckdateien: dict[Path, int] = field(default_factory=dict)
    mails: int = 0
    versandt: int = 0

    @property
    def befunde(self) -> list[Finding]:
        """What could not be made, and why."""
        return self.einwaende.befunde


def fertig_machen(
    folder: Workfolder,
    letters: Sequence[Schreiben],
    vorgaenge: Mapping[str, Vorgang],
    lage: Lage,
    wunsch: Postwunsch,
    progress: Progress,
) -> Postergebnis:
    """Make what is asked of these letters; `vorgaenge` are the cases by key of the application.

    PikError if this machine cannot make PDF files, or if the template of the e-mails has faults.
    """
    vorlage = _mailvorlage(folder) if wunsch.mail else None
    post = _Post(folder, lage, wunsch, progress, Postergebnis(Einwaende(lage)))
    there = sorted(filter(post.there, letters), key=lambda s: (s.kreis, s.ags, s.schluessel))
    post.make_pdfs(there)
    offen = [s for s in there if s.datei not in wunsch.versandt]
    if wunsch.druck or wunsch.mail:
        post.ergebnis.versandt = len(there) - len(offen)
    if wunsch.druck:
        post.druckdateien(offen)
    if vorlage:
        post.fragen(there, KEINE_MAIL)
        post.mails([s for s in offen if s.fassung is Fassung.ENDGUELTIG], vorgaenge, vorlage)
    post.benennen()
    return post.ergebnis


class _Mailvorlage(NamedTuple):
    """The words of the e-mails, compiled and as they stand there."""

    vorlage: Textvorlage
    text: str

    def render(self, context: Mapping[str, object]) -> str:
        """The filled text. A text of the office that knows nothing of Sammelmappen yet speaks of a Nachforderung."""
        if context["schreiben"] == SAMMELMAPPE.titel and SAMMELMAPPE.titel not in self.text:
            context = {**context, "schreiben": NACHFORDERUNG.titel}
        return self.vorlage.render(context)


def _mailvorlage(folder: Workfolder) -> _Mailvorlage:
    text = mail.vorlagentext(folder.vorlage(MAILTEXT.name, "txt").read_bytes())
    return _Mailvorlage(Textvorlage.compile(text, f"{MAILTEXT.name}.txt", MAILTEXT), text)


@dataclass
class _Post:
    folder: Workfolder
    lage: Lage
    wunsch: Postwunsch
    progress: Progress
    ergebnis: Postergebnis

    def there(self, s: Schreiben) -> bool:
        """Whether the letter still lies where it was written; what has not gone out yet must be there and whole."""
        path, *others = s.pfade(self.folder.path)
        self.fragen([s], NICHT_WIE_GESCHRIEBEN)
        if s.datei not in self.wunsch.versandt and s.fassung is Fassung.ENDGUELTIG:
            gone = [each.name for each in (path, *others) if not each.is_file()]
            if gone:
                was = f"{', '.join(gone)} {'fehlt' if len(gone) == 1 else 'fehlen'}."
                self._melden(s, NICHT_WIE_GESCHRIEBEN, was)
            elif s.sha256 and hashlib.sha256(path.read_bytes()).hexdigest() != s.sha256:
                self._melden(s, NICHT_WIE_GESCHRIEBEN, f"{path.name} wurde seit dem Lauf von Hand geändert.")
                return False
        return path.is_file()

    def make_pdfs(self, letters: Sequence[Schreiben]) -> None:
        """The PDF of every letter and of what is enclosed with it, where there is none that fits."""
        self.fragen(letters, KEINE_PDF)
        whose = {path: s for s in letters for path in self._words(s)}
        needed = {path: path.with_suffix(".pdf") for path in whose if not _fresh(path, self.wunsch.pdfa)}
        failed = druck.pdfs(needed, self.progress, pdfa=self.wunsch.pdfa)
        self.ergebnis.pdfs = len(needed) - len(failed)
        for path, reason in failed.items():
            self._melden(whose[path], KEINE_PDF, reason, path.relative_to(self.folder.path).as_posix())

    def druckdateien(self, letters: Sequence[Schreiben]) -> None:
        """One file for the printer in posting order, and one of drafts by itself, so that none of them is sent."""
        for fassung, name in ((Fassung.ENDGUELTIG, "Druck.pdf"), (Fassung.ENTWURF, "Druck_ENTWURF.pdf")):
            those = [path.with_suffix(".pdf") for s in letters if s.fassung is fassung for path in self._words(s)]
            ready = [path for path in those if path.is_file()]
            if ready:
                self.progress("Druckdatei", 0, len(ready))
                self.ergebnis.druckdateien[self._ordner() / name] = pdf.druckdatei(ready, beside(self._ordner()) / name)

    def mails(self, letters: Sequence[Schreiben], vorgaenge: Mapping[str, Vorgang], vorlage: _Mailvorlage) -> None:
        """A draft for every letter whose applicant has an address; the others are told."""
        for done, s in enumerate(letters, 1):
            try:
                data = self._entwurf(s, vorgaenge[s.schluessel], vorlage)
                write(beside(self._ordner()) / "E-Mail" / f"{done:04}_{Path(s.datei).stem}.eml", data)
                self.ergebnis.mails += 1
            except PikError as fault:
                self._melden(s, KEINE_MAIL, str(fault))
            except Exception as error:  # one letter must never stop the others
                was = error.strerror if isinstance(error, OSError) else type(error).__name__
                self._melden(s, KEINE_MAIL, f"Er ließ sich nicht anlegen ({was}).")
            self.progress("E-Mails", done, len(letters))

    def _entwurf(self, s: Schreiben, vorgang: Vorgang, vorlage: _Mailvorlage) -> bytes:
        """The draft that goes with a letter, to the address the applicant has given last.

        PikError if an address is none or the template cannot be filled.
        """
        anlagen = [(path.name, path.read_bytes()) for path in self._anlagen(s)]
        context = felder_of(s.art, vorgang, self.lage)
        context |= {"schreiben": s.titel, "anlagen": [name for name, _ in anlagen], "datum": s.datum}
        betreff, text = mail.betreff_und_text(vorlage.render(context))
        an = vorgang.antrag.email or s.email
        return mail.entwurf(self.lage.einstellungen.behoerde["email"], an, betreff, text, anlagen)

    def _anlagen(self, s: Schreiben) -> Iterator[Path]:
        """What is attached: letter and enclosures as PDF, the applicant's workbook as it is."""
        for path in s.pfade(self.folder.path):
            pdf_file = path.with_suffix(".pdf")
            if path.suffix == ".docx" and pdf_file.is_file():
                yield pdf_file
            elif path.suffix != ".docx" and path.is_file():
                yield path

    def _words(self, s: Schreiben) -> list[Path]:
        """The letter and what is enclosed with it, as far as they are Word files."""
        return [path for path in s.pfade(self.folder.path) if path.suffix == ".docx" and path.is_file()]

    def _ordner(self) -> Path:
        """The folder this run will have for what is printed and mailed, chosen when it is needed."""
        if self.ergebnis.ordner is None:
            self.ergebnis.ordner = freier_ordner(self.folder.versand, self.lage.tag)
        return self.ergebnis.ordner

    def benennen(self) -> None:
        """Give the folder its name: half of the mails under one people look for would be sent, and then all again."""
        if (ordner := self.ergebnis.ordner) and beside(ordner).is_dir():
            rename(beside(ordner), ordner)

    def fragen(self, letters: Iterable[Schreiben], was: Message) -> None:
        """Note that this is asked of these letters."""
        for s in letters:
            self.ergebnis.einwaende.fragen(zeile_of(s), [was])

    def _melden(self, s: Schreiben, was: Message, gefunden: str, datei: str = "") -> None:
        einwand = Einwand.gegen(s, was, gefunden)
        self.ergebnis.einwaende.alle.append(replace(einwand, datei=datei or s.datei))


def _fresh(path: Path, pdfa: bool) -> bool:
    """Whether the letter has its PDF, made after it was written last, and of the kind that is asked for."""
    made = path.with_suffix(".pdf")
    if not made.is_file() or made.stat().st_mtime < path.stat().st_mtime:
        return False
    return not pdfa or not pdf.pdf_fault(made.read_bytes(), pdfa=True)
