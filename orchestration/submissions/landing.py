"""Looks through the landing folder for files, bags and manifests without a file that some contract takes.

Here: finding them with their manifests and signatures, and passing over what has not changed since the last look.
The landing folder is only ever read: it may be mounted read-only. Not here: receiving (receive.py).
"""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from orchestration.contracts.model import Contract, ContractSet
from orchestration.errors import EntrepotError
from orchestration.register import Register
from orchestration.submissions.bag import DECLARATION, Bag, open_bag
from orchestration.submissions.envelope import open_envelope, signature_path
from orchestration.submissions.kinds import require_statement
from orchestration.submissions.manifest import MANIFEST_SUFFIX, manifest_path
from orchestration.submissions.signature import SIGNATURE_SUFFIX

_TEMPORARY = (".tmp", ".part", ".partial", ".crdownload", ".filepart", "~", ".swp")


@dataclass(frozen=True)
class LandingFile:
    """A file to receive: its path, the contract that takes it and the fingerprint under which it is
    remembered. For a bag `path` is the file in it and `bag` the folder. `is_statement`: there is no such file, its
    manifest stands for itself.
    """

    path: Path
    relative: str
    contract: Contract
    fingerprint: str
    bag: Bag | None = None
    is_statement: bool = False

    @property
    def place(self) -> str:
        """The name under which it is remembered: the file's path, the bag's, or the manifest's."""
        found = manifest_path(self.path) if self.is_statement else self.path
        return str((self.bag.folder if self.bag else found).absolute())

    @property
    def said(self) -> Path:
        """The path beside which its manifest and signature stand."""
        return self.bag.said if self.bag else self.path


@dataclass(frozen=True)
class Refused:
    """What cannot be received, and why. Without a fingerprint the fault is not the file's: it is told at every look."""

    path: Path
    relative: str
    reason: str
    fingerprint: str = ""


@dataclass(frozen=True)
class Scan:
    """One look at the landing folder; `not_taken` are relative paths that no contract matches."""

    files: tuple[LandingFile, ...] = ()
    not_taken: tuple[str, ...] = ()
    unchanged: int = 0
    refused: tuple[Refused, ...] = ()


def scan(landing: Path, contracts: ContractSet, register: Register) -> Scan:
    """New and changed files in the order of their names; EntrepotError when there is no such folder.

    Folders whose names begin with `.` or `_` are not looked into: the sample keeps its truth in `_truth`.

    A file whose path, size and time of change are those of the last look is counted as unchanged without
    being opened.
    """
    if not landing.is_dir():
        raise EntrepotError(
            f"The landing folder {landing} does not exist. Create it, or name another one with --landing."
        )
    known = {path: entry[0] for path, entry in register.landing_fingerprints().items()}
    files: list[LandingFile] = []
    not_taken: list[str] = []
    refused: list[Refused] = []
    unchanged = 0
    for path in _walk(landing):
        relative = path.relative_to(landing).as_posix()
        found = _look(path, relative, contracts, register, known)
        if found is None:
            not_taken.append(relative)
        elif found.fingerprint and known.get(str(path.absolute())) == found.fingerprint:
            unchanged += 1
        elif isinstance(found, Refused):
            refused.append(found)
        else:
            files.append(found)
    return Scan(tuple(files), tuple(not_taken), unchanged, tuple(refused))


def _look(
    path: Path, relative: str, contracts: ContractSet, register: Register, known: Mapping[str, str]
) -> LandingFile | Refused | None:
    """What one file or bag is: something to receive, something to refuse, or nothing of ours."""
    for one in (path, manifest_path(path), signature_path(path)):
        if one.is_symlink() and (reason := _not_followed(one)):
            return Refused(path, relative, reason)
    alone = _stands_alone(path)
    stamp = _stamp(_subject(path) if alone else path)
    unclaimed = f"{stamp}:unclaimed"
    if known.get(str(path.absolute())) == unclaimed:
        return Refused(path, relative, "", unclaimed)
    try:
        if alone:
            require_statement(open_envelope(register, _subject(path), register.clock()).manifest, path.name)
        elif _is_said(path):
            raise EntrepotError(f"{path.name} speaks of {_subject(path).name}, which is not there. Send all again.")
        bag = open_bag(path) if path.is_dir() else None
    except EntrepotError as error:
        return Refused(path, relative, str(error), unclaimed)
    try:
        # A bag is taken as its file would be, did it lie where the bag lies.
        name = bag.payload.name if bag else _subject(path).name if alone else path.name
        contract = contracts.match((PurePosixPath(relative).parent / name).as_posix())
    except EntrepotError as error:
        return Refused(path, relative, str(error))
    file = bag.payload if bag else _subject(path) if alone else path
    if contract is None:
        said = bag.said if bag else file
        try:
            named = open_envelope(register, said, register.clock()).manifest.feed
        except EntrepotError as error:
            return Refused(path, relative, str(error), unclaimed)
        contract = contracts.get(named) if named else None
    if contract is None:
        return None
    # A feed that need no longer be signed gives its files another chance.
    of_feed = ":".join([contract.id, contract.version, *(["required"] if contract.signature == "required" else [])])
    return LandingFile(file, relative, contract, f"{stamp}:{of_feed}", bag, is_statement=alone)


def _not_followed(link: Path) -> str | None:
    """Why a link is not followed. A partner who can write here could else have any file of this machine read to him:
    a link to a file counts if it was made by the owner of that file or of this process, as web servers have it.
    """
    if link.is_dir():
        return (
            f"{link.name} is a link to a folder; links to folders are not followed, so nothing in it was taken. "
            "Put the files here, or name that folder with --landing."
        )
    try:
        owner = link.stat().st_uid
    except OSError:
        return f"{link.name} is a link to a file that is not there. Put the file here."
    if link.lstat().st_uid in (owner, os.geteuid()):
        return None
    return f"{link.name} is a link to a file of somebody else, which is not followed. Put the file itself here."


def _stamp(path: Path) -> str:
    """Size and time of change of the file, its manifest and its signature; of a bag, of all in it."""
    if path.is_dir():
        inside = sorted(path.rglob("*"))
        names = hashlib.sha256("\n".join(str(item.relative_to(path)) for item in inside).encode()).hexdigest()
        return ":".join([names, *(_state(item) for item in inside)])
    signed = signature_path(path)
    return ":".join(_state(item) for item in (path, manifest_path(path), *([signed] if signed.exists() else [])))


def _state(path: Path) -> str:
    try:
        status = path.stat()
    except OSError:
        return ":"
    return f"{status.st_size}:{status.st_mtime_ns}"


def _is_said(path: Path) -> bool:
    return path.name.lower().endswith((MANIFEST_SUFFIX, MANIFEST_SUFFIX + SIGNATURE_SUFFIX))


def _stands_alone(path: Path) -> bool:
    """Whether it is a manifest without its file; a signature without its manifest stands for nothing."""
    return path.name.lower().endswith(MANIFEST_SUFFIX)


def _subject(path: Path) -> Path:
    """The file of which a manifest or signature speaks."""
    return path.with_name(path.name.removesuffix(SIGNATURE_SUFFIX).removesuffix(MANIFEST_SUFFIX))


def _walk(landing: Path) -> list[Path]:
    """Files and bags; manifests and signatures only where the file of which they speak is missing."""
    found = []
    bags = {path.parent for path in landing.rglob(DECLARATION)} - {landing}
    for path in (*landing.rglob("*"), *bags):
        parts = path.relative_to(landing).parts
        name = path.name.lower()
        hidden = any(part.startswith((".", "~$")) for part in parts) or any(part.startswith("_") for part in parts[:-1])
        if hidden or name.endswith(_TEMPORARY) or not bags.isdisjoint(path.parents):
            continue
        if _is_said(path):
            if (beside := path.with_name(path.name.removesuffix(SIGNATURE_SUFFIX))).exists() and beside != path:
                continue
            if path.with_name(beside.name.removesuffix(MANIFEST_SUFFIX)).exists():
                continue
        if path in bags or path.is_file() or path.is_symlink():
            found.append(path)
    return sorted(set(found), key=lambda path: path.relative_to(landing).as_posix())
