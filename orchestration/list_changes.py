"""What changed between two editions of a sanctions list, whichever two.

Here: finding the editions, comparing them entry by entry, counting. The mart fct_listing_changes holds the same for
each edition against the one before it; a test holds the two against each other. Not here: which entries an edition
has (int_intelligence__listings), how changes are printed (cli/lists.py).
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import duckdb

from orchestration.contracts.period import days_of
from orchestration.errors import EntrepotError, UsageError
from orchestration.harmonisation.warehouse import build_database
from orchestration.quoting import sql_text
from orchestration.settings import Home

# What an entry says, by the name under which a change is told; the columns are those of int_intelligence__listings.
FIELDS = {
    "entity_type": "entity_type", "name": "primary_name", "aliases": "aliases", "birth_dates": "birth_dates",
    "countries": "country_texts", "programmes": "programmes", "identifiers": "identifiers", "addresses": "addresses",
    "listed_on": "cast(listed_on as varchar)", "remarks": "remarks",
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """An entry that was added or removed (`field`, `before`, `after` empty), or one thing that it says otherwise."""

    entry_ref: str
    record_ref: str
    name: str
    change: str
    field: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Comparison:
    """Two editions of a list, named by their periods, and all changes from the one to the other."""

    list_code: str
    from_period: str
    to_period: str
    changes: tuple[Change, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Entries added, removed and changed."""
        entries = Counter(change for _, change in {(c.entry_ref, c.change) for c in self.changes})
        return {kind: entries[kind] for kind in ("added", "removed", "changed")}


def compare(home: Home, list_code: str, before: str | None = None, after: str | None = None) -> Comparison:
    """The changes between two editions; without `after` to the newest, without `before` from the one before that.

    Each is a period in its written form, or a day: then the edition in force on it. UsageError for a list that there
    is not, an edition that there is not, or two that do not stand in order; EntrepotError while nothing is built.
    """
    with _warehouse(home) as connection:
        periods = _editions(connection, list_code)
        newer = _place(periods, list_code, after) if after else len(periods) - 1
        older = _place(periods, list_code, before) if before else newer - 1
        if not 0 <= older < newer:
            raise UsageError(
                f"{list_code} has the editions {', '.join(periods)}: to compare, name one and a later one."
                if len(periods) > 1
                else f"{list_code} has one edition only ({periods[0]}), so there is nothing to compare it with."
            )
        sides = [_entries(connection, list_code, periods[place]) for place in (older, newer)]
    return Comparison(list_code, periods[older], periods[newer], tuple(_changes(*sides)))


def _changes(older: dict[str, tuple[str, ...]], newer: dict[str, tuple[str, ...]]) -> Iterator[Change]:
    for entry in sorted(older.keys() | newer.keys()):
        was, now = older.get(entry), newer.get(entry)
        record, _, name, *_ = now or was or ()
        if was is None or now is None:
            yield Change(entry, record, name, "added" if was is None else "removed")
            continue
        for field, said, says in zip(FIELDS, was[1:], now[1:], strict=True):
            if said != says:
                yield Change(entry, record, name, "changed", field, said, says)


def _editions(connection: duckdb.DuckDBPyConnection, list_code: str) -> list[str]:
    found = connection.execute(
        "select distinct list_code, snapshot_no, period from intermediate.int_intelligence__listings order by all"
    ).fetchall()
    periods = [period for code, _, period in found if code == list_code]
    if not periods:
        known = ", ".join(sorted({code for code, _, _ in found})) or "none yet"
        raise UsageError(f"There is no list `{list_code}` in the warehouse; the lists are: {known}.")
    return periods


def _place(periods: list[str], list_code: str, wanted: str) -> int:
    if wanted in periods:
        return periods.index(wanted)
    try:
        day = date.fromisoformat(wanted)
    except ValueError:
        raise UsageError(
            f"{list_code} has no edition `{wanted}`; it has {', '.join(periods)}. A day such as 2021-03-31 stands for "
            "the edition in force on it."
        ) from None
    in_force = [place for place, period in enumerate(periods) if (days := days_of(period)) and days[1] <= day]
    if not in_force:
        raise UsageError(f"No edition of {list_code} was in force on {day}; the first is {periods[0]}.")
    return in_force[-1]


def _entries(connection: duckdb.DuckDBPyConnection, list_code: str, period: str) -> dict[str, tuple[str, ...]]:
    columns = ", ".join(f"coalesce({column}, '')" for column in FIELDS.values())
    rows = connection.execute(
        f"select entry_ref, record_ref, {columns} from intermediate.int_intelligence__listings "
        f"where list_code = {sql_text(list_code)} and period = {sql_text(period)} order by entry_ref"
    ).fetchall()
    return {row[0]: tuple(row[1:]) for row in rows}


@contextmanager
def _warehouse(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    if not home.build_db.exists():
        raise EntrepotError("The warehouse is not built yet, so there are no lists. Run `entrepot run` first.")
    with build_database(home, read_only=True) as connection:
        yield connection
