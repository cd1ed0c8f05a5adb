"""BagIt folders (RFC 8493) as the wrapping of one submission: which file is in them, and whether all is there.

Here: finding a bag, its one payload file, and the proof that its files and its manifests name each other and every
hash agrees. Not here: what our own manifest in it says (manifest.py), and bags within an archive (read/).

    <bag>/bagit.txt  manifest-sha256.txt  bag-info.txt  data/<the file>
          entrepot.manifest.json  entrepot.manifest.json.sig
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from orchestration.errors import EntrepotError
from orchestration.submissions.vault import hash_file

DECLARATION = "bagit.txt"
PAYLOAD = "data"
SAID = "entrepot"  # our own manifest is the tag file entrepot.manifest.json
ALGORITHMS = ("sha256", "sha512")
_VERSIONS = ("0.97", "1.0")
_LARGEST_TAG_FILE = 1 << 20
_LINE = re.compile(r"([0-9A-Fa-f]+)[ \t]+\*?(.+)")


@dataclass(frozen=True)
class Bag:
    """A folder that is a bag; `payload` is its one file."""

    folder: Path
    payload: Path

    @property
    def said(self) -> Path:
        """The path beside which our manifest and its signature stand, as they would beside a file."""
        return self.folder / SAID


def is_bag(folder: Path) -> bool:
    """Whether somebody says that the folder is a bag."""
    return (folder / DECLARATION).is_file()


def open_bag(folder: Path) -> Bag:
    """The bag and its payload, by names alone; EntrepotError unless there is exactly one payload file."""
    inside = [path for path in (folder / PAYLOAD).rglob("*") if path.is_symlink() or not path.is_dir()]
    if len(inside) != 1:
        names = f" ({', '.join(sorted(path.name for path in inside)[:5])})" if inside else ""
        raise EntrepotError(
            f"The bag {folder.name} holds {len(inside) or 'no'} files under {PAYLOAD}/{names}; "
            "expected exactly one. Send one bag for each file."
        )
    return Bag(folder, inside[0])


def check_bag(bag: Bag, payload_hash: str) -> None:
    """Prove that the bag is whole; EntrepotError says what is missing, too many or changed.

    `payload_hash` is the sha256 of the bytes that were copied in: those, not what may lie in the folder now, are
    held against the manifest.
    """
    _Check(bag).run(payload_hash)


class _Check:
    """One look through a bag; holds it so that every error can name it."""

    def __init__(self, bag: Bag) -> None:
        self.bag, self.folder = bag, bag.folder
        self.files = {
            path.relative_to(bag.folder).as_posix(): path
            for path in bag.folder.rglob("*")
            if path.is_symlink() or not path.is_dir()
        }

    def run(self, payload_hash: str) -> None:
        links = [name for name, path in self.files.items() if path.is_symlink() or not path.is_file()]
        if links:
            self.fail(f"{links[0]} is no plain file")
        if "fetch.txt" in self.files:
            self.fail("fetch.txt asks to fetch files from elsewhere, which is never done; put them into the bag")
        self.declaration()
        payload = {name for name in self.files if name.startswith(f"{PAYLOAD}/")}
        manifests = self.manifests("manifest")
        if "sha256" not in manifests:
            self.fail("manifest-sha256.txt is missing")
        for algorithm, listed in manifests.items():
            self.compare(f"manifest-{algorithm}.txt", set(listed), payload)
            self.hashes(algorithm, listed, {self.payload_name: payload_hash} if algorithm == "sha256" else {})
        self.size()
        self.tag_files(payload)

    @property
    def payload_name(self) -> str:
        return self.bag.payload.relative_to(self.folder).as_posix()

    def declaration(self) -> None:
        lines = dict(self.labels(DECLARATION))
        if (
            lines.get("BagIt-Version") not in _VERSIONS
            or lines.get("Tag-File-Character-Encoding", "").upper() != "UTF-8"
        ):
            self.fail(f"{DECLARATION} must say BagIt-Version: {_VERSIONS[-1]} and Tag-File-Character-Encoding: UTF-8")

    def size(self) -> None:
        """Payload-Oxum of bag-info.txt, where it stands, is bytes.files."""
        oxum = dict(self.labels("bag-info.txt")).get("Payload-Oxum") if "bag-info.txt" in self.files else None
        actual = f"{self.bag.payload.stat().st_size}.1"
        if oxum is not None and oxum != actual:
            self.fail(f"bag-info.txt says Payload-Oxum {oxum}, but the payload is {actual}")

    def tag_files(self, payload: set[str]) -> None:
        """Every other file is one that we expect or that a tag manifest lists."""
        listings = self.manifests("tagmanifest")
        tags = set(self.files) - payload
        own = {f"tagmanifest-{algorithm}.txt" for algorithm in listings}
        for algorithm, listed in listings.items():
            missing = sorted(set(listed) - tags)
            if missing:
                self.fail(f"{missing[0]} is named in tagmanifest-{algorithm}.txt and is not in the bag")
            self.hashes(algorithm, listed, {})
        expected = {DECLARATION, "bag-info.txt", f"{SAID}.manifest.json", f"{SAID}.manifest.json.sig", *own}
        expected |= {f"manifest-{algorithm}.txt" for algorithm in ALGORITHMS}
        extra = sorted(tags - expected - {name for listed in listings.values() for name in listed})
        if extra:
            self.fail(f"{extra[0]} is in the bag and no manifest names it")

    def compare(self, name: str, listed: set[str], there: set[str]) -> None:
        if missing := sorted(listed - there):
            self.fail(f"{missing[0]} is named in {name} and is not in the bag")
        if extra := sorted(there - listed):
            self.fail(f"{extra[0]} is in the bag and {name} does not name it")

    def hashes(self, algorithm: str, listed: Mapping[str, str], known: Mapping[str, str]) -> None:
        for name, expected in listed.items():
            actual = known.get(name) or hash_file(self.files[name], algorithm)
            if actual != expected.lower():
                self.fail(f"{name} has the {algorithm} {actual}, but its manifest says {expected.lower()}")

    def manifests(self, kind: str) -> dict[str, dict[str, str]]:
        """The listings of one kind by algorithm: path to hash."""
        found = {}
        for name in sorted(self.files):
            match = re.fullmatch(rf"{kind}-([A-Za-z0-9]+)\.txt", name)
            if match is None:
                continue
            if match[1] not in ALGORITHMS:
                self.fail(f"{name} uses {match[1]}; expected {' or '.join(ALGORITHMS)}")
            found[match[1]] = self.listing(name)
        return found

    def listing(self, name: str) -> dict[str, str]:
        listed: dict[str, str] = {}
        for number, line in enumerate(self.lines(name), start=1):
            match = _LINE.fullmatch(line)
            if match is None:
                self.fail(f"line {number} of {name} is not `hash path`")
            path = match[2].replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")
            if path.startswith(("/", "~")) or ".." in path.split("/") or "\\" in path:
                self.fail(f"line {number} of {name} names a path outside the bag")
            if path in listed:
                self.fail(f"line {number} of {name} names {path} a second time")
            listed[path] = match[1]
        return listed

    def labels(self, name: str) -> list[tuple[str, str]]:
        """The `Label: value` lines of a tag file; lines that begin with a blank go on with the one before."""
        found: list[tuple[str, str]] = []
        for line in self.lines(name):
            if line[:1] in (" ", "\t") and found:
                found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}")
            else:
                label, _, value = line.partition(":")
                found.append((label.strip(), value.strip()))
        return found

    def lines(self, name: str) -> list[str]:
        path = self.files[name]
        if path.stat().st_size > _LARGEST_TAG_FILE:
            self.fail(f"{name} is larger than a list of one file can be")
        try:
            return [line for line in re.split(r"\r\n|\n|\r", path.read_text(encoding="utf-8")) if line.strip()]
        except (OSError, UnicodeDecodeError) as error:
            self.fail(f"{name} cannot be read as UTF-8 ({error})")

    def fail(self, reason: str) -> NoReturn:
        raise EntrepotError(f"The bag {self.folder.name} is not whole: {reason}. Nothing of it was taken.")
