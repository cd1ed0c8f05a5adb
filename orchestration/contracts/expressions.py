"""Checks the SQL of row rules when a contract is loaded, so that a slip is found before a partner's file is.

A row rule may use the row's own typed columns and deterministic functions only: no subquery, no window, no
aggregate and no clock, because the verdict on a file must be the same on every day and in every order of
files. Not here: running rules.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import duckdb

from orchestration.contracts.model import Field
from orchestration.errors import ContractError
from orchestration.quoting import sql_text

_UNSTEADY = frozenset(
    [
        "now",
        "today",
        "current_date",
        "current_time",
        "current_timestamp",
        "get_current_timestamp",
        "get_current_time",
        "transaction_timestamp",
        "current_localtime",
        "current_localtimestamp",
        "localtime",
        "localtimestamp",
        "random",
        "setseed",
        "uuid",
        "gen_random_uuid",
        "uuidv4",
        "uuidv7",
        "getenv",
        "getvariable",
        "nextval",
        "currval",
        "current_setting",
        "current_user",
        "session_user",
        "current_database",
        "current_schema",
        "current_schemas",
        "version",
        "read_text",
        "read_blob",
        "query",
        "query_table",
        "txid_current",
    ]
)
_CLOSE = "\n)"  # on a line of its own, so that a comment at the end of an expression cannot swallow it
_REFUSED_CLASSES = {
    "SUBQUERY": "a subquery",
    "WINDOW": "a window function",
    "STAR": "*",
    "PARAMETER": "a parameter",
}


class ExpressionChecker:
    """Parses and binds rule expressions in an in-memory database of its own."""

    def __init__(self) -> None:
        self._connection = duckdb.connect()

    def fields_of(self, expression: str, fields: Sequence[Field]) -> tuple[str, ...]:
        """The fields that an expression uses, in the contract's order; ContractError (without place) when it
        is wrong.
        """
        query = f"select json_serialize_sql({sql_text('select (' + expression + _CLOSE)})"
        parsed = json.loads(self._connection.execute(query).fetchall()[0][0])
        if parsed["error"]:
            raise ContractError(f"the expression is not valid SQL: {parsed['error_message']}")
        statements = parsed["statements"]
        node = statements[0]["node"]
        if len(statements) != 1 or len(node.get("select_list", ())) != 1 or node["from_table"]["type"] != "EMPTY":
            raise ContractError("the expression must be one condition on the row, nothing more")
        used = set()
        names = {field.name.lower(): field.name for field in fields}
        for part in _walk(node["select_list"][0]):
            kind = part.get("class")
            if kind in _REFUSED_CLASSES:
                raise ContractError(
                    f"the expression uses {_REFUSED_CLASSES[kind]}; a row rule looks at its own row only"
                )
            if kind == "FUNCTION" and part["function_name"].lower() in _UNSTEADY:
                raise ContractError(
                    f"the expression uses {part['function_name']}(), whose answer changes from run to run; "
                    "a rule must give the same verdict on every day"
                )
            if kind == "COLUMN_REF":
                column = part["column_names"][-1]
                if len(part["column_names"]) > 1 or column.lower() not in names:
                    raise ContractError(
                        f"the expression names `{'.'.join(part['column_names'])}`, which is no field of the "
                        "contract; "
                        f"the fields are {', '.join(names.values())}"
                    )
                used.add(names[column.lower()])
        if not used:
            raise ContractError("the expression uses no field, so it can never tell one row from another")
        self._bind(expression, fields)
        return tuple(field.name for field in fields if field.name in used)

    def check_pattern(self, pattern: str) -> None:
        """ContractError (without place) when DuckDB's regular expressions (RE2) do not understand the
        pattern.
        """
        try:
            self._connection.execute(f"select regexp_matches('', {sql_text(pattern)})").fetchall()
        except duckdb.Error as error:
            raise ContractError(
                f"`{pattern}` is not a regular expression that DuckDB (RE2) accepts: {_first_line(error)}"
            ) from None

    def _bind(self, expression: str, fields: Sequence[Field]) -> None:
        columns = ", ".join(f'null::{field.duckdb_type} as "{field.name}"' for field in fields)
        query = f"select typeof(({expression}\n)), count(*) over () from (select {columns})"
        try:
            kind = self._connection.execute(query).fetchall()[0][0]
        except duckdb.Error as error:
            raise ContractError(f"the expression does not fit the fields' types: {_first_line(error)}") from None
        if kind not in ("BOOLEAN", '"NULL"'):
            raise ContractError(f"the expression gives a {kind}; a rule must give true or false")


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]


def _walk(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from _walk(child)
    elif isinstance(node, list):
        for child in node:
            yield from _walk(child)
