"""Proves that what was received is still what was received.

Here: hashing the vault again, following the chain of receipts, counting rows again. Not here: mending: a
wrong file comes back from a backup. Nothing is changed.
"""

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sqlalchemy as sa

from orchestration.errors import EntrepotError
from orchestration.register import receipts
from orchestration.site import Site
from orchestration.submissions import conservation
from orchestration.submissions.incident import is_incident
from orchestration.submissions.receipts import GENESIS, check_receipt, head_of, public_key
from orchestration.submissions.vault import hash_file, vault_path

if TYPE_CHECKING:
    from rich.console import Console


@dataclass
class Verified:
    """What was looked at, and a sentence for each thing that is wrong."""

    files: int = 0
    receipts: int = 0
    submissions: int = 0
    problems: list[str] = field(default_factory=list)


def verify(site: Site, console: "Console") -> Verified:
    """Look at everything; reads the whole vault."""
    found = Verified()
    with console.status("Hashing the vault"):
        _vault(site, found)
    _chain(site, found)
    with console.status("Counting rows again"):
        for contract in site.contracts.values():
            found.problems += conservation.problems(site.home, site.register, contract)
    return found


def _vault(site: Site, found: Verified) -> None:
    for submission in site.register.submissions():
        found.submissions += 1
        if not vault_path(site.home, submission.sha256).exists() and not is_incident(submission):
            found.problems.append(
                f"{submission.file_name} ({submission.id}) is missing from the vault: {submission.sha256}."
            )
    for path in sorted(site.home.vault.glob("??/*")):
        found.files += 1
        actual = hash_file(path)
        if actual != path.name:
            found.problems.append(f"{path} was changed: its content has the hash {actual}. Restore it from a backup.")


def _chain(site: Site, found: Verified) -> None:
    with site.register.reading() as connection:
        rows = connection.execute(sa.select(receipts).order_by(receipts.c.position)).mappings().all()
    known = {submission.id for submission in site.register.submissions()}
    own_key = public_key(site.home) if rows else None
    previous = GENESIS
    for position, row in enumerate(rows, start=1):
        found.receipts += 1
        where = f"Receipt {row['position']} of {row['submission_id']}"
        body = json.loads(row["body"])
        if row["position"] != position:
            found.problems.append(f"{where}: receipt {position} is missing from the register before it.")
        if row["head"] != head_of(body) or row["submission_id"] != body.get("submission_id"):
            found.problems.append(f"{where} was changed in the register: its text does not give its head.")
        if row["previous"] != previous or body.get("previous") != previous:
            found.problems.append(f"{where} does not follow the receipt before it: the chain is broken.")
        previous = row["head"]
        known.discard(row["submission_id"])
        path = site.home.receipts / f"{row['submission_id']}.json"
        try:
            issued = json.loads(path.read_text(encoding="utf-8"))
            check_receipt(issued, own_key)
            if issued["head"] != row["head"]:
                found.problems.append(f"{where}: {path} is another receipt than the register's.")
        except FileNotFoundError:
            found.problems.append(f"{where} is missing from {path.parent}; `entrepot receipt` writes it again.")
        except (ValueError, KeyError, EntrepotError) as problem:
            found.problems.append(f"{where}: {path} is not sound: {problem}")
    found.problems += [f"The submission {submission} has no receipt in the register." for submission in sorted(known)]
