"""The layout of JSON: where the records are, and the paths of the values within them.

Here: JSON lines, and one JSON value with a list of objects anywhere near its top. Not here: what stands in the values.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from orchestration.contracts.model import ReaderOptions
from orchestration.errors import EntrepotError
from orchestration.onboarding.layout import Layout

_DEPTH = 4


@dataclass
class _Seen:
    """What stood at each path in any record."""

    single: dict[str, None] = field(default_factory=dict)
    lists: dict[str, None] = field(default_factory=dict)
    objects: dict[str, None] = field(default_factory=dict)

    def take(self, record: dict[str, Any], prefix: str = "") -> None:
        for key, value in record.items():
            path = prefix + key
            if isinstance(value, dict):
                self.objects.setdefault(path)
                self.take(value, f"{path}.")
            elif isinstance(value, list):
                self.lists.setdefault(path)
            else:
                self.single.setdefault(path)


def look_at_json(path: Path) -> Layout:
    """Record path and value paths; EntrepotError when there is no list of objects."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise EntrepotError(
            f"{path.name}: the byte at offset {error.start} is not UTF-8, in which JSON is written. Ask for it again."
        ) from None
    lines = _as_lines(text)
    where, records = ("", lines) if lines is not None else _list_of_objects(path, text)
    seen = _Seen()
    for record in records:
        seen.take(record)
    # A path that holds now an object and now a single value, or now a list and now none, has no one type.
    mixed = {*(seen.objects.keys() & {*seen.single, *seen.lists})} | (seen.single.keys() & seen.lists.keys())
    mixed -= {item for item in mixed if item in seen.single and item not in seen.objects and _only_null(records, item)}
    parents = {leaf.rpartition(".")[0] for leaf in (*seen.single, *seen.lists)}
    empty = {item for item in seen.objects if item not in parents and not any(_below(p, item) for p in parents)}
    ignored = tuple(item for item in (*seen.objects, *seen.single) if item in mixed or item in empty)
    ignored = tuple(dict.fromkeys(item for item in ignored if not any(_below(item, other) for other in ignored)))
    leaves = [item for item in dict.fromkeys((*seen.single, *seen.lists)) if item not in seen.objects]
    sources = tuple(leaf for leaf in leaves if leaf not in ignored and not any(_below(leaf, item) for item in ignored))
    notes = {"record_path": "the longest list of objects in the file"} if where else {}
    options = ReaderOptions(record_path=where)
    form = "json" if lines is None else "jsonl"
    return Layout(form, options, sources, frozenset(seen.lists) - set(ignored), ignored, notes)


def _below(path: str, parent: str) -> bool:
    return path.startswith(f"{parent}.")


def _as_lines(text: str) -> list[dict[str, Any]] | None:
    """The objects, one a line; None when the text is one JSON value."""
    records = []
    for line in text.split("\n"):
        if line.strip():
            try:
                record = json.loads(line)
            except (ValueError, RecursionError):
                return None
            if not isinstance(record, dict):
                return None
            records.append(record)
    alone = len(records) == 1 and any(True for _ in _lists(records[0], ()))
    return None if alone else records


def _list_of_objects(path: Path, text: str) -> tuple[str, list[dict[str, Any]]]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise EntrepotError(f"{path.name} is not valid JSON ({error}). Ask for the file again.") from None
    found: list[tuple[tuple[str, ...], list[dict[str, Any]]]]
    found = [((), data)] if _is_records(data) else list(_lists(data, ()))
    if not found:
        raise EntrepotError(
            f"{path.name} holds no list of objects, so there are no records. A feed in JSON is a list of objects, "
            "at the top or under a key, or one object a line."
        )
    where, records = max(found, key=lambda item: len(item[1]))
    return ".".join(where), records


def _lists(data: Any, where: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], list[dict[str, Any]]]]:
    if isinstance(data, dict) and len(where) < _DEPTH:
        for key, value in data.items():
            if _is_records(value):
                yield (*where, key), value
            else:
                yield from _lists(value, (*where, key))


def _is_records(data: Any) -> bool:
    return isinstance(data, list) and bool(data) and all(isinstance(item, dict) for item in data)


def _only_null(records: list[dict[str, Any]], path: str) -> bool:
    """Whether the single values at a path are all null, which stands for an absent list as well."""
    for record in records:
        value: Any = record
        for step in path.split("."):
            value = value.get(step) if isinstance(value, dict) else None
        if value is not None and not isinstance(value, list):
            return False
    return True
