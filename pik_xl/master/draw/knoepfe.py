"""THE table of the buttons: what they are called, where they stand, and which Python answers.

The VBA module and the ribbon are written from it, into `pik_xl/master/draw/vba/` (`make build`), where the office's own
experts can read all that a master runs; `makro.py` puts them into the master.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from xml.sax.saxutils import quoteattr

CALLBACK = "PikRibbon"
TAB = "PiK"


@dataclass(frozen=True, slots=True)
class Knopf:
    """A button.

    `funktion` of `pik_xl.buttons` answers it. `name` is its German label, `kurz` and `hilfe` are what Excel says of it
    when the mouse rests there. `gruppe` is the group of the ribbon, `bild` one of Office's own pictures (imageMso),
    `gross` whether it is a large one; `start` says whether it also stands on the sheet Start.
    """

    funktion: str
    name: str
    kurz: str
    hilfe: str
    gruppe: str
    bild: str
    gross: bool = False
    start: bool = False

    @property
    def sub(self) -> str:
        """The name of its VBA procedure, which is also its id in the ribbon."""
        return "Pik" + "".join(word.capitalize() for word in self.funktion.split("_"))

    @property
    def befehl(self) -> str:
        """The Python it runs; without a quotation mark, as it stands between two on a command line."""
        return f"import pik_xl.buttons; pik_xl.buttons.{self.funktion}()"


KNOEPFE = (
    Knopf("formulare", "Formulare erzeugen", "Formulare vorausfüllen",
          "Schreibt für jeden Antragsteller aus dem Bestand ein vorausgefülltes Formular in den Ordner Formulare.",
          "Eingang", "DataFormExcel", gross=True, start=True),
    Knopf("pruefen", "Eingang prüfen", "Eingegangene Anträge lesen und prüfen",
          "Liest alles im Ordner Eingang und prüft es. Danach steht hier, was zu tun ist.",
          "Eingang", "DataValidation", gross=True, start=True),
    Knopf("verlaengern", "Verlängerung berechnen", "Neues Ende und Beträge berechnen",
          "Wendet die Regeln auf jede Stelle an: neues Ende, Monate, Betrag je Haushaltsjahr, Rechenweg.",
          "Entscheiden", "CalculateNow", gross=True, start=True),
    Knopf("konsolidieren", "Konsolidieren", "Alles in diese Arbeitsmappe schreiben",
          "Bringt die Blätter auf den neuen Stand. Was Sie eingetragen haben, bleibt erhalten.",
          "Entscheiden", "Consolidate", gross=True, start=True),
    Knopf("bescheide_auswahl", "Bescheide (Auswahl)", "Bescheide für die markierten Zeilen",
          "Schreibt die Bescheide der Anträge, deren Zeilen auf dem Blatt Anträge markiert sind.",
          "Schreiben", "MailMergeMergeToDocument", gross=True),
    Knopf("bescheide_freigegebene", "Bescheide (alle freigegebenen)", "Bescheide für alle freigegebenen Anträge",
          "Schreibt die Bescheide aller Anträge, die zwei Personen freigegeben haben.",
          "Schreiben", "ReviewAcceptChange", gross=True, start=True),
    Knopf("rueckfragen", "Rückfragen", "Nachforderungen schreiben",
          "Schreibt für jeden Antrag in Rückfrage die Nachforderung und die Arbeitsmappe mit markierten Zellen.",
          "Schreiben", "Reply", start=True),
    Knopf("versand", "Versand vorbereiten", "PDF, Druckdatei und E-Mails",
          "Macht aus endgültigen Schreiben PDF-Dateien, eine Datei zum Drucken und Entwürfe von E-Mails; sind Zeilen "
          "markiert, nur für diese. Was unter „Versandt am“ einen Tag hat, bleibt außen vor.",
          "Schreiben", "FileSendAsAttachment"),
    Knopf("kreisuebersicht", "Kreisübersicht", "Übersicht für einen Kreis",
          "Schreibt die Übersicht für einen Kreis in den Ordner Kreise, zum Weitergeben.",
          "Schreiben", "CreateMap"),
    Knopf("vorlagen_pruefen", "Vorlagen prüfen", "Die Word-Vorlagen prüfen",
          "Prüft die Vorlagen im Ordner Vorlagen und nennt zu jedem Fehler Absatz, Zeile und Vorschlag.",
          "Schreiben", "MailMergeAutoCheckForErrors"),
    Knopf("alles", "Alles", "Alle Schritte in einem Zug",
          "Prüft, berechnet, konsolidiert und schreibt Bescheide und Nachforderungen.",
          "Gesamtlauf", "MacroPlay", gross=True, start=True),
    Knopf("erklaeren", "Erklären", "Die Stelle der aktiven Zeile erklären",
          "Zeigt zu der Stelle oder dem Antragsteller der aktiven Zeile jedes Datum und jeden Betrag mit Quelle.",
          "Nachsehen", "TracePrecedents"),
    Knopf("rechner", "Rechner", "Eine einzelne Stelle berechnen",
          "Berechnet die Verlängerung einer einzelnen Stelle, ohne etwas zu ändern.",
          "Nachsehen", "Calculator"),
    Knopf("ordner_oeffnen", "Ordner öffnen", "Den Arbeitsordner öffnen",
          "Öffnet den Arbeitsordner im Explorer.",
          "Nachsehen", "FileOpen"),
    Knopf("hilfe", "Hilfe", "Was die Knöpfe tun",
          "Zeigt, was die Knöpfe tun und was bei Schwierigkeiten hilft.",
          "Hilfe", "Help"),
)  # fmt: skip


def modul() -> str:
    """The text of the VBA module: a procedure per button, the one they share, and the one the ribbon calls."""
    return "\n".join(["Option Explicit", *map(_sub, KNOEPFE), _RUFEN, *_callback()]) + "\n"


# Python sees to Esc; Excel would show the macro in its debugger. It sets the key back by itself when a macro ends.
_RUFEN = """
Private Sub Rufen(befehl As String)
    Application.EnableCancelKey = xlDisabled
    RunPython befehl
End Sub"""


def _sub(knopf: Knopf) -> str:
    return f'\nPublic Sub {knopf.sub}()\n    Rufen "{knopf.befehl}"\nEnd Sub'


def _callback() -> Iterator[str]:
    yield f"\nPublic Sub {CALLBACK}(control As IRibbonControl)\n    Select Case control.ID"
    for knopf in KNOEPFE:
        yield f'    Case "{knopf.sub}": {knopf.sub}'
    yield "    End Select\nEnd Sub"


def ribbon() -> str:
    """The ribbon's tab (Office Custom UI 2010), a group after the other."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
        '<customUI xmlns="http://schemas.microsoft.com/office/2009/07/customui">',
        f' <ribbon><tabs><tab id="tab{TAB}" label="{TAB}" insertAfterMso="TabHome">',
    ]
    for gruppe, knoepfe in groupby(KNOEPFE, lambda knopf: knopf.gruppe):
        lines += [f'  <group id="gruppe{gruppe}" label="{gruppe}">', *map(_control, knoepfe), "  </group>"]
    return "\n".join([*lines, " </tab></tabs></ribbon>", "</customUI>"]) + "\n"


def _control(knopf: Knopf) -> str:
    attributes = {
        "id": knopf.sub,
        "label": knopf.name,
        "size": "large" if knopf.gross else "normal",
        "imageMso": knopf.bild,
        "screentip": knopf.kurz,
        "supertip": knopf.hilfe,
        "onAction": CALLBACK,
    }
    return "   <button " + " ".join(f"{name}={quoteattr(value)}" for name, value in attributes.items()) + "/>"
