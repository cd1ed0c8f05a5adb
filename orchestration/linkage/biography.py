"""A party's life: its mentions of today, what people said about them, and what happened to its id."""

from dataclasses import asdict
from typing import Any

import duckdb

from orchestration.judgements import PARTY_PAIR, in_force
from orchestration.linkage.mentions import by_id, of_party, one
from orchestration.linkage.verdicts import evidence_of, pair_of
from orchestration.quoting import sql_text
from orchestration.register import Register


def biography(connection: duckdb.DuckDBPyConnection, register: Register, text: str) -> dict[str, Any]:
    """Mentions, judgements in force and trail of the party that `text` names, by its id or by one of its mentions.

    An id that has no mentions any more is told with its trail. UsageError when there never was such a party.
    """
    party_id = text if of_party(connection, text) or _trail(connection, text) else one(connection, text).party_id
    found = of_party(connection, party_id)
    there = {mention.mention_id for mention in found}
    judged = [j for j in in_force(register, PARTY_PAIR) if there & set(pair_of(j.subject_id))]
    return {
        "party_id": party_id,
        "partners": sorted({mention.partner for mention in found}),
        "mentions": [mention.document() for mention in found],
        "judgements": [
            asdict(j)
            | {"is_in_force": True, "evidence_has_changed": _has_changed(connection, j.subject_id, j.evidence)}
            for j in judged
        ],
        "trail": _trail(connection, party_id),
    }


def _has_changed(connection: duckdb.DuckDBPyConnection, subject_id: str, evidence: str) -> bool:
    known = by_id(connection, list(pair_of(subject_id)))
    return len(known) < 2 or evidence_of(*known.values()) != evidence


def _trail(connection: duckdb.DuckDBPyConnection, party_id: str) -> list[dict[str, Any]]:
    found = connection.execute(
        f"SELECT * FROM linkage.party_id_trail WHERE {sql_text(party_id)} IN (party_id, other_party_id) "
        "ORDER BY change_no, party_id, event, other_party_id"
    )
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
