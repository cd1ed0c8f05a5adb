"""The schema raw: typed and complete also when nothing was received."""

import datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.contracts.load import load_contracts
from orchestration.errors import EntrepotError
from orchestration.harmonisation.raw import REGISTER_RELATIONS, build_raw
from orchestration.harmonisation.warehouse import build_database, writer_lock
from orchestration.register import Register
from orchestration.settings import Home

CONTRACTS = load_contracts()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").ensure()


def test_every_feed_is_an_empty_typed_relation_before_anything_arrives(home: Home) -> None:
    with writer_lock(home), build_database(home) as connection:
        behind = build_raw(connection, home, Register(home.register_url), CONTRACTS)
        assert set(behind.values()) == {0}
        for contract in CONTRACTS.values():
            described = {
                name: kind for name, kind, *_ in connection.execute(f'describe raw."{contract.table}"').fetchall()
            }
            for field in contract.fields:
                assert described[field.name] == field.duckdb_type
            assert described["recorded_at"] == "TIMESTAMP"
            assert described["sequence"] == "BIGINT"
        columns = [row[0] for row in connection.execute("describe raw.submissions").fetchall()]
        assert {"id", "status", "rows_read", "received_at"} <= set(columns)
        assert connection.execute("select count(*) from raw.row_findings").fetchall() == [(0,)]


def test_building_raw_again_gives_the_same(home: Home) -> None:
    register = Register(home.register_url, clock=lambda: datetime.datetime(2026, 1, 1, tzinfo=None))
    for _ in range(2):
        with writer_lock(home), build_database(home) as connection:
            build_raw(connection, home, register, CONTRACTS)
            tables = connection.execute(
                "select count(*) from information_schema.tables where table_schema = 'raw'"
            ).fetchall()
            assert tables == [(len(CONTRACTS) + len(REGISTER_RELATIONS),)]


def test_a_second_writer_is_told_who_waits_for_whom(home: Home) -> None:
    with (
        writer_lock(home),
        pytest.raises(EntrepotError, match="Another run has been writing"),
        writer_lock(home, wait_seconds=0.3),
    ):
        pass


def test_a_reader_cannot_write(home: Home) -> None:
    with writer_lock(home), build_database(home) as connection:
        connection.execute("create table t as select 1 as n")
    with build_database(home, read_only=True) as connection, pytest.raises(duckdb.Error):
        connection.execute("insert into t values (2)")
