"""An answer as text or bytes: a table for the screen, CSV, JSON or Parquet.

Belongs here: form only, exact (decimals keep their digits) and safe for what opens it: no terminal control
codes in a table, no formula in a CSV that a spreadsheet would run. Does not belong here: asking.
"""

from __future__ import annotations

import datetime
import io
import json
import math
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from orchestration.errors import UsageError
from orchestration.releases.query import QueryResult

FORMATS = ("table", "csv", "json", "parquet")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_NUMBER = re.compile(r"(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DECIMAL\(.*\)|FLOAT|DOUBLE)")


def render(answer: QueryResult, form: str, *, neutralise: bool = True) -> bytes:
    """The answer in one of FORMATS, ending in a line feed where it is text.

    ``neutralise`` puts an apostrophe before CSV text that a spreadsheet would take for a formula.
    """
    if form == "parquet":
        return to_parquet(answer)
    if form == "csv":
        return to_csv(answer, neutralise=neutralise).encode()
    if form == "json":
        return to_json(answer).encode()
    if form == "table":
        return to_table(answer).encode()
    raise UsageError(f"There is no format `{form}`; choose one of {', '.join(FORMATS)}.")


def to_table(answer: QueryResult) -> str:
    """Columns side by side for a person; null is an empty cell, control characters are shown as escapes."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name, kind in zip(answer.columns, answer.types, strict=True):
        side = "right" if _NUMBER.fullmatch(kind) else "left"
        table.add_column(Text(_shown(name)), justify=side, no_wrap=True)  # type: ignore[arg-type]
    for row in answer.rows:
        table.add_row(*(Text(_shown(value_text(value))) for value in row))
    out = io.StringIO()
    Console(file=out, width=100_000, color_system=None, legacy_windows=False).print(table)
    count = len(answer.rows)
    lines = [line.rstrip() for line in out.getvalue().splitlines()]
    return "\n".join([*lines, f"({count:,} row{'' if count == 1 else 's'})"]) + "\n"


def to_csv(answer: QueryResult, *, neutralise: bool = True) -> str:
    """RFC 4180 with line feeds; null is empty, an empty text is two quotation marks."""
    lines = [",".join(_csv_cell(name, neutralise) for name in answer.columns)]
    lines += [",".join(_csv_cell(value, neutralise) for value in row) for row in answer.rows]
    return "\n".join(lines) + "\n"


def to_json(answer: QueryResult) -> str:
    """A list of objects, one a line; decimals are numbers with all their digits, dates ISO 8601."""
    names = [json.dumps(name, ensure_ascii=False) for name in unique_names(answer.columns)]
    objects = (
        "{" + ", ".join(f"{name}: {json_text(value)}" for name, value in zip(names, row, strict=True)) + "}"
        for row in answer.rows
    )
    return "[\n" + ",\n".join(objects) + "\n]\n" if answer.rows else "[]\n"


def to_parquet(answer: QueryResult) -> bytes:
    """A Parquet file with the types of the answer; nested values as JSON text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = []
    for position, kind in enumerate(answer.types):
        values = [row[position] for row in answer.rows]
        columns.append(_arrow_column(pa, kind, values))
    out = io.BytesIO()
    pq.write_table(pa.table(dict(zip(unique_names(answer.columns), columns, strict=True))), out, compression="zstd")
    return out.getvalue()


def unique_names(names: Iterable[str]) -> list[str]:
    """The names, with _2, _3, ... after those that come again."""
    unique: list[str] = []
    for name in names:
        candidate, number = name, 1
        while candidate in unique:
            number += 1
            candidate = f"{name}_{number}"
        unique.append(candidate)
    return unique


def value_text(value: Any) -> str:
    """One value as plain text; null is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict | list | tuple):
        return json_text(value)
    return str(value)


def json_text(value: Any) -> str:
    """One value as JSON. What JSON has no number for (NaN, infinity) is text."""
    if value is None or isinstance(value, bool | int):
        return json.dumps(value)
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else json.dumps(str(value))
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{json.dumps(str(k), ensure_ascii=False)}: {json_text(v)}" for k, v in value.items()) + "}"
        )
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(json_text, value)) + "]"
    return json.dumps(value_text(value), ensure_ascii=False)


def _csv_cell(value: Any, neutralise: bool) -> str:
    text = value_text(value)
    if isinstance(value, str):
        if neutralise and text.startswith(_FORMULA):
            text = "'" + text
        if not text:
            return '""'
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\n\r') else text


def _shown(text: str) -> str:
    return _UNPRINTABLE.sub(lambda found: found.group().encode("unicode_escape").decode(), text)


def _arrow_column(pa: Any, kind: str, values: list[Any]) -> Any:
    simple = {
        "BOOLEAN": pa.bool_(), "TINYINT": pa.int8(), "SMALLINT": pa.int16(), "INTEGER": pa.int32(),
        "BIGINT": pa.int64(), "UTINYINT": pa.uint8(), "USMALLINT": pa.uint16(), "UINTEGER": pa.uint32(),
        "UBIGINT": pa.uint64(),
        "HUGEINT": pa.decimal128(38, 0), "FLOAT": pa.float32(), "DOUBLE": pa.float64(), "DATE": pa.date32(),
        "TIME": pa.time64("us"), "TIMESTAMP": pa.timestamp("us"), "BLOB": pa.binary(),
        "TIMESTAMP WITH TIME ZONE": pa.timestamp("us", "UTC"),
    }  # fmt: skip
    wanted = simple.get(kind)
    if precise := re.fullmatch(r"DECIMAL\((\d{1,2}),(\d{1,2})\)", kind):
        wanted = pa.decimal128(int(precise.group(1)), int(precise.group(2)))
    if wanted is not None:
        try:
            given = [Decimal(v) if isinstance(v, int) else v for v in values] if kind == "HUGEINT" else values
            return pa.array(given, wanted)
        except (pa.ArrowException, ValueError, TypeError):
            pass  # a value beyond what the type can hold (the year 290000): the column goes out as text
    return pa.array([None if value is None else value_text(value) for value in values], pa.string())
