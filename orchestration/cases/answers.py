"""What people say about a case: that their agency knows of it, and how it stands.

Here: who may say what, and on what he had seen. Not here: how it is kept (judgements.py) and what follows from it (the
models fct_referrals and fct_cases, with the next run).
"""

import json
from collections.abc import Sequence

from orchestration import judgements
from orchestration.cases.board import CaseFile, open_case, referral_id
from orchestration.errors import UsageError
from orchestration.judgements import Judgement
from orchestration.releases.policy import load_policy
from orchestration.site import Site

STATUSES = judgements.VERDICTS[judgements.CASE]


def acknowledge(site: Site, case_id: str, agency: str, author: str, note: str = "") -> Judgement:
    """Record that the agency knows of the case; told to the operator and to itself.

    UsageError when its release holds no such case, or no record of its own in it, or without the name of who says so.
    """
    seen = open_case(site, agency, case_id)
    if all(row["agency"] != agency for row in seen.referrals):
        raise UsageError(
            f"No record of {agency} stands in the case {case_id}, so it was not referred to it. Only an agency whose "
            "record stands in a case acknowledges it."
        )
    return judgements.judge(
        site.register, judgements.CASE_REFERRAL, referral_id(case_id, agency), "acknowledged",
        author=author, reason=note.strip() or "Seen.", marking=judgements.marking_for(load_policy(), agency),
        evidence=digest(seen),
    )  # fmt: skip


def dispose(
    site: Site, case_id: str, status: str, agency: str, author: str, reason: str, tell: Sequence[str] = ()
) -> Judgement:
    """Record how the case stands in the eyes of the agency; told to the operator, to itself and to those in `tell`.

    UsageError when its release holds no such case, for a status that there is not, or without author or reason.
    """
    if status not in STATUSES:
        raise UsageError(f"`{status}` is no status of a case; expected one of {', '.join(STATUSES)}.")
    seen = open_case(site, agency, case_id)
    return judgements.judge(
        site.register, judgements.CASE, case_id, status, author=author, reason=reason,
        marking=judgements.marking_for(load_policy(), agency, release_to=tell), evidence=digest(seen),
    )  # fmt: skip


def digest(seen: CaseFile) -> str:
    """A digest of the records before him: it changes when one joins, leaves or says something else."""
    told = [
        [row["partner"], row["feed"], row["record_ref"], row["says"], str(row["happened_on"])] for row in seen.records
    ]
    return judgements.digest_of(json.dumps(told, ensure_ascii=False))
