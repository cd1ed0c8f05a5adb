"""The step between the two parts of the build: from mentions of parties to parties, as the schema `linkage`.

Here: the order of the work, in whatever database it is given: the warehouse, or a recipient's rows. Not here: mentions
and judgements (dbt_project, part one), scores of pairs (scores.py), nodes and links (nodes.py), how nodes come together
(clusters.py), what a party is called (ids.py, history.py) and the marts that read what is written (part two).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.harmonisation.parts import LINKAGE
from orchestration.linkage import history
from orchestration.linkage.ids import assign_ids
from orchestration.quoting import sql_text
from orchestration.register import Register

# Relations made here, with their columns; `pairs` is made by scores.py.
PAIRS = "pairs"
MADE = {
    "party_clusters": "mention_id VARCHAR, party_id VARCHAR",
    "party_id_trail": (
        "change_no INTEGER, party_id VARCHAR, event VARCHAR, other_party_id VARCHAR, submission_id VARCHAR"
    ),
}
RELATIONS = (PAIRS, *MADE)
PROFILES = "intermediate.int_parties__profiles"


@dataclass(frozen=True)
class View:
    """Whose parties are made: the name under which the register remembers their ids, and in which order the
    submissions arrived that he sees (a query for submission_id and arrival). `scores` is the folder of scores that
    all views share.
    """

    register: Register
    name: str
    scores: Path | None
    arrivals: str = "SELECT id AS submission_id, sequence AS arrival FROM raw.submissions"


def link(connection: Any, view: View) -> dict[str, int]:
    """Make the schema anew from the first part's models in the current database; returns the rows of each relation.

    What changed in ids is in the register before the relations say so: a step that is killed and repeated comes to
    the same.
    """
    from orchestration.linkage import nodes  # with scipy and Splink, which only this step needs
    from orchestration.linkage.clusters import clusters
    from orchestration.linkage.scores import score

    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {LINKAGE}")
    score(connection, PROFILES, view.scores)
    found = nodes.Nodes.of(connection, view.arrivals)
    label = clusters(found.names, nodes.links(connection), nodes.entries(connection), nodes.judged(connection))
    numbers, parties = found.parties(label)
    given = assign_ids(parties, history.known(history.steps_of(view.register, view.name)))
    history.keep(view.register, view.name, given)
    for name, columns in MADE.items():
        connection.execute(f"CREATE OR REPLACE TABLE {LINKAGE}.{name} ({columns})")
    nodes.give(connection, f"{LINKAGE}.party_clusters", label, numbers, given.parties)
    _write_trail(connection, history.steps_of(view.register, view.name))
    return {name: connection.execute(f"SELECT count(*) FROM {LINKAGE}.{name}").fetchall()[0][0] for name in RELATIONS}


def _write_trail(connection: Any, steps: list[history.Step]) -> None:
    rows = [
        f"({number}, {', '.join(sql_text(v) if v else 'NULL' for v in values)})"
        for number, step in enumerate(steps, start=1)
        for values in ((e.party_id, e.event, e.other_party_id, step.submission_id) for e in step.events)
    ]
    if rows:
        connection.execute(f"INSERT INTO {LINKAGE}.party_id_trail VALUES {', '.join(rows)}")
