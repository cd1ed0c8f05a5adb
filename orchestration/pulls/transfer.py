"""Brings one file and what lies beside it here: whole, unchanged on the way, under a name of its own, or not at all.

Here: when a file counts as whole. Not here: which files are wanted (pull.py) and how a server is spoken to
(folders.py). A file is whole if its size is the one its server tells, every digest that anybody gives agrees, and
after the transfer the server tells the same about it as before: a file that is still being written does not.
"""

import base64
import binascii
import hashlib
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path

from orchestration.errors import EntrepotError
from orchestration.pulls.errors import PullError
from orchestration.pulls.folders import Folder, RemoteFile
from orchestration.pulls.spool import sync_folder
from orchestration.submissions.kinds import require_statement
from orchestration.submissions.manifest import MANIFEST_SUFFIX, read_manifest
from orchestration.submissions.signature import SIGNATURE_SUFFIX

DIGEST_SUFFIX = ".sha256"
# What may lie beside a file and comes with it, the file last. The digest stays here: the intake has no use for it.
BESIDE = (MANIFEST_SUFFIX, MANIFEST_SUFFIX + SIGNATURE_SUFFIX, DIGEST_SUFFIX)
_CHUNK = 4 << 20


class NotYetError(PullError):
    """The file is there but may not be whole yet; a later run will see."""


@dataclass(frozen=True)
class Unit:
    """A file of the partner's with what lies beside it, as it looked when the folder was listed."""

    file: RemoteFile
    beside: tuple[RemoteFile, ...] = ()

    @property
    def fingerprint(self) -> str:
        """What changes when any of its files does."""
        return "|".join([self.file.fingerprint, *(f"{part.name}={part.fingerprint}" for part in self.beside)])

    @property
    def subject(self) -> str:
        """The name of the file that is spoken of: a manifest may stand for itself, such as one of a nil return."""
        return Path(self.file.name).name.removesuffix(MANIFEST_SUFFIX)

    @property
    def is_statement(self) -> bool:
        """Whether it is a manifest without a file."""
        return self.file.name.endswith(MANIFEST_SUFFIX)

    @property
    def may_have_beside(self) -> tuple[str, ...]:
        """Suffixes of what may lie beside it."""
        return (SIGNATURE_SUFFIX,) if self.is_statement else BESIDE

    def named(self, suffix: str) -> RemoteFile | None:
        """The file beside that has this suffix."""
        return next((part for part in self.beside if part.name == self.file.name + suffix), None)


@dataclass(frozen=True)
class Digests:
    """Measures of bytes that are here."""

    size: int
    sha256: str
    md5: str


def units(files: dict[str, RemoteFile]) -> list[Unit]:
    """The files of a listing, each with what lies beside it, in order of their names; a digest or a signature whose
    file has not come yet is none.
    """
    alone = [Unit(files[name]) for name in sorted(files) if not name.endswith((DIGEST_SUFFIX, SIGNATURE_SUFFIX))]
    return [
        Unit(unit.file, tuple(files[unit.file.name + e] for e in unit.may_have_beside if unit.file.name + e in files))
        for unit in alone
        if not (unit.is_statement and unit.file.name.removesuffix(MANIFEST_SUFFIX) in files)
    ]


def fetch(folder: Folder, unit: Unit, into: Path, settle_seconds: int) -> Path:
    """The unit's files in `into`, an empty folder of ours; returns the file itself.

    Raises PullError when the transfer ended early, NotYetError when the file may still be being written, and
    whatever the server's library raises.
    """
    promised = unit.named(DIGEST_SUFFIX) is not None or unit.named(MANIFEST_SUFFIX) is not None
    if settle_seconds and not promised:
        _require_settled(unit, settle_seconds)
    name = Path(unit.file.name).name
    for part in (*unit.beside, unit.file):
        target = into / Path(part.name).name
        folder.copy(part.name, target)
        measured = _measure(target)
        if part.size is not None and measured.size != part.size:
            raise PullError(f"{measured.size:,} bytes of {part.name} came, its server announced {part.size:,}.")
        _compare_digests(part, measured)
    verified = _compare_promises(unit, into / name, measured)
    if not verified:
        if unit.file.size is None:
            raise NotYetError(
                f"the server does not tell the size of {unit.file.name}, so that half of it cannot be told from the "
                f"whole. Let it send Content-Length, or put {name}{DIGEST_SUFFIX} beside the file."
            )
        _require_settled(unit, settle_seconds)
    _require_unchanged(folder, unit)
    if unit.is_statement:
        _require_statement(into / unit.subject, name)
    (into / (name + DIGEST_SUFFIX)).unlink(missing_ok=True)
    sync_folder(into)
    return into / name


def _require_settled(unit: Unit, seconds: int) -> None:
    changed = max((part.modified or 0) for part in (unit.file, *unit.beside))
    age = time.time() - changed
    if age < seconds:
        raise NotYetError(
            f"{unit.file.name} changed {'just now' if age < 1 else f'{age:.0f} seconds ago'} and may still be being "
            f"written; it is taken once it has stood still for {seconds} seconds."
        )


def _require_statement(subject: Path, name: str) -> None:
    """A manifest may come before its file; only one that needs none goes on alone."""
    try:
        require_statement(read_manifest(subject), name)
    except EntrepotError as error:
        raise NotYetError(str(error)) from None


def _require_unchanged(folder: Folder, unit: Unit) -> None:
    for part in (unit.file, *unit.beside):
        now = folder.look(part.name)
        if now is None or now.fingerprint != part.fingerprint:
            raise NotYetError(f"{part.name} changed on its server while it was read; it is looked at again.")
    for end in unit.may_have_beside:
        if unit.named(end) is None and folder.look(unit.file.name + end) is not None:
            raise NotYetError(f"{unit.file.name}{end} came while the file was read; they are taken together.")


def _compare_digests(part: RemoteFile, measured: Digests) -> None:
    """What the server itself says about the content, in the headers that HTTP has for it."""
    for header, value in part.digests:
        for algorithm, given in re.findall(r"([\w-]+)=([^,]+)", value) if header == "Digest" else [("md5", value)]:
            expected = {"sha-256": measured.sha256, "md5": measured.md5}.get(algorithm.lower())
            if expected is not None and _hex(given.strip()) != expected:
                raise PullError(f"{part.name} came with other content than its server's {header} says.")


def _compare_promises(unit: Unit, file: Path, measured: Digests) -> bool:
    """Whether the sender's own digest vouches for the file; PullError when it speaks against it."""
    told: dict[str, str] = {}
    beside = file.with_name(file.name + DIGEST_SUFFIX)
    if beside.exists():
        words = beside.read_text(encoding="utf-8", errors="replace").split()
        told[beside.name] = words[0].lower() if words else ""
    try:
        manifest = read_manifest(file)
    except EntrepotError:
        manifest = None  # the intake refuses it, and says why
    if manifest is not None and manifest.sha256:
        told[file.name + MANIFEST_SUFFIX] = manifest.sha256.lower()
    for source, digest in told.items():
        if digest != measured.sha256:
            raise PullError(
                f"{unit.file.name} is not the file that {source} speaks of (sha256 {measured.sha256}, there "
                f"{digest[:64] or 'nothing'}): either is only partly there, or they do not belong together."
            )
    return bool(told)


def _measure(path: Path) -> Digests:
    size, sha256, md5 = 0, hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            sha256.update(chunk)
            md5.update(chunk)
        os.fsync(file.fileno())
    return Digests(size, sha256.hexdigest(), md5.hexdigest())


def _hex(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).hex()
    except binascii.Error:
        return ""
