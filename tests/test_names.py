"""One word for one thing: office and law German, machinery English, file names too; the glossary is the closed list."""

from __future__ import annotations

import ast
import re
from collections import Counter

import pytest

from pik_xl.build.imports import MODULES, ROOT

GLOSSARY = (ROOT.parent / "GLOSSARY.md").read_text(encoding="utf-8")
ROWS = [
    (words, names)
    for words, names in re.findall(r"^\| (.+?) \| (.*?) ?\| .+ \|$", GLOSSARY, re.MULTILINE)
    if words not in ("word", "---")
]
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in MODULES.values())

# Machinery: no file is called by the German word.
GERMAN_MACHINERY = set(
    """ablauf anzeige arbeitsordner befehl befehle bild blatt drucker druck eingabe einrichten einlesen fenster fehler
    fortschritt hilfe kommando konsole lauf laufordner lesen liste makro makros mappe ordner pfad puffer rechner seite
    seiten sicherung sperre stoerung tabelle tausch umbenannt vergleich werkstatt zeichnen zeile zelle""".split()
)
# What the office, the law and the letters have a word for: no file is called by the English one.
ENGLISH_OFFICE = set(
    """amendment applicant applicants application applications attachment budget case cases county decision decisions
    deadline deviation deviations district employer extension extensions finding findings form forms grant letter
    letters notice notices post posts prefill prefilled receipt release releases request requests seal settings
    subject""".split()
)
# Classes of one name in two rooms, which are two things. None may be added.
TWICE = {"Feld", "Step", "Table"}


@pytest.mark.parametrize("module", MODULES)
def test_a_file_is_called_by_the_word_of_its_language(module: str) -> None:
    words = set(module.split(".")[-1].split("_"))
    assert words & GERMAN_MACHINERY == set(), "machinery is English"
    assert words & ENGLISH_OFFICE == set(), "office and law are German"


def test_no_word_stands_twice_in_the_glossary() -> None:
    words = [word.strip().casefold() for row, _ in ROWS for word in row.split(",")]
    assert len(words) > 100
    assert [word for word, times in Counter(words).items() if times > 1] == []


def test_no_name_of_the_code_stands_for_two_words() -> None:
    names = [name for _, found in ROWS for name in re.findall(r"`([^`]+)`", found)]
    assert [name for name, times in Counter(names).items() if times > 1] == []


def test_every_name_in_the_glossary_is_one_of_the_code() -> None:
    known = set(re.findall(r"\w+", SOURCE)) | {word for module in MODULES for word in module.split(".")}
    for word, found in ROWS:
        for name in re.findall(r"`([^`]+)`", found):
            if name.endswith("…"):
                assert any(other.startswith(name[:-1]) for other in known), word
            else:
                assert set(name.split(".")) <= known, f"{word}: {name}"


def test_no_class_has_the_name_of_another() -> None:
    names = [
        node.name
        for path in MODULES.values()
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]
    assert {name for name, times in Counter(names).items() if times > 1} == TWICE
