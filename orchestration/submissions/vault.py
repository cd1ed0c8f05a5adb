"""The vault: received bytes, kept unchanged under their own sha256.

Here: putting bytes in (copied, hashed, fsynced, renamed: whole or not at all) and finding them again. Nothing
is ever changed or removed here but the temporary files of a process that died. Not here: what the bytes mean.
"""

import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from orchestration.errors import EntrepotError
from orchestration.settings import Home

_CHUNK = 4 << 20
_TEMPORARY = ".incoming."
_STALE_SECONDS = 3600


@dataclass(frozen=True)
class Kept:
    """Bytes in the vault: their sha256, their number, and whether they were there before."""

    sha256: str
    bytes: int
    known: bool


def vault_path(home: Home, sha256: str) -> Path:
    """Where the bytes with this hash are, or would be."""
    return home.vault / sha256[:2] / sha256


@dataclass
class Incoming:
    """A copy of bytes that arrived, beside the vault and not yet part of it."""

    sha256: str
    bytes: int
    _temporary: Path
    _final: Path

    def keep(self) -> Kept:
        """Make it part of the vault; the bytes are on disk when this returns."""
        if self._final.exists():
            return Kept(self.sha256, self.bytes, known=True)
        with self._temporary.open("rb") as file:
            os.fsync(file.fileno())
        if not self._final.parent.exists():
            self._final.parent.mkdir(exist_ok=True)
            _sync_folder(self._final.parent.parent)
        self._temporary.replace(self._final)
        _sync_folder(self._final.parent)
        return Kept(self.sha256, self.bytes, known=False)


@contextmanager
def incoming(home: Home, source: Path | BinaryIO) -> Iterator[Incoming]:
    """Copy a file in and hash it; unless the copy is kept within the block, nothing of it stays."""
    home.vault.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    descriptor, temporary = tempfile.mkstemp(prefix=_TEMPORARY, dir=home.vault)
    try:
        with os.fdopen(descriptor, "wb") as target:
            try:
                with source.open("rb") if isinstance(source, Path) else nullcontext(source) as file:
                    while chunk := file.read(_CHUNK):
                        digest.update(chunk)
                        size += len(chunk)
                        target.write(chunk)
            except OSError as error:
                raise EntrepotError(
                    f"{source} cannot be read: {error.strerror}. Check the path and its permissions."
                ) from None
            target.flush()
            os.fchmod(target.fileno(), 0o444)
        sha256 = digest.hexdigest()
        yield Incoming(sha256, size, Path(temporary), vault_path(home, sha256))
    finally:
        Path(temporary).unlink(missing_ok=True)


def keep(home: Home, source: Path | BinaryIO) -> Kept:
    """Copy a file into the vault; the source is only read. Safe to repeat at any instant, also by two
    processes at once.
    """
    with incoming(home, source) as copy:
        return copy.keep()


def hash_file(path: Path, algorithm: str = "sha256") -> str:
    """The hash of a file, sha256 unless told."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()


def sweep(home: Home, now: float | None = None) -> int:
    """Remove temporary files left by processes that died more than an hour ago; returns how many."""
    limit = (time.time() if now is None else now) - _STALE_SECONDS
    removed = 0
    for path in home.vault.glob(f"{_TEMPORARY}*"):
        if path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
