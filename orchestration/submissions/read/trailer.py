"""The last line of a text file in which its sender says how many rows it has and what they add up to.

Here: taking the line off and reading it. Not here: comparing it with the rows (whole_file.py).
"""

import re
import shutil
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from orchestration.contracts.model import Contract, Field
from orchestration.errors import RejectedFileError

_LONGEST = 1 << 16
_AFTER_THE_END = b"\r\n\x1a"  # line ends, and the end-of-file mark of MS-DOS
TOTAL = "total_"


@dataclass(frozen=True)
class Declared:
    """What a file says of itself; None and empty where it says nothing."""

    rows: int | None = None
    totals: tuple[tuple[str, Decimal], ...] = ()


NOTHING = Declared()


def without_trailer(path: Path, contract: Contract, scratch: Path, name: str) -> tuple[Path, Declared]:
    """A copy of the file without its last line, and what that line declares; RejectedFileError when it is none."""
    options = contract.options
    with path.open("rb") as file:
        start = max(0, path.stat().st_size - _LONGEST)
        file.seek(start)
        tail = file.read().rstrip(_AFTER_THE_END)
    begin = max(tail.rfind(b"\n"), tail.rfind(b"\r")) + 1
    line = tail[begin:].decode(options.encoding, errors="replace").removeprefix("\ufeff")
    found = re.fullmatch(str(options.trailer), line)
    if found is None or (start + begin == 0 and options.header):
        raise RejectedFileError(
            f"{name} does not end with the agreed last line, which has the form {options.trailer!r}; its last line "
            f"begins `{line[:60]}`. So it was cut off, and nothing of it is taken. Send it again, whole."
        )
    target = scratch / f"without_trailer{path.suffix}"
    shutil.copyfile(path, target)
    with target.open("r+b") as copy:
        copy.truncate(start + begin)
    return target, _declared(contract, found, name)


def _declared(contract: Contract, found: re.Match[str], name: str) -> Declared:
    said = {group: text.strip() for group, text in found.groupdict().items() if text is not None}
    totals = []
    for group, text in said.items():
        if group.startswith(TOTAL):
            field = contract.field_by_name[group.removeprefix(TOTAL)]
            totals.append((field.name, _number(field, text, name)))
    rows = said.get("rows")
    if rows is not None and not rows.isdecimal():
        raise RejectedFileError(f"{name}: its last line gives `{rows}` as the number of rows; expected a whole number.")
    return Declared(None if rows is None else int(rows), tuple(totals))


def _number(field: Field, text: str, name: str) -> Decimal:
    """A total as it is written, with the field's own signs."""
    groups, sign = "".join(map(re.escape, field.group_separators)), re.escape(field.decimal_separator)
    whole = rf"([0-9]+|[0-9]{{1,3}}([{groups}][0-9]{{3}})+)" if groups else "[0-9]+"
    if re.fullmatch(rf"[+-]?{whole}({sign}[0-9]+)?", text) is None:
        raise RejectedFileError(
            f"{name}: its last line gives `{text}` as the total of {field.source}, which is no number with the decimal "
            f"sign `{field.decimal_separator}`. Send the file again."
        )
    for mark in field.group_separators:
        text = text.replace(mark, "")
    return Decimal(text.replace(field.decimal_separator, "."))
