"""Sign-offs: who let an edition go out, in which role, and who took that back. Append-only rows of the register.

A sign-off is bound to the hash of the draft's manifest, which names the hash of each of its files: other bytes need
another one. Not here: who may sign (policy.py), and what then appears when (drafts.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from orchestration.errors import EntrepotError, UsageError
from orchestration.publication.policy import PublicationPolicy
from orchestration.publication.shelf import Edition
from orchestration.register import Register
from orchestration.tables import sign_offs

SIGNED, WITHDRAWN = "signed off", "withdrawn"
BY_POLICY = "publication policy"


@dataclass(frozen=True)
class SignOff:
    """One row: what was said of which bytes of a draft."""

    id: int
    at: datetime
    report: str
    period: str
    edition: str
    contents_sha256: str
    manifest_sha256: str
    verdict: str
    role: str
    author: str
    reason: str
    # Why it goes out although its figures, beside earlier editions, tell of few exporters; None where they do not.
    although_differences: str | None = None


def sign_off(
    register: Register,
    draft: Edition,
    role: str,
    author: str,
    note: str,
    policy: PublicationPolicy,
    although_differences: str | None = None,
) -> SignOff:
    """Sign a draft off. UsageError when the role may not or the name is missing; EntrepotError when it is signed."""
    policy.require_role(role, draft.audience)
    _require_words(author, "The name of who signs")
    if found := in_force(register, draft):
        raise EntrepotError(
            f"{draft.report} {draft.id} was signed off already, on {found.at} (UTC) by {found.author} as {found.role}."
        )
    return _write(register, draft, SIGNED, role, author.strip(), note.strip(), although_differences)


def withdraw(register: Register, draft: Edition, author: str, reason: str) -> SignOff:
    """Take the sign-off of a draft back, before it appears; EntrepotError when there is none."""
    _require_words(author, "The name of who takes the sign-off back")
    _require_words(reason, "The reason")
    found = in_force(register, draft)
    if found is None:
        raise EntrepotError(f"{draft.report} {draft.id} is not signed off, so that there is nothing to take back.")
    return _write(register, draft, WITHDRAWN, found.role, author.strip(), reason.strip())


def by_policy(register: Register, edition: Edition) -> None:
    """Note that the policy itself let an edition of the sample go out."""
    although = "the policy lets editions of the sample out" if edition.differences else None
    _write(register, edition, SIGNED, "policy", BY_POLICY, "an edition of the sample signs itself", although)


def in_force(register: Register, draft: Edition) -> SignOff | None:
    """The sign-off that stands for exactly these bytes, if there is one."""
    digest = draft.manifest["manifest_sha256"]
    rows = [row for row in history(register, draft.report, draft.id) if row.manifest_sha256 == digest]
    return rows[-1] if rows and rows[-1].verdict == SIGNED else None


def history(register: Register, report: str, edition: str) -> list[SignOff]:
    """All that was said of the drafts of an edition, oldest first."""
    query = sa.select(sign_offs).where(sign_offs.c.report == report, sign_offs.c.edition == edition)
    with register.reading() as connection:
        return [SignOff(**row) for row in connection.execute(query.order_by(sign_offs.c.id)).mappings()]


def let_out_knowingly(register: Register) -> dict[tuple[str, str], SignOff]:
    """The signatures in force that let an edition out although its differences tell, by report and edition."""
    with register.reading() as connection:
        rows = [SignOff(**row) for row in connection.execute(sa.select(sign_offs).order_by(sign_offs.c.id)).mappings()]
    newest = {(row.report, row.edition): row for row in rows}
    return {key: row for key, row in newest.items() if row.although_differences}


def _write(
    register: Register,
    edition: Edition,
    verdict: str,
    role: str,
    author: str,
    reason: str,
    although_differences: str | None = None,
) -> SignOff:
    values = {
        "at": register.clock(), "report": edition.report, "period": edition.period, "edition": edition.id,
        "contents_sha256": edition.manifest["contents_sha256"], "manifest_sha256": edition.manifest["manifest_sha256"],
        "verdict": verdict, "role": role, "author": author, "reason": reason,
        "although_differences": although_differences,
    }  # fmt: skip
    with register.transaction() as connection:
        done = connection.execute(sign_offs.insert().values(**values))
    return SignOff(id=int((done.inserted_primary_key or (0,))[0]), **values)


def _require_words(text: str, what: str) -> None:
    if not text.strip():
        raise UsageError(f"{what} is missing; others will read it.")
