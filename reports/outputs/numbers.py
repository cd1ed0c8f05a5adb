"""What a cell holds for a machine: its number, or the symbol that stands in for one.

Here: the one rule by which every machine-readable form tells a number from a symbol, and its digits. Not here: how a
number is written for people (reports/figures.py).
"""

from __future__ import annotations

from decimal import Decimal

from reports.figures import CONFIDENTIAL, FORMATS, NOT_APPLICABLE, NOT_AVAILABLE, exact
from reports.tables import Cell

# The unit of a format where a heading names none.
UNITS = {
    "eur_million": "EUR million",
    "eur_thousand": "EUR thousand",
    "share": "%",
    "change": "%",
    "points": "percentage points",
    "days": "days",
    "months": "months",
}
# Shares and quartiles may come as binary floats; twelve digits are exact enough and the same on every machine.
FINEST = Decimal("0.000000000001")


def number(cell: Cell) -> Decimal | None:
    """The cell's exact figure in its own unit (a share as 0.031, a value in euro); None where a symbol stands."""
    if cell.text in (NOT_AVAILABLE, CONFIDENTIAL):
        return None
    found = exact(cell.value)
    if found is not None and found.as_tuple().exponent < -12:  # type: ignore[operator]  # finite: a number
        found = found.quantize(FINEST)
    return found


def symbol(cell: Cell) -> str:
    """The symbol of a cell without a figure: [c], [x] or [z]."""
    return cell.text if cell.text in (NOT_AVAILABLE, CONFIDENTIAL) else NOT_APPLICABLE


def in_unit(cell: Cell) -> Decimal | None:
    """The figure in the unit that the heading names (3.1 for a share of 0.031, EUR million), unrounded."""
    found = number(cell)
    return None if found is None else found * FORMATS[cell.format].scale


def digits(found: Decimal) -> str:
    """The figure in plain digits: no exponent, and no zeros after a whole number."""
    return format(found.normalize() if found == found.to_integral_value() else found, "f")
