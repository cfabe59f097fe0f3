"""An independent reckoning of the extension in plain SQL (sqlite3): no line of ours but the rulebook's numbers.

SQLite has its own calendar and does not know our code; days are days since its epoch, money is whole cents.
"""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from factories import bewilligung, stelle

from pik_xl.model import Besetzung, Qualifikation
from pik_xl.recht.entscheidung import Decision
from pik_xl.recht.regelstand import regelstand
from pik_xl.recht.rules import shipped_rulebook
from pik_xl.recht.verlaengerung import decide

TAG = date(2020, 5, 4)
POSTS = 2_000

# The day some months later: SQLite rolls 31.02. over into March, so the day is cut to the month's length first.
_SPAETER = """
    min(date({tag}, 'start of month', {monate}, '+' || (strftime('%d', {tag}) - 1) || ' days'),
        date({tag}, 'start of month', {monate}, '+1 month', '-1 day'))"""

# Begin + 60 months - 1 day; where the month has no such day, its last day.
_HOECHSTENS = """
    CASE WHEN strftime('%d', date(beginn, 'start of month', '+61 months', '-1 day')) < strftime('%d', beginn)
         THEN date(beginn, 'start of month', '+61 months', '-1 day')
         ELSE date(beginn, 'start of month', '+60 months', '+' || (strftime('%d', beginn) - 1) || ' days', '-1 day')
    END"""

_SQL = f"""
WITH RECURSIVE
frist AS (
    SELECT nr, cents_jahr, bis, wunsch, {_HOECHSTENS} AS hoechstens,
           CASE WHEN strftime('%d', bis, '+1 day') = '01'  -- a month end stays one
                THEN date(bis, 'start of month', '+25 months', '-1 day')
                ELSE {_SPAETER.format(tag="bis", monate="'+24 months'")} END AS schritt
    FROM stelle),
ende AS (
    SELECT nr, cents_jahr, bis, min(hoechstens, schritt) AS moeglich,
           min(hoechstens, schritt, coalesce(wunsch, '9999-12-31')) AS ende
    FROM frist),
tage AS (  -- every funded day with its share of a month
    SELECT nr, cents_jahr, ende, date(bis, '+1 day') AS tag FROM ende WHERE ende > bis
    UNION ALL
    SELECT nr, cents_jahr, ende, date(tag, '+1 day') FROM tage WHERE tag < ende),
monate AS (  -- per month: its days that are funded, and all its days
    SELECT nr, cents_jahr, ende, strftime('%Y', tag) AS jahr, count(*) AS tage,
           CAST(strftime('%d', date(tag, 'start of month', '+1 month', '-1 day')) AS INTEGER) AS laenge
    FROM tage GROUP BY nr, strftime('%Y-%m', tag))
SELECT nr, max(ende), jahr, cents_jahr * sum(CASE WHEN tage = laenge THEN 377580 ELSE tage * (377580 / laenge) END)
FROM monate GROUP BY nr, jahr ORDER BY nr, jahr
"""
_UNITS = 12 * 377_580  # of a year, so that a day of every month is a whole number: 377,580 is the lcm of 28 to 31


Row = tuple[int, int, str, str, str | None]  # number, cents per year, begin, approved until, end applied for


def _random_posts() -> list[tuple[Row, Decision]]:
    """Random posts as rows for SQL, each with our decision."""
    rng, stand = Random(20), regelstand(shipped_rulebook(), TAG)
    posts = []
    for nr in range(POSTS):
        beginn = date(2017, 6, 1) + timedelta(rng.randrange(900))
        if rng.random() < 0.5:
            beginn = beginn.replace(day=1)
        bis = beginn + timedelta(rng.randrange(200, 1_900))
        if rng.random() < 0.5:
            bis = bis.replace(day=1) - timedelta(1)
        wunsch = bis + timedelta(rng.randrange(1, 1_000)) if rng.random() < 0.4 else None
        vzae, betrag = Decimal(rng.randrange(25, 300)) / 100, Decimal(rng.choice((64_000, 51_000, 47_123)))
        post = bewilligung(beginn=beginn, bewilligt_bis=bis, vzae=vzae, jahresbetrag=betrag,
                           qualifikation=Qualifikation.HOCHSCHULE)  # fmt: skip
        row = stelle(vzae=vzae, wunschende=wunsch, unterbrechung=0, besetzung_heute=Besetzung.BESETZT)
        sql = (
            nr,
            int(betrag * vzae * 100),
            beginn.isoformat(),
            bis.isoformat(),
            wunsch.isoformat() if wunsch else None,
        )
        posts.append((sql, decide(row, post, stand)))
    return posts


def test_plain_sql_comes_to_the_same_end_and_the_same_money_for_two_thousand_posts() -> None:
    posts = _random_posts()
    with sqlite3.connect(":memory:") as base:
        base.execute("CREATE TABLE stelle (nr INTEGER, cents_jahr INTEGER, beginn TEXT, bis TEXT, wunsch TEXT)")
        base.executemany("INSERT INTO stelle VALUES (?, ?, ?, ?, ?)", [row for row, _ in posts])
        theirs: dict[int, tuple[str, dict[int, int]]] = {}
        for nr, ende, jahr, units in base.execute(_SQL):
            theirs.setdefault(nr, (ende, {}))[1][int(jahr)] = units
    assert len(theirs) > POSTS * 0.9
    for nr, (row, ours) in enumerate(posts):
        if nr not in theirs:
            assert ours.neues_ende is None and not ours.betraege, row
            continue
        ende, units = theirs[nr]
        assert ours.neues_ende and ours.neues_ende.isoformat() == ende, row
        assert list(ours.betraege) == list(units), row
        # The total is rounded once, half up; a year is less than a cent off.
        assert int(ours.summe * 100) == (2 * sum(units.values()) + _UNITS) // (2 * _UNITS), row
        assert all(abs(int(ours.betraege[j] * 100) * _UNITS - units[j]) < _UNITS for j in units), row
