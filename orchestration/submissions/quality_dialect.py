"""DuckDB's SQLAlchemy dialect with rows buffered as soon as a statement has run.

Here: that one mend, for quality.py. Great Expectations closes the connection before it fetches (its issues
10738 and 11579), and DuckDB's cursor is the connection.
"""

from typing import Any

from duckdb_engine import Dialect
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy


class BufferedExecution(Dialect.execution_ctx_cls):  # type: ignore[misc, valid-type]
    """Fetches all rows at once."""

    cursor: Any

    def post_exec(self) -> None:
        """Take the rows while the connection is open."""
        super().post_exec()
        if self.cursor.description:
            self.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(
                self.cursor, initial_buffer=self.cursor.fetchall()
            )


class BufferedDialect(Dialect):
    """duckdb+buffered."""

    execution_ctx_cls = BufferedExecution
    supports_statement_cache = False
