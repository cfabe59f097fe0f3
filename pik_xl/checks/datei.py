"""D and F: what the reader could not make sense of, in words.

One row per kind of `Mangel`: its code, what it means and what to do. `{gefunden}` and `{feld}` are filled
in per case. A file fault is the only finding of its file; the reader stops there.
"""

from __future__ import annotations

from dataclasses import dataclass

from pik_xl.checks.registry import Check, Hit, Per
from pik_xl.formular.felder import ANTRAG_NACH_NAME, STELLEN_NACH_NAME, SUMMEN
from pik_xl.model import Mangel, Schwere

PRAXIS = "Verfahren der Bewilligungsstelle"
_F, _W, _H = Schwere.FEHLER, Schwere.WARNUNG, Schwere.HINWEIS

ERNEUT = "Bitte das vorausgefüllte Formular öffnen, ausfüllen, als Excel-Arbeitsmappe (.xlsx) speichern und neu senden."


@dataclass(frozen=True, slots=True)
class _Text:
    """How one code speaks: title, severity, message and request."""

    code: str
    titel: str
    schwere: Schwere
    meldung: str
    bitte: str


_TEXTE = (
    _Text("D01", "Mit Kennwort geschützt", _F, "Die Datei ist mit einem Kennwort geschützt.",
          "Bitte das Kennwort in Excel entfernen (Datei, Informationen, Arbeitsmappe schützen) und neu senden."),
    _Text("D02", "Keine Excel-Arbeitsmappe", _F,
          "Die Datei ist keine Excel-Arbeitsmappe (.xlsx), sondern: {gefunden}.", ERNEUT),
    _Text("D03", "Beschädigt", _F, "Die Datei ist beschädigt: {gefunden}.",
          "Bitte die Datei neu speichern und senden."),
    _Text("D04", "Leer", _F, "Die Datei ist leer (0 Bytes).", "Bitte die Datei neu senden."),
    _Text("D05", "Zu groß", _F, "Die Datei ist zu groß: {gefunden}.",
          "Bitte eingefügte Bilder und fremde Blätter entfernen und neu senden."),
    _Text("D06", "Unzulässiger Aufbau", _F, "Die Datei ist aufgebaut, wie es kein Tabellenprogramm tut: {gefunden}.",
          "Bitte die Datei nicht in Excel öffnen und beim Absender nachfragen."),
    _Text("D07", "Zu viele Zellen", _F, "Das Blatt reicht weiter, als ein Antrag je braucht: {gefunden}.",
          "Bitte die leeren Zeilen und Spalten unter und neben der Tabelle löschen und neu senden."),
    _Text("D08", "ZIP nicht lesbar", _F, "Das Archiv ließ sich nicht auspacken: {gefunden}.",
          "Bitte die Arbeitsmappen einzeln oder in einem neuen ZIP-Archiv ohne Kennwort senden."),
    _Text("D09", "Nicht lesbar", _F, "Die Datei ließ sich nicht öffnen: {gefunden}.",
          "Bitte prüfen, ob die Datei noch von einem anderen Programm benutzt wird."),
    _Text("D10", "Makros enthalten", _W, "Die Arbeitsmappe enthält Makros. Sie wurden nicht ausgeführt.",
          "Bitte beim Absender nachfragen, wenn die Makros nicht erklärt sind."),
    _Text("D11", "Verknüpfung nach außen", _W,
          "Die Arbeitsmappe verweist auf andere Dateien oder Dienste; sie wurden nicht abgerufen.",
          "Bitte die Verknüpfungen durch Werte ersetzen."),
    _Text("D12", "Schreiben nicht erstellt", _F, "Das Schreiben ließ sich nicht erstellen: {gefunden}",
          "Bitte die genannte Angabe oder die Vorlage berichtigen und das Schreiben neu erzeugen."),
    _Text("D13", "Programm gescheitert", _F, "Das Programm ist an dieser Datei gescheitert: {gefunden}.",
          "Bitte die Datei dem Support geben; alle anderen wurden gelesen."),
    _Text("D14", "E-Mail ohne Arbeitsmappe", _F, "An der E-Mail hängt keine Arbeitsmappe ({gefunden}).",
          "Bitte die E-Mail ansehen und das ausgefüllte Formular anfordern."),
    _Text("D15", "Änderung zum Nachteil", _W, "Der Änderungsbescheid bewilligt weniger als der frühere Bescheid "
          "({gefunden}).", "Bitte den Antragsteller vor dem Versand anhören (§ 28 LVwVfG) und die Rücknahme oder den "
          "Widerruf prüfen (§§ 48, 49 LVwVfG)."),
    _Text("D16", "E-Mail nicht möglich", _W, "Zu diesem Schreiben entstand kein Entwurf einer E-Mail. {gefunden}",
          "Bitte mit der Post senden, oder die Angabe berichtigen und noch einmal starten. Liegt dem Schreiben eine "
          "Arbeitsmappe bei, bitte eine E-Mail-Adresse erfragen und sie dorthin senden."),
    _Text("D17", "Bescheid bleibt Entwurf", _F, "Der freigegebene Bescheid bleibt Entwurf: {gefunden}",
          "Bitte das Genannte berichtigen und den Bescheid noch einmal schreiben."),
    _Text("D18", "Schreiben fehlt oder wurde geändert", _W,
          "Ein Schreiben, das hinaus soll, ist nicht mehr, wie es war: {gefunden}",
          "Bitte die Datei zurücklegen. Ging es schon hinaus, den Tag auf Blatt Bescheide unter „Versandt am“ "
          "eintragen."),
    _Text("D19", "Früherer Bescheid nicht versandt", _W,
          "Der Bescheid, der geändert wird, hat auf Blatt Bescheide keinen Tag unter „Versandt am“ "
          "({gefunden}).",
          "Bitte eintragen, wann er hinausging. Ging er nicht hinaus, kennt ihn der Antragsteller nicht; dann passt "
          "der Wortlaut nicht."),
    _Text("D20", "Endgültiger Bescheid wieder geschrieben", _H,
          "Der Bescheid lag nicht mehr, wo er geschrieben wurde: {gefunden}", "Nichts zu tun."),
    _Text("D21", "Endgültiges Schreiben fehlt", _W,
          "Ein endgültiges Schreiben liegt nicht mehr, wo es geschrieben wurde: {gefunden}",
          "Bitte die Datei an ihren Platz zurücklegen, zum Beispiel aus der Datensicherung."),
    _Text("D22", "Ordner eines früheren Laufs fehlt", _H,
          "Der Ordner eines früheren Laufs ist nicht mehr da: {gefunden}",
          "Ist er archiviert, ist nichts zu tun; sonst bitte zurücklegen."),
    _Text("D23", "Verzeichnis eines Laufs fehlt", _W,
          "Im Ordner eines früheren Laufs fehlt manifest.json; darin stand, welche Schreiben er enthält.",
          "Bitte die Datei aus der Datensicherung zurücklegen. Bis dahin gilt, was auf Blatt Bescheide steht."),
    _Text("M19", "Master älter als der letzte Lauf", _F,
          "Im Master fehlt der jüngste Lauf: {gefunden}",
          "Bitte prüfen, welche Fassung gilt. Wie der Master vor jedem Lauf aussah, steht in Protokoll/Sicherungen; "
          "was seitdem eingetragen wurde, gibt es nur in der jüngeren Fassung."),
    _Text("D24", "Sammelmappe ohne Empfänger", _W,
          "Die Sammelmappe mit den markierten Fehlern geht an niemanden: {gefunden}",
          "Bitte klären, wer sie gesandt hat, und die Schlüssel darin berichtigen lassen. Die Antragsteller bekommen "
          "ihre Nachforderungen trotzdem."),
    _Text("D25", "Sammelmappe geht noch nicht hinaus", _W,
          "Das Schreiben, mit dem die Sammelmappe zurückgeht, bleibt Entwurf: {gefunden}",
          "Bitte die fehlenden Angaben beim Landkreis erfragen. Stehen sie in seinem eigenen Antrag im Eingang, macht "
          "der nächste Lauf daraus ein endgültiges Schreiben."),
    _Text("B08", "Eintrag im Bestand gedeutet", _H, "Ein Eintrag im Bestand wurde gedeutet: {gefunden}.",
          "Bitte prüfen, ob er richtig verstanden wurde."),
    _Text("F01", "Nicht das Formular", _F, "Die Tabelle „Stellen“ des Antragsformulars wurde nicht gefunden. "
          "Gefunden wurden: {gefunden}.", ERNEUT),
    _Text("F02", "Zelle mit Fehlerwert", _F, "{feld}: Die Zelle zeigt den Fehlerwert {gefunden}.",
          "Bitte den Wert von Hand eintragen."),
    _Text("F03", "Formel ohne Wert", _F, "{feld}: Die Zelle enthält eine Formel ohne berechneten Wert.",
          "Bitte den Wert von Hand eintragen oder die Datei in Excel speichern."),
    _Text("F04", "Stelle ohne Antragsteller", _F,
          "Für den Schlüssel „{gefunden}“ stehen Stellen in der Sammelmappe, "
          "aber keine Zeile im Blatt „Antragsteller“.", 
          "Bitte den Antragsteller ergänzen oder den Schlüssel berichtigen."),
    _Text("F05", "Verbundene Zellen", _H, "Zellen sind verbunden ({gefunden}); gelesen wurde nur die erste.",
          "Bitte prüfen, ob der Eintrag für alle verbundenen Zellen gelten soll."),
    _Text("F06", "Ausgeblendetes gelesen", _H, "Ausgeblendet, aber mitgelesen: {gefunden}.",
          "Bitte prüfen, ob diese Einträge gelten sollen."),
    _Text("F07", "Summe der Sammelmappe stimmt nicht", _W,
          "Die Summe „{feld}“ der Sammelmappe stimmt nicht mit ihren Zeilen überein: {gefunden}.",
          "Bitte prüfen, ob Zeilen fehlen oder unter der Tabelle stehen."),
    _Text("F08", "Formular umgebaut", _H, "Das Formular ist nicht mehr aufgebaut, wie es versandt wurde: {gefunden}.",
          "Bitte prüfen, ob alle Angaben übernommen wurden."),
    _Text("F09", "Antragsteller doppelt in der Sammelmappe", _F,
          "Der Antragsteller „{gefunden}“ steht mehrmals im Blatt „Antragsteller“; gelesen wurde nur die erste Zeile.",
          "Bitte alle Angaben in eine Zeile setzen und die anderen löschen."),
    _Text("F10", "Zeile der Sammelmappe nicht ausgefüllt", _H,
          "Nichts eingetragen ist bei {gefunden}; das gilt nicht als Antrag.",
          "Bitte beim Landkreis nachfragen, wenn sie auch sonst nichts beantragt haben (Blatt „Ausstehend“)."),
    _Text("F11", "Spalte des Formulars fehlt", _F,
          "Die Spalte „{feld}“ fehlt; wo ihre Überschrift stand, steht {gefunden}. Was in der Spalte eingetragen ist, "
          "ließ sich nicht lesen.",
          "Bitte die Spalte mit der Überschrift „{feld}“ wiederherstellen und die Datei neu senden."),
    _Text("F12", "Spalte mit vorausgefüllten Angaben fehlt", _W,
          "Die Spalte „{feld}“ fehlt; wo ihre Überschrift stand, steht {gefunden}. Sie war vorausgefüllt.",
          "Bitte prüfen, ob Einträge verschoben wurden; es gilt, was im Bestand steht."),
    _Text("W01", "Datum nicht lesbar", _F, "{feld}: „{gefunden}“ ist kein Datum.", "Bitte so eintragen: 31.12.2021."),
    _Text("W02", "Zahl nicht lesbar", _F, "{feld}: „{gefunden}“ ist keine eindeutige Zahl.",
          "Bitte so eintragen: 0,5 oder 1,25."),
    _Text("W03", "Ganze Zahl erwartet", _F, "{feld}: „{gefunden}“ ist keine ganze Zahl.",
          "Bitte eine ganze Zahl eintragen, etwa 6."),
    _Text("W04", "Ja oder nein erwartet", _F, "{feld}: „{gefunden}“ ist weder „ja“ noch „nein“.",
          "Bitte „ja“ oder „nein“ wählen."),
    _Text("W05", "Nicht in der Auswahl", _F, "{feld}: „{gefunden}“ steht nicht zur Auswahl ({auswahl}).",
          "Bitte einen Wert aus der Liste wählen."),
    _Text("W06", "Schlüssel nicht lesbar", _F, "{feld}: „{gefunden}“ ist kein Schlüssel.",
          "Bitte nur Ziffern eintragen, mit führender Null."),
    _Text("W07", "Datum als Text", _H, "{feld}: „{gefunden}“ ist als Text eingetragen und wurde als Datum verstanden.",
          "Bitte prüfen, ob der Tag stimmt."),
    _Text("W08", "Zahl als Text", _H, "{feld}: „{gefunden}“ ist als Text eingetragen und wurde als Zahl verstanden.",
          "Bitte prüfen, ob die Zahl stimmt."),
    _Text("W10", "Unsichtbare Zeichen entfernt", _H,
          "In {gefunden} standen unsichtbare Zeichen oder zerlegte Umlaute; sie wurden bereinigt.", "Nichts zu tun."),
    _Text("W11", "Zahl mehrdeutig", _F, "{feld}: „{gefunden}“ kann tausend bedeuten oder eine Zahl mit drei "
          "Nachkommastellen.", "Bitte so eintragen: 0,5 oder 1,25."),
    _Text("W09", "Schlüssel als Zahl", _H, 
          "{feld}: „{gefunden}“ ist als Zahl eingetragen; die führende Null wurde ergänzt.",
          "Bitte prüfen, ob der Schlüssel stimmt."),
)  # fmt: skip

# kind of Mangel -> code; `pik_xl.ooxml.workbook`, `receive` and `read` know no other kinds.
CODES = {
    "kennwort": "D01",
    "kein_xlsx": "D02",
    "beschaedigt": "D03",
    "abgeschnitten": "D03",
    "leer": "D04",
    "zu_gross": "D05",
    "entitaeten": "D06",
    "doppelte_teile": "D06",
    "kodierung": "D06",
    "pfad": "D06",
    "zu_viele_zellen": "D07",
    "zip_beschaedigt": "D08",
    "zip_zu_gross": "D08",
    "zip_zu_tief": "D08",
    "nicht_lesbar": "D09",
    "makros": "D10",
    "externe_verknuepfung": "D11",
    "dde": "D11",
    "webservice": "D11",
    "mail_ohne_anlage": "D14",
    "mail_unlesbar": "D03",
    "bestand_gedeutet": "B08",
    "schreiben": "D12",
    "zum_nachteil": "D15",
    "mail": "D16",
    "bleibt_entwurf": "D17",
    "fehlt": "D18",
    "nicht_versandt": "D19",
    "wieder_geschrieben": "D20",
    "schreiben_fehlt": "D21",
    "lauf_fehlt": "D22",
    "verzeichnis_fehlt": "D23",
    "master_aelter": "M19",
    "mappe_ohne_empfaenger": "D24",
    "mappe_bleibt_entwurf": "D25",
    "programmfehler": "D13",
    "kein_formular": "F01",
    "fehlerwert": "F02",
    "formel_ohne_wert": "F03",
    "stelle_ohne_antragsteller": "F04",
    "verbunden": "F05",
    "ausgeblendet": "F06",
    "summe_falsch": "F07",
    "umgebaut": "F08",
    "antragsteller_doppelt": "F09",
    "unberuehrt": "F10",
    "spalte_fehlt": "F11",
    "bekanntes_fehlt": "F12",
    "datum_unlesbar": "W01",
    "zahl_unlesbar": "W02",
    "ganzzahl_unlesbar": "W03",
    "ja_nein_unlesbar": "W04",
    "auswahl_unbekannt": "W05",
    "schluessel_unlesbar": "W06",
    "datum_als_text": "W07",
    "zahl_als_text": "W08",
    "schluessel_als_zahl": "W09",
    "unsichtbare_zeichen": "W10",
    "zahl_mehrdeutig": "W11",
}


def label(name: str) -> str:
    """What the form calls a field."""
    feld = STELLEN_NACH_NAME.get(name) or ANTRAG_NACH_NAME.get(name)
    return feld.label if feld else SUMMEN.get(name, name)


def _run(text: _Text) -> Check:
    def run(mangel: Mangel) -> list[Hit]:
        feld = STELLEN_NACH_NAME.get(mangel.feld) or ANTRAG_NACH_NAME.get(mangel.feld)
        words = {
            "gefunden": mangel.gefunden,
            "feld": label(mangel.feld),
            "auswahl": ", ".join(feld.auswahl) if feld else "",
        }
        return [Hit(text.meldung.format_map(words), text.bitte.format_map(words), mangel.feld, mangel.gefunden)]

    return Check(text.code, text.titel, text.schwere, PRAXIS, Per.MANGEL, run)


CHECKS = tuple(_run(text) for text in _TEXTE)
BY_CODE = {check.code: check for check in CHECKS}
