"""The layout of XML: which element is a record, and the paths of the values within it.

Here: the element that repeats nearest to the root and has parts. Not here: what stands in the values.
"""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree

from orchestration.contracts.model import ReaderOptions
from orchestration.errors import EntrepotError
from orchestration.onboarding.layout import Layout

_NO_SURPRISES = {"resolve_entities": False, "load_dtd": False, "no_network": True, "huge_tree": False,
                 "remove_comments": True, "remove_pis": True}  # fmt: skip


@dataclass
class _Part:
    """An element at one place within the records: how often it stands in one parent at most, and what it has."""

    times: int = 0
    children: dict[str, "_Part"] = field(default_factory=dict)
    attributes: dict[str, None] = field(default_factory=dict)
    has_text: bool = False

    def take(self, element: Any) -> None:
        self.attributes.update(dict.fromkeys(str(name) for name in element.attrib))
        self.has_text = self.has_text or bool((element.text or "").strip())
        counts = Counter(child.tag for child in element)
        for tag, count in counts.items():
            part = self.children.setdefault(tag, _Part())
            part.times = max(part.times, count)
        for child in element:
            self.children[child.tag].take(child)


def look_at_xml(path: Path) -> Layout:
    """Record element, namespaces and value paths; EntrepotError when nothing repeats."""
    try:
        record, total = _record(path)
        part, names = _Part(), _Names()
        for element in _elements(path, record[-1]):
            names.learn(element)
            part.take(element)
    except etree.XMLSyntaxError as error:
        raise EntrepotError(f"{path.name} is not well-formed XML ({error.msg}). Ask for the file again.") from None
    sources, arrays = _paths(part, names, "")
    record_path = "/".join(names.of(tag) for tag in record[-2:]) if len(record) > 2 else names.of(record[-1])
    options = ReaderOptions(record_path=record_path, namespaces=tuple(sorted(names.spaces.items())))
    notes = {"record_path": f"the element nearest to the root that repeats and has parts ({total:,} times)"}
    return Layout("xml", options, tuple(sources), frozenset(arrays), notes=notes)


class _Names:
    """Turns {namespace}tag into prefix:tag, with prefixes as the file has them."""

    def __init__(self) -> None:
        self.spaces: dict[str, str] = {}

    def learn(self, element: Any) -> None:
        for prefix, uri in element.nsmap.items():
            if uri not in self.spaces.values() and (prefix or "n") not in self.spaces:
                self.spaces[prefix or "n"] = uri

    def of(self, tag: str) -> str:
        name = etree.QName(tag)
        if name.namespace is None:
            return str(name.localname)
        prefix = next((prefix for prefix, uri in self.spaces.items() if uri == name.namespace), None)
        if prefix is None:
            prefix = f"n{len(self.spaces)}"
            self.spaces[prefix] = name.namespace
        return f"{prefix}:{name.localname}"


def _record(path: Path) -> tuple[tuple[str, ...], int]:
    """The path of tags of the records' element, and how often it stands in the file."""
    counts: Counter[tuple[str, ...]] = Counter()
    with_parts: set[tuple[str, ...]] = set()
    stack: list[str] = []
    for event, element in etree.iterparse(str(path), events=("start", "end"), **_NO_SURPRISES):
        if event == "start":
            stack.append(element.tag)
            counts[tuple(stack)] += 1
            if element.attrib:
                with_parts.add(tuple(stack))
            if len(stack) > 1:
                with_parts.add(tuple(stack[:-1]))
        else:
            stack.pop()
            element.clear()
    found = [where for where, count in counts.items() if count > 1 and len(where) > 1 and where in with_parts]
    if not found:
        raise EntrepotError(f"{path.name} has no element that repeats and has parts, so there are no records in it.")
    shallow = min(len(where) for where in found)
    best = max((where for where in found if len(where) == shallow), key=lambda where: counts[where])
    return best, counts[best]


def _elements(path: Path, tag: str) -> Any:
    for _, element in etree.iterparse(str(path), events=("end",), tag=tag, **_NO_SURPRISES):
        yield element
        element.clear()


def _paths(part: _Part, names: _Names, prefix: str) -> tuple[list[str], list[str]]:
    """The paths of the values below one element, in the order of the file, and which of them are lists."""
    sources = [f"{prefix}@{names.of(name)}" for name in part.attributes]
    arrays: list[str] = []
    for tag, child in part.children.items():
        where = prefix + names.of(tag)
        if child.times > 1:
            sources.append(where)
            arrays.append(where)
            continue
        if child.has_text or not (child.children or child.attributes):
            sources.append(where)
        below, lists = _paths(child, names, f"{where}/")
        sources += below
        arrays += lists
    return sources, arrays
