"""What is told of a failed test of the warehouse: its rows, and whose records they are."""

import duckdb
import pytest

from orchestration.harmonisation.dbt import NodeResult
from orchestration.harmonisation.failing_rows import failure_detail

MANIFEST = {
    "nodes": {
        "test.t": {"depends_on": {"nodes": ["model.fct_x"]}, "column_name": "outcome"},
        "test.of_what_is_not_built": {"depends_on": {"nodes": ["model.gone"]}, "column_name": None},
        "model.fct_x": {"schema": "main", "alias": "fct_x"},
        "model.gone": {"schema": "main", "alias": "gone"},
    }
}
WHOSE = "they are of partner customs, feed seizures, record_ref S-2, submission_id s1, source_row_number 7"


@pytest.fixture
def connection():
    with duckdb.connect() as connection:
        connection.execute(
            "create table fct_x as select * from (values ('trade', 'decisions', 'D-1', 's0', 2, 'granted'), "
            "('customs', 'seizures', 'S-2', 's1', 7, null), ('customs', 'seizures', 'S-3', 's1', 8, 'odd')) "
            "as t (partner, feed, record_ref, submission_id, source_row_number, outcome)"
        )
        yield connection


def result(sql: str, status: str = "fail", name: str = "test.t") -> NodeResult:
    return NodeResult(name, "a_test", "test", status, 0.1, "broken  SQL", 1, "error", sql)


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("select outcome from fct_x where outcome is null", f"1 rows, such as outcome None; {WHOSE}"),
        (
            "select outcome as unique_field, 2 as n_records from fct_x where outcome is null",
            f"1 rows, such as unique_field None, n_records 2; {WHOSE}",
        ),
        ("select record_ref from fct_x where outcome is null", f"1 rows, such as record_ref S-2; {WHOSE}"),
        (
            "select partner, record_ref from fct_x where outcome is null",
            "1 rows, such as partner customs, record_ref S-2",
        ),
        ("select 5 as parties", "1 rows, such as parties 5"),
    ],
)
def test_the_rows_are_named_with_their_partner(connection, sql, told):
    assert failure_detail(connection, result(sql), MANIFEST) == told


def test_at_most_three_records_are_named(connection):
    connection.execute("insert into fct_x select 'p' || i, 'f', 'r' || i, 's', i, 'odd' from range(9) as t (i)")
    told = failure_detail(connection, result("select distinct outcome from fct_x where outcome = 'odd'"), MANIFEST)
    assert told.count("record_ref") == 3


@pytest.mark.parametrize(
    ("failed", "told"),
    [
        (result("select 1", "pass"), ""),
        (result("select 1", "skipped"), "not run, as a model or test before it failed"),
        (result("", "error"), "broken SQL"),
        (result("select 4 as n", name="test.of_what_is_not_built"), "1 rows, such as n 4"),
    ],
)
def test_what_was_not_run_or_not_built_is_told_too(connection, failed, told):
    assert failure_detail(connection, failed, MANIFEST) == told


def test_a_test_that_cannot_be_repeated_says_so(connection):
    assert "rows not shown" in failure_detail(connection, result("select * from nowhere"), MANIFEST)
