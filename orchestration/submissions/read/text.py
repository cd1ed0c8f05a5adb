"""Brings text into UTF-8, strictly: a byte that the agreed encoding does not have refuses the file.

Here: decoding with the offset of the first wrong byte, and what may stand at the very end of a text file (an agreed
end marker, the Ctrl-Z of old systems). Not here: any format.
"""

import codecs
from collections.abc import Iterator
from pathlib import Path

from orchestration.contracts.model import ReaderOptions
from orchestration.errors import RejectedFileError

_CHUNK = 4 << 20
_CTRL_Z = b"\x1a"


def codec(path: Path, declared: str) -> str:
    """Python's name for the agreed encoding of this file: UTF-8 with or without byte order mark, and UTF-16 without one
    in the byte order in which more of its zero bytes are the high ones.
    """
    name = codecs.lookup(declared).name
    if name in ("utf-8", "ascii"):
        return "utf-8-sig"
    if name != "utf-16":
        return name
    with path.open("rb") as file:
        head = file.read(1 << 16)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return name
    return "utf-16-be" if head[0::2].count(0) > head[1::2].count(0) else "utf-16-le"


def ends_with_ctrl_z(path: Path) -> bool:
    """Whether the last byte, line ends aside, is the end-of-file mark of CP/M and MS-DOS (0x1a)."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 4))
        return file.read().rstrip(b"\r\n").endswith(_CTRL_Z)


def rewritten(path: Path, scratch: Path, options: ReaderOptions, encoding: str, name: str) -> Path:
    """The file as UTF-8 without end marker; raises RejectedFileError with the offset of the first wrong byte."""
    target = scratch / "as_utf8.txt"
    last_line = ""
    with target.open("w", encoding="utf-8", newline="") as file:
        for text in decoded(path, encoding, name):
            file.write(text)
            last_line = (last_line + text)[-4096:]
    size = target.stat().st_size
    tail = last_line.rstrip("\r\n")
    size -= len(last_line.encode()) - len(tail.encode())
    marker = options.end_marker
    if marker is not None and tail != marker and not tail.endswith(("\n" + marker, "\r" + marker)):
        raise RejectedFileError(
            f"{name} does not end with the agreed end marker {marker!r} on a line of its own, so it was cut off. Send "
            "it again, whole."
        )
    if marker is None and tail.endswith("\x1a"):
        marker = "\x1a"
    if marker:
        with target.open("r+b") as file:
            file.truncate(size - len(marker.encode()))
    return target


def decoded(path: Path, encoding: str, name: str) -> Iterator[str]:
    """The text of a file in pieces; RejectedFileError with the offset of the first byte that is not of the encoding."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    offset = 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            pending = len(decoder.getstate()[0])
            try:
                yield decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                raise _not_in_encoding(
                    name, encoding, offset - pending + error.start, error.object[error.start]
                ) from None
            except UnicodeError as error:
                raise RejectedFileError(
                    f"{name} is not in the agreed encoding {encoding}, at offset {offset} ({error}). Export it in that "
                    "encoding, or agree another one in the contract."
                ) from None
            if not chunk:
                return
            offset += len(chunk)


def bad_bytes(path: Path, name: str) -> RejectedFileError | None:
    """What is wrong with a file that should be UTF-8; None when nothing is."""
    try:
        for _ in decoded(path, "utf-8", name):
            pass
    except RejectedFileError as error:
        return error
    return None


def _not_in_encoding(name: str, encoding: str, offset: int, byte: int) -> RejectedFileError:
    return RejectedFileError(
        f"{name} is not in the agreed encoding {encoding}: the byte 0x{byte:02x} at offset {offset} does not "
        "exist in it. Export it "
        "in that encoding, or agree another one in the contract."
    )
