"""Who sees which judgement: only what its marking allows gets into a recipient's file, and nothing hidden counts."""

import datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.contracts.load import load_contracts
from orchestration.harmonisation.raw import build_raw
from orchestration.harmonisation.warehouse import build_database, writer_lock
from orchestration.judgements import PARTY_PAIR, SCREENING_HIT, judge, marking_for, undo
from orchestration.register import Register
from orchestration.releases.policy import Marking, Recipient, load_policy
from orchestration.releases.sources import FILTERED, WHOLE, lay_out, view_of
from orchestration.settings import Home

CONTRACTS, POLICY = load_contracts(), load_policy()
CUSTOMS_TO_TRADE = marking_for(POLICY, "customs_service", release_to=["trade_ministry"])
CUSTOMS_ALONE = marking_for(POLICY, "customs_service")
ROW = "subject_id, verdict, author, reason, evidence, judged_at, sequence"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").ensure()


@pytest.fixture
def register(home: Home) -> Register:
    register = Register(home.register_url, clock=lambda: datetime.datetime(2026, 1, 1))
    said = {"author": "ZebraAnn", "reason": "shared address", "evidence": "zebraseen"}
    judge(register, PARTY_PAIR, "a:b", "same", marking=CUSTOMS_TO_TRADE, **said)
    judge(register, PARTY_PAIR, "c:d", "different", marking=CUSTOMS_TO_TRADE, **said)
    return register


def hide_more(register: Register) -> None:
    """Judgements that the trade ministry may not see, on the very same things and on others."""
    hidden = {"author": "ZebraBo", "reason": "Zebrareason", "evidence": "zebraother"}
    judge(register, PARTY_PAIR, "a:b", "different", marking=marking_for(POLICY), **hidden)
    judge(register, PARTY_PAIR, "e:f", "same", marking=CUSTOMS_ALONE, **hidden)
    undo(register, PARTY_PAIR, "e:f", author="ZebraBo", reason="Zebrareason", originator="customs_service")
    judge(register, PARTY_PAIR, "e:f", "same", marking=marking_for(POLICY, "intelligence_service"), **hidden)


def seen_by(home: Home, register: Register, recipient: str, file: Path) -> tuple[list[tuple], str]:
    """The rows of raw.judgements in the recipient's file, and the digest of his view."""
    with writer_lock(home), build_database(home) as connection:
        connection.execute("create schema if not exists code_lists")
        build_raw(connection, home, register, CONTRACTS)
    who = POLICY.recipient(recipient)
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach '{home.build_db}' as {WHOLE} (read_only)")
        connection.execute(f"attach '{file}' as {FILTERED}")
        lay_out(connection, who, POLICY, CONTRACTS, b"k" * 32)
        rows = connection.execute(f"select {ROW} from {FILTERED}.raw.judgements order by all").fetchall()
        return rows, view_of(connection, who, POLICY, CONTRACTS)


def test_a_recipient_gets_what_its_marking_allows_without_the_name_of_who_judged(home, register, tmp_path) -> None:
    rows, _ = seen_by(home, register, "trade_ministry", tmp_path / "trade.duckdb")
    at = datetime.datetime(2026, 1, 1)
    assert rows == [
        ("a:b", "same", None, "shared address", None, at, 1),
        ("c:d", "different", None, "shared address", None, at, 2),
    ]
    assert b"zebra" not in (tmp_path / "trade.duckdb").read_bytes().lower()
    own, _ = seen_by(home, register, "customs_service", tmp_path / "customs.duckdb")
    assert [row[2] for row in own] == ["ZebraAnn", "ZebraAnn"]
    assert seen_by(home, register, "central_bank", tmp_path / "bank.duckdb")[0] == []


def test_hidden_judgements_leave_no_trace(home, register, tmp_path) -> None:
    before = seen_by(home, register, "trade_ministry", tmp_path / "before.duckdb")
    hide_more(register)
    after = seen_by(home, register, "trade_ministry", tmp_path / "after.duckdb")
    assert after == before
    assert b"zebra" not in (tmp_path / "after.duckdb").read_bytes().lower()


def test_a_later_word_that_is_hidden_takes_the_earlier_away(home, register, tmp_path) -> None:
    judge(register, PARTY_PAIR, "a:b", "same", author="Ann", reason="r", marking=CUSTOMS_ALONE)
    rows, _ = seen_by(home, register, "trade_ministry", tmp_path / "trade.duckdb")
    assert [row[0] for row in rows] == ["c:d"]


def test_only_who_sees_the_same_judgements_may_get_a_copy_of_anothers_release(home, register, tmp_path) -> None:
    marking = Marking("customs_service", "official", "AMBER", frozenset(["north"])).text()
    judge(register, PARTY_PAIR, "a:b", "unsure", author="Ann", reason="r", marking=marking)
    with writer_lock(home), build_database(home) as connection:
        build_raw(connection, home, register, CONTRACTS)
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach '{home.build_db}' as {WHOLE} (read_only)")
        north, south, west = (
            view_of(connection, Recipient(name, "official", None), POLICY, CONTRACTS)
            for name in ("north", "south", "west")
        )
    assert south == west != north


def test_a_digest_on_a_hit_goes_where_its_two_rows_are_shown_in_full(home, register, tmp_path) -> None:
    """The trade ministry gets every field of declarations; the ally gets registration numbers of parties as tokens."""
    marking = marking_for(POLICY, "customs_service", release_to=["trade_ministry", "allied_licensing_authority"])
    for hit in ("declared", "named"):
        judge(register, SCREENING_HIT, hit, "cleared", author="ZebraAnn", reason="r", evidence=hit, marking=marking)
    with writer_lock(home), build_database(home) as connection:
        connection.execute("create schema if not exists main")
        connection.execute(
            "create table main.fct_screening_hits as select * from (values "
            "('declared', 'customs_service', 'export_declarations', 'foreign_ministry', 'listings'), "
            "('named', 'trade_ministry', 'parties', 'foreign_ministry', 'listings')"
            ") as hits (hit_id, partner, feed, listed_partner, listed_feed)"
        )

    def digests(recipient: str) -> dict[str, str | None]:
        rows, _ = seen_by(home, register, recipient, tmp_path / f"{recipient}.duckdb")
        return {row[0]: row[4] for row in rows}

    assert digests("trade_ministry") == {"a:b": None, "c:d": None, "declared": "declared", "named": "named"}
    assert digests("allied_licensing_authority") == {"declared": "declared", "named": None}
    assert b"zebra" not in (tmp_path / "trade_ministry.duckdb").read_bytes().lower()
