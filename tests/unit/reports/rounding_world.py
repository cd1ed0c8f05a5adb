"""The enforcement report of the tiny world with one table rounded: what cases began with, now and before."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from reports.context import Contents, prepare
from reports.declaration import Column, Quantity, ReportDeclaration
from reports.periods import Period
from reports.report_files import load_report
from tests.unit.reports import tiny
from tests.unit.reports.tiny.world import share

TABLE, MODEL, QUANTITY = "case_origins", "rpt_metrics__case_origins", "cases_by_origin"
KEY = b"a secret of the tests, long enough"
# Opened, and opened in the half-year before. Two lines round to nothing but in the year before or altogether.
OPENED = {
    "audit": ("Audit", 13, 22),
    "intelligence": ("Intelligence", 2, 1),
    "partner_referral": ("Referral", 4, 8),
    "public": ("Tip from the public", 1, 0),
    "seizure": ("Seizure by customs", 23, 31),
    "voluntary_disclosure": ("Voluntary disclosure", 7, 3),
}


def rounded_report(profile: str = "round5", **changes: Any) -> ReportDeclaration:
    """The enforcement report, its table of origins under a profile that rounds."""
    report = load_report("enforcement")
    table = report.table(TABLE)
    columns = []
    for column in table.columns:
        columns.append(replace(column, quantity=QUANTITY) if column.name == "cases_opened" else column)
    columns += [
        Column("opened_before", "Half-year before", quantity=QUANTITY, periods_back=1, evidence="like cases_opened"),
        Column("change", "Change", format="change", now="cases_opened", then="opened_before"),
        Column("median_days", "Median", format="days", derived_from=("cases_opened",), own=True),
    ]
    rounded = replace(table, columns=tuple(columns), disclosure=profile, **changes)
    return replace(
        report,
        tables=tuple(rounded if one.name == TABLE else one for one in report.tables),
        quantities=(*report.quantities, Quantity(QUANTITY)),
    )


def tables_of(opened: dict[str, tuple[str, int, int]] | None = None) -> dict[str, tiny.Rows]:
    """The tiny world with these origins; half-way through, the rows of a model that sorts by code."""
    found = OPENED if opened is None else opened
    tables = tiny.enforcement()
    rows = [
        _row(code, label, now, before, place, False)
        for place, (code, (label, now, before)) in enumerate(sorted(found.items()), start=1)
    ]
    total = _row("total", "All cases", *(sum(one[n] for one in found.values()) for n in (1, 2)), len(rows) + 1, True)
    for row in (*rows, total):
        row["share_of_cases"] = share(row["cases_opened"], total["cases_opened"])
    tables[MODEL] = [*rows, total]
    return tables


def _row(code: str, label: str, now: int, before: int, place: int, is_total: bool) -> dict[str, Any]:
    change = (Decimal(now - before) / before).quantize(Decimal("0.001")) if before else None
    return {
        "period": tiny.HALF, "partner": tiny.PROSECUTION, "origin_code": code, "origin": label, "cases_opened": now,
        "opened_before": before, "change": change, "median_days": 40 + now, "is_total": is_total, "sort_order": place,
    }  # fmt: skip


def contents_of(
    report: ReportDeclaration | None = None,
    opened: dict[str, tuple[str, int, int]] | None = None,
    earlier: Any = None,
    key: bytes = KEY,
) -> Contents:
    """The contents of the report with the rounded table."""
    source = tiny.TinySource(tables_of(opened))
    return prepare(report or rounded_report(), Period.parse(tiny.HALF), source, earlier, key)
