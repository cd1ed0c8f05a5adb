"""Hashes of what a check wrote into the lake and nobody changes afterwards: all rows of a file, and which exclude each
other.

Here: writing them beside the files, in the folder that is put in place as a whole, and holding the files against them.
Not here: findings, quarantined rows and references, which are written anew when a record arrives that was waited for
(references.py); the account of rows counts those (conservation.py). `entrepot rebuild` makes a damaged folder anew.
"""

import json
from pathlib import Path

from orchestration.submissions.layout import EXCLUDED, ROWS
from orchestration.submissions.vault import hash_file

HASHES = "hashes.json"


def write_hashes(folder: Path) -> None:
    """Write the hashes of a folder that is about to be put in place."""
    (folder / HASHES).write_bytes(_text({name: hash_file(folder / name) for name in _fixed(folder)}))


def hash_problems(folder: Path) -> list[str]:
    """A sentence for each file that is not what the check wrote; none for a folder of before there were hashes."""
    file = folder / HASHES
    if not file.exists():
        return []
    content = file.read_bytes()
    try:
        kept = json.loads(content)
        sound = isinstance(kept, dict) and _text(kept) == content
    except ValueError:
        kept, sound = {}, False
    if not sound:
        return [f"{file} was changed; `entrepot rebuild` makes the lake anew from the vault."]
    actual = {name: hash_file(folder / name) for name in _fixed(folder)}
    return [
        f"{folder / name} is not what the check wrote; `entrepot rebuild` makes the lake anew from the vault."
        for name in sorted(set(kept) | set(actual))
        if kept.get(name) != actual.get(name)
    ]


def _fixed(folder: Path) -> list[str]:
    return [name for name in (EXCLUDED, ROWS) if (folder / name).exists()]


def _text(hashes: dict[str, str]) -> bytes:
    return (json.dumps(hashes, indent=1, sort_keys=True) + "\n").encode()
