"""The page of `docs` for those who edit letter templates: every field with an example as it prints, and how to write.

Nothing here is typed twice: fields come from `felder`, examples are filled in and messages made by the program itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pik_xl.kinds import Kind
from pik_xl.vorlagen.felder import SCHREIBARTEN, VERLAENGERUNG
from pik_xl.vorlagen.schreibart import WORT, Feld, Schreibart, muster
from pik_xl.vorlagen.schreibweise import FILTER, gedruckt, schleife, variable
from pik_xl.vorlagen.tags import Tag

_ANFANG = """# Vorlagen

Alle Schreiben entstehen aus Word-Vorlagen. Sie liegen im Ordner `Vorlagen` des Arbeitsordners und gehören Ihnen: in
Word öffnen, ändern, speichern. Fehlt dort eine, gilt die mitgelieferte. Erzeugt von `make build` aus
`pik_xl/vorlagen/felder.py`.

| Datei | Schreiben | wozu |
|---|---|---|"""

_SCHRITTE = """
## Eine Vorlage ändern

1. Vorlage in Word öffnen. Schrift, Abstände, Logo und Text sind frei.
2. Was in jedem Schreiben anders ist, steht in doppelten geschweiften Klammern: `{{ traeger }}`. Hinter dem senkrechten
   Strich steht, wie es geschrieben wird: `{{ summe | euro }}`. Ob Word daraus „Anführungszeichen“ oder Gedankenstriche
   macht, ist gleichgültig; auch ein Platzhalter, der halb fett ist, gilt als einer.
3. Speichern und den Knopf **Vorlagen prüfen** drücken. Er nennt jeden Fehler mit Absatz, Tabelle, Zeile und Spalte und
   legt von jeder fehlerfreien Vorlage ein gefülltes Muster, auch als PDF, in den Ordner `Vorlagen/Muster`. Ohne Excel:
   `pik-xl vorlagen pruefen PiK --muster PiK/Vorlagen/Muster`.

Solange eine Vorlage einen Fehler hat, entsteht mit ihr kein Schreiben: Lieber keines als eines, in dem etwas fehlt.
Ebenso, wenn ein Wert leer ist, der gedruckt werden soll: Das Schreiben entsteht nicht, und die Meldung nennt das Feld.
Was leer sein darf, ist unten gekennzeichnet und gehört in eine Bedingung; fehlt sie, meldet es die Prüfung. Nur wer
`| pflicht` schreibt, will es so: Dann entsteht ohne den Wert kein Schreiben.

Vor dem Speichern alle Änderungen annehmen und alle Kommentare löschen (**Überprüfen**): Sie gingen sonst mit jedem
Schreiben hinaus. Gelesen wird nur `.docx`; was als `.doc`, `.odt` oder `.dotx` gespeichert ist, gilt nicht.

## Was nicht fehlen darf

Zu jedem Schreiben steht unten, was in der Vorlage nicht fehlen darf. Es muss dort stehen, wo es immer gedruckt wird:
nicht unter einer Bedingung, die von etwas anderem abhängt. Erlaubt ist die Bedingung, ob es den Wert selbst gibt
(`{%p if frueherer_bescheid %}`), eine nach dem `ergebnis`, oder beide Zweige von `{% if ... %}` und `{% else %}`.

Ein Bescheid, der noch nicht freigegeben ist, muss auf jeder Seite als Entwurf zu erkennen sein: Jede Kopfzeile (die der
ersten Seite und die der folgenden) enthält `{% if entwurf %}ENTWURF – nicht freigegeben{% endif %}`, als Text oder um
das Wasserzeichen herum.

## Was noch zu klären ist

Steht in einer Vorlage etwas noch nicht fest, gehört es in eckige Klammern, die mit „zu klären“ beginnen:

```text
[zu klären: Bewilligungszeitraum]
```

Solange das dasteht, bleibt jedes Schreiben mit dieser Vorlage Entwurf. Die Prüfung nennt jede solche Stelle; wer die
Klammern durch den Text ersetzt, hebt es auf.

## Schreibweisen

| Filter | für | Platzhalter | im Schreiben |
|---|---|---|---|"""

_BEDINGUNGEN = """
Daten, Beträge und Stellenanteile brauchen immer einen Filter. Weitere, aus der Vorlagensprache Jinja:

| Filter | Platzhalter | im Schreiben |
|---|---|---|"""

_BLOECKE = """
## Bedingungen

Im Satz, Anfang und Ende im selben Absatz:

```text
Wir bewilligen {% if bewilligte | length == 1 %}eine Stelle{% else %}{{ bewilligte | length }} Stellen{% endif %}.
```

Für ganze Absätze; jede Zeile mit `{%p` ist ein Absatz für sich und verschwindet im Schreiben:

```text
{%p if frueherer_bescheid %}
Dieser Bescheid ersetzt den Bescheid vom {{ frueherer_bescheid.datum | datum }}.
{%p endif %}
```

Bedingungen lassen sich verbinden und umkehren: `{% if ergebnis == "teilweise" and not entwurf %}`. Mehrere Fälle:
`{% if ... %}`, `{% elif ... %}`, `{% else %}`, `{% endif %}`. Eine Liste gilt als erfüllt, wenn etwas darin steht.

## Wiederholungen

Für Tabellen: `{%tr ... %}` steht allein in einer eigenen Tabellenzeile, darüber und darunter; dazwischen die Zeile, die
sich wiederholt. Der kurze Name (hier `s`) steht für den Eintrag, der gerade dran ist.

```text
| {%tr for s in bewilligte %} |                              |
| {{ s.stelle }}              | {{ s.neues_ende | datum }}   |
| {%tr endfor %}              |                              |
```

Für Absätze, zum Beispiel das Anschriftfeld, genügt `{%p`:

```text
{%p for zeile in anschrift %}
{{ zeile }}
{%p endfor %}
```

In einer Schleife zählt `{{ loop.index }}` ab 1; `loop.first` und `loop.last` sind Bedingungen. Spalten (`{%tc`),
verbundene und gefärbte Zellen (`{% colspan n %}`, `{% cellbg farbe %}`, `{% vm %}`, `{% hm %}`) gehen auch; die Prüfung
sagt dann, dass ein solches Schreiben etwa doppelt so lang braucht.

## Wenn die Prüfung etwas findet

Jede Zeile nennt den Ort, den Platzhalter, was nicht stimmt, und einen Vorschlag:

```text"""

_MAIL = """```

Absätze zählen von oben, auch leere und die in Tabellen. Alle Fehler stehen auf einmal da.

## Texte für E-Mails

Auch der Text einer E-Mail hat eine Vorlage: `mail.txt` im selben Ordner, eine einfache Textdatei, in der ersten Zeile
`Betreff:`, darunter der Text. Sie kennt die Felder des Schreibens, dem die E-Mail gilt, und dieselben Filter, dazu
`schreiben` (wie das Schreiben heißt, zum Beispiel Nachforderung) und `anlagen` (Liste der Dateinamen). Absätze von
Word gibt es dort nicht; geschrieben wird nur `{% if ... %}` und `{% for ... %}`. Eine Zeile, in der nur ein solcher
Befehl steht, verschwindet ganz. Die Meldung nennt die Zeile.

## Felder in jedem Schreiben
"""

_FEHLER = (
    ("Text, Absatz 41, Tabelle 1, Zeile 3, Spalte 2", "{{ s.neus_ende | datum }}"),
    ("Text, Absatz 12", "{{ summe }}"),
    ("Kopfzeile, Absatz 1", "{{ aktenzeichn }}"),
)
_JINJA = {
    "default": "{{ kreis | default('ohne Kreis') }}",
    "first": "{{ quellen | first }}",
    "join": "{{ anschrift | join(', ') }}",
    "last": "{{ anschrift | last }}",
    "length": "{{ stellen | length }}",
    "lower": "{{ art | lower }}",
    "map": "{{ stellen | map(attribute='stelle') | join(', ') }}",
    "rejectattr": "{{ stellen | rejectattr('ergebnis', 'equalto', 'abgelehnt') | list | length }}",
    "selectattr": "{{ stellen | selectattr('ergebnis', 'equalto', 'abgelehnt') | list | length }}",
    "sort": "{{ anschrift | sort | first }}",
    "trim": "{{ traeger | trim }}",
    "upper": "{{ art | upper }}",
}
_EIGENE = {
    "datum": "{{ eingang | datum }}",
    "euro": "{{ summe | euro }}",
    "in_worten": "{{ summe | in_worten }}",
    "monate": "{{ s.monate | monate }}",
    "pflicht": "{{ gericht.name | pflicht }}",
    "vzae": "{{ s.vzae | vzae }}",
    "zahl": "{{ s.vzae | zahl }}",
}
_UEBERALL = [feld for feld in VERLAENGERUNG.felder if all(feld in art.felder for art in SCHREIBARTEN.values())]


def vorlagen() -> str:
    """All that there is to know for whoever edits a template."""
    lines = [_ANFANG, *(f"| `{art.name}.docx` | {art.titel} | {art.wozu} |" for art in SCHREIBARTEN.values())]
    beispiel = {**muster(VERLAENGERUNG), "s": _eintrag(VERLAENGERUNG, "bewilligte")}
    lines.append(_SCHRITTE)
    lines += [f"| `{name}` | {_arten(name)} | {_zeile(tag, beispiel)} |" for name, tag in _EIGENE.items()]
    lines += ["", "`pflicht` druckt den Text selbst; ist er leer, entsteht kein Schreiben.", _BEDINGUNGEN.strip("\n")]
    lines += [f"| `{name}` | {_zeile(tag, beispiel)} |" for name, tag in _JINJA.items()]
    lines += [_BLOECKE, *_meldungen(), _MAIL, *_tabelle(_UEBERALL, "", muster(VERLAENGERUNG))]
    for art in SCHREIBARTEN.values():
        lines += _art(art)
    return "\n".join(lines) + "\n"


def _arten(name: str) -> str:
    """The words for what a filter takes."""
    return ", ".join(dict.fromkeys(WORT[kind] for kind in FILTER[name]))


def _art(art: Schreibart) -> Iterator[str]:
    """The section of one kind of letter: what it is for, what it must not lack, its fields, its lists."""
    eigene = [feld for feld in art.felder if feld not in _UEBERALL]
    yield f"\n## {art.titel}: `{art.name}.docx`\n\n{art.wozu}. Dazu die Felder in jedem Schreiben (oben)."
    yield f"In der Vorlage dürfen nicht fehlen: {', '.join(f'`{name}`' for name in art.pflicht)}.\n"
    yield from _tabelle(eigene, "", muster(art))
    listen = [feld for feld in eigene if feld.kind is Kind.LISTE and feld.felder]
    done: list[tuple[Feld, ...]] = []
    for liste in listen:
        if liste.felder in done:
            continue
        done.append(liste.felder)
        gleiche = [feld for feld in listen if feld.felder == liste.felder]
        yield f"\n### Einträge von {', '.join(f'`{feld.name}`' for feld in gleiche)}\n"
        yield f"`{schleife(liste, liste.name)}` bis `{{%tr endfor %}}`; dazwischen:\n"
        yield from _tabelle(liste.felder, f"{variable(liste)}.", {variable(liste): _eintrag(art, gleiche[0].name)})


def _tabelle(felder: Sequence[Feld], davor: str, beispiel: dict[str, object]) -> Iterator[str]:
    """A table of fields; those of a group stand below it."""
    yield "| Feld | Art | Bedeutung | Platzhalter | im Schreiben |\n|---|---|---|---|---|"
    yield from _zeilen(felder, davor, beispiel)


def _zeilen(felder: Sequence[Feld], davor: str, beispiel: dict[str, object]) -> Iterator[str]:
    for feld in felder:
        art = f"{feld.art}, kann leer sein" if feld.leer and feld.kind is not Kind.LISTE else feld.art
        if feld.kind is Kind.GRUPPE:
            yield f"| `{davor}{feld.name}` | {art} | {feld.bedeutung} | | |"
            yield from _zeilen(feld.felder, f"{davor}{feld.name}.", beispiel)
        else:
            tag = gedruckt(feld, davor + feld.name)
            yield f"| `{davor}{feld.name}` | {art} | {feld.bedeutung} | {_zeile(tag, beispiel, feld)} |"


def _zeile(tag: str, beispiel: dict[str, object], feld: Feld | None = None) -> str:
    """A tag, and what it prints; a list of texts prints all of them, for a list of more there is a table of its own."""
    shown = f"`{tag.replace('|', chr(92) + '|')}`"
    if feld and feld.kind is Kind.JA_NEIN:
        return f"{shown} | {'ja' if feld.beispiel else 'nein'}"
    if feld and feld.kind is Kind.LISTE:
        texts = feld.beispiel if isinstance(feld.beispiel, tuple) and not feld.felder else ()
        return f"{shown} | {'<br>'.join(map(str, texts)) or ('eigene Tabelle' if feld.felder else '')}"
    return f"{shown} | {_gefuellt(tag, beispiel)}"


def _gefuellt(tag: str, beispiel: dict[str, object]) -> str:
    """What the program prints for it."""
    from pik_xl.vorlagen.platzhalter import Textvorlage

    return Textvorlage.compile(tag, "Beispiel", beispiel).render(beispiel)


def _eintrag(art: Schreibart, liste: str) -> object:
    """The first entry of a list as it is in the example."""
    eintraege = muster(art)[liste]
    return eintraege[0] if isinstance(eintraege, tuple) else None


def _meldungen() -> Iterator[str]:
    """What the check says of three mistakes, each by itself."""
    from pik_xl.vorlagen.lint import urteil

    schleife_auf, schleife_zu = Tag("{%tr for s in bewilligte %}", ""), Tag("{%tr endfor %}", "")
    for ort, text in _FEHLER:
        (fehler,) = urteil([schleife_auf, Tag(text, ort), schleife_zu], VERLAENGERUNG).fehler
        yield f"- {fehler}"
