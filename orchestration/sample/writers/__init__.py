"""Writes the sample's records in each partner's own format, as his contract describes it.

Belongs here: which writer takes which format. Does not belong here: any partner's name; the contract tells
columns, encoding, separators, formats and paths, so that the sample and the contracts cannot drift apart.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import duckdb
import pyarrow as pa

from orchestration.contracts.model import Contract
from orchestration.errors import EntrepotError
from orchestration.sample.writers import delimited, nested, sheets


def file_name(contract: Contract, stem: str) -> str:
    """Path of a file relative to the drop folder; raises EntrepotError if the contract would not take it."""
    name = f"{contract.partner}/{stem}{PurePosixPath(contract.patterns[0]).suffix}"
    if not contract.accepts(name):
        raise EntrepotError(
            f"The sample would write {name}, which the contract {contract.path.name} does not take: its path "
            f"patterns are {', '.join(contract.patterns)}. Change the pattern or the stem."
        )
    return name


def write(connection: duckdb.DuckDBPyConnection, table: pa.Table, contract: Contract, path: Path) -> None:
    """Write a table of text columns named by field to `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".zip":
        delimited.write_archive(connection, table, contract, path)
    elif contract.format in ("csv", "tsv"):
        delimited.write(connection, table, contract, path)
    elif contract.format == "jsonl":
        nested.write_json_lines(table, contract, path)
    elif contract.format == "xml":
        nested.write_xml(table, contract, path)
    elif contract.format == "xlsx":
        sheets.write_workbook(table, contract, path)
    elif contract.format == "parquet":
        sheets.write_parquet(table, contract, path)
    else:
        raise EntrepotError(
            f"The sample has no writer for the format {contract.format} of {contract.id}; it writes csv, "
            "tsv, jsonl, xml, xlsx, parquet, and zip archives of csv."
        )
