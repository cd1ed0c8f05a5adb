"""The partners, countries and periods of the tiny world, and the arithmetic that its tables have in common."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

QUARTER, HALF = "2025-Q4", "2025-H2"
MINISTRY, ALLY = "trade_ministry", "allied_licensing_authority"
CUSTOMS, PROSECUTION = "customs_service", "prosecution_service"
NAMES = {
    MINISTRY: ("Ministry of Trade of Arvenia", "Arvenia"),
    ALLY: ("Licensing Office of Belmark", "Belmark"),
    CUSTOMS: ("Customs Service of Arvenia", "Customs"),
    PROSECUTION: ("Prosecution Service of Arvenia", "Prosecution"),
}
COUNTRIES = [
    ("IN", "India"),
    ("US", "United States"),
    ("KR", "Korea, Republic of"),
    ("NA", "Namibia"),
    ("NO", "Norway"),
    ("SG", "Singapore"),
    ("JP", "Japan"),
    ("AE", "United Arab Emirates"),
    ("TR", "Türkiye"),
    ("BR", "Brazil"),
    ("CL", "Chile"),
    ("CH", "Switzerland"),
    ("IL", "Israel"),
    ("SA", "Saudi Arabia"),
    ("MY", "Malaysia"),
    ("ZA", "South Africa"),
    ("MX", "Mexico"),
    ("VN", "Viet Nam"),
    ("TH", "Thailand"),
    ("QA", "Qatar"),
    ("XX", "Unknown or various"),
]
Rows = list[dict[str, Any]]


class TinySource:
    """Reporting tables held in memory."""

    def __init__(self, tables: Mapping[str, Rows], names: Mapping[str, tuple[str, str]] | None = None) -> None:
        self.tables = copy.deepcopy(dict(tables))
        self.names = dict(NAMES if names is None else names)

    def rows(self, table: str, period: str) -> Sequence[Mapping[str, Any]]:
        return [row for row in self.tables.get(table, []) if row["period"] == period]

    def authorities(self) -> Mapping[str, tuple[str, str]]:
        return self.names


def share(above: int | Decimal | None, below: int | Decimal | None) -> Decimal | None:
    return None if above is None or not below else _three(Decimal(above) / Decimal(below))


def change(now: int | Decimal | None, then: int | Decimal | None) -> Decimal | None:
    return None if now is None or not then else _three((Decimal(now) - Decimal(then)) / Decimal(then))


def _three(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.001"), rounding=ROUND_HALF_UP)


def summed(rows: Rows, columns: Sequence[str], **fixed: Any) -> dict[str, Any]:
    return {**{name: sum(row[name] for row in rows) for name in columns}, **fixed}


def finished(period: str, partner: str, rows: Rows, total: dict[str, Any] | None, derive: Any) -> Rows:
    """Rows with total, order, shares and changes, as a model selects them."""
    out = []
    for place, row in enumerate([*rows, *([total] if total else [])], start=1):
        whole = total or row
        out.append(
            {
                "period": period,
                "partner": partner,
                **row,
                **derive(row, whole),
                "is_total": row is total,
                "sort_order": place,
            }
        )
    return out


def headline(period: str, partner: str, measures: Sequence[tuple[Any, ...]], step: str) -> Rows:
    rows = []
    for place, (measure, label, unit, value, before, year) in enumerate(measures, start=1):
        moved = (lambda now, then: None if now is None or then is None else now - then) if unit == "share" else change
        if value is None:
            continue  # as the model does
        rows.append(
            {
                "period": period,
                "partner": partner,
                "measure": measure,
                "label": label,
                "unit": unit,
                "value": value,
                f"previous_{step}": before,
                "previous_year": year,
                f"change_on_{step}": moved(value, before),
                "change_on_year": moved(value, year),
                "sort_order": place,
            }
        )
    return rows
