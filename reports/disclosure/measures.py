"""The measures that reports share, read strictly from ``reports/measures.yaml``.

Belongs here: what is measured and whether it adds over time. Does not belong here: which report prints what of it
(report.yaml), or the sums that follow (across).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from reports.errors import ReportError
from reports.metrics.catalogue import metrics

FILE = Path(__file__).parents[1] / "measures.yaml"
ADDS, STANDS_APART = "adds", "stands_apart"


@dataclass(frozen=True)
class Measure:
    """One measure. ``dimensions`` maps names that tables have for a dimension to the one by which it is known here."""

    name: str
    population: str
    over_time: str
    metric: str = ""
    dimensions: Mapping[str, str] = field(default_factory=dict)

    @property
    def adds_over_time(self) -> bool:
        """Whether the periods of a year sum to the year."""
        return self.over_time == ADDS

    def dimension(self, column: str) -> str:
        """The dimension that a column of a table stands for."""
        return self.dimensions.get(column, column)


@cache
def measures(path: Path = FILE) -> Mapping[str, Measure]:
    """All measures by name; ReportError names the entry that is wrong."""
    try:
        entries = yaml.safe_load(path.read_text("utf-8"))["measures"]
        read = [Measure(**entry) for entry in entries]
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise ReportError(f"{path.name} cannot be read as a list of measures: {error}") from None
    for measure in read:
        where = f"{path.name}, measure '{measure.name}'"
        if measure.over_time not in (ADDS, STANDS_APART):
            raise ReportError(f"{where}: over_time must be {ADDS} or {STANDS_APART}, not '{measure.over_time}'.")
        if measure.metric and measure.metric not in metrics():
            raise ReportError(f"{where}: there is no metric '{measure.metric}' in reports/metrics/definitions.")
    if len({measure.name for measure in read}) < len(read):
        raise ReportError(f"{path.name}: two measures have the same name.")
    return {measure.name: measure for measure in read}
