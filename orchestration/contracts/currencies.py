"""Reads code_lists/currencies.csv once more for what only currencies have: successions, through which amounts convert.

Here: the file's own correctness, told with file and line when contracts are loaded: a wrong factor makes amounts wrong
by thousands. Not here: codes, names and days (code_lists.py), and the conversion (int_currencies__rates_by_day).
"""

import csv
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path

from orchestration.errors import ContractError

FILE = "currencies.csv"
SUCCESSION = ("replaced_by", "units_per_successor", "succeeded_on")
HOPS = 3  # successions in a row that the model follows


def check_successions(folder: Path) -> int:
    """How many currencies of the folder's list have a successor; ContractError for the first that is not sound, with
    its line. No file, or one without the columns, has none.
    """
    path = folder / FILE
    if not path.is_file():
        return 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        if not set(SUCCESSION) <= set(reader.fieldnames or ()):
            return 0
        rows = {str(row["code"]): (reader.line_num, row) for row in reader}
    ended = {code: row["replaced_by"] for code, (_, row) in rows.items() if row["replaced_by"]}
    for line, row in rows.values():
        if (fault := _fault(row, rows) or _chain(row["code"], ended)) is not None:
            raise ContractError(f"{path}:{line}: {row['code']}: {fault}")
    return len(ended)


def _fault(row: Mapping[str, str], known: Mapping[str, object]) -> str | None:
    """What is wrong with the succession of one currency, in a sentence; None if nothing is."""
    given = [name for name in SUCCESSION if row[name]]
    if not given:
        return None
    if len(given) < len(SUCCESSION):
        return f"{', '.join(SUCCESSION)} go together; only {', '.join(given)} is filled in."
    if row["replaced_by"] not in known or row["replaced_by"] == row["code"]:
        return f"its successor `{row['replaced_by']}` is no other currency of the list."
    try:
        units = Decimal(row["units_per_successor"])
    except InvalidOperation:
        units = Decimal(0)
    if not units.is_finite() or units <= 0 or -int(units.as_tuple().exponent) > 6:
        return (
            f"units_per_successor is `{row['units_per_successor']}`; write a number above 0 with six decimals at most."
        )
    try:
        succeeded, last = date.fromisoformat(row["succeeded_on"]), date.fromisoformat(row["valid_to"])
    except ValueError:
        return "a currency with a successor has a day under valid_to and under succeeded_on, as YYYY-MM-DD."
    if succeeded > last + timedelta(days=1):
        return f"it ends on {last} and has its successor from {succeeded} only: nothing holds on the days between."
    return None


def _chain(code: str, ended: Mapping[str, str]) -> str | None:
    passed = [code]
    while passed[-1] in ended:
        passed.append(ended[passed[-1]])
        if len(passed) > HOPS + 1:
            return (
                f"{', '.join(passed)} are more than {HOPS} successions in a row, and no amount converts over so many."
            )
    return None
