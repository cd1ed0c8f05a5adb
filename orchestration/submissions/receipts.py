"""Receipts: what a partner holds in hand to prove what was received, and when.

Here: the signed, hash-chained receipt and its check. Each receipt carries the hash of the one before it and
its own (the head of the chain), so that neither a changed nor a missing one goes unnoticed. Not here: what
becomes of the submission afterwards, and the order of arrival (receive.py decides both inside the register's
transaction).
"""

import base64
import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from orchestration.errors import EntrepotError
from orchestration.register import Submission
from orchestration.settings import Home

GENESIS = "0" * 64
_KEY = "receipts.ed25519.pem"


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
    key = _signing_key(home)
    public = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return {
        **body,
        "head": head_of(body),
        "signature": base64.b64encode(key.sign(canonical(body))).decode(),
        "public_key": base64.b64encode(public).decode(),
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
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(receipt["public_key"]))
        key.verify(base64.b64decode(receipt["signature"]), canonical(body))
    except (InvalidSignature, KeyError, ValueError):
        raise EntrepotError(
            f"{name} has a wrong signature: it was not issued by the holder of the key it names."
        ) from None


def public_key(home: Home) -> str:
    """The installation's public key (base64), with which anybody can check its receipts."""
    raw = _signing_key(home).public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def write_receipt(home: Home, receipt: dict[str, Any]) -> Path:
    """Write receipts/<submission_id>.json whole or not at all; the same receipt gives the same bytes."""
    target = home.receipts / f"{receipt['submission_id']}.json"
    text = json.dumps(receipt, ensure_ascii=False, indent=2) + "\n"
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        _write_whole(target, text.encode(), mode=0o644)
    return target


def _signing_key(home: Home) -> Ed25519PrivateKey:
    path = home.keys / _KEY
    if not path.exists():
        home.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
        pem = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        _write_whole(path, pem, mode=0o600, replace=False)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise EntrepotError(f"{path} is not an Ed25519 key; restore the installation's key from its backup.")
    return key


def _write_whole(target: Path, content: bytes, mode: int, replace: bool = True) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        if replace:
            Path(temporary).replace(target)
        else:
            try:
                target.hardlink_to(temporary)  # two processes may make the first key at once: the first one stays
            except FileExistsError:
                return
    finally:
        Path(temporary).unlink(missing_ok=True)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
