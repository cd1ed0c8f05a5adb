"""Delimited text in any encoding, alone or in a zip archive.

Belongs here: CSV and TSV files as the contract's reader options lay them out. Does not belong here: the
text of the cells (`text`). Archives carry no clock: each member is dated 1 January 1980, the earliest that
the format knows.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.contracts.model import Contract

_BLOCK = 1 << 22
_BOM = {"utf-16": b"\xff\xfe", "utf-8-sig": b"\xef\xbb\xbf"}
_CODEC = {"utf-16": "utf-16-le", "utf-8-sig": "utf-8"}
_WINDOWS = ("cp1252", "utf-16")  # such partners end lines with CR LF


def write(connection: duckdb.DuckDBPyConnection, table: pa.Table, contract: Contract, path: Path) -> None:
    """Write a table of text columns named by field."""
    options = contract.options
    encoding = options.encoding.lower()
    if encoding == "utf-8" and not options.trailing_delimiter:
        _copy(connection, table, contract, path)
        return
    plain = path.with_name(path.name + ".utf8")
    _copy(connection, table, contract, plain)
    line_end = "\r\n" if encoding in _WINDOWS else "\n"
    trailing = options.delimiter if options.trailing_delimiter else ""
    with plain.open(encoding="utf-8", newline="") as source, path.open("wb") as target:
        target.write(_BOM.get(encoding, b""))
        while block := source.readlines(_BLOCK):
            text = "".join(line.rstrip("\n") + trailing + line_end for line in block)
            target.write(text.encode(_CODEC.get(encoding, encoding)))
    plain.unlink()


def write_archive(connection: duckdb.DuckDBPyConnection, table: pa.Table, contract: Contract, path: Path) -> None:
    """The same inside a zip archive, under the archive's own stem."""
    member = path.with_suffix(".csv")
    write(connection, table, contract, member)
    archive(member, path)
    member.unlink()


def archive(member: Path, path: Path) -> None:
    """Zip one file without any trace of when or by whom."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as bundle:
        entry = zipfile.ZipInfo(member.name, date_time=(1980, 1, 1, 0, 0, 0))
        entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
        with member.open("rb") as source, bundle.open(entry, "w") as target:
            while block := source.read(_BLOCK):
                target.write(block)


def _copy(connection: duckdb.DuckDBPyConnection, table: pa.Table, contract: Contract, path: Path) -> None:
    names = ", ".join(f'"{field.name}" as "{_quoted(field.source)}"' for field in contract.fields)
    options = f"format csv, header, delimiter '{contract.options.delimiter}', quote '\"', escape '\"'"
    connection.register("cells", table)
    try:
        connection.execute(f"copy (select {names} from cells) to '{_literal(path)}' ({options})").fetchall()
    finally:
        connection.unregister("cells")


def _quoted(name: str) -> str:
    return name.replace('"', '""')


def _literal(path: Path) -> str:
    return str(path).replace("'", "''")
