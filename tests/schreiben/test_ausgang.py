"""What goes out in a run: which letters, whether final, under which names, and what an earlier run left standing."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import docx
import openpyxl
import pytest
from briefe import BEIDE, FREI, KEINE, KEY, NUR_EINE, TAG, fall, lauf, lauf_ueber, nachgefragt
from factories import AGS

from pik_xl.errors import Abgebrochen, PikError
from pik_xl.master.sheets.office import bescheide_table
from pik_xl.model import Antrag, Ergebnis, Fassung, Stand
from pik_xl.recht.einstellungen import Einstellungen
from pik_xl.recht.entscheidung import Digitalentscheidung
from pik_xl.schreiben.ausgang import Wunsch, schreiben_alle
from pik_xl.schreiben.nachweis import Nachweis, from_rows, manifeste, read_manifest
from pik_xl.vorlagen import felder
from pik_xl.vorlagen.schreibart import namen
from pik_xl.workfolder import Workfolder


def text(path: Path) -> str:
    """Everything a letter says, with its tables, head and foot."""
    document = docx.Document(str(path))
    section = document.sections[0]
    heads = [p.text for part in (section.first_page_header, section.header) for p in part.paragraphs]
    cells = [c.text for t in document.tables for r in t.rows for c in r.cells]
    titles = [section.first_page_header._element.xml]
    return "\n".join([*(p.text for p in document.paragraphs), *cells, *heads, *titles])


# --- which letters, and whether they are final ----------------------------------------------------


def test_a_notice_is_a_draft_until_two_people_have_released_it(folder: Workfolder) -> None:
    (entwurf,) = lauf(folder).neu
    assert entwurf.fassung is Fassung.ENTWURF and entwurf.datei.endswith("_Verlaengerungsbescheid_ENTWURF.docx")
    assert "ENTWURF" in text(folder.path / entwurf.datei)
    (endgueltig,) = lauf(folder, freigegebene=FREI).neu
    assert endgueltig.fassung is Fassung.ENDGUELTIG
    assert endgueltig.datei == "Bescheide/2020-05-04_2/08115/Leonberg_15_2-PIK-08115028_Verlaengerungsbescheid.docx"
    said = text(folder.path / endgueltig.datei)
    assert "ENTWURF" not in said and "04.05.2020" in said and "15.2-PIK-08115028" in said


def test_each_decision_has_the_letter_that_fits_it(folder: Workfolder) -> None:
    vorgang, lage = fall()
    digital = replace(vorgang, digital=Digitalentscheidung(Ergebnis.BEWILLIGT, Decimal(5000)))
    nur_digital = replace(digital, decisions=(), ergebnis=Ergebnis.BEWILLIGT)
    seen = {}
    for name, those in {"beide": (vorgang, lage), "keine": fall(KEINE), "auch digital": (digital, lage),
                        "nur digital": (nur_digital, lage), "rückfrage": (nachgefragt(vorgang), lage),
                        "ersetzt": (replace(vorgang, stand=Stand.ERSETZT), lage)}.items():  # fmt: skip
        seen[name] = {s.art for s in lauf_ueber(folder, *those, vorschau=True).neu}
    assert seen == {"beide": {"verlaengerung"}, "keine": {"ablehnung"}, "auch digital": {"verlaengerung", "digital"},
                    "nur digital": {"digital"}, "rückfrage": {"nachforderung"}, "ersetzt": set()}  # fmt: skip


def test_only_the_kinds_and_applications_asked_for_are_written(folder: Workfolder) -> None:
    assert lauf(folder, arten=("ablehnung",)).neu == []
    assert lauf(folder, antraege=("other.xlsx",)).neu == []
    (bestaetigung,) = lauf(folder, arten=("eingangsbestaetigung",)).neu
    assert bestaetigung.fassung is Fassung.ENDGUELTIG and bestaetigung.datei.startswith("Rueckfragen/")
    assert "16.03.2020" in text(folder.path / bestaetigung.datei)


def test_a_grant_comes_with_the_form_to_waive_legal_remedies_and_a_refusal_does_not(folder: Workfolder) -> None:
    (grant,) = lauf(folder).neu
    (name,) = grant.anlagen
    assert (folder.path / grant.datei).with_name(name).is_file() and "Rechtsbehelfsverzicht" in name
    assert lauf(folder, KEINE, date(2020, 5, 5)).neu[0].anlagen == ()
    vorgang, lage = fall()
    for summe, anlagen in ((5000, 1), (0, 0)):
        ergebnis = Ergebnis.BEWILLIGT if summe else Ergebnis.ABGELEHNT
        digital = replace(vorgang, digital=Digitalentscheidung(ergebnis, Decimal(summe)))
        (notice,) = lauf_ueber(folder, digital, lage, arten=("digital",)).neu
        assert len(notice.anlagen) == anlagen
        for enclosed in notice.anlagen:
            assert "5.000,00" in text((folder.path / notice.datei).with_name(enclosed))


def test_a_preview_writes_nothing_and_says_what_would_be(folder: Workfolder) -> None:
    (planned,) = lauf(folder, vorschau=True).neu
    assert list(folder.bescheide.iterdir()) == []
    (written,) = lauf(folder).neu
    assert written == planned


# --- what stands already -------------------------------------------------------------------------


def test_what_has_not_changed_is_not_written_again_on_whatever_day(folder: Workfolder) -> None:
    first = lauf(folder)
    later = lauf(folder, tag=date(2020, 5, 20))
    assert later.neu == [] and later.unveraendert == first.neu and later.ordner == []
    assert [p.name for p in folder.bescheide.iterdir()] == ["2020-05-04"]


def test_a_draft_is_written_again_when_its_file_its_case_or_its_template_changed(folder: Workfolder) -> None:
    (first,) = lauf(folder).neu
    (folder.path / first.datei).unlink()
    assert len(lauf(folder).neu) == 1
    assert len(lauf(folder, NUR_EINE).neu) == 1
    shutil.copy(folder.vorlage("verlaengerung"), own := folder.path / "Vorlagen" / "verlaengerung.docx.alt")
    document = docx.Document(str(own))
    document.paragraphs[-1].add_run(" (neu)")
    document.save(str(folder.path / "Vorlagen" / "verlaengerung.docx"))
    assert len(lauf(folder, NUR_EINE).neu) == 1


def test_a_released_notice_is_never_written_again_even_if_template_or_release_change(folder: Workfolder) -> None:
    (first,) = lauf(folder, freigegebene=FREI).neu
    before = (folder.path / first.datei).read_bytes()
    document = docx.Document(str(folder.vorlage("verlaengerung")))
    document.paragraphs[-1].add_run(" (neu)")
    document.save(str(folder.path / "Vorlagen" / "verlaengerung.docx"))
    for wunsch in ({"freigegebene": FREI}, {}):
        again = lauf(folder, tag=date(2020, 6, 2), **wunsch)
        assert again.neu == [] and again.unveraendert == [first]
    assert (folder.path / first.datei).read_bytes() == before


def test_a_request_is_not_repeated_and_keeps_its_time_limit(folder: Workfolder) -> None:
    vorgang, lage = fall()
    (first,) = lauf_ueber(folder, nachgefragt(vorgang), lage).neu
    assert lauf_ueber(folder, nachgefragt(vorgang), fall(tag=date(2020, 5, 12))[1]).unveraendert == [first]


@pytest.mark.parametrize(
    ("tag", "freigegeben", "zeichnet", "grund"),
    [
        (date(2020, 3, 15), date(2020, 3, 16), "Muster", "ging erst am 16.03.2020 ein"),
        (date(2020, 3, 16), date(2020, 3, 16), "Muster", ""),
        (TAG, date(2020, 3, 15), "Muster", "Freigegeben ist er am 15.03.2020"),
        (TAG, date(2020, 5, 5), "Muster", "freigegeben ist er erst am 05.05.2020"),
        (TAG, TAG, "", "wer zeichnet"),
    ],
)
def test_what_could_not_be_true_stays_a_draft_though_it_is_released(
    folder: Workfolder, tag: date, freigegeben: date, zeichnet: str, grund: str
) -> None:
    vorgang, lage = fall(tag=tag)
    lage = replace(lage, einstellungen=Einstellungen({"zeichnet": zeichnet}))
    ergebnis = lauf_ueber(folder, vorgang, lage, freigegebene={KEY: freigegeben})
    (notice,) = ergebnis.neu
    assert notice.fassung is (Fassung.ENTWURF if grund else Fassung.ENDGUELTIG)
    assert [b.code for b in ergebnis.befunde] == ["L04"] * bool(grund)
    assert all(grund in b.meldung for b in ergebnis.befunde)


def test_an_amendment_bears_a_later_day_than_what_it_amends(folder: Workfolder) -> None:
    (first,) = lauf(folder, NUR_EINE, freigegebene=FREI).neu
    ergebnis = lauf(folder, freigegebene=FREI, versandt={first.datei})
    assert ergebnis.neu[0].fassung is Fassung.ENTWURF and [b.code for b in ergebnis.befunde] == ["L04"]


def test_a_template_with_something_still_to_be_supplied_makes_drafts_only(folder: Workfolder) -> None:
    document = docx.Document(str(folder.vorlage("verlaengerung")))
    document.paragraphs[-1].add_run(" [zu klären: Bankverbindung]")
    document.save(str(folder.path / "Vorlagen" / "verlaengerung.docx"))
    ergebnis = lauf(folder, freigegebene=FREI)
    assert ergebnis.neu[0].fassung is Fassung.ENTWURF
    assert "[zu klären: Bankverbindung]" in ergebnis.befunde[0].meldung


def test_a_draft_is_written_again_when_what_is_enclosed_is_gone(folder: Workfolder) -> None:
    (first,) = lauf(folder).neu
    (folder.path / first.datei).with_name(first.anlagen[0]).unlink()
    assert len(lauf(folder).neu) == 1


def test_the_name_of_a_folder_is_not_used_again_although_it_was_moved_away(folder: Workfolder) -> None:
    letters = lauf(folder, NUR_EINE, freigegebene=FREI).neu
    shutil.rmtree(folder.bescheide)
    vorgang, lage = fall(tag=TAG)
    ergebnis = schreiben_alle(folder, [vorgang], lage, Wunsch(), Nachweis.of(letters), lambda *_: None)
    assert [path.name for path in ergebnis.ordner] == ["2020-05-04_2"]


# --- amended notices -----------------------------------------------------------------------------


def test_another_decision_after_a_released_notice_amends_it_and_names_it(folder: Workfolder) -> None:
    (first,) = lauf(folder, NUR_EINE, freigegebene=FREI).neu
    later = lauf(folder, tag=date(2020, 6, 2), freigegebene=FREI, versandt={first.datei})
    (second,) = later.neu
    assert (second.titel, second.nummer, first.nummer) == ("Änderungsbescheid", 2, 1)
    assert second.datei.endswith("_Aenderungsbescheid.docx") and later.befunde == []
    said = text(folder.path / second.datei)
    assert "Änderungsbescheid" in said and "04.05.2020" in said and first.aktenzeichen in said
    (third,) = lauf(folder, tag=date(2020, 6, 3), freigegebene=FREI).unveraendert
    assert third == second


def test_an_amendment_stays_a_draft_until_it_is_released_itself(folder: Workfolder) -> None:
    lauf(folder, NUR_EINE, freigegebene=FREI)
    (second,) = lauf(folder, tag=date(2020, 6, 2)).neu
    assert second.fassung is Fassung.ENTWURF and second.datei.endswith("_Aenderungsbescheid_ENTWURF.docx")


@pytest.mark.parametrize("weniger", [NUR_EINE, KEINE])
def test_an_amendment_that_takes_something_away_is_told_first(folder: Workfolder, weniger: Antrag) -> None:
    (first,) = lauf(folder, freigegebene=FREI).neu
    for wunsch in ({}, {"freigegebene": FREI}):  # as a draft already
        ergebnis = lauf(folder, weniger, date(2020, 6, 2), versandt={first.datei}, **wunsch)
        (befund,) = ergebnis.befunde
        assert befund.code == "L02" and "anhören" in befund.bitte and len(ergebnis.neu) == 1
        assert ergebnis.neu[0].titel == "Änderungsbescheid"


def test_an_amendment_of_a_notice_that_did_not_go_out_is_told(folder: Workfolder) -> None:
    lauf(folder, NUR_EINE, freigegebene=FREI)
    (befund,) = lauf(folder, tag=date(2020, 6, 2)).befunde
    assert befund.code == "L06" and "04.05.2020" in befund.meldung


def test_back_to_the_first_decision_is_an_amendment_of_the_second(folder: Workfolder) -> None:
    lauf(folder, freigegebene=FREI)
    lauf(folder, NUR_EINE, date(2020, 6, 2), freigegebene=FREI)
    (third,) = lauf(folder, tag=date(2020, 7, 1), freigegebene=FREI).neu
    assert third.nummer == 3 and "02.06.2020" in text(folder.path / third.datei)


def test_a_notice_on_other_posts_amends_nothing(folder: Workfolder) -> None:
    erste, zweite = (replace(BEIDE, stellen=(s,)) for s in BEIDE.stellen)
    lauf(folder, erste, freigegebene=FREI)
    (other,) = lauf(folder, zweite, date(2020, 6, 2), freigegebene=FREI).neu
    assert other.titel == "Zuwendungsbescheid" and other.nummer == 2


def test_a_new_submission_of_the_applicant_amends_the_notice_on_the_former_one(folder: Workfolder) -> None:
    lauf(folder, NUR_EINE, freigegebene=FREI)
    neu = replace(BEIDE, schluessel="b.xlsx", datei="b.xlsx")
    (second,) = lauf(folder, neu, date(2020, 6, 2), freigegebene={"b.xlsx": TAG}).neu
    assert second.titel == "Änderungsbescheid"


def test_the_master_remembers_released_notices_whose_folder_was_moved_away(folder: Workfolder) -> None:
    letters = lauf(folder, NUR_EINE, freigegebene=FREI)
    rows = bescheide_table(letters.neu, (), fall()[1].register.kreise).rows
    shutil.rmtree(folder.bescheide)
    nachweis = Nachweis.of(from_rows(rows))
    for a, titel in ((NUR_EINE, []), (BEIDE, ["Änderungsbescheid"])):
        vorgang, lage = fall(a, tag=date(2020, 6, 2))
        wunsch = Wunsch(freigegebene=FREI, vorschau=True)
        ergebnis = schreiben_alle(folder, [vorgang], lage, wunsch, nachweis, lambda *_: None)
        assert [s.titel for s in ergebnis.neu] == titel


def test_drafts_and_corrections_in_the_master_count_as_no_notice() -> None:
    row = {"fassung": "endgültig", "entscheidung": "x", "datum": TAG, "datei": "Bescheide/x/a.docx"}
    assert len(list(from_rows([row]))) == 1
    changes = {"fassung": "Entwurf"}, {"entscheidung": None}, {"datum": "bald"}, {"datei": "Bescheide/x/a_ENTWURF.docx"}
    assert list(from_rows([row | change for change in changes])) == []
    assert list(from_rows([row], {"Bescheide/x/a.docx"})) == []  # the manifest knows better


# --- folders -------------------------------------------------------------------------------------


def test_the_record_of_a_run_has_every_letter_and_the_hash_of_every_file(folder: Workfolder) -> None:
    ergebnis = lauf(folder, freigegebene=FREI)
    (run,) = ergebnis.ordner
    assert read_manifest(run / "manifest.json").schreiben == ergebnis.neu
    listed = json.loads((run / "manifest.json").read_text("utf-8"))["dateien"]
    files = [p for p in run.rglob("*") if p.is_file() and p.name != "manifest.json"]
    found = {p.relative_to(run).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}
    assert listed == found and len(found) == 3
    assert ergebnis.neu[0].sha256 in found.values()


def test_the_mailing_list_has_recipient_mail_kind_amount_file_and_hash(folder: Workfolder) -> None:
    ergebnis = lauf(folder, freigegebene=FREI)
    sheet = openpyxl.load_workbook(io.BytesIO((ergebnis.ordner[0] / "Versandliste.xlsx").read_bytes()))["Versandliste"]
    (table,) = sheet.tables.values()
    header, row = sheet[table.ref][:2]
    said = dict(zip([c.value for c in header], [c.value for c in row], strict=True))
    (s,) = ergebnis.neu
    assert said["Empfänger"] == "Stadt Leonberg" and said["Anschrift"] == "Belforter Platz 1, 71229 Leonberg"
    assert said["E-Mail"] == "integration@leonberg.example" and said["Schreiben"] == "Zuwendungsbescheid"
    assert Decimal(str(said["Betrag"])) == s.summe and said["SHA-256"] == s.sha256
    assert (ergebnis.ordner[0] / str(said["Datei"])).is_file() and said["Anlagen"] == s.anlagen[0]


def test_same_input_same_bytes(tmp_path: Path) -> None:
    runs = []
    for name in ("eins", "zwei"):
        folder = Workfolder(tmp_path / name)
        folder.create()
        (run,) = lauf(folder, freigegebene=FREI).ordner
        runs.append({p.relative_to(run): p.read_bytes() for p in run.rglob("*") if p.is_file()})
    assert runs[0] == runs[1]


def test_a_run_that_was_cut_off_leaves_nothing_under_a_final_name_and_the_next_writes_all(folder: Workfolder) -> None:
    vorgang, lage = fall()
    faelle = [replace(vorgang, antrag=replace(vorgang.antrag, schluessel=f"{n}.xlsx", ags=ags))
              for n, ags in enumerate((AGS, "08115003", "08115001"))]  # fmt: skip

    def stop(step: str, done: int, total: int) -> None:
        if done == 2:
            raise Abgebrochen

    with pytest.raises(Abgebrochen):
        schreiben_alle(folder, faelle, lage, Wunsch(), Nachweis.of(()), stop)
    assert all(p.name.startswith(".2020-05-04.") for p in folder.bescheide.iterdir())
    assert list(manifeste(folder.bescheide)) == []
    ergebnis = schreiben_alle(folder, faelle, lage, Wunsch(), Nachweis.of(()), lambda *_: None)
    assert [p.name for p in folder.bescheide.iterdir()] == ["2020-05-04"] and len(ergebnis.neu) == 3


def test_what_another_run_is_filling_stays_its_own(folder: Workfolder) -> None:
    for name in (".2020-05-04.0123456789ab.neu/08115/halb.docx", ".2020-05-02.ba9876543210.neu/08115/halb.docx"):
        (folder.bescheide / name).parent.mkdir(parents=True)
        (folder.bescheide / name).write_bytes(b"half")
    lauf(folder)
    assert len(list(folder.bescheide.iterdir())) == 3
    assert [p.read_bytes() for p in folder.bescheide.rglob("halb.docx")] == [b"half"] * 2
    assert [p.name for p in (folder.bescheide / "2020-05-04" / "08115").iterdir() if p.name == "halb.docx"] == []


def test_two_letters_of_one_name_stand_side_by_side(folder: Workfolder) -> None:
    vorgang, lage = fall()
    zweimal = [vorgang, replace(vorgang, antrag=replace(vorgang.antrag, schluessel="A.XLSX", ort="Stuttgart"))]
    ergebnis = schreiben_alle(folder, zweimal, lage, Wunsch(), Nachweis.of(()), lambda *_: None)
    names = [Path(s.datei).name for s in ergebnis.neu]
    assert len({n.casefold() for n in names}) == 2 and all((folder.path / s.datei).is_file() for s in ergebnis.neu)


# --- faults --------------------------------------------------------------------------------------


def test_a_fault_in_one_notice_is_a_finding_and_the_others_are_written(folder: Workfolder) -> None:
    vorgang, lage = fall()
    ohne_gericht = replace(vorgang, antrag=replace(vorgang.antrag, schluessel="b.xlsx", datei="b.xlsx", ags=""))
    ergebnis = schreiben_alle(folder, [ohne_gericht, vorgang], lage, Wunsch(), Nachweis.of(()), lambda *_: None)
    (befund,) = ergebnis.befunde
    assert befund.code == "L01" and befund.place.datei == "b.xlsx" and "gericht.name" in befund.meldung
    assert [s.schluessel for s in ergebnis.neu] == [KEY]


def test_all_faults_of_all_templates_are_told_before_anything_is_written(folder: Workfolder) -> None:
    for name in ("verlaengerung", "rechtsbehelfsverzicht"):
        document = docx.Document(str(folder.vorlage(name)))
        document.paragraphs[-1].add_run("{{ gibt_es_nicht }}")
        document.save(str(folder.path / "Vorlagen" / f"{name}.docx"))
    with pytest.raises(PikError) as told:
        lauf(folder)
    assert "„verlaengerung“" in str(told.value) and "„rechtsbehelfsverzicht“" in str(told.value)
    assert list(folder.bescheide.iterdir()) == []


def test_a_manifest_changed_beyond_recognition_stops_the_run_before_a_second_notice(folder: Workfolder) -> None:
    (run,) = lauf(folder, freigegebene=FREI).ordner
    for broken in ("{", '{"schreiben": [{"art": 1}]}', "[]"):
        (run / "manifest.json").write_text(broken, "utf-8")
        with pytest.raises(PikError, match="schon ergangen"):
            lauf(folder, freigegebene=FREI)


# --- the catalogue of fields ---------------------------------------------------------------------


def test_letters_are_filled_with_just_the_fields_of_the_catalogue() -> None:
    from pik_xl.schreiben import inhalt

    vorgang, lage = fall(NUR_EINE)
    digital = replace(vorgang, digital=Digitalentscheidung(Ergebnis.BEWILLIGT, Decimal(5000)))
    contexts = {
        "verlaengerung": inhalt.verlaengerung(vorgang, lage),
        "ablehnung": inhalt.ablehnung(vorgang, lage),
        "digital": inhalt.digital(digital, lage),
        "nachforderung": inhalt.nachforderung(nachgefragt(vorgang), lage),
        "eingangsbestaetigung": inhalt.eingangsbestaetigung(vorgang, lage),
        "rechtsbehelfsverzicht": inhalt.rechtsbehelfsverzicht(vorgang, lage),
    }
    for name, context in contexts.items():
        art = felder.SCHREIBARTEN[name]
        assert sorted(context) == sorted(f.name for f in art.felder), name
        assert _dotted(context) <= set(namen(art.felder)), name


def _dotted(value: object, davor: str = "") -> set[str]:
    items = value if isinstance(value, list | tuple) else [value]
    found = set()
    for item in items:
        if isinstance(item, dict):
            for name, inner in item.items():
                found |= {davor + name} | _dotted(inner, f"{davor}{name}.")
    return found
