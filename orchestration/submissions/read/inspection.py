"""One quick look through the bytes of a text file before it is read as a table.

Here: what the bytes alone tell and the reader must know beforehand: NUL bytes, mixed line ends, unusual
blanks, hidden characters. The search runs in C over large pieces, at many gigabytes a second where a byte does
not occur. Not here: decoding and dialects (csv.py).
"""

import re
from dataclasses import dataclass
from pathlib import Path

_CHUNK = 4 << 20
_KEEP = 4  # bytes of the piece before that are looked at again, so that nothing hides across the cut
_LINE_ENDS = (b"\n", b"\r")
_BOM = b"\xef\xbb\xbf"
# The hidden characters in UTF-8: single bytes, and sequences by the byte that they begin with.
_CONTROLS = tuple(bytes([code]) for code in (*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F))
_HIDDEN = {
    b"\xc2": rb"\xc2[\x80-\x9f\xad]", b"\xd8": rb"\xd8\x9c", b"\xe1\xa0": rb"\xe1\xa0\x8e",
    b"\xe2\x80": rb"\xe2\x80[\x8b-\x8f\xa8-\xae]", b"\xe2\x81": rb"\xe2\x81[\xa0-\xaf]", b"\xef\xbb\xbf": _BOM,
    b"\xef\xbf": rb"\xef\xbf[\xb9-\xbb]", b"\xf3\xa0": rb"\xf3\xa0[\x80\x81]",
}  # fmt: skip
_PATTERNS = {lead: re.compile(pattern) for lead, pattern in _HIDDEN.items()}
_WIDE = (b"\xc2\xa0", b"\xe2\x80\x87", b"\xe2\x80\x8b", b"\xe2\x80\xaf", _BOM)


@dataclass(frozen=True)
class Inspection:
    """The offset of the first NUL byte (-1: none); whether line ends are mixed; whether no cell can begin or
    end with another blank than the ordinary one; whether no character is hidden.
    """

    nul_at: int
    mixed_line_ends: bool
    plain_blanks: bool
    all_visible: bool


def inspect(path: Path, delimiter: str, quote: str) -> Inspection:
    """Look through a UTF-8 file; stops at the first NUL byte."""
    cut, mark = delimiter.encode(), quote.encode()
    feeds = returns = pairs = offset = 0
    feeds_alone, plain, visible, before = False, True, True, b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if (at := chunk.find(b"\0")) >= 0:
                return Inspection(offset + at, False, False, False)
            start = len(_BOM) if offset == 0 and chunk.startswith(_BOM) else 0
            seam = before + chunk[start : start + _KEEP]
            plain = plain and not (_has_odd_blank(seam, cut, mark) or _has_odd_blank(chunk, cut, mark, start))
            visible = visible and not (_has_hidden(seam, cut) or _has_hidden(chunk, cut, start))
            if b"\r" in chunk or before.endswith(b"\r"):
                feeds += chunk.count(b"\n")
                returns += chunk.count(b"\r")
                pairs += (before[-1:] + chunk).count(b"\r\n")
            else:
                feeds_alone = feeds_alone or b"\n" in chunk
            offset += len(chunk)
            before = chunk[-_KEEP:]
    one_kind = feeds == pairs == returns or feeds == 0
    return Inspection(-1, returns > 0 and (feeds_alone or not one_kind), plain, visible)


def _has_hidden(data: bytes, cut: bytes, start: int = 0) -> bool:
    if any(data.find(control) >= 0 for control in _CONTROLS if control != cut):
        return True
    return any(
        lead[:1] in data and lead in data and pattern.search(data, start) is not None
        for lead, pattern in _PATTERNS.items()
    )


def _has_odd_blank(data: bytes, cut: bytes, mark: bytes, start: int = 0) -> bool:
    """Each search for several bytes is asked only where the rarest of them occurs: that one costs a tenth."""
    if cut != b"\t" and b"\t" in data:
        return True
    if mark and mark in data:
        for end in _LINE_ENDS:
            closing = end + mark  # a quoted cell that ends with a line end, or a row that begins with a quoted cell
            if end in data and closing in data and any(closing + after in data for after in (cut, *_LINE_ENDS)):
                return True
    return any(wide[:1] in data and data.find(wide, start) >= 0 for wide in _WIDE)
