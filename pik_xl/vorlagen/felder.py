"""The fields of the letters: every name a template may use, with its meaning and an example.

The one list: `schreiben` fills exactly these fields, templates are checked against them, docs/vorlagen.md and the
filled samples are made of them. Examples belong together: their amounts add up.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from pik_xl.kinds import Kind
from pik_xl.model import Art, Ergebnis, Schwere, Stand
from pik_xl.vorlagen.schreibart import Feld, Schreibart, gruppe, liste, texte

T, G, V, Z, D, J = Kind.TEXT, Kind.EURO, Kind.VZAE, Kind.ZAHL, Kind.DATUM, Kind.JA_NEIN

_ERGEBNISSE = tuple(map(str, Ergebnis))
_ARTEN = tuple(map(str, Art))
_STAENDE = (str(Stand.ENTSCHIEDEN), str(Stand.RUECKFRAGE))
_SCHWEREN = tuple(map(str, Schwere))

_BEHOERDE = gruppe(
    "behoerde",
    "Angaben der Behörde aus Blatt Einstellungen; Bearbeitung, Durchwahl und E-Mail aus Blatt Ansprechpartner",
    Feld("name", T, "Name der Behörde", "Regierungspräsidium Stuttgart"),
    Feld("referat", T, "Referat", "Referat 15.2"),
    Feld("dienststelle", T, "Dienststelle", "Dienststelle Wertheim"),
    Feld("strasse", T, "Straße und Hausnummer", "Am Eichamt 2"),
    Feld("plz_ort", T, "PLZ und Ort", "97877 Wertheim"),
    Feld("email", T, "E-Mail-Adresse", "integrationsmanagement@rps.bwl.de"),
    Feld("bearbeitung", T, "wer bearbeitet", "Frau Muster", leer=True),
    Feld("durchwahl", T, "Telefon", "0711 904-00000", leer=True),
    Feld("zeichnet", T, "wer unterschreibt", "Max Mustermann", leer=True),
)
_GERICHT = gruppe(
    "gericht",
    "Verwaltungsgericht, in dessen Bezirk der Antragsteller sitzt",
    Feld("name", T, "Name", "Verwaltungsgericht Stuttgart"),
    Feld("anschrift", T, "Straße, PLZ und Ort", "Augustenstraße 5, 70178 Stuttgart"),
)
_BRIEF = (
    _BEHOERDE,
    Feld("datum", D, "Datum des Schreibens", date(2020, 5, 4)),
    Feld("aktenzeichen", T, "Aktenzeichen der Bewilligungsstelle", "15.2-PiK-08125-0042"),
    Feld("entwurf", J, "ja, solange der Bescheid nicht von zwei Personen freigegeben ist", False),
    texte("anschrift", "Zeilen im Anschriftfeld, höchstens sechs", "Stadt Bad Friedrichshall", "Rathausplatz 1",
          "74177 Bad Friedrichshall"),
    Feld("anrede", T, "ganze Anrede mit Komma", "Sehr geehrte Damen und Herren,"),
    Feld("traeger", T, "Name des Empfängers", "Stadt Bad Friedrichshall"),
    Feld("art", T, "Art des Empfängers: Landkreis, Stadtkreis, Stadt, Gemeinde ...", "Stadt", worte=_ARTEN),
    Feld("kreis", T, "Stadt- oder Landkreis", "Landkreis Heilbronn", leer=True),
    Feld("ags", T, "amtlicher Schlüssel", "08125005", leer=True),
)  # fmt: skip
_ANTRAG = (
    *_BRIEF,
    Feld("ansprechperson", T, "Ansprechperson beim Antragsteller", "Frau Çelik", leer=True),
    Feld("eingang", D, "Tag, an dem der Antrag einging", date(2020, 3, 2)),
)
_FRUEHER = gruppe(
    "frueherer_bescheid",
    "der freigegebene Bescheid zum selben Antrag, den dieser ändert; leer beim ersten Bescheid",
    Feld("datum", D, "sein Datum", date(2020, 4, 1)),
    Feld("aktenzeichen", T, "sein Aktenzeichen", "15.2-PiK-08125-0042"),
    Feld("ergebnis", T, "bewilligt, teilweise oder abgelehnt", "teilweise", worte=_ERGEBNISSE),
    Feld("summe", G, "damals bewilligt", Decimal("64000.00")),
    leer=True,
)
_BETRAG = (Feld("jahr", Z, "Haushaltsjahr", 2020), Feld("betrag", G, "Teilbetrag", Decimal("16000.00")))
_BEGRUENDUNG = (
    Feld("rechtsgrundlage", T, "Regelung, auf der die Entscheidung beruht", "Schreiben des Ministers vom 27.01.2020"),
    texte("quellen", "Grundlagen der Berechnung", "Schreiben des Ministers vom 27.01.2020",
          "Veröffentlichung des Regierungspräsidiums vom Juli 2017"),
    texte("hinweise", "weitere Hinweise (im Muster nicht gedruckt)",
          "Für das Haushaltsjahr 2022 ist noch kein Ansatz bekannt."),
)  # fmt: skip

_STELLE = (
    Feld("stelle", T, "Nummer der Stelle", "08125005-01"),
    Feld("einsatzort", T, "Einsatzort", "Bad Friedrichshall", leer=True),
    Feld("person", T, "Name der Fachkraft (im Muster nicht gedruckt)", "Frau Yılmaz", leer=True),
    Feld("vzae", V, "Stellenanteil", Decimal("1.00")),
    Feld("qualifikation", T, "Qualifikation", "Hochschulabschluss", leer=True),
    Feld("beginn", D, "erster geförderter Tag", date(2018, 10, 1), leer=True),
    Feld("bewilligt_bis", D, "bisheriges Ende", date(2020, 9, 30), leer=True),
    Feld("neues_ende", D, "neues Ende; leer, wenn abgelehnt", date(2022, 9, 30), leer=True),
    Feld("monate", V, "Monate der Verlängerung", Decimal("24")),
    Feld("jahresbetrag", G, "Jahresbetrag je VZÄ", Decimal("64000.00"), leer=True),
    Feld("summe", G, "Betrag für diese Stelle", Decimal("128000.00")),
    Feld("ergebnis", T, "bewilligt, teilweise oder abgelehnt", "bewilligt", worte=_ERGEBNISSE),
    Feld("beantragt", J, "ja, wenn ihre Verlängerung beantragt ist", True),
    liste("betraege", "Teilbeträge dieser Stelle", _BETRAG, {},
          {"jahr": 2021, "betrag": Decimal("64000.00")}, {"jahr": 2022, "betrag": Decimal("48000.00")}),
    texte("gruende", "Gründe einer Ablehnung oder Kürzung"),
    texte("trace", "Berechnung in Sätzen", "Beginn 01.10.2018, höchstens 60 Monate: bis 30.09.2023.",
          "Bewilligt bis 30.09.2020, um 24 Monate verlängert: bis 30.09.2022.", "Summe: 128.000,00 €."),
)  # fmt: skip
_ZU_SPAET = "Die Stelle war am Stichtag weder besetzt noch nachbesetzbar."
_ABGELEHNT: Mapping[str, object] = {
    "stelle": "08125005-02", "vzae": Decimal("0.50"), "neues_ende": None, "monate": Decimal(0), "summe": Decimal(0),
    "ergebnis": "abgelehnt", "betraege": (), "gruende": (_ZU_SPAET,), "trace": (_ZU_SPAET,),
}  # fmt: skip
_STELLEN = (
    liste("stellen", "alle Stellen des Antrags", _STELLE, {}, _ABGELEHNT),
    liste("abgelehnte", "davon beantragt und abgelehnt", _STELLE, _ABGELEHNT),
    liste("nicht_beantragte", "davon nicht beantragt", _STELLE,
          {**_ABGELEHNT, "stelle": "08125005-03", "beantragt": False, "gruende": (), "trace": ()}),
)  # fmt: skip
_GESAMT = (
    Feld("ergebnis", T, "bewilligt, teilweise oder abgelehnt", "teilweise", worte=_ERGEBNISSE),
    Feld("summe", G, "bewilligter Betrag über alle Stellen und Jahre", Decimal("128000.00")),
)
_BRIEFPFLICHT = ("behoerde.name", "datum", "aktenzeichen", "anschrift", "anrede", "traeger")
_BESCHEIDPFLICHT = (*_BRIEFPFLICHT, "entwurf", "frueherer_bescheid.datum", "gericht.name", "gericht.anschrift")

VERLAENGERUNG = Schreibart(
    "verlaengerung",
    "Zuwendungsbescheid",
    "Verlaengerungsbescheid",
    "Bewilligung der Verlängerung, ganz oder teilweise",
    (
        *_ANTRAG,
        _GERICHT,
        _FRUEHER,
        *_GESAMT,
        *_BEGRUENDUNG,
        liste("betraege", "Teilbeträge je Haushaltsjahr", _BETRAG, {},
              {"jahr": 2021, "betrag": Decimal("64000.00")}, {"jahr": 2022, "betrag": Decimal("48000.00")}),
        *_STELLEN,
        liste("bewilligte", "davon verlängert", _STELLE, {}),
        liste("gekuerzte", "davon verlängert, aber weniger als beantragt", _STELLE,
              {"ergebnis": "teilweise", "gruende": ("Verlängert wird nur bis zum beantragten Ende.",)}),
        Feld("beratung_hinweis", J, "ja: Während der Pandemie wurde auch telefonisch oder per E-Mail beraten", True),
    ),
    (*_BESCHEIDPFLICHT, "summe", "rechtsgrundlage", "betraege.jahr", "betraege.betrag", "bewilligte.stelle",
     "bewilligte.neues_ende", "bewilligte.trace", "abgelehnte.gruende", "gekuerzte.gruende"),
)  # fmt: skip
ABLEHNUNG = Schreibart(
    "ablehnung",
    "Ablehnungsbescheid",
    "Ablehnungsbescheid",
    "Ablehnung aller beantragten Stellen",
    (*_ANTRAG, _GERICHT, _FRUEHER, *_BEGRUENDUNG, *_STELLEN),
    (*_BESCHEIDPFLICHT, "rechtsgrundlage", "abgelehnte.stelle", "abgelehnte.gruende"),
)
DIGITAL = Schreibart(
    "digital",
    "Bescheid Digitales Integrationsmanagement",
    "Digitalbescheid",
    "Entscheidung über eine digitale Lösung (zweites Programm)",
    (
        *_ANTRAG,
        _GERICHT,
        _FRUEHER,
        Feld("ergebnis", T, "bewilligt, teilweise oder abgelehnt", "bewilligt", worte=_ERGEBNISSE),
        Feld("summe", G, "bewilligter Betrag", Decimal("5000.00")),
        Feld("loesung", T, "digitale Lösung, wie beantragt", "Videodolmetschen", leer=True),
        Feld("kosten", G, "beantragte Ausgaben", Decimal("5000.00"), leer=True),
        Feld("zahl", Z, "Integrationsmanagerinnen und -manager mit Zugriff", 12, leer=True),
        texte("gruende", "Gründe einer Ablehnung oder Kürzung"),
        texte("trace", "Berechnung in Sätzen", "Ausgaben 5.000,00 €, davon 100 %: 5.000,00 €.", "Summe: 5.000,00 €."),
        texte("quellen", "Grundlagen der Entscheidung", "Programmseite „Pakt für Integration“"),
    ),
    (*_BESCHEIDPFLICHT, "ergebnis", "summe", "gruende", "trace", "quellen"),
)
_BEFUND = (
    Feld("nr", Z, "laufende Nummer", 1),
    Feld("schwere", T, "Schwere", "Fehler", worte=_SCHWEREN),
    Feld("code", T, "Code der Prüfung", "P03"),
    Feld("blatt", T, "Blatt der Arbeitsmappe", "Antrag", leer=True),
    Feld("zelle", T, "Zelle", "C12", leer=True),
    Feld("feld", T, "Name der Angabe", "IBAN", leer=True),
    Feld("gefunden", T, "Angabe, wie sie dasteht", "", leer=True),
    Feld("meldung", T, "was nicht stimmt", "Die Bankverbindung fehlt."),
    Feld("bitte", T, "was zu tun ist", "Bitte die IBAN des Kontos eintragen."),
    Feld("quelle", T, "Grundlage", "Antragsformular", leer=True),
    Feld("stelle", T, "Nummer der Stelle", "", leer=True),
)
_ANTWORT = (
    Feld("frist", D, "Tag, bis zu dem geantwortet werden soll", date(2020, 5, 25)),
    Feld("datei", T, "Name der beigefügten, markierten Arbeitsmappe", "Bad_Friedrichshall_Antrag_markiert.xlsx"),
)
NACHFORDERUNG = Schreibart(
    "nachforderung",
    "Nachforderung",
    "Nachforderung",
    "Bitte um alles, was zu einem Antrag fehlt oder nicht stimmt",
    (
        *_ANTRAG,
        liste(
            "befunde",
            "was die Entscheidung verhindert",
            _BEFUND,
            {},
            {"nr": 2, "code": "W05", "blatt": "Stellen", "zelle": "F7", "feld": "VZÄ", "gefunden": "1,5o",
             "meldung": "Der Stellenanteil ist keine Zahl.", "bitte": "Bitte als Zahl eintragen, zum Beispiel 1,50.",
             "stelle": "08125005-02"},
        ),
        *_ANTWORT,
    ),
    (*_BRIEFPFLICHT, "befunde.meldung", "befunde.bitte", "frist", "datei"),
)  # fmt: skip
SAMMELMAPPE = Schreibart(
    "sammelmappe",
    "Nachforderung zur Sammelmappe",
    "Nachforderung_Sammelmappe",
    "Bitte an einen Landkreis um alles, was in seiner Sammelmappe fehlt oder nicht stimmt; sie liegt markiert bei",
    (
        *_ANTRAG,
        liste(
            "ergaenzungen",
            "was die Entscheidung verhindert, über alle Zeilen der Sammelmappe",
            (
                Feld("traeger", T, "Antragsteller, den es betrifft", "Stadt Bad Friedrichshall", leer=True),
                *_BEFUND,
            ),
            {"blatt": "Antragsteller", "zelle": "L7"},
            {"nr": 2, "traeger": "Gemeinde Abstatt", "code": "W05", "blatt": "Stellen", "zelle": "I14", "feld": "VZÄ",
             "gefunden": "1,5o", "meldung": "Der Stellenanteil ist keine Zahl.",
             "bitte": "Bitte als Zahl eintragen, zum Beispiel 1,50.", "stelle": "08125001-02"},
        ),
        *_ANTWORT,
    ),
    (*_BRIEFPFLICHT, "entwurf", "ergaenzungen.meldung", "ergaenzungen.bitte", "frist", "datei"),
)  # fmt: skip
EINGANGSBESTAETIGUNG = Schreibart(
    "eingangsbestaetigung",
    "Eingangsbestätigung",
    "Eingangsbestaetigung",
    "Bestätigung, dass ein Antrag eingegangen ist",
    (
        *_ANTRAG,
        liste(
            "beantragte",
            "beantragte Stellen",
            (
                Feld("stelle", T, "Nummer der Stelle", "08125005-01"),
                Feld("einsatzort", T, "Einsatzort", "Bad Friedrichshall", leer=True),
                Feld("vzae", V, "beantragter Stellenanteil", Decimal("1.00"), leer=True),
                Feld("bewilligt_bis", D, "bisheriges Ende", date(2020, 9, 30), leer=True),
                Feld("wunschende", D, "gewünschtes Ende; leer: so lange wie möglich", date(2022, 9, 30), leer=True),
            ),
            {},
            {"stelle": "08125005-02", "vzae": Decimal("0.50"), "wunschende": None},
        ),
        Feld("digital_beantragt", J, "ja: Auch eine digitale Lösung ist beantragt", False),
    ),
    (*_BRIEFPFLICHT, "eingang", "beantragte.stelle"),
)
RECHTSBEHELFSVERZICHT = Schreibart(
    "rechtsbehelfsverzicht",
    "Rechtsbehelfsverzicht",
    "Rechtsbehelfsverzicht",
    "Vordruck zu einer Bewilligung: Wer verzichtet, erhält sie früher ausgezahlt",
    (
        *_ANTRAG,
        Feld("bescheid", T, "wie der Bescheid heißt, zu dem der Vordruck gehört", "Zuwendungsbescheid"),
        *_GESAMT,
    ),
    ("behoerde.name", "bescheid", "datum", "aktenzeichen", "traeger", "summe"),
)
KREISUEBERSICHT = Schreibart(
    "kreisuebersicht",
    "Kreisübersicht",
    "Kreisuebersicht",
    "Stand der Anträge in einem Landkreis, an das Landratsamt; die Arbeitsmappe liegt bei",
    (
        *_BRIEF,
        Feld("stand", D, "Tag, von dem die Zahlen sind", date(2020, 5, 4)),
        liste(
            "antraege",
            "Antragsteller, die beantragt haben",
            (
                Feld("traeger", T, "Name", "Stadt Bad Friedrichshall"),
                Feld("ags", T, "amtlicher Schlüssel", "08125005"),
                Feld("eingang", D, "Tag des Eingangs", date(2020, 3, 2)),
                Feld("stand", T, "entscheidungsreif oder Rückfrage", "entscheidungsreif", worte=_STAENDE),
                Feld("stellen", Z, "beantragte Stellen", 2),
                Feld("vzae", V, "beantragte Stellenanteile", Decimal("1.00")),
                Feld("summe", G, "bewilligter Betrag", Decimal("128000.00")),
            ),
            {},
            {"traeger": "Gemeinde Abstatt", "ags": "08125001", "stand": "Rückfrage", "stellen": 1,
             "vzae": Decimal(0), "summe": Decimal(0)},
        ),
        liste(
            "ausstehende",
            "wer bewilligte Stellen hat und noch nichts beantragt hat",
            (
                Feld("traeger", T, "Name", "Gemeinde Beilstein"),
                Feld("ags", T, "amtlicher Schlüssel", "08125008"),
                Feld("stellen", Z, "bewilligte Stellen", 1),
                Feld("endet", D, "frühestes Ende einer Stelle", date(2020, 9, 30)),
            ),
        ),
        Feld("rueckfragen", Z, "Anträge, zu denen noch etwas fehlt", 1),
        Feld("summe", G, "bewilligter Betrag im Kreis", Decimal("128000.00")),
        Feld("datei", T, "Name der beigefügten Arbeitsmappe", "08125_Landkreis_Heilbronn.xlsx"),
    ),
    ("behoerde.name", "datum", "anschrift", "anrede", "kreis", "stand", "antraege.traeger", "antraege.stand",
     "ausstehende.traeger", "datei"),
)  # fmt: skip

SCHREIBARTEN: Mapping[str, Schreibart] = {
    art.name: art
    for art in (VERLAENGERUNG, ABLEHNUNG, DIGITAL, NACHFORDERUNG, SAMMELMAPPE, EINGANGSBESTAETIGUNG,
                RECHTSBEHELFSVERZICHT, KREISUEBERSICHT)
}  # fmt: skip


MAILTEXT = Schreibart(
    "mail",
    "Text der E-Mails",
    "",
    "Worte, mit denen ein Schreiben als E-Mail hinausgeht",
    (
        Feld("schreiben", T, "wie das Schreiben heißt", "Nachforderung",
             worte=(*(art.titel for art in SCHREIBARTEN.values()), "Änderungsbescheid")),
        texte("anlagen", "Namen der Anlagen", "Bad_Friedrichshall_15_2-PiK-08125-0042_Nachforderung.pdf"),
        *{feld.name: feld for art in SCHREIBARTEN.values() for feld in art.felder}.values(),
    ),
    ("schreiben",),
)  # fmt: skip

BESCHEIDE = (VERLAENGERUNG.name, ABLEHNUNG.name, DIGITAL.name)
NACHFORDERUNGEN = (NACHFORDERUNG.name, SAMMELMAPPE.name)  # each comes with a marked workbook
ARTEN = (*BESCHEIDE, *NACHFORDERUNGEN)  # what a run writes unless told otherwise
ALLE = (*ARTEN, EINGANGSBESTAETIGUNG.name)  # what there is for an application
