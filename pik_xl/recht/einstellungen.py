"""What the office can set on the master's sheet Einstellungen, and what holds where nothing is set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from pik_xl.kinds import Kind, Value
from pik_xl.values import as_datum

FRIST, EMAIL = "antwortfrist_tage", "email"
FRIST_TAGE = range(1, 366)  # days it can have


@dataclass(frozen=True, slots=True)
class Einstellbar:
    """One setting: its name in code, its group and words on the sheet, and what holds where it is left empty.

    `wort` says so where that is no value of its own.
    """

    name: str
    bereich: str
    titel: str
    hilfe: str
    vorgabe: str = ""
    wort: str = ""
    kind: Kind = Kind.TEXT


_VERFAHREN, _BEHOERDE = "Verfahren", "Behörde"

EINSTELLBAR = (
    Einstellbar("arbeitsordner", "Arbeitsordner", "Ordner",
                "Für die Schaltflächen, wenn die Mappe auf SharePoint oder OneDrive liegt: der Ordner auf diesem "
                "Rechner, zum Beispiel C:\\PiK.", wort="der Ordner, in dem diese Mappe liegt"),
    Einstellbar("entscheidungstag", _VERFAHREN, "Entscheidungstag",
                "Tag, auf den Entscheidungen und Schreiben lauten.", wort="der Tag des Laufs", kind=Kind.DATUM),
    Einstellbar("rechtsstand", _VERFAHREN, "Rechtsstand",
                "Tag, bis zu dem Rechtsänderungen als bekannt gelten. Ein späterer Tag wendet auch an, was rückwirkend "
                "geändert wurde.", wort="wie der Entscheidungstag", kind=Kind.DATUM),
    Einstellbar(FRIST, _VERFAHREN, "Antwortfrist in Tagen",
                "Frist für die Antwort auf Rückfragen (Festlegung der Bewilligungsstelle, keine Quelle).",
                "21", kind=Kind.ZAHL),
    Einstellbar("name", _BEHOERDE, "Name", "Steht im Kopf jedes Schreibens.", "Regierungspräsidium Stuttgart"),
    Einstellbar("referat", _BEHOERDE, "Referat", "Ebenso.", "Referat 15.2"),
    Einstellbar("dienststelle", _BEHOERDE, "Dienststelle", "Ebenso.", "Dienststelle Wertheim"),
    Einstellbar("strasse", _BEHOERDE, "Straße", "Ebenso.", "Am Eichamt 2"),
    Einstellbar("plz_ort", _BEHOERDE, "PLZ und Ort", "Ebenso.", "97877 Wertheim"),
    Einstellbar(EMAIL, _BEHOERDE, "E-Mail", "Ebenso, außer ein Ansprechpartner hat eine eigene.",
                "integrationsmanagement@rps.bwl.de"),
    Einstellbar("bearbeitung", _BEHOERDE, "Bearbeitung",
                "Wer bearbeitet, wo auf Blatt Ansprechpartner niemand steht.", wort="niemand benannt"),
    Einstellbar("durchwahl", _BEHOERDE, "Durchwahl", "Wie „Bearbeitung“.", wort="keine"),
    Einstellbar("zeichnet", _BEHOERDE, "Zeichnet", "Wer unter den Schreiben steht.", wort="niemand benannt"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Einstellungen:
    """The office's settings: `gesetzt` holds what it has set, by name; everything else is as given beforehand.

    `zellen` says in which cell of the sheet `blatt` it stands, where it was read from one.
    """

    gesetzt: Mapping[str, Value] = field(default_factory=dict)
    zellen: Mapping[str, str] = field(default_factory=dict, compare=False)
    blatt: str = field(default="", compare=False)

    @property
    def entscheidungstag(self) -> date | None:
        """The day decisions are dated; None: the day of the run."""
        return self._tag("entscheidungstag")

    @property
    def rechtsstand(self) -> date | None:
        """The day up to which changes of the law are known; None: the day of decision."""
        return self._tag("rechtsstand")

    @property
    def antwortfrist_tage(self) -> int:
        """Days an applicant has to answer a request."""
        return int(self.text(FRIST))

    @property
    def behoerde(self) -> Mapping[str, str]:
        """What letters say of the authority, by name of the setting."""
        return {e.name: self.text(e.name) for e in EINSTELLBAR if e.bereich == _BEHOERDE}

    def text(self, name: str) -> str:
        """The setting as people read it."""
        wert = self.gesetzt.get(name)
        if wert in (None, ""):
            return next(e.vorgabe for e in EINSTELLBAR if e.name == name)
        return as_datum(wert) if isinstance(wert, date) else str(wert)

    def gilt(self, einstellbar: Einstellbar) -> str:
        """What holds, in words."""
        return self.text(einstellbar.name) or einstellbar.wort

    def _tag(self, name: str) -> date | None:
        wert = self.gesetzt.get(name)
        return wert if isinstance(wert, date) else None
