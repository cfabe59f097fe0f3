"""The three notices: extension (full or part), refusal, digital solution. Each paragraph's basis: LIESMICH.md."""

from __future__ import annotations

from pik_xl.build.mustervorlagen.blocks import choice, each, facts, h, listing, maybe, p, plural, t, when, zu_klaeren
from pik_xl.build.mustervorlagen.gemeinsam import (
    DIGITAL,
    KENNZAHLEN,
    MIT_AGS,
    VERLAENGERUNG,
    anrechnung,
    auszahlung,
    bescheidanlagen,
    bescheidkopf,
    bescheidschluss,
    bestimmungen,
    betrag,
    erstattung_offen,
    nachweisstelle,
    quellenliste,
    ruecknahme,
)
from pik_xl.build.mustervorlagen.styles import KEEP

STELLE = p("Tabellentext", "**{{ s.stelle }}**") + when("s.einsatzort", p("Nebentext", "{{ s.einsatzort }}"))
GRUENDE = each("satz in s.gruende", p("Tabellentext", "{{ satz }}"))
HERLEITUNG = each("satz in s.trace if satz not in s.gruende", p("Kleintext", "{{ satz }}"))
ORT = "{% if s.einsatzort %}, {{ s.einsatzort }}{% endif %}"


def genannt(stellen: str, eine: str, mehrere: str) -> str:
    """A sentence that names one post, or introduces a list of several: Word would part their numbers in a sentence."""
    return when(f"{stellen} | length == 1", t(eine.format(f"{{{{ ({stellen} | first).stelle }}}}"))) + when(
        f"{stellen} | length > 1",
        p("Einleitung", mehrere),
        each(f"s in {stellen}", p("Aufzhlungszeichen", f"{{{{ s.stelle }}}}{ORT}")),
    )


NICHT_BEANTRAGT = genannt(
    "nicht_beantragte",
    "Für die Stelle {} haben Sie keine Verlängerung beantragt; sie endet wie bewilligt.",
    "Für folgende Stellen haben Sie keine Verlängerung beantragt; sie enden wie bewilligt:",
)


# --- extension -------------------------------------------------------------------------------------


def verlaengerung() -> str:
    """The notice that extends posts: all applied for, or a part."""
    return (
        bescheidkopf(VERLAENGERUNG, "Zuwendungsbescheid")
        + _bewilligung()
        + _zweck()
        + _hoehe()
        + _begruendung()
        + bestimmungen(*_STELLENBESTIMMUNGEN)
        + _nachweis()
        + ruecknahme()
        + auszahlung(
            "; Teilbeträge späterer Haushaltsjahre zahlen wir in ihrem Haushaltsjahr aus", "abgelehnte or gekuerzte"
        )
        + when("beratung_hinweis", h("Hinweise"), t(_PANDEMIE))
        + bescheidschluss(bescheidanlagen())
    )


def _bewilligung() -> str:
    """The operative part, with recipient, project, kind of grant and the table of posts."""
    wie_viele = plural("bewilligte", "einer Stelle", "von {{ bewilligte | length }}\u00a0Stellen")
    return (
        h("Bewilligung")
        + p("Einleitung", f"Auf Ihren Antrag verlängern wir die Förderung {wie_viele} im "
            "Integrationsmanagement und bewilligen Ihnen dafür eine Zuwendung in Höhe von")
        + betrag()
        + facts([("Zuwendungsempfänger", MIT_AGS, ""),
                 ("Vorhaben", "Beschäftigung von Integrationsmanagerinnen und Integrationsmanagern auf "
                  f"{plural('bewilligte', 'der unten genannten Stelle', 'den unten genannten Stellen')}", ""),
                 ("Art und Form", "Projektförderung als Zuschuss", ""),
                 ("Finanzierungsart", "Festbetragsfinanzierung", "")], "Empfänger, Vorhaben und Art der Zuwendung")
        + anrechnung()
        + p("Einleitung", "Der neue Bewilligungszeitraum "
            f"{plural('bewilligte', 'der Stelle', 'jeder Stelle')} beginnt am Tag nach dem bisherigen Ende:")
        + listing([(25, "Stelle", "{{ s.stelle }}"), (43, "Einsatzort", maybe("s.einsatzort")),
                   (11, ">VZÄ", "{{ s.vzae | zahl }}"), (19.5, ">bisher bis", "{{ s.bewilligt_bis | datum }}"),
                   (19.5, ">neu bis", "{{ s.neues_ende | datum }}"), (21, ">Dauer", "{{ s.monate | monate }}"),
                   (26, ">Betrag", "{{ s.summe | euro }}")],
                  "s in bewilligte", "Verlängerte Stellen", "{{ summe | euro }}")
        + genannt("abgelehnte", "Nicht verlängert wird die Stelle {}.", "Nicht verlängert werden folgende Stellen:")
        + genannt("gekuerzte", "Weniger als beantragt bewilligen wir bei der Stelle {}.",
                  "Weniger als beantragt bewilligen wir bei folgenden Stellen:")
        + when("abgelehnte or gekuerzte", t("Soweit wir Ihrem Antrag damit nicht entsprechen, lehnen wir ihn ab; die "
                                            "Gründe nennt der Abschnitt „Begründung“."))
        + NICHT_BEANTRAGT
    )  # fmt: skip


def _zweck() -> str:
    """Purpose and the criteria it is measured by."""
    auf = plural("bewilligte", "auf der genannten Stelle", "auf den genannten Stellen")
    return (
        h("Zuwendungszweck")
        + t("Die Zuwendung ist zweckgebunden. Sie dient der sozialen Beratung und Begleitung von Geflüchteten durch "
            f"das Integrationsmanagement {auf}.")
        + t(f"Ob der Zweck erreicht wird, beurteilen wir anhand der Kennzahlen nach {KENNZAHLEN}.")
    )  # fmt: skip


def _hoehe() -> str:
    """Eligible expenditure, how the amount comes about, and the part-amounts per budget year."""
    return (
        h("Zuwendungsfähige Ausgaben und Höhe der Zuwendung")
        + t("Zuwendungsfähig sind die Personalausgaben im Bewilligungszeitraum und die Fortbildung; Miete, Sachkosten "
            "und Gemeinkosten sind es nicht.")
        + t("Der Festbetrag ergibt sich je Stelle aus Stellenanteil, Monaten und Jahresbetrag je Vollzeitäquivalent "
            "(VZÄ). Die Kosten der Fortbildung sind darin enthalten. Ausgaben, die über den Festbetrag hinausgehen, "
            "tragen Sie selbst.")
        + p("Einleitung", choice("betraege | length == 1",
                                 "Der Betrag entfällt ganz auf das folgende Haushaltsjahr:",
                                 "Auf die Haushaltsjahre entfallen folgende Teilbeträge:"))
        + listing([(35, "Haushaltsjahr", "{{ b.jahr }}"), (40, ">Betrag", "{{ b.betrag | euro }}")],
                  "b in betraege", "Teilbeträge je Haushaltsjahr", "{{ summe | euro }}", ppr=KEEP)
    )  # fmt: skip


def _begruendung() -> str:
    """Legal basis, reasons of every refusal and cut, and the reckoning per post."""
    anteil = p("Nebentext", "{{ s.vzae | vzae }}{% if s.qualifikation %}, {{ s.qualifikation }}{% endif %}")
    return (
        h("Begründung")
        + t("Die Entscheidung beruht auf folgender Grundlage: {{ rechtsgrundlage }}.")
        + when("abgelehnte",
               p("Zwischentitel", plural("abgelehnte", "Nicht verlängerte Stelle", "Nicht verlängerte Stellen")),
               listing([(33, "Stelle", STELLE), (132, "Gründe", GRUENDE)], "s in abgelehnte",
                       "Gründe der Ablehnung je Stelle"))
        + when("gekuerzte",
               p("Zwischentitel", "Weniger als beantragt"),
               listing([(33, "Stelle", STELLE), (132, "Gründe", GRUENDE)], "s in gekuerzte",
                       "Gründe, aus denen weniger als beantragt bewilligt wird"))
        + when("bewilligte",
               p("Zwischentitel", plural("bewilligte", "Berechnung für die verlängerte Stelle",
                                         "Berechnung für die verlängerten Stellen")),
               listing([(33, "Stelle", STELLE + anteil), (132, "Berechnung", HERLEITUNG)], "s in bewilligte",
                       "Berechnung je verlängerter Stelle", long=True))
        + _weitere_quellen()
    )  # fmt: skip


def _weitere_quellen() -> str:
    """Sources besides the legal basis named before."""
    return quellenliste("Der Entscheidung liegen außerdem zugrunde:", "quellen and quellen | list != [rechtsgrundlage]",
                        "quelle in quellen if quelle != rechtsgrundlage")  # fmt: skip


_STELLENBESTIMMUNGEN = (
    "Der Festbetrag ist ein Vielfaches des Jahresbetrags je VZÄ. Verringert sich dieses Vielfache nach der "
    "Bewilligung, etwa weil ein Stellenanteil kleiner oder eine Stelle zeitweise nicht besetzt ist, ermäßigt sich "
    "die Zuwendung entsprechend.",
    "Übersteigen die Zuwendung und Zuwendungen anderer Geber zusammen die zuwendungsfähigen Ausgaben, ermäßigt sich "
    "die Zuwendung.",
    "Änderungen bei Stellen, Stellenanteilen, Besetzung und Qualifikation sowie Unterbrechungen der Entgeltzahlung "
    "teilen Sie uns bitte unverzüglich mit.",
    f"Die Kennzahlen nach {KENNZAHLEN} legen Sie uns bitte jährlich bis zum 31.\u00a0Januar für das vorangegangene "
    "Kalenderjahr vor.",
    "Teilbeträge für Haushaltsjahre, für die noch keine Mittel veranschlagt sind, stehen unter dem Vorbehalt, dass "
    "der Haushaltsgesetzgeber die Mittel bereitstellt.",
)


def _nachweis() -> str:
    """The proof of use: what, until when, to whom."""
    return (
        h("Verwendungsnachweis")
        + p("Einleitung", "Weisen Sie die Verwendung bitte innerhalb von drei Monaten nach dem Ende des am längsten "
            "laufenden Bewilligungszeitraums nach. Dazu gehören:")
        + p("Aufzhlungszeichen", "ein zahlenmäßiger Nachweis je Integrationsmanagerin oder Integrationsmanager,",
            "<w:keepNext/>")
        + p("Aufzhlungszeichen", "ein Ausdruck des Blatts „Auswertung Zeitraum“ der landesweiten Vorlage über den "
            "gesamten Förderzeitraum und", "<w:keepNext/>")
        + p("Aufzhlungszeichen", "ein Sachbericht in einfacher Fertigung, höchstens etwa drei Seiten.")
        + nachweisstelle()
    )  # fmt: skip


_PANDEMIE = "Dass Sie während der Pandemie auch telefonisch oder per E-Mail beraten haben, ist nicht förderschädlich."

# --- refusal ---------------------------------------------------------------------------------------


def ablehnung() -> str:
    """The notice that refuses every post applied for."""
    bisher = "{% if s.bewilligt_bis %}{{ s.bewilligt_bis | datum }}{% else %}–{% endif %}"
    return (
        bescheidkopf(VERLAENGERUNG, "Ablehnungsbescheid")
        + h("Entscheidung")
        + t("Wir lehnen Ihren Antrag auf Verlängerung der Förderung im Integrationsmanagement ab. "
            + plural("abgelehnte", "Die Ablehnung betrifft die Stelle {{ (abgelehnte | first).stelle }}.",
                     "Die Ablehnung betrifft die {{ abgelehnte | length }}\u00a0Stellen, die der Abschnitt "
                     "„Begründung“ nennt."))
        + t("Was vor Ihrem Antrag bewilligt war, bleibt davon unberührt und endet wie damals bewilligt.")
        + NICHT_BEANTRAGT
        + erstattung_offen()
        + h("Begründung")
        + p("Einleitung", "Die Entscheidung beruht auf folgender Grundlage: {{ rechtsgrundlage }}. "
            + plural("abgelehnte", "Für die abgelehnte Stelle gilt:", "Für die abgelehnten Stellen gilt im Einzelnen:"))
        + listing([(33, "Stelle", STELLE), (11, ">VZÄ", "{{ s.vzae | zahl }}"), (23, "bewilligt bis", bisher),
                   (98, "Gründe", GRUENDE)], "s in abgelehnte", "Gründe der Ablehnung je Stelle")
        + _weitere_quellen()
        + bescheidschluss()
    )  # fmt: skip


# --- digital solution ------------------------------------------------------------------------------


def digital() -> str:
    """The notice on a digital solution: grant, part grant or refusal."""
    bewilligt = 'ergebnis != "abgelehnt"'
    titel = choice(bewilligt, "Zuwendungsbescheid", "Ablehnungsbescheid")
    return (
        bescheidkopf(DIGITAL, titel)
        + when(bewilligt, _digital_bewilligt())
        + when('ergebnis == "abgelehnt"', _digital_abgelehnt())
        + _digital_gruende()
        + when(bewilligt, bestimmungen(*_DIGITALBESTIMMUNGEN), h("Verwendungsnachweis"),
               nachweisstelle(_DIGITALNACHWEIS), ruecknahme(), auszahlung("", 'ergebnis == "teilweise"'))
        + bescheidschluss(when(bewilligt, bescheidanlagen()))
    )  # fmt: skip


def _digital_bewilligt() -> str:
    """The operative part of a grant, its purpose and what is eligible."""
    vorhaben = "Erwerb und Nutzung einer digitalen Lösung{% if loesung %}: {{ loesung }}{% endif %}"
    return (
        h("Bewilligung")
        + p("Einleitung", "Auf Ihren Antrag bewilligen wir Ihnen für den Erwerb und die Nutzung einer digitalen "
            "Lösung im Integrationsmanagement eine Zuwendung in Höhe von")
        + betrag()
        + facts([("Zuwendungsempfänger", MIT_AGS, ""), ("Vorhaben", vorhaben, ""),
                 ("Zugriff vorgesehen für", "{{ zahl }} Integrationsmanagerinnen und Integrationsmanager", "zahl"),
                 ("Beantragte Ausgaben", "{{ kosten | euro }}", "kosten"),
                 ("Art und Form", "Projektförderung als Zuschuss", ""),
                 ("Finanzierung", "Zuschuss zu den zuwendungsfähigen Ausgaben bis zum bewilligten Betrag", "")],
                "Empfänger, Vorhaben und Art der Zuwendung")
        + zu_klaeren("Finanzierungsart, Bewilligungszeitraum, Teilbeträge je Haushaltsjahr und Finanzierungsplan")
        + when('ergebnis == "teilweise"', t("Soweit wir Ihrem Antrag damit nicht entsprechen, lehnen wir ihn ab; die "
                                            "Gründe nennt der Abschnitt „Begründung“."))
        + anrechnung()
        + h("Zuwendungszweck und zuwendungsfähige Ausgaben")
        + t("Die Zuwendung ist zweckgebunden. Sie soll die Arbeit der Integrationsmanagerinnen und Integrationsmanager "
            "unterstützen, deren Qualität verbessern und die Beteiligten am Integrationsprozess besser vernetzen. "
            "Ob der Zweck erreicht wird, beurteilen wir danach, wie viele der im Kreisgebiet Tätigen Zugriff haben.")
        + t("Zuwendungsfähig sind die Ausgaben für Erwerb und Nutzung der Lösung. Ausgaben, die über die Zuwendung "
            "hinausgehen, tragen Sie selbst.")
    )  # fmt: skip


def _digital_abgelehnt() -> str:
    """The operative part of a refusal."""
    fuer = choice("loesung", "die digitale Lösung „{{ loesung }}“", "eine digitale Lösung im Integrationsmanagement")
    return h("Entscheidung") + t(f"Wir lehnen Ihren Antrag auf eine Zuwendung für {fuer} ab.") + erstattung_offen()


def _digital_gruende() -> str:
    """Reasons of a refusal or cut, the reckoning, and what both rest on."""
    return (
        h("Begründung")
        + when("gruende",
               p("Einleitung", choice('ergebnis == "abgelehnt"', "Der Antrag wird aus folgenden Gründen abgelehnt:",
                                      "Weniger als beantragt bewilligen wir aus folgenden Gründen:")),
               each("satz in gruende", p("Aufzhlungszeichen", "{{ satz }}")))
        + when("trace",
               p("Einleitung", "So sind wir zu der Entscheidung gekommen:"),
               each("satz in trace if satz not in gruende", p("Aufzhlungszeichen", "{{ satz }}")))
        + quellenliste("Der Entscheidung liegen zugrunde:")
    )  # fmt: skip


_DIGITALBESTIMMUNGEN = (
    "Sie geben allen Integrationsmanagerinnen und Integrationsmanagern, die im Kreisgebiet tätig sind, Zugriff auf die "
    "digitale Lösung.",
    "Änderungen am Vorhaben, an seinen Ausgaben und am Kreis derer, die Zugriff haben, teilen Sie uns bitte "
    "unverzüglich mit.",
)
_DIGITALNACHWEIS = "Die Verwendung der Zuwendung weisen Sie bitte nach, wie es die ANBest-K vorsehen. "
