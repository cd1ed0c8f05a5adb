"""The figures that the reports on the sample must show, counted by the one who made it.

Belongs here: a few counts and sums per period, straight from the world's own records, corrections taken
into account. Does not belong here: the reports' tables, and exchange rates.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from orchestration.sample import columns, licensing
from orchestration.sample.delivery import Delivery
from orchestration.sample.world import World

_PERIODS = {
    "quarter": "strftime({0}, '%Y-Q') || quarter({0})",
    "half": "strftime({0}, '%Y-H') || if(month({0}) <= 6, 1, 2)",
}


@dataclass(frozen=True)
class Figure:
    """One figure by period and item: rows counted, or `value` added up, where `condition` holds."""

    feed: str
    moment: str
    period: str
    item: str
    condition: str = "true"
    value: str = ""


_MINISTRY, _CUSTOMS, _PROSECUTION = "trade_ministry", "customs_service", "prosecution_service"
FIGURES: dict[str, Figure] = {
    "applications_by_quarter_and_type": Figure(f"{_MINISTRY}/applications", "submitted_at", "quarter", "licence_type"),
    "decisions_by_quarter_and_outcome": Figure(f"{_MINISTRY}/decisions", "decided_at", "quarter", "decision"),
    "refusals_by_quarter_and_criterion": Figure(
        f"{_MINISTRY}/decisions", "decided_at", "quarter", "unnest(string_split(criteria, '|'))", "decision = 'REFUSED'"
    ),
    "allied_lines_by_quarter_and_decision": Figure(
        "allied_licensing_authority/decisions", "decided_on", "quarter", "decision"
    ),
    "allied_value_granted_by_quarter_and_currency": Figure(
        "allied_licensing_authority/decisions", "decided_on", "quarter", "currency", "decision = 'ACCORDÉE'", "value"
    ),
    "declaration_lines_by_quarter_and_currency": Figure(
        f"{_CUSTOMS}/export_declarations", "accepted_on", "quarter", "currency"
    ),
    "value_declared_by_quarter_and_currency": Figure(
        f"{_CUSTOMS}/export_declarations", "accepted_on", "quarter", "currency", value="statistical_value"
    ),
    "inspections_by_half_and_result": Figure(f"{_CUSTOMS}/inspections", "inspected_on", "half", "result"),
    "seizures_by_half_and_ground": Figure(f"{_CUSTOMS}/seizures", "seized_on", "half", "legal_ground"),
    "cases_opened_by_half_and_origin": Figure(  # a case is sent again, by the same half or a later one, when it ends
        f"{_PROSECUTION}/cases", "opened_on", "half", "origin", "is_new"
    ),
    "cases_concluded_by_half_and_status": Figure(
        f"{_PROSECUTION}/cases", "concluded_on", "half", "status", "concluded_on is not null"
    ),
    "penalties_by_half_and_disposition": Figure(f"{_PROSECUTION}/penalties", "imposed_on", "half", "disposition"),
    "penalty_amounts_by_half_and_currency": Figure(
        f"{_PROSECUTION}/penalties", "imposed_on", "half", "currency", "amount is not null", "amount"
    ),
}


class Figures:
    """Adds up delivery after delivery; a correction takes back the rows that it replaces."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._found: dict[str, dict[str, dict[str, Decimal]]] = {
            name: defaultdict(lambda: defaultdict(Decimal)) for name in FIGURES
        }
        self._revalued: dict[str, Decimal] = defaultdict(Decimal)

    def add(self, delivery: Delivery) -> None:
        """Count one delivery."""
        for name, figure in FIGURES.items():
            if figure.feed == delivery.contract_id:
                self._add(name, figure, delivery.table, delivery.period, 1)
                if delivery.replaces is not None:
                    self._add(name, figure, delivery.replaces, delivery.period, -1)
        if delivery.contract_id == "trade_ministry/goods_lines" and delivery.replaces is not None:
            for table, sign in ((delivery.table, 1), (delivery.replaces, -1)):
                for row in table.select(["application_ref", "value"]).to_pylist():
                    self._revalued[row["application_ref"]] += sign * row["value"]

    def _add(self, name: str, figure: Figure, table: pa.Table, period: str, sign: int) -> None:
        slot = _PERIODS[figure.period].format(figure.moment)
        condition = figure.condition.replace("is_new", f"{slot} = '{period[:4]}-{period[4:]}'")
        measure = "sum(value)" if figure.value else "count(*)"
        self._connection.register("typed", table)
        rows = self._connection.execute(
            f"select slot, item, {measure} from (select {slot} as slot, {figure.item} as item, "
            f"{figure.value or 'null'} as value from typed where {condition}) group by 1, 2"
        ).fetchall()
        self._connection.unregister("typed")
        for when, key, found in rows:
            self._found[name][when][key] += sign * Decimal(found)

    def result(self, world: World) -> dict[str, Any]:
        """All figures, in a stable order; counts of nought are left out, sums are exact decimal text."""
        figures: dict[str, Any] = {}
        for name, periods in self._found.items():
            form = str if FIGURES[name].value else int
            figures[name] = {
                when: {key: form(found) for key, found in sorted(items.items()) if found}
                for when, items in sorted(periods.items())
            }
        figures["value_granted_by_quarter_and_currency"] = self._granted(world)
        return figures

    def _granted(self, world: World) -> dict[str, dict[str, str]]:
        """Value of lines granted (also on appeal) in each quarter; open licences state none."""
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
