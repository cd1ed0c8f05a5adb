"""Reads JSON Lines and JSON arrays of objects as text, numbers digit for digit as they stand in the file.

Here: paths into nested objects (`source.reliability`), arrays as JSON text, and the refusal of keys that the
contract does not know. Numbers are never parsed: a binary fraction would change them. Not here: types and
rules.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from orchestration.contracts.model import Contract
from orchestration.errors import RejectedFileError
from orchestration.submissions.read.json_stream import MAX_RECORD, Records, check_depth
from orchestration.submissions.read.source import Source
from orchestration.submissions.read.tables import text_table
from orchestration.submissions.read.text import codec, decoded


class _Number(str):
    """A JSON number as its text."""

    __slots__ = ()


class _Known:
    """The paths of a contract: which keys may stand where."""

    def __init__(self, contract: Contract) -> None:
        self.leaves = {field.source for field in contract.fields} | set(contract.ignored_columns)
        self.branches = {
            ".".join(path.split(".")[:depth]) for path in self.leaves for depth in range(1, path.count(".") + 1)
        }

    def unknown(self, record: dict[str, Any], prefix: str = "") -> Iterator[str]:
        for key, value in record.items():
            path = prefix + key
            if path in self.leaves:
                continue
            if path not in self.branches or not isinstance(value, dict | None):
                yield path
            elif value is not None:
                yield from self.unknown(value, path + ".")


def open_json(
    connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, scratch: Path, name: str
) -> Source:
    """The records as a table of text; raises RejectedFileError naming the line."""
    lines = contract.format == "jsonl"
    records = _lines(path, contract, name) if lines else _whole(path, contract, name)
    known = _Known(contract)
    paths = [(field.source.split("."), field.type == "array") for field in contract.fields]
    seen: set[str] = set()

    def rows() -> Iterator[list[str | None]]:
        for where, record in records:
            if not isinstance(record, dict):
                raise RejectedFileError(
                    f"{where}: expected a JSON object {{...}}, found {_kind(record)}. Send each record as an object."
                )
            if unknown := sorted(known.unknown(record)):
                raise RejectedFileError(
                    f"{where}: the key {', '.join(f'`{key[:80]}`' for key in unknown[:12])} is not known to the "
                    f"contract {contract.id} "
                    f"{contract.version}, which declares "
                    f"{', '.join(field.source for field in contract.fields)}. Leave it out, or "
                    "agree a new version of the contract."
                )
            seen.update(
                field.source for field, (steps, _) in zip(contract.fields, paths, strict=True) if _has(record, steps)
            )
            yield [_value(record, steps, array, where) for steps, array in paths]

    source = text_table(scratch, [field.name for field in contract.fields], rows(), name, "record")
    missing = [field.source for field in contract.fields if field.required and field.source not in seen]
    if seen and missing:
        raise RejectedFileError(
            f"{name}: no record has the key {', '.join(f'`{key}`' for key in missing)}, which the contract "
            f"{contract.id} "
            f"{contract.version} requires. Export the file again with it."
        )
    return source


def _decoder(where: str) -> json.JSONDecoder:
    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        record = dict(items)
        if len(record) != len(items):
            keys = [key for key, _ in items]
            repeated = next(key for key in keys if keys.count(key) > 1)
            raise RejectedFileError(
                f"{where}: the key `{repeated}` stands twice in one object, so one value would be lost. Keep one."
            )
        return record

    def constant(text: str) -> Any:
        raise RejectedFileError(f"{where}: {text} is no JSON value; use null.")

    return json.JSONDecoder(object_pairs_hook=pairs, parse_float=_Number, parse_int=_Number, parse_constant=constant)


def _lines(path: Path, contract: Contract, name: str) -> Iterator[tuple[str, Any]]:
    number = 0
    try:
        with path.open(encoding=codec(path, contract.options.encoding), errors="strict", newline="\n") as file:
            while line := file.readline(MAX_RECORD):
                number += 1
                where = f"{name}, line {number}"
                if len(line) == MAX_RECORD:
                    raise RejectedFileError(
                        f"{where}: longer than {MAX_RECORD:,} characters; each line holds one record. Put every "
                        "record on a line of its own."
                    )
                if line.strip():
                    yield where, _parse(line, where)
    except UnicodeError as error:
        raise _not_in_encoding(path, contract, name, error) from None


def _whole(path: Path, contract: Contract, name: str) -> Iterator[tuple[str, Any]]:
    try:
        with path.open(encoding=codec(path, contract.options.encoding), errors="strict", newline="") as file:
            yield from Records(file, _decoder(name), name).under(
                [step for step in contract.options.record_path.split(".") if step]
            )
    except UnicodeError as error:
        raise _not_in_encoding(path, contract, name, error) from None


def _not_in_encoding(path: Path, contract: Contract, name: str, error: UnicodeError) -> RejectedFileError:
    """The offset that the error names is one within a piece: look for it from the beginning."""
    try:
        for _ in decoded(path, codec(path, contract.options.encoding), name):
            pass
    except RejectedFileError as found:
        return found
    return RejectedFileError(
        f"{name} is not in the agreed encoding {contract.options.encoding} ({error}). Export it in that encoding."
    )


def _parse(text: str, where: str) -> Any:
    try:
        value = _decoder(where).decode(text.strip().removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise RejectedFileError(
            f"{where}, column {error.colno}: not valid JSON ({error.msg}). A shortened last line means that "
            "the file was cut off; "
            "export it again."
        ) from None
    except RecursionError:
        raise RejectedFileError(
            f"{where}: objects or arrays are nested too deep. Send flat records as the contract describes them."
        ) from None
    check_depth(value, where)
    return value


def _has(record: Any, steps: list[str]) -> bool:
    for step in steps:
        if not isinstance(record, dict) or step not in record:
            return False
        record = record[step]
    return True


def _value(record: Any, steps: list[str], array: bool, where: str) -> str | None:
    for step in steps:
        record = record.get(step) if isinstance(record, dict) else None
    if record is None:
        return None
    if isinstance(record, bool):
        return "true" if record else "false"
    if isinstance(record, str) and not array:
        return str(record)
    if isinstance(record, list) and array:
        return to_json(record)
    raise RejectedFileError(
        f"{where}: `{'.'.join(steps)}` is {_kind(record)}; expected {'an array' if array else 'a single value'}. Send "
        "it as the contract describes."
    )


def to_json(value: Any) -> str:
    """Compact JSON text; numbers that were read as text are written as numbers again."""
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, dict):
        return (
            "{"
            + ",".join(f"{json.dumps(key, ensure_ascii=False)}:{to_json(item)}" for key, item in value.items())
            + "}"
        )
    if isinstance(value, list):
        return "[" + ",".join(to_json(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _kind(value: Any) -> str:
    if isinstance(value, _Number):
        return f"the number {value}"
    names = {dict: "an object", list: "an array", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "something else")
