"""What the worst single workbook costs: everything hostile the tests know, and the largest files the limits permit.

Each file is received, read and checked in a process of its own: CPU seconds without the imports, peak memory with.
An archive counts per workbook in it.
"""

from __future__ import annotations

import io
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from random import Random
from time import process_time

from bench.process import cost
from pik_xl.demo import invent
from pik_xl.formular.fill import FormTemplate
from pik_xl.jobs.pruefung import lage_am, pruefen
from pik_xl.ooxml.container import SUBMISSION
from pik_xl.schreiben.einzelform import form_templates

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
import nasty

Make = Callable[[], bytes]


def worst() -> dict[str, tuple[float, float]]:
    """CPU seconds and peak MB of every file, by its name."""
    lage = lage_am(invent.TAG)
    einzeln, sammel = form_templates(lage)
    found = {}
    with tempfile.TemporaryDirectory() as name:
        for what, suffix, make in files(einzeln, sammel):
            path = Path(name) / f"Datei.{suffix}"
            path.write_bytes(make())
            spent = cost("-m", "bench.worst", str(path))
            found[what] = (float(spent.out), spent.mb)
            path.unlink()
    return found


def _read(path: Path) -> None:
    """Receive, read and check the file; say the CPU seconds per workbook in it."""
    lage = lage_am(invent.TAG)
    pruefen([], lage)  # so that the imports do not count
    begin = process_time()
    pruefung = pruefen([path], lage)
    print((process_time() - begin) / len(pruefung.sendungen))


def files(einzeln: FormTemplate, sammel: FormTemplate) -> Iterator[tuple[str, str, Make]]:
    """Name, suffix and bytes of every file."""
    yield from ((f"feindlich: {name}", "xlsx", make) for name, (make, _) in nasty.NASTY.items())
    yield "5.000 Stellen im Formular", "xlsx", lambda: einzeln.fill({}, _posts(4_990))
    yield "1.200 Antragsteller, 5.000 Stellen", "xlsx", lambda: sammel.fill({}, _posts(4_990), _heads(1_200))
    yield "lauter Zahlen", "xlsx", lambda: nasty.workbook(sheet=nasty.sheet(_rows("><v>{}</v></c>")))
    text = ' t="inlineStr"><is><t>Text {}</t></is></c>'
    yield "lauter Texte", "xlsx", lambda: nasty.workbook(sheet=nasty.sheet(_rows(text)))
    formula = "><f>SUM(A1:B{})</f><v>1</v></c>"
    yield "lauter Formeln", "xlsx", lambda: nasty.workbook(sheet=nasty.sheet(_rows(formula)))
    yield "lauter lange Texte", "xlsx", _long_strings
    yield "40 MB Attribute", "xlsx", lambda: nasty.workbook(sheet=nasty.sheet(_noise(" x='{}'")))
    yield "20.000 Namen", "xlsx", _many_names
    yield "20.000 verbundene Bereiche im Formular", "xlsx", lambda: _merged(einzeln.fill({}, _posts(2_000)))
    yield "199 Teile zu 300 KB", "xlsx", _many_parts
    yield "tief verschachtelt", "xlsx", lambda: nasty.workbook(sheet=nasty.sheet("<a>" * 100_000 + "</a>" * 100_000))
    form_bytes = einzeln.fill({}, _posts(20))
    yield "ZIP, je Antrag", "zip", lambda: _archive({f"{n}.xlsx": form_bytes for n in range(500)})
    yield (
        "ZIP im ZIP, je Antrag",
        "zip",
        lambda: _archive({f"{n}.zip": _archive({"a.xlsx": form_bytes}) for n in range(500)}),
    )
    yield "E-Mail, je Anlage", "eml", lambda: _mail(form_bytes)


def _posts(number: int) -> list[dict[str, object]]:
    return [{"stelle": f"08115028-{n}", "verlaengern": True, "bemerkung": "Text " * 5} for n in range(number)]


def _heads(number: int) -> list[dict[str, object]]:
    return [{"ags": f"08{n:06}", "traeger": f"Gemeinde {n}", "ort": "Ort"} for n in range(number)]


def _rows(cell: str) -> str:
    """As many of these cells as may be, without addresses: the dearest to read; {} is another number in each."""
    rng, columns = Random(4), SUBMISSION.columns - 1
    cells = [f"<c{cell.format(rng.randrange(10**9))}" for _ in range(SUBMISSION.cells // columns * columns)]
    return "".join(f"<row>{''.join(cells[n : n + columns])}</row>" for n in range(0, len(cells), columns))


def _noise(pattern: str) -> str:
    """Nearly as much as one part may hold, of what packs badly enough to pass."""
    rng = Random(1)
    one = [f"<c><v{pattern.format(rng.randbytes(150).hex())}>1</v></c>" for _ in range(99)]
    rows = int(0.95 * SUBMISSION.part_bytes) // (99 * len(one[0]))
    return "".join(f"<row>{''.join(rng.sample(one, 99))}</row>" for _ in range(rows))


def _long_strings() -> bytes:
    rng, columns = Random(2), SUBMISSION.columns - 1
    words = [rng.randbytes(60).hex() for _ in range(400)]
    items = [f"<t>{rng.choice(words)}{n}</t>" for n in range(SUBMISSION.cells)]
    indices = range(SUBMISSION.cells // columns * columns)
    cells = [f'<c t="s"><v>{n}</v></c>' for n in indices]
    rows = "".join(f"<row>{''.join(cells[n : n + columns])}</row>" for n in indices[::columns])
    return nasty.with_strings(*items, rows=rows)


def _many_names() -> bytes:
    names = "".join(f'<definedName name="n{n}">Blatt!$A${n % 5_000 + 1}</definedName>' for n in range(20_000))
    return nasty.workbook(workbook=nasty.book_xml(after=f"<definedNames>{names}</definedNames>"))


def _merged(data: bytes) -> bytes:
    """The form with ranges that hide nothing: the dearest to look through."""
    buffer = io.BytesIO()
    ranges = "".join(f'<mergeCell ref="AA{n}:AC5000"/>' for n in range(1, 20_001))
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name.endswith("sheet2.xml"):
                part = part.replace(b"</sheetData>", f"</sheetData><mergeCells>{ranges}</mergeCells>".encode())
            new.writestr(name, part)
    return buffer.getvalue()


def _many_parts() -> bytes:
    rng = Random(3)
    parts = nasty.parts()
    return nasty.zipped({**parts, **{f"xl/x{n}.xml": rng.randbytes(45_000) + bytes(255_000) for n in range(190)}})


def _archive(members: dict[str, bytes]) -> bytes:
    return nasty.zipped(dict(members))


def _mail(data: bytes) -> bytes:
    message = EmailMessage()
    message["Subject"] = "Anträge"
    message.set_content("anbei")
    for number in range(200):
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=f"{number}.xlsx")
    return message.as_bytes()


if __name__ == "__main__":
    _read(Path(sys.argv[1]))
