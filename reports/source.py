"""What this package needs from whoever holds the data, and nothing more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from reports.periods import Period

if TYPE_CHECKING:
    from reports.evidence import Measured

Row = Mapping[str, Any]
# A partner and the codes of a table's keys; no codes: his total.
Key = tuple[str, tuple[str, ...]]


class TableSource(Protocol):
    """Rows of reporting tables, by name and period."""

    def rows(self, table: str, period: str) -> Sequence[Row]:
        """All rows of one rpt_ table for one period; an empty sequence if it has none."""

    def authorities(self) -> Mapping[str, tuple[str, str]]:
        """Partner code -> (full name, short name for table headers and charts)."""


class EvidenceSource(Protocol):
    """Sums over the rows behind figures."""

    def keys(self, model: str, names: Sequence[str]) -> tuple[str, ...]:
        """Those of a table's keys that the rows of an evidence model have."""

    def sums(
        self, model: str, keys: Sequence[str], measured: Sequence[Measured], period: Period
    ) -> Mapping[Key, tuple[Any, ...]]:
        """What the rows of a period add up to, one value a measure, by partner and keys and for his total."""


@dataclass(frozen=True)
class Authority:
    """A partner as a report names it."""

    code: str
    name: str
    short_name: str
