"""Finds the one payload file of a BagIt bag (RFC 8493), in a folder or within a zip archive.

Here: which files of a bag are tags and which are payload, and the comparison of a zipped bag's payload with the digests
of its own manifest. Not here: the intake of bags as folders and the manifest of a submission, which are settled before
any file is parsed (submissions/).
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from orchestration.errors import RejectedFileError

DECLARATION = "bagit.txt"
MANIFESTS = ("manifest-sha512.txt", "manifest-sha256.txt")
_CHUNK = 1 << 20


def payload(folder: Path, name: str) -> Path:
    """The only file below `data/` of the bag in `folder`; RejectedFileError when there is none, or more than one."""
    data = folder / "data"
    if not (folder / DECLARATION).is_file() or not data.is_dir():
        raise RejectedFileError(
            f"{name} is no BagIt bag: it needs {DECLARATION} and the folder data. Make the bag again."
        )
    links = [path for path in sorted(folder.rglob("*")) if path.is_symlink()]
    if links:
        raise RejectedFileError(
            f"{name}: {links[0].relative_to(folder)} is a link to another place. Put the file itself into the bag."
        )
    files = [path for path in sorted(data.rglob("*")) if path.is_file()]
    if len(files) != 1:
        holds = ", ".join(str(path.relative_to(folder)) for path in files[:10]) or "nothing"
        raise RejectedFileError(f"{name} holds {holds} as payload; expected exactly one file. Deliver one feed a bag.")
    return files[0]


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
