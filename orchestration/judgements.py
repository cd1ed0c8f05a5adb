"""What people judge: two mentions of a party, a screening hit, a referral. Append-only rows of the register.

Here: which verdicts there are, writing one, taking one back, and which are in force. A judgement belongs to the partner
for whom it was made (its originator; `operator` for the warehouse's own staff) and carries a marking of its own, so
that a release may be told it or not. Taking back is a further row that names the row it reverses; it can be taken back
in its turn, so that any state returns exactly as it was. Not here: what follows from a judgement (dbt_project,
linkage/), and decisions about submissions (submissions/settle.py), which stand in the same table.

In force is the last word of each originator on each thing: his earlier one is gone even for those who may not see the
later. Whose word counts where two originators speak is asked among those that a reader may see
(stg_register__judgements).
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from orchestration.errors import EntrepotError, UsageError
from orchestration.register import Register
from orchestration.releases.policy import LEVELS, OPERATOR, Marking, Policy
from orchestration.tables import judgements

PARTY_PAIR, SCREENING_HIT, CASE_REFERRAL, CASE = "party_pair", "screening_hit", "case_referral", "case"
# What may be judged, and the verdicts on it. What nobody has judged, or whose judgement was taken back, has none.
VERDICTS: dict[str, tuple[str, ...]] = {
    PARTY_PAIR: ("same", "different", "unsure"),
    SCREENING_HIT: ("cleared", "confirmed", "reopened"),
    CASE_REFERRAL: ("acknowledged",),
    CASE: ("open", "under_review", "concluded", "no_further_action"),
}
UNDONE = "undone"
Check = Callable[[Sequence["Judgement"]], None]
_COLUMNS = (
    "id", "at", "subject", "subject_id", "verdict", "author", "reason", "originator", "marking", "evidence", "reverses",
)  # fmt: skip


@dataclass(frozen=True)
class Judgement:
    """One row: who said what of which thing. `evidence` is a digest of what the author saw, empty if none was kept;
    `reverses` is the number of the row that an `undone` takes back.
    """

    id: int
    at: datetime
    subject: str
    subject_id: str
    verdict: str
    author: str
    reason: str
    originator: str
    marking: str
    evidence: str
    reverses: int | None


def judge(
    register: Register, subject: str, subject_id: str, verdict: str, *,
    author: str, reason: str, marking: str, evidence: str = "", check: Check | None = None,
) -> Judgement:  # fmt: skip
    """Write a judgement; `marking` (marking_for) says whose it is and who may see it.

    The same verdict with the same marking on the same evidence is not written twice: the one in force is given back.
    UsageError for a subject or verdict that there is not, and when author or reason is missing. `check` looks at what
    would be in force of the subject; if it raises, nothing is written.
    """
    if subject not in VERDICTS:
        raise UsageError(f"`{subject}` is nothing that is judged; expected one of {', '.join(VERDICTS)}.")
    if verdict not in VERDICTS[subject]:
        raise UsageError(f"`{verdict}` is no verdict on a {subject}; expected one of {', '.join(VERDICTS[subject])}.")
    originator = _originator(marking)
    _require_words(author, reason)
    with register.transaction() as connection:
        before = _standing(_rows(connection, subject, subject_id)).get((subject, subject_id, originator))
        if before and (before.verdict, before.marking, before.evidence) == (verdict, marking, evidence):
            return before
        written = _write(
            connection, register, subject=subject, subject_id=subject_id, verdict=verdict, author=author.strip(),
            reason=reason.strip(), originator=originator, marking=marking, evidence=evidence, reverses=None,
        )  # fmt: skip
        _held_against(check, connection, subject)
        return written


def undo(
    register: Register, subject: str, subject_id: str, *,
    author: str, reason: str, originator: str = OPERATOR, check: Check | None = None,
) -> tuple[Judgement, Judgement | None]:  # fmt: skip
    """Take back the last thing that `originator` did about this: a judgement, or the taking back of one.

    Returns the row it took back and the judgement that is in force now, if any. EntrepotError when there is nothing.
    `check` as for `judge`.
    """
    _require_words(author, reason)
    key = subject, subject_id, originator
    with register.transaction() as connection:
        rows = [row for row in _rows(connection, subject, subject_id) if row.originator == originator]
        if not rows:
            raise EntrepotError(
                f"{originator} has judged nothing about this {subject.replace('_', ' ')}, so there is nothing to take "
                "back. Another partner's judgement is his to take back: name him with --for."
            )
        last = rows[-1]
        _write(
            connection, register, subject=subject, subject_id=subject_id, verdict=UNDONE, author=author.strip(),
            reason=reason.strip(), originator=originator, marking=last.marking, evidence="", reverses=last.id,
        )  # fmt: skip
        _held_against(check, connection, subject)
        return last, _standing(_rows(connection, subject, subject_id)).get(key)


def in_force(register: Register, subject: str | None = None) -> list[Judgement]:
    """The last word of each originator on each thing, in the order in which they were written."""
    with register.reading() as connection:
        return sorted(_standing(_rows(connection, subject)).values(), key=_order)


def history(register: Register, subject: str, subject_id: str) -> list[Judgement]:
    """All that was ever said of one thing, oldest first."""
    with register.reading() as connection:
        return _rows(connection, subject, subject_id)


def latest(found: Iterable[Judgement]) -> dict[str, Judgement]:
    """The one that counts for each thing, where several originators have spoken: the last. For `operator`'s eyes."""
    return {judgement.subject_id: judgement for judgement in sorted(found, key=_order)}


def marking_for(
    policy: Policy, originator: str = OPERATOR, *, level: str = "official", release_to: Sequence[str] = ()
) -> str:
    """The marking of a judgement made for `originator`: seen by him alone, or by those named in `release_to` as well.

    UsageError when the policy does not know somebody, or there is no such level.
    """
    if level not in LEVELS:
        raise UsageError(f"`{level}` is no level; expected one of {', '.join(LEVELS)}.")
    policy.recipient(originator)
    named = frozenset(policy.recipient(name).name for name in release_to)
    return Marking(originator, level, "AMBER" if named else "AMBER+STRICT", named).text()


def digest_of(seen: str) -> str:
    """The digest that stands for what an author saw."""
    return hashlib.sha256(seen.encode()).hexdigest()[:16]


def _originator(marking: str) -> str:
    parsed = Marking.parse(marking)
    if parsed is None or not parsed.originator:
        raise UsageError("A judgement needs a complete marking that names its originator.")
    return parsed.originator


def _require_words(author: str, reason: str) -> None:
    if not author.strip() or not reason.strip():
        raise UsageError("A judgement needs the name of who judges and the reason; others will read both.")


def _held_against(check: Check | None, connection: sa.Connection, subject: str) -> None:
    if check is not None:
        check(sorted(_standing(_rows(connection, subject)).values(), key=_order))


def _rows(connection: sa.Connection, subject: str | None = None, subject_id: str | None = None) -> list[Judgement]:
    query = sa.select(*(judgements.c[name] for name in _COLUMNS)).where(judgements.c.originator.is_not(None))
    if subject is not None:
        query = query.where(judgements.c.subject == subject)
    if subject_id is not None:
        query = query.where(judgements.c.subject_id == subject_id)
    rows = connection.execute(query).mappings()
    return sorted((Judgement(**{**row, "evidence": row["evidence"] or ""}) for row in rows), key=_order)


def _standing(rows: Sequence[Judgement]) -> dict[tuple[str, str, str], Judgement]:
    """By subject, thing and originator: the last verdict that no row takes back which is not itself taken back."""
    reversed_by: set[int] = set()
    for row in sorted(rows, key=_order, reverse=True):
        if row.reverses is not None and row.id not in reversed_by:
            reversed_by.add(row.reverses)
    found = [row for row in rows if row.reverses is None and row.id not in reversed_by]
    return {(row.subject, row.subject_id, row.originator): row for row in found}


def _order(judgement: Judgement) -> int:
    return judgement.id


def _write(connection: sa.Connection, register: Register, **values: Any) -> Judgement:
    at = register.clock()
    done = connection.execute(judgements.insert().values(at=at, **values))
    return Judgement(id=int((done.inserted_primary_key or (0,))[0]), at=at, **values)
