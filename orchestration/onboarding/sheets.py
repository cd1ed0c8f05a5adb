"""The layout of a workbook: which sheet holds the table, and in which row its header is.

Here: the look at the sheets' first rows. Not here: what stands in the columns.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import python_calamine

from orchestration.contracts.model import ReaderOptions
from orchestration.errors import EntrepotError
from orchestration.onboarding.layout import Layout

_LOOK = 50


def look_at_workbook(path: Path) -> Layout:
    """The sheet with the most cells and its header; EntrepotError when no sheet holds a table."""
    try:
        workbook = python_calamine.load_workbook(path)
        sheets = {
            name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in workbook.sheet_names
        }
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise EntrepotError(f"{path.name} cannot be read as an Excel workbook: {error}.") from None
    name, rows = max(sheets.items(), key=lambda item: sum(map(_filled, item[1])), default=("", []))
    if not any(map(_filled, rows)):
        raise EntrepotError(f"{path.name} has no sheet with a table in it.")
    head = rows[:_LOOK]
    widest = max(map(_filled, head))
    at = next(place for place, row in enumerate(head) if _filled(row) >= 0.8 * widest)
    names = ["" if cell is None else str(cell).strip() for cell in rows[at]]
    while names and not names[-1]:
        names.pop()
    if repeated := [item for item, count in Counter(names).items() if count > 1]:
        raise EntrepotError(
            f"{path.name}, sheet {name}, row {at + 1}: the column `{repeated[0]}` is named more than once, so its "
            "cells cannot be told apart. Ask for a header that names each column once."
        )
    notes = {"header": f"row {at + 1} is the first that is filled like the widest of the sheet"}
    if at:
        notes["skip_lines"] = f"the first {at} rows are filled less than the rest"
    if len(sheets) > 1:
        notes["sheet"] = f"of {len(sheets)} sheets it has the most cells"
    options = ReaderOptions(sheet=name if len(sheets) > 1 else None, skip_lines=at)
    ignored = ("",) if "" in names else ()
    return Layout("xlsx", options, tuple(item for item in names if item), ignored=ignored, notes=notes)


def _filled(row: Sequence[Any]) -> int:
    return sum(cell not in (None, "") for cell in row)
