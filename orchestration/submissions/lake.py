"""Keeps checked submissions in the lake and their state in the register.

Here: from a received submission to its folder, whole or not at all, and the verdict in the register. Not
here: the check itself (check.py), how the folder is laid out (layout.py) and receiving (receive.py).
"""

import os
import shutil
import tempfile
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

from orchestration.contracts.model import Contract, ContractSet
from orchestration.errors import EntrepotError, RejectedFileError
from orchestration.register import Register, Submission
from orchestration.settings import Home
from orchestration.submissions.check import Checked, Counts, FindingCount, check_file
from orchestration.submissions.history import history_of
from orchestration.submissions.incident import (
    SecurityIncidentError,
    is_incident,
    refuse_manifest_above_channel,
    withhold,
)
from orchestration.submissions.kinds import contract_for, is_without_file, require_no_rows, require_possible
from orchestration.submissions.lake_hashes import write_hashes
from orchestration.submissions.layout import EXCLUDED, FINDINGS, QUARANTINED, ROWS, accepted_sql, findings_sql
from orchestration.submissions.life import kind_of
from orchestration.submissions.manifest import marked_level, parse_manifest
from orchestration.submissions.settle import decision_on, record_verdict
from orchestration.submissions.vault import vault_path
from orchestration.submissions.whole_file import Circumstances
from orchestration.tables import COUNTS

HELD = "It is held and nothing of it is taken until a person has decided (`entrepot decide`)."

__all__ = [
    "EXCLUDED", "FINDINGS", "QUARANTINED", "ROWS", "Checked", "Counts", "FindingCount", "accepted_sql", "check_file",
    "check_submission", "findings_sql",
]  # fmt: skip


def check_submission(home: Home, register: Register, contracts: ContractSet, submission_id: str) -> Counts:
    """Check a received submission, write its folder in the lake and record the verdict; safe to repeat.

    Raises RejectedFileError when the file breaks its contract as a whole (the register then says so too). A file
    that is implausible as a whole is held until a person has decided: its folder is there, and nobody reads it.
    """
    submission = register.submission(submission_id)
    contract = contracts.get(submission.contract_id)
    if contract is None:
        raise EntrepotError(
            f"{submission_id} belongs to the feed {submission.contract_id}, which has no contract any more."
        )
    if is_incident(submission):
        withhold(home, register, submission)
        raise SecurityIncidentError(submission.reason)
    decision = decision_on(register, submission_id)
    kind = kind_of(submission, decision)
    target = home.lake_folder(submission.partner, submission.feed, submission.id)
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{submission.id}.", dir=target.parent))
    try:
        refuse_manifest_above_channel(contract, marked_level(submission.manifest), submission.file_name)
        require_possible(contract, submission, kind, is_decided=decision is not None and decision.takes)
        if is_without_file(submission):
            checked = Checked(Counts(0, 0, 0, 0, 0, 0), ())
        else:
            checked = check_file(
                vault_path(home, submission.sha256), contract_for(contract, kind), folder,
                submission_id=submission.id, name=submission.file_name,
                beside=circumstances(home, register, contract, submission, kind),
            )  # fmt: skip
            if kind == "nil":
                require_no_rows(submission, checked.counts.rows_read)
            _put_in_place(folder, target)
    except RejectedFileError as error:
        shutil.rmtree(target, ignore_errors=True)  # of an earlier check, as another kind or by another contract
        record_verdict(register, contract, submission_id, "rejected", str(error), dict.fromkeys(COUNTS))
        if isinstance(error, SecurityIncidentError):
            withhold(home, register, submission)
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    reason = f"{' '.join(doubt.reason for doubt in checked.doubts)} {HELD}" if checked.doubts else ""
    verdict = "held" if reason else "accepted"
    record_verdict(register, contract, submission_id, verdict, reason or checked.upgraded, checked.counts.as_dict())
    return checked.counts


def circumstances(
    home: Home, register: Register, contract: Contract, submission: Submission, kind: str
) -> Circumstances:
    """What the register knows beside the bytes of a submission, taken as this kind; the day is the partner's."""
    said = parse_manifest(submission.manifest, f"the manifest of {submission.file_name}")
    return Circumstances(
        submission.received_at.replace(tzinfo=UTC).astimezone(ZoneInfo(contract.timezone)).date(),
        replace(said, kind=kind),
        history_of(home, register, contract, submission),
    )


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _put_in_place(folder: Path, target: Path) -> None:
    """Swap the finished folder in; after a crash between the two renames the submission is simply checked
    again.
    """
    write_hashes(folder)
    for file in folder.iterdir():
        _sync(file)
    _sync(folder)
    folder.chmod(0o755)
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    folder.rename(target)
    _sync(target.parent)
    shutil.rmtree(old, ignore_errors=True)
