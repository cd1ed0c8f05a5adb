"""How much room a table takes on a wide screen: whether its type must be smaller, and which columns hold codes.

Here: estimates from the texts themselves, in the language of the page. Not here: the sizes (shared/report.css), and
paper, which measures for itself (outputs/paper.typ).
"""

from __future__ import annotations

from reports.declaration import Column
from reports.tables import Part

_COLUMNS, _TEXTS = 7, 4  # more than these are dense whatever they hold
_FRAME = 930  # pixels beside the contents, on a screen of 1280
_LETTER, _GAP, _NARROWEST = 10, 16, 80  # of a heading in a broad typeface; as report.css has them
_NOTE = 12
_LABEL = 0.24 * _FRAME
_CODE = 6


def columns_of_codes(part: Part) -> set[str]:
    """The columns that hold codes or other short texts alone, and need no more room than they."""
    texts = [column.name for column in part.columns if column.is_text]
    return {name for name in texts if not any(len(row.cell(name).text) > _CODE for row in part.rows)}


def is_dense(part: Part, label: str) -> bool:
    """Whether the columns of a part would not stand side by side in type of the common size; `label` names the column
    that heads its rows.
    """
    texts = sum(column.is_text for column in part.columns)
    if len(part.columns) > _COLUMNS or texts > _TEXTS:
        return True
    codes = columns_of_codes(part)
    return sum(_width(part, column, label, column.name in codes) for column in part.columns) > _FRAME


def _width(part: Part, column: Column, label: str, is_code: bool) -> float:
    if column.name == label:
        return _LABEL
    pieces = [*column.header.split(), *(row.cell(column.name).text for row in part.short if not column.is_text)]
    widest = max(map(len, pieces), default=0) * _LETTER + _GAP + _NOTE * bool(column.footnotes)
    return widest if is_code else max(widest, _NARROWEST)
