"""The rows of a trace as one CSV: every row of every figure, with its file and row and what touched it.

Here: the columns. Not here: which rows there are (trace.py).
"""

import csv
import io
from typing import Any

from orchestration.tracing.rows import HEAD
from orchestration.tracing.trace import Trace
from reports.companions import harmless

_TOUCHED = ("repairs", "warnings", "judgements")


def rows_csv(found: Trace) -> bytes:
    """One line a row; ``figure`` tells which of the figures that the traced one is made of."""
    lists = [(of, found.rows(of)) for of in found.figure.fact_rows]
    taken = {*HEAD, "submission", *_TOUCHED}
    more = list(dict.fromkeys(name for _, rows in lists for row in rows for name in row if name not in taken))
    buffer = io.StringIO()
    out = csv.writer(buffer, lineterminator="\n")
    out.writerow(["figure", *HEAD, *more, "file_name", "file_sha256", "file_period", *_TOUCHED])
    for of, rows in lists:
        for row in rows:
            brought = row.get("submission") or {}
            touched = ["; ".join(_named(one) for one in row.get(kind, ())) for kind in _TOUCHED]
            values = [row.get(name) for name in (*HEAD, *more)]
            file = [brought.get(name) for name in ("file_name", "sha256", "period")]
            out.writerow([_text(value) for value in (f"{of.words} in {of.model}", *values, *file, *touched)])
    return buffer.getvalue().encode("utf-8")


def _named(one: dict[str, Any]) -> str:
    if "rule" in one:
        return f"{one['rule']} of {one['field']}: {one['value_before']} became {one['value_after']}"
    return f"{one['kind']} {one['verdict']} by {one['by']}: {one['reason']}"


def _text(value: Any) -> str:
    return "" if value is None else harmless(value) if isinstance(value, str) else str(value)
