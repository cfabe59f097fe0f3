"""What the reader could not make sense of; `pik_xl.checks.datei` gives it a code and German words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pik_xl.model import Place


class Mangelart(StrEnum):
    """What the reader can stumble over."""

    KENNWORT = "kennwort"
    KEIN_XLSX = "kein_xlsx"
    BESCHAEDIGT = "beschaedigt"
    ABGESCHNITTEN = "abgeschnitten"
    LEER = "leer"
    ZU_GROSS = "zu_gross"
    ENTITAETEN = "entitaeten"
    DOPPELTE_TEILE = "doppelte_teile"
    KODIERUNG = "kodierung"
    PFAD = "pfad"
    ZU_VIELE_ZELLEN = "zu_viele_zellen"
    ZIP_BESCHAEDIGT = "zip_beschaedigt"
    ZIP_ZU_GROSS = "zip_zu_gross"
    ZIP_ZU_TIEF = "zip_zu_tief"
    NICHT_LESBAR = "nicht_lesbar"
    MAKROS = "makros"
    EXTERNE_VERKNUEPFUNG = "externe_verknuepfung"
    DDE = "dde"
    WEBSERVICE = "webservice"
    MAIL_OHNE_ANLAGE = "mail_ohne_anlage"
    MAIL_UNLESBAR = "mail_unlesbar"
    PROGRAMMFEHLER = "programmfehler"
    KEIN_FORMULAR = "kein_formular"
    FEHLERWERT = "fehlerwert"
    FORMEL_OHNE_WERT = "formel_ohne_wert"
    STELLE_OHNE_ANTRAGSTELLER = "stelle_ohne_antragsteller"
    VERBUNDEN = "verbunden"
    AUSGEBLENDET = "ausgeblendet"
    SUMME_FALSCH = "summe_falsch"
    UMGEBAUT = "umgebaut"
    ANTRAGSTELLER_DOPPELT = "antragsteller_doppelt"
    UNBERUEHRT = "unberuehrt"
    SPALTE_FEHLT = "spalte_fehlt"
    BEKANNTES_FEHLT = "bekanntes_fehlt"
    DATUM_UNLESBAR = "datum_unlesbar"
    ZAHL_UNLESBAR = "zahl_unlesbar"
    GANZZAHL_UNLESBAR = "ganzzahl_unlesbar"
    JA_NEIN_UNLESBAR = "ja_nein_unlesbar"
    AUSWAHL_UNBEKANNT = "auswahl_unbekannt"
    SCHLUESSEL_UNLESBAR = "schluessel_unlesbar"
    DATUM_ALS_TEXT = "datum_als_text"
    ZAHL_ALS_TEXT = "zahl_als_text"
    SCHLUESSEL_ALS_ZAHL = "schluessel_als_zahl"
    UNSICHTBARE_ZEICHEN = "unsichtbare_zeichen"
    ZAHL_MEHRDEUTIG = "zahl_mehrdeutig"


@dataclass(frozen=True, slots=True)
class Mangel:
    """Something the reader could not make sense of.

    `antrag` is the key of the application it concerns; the file itself stands for all of its applications.
    """

    art: Mangelart
    place: Place
    gefunden: str
    feld: str = ""
    antrag: str = ""
