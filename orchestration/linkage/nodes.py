"""The nodes that linkage brings together, and the links between them, read from a database.

Here: from the first part's models to the arrays that clusters.py works on, and back to mentions. Not here: scores,
clusters and ids. A node is a profile, once for all mentions that share it; a mention that people hold apart from
another is a node of its own, linked like the others of its profile and with them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.harmonisation.parts import LINKAGE
from orchestration.linkage.clusters import Judged, Links, Numbers
from orchestration.linkage.ids import Cluster

IDENTICAL = 1.000001  # what joins mentions of the same profile: a shade more than any score, so that it comes first
MARK = 16  # hexadecimal digits of a hash that are enough to tell marks apart
_ROWS = 2000  # rows in a statement of literals: bound parameters would import pandas

_JUDGEMENTS = "(SELECT * FROM intermediate.int_parties__judgements WHERE verdict <> 'unsure')"
_HELD_APART = "(SELECT * FROM intermediate.int_parties__judgements WHERE verdict = 'different')"


@dataclass(frozen=True)
class Nodes:
    """The nodes in order of their names, with what each is known by: its marks, and its earliest mention after the
    place of that mention's submission in the order of arrival.
    """

    names: list[str]
    marks: list[list[str]]
    founders: list[str]

    @classmethod
    def of(cls, connection: Any, arrivals: str) -> "Nodes":
        """Number the nodes, in the temporary tables `members` and `nodes`; `arrivals` is a query for submission_id and
        arrival.
        """
        connection.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE members AS
            WITH judged AS (
                SELECT mention_a AS mention_id FROM {_HELD_APART} UNION SELECT mention_b FROM {_HELD_APART}
            )
            SELECT
                mentions.mention_id,
                mentions.profile_id,
                coalesce('m' || judged.mention_id, 'p' || mentions.profile_id) AS name,
                lpad(coalesce(arrivals.arrival, 999999999)::VARCHAR, 9, '0') || mentions.mention_id AS founder
            FROM intermediate.int_parties__mentions AS mentions
            LEFT JOIN judged ON judged.mention_id = mentions.mention_id
            LEFT JOIN ({arrivals}) AS arrivals ON arrivals.submission_id = mentions.submission_id
            """
        )
        connection.execute(
            """
            CREATE OR REPLACE TEMP TABLE nodes AS
            SELECT
                row_number() OVER (ORDER BY name) - 1 AS node,
                name,
                min(profile_id) AS profile_id,
                min(mention_id) AS mention_id,
                min(founder) AS founder
            FROM members
            GROUP BY name
            """
        )
        found = connection.execute("SELECT name, profile_id, mention_id, founder FROM nodes ORDER BY node").fetchall()
        marks = [
            [mention[:MARK]] if name.startswith("m") else [profile[:MARK], mention[:MARK]]
            for name, profile, mention, _ in found
        ]
        return cls([row[0] for row in found], marks, [row[3] for row in found])

    def parties(self, label: Numbers) -> tuple[list[int], list[Cluster]]:
        """The labels there are, and the cluster of each, from the label of each node."""
        members: dict[int, list[int]] = {}
        for node, number in enumerate(label.tolist()):
            members.setdefault(number, []).append(node)
        return list(members), [
            Cluster(min(self.founders[node] for node in nodes)[9:], frozenset(m for n in nodes for m in self.marks[n]))
            for nodes in members.values()
        ]


def links(connection: Any) -> Links:
    """Links between the numbered nodes: the scored pairs of their profiles, and of nodes with the same profile."""
    found = connection.execute(
        f"""
        SELECT one.node AS one, other.node AS other, probability, band = 'match' AS is_firm
        FROM {LINKAGE}.pairs AS pairs
        INNER JOIN nodes AS one ON one.profile_id = pairs.profile_a
        INNER JOIN nodes AS other ON other.profile_id = pairs.profile_b
        UNION ALL
        SELECT one.node, other.node, {IDENTICAL}, true
        FROM nodes AS one
        INNER JOIN nodes AS other ON one.profile_id = other.profile_id AND one.node < other.node
        """
    ).fetchnumpy()
    return Links(found["one"], found["other"], found["probability"], found["is_firm"])


def entries(connection: Any) -> dict[int, tuple[str, str]]:
    """List and the list's own id of the numbered nodes that stand on one."""
    found = connection.execute(
        """
        SELECT nodes.node, profiles.list_code, profiles.list_entry_ref
        FROM nodes
        INNER JOIN intermediate.int_parties__profiles AS profiles ON nodes.profile_id = profiles.profile_id
        WHERE profiles.list_code IS NOT NULL
        """
    ).fetchall()
    return {node: (list_code, entry) for node, list_code, entry in found}


def judged(connection: Any) -> Judged:
    """What people have said of the numbered nodes."""
    found = connection.execute(
        f"""
        SELECT DISTINCT one.node, other.node, verdict = 'same'
        FROM {_JUDGEMENTS} AS judged
        INNER JOIN members AS mention_one ON mention_one.mention_id = judged.mention_a
        INNER JOIN members AS mention_other ON mention_other.mention_id = judged.mention_b
        INNER JOIN nodes AS one ON one.name = mention_one.name
        INNER JOIN nodes AS other ON other.name = mention_other.name
        WHERE one.node <> other.node
        """
    ).fetchall()
    return Judged([(a, b) for a, b, is_same in found if is_same], [(a, b) for a, b, is_same in found if not is_same])


def give(connection: Any, table: str, label: Numbers, numbers: Sequence[int], parties: Sequence[str]) -> None:
    """Write the party of each mention, where `parties` are those of the clusters `numbers`."""
    party = dict(zip(numbers, parties, strict=True))
    connection.execute("CREATE OR REPLACE TEMP TABLE given (node BIGINT, party_id VARCHAR)")
    rows = [f"({node}, '{party[number]}')" for node, number in enumerate(label.tolist())]
    for start in range(0, len(rows), _ROWS):
        connection.execute(f"INSERT INTO given VALUES {', '.join(rows[start : start + _ROWS])}")
    connection.execute(
        f"INSERT INTO {table} SELECT members.mention_id, given.party_id FROM members "
        "INNER JOIN nodes ON nodes.name = members.name INNER JOIN given ON given.node = nodes.node "
        "ORDER BY members.mention_id"
    )
