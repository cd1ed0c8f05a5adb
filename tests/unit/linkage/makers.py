"""Rows of int_parties__profiles for tests: a name and what else is given."""

import hashlib
import json
from typing import Any

from orchestration.linkage.profiles import COLUMNS


def row(name: str, **given: Any) -> dict[str, Any]:
    """A row with the columns of profiles; lists become JSON, `aliases` and `addresses` may be plain texts."""
    content: dict[str, Any] = {**dict.fromkeys(COLUMNS), "name": name}
    for key, value in given.items():
        if key == "aliases":
            value = [{"name": text} for text in value]
        elif key == "addresses":
            value = [{"text": text} for text in value]
        content[key] = json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
    content["profile_id"] = hashlib.sha256(repr(content).encode()).hexdigest()
    return content


def listed(name: str, list_code: str, ref: str, **given: Any) -> dict[str, Any]:
    """A row of a listed person."""
    return row(
        name, **{"entity_kind": "person", "list_code": list_code, "entry_ref": ref, "list_entry_ref": ref, **given}
    )
