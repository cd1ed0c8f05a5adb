"""One column of a draft, and one of the sample as it was counted.

Here: the shapes that the looks at columns fill in. Not here: any looking.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from orchestration.onboarding.figures import Notation


@dataclass(frozen=True)
class Column:
    """One column of the draft; `notes` tells by YAML key why its value was guessed."""

    name: str
    source: str
    type: str
    filled: int
    distinct: int
    required: bool = False
    notes: Mapping[str, str] = field(default_factory=dict)
    formats: tuple[str, ...] = ()
    notation: Notation | None = None
    scale: int = 0
    precision: int = 18
    minimum: str | None = None
    booleans: tuple[str, str] | None = None
    null_values: tuple[str, ...] = ()
    trim: bool = False
    max_length: int | None = None
    pattern: str | None = None
    code_list: str | None = None
    codes: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Looked:
    """A column with what the first look at all columns found; the notation of numbers is agreed on afterwards."""

    name: str
    source: str
    values: str  # a query for the distinct values without blanks around them, and how many rows have each (n)
    filled: int
    distinct: int
    rows: int
    padded: int
    longest: int


def noted(column: Column, key: str, why: str, **changes: Any) -> Column:
    """The column with these changes, and with why the value of this YAML key was guessed."""
    return replace(column, notes={**column.notes, key: why}, **changes)
