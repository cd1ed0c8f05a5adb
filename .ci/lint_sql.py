"""sqlfluff's command line, with each file of macros compiled once a process: by itself it compiles all of them twice
for every model, which is two fifths of its work.

Use: python .ci/lint_sql.py lint FILES…; configured by .sqlfluff like sqlfluff itself.
"""

import sys
from types import CodeType
from typing import Any

from jinja2 import Environment
from sqlfluff.cli.commands import cli

compile_anew = Environment.compile
compiled: dict[tuple[type, str], CodeType] = {}


def compile_once(self: Environment, source: Any, *names: Any, **options: Any) -> Any:
    """As Environment.compile; texts without a name, as macros are, are remembered by kind of environment and text."""
    if names or options or not isinstance(source, str):
        return compile_anew(self, source, *names, **options)
    key = (type(self), source)
    if key not in compiled:
        compiled[key] = compile_anew(self, source)
    return compiled[key]


Environment.compile = compile_once  # type: ignore[method-assign]  # also in the processes that sqlfluff starts

if __name__ == "__main__":
    sys.exit(cli())
