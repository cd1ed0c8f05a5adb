"""Builds the guarded database of one recipient and publishes it.

Belongs here: run the compiled models over what the recipient may see, write the marts into an empty file in a
fixed order, check it, hand it to the shelf. Does not belong here: the verdict on a row (``policy``), the
filtering (``sources``), the meaning of a model (dbt).

What goes out: the marts (schema main). The reporting tables are national figures made from all rows; they go
to ``operator`` alone, and to everybody else through publication. Staging and intermediate models are means,
and go to nobody.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.contracts.load import load_contracts
from orchestration.contracts.model import ContractSet
from orchestration.errors import EntrepotError
from orchestration.quoting import sql_name, sql_text
from orchestration.releases import shelf
from orchestration.releases.digest import digest_of, table_digests
from orchestration.releases.models import Model, Models, compiled_manifest, load_models
from orchestration.releases.policy import Policy, Recipient, load_policy, visible
from orchestration.releases.sources import FILTERED, WHOLE, lay_out, token_key
from orchestration.settings import Home

current = shelf.current

_OUT = "release"
_SMALL = 64 << 20  # bytes of warehouse below which one thread is quicker than several
_FORM = 1  # raise when the same sources would give another release, so that none is skipped
# Where a row came from is its originator's business: these change with hidden rows of the same file.
_PROVENANCE = ("submission_id", "source_row_number", "sequence", "recorded_at")


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


def build_release(home: Home, recipient: str, *, inputs: Inputs | None = None) -> Release:
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
        digests, tables = _write(home, who, inputs, place, file)
        after = shelf.publish(home, recipient, file, digest_of(digests), built_from, tables)
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


def _write(
    home: Home, who: Recipient, inputs: Inputs, place: Path, file: Path
) -> tuple[dict[str, str], dict[str, int]]:
    scratch = place / "scratch.duckdb"
    is_small = home.build_db.stat().st_size < _SMALL
    with _connection(place, is_small=is_small) as connection:
        connection.execute(f"attach {sql_text(str(home.build_db))} as {WHOLE} (read_only)")
        shapes = _shapes(connection)
        if not who.sees_everything:
            connection.execute(f"attach {sql_text(str(scratch))} as {FILTERED}")
            with _transaction(connection):
                lay_out(connection, who, inputs.policy, inputs.contracts, token_key(home.keys, who.name))
    if who.sees_everything:
        source, models = (
            f"{sql_text(str(home.build_db))} as {WHOLE} (read_only)",
            inputs.models.handed_to_operator,
        )
    else:
        source, models = f"{sql_text(str(scratch))} as {WHOLE}", inputs.models.marts
    with _connection(place, is_small=is_small) as connection:
        connection.execute(f"attach {source}")
        connection.execute("pragma disable_checkpoint_on_shutdown")  # the scratch file is thrown away
        # Readable by clients of 1.5, also when written by DuckDB 2.
        connection.execute(f"attach {sql_text(str(file))} as {_OUT} (storage_version 'v1.5.0')")
        if not who.sees_everything:
            # From here on no model can reach beyond the scratch file.
            connection.execute("set enable_external_access = false")
            _run(connection, inputs.models.to_run)
        with _transaction(connection):
            tables = {
                f"{model.schema}.{model.name}": _hand_out(connection, model, _shape(shapes, model), who)
                for model in sorted(models, key=lambda model: model.relation)
            }
        connection.execute(f"checkpoint {_OUT}")
        digests = table_digests(connection, _OUT)
        connection.execute(f"detach {_OUT}")
    return digests, tables


@contextmanager
def _connection(place: Path, *, is_small: bool) -> Iterator[Any]:
    connection = duckdb.connect(":memory:", config={"autoinstall_known_extensions": False})
    try:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"set memory_limit = '{_memory_mb()}MB'")
        if is_small:
            connection.execute("set threads = 1")  # a quarter less work: dozens of models over a few thousand rows
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


def _shapes(connection: Any) -> dict[str, dict[str, str]]:
    """``"schema"."table"`` -> column -> type, of every table in the warehouse."""
    shapes: dict[str, dict[str, str]] = {}
    for schema, table, column, kind in connection.execute(
        f"""
        select schema_name, table_name, column_name, data_type
        from duckdb_columns()
        where database_name = '{WHOLE}' and not internal
        order by schema_name, table_name, column_index
        """
    ).fetchall():
        shapes.setdefault(f"{sql_name(schema)}.{sql_name(table)}", {})[column] = kind
    return shapes


def _shape(shapes: dict[str, dict[str, str]], model: Model) -> dict[str, str]:
    if model.relation not in shapes:
        raise EntrepotError(
            f"The table {model.name} is not in the warehouse yet, so it cannot be released. Run `entrepot run` first."
        )
    return shapes[model.relation]


def _run(connection: Any, models: Iterable[Model]) -> None:
    connection.execute(f"use {WHOLE}")
    for model in models:
        connection.execute(f"create schema if not exists {sql_name(model.schema)}")
        kind = "view" if model.is_view else "table"
        try:
            connection.execute(f"create {kind} {model.relation} as (\n{model.sql}\n)")
        except duckdb.Error as problem:
            raise EntrepotError(
                f"The model {model.name} does not run over a recipient's rows: "
                f"{str(problem).splitlines()[0]} "
                "Models must be plain selects over sources, code lists and other models."
            ) from problem


def _hand_out(connection: Any, model: Model, types: dict[str, str], who: Recipient) -> int:
    """Write one table, with the types it has in the warehouse; returns its number of rows."""
    target = f"{_OUT}.{model.relation}"
    declared = ", ".join(f"{sql_name(name)} {kind}" for name, kind in types.items())
    values = ", ".join(_value(name, kind, types, who) for name, kind in types.items())
    connection.execute(f"create schema if not exists {_OUT}.{sql_name(model.schema)}")
    connection.execute(f"create table {target} ({declared})")
    connection.execute(f"insert into {target} select {values} from {WHOLE}.{model.relation} order by all")
    if model.description:
        connection.execute(f"comment on table {target} is {sql_text(model.description)}")
    for name, text in model.columns.items():
        if text and name in types:
            connection.execute(f"comment on column {target}.{sql_name(name)} is {sql_text(text)}")
    _refuse_forbidden(connection, target, model, types, who)
    return int(connection.execute(f"select count(*) from {target}").fetchone()[0])


def _value(name: str, kind: str, types: dict[str, str], who: Recipient) -> str:
    if who.sees_everything or name not in _PROVENANCE:
        return f"cast({sql_name(name)} as {kind}) as {sql_name(name)}"
    mine = f"partner = {sql_text(who.name)}" if "partner" in types else "false"
    return f"case when {mine} then cast({sql_name(name)} as {kind}) end as {sql_name(name)}"


def _refuse_forbidden(connection: Any, target: str, model: Model, types: dict[str, str], who: Recipient) -> None:
    """Belt and braces: every row that says whose it is and how it is marked must be one that the recipient
    may see."""
    if not {"partner", "marking"} <= set(types):
        return
    pairs = connection.execute(
        f"select distinct partner, marking from {target} where partner is not null order by all"
    ).fetchall()
    for partner, marking in pairs:
        if not visible(marking, who, partner):
            raise EntrepotError(
                f"The release for {who.name} was not published: {model.name} holds a row of {partner} that "
                f"its marking forbids ({marking}). "
                "The model must take its marking from the rows it was made of."
            )
