"""Writes the two sample templates beside this file; run it after a change: python templates/bauen.py

For maintainers. The office never needs it: it edits its own copies of the .docx in Word.
LIESMICH.md says for every paragraph what it rests on; change both together.
"""

from __future__ import annotations

import sys
from datetime import datetime
from io import BytesIO
from pathlib import Path

from docx import Document
from docx.document import Document as Doc
from docx.oxml.parser import parse_xml
from lxml import etree

FOLDER = Path(__file__).parent
sys.path.insert(0, str(FOLDER.parent))

from briefbogen import (  # noqa: E402  # beside this file
    APP,
    DEFAULTS,
    KEEP,
    NUMBERING,
    SETTINGS,
    STYLES,
    TABLE_STYLES,
    address_and_info,
    each,
    first_header,
    footer,
    h,
    listing,
    next_header,
    p,
    spacing,
    t,
    twips,
    when,
)

from pik_xl.package import Package  # noqa: E402  # runs from a checkout, installed or not

NS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PROGRAMM = "Pakt für Integration – Verlängerung der Förderung von Integrationsmanagerinnen und Integrationsmanagern"
ANTRAGSTELLER = "Antragsteller: {{ traeger }} (AGS {{ ags }})"


def plural(liste: str, one: str, many: str) -> str:
    """One wording for a single post, another for several."""
    return f"{{% if {liste} | length == 1 %}}{one}{{% else %}}{many}{{% endif %}}"


def posts(liste: str, one: str = "die Stelle", many: str = "die Stellen") -> str:
    """The posts of a list by their number, with the fitting article."""
    return plural(liste, one, many) + f' {{{{ {liste} | map(attribute="stelle") | join(", ") }}}}'


# --- verlaengerung ---------------------------------------------------------------------------------


def verlaengerung() -> str:
    """The extension notice: grant, part grant or refusal."""
    return (
        p("Betreff", PROGRAMM)
        + p("Betreffzeile", "Ihr Antrag, eingegangen am {{ eingang | datum }}")
        + p("Betreffzeile", ANTRAGSTELLER)
        + p("Titel", '{% if ergebnis == "abgelehnt" %}Ablehnungsbescheid{% else %}Zuwendungsbescheid{% endif %}')
        + t("{{ anrede }}")
        + t("über Ihren Antrag entscheiden wir wie folgt:")
        + when('ergebnis == "abgelehnt"', *ablehnung())
        + when('ergebnis != "abgelehnt"', *bewilligung(), *zweck_und_hoehe())
        + "".join(begruendung())
        + when('ergebnis != "abgelehnt"', *nebenbestimmungen(), *auszahlung())
        + when("hinweise or beratung_hinweis", *hinweise())
        + "".join(rechtsbehelf())
        + schluss()
        + when('ergebnis != "abgelehnt"', p("Anlagen", "**Anlage**"), p("Anlagen", f"Allgemeine {ANBEST}"))
    )


ANBEST = "Nebenbestimmungen für Zuwendungen zur Projektförderung an kommunale Körperschaften (ANBest-K)"
NR = "Nr.\u00a06.2"  # never parted at the end of a line
NICHT_BEANTRAGT = when(
    "nicht_beantragte",
    t(f"Für {posts('nicht_beantragte')} haben Sie keine Verlängerung beantragt; "
      f"{plural('nicht_beantragte', 'sie endet', 'sie enden')} wie bewilligt."),
)  # fmt: skip


def ablehnung() -> list[str]:
    """The operative part of a refusal."""
    return [
        h("Entscheidung"),
        t("Wir lehnen Ihren Antrag auf Verlängerung der Förderung im Integrationsmanagement ab. "
          f"Die Ablehnung betrifft {posts('abgelehnte')}."),
        NICHT_BEANTRAGT,
    ]  # fmt: skip


def bewilligung() -> list[str]:
    """The operative part of a grant, with the table of posts."""
    ablehnen = (
        "Soweit wir Ihrem Antrag damit nicht entsprechen, lehnen wir ihn ab; die Gründe nennt der Abschnitt "
        "„Begründung“."
    )
    return [
        h("Bewilligung"),
        t(f"Wir verlängern die Förderung "
          f"{plural('bewilligte', 'einer Stelle', 'von {{ bewilligte | length }} Stellen')} "
          "im Integrationsmanagement und bewilligen Ihnen dafür eine Zuwendung in Höhe von"),
        p("Betrag", "**{{ summe | euro }}**\n(in Worten: {{ summe | in_worten }})\nZuwendungsempfänger: "
                    "{{ traeger }}"),
        p("Einleitung", "Der neue Bewilligungszeitraum schließt an das bisherige Ende an:"),
        listing([(25, "Stelle", "{{ s.stelle }}"), (43, "Einsatzort", "{{ s.einsatzort }}"),
                 (11, ">VZÄ", "{{ s.vzae | zahl }}"), (19.5, ">bisher bis", "{{ s.bewilligt_bis | datum }}"),
                 (19.5, ">neu bis", "{{ s.neues_ende | datum }}"), (21, ">Dauer", "{{ s.monate | monate }}"),
                 (26, ">Betrag", "{{ s.summe | euro }}")],
                "s in bewilligte", "Verlängerte Stellen", "{{ summe | euro }}"),
        when("abgelehnte", t(f"Nicht verlängert {plural('abgelehnte', 'wird', 'werden')} {posts('abgelehnte')}.")),
        when("gekuerzte", t(f"Weniger als beantragt bewilligen wir bei "
                            f"{posts('gekuerzte', 'der Stelle', 'den Stellen')}.")),
        when("abgelehnte or gekuerzte", t(ablehnen)),
        NICHT_BEANTRAGT,
    ]  # fmt: skip


def zweck_und_hoehe() -> list[str]:
    """Purpose, financing and the part-amounts per budget year."""
    auf = plural("bewilligte", "auf der genannten Stelle", "auf den genannten Stellen")
    return [
        h("Zuwendungszweck"),
        t("Die Zuwendung ist zweckgebunden. Sie dient der sozialen Beratung und Begleitung von Geflüchteten durch "
          f"das Integrationsmanagement {auf}. Zuwendungsfähig sind die Personalausgaben und die Fortbildung; Miete, "
          "Sachkosten und Gemeinkosten sind es nicht."),
        t(f"Ob der Zweck erreicht wird, beurteilen wir anhand der Kennzahlen nach {NR} der VwV "
          "Integrationsmanagement."),
        h("Art, Form und Höhe der Zuwendung"),
        t("Die Zuwendung wird zur Projektförderung als Zuschuss gewährt. Finanzierungsart ist die "
          "Festbetragsfinanzierung: Der Festbetrag ergibt sich je Stelle aus Stellenanteil, Monaten und Jahresbetrag "
          "je Vollzeitäquivalent (VZÄ). Kosten der Fortbildung sind darin enthalten."),
        p("Einleitung", "{% if betraege | length == 1 %}Der Betrag entfällt ganz auf das folgende Haushaltsjahr:"
          "{% else %}Auf die Haushaltsjahre entfallen folgende Teilbeträge:{% endif %}"),
        listing([(35, "Haushaltsjahr", "{{ b.jahr }}"), (40, ">Betrag", "{{ b.betrag | euro }}")],
                "b in betraege", "Teilbeträge je Haushaltsjahr", "{{ summe | euro }}", ppr=KEEP),
    ]  # fmt: skip


def begruendung() -> list[str]:
    """Legal basis, reasons of every refusal and cut, and the reckoning per post."""
    gruende = each("satz in s.gruende", p("Tabellentext", "{{ satz }}"))
    herleitung = each("satz in s.trace if satz not in s.gruende", p("Kleintext", "{{ satz }}"))
    stelle = p("Tabellentext", "**{{ s.stelle }}**") + p("Nebentext", "{{ s.einsatzort }}")
    anteil = p("Nebentext", "{{ s.vzae | vzae }}, {{ s.qualifikation }}")
    return [
        h("Begründung"),
        t("Die Entscheidung beruht auf folgender Grundlage: {{ rechtsgrundlage }}."),
        when("abgelehnte",
             p("Zwischentitel", plural("abgelehnte", "Nicht verlängerte Stelle", "Nicht verlängerte Stellen")),
             listing([(33, "Stelle", stelle), (132, "Gründe", gruende + herleitung)], "s in abgelehnte",
                     "Gründe der Ablehnung je Stelle")),
        when("gekuerzte",
             p("Zwischentitel", "Weniger als beantragt"),
             listing([(33, "Stelle", stelle), (132, "Gründe", gruende)], "s in gekuerzte",
                     "Gründe, aus denen weniger als beantragt bewilligt wird")),
        when("bewilligte",
             p("Zwischentitel", plural("bewilligte", "Berechnung für die verlängerte Stelle",
                                       "Berechnung für die verlängerten Stellen")),
             listing([(33, "Stelle", stelle + anteil), (132, "Berechnung", herleitung)], "s in bewilligte",
                     "Berechnung je verlängerter Stelle")),
        when("quellen and quellen != [rechtsgrundlage]",
             p("Einleitung", "Der Entscheidung liegen außerdem zugrunde:"),
             each("quelle in quellen if quelle != rechtsgrundlage", p("Aufzhlungszeichen", "{{ quelle }}"))),
    ]  # fmt: skip


def nebenbestimmungen() -> list[str]:
    """Ancillary provisions: what the sources say, nothing more."""
    saetze = (
        f"Die Allgemeinen {ANBEST} sind unverändert Bestandteil dieses Bescheids.",
        "Der Festbetrag ist ein Vielfaches des Jahresbetrags je VZÄ. Verringert sich dieses Vielfache nach der "
        "Bewilligung, etwa weil ein Stellenanteil kleiner oder eine Stelle zeitweise nicht besetzt ist, ermäßigt "
        "sich die Zuwendung entsprechend.",
        "Übersteigen die Zuwendung und Zuwendungen anderer Geber zusammen die zuwendungsfähigen Ausgaben, ermäßigt "
        "sich die Zuwendung.",
        "Änderungen bei Stellen, Stellenanteilen, Besetzung und Qualifikation sowie Unterbrechungen der "
        "Entgeltzahlung teilen Sie uns bitte unverzüglich mit.",
        f"Die Kennzahlen nach {NR} der VwV Integrationsmanagement legen Sie uns bitte jährlich bis zum "
        "31.\u00a0Januar für das vorangegangene Kalenderjahr vor.",
        "Die Verwendung weisen Sie uns bitte innerhalb von drei Monaten nach dem Ende des am längsten laufenden "
        "Bewilligungszeitraums nach: mit einem zahlenmäßigen Nachweis je Integrationsmanagerin oder "
        "Integrationsmanager, einem Ausdruck des Blatts „Auswertung Zeitraum“ der landesweiten Vorlage über den "
        "gesamten Förderzeitraum und einem Sachbericht in einfacher Fertigung (höchstens etwa drei Seiten).",
        "Teilbeträge für Haushaltsjahre, für die noch keine Mittel veranschlagt sind, stehen unter dem Vorbehalt, "
        "dass der Haushaltsgesetzgeber die Mittel bereitstellt.",
    )
    return [h("Nebenbestimmungen"), *(p("Nebenbestimmung", satz) for satz in saetze)]


def auszahlung() -> list[str]:
    """Payment, as far as anything is known."""
    return [h("Auszahlung"), t("Die Zuwendung wird nach Eintritt der Bestandskraft dieses Bescheids ausgezahlt. "
                               "Einzelheiten teilt die Bewilligungsstelle mit.")]  # fmt: skip


def hinweise() -> list[str]:
    """Further remarks, only where there are any."""
    pandemie = (
        "Dass Sie während der Pandemie auch telefonisch oder per E-Mail beraten haben, ist nicht förderschädlich."
    )
    return [
        h("Hinweise"),
        each("hinweis in hinweise", p("Aufzhlungszeichen", "{{ hinweis }}")),
        when("beratung_hinweis", p("Aufzhlungszeichen", pandemie)),
    ]


def rechtsbehelf() -> list[str]:
    """Instructions about the legal remedy; a notice without its court is not written."""
    gericht = "{{ gericht.name | pflicht }}, {{ gericht.anschrift | pflicht }}"
    klage = f"Gegen diesen Bescheid kann innerhalb eines Monats nach Bekanntgabe Klage beim {gericht}, erhoben werden."
    return [h("Rechtsbehelfsbelehrung"), p("Einleitung", klage)]


def schluss() -> str:
    """Greeting, room for the signature, name."""
    return p("Gruformel", "Mit freundlichen Grüßen") + p("Unterschrift", "{{ behoerde.zeichnet }}")


# --- nachforderung ---------------------------------------------------------------------------------


def nachforderung() -> str:
    """The request for missing facts."""
    brauchen = "{% if befunde | length == 1 %}eine Angabe{% else %}{{ befunde | length }} Angaben{% endif %}"
    return (
        p("Betreff", PROGRAMM)
        + p("Betreffzeile", "Bitte um Ergänzung Ihres Antrags, eingegangen am {{ eingang | datum }}")
        + p("Betreffzeile", ANTRAGSTELLER)
        + p("Anrede", "{{ anrede }}")
        + t(f"vielen Dank für Ihren Antrag. Um darüber entscheiden zu können, brauchen wir noch {brauchen} von "
            "Ihnen. Bitte senden Sie uns die ergänzte Arbeitsmappe **bis zum {{ frist | datum }}** zurück.")
        + p("Zwischentitel", "Bitte ergänzen oder berichtigen")
        + befunde()
        + p("Zwischentitel", "So antworten Sie")
        + p("Schritt", "Öffnen Sie die beigefügte Arbeitsmappe; es ist Ihre eigene. Die genannten Zellen sind darin "
            "orange markiert, und das Blatt „Prüfergebnis“ führt Sie hin. Bitte ergänzen Sie diese Zellen.\n"
            "Datei: {{ datei }}")
        + p("Schritt", "Ist eine Angabe richtig, obwohl wir danach fragen, schreiben Sie das bitte kurz in Ihre "
                       "Antwort.")
        + p("Schritt", "Senden Sie die Datei an {{ behoerde.email }} und nennen Sie im Betreff das Aktenzeichen "
            "{{ aktenzeichen }}.")
        + p("Standard", "Wenn etwas unklar ist oder die Zeit nicht reicht, melden Sie sich bitte"
            "{% if behoerde.bearbeitung %}: {{ behoerde.bearbeitung }}"
            "{% if behoerde.durchwahl %}, Telefon {{ behoerde.durchwahl }}{% endif %}{% else %} bei uns{% endif %}.",
            "<w:keepNext/>" + spacing(8, 6, 1.12))
        + schluss()
    )  # fmt: skip


def befunde() -> str:
    """The table of what is missing."""
    wo = "{% if b.blatt %}{{ b.blatt }}{% if b.zelle %}, {{ b.zelle }}{% endif %}{% else %}ganze Datei{% endif %}"
    ort = (
        p("Tabellentext", wo)
        + when("b.feld", p("Nebentext", "{{ b.feld }}"))
        + when("b.stelle", p("Nebentext", "Stelle {{ b.stelle }}"))
    )
    bitte = (
        p("Tabellentext", "{{ b.meldung }}")
        + p("Tabellentext", "**{{ b.bitte }}**")
        + when("b.quelle", p("Nebentext", "Grundlage: {{ b.quelle }}"))
    )
    columns = [(9.0, ">Nr.", "{{ b.nr }}"), (39.0, "Blatt, Zelle", ort),
               (33.0, "Ihre Angabe", "{% if b.gefunden %}{{ b.gefunden }}{% else %}leer{% endif %}"),
               (84.0, "Was fehlt, und was Sie tun können", bitte)]  # fmt: skip
    return listing(columns, "b in befunde", "Fehlende oder unstimmige Angaben")


# --- the file --------------------------------------------------------------------------------------


def build(body: str, title: str) -> bytes:
    """A complete .docx around the body."""
    doc = Document()
    _fill(doc.styles.element, DEFAULTS + "".join(style.xml() for style in STYLES) + TABLE_STYLES)
    _fill(doc.settings.element, SETTINGS)
    _fill(doc.part.numbering_part.element, NUMBERING)
    section = doc.sections[0]
    section.different_first_page_header_footer = True
    for container, content in ((section.first_page_header, first_header()), (section.header, next_header()),
                               (section.first_page_footer, footer()), (section.footer, footer())):  # fmt: skip
        container.is_linked_to_previous = False
        _fill(container._element, content)
    page = section._sectPr
    margins = {"top": 25, "right": 20, "bottom": 22, "left": 25, "header": 12, "footer": 12}
    for tag, values in (("pgSz", {"w": 210, "h": 297}), ("pgMar", margins)):
        element = page.find(f"{{{NS}}}{tag}")
        for name, mm in values.items():
            element.set(f"{{{NS}}}{name}", str(twips(mm)))
    _fill(doc.element.body, address_and_info() + body, before=page)
    _properties(doc, title)
    return _zipped(doc)


def _fill(parent: etree._Element, content: str, before: etree._Element | None = None) -> None:
    """Replace everything in the element by the content; `before` stays as its end."""
    for child in list(parent):
        if child is not before:
            parent.remove(child)
    for position, child in enumerate(list(parse_xml(f'<w:part xmlns:w="{NS}">{content}</w:part>'))):
        parent.insert(position, child)


UNUSED = {"customXml", "stylesWithEffects", "webSettings", "thumbnail", "fontTable"}


def _properties(doc: Doc, title: str) -> None:
    core = doc.core_properties
    core.title, core.language, core.author = title, "de-DE", "{{ behoerde.name }}"
    core.subject, core.keywords, core.comments, core.last_modified_by = PROGRAMM, "", "", ""
    core.created = core.modified = datetime(2020, 1, 27)
    core.revision = 1
    for rels in (doc.part.rels, doc.part.package.rels):
        for key, rel in list(rels.items()):
            if rel.reltype.rsplit("/", 1)[1] in UNUSED:
                del rels[key]
            elif rel.reltype.endswith("/extended-properties"):
                rel.target_part._blob = APP.encode()


def _zipped(doc: Doc) -> bytes:
    saved = BytesIO()
    doc.save(saved)
    return Package.compile(saved.getvalue(), lambda name: False).build({})


def letters() -> dict[str, bytes]:
    """Both templates by name, always the same bytes."""
    return {
        "verlaengerung": build(verlaengerung(), "Bescheid {{ aktenzeichen }}, {{ traeger }}"),
        "nachforderung": build(nachforderung(), "Nachforderung {{ aktenzeichen }}, {{ traeger }}"),
    }


if __name__ == "__main__":
    for name, data in letters().items():
        (FOLDER / f"{name}.docx").write_bytes(data)
