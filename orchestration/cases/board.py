"""What one reader is told of the cases: read from his release and from nothing else.

Here: the questions to a release, and what its people have just said and the next run will carry into it. Not here: how
it is printed (cli/cases.py). Every question goes through the sandbox and stands in the access log, like any other.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from orchestration import judgements
from orchestration.errors import UsageError
from orchestration.quoting import sql_text
from orchestration.releases.policy import OPERATOR
from orchestration.releases.query import run_query
from orchestration.site import Site

Row = dict[str, Any]


@dataclass(frozen=True)
class CaseFile:
    """All that a reader is told of one case: the case, its records as a timeline, the agencies with records in it."""

    case: Row
    records: list[Row]
    referrals: list[Row]


def list_cases(site: Site, reader: str, rule: str | None = None, status: str | None = None) -> list[Row]:
    """Cases in the reader's release, the newest first; optionally of one rule or status only.

    `concerns_reader` tells that a record of his own stands in it, `is_acknowledged` that he has said that he knows.
    Raises UsageError for an unknown reader, EntrepotError when he has no release yet.
    """
    rows = ask(
        site,
        reader,
        f"""
        select cases.*, referrals.agency is not null as concerns_reader,
            coalesce(referrals.is_acknowledged, false) as is_acknowledged
        from fct_cases as cases
        left join fct_referrals as referrals
            on cases.case_id = referrals.case_id and referrals.agency = {sql_text(reader)}
        order by cases.opened_on desc, cases.case_id
        """,
    )
    told = [_with_own_words(site, reader, row) for row in rows]
    return [row for row in told if rule in (None, row["rule"]) and status in (None, row["status"])]


def open_case(site: Site, reader: str, case_id: str) -> CaseFile:
    """One case as the reader's release holds it; UsageError when it holds none of that number, whatever others hold."""
    found = [row for row in list_cases(site, reader) if row["case_id"] == case_id]
    if not found:
        raise UsageError(
            f"The release of {reader} holds no case {case_id}. `entrepot cases list --as {reader}` lists what it holds."
        )
    where = f"where case_id = {sql_text(case_id)}"
    records = ask(site, reader, f"select * from bridge_case_records {where}")
    records.sort(key=lambda row: (row["happened_on"] or date.min, row["partner"], row["feed"], row["record_ref"]))
    referrals = ask(site, reader, f"select * from fct_referrals {where} order by agency")
    said = {j.subject_id: j for j in _own_words(site, reader, judgements.CASE_REFERRAL)}
    for row in referrals:
        if judgement := said.get(referral_id(case_id, row["agency"])):
            row |= {
                "is_acknowledged": True, "acknowledged_at": judgement.at, "acknowledged_by": judgement.author,
                "note": judgement.reason,
            }  # fmt: skip
    return CaseFile(found[0], records, referrals)


def list_rules(site: Site, reader: str) -> list[Row]:
    """The rules with what they found in the reader's release, in alphabetical order."""
    return ask(site, reader, "select * from dim_case_rules order by rule")


def referral_id(case_id: str, agency: str) -> str:
    """What an acknowledgement is about: the case, as it concerns this agency."""
    return f"{case_id}/{agency}"


def ask(site: Site, reader: str, sql: str) -> list[Row]:
    """The answer of the reader's release, one dictionary a row."""
    answer = run_query(site.home, reader, sql, log=site.register)
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def _own_words(site: Site, reader: str, subject: str) -> list[judgements.Judgement]:
    """What this reader's people have said; the operator reads everybody's."""
    said = judgements.in_force(site.register, subject)
    return [judgement for judgement in said if reader in (OPERATOR, judgement.originator)]


def _with_own_words(site: Site, reader: str, row: Row) -> Row:
    dispositions = judgements.latest(_own_words(site, reader, judgements.CASE))
    acknowledged = {j.subject_id for j in _own_words(site, reader, judgements.CASE_REFERRAL)}
    if judgement := dispositions.get(row["case_id"]):
        row = row | {"status": judgement.verdict}
    return row | {
        "is_acknowledged": row["is_acknowledged"] or referral_id(row["case_id"], reader) in acknowledged,
    }
