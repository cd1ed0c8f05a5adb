"""From compiled models to the tables that a recipient is handed.

Belongs here: running the models in the scratch file, writing one mart into the release with the types, the order and
the comments that it has to have, and the last look at whether each row may go out. Does not belong here: which models
and for whom (``build``), the filtered rows (``sources``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import duckdb

from orchestration.errors import EntrepotError
from orchestration.quoting import sql_name, sql_text
from orchestration.releases.models import Model
from orchestration.releases.policy import Recipient, visible
from orchestration.releases.sources import WHOLE

OUT = "release"  # alias of the file that is being written
# Where a row came from is its originator's business: these change with hidden rows of the same file.
PROVENANCE = ("submission_id", "source_row_number", "sequence", "recorded_at")


def shapes(connection: Any) -> dict[str, dict[str, str]]:
    """``"schema"."table"`` -> column -> type, of every table in the warehouse."""
    found: dict[str, dict[str, str]] = {}
    for schema, table, column, kind in connection.execute(
        f"""
        select schema_name, table_name, column_name, data_type
        from duckdb_columns()
        where database_name = '{WHOLE}' and not internal
        order by schema_name, table_name, column_index
        """
    ).fetchall():
        found.setdefault(f"{sql_name(schema)}.{sql_name(table)}", {})[column] = kind
    return found


def shape_of(known: dict[str, dict[str, str]], model: Model) -> dict[str, str]:
    """Columns and types of a model's table in the warehouse; EntrepotError when it is not there."""
    if model.relation not in known:
        raise EntrepotError(
            f"The table {model.name} is not in the warehouse yet, so it cannot be released. Run `entrepot run` first."
        )
    return known[model.relation]


def run(connection: Any, models: Iterable[Model]) -> None:
    """Make every model in the scratch file, in order; EntrepotError names the one that does not run."""
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


def hand_out(connection: Any, model: Model, types: dict[str, str], who: Recipient) -> int:
    """Write one table, with the types it has in the warehouse; returns its number of rows."""
    target = f"{OUT}.{model.relation}"
    declared = ", ".join(f"{sql_name(name)} {kind}" for name, kind in types.items())
    values = ", ".join(_value(name, kind, types, who) for name, kind in types.items())
    connection.execute(f"create schema if not exists {OUT}.{sql_name(model.schema)}")
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
    if who.sees_everything or name not in PROVENANCE:
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
