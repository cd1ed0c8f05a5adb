"""Whether a published edition is still what was published, and which receipts it vouches for.

Here: the hash that a manifest bears of itself, and the comparison of an edition's files with its manifest. Not here:
making editions (editions.py).
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from orchestration.settings import Home

MANIFEST = "manifest.json"
OWN_HASH = "manifest_sha256"


def written(manifest: Mapping[str, Any]) -> bytes:
    """The bytes of a manifest's file: with the hash of its other entries as the last one."""
    said = {word: value for word, value in manifest.items() if word != OWN_HASH}
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    whole = {**said, OWN_HASH: hashlib.sha256(canonical).hexdigest()}
    return (json.dumps(whole, indent=1, ensure_ascii=False) + "\n").encode()


def editions(home: Home) -> Iterator[Path]:
    """The folders of all published editions."""
    for path in sorted(home.reports.glob(f"*/*/*/{MANIFEST}")):
        if not path.parent.name.startswith("."):
            yield path.parent


def edition_problems(folder: Path) -> list[str]:
    """A sentence for each file of an edition that was changed, is missing or was added."""
    content = (folder / MANIFEST).read_bytes()
    try:
        manifest = json.loads(content)
        listed = {str(entry["path"]): str(entry["sha256"]) for entry in manifest["files"]}
        # Editions of before this hash have neither it nor the receipts' head.
        sound = written(manifest) == content or not {OWN_HASH, "receipts"} & set(manifest)
    except (ValueError, KeyError, TypeError):
        sound, listed = False, {}
    if not sound:
        return [f"{folder / MANIFEST} was changed since the edition was published. Restore it from a backup."]
    there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    found = [f"{folder / name} is missing from its edition." for name in sorted(set(listed) - set(there))]
    for name, path in sorted(there.items()):
        if name == MANIFEST:
            continue
        if name not in listed:
            found.append(f"{path} was added to an edition after it was published.")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != listed[name]:
            found.append(f"{path} was changed since its edition was published. Restore it from a backup.")
    return found


def head_of_edition(folder: Path) -> str | None:
    """The head of the receipts when the edition was published; None where it says none."""
    try:
        head = json.loads((folder / MANIFEST).read_bytes())["receipts"]["head"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return head if isinstance(head, str) else None
