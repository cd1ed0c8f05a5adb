"""The sample's one partner who signs: his key, which follows from the seed, and his manifests.

Belongs here: the key and what is written beside a signed file. Does not belong here: checking it. Whoever knows the
seed knows the key: it is good for the sample and for nothing else.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from orchestration.contracts.model import Contract
from orchestration.sample.truth import FOLDER
from orchestration.submissions.signature import SIGNATURE_SUFFIX, sign


def signer_of(seed: int, partner: str) -> Ed25519PrivateKey:
    """The partner's key in the sample of this seed."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"entrepot sample {seed} {partner}".encode()).digest())


def public_key_files(out: Path) -> dict[str, Path]:
    """The public keys of a drop by partner: beside the truth, since no partner sends his with his files."""
    return {file.stem: file for file in sorted((out / FOLDER / "keys").glob("*.pub"))}


def sign_file(out: Path, file: Path, contract: Contract, seed: int, said: dict[str, Any]) -> None:
    """Write the manifest of a file, with its hash and size, and the signature; and the public key, once."""
    key, content = signer_of(seed, contract.partner), file.read_bytes()
    manifest = {**said, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    text = (json.dumps(manifest, indent=1) + "\n").encode()
    beside = file.with_name(f"{file.name}.manifest.json")
    beside.write_bytes(text)
    beside.with_name(beside.name + SIGNATURE_SUFFIX).write_bytes(sign(key, text))
    public = out / FOLDER / "keys" / f"{contract.partner}.pub"
    public.parent.mkdir(parents=True, exist_ok=True)
    line = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    public.write_bytes(line + b" sample\n")
