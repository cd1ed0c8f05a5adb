"""Receipts: what a partner holds in hand to prove what was received, and when.

Here: the signed, hash-chained receipt and its check. Each receipt carries the hash of the one before it and
its own (the head of the chain), so that neither a changed nor a missing one goes unnoticed. Not here: what
becomes of the submission afterwards, and the order of arrival (receive.py decides both inside the register's
transaction).
"""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from orchestration.errors import EntrepotError
from orchestration.register import Register, Submission
from orchestration.settings import Home
from orchestration.submissions.installation_key import public_key, signature, write_whole
from orchestration.tables import receipts

__all__ = [
    "GENESIS",
    "as_written",
    "canonical",
    "check_receipt",
    "head_of",
    "make_body",
    "public_key",
    "sign",
    "write_receipt",
]

GENESIS = "0" * 64


def make_body(submission: Submission, position: int, previous: str, note: str) -> dict[str, Any]:
    """The signed part of a receipt; only what was fixed at the moment of receipt."""
    return {
        "receipt": position,
        "submission_id": submission.id,
        "partner": submission.partner,
        "feed": submission.feed,
        "period": submission.period,
        "kind": submission.kind,
        "supersedes": submission.supersedes,
        "file_name": submission.file_name,
        "sha256": submission.sha256,
        "bytes": submission.bytes,
        "received_at": f"{submission.received_at.isoformat()}Z",
        "contract_version": submission.contract_version,
        "signed": submission.signed_by is not None,
        "signed_by": submission.signed_by,
        "note": note,
        "previous": previous,
    }


def canonical(body: dict[str, Any]) -> bytes:
    """The bytes that are hashed and signed: JSON with sorted keys and without blanks, in UTF-8."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def head_of(body: dict[str, Any]) -> str:
    """The head of the chain after this receipt: the sha256 of its signed part, which names the head before."""
    return hashlib.sha256(canonical(body)).hexdigest()


def sign(home: Home, body: dict[str, Any]) -> dict[str, Any]:
    """The whole receipt: the signed part, the head, the signature (Ed25519, deterministic) and the public
    key.
    """
    return {
        **body,
        "head": head_of(body),
        "signature": signature(home, canonical(body)),
        "public_key": public_key(home),
    }


def check_receipt(receipt: dict[str, Any], public_key: str | None = None) -> None:
    """EntrepotError unless head and signature fit the content, and the key is the expected one if given
    (base64).
    """
    body = {key: value for key, value in receipt.items() if key not in ("head", "signature", "public_key")}
    name = f"The receipt of {receipt.get('submission_id')}"
    if receipt.get("head") != head_of(body):
        raise EntrepotError(f"{name} was changed after it was issued: its content does not give the head it states.")
    if public_key is not None and receipt.get("public_key") != public_key:
        raise EntrepotError(f"{name} was signed with another key than this installation's.")
    try:
        key = Ed25519PublicKey.from_public_bytes(_decoded(receipt["public_key"]))
        key.verify(_decoded(receipt["signature"]), canonical(body))
    except (InvalidSignature, KeyError, ValueError, TypeError):
        raise EntrepotError(
            f"{name} has a wrong signature: it was not issued by the holder of the key it names."
        ) from None


def last_receipt(register: Register) -> tuple[int, str] | None:
    """Number and head of the newest receipt; None before the first."""
    query = sa.select(receipts.c.position, receipts.c.head).order_by(receipts.c.position.desc()).limit(1)
    with register.reading() as connection:
        row = connection.execute(query).first()
    return (row.position, row.head) if row else None


def read_receipt(file: Path, public_key: str | None = None) -> dict[str, Any]:
    """A receipt from its file, as a partner holds it; EntrepotError unless it is to the byte what was issued (by the
    holder of the key, base64, if given). Needs no home.
    """
    try:
        content = file.read_bytes()
        receipt = json.loads(content)
    except (OSError, ValueError) as error:
        raise EntrepotError(
            f"{file} is no receipt that can be read ({error}); expected the JSON that was issued."
        ) from None
    if not isinstance(receipt, dict):
        raise EntrepotError(f"{file} is no receipt: it holds no JSON object.")
    check_receipt(receipt, public_key)
    if as_written(receipt) != content:
        raise EntrepotError(
            f"{file} was written anew since it was issued; what it says is signed, but keep the original."
        )
    return receipt


def write_receipt(home: Home, receipt: dict[str, Any]) -> Path:
    """Write receipts/<submission_id>.json whole or not at all; the same receipt gives the same bytes."""
    target, content = home.receipts / f"{receipt['submission_id']}.json", as_written(receipt)
    if not target.exists() or target.read_bytes() != content:
        write_whole(target, content, mode=0o644)
    return target


def as_written(receipt: dict[str, Any]) -> bytes:
    """The bytes of a receipt's file."""
    return (json.dumps(receipt, ensure_ascii=False, indent=2) + "\n").encode()


def _decoded(text: str) -> bytes:
    """Base64 with one reading only."""
    content = base64.b64decode(text, validate=True)
    if base64.b64encode(content).decode() != text:
        raise ValueError("not canonical base64")
    return content
