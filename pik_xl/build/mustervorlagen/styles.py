"""The look of the sample letters: paragraph and table styles, numbering, settings of the document.

Lengths are mm, type sizes points. Paragraphs in the style "Steuerzeile" hold the
conditions and vanish from the letter.
"""

from __future__ import annotations

from dataclasses import dataclass

ACCENT, GREY, RULE = "2F4A63", "5F6B76", "B9C2CB"
TEXT_WIDTH = 165.0


def twips(mm: float) -> int:
    """Millimetres as the twentieths of a point Word counts in."""
    return round(mm * 1440 / 25.4)


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
    Style("Zwischentitel", "Zwischentitel", 10.5, next="Standard", bold=True,
          ppr=KEEP + spacing(8, 3) + '<w:outlineLvl w:val="1"/>'),
    Style("Betreff", "Betreff", 11, next="Standard", bold=True,
          ppr=KEEP + "<w:suppressAutoHyphens/>" + spacing(0, 2, 1.1)),
    Style("Betreffzeile", "Betreffzeile", 10, ppr=KEEP + spacing(0, 1)),
    Style("Anrede", "Anrede", ppr=spacing(12, 6)),
    Style("Betrag", "Betrag", 10.5, ppr="<w:keepLines/>" + border("left", 18, ACCENT, 8)
          + spacing(2, 8, 1.15) + f'<w:ind w:left="{twips(5)}"/>'),
    Style("Nebenbestimmung", "Nebenbestimmung", ppr="<w:keepLines/>"
          '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr>' + spacing(0, 5, 1.12)),
    Style("Aufzhlungszeichen", "List Bullet", ppr='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="2"/></w:numPr>'
          + spacing(0, 6, 1.18) + "<w:contextualSpacing/>"),
    Style("Schritt", "Schritt", ppr='<w:keepLines/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr>'
          + spacing(0, 3, 1.1)),
    Style("Frist", "Frist", ppr="<w:keepLines/>" + border("left", 18, ACCENT, 8) + spacing(2, 8, 1.15)
          + f'<w:ind w:left="{twips(5)}"/>'),
    Style("Linie", "Linie", 8.5, color=GREY, ppr=KEEP + border("top", 4, "404040", 3) + spacing(0, 0)),
    Style("Tabellentext", "Tabellentext", 9, ppr=spacing(2, 2)),
    Style("Tabellenzahl", "Tabellenzahl", based="Tabellentext", ppr='<w:jc w:val="right"/>'),
    Style("Tabellenkopf", "Tabellenkopf", 8.5, based="Tabellentext", bold=True, color=ACCENT,
          ppr=KEEP + "<w:suppressAutoHyphens/>"),
    Style("Tabellenkopfzahl", "Tabellenkopf Zahl", based="Tabellenkopf", ppr='<w:jc w:val="right"/>'),
    Style("Kleintext", "Kleintext", 8.5, ppr=spacing(2, 1, 1.05)),
    Style("Nebentext", "Nebentext", 8.5, color=GREY, based="Kleintext", ppr=spacing(0, 2, 1.08)),
    Style("Abstand", "Abstand", 4, ppr=spacing(0, 0, 6, "exact")),
    Style("Gruformel", "Grußformel", ppr=KEEP + spacing(13, 0)),
    Style("Unterschrift", "Unterschrift", ppr=KEEP + spacing(30, 10)),
    Style("Anlagen", "Anlagen", 9, ppr=KEEP + spacing(0, 1)),
    Style("Absenderzeile", "Absenderzeile", 6.5, color=GREY, ppr=border("bottom", 2, GREY) + spacing(0, 3)),
    Style("Anschrift", "Anschrift", 10.5, ppr="<w:suppressAutoHyphens/>" + spacing(0, 0, 13, "exact")),
    Style("Infoblock", "Infoblock", 8.5, ppr=tab(21) + "<w:suppressAutoHyphens/>" + spacing(0, 2.5)
          + f'<w:ind w:left="{twips(21)}" w:hanging="{twips(21)}"/>'),
    Style("Infozeile", "Infozeile", 8, based="Infoblock", ppr='<w:ind w:left="0" w:firstLine="0"/>'),
    Style("Kopfzeile", "header", 8.5, color=GREY, ppr=tab(TEXT_WIDTH, "right") + spacing(0, 0)),
    Style("Briefkopf", "Briefkopf", 17, color=ACCENT, based="Kopfzeile"),
    Style("Behoerdenname", "Behördenname", 10, color=ACCENT, based="Kopfzeile", ppr=spacing(3, 2), caps=True),
    Style("Fuzeile", "footer", 7.5, color=GREY,
          ppr=border("top", 4, RULE, 5) + tab(TEXT_WIDTH, "right") + spacing(0, 0)),
    Style("Steuerzeile", "Steuerzeile", 7, color="8A5A00", ppr="<w:suppressAutoHyphens/>" + spacing(0, 0)),
)  # fmt: skip
# Shaded, because Word ignores a highlighting within a style.
ZU_KLAEREN = "Zuklren"
CHARACTER_STYLES = (
    f'<w:style w:type="character" w:customStyle="1" w:styleId="{ZU_KLAEREN}"><w:name w:val="Zu klären"/><w:qFormat/>'
    '<w:rPr><w:b/><w:shd w:val="clear" w:color="auto" w:fill="FFE08A"/></w:rPr></w:style>'
)

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
STYLE_SHEET = DEFAULTS + "".join(style.xml() for style in STYLES) + CHARACTER_STYLES + TABLE_STYLES


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
