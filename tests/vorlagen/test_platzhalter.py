"""What stands between braces: values print the German way or not at all, and a template can do nothing else."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from word_text import lines, xml
from worddateien import brief, docx, p

from pik_xl.errors import PikError
from pik_xl.vorlagen.felder import VERLAENGERUNG
from pik_xl.vorlagen.platzhalter import FILTERS, Textvorlage
from pik_xl.vorlagen.schreibweise import FILTER
from pik_xl.vorlagen.template import NoticeFault, Template


def test_every_filter_of_our_own_is_known_to_those_who_check_templates() -> None:
    assert FILTERS.keys() <= FILTER.keys()


def test_markup_in_data_is_text() -> None:
    assert lines(brief(p("{{ x }} Ende"), x="A & B <b> „c“ {{ y }}")) == ["A & B <b> „c“ {{ y }} Ende"]


def test_a_tag_split_over_runs_is_one_tag() -> None:
    assert lines(brief(p("Frau {", "{ x ", "}", "}!"), x="Größle")) == ["Frau Größle!"]


@pytest.mark.parametrize("value", ["eins\nzwei\tdrei", "eins\r\nzwei\tdrei", "eins\rzwei\tdrei"])
def test_line_breaks_and_tabs_become_those_of_word(value: str) -> None:
    assert lines(brief(p("{{ x }}"), x=value)) == ["eins\nzwei\tdrei"]


@pytest.mark.parametrize("value", ["a\x00b", "a\x0bb", "a\x1fb", "a\x85b", "a\ud800b", "a\ufffeb"])
def test_a_control_character_is_refused_with_its_place(value: str) -> None:
    with pytest.raises(NoticeFault, match=r"Text, Absatz 2, \{\{ x \}\}: .*Steuerzeichen \(U\+.*an Stelle 2"):
        brief(p("Anfang"), p("{{ x }}"), x=value)


@pytest.mark.parametrize(
    ("tag", "value", "grund"),
    [
        ("{{ x }}", None, "leer"),
        ("{{ x | datum }}", None, "leer"),
        ("{{ x | euro }}", None, "leer"),
        ("{{ x.y }}", {}, "„y“ fehlt"),
        ("{{ x.y | datum }}", {}, "„y“ fehlt"),
        ("{{ x.y | euro }}", {}, "„y“ fehlt"),
        ("{{ x }}", date(2020, 1, 1), "Filter „| datum“"),
        ("{{ x }}", Decimal("1.5"), "„| euro“"),
        ("{{ x }}", True, "Ja/Nein"),
        ("{{ x }}", ["a"], "Liste"),
        ("{{ x | datum }}", "1.1.2020", "kein Datum"),
        ("{{ x | euro }}", "1,5", "keine Zahl"),
    ],
)
def test_a_value_that_would_print_as_nonsense_is_refused(tag: str, value: object, grund: str) -> None:
    with pytest.raises(NoticeFault) as caught:
        brief(p("Anfang"), p("Mitte"), p(f"Ende {tag}"), x=value)
    assert caught.value.tag == tag
    assert caught.value.ort == "Text, Absatz 3"
    assert grund in caught.value.grund


def test_a_missing_field_is_refused_and_known_beforehand() -> None:
    template = Template.compile(docx(p("{{ x }} {{ y }}")), "Brief", ["x", "y"])
    assert template.fields == {"x", "y"}
    assert template.missing({"x": "a"}) == {"y"}
    with pytest.raises(NoticeFault, match=r"\{\{ y \}\}: Der Wert für „y“ fehlt"):
        template.render({"x": "a"})


def test_a_fault_inside_a_loop_names_the_tag_in_it() -> None:
    with pytest.raises(NoticeFault) as caught:
        brief(p("{%p for z in x %}"), p("{{ z.a }}"), p("{{ z.b }}"), p("{%p endfor %}"), x=[{"a": "1", "b": None}])
    assert (caught.value.tag, caught.value.ort) == ("{{ z.b }}", "Text, Absatz 3")


def test_a_field_is_never_mistaken_for_a_method() -> None:
    assert lines(brief(p("{{ x.items }} {{ x.values }}"), x={"items": "a", "values": "b"})) == ["a b"]


@pytest.mark.parametrize(
    ("tag", "value", "printed"),
    [
        ("datum", date(2022, 1, 2), "02.01.2022"),
        ("euro", Decimal("1234.56"), "1.234,56\u00a0€"),
        ("euro", 5, "5,00\u00a0€"),
        ("zahl", Decimal("0.25"), "0,25"),
        ("vzae", Decimal("1.5"), "1,50\u00a0VZÄ"),
        ("monate", Decimal(1), "1 Monat"),
        ("monate", Decimal("9.5"), "9,50 Monate"),
        ("in_worten", Decimal("1.00"), "ein Euro"),
        ("in_worten", Decimal("3000.50"), "dreitausend Euro und fünfzig Cent"),
    ],
)
def test_filters_print_the_german_way(tag: str, value: object, printed: str) -> None:
    assert lines(brief(p(f"{{{{ x | {tag} }}}}"), x=value)) == [printed]


@pytest.mark.parametrize(
    "tag",
    [
        "{{ ''.__class__ }}",
        "{{ x.__class__.__mro__ }}",
        "{{ x.upper() }}",
        "{{ range(9) }}",
        "{{ cycler('a') }}",
        "{{ lipsum() }}",
        "{{ self._TemplateReference__context }}",
        "{{ x | attr('__class__') }}",
        "{{ liste | map(attribute='__class__') | first }}",
    ],
)
def test_a_template_cannot_reach_python(tag: str) -> None:
    with pytest.raises((PikError, NoticeFault)):
        brief(p(tag), x="a", liste=["a"])


DOUBLED = "{% set b = b ~ b %}" * 40
NESTED = "{% set b = [b, b] %}" * 40


@pytest.mark.parametrize(
    "tags",
    [
        "{{ 'a' * 100000000 }}",
        "{{ 10 ** 10 ** 10 }}",
        "{{ '%999999999d' % 1 }}",
        "{{ liste * 1000000000 }}",
        "{% set b = x %}" + "{% set b = b + b %}" * 40 + "{{ b }}",
        "{% set b = x %}" + DOUBLED + "{{ b }}",
        "{% set b = x %}" + NESTED + "{{ b | join }}",
        "{% set b = x %}" + NESTED + "{{ b | upper }}",
        "{% set b = lang %}{{ lang | list | join(b) }}",
        "{% for a in lang %}{% for b in lang %}{{ lang }}{% endfor %}{% endfor %}",
    ],
)
def test_a_template_cannot_fill_the_memory(tags: str) -> None:
    with pytest.raises(NoticeFault):
        brief(p(tags), x="a", liste=["a"], lang="a" * 10_000)


def test_loops_within_loops_end_at_three() -> None:
    four = "".join(f"{{% for a{n} in x %}}" for n in range(4)) + "{% endfor %}" * 4
    with pytest.raises(PikError, match="Mehr als 3 Schleifen ineinander"):
        brief(p(four), x=[])


@pytest.mark.parametrize(
    ("tag", "printed"),
    [
        ("{{ x ~ ' & ' ~ x }}", "a & a"),
        ("{{ liste | join(' & ') }}", "a & b"),
        ("{{ 2 + 3 * 4 }}", "14"),
        ("{{ (betrag * 2) | euro }}", "3,00\u00a0€"),
        ("{{ liste | first | upper }}", "A"),
        ("{{ tage | map('datum') | join(', ') }}", "01.01.2020, 02.01.2020"),
        ("{{ x | default('nichts') }}", "a"),
        ("{% if nichts %}{{ nichts | datum }}{% else %}offen{% endif %}", "offen"),
    ],
)
def test_what_is_harmless_works(tag: str, printed: str) -> None:
    tage = [date(2020, 1, 1), date(2020, 1, 2)]
    fields = {"x": "a", "liste": ["a", "b"], "betrag": Decimal("1.5"), "tage": tage, "nichts": None}
    assert lines(brief(p(tag.replace("&", "&amp;")), **fields)) == [printed]


@pytest.mark.parametrize("tag", ["{{ x ~ tag }}", "{{ liste | join(', ') }}", "{{ liste | upper }}", "{{ x ~ none }}"])
def test_what_is_joined_must_be_printable_by_itself(tag: str) -> None:
    with pytest.raises(NoticeFault, match=r"braucht den Filter|kein Text|leer"):
        brief(p(tag), x="am ", tag=date(2020, 1, 1), liste=[date(2020, 1, 1)])


def test_the_title_of_the_document_is_escaped_once_and_cut_to_what_word_accepts() -> None:
    core = xml(brief(title="Bescheid {{ x }}", x="Müller & Söhne <1>\nzwei"), "docProps/core.xml")
    assert "Bescheid Müller &amp; Söhne &lt;1&gt; zwei" in core
    assert f">{'a' * 254}…<" in xml(brief(title="{{ x }}", x="a" * 256), "docProps/core.xml")
    assert f">{'a' * 255}<" in xml(brief(title="{{ x }}", x="a" * 255), "docProps/core.xml")


def test_headers_are_filled_in_too() -> None:
    assert lines(brief(p("a"), header="Az. {{ x }}", x="15.2"), "word/header1.xml") == ["Az. 15.2"]


def test_a_fault_in_a_header_says_so() -> None:
    with pytest.raises(NoticeFault, match=r"^Kopfzeile, Absatz 1, \{\{ x \}\}"):
        brief(p("a"), header="Az. {{ x }}", x=None)


# --- plain text ------------------------------------------------------------------------------------


def test_a_mail_is_filled_in_as_plain_text() -> None:
    mail = Textvorlage.compile("Guten Tag,\n{{ x }} bis {{ y | datum }}", "mail", ["x", "y"])
    assert mail.render({"x": "A & B\r\n„c“", "y": date(2020, 4, 9)}) == "Guten Tag,\nA & B\n„c“ bis 09.04.2020"
    assert mail.fields == {"x", "y"}


def test_a_mail_names_the_line_of_a_value_that_cannot_be_printed() -> None:
    with pytest.raises(PikError, match="Die Vorlage „mail“, Zeile 2: Ein Datum braucht den Filter"):
        Textvorlage.compile("a\n{{ x }}", "mail", ["x"]).render({"x": date(2020, 4, 9)})


def test_a_mail_with_faults_lists_them_all_with_their_lines() -> None:
    text = "{{ traegr }}\n{{ summe }}\n{% edif %}\n{%p if x %}\n{{ x"
    with pytest.raises(PikError) as caught:
        Textvorlage.compile(text, "mail", VERLAENGERUNG)
    message = str(caught.value)
    assert message.startswith("Die Vorlage „mail“ hat 8 Fehler:\n- Zeile 1, {{ traegr }}: ")
    for said in ("Zeile 2, {{ summe }}: Ein Betrag", "Zeile 3, {% edif %}: ", "Zeile 4, {%p if x %}: Das gibt es nur",
                 "Zeile 5, „{{ x“: Der Platzhalter ist nicht vollst"):  # fmt: skip
        assert said in message


def test_a_condition_alone_on_its_line_leaves_no_blank_line_in_a_mail() -> None:
    mail = Textvorlage.compile("a\n{% if x %}\nb\n  {% endif %} \nc {% if x %}d{% endif %}\ne", "mail", ["x"])
    assert (mail.render({"x": True}), mail.render({"x": False})) == ("a\nb\nc d\ne", "a\nc \ne")
    with pytest.raises(PikError, match="Zeile 4: "):
        Textvorlage.compile("{% if x %}\n{% endif %}\n\n{{ y }}", "mail", ["x", "y"]).render({"x": 1, "y": None})
