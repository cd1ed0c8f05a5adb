"""Stands in for dbt's `adapter` where sqlfluff reads the models without dbt (see .sqlfluff).

A dispatched macro becomes a call of its own name with its first argument, and one that makes a whole query an empty
query: enough to judge the layout of a model. What the macros really write is tested by compiling them.
"""

from collections.abc import Callable

QUERIES = {"pieces_of", "json_elements"}


def dispatch(name: str, package: str = "") -> Callable[..., str]:
    """What stands for a dispatched macro."""

    def call(first: object, *_: object) -> str:
        return "select 1 as piece" if name in QUERIES else f"{name}({first})"

    return call


def quote(name: str) -> str:
    """A quoted identifier."""
    return f'"{name}"'
