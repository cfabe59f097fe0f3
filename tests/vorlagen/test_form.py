"""The sample templates: nothing is lost in any kind of letter, and how they look on paper."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdf
import pytest
from docxtpl import DocxTemplate
from jinja2 import Environment
from lxml import etree
from musterbriefe import BESCHEIDE, EMPFAENGER, LANGER_NAME, LETTERS, TEMPLATES, felder, written
from samples import sampled
from word_text import W, lines, xml

from pik_xl.build.mustervorlagen import assemble
from pik_xl.ooxml.copies import Package
from pik_xl.vorlagen.felder import SCHREIBARTEN
from pik_xl.vorlagen.platzhalter import FILTERS
from pik_xl.vorlagen.schreibart import Feld, Schreibart, muster
from pik_xl.vorlagen.template import NoticeFault, Template

VML = "{urn:schemas-microsoft-com:vml}"
MM = 72 / 25.4  # points
Fields = dict[str, Any]
LETTER = pytest.mark.parametrize("letter", LETTERS.values(), ids=list(LETTERS))
SAMPLES = pytest.mark.parametrize(
    "letter", sampled(zip(LETTERS.values(), strict=True), quick=range(len(SCHREIBARTEN))), ids=list(LETTERS)
)
ART = pytest.mark.parametrize("art", SCHREIBARTEN)


# --- all kinds -------------------------------------------------------------------------------------


@LETTER
def test_a_letter_says_what_docxtpl_would_have_said(letter: tuple[str, Fields]) -> None:
    art, fields = letter
    env = Environment(autoescape=True)
    env.filters.update(FILTERS)
    other = DocxTemplate(TEMPLATES / f"{art}.docx")
    other.render(fields, env)
    saved = io.BytesIO()
    other.save(saved)
    for part in ("document", "header1", "header2", "footer1", "footer2"):
        assert lines(written(art, fields), f"word/{part}.xml") == lines(saved.getvalue(), f"word/{part}.xml")


@LETTER
def test_no_tag_is_left_in_any_part(letter: tuple[str, Fields]) -> None:
    with zipfile.ZipFile(io.BytesIO(written(*letter))) as package:
        for part in package.namelist():
            assert not re.search(rb"\{\{|\{%|%\}|\}\}", package.read(part)), part


@SAMPLES
def test_the_validator_of_microsoft_accepts_every_letter(
    letter: tuple[str, Fields], tmp_path: Path, ooxml_errors: Callable[[Path], list[Any]]
) -> None:
    path = tmp_path / "brief.docx"
    path.write_bytes(written(*letter))
    assert ooxml_errors(path) == []


@LETTER
def test_the_same_input_gives_the_same_bytes(letter: tuple[str, Fields]) -> None:
    art, fields = letter
    again = Template.compile(TEMPLATES / f"{art}.docx", art, [feld.name for feld in SCHREIBARTEN[art].felder])
    assert again.render(fields) == written(art, fields)


@LETTER
def test_no_table_is_left_with_its_header_alone(letter: tuple[str, Fields]) -> None:
    root = etree.fromstring(xml(written(*letter)).encode())
    for table in root.iter(W + "tbl"):
        headed = table.find(f"{W}tr/{W}trPr/{W}tblHeader") is not None
        assert len(table.findall(W + "tr")) > headed


@LETTER
def test_every_table_with_heads_has_a_caption_for_screen_readers(letter: tuple[str, Fields]) -> None:
    root = etree.fromstring(xml(written(*letter)).encode())
    styled = [t for t in root.iter(W + "tbl") if "Amtstabelle" in str(t.find(f"{W}tblPr/{W}tblStyle").get(W + "val"))]
    for table in styled:
        assert table.find(f"{W}tblPr/{W}tblCaption") is not None
        look = table.find(f"{W}tblPr/{W}tblLook")
        headed = table.find(f"{W}tr/{W}trPr/{W}tblHeader") is not None
        assert look.get(W + ("firstRow" if headed else "firstColumn")) == "1"


@ART
def test_a_name_with_signs_of_markup_is_printed_as_it_is(art: str) -> None:
    data = written(art, felder(art, **LANGER_NAME))
    assert EMPFAENGER in "\n".join(lines(data))


def replaced(art: Schreibart, name: str, new: Callable[[Any], Any]) -> Fields:
    """The example with another value at a dotted name; lists are changed in every item."""

    def within(value: Any, rest: list[str]) -> Any:
        if not rest:
            return new(value)
        if isinstance(value, tuple):
            return tuple(within(item, rest) for item in value)
        return {**value, rest[0]: within(value[rest[0]], rest[1:])}

    first, *rest = name.split(".")
    return muster(art) | {first: within(muster(art)[first], rest)}


def another(value: Any) -> Any:
    """A value of the same kind that the example does not have."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, date):
        return date(1999, 12, 31)
    if isinstance(value, int | Decimal):
        return type(value)(4711)
    if value in ("bewilligt", "teilweise"):
        return "abgelehnt"
    return ("Zeuge & <Söhne>",) if isinstance(value, tuple) else "Zeuge & <Söhne>"


PFLICHT = [(art.name, name) for art in SCHREIBARTEN.values() for name in art.pflicht]


@pytest.mark.parametrize(("art", "name"), PFLICHT)
def test_what_a_letter_must_not_lack_stands_in_it(art: str, name: str) -> None:
    def whole(fields: Fields) -> list[list[str]]:
        data = written(art, fields)
        return [lines(data, f"word/{part}.xml") for part in ("document", "header1", "header2", "footer1")]

    assert whole(replaced(SCHREIBARTEN[art], name, another)) != whole(felder(art))


def optional(fields: tuple[Feld, ...], before: str = "") -> Iterator[str]:
    """The dotted names that may be empty."""
    for feld in fields:
        if feld.leer:
            yield before + feld.name
        yield from optional(feld.felder, f"{before}{feld.name}.")


# A grant without its end is none, an overview of no Kreis neither.
NEEDED = {("verlaengerung", "bewilligte.bewilligt_bis"), ("verlaengerung", "bewilligte.neues_ende"),
          ("kreisuebersicht", "kreis")}  # fmt: skip
LEER = [(art.name, name) for art in SCHREIBARTEN.values() for name in optional(art.felder)]


@pytest.mark.parametrize(("art", "name"), [pair for pair in LEER if pair not in NEEDED])
def test_what_may_be_empty_leaves_no_trace(art: str, name: str) -> None:
    def empty(value: Any) -> Any:
        return () if isinstance(value, tuple) else "" if isinstance(value, str) else None

    for emptied in (empty, lambda value: () if isinstance(value, tuple) else None):
        told = lines(written(art, replaced(SCHREIBARTEN[art], name, emptied)))
        assert not [line for line in told if re.search(r"None|\(\)|, ,|, \.|„“|: ?\.", line)]


@pytest.mark.parametrize(("art", "name"), sorted(NEEDED))
def test_a_letter_without_its_core_is_not_written(art: str, name: str) -> None:
    with pytest.raises(NoticeFault, match="Der Wert ist leer"):
        written(art, replaced(SCHREIBARTEN[art], name, lambda _: None))


def test_the_templates_are_what_their_script_writes() -> None:
    built = assemble.letters()
    assert set(built) == set(SCHREIBARTEN) == {path.stem for path in TEMPLATES.glob("*.docx")}
    for name, data in built.items():
        stored = (TEMPLATES / f"{name}.docx").read_bytes()
        # Packed again, because another zlib may deflate the same bytes to others.
        assert data == Package.compile(stored, lambda _: False).build({}), f"make build ({name})"


@ART
def test_the_papers_say_what_every_template_rests_on(art: str) -> None:
    readme = (TEMPLATES / "LIESMICH.md").read_text(encoding="utf-8")
    assert f"| `{art}.docx` |" in readme
    assert f"## Worauf die Absätze beruhen: `{art}.docx`" in readme


# --- drafts ----------------------------------------------------------------------------------------


@ART
@pytest.mark.parametrize("entwurf", [True, False])
def test_only_a_draft_says_so_on_every_page(art: str, entwurf: bool) -> None:
    data = written(art, felder(art, entwurf=entwurf))
    for number in (1, 2):
        part = f"word/header{number}.xml"
        assert ("ENTWURF – nicht freigegeben" in "".join(lines(data, part))) == entwurf
        shapes = list(etree.fromstring(xml(data, part).encode()).iter(f"{VML}shape"))
        assert len(shapes) == entwurf
        assert all(re.search(r"z-index:-\d", str(shape.get("style"))) for shape in shapes)  # behind the text


@pytest.fixture(scope="module")
def printed(
    tmp_path_factory: pytest.TempPathFactory, soffice_convert_all: Callable[[Sequence[Path], str], list[Path]]
) -> Callable[[str], pypdf.PdfReader]:
    """printed(letter): one of the letters as a PDF."""
    folder = tmp_path_factory.mktemp("briefe")
    paths = [folder / f"{number}.docx" for number, _ in enumerate(LETTERS)]
    for path, (art, fields) in zip(paths, LETTERS.values(), strict=True):
        path.write_bytes(written(art, fields))
    pdfs = dict(zip(LETTERS, map(pypdf.PdfReader, soffice_convert_all(paths, "pdf")), strict=True))
    return pdfs.__getitem__


# --- on paper --------------------------------------------------------------------------------------


def placed(page: pypdf.PageObject) -> Iterator[tuple[str, float, float]]:
    """Every piece of text with its distance from the left and from the top, in mm."""
    found: list[tuple[str, float, float]] = []
    height = float(page.mediabox.height)

    def visit(text: str, cm: list[float], tm: list[float], _font: object, _size: float) -> None:
        if text.strip():
            x, y = tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5]
            found.append((text.strip(), x / MM, (height - y) / MM))

    page.extract_text(visitor_text=visit)
    yield from found


@pytest.mark.parametrize("letter", [f"{art}, sample" for art in SCHREIBARTEN])
def test_the_address_stands_in_the_window(letter: str, printed: Callable[[str], pypdf.PdfReader]) -> None:
    first = "Regierungspräsidium Stuttgart" if "rechtsbehelf" in letter else "Stadt Bad Friedrichshall"
    last = "97877 Wertheim" if "rechtsbehelf" in letter else "74177 Bad Friedrichshall"
    pieces = [piece for piece in placed(printed(letter).pages[0]) if 45 < piece[2] < 90 and piece[1] < 105]
    (name, *_), (town, *_) = ([piece for piece in pieces if piece[0] == sought] for sought in (first, last))
    for _, left, top in (name, town):
        assert left == pytest.approx(25, abs=0.5)
        assert 62.7 < top < 90
    (info,) = (piece for piece in placed(printed(letter).pages[0]) if piece[0].startswith(("Datum", "Bescheid vom")))
    assert info[1:] == (pytest.approx(125, abs=0.5), pytest.approx(51.5, abs=1.5))


@pytest.mark.parametrize(
    ("letter", "email"),
    [("eingangsbestaetigung, sample", "integrationsmanagement@rps.bwl.de"),
     ("long address", "max.mustermann-langername@rps.bwl.de")],
)  # fmt: skip
def test_the_mail_address_beside_the_window_fits_in_one_line(
    letter: str, email: str, printed: Callable[[str], pypdf.PdfReader]
) -> None:
    block = etree.fromstring(xml(written(*LETTERS[letter])).encode()).find(f".//{W}tblGrid")
    assert sum(int(column.get(W + "w")) for column in block) == pytest.approx(
        165 / 25.4 * 1440, abs=2
    )  # ends with the text
    beside = [text for text, left, top in placed(printed(letter).pages[0]) if left > 120 and 45 < top < 98]
    assert email in beside


@pytest.mark.parametrize("letter", LETTERS)
def test_every_page_carries_its_number_and_the_reference(
    letter: str, printed: Callable[[str], pypdf.PdfReader]
) -> None:
    pages = printed(letter).pages
    for number, page in enumerate(pages, 1):
        content = page.extract_text()
        assert f"Seite {number} von {len(pages)}" in content
        assert "15.2-PiK-08125-0042" in content


@pytest.mark.parametrize("letter", [name for name in LETTERS if "rechtsbehelf" not in name])
def test_the_signature_never_stands_alone_on_a_page(letter: str, printed: Callable[[str], pypdf.PdfReader]) -> None:
    last = printed(letter).pages[-1].extract_text()
    assert "Mit freundlichen Grüßen" in last
    assert ("Klage beim" if LETTERS[letter][0] in BESCHEIDE else "melden Sie sich bitte") in last


@pytest.mark.parametrize(
    ("letter", "head"),
    [
        ("sixty posts", "bisher bis"),
        ("sixty refused", "bewilligt bis"),
        ("request for sixty", "Ihre Angabe"),
        ("a Sammelmappe with sixty", "Blatt, Zelle"),
        ("sixty of a Kreis", "frühestes Ende"),
    ],
)
def test_a_long_table_repeats_its_header_on_every_page_it_reaches(
    letter: str, head: str, printed: Callable[[str], pypdf.PdfReader]
) -> None:
    assert sum(head in page.extract_text() for page in printed(letter).pages) > 1


def test_a_long_reckoning_is_continued_on_the_next_page_and_leaves_none_half_empty(
    printed: Callable[[str], pypdf.PdfReader],
) -> None:
    pages = printed("twenty posts, long reckoning").pages
    lowest = [
        max(top for _, _, top in placed(page) if top < 275) for page in pages if "Berechnung" in page.extract_text()
    ]
    assert len(lowest) > 2
    assert min(lowest) > 250  # the text ends at 276 mm


@pytest.mark.parametrize(
    "letter",
    ["short refusal", "nachforderung, sample", "eingangsbestaetigung, sample", "kreisuebersicht, sample",
     *(name for name in LETTERS if "rechtsbehelf" in name)],
)  # fmt: skip
def test_a_short_letter_is_one_page(letter: str, printed: Callable[[str], pypdf.PdfReader]) -> None:
    assert len(printed(letter).pages) == 1
