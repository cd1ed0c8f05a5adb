"""Writes into the register how submissions stand: verdicts of the check, decisions by people, and what follows.

Here: each as one transaction that ends with the state of the whole feed, so that the register never says one without
the other. Repeating a step changes nothing. Not here: what follows from what (life.py), and the check (lake.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from orchestration.contracts.model import Contract
from orchestration.errors import EntrepotError, UsageError
from orchestration.register import Register, Submission
from orchestration.submissions.life import UNDECIDED, Decision, Standing, fold
from orchestration.submissions.manifest import KINDS
from orchestration.tables import events, judgements, submissions

SUBJECT = "submission"


def record_verdict(
    register: Register, contract: Contract, submission_id: str, verdict: str, reason: str = "",
    counts: Mapping[str, int | None] | None = None,
) -> None:  # fmt: skip
    """Keep what the check said of a file (accepted, rejected or held) and settle its feed.

    `held` is for a file that can be read but is implausible: its rows are in the lake, none of them is taken, and
    `reason` tells the person who decides what is odd.
    """
    values = {"verdict": verdict, "verdict_reason": reason, **(counts or {})}
    with register.transaction() as connection:
        connection.execute(submissions.update().where(submissions.c.id == submission_id).values(**values))
        _settle(connection, register, contract)


def settle(register: Register, contract: Contract) -> None:
    """Bring the status of every submission of a feed up to date."""
    with register.transaction() as connection:
        _settle(connection, register, contract)


def check_anew(register: Register, submission_ids: Iterable[str]) -> None:
    """Forget what the check said of these submissions, so that the next run checks them again."""
    with register.transaction() as connection:
        for identifier in submission_ids:
            connection.execute(
                submissions.update()
                .where(submissions.c.id == identifier)
                .values(status="received", reason="", verdict=None, verdict_reason="")
            )


def standings(register: Register, contract: Contract) -> dict[str, Standing]:
    """How each submission of a feed stands now, by id."""
    with register.reading() as connection:
        return _fold(connection, contract)


def held_on_arrival(connection: sa.Connection, contract: Contract, submission_id: str) -> str:
    """Why a submission that has just been entered will be held even if its file is sound; empty if it will not."""
    rows = [Submission(**row) for row in connection.execute(sa.select(submissions).where(*_of(contract))).mappings()]
    sound = [replace(row, verdict="accepted") if row.id == submission_id or not row.verdict else row for row in rows]
    standing = fold(sound, _decisions(connection), contract.delivery)[submission_id]
    return standing.reason if standing.status == "held" else ""


def speaking(register: Register, contract: Contract) -> tuple[list[Submission], list[Submission]]:
    """The accepted submissions of a feed, in order of arrival: those whose files have the feed's whole rows, and
    withdrawals, whose files have keys alone.
    """
    found = standings(register, contract)
    accepted = register.submissions("accepted", contract.partner, contract.feed)
    withdrawals = [s for s in accepted if found[s.id].kind == "withdrawal"]
    return [s for s in accepted if s not in withdrawals], withdrawals


def decision_on(register: Register, submission_id: str) -> Decision | None:
    """What a person decided about a submission; None when nobody did, or the decision was taken back."""
    return decisions(register).get(submission_id)


def decisions(register: Register) -> dict[str, Decision]:
    """The decisions in force, by submission."""
    with register.reading() as connection:
        return _decisions(connection)


def decide(register: Register, contract: Contract, submission_id: str, verdict: str, author: str, reason: str) -> None:
    """Record what a person decides about a held submission: take, take:KIND, reject, or undecided (take it back).

    Raises UsageError for an unknown verdict or without author and reason, EntrepotError when there is nothing to
    decide. If it is now taken as another kind, it has to be checked again, as that kind.
    """
    word, _, kind = verdict.partition(":")
    if word not in ("take", "reject", UNDECIDED) or (kind and (word != "take" or kind not in KINDS)):
        raise UsageError(f"`{verdict}` is no decision; expected take, take:KIND (of {', '.join(KINDS)}) or reject.")
    if not author.strip() or not reason.strip():
        raise UsageError("A decision needs the name of who takes it and the reason; others will read both.")
    with register.transaction() as connection:
        before = _decisions(connection).get(submission_id)
        row = connection.execute(sa.select(submissions).where(submissions.c.id == submission_id)).mappings().one()
        _require_decidable(Submission(**row), verdict, before)
        connection.execute(
            judgements.insert().values(
                at=register.clock(), subject=SUBJECT, subject_id=submission_id, verdict=verdict,
                author=author.strip(), reason=reason.strip(),
            )
        )  # fmt: skip
        if ((before.kind if before else None) or "") != kind:
            values = {"verdict": None, "verdict_reason": ""}
            connection.execute(submissions.update().where(submissions.c.id == submission_id).values(**values))
        _note(connection, register, submission_id, verdict, f"{author.strip()}: {reason.strip()}")
        _settle(connection, register, contract)


def _require_decidable(submission: Submission, verdict: str, before: Decision | None) -> None:
    name = f"{submission.file_name} ({submission.id})"
    if verdict == UNDECIDED and before is None:
        raise EntrepotError(f"Nothing was decided about {name}, so there is no decision to take back.")
    if before is None and submission.status != "held":
        raise EntrepotError(
            f"{name} is {submission.status}, not held, so there is nothing to decide. What waits is listed by "
            f"`entrepot submissions --status held`; to take back what was accepted, hand in a withdrawal of "
            f"{submission.id}."
        )


def _settle(connection: sa.Connection, register: Register, contract: Contract) -> None:
    before = {
        row.id: (row.status, row.reason)
        for row in connection.execute(
            sa.select(submissions.c.id, submissions.c.status, submissions.c.reason).where(*_of(contract))
        )
    }
    for identifier, standing in _fold(connection, contract).items():
        if before[identifier] != (standing.status, standing.reason):
            values = {"status": standing.status, "reason": standing.reason}
            connection.execute(submissions.update().where(submissions.c.id == identifier).values(**values))
            _note(connection, register, identifier, standing.status, standing.reason)


def _fold(connection: sa.Connection, contract: Contract) -> dict[str, Standing]:
    rows = connection.execute(sa.select(submissions).where(*_of(contract))).mappings()
    return fold([Submission(**row) for row in rows], _decisions(connection), contract.delivery)


def _of(contract: Contract) -> tuple[Any, Any]:
    return submissions.c.partner == contract.partner, submissions.c.feed == contract.feed


def _decisions(connection: sa.Connection) -> dict[str, Decision]:
    """The decisions in force: the last one about each submission, unless it took an earlier one back."""
    rows = connection.execute(
        sa.select(judgements).where(judgements.c.subject == SUBJECT).order_by(judgements.c.at, judgements.c.id)
    ).mappings()
    found = {row["subject_id"]: Decision(row["verdict"], row["author"], row["reason"], row["at"]) for row in rows}
    return {identifier: decision for identifier, decision in found.items() if decision.verdict != UNDECIDED}


def _note(connection: sa.Connection, register: Register, identifier: str, event: str, detail: str) -> None:
    connection.execute(
        events.insert().values(at=register.clock(), submission_id=identifier, event=event, detail=detail)
    )
