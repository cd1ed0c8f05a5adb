"""Reads XML as text, one record an element, without DTD, entities or network.

Here: the small path language of a contract's physicalName, relative to the record: `lastName`,
`f:type/@code`, `@ref`, `akaList/aka` (all matches, for arrays), `name[1]` (the first of several, said
openly), `@@tag` (the record's own tag). An element in an array becomes a JSON text when it has neither
attributes nor children, else an object: attributes as "@name", children by name (repeated ones as arrays),
own text beside them as "#text". Not here: types and rules.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from lxml import etree

from orchestration.contracts.model import Contract, Field
from orchestration.errors import ContractError, RejectedFileError
from orchestration.submissions.read.source import Source
from orchestration.submissions.read.tables import text_table

_STEP = re.compile(r"(?:(?P<prefix>[\w.-]+):)?(?P<name>[\w.-]+)(?:\[(?P<index>\d+)\])?")
_CHUNK = 1 << 16
MAX_RECORD = 8 << 20
_PARSER: dict[str, Any] = {
    "resolve_entities": False, "load_dtd": False, "dtd_validation": False, "no_network": True, "huge_tree": False,
    "remove_comments": True, "remove_pis": True,
}  # fmt: skip


@dataclass(frozen=True)
class _Path:
    """Steps of (qualified tag, wanted position or 0 for all), then an attribute, or nothing for the element
    itself.
    """

    steps: tuple[tuple[str, int], ...]
    attribute: str | None
    tag: bool = False


def open_xml(connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, scratch: Path, name: str) -> Source:
    """The records as a table of text; raises RejectedFileError naming the line."""
    namespaces = dict(contract.options.namespaces)
    records = [_record_tags(item, namespaces, contract) for item in contract.options.record_path.split("|")]
    paths = [(field, parse_path(field.source, namespaces, contract)) for field in contract.fields]
    rows = _rows(path, records, paths, name)
    return text_table(scratch, [field.name for field in contract.fields], rows, name, "record")


def _first_element(path: Path, name: str) -> str:
    """The tag of the outermost element; refuses a document type declaration, wherever and in whatever encoding it is.

    libxml2 would leave the entities of such a declaration out of the text, without a word.
    """
    parser = etree.XMLPullParser(events=("start",), **_PARSER)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            parser.feed(chunk)
            for _, element in parser.read_events():
                if element.getroottree().docinfo.internalDTD is not None:
                    raise RejectedFileError(
                        f"{name}, line {element.sourceline}: the document has a document type declaration "
                        "(<!DOCTYPE ...>), which can hide entities. Export it without one."
                    )
                return str(element.tag)
    parser.close()
    raise RejectedFileError(f"{name} holds no element at all; it is not XML. Export it again.")


def _rows(
    path: Path, records: list[tuple[str, ...]], paths: list[tuple[Field, _Path]], name: str
) -> Iterator[list[str | None]]:
    try:
        outermost = _first_element(path, name)
        found = False
        for element in _records(path, records, outermost, name):
            found = True
            yield [_value(element, field, path_, name) for field, path_ in paths]
    except etree.XMLSyntaxError as error:
        line, column = _position(error)
        raise RejectedFileError(
            f"{name}, line {line}, column {column}: not well-formed XML "
            f"({' '.join(str(error.msg).split()).rstrip('.')}). A missing end means that the file was "
            "cut off; export it again."
        ) from None
    spaces = {etree.QName(steps[-1]).namespace for steps in records}
    if not found and etree.QName(outermost).namespace not in spaces - {None}:  # else: the right document, empty
        wanted = " or ".join(f"<{_local(steps[-1])}>" for steps in records)
        raise RejectedFileError(
            f"{name} holds no element {wanted}{_in_namespace(spaces)}; is it another document, or another "
            "version of the format? "
            "Export it as the contract describes."
        )


def _records(path: Path, records: list[tuple[str, ...]], outermost: str, name: str) -> Iterator[Any]:
    """The record elements one after the other; what was read is thrown away as soon as the next piece is there."""
    tags = {steps[-1] for steps in records}
    parser = etree.XMLPullParser(events=("start", "end"), tag=(*tags, outermost), **_PARSER)
    root, done, open_record, pending = None, None, None, 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            parser.feed(chunk)
            for event, element in parser.read_events():
                root = element if root is None else root
                if event == "end" and element.tag in tags and any(_stands_at(element, steps) for steps in records):
                    yield element
                    element.clear(keep_tail=True)
                    done = element
            still_open = _prune(root, records)
            if still_open is None or still_open is done:
                pending = 0
            else:
                pending = len(chunk) + (pending if still_open is open_record else 0)
            open_record = still_open
            if pending > MAX_RECORD:
                raise RejectedFileError(
                    f"{name}, line {still_open.sourceline}: the record that begins here has more than {MAX_RECORD:,} "
                    "bytes, or is never closed. Check the end of its element, or deliver smaller records."
                )
    parser.close()


def _prune(root: Any, records: list[tuple[str, ...]]) -> Any:
    """Take away all that was read before the element read last; the record that this one belongs to, if to any."""
    node = root
    while node is not None:
        if any(_stands_at(node, steps) for steps in records):
            return node
        if len(node) > 1:
            del node[:-1]
        node = node[-1] if len(node) else None
    return None


def _position(error: etree.XMLSyntaxError) -> tuple[int, int]:
    """Line and column of the first fault; the error itself forgets it where the parser could go on for a while."""
    logged = next(((entry.line, entry.column) for entry in error.error_log or () if entry.line > 0), (0, 0))
    return error.position if error.position[0] > 0 else logged


def _in_namespace(spaces: set[str | None]) -> str:
    named = sorted(space for space in spaces if space)
    return f" of the namespace {', '.join(named)}" if named else ""


def _stands_at(element: Any, steps: tuple[str, ...]) -> bool:
    for step in reversed(steps):
        if element is None or element.tag != step:
            return False
        element = element.getparent()
    return True


def _record_tags(text: str, namespaces: dict[str, str], contract: Contract) -> tuple[str, ...]:
    return tuple(tag for tag, _ in parse_path(text.strip(), namespaces, contract).steps)


def parse_path(text: str, namespaces: dict[str, str], contract: Contract) -> _Path:
    """A physicalName as steps; raises ContractError for what the path language does not have."""
    if text == "@@tag":
        return _Path((), None, tag=True)
    parts = text.split("/")
    attribute = None
    if parts[-1].startswith("@"):
        attribute = _qualified(parts.pop()[1:], namespaces, contract, text)[0]
    steps = tuple(_qualified(part, namespaces, contract, text) for part in parts if part != ".")
    return _Path(steps, attribute)


def _qualified(part: str, namespaces: dict[str, str], contract: Contract, whole: str) -> tuple[str, int]:
    match = _STEP.fullmatch(part)
    prefix = match.group("prefix") if match else None
    if match is None or (prefix is not None and prefix not in namespaces):
        raise ContractError(
            f"{contract.path}: `{whole}` is not a path that the XML reader knows; use names, prefixes "
            "declared under "
            "reader.namespaces, @attribute at the end and [1] for one of several."
        )
    name = match.group("name")
    return (f"{{{namespaces[prefix]}}}{name}" if prefix else name), int(match.group("index") or 0)


def _value(record: Any, field: Field, path: _Path, name: str) -> str | None:
    if path.tag:
        return _local(record.tag)
    elements = [record]
    for tag, index in path.steps:
        found = [child for element in elements for child in element.iterchildren(tag)]
        elements = found[index - 1 : index] if index else found
    if field.type == "array":
        if path.attribute is None:
            values: list[Any] = [_as_json(element) for element in elements]
        else:
            values = [element.get(path.attribute) for element in elements if element.get(path.attribute)]
        values = [value for value in values if value not in (None, "")]
        return json.dumps(values, ensure_ascii=False, separators=(",", ":")) if values else None
    if len(elements) > 1:
        raise RejectedFileError(
            f"{name}, line {elements[1].sourceline}: `{field.source}` stands {len(elements)} times in one "
            "record; the contract "
            "expects it once. Give it once, or agree to deliver it as a list."
        )
    if not elements:
        return None
    if path.attribute is not None:
        return elements[0].get(path.attribute) or None
    return "".join(elements[0].itertext()).strip() or None


def _as_json(element: Any) -> Any:
    children = [child for child in element if isinstance(child.tag, str)]
    text = (
        "".join([element.text or "", *(child.tail or "" for child in children)]).strip()
        if children
        else (element.text or "").strip()
    )
    if not children and not element.attrib:
        return text
    value: dict[str, Any] = {f"@{_local(key)}": item for key, item in element.attrib.items()}
    for child in children:
        key, item = _local(child.tag), _as_json(child)
        if key in value:
            value[key] = [*value[key], item] if isinstance(value[key], list) else [value[key], item]
        else:
            value[key] = item
    if text:
        value["#text"] = text
    return value


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
