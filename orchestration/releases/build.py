"""Builds the guarded database of one recipient and publishes it.

Belongs here: the order of the work (filter, run the models, write an empty file, hand it to the shelf), and when it
can be skipped. Does not belong here: the verdict on a row (``policy``), the filtering (``sources``), the tables
(``marts``), the meaning of a model (dbt).

What goes out: the marts (schema main). The reporting tables are national figures made from all rows; they go
to ``operator`` alone, and to everybody else through publication. Staging and intermediate models are means,
and go to nobody.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.contracts.load import load_contracts
from orchestration.contracts.model import ContractSet
from orchestration.errors import EntrepotError
from orchestration.linkage import history
from orchestration.linkage.link import View, link
from orchestration.quoting import sql_text
from orchestration.register import Register
from orchestration.releases import shelf
from orchestration.releases.digest import canonical_digest
from orchestration.releases.marts import OUT, hand_out, run, shape_of, shapes
from orchestration.releases.models import Models, compiled_manifest, load_models
from orchestration.releases.policy import Policy, Recipient, load_policy
from orchestration.releases.sources import ARRIVALS, FILTERED, WHOLE, lay_out, token_key, view_of
from orchestration.settings import Home

current = shelf.current

_SMALL = 256 << 20  # bytes of warehouse below which one thread is quicker than several; empty, it has a quarter of that
_FORM = 3  # raise when the same sources would give another release, so that none is skipped


@dataclass(frozen=True)
class Release:
    """A published database. ``is_new`` is False when the edition in force already said the same."""

    recipient: str
    edition: int
    path: Path
    digest: str
    tables: dict[str, int]
    is_new: bool


@dataclass(frozen=True)
class Inputs:
    """All that decides what releases say, besides the build database."""

    policy: Policy
    contracts: ContractSet
    models: Models

    @classmethod
    def load(cls, manifest: Path, contracts: ContractSet | None = None) -> Inputs:
        """The policy and the contracts in force, and the models as dbt compiled them into this manifest."""
        return cls(load_policy(), contracts or load_contracts(), load_models(manifest))


def build_all(home: Home, *, inputs: Inputs | None = None) -> list[Release]:
    """A release for every recipient of the policy, in order of their names."""
    inputs = inputs or Inputs.load(compiled_manifest(home))
    return [build_release(home, name, inputs=inputs) for name in sorted(inputs.policy.recipients)]


def build_release(
    home: Home, recipient: str, *, inputs: Inputs | None = None, register: Register | None = None
) -> Release:
    """Build and publish the recipient's release; skipped when nothing that it is built from has changed.

    Raises UsageError for a recipient unknown to the policy, EntrepotError when the warehouse is not built or
    a row would go out that its marking forbids; the release in force then stays.
    """
    inputs = inputs or Inputs.load(compiled_manifest(home))
    who = inputs.policy.recipient(recipient)
    if not home.build_db.exists():
        raise EntrepotError("The warehouse is not built yet, so there is nothing to release. Run `entrepot run` first.")
    built_from = _fingerprint(home, inputs)
    with shelf.workplace(home, recipient) as place:
        before = shelf.read_pointer(home, recipient)
        if before is not None and before.built_from == built_from:
            return _release(home, recipient, before, is_new=False)
        file = place / "release.duckdb"
        register = register or Register(home.register_url)
        after = shelf.publish(home, recipient, file, _make(home, who, inputs, built_from, file, register))
    return _release(home, recipient, after, is_new=before is None or before.edition != after.edition)


def _release(home: Home, recipient: str, pointer: shelf.Pointer, *, is_new: bool) -> Release:
    path = shelf.folder(home, recipient) / pointer.file_name
    return Release(recipient, pointer.edition, path, pointer.digest, pointer.tables, is_new)


def _fingerprint(home: Home, inputs: Inputs) -> str:
    file = home.build_db.stat()
    feeds = [(c.id, c.delivery, c.key) for c in inputs.contracts.values()]
    parts = [
        file.st_size,
        file.st_mtime_ns,
        inputs.policy.digest,
        inputs.models.digest,
        feeds,
        duckdb.__version__,
        _FORM,
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _make(home: Home, who: Recipient, inputs: Inputs, built_from: str, file: Path, register: Register) -> shelf.Pointer:
    """Write the release to ``file``, or copy it from somebody who sees just the same and always did."""
    place, scratch = file.parent, file.with_name("scratch.duckdb")
    is_small = home.build_db.stat().st_size < _SMALL
    with _connection(place, is_small=is_small) as connection:
        connection.execute(f"attach {sql_text(str(home.build_db))} as {WHOLE} (read_only)")
        known = shapes(connection)
        view = "everything"
        if not who.sees_everything:
            view = view_of(connection, who, inputs.policy, inputs.contracts)
            view += history.digest_of(history.steps_of(register, who.name))
            if like := shelf.twin(home, built_from, view):
                shutil.copyfile(like[0], file)
                history.follow(register, who.name, like[0].parent.name)
                return like[1]
            connection.execute(f"attach {sql_text(str(scratch))} as {FILTERED}")
            with _transaction(connection):
                lay_out(connection, who, inputs.policy, inputs.contracts, token_key(home.keys, who.name))
    if not who.sees_everything and inputs.models.before:
        _link(scratch, inputs.models, View(register, who.name, home.scores, ARRIVALS), is_small=is_small)
    if who.sees_everything:
        source, models = f"{sql_text(str(home.build_db))} as {WHOLE} (read_only)", inputs.models.handed_to_operator
    else:
        source, models = f"{sql_text(str(scratch))} as {WHOLE}", inputs.models.marts
    with _connection(place, is_small=is_small) as connection:
        connection.execute(f"attach {source}")
        connection.execute("pragma disable_checkpoint_on_shutdown")  # the scratch file is thrown away
        # Readable by clients of 1.5, also when written by DuckDB 2.
        connection.execute(f"attach {sql_text(str(file))} as {OUT} (storage_version 'v1.5.0')")
        if not who.sees_everything:
            # From here on no model can reach beyond the scratch file.
            connection.execute("set enable_external_access = false")
            run(connection, inputs.models.after)
        with _transaction(connection):
            tables = {
                f"{model.schema}.{model.name}": hand_out(connection, model, shape_of(known, model), who)
                for model in sorted(models, key=lambda model: model.relation)
            }
        connection.execute(f"checkpoint {OUT}")
        digest = canonical_digest(connection, OUT)
        connection.execute(f"detach {OUT}")
    return shelf.Pointer(0, digest, built_from, view, tables)


def _link(scratch: Path, models: Models, view: View, *, is_small: bool) -> None:
    """The first part of the models and the linkage of parties, in the scratch file."""
    source = f"attach {sql_text(str(scratch))} as {WHOLE}"
    with _connection(scratch.parent, is_small=is_small) as connection:
        connection.execute(source)
        connection.execute("set enable_external_access = false")
        run(connection, models.before)
    with _connection(scratch.parent, is_small=is_small) as connection:
        connection.execute(source)
        connection.execute(f"use {WHOLE}")
        link(connection, view)


@contextmanager
def _connection(place: Path, *, is_small: bool) -> Iterator[Any]:
    connection = duckdb.connect(":memory:", config={"autoinstall_known_extensions": False})
    try:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"set memory_limit = '{_memory_mb()}MB'")
        if is_small:
            connection.execute("set threads = 1")  # a quarter less work: dozens of models over a few thousand rows
            # The scratch file is thrown away: to read its log again costs less than to pack it at every step.
            connection.execute("set wal_autocheckpoint = '1GB'")
            connection.execute("pragma disable_checkpoint_on_shutdown")
        connection.execute(f"set temp_directory = {sql_text(str(place))}")
        yield connection
    finally:
        connection.close()


def _memory_mb() -> int:
    """3 GB, or half of what a small machine has: a model that needs more spills to the workplace."""
    return min(3072, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 21)


@contextmanager
def _transaction(connection: Any) -> Iterator[None]:
    """One commit for many statements: each would cost a flush to disk.

    Not for models that read each other's tables: until they are committed DuckDB has no statistics of them,
    and orders their joins at random.
    """
    connection.execute("begin transaction")
    yield
    connection.execute("commit")
