"""Takes the one promised member out of a zip archive, with limits on everything an archive can lie about.

Not here: formats of the members. Limits: entries, declared size, real size while unpacking, ratio to the
packed size.
"""

import errno
import fnmatch
import lzma
import re
import stat
import struct
import zipfile
import zlib
from itertools import pairwise
from pathlib import Path, PurePosixPath

from orchestration.errors import RejectedFileError
from orchestration.submissions.read import bag
from reports.hidden_characters import written_out

MAX_ENTRIES = 200
MAX_BYTES = 8 << 30
MAX_RATIO = 200
_FREE_BYTES = 64 << 20  # below this size a high ratio harms nobody: tables full of zeros compress well
_LITTER = ("__macosx/", "thumbs.db", ".ds_store", "desktop.ini")
_CHUNK = 1 << 20
_MAX_TAG = 1 << 20
_LONGEST_NAME = 200
_HEADER = 30  # bytes of a local header without its name
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")  # names that Windows keeps for itself
DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, ValueError, OSError, OverflowError,
    RuntimeError, struct.error,
)  # fmt: skip


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
            _check_bag(archive, entry, target, name)
            return target
    except DAMAGE as error:
        raise_unless_damage(error)
        raise RejectedFileError(
            f"{name} is a damaged or truncated zip archive ({error}); expected a whole one. Test it with "
            "`unzip -t`, make it "
            "again and check that the transfer was complete."
        ) from None


def raise_unless_damage(error: Exception) -> None:
    """Raise on what no file can be blamed for, such as a full disk."""
    if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
        raise error


def check_archive(path: Path, name: str) -> None:
    """The limits alone, for formats that are archives inside (XLSX)."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_limits(archive, name, max_entries=5_000)
    except DAMAGE as error:
        raise_unless_damage(error)
        raise RejectedFileError(
            f"{name} is a damaged or truncated workbook ({error}). Open and save it again, and check that "
            "the transfer was complete."
        ) from None


def _only_member(archive: zipfile.ZipFile, pattern: str, name: str) -> zipfile.ZipInfo:
    _check_limits(archive, name, MAX_ENTRIES)
    folder = bag.base(archive.namelist())
    members = [
        entry for entry in archive.infolist()
        if not entry.is_dir() and not any(part in entry.filename.lower() for part in _LITTER)
        and not (folder is not None and bag.is_tag(entry.filename, folder))
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
        raise RejectedFileError(
            f"{name} has {len(entries)} entries; at most {max_entries} are taken. Send fewer files."
        )
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if total > MAX_BYTES or (total > _FREE_BYTES and total > MAX_RATIO * max(packed, 1)):
        raise RejectedFileError(
            f"{name} would unpack to {total:,} bytes from {packed:,}; at most {MAX_BYTES:,} bytes and "
            f"{MAX_RATIO} times the packed "
            "size are taken. Split the delivery or send it unpacked."
        )
    for entry in entries:
        _check_name(entry, name)
    _check_layout(entries, archive.start_dir, name)


def _check_name(entry: zipfile.ZipInfo, name: str) -> None:
    given = entry.orig_filename  # zipfile cuts the name at a NUL
    parts = PurePosixPath(given.replace("\\", "/")).parts
    if ".." in parts or given.startswith(("/", "\\")) or ":" in given:
        raise RejectedFileError(
            f"{name} holds the entry `{given[:120]}`, which points outside the archive; entries must be plain relative "
            "names. Make the archive again."
        )
    if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise RejectedFileError(
            f"{name}: the entry `{given[:120]}` is a link or a device, no file. Put the file itself into the archive."
        )
    odd = "\0" in given or written_out(given) != given or any(_DEVICES.fullmatch(part) for part in parts)
    if odd or any(len(part.encode()) > _LONGEST_NAME for part in parts):
        raise RejectedFileError(
            f"{name} holds the entry `{given[:120]}`, whose name is reserved, too long or has characters that nobody "
            "sees. Give the file a plain name and make the archive again."
        )


def _check_layout(entries: list[zipfile.ZipInfo], end: int, name: str) -> None:
    """Every byte belongs to one entry, and every name to one: else two programs could read two different archives."""
    names = [entry.filename.lower() for entry in entries]
    twice = next((item for item in names if names.count(item) > 1), None) if len(set(names)) < len(names) else None
    if twice is not None:
        raise RejectedFileError(
            f"{name} holds the entry `{twice[:120]}` more than once, so that it cannot be told which one counts. Make "
            "the archive again."
        )
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    for before, entry in pairwise(ordered):
        if before.header_offset + _HEADER + before.compress_size > entry.header_offset:
            raise RejectedFileError(
                f"{name}: the entries `{before.filename[:120]}` and `{entry.filename[:120]}` overlap. Make the "
                "archive again."
            )
    if ordered and ordered[-1].header_offset + _HEADER + ordered[-1].compress_size > end:
        raise RejectedFileError(
            f"{name}: the entry `{ordered[-1].filename[:120]}` is damaged: it would reach beyond the archive. Make the "
            "archive again."
        )
    if ordered and ordered[0].header_offset != 0:
        raise RejectedFileError(
            f"{name} begins with {ordered[0].header_offset:,} bytes that belong to none of its entries (another "
            "archive or a program before it). Make the archive again."
        )


def _check_bag(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, file: Path, name: str) -> None:
    """A zipped BagIt bag states digests of its payload: they are compared before anybody reads it."""
    folder = bag.base(archive.namelist())
    if folder is None:
        return
    for manifest in bag.MANIFESTS:
        if folder + manifest in archive.namelist():
            if archive.getinfo(folder + manifest).file_size > _MAX_TAG:
                raise RejectedFileError(f"{name}: {manifest} has more than {_MAX_TAG:,} bytes. Make the bag again.")
            lines = archive.read(folder + manifest).decode("utf-8-sig")
            bag.check_payload(file, entry.filename.removeprefix(folder), manifest, lines, name)
            return
    raise RejectedFileError(f"{name} is a BagIt bag without {' or '.join(bag.MANIFESTS)}. Make the bag again with one.")


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
