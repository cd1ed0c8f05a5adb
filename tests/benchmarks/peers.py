"""The peers that our figures stand beside: what plain DuckDB does with the same bytes.

Here: a typed copy of a CSV feed to Parquet without a single check. Not here: our own intake, and any judgement.
"""

from pathlib import Path

import duckdb

from orchestration.contracts.model import Contract, Field


def typed(field: Field) -> str:
    """The cast that a user would write for this column: no repair, no rule, null where it fails."""
    column = '"' + field.source.replace('"', '""') + '"'
    if field.type == "decimal" or field.type == "integer":
        text = column
        for separator in field.group_separators:
            text = f"replace({text}, '{separator}', '')"
        if field.decimal_separator != ".":
            text = f"replace({text}, '{field.decimal_separator}', '.')"
        return f"try_cast({text} as {field.duckdb_type}) as {field.name}"
    if field.type in ("date", "timestamp") and field.formats:
        formats = ", ".join(f"'{one}'" for one in field.formats)
        return f"try_strptime({column}, [{formats}])::{field.duckdb_type} as {field.name}"
    return f"{column} as {field.name}"


def typed_copy(contract: Contract, source: Path, target: Path, threads: int = 2) -> None:
    """Copy a CSV file of `contract` to typed zstd Parquet with DuckDB alone."""
    options = contract.options
    columns = ", ".join(typed(field) for field in contract.fields)
    with duckdb.connect(config={"threads": threads}) as connection:
        connection.execute(
            f"copy (select {columns} from read_csv('{source}', all_varchar = true, header = true, "
            f"delim = '{options.delimiter}', quote = '\"', escape = '\"')) "
            f"to '{target}' (format parquet, compression zstd)"
        )


def read_everything(folder: Path, scratch: Path) -> None:
    """Copy each tabular file of a drop to Parquet as text: the least that any load of the same bytes must do."""
    with duckdb.connect(config={"threads": 2}) as connection:
        for number, path in enumerate(sorted(folder.rglob("*.csv"))):
            if any(part.startswith("_") for part in path.relative_to(folder).parts):
                continue
            connection.execute(
                f"copy (select * from read_csv('{path}', all_varchar = true, header = true, "
                f"encoding = 'latin-1', strict_mode = false, null_padding = true)) "
                f"to '{scratch / f'{number}.parquet'}' (format parquet, compression zstd)"
            )
