"""Golden values of every checksum that is stored in masters, forms and manifests: they hold for all that exists.

What is stored in which file, sheet and column says `stand_0_2_0/README.md`. A value here may never change, whatever
becomes of the function that makes it: a release would no longer fit its decision, a form would look tampered with, a
notice would be written twice. Only the imports follow when modules move.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zlib import crc32

import pytest

from pik_xl.eingang.read import _inhalt
from pik_xl.fingerprint import letter_fingerprint, row_fingerprint
from pik_xl.formular.pruefsumme import KOPF, kopf_summe, parse, stelle_summe, versandt, vorschlag_key, vorschlag_summe
from pik_xl.kinds import Formel
from pik_xl.master.sheets.columns import Column, Owner, TableSpec, in_einer_zelle
from pik_xl.master.sheets.freigabe import entscheidung, freigegebenes
from pik_xl.master.sheets.rows import row_keys
from pik_xl.master.sheets.siegel import fits, head_seal, is_seal, seal_of, sealed
from pik_xl.master.sheets.specs import BEFUNDE, STELLEN, VERWAIST
from pik_xl.model import Angabe, Art, Ergebnis, Fassung, Qualifikation, Schreiben, Stelle
from pik_xl.ooxml.workbook import Cell
from pik_xl.recht.rules import Rule, Rulebook, Step, shipped_rulebook
from pik_xl.schreiben.nachweis import MANIFEST, from_rows, manifest, read_manifest

TAG = date(2020, 5, 4)


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def crc(text: str) -> str:
    return f"{crc32(text.encode()):08x}"


# --- forms: hidden sheet `_form`, B5 ---------------------------------------------------------------

# The value of a fact, and the checksum of it and a second one that says "x".
IN_FORMULAREN: list[tuple[Any, str]] = [
    (Decimal("0.50"), "9f368eaa"),
    (Decimal("0.5"), "9f368eaa"),
    (0.5, "9f368eaa"),
    (Decimal("1E+2"), "2ff945ab"),
    (100, "2ff945ab"),
    (True, "7740cd2e"),
    (False, "96aa8aa8"),
    (0, "96aa8aa8"),
    (None, "d6c755c4"),
    ("", "d6c755c4"),
    (" ", "d6c755c4"),
    (date(2020, 5, 4), "82f549fe"),
    ("Müller", "d5b54c95"),
    ("Mu\N{COMBINING DIAERESIS}ller", "d5b54c95"),
    ("Zeile 1\nZeile 2", "fea076f5"),
    ("Zeile 1 Zeile 2", "fea076f5"),
    ("a\N{NO-BREAK SPACE}b  c", "0a7aa664"),
    (Art.STADT, "609d5d09"),
    ("Stadt", "609d5d09"),
    ((1, 2), "24f9ef97"),
    (Decimal("-0.01"), "599408d3"),
    (Decimal("64000.00"), "90b00ff3"),
    (0.1 + 0.2, "2d52ba99"),
    (Decimal("0.3"), "eb2457ee"),
    (Decimal("1E+30"), "838e6a25"),
    ("x" * 1_001, "0082e0ce"),
]
KOPF_WERTHEIM = {"traeger": "Stadt Wertheim", "art": Art.STADT, "ags": "08128131", "kreis": "08128", "ort": "Wertheim"}
STELLE_WERTHEIM = {
    "stelle": "08128131-01", "ags": "08128131", "einsatzort": "Wertheim", "vzae_bewilligt": Decimal("0.50"),
    "beginn": date(2017, 10, 1), "bewilligt_bis": date(2020, 9, 30), "vzae": Decimal("0.50"), "person": "Felix Jäger",
    "qualifikation": Qualifikation.HOCHSCHULE,
}  # fmt: skip


@pytest.mark.parametrize(("wert", "summe"), IN_FORMULAREN)
def test_a_fact_of_a_form_has_its_checksum_before_it_is_sent_and_after_it_came_back(wert: object, summe: str) -> None:
    assert vorschlag_summe({"vzae": wert, "person": "x"}.get) == summe


def test_facts_of_a_form_are_texts_with_a_separator_numbers_without_zeros_days_in_iso_form() -> None:
    assert kopf_summe(KOPF_WERTHEIM.get) == sha("Stadt Wertheim\x1fStadt\x1f08128131\x1f08128")[:8] == "6ea045ec"
    post = "08128131-01\x1f{}Wertheim\x1f0.5\x1f2017-10-01\x1f2020-09-30"
    assert stelle_summe(STELLE_WERTHEIM.get, sammelmappe=False) == sha(post.format(""))[:8] == "ef953498"
    in_mappe = stelle_summe(STELLE_WERTHEIM.get, sammelmappe=True)
    assert in_mappe == sha(post.format("08128131\x1f"))[:8] == "55ce13cd"
    assert vorschlag_summe(STELLE_WERTHEIM.get) == sha("0.5\x1fFelix Jäger\x1fhochschule")[:8] == "d898b7bf"


def test_where_nothing_is_known_there_is_no_checksum() -> None:
    assert kopf_summe({}.get) == stelle_summe({}.get, sammelmappe=True) == vorschlag_summe({"vzae": " "}.get) == ""


def test_a_form_bears_the_checksums_of_its_head_and_posts_as_one_text() -> None:
    einzeln = "Kopf:6ea045ec|08128131-01:ef953498"
    mappe = "08128131:6ea045ec|08128131-01:55ce13cd|offen 08128131-01:d898b7bf"
    assert versandt([KOPF_WERTHEIM], [STELLE_WERTHEIM], sammelmappe=False) == einzeln
    assert versandt([KOPF_WERTHEIM], [STELLE_WERTHEIM], sammelmappe=True) == mappe
    assert parse(mappe) == {
        "08128131": "6ea045ec", "08128131-01": "55ce13cd", vorschlag_key("08128131-01"): "d898b7bf",
    }  # fmt: skip
    assert parse("Teil A: Nord:6ea045ec||leer") == {"Teil A: Nord": "6ea045ec"}  # a number with a colon in it
    assert KOPF == "Kopf"


# --- applications: sheet Anträge, column Inhalt ----------------------------------------------------


def angaben(**texte: str) -> dict[str, Angabe]:
    return {name: Angabe(text, "Antrag", "D7") for name, text in texte.items()}


def test_the_content_of_an_application_is_known_whatever_program_saved_it() -> None:
    kopf = angaben(traeger="Stadt Müllheim", email="", iban="DE02 1203", bemerkung="Zeile 1\nZeile 2", plz="79379")
    posts = [Stelle("1", angaben=angaben(stelle="1", vzae="0,50", person="")), Stelle("2", angaben=angaben(vzae="0.5"))]
    said = "bemerkung=Zeile 1\nZeile 2|iban=DE02 1203|plz=79379|traeger=Stadt Müllheim\nstelle=1|vzae=0,50\nvzae=0.5"
    assert _inhalt(kopf, posts) == sha(said)[:16] == "dc4f3ab6cff5653e"
    assert _inhalt(dict(reversed(kopf.items())), posts) == "dc4f3ab6cff5653e"
    assert _inhalt(kopf, posts[::-1]) == "ae156f83c411da7f"  # the order of posts counts, as does how a number was typed
    assert _inhalt({}, ()) == sha("")[:16] == "e3b0c44298fc1c14"


# --- rows of the master: hidden column Siegel ------------------------------------------------------

IN_ZEILEN: list[tuple[Any, str]] = [
    (Decimal("0.50"), "c2320358"),
    (Decimal("0.5"), "c2320358"),
    (0.5, "c2320358"),
    (Decimal("1E+2"), "67dba23f"),
    (100, "67dba23f"),
    (True, "3ba5d61a"),
    (False, "4ca2e68c"),
    (0, "4ca2e68c"),
    (None, "00000000"),
    ("", "00000000"),
    (" ", "5115f6e8"),
    (date(2020, 5, 4), "00d98058"),
    ("Müller", "b88e2fbc"),
    ("Mu\N{COMBINING DIAERESIS}ller", "31e72748"),
    ("Zeile 1\nZeile 2", "c8c1e152"),
    ("Zeile 1 Zeile 2", "304c28ae"),
    ("a\N{NO-BREAK SPACE}b  c", "a03e4d57"),
    (Art.STADT, "eddc299a"),
    ("Stadt", "eddc299a"),
    (Decimal("-0.01"), "1cef5fec"),
    (Decimal("64000.00"), "e502d0c4"),
    (0.1 + 0.2, "2b51a66d"),
    (Decimal("0.3"), "2b51a66d"),
    (Decimal("1E+30"), "b36c038b"),
    ("x" * 1_001, "79606091"),
]
LANG = "Ö" * 20_000


@pytest.mark.parametrize(("wert", "siegel"), IN_ZEILEN)
def test_a_cell_of_a_run_has_its_seal_before_it_is_written_and_after(wert: Any, siegel: str) -> None:
    assert row_fingerprint([("feld", wert)]) == siegel


@pytest.mark.parametrize("wert", [(1, 2), datetime(2020, 5, 4, 12)])
def test_what_no_cell_of_a_run_can_hold_has_no_seal(wert: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        row_fingerprint([("feld", wert)])


def test_a_seal_is_that_of_names_and_values_line_by_line() -> None:
    werte = [("ags", "08125"), ("eingang", TAG), ("leer", None), ("freigabe", Formel("1+1", 2)),
             ("vzae", Decimal("0.50")), ("text", "Zeile 1\nZeile 2\N{REPLACEMENT CHARACTER}")]  # fmt: skip
    assert row_fingerprint(werte) == crc("ags=08125\neingang=43955\nvzae=0.5\ntext=Zeile 1Zeile 2") == "e55738b3"
    assert row_fingerprint(werte[::-1]) == "e79505d6"  # the order of columns counts
    assert row_fingerprint([]) == "00000000"


def test_a_long_text_counts_as_far_as_a_cell_takes_it_and_earlier_only_its_beginning() -> None:
    assert row_fingerprint([("text", LANG)]) == crc(f"text={LANG[:16_000]}") == "d05d5864"
    assert row_fingerprint([("text", LANG)], 1_000) == crc(f"text={LANG[:1_000]}") == "dd0091a4"


SPEC = TableSpec(
    "tbl_probe", "Probe", "", (
        Column("nr", "Nr."), Column("bemerkung", "Bemerkung", owner=Owner.STAFF), Column("aenderung", "Seit"),
        Column("freigabe", "Freigabe", formel=True), Column("summe", "Summe"), Column("entscheidung", "Entscheidung"),
        Column("freigegebenes", "Freigegeben"), Column("text", "Text"), Column("siegel", "Siegel"),
    ),
)  # fmt: skip
ZEILE = {"nr": "1", "bemerkung": "von Hand", "aenderung": "neu", "freigabe": Formel("1", "offen"),
         "summe": Decimal("64000.00"), "entscheidung": "12345678", "freigegebenes": "x", "text": LANG}  # fmt: skip


def test_a_row_is_sealed_without_what_people_type_what_moves_and_what_is_noted_for_the_next_run() -> None:
    (row,) = sealed(SPEC, [ZEILE])
    assert row["siegel"] == crc(f"nr=1\nsumme=64000\ntext={LANG[:16_000]}") == "88ee34de"
    cells = {"nr": Cell("text", "1"), "bemerkung": Cell("text", "anders"), "summe": Cell("zahl", "64000.000000000007"),
             "freigabe": Cell("text", "offen", formel="1"), "text": Cell("text", LANG)}  # fmt: skip
    assert seal_of(SPEC, cells) == "88ee34de" and fits("88ee34de", SPEC, cells)
    assert seal_of(SPEC, cells, 1_000) == "fc06efb5" and fits("fc06efb5", SPEC, cells)  # as earlier versions left it
    assert not fits("88ee34de", SPEC, {**cells, "nr": Cell("zahl", "2")})


def test_the_texts_above_a_table_have_a_seal_of_their_own() -> None:
    texts: Mapping[tuple[int, int], str | None] = {(4, 1): "Bitte:", (3, 1): "2 Fälle", (5, 1): None, (10, 2): ""}
    assert head_seal(texts) == f"k{crc('3,1=2 Fälle' + chr(10) + '4,1=Bitte:')}" == "kcea1292b"
    assert is_seal("0123abcd") and not is_seal("kcea1292b") and not is_seal("0123ABCD")


def test_rows_are_known_by_their_keys_as_verwaist_names_them() -> None:
    post: dict[str, Any] = {"stelle": "08125065-01", "ags": "08125065"}
    assert row_keys(STELLEN, [post, post, {}]) == [
        "08125065-01 | 08125065", "08125065-01 | 08125065 #2", " | ",
    ]  # fmt: skip
    befund = {"datei": "a.xlsx", "code": "P01", "blatt": "Antrag", "zelle": "D7", "feld": None}
    assert row_keys(BEFUNDE, [befund]) == ["a.xlsx | P01 | Antrag | D7 | "]
    assert VERWAIST.key == ("blatt", "schluessel", "spalte", "inhalt")


# --- releases: hidden columns Entscheidung and Freigegebene Entscheidung --------------------------

GANZ: dict[str, Any] = {"stelle": "08125-01", "ergebnis": Ergebnis.BEWILLIGT, "neues_ende": date(2022, 9, 30),
                        "monate": Decimal("14.68"), "summe": Decimal("64000.00"), "betrag_2020": Decimal("8000.00"),
                        "betrag_2021": Decimal("32000"), "betrag_2022": Decimal("24000.0"),
                        "begruendung": "Worte"}  # fmt: skip
NICHTS = {"stelle": "08125-02", "ergebnis": None, "neues_ende": None, "monate": None, "summe": Decimal(0)}
DIGITAL = {"ergebnis": Ergebnis.TEILWEISE, "digital_ergebnis": "bewilligt", "digital_betrag": Decimal("12345.67")}


def test_a_decision_has_its_checksum_as_decided_and_as_read_from_the_sheet() -> None:
    assert entscheidung({"ergebnis": Ergebnis.BEWILLIGT}, [GANZ]) == "ac50e0d2"
    gelesen = GANZ | {
        "ergebnis": "bewilligt",
        "summe": 64000,
        "betrag_2022": 24000.0,
        "betrag_2023": 0,
        "rechenweg": "",
    }
    assert entscheidung({"ergebnis": "bewilligt", "digital_betrag": 0}, [gelesen]) == "ac50e0d2"
    post = crc(
        "stelle=08125-01\nergebnis=bewilligt\nneues_ende=44834\nmonate=14.68\nsumme=64000\n"
        "betrag_2020=8000\nbetrag_2021=32000\nbetrag_2022=24000"
    )
    assert crc(f"ergebnis=bewilligt\nstelle={post}") == "ac50e0d2"


def test_what_is_decided_counts_and_nothing_else() -> None:
    assert entscheidung(DIGITAL, [GANZ, NICHTS]) == entscheidung(DIGITAL, [NICHTS, GANZ]) == "677aa430"
    assert entscheidung(DIGITAL, [GANZ, NICHTS | {"summe": None}]) == "eff85c80"  # not decided yet
    assert entscheidung(DIGITAL, [GANZ | {"monate": 24}, NICHTS]) == "b8ba0632"
    assert entscheidung({}, []) == entscheidung({"ergebnis": ""}, [GANZ | {"summe": None}]) == "00000000"


def freigabe(wer: str, von: str, am: object) -> dict[str, Any]:
    return {"bearbeitet_von": wer, "freigegeben_von": von, "freigegeben_am": am}


@pytest.mark.parametrize(
    ("eingetragen", "notiert"),
    [
        (freigabe("Kurz", "Lang", TAG), "0123abcd 20200504 Lang"),
        (freigabe("Kurz", " Dr. \nÖzdemir ", TAG), "0123abcd 20200504 Dr.Özdemir"),
        (freigabe("Meyer", "Meyer.", TAG), "0123abcd=20200504 Meyer."),
        (freigabe("", "Lang", TAG), "0123abcd=20200504 Lang"),
        (freigabe("Kurz", "Lang", date(2020, 6, 20)), "0123abcd>20200620 Lang"),
        (freigabe("Kurz", "Lang", None), ""),
        (freigabe("Kurz", "Lang", "04.05.2020"), ""),
        (freigabe("Kurz", "", TAG), ""),
    ],
)
def test_a_release_is_noted_with_the_decision_whether_it_is_good_day_and_person(
    eingetragen: dict[str, Any], notiert: str
) -> None:
    assert freigegebenes(eingetragen, "", "0123abcd", TAG) == notiert
    assert freigegebenes(eingetragen, notiert, "ffffffff", TAG) == notiert  # what is noted stays
    if notiert:
        # another release, of a row no run had written
        assert freigegebenes(eingetragen, "00000000 20200101 Breit", "", TAG) == f"--------{notiert[8:]}"


# --- letters: manifest.json, and hidden columns of the sheet Bescheide ----------------------------

IN_SCHREIBEN: list[tuple[Any, str]] = [
    (Decimal("0.50"), "2133682e1dfde7a01f175c641ee6c975585f4b8c882cc6d36862c7eaa069b704"),
    (Decimal("0.5"), "55a1a301b2e39a34ca61eee36a76e8c97ad7c2d71a91906baad643dcfc1f2928"),
    (0.5, "d2cbad71ff333de67d07ec676e352ab7f38248eb69c942950157220607c55e84"),
    (Decimal("1E+2"), "c5220d928b2395d111219e4c0f981fac56fdb0c9598f3f47d4d53ebfb9de54fc"),
    (100, "ad57366865126e55649ecb23ae1d48887544976efea46a48eb5d85a6eeb4d306"),
    (True, "b5bea41b6c623f7c09f1bf24dcae58ebab3c0cdd90ad966bc43a45b44867e12b"),
    (False, "fcbcf165908dd18a9e49f7ff27810176db8e9f63b4352213741664245224f8aa"),
    (0, "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9"),
    (None, "74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b"),
    ("", "12ae32cb1ec02d01eda3581b127c1fee3b0dc53572ed6baf239721a03d82e126"),
    (" ", "52109349dabf69106e04ec2f493fb8b6ade94ea100227cccce6559ab8b96553f"),
    (date(2020, 5, 4), "05b78a3ecd9e979126225adbe65695fbbcc861c6317b99323fbf7ef17d3896d4"),
    ("Müller", "8d3eb82c7da77f800441aeab8e85085100056b4d67640d9291fcda0fa24d5640"),
    ("Mu\N{COMBINING DIAERESIS}ller", "a8ca1b58b536f853fa59be0c33290ce9a5be5b8747c635f830c0b42efc51354f"),
    ("Zeile 1\nZeile 2", "cb49c9b635479502cb6cfe1e916ef654a9a6a44f51b63ddfb877377d62a13276"),
    ("Zeile 1 Zeile 2", "0fabb45564c7c63232f02c8a2d8f85c6f22a4fb6f3cc1c0b8dc6fb412fd7a5e3"),
    ("a\N{NO-BREAK SPACE}b  c", "e59c9b8ed8a93c5bfd61f7afa51ec533360b6b2de017768c3487e12355c09886"),
    (Art.STADT, "b6abf372ee398516d228d48c6ebb305a9496e82bbf92775b01ddce5c7461eb54"),
    ("Stadt", "b6abf372ee398516d228d48c6ebb305a9496e82bbf92775b01ddce5c7461eb54"),
    ((1, 2), "3a316d6d3226f84c1e46e4447fa8d5fd800bff4a1bc6498152523cd4a602b69b"),
    (Decimal("-0.01"), "a0aca1553d45fc1a3356acab42f58c40bcdd6604dc847a038dd95c41a8ea4bca"),
    (Decimal("64000.00"), "039cb5596b42acde38528a51c1a08e39ed85928c4f17fe4b5c7224cb9158bdb9"),
    (0.1 + 0.2, "06bad31060c1212ae832de4c031f7b31e3b48aed57858294478cb19450cf34ca"),
    (Decimal("0.3"), "59d720a1ab8d6974a057e11e4b77890669f8d6177371630c78eab78f0065f9cf"),
    (Decimal("1E+30"), "95b1bece018edd9269f19d1cd2fd9ae9dec94f002c919c0e71328fa10615f336"),
    ("x" * 1_001, "ddd4cef8e3bb2222b00985217368c7e3e2c5e7750b09a721d27b14ba5b0033cb"),
]


@pytest.mark.parametrize(("wert", "summe"), IN_SCHREIBEN)
def test_what_a_letter_says_has_its_checksum(wert: object, summe: str) -> None:
    assert letter_fingerprint(wert) == summe


def test_what_a_letter_says_is_json_with_sorted_keys_in_which_days_and_amounts_are_texts() -> None:
    decides = [
        ("08125-01", Ergebnis.BEWILLIGT, date(2022, 9, 30), {2021: Decimal("32000.00"), 2020: Decimal("8000.00")})
    ]
    said = '[["08125-01", "bewilligt", "2022-09-30", {"2020": "8000.00", "2021": "32000.00"}]]'
    assert (
        letter_fingerprint(decides) == sha(said) == "55698f34322bcac0e5ac83f19c23e74eab7309c6f1135a4f4960168b985776cd"
    )
    assert letter_fingerprint({"b": (1, None, True), "ä": "„ß“\n", "a": []}) == sha(
        '{"a": [], "b": [1, null, true], "ä": "„ß“\\n"}'
    )
    assert letter_fingerprint({}) == sha("{}") and letter_fingerprint("\ud800") == sha('"?"')


BRIEF = Schreiben(
    art="verlaengerung", titel="Änderungsbescheid", reihe="stellen", nummer=2, fassung=Fassung.ENDGUELTIG,
    schluessel="08125/a.zip/b.xlsx#08125007", ags="08125007", kreis="08125", anschrift=("Stadt Bad Wimpfen", "Markt 1"),
    email="a@example.de", aktenzeichen="15.2-1", datum=TAG, datei="Bescheide/2020-05-04_2/08125/Ä.docx",
    ergebnis="teilweise", summe=Decimal("0.50"), stellen=("1", "2"), entscheidung="e", inhalt="i", sha256="s",
    anlagen=("V.docx",), punkte=("p",),
)  # fmt: skip
EINTRAG = (
    '{"ags": "08125007", "aktenzeichen": "15.2-1", "anlagen": ["V.docx"], "anschrift": ["Stadt Bad Wimpfen", '
    '"Markt 1"], "art": "verlaengerung", "datei": "Bescheide/2020-05-04_2/08125/Ä.docx", "datum": "2020-05-04", '
    '"email": "a@example.de", "entscheidung": "e", "ergebnis": "teilweise", "fassung": "endgültig", "inhalt": "i", '
    '"kreis": "08125", "nummer": 2, "punkte": ["p"], "reihe": "stellen", '
    '"schluessel": "08125/a.zip/b.xlsx#08125007", "sha256": "s", "stellen": ["1", "2"], "summe": "0.50", '
    '"titel": "Änderungsbescheid"}'
)


def test_a_manifest_of_before_is_read_and_says_what_it_says(tmp_path: Any) -> None:
    about = {"tag": TAG, "rechtsstand": TAG, "regelwerk": "b55b5c226b64"}
    text = "".join(manifest(about, [BRIEF], {"08125/Ä.docx": "s"}))
    stored = (
        '{\n"rechtsstand": "2020-05-04",\n"regelwerk": "b55b5c226b64",\n"tag": "2020-05-04",\n"dateien": {\n'
        f'"08125/Ä.docx": "s"}},\n"schreiben": [\n{EINTRAG}]\n}}\n'
    )
    assert json.loads(text) == json.loads(stored)
    (tmp_path / MANIFEST).write_text(stored, "utf-8")
    found = read_manifest(tmp_path / "manifest.json")
    assert (found.schreiben, found.dateien) == ([BRIEF], {"08125/Ä.docx": "s"})


def test_a_final_notice_of_before_is_known_from_its_row_on_the_sheet() -> None:
    row: dict[str, Any] = {
        "ags": "08125007", "traeger": "Stadt Bad Wimpfen", "schreiben": "Änderungsbescheid", "nummer": Decimal(2),
        "fassung": "endgültig", "ergebnis": "teilweise", "summe": Decimal("0.50"), "datum": TAG,
        "aktenzeichen": "15.2-1", "datei": BRIEF.datei, "schluessel": BRIEF.schluessel, "art": "verlaengerung",
        "reihe": "stellen", "stellen": "1 · 2", "entscheidung": "e", "inhalt": "i", "punkte": "p", "sha256": "s",
        "anlagen": "V.docx",
    }  # fmt: skip
    (found,) = from_rows([row])
    assert (found.stellen, found.anlagen, found.punkte) == (BRIEF.stellen, BRIEF.anlagen, BRIEF.punkte)
    assert (found.entscheidung, found.inhalt, found.sha256) == ("e", "i", "s")
    assert (found.summe, found.nummer, found.reihe) == (Decimal("0.50"), 2, "stellen")
    assert in_einer_zelle(("1", "2")) == "1 · 2"


# --- the rulebook: sheets Protokoll, Befunde, Regelwerk, and manifest.json -------------------------


def test_a_rulebook_has_its_checksum_for_people_to_compare() -> None:
    step = Step(
        "r", "Regel", "EUR", TAG, TAG, Decimal("0.50"), "Erlass vom 24.04.2020", "override", note="ä\nb", urheber="Lang"
    )
    book = Rulebook({"r": Rule("r", "Regel", "Text", "EUR", "a.toml", (step,))})
    assert book.pruefsumme == "b12a5eecd95b"


def test_the_rulebook_of_version_0_2_0_is_the_one_that_decided() -> None:
    """No run compares it with one that is stored. It changes with every step of a rule, and then so does this value."""
    assert shipped_rulebook().pruefsumme == "eaacbe0e19e6"
