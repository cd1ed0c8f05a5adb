"""Reads YAML as plain data, without the surprises that YAML brings, and remembers the line of every value.

Differences from `yaml.safe_load`, each for a reason: `NO`, `on`, `yes` stay text (Norway is not false); dates
and numbers with leading zeros stay text (`0102` is a code); aliases, anchors and tags are refused (a few
lines can expand to gigabytes); a key given twice is refused (the second would silently win). Not here: what
the values mean.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from orchestration.errors import ContractError

_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+")
_MAX_DEPTH = 40
_LOADER: type[Any] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    """A parsed file: its data and, for each place in it (a path of keys and positions), the line it stands
    on.
    """

    path: Path
    data: Any
    lines: dict[Place, int] = field(default_factory=dict)

    def at(self, place: Place) -> str:
        """`file:line` of a place, or of the nearest place that contains it."""
        while place and place not in self.lines:
            place = place[:-1]
        return f"{self.path}:{self.lines.get(place, 1)}"


def load(path: Path) -> Document:
    """Read one YAML file; raises ContractError naming file and line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ContractError(
            f"{path}: byte {error.start} is not UTF-8. Contracts are written in UTF-8: save the file in that encoding."
        ) from None
    except OSError as error:
        raise ContractError(f"{path} cannot be read: {error.strerror}.") from None
    try:
        for token in yaml.scan(text, Loader=_LOADER):
            if isinstance(token, yaml.AliasToken | yaml.AnchorToken | yaml.TagToken):
                raise ContractError(
                    f"{path}:{token.start_mark.line + 1}: YAML aliases (*), anchors (&) and tags (!) are not "
                    "allowed "
                    "in a contract. Write the value out, or put the text in quotation marks if it begins "
                    "with one of these."
                )
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        raise ContractError(f"{where}: this is not valid YAML: {error.problem or error.context}.") from None
    except yaml.YAMLError as error:
        raise ContractError(f"{path}: this is not valid YAML: {' '.join(str(error).split())}.") from None
    document = Document(path, None)
    data = None if root is None else _construct(root, (), document)
    return Document(path, data, document.lines)


def _construct(node: yaml.Node, place: Place, document: Document) -> Any:
    document.lines.setdefault(place, node.start_mark.line + 1)
    if len(place) > _MAX_DEPTH:
        raise ContractError(f"{document.at(place)}: values are nested more than {_MAX_DEPTH} deep.")
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise ContractError(f"{document.path}:{line}: a key must be plain text.")
            key = str(key_node.value)
            if key in mapping:
                raise ContractError(f"{document.path}:{line}: the key `{key}` is given twice; remove one of the two.")
            document.lines[(*place, key)] = line
            mapping[key] = _construct(value_node, (*place, key), document)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [_construct(item, (*place, position), document) for position, item in enumerate(node.value)]
    return _scalar(node)


def _scalar(node: yaml.Node) -> str | int | float | bool | None:
    text = str(node.value)
    if getattr(node, "style", None):
        return text
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        return float(text)
    return text
