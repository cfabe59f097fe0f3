"""THE tables that belong to the office as a whole: built once, typed in by staff, written by no run."""

from __future__ import annotations

from pik_xl.kinds import Kind
from pik_xl.master.sheets.columns import (
    REGELN,
    TableSpec,
    staff,
)
from pik_xl.model import Art, Qualifikation

_K = Kind

BESTAND = TableSpec(
    "tbl_bestand", "Bestand",
    "Das Verzeichnis der bewilligten Stellen. Es gehört dem Referat; jede Spalte darf geändert werden.",
    (
        staff("stelle", "Stelle", _K.SCHLUESSEL, 18, "Kennung der Stelle, jede nur einmal."),
        staff("aktenzeichen", "Aktenzeichen", _K.SCHLUESSEL, 20, "Aktenzeichen der Bewilligung."),
        staff("ags", "AGS", _K.SCHLUESSEL, 12, "Träger: Kreis 5, Verband 9, Gemeinde 8 Ziffern, mit führender Null."),
        staff("traeger", "Träger", _K.TEXT, 36, "Name des Trägers, wie er im Bescheid steht."),
        staff("art", "Art", _K.AUSWAHL, 24, "Art des Trägers.", tuple(Art)),
        staff("kreis", "Kreis-AGS", _K.SCHLUESSEL, 11, "Stadt- oder Landkreis, 5 Ziffern."),
        staff("einsatzort", "Einsatzort", _K.TEXT, 26, "Wo die Stelle eingesetzt ist."),
        staff("person", "Fachkraft", _K.TEXT, 26, "Name der Fachkraft; leer, wenn unbesetzt."),
        staff("qualifikation", "Qualifikation", _K.AUSWAHL, 21, "Danach richtet sich der Jahresbetrag.",
              tuple(Qualifikation)),
        staff("vzae", "VZÄ", _K.VZAE, 9, "Stellenanteil mit zwei Nachkommastellen, zum Beispiel 0,50."),
        staff("jahresbetrag", "Jahresbetrag je VZÄ", _K.EURO, 16,
              "EUR je VZÄ und Jahr; leer = der Satz des Regelwerks für die Qualifikation."),
        staff("beginn", "Beginn", _K.DATUM, 12, "Erster geförderter Tag."),
        staff("bewilligt_bis", "Bewilligt bis", _K.DATUM, 13, "Letzter geförderter Tag."),
    ),
    ("stelle",),
)  # fmt: skip

ANSPRECHPARTNER = TableSpec(
    "tbl_ansprechpartner", "Ansprechpartner",
    "Wer im Referat für welchen Kreis zuständig ist; die Schreiben dorthin nennen diese Person.",
    (
        staff("kreis", "Kreis-AGS", _K.SCHLUESSEL, 11, "Stadt- oder Landkreis, 5 Ziffern."),
        staff("bezeichnung", "Kreis", _K.TEXT, 33, "Nur zur Orientierung."),
        staff("name", "Name", _K.TEXT, 30, "Wer zuständig ist; leer = wie auf Blatt Einstellungen."),
        staff("durchwahl", "Durchwahl", _K.TEXT, 20, "Zum Beispiel 09342 000-00."),
        staff("email", "E-Mail", _K.TEXT, 40, "Leer = die der Dienststelle."),
    ),
    ("kreis",), fest=2,
)  # fmt: skip

ABWEICHUNGEN = TableSpec(
    "tbl_abweichungen", "Abweichungen",
    "Werte, die das Referat anstelle des Regelwerks setzt. Sie stehen überall dabei, wo sie entscheiden.",
    (
        staff("regel", "Regel", _K.TEXT, 46, "Name der Regel wie auf Blatt Regelwerk.", liste=REGELN),
        staff("wert", "Wert", _K.TEXT, 26, "Zum Beispiel 55.000,00 oder 48 oder 30.06.2020, je nach Regel."),
        staff("ab", "Gilt ab", _K.DATUM, 12, "Erster Tag, für den der Wert gilt."),
        staff("quelle", "Quelle", _K.LANGTEXT, 50, "Worauf die Abweichung beruht; steht im Rechenweg."),
        staff("wer", "Gesetzt von", _K.TEXT, 24, "Wer sie entschieden hat."),
        staff("wann", "Gesetzt am", _K.DATUM, 12, "Ab diesem Tag ist sie bekannt; frühere Entscheidungen bleiben."),
    ),
    ("regel", "ab"),
)  # fmt: skip
