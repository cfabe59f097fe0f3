"""The letters that decide nothing: requests, acknowledgement, overview for a Kreis, form of waiver."""

from __future__ import annotations

from pik_xl.build.mustervorlagen.blocks import cell, choice, facts, listing, maybe, p, plural, row, t, table, when
from pik_xl.build.mustervorlagen.gemeinsam import (
    DIGITAL,
    MIT_AGS,
    VERLAENGERUNG,
    anlagen,
    betreff,
    rueckfragen,
    schluss,
)
from pik_xl.build.mustervorlagen.styles import spacing

# --- request ---------------------------------------------------------------------------------------


def nachforderung() -> str:
    """The request for what is missing."""
    brauchen = plural("befunde", "eine Angabe", "{{ befunde | length }}\u00a0Angaben")
    return (
        betreff(VERLAENGERUNG, "Bitte um Ergänzung Ihres Antrags, eingegangen am {{ eingang | datum }}")
        + p("Anrede", "{{ anrede }}")
        + t(
            f"vielen Dank für Ihren Antrag. Um darüber entscheiden zu können, brauchen wir noch {brauchen} von "
            "Ihnen. Bitte senden Sie uns die ergänzte Arbeitsmappe zurück:"
        )
        + p("Frist", "**bis zum {{ frist | datum }}**\nan {{ behoerde.email }}\nBetreff: {{ aktenzeichen }}")
        + p("Zwischentitel", "Bitte ergänzen oder berichtigen")
        + _befunde()
        + schluss(_antworten(), anlagen("Arbeitsmappe mit Ihren Angaben und markierten Zellen ({{ datei }})"))
    )


def _antworten() -> str:
    """How to answer, and whom to ask."""
    return (
        p("Zwischentitel", "So antworten Sie")
        + p("Schritt", "Öffnen Sie die beigefügte Arbeitsmappe mit Ihren Angaben. Die genannten Zellen sind darin "
            "orange markiert, und das Blatt „Prüfergebnis“ führt Sie hin. Bitte ergänzen Sie diese Zellen.")
        + p("Schritt", "Ist eine Angabe richtig, obwohl wir danach fragen, schreiben Sie das bitte kurz in Ihre "
                       "Antwort.")
        + p("Schritt", "Senden Sie die Datei mit dem oben genannten Betreff per E-Mail zurück.")
        + p("Abstand", "")
        + rueckfragen("Wenn etwas unklar ist oder die Zeit nicht reicht, melden Sie sich bitte")
    )  # fmt: skip


def _befunde(liste: str = "befunde", wer: str = "", kopf: str = "Ihre Angabe") -> str:
    """The table of what is missing; `wer` stands above the place."""
    wo = "{% if b.blatt %}{{ b.blatt }}{% if b.zelle %}, {{ b.zelle }}{% endif %}{% else %}ganze Datei{% endif %}"
    ort = (
        wer
        + p("Tabellentext", wo)
        + when("b.feld", p("Nebentext", "{{ b.feld }}"))
        + when("b.stelle", p("Nebentext", "Stelle {{ b.stelle }}"))
    )
    bitte = (
        p("Tabellentext", "{{ b.meldung }}")
        + p("Tabellentext", "**{{ b.bitte }}**")
        + when("b.quelle", p("Nebentext", "Grundlage: {{ b.quelle }}"))
    )
    widths = (50.0, 26.0, 80.0) if wer else (39.0, 33.0, 84.0)  # the longest kind of applicant fits in one line
    columns = [(9.0, ">Nr.", "{{ b.nr }}"), (widths[0], "Blatt, Zelle", ort),
               (widths[1], kopf, choice("b.gefunden", "{{ b.gefunden }}", "leer")),
               (widths[2], "Was fehlt, und was Sie tun können", bitte)]  # fmt: skip
    return listing(columns, f"b in {liste}", "Fehlende oder unstimmige Angaben")


def sammelmappe() -> str:
    """The request to a Landkreis for what is missing in its Sammelmappe."""
    brauchen = plural("ergaenzungen", "eine Angabe", "{{ ergaenzungen | length }}\u00a0Angaben")
    return (
        p("Betreff", VERLAENGERUNG)
        + p("Betreffzeile", "Bitte um Ergänzung Ihrer Sammelmappe, eingegangen am {{ eingang | datum }}")
        + p("Betreffzeile", f"Kreis: {MIT_AGS}")
        + p("Anrede", "{{ anrede }}")
        + t(
            "vielen Dank für die Sammelmappe mit den Anträgen aus Ihrem Kreis. Um über alle entscheiden zu können, "
            f"brauchen wir noch {brauchen}. Bitte senden Sie uns die ergänzte Arbeitsmappe zurück:"
        )
        + p("Frist", "**bis zum {{ frist | datum }}**\nan {{ behoerde.email }}\nBetreff: {{ aktenzeichen }}")
        + p("Zwischentitel", "Bitte ergänzen oder berichtigen")
        + _befunde("ergaenzungen", when("b.traeger", p("Tabellentext", "**{{ b.traeger }}**")), "Angabe")
        + schluss(_mappe_antworten(), anlagen("Ihre Sammelmappe mit markierten Zellen ({{ datei }})"))
    )


def _mappe_antworten() -> str:
    """How the Landkreis answers, what its applicants know, and whom to ask."""
    return (
        p("Zwischentitel", "So antworten Sie")
        + p("Schritt", "Öffnen Sie die beigefügte Sammelmappe; es ist Ihre eigene. Die genannten Zellen sind darin "
            "orange markiert, und das Blatt „Prüfergebnis“ führt Sie hin. Bitte ergänzen Sie diese Zellen.")
        + p("Schritt", "Wer seine Angaben selbst ergänzen kann, bekommt von uns auch selbst Post, mit einem Formular "
            "nur für seinen Antrag. Bitte sprechen Sie sich ab: Antworten beide, gilt, was zuletzt bei uns eingeht.")
        + p("Schritt", "Die Sammelmappe enthält Bankverbindungen und Namen aller Antragsteller. Bitte geben Sie sie "
            "nicht an einzelne von ihnen weiter.")
        + p("Schritt", "Senden Sie die Datei mit dem oben genannten Betreff per E-Mail zurück.")
        + p("Abstand", "")
        + rueckfragen("Wenn etwas unklar ist oder die Zeit nicht reicht, melden Sie sich bitte")
    )  # fmt: skip


# --- acknowledgement -------------------------------------------------------------------------------


def eingangsbestaetigung() -> str:
    """The acknowledgement: what came, what happens next, and that nothing is decided."""
    stellen = plural("beantragte", "eine Stelle", "{{ beantragte | length }}\u00a0Stellen")
    was = (
        f"{{% if beantragte %}} und gilt für {stellen}{{% if digital_beantragt %}} und eine digitale Lösung"
        "{% endif %}{% elif digital_beantragt %} und gilt für eine digitale Lösung{% endif %}"
    )
    return (
        betreff(choice("digital_beantragt and not beantragte", DIGITAL, VERLAENGERUNG), "Eingangsbestätigung")
        + p("Anrede", "{{ anrede }}")
        + t(f"vielen Dank für Ihren Antrag. Er ist am **{{{{ eingang | datum }}}}** bei uns eingegangen{was}.")
        + when("beantragte",
               p("Zwischentitel", plural("beantragte", "Beantragte Stelle", "Beantragte Stellen")),
               _beantragte(),
               t("Bitte prüfen Sie diese Aufstellung. Stimmt etwas nicht, schreiben Sie uns bitte."))
        + schluss(_weiter())
    )  # fmt: skip


def _weiter() -> str:
    """What happens next, that nothing is decided yet, and whom to ask."""
    return (
        p("Zwischentitel", "Wie es weitergeht")
        + p("Schritt", "Wir prüfen Ihre Angaben.")
        + p("Schritt", "Fehlt etwas oder passt etwas nicht zusammen, bekommen Sie von uns Ihre Arbeitsmappe mit "
                       "markierten Zellen zurück, mit einer Bitte um Ergänzung.")
        + p("Schritt", "Ist alles vollständig, entscheiden wir über den Antrag. Die Entscheidung erhalten Sie als "
                       "schriftlichen Bescheid.")
        + p("Abstand", "")
        + rueckfragen("Diese Bestätigung ist noch keine Entscheidung und keine Zusage. Wenn Sie Fragen haben oder sich "
                      "etwas ändert, melden Sie sich bitte")
    )  # fmt: skip


def _beantragte() -> str:
    """The table of posts applied for."""
    bisher = "{% if s.bewilligt_bis %}{{ s.bewilligt_bis | datum }}{% else %}–{% endif %}"
    wunsch = "{% if s.wunschende %}{{ s.wunschende | datum }}{% else %}so lange wie möglich{% endif %}"
    vzae = "{% if s.vzae %}{{ s.vzae | zahl }}{% else %}–{% endif %}"
    columns = [(33.0, "Stelle", "{{ s.stelle }}"), (56.0, "Einsatzort", maybe("s.einsatzort")), (14.0, ">VZÄ", vzae),
               (25.0, ">bisher bis", bisher), (37.0, ">gewünscht bis", wunsch)]  # fmt: skip
    return listing(columns, "s in beantragte", "Beantragte Stellen")


# --- overview for a Kreis --------------------------------------------------------------------------


def kreisuebersicht() -> str:
    """The letter to a Landratsamt: who applied, who is still missing."""
    bitte = (
        "Wird nichts beantragt, endet die Förderung dieser Stellen wie bewilligt. Bitte erinnern Sie "
        + plural("ausstehende", "den genannten Antragsteller", "die genannten Antragsteller")
        + " an den Antrag, wenn die Förderung weitergehen soll."
    )
    return (
        p("Betreff", VERLAENGERUNG)
        + p("Betreffzeile", "Stand der Anträge im {{ kreis | pflicht }} am {{ stand | datum }}")
        + p("Anrede", "{{ anrede }}")
        + t("mit diesem Schreiben erhalten Sie den Stand der Anträge auf Verlängerung im {{ kreis }}. Die beigefügte "
            "Arbeitsmappe enthält die Einzelheiten je Antragsteller und Stelle.")
        + facts([("Anträge eingegangen", "{{ antraege | length }}{% if rueckfragen %}, davon {{ rueckfragen }} mit "
                  "Rückfrage{% endif %}", ""),
                 ("Anträge ausstehend", "{{ ausstehende | length }}", ""),
                 ("Bewilligungen", "{{ summe | euro }}", "summe")], "Stand der Anträge in Zahlen")
        + p("Zwischentitel", "Wer beantragt hat")
        + when("antraege", _antraege(), _vorbehalt())
        + when("not antraege", t("Bisher liegt uns kein Antrag vor."))
        + p("Zwischentitel", "Wer noch nichts beantragt hat")
        + when("ausstehende", _ausstehende())
        + schluss(t(choice("ausstehende", bitte, "Alle, die im {{ kreis }} bewilligte Stellen haben, haben einen "
                           "Antrag gestellt."))
                  + rueckfragen("Wenn Sie Fragen haben, melden Sie sich bitte"),
                  anlagen("Arbeitsmappe {{ datei }}"))
    )  # fmt: skip


def _vorbehalt() -> str:
    """That amounts of this letter bind nobody."""
    return t("Die Beträge geben den Stand der Bearbeitung wieder; verbindlich ist allein der Bescheid an den "
             "Antragsteller.{% if rueckfragen %} Zu Rückfragen haben wir die Antragsteller selbst angeschrieben."
             "{% endif %}")  # fmt: skip


def _antraege() -> str:
    """The table of those who applied."""
    vzae = choice("a.summe", "{{ a.vzae | zahl }}", "–")
    columns = [(46.0, "Antragsteller", "{{ a.traeger }}"), (20.0, "AGS", "{{ a.ags }}"),
               (20.0, "Eingang", "{{ a.eingang | datum }}"), (28.0, "Stand", "{{ a.stand }}"),
               (13.0, ">Stellen", "{{ a.stellen }}"), (12.0, ">VZÄ", vzae),
               (26.0, ">Betrag", choice("a.summe", "{{ a.summe | euro }}", "–"))]  # fmt: skip
    return listing(columns, "a in antraege", "Antragsteller, die beantragt haben", "{{ summe | euro }}")


def _ausstehende() -> str:
    """The table of those who have not applied."""
    columns = [(70.0, "Antragsteller", "{{ a.traeger }}"), (20.0, "AGS", "{{ a.ags }}"),
               (35.0, ">bewilligte Stellen", "{{ a.stellen }}"),
               (40.0, ">frühestes Ende", "{{ a.endet | datum }}")]  # fmt: skip
    return listing(columns, "a in ausstehende", "Wer noch nichts beantragt hat")


# --- form of waiver --------------------------------------------------------------------------------


def rechtsbehelfsverzicht() -> str:
    """The form the recipient signs and sends back: nothing in it presses him to."""
    auch = '{% if ergebnis == "teilweise" %}, auch nicht, soweit er Ihren Antrag ablehnt{% endif %}'
    return (
        p("Titel", "Rechtsbehelfsverzicht")
        + facts([("Bescheid", "{{ bescheid }} vom {{ datum | datum }},\nAktenzeichen {{ aktenzeichen }}", ""),
                 ("Behörde", "{{ behoerde.name }}, {{ behoerde.referat }}", ""),
                 ("Zuwendungsempfänger", MIT_AGS, ""),
                 ("Zuwendung", "{{ summe | euro }} (in Worten: {{ summe | in_worten }})", "")],
                "Der Bescheid, auf den sich die Erklärung bezieht")
        + p("Zwischentitel", "Erklärung")
        + t("Wir haben den genannten Bescheid erhalten. **Wir verzichten darauf, gegen diesen Bescheid Rechtsbehelfe "
            "einzulegen.**")
        + _unterschrift()
        + p("Zwischentitel", "Was diese Erklärung bedeutet", spacing(18, 3))
        + t("Sobald die unterschriebene Erklärung bei der Bewilligungsstelle eingeht, wird der Bescheid "
            "bestandskräftig, und die Zuwendung kann früher ausgezahlt werden; danach können Sie nicht mehr gegen den "
            f"Bescheid klagen{auch}.")
        + t("Die Erklärung ist freiwillig. Ohne sie wird der Bescheid bestandskräftig, wenn die Klagefrist abläuft, "
            "ohne dass Klage erhoben wurde; Höhe und Bedingungen der Zuwendung bleiben dieselben.")
    )  # fmt: skip


def _unterschrift() -> str:
    """Lines for place, date, signature, name and office."""
    lines = (("Ort, Datum", "Unterschrift"), ("", "Name und Funktion in Druckschrift"))
    rows = []
    for left, right in lines:
        room = p("Linie", left, spacing(46, 0)) if left else p("Tabellentext", "")
        rows.append(row([cell(68, room), cell(12, p("Tabellentext", "")), cell(85, p("Linie", right, spacing(46, 0)))]))
    return table([68, 12, 85], rows, "", "NormaleTabelle", "")
