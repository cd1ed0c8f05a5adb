"""The grey band: one pair for two parties, the most consequential first, and none that has been judged as it is now."""

import datetime
from collections.abc import Iterator

import duckdb
import pytest

from orchestration.judgements import PARTY_PAIR, Judgement
from orchestration.linkage.mentions import by_id
from orchestration.linkage.review import open_pairs
from orchestration.linkage.verdicts import evidence_of, pair_id

# mention, partner, role, profile, party
MENTIONS = [
    ("a1", "customs", "consignee", "pa", "PA"), ("a2", "customs", "consignee", "pa", "PA"),
    ("b1", "trade", "consignee", "pb", "PB"), ("b2", "trade", "consignee", "pc", "PB"),
    ("l1", "treasury", "listed", "pl", "PL"), ("d1", "customs", "consignee", "pd", "PD"),
]  # fmt: skip
PAIRS = [
    ("pa", "pb", -1.0, "review"), ("pa", "pc", -2.0, "review"), ("pb", "pl", -3.0, "review"),
    ("pa", "pd", -1.5, "review"), ("pb", "pc", 5.0, "match"),
]  # fmt: skip


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as connection:
        for schema in ("intermediate", "linkage"):
            connection.execute(f"create schema {schema}")
        rows = ", ".join(
            f"('{m}', '{partner}', 'f', 'R{m}', '{role}', 1, '{{}}', '{profile}', 'Firm {profile}')"
            for m, partner, role, profile, _ in MENTIONS
        )
        connection.execute(
            f"create table intermediate.int_parties__mentions as from (values {rows}) as t "
            "(mention_id, partner, feed, record_ref, role, mention_no, marking, profile_id, name)"
        )
        parties = ", ".join(f"('{m}', '{party}')" for m, *_, party in MENTIONS)
        connection.execute(
            f"create table intermediate.int_parties__clusters as from (values {parties}) as t (mention_id, party_id)"
        )
        pairs = ", ".join(f"('{a}', '{b}', {weight}, 0.2, '{band}')" for a, b, weight, band in PAIRS)
        connection.execute(
            f"create table linkage.pairs as from (values {pairs}) as t "
            "(profile_a, profile_b, match_weight, probability, band)"
        )
        yield connection


def judged(connection: duckdb.DuckDBPyConnection, one: str, other: str, evidence: str | None = None) -> Judgement:
    known = by_id(connection, [one, other])
    seen = evidence or evidence_of(known[one], known[other])
    at = datetime.datetime(2026, 1, 1)
    return Judgement(1, at, PARTY_PAIR, pair_id(one, other), "unsure", "Ann", "r", "operator", "", seen, None)


def shown(connection: duckdb.DuckDBPyConnection, *judgements: Judgement) -> list[tuple[str, str]]:
    return [(p.party.party_id, p.other_party.party_id) for p in open_pairs(connection, judgements)]


def test_what_would_list_a_party_comes_first_then_what_joins_agencies(connection) -> None:
    assert shown(connection) == [("PB", "PL"), ("PA", "PB"), ("PA", "PD")]


def test_the_best_pair_stands_for_two_parties_and_says_what_same_would_do(connection) -> None:
    pair = open_pairs(connection, [])[1]
    assert (pair.one.mention_id, pair.other.mention_id, pair.match_weight, pair.pair_count) == ("a1", "b1", -1.0, 2)
    assert (pair.records_moved, pair.agencies_brought_together, pair.lists_an_unlisted_one) == (2, 2, False)


def test_what_was_judged_is_shown_again_only_once_a_record_says_something_else(connection) -> None:
    assert shown(connection, judged(connection, "a2", "b2")) == [("PB", "PL"), ("PA", "PD")]
    assert ("PA", "PB") in shown(connection, judged(connection, "a2", "b2", evidence="what they once said"))
