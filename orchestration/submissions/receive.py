"""Takes files in: into the vault, into the register, and out comes a receipt.

Here: the order of these steps. Every step may be repeated at any instant: a process killed between two of them
leaves nothing that the next run does not finish. Not here: what makes two deliveries the same (identity.py), looking
into files (lake.py), finding them (landing.py) and how a submission stands among the others (settle.py).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from orchestration.contracts.model import Contract, ContractSet
from orchestration.contracts.period import normal_period, period_of_name
from orchestration.errors import EntrepotError, RejectedFileError, UsageError
from orchestration.register import Register, Submission, events, receipts, submissions
from orchestration.settings import Home
from orchestration.submissions import vault
from orchestration.submissions.identity import refuse_contradiction, says_otherwise, submission_id
from orchestration.submissions.incident import withhold_all
from orchestration.submissions.kinds import WITHOUT_FILE, require_statement
from orchestration.submissions.lake import Counts, check_submission
from orchestration.submissions.landing import LandingFile, scan
from orchestration.submissions.manifest import KINDS, MANIFEST_SUFFIX, Manifest, read_manifest, read_statement
from orchestration.submissions.receipts import GENESIS, head_of, make_body, sign, write_receipt
from orchestration.submissions.settle import held_on_arrival


@dataclass(frozen=True)
class Submitted:
    """The result of handing a file in; `repeated` when the very same submission was already known."""

    submission: Submission
    receipt: dict[str, Any]
    repeated: bool


@dataclass
class RunSummary:
    """What one pass over the landing folder did; `rejected` and `held` map submission ids (or paths) to
    reasons.
    """

    received: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    accepted: dict[str, Counts] = field(default_factory=dict)
    rejected: dict[str, str] = field(default_factory=dict)
    held: dict[str, str] = field(default_factory=dict)
    not_taken: list[str] = field(default_factory=list)
    unchanged: int = 0

    @property
    def did_nothing(self) -> bool:
        """Whether everything was known before."""
        return not (self.received or self.repeated or self.accepted or self.rejected or self.held)


def submit(
    home: Home, register: Register, contracts: ContractSet, file: Path | None, feed: str, period: str | None = None,
    kind: str = "initial", supersedes: str | None = None, reason: str | None = None,
) -> Submitted:  # fmt: skip
    """Hand one file in for a feed (partner/feed); the file's name need not match the contract's patterns.

    Without a file it is a nil return or the withdrawal of a whole submission, and the manifest is what is kept.
    Raises UsageError for an unknown feed, kind or period, EntrepotError for a file that is not there. Does
    not look into the file: `lake.check_submission` does, next.
    """
    if feed not in contracts:
        raise UsageError(f"There is no feed `{feed}`; the feeds are {', '.join(contracts)}.")
    if kind not in KINDS:
        raise UsageError(f"`{kind}` is not a kind of submission; the kinds are {', '.join(KINDS)}.")
    if file is None and kind not in WITHOUT_FILE:
        raise UsageError(f"Name the file to hand in: only {' and '.join(WITHOUT_FILE)} can do without one.")
    if file is None:
        told = Manifest(
            period=normal_period(period) if period else None, kind=kind, supersedes=supersedes, reason=reason
        )
        return receive_statement(home, register, contracts[feed], told, f"{kind}{MANIFEST_SUFFIX}")
    if not file.is_file():
        raise EntrepotError(f"{file} is not a file. Check the path.")
    manifest = read_manifest(file)
    if manifest.feed not in (None, feed):
        raise EntrepotError(
            f"{file.name} says in its manifest that it belongs to {manifest.feed}, but it was handed in for {feed}."
        )
    given = replace(
        manifest,
        feed=feed,
        period=normal_period(period) if period else manifest.period,
        kind=kind if kind != "initial" else manifest.kind,
        supersedes=supersedes or manifest.supersedes,
        reason=reason or manifest.reason,
    )
    return receive(home, register, contracts[feed], file, given)


def receive(home: Home, register: Register, contract: Contract, file: Path, manifest: Manifest) -> Submitted:
    """Vault, register and receipt for one file; the same bytes, feed, period and kind give the same receipt
    again. EntrepotError when they come with another manifest than before, unless they were rejected then.
    """
    kept = vault.keep(home.ensure(), file)
    period = manifest.period if manifest.period is not None else period_of_name(contract, file.name)
    return _take(home, register, contract, file.name, manifest, period, kept)


def receive_statement(home: Home, register: Register, contract: Contract, manifest: Manifest, name: str) -> Submitted:
    """Vault, register and receipt for a submission that is its manifest alone, which `name` calls it by.

    What is kept is the manifest's canonical text. EntrepotError when it is none that can do without a file.
    """
    period = manifest.period if manifest.period is not None else period_of_name(contract, name)
    require_statement(contract, manifest, period, name)
    said = replace(manifest, feed=contract.id, period=period or None)
    kept = vault.keep_text(home.ensure(), said.as_json())
    return _take(home, register, contract, name, said, period, kept)


def _take(
    home: Home, register: Register, contract: Contract, name: str, manifest: Manifest, period: str, kept: vault.Kept
) -> Submitted:
    identifier = submission_id(contract.id, period, manifest.kind, kept.sha256)
    with register.transaction() as connection:
        known = _known(connection, identifier)
        if known is not None and known["verdict"] == "rejected" and says_otherwise(known, manifest):
            identifier = submission_id(contract.id, period, manifest.kind, kept.sha256, manifest.as_json())
            known = _known(connection, identifier)
        if known is None:
            known = _enter(connection, register, contract, name, manifest, period, identifier, kept)
            repeated = False
        else:
            refuse_contradiction(known, manifest, kept.sha256, name)
            note = f"handed in again as {name}"
            _note(connection, register, identifier, "repeated", note)
            repeated = True
        stored: str = connection.execute(
            sa.select(receipts.c.body).where(receipts.c.submission_id == identifier)
        ).scalar_one()
    receipt = sign(home, json.loads(stored))
    write_receipt(home, receipt)
    return Submitted(Submission(**known), receipt, repeated)


def process_pending(
    home: Home, register: Register, contracts: ContractSet, landing: Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> RunSummary:  # fmt: skip
    """Receive what is new in the landing folder and check all that waits; a file at fault never stops the
    others.
    """
    say = progress or (lambda _message: None)
    summary = receive_landing(home, register, contracts, landing or home.landing, say)
    check_pending(home, register, contracts, summary, say)
    return summary


def receive_landing(
    home: Home,
    register: Register,
    contracts: ContractSet,
    landing: Path,
    say: Callable[[str], None] = lambda _message: None,
) -> RunSummary:
    """Receive what is new in the landing folder, without looking into it; what cannot be received is in
    `rejected`.
    """
    vault.sweep(home.ensure())
    found = scan(landing, contracts, register)
    summary = RunSummary(not_taken=list(found.not_taken), unchanged=found.unchanged, rejected=dict(found.refused))
    for item in found.files:
        say(f"receiving {item.relative}")
        _receive_from_landing(home, register, item, summary)
    return summary


def check_pending(
    home: Home, register: Register, contracts: ContractSet, summary: RunSummary, say: Callable[[str], None]
) -> None:
    """Check every submission in state received, in order of arrival."""
    for submission in register.submissions(status="received"):
        say(f"checking {submission.contract_id} {submission.period} ({submission.file_name})")
        try:
            counts = check_submission(home, register, contracts, submission.id)
        except RejectedFileError as error:
            summary.rejected[submission.id] = str(error)
            continue
        settled = register.submission(submission.id)
        if settled.status == "held":
            summary.held[submission.id] = settled.reason
        else:
            summary.accepted[submission.id] = counts
    withhold_all(home, register)


def restore_receipts(home: Home, register: Register) -> int:
    """Write again the receipts that the register knows and the folder lacks; returns how many."""
    missing = 0
    with register.reading() as connection:
        stored: list[str] = list(connection.execute(sa.select(receipts.c.body).order_by(receipts.c.position)).scalars())
    bodies: list[dict[str, Any]] = [json.loads(text) for text in stored]
    for body in bodies:
        if not (home.receipts / f"{body['submission_id']}.json").exists():
            write_receipt(home, sign(home, body))
            missing += 1
    return missing


def _receive_from_landing(home: Home, register: Register, item: LandingFile, summary: RunSummary) -> None:
    path = str(item.path.absolute())
    try:
        manifest = read_statement(item.path) if item.is_statement else read_manifest(item.path)
        if manifest.feed not in (None, item.contract.id):
            raise EntrepotError(
                f"{item.relative} matches the feed {item.contract.id}, but its manifest names {manifest.feed}."
            )
        if item.is_statement:
            done = receive_statement(home, register, item.contract, manifest, item.path.name)
        else:
            done = receive(home, register, item.contract, item.path, manifest)
    except EntrepotError as error:
        summary.rejected[item.relative] = str(error)
        register.record_landing_file(path, item.fingerprint, None, str(error))
        return
    register.record_landing_file(path, item.fingerprint, done.submission.id)
    if done.repeated:
        summary.repeated.append(done.submission.id)
        if done.submission.status == "withdrawn":
            summary.rejected[item.relative] = (
                f"{item.relative} was handed in before, as {done.submission.id}. {done.submission.reason}"
            )
    else:
        summary.received.append(done.submission.id)


def _enter(
    connection: sa.Connection, register: Register, contract: Contract, name: str, manifest: Manifest, period: str,
    identifier: str, kept: vault.Kept,
) -> Any:  # fmt: skip
    sequence = (connection.execute(sa.select(sa.func.max(submissions.c.sequence))).scalar() or 0) + 1
    values = {
        "id": identifier,
        "sequence": sequence,
        "partner": contract.partner,
        "feed": contract.feed,
        "period": period,
        "kind": manifest.kind,
        "supersedes": manifest.supersedes,
        "file_name": name,
        "sha256": kept.sha256,
        "bytes": kept.bytes,
        "received_at": register.clock(),
        "issued_at": manifest.issued_at,
        "manifest": manifest.as_json(),
        "contract_version": contract.version,
        "status": "received",
        "reason": "",
        "verdict_reason": "",
    }
    connection.execute(submissions.insert().values(**values))
    row = connection.execute(sa.select(submissions).where(submissions.c.id == identifier)).mappings().one()
    reason = held_on_arrival(connection, contract, identifier)
    last = connection.execute(
        sa.select(receipts.c.position, receipts.c.head).order_by(receipts.c.position.desc()).limit(1)
    ).first()
    position, previous = (last.position + 1, last.head) if last else (1, GENESIS)
    body = make_body(Submission(**row), position, previous, reason)
    connection.execute(
        receipts.insert().values(
            position=position,
            submission_id=identifier,
            previous=previous,
            head=head_of(body),
            body=json.dumps(body, ensure_ascii=False),
        )
    )
    _note(connection, register, identifier, "received", reason)
    return row


def _known(connection: sa.Connection, identifier: str) -> Any:
    return connection.execute(sa.select(submissions).where(submissions.c.id == identifier)).mappings().first()


def _note(connection: sa.Connection, register: Register, identifier: str, event: str, detail: str) -> None:
    connection.execute(
        events.insert().values(at=register.clock(), submission_id=identifier, event=event, detail=detail)
    )
