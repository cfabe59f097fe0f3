"""What is left over in a template: comments, tracked changes, brackets that are no tags."""

from __future__ import annotations

import pytest
from worddateien import ENTWURF, GANZ, docx, p, table

from pik_xl.vorlagen.felder import MAILTEXT, VERLAENGERUNG
from pik_xl.vorlagen.lint import Vorlagenmangel
from pik_xl.vorlagen.platzhalter import Textvorlage
from pik_xl.vorlagen.tags import Vorlagenfehler
from pik_xl.vorlagen.template import Template


def fehler(*content: str, title: str = "Brief") -> list[Vorlagenfehler]:
    """What is wrong with a whole letter that ends with this."""
    try:
        Template.compile(docx(*content, *GANZ.values(), title=title, header=ENTWURF), "Brief", VERLAENGERUNG)
    except Vorlagenmangel as mangel:
        return list(mangel.fehler)
    return []


# --- what Word leaves ------------------------------------------------------------------------------

BY = 'w:id="1" w:author="a" w:date="2020-01-01T00:00:00Z"'
TRACKED = {
    "inserted": f"<w:p><w:ins {BY}><w:r><w:t>neu</w:t></w:r></w:ins></w:p>",
    "deleted": f"<w:p><w:del {BY}><w:r><w:delText>alt</w:delText></w:r></w:del></w:p>",
    "moved": f"<w:p><w:moveTo {BY}><w:r><w:t>neu</w:t></w:r></w:moveTo></w:p>",
    "moved away": f"<w:p><w:moveFrom {BY}><w:r><w:t>alt</w:t></w:r></w:moveFrom></w:p>",
    "paragraph": f"<w:p><w:pPr><w:pPrChange {BY}><w:pPr/></w:pPrChange></w:pPr></w:p>",
    "run": f"<w:p><w:r><w:rPr><w:rPrChange {BY}><w:rPr/></w:rPrChange></w:rPr><w:t>a</w:t></w:r></w:p>",
    "mark": f"<w:p><w:pPr><w:rPr><w:ins {BY}/></w:rPr></w:pPr></w:p>",
    "comment": '<w:p><w:commentRangeStart w:id="0"/><w:r><w:t>a</w:t></w:r><w:commentRangeEnd w:id="0"/>'
               '<w:r><w:commentReference w:id="0"/></w:r></w:p>',
}  # fmt: skip


@pytest.mark.parametrize("content", TRACKED.values(), ids=list(TRACKED))
def test_comments_and_tracked_changes_are_a_fault_with_their_place(content: str) -> None:
    (found,) = fehler(p("a"), content)
    assert found.ort == "Text, Absatz 2"
    assert found.vorschlag == "Bitte alle Änderungen annehmen und Kommentare löschen (Überprüfen)."


def test_changes_in_a_table_say_where_and_those_outside_of_paragraphs_which_part() -> None:
    row = table([p("a")]).replace("<w:tr>", f"<w:tr><w:trPr><w:ins {BY}/></w:trPr>")
    assert [f.ort for f in fehler(row)] == ["Text"]
    assert [f.ort for f in fehler(table([TRACKED["inserted"]]))] == ["Text, Absatz 1, Tabelle 1, Zeile 1, Spalte 1"]


# --- brackets --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tag", "vorschlag"),
    [
        ("{traeger}", "{traeger}", "Bitte „{{ traeger }}“ schreiben."),
        ("{ Traeger }", "{ Traeger }", "Bitte „{{ traeger }}“ schreiben."),
        ("{trager}", "{trager}", "Bitte „{{ traeger }}“ schreiben."),
        ("{summe}", "{summe}", "Bitte „{{ summe | euro }}“ schreiben."),
        ("{ summe | euro }", "{ summe | euro }", "Bitte „{{ summe | euro }}“ schreiben."),
        ("{x | datum}", "{x | datum}", "Bitte „{{ x | datum }}“ schreiben."),
        ("{gericht.name}", "{gericht.name}", "Bitte „{{ gericht.name }}“ schreiben."),
        ("{s.stelle}", "{s.stelle}", "Bitte „{{ s.stelle }}“ schreiben."),
        ("${traeger}", "{traeger}", "Bitte „{{ traeger }}“ schreiben."),
        ("{ { traeger } }", "{ { traeger } }", "Bitte „{{ traeger }}“ schreiben, ohne Leerzeichen dazwischen."),
        (
            "{ % if entwurf % }",
            "{ % if entwurf % }",
            "Bitte „{% if entwurf %}“ schreiben, ohne Leerzeichen dazwischen.",
        ),
        ("[[traeger]]", "[[traeger]]", "Bitte „{{ traeger }}“ schreiben."),
        ("«Traeger»", "«Traeger»", "Bitte „{{ traeger }}“ schreiben."),
        ("&lt;&lt;traeger&gt;&gt;", "<<traeger>>", "Bitte „{{ traeger }}“ schreiben."),
    ],
)
@pytest.mark.parametrize("beside", ["", " und {{ datum | datum }}"])
def test_brackets_that_are_no_tag_are_a_fault_with_the_tag_that_was_meant(
    text: str, tag: str, vorschlag: str, beside: str
) -> None:
    (found,) = fehler(p("a"), p(f"An {text}{beside}"))
    assert (found.ort, found.tag, found.vorschlag) == ("Text, Absatz 2", tag, vorschlag)
    assert found.text == "Das ist kein Platzhalter und würde so gedruckt."


@pytest.mark.parametrize(
    "text",
    ["«", "Er sagt: «Guten Tag».", "«Pakt für Integration»", "{1, 2}", "{siehe Anlage}", "[1] [traeger] [[1]]",
     "a {} b", "{{ traeger }}", "Text {# nur {traeger} #} Ende", "{% if ergebnis == «teilweise» %}{% endif %}",
     "1 << 2 >> 0"],
)  # fmt: skip
def test_ordinary_text_is_no_fault(text: str) -> None:
    assert fehler(p(text.replace("<", "&lt;"))) == []


@pytest.mark.parametrize(
    "field",
    ['<w:fldSimple w:instr=" MERGEFIELD Traeger \\* MERGEFORMAT "><w:r><w:t>«Traeger»</w:t></w:r></w:fldSimple>',
     '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> MERGE</w:instrText></w:r>'
     "<w:r><w:instrText>FIELD Traeger </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>"
     '<w:r><w:t>«Traeger»</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'],
)  # fmt: skip
def test_a_field_of_a_mail_merge_is_one_fault(field: str) -> None:
    (found,) = fehler(f"<w:p><w:r><w:t>{{{{ datum | datum }}}}</w:t></w:r>{field}</w:p>")
    assert (found.ort, found.tag) == ("Text, Absatz 1", "MERGEFIELD Traeger")
    assert found.vorschlag == "Bitte „{{ traeger }}“ schreiben."


def test_a_merge_field_that_no_field_is_like_asks_for_a_tag() -> None:
    (found,) = fehler('<w:p><w:fldSimple w:instr="MERGEFIELD PLZ2"/></w:p>')
    assert found.vorschlag == "Bitte durch einen Platzhalter ersetzen: {{ ... }}."


def test_other_fields_of_word_are_no_fault() -> None:
    assert fehler('<w:p><w:fldSimple w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p>') == []


def test_brackets_in_the_title_and_in_mails_are_a_fault_too() -> None:
    (found,) = fehler(title="Bescheid {traeger}")
    assert (found.ort, found.tag) == ("Dokumenteigenschaften, title", "{traeger}")
    with pytest.raises(Vorlagenmangel, match=r"Zeile 3, \{frist\}: .* „\{\{ frist \| datum \}\}“"):
        Textvorlage.compile("Betreff: x\n\nbis {frist}\n", "mail.txt", MAILTEXT)
