"""Looks through the landing folder for files that some contract takes.

Here: finding files with their manifests beside them and manifests without a file, and passing over what has not
changed since the last look.
The landing folder is only ever read: it may be mounted read-only. Not here: receiving (receive.py).
"""

from dataclasses import dataclass, field
from pathlib import Path

from orchestration.contracts.model import Contract, ContractSet
from orchestration.errors import EntrepotError
from orchestration.register import Register
from orchestration.submissions.manifest import MANIFEST_SUFFIX, manifest_path, read_manifest, read_statement

_TEMPORARY = (".tmp", ".part", ".partial", ".crdownload", ".filepart", "~", ".swp")


@dataclass(frozen=True)
class LandingFile:
    """A file to receive: its path, the contract that takes it and the fingerprint under which it is
    remembered. `is_statement`: it is a manifest that stands for itself, without a file.
    """

    path: Path
    relative: str
    contract: Contract
    fingerprint: str
    is_statement: bool = False


@dataclass(frozen=True)
class Scan:
    """One look at the landing folder; `not_taken` are relative paths that no contract matches, `refused` says why
    others cannot be received.
    """

    files: tuple[LandingFile, ...] = ()
    not_taken: tuple[str, ...] = ()
    unchanged: int = 0
    refused: dict[str, str] = field(default_factory=dict)


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
    known = register.landing_fingerprints()
    files: list[LandingFile] = []
    not_taken: list[str] = []
    refused: dict[str, str] = {}
    unchanged = 0
    for path in _walk(landing):
        relative = path.relative_to(landing).as_posix()
        is_statement = path.name.lower().endswith(MANIFEST_SUFFIX)
        try:
            contract = contracts.match(relative[: -len(MANIFEST_SUFFIX)] if is_statement else relative)
            if contract is None and (named := _feed_of_manifest(path, is_statement)):
                contract = contracts.get(named)
        except EntrepotError as error:
            refused[relative] = str(error)
            continue
        if contract is None:
            not_taken.append(relative)
            continue
        fingerprint = fingerprint_of(path, contract)
        if known.get(str(path.absolute()), ("",))[0] == fingerprint:
            unchanged += 1
        else:
            files.append(LandingFile(path, relative, contract, fingerprint, is_statement))
    return Scan(tuple(files), tuple(not_taken), unchanged, refused)


def fingerprint_of(path: Path, contract: Contract) -> str:
    """Size and time of change of the file and its manifest, and the feed's version: what makes a file worth
    another look.
    """
    status = path.stat()
    manifest = manifest_path(path)
    beside = manifest.stat() if manifest.exists() else None
    return ":".join(
        str(part)
        for part in (
            status.st_size, status.st_mtime_ns, beside.st_size if beside else "", beside.st_mtime_ns if beside else "",
            contract.id, contract.version,
        )
    )  # fmt: skip


def _feed_of_manifest(path: Path, is_statement: bool) -> str | None:
    if is_statement:
        return read_statement(path).feed
    return read_manifest(path).feed if manifest_path(path).exists() else None


def _walk(landing: Path) -> list[Path]:
    found = []
    for path in landing.rglob("*"):
        parts = path.relative_to(landing).parts
        name = path.name.lower()
        hidden = any(part.startswith((".", "~$")) for part in parts) or any(part.startswith("_") for part in parts[:-1])
        beside_its_file = name.endswith(MANIFEST_SUFFIX) and path.with_name(path.name[: -len(MANIFEST_SUFFIX)]).exists()
        if hidden or beside_its_file or name.endswith(_TEMPORARY) or not path.is_file():
            continue
        found.append(path)
    return sorted(found, key=lambda path: path.relative_to(landing).as_posix())
