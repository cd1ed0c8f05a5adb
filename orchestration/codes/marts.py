"""Reads the marts of codes from the build database, read-only: values to map, the share that is mapped, untimely codes.

Here: the three questions and the mapping file for a person to fill in. Not here: how values are matched (the models),
and whether a filled-in file is sound (contracts/mappings.py).
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.contracts.mappings import COLUMNS
from orchestration.errors import EntrepotError, UsageError
from orchestration.harmonisation.warehouse import build_database
from orchestration.settings import Home


@dataclass(frozen=True)
class Table:
    """A mart as rows, in the order that the mart has."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def as_dictionaries(self) -> list[dict[str, Any]]:
        """One dictionary a row."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def unmapped(home: Home, partner: str | None = None, code_list: str | None = None) -> Table:
    """The values that stand for no code yet, those on most lines first within each list and partner."""
    return _mart(home, "fct_unmapped_values", "code_list, partner, lines DESC, feed, field, value", partner, code_list)


def coverage(home: Home, partner: str | None = None, code_list: str | None = None) -> Table:
    """Lines by code list, partner, field and kind of match, with their share (metric M17)."""
    return _mart(home, "fct_code_coverage", "code_list, partner, feed, field, lines DESC", partner, code_list)


def untimely(home: Home, partner: str | None = None, code_list: str | None = None) -> Table:
    """The codes that stand in records of days on which they do not hold, those in most records first."""
    return _mart(
        home, "fct_untimely_codes", "code_list, partner, lines DESC, feed, field, code, fault", partner, code_list
    )


def write_mapping_file(values: Table, path: Path) -> int:
    """A file in the form of code_lists/code_mappings.csv for a person to fill in, with the number of lines under
    `note`; how many values it holds. Values in quarantine are left out: their partner has to correct them, or the
    contract to allow them. A file that is there already is never overwritten: somebody's decisions may stand in it.
    """
    rows = [row for row in values.as_dictionaries() if not row["is_quarantined"]]
    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            for row in rows:
                seen = f"{row['lines']} lines of {row['feed']}, such as {row['example_record_ref']}"
                given = {"code_list": row["code_list"], "partner": row["partner"], "value": row["value"], "note": seen}
                writer.writerow([given.get(column, "") for column in COLUMNS])
    except FileExistsError:
        raise UsageError(
            f"{path} is there already and may hold decisions. Name another file, or move it away."
        ) from None
    except OSError as error:
        raise EntrepotError(f"{path} cannot be written: {error.strerror}.") from error
    return len(rows)


def _mart(home: Home, name: str, order: str, partner: str | None, code_list: str | None) -> Table:
    conditions: Sequence[tuple[str, str | None]] = (("partner", partner), ("code_list", code_list))
    given = [(column, value) for column, value in conditions if value is not None]
    where = " AND ".join(["true", *(f"{column} = ?" for column, _ in given)])
    if not home.build_db.exists():
        raise EntrepotError(f"There is no warehouse in {home.root} yet. Run `entrepot run` first.")
    try:
        with build_database(home, read_only=True) as connection:
            found = connection.execute(
                f"SELECT * FROM main.{name} WHERE {where} ORDER BY {order}",
                [value for _, value in given],
            )
            return Table(tuple(column[0] for column in found.description or ()), tuple(found.fetchall()))
    except duckdb.CatalogException:
        raise EntrepotError(f"The warehouse in {home.root} has no {name} yet. Run `entrepot run` again.") from None
    except duckdb.IOException as error:
        raise EntrepotError(
            f"The warehouse in {home.root} cannot be read now: {str(error).splitlines()[0]} A run may be writing it; "
            "try again when it has ended."
        ) from None
