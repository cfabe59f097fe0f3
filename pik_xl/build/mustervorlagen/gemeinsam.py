"""What several letters have in common: subject, former notice, ancillary provisions, payment, legal remedy, end.

LIESMICH.md says for every paragraph what it rests on; change both together.
"""

from __future__ import annotations

from pik_xl.build.mustervorlagen.blocks import choice, h, maybe, p, t, together, when

VERLAENGERUNG = "Pakt für Integration – Verlängerung der Förderung im Integrationsmanagement"
DIGITAL = "Pakt für Integration – Förderprogramm Digitales Integrationsmanagement"
ANBEST = "Nebenbestimmungen für Zuwendungen zur Projektförderung an kommunale Körperschaften (ANBest-K)"
KENNZAHLEN = "Nr.\u00a06.2 der VwV Integrationsmanagement"  # number and unit are never parted at the end of a line
MIT_AGS = "{{ traeger }}{% if ags %} (AGS\u00a0{{ ags }}){% endif %}"


def betreff(programm: str, zeile: str) -> str:
    """The subject: programme, what the letter is about, who applied."""
    return p("Betreff", programm) + p("Betreffzeile", zeile) + p("Betreffzeile", f"Antragsteller: {MIT_AGS}")


def bescheidkopf(programm: str, titel: str) -> str:
    """Subject, title and first sentence of a notice; a notice that replaces another names it and says so."""
    frueher = "frueherer_bescheid"
    damals = choice(
        f'{frueher}.ergebnis == "abgelehnt"',
        "Ihren Antrag abgelehnt",
        f'Ihrem Antrag {{% if {frueher}.ergebnis == "teilweise" %}}teilweise {{% endif %}}entsprochen und Ihnen '
        f"{{{{ {frueher}.summe | euro }}}} bewilligt",
    )
    return (
        betreff(programm, "Ihr Antrag, eingegangen am {{ eingang | datum }}")
        + p("Titel", choice(frueher, "Änderungsbescheid", titel))
        + t("{{ anrede }}")
        + when(
            frueher,
            t(f"mit Bescheid vom {{{{ {frueher}.datum | datum }}}} (Aktenzeichen {{{{ {frueher}.aktenzeichen }}}}) "
              f"haben wir {damals}. Über Ihren Antrag entscheiden wir hiermit neu. **Dieser Bescheid ersetzt den "
              f"Bescheid vom {{{{ {frueher}.datum | datum }}}} vollständig.**"),
        )
        + when(f"not {frueher}", t("über Ihren Antrag entscheiden wir wie folgt:"))
    )  # fmt: skip


def anrechnung() -> str:
    """What was paid on the former notice counts towards this grant."""
    ausgezahlt = "Was auf den ersetzten Bescheid schon ausgezahlt ist, wird auf diese Zuwendung angerechnet."
    return when('frueherer_bescheid and frueherer_bescheid.ergebnis != "abgelehnt"', t(ausgezahlt))


def erstattung_offen() -> str:
    """After a refusal that replaces a grant: payments are not dealt with here."""
    ausgezahlt = (
        "Soweit auf den ersetzten Bescheid schon Beträge ausgezahlt sind, entscheiden wir darüber gesondert; "
        "vorher geben wir Ihnen Gelegenheit, sich zu äußern."
    )
    return when('frueherer_bescheid and frueherer_bescheid.ergebnis != "abgelehnt"', t(ausgezahlt))


def betrag() -> str:
    """The amount granted, in figures and words."""
    return p("Betrag", "**{{ summe | euro }}**\n(in Worten: {{ summe | in_worten }})", "<w:keepNext/>")


def bestimmungen(*saetze: str) -> str:
    """A numbered section of ancillary provisions; the first makes the ANBest-K part of the notice."""
    alle = (f"Die Allgemeinen {ANBEST} sind unverändert Bestandteil dieses Bescheids.", *saetze)
    return h("Nebenbestimmungen") + "".join(p("Nebenbestimmung", satz) for satz in alle)


def nachweisstelle(davor: str = "") -> str:
    """The office the proof of use goes to, after what else is said of it."""
    anschrift = "{{ behoerde.referat }}, {{ behoerde.dienststelle }}, {{ behoerde.strasse }}, {{ behoerde.plz_ort }}"
    return t(f"{davor}Den Verwendungsnachweis richten Sie bitte an: {{{{ behoerde.name }}}}, {anschrift}.")


def ruecknahme() -> str:
    """When the grant can be taken back, and what follows."""
    return (
        h("Rücknahme, Widerruf und Erstattung")
        + t("Dieser Bescheid kann nach §§\u00a048 und 49 LVwVfG ganz oder teilweise zurückgenommen oder widerrufen "
            "werden, auch mit Wirkung für die Vergangenheit, insbesondere wenn er durch unrichtige oder "
            "unvollständige Angaben erwirkt wurde, wenn die Zuwendung nicht für ihren Zweck verwendet wird oder wenn "
            "eine Auflage nicht oder nicht rechtzeitig erfüllt wird.")
        + t("Soweit der Bescheid zurückgenommen, widerrufen oder aus anderem Grund unwirksam wird, ist die Zuwendung "
            "zu erstatten und der zu erstattende Betrag zu verzinsen (§\u00a049a LVwVfG).")
    )  # fmt: skip


def auszahlung(zeitpunkt: str, abgelehntes: str) -> str:
    """Payment and how to get it sooner; `abgelehntes` is the condition that something was refused."""
    auch = f"{{% if {abgelehntes} %}}, auch soweit er Ihrem Antrag nicht entspricht{{% endif %}}"
    return (
        h("Auszahlung")
        + t(f"Die Zuwendung wird ausgezahlt, sobald dieser Bescheid bestandskräftig ist{zeitpunkt}. Die Termine "
            "folgen.")
        + t("Bestandskräftig wird der Bescheid, wenn die Klagefrist abläuft, ohne dass Klage erhoben wurde. Wenn Sie "
            "vorher schriftlich auf Rechtsbehelfe verzichten, kann die Zuwendung früher ausgezahlt werden; ein "
            f"Vordruck liegt bei. Der Verzicht ist freiwillig. Er gilt für den ganzen Bescheid{auch}.")
    )  # fmt: skip


def quellenliste(davor: str, bedingung: str = "quellen", schleife: str = "quelle in quellen") -> str:
    """What the decision rests on besides the legal basis."""
    eine = f"{{%p for {schleife} %}}"
    return when(
        bedingung,
        p("Einleitung", davor),
        p("Steuerzeile", eine) + p("Aufzhlungszeichen", "{{ quelle }}") + p("Steuerzeile", "{%p endfor %}"),
    )


def rueckfragen(anlass: str) -> str:
    """Whom to ask, as far as the office has named somebody."""
    wer = "{{ behoerde.bearbeitung }}{% if behoerde.durchwahl %}, Telefon\u00a0{{ behoerde.durchwahl }}{% endif %}"
    return t(anlass + choice("behoerde.bearbeitung", f":\n{wer}", " bei uns."))


def schluss(davor: str, danach: str = "") -> str:
    """The last paragraph, greeting, room for the signature, name and enclosures; never parted."""
    gruss = p("Gruformel", "Mit freundlichen Grüßen") + p("Unterschrift", maybe("behoerde.zeichnet"))
    return together(davor, gruss, danach)


def bescheidschluss(danach: str = "") -> str:
    """Instructions about the legal remedy, and the end; a notice without its court is not written."""
    gericht = "{{ gericht.name | pflicht }}, {{ gericht.anschrift | pflicht }}"
    klage = (
        f"Gegen diesen Bescheid kann innerhalb eines Monats nach Bekanntgabe Klage beim {gericht}, erhoben werden. "
        "Die Klage richtet sich gegen das Land Baden-Württemberg, vertreten durch das {{ behoerde.name }}."
    )
    return h("Rechtsbehelfsbelehrung") + schluss(t(klage), danach)


def anlagen(*namen: str) -> str:
    """The list of enclosures."""
    if len(namen) == 1:
        return p("Anlagen", f"**Anlage:** {namen[0]}")
    return p("Anlagen", "**Anlagen:**") + "".join(p("Anlagen", name) for name in namen)


def bescheidanlagen() -> str:
    """What goes with every grant."""
    return anlagen(f"Allgemeine {ANBEST}", "Vordruck „Rechtsbehelfsverzicht“ (freiwillig)")
