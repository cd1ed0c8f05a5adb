"""Answers as table, CSV, JSON and Parquet: exact, and safe for what opens them."""

import csv
import datetime
import io
import json
from decimal import Decimal

import pyarrow.parquet as pq
import pytest

from orchestration.errors import UsageError
from orchestration.releases.formats import render
from orchestration.releases.query import QueryResult

ANSWER = QueryResult(
    ("text", "amount", "day", "moment", "flag", "items", "text"),
    ("VARCHAR", "DECIMAL(38,2)", "DATE", "TIMESTAMP", "BOOLEAN", "STRUCT(a DECIMAL(3,2))[]", "BIGINT"),
    [
        (
            'a "quoted", text', Decimal("12345678901234567890123456.10"), datetime.date(2025, 2, 28),
            datetime.datetime(2025, 2, 28, 12, 30), True, [{"a": Decimal("1.20")}], 2**53 + 1,
        ),
        (None, None, None, None, None, None, None),
        ("", Decimal("-0.05"), datetime.date(1, 1, 1), None, False, [], -5),
    ],
    0.01,
)  # fmt: skip


def one(value, kind="VARCHAR") -> QueryResult:
    return QueryResult(("x",), (kind,), [(value,)], 0.0)


def test_json_is_a_list_of_objects_with_exact_numbers():
    text = render(ANSWER, "json").decode()
    rows = json.loads(text, parse_float=Decimal)
    assert rows[0] == {
        "text": 'a "quoted", text', "amount": Decimal("12345678901234567890123456.10"), "day": "2025-02-28",
        "moment": "2025-02-28T12:30:00", "flag": True, "items": [{"a": Decimal("1.20")}], "text_2": 2**53 + 1,
    }  # fmt: skip
    assert '"amount": 12345678901234567890123456.10,' in text
    assert set(rows[1].values()) == {None}
    assert rows[2]["text"] == ""
    assert render(QueryResult(("a",), ("INTEGER",), [], 0.0), "json") == b"[]\n"


def test_json_has_no_invalid_number():
    assert json.loads(render(one(float("nan"), "DOUBLE"), "json")) == [{"x": "nan"}]
    assert json.loads(render(one(1e22, "DOUBLE"), "json")) == [{"x": 1e22}]


def test_csv_reads_back_and_tells_null_from_empty():
    text = render(ANSWER, "csv").decode()
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[1][:4] == [
        'a "quoted", text',
        "12345678901234567890123456.10",
        "2025-02-28",
        "2025-02-28T12:30:00",
    ]
    assert text.splitlines()[2] == ",,,,,,"
    assert text.splitlines()[3].startswith('"",-0.05,0001-01-01,')


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1"])
def test_csv_text_that_a_spreadsheet_would_run_is_neutralised(start):
    (row,) = list(csv.reader(io.StringIO(render(one(start), "csv").decode(), newline="")))[1:]
    assert row == ["'" + start]
    (plain,) = list(csv.reader(io.StringIO(render(one(start), "csv", neutralise=False).decode(), newline="")))[1:]
    assert plain == [start]


def test_csv_numbers_and_headers():
    assert render(one(Decimal("-1.50"), "DECIMAL(3,2)"), "csv") == b"x\n-1.50\n"
    assert render(QueryResult(("=cmd()",), ("INTEGER",), [(-1,)], 0.0), "csv") == b"'=cmd()\n-1\n"


def test_a_table_shows_every_value_and_counts_rows():
    text = render(ANSWER, "table").decode()
    assert "12345678901234567890123456.10" in text
    assert text.endswith("(3 rows)\n")
    assert render(one(1, "INTEGER"), "table").decode().endswith("(1 row)\n")


@pytest.mark.parametrize("evil", ["\x1b[31m", "\x07", "a\nb", "\u202e", "\x9b2J", "\u200b"])
def test_a_table_cannot_steer_the_terminal(evil):
    text = render(QueryResult((f"h{evil}",), ("VARCHAR",), [(f"v{evil}",)], 0.0), "table").decode()
    assert evil not in text.replace("\n", "")
    assert len(text.splitlines()) == 4
    assert "\\" in text


def test_a_table_does_not_read_markup():
    assert "[bold]x[/bold]" in render(one("[bold]x[/bold]"), "table").decode()


def test_parquet_keeps_the_types():
    table = pq.read_table(io.BytesIO(render(ANSWER, "parquet")))
    assert [str(kind) for kind in table.schema.types] == [
        "string", "decimal128(38, 2)", "date32[day]", "timestamp[us]", "bool", "string", "int64",
    ]  # fmt: skip
    assert table.column_names[-1] == "text_2"
    assert table["amount"].to_pylist() == [Decimal("12345678901234567890123456.10"), None, Decimal("-0.05")]
    assert table["items"].to_pylist()[0] == '[{"a": 1.20}]'


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (2**100, "HUGEINT", Decimal(2**100)),
        (2**127 - 1, "HUGEINT", str(2**127 - 1)),
        ("290000-01-01", "DATE", "290000-01-01"),
        (b"\x00\xff", "BLOB", b"\x00\xff"),
        (datetime.time(1, 2, 3), "TIME", datetime.time(1, 2, 3)),
        ("x", "ENUM('x')", "x"),
    ],
)
def test_parquet_holds_odd_values(value, kind, expected):
    assert pq.read_table(io.BytesIO(render(one(value, kind), "parquet")))["x"].to_pylist() == [expected]


def test_an_unknown_format_is_a_usage_error():
    with pytest.raises(UsageError, match="choose one of table, csv, json, parquet"):
        render(ANSWER, "xml")
