"""Ad-hoc SQL through the confined process: what it answers, what it refuses, and what the log tells."""

import datetime
from decimal import Decimal

import pytest

from orchestration.errors import EntrepotError, UsageError
from orchestration.register import Register
from orchestration.releases import query as module
from orchestration.releases.query import run_query
from tests.security.asking import CUSTOMS, Log, published_world, refusal, sql


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return published_world(tmp_path_factory.mktemp("ad_hoc"))


# Answers


def test_a_query_is_answered_with_names_types_and_values(place):
    answer = sql(place, "select record_ref as ref, count(*) as n from fct_listings group by all order by all")
    assert answer.columns == ("ref", "n")
    assert answer.types == ("VARCHAR", "BIGINT")
    assert answer.rows == [("L1", 1), ("L2", 1)]


def test_every_kind_of_value_comes_back_exactly(place):
    answer = sql(
        place,
        """
        select
            12345678901234567890.12::decimal(38, 2),
            170141183460469231731687303715884105727::hugeint,
            0.1::double,
            date '2025-02-28', timestamp '2025-02-28 12:00:00.000001', time '23:59:59',
            true, null, 'Zoë ✓', ''::varchar,
            '\\xAA'::blob, [1.50, 2.25], {'a': [date '2020-01-01'], 'b': null}, map {1: 'x'},
            timestamptz '2025-01-01 00:00:00+00', 'nan'::double, interval 3 days,
            '00000000-0000-0000-0000-000000000001'::uuid
        """,
    )
    row = answer.rows[0]
    assert row[:10] == (
        Decimal("12345678901234567890.12"), 170141183460469231731687303715884105727, 0.1,
        datetime.date(2025, 2, 28), datetime.datetime(2025, 2, 28, 12, 0, 0, 1), datetime.time(23, 59, 59),
        True, None, "Zoë ✓", "",
    )  # fmt: skip
    assert row[10] == b"\xaa"
    assert row[11] == [Decimal("1.50"), Decimal("2.25")]
    assert row[12] == {"a": [datetime.date(2020, 1, 1)], "b": None}
    assert row[13] == {"1": "x"}
    assert row[14] == datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)
    assert row[15] != row[15]
    assert row[16:] == ("3 days, 0:00:00", "00000000-0000-0000-0000-000000000001")


@pytest.mark.parametrize(
    "text",
    [
        "show tables", "describe fct_listings", "summarize fct_listings", "from fct_listings", "values (1)",
        "with x as (select 1) select * from x", "explain select * from fct_listings",
        "select 1;", "select 1 -- end",
        "pivot fct_listings on entity_type using count(*)", "from pragma_table_info('fct_listings')",
        "explain analyze select count(*) from fct_listings", "table fct_listings", "select now()",
    ],
)  # fmt: skip
def test_reading_statements_of_all_kinds_are_answered(place, text):
    assert sql(place, text).columns


def test_many_rows_come_back_whole_and_in_order(place):
    answer = sql(place, "select range, range::varchar from range(50000) order by range")
    assert answer.rows == [(n, str(n)) for n in range(50000)]


def test_an_empty_answer_has_its_columns(place):
    answer = sql(place, "select * from fct_listings where false")
    assert answer.rows == []
    assert answer.columns[:3] == ("partner", "feed", "record_ref")


def test_the_operator_finds_marts_and_reporting_tables_without_a_schema(place):
    assert sql(place, "select n from rpt_totals", "operator").rows == [(3,)]
    assert sql(place, "select count(*) from fct_applications", "operator").rows == [(3,)]
    assert "no table `rpt_totals`" in refusal(place, "select n from rpt_totals")


# Errors for people


def test_an_unknown_table_is_told_with_those_alike(place):
    text = refusal(place, "select *\nfrom fct_listing")
    assert text.startswith("There is no table `fct_listing` in this release on line 2, column 6.")
    assert "fct_listings" in text


def test_a_syntax_error_tells_its_place(place):
    text = refusal(place, "select *\nfrom from fct_listings")
    assert text.startswith("Syntax error on line 2, column 6: syntax error at or near")


def test_an_unknown_column_is_told_with_candidates(place):
    text = refusal(place, "select nam from fct_listings")
    assert 'column "nam" not found' in text
    assert '"name"' in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select * from read_text('/etc/passwd')", "Reading or writing files is not allowed here"),
        ("copy fct_listings to '/tmp/x.csv'", "COPY is not allowed here"),
        ("attach '/tmp/x' as x", "ATTACH is not allowed here"),
        ("create table t as select 1", "CREATE is not allowed here"),
        ("set threads = 1", "SET is not allowed here"),
        ("load httpfs", "LOAD is not allowed here"),
        ("select 1; select 2", "Expected one statement, found 2"),
        ("", "There is no statement"),
        ("select error('stop')", "stop"),
        ("select * from range(2000)", "more than 1,000 rows"),
        ("select repeat('x', 200000)", "larger than 0 MB"),
    ],
)
def test_refusals_are_clear_sentences(place, text, expected):
    message = refusal(place, text, max_rows=1000, max_bytes=100_000)
    assert expected in message
    assert message.endswith(".") and "\n" not in message
    assert "Traceback" not in message


def test_errors_show_no_path_of_the_installation(place):
    for text in (
        "attach 'x' as release",
        "select error((select path from duckdb_databases() where path is not null))",
    ):
        assert str(place.root) not in refusal(place, text)


def test_an_error_cannot_smuggle_control_codes_to_a_terminal(place):
    assert "\x1b" not in refusal(place, "select error('\x1b[31mred')")
    assert "\x1b" not in refusal(place, 'select * from "\x1b[2Jx"')


def test_an_unknown_recipient_and_a_missing_release_are_told(place):
    with pytest.raises(UsageError, match="No recipient is called `nobody`"):
        sql(place, "select 1", "nobody")
    assert "There is no release for central_bank yet" in refusal(place, "select 1", "central_bank")


# The log


def test_the_log_row_stands_before_the_query_runs(place, monkeypatch):
    log, seen = Log(), []
    real = module.ask
    monkeypatch.setattr(module, "ask", lambda *given: seen.append(dict(log.rows[-1])) or real(*given))
    run_query(place, CUSTOMS, "select 42", log=log)
    assert seen == [{"recipient": CUSTOMS, "statement": "select 42", "outcome": "started"}]
    assert (log.rows[0]["outcome"], log.rows[0]["rows"]) == ("answered", 1)


@pytest.mark.parametrize(
    ("text", "recipient", "outcome"),
    [
        ("selec", CUSTOMS, "failed"),
        ("copy (select 1) to 'x'", CUSTOMS, "refused"),
        ("select * from range(11)", CUSTOMS, "too large"),
        ("select count(*) from range(100000000000)", CUSTOMS, "time limit"),
        ("select 1", "nobody", "unknown recipient"),
        ("select 1", "central_bank", "failed"),
    ],
)
def test_every_end_is_logged(place, text, recipient, outcome):
    log = Log()
    with pytest.raises(EntrepotError):
        run_query(place, recipient, text, log=log, limit_seconds=1, max_rows=10)
    assert [row["outcome"] for row in log.rows] == [outcome]
    assert log.rows[0]["ms"] >= 0


def test_no_answer_without_a_log_row(place):
    class Broken(Log):
        def begin_access(self, recipient, statement):
            raise EntrepotError("the register is not there")

    with pytest.raises(EntrepotError, match="the register is not there"):
        run_query(place, CUSTOMS, "select 1", log=Broken())


def test_the_register_keeps_the_log(place):
    run_query(place, CUSTOMS, "select 1 as one")
    row = Register(place.register_url).accesses(CUSTOMS)[-1]
    assert (row["statement"], row["outcome"], row["rows"]) == ("select 1 as one", "answered", 1)
