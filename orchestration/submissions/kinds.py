"""What each kind of submission must look like, and by which contract its file is read.

Here: from a feed's contract to the one that a withdrawal, a correction or a delta is held to, and the refusal of
what cannot be that kind. Not here: what a kind does to what was said before (life.py).
"""

import hashlib
from dataclasses import replace

from orchestration.contracts.model import Contract
from orchestration.errors import EntrepotError, RejectedFileError
from orchestration.register import Submission
from orchestration.submissions.manifest import MANIFEST_SUFFIX, Manifest, parse_manifest

# Kinds that may consist of their manifest alone.
WITHOUT_FILE = ("nil", "withdrawal")
# Kinds whose rows find the rows that they change by the key.
BY_KEY = ("correction", "delta", "withdrawal")
WHOLE = ("initial", "replacement")


def is_without_file(submission: Submission) -> bool:
    """Whether the submission is its manifest alone: what lies in the vault then is the manifest's canonical text."""
    return hashlib.sha256(submission.manifest.encode()).hexdigest() == submission.sha256


def has_rows(submission: Submission) -> bool:
    """Whether the lake holds rows of the submission once it is checked."""
    return not is_without_file(submission)


def contract_for(contract: Contract, kind: str) -> Contract:
    """The contract by which a file of this kind is checked.

    A withdrawal needs the key alone: other columns of the feed may stand in it and are ignored. Only a whole account
    replaces a list, so that another kind may be empty.
    """
    if kind in WHOLE:
        return contract
    if kind != "withdrawal":
        return replace(contract, delivery="periodic")
    keys = set(contract.key)
    return replace(
        contract,
        delivery="periodic",
        fields=tuple(field for field in contract.fields if field.name in keys),
        ignored_columns=(
            *contract.ignored_columns, *(field.source for field in contract.fields if field.name not in keys),
        ),
        rules=tuple(rule for rule in contract.rules if rule.fields and set(rule.fields) <= keys),
        file_rules=tuple(rule for rule in contract.file_rules if rule.field is None or rule.field in keys),
        exceptions=(),
        marking_fields={part: name for part, name in contract.marking_fields.items() if name in keys},
        marking_complete=None,
    )  # fmt: skip


def require_possible(contract: Contract, submission: Submission, kind: str, is_decided: bool) -> None:
    """Raise RejectedFileError when no file could be this kind of submission of this feed.

    `is_decided`: a person has decided that it is to be taken as this kind, and has given the reason.
    """
    name, manifest = submission.file_name, parse_manifest(submission.manifest, submission.file_name)
    if is_without_file(submission):
        if kind not in WITHOUT_FILE:
            raise RejectedFileError(f"{name} is a manifest alone, which cannot be taken as a {kind}: it has no rows.")
        return
    if kind in BY_KEY and not contract.key:
        raise RejectedFileError(
            f"{name} is a {kind}, but the contract {contract.id} has no key, so that its rows cannot be told to belong "
            "to earlier ones. Send the whole account again, as a replacement."
        )
    if kind == "replacement" and contract.delivery == "snapshot" and not manifest.reason and not is_decided:
        raise RejectedFileError(
            f"{name} is a replacement of the whole list {contract.id}, which may lose any number of entries, and gives "
            "no reason. Say why under `reason` in its manifest."
        )


def require_statement(manifest: Manifest, name: str) -> None:
    """Raise EntrepotError when a manifest cannot stand for itself, without a file beside it."""
    speaks_of_a_file = manifest.sha256 is not None or manifest.bytes is not None or bool(manifest.rows)
    if manifest.kind not in WITHOUT_FILE or speaks_of_a_file:
        raise EntrepotError(
            f"{name} speaks of {name.removesuffix(MANIFEST_SUFFIX)}, which is not there. Send all of it again: only a "
            "nil return and the withdrawal of a whole submission can do without a file."
        )
    if manifest.kind == "withdrawal" and manifest.supersedes is None:
        raise EntrepotError(
            f"{name} is a withdrawal without a file, and names no submission under `supersedes`. Name the submission "
            "to withdraw, or put a file beside it with the keys of the records to withdraw."
        )


def require_no_rows(submission: Submission, rows: int) -> None:
    """Raise RejectedFileError when a nil return holds rows after all."""
    if rows:
        raise RejectedFileError(
            f"{submission.file_name} is a nil return, which says that there is nothing to report, and holds {rows:,} "
            "rows. Send it as initial, or send a nil return without a file."
        )
