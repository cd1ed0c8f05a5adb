"""What the next run would make of a judgement: the same step over the same mentions, with nothing kept.

Here: the parties that would follow, and how they differ from those of the last run. Not here: the step (link.py) and
the judgement (verdicts.py). Scores are those of the last run; judgements written since are counted in, so what is told
is what the next run will say if nothing else arrives before it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from orchestration.harmonisation.warehouse import CATALOG
from orchestration.judgements import Judgement, latest
from orchestration.linkage import history
from orchestration.linkage.ids import assign_ids
from orchestration.linkage.verdicts import pair_of
from orchestration.register import Register
from orchestration.releases.policy import OPERATOR

_VIEWS = ("intermediate.int_parties__mentions", "intermediate.int_parties__profiles", "linkage.pairs")
_ARRIVALS = f"SELECT id AS submission_id, sequence AS arrival FROM {CATALOG}.raw.submissions"


@dataclass(frozen=True)
class Change:
    """How parties would differ. `merged` is party -> parties whose mentions it would hold, `parted` party -> parties
    among which its mentions would be; `mentions`, `records` and `partners` are those that would have another party.
    """

    merged: dict[str, list[str]]
    parted: dict[str, list[str]]
    mentions: int
    records: int
    partners: list[str]

    def sentences(self) -> list[str]:
        """The same in words."""
        if not self.mentions:
            return ["The next run changes no party by it."]
        told = [f"The next run makes one party, {party}, of {_listed(old)}." for party, old in self.merged.items()]
        told += [f"The next run parts {party} into {_listed(new)}." for party, new in self.parted.items()]
        mentions = "1 mention" if self.mentions == 1 else f"{self.mentions:,} mentions"
        records = "1 record" if self.records == 1 else f"{self.records:,} records"
        gets = "gets" if self.mentions == 1 else "get"
        return [*told, f"{mentions} in {records} of {_listed(self.partners)} {gets} another party."]

    def document(self) -> dict[str, Any]:
        """For --json."""
        return {
            "merged": self.merged,
            "parted": self.parted,
            "mentions": self.mentions,
            "records": self.records,
            "partners": self.partners,
        }


def change_by(connection: duckdb.DuckDBPyConnection, register: Register, judged: Iterable[Judgement]) -> Change:
    """The change from the last run to one with these judgements in force; `connection` reads the warehouse."""
    before = dict(connection.execute("SELECT mention_id, party_id FROM linkage.party_clusters").fetchall())
    verdicts = {subject_id: judgement.verdict for subject_id, judgement in latest(judged).items()}
    return _difference(connection, before, parties_with(connection, register, verdicts))


def parties_with(
    connection: duckdb.DuckDBPyConnection, register: Register, verdicts: Mapping[str, str]
) -> dict[str, str]:
    """The party of each mention with these verdicts (by id of the pair) and no others."""
    from orchestration.linkage import nodes  # with scipy, which only this needs
    from orchestration.linkage.clusters import clusters

    known = {row[0] for row in connection.execute("SELECT mention_id FROM linkage.party_clusters").fetchall()}
    rows = [(*pair_of(pair), verdict) for pair, verdict in sorted(verdicts.items()) if known.issuperset(pair_of(pair))]
    try:
        _lay_out(connection, rows)
        found = nodes.Nodes.of(connection, _ARRIVALS)
        label = clusters(found.names, nodes.links(connection), nodes.entries(connection), nodes.judged(connection))
        numbers, parties = found.parties(label)
        given = assign_ids(parties, history.known(history.steps_of(register, OPERATOR)))
        nodes.give(connection, "linkage.trial", label, numbers, given.parties)
        return dict(connection.execute("SELECT mention_id, party_id FROM linkage.trial").fetchall())
    finally:
        connection.execute(f"USE {CATALOG}")


def _lay_out(connection: duckdb.DuckDBPyConnection, judged: Sequence[tuple[str, str, str]]) -> None:
    """A database in memory that stands for the warehouse, with other judgements."""
    connection.execute("ATTACH OR REPLACE ':memory:' AS trial")
    connection.execute("USE trial")
    for schema in ("intermediate", "linkage"):
        connection.execute(f"CREATE SCHEMA {schema}")
    for view in _VIEWS:
        connection.execute(f"CREATE VIEW {view} AS FROM {CATALOG}.{view}")
    connection.execute(
        "CREATE TABLE intermediate.int_parties__judgements (mention_a VARCHAR, mention_b VARCHAR, verdict VARCHAR)"
    )
    connection.execute("CREATE TABLE linkage.trial (mention_id VARCHAR, party_id VARCHAR)")
    if judged:
        values = ", ".join(f"('{one}', '{other}', '{verdict}')" for one, other, verdict in judged)
        connection.execute(f"INSERT INTO intermediate.int_parties__judgements VALUES {values}")


def _difference(
    connection: duckdb.DuckDBPyConnection, before: Mapping[str, str], after: Mapping[str, str]
) -> Change:  # fmt: skip
    came_from: dict[str, set[str]] = {}
    went_to: dict[str, set[str]] = {}
    for mention, party in before.items():
        came_from.setdefault(after[mention], set()).add(party)
        went_to.setdefault(party, set()).add(after[mention])
    moved = sorted(mention for mention, party in before.items() if after[mention] != party)
    places = []
    if moved:
        listed = ", ".join(f"'{mention}'" for mention in moved)
        places = connection.execute(
            "SELECT DISTINCT partner, feed, record_ref FROM intermediate.int_parties__mentions "
            f"WHERE mention_id IN ({listed})"
        ).fetchall()
    return Change(
        {party: sorted(old) for party, old in sorted(came_from.items()) if len(old) > 1},
        {party: sorted(new) for party, new in sorted(went_to.items()) if len(new) > 1},
        len(moved), len(places), sorted({place[0] for place in places}),
    )  # fmt: skip


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
