"""The door: what must hold before a file becomes part of the vault.

Here: the order copy in, signature, manifest, contract's demand, bag, hashes, vault; and the record of what was
refused. Nothing is parsed before its signature held, and the copy that was looked at is the copy that is kept. Not
here: each of these proofs (envelope.py, bag.py), the register's row and the receipt (receive.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

from orchestration.contracts.model import Contract
from orchestration.contracts.period import period_of_name
from orchestration.errors import EntrepotError
from orchestration.register import Register
from orchestration.settings import Home
from orchestration.submissions import vault
from orchestration.submissions.bag import check_bag, is_bag, open_bag
from orchestration.submissions.envelope import Envelope, open_envelope
from orchestration.submissions.kinds import require_statement
from orchestration.submissions.landing import LandingFile
from orchestration.submissions.refusals import record_refusal

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Proof:
    """Where the vault keeps what proves a signature."""

    fingerprint: str
    manifest_sha256: str
    signature_sha256: str


def handed_in(file: Path, contract: Contract) -> LandingFile:
    """A file or bag that somebody names, as if it had been found; EntrepotError when there is none."""
    if file.is_dir() and is_bag(file):
        bag = open_bag(file)
        return LandingFile(bag.payload, file.name, contract, "", bag)
    if not file.is_file():
        raise EntrepotError(f"{file} is not a file. Check the path.")
    return LandingFile(file, file.name, contract, "")


def admit(
    home: Home, register: Register, item: LandingFile, asked: Mapping[str, Any] = NOTHING
) -> tuple[Envelope, vault.Kept, Proof | None]:
    """Let a file into the vault, or refuse it: EntrepotError, recorded, and nothing of it kept or parsed.

    What is `asked` (period, kind, supersedes) goes before the manifest, unless that is signed.
    """
    with vault.incoming(home, item.path) as copy:
        try:
            envelope = _opened(register, item, copy, asked)
        except EntrepotError as error:
            name = item.bag.folder.name if item.bag else item.path.name
            record_refusal(register, name, copy.sha256, copy.bytes, str(error), item.contract.id)
            raise
        kept = copy.keep()
    return envelope, kept, _keep_proof(home, envelope)


def admit_statement(
    home: Home, register: Register, contract: Contract, envelope: Envelope, name: str
) -> tuple[Envelope, vault.Kept, Proof | None]:
    """Let a manifest that stands for itself into the vault, as its canonical text, or refuse it; as `admit`."""
    manifest = envelope.manifest
    period = manifest.period if manifest.period is not None else period_of_name(contract, name)
    said = replace(manifest, feed=manifest.feed or contract.id, period=period or None)
    with vault.incoming(home, BytesIO(said.as_json().encode())) as copy:
        try:
            require_statement(said, name)
            if said.feed != contract.id:
                raise EntrepotError(f"{name} is taken as one of {contract.id}, but it names {said.feed}. Correct it.")
            if said.kind == "nil" and not period:
                raise EntrepotError(
                    f"{name} is a nil return of {contract.id} and does not say for which period; add `period`, such as "
                    "2026-Q3."
                )
            envelope.require(contract, name, has_file=False)
        except EntrepotError as error:
            record_refusal(register, name, copy.sha256, copy.bytes, str(error), contract.id)
            raise
        kept = copy.keep()
    return replace(envelope, manifest=said), kept, _keep_proof(home, envelope)


def _opened(register: Register, item: LandingFile, copy: vault.Incoming, asked: Mapping[str, Any]) -> Envelope:
    """The envelope of what was copied in, once everything about it holds."""
    envelope = open_envelope(register, item.said, register.clock())
    manifest = envelope.manifest
    if manifest.feed not in (None, item.contract.id):
        raise EntrepotError(
            f"{item.relative} is taken as a file of {item.contract.id}, but its manifest names {manifest.feed}. "
            "Correct the manifest, or hand the file in for that feed."
        )
    envelope.require(item.contract, item.relative)
    if item.bag:
        check_bag(item.bag, copy.sha256)
    envelope.require_bytes(copy.sha256, copy.bytes, item.relative)
    differing = [word for word, value in asked.items() if getattr(manifest, word) != value]
    if envelope.signed and differing:
        raise EntrepotError(
            f"{item.relative} is signed, and its manifest does not say the {', '.join(differing)} that was asked for. "
            "What is signed stands: leave the option out, or have it signed anew."
        )
    return replace(envelope, manifest=replace(manifest, **{word: asked[word] for word in differing}))


def _keep_proof(home: Home, envelope: Envelope) -> Proof | None:
    signed = envelope.signed
    if signed is None:
        return None
    said, signature = (vault.keep(home, BytesIO(content)).sha256 for content in (signed.manifest, signed.signature))
    return Proof(signed.fingerprint, said, signature)
