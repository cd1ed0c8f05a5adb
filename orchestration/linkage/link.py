"""The step between the two parts of the build: from mentions of parties to parties, as the schema `linkage`.

Here: what the step reads and writes. Not here: the mentions (dbt_project, part one) and the marts that read what is
written (part two). It works on whatever database it is given: the warehouse, or a recipient's rows.
"""

from typing import Any

from orchestration.harmonisation.parts import LINKAGE

# Relations made here, with their columns.
RELATIONS = {"party_clusters": "mention_id VARCHAR, party_id VARCHAR"}


def link(connection: Any) -> dict[str, int]:
    """Make the schema anew from the mentions in the current database; returns the number of rows of each relation.

    Mentions are one party if their compared name and kind are the same, and the id depends on nothing else.
    """
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {LINKAGE}")
    for name, columns in RELATIONS.items():
        connection.execute(f"CREATE OR REPLACE TABLE {LINKAGE}.{name} ({columns})")
    connection.execute(
        f"INSERT INTO {LINKAGE}.party_clusters "
        "SELECT mention_id, 'P' || substr(md5(entity_kind || '|' || name_key), 1, 15) "
        "FROM intermediate.int_parties__name_keys ORDER BY mention_id"
    )
    return {name: connection.execute(f"SELECT count(*) FROM {LINKAGE}.{name}").fetchall()[0][0] for name in RELATIONS}
