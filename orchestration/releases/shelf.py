"""Where releases stand: versioned files of one recipient and the pointer to the one in force.

``releases/<recipient>/<n>.duckdb`` and ``current.json``. A published file is never changed: readers that have
it open go on reading it, and the next one gets another name. Does not belong here: what is in the file.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from orchestration.errors import EntrepotError
from orchestration.settings import Home

KEPT = 3
_POINTER = "current.json"


@dataclass(frozen=True)
class Pointer:
    """Which edition is in force, the digest of what it says, and what it was built from with what in view."""

    edition: int
    digest: str
    built_from: str
    view: str
    tables: dict[str, int]

    @property
    def file_name(self) -> str:
        """Name of the database file."""
        return f"{self.edition}.duckdb"


def folder(home: Home, recipient: str) -> Path:
    """The recipient's shelf."""
    return home.releases / recipient


def current(home: Home, recipient: str) -> Path:
    """The release in force; EntrepotError when none was built yet."""
    pointer = read_pointer(home, recipient)
    if pointer is None:
        raise EntrepotError(
            f"There is no release for {recipient} yet. `entrepot release {recipient}` builds it from the warehouse."
        )
    return folder(home, recipient) / pointer.file_name


def read_pointer(home: Home, recipient: str) -> Pointer | None:
    """The pointer, or None when it is missing, or what it points to is."""
    try:
        pointer = Pointer(**json.loads((folder(home, recipient) / _POINTER).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return pointer if (folder(home, recipient) / pointer.file_name).exists() else None


@contextmanager
def workplace(home: Home, recipient: str) -> Iterator[Path]:
    """A private folder on the shelf to build in, for one builder at a time; gone afterwards, as are those of
    the dead."""
    shelf = folder(home, recipient)
    shelf.mkdir(parents=True, exist_ok=True)
    with (shelf / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for orphan in shelf.glob(".building-*"):
            shutil.rmtree(orphan)
        place = Path(tempfile.mkdtemp(prefix=".building-", dir=shelf))
        try:
            yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)


def twin(home: Home, built_from: str, view: str) -> tuple[Path, Pointer] | None:
    """A release in force that was built from the same with the same in view, whoever's it is."""
    for shelf in sorted(home.releases.iterdir()):
        pointer = read_pointer(home, shelf.name)
        if pointer is not None and (pointer.built_from, pointer.view) == (built_from, view):
            return shelf / pointer.file_name, pointer
    return None


def publish(home: Home, recipient: str, file: Path, made: Pointer) -> Pointer:
    """Put a finished file on the shelf as the next edition and point to it, atomically; older ones beyond
    KEPT go. ``made`` says what is in the file; its number is given here.

    When it says what the edition in force says, that one stays: the number of editions must not tell a
    recipient that rows hidden from him changed.
    """
    shelf, before = folder(home, recipient), read_pointer(home, recipient)
    if before is not None and before.digest == made.digest:
        pointer = replace(made, edition=before.edition)
    else:
        pointer = replace(made, edition=max([*_editions(shelf), 0]) + 1)
        file.chmod(0o444)
        _synced(file)
        file.replace(shelf / pointer.file_name)
    written = file.with_name(_POINTER)
    written.write_text(json.dumps(asdict(pointer), sort_keys=True))
    _synced(written)
    written.replace(shelf / _POINTER)
    _synced(shelf)
    for edition in _editions(shelf)[:-KEPT]:
        (shelf / f"{edition}.duckdb").unlink(missing_ok=True)
    return pointer


def _editions(shelf: Path) -> list[int]:
    return sorted(int(path.stem) for path in shelf.glob("*.duckdb") if path.stem.isdigit())


def _synced(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
