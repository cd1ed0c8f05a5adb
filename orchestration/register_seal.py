"""The seal of a home: hash of the register's file, head of the receipts, hashes of the keys, signed.

Here: writing it after each command (`register.seal` beside the register) and holding the home against it. Together
with the rows' own hashes (row_seals.py) it proves every byte: the seal the bytes that mean nothing too, as long as
nothing was written since; the rows' hashes all content, at any time. Not here: vault, receipts and lake, which prove
themselves (submissions/verification.py), and registers on PostgreSQL.

A process that dies between change and seal leaves a register that has seen more changes than its seal: that is told
and no fault, and the next command seals it.
"""

import fcntl
import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from orchestration import row_seals
from orchestration.errors import EntrepotError
from orchestration.settings import Home
from orchestration.submissions.installation_key import KEY_FILE, public_key, signature, write_whole

_SQLITE = "sqlite:///"
_TRIES = 3


def register_file(home: Home) -> Path | None:
    """The register's file; None where it is no SQLite file or not there yet."""
    path = Path(home.register_url.removeprefix(_SQLITE))
    return path if home.register_url.startswith(_SQLITE) and path.exists() else None


def seal_file(home: Home) -> Path:
    """Where the seal is."""
    return home.root / "register.seal"


def renew(home: Home) -> bool:
    """Seal the home as it is, unless it is sealed so already, or somebody else is writing or sealing: who comes last
    seals. Returns whether it is sealed now.
    """
    file = register_file(home)
    if file is None or (changes := row_seals.changes_of(file)) is None:
        return False
    known = _read(home)
    if known is None and seal_file(home).exists():
        return False  # it, or the key, was changed: a new seal would hide that
    if known is not None and known["changes"] == changes and set(known["keys"]) == set(_keys(home)):
        return True
    with (home.root / ".seal.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        body = _looked_at(home, file)
        if body is None:
            return False
        # A key is written once: the hash that was sealed first is the one that counts.
        body["keys"] = _keys(home) | (known["keys"] if known else {})
        write_whole(seal_file(home), _text(home, body), mode=0o644)
        return True


def problems(home: Home) -> tuple[list[str], list[str]]:
    """What is wrong with register file, keys and seal, and what is worth a note; sentences. Changes nothing."""
    file = register_file(home)
    if file is None:
        return [], []
    if not seal_file(home).exists():
        return [], ["The register was never sealed; the next command that changes it does so."]
    body = _read(home)
    if body is None:
        return [f"{seal_file(home)} does not bear this installation's signature: the seal or the key was changed."], []
    found = [
        f"The key {name} in {home.keys} was changed or is missing; restore it from a backup."
        for name, digest in body["keys"].items()
        if _keys(home).get(name) != digest
    ]
    if _hash(file) == body["sha256"]:
        return found, []
    changes = row_seals.changes_of(file)
    if changes is None or changes == body["changes"]:
        found.append(f"{file} was changed: its bytes are not those that were sealed on {body['sealed_at']}.")
    elif changes < body["changes"]:
        found.append(
            f"{file} is older than its seal: it has seen {changes} changes, and {body['changes']} were sealed on "
            f"{body['sealed_at']}. Changes were lost."
        )
    else:
        told = f"The register has seen {changes - body['changes']} changes since it was sealed on {body['sealed_at']}: "
        return found, [told + "its content is proved by the hashes of its rows, its unused bytes are not."]
    return found, []


def sealed_head(home: Home) -> tuple[int, str] | None:
    """Number and head of the last receipt when the home was sealed; None without a sound seal or without receipts."""
    body = _read(home) if seal_file(home).exists() else None
    return (body["receipts"], body["head"]) if body and body["receipts"] else None


def _looked_at(home: Home, file: Path) -> dict[str, Any] | None:
    """The file's state, once it holds everything and nobody writes meanwhile."""
    for _ in range(_TRIES):
        with closing(sqlite3.connect(file, timeout=5, isolation_level=None)) as connection:
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            last = connection.execute("SELECT position, head FROM receipts ORDER BY position DESC LIMIT 1").fetchone()
            now = connection.execute("SELECT strftime('%Y-%m-%dT%H:%M:%SZ', 'now')").fetchone()[0]
            before = row_seals.changes_of(file)
            body = {
                "changes": before, "sha256": _hash(file), "bytes": file.stat().st_size,
                "receipts": last[0] if last else 0, "head": last[1] if last else "", "sealed_at": now,
            }  # fmt: skip
            if not busy and before is not None and before == row_seals.changes_of(file) and not _pending(file):
                return body
    return None


def _pending(file: Path) -> bool:
    log = file.with_name(f"{file.name}-wal")
    return log.exists() and log.stat().st_size > 0


def _keys(home: Home) -> dict[str, str]:
    """The hashes of the key files: they say nothing of the keys."""
    return {path.name: _hash(path) for path in sorted(home.keys.glob("*")) if path.is_file() and path.name[0] != "."}


def _read(home: Home) -> dict[str, Any] | None:
    """The seal's content; None unless it is to the byte what this installation wrote."""
    try:
        content = seal_file(home).read_bytes()
        document = json.loads(content)
        body = {word: value for word, value in document.items() if word not in ("public_key", "signature")}
        return body if (home.keys / KEY_FILE).exists() and content == _text(home, body) else None
    except (OSError, ValueError, AttributeError, EntrepotError):
        return None


def _text(home: Home, body: dict[str, Any]) -> bytes:
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    signed = {**body, "public_key": public_key(home), "signature": signature(home, canonical)}
    return (json.dumps(signed, indent=1) + "\n").encode()


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
