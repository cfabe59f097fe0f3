"""THE tables a run writes into the master: every sheet and column, declared once.

The modules beside it fill the rows, `master.draw` draws them, `master.read` reads them back. What belongs to the
office as a whole stands in `office_specs`.
"""

from __future__ import annotations

from pik_xl.kinds import Kind
from pik_xl.master.sheets.columns import (
    AENDERUNG,
    ENTSCHEIDUNG,
    FREIGEGEBENES,
    SIEGEL,
    ZU_BEACHTEN,
    Column,
    TableSpec,
    staff,
)
from pik_xl.master.sheets.years import betrag_columns
from pik_xl.model import Ergebnis, Freigabe, Kreisstand
from pik_xl.recht.haushalt import VERLAENGERUNGSJAHRE

_K = Kind

_SIEGEL = Column(SIEGEL, "Siegel", _K.SCHLUESSEL, 12, verborgen=True,
                 hilfe="Prüfsumme der Zeile: Daran sieht der nächste Lauf, was von Hand überschrieben wurde, und hebt "
                       "es auf Blatt Verwaist auf.")  # fmt: skip
_SUMME = Column("summe", "Summe", _K.EURO, 16, summe=True)


ANTRAEGE = TableSpec(
    "tbl_antraege", "Anträge",
    "Eine Zeile je Antrag. Ersetzte Anträge bleiben sichtbar, zählen aber nicht mit.",
    (
        Column("ags", "AGS", _K.SCHLUESSEL, 11),
        Column("traeger", "Antragsteller", width=34),
        Column("kreis", "Kreis", width=25),
        Column("stand", "Stand", _K.ZUSTAND, 16),
        Column("ergebnis", "Ergebnis", _K.ZUSTAND, 12),
        Column("freigabe", "Freigabe", _K.ZUSTAND, 22, auswahl=tuple(Freigabe),
               hilfe="Folgt sofort dem, was unter „Bearbeitet von“, „Freigegeben von“ und „Freigegeben am“ steht. Gilt "
                     "nur für die Entscheidung, die bei der Freigabe in der Zeile stand.", formel=True),
        Column(AENDERUNG, "Seit dem letzten Lauf", _K.ZUSTAND, 13),
        Column("eingang", "Eingang", _K.DATUM, 11),
        Column("stellen", "Stellen beantragt", _K.ZAHL, 10, summe=True),
        Column("vzae", "VZÄ", _K.VZAE, 9, summe=True),
        *betrag_columns(VERLAENGERUNGSJAHRE),
        _SUMME,
        Column("fehler", "Fehler", _K.ZAHL, 9, summe=True),
        Column("warnungen", "Warnungen", _K.ZAHL, 12, summe=True),
        Column("hinweise", "Hinweise", _K.ZAHL, 11, summe=True),
        staff("bearbeitet_von", "Bearbeitet von", _K.TEXT, 16, "Wer den Vorgang bearbeitet."),
        staff("bemerkung", "Bemerkung", _K.LANGTEXT, 34, "Freier Text; bleibt bei jedem Lauf erhalten."),
        staff("freigegeben_von", "Freigegeben von", _K.TEXT, 16,
              "Wer den Bescheid freigibt. Vier-Augen-Prinzip: nicht dieselbe Person wie „Bearbeitet von“."),
        staff("freigegeben_am", "Freigegeben am", _K.DATUM, 13, "Tag der Freigabe, zum Beispiel 15.03.2020."),
        staff("eingang_berichtigt", "Eingang berichtigt", _K.DATUM, 13,
              "Nur wenn der Antrag an einem anderen Tag einging, als unter „Eingang“ steht."),
        staff("wiedervorlage", "Wiedervorlage", _K.DATUM, 14, "Tag, an dem der Vorgang wieder vorgelegt wird."),
        Column("art", "Art", width=20),
        Column("kreis_ags", "Kreis-AGS", _K.SCHLUESSEL, 11),
        Column("ansprechperson", "Ansprechperson", width=24),
        Column("email", "E-Mail", width=34),
        Column("iban", "IBAN", _K.SCHLUESSEL, 28),
        Column("verbund", "Zusammenarbeit", width=28),
        Column("digital_antrag", "Digital beantragt", width=11),
        Column("digital_loesung", "Digitale Lösung", width=26),
        Column("digital_kosten", "Digital: Ausgaben", _K.EURO, 16),
        Column("digital_zahl", "Digital: mit Zugriff", _K.ZAHL, 12),
        Column("digital_ergebnis", "Digital: Ergebnis", _K.ZUSTAND, 12),
        Column("digital_betrag", "Digital: bewilligt", _K.EURO, 16),
        Column("digital_rechenweg", "Digital: Rechenweg", width=50),
        Column("datei", "Datei", width=44),
        Column("schluessel", "Schlüssel", _K.SCHLUESSEL, 48, hilfe="Kennung der Einsendung; daran wird die Zeile "
               "bei jedem Lauf wiedererkannt."),
        Column(ENTSCHEIDUNG, "Entscheidung", _K.SCHLUESSEL, 12, verborgen=True,
               hilfe="Prüfsumme der Entscheidung in dieser Zeile: Ergebnis, Enden, Monate und Beträge."),
        Column(FREIGEGEBENES, "Freigegebene Entscheidung", _K.SCHLUESSEL, 30, verborgen=True,
               hilfe="Prüfsumme der Entscheidung, die freigegeben wurde, mit Tag und Person."),
        Column("inhalt", "Inhalt", _K.SCHLUESSEL, 18, verborgen=True,
               hilfe="Prüfsumme des Inhalts: Daran wird ein Antrag erkannt, dessen Datei jetzt anders heißt."),
        _SIEGEL,
    ),
    ("schluessel",), fest=2, druck=22,
)  # fmt: skip


STELLEN = TableSpec(
    "tbl_stellen", "Stellen",
    "Eine Zeile je Stelle aller geltenden Anträge. Der Rechenweg steht weiter rechts im Wortlaut.",
    (
        Column("stelle", "Stelle", _K.SCHLUESSEL, 16),
        Column("traeger", "Antragsteller", width=30),
        Column("einsatzort", "Einsatzort", width=20),
        Column("stand", "Stand", _K.ZUSTAND, 16),
        Column("ergebnis", "Ergebnis", _K.ZUSTAND, 12),
        Column(AENDERUNG, "Seit dem letzten Lauf", _K.ZUSTAND, 13),
        Column("vzae", "VZÄ beantragt", _K.VZAE, 11, summe=True),
        Column("bewilligt_bis", "Bewilligt bis", _K.DATUM, 11),
        Column("neues_ende", "Neues Ende", _K.DATUM, 11),
        Column("monate", "Monate", _K.VZAE, 9),
        *betrag_columns(VERLAENGERUNGSJAHRE),
        _SUMME,
        Column("begruendung", "Begründung", _K.LANGTEXT, 52),
        staff("entscheidung_abweichend", "Entscheidung abweichend", _K.AUSWAHL, 15,
              "Nur ausfüllen, wenn anders entschieden werden soll als die Regeln es vorsehen.", tuple(Ergebnis)),
        staff("ende_abweichend", "Neues Ende abweichend", _K.DATUM, 13,
              "Bei „bewilligt“ und „teilweise“: der letzte geförderte Tag. Der nächste Lauf rechnet damit."),
        staff("begruendung_abweichung", "Begründung der Abweichung", _K.LANGTEXT, 34,
              "Warum abgewichen wird; steht im Bescheid und im Vermerk."),
        staff("bemerkung", "Bemerkung", _K.LANGTEXT, 30, "Freier Text; bleibt bei jedem Lauf erhalten."),
        Column("verlaengern", "Verlängern?", width=12),
        Column("vzae_bewilligt", "VZÄ bewilligt", _K.VZAE, 11),
        Column("beginn", "Beginn", _K.DATUM, 11),
        Column("wunschende", "Beantragt bis", _K.DATUM, 11),
        Column("person", "Fachkraft", width=24),
        Column("qualifikation", "Qualifikation", width=19),
        Column("besetzung_stichtag", "Besetzung am Stichtag", width=14),
        Column("besetzung_heute", "Besetzung heute", width=14),
        Column("arbeitgeber", "Arbeitgeber", width=24, hilfe="Nur wenn es nicht der Antragsteller ist."),
        Column("unterbrechung", "Monate ohne Entgelt", _K.ZAHL, 11),
        Column("angabe", "Bemerkung des Antragstellers", width=30),
        Column("rechenweg", "Rechenweg", width=70),
        Column("quellen", "Quellen", width=50),
        Column("hinweise", "Hinweise", width=50),
        Column("kreis", "Kreis", width=25),
        Column("ags", "AGS", _K.SCHLUESSEL, 11),
        Column("kreis_ags", "Kreis-AGS", _K.SCHLUESSEL, 11),
        Column("schluessel", "Schlüssel", _K.SCHLUESSEL, 48, hilfe="Kennung der Einsendung, wie auf Blatt Anträge."),
        _SIEGEL,
    ),
    ("stelle", "ags"), fest=2, druck=20,
)  # fmt: skip


BEFUNDE = TableSpec(
    "tbl_befunde", "Befunde", "Was in den Einsendungen aufgefallen ist, das Dringendste zuerst.",
    (
        Column("schwere", "Schwere", _K.ZUSTAND, 11),
        Column("code", "Code", _K.SCHLUESSEL, 8),
        Column("traeger", "Antragsteller", _K.LANGTEXT, 26),
        Column("kreis", "Kreis", _K.LANGTEXT, 20),
        Column("ags", "AGS", _K.SCHLUESSEL, 11),
        Column("feld", "Feld", _K.LANGTEXT, 18),
        Column("gefunden", "Gefunden", _K.LANGTEXT, 20),
        Column("meldung", "Meldung", _K.LANGTEXT, 48),
        Column("bitte", "Bitte tun", _K.LANGTEXT, 44),
        Column("blatt", "Blatt", width=11),
        Column("zelle", "Zelle", width=8),
        Column("datei", "Datei", _K.LANGTEXT, 30),
        Column("quelle", "Quelle", _K.LANGTEXT, 30),
        Column("schluessel", "Schlüssel", _K.SCHLUESSEL, 48, hilfe="Kennung der Einsendung, wie auf Blatt Anträge; "
               "leer, wenn der Befund zu keinem Antrag gehört."),
        Column("aussen", "Nach außen", _K.SCHLUESSEL, verborgen=True, hilfe="Die Meldung ohne Namen anderer, wie sie "
               "außer Haus steht."),
        _SIEGEL,
    ),
    ("datei", "code", "blatt", "zelle", "feld"), fest=3, druck=13, kopf=10,
)  # fmt: skip


KREISE = TableSpec(
    "tbl_kreise", "Kreise",
    "Der Stand je Stadt- und Landkreis. Beträge zählen, sobald ein Antrag entscheidungsreif ist.",
    (
        Column("ags", "AGS", _K.SCHLUESSEL, 8),
        Column("kreis", "Kreis", width=33),
        Column("kuerzel", "Kürzel", width=9, hilfe="Das Kfz-Zeichen; so heißt der Kreis auf der Karte."),
        Column("art", "Art", width=12),
        Column("regierungsbezirk", "Regierungsbezirk", width=18),
        Column("stand", "Stand", _K.ZUSTAND, 18, auswahl=tuple(Kreisstand),
               hilfe="So weit wie der langsamste Antragsteller des Kreises.", formel=True),
        Column("offen", "noch offen", _K.ZAHL, 10,
               hilfe="Was den nächsten Schritt aufhält: fehlende Anträge, sonst Rückfragen, sonst Anträge ohne "
                     "Freigabe.", formel=True),
        Column("im_bestand", "Antragsteller im Bestand", _K.ZAHL, 14, summe=True,
               hilfe="Träger mit mindestens einer bewilligten Stelle im Bestand."),
        Column("eingegangen", "eingegangen", _K.ZAHL, 13, summe=True,
               hilfe="Träger, von denen ein geltender Antrag vorliegt."),
        Column("fehlend", "fehlend", _K.ZAHL, 10, summe=True,
               hilfe="Träger aus dem Bestand, von denen noch kein Antrag vorliegt."),
        Column("rueckfrage", "Rückfrage", _K.ZAHL, 11, summe=True,
               hilfe="Anträge, zu denen der Antragsteller noch etwas sagen muss."),
        Column("entscheidungsreif", "entscheidungsreif", _K.ZAHL, 18, summe=True,
               hilfe="Vollständige Anträge, freigegebene eingeschlossen."),
        Column("freigegeben", "freigegeben", _K.ZAHL, 13, summe=True,
               hilfe="Entschiedene Anträge: auf Blatt Anträge von zwei Personen bearbeitet und freigegeben.",
               formel=True),
        Column("ansprechpartner", "Ansprechpartner", width=22, hilfe="Aus dem Blatt Ansprechpartner.", formel=True),
        Column("fortschritt", "Fortschritt", _K.PROZENT, 14, hilfe="entscheidungsreife Anträge je erwartetem Antrag"),
        Column("stellen", "Stellen beantragt", _K.ZAHL, 11, summe=True),
        Column("vzae", "VZÄ", _K.VZAE, 10, summe=True),
        *betrag_columns(VERLAENGERUNGSJAHRE),
        _SUMME,
        _SIEGEL,
    ),
    ("ags", "kreis"), fest=2, summenzeile=True, geschuetzt=True,
)  # fmt: skip


BESCHEIDE = TableSpec(
    "tbl_bescheide", "Bescheide",
    "Das jüngste Schreiben jeder Art zu jedem Antrag. Die Dateien liegen im Arbeitsordner.",
    (
        Column("ags", "AGS", _K.SCHLUESSEL, 11),
        Column("traeger", "Antragsteller", width=34),
        Column("kreis", "Kreis", width=25),
        Column("schreiben", "Schreiben", width=24),
        Column("nummer", "Nr.", _K.ZAHL, 7, hilfe="1 für den ersten Bescheid, 2 für den ersten, der ihn ändert."),
        Column("fassung", "Fassung", width=12, hilfe="Entwurf, solange nicht zwei Personen freigegeben haben."),
        Column("ergebnis", "Ergebnis", _K.ZUSTAND, 12),
        Column("summe", "Summe", _K.EURO, 16, summe=True),
        Column("datum", "Datum", _K.DATUM, 12),
        Column("aktenzeichen", "Aktenzeichen", _K.SCHLUESSEL, 20),
        staff("versandt_am", "Versandt am", _K.DATUM, 12, "Tag, an dem das Schreiben hinausging."),
        staff("bemerkung", "Bemerkung", _K.LANGTEXT, 34, "Freier Text; bleibt bei jedem Lauf erhalten."),
        Column(ZU_BEACHTEN, "Zu beachten", _K.LANGTEXT, 70,
               hilfe="Warum ein Schreiben Entwurf bleibt oder nicht hinausging, und was vor dem Versand zu klären ist; "
                     "eine Zeile je Punkt."),
        Column("datei", "Datei", width=70),
        Column("schluessel", "Schlüssel", _K.SCHLUESSEL, 48, hilfe="Kennung der Einsendung, wie auf Blatt Anträge."),
        *(Column(name, header, _K.SCHLUESSEL, verborgen=True, hilfe="Daran erkennt der nächste Lauf, was schon "
                 "ergangen ist. Bitte nicht ändern.")
          for name, header in (("art", "Vorlage"), ("reihe", "Reihe"), ("stellen", "Stellen"),
                               ("entscheidung", "Entscheidung"), ("inhalt", "Inhalt"), ("punkte", "Punkte"),
                               ("sha256", "SHA-256"), ("anlagen", "Anlagen"))),
        _SIEGEL,
    ),
    ("schluessel", "reihe", "nummer"), fest=2, druck=12,
)  # fmt: skip

VERSANDLISTE = TableSpec(
    "tbl_versand", "Versandliste", "Was in diesem Lauf entstanden ist, in der Reihenfolge des Versands.",
    (
        Column("nr", "Nr.", _K.ZAHL, 7),
        Column("traeger", "Empfänger", width=34),
        Column("anschrift", "Anschrift", width=38),
        Column("email", "E-Mail", width=34),
        Column("schreiben", "Schreiben", width=24),
        Column("fassung", "Fassung", width=12, hilfe="Nur was endgültig ist, geht hinaus."),
        Column("summe", "Betrag", _K.EURO, 16),
        Column("datum", "Datum", _K.DATUM, 12),
        Column("aktenzeichen", "Aktenzeichen", _K.SCHLUESSEL, 22),
        Column("kreis", "Kreis", width=24),
        Column("datei", "Datei", width=60, hilfe="In diesem Ordner."),
        Column("anlagen", "Anlagen", width=44, hilfe="Liegen daneben."),
        Column("sha256", "SHA-256", _K.SCHLUESSEL, 66, hilfe="Prüfsumme der Datei: Wurde sie seitdem geändert?"),
    ),
    fest=2, druck=9,
)  # fmt: skip

AUSSTEHEND = TableSpec(
    "tbl_ausstehend", "Ausstehend", "Wer bewilligte Stellen hat und noch nichts beantragt hat: die Liste zum Erinnern.",
    (
        Column("ags", "AGS", _K.SCHLUESSEL, 11),
        Column("traeger", "Träger", width=38),
        Column("kreis", "Kreis", width=28),
        Column("stellen", "Stellen im Bestand", _K.ZAHL, 11, summe=True),
        Column("vzae", "VZÄ", _K.VZAE, 10, summe=True),
        Column("endet", "Endet zuerst am", _K.DATUM, 12, hilfe="Das früheste Ende einer bewilligten Stelle."),
        staff("erinnert_am", "Erinnert am", _K.DATUM, 13, "Tag der Erinnerung."),
        staff("bemerkung", "Bemerkung", _K.LANGTEXT, 40, "Freier Text; bleibt bei jedem Lauf erhalten."),
        _SIEGEL,
    ),
    ("ags",), fest=2,
)  # fmt: skip

HAUSHALT = TableSpec(
    "tbl_haushalt", "Haushalt", "Ansatz, Bewilligungen und Rest je Haushaltsjahr.",
    (
        Column("jahr", "Haushaltsjahr", _K.JAHR, 15),
        Column("ansatz", "Ansatz", _K.EURO, 18, summe=True),
        Column("bereits", "Bereits bewilligt", _K.EURO, 18, summe=True,
               hilfe="Aus dem Bestand: Jahresbetrag mal VZÄ mal Kalendermonate im Haushaltsjahr."),
        Column("beantragt", "Jetzt beantragt", _K.EURO, 18, summe=True,
               hilfe="Was die geltenden Anträge verlangen, auch wenn es gekürzt oder abgelehnt wird; bei offener "
                     "Rückfrage höchstens, was die Regeln zulassen."),
        Column("jetzt", "Jetzt bewilligt", _K.EURO, 18, summe=True,
               hilfe="Summe der entscheidungsreifen Anträge.", formel=True),
        Column("rueckfrage", "Stellen in Rückfrage", _K.ZAHL, 13,
               hilfe="Beantragte Stellen mit offener Rückfrage, deren bewilligter Zeitraum vor dem Ende dieses "
                     "Jahres endet. Ihr Betrag steht noch nicht fest."),
        Column("rest", "Rest", _K.EURO, 18, formel=True),
        Column("auslastung", "Auslastung", _K.PROZENT, 16, formel=True),
        Column("bemerkung", "Bemerkung", _K.LANGTEXT, 42, formel=True),
        Column("quelle", "Quelle des Ansatzes", _K.LANGTEXT, 44),
        _SIEGEL,
    ),
    ("jahr",), summenzeile=True, kopf=1, geschuetzt=True,
)  # fmt: skip


EINSTELLUNGEN = TableSpec(
    "tbl_einstellungen", "Einstellungen",
    "Was für diesen Arbeitsordner gilt. Was anders sein soll, steht in der gelben Spalte; leer = wie vorgegeben.",
    (
        Column("bereich", "Bereich", width=18),
        Column("einstellung", "Einstellung", width=26),
        staff("wert", "Wert", _K.TEXT, 42, "Gilt ab dem nächsten Lauf. Leer = wie vorgegeben."),
        Column("gilt", "Was gilt", _K.LANGTEXT, 42, hilfe="Stand des letzten Laufs."),
        Column("hilfe", "Wofür", _K.LANGTEXT, 70),
        _SIEGEL,
    ),
    ("bereich", "einstellung"), fest=2,
)  # fmt: skip

REGELWERK = TableSpec(
    "tbl_regelwerk", "Regelwerk", "Die Regeln am Tag der Entscheidung, jede mit ihrer Quelle.",
    (
        Column("regel", "Regel", width=46),
        Column("gilt", "Was gilt", _K.LANGTEXT, 44),
        Column("seit", "Gilt seit", _K.DATUM, 12),
        Column("bekannt", "Bekannt seit", _K.DATUM, 13, hilfe="Später als „Gilt seit“, wenn rückwirkend geändert."),
        Column("grundlage", "Grundlage", _K.LANGTEXT, 24, hilfe="„Festlegung“ und „hergeleitet“: keine Quelle nennt "
               "den Wert. Auf Blatt Abweichungen kann das Referat jeden ersetzen."),
        Column("quelle", "Quelle", _K.LANGTEXT, 70),
        _SIEGEL,
    ),
    ("regel",), kopf=1, geschuetzt=True,
)  # fmt: skip


PROTOKOLL = TableSpec(
    "tbl_protokoll", "Protokoll", "Jeder Lauf mit seinen Zahlen, der jüngste zuerst.",
    (
        Column("stempel", "Wann", width=18),
        Column("was", "Was", width=26),
        Column("wer", "Wer", width=18),
        Column("entscheidungstag", "Entscheidungstag", _K.DATUM, 17, hilfe="Für diesen Tag wurde entschieden."),
        Column("antraege", "Anträge", _K.ZAHL, 11),
        Column("entscheidungsreif", "entscheidungsreif", _K.ZAHL, 18),
        Column("rueckfrage", "Rückfrage", _K.ZAHL, 12),
        Column("stellen", "Stellen", _K.ZAHL, 10),
        Column("befunde", "Befunde", _K.ZAHL, 11),
        Column("summe", "Summe", _K.EURO, 19),
        Column("sekunden", "Sekunden", _K.VZAE, 11, hilfe="Für Lesen, Prüfen und Entscheiden."),
        Column("regelwerk", "Regelwerk", _K.SCHLUESSEL, 16, hilfe="Prüfsumme der Regeln, die entschieden haben."),
        Column("bemerkung", "Bemerkung", _K.LANGTEXT, 60),
    ),
    ("stempel", "was"),
)  # fmt: skip

VERWAIST = TableSpec(
    "tbl_verwaist", "Verwaist",
    "Eingetragenes, dessen Zeile es nicht mehr gibt. Erscheint die Zeile wieder, kehrt es von selbst dorthin zurück.",
    (
        Column("blatt", "Blatt", width=14),
        Column("schluessel", "Schlüssel", _K.SCHLUESSEL, 50),
        Column("spalte", "Spalte", width=28),
        Column("inhalt", "Inhalt", _K.LANGTEXT, 80),
    ),
    ("blatt", "schluessel", "spalte", "inhalt"),  # all a row says, so that what people add beside it stays there
)  # fmt: skip


# The tables with sums over or under them.
MIT_SUMMEN = (ANTRAEGE, STELLEN, KREISE, AUSSTEHEND, BESCHEIDE, HAUSHALT)
