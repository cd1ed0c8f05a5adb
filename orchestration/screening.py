"""Screening hits as people work them: which there are, and what they said of one.

Here: reading fct_screening_hits from the built warehouse, and writing dispositions as judgements with the digest of
what stood before the person. Not here: what makes a hit and how long a disposition holds (dbt_project, models of
screening), the store of judgements (judgements.py).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import date, datetime

import duckdb

from orchestration.errors import EntrepotError, UsageError
from orchestration.harmonisation.warehouse import build_database
from orchestration.judgements import SCREENING_HIT, Judgement, in_force, judge, latest, marking_for
from orchestration.quoting import sql_text
from orchestration.releases.policy import OPERATOR, load_policy
from orchestration.settings import Home
from orchestration.site import Site

DISPOSITIONS = ("open", "cleared", "confirmed")


@dataclass(frozen=True)
class Hit:
    """A row of fct_screening_hits; `said` is a verdict given since the warehouse was built, empty for none."""

    hit_id: str
    disposition: str
    list_code: str
    entry_ref: str
    listed_name: str
    name: str
    country_code: str | None
    role: str
    partner: str
    feed: str
    record_ref: str
    party_id: str
    basis: str
    day_kind: str | None
    day_on: date | None
    version_no: int
    valid_from: date | None
    valid_to: date | None
    reasons: str
    disposed_by: str | None
    disposition_reason: str | None
    disposed_at: datetime | None
    disposition_note: str | None
    evidence_digest: str
    said: str = ""


_COLUMNS = tuple(field.name for field in fields(Hit) if field.name != "said")


def hits(
    site: Site,
    *,
    hit_id: str | None = None,
    party: str | None = None,
    list_code: str | None = None,
    disposition: str | None = None,
    since: date | None = None,
) -> list[Hit]:
    """The hits that answer to all that is given, by list, name and record.

    `since` keeps those whose record's day, or else whose entry's first day in force, is not earlier. UsageError for a
    list or disposition that there is not, EntrepotError while the warehouse is not built.
    """
    if disposition is not None and disposition not in DISPOSITIONS:
        raise UsageError(f"`{disposition}` is no disposition; expected one of {', '.join(DISPOSITIONS)}.")
    given = {"hit_id": hit_id, "party_id": party, "list_code": list_code, "disposition": disposition}
    conditions = [f"{column} = {sql_text(value)}" for column, value in given.items() if value is not None]
    if since is not None:
        conditions.append(f"coalesce(day_on, valid_from) >= date {sql_text(since.isoformat())}")
    where = " and ".join(conditions) or "true"
    with _warehouse(site.home) as connection:
        if list_code is not None:
            _require_list(connection, list_code)
        rows = connection.execute(
            f"select {', '.join(_COLUMNS)} from main.fct_screening_hits where {where} "
            "order by list_code, listed_name, entry_ref, name, partner, feed, record_ref, role, hit_id"
        ).fetchall()
    found = [Hit(*row) for row in rows]
    said = latest(in_force(site.register, SCREENING_HIT))
    return [_with_word(hit, said.get(hit.hit_id)) for hit in found]


def dispose(
    site: Site,
    hit_id: str,
    verdict: str,
    *,
    by: str,
    reason: str,
    originator: str = OPERATOR,
    release_to: Sequence[str] = (),
) -> Judgement:
    """Clear, confirm or reopen a hit (cleared, confirmed, reopened) on the evidence that stands in the warehouse.

    UsageError for a hit or verdict that there is not, and without author or reason.
    """
    found = hits(site, hit_id=hit_id)
    if not found:
        raise UsageError(f"There is no hit `{hit_id}`; `entrepot screening hits` lists those there are.")
    marking = marking_for(load_policy(), originator, release_to=release_to)
    return judge(
        site.register, SCREENING_HIT, hit_id, verdict,
        author=by, reason=reason, marking=marking, evidence=found[0].evidence_digest,
    )  # fmt: skip


def _with_word(hit: Hit, word: Judgement | None) -> Hit:
    """The hit with what was said since the build; the next run carries it into the warehouse."""
    if hit.disposed_at == (word.at if word is not None else None):
        return hit
    return replace(hit, said=word.verdict if word is not None else "taken back")


def _require_list(connection: duckdb.DuckDBPyConnection, list_code: str) -> None:
    known = [
        code for (code,) in connection.execute("select code from code_lists.screening_lists order by 1").fetchall()
    ]
    if list_code not in known:
        raise UsageError(f"`{list_code}` is no list that is screened against; the lists are {', '.join(known)}.")


@contextmanager
def _warehouse(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    if not home.build_db.exists():
        raise EntrepotError("The warehouse is not built yet, so nothing is screened. Run `entrepot run` first.")
    with build_database(home, read_only=True) as connection:
        yield connection
