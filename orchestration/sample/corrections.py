"""Late corrections: some weeks on, a partner finds that a few rows of a file were wrong and sends them
again.

Belongs here: which feeds are corrected, in which period, and what changes. Does not belong here: how a
correction takes effect. A correction holds only the rows that change, under their old keys; its manifest
says that it is one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.sample import calendar, columns
from orchestration.sample.columns import Bools, Ints
from orchestration.sample.delivery import Delivery, Mention

Change = Callable[[np.random.Generator, pa.Table], pa.Table]


@dataclass(frozen=True)
class Correction:
    """For one feed: the period corrected, which share of its rows at most (and how many), what changes, and
    why.
    """

    period: str
    share: float
    most: int
    change: Change
    reason: str


def _revalued(column: str, least: float = 0.4) -> Change:
    """Another value, at least `least` times the one before and at most 1.9 times."""

    def change(rng: np.random.Generator, table: pa.Table) -> pa.Table:
        old = np.array([int(value.scaleb(2)) for value in table.column(column).to_pylist()], np.int64)
        new = np.maximum((old * rng.uniform(least, 1.9, len(old))).astype(np.int64), 100)
        return _set(table, column, columns.decimals(new, 2))

    return change


def _other_criteria(rng: np.random.Generator, table: pa.Table) -> pa.Table:
    return _set(table, "criteria", pa.array(["2c|7"] * table.num_rows, pa.string()))


def _released(rng: np.random.Generator, table: pa.Table) -> pa.Table:
    seized = table.column("seized_on").to_numpy().astype("datetime64[D]")
    later = np.minimum(calendar.add_days(seized, rng.integers(30, 90, len(seized))), calendar.LAST)
    return _set(table, "released_on", columns.days(later))


CORRECTIONS: dict[str, Correction] = {
    "customs_service/export_declarations": Correction(
        "2025Q2",
        0.005,
        1_000,
        _revalued("statistical_value"),
        "Values were declared before freight was known.",
    ),
    # Never less: what was shipped meanwhile would look as if it went beyond its licence, a story that nobody planted.
    "trade_ministry/goods_lines": Correction(
        "2024Q4", 0.01, 500, _revalued("value", 1.0), "Values were keyed in from the wrong column of the form."
    ),
    "trade_ministry/decisions": Correction(
        "2025Q1", 0.01, 100, _other_criteria, "The criteria of these refusals were cited wrongly."
    ),
    "customs_service/seizures": Correction("2025Q3", 0.2, 50, _released, "These goods were released."),
}
_ELIGIBLE: dict[str, Callable[[pa.Table], Bools]] = {
    "trade_ministry/goods_lines": lambda table: np.asarray(pc.is_valid(table.column("value"))),
    "trade_ministry/decisions": lambda table: np.asarray(pc.equal(table.column("decision"), "REFUSED")),
    "customs_service/seizures": lambda table: np.asarray(
        pc.and_(pc.is_null(table.column("released_on")), pc.is_null(table.column("licence_ref")))
    ),
}


def correction_of(rng: np.random.Generator, delivery: Delivery) -> Delivery | None:
    """The correction that follows this delivery, or None."""
    planned = CORRECTIONS.get(delivery.contract_id)
    if planned is None or planned.period != delivery.period or delivery.kind != "initial":
        return None
    eligible = np.arange(delivery.table.num_rows)
    if delivery.contract_id in _ELIGIBLE:
        eligible = np.flatnonzero(_ELIGIBLE[delivery.contract_id](delivery.table))
    wanted = min(planned.most, max(1, round(delivery.table.num_rows * planned.share)), len(eligible))
    return correct(rng, delivery, np.sort(rng.permutation(eligible)[:wanted]), planned) if wanted else None


def correct(rng: np.random.Generator, delivery: Delivery, rows: Ints, planned: Correction) -> Delivery:
    """These rows of a delivery, changed, as a delivery of their own."""
    old = delivery.table.take(pa.array(rows))
    mentions = tuple(
        Mention(m.role, m.names.take(pa.array(rows)), m.entity[rows]) for m in delivery.mentions if m.row is None
    )
    return Delivery(
        delivery.partner, delivery.feed, delivery.period, planned.change(rng, old), mentions, "correction",
        "_correction1", planned.reason, old,
    )  # fmt: skip


def _set(table: pa.Table, name: str, column: pa.Array) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, column)
