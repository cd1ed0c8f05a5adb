"""Reads text of fixed width: each field in its columns, one record a line.

Here: the length of every line, the columns that belong to no field, and the cells without the blanks that fill them
up. A line of another length refuses the file, since everything behind the fault would stand in the wrong field. Not
here: where the fields stand (contracts/fixed_width.py), types and rules.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb

from orchestration.contracts.fixed_width import line_length
from orchestration.contracts.model import Contract
from orchestration.errors import RejectedFileError
from orchestration.submissions.read.source import Source
from orchestration.submissions.read.tables import text_table
from orchestration.submissions.read.text import codec, rewritten


def open_fixed(
    connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, scratch: Path, name: str
) -> Source:
    """The lines as a table of text; raises RejectedFileError naming line and column."""
    readable = rewritten(path, scratch, contract.options, codec(path, contract.options.encoding), name)
    return text_table(scratch, [field.name for field in contract.fields], _rows(readable, contract, name), name)


def _rows(path: Path, contract: Contract, name: str) -> Iterator[list[str | None]]:
    length, padded = line_length(contract.fields), contract.options.padded
    cuts = [(field.start - 1, field.start - 1 + field.width) for field in contract.fields]
    used = {column for start, end in cuts for column in range(start, end)}
    unused = [column for column in range(length) if column not in used]
    number = 0
    with path.open(encoding="utf-8", newline="\n") as file:
        while line := file.readline(length + 3):  # more than any line may have, so that one endless line costs nothing
            number += 1
            if number <= contract.options.skip_lines:
                while not line.endswith("\n") and (line := file.readline(1 << 16)):
                    pass
                continue
            text = line.removesuffix("\n").removesuffix("\r").lstrip("\ufeff" if number == 1 else "")
            if not text:
                continue
            if len(text) > length or (padded and len(text) < length):
                raise RejectedFileError(_wrong_length(f"{name}, line {number}", text, contract, length))
            text = text.ljust(length)
            if "\0" in text:
                raise RejectedFileError(
                    f"{name}, line {number}, column {text.index(chr(0)) + 1}: a NUL character, which no text has; the "
                    "file is binary or damaged. Export it as text in the agreed encoding."
                )
            for column in unused:
                if text[column] != " ":
                    raise RejectedFileError(
                        f"{name}, line {number}, column {column + 1}: `{text[column]}` stands where the contract "
                        f"{contract.id} {contract.version} has no field. Leave the column blank, or agree a new "
                        "version of the contract."
                    )
            yield [text[start:end].strip(" ") for start, end in cuts]
    if number < contract.options.skip_lines:
        raise RejectedFileError(
            f"{name} has only {number} lines; expected {contract.options.skip_lines} lines before the first record."
        )


def _wrong_length(where: str, text: str, contract: Contract, length: int) -> str:
    if len(text) > length:
        return (
            f"{where}, column {length + 1}: the line is longer than the {length} characters of the contract "
            f"{contract.id} {contract.version} (from there on it reads `{text[length : length + 40]}`). A value "
            "that is wider than its field moves everything behind it; shorten it, or agree a wider field."
        )
    cut = next((field for field in contract.fields if field.start + field.width - 1 > len(text)), None)
    return (
        f"{where}, column {len(text) + 1}: the line ends after {len(text)} of {length} characters"
        f"{f', within or before the field {cut.source}' if cut else ''}. Fill lines up with blanks to their full "
        "length; a shortened last line means that the file was cut off."
    )
