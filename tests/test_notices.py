"""Notices: compiled templates print what docxtpl would, refuse what it would lose, and the two letters read well."""

from __future__ import annotations

import importlib.util
import io
import re
import sys
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pypdf
import pytest
from docx import Document
from docx.oxml.parser import parse_xml
from docxtpl import DocxTemplate
from jinja2 import Environment
from lxml import etree
from nasty import zipped

from pik_xl.errors import PikError
from pik_xl.notices import NoticeFault, Template
from pik_xl.package import Package
from pik_xl.platzhalter import FILTERS, Textvorlage

TEMPLATES = Path(__file__).parent.parent / "templates"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
VML = "{urn:schemas-microsoft-com:vml}"
NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
Fields = dict[str, Any]

AUSGESCHOEPFT = "Der Bewilligungszeitraum ist ausgeschöpft: möglich ist höchstens 31.10.2022."
GEKUERZT = "Beantragt ist das Ende 31.12.2022; möglich ist höchstens 31.10.2022."


# --- factories -------------------------------------------------------------------------------------


def stelle(number: int, ergebnis: str = "bewilligt", gruende: Sequence[str] = (), **changes: Any) -> Fields:
    granted = ergebnis != "abgelehnt"
    je_jahr = {2020: "5333.33", 2021: "32000.00", 2022: "26666.67"} if granted else {}
    return {
        "stelle": f"08121000-{number:03}",
        "einsatzort": "Böckingen & „Süd“",
        "person": "",
        "vzae": Decimal("0.50"),
        "qualifikation": "Hochschulabschluss",
        "beginn": date(2017, 11, 1),
        "bewilligt_bis": date(2020, 10, 31),
        "neues_ende": date(2022, 10, 31) if granted else None,
        "monate": Decimal(24 if granted else 0),
        "jahresbetrag": Decimal(64000),
        "summe": Decimal("64000.00" if granted else 0),
        "ergebnis": ergebnis,
        "betraege": [{"jahr": jahr, "betrag": Decimal(betrag)} for jahr, betrag in je_jahr.items()],
        "gruende": list(gruende),
        "trace": ["Beginn 01.11.2017, höchstens 60 Monate: bis 31.10.2022.", *gruende],
    } | changes


def kopf(**changes: Any) -> Fields:
    return {
        "behoerde": {
            "name": "Regierungspräsidium Stuttgart",
            "referat": "Referat 15.2",
            "dienststelle": "Dienststelle Wertheim",
            "strasse": "Am Eichamt 2",
            "plz_ort": "97877 Wertheim",
            "email": "integrationsmanagement@rps.bwl.de",
            "bearbeitung": "Frau Muster",
            "durchwahl": "0711 904-0",
            "zeichnet": "Muster",
        },
        "datum": date(2020, 3, 12),
        "aktenzeichen": "15.2-0142.3/7",
        "entwurf": False,
        "anschrift": ["Stadt Heilbronn", "Marktplatz 7", "74072 Heilbronn"],
        "anrede": "Sehr geehrte Damen und Herren,",
        "traeger": "Stadt Heilbronn",
        "art": "Stadtkreis",
        "kreis": "Stadtkreis Heilbronn",
        "ags": "08121000",
        "ansprechperson": "Frau Größle",
        "eingang": date(2020, 3, 2),
        "gericht": {"name": "Verwaltungsgericht Stuttgart", "anschrift": "Augustenstraße 5, 70178 Stuttgart"},
    } | changes


def bescheid(*stellen: Fields, nicht: Sequence[Fields] = (), **changes: Any) -> Fields:
    bewilligte = [s for s in stellen if s["ergebnis"] != "abgelehnt"]
    abgelehnte = [s for s in stellen if s["ergebnis"] == "abgelehnt"]
    gekuerzte = [s for s in bewilligte if s["ergebnis"] == "teilweise"]
    jahre = sorted({b["jahr"] for s in bewilligte for b in s["betraege"]})
    je_jahr = [
        {"jahr": j, "betrag": sum(b["betrag"] for s in bewilligte for b in s["betraege"] if b["jahr"] == j)}
        for j in jahre
    ]
    ergebnis = "teilweise" if abgelehnte or gekuerzte else "bewilligt"
    return (
        kopf()
        | {
            "ergebnis": ergebnis if bewilligte else "abgelehnt",
            "rechtsgrundlage": "Schreiben des Ministers vom 27.01.2020",
            "summe": sum((s["summe"] for s in bewilligte), Decimal(0)),
            "betraege": je_jahr,
            "stellen": [*stellen, *nicht],
            "bewilligte": bewilligte,
            "abgelehnte": abgelehnte,
            "gekuerzte": gekuerzte,
            "nicht_beantragte": list(nicht),
            "quellen": ["Schreiben des Ministers vom 27.01.2020"],
            "hinweise": [],
            "beratung_hinweis": False,
        }
        | changes
    )


def befund(nr: int, **changes: Any) -> Fields:
    return {
        "nr": nr,
        "schwere": "Fehler",
        "code": "W01",
        "blatt": "Stellen",
        "zelle": "L9",
        "feld": "VZÄ beantragt",
        "gefunden": "o,5 & <mehr>",
        "meldung": f"Meldung {nr}.",
        "bitte": "Bitte 0,50 eintragen.",
        "quelle": "FAQ 2017",
        "stelle": "08121000-001",
    } | changes


def rueckfrage(*befunde: Fields) -> Fields:
    return kopf(befunde=list(befunde), frist=date(2020, 4, 9), datei="Antrag & Anlage.xlsx")


TEIL = bescheid(
    stelle(1), stelle(2, "teilweise", [GEKUERZT]), stelle(3, "abgelehnt", [AUSGESCHOEPFT]), nicht=[stelle(4)],
    traeger="GVV Müller & Söhne <Oberes Tal>", hinweise=["Für 2022 ist kein Ansatz bekannt."], beratung_hinweis=True,
)  # fmt: skip
LANG = befund(
    1, blatt="Erklärungen und Bankverbindung", feld="IBAN der Stadt- oder Gemeindekasse", stelle="",
    meldung="Die IBAN ist falsch: Die Prüfziffer passt nicht zur Kontonummer. " * 4, bitte="Bitte abschreiben. " * 9,
)  # fmt: skip
EMPFAENGER = "Gemeindeverwaltungsverband Müller & Söhne <Oberes Tal> – Geschäftsstelle für Geflüchtetenbetreuung"
LETTERS = {
    "one post": ("verlaengerung", bescheid(stelle(1))),
    "one post, draft": ("verlaengerung", bescheid(stelle(1), entwurf=True)),
    "three posts, long name": (
        "verlaengerung",
        bescheid(*map(stelle, range(3)), traeger=EMPFAENGER, anschrift=[EMPFAENGER, "Größeäcker 1", "74072 Ulm"]),
    ),
    "sixty posts, draft": ("verlaengerung", bescheid(*map(stelle, range(60)), entwurf=True)),
    "part": ("verlaengerung", TEIL),
    "refusal": ("verlaengerung", bescheid(stelle(3, "abgelehnt", [AUSGESCHOEPFT]), quellen=[])),
    "refusal, draft": ("verlaengerung", bescheid(stelle(3, "abgelehnt", [AUSGESCHOEPFT, GEKUERZT]), entwurf=True)),
    "one fault": ("nachforderung", rueckfrage(befund(1))),
    "twelve long faults": ("nachforderung", rueckfrage(*(LANG | {"nr": nr} for nr in range(1, 13)))),
    "three faults": (
        "nachforderung",
        rueckfrage(
            befund(1),
            befund(2, blatt="", zelle="", gefunden="", stelle=""),
            befund(3, quelle="", feld=""),
        ),
    ),
}  # fmt: skip
LETTER = pytest.mark.parametrize("letter", LETTERS.values(), ids=list(LETTERS))


def compiled(name: str) -> Template:
    known = LETTERS["one post" if name == "verlaengerung" else "one fault"][1]
    return Template.compile(TEMPLATES / f"{name}.docx", name, known)


@pytest.fixture(scope="module")
def templates() -> dict[str, Template]:
    return {name: compiled(name) for name in ("verlaengerung", "nachforderung")}


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


def xml(data: bytes, name: str = "word/document.xml") -> str:
    return zipfile.ZipFile(io.BytesIO(data)).read(name).decode()


def lines(data: bytes, part: str = "word/document.xml") -> list[str]:
    """The text of every paragraph that has any."""
    marks = {W + "tab": "\t", W + "br": "\n"}
    root = etree.fromstring(xml(data, part).encode())
    texts = []
    for paragraph in root.iter(W + "p"):
        nodes = [n for run in paragraph.iter(W + "r") for n in run if n.tag in (W + "t", *marks)]
        texts.append("".join(marks.get(str(n.tag), n.text or "") for n in nodes))
    return [text for text in texts if text.strip()]


def text(data: bytes) -> str:
    return "\n".join(lines(data))


# --- the two letters -------------------------------------------------------------------------------


@LETTER
def test_a_letter_says_what_docxtpl_would_have_said(letter: tuple[str, Fields], templates: dict[str, Template]) -> None:
    name, fields = letter
    env = Environment(autoescape=True)
    env.filters.update(FILTERS)
    other = DocxTemplate(TEMPLATES / f"{name}.docx")
    other.render(fields, env)
    saved = io.BytesIO()
    other.save(saved)
    ours = templates[name].render(fields)
    for part in ("document", "header1", "header2", "footer1", "footer2"):
        assert lines(ours, f"word/{part}.xml") == lines(saved.getvalue(), f"word/{part}.xml")


@LETTER
def test_no_tag_is_left_in_any_part(letter: tuple[str, Fields], templates: dict[str, Template]) -> None:
    name, fields = letter
    with zipfile.ZipFile(io.BytesIO(templates[name].render(fields))) as package:
        for part in package.namelist():
            assert not re.search(rb"\{\{|\{%|%\}|\}\}", package.read(part)), part


@LETTER
def test_the_validator_of_microsoft_accepts_every_letter(
    letter: tuple[str, Fields],
    templates: dict[str, Template],
    tmp_path: Path,
    ooxml_errors: Callable[[Path], list[Any]],
) -> None:
    name, fields = letter
    path = tmp_path / "brief.docx"
    path.write_bytes(templates[name].render(fields))
    assert ooxml_errors(path) == []


@LETTER
def test_the_same_input_gives_the_same_bytes(letter: tuple[str, Fields], templates: dict[str, Template]) -> None:
    name, fields = letter
    assert templates[name].render(fields) == compiled(name).render(fields)


def test_every_page_carries_its_number_and_the_reference(
    templates: dict[str, Template], tmp_path: Path, soffice_convert: Callable[[Path, str], Path]
) -> None:
    path = tmp_path / "brief.docx"
    path.write_bytes(templates["verlaengerung"].render(TEIL))
    pages = pypdf.PdfReader(soffice_convert(path, "pdf")).pages
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        content = page.extract_text()
        assert f"Seite {number} von {len(pages)}" in content
        assert "15.2-0142.3/7" in content
    assert float(pages[0].mediabox.width) == pytest.approx(595.3, abs=1)


def test_a_grant_states_the_amount_in_figures_and_words_and_adds_up(templates: dict[str, Template]) -> None:
    said = text(templates["verlaengerung"].render(bescheid(stelle(1), stelle(2))))
    assert "128.000,00\u00a0€\n(in Worten: einhundertachtundzwanzigtausend Euro)" in said
    assert "2020\n10.666,66\u00a0€\n2021\n64.000,00\u00a0€\n2022\n53.333,34\u00a0€\nSumme\n128.000,00\u00a0€" in said


def test_one_post_is_singular_and_has_no_sum_row(templates: dict[str, Template]) -> None:
    said = text(templates["verlaengerung"].render(bescheid(stelle(1), nicht=[stelle(2)])))
    assert "die Förderung einer Stelle" in said
    assert "Für die Stelle 08121000-002 haben Sie keine Verlängerung beantragt; sie endet wie bewilligt." in said
    assert said.count("Summe") == 1  # budget years only


def test_two_posts_are_plural_and_have_a_sum_row(templates: dict[str, Template]) -> None:
    fields = bescheid(stelle(1), stelle(2), nicht=[stelle(3), stelle(4)])
    said = text(templates["verlaengerung"].render(fields))
    assert "die Förderung von 2 Stellen" in said
    assert "Für die Stellen 08121000-003, 08121000-004 haben Sie keine Verlängerung beantragt; sie enden" in said
    assert said.count("Summe") == 2


def test_a_part_grant_refuses_the_rest_with_its_reasons(templates: dict[str, Template]) -> None:
    said = text(templates["verlaengerung"].render(TEIL))
    assert "Nicht verlängert wird die Stelle 08121000-003." in said
    assert "Weniger als beantragt bewilligen wir bei der Stelle 08121000-002." in said
    assert said.count(AUSGESCHOEPFT) == said.count(GEKUERZT) == 1
    assert "ist nicht förderschädlich" in said
    assert "Für 2022 ist kein Ansatz bekannt." in said


def test_a_full_grant_refuses_nothing(templates: dict[str, Template]) -> None:
    said = text(templates["verlaengerung"].render(bescheid(stelle(1))))
    assert "lehnen wir" not in said
    assert "Hinweise" not in said
    assert "förderschädlich" not in said


def test_a_refusal_promises_no_money_and_keeps_the_legal_remedy(templates: dict[str, Template]) -> None:
    said = text(templates["verlaengerung"].render(LETTERS["refusal"][1]))
    assert "Ablehnungsbescheid" in said
    assert AUSGESCHOEPFT in said
    assert "innerhalb eines Monats nach Bekanntgabe Klage beim Verwaltungsgericht Stuttgart, Augustenstraße 5" in said
    for word in ("€", "Nebenbestimmungen", "Auszahlung", "Anlage"):
        assert word not in said


@pytest.mark.parametrize("letter", [k for k, (name, _) in LETTERS.items() if name == "verlaengerung"])
def test_no_table_is_left_with_its_header_alone(letter: str, templates: dict[str, Template]) -> None:
    root = etree.fromstring(xml(templates["verlaengerung"].render(LETTERS[letter][1])).encode())
    tables = [t for t in root.iter(W + "tbl") if t.find(f"{W}tr/{W}trPr/{W}tblHeader") is not None]
    assert tables
    assert all(len(t.findall(W + "tr")) > 1 for t in tables)


@pytest.mark.parametrize("entwurf", [True, False])
def test_only_a_draft_says_so_on_every_page(entwurf: bool, templates: dict[str, Template]) -> None:
    data = templates["verlaengerung"].render(bescheid(stelle(1), entwurf=entwurf))
    assert [("ENTWURF" in "".join(lines(data, f"word/header{n}.xml"))) for n in (1, 2)] == [entwurf, entwurf]
    assert [xml(data, f"word/header{n}.xml").count('string="ENTWURF"') for n in (1, 2)] == [entwurf, entwurf]


def test_the_watermark_of_a_draft_lies_behind_the_text(templates: dict[str, Template]) -> None:
    data = templates["verlaengerung"].render(LETTERS["one post, draft"][1])
    for number in (1, 2):
        (shape,) = etree.fromstring(xml(data, f"word/header{number}.xml").encode()).iter(f"{VML}shape")
        assert re.search(r"z-index:-\d", str(shape.get("style")))


def test_every_sentence_of_the_reckoning_is_a_paragraph_of_its_own(templates: dict[str, Template]) -> None:
    saetze = ["Bewilligt bis 31.10.2020.", "Verlängert um 24 Monate (Schreiben vom 27.01.2020)."]
    said = lines(templates["verlaengerung"].render(bescheid(stelle(1, trace=saetze))))
    begin = said.index(saetze[0])
    assert said[begin : begin + 2] == saetze


def test_every_reason_is_said_once_though_it_also_stands_in_the_reckoning(templates: dict[str, Template]) -> None:
    said = lines(templates["verlaengerung"].render(LETTERS["refusal, draft"][1]))
    assert said.count(AUSGESCHOEPFT) == said.count(GEKUERZT) == 1


@pytest.mark.parametrize(
    ("quellen", "listed"),
    [
        ([], []),
        (["Schreiben des Ministers vom 27.01.2020"], []),
        (["Schreiben des Ministers vom 27.01.2020", "FAQ"], ["FAQ"]),
        (["FAQ", "Bestand"], ["FAQ", "Bestand"]),
    ],
)
def test_the_sources_are_listed_without_the_legal_basis_named_before(
    quellen: list[str], listed: list[str], templates: dict[str, Template]
) -> None:
    said = lines(templates["verlaengerung"].render(bescheid(stelle(1), quellen=quellen)))
    intro = "Der Entscheidung liegen außerdem zugrunde:"
    assert (intro in said) == bool(listed)
    if listed:
        begin = said.index(intro) + 1
        assert said[begin : begin + len(listed) + 1] == [*listed, "Nebenbestimmungen"]


def test_a_short_refusal_is_one_page(
    templates: dict[str, Template], tmp_path: Path, soffice_convert: Callable[[Path, str], Path]
) -> None:
    path = tmp_path / "brief.docx"
    path.write_bytes(templates["verlaengerung"].render(LETTERS["refusal"][1]))
    assert len(pypdf.PdfReader(soffice_convert(path, "pdf")).pages) == 1


@pytest.mark.parametrize("letter", ["three posts, long name", "sixty posts, draft", "twelve long faults"])
def test_the_signature_never_stands_alone_on_a_page(
    letter: str, templates: dict[str, Template], tmp_path: Path, soffice_convert: Callable[[Path, str], Path]
) -> None:
    name, fields = LETTERS[letter]
    path = tmp_path / "brief.docx"
    path.write_bytes(templates[name].render(fields))
    last = pypdf.PdfReader(soffice_convert(path, "pdf")).pages[-1].extract_text()
    assert "Mit freundlichen Grüßen" in last
    assert ("Klage beim" if name == "verlaengerung" else "melden Sie sich bitte") in last


@pytest.mark.parametrize(
    ("letter", "head"), [("sixty posts, draft", "bisher bis"), ("twelve long faults", "Ihre Angabe")]
)
def test_a_long_table_repeats_its_header_on_every_page_it_reaches(
    letter: str, head: str, templates: dict[str, Template], tmp_path: Path,
    soffice_convert: Callable[[Path, str], Path],
) -> None:  # fmt: skip
    name, fields = LETTERS[letter]
    path = tmp_path / "brief.docx"
    path.write_bytes(templates[name].render(fields))
    pages = [page.extract_text() for page in pypdf.PdfReader(soffice_convert(path, "pdf")).pages]
    assert sum(head in page for page in pages) > 1


def test_a_request_lists_every_fault_and_names_the_deadline(templates: dict[str, Template]) -> None:
    said = text(templates["nachforderung"].render(LETTERS["three faults"][1]))
    assert "brauchen wir noch 3 Angaben von Ihnen" in said
    assert "bis zum 09.04.2020" in said
    assert "o,5 & <mehr>" in said
    assert "ganze Datei" in said
    order = [said.index(part) for part in ("Meldung 1.", "Meldung 2.", "Meldung 3.")]
    assert order == sorted(order)
    assert "Klage" not in said


def test_a_request_counts_what_it_asks_for(templates: dict[str, Template]) -> None:
    one = text(templates["nachforderung"].render(LETTERS["one fault"][1]))
    three = text(templates["nachforderung"].render(LETTERS["three faults"][1]))
    assert "brauchen wir noch eine Angabe von Ihnen" in one
    assert "brauchen wir noch 3 Angaben von Ihnen" in three


@pytest.mark.parametrize("durchwahl", ["", "-271"])
@pytest.mark.parametrize("bearbeitung", ["", "Frau Çelik"])
def test_what_the_office_has_not_set_leaves_no_gap(
    templates: dict[str, Template], bearbeitung: str, durchwahl: str
) -> None:
    fields = rueckfrage(befund(1))
    fields["behoerde"] = {**fields["behoerde"], "bearbeitung": bearbeitung, "durchwahl": durchwahl}
    said = text(templates["nachforderung"].render(fields))
    contact = {("", ""): "bitte bei uns.", ("", "-271"): "bitte bei uns.", ("Frau Çelik", ""): "bitte: Frau Çelik.",
               ("Frau Çelik", "-271"): "bitte: Frau Çelik, Telefon -271."}  # fmt: skip
    assert f"melden Sie sich {contact[bearbeitung, durchwahl]}" in said
    assert ("Bearbeitung" in said) == bool(bearbeitung) and ("Durchwahl" in said) == bool(durchwahl)


def test_a_notice_without_its_court_is_not_written(templates: dict[str, Template]) -> None:
    with pytest.raises(NoticeFault, match="Der Wert ist leer"):
        templates["verlaengerung"].render(bescheid(stelle(1), gericht={"name": "", "anschrift": ""}))


def test_the_templates_are_what_their_script_writes() -> None:
    built = _script().letters()
    assert {f"{name}.docx" for name in built} == {path.name for path in TEMPLATES.glob("*.docx")}
    for name, data in built.items():
        stored = (TEMPLATES / f"{name}.docx").read_bytes()
        # Packed again, because another zlib may deflate the same bytes to others.
        assert data == Package.compile(stored, lambda _: False).build({}), f"python templates/bauen.py ({name})"


def _script() -> ModuleType:
    sys.path.insert(0, str(TEMPLATES))
    try:
        spec = importlib.util.spec_from_file_location("bauen", TEMPLATES / "bauen.py")
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(TEMPLATES))
    return module


def test_the_readme_lists_every_field_and_every_filter() -> None:
    readme = (TEMPLATES / "LIESMICH.md").read_text(encoding="utf-8")
    names = {*TEIL, *LETTERS["one fault"][1], *TEIL["behoerde"], *TEIL["gericht"], *stelle(1), *befund(1), *FILTERS}
    assert [name for name in sorted(names) if f"`{name}`" not in readme] == []


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


# --- plain text ------------------------------------------------------------------------------------


def test_a_mail_is_filled_in_as_plain_text() -> None:
    mail = Textvorlage.compile("Guten Tag,\n{{ x }} bis {{ y | datum }}", "mail", ["x", "y"])
    assert mail.render({"x": "A & B\r\n„c“", "y": date(2020, 4, 9)}) == "Guten Tag,\nA & B\n„c“ bis 09.04.2020"
    assert mail.fields == {"x", "y"}


def test_a_mail_names_the_line_of_a_value_that_cannot_be_printed() -> None:
    with pytest.raises(PikError, match="Die Vorlage „mail“, Zeile 2: Ein Datum braucht den Filter"):
        Textvorlage.compile("a\n{{ x }}", "mail", ["x"]).render({"x": date(2020, 4, 9)})


@pytest.mark.parametrize(
    ("text", "said"), [("{{ z }}", "gibt.*: z"), ("a\n{{ x", "Zeile 2"), ("{{ x | o }}", "Filter")]
)
def test_a_mail_with_a_fault_is_refused(text: str, said: str) -> None:
    with pytest.raises(PikError, match=said):
        Textvorlage.compile(text, "mail", ["x"])
