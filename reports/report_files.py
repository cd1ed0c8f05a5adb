"""Reading the ``report.yaml`` files, strictly.

Belongs here: which reports there are, and the refusal of anything that a declaration may not say. Does not belong
here: the vocabulary itself (declaration.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml

from reports import evidence
from reports.declaration import (
    HERE,
    About,
    Break,
    ChartDeclaration,
    Column,
    Quantity,
    Reconciliation,
    ReportDeclaration,
    Section,
    TableDeclaration,
)
from reports.disclosure.measures import measures
from reports.disclosure.policy import EXACT, ROUND, profiles
from reports.errors import ReportError, UnknownError
from reports.figures import FORMATS, WORDS
from reports.metrics.catalogue import metrics
from reports.periods import CADENCES, Period
from reports.rounded_declarations import check_rounded

T = TypeVar("T")


class _StrictLoader(yaml.SafeLoader):
    """YAML in which NO stays the code of Norway and an alias is refused."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError(f"an alias, which is not allowed here{self.peek_event().start_mark}")
        return super().compose_node(parent, index)


_StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, expression) for tag, expression in rules if tag != "tag:yaml.org,2002:bool"]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_TRUTHS = {"true": True, "false": False}


def available_reports(root: Path = HERE) -> list[str]:
    """Names of the reports that can be rendered."""
    return sorted(path.parent.name for path in root.glob("*/report.yaml"))


@cache
def load_report(name: str, root: Path = HERE) -> ReportDeclaration:
    """Read ``<name>/report.yaml``; a ReportError names the file and the entry that is wrong."""
    known = available_reports(root)
    if name not in known:
        raise UnknownError(f"There is no report '{name}'. The reports are: {', '.join(known)}.")
    path = root / name / "report.yaml"
    where = f"reports/{name}/report.yaml"
    try:
        content = yaml.load(path.read_text("utf-8"), Loader=_StrictLoader)  # noqa: S506 (a SafeLoader underneath)
    except yaml.YAMLError as error:
        raise ReportError(f"{where} is not readable YAML: {error}") from None
    tables = tuple(_table(entry, where) for entry in content.pop("tables", []))
    charts = tuple(_build(ChartDeclaration, entry, f"{where}, charts") for entry in content.pop("charts", []))
    sections = tuple(_build(Section, entry, f"{where}, sections") for entry in content.pop("sections", []))
    agreements = tuple(_build(Reconciliation, entry, f"{where}, agreements") for entry in content.pop("agreements", []))
    quantities = tuple(_quantity(entry, f"{where}, quantities") for entry in content.pop("quantities", []))
    breaks = tuple(_build(Break, entry, f"{where}, breaks") for entry in content.pop("breaks", []))
    report = _build(
        ReportDeclaration,
        {
            **content,
            "tables": tables,
            "sections": sections,
            "charts": charts,
            "agreements": agreements,
            "quantities": quantities,
            "breaks": breaks,
            "folder": path.parent,
        },
        where,
    )
    _check(report, where)
    return report


def _table(entry: dict[str, Any], where: str) -> TableDeclaration:
    place = f"{where}, table '{entry.get('name', '?')}'"
    columns = tuple(_build(Column, column, f"{place}, column '{column.get('name')}'") for column in entry["columns"])
    about = _build(About, entry["about"], f"{place}, about")
    ordered = tuple(tuple(chain) for chain in entry.get("ordered", []))
    return _build(TableDeclaration, {**entry, "columns": columns, "about": about, "ordered": ordered}, place)


def _quantity(entry: dict[str, Any], where: str) -> Quantity:
    codes = {
        name: {column: tuple(map(str, some)) for column, some in entry.get(name, {}).items()}
        for name in ("within", "without")
    }
    quantity = _build(Quantity, {**entry, **codes}, f"{where}, '{entry.get('name')}'")
    if quantity.measure and quantity.measure not in measures():
        raise ReportError(
            f"{where}, '{quantity.name}': there is no measure '{quantity.measure}' in measures.yaml. The measures are: "
            f"{', '.join(measures())}."
        )
    if (quantity.within or quantity.without) and not quantity.measure:
        raise ReportError(f"{where}, '{quantity.name}': a population (within, without) is one of a measure; name it.")
    return quantity


def _build(kind: type[T], entry: Mapping[str, Any], where: str) -> T:
    known = {item.name: item for item in fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(entry) - set(known))
    missing = sorted(
        name
        for name, item in known.items()
        if item.default is MISSING and item.default_factory is MISSING and name not in entry
    )
    if unknown or missing:
        raise ReportError(
            f"{where}: "
            + "; ".join(
                [f"'{name}' is not an entry that is known here" for name in unknown]
                + [f"'{name}' is missing" for name in missing]
            )
            + "."
        )
    values: dict[str, Any] = {}
    for name, value in entry.items():
        if "bool" in str(known[name].type):
            if value not in _TRUTHS:
                raise ReportError(f"{where}: '{name}' must be true or false, not '{value}'.")
            value = _TRUTHS[value]
        values[name] = tuple(value) if isinstance(value, list) else value
    return kind(**values)


def _check(report: ReportDeclaration, where: str) -> None:
    if report.cadence not in CADENCES:
        raise ReportError(f"{where}: cadence must be one of {', '.join(CADENCES)}, not '{report.cadence}'.")
    _check_calendar(report, where)
    _check_sums(report, where)
    for table in report.tables:
        names = {column.name for column in table.columns}
        place = f"{where}, table '{table.name}'"
        _check_disclosure(report, table, place)
        _check_metrics(report, table, place)
        if table.top and not table.rank:
            raise ReportError(f"{place}: a table that prints the top {table.top} must say by which column (rank).")
        mentioned = {table.label, table.rank, *table.key, *(name for chain in table.ordered for name in chain)}
        for column in table.columns:
            mentioned |= {*column.numerator, *column.denominator, column.of_total, column.now, column.then}
            mentioned |= {column.format_from, *column.derived_from}
            if column.when_null not in ("x", "z"):
                raise ReportError(
                    f"{place}: null in column '{column.name}' must mean x or z, not '{column.when_null}'."
                )
            for form in (column.format, *column.formats.values()):
                if form not in {*FORMATS, *WORDS}:
                    raise ReportError(f"{place}: column '{column.name}' has the unknown format '{form}'.")
            absent = [mark for mark in column.footnotes if mark not in table.footnotes]
            if absent:
                raise ReportError(f"{place}: column '{column.name}' cites the unknown footnote '{absent[0]}'.")
        lost = sorted(mentioned - names - {""})
        if lost:
            raise ReportError(f"{place}: it speaks of '{lost[0]}', which is none of its columns.")
    evidence.check(report, where)
    check_rounded(report, where)
    placed = [name for section in report.sections for name in section.tables]
    if sorted(placed) != sorted(table.name for table in report.tables):
        raise ReportError(f"{where}: every table must stand in exactly one section.")
    drawn = [name for section in report.sections for name in section.charts]
    if sorted(drawn) != sorted(chart.name for chart in report.charts):
        raise ReportError(f"{where}: every chart must stand in exactly one section.")
    for chart in report.charts:
        table = report.table(chart.table)
        for name in (chart.value, chart.low, chart.high):
            if name:
                table.column(name)


def _check_calendar(report: ReportDeclaration, where: str) -> None:
    days = (report.cut_off_after_days, report.released_after_days, report.final_after_days)
    if not all(isinstance(count, int) and count >= 0 for count in days) or list(days) != sorted(days):
        raise ReportError(
            f"{where}: the days after the period's end must be whole numbers in this order: cut_off_after_days "
            f"({days[0]}), released_after_days ({days[1]}), final_after_days ({days[2]})."
        )
    if report.made_from not in ("warehouse", "editions"):
        raise ReportError(f"{where}: made_from must be warehouse or editions, not '{report.made_from}'.")
    for one in report.breaks:
        if Period.parse(one.period).kind != CADENCES[report.cadence]:
            raise ReportError(f"{where}: the break '{one.period}' is no {report.cadence}.")
        for name in one.tables:
            report.table(name)


def _check_sums(report: ReportDeclaration, where: str) -> None:
    """Sums of quantities: each part is there, is part of one sum alone and of nothing that it sums itself."""
    known = {quantity.name: quantity for quantity in report.quantities}
    parts = [part for one in report.quantities for part in one.sum_of]
    for one in report.quantities:
        for part in one.sum_of:
            if part not in known or parts.count(part) > 1 or part == one.name or known[part].sum_of:
                raise ReportError(
                    f"{where}, quantities, '{one.name}': its part '{part}' must be a quantity that is no sum "
                    "itself, and part of this sum alone."
                )
        if one.sum_of and any(known[name].measure for name in (one.name, *one.sum_of)):
            raise ReportError(f"{where}, quantities, '{one.name}': a sum and its parts name no measure.")


def _check_disclosure(report: ReportDeclaration, table: TableDeclaration, place: str) -> None:
    if table.disclosure not in profiles():
        raise ReportError(f"{place}: there is no disclosure profile '{table.disclosure}'.")
    rank = table.column(table.rank) if table.rank else None
    if rank and profiles()[table.disclosure].method not in (EXACT, ROUND) and (rank.quantity or rank.derived_from):
        raise ReportError(
            f"{place}: the rows printed first may not be chosen by '{table.rank}', which disclosure control may hide; "
            "the choice would tell. Rank by a count."
        )
    known = {quantity.name: quantity for quantity in report.quantities}
    for column in table.columns:
        for row, name in {"": column.quantity, **column.quantity_of_row}.items():
            if not name:
                continue
            if name not in known:
                raise ReportError(
                    f"{place}: column '{column.name}' shows the unknown quantity '{name}'. Name it under quantities, "
                    f"such as `- {{name: {name}}}` for a count."
                )
            measure = measures().get(known[name].measure)
            metric = column.metric_of_row.get(row, column.metric)
            if measure and metric and metric != measure.metric:
                raise ReportError(
                    f"{place}: column '{column.name}' shows the measure '{measure.name}', which is the metric "
                    f"'{measure.metric}' by measures.yaml, and says that it is '{metric}'."
                )
            others = _profiles_of(report, known[name])
            if len(others) > 1:
                raise ReportError(f"{place}: the tables that show '{name}' have different profiles: {sorted(others)}.")


def _profiles_of(report: ReportDeclaration, quantity: Quantity) -> set[str]:
    """The profiles of all tables that show quantities which are protected together with this one."""
    names = {one.name for together in report.systems.values() if quantity in together for one in together}
    return {
        table.disclosure
        for table in report.tables
        for column in table.columns
        if names & {column.quantity, *column.quantity_of_row.values()}
    }


def _check_metrics(report: ReportDeclaration, table: TableDeclaration, place: str) -> None:
    for column in table.columns:
        for name in sorted(column.metrics):
            if name not in metrics():
                raise ReportError(
                    f"{place}: column '{column.name}' prints the metric '{name}', which reports/metrics/definitions "
                    f"does not define. The metrics are: {', '.join(metrics())}."
                )
            if metrics()[name].audience == "restricted" and report.audience == "public":
                raise ReportError(f"{place}: column '{column.name}' prints {name}, which no public report may hold.")
