"""How assets present rows in Dagster's pages.

Here: small tables for metadata. Not here: what reports look like (reports/).
"""

import duckdb

CELL_LENGTH = 60


def markdown_table(query: str, limit: int) -> str:
    """The first rows of a query as a Markdown table; "no rows" if there are none."""
    with duckdb.connect(":memory:") as connection:
        found = connection.execute(f"SELECT * FROM ({query}) LIMIT {limit}")
        names = [column[0] for column in found.description or ()]
        rows = found.fetchall()
    if not rows:
        return "no rows"
    lines = [names, ["---"] * len(names), *([_cell(value) for value in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    text = text if len(text) <= CELL_LENGTH else text[: CELL_LENGTH - 1] + "…"
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
