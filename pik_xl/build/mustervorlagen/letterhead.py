"""The stationery of the sample letters: DIN 5008 form B letterhead, marks, watermark, footer; lengths are mm."""

from __future__ import annotations

from pik_xl.build.mustervorlagen.blocks import cell, each, p, row, runs, table, when
from pik_xl.build.mustervorlagen.styles import ACCENT, RULE, TEXT_WIDTH, border, spacing, twips

ENTWURF = "{% if entwurf %}ENTWURF – nicht freigegeben{% endif %}"
DRAFT = '<w:b/><w:color w:val="9A3B26"/>'

# Word's own watermark: WordArt behind the text, so pale that the text on it stays readable in print.
WATERMARK = (
    '<w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">'
    '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
    'path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>'
    '<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>'
    '<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas>'
    '<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
    '<v:shape id="PowerPlusWaterMarkObject1" type="#_x0000_t136" alt="Entwurf" style="position:absolute;'
    "margin-left:0;margin-top:0;width:440pt;height:92pt;rotation:315;z-index:-251658752;"
    "mso-position-horizontal:center;mso-position-horizontal-relative:page;"
    'mso-position-vertical:center;mso-position-vertical-relative:page" fillcolor="#f3e9e6" stroked="f">'
    '<v:textpath style="font-family:Arial;font-size:1pt;font-weight:bold" string="ENTWURF"/></v:shape></w:pict></w:r>'
)
BEHIND = runs("{% if entwurf %}") + WATERMARK + runs("{% endif %}")


def mark(y: float, width: float) -> str:
    """A fold or punch mark at the left edge: an empty frame with a rule on top, `y` from the top of the page."""
    frame = (f'<w:framePr w:w="{twips(width)}" w:h="20" w:hRule="exact" w:wrap="around" w:vAnchor="page" '
             f'w:hAnchor="page" '
             f'w:x="{twips(5)}" w:y="{twips(y)}"/>')  # fmt: skip
    return p("Abstand", "", frame + border("top", 4, "808080", 0))


def head(content: str) -> str:
    """What stands above the first page; with the 12 mm above it, exactly 45 mm high, plus the marks."""
    exact = f'<w:cantSplit/><w:trHeight w:val="{twips(33) - 20}" w:hRule="exact"/>'
    block = table([TEXT_WIDTH], [row([cell(TEXT_WIDTH, content)], exact)], "", "NormaleTabelle", "")
    end = p("Abstand", "", spacing(0, 0, 1, "exact"), tail=BEHIND)
    return mark(105, 4) + mark(148.5, 6) + mark(210, 4) + block + end


def letterhead() -> str:
    """The head of the authority's own letters."""
    return head(
        p("Briefkopf", "Baden-Württemberg", tail=runs("\t" + ENTWURF, DRAFT + '<w:sz w:val="22"/>'))
        + p("Behoerdenname", "{{ behoerde.name }}")
        + p("Kopfzeile", "{{ behoerde.referat }} · {{ behoerde.dienststelle }}", border("bottom", 6, ACCENT, 6))
    )


def sender() -> str:
    """The head of a form the recipient sends back: his name and address instead of the authority's."""
    return head(
        p("Kopfzeile", "Absender", tail=runs("\t" + ENTWURF, DRAFT + '<w:sz w:val="22"/>'))
        + when("traeger not in anschrift", p("Anschrift", "**{{ traeger }}**"))
        + each("zeile in anschrift", p("Anschrift", "{{ zeile }}"))
    )


def next_header(text: str) -> str:
    """What stands above every further page."""
    return p("Kopfzeile", text, border("bottom", 4, RULE, 4), tail=runs("\t" + ENTWURF, DRAFT) + BEHIND)


def footer(*lines: str) -> str:
    """What stands below every page: page x of y at the end of the first line."""
    first, *others = lines
    return p("Fuzeile", "\n".join([first + "\tSeite [PAGE] von [NUMPAGES]", *others]))


def address_and_info() -> str:
    """Address field (45 mm from the top, text 25 mm from the left) and, to its right, the info block."""
    line = "{{ behoerde.name }} · {{ behoerde.strasse }} · {{ behoerde.plz_ort }}"
    address = each("zeile in anschrift", p("Anschrift", "{{ zeile }}"))
    facts = (
        ("Datum", "{{ datum | datum }}", ""),
        ("Bearbeitung", "{{ behoerde.bearbeitung }}", "behoerde.bearbeitung"),
        ("Durchwahl", "{{ behoerde.durchwahl }}", "behoerde.durchwahl"),
        ("", "{{ behoerde.email }}", ""),  # a line of its own: addresses are long
        ("Aktenzeichen", "**{{ aktenzeichen }}**\n(Bitte bei Antwort angeben)", ""),
    )
    return _field(line, address, facts)


def return_address() -> str:
    """The address field of a form that goes back to the authority, and the notice it belongs to."""
    lines = ("name", "referat", "dienststelle", "strasse", "plz_ort")
    address = "".join(p("Anschrift", f"{{{{ behoerde.{line} }}}}") for line in lines)
    facts = (("Bescheid vom", "{{ datum | datum }}", ""), ("Aktenzeichen", "**{{ aktenzeichen }}**", ""))
    return _field("{{ traeger }}", address, facts)


def _field(line: str, address: str, facts: tuple[tuple[str, str, str], ...]) -> str:
    """DIN 5008 form B: the line of the sender above the address, the facts (label, value, condition) beside it."""
    left = p("Absenderzeile", line, spacing(37, 3)) + address
    right = ""
    for label, value, condition in facts:
        first = spacing(14, 2.5) if not right else ""
        text = p("Infoblock", f"{label}\t{value}", first) if label else p("Infozeile", value)
        right += when(condition, text) if condition else text
    height = f'<w:cantSplit/><w:trHeight w:val="{twips(53)}" w:hRule="atLeast"/>'
    cells = [cell(80, left), cell(20, p("Anschrift", "")), cell(65, right)]  # facts 125 to 190 mm from the left
    return table([80, 20, 65], [row(cells, height)], "", "NormaleTabelle", "")
