"""The check of templates: every fault at once, with its place and what was probably meant; sound ones pass."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from word_text import lines
from worddateien import ENTWURF, GANZ, docx, p, table

from pik_xl.errors import PikError
from pik_xl.vorlagen.felder import SCHREIBARTEN, VERLAENGERUNG
from pik_xl.vorlagen.lint import Vorlagenmangel
from pik_xl.vorlagen.schreibart import Schreibart, muster, namen
from pik_xl.vorlagen.tags import Vorlagenfehler
from pik_xl.vorlagen.template import Template
from pik_xl.workfolder import shipped

TEMPLATES = shipped("templates")


def faults(*content: str, known: Sequence[str] = ("x", "y", "liste")) -> str:
    """What the compiler has against a small template."""
    with pytest.raises(PikError) as caught:
        Template.compile(docx(*content), "Brief", known)
    return str(caught.value)


def fehler(*content: str, art: Schreibart = VERLAENGERUNG) -> list[Vorlagenfehler]:
    """What is wrong with a small template of a kind of letter, but for the fields it lacks."""
    with pytest.raises(Vorlagenmangel) as caught:
        Template.compile(docx(*content, header=ENTWURF), "Brief", art)
    return [f for f in caught.value.fehler if "Es gehört in jedes Schreiben" not in f.text]


# --- the tags and where they stand -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "tag", "said"),
    [
        ((p("Text {%p if x %}"), p("{%p endif %}")), "{%p if x %}", "der Text ginge verloren"),
        ((p("{%p if x %}{%p endif %}"),), "{%p if x %}", "der Text ginge verloren"),
        ((p("{{ x"), p("}}")), "{{ x", "nicht ganz in diesem Absatz"),
        ((p("{{ z }}"),), "{{ z }}", "Das Feld „z“ gibt es nicht. Bekannt sind: liste, x, y."),
        ((p("{%pif x %}"), p("{%p endif %}")), "{%pif x %}", "{%p if ... %}"),
        ((p("{% p if x %}"), p("{%p endif %}")), "{% p if x %}", "{%p if ... %}"),
        ((p("{%tr if x %}"), p("{%p endif %}")), "{%tr if x %}", "gehört in eine Tabellenzeile"),
        ((table([p("{%tr for z in x %}"), p("{{ z }}")], [p("{%tr endfor %}"), p("")]),), "{%tr for z in x %}",
         "Tabelle 1, Zeile 1, Spalte 1"),
        ((table([p("{%tr for z in x %}{{ z }}{%tr endfor %}")]),), "{%tr for z in x %}", "eigene Zeile"),
        ((p("{% if x %}"), p("a"), p("{% endif %}")), "{% endif %}", "anderer Stelle als der Anfang {% if x %}"),
        ((p("{%p if x %}"), table([p("{%p endif %}")])), "{%p endif %}", "anderer Stelle"),
        ((p("{%p if x %}"), p("a")), "{%p if x %}", "nicht geschlossen"),
        ((p("a"), p("{%p endif %}")), "{%p endif %}", "fehlt der Anfang"),
        ((p("{%p if x %}"), p("{%p endfor %}")), "{%p endfor %}", "anderer Block"),
        ((p("{%tc if x %}"),), "{%tc if x %}", "gehört in eine Tabellenzeile"),
        ((p("{{r x }}"),), "{{r x }}", "nicht unterstützt"),
        ((table([p("{%tc if x %}a"), p("{%tc endif %}")]),), "{%tc if x %}", "eigene Zelle"),
        ((p("{%- if x %}{% endif %}"),), "{%- if x %}", "nicht unterstützt"),
        ((p("{% include x %}"),), "{% include x %}", "Den Befehl „include“ gibt es nicht. Erlaubt sind if"),
        ((p("{% edif %}"),), "{% edif %}", "Den Befehl „edif“ gibt es nicht. Meinten Sie „endif“?"),
        ((p("{% fro z in x %}{% endfor %}"),), "{% fro z in x %}", "Meinten Sie „for“?"),
        ((table([p("{% for z in x %}")], [p("{{ z }}")], [p("{% endfor %}")]),), "{% endfor %}",
         "„{%tr for z in x %}“"),
        ((p("{% if x is gerade %}{% endif %}"),), "{% if x is gerade %}", "Den Vergleich „is gerade“ gibt es nicht"),
        ((p("{% if x %}{% else %}{% else %}{% endif %}"),), "{% else %}", "nicht verständlich"),
        ((p("{{ x y }}"),), "{{ x y }}", "nicht verständlich bei „y“."),
        ((p("{{ x } }}"),), "{{ x } }}", "nicht verständlich bei „}“."),
        ((p("{{ x ! y }}"),), "{{ x ! y }}", "nicht verständlich bei „!“."),
        ((p("{{ x 3 }}"),), "{{ x 3 }}", "nicht verständlich bei einer Zahl."),
        ((p("{{ x | }}"),), "{{ x | }}", "nicht verständlich."),
        ((p("{% if x = 3 %}{% endif %}"), p("{{ x | }}")), "{% if x = 3 %}", "Bitte „==“ schreiben."),
        ((p("{{ x | datun }}"),), "{{ x | datun }}", "Den Filter „datun“ gibt es nicht. Meinten Sie „datum“?"),
        ((p("{{ x | safe }}"),), "{{ x | safe }}", "Den Filter „safe“ gibt es nicht. Bekannt sind: datum"),
    ],
)  # fmt: skip
def test_what_would_lose_text_is_refused_before_the_first_letter(content: tuple[str, ...], tag: str, said: str) -> None:
    message = faults(*content)
    assert message.startswith("Die Vorlage „Brief“ hat ")
    assert f"Text, Absatz {1 + content.index(next(c for c in content if tag in c))}" in message
    assert tag in message
    assert said in message


def test_all_faults_of_a_template_are_named_at_once_and_in_their_order() -> None:
    found = fehler(p("Text {%p if entwurf %}"), p("{%p endif %}"), p("{{ traegr }}"), p("{%pif entwurf %}"), p("{{ x"))
    assert [(f.ort, f.tag) for f in found] == [
        ("Text, Absatz 1", "{%p if entwurf %}"),
        ("Text, Absatz 3", "{{ traegr }}"),
        ("Text, Absatz 4", "{%pif entwurf %}"),
        ("Text, Absatz 4", "{%pif entwurf %}"),
        ("Text, Absatz 5", "„{{ x“"),
    ]
    assert [f.vorschlag for f in found[1:4]] == [
        "Meinten Sie „traeger“?",
        "Bitte „{%p if ... %}“ schreiben.",
        "Bitte das passende „endif“ ergänzen.",
    ]


def test_a_mistyped_end_of_a_block_does_not_make_a_second_fault() -> None:
    assert len(fehler(p("{% if entwurf %}Entwurf{% edif %}"))) == 1


def test_a_block_that_is_not_closed_does_not_blame_the_one_around_it() -> None:
    found = fehler(p("{%p if entwurf %}"), p("a {% if kreis %}b"), p("{%p endif %}"), p("{%p if entwurf %}"),
                   p("{%p for s in bewilligte %}"), p("{{ s.stelle }}"), p("{%p endif %}"))  # fmt: skip
    assert [(f.ort, f.tag, f.vorschlag) for f in found] == [
        ("Text, Absatz 2", "{% if kreis %}", "Bitte das passende „endif“ ergänzen."),
        ("Text, Absatz 5", "{%p for s in bewilligte %}", "Bitte das passende „endfor“ ergänzen."),
    ]


def test_a_torn_tag_in_the_title_is_a_fault() -> None:
    with pytest.raises(PikError, match="Dokumenteigenschaften, title"):
        Template.compile(docx(p("a"), title="{{ x"), "Brief", ["x"])


# --- the fields of a kind of letter ----------------------------------------------------------------

JE_STELLE = ("{%p for s in bewilligte %}", "{%p endfor %}")


@pytest.mark.parametrize(
    ("tags", "text", "vorschlag"),
    [
        ("{{ sume | euro }}", "Das Feld „sume“ gibt es nicht.", "Meinten Sie „summe“?"),
        ("{{ behoerde.nmae }}", "Das Feld „nmae“ gibt es in „behoerde“ nicht.", "Meinten Sie „behoerde.name“?"),
        ("{{ gericht.plz }}", "Das Feld „plz“ gibt es in „gericht“ nicht.", "Bekannt sind: anschrift, name."),
        ("{{ zeichnet }}", "Das Feld „zeichnet“ gibt es nicht.", "Meinten Sie „behoerde.zeichnet“?"),
        ("{{ neues_ende | datum }}", "Das Feld „neues_ende“ gibt es nicht.",
         "Es steht in jedem Eintrag von „stellen“: {%tr for s in stellen %}."),
        ("{{ traeger.name }}", "„traeger“ ist Text und hat keine Felder.", ""),
        ("{{ bewilligte.summe | euro }}", "„bewilligte“ ist eine Liste; „summe“ hat nur ein Eintrag daraus.",
         "Bitte mit einer Schleife: {%tr for s in bewilligte %}"),
        ("{{ datum }}", "Ein Datum braucht einen Filter.", "Bitte „{{ datum | datum }}“ schreiben."),
        ("{{ summe }}", "Ein Betrag braucht einen Filter.", "Bitte „{{ summe | euro }}“ schreiben."),
        ("{{ entwurf }}", "Ein Ja/Nein kann nicht gedruckt werden, nur geprüft.",
         "Bitte „{% if entwurf %}“ schreiben."),
        ("{{ anschrift }}", "Eine Liste kann nicht gedruckt werden.",
         "Bitte „{%p for zeile in anschrift %}“ schreiben."),
        ("{{ gericht }}", "Eine Gruppe kann nicht gedruckt werden.",
         "Gedruckt wird eines ihrer Felder: name, anschrift."),
        ("{{ summe | datum }}", "Der Filter „datum“ passt nicht zu „summe“ (Betrag).",
         "Bitte „{{ summe | euro }}“ schreiben."),
        ("{{ datum | euro }}", "Der Filter „euro“ passt nicht zu „datum“ (Datum).",
         "Bitte „{{ datum | datum }}“ schreiben."),
        ("{{ traeger | euro }}", "Der Filter „euro“ passt nicht zu „traeger“ (Text).",
         "Bitte „{{ traeger }}“ schreiben."),
        ("{{ summe | default('') }}", "Ein Betrag braucht einen Filter.", "Bitte „{{ summe | euro }}“ schreiben."),
        ("{{ datum | euro if entwurf else summe }}", "Ein Betrag braucht einen Filter.",
         "Bitte „{{ summe | euro }}“ schreiben."),
        ("{% for z in summe %}{% endfor %}", "„summe“ ist keine Liste, sondern: Betrag.", ""),
        ("{% for z in traeger %}{% endfor %}", "„traeger“ ist keine Liste, sondern: Text.", ""),
        ("{{ bewilligte | map(attribute='stele') | join(', ') }}", "Das Feld „stele“ gibt es in „bewilligte“ nicht.",
         "Meinten Sie „bewilligte.stelle“?"),
        ("{{ bewilligte | map(attribute='summe') | join(', ') }}",
         "Die Einträge (Betrag) können so nicht verbunden werden.", "Bitte vorher „| map('euro')“."),
        ("{% if ergebniss == „bewilligt“ %}{% endif %}", "Das Feld „ergebniss“ gibt es nicht.",
         "Meinten Sie „ergebnis“?"),
        ("{% if ergebnis == „Teilweise“ %}{% endif %}", "„ergebnis“ ist nie „Teilweise“.", "Meinten Sie „teilweise“?"),
        ("{% if 'bewiligt' != ergebnis %}{% endif %}", "„ergebnis“ ist nie „bewiligt“.", "Meinten Sie „bewilligt“?"),
        ("{% if frueherer_bescheid.ergebnis == 'ja' %}{% endif %}", "„frueherer_bescheid.ergebnis“ ist nie „ja“.",
         "Möglich sind: bewilligt, teilweise, abgelehnt."),
        ("{% if art in ['Stadt', 'gemeinde'] %}{% endif %}", "„art“ ist nie „gemeinde“.", "Meinten Sie „Gemeinde“?"),
        ("{{ stellen | selectattr('ergebnis', 'equalto', 'abglehnt') | list | length }}",
         "„ergebnis“ ist nie „abglehnt“.", "Meinten Sie „abgelehnt“?"),
        ("{% if ergebnis = 'bewilligt' %}{% endif %}", "Ein einzelnes „=“ vergleicht nicht.", "Bitte „==“ schreiben."),
        ("{{ traeger.upper() }}", "„traeger“ ist Text und hat keine Felder.", ""),
        ("{{ summe | eruo }}", "Den Filter „eruo“ gibt es nicht.", "Meinten Sie „euro“?"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_fields_is_found_before_the_first_letter(tags: str, text: str, vorschlag: str) -> None:
    last = fehler(p("Anfang"), p(tags))[-1]
    assert (last.vorlage, last.ort, last.text, last.vorschlag) == ("Brief", "Text, Absatz 2", text, vorschlag)
    assert last.tag in tags


@pytest.mark.parametrize(
    ("tag", "text", "vorschlag"),
    [
        ("{{ s.neus_ende | datum }}", "Das Feld „neus_ende“ gibt es in „s“ nicht.", "Meinten Sie „s.neues_ende“?"),
        ("{{ s.neues_ende }}", "Ein Datum braucht einen Filter.", "Bitte „{{ s.neues_ende | datum }}“ schreiben."),
        ("{{ s.vzae }}", "Eine Zahl braucht einen Filter.", "Bitte „{{ s.vzae | vzae }}“ schreiben."),
        ("{{ st.stelle }}", "Das Feld „st“ gibt es nicht.", "Meinten Sie „s“?"),
        (
            "{% for b in s.betraege %}{{ b.betrag }}{% endfor %}",
            "Ein Betrag braucht einen Filter.",
            "Bitte „{{ b.betrag | euro }}“ schreiben.",
        ),
        ("{% for satz in s.trace %}{{ satz.text }}{% endfor %}", "„satz“ ist Text und hat keine Felder.", ""),
        ("{{ loop.indx }}", "Das Feld „indx“ gibt es in „loop“ nicht.", "Meinten Sie „loop.index“?"),
        ("{% set m = s.summe %}{{ m }}", "Ein Betrag braucht einen Filter.", "Bitte „{{ m | euro }}“ schreiben."),
    ],
)
def test_the_variable_of_a_loop_has_the_fields_of_its_list(tag: str, text: str, vorschlag: str) -> None:
    found = fehler(p(JE_STELLE[0]), p(tag), p(JE_STELLE[1]))
    assert [(f.ort, f.text, f.vorschlag) for f in found] == [("Text, Absatz 2", text, vorschlag)]


def test_the_variable_of_a_loop_is_unknown_behind_it() -> None:
    (found,) = fehler(p(JE_STELLE[0]), p(JE_STELLE[1]), p("{{ s.stelle }}"))
    assert found.text == "Das Feld „s“ gibt es nicht."


def test_a_fault_in_a_table_says_in_which_table_row_and_column() -> None:
    first = table([p("a")])
    loop = table([p("{%tr for s in bewilligte %}"), p("")], [p("b"), p("{{ s.neus_ende }}")],
                 [p("{%tr endfor %}"), p("")])  # fmt: skip
    (found,) = fehler(first, loop)
    assert found.ort == "Text, Absatz 5, Tabelle 2, Zeile 2, Spalte 2"


def test_names_are_checked_though_the_structure_is_broken() -> None:
    found = fehler(p("{%p for s in bewilligte %}"), p("{{ s.neus_ende }}"), p("{{ datum"))
    assert [f.vorschlag for f in found][1] == "Meinten Sie „s.neues_ende“?"
    assert len(found) == 3


def test_a_field_never_used_is_no_fault_and_a_whole_letter_passes() -> None:
    template = Template.compile(docx(*GANZ.values(), header=ENTWURF), VERLAENGERUNG.name, VERLAENGERUNG)
    assert "1. 08125005-01 bis 30.09.2022" in lines(template.render(muster(VERLAENGERUNG)))


@pytest.mark.parametrize(
    "words",
    ["{% if 'teil' in ergebnis %}{% endif %}", "{% if ergebnis in ('bewilligt', 'teilweise') %}{% endif %}",
     "{% if ergebnis | upper == 'TEILWEISE' %}{% endif %}", "{% if kreis == 'Bodensee' %}{% endif %}",
     "{% if art == traeger %}{% endif %}"],
)  # fmt: skip
def test_a_comparison_that_can_be_true_is_no_fault(words: str) -> None:
    Template.compile(docx(*GANZ.values(), p(words), header=ENTWURF), VERLAENGERUNG.name, VERLAENGERUNG)


# --- what a letter must not lack -------------------------------------------------------------------


def lacking(**other: str) -> list[Vorlagenfehler]:
    """What is wrong with the whole letter with other paragraphs in it."""
    try:
        Template.compile(docx(*(GANZ | other).values(), header=ENTWURF), VERLAENGERUNG.name, VERLAENGERUNG)
    except Vorlagenmangel as mangel:
        return list(mangel.fehler)
    return []


GERICHT = "{{ behoerde.name }} {{ gericht.name }} {{ gericht.anschrift }}"
FRUEHER = "{{ frueherer_bescheid.datum | datum }}"


@pytest.mark.parametrize(
    ("about", "text", "tag", "names"),
    [
        ("gericht", f"{{% if frueherer_bescheid %}}{GERICHT}{{% endif %}}", "{% if frueherer_bescheid %}",
         ["behoerde.name", "gericht.name", "gericht.anschrift"]),
        ("gericht", "{% if entwurf %}{% else %}" + GERICHT + "{% endif %}", "{% if entwurf %}",
         ["behoerde.name", "gericht.name", "gericht.anschrift"]),
        ("gericht", "{% if kreis %}" + GERICHT + "{% elif ags %}" + GERICHT + "{% endif %}", "{% elif ags %}",
         ["behoerde.name", "gericht.name", "gericht.anschrift"]),
        ("gericht", "{% for s in stellen %}" + GERICHT + "{% endfor %}", "{% for s in stellen %}",
         ["behoerde.name", "gericht.name", "gericht.anschrift"]),
        ("gericht", "{% if false %}" + GERICHT + "{% endif %}", "{% if false %}",
         ["behoerde.name", "gericht.name", "gericht.anschrift"]),
        ("gericht", "{{ behoerde.name }} {{ gericht.name if kreis }} {{ gericht.anschrift }}",
         "{{ gericht.name if kreis }}", ["gericht.name"]),
        ("gericht", "{{ behoerde.name }} {{ kreis or gericht.name }} {{ gericht.anschrift }}",
         "{{ kreis or gericht.name }}", ["gericht.name"]),
        ("früher", "{% if frueherer_bescheid.ergebnis == 'teilweise' %}" + FRUEHER + "{% endif %}",
         "{% if frueherer_bescheid.ergebnis == 'teilweise' %}", ["frueherer_bescheid.datum"]),
        ("früher", "{% if frueherer_bescheid and kreis %}" + FRUEHER + "{% endif %}",
         "{% if frueherer_bescheid and kreis %}", ["frueherer_bescheid.datum"]),
        ("abgelehnte", "{% for s in abgelehnte if s.beantragt %}{{ s.gruende | join }}{% endfor %}",
         "{% for s in abgelehnte if s.beantragt %}", ["abgelehnte.gruende"]),
    ],
)  # fmt: skip
def test_a_field_under_a_condition_of_another_is_lacking(about: str, text: str, tag: str, names: list[str]) -> None:
    found = lacking(**{about: p(text)})
    assert [f.text.split("“")[0].removeprefix("Das Feld „") for f in found] == names
    assert {(f.tag, "steht nur unter dieser Bedingung" in f.text) for f in found} == {(tag, True)}
    assert all(f.ort.startswith("Text, Absatz") and "Bitte auch ohne sie" in f.vorschlag for f in found)


@pytest.mark.parametrize(
    ("about", "text"),
    [
        ("gericht", "{% if entwurf %}" + GERICHT + "{% else %}" + GERICHT + "{% endif %}"),
        ("gericht", "{% if kreis %}" + GERICHT + "{% elif ags %}" + GERICHT + "{% else %}" + GERICHT + "{% endif %}"),
        ("gericht", "{% if ergebnis == 'bewilligt' %}" + GERICHT + "{% endif %}"),
        ("gericht", "{% set g = gericht %}{{ g.name }} {{ g.anschrift }} {{ behoerde.name }}"),
        ("gericht", "{% if entwurf %}a{% endif %}" + GERICHT),
        ("abgelehnte", "{% if abgelehnte | length == 1 %}{{ (abgelehnte | first).gruende | join }}{% else %}"
                       "{% for s in abgelehnte %}{{ s.gruende | join }}{% endfor %}{% endif %}"),
        ("früher", "{% if not frueherer_bescheid %}Erster{% else %}" + FRUEHER + "{% endif %}"),
    ],
)  # fmt: skip
def test_a_field_that_stands_wherever_it_has_a_value_is_not_lacking(about: str, text: str) -> None:
    assert lacking(**{about: p(text)}) == []


def test_where_a_block_is_not_closed_nobody_knows_what_stands_under_its_condition() -> None:
    (found,) = lacking(kopf=p("{%p if kreis %}") + GANZ["kopf"])
    assert (found.tag, found.text) == ("{%p if kreis %}", "Der Block wird nicht geschlossen.")


@pytest.mark.parametrize("text", ["{% if gericht.name %}{% endif %}", "{% set g = gericht.name %}",
                                  "{{ gericht.name | length }}", "{{ kreis | default(gericht.name) }}"])  # fmt: skip
def test_a_field_that_is_asked_and_never_printed_is_lacking(text: str) -> None:
    (found,) = lacking(gericht=p("{{ behoerde.name }} {{ gericht.anschrift }}" + text))
    assert found.text.startswith("Das Feld „gericht.name“ wird nur geprüft, nicht gedruckt (Name).")


def test_a_field_in_the_document_properties_alone_is_lacking() -> None:
    kopf = p("{{ datum | datum }} {{ aktenzeichen }} {{ anrede }} {{ rechtsgrundlage }}")
    with pytest.raises(Vorlagenmangel, match="Das Feld „traeger“ fehlt"):
        Template.compile(docx(*(GANZ | {"kopf": kopf}).values(), title="{{ traeger }}"), "Brief", VERLAENGERUNG)


@pytest.mark.parametrize("art", SCHREIBARTEN.values(), ids=list(SCHREIBARTEN))
def test_what_a_letter_must_not_lack_is_named_with_the_tag_to_add(art: Schreibart) -> None:
    with pytest.raises(Vorlagenmangel) as caught:
        Template.compile(docx(p("Guten Tag")), art.name, art)
    assert [f.text.split("“")[0] for f in caught.value.fehler] == [f"Das Feld „{name}" for name in art.pflicht]
    assert all(f.vorschlag.startswith("Bitte ergänzen: {") for f in caught.value.fehler)


def test_the_tag_to_add_says_its_loop() -> None:
    with pytest.raises(PikError) as caught:
        Template.compile(docx(p("Guten Tag")), "verlaengerung", VERLAENGERUNG)
    assert "- Das Feld „gericht.name“ fehlt (Name). Es gehört in jedes Schreiben dieser Art. Bitte ergänzen: " \
           "{{ gericht.name }}\n" in str(caught.value)  # fmt: skip
    assert "Bitte ergänzen: {{ s.neues_ende | datum }} zwischen {%tr for s in bewilligte %} und {%tr endfor %}" in str(
        caught.value
    )


@pytest.mark.parametrize("art", SCHREIBARTEN.values(), ids=list(SCHREIBARTEN))
def test_what_a_letter_must_not_lack_are_fields_it_has(art: Schreibart) -> None:
    assert set(art.pflicht) <= set(namen(art.felder))


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.docx")), ids=lambda path: path.stem)
def test_the_templates_that_ship_are_sound_and_print_the_examples(path: Path) -> None:
    art = SCHREIBARTEN[path.stem]
    template = Template.compile(path, art.name, art)
    assert template.hinweis == ""
    assert lines(template.render(muster(art)))
