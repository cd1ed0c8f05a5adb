"""Signs as a partner would: with the real ssh-keygen where there is one, with our own writer otherwise."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from orchestration.submissions.signature import sign

SSH_KEYGEN = shutil.which("ssh-keygen")


def own_key(seed: bytes = b"s" * 32) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_line(key: Ed25519PrivateKey) -> str:
    encoding, form = serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    return key.public_key().public_bytes(encoding, form).decode() + " somebody@example"


@dataclass(frozen=True)
class SshKeygen:
    """A key that ssh-keygen made in `folder`; signs with the same program."""

    file: Path

    @classmethod
    def make(cls, folder: Path, *options: str) -> SshKeygen:
        file = folder / "_".join(("key", *options)).replace("-", "")
        subprocess.run([str(SSH_KEYGEN), "-q", "-N", "", *options, "-f", str(file)], check=True)
        return cls(file)

    @property
    def public(self) -> str:
        return self.file.with_suffix(".pub").read_text()

    def sign(self, message: bytes, namespace: str = "entrepot", *options: str) -> bytes:
        command = [str(SSH_KEYGEN), "-Y", "sign", "-q", "-n", namespace, *options, "-f", str(self.file)]
        return subprocess.run(command, input=message, capture_output=True, check=True).stdout


def manifest_of(content: bytes, feed: str = "partner/cases", **said: Any) -> dict[str, Any]:
    given = {"feed": feed, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content), "period": "2025-Q1"}
    return {word: value for word, value in {**given, **said}.items() if value is not None}


def put_beside(file: Path, manifest: dict[str, Any], key: Ed25519PrivateKey | SshKeygen) -> Path:
    """Write the manifest and its signature beside the file; returns the signature's path."""
    text = json.dumps(manifest, indent=1).encode()
    beside = file.with_name(f"{file.name}.manifest.json")
    beside.write_bytes(text)
    detached = beside.with_name(f"{beside.name}.sig")
    detached.write_bytes(sign(key, text) if isinstance(key, Ed25519PrivateKey) else key.sign(text))
    return detached


def make_bag(folder: Path, name: str, content: bytes) -> Path:
    """A sound BagIt folder around one file, without a manifest of ours."""
    (folder / "data").mkdir(parents=True)
    (folder / "data" / name).write_bytes(content)
    (folder / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    (folder / "manifest-sha256.txt").write_text(f"{hashlib.sha256(content).hexdigest()}  data/{name}\n")
    (folder / "bag-info.txt").write_text(f"Source-Organization: A\nPayload-Oxum: {len(content)}.1\n")
    return folder
