"""The letters that ship: they say what docxtpl would have said, read well, and promise nothing they must not."""

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
from docxtpl import DocxTemplate
from jinja2 import Environment
from lxml import etree
from worddateien import W, lines, text, xml

from pik_xl.notices import NoticeFault, Template
from pik_xl.package import Package
from pik_xl.platzhalter import FILTERS

TEMPLATES = Path(__file__).parent.parent / "templates"
VML = "{urn:schemas-microsoft-com:vml}"
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
