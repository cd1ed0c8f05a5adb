"""What a cell is, besides its number: the symbols of the Government Statistical Service as typed states.

Belongs here: the states and their symbols. Does not belong here: who decides on a state.
"""

from __future__ import annotations

from enum import Enum


class CellState(Enum):
    """A state and the symbol printed for it or beside the number (GSS guidance on symbols in tables, 2023)."""

    PUBLISHED = ""
    CONFIDENTIAL = "[c]"
    NOT_AVAILABLE = "[x]"
    NOT_APPLICABLE = "[z]"
    LOW = "[low]"
    PROVISIONAL = "[p]"
    REVISED = "[r]"
    BREAK = "[b]"

    @property
    def replaces_number(self) -> bool:
        """Whether the symbol stands in place of the number and not beside it."""
        return self in (CellState.CONFIDENTIAL, CellState.NOT_AVAILABLE, CellState.NOT_APPLICABLE, CellState.LOW)


MEANINGS = {
    CellState.CONFIDENTIAL: "confidential: it would tell what one of those who are counted did",
    CellState.NOT_AVAILABLE: "not available: the authority does not hold or did not deliver it",
    CellState.NOT_APPLICABLE: "not applicable: there is nothing of which it could be a share, a change or a quartile",
    CellState.LOW: "not zero, but below half of the smallest unit shown",
    CellState.PROVISIONAL: "provisional: it may still be revised",
    CellState.REVISED: "revised since the edition before",
    CellState.BREAK: "break: not comparable with the figures before it",
}
