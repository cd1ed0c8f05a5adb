"""Takes files in: into the vault, into the register, and out comes a receipt.

Here: the order of these steps. Every step may be repeated at any instant: a process killed between two of them
leaves nothing that the next run does not finish. Not here: finding files (landing.py), whether they may come in
(admission.py), what makes two deliveries the same (identity.py), looking into files (lake.py) and how a submission
stands among the others (settle.py).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from orchestration.contracts.model import Contract, ContractSet
from orchestration.contracts.period import normal_period, period_of_name
from orchestration.errors import EntrepotError, RejectedFileError, UsageError
from orchestration.register import Register, Submission
from orchestration.settings import Home
from orchestration.submissions import vault
from orchestration.submissions.account import Counts, counts_of
from orchestration.submissions.admission import NOTHING, Proof, admit, admit_statement, handed_in
from orchestration.submissions.envelope import Envelope, open_envelope
from orchestration.submissions.identity import refuse_contradiction, says_otherwise, submission_id
from orchestration.submissions.incident import withhold_all
from orchestration.submissions.kinds import WITHOUT_FILE
from orchestration.submissions.lake import check_submission
from orchestration.submissions.landing import LandingFile, Refused, scan
from orchestration.submissions.manifest import KINDS, MANIFEST_SUFFIX, Manifest, manifest_path
from orchestration.submissions.receipts import GENESIS, head_of, make_body, sign, write_receipt
from orchestration.submissions.references import settle_references
from orchestration.submissions.refusals import record_refusal
from orchestration.submissions.settle import held_on_arrival
from orchestration.tables import events, receipts, signatures, submissions


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
    item = handed_in(file, contracts[feed]) if file is not None else None
    if kind not in KINDS:
        raise UsageError(f"`{kind}` is not a kind of submission; the kinds are {', '.join(KINDS)}.")
    asked = {"period": normal_period(period) if period else None, "supersedes": supersedes, "reason": reason}
    asked |= {"kind": kind} if kind != "initial" else {}
    asked = {word: value for word, value in asked.items() if value is not None}
    if item is not None:
        return receive(home, register, item, asked)
    if kind not in WITHOUT_FILE:
        raise UsageError(f"Name the file to hand in: only {' and '.join(WITHOUT_FILE)} can do without one.")
    said = Manifest(feed, asked.get("period"), kind, supersedes, reason=reason)
    return receive_statement(
        home, register, contracts[feed], Envelope(said, register.clock()), f"{kind}{MANIFEST_SUFFIX}"
    )


def receive(home: Home, register: Register, item: LandingFile, asked: Mapping[str, Any] = NOTHING) -> Submitted:
    """Vault, register and receipt for one file; the same bytes, feed, period and kind give the same receipt
    again. What is `asked` (period, kind, supersedes) goes before the manifest, unless that is signed.

    A file whose signature, manifest, hash or bag is at fault is refused with EntrepotError: recorded, not kept and
    never parsed. So are the same bytes with another manifest than before, unless they were rejected then.
    """
    _require_living(home)
    return _take(home, register, item.contract, item.path.name, *admit(home.ensure(), register, item, asked))


def receive_statement(home: Home, register: Register, contract: Contract, envelope: Envelope, name: str) -> Submitted:
    """Vault, register and receipt for a submission that is its manifest alone, which `name` calls it by.

    EntrepotError as of a file, and when it is none that can do without one.
    """
    _require_living(home)
    return _take(home, register, contract, name, *admit_statement(home.ensure(), register, contract, envelope, name))


def _take(
    home: Home, register: Register, contract: Contract, name: str, envelope: Envelope, kept: vault.Kept,
    proof: Proof | None,
) -> Submitted:  # fmt: skip
    manifest = envelope.manifest
    period = manifest.period if manifest.period is not None else period_of_name(contract, name)
    identifier = submission_id(contract.id, period, manifest.kind, kept.sha256)
    with register.transaction() as connection:
        known = _known(connection, identifier)
        if known is not None and known["verdict"] == "rejected" and says_otherwise(known, manifest):
            identifier = submission_id(contract.id, period, manifest.kind, kept.sha256, manifest.as_json())
            known = _known(connection, identifier)
        repeated = known is not None
        if known is None:
            known = _enter(connection, register, contract, name, envelope, period, identifier, kept)
            if proof:
                connection.execute(signatures.insert().values(submission_id=identifier, **asdict(proof)))
        else:
            refuse_contradiction(known, manifest, kept.sha256, name)
            signer = f", signed by {envelope.signed.fingerprint}" if envelope.signed else ""
            _note(connection, register, identifier, "repeated", f"handed in again as {name}{signer}")
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
    summary = RunSummary(not_taken=list(found.not_taken), unchanged=found.unchanged)
    for refused in found.refused:
        _refuse(register, refused, summary)
    for item in found.files:
        say(f"receiving {item.relative}")
        _receive_from_landing(home, register, item, summary)
    return summary


def check_pending(
    home: Home, register: Register, contracts: ContractSet, summary: RunSummary, say: Callable[[str], None]
) -> None:
    """Check every submission in state received, in order of arrival, then what refers to other feeds."""
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
    for identifier in settle_references(home, register, contracts):
        if identifier in summary.accepted:
            summary.accepted[identifier] = counts_of(register.submission(identifier))


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
    try:
        if item.is_statement:
            envelope = open_envelope(register, item.said, register.clock())
            done = receive_statement(home, register, item.contract, envelope, manifest_path(item.path).name)
        else:
            done = receive(home, register, item)
    except EntrepotError as error:
        summary.rejected[item.relative] = str(error)
        register.record_landing_file(item.place, item.fingerprint, None, str(error))
        return
    register.record_landing_file(item.place, item.fingerprint, done.submission.id)
    if done.repeated:
        summary.repeated.append(done.submission.id)
        if done.submission.status == "withdrawn":
            summary.rejected[item.relative] = (
                f"{item.relative} was handed in before, as {done.submission.id}. {done.submission.reason}"
            )
    else:
        summary.received.append(done.submission.id)


def _refuse(register: Register, refused: Refused, summary: RunSummary) -> None:
    """Record what could not even be given to a feed; a bag is known by the hash of its list of files."""
    summary.rejected[refused.relative] = refused.reason
    subject = refused.path / "manifest-sha256.txt" if refused.path.is_dir() else refused.path
    if subject.is_file():
        record_refusal(register, refused.path.name, vault.hash_file(subject), subject.stat().st_size, refused.reason)
    if refused.fingerprint:
        register.record_landing_file(str(refused.path.absolute()), refused.fingerprint, None, refused.reason)


def _enter(
    connection: sa.Connection, register: Register, contract: Contract, name: str, envelope: Envelope, period: str,
    identifier: str, kept: vault.Kept,
) -> Any:  # fmt: skip
    manifest = envelope.manifest
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
        "received_at": envelope.opened_at,
        "issued_at": manifest.issued_at,
        "manifest": manifest.as_json(),
        "signed_by": envelope.signed.fingerprint if envelope.signed else None,
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


def _require_living(home: Home) -> None:
    if home.known_on is not None:
        raise EntrepotError(f"This home shows what was known on {home.known_on}: nothing can be handed in here.")


def _known(connection: sa.Connection, identifier: str) -> Any:
    return connection.execute(sa.select(submissions).where(submissions.c.id == identifier)).mappings().first()


def _note(connection: sa.Connection, register: Register, identifier: str, event: str, detail: str) -> None:
    connection.execute(
        events.insert().values(at=register.clock(), submission_id=identifier, event=event, detail=detail)
    )
