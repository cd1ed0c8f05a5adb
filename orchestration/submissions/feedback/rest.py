"""All rows to mend as one CSV, for files with more of them than a workbook should hold.

Here: one query, written by DuckDB itself, so that a million rows cost no memory. Not here: what is shown
(page.py, workbook.py).
"""

import os
from pathlib import Path

import duckdb

from orchestration.contracts.model import Contract
from orchestration.quoting import sql_name, sql_text
from orchestration.submissions.layout import QUARANTINED

_FORMULA = r"^[=+\-@\t\r]"


def write_rest(contract: Contract, lake_folder: Path, target: Path) -> None:
    """Number, rules and values of every row to mend, in order, in the partner's columns.

    A text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    quarantined = f"read_parquet({sql_text(str(lake_folder / QUARANTINED))})"
    columns = ", ".join(f"{_cell(field.name)} as {sql_name(field.source)}" for field in contract.fields)
    query = (
        "select source_row_number as row, array_to_string(rules, '; ') as rules, "
        f"{columns} from {quarantined} order by source_row_number"
    )
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"copy ({query}) to {sql_text(str(draft))} (format csv, header true)")
    draft.replace(target)


def _cell(name: str) -> str:
    value = f"json_extract_string(raw, {sql_text('$.' + name)})"
    return f"case when regexp_matches({value}, '{_FORMULA}') then '''' || {value} else {value} end"
