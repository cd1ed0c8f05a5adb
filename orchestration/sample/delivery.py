"""One file's worth of records, on its way from the world to a writer.

Belongs here: the hand-over between the modules that know an agency and those that know file formats. Does
not belong here: either of them. Columns bear the contract's field names and have their true types: text,
int64, decimal, date, timestamp in local time, boolean; an array is JSON text.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from orchestration.sample.columns import Ints


@dataclass(frozen=True)
class Mention:
    """Which party a column of names speaks of: `entity` has its true id row by row, -1 where there is none.

    For a list of parties within one record `row` says to which record each name belongs; else it is None.
    """

    role: str
    names: pa.Array
    entity: Ints
    row: Ints | None = None


@dataclass(frozen=True)
class Delivery:
    """The records of one feed for one period; `suffix` sets a second file of the period apart."""

    partner: str
    feed: str
    period: str
    table: pa.Table
    mentions: tuple[Mention, ...] = ()
    kind: str = "initial"
    suffix: str = ""
    reason: str = ""  # of a correction, for its manifest
    replaces: pa.Table | None = None  # of a correction: the rows as they were

    @property
    def contract_id(self) -> str:
        """partner/feed."""
        return f"{self.partner}/{self.feed}"

    @property
    def stem(self) -> str:
        """File name without its extension."""
        return f"{self.feed}_{self.period}{self.suffix}"


def within(moments: np.ndarray, start: np.datetime64, end: np.datetime64) -> Ints:
    """Positions of the days or times that fall in the period, both ends included."""
    day = moments.astype("datetime64[D]")
    return np.flatnonzero((day >= start) & (day <= end))
