"""Names for what has none yet: fields, feeds, path patterns and periods, from a partner's words and a file's name.

Here: turning words into names that a contract takes. Not here: what stands behind them.
"""

import re
from pathlib import Path

import duckdb
from anyascii import anyascii

from orchestration.contracts.fields import RESERVED

# A period within a file's name, the most exact first, with the words of a contract's periodPattern.
_PERIODS = (
    (r"(?<!\d)(19|20)\d{2}-?Q[1-4](?!\d)", r"(?P<year>\d{4})-?Q(?P<quarter>[1-4])"),
    (r"(?<!\d)(19|20)\d{2}-?H[12](?!\d)", r"(?P<year>\d{4})-?H(?P<half>[12])"),
    (
        r"(?<!\d)(19|20)\d{2}-?(0[1-9]|1[0-2])-?([0-2]\d|3[01])(?!\d)",
        r"(?P<year>\d{4})-?(?P<month>\d{2})-?(?P<day>\d{2})",
    ),
    (r"(?<!\d)(19|20)\d{2}-?(0[1-9]|1[0-2])(?!\d)", r"(?P<year>\d{4})-?(?P<month>\d{2})"),
    (r"(?<!\d)(19|20)\d{2}(?!\d)", r"(?P<year>\d{4})"),
)


def identifier(words: str, fallback: str) -> str:
    """Lower case words joined by underscores: `N° dossier` is n_dossier, `firstName` is first_name."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", anyascii(words))
    found = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    if not found:
        return fallback
    return found if found[0].isalpha() else f"f_{found}"


def field_names(sources: list[str]) -> list[str]:
    """One name for each column; no two alike, none that the project or SQL keeps for itself."""
    names: list[str] = []
    for number, source in enumerate(sources, start=1):
        parts = re.split(r"[./]", source.replace("@", ""))
        words = " ".join(part.rpartition(":")[2] for part in parts if part)
        name = identifier(words, f"column_{number}")[:60].rstrip("_")
        if name in RESERVED or name in _keywords():
            name = f"{name}_given"
        free, count = name, 2
        while free in names:
            free, count = f"{name}_{count}", count + 1
        names.append(free)
    return names


def feed_of(path: Path) -> str:
    """A feed's name from a file's: without its period and its endings."""
    stem = path.name.split(".")[0]
    for found, _ in _PERIODS:
        stem = re.sub(found, " ", stem, flags=re.IGNORECASE)
    return identifier(stem, "feed")


def path_and_period(path: Path, partner: str) -> tuple[str, str | None]:
    """The pattern for files like this one, and the periodPattern that finds their period."""
    for found, pattern in _PERIODS:
        match = re.search(found, path.name, flags=re.IGNORECASE)
        if match:
            return f"**/{partner}/{path.name[: match.start()]}*{path.name[match.end() :]}", pattern
    return f"**/{partner}/{path.stem}*{path.suffix}", None


def _keywords() -> frozenset[str]:
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select keyword_name from duckdb_keywords() where keyword_category = 'reserved'"
        ).fetchall()
    return frozenset(str(row[0]) for row in rows)
