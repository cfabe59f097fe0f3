"""Filled templates are files Word accepts: nothing doubled, nothing emptied, and what docxtpl does with cells."""

from __future__ import annotations

import io
import re
import tomllib
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from docxtpl import DocxTemplate
from jinja2 import Environment
from lxml import etree
from nasty import zipped
from samples import sampled
from word_text import W, lines, xml
from worddateien import brief, docx, p, table

import pik_xl
from pik_xl.errors import PikError
from pik_xl.vorlagen.docx_xml import mend_tables, prepared
from pik_xl.vorlagen.felder import SCHREIBARTEN
from pik_xl.vorlagen.platzhalter import Ziel, environment
from pik_xl.vorlagen.schreibart import muster
from pik_xl.vorlagen.template import NoticeFault, Template
from pik_xl.workfolder import shipped

TEMPLATES = shipped("templates")


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


# --- content controls and pictures -----------------------------------------------------------------

W14 = "http://schemas.microsoft.com/office/word/2010/wordml"


def control(properties: str, content: str) -> str:
    return f'<w:sdt xmlns:w14="{W14}"><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>'


def test_a_content_control_bound_to_data_keeps_what_was_filled_in() -> None:
    bound = control(
        '<w:id w:val="7"/><w:showingPlcHdr/><w:dataBinding w:xpath="/a" w:storeItemID="{0}"/><w:text/>', p("{{ x }}")
    )
    data = xml(brief(p("{%p for z in x %}"), bound, p("{%p endfor %}"), x="ab"))
    assert data.count("<w:sdt>") == 2 and ">ab<" in data
    assert not re.search(r'dataBinding|showingPlcHdr|<w:id w:val="7"', data)


@pytest.mark.parametrize("x", [True, False])
def test_a_check_box_is_ticked_when_it_shows_the_sign_for_it(x: bool) -> None:
    box = ('<w14:checkbox><w14:checked w14:val="0"/><w14:checkedState w14:val="2612" w14:font="MS Gothic"/>'
           '<w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/></w14:checkbox>')  # fmt: skip
    signs = control(box, p("{% if x %}☒{% else %}☐{% endif %}"))
    data = xml(brief(signs, control(box, p("☐")), x=x))
    assert re.findall(r'<w14:checked w14:val="(.)"/>', data) == [str(int(x)), "0"]


def test_a_picture_in_a_loop_gets_a_number_of_its_own() -> None:
    drawing = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
    picture = f'<w:p><w:r><w:drawing><wp:inline xmlns:wp="{drawing}"><wp:docPr id="5" name="Logo"/></wp:inline>' \
              "</w:drawing></w:r></w:p>"  # fmt: skip
    data = xml(brief(p("{%p for z in x %}"), picture, p("{%p endfor %}"), x="abc"))
    assert re.findall(r'<wp:docPr id="(.)"', data) == ["1", "2", "3"]


# --- cells -----------------------------------------------------------------------------------------

CELLS = {
    "columns": table([p("{%tc for z in x %}"), p("{{ z }}"), p("{%tc endfor %}")], [p("a"), p("b"), p("c")]),
    "column left out": table([p("{%tc if not x %}"), p("weg"), p("{%tc endif %}"), p("bleibt")]),
    "joined": table([p("{% colspan y %}") + p("über alle")], [p("a"), p("b"), p("c")]),
    "coloured": table([p("{% cellbg farbe %}") + p("{{ farbe }}"), p("b")]),
    "merged downwards": table([p("{%tr for z in x %}"), p("")], [p("{% vm %}gleich"), p("{{ z }}")],
                              [p("{%tr endfor %}"), p("")]),
    "merged along": table([p("{%tc for z in x %}"), p("{% hm %}gleich"), p("{%tc endfor %}")],
                          [p("a"), p("b"), p("c")]),
    "run": p("{%r if x %}", "a & b".replace("&", "&amp;"), "{%r endif %}", " Ende"),
}  # fmt: skip
FELDER: dict[str, Any] = {"x": ["1 & 2", "3", "4"], "y": 3, "farbe": "FFCC00"}
KIND = pytest.mark.parametrize("content", CELLS.values(), ids=list(CELLS))


@KIND
def test_cells_and_runs_come_out_as_docxtpl_makes_them(content: str) -> None:
    other = DocxTemplate(io.BytesIO(docx(content)))
    other.render(FELDER, Environment(autoescape=True))
    saved = io.BytesIO()
    other.save(saved)
    ours, theirs = (etree.fromstring(xml(data).encode()) for data in (brief(content, **FELDER), saved.getvalue()))
    for name in ("tc", "tr", "gridCol", "gridSpan", "vMerge", "shd", "t"):
        found = [[(e.text, dict(e.attrib)) for e in root.iter(W + name)] for root in (ours, theirs)]
        assert found[0] == found[1], name


@pytest.mark.parametrize("content", sampled(CELLS.values()), ids=list(CELLS))
def test_the_validator_of_microsoft_accepts_filled_cells(
    content: str, tmp_path: Path, ooxml_errors: Callable[[Path], list[Any]]
) -> None:
    path = tmp_path / "brief.docx"
    path.write_bytes(brief(content, p("Ende"), **FELDER))
    assert ooxml_errors(path) == []


@KIND
def test_a_template_with_cells_or_runs_says_that_it_is_slow(content: str) -> None:
    template = Template.compile(docx(p("a"), content), "Brief", FELDER)
    assert re.match(r"Die Vorlage „Brief“ nutzt \{%.*%\} \(Text, Absatz \d.*\): .* docxtpl", template.hinweis)
    assert template.render(FELDER) == template.render(FELDER)


def test_an_ordinary_template_is_not_slow() -> None:
    assert Template.compile(docx(p("{{ y }}"), table([p("a")])), "Brief", FELDER).hinweis == ""


def test_a_fault_among_cells_names_its_tag() -> None:
    content = table([p("{% colspan y %}") + p("{{ farbe | datum }}"), p("{{ x | euro }}")])
    with pytest.raises(NoticeFault, match=r"Tabelle 1, Zeile 1, Spalte 1, \{\{ farbe \| datum"):
        brief(content, **FELDER)
    with pytest.raises(NoticeFault, match=r"colspan z \}|colspan z %"):
        brief(table([p("{% colspan z %}") + p("a")]), z=None)


def test_a_number_of_columns_that_is_none_is_refused() -> None:
    with pytest.raises(NoticeFault, match="kein lesbares Word-Dokument"):
        brief(table([p("{% colspan z %}") + p("a")]), z="drei")


# --- what we stand on ------------------------------------------------------------------------------


def test_docxtpl_is_held_below_the_next_minor_version_as_every_letter_passes_its_hands() -> None:
    project = tomllib.loads((Path(pik_xl.__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    assert "docxtpl>=0.20,<0.21" in project["project"]["dependencies"]
    assert version("docxtpl").startswith("0.20.")


def test_docxtpl_prepares_and_mends_without_a_file_of_its_own() -> None:
    prepared_row = prepared('<w:p><w:r><w:t>{%p</w:t></w:r><w:r><w:t xml:space="preserve"> if x %}</w:t></w:r></w:p>')
    assert prepared_row == "{% if x %}"
    cells = f'<w:document xmlns:w="{W[1:-1]}">{table([p("a"), p("b")])}</w:document>'
    assert mend_tables(cells.encode()).count(b"<w:gridCol") == 2


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.docx")), ids=lambda path: path.stem)
def test_a_shipped_letter_says_what_docxtpl_alone_would_say(path: Path) -> None:
    art = SCHREIBARTEN[path.stem]
    ours = Template.compile(path, path.stem, art).render(muster(art))
    other = DocxTemplate(io.BytesIO(path.read_bytes()))
    other.render(muster(art), environment(Ziel.WORD))
    saved = io.BytesIO()
    other.save(saved)
    assert lines(ours) == lines(saved.getvalue())
