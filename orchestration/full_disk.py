"""A full disk, told as what it is and not as the library that met it first put it.

Here: how databases and the system say it, and the paragraph for people. Not here: what is undone (each step writes
whole or not at all) and who prints it (execution.py, cli/app.py).
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

from orchestration.errors import EntrepotError

# SQLite, the C library (DuckDB, PyArrow and Python pass its words on), quotas.
_SAID = ("database or disk is full", "no space left on device", "disk quota exceeded")
# What SQLite says when a file beside the database cannot grow; it may have other causes.
_MAYBE = ("disk i/o error",)
_HARDLY_ANY = 4 << 20
PARAGRAPH = (
    "The disk is full, so that the run stopped where it stood. What was received is kept, and nothing half-made was "
    "published. Make room on the disk that holds the home, or move the home to a larger one, then run again: it goes "
    "on from there."
)


def is_told_by(text: str, home: Path | None = None) -> bool:
    """Whether an error's text says that the disk is full; one that may mean it counts if `home` has no room."""
    said = text.lower()
    if any(words in said for words in _SAID):
        return True
    if home is None or not home.is_dir() or not any(words in said for words in _MAYBE):
        return False
    return shutil.disk_usage(home).free < _HARDLY_ANY


def is_behind(error: BaseException, home: Path | None = None) -> bool:
    """Whether an error, or one that it came from, says so. Our own errors quote names of files and words of partners,
    who may write anything; what a library said stands behind them.
    """
    return any(is_told_by(str(one), home) for one in _chain(error) if not isinstance(one, EntrepotError))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
