"""Reads text with delimiters (CSV, TSV) through DuckDB's own reader, strictly and with nothing guessed.

Here: the dialect, the header, encodings and end markers. The data rows never pass through Python: DuckDB
reads the file itself, columns named by position after the header row was compared with the contract. Files in
another encoding than UTF-8, with a trailing end marker or with mixed line ends are first rewritten into a
temporary UTF-8 file. Not here: types and rules.
"""

import csv
import re
import shutil
from pathlib import Path

import duckdb

from orchestration.contracts.model import Contract, ReaderOptions
from orchestration.errors import RejectedFileError
from orchestration.quoting import sql_text
from orchestration.submissions.read.header import match_columns
from orchestration.submissions.read.inspection import inspect
from orchestration.submissions.read.source import Source
from orchestration.submissions.read.text import bad_bytes, codec, ends_with_ctrl_z, rewritten

_CHUNK = 4 << 20
_HEADER_BYTES = 1 << 20
_LONGEST_LINE = 2_000_000  # DuckDB's own limit
_TRAILING = "_after_the_last_delimiter"


def open_csv(connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, scratch: Path, name: str) -> Source:
    """A `read_csv` over the file; see Source. Raises RejectedFileError for what can be seen before reading
    the rows.
    """
    options = contract.options
    encoding = codec(path, options.encoding)
    utf8 = encoding == "utf-8-sig"
    rewrite = not utf8 or options.end_marker is not None or ends_with_ctrl_z(path)
    readable = rewritten(path, scratch, options, encoding, name) if rewrite else path
    seen = inspect(readable, options.delimiter, options.quote)
    _refuse_nul_byte(readable, seen.nul_at, name)
    columns, skip = _columns(readable, contract, name)
    removed = 0
    if options.quote and options.quote in _head(readable, skip):
        readable, removed, skip = _without_head(readable, scratch, skip), skip, 0
    if seen.mixed_line_ends:
        readable = _one_line_end(readable, scratch, options, name)
    return Source(
        _read_csv(readable, options, columns, skip, seen.mixed_line_ends),
        lambda error: explain(error, readable, name, removed),
        seen.plain_blanks,
        all_visible=seen.all_visible,
    )


def explain(error: duckdb.Error, path: Path, name: str, removed: int = 0) -> RejectedFileError | None:
    """DuckDB's CSV error as one sentence: the line, what stands there, what was expected and how to mend it.

    `removed` lines were taken off the head of the file before DuckDB saw it.
    """
    text = str(error)
    if _TRAILING in text and "CSV Error" not in text:
        return RejectedFileError(
            f"{name}: a row has a value after the last delimiter, in the column that has no name. Give the "
            "column a name, or leave it empty."
        )
    line_found = re.search(r"CSV Error on Line: (\d+)", text)
    if line_found is None and "CSV" not in text:
        return None
    where = f"{name}, line {int(line_found.group(1)) + removed}" if line_found else name
    original = re.search(r"Original Line: (.{0,120})", text)
    quoted = f" (the line begins `{original.group(1).strip()[:80]}`)" if original and original.group(1).strip() else ""
    if wrong := re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", text):
        return RejectedFileError(
            f"{where}: {wrong.group(2)} cells where the header has {wrong.group(1)} columns{quoted}. A cell "
            "that contains the "
            "delimiter, a quotation mark or a line break must stand in quotation marks; a shortened last "
            "line means that the "
            "file was cut off. Export it again."
        )
    if "Maximum line size" in text:
        return RejectedFileError(
            f"{where}: the line has more than {_LONGEST_LINE:,} bytes{quoted}. A quotation mark that is never closed "
            "makes one line of many; close it, or shorten the text."
        )
    if "unterminated quote" in text:
        return RejectedFileError(
            f"{where}: a quotation mark is opened and not properly closed{quoted}. A quotation mark inside a "
            "quoted cell is written "
            "twice; a missing one at the end means that the file was cut off. Export it again."
        )
    if "unicode" in text:
        return bad_bytes(path, name) or RejectedFileError(f"{where}: the bytes are not UTF-8{quoted}.")
    first = next(
        (line for line in text.splitlines() if line and "CSV Error on Line" not in line and "Original" not in line),
        text,
    )
    return RejectedFileError(
        f"{where}: the text is not a table in the agreed dialect: {first.split(': ')[-1].strip()}{quoted}. Export it "
        "again as the contract describes."
    )


def _read_csv(path: Path, options: ReaderOptions, columns: list[str], skip: int, line_feeds: bool) -> str:
    types = ", ".join(f"{sql_text(column)}: 'VARCHAR'" for column in columns)
    quote = sql_text(options.quote)
    line_end = ", new_line = '\\n'" if line_feeds else ""
    wanted = ", ".join(f'"{column}"' for column in columns if not column.startswith("_"))
    guard = f' where "{_TRAILING}" is null or error({sql_text(_TRAILING)})' if _TRAILING in columns else ""
    return (
        f"(select {wanted} from read_csv({sql_text(str(path))}, auto_detect = false, header = false, skip = "
        f"{skip}, "
        f"delim = {sql_text(options.delimiter)}, quote = {quote}, escape = {quote}, comment = '', columns = "
        f"{{{types}}}, "
        "all_varchar = true, strict_mode = true, null_padding = false, ignore_errors = false, nullstr = '', "
        f"hive_partitioning = false, union_by_name = false, compression = 'none'"
        f"{line_end}){guard})"
    )


def _columns(path: Path, contract: Contract, name: str) -> tuple[list[str], int]:
    """Names for the columns by position, and the number of lines before the first row."""
    options = contract.options
    with path.open("rb") as file:
        head = file.read(_HEADER_BYTES)
    text = head.decode("utf-8-sig", errors="replace")
    lines = re.split("\r\n|\r|\n", text)
    if len(lines) <= options.skip_lines or not any(line.strip() for line in lines[options.skip_lines :]):
        raise RejectedFileError(
            f"{name} has only {len(lines)} lines{'' if text.strip() else ', all of them empty'}; expected "
            f"{f'{options.skip_lines} lines before the table, then ' if options.skip_lines else ''}its "
            f"{'header' if options.header else 'rows'}. Export it again."
        )
    if not options.header:
        return [field.name for field in contract.fields], options.skip_lines
    rows = csv.reader(
        (line + "\n" for line in lines[options.skip_lines :]),
        delimiter=options.delimiter,
        quotechar=options.quote or None,
        quoting=csv.QUOTE_MINIMAL if options.quote else csv.QUOTE_NONE,
        strict=True,
    )
    try:
        header = next(rows)
    except csv.Error as error:
        raise RejectedFileError(f"{name}, line {options.skip_lines + 1}: the header cannot be read: {error}.") from None
    if "\ufffd" in "".join(header):
        raise bad_bytes(path, name) or RejectedFileError(f"{name}: the header is not text.")
    where = f"the header on line {options.skip_lines + 1}"
    mapped = match_columns(header, contract, name, where)
    names = [column or f"_ignored_{position}" for position, column in enumerate(mapped)]
    if options.trailing_delimiter and not header[-1].strip():
        names[-1] = _TRAILING
    return names, options.skip_lines + rows.line_num


def _head(path: Path, lines: int) -> str:
    """The first lines of the file, as text good enough to look for a quotation mark."""
    with path.open("rb") as file:
        return file.read(_HEADER_BYTES)[: _length_of(path, lines)].decode("utf-8", errors="replace")


def _length_of(path: Path, lines: int) -> int:
    with path.open("rb") as file:
        ends = [match.end() for match in re.finditer(rb"\r\n|\r|\n", file.read(_HEADER_BYTES))]
    return ends[lines - 1] if 0 < lines <= len(ends) else (0 if lines == 0 else path.stat().st_size)


def _without_head(path: Path, scratch: Path, lines: int) -> Path:
    """The file from its first row on: DuckDB counts the lines to skip by its own reading of quotation marks."""
    target = scratch / "without_head.csv"
    with path.open("rb") as source, target.open("wb") as file:
        source.seek(_length_of(path, lines))
        shutil.copyfileobj(source, file, _CHUNK)
    return target


def _refuse_nul_byte(path: Path, offset: int, name: str) -> None:
    if offset < 0:
        return
    with path.open("rb") as file:
        line = file.read(offset).count(b"\n") + 1
    raise RejectedFileError(
        f"{name} holds a NUL byte at offset {offset} (line {line}), which no text has: it is binary, damaged, or in "
        "UTF-16. Export it as text in the agreed encoding."
    )


def _one_line_end(path: Path, scratch: Path, options: ReaderOptions, name: str) -> Path:
    """The file with one line end after each record, whatever stands within the cells: DuckDB takes the first line end
    of a file, even one in a cell, for that of all its lines.
    """
    target = scratch / "one_line_end.csv"
    if not options.quote:
        with (
            path.open(encoding="utf-8", newline=None) as source,
            target.open("w", encoding="utf-8", newline="") as file,
        ):
            shutil.copyfileobj(source, file, _CHUNK)
        return target
    csv.field_size_limit(_LONGEST_LINE)
    mark, number = options.quote, 0
    needs_mark = re.compile(f"[{re.escape(mark + options.delimiter)}\r\n]")
    with path.open(encoding="utf-8", newline="") as source, target.open("w", encoding="utf-8", newline="") as file:
        rows = csv.reader(source, delimiter=options.delimiter, quotechar=mark, strict=True)
        try:
            for row in rows:
                number = rows.line_num
                quoted = needs_mark.search
                cells = [mark + c.replace(mark, 2 * mark) + mark if quoted(c) or row == [""] else c for c in row]
                file.write(options.delimiter.join(cells) + "\n")
        except csv.Error as error:
            raise RejectedFileError(
                f"{name}, line {number + 1}: the text is not a table in the agreed dialect ({error}). A quotation mark "
                "inside a quoted cell is written twice; one that is never closed means that the file was cut off. "
                "Export it again, with one kind of line end."
            ) from None
    return target
