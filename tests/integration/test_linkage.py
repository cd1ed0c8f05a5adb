"""Linkage on the sample: what is new is linked as if all had been scored at once, and parties keep their ids."""

from collections import defaultdict
from pathlib import Path

import duckdb
import pytest

from orchestration.harmonisation.warehouse import build_database
from orchestration.linkage.link import View, link
from orchestration.register import Register
from orchestration.settings import Home

# One mention in twenty, chosen by its id: leaves, is written otherwise, comes anew.
GONE, OTHERWISE, NEW = (f"hash(mention_id) % 60 = {number}" for number in (0, 1, 2))
TYPOS = "upper(left(name, 4)) || 'a' || substr(name, 5)"


def parties(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    return dict(connection.execute("SELECT mention_id, party_id FROM linkage.party_clusters").fetchall())


def disturb(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Remove, change and add a twentieth of the mentions between them; returns the ids of those touched."""
    mentions, profiles = "intermediate.int_parties__mentions", "intermediate.int_parties__profiles"
    touched = connection.execute(
        f"SELECT mention_id FROM {mentions} WHERE {GONE} OR {OTHERWISE} UNION ALL "
        f"SELECT md5(mention_id || 'new') FROM {mentions} WHERE {NEW}"
    ).fetchall()
    connection.execute(
        f"INSERT INTO {mentions} SELECT * REPLACE (md5(mention_id || 'new') AS mention_id) FROM {mentions} WHERE {NEW}"
    )
    connection.execute(f"DELETE FROM {mentions} WHERE {GONE}")
    connection.execute(
        f"INSERT INTO {profiles} SELECT * REPLACE (md5(profile_id || 'typo') AS profile_id, {TYPOS} AS name) "
        f"FROM {profiles} WHERE profile_id IN (SELECT profile_id FROM {mentions} WHERE {OTHERWISE})"
    )
    connection.execute(f"UPDATE {mentions} SET profile_id = md5(profile_id || 'typo') WHERE {OTHERWISE}")
    return {mention for (mention,) in touched}


@pytest.fixture
def home(copied_home: Path) -> Home:
    return Home(copied_home)


def test_a_twentieth_of_the_records_changes_and_other_parties_keep_their_ids(home: Home, tmp_path: Path) -> None:
    register = Register(home.register_url)
    with build_database(home) as connection:
        before = parties(connection)
        touched = disturb(connection)
        assert len(touched) > len(before) / 30
        link(connection, View(register, "operator", home.scores))
        after = parties(connection)
        grown = connection.execute("SELECT * FROM linkage.pairs ORDER BY ALL").fetchall()
        link(connection, View(register, "a new one", None))
        anew = connection.execute("SELECT * FROM linkage.pairs ORDER BY ALL").fetchall()
        fresh = parties(connection)
    assert grown == anew  # what the store had and what it lacked: the same as all at once
    assert groups(after) == groups(fresh)
    unchanged = {group for group in groups(before) if touched.isdisjoint(group)} & groups(after)
    assert len(unchanged) > len(groups(before)) / 2
    assert [group for group in unchanged if {before[m] for m in group} != {after[m] for m in group}] == []


def groups(party: dict[str, str]) -> set[frozenset[str]]:
    """The mentions of each party."""
    found = defaultdict(set)
    for mention, name in party.items():
        found[name].add(mention)
    return {frozenset(members) for members in found.values()}


def test_a_second_step_over_the_same_changes_nothing(home: Home) -> None:
    register = Register(home.register_url)
    with build_database(home) as connection:
        before = parties(connection)
        link(connection, View(register, "operator", home.scores))
        assert parties(connection) == before
        assert connection.execute("SELECT count(*) FROM linkage.party_id_trail").fetchone() == (0,)
