"""Proves that what was received is still what was received.

Here: the order of the proofs, and those about vault, receipts and signatures. Not here: the register's own bytes and
rows (register_seal.py, row_seals.py), counting rows (conservation.py), and mending: a wrong file comes back from a
backup. Nothing is changed.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from orchestration import register_seal, row_seals
from orchestration.errors import EntrepotError
from orchestration.publication.proof import edition_problems, editions, head_of_edition
from orchestration.register import Register
from orchestration.settings import Home
from orchestration.site import Site
from orchestration.submissions import conservation
from orchestration.submissions.incident import is_incident
from orchestration.submissions.installation_key import key_problems
from orchestration.submissions.lake_hashes import hash_problems
from orchestration.submissions.partner_keys import holder
from orchestration.submissions.receipts import GENESIS, as_written, head_of, sign
from orchestration.submissions.signature import verify as verify_signature
from orchestration.submissions.vault import hash_file, vault_path
from orchestration.tables import metadata, receipts, signatures

if TYPE_CHECKING:
    from rich.console import Console


@dataclass
class Verified:
    """What was looked at, a sentence for each thing that is wrong, and what is worth a note."""

    files: int = 0
    receipts: int = 0
    submissions: int = 0
    editions: int = 0
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def verify(site: Site, console: "Console", heads: Sequence[str] = ()) -> Verified:
    """Look at everything; reads the whole vault. `heads` are heads of the chain that somebody else holds."""
    found = Verified()
    # Before the register is opened: opening it for writing would mend some of what is looked for.
    register_problems(site.home, found)
    damaged = bool(found.problems)
    try:
        with console.status("Hashing the vault"):
            _vault(site, found)
        _chain(site, heads, found)
        with console.status("Checking published editions"):
            for folder in editions(site.home):
                found.editions += 1
                found.problems += edition_problems(folder)
        with console.status("Checking signatures"):
            _signatures(site, found)
        with console.status("Hashing the lake"):
            for submission in site.register.submissions("accepted"):
                folder = site.home.lake_folder(submission.partner, submission.feed, submission.id)
                found.problems += hash_problems(folder)
        with console.status("Counting rows again"):
            for contract in site.contracts.values():
                found.problems += conservation.problems(site.home, site.register, contract)
    except Exception as error:
        if not damaged:
            raise
        found.notes.append(f"The rest was not looked at, as the register is damaged ({type(error).__name__}).")
    return found


def register_problems(home: Home, found: Verified) -> None:
    """Key, seal, file and rows of the register."""
    file = register_seal.register_file(home)
    if file is None:
        return
    if next(home.receipts.glob("*.json"), None) is not None or register_seal.seal_file(home).exists():
        found.problems += key_problems(home)
    if found.problems:
        return  # without its key nothing can be told of what it signed
    if not register_seal.seal_file(home).exists() and not row_seals.installed(file):
        found.notes.append("The register was made before its rows had hashes; the next command gives them theirs.")
        return
    problems, found.notes = register_seal.problems(home)
    found.problems += problems + row_seals.content_problems(file, metadata.tables)


def vault_problem(path: Path) -> str | None:
    """Why a file of the vault is not what its name says; None if it is."""
    actual = hash_file(path)
    return (
        f"{path} was changed: its content has the hash {actual}. Restore it from a backup."
        if actual != path.name
        else None
    )


def receipt_problems(home: Home, row: Mapping[str, Any], previous: str) -> list[str]:
    """What is wrong with one receipt, in the register (row of the table) and in its file."""
    where = f"Receipt {row['position']} of {row['submission_id']}"
    path = home.receipts / f"{row['submission_id']}.json"
    try:
        body = json.loads(row["body"])
        sound = row["head"] == head_of(body) and row["submission_id"] == body["submission_id"]
    except (ValueError, KeyError, TypeError, AttributeError):
        body, sound = {}, False
    if not sound:
        return [f"{where} was changed in the register: its text does not give its head."]
    found = []
    if row["previous"] != previous or body.get("previous") != previous:
        found.append(f"{where} does not follow the receipt before it: the chain is broken.")
    if not path.exists():
        found.append(f"{where} is missing from {path.parent}; `entrepot receipt` writes it again.")
    elif path.read_bytes() != as_written(sign(home, body)):
        found.append(
            f"{where}: {path} is not the receipt that was issued. Remove it; `entrepot receipt` writes it again."
        )
    return found


def chain_problems(known: Collection[str], heads: Iterable[str], count: int) -> list[str]:
    """A sentence for each head that somebody holds and the chain lacks."""
    return [
        f"The chain of {count} receipts does not hold the head {head}: receipts were removed, or it is not of this "
        "installation. Restore the register from a backup."
        for head in heads
        if head not in known
    ]


def _vault(site: Site, found: Verified) -> None:
    for submission in site.register.submissions():
        found.submissions += 1
        if not vault_path(site.home, submission.sha256).exists() and not is_incident(submission):
            found.problems.append(
                f"{submission.file_name} ({submission.id}) is missing from the vault: {submission.sha256}."
            )
    for path in sorted(site.home.vault.glob("??/*")):
        found.files += 1
        problem = vault_problem(path)
        found.problems += [problem] if problem else []


def _chain(site: Site, heads: Sequence[str], found: Verified) -> None:
    with site.register.reading() as connection:
        rows = connection.execute(sa.select(receipts).order_by(receipts.c.position)).mappings().all()
    without = {submission.id for submission in site.register.submissions()}
    files = {path.stem for path in site.home.receipts.glob("*.json")}
    previous = GENESIS
    for position, row in enumerate(rows, start=1):
        found.receipts += 1
        if row["position"] != position:
            found.problems.append(f"Receipt {position} is missing from the register before receipt {row['position']}.")
        found.problems += receipt_problems(site.home, dict(row), previous)
        previous = row["head"]
        without.discard(row["submission_id"])
        files.discard(row["submission_id"])
    found.problems += [f"The submission {submission} has no receipt in the register." for submission in sorted(without)]
    found.problems += [
        f"The receipt {site.home.receipts / name}.json is of a submission that the register does not know: it has lost "
        "it, or the file was put there."
        for name in sorted(files)
    ]
    sealed = register_seal.sealed_head(site.home)
    published = [head for folder in editions(site.home) if (head := head_of_edition(folder)) is not None]
    held = dict.fromkeys([*heads, *([sealed[1]] if sealed else []), *published])
    found.problems += chain_problems({row["head"] for row in rows}, held, len(rows))


def _signatures(site: Site, found: Verified) -> None:
    with site.register.reading() as connection:
        kept = {row["submission_id"]: dict(row) for row in connection.execute(sa.select(signatures)).mappings()}
    for submission in site.register.submissions():
        row = kept.pop(submission.id, None)
        if (row["fingerprint"] if row else None) != submission.signed_by:
            found.problems.append(f"The register contradicts itself about who signed {submission.id}.")
        elif row is not None:
            found.problems += _signature_problems(site.home, site.register, row, submission.partner, submission)


def _signature_problems(home: Home, register: Register, row: Mapping[str, Any], partner: str, of: Any) -> list[str]:
    """The signature of a submission still holds, by a key that counted when it came."""
    try:
        said, signed = (vault_path(home, row[name]).read_bytes() for name in ("manifest_sha256", "signature_sha256"))
        key = verify_signature(said, signed, f"The signature of {of.id}")
        owner = holder(register, key, of.received_at, f"The signature of {of.id}")
    except OSError:
        return [f"The signed manifest or the signature of {of.id} is missing from the vault."]
    except EntrepotError as error:
        return [str(error)]
    if key.fingerprint != of.signed_by or owner.partner != partner:
        return [f"The signature of {of.id} is not by the key that the register names."]
    return []
