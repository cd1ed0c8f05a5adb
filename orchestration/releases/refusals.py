"""What people are told when a query is not answered: one clear sentence or two, no path, no traceback.

Belongs here: wording. Does not belong here: deciding what is refused.
"""

from __future__ import annotations

import difflib
import re
from pathlib import Path

READING = "a query is one statement that reads: SELECT, WITH, FROM, VALUES, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN"
_NO_FILES = (
    "Reading or writing files is not allowed here, nor is anything else outside the release: a query sees "
    "the tables of its recipient's release. `show tables` lists them."
)
_FIXED = {
    "unconfined": (
        "No query is run on this machine: its process could neither give up root nor be closed off from "
        "files. Run Entrepôt as an ordinary user, or on Linux 5.13 or later.",
        "failed",
    ),
}
_FILE_STATEMENTS = {"COPY", "ATTACH", "DETACH", "EXPORT", "LOAD", "COPY_DATABASE", "CREATE_FUNC"}
_LINE = re.compile(r"^LINE (\d+): (.*)\n( *)\^", re.MULTILINE)
_CLASS = re.compile(r"^[A-Z][A-Za-z ]*(Error|Exception): ")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+")


def too_slow(seconds: float) -> str:
    """The wall limit was reached."""
    return (
        f"The query was stopped after {seconds:g} seconds, the limit. Narrow it with a where clause, join on "
        "keys, or aggregate before joining."
    )


def too_large(most: int) -> str:
    """The answer would not end."""
    size = f"The answer is larger than {most / (1 << 20):,.0f} MB, the limit."
    return f"{size} Ask for fewer rows or columns, or aggregate."


def broken() -> str:
    """The child ended without an answer."""
    return (
        "The query was stopped: it ended its process, most likely for want of memory. The data are unharmed; "
        "ask for fewer rows or columns, or aggregate."
    )


def explain(kind: str, text: str, tables: list[str], memory_mb: int) -> tuple[str, str]:
    """The sentence for an error of the worker's, and the access log's word for it."""
    if kind in _FIXED:
        return _FIXED[kind]
    if kind == "not_one_statement":
        return _not_one(text), "refused"
    if kind == "too_many_rows":
        many = f"The answer has more than {int(text):,} rows, the limit."
        return f"{many} Add a limit, a where clause or an aggregate.", "too large"
    if kind == "too_many_bytes":
        return too_large(int(text)), "too large"
    if kind == "OutOfMemoryException":
        many = f"The query needs more than {memory_mb:,} MB of memory, the limit."
        return f"{many} Narrow it, or aggregate before sorting or joining.", "too large"
    if kind == "not_reading":
        return _not_reading(text)
    if kind in ("PermissionException", "IOException", "HTTPException", "SecurityException"):
        return _NO_FILES, "refused"
    if kind == "CatalogException":
        return _unknown_name(text, tables), "failed"
    if kind == "ParserException":
        return f"Syntax error{_position(text)}: {_first(text)}.", "failed"
    if "extension" in text.lower() or "external access" in text.lower() or "file system" in text.lower():
        return _NO_FILES, "refused"
    return f"The statement cannot be answered{_position(text)}: {_first(text)}.", "failed"


def without_paths(text: str, paths: list[Path]) -> str:
    """The text without the folders of this installation."""
    for path in sorted({str(p) for given in paths for p in (given, given.absolute(), given.resolve())}, key=len)[::-1]:
        if path not in ("/", "."):
            text = text.replace(path, "(a file)")
    return text


def _not_one(count: str) -> str:
    found = "There is no statement" if count == "0" else f"Expected one statement, found {count}"
    return f"{found}: {READING}."


def _not_reading(kind: str) -> tuple[str, str]:
    name = kind.replace("_", " ")
    if kind in _FILE_STATEMENTS:
        told = "a query sees the tables of its release, and no file or other database"
        return f"{name} is not allowed here: {told}.", "refused"
    return f"{name} is not allowed here: {READING}. The tables are read-only and the settings are locked.", "refused"


def _unknown_name(text: str, tables: list[str]) -> str:
    found = re.search(r"(?:Table|View) with name \"?([^\s\"!]+)\"? does not exist", text)
    if not found:
        return f"{_first(text)}."
    name = _CONTROL.sub(" ", found.group(1))
    position = _position(text)
    near = difflib.get_close_matches(name.lower(), tables, n=5, cutoff=0.5)
    near += [table for table in tables if name.lower() in table and table not in near][:5]
    if near:
        return f"There is no table `{name}` in this release{position}. Similar tables here: {', '.join(near)}."
    listed = ", ".join(tables[:40])
    return f"There is no table `{name}` in this release{position}. Tables here: {listed or 'none'}."


def _position(text: str) -> str:
    found = _LINE.search(text)
    if not found:
        return ""
    line, shown, blanks = found.groups()
    if shown.startswith("..."):  # a long line is shown in part, so the column is not known
        return f" on line {line}"
    column = len(blanks) - len(f"LINE {line}: ") + 1
    return f" on line {line}, column {column}" if column > 0 else f" on line {line}"


def _first(text: str) -> str:
    paragraph = _CLASS.sub("", text.split("\n\nLINE ")[0].strip())
    paragraph = re.split(r"\n\n|\nDid you mean \"[^\"]*\"\?$", paragraph)[0]
    return _CONTROL.sub(" ", paragraph).strip().rstrip(".!")[:500] or "unknown"
