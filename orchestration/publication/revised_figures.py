"""The figures behind a revision notice: each that a revised edition says otherwise, with the way to trace it in both.

Here: the companion files of revised editions as rows of evidence, and what they add up to. Not here: which editions
those are (notices.py), and comparing editions (reports/revisions.py).
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from statistics import median
from typing import Any

from orchestration.publication.shelf import Edition
from reports.evidence import GREATEST, MEDIAN, Measured
from reports.periods import Period
from reports.revisions import FILE
from reports.source import Key

RELATION = "editions"
KEYS = ("edition_code", "table_code")
_FOUR = Decimal("0.0001")


@dataclass(frozen=True)
class Revised:
    """A revised edition and the day on which it appeared."""

    edition: Edition
    appeared_on: date


def rows(revised: Sequence[Revised], period: Period) -> Iterator[dict[str, Any]]:
    """One row a revised figure, and one a table and authority with how many figures were compared."""
    for one in revised:
        if period.starts_on <= one.appeared_on <= period.ends_on:
            yield from _compared(one)
            yield from _revised(one)


def sums(
    found: Sequence[Mapping[str, Any]], keys: Sequence[str], measured: Sequence[Measured]
) -> Mapping[Key, tuple[Any, ...]]:
    """What the rows add up to, by authority and keys and for the authority's total, which has no magnitude."""
    groups: dict[Key, list[Mapping[str, Any]]] = {}
    for row in found:
        own = tuple(str(row[name]) for name in keys)
        for key in {own, ()}:
            groups.setdefault((row["partner"], key), []).append(row)
    return {
        (partner, key): tuple(figure(one, group) if key or not _is_magnitude(one) else None for one in measured)
        for (partner, key), group in groups.items()
    }


def figure(measured: Measured, found: Sequence[Mapping[str, Any]]) -> Decimal | None:
    """What rows make of a measure: their sum, or the median or greatest of those that have it, to four places."""
    known = [Decimal(row[measured.measure]) for row in found if row[measured.measure] is not None]
    if measured.aggregate in (MEDIAN, GREATEST):
        chosen = median if measured.aggregate == MEDIAN else max
        return chosen(known).quantize(_FOUR, rounding=ROUND_HALF_UP) if known else None
    return sum(known, Decimal(0))


def _is_magnitude(measured: Measured) -> bool:
    return measured.aggregate in (MEDIAN, GREATEST)


def _row(one: Revised, authority: str, table: str, more: Mapping[str, Any]) -> dict[str, Any]:
    edition = one.edition
    return {
        "counts_on": one.appeared_on, "relation": RELATION, "partner": authority, "feed": edition.report,
        "record_ref": f"{edition.id} {table}", "submission_id": None, "source_row_number": None, "marking": None,
        "edition_code": f"{edition.report}/{edition.id}", "table_code": table, "cells_revised": 0, "cells_compared": 0,
        "magnitude": None, "before": None, "after": None, "trace_before": None, "trace_after": None, **more,
    }  # fmt: skip


def _compared(one: Revised) -> Iterator[dict[str, Any]]:
    for line in one.edition.manifest.get("revisions") or []:
        yield _row(one, line["authority"], line["table"], {"cells_compared": line["cells_compared"]})


def _revised(one: Revised) -> Iterator[dict[str, Any]]:
    edition = one.edition
    with (edition.folder / FILE).open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            cell = _cell(line["authority"], line["cell"])
            more = {
                "record_ref": f"{edition.id} {line['table']} {line['cell'] or line['row']}".strip(),
                "cells_revised": 1,
                "magnitude": _magnitude(line["before"], line["after"]),
                "before": line["before"],
                "after": line["after"],
                "trace_before": f"{edition.report}/{line['since']} {line['table']} {cell}" if cell else None,
                "trace_after": f"{edition.report}/{edition.id} {line['table']} {cell}" if cell else None,
            }
            yield _row(one, line["authority"], line["table"], more)


def _cell(authority: str, cell: str) -> str:
    """The name that a figure has in every edition: that of its authority in place of the number of its part."""
    return f"{authority}.{cell.partition('.')[2]}" if cell else ""


def _magnitude(before: str, after: str) -> Decimal | None:
    try:
        old, new = Decimal(before), Decimal(after)
    except InvalidOperation:
        return None
    return abs(new - old) / abs(old) if old else None
