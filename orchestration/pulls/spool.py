"""The spool: files on their way from a partner's server to the vault.

Here: folders in the home that hold a whole file under its final name or, hidden, one that is still coming. Not here:
what is fetched. A process that dies leaves a hidden folder, which is swept later, or a whole file, which the next run
hands over.
"""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from orchestration.contracts.servers import PullServer
from orchestration.settings import Home

_COMING = ".coming."
_NOTE = ".pulled.json"
_STALE_SECONDS = 6 * 3600


@dataclass(frozen=True)
class Note:
    """What a whole file in the spool is: its path on the server, how it looked there, its name here."""

    path: str
    fingerprint: str
    file_name: str


@contextmanager
def alone(home: Home) -> Iterator[None]:
    """One process at a time fetches into a home; others wait until it is done, and then find nothing new."""
    home.spool.mkdir(parents=True, exist_ok=True)
    with (home.spool / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def coming(home: Home) -> Iterator[Path]:
    """An empty hidden folder that is gone afterwards, unless it was made whole."""
    folder = Path(tempfile.mkdtemp(prefix=_COMING, dir=home.spool))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_whole(home: Home, folder: Path, server: PullServer, note: Note) -> Path:
    """Give a folder with all its files the name under which it is handed over; returns it under that name."""
    (folder / _NOTE).write_text(json.dumps(asdict(note)), encoding="utf-8")
    final = place_of(home, server) / hashlib.sha256(note.path.encode()).hexdigest()[:16]
    final.parent.mkdir(parents=True, exist_ok=True)
    if final.exists():
        shutil.rmtree(final)
    folder.replace(final)
    sync_folder(final.parent)
    return final


def read_note(folder: Path) -> Note:
    """What the whole file in this folder is."""
    return Note(**json.loads((folder / _NOTE).read_text(encoding="utf-8")))


def place_of(home: Home, server: PullServer) -> Path:
    """The folder of a server in the spool."""
    return home.spool / server.partner / server.feed / server.name


def waiting(home: Home, server: PullServer) -> list[Path]:
    """Whole files of a server that no run has handed over yet."""
    place = place_of(home, server)
    return sorted(folder for folder in place.iterdir() if folder.is_dir()) if place.is_dir() else []


def sweep(home: Home) -> None:
    """Remove what processes that died hours ago left half-way."""
    for folder in home.spool.glob(f"{_COMING}*"):
        if folder.stat().st_mtime < time.time() - _STALE_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
