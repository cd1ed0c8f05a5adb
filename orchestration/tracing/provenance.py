"""Where the rows behind a figure come from: file and row of each, repairs made to it, what people judged about it.

Here: reading submissions, findings and judgements for rows that are at hand. Not here: which rows these are
(account.py).

A party's, a hit's and a case's judgement touches the records that they stand in; a code mapping every line of which
the partner's own code or word it replaces.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache, cached_property
from typing import Any

import duckdb

from orchestration.judgements import CASE, CASE_REFERRAL, PARTY_PAIR, SCREENING_HIT, Judgement, in_force
from orchestration.linkage import mentions
from orchestration.linkage.verdicts import pair_of
from orchestration.publication.revised_figures import RELATION as EDITIONS
from orchestration.quoting import sql_list, sql_name
from orchestration.register import Register
from orchestration.settings import CODE_LISTS_DIR, Home

Row = Mapping[str, Any]
Record = tuple[str, str, str]
# Columns of facts that hold a partner's own code or word, and the list for which it may be mapped.
_GIVEN = {"rating_code": "control_entries", "destination_text": "countries"}
# In which records a hit and a case stand.
_STANDS_IN = {
    SCREENING_HIT: ("fct_screening_hits", "hit_id"),
    CASE: ("bridge_case_records", "case_id"),
    CASE_REFERRAL: ("bridge_case_records", "case_id"),
}
_BROUGHT = ("file_name", "period", "kind", "sha256", "received_at")


class Provenance:
    """What a release and a home know of where rows come from. ``until``: no judgement of after that time."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, home: Home, register: Register, until: datetime | None
    ) -> None:
        self._connection = connection
        self._home = home
        self._register = register
        self._until = until

    def told(self, rows: Sequence[Row]) -> list[dict[str, Any]]:
        """The rows, each with `submission`, `repairs`, `warnings` and `judgements`."""
        if all(row["relation"] == EDITIONS for row in rows):
            return [{**row, "submission": None, "repairs": [], "warnings": [], "judgements": []} for row in rows]
        ids = sorted({str(row["submission_id"]) for row in rows if row["submission_id"]})
        brought = self._submissions(ids)
        found = self._findings(ids)
        mapped = self._mappings(rows)
        told = []
        for row in rows:
            at = row["submission_id"], row["source_row_number"]
            record = row["partner"], row["feed"], row["record_ref"]
            told.append(
                {
                    **row,
                    "submission": brought.get(row["submission_id"]),
                    "repairs": found.get((*at, "repair"), []),
                    "warnings": found.get((*at, "warning"), []),
                    "judgements": [*self._said(record), *mapped.get(record, [])],
                }
            )
        return told

    def _submissions(self, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        rows = self._select(f"select submission_id, {', '.join(_BROUGHT)} from fct_submissions", ids)
        return {row["submission_id"]: row for row in rows}

    def _findings(self, ids: Sequence[str]) -> dict[tuple[Any, ...], list[dict[str, Any]]]:
        grouped = defaultdict(list)
        for row in self._select(
            "select submission_id, source_row_number, severity, rule, field, value_before, value_after, message "
            "from fct_row_findings", ids,
        ):  # fmt: skip
            key = row.pop("submission_id"), row.pop("source_row_number"), row.pop("severity")
            grouped[key].append(row)
        return grouped

    def _select(self, statement: str, ids: Sequence[str]) -> list[dict[str, Any]]:
        if not ids:
            return []
        found = self._connection.execute(f"{statement} where submission_id in ({sql_list(ids)}) order by all")
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def _said(self, record: Record) -> list[dict[str, Any]]:
        """Judgements in force about a record, or about a party, hit or case in it."""
        partner, feed, reference = record
        return [
            said
            for (of, its_feed, its), judged in self._judged.items()
            # What is mentioned within a record is called after it: XA-2025-000123/exporter/7.
            if (of, its_feed) == (partner, feed) and (its == reference or its.startswith(f"{reference}/"))
            for said in judged
        ]

    @cached_property
    def _judged(self) -> dict[Record, list[dict[str, Any]]]:
        grouped: dict[Record, list[dict[str, Any]]] = defaultdict(list)
        said = [one for one in in_force(self._register) if self._until is None or one.at <= self._until]
        pairs = [one for one in said if one.subject == PARTY_PAIR]
        if pairs:
            with mentions.reading(self._home) as connection:
                known = mentions.by_id(connection, sorted({side for one in pairs for side in pair_of(one.subject_id)}))
            for one in pairs:
                for mention in (known[side] for side in pair_of(one.subject_id) if side in known):
                    grouped[mention.partner, mention.feed, mention.record_ref].append(_judgement(one))
        for subject, (fact, column) in _STANDS_IN.items():
            things = defaultdict(list)
            for one in said:
                if one.subject == subject:
                    things[one.subject_id.split("/")[0]].append(_judgement(one))
            for thing, *record in self._rows_of(fact, column, sorted(things)):
                grouped[record[0], record[1], record[2]] += things[thing]
        return grouped

    def _rows_of(self, fact: str, column: str, values: Sequence[str]) -> list[tuple[str, ...]]:
        """A column of a fact with the record it stands in, where it has one of these values."""
        if not values:
            return []
        return self._connection.execute(
            f"select distinct {column}, partner, feed, record_ref from {fact} "
            f"where {column} in ({sql_list(values)}) order by all"
        ).fetchall()

    def _mappings(self, rows: Sequence[Row]) -> dict[Record, list[dict[str, Any]]]:
        """The code mappings that read a line's own code or word, by line."""
        grouped: dict[Record, list[dict[str, Any]]] = defaultdict(list)
        partners = {row["partner"] for row in rows}
        for fact in sorted({str(row["relation"]) for row in rows}):
            there = {name for name, *_ in self._connection.execute(f"describe {sql_name(fact)}").fetchall()}
            for column, code_list in _GIVEN.items():
                if column not in there:
                    continue
                known = {
                    (one["partner"], one["value"]): _mapping(one)
                    for one in _code_mappings()
                    if one["code_list"] == code_list and one["partner"] in partners
                }
                for given, *record in self._rows_of(fact, column, sorted({value for _, value in known})):
                    if (record[0], given) in known:
                        grouped[record[0], record[1], record[2]].append(known[record[0], given])
        return grouped


def _judgement(one: Judgement) -> dict[str, Any]:
    return {
        "kind": one.subject, "number": one.id, "verdict": one.verdict, "by": one.author, "for": one.originator,
        "at": one.at, "reason": one.reason, "subject": one.subject_id,
    }  # fmt: skip


def _mapping(one: Mapping[str, str]) -> dict[str, Any]:
    return {
        "kind": "code_mapping", "verdict": f"{one['value']} is {one['match']} {one['code']}".strip(),
        "by": one["authority"], "for": one["partner"], "at": one["reviewed_on"], "reason": one["note"],
        "reviewed_by": one["reviewed_by"],
    }  # fmt: skip


@cache
def _code_mappings() -> Iterable[Mapping[str, str]]:
    with (CODE_LISTS_DIR / "code_mappings.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
