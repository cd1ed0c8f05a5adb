"""Opens a submitted file as a relation of VARCHAR columns, whatever its format.

Here: the choice of the reader by the contract's format, unpacking of archives and the check that the bytes
are of the promised kind at all. Not here: the formats themselves (one module each beside this one).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from orchestration.contracts.model import Contract
from orchestration.errors import RejectedFileError
from orchestration.submissions.read.trailer import NOTHING, Declared, without_trailer

_SIGNATURES = (
    (b"PK\x03\x04", "a zip archive or a workbook", ("zip", "xlsx")),
    (b"PK\x05\x06", "an empty zip archive", ("zip", "xlsx")),
    (b"\xd0\xcf\x11\xe0", "an old binary Office document (.xls, .doc)", ()),
    (b"%PDF", "a PDF document", ()),
    (b"PAR1", "a Parquet file", ("parquet",)),
    (b"\x1f\x8b", "a gzip archive", ()),
    (b"7z\xbc\xaf", "a 7-Zip archive", ()),
    (b"SQLite format 3", "an SQLite database", ()),
    (b"\x7fELF", "a program", ()),
    (b"MZ\x90", "a program", ()),
    (b"\x89PNG", "an image", ()),
    (b"\xff\xd8\xff", "an image", ()),
)
_PROMISED = {
    "csv": "a text file with delimiters (CSV)",
    "tsv": "a text file with tabs (TSV)",
    "fixed": "a text file of fixed width",
    "xlsx": "an Excel workbook (.xlsx)",
    "json": "a JSON file",
    "jsonl": "a file of JSON lines",
    "xml": "an XML file",
    "parquet": "a Parquet file",
    "zip": "a zip archive",
}


@dataclass(frozen=True)
class Source:
    """A readable file: `relation` stands in a FROM clause and yields text columns named by Field.name, in
    file order.

    Text files are read while the query runs, so a query on `relation` may fail: `explain` turns DuckDB's
    error into the sentence for the partner, or returns None when the error is not about the file.
    `plain_blanks` promises that no cell begins or ends with another blank than the ordinary one (no tabs,
    line ends, non-breaking or zero-width blanks), `all_visible` that none holds a hidden character
    (hidden_characters.py).
    """

    relation: str
    explain: Callable[[duckdb.Error], RejectedFileError | None] = lambda _error: None
    plain_blanks: bool = False
    all_visible: bool = False
    declared: Declared = NOTHING


def open_source(
    connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, scratch: Path, name: str
) -> Source:
    """Open `path` (shown to people as `name`) as the contract promises; `scratch` is a folder for temporary
    files.

    Raises RejectedFileError when the file cannot be what the contract promises.
    """
    from orchestration.submissions.read import archive, csv, fixed, json, parquet, xlsx, xml

    if contract.options.member is not None:
        check_kind(path, "zip", name)
        path = archive.extract_member(path, contract.options.member, scratch, name)
        name = f"{path.name} in {name}"
    check_kind(path, contract.format, name)
    reader = {
        "csv": csv.open_csv,
        "tsv": csv.open_csv,
        "fixed": fixed.open_fixed,
        "xlsx": xlsx.open_xlsx,
        "json": json.open_json,
        "jsonl": json.open_json,
        "xml": xml.open_xml,
        "parquet": parquet.open_parquet,
    }[contract.format]
    if contract.options.trailer is None:
        return reader(connection, path, contract, scratch, name)
    path, declared = without_trailer(path, contract, scratch, name)
    return replace(reader(connection, path, contract, scratch, name), declared=declared)


def check_kind(path: Path, promised: str, name: str) -> None:
    """Refuse an empty file and one whose first bytes are those of something else."""
    with path.open("rb") as file:
        head = file.read(64)
    what = _PROMISED[promised]
    if not head:
        nothing = (
            " To report that there is nothing to report, send the file with its header and no rows."
            if promised in ("csv", "tsv", "xlsx")
            else ""
        )
        raise RejectedFileError(f"{name} is empty (0 bytes); expected {what}. Export it again.{nothing}")
    for signature, kind, promises in _SIGNATURES:
        if head.startswith(signature) and promised not in promises:
            raise RejectedFileError(f"{name} is {kind}; expected {what}. Export it again in the agreed format.")
    must_begin = {"zip": b"PK", "xlsx": b"PK\x03\x04", "parquet": b"PAR1"}.get(promised)
    if must_begin is not None and not head.startswith(must_begin):
        raise RejectedFileError(
            f"{name} is not {what}: it begins with {head[:8]!r}. Export it again in the agreed format, and "
            "check that the "
            "transfer was complete."
        )
