"""Each metric on the sample is what a plain query, written from its definition alone, makes of the facts.

The queries stand in metrics.sql. M10 and M18 are recomputed in test_scorecard.py, M19 in the tests of revisions,
M21 and M22 in the unit tests beside their models.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from statistics import median_low
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest

from orchestration.settings import PROJECT_ROOT, Home
from reports.metrics.catalogue import metrics
from tests.integration.conftest import Built

_PAIR = re.compile(r"^-- (M\d+) (printed|facts)$", re.M)
ELSEWHERE = {"M1", "M10", "M18", "M19", "M21", "M22"}


def queries() -> dict[str, dict[str, str]]:
    """metrics.sql: metric -> printed and facts -> query."""
    pieces = _PAIR.split(Path(__file__).with_name("metrics.sql").read_text("utf-8"))[1:]
    found: dict[str, dict[str, str]] = {}
    for metric, side, query in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True):
        found.setdefault(metric, {})[side] = query
    return found


QUERIES = queries()


@pytest.fixture(scope="module")
def warehouse(sample_home: Built) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{Home(sample_home.home).build_db}' as entrepot (read_only)")
        connection.execute("use entrepot")
        yield connection


@pytest.mark.parametrize("metric", sorted(QUERIES, key=lambda name: int(name[1:])))
def test_a_metric_is_what_a_plain_query_makes_of_the_facts(warehouse: duckdb.DuckDBPyConnection, metric: str) -> None:
    printed, facts = (warehouse.execute(QUERIES[metric][side]).fetchall() for side in ("printed", "facts"))
    assert printed, "the sample has no case of it"
    assert sorted(printed) == sorted(facts)


def test_every_metric_is_recomputed() -> None:
    assert set(QUERIES) | ELSEWHERE == set(metrics())
    assert not set(QUERIES) & ELSEWHERE


def test_working_days_are_those_on_which_an_application_was_open_at_six(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """M1, counted day by day: is it a working day, is the application open at 18:00, is no question open then?"""
    zone = ZoneInfo("Europe/Vienna")
    with (PROJECT_ROOT / "data_contracts/code_lists/holidays.csv").open(encoding="utf-8") as file:
        holidays = {date.fromisoformat(row["holiday_on"]) for row in csv.DictReader(file) if row["calendar"] == "XA"}
    events: dict[str, list[tuple[datetime, int]]] = {}
    for name, kind, at in warehouse.execute(
        "select application_ref, event_type, event_at from staging.stg_trade_ministry__stage_events "
        "where event_type in ('rfi_opened', 'rfi_answered') order by event_at, event_no"
    ).fetchall():
        events.setdefault(name, []).append((local(at, zone), 1 if kind == "rfi_opened" else -1))
    counted: dict[str, list[int]] = {}
    applications = warehouse.execute(
        "select application_ref, submitted_at, first_outcome_at, working_days_to_first_outcome, "
        "year(first_outcome_on) || '-Q' || quarter(first_outcome_on) from fct_applications "
        "where partner = 'trade_ministry' and first_outcome_at >= submitted_at and superseded_by_ref is null"
    ).fetchall()
    for name, submitted, decided, said, period in applications:
        days = days_open(local(submitted, zone), local(decided, zone), events.get(name, []), holidays)
        assert said == days, name
        counted.setdefault(period, []).append(days)
    medians: Any = warehouse.execute(
        "select period, median_days from reporting.rpt_licensing_statistics__processing_times "
        "where is_total and partner = 'trade_ministry'"
    ).fetchall()
    assert dict(medians) == {period: median_low(days) for period, days in counted.items()}


def local(at: datetime, zone: ZoneInfo) -> datetime:
    return at.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)


def days_open(
    submitted: datetime, decided: datetime, questions: list[tuple[datetime, int]], holidays: set[date]
) -> int:
    days, day = 0, submitted.date()
    while day <= decided.date():
        six = datetime.combine(day, time(18))
        open_questions = 0
        for at, step in questions:
            if at <= six:
                open_questions = max(0, open_questions + step)
        if day.isoweekday() < 6 and day not in holidays and submitted < six <= decided and not open_questions:
            days += 1
        day += timedelta(days=1)
    return days
