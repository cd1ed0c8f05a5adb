"""Records with structure: JSON Lines and XML with namespaces.

Belongs here: nesting flat columns as the contract's source paths say (`source.scheme`, `d:endUser/d:name`,
`@ref`). Does not belong here: the text of the values (`text`). An absent value leaves no key and no
element.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pyarrow as pa

from orchestration.contracts.model import Contract, Field

_SLICE = 50_000


def write_json_lines(table: pa.Table, contract: Contract, path: Path) -> None:
    """One JSON object a line; numbers and lists are typed, everything else is text."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in _rows(table):
            record: dict[str, Any] = {}
            for field in contract.fields:
                value = row[field.name]
                if value is not None:
                    _place(record, field.source.split("."), _typed(field, value))
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def write_xml(table: pa.Table, contract: Contract, path: Path) -> None:
    """One element a record under a root that bears the namespaces."""
    record = contract.options.record_path
    prefix, _, name = record.rpartition(":")
    root = f"{prefix}:{name}List" if prefix else f"{name}List"
    spaces = "".join(f" xmlns:{key}={quoteattr(uri)}" for key, uri in contract.options.namespaces)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}{spaces}>\n')
        for row in _rows(table):
            file.write(_element(row, contract, record))
        file.write(f"</{root}>\n")


def _element(row: dict[str, str | None], contract: Contract, record: str) -> str:
    attributes, parts = "", []
    open_parent = ""
    for field in contract.fields:
        value = row[field.name]
        if value is None:
            continue
        if field.source.startswith("@"):
            attributes += f" {field.source[1:]}={quoteattr(value)}"
            continue
        parent, _, leaf = field.source.rpartition("/")
        if parent != open_parent:
            parts.append((f"    </{open_parent}>\n" if open_parent else "") + (f"    <{parent}>\n" if parent else ""))
            open_parent = parent
        items = json.loads(value) if field.type == "array" else [value]
        indent = "      " if parent else "    "
        parts.extend(f"{indent}<{leaf}>{escape(item)}</{leaf}>\n" for item in items)
    if open_parent:
        parts.append(f"    </{open_parent}>\n")
    return f"  <{record}{attributes}>\n{''.join(parts)}  </{record}>\n"


def _rows(table: pa.Table) -> Iterator[dict[str, str | None]]:
    for start in range(0, table.num_rows, _SLICE):
        yield from table.slice(start, _SLICE).to_pylist()


def _place(record: dict[str, Any], path: list[str], value: Any) -> None:
    for step in path[:-1]:
        record = record.setdefault(step, {})
    record[path[-1]] = value


def _typed(field: Field, text: str) -> Any:
    if field.type == "array":
        return json.loads(text)
    if field.type == "integer" and text.lstrip("-").isdigit():
        return int(text)
    return text
