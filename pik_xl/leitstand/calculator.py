"""The calculator: one post typed in, its extension reckoned while typing. Nothing is written."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from datetime import datetime
from tkinter import ttk

from pik_xl.errors import PikError
from pik_xl.jobs import arguments
from pik_xl.leitstand.look import scrolled
from pik_xl.model import Besetzung, Qualifikation
from pik_xl.recht.rechnen import Rechnung, rechnen
from pik_xl.recht.rules import shipped_rulebook
from pik_xl.values import as_datum

_FELDER = {
    "beginn": ("Beginn", "01.10.2017"),
    "bewilligt_bis": ("Bewilligt bis", "30.09.2020"),
    "vzae": ("VZÄ", "0,50"),
    "jahresbetrag": ("Jahresbetrag je VZÄ (leer: Satz)", ""),
    "unterbrechung": ("Monate ohne Entgelt", "0"),
    "wunschende": ("Beantragt bis (leer: so lang wie möglich)", ""),
    "tag": ("Tag der Entscheidung", ""),
}


class Calculator(ttk.Frame):
    """The form and below it what comes of it, or what cannot be understood."""

    def __init__(self, parent: tk.Misc, jetzt: Callable[[], datetime]) -> None:
        super().__init__(parent, padding=12)
        self.werte = {name: tk.StringVar(value=beispiel) for name, (_, beispiel) in _FELDER.items()}
        self.werte["tag"].set(as_datum(jetzt().date()))
        self.werte |= {
            "qualifikation": tk.StringVar(value=Qualifikation.HOCHSCHULE),
            "besetzung": tk.StringVar(value=Besetzung.BESETZT),
        }
        grid = ttk.Frame(self)
        grid.pack(fill="x")
        for row, (name, (label, _)) in enumerate(_FELDER.items()):
            self._row(grid, row, label, ttk.Entry(grid, textvariable=self.werte[name], width=24))
        for name, label, words in (("qualifikation", "Qualifikation", tuple(Qualifikation)),
                                   ("besetzung", "Besetzung", tuple(Besetzung))):  # fmt: skip
            box = ttk.Combobox(grid, textvariable=self.werte[name], values=words, state="readonly", width=22)
            self._row(grid, len(_FELDER) + (name == "besetzung"), label, box)
        ttk.Frame(self, height=10).pack()
        self.ergebnis = scrolled(self, 14)
        for wert in self.werte.values():
            wert.trace_add("write", lambda *changed: self.rechnen())
        self.rechnen()

    def _row(self, grid: ttk.Frame, row: int, label: str, widget: ttk.Entry) -> None:
        ttk.Label(grid, text=label).grid(row=row, column=0, sticky="w", padx=(0, 16), pady=2)
        widget.grid(row=row, column=1, sticky="w", pady=2)

    def rechnen(self) -> None:
        """Shows what comes of what is typed now."""
        try:
            titel, zeilen = self._decision()
        except PikError as problem:
            titel, zeilen = "Noch nicht zu berechnen", [str(problem)]
        self.ergebnis.configure(state="normal")
        self.ergebnis.delete("1.0", "end")
        self.ergebnis.insert("1.0", f"{titel}\n", "kopf")
        self.ergebnis.insert("end", "\n".join(zeilen))
        self.ergebnis.configure(state="disabled")

    def _decision(self) -> tuple[str, list[str]]:
        text = {name: wert.get().strip() for name, wert in self.werte.items()}
        monate = arguments.number(text["unterbrechung"] or "0", "Monate ohne Entgelt")
        if monate != int(monate):
            raise PikError("Monate ohne Entgelt: Bitte eine ganze Zahl eintragen.")
        rechnung = Rechnung(
            beginn=arguments.day(text["beginn"]),
            bewilligt_bis=arguments.day(text["bewilligt_bis"]),
            vzae=arguments.number(text["vzae"], "VZÄ"),
            qualifikation=Qualifikation(text["qualifikation"]),
            jahresbetrag=arguments.number(text["jahresbetrag"], "Jahresbetrag") if text["jahresbetrag"] else None,
            besetzung=Besetzung(text["besetzung"]),
            unterbrechung=int(monate),
            wunschende=arguments.day(text["wunschende"]) if text["wunschende"] else None,
        )
        decision = rechnen(rechnung, arguments.day(text["tag"]), None, shipped_rulebook())
        return f"Ergebnis: {decision.ergebnis}", [*decision.trace, *decision.hinweise]
