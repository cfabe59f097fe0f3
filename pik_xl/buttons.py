"""What the macros call: one function per button, found by its name; everything they do is `ablauf`'s.

Whatever happens, Excel is left as it was, the user gets a German sentence, and Python ends without an error: a
traceback belongs into a log file, not into a message box.
"""

from __future__ import annotations


def formulare() -> None:
    """Formulare erzeugen."""
    _druecken("formulare")


def pruefen() -> None:
    """Eingang prüfen."""
    _druecken("pruefen")


def verlaengern() -> None:
    """Verlängerung berechnen."""
    _druecken("verlaengern")


def konsolidieren() -> None:
    """Konsolidieren."""
    _druecken("konsolidieren")


def alles() -> None:
    """Alles."""
    _druecken("alles")


def bescheide_auswahl() -> None:
    """Bescheide (Auswahl)."""
    _druecken("bescheide_auswahl")


def bescheide_freigegebene() -> None:
    """Bescheide (alle freigegebenen)."""
    _druecken("bescheide_freigegebene")


def rueckfragen() -> None:
    """Rückfragen."""
    _druecken("rueckfragen")


def versand() -> None:
    """Versand vorbereiten."""
    _druecken("versand")


def kreisuebersicht() -> None:
    """Kreisübersicht."""
    _druecken("kreisuebersicht")


def vorlagen_pruefen() -> None:
    """Vorlagen prüfen."""
    _druecken("vorlagen_pruefen")


def erklaeren() -> None:
    """Erklären."""
    _druecken("erklaeren")


def rechner() -> None:
    """Rechner."""
    _druecken("rechner")


def ordner_oeffnen() -> None:
    """Ordner öffnen."""
    _druecken("ordner_oeffnen")


def hilfe() -> None:
    """Hilfe."""
    _druecken("hilfe")


def _druecken(funktion: str) -> None:
    import xlwings as xw

    from pik_xl.excel.app import Excel

    Excel(xw.Book.caller()).druecken(funktion)
