"""The register's own promises, and the one written form of a period."""

import threading

import pytest

from orchestration.contracts.period import normal_period, period_of_name
from orchestration.errors import EntrepotError, UsageError
from orchestration.register import Register
from tests.unit.intake.builders import contract, field


@pytest.fixture
def register(tmp_path):
    return Register(f"sqlite:///{tmp_path / 'register.sqlite'}")


def test_only_the_newest_result_of_a_check_counts(register):
    register.record_check("lake/a", "rows_add_up", passed=False, blocking=True)
    register.record_check("lake/a", "is_fresh", passed=False, blocking=False)
    register.record_check("lake/b", "rows_add_up", passed=False, blocking=True)
    assert [row["asset"] for row in register.failed_blocking_checks(["lake/a", "lake/b"])] == ["lake/a", "lake/b"]
    register.record_check("lake/a", "rows_add_up", passed=True, blocking=True)
    assert [row["asset"] for row in register.failed_blocking_checks(["lake/a", "lake/b"])] == ["lake/b"]
    assert len(register.latest_checks()) == 3


def test_a_query_is_logged_before_it_runs(register):
    number = register.begin_access("customs_service", "select 1")
    assert [(row["outcome"], row["rows"]) for row in register.accesses("customs_service")] == [("started", None)]
    register.end_access(number, "done", rows=1, ms=12)
    assert [(row["outcome"], row["rows"], row["ms"]) for row in register.accesses()] == [("done", 1, 12)]


def test_two_writers_wait_for_each_other(register):
    def write() -> None:
        for n in range(20):
            register.record_check("asset", f"check_{n}", passed=True, blocking=False)

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(register.latest_checks()) == 20


def test_a_change_that_fails_leaves_nothing(register):
    with pytest.raises(RuntimeError), register.transaction() as connection:
        connection.exec_driver_sql(
            "insert into access_log (at, recipient, statement, outcome) values ('2025-01-01 00:00:00', 'a', 'b', 'c')"
        )
        raise RuntimeError
    assert register.accesses() == []


def test_unknown_submissions_are_an_error_in_a_sentence(register):
    with pytest.raises(EntrepotError, match="No submission has the id S1"):
        register.submission("S1")


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2025", "2025"),
        ("2025-H1", "2025-H1"),
        ("2025q3", "2025-Q3"),
        ("2025-06", "2025-06"),
        ("20250630", "2025-06-30"),
    ],
)
def test_periods_have_one_written_form(text, period):
    assert normal_period(text) == period


@pytest.mark.parametrize("text", ["", "25", "2025-Q5", "2025-13", "2025-02-30", "2025-H3", "Q1 2025"])
def test_what_is_no_period_is_refused(text):
    with pytest.raises(UsageError, match="is not a period"):
        normal_period(text)


@pytest.mark.parametrize(
    ("pattern", "name", "period"),
    [
        (r"_(?P<year>\d{4})Q(?P<quarter>[1-4])", "cases_2025Q3.csv", "2025-Q3"),
        (r"_(?P<year>\d{4})H(?P<half>[12])", "cases_2025H1.xlsx", "2025-H1"),
        (r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)", "list_2025-06-30.xml", "2025-06-30"),
        (r"_(?P<year>\d{4})", "cases.csv", ""),
        (None, "cases_2025Q3.csv", ""),
    ],
)
def test_periods_are_found_in_names_only_as_the_contract_says(tmp_path, pattern, name, period):
    assert period_of_name(contract(tmp_path, [field("a")], periodPattern=pattern), name) == period
