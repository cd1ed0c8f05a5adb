"""Evidence models asked of a release: sums by the keys of a table, and the rows behind one figure.

Here: the SQL around a model's own. Not here: the models (dbt_project/models/reporting/evidence), which of them a table
names (reports/evidence.py), and whose eyes the rows are for (account.py).

A release holds marts and reporting tables; evidence models are views that no release has. Their SQL, as dbt compiled
it, runs over the release instead, so that the rows are of the vintage of the release and cost nothing before somebody
asks for them.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import duckdb

from orchestration.errors import EntrepotError
from orchestration.quoting import sql_name, sql_text
from orchestration.releases.models import compiled_manifest, load_models
from orchestration.settings import Home
from reports.evidence import (
    DIFFERENT,
    GREATEST,
    GREATEST_AGE,
    LOWER,
    MEAN,
    MEDIAN,
    MEDIAN_AGE,
    OF_WHAT_STANDS,
    STANDING,
    SUM,
    UPPER,
    Measured,
)
from reports.periods import Period
from reports.source import Key

EVIDENCE = "evidence"  # the schema of the models
STANDS = "counts_until_on"
COUNTS_FOR = "counts_for"  # the partner in whose tables the row counts, where another one delivered it
HEAD = ("counts_on", "relation", "partner", "feed", "record_ref", "submission_id", "source_row_number", "marking")
_AGGREGATES = {
    SUM: "sum({})", STANDING: "sum({})", MEAN: "avg({})", DIFFERENT: "count(distinct {})",
    LOWER: "quantile_disc({}, 0.25)", MEDIAN: "quantile_disc({}, 0.5)", UPPER: "quantile_disc({}, 0.75)",
    MEDIAN_AGE: "quantile_disc({}, 0.5)", GREATEST_AGE: "max({})", GREATEST: "max({})",
}  # fmt: skip


class Evidence:
    """The evidence models of a home, over a release attached to the connection as `entrepot`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, home: Home) -> None:
        self._connection = connection
        self._home = home
        self._columns: dict[str, tuple[str, ...]] = {}

    def keys(self, model: str, names: Sequence[str]) -> tuple[str, ...]:
        """Those of a table's keys that the rows of the model have; a measure of another model may have none."""
        return tuple(name for name in names if name in self.columns(model))

    def columns(self, model: str) -> tuple[str, ...]:
        """The columns of a model, in order."""
        if model not in self._columns:
            found = self._connection.execute(f"describe select * from ({self._sql(model)})").fetchall()
            self._columns[model] = tuple(row[0] for row in found)
        return self._columns[model]

    def _whose(self, model: str) -> str:
        return COUNTS_FOR if COUNTS_FOR in self.columns(model) else "partner"

    def sums(
        self, model: str, keys: Sequence[str], measured: Sequence[Measured], period: Period
    ) -> Mapping[Key, tuple[Any, ...]]:
        """The figures of all partners for a period, by partner and keys; a partner with no keys is his total."""
        if lost := sorted({name for one in measured for name in _names(one)} - set(self.columns(model))):
            raise EntrepotError(
                f"The evidence model {model} has no measure '{lost[0]}'. Its columns are: "
                f"{', '.join(self.columns(model))}. Mend the report.yaml or the model."
            )
        kept, whose = self.keys(model, keys), self._whose(model)
        chosen = ", ".join(map(sql_name, kept))
        totals = ", ".join(_figure(one, period) for one in measured)
        sets = f"(({whose}, {chosen}), ({whose}))" if kept else f"(({whose}))"
        is_total = f"grouping({sql_name(kept[0])}) = 1" if kept else "true"
        found = self._connection.execute(
            f"select {whose}, {is_total}, {f'{chosen}, ' if kept else ''}{totals} "
            f"from ({self._sql(model)}) as evidence "
            f"where {_could_count(measured, period)} group by grouping sets {sets}"
        ).fetchall()
        width = len(kept)
        return {(row[0], () if row[1] else tuple(map(str, row[2 : 2 + width]))): row[2 + width :] for row in found}

    def behind(
        self, measured: Measured, partner: str, period: Period, among: Sequence[Mapping[str, str]]
    ) -> tuple[list[dict[str, Any]], Any]:
        """The rows that make one figure, in order, and the figure that they make.

        ``among``: rows with any of these keys; none: all. For a quartile the order is that of the values, else by day.
        """
        where = f"{self._whose(measured.model)} = {sql_text(partner)} and {_counts(measured, period)}"
        if among:
            where += f" and ({' or '.join(self._with_keys(measured.model, keys) for keys in among)})"
        source = f"(select * from ({self._sql(measured.model)}) as evidence where {where})"
        by_value = f"{sql_name(measured.measure)}, " if measured.aggregate in (LOWER, MEDIAN, UPPER, GREATEST) else ""
        if measured.aggregate == MEDIAN_AGE:
            by_value = "counts_on desc, "
        columns = ", ".join(map(sql_name, self.columns(measured.model)))
        found = self._connection.execute(
            f"select * from {source} as counted where {_adds(measured)} "
            f"order by {by_value}counts_on, feed, record_ref, {columns}"
        )
        names = [column[0] for column in found.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        figure = self._connection.execute(f"select {_figure(measured, period)} from {source} as counted").fetchone()
        return rows, figure[0] if figure else None

    def _with_keys(self, model: str, keys: Mapping[str, str]) -> str:
        same = [
            f"cast({sql_name(name)} as varchar) = {sql_text(code)}"
            for name, code in sorted(keys.items())
            if name in self.columns(model)
        ]
        return f"({' and '.join(same)})" if same else "true"

    def _sql(self, model: str) -> str:
        if model not in self._models:
            raise EntrepotError(
                f"There is no evidence model '{model}' in the warehouse's last build. Run `entrepot run`, so that the "
                "models are compiled, or mend the report.yaml."
            )
        return self._models[model]

    @cached_property
    def _models(self) -> dict[str, str]:
        found = load_models(compiled_manifest(self._home)).documented
        return {model.name: model.sql for model in found if model.schema == EVIDENCE and model.sql}


def _names(measured: Measured) -> list[str]:
    return [name for name in (measured.measure, measured.below) if name]


def _adds(measured: Measured) -> str:
    """Whether a row takes part in the figure: one that adds nothing to a sum does not."""
    if measured.aggregate in (SUM, *OF_WHAT_STANDS):
        return "(" + " or ".join(f"{sql_name(name)} <> 0" for name in _names(measured)) + ")"
    return f"{sql_name(measured.measure)} is not null"


def _figure(measured: Measured, period: Period) -> str:
    what, counted = sql_name(measured.measure), _counts(measured, period)
    if measured.aggregate in (MEDIAN_AGE, GREATEST_AGE):
        what, counted = _age(period), f"{counted} and {_adds(measured)}"
    within = f" filter (where {counted})"
    above = _AGGREGATES[measured.aggregate].format(what) + within
    if not measured.below:
        return above
    below = _AGGREGATES[SUM].format(sql_name(measured.below)) + within
    return f"case when {below} > 0 then cast({above} as double) / cast({below} as double) end"


def _counts(measured: Measured, period: Period) -> str:
    """Whether a row counts: on a day of the period, or, of what stands, on its last day."""
    if measured.aggregate in OF_WHAT_STANDS:
        last = f"date '{period.ends_on}'"
        aged = f" and {_age(period)} between {measured.aged[0]} and {measured.aged[1]}" if measured.aged else ""
        return f"(counts_on <= {last} and ({STANDS} is null or {STANDS} > {last}){aged})"
    return f"(counts_on between date '{period.starts_on}' and date '{period.ends_on}')"


def _age(period: Period) -> str:
    return f"date_diff('day', counts_on, date '{period.ends_on}')"


def _could_count(measured: Sequence[Measured], period: Period) -> str:
    """The rows of which any counts: a scan of the fact is cheaper than aggregates over all of it."""
    return " or ".join(sorted({_counts(one, period) for one in measured}))
