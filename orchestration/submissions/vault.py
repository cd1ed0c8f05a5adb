"""The vault: received bytes, kept unchanged under their own sha256.

Here: putting bytes in (copied, hashed, fsynced, renamed: whole or not at all) and finding them again. Nothing
is ever changed or removed here but the temporary files of a process that died. Not here: what the bytes mean.
"""

import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

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


def keep(home: Home, source: Path) -> Kept:
    """Copy a file into the vault; the source is only read. Safe to repeat at any instant, also by two
    processes at once.
    """
    return _keep(home, _pieces_of(source))


def keep_text(home: Home, text: str) -> Kept:
    """Put a text into the vault, as UTF-8; the same promises."""
    return _keep(home, iter([text.encode()]))


def _pieces_of(source: Path) -> Iterator[bytes]:
    try:
        with source.open("rb") as file:
            while piece := file.read(_CHUNK):
                yield piece
    except OSError as error:
        raise EntrepotError(f"{source} cannot be read: {error.strerror}. Check the path and its permissions.") from None


def _keep(home: Home, pieces: Iterator[bytes]) -> Kept:
    home.vault.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    descriptor, temporary = tempfile.mkstemp(prefix=_TEMPORARY, dir=home.vault)
    try:
        with os.fdopen(descriptor, "wb") as target:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                target.write(piece)
            target.flush()
            os.fchmod(target.fileno(), 0o444)
            sha256 = digest.hexdigest()
            final = vault_path(home, sha256)
            if final.exists():
                return Kept(sha256, size, known=True)
            os.fsync(target.fileno())
        if not final.parent.exists():
            final.parent.mkdir(exist_ok=True)
            _sync_folder(home.vault)
        Path(temporary).replace(final)
        _sync_folder(final.parent)
        return Kept(sha256, size, known=False)
    finally:
        Path(temporary).unlink(missing_ok=True)


def hash_file(path: Path) -> str:
    """The sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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
