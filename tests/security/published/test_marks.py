"""The marks beside numbers, [b] for a break and [p] for what had not come: neither tells of a figure that is hidden.

Two worlds that differ in hidden figures alone must give the same edition to the last byte, marks and remarks included;
and a hidden cell bears no mark, whatever stands behind it, since a mark there would say that something does.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

import pytest

from reports.context import Contents, prepare
from reports.cover import Cover
from reports.declaration import Break
from reports.figures import BREAK, CONFIDENTIAL, PARTIAL
from reports.periods import Period
from reports.remarks import Gap, with_remarks
from reports.render import render
from reports.report_files import load_report
from tests.unit.reports import tiny
from tests.unit.reports.test_disclosure import CONTRIBUTIONS, GOODS, seized

BEFORE = "2025-H1"
BREAKS = (Break(BEFORE, "counted by line since", partner=tiny.CUSTOMS),)
GAPS = (Gap(tiny.CUSTOMS, "seizures", tiny.HALF, is_partial=True),)
Files = Mapping[str, bytes]
Change = Callable[[dict[str, tiny.Rows]], None]
Says = Callable[[dict[str, tiny.Rows]], tuple[tuple[Break, ...], tuple[Gap, ...]]]


def lone(tables, value: str = "700000.00", firm: str = "H") -> None:
    """What was seized in the half-year before was one firm's alone."""
    seized(tables)
    row = next(row for row in tables["rpt_enforcement__trend"] if row["half_year"] == BEFORE and row["value_eur"])
    row["value_eur"] = Decimal(value)
    first = next(row for row in tables["rpt_enforcement__headline"] if row["measure"] == "value_seized_eur")
    first["previous_half"] = Decimal(value)
    own = {"period": BEFORE, "contributor": firm, "value_eur": Decimal(value)}
    tables[CONTRIBUTIONS].append({**tables[CONTRIBUTIONS][0], **own})


def otherwise(tables) -> None:
    """Another firm's and much less, and 300 euro of firm F went from one hidden cell to another."""
    lone(tables, "4300.55", "J")
    for row in tables[GOODS]:
        row["value_eur"] += {"ML": Decimal(-300), "none": Decimal(300)}.get(row["category_code"], Decimal(0))
    own = next(row for row in tables[CONTRIBUTIONS] if (row["contributor"], row["category_code"]) == ("F", "ML"))
    own["value_eur"] -= 300
    tables[CONTRIBUTIONS].append({**own, "category_code": "none", "value_eur": Decimal(300)})


def contents_of(change: Change, says: Says = lambda tables: (BREAKS, GAPS)) -> Contents:
    tables = tiny.enforcement()
    change(tables)
    breaks, gaps = says(tables)
    report = replace(load_report("enforcement"), breaks=breaks)
    return with_remarks(prepare(report, Period.parse(tiny.HALF), tiny.TinySource(tables)), gaps)


def edition(change: Change, says: Says = lambda tables: (BREAKS, GAPS)) -> Files:
    return render(contents_of(change, says), Cover("2025-H2-v1", "Provisional")).files


def test_marks_and_remarks_are_the_same_whatever_is_hidden():
    one, other = edition(lone), edition(otherwise)
    rows = csv.DictReader(io.StringIO(one["tables/trend.csv"].decode("utf-8-sig")))
    assert [row["value_eur"] for row in rows if row["half_year"] == BEFORE][:1] == [CONFIDENTIAL]
    whole = json.loads(
        next(content for path, content in one.items() if path.endswith(".json") and b"remarks" in content)
    )
    assert {BREAK, PARTIAL} <= {note["symbol"] for table in whole["tables"] for note in table["remarks"]}
    assert one == other


def test_a_hidden_cell_at_a_break_bears_no_mark_and_its_neighbours_do():
    part = next(part for part in contents_of(lone).tables["trend"].parts if part.authority.code == tiny.CUSTOMS)
    row = next(row for row in part.rows if row.key == BEFORE)
    assert row.cell("value_eur").is_hidden
    assert row.cell("value_eur").marks == ()
    assert row.cell("seizures").marks == row.cell("inspections").marks == (BREAK,)


def is_much(tables) -> bool:
    """Whether the warehouse holds much behind the hidden cell."""
    return any(
        row["half_year"] == BEFORE and (row["value_eur"] or 0) > 500000 for row in tables["rpt_enforcement__trend"]
    )


@pytest.mark.parametrize(
    "says",
    [
        lambda tables: (BREAKS if is_much(tables) else (), GAPS),
        lambda tables: (BREAKS, GAPS if is_much(tables) else ()),
        lambda tables: (BREAKS, (replace(GAPS[0], is_partial=is_much(tables)),)),
    ],
    ids=["a break", "what had not come", "what had come in part"],
)
def test_an_edition_that_says_so_by_what_it_hides_gives_it_away(says):
    """The attack against a publisher who looks into the warehouse, behind [c], before he puts a mark."""
    assert edition(lone, says) != edition(otherwise, says)


def test_what_stands_behind_a_hidden_cell_is_not_there_for_him_who_puts_the_marks():
    """Not in the printed cell, nor in the row that it was printed from."""
    part = next(part for part in contents_of(lone).tables["trend"].parts if part.authority.code == tiny.CUSTOMS)
    row = next(row for row in part.rows if row.key == BEFORE)
    assert row.cell("value_eur").value is None
    assert row.source is not None and row.source["value_eur"] is None
