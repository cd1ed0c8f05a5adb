"""What comes of a scenario: the rows it concerns, and figures that are nothing but counts and sums of these rows.

Here: the columns that all kinds of proposal give, the figures, the files of `--csv`. Not here: which rows those are.
"""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.errors import EntrepotError
from orchestration.quoting import sql_text
from orchestration.releases import shelf
from orchestration.releases.policy import OPERATOR
from orchestration.settings import Home

Row = dict[str, Any]
# One row per record concerned. `change`: what would be otherwise; `case_or_party`: what it is about, if not goods.
COLUMNS = (
    "change VARCHAR, partner VARCHAR, feed VARCHAR, record_ref VARCHAR, application_ref VARCHAR, happened_on DATE, "
    "rating VARCHAR, destination_code VARCHAR, outcome VARCHAR, value DECIMAL(18,2), currency VARCHAR, "
    "value_eur DECIMAL(18,2), working_days INTEGER, is_false_positive BOOLEAN, case_or_party VARCHAR, because VARCHAR"
)
_BREAKDOWNS = {
    "by_change": "change",
    "by_destination": "destination_code",
    "by_rating": "rating",
    "by_year": "year(happened_on)",
    "by_currency": "currency",
}
# Values are those of rows; a delay is one of an application, however many lines it has.
_FIGURES = (
    "count(*) as records, "
    "count(distinct (partner, application_ref)) filter (application_ref is not null) as applications, "
    "{value}, sum(value_eur) as value_eur, count(*) filter (is_false_positive) as false_positives"
)


@dataclass(frozen=True)
class Outcome:
    """Title, kind, what was assumed, totals, breakdowns by name, and the rows behind all of them."""

    title: str
    kind: str
    assumptions: tuple[str, ...]
    totals: Row
    breakdowns: dict[str, list[Row]]
    rows: list[Row]


@contextmanager
def published(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """The operator's release, read-only, beside an empty table `concerned` for the rows of a scenario.

    Raises EntrepotError where there is no release.
    """
    path = shelf.current(home, OPERATOR)
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"CREATE TABLE concerned ({COLUMNS})")
        connection.execute(f"ATTACH {sql_text(str(path))} AS published (READ_ONLY)")
        yield connection


def outcome_of(
    connection: duckdb.DuckDBPyConnection, title: str, kind: str, assumptions: tuple[str, ...], extra: Row | None = None
) -> Outcome:
    """Count and add up the table `concerned`; `extra` are totals that only this kind of proposal has."""
    plain = _FIGURES.format(value="sum(working_days) as working_days")
    totals = fetch(connection, f"select {plain} from {_with_one_delay()}")[0]
    found = {}
    for name, expression in _BREAKDOWNS.items():
        value = "sum(value) as value" if name == "by_currency" else "sum(working_days) as working_days"
        key = name.removeprefix("by_")
        rows = fetch(
            connection,
            f"select {expression} as {key}, {_FIGURES.format(value=value)} from {_with_one_delay()} "
            "group by 1 order by records desc, 1",
        )
        if any(row[key] is not None for row in rows):
            found[name] = rows
    rows = fetch(connection, "select * from concerned order by all")
    return Outcome(title, kind, assumptions, {**totals, **(extra or {})}, found, rows)


def write_csv(outcome: Outcome, folder: Path) -> list[Path]:
    """rows.csv, totals.csv and a file for each breakdown, in place of those of an earlier scenario.

    Raises EntrepotError where they cannot be written.
    """
    tables = {"rows": outcome.rows, "totals": [outcome.totals], **outcome.breakdowns}
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in _BREAKDOWNS.keys() - tables.keys():  # what an earlier scenario left would tell of another one
            (folder / f"{name}.csv").unlink(missing_ok=True)
        for name, rows in tables.items():
            names = list(rows[0]) if rows else [column.split()[0] for column in COLUMNS.split(", ")]
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, names, lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
            written.append(folder / f"{name}.csv")
    except OSError as problem:
        raise EntrepotError(f"{folder} cannot be written: {problem.strerror}. Name another folder.") from None
    return written


def fetch(connection: duckdb.DuckDBPyConnection, query: str) -> list[Row]:
    """The answer, one dictionary a row."""
    answer = connection.execute(query)
    names = [column[0] for column in answer.description or ()]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def _with_one_delay() -> str:
    """The rows, each application's delay on its first row alone, so that it is added up once."""
    first = "row_number() over (partition by partner, application_ref order by feed, record_ref, change, case_or_party)"
    return f"(select * replace (case when {first} = 1 then working_days end as working_days) from concerned)"
