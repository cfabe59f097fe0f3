"""`make bench`: what we cost beside other libraries, in one run on the same files; ratios are what counts.

Several rounds, medians of CPU time (PDF: of wall time, LibreOffice does the work); the chain is a process of its own
on two cores, with its peak memory, a first run and one with nothing new (`python -m bench.chain` for it alone).
Writes bench/results.json and bench/results.md.
"""

from __future__ import annotations

import gc
import io
import json
import os
import statistics
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from time import process_time

from bench.chain import FORMS, bench_chain
from bench.druck import bench_pdfs
from bench.letters import many_letters
from bench.master import bench_master
from bench.process import cost
from bench.scale import scale
from bench.worst import worst
from pik_xl.checks.runner import check_all
from pik_xl.demo import invent
from pik_xl.eingang.read import read
from pik_xl.eingang.receive import Eingang
from pik_xl.formular.draw import build_form
from pik_xl.formular.felder import Massgaben
from pik_xl.formular.vorbelegt import kopf_of, stelle_of
from pik_xl.jobs.pruefung import Pruefung, lage_am
from pik_xl.model import Besetzung, Stand, Stelle
from pik_xl.recht.lage import Lage
from pik_xl.recht.verlaengerung import decide
from pik_xl.register import load_register
from pik_xl.schreiben import inhalt
from pik_xl.schreiben.einzelform import form_templates
from pik_xl.vorlagen.felder import VERLAENGERUNG
from pik_xl.vorlagen.platzhalter import FILTERS
from pik_xl.vorlagen.template import Template
from pik_xl.workfolder import shipped

HERE = Path(__file__).parent
SAMPLE, ROUNDS = 120, 5

Timings = dict[str, float]


def median_ms(work: Mapping[str, Callable[[], None]], items: int) -> Timings:
    """CPU milliseconds per item of each piece of work: medians of several rounds, the pieces in turn."""
    rounds: dict[str, list[float]] = {name: [] for name in work}
    gc.collect()
    gc.freeze()  # what lies in memory already is no work of theirs
    for _ in range(ROUNDS):
        for name, run in work.items():
            begin = process_time()
            run()
            rounds[name].append((process_time() - begin) * 1000 / items)
    return {name: statistics.median(values) for name, values in rounds.items()}


def good_forms() -> tuple[Lage, list[Eingang]]:
    """The state's applications as sent, all of them good."""
    register, rng = load_register(), Random(1)
    traeger = invent.applicants(register, FORMS, rng)
    lage = lage_am(invent.TAG, invent.bestand(register, traeger, rng))
    einzeln, _ = form_templates(lage)
    forms = [invent.formular(posts, register, rng) for posts in lage.by_ags.values()]
    forms += forms[: FORMS - len(forms)]  # 1,136 can apply: a Stadtkreis is Kreis and municipality
    return lage, [Eingang(f.name, f.eingang, f.workbook(einzeln)) for f in forms]


def bench_reading(lage: Lage, eingaenge: Sequence[Eingang]) -> Timings:
    """Ours with all checks, ours alone, and what others need to load the same bytes."""
    import openpyxl
    import pandas as pd
    import python_calamine

    sample = Random(2).sample(list(eingaenge), SAMPLE)
    check_all([read(e) for e in sample], lage)  # so that no round pays for imports

    def ours() -> None:
        check_all([read(e) for e in sample], lage)

    def ours_reading() -> None:
        for e in sample:
            read(e)

    def with_openpyxl() -> None:
        for e in sample:
            openpyxl.load_workbook(io.BytesIO(e.data))

    def with_pandas() -> None:
        for e in sample:
            pd.read_excel(io.BytesIO(e.data), sheet_name=None, engine="openpyxl")

    def with_calamine() -> None:
        for e in sample:
            book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(e.data))
            for name in book.sheet_names:
                book.get_sheet_by_name(name).to_python()

    return median_ms(
        {
            "pik-xl, lesen und prüfen": ours,
            "pik-xl, nur lesen": ours_reading,
            "openpyxl": with_openpyxl,
            "pandas + openpyxl": with_pandas,
            "python-calamine": with_calamine,
        },
        SAMPLE,
    )


def bench_prefilling(lage: Lage) -> Timings:
    """A pre-filled form: filled from the compiled base, or built anew with XlsxWriter."""
    einzeln, _ = form_templates(lage)
    groups = Random(3).sample(list(lage.by_ags.values()), 60)

    def ours() -> None:
        for posts in groups:
            einzeln.fill(kopf_of(posts), [stelle_of(p) for p in posts])

    massgaben = Massgaben(schritt=24, hoechstdauer=60, unterbrechung=12, mindestanteil=Decimal("0.25"))

    def anew() -> None:
        for _ in groups:  # two rows of posts, nothing filled in: less than what ours does
            build_form(massgaben)

    return median_ms({"pik-xl, füllen": ours, "XlsxWriter, neu bauen": anew}, len(groups))


def notices(lage: Lage, eingaenge: Sequence[Eingang]) -> list[dict[str, object]]:
    """The fields of some notices."""
    sendungen = [read(e) for e in eingaenge[:SAMPLE]]
    pruefung = Pruefung(lage, sendungen, check_all(sendungen, lage))
    cases = [v for v in pruefung.vorgaenge if v.stand == Stand.ENTSCHIEDEN]
    return [inhalt.verlaengerung(v, lage) for v in cases]


def notice_template() -> Template:
    """The shipped template of a notice, compiled."""
    path = shipped("templates") / "verlaengerung.docx"
    return Template.compile(path, VERLAENGERUNG.name, VERLAENGERUNG)


def bench_notices(contexts: Sequence[Mapping[str, object]], folder: Path) -> Timings:
    """A notice written to a file: ours, docxtpl on the same template and fields, and the physical limit."""
    from docxtpl import DocxTemplate
    from jinja2 import Environment, StrictUndefined

    environment = Environment(undefined=StrictUndefined, autoescape=True)
    environment.filters.update(FILTERS)
    path, template = shipped("templates") / "verlaengerung.docx", notice_template()
    target = folder / "brief.docx"

    def ours() -> None:
        for context in contexts:
            target.write_bytes(template.render(context))

    def with_docxtpl() -> None:
        for context in contexts:
            other = DocxTemplate(path)
            other.render(context, environment, autoescape=True)
            other.save(target)

    letters = [template.render(context) for context in contexts]
    changed = [[part for name, part in parts(letter).items() if part != parts(path.read_bytes())[name]]
               for letter in letters]  # fmt: skip

    def limit() -> None:
        for those, letter in zip(changed, letters, strict=True):
            for part in those:
                zlib.compress(part)
            target.write_bytes(letter)

    return median_ms({"pik-xl": ours, "docxtpl": with_docxtpl, "Grenze: packen und schreiben": limit}, len(contexts))


def parts(package: bytes) -> dict[str, bytes]:
    """The parts of a package, inflated."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def bench_start() -> dict[str, float]:
    """Seconds of CPU of a Python that imports the buttons, all a button needs to answer, or xlwings; medians."""
    imports = {
        "buttons": "pik_xl.buttons",
        "alles": "pik_xl.buttons, pik_xl.excel.app, pik_xl.jobs.press",
        "xlwings": "xlwings",
    }
    rounds = [{name: cost("-c", f"import {what}").cpu for name, what in imports.items()} for _ in range(9)]
    return {name: statistics.median(each[name] for each in rounds) for name in imports}


def bench_decisions(lage: Lage) -> float:
    """Decisions per second of CPU time, on the posts of the whole state; the median round."""
    row = Stelle("", verlaengern=True, besetzung_stichtag=Besetzung.BESETZT, besetzung_heute=Besetzung.BESETZT)
    posts = [(replace(row, stelle=b.stelle, vzae=b.vzae), b) for b in lage.bewilligungen.values()]

    def ours() -> None:
        for stelle, bewilligung in posts:
            decide(stelle, bewilligung, lage.stand)

    return 1000 / median_ms({"entscheiden": ours}, len(posts))["entscheiden"]


def main() -> None:
    """Run all, print the table, write the results."""
    lage, eingaenge = good_forms()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        decisions = bench_decisions(lage)
        update = bench_master(list(lage.bewilligungen.values()))
        reading = bench_reading(lage, eingaenge)
        prefilling = bench_prefilling(lage)
        contexts = notices(lage, eingaenge)
        bescheide = bench_notices(contexts[:60], folder)
        printed = bench_pdfs([notice_template().render(context) for context in contexts], folder / "druck")
        chain = bench_chain(folder)
        many = many_letters(folder / "land", folder / "viele")
        size = scale(folder / "groesse", FORMS)
        start = bench_start()
    alone = worst()
    first, again, loading = (chain[n] for n in ("erster Lauf", "zweiter Lauf ohne Neues", "openpyxl, nur laden"))
    slowest, largest = (max(alone, key=lambda name: alone[name][n]) for n in (0, 1))
    results = {
        "am": date.today().isoformat(),
        "formulare": FORMS,
        "entscheidungen_je_sekunde": decisions,
        "ms_je_formular_lesen": reading,
        "ms_je_formular_vorausfuellen": prefilling,
        "ms_je_bescheid": bescheide,
        "ms_je_pdf": printed,
        "master": update,
        "kette": {"Sekunden": first["Sekunden"], "MB": max(first["MB"], again["MB"]), **chain},
        "zwoelftausend_bescheide": many,
        "pruefen": size,
        "einzelne_datei": {
            "Sekunden": alone[slowest][0],
            "langsamste": slowest,
            "MB": alone[largest][1],
            "groesste": largest,
        },
        "verhaeltnisse": {
            "lesen und prüfen: openpyxl / pik-xl": reading["openpyxl"] / reading["pik-xl, lesen und prüfen"],
            "vorausfüllen: XlsxWriter / pik-xl": prefilling["XlsxWriter, neu bauen"] / prefilling["pik-xl, füllen"],
            "Bescheide: docxtpl / pik-xl": bescheide["docxtpl"] / bescheide["pik-xl"],
            "Bescheide: pik-xl / Grenze": bescheide["pik-xl"] / bescheide["Grenze: packen und schreiben"],
            "PDF: ein Start je Datei / pik-xl": printed["LibreOffice, ein Start je Datei"] / printed["pik-xl"],
            "Kette, erster Lauf: openpyxl, nur laden / pik-xl": loading["CPU"] / first["CPU"],
            "Kette, zweiter Lauf ohne Neues: openpyxl, nur laden / pik-xl": loading["CPU"] / again["CPU"],
            "Start: pik_xl.buttons / xlwings": start["buttons"] / start["xlwings"],
            "Start: alles, was ein Knopf braucht / xlwings": start["alles"] / start["xlwings"],
        },
    }
    (HERE / "results.json").write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    text = table(results)
    (HERE / "results.md").write_text(text, encoding="utf-8")
    print(text)


TARGETS = {
    "lesen und prüfen: openpyxl / pik-xl": "≥ 6",
    "vorausfüllen: XlsxWriter / pik-xl": "≥ 8",
    "Bescheide: docxtpl / pik-xl": "≥ 15",
    "Bescheide: pik-xl / Grenze": "≤ 3",
    "PDF: ein Start je Datei / pik-xl": "≥ 10",
    "Kette, erster Lauf: openpyxl, nur laden / pik-xl": "≥ 1",
    "Kette, zweiter Lauf ohne Neues: openpyxl, nur laden / pik-xl": "≥ 1.5",
    "Start: pik_xl.buttons / xlwings": "≤ 1.5",
    "Start: alles, was ein Knopf braucht / xlwings": "–",
}


def table(results: Mapping[str, object]) -> str:
    """The results as Markdown."""
    lines = [f"# Bench, {datetime.now():%Y-%m-%d}, Python {sys.version.split()[0]}, {os.cpu_count()} cores", ""]
    lines += ["| ratio | measured | wanted |", "|---|---:|---:|"]
    ratios = results["verhaeltnisse"]
    assert isinstance(ratios, dict)
    lines += [f"| {name} | {value:.1f} | {TARGETS[name]} |" for name, value in ratios.items()]
    lines.append(f"| decisions per second, one process | {results['entscheidungen_je_sekunde']:,.0f} | ≥ 20,000 |")
    chain = results["kette"]
    assert isinstance(chain, dict)
    for name, wanted in (("erster Lauf", "< 15"), ("zweiter Lauf ohne Neues", "–")):
        run = chain[name]
        said = f"{run['Word-Dateien']:,} Word files and {run['Dateien'] - run['Word-Dateien']:,} others written"
        lines.append(f"| Kette, {name}: {FORMS} forms, {said}, two cores, seconds | {run['Sekunden']:.1f} | {wanted} |")
        lines.append(f"| the same, CPU seconds | {run['CPU']:.1f} | – |")
    lines.append(
        f"| openpyxl, nur laden: the same forms, CPU seconds | {chain['openpyxl, nur laden']['CPU']:.1f} | – |"
    )
    lines.append(f"| chain, peak memory, MB | {chain['MB']:.0f} | < 250 |")
    many = results["zwoelftausend_bescheide"]
    assert isinstance(many, dict)
    lines.append(f"| 12,000 notices with their forms, CPU seconds | {many['Sekunden']:.0f} | – |")
    lines.append(f"| the same, more peak memory than a tenth, MB | {many['MB mehr als für ein Zehntel']:.0f} | < 100 |")
    update = results["master"]
    assert isinstance(update, dict)
    lines.append(
        f"| updating a master of 12,000 posts: pik-xl / XlsxWriter | {update['pik-xl / XlsxWriter']:.2f} | ≤ 1.5 |"
    )
    lines.append(f"| ten times the posts, times the CPU | {update['zehnmal so viele / einmal']:.1f} | ≤ 11 |")
    size, alone = results["pruefen"], results["einzelne_datei"]
    assert isinstance(size, dict) and isinstance(alone, dict)
    lines.append(f"| `pik-xl pruefen` for {FORMS} forms, peak memory, MB | {size['MB']:.0f} | < 150 |")
    lines.append(f"| ten times the forms, times the CPU | {size['zehnmal so viele / einmal']:.1f} | ≤ 11 |")
    lines.append(f"| worst single workbook ({alone['langsamste']}), CPU seconds | {alone['Sekunden']:.2f} | < 2 |")
    lines.append(f"| worst single workbook ({alone['groesste']}), peak memory, MB | {alone['MB']:.0f} | < 200 |")
    lines += ["", "| CPU ms | |", "|---|---:|"]
    for group in ("ms_je_formular_lesen", "ms_je_formular_vorausfuellen", "ms_je_bescheid"):
        timings = results[group]
        assert isinstance(timings, dict)
        lines += [f"| {group.removeprefix('ms_je_').replace('_', ' ')}: {n} | {v:.2f} |" for n, v in timings.items()]
    lines += ["", "| wall ms | |", "|---|---:|"]
    printed = results["ms_je_pdf"]
    assert isinstance(printed, dict)
    lines += [f"| PDF: {n} | {v:.0f} |" for n, v in printed.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
