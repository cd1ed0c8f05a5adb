"""The order of rows tells nothing: no table that shows protected figures is sorted by one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from reports.context import prepare
from reports.declaration import ReportDeclaration, TableDeclaration
from reports.disclosure.policy import EXACT, profiles
from reports.periods import Period
from reports.report_files import available_reports, load_report
from tests.unit.reports import tiny
from tests.unit.reports.conftest import contents_of
from tests.unit.reports.test_disclosure import seized

MODELS = Path(__file__).parents[3] / "dbt_project" / "models" / "reporting"
# What decides the order of printing: the ordering within a window that becomes sort_order.
_ORDERINGS = (
    re.compile(r"printed_order\(\s*'([^']*)'\s*\)", re.IGNORECASE),
    re.compile(r"order\s+by\s+([^()]*?)\s*\)\s*as\s+integer\s*\)\s*as\s+sort_order", re.IGNORECASE | re.DOTALL),
    re.compile(r"row_number\(\)\s*over\s*\(([^()]*order\s+by[^()]*)\)", re.IGNORECASE | re.DOTALL),
)


def protected_columns(report: ReportDeclaration, table: TableDeclaration) -> set[str]:
    """Columns of a table in which disclosure control may hide figures, and those made from them."""
    if profiles()[table.disclosure].method == EXACT or not report.quantities:
        return set()
    found = {column.name for column in table.columns if column.quantity or column.quantity_of_row}
    more = True
    while more:
        derived = {
            column.name
            for column in table.columns
            if found & {*column.numerator, *column.denominator, *column.derived_from, column.now, column.then}
            or column.of_total in found
        }
        more = not derived <= found
        found |= derived
    return found


def sorted_by(sql: str, columns: set[str]) -> set[str]:
    """The protected columns that a model's order of printing mentions."""
    orders = [match.group(1) for pattern in _ORDERINGS for match in pattern.finditer(sql)]
    return {column for column in columns for order in orders if re.search(rf"\b{column}\b", order)}


def published_tables() -> Iterator[tuple[str, str]]:
    for name in available_reports():
        for table in load_report(name).tables:
            if protected_columns(load_report(name), table):
                yield name, table.name


def test_there_are_tables_to_look_at():
    assert len(list(published_tables())) >= 8


@pytest.mark.parametrize(("report", "table"), list(published_tables()))
def test_no_model_of_a_published_table_sorts_by_a_figure_that_may_be_hidden(report, table):
    declared = load_report(report).table(table)
    sql = next(MODELS.glob(f"*/{declared.model}.sql")).read_text("utf-8")
    assert sorted_by(sql, protected_columns(load_report(report), declared)) == set()


def test_a_model_that_sorts_by_value_is_found():
    for broken in (
        "{{ printed_order('reported.value_eur desc, reported.destination_code') }} as sort_order",
        "cast(row_number() over (partition by partner order by value_eur desc) as integer) as sort_order",
    ):
        assert sorted_by(broken, {"value_eur"}) == {"value_eur"}


def orders_of(contents) -> dict[str, list[str]]:
    """The order of rows that readers see, of each table and authority."""
    return {part.id: [row.key for row in part.short] for table in contents.tables.values() for part in table.parts} | {
        "authorities": [authority.code for authority in contents.authorities]
    }


def exchanged(tables):
    """Two hidden values change places, so that the smaller one is the greater."""
    seized(tables)
    goods = {row["category_code"]: row for row in tables["rpt_enforcement__seizures_by_goods"]}
    rows = tables["rpt_enforcement__contributions"]
    goods["none"]["value_eur"], goods["ML"]["value_eur"] = goods["ML"]["value_eur"], goods["none"]["value_eur"]
    for row in rows:
        row["category_code"] = {"none": "ML", "ML": "none"}.get(row["category_code"], row["category_code"])


def test_hidden_values_that_change_places_leave_the_order_of_every_table():
    assert orders_of(contents_of("enforcement", seized)) == orders_of(contents_of("enforcement", exchanged))


def test_an_edition_that_sorts_by_value_gives_the_order_of_hidden_values_away():
    """The attack against an edition broken on purpose: the warehouse sorts by value, and the order follows."""

    def sort_by_value(change):
        def broken(tables):
            change(tables)
            for row in tables["rpt_enforcement__seizures_by_goods"]:
                row["sort_order"] = 9 * 10**9 if row["is_total"] else 10**9 - int(row["value_eur"] or 0)

        return broken

    one, other = (orders_of(contents_of("enforcement", sort_by_value(change))) for change in (seized, exchanged))
    assert one != other


def test_authorities_are_not_put_in_the_order_of_a_figure_that_may_be_hidden():
    """The first figure of a report orders its authorities, unless it is a protected one."""
    report = load_report("enforcement")
    headline = report.table("headline")
    assert "value_seized_eur" in headline.column("value").quantity_of_row

    def order_with(value: Decimal, first: str) -> list[str]:
        tables = tiny.enforcement()
        for row in tables[headline.model]:
            if row["measure"] == first:
                row.update(sort_order=0, value=value, change_on_half=None, change_on_year=None)
        contents = prepare(report, Period.parse(tiny.HALF), tiny.TinySource(tables))
        return [authority.code for authority in contents.authorities]

    small, large = Decimal("0.01"), Decimal(10) ** 9
    assert order_with(small, "value_seized_eur") == order_with(large, "value_seized_eur")
    assert order_with(small, "seizures") != order_with(large, "seizures")
