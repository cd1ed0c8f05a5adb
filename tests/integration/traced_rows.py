"""Figures computed again from the rows that a trace leads to: by SQL on the facts themselves, and arithmetic above it.

Not here: figures computed from the facts without a trace (plain_figures.py).
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import duckdb
import pyarrow as pa

from orchestration.tracing.account import FactRows, Figure
from reports.periods import Period

ROW = ("partner", "feed", "record_ref", "submission_id", "source_row_number")
# What an amount is on its fact. A measure that is not here must be 1 in every row, or a thing told from others.
ON_FACT = {
    **dict.fromkeys(
        (
            "value_eur", "exported_eur", "exported_open_eur", "dual_use_eur", "military_eur", "wide_eur",
            "dual_use_value_eur", "military_value_eur",
        ),
        "fact.value_eur",
    ),
    **{
        name: f"fact.{name}"
        for name in (
            "amount_eur", "custody_months", "timeliness", "rows_read", "required_cells", "authorised_eur",
            "used_eur", "days_to_action",
        )
    },
    "ratio": "cast(fact.amount_eur as double) / cast(fact.goods_value_eur as double)",
    "licence": "fact.licence_ref",
    **{
        f"{check}_licence": "fact.licence_ref"
        for check in ("checked", "favourable", "unfavourable", "inconclusive", "could_not_be_conducted", "host_refused")
    },
    "days": "fact.working_days_to_first_outcome",
    **{f"{kind}_rows": "fact.rows_accepted" for kind in ("first", "revised")},
    "valid_rows": "fact.rows_read - fact.invalid_rows", "unrepeated_rows": "fact.rows_read - fact.repeated_rows",
    "consistent_rows": "fact.rows_read - fact.inconsistent_rows",
    "filled_cells": "fact.required_cells - fact.empty_cells",
    "criteria_cited": "json_array_length(fact.criteria)",
    **{f"{kind}_licence": "fact.licence_ref" for kind in ("open", "wide")},
    **{f"{kind}_declaration": "fact.declaration_ref" for kind in ("open", "wide")},
}  # fmt: skip
AGGREGATES = {
    "sum": "sum({})", "mean": "avg({})", "different": "count(distinct {})", "median": "quantile_disc({}, 0.5)",
    "lower quartile": "quantile_disc({}, 0.25)", "upper quartile": "quantile_disc({}, 0.75)", "standing": "sum({})",
}  # fmt: skip


class Rows:
    """Computes figures from their traced rows; ``told`` are these with the files they came in, by account."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, told: Mapping[int, list[dict[str, Any]]]) -> None:
        self._connection = connection
        self._told = told

    def figure(self, figure: Figure, form: str) -> Decimal | None:
        """The figure again: of its rows, or of the figures that it is made of."""
        if figure.rows is not None:
            return self._of_rows(figure)
        assert figure.words, f"{figure.table}.{figure.column}: the trace ends"
        parts = [(word, self.figure(part, "")) for word, part in figure.parts]
        values = [value for _, value in parts if value is not None]
        first = figure.words.split()[0]
        if first == "always":
            return Decimal(figure.words.split()[1].rstrip(","))
        if first == "by":  # by the definition of a metric: plain_figures.py computes these
            return figure.value
        if figure.words.startswith(("sum of", "mean of")):
            held = [value.quantize(Decimal("0.001"), ROUND_HALF_UP) for value in values]  # as the other table has them
            return (sum(held, Decimal(0)) / (len(held) if first == "mean" else 1)) if held else None
        if parts and parts[0][0] in ("now", "then"):
            (_, now), (_, then) = parts
            if now is None or then is None:
                return None
            return now - then if form == "points" else (now - then) / then if then else None
        above = [value for word, value in parts if word == "above the line" and value is not None]
        if above:
            below = sum((value for word, value in parts if word == "below the line" and value is not None), Decimal(0))
            per = int(figure.words.split(" * ")[0]) if " * " in figure.words else 1
            return per * sum(above, Decimal(0)) / below if below else None
        return values[0] if values else None

    def _of_rows(self, figure: Figure) -> Decimal | None:
        of = figure.rows
        assert of is not None
        rows = self._told[id(of)]
        for row in rows:
            came = row["submission"] is not None and row["submission"]["file_name"] and row["source_row_number"]
            assert came or row["relation"] in ("fct_expected_submissions", "fct_submission_quality"), row
        if " age of " in of.words:
            ages = sorted((Period.parse(figure.period).ends_on - row["counts_on"]).days for row in rows)
            chosen = ages[-1] if of.words.startswith("greatest") else ages[(len(ages) + 1) // 2 - 1] if ages else None
            return None if chosen is None else Decimal(chosen)
        found = [self._measured(of, rows, name) for name in of.measures]
        if len(found) == 1:
            return found[0]
        above, below = found
        return above / below if above is not None and below else None

    def _put(self, rows: list[dict[str, Any]], measures: tuple[str, ...]) -> None:
        names = ("relation", *ROW, *measures)
        known = [{"place": place, **{name: row[name] for name in names}} for place, row in enumerate(rows)]
        self._connection.register("traced", pa.Table.from_pylist(known))

    def _measured(self, of: FactRows, rows: list[dict[str, Any]], name: str) -> Decimal | None:
        """One measure over the rows, each found again on its fact by what names it and its file and row."""
        is_single = len(of.measures) == 1
        aggregate = next(word for word in AGGREGATES if of.words.startswith(word)) if is_single else "sum"
        if name not in ON_FACT and aggregate != "different":
            assert {row[name] for row in rows} <= {0, 1}, f"{name} is an amount: say in ON_FACT what it is on its fact"
        same = " and ".join(f"fact.{column} is not distinct from traced.{column}" for column in ROW)
        measure = ON_FACT.get(name, f"traced.{name}")
        facts = sorted({row["relation"] for row in rows})
        if not facts:
            return Decimal(0) if aggregate in ("sum", "standing", "different") else None
        self._put(rows, of.measures)
        united = " union all ".join(
            f"select distinct traced.place, {measure} as measure from traced inner join {fact} as fact on {same} "
            f"where traced.relation = '{fact}'"
            for fact in facts
        )
        counted, figure = self._connection.execute(
            f"select count(*), {AGGREGATES[aggregate].format('measure')} from ({united}) as found"
        ).fetchall()[0]
        assert counted == len(rows), f"{of.words}: {counted} of {len(rows)} rows are in {', '.join(facts)}"
        return None if figure is None else Decimal(str(figure))
