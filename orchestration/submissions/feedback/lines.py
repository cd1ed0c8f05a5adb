"""From the number of a row to the line of the file that a person sees, where that is exact.

Here: whether every row takes one line (no line ends within cells, no empty lines, no blank rows of a sheet), told
from the number of lines alone. Not here: reading the rows.
"""

from pathlib import Path

import python_calamine

from orchestration.contracts.model import Contract

_CHUNK = 4 << 20


def line_offset(path: Path, contract: Contract, rows_read: int) -> int | None:
    """What to add to a row's number to get its line (text) or its row in the sheet (XLSX); None where the
    lines do not add up, so that no number would be certain, and for formats without lines.
    """
    options = contract.options
    before = options.skip_lines + (1 if options.header else 0)
    if options.member is not None or rows_read == 0:
        return None
    if contract.format in ("csv", "tsv"):
        one_byte = options.encoding.lower().replace("_", "-") not in ("utf-16", "utf-16-le", "utf-16-be", "utf-32")
        after = 1 if options.end_marker is not None else 0
        return before if one_byte and _lines(path) == before + rows_read + after else None
    if contract.format == "xlsx":
        return before if _sheet_rows(path, contract) == before + rows_read else None
    return None


def _lines(path: Path) -> int:
    """The lines of a text file: line feeds (or, without any, carriage returns), and a last line without one."""
    feeds = returns = 0
    last = b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            feeds += chunk.count(b"\n")
            returns += chunk.count(b"\r") if not feeds else 0
            last = chunk[-1:]
    return (feeds or returns) + (0 if last in (b"\n", b"\r", b"") else 1)


def _sheet_rows(path: Path, contract: Contract) -> int | None:
    try:
        workbook = python_calamine.load_workbook(path)
        wanted = contract.options.sheet or workbook.sheet_names[0]
        sheet = workbook.get_sheet_by_name(wanted)
        return None if sheet.end is None else sheet.end[0] + 1
    except (python_calamine.CalamineError, OSError, ValueError):
        return None
