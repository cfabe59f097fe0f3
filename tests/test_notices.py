"""Notices: what compiled templates print, and what they refuse because it would be lost."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.parser import parse_xml
from lxml import etree
from nasty import zipped
from word_text import W, lines, xml

from pik_xl.errors import PikError
from pik_xl.notices import NoticeFault, Template

TEMPLATES = Path(__file__).parent.parent / "templates"
NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


# --- factories -------------------------------------------------------------------------------------


def p(*texts: str) -> str:
    """A paragraph of one run per text."""
    runs = "".join(f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>' for text in texts)
    return f"<w:p>{runs}</w:p>"


def table(*rows: Sequence[str]) -> str:
    """A table of rows of cells; a cell is the XML of its paragraphs."""
    cells = ("".join(f'<w:tc><w:tcPr><w:tcW w:w="900" w:type="dxa"/></w:tcPr>{c}</w:tc>' for c in row) for row in rows)
    body = "".join(f"<w:tr>{row}</w:tr>" for row in cells)
    grid = '<w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid><w:gridCol w:w="900"/></w:tblGrid>'
    return f"<w:tbl>{grid}{body}</w:tbl>"


def docx(*content: str, title: str = "Brief", header: str = "") -> bytes:
    """A small Word file around some body XML."""
    doc = Document()
    doc.core_properties.title = title
    for position, child in enumerate(list(parse_xml(f"<w:part {NS}>{''.join(content)}</w:part>"))):
        doc.element.body.insert(position, child)
    if header:
        doc.sections[0].header.paragraphs[0].text = header
    saved = io.BytesIO()
    doc.save(saved)
    return saved.getvalue()


def brief(*content: str, title: str = "Brief", header: str = "", **fields: Any) -> bytes:
    """A small template compiled and filled in."""
    return Template.compile(docx(*content, title=title, header=header), "Brief", fields).render(fields)


def faults(*content: str, known: Sequence[str] = ("x", "y", "liste")) -> str:
    """What the compiler has against a small template."""
    with pytest.raises(PikError) as caught:
        Template.compile(docx(*content), "Brief", known)
    return str(caught.value)


# --- values ----------------------------------------------------------------------------------------


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
        "{{ 'a' * 100000000 }}",
        "{{ 10 ** 10 ** 10 }}",
        "{{ '%999999999d' % 1 }}",
    ],
)
def test_a_template_cannot_reach_python_or_fill_the_memory(tag: str) -> None:
    with pytest.raises(NoticeFault):
        brief(p(tag), x="a")


@pytest.mark.parametrize("tag", ["{{ range(9) }}", "{{ cycler('a') }}", "{{ lipsum() }}"])
def test_a_template_has_no_globals(tag: str) -> None:
    assert "gibt es nicht" in faults(p(tag))


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


# --- structure -------------------------------------------------------------------------------------


@pytest.mark.parametrize("quoted", ["„a“", "‚a‘", "»a«", "“a”", "'a'"])
def test_german_quotes_inside_a_tag_are_understood(quoted: str) -> None:
    assert lines(brief(p(f"{{% if x == {quoted} %}}ja{{% else %}}„nein“{{% endif %}}"), x="a")) == ["ja"]


def test_german_quotes_outside_a_tag_stay() -> None:
    assert lines(brief(p("„{{ x }}“ – ‚so‘"), x="a")) == ["„a“ – ‚so‘"]


def test_a_cell_emptied_by_a_condition_keeps_a_paragraph() -> None:
    data = brief(table([p("{%p if x %}") + p("weg") + p("{%p endif %}"), p("bleibt")]), x=False)
    cells = list(etree.fromstring(xml(data).encode()).iter(W + "tc"))
    assert [[child.tag for child in cell if child.tag != W + "tcPr"] for cell in cells] == [[W + "p"], [W + "p"]]


def test_a_table_emptied_by_a_loop_is_gone() -> None:
    loop = table([p("{%tr for z in x %}")], [p("{{ z }}")], [p("{%tr endfor %}")])
    assert "<w:tbl>" not in xml(brief(p("vorher"), loop, p("nachher"), x=[]))
    assert lines(brief(loop, x=["a", "b"])) == ["a", "b"]


def test_bookmarks_and_paragraph_ids_are_not_repeated_by_loops() -> None:
    marked = (
        '<w:p xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" w14:paraId="0A" w:rsidR="0B">'
        '<w:bookmarkStart w:id="1" w:name="m"/><w:r><w:t>{{ z }}</w:t></w:r><w:bookmarkEnd w:id="1"/></w:p>'
    )
    data = xml(brief(p("{%p for z in x %}"), marked, p("{%p endfor %}"), x=["a", "b"]))
    assert data.count("<w:t>") + data.count("<w:t ") == 2
    assert not re.search("bookmark|paraId=|rsidR=", data)


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
         "Tabelle Zeile 1, Spalte 1"),
        ((table([p("{%tr for z in x %}{{ z }}{%tr endfor %}")]),), "{%tr for z in x %}", "eigene Zeile"),
        ((p("{% if x %}"), p("a"), p("{% endif %}")), "{% endif %}", "anderer Stelle als der Anfang {% if x %}"),
        ((p("{%p if x %}"), table([p("{%p endif %}")])), "{%p endif %}", "anderer Stelle"),
        ((p("{%p if x %}"), p("a")), "{%p if x %}", "nicht geschlossen"),
        ((p("a"), p("{%p endif %}")), "{%p endif %}", "fehlt der Anfang"),
        ((p("{%p if x %}"), p("{%p endfor %}")), "{%p endfor %}", "anderer Block"),
        ((p("{%tc if x %}"),), "{%tc if x %}", "nicht unterstützt"),
        ((p("{%- if x %}{% endif %}"),), "{%- if x %}", "nicht unterstützt"),
        ((p("{% include x %}"),), "{% include x %}", "Diesen Befehl gibt es nicht"),
        ((p("{{ x y }}"),), "{{ x y }}", "nicht verständlich"),
        ((p("{{ x | datun }}"),), "{{ x | datun }}", "Den Filter gibt es nicht"),
        ((p("{{ x | safe }}"),), "{{ x | safe }}", "Den Filter gibt es nicht"),
    ],
)  # fmt: skip
def test_what_would_lose_text_is_refused_before_the_first_letter(content: tuple[str, ...], tag: str, said: str) -> None:
    message = faults(*content)
    assert message.startswith("Die Vorlage „Brief“ hat ")
    assert f"Text, Absatz {1 + content.index(next(c for c in content if tag in c))}" in message
    assert tag in message
    assert said in message


def test_all_faults_of_a_template_are_named_at_once() -> None:
    message = faults(p("Text {%p if x %}"), p("{%p endif %}"), p("{%pif y %}"), p("{{ x"))
    assert message.startswith("Die Vorlage „Brief“ hat 4 Fehler:\n- ")
    assert message.count("\n- ") == 4


def test_a_torn_tag_in_the_title_is_a_fault() -> None:
    with pytest.raises(PikError, match="Dokumenteigenschaften, title"):
        Template.compile(docx(p("a"), title="{{ x"), "Brief", ["x"])


def test_a_template_without_tags_prints_itself() -> None:
    assert lines(brief(p("Guten Tag"))) == ["Guten Tag"]


@pytest.mark.parametrize(
    "data",
    [b"", b"kaputt", (TEMPLATES / "verlaengerung.docx").read_bytes()[:5000], zipped({"word/styles.xml": "<x/>"}),
     zipped({"word/document.xml": "<w:document"})],
    ids=["empty", "text", "cut off", "no letter", "no XML"],
)  # fmt: skip
def test_a_template_that_is_no_word_document_is_for_the_office_to_mend(data: bytes) -> None:
    with pytest.raises(PikError, match="kein lesbares Word-Dokument"):
        Template.compile(data, "verlaengerung", ())
