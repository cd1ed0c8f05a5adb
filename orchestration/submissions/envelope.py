"""What comes with a file: its manifest, and the signature over it, which is looked at before anything is parsed.

Here: the order signature, manifest, hashes, and what a signature must cover. Not here: the format of a signature
(signature.py), whose key it is (partner_keys.py), the words of a manifest (manifest.py).
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from orchestration.contracts.model import Contract
from orchestration.errors import EntrepotError
from orchestration.register import Register
from orchestration.submissions.manifest import Manifest, manifest_path, parse_manifest
from orchestration.submissions.partner_keys import holder
from orchestration.submissions.signature import SIGNATURE_SUFFIX, verify

# Far more than a manifest ever needs, and too little to fill the memory.
_LARGEST = 1 << 20


@dataclass(frozen=True)
class Signed:
    """A signature that held: whose, by which key, and the bytes that prove it again at any time."""

    partner: str
    fingerprint: str
    manifest: bytes
    signature: bytes


@dataclass(frozen=True)
class Envelope:
    """The manifest of a file, and what was found of its signature at that moment; without one it is unsigned."""

    manifest: Manifest
    opened_at: datetime
    signed: Signed | None = None

    def require(self, contract: Contract, name: str, has_file: bool = True) -> None:
        """EntrepotError unless the feed's contract lets a file (or a manifest alone) come in such an envelope."""
        signed, manifest = self.signed, self.manifest
        if signed is None:
            if contract.signature == "required":
                raise EntrepotError(
                    f"{name} is not signed, and the contract {contract.id} requires it (or does not say `signature: "
                    f"optional`). Put {name}.manifest.json and its signature {name}.manifest.json.sig beside it, the "
                    "file itself last."
                )
            return
        if signed.partner != contract.partner:
            raise EntrepotError(
                f"{name} is signed with the key {signed.fingerprint} of {signed.partner}, and the feed {contract.id} "
                f"is {contract.partner}'s. A partner signs for itself only."
            )
        said: dict[str, object] = {"feed": manifest.feed}
        said |= {"sha256": manifest.sha256, "bytes": manifest.bytes} if has_file else {}
        if contract.period_pattern:
            said["period"] = manifest.period
        if missing := [word for word, value in said.items() if value is None]:
            raise EntrepotError(
                f"{name}: its signed manifest does not say {', '.join(missing)}. What it leaves out is not signed, so "
                "that the file could be given out for another one; say it and sign again."
            )

    def require_bytes(self, sha256: str, size: int, name: str) -> None:
        """EntrepotError unless hash and size of what arrived are those of the manifest, as far as it says them."""
        for word, said, actual in (("sha256", self.manifest.sha256, sha256), ("bytes", self.manifest.bytes, size)):
            if said is not None and str(said).lower() != str(actual):
                raise EntrepotError(
                    f"{name} is not the file that its manifest speaks of: {word} is {actual}, the manifest says {said}."
                    " Nothing of it was read. Send file and manifest again, complete."
                )


def open_envelope(register: Register, file: Path, moment: datetime) -> Envelope:
    """The manifest beside a file, after its signature, if there is one, was found to hold at that moment.

    Raises EntrepotError for a signature that does not hold, whose key is unknown, expired or revoked, that stands
    there without a manifest, and for a manifest that is not understood.
    """
    beside = manifest_path(file)
    detached = signature_path(file)
    if not detached.exists():
        said = _bytes(beside) if beside.exists() else b"{}"
        return Envelope(parse_manifest(_text(said, beside.name), beside.name), moment)
    if not beside.exists():
        raise EntrepotError(f"{detached.name} signs {beside.name}, which is not there. Send both again.")
    said, signature = _bytes(beside), _bytes(detached)
    key = holder(register, verify(said, signature, detached.name), moment, detached.name)
    manifest = parse_manifest(_text(said, beside.name), beside.name)
    return Envelope(manifest, moment, Signed(key.partner, key.fingerprint, said, signature))


def signature_path(file: Path) -> Path:
    """Where the detached signature over a file's manifest is, if there is one."""
    beside = manifest_path(file)
    return beside.with_name(beside.name + SIGNATURE_SUFFIX)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise EntrepotError(f"{path.name} cannot be read: {error.strerror}. Check its permissions.") from None
    if len(content) > _LARGEST:
        raise EntrepotError(f"{path.name} is larger than {_LARGEST:,} bytes, which no manifest or signature is.")
    return content


def _text(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise EntrepotError(f"{name} is not readable text ({error}); write it as JSON in UTF-8.") from None
