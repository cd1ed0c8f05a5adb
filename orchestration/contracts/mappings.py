"""Reads code_lists/code_mappings.csv: what people decided that a partner's word stands for, and until when.

Here: the file's own correctness, told with file and line when contracts are loaded: a mapping without a reviewer, or
two of one word on one day, must never reach the warehouse. Not here: which words want mapping (the mart
fct_unmapped_values) and what a mapping does (the models that join the list as a seed).
"""

import csv
import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from itertools import combinations
from pathlib import Path

from orchestration.contracts.code_lists import load_column
from orchestration.errors import ContractError

FILE = "code_mappings.csv"
COLUMNS = ("code_list", "partner", "value", "code", "match", "authority", "status", "reviewed_by", "reviewed_on",
           "valid_from", "valid_to", "note")  # fmt: skip
PROPOSED, REVIEWED = "proposed", "reviewed"  # what nobody has reviewed maps nothing: its value stays unmapped
MATCHES = ("exact", "broader", "narrower", "related", "none")
# A code of an entry is valid by its form, so that any entry may be named: the lists themselves are not committed.
CONTROL_ENTRY = re.compile(
    r"[0-9][A-E][0-9]{3}(\.([0-9]{1,3}|[a-z]{1,4}))*|ML([1-9]|1[0-9]|2[0-2])(\.([0-9]{1,3}|[a-z]{1,4}))*|PL[0-9]{4}"
)
_WANTED = ("value", "authority")
_REVIEW = ("reviewed_by", "reviewed_on")


def check_mappings(folder: Path, partners: Collection[str]) -> int:
    """How many mappings the folder of code lists holds; ContractError for the first that is not sound, with its
    line. No file is no mapping.
    """
    path = folder / FILE
    if not path.is_file():
        return 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise ContractError(f"{path}:1: the columns are {', '.join(COLUMNS)}, in this order.")
        rows = [(reader.line_num, row) for row in reader]
    countries = set(load_column(folder / "countries.csv", "code"))
    for line, row in rows:
        if (fault := _fault(row, partners, countries)) is not None:
            raise ContractError(f"{path}:{line}: {fault}")
    spans: dict[tuple[str, ...], list[tuple[int, str, str]]] = {}
    for line, row in rows:
        key = (row["code_list"], row["partner"], row["value"])
        spans.setdefault(key, []).append((line, row["valid_from"], row["valid_to"] or "9999-12-31"))
    for (code_list, partner, value), given in spans.items():
        for (first, begins, ends), (second, other_begins, other_ends) in combinations(given, 2):
            if begins <= other_ends and other_begins <= ends:
                raise ContractError(
                    f"{path}:{second}: `{value}` of {partner} is mapped to {code_list} on line {first} too, for days "
                    "that overlap. Give the earlier mapping a valid_to, or keep one."
                )
    return len(rows)


def _fault(row: Mapping[str | None, str | None], partners: Collection[str], countries: Collection[str]) -> str | None:
    """What is wrong with one mapping, in a sentence; None if nothing is."""
    if None in row or None in row.values():
        return f"the line does not have {len(COLUMNS)} cells."
    cell = {str(name): str(value) for name, value in row.items()}
    for name in _WANTED:
        if not cell[name].strip():
            return f"{name} is empty; a mapping says what it maps, and on whose authority."
    if cell["status"] not in (PROPOSED, REVIEWED):
        return f"status is `{cell['status']}`; expected {PROPOSED} or {REVIEWED}."
    for name in _REVIEW:
        if bool(cell[name].strip()) != (cell["status"] == REVIEWED):
            return f"{', '.join(_REVIEW)} go with the status {REVIEWED}, both of them, and with no other."
    for name in ("reviewed_on", "valid_from", "valid_to"):
        if cell[name] and not _is_date(cell[name]):
            return f"{name} is `{cell[name]}`; write a day as YYYY-MM-DD."
    if cell["valid_from"] and cell["valid_to"] and cell["valid_to"] < cell["valid_from"]:
        return f"it ends on {cell['valid_to']}, before it begins on {cell['valid_from']}."
    if cell["partner"] not in partners:
        return f"there is no partner `{cell['partner']}`."
    if cell["match"] not in MATCHES:
        return f"match is `{cell['match']}`; expected one of {', '.join(MATCHES)}."
    if (cell["match"] == "none") != (cell["code"] == ""):
        return "match `none` goes without a code, and every other match with one."
    known: dict[str, Callable[[str], object]] = {
        "control_entries": CONTROL_ENTRY.fullmatch,
        "countries": lambda code: code in countries,
    }
    if cell["code_list"] not in known:
        return f"values of the list `{cell['code_list']}` are not mapped here; the lists are {', '.join(known)}."
    if cell["code"] and not known[cell["code_list"]](cell["code"]):
        return f"`{cell['code']}` is no code of {cell['code_list']}."
    return None


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
