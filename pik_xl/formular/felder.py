"""THE field table of the application form.

Every field is declared once, here: its name (the attribute of `Antrag` or `Stelle`, the master's
column and the placeholder of the letters), its label in the form, its kind and what it may hold.
`form_base` draws the workbooks from this table and `read` finds the values again through it: single
entries by defined name, rows of a table by their header text.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pik_xl.kinds import Kind
from pik_xl.model import Art, Beratungsform, Besetzung, Qualifikation

FORM_ID = "PIK-VERLAENGERUNG"
FORM_VERSION = "2020.2"
PROGRAMM = "Integrationsmanagement"

BLATT_ANTRAG = "Antrag"
BLATT_STELLEN = "Stellen"
BLATT_DIGITAL = "Digital"
BLATT_ANTRAGSTELLER = "Antragsteller"
BLATT_HINWEISE = "Hinweise"
BLATT_FORM = "_form"
TABELLE_STELLEN = "tbl_stellen"
TABELLE_ANTRAGSTELLER = "tbl_antragsteller"
NAME_PREFIX = "pik_"


@dataclass(frozen=True, slots=True)
class Feld:
    """One field: `vorbelegt` fields come from the Bestand and are locked, `pflicht` ones must be filled in.

    `wenn` names the entry that must say ja before this one is asked for; a `zusage` must itself be a ja.
    `blatt` is the sheet and `gruppe` the heading it stands under in the form of one applicant, `hilfe` the
    input message, `breite` the column width in characters, `hoechstens` the largest whole number accepted.
    `kurz` stands over messages, where Excel shows 32 characters, in place of a longer label. A `formel` field is
    calculated by the form itself and never read.
    """

    name: str
    label: str
    kind: Kind = Kind.TEXT
    pflicht: bool = False
    vorbelegt: bool = False
    hilfe: str = ""
    gruppe: str = ""
    auswahl: tuple[str, ...] = ()
    breite: float = 14
    wenn: str = ""
    zusage: bool = False
    hoechstens: int = 60
    blatt: str = BLATT_ANTRAG
    kurz: str = ""
    formel: bool = False

    @property
    def titel(self) -> str:
        """What stands over a message on this field."""
        return self.kurz or self.label


@dataclass(frozen=True, slots=True)
class Massgaben:
    """The rules of the day the form itself reckons with.

    `schritt`, `hoechstdauer` and the recognised `unterbrechung` in months, `mindestanteil` in VZÄ.
    """

    schritt: int
    hoechstdauer: int
    unterbrechung: int
    mindestanteil: Decimal


_ANTRAGSTELLER, _ANSCHRIFT, _KONTAKT = "Antragsteller", "Anschrift", "Kontakt"
_BANK, _ARBEIT, _ERKLAERUNG = "Bankverbindung", "Zusammenarbeit und Beratung", "Erklärungen"
_DIGITAL = "Digitales Integrationsmanagement"
_JA_NEIN = ("ja", "nein")

ANTRAG_FELDER: tuple[Feld, ...] = (
    Feld("traeger", "Name des Antragstellers", vorbelegt=True, pflicht=True, gruppe=_ANTRAGSTELLER, breite=34),
    Feld("art", "Art", Kind.AUSWAHL, vorbelegt=True, pflicht=True, gruppe=_ANTRAGSTELLER,
         auswahl=tuple(Art), breite=26),
    Feld("ags", "Amtlicher Schlüssel (AGS)", Kind.SCHLUESSEL, vorbelegt=True, pflicht=True, gruppe=_ANTRAGSTELLER,
         hilfe="Kreis 5, Verband 9, Gemeinde 8 Ziffern, mit führender Null"),
    Feld("kreis", "Schlüssel des Stadt- oder Landkreises", Kind.SCHLUESSEL, vorbelegt=True, pflicht=True,
         gruppe=_ANTRAGSTELLER, kurz="Schlüssel des Kreises"),
    Feld("strasse", "Straße und Hausnummer", pflicht=True, gruppe=_ANSCHRIFT, breite=28),
    Feld("plz", "Postleitzahl", Kind.PLZ, pflicht=True, gruppe=_ANSCHRIFT, hilfe="fünf Ziffern"),
    Feld("ort", "Ort", pflicht=True, gruppe=_ANSCHRIFT, breite=24),
    Feld("ansprechperson", "Ansprechperson", pflicht=True, gruppe=_KONTAKT, breite=24),
    Feld("telefon", "Telefon", gruppe=_KONTAKT, breite=18),
    Feld("email", "E-Mail", Kind.EMAIL, pflicht=True, gruppe=_KONTAKT, breite=32,
         hilfe="An diese Adresse senden wir Rückfragen und den Bescheid."),
    Feld("kontoinhaber", "Kontoinhaber", pflicht=True, gruppe=_BANK, breite=28),
    Feld("iban", "IBAN", Kind.IBAN, pflicht=True, gruppe=_BANK, breite=30, hilfe="22 Stellen, beginnt mit DE"),
    Feld("verbund", "Zusammenarbeit mit anderen Kommunen", gruppe=_ARBEIT, breite=30,
         kurz="Andere Kommunen", hilfe="Namen der Gemeinden oder Kreise, auch aus anderen Kreisen; leer = keine"),
    Feld("beratungsform", "Beratung zuletzt", Kind.AUSWAHL, gruppe=_ARBEIT, auswahl=tuple(Beratungsform), breite=36,
         hilfe="Beratung per Telefon oder E-Mail ist nicht förderschädlich."),
    Feld("erklaerung_richtig", "Die Angaben sind richtig und vollständig", Kind.JA_NEIN, pflicht=True,
         gruppe=_ERKLAERUNG, auswahl=_JA_NEIN, zusage=True, breite=18, kurz="Angaben richtig und vollständig"),
    Feld("erklaerung_mitteilung", "Änderungen bei Stellen und Anteilen teilen wir unverzüglich mit", Kind.JA_NEIN,
         pflicht=True, gruppe=_ERKLAERUNG, auswahl=_JA_NEIN, zusage=True, breite=24, kurz="Mitteilung von Änderungen"),
    Feld("unterzeichnet_von", "Name der zeichnenden Person", pflicht=True, gruppe=_ERKLAERUNG, breite=24),
    Feld("unterzeichnet_am", "Datum", Kind.DATUM, pflicht=True, gruppe=_ERKLAERUNG),
    Feld("digital_antrag", "Förderung digitaler Lösungen wird beantragt", Kind.JA_NEIN, auswahl=_JA_NEIN,
         gruppe=_DIGITAL, blatt=BLATT_DIGITAL, breite=18, kurz="Antrag auf digitale Lösungen",
         hilfe="nein oder leer: Das Blatt bleibt sonst leer."),
    Feld("digital_loesung", "Digitale Lösung", pflicht=True, wenn="digital_antrag", gruppe=_DIGITAL,
         blatt=BLATT_DIGITAL, breite=28,
         hilfe="Was soll erworben oder genutzt werden?"),
    Feld("digital_kosten", "Voraussichtliche Ausgaben in Euro", Kind.EURO, pflicht=True, wenn="digital_antrag",
         gruppe=_DIGITAL, blatt=BLATT_DIGITAL, breite=18, kurz="Ausgaben in Euro"),
    Feld("digital_zahl", "Zahl der Integrationsmanagerinnen und -manager mit Zugriff", Kind.ZAHL, pflicht=True,
         wenn="digital_antrag", gruppe=_DIGITAL, blatt=BLATT_DIGITAL, hoechstens=500, breite=26,
         kurz="Zahl der Personen mit Zugriff", hilfe="Alle im Kreisgebiet, auch die anderer Antragsteller"),
    Feld("digital_zugang", "Alle im Kreisgebiet tätigen Integrationsmanagerinnen und -manager erhalten Zugriff",
         Kind.JA_NEIN, pflicht=True, wenn="digital_antrag", zusage=True, auswahl=_JA_NEIN, gruppe=_DIGITAL,
         blatt=BLATT_DIGITAL, breite=34, kurz="Zugriff für alle im Kreisgebiet"),
)  # fmt: skip

STELLEN_FELDER: tuple[Feld, ...] = (
    Feld("stelle", "Stelle", Kind.SCHLUESSEL, vorbelegt=True, pflicht=True, breite=14),
    Feld("ags", "AGS des Antragstellers", Kind.SCHLUESSEL, vorbelegt=True, breite=15),
    Feld("einsatzort", "Einsatzort", vorbelegt=True, breite=19),
    Feld("vzae_bewilligt", "VZÄ bewilligt", Kind.VZAE, vorbelegt=True, breite=9),
    Feld("beginn", "Beginn der Förderung", Kind.DATUM, vorbelegt=True, breite=11.5),
    Feld("bewilligt_bis", "Bewilligt bis", Kind.DATUM, vorbelegt=True, breite=11.5),
    Feld("laengstens_bis", "Längstens möglich bis", Kind.DATUM, formel=True, breite=11.5),
    Feld("verlaengern", "Verlängern?", Kind.JA_NEIN, pflicht=True, auswahl=_JA_NEIN, breite=11.5,
         hilfe="ja: Die Verlängerung dieser Stelle wird beantragt. nein: Die Stelle endet wie bewilligt."),
    Feld("vzae", "VZÄ beantragt", Kind.VZAE, pflicht=True, wenn="verlaengern", breite=9.5,
         hilfe="Stellenanteil mit zwei Nachkommastellen, höchstens wie bewilligt, mindestens 0,25"),
    Feld("person", "Name der Fachkraft", breite=20, hilfe="Leer lassen, wenn die Stelle gerade nachbesetzt wird."),
    Feld("qualifikation", "Qualifikation", Kind.AUSWAHL, pflicht=True, wenn="verlaengern",
         auswahl=tuple(Qualifikation), breite=18),
    Feld("besetzung_stichtag", "Besetzung am 31.12.2018", Kind.AUSWAHL, pflicht=True, wenn="verlaengern",
         auswahl=tuple(Besetzung), breite=13),
    Feld("besetzung_heute", "Besetzung heute", Kind.AUSWAHL, pflicht=True, wenn="verlaengern",
         auswahl=tuple(Besetzung), breite=13),
    Feld("arbeitgeber", "Arbeitgeber", breite=18,
         hilfe="Nur wenn die Fachkraft bei einem Dritten beschäftigt ist, etwa einem Wohlfahrtsverband"),
    Feld("unterbrechung", "Monate ohne Entgelt", Kind.ZAHL, breite=9.5,
         hilfe="Ganze Monate, in denen kein Entgelt gezahlt wurde; leer = keine"),
    Feld("wunschende", "Verlängern bis", Kind.DATUM, breite=11.5, hilfe="Leer lassen = längstens möglich"),
    Feld("monate", "Monate mehr", Kind.VZAE, formel=True, breite=9.5),
    Feld("bemerkung", "Bemerkung", breite=22),
    Feld("pruefung", "Prüfung", formel=True, breite=24),
)  # fmt: skip

# The hidden sheet `_form`: label in column A, value in column B, each also by defined name.
FORM_FELDER = ("form_id", "form_version", "programm", "form_art", "pruefsumme")
EINZELN, SAMMEL = "einzeln", "sammel"

# Where things stand, rows from 1: the sentence on how complete the form is, and the header of both tables.
MARKE, LABEL, EINGABE = "B", "C", "D"  # columns of the sheet Antrag
STATUS_ZEILE, KOPFZEILE = 4, 6
ERSTE_ZEILE = KOPFZEILE + 1

ANTRAG_NACH_NAME = {feld.name: feld for feld in ANTRAG_FELDER}
STELLEN_NACH_NAME = {feld.name: feld for feld in STELLEN_FELDER}

# The sheets people see, in their order; single entries stand on those of EINGABE_BLAETTER.
BLAETTER = (BLATT_ANTRAG, BLATT_STELLEN, BLATT_DIGITAL, BLATT_HINWEISE)
SAMMEL_BLAETTER = (BLATT_ANTRAGSTELLER, BLATT_STELLEN, BLATT_HINWEISE)
EINGABE_BLAETTER = (BLATT_ANTRAG, BLATT_DIGITAL)

# The sums a Sammelmappe shows above its table of applicants, each by defined name.
SUMMEN = {
    "summe_antragsteller": "Antragsteller",
    "summe_stellen": "Stellen zu verlängern",
    "summe_vzae": "VZÄ zu verlängern",
}


def felder_auf(blatt: str) -> tuple[Feld, ...]:
    """The single entries on a sheet of the form of one applicant."""
    return tuple(feld for feld in ANTRAG_FELDER if feld.blatt == blatt)


def eingabe_zeilen(blatt: str) -> dict[str, int]:
    """The row of every single entry on that sheet; each group of fields has a heading and a gap above it."""
    zeilen, row, gruppe = {}, STATUS_ZEILE, ""
    for feld in felder_auf(blatt):
        row += 1 if feld.gruppe == gruppe else 3
        gruppe = feld.gruppe
        zeilen[feld.name] = row
    return zeilen


def summen_zellen() -> dict[str, str]:
    """The cell of each sum of the Sammelmappe, in columns wide enough for number and word."""
    return {name: f"{column}{STATUS_ZEILE}" for name, column in zip(SUMMEN, "BEG", strict=True)}


def stellen_felder(sammelmappe: bool) -> tuple[Feld, ...]:
    """The columns of the table of posts; only the Sammelmappe says whose post it is."""
    return tuple(feld for feld in STELLEN_FELDER if sammelmappe or feld.name != "ags")


def antragsteller_felder() -> tuple[Feld, ...]:
    """The columns of the table of applicants in the Sammelmappe, the check of the row last."""
    return *ANTRAG_FELDER, Feld("pruefung", "Prüfung", formel=True, breite=30)
