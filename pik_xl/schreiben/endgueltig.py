"""Whether a released notice may become final: what speaks against sending it, as a sentence for the office."""

from __future__ import annotations

from datetime import date

from pik_xl.values import as_datum


def hindernis(
    tag: date, eingang: date, freigegeben: date, frueher: date | None, zeichnet: str, offen: tuple[str, ...]
) -> str:
    """The first thing in the way of a final notice of the day `tag`; empty if there is nothing.

    `eingang` is the day of receipt, `freigegeben` of the release, `frueher` that of the notice it amends; `zeichnet`
    signs (§ 37 (3) LVwVfG asks for the name), `offen` are texts the template marks as still to be supplied.
    """
    if tag < eingang:
        return f"Er trüge den {as_datum(tag)}; der Antrag ging erst am {as_datum(eingang)} ein."
    if freigegeben < eingang:
        return f"Freigegeben ist er am {as_datum(freigegeben)}; der Antrag ging erst am {as_datum(eingang)} ein."
    if tag < freigegeben:
        return f"Er trüge den {as_datum(tag)}; freigegeben ist er erst am {as_datum(freigegeben)}."
    if frueher and tag <= frueher:
        return f"Er trüge den {as_datum(tag)}; der Bescheid, den er ändert, trägt den {as_datum(frueher)}."
    if not zeichnet.strip():
        return "Es fehlt, wer zeichnet (Blatt Einstellungen, „Zeichnet“)."
    if offen:
        return f"In der Vorlage steht noch „{offen[0]}“."
    return ""
