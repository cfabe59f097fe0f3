"""The pages of `docs` that are made from code: the catalogue of checks and the rulebook."""

from __future__ import annotations

from pik_xl.checks.catalogue import CATALOGUE, THEMEN
from pik_xl.recht.rules import BASIS, shipped_rulebook
from pik_xl.values import as_datum


def pruefkatalog() -> str:
    """All checks as a page, by theme."""
    lines = ["# Prüfkatalog", "", f"{len(CATALOGUE)} Prüfungen. Erzeugt von `make build` aus `pik_xl/checks`."]
    for letter, theme in THEMEN.items():
        lines += ["", f"## {letter}: {theme}", "", "| Code | Prüfung | Schwere | Quelle |", "|---|---|---|---|"]
        rows = sorted((c.code, c.titel, str(c.schwere), c.quelle) for c in CATALOGUE if c.code.startswith(letter))
        lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def regelwerk() -> str:
    """The whole rulebook as a page: every rule with all its steps and their sources."""
    book = shipped_rulebook()
    lines = ["# Regelwerk", ""]
    lines += [
        f"{len(book.rules)} Regeln, Prüfsumme {book.pruefsumme}. Erzeugt von `make build` aus `pik_xl/recht/rulebook`."
    ]
    lines += ["", "Von den Schritten, die am Tag der Entscheidung gelten und bekannt sind, entscheidet der zuletzt "
              "bekannt gewordene."]  # fmt: skip
    for rule in book.rules.values():
        lines += ["", f"## {rule.name} (`{rule.key}`)", "", rule.text, ""]
        lines += ["| gilt ab | bekannt seit | Wert | Quelle | Grundlage | Anmerkung |", "|---|---|---|---|---|---|"]
        for step in sorted(rule.steps, key=lambda step: step.since):
            quelle = f"[{step.source}]({step.url})" if step.url else step.source
            cells = (as_datum(step.since), as_datum(step.bekannt), step.text, quelle, BASIS[step.basis], step.note)
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
