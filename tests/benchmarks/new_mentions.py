"""How much faster one per cent of new mentions is linked than all of them, and whether the parties are the same.

Here: the step between the two parts of the build (`link`), run on a copy of what it reads: on ninety-nine hundredths of
the mentions, then on all with the scores of before, then on all with none. Not here: how good linkage is (linkage.py).
"""

import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.linkage.link import View, link
from orchestration.register import Register
from tests.benchmarks.linkage import Figure, closed_world

# A hundredth of the mentions, by the first digits of a hash of their ids: two of 256 less a fifth.
IS_NEW = "md5(mention_id || 'new')[:4] < '028f'"
MENTIONS, PROFILES = "intermediate.int_parties__mentions", "intermediate.int_parties__profiles"


@dataclass(frozen=True)
class Increment:
    """Seconds for all mentions and for the new ones after the others; how many there are; pairs told alike by both."""

    seconds_full: float
    seconds_new: float
    mentions: int
    new: int
    agreement: float

    @property
    def ratio(self) -> float:
        """How many times faster the new ones are linked than all."""
        return self.seconds_full / self.seconds_new

    def figure(self) -> Figure:
        """Agreement of the two, as printed beside the other figures of linkage."""
        return Figure(f"{self.new} new of {self.mentions} mentions: pairs as in full linkage", self.agreement, 0.999)


def increment(database: Path, work: Path) -> Increment:
    """Link the mentions of a built warehouse bit by bit and at once; `work` is an empty folder for what is kept.

    Raises duckdb.Error where the warehouse has not been built as far as linkage.
    """
    work.mkdir(parents=True, exist_ok=True)
    little, anew = Register(f"sqlite:///{work}/little.sqlite"), Register(f"sqlite:///{work}/anew.sqlite")
    _linked(database, little, work / "scores", is_later=False)
    after, seconds_new = _linked(database, little, work / "scores", is_later=True)
    fresh, seconds_full = _linked(database, anew, work / "anew", is_later=True)
    agreed = closed_world(after, fresh)
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{database}' AS built (READ_ONLY)")
        new = connection.execute(f"SELECT count(*) FROM built.{MENTIONS} WHERE {IS_NEW}").fetchall()[0][0]
    return Increment(seconds_full, seconds_new, len(fresh), new, min(agreed.precision, agreed.recall))


def _linked(database: Path, register: Register, scores: Path, is_later: bool) -> tuple[dict[str, str], float]:
    """The party of each mention, and the seconds that linkage took."""
    there = "true" if is_later else f"NOT ({IS_NEW})"
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute(f"ATTACH '{database}' AS built (READ_ONLY)")
        for schema in ("raw", "intermediate"):
            connection.execute(f"CREATE SCHEMA {schema}")
        for same in ("raw.submissions", "intermediate.int_parties__judgements"):
            connection.execute(f"CREATE TABLE {same} AS FROM built.{same}")
        connection.execute(f"CREATE TABLE {MENTIONS} AS FROM built.{MENTIONS} WHERE {there}")
        connection.execute(
            f"CREATE TABLE {PROFILES} AS FROM built.{PROFILES} WHERE profile_id IN (SELECT profile_id FROM {MENTIONS})"
        )
        start = time.perf_counter()
        link(connection, View(register, "operator", scores))
        seconds = time.perf_counter() - start
        found = connection.execute("SELECT mention_id, party_id FROM linkage.party_clusters").fetchall()
    return dict(found), seconds
