"""The nodes that linkage brings together, and the links between them, read from a database.

Here: from the first part's models to the arrays that clusters.py works on, and back to mentions. Not here: scores,
clusters and ids. A node is a content under which parties are written, once for all mentions that share it; a mention
that people have judged is a node of its own, linked like the others of its content and with them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.linkage.clusters import Judged, Links, Numbers
from orchestration.linkage.ids import Cluster

MARK = 16  # hexadecimal digits of a hash that are enough to tell marks apart
_ROWS = 2000  # rows in a statement of literals: bound parameters would import pandas

# What is read of the first part's models: a query for mention_id, content, submission_id; and one for content_a,
# content_b, probability, is_firm, each pair once.
_MENTIONS = """
    SELECT mentions.mention_id, md5(names.entity_kind || '|' || names.name_key) AS content, mentions.submission_id
    FROM intermediate.int_parties__mentions AS mentions
    INNER JOIN intermediate.int_parties__name_keys AS names ON names.mention_id = mentions.mention_id
"""
_JUDGEMENTS = "(SELECT * FROM intermediate.int_parties__judgements WHERE verdict <> 'unsure')"


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
                SELECT mention_a AS mention_id FROM {_JUDGEMENTS} UNION SELECT mention_b FROM {_JUDGEMENTS}
            )
            SELECT
                mentions.mention_id,
                mentions.content,
                coalesce('m' || judged.mention_id, 'c' || mentions.content) AS name,
                lpad(coalesce(arrivals.arrival, 999999999)::VARCHAR, 9, '0') || mentions.mention_id AS founder
            FROM ({_MENTIONS}) AS mentions
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
                min(content) AS content,
                min(mention_id) AS mention_id,
                min(founder) AS founder
            FROM members
            GROUP BY name
            """
        )
        found = connection.execute("SELECT name, content, mention_id, founder FROM nodes ORDER BY node").fetchall()
        marks = [
            [mention[:MARK]] if name.startswith("m") else [content[:MARK], mention[:MARK]]
            for name, content, mention, _ in found
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
    """Links between the numbered nodes: those of their contents, and of nodes with the same content."""
    found = connection.execute(
        """
        SELECT one.node AS one, other.node AS other, 1.0::DOUBLE AS probability, true AS is_firm
        FROM nodes AS one
        INNER JOIN nodes AS other ON one.content = other.content AND one.node < other.node
        """
    ).fetchnumpy()
    return Links(found["one"], found["other"], found["probability"], found["is_firm"])


def judged(connection: Any) -> Judged:
    """What people have said of the numbered nodes."""
    found = connection.execute(
        f"""
        SELECT one.node, other.node, verdict = 'same'
        FROM {_JUDGEMENTS} AS judged
        INNER JOIN nodes AS one ON one.name = 'm' || judged.mention_a
        INNER JOIN nodes AS other ON other.name = 'm' || judged.mention_b
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
