"""What this package needs from whoever holds the data, and nothing more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Row = Mapping[str, Any]


class TableSource(Protocol):
    """Rows of reporting tables, by name and period."""

    def rows(self, table: str, period: str) -> Sequence[Row]:
        """All rows of one rpt_ table for one period; an empty sequence if it has none."""

    def authorities(self) -> Mapping[str, tuple[str, str]]:
        """Partner code -> (full name, short name for table headers and charts)."""


@dataclass(frozen=True)
class Authority:
    """A partner as a report names it."""

    code: str
    name: str
    short_name: str
