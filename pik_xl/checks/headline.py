"""The to-do list that every report begins with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pik_xl.model import Finding, Schwere

# first letter of a code -> what has to be done about it
_TASKS: Mapping[str, str] = {
    "D": "lesbare Datei anfordern",
    "F": "das Formular oder unlesbare Zellen klären",
    "P": "fehlende Angaben ergänzen",
    "W": "unmögliche Werte berichtigen",
    "B": "mit dem Bestand abgleichen",
    "V": "das beantragte Ende klären",
    "S": "doppelt beantragte Stellen klären",
    "M": "Eintragungen im Master berichtigen",
}


def headline(findings: Iterable[Finding], dateien: int, antraege: int) -> list[str]:
    """One sentence with counts, then one line per task; a case counts once in each line.

    >>> headline([], 1, 2)
    ['2 Anträge in 1 Datei geprüft, keiner braucht Arbeit.']
    """
    blocking = [f for f in findings if f.schwere == Schwere.FEHLER]
    cases = {f.antrag or f.place.datei for f in blocking}
    geprueft = f"{_count(antraege, 'Antrag', 'Anträge')} in {_count(dateien, 'Datei', 'Dateien')} geprüft"
    if not cases:
        return [f"{geprueft}, keiner braucht Arbeit."]
    lines = [f"{geprueft}, {_count(len(cases), 'Fall braucht', 'Fälle brauchen')} Arbeit. Bitte:"]
    for letter, task in _TASKS.items():
        affected = {f.antrag or f.place.datei for f in blocking if f.code[0] == letter}
        if affected:
            lines.append(f"{_count(len(affected), 'Fall', 'Fälle')}: {task}")
    return lines


def _count(number: int, one: str, many: str) -> str:
    text = f"{number:,}".replace(",", ".")
    return f"{text} {one if number == 1 else many}"
