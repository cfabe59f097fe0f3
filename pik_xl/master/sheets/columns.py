"""What a table of the master is made of: columns with a kind and an owner, rows of values.

Each column says what it holds, how wide it is and who owns it: `pik` columns are written by every run,
`staff` columns belong to the people in the office and survive every run.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from pik_xl.kinds import Formel, Kind, Row, Value

A4_ZEICHEN = 220  # so many characters across an A4 page can still be read
FEHLT = "fehlt"  # where an applicant stands who has not applied


class Owner(StrEnum):
    """Whose column it is: rewritten by every run, or typed by staff and carried along."""

    PIK = "pik"
    STAFF = "staff"


class Aenderung(StrEnum):
    """What happened to a row since the last run."""

    NEU = "neu"
    GEAENDERT = "geändert"
    ERSETZT = "ersetzt"
    ENTFALLEN = "entfallen"
    VERWAIST = "neu auf Blatt Verwaist"  # of entries, not of rows


AENDERUNG = "aenderung"  # the column that says so
SIEGEL = "siegel"  # the column with the checksum of what a run wrote in the row, see `siegel`
ENTSCHEIDUNG = "entscheidung"  # the column with the checksum of the decision in the row, see `freigabe`
FREIGEGEBENES = "freigegebenes"  # the column that says which decision was released, by whom and when
ZU_BEACHTEN = "zu_beachten"  # the column of Bescheide that says what is to be heeded about a letter
VERMERKE = (AENDERUNG, ENTSCHEIDUNG, FREIGEGEBENES, SIEGEL)  # what a run notes for the next, beside the case itself
REGELN = "Regeln"  # the defined name for the rules of the sheet Regelwerk


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `name` in code, `header` for people, `width` in characters.

    `summe` columns are added up (above the table, or in its last row), `hilfe` is the note on the header,
    `auswahl` are the words staff may choose, or those a ZUSTAND can have (none named: any); `liste` is a defined
    name to choose from. `verborgen` columns are hidden, in `formel` columns a run writes formulas.
    """

    name: str
    header: str
    kind: Kind = Kind.TEXT
    width: int = 14
    owner: Owner = Owner.PIK
    auswahl: tuple[str, ...] = ()
    hilfe: str = ""
    summe: bool = False
    liste: str = ""
    verborgen: bool = False
    formel: bool = False


def staff(
    name: str, header: str, kind: Kind, width: int, hilfe: str, auswahl: Iterable[str] = (), liste: str = ""
) -> Column:
    """A column staff type in; each has a note that says what belongs there."""
    return Column(name, header, kind, width, Owner.STAFF, tuple(auswahl), hilfe, liste=liste)


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One table on a sheet of its own.

    `key` names the columns a row is recognised by, `fest` counts the columns that stay in view, `druck`
    those that are printed (0: all), `summenzeile` adds a last row with sums, `kopf` keeps room above for so many
    sentences, so that the header always stands in the same row. `geschuetzt` locks the cells of the table, which are
    formulas that others build on; the sheet stays open for filters, formats and columns of one's own.
    """

    name: str
    sheet: str
    text: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    fest: int = 1
    druck: int = 0
    summenzeile: bool = False
    kopf: int = 0
    geschuetzt: bool = False

    @property
    def office(self) -> bool:
        """Whether the whole sheet belongs to the office: built once, never written again."""
        return all(c.owner is Owner.STAFF for c in self.columns)

    @property
    def staff(self) -> tuple[Column, ...]:
        """The columns staff type in."""
        return tuple(c for c in self.columns if c.owner is Owner.STAFF)

    def at(self, name: str) -> int:
        """The position of a column, from 0; KeyError where the table has none of that name."""
        for index, column in enumerate(self.columns):
            if column.name == name:
                return index
        raise KeyError(f"{self.name}: {name}")

    def column(self, name: str) -> Column:
        """The column of that name."""
        return self.columns[self.at(name)]

    def header(self, name: str) -> str:
        """What stands over the column of that name."""
        return self.column(name).header

    def ref(self, name: str) -> str:
        """The column as formulas name it, wherever it stands: tbl_haushalt[Ansatz]."""
        return f"{self.name}[{self.header(name)}]"

    def here(self, name: str) -> str:
        """The cell of the column in the formula's own row: tbl_haushalt[[#This Row],[Ansatz]]."""
        return f"{self.name}[[#This Row],[{self.header(name)}]]"


@dataclass(frozen=True, slots=True)
class Table:
    """A filled table; `kopf` are sentences shown above it."""

    spec: TableSpec
    rows: tuple[Row, ...]
    kopf: tuple[str, ...] = ()


_TRENNER = " · "  # between the numbers of posts in a cell


def in_einer_zelle(texte: Collection[str]) -> str:
    """The numbers of posts, or the names of files, as one cell."""
    return _TRENNER.join(texte)


def getrennt(zelle: Value | Formel) -> Iterator[str]:
    """Such a cell as texts again."""
    return filter(None, str(zelle or "").split(_TRENNER))
