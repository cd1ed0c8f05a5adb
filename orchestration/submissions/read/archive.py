"""Takes the one promised member out of a zip archive, with limits on everything an archive can lie about.

Not here: formats of the members. Limits: entries, declared size, real size while unpacking, ratio to the
packed size.
"""

import fnmatch
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from orchestration.errors import RejectedFileError

MAX_ENTRIES = 200
MAX_BYTES = 8 << 30
MAX_RATIO = 200
_FREE_BYTES = 64 << 20  # below this size a high ratio harms nobody: tables full of zeros compress well
_LITTER = ("__macosx/", "thumbs.db", ".ds_store", "desktop.ini")
_CHUNK = 1 << 20


def extract_member(path: Path, pattern: str, scratch: Path, name: str) -> Path:
    """Unpack the only member whose file name matches `pattern` into `scratch`; RejectedFileError when
    anything is odd.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entry = _only_member(archive, pattern, name)
            if entry.flag_bits & 0x1:
                raise RejectedFileError(
                    f"{name}: {entry.filename} is encrypted with a password; send the archive without one."
                )
            target = scratch / PurePosixPath(entry.filename).name
            _unpack(archive, entry, target, name)
            return target
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError) as error:
        raise RejectedFileError(
            f"{name} is a damaged or truncated zip archive ({error}); expected a whole one. Test it with "
            "`unzip -t`, make it "
            "again and check that the transfer was complete."
        ) from None


def check_archive(path: Path, name: str) -> None:
    """The limits alone, for formats that are archives inside (XLSX)."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_limits(archive, name, max_entries=5_000)
    except zipfile.BadZipFile as error:
        raise RejectedFileError(
            f"{name} is a damaged or truncated workbook ({error}). Open and save it again, and check that "
            "the transfer was complete."
        ) from None


def _only_member(archive: zipfile.ZipFile, pattern: str, name: str) -> zipfile.ZipInfo:
    _check_limits(archive, name, MAX_ENTRIES)
    members = [
        entry for entry in archive.infolist()
        if not entry.is_dir() and not any(part in entry.filename.lower() for part in _LITTER)
    ]  # fmt: skip
    matching = [
        entry for entry in members
        if fnmatch.fnmatchcase(PurePosixPath(entry.filename).name.lower(), pattern.lower())
    ]  # fmt: skip
    others = [entry.filename for entry in members if entry not in matching]
    if len(matching) != 1 or others:
        holds = ", ".join(entry.filename for entry in members[:10]) or "nothing"
        raise RejectedFileError(
            f"{name} holds {holds}; expected exactly one file that matches `{pattern}`. Put this file alone "
            "into the archive."
        )
    return matching[0]


def _check_limits(archive: zipfile.ZipFile, name: str, max_entries: int) -> None:
    entries = archive.infolist()
    if len(entries) > max_entries:
        raise RejectedFileError(f"{name} has {len(entries)} entries; at most {max_entries} are taken.")
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if total > MAX_BYTES or (total > _FREE_BYTES and total > MAX_RATIO * max(packed, 1)):
        raise RejectedFileError(
            f"{name} would unpack to {total:,} bytes from {packed:,}; at most {MAX_BYTES:,} bytes and "
            f"{MAX_RATIO} times the packed "
            "size are taken. Split the delivery or send it unpacked."
        )
    for entry in entries:
        parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
        if ".." in parts or entry.filename.startswith(("/", "\\")) or ":" in entry.filename:
            raise RejectedFileError(
                f"{name} holds the entry `{entry.filename}`, which points outside the archive; entries must "
                "be plain relative names."
            )


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, name: str) -> None:
    written = 0
    with archive.open(entry) as member, target.open("wb") as file:
        while chunk := member.read(_CHUNK):
            written += len(chunk)
            if written > entry.file_size or written > MAX_BYTES:
                raise RejectedFileError(
                    f"{name}: {entry.filename} unpacks to more than the {entry.file_size:,} bytes it declares."
                )
            file.write(chunk)
