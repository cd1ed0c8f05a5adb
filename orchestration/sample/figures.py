"""The figures that the reports on the sample must show, counted by the one who made it.

Belongs here: a few counts and sums per period, straight from the world's own records, corrections taken
into account. Does not belong here: the reports' tables, and exchange rates.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from orchestration.sample import columns, licensing
from orchestration.sample.delivery import Delivery
from orchestration.sample.world import World

_QUARTER = "strftime({0}, '%Y-Q') || quarter({0})"
_HALF = "strftime({0}, '%Y-H') || if(month({0}) <= 6, 1, 2)"
# figure: feed, period expression, what is counted, condition
_COUNTS: dict[str, tuple[str, str, str, str]] = {
    "applications_by_quarter_and_type": ("trade_ministry/applications", _QUARTER.format("submitted_at"),
        "licence_type", "true"),
    "decisions_by_quarter_and_outcome": ("trade_ministry/decisions", _QUARTER.format("decided_at"),
        "decision", "true"),
    "refusals_by_quarter_and_criterion": (
        "trade_ministry/decisions", _QUARTER.format("decided_at"), "unnest(string_split(criteria, '|'))",
        "decision = 'REFUSED'",
    ),
    "allied_lines_by_quarter_and_decision": (
        "allied_licensing_authority/decisions", _QUARTER.format("decided_on"), "decision", "true",
    ),
    "declaration_lines_by_quarter_and_currency": (
        "customs_service/export_declarations", _QUARTER.format("accepted_on"), "currency", "true",
    ),
    "inspections_by_half_and_result": ("customs_service/inspections", _HALF.format("inspected_on"),
        "result", "true"),
    "seizures_by_half_and_ground": ("customs_service/seizures", _HALF.format("seized_on"), "legal_ground",
        "true"),
    "cases_concluded_by_half_and_status": (
        "prosecution_service/cases", _HALF.format("concluded_on"), "status", "concluded_on is not null",
    ),
    "penalties_by_half_and_disposition": ("prosecution_service/penalties", _HALF.format("imposed_on"),
        "disposition", "true"),
}  # fmt: skip


class Figures:
    """Adds up delivery after delivery; a correction takes back the rows that it replaces."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._counts: dict[str, dict[str, dict[str, int]]] = {
            name: defaultdict(lambda: defaultdict(int)) for name in (*_COUNTS, "cases_opened_by_half_and_origin")
        }
        self._revalued: dict[str, Decimal] = defaultdict(Decimal)

    def add(self, delivery: Delivery) -> None:
        """Count one delivery."""
        for name, (feed, period, what, condition) in _COUNTS.items():
            if feed == delivery.contract_id:
                self._count(name, delivery.table, period, what, condition, 1)
                if delivery.replaces is not None:
                    self._count(name, delivery.replaces, period, what, condition, -1)
        if delivery.contract_id == "prosecution_service/cases":
            opened = _HALF.format("opened_on")
            # a case is sent again when it ends
            current = f"{opened} = '{delivery.period[:4]}-{delivery.period[4:]}'"
            self._count("cases_opened_by_half_and_origin", delivery.table, opened, "origin", current, 1)
        if delivery.contract_id == "trade_ministry/goods_lines" and delivery.replaces is not None:
            for table, sign in ((delivery.table, 1), (delivery.replaces, -1)):
                for row in table.select(["application_ref", "value"]).to_pylist():
                    self._revalued[row["application_ref"]] += sign * row["value"]

    def _count(self, name: str, table: pa.Table, period: str, what: str, condition: str, sign: int) -> None:
        self._connection.register("typed", table)
        rows = self._connection.execute(
            f"select slot, item, count(*) from (select {period} as slot, {what} as item from typed "
            f"where {condition}) group by 1, 2"
        ).fetchall()
        self._connection.unregister("typed")
        for when, key, count in rows:
            self._counts[name][when][key] += sign * count

    def result(self, world: World) -> dict[str, Any]:
        """All figures, in a stable order; counts of nought are left out."""
        figures: dict[str, Any] = {
            name: {
                when: {key: count for key, count in sorted(counts.items()) if count}
                for when, counts in sorted(periods.items())
            }
            for name, periods in self._counts.items()
        }
        figures["value_granted_by_quarter_and_currency"] = self._granted(world)
        return figures

    def _granted(self, world: World) -> dict[str, dict[str, str]]:
        """Value of the lines of applications granted (also on appeal) in each quarter; open licences state
        none.
        """
        apps, lines = world.applications, world.lines
        priced = apps.type[lines.application] != licensing.TYPES.index("OPN")
        total = np.bincount(lines.application[priced], lines.value[priced], len(apps)).round().astype(np.int64)
        first = {
            y: int(np.searchsorted(columns.years(apps.submitted), y)) for y in np.unique(columns.years(apps.submitted))
        }
        for ref, delta in self._revalued.items():
            _, year, number = ref.split("-")
            total[first[int(year)] + int(number) - 1] += int(delta.scaleb(2))
        found: dict[str, dict[str, str]] = {}
        granted = np.flatnonzero(world.grant_of >= 0)
        at = world.decisions.at[world.grant_of[granted]].astype("datetime64[M]").astype(np.int64)
        quarter = at // 3
        for value in np.unique(quarter):
            name = f"{1970 + value // 4}-Q{value % 4 + 1}"
            inside = granted[quarter == value]
            sums = [int(total[inside[apps.currency[inside] == c]].sum()) for c in range(len(licensing.CURRENCIES))]
            found[name] = {
                currency: str(Decimal(cents).scaleb(-2))
                for currency, cents in zip(licensing.CURRENCIES, sums, strict=True) if cents
            }  # fmt: skip
        return found
