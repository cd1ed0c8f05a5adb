"""The layout of text with delimiters: encoding, delimiter, lines before the table, header, last line.

Here: the look at the first megabyte, and at all bytes for the encoding. Not here: what stands in the columns.
"""

import codecs
import csv
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from orchestration.contracts.model import ReaderOptions
from orchestration.errors import EntrepotError
from orchestration.onboarding.layout import TEXT_ENDINGS, Layout

_HEAD_BYTES = 1 << 20
_RECORDS = 2_000
_ENOUGH = 0.6  # of the lines must have the same number of cells, else the sign is no delimiter
_DELIMITERS = (",", ";", "\t", "|")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Single-byte encodings accept almost anything: the commonest that fits is a guess that a person must look at.
_FALLBACKS = ("cp1252", "cp1250", "latin-1")
_VALUE = re.compile(r"[-+]?[\d.,' ]*\d[\d.,' ]*%?|\d{1,4}[-./]\d{1,2}[-./]\d{1,4}.*")
_END = re.compile(r"[A-Z#*= .-]{2,30}")


@dataclass(frozen=True)
class _Table:
    """The records as one delimiter cuts them: each with the number of lines before it."""

    delimiter: str
    records: list[tuple[int, list[str]]]
    width: int

    @property
    def agreement(self) -> float:
        """The share of records that have the commonest number of cells."""
        return sum(len(cells) == self.width for _, cells in self.records) / max(len(self.records), 1)


def look_at_text(path: Path) -> Layout:
    """Encoding, delimiter and header of a text file; EntrepotError when it is no table."""
    encoding, why = encoding_of(path)
    notes = {"encoding": why}
    lines = _head_lines(path, encoding)
    cuts = [_cut(lines, sign) for sign in _DELIMITERS]
    table = max(cuts, key=lambda cut: (cut.width > 1 and cut.agreement >= _ENOUGH, cut.agreement, cut.width))
    if table.width == 1:
        _refuse_other_text(path, lines)
    start = next(at for at, (_, cells) in enumerate(table.records) if len(cells) == table.width)
    before, first = table.records[start]
    rows = [cells for _, cells in table.records[start + 1 :] if len(cells) == table.width]
    if before:
        notes["skip_lines"] = f"the first {before} lines have another number of cells than the rest"
    notes["delimiter"] = f"{table.agreement:.0%} of the first {len(table.records):,} lines have {table.width} cells"
    trailing = table.width > 1 and first[-1].strip() == "" and all(row[-1].strip() == "" for row in rows)
    names = [cell.strip() for cell in (first[:-1] if trailing else first)]
    header, sources, notes["header"] = _header(names)
    if not header and trailing:
        trailing, sources = False, (*sources, f"column {len(sources) + 1}")
    ending = _end_marker(lines, table)
    if ending:
        notes["end_marker"] = "the last line is no row"
    repeated = not header and "twice" in notes["header"]
    options = ReaderOptions(
        encoding=encoding, delimiter=table.delimiter, header=header, skip_lines=before + (1 if repeated else 0),
        trailing_delimiter=trailing, end_marker=ending,
    )  # fmt: skip
    ignored = ("",) if header and "" in sources else ()
    sources = tuple(source for source in sources if source)
    return Layout("tsv" if table.delimiter == "\t" else "csv", options, sources, ignored=ignored, notes=notes)


def encoding_of(path: Path) -> tuple[str, str]:
    """The encoding in which every byte of the file can be read, and why it was chosen."""
    with path.open("rb") as file:
        head = file.read(4096)
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding, "the file begins with the mark of this encoding"
    if head[1::2].count(0) > len(head) // 5:
        return "utf-16-le", "every other byte is nought"
    if head[0::2].count(0) > len(head) // 5:
        return "utf-16-be", "every other byte is nought"
    if _reads_as(path, "ascii"):
        return "utf-8", "the sample has ASCII letters only, which most encodings share: ask the partner"
    if _reads_as(path, "utf-8"):
        return "utf-8", "every byte can be read so, which is hardly chance"
    fits = next(encoding for encoding in _FALLBACKS if _reads_as(path, encoding))
    return fits, "the bytes are not UTF-8, and other encodings of one byte a letter fit as well: look at its accents"


def _reads_as(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    try:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _head_lines(path: Path, encoding: str) -> list[str]:
    """The first lines with their ends; a line that was cut is left out."""
    with path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="", errors="replace") as file:
        text = file.read(_HEAD_BYTES)
        cut = bool(file.read(1))
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", text.rstrip("\x1a"))
    return lines[:-1] if cut and len(lines) > 1 else lines


def _cut(lines: list[str], delimiter: str) -> _Table:
    reader = csv.reader((line.rstrip("\r\n") + "\n" for line in lines), delimiter=delimiter)
    records: list[tuple[int, list[str]]] = []
    before = 0
    try:
        for cells in reader:
            if cells:
                records.append((before, cells))
            before = reader.line_num
            if len(records) == _RECORDS:
                break
    except csv.Error:
        return _Table(delimiter, [(0, [""])], 1)
    widths = Counter(len(cells) for _, cells in records)
    return _Table(delimiter, records or [(0, [""])], max(widths, key=lambda width: (widths[width], width), default=1))


def _refuse_other_text(path: Path, lines: list[str]) -> None:
    lengths = Counter(len(line.rstrip("\r\n")) for line in lines)
    longest, count = max(lengths.items(), key=lambda item: item[1])
    if longest >= 20 and count >= 3 and count > 0.9 * len(lines):
        raise EntrepotError(
            f"{path.name} looks like a file of fixed width: {count:,} of its first {len(lines):,} lines have {longest} "
            "characters and no delimiter. Where its columns begin cannot be guessed: write the contract with the "
            "partner's description of the record (format: fixed)."
        )
    strange = any(character < " " and character not in "\t\r\n\f" for line in lines[:50] for character in line)
    if strange or path.suffix.lower() not in TEXT_ENDINGS:
        what = "no text" if strange else "text, but no table: none of the usual delimiters parts its lines"
        raise EntrepotError(
            f"{path.name} is {what}. A contract is drafted from CSV, XLSX, JSON, XML, Parquet, or a zip with one of "
            "these."
        )


def _header(names: list[str]) -> tuple[bool, tuple[str, ...], str]:
    """Whether the first row names the columns, what the columns are called, and why."""
    if any(_VALUE.fullmatch(name) for name in names):
        numbered = tuple(f"column {number}" for number in range(1, len(names) + 1))
        return False, numbered, "the first row has numbers or dates, so it is taken for a record"
    if len(set(names)) == len(names):
        return True, tuple(names), "the first row has no number and no date, so it is taken for the names"
    seen: Counter[str] = Counter()
    sources = []
    for name in names:
        seen[name] += 1
        sources.append((name or "column") if seen[name] == 1 and name else f"{name or 'column'} {seen[name]}")
    return False, tuple(sources), "the header names a column twice, so it is skipped and columns go by their place"


def _end_marker(lines: list[str], table: _Table) -> str | None:
    last = lines[-1].strip() if lines else ""
    alone = len(table.records[-1][1]) != table.width and len(table.records) < _RECORDS
    return last if alone and _END.fullmatch(last) else None
