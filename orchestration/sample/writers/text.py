"""Typed columns into the partner's own spelling: his date format, decimal sign, words for true and false.

Belongs here: values as text, exactly as the contract says that the partner writes them. Does not belong
here: how cells are laid out in a file (the other modules of this package), and mistakes (`sample.defects`).
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import duckdb
import pyarrow as pa

from orchestration.contracts.model import Contract, Field
from orchestration.errors import EntrepotError

GROUPED = frozenset({"allied_licensing_authority/decisions"})  # partners who write 1'200.000 rather than 1200.000
Value = str | int | bool | Decimal | dt.date | dt.datetime | None


def as_text(connection: duckdb.DuckDBPyConnection, table: pa.Table, contract: Contract) -> pa.Table:
    """`table` with every column as text, in the contract's order of fields; EntrepotError if they differ."""
    names = [field.name for field in contract.fields]
    if sorted(names) != sorted(table.column_names):
        odd = sorted(set(names) ^ set(table.column_names))
        raise EntrepotError(
            f"The sample's records of {contract.id} and the contract {contract.path.name} differ in the "
            f"fields {', '.join(odd)}. The sample must have exactly the contract's fields: change the module "
            "that makes them."
        )
    grouped = contract.id in GROUPED
    columns = ", ".join(f'{_expression(field, grouped)} as "{field.name}"' for field in contract.fields)
    connection.register("typed", table)
    try:
        return connection.execute(f"select {columns} from typed").to_arrow_table()
    finally:
        connection.unregister("typed")


def one_as_text(field: Field, value: Value) -> str | None:
    """A single value as the partner would write it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return _booleans(field)[0 if value else 1]
    if isinstance(value, Decimal):
        return str(value).replace(".", field.decimal_separator)
    if isinstance(value, dt.date):
        return value.strftime(field.formats[0])
    return str(value)


def _expression(field: Field, grouped: bool) -> str:
    column = f'"{field.name}"'
    if field.type in ("date", "timestamp"):
        return f"strftime({column}, '{field.formats[0]}')"
    if field.type == "boolean":
        yes, no = _booleans(field)
        return f"case when {column} then '{yes}' when not {column} then '{no}' end"
    text = f"cast({column} as varchar)"
    if field.type != "decimal":
        return text
    if grouped and field.group_separators:
        group = field.group_separators[0].replace("'", "''")
        whole = f"replace(format('{{:,}}', cast(trunc({column}) as bigint)), ',', '{group}')"
        text = f"{whole} || '.' || split_part({text}, '.', 2)"
    if field.scale > 3:
        text = f"rtrim(rtrim({text}, '0'), '.')"
    text = f"replace({text}, '.', '{field.decimal_separator}')" if field.decimal_separator != "." else text
    absent = f"'{field.null_values[0]}'" if field.null_values else "null"
    return f"case when {column} is null then {absent} else {text} end"


def _booleans(field: Field) -> tuple[str, str]:
    """The partner's first word for true and for false; single letters are written large."""
    yes, no = field.true_values[0], field.false_values[0]
    return (yes.upper(), no.upper()) if len(yes) == 1 else (yes, no)
