"""The stationery of the sample letters: styles, numbering, pieces of text and the DIN 5008 letterhead.

Used by bauen.py only. Paragraphs in the style "Steuerzeile" hold the conditions and vanish from the
letter. Lengths are mm, type sizes points.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape

ACCENT, GREY, RULE = "2F4A63", "5F6B76", "B9C2CB"
TEXT_WIDTH = 165.0


def twips(mm: float) -> int:
    """Millimetres as the twentieths of a point Word counts in."""
    return round(mm * 1440 / 25.4)


# --- styles ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Style:
    """A paragraph style: `size` in points, `ppr` further WordprocessingML."""

    id: str
    name: str
    size: float = 0
    based: str = "Standard"
    next: str = ""
    bold: bool = False
    color: str = ""
    ppr: str = ""
    caps: bool = False

    def xml(self) -> str:
        """The w:style element; children in the order of the schema."""
        default = ' w:default="1"' if self.id == "Standard" else ""
        based = "" if default else f'<w:basedOn w:val="{self.based}"/>'
        custom = "" if self.name in BUILT_IN else ' w:customStyle="1"'
        bold = "<w:b/><w:bCs/>" if self.bold else ""
        color = f'<w:color w:val="{self.color}"/>' if self.color else ""
        size = f'<w:sz w:val="{round(self.size * 2)}"/><w:szCs w:val="{round(self.size * 2)}"/>' if self.size else ""
        caps, spread = ("<w:caps/>", '<w:spacing w:val="30"/>') if self.caps else ("", "")
        return (
            f'<w:style w:type="paragraph" w:styleId="{self.id}"{default}{custom}><w:name w:val="{self.name}"/>{based}'
            f'<w:next w:val="{self.next or self.id}"/><w:qFormat/><w:pPr>{self.ppr}</w:pPr>'
            f"<w:rPr>{bold}{caps}{color}{spread}{size}</w:rPr></w:style>"
        )


BUILT_IN = {"Normal", "Title", "heading 1", "header", "footer", "List Bullet"}


def spacing(before: float = 0, after: float = 0, line: float = 0, rule: str = "auto") -> str:
    """Space before and after in points; `line` as a factor, or in points where the rule is exact."""
    lines = f' w:line="{round(line * (240 if rule == "auto" else 20))}" w:lineRule="{rule}"' if line else ""
    return f'<w:spacing w:before="{round(before * 20)}" w:after="{round(after * 20)}"{lines}/>'


def tab(mm: float, kind: str = "left") -> str:
    """One tab stop."""
    return f'<w:tabs><w:tab w:val="{kind}" w:pos="{twips(mm)}"/></w:tabs>'


def border(side: str, size: int = 4, color: str = RULE, space: int = 1) -> str:
    """A rule on one side of a paragraph, in eighths of a point."""
    return f'<w:pBdr><w:{side} w:val="single" w:sz="{size}" w:space="{space}" w:color="{color}"/></w:pBdr>'


KEEP = "<w:keepNext/><w:keepLines/>"
STYLES = (
    Style("Standard", "Normal", 10.5, ppr="<w:widowControl/>" + spacing(0, 6, 1.12)),
    Style("Einleitung", "Einleitung", next="Standard", ppr=KEEP + spacing(0, 6, 1.12)),
    Style("Titel", "Title", 15, next="Standard", bold=True, color=ACCENT, ppr=KEEP + spacing(8, 8)),
    Style("berschrift1", "heading 1", 11, next="Standard", bold=True, color=ACCENT,
          ppr=KEEP + '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:suppressAutoHyphens/>'
          + spacing(14, 4) + '<w:outlineLvl w:val="0"/>'),
    Style("Zwischentitel", "Zwischentitel", 10.5, next="Standard", bold=True, ppr=KEEP + spacing(8, 3)),
    Style("Betreff", "Betreff", 11, next="Standard", bold=True,
          ppr=KEEP + "<w:suppressAutoHyphens/>" + spacing(0, 2, 1.1)),
    Style("Betreffzeile", "Betreffzeile", 10, ppr=KEEP + spacing(0, 1)),
    Style("Anrede", "Anrede", ppr=spacing(14, 6)),
    Style("Betrag", "Betrag", 10.5, ppr="<w:keepLines/>" + border("left", 18, ACCENT, 8)
          + spacing(2, 8, 1.15) + f'<w:ind w:left="{twips(5)}"/>'),
    Style("Nebenbestimmung", "Nebenbestimmung", ppr="<w:keepLines/>"
          '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr>' + spacing(0, 5, 1.12)),
    Style("Aufzhlungszeichen", "List Bullet", ppr='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="2"/></w:numPr>'
          + spacing(0, 3, 1.1)),
    Style("Schritt", "Schritt", ppr='<w:keepLines/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr>'
          + spacing(0, 3, 1.1)),
    Style("Tabellentext", "Tabellentext", 9, ppr=spacing(2, 2)),
    Style("Tabellenzahl", "Tabellenzahl", based="Tabellentext", ppr='<w:jc w:val="right"/>'),
    Style("Tabellenkopf", "Tabellenkopf", 8.5, based="Tabellentext", bold=True, color=ACCENT,
          ppr=KEEP + "<w:suppressAutoHyphens/>"),
    Style("Tabellenkopfzahl", "Tabellenkopf Zahl", based="Tabellenkopf", ppr='<w:jc w:val="right"/>'),
    Style("Kleintext", "Kleintext", 8.5, ppr=spacing(2, 1, 1.05)),
    Style("Nebentext", "Nebentext", 8.5, color=GREY, based="Kleintext", ppr=spacing(0, 2, 1.08)),
    Style("Abstand", "Abstand", 4, ppr=spacing(0, 0, 6, "exact")),
    Style("Gruformel", "Grußformel", ppr=KEEP + spacing(13, 0)),
    Style("Unterschrift", "Unterschrift", ppr=KEEP + spacing(34, 10)),
    Style("Anlagen", "Anlagen", 9, ppr=KEEP + spacing(0, 1)),
    Style("Absenderzeile", "Absenderzeile", 6.5, color=GREY, ppr=border("bottom", 2, GREY) + spacing(0, 3)),
    Style("Anschrift", "Anschrift", 10.5, ppr="<w:suppressAutoHyphens/>" + spacing(0, 0, 13, "exact")),
    Style("Infoblock", "Infoblock", 8.5, ppr=tab(21) + "<w:suppressAutoHyphens/>" + spacing(0, 2.5)
          + f'<w:ind w:left="{twips(21)}" w:hanging="{twips(21)}"/>'),
    Style("Kopfzeile", "header", 8.5, color=GREY, ppr=tab(TEXT_WIDTH, "right") + spacing(0, 0)),
    Style("Briefkopf", "Briefkopf", 17, color=ACCENT, based="Kopfzeile"),
    Style("Behoerdenname", "Behördenname", 10, color=ACCENT, based="Kopfzeile", ppr=spacing(3, 2), caps=True),
    Style("Fuzeile", "footer", 7.5, color=GREY,
          ppr=border("top", 4, RULE, 5) + tab(TEXT_WIDTH, "right") + spacing(0, 0)),
    Style("Steuerzeile", "Steuerzeile", 7, color="8A5A00", ppr="<w:suppressAutoHyphens/>" + spacing(0, 0)),
)  # fmt: skip

RULED = "".join(
    f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="{color}"/>'
    for side, size, color in (("top", 8, ACCENT), ("bottom", 8, ACCENT), ("insideH", 4, RULE))
)
TABLE_STYLES = (
    '<w:style w:type="table" w:default="1" w:styleId="NormaleTabelle"><w:name w:val="Normal Table"/><w:uiPriority '
    'w:val="99"/>'
    '<w:semiHidden/><w:unhideWhenUsed/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>'
    '<w:top w:w="0" w:type="dxa"/><w:left w:w="0" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="0" '
    'w:type="dxa"/>'
    "</w:tblCellMar></w:tblPr></w:style>"
    '<w:style w:type="table" w:customStyle="1" w:styleId="Amtstabelle"><w:name w:val="Amtstabelle"/>'
    f'<w:basedOn w:val="NormaleTabelle"/><w:qFormat/><w:tblPr><w:tblBorders>{RULED}</w:tblBorders><w:tblCellMar>'
    f'<w:left w:w="{twips(1.2)}" w:type="dxa"/><w:bottom w:w="30" w:type="dxa"/><w:right w:w="{twips(1.2)}" '
    f'w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
)
DEFAULTS = (
    "<w:docDefaults><w:rPrDefault><w:rPr>"
    '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="Arial" w:cs="Arial"/>'
    '<w:lang w:val="de-DE" w:eastAsia="de-DE" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
)


def level(index: int, fmt: str, text: str, indent: float, style: str = "", rpr: str = "") -> str:
    """One level of a list, hanging by its whole indent."""
    linked = f'<w:pStyle w:val="{style}"/>' if style else ""
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{fmt}"/>{linked}<w:lvlText w:val="{text}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{twips(indent)}" w:hanging="{twips(indent)}"/></w:pPr>'
        f"<w:rPr>{rpr}</w:rPr></w:lvl>"
    )


NUMBERING = (
    '<w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="multilevel"/>'
    + level(0, "decimal", "%1.", 8, "berschrift1") + level(1, "decimal", "%1.%2", 8, "Nebenbestimmung")
    + '</w:abstractNum><w:abstractNum w:abstractNumId="2"><w:multiLevelType w:val="hybridMultilevel"/>'
    + level(0, "bullet", "–", 5, "Aufzhlungszeichen")
    + '</w:abstractNum><w:abstractNum w:abstractNumId="3"><w:multiLevelType w:val="hybridMultilevel"/>'
    + level(0, "decimal", "%1.", 6, "Schritt") + "</w:abstractNum>"
    + "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>' for n in (1, 2, 3))
)  # fmt: skip

# Left ragged with German hyphenation, at most two hyphens in a row; Word 2013+ layout.
SETTINGS = (
    '<w:zoom w:percent="100"/><w:defaultTabStop w:val="709"/><w:autoHyphenation/><w:consecutiveHyphenLimit '
    'w:val="2"/>'
    '<w:hyphenationZone w:val="425"/><w:doNotHyphenateCaps/><w:characterSpacingControl '
    'w:val="doNotCompress"/><w:compat>'
    '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" '
    'w:val="15"/></w:compat>'
    '<w:themeFontLang w:val="de-DE"/><w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/>'
)
APP = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties '
    'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>Microsoft Office Word</Application><AppVersion>16.0000</AppVersion></Properties>"
)


# --- pieces of a letter ----------------------------------------------------------------------------


def runs(text: str, rpr: str = "") -> str:
    """Text as runs: **bold**, tab and line break as in the string, PAGE and NUMPAGES as fields."""
    result = []
    for index, piece in enumerate(text.split("**")):
        style = f"<w:rPr>{'<w:b/>' * (index % 2)}{rpr}</w:rPr>" if index % 2 or rpr else ""
        body = escape(piece).replace("\t", '</w:t><w:tab/><w:t xml:space="preserve">')
        body = body.replace("\n", '</w:t><w:br/><w:t xml:space="preserve">')
        run = f'<w:r>{style}<w:t xml:space="preserve">{body}</w:t></w:r>'
        for code in ("NUMPAGES", "PAGE"):
            end, begin = "</w:t></w:r>", f'<w:r>{style}<w:t xml:space="preserve">'
            run = run.replace(f"[{code}]", f'{end}<w:fldSimple w:instr=" {code} ">{begin}1{end}</w:fldSimple>{begin}')
        result.append(run)
    return "".join(result).replace('<w:t xml:space="preserve"></w:t>', "")


def p(style: str, text: str, ppr: str = "", tail: str = "") -> str:
    """One paragraph; `tail` are finished runs after the text."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{ppr}</w:pPr>{runs(text)}{tail}</w:p>'


def h(text: str) -> str:
    """A numbered heading."""
    return p("berschrift1", text)


def t(text: str) -> str:
    """Running text."""
    return p("Standard", text)


def when(condition: str, *content: str) -> str:
    """Paragraphs that stand in the letter only under a condition."""
    return p("Steuerzeile", f"{{%p if {condition} %}}") + "".join(content) + p("Steuerzeile", "{%p endif %}")


def each(loop: str, *content: str) -> str:
    """Paragraphs repeated for every item."""
    return p("Steuerzeile", f"{{%p for {loop} %}}") + "".join(content) + p("Steuerzeile", "{%p endfor %}")


def cell(width: float, content: str, span: int = 1, props: str = "") -> str:
    """One table cell."""
    grid = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{twips(width)}" w:type="dxa"/>{grid}{props}</w:tcPr>{content}</w:tc>'


def row(cells: Iterable[str], props: str = "<w:cantSplit/>") -> str:
    """One table row, never split across pages."""
    return f"<w:tr><w:trPr>{props}</w:trPr>{''.join(cells)}</w:tr>"


def control(widths: list[float], tag: str) -> str:
    """A table row that holds only a condition."""
    return row([cell(sum(widths), p("Steuerzeile", f"{{%tr {tag} %}}"), len(widths))])


def table(widths: list[float], rows: Iterable[str], caption: str, style: str = "Amtstabelle") -> str:
    """A table with fixed column widths; the caption is read out by screen readers."""
    grid = "".join(f'<w:gridCol w:w="{twips(w)}"/>' for w in widths)
    titled = f'<w:tblCaption w:val="{caption}"/>' if caption else ""
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(map(twips, widths))}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblLook w:val="0420" w:firstRow="1" w:lastRow="0" w:firstColumn="0" '
        f'w:lastColumn="0" w:noHBand="0" '
        f'w:noVBand="1"/>{titled}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(rows)}</w:tbl>'
    )


def listing(columns: list[tuple[float, str, str]], loop: str, caption: str, total: str = "", ppr: str = "") -> str:
    """A table of one row per item: columns as (width, head, content); ">" before the head means numbers.

    `total` is the sum row's last cell, shown under two items and more; `ppr` goes to the paragraphs of the
    items (KEEP holds a short table together).
    """
    widths = [width for width, _, _ in columns]
    heads = [p("Tabellenkopfzahl" if head[0] == ">" else "Tabellenkopf", head.lstrip(">")) for _, head, _ in columns]
    header = [cell(w, head, props='<w:vAlign w:val="bottom"/>') for w, head in zip(widths, heads, strict=True)]
    texts = [text if text.startswith("<w:p>") else p("Tabellenzahl" if head[0] == ">" else "Tabellentext", text, ppr)
             for _, head, text in columns]  # fmt: skip
    body = [cell(width, text) for width, text in zip(widths, texts, strict=True)]
    rows = [row(header, "<w:cantSplit/><w:tblHeader/>"), control(widths, f"for {loop}")]
    rows += [row(body), control(widths, "endfor")]
    if total:
        items = loop.split(" in ")[1]
        rows += [control(widths, f"if {items} | length != 1"),
                 row([cell(sum(widths[:-1]), p("Tabellentext", "**Summe**"), len(widths) - 1),
                      cell(widths[-1], p("Tabellenzahl", f"**{total}**"))]),
                 control(widths, "endif")]  # fmt: skip
    return table(widths, rows, caption) + p("Abstand", "")


# --- letterhead ------------------------------------------------------------------------------------

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


def first_header() -> str:
    """The letterhead; with the 12 mm above it, exactly 45 mm high (DIN 5008 form B), plus the marks."""
    head = (
        p("Briefkopf", "Baden-Württemberg", tail=runs("\t" + ENTWURF, DRAFT + '<w:sz w:val="22"/>'))
        + p("Behoerdenname", "{{ behoerde.name }}")
        + p("Kopfzeile", "{{ behoerde.referat }} · {{ behoerde.dienststelle }}", border("bottom", 6, ACCENT, 6))
    )
    exact = f'<w:cantSplit/><w:trHeight w:val="{twips(33) - 20}" w:hRule="exact"/>'
    block = table([TEXT_WIDTH], [row([cell(TEXT_WIDTH, head)], exact)], "", "NormaleTabelle")
    end = p("Abstand", "", spacing(0, 0, 1, "exact"), tail=BEHIND)
    return mark(105, 4) + mark(148.5, 6) + mark(210, 4) + block + end


def next_header() -> str:
    """What stands above every further page."""
    text = "{{ behoerde.name }} · {{ behoerde.referat }} · Az. {{ aktenzeichen }} · {{ datum | datum }}"
    return p("Kopfzeile", text, border("bottom", 4, RULE, 4), tail=runs("\t" + ENTWURF, DRAFT) + BEHIND)


def footer() -> str:
    """Address line and page x of y, on every page."""
    return p("Fuzeile", "{{ behoerde.name }} · {{ behoerde.referat }} · {{ behoerde.dienststelle }}\tSeite [PAGE] "
                        "von [NUMPAGES]\n"
             "{{ behoerde.strasse }} · {{ behoerde.plz_ort }} · {{ behoerde.email }}")  # fmt: skip


def address_and_info() -> str:
    """Address field (45 mm from the top, text 25 mm from the left) and, to its right, the info block."""
    sender = "{{ behoerde.name }} · {{ behoerde.strasse }} · {{ behoerde.plz_ort }}"
    address = p("Absenderzeile", sender, spacing(37, 3)) + each("zeile in anschrift", p("Anschrift", "{{ zeile }}"))
    facts = (("Datum", "{{ datum | datum }}"), ("Bearbeitung", "{{ behoerde.bearbeitung }}"),
             ("Durchwahl", "{{ behoerde.durchwahl }}"), ("E-Mail", "{{ behoerde.email }}"),
             ("Aktenzeichen", "**{{ aktenzeichen }}**\n(Bitte bei Antwort angeben)"))  # fmt: skip
    first = spacing(14, 2.5)
    lines = {label: p("Infoblock", f"{label}\t{value}", first * (label == "Datum")) for label, value in facts}
    for label, field in (("Bearbeitung", "behoerde.bearbeitung"), ("Durchwahl", "behoerde.durchwahl")):
        lines[label] = when(field, lines[label])
    info = "".join(lines.values())
    height = f'<w:cantSplit/><w:trHeight w:val="{twips(53)}" w:hRule="atLeast"/>'
    cells = [cell(80, address), cell(12, p("Anschrift", "")), cell(73, info)]
    return table([80, 12, 73], [row(cells, height)], "", "NormaleTabelle")
