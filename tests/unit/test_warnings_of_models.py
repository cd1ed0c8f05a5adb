"""The warnings that dbt gives on marts, each on a few rows: what it lists and what it lets pass.

Their SQL is run as it stands, with tables in the place of models. `test_defect_NN_...` are defects of the domain
reference that a warning handles (docs/defects.md).
"""

import re
from typing import Any

import duckdb

from orchestration.settings import DBT_DIR

LINE = {"partner": "m", "application_ref": "A"}


def listed(name: str, **tables: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the test of this name lists, given the rows of the models it refers to; it must be a warning."""
    text = (DBT_DIR / "tests" / f"{name}.sql").read_text(encoding="utf-8")
    assert "severity='warn'" in text
    query = re.sub(r"\{\{ config\(.*?\) \}\}", "", re.sub(r"\{\{ ref\('(\w+)'\) \}\}", r"\1", text))
    with duckdb.connect() as connection:
        for table, rows in tables.items():
            values = ", ".join(f"({', '.join(literal(value) for value in row.values())})" for row in rows)
            connection.execute(f"create table {table} as select * from (values {values}) as t({', '.join(rows[0])})")
        found = connection.execute(query)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def literal(value: Any) -> str:
    """A value as SQL."""
    return "null" if value is None else f"'{value}'" if isinstance(value, str) else str(value)


def test_defect_22_a_value_twenty_times_the_median_of_its_rating_is_listed_and_stays():
    usual = [{"partner": "m", "record_ref": f"A{n}", "rating": "6A003", "value_eur": 100 + n} for n in range(20)]
    others = [
        {"partner": "m", "record_ref": "far", "rating": "6A003", "value_eur": 110_000},
        {"partner": "m", "record_ref": "high", "rating": "6A003", "value_eur": 1_000},
        {"partner": "m", "record_ref": "few", "rating": "3A001", "value_eur": 9},
        {"partner": "m", "record_ref": "few too", "rating": "3A001", "value_eur": 90_000},
        {"partner": "m", "record_ref": "unrated", "rating": None, "value_eur": 90_000},
    ]
    found = listed("assert_no_value_is_far_above_its_rating", fct_licence_lines=[*usual, *others])
    assert [row["record_ref"] for row in found] == ["far"]


def test_defect_29_no_licence_required_for_a_rated_line_is_listed():
    lines = [
        {**LINE, "record_ref": "A/1", "outcome": "nlr", "rating": "3A001"},
        {**LINE, "record_ref": "A/2", "outcome": "nlr", "rating": None},
        {**LINE, "record_ref": "A/3", "outcome": "granted", "rating": "3A001"},
    ]
    found = listed("assert_goods_that_need_no_licence_are_not_rated", fct_licence_lines=lines)
    assert [row["record_ref"] for row in found] == ["A/1"]


def test_defect_30_use_beyond_a_licence_is_listed():
    used = {"line_no": 1, "used_quantity": 1, "granted_quantity": 1, "last_used_on": "2025-01-01", "expires_on": "x"}
    rows = [
        {"licence_ref": ref, **used, "is_over_authorised": over, "is_used_after_expiry": late}
        for ref, over, late in (("over", True, False), ("late", False, True), ("within", False, False))
    ]
    found = listed("assert_licences_are_used_within_their_bounds", int_enforcement__licence_utilisation=rows)
    assert [row["licence_ref"] for row in found] == ["over", "late"]


def test_defect_31_one_use_under_two_numbers_is_listed():
    use = {
        "usage_ref": "U1", "licence_ref": "L1", "line_no": 1, "usage_type": "O", "declaration_ref": "M1", "item_no": 1,
        "used_on": "2025-03-03", "quantity": 5, "value": 10,
    }  # fmt: skip
    rows = [use, {**use, "usage_ref": "U2"}, {**use, "usage_ref": "U3", "quantity": 6}]
    rows += [{**use, "usage_ref": f"V{n}", "declaration_ref": None} for n in (1, 2)]
    found = listed("assert_no_write_off_is_sent_under_two_numbers", fct_licence_usages=rows)
    assert [(row["declaration_ref"], row["quantity"], row["write_offs"]) for row in found] == [("M1", 5, 2)]


def test_defect_44_a_cell_that_names_an_entry_and_its_part_is_listed():
    rows = [
        {"control_list": None, "rating_code": code, "ratings": "3A001.a", "has_nested_ratings": nested}
        for code, nested in (("3A001, 3A001.a", True), ("3A001.a", False))
    ]
    found = listed("assert_no_line_names_an_entry_and_its_part", int_licensing__ratings=rows)
    assert [row["rating_code"] for row in found] == ["3A001, 3A001.a"]


def test_defect_45_every_fault_of_a_log_is_listed():
    rows = [{"partner": "m", "application_ref": "A1", "fault": "events_out_of_order"}]
    assert listed("assert_logs_of_events_are_in_order", int_licensing__clock_faults=rows) == rows
