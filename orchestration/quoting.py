"""Writes texts and names into SQL safely; the only two ways in which the project does so.

Literals are used rather than parameters where a statement is generated anyway: binding parameters makes
DuckDB import pandas, which costs more than most statements.
"""

from collections.abc import Iterable


def sql_text(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def sql_name(name: str) -> str:
    """A name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def sql_list(texts: Iterable[str]) -> str:
    """Texts as a comma separated list of literals, for IN (...) and [...]."""
    return ", ".join(sql_text(text) for text in texts)
