"""What each button does, from pressing it to the sentence it ends with; the ribbon and the Leitstand both ask here.

Every entry takes an `Auftrag` and returns a `Meldung`. What keeps it from its work is a PikError; `Abgebrochen` means
that somebody stopped it between two files, with everything whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from pik_xl.errors import Abgebrochen, PikError
from pik_xl.files.lock import Locked, locked, unlock
from pik_xl.jobs import anlegen, bescheide, vorlagenpruefung
from pik_xl.jobs.konsolidieren import konsolidieren
from pik_xl.jobs.kreise import kreisuebersichten
from pik_xl.jobs.pruefen import befunde_eintragen, pruefen_ordner
from pik_xl.jobs.pruefung import Pruefung
from pik_xl.jobs.run import check_free, read_master
from pik_xl.master.draw.knoepfe import KNOEPFE
from pik_xl.master.read.auswahl import Auswahl
from pik_xl.master.read.snapshot import Snapshot
from pik_xl.master.sheets.protokoll import seit_dem_letzten_lauf
from pik_xl.model import Finding, Stand
from pik_xl.progress import Progress
from pik_xl.values import as_euro
from pik_xl.vorlagen import felder
from pik_xl.workfolder import Workfolder, write

if TYPE_CHECKING:  # loaded by the jobs that need it
    from pik_xl.schreiben.ausgang import Schreibergebnis

Fragen = Callable[[str], str | None]


@dataclass(frozen=True)
class Auftrag:
    """One press of a button: where, when and by whom, what is marked, whom to tell how far it is, whom to ask.

    `fragen` asks for a line of text and gives None where the question was dismissed; `antwort` is what was answered to
    the question of the button itself, before anything began.
    """

    folder: Workfolder
    jetzt: datetime
    wer: str
    progress: Progress
    fragen: Fragen
    auswahl: Auswahl = Auswahl()  # noqa: RUF009  # frozen
    antwort: str = ""

    @cached_property
    def master(self) -> Snapshot:
        """The master as it stands when it is first asked for; read once, for everything the button does."""
        return read_master(self.folder)

    @property
    def heute(self) -> date:
        """The day of the run."""
        return self.jetzt.date()

    @property
    def tag(self) -> date:
        """The day of decision: as set in the master, else today."""
        return self.master.tag(self.heute)


@dataclass(frozen=True, slots=True)
class Meldung:
    """What a button ends with: a sentence or a few, and a file or folder worth opening."""

    text: str
    zeigen: Path | None = None


def ausfuehren(funktion: str, auftrag: Auftrag) -> Meldung:
    """Does what the button of that name is for (`Knopf.funktion`); what writes holds the folder meanwhile.

    PikError where another run holds it. What must be asked is asked before.
    """
    if funktion in _FRAGEN:
        auftrag = replace(auftrag, antwort=_FRAGEN[funktion](auftrag))
    if funktion in _NUR_LESEN:
        return _ABLAEUFE[funktion](auftrag)
    name = next(knopf.name for knopf in KNOEPFE if knopf.funktion == funktion)
    with _gehalten(name, auftrag) as told:
        meldung = _ABLAEUFE[funktion](auftrag)
    return replace(meldung, text="\n".join(filter(None, [told, meldung.text])))


@contextmanager
def _gehalten(was: str, a: Auftrag) -> Iterator[str]:
    """The folder held; where only people can know whether the run that holds it is still there, they are asked."""
    with ExitStack() as stack:
        try:
            told = stack.enter_context(locked(a.folder.path, was, a.wer, a.jetzt))
        except Locked as held:
            if not held.doubtful or not _entsperrt(held, a):
                raise
            told = stack.enter_context(locked(a.folder.path, was, a.wer, a.jetzt))
        yield told


def _entsperrt(held: Locked, a: Auftrag) -> bool:
    """Whether somebody who was shown who holds the folder had it given free."""
    wer = f"Gesperrt von {held.holder.in_words()}." if held.holder else "Die Sperre ist nicht lesbar."
    antwort = a.fragen(
        f"{wer} Läuft dort sicher nichts mehr? Dann „ja“ eintippen; arbeitet doch jemand, gehen Schreiben verloren."
    )
    if (antwort or "").strip().casefold() != "ja":
        return False
    unlock(a.folder.path, held.holder)
    return True


# --- reading and deciding ------------------------------------------------------------------------


def _formulare(a: Auftrag) -> Meldung:
    written = anlegen.formulare(a.folder, a.master, a.tag, a.progress)
    return Meldung(f"{_zahl(len(written), 'Formular', 'Formulare')} geschrieben.", a.folder.formulare)


def _pruefen(a: Auftrag) -> Meldung:
    begin, pruefung = perf_counter(), _geprueft(a)
    befunde_eintragen(a.folder, pruefung, a.jetzt, a.wer, perf_counter() - begin)
    return Meldung("\n".join([*pruefung.kopf, "Alle Befunde stehen auf Blatt Befunde."]))


def _verlaengern(a: Auftrag) -> Meldung:
    pruefung = _gelesen(a)
    return Meldung(f"{_summen(pruefung)}\nIn die Blätter schreibt das erst „Konsolidieren“.")


def _konsolidieren(a: Auftrag) -> Meldung:
    begin, pruefung = perf_counter(), _geprueft(a)
    changes = konsolidieren(a.folder, pruefung, a.jetzt, wer=a.wer, sekunden=perf_counter() - begin)
    return Meldung(f"{_summen(pruefung)}\n{seit_dem_letzten_lauf(changes)}")


def _alles(a: Auftrag) -> Meldung:
    begin, pruefung = perf_counter(), _geprueft(a)
    letters = bescheide.bescheide(a.folder, pruefung, a.progress)
    changes = konsolidieren(a.folder, pruefung, a.jetzt, "Alles", a.wer, perf_counter() - begin, letters)
    texte = [_summen(pruefung), seit_dem_letzten_lauf(changes), *_geschrieben(letters)]
    return Meldung("\n".join(texte), a.folder.bescheide)


def _geprueft(a: Auftrag) -> Pruefung:
    """Everything in the in-tray, once it is sure that the master can be written."""
    check_free(a.folder)
    return _gelesen(a)


def _gelesen(a: Auftrag) -> Pruefung:
    """Everything in the in-tray."""
    return pruefen_ordner(a.folder, a.master, a.tag, a.progress, heute=a.heute)


def _summen(pruefung: Pruefung) -> str:
    staende = Counter(v.stand for v in pruefung.vorgaenge)
    summe = sum((v.summe for v in pruefung.vorgaenge if v.stand is Stand.ENTSCHIEDEN), Decimal(0))
    vorgaenge = ", ".join(f"{staende[stand]} {stand}" for stand in Stand)
    return f"{_zahl(pruefung.antraege, 'Antrag', 'Anträge')} gelesen: {vorgaenge}. Bewilligt: {as_euro(summe)}."


# --- writing -------------------------------------------------------------------------------------


def _bescheide_auswahl(a: Auftrag) -> Meldung:
    if not a.auswahl.antraege:
        raise PikError("Bitte auf Blatt Anträge oder Stellen die Zeilen markieren, für die Bescheide entstehen sollen.")
    return _schreiben(a, lambda pruefung: a.auswahl.antraege, felder.BESCHEIDE)


def _bescheide_freigegebene(a: Auftrag) -> Meldung:
    def freigegeben(pruefung: Pruefung) -> Collection[str]:
        keys = bescheide.freigegebene(pruefung)
        return keys or _nichts("Noch kein Antrag ist von zwei Personen freigegeben.")

    return _schreiben(a, freigegeben, felder.BESCHEIDE)


def _rueckfragen(a: Auftrag) -> Meldung:
    return _schreiben(a, lambda pruefung: None, felder.NACHFORDERUNGEN)


def _schreiben(a: Auftrag, wanted: Callable[[Pruefung], Collection[str] | None], arten: Collection[str]) -> Meldung:
    from pik_xl.schreiben.ausgang import Wunsch

    begin, pruefung = perf_counter(), _geprueft(a)
    wunsch = Wunsch(arten, wanted(pruefung))
    letters = bescheide.bescheide(a.folder, pruefung, a.progress, wunsch)
    if not letters.neu and not letters.unveraendert and not letters.befunde:
        _nichts("Zu diesen Anträgen ist nichts zu schreiben; ihr Stand steht auf Blatt Anträge.")
    bescheide.eintragen(a.folder, pruefung, letters, a.jetzt, a.wer, perf_counter() - begin)
    return Meldung("\n".join(_geschrieben(letters)), letters.ordner[0] if letters.ordner else None)


_GEZEIGT = 5  # findings in a message box; more would push its button off the screen


def _gemeldet(befunde: Sequence[Finding]) -> list[str]:
    """What is to be heeded about letters: first where all of it stands, as a box may be cut."""
    texte = [f"{b.code} {b.place.datei}: {b.meldung} {b.bitte}" for b in befunde[:_GEZEIGT]]
    wo = "Blatt Bescheide, Spalte „Zu beachten“ (was kein Schreiben hat, auf Blatt Befunde)"
    mehr = [f"… und {len(befunde) - _GEZEIGT} weitere."] if len(befunde) > _GEZEIGT else []
    return [f"Zu beachten: {_zahl(len(befunde), 'Punkt', 'Punkte')}, siehe {wo}.", *texte, *mehr] if befunde else []


def _versand(a: Auftrag) -> Meldung:
    from pik_xl.schreiben.ausgang import Wunsch
    from pik_xl.versand.postausgang import Postwunsch

    begin, pruefung = perf_counter(), _geprueft(a)
    wunsch = Wunsch(felder.ALLE, a.auswahl.antraege or None, vorschau=True)
    letters = bescheide.bescheide(a.folder, pruefung, a.progress, wunsch)
    post = bescheide.fertig_machen(a.folder, pruefung, letters.gueltige, Postwunsch(druck=True, mail=True), a.progress)
    sekunden = perf_counter() - begin
    bescheide.versand_eintragen(a.folder, pruefung, letters, post, a.jetzt, a.wer, sekunden)
    befunde = [*letters.befunde, *post.befunde]
    if post.ordner is None and not befunde:
        _nichts("Zu diesen Anträgen liegt kein endgültiges Schreiben, das noch hinaus muss.")
    texte = [f"Zum Drucken: {path.name}, {seiten} Seiten." for path, seiten in post.druckdateien.items()]
    texte.append(f"Entwürfe von E-Mails: {post.mails}.")
    if post.versandt:
        texte.append(f"Schon versandt, darum außen vor: {post.versandt}.")
    return Meldung("\n".join([*texte, *_gemeldet(befunde)]), post.ordner)


def _nichts(why: str) -> tuple[str, ...]:
    raise PikError(f"Nichts geschrieben. {why}")


def _geschrieben(letters: Schreibergebnis) -> list[str]:
    parts = [f"{number} {titel} ({fassung})" for (titel, fassung), number in letters.anzahl.items()]
    if letters.rueckgaben:
        parts.append(_zahl(letters.rueckgaben, "markierte Arbeitsmappe", "markierte Arbeitsmappen"))
    texte = [f"Geschrieben: {', '.join(parts) or 'nichts'}."]
    if letters.unveraendert:
        texte.append(f"Unverändert, darum nicht neu geschrieben: {_zahl(len(letters.unveraendert), '', '').strip()}.")
    return [*texte, *letters.anmerkungen, *_gemeldet(letters.befunde)]


def _kreisuebersicht(a: Auftrag) -> Meldung:
    from pik_xl.jobs import arguments

    kreise = a.auswahl.kreise or arguments.kreise(a.antwort)
    written = kreisuebersichten(a.folder, a.master, kreise, a.tag, a.progress)
    if not written:
        _nichts("Dort gibt es weder bewilligte Stellen noch Anträge.")
    return Meldung(f"{_zahl(len(written), 'Übersicht', 'Übersichten')} geschrieben.", a.folder.kreise)


def _vorlagen_pruefen(a: Auftrag) -> Meldung:
    found = vorlagenpruefung.pruefe(vorlagenpruefung.vorlagen_of(a.folder), a.progress)
    ordner = a.folder.vorlagen / "Muster"
    satz = vorlagenpruefung.schreibe_muster(found, ordner, a.progress)
    texte = [vorlagenpruefung.meldung(found), vorlagenpruefung.muster_meldung(satz, ordner)]
    return Meldung("\n\n".join(texte), ordner if satz.dateien else a.folder.vorlagen)


# --- looking up ----------------------------------------------------------------------------------


def _erklaeren(a: Auftrag) -> Meldung:
    from pik_xl.schreiben import inhalt
    from pik_xl.schreiben.vermerk import erklaerung

    was = a.antwort
    pruefung = _gelesen(a)
    text = "\n".join(erklaerung(was.strip(), pruefung.vorgaenge, pruefung.lage))
    path = a.folder.path / "Protokoll" / "Vermerke" / f"Vermerk_{inhalt.safe(was)}.txt"
    return Meldung(f"Der Vermerk steht in {path.name}.", write(path, text.encode("utf-8-sig")))


def _ordner_oeffnen(a: Auftrag) -> Meldung:
    return Meldung("", a.folder.path)


def _hilfe(a: Auftrag) -> Meldung:
    return Meldung("\n".join(f"{knopf.name}: {knopf.hilfe}" for knopf in KNOEPFE))


def _welche_kreise(a: Auftrag) -> str:
    return "" if a.auswahl.kreise else _gefragt(a, "Für welchen Kreis? Schlüssel (08125), Name oder „alle“")


def _was_erklaeren(a: Auftrag) -> str:
    marked = a.auswahl.stellen or a.auswahl.traeger
    return marked[0] if marked else _gefragt(a, "Welche Stelle oder welcher Antragsteller (AGS)?")


def _gefragt(a: Auftrag, frage: str) -> str:
    if antwort := a.fragen(frage):
        return antwort
    raise Abgebrochen


def _zahl(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}".replace(",", ".")


_ABLAEUFE: Mapping[str, Callable[[Auftrag], Meldung]] = {
    "formulare": _formulare,
    "pruefen": _pruefen,
    "verlaengern": _verlaengern,
    "konsolidieren": _konsolidieren,
    "alles": _alles,
    "bescheide_auswahl": _bescheide_auswahl,
    "bescheide_freigegebene": _bescheide_freigegebene,
    "rueckfragen": _rueckfragen,
    "versand": _versand,
    "kreisuebersicht": _kreisuebersicht,
    "vorlagen_pruefen": _vorlagen_pruefen,
    "erklaeren": _erklaeren,
    "ordner_oeffnen": _ordner_oeffnen,
    "hilfe": _hilfe,
}
_NUR_LESEN = {"verlaengern", "ordner_oeffnen", "hilfe"}
_FRAGEN: Mapping[str, Callable[[Auftrag], str]] = {"kreisuebersicht": _welche_kreise, "erklaeren": _was_erklaeren}
