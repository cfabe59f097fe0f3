"""What a template is refused for as a whole: headers that hide a draft, files of another kind; what it leaves open."""

from __future__ import annotations

import pytest
from nasty import zipped
from worddateien import ENTWURF, GANZ, NS, docx, p, repacked

from pik_xl.errors import PikError
from pik_xl.vorlagen.felder import SCHREIBARTEN, VERLAENGERUNG
from pik_xl.vorlagen.lint import Vorlagenmangel
from pik_xl.vorlagen.template import SPEICHERN, Template
from pik_xl.workfolder import shipped

TEMPLATES = shipped("templates")


# --- drafts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("", "Ein Entwurf wäre auf diesen Seiten nicht als ENTWURF zu erkennen."),
        ("{{ traeger }}", "Ein Entwurf wäre"),
        ("{% if entwurf %}bald{% endif %}", "Ein Entwurf wäre"),
        ("{% if not entwurf %}ENTWURF{% endif %}", "Ein Entwurf wäre"),
        ("ENTWURF {% if entwurf %}!{% endif %}", "Auch ein endgültiger Bescheid hieße auf diesen Seiten ENTWURF."),
    ],
)
def test_a_header_that_does_not_tell_drafts_from_notices_is_a_fault(header: str, said: str) -> None:
    with pytest.raises(Vorlagenmangel) as caught:
        Template.compile(docx(*GANZ.values(), header=header), "Brief", VERLAENGERUNG)
    (found,) = caught.value.fehler
    assert found.ort == "Kopfzeile" and found.text.startswith(said)


def test_other_faults_of_a_header_are_told_first() -> None:
    with pytest.raises(Vorlagenmangel) as caught:
        Template.compile(docx(*GANZ.values(), header="{{ traegr }}"), "Brief", VERLAENGERUNG)
    assert [f.tag for f in caught.value.fehler] == ["{{ traegr }}"]


@pytest.mark.parametrize(("part", "ort"), [("header1", "Erste Kopfzeile"), ("header2", "Kopfzeile")])
def test_each_header_of_a_notice_must_say_that_it_is_a_draft(part: str, ort: str) -> None:
    empty = f"<w:hdr {NS}><w:p/></w:hdr>"
    for art in (name for name in SCHREIBARTEN if "entwurf" in SCHREIBARTEN[name].pflicht):
        data = repacked((TEMPLATES / f"{art}.docx").read_bytes(), {f"word/{part}.xml": empty})
        with pytest.raises(Vorlagenmangel) as caught:
            Template.compile(data, art, SCHREIBARTEN[art])
        assert [f.ort for f in caught.value.fehler] == [ort]


def test_the_watermark_alone_tells_a_draft() -> None:
    shape = (
        '<w:p><w:r><w:t>{% if entwurf %}</w:t></w:r><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml">'
        '<v:textpath string="ENTWURF"/></v:shape></w:pict></w:r><w:r><w:t>{% endif %}</w:t></w:r></w:p>'
    )
    data = repacked(docx(*GANZ.values(), header=ENTWURF), {"word/header1.xml": f"<w:hdr {NS}>{shape}</w:hdr>"})
    Template.compile(data, "Brief", VERLAENGERUNG)


def test_letters_that_are_never_drafts_need_no_mark() -> None:
    data = repacked(
        (TEMPLATES / "nachforderung.docx").read_bytes(), {"word/header1.xml": f"<w:hdr {NS}><w:p/></w:hdr>"}
    )
    Template.compile(data, "nachforderung", SCHREIBARTEN["nachforderung"])


# --- files of another kind -------------------------------------------------------------------------

TYPES = "[Content_Types].xml"


@pytest.mark.parametrize(
    "data",
    [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), b"{\\rtf1 Guten Tag}", zipped({"content.xml": "<office/>"}),
     repacked(docx(p("a")), {TYPES: "<Types><Override ContentType='application/vnd.ms-word.document.macroEnabled.main"
                                    "+xml'/></Types>"}),
     repacked(docx(p("a")), {"word/document.xml": "<d xmlns='http://purl.oclc.org/ooxml/wordprocessingml/main'/>"})],
    ids=["doc", "rtf", "odt", "docm", "strict"],
)  # fmt: skip
def test_a_file_of_another_kind_is_to_be_saved_as_a_word_document(data: bytes) -> None:
    with pytest.raises(PikError) as caught:
        Template.compile(data, "verlaengerung", ())
    assert SPEICHERN in str(caught.value)


def test_a_file_that_is_cut_off_is_to_be_fetched_from_a_backup() -> None:
    with pytest.raises(PikError, match="Bitte aus einer Sicherung zurückholen"):
        Template.compile(docx(p("a"))[:2000], "verlaengerung", ())


# --- what is left open -----------------------------------------------------------------------------


def test_what_is_still_to_be_settled_is_read_from_bracket_to_bracket_in_every_part() -> None:
    body = [p("Von [zu klä", "ren: Bewilligungszeitraum] bis [zu klären: {{ x }}]."), p("[Zu  klären"),
            p("[zu klären: Bewilligungszeitraum]"), p("zu klären ist [nichts]")]  # fmt: skip
    template = Template.compile(docx(*body, header="[zu klären: Logo]"), "Brief", ["x"])
    assert template.offen == (
        "[zu klären: Bewilligungszeitraum]", "[zu klären: {{ x }}]", "[Zu  klären", "[zu klären: Logo]"
    )  # fmt: skip


def test_a_template_in_which_all_is_settled_leaves_nothing_open() -> None:
    assert Template.compile(docx(p("a")), "Brief", ()).offen == ()
