"""On the real lists, parties keep their ids while records come, change and go, linked bit by bit as at once.

Here: the European lists, the UN's and the UK's in two states, of which the second has a twentieth added, a twentieth
changed and a twentieth removed. Not here: how good linkage is (test_real_linkage.py).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb
import pytest

from orchestration.linkage.link import View, link
from orchestration.register import Register
from tests.benchmarks.linkage import closed_world
from tests.integration.conftest import Lists

# By the first digits of a hash of the mention: a twentieth each.
ADDED, CHANGED, REMOVED = "'00' AND '0c'", "'0d' AND '19'", "'1a' AND '26'"
BUCKET = "md5(mention_id)[:2]"


@dataclass(frozen=True)
class State:
    """What linkage made of a state of the lists: party and profile of each mention, and the scored pairs."""

    party: dict[str, str]
    profile: dict[str, str]
    pairs: dict[tuple[str, str], float]

    def evidence(self, mentions: Iterable[str]) -> set[tuple[tuple[str, str], float]]:
        """The mentions' profiles, and the pairs that touch them."""
        own = {self.profile[mention] for mention in mentions if mention in self.profile}
        return {((profile, ""), 0.0) for profile in own} | {e for profile in own for e in self._touching[profile]}

    @cached_property
    def _touching(self) -> dict[str, list[tuple[tuple[str, str], float]]]:
        found: dict[str, list[tuple[tuple[str, str], float]]] = defaultdict(list)
        for pair, weight in self.pairs.items():
            for profile in pair:
                found[profile].append((pair, weight))
        return found


def state(built: Path, register: Register, scores: Path, is_later: bool) -> State:
    """Link the European lists as they were, without what is yet to be added, or as they are later: some added, some
    with other content (their aliases are gone), some removed.
    """
    there = f"{BUCKET} NOT BETWEEN {REMOVED if is_later else ADDED}"
    now = f"{is_later} AND {BUCKET} BETWEEN {CHANGED}"
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{built}' AS built (READ_ONLY)")
        for schema in ("raw", "intermediate"):
            connection.execute(f"CREATE SCHEMA {schema}")
        connection.execute("CREATE TABLE raw.submissions AS FROM built.raw.submissions")
        connection.execute(
            "CREATE TABLE intermediate.int_parties__judgements AS FROM built.intermediate.int_parties__judgements"
        )
        connection.execute(
            f"CREATE TABLE intermediate.int_parties__mentions AS SELECT * REPLACE "
            f"(CASE WHEN {now} THEN sha256('changed' || profile_id) ELSE profile_id END AS profile_id) "
            f"FROM built.intermediate.int_parties__mentions "
            f"WHERE role = 'listed' AND partner <> 'us_treasury' AND {there}"
        )
        connection.execute(
            "CREATE TABLE intermediate.int_parties__profiles AS WITH every AS ("
            "FROM built.intermediate.int_parties__profiles UNION ALL BY NAME "
            "SELECT * REPLACE (sha256('changed' || profile_id) AS profile_id, NULL AS aliases) "
            "FROM built.intermediate.int_parties__profiles) "
            "FROM every WHERE profile_id IN (SELECT profile_id FROM intermediate.int_parties__mentions)"
        )
        link(connection, View(register, "operator", scores))
        return State(
            dict(connection.execute("SELECT mention_id, party_id FROM linkage.party_clusters").fetchall()),
            dict(
                connection.execute("SELECT mention_id, profile_id FROM intermediate.int_parties__mentions").fetchall()
            ),
            {(a, b): w for a, b, w in connection.execute(
                "SELECT profile_a, profile_b, match_weight FROM linkage.pairs").fetchall()},
        )  # fmt: skip


@pytest.fixture(scope="module")
def states(real_lists: Lists, tmp_path_factory: pytest.TempPathFactory) -> tuple[State, State, State]:
    """Before; after, linked with what was kept of before; and the same linked anew."""
    built, folder = real_lists.home.build_db, tmp_path_factory.mktemp("states")
    register, other = (Register(f"sqlite:///{folder}/{name}.sqlite") for name in ("register", "other"))
    return (
        state(built, register, folder / "scores", is_later=False),
        state(built, register, folder / "scores", is_later=True),
        state(built, other, folder / "anew", is_later=True),
    )


def test_a_party_whose_evidence_did_not_change_keeps_its_id(states: tuple[State, State, State]) -> None:
    before, after, _ = states
    members: dict[str, list[str]] = defaultdict(list)
    for mention, party in before.party.items():
        members[party].append(mention)
    kept = [party for party, there in members.items() if before.evidence(there) == after.evidence(there)]
    assert len(members) / 2 < len(kept) < len(members)
    moved = {party: [after.party[m] for m in members[party]] for party in kept}
    assert {party: where for party, where in moved.items() if set(where) != {party}} == {}


def test_linked_bit_by_bit_the_lists_have_the_parties_that_they_have_when_linked_at_once(
    states: tuple[State, State, State],
) -> None:
    before, after, anew = states
    changed = sum(before.profile.get(mention) != profile for mention, profile in after.profile.items())
    gone = len(before.profile.keys() - after.profile.keys())
    assert 0.08 < changed / len(after.profile) < 0.12 and 0.04 < gone / len(before.profile) < 0.06
    assert after.pairs == anew.pairs
    agreed, only_after = closed_world(after.party, anew.party), len(set(after.party.values()))
    assert only_after > 1000
    assert agreed.precision >= 0.999 and agreed.recall >= 0.999, agreed
