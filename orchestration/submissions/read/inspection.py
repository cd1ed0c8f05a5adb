"""One quick look through the bytes of a text file before it is read as a table.

Here: what the bytes alone tell and the reader must know beforehand: NUL bytes, mixed line ends, unusual
blanks. The search runs in C over large pieces, at many gigabytes a second where a byte does not occur. Not
here: decoding and dialects (csv.py).
"""

from dataclasses import dataclass
from pathlib import Path

_CHUNK = 4 << 20
_KEEP = 4  # bytes of the piece before that are looked at again, so that nothing hides across the cut
_LINE_ENDS = (b"\n", b"\r")
_BOM = b"\xef\xbb\xbf"
_WIDE = (b"\xc2\xa0", b"\xe2\x80\x87", b"\xe2\x80\x8b", b"\xe2\x80\xaf", _BOM)


@dataclass(frozen=True)
class Inspection:
    """The offset of the first NUL byte (-1: none); whether line ends are mixed; whether no cell can begin or
    end with another blank than the ordinary one.
    """

    nul_at: int
    mixed_line_ends: bool
    plain_blanks: bool


def inspect(path: Path, delimiter: str, quote: str) -> Inspection:
    """Look through a UTF-8 file; stops at the first NUL byte."""
    cut, mark = delimiter.encode(), quote.encode()
    feeds = returns = pairs = offset = 0
    feeds_alone, plain, before = False, True, b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if (at := chunk.find(b"\0")) >= 0:
                return Inspection(offset + at, False, False)
            start = len(_BOM) if offset == 0 and chunk.startswith(_BOM) else 0
            seam = before + chunk[start : start + _KEEP]
            plain = plain and not (_has_odd_blank(seam, cut, mark) or _has_odd_blank(chunk, cut, mark, start))
            if b"\r" in chunk or before.endswith(b"\r"):
                feeds += chunk.count(b"\n")
                returns += chunk.count(b"\r")
                pairs += (before[-1:] + chunk).count(b"\r\n")
            else:
                feeds_alone = feeds_alone or b"\n" in chunk
            offset += len(chunk)
            before = chunk[-_KEEP:]
    one_kind = feeds == pairs == returns or feeds == 0
    return Inspection(-1, returns > 0 and (feeds_alone or not one_kind), plain)


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
