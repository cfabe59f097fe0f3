"""What the windows look like: the master's colours, a band on top, tips, and keys for everything."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Sequence
from tkinter import font, ttk

from pik_xl.ooxml.palette import GOLD, GREY, INK, PALE, PETROL

_PAPER = "#FFFFFF"


def font_of(root: tk.Tk) -> None:
    """Fonts and colours for all widgets; sizes are points, so they grow with the screen's scaling."""
    for name in ("TkDefaultFont", "TkTextFont", "TkMenuFont", "TkHeadingFont"):
        font.nametofont(name, root).configure(size=10)
    root.configure(background=_PAPER)
    style = ttk.Style(root)
    style.theme_use("clam")
    style.configure(".", background=_PAPER, foreground=INK, bordercolor="#C9D2D9", focuscolor=GOLD)
    style.configure("TButton", background=PALE, padding=(10, 5), relief="flat")
    style.map("TButton", background=[("active", "#E1EAF0"), ("disabled", "#F4F6F8")], foreground=[("disabled", GREY)])
    style.configure("Link.TButton", padding=(6, 2), background=_PAPER, foreground=PETROL)
    style.configure("Gruppe.TLabel", foreground=PETROL, font=("TkDefaultFont", 10, "bold"))
    style.configure(
        "TProgressbar", background=GOLD, troughcolor=PALE, bordercolor=PALE, lightcolor=GOLD, darkcolor=GOLD
    )
    style.configure("TNotebook.Tab", padding=(14, 5), background=PALE)
    style.map("TNotebook.Tab", background=[("selected", _PAPER)], padding=[("selected", (14, 5))])
    style.map("TCombobox", fieldbackground=[("readonly", _PAPER)])


def band(root: tk.Misc, titel: str, untertitel: str) -> None:
    """The band on top, as on the master's first sheet."""
    frame = tk.Frame(root, background=PETROL, padx=18, pady=10)
    frame.pack(fill="x")
    for text, size, weight, colour in ((titel, 16, "bold", "#FFFFFF"), (untertitel, 10, "normal", "#C9D9E4")):
        label = tk.Label(frame, text=text, background=PETROL, foreground=colour, font=("TkDefaultFont", size, weight))
        label.pack(anchor="w")
    tk.Frame(root, background=GOLD, height=3).pack(fill="x")


def scrolled(parent: tk.Misc, lines: int) -> tk.Text:
    """A text to read, with a bar at its side; words marked `kopf` are bold."""
    frame = ttk.Frame(parent)
    frame.pack(fill="both", expand=True)
    text = tk.Text(frame, height=lines, wrap="word", relief="flat", background=PALE, foreground=INK, padx=10, pady=8,
                   state="disabled", takefocus=True, font="TkDefaultFont")  # fmt: skip
    bar = ttk.Scrollbar(frame, command=text.yview)
    text.configure(yscrollcommand=bar.set)
    bar.pack(side="right", fill="y")
    text.pack(side="left", fill="both", expand=True)
    text.tag_configure("kopf", foreground=PETROL, font=("TkDefaultFont", 10, "bold"))
    return text


def shortcuts(root: tk.Tk, buttons: Sequence[ttk.Button]) -> None:
    """A letter of every button that presses it together with Alt; Enter presses the one that has the focus."""
    taken: set[str] = {"a", "r"}  # the pages
    for button in sorted(buttons, key=lambda button: len(set(str(button["text"]).lower()))):  # short ones first
        label = str(button["text"])
        place = next((n for n, c in enumerate(label) if c.isascii() and c.isalpha() and c.lower() not in taken), None)
        if place is not None:
            taken.add(label[place].lower())
            button.configure(underline=place)
            root.bind(f"<Alt-{label[place].lower()}>", lambda event, button=button: button.invoke())  # type: ignore[misc]
        button.bind("<Return>", lambda event, button=button: button.invoke())  # type: ignore[misc]


def tip(widget: tk.Widget, text: str) -> None:
    """What the widget is for, shown while the mouse rests on it or it has the focus."""
    shown: list[tk.Toplevel] = []

    def show(event: object) -> None:
        if shown:
            return
        window = tk.Toplevel(widget)
        window.wm_overrideredirect(True)
        window.wm_geometry(f"+{widget.winfo_rootx() + 12}+{widget.winfo_rooty() + widget.winfo_height() + 4}")
        tk.Label(window, text=text, background="#FFF8E1", foreground=INK, padx=8, pady=4, wraplength=420,
                 justify="left").pack()  # fmt: skip
        shown.append(window)

    def hide(event: object) -> None:
        while shown:
            shown.pop().destroy()

    widget.bind("<Enter>", show)
    for event in ("<Leave>", "<ButtonPress>", "<FocusOut>", "<Destroy>"):
        widget.bind(event, hide, add="+")
