"""A formula as it reads in another cell."""

from __future__ import annotations


def translated(formula: str, origin: str, at: str) -> str:
    """The formula as Excel would have it after a sort: what it says of its own row, it says of the new one."""
    if origin == at or not formula:
        return formula
    from openpyxl.formula.translate import Translator

    return str(Translator(f"={formula}", origin).translate_formula(at))[1:]
