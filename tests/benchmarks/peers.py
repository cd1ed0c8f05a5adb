"""The peers that our figures stand beside: what plain DuckDB does with the same bytes.

Here: a typed copy of a CSV feed to Parquet without a single check. Not here: our own intake, and any judgement.
"""

from pathlib import Path

import duckdb

from orchestration.contracts.model import Contract, ContractSet, Field


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


def typed_copies(contracts: ContractSet, drop: Path, scratch: Path) -> None:
    """A typed copy of each CSV file of a drop that DuckDB reads as it is (UTF-8): nearly all bytes of the sample."""
    for number, path in enumerate(sorted(drop.rglob("*.csv"))):
        contract = contracts.match(str(path.relative_to(drop)))
        if contract is not None and contract.format == "csv" and contract.options.encoding == "utf-8":
            typed_copy(contract, path, scratch / f"{number}.parquet")
