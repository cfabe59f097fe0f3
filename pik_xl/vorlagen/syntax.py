"""The tags of a template as Jinja that can be parsed whatever is wrong with them, its errors in German, its nodes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from jinja2 import Environment, TemplateSyntaxError, nodes

from pik_xl.vorlagen.schreibweise import typed
from pik_xl.vorlagen.tags import Tag, Vorlagenfehler, fault_of

_GOT = re.compile(r"""(?:got|unexpected(?: char)?) (['"])(.+?)\1""")
_KINDS = {"integer": "einer Zahl", "float": "einer Zahl", "string": "einem Text in Anführungszeichen"}


@cache
def parser() -> Environment:
    """For parsing only; nothing is ever filled in with it."""
    return Environment(autoescape=True)


def whole(tags: Sequence[Tag], fehler: list[Vorlagenfehler]) -> Iterator[str]:
    """The tags as Jinja that can be parsed, a line for each; adds what cannot be read to the faults."""
    blocks: list[str] = []
    for tag in tags:
        opens, piece = tag.word in ("if", "for"), _piece(tag)
        if einwand := _unreadable(f"{piece}{{% end{tag.word} %}}" if opens and piece else piece):
            fehler.append(fault_of(tag, *einwand))
            piece = ""
        piece = piece or "{% if true %}" * opens
        if opens:
            blocks.append("for" if piece.startswith("{% for") else "if")
        elif tag.word in ("endif", "endfor") and blocks:
            piece = f"{{% end{blocks.pop().removesuffix(_DONE)} %}}"
        elif tag.word in ("elif", "else") and blocks:
            piece = _branch(tag, piece, blocks)
        yield piece
    yield "".join(f"{{% end{block.removesuffix(_DONE)} %}}" for block in reversed(blocks))


_DONE = " else"  # marks a block that has had its else


def _branch(tag: Tag, piece: str, blocks: list[str]) -> str:
    """`elif` or `else` where it may stand, with the condition that could be read."""
    block = blocks[-1]
    if block.endswith(_DONE) or (block == "for" and tag.word == "elif"):
        return piece
    if tag.word == "elif":
        return f"{{% elif{typed(tag.rest)}%}}" if piece else "{% elif true %}"
    blocks[-1] += _DONE
    return "{% else %}"


def _piece(tag: Tag) -> str:
    """A tag by itself; what only closes or divides a block says nothing."""
    if tag.foreign or tag.text.startswith("{#"):
        return ""
    rest = typed(tag.rest)
    if tag.text.startswith("{{") or tag.word in ("colspan", "cellbg"):
        return f"{{{{{rest}}}}}"
    if tag.word == "elif":
        return f"{{% if{rest}%}}{{% endif %}}"
    return f"{{% {tag.word}{rest}%}}" if tag.word in ("if", "for", "set") else ""


def _unreadable(source: str) -> tuple[str, str] | None:
    """Why Jinja cannot read it and what to write instead, in German; None if it can."""
    try:
        parser().parse(source)
    except TemplateSyntaxError as error:
        return syntax_fault(error)
    return None


def syntax_fault(error: TemplateSyntaxError) -> tuple[str, str]:
    """What is wrong for what Jinja says in English, and what to write instead if that is known."""
    match = _GOT.search(error.message or "")
    got = match[2] if match else ""
    if got == "=":
        return "Ein einzelnes „=“ vergleicht nicht.", "Bitte „==“ schreiben."
    at = "" if not got or got.startswith("end of") else f" bei {_KINDS.get(got) or f'„{got}“'}"
    return f"Der Platzhalter ist so nicht verständlich{at}.", ""


# --- what a parsed tag says ------------------------------------------------------------------------


def otherwise(node: nodes.If) -> Sequence[nodes.Node]:
    """What holds where the condition does not: `else`, or the next `elif` with all that follows."""
    if not node.elif_:
        return node.else_
    first, *rest = node.elif_
    return [nodes.If(first.test, first.body, rest, node.else_, lineno=first.lineno)]


def texts(operands: Iterable[nodes.Node]) -> list[str]:
    """The texts among operands, and in lists among them."""
    flat = [
        item for node in operands for item in (node.items if isinstance(node, nodes.List | nodes.Tuple) else [node])
    ]
    return [item.value for item in flat if isinstance(item, nodes.Const) and isinstance(item.value, str)]


def spelled(node: nodes.Node | None) -> str:
    """The expression as typed, without its filters; empty if it is no name."""
    match node:
        case nodes.Name(name=str(name)):
            return name
        case nodes.Getattr(attr=str(attr)) | nodes.Getitem(arg=nodes.Const(value=str(attr))):
            return f"{spelled(node.node)}.{attr}"
        case nodes.Filter():
            return spelled(node.node)
        case nodes.Const(value=value):
            return str(value)
    return ""
