"""What the macros call: one function per button, found by its name; everything they do is `jobs.press`'s.

Whatever happens, Excel is left as it was, the user gets a German sentence, and Python ends without an error: a
traceback belongs into a log file, not into a message box.
"""

from __future__ import annotations


def formulare() -> None:
    """Formulare erzeugen."""
    _press("formulare")


def pruefen() -> None:
    """Eingang prüfen."""
    _press("pruefen")


def verlaengern() -> None:
    """Verlängerung berechnen."""
    _press("verlaengern")


def konsolidieren() -> None:
    """Konsolidieren."""
    _press("konsolidieren")


def alles() -> None:
    """Alles."""
    _press("alles")


def bescheide_auswahl() -> None:
    """Bescheide (Auswahl)."""
    _press("bescheide_auswahl")


def bescheide_freigegebene() -> None:
    """Bescheide (alle freigegebenen)."""
    _press("bescheide_freigegebene")


def rueckfragen() -> None:
    """Rückfragen."""
    _press("rueckfragen")


def versand() -> None:
    """Versand vorbereiten."""
    _press("versand")


def kreisuebersicht() -> None:
    """Kreisübersicht."""
    _press("kreisuebersicht")


def vorlagen_pruefen() -> None:
    """Vorlagen prüfen."""
    _press("vorlagen_pruefen")


def erklaeren() -> None:
    """Erklären."""
    _press("erklaeren")


def rechner() -> None:
    """Rechner."""
    _press("rechner")


def ordner_oeffnen() -> None:
    """Ordner öffnen."""
    _press("ordner_oeffnen")


def hilfe() -> None:
    """Hilfe."""
    _press("hilfe")


def _press(funktion: str) -> None:
    import xlwings as xw

    from pik_xl.excel.app import Excel

    Excel(xw.Book.caller()).press(funktion)
