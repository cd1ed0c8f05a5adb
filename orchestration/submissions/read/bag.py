"""Tells the payload of a BagIt bag (RFC 8493) within a zip archive from the bag's own files.

Here: which files of a bag are tags and which are payload, and the comparison of the payload with the digests of the
bag's own manifest. Not here: bags that arrive as folders (submissions/bag.py) and the manifest of a submission.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from orchestration.errors import RejectedFileError
from orchestration.submissions.bag import DECLARATION

MANIFESTS = ("manifest-sha512.txt", "manifest-sha256.txt")
_CHUNK = 1 << 20


def base(names: Sequence[str]) -> str | None:
    """The folder of a zipped bag, with its `/`, empty when the bag is the archive itself; None when there is no bag."""
    found = [name for name in names if PurePosixPath(name).name == DECLARATION and name.count("/") <= 1]
    return found[0][: -len(DECLARATION)] if len(found) == 1 else None


def is_tag(entry: str, folder: str) -> bool:
    """Whether the entry of the archive belongs to the bag itself rather than to its payload."""
    return entry.startswith(folder) and not entry.startswith(f"{folder}data/")


def check_payload(file: Path, entry: str, manifest: str, lines: str, name: str) -> None:
    """Compare the payload with its line in the manifest: the same file, and no other, with the same digest."""
    listed = {
        path.strip().lstrip("*"): digest for digest, _, path in (line.partition(" ") for line in lines.splitlines())
    }
    listed.pop("", None)
    if set(listed) != {entry}:
        raise RejectedFileError(
            f"{name}: {manifest} lists {', '.join(sorted(listed)[:10]) or 'nothing'}, and the bag holds {entry}. Make "
            "the bag again with all its files."
        )
    digest = hashlib.new(manifest.removeprefix("manifest-").removesuffix(".txt"))
    with file.open("rb") as content:
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
    if digest.hexdigest() != listed[entry].lower():
        raise RejectedFileError(
            f"{name}: {entry} has not the digest that {manifest} states, so it was changed or damaged on the way. "
            "Send the bag again."
        )
