"""Pieces of a letter as WordprocessingML: paragraphs, conditions, tables. Lengths are mm."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

from pik_xl.build.mustervorlagen.styles import TEXT_WIDTH, ZU_KLAEREN, spacing, twips

CANT_SPLIT = "<w:cantSplit/>"


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


def zu_klaeren(was: str) -> str:
    """A paragraph in the place of mandatory content no source gives; with it in the text a notice stays a draft."""
    return p("Standard", "", tail=runs(f"[zu klären: {was}]", f'<w:rStyle w:val="{ZU_KLAEREN}"/>'))


def when(condition: str, *content: str) -> str:
    """Paragraphs that stand in the letter only under a condition."""
    return p("Steuerzeile", f"{{%p if {condition} %}}") + "".join(content) + p("Steuerzeile", "{%p endif %}")


def each(loop: str, *content: str) -> str:
    """Paragraphs repeated for every item."""
    return p("Steuerzeile", f"{{%p for {loop} %}}") + "".join(content) + p("Steuerzeile", "{%p endfor %}")


def maybe(field: str) -> str:
    """The value of a field that may be empty."""
    return f"{{% if {field} %}}{{{{ {field} }}}}{{% endif %}}"


def choice(condition: str, yes: str, no: str) -> str:
    """One wording or another, within a sentence."""
    return f"{{% if {condition} %}}{yes}{{% else %}}{no}{{% endif %}}"


def plural(liste: str, one: str, many: str) -> str:
    """One wording for a single item, another for several."""
    return choice(f"{liste} | length == 1", one, many)


def cell(width: float, content: str, span: int = 1, props: str = "") -> str:
    """One table cell."""
    grid = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{twips(width)}" w:type="dxa"/>{grid}{props}</w:tcPr>{content}</w:tc>'


def row(cells: Iterable[str], props: str = CANT_SPLIT) -> str:
    """One table row; a page ends within it only where `props` is empty."""
    return f"<w:tr>{f'<w:trPr>{props}</w:trPr>' if props else ''}{''.join(cells)}</w:tr>"


def control(widths: list[float], tag: str) -> str:
    """A table row that holds only a condition."""
    return row([cell(sum(widths), p("Steuerzeile", f"{{%tr {tag} %}}"), len(widths))])


def table(
    widths: list[float], rows: Iterable[str], caption: str, style: str = "Amtstabelle", look: str = "firstRow"
) -> str:
    """A table with fixed column widths; the caption is read out by screen readers, `look` says where its heads are."""
    grid = "".join(f'<w:gridCol w:w="{twips(w)}"/>' for w in widths)
    titled = f'<w:tblCaption w:val="{caption}"/>' if caption else ""
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(map(twips, widths))}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblLook {_look(look)}/>{titled}</w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _look(heads: str) -> str:
    """Which cells of a table are heads: its first row or its first column."""
    flags = {name: name == heads for name in ("firstRow", "lastRow", "firstColumn", "lastColumn", "noHBand")}
    value = {"firstRow": "0420", "firstColumn": "0480"}.get(heads, "0400")
    return " ".join([f'w:val="{value}"', *(f'w:{name}="{int(on)}"' for name, on in flags.items()), 'w:noVBand="1"'])


def listing(
    columns: list[tuple[float, str, str]], loop: str, caption: str, total: str = "", ppr: str = "", long: bool = False
) -> str:
    """A table of one row per item: columns as (width, head, content); ">" before the head means numbers.

    `total` is the sum row's last cell, shown under two items and more; `ppr` goes to the paragraphs of the
    items (KEEP holds a short table together); `long` lets a page end within an item, which else leaves it half empty.
    """
    widths = [width for width, _, _ in columns]
    heads = [p("Tabellenkopfzahl" if head[0] == ">" else "Tabellenkopf", head.lstrip(">")) for _, head, _ in columns]
    header = [cell(w, head, props='<w:vAlign w:val="bottom"/>') for w, head in zip(widths, heads, strict=True)]
    texts = [text if text.startswith("<w:p>") else p("Tabellenzahl" if head[0] == ">" else "Tabellentext", text, ppr)
             for _, head, text in columns]  # fmt: skip
    body = [cell(width, text) for width, text in zip(widths, texts, strict=True)]
    rows = [row(header, CANT_SPLIT + "<w:tblHeader/>"), control(widths, f"for {loop}")]
    rows += [row(body, "" if long else CANT_SPLIT), control(widths, "endfor")]
    if total:
        items = loop.split(" in ")[1]
        rows += [control(widths, f"if {items} | length != 1"),
                 row([cell(sum(widths[:-1]), p("Tabellentext", "**Summe**"), len(widths) - 1),
                      cell(widths[-1], p("Tabellenzahl", f"**{total}**"))]),
                 control(widths, "endif")]  # fmt: skip
    return table(widths, rows, caption) + p("Abstand", "")


def facts(rows: Iterable[tuple[str, str, str]], caption: str) -> str:
    """A table of (label, value, condition), one fact per row, held together; an empty condition means always."""
    widths = [42.0, TEXT_WIDTH - 42.0]
    body = []
    for label, value, condition in rows:
        text = value if value.startswith("<w:p>") else p("Tabellentext", value, "<w:keepNext/>")
        line = row([cell(widths[0], p("Tabellenkopf", label)), cell(widths[1], text)])
        body += [control(widths, f"if {condition}"), line, control(widths, "endif")] if condition else [line]
    return table(widths, body, caption, look="firstColumn") + p("Abstand", "")


def together(*content: str) -> str:
    """Paragraphs that always stand on one page: a row cannot be split, while keep-with-next gives way."""
    block = table([TEXT_WIDTH], [row([cell(TEXT_WIDTH, "".join(content))])], "", "NormaleTabelle", "")
    return block + p("Abstand", "", spacing(0, 0, 1, "exact"))
