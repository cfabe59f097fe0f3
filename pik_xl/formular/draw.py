"""Draws the empty application form and the empty Sammelmappe with XlsxWriter, from the field table.

They are what `form_fill` takes apart and fills. Tables have two rows here: one whose known facts are locked,
one that is open everywhere. `form_fill` repeats the one or the other for each row it needs.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from pik_xl.formular import felder, watch
from pik_xl.formular.felder import Feld, Massgaben
from pik_xl.kinds import Kind
from pik_xl.ooxml.palette import AMBER, DULL, GOLD, GREEN, GREY, INK, LINE, PALE, PETROL, Formats
from pik_xl.values import as_zahl

# Rows and columns counted from 0, as XlsxWriter does; `felder` counts from 1.
MARKE, LABEL, EINGABE = (ord(column) - ord("A") for column in (felder.MARKE, felder.LABEL, felder.EINGABE))
STATUS, KOPF, ERSTE = felder.STATUS_ZEILE - 1, felder.KOPFZEILE - 1, felder.ERSTE_ZEILE - 1
LETZTE = ERSTE + 1

TITEL = "Antrag auf Verlängerung"
ABSENDER = "Pakt für Integration · Integrationsmanagement · Regierungspräsidium Stuttgart"

_CREATED = datetime(2020, 1, 27)
_FORMATE = {Kind.VZAE: "0.00", Kind.EURO: '#,##0.00 "€"', Kind.ZAHL: "0", Kind.DATUM: "dd.mm.yyyy"}
_RECHTS = {Kind.VZAE, Kind.EURO, Kind.ZAHL}
_OFFEN = "#FFFBEA"
_DAYS = date(2015, 1, 1), date(2035, 12, 31)  # far beyond what can be right; guards against typing errors


def build_form(massgaben: Massgaben) -> bytes:
    """The form of one applicant: sheets Antrag, Stellen, Digital, Hinweise and the hidden one, every entry empty."""
    return _build(massgaben, sammelmappe=False)


def build_sammelmappe(massgaben: Massgaben) -> bytes:
    """The form of a Landkreis for many applicants: the sheet Antragsteller holds one of them per row."""
    return _build(massgaben, sammelmappe=True)


def _build(massgaben: Massgaben, sammelmappe: bool) -> bytes:
    buffer = io.BytesIO()
    book = Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": TITEL, "author": "Regierungspräsidium Stuttgart", "created": _CREATED})
    book.set_calc_mode("auto")
    formats = Formats(book)
    names = felder.SAMMEL_BLAETTER if sammelmappe else felder.BLAETTER
    sheets = {name: book.add_worksheet(name) for name in names}
    hidden = book.add_worksheet(felder.BLATT_FORM)
    _hidden_sheet(book, hidden, massgaben)
    if sammelmappe:
        _antragsteller_sheet(book, sheets[felder.BLATT_ANTRAGSTELLER], formats)
    else:
        _antrag_sheet(book, sheets[felder.BLATT_ANTRAG], formats)
        _digital_sheet(book, sheets[felder.BLATT_DIGITAL], formats)
    _stellen_sheet(sheets[felder.BLATT_STELLEN], formats, massgaben, sammelmappe)
    _hinweise_sheet(sheets[felder.BLATT_HINWEISE], formats, massgaben, sammelmappe)
    for sheet in sheets.values():
        sheet.hide_gridlines(2)
        sheet.set_paper(9)
        sheet.set_footer(f"&L&8&K66727F{TITEL} · Formular {felder.FORM_VERSION}&R&8&K66727FSeite &P von &N")
        sheet.protect("", {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True})
    sheets[names[0]].activate()
    book.close()
    return buffer.getvalue()


# --- the sheets of single entries -------------------------------------------------------------------


def _antrag_sheet(book: Workbook, sheet: Worksheet, formats: Formats) -> None:
    text = "Bitte die gelben Felder ausfüllen und die Datei per E-Mail zurücksenden."
    first, last = _entry_sheet(book, sheet, formats, felder.BLATT_ANTRAG, text)
    status = formats(bold=True, font_size=11, indent=1)
    sheet.set_row(STATUS, 24)
    sheet.merge_range(STATUS, MARKE, STATUS, EINGABE, "", status)
    zeilen = felder.eingabe_zeilen(felder.BLATT_DIGITAL).values()
    digital = _marks(f"{felder.BLATT_DIGITAL}!", min(zeilen), max(zeilen))
    formula = watch.status_formula(_marks("", first, last), digital)
    sheet.write_formula(STATUS, MARKE, formula, status, "-")
    sheet.set_row(last + 1, 34)
    caption = formats(font_color=GREY, indent=1, valign="bottom")
    sheet.write_string(last + 1, LABEL, "Unterschrift (nur auf Papier)", caption)
    sheet.write_blank(last + 1, EINGABE, None, formats(bottom=1, bottom_color=INK))
    sheet.print_area(0, 0, last + 2, EINGABE)
    light = f"LEFT(${felder.MARKE}${felder.STATUS_ZEILE},1)"
    _traffic_light(sheet, formats, (STATUS, MARKE, STATUS, EINGABE), f'{light}="{watch.GUT}"', f'{light}="N"')
    sheet.freeze_panes(STATUS + 1, 0)


def _marks(sheet: str, first: int, last: int) -> tuple[str, str]:
    """The ranges of the marks and of their labels."""
    return f"{sheet}{felder.MARKE}{first}:{felder.MARKE}{last}", f"{sheet}{felder.LABEL}{first}:{felder.LABEL}{last}"


def _digital_sheet(book: Workbook, sheet: Worksheet, formats: Formats) -> None:
    text = "Nur ausfüllen, wenn Sie auch die Förderung digitaler Lösungen beantragen; sonst bleibt das Blatt leer."
    _entry_sheet(book, sheet, formats, felder.BLATT_DIGITAL, text)


def _entry_sheet(book: Workbook, sheet: Worksheet, formats: Formats, blatt: str, text: str) -> tuple[int, int]:
    """Draw all single entries of a sheet; returns their first and last row, from 1."""
    for column, width in enumerate((1.5, 13, 44, 50)):
        sheet.set_column(column, column, width)
    _banner(sheet, formats, EINGABE, text)
    zeilen, gruppe = felder.eingabe_zeilen(blatt), ""
    heading = formats(bold=True, font_size=11, font_color=PETROL, bottom=2, bottom_color=GOLD)
    for feld in felder.felder_auf(blatt):
        row = zeilen[feld.name] - 1
        if feld.gruppe != gruppe:
            gruppe = feld.gruppe
            sheet.set_row(row - 2, 8)
            for column in (MARKE, LABEL, EINGABE):
                sheet.write_blank(row - 1, column, None, heading)
            sheet.write_string(row - 1, MARKE, gruppe, heading)
        _entry_row(book, sheet, formats, feld, zeilen)
    first, last = min(zeilen.values()), max(zeilen.values())
    mark = f"{felder.MARKE}{first}"
    _traffic_light(sheet, formats, (first - 1, MARKE, last - 1, MARKE), f'{mark}="{watch.GUT}"',
                   f'AND(LEN({mark})>1,$C{first}<>"")')  # fmt: skip
    sheet.print_area(0, 0, last, EINGABE)
    sheet.fit_to_pages(1, 1)
    sheet.set_margins(left=0.5, right=0.4, top=0.5, bottom=0.6)
    return first, last


def _entry_row(book: Workbook, sheet: Worksheet, formats: Formats, feld: Feld, zeilen: Mapping[str, int]) -> None:
    row = zeilen[feld.name] - 1
    sheet.set_row(row, 34 if len(feld.label) > 46 else 22)
    cells = {name: f"{felder.EINGABE}{zeile}" for name, zeile in zeilen.items()}
    formula = watch.as_formula(watch.feld_regeln(feld), cells)
    sheet.write_formula(row, MARKE, formula, formats(align="center", font_size=9, font_color=GREY), "-")
    sheet.write_string(
        row, LABEL, feld.label, formats(font_size=11, indent=1, text_wrap=True, bottom=4, bottom_color=LINE)
    )
    sheet.write_blank(row, EINGABE, None, _entry_format(formats, feld, feld.vorbelegt, on_antrag=True))
    _validate(sheet, feld, (row, EINGABE, row, EINGABE))
    book.define_name(felder.NAME_PREFIX + feld.name, f"={feld.blatt}!{_absolute(row, EINGABE)}")


# --- tables ----------------------------------------------------------------------------------------


def _stellen_sheet(sheet: Worksheet, formats: Formats, massgaben: Massgaben, sammelmappe: bool) -> None:
    spalten = felder.stellen_felder(sammelmappe)
    _banner(sheet, formats, len(spalten) - 1, "Bitte für jede Stelle angeben, ob sie verlängert werden soll.")
    formulas = {
        "laengstens_bis": lambda cells: watch.laengstens_formula(massgaben, cells),
        "monate": lambda cells: watch.monate_formula(massgaben, cells),
        "pruefung": lambda cells: watch.as_formula(watch.stelle_regeln(massgaben), cells),
    }
    _table(sheet, formats, felder.TABELLE_STELLEN, spalten, formulas)
    sheet.set_row(STATUS, 22)
    sheet.write_formula(STATUS, MARKE, watch.summe_formula(), formats(bold=True, font_size=11), "-")
    sheet.freeze_panes(ERSTE, 1)


def _antragsteller_sheet(book: Workbook, sheet: Worksheet, formats: Formats) -> None:
    spalten = felder.antragsteller_felder()
    _banner(sheet, formats, len(spalten) - 1, "Bitte für jeden Antragsteller des Kreises eine Zeile ausfüllen.")
    regeln = watch.antragsteller_regeln()
    formulas = {"pruefung": lambda cells: watch.as_formula(regeln, cells)}
    _table(sheet, formats, felder.TABELLE_ANTRAGSTELLER, spalten, formulas)
    _summen(book, sheet, formats)
    sheet.fit_to_pages(3, 0)
    sheet.freeze_panes(ERSTE, 1)


def _summen(book: Workbook, sheet: Worksheet, formats: Formats) -> None:
    """The sums of the Sammelmappe above its table; the office compares them with the rows it reads."""
    formulas = {
        "summe_antragsteller": watch.antragsteller_formula(),
        "summe_stellen": "=" + watch.stellen_formula(),
        "summe_vzae": "=" + watch.vzae_formula(),
    }
    sheet.set_row(STATUS, 22)
    for name, cell in felder.summen_zellen().items():
        number_format = f'{"0.00" if name == "summe_vzae" else "0"}" {felder.SUMMEN[name]}"'
        look = formats(bold=True, font_size=11, align="left", num_format=number_format)
        column = ord(cell[0]) - ord("A")
        sheet.write_formula(STATUS, column, formulas[name], look, "-")
        book.define_name(felder.NAME_PREFIX + name, f"={felder.BLATT_ANTRAGSTELLER}!{_absolute(STATUS, column)}")


def _table(sheet: Worksheet, formats: Formats, name: str, spalten: Sequence[Feld], formulas: Mapping[str, Any]) -> None:
    sheet.add_table(
        KOPF, 0, LETZTE, len(spalten) - 1,
        {"name": name, "style": None, "columns": [
            {"header": feld.label, "header_format": _head_format(formats, feld)} for feld in spalten]},
    )  # fmt: skip
    sheet.set_row(KOPF, 44)
    for column, feld in enumerate(spalten):
        sheet.set_column(column, column, feld.breite)
        _validate(sheet, feld, (ERSTE, column, LETZTE, column))
    for row in range(ERSTE, LETZTE + 1):
        sheet.set_row(row, 20)
        cells = {feld.name: xl_rowcol_to_cell(row, column) for column, feld in enumerate(spalten)}
        for column, feld in enumerate(spalten):
            locked = feld.formel or (feld.vorbelegt and row == ERSTE)
            cell_format = _entry_format(formats, feld, locked)
            if feld.formel:
                sheet.write_formula(row, column, formulas[feld.name](cells), cell_format, "-")
            else:
                sheet.write_blank(row, column, None, cell_format)
    check = len(spalten) - 1
    cell = xl_rowcol_to_cell(ERSTE, check)
    _traffic_light(sheet, formats, (ERSTE, check, LETZTE, check), good=f'{cell}="{watch.GUT}"',
                   bad=f'LEN({cell})>1', dull=f'{cell}="{watch.ENDET}"')  # fmt: skip
    sheet.ignore_errors({"number_stored_as_text": f"A{ERSTE + 1}:{xl_col_to_name(check)}{LETZTE + 1}"})
    sheet.set_landscape()
    sheet.fit_to_pages(2, 0)
    sheet.repeat_rows(KOPF)
    sheet.repeat_columns(0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)


# --- pieces ----------------------------------------------------------------------------------------


def _banner(sheet: Worksheet, formats: Formats, last: int, text: str, first: int = MARKE) -> None:
    """Who asks for what, across all columns up to the last; below it what to do on this sheet.

    Of a table the first column stays in view and on every page, so its sheet has its texts in the second.
    """
    for row, height in enumerate((32, 18, 22)):
        sheet.set_row(row, height)
    for row in (0, 1):
        for column in range(last + 1):
            sheet.write_blank(row, column, None, formats(bg_color=PETROL))
    sheet.write_string(0, first, TITEL, formats(font_color="#FFFFFF", font_size=18, bold=True, bg_color=PETROL))
    sheet.write_string(1, first, ABSENDER, formats(font_color="#D5E0E8", font_size=9, bg_color=PETROL))
    sheet.write_string(2, first, text, formats(font_color=GREY))


def _head_format(formats: Formats, feld: Feld) -> Format:
    known = feld.vorbelegt or feld.formel
    return formats(
        bold=True, font_size=9, text_wrap=True, align="center", bg_color=PETROL if known else GOLD,
        font_color="#FFFFFF" if known else INK, border=1, border_color="#FFFFFF",
    )  # fmt: skip


def _entry_format(formats: Formats, feld: Feld, locked: bool, on_antrag: bool = False) -> Format:
    """Yellow and open for what the applicant enters, grey and locked for what the office knows."""
    calculated = feld.formel and feld.kind is not Kind.DATUM
    centred = feld.kind in (Kind.DATUM, Kind.JA_NEIN) or (calculated and feld.kind in _RECHTS)
    align = "left" if on_antrag else "center" if centred else "right" if feld.kind in _RECHTS else "left"
    number_format = "General" if calculated else _FORMATE.get(feld.kind, "@")
    look = {"num_format": number_format, "align": align, "indent": int(align == "left"), "locked": locked}
    look |= {"bg_color": PALE if locked else _OFFEN, "border": 1, "border_color": LINE}
    return formats(**look, shrink=feld.formel, font_size=11 if on_antrag else 10)


def _traffic_light(
    sheet: Worksheet, formats: Formats, span: tuple[int, int, int, int], good: str, bad: str, dull: str = "FALSE"
) -> None:
    """Colours for a cell that also says in words how things stand; the first condition that holds counts."""
    for criteria, (back, ink) in ((good, GREEN), (dull, DULL), (bad, AMBER)):
        if criteria != "FALSE":
            look = formats.bare(bg_color=back, font_color=ink)
            sheet.conditional_format(*span, {"type": "formula", "criteria": "=" + criteria, "format": look,
                                             "stop_if_true": True})  # fmt: skip


def _validate(sheet: Worksheet, feld: Feld, span: tuple[int, int, int, int]) -> None:
    """The drop-down or limits of a field, with a German message before and after the entry."""
    options: dict[str, Any] = {"validate": "any"}
    error = ""
    if feld.auswahl:
        options = {"validate": "list", "source": f"={_list_name(feld)}"}
        error = "Bitte einen Eintrag aus der Liste wählen."
    elif feld.kind == Kind.DATUM:
        options = {"validate": "date", "criteria": "between", "minimum": _DAYS[0], "maximum": _DAYS[1]}
        error = "Bitte ein Datum eingeben, zum Beispiel 30.09.2022."
    elif feld.kind == Kind.VZAE:
        options = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 200}
        error = "Bitte eine Zahl mit höchstens zwei Nachkommastellen eingeben, zum Beispiel 0,50."
    elif feld.kind == Kind.EURO:
        options = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 10_000_000}
        error = "Bitte einen Betrag in Euro eingeben, zum Beispiel 12500,00."
    elif feld.kind == Kind.ZAHL:
        options = {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": feld.hoechstens}
        error = "Bitte eine ganze Zahl eingeben, zum Beispiel 3."
    if error:
        options |= {"error_title": feld.titel, "error_message": error}
    if feld.hilfe:
        options |= {"input_title": feld.titel, "input_message": feld.hilfe}
    if len(options) > 1 and not feld.formel:
        sheet.data_validation(*span, options)


# --- hints and the hidden sheet --------------------------------------------------------------------


def _hinweise_sheet(sheet: Worksheet, formats: Formats, massgaben: Massgaben, sammelmappe: bool) -> None:
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 92)
    _banner(sheet, formats, 1, "Hinweise zum Ausfüllen", first=0)
    row = 4
    for title, text in _hinweise(massgaben, sammelmappe):
        head = formats(bold=True, font_color=PETROL, valign="top")
        sheet.write_string(row, 0, title, head)
        sheet.write_string(row, 1, text, formats(text_wrap=True, valign="top"))
        sheet.set_row(row, 15 * (1 + len(text) // 92) + 7)
        row += 1
    heading = formats(bold=True, font_size=11, font_color=PETROL, bottom=2, bottom_color=GOLD)
    sheet.write_string(row + 1, 0, "Die Felder im Einzelnen", heading)
    sheet.write_blank(row + 1, 1, None, heading)
    row += 2
    for feld in (*felder.ANTRAG_FELDER, *felder.stellen_felder(sammelmappe)):
        if feld.hilfe:
            line = {"bottom": 4, "bottom_color": LINE, "text_wrap": True, "valign": "top"}
            sheet.write_string(row, 0, feld.label, formats(**line))
            sheet.write_string(row, 1, feld.hilfe, formats(**line))
            sheet.set_row(row, 30 if len(feld.label) > 30 else 17)
            row += 1
    sheet.print_area(0, 0, row, 1)
    sheet.fit_to_pages(1, 0)


def _hinweise(massgaben: Massgaben, sammelmappe: bool) -> tuple[tuple[str, str], ...]:
    first = felder.BLATT_ANTRAGSTELLER if sammelmappe else felder.BLATT_ANTRAG
    return (
        ("Worum es geht", f"Bewilligte Stellen im Integrationsmanagement können auf Antrag um {massgaben.schritt} "
         f"Monate verlängert werden, längstens auf {massgaben.hoechstdauer} Monate ab ihrem Beginn."),
        ("So gehen Sie vor", f"1. Blatt „{first}“: gelbe Felder ausfüllen. 2. Blatt „{felder.BLATT_STELLEN}“: je "
         "Stelle „ja“ oder „nein“ wählen und die gelben Felder ergänzen. 3. Speichern und die Datei per E-Mail "
         "zurücksenden."),
        ("Was die Farben bedeuten", "Gelb: bitte ausfüllen. Grau: vom Regierungspräsidium vorbelegt und gesperrt. "
         "Grün, ein Haken: in Ordnung. Orange: hier fehlt noch etwas, der Text sagt was."),
        ("Vorbelegtes stimmt nicht", "Bitte nicht ändern, sondern in der Spalte „Bemerkung“ beschreiben, was anders "
         "ist. Wir klären es mit Ihnen."),
        ("Stellenanteile", f"Ein Stellenanteil umfasst mindestens {as_zahl(massgaben.mindestanteil)} VZÄ und höchstens "
         "den bewilligten Anteil."),
        ("Unterbrechung", f"Monate, in denen kein Entgelt gezahlt wurde, können mit bis zu {massgaben.unterbrechung} "
         "Monaten angerechnet werden."),
        ("Pandemie", "Beratung per Telefon oder E-Mail statt aufsuchender Beratung ist nicht förderschädlich."),
        ("Beschäftigt bei Dritten", "Die Aufgabe darf auf Dritte übertragen werden. Bitte nennen Sie dann je Stelle "
         "den Arbeitgeber, bei dem die Fachkraft beschäftigt ist."),
        ("Digitales Integrationsmanagement", "Der Erwerb und die Nutzung digitaler Lösungen werden gefördert, wenn "
         "alle im Kreisgebiet tätigen Integrationsmanagerinnen und -manager Zugriff erhalten."),
    )  # fmt: skip


def _hidden_sheet(book: Workbook, sheet: Worksheet, massgaben: Massgaben) -> None:
    """Form id and version (entered by `form_fill`), the rules of the day, and the lists of the drop-downs."""
    sheet.very_hidden()
    text = book.add_format({"num_format": "@"})
    for row, name in enumerate(felder.FORM_FELDER):
        sheet.write_string(row, 0, name)
        sheet.write_blank(row, 1, None, text)
        book.define_name(felder.NAME_PREFIX + name, f"={felder.BLATT_FORM}!{_absolute(row, 1)}")
    rules = {"schritt": massgaben.schritt, "hoechstdauer": massgaben.hoechstdauer,
             "unterbrechung": massgaben.unterbrechung, "mindestanteil": massgaben.mindestanteil}  # fmt: skip
    for row, (name, value) in enumerate(rules.items(), len(felder.FORM_FELDER) + 1):
        sheet.write_string(row, 0, name)
        sheet.write_number(row, 1, value)
    lists = {_list_name(feld): feld.auswahl for feld in (*felder.ANTRAG_FELDER, *felder.STELLEN_FELDER) if feld.auswahl}
    for column, (name, options) in enumerate(lists.items(), 3):
        sheet.write_column(0, column, options)
        span = f"{_absolute(0, column)}:{_absolute(len(options) - 1, column)}"
        book.define_name(name, f"={felder.BLATT_FORM}!{span}")


def _list_name(feld: Feld) -> str:
    return "liste_ja_nein" if feld.kind == Kind.JA_NEIN else f"liste_{feld.name}"


def _absolute(row: int, column: int) -> str:
    cell: str = xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)
    return cell
