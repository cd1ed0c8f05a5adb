"""A tiny world of reporting tables with the columns that the dbt models have, for the tests of reports and
editions.

Figures follow from a few counts by the rules of the models (shares and changes rounded half up to three
places), so that every table is consistent until a test plants a fault.
"""

from tests.unit.reports.tiny.enforcement_tables import enforcement
from tests.unit.reports.tiny.licensing_tables import licensing
from tests.unit.reports.tiny.restricted_tables import interagency, list_changes
from tests.unit.reports.tiny.scorecard_tables import scorecard
from tests.unit.reports.tiny.warehouse import write_warehouse
from tests.unit.reports.tiny.world import (
    ALLY,
    COUNTRIES,
    CUSTOMS,
    HALF,
    MINISTRY,
    NAMES,
    PROSECUTION,
    QUARTER,
    Rows,
    TinySource,
    change,
)

__all__ = [
    "ALLY",
    "COUNTRIES",
    "CUSTOMS",
    "HALF",
    "MINISTRY",
    "NAMES",
    "PROSECUTION",
    "QUARTER",
    "Rows",
    "TinySource",
    "change",
    "enforcement",
    "interagency",
    "licensing",
    "list_changes",
    "scorecard",
    "write_warehouse",
]
