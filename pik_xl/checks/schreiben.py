"""L: what is to be heeded about a letter, of this run or on record, in words.

Who writes, keeps and sends letters sees it (`pik_xl.schreiben`, `pik_xl.versand`) and says what (`{gefunden}`).
"""

from __future__ import annotations

from pik_xl.checks.check import PRAXIS, Message
from pik_xl.model import Schwere

_F, _W, _H = Schwere.FEHLER, Schwere.WARNUNG, Schwere.HINWEIS

NICHT_ERSTELLT = Message(
    "L01", "Schreiben nicht erstellt", _F, PRAXIS,
    "Das Schreiben ließ sich nicht erstellen: {gefunden}",
    "Bitte die genannte Angabe oder die Vorlage berichtigen und das Schreiben neu erzeugen.",
)  # fmt: skip
ZUM_NACHTEIL = Message(
    "L02", "Änderung zum Nachteil", _W, PRAXIS,
    "Der Änderungsbescheid bewilligt weniger als der frühere Bescheid "
    "({gefunden}).", "Bitte den Antragsteller vor dem Versand anhören (§ 28 LVwVfG) und die Rücknahme oder den "
    "Widerruf prüfen (§§ 48, 49 LVwVfG).",
)  # fmt: skip
KEINE_MAIL = Message(
    "L03", "E-Mail nicht möglich", _W, PRAXIS,
    "Zu diesem Schreiben entstand kein Entwurf einer E-Mail. {gefunden}",
    "Bitte mit der Post senden, oder die Angabe berichtigen und noch einmal starten. Liegt dem Schreiben eine "
    "Arbeitsmappe bei, bitte eine E-Mail-Adresse erfragen und sie dorthin senden.",
)  # fmt: skip
BLEIBT_ENTWURF = Message(
    "L04", "Bescheid bleibt Entwurf", _F, PRAXIS,
    "Der freigegebene Bescheid bleibt Entwurf: {gefunden}",
    "Bitte das Genannte berichtigen und den Bescheid noch einmal schreiben.",
)  # fmt: skip
NICHT_WIE_GESCHRIEBEN = Message(
    "L05", "Schreiben fehlt oder wurde geändert", _W, PRAXIS,
    "Ein Schreiben, das hinaus soll, ist nicht mehr, wie es war: {gefunden}",
    "Bitte die Datei zurücklegen. Ging es schon hinaus, den Tag auf Blatt Bescheide unter „Versandt am“ "
    "eintragen.",
)  # fmt: skip
FRUEHERER_NICHT_VERSANDT = Message(
    "L06", "Früherer Bescheid nicht versandt", _W, PRAXIS,
    "Der Bescheid, der geändert wird, hat auf Blatt Bescheide keinen Tag unter „Versandt am“ "
    "({gefunden}).",
    "Bitte eintragen, wann er hinausging. Ging er nicht hinaus, kennt ihn der Antragsteller nicht; dann passt "
    "der Wortlaut nicht.",
)  # fmt: skip
WIEDER_GESCHRIEBEN = Message(
    "L07", "Endgültiger Bescheid wieder geschrieben", _H, PRAXIS,
    "Der Bescheid lag nicht mehr, wo er geschrieben wurde: {gefunden}", "Nichts zu tun.",
)  # fmt: skip
FEHLT = Message(
    "L08", "Endgültiges Schreiben fehlt", _W, PRAXIS,
    "Ein endgültiges Schreiben liegt nicht mehr, wo es geschrieben wurde: {gefunden}",
    "Bitte die Datei an ihren Platz zurücklegen, zum Beispiel aus der Datensicherung.",
)  # fmt: skip
ORDNER_FEHLT = Message(
    "L09", "Ordner eines früheren Laufs fehlt", _H, PRAXIS,
    "Der Ordner eines früheren Laufs ist nicht mehr da: {gefunden}",
    "Ist er archiviert, ist nichts zu tun; sonst bitte zurücklegen.",
)  # fmt: skip
VERZEICHNIS_FEHLT = Message(
    "L10", "Verzeichnis eines Laufs fehlt", _W, PRAXIS,
    "Im Ordner eines früheren Laufs fehlt manifest.json; darin stand, welche Schreiben er enthält.",
    "Bitte die Datei aus der Datensicherung zurücklegen. Bis dahin gilt, was auf Blatt Bescheide steht.",
)  # fmt: skip
MAPPE_OHNE_EMPFAENGER = Message(
    "L11", "Sammelmappe ohne Empfänger", _W, PRAXIS,
    "Die Sammelmappe mit den markierten Fehlern geht an niemanden: {gefunden}",
    "Bitte klären, wer sie gesandt hat, und die Schlüssel darin berichtigen lassen. Die Antragsteller bekommen "
    "ihre Nachforderungen trotzdem.",
)  # fmt: skip
MAPPE_BLEIBT_ENTWURF = Message(
    "L12", "Sammelmappe geht noch nicht hinaus", _W, PRAXIS,
    "Das Schreiben, mit dem die Sammelmappe zurückgeht, bleibt Entwurf: {gefunden}",
    "Bitte die fehlenden Angaben beim Landkreis erfragen. Stehen sie in seinem eigenen Antrag im Eingang, macht "
    "der nächste Lauf daraus ein endgültiges Schreiben.",
)  # fmt: skip
KEINE_PDF = Message(
    "L13", "PDF nicht erstellt", _F, PRAXIS,
    "Zu diesem Schreiben entstand keine PDF-Datei: {gefunden}",
    "Bitte das Genannte beheben und noch einmal starten.",
)  # fmt: skip
ANLAGE_FEHLT = Message(
    "L14", "Anlage fehlt", _F, PRAXIS,
    "Dem Schreiben fehlt eine Anlage: {gefunden}",
    "Bitte das Genannte berichtigen und die Anlage von Hand beilegen.",
)  # fmt: skip

MESSAGES = (
    NICHT_ERSTELLT,
    ZUM_NACHTEIL,
    KEINE_MAIL,
    BLEIBT_ENTWURF,
    NICHT_WIE_GESCHRIEBEN,
    FRUEHERER_NICHT_VERSANDT,
    WIEDER_GESCHRIEBEN,
    FEHLT,
    ORDNER_FEHLT,
    VERZEICHNIS_FEHLT,
    MAPPE_OHNE_EMPFAENGER,
    MAPPE_BLEIBT_ENTWURF,
    KEINE_PDF,
    ANLAGE_FEHLT,
)
