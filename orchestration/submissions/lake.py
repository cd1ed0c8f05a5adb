"""Keeps checked submissions in the lake and their state in the register.

Here: from a received submission to its folder, whole or not at all, and the verdict in the register. Not
here: the check itself (check.py), how the folder is laid out (layout.py) and receiving (receive.py).
"""

import os
import shutil
import tempfile
from pathlib import Path

from orchestration.contracts.model import ContractSet
from orchestration.errors import EntrepotError, RejectedFileError
from orchestration.register import Register
from orchestration.settings import Home
from orchestration.submissions.check import Checked, Counts, FindingCount, check_file
from orchestration.submissions.layout import EXCLUDED, FINDINGS, QUARANTINED, ROWS, accepted_sql, findings_sql
from orchestration.submissions.vault import vault_path

__all__ = [
    "EXCLUDED", "FINDINGS", "QUARANTINED", "ROWS", "Checked", "Counts", "FindingCount", "accepted_sql", "check_file",
    "check_submission", "findings_sql",
]  # fmt: skip


def check_submission(home: Home, register: Register, contracts: ContractSet, submission_id: str) -> Counts:
    """Check a received submission, write its folder in the lake and set its state; safe to repeat.

    Raises RejectedFileError when the file breaks its contract as a whole (the register then says so too).
    """
    submission = register.submission(submission_id)
    contract = contracts.get(submission.contract_id)
    if contract is None:
        raise EntrepotError(
            f"{submission_id} belongs to the feed {submission.contract_id}, which has no contract any more."
        )
    target = home.lake_folder(submission.partner, submission.feed, submission.id)
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{submission.id}.", dir=target.parent))
    try:
        vaulted = vault_path(home, submission.sha256)
        checked = check_file(vaulted, contract, folder, submission_id=submission.id, name=submission.file_name)
        _put_in_place(folder, target)
    except RejectedFileError as error:
        register.set_status(submission_id, "rejected", str(error))
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    register.set_status(submission_id, "accepted", "", checked.counts.as_dict())
    return checked.counts


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
