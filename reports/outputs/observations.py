"""All figures of an edition as one long CSV with the concepts of SDMX: one row for each cell.

Here: the columns and codes. Concepts and codes are those of the SDMX cross-domain code lists: OBS_STATUS from
CL_OBS_STATUS 2.2 (A normal, P provisional, M cannot exist, O missing, Q suppressed), CONF_STATUS from CL_CONF_STATUS
(F free, C confidential). REF_AREA is the authority that counts. Not here: totals or shares that the tables do not hold.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from reports.companions import harmless
from reports.context import Contents
from reports.figures import CONFIDENTIAL, FORMATS, NOT_AVAILABLE
from reports.outputs.numbers import digits, number, symbol
from reports.tables import Cell, Part, PrintedRow, PrintedTable

if TYPE_CHECKING:
    from reports.cover import Cover

FILE = "data/observations.csv"
# name, title, datatype in CSVW
COLUMNS = (
    ("DATAFLOW", "Report and table", "string"),
    ("FREQ", "Frequency: A year, S half-year, Q quarter", "string"),
    ("TIME_PERIOD", "Period", "string"),
    ("REF_AREA", "Code of the authority", "string"),
    ("ROW", "Row of the table", "string"),
    ("ROW_LABEL", "Heading of the row", "string"),
    ("MEASURE", "Column of the table", "string"),
    ("OBS_VALUE", "Figure", "decimal"),
    ("UNIT_MEASURE", "Unit: PT a fraction of 1, EUR euro, D days, MO months, NUM number", "string"),
    ("DECIMALS", "Decimals when written in the unit of the page", "integer"),
    ("OBS_STATUS", "Status: A normal, P provisional, M cannot exist, O missing, Q suppressed", "string"),
    ("CONF_STATUS", "Confidentiality: F free, C confidential", "string"),
    ("CELL", "Id of the figure on the page", "string"),
)
_FREQUENCY = {"quarter": "Q", "half": "S", "year": "A"}
_UNITS = {"share": "PT", "change": "PT", "points": "PT", "days": "D", "months": "MO"}


def observations(contents: Contents, cover: Cover) -> bytes:
    """The bytes of the file; a table or part without data has no rows in it."""
    buffer = io.StringIO()
    out = csv.writer(buffer, lineterminator="\n")
    out.writerow([name for name, _, _ in COLUMNS])
    report, period = contents.report, str(contents.period)
    known = "P" if cover.status == "Provisional" else "A"
    for table, part, row, cell in _figures(contents):
        found = number(cell)
        hidden = found is None and symbol(cell) == CONFIDENTIAL
        missing = "Q" if hidden else "O" if symbol(cell) == NOT_AVAILABLE else "M"
        out.writerow(
            [
                f"{report.name}.{table.declaration.name}",
                _FREQUENCY[report.cadence],
                period,
                harmless(part.authority.code),
                harmless(row.key),
                harmless(row.label),
                cell.column.name,
                "" if found is None else digits(found),
                _unit(cell),
                FORMATS[cell.format].decimals,
                missing if found is None else known,
                "C" if hidden else "F",
                harmless(cell.id),
            ]
        )
    return buffer.getvalue().encode()


def described() -> dict[str, Any]:
    """The file's entry in the CSVW description."""
    columns: list[dict[str, Any]] = [
        {"name": name, "titles": title, "datatype": datatype} for name, title, datatype in COLUMNS
    ]
    return {
        "url": FILE,
        "dc:title": "All figures, one in a row, with the concepts of SDMX",
        "tableSchema": {"columns": columns, "primaryKey": ["DATAFLOW", "REF_AREA", "ROW", "MEASURE"]},
    }


def _figures(contents: Contents) -> Iterator[tuple[PrintedTable, Part, PrintedRow, Cell]]:
    for table in contents.tables.values():
        for part in table.parts:
            for row in part.rows:
                for cell in row.cells:
                    if not cell.column.is_text:
                        yield table, part, row, cell


def _unit(cell: Cell) -> str:
    return "EUR" if cell.format.startswith("eur_") else _UNITS.get(cell.format, "NUM")
